"""Multipart uploads: the rules of parts and of completion."""

from __future__ import annotations

import hashlib

import pytest

import ossc.mock
from ossc.mock._crc64 import crc64_table

from .wire import BUCKET, Reply, Wire

SMALLEST = 102400
BIG = bytes(range(256)) * 400
assert len(BIG) == SMALLEST


def error(reply: Reply) -> tuple[int, str | None]:
    """Status and code of an error."""
    return reply.status, reply.code


def initiate(wire: Wire, key: str = "k", headers: dict[str, str] | None = None) -> str:
    """Start an upload and return its id."""
    reply = wire("POST", key, query={"uploads": ""}, headers=headers)
    assert reply.status == 200
    return reply.text("UploadId") or ""


def upload(wire: Wire, upload_id: str, number: object, body: bytes) -> Reply:
    """Send a part."""
    query = {"partNumber": str(number), "uploadId": upload_id}
    return wire("PUT", "k", query=query, body=body)


def document(*parts: tuple[object, str]) -> bytes:
    """A CompleteMultipartUpload document."""
    inner = "".join(
        f"<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>"
        for number, etag in parts
    )
    return f"<CompleteMultipartUpload>{inner}</CompleteMultipartUpload>".encode()


def complete(
    wire: Wire,
    upload_id: str,
    body: bytes,
    headers: dict[str, str] | None = None,
    **query: str,
) -> Reply:
    """Send a completion."""
    asked = {"uploadId": upload_id, **query}
    return wire("POST", "k", query=asked, headers=headers, body=body)


def etag_of(data: bytes) -> str:
    """The ETag of a part, without quotes."""
    return hashlib.md5(data).hexdigest().upper()


def test_whole_way(wire: Wire) -> None:
    """Parts in any order, replaced and left out, make the object that is listed."""
    headers = {"x-oss-meta-a": "1", "Content-Type": "a/b", "x-oss-tagging": "t=1"}
    upload_id = initiate(wire, headers=headers)
    assert len(upload_id) == 32
    pieces = {7: b"end", 2: BIG, 3: b"left out"}
    for number, body in pieces.items():
        part = upload(wire, upload_id, number, body)
        assert part.headers["etag"] == f'"{etag_of(body)}"'
        assert part.headers["x-oss-hash-crc64ecma"] == str(crc64_table(body))
    upload(wire, upload_id, 7, b"the end")
    assert wire("GET", "k").status == 404
    listed = document((2, f'"{etag_of(BIG)}"'), (7, etag_of(b"the end").lower()))
    reply = complete(wire, upload_id, listed)
    assert reply.status == 200
    total = BIG + b"the end"
    digests = bytes.fromhex(etag_of(BIG)) + bytes.fromhex(etag_of(b"the end"))
    etag = f'"{etag_of(digests)}-2"'
    assert reply.headers["etag"] == reply.text("ETag") == etag
    assert reply.headers["x-oss-hash-crc64ecma"] == str(crc64_table(total))
    assert reply.text("Bucket") == BUCKET
    assert reply.text("Key") == "k"
    location = f"http://127.0.0.1:{wire.server.port}/{BUCKET}/k"
    assert reply.text("Location") == location
    got = wire("GET", "k")
    assert got.body == total
    assert got.headers["x-oss-object-type"] == "Multipart"
    assert got.headers["x-oss-meta-a"] == "1"
    assert got.headers["content-type"] == "a/b"
    assert got.headers["x-oss-tagging-count"] == "1"
    assert "content-md5" not in got.headers
    assert error(complete(wire, upload_id, listed)) == (404, "NoSuchUpload")
    middle = wire("GET", "k", headers={"Range": f"bytes={SMALLEST - 2}-{SMALLEST}"})
    assert middle.body == total[SMALLEST - 2 : SMALLEST + 1]


def test_encoding(wire: Wire) -> None:
    """Key names are encoded if asked for."""
    query = {"uploads": "", "encoding-type": "url"}
    started = wire("POST", "a b/é", query=query)
    assert started.text("Key") == "a%20b%2F%C3%A9"
    assert started.text("EncodingType") == "url"
    upload_id = started.text("UploadId") or ""
    asked = {"partNumber": "1", "uploadId": upload_id}
    wire("PUT", "a b/é", query=asked, body=b"x")
    query = {"uploadId": upload_id, "encoding-type": "url"}
    headers = {"x-oss-complete-all": "yes"}
    reply = wire("POST", "a b/é", query=query, headers=headers)
    assert reply.text("Key") == "a%20b%2F%C3%A9"


def test_complete_all(wire: Wire) -> None:
    """A header may stand for the list of parts, but not beside it."""
    upload_id = initiate(wire)
    headers = {"x-oss-complete-all": "yes"}
    reply = complete(wire, upload_id, b"", headers)
    assert error(reply) == (400, "InvalidPart")
    upload(wire, upload_id, 2, b"two")
    upload(wire, upload_id, 1, BIG)
    both = complete(wire, upload_id, document((2, etag_of(b"two"))), headers)
    assert error(both) == (400, "InvalidArgument")
    assert both.text("EC") == "0042-00000216"
    assert complete(wire, upload_id, b"", headers).status == 200
    assert wire("GET", "k").body == BIG + b"two"


@pytest.mark.parametrize(
    ("body", "code", "ec"),
    [
        (b"", "MalformedXML", "0042-00000205"),
        (b"<x/>", "MalformedXML", "0042-00000205"),
        (document(), "MalformedXML", "0042-00000205"),
        (document(("x", etag_of(BIG))), "MalformedXML", "0042-00000205"),
        (
            document((1, "")).replace(b"<ETag></ETag>", b""),
            "MalformedXML",
            "0042-00000205",
        ),
        (
            document((2, etag_of(b"2")), (1, etag_of(BIG))),
            "InvalidPartOrder",
            None,
        ),
        (
            document((1, etag_of(BIG)), (1, etag_of(BIG))),
            "InvalidPartOrder",
            None,
        ),
        (document((1, etag_of(b"2"))), "InvalidPart", None),
        (document((1, etag_of(BIG)), (5, etag_of(b"5"))), "InvalidPart", None),
        (document((2, etag_of(b"2")), (3, etag_of(BIG))), "EntityTooSmall", None),
    ],
)
def test_refused_completions(
    wire: Wire, body: bytes, code: str, ec: str | None
) -> None:
    """A failed check leaves the upload open."""
    upload_id = initiate(wire)
    for number, data in ((1, BIG), (2, b"2"), (3, BIG)):
        upload(wire, upload_id, number, data)
    reply = complete(wire, upload_id, body)
    assert error(reply) == (400, code)
    assert reply.text("EC") == ec
    listed = document((1, etag_of(BIG)), (2, etag_of(b"2")))
    assert complete(wire, upload_id, listed).status == 200


def test_too_small_tells_all(wire: Wire) -> None:
    """The part that is too small is named with its size and the limit."""
    upload_id = initiate(wire)
    upload(wire, upload_id, 1, b"small")
    upload(wire, upload_id, 2, b"end")
    body = document((1, etag_of(b"small")), (2, etag_of(b"end")))
    reply = complete(wire, upload_id, body)
    assert reply.text("MinSizeAllowed") == "102400"
    assert reply.text("ProposedSize") == "5"
    assert reply.text("PartNumber") == "1"
    assert reply.text("ETag") == f'"{etag_of(b"small")}"'


def test_smaller_parts_may_be_allowed() -> None:
    """The limit is the server's setting."""
    with ossc.mock.serve(buckets=[BUCKET], min_part_size=1) as server:
        wire = Wire(server)
        upload_id = initiate(wire)
        parts = [(n, bytes([n])) for n in range(1, 30)]
        for number, data in parts:
            upload(wire, upload_id, number, data)
        body = document(*((number, etag_of(data)) for number, data in parts))
        assert complete(wire, upload_id, body).status == 200
        assert server.get_object(BUCKET, "k") == bytes(range(1, 30))


@pytest.mark.parametrize("number", ["0", "10001", "-1", "x", ""])
def test_bad_part_numbers(wire: Wire, number: str) -> None:
    """Part numbers go from 1 to 10000."""
    reply = upload(wire, initiate(wire), number, b"x")
    assert error(reply) == (400, "InvalidArgument")
    message = "Part number must be an integer between 1 and 10000, inclusive."
    assert reply.text("Message") == message


def test_part_headers(wire: Wire) -> None:
    """A wrong digest and encryption headers are refused on parts."""
    upload_id = initiate(wire)
    query = {"partNumber": "1", "uploadId": upload_id}
    for headers, code in (
        ({"Content-MD5": "AAAAAAAAAAAAAAAAAAAAAA=="}, "InvalidDigest"),
        ({"x-oss-hash-crc64ecma": "1"}, "InvalidCRC64"),
        ({"x-oss-server-side-encryption": "AES256"}, "InvalidArgument"),
    ):
        reply = wire("PUT", "k", query=query, headers=headers, body=b"x")
        assert error(reply) == (400, code)
    listing = wire("GET", "k", query={"uploadId": upload_id})
    assert listing.texts("Part") == []


def test_encryption_belongs_to_the_upload(wire: Wire) -> None:
    """Parts and the object tell the encryption that the upload asked for."""
    headers = {"x-oss-server-side-encryption": "AES256"}
    upload_id = initiate(wire, headers=headers)
    part = upload(wire, upload_id, 1, b"x")
    done = complete(wire, upload_id, document((1, etag_of(b"x"))))
    for reply in (part, done, wire("HEAD", "k")):
        assert reply.headers["x-oss-server-side-encryption"] == "AES256"


@pytest.mark.parametrize(
    ("method", "query", "ec"),
    [
        ("PUT", {"partNumber": "1"}, "0042-00000104"),
        ("DELETE", {}, "0042-00000002"),
        ("GET", {}, "0042-00000002"),
    ],
)
def test_unknown_upload(
    wire: Wire, method: str, query: dict[str, str], ec: str
) -> None:
    """An unknown id is told with the operation's own EC; ids belong to keys."""
    known = initiate(wire, "other")
    for upload_id in ("0" * 32, known):
        reply = wire(method, "k", query={**query, "uploadId": upload_id})
        assert error(reply) == (404, "NoSuchUpload")
        assert reply.text("UploadId") == upload_id
        assert reply.text("EC") == ec


def test_abort(wire: Wire) -> None:
    """An aborted upload is gone."""
    upload_id = initiate(wire)
    upload(wire, upload_id, 1, bytes(2_000_000))
    query = {"uploadId": upload_id}
    assert wire("DELETE", "k", query=query).status == 204
    assert error(wire("DELETE", "k", query=query)) == (404, "NoSuchUpload")
    assert wire("GET", query={"uploads": ""}).texts("Upload") == []


def test_list_parts(wire: Wire) -> None:
    """Parts are listed in pages with size, ETag and CRC."""
    upload_id = initiate(wire)
    for number in (5, 1, 3):
        upload(wire, upload_id, number, b"x" * number)
    query = {"uploadId": upload_id, "max-parts": "2"}
    first = wire("GET", "k", query=query)
    assert first.texts("Part/PartNumber") == ["1", "3"]
    assert first.texts("Part/Size") == ["1", "3"]
    assert first.text("IsTruncated") == "true"
    assert first.text("PartNumberMarker") == "0"
    assert first.text("NextPartNumberMarker") == "3"
    assert first.texts("Part/HashCrc64ecma")[1] == str(crc64_table(b"xxx"))
    assert first.texts("Part/ETag")[1] == f'"{etag_of(b"xxx")}"'
    query["part-number-marker"] = "3"
    second = wire("GET", "k", query=query)
    assert second.texts("Part/PartNumber") == ["5"]
    assert second.text("IsTruncated") == "false"
    query["part-number-marker"] = "x"
    assert error(wire("GET", "k", query=query)) == (400, "InvalidArgument")
    query = {"uploadId": upload_id, "max-parts": "0"}
    assert error(wire("GET", "k", query=query)) == (400, "InvalidArgument")


def copy_part(
    wire: Wire, upload_id: str, headers: dict[str, str] | None = None
) -> Reply:
    """Send an UploadPartCopy of the object ``src``."""
    query = {"partNumber": "1", "uploadId": upload_id}
    source = {"x-oss-copy-source": f"/{BUCKET}/src", **(headers or {})}
    return wire("PUT", "k", query=query, headers=source)


@pytest.mark.parametrize(
    ("wanted", "shown", "data"),
    [
        (None, None, b"0123456789"),
        ("bytes=2-4", "bytes 2-4/10", b"234"),
        ("bytes=8-", "bytes 8-9/10", b"89"),
        ("bytes=8-10", None, b"0123456789"),
    ],
)
def test_part_copy(
    wire: Wire, wanted: str | None, shown: str | None, data: bytes
) -> None:
    """A part may be a range of another object, or all of it."""
    wire.server.put_object(BUCKET, "src", b"0123456789")
    upload_id = initiate(wire)
    headers = {} if wanted is None else {"x-oss-copy-source-range": wanted}
    reply = copy_part(wire, upload_id, headers)
    assert reply.status == 200
    assert reply.headers.get("content-range") == shown
    assert reply.text("ETag") == f'"{etag_of(data)}"'
    complete(wire, upload_id, document((1, etag_of(data))))
    assert wire("GET", "k").body == data
    crc = wire("HEAD", "k").headers["x-oss-hash-crc64ecma"]
    assert crc == str(crc64_table(data))


def test_part_copy_errors(wire: Wire) -> None:
    """A copied part needs its upload, its source, and its conditions."""
    reply = copy_part(wire, "0" * 32)
    assert error(reply) == (404, "NoSuchUpload")
    assert reply.text("EC") == "0042-00000311"
    upload_id = initiate(wire)
    assert error(copy_part(wire, upload_id)) == (404, "NoSuchKey")
    wire.server.put_object(BUCKET, "src", b"x", storage_class="Archive")
    assert error(copy_part(wire, upload_id)) == (403, "InvalidObjectState")
    wire.server.put_object(BUCKET, "src", b"x")
    refused = copy_part(wire, upload_id, {"x-oss-copy-source-if-match": "y"})
    assert error(refused) == (412, "PreconditionFailed")


def test_forbid_overwrite(wire: Wire) -> None:
    """Overwriting is forbidden at the start and at the end."""
    headers = {"x-oss-forbid-overwrite": "true"}
    upload_id = initiate(wire, headers=headers)
    upload(wire, upload_id, 1, b"x")
    wire.server.put_object(BUCKET, "k", b"meanwhile")
    body = document((1, etag_of(b"x")))
    reply = complete(wire, upload_id, body, headers)
    assert error(reply) == (409, "FileAlreadyExists")
    reply = wire("POST", "k", query={"uploads": ""}, headers=headers)
    assert error(reply) == (409, "FileAlreadyExists")
    assert complete(wire, upload_id, body).status == 200


def test_multipart_copy_is_normal(wire: Wire) -> None:
    """A copy of a multipart object has the ETag of its bytes."""
    upload_id = initiate(wire)
    upload(wire, upload_id, 1, b"data")
    complete(wire, upload_id, document((1, etag_of(b"data"))))
    reply = wire("PUT", "copy", headers={"x-oss-copy-source": f"/{BUCKET}/k"})
    assert reply.text("ETag") == f'"{etag_of(b"data")}"'
    assert wire("HEAD", "copy").headers["x-oss-object-type"] == "Normal"

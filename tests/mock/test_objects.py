"""Objects: put, get, head, meta, delete, conditions, ranges, limits."""

from __future__ import annotations

import base64
import hashlib
import time

import pytest

import ossc.mock
from ossc.mock._crc64 import crc64_table

from .wire import BUCKET, Reply, Wire, http_date

NOW = 1_700_000_000
DATA = b"The quick brown fox jumps over the lazy dog"
MD5 = base64.b64encode(hashlib.md5(DATA).digest()).decode()
ETAG = f'"{hashlib.md5(DATA).hexdigest().upper()}"'
CRC = str(crc64_table(DATA))
EPOCH = "Thu, 01 Jan 1970 00:00:00 GMT"


def error(reply: Reply) -> tuple[int, str | None]:
    """Status and code of an error."""
    return reply.status, reply.code


def test_put_and_get(wire: Wire) -> None:
    """What is put comes back with its digests and metadata."""
    headers = {
        "Content-Type": "text/plain",
        "Cache-Control": "no-cache",
        "Content-Disposition": "attachment",
        "Content-Encoding": "identity",
        "Content-Language": "en",
        "Expires": "never",
        "x-oss-meta-Colour": "blue",
    }
    put = wire("PUT", "k", headers=headers, body=DATA)
    assert (put.status, put.body) == (200, b"")
    assert put.headers["etag"] == ETAG
    assert put.headers["content-md5"] == MD5
    assert put.headers["x-oss-hash-crc64ecma"] == CRC
    got = wire("GET", "k")
    assert (got.status, got.body) == (200, DATA)
    for name, value in headers.items():
        assert got.headers[name.lower()] == value
    assert got.headers["etag"] == ETAG
    assert got.headers["x-oss-hash-crc64ecma"] == CRC
    assert got.headers["x-oss-object-type"] == "Normal"
    assert got.headers["x-oss-storage-class"] == "Standard"
    assert got.headers["accept-ranges"] == "bytes"
    head = wire("HEAD", "k")
    assert head.body == b""
    assert head.headers["content-length"] == str(len(DATA))
    skipped = {"x-oss-request-id", "x-oss-server-time", "date"}
    same = got.headers.keys() - skipped
    assert {n: got.headers[n] for n in same} == {n: head.headers[n] for n in same}


def test_large_object(wire: Wire) -> None:
    """A body beyond the memory limit survives by way of a file."""
    data = bytes(range(256)) * 12345
    assert wire("PUT", "big", body=data).status == 200
    assert wire("GET", "big").body == data
    part = wire("GET", "big", headers={"Range": "bytes=1048570-1048585"})
    assert part.body == data[1048570:1048586]
    assert wire("DELETE", "big").status == 204


def test_defaults(wire: Wire) -> None:
    """An object without headers is an octet stream."""
    wire("PUT", "k", body=b"")
    got = wire("GET", "k")
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["content-length"] == "0"
    assert got.headers["x-oss-hash-crc64ecma"] == "0"


def test_meta(wire: Wire) -> None:
    """GetObjectMeta gives three headers and no metadata."""
    wire("PUT", "k", headers={"x-oss-meta-a": "b"}, body=DATA)
    meta = wire("HEAD", "k", query={"objectMeta": ""})
    assert meta.headers["etag"] == ETAG
    assert meta.headers["content-length"] == str(len(DATA))
    assert "last-modified" in meta.headers
    assert "x-oss-meta-a" not in meta.headers
    assert "content-type" not in meta.headers


def test_missing(wire: Wire) -> None:
    """A missing key is told with its name, for HEAD in a header."""
    reply = wire("GET", "no/such key")
    assert error(reply) == (404, "NoSuchKey")
    assert reply.text("Message") == "The specified key does not exist."
    assert reply.text("Key") == "no/such key"
    assert reply.text("EC") == "0026-00000001"
    assert reply.text("HostId") == "127.0.0.1"
    names = [element.tag for element in reply.xml]
    expected = "Code Message RequestId HostId Key EC RecommendDoc"
    assert names == expected.split()
    assert reply.headers["content-type"] == "application/xml"
    for query in ({}, {"objectMeta": ""}):
        head = wire("HEAD", "no/such key", query=query)
        assert (head.status, head.body) == (404, b"")
        assert head.headers["x-oss-ec"] == "0026-00000001"
        assert head.head_error.findtext("Code") == "NoSuchKey"
        identity = head.headers["x-oss-request-id"]
        assert head.head_error.findtext("RequestId") == identity


def test_no_such_bucket(wire: Wire) -> None:
    """A missing bucket is told with its name."""
    reply = wire("GET", "k", bucket="nobucket")
    assert error(reply) == (404, "NoSuchBucket")
    assert reply.text("BucketName") == "nobucket"
    assert reply.text("EC") == "0015-00000101"


def test_delete(wire: Wire) -> None:
    """Deleting succeeds whether or not there was something."""
    wire("PUT", "k", body=DATA)
    for _ in range(2):
        reply = wire("DELETE", "k")
        assert (reply.status, reply.body) == (204, b"")
        assert "content-length" not in reply.headers
    assert wire("GET", "k").status == 404


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Content-MD5": base64.b64encode(b"x" * 16).decode()}, 400, "InvalidDigest"),
        ({"x-oss-hash-crc64ecma": "1"}, 400, "InvalidCRC64"),
        ({"x-oss-object-acl": "secret"}, 400, "InvalidArgument"),
        ({"x-oss-storage-class": "Cheap"}, 400, "InvalidArgument"),
        (
            {"x-oss-server-side-encryption": "ROT13"},
            400,
            "InvalidEncryptionAlgorithmError",
        ),
        ({"x-oss-traffic-limit": "819199"}, 400, "InvalidArgument"),
        ({"x-oss-traffic-limit": "838860801"}, 400, "InvalidArgument"),
        ({"x-oss-traffic-limit": "fast"}, 400, "InvalidArgument"),
        ({"x-oss-tagging": "a=1&a=2"}, 400, "RepeatedTags"),
        ({"x-oss-tagging": "=1"}, 400, "InvalidTag"),
        ({"x-oss-tagging": "a=%21"}, 400, "InvalidTag"),
        (
            {"x-oss-tagging": "&".join(f"k{i}=v" for i in range(11))},
            400,
            "InvalidTag",
        ),
        ({"x-oss-meta-a": "x" * 8192}, 400, "InvalidArgument"),
        ({"x-oss-meta-a_b": "x"}, 400, "InvalidArgument"),
        ({"If-Modified-Since": EPOCH}, 400, "NotImplemented"),
        ({"Content-Length": str(5 * 1024**3 + 1)}, 400, "EntityTooLarge"),
    ],
)
def test_refused_puts(
    wire: Wire, headers: dict[str, str], status: int, code: str
) -> None:
    """A refused put stores nothing."""
    wire("PUT", "k", body=b"before")
    assert error(wire("PUT", "k", headers=headers, body=DATA)) == (status, code)
    assert wire.server.get_object(BUCKET, "k") == b"before"


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-MD5": MD5},
        {"Content-MD5": base64.b64encode(b"x" * 20).decode()},
        {"Content-MD5": "not base64!"},
        {"x-oss-hash-crc64ecma": CRC},
        {"x-oss-traffic-limit": "838860800"},
        {"x-oss-meta-a": "x" * 8191},
        {"x-oss-tagging": "&".join(f"k{i}=v" for i in range(10))},
        {"x-oss-server-side-encryption": "AES256"},
    ],
)
def test_accepted_puts(wire: Wire, headers: dict[str, str]) -> None:
    """Right digests, odd digests and values at the limit are accepted."""
    assert wire("PUT", "k", headers=headers, body=DATA).status == 200


def test_not_implemented_names_the_header(wire: Wire) -> None:
    """The unsupported header is named."""
    reply = wire("PUT", "k", headers={"If-Modified-Since": EPOCH})
    assert reply.text("Header") == "If-Modified-Since"


def test_encryption_is_echoed(wire: Wire) -> None:
    """Encryption headers come back from put, get and head."""
    headers = {
        "x-oss-server-side-encryption": "KMS",
        "x-oss-server-side-encryption-key-id": "key-1",
    }
    replies = [wire("PUT", "k", headers=headers), wire("GET", "k"), wire("HEAD", "k")]
    for reply in replies:
        assert headers.items() <= reply.headers.items()


def test_forbid_overwrite(wire: Wire) -> None:
    """What is there stays if the request asks for it."""
    headers = {"x-oss-forbid-overwrite": "true"}
    assert wire("PUT", "k", headers=headers, body=b"1").status == 200
    reply = wire("PUT", "k", headers=headers, body=b"2")
    assert error(reply) == (409, "FileAlreadyExists")
    headers = {"x-oss-forbid-overwrite": "false"}
    assert wire("PUT", "k", headers=headers, body=b"3").status == 200


def test_traffic_limit_in_both_places(wire: Wire) -> None:
    """The limit may come by header or by query, not by both."""
    name, value = "x-oss-traffic-limit", "838860800"
    assert wire("PUT", "k", query={name: value}, body=b"x").status == 200
    reply = wire("PUT", "k", query={name: value}, headers={name: value})
    assert error(reply) == (400, "InvalidArgument")
    assert reply.text("ArgumentName") == name


def test_traffic_limit_slows(wire: Wire) -> None:
    """A limited download takes about as long as it should."""
    wire("PUT", "k", body=bytes(20480))
    started = time.monotonic()
    got = wire("GET", "k", headers={"x-oss-traffic-limit": "819200"})
    assert len(got.body) == 20480
    assert time.monotonic() - started > 0.15


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("x" * 1024, "The Length of Object name must be less than 1024."),
        ("/x", "The specified object is not valid."),
        ("\\x", "The specified object is not valid."),
    ],
)
def test_bad_keys(wire: Wire, key: str, message: str) -> None:
    """Keys that break the rules are refused."""
    reply = wire("PUT", key, body=b"x")
    assert error(reply) == (400, "InvalidObjectName")
    assert reply.text("Message") == message


def test_longest_key(wire: Wire) -> None:
    """A key of 1023 bytes is a key."""
    key = "é" * 511 + "x"
    assert wire("PUT", key, body=b"x").status == 200
    assert wire("GET", key).body == b"x"


def test_overrides(wire: Wire) -> None:
    """A signed request may choose response headers."""
    wire("PUT", "k", headers={"Content-Type": "a/b"}, body=DATA)
    names = (
        "content-type",
        "content-language",
        "expires",
        "cache-control",
        "content-disposition",
        "content-encoding",
    )
    query = {f"response-{name}": f"chosen {name}" for name in names}
    reply = wire("GET", "k", query=query)
    assert all(reply.headers[name] == f"chosen {name}" for name in names)


def test_version_ids(wire: Wire) -> None:
    """Without versioning there is only the version called null."""
    wire("PUT", "k", body=DATA)
    assert wire("GET", "k", query={"versionId": "null"}).body == DATA
    assert error(wire("GET", "k", query={"versionId": "x"})) == (404, "NoSuchVersion")
    reply = wire("GET", "k", query={"versionId": ""})
    assert reply.text("Message") == "Version id can not be the empty string."
    assert wire("DELETE", "k", query={"versionId": "x"}).status == 204
    assert wire("GET", "k").status == 200
    assert wire("DELETE", "k", query={"versionId": "null"}).status == 204
    assert wire("GET", "k").status == 404


def test_process_is_not_offered(wire: Wire) -> None:
    """Image processing is refused, not ignored."""
    wire("PUT", "k", body=DATA)
    reply = wire("GET", "k", query={"x-oss-process": "image/resize,w_10"})
    assert error(reply) == (400, "InvalidArgument")


def test_archived(wire: Wire) -> None:
    """An archived object can be headed but not read."""
    wire("PUT", "k", headers={"x-oss-storage-class": "Archive"}, body=DATA)
    reply = wire("GET", "k")
    assert error(reply) == (403, "InvalidObjectState")
    assert reply.headers["x-oss-hash-crc64ecma"] == CRC
    assert wire("HEAD", "k").headers["x-oss-storage-class"] == "Archive"


OTHER_ETAG = '"00000000000000000000000000000000"'
BEFORE, AFTER = http_date(NOW - 1), http_date(NOW + 1)
AT = http_date(NOW)
CONDITIONS = [
    ({"If-Match": ETAG}, 200),
    ({"If-Match": ETAG.strip('"')}, 200),
    ({"If-Match": ETAG.lower()}, 200),
    ({"If-Match": OTHER_ETAG}, 412),
    ({"If-None-Match": ETAG}, 304),
    ({"If-None-Match": OTHER_ETAG}, 200),
    ({"If-Modified-Since": BEFORE}, 200),
    ({"If-Modified-Since": AT}, 304),
    ({"If-Modified-Since": AFTER}, 304),
    ({"If-Modified-Since": "yesterday"}, 200),
    ({"If-Unmodified-Since": BEFORE}, 412),
    ({"If-Unmodified-Since": AT}, 200),
    ({"If-Unmodified-Since": AFTER}, 200),
    ({"If-Unmodified-Since": "tomorrow"}, 200),
    ({"If-Match": OTHER_ETAG, "If-None-Match": ETAG}, 412),
    ({"If-Unmodified-Since": BEFORE, "If-None-Match": ETAG}, 412),
    ({"If-Match": ETAG, "If-None-Match": ETAG}, 304),
    ({"If-None-Match": OTHER_ETAG, "If-Modified-Since": AFTER}, 304),
]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(("headers", "status"), CONDITIONS)
def test_conditions(method: str, headers: dict[str, str], status: int) -> None:
    """The first condition that fails answers."""
    with ossc.mock.serve(buckets=[BUCKET], clock=NOW + 0.75) as server:
        server.put_object(BUCKET, "k", DATA)
        reply = Wire(server, now=NOW)(method, "k", headers=headers)
    assert reply.status == status
    if status == 304:
        assert reply.body == b""
        assert reply.headers["etag"] == ETAG
        assert reply.headers["last-modified"] == AT
        assert "content-length" not in reply.headers
    if status == 412:
        document = reply.head_error if method == "HEAD" else reply.xml
        assert document.findtext("Code") == "PreconditionFailed"
        assert document.findtext("Condition") in headers
        assert reply.headers["x-oss-hash-crc64ecma"] == CRC


THOUSAND = bytes(i % 251 for i in range(1000))
WHOLE = (200, None, 0, 1000)
RANGES = [
    ("bytes=0-499", (206, "bytes 0-499/1000", 0, 500), None),
    ("bytes=0-0", (206, "bytes 0-0/1000", 0, 1), None),
    ("bytes=500-", (206, "bytes 500-999/1000", 500, 1000), None),
    ("bytes=-500", (206, "bytes 500-999/1000", 500, 1000), None),
    ("bytes=-1000", (206, "bytes 0-999/1000", 0, 1000), None),
    ("bytes=0-9,20-29", (206, "bytes 0-9/1000", 0, 10), None),
    ("bytes=500-2000", WHOLE, (206, "bytes 500-999/1000", 500, 1000)),
    ("bytes=1000-2000", WHOLE, (416, None, 0, 0)),
    ("bytes=1000-", WHOLE, (416, None, 0, 0)),
    ("bytes=-0", WHOLE, (416, None, 0, 0)),
    ("bytes=-2000", WHOLE, (206, "bytes 0-999/1000", 0, 1000)),
    ("byte=0-1", WHOLE, None),
    ("bytes=9-1", WHOLE, None),
    ("bytes=x-", WHOLE, None),
    ("bytes=-", WHOLE, None),
    ("bytes", WHOLE, None),
]


@pytest.mark.parametrize("standard", [False, True], ids=["default", "standard"])
@pytest.mark.parametrize(("asked", "default", "strict"), RANGES)
def test_ranges(
    wire: Wire,
    asked: str,
    default: tuple[int, str | None, int, int],
    strict: tuple[int, str | None, int, int] | None,
    *,
    standard: bool,
) -> None:
    """Ranges that fit are cut, the others treated as the behaviour says."""
    wire.server.put_object(BUCKET, "k", THOUSAND)
    headers = {"Range": asked}
    if standard:
        headers["x-oss-range-behavior"] = "standard"
    reply = wire("GET", "k", headers=headers)
    status, content_range, first, end = strict if standard and strict else default
    assert reply.status == status
    if status == 416:
        assert reply.code == "InvalidRange"
    else:
        assert reply.headers.get("content-range") == content_range
        assert reply.body == THOUSAND[first:end]
    assert reply.headers["x-oss-hash-crc64ecma"] == str(crc64_table(THOUSAND))


def test_range_of_nothing(wire: Wire) -> None:
    """On an empty object every range is out of range."""
    wire.server.put_object(BUCKET, "k", b"")
    assert wire("GET", "k", headers={"Range": "bytes=0-"}).status == 200
    headers = {"Range": "bytes=0-", "x-oss-range-behavior": "standard"}
    assert wire("GET", "k", headers=headers).status == 416
    headers["Range"] = "bytes=-1"
    assert wire("GET", "k", headers=headers).status == 416


def delete_body(keys: list[str], *, quiet: bool = False) -> bytes:
    """A DeleteMultipleObjects document."""
    items = "".join(f"<Object><Key>{key}</Key></Object>" for key in keys)
    flag = "<Quiet>true</Quiet>" if quiet else ""
    return f"<Delete>{flag}{items}</Delete>".encode()


def delete_many(wire: Wire, body: bytes, query: dict[str, str] | None = None) -> Reply:
    """Send a DeleteMultipleObjects with its digest."""
    digest = base64.b64encode(hashlib.md5(body).digest()).decode()
    asked = {"delete": "", **(query or {})}
    return wire("POST", query=asked, headers={"Content-MD5": digest}, body=body)


def test_delete_many(wire: Wire) -> None:
    """All requested keys are answered, existing or not."""
    for key in ("a", "b&<", "c d/é"):
        wire.server.put_object(BUCKET, key, b"x")
    reply = delete_many(wire, delete_body(["a", "b&amp;&lt;", "missing"]))
    assert reply.status == 200
    assert reply.texts("Deleted/Key") == ["a", "b&<", "missing"]
    reply = delete_many(wire, delete_body(["c d/é"]), {"encoding-type": "url"})
    assert reply.text("EncodingType") == "url"
    assert reply.texts("Deleted/Key") == ["c%20d%2F%C3%A9"]
    assert wire("GET").texts("Contents/Key") == []


def test_delete_many_quietly(wire: Wire) -> None:
    """A quiet request is answered without a body."""
    wire.server.put_object(BUCKET, "a", b"x")
    reply = delete_many(wire, delete_body(["a"], quiet=True))
    assert (reply.status, reply.body) == (200, b"")
    assert wire("GET", "a").status == 404


@pytest.mark.parametrize(
    "body",
    [
        b"<Delete></Delete>",
        b"<Delete><Object><Key>a</Key>",
        b"<Remove><Object><Key>a</Key></Object></Remove>",
        b"not xml",
        delete_body(["x" * 1024]),
        delete_body([""]),
        delete_body([f"k{i}" for i in range(1001)]),
        b'<!DOCTYPE d [<!ENTITY a "b">]><Delete><Object><Key>&a;</Key></Object></Delete>',
        b"<Delete>" + b"<a>" * 60 + b"</a>" * 60 + b"</Delete>",
    ],
)
def test_bad_deletes(wire: Wire, body: bytes) -> None:
    """A document that breaks the rules deletes nothing."""
    wire.server.put_object(BUCKET, "a", b"x")
    reply = delete_many(wire, body)
    assert error(reply) == (400, "MalformedXML")
    assert reply.text("EC") == "0016-00000608"
    assert reply.text("ErrorDetail")
    assert wire("GET", "a").status == 200


def test_delete_many_digests(wire: Wire) -> None:
    """The digest must be there and be right; one of odd length passes."""
    body, query = delete_body(["a"]), {"delete": ""}
    assert error(wire("POST", query=query, body=body)) == (400, "MissingArgument")
    wrong = {"Content-MD5": base64.b64encode(bytes(16)).decode()}
    reply = wire("POST", query=query, headers=wrong, body=body)
    assert error(reply) == (400, "InvalidDigest")
    long = {"Content-MD5": base64.b64encode(bytes(20)).decode()}
    assert wire("POST", query=query, headers=long, body=body).status == 200


def test_direct_access(server: ossc.mock.Server, wire: Wire) -> None:
    """Tests may look into the server's state and change it."""
    server.put_object(
        BUCKET, "k", DATA, content_type="text/x", colour="blue", acl="public-read"
    )
    got = wire("GET", "k")
    assert got.headers["content-type"] == "text/x"
    assert got.headers["x-oss-meta-colour"] == "blue"
    assert wire.send("GET", f"/{BUCKET}/k", {}).body == DATA
    assert server.get_object(BUCKET, "k") == DATA
    with pytest.raises(KeyError):
        server.get_object(BUCKET, "missing")


def test_recording(server: ossc.mock.Server, wire: Wire) -> None:
    """The server remembers what it was asked, and forgets on demand."""
    wire("PUT", "a b", headers={"x-oss-meta-x": "1"}, query={"q": "1"}, body=b"x")
    (seen,) = server.requests
    assert (seen.method, seen.bucket, seen.key) == ("PUT", BUCKET, "a b")
    assert (seen.operation, seen.status) == ("PutObject", 200)
    assert seen.query == [("q", "1")]
    assert ("x-oss-meta-x", "1") in seen.headers
    assert server.connections == 1
    server.reset_counts()
    assert (server.requests, server.connections) == ([], 0)

"""The service's limits: what is just allowed, and what is one too many."""

from __future__ import annotations

import base64
import hashlib
import inspect
import socket
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

import ossc.mock
from ossc.mock._blobs import Blob, Segment
from ossc.mock._records import ObjectRecord, Part

from .application import Application, answer
from .test_callback import b64
from .test_multipart import complete, document, initiate, upload
from .test_post_object import PREAMBLE, field, file, form, post
from .test_select import ask, request
from .test_settings import error
from .wire import BUCKET, Wire, http_date, raw, signed_head, split_replies

FIVE_GB = 5 * 1024**3
KB, MB = 1024, 1024 * 1024
TOO_LARGE = (400, "EntityTooLarge")
OPEN = "open-bucket"


@pytest.fixture
def open_server(server: ossc.mock.Server) -> ossc.mock.Server:
    """A server with a bucket that anybody may write to."""
    server.create_bucket(OPEN, "public-read-write")
    return server


def sparse(folder: Path, size: int) -> tuple[Segment, ...]:
    """Bytes that take no room on the disk."""
    path = folder / f"sparse-{size}"
    with path.open("wb") as made:
        made.truncate(size)
    return (Segment(Blob(path.name, size, path=path), 0, size),)


def place(server: ossc.mock.Server, folder: Path, size: int, kind: str) -> None:
    """Puts an object of any size into the server."""
    store = server._context.store
    record = ObjectRecord("big", sparse(folder, size), "E", 0, server.now(), type=kind)
    store.put_object(store.buckets[BUCKET], record)


@pytest.mark.parametrize(
    ("length", "status"), [(2, 400), (3, 200), (63, 200), (64, 400)]
)
def test_bucket_names(wire: Wire, length: int, status: int) -> None:
    """3 to 63 characters."""
    reply = wire("PUT", bucket="b" * length)
    assert reply.status == status
    assert status == 200 or reply.code == "InvalidBucketName"


def test_buckets_of_an_owner(wire: Wire) -> None:
    """100; what is there already can still be changed."""
    for number in range(98):
        wire.server.create_bucket(f"bucket-{number}")
    assert wire("PUT", bucket="the-hundredth").status == 200
    reply = wire("PUT", bucket="one-too-many")
    assert error(reply) == (400, "TooManyBuckets")
    message = "You have attempted to create more buckets than allowed."
    assert reply.text("Message") == message
    changed = wire("PUT", bucket="the-hundredth", headers={"x-oss-acl": "public-read"})
    assert changed.status == 200


def test_keys(wire: Wire) -> None:
    """1 to 1023 bytes, which are not characters."""
    assert wire("PUT", "x").status == 200
    assert wire("PUT", "é" * 511 + "x").status == 200
    reply = wire("PUT", "é" * 512)
    assert error(reply) == (400, "InvalidObjectName")
    assert reply.text("Message") == "The Length of Object name must be less than 1024."


def announced(server: ossc.mock.Server, head: bytes) -> bytes:
    """What comes back before any of the body was sent."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as sock:
        sock.sendall(head)
        data = b""
        while not data.endswith((b"</Error>", b" 100 Continue\r\n\r\n")):
            piece = sock.recv(65536)
            assert piece, data
            data += piece
        return data


@pytest.mark.parametrize("operation", ["put", "append", "part"])
def test_bodies_by_their_length(wire: Wire, operation: str) -> None:
    """5 GB are asked for, one byte more is refused before it is sent."""
    query = {"append": "", "position": "0"} if operation == "append" else {}
    if operation == "part":
        query = {"partNumber": "1", "uploadId": initiate(wire)}
    method = "POST" if operation == "append" else "PUT"
    for size, first in ((FIVE_GB, b"HTTP/1.1 100 "), (FIVE_GB + 1, b"HTTP/1.1 400 ")):
        headers = {"Content-Length": str(size), "Expect": "100-continue"}
        head = signed_head(wire, method, "k", headers, query=query)
        assert announced(wire.server, head).startswith(first)
    reply = split_replies(announced(wire.server, head))[0]
    assert error(reply) == TOO_LARGE
    message = "Your proposed upload exceeds the maximum allowed size."
    assert reply.text("Message") == message


def test_forms_by_their_length(open_server: ossc.mock.Server) -> None:
    """A form as a whole has 5 GB at most."""
    for size, first in ((FIVE_GB, b"HTTP/1.1 100 "), (FIVE_GB + 1, b"HTTP/1.1 400 ")):
        head = (
            f"POST /{OPEN}/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {PREAMBLE}\r\n"
            f"Content-Length: {size}\r\nExpect: 100-continue\r\n\r\n"
        ).encode()
        assert announced(open_server, head).startswith(first)
    assert error(split_replies(announced(open_server, head))[0]) == TOO_LARGE


def chunked(head: bytes, size: int) -> bytes:
    """A request whose length shows at its end only."""
    return head + b"%x\r\n" % size + bytes(size) + b"\r\n0\r\n\r\n"


@pytest.mark.parametrize("excess", [0, 1])
def test_bodies_without_a_length(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, excess: int
) -> None:
    """They are counted; here with a limit that is within reach."""
    monkeypatch.setattr("ossc.mock._handlers._intake.MAX_BODY_BYTES", 100_000)
    headers = {"Transfer-Encoding": "chunked"}
    head = signed_head(wire, "PUT", "k", headers)
    reply = split_replies(raw(wire.server, chunked(head, 100_000 + excess)))[0]
    assert reply.status == (400 if excess else 200)
    assert not excess or error(reply) == TOO_LARGE
    assert wire("HEAD", "k").status == (404 if excess else 200)


@pytest.mark.parametrize("excess", [0, 1])
def test_forms_without_a_length(
    open_server: ossc.mock.Server, monkeypatch: pytest.MonkeyPatch, excess: int
) -> None:
    """They are counted, too."""
    body = form([("key", "k")], file(bytes(1000)))
    most = len(body) - excess
    monkeypatch.setattr("ossc.mock._handlers._post.MAX_BODY_BYTES", most)
    head = (
        f"POST /{OPEN}/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {PREAMBLE}\r\n"
        f"Transfer-Encoding: chunked\r\n\r\n{len(body):x}\r\n"
    ).encode()
    reply = split_replies(raw(open_server, head + body + b"\r\n0\r\n\r\n"))[0]
    assert reply.status == (400 if excess else 204)
    assert not excess or error(reply) == TOO_LARGE


def test_objects_that_grow(wire: Wire, tmp_path: Path) -> None:
    """An appendable object ends at 5 GB."""
    place(wire.server, tmp_path, FIVE_GB - 3, "Appendable")

    def append(position: int, data: bytes) -> Any:
        query = {"append": "", "position": str(position)}
        return wire("POST", "big", query=query, body=data)

    assert error(append(FIVE_GB - 3, b"four")) == TOO_LARGE
    assert append(FIVE_GB - 3, b"3 B").status == 200
    assert error(append(FIVE_GB, b"x")) == TOO_LARGE
    assert append(FIVE_GB, b"").status == 200


@pytest.mark.parametrize("excess", [0, 1])
def test_copies(wire: Wire, tmp_path: Path, excess: int) -> None:
    """What is copied at one go has 5 GB at most."""
    place(wire.server, tmp_path, FIVE_GB + excess, "Normal")
    reply = wire("PUT", "copy", headers={"x-oss-copy-source": f"/{BUCKET}/big"})
    assert reply.status == (400 if excess else 200)
    if excess:
        assert reply.code == "EntityTooLarge"
        message = "Source object Length exceeds the maximum allowed size."
        assert reply.text("Message") == message


def test_parts_that_are_copied(
    wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A range of a larger object is a part; more than 5 GB are not."""
    place(wire.server, tmp_path, FIVE_GB + 1, "Normal")
    query = {"partNumber": "1", "uploadId": initiate(wire)}
    source = {"x-oss-copy-source": f"/{BUCKET}/big"}
    assert error(wire("PUT", "k", query=query, headers=source)) == TOO_LARGE
    monkeypatch.setattr("ossc.mock._handlers._multipart.MAX_BODY_BYTES", 1000)
    for last, status in ((999, 200), (1000, 400)):
        headers = {**source, "x-oss-copy-source-range": f"bytes=0-{last}"}
        assert wire("PUT", "k", query=query, headers=headers).status == status


def test_the_numbers_of_parts(wire: Wire) -> None:
    """1 to 10,000."""
    upload_id = initiate(wire)
    for number, status in ((0, 400), (1, 200), (10_000, 200), (10_001, 400)):
        reply = upload(wire, upload_id, number, b"x")
        assert reply.status == status
        assert status == 200 or reply.code == "InvalidArgument"


def test_the_largest_object(wire: Wire, tmp_path: Path) -> None:
    """10,000 parts of 5 GB each, which are 48.8 TB, are an object."""
    upload_id = initiate(wire)
    store = wire.server._context.store
    home = store.buckets[BUCKET]
    segments = sparse(tmp_path, FIVE_GB)
    etag = hashlib.md5(b"").hexdigest().upper()
    for number in range(1, 10_001):
        part = Part(number, segments, etag, 0, wire.server.now())
        store.put_part(home, home.uploads[upload_id], part)
    listed = document(*((number, etag) for number in range(1, 10_001)))
    assert complete(wire, upload_id, listed).status == 200
    head = wire("HEAD", "k").headers
    assert int(head["content-length"]) == 10_000 * FIVE_GB
    assert head["etag"].endswith('-10000"')


@pytest.mark.parametrize(("size", "status"), [(102_399, 400), (102_400, 200)])
def test_the_smallest_part(wire: Wire, size: int, status: int) -> None:
    """100 KB, but for the last, as the server does unless it is told otherwise."""
    assert inspect.signature(ossc.mock.serve).parameters["min_part_size"].default == (
        100 * KB
    )
    upload_id = initiate(wire)
    first = upload(wire, upload_id, 1, bytes(size)).headers["etag"]
    last = upload(wire, upload_id, 2, b"x").headers["etag"]
    reply = complete(wire, upload_id, document((1, first), (2, last)))
    assert reply.status == status
    assert status == 200 or reply.code == "EntityTooSmall"


@pytest.mark.parametrize("excess", [0, 1])
def test_user_metadata(wire: Wire, excess: int) -> None:
    """8 KB in total, of all names and values in bytes."""
    left = 8 * KB - len("ab") - 2 * 1000 - len("cd") + excess
    headers = {"x-oss-meta-ab": "é" * 1000, "x-oss-meta-cd": "v" * left}
    reply = wire("PUT", "k", headers=headers)
    assert reply.status == (400 if excess else 200)
    assert not excess or reply.code == "InvalidArgument"


TAGS: list[tuple[dict[str, str], str | None]] = [
    ({f"k{n}": "v" for n in range(10)}, None),
    ({f"k{n}": "v" for n in range(11)}, "InvalidTag"),
    ({"é" * 128: "é" * 256}, None),
    ({"é" * 129: "v"}, "InvalidTag"),
    ({"k": "é" * 257}, "InvalidTag"),
    ({"k": ""}, None),
]


def tag_set(tags: dict[str, str]) -> bytes:
    """The document with tags."""
    inner = "".join(
        f"<Tag><Key>{k}</Key><Value>{v}</Value></Tag>" for k, v in tags.items()
    )
    return f"<Tagging><TagSet>{inner}</TagSet></Tagging>".encode()


@pytest.mark.parametrize(("tags", "code"), TAGS, ids=range(len(TAGS)))
def test_object_tags(wire: Wire, tags: dict[str, str], code: str | None) -> None:
    """10; keys of 128 and values of 256 characters; by header and by document."""
    text = "&".join(f"{quote(k)}={quote(v)}" for k, v in tags.items())
    put = wire("PUT", "k", headers={"x-oss-tagging": text})
    wire("PUT", "k")
    changed = wire("PUT", "k", query={"tagging": ""}, body=tag_set(tags))
    for reply in (put, changed):
        assert reply.status == (200 if code is None else 400)
        assert code is None or reply.code == code


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        ({f"k{n}": "v" for n in range(20)}, None),
        ({f"k{n}": "v" for n in range(21)}, "TooManyTags"),
        ({"k" * 64: "v" * 128}, None),
        ({"k" * 65: "v"}, "MalformedXML"),
        ({"k": "v" * 129}, "MalformedXML"),
    ],
    ids=range(5),
)
def test_bucket_tags(wire: Wire, tags: dict[str, str], code: str | None) -> None:
    """20; keys of 64 and values of 128 bytes."""
    reply = wire("PUT", query={"tagging": ""}, body=tag_set(tags))
    assert reply.status == (200 if code is None else 400)
    assert code is None or reply.code == code


@pytest.mark.parametrize(
    ("count", "size", "status"),
    [
        (1000, None, 200),
        (1001, None, 400),
        (1, 2 * MB, 200),
        (1, 2 * MB + 1, 400),
    ],
)
def test_deleting_many(wire: Wire, count: int, size: int | None, status: int) -> None:
    """1000 keys, in a document of 2 MB."""
    keys = "".join(f"<Object><Key>k{n}</Key></Object>" for n in range(count))
    body = f"<Delete>{keys}</Delete>".encode()
    body = body if size is None else body.ljust(size)
    md5 = base64.b64encode(hashlib.md5(body).digest()).decode()
    reply = wire("POST", query={"delete": ""}, headers={"Content-MD5": md5}, body=body)
    assert reply.status == status
    assert status == 200 or reply.code == "MalformedXML"


PAGES: list[tuple[dict[str, str], str, str, int]] = [
    ({}, "max-keys", "MaxKeys", 100),
    ({"list-type": "2"}, "max-keys", "MaxKeys", 100),
    ({"versions": ""}, "max-keys", "MaxKeys", 100),
    ({"live": ""}, "max-keys", "MaxKeys", 100),
    ({"uploads": ""}, "max-uploads", "MaxUploads", 1000),
    ({"uploadId": ""}, "max-parts", "MaxParts", 1000),
    ({"prefix": ""}, "max-keys", "MaxKeys", 100),
]


@pytest.mark.parametrize(("query", "name", "element", "usual"), PAGES, ids=str)
def test_pages(
    wire: Wire, query: dict[str, str], name: str, element: str, usual: int
) -> None:
    """1000 entries at most; 100, or 1000 of parts and uploads, unless it is said."""
    where: dict[str, Any] = {"query": query}
    if "uploadId" in query:
        where = {"key": "k", "query": {"uploadId": initiate(wire)}}
    if "prefix" in query:
        where["bucket"] = None
    assert wire("GET", **where).text(element) == str(usual)
    for size, status in ((1, 200), (1000, 200), (1001, 400)):
        asked = {**where["query"], name: str(size)}
        reply = wire("GET", **{**where, "query": asked})
        assert reply.status == status
        if status == 200:
            assert reply.text(element) == str(size)
        else:
            assert (reply.code, reply.text("ArgumentName")) == ("InvalidArgument", name)


def test_heads(wire: Wire) -> None:
    """A request line and a header block of 8 KB each are taken."""
    wire("PUT", "k", body=b"data")
    query = {"x-ignored": "q" * (8 * KB)}
    headers = {f"X-Other-{number}": "h" * 1000 for number in range(9)}
    assert wire("GET", "k", query=query, headers=headers).body == b"data"


def padded(length: int, **more: str) -> str:
    """A callback, or its variables, whose base64 has that length."""
    size = length // 4 * 3
    empty = len(base64.b64decode(b64({**more, "x:pad": ""})))
    return b64({**more, "x:pad": "p" * (size - empty)})


@pytest.mark.parametrize(("length", "status"), [(5120, 200), (5124, 400)])
def test_callbacks(wire: Wire, length: int, status: int) -> None:
    """Each of the two values has 5 KB of base64 at most."""
    with Application() as application:
        callback = {"callbackUrl": application.url, "callbackBody": "x"}
        long = padded(length, **callback)
        put = wire("PUT", "k", headers={"x-oss-callback": long}, body=b"x")
        headers = {
            "x-oss-callback": b64(callback),
            "x-oss-callback-var": padded(length),
        }
        assert {len(long), len(headers["x-oss-callback-var"])} == {length}
        for reply in (put, wire("PUT", "k", headers=headers, body=b"x")):
            assert reply.status == status
            assert status == 200 or reply.code == "InvalidArgument"


@pytest.mark.parametrize(("count", "status"), [(5, 200), (6, 400)])
def test_the_urls_of_a_callback(wire: Wire, count: int, status: int) -> None:
    """Five are tried, one after the other."""
    with Application() as application:
        urls = ["http://127.0.0.1:1/"] * (count - 1) + [application.url]
        callback = {"callbackUrl": ";".join(urls), "callbackBody": "x"}
        reply = wire("PUT", "k", headers={"x-oss-callback": b64(callback)}, body=b"x")
    assert reply.status == status


@pytest.mark.parametrize(("size", "status"), [(MB, 200), (MB + 1, 203)])
def test_answers_of_applications(wire: Wire, size: int, status: int) -> None:
    """1 MB is passed on; more is a failed callback. It has 5 seconds."""
    body = b'"' + b"x" * (size - 2) + b'"'
    with Application(answer(body)) as application:
        callback = {"callbackUrl": application.url, "callbackBody": "x"}
        reply = wire("PUT", "k", headers={"x-oss-callback": b64(callback)}, body=b"x")
    assert reply.status == status
    assert reply.body == body if status == 200 else reply.code == "CallbackFailed"
    timeout = inspect.signature(ossc.mock.serve).parameters["callback_timeout"]
    assert timeout.default == 5


@pytest.mark.parametrize(
    ("rate", "status"),
    [(819_199, 400), (819_200, 200), (838_860_800, 200), (838_860_801, 400)],
)
def test_traffic_limits(wire: Wire, rate: int, status: int) -> None:
    """819,200 to 838,860,800 bits a second, by header or query, up and down."""
    wire("PUT", "k", body=b"x")
    limit = {"x-oss-traffic-limit": str(rate)}
    replies = [
        wire(method, "k", **{place: limit})  # type: ignore[arg-type]
        for method in ("PUT", "GET")
        for place in ("headers", "query")
    ]
    assert [each.status for each in replies] == [status] * 4
    assert status == 200 or {each.code for each in replies} == {"InvalidArgument"}


@pytest.mark.parametrize("excess", [0, 1])
@pytest.mark.parametrize("part", ["name", "value"])
def test_form_fields(open_server: ossc.mock.Server, part: str, excess: int) -> None:
    """Names of 8 KB, values of 2 MB."""
    name, value = "x-n", "v"
    if part == "name":
        name = "n" * (8 * KB + excess)
    else:
        value = "v" * (2 * MB + excess)
    body = field(name, value) + form([("key", "k")], file())
    reply = post(open_server, body, OPEN)
    assert reply.status == (400 if excess else 204)
    assert not excess or reply.code == "FieldItemTooLong"


CORS = (
    "<CORSRule><AllowedOrigin>*</AllowedOrigin>"
    "<AllowedMethod>GET</AllowedMethod></CORSRule>"
)
RULE = (
    "<Rule><ID>{}</ID><Prefix>p{}/</Prefix><Status>Enabled</Status>"
    "<Expiration><Days>1</Days></Expiration></Rule>"
)


@pytest.mark.parametrize(("count", "status"), [(10, 200), (11, 400)])
def test_cors_rules(wire: Wire, count: int, status: int) -> None:
    """10."""
    body = f"<CORSConfiguration>{CORS * count}</CORSConfiguration>".encode()
    reply = wire("PUT", query={"cors": ""}, body=body)
    assert reply.status == status
    assert status == 200 or reply.code == "CORSRuleBeyondLimit"


@pytest.mark.parametrize(("count", "status"), [(1000, 200), (1001, 400)])
def test_lifecycle_rules(wire: Wire, count: int, status: int) -> None:
    """1000."""
    rules = "".join(RULE.format(number, number) for number in range(count))
    body = f"<LifecycleConfiguration>{rules}</LifecycleConfiguration>".encode()
    reply = wire("PUT", query={"lifecycle": ""}, body=body)
    assert reply.status == status
    assert status == 200 or reply.code == "MalformedXML"


@pytest.mark.parametrize(("size", "status"), [(16 * KB, 206), (16 * KB + 1, 400)])
def test_select_expressions(wire: Wire, size: int, status: int) -> None:
    """16 KB."""
    wire("PUT", "k", body=b"a,b\n")
    sql = "select * from ossobject".ljust(size)
    reply = ask(wire, request(sql))
    assert reply.status == status
    assert status == 206 or reply.code == "InvalidSqlParameter"


@pytest.mark.parametrize("ahead", [-901, -900, 900, 901])
def test_clocks(ahead: int) -> None:
    """A client's clock may be 15 minutes wrong, to either side."""
    with ossc.mock.serve(buckets=[BUCKET], clock=1_700_000_000) as server:
        wire = Wire(server, scheme="v1", now=1_700_000_000)
        date = {"Date": http_date(1_700_000_000 + ahead)}
        reply = wire("GET", headers=date)
    assert reply.status == (403 if abs(ahead) > 900 else 200)
    assert reply.status == 200 or reply.code == "RequestTimeTooSkewed"

"""Answers that no server should give: each is an exception, never a crash or a hang."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import ossc
from ossc import _sdk

from .raw_server import (
    BUCKET,
    Handler,
    Peer,
    RawServer,
    answer,
    keep_alive,
    object_answer,
)

VERBS: dict[str, Callable[[ossc.Bucket], object]] = {
    "get": lambda b: b.get_object("k"),
    "into": lambda b: b.get_object_into("k", bytearray(100)),
    "head": lambda b: b.head_object("k"),
    "put": lambda b: b.put_object("k", b"data"),
    "append": lambda b: b.append_object("k", b"data", 0),
    "copy": lambda b: b.copy_object("k", "l"),
    "list": lambda b: list(b.list_objects()),
    "init": lambda b: b.init_multipart_upload("k"),
    "part": lambda b: b.upload_part("k", "U", 1, b"data"),
    "complete": lambda b: b.complete_multipart_upload("k", "U", [(1, "E")]),
    "list_parts": lambda b: list(b.list_parts("k", "U")),
    "delete": lambda b: b.delete_object("k"),
}

STATUS = b"HTTP/1.1 200 OK\r\n"
CHUNKED = object_answer().replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")


def _after(first: bytes, *forever: bytes) -> Handler:
    """A request is read, something sent, and then something else without end."""

    def handle(peer: Peer) -> None:
        peer.read()
        peer.send(first)
        for data in forever:
            peer.forever(data)

    return handle


def _length(text: str) -> bytes:
    return object_answer(b"abc").replace(b"Content-Length: 3", text.encode())


BROKEN: dict[str, Handler] = {
    "nothing": b"",
    "binary": bytes(range(256)),
    "no status line": b"Content-Length: 0\r\n\r\n",
    "HTTP/0.9": b"hello there",
    "status 000": answer(status="000 Zero"),
    "status 99": answer(status="99 Low"),
    "status 1000": answer(status="1000 High"),
    "status junk": answer(status="abc OK"),
    "HTTP/3.7": b"HTTP/3.7 200 OK\r\nContent-Length: 0\r\n\r\n",
    "101": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nabc",
    "half a head": STATUS + b"Content-Le",
    "endless headers": _after(STATUS, b"x-a: b\r\n" * 1000),
    "endless header": _after(STATUS + b"x-a: ", b"b" * 65536),
    "endless status": _after(b"HTTP/1.1 200 ", b"O" * 65536),
    "header bomb": STATUS + b"".join(b"x-%d: y\r\n" % n for n in range(5000)) + b"\r\n",
    "large header": STATUS + b"x-a: " + b"b" * 90_000 + b"\r\n\r\n",
    "header without colon": STATUS + b"abc\r\nContent-Length: 0\r\n\r\n",
    "header without name": STATUS + b": abc\r\nContent-Length: 0\r\n\r\n",
    "NUL in a header": STATUS + b"x-a: a\0b\r\nContent-Length: 0\r\n\r\n",
    "100 without end": _after(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    "102 without end": _after(b"", b"HTTP/1.1 102 Processing\r\n\r\n" * 1000),
    "negative length": _length("Content-Length: -3"),
    "junk length": _length("Content-Length: three"),
    "signed length": _length("Content-Length: +3"),
    "hex length": _length("Content-Length: 0x3"),
    "two lengths": _length("Content-Length: 3\r\nContent-Length: 4"),
    "a list of lengths": _length("Content-Length: 3, 3"),
    "length past 64 bits": _length("Content-Length: 18446744073709551619"),
    "302": answer(status="302 Found", Location="http://127.0.0.1:1/"),
    "307": answer(status="307 Temporary Redirect", Location="/elsewhere"),
    "418": answer(b"teapot", "418 I'm a teapot"),
    "an endless error": _after(answer(status="500 Wrong", length=None), b"z" * 65536),
    "a cut error": answer(b"<Error>", "404 Not Found", length=100),
    "an error without a length": answer(b"<Error>", "404 Not Found", length=None),
    "a proxy's page": answer(b"<html><h1>Blocked</h1>", "403 Forbidden"),
}

BROKEN_BODIES: dict[str, Handler] = {
    "1 TiB announced": _length("Content-Length: 1099511627776"),
    "more announced": _length("Content-Length: 30"),
    "cut chunk": CHUNKED + b"5\r\nabc",
    "chunks without an end": CHUNKED + b"3\r\nabc\r\n",
    "junk for a chunk's size": CHUNKED + b"zz\r\nabc\r\n0\r\n\r\n",
    "negative chunk": CHUNKED + b"-3\r\nabc\r\n0\r\n\r\n",
    "chunk past 64 bits": CHUNKED + b"fffffffffffffffff\r\nabc\r\n",
    "endless chunks": _after(CHUNKED, b"10000\r\n" + b"z" * 65536 + b"\r\n"),
    "wrong CRC": object_answer(b"abc", x_oss_hash_crc64ecma="1"),
    "junk CRC": object_answer(b"abc", x_oss_hash_crc64ecma="junk"),
    "CRC past 64 bits": object_answer(
        b"abc", x_oss_hash_crc64ecma="99999999999999999999"
    ),
}


@pytest.fixture(autouse=True)
def _no_leak() -> Iterator[None]:
    """No memory of a request is kept."""
    yield
    assert _sdk.live_requests() == 0


def _ask(handler: Handler, verb: str | Callable[[ossc.Bucket], object]) -> Any:
    call = VERBS[verb] if isinstance(verb, str) else verb
    with RawServer(handler) as server, server.client(max_memory=1 << 20) as client:
        return call(client.bucket(BUCKET))


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("kind", BROKEN)
def test_broken_answers(kind: str, verb: str) -> None:
    """Whatever was asked, an answer that is none is an OSSError."""
    with pytest.raises(ossc.OSSError) as caught:
        _ask(BROKEN[kind], verb)
    assert str(caught.value)
    assert caught.value.operation


@pytest.mark.parametrize(
    "verb", ["get", "into", "put", "append", "part", "copy", "list"]
)
@pytest.mark.parametrize("kind", BROKEN_BODIES)
def test_broken_bodies(kind: str, verb: str) -> None:
    """A body that is not what its head said is an OSSError."""
    if verb in ("list", "copy") and "CRC" in kind:
        kind = "cut chunk"
    with pytest.raises(ossc.OSSError):
        _ask(BROKEN_BODIES[kind], verb)


@pytest.mark.parametrize("kind", [*BROKEN, *BROKEN_BODIES])
def test_no_half_written_file(kind: str, tmp_path: Path) -> None:
    """A download that fails leaves the old file and nothing else."""
    path = tmp_path / "file"
    path.write_bytes(b"old")
    # So that an endless body meets an end: no disk is filled here.
    handler = {**BROKEN, **BROKEN_BODIES}[kind]
    if kind == "endless chunks":
        handler = CHUNKED + b"10000\r\nabc"
    with pytest.raises(ossc.OSSError):
        _ask(handler, lambda b: b.get_object_to_file("k", path))
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize("kind", BROKEN)
def test_the_callers_buffer_is_untouched(kind: str) -> None:
    """No byte of an answer that is no download gets into the caller's memory."""
    buffer = bytearray(b"\xaa" * 4096)
    with pytest.raises(ossc.OSSError):
        _ask(BROKEN[kind], lambda b: b.get_object_into("k", buffer))
    assert buffer == b"\xaa" * 4096


@pytest.mark.parametrize(
    ("handler", "cls"),
    [
        (BROKEN["HTTP/0.9"], ossc.MalformedResponse),
        (BROKEN["nothing"], ossc.ConnectionLost),
        (BROKEN["header bomb"], ossc.MalformedResponse),
        (BROKEN["100 without end"], ossc.MalformedResponse),
        (BROKEN["two lengths"], ossc.MalformedResponse),
        (BROKEN["302"], ossc.ServerError),
        (BROKEN["an endless error"], ossc.ServiceUnavailable),
        (BROKEN["a proxy's page"], ossc.AccessDenied),
        (BROKEN_BODIES["1 TiB announced"], ossc.MemoryLimitExceeded),
        (BROKEN_BODIES["endless chunks"], ossc.MemoryLimitExceeded),
        (BROKEN_BODIES["more announced"], ossc.ShortBody),
        (BROKEN_BODIES["cut chunk"], ossc.ShortBody),
        (BROKEN_BODIES["wrong CRC"], ossc.ChecksumMismatch),
    ],
)
def test_the_class_tells_what_is_wrong(handler: Handler, cls: type) -> None:
    """A caller can tell a lost connection from nonsense and from too much."""
    with pytest.raises(cls):
        _ask(handler, "get")


def test_a_terabyte_does_not_fit_into_a_buffer() -> None:
    """The caller's buffer bounds what is read."""
    buffer = bytearray(b"\xaa" * 2)
    with pytest.raises(ossc.OSSError):
        _ask(BROKEN_BODIES["1 TiB announced"], lambda b: b.get_object_into("k", buffer))
    with pytest.raises(ossc.ParameterError):
        _ask(BROKEN_BODIES["endless chunks"], lambda b: b.get_object_into("k", buffer))
    assert len(buffer) == 2


def test_bytes_behind_the_body_are_not_taken() -> None:
    """What is sent past the announced length belongs to no object."""
    reply = object_answer(b"abcdef").replace(b"Content-Length: 6", b"Content-Length: 3")
    assert _ask(reply, "get").data == b"abc"


def test_an_error_body_is_kept_to_a_bound() -> None:
    """Of an endless error at most 256 KiB are kept, and a few words shown."""
    with pytest.raises(ossc.ServiceUnavailable) as caught:
        _ask(BROKEN["an endless error"], "get")
    assert 0 < len(caught.value.body) <= 256 * 1024
    assert len(str(caught.value)) < 500


def test_a_proxys_page_is_shown_in_words() -> None:
    """The message holds what the page says; the body holds all of it."""
    with pytest.raises(ossc.AccessDenied, match="Blocked") as caught:
        _ask(BROKEN["a proxy's page"], "put")
    assert caught.value.code is None
    assert caught.value.body == b"<html><h1>Blocked</h1>"


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 P"])
def test_redirects_are_never_followed(status: str) -> None:
    """Neither the request nor its signature goes to where a Location says."""
    with RawServer(object_answer(b"stolen")) as other:
        reply = answer(status=status, Location=f"{other.endpoint}/k")
        with pytest.raises(ossc.ServerError) as caught:
            _ask(reply, "get")
        assert other.connections == 0
    assert caught.value.headers["location"] == f"{other.endpoint}/k"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Last_Modified", ""),
        ("Last_Modified", "junk"),
        ("Last_Modified", "\xff\xfe"),
        ("Last_Modified", "Fri, 24 Feb 99999 06:07:48 GMT"),
        ("Last_Modified", "Fri, 24 Feb 2012 06:07:48 +99999999999999"),
        ("Last_Modified", "Fri, 24 Feb 2012 06:07:48 +0800"),
        ("x_oss_hash_crc64ecma", "junk"),
        ("x_oss_hash_crc64ecma", "-1"),
        ("x_oss_hash_crc64ecma", "18446744073709551616"),
        ("x_oss_hash_crc64ecma", "\u00b2".encode().decode("latin-1")),
        ("Content_Range", "bytes 0-2/3"),
        ("Content_Range", "bytes 2-0/3"),
        ("Content_Range", "bytes 0-2/*"),
        ("Content_Range", "junk"),
    ],
    ids=ascii,
)
@pytest.mark.parametrize("verb", ["get", "head"])
def test_junk_in_headers(name: str, value: str, verb: str) -> None:
    """A header that cannot be read is not made up."""
    if verb == "head" and value == "bytes 0-2/3":
        value = "bytes 0-3/3"
    with pytest.raises((ossc.MalformedResponse, ossc.ChecksumMismatch)):
        _ask(object_answer(b"abc", **{name: value}), verb)


def test_any_bytes_in_an_etag() -> None:
    """What is no UTF-8 comes out as Python writes such bytes, and goes nowhere."""
    got = _ask(object_answer(b"abc", ETag='"\xff\xfe"'), "get")
    assert got.etag.encode("utf-8", "surrogateescape") == b"\xff\xfe"
    assert ascii(got)


@pytest.mark.parametrize("position", ["", "junk", "-1", "99999999999999999999"])
def test_junk_for_the_next_position(position: str) -> None:
    """An append that cannot be continued is an error."""
    reply = object_answer(x_oss_next_append_position=position)
    with pytest.raises(ossc.MalformedResponse, match="x-oss-next-append-position"):
        _ask(reply, "append")


@pytest.mark.parametrize(
    ("span", "said", "body"),
    [
        ((0, 9), "bytes 0-9/100", b"x" * 9),
        ((0, 9), "bytes 0-8/100", b"x" * 9),
        ((0, 9), "bytes 1-10/100", b"x" * 10),
        ((90, None), "bytes 90-98/100", b"x" * 9),
        ((None, 5), "bytes 0-4/100", b"x" * 5),
        ((0, 9), "bytes 0-9/5", b"x" * 10),
        ((0, 9), "bytes 0-9", b"x" * 10),
        ((0, 9), "", b"x" * 10),
    ],
)
@pytest.mark.parametrize("sink", ["memory", "buffer", "file"])
def test_lies_about_the_range(
    span: Any, said: str, body: bytes, sink: str, tmp_path: Path
) -> None:
    """Other bytes than those asked for are never handed out as those."""
    path = tmp_path / "file"
    calls: dict[str, Callable[[ossc.Bucket], object]] = {
        "memory": lambda b: b.get_object("k", span),
        "buffer": lambda b: b.get_object_into("k", bytearray(100), span),
        "file": lambda b: b.get_object_to_file("k", path, span),
    }
    reply = object_answer(body, Content_Range=said).replace(b"200 OK", b"206 Partial")
    with pytest.raises(ossc.MalformedResponse):
        _ask(reply, calls[sink])
    assert not path.exists()


@pytest.mark.parametrize("verb", ["get", "into"])
@pytest.mark.parametrize("status", ["201 Created", "202 Accepted", "204 No Content"])
def test_other_successes_are_no_downloads(status: str, verb: str) -> None:
    """Only 200 and 206 bring an object."""
    with pytest.raises(ossc.OSSError):
        _ask(object_answer(b"").replace(b"200 OK", status.encode()), verb)


@pytest.mark.parametrize("verb", ["get", "into"])
def test_a_body_whose_end_is_unknown(verb: str) -> None:
    """Without a length or chunks a cut could not be seen, so it is refused."""
    reply = object_answer(b"abc").replace(b"Content-Length: 3\r\n", b"")
    with pytest.raises(ossc.MalformedResponse):
        _ask(reply, verb)


def test_a_chunked_download_is_fine() -> None:
    """Chunks have a sure end: the bytes come, and progress has no total."""
    seen: list[tuple[int, int | None]] = []

    def drip(peer: Peer) -> None:
        peer.read()
        peer.send(CHUNKED + b"3\r\nabc\r\n")
        peer.stall(0.25)
        peer.send(b"2\r\nde\r\n0\r\n\r\n")

    def get(bucket: ossc.Bucket) -> ossc.GetObjectResult:
        return bucket.get_object("k", progress=lambda *args: seen.append(args))

    got = _ask(drip, get)
    assert (got.data, got.size) == (b"abcde", 5)
    assert (3, None) in seen
    assert seen[-1] == (5, 5)


@pytest.mark.parametrize("verb", ["put", "append", "part", "copy", "complete", "init"])
def test_a_portals_page_is_no_success(verb: str) -> None:
    """200 with somebody's page does not mean that anything was stored."""
    with pytest.raises(ossc.MalformedResponse):
        _ask(answer(b"<html>Please log in</html>", Content_Type="text/html"), verb)


@pytest.mark.parametrize("verb", ["copy", "complete", "init", "list", "list_parts"])
def test_an_error_document_under_200(verb: str) -> None:
    """An operation that fails late says so in the body of a 200."""
    document = b"<Error><Code>InternalError</Code><Message>late</Message></Error>"
    with pytest.raises(ossc.OSSError):
        _ask(object_answer(document), verb)


PARTED: dict[str, Callable[[ossc.Bucket, Path], object]] = {
    "open": lambda b, _: b.open("k").read(),
    "ranges": lambda b, _: b.get_ranges("k", [(0, 9), (20, 29)], gap=0),
    "into": lambda b, _: b.download_into("k", bytearray(100)),
    "file": lambda b, path: b.download_file("k", path / "file"),
    "copy": lambda b, _: b.copy("k", "l"),
    "part": lambda b, _: b.upload_part("k", "U", 1, b"data"),
}


@pytest.mark.parametrize("etag", ['"a\x01"', '"a\x7f"', '"a\xff"', '""', ""])
@pytest.mark.parametrize("call", PARTED)
def test_an_etag_that_no_request_can_name(call: str, etag: str, tmp_path: Path) -> None:
    """Is the server's fault, not a wrong argument of the caller."""
    whole = object_answer(bytes(100), ETag=etag)

    def handle(peer: Peer) -> None:
        while (request := peer.read()) is not None:
            reply = whole
            if "range" in request.headers:
                last = min(int(request.headers["range"].rpartition("-")[2]), 99)
                span = {"Content_Range": f"bytes 0-{last}/100"}
                reply = object_answer(bytes(last + 1), ETag=etag, **span)
                reply = reply.replace(b"200 OK", b"206 Partial")
            is_head = request.line.startswith("HEAD")
            peer.send(reply.removesuffix(bytes(100)) if is_head else reply)

    with pytest.raises(ossc.MalformedResponse, match="ETag") as caught:
        _ask(handle, lambda b: PARTED[call](b, tmp_path))
    assert caught.value.operation


def test_the_client_works_after_a_bad_answer() -> None:
    """A connection that brought nonsense is not used again."""
    good = object_answer(b"good")
    with RawServer(BROKEN["two lengths"], keep_alive(good)) as server:
        with server.client() as client:
            bucket = client.bucket(BUCKET)
            with pytest.raises(ossc.MalformedResponse):
                bucket.get_object("k")
            assert bucket.get_object("k").data == b"good"
    assert server.connections == 2

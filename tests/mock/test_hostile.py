"""Requests that are meant to hurt: each is answered, and no thread dies of it."""

from __future__ import annotations

import errno
import socket
import ssl
import threading
import time
from typing import TYPE_CHECKING

import pytest
import trustme

import ossc.mock
from ossc.mock._blobs import Blob, Segment
from ossc.mock._callback_expand import image_variables
from ossc.mock._callback_send import Failure

from .test_callback import BASE, b64
from .wire import BUCKET, Wire, raw, signed_head, split_replies

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from .wire import Reply

HUGE = "9" * 5000


@pytest.mark.parametrize(
    ("method", "key", "query", "headers"),
    [
        ("GET", "k", {}, {"x-oss-traffic-limit": HUGE}),
        ("PUT", "k", {"partNumber": HUGE, "uploadId": "x"}, {}),
        ("POST", "k", {"append": "", "position": HUGE}, {}),
        ("GET", "", {"max-keys": HUGE}, {}),
    ],
)
def test_huge_numbers(
    wire: Wire,
    method: str,
    key: str,
    query: Mapping[str, str],
    headers: Mapping[str, str],
) -> None:
    """A number of thousands of digits is an argument like any other wrong one."""
    reply = wire(method, key, query=query, headers=headers)
    assert (reply.status, reply.code) == (400, "InvalidArgument")


def test_huge_expiry(wire: Wire) -> None:
    """An expiry of thousands of digits is no date."""
    query = f"OSSAccessKeyId={wire.key_id}&Expires={HUGE}&Signature=x"
    reply = wire.send("GET", f"/{BUCKET}/k?{query}", {})
    assert (reply.status, reply.text("EC")) == (403, "0002-00000070")


@pytest.mark.parametrize("text", [f"bytes=0-{HUGE}", f"bytes=-{HUGE}"])
def test_huge_ranges(server: ossc.mock.Server, wire: Wire, text: str) -> None:
    """A range of thousands of digits means the whole object."""
    server.put_object(BUCKET, "k", b"data")
    reply = wire("GET", "k", headers={"Range": text})
    assert (reply.status, reply.body) == (200, b"data")


def test_huge_part_number(wire: Wire) -> None:
    """A list of parts with an absurd number is malformed."""
    upload = wire("POST", "k", query={"uploads": ""}).text("UploadId") or ""
    part = f"<Part><PartNumber>{HUGE}</PartNumber><ETag>x</ETag></Part>"
    body = f"<CompleteMultipartUpload>{part}</CompleteMultipartUpload>".encode()
    reply = wire("POST", "k", query={"uploadId": upload}, body=body)
    assert (reply.status, reply.code) == (400, "MalformedXML")


def test_digest_that_is_no_ascii(server: ossc.mock.Server, wire: Wire) -> None:
    """A Content-MD5 that cannot be one is not compared, whatever its bytes."""
    headers = {"Content-MD5": "é", "Content-Length": "1"}
    reply = split_replies(raw(server, signed_head(wire, "PUT", "k", headers) + b"x"))
    assert reply[0].status == 200


def test_digits_of_other_scripts(server: ossc.mock.Server) -> None:
    """A date is written with ASCII digits."""
    date = "Tue, 14 Nov ٢٠٢٣ 22:13:20 GMT"
    head = signed_head(Wire(server, scheme="v1"), "GET", "k", {"Date": date})
    reply = split_replies(raw(server, head))[0]
    assert (reply.status, reply.text("EC")) == (403, "0002-00000503")


@pytest.mark.parametrize(
    ("callback", "variables", "ec"),
    [
        ({**BASE, "callbackBody": "\ud800"}, {}, "0007-00000003"),
        (BASE, {"x:a": "\ud800"}, "0007-00000103"),
    ],
)
def test_half_surrogates(
    wire: Wire, callback: object, variables: object, ec: str
) -> None:
    """Half a surrogate pair in a callback is refused, and nothing is stored."""
    headers = {
        "x-oss-callback": b64(callback),
        "x-oss-callback-var": b64(variables),
    }
    reply = wire("PUT", "k", headers=headers, body=b"x")
    assert (reply.status, reply.text("EC")) == (400, ec)
    assert wire("GET", "k").status == 404


def test_callback_of_a_type_that_is_no_text(server: ossc.mock.Server) -> None:
    """A content type of any bytes can be told to the application."""
    server.create_bucket(BUCKET, "public-read-write")
    template = {"callbackBody": "${mimeType}", "callbackBodyType": "application/json"}
    head = (
        f"PUT /{BUCKET}/k HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\n"
        f"x-oss-callback: {b64({**BASE, **template})}\r\nContent-Type: a/"
    )
    reply = split_replies(raw(server, head.encode() + b"\xff\r\n\r\nx"))[0]
    assert (reply.status, reply.code) == (203, "CallbackFailed")


def test_image_that_is_gone(tmp_path: Path) -> None:
    """An object that was removed before its callback has no image to look at."""
    gone = Blob("gone", 1, path=tmp_path / "gone")
    with pytest.raises(Failure, match="image info"):
        image_variables([Segment(gone, 0, 1)])


def test_absolute_form_without_a_path(server: ossc.mock.Server) -> None:
    """The query of a target in absolute form counts, also without a path."""
    target = b"http://127.0.0.1?x-oss-signature-version=9"
    head = b"GET " + target + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    reply = split_replies(raw(server, head))[0]
    assert reply.text("EC") == "0002-00000066"


def test_full_disk(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure of the server's own disk is answered, the next request served."""

    def full(_self: object, _piece: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("ossc.mock._blobs.BlobWriter.write", full)
        reply = wire("PUT", "k", body=b"x")
    assert (reply.status, reply.code) == (500, "InternalError")
    assert wire("PUT", "k", body=b"x").status == 200


def test_closing_during_a_handshake() -> None:
    """Closing ends a TLS connection whose client has said nothing yet."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    before = threading.active_count()
    server = ossc.mock.serve(tls=context)
    with socket.create_connection(("127.0.0.1", server.port), timeout=5):
        while not server.connections:
            pass
        started = time.monotonic()
        server.close()
        assert time.monotonic() - started < 2
    assert threading.active_count() == before


def meanwhile(wire: Wire, head: bytes, body: bytes, act: Callable[[], object]) -> Reply:
    """Send a request and do something else before its last byte."""
    address = ("127.0.0.1", wire.server.port)
    with socket.create_connection(address, timeout=10) as sock:
        sock.sendall(head)
        assert sock.recv(4096) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(body[:-1])
        act()
        sock.sendall(body[-1:])
        sock.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := sock.recv(65536):
            answer += piece
    return split_replies(answer)[0]


def waiting_head(wire: Wire, method: str, size: int, **more: str) -> bytes:
    """The head of a request that waits to be asked for its body."""
    headers = {"Content-Length": str(size), "Expect": "100-continue"}
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    query = {"append": "", "position": "0"} if method == "POST" else {}
    return signed_head(wire, method, "k", headers, query=query)


def test_bucket_removed_during_an_upload(tmp_path: Path) -> None:
    """An object cannot come to life in a bucket that is gone, nor later on."""
    keys = {"key-id": "secret"}
    with ossc.mock.serve(root=tmp_path, buckets=[BUCKET], credentials=keys) as server:
        wire = Wire(server)
        head = waiting_head(wire, "PUT", 4)
        reply = meanwhile(wire, head, b"data", lambda: wire("DELETE"))
        assert (reply.status, reply.code) == (404, "NoSuchBucket")
    assert list(tmp_path.rglob("*.json")) == []


@pytest.mark.parametrize(
    ("method", "more", "code"),
    [
        ("PUT", {"x_oss_forbid_overwrite": "true"}, "FileAlreadyExists"),
        ("POST", {}, "ObjectNotAppendable"),
    ],
)
def test_bodies_that_come_too_late(
    tmp_path: Path, method: str, more: Mapping[str, str], code: str
) -> None:
    """A large body that another request has forestalled is not kept."""
    body = bytes(2_000_000)
    with ossc.mock.serve(root=tmp_path, buckets=[BUCKET]) as server:
        wire = Wire(server)
        head = waiting_head(wire, method, len(body), **more)
        reply = meanwhile(
            wire, head, body, lambda: server.put_object(BUCKET, "k", b"first")
        )
        assert (reply.status, reply.code) == (409, code)
        assert server.get_object(BUCKET, "k") == b"first"
        assert list((tmp_path / "tmp").iterdir()) == []
        assert len(list((tmp_path / "blobs").iterdir())) == 1

"""Connections that break, stall or lie, at every byte; and what is sent again."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc import _sdk
from ossc.mock import faults

from .raw_server import (
    BUCKET,
    Peer,
    RawServer,
    answer,
    client_of,
    keep_alive,
    object_answer,
)

DATA = b"0123456789abcdef"
CRC = str(_sdk.crc64(DATA))
WHOLE = object_answer(DATA, x_oss_hash_crc64ecma=CRC)
STORED = object_answer(x_oss_hash_crc64ecma=CRC, x_oss_next_append_position="16")
PAGE = answer(
    b"<ListBucketResult><Contents><Key>a</Key><Size>1</Size>"
    b"<LastModified>2012-02-24T08:43:07.000Z</LastModified></Contents>"
    b"</ListBucketResult>"
)


def _cut_everywhere(
    reply: bytes, call: Callable[[ossc.Bucket], object], spare: int = 0
) -> list[type]:
    """Makes the call against each beginning of the answer; what came of it.

    Without its last `spare` bytes the answer still holds all that it says.
    """
    at = 0

    def handle(peer: Peer) -> None:
        peer.read()
        peer.send(reply[:at])

    caught = []
    with RawServer(handle) as server, server.client() as client:
        bucket = client.bucket(BUCKET)
        for at in range(len(reply) - spare):  # noqa: B007 - the handler reads it
            with pytest.raises(ossc.OSSError) as error:
                call(bucket)
            caught.append(type(error.value))
        at = len(reply)
        call(bucket)
    assert _sdk.live_requests() == 0
    return caught


def test_a_download_cut_at_each_byte() -> None:
    """In the status line, the headers, the body: never a success, never bytes."""
    caught = _cut_everywhere(WHOLE, lambda b: b.get_object("k"))
    body = len(WHOLE) - len(DATA)
    assert set(caught[body:]) == {ossc.ShortBody}
    assert set(caught[:body]) <= {ossc.ConnectionLost, ossc.MalformedResponse}
    assert all(issubclass(kind, ossc.OSSError) for kind in caught)


def test_a_download_into_a_file_cut_at_each_byte(tmp_path: Path) -> None:
    """The file that was there stays until a whole one has come."""
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def get(bucket: ossc.Bucket) -> None:
        assert path.read_bytes() == b"old"
        bucket.get_object_to_file("k", path)

    _cut_everywhere(WHOLE, get)
    assert path.read_bytes() == DATA
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize(
    ("reply", "call"),
    [
        (WHOLE, lambda b: b.get_object_into("k", bytearray(16))),
        (STORED, lambda b: b.put_object("k", DATA)),
        (STORED, lambda b: b.append_object("k", DATA, 0)),
        (STORED, lambda b: b.upload_part("k", "U", 1, DATA)),
        (PAGE, lambda b: list(b.list_objects())),
    ],
    ids=["into", "put", "append", "part", "list"],
)
def test_any_answer_cut_at_each_byte(reply: bytes, call: Any) -> None:
    """No half answer is taken for a whole one."""
    _cut_everywhere(reply, call)


def test_a_chunked_download_cut_at_each_byte() -> None:
    """Chunks end with their own mark, and nothing less."""
    head = object_answer().replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    reply = head + b"3\r\nabc\r\n0\r\n\r\n"
    _cut_everywhere(reply, lambda b: b.get_object("k"), spare=2)


@pytest.mark.parametrize("at", range(len(DATA)))
def test_a_flipped_bit_anywhere(server: ossc.mock.Server, at: int) -> None:
    """One wrong bit in the body is a ChecksumMismatch."""
    server.put_object(BUCKET, "k", DATA)
    server.faults.add(faults.flip(at), times=2)
    with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        with pytest.raises(ossc.ChecksumMismatch):
            bucket.get_object("k")
        with pytest.raises(ossc.ChecksumMismatch):
            bucket.get_object_into("k", bytearray(16))
        assert bucket.get_object("k").data == DATA


def test_a_flipped_bit_leaves_no_file(server: ossc.mock.Server, tmp_path: Path) -> None:
    """A file whose bytes are wrong never gets its name."""
    server.put_object(BUCKET, "k", DATA)
    server.faults.add(faults.flip(3))
    with client_of(server) as client, pytest.raises(ossc.ChecksumMismatch):
        client.bucket(BUCKET).get_object_to_file("k", tmp_path / "file")
    assert os.listdir(tmp_path) == []


def test_the_server_stored_other_bytes(server: ossc.mock.Server) -> None:
    """An upload is compared with what the server says it has."""
    server.faults.add(faults.header("x-oss-hash-crc64ecma", "12345"), times=3)
    with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        for call in (
            lambda: bucket.put_object("k", DATA),
            lambda: bucket.append_object("log", DATA, 0),
            lambda: bucket.put_object_from_file("k", __file__),
        ):
            with pytest.raises(ossc.ChecksumMismatch):
                call()


@pytest.mark.parametrize(
    ("fault", "cls"),
    [
        (faults.reset("before"), ossc.ConnectionLost),
        (faults.reset("after"), ossc.ConnectionLost),
        (faults.reset(at=0), ossc.ConnectionLost),
        (faults.reset(at=40), ossc.ConnectionLost),
        (faults.cut(head=0), ossc.ConnectionLost),
        (faults.cut(head=40), ossc.ConnectionLost),
        (faults.drop_after_store(), ossc.ConnectionLost),
        (faults.garbage(b"\x00\xff" * 50), ossc.MalformedResponse),
        (faults.status(500), ossc.ServiceUnavailable),
        (faults.status(503), ossc.ServiceUnavailable),
    ],
    ids=str,
)
@pytest.mark.parametrize("verb", ["get", "put", "append", "list"])
def test_scripted_faults(
    server: ossc.mock.Server, fault: faults.Fault, cls: type, verb: str
) -> None:
    """Each fault is the exception that it is, and the client goes on working."""
    calls: dict[str, Callable[[ossc.Bucket], object]] = {
        "get": lambda b: b.get_object("k"),
        "put": lambda b: b.put_object("k", DATA),
        "append": lambda b: b.append_object("log", DATA, 0),
        "list": lambda b: list(b.list_objects()),
    }
    server.put_object(BUCKET, "k", DATA)
    with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        server.faults.add(fault)
        with pytest.raises(cls):
            calls[verb](bucket)
        assert bucket.get_object("k").data == DATA
    assert _sdk.live_requests() == 0


def test_a_stall_before_the_answer(server: ossc.mock.Server) -> None:
    """Silence for longer than `read_timeout` is a TimeoutError."""
    server.faults.add(faults.stall())
    with client_of(server, read_timeout=0.2) as client:
        start = time.monotonic()
        with pytest.raises(ossc.RequestTimedOut) as caught:
            client.bucket(BUCKET).get_object("k")
        took = time.monotonic() - start
    assert isinstance(caught.value, TimeoutError)
    assert 0.15 < took < 1


def test_a_stall_in_the_body(server: ossc.mock.Server) -> None:
    """So is silence in the middle of the bytes."""
    server.put_object(BUCKET, "k", DATA)
    server.faults.add(faults.stall(at=5))
    buffer = bytearray(16)
    with client_of(server, read_timeout=0.2) as client:
        with pytest.raises(ossc.RequestTimedOut):
            client.bucket(BUCKET).get_object_into("k", buffer)


def test_a_stall_while_sending() -> None:
    """A server that reads no further stalls an upload."""
    with RawServer(Peer.stall) as server, server.client(read_timeout=0.2) as client:
        start = time.monotonic()
        with pytest.raises(ossc.RequestTimedOut):
            client.bucket(BUCKET).put_object("k", bytes(30_000_000))
        assert time.monotonic() - start < 2


def test_a_slow_drip_is_no_stall(server: ossc.mock.Server) -> None:
    """Bytes that keep coming, however slowly, are not cut off by `read_timeout`."""
    server.put_object(BUCKET, "k", DATA)
    server.faults.add(faults.drip(interval=0.03))
    with client_of(server, read_timeout=0.25) as client:
        assert client.bucket(BUCKET).get_object("k").data == DATA


def test_the_total_time_ends_a_drip(server: ossc.mock.Server) -> None:
    """`timeout` limits the whole request."""
    server.put_object(BUCKET, "k", DATA)
    server.faults.add(faults.drip(interval=0.05))
    with client_of(server, timeout=0.3) as client:
        start = time.monotonic()
        with pytest.raises(ossc.RequestTimedOut):
            client.bucket(BUCKET).get_object("k")
        assert 0.25 < time.monotonic() - start < 0.7


def test_connecting_has_its_own_limit() -> None:
    """A host that does not answer at all is given up after `connect_timeout`."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        address = listener.getsockname()
        # A full queue: the system answers no further connection.
        waiting = [socket.socket() for _ in range(4)]
        for sock in waiting:
            sock.setblocking(False)
            sock.connect_ex(address)
        options = {"connect_timeout": 1, "read_timeout": 30}
        with client_of(f"http://127.0.0.1:{address[1]}", **options) as client:
            start = time.monotonic()
            with pytest.raises((ossc.RequestTimedOut, ossc.ConnectFailed)):
                client.bucket(BUCKET).get_object("k")
            assert time.monotonic() - start < 3
        for sock in waiting:
            sock.close()


def _closes_at_the_second(reply: bytes) -> Callable[[Peer], None]:
    """One request is answered, the next one read and met with a closed connection."""

    def handle(peer: Peer) -> None:
        peer.read()
        peer.send(reply)
        peer.read()

    return handle


@pytest.mark.parametrize(
    ("reply", "call"),
    [
        (WHOLE, lambda b: b.get_object("k")),
        (STORED, lambda b: b.put_object("k", DATA)),
        (STORED, lambda b: b.put_object("k", bytes(DATA))),
    ],
    ids=["get", "put", "put again"],
)
def test_a_kept_connection_that_died_is_replaced(reply: bytes, call: Any) -> None:
    """What may be sent twice is, without a word, when its connection was stale."""
    with RawServer(_closes_at_the_second(reply), keep_alive(reply)) as server:
        with server.client() as client:
            bucket = client.bucket(BUCKET)
            call(bucket)
            call(bucket)
            call(bucket)
        assert server.connections == 2
        assert len(server.received) == 4


@pytest.mark.parametrize(
    "call",
    [
        lambda b: b.append_object("k", DATA, 0),
        lambda b: b.put_object("k", DATA, callback=ossc.Callback("http://h/", "a=b")),
        lambda b: b.complete_multipart_upload("k", "U", [(1, "E")]),
    ],
    ids=["append", "callback", "complete"],
)
def test_what_must_not_be_sent_twice_is_not(call: Any) -> None:
    """A request whose repetition does harm goes out once, whatever happens to it."""

    def read_and_close(peer: Peer) -> None:
        peer.read()

    handlers = (keep_alive(WHOLE), read_and_close, keep_alive(STORED))
    with RawServer(*handlers) as server, server.client() as client:
        bucket = client.bucket(BUCKET)
        bucket.get_object("k")
        with pytest.raises(ossc.ConnectionLost):
            call(bucket)
        requests = [request.line.split()[0] for request in server.received]
    assert requests[0] == "GET"
    assert len(requests) == 2


@pytest.mark.parametrize(
    "call",
    [
        lambda b: b.put_object("k", DATA, forbid_overwrite=True),
        lambda b: b.put_object("k", DATA, headers={"X-OSS-Forbid-Overwrite": "True"}),
        lambda b: b.put_symlink("k", "target", forbid_overwrite=True),
        lambda b: b.copy_object("k", "source", forbid_overwrite=True),
        lambda b: [
            i.result for i in b.put_objects([("k", b"")], forbid_overwrite=True)
        ],
    ],
    ids=["put", "header", "symlink", "copy", "batch"],
)
def test_what_must_not_overwrite_is_not_sent_twice(call: Any) -> None:
    """On a kept connection that turns out dead it could meet its own object."""
    with RawServer(_closes_at_the_second(WHOLE), keep_alive(STORED)) as server:
        with server.client(retry=ossc.Retry(3, backoff=0.0)) as client:
            bucket = client.bucket(BUCKET)
            bucket.get_object("k")
            with pytest.raises(ossc.ConnectionLost) as caught:
                call(bucket)
        assert caught.value.gave_up == "not repeated: the server may have acted"
        assert len(server.received) == 2
        assert server.connections == 1


def test_a_failed_request_is_not_repeated(server: ossc.mock.Server) -> None:
    """Errors are the caller's to judge: nothing is retried behind their back."""
    server.faults.add(faults.status(503), faults.cut(at=1), faults.status(500))
    server.put_object(BUCKET, "k", DATA)
    with client_of(server) as client:
        for _ in range(3):
            with pytest.raises(ossc.OSSError):
                client.bucket(BUCKET).get_object("k")
    assert len(server.requests) == 3


@pytest.mark.parametrize("status", ["403 Forbidden", "200 OK"])
def test_an_answer_before_the_upload_is_read(status: str) -> None:
    """A server that answers early and closes does not hang the upload."""

    def handle(peer: Peer) -> None:
        peer.read_head()
        peer.send(answer(b"<Error><Code>AccessDenied</Code></Error>", status))

    with RawServer(handle) as server, server.client() as client:
        with pytest.raises(ossc.OSSError):
            client.bucket(BUCKET).put_object("k", bytes(20_000_000))


def test_a_file_that_shrinks_while_it_is_sent(tmp_path: Path) -> None:
    """The length that was announced cannot be kept: a LocalFileError, no hang."""
    path = tmp_path / "file"
    path.write_bytes(bytes(20_000_000))

    def handle(peer: Peer) -> None:
        peer.read_head()
        os.truncate(path, 10)
        while peer.sock.recv(1 << 20):
            pass

    with RawServer(handle) as server, server.client() as client:
        with pytest.raises(ossc.LocalFileError) as caught:
            client.bucket(BUCKET).put_object_from_file("k", path)
    assert caught.value.filename == str(path)


def test_a_full_disk(
    server: ossc.mock.Server, tmp_path: Path, monkeypatch: Any
) -> None:
    """No room for the bytes is a LocalFileError with ENOSPC, and leaves nothing."""
    server.put_object(BUCKET, "k", DATA * 10_000)
    real = os.open

    def open_full(path: Any, flags: int, *rest: int) -> int:
        created = flags & os.O_CREAT
        if created:
            os.close(real(path, flags, *rest))
        return real("/dev/full" if created else path, os.O_WRONLY if created else flags)

    monkeypatch.setattr(os, "open", open_full)
    target = tmp_path / "file"
    with client_of(server) as client, pytest.raises(ossc.LocalFileError) as caught:
        client.bucket(BUCKET).get_object_to_file("k", target)
    assert caught.value.errno == 28
    assert caught.value.filename == str(target)
    assert os.listdir(tmp_path) == []

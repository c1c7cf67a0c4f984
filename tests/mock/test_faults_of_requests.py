"""Scripted faults in the midst of a request's body."""

from __future__ import annotations

import contextlib
import socket
import time
from pathlib import Path

import pytest

import ossc.mock
from ossc.mock import faults

from .wire import BUCKET, Wire, raw, read_all, signed_head, split_replies

DATA = bytes(range(200))
SENT = bytes(range(256)) * 1000


@pytest.fixture
def wire(server: ossc.mock.Server) -> Wire:
    """A client of a server that has one object."""
    server.put_object(BUCKET, "k", DATA)
    return Wire(server)


def send_on(wire: Wire, **headers: str) -> tuple[bytes, type[OSError] | None]:
    """Sends a body until it is sent or cannot be; what came back, and how it ended."""
    sizes = {"Content-Length": str(len(SENT)), **headers}
    head = signed_head(wire, "PUT", "k", sizes)
    with socket.create_connection(("127.0.0.1", wire.server.port)) as sock:
        sock.settimeout(5)
        came = b""
        try:
            sock.sendall(head + SENT)
            while piece := sock.recv(65536):
                came += piece
        except ConnectionError as error:
            return came, type(error)
        return came, None


@pytest.mark.parametrize("received", [0, 1, 1000, 100_000, len(SENT)])
def test_reset_inside_the_request(wire: Wire, received: int) -> None:
    """The client cannot go on sending; what was there stays."""
    wire.server.faults.add(faults.reset(received=received))
    came, ended = send_on(wire)
    assert came == b""
    assert ended in {ConnectionResetError, BrokenPipeError}
    assert wire.server.get_object(BUCKET, "k") == DATA
    assert wire.server.requests[0].status is None


@pytest.mark.parametrize("received", [0, 1000, len(SENT)])
def test_cut_inside_the_request(wire: Wire, received: int) -> None:
    """The connection ends, and is not reset; what was there stays."""
    wire.server.faults.add(faults.cut(received=received))
    assert send_on(wire) == (b"", None)
    assert wire.server.get_object(BUCKET, "k") == DATA


@pytest.mark.parametrize("received", [0, 1000, len(SENT)])
def test_stall_inside_the_request(wire: Wire, received: int) -> None:
    """Nothing is read for a while, then the rest is."""
    wire.server.faults.add(faults.stall(0.15, received=received))
    started = time.monotonic()
    assert wire("PUT", "k", body=SENT).status == 200
    assert time.monotonic() - started >= 0.15
    assert wire.server.get_object(BUCKET, "k") == SENT


def test_nothing_is_read_in_a_stall(wire: Wire) -> None:
    """A client that has more than buffers hold can send no more."""
    wire.server.faults.add(faults.stall(received=1000))
    size = 1 << 28
    head = signed_head(wire, "PUT", "k", {"Content-Length": str(size)})
    with socket.create_connection(("127.0.0.1", wire.server.port)) as sock:
        sock.sendall(head)
        sock.settimeout(0.1)
        with pytest.raises(TimeoutError):
            sock.sendall(bytes(size))


@pytest.mark.parametrize("received", [0, 1000, len(SENT)])
def test_status_inside_the_request(wire: Wire, received: int) -> None:
    """The answer comes while the client is sending, and the connection ends."""
    wire.server.faults.add(faults.status(403, received=received))
    came, ended = send_on(wire)
    assert came.startswith(b"HTTP/1.1 403 Forbidden\r\n")
    assert b"Connection: close\r\n" in came
    assert came.endswith(b"</Error>")
    assert ended is None
    assert wire.server.get_object(BUCKET, "k") == DATA


@pytest.mark.parametrize("received", [0, 1])
def test_status_for_a_client_that_waits(wire: Wire, received: int) -> None:
    """At byte 0 the client is never asked for the body that it keeps back."""
    wire.server.faults.add(faults.status(503, received=received))
    sizes = {"Content-Length": str(len(SENT)), "Expect": "100-continue"}
    head = signed_head(wire, "PUT", "k", sizes)
    came = raw(wire.server, head + SENT[: 1000 * received])
    assert came.startswith(b"HTTP/1.1 100 " if received else b"HTTP/1.1 503 ")


def test_bodies_shorter_than_the_fault(wire: Wire) -> None:
    """A position that is not reached changes nothing, but is used up."""
    wire.server.faults.add(faults.reset(received=len(SENT) + 1))
    assert wire("PUT", "k", body=SENT).status == 200
    wire.server.faults.add(faults.status(503, received=len(SENT) + 1))
    heads = signed_head(wire, "GET", "k", {}) * 2
    assert [r.status for r in split_replies(raw(wire.server, heads))] == [503, 200]


def test_several_inside_the_request(wire: Wire) -> None:
    """A stall at one byte, the end at another; both at one byte in that order."""
    for second in (1000, 2000):
        stall = faults.stall(0.05, received=1000)
        wire.server.faults.add(stall & faults.reset(received=second))
        started = time.monotonic()
        assert send_on(wire)[1] in {ConnectionResetError, BrokenPipeError}
        assert time.monotonic() - started >= 0.05
    assert wire.server.get_object(BUCKET, "k") == DATA


def test_an_answer_that_a_reset_forestalls(wire: Wire) -> None:
    """Of an answer in the midst and a reset behind all, the reset is what comes."""
    wire.server.faults.add(faults.status(503, received=9) & faults.reset("after"))
    came, ended = send_on(wire)
    assert came == b""
    assert ended in {ConnectionResetError, BrokenPipeError}


def test_closing_in_a_stall_of_the_request() -> None:
    """A stall without an end lasts until the server is closed, and not longer."""
    server = ossc.mock.serve(buckets=[BUCKET])
    server.faults.add(faults.stall(received=1))
    head = signed_head(Wire(server), "PUT", "k", {"Content-Length": "3"})
    with socket.create_connection(("127.0.0.1", server.port)) as sock:
        sock.sendall(head + b"ab")
        sock.settimeout(0.1)
        with pytest.raises(TimeoutError):
            sock.recv(1)
        sock.settimeout(5)
        server.close()
        assert sock.recv(1) == b""


def test_no_file_is_left_of_half_a_body(tmp_path: Path) -> None:
    """Of a body that is too large for memory, in the server's folder."""
    with ossc.mock.serve(buckets=[BUCKET], root=tmp_path) as server:
        wire = Wire(server)
        before = sorted(tmp_path.rglob("*"))
        body = bytes(3 << 20)
        head = signed_head(wire, "PUT", "k", {"Content-Length": str(len(body))})
        for made in (faults.reset, faults.cut):
            server.faults.add(made(received=2 << 20))
            with socket.create_connection(("127.0.0.1", server.port)) as sock:
                sock.settimeout(5)
                with contextlib.suppress(ConnectionError):
                    sock.sendall(head + body)
                    assert read_all(sock) == b""
        left = [path for path in tmp_path.rglob("*") if path not in before]
        assert [path for path in left if path.is_file()] == []

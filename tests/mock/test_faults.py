"""Scripted faults: what each does to an exchange, and that it is used up."""

from __future__ import annotations

import http.client
import socket
import threading
import time

import pytest

import ossc.mock
from ossc.mock import faults
from ossc.mock._crc64 import crc64_table

from .wire import BUCKET, Wire, http_date, raw, read_all, signed_head, split_replies

DATA = bytes(range(200))


@pytest.fixture
def wire(server: ossc.mock.Server) -> Wire:
    """A client of a server that has one object."""
    server.put_object(BUCKET, "k", DATA)
    return Wire(server)


def get(wire: Wire) -> bytes:
    """Everything that comes back for a GET on a connection of its own."""
    return raw(wire.server, signed_head(wire, "GET", "k", {}))


def test_status(wire: Wire) -> None:
    """An error is answered as often as scripted, then the truth."""
    wire.server.faults.add(faults.status(503, times=2))
    replies = [wire("GET", "k") for _ in range(3)]
    assert [reply.status for reply in replies] == [503, 503, 200]
    assert replies[0].code == "ServiceUnavailable"
    assert wire.server.faults.unused == []


@pytest.mark.parametrize(
    ("status", "code", "shown"),
    [
        (500, None, "InternalError"),
        (429, None, "InternalError"),
        (409, None, "BucketAlreadyExists"),
        (403, "RequestTimeTooSkewed", "RequestTimeTooSkewed"),
        (503, "TotalQpsLimitExceeded", "TotalQpsLimitExceeded"),
    ],
)
def test_status_codes(wire: Wire, status: int, code: str | None, shown: str) -> None:
    """A code may be chosen, or is the usual one; nothing is carried out."""
    wire.server.faults.add(faults.status(status, code))
    reply = wire("PUT", "new", body=b"x" * 3_000_000)
    assert (reply.status, reply.code) == (status, shown)
    assert wire("GET", "new").status == 404


def test_matching(wire: Wire) -> None:
    """Faults wait for the requests that they are meant for, in order."""
    script = wire.server.faults
    script.add(faults.status(500), method="PUT", key="b")
    script.add(faults.status(501), operation="PutObject")
    script.add(faults.status(502), times=2, method="PUT")
    assert wire("GET", "k").status == 200
    assert wire("PUT", "a").status == 501
    assert wire("PUT", "b").status == 500
    assert [fault.times for fault in script.unused] == [2]
    assert wire("PUT", "b").status == 502
    assert wire("PUT", query={"acl": ""}).status == 502
    assert script.unused == []


def test_unused_faults_are_errors() -> None:
    """Leaving the server with a fault in the script fails the test."""
    with (
        pytest.raises(ossc.mock.UnusedFault, match="503"),
        ossc.mock.serve() as server,
    ):
        server.faults.add(faults.status(503))
    assert issubclass(ossc.mock.UnusedFault, AssertionError)


def test_unused_faults_do_not_hide_failures() -> None:
    """What failed inside the block comes out of it, not the complaint."""
    server = ossc.mock.serve()
    server.faults.add(faults.status(503))
    with pytest.raises(ZeroDivisionError), server:
        raise ZeroDivisionError


def test_cleared_faults(server: ossc.mock.Server) -> None:
    """A script may be forgotten."""
    server.faults.add(faults.status(503), faults.flip())
    server.faults.clear()
    assert server.faults.unused == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_reset(wire: Wire, when: str) -> None:
    """The connection is reset without an answer; nothing is stored."""
    wire.server.faults.add(faults.reset(when))
    head = signed_head(wire, "PUT", "new", {"Content-Length": "3"})
    with pytest.raises(ConnectionResetError):
        raw(wire.server, head + b"abc", half_close=False)
    assert wire("GET", "new").status == 404
    assert wire.server.requests[0].status is None


@pytest.mark.parametrize("position", [0, 10, 10_000])
def test_reset_inside_the_answer(wire: Wire, position: int) -> None:
    """The reset comes after so many bytes of the answer, or not at all."""
    wire.server.faults.add(faults.reset(at=position))
    head = signed_head(wire, "GET", "k", {})
    with socket.create_connection(("127.0.0.1", wire.server.port)) as sock:
        sock.sendall(head)
        if position < 10_000:
            with pytest.raises(ConnectionResetError):
                read_all(sock)
        else:
            sock.shutdown(socket.SHUT_WR)
            assert read_all(sock).endswith(DATA)


@pytest.mark.parametrize("position", [0, 1, 199])
def test_cut(wire: Wire, position: int) -> None:
    """The body ends early, though its length was announced."""
    wire.server.faults.add(faults.cut(at=position))
    head, _, body = get(wire).partition(b"\r\n\r\n")
    assert b"Content-Length: 200" in head
    assert body == DATA[:position]


def test_cut_is_noticed_by_a_client(wire: Wire) -> None:
    """An HTTP client sees an incomplete read."""
    wire.server.faults.add(faults.cut(at=7))
    with pytest.raises(http.client.IncompleteRead):
        wire("GET", "k")


def test_cut_inside_the_head(wire: Wire) -> None:
    """The answer ends within its head."""
    wire.server.faults.add(faults.cut(head=20))
    assert get(wire) == b"HTTP/1.1 200 OK\r\nSer"


@pytest.mark.parametrize("position", [0, 100, 199])
def test_flip(wire: Wire, position: int) -> None:
    """One bit of the body is wrong, the checksum header is right."""
    wire.server.faults.add(faults.flip(position))
    reply = wire("GET", "k")
    wrong = [i for i in range(200) if reply.body[i] != DATA[i]]
    assert wrong == [position]
    assert reply.headers["x-oss-hash-crc64ecma"] == str(crc64_table(DATA))


@pytest.mark.parametrize("position", [None, 0, 50])
def test_stall(wire: Wire, position: int | None) -> None:
    """Nothing comes for a while, then the rest does."""
    wire.server.faults.add(faults.stall(0.15, at=position))
    started = time.monotonic()
    assert wire("GET", "k").body == DATA
    assert time.monotonic() - started >= 0.15


def test_stall_until_the_end() -> None:
    """A stall without an end lasts until the server is closed."""
    with ossc.mock.serve(buckets=[BUCKET]) as server:
        server.faults.add(faults.stall())
        head = signed_head(Wire(server), "GET", "", {})
        with socket.create_connection(("127.0.0.1", server.port)) as sock:
            sock.sendall(head)
            sock.settimeout(0.1)
            with pytest.raises(TimeoutError):
                sock.recv(1)
            sock.settimeout(5)
            server.close()
            assert sock.recv(1) == b""


def test_stall_inside_the_body(wire: Wire) -> None:
    """Bytes before the stall arrive at once."""
    wire.server.faults.add(faults.stall(at=50))
    head = signed_head(wire, "GET", "k", {})
    with socket.create_connection(("127.0.0.1", wire.server.port)) as sock:
        sock.sendall(head)
        sock.settimeout(5)
        received = b""
        while len(received.partition(b"\r\n\r\n")[2]) < 50:
            received += sock.recv(65536)
        assert received.endswith(b"\r\n\r\n" + DATA[:50])
        sock.settimeout(0.05)
        with pytest.raises(TimeoutError):
            sock.recv(1)


def test_drip(wire: Wire) -> None:
    """The body comes in small pieces with pauses."""
    wire.server.faults.add(faults.drip(interval=0.01, chunk=20))
    started = time.monotonic()
    assert wire("GET", "k").body == DATA
    assert time.monotonic() - started >= 0.085
    wire.server.faults.add(faults.drip(2000, chunk=100))
    assert wire("GET", "k").body == DATA


def test_clock(wire: Wire) -> None:
    """The server's clock is off for one request: signatures look skewed."""
    wire.server.faults.add(faults.clock(-3600))
    reply = wire("GET", "k")
    assert (reply.status, reply.code) == (403, "RequestTimeTooSkewed")
    assert abs(time.time() - 3600 - date_of(reply.headers["date"])) < 30
    assert wire("GET", "k").status == 200


def date_of(text: str) -> float:
    """The Unix seconds of a Date header near the present."""
    now = int(time.time())
    return next(s for s in range(now - 7200, now + 10) if http_date(s) == text)


def test_garbage(wire: Wire) -> None:
    """Raw bytes come instead of an answer."""
    wire.server.faults.add(faults.garbage(b"\x00\xff not HTTP"))
    assert get(wire) == b"\x00\xff not HTTP"


def test_header(wire: Wire) -> None:
    """A header is added, replaced whatever its case, or made to lie."""
    wire.server.faults.add(
        faults.header("x-evil", "1") & faults.header("etag", "no quotes")
    )
    reply = wire("GET", "k")
    assert reply.headers["x-evil"] == "1"
    assert reply.headers["etag"] == "no quotes"
    wire.server.faults.add(faults.header("Content-Length", "5"))
    assert wire("GET", "k").body == DATA[:5]


def test_body(wire: Wire) -> None:
    """The body is replaced, with its length; the request is carried out."""
    wire.server.faults.add(faults.body(b"<Hostile"), operation="ListObjects")
    reply = wire("GET")
    assert (reply.status, reply.body) == (200, b"<Hostile")
    wire.server.faults.add(faults.body(b"???"))
    assert wire("PUT", "new", body=b"x").body == b"???"
    assert wire("GET", "new").body == b"x"


def test_drop_after_store(wire: Wire) -> None:
    """The request is carried out, but nobody says so."""
    wire.server.faults.add(faults.drop_after_store())
    head = signed_head(wire, "PUT", "new", {"Content-Length": "3"})
    assert raw(wire.server, head + b"abc", half_close=False) == b""
    assert wire.server.get_object(BUCKET, "new") == b"abc"


def test_combined(wire: Wire) -> None:
    """Effects of several faults join in one exchange."""
    fault = faults.flip(3) & faults.cut(at=10) & faults.header("x-a", "b")
    wire.server.faults.add(fault)
    head, _, body = get(wire).partition(b"\r\n\r\n")
    assert b"x-a: b" in head
    assert body == DATA[:3] + b"\x02" + DATA[4:10]


def test_faults_end_the_connection_only_where_said(wire: Wire) -> None:
    """After a scripted error the connection is still good."""
    wire.server.reset_counts()
    wire.server.faults.add(faults.status(500))
    heads = signed_head(wire, "GET", "k", {}) * 2
    replies = split_replies(raw(wire.server, heads))
    assert [reply.status for reply in replies] == [500, 200]
    assert wire.server.connections == 1


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "status=503,times=2,method=PUT",
            faults.Fault(answer=faults.Answer(503, None, None), times=2, method="PUT"),
        ),
        ("status=403,code=AccessDenied", faults.status(403, "AccessDenied")),
        ("reset=before", faults.reset("before")),
        ("reset=12", faults.reset(at=12)),
        ("reset,at=12", faults.reset(at=12)),
        ("stall", faults.stall()),
        ("stall=1.5,at=3", faults.stall(1.5, at=3)),
        ("cut=5", faults.cut(5)),
        ("cut,head=5", faults.cut(head=5)),
        ("flip", faults.flip()),
        ("flip=9", faults.flip(9)),
        ("status=503,received=9", faults.status(503, received=9)),
        ("reset,received=7", faults.reset(received=7)),
        ("stall=0.5,received=0", faults.stall(0.5, received=0)),
        ("cut,received=7,times=2", faults.cut(received=7, times=2)),
        ("drip=100,chunk=10", faults.drip(100, chunk=10)),
        ("drip,interval=0.5", faults.drip(interval=0.5)),
        ("clock=-60", faults.clock(-60)),
        ("garbage=a\\x00\\n", faults.garbage(b"a\x00\n")),
        ("body=<x/>", faults.body(b"<x/>")),
        ("status=503,code=X,message=y z", faults.status(503, "X", "y z")),
        ("header=ETag:x", faults.header("ETag", "x")),
        ("drop_after_store,key=k", faults.Fault(drop=True, key="k")),
        ("drop,operation=PutObject", faults.Fault(drop=True, operation="PutObject")),
    ],
)
def test_parse(text: str, fault: faults.Fault) -> None:
    """Faults may be written as text."""
    assert faults.parse(text) == fault


@pytest.mark.parametrize(
    "text",
    [
        "",
        "explode",
        "status=many",
        "status=99",
        "status=503,when=now",
        "status=503,times=0",
        "cut",
        "cut=-1",
        "stall=1,at=-1",
        "drip",
        "drip=0",
        "drip=-1",
        "drip=9,chunk=0",
        "reset",
        "reset=before,received=1",
        "reset=1,received=1",
        "reset,received=-1",
        "cut=1,received=1",
        "cut,head=1,received=1",
        "cut,received=-1",
        "stall,at=1,received=1",
        "stall,received=-1",
        "status=503,received=-1",
        "flip=1,received=1",
    ],
)
def test_parse_errors(text: str) -> None:
    """Text that means no fault is refused."""
    with pytest.raises(ValueError, match=r"\w"):
        faults.parse(text)


def test_closing_with_open_connections() -> None:
    """Closing ends connections and threads, also idle ones."""
    before = threading.active_count()
    server = ossc.mock.serve(buckets=[BUCKET])
    with socket.create_connection(("127.0.0.1", server.port)) as sock:
        sock.sendall(signed_head(Wire(server), "GET", "", {}))
        assert sock.recv(15) == b"HTTP/1.1 200 OK"
        server.close()
    assert threading.active_count() == before

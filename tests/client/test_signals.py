"""Ctrl-C, signal handlers and progress functions: what runs while a request lasts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc import _sdk
from ossc.mock import faults

from .raw_server import BUCKET, KEY_ID, REGION, SECRET, Peer, RawServer, client_of

VERBS: dict[str, Callable[[ossc.Bucket], object]] = {
    "get": lambda b: b.get_object("k"),
    "put": lambda b: b.put_object("k", bytes(20_000_000)),
    "append": lambda b: b.append_object("k", b"x", 0),
    "list": lambda b: list(b.list_objects()),
}

PROMPT = 0.5


@pytest.fixture(autouse=True)
def _no_leak() -> Iterator[None]:
    """However a request ends, its memory is freed."""
    yield
    assert _sdk.live_requests() == 0


@pytest.fixture
def alarm() -> Iterator[Callable[[float, Callable[[], object]], None]]:
    """Has a function called by a signal handler of the main thread, after a while."""

    def arm(seconds: float, action: Callable[[], object]) -> None:
        def handler(_number: int, _frame: FrameType | None) -> None:
            action()

        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, seconds)

    before = signal.getsignal(signal.SIGALRM)
    yield arm
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


CHILD = """
    import os, sys, threading, time
    import ossc
    endpoint, verb, others = sys.argv[1], sys.argv[2], int(sys.argv[3])
    credentials = ossc.Credentials({key!r}, {secret!r})
    client = ossc.Client(endpoint, region={region!r}, credentials=credentials)
    bucket = client.bucket({bucket!r})
    calls = {{
        "get": lambda: bucket.get_object("k"),
        "put": lambda: bucket.put_object("k", bytes(20_000_000)),
        "list": lambda: list(bucket.list_objects()),
    }}
    def work():
        try:
            bucket.get_object("k")
        except ossc.OSSError:
            pass
    for _ in range(others):
        threading.Thread(target=work, daemon=True).start()
    try:
        calls[verb]()
    except KeyboardInterrupt:
        print("KeyboardInterrupt", time.monotonic(), flush=True)
        client.close()
        os._exit(0)
    os._exit(1)
"""


@pytest.mark.parametrize("others", [0, 3], ids=["alone", "with other threads"])
@pytest.mark.parametrize("verb", ["get", "put", "list"])
def test_ctrl_c_ends_a_stalled_process(tmp_path: Path, verb: str, others: int) -> None:
    """SIGINT is a KeyboardInterrupt within half a second, whatever other threads do."""
    names = {"key": KEY_ID, "secret": SECRET, "region": REGION, "bucket": BUCKET}
    script = tmp_path / "stalled.py"
    script.write_text(textwrap.dedent(CHILD).format(**names))
    arrived = threading.Semaphore(0)

    def stall(peer: Peer) -> None:
        peer.read_head()
        arrived.release()
        peer.stall()

    with RawServer(stall) as server:
        child = subprocess.Popen(
            [sys.executable, str(script), server.endpoint, verb, str(others)],
            stdout=subprocess.PIPE,
        )
        for _ in range(others + 1):
            assert arrived.acquire(timeout=10)
        start = time.monotonic()
        child.send_signal(signal.SIGINT)
        said, _ = child.communicate(timeout=10)
    assert child.returncode == 0
    word, when = said.decode().split()
    assert word == "KeyboardInterrupt"
    # The clock is the machine's: both processes read the same one.
    assert float(when) - start < PROMPT


@pytest.mark.parametrize("verb", VERBS)
def test_an_interrupt_in_a_call(alarm: Any, verb: str) -> None:
    """Ctrl-C in the middle of a stalled request comes out of the call, soon."""
    with RawServer(Peer.stall) as server, server.client() as client:
        alarm(0.05, lambda: signal.raise_signal(signal.SIGINT))
        start = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            VERBS[verb](client.bucket(BUCKET))
        assert time.monotonic() - start < PROMPT


def test_a_handlers_own_exception_comes_out(alarm: Any) -> None:
    """What a signal handler raises is what the caller gets, the same object."""
    wanted = LookupError("from the handler")

    def fail() -> None:
        raise wanted

    with RawServer(Peer.stall) as server, server.client() as client:
        alarm(0.05, fail)
        with pytest.raises(LookupError) as caught:
            client.bucket(BUCKET).get_object("k")
    assert caught.value is wanted


def test_a_signal_that_is_handled_disturbs_nothing(
    server: ossc.mock.Server, alarm: Any
) -> None:
    """A handler that returns runs while the request goes on."""
    server.put_object(BUCKET, "k", b"data")
    server.faults.add(faults.stall(0.2))
    seen: list[float] = []
    with client_of(server) as client:
        start = time.monotonic()
        alarm(0.02, lambda: seen.append(time.monotonic() - start))
        assert client.bucket(BUCKET).get_object("k").data == b"data"
    assert len(seen) == 1
    assert seen[0] < 0.2


def test_the_client_works_after_an_interrupt(
    server: ossc.mock.Server, alarm: Any
) -> None:
    """The connection of the interrupted request is not used again."""
    server.put_object(BUCKET, "k", b"data")
    with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        for _ in range(3):
            server.faults.add(faults.stall(at=2))
            alarm(0.02, lambda: signal.raise_signal(signal.SIGINT))
            with pytest.raises(KeyboardInterrupt):
                bucket.get_object("k")
            assert bucket.get_object("k").data == b"data"


def test_an_interrupted_download_leaves_no_file(
    server: ossc.mock.Server, alarm: Any, tmp_path: Path
) -> None:
    """Ctrl-C removes the temporary file and keeps the old one."""
    server.put_object(BUCKET, "k", b"data")
    server.faults.add(faults.stall(at=2))
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with client_of(server) as client:
        alarm(0.02, lambda: signal.raise_signal(signal.SIGINT))
        with pytest.raises(KeyboardInterrupt):
            client.bucket(BUCKET).get_object_to_file("k", path)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


def test_an_interrupt_frees_the_callers_buffer(alarm: Any) -> None:
    """A bytearray can be resized again once its upload was interrupted."""
    data = bytearray(10_000_000)
    with RawServer(Peer.stall) as server, server.client() as client:
        alarm(0.02, lambda: signal.raise_signal(signal.SIGINT))
        with pytest.raises(KeyboardInterrupt):
            client.bucket(BUCKET).put_object("k", data)
    data.append(0)
    assert len(data) == 10_000_001


def _slow_reader(peer: Peer) -> None:
    """Takes a body in two gulps."""
    request = peer.read_head()
    assert request is not None
    peer.stall(0.25)
    left = int(request.headers["content-length"]) - len(peer._rest)
    while left > 0 and (piece := peer.sock.recv(1 << 20)):
        left -= len(piece)
    peer.stall(0.5)


def test_progress_of_an_upload() -> None:
    """It counts what was sent, grows, and is told in the calling thread."""
    seen: list[tuple[int, int | None]] = []
    threads = set()

    def progress(done: int, total: int | None) -> None:
        seen.append((done, total))
        threads.add(threading.get_ident())

    size = 30_000_000
    with RawServer(_slow_reader) as server, server.client() as client:
        with pytest.raises(ossc.ConnectionLost):
            client.bucket(BUCKET).put_object("k", bytes(size), progress=progress)
    done = [count for count, _ in seen]
    assert threads == {threading.get_ident()}
    assert {total for _, total in seen} == {size}
    assert done == sorted(done)
    assert any(0 < count < size for count in done)
    assert done[-1] == size


def test_progress_of_a_download(server: ossc.mock.Server) -> None:
    """It counts what came, with the total that was announced."""
    seen: list[tuple[int, int | None]] = []
    server.put_object(BUCKET, "k", bytes(100))
    server.faults.add(faults.stall(0.25, at=40))
    with client_of(server) as client:
        client.bucket(BUCKET).get_object("k", progress=lambda *a: seen.append(a))
    assert (40, 100) in seen
    assert seen[-1] == (100, 100)


@pytest.mark.parametrize(
    "error", [LookupError("x"), KeyboardInterrupt(), SystemExit(3)]
)
def test_an_exception_in_progress(
    server: ossc.mock.Server, error: BaseException
) -> None:
    """It ends the request and comes out unchanged: the same object."""

    def fail(_done: int, _total: int | None) -> None:
        raise error

    server.put_object(BUCKET, "k", bytes(100))
    server.faults.add(faults.stall(at=40))
    with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        with pytest.raises(type(error)) as caught:
            bucket.get_object("k", progress=fail)
        assert caught.value is error
        with pytest.raises(type(error)) as caught:
            bucket.put_object("k", b"x", progress=fail)
        assert caught.value is error
        assert bucket.get_object("k").data == b"x"


def test_progress_may_make_requests_of_its_own(server: ossc.mock.Server) -> None:
    """A call within a call's progress function keeps the two apart."""
    server.put_object(BUCKET, "k", bytes(100))
    server.put_object(BUCKET, "other", b"inner")
    server.faults.add(faults.stall(0.15, at=40), key="k")
    inner: list[bytes] = []
    with client_of(server) as client:
        bucket = client.bucket(BUCKET)

        def progress(_done: int, _total: int | None) -> None:
            inner.append(bucket.get_object("other", progress=lambda *_: None).data)

        got = bucket.get_object("k", progress=progress)
    assert got.data == bytes(100)
    assert set(inner) == {b"inner"}


def test_threads_are_not_interrupted(server: ossc.mock.Server, alarm: Any) -> None:
    """Ctrl-C ends the main thread's request; other threads' go on to their end."""
    server.put_object(BUCKET, "k", b"data")
    server.faults.add(faults.stall(0.3), times=2)
    got: list[bytes] = []
    with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        worker = threading.Thread(
            target=lambda: got.append(bucket.get_object("k").data)
        )
        worker.start()
        alarm(0.05, lambda: signal.raise_signal(signal.SIGINT))
        with pytest.raises(KeyboardInterrupt):
            bucket.get_object("k")
        worker.join()
    assert got == [b"data"]

"""Nothing is kept of a request that is over: memory, objects, files, sockets."""

from __future__ import annotations

import gc
import os
import signal
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc import _sdk
from ossc.mock import faults

from .raw_server import BUCKET, RawServer, answer, client_of, keep_alive, object_answer

DATA = bytes(range(256)) * 256
CALLS = 300


@pytest.fixture(autouse=True)
def _no_leak() -> Iterator[None]:
    """However a request ends, its memory is freed."""
    yield
    assert _sdk.live_requests() == 0


def _resident() -> int:
    """Bytes of this process that are in memory."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def _refused(call: Any) -> None:
    with pytest.raises((ossc.OSSError, LookupError, KeyboardInterrupt)):
        call()


def _mixed(bucket: ossc.Bucket, path: Path) -> None:
    """One of each: what works, and what fails in its many ways."""

    def give_up(_done: int, _total: int | None) -> None:
        raise LookupError

    def interrupt(_done: int, _total: int | None) -> None:
        raise KeyboardInterrupt

    bucket.put_object("k", DATA, metadata={"a": "b"})
    assert bucket.get_object("k").data == DATA
    bucket.get_object_into("k", bytearray(len(DATA)))
    bucket.get_object_to_file("k", path)
    bucket.put_object_from_file("k", path)
    bucket.head_object("k")
    list(bucket.list_objects())
    bucket.presign("GET", "k")
    upload = bucket.init_multipart_upload("m")
    bucket.upload_part("m", upload, 1, DATA)
    bucket.abort_multipart_upload("m", upload)
    _refused(lambda: bucket.get_object("missing"))
    _refused(lambda: bucket.head_object("missing"))
    _refused(lambda: bucket.get_object("k", (10**9, None)))
    _refused(lambda: bucket.get_object_into("k", bytearray(10)))
    _refused(lambda: bucket.get_object_to_file("missing", path))
    _refused(lambda: bucket.put_object("k", DATA, headers={"a": "\0"}))
    _refused(lambda: bucket.get_object("k", progress=give_up))
    _refused(lambda: bucket.put_object("k", DATA, progress=interrupt))


def _run(server: ossc.mock.Server, client: ossc.Client, path: Path) -> None:
    bucket = client.bucket(BUCKET)
    for fault in (faults.cut(at=100), faults.flip(5), faults.reset(at=1000)):
        server.faults.add(fault, operation="GetObject", key="k")
        bucket.put_object("k", DATA)
        _refused(lambda: bucket.get_object("k"))
    _mixed(bucket, path)


def test_equal_runs_cost_no_more(server: ossc.mock.Server, tmp_path: Path) -> None:
    """Run after run of mixed operations, memory, objects and files stay the same."""
    path = tmp_path / "file"
    rounds = CALLS // 24
    sizes, objects, files, traced = [], [], [], []
    with client_of(server) as client:
        for _ in range(rounds):
            _run(server, client, path)
        tracemalloc.start()
        try:
            for _ in range(4):
                for _ in range(rounds):
                    _run(server, client, path)
                server.reset_counts()
                gc.collect()
                sizes.append(_resident())
                objects.append(len(gc.get_objects()))
                files.append(_open_files())
                traced.append(tracemalloc.get_traced_memory()[0])
                tracemalloc.clear_traces()
        finally:
            tracemalloc.stop()
    # The server's threads come and go, and with them a file and some objects.
    assert max(files[1:]) - min(files[1:]) <= 2
    assert max(objects[1:]) - min(objects[1:]) <= 60
    # The sanitizers' allocator keeps what was freed last, and some for each thread.
    assert max(sizes[1:]) - sizes[1] < (8 if _sdk.sdk_info().sanitized else 2) << 20
    assert max(traced[1:]) < 1 << 20


def test_clients_leave_no_files_behind(server: ossc.mock.Server) -> None:
    """A closed client has closed its connections."""
    server.put_object(BUCKET, "k", b"x")

    def use() -> None:
        with client_of(server) as client:
            client.bucket(BUCKET).get_object("k")

    use()
    server.close()
    before = _open_files()
    with RawServer(keep_alive(object_answer(b"x"))) as other:
        for _ in range(20):
            with other.client() as client:
                client.bucket(BUCKET).get_object("k")
    assert _open_files() <= before


def test_no_cycles_are_left(server: ossc.mock.Server) -> None:
    """What a request used is freed at once, without the help of the collector."""
    server.put_object(BUCKET, "k", DATA)
    server.faults.add(faults.cut(at=5))
    with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        _refused(lambda: bucket.get_object("k"))
        gc.collect()
        gc.disable()
        try:
            for _ in range(5):
                bucket.put_object("k", DATA)
                bucket.get_object("k")
                list(bucket.list_objects())
                _fail(bucket)
            assert gc.collect() == 0
        finally:
            gc.enable()


def _fail(bucket: ossc.Bucket) -> None:
    # Not by pytest.raises, which makes cycles of its own.
    with suppress(ossc.OSSError):
        bucket.get_object("missing")
    with suppress(ossc.OSSError):
        bucket.put_object("", b"")
    with suppress(LookupError):
        bucket.get_object("k", progress=_stop)


def _stop(_done: int, _total: int | None) -> None:
    raise LookupError


@pytest.mark.parametrize("kind", ["success", "error", "refused", "interrupted"])
def test_the_callers_buffers_are_let_go(server: ossc.mock.Server, kind: str) -> None:
    """After the call a bytearray can be resized again."""
    data, into = bytearray(DATA), bytearray(len(DATA))
    server.put_object(BUCKET, "k", DATA)
    if kind == "error":
        server.faults.add(faults.status(403), faults.cut(at=5))
    options: dict[str, Any] = {"progress": _stop} if kind == "interrupted" else {}
    if kind == "refused":
        options = {"headers": {"a": "\0"}}
    with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        for call in (
            lambda: bucket.put_object("k", data, **options),
            lambda: bucket.get_object_into("k", into, **options),
        ):
            if kind == "success":
                call()
            else:
                _refused(call)
    data.append(0)
    into.append(0)
    assert len(data) == len(into) == len(DATA) + 1


def test_nothing_is_kept_of_endless_answers() -> None:
    """What was read of an answer that grew too large is freed."""
    huge = object_answer(bytes(3_000_000))
    with RawServer(keep_alive(huge)) as server, server.client(max_memory=1 << 20) as c:
        bucket = c.bucket(BUCKET)
        for _ in range(3):
            _refused(lambda: bucket.get_object("k"))
        before = _resident()
        for _ in range(50):
            _refused(lambda: bucket.get_object("k"))
        assert _resident() - before < 4 << 20


def test_nothing_is_kept_of_interrupted_requests(server: ossc.mock.Server) -> None:
    """KeyboardInterrupt at any moment of a request frees what it had."""

    def handler(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    server.put_object(BUCKET, "k", DATA)
    before = signal.signal(signal.SIGALRM, handler)
    try:
        with client_of(server) as client:
            bucket = client.bucket(BUCKET)
            for count in range(200):
                with pytest.raises(KeyboardInterrupt):
                    _busy_for(bucket, 0.0001 + count * 0.00001)
            gc.collect()
            assert _sdk.live_requests() == 0
            assert bucket.get_object("k").data == DATA
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _busy_for(bucket: ossc.Bucket, seconds: float) -> None:
    signal.setitimer(signal.ITIMER_REAL, seconds)
    for _ in range(10_000):
        bucket.get_object("k")


def test_threads_leave_nothing_behind(server: ossc.mock.Server) -> None:
    """A thread that made requests and ended keeps no memory."""
    server.put_object(BUCKET, "k", DATA)
    with client_of(server) as client:

        def burst(count: int) -> None:
            for _ in range(count):
                worker = threading.Thread(
                    target=lambda: client.bucket(BUCKET).get_object("k")
                )
                worker.start()
                worker.join()

        burst(50)
        before = _resident()
        burst(150)
        assert _resident() - before < 4 << 20


def test_errors_with_bodies_leave_nothing_behind() -> None:
    """Large error documents go with their exceptions."""
    page = answer(b"<html>" + b"x" * 200_000, "502 Bad Gateway")
    with RawServer(keep_alive(page)) as server, server.client() as client:
        bucket = client.bucket(BUCKET)
        for _ in range(20):
            _refused(lambda: bucket.get_object("k"))
        before = _resident()
        for _ in range(200):
            _refused(lambda: bucket.get_object("k"))
        assert _resident() - before < 4 << 20

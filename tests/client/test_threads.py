"""Threads: their requests run in parallel, on one client, and keep apart."""

from __future__ import annotations

import hashlib
import io
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

import ossc
import ossc.mock
from ossc import _sdk
from ossc.mock import faults

from .raw_server import BUCKET, client_of

DATA = bytes(range(256)) * 1000


def _together(work: Callable[[int], object], count: int) -> None:
    with ThreadPoolExecutor(count) as pool:
        list(pool.map(work, range(count)))


def test_slow_requests_run_in_parallel(server: ossc.mock.Server) -> None:
    """Eight downloads from a dripping server take the time of one."""
    server.put_object(BUCKET, "k", bytes(20))
    server.faults.add(faults.drip(interval=0.02), times=9)
    with client_of(server) as client:
        bucket = client.bucket(BUCKET)

        def get(_number: int) -> None:
            assert bucket.get_object("k").data == bytes(20)

        start = time.monotonic()
        get(0)
        one = time.monotonic() - start
        start = time.monotonic()
        _together(get, 8)
        eight = time.monotonic() - start
    assert one > 0.3
    assert eight < 2 * one


def test_python_runs_while_a_request_waits(server: ossc.mock.Server) -> None:
    """A waiting request does not hold the interpreter."""
    server.faults.add(faults.stall(0.3))
    server.put_object(BUCKET, "k", b"data")
    with client_of(server) as client:
        waiting = threading.Thread(target=lambda: client.bucket(BUCKET).get_object("k"))
        waiting.start()
        turns = 0
        while waiting.is_alive():
            turns += 1
        waiting.join()
    assert turns > 10_000


def test_many_threads_on_one_client(server: ossc.mock.Server) -> None:
    """32 threads with 50 requests each get the bytes that are theirs."""
    with client_of(server) as client:
        bucket = client.bucket(BUCKET)

        def work(number: int) -> None:
            data = hashlib.sha256(str(number).encode()).digest() * (number + 1)
            into = bytearray(len(data))
            key = f"key{number}"
            bucket.put_object(key, data)
            for _ in range(24):
                assert bucket.get_object(key).data == data
                assert bucket.get_object_into(key, into) == len(data)
                assert into == data
            with pytest.raises(ossc.NoSuchKey):
                bucket.get_object(f"missing{number}")

        _together(work, 32)
    assert len(server.requests) == 32 * 50
    assert server.connections <= 32
    assert _sdk.live_requests() == 0


def test_idle_connections_are_bounded(server: ossc.mock.Server) -> None:
    """No more are kept than the client was told to."""
    server.put_object(BUCKET, "k", b"data")
    server.faults.add(faults.stall(0.1), times=6)
    with client_of(server, max_idle_connections=2) as client:
        bucket = client.bucket(BUCKET)
        _together(lambda _: bucket.get_object("k"), 6)
        assert server.connections == 6
        server.faults.add(faults.stall(0.1), times=6)
        _together(lambda _: bucket.get_object("k"), 6)
    assert server.connections == 10


def test_closing_while_others_work(server: ossc.mock.Server) -> None:
    """Requests under way finish; those that come later are refused."""
    server.put_object(BUCKET, "k", b"data")
    server.faults.add(faults.stall(0.2), times=4)
    client = client_of(server)
    bucket = client.bucket(BUCKET)
    arrived = threading.Barrier(5)
    refused: list[ossc.ClientClosed] = []

    def work(_number: int) -> None:
        arrived.wait()
        assert bucket.get_object("k").data == b"data"

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(work, n) for n in range(4)]
        arrived.wait()
        deadline = time.monotonic() + 5
        while _sdk.live_requests() < 4 and time.monotonic() < deadline:
            time.sleep(0.001)
        client.close()
        try:
            bucket.get_object("k")
        except ossc.ClientClosed as error:
            refused.append(error)
        for job in running:
            job.result()
    assert len(refused) == 1
    assert _sdk.live_requests() == 0


def test_opening_and_closing_all_the_time(server: ossc.mock.Server) -> None:
    """Clients that come and go in many threads disturb nobody."""
    server.put_object(BUCKET, "k", b"data")

    def work(_number: int) -> None:
        for _ in range(10):
            with client_of(server) as client:
                assert client.bucket(BUCKET).get_object("k").data == b"data"

    _together(work, 8)
    assert server.connections == 80


def test_errors_stay_in_their_threads(server: ossc.mock.Server) -> None:
    """Each thread gets its own exception, progress and attributes."""
    server.put_object(BUCKET, "k", bytes(1000))
    with client_of(server) as client:
        bucket = client.bucket(BUCKET)

        def work(number: int) -> None:
            mine = LookupError(number)

            def fail(_done: int, _total: int | None) -> None:
                raise mine

            for _ in range(10):
                with pytest.raises(LookupError) as caught:
                    bucket.get_object("k", progress=fail)
                assert caught.value is mine
                with pytest.raises(ossc.NoSuchKey) as missing:
                    bucket.get_object(f"missing{number}")
                assert missing.value.key == f"missing{number}"

        _together(work, 8)


def test_eight_threads_that_take_turns_all_the_time(server: ossc.mock.Server) -> None:
    """Every kind of call on one client, however finely the threads are interleaved."""
    server.put_object(BUCKET, "k", DATA)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with client_of(server, max_connections=5, max_memory=64 << 20) as client:
            _together(lambda number: _everything(client, number), 8)
            assert client._budget._connections is not None
            assert client._budget._connections.free == 5
    finally:
        sys.setswitchinterval(before)
    assert _sdk.live_requests() <= 8


def _everything(client: ossc.Client, number: int) -> None:
    token = ossc.CancelToken()
    bucket = client.with_options(cancel=token).bucket(BUCKET)
    mine = f"t{number}/"
    for turn in range(3):
        key = f"{mine}{turn}"
        bucket.put_object(key, DATA, metadata={"n": str(number)})
        assert bucket.get_object(key).metadata == {"n": str(number)}
        bucket.upload_fileobj(f"{key}-parts", io.BytesIO(DATA), part_size=102_400)
        with bucket.open(f"{key}-parts", buffer_size=1000) as file:
            assert file.read() == DATA
        items = ((f"{key}-many-{n}", b"%d" % n) for n in range(20))
        assert not any(each.error for each in bucket.put_objects(items, concurrency=4))
        with pytest.raises(ossc.NoSuchKey):
            bucket.head_object(f"{key}-none")
    assert len([*bucket.list_objects(mine)]) == 3 * 22
    token.cancel()
    with pytest.raises(ossc.Cancelled):
        bucket.get_object("k")

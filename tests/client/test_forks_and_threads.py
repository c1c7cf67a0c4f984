"""64 threads on one client, forked children that do the same: nobody waits for ever.

The server runs in a process of its own, whose threads no fork can catch.
"""

from __future__ import annotations

import gc
import os
import random
import signal
import subprocess
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterator

import pytest

import ossc
from ossc import _sdk

from .raw_server import BUCKET, client_of

SIZE = 120_000
DATA = random.Random(3).randbytes(SIZE)
THREADS = 64
LIMIT_S = 60

SERVER = """
import random, sys
import ossc.mock
from ossc.mock import faults
with ossc.mock.serve(buckets=["examplebucket"]) as server:
    server.put_object("examplebucket", "k", random.Random(3).randbytes(120_000))
    print(server.endpoint, server.access_key_id, server.access_key_secret, flush=True)
    for line in sys.stdin:
        server.faults.clear()
        for number in range(int(line)):
            server.faults.add(
                faults.cut(at=60_000 + number), faults.status(503), key="k", method="GET"
            )
        print(flush=True)
    server.faults.clear()
"""


class Elsewhere:
    """A mock server in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._to, self._of = process.stdin, process.stdout
        self._endpoint, *self._keys = self._of.readline().split()

    def client(self) -> ossc.Client:
        """A client of the server that repeats at once."""
        retry = ossc.Retry(attempts=10, backoff=0.001, max_backoff=0.002)
        keys = ossc.Credentials(*self._keys)
        return client_of(self._endpoint, credentials=keys, retry=retry)

    def break_some(self, count: int) -> None:
        """Has some of the next downloads broken off, and as many refused."""
        self._to.write(f"{count}\n")
        self._to.flush()
        assert self._of.readline() == "\n"


@pytest.fixture
def server() -> Iterator[Elsewhere]:
    """A server with the object `k`."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Elsewhere(process)


@pytest.fixture
def client(server: Elsewhere) -> Iterator[ossc.Client]:
    """A client that has a connection already."""
    with server.client() as made:
        assert made.bucket(BUCKET).get_object("k").data == DATA
        yield made


def _raises(kind: type[BaseException], work: Callable[[], object]) -> BaseException:
    try:
        work()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}")


def _stop(_done: int, _total: int | None) -> None:
    raise LookupError(threading.get_ident())


def _work(client: ossc.Client, name: str, rounds: int = 2) -> None:
    """Puts, gets, ranges and errors of every kind, each of which must be its own."""
    bucket = client.bucket(BUCKET)
    mine = random.Random(name).randbytes(50_000 + len(name))
    into = bytearray(SIZE)
    for _ in range(rounds):
        assert bucket.put_object(name, mine).crc64 == _sdk.crc64(mine)
        assert bucket.get_object(name).data == mine
        assert bucket.get_object("k").data == DATA
        assert bucket.get_object("k", (100, 99_999)).data == DATA[100:100_000]
        assert bucket.get_object_into("k", into) == SIZE
        assert into == DATA
        missing = _raises(ossc.NoSuchKey, lambda: bucket.get_object(f"no {name}"))
        assert isinstance(missing, ossc.NoSuchKey)
        assert missing.key == f"no {name}"
        _raises(ossc.InvalidRange, lambda: bucket.get_object("k", (SIZE, None)))
        _raises(ossc.ParameterError, lambda: bucket.get_object(name, params={"": ""}))
        stopped = _raises(LookupError, lambda: bucket.get_object("k", progress=_stop))
        assert stopped.args == (threading.get_ident(),)
        assert bucket.head_object(name).size == len(mine)
    bucket.delete_object(name)


def _together(client: ossc.Client, label: str, count: int, rounds: int = 2) -> None:
    """Works in so many threads; all must come to their end, and well."""
    failed: list[str] = []
    start = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            start.wait(LIMIT_S)
            _work(client, f"{label}{number}", rounds)
        except BaseException:  # noqa: BLE001 - it is told below
            failed.append(traceback.format_exc())

    threads = [
        threading.Thread(target=run, args=(n,), daemon=True) for n in range(count)
    ]
    for thread in threads:
        thread.start()
    ends = time.monotonic() + LIMIT_S
    for thread in threads:
        thread.join(max(0.0, ends - time.monotonic()))
    assert [thread for thread in threads if thread.is_alive()] == []
    assert failed == []


def _fork(work: Callable[[], object]) -> int:
    """Runs something in a forked child, which ends in any case."""
    with warnings.catch_warnings():
        # Newer Pythons warn of forks beside threads, which is what is tested.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        status = 1
        signal.alarm(LIMIT_S)
        try:
            work()
            status = 0
        except BaseException:  # noqa: BLE001 - nothing may leave the child
            traceback.print_exc()
        finally:
            os._exit(status)
    return pid


def _wait_for(*pids: int) -> None:
    for pid in pids:
        _, status = os.waitpid(pid, 0)
        assert os.waitstatus_to_exitcode(status) == 0


def _settled() -> int:
    """Requests whose memory is not freed, with the garbage that held some gone."""
    gc.collect()
    return _sdk.live_requests()


def test_threads(server: Elsewhere, client: ossc.Client) -> None:
    """64 of them, with downloads that break and go on in between."""
    before = _settled()
    server.break_some(40)
    _together(client, "thread", THREADS)
    server.break_some(0)
    assert _settled() == before
    assert len(list(client.bucket(BUCKET).list_objects())) == 1


def test_children_do_the_same(server: Elsewhere, client: ossc.Client) -> None:
    """One after the other, each with threads of its own on the parent's client."""

    def child() -> None:
        before = _settled()
        _together(client, f"child{os.getpid()}-", 16, rounds=1)
        assert _settled() == before

    before = _settled()
    server.break_some(10)
    for _ in range(3):
        _wait_for(_fork(child))
    _together(client, "parent", 16)
    server.break_some(0)
    assert _settled() == before


def test_children_made_while_threads_are_at_work(
    server: Elsewhere, client: ossc.Client
) -> None:
    """Whatever the other threads hold at the moment of the fork, the child works."""
    before = _settled()

    def child() -> None:
        # Requests under way at the fork are the parent's; what is counted of them stays.
        mine = _settled()
        _together(client, f"child{os.getpid()}-", 6, rounds=1)
        with server.client() as another:
            _work(another, f"new{os.getpid()}", rounds=1)
        assert _settled() <= mine

    busy = threading.Event()
    failed: list[str] = []

    def run(number: int) -> None:
        count = 0
        try:
            while not busy.is_set():
                _work(client, f"parent{number}-{count}", rounds=1)
                count += 1
        except BaseException:  # noqa: BLE001 - it is told below
            failed.append(traceback.format_exc())

    threads = [threading.Thread(target=run, args=(n,), daemon=True) for n in range(12)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(4):
            _wait_for(_fork(child), _fork(child))
    finally:
        busy.set()
        for thread in threads:
            thread.join(LIMIT_S)
    assert [thread for thread in threads if thread.is_alive()] == []
    assert failed == []
    assert _settled() == before


def test_a_child_that_closes_and_exits(server: Elsewhere, client: ossc.Client) -> None:
    """Closing, collecting and leaving there does nothing to the parent's requests."""
    before = _settled()

    def child() -> None:
        _work(client, f"child{os.getpid()}", rounds=1)
        client.close()
        gc.collect()
        _raises(ossc.ClientClosed, lambda: client.bucket(BUCKET).get_object("k"))
        with server.client() as another:
            _work(another, f"child{os.getpid()}", rounds=1)

    _together(client, "before", 4, rounds=1)
    _wait_for(_fork(child), _fork(child))
    _together(client, "after", 4, rounds=1)
    assert _settled() == before


def test_closing_while_many_are_at_work(server: Elsewhere) -> None:
    """Each of them gets its answer or is refused; none hangs, none crashes."""
    before = _settled()
    for _ in range(5):
        client = server.client()
        outcomes: list[str] = []
        started = threading.Barrier(17)

        def run(
            client: ossc.Client = client,
            outcomes: list[str] = outcomes,
            started: threading.Barrier = started,
        ) -> None:
            bucket = client.bucket(BUCKET)
            started.wait(LIMIT_S)
            try:
                while True:
                    assert bucket.get_object("k").data == DATA
            except BaseException as error:  # noqa: BLE001 - it is looked at below
                outcomes.append(type(error).__name__)

        threads = [threading.Thread(target=run, daemon=True) for _ in range(16)]
        for thread in threads:
            thread.start()
        started.wait(LIMIT_S)
        client.bucket(BUCKET).get_object("k")
        client.close()
        for thread in threads:
            thread.join(LIMIT_S)
        assert outcomes == ["ClientClosed"] * 16
    assert _settled() == before

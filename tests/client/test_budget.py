"""One budget of memory and connections for all of a client's transfers together."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import FrameType

import pytest

import ossc
import ossc.mock
from ossc._budget import Budget
from ossc.mock import faults

from .raw_server import BUCKET, client_of

PROMPT = 0.4


class _Gauge:
    """How many are inside at a time, and how many were at most."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.now = 0
        self.most = 0

    def add(self, count: int) -> None:
        with self._lock:
            self.now += count
            self.most = max(self.most, self.now)


def _together(work: Callable[[int], object], count: int) -> None:
    with ThreadPoolExecutor(count) as pool:
        for future in [pool.submit(work, number) for number in range(count)]:
            future.result()


def _waiting(budget: Budget, count: int) -> None:
    """Returns once so many wait for memory."""
    assert budget._memory is not None
    while len(budget._memory.queue) < count:
        time.sleep(0.001)


def test_no_limit_is_nothing() -> None:
    """Without limits nobody waits, and nothing is counted."""
    budget = Budget(None, None)
    assert (budget.max_memory, budget.max_connections) == (None, None)
    assert budget.memory(1 << 60) is budget.memory(1) is budget.connection()
    with budget.memory(1), budget.memory(1 << 60), budget.connection():
        pass


def test_sixteen_threads_share_the_memory() -> None:
    """Never more than there is, and all of it is back at the end."""
    budget, gauge = Budget(1000, None), _Gauge()

    def work(number: int) -> None:
        for turn in range(200):
            size = 1 + (number * 211 + turn * 97) % 1000
            with budget.memory(size):
                gauge.add(size)
                gauge.add(-size)

    _together(work, 16)
    assert 0 < gauge.most <= 1000
    assert budget._memory is not None
    assert (budget._memory.free, len(budget._memory.queue)) == (1000, 0)


def test_more_than_all_is_refused() -> None:
    """What can never be there is an error at once, not a wait."""
    budget = Budget(1000, None)
    with pytest.raises(ossc.MemoryLimitExceeded, match="1001 bytes"):
        budget.memory(1001)
    with budget.memory(1000):
        pass


def test_a_large_wish_is_not_passed_by_small_ones() -> None:
    """The order of asking is the order of getting."""
    budget, order = Budget(10, None), list[int]()

    def work(size: int) -> None:
        with budget.memory(size):
            order.append(size)

    threads = [threading.Thread(target=work, args=(size,)) for size in (9, 2, 1)]
    with budget.memory(5):
        for count, thread in enumerate(threads, 1):
            thread.start()
            _waiting(budget, count)
        assert order == []
    for thread in threads:
        thread.join()
    assert order[0] == 9


def test_who_gives_up_lets_others_pass() -> None:
    """A wait that ends by its token or its deadline holds nobody up."""
    budget, token = Budget(10, None), ossc.CancelToken()
    with budget.memory(5):
        threading.Timer(0.1, token.cancel).start()
        start = time.monotonic()
        with pytest.raises(ossc.Cancelled), budget.memory(9, cancel=token):
            pass
        with pytest.raises(ossc.RequestTimedOut):
            with budget.memory(9, ends=time.monotonic() + 0.1):
                pass
        assert time.monotonic() - start < 2 * PROMPT
        with budget.memory(5, ends=0.0):  # free at once: nothing to wait for
            pass
    with budget.memory(10):
        pass


def test_a_share_may_be_given_back_elsewhere() -> None:
    """Taken in one thread, given back in another."""
    budget = Budget(10, None)
    share = budget.memory(10)
    share.__enter__()
    other = threading.Thread(target=share.__exit__)
    other.start()
    other.join()
    with budget.memory(10):
        pass


def test_ctrl_c_ends_a_wait() -> None:
    """And leaves everything free."""
    budget = Budget(10, None)

    def handler(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, handler)
    try:
        with budget.memory(10):
            signal.setitimer(signal.ITIMER_REAL, 0.1)
            start = time.monotonic()
            with pytest.raises(KeyboardInterrupt), budget.memory(1):
                pass
            assert time.monotonic() - start < PROMPT
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    with budget.memory(10):
        pass


def test_connections_are_limited(server: ossc.mock.Server) -> None:
    """Sixteen threads, four connections: all are served, never more than four at once."""
    server.put_object(BUCKET, "k", b"data")
    server.faults.add(faults.stall(0.01), times=16)
    with client_of(server, max_connections=4) as client:
        bucket = client.bucket(BUCKET)
        view = bucket.with_options(retry=None)

        def work(number: int) -> None:
            for _ in range(5):
                which = view if number % 2 else bucket
                assert which.get_object("k").data == b"data"

        _together(work, 16)
        assert client._budget._connections is not None
        assert client._budget._connections.free == 4
    assert server.connections <= 4
    assert len(server.requests) == 80


def test_a_pause_holds_no_connection(server: ossc.mock.Server) -> None:
    """Others go on while a failed call waits for its next attempt."""
    server.put_object(BUCKET, "k", b"data")
    busy = faults.status(503) & faults.header("Retry-After", "1")
    server.faults.add(busy, key="busy")
    with client_of(server, max_connections=1, retry=ossc.Retry(2)) as client:
        bucket = client.bucket(BUCKET)
        other = threading.Thread(target=bucket.put_object, args=("busy", b"x"))
        other.start()
        while server.faults.unused:
            time.sleep(0.001)
        start = time.monotonic()
        assert bucket.get_object("k").data == b"data"
        assert time.monotonic() - start < 0.5
        other.join()


def test_a_request_inside_a_request_is_let_through(server: ossc.mock.Server) -> None:
    """A progress function that makes a request does not wait for its own thread."""
    server.put_object(BUCKET, "k", b"data")
    sizes: list[int] = []
    with client_of(server, max_connections=1) as client:
        bucket = client.bucket(BUCKET)
        server.faults.add(faults.stall(0.3), operation="PutObject")
        bucket.put_object(
            "new",
            bytes(3_000_000),
            progress=lambda _done, _total: sizes.append(bucket.head_object("k").size),
        )
        assert client._budget._connections is not None
        assert client._budget._connections.free == 1
        assert client._budget._connections.holders == {}
    assert set(sizes) == {4}


def test_an_answer_larger_than_the_budget(server: ossc.mock.Server) -> None:
    """`max_memory` is the largest answer that is kept in memory, too."""
    server.put_object(BUCKET, "k", bytes(1001))
    with client_of(server, max_memory=1000, retry=ossc.Retry()) as client:
        with pytest.raises(ossc.MemoryLimitExceeded) as caught:
            client.bucket(BUCKET).get_object("k")
        assert caught.value.attempts == 1
        assert client._budget.max_memory == 1000


@pytest.mark.parametrize("name", ["max_memory", "max_connections"])
@pytest.mark.parametrize("value", [0, -1])
def test_limits_are_at_least_one(name: str, value: int) -> None:
    """A budget of nothing would be waited for for ever."""
    with pytest.raises(ossc.ParameterError, match=name):
        client_of("http://127.0.0.1:1", **{name: value})


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_child_process_has_all_of_it() -> None:
    """What other threads held when the process was forked is not missing in the child."""
    budget = Budget(1000, 1)
    holding, enough = threading.Event(), threading.Event()

    def hold() -> None:
        assert budget._memory is not None
        with budget.memory(900), budget.connection(), budget._memory.lock:
            holding.set()
            enough.wait()

    other = threading.Thread(target=hold)
    other.start()
    holding.wait()
    child = os.fork()
    if child == 0:
        signal.alarm(10)
        code = 1
        try:
            ends = time.monotonic() + 1
            with budget.memory(1000, ends=ends), budget.connection(ends=ends):
                code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    enough.set()
    other.join()
    assert os.waitstatus_to_exitcode(status) == 0
    with budget.memory(1000), budget.connection():
        pass


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_share_held_across_a_fork_is_given_back_once() -> None:
    """The child that leaves the block of its parent has no more than there is."""
    budget = Budget(10, None)
    child = -1
    with budget.memory(10):
        child = os.fork()
    assert budget._memory is not None
    if child == 0:
        os._exit(0 if budget._memory.free == 10 else 1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert budget._memory.free == 10

"""What is slow in a batch holds up none but itself, and others get their turn."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from itertools import islice

import pytest

import ossc
import ossc.mock
from ossc import _sdk
from ossc._batch_run import ARENA
from ossc._chunks import MAX_CHUNK

from .raw_server import BUCKET, Peer, RawServer, client_of, object_answer

BOTH = pytest.mark.parametrize(
    "ordered", [True, False], ids=["ordered", "as they come"]
)
COUNT = 4 * MAX_CHUNK
BUSY = b"HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture(autouse=True)
def _no_leak() -> Iterator[None]:
    """However a batch ends, its memory is freed and its threads are gone."""
    yield
    gc.collect()
    assert _sdk.live_requests() == 0
    assert [t.name for t in threading.enumerate() if "ossc-batch" in t.name] == []


class _Gate:
    """A handler that keeps some keys until it is opened."""

    def __init__(self, *slow: str) -> None:
        self.slow = slow
        self.open = threading.Event()

    def __call__(self, peer: Peer) -> None:
        while (request := peer.read()) is not None:
            key = request.line.split()[1].rpartition("/")[2]
            if key in self.slow:
                assert self.open.wait(20)
            peer.send(object_answer(key.encode()))


def _keys(count: int) -> Iterator[str]:
    """So many that it is not known how many."""
    return (f"k{n}" for n in range(count))


def test_slow_ones_hold_up_only_themselves() -> None:
    """One in a chunk of each thread: all others come first."""
    gate = _Gate("k0", "k5")
    with RawServer(gate) as server, server.client() as client:
        found = client.bucket(BUCKET).get_objects(_keys(COUNT), ordered=False)
        first = {item.key: item.result.data for item in islice(found, COUNT - 2)}
        assert first == {k: k.encode() for k in _keys(COUNT) if k not in gate.slow}
        gate.open.set()
        assert sorted(item.key for item in found) == [*gate.slow]


@pytest.mark.parametrize("concurrency", [2, 3, 16])
def test_in_order_those_behind_a_slow_one_are_asked_for(concurrency: int) -> None:
    """They come as soon as it has."""
    asked, enough, lock = 0, threading.Event(), threading.Lock()

    def handle(peer: Peer) -> None:
        nonlocal asked
        while (request := peer.read()) is not None:
            with lock:
                asked += 1
                if asked > MAX_CHUNK // 2:
                    enough.set()
            key = request.line.split()[1].rpartition("/")[2]
            if key == "k7":
                assert enough.wait(20)
            peer.send(object_answer(key.encode()))

    keys = [*_keys(COUNT)]
    with RawServer(handle) as server, server.client() as client:
        found = client.bucket(BUCKET).get_objects(keys, concurrency=concurrency)
        pairs = [(item.key, item.result.data.decode()) for item in found]
    assert pairs == [(key, key) for key in keys]


@BOTH
def test_a_pause_is_only_for_who_failed(*, ordered: bool) -> None:
    """What waits for another attempt leaves the connections to the others."""
    failing = {"k0", "k5", f"k{COUNT - 1}"}
    left, times, lock = set(failing), dict[str, float](), threading.Lock()

    def handle(peer: Peer) -> None:
        while (request := peer.read()) is not None:
            key = request.line.split()[1].rpartition("/")[2]
            with lock:
                fails = key in left
                left.discard(key)
                times[key] = time.monotonic()
            peer.send(BUSY if fails else object_answer(key.encode()))

    keys = [*_keys(COUNT)]
    with RawServer(handle) as server, server.client(retry=ossc.Retry(2)) as client:
        found = client.bucket(BUCKET).get_objects(iter(keys), ordered=ordered)
        items = list(found)
    assert all(item.result.data == item.key.encode() for item in items)
    names = [item.key for item in items]
    assert names == keys if ordered else sorted(names) == sorted(keys)
    again = min(times["k0"], times["k5"])
    early = sum(when < again for when in times.values())
    # In order, as many as are taken ahead.
    assert early > COUNT // 8 if ordered else early >= COUNT - len(failing)


def test_answers_that_wait_for_their_turn_are_bounded() -> None:
    """In order, few arenas are filled while the first key waits for an attempt."""
    body, asked, before = bytes(400_000), 0, 0
    lock = threading.Lock()

    def handle(peer: Peer) -> None:
        nonlocal asked, before
        while (request := peer.read()) is not None:
            key = request.line.split()[1].rpartition("/")[2]
            with lock:
                asked += 1
                fails = key == "k0" and before == 0
                before = asked if key == "k0" else before
            peer.send(BUSY if fails else object_answer(body))

    with RawServer(handle) as server, server.client(retry=ossc.Retry(2)) as client:
        found = client.bucket(BUCKET).get_objects(_keys(200), concurrency=4)
        assert next(found).result.size == len(body)
        # Of 4 MiB each: two behind it, two of the other thread, and some in vain.
        assert before <= 6 * (ARENA // len(body))
        assert sum(item.result.size for item in found) == 199 * len(body)


def test_others_get_their_turn(server: ossc.mock.Server) -> None:
    """A batch without end does not keep all connections to itself."""
    server.put_object(BUCKET, "k", b"1")

    def keys() -> Iterator[str]:
        while not done.is_set():
            yield "k"

    done = threading.Event()
    limits = {"max_connections": 2, "max_memory": 8 << 20}
    with client_of(server, **limits) as client, ThreadPoolExecutor(1) as pool:
        bucket = client.bucket(BUCKET)
        found = bucket.get_objects(keys(), concurrency=2)
        next(found)
        other = pool.submit(bucket.with_options(deadline=20).get_object, "k")
        for item in found:
            assert item.error is None
            if other.done():
                done.set()
        assert other.result().data == b"1"


def test_new_keys_are_used_in_the_midst(server: ossc.mock.Server) -> None:
    """Credentials that change end nothing; what comes later is signed with them."""
    server.put_object(BUCKET, "k", b"1")
    pair = server.access_key_id, server.access_key_secret
    made = 0

    def source() -> ossc.Credentials:
        nonlocal made
        made += 1
        soon = datetime.now(timezone.utc) + timedelta(seconds=1)
        return ossc.Credentials(*pair, expiration=soon)

    def keys() -> Iterator[str]:
        while made < 3:
            yield "k"

    with client_of(server, credentials=source) as client:
        found = client.bucket(BUCKET).get_objects(keys(), ordered=False)
        assert all(item.result.data == b"1" for item in found)


class _Rounds:
    """Has requests wait for each other, so that no machine's speed tells who works.

    Args:
        width: So many are answered together.
        patience: After so many seconds, as many as there are.
    """

    def __init__(self, width: int, patience: float) -> None:
        self._width, self._patience = width, patience
        self._turn, self._waiting = threading.Condition(), 0
        self.sizes: list[int] = []

    def wait(self) -> None:
        """Until the others of the round have come, too, or come no more."""
        with self._turn:
            self._waiting += 1
            mine = len(self.sizes)
            if self._waiting < self._width:
                self._turn.wait_for(lambda: len(self.sizes) > mine, self._patience)
            if len(self.sizes) == mine:
                self.sizes.append(self._waiting)
                self._waiting = 0
                self._turn.notify_all()


def test_chunks_become_smaller_towards_the_end() -> None:
    """No thread works alone for long when it is known how many keys there are."""
    rounds = _Rounds(8, patience=0.5)

    def handle(peer: Peer) -> None:
        while peer.read_head() is not None:
            rounds.wait()
            peer.send(object_answer(b"x"))

    with RawServer(handle) as server, server.client() as client:
        found = client.bucket(BUCKET).get_objects([*_keys(500)], concurrency=8)
        assert len(list(found)) == 500
    assert sum(rounds.sizes) == 500
    assert sum(size for size in rounds.sizes if size <= 4) < 60

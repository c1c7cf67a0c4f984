"""Batches that go wrong: failures of single keys, and ends before the end."""

from __future__ import annotations

import gc
import os
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc import _sdk
from ossc.mock import faults

from .raw_server import (
    BUCKET,
    RawServer,
    client_of,
)

BOTH = pytest.mark.parametrize(
    "ordered", [True, False], ids=["ordered", "as they come"]
)
PROMPT = 0.6


@pytest.fixture(autouse=True)
def _no_leak() -> Iterator[None]:
    """However a batch ends, its memory is freed and its threads are gone."""
    yield
    gc.collect()
    assert _sdk.live_requests() == 0
    assert [t.name for t in threading.enumerate() if "ossc-batch" in t.name] == []


KEYS = [f"k{n}" for n in range(20)]
ITEMS = [(key, b"x" * 100) for key in KEYS]

FAULTS: dict[str, tuple[faults.Fault, type[ossc.OSSError]]] = {
    "403": (faults.status(403), ossc.AccessDenied),
    "500": (faults.status(500), ossc.ServerError),
    "503": (faults.status(503), ossc.ServiceUnavailable),
    "reset": (faults.reset("after"), ossc.ConnectionLost),
    "cut head": (faults.cut(head=30), ossc.ConnectionLost),
    "stall": (faults.stall(), ossc.RequestTimedOut),
    "garbage": (faults.garbage(b"what\r\n\r\n"), ossc.MalformedResponse),
}
OF_BODIES: dict[str, tuple[faults.Fault, type[ossc.OSSError]]] = {
    "cut": (faults.cut(at=10), ossc.ShortBody),
    "flip": (faults.flip(3), ossc.ChecksumMismatch),
    "stall in the body": (faults.stall(at=10), ossc.RequestTimedOut),
}
ALL = FAULTS | OF_BODIES


def _compare(mine: ossc.OSSError | None, other: ossc.OSSError) -> None:
    """Errors that say the same of what was done to what, and how it ended."""
    assert mine is not None
    assert type(mine) is type(other)
    for field in ("message", "code", "ec", "status", "operation", "bucket", "key"):
        assert getattr(mine, field) == getattr(other, field), field
    assert (mine.attempts, mine.gave_up) == (other.attempts, other.gave_up)
    assert (mine.request_id is None) == (other.request_id is None)
    assert len(mine.history) == len(other.history)


@BOTH
@pytest.mark.parametrize("name", ALL)
def test_a_failure_is_that_key_s(
    server: ossc.mock.Server, name: str, *, ordered: bool
) -> None:
    """The error is the one of a get, and the other keys are read."""
    for key, data in ITEMS:
        server.put_object(BUCKET, key, data)
    fault, kind = ALL[name]
    server.faults.add(fault, key="k7", times=9)
    with client_of(server, read_timeout=0.3) as client:
        bucket = client.bucket(BUCKET)
        found = {i.key: i for i in bucket.get_objects(KEYS, ordered=ordered)}
        with pytest.raises(kind) as caught:
            bucket.get_object("k7")
    assert len(found) == len(KEYS)
    assert [key for key, item in found.items() if item.error] == ["k7"]
    _compare(found["k7"].error, caught.value)
    with pytest.raises(kind) as raised:
        _ = found["k7"].result
    assert raised.value is found["k7"].error
    assert "error=" in repr(found["k7"])
    server.faults.clear()


@pytest.mark.parametrize("name", FAULTS)
def test_a_failed_put_is_that_key_s(server: ossc.mock.Server, name: str) -> None:
    """The error is the one of a put, and the others are stored."""
    fault, kind = FAULTS[name]
    server.faults.add(fault, key="k7", times=9)
    with client_of(server, read_timeout=0.3) as client:
        bucket = client.bucket(BUCKET)
        found = list(bucket.put_objects(ITEMS))
        with pytest.raises(kind) as caught:
            bucket.put_object(*ITEMS[7])
        assert {o.key for o in bucket.list_objects()} | {"k7"} == {*KEYS}
    assert [item.key for item in found if item.error] == ["k7"]
    _compare(found[7].error, caught.value)
    server.faults.clear()


@BOTH
@pytest.mark.parametrize("name", ALL)
def test_what_may_pass_is_repeated(
    server: ossc.mock.Server, name: str, *, ordered: bool
) -> None:
    """As by a get with the same policy; what may not is not."""
    for key, data in ITEMS:
        server.put_object(BUCKET, key, data)
    fault, kind = ALL[name]
    passes = kind not in (ossc.AccessDenied, ossc.MalformedResponse)
    server.faults.add(fault, key="k7")
    server.faults.add(fault, key="k8")
    retry = ossc.Retry(3, backoff=0.01)
    with client_of(server, read_timeout=0.3, retry=retry) as client:
        found = list(client.bucket(BUCKET).get_objects(KEYS, ordered=ordered))
    failed = sorted(item.key for item in found if item.error)
    assert failed == ([] if passes else ["k7", "k8"])
    for item in found:
        assert item.error or item.result.data == b"x" * 100
    if ordered:
        assert [item.key for item in found] == KEYS


def test_the_attempts_are_counted(server: ossc.mock.Server) -> None:
    """And the error of the last tells of those before."""
    server.faults.add(faults.status(500), key="k7", times=3)
    server.faults.add(faults.status(500), faults.status(403), key="k8")
    retry = ossc.Retry(3, backoff=0.01)
    with client_of(server, retry=retry) as client:
        found = list(client.bucket(BUCKET).put_objects(ITEMS))
    first, second = found[7].error, found[8].error
    assert isinstance(first, ossc.ServerError)
    assert isinstance(second, ossc.AccessDenied)
    assert (first.attempts, len(first.history)) == (3, 2)
    assert (second.attempts, len(second.history)) == (2, 1)
    assert "HTTP 500" in second.history[0]
    assert [item.key for item in found if item.error] == ["k7", "k8"]


def test_a_flipped_byte_is_repeated_once(server: ossc.mock.Server) -> None:
    """Bytes that differ a second time are not asked for again."""
    server.put_object(BUCKET, "k", b"data")
    server.faults.add(faults.flip(), times=2)
    with client_of(server, retry=ossc.Retry(9, backoff=0.0)) as client:
        (item,) = client.bucket(BUCKET).get_objects(["k"])
    assert isinstance(item.error, ossc.ChecksumMismatch)
    assert item.error.attempts == 2
    assert "a second time" in str(item.error)


def test_an_unknown_outcome_of_a_put_that_must_not_overwrite(
    server: ossc.mock.Server,
) -> None:
    """It is not repeated: it could meet its own object."""
    server.faults.add(faults.drop_after_store(), key="k3")
    with client_of(server, retry=ossc.Retry(3, backoff=0.0)) as client:
        found = list(client.bucket(BUCKET).put_objects(ITEMS, forbid_overwrite=True))
    error = found[3].error
    assert isinstance(error, ossc.ConnectionLost)
    assert error.gave_up == "not repeated: the server may have acted"
    assert server.get_object(BUCKET, "k3") == ITEMS[3][1]


def test_many_failures_wait_together(server: ossc.mock.Server) -> None:
    """A pause is made once for all of them."""
    keys = [f"k{n}" for n in range(300)]
    for key in keys:
        server.put_object(BUCKET, key, b"1")
        server.faults.add(faults.status(503), key=key)
    retry = ossc.Retry(9, backoff=0.1)
    start = time.monotonic()
    with client_of(server, retry=retry) as client:
        found = list(client.bucket(BUCKET).get_objects(keys))
    assert all(item.error is None for item in found)
    assert time.monotonic() - start < 6


def test_a_refused_connection() -> None:
    """Each key has that error."""
    with RawServer(b"") as server:
        endpoint = server.endpoint
    with client_of(endpoint) as client:
        found = list(client.bucket(BUCKET).get_objects(KEYS))
    assert [item.key for item in found] == KEYS
    assert {type(item.error) for item in found} == {ossc.ConnectFailed}


def test_a_wrong_clock_is_corrected(server: ossc.mock.Server) -> None:
    """Once for all keys; what comes later is signed with the server's time."""
    for key, data in ITEMS:
        server.put_object(BUCKET, key, data)
    with client_of(server, retry=ossc.Retry(2, backoff=0.0)) as client:
        bucket = client.bucket(BUCKET)
        server.faults.add(faults.clock(3600), times=200)
        found = list(bucket.get_objects(KEYS))
        assert [item.error for item in found] == [None] * len(KEYS)
        server.reset_counts()
        found = list(bucket.get_objects([*KEYS, "none"]))
        assert [item.key for item in found if item.error] == ["none"]
        assert len(server.requests) == len(KEYS) + 1
        server.faults.clear()


@BOTH
def test_a_deadline_counts_for_each_key(
    server: ossc.mock.Server, *, ordered: bool
) -> None:
    """With all its attempts."""
    for key, data in ITEMS:
        server.put_object(BUCKET, key, data)
    server.faults.add(faults.stall(), key="k7", times=9)
    server.faults.add(faults.status(503), key="k8", times=99)
    retry = ossc.Retry(99, backoff=0.01, max_backoff=0.02)
    start = time.monotonic()
    with client_of(server, retry=retry, timeout=0.2) as client:
        bucket = client.bucket(BUCKET).with_options(deadline=0.5)
        found = {i.key: i.error for i in bucket.get_objects(KEYS, ordered=ordered)}
    assert time.monotonic() - start < 2
    assert sorted(key for key, error in found.items() if error) == ["k7", "k8"]
    assert isinstance(found["k7"], ossc.RequestTimedOut)
    assert "deadline" in str(found["k7"])
    assert 2 <= found["k7"].attempts <= 4
    assert "deadline" in str(found["k8"])
    server.faults.clear()


def _stalling(server: ossc.mock.Server) -> None:
    for key, data in ITEMS:
        server.put_object(BUCKET, key, data)
    server.faults.add(faults.stall(), key="k13")


@BOTH
def test_a_token_ends_it(server: ossc.mock.Server, *, ordered: bool) -> None:
    """Soon, while it waits; and at once when it was used before."""
    _stalling(server)
    with client_of(server) as client:
        token = ossc.CancelToken()
        bucket = client.bucket(BUCKET).with_options(cancel=token)
        threading.Timer(0.3, token.cancel).start()
        start = time.monotonic()
        found: list[ossc.KeyResult[ossc.GetObjectResult]] = []
        with pytest.raises(ossc.Cancelled):
            found.extend(bucket.get_objects(KEYS, ordered=ordered))
        assert 0.2 < time.monotonic() - start < 0.3 + PROMPT
        assert "k13" not in [item.key for item in found]
        with pytest.raises(ossc.Cancelled):
            list(bucket.get_objects(KEYS))
        assert client.bucket(BUCKET).get_object("k1").data == b"x" * 100


def test_a_token_is_seen_between_results(server: ossc.mock.Server) -> None:
    """Results that are there already may still come, but not without end."""
    server.put_object(BUCKET, "k", b"1")

    def keys() -> Iterator[str]:
        while True:
            yield "k"

    with client_of(server) as client:
        token = ossc.CancelToken()
        found = client.bucket(BUCKET).with_options(cancel=token).get_objects(keys())
        next(found)
        token.cancel()
        with pytest.raises(ossc.Cancelled):
            deque(islice(found, 2000), maxlen=0)


def _abandon_by_close(found: Any) -> None:
    found.close()


def _abandon_by_letting_go(found: Any) -> None:
    del found


def _abandon_by_error(found: Any) -> None:
    with pytest.raises(LookupError):
        found.throw(LookupError())


ENDS: list[Callable[[Any], None]] = [
    _abandon_by_close,
    _abandon_by_letting_go,
    _abandon_by_error,
]


@BOTH
@pytest.mark.parametrize("end", ENDS)
def test_it_is_abandoned(
    server: ossc.mock.Server, end: Callable[[Any], None], *, ordered: bool
) -> None:
    """Half-way, while a request stalls: all ends soon, and the client is usable."""
    _stalling(server)
    limits = {"max_connections": 4, "max_memory": 1 << 20}
    with client_of(server, **limits) as client:
        bucket = client.bucket(BUCKET)
        start = time.monotonic()
        found: Any = [bucket.get_objects(KEYS, ordered=ordered)]
        assert next(found[0]).error is None
        end(found.pop())
        assert time.monotonic() - start < PROMPT
        assert _sdk.live_requests() == 0
        budget = client._budget
        assert budget._memory is not None
        assert budget._connections is not None
        assert (budget._memory.free, budget._connections.free) == (1 << 20, 4)
        assert bucket.get_object("k1").data == b"x" * 100
    server.faults.clear()


def test_it_is_garbage(server: ossc.mock.Server) -> None:
    """In a cycle that the collector finds."""
    _stalling(server)
    with client_of(server) as client:
        found: Any = client.bucket(BUCKET).get_objects(KEYS)
        next(found)
        cycle = [found]
        cycle.append(cycle)
        del found, cycle
        gc.collect()
        assert _sdk.live_requests() == 0
    server.faults.clear()


def test_it_is_not_begun(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """An iterator that nobody asks has no threads and sends nothing."""
    before = threading.active_count()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        bucket.put_objects(ITEMS).close()
        bucket.get_objects(KEYS)
    assert threading.active_count() == before
    assert server.requests == []


@BOTH
def test_the_client_is_closed_meanwhile(
    server: ossc.mock.Server, *, ordered: bool
) -> None:
    """What is under way comes to its end, and then it is told."""
    server.put_object(BUCKET, "k", b"1")
    client = client_of(server)
    found = client.bucket(BUCKET).get_objects(["k"] * 5000, ordered=ordered)
    assert next(found).result.data == b"1"
    client.close()
    rest: list[ossc.KeyResult[ossc.GetObjectResult]] = []
    with pytest.raises(ossc.ClientClosed):
        rest.extend(found)
    assert len(rest) < 4999
    assert all(item.result.data == b"1" for item in rest)
    with pytest.raises(ossc.ClientClosed):
        next(client.bucket(BUCKET).get_objects(["k"]))


def test_faults_of_the_caller_s_own_loop(server: ossc.mock.Server) -> None:
    """What is raised between two results is the caller's; threads end all the same."""
    _stalling(server)

    def use(bucket: ossc.Bucket) -> None:
        for item in bucket.get_objects(KEYS):
            raise LookupError(item.key)

    with client_of(server) as client:
        with pytest.raises(LookupError, match="k0"):
            use(client.bucket(BUCKET))
    server.faults.clear()


def test_no_descriptor_is_lost(server: ossc.mock.Server) -> None:
    """Batch after batch, whole or abandoned."""
    for key, data in ITEMS:
        server.put_object(BUCKET, key, data)
    with client_of(server) as client:
        bucket = client.bucket(BUCKET)

        def turn() -> int:
            for end in (1, 7, 30):
                found = bucket.get_objects(KEYS)
                for _item, _ in zip(found, range(end), strict=False):
                    pass
                found.close()
            return len(os.listdir("/proc/self/fd"))

        first = [turn() for _ in range(3)]
        assert turn() <= max(first)

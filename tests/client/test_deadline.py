"""Deadlines: a call ends in time with all its attempts, pauses and waits."""

from __future__ import annotations

import threading
import time

import pytest

import ossc
import ossc.mock
from ossc.mock import faults

from .raw_server import BUCKET, client_of

MANY = ossc.Retry(attempts=50, backoff=0.01, max_backoff=0.02)


def test_it_ends_a_stalled_attempt(server: ossc.mock.Server) -> None:
    """The first attempt may not take longer either; nothing has to be repeated for it."""
    server.faults.add(faults.stall())
    with client_of(server) as client:
        start = time.monotonic()
        with pytest.raises(ossc.RequestTimedOut) as caught:
            client.bucket(BUCKET).with_options(deadline=0.3).get_object("k")
        took = time.monotonic() - start
    assert 0.25 < took < 1
    assert caught.value.attempts == 1
    assert "the deadline of 0.3 s has passed" in str(caught.value)


def test_it_bounds_all_attempts_together(server: ossc.mock.Server) -> None:
    """Each attempt has its own limit, the last one what is left."""
    server.faults.add(faults.stall(), times=3)
    retry = ossc.Retry(attempts=50, backoff=0.0, deadline=0.5)
    with client_of(server, retry=retry, timeout=0.2) as client:
        start = time.monotonic()
        with pytest.raises(ossc.RequestTimedOut) as caught:
            client.bucket(BUCKET).get_object("k")
        took = time.monotonic() - start
    assert 0.45 < took < 1
    assert caught.value.attempts == 3
    assert len(caught.value.history) == 2


def test_it_ends_repetition(server: ossc.mock.Server) -> None:
    """The last error comes out when there is no time for another attempt."""
    server.faults.add(faults.status(503), times=100)
    retry = ossc.Retry(attempts=100, backoff=0.05, max_backoff=0.05)
    with client_of(server, retry=retry) as client:
        start = time.monotonic()
        with pytest.raises(ossc.ServiceUnavailable, match="the deadline of") as caught:
            client.bucket(BUCKET).with_options(deadline=0.3).get_object("k")
        took = time.monotonic() - start
    assert took < 0.6
    assert caught.value.attempts == len(server.requests) > 2
    server.faults.clear()


def test_no_pause_is_begun_that_it_would_cut(server: ossc.mock.Server) -> None:
    """An error that cannot be mended in time is told at once."""
    server.faults.add(faults.status(503) & faults.header("Retry-After", "10"))
    with client_of(server, retry=ossc.Retry(deadline=5)) as client:
        start = time.monotonic()
        with pytest.raises(ossc.ServiceUnavailable, match="leaves no time") as caught:
            client.bucket(BUCKET).get_object("k")
    assert time.monotonic() - start < 0.5
    assert caught.value.attempts == 1


def test_what_succeeds_in_time_is_not_hurt(server: ossc.mock.Server) -> None:
    """Attempts that fail and one that does not, all before the deadline."""
    server.put_object(BUCKET, "k", b"data")
    server.faults.add(faults.status(500), faults.cut(at=2), faults.reset("after"))
    with client_of(server, retry=MANY) as client:
        view = client.bucket(BUCKET).with_options(deadline=30)
        for _ in range(3):
            assert view.get_object("k").data == b"data"


def test_which_deadline_counts(server: ossc.mock.Server) -> None:
    """That of the call, else that of its `Retry`, else that of the client."""
    with client_of(server, retry=ossc.Retry(deadline=9)) as client:
        assert client._deadline == 9
        assert client.with_options(retry=ossc.Retry())._deadline == 9
        assert client.with_options(retry=ossc.Retry(deadline=7))._deadline == 7
        later = client.with_options(retry=ossc.Retry(deadline=7), deadline=5)
        assert later._deadline == 5
        assert later.with_options(deadline=None)._deadline is None


def test_it_ends_the_wait_for_a_connection(server: ossc.mock.Server) -> None:
    """Who waits for others' requests waits no longer than that."""
    server.faults.add(faults.stall(1))
    with client_of(server, max_connections=1) as client:
        bucket = client.bucket(BUCKET)
        other = threading.Thread(target=bucket.put_object, args=("a", b"x"))
        other.start()
        while not client._budget._connections.holders:  # type: ignore[union-attr]
            time.sleep(0.001)
        start = time.monotonic()
        with pytest.raises(ossc.RequestTimedOut, match="a free connection"):
            bucket.with_options(deadline=0.2).put_object("b", b"x")
        assert 0.15 < time.monotonic() - start < 0.8
        other.join()
    assert [request.key for request in server.requests] == ["a"]

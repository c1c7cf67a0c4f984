"""Pauses of one's own: a subclass of `ossc.Retry` says how long is waited."""

from __future__ import annotations

import threading
import time

import pytest

import ossc
import ossc.mock
from ossc.mock import faults

from .raw_server import BUCKET, RawServer, answer, client_of


class Asked(ossc.Retry):
    """Remembers what it was asked, and by whom; waits as long as it is told."""

    def __init__(self, seconds: float = 0.0, deadline: float | None = None) -> None:
        super().__init__(attempts=3, backoff=60.0, deadline=deadline)
        self.seconds = seconds
        self.asked: list[tuple[int, float, int]] = []

    def pause(self, failures: int, asked: float = 0.0) -> float:
        """What it was told."""
        self.asked.append((failures, asked, threading.get_ident()))
        return self.seconds


def test_it_is_asked_before_each_further_attempt() -> None:
    """With the count of failures and what the server asks for; not after the last."""
    retry = Asked()
    first = answer(b"", "503 Busy", Retry_After="7")
    with RawServer(first, answer(b"", "503 Busy")) as server:
        with server.client(retry=retry) as client:
            with pytest.raises(ossc.ServiceUnavailable) as caught:
                client.bucket(BUCKET).get_object("k")
        assert caught.value.attempts == len(server.received) == 3
    here = threading.get_ident()
    assert retry.asked == [(1, 7.0, here), (2, 0.0, here)]


def test_it_is_waited_for(server: ossc.mock.Server) -> None:
    """Neither `backoff` nor `max_backoff` has a say."""
    server.put_object(BUCKET, "k", b"data")
    server.faults.add(faults.status(503))
    retry = Asked(0.15)
    began = time.monotonic()
    with client_of(server, retry=retry) as client:
        assert client.bucket(BUCKET).get_object("k").data == b"data"
    assert 0.15 <= time.monotonic() - began < 30


def test_it_is_not_asked_about_what_is_final(server: ossc.mock.Server) -> None:
    """It says how long, not whether."""
    retry = Asked()
    with client_of(server, retry=retry) as client:
        bucket = client.bucket(BUCKET)
        with pytest.raises(ossc.NoSuchKey):
            bucket.get_object("none")
        server.faults.add(faults.reset(when="after"))
        with pytest.raises(ossc.ConnectionLost):
            bucket.append_object("log", b"line\n", 0)
    assert retry.asked == []


def test_the_deadline_ends_it(server: ossc.mock.Server) -> None:
    """A pause that would outlast it is not begun."""
    server.faults.add(faults.status(503))
    with client_of(server, retry=Asked(60.0, deadline=20.0)) as client:
        with pytest.raises(ossc.ServiceUnavailable) as caught:
            client.bucket(BUCKET).get_object("k")
    assert "deadline" in caught.value.gave_up
    assert len(server.requests) == 1


def test_transfers_and_batches_ask_it(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """In whatever thread makes the request."""
    bucket.put_object("k", b"data")
    server.reset_counts()
    retry = Asked()
    patient = bucket.with_options(retry=retry)
    server.faults.add(faults.status(503))
    (got,) = patient.get_objects(["k"])
    assert got.error is None
    server.faults.add(faults.status(503), operation="GetObject")
    assert patient.download_into("k", bytearray(4)) == 4
    assert [failures for failures, _, _ in retry.asked] == [1, 1]


@pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf")])
def test_what_is_no_time_ends_the_call(
    server: ossc.mock.Server, seconds: float
) -> None:
    """With an error that names it, and the failure before it as its context."""
    server.faults.add(faults.status(503))
    with client_of(server, retry=Asked(seconds)) as client:
        with pytest.raises(ossc.ParameterError, match="pause of a Retry") as caught:
            client.bucket(BUCKET).get_object("k")
    assert isinstance(caught.value.__context__, ossc.ServiceUnavailable)
    assert len(server.requests) == 1


def test_what_it_raises_comes_out(server: ossc.mock.Server) -> None:
    """The very exception; an observer is told of the attempt all the same."""

    class Broken(ossc.Retry):
        def pause(self, failures: int, asked: float = 0.0) -> float:
            raise LookupError(failures, asked)

    records: list[ossc.RequestRecord] = []
    for observer in (None, records.append):
        server.faults.add(faults.status(503))
        with client_of(server, retry=Broken(), on_request=observer) as client:
            with pytest.raises(LookupError):
                client.bucket(BUCKET).get_object("k")
    (record,) = records
    assert (record.status, record.is_last) == (503, True)


def test_a_view_and_its_client_have_their_own(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """As with every other option."""
    bucket.put_object("k", b"data")
    first, second = Asked(), Asked()
    with client_of(server, retry=first) as client:
        view = client.with_options(retry=second)
        server.faults.add(faults.status(503))
        view.bucket(BUCKET).get_object("k")
    assert (len(first.asked), len(second.asked)) == (0, 1)

"""`Client(retry=…)` and `with_options`: who repeats, how the clock is set right."""

from __future__ import annotations

import gc
import pickle
import socket
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc import _retry, _sdk
from ossc.mock import faults

from .raw_server import BUCKET, SECRET, RawServer, answer, client_of, object_answer

FAST = ossc.Retry(attempts=3, backoff=0.001, max_backoff=0.002)
HOUR = 3600.0


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The longest that each pause could have lasted; none lasts any time."""
    longest: list[float] = []

    def uniform(_least: float, most: float) -> float:
        longest.append(most)
        return 0.0

    monkeypatch.setattr(_retry, "_uniform", uniform)
    return longest


def test_a_client_makes_three_attempts(
    server: ossc.mock.Server, pauses: list[float]
) -> None:
    """Unless it is told otherwise, with pauses that may last twice as long each."""
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    server.faults.add(faults.status(503), times=3)
    with ossc.Client(server.endpoint, region=server.region, credentials=keys) as client:
        with pytest.raises(ossc.ServiceUnavailable) as caught:
            client.bucket(BUCKET).get_object("k")
    assert caught.value.attempts == len(server.requests) == 3
    assert pauses == [0.2, 0.4]


@pytest.mark.parametrize("retry", [None, ossc.Retry(attempts=1)], ids=str)
def test_one_attempt_is_one(server: ossc.mock.Server, retry: ossc.Retry | None) -> None:
    """Neither a passing failure nor a wrong clock is met with another request."""
    server.faults.add(faults.status(503), faults.cut(at=0), faults.clock(HOUR))
    server.put_object(BUCKET, "k", b"data")
    with client_of(server, retry=retry) as client:
        bucket = client.bucket(BUCKET)
        for _ in range(3):
            with pytest.raises(ossc.OSSError) as caught:
                bucket.get_object("k")
            assert (caught.value.attempts, caught.value.history) == (1, ())
        assert bucket.get_object("k").data == b"data"
    assert len(server.requests) == 4


def test_a_call_of_its_own_kind(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """A view repeats as it is told; the bucket it was made of goes on as before."""
    server.put_object(BUCKET, "k", b"data")
    patient = bucket.with_options(retry=ossc.Retry(5, backoff=0))
    server.faults.add(faults.status(500), times=4)
    assert patient.get_object("k").data == b"data"
    server.faults.add(faults.status(500))
    with pytest.raises(ossc.ServiceUnavailable) as caught:
        bucket.with_options(retry=None).get_object("k")
    assert caught.value.attempts == 1
    assert patient.name == bucket.name
    assert (bucket._client._retry, patient._client._retry) == (
        ossc.Retry(),
        ossc.Retry(5, backoff=0),
    )


def test_views_share_the_connections(server: ossc.mock.Server) -> None:
    """They are of one client, and closed with it; closing a view does nothing."""
    server.put_object(BUCKET, "k", b"data")
    client = client_of(server)
    view = client.with_options(timeout=5).with_options(retry=FAST)
    for each in (client, view, client):
        assert each.bucket(BUCKET).get_object("k").data == b"data"
    assert server.connections == 1
    with view:
        assert repr(view) == repr(client)
    assert not view.closed
    client.close()
    assert view.closed
    with pytest.raises(ossc.ClientClosed):
        view.bucket(BUCKET).get_object("k")


def test_a_view_keeps_its_client() -> None:
    """Nobody warns of a client whose view is still used; nor, later, of the view."""
    with RawServer(object_answer(b"x")) as server:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            view = server.client().with_options(retry=None)
            gc.collect()
            assert view.bucket(BUCKET).get_object("k").data == b"x"
            assert caught == []
            del view
            gc.collect()
        assert [each.category for each in caught] == [ResourceWarning]


@pytest.mark.parametrize(
    "wrong",
    [{"retry": 3}, {"timeout": "1"}, {"deadline": "1"}, {"cancel": True}],
    ids=str,
)
def test_wishes_of_another_type(bucket: ossc.Bucket, wrong: dict[str, Any]) -> None:
    """What is no wish is a TypeError that names it."""
    with pytest.raises(TypeError, match=next(iter(wrong))):
        bucket.with_options(**wrong)


@pytest.mark.parametrize("wrong", [{"timeout": 0}, {"deadline": -1}], ids=str)
def test_times_that_are_none(bucket: ossc.Bucket, wrong: dict[str, float]) -> None:
    """A time that is not positive is a ParameterError."""
    with pytest.raises(ossc.ParameterError, match=next(iter(wrong))):
        bucket.with_options(**wrong)  # type: ignore[arg-type]


def test_the_timeout_is_that_of_each_attempt(server: ossc.mock.Server) -> None:
    """An attempt that takes too long makes room for another."""
    server.put_object(BUCKET, "k", b"data")
    server.faults.add(faults.stall(), times=2)
    with client_of(server, retry=FAST) as client:
        view = client.bucket(BUCKET).with_options(timeout=0.1)
        start = time.monotonic()
        assert view.get_object("k").data == b"data"
    assert 0.2 <= time.monotonic() - start < 1


def test_retry_after_is_obeyed(server: ossc.mock.Server) -> None:
    """The server's wish is the least pause, and `max_backoff` the longest."""
    server.put_object(BUCKET, "k", b"data")
    server.faults.add(faults.status(503) & faults.header("Retry-After", "60"))
    with client_of(server, retry=ossc.Retry(2, 0.0, 0.2)) as client:
        start = time.monotonic()
        assert client.bucket(BUCKET).get_object("k").data == b"data"
    assert 0.2 <= time.monotonic() - start < 1


def test_a_connection_that_was_never_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody can have acted: even an append is tried again, until somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with ExitStack() as stack:
        servers: list[ossc.mock.Server] = []

        def begin_to_listen(_least: float, _most: float) -> float:
            started = ossc.mock.serve(port=port, buckets=[BUCKET])
            servers.append(stack.enter_context(started))
            return 0.0

        monkeypatch.setattr(_retry, "_uniform", begin_to_listen)
        keys = ossc.Credentials("id", "secret")
        options: dict[str, Any] = {"credentials": keys, "retry": FAST}
        with client_of(f"http://127.0.0.1:{port}", **options) as client:
            # The keys are not the server's; what matters is that it was asked.
            with pytest.raises(ossc.InvalidAccessKeyId) as caught:
                client.bucket(BUCKET).append_object("log", b"x", 0)
        assert len(servers[0].requests) == 1
    assert caught.value.attempts == 2
    assert caught.value.history[0].startswith("ConnectFailed: ")


def test_history_holds_no_secrets(server: ossc.mock.Server) -> None:
    """Not even where a server sends them back."""
    reply = answer(f"<Error><Message>{SECRET}</Message></Error>".encode(), "500 Wrong")
    with RawServer(reply) as raw, raw.client(retry=FAST) as client:
        with pytest.raises(ossc.ServiceUnavailable) as caught:
            client.bucket(BUCKET).get_object("k")
    assert caught.value.attempts == 3
    assert SECRET not in str(caught.value)
    assert SECRET not in repr(pickle.dumps(caught.value))


def test_a_hook_sees_each_failure(server: ossc.mock.Server) -> None:
    """Before another attempt the verb may change the call: here, what is asked for."""
    server.put_object(BUCKET, "k", b"0123456789")
    server.faults.add(faults.cut(at=4), faults.cut(at=2))
    seen: list[tuple[type, int]] = []

    def go_on(error: ossc.OSSError) -> None:
        seen.append((type(error), error.attempts))
        call.headers = {**call.headers, "Range": f"bytes={4 + 2 * len(seen) - 2}-"}

    call = _sdk.Call(
        "GetObject",
        _sdk.functions.get_to_buffer,
        bucket=BUCKET,
        key=b"k",
        before_repeat=go_on,
    )
    with client_of(server, retry=FAST) as client:
        assert client._perform(call, lambda answer: answer.body) == b"6789"
    assert seen == [(ossc.ShortBody, 1), (ossc.ShortBody, 2)]


def test_a_hook_may_refuse(server: ossc.mock.Server) -> None:
    """What it raises ends the call."""
    server.put_object(BUCKET, "k", b"data")
    server.faults.add(faults.cut(at=1))

    def refuse(error: ossc.OSSError) -> None:
        error.gave_up = "cannot go on"
        raise error

    with client_of(server, retry=FAST) as client:
        with pytest.raises(ossc.ShortBody, match="cannot go on"):
            client.bucket(BUCKET)._object(
                "GetObject",
                _sdk.functions.get_to_buffer,
                "k",
                lambda answer: answer.body,
                before_repeat=refuse,
            )
    assert len(server.requests) == 1


@pytest.mark.parametrize("offset", [HOUR, -HOUR])
@pytest.mark.parametrize("signature", ["v4", "v1"])
def test_a_wrong_clock_is_corrected(
    signature: str, offset: float, pauses: list[float]
) -> None:
    """Once, without a pause; all later requests are signed with the server's time."""
    clock = lambda: time.time() + offset  # noqa: E731 - it is a value
    with ossc.mock.serve(buckets=[BUCKET], clock=clock) as server:
        with client_of(server, signature=signature, retry=FAST) as client:
            bucket = client.bucket(BUCKET)
            bucket.append_object("log", b"data", 0)
            assert len(server.requests) == 2
            assert bucket.get_object("log").data == b"data"
            assert bucket.with_options(retry=None).get_object("log").data == b"data"
            assert [o.key for o in bucket.list_objects()] == ["log"]
            assert len(server.requests) == 5
            assert abs(client._shared.clock_offset - offset) < 5
    assert pauses == []


def test_a_clock_that_jumps_is_corrected_once_a_call(server: ossc.mock.Server) -> None:
    """A second time within one call is final."""
    server.faults.add(faults.clock(HOUR), faults.clock(-HOUR))
    with client_of(server, retry=ossc.Retry(9, 0.0)) as client:
        bucket = client.bucket(BUCKET)
        with pytest.raises(ossc.RequestTimeTooSkewed) as caught:
            bucket.put_object("k", b"data")
        assert caught.value.attempts == 2
        bucket.put_object("k", b"data")
        assert client._shared.clock_offset == 0
    assert len(server.requests) == 4


def test_a_refusal_far_from_our_time_is_a_wrong_clock(
    server: ossc.mock.Server,
) -> None:
    """A 403 of another code, five minutes off, is tried once with the right time."""
    server.put_object(BUCKET, "k", b"data")
    server.faults.add(faults.status(403, "AccessDenied") & faults.clock(600))
    server.faults.add(faults.status(403, "AccessDenied"))
    with client_of(server, retry=FAST) as client:
        with pytest.raises(ossc.AccessDenied) as caught:
            client.bucket(BUCKET).get_object("k")
        assert 595 < client._shared.clock_offset < 605
    assert caught.value.attempts == 2


def test_who_dates_the_request_keeps_the_date(server: ossc.mock.Server) -> None:
    """A date that the caller gave is not replaced."""
    server.faults.add(faults.clock(HOUR))
    stamp = {"x-oss-date": time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())}
    with client_of(server, retry=FAST) as client:
        with pytest.raises(ossc.RequestTimeTooSkewed) as caught:
            client.bucket(BUCKET).delete_object("k", headers=stamp)
    assert caught.value.attempts == 1


def test_no_date_no_correction() -> None:
    """An answer that does not tell the time sets no clock."""
    reply = answer(b"<Error><Code>RequestTimeTooSkewed</Code></Error>", "403 No")
    with RawServer(reply) as server, server.client(retry=FAST) as client:
        with pytest.raises(ossc.RequestTimeTooSkewed):
            client.bucket(BUCKET).get_object("k")
        assert len(server.received) == 1


def test_threads_that_find_the_clock_wrong_together() -> None:
    """Each of them goes on, whoever corrected it first."""
    barrier = threading.Barrier(8)
    clock = lambda: time.time() + HOUR  # noqa: E731 - it is a value
    with ossc.mock.serve(buckets=[BUCKET], clock=clock) as server:
        with client_of(server, retry=ossc.Retry(2, 0.0)) as client:
            bucket = client.bucket(BUCKET)

            def work(number: int) -> None:
                barrier.wait()
                bucket.put_object(f"k{number}", b"data")

            with ThreadPoolExecutor(8) as pool:
                for future in [pool.submit(work, number) for number in range(8)]:
                    future.result()
            assert len(list(bucket.list_objects())) == 8


def test_a_view_shows_no_secrets() -> None:
    """What a view is made of tells no more than what its client tells."""
    client = client_of("http://127.0.0.1:1", proxy="http://u:p4ssw0rd@127.0.0.1:2")
    with client:
        for each in (client, client.with_options(timeout=3)):
            shown = repr(each) + repr(vars(each))
            assert "p4ssw0rd" not in shown
            assert SECRET not in shown

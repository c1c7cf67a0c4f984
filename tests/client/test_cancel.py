"""`CancelToken` and Ctrl-C: they end requests, pauses and waits, from any thread."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import pytest

import ossc
import ossc.crypto
import ossc.mock
from ossc import _sdk
from ossc._sdk import LinkedToken
from ossc.mock import faults

from .raw_server import BUCKET, client_of
from .test_encryption import PRIVATE

PROMPT = 0.4
LONG = ossc.Retry(attempts=9, backoff=0, max_backoff=30)

Verb = Callable[[ossc.Bucket], object]

VERBS: dict[str, Verb] = {
    "get": lambda b: b.get_object("k"),
    "put": lambda b: b.put_object("k", bytes(1_000_000)),
    "append": lambda b: b.append_object("log", b"x", 0),
    "list": lambda b: list(b.list_objects()),
}


@pytest.fixture(autouse=True)
def _no_leak() -> Iterator[None]:
    """However a request ends, its memory is freed."""
    yield
    assert _sdk.live_requests() == 0


@pytest.mark.parametrize("verb", VERBS)
def test_it_ends_a_stalled_request(server: ossc.mock.Server, verb: str) -> None:
    """Within 200 ms, for good: the request is not repeated."""
    server.faults.add(faults.stall())
    token = ossc.CancelToken()
    with client_of(server, retry=ossc.Retry()) as client:
        bucket = client.bucket(BUCKET).with_options(cancel=token)
        timer = threading.Timer(0.1, token.cancel)
        timer.start()
        start = time.monotonic()
        with pytest.raises(ossc.Cancelled) as caught:
            VERBS[verb](bucket)
        assert time.monotonic() - start < PROMPT
        timer.join()
    assert caught.value.attempts == 1
    assert len(server.requests) == 1


def test_it_ends_a_pause(server: ossc.mock.Server) -> None:
    """Who waits for another attempt is told of the failure of the one before."""
    server.faults.add(faults.status(503) & faults.header("Retry-After", "20"))
    token = ossc.CancelToken()
    with client_of(server, retry=LONG) as client:
        bucket = client.bucket(BUCKET).with_options(cancel=token)
        timer = threading.Timer(0.1, token.cancel)
        timer.start()
        start = time.monotonic()
        with pytest.raises(ossc.Cancelled) as caught:
            bucket.get_object("k")
        assert time.monotonic() - start < PROMPT
        timer.join()
    error = caught.value
    assert (error.attempts, error.operation, error.key) == (1, "GetObject", "k")
    assert "after 1 attempt: ServiceUnavailable" in str(error)
    assert len(server.requests) == 1


def test_a_used_token_lets_nothing_begin(server: ossc.mock.Server) -> None:
    """Later use ends at once; without the token all goes on."""
    token = ossc.CancelToken()
    token.cancel()
    with client_of(server, retry=ossc.Retry()) as client:
        view = client.with_options(cancel=token)
        with pytest.raises(ossc.Cancelled):
            view.bucket(BUCKET).put_object("k", b"data")
        view.with_options(cancel=None).bucket(BUCKET).put_object("k", b"data")
        client.bucket(BUCKET).get_object("k")
    assert [request.status for request in server.requests] == [200, 200]


def test_a_token_of_the_call_is_the_one_that_counts(server: ossc.mock.Server) -> None:
    """A verb that brings its own token is not ended by the view's."""
    server.put_object(BUCKET, "k", b"data")
    used, own = ossc.CancelToken(), ossc.CancelToken()
    used.cancel()
    with client_of(server) as client:
        bucket = client.bucket(BUCKET).with_options(cancel=used)
        body = bucket._object(
            "GetObject",
            _sdk.functions.get_to_buffer,
            "k",
            lambda answer: answer.body,
            cancel=own,
        )
    assert body == b"data"


def test_it_ends_many_at_once(server: ossc.mock.Server) -> None:
    """One token, eight stalled threads."""
    server.faults.add(faults.stall(), times=8)
    token = ossc.CancelToken()
    ended: list[float] = []
    with client_of(server) as client:
        bucket = client.bucket(BUCKET).with_options(cancel=token)

        def work() -> None:
            with pytest.raises(ossc.Cancelled):
                bucket.get_object("k")
            ended.append(time.monotonic())

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        while server.faults.unused:
            time.sleep(0.001)
        start = time.monotonic()
        token.cancel()
        for thread in threads:
            thread.join()
    assert len(ended) == 8
    assert max(ended) - start < PROMPT


def test_ctrl_c_ends_a_pause(server: ossc.mock.Server) -> None:
    """At once, and as what it is."""
    server.faults.add(faults.status(503) & faults.header("Retry-After", "20"))

    def handler(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, handler)
    try:
        with client_of(server, retry=LONG) as client:
            signal.setitimer(signal.ITIMER_REAL, 0.2)
            start = time.monotonic()
            with pytest.raises(KeyboardInterrupt):
                client.bucket(BUCKET).get_object("k")
            assert time.monotonic() - start < 0.5
            client.bucket(BUCKET).put_object("k", b"data")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_closing_ends_a_pause(server: ossc.mock.Server) -> None:
    """There is nothing to wait for any more."""
    server.faults.add(faults.status(503) & faults.header("Retry-After", "20"))
    client = client_of(server, retry=LONG)
    timer = threading.Timer(0.1, client.close)
    timer.start()
    start = time.monotonic()
    with pytest.raises(ossc.ClientClosed) as caught:
        client.bucket(BUCKET).get_object("k")
    assert time.monotonic() - start < PROMPT
    assert len(caught.value.history) == 1
    timer.join()


def test_followers_that_come_meanwhile() -> None:
    """Whoever begins to follow while a token is used is cancelled, too."""
    for _ in range(50):
        leader, ready = ossc.CancelToken(), threading.Barrier(5)
        followers: list[LinkedToken] = []

        def follow(ready: threading.Barrier = ready) -> None:
            ready.wait()
            followers.extend(LinkedToken(leader) for _ in range(20))  # noqa: B023

        threads = [threading.Thread(target=follow) for _ in range(4)]
        for thread in threads:
            thread.start()
        ready.wait()
        leader.cancel()
        for thread in threads:
            thread.join()
        assert len(followers) == 80
        assert all(token.cancelled for token in followers)
        followers[0].rearm()
        assert followers[0].cancelled


def secured(bucket: ossc.Bucket) -> ossc.crypto.EncryptionBucket:
    """The same with a key."""
    return ossc.crypto.EncryptionBucket(bucket, ossc.crypto.RSAKey(PRIVATE))


Ended = Callable[[ossc.Bucket, Path, ossc.CancelToken], object]

# Calls that take a token, in the first request of which they are stalled.
ENDED: dict[str, Ended] = {
    "open encrypted": lambda b, _, c: secured(b).open("k", cancel=c),
    "download encrypted": lambda b, path, c: secured(b).download_file(
        "k", path / "new", cancel=c
    ),
    "upload encrypted": lambda b, path, c: secured(b).upload_file(
        "k", path / "f", cancel=c
    ),
    "open": lambda b, _, c: b.open("k", cancel=c),
    "write": lambda b, _, c: b.open("k", "wb", cancel=c).close(),
    "select": lambda b, _, c: b.select_object(
        "k", "select * from ossobject", input=ossc.CSVInput(), cancel=c
    ),
}


@pytest.mark.parametrize("own", [True, False], ids=["token", "token of the view"])
@pytest.mark.parametrize("way", ENDED)
def test_both_tokens_end_a_call(
    server: ossc.mock.Server, tmp_path: Path, way: str, *, own: bool
) -> None:
    """That of the call and that of the view, from its first request on."""
    (tmp_path / "f").write_bytes(b"data")
    server.put_object(BUCKET, "k", b"data")
    server.faults.add(faults.stall())
    tokens = {True: ossc.CancelToken(), False: ossc.CancelToken()}
    with client_of(server) as client:
        view = client.bucket(BUCKET).with_options(cancel=tokens[False])
        moments: list[float] = []

        def cancel() -> None:
            while server.faults.unused:
                time.sleep(0.001)
            moments.append(time.monotonic())
            tokens[own].cancel()

        thread = threading.Thread(target=cancel)
        thread.start()
        with pytest.raises(ossc.Cancelled):
            ENDED[way](view, tmp_path, tokens[True])
        thread.join()
        assert time.monotonic() - moments[0] < PROMPT
        with pytest.raises(TypeError, match="CancelToken"):
            ENDED[way](view, tmp_path, "token")  # type: ignore[arg-type]

"""A source of credentials that does not answer holds up nobody who set a limit."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator

import pytest

import ossc
import ossc.aio
import ossc.mock

from .raw_server import BUCKET, client_of
from .tasks import awaited, until
from .transfers import wait_until

SHORT_S = 0.3
PATIENCE_S = 10.0


class Hanging:
    """A source that answers when it is let.

    Attributes:
        begun: Set when it is being asked.
        let: Has it answer.
    """

    def __init__(self, server: ossc.mock.Server) -> None:
        self._keys = server.access_key_id, server.access_key_secret
        self.begun = threading.Event()
        self.let = threading.Event()

    def __call__(self) -> tuple[str, str]:
        """The keys of the server, when it is let."""
        self.begun.set()
        assert self.let.wait(60)
        return self._keys


@pytest.fixture
def source(server: ossc.mock.Server) -> Hanging:
    """A source that hangs."""
    server.put_object(BUCKET, "k", b"data")
    return Hanging(server)


@pytest.fixture
def held_up(server: ossc.mock.Server, source: Hanging) -> Iterator[ossc.Client]:
    """A client of which a thread asks the source; it gets its object in the end."""
    found: list[bytes] = []
    with client_of(server, credentials=source, retry=ossc.Retry()) as client:
        bucket = client.bucket(BUCKET)
        asking = threading.Thread(
            target=lambda: found.append(bucket.get_object("k").data)
        )
        asking.start()
        try:
            assert source.begun.wait(PATIENCE_S)
            yield client
        finally:
            source.let.set()
            asking.join()
    assert found == [b"data"]


ASKS: dict[str, Callable[[ossc.Bucket], object]] = {
    "get": lambda b: b.get_object("k"),
    "put": lambda b: b.put_object("new", b"data"),
    "list": lambda b: list(b.list_objects()),
    "upload": lambda b: b.upload_fileobj("new", [b"data"]),
}

BATCHES: dict[str, Callable[[ossc.Bucket], object]] = {
    "get many": lambda b: list(b.get_objects(["k"])),
    "put many": lambda b: list(b.put_objects([("new", b"data")])),
}

WITH_TOKEN: dict[str, Callable[[ossc.Bucket], object]] = {
    **ASKS,
    "presign": lambda b: b.presign("GET", "k"),
}


@pytest.mark.parametrize("ask", [*ASKS, *BATCHES])
def test_a_deadline_ends_the_wait(held_up: ossc.Client, ask: str) -> None:
    """The request that waits for another thread's question ends in time."""
    hurried = held_up.with_options(deadline=SHORT_S).bucket(BUCKET)
    began = time.monotonic()
    with pytest.raises(ossc.RequestTimedOut, match="credentials") as caught:
        {**ASKS, **BATCHES}[ask](hurried)
    assert time.monotonic() - began < PATIENCE_S
    assert caught.value.bucket == BUCKET


@pytest.mark.parametrize("ask", WITH_TOKEN)
def test_a_token_ends_the_wait(held_up: ossc.Client, ask: str) -> None:
    """So does a token, from wherever it is used."""
    token = ossc.CancelToken()
    timer = threading.Timer(SHORT_S, token.cancel)
    timer.start()
    began = time.monotonic()
    with pytest.raises(ossc.Cancelled, match="credentials"):
        WITH_TOKEN[ask](held_up.with_options(cancel=token).bucket(BUCKET))
    assert time.monotonic() - began < PATIENCE_S
    timer.join()


@pytest.mark.parametrize("ask", BATCHES)
def test_a_token_ends_the_wait_of_a_batch(held_up: ossc.Client, ask: str) -> None:
    """It is the batch that is given up; its threads wait for nobody."""
    token = ossc.CancelToken()
    timer = threading.Timer(SHORT_S, token.cancel)
    timer.start()
    began = time.monotonic()
    with pytest.raises(ossc.Cancelled, match="the batch"):
        BATCHES[ask](held_up.with_options(cancel=token).bucket(BUCKET))
    assert time.monotonic() - began < PATIENCE_S
    timer.join()


@awaited
async def test_a_task_ends_the_wait(server: ossc.mock.Server, source: Hanging) -> None:
    """A task that is cancelled does not wait for the one that asks."""
    client = client_of(server, credentials=source)
    async with ossc.aio.Client.wrap(client) as tasks:
        bucket = tasks.bucket(BUCKET)
        asking = asyncio.ensure_future(bucket.get_object("k"))
        await until(source.begun.is_set)
        waiting = asyncio.ensure_future(bucket.get_object("k"))
        began = time.monotonic()
        await asyncio.sleep(SHORT_S)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert time.monotonic() - began < PATIENCE_S
        source.let.set()
        assert (await asking).data == b"data"
    client.close()


def test_who_has_no_limit_waits(held_up: ossc.Client, source: Hanging) -> None:
    """The others get what the one thread was given, a limit that is not reached too."""
    found: list[bytes] = []
    views = [held_up, held_up.with_options(deadline=60)]

    def get(view: ossc.Client) -> None:
        found.append(view.bucket(BUCKET).get_object("k").data)

    threads = [threading.Thread(target=get, args=(view,)) for view in views]
    for thread in threads:
        thread.start()
    source.let.set()
    for thread in threads:
        thread.join()
    assert found == [b"data"] * 2


def test_other_keys_are_not_waited_for_either(server: ossc.mock.Server) -> None:
    """After OSS refused the keys, while another thread asks for others."""
    server.put_object(BUCKET, "k", b"data")
    source = Hanging(server)
    good, source._keys = source._keys, ("LTAI5tWrong", "wrong")
    source.let.set()
    with client_of(server, credentials=source, retry=ossc.Retry()) as client:
        shared = client._source
        assert shared is not None
        refused = shared()
        source._keys = good
        source.let.clear()
        source.begun.clear()
        asking = threading.Thread(target=shared.instead_of, args=(refused,))
        asking.start()
        try:
            wait_until(source.begun.is_set)
            hurried = client.with_options(deadline=SHORT_S).bucket(BUCKET)
            with pytest.raises(ossc.RequestTimedOut, match="credentials") as caught:
                hurried.get_object("k")
        finally:
            source.let.set()
            asking.join()
        assert (caught.value.operation, caught.value.key) == ("GetObject", "k")
        assert client.bucket(BUCKET).get_object("k").data == b"data"

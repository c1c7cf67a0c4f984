"""Async iterators: ahead of their reader, not too far, and closed when they are left."""

from __future__ import annotations

import asyncio
import collections
import gc
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

import ossc
import ossc.aio
import ossc.mock
from ossc import _sdk
from ossc._sdk import LinkedToken
from ossc.aio import Results
from ossc.aio._pool import Pool
from ossc.mock import faults

from .tasks import BUCKET, awaited, client_of, until

KEYS = [f"k{number:03}" for number in range(25)]


@pytest.fixture(autouse=True)
def _no_leak() -> Iterator[None]:
    """However an iterator ends, nothing is left of it."""
    yield
    assert _sdk.live_requests() == 0
    # One that has done its work is counted until the interpreter is done with it, too;
    # one that idles is there for longer than that.
    for thread in threading.enumerate():
        if thread.name.startswith("ossc-"):
            thread.join(1)
            assert not thread.is_alive()


@pytest.fixture
def full(server: ossc.mock.Server) -> ossc.mock.Server:
    """A server with some objects."""
    for key in KEYS:
        server.put_object(BUCKET, key, key.encode())
    return server


async def keys_of(results: Results[Any]) -> list[str]:
    """What comes, to the end."""
    return [each.key async for each in results]


@awaited
async def test_lists_page_by_page(full: ossc.mock.Server) -> None:
    """All entries in order; arguments are checked before anything is sent."""
    async with client_of(full) as client:
        bucket = client.bucket(BUCKET)
        assert await keys_of(bucket.list_objects(page_size=10)) == KEYS
        assert len(full.requests) == 3
        assert await keys_of(bucket.list_objects("none")) == []
        with pytest.raises(ossc.ParameterError):
            bucket.list_objects(page_size=0)
        results = bucket.list_objects(page_size=10)
        assert len([each async for each in results]) == 25
        with pytest.raises(StopAsyncIteration):
            await anext(results)


@awaited
async def test_closing(full: ossc.mock.Server) -> None:
    """After it nothing comes; before anything was asked it does no harm either."""
    async with client_of(full) as client:
        bucket = client.bucket(BUCKET)
        async with bucket.list_objects(page_size=1) as results:
            assert (await anext(results)).key == KEYS[0]
        with pytest.raises(StopAsyncIteration):
            await anext(results)
        await results.aclose()
        await bucket.list_objects().aclose()
        async with bucket.get_objects(KEYS) as items:
            async for item in items:
                assert item.result.data == item.key.encode()
                break
        assert await keys_of(items) == []


@awaited
async def test_leaving_without_closing(full: ossc.mock.Server) -> None:
    """The batch behind an iterator ends when it is let go of."""
    async with client_of(full) as client:
        bucket = client.bucket(BUCKET)
        async for item in bucket.get_objects(iter(KEYS * 100)):
            assert item.error is None
            break
        del item
        await until(lambda: not [t for t in threading.enumerate() if "batch" in t.name])
        unused = bucket.get_objects(KEYS)
        del unused
        full.faults.add(faults.stall())
        task = asyncio.create_task(anext(bucket.list_objects()))
        await until(lambda: not full.faults.unused)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


@awaited
async def test_a_cycle_with_an_iterator(full: ossc.mock.Server) -> None:
    """The collector ends what is under way, in whatever thread it runs."""
    async with client_of(full, max_threads=1) as client:
        bucket = client.bucket(BUCKET)

        async def endless() -> AsyncIterator[str]:
            while True:
                for key in KEYS:
                    yield key

        ring: list[Any] = [bucket.get_objects(endless())]
        ring.append(ring)
        await anext(ring[0])
        del ring
        collector = threading.Thread(target=gc.collect)
        collector.start()
        collector.join()
        await until(lambda: not [t for t in threading.enumerate() if "batch" in t.name])


class Endless:
    """An iterator that tells how far it was read."""

    def __init__(self, size: int, pause: float = 0) -> None:
        self.taken = 0
        self.closed = False
        self._item = bytes(size)
        self._pause = pause

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        time.sleep(self._pause)
        self.taken += 1
        return self._item

    def close(self) -> None:
        """Is told when nobody reads on."""
        self.closed = True


@pytest.mark.parametrize("size", [0, 100_000, 10_000_000])
@awaited
async def test_a_slow_reader(size: int) -> None:
    """A few MiB are taken ahead; meanwhile no thread is held."""
    pool, source = Pool(1), Endless(size)
    results = Results(pool, LinkedToken(), source)
    for _ in range(3):
        await anext(results)
    await until(lambda: pool._free == len(pool._running))
    most = max(1, (4 << 20) // (size + 4096) + 1)
    assert most <= source.taken <= 2 * most + 3
    for _ in range(2000):
        await anext(results)
    await results.aclose()
    assert source.closed
    pool.close()


@awaited
async def test_others_get_their_turn() -> None:
    """Results that are at hand do not keep the loop from other tasks."""
    pool = Pool(1)
    results = Results(pool, LinkedToken(), iter(range(5000)))
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counter = asyncio.create_task(count())
    assert [each async for each in results] == [*range(5000)]
    counter.cancel()
    assert turns > 5
    pool.close()


@awaited
async def test_two_readers() -> None:
    """They are told that they cannot share one."""
    pool = Pool(1)
    async with Results(pool, LinkedToken(), Endless(0, 0.01)) as results:
        first = asyncio.ensure_future(anext(results))
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="two tasks"):
            await anext(results)
        await first
    pool.close()


@awaited
async def test_errors_come_behind_what_came_before(full: ossc.mock.Server) -> None:
    """The entries of the pages that came are all there, and those behind the error."""
    async with client_of(full) as client:
        bucket = client.bucket(BUCKET)
        full.faults.add(faults.header("x-first", "page"))
        full.faults.add(faults.body(b"<x/>"))
        results = bucket.list_objects(page_size=10)
        assert [(await anext(results)).key for _ in range(10)] == KEYS[:10]
        with pytest.raises(ossc.MalformedResponse):
            await anext(results)
        # The list may be asked again: it goes on with the page that it did not get.
        assert await keys_of(results) == KEYS[10:]


class Places(Endless):
    """A list that can be taken up again."""

    @property
    def token(self) -> str:
        """Where it stands."""
        return str(self.taken)


@awaited
async def test_where_a_list_stands() -> None:
    """Where its reader is, not how far it was fetched."""
    pool, source = Pool(1), Places(0)
    results = Results(pool, LinkedToken(), source)
    assert results._place == "0"
    for number in range(1, 4):
        await anext(results)
        assert results._place == str(number)
    await until(lambda: source.taken > 100)
    await results.aclose()
    pool.close()


@awaited
async def test_batches(server: ossc.mock.Server) -> None:
    """Keys and data from where they come from, one way or the other."""

    async def items() -> AsyncIterator[tuple[str, bytes]]:
        for key in KEYS:
            await asyncio.sleep(0)
            yield key, key.encode()

    async def keys() -> AsyncIterator[str]:
        for key in [*KEYS, "none"]:
            yield key

    async with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        stored = await keys_of(bucket.put_objects(items(), content_type="text/plain"))
        assert stored == KEYS
        for source in ([*KEYS, "none"], keys()):
            got = [each async for each in bucket.get_objects(source, concurrency=2)]
            assert [each.result.data for each in got[:-1]] == [k.encode() for k in KEYS]
            assert isinstance(got[-1].error, ossc.NoSuchKey)
        deleted = await bucket.delete_objects(keys())
        assert [each.key for each in deleted] == [*KEYS, "none"]
        with pytest.raises(TypeError, match="not one str"):
            bucket.get_objects("k")


@awaited
async def test_a_source_that_fails(server: ossc.mock.Server) -> None:
    """Its error comes out as it is, behind the results of what came before."""

    async def keys() -> AsyncIterator[str]:
        yield "a"
        raise LookupError("no more")

    async with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        results = bucket.get_objects(keys())
        assert (await anext(results)).key == "a"
        with pytest.raises(LookupError, match="no more"):
            await anext(results)
        with pytest.raises(LookupError, match="no more"):
            await bucket.delete_objects(keys())


@awaited
async def test_a_source_that_is_ahead(server: ossc.mock.Server) -> None:
    """It is not asked for more than a few MiB that nobody has taken."""
    given = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal given
        for _ in range(100):
            given += 1
            yield bytes(1 << 20)

    server.faults.add(faults.stall(0.2), operation="UploadPart")
    async with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        upload = asyncio.create_task(
            bucket.upload_fileobj("k", pieces(), part_size=1 << 20, concurrency=1)
        )
        await until(lambda: not server.faults.unused)
        for _ in range(200):
            await asyncio.sleep(0)
        assert given <= 10
        await upload
        assert (await bucket.head_object("k")).size == 100 << 20


class _Late(collections.deque[Any]):
    """Has nothing at the first look; right behind that the last items come."""

    def __init__(self, come: Callable[[], None]) -> None:
        super().__init__()
        self._come: Callable[[], None] | None = come

    def __bool__(self) -> bool:
        come, self._come = self._come, None
        if come is not None:
            come()
            return False
        return len(self) > 0


@awaited
async def test_items_that_come_between_two_looks() -> None:
    """The thread gives the last ones and ends just when the task has seen none."""
    pool = Pool(1)
    results = Results(pool, LinkedToken(), iter("abc"))
    ahead = results._ahead
    ahead.items = _Late(ahead._fill)
    assert [each async for each in results] == ["a", "b", "c"]
    pool.close()

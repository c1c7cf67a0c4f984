"""`Feed`: an async iterable as an iterator for the thread that a blocking verb runs in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import suppress
from inspect import iscoroutinefunction
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol

from ossc.aio._pool import Pool, mailbox_of
from ossc.aio._weight import weight_of
from ossc.errors import Cancelled

if TYPE_CHECKING:
    from typing_extensions import Buffer, Self

    from ossc._sdk import LinkedToken

__all__ = ["AsyncReadable", "Feed", "feed_of"]

_PIECE = 256 << 10
_MOST = 4 << 20
_SLICE_S = 0.05


class AsyncReadable(Protocol):
    """What has a `read` like that of a file, to be awaited."""

    async def read(self, size: int, /) -> Buffer:
        """At most so many bytes; none at the end."""


class Feed:
    """Items of an async iterable, taken a few MiB ahead by a task of its own.

    `start` and `stop` are the loop's, the iterator is the thread's.

    Args:
        source: Where the items come from.
        pool: The thread's.
        token: Ends the thread's wait for an item.
    """

    def __init__(
        self, source: AsyncIterable[Any], pool: Pool, token: LinkedToken
    ) -> None:
        self._source = source
        self._pool = pool
        self._token = token
        self._items: SimpleQueue[tuple[Any, int, BaseException | None]] = SimpleQueue()
        self._put = 0
        self._taken = 0
        self._room: asyncio.Future[None] | None = None
        self._task: asyncio.Task[None] | None = None
        self._has_begun = False
        self._is_over = False

    def start(self) -> None:
        """Begins to take items; the second time does nothing."""
        if not self._has_begun:
            self._has_begun = True
            loop = asyncio.get_running_loop()
            self._box = mailbox_of(loop)
            self._task = loop.create_task(self._fill())
            self._task.add_done_callback(self._finish)

    async def stop(self) -> None:
        """Takes no more, and waits until the source has noticed."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
        while task is not None and not task.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait((task,))

    def abandon(self) -> None:
        """Takes no more; nobody waits. In any thread."""
        task, self._task = self._task, None
        if task is not None:
            self._box.post(task.cancel)

    def __iter__(self) -> Self:
        """Itself."""
        return self

    def __next__(self) -> Any:
        """The next item, in the thread.

        Raises:
            BaseException: What the source raised.
        """
        if self._is_over:
            raise StopIteration
        try:
            item, weight, error = self._items.get_nowait()
        except Empty:
            item, weight, error = self._wait()
        if error is None:
            self._taken += weight
            if self._room is not None and self._put - self._taken < _MOST // 2:
                self._box.post(self._go_on)
            return item
        self._is_over = True
        # A frame that holds the error it raised is a cycle.
        try:
            raise error
        finally:
            del error

    def _wait(self) -> tuple[Any, int, BaseException | None]:
        """The next message. The task that would end the feed may wait for this thread."""
        with self._pool.lent():
            while not self._token.cancelled:
                with suppress(Empty):
                    return self._items.get(timeout=_SLICE_S)
        raise Cancelled("cancelled while waiting for the source of the data")

    async def _fill(self) -> None:
        async for given in self._source:
            item = _kept(given)
            weight = weight_of(item)
            self._put += weight
            self._items.put((item, weight, None))
            while self._put - self._taken >= _MOST:
                await self._wait_for_room()

    def _finish(self, task: asyncio.Task[None]) -> None:
        """Tells the thread how it ended, also if it never began."""
        error: BaseException | None
        if task.cancelled():
            error = Cancelled("the source of the data was cancelled")
        else:
            error = task.exception() or StopIteration()
        self._items.put((None, 0, error))

    async def _wait_for_room(self) -> None:
        self._room = asyncio.get_running_loop().create_future()
        try:
            # The thread may have made room before it could see that it is waited for.
            if self._put - self._taken >= _MOST // 2:
                await self._room
        finally:
            self._room = None

    def _go_on(self) -> None:
        if self._room is not None and not self._room.done():
            self._room.set_result(None)


def _kept(item: Any) -> Any:
    """The item, with bytes in place of memory that the source may use again.

    It goes on before the thread has looked at them. Pairs of keys and data are another
    thing: their data must not change before the result, wherever they come from.
    """
    if isinstance(item, bytes | str | tuple):
        return item
    try:
        view = memoryview(item)
    except TypeError:
        return item
    return view.tobytes()


def feed_of(source: Any, pool: Pool, token: LinkedToken) -> Feed | None:
    """What feeds a thread from the source, where it is an asynchronous one."""
    if iscoroutinefunction(getattr(source, "read", None)):
        return Feed(_pieces_of(source), pool, token)
    return Feed(source, pool, token) if hasattr(source, "__aiter__") else None


async def _pieces_of(source: Any) -> AsyncIterator[Any]:
    """What an asynchronous file gives."""
    while piece := await source.read(_PIECE):
        yield piece

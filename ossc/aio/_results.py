"""`Results`: what an iterator finds, as an async iterator that is ahead of its reader.

A thread takes from the iterator while there is room, and is free for others while there
is none: a reader that is slow, or has gone to sleep, holds no thread.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from weakref import ref

from ossc.aio._job import Job
from ossc.aio._pool import mailbox_of
from ossc.aio._weight import weight_of
from ossc.errors import OSSError

if TYPE_CHECKING:
    from typing_extensions import Self

    from ossc._sdk import LinkedToken
    from ossc.aio._feed import Feed
    from ossc.aio._pool import Pool

__all__ = ["Results"]

T = TypeVar("T")

_MOST = 4 << 20
# So many results in a row without a wait, and other tasks get their turn.
_TURN = 256


class _Ahead(Generic[T]):
    """What threads have taken from an iterator; does not know who reads.

    Attributes:
        over: Whether the iterator has nothing more.
        items: What was taken: with the iterator's token behind it, and its weight.
    """

    def __init__(
        self,
        pool: Pool,
        token: LinkedToken,
        iterator: Iterator[T],
        feeds: Sequence[Feed],
    ) -> None:
        self.items: deque[tuple[T, str | None, int]] = deque()
        self.over = False
        self._pool = pool
        self._token = token
        self._iterator: Any = iterator
        self._feeds = feeds
        self._has_token = hasattr(type(iterator), "token")
        self._job: Job[None] | None = None
        self._is_running = False
        self._is_unwanted = False
        self._is_dropped = False
        self._error: BaseException | None = None
        self._given = 0
        self._taken = 0
        self._is_awaited = False
        # Weak: what a thread is at must not keep a task that nobody else has.
        self._waiter: ref[asyncio.Future[None]] | None = None

    async def next(self) -> tuple[T, str | None]:
        """The next item and the token behind it.

        Raises:
            StopAsyncIteration: There is none.
            BaseException: What the iterator raised; it may be asked again.
        """
        while not self.items:
            if not self._is_running:
                if self.items:
                    break  # they came between the two looks, and were the last
                self._raise_error()
                self._begin()
            waiter = asyncio.get_running_loop().create_future()
            self._waiter = ref(waiter)
            self._is_awaited = True
            # The thread may not have seen that it is awaited.
            if not self.items and self._is_running:
                await waiter
        item, place, weight = self.items.popleft()
        self._taken += weight
        if not (self._is_running or self.over or self._error) and (
            self._given - self._taken < _MOST // 2
        ):
            self._begin()
        return item, place

    async def stop(self) -> None:
        """Ends what is under way, and waits for that whatever happens meanwhile."""
        self.over = self._is_unwanted = True
        for feed in self._feeds:
            await feed.stop()
        if self._job is not None:
            await self._job.end()
            work = Job(self._pool, self._token, self._close)
            work.begin()
            await work.wait()
        self.items.clear()
        self._error = None

    def abandon(self) -> None:
        """Ends what is under way; nobody waits."""
        if self.over or self._job is None:
            return
        self._is_unwanted = self._is_dropped = True
        self._job.abandon()
        for feed in self._feeds:
            feed.abandon()
        if not self._is_running or self._job.over:
            # At the end of the program there may be no thread for it any more.
            with suppress(RuntimeError):
                self._pool.submit(self._close)

    def _begin(self) -> None:
        for feed in self._feeds:
            feed.start()
        self._box = mailbox_of(asyncio.get_running_loop())
        self._is_running = True
        self._job = Job(self._pool, self._token, self._fill)
        self._job.begin()

    def _fill(self) -> None:
        """Takes items while there is room; in a thread."""
        iterator = self._iterator
        try:
            while self._given - self._taken < _MOST and not self._is_unwanted:
                item = next(iterator)
                weight = weight_of(item)
                self._given += weight
                place = iterator.token if self._has_token else None
                self.items.append((item, place, weight))
                self._tell()
        except StopIteration:
            self.over = True
        except BaseException as error:  # noqa: BLE001 - raised in the task
            trace = error.__traceback__
            self._error = error.with_traceback(trace and trace.tb_next)
            del trace
        self._is_running = False
        self._tell()
        if self._is_dropped:
            self._close()

    def _tell(self) -> None:
        if self._is_awaited:
            self._is_awaited = False
            self._box.post(self._wake)

    def _wake(self) -> None:
        waiter = None if self._waiter is None else self._waiter()
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    def _close(self) -> None:
        """Lets go of what the iterator holds; in a thread."""
        close = getattr(self._iterator, "close", None)
        if close is not None:
            with suppress(OSSError):
                close()

    def _raise_error(self) -> None:
        error, self._error = self._error, None
        if error is not None:
            # A frame that holds the error it raised is a cycle.
            try:
                raise error
            finally:
                del error
        if self.over:
            raise StopAsyncIteration


class Results(Generic[T]):
    """An async iterator over what is fetched meanwhile; one task at a time.

    Up to 4 MiB of results are taken ahead of the reader. Iterating to the end closes it;
    to stop before, `break` and use `async with` or `aclose()`, which waits until nothing
    is under way any more (one that is let go of ends by itself). A task that is cancelled
    while it waits for a result has closed it, too.

    Example:
        >>> async def names(bucket):
        ...     async with bucket.list_objects("photos/") as entries:
        ...         async for entry in entries:
        ...             print(entry.key)
    """

    __slots__ = ("_ahead", "_is_read", "_place", "_sync", "_turn")

    def __init__(
        self,
        pool: Pool,
        token: LinkedToken,
        iterator: Iterator[T],
        feeds: Sequence[Feed] = (),
    ) -> None:
        self._sync: Any = iterator
        self._ahead = _Ahead(pool, token, iterator, feeds)
        self._place: str | None = getattr(iterator, "token", None)
        self._is_read = False
        self._turn = _TURN

    def __aiter__(self) -> Self:
        """Itself."""
        return self

    async def __anext__(self) -> T:
        """The next result; waits for it where none is there yet."""
        if self._is_read:
            raise RuntimeError("two tasks cannot read the same results")
        self._is_read = True
        try:
            item, self._place = await self._ahead.next()
            self._turn -= 1
            if not self._turn:
                self._turn = _TURN
                await asyncio.sleep(0)
        except asyncio.CancelledError:
            await self._ahead.stop()
            raise
        finally:
            self._is_read = False
        return item

    async def aclose(self) -> None:
        """Ends what is under way. The second time does nothing."""
        await self._ahead.stop()

    async def __aenter__(self) -> Self:
        """Itself."""
        return self

    async def __aexit__(self, *_exc: object) -> None:
        """Closes it."""
        await self.aclose()

    def __del__(self) -> None:
        """Ends what is under way, without waiting."""
        ahead: _Ahead[T] | None = getattr(self, "_ahead", None)
        if ahead is not None:
            ahead.abandon()

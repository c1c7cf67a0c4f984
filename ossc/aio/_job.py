"""`Job`: one call of a blocking function, made by a thread for a task that awaits it.

Task and thread meet in two places: the task may withdraw a job that no thread has begun,
and the thread tells of progress and the end through the loop's mailbox. Once a thread has
begun, the task does not go on before the thread is done, come what may: until then the
caller's buffers are in use.
"""

from __future__ import annotations

import asyncio
import inspect
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from typing import TYPE_CHECKING, Generic, TypeVar
from weakref import ref

from ossc.aio._pool import Pool, mailbox_of
from ossc.errors import OSSError

if TYPE_CHECKING:
    from ossc._sdk import LinkedToken

__all__ = ["Job", "Progress"]

T = TypeVar("T")

Progress = Callable[[int, "int | None"], object]
"""Told of the bytes moved, and of all where that is known; may be a coroutine function."""


class Job(Generic[T]):
    """A call on its way; belongs to the loop that it is made in.

    Args:
        pool: Whose threads do it.
        token: Ends it.
        function: What blocks; called without arguments, in the task's context.
        drop: Called in a thread with a result that nobody takes.
    """

    __slots__ = (
        "_box",
        "_context",
        "_drop",
        "_error",
        "_function",
        "_is_unwanted",
        "_is_woken",
        "_loop",
        "_news",
        "_pool",
        "_results",
        "_ticket",
        "_token",
        "_waiter",
        "over",
    )

    def __init__(
        self,
        pool: Pool,
        token: LinkedToken,
        function: Callable[[], T],
        drop: Callable[[T], object] | None = None,
    ) -> None:
        self._pool = pool
        self._token = token
        self._function: Callable[[], T] | None = function
        self._drop = drop
        self._context = copy_context()
        self._loop = loop = asyncio.get_running_loop()
        self._box = mailbox_of(loop)
        # Weak: what a thread is at must not keep a task that nobody else has.
        self._waiter: ref[asyncio.Future[None]] | None = None
        self._news: deque[tuple[int, int | None]] = deque(maxlen=1)
        self._ticket = [None]  # whoever takes it: a thread to begin, or the task to end
        self._results: list[T] = []
        self._error: BaseException | None = None
        self._is_unwanted = False
        self._is_woken = False
        self.over = False

    def begin(self) -> None:
        """Hands the call to a thread."""
        self._pool.submit(self._work)

    def report(self, moved: int, total: int | None) -> None:
        """Tells of progress, from the thread; the task hears of the latest."""
        self._news.append((moved, total))
        self._box.post(self._wake)

    async def result(self, progress: Progress | None = None) -> T:
        """Waits for the end; what the function returned.

        Raises:
            CancelledError: The task was cancelled; the function has ended.
            BaseException: What the function raised, or `progress`, which has ended it.
        """
        try:
            while not self.over:
                await self._sleep()
                while progress is not None and self._news and self._error is None:
                    answer = progress(*self._news.popleft())
                    if inspect.isawaitable(answer):
                        await answer
        except GeneratorExit:
            self.abandon()
            raise
        except BaseException:
            await self.end()
            raise
        return self._take()

    async def end(self) -> None:
        """Ends the function early, and waits for its end whatever happens meanwhile."""
        self.abandon()
        await self.wait()
        self._error = None
        if self._results and self._drop is not None:
            # It came when the task was cancelled already, but did not know yet.
            work = Job(self._pool, self._token, self._drop_result)
            work.begin()
            await work.wait()

    def abandon(self) -> None:
        """Ends the function early."""
        self._is_unwanted = True
        self._token.cancel()
        if self._takes_ticket():
            self._function = None
            self.over = True

    async def wait(self) -> None:
        """Waits for the end, whatever happens meanwhile; what came of it is not told."""
        while not self.over:
            with suppress(asyncio.CancelledError):  # one is on its way already
                await self._sleep()

    async def _sleep(self) -> None:
        """Waits for the next call of `_wake`, or goes on where there was one."""
        if not self._is_woken:
            waiter = self._loop.create_future()
            self._waiter = ref(waiter)
            await waiter
        self._is_woken = False

    def _takes_ticket(self) -> bool:
        try:
            self._ticket.pop()
        except IndexError:
            return False
        return True

    def _work(self) -> Callable[[], None] | None:
        """What the thread does; how it tells of the end."""
        function = self._function
        if function is None or not self._takes_ticket():
            return None
        try:
            self._results.append(self._context.run(function))
        except BaseException as error:  # noqa: BLE001 - raised in the task
            trace = error.__traceback__
            self._error = error.with_traceback(trace and trace.tb_next)
            del trace
        self._function = function = None
        if self._is_unwanted:
            self._drop_result()
        return self._tell

    def _tell(self) -> None:
        if not self._box.post(self._settle):
            # There is no task any more.
            self._error = None
            self._drop_result()

    def _drop_result(self) -> None:
        while self._results:
            result = self._results.pop()
            if self._drop is not None:
                with suppress(OSSError):
                    self._drop(result)

    def _settle(self) -> None:
        self.over = True
        self._wake()

    def _wake(self) -> None:
        self._is_woken = True
        waiter = None if self._waiter is None else self._waiter()
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    def _take(self) -> T:
        error, self._error = self._error, None
        if error is not None:
            # A frame that holds the error it raised is a cycle.
            try:
                raise error
            finally:
                del error
        return self._results.pop()

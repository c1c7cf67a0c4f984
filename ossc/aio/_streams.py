"""The twins of streams, as far as they are not made from the streams' own methods."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ossc._stream._at_hand import fits, line_at_hand, take_at_hand
from ossc.aio._job import Job

if TYPE_CHECKING:
    from typing_extensions import Buffer, Self

    from ossc._sdk import LinkedToken
    from ossc.aio._pool import Pool

__all__ = ["IterableStream", "LineStream", "ReaderStream", "Stream", "WriterStream"]

_END = object()
# What is written without a thread is copied by the loop's own.
_SMALL = 64 << 10
# So many calls in a row without a wait, and other tasks get their turn.
_TURN = 256


class Stream:
    """Base of the twins: calls go one after the other, each in a thread.

    A task that is cancelled during a call goes on when the call has ended.
    """

    __slots__ = ("__weakref__", "_lock", "_pool", "_sync", "_token", "_turn")

    def __init__(self, pool: Pool, token: LinkedToken, stream: Any) -> None:
        self._pool = pool
        self._token = token
        self._sync = stream
        self._lock = asyncio.Lock()
        self._turn = _TURN

    async def _use(
        self, function: Callable[..., Any], *args: Any, **options: Any
    ) -> Any:
        async with self._lock:
            call = partial(function, *args, **options)
            job = Job(self._pool, self._token, call)
            job.begin()
            try:
                return await job.result()
            except asyncio.CancelledError:
                # The call has ended; the stream may be good for another.
                self._token.rearm()
                raise

    async def _rest(self) -> None:
        """Before calls that may need no thread."""
        self._turn -= 1
        if not self._turn:
            self._turn = _TURN
            await asyncio.sleep(0)

    async def __aenter__(self) -> Self:
        """Itself."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes it, as leaving a `with` block does."""
        await self._use(self._sync.__exit__, kind, error, trace)

    def __getattr__(self, name: str) -> Any:
        """What the stream knows without asking."""
        if name.startswith("_"):
            raise AttributeError(name)
        value = getattr(self._sync, name)
        if callable(value):
            kind = type(self).__name__
            what = f"{kind!r} object has no attribute {name!r}"
            raise AttributeError(what)  # noqa: TRY004 - as it has none
        return value

    def __repr__(self) -> str:
        """That of the stream."""
        return repr(self._sync).replace("ossc.", "ossc.aio.", 1)


class IterableStream(Stream):
    """Base of the twins of streams that are iterators."""

    __slots__ = ()

    def __aiter__(self) -> Self:
        """Itself."""
        return self

    async def __anext__(self) -> Any:
        """What comes next."""
        item = await self._use(next, self._sync, _END)
        if item is _END:
            raise StopAsyncIteration
        return item


class LineStream(Stream):
    """Base of the twins of files that are read: an iterator over their lines."""

    __slots__ = ()

    async def readline(self, size: int | None = -1, /) -> bytes:
        """Up to and with the next newline, at most `size` bytes."""
        line: bytes = await self._use(self._sync.readline, size)
        return line

    async def readlines(self, hint: int | None = -1, /) -> list[bytes]:
        """The lines that are left; no more once they have `hint` bytes."""
        lines: list[bytes] = await self._use(self._sync.readlines, hint)
        return lines

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Itself, an iterator over the lines."""
        return self

    async def __anext__(self) -> bytes:
        """The next line."""
        line = await self.readline()
        if not line:
            raise StopAsyncIteration
        return line

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return bool(self._sync.closed)


class ReaderStream(LineStream):
    """Base of the twin of readers. What is at hand needs no thread."""

    __slots__ = ()

    async def read(self, size: int | None = -1, /) -> bytes:
        """Up to `size` bytes, all that are left without a size; `b""` at the end.

        Raises:
            PreconditionFailed: The object was overwritten after it was opened.
            Cancelled: The token that the object was opened with was used.
            ChecksumMismatch: All has been read, and is not what OSS stored.
        """
        await self._rest()
        if size is not None and 0 < size <= _SMALL and self._is_idle():
            data = take_at_hand(self._sync, size)
            if data is not None:
                return data
        answer: bytes = await self._use(self._sync.read, size)
        return answer

    async def readline(self, size: int | None = -1, /) -> bytes:
        """Up to and with the next newline, at most `size` bytes."""
        await self._rest()
        if (size is None or size < 0) and self._is_idle():
            line = line_at_hand(self._sync)
            if line is not None:
                return line
        return await super().readline(size)

    def _is_idle(self) -> bool:
        return not (self._lock.locked() or self._token.cancelled)


class WriterStream(Stream):
    """Base of the twin of writers."""

    __slots__ = ()

    async def write(self, data: Buffer, /) -> int:
        """Takes all of the bytes, which may be changed afterwards.

        Waits while as many parts are under way as there may be.

        Raises:
            OSSError: A part could not be stored; the upload is given up, and all further
                calls raise the same.
            Cancelled: The token was used; the same. So does a task that is cancelled
                meanwhile give the upload up.
        """
        await self._rest()
        written: int
        if self._fits(data):
            written = self._sync.write(data)
        else:
            written = await self._use(self._sync.write, data)
        return written

    def _fits(self, data: Buffer) -> bool:
        """Whether nothing has to be waited for."""
        if self._lock.locked() or self._token.cancelled:
            return False
        is_small = isinstance(data, bytes) and len(data) <= _SMALL
        return is_small and fits(self._sync, len(data))  # type: ignore[arg-type]

    async def writelines(self, lines: Iterable[Buffer], /) -> None:
        """Takes all of the pieces, one after the other."""
        await self._use(self._sync.writelines, lines)

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return bool(self._sync.closed)

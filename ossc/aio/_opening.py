"""`Opening`: a stream that is about to be opened, by `await` or by `async with`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Generator
from types import TracebackType
from typing import Any, Generic, TypeVar

__all__ = ["IterableOpening", "Opening"]

S = TypeVar("S")
T = TypeVar("T")


class Opening(Generic[S]):
    """What `open` and its kin return: opens the stream when it is awaited or entered.

    Example:
        >>> async def both(bucket):
        ...     async with bucket.open("greeting.txt") as file:
        ...         data = await file.read()
        ...     file = await bucket.open("greeting.txt")
        ...     await file.close()
    """

    __slots__ = ("_begin", "_stream")

    def __init__(self, begin: Callable[[], Coroutine[Any, Any, S]]) -> None:
        self._begin = begin
        self._stream: Any = None

    def __await__(self) -> Generator[Any, Any, S]:
        """Opens the stream, which is then the caller's to close."""
        return self._begin().__await__()

    async def __aenter__(self) -> S:
        """Opens the stream."""
        stream = await self._begin()
        self._stream = stream
        return stream

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes the stream, as leaving a `with` block does."""
        stream, self._stream = self._stream, None
        await stream.__aexit__(kind, error, trace)


class IterableOpening(Opening[S], Generic[S, T]):
    """An `Opening` of a stream that can be iterated over as it is."""

    __slots__ = ()

    async def __aiter__(self) -> AsyncIterator[T]:
        """Opens the stream, gives what comes, and closes it."""
        async with self as stream:
            async for item in stream:  # type: ignore[attr-defined]
                yield item

"""Sources whose length is not known, and the buffers that their parts wait in."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Buffer, Self

    from ossc._budget import Share
    from ossc.client import Client

__all__ = ["Buffers", "Readable", "Reader"]

_PIECE = 1024 * 1024

# All buffers of one upload together, unless two parts need more.
_MOST = 512 * 1024 * 1024


class Readable(Protocol):
    """What has a `read` like that of a file in binary mode."""

    def read(self, size: int, /) -> Buffer | None:
        """At most so many bytes; none at the end."""
        ...


class Reader:
    """Fills buffers from a readable, an iterable of pieces, or one piece.

    Raises:
        TypeError: It is none of these.
    """

    __slots__ = ("_into", "_pieces", "_rest")

    def __init__(self, source: Readable | Iterable[Buffer]) -> None:
        self._into = None
        self._rest = memoryview(b"")
        self._pieces = _pieces_of(source)
        if isinstance(source, io.BufferedIOBase | io.FileIO):
            self._into = source.readinto

    def fill(self, view: memoryview) -> int:
        """Reads until the view is full or the source has ended; how much that was."""
        filled = 0
        while filled < len(view):
            if self._into is not None and not self._rest:
                count = _checked(self._into(view[filled:]))
            else:
                count = self._from_rest(view[filled:])
            if not count:
                break
            filled += count
        return filled

    def _from_rest(self, view: memoryview) -> int:
        if self.ended():
            return 0
        count = min(len(self._rest), len(view))
        view[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def ended(self) -> bool:
        """Whether nothing more will come; may read a piece to find out."""
        while not self._rest:
            # A piece that is looked at no more may be changed by whoever gave it.
            self._rest = memoryview(b"")
            piece = next(self._pieces, None)
            if piece is None:
                return True
            self._rest = _as_bytes(piece)
        return False


def _pieces_of(source: Any) -> Iterator[Any]:
    read = getattr(source, "read", None)
    if callable(read):
        return _read_all(read)
    if isinstance(source, str):
        raise TypeError("the source is a str; encode it, or open the file it names")
    try:
        return iter((memoryview(source),))
    except TypeError:
        pass
    try:
        return iter(source)
    except TypeError:
        kind = type(source).__name__
        raise TypeError(
            f"a source has read(n), or is an iterable of bytes; {kind} is neither"
        ) from None


def _read_all(read: Any) -> Iterator[memoryview]:
    while view := _as_bytes(_checked(read(_PIECE))):
        yield view


def _checked(got: Any) -> Any:
    if got is None:
        raise BlockingIOError("the source is in non-blocking mode and has nothing now")
    return got


def _as_bytes(piece: Any) -> memoryview:
    if isinstance(piece, str):
        raise TypeError("the source gives str, not bytes; open it in binary mode")
    try:
        view = memoryview(piece)
    except TypeError:
        kind = type(piece).__name__
        raise TypeError(f"the source gives {kind}, not bytes") from None
    return view.cast("B") if view.nbytes else memoryview(b"")


class Buffers:
    """Equal buffers, used again and again, as many as may be in memory.

    A context manager. They are reserved from the client's budget all at once: whoever
    held one and waited for another could wait for ever.

    Args:
        client: Whose budget it is; its token and its deadline end the wait for memory.
        most: How many there are at most.
    """

    __slots__ = ("_client", "_free", "_most", "_share", "count", "size")

    def __init__(self, client: Client, most: int) -> None:
        self._client = client
        self._most = most
        self._free: list[bytearray] = []
        self._share: Share | None = None
        self.size = 0
        self.count = 0

    def resize(self, size: int) -> None:
        """Has buffers of another size instead; none may be in use.

        Raises:
            MemoryLimitExceeded: Not even one may be so large.
            Cancelled: The token was cancelled while memory was waited for.
            RequestTimedOut: The deadline passed meanwhile.
        """
        self._release()
        client = self._client
        budget = client._budget
        self.count = min(self._most, max(2, _MOST // size))
        limit = budget.max_memory
        if limit is not None:
            self.count = min(self.count, max(1, limit // size))
        needed = self.count * size
        share = budget.memory(needed, cancel=client._cancel, ends=client._ends)
        share.__enter__()
        self._share = share
        self.size = size

    def take(self) -> bytearray:
        """A buffer that nobody uses."""
        return self._free.pop() if self._free else bytearray(self.size)

    def give(self, buffer: bytearray) -> None:
        """A buffer is not used any more."""
        self._free.append(buffer)

    def __enter__(self) -> Self:
        """Itself; nothing is reserved yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Gives the memory back."""
        self._release()

    def _release(self) -> None:
        self._free.clear()
        share, self._share = self._share, None
        if share is not None:
            share.__exit__(None, None, None)

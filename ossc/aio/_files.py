"""`BufferedReader`: the twin of `io.BufferedReader`, which decrypting returns."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from ossc.aio._streams import LineStream

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["BufferedReader"]


class BufferedReader(LineStream):
    """A binary file that is read by tasks; what `io.BufferedReader` has is awaited."""

    __slots__ = ()

    async def read(self, size: int | None = -1, /) -> bytes:
        """Up to `size` bytes, all that are left without a size; `b""` at the end."""
        data: bytes = await self._use(self._sync.read, size)
        return data

    async def read1(self, size: int = -1, /) -> bytes:
        """Some bytes, at most `size`, with at most one request for more."""
        data: bytes = await self._use(self._sync.read1, size)
        return data

    async def readinto(self, buffer: Buffer, /) -> int:
        """Fills a buffer; how many bytes there were."""
        size: int = await self._use(self._sync.readinto, buffer)
        return size

    async def readinto1(self, buffer: Buffer, /) -> int:
        """Fills a part of a buffer, with at most one request; how many bytes it was."""
        size: int = await self._use(self._sync.readinto1, buffer)
        return size

    async def peek(self, size: int = 0, /) -> bytes:
        """Some of the bytes that come next; the position stays."""
        data: bytes = await self._use(self._sync.peek, size)
        return data

    async def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Goes to another position, which is returned."""
        position: int = await self._use(self._sync.seek, offset, whence)
        return position

    async def tell(self) -> int:
        """The position."""
        position: int = await self._use(self._sync.tell)
        return position

    def readable(self) -> bool:
        """It is."""
        return bool(self._sync.readable())

    def seekable(self) -> bool:
        """It is."""
        return bool(self._sync.seekable())

    def writable(self) -> bool:
        """It is not."""
        return bool(self._sync.writable())

    async def close(self) -> None:
        """Closes it. The second time does nothing."""
        await self._use(self._sync.close)

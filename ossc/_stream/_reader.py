"""`ObjectReader`: an object as a seekable binary file."""

from __future__ import annotations

import errno
import io
import operator
import os
import warnings
from typing import TYPE_CHECKING, NoReturn

from ossc._stream._blocks import MAX_BLOCK, Blocks
from ossc._stream._crew import check_token
from ossc._stream._source import Source

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from ossc._sdk import CancelToken
    from ossc.models import ObjectInfo

__all__ = ["ObjectReader"]

# What is asked for at once beyond this goes straight into the caller's memory.
DIRECT = 2 * MAX_BLOCK
_PEEK = 8 << 10


class ObjectReader(io.BufferedIOBase):
    """An object as a seekable binary file; made by `Bucket.open`. One thread at a time.

    Reading in order fetches the next blocks in the background; a jump elsewhere gives
    those up. `read(n)` and `readinto` return fewer bytes than asked for only at the end.
    The object is the one that was opened: once it is overwritten, what has not been
    fetched yet raises `PreconditionFailed`. When all bytes were read in order their
    CRC-64 is compared with the object's. After an error the position is what it was, so
    the same call can be made again. After a fork both processes can go on reading.

    Attributes:
        mode: `"rb"`.
        info: The object's properties.

    Example:
        >>> with bucket.open("greeting.txt") as file:
        ...     file.seek(-2, 2), file.read()
        (3, b'lo')
    """

    mode = "rb"

    def __init__(
        self, source: Source, blocks: Blocks, cancel: CancelToken | None
    ) -> None:
        self.info: ObjectInfo = source.info
        self._cancel = cancel
        self._size = source.info.size
        self._position = 0
        # The last: what has it can be closed.
        self._blocks = blocks

    @property
    def key(self) -> str:
        """The object's key."""
        return self.info.key

    @property
    def name(self) -> str:
        """The object's key, as files have a name."""
        return self.info.key

    @property
    def size(self) -> int:
        """The object's size in bytes."""
        return self._size

    @property
    def etag(self) -> str:
        """The ETag of the object that was opened, without quotes."""
        return self.info.etag

    def readable(self) -> bool:
        """True."""
        self._check_open()
        return True

    def seekable(self) -> bool:
        """True."""
        self._check_open()
        return True

    def tell(self) -> int:
        """The position of the next byte."""
        self._check_open()
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Moves to a position, also past the end; nothing is fetched.

        Args:
            offset: Where to, in bytes.
            whence: From where: 0 the beginning, 1 the position, 2 the end.

        Raises:
            OSError: The position would be negative.
        """
        self._check_open()
        if whence not in (os.SEEK_SET, os.SEEK_CUR, os.SEEK_END):
            raise ValueError(f"whence is {whence!r:.20}, not 0, 1 or 2")
        base = (0, self._position, self._size)[whence]
        position = base + operator.index(offset)
        if position < 0:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        self._position = position
        return position

    def read(self, size: int | None = -1, /) -> bytes:
        """Up to `size` bytes, all that are left without a size; `b""` at the end.

        Raises:
            PreconditionFailed: The object was overwritten after it was opened.
            Cancelled: The token that the object was opened with was used.
            ChecksumMismatch: All has been read, and is not what OSS stored.
        """
        if self._cancel is None and size is not None and size > 0:
            # Nearly all small reads end here; a closed reader has an empty block.
            blocks, begin = self._blocks, self._position
            block, end = blocks.current, begin + size
            if block.start <= begin and end <= block.stop and end < blocks.mark:
                start = block.start
                data = bytes(block.view[begin - start : end - start])
                self._position = end
                return data
        return self._read(self._left(size))

    def read1(self, size: int = -1, /) -> bytes:
        """Bytes that are at hand, up to `size`; waits only when there is none."""
        self._check_open()
        count = self._left(size)
        if not count:
            return b""
        block, begin = self._blocks.at(self._position), self._position
        end = min(begin + count, block.stop)
        data = bytes(block.view[begin - block.start : end - block.start])
        self._advance(end)
        return data

    def readall(self) -> bytes:
        """All that is left."""
        return self.read()

    def readinto(self, buffer: Buffer, /) -> int:
        """Fills a writable buffer; returns how many bytes there were left for it."""
        self._check_open()
        with _writable(buffer) as octets:
            return self._fill(octets[: self._left(len(octets))])

    def readinto1(self, buffer: Buffer, /) -> int:
        """Like `readinto`, with what is at hand."""
        self._check_open()
        with _writable(buffer) as octets:
            data = self.read1(len(octets))
            octets[: len(data)] = data
        return len(data)

    def peek(self, size: int = 0, /) -> bytes:
        """Bytes that come next, at least one before the end; the position stays."""
        self._check_open()
        if self._position >= self._size:
            return b""
        block = self._blocks.at(self._position)
        begin = self._position - block.start
        return bytes(block.view[begin : begin + max(size, _PEEK)])

    def readline(self, size: int | None = -1, /) -> bytes:
        """Up to and with the next newline, at most `size` bytes."""
        if self._cancel is None and (size is None or size < 0):
            # Nearly all lines end here; a closed reader has an empty block.
            block = self._blocks.current
            start = self._position - block.start
            end = block.memory.find(b"\n", start) + 1 if start >= 0 else 0
            if 0 < end < self._blocks.mark - block.start:
                self._position = block.start + end
                return bytes(block.view[start:end])
        self._check_open()
        left, begin = self._left(size), self._position
        pieces = []
        try:
            while left:
                piece = self._piece_of_line(left)
                pieces.append(piece)
                left -= len(piece)
                if piece.endswith(b"\n"):
                    break
        except BaseException:
            self._position = begin
            raise
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def close(self) -> None:
        """Ends what is under way in the background. The second time does nothing."""
        if not self.closed:
            try:
                super().close()
            finally:
                self._blocks.close(join=True)

    def __del__(self) -> None:
        """Warns when the reader was not closed."""
        blocks: Blocks | None = getattr(self, "_blocks", None)
        if blocks is not None and not self.closed:
            what = f"unclosed {self!r}"
            blocks.close(join=False)
            super().close()
            warnings.warn(what, ResourceWarning, source=self, stacklevel=2)

    def __repr__(self) -> str:
        """The key and the position."""
        where = "closed" if self.closed else f"at {self._position} of {self._size}"
        return f"<ossc.ObjectReader {self.info.key!r} {where}>"

    def __reduce__(self) -> NoReturn:
        """Requests under way stay where they are."""
        raise TypeError("a reader cannot be pickled or copied; open the object again")

    def _check_open(self) -> None:
        if self.closed:
            raise ValueError("I/O operation on a closed reader")

    def _left(self, size: int | None) -> int:
        """How many of so many bytes there are; all for None and negative sizes."""
        left = max(0, self._size - self._position)
        if size is None:
            return left
        count = operator.index(size)
        return left if count < 0 else min(count, left)

    def _read(self, count: int) -> bytes:
        """So many bytes, which there are, as one object that nothing is copied from."""
        self._check_open()
        if not count:
            check_token(self._cancel)
            return b""
        memory = io.BytesIO()
        memory.seek(count - 1)
        memory.write(b"\0")
        with memory.getbuffer() as view:
            self._fill(view)
        return memory.getvalue()

    def _fill(self, view: memoryview) -> int:
        """Fills the view, which is no longer than what is left."""
        check_token(self._cancel)
        blocks, at, done = self._blocks, self._position, 0
        count = len(view)
        while done < count:
            block = blocks.current
            if not block.start <= at < block.stop:
                if count - done >= DIRECT and not blocks.is_ahead(at):
                    blocks.fetch_into(at, view[done:])
                    at += count - done
                    break
                block = blocks.at(at)
            size = min(count - done, block.stop - at)
            begin = at - block.start
            view[done : done + size] = block.view[begin : begin + size]
            done += size
            at += size
            if at >= blocks.mark and count - done < DIRECT:
                blocks.plan()
        self._advance(at)
        return count

    def _piece_of_line(self, most: int) -> bytes:
        """The rest of the line that is at hand."""
        check_token(self._cancel)
        block = self._blocks.at(self._position)
        begin = self._position - block.start
        end = min(begin + most, block.stop - block.start)
        found = block.memory.find(b"\n", begin, end)
        piece = bytes(block.view[begin : end if found < 0 else found + 1])
        self._advance(self._position + len(piece))
        return piece

    def _advance(self, position: int) -> None:
        self._position = position
        if position >= self._blocks.mark:
            self._blocks.plan()


def _writable(buffer: Buffer) -> memoryview:
    view = memoryview(buffer)
    if view.readonly:
        raise TypeError("the buffer is read-only")
    return view.cast("B")

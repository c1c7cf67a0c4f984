"""`ObjectData`: an object, or a range of it, as an iterator of chunks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ossc._stream._reader import ObjectReader
from ossc.models import ObjectInfo

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["ObjectData"]


class ObjectData:
    """An object's bytes, chunk by chunk; made by `Bucket.stream_object`.

    An iterator and a context manager, for one thread at a time. Memory holds some blocks
    of the object, never all of it. Iterating to the end closes it, and so does an error;
    to stop before, use a `with` block or `close()`. What is said of `ossc.ObjectReader`
    of overwritten objects and checks holds here too.

    Attributes:
        info: The object's properties.
        content_range: First and last position that will come, both inclusive; None when
            the whole object comes.

    Example:
        >>> with bucket.stream_object("greeting.txt", chunk_size=2) as chunks:
        ...     list(chunks)
        [b'he', b'll', b'o']
    """

    __slots__ = ("_chunk_size", "_reader", "_stop", "content_range", "info")

    def __init__(
        self,
        reader: ObjectReader,
        span: tuple[int, int] | None,
        chunk_size: int,
    ) -> None:
        start, last = span or (0, reader.size - 1)
        reader.seek(start)
        self._reader = reader
        self._stop = last + 1
        self._chunk_size = chunk_size
        self.content_range = span
        self.info: ObjectInfo = reader.info

    @property
    def closed(self) -> bool:
        """Whether it was closed, iterated to the end, or ended by an error."""
        return self._reader.closed

    def __iter__(self) -> Self:
        """Itself."""
        return self

    def __next__(self) -> bytes:
        """The next chunk: `chunk_size` bytes, the last one what is left.

        Raises:
            PreconditionFailed: The object was overwritten meanwhile.
            Cancelled: The token was used.
            ChecksumMismatch: The whole object came, and is not what OSS stored.
        """
        if self._reader.closed:
            raise StopIteration
        left = self._stop - self._reader.tell()
        if left <= 0:
            self._reader.close()
            raise StopIteration
        try:
            return self._reader.read(min(left, self._chunk_size))
        except BaseException:
            self._reader.close()
            raise

    def close(self) -> None:
        """Gives up what has not come yet. The second time does nothing."""
        self._reader.close()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_exc: object) -> None:
        """Closes it."""
        self.close()

    def __repr__(self) -> str:
        """The key."""
        return f"<ossc.ObjectData {self.info.key!r}>"

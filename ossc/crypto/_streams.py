"""Streams that encrypt what they read, or decrypt it."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

from ossc._temporary import TemporaryTarget
from ossc._transfer._source import Reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from typing_extensions import Buffer

    from ossc._sdk import Progress
    from ossc._stream import ObjectReader
    from ossc._transfer._source import Readable
    from ossc.crypto._envelope import Secret

__all__ = ["Decrypting", "encrypted", "write_file"]

_PIECE = 1 << 20


def encrypted(source: Readable | Iterable[Buffer], secret: Secret) -> Iterator[bytes]:
    """The pieces of a source, encrypted."""
    reader, cipher = Reader(source), secret.cipher()
    buffer = bytearray(_PIECE)
    view = memoryview(buffer)
    while size := reader.fill(view):
        yield cipher.update(view[:size])


def write_file(
    source: io.BufferedReader,
    path: str | os.PathLike[str],
    size: int,
    progress: Progress | None,
) -> None:
    """All that a stream has as a local file, all or nothing.

    Raises:
        LocalFileError: The file cannot be written.
    """
    done = 0
    with TemporaryTarget(path) as target:
        while piece := source.read(_PIECE):
            rest = memoryview(piece)
            try:
                while rest:
                    rest = rest[os.write(target.fd, rest) :]
            except OSError as error:
                raise target._failure(error) from error
            done += len(piece)
            if progress is not None:
                progress(done, size)
        target.commit()


class Decrypting(io.RawIOBase):
    """An object's plain bytes, from any position. One thread at a time.

    Args:
        source: The object's stored bytes; closed with this.
        secret: The object's key.
    """

    def __init__(self, source: ObjectReader, secret: Secret) -> None:
        super().__init__()
        self._source = source
        self._secret = secret
        self._cipher = secret.cipher()

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Goes on from another position."""
        before = self._source.tell()
        position = self._source.seek(offset, whence)
        if position != before:
            self._cipher = self._secret.cipher(position)
        return position

    def tell(self) -> int:
        """The position."""
        return self._source.tell()

    def readinto(self, buffer: Buffer, /) -> int:
        """Fills a buffer with what comes next; how much that was."""
        view = memoryview(buffer).cast("B")
        data = self._source.read(len(view))
        view[: len(data)] = self._cipher.update(data)
        return len(data)

    def close(self) -> None:
        """Closes the source, too."""
        if not self.closed:
            self._source.close()
        super().close()

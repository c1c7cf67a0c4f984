"""Blobs: immutable runs of bytes in memory or in files, and how they are written.

An object is a tuple of segments, each a slice of a blob, so that completing a
multipart upload, appending and copying move no bytes. Blobs are counted: the store
adds one for each record that mentions a blob and drops it with the last of them.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from ossc.mock._crc64 import crc64

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

__all__ = ["IN_MEMORY_BYTES", "Blob", "BlobWriter", "Segment", "cut", "read", "slurp"]

IN_MEMORY_BYTES = 1024 * 1024
_CHUNK_BYTES = 256 * 1024


@dataclass(eq=False)
class Blob:
    """Bytes that never change: ``data`` in memory, else the file at ``path``."""

    name: str
    size: int
    data: bytes | None = None
    path: Path | None = None
    references: int = 0


class Segment(NamedTuple):
    """A slice of a blob."""

    blob: Blob
    start: int
    length: int


class BlobWriter:
    """Collects a body, in memory up to 1 MiB, and knows its digests at the end.

    Args:
        directory: Gives the folder for larger bodies; asked only when needed.
    """

    def __init__(self, directory: Callable[[], Path]) -> None:
        self.size = 0
        self.crc64 = 0
        self._name = secrets.token_hex(16)
        self._md5 = hashlib.md5()  # noqa: S324
        self._pieces: list[bytes] = []
        self._directory = directory
        self._path: Path | None = None
        self._file: BinaryIO | None = None

    @property
    def md5(self) -> bytes:
        """The MD5 of what has been written so far."""
        return self._md5.digest()

    def write(self, piece: bytes) -> None:
        """Add bytes at the end."""
        self.size += len(piece)
        self._md5.update(piece)
        self.crc64 = crc64(piece, self.crc64)
        if self._file is None and self.size > IN_MEMORY_BYTES:
            self._path = self._directory() / f"{self._name}.tmp"
            self._file = self._path.open("wb")
            self._file.writelines(self._pieces)
            self._pieces = []
        if self._file is None:
            self._pieces.append(piece)
        else:
            self._file.write(piece)

    def finish(self) -> Blob:
        """Return the blob; the writer is spent afterwards."""
        if self._file is None or self._path is None:
            return Blob(self._name, self.size, data=b"".join(self._pieces))
        self._file.close()
        return Blob(self._name, self.size, path=self._path)

    def discard(self) -> None:
        """Forget everything that was written."""
        if self._file is not None and self._path is not None:
            self._file.close()
            self._path.unlink(missing_ok=True)


def cut(segments: Sequence[Segment], start: int, length: int) -> tuple[Segment, ...]:
    """Return the segments of a byte range."""
    chosen = []
    for blob, offset, size in segments:
        skip = min(start, size)
        take = min(size - skip, length)
        if take > 0:
            chosen.append(Segment(blob, offset + skip, take))
        start -= skip
        length -= take
    return tuple(chosen)


def read(segments: Sequence[Segment]) -> Iterator[bytes]:
    """Yield the bytes of the segments, opening one file at a time."""
    for blob, start, length in segments:
        if blob.path is None:
            yield (blob.data or b"")[start : start + length]
            continue
        left = length
        with blob.path.open("rb") as file:
            file.seek(start)
            while left:
                piece = file.read(min(left, _CHUNK_BYTES))
                if not piece:
                    message = f"{blob.path} is shorter than its record says"
                    raise OSError(message)
                left -= len(piece)
                yield piece


def slurp(segments: Sequence[Segment]) -> bytes:
    """Return all bytes of the segments."""
    return b"".join(read(segments))

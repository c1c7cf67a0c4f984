"""Local files as the ends of transfers: sources that must not change, targets."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from ossc._names import check_path
from ossc._sdk import crc64
from ossc._temporary import TemporaryTarget, readable_size, refuse_special
from ossc.errors import LocalFileError

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["SizedTarget", "Source", "crc64_of", "opened", "remove_old"]

_PIECE = 1024 * 1024


class Source:
    """An open local file.

    Attributes:
        path: Its path, made absolute.
        fd: Its descriptor.
        size: Its bytes when it was opened.
        facts: What tells whether it is still the same file with the same content.
    """

    __slots__ = ("facts", "fd", "path", "size")

    def __init__(self, path: str, fd: int) -> None:
        self.path = os.path.abspath(path)
        self.fd = fd
        self.facts = self._look()
        self.size = self.facts["size"]

    def check(self, what: str = "uploaded") -> None:
        """Looks whether the file is as it was.

        Args:
            what: What was done to it.

        Raises:
            LocalFileError: It was written to meanwhile.
        """
        if self._look() != self.facts:
            raise LocalFileError(
                f"{self.path!r} changed while it was {what}", filename=self.path
            )

    def _look(self) -> dict[str, int]:
        found = os.fstat(self.fd)
        return {
            "size": found.st_size,
            "mtime_ns": found.st_mtime_ns,
            "device": found.st_dev,
            "inode": found.st_ino,
        }


@contextmanager
def opened(path: str | os.PathLike[str]) -> Iterator[Source]:
    """Opens a regular file for reading.

    Raises:
        LocalFileError: It cannot be read, or is no file.
    """
    name = check_path(path)
    try:
        fd = _open(name)
    except OSError as error:
        raise LocalFileError(
            f"cannot read {name!r}: {error.strerror}",
            errno=error.errno,
            filename=name,
        ) from error
    try:
        yield Source(name, fd)
    except LocalFileError as error:
        if error.filename is None:
            error.filename = name
        raise
    finally:
        os.close(fd)


def _open(name: str) -> int:
    refuse_special(name)  # opening a pipe could last for ever
    fd = os.open(name, os.O_RDONLY | os.O_CLOEXEC)
    try:
        readable_size(fd)
    except OSError:
        os.close(fd)
        raise
    return fd


def crc64_of(fd: int, offset: int, size: int) -> int:
    """CRC-64 of a range of an open file; of what is there where it is shorter."""
    crc, end = 0, offset + size
    while offset < end and (piece := os.pread(fd, min(_PIECE, end - offset), offset)):
        crc = crc64(piece, crc)
        offset += len(piece)
    return crc


def remove_old(path: str | os.PathLike[str], name: str) -> None:
    """Removes the temporary file that a checkpoint names, if it can be one of ours."""
    target = SizedTarget(path, 0, name)
    if target.old is not None:
        with suppress(OSError):
            os.unlink(target.old)


class SizedTarget(TemporaryTarget):
    """A temporary file of the target's size, which may outlive a failed transfer.

    Args:
        path: The target.
        size: Its size.
        name: The name that the temporary file of an earlier transfer had; what cannot be
            one of ours, or is not there, counts as none.

    Attributes:
        name: The temporary file's name.
        old: Path of the file of an earlier transfer, or None.
        resumed: Whether that is what is written to.
        kept: Whether the file is to outlive a failure.
    """

    def __init__(self, path: str | os.PathLike[str], size: int, name: str = "") -> None:
        super().__init__(path)
        folder, self.name = os.path.split(self._temporary)
        self.old: str | None = None
        self.resumed = False
        self.kept = False
        self._size = size
        prefix = re.escape(self.name[: -len("0123456789abcdef.part")])
        if re.fullmatch(rf"{prefix}[0-9a-f]{{16}}\.part", name):
            self.old = os.path.join(folder, name)

    def __enter__(self) -> Self:
        """Opens the temporary file, the old one or a new one."""
        if self.old is not None:
            self._adopt(self.old)
        if not self.resumed:
            super().__enter__()
            try:
                os.ftruncate(self.fd, self._size)
            except OSError as error:
                self.__exit__(None, None, None)
                raise self._failure(error) from error
        return self

    def __exit__(
        self, _type: object, error: BaseException | None, _traceback: object
    ) -> None:
        """Closes the file; it stays where it is to be kept."""
        self._committed = self._committed or self.kept
        super().__exit__(_type, error, _traceback)

    def _adopt(self, path: str) -> None:
        """Opens the old file where it is a file of that size, and nobody's link."""
        flags = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        with suppress(OSError):
            fd = os.open(path, flags)
            found = os.fstat(fd)
            if stat.S_ISREG(found.st_mode) and found.st_size == self._size:
                self.fd, self.name, self.resumed = fd, os.path.basename(path), True
                self._temporary = path
            else:
                os.close(fd)

"""A file that appears under its name only when it is whole, and what is no file."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress

from ossc._names import check_path
from ossc.errors import LocalFileError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["TemporaryTarget", "readable_size", "refuse_special"]

_KEPT_NAME = 40
# What file systems say that cannot sync folders.
_NO_SYNC = (errno.EINVAL, errno.ENOTSUP)


def refuse_special(path: str) -> os.stat_result:
    """Raises an OSError for what is no regular file: a folder, a pipe, a device.

    Returns:
        What is known of the file.
    """
    found = os.stat(path)
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "not a regular file")
    return found


def readable_size(fd: int) -> int:
    """The size of an open file, for who is about to send so many bytes of it.

    Raises:
        OSError: It says that it is empty and is not, as the files of /proc do.
    """
    size = os.fstat(fd).st_size
    if size == 0 and os.pread(fd, 1, 0):
        size = os.fstat(fd).st_size  # it may just have grown
        if size == 0:
            raise OSError(errno.EINVAL, "it has more bytes than the 0 of its size")
    return size


class TemporaryTarget:
    """A temporary file beside its target; `commit` makes it the target.

    A context manager: what is not committed is removed, by the process that made it and
    not by a child of it, and errors of the file system in the block come out as
    `LocalFileError` with the target's name.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._target = check_path(path)
        folder, name = os.path.split(self._target)
        # Only the name's beginning: a long one has no room for more.
        own = f".{name[:_KEPT_NAME]}.{os.urandom(8).hex()}.part"
        self._temporary = os.path.join(folder, own)
        self._committed = False
        self._process = os.getpid()
        self.fd = -1

    def __enter__(self) -> Self:
        """Opens the temporary file, new and empty."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        replaced = None
        try:
            # Only a file is replaced: never a folder, never `/dev/null`.
            with suppress(FileNotFoundError):
                replaced = refuse_special(self._target)
            mode = 0o666 if replaced is None else 0o600
            self.fd = os.open(self._temporary, flags, mode)
        except OSError as error:
            raise self._failure(error) from error
        if replaced is not None:
            # What few may read does not become what everybody may.
            with suppress(OSError):
                if (replaced.st_uid, replaced.st_gid) != (os.geteuid(), os.getegid()):
                    os.fchown(self.fd, replaced.st_uid, replaced.st_gid)
            with suppress(OSError):
                os.fchmod(self.fd, stat.S_IMODE(replaced.st_mode) & 0o777)
        return self

    def commit(self) -> None:
        """Syncs the file and gives it its name."""
        try:
            os.fsync(self.fd)
            os.replace(self._temporary, self._target)
            self._committed = True
            self._sync_folder()
        except OSError as error:
            raise self._failure(error) from error

    def __exit__(
        self, _type: object, error: BaseException | None, _traceback: object
    ) -> None:
        """Closes the file, and removes it unless it was committed."""
        with suppress(OSError):
            os.close(self.fd)
        if not self._committed and self._process == os.getpid():
            with suppress(OSError):
                os.unlink(self._temporary)
        if isinstance(error, LocalFileError):
            error.filename = self._target

    def _sync_folder(self) -> None:
        """Has the name written, too, where the system lets us: the file is there."""
        try:
            folder = os.open(os.path.dirname(self._target) or ".", os.O_RDONLY)
        except OSError as error:
            if error.errno == errno.EIO:
                raise
            return  # such as one that we may write in but not read
        try:
            os.fsync(folder)
        except OSError as error:
            if error.errno not in _NO_SYNC:
                raise
        finally:
            os.close(folder)

    def _failure(self, error: OSError) -> LocalFileError:
        return LocalFileError(
            f"cannot write {self._target!r}: {error.strerror}",
            errno=error.errno,
            filename=self._target,
        )

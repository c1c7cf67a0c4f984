"""What is in a local folder, in the order in which OSS lists the keys of the same names."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator

from ossc._folder._filter import Filter
from ossc._folder._paths import check_below, is_temporary
from ossc._names import check_path
from ossc.errors import LocalFileError, OSSError, ParameterError

__all__ = ["LocalFile", "Scan"]


class LocalFile:
    """What was found under a name.

    Attributes:
        name: The path below the folder, with slashes; of one that is not UTF-8, another.
        order: Bytes that it is sorted by.
        path: The path.
        size: Its bytes.
        mtime_ns: When it was written.
        error: Why it cannot be used; None: it can.
        is_link: It is a link that is not followed.
        stat: What the system said of it; None: nothing.
    """

    __slots__ = (
        "error",
        "is_link",
        "mtime_ns",
        "name",
        "order",
        "path",
        "size",
        "stat",
    )

    def __init__(self, name: str, path: str) -> None:
        self.order = os.fsencode(name)
        self.name = self.order.decode("utf-8", "replace")
        self.path = path
        self.size = 0
        self.mtime_ns = 0
        self.error: OSSError | None = None
        self.is_link = False
        self.stat: os.stat_result | None = None


class Scan:
    """Looks through a folder. One thread at a time.

    Attributes:
        hidden: Beginnings of names of which nobody can say what there is.
    """

    __slots__ = ("_filter", "_follow", "_root", "hidden")

    def __init__(
        self, root: str | os.PathLike[str], names: Filter, *, follow_symlinks: bool
    ) -> None:
        self._root = check_path(root)
        self._filter = names
        self._follow = follow_symlinks
        self.hidden: list[str] = []

    def files(self, *, may_lack: bool = False) -> Iterator[LocalFile]:
        """All files that the patterns mean, by the bytes of their names.

        What cannot be read, or cannot be an object, has an error.

        Args:
            may_lack: A folder that does not exist is an empty one.

        Raises:
            LocalFileError: The folder itself cannot be read.
        """
        try:
            above = os.stat(self._root)
            entries = self._entries(self._root)
        except FileNotFoundError as error:
            if may_lack:
                return
            raise _failure(self._root, error) from error
        except OSError as error:
            raise _failure(self._root, error) from error
        yield from self._below("", entries, [(above.st_dev, above.st_ino)])

    def _entries(self, path: str) -> list[tuple[bytes, bool, os.DirEntry[str]]]:
        """What a folder holds, in order: a folder's name counts with its slash."""
        found = []
        with os.scandir(path) as entries:
            for entry in entries:
                is_folder = self._is_folder(entry)
                order = os.fsencode(entry.name) + (b"/" if is_folder else b"")
                found.append((order, is_folder, entry))
        found.sort(key=lambda each: each[0])
        return found

    def _is_folder(self, entry: os.DirEntry[str]) -> bool:
        try:
            return entry.is_dir(follow_symlinks=self._follow)
        except OSError:
            return False  # it is looked at again, and its error told

    def _below(
        self,
        prefix: str,
        entries: list[tuple[bytes, bool, os.DirEntry[str]]],
        above: list[tuple[int, int]],
    ) -> Iterator[LocalFile]:
        for _, is_folder, entry in entries:
            name = prefix + entry.name
            if is_folder:
                if not self._filter.skips_folder(name):
                    yield from self._folder(name, entry, above)
            elif not is_temporary(entry.name) and self._filter.names(name):
                yield self._file(name, entry)

    def _folder(
        self, name: str, entry: os.DirEntry[str], above: list[tuple[int, int]]
    ) -> Iterator[LocalFile]:
        try:
            found = entry.stat(follow_symlinks=self._follow)
            mark = _mark_of(found, above)
            entries = self._entries(entry.path)
        except OSError as error:
            self.hidden.append(f"{name}/")
            failed = LocalFile(name, entry.path)
            failed.error = _failure(entry.path, error)
            yield failed
            return
        above.append(mark)
        yield from self._below(f"{name}/", entries, above)
        above.pop()

    def _file(self, name: str, entry: os.DirEntry[str]) -> LocalFile:
        file = LocalFile(name, entry.path)
        try:
            check_below(name)
            if file.name != name:
                raise ParameterError(f"the file name {file.name!r:.200} is not UTF-8")
            found = entry.stat(follow_symlinks=self._follow)
        except OSSError as error:
            file.error = error
            return file
        except OSError as error:
            # A link to a folder that is not there now: see below.
            self.hidden.append(f"{name}/")
            file.error = _failure(entry.path, error)
            return file
        file.stat = found
        file.size, file.mtime_ns = found.st_size, found.st_mtime_ns
        file.is_link = stat.S_ISLNK(found.st_mode)
        if file.is_link:
            # It may stand for a folder: of what is below that nobody can say anything.
            self.hidden.append(f"{name}/")
        elif not stat.S_ISREG(found.st_mode):
            file.error = LocalFileError(
                f"{entry.path!r} is not a regular file", filename=entry.path
            )
        return file


def _mark_of(found: os.stat_result, above: list[tuple[int, int]]) -> tuple[int, int]:
    """What tells a folder from all others; it must not be in itself."""
    mark = found.st_dev, found.st_ino
    if mark in above:
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return mark


def _failure(path: str, error: OSError) -> LocalFileError:
    return LocalFileError(
        f"cannot read {path!r}: {error.strerror}", errno=error.errno, filename=path
    )

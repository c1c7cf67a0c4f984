"""Which files of a folder, and which objects below a prefix, are meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ossc._folder._result import LocalEntry
from ossc._folder._times import moment_of, nanoseconds_of
from ossc._glob import globs_of
from ossc._names import check_callable, check_whole
from ossc.errors import ParameterError

if TYPE_CHECKING:
    from ossc._folder._scan import LocalFile
    from ossc.models import ObjectSummary

__all__ = ["Filter"]

_MOST = 2**63 - 1


class Filter:
    """Patterns of names, limits of sizes and times.

    Args:
        include: What is meant is one of these; None: all.
        exclude: None of these is meant.
        min_size: Files with fewer bytes are not.
        max_size: Files with more are not.
        modified_since: Files that were not written since are not.
        modified_before: Files that were written then or later are not.
        where: Of what is left, only that of which it says so is.
    """

    __slots__ = (
        "_exclude",
        "_include",
        "_max_size",
        "_min_size",
        "_newest",
        "_oldest",
        "_where",
    )

    def __init__(
        self,
        include: str | Iterable[str] | None,
        exclude: str | Iterable[str],
        min_size: int,
        max_size: int | None,
        modified_since: datetime | None,
        modified_before: datetime | None,
        where: Callable[[Any], object] | None,
    ) -> None:
        check_callable("where", where)
        self._where = where
        self._include = None if include is None else globs_of(include)
        self._exclude = globs_of(exclude)
        most = _MOST if max_size is None else max_size
        self._min_size = check_whole("min_size", min_size, _MOST)
        self._max_size = check_whole("max_size", most, _MOST)
        self._oldest = _moment("modified_since", modified_since)
        self._newest = _moment("modified_before", modified_before)

    def names(self, name: str) -> bool:
        """Whether a name below the folder is meant."""
        if any(glob.matches(name) for glob in self._exclude):
            return False
        return self._include is None or any(g.matches(name) for g in self._include)

    def skips_folder(self, name: str) -> bool:
        """Whether nothing below a folder of that name is meant."""
        return any(
            glob.pattern.split("/")[-1] == "**" and glob.matches(f"{name}/")
            for glob in self._exclude
        )

    def takes(self, size: int, mtime_ns: int) -> bool:
        """Whether a file of that size and time is."""
        if not self._min_size <= size <= self._max_size:
            return False
        if self._oldest is not None and mtime_ns < self._oldest:
            return False
        return self._newest is None or mtime_ns < self._newest

    def wants_file(self, file: LocalFile) -> bool:
        """Whether the caller's function wants a file."""
        where, found = self._where, file.stat
        if where is None or found is None:
            return True
        written = moment_of(file.mtime_ns)
        return _says(where, LocalEntry(file.name, file.path, file.size, written, found))

    def wants_object(self, entry: ObjectSummary) -> bool:
        """Whether the caller's function wants an object."""
        return self._where is None or _says(self._where, entry)


def _says(where: Callable[[Any], object], entry: LocalEntry | ObjectSummary) -> bool:
    said = where(entry)
    if hasattr(said, "__await__"):
        raise TypeError("where must be a plain function; it gave an awaitable")
    return bool(said)


def _moment(what: str, moment: datetime | None) -> int | None:
    if moment is None:
        return None
    if not isinstance(moment, datetime):
        raise TypeError(f"{what} must be a datetime, not {type(moment).__name__}")
    if moment.tzinfo is None:
        raise ParameterError(
            f"{what} has no time zone; datetime.now().astimezone() has"
        )
    return nanoseconds_of(moment)

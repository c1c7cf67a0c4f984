"""Which paths below a folder stand for which keys; hostile ones for none.

What no key may say, no file name may either: whatever was uploaded can come back.
"""

from __future__ import annotations

import os
import re

from ossc._names import encode_key
from ossc.errors import LocalFileError, ParameterError

__all__ = ["Folder", "check_below", "folder_prefix", "is_temporary"]

# What a download that was killed has left (see `ossc._temporary`).
_TEMPORARY = re.compile(r"\..*\.[0-9a-f]{16}\.part", re.DOTALL)


def folder_prefix(prefix: str) -> str:
    """The prefix as one of a folder: empty, or with a slash at its end."""
    if not isinstance(prefix, str):
        raise TypeError(f"the prefix must be a str, not {type(prefix).__name__}")
    if not prefix:
        return prefix
    folder = prefix if prefix.endswith("/") else f"{prefix}/"
    encode_key(folder)
    return folder


def check_below(name: str) -> str:
    """A key behind its prefix, or a path below its folder, that stands for the other.

    Raises:
        ParameterError: It is odd: somewhere, on some system, it would be another file.
    """
    segments = name.split("/")
    if "" in segments:
        why = "has an empty name between slashes, or at an end"
    elif "." in segments or ".." in segments:
        why = "has . or .. for a name"
    elif "\\" in name:
        why = "has a backslash"
    elif "\0" in name:
        why = "has a NUL character"
    elif segments[0][1:2] == ":" and segments[0][:1].isalpha():
        why = "begins with a drive letter"
    else:
        return name
    raise ParameterError(f"{name!r:.200} {why}: no file below a folder can have it")


def is_temporary(name: str) -> bool:
    """Whether a file's name is one of those that unfinished downloads have."""
    return _TEMPORARY.fullmatch(name) is not None


class Folder:
    """A folder that files are written below, and nowhere else. Thread-safe.

    Args:
        path: The folder; links on the way to it are its owner's business.
    """

    __slots__ = ("_known", "_root", "path")

    def __init__(self, path: str) -> None:
        self.path = path
        self._root = os.path.realpath(path)
        self._known: set[str] = set()

    def place(self, name: str) -> str:
        """The path of a file below it; nothing is looked at.

        Raises:
            ParameterError: The name is odd.
        """
        path = os.path.join(self.path, *check_below(name).split("/"))
        try:
            os.fsencode(path)
        except UnicodeEncodeError:
            raise ParameterError(f"no file can have the name {name!r:.200}") from None
        return path

    def check(self, path: str) -> None:
        """Looks where a path leads that `place` has given.

        Raises:
            LocalFileError: A link leads out of the folder.
        """
        parent = os.path.dirname(path)
        if parent in self._known:
            return
        real = os.path.realpath(parent)
        if os.path.commonpath([self._root, real]) != self._root:
            raise LocalFileError(
                f"{path!r} is not written: a link leads out of the folder",
                filename=path,
            )

    def make_room(self, path: str) -> None:
        """Makes the folders that a file goes into, within this one.

        Raises:
            LocalFileError: They cannot be made, or a link leads out.
        """
        parent = os.path.dirname(path)
        if parent in self._known:
            return
        self.check(path)
        try:
            os.makedirs(parent, exist_ok=True)
        except OSError as error:
            raise LocalFileError(
                f"cannot make the folder {parent!r}: {error.strerror}",
                errno=error.errno,
                filename=path,
            ) from error
        self._known.add(parent)

"""`Glob`: patterns for keys and for paths in folders, as `pathlib` and shells know them.

`*` is any text without a slash, `?` one character but a slash, `[a-z]` one of those,
`[!a-z]` one but those, and `**` between slashes any number of folders, or none; at the end
everything below. A pattern is of the whole text. None takes long, whatever the text.
"""

from __future__ import annotations

import re
from fnmatch import translate

from ossc._names import encode_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

__all__ = ["Glob", "globs_of"]

_SPECIAL = re.compile(r"[*?\[]")
_ANY = "**"


class Glob:
    """A pattern.

    Attributes:
        pattern: As it was given.
        prefix: What each text that matches begins with.

    Raises:
        ParameterError: It contains what no key does.
    """

    __slots__ = ("_segments", "pattern", "prefix")

    def __init__(self, pattern: str) -> None:
        encode_text("a pattern", pattern)
        self.pattern = pattern
        self.prefix = _SPECIAL.split(pattern, maxsplit=1)[0]
        segments = pattern.split("/")
        if segments[-1] == _ANY:
            segments.append("*")
        # None stands for any number of segments.
        self._segments: list[Callable[[str], Any] | None] = [
            None if segment == _ANY else re.compile(translate(segment)).match
            for segment in segments
        ]

    def matches(self, text: str) -> bool:
        """Whether a text is one of those that are meant."""
        if not text.startswith(self.prefix):
            return False
        segments, parts = self._segments, text.split("/")
        at = begin = 0
        back: int | None = None
        # Only the last `**` ever has to take more: what is before it has matched.
        while begin < len(parts):
            if at < len(segments):
                segment = segments[at]
                if segment is None:
                    at += 1
                    back, again = at, begin
                    continue
                if segment(parts[begin]):
                    at += 1
                    begin += 1
                    continue
            if back is None:
                return False
            again += 1
            at, begin = back, again
        return all(segment is None for segment in segments[at:])

    def __repr__(self) -> str:
        """The pattern."""
        return f"Glob({self.pattern!r})"


def globs_of(patterns: str | Iterable[str]) -> list[Glob]:
    """One pattern, or several."""
    if isinstance(patterns, str):
        patterns = (patterns,)
    return [Glob(pattern) for pattern in patterns]

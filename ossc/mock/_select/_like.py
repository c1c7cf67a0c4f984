"""LIKE: patterns with ``%`` for any text and ``_`` for any character."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ossc.mock._errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Pattern"]


class Pattern:
    """A compiled pattern.

    Its pieces are looked for from the left, each once, so that no pattern takes longer
    than its length times that of the text.
    """

    def __init__(self, pattern: object, escape: str | None = None) -> None:
        if not isinstance(pattern, str):
            raise _invalid("is no string")
        pieces = list(_pieces(pattern, escape))
        self._last_length = len(pieces[-1])
        self._pieces = [re.compile("".join(piece), re.DOTALL) for piece in pieces]

    def matches(self, text: str) -> bool:
        """Say whether the pattern describes the whole text."""
        first, *rest = self._pieces
        if not rest:
            return first.fullmatch(text) is not None
        found = first.match(text)
        for piece in rest[:-1]:
            if found is None:
                return False
            found = piece.search(text, found.end())
        at = len(text) - self._last_length
        if found is None or at < found.end():
            return False
        return rest[-1].fullmatch(text, at) is not None


def _pieces(pattern: str, escape: str | None) -> Iterator[list[str]]:
    """Yield what stands between the percent signs, an expression a character."""
    piece: list[str] = []
    characters = iter(pattern)
    for character in characters:
        if character == escape:
            following = next(characters, None)
            if following is None:
                raise _invalid("ends in its escape character")
            piece.append(re.escape(following))
        elif character == "%":
            yield piece
            piece = []
        else:
            piece.append("." if character == "_" else re.escape(character))
    yield piece


def _invalid(what: str) -> ServiceError:
    return ServiceError("SqlInvalidLikePattern", f"The pattern of LIKE {what}.")

"""Tokens: a SQL text cut into words, numbers, texts and signs."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from ossc.mock._errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Kind", "Token", "syntax_error", "tokenize"]


class Kind(Enum):
    """What a token is."""

    NAME = "a name"
    QUOTED = "a quoted name"
    NUMBER = "a number"
    TEXT = "a text"
    SIGN = "a sign"
    END = "the end"


class Token(NamedTuple):
    """One token; quotes are taken off its text."""

    kind: Kind
    text: str
    position: int

    def __str__(self) -> str:
        """Name the token in an error."""
        return "the end" if self.kind is Kind.END else repr(self.text)


_TOKEN = re.compile(
    r"""
    (?P<SPACE>\s+)
    | (?P<NUMBER>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<NAME>[^\W0-9]\w*)
    | (?P<TEXT>'(?:[^']|'')*')
    | (?P<QUOTED>"(?:[^"]|"")*")
    | (?P<SIGN><>|<=|>=|!=|\|\||[-+*/%<>=(),.\[\];])
    """,
    re.VERBOSE,
)


def syntax_error(detail: str) -> ServiceError:
    """Return what a text that is no SQL of OSS is answered with."""
    return ServiceError(
        "SqlSyntaxError", f"The SQL has a syntax error: {detail}.", ec="0016-00000801"
    )


def tokenize(text: str) -> Iterator[Token]:
    """Yield the tokens of a text, the end as the last.

    Raises:
        ServiceError: SqlSyntaxError, at what is no token.
    """
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            detail = f"{text[position : position + 20]!r} at {position} is no token"
            raise syntax_error(detail)
        name = found.lastgroup or ""
        if name != "SPACE":
            yield Token(Kind[name], _bare(name, found[0]), position)
        position = found.end()
    yield Token(Kind.END, "", position)


def _bare(name: str, text: str) -> str:
    if name not in {"TEXT", "QUOTED"}:
        return text
    quote = text[0]
    return text[1:-1].replace(quote * 2, quote)

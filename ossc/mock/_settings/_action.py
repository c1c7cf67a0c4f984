"""Operations on settings that are more than get, put and delete: one row for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ossc.mock._errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ossc.mock._call import Call
    from ossc.mock._http import Response

__all__ = ["Action", "asked", "page_of", "rows_of"]


@dataclass(frozen=True)
class Action:
    """An operation.

    Attributes:
        name: Of the operation.
        method: Of the request.
        query: The parameters that it has to have, divided by ``&``; one with a value
            has to have this value.
        carry_out: What is done.
        level: ``bucket`` or ``service``.
    """

    name: str
    method: str
    query: str
    carry_out: Callable[[Call], Response]
    level: str = "bucket"


def rows_of(
    actions: Iterable[Action], method: str, level: str
) -> list[tuple[tuple[str, ...], str]]:
    """Return rows for the router, those that ask for more parameters first."""
    rows = [
        (tuple(action.query.split("&")), action.name)
        for action in actions
        if (action.method, action.level) == (method, level)
    ]
    return sorted(rows, key=lambda row: -len(row[0]))


def asked(call: Call, name: str) -> str:
    """Return a query parameter that must not be missing or empty."""
    value = call.request.param(name)
    if not value:
        raise ServiceError("MissingArgument", extra={"ArgumentName": name})
    return value


def page_of(
    names: Sequence[str], after: str | None, size: int
) -> tuple[list[str], bool]:
    """Return the names of a page, and whether others follow it."""
    left = [name for name in sorted(names) if after is None or name > after]
    return left[:size], len(left) > size

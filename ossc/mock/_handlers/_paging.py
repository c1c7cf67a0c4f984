"""Paging: sorted names cut into pages, with names folded at a delimiter."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ossc.mock._encoding import encode_component, parse_number, to_wire
from ossc.mock._errors import invalid_argument

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ossc.mock._http import Request

__all__ = ["Page", "encoder_of", "fold", "limit_of", "paginate", "short_param"]

_MAX_PARAM_BYTES = 1023


@dataclass
class Page:
    """Names and folded prefixes, in the order in which they were met."""

    names: list[str] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)
    last: str = ""
    truncated: bool = False


def paginate(
    names: Iterable[str], *, prefix: str, delimiter: str, marker: str, limit: int
) -> Page:
    """Return the first page of the names after ``marker``.

    Args:
        names: Ascending; the first may lie before the prefix.
        prefix: Only names that begin with it.
        delimiter: Names that contain it after the prefix fold into one entry.
        marker: The last entry of the page before, a name or a folded prefix.
        limit: How many entries fit on a page.
    """
    page = Page()
    for name in names:
        if not name.startswith(prefix):
            if name > prefix:
                break
            continue
        entry, folded = fold(name, prefix, delimiter)
        if entry <= marker or entry == page.last:
            continue
        if len(page.names) + len(page.prefixes) >= limit:
            page.truncated = limit > 0
            break
        page.last = entry
        (page.prefixes if folded else page.names).append(entry)
    return page


def fold(name: str, prefix: str, delimiter: str) -> tuple[str, bool]:
    """Return the entry that a name appears as, and whether that is a prefix."""
    end = name.find(delimiter, len(prefix)) if delimiter else -1
    if end < 0:
        return name, False
    return name[: end + len(delimiter)], True


def limit_of(request: Request, name: str, default: int, *, least: int = 1) -> int:
    """Return a page size, or raise InvalidArgument outside ``least``..1000."""
    text = request.param(name)
    if text is None or text == "":
        return default
    limit = parse_number(text)
    if limit is None or not least <= limit <= 1000:
        message = f"Argument {name} must be an integer between {least} and 1000."
        raise invalid_argument(message, name, text)
    return limit


def short_param(request: Request, name: str) -> str:
    """Return a parameter that may have 1023 bytes, or ``""`` if it is absent."""
    text = request.param(name) or ""
    if len(to_wire(text)) > _MAX_PARAM_BYTES:
        message = f"The length of {name} must be less than 1024."
        raise invalid_argument(message, name, text)
    return text


def encoder_of(request: Request) -> Callable[[str], str] | None:
    """Return how names are written, None if no ``encoding-type`` was asked for."""
    text = request.param("encoding-type")
    if not text:
        return None
    if text != "url":
        message = "Invalid Encoding Method specified in Request."
        raise invalid_argument(message, "encoding-type", text)
    return encode_component

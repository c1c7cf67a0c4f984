"""Operations on settings that are more than get, put and delete: one row for each.

Settings of which a bucket has several are kept as ``QUERY/NAME``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ossc.mock._encoding import parse_number
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._handlers._intake import receive_small
from ossc.mock._schema import MALFORMED_EC
from ossc.mock._xml import leaf, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from xml.etree import ElementTree as ET

    from ossc.mock._call import Call
    from ossc.mock._http import Response
    from ossc.mock._records import Bucket
    from ossc.mock._schema import Check

__all__ = [
    "Action",
    "asked",
    "document_of",
    "kept",
    "named",
    "page_of",
    "rows_of",
    "store",
]

_MAX_BYTES = 64 * 1024


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
    """Return a query parameter or header that must not be missing or empty."""
    value = call.request.param(name) or call.request.header(name)
    if not value:
        raise ServiceError("MissingArgument", extra={"ArgumentName": name})
    return value


def document_of(call: Call, root: str, check: Check) -> ET.Element:
    """Return the document that a request brings, checked."""
    data = receive_small(call, _MAX_BYTES, ec=MALFORMED_EC)
    tree = parse(data, root, ec=MALFORMED_EC)
    check(tree)
    return tree


def named(bucket: Bucket, query: str) -> dict[str, str]:
    """Return a bucket's settings of one kind, by their names in order."""
    start = f"{query}/"
    return {
        key.removeprefix(start): bucket.settings[key]
        for key in sorted(bucket.settings)
        if key.startswith(start)
    }


def kept(call: Call, query: str, name: str, missing: str) -> str:
    """Return one of several settings, or raise ``missing``; under the lock."""
    found = call.bucket.settings.get(f"{query}/{name}")
    if found is None:
        raise ServiceError(missing, extra={"BucketName": call.bucket_name})
    return found


def store(call: Call, query: str, name: str, text: str | None) -> None:
    """Keep one of several settings, or nothing; under the lock."""
    call.store.check_bucket(call.bucket)
    call.bucket.settings.pop(f"{query}/{name}", None)
    if text is not None:
        call.bucket.settings[f"{query}/{name}"] = text
    call.store.add_bucket(call.bucket)


def page_of(call: Call, entries: dict[str, str], size: int = 100) -> list[str]:
    """Return a page of rendered entries, and elements that tell of the next one."""
    wish = call.request.param("max-keys")
    if wish:
        number = parse_number(wish)
        if number is None or not 1 <= number <= 1000:
            raise invalid_argument("max-keys is invalid.", "max-keys", wish)
        size = number
    after = call.request.param("continuation-token") or ""
    left = [name for name in entries if name > after]
    page = [entries[name] for name in left[:size]]
    more = len(left) > size
    tail = [leaf("IsTruncated", more)]
    if more:
        tail.append(leaf("NextContinuationToken", left[size - 1]))
    return page + tail

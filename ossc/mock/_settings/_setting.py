"""Settings of buckets: documents that are checked, kept with the bucket, and sent back.

A row says what a setting is; what is special about one is a function in its row.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ossc.mock._errors import ServiceError
from ossc.mock._handlers._intake import receive_small
from ossc.mock._http import Response, drain
from ossc.mock._schema import MALFORMED_EC
from ossc.mock._xml import document, leaf, node, parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from ossc.mock._call import Call
    from ossc.mock._records import Bucket
    from ossc.mock._schema import Check

__all__ = [
    "Setting",
    "handlers",
    "keep",
    "operations",
    "received",
    "rendered",
    "xml_answer",
]


@dataclass(frozen=True)
class Setting:
    """What a setting is.

    The functions `get`, `put` and `delete` stand for what is done otherwise.
    """

    noun: str
    """What its operations are called behind Get, Put, Delete: ``BucketLogging``."""
    query: str
    """The parameter that it is reached by; also what it is kept under."""
    root: str
    """The root element of its document."""
    check: Check
    """What the document must look like."""
    missing: str | None = None
    """The code that a GET of none ends in; without it, it gets `default`."""
    default: str = ""
    """What the root holds when there is none, rendered."""
    removable: bool = False
    """Whether there is a DELETE."""
    writable: bool = True
    """Whether there is a PUT."""
    level: str = "bucket"
    """``bucket``, or ``service``: the caller's account has it."""
    accept: Callable[[Call, ET.Element], None] | None = None
    """Looks at a document that is about to be kept, and may refuse it."""
    most_bytes: int = 64 * 1024
    """The largest document that is taken."""
    get: Callable[[Call], Response] | None = None
    put: Callable[[Call], Response] | None = None
    delete: Callable[[Call], Response] | None = None

    def of(self, bucket: Bucket) -> ET.Element | None:
        """Return the document that a bucket has, or None."""
        kept = bucket.settings.get(self.query)
        return None if kept is None else ET.fromstring(kept)  # noqa: S314 - our own


def operations(
    rows: tuple[Setting, ...], method: str, level: str
) -> list[tuple[str, str]]:
    """Return the parameters and names of the operations of a method and level."""
    verb = method.capitalize()
    return [
        (row.query, verb + row.noun)
        for row in rows
        if verb in _verbs(row) and row.level == level
    ]


def _verbs(row: Setting) -> tuple[str, ...]:
    return ("Get", *["Put"] * row.writable, *["Delete"] * row.removable)


def handlers(rows: tuple[Setting, ...]) -> dict[str, Callable[[Call], Response]]:
    """Return what carries the operations of settings out."""
    table: dict[str, Callable[[Call], Response]] = {}
    for row in rows:
        ways = {
            "Get": row.get or partial(_get, row),
            "Put": row.put or partial(_put, row),
            "Delete": row.delete or partial(_delete, row),
        }
        table |= {verb + row.noun: ways[verb] for verb in _verbs(row)}
    return table


def xml_answer(root: str) -> Response:
    """Return a document as an answer, its root element rendered."""
    return Response(200, {"Content-Type": "application/xml"}, document(root))


def _shelf(row: Setting, call: Call) -> dict[str, str]:
    """Return where a setting is kept."""
    if row.level == "bucket":
        return call.bucket.settings
    return call.store.accounts.setdefault(call.caller.account or "", {})


def _get(row: Setting, call: Call) -> Response:
    with call.store.lock:
        kept = _shelf(row, call).get(row.query)
    if kept is None:
        if row.missing is not None:
            raise ServiceError(row.missing, extra={"BucketName": call.bucket_name})
        kept = node(row.root, row.default)
    return xml_answer(kept)


def received(row: Setting, call: Call) -> ET.Element:
    """Return the document that a request brings, checked."""
    data = receive_small(call, row.most_bytes, ec=MALFORMED_EC)
    tree = parse(data, row.root, ec=MALFORMED_EC)
    row.check(tree)
    return tree


def _put(row: Setting, call: Call) -> Response:
    tree = received(row, call)
    with call.store.lock:
        if row.accept is not None:
            row.accept(call, tree)
        keep(row, call, rendered(tree))
    return Response(200)


def _delete(row: Setting, call: Call) -> Response:
    drain(call.request.body)
    with call.store.lock:
        keep(row, call, None)
    return Response(204)


def keep(row: Setting, call: Call, text: str | None) -> None:
    """Keep a setting's text, or nothing; the caller holds the lock."""
    if row.level == "bucket":
        call.store.check_bucket(call.bucket)
    shelf = _shelf(row, call)
    shelf.pop(row.query, None)
    if text is not None:
        shelf[row.query] = text
    if row.level == "bucket":
        call.store.add_bucket(call.bucket)
    else:
        call.store.save_accounts()


def rendered(tree: ET.Element) -> str:
    """Return an element without what is only layout."""
    if len(tree):
        return node(tree.tag, *(rendered(child) for child in tree))
    return leaf(tree.tag, (tree.text or "").strip())

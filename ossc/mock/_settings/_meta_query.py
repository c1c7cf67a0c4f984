"""Searches of a bucket's objects, over what the server knows of them itself.

The index is always up to date. Searches by meaning are refused here; datasets have them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ossc.mock._encoding import iso_date
from ossc.mock._errors import ServiceError
from ossc.mock._http import Response, drain
from ossc.mock._schema import choice, maybe, one, several, shape, text, whole
from ossc.mock._settings._action import Action, document_of
from ossc.mock._settings._search import (
    OPERATIONS,
    counted,
    facts_of,
    file_of,
    ordered,
    start_of,
    test_of,
)
from ossc.mock._settings._setting import xml_answer
from ossc.mock._xml import leaf, node, text_of

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

    from ossc.mock._call import Call
    from ossc.mock._records import ObjectRecord
    from ossc.mock._settings._search import Facts

__all__ = ["HANGERS_ON", "KEY", "META_QUERY", "WISHES", "forget", "page_of_files"]

KEY = "metaQuery"
HANGERS_ON = ("dataset", "smartCluster", "forgotten")
"""What datasets are kept under, which go with the index."""

_MOST = 100
WISHES = maybe(
    shape(
        {
            "Aggregation": several(
                shape(
                    {
                        "Field": one(text(least=1)),
                        "Operation": one(choice(*OPERATIONS)),
                    }
                ),
                most=5,
            )
        }
    )
)
_CHECK = shape(
    {
        "NextToken": maybe(text()),
        "MaxResults": maybe(whole(1, _MOST)),
        "Query": one(text(least=1, most=10 * 1024)),
        "Sort": maybe(text()),
        "Order": maybe(choice("", "asc", "desc")),
        "Aggregations": WISHES,
    }
)


def _do(call: Call) -> Response:
    if call.request.param("mode") not in {None, "", "basic"}:
        message = "This server does not search by meaning."
        raise ServiceError("OperationNotSupported", message)
    tree = document_of(call, "MetaQuery", _CHECK)
    with call.store.lock:
        if KEY not in call.bucket.settings:
            raise ServiceError("NoSuchMetaQuery")
        records = list(call.bucket.objects.values())
    test = test_of(text_of(tree, "Query") or "")
    known = [(facts_of(record), record) for record in records]
    found = [pair for pair in known if test(pair[0])]
    return xml_answer(node("MetaQuery", *page_of_files(tree, found)))


def page_of_files(
    tree: ET.Element,
    found: list[tuple[Facts, ObjectRecord]],
    wanted: frozenset[str] | None = None,
) -> list[str]:
    """Return a page of what was found, or what is counted, as a document asks."""
    wishes = tree.findall("Aggregations/Aggregation")
    if wishes:
        facts = [pair[0] for pair in found]
        results = [
            counted(
                (text_of(wish, "Field") or "").strip(),
                (text_of(wish, "Operation") or "").strip(),
                facts,
            )
            for wish in wishes
        ]
        return [leaf("NextToken", ""), node("Aggregations", *results)]
    pairs = ordered(found, text_of(tree, "Sort") or "", text_of(tree, "Order") or "")
    start = start_of(text_of(tree, "NextToken"))
    end = start + int(text_of(tree, "MaxResults") or _MOST)
    files = [file_of(record, facts, wanted) for facts, record in pairs[start:end]]
    following = str(end) if end < len(pairs) else ""
    return [leaf("NextToken", following), node("Files", *files)]


def _open(call: Call) -> Response:
    drain(call.request.body)
    if call.request.param("mode") not in {None, "", "basic"}:
        message = "This server does not search by meaning."
        raise ServiceError("OperationNotSupported", message)
    with call.store.lock:
        if KEY in call.bucket.settings:
            raise ServiceError("MetaQueryAlreadyExist")
        moment = iso_date(call.now)
        parts = [
            leaf("State", "Running"),
            leaf("Phase", "IncrementalScanning"),
            leaf("CreateTime", moment),
            leaf("UpdateTime", moment),
            leaf("MetaQueryMode", "basic"),
        ]
        call.store.check_bucket(call.bucket)
        call.bucket.settings[KEY] = node("MetaQueryStatus", *parts)
        call.store.add_bucket(call.bucket)
    return Response(200)


def _get(call: Call) -> Response:
    with call.store.lock:
        status = call.bucket.settings.get(KEY)
    if status is None:
        raise ServiceError("NoSuchMetaQuery")
    return xml_answer(status)


def _close(call: Call) -> Response:
    drain(call.request.body)
    with call.store.lock:
        forget(call)
    return Response(200)


def forget(call: Call) -> None:
    """Forget the index and all that hangs on it; the caller holds the lock."""
    settings = call.bucket.settings
    gone = [name for name in settings if name.partition("/")[0] in {KEY, *HANGERS_ON}]
    for name in gone:
        del settings[name]
    if gone:
        call.store.add_bucket(call.bucket)


META_QUERY = (
    Action("OpenMetaQuery", "POST", "metaQuery&comp=add", _open),
    Action("GetMetaQueryStatus", "GET", "metaQuery", _get),
    Action("DoMetaQuery", "POST", "metaQuery&comp=query", _do),
    Action("CloseMetaQuery", "POST", "metaQuery&comp=delete", _close),
)

"""Searches in datasets: by metadata as meta queries do, and by meaning.

A search by meaning is one for words here: the more of them a key has, the better it fits,
and what has none is not found.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ossc.mock._encoding import parse_number
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._http import Response, drain
from ossc.mock._schema import choice, maybe, several, shape, text, whole
from ossc.mock._settings._action import asked, document_of
from ossc.mock._settings._dataset_store import (
    actions,
    dataset_of,
    index_of,
    known_objects,
    members_of,
)
from ossc.mock._settings._json_params import json_param, texts_param
from ossc.mock._settings._meta_query import WISHES, page_of_files
from ossc.mock._settings._search import (
    OPERATIONS,
    counted,
    file_of,
    ordered,
    start_of,
    test_of,
)
from ossc.mock._settings._setting import xml_answer
from ossc.mock._xml import leaf, node, text_of

if TYPE_CHECKING:
    from ossc.mock._call import Call
    from ossc.mock._records import ObjectRecord
    from ossc.mock._settings._search import Facts

    Found = list[tuple[Facts, ObjectRecord]]

__all__ = ["DATASET_SEARCH"]

_MOST, _MOST_CHARACTERS = 100, 1024
_KINDS = frozenset({"image", "video", "audio", "document"})
_CHECK = shape(
    {
        "NextToken": maybe(text()),
        "MaxResults": maybe(whole(1, _MOST)),
        "Query": maybe(text(least=1, most=10 * 1024)),
        "Sort": maybe(text()),
        "Order": maybe(text()),
        "Aggregations": WISHES,
        "WithFields": maybe(shape({"WithField": several(text(least=1))})),
        "WithoutTotalHits": maybe(choice("True", "False", "true", "false")),
        "MediaTypes": maybe(shape({"MediaType": several(choice(*_KINDS))})),
        "SimpleQuery": maybe(text(least=1, most=10 * 1024)),
    }
)


def _filtered(found: Found, query: str | None) -> Found:
    if not query:
        return found
    test = test_of(query)
    return [pair for pair in found if test(pair[0])]


def _similar(found: Found, words: str, kinds: list[str] | None) -> Found:
    """Return what has any of the words in its key, what has the most of them first."""
    if not 1 <= len(words) <= _MOST_CHARACTERS:
        message = "A search by meaning has 1 to 1024 characters."
        raise invalid_argument(message, "query", words[:100])
    if not _KINDS.issuperset(kinds or ()):
        raise invalid_argument("There is no such media type.", "mediaTypes")
    wanted = set(re.findall(r"\w+", words.lower()))
    scored = []
    for facts, record in found:
        key = record.key.lower()
        score = sum(word in key for word in wanted)
        if score and (not kinds or facts["MediaType"] in kinds):
            scored.append((score, (facts, record)))
    scored.sort(key=lambda item: (-item[0], item[1][1].key))
    return [pair for _, pair in scored]


def _limit(call: Call, most: int) -> int:
    wish = call.request.param("maxResults") or str(_MOST)
    size = parse_number(wish)
    if size is None or not 1 <= size <= most:
        raise invalid_argument("maxResults is invalid.", "maxResults", wish)
    return size


def _fields(call: Call) -> frozenset[str] | None:
    names = texts_param(call, "withFields")
    return None if not names else frozenset(names)


def _wishes(call: Call) -> list[tuple[str, str]]:
    wishes: Any = json_param(call, "aggregations") or []
    try:
        pairs = [(str(each["Field"]), str(each["Operation"])) for each in wishes]
    except (KeyError, TypeError):
        raise invalid_argument("aggregations is invalid.", "aggregations") from None
    if not {operation for _, operation in pairs}.issubset(OPERATIONS):
        raise invalid_argument("There is no such operation.", "aggregations")
    return pairs


def _simple(call: Call) -> Response:
    drain(call.request.body)
    request = call.request
    wishes, wanted, size = _wishes(call), _fields(call), _limit(call, _MOST)
    with call.store.lock:
        status = index_of(call)
        found = members_of(call.bucket, status, dataset_of(call, status))
    found = _filtered(found, request.param("query"))
    parts = []
    if (request.param("withoutTotalHits") or "").lower() != "true":
        parts.append(leaf("TotalHits", len(found)))
    if wishes:
        facts = [pair[0] for pair in found]
        results = [counted(name, operation, facts) for name, operation in wishes]
        parts += [leaf("NextToken", ""), node("Aggregations", *results)]
        return xml_answer(node("MetaQuery", *parts))
    pairs = ordered(found, request.param("sort") or "", request.param("order") or "")
    start = start_of(request.param("nextToken"))
    end = start + size
    files = [file_of(record, facts, wanted) for facts, record in pairs[start:end]]
    following = str(end) if end < len(pairs) else ""
    parts += [leaf("NextToken", following), node("Files", *files)]
    return xml_answer(node("MetaQuery", *parts))


def _semantic(call: Call) -> Response:
    drain(call.request.body)
    if call.request.param("sourceURI"):
        message = "Searches by a picture are not supported."
        raise ServiceError("OperationNotSupported", message)
    words, kinds = asked(call, "query"), texts_param(call, "mediaTypes")
    wanted, size = _fields(call), _limit(call, 1000)
    with call.store.lock:
        status = index_of(call, semantic=True)
        found = members_of(call.bucket, status, dataset_of(call, status))
    found = _filtered(_similar(found, words, kinds), call.request.param("simpleQuery"))
    files = [file_of(record, facts, wanted) for facts, record in found[:size]]
    return xml_answer(node("MetaQuery", node("Files", *files)))


def _do(call: Call) -> Response:
    tree = document_of(call, "MetaQuery", _CHECK)
    mode = call.request.param("mode") or "basic"
    if mode not in {"basic", "semantic"}:
        raise invalid_argument("There is no such mode.", "mode", mode)
    if text_of(tree, "SourceURI"):
        message = "Searches by a picture are not supported."
        raise ServiceError("OperationNotSupported", message)
    with call.store.lock:
        index_of(call, semantic=mode == "semantic")
        found = known_objects(call.bucket)
    query = text_of(tree, "Query") or ""
    fields = [each.text or "" for each in tree.findall("WithFields/WithField")]
    wanted = frozenset(fields) if fields else None
    if mode == "semantic":
        kinds = [each.text or "" for each in tree.findall("MediaTypes/MediaType")]
        found = _filtered(_similar(found, query, kinds), text_of(tree, "SimpleQuery"))
        size = int(text_of(tree, "MaxResults") or _MOST)
        files = [file_of(record, facts, wanted) for facts, record in found[:size]]
        return xml_answer(node("MetaQuery", node("Files", *files)))
    found = _filtered(found, query)
    parts = page_of_files(tree, found, wanted)
    if (text_of(tree, "WithoutTotalHits") or "").lower() != "true":
        parts.insert(0, leaf("TotalHits", len(found)))
    return xml_answer(node("MetaQuery", *parts))


DATASET_SEARCH = (
    *actions("DoMetaQueryV2", "doMetaQuery", _do),
    *actions("SimpleQuery", "simpleQuery", _simple),
    *actions("SemanticQuery", "semanticQuery", _semantic),
)

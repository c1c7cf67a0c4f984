"""Searches of a bucket's objects, over what the server knows of them itself.

The index is always up to date. Fields of pictures, sounds and videos, and searches by
meaning, are refused: nothing here looks into objects.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ossc.mock._encoding import iso_date, parse_number
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._http import Response, drain
from ossc.mock._schema import choice, malformed, maybe, one, several, shape, text, whole
from ossc.mock._settings._action import Action, document_of
from ossc.mock._settings._setting import xml_answer
from ossc.mock._xml import leaf, node, text_of

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

    from ossc.mock._call import Call
    from ossc.mock._records import ObjectRecord

__all__ = ["META_QUERY"]

Facts = dict[str, str | int]
Test = Callable[[Facts], bool]

_KEY = "metaQuery"
_MOST, _MAX_DEPTH, _MAX_CONDITIONS = 100, 5, 10
_NUMBERS = frozenset({"Size", "OSSTaggingCount"})
_PLAIN = {
    "ContentType": "content-type",
    "CacheControl": "cache-control",
    "ContentDisposition": "content-disposition",
    "ContentEncoding": "content-encoding",
    "ContentLanguage": "content-language",
}
_FIELDS = frozenset(
    {
        *("Filename", "Size", "FileModifiedTime", "ETag", "OSSObjectType"),
        *("OSSStorageClass", "ObjectACL", "OSSCRC64", "OSSTaggingCount"),
        *("ServerSideEncryption", *_PLAIN),
    }
)
_OPERATIONS = ("min", "max", "average", "sum", "count", "distinct", "group")
_CHECK = shape(
    {
        "NextToken": maybe(text()),
        "MaxResults": maybe(whole(1, _MOST)),
        "Query": one(text(least=1, most=10 * 1024)),
        "Sort": maybe(text()),
        "Order": maybe(choice("", "asc", "desc")),
        "Aggregations": maybe(
            shape(
                {
                    "Aggregation": several(
                        shape(
                            {
                                "Field": one(text(least=1)),
                                "Operation": one(choice(*_OPERATIONS)),
                            }
                        ),
                        most=5,
                    )
                }
            )
        ),
    }
)


def _facts(record: ObjectRecord) -> Facts:
    """What can be asked of an object, and is told of it."""
    properties = record.properties
    facts: Facts = {
        "Filename": record.key,
        "Size": record.size,
        "FileModifiedTime": iso_date(record.modified),
        "OSSObjectType": record.type,
        "OSSStorageClass": properties.storage_class,
        "ObjectACL": properties.acl,
        "ETag": record.quoted_etag,
        "OSSCRC64": str(record.crc64),
        "OSSTaggingCount": len(properties.tags),
    }
    if properties.encryption is not None:
        facts["ServerSideEncryption"] = properties.encryption
    for name, header in _PLAIN.items():
        if header in properties.headers:
            facts[name] = properties.headers[header]
    return facts


def _file(record: ObjectRecord) -> str:
    """An object as answers tell of it."""
    parts = [leaf(name, value) for name, value in _facts(record).items()]
    tags = record.properties.tags.items()
    if tags:
        pairs = (node("Tagging", leaf("Key", k), leaf("Value", v)) for k, v in tags)
        parts.append(node("OSSTagging", *pairs))
    meta = [
        node("UserMeta", leaf("Key", name), leaf("Value", value))
        for name, value in record.properties.headers.items()
        if name.startswith("x-oss-meta-")
    ]
    if meta:
        parts.append(node("OSSUserMeta", *meta))
    return node("File", *parts)


def _refused(reason: str) -> ServiceError:
    return invalid_argument(f"The query is not valid: {reason}.", "Query")


def _value_of(field: Any, value: Any) -> str | int:
    if field not in _FIELDS:
        raise _refused(f"this server knows no field {field!r:.40}")
    if not isinstance(value, str | int):
        raise _refused("Value must be a text")
    if field not in _NUMBERS:
        return str(value)
    number = parse_number(str(value))
    if number is None:
        raise _refused(f"{field} is compared with a number")
    return number


def _prefix(fact: Any, value: Any) -> bool:
    return str(fact).startswith(str(value))


def _match(fact: Any, value: Any) -> bool:
    return str(value).lower() in str(fact).lower()


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda fact, value: fact == value,
    "gt": lambda fact, value: fact > value,
    "gte": lambda fact, value: fact >= value,
    "lt": lambda fact, value: fact < value,
    "lte": lambda fact, value: fact <= value,
    "prefix": _prefix,
    "match": _match,
}


def _test(query: Any, depth: int = 1) -> Test:
    """Return what a condition says of an object."""
    if not isinstance(query, dict) or depth > _MAX_DEPTH:
        raise _refused("a condition must be an object, and not too deep")
    operation = query.get("Operation")
    if operation in {"and", "or", "not"}:
        parts = query.get("SubQueries")
        if not isinstance(parts, list) or not 1 <= len(parts) <= _MAX_CONDITIONS:
            raise _refused("SubQueries must be a list")
        tests = [_test(part, depth + 1) for part in parts]
        if operation == "and":
            return lambda facts: all(test(facts) for test in tests)
        if operation == "or":
            return lambda facts: any(test(facts) for test in tests)
        return lambda facts: not any(test(facts) for test in tests)
    compare = _COMPARISONS.get(operation) if isinstance(operation, str) else None
    if compare is None:
        raise _refused(f"there is no operation {operation!r:.40}")
    field = query.get("Field")
    value = _value_of(field, query.get("Value"))
    return lambda facts: field in facts and compare(facts[field], value)


def _parsed(query: str) -> Test:
    try:
        return _test(json.loads(query))
    except (ValueError, RecursionError):
        raise _refused("it is not JSON") from None


def _do(call: Call) -> Response:
    if call.request.param("mode") not in {None, "", "basic"}:
        message = "This server does not search by meaning."
        raise ServiceError("OperationNotSupported", message)
    tree = document_of(call, "MetaQuery", _CHECK)
    with call.store.lock:
        if _KEY not in call.bucket.settings:
            raise ServiceError("NoSuchMetaQuery")
        records = list(call.bucket.objects.values())
    test = _parsed(text_of(tree, "Query") or "")
    known = [(_facts(record), record) for record in records]
    found = [pair for pair in known if test(pair[0])]
    wishes = tree.findall("Aggregations/Aggregation")
    if wishes:
        facts = [pair[0] for pair in found]
        counted = [_count(wish, facts) for wish in wishes]
        parts = [leaf("NextToken", ""), node("Aggregations", *counted)]
    else:
        parts = _page(tree, _sorted(tree, found))
    return xml_answer(node("MetaQuery", *parts))


def _sorted(
    tree: ET.Element, found: list[tuple[Facts, ObjectRecord]]
) -> list[ObjectRecord]:
    field = text_of(tree, "Sort") or "Filename"
    if field not in _FIELDS:
        raise invalid_argument("This server cannot sort so.", "Sort", field)
    default = 0 if field in _NUMBERS else ""
    found.sort(key=lambda pair: pair[1].key)
    found.sort(
        key=lambda pair: pair[0].get(field, default),
        reverse=text_of(tree, "Order") != "asc",
    )
    return [record for _, record in found]


def _page(tree: ET.Element, records: list[ObjectRecord]) -> list[str]:
    token = text_of(tree, "NextToken") or "0"
    start = parse_number(token)
    if start is None:
        raise invalid_argument("The token is invalid.", "NextToken", token)
    end = start + int(text_of(tree, "MaxResults") or _MOST)
    following = str(end) if end < len(records) else ""
    files = [_file(record) for record in records[start:end]]
    return [leaf("NextToken", following), node("Files", *files)]


def _count(wish: ET.Element, found: list[Facts]) -> str:
    field = (text_of(wish, "Field") or "").strip()
    operation = (text_of(wish, "Operation") or "").strip()
    if field not in _FIELDS:
        raise malformed(f"this server knows no field {field}")
    values = [facts[field] for facts in found if field in facts]
    parts = [leaf("Field", field), leaf("Operation", operation)]
    if operation == "group":
        groups = [
            node("Group", leaf("Value", value), leaf("Count", count))
            for value, count in sorted(Counter(values).items(), key=str)
        ]
        return node("Aggregation", *parts, node("Groups", *groups))
    if operation not in {"count", "distinct"} and field not in _NUMBERS:
        raise malformed(f"{operation} is for numbers")
    return node("Aggregation", *parts, leaf("Value", _number(operation, values)))


def _number(operation: str, values: list[Any]) -> str:
    if operation == "count":
        return str(len(values))
    if operation == "distinct":
        return str(len(set(values)))
    if not values:
        return "0"
    if operation == "average":
        return str(sum(values) / len(values))
    ways: dict[str, Callable[[list[Any]], Any]] = {"min": min, "max": max, "sum": sum}
    return str(ways[operation](values))


def _open(call: Call) -> Response:
    drain(call.request.body)
    if call.request.param("mode") not in {None, "", "basic"}:
        message = "This server does not search by meaning."
        raise ServiceError("OperationNotSupported", message)
    with call.store.lock:
        if _KEY in call.bucket.settings:
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
        call.bucket.settings[_KEY] = node("MetaQueryStatus", *parts)
        call.store.add_bucket(call.bucket)
    return Response(200)


def _get(call: Call) -> Response:
    with call.store.lock:
        status = call.bucket.settings.get(_KEY)
    if status is None:
        raise ServiceError("NoSuchMetaQuery")
    return xml_answer(status)


def _close(call: Call) -> Response:
    drain(call.request.body)
    with call.store.lock:
        if call.bucket.settings.pop(_KEY, None) is not None:
            call.store.add_bucket(call.bucket)
    return Response(200)


META_QUERY = (
    Action("OpenMetaQuery", "POST", "metaQuery&comp=add", _open),
    Action("GetMetaQueryStatus", "GET", "metaQuery", _get),
    Action("DoMetaQuery", "POST", "metaQuery&comp=query", _do),
    Action("CloseMetaQuery", "POST", "metaQuery&comp=delete", _close),
)

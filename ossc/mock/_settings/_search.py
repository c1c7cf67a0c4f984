"""What searches by metadata find, sort and count: conditions over facts of objects.

A tag is the field ``OSSTagging.KEY``. Fields of pictures, sounds and videos are refused:
nothing here looks into objects.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ossc.mock._encoding import iso_date, parse_number
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._schema import malformed
from ossc.mock._xml import leaf, node

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ossc.mock._records import ObjectRecord

__all__ = [
    "OPERATIONS",
    "Facts",
    "Test",
    "counted",
    "facts_of",
    "file_of",
    "ordered",
    "start_of",
    "test_of",
]

Facts = dict[str, str | int]
Test = Callable[[Facts], bool]

OPERATIONS = ("min", "max", "average", "sum", "count", "distinct", "group")
_TAG = "OSSTagging."
_MAX_DEPTH, _MAX_CONDITIONS, _MAX_SORTS = 5, 10, 5
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
        *("ServerSideEncryption", "MediaType", "URI", *_PLAIN),
    }
)


def facts_of(record: ObjectRecord) -> Facts:
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
    return facts | {f"{_TAG}{key}": value for key, value in properties.tags.items()}


def file_of(
    record: ObjectRecord, facts: Facts, wanted: frozenset[str] | None = None
) -> str:
    """Render an object as answers tell of it: all, or only the fields wanted."""
    plain = [item for item in facts.items() if not item[0].startswith(_TAG)]
    parts = {name: leaf(name, value) for name, value in plain}
    tags = record.properties.tags.items()
    if tags:
        pairs = (node("Tagging", leaf("Key", k), leaf("Value", v)) for k, v in tags)
        parts["OSSTagging"] = node("OSSTagging", *pairs)
    meta = [
        node("UserMeta", leaf("Key", name), leaf("Value", value))
        for name, value in record.properties.headers.items()
        if name.startswith("x-oss-meta-")
    ]
    if meta:
        parts["OSSUserMeta"] = node("OSSUserMeta", *meta)
    told = [text for name, text in parts.items() if wanted is None or name in wanted]
    return node("File", *told)


def _refused(reason: str) -> ServiceError:
    return invalid_argument(f"The query is not valid: {reason}.", "Query")


def _is_known(field: Any) -> bool:
    return isinstance(field, str) and (field in _FIELDS or field.startswith(_TAG))


def _value_of(field: Any, value: Any) -> str | int:
    if not _is_known(field):
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


def test_of(query: str) -> Test:
    """Return what a search asks of each object."""
    try:
        return _test(json.loads(query))
    except (ValueError, RecursionError):
        raise _refused("it is not JSON") from None


def ordered(
    found: Iterable[tuple[Facts, ObjectRecord]], sort: str, order: str
) -> list[tuple[Facts, ObjectRecord]]:
    """Sort what was found by fields, with commas between them; then by key."""
    names = [name.strip() for name in (sort or "Filename").split(",")]
    ways = [way.strip() for way in (order or "desc").split(",")]
    if len(names) > _MAX_SORTS or not all(map(_is_known, names)):
        raise invalid_argument("This server cannot sort so.", "Sort", sort)
    if len(ways) > len(names) or not {"asc", "desc"}.issuperset(ways):
        raise invalid_argument("The order is invalid.", "Order", order)
    ways += ["asc"] * (len(names) - len(ways))
    pairs = sorted(found, key=lambda pair: pair[1].key)
    for name, way in reversed(list(zip(names, ways, strict=True))):
        default = 0 if name in _NUMBERS else ""
        pairs.sort(
            key=lambda pair: pair[0].get(name, default),
            reverse=way == "desc",
        )
    return pairs


def start_of(token: str | None) -> int:
    """Return where a page begins, of which a token tells."""
    start = parse_number(token or "0")
    if start is None:
        raise invalid_argument("The token is invalid.", "NextToken", token or "")
    return start


def counted(field: str, operation: str, found: list[Facts]) -> str:
    """Render what is counted over the facts of what was found."""
    if not _is_known(field):
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

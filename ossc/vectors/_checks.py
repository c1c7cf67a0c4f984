"""The rules for what is sent to vector buckets, checked before it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ossc._names import (
    DIGITS,
    LETTERS,
    LOWER,
    check_text,
    check_whole,
    consists_of,
    encode_text,
)
from ossc.errors import ParameterError
from ossc.vectors._json import MAX_DIMENSION, encode, to_values
from ossc.vectors._records import Vector

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "check_dimension",
    "check_filter",
    "check_index",
    "check_key",
    "check_metric",
    "check_name",
    "hidden_keys",
    "several",
    "vector_document",
]

_BUCKET = LOWER + DIGITS + "-"
_INDEX = LETTERS + DIGITS
_HIDDEN = LETTERS + DIGITS + "_"
_METRICS = ("euclidean", "cosine")
MAX_KEY = 1024
MAX_HIDDEN = 10
MAX_METADATA_BYTES = 40 * 1024
MAX_FILTER_BYTES = 64 * 1024
MAX_FILTER_DEPTH = 8


def check_name(name: str) -> str:
    """A vector bucket's name: 3 to 32 of `a-z`, `0-9` and `-`, none at the ends."""
    text = check_text("a vector bucket's name", name)
    if len(text) < 3 or not consists_of(text, _BUCKET, 32) or "-" in text[0] + text[-1]:
        raise ParameterError(
            "a vector bucket's name has 3 to 32 lower-case letters, digits and hyphens, "
            f"with no hyphen at either end; this one is {text!r:.100}",
            bucket=text,
        )
    return text


def check_index(name: str) -> str:
    """An index's name: a letter and at most 62 further letters and digits."""
    text = check_text("an index's name", name)
    if not consists_of(text, _INDEX, 63) or text[0] in DIGITS:
        raise ParameterError(
            "an index's name has 1 to 63 letters and digits and begins with a letter; "
            f"this one is {text!r:.100}"
        )
    return text


def check_metric(metric: str) -> str:
    """A distance metric."""
    if check_text("distance_metric", metric) not in _METRICS:
        raise ParameterError(
            f"distance_metric is {metric!r:.40}, not one of {', '.join(_METRICS)}"
        )
    return metric


def check_dimension(dimension: int) -> int:
    """How many numbers an index's vectors have."""
    return check_whole("dimension", dimension, MAX_DIMENSION, least=1)


def check_key(key: str) -> str:
    """A vector's key: 1 to 1,024 characters of Unicode."""
    text = check_text("a vector's key", key)
    encode_text("a vector's key", text)
    if not 1 <= len(text) <= MAX_KEY:
        raise ParameterError(
            f"a vector's key has {len(text)} characters; it has 1 to {MAX_KEY}",
            key=text,
        )
    return text


def hidden_keys(keys: Iterable[str]) -> list[str]:
    """The names of metadata that no filter can name."""
    named = several("non_filterable_metadata_keys", keys)
    if len(named) > MAX_HIDDEN:
        raise ParameterError(
            f"{len(named)} keys are not filterable; there are {MAX_HIDDEN} at the most"
        )
    for name in named:
        text = check_text("a metadata key", name)
        if not consists_of(text, _HIDDEN, 63) or text[0] in DIGITS:
            raise ParameterError(
                "a metadata key that is not filterable has 1 to 63 letters, digits and "
                f"underscores, no digit in front; this one is {text!r:.100}"
            )
    return named


def several(what: str, texts: Iterable[str]) -> list[str]:
    """Several texts, or a TypeError that names them."""
    if isinstance(texts, str | bytes):
        raise TypeError(f"{what} are several texts, not one {type(texts).__name__}")
    return list(texts)


def check_filter(condition: Mapping[str, Any]) -> Mapping[str, Any]:
    """A condition on metadata, within the depth and the size that there are."""
    if not isinstance(condition, Mapping):
        raise TypeError(f"a filter must be a mapping, not {type(condition).__name__}")
    if _depth(condition) > MAX_FILTER_DEPTH:
        raise ParameterError(
            f"the filter is nested deeper than {MAX_FILTER_DEPTH} conditions"
        )
    if len(encode(condition)) > MAX_FILTER_BYTES:
        raise ParameterError("the filter has more than 64 KB")
    return condition


def _depth(condition: Any, most: int = MAX_FILTER_DEPTH) -> int:
    """How deep `$and` and `$or` are nested; at most one more than there may be."""
    if not isinstance(condition, Mapping) or most < 0:
        return 0
    inner = [
        _depth(each, most - 1)
        for name in ("$and", "$or")
        if isinstance(found := condition.get(name), list | tuple)
        for each in found
    ]
    return 1 + max(inner, default=0)


def vector_document(given: Any) -> dict[str, Any]:
    """What is sent of a vector: a `Vector`, or its fields in a tuple.

    Raises:
        ParameterError: It breaks a rule.
        TypeError: It is neither.
    """
    fields = given._values if isinstance(given, Vector) else given
    if not isinstance(fields, tuple) or not 2 <= len(fields) <= 3:
        raise TypeError(
            "a vector is an ossc.vectors.Vector or a tuple of key, numbers and metadata, "
            f"not {type(given).__name__}"
        )
    key, data = check_key(fields[0]), fields[1]
    what = f"the vector {key!r:.100}"
    if isinstance(data, Mapping):
        named = {
            check_text("a vector field", name): to_values(what, values)
            for name, values in data.items()
        }
    else:
        named = {"float32": to_values(what, data)}
    document: dict[str, Any] = {"key": key, "data": named}
    if len(fields) == 3 and fields[2] is not None:
        document["metadata"] = _metadata(what, fields[2])
    return document


def _metadata(what: str, metadata: Any) -> dict[str, Any]:
    if not isinstance(metadata, Mapping):
        kind = type(metadata).__name__
        raise TypeError(f"the metadata of {what} must be a mapping, not {kind}")
    found, size = {}, 0
    for name, value in metadata.items():
        size += len(encode_text(f"a metadata key of {what}", name))
        for each in value if isinstance(value, list | tuple) else (value,):
            if not isinstance(each, str | int | float):
                kind = type(each).__name__
                raise TypeError(f"the metadata {name!r:.60} of {what} is {kind}")
            text = each if isinstance(each, str) else str(each)
            size += len(encode_text(f"metadata of {what}", text))
        found[name] = list(value) if isinstance(value, tuple) else value
    if size > MAX_METADATA_BYTES:
        raise ParameterError(f"the metadata of {what} has more than 40 KB")
    return found

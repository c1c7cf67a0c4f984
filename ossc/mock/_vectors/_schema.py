"""The fields of a fusion index: what they may be, and what may stand in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ossc.mock._vectors._request import bad, whole
from ossc.mock._vectors._state import VectorField

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["check_schema", "check_value"]

MAX_FIELDS = 100
MAX_VECTORS = 3
MAX_TEXTS = 8
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
_METRICS = ("euclidean", "cosine")
_SCALARS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "bool": (bool,),
    "double": (int, float),
    "float": (int, float),
    "long": (int,),
    "int": (int,),
}
_ANALYZERS = ("standard", "split")


def check_schema(
    configuration: Any,
) -> tuple[list[dict[str, Any]], dict[str, VectorField]]:
    """Return the fields, and those of them that hold vectors.

    Raises:
        ServiceError: There cannot be such an index.
    """
    fields = configuration.get("fields") if isinstance(configuration, dict) else None
    if not isinstance(fields, list) or not 1 <= len(fields) <= MAX_FIELDS:
        message = f"schemaConfiguration must have 1 to {MAX_FIELDS} fields."
        raise bad(message)
    names: set[str] = set()
    vectors: dict[str, VectorField] = {}
    texts = 0
    for field in fields:
        name = _name_of(field, names)
        if field.get("type") == "vector":
            vectors[name] = _vector_field(field)
        elif field.get("type") not in _SCALARS:
            message = f"the type of the field {name} is not supported."
            raise bad(message)
        texts += _is_analysed(field)
    if not 1 <= len(vectors) <= MAX_VECTORS or texts > MAX_TEXTS:
        message = "there must be 1 to 3 vector fields, and at most 8 texts."
        raise bad(message)
    return fields, vectors


def _name_of(field: Any, names: set[str]) -> str:
    name = field.get("name") if isinstance(field, dict) else None
    if not isinstance(name, str) or not _NAME.fullmatch(name) or name in names:
        message = "each field must have a name of its own."
        raise bad(message)
    names.add(name)
    return name


def _vector_field(field: Mapping[str, Any]) -> VectorField:
    dimension = whole(field, "dimension", 1, 4096)
    metric = field.get("distanceMetric", "euclidean")
    is_known = metric in _METRICS and field.get("dataType", "float32") == "float32"
    if dimension is None or not is_known:
        message = f"the vector field {field['name']} is not complete."
        raise bad(message)
    return VectorField(dimension, metric)


def _is_analysed(field: Mapping[str, Any]) -> bool:
    text = field.get("text")
    if text is None:
        return False
    analyzer = text.get("analyzer", "standard") if isinstance(text, dict) else None
    if field.get("type") != "string" or analyzer not in _ANALYZERS:
        message = f"the text of the field {field['name']} is not valid."
        raise bad(message)
    parameters = text.get("analyzerParameters")
    given = parameters.get("delimiter") if isinstance(parameters, dict) else None
    if analyzer == "split" and not (isinstance(given, str) and given):
        message = f"the field {field['name']} needs a delimiter."
        raise bad(message)
    return text.get("enabled") is True


def check_value(field: Mapping[str, Any], value: Any) -> None:
    """Raise unless a value may stand in a field; so may a list of such values."""
    kinds = _SCALARS[field["type"]]
    for each in value if isinstance(value, list) else [value]:
        is_bool = isinstance(each, bool)
        if not isinstance(each, kinds) or is_bool != (kinds == (bool,)):
            message = f"{field['name']} holds something that is no {field['type']}."
            raise bad(message)

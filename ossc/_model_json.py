"""A model as JSON, which is what some of OSS's query parameters hold instead of XML.

The names are those of the elements. Of `Labels/Label` there is a list `Labels` of what the
labels hold; flags are texts, as they are in XML. Loaded by the first such parameter.
"""

from __future__ import annotations

import json

from ossc._model import _group_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ossc._model import Model

__all__ = ["json_of"]


def json_of(value: Model | Sequence[Model] | Sequence[str]) -> str:
    """The JSON of a model, or of several, or of texts."""
    return json.dumps(_plain(value))


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "_layout"):
        return _object(value)
    return str(value) if isinstance(value, bool) else value


def _object(model: Model) -> dict[str, Any]:
    found: dict[str, Any] = {}
    leaves = _group_of(type(model)).leaves
    for leaf, value in zip(leaves, model._values, strict=True):
        if value is None:
            continue
        *way, name = leaf.path.split("/")
        if leaf.many and way and way[-1] == f"{name}s":
            *way, name = way
        here = found
        for step in way:
            here = here.setdefault(step, {})
        here[name] = _plain(value)
    return found

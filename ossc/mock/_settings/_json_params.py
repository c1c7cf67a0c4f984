"""Query parameters that hold JSON, read as the XML that says the same.

A list stands in an element of its name, with an element for each item, or as so many
elements of its name.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._xml import leaf, node

if TYPE_CHECKING:
    from ossc.mock._call import Call
    from ossc.mock._schema import Check

__all__ = ["element_param", "json_param", "texts_param"]

_LISTS = frozenset({"Rules", "WorkflowParameters"})
_ITEMS = {"Labels": "Label", "Rules": "Rule", "WorkflowParameters": "WorkflowParameter"}
_NAME = re.compile("[A-Za-z][A-Za-z0-9]{0,63}")


def json_param(call: Call, name: str) -> Any:
    """Return what a parameter holds; None where it is not given."""
    text = call.request.param(name)
    if not text:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise _invalid(name, text) from None


def texts_param(call: Call, name: str) -> list[str] | None:
    """Return the texts of a parameter that holds a list of them."""
    found = json_param(call, name)
    if found is None:
        return None
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise _invalid(name, call.request.param(name) or "")
    return found


def element_param(call: Call, name: str, root: str, check: Check) -> ET.Element | None:
    """Return what a parameter holds as an element that was checked."""
    found = json_param(call, name)
    if found is None:
        return None
    text = call.request.param(name) or ""
    if not isinstance(found, list if root in _LISTS else dict):
        raise _invalid(name, text)
    try:
        tree = ET.fromstring(_rendered(root, found))  # noqa: S314 - made here
        check(tree)
    except (ET.ParseError, RecursionError, ServiceError, TypeError):
        raise _invalid(name, text) from None
    return tree


def _rendered(name: str, value: Any) -> str:
    if not _NAME.fullmatch(name):
        raise TypeError(name)
    if isinstance(value, dict):
        return node(name, *(_rendered(each, value[each]) for each in value))
    if isinstance(value, list):
        if name in _ITEMS:
            return node(name, *(_rendered(_ITEMS[name], item) for item in value))
        return "".join(_rendered(name, item) for item in value)
    if not isinstance(value, str | int | float):
        raise TypeError(name)
    return leaf(name, str(value))


def _invalid(name: str, text: str) -> ServiceError:
    return invalid_argument(f"The parameter {name} is invalid.", name, text[:200])

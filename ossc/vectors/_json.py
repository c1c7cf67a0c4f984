"""JSON of requests and answers, where vectors may be anything that holds numbers.

The server's bytes are not trusted: what does not have the form that it must have is a
`MalformedResponse`.
"""

from __future__ import annotations

import json
import math
from array import array
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from ossc._answers import iso_time
from ossc.errors import MalformedResponse, ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

__all__ = [
    "a_number",
    "a_text",
    "a_time",
    "encode",
    "floats",
    "items",
    "named",
    "parse",
    "texts",
    "to_values",
]

T = TypeVar("T")

MAX_DIMENSION = 4096
_LARGEST = (2.0 - 2.0**-23) * 2.0**127
_FORMATS = ("f", "d")


# --- requests ---


def encode(document: Mapping[str, Any]) -> bytes:
    """The JSON of a request.

    Raises:
        ParameterError: It holds a number that JSON has not.
        TypeError: It holds something that JSON has not.
    """
    try:
        text = json.dumps(
            document, default=_plain, allow_nan=False, separators=(",", ":")
        )
    except (ValueError, RecursionError) as error:
        raise ParameterError(f"what is sent is not JSON: {error}") from None
    return text.encode("ascii")


def to_values(what: str, values: Any) -> list[float]:
    """The numbers of a vector.

    Args:
        what: Whose they are, for errors.
        values: A sequence of numbers, or a buffer of floats.

    Raises:
        ParameterError: There are none or too many, or one is no float32.
        TypeError: It is nothing that holds numbers.
    """
    if isinstance(values, str | bytes | Mapping) or not _holds_numbers(values):
        raise TypeError(f"{what} must be numbers, not {type(values).__name__}")
    if isinstance(values, list | tuple):
        found = [_number(what, value) for value in values]
    else:
        found = _listed(what, values)
    if not 1 <= len(found) <= MAX_DIMENSION:
        raise ParameterError(
            f"{what} has {len(found)} numbers; a vector has 1 to {MAX_DIMENSION}"
        )
    if not max(map(abs, found)) <= _LARGEST or not all(map(math.isfinite, found)):
        raise ParameterError(f"{what} has a number that no float32 can be")
    return found


def _holds_numbers(values: Any) -> bool:
    return isinstance(values, Sequence | memoryview) or hasattr(values, "tolist")


def _listed(what: str, values: Any) -> list[float]:
    """The numbers of what is neither a list nor a tuple."""
    try:
        view = memoryview(values)
    except TypeError:
        plain = values.tolist() if hasattr(values, "tolist") else list(values)
    else:
        if view.ndim != 1:
            raise ParameterError(f"{what} has {view.ndim} dimensions; a vector has one")
        # Bytes would be numbers, too, and hardly ever those that are meant.
        is_raw = isinstance(values, bytearray | memoryview)
        if is_raw and view.format not in _FORMATS:
            raise TypeError(f"{what} is a buffer of {view.format!r}, not of floats")
        plain = view.tolist() if is_raw else values.tolist()
    if not isinstance(plain, list):
        raise TypeError(f"{what} must be numbers, not {type(values).__name__}")
    return [_number(what, value) for value in plain]


def _number(what: str, value: Any) -> float:
    if type(value) is float:
        return value
    if isinstance(value, str | bytes | bool) or not hasattr(value, "__float__"):
        raise TypeError(f"{what} holds {type(value).__name__}, not only numbers")
    try:
        return float(value)
    except OverflowError:
        raise ParameterError(f"{what} has a number that no float32 can be") from None


def _plain(value: Any) -> Any:
    """What JSON does not know: numbers in buffers, and numbers of other packages."""
    if isinstance(value, Mapping):
        return dict(value)
    if getattr(value, "shape", None) != () and _holds_numbers(value):  # no scalar
        return to_values("a vector", value)
    return _number("what is sent", value)


# --- answers ---


def parse(body: bytes) -> dict[str, Any]:
    """The object that an answer's body is."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise MalformedResponse("the answer is not JSON") from None
    if not isinstance(found, dict):
        raise MalformedResponse("the answer is not an object of JSON")
    return found


def named(found: Mapping[str, Any], name: str) -> dict[str, Any]:
    """An object in an object; empty where there is none."""
    value = found.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise MalformedResponse(f"{name} is not an object of JSON")
    return value


def items(
    found: Mapping[str, Any], name: str, read: Callable[[dict[str, Any]], T]
) -> list[T]:
    """The objects of a list in an object, read; none where there is no list."""
    value = found.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise MalformedResponse(f"{name} is not a list of objects of JSON")
    return [read(each) for each in value]


def a_text(found: Mapping[str, Any], name: str, default: str | None = "") -> str:
    """A text in an object; with None as the default there has to be one."""
    value = found.get(name, default)
    if value is None and default is not None:
        return default
    if not isinstance(value, str):
        raise MalformedResponse(f"{name} is not a text")
    return value


def texts(found: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The texts of a list in an object."""
    value = found.get(name) or []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise MalformedResponse(f"{name} is not a list of texts")
    return tuple(value)


def a_time(found: Mapping[str, Any], name: str) -> datetime | None:
    """A time in an object; None where there is none."""
    text = a_text(found, name)
    return iso_time(text) if text else None


def a_number(found: Mapping[str, Any], name: str) -> float | None:
    """A number in an object; None where there is none."""
    value = found.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MalformedResponse(f"{name} is not a number")
    try:
        return float(value)
    except OverflowError:
        raise MalformedResponse(f"{name} is not a number") from None


def floats(value: Any) -> array[float]:
    """The numbers of a vector of an answer, as float32."""
    try:
        return array("f", value)
    except (TypeError, OverflowError):
        raise MalformedResponse("a vector of the answer is not numbers") from None

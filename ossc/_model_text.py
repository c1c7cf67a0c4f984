"""Between the texts of XML elements and Python's values, one `Codec` for each type.

The texts come from the server and are not trusted; the values come from the caller and
are checked when a model is made, so that a mistake is told where it was made.
"""

from __future__ import annotations

import re
from datetime import datetime

from ossc._answers import iso_time
from ossc._dates import in_utc
from ossc._names import DIGITS, check_text, consists_of
from ossc.errors import MalformedResponse, ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["CODECS", "Codec", "Flag"]

_UNSAYABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DECIMAL = re.compile(r"-?[0-9]{1,200}(\.[0-9]{1,200})?([eE][-+]?[0-9]{1,2})?")
_MOST = 2**63
_LARGEST = 1e308


class Codec:
    """How values of a type are checked, written and read.

    Attributes:
        check: Gives the value, or raises for one that no element can have.
        write: The text of a value.
        read: The value of a text; `MalformedResponse` when it is none.
        name: The type's name in messages.
    """

    __slots__ = ("check", "name", "read", "write")

    def __init__(
        self,
        name: str,
        check: Callable[[str, Any], Any],
        write: Callable[[Any], str],
        read: Callable[[str, str], Any],
    ) -> None:
        self.name = name
        self.check = check
        self.write = write
        self.read = read


class Flag:
    """In annotations: a bool whose texts are `True` and `False`, with capitals."""


def _check_str(what: str, value: object) -> str:
    found = _UNSAYABLE.search(check_text(what, value))
    if found:
        raise ParameterError(
            f"{what} has a character that XML cannot hold: {found[0]!r}"
        )
    return str(value)


def _check_int(what: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{what} must be an int, not {type(value).__name__}")
    if not -_MOST <= value < _MOST:
        raise ParameterError(f"{what} is {value}, which does not fit into 64 bits")
    return value


def _check_float(what: str, value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise TypeError(f"{what} must be a float, not {type(value).__name__}")
    if not -_LARGEST <= value <= _LARGEST:
        raise ParameterError(f"{what} is {value}, which is no finite number")
    return float(value)


def _check_bool(what: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{what} must be a bool, not {type(value).__name__}")
    return value


def _check_time(what: str, value: object) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError(f"{what} must be a datetime, not {type(value).__name__}")
    if value.tzinfo is None:
        raise ParameterError(f"{what} must be an aware datetime, with a time zone")
    return in_utc(value)


def _read_str(_what: str, text: str) -> str:
    return text


def _read_int(what: str, text: str) -> int:
    digits = text.strip().removeprefix("-")
    if not consists_of(digits, DIGITS, 19) or not -_MOST <= int(text) < _MOST:
        raise MalformedResponse(f"{what} is {text!r:.60}, not a number")
    return int(text)


def _read_float(what: str, text: str) -> float:
    if not _DECIMAL.fullmatch(text.strip()):
        raise MalformedResponse(f"{what} is {text!r:.60}, not a number")
    return float(text)


def _read_bool(what: str, text: str) -> bool:
    word = text.strip().lower()
    if word not in ("true", "false"):
        raise MalformedResponse(f"{what} is {text!r:.60}, neither true nor false")
    return word == "true"


def _read_time(_what: str, text: str) -> datetime:
    return iso_time(text.strip())


def _write_bool(value: object) -> str:
    return "true" if value else "false"


def _write_time(value: datetime) -> str:
    return f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond // 1000:03}Z"


CODECS: dict[type, Codec] = {
    str: Codec("str", _check_str, str, _read_str),
    int: Codec("int", _check_int, str, _read_int),
    float: Codec("float", _check_float, repr, _read_float),
    bool: Codec("bool", _check_bool, _write_bool, _read_bool),
    Flag: Codec("bool", _check_bool, str, _read_bool),
    datetime: Codec("datetime", _check_time, _write_time, _read_time),
}

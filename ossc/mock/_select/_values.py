"""Values: how those of different types are compared, reckoned with and converted.

CSV has texts only. Beside a number a text counts as a number, beside a time as a time.
What cannot be converted is a ``Mismatch``, a fault of the row and not of the query.
"""

from __future__ import annotations

import math
import operator
import re
from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Mismatch", "Value", "arithmetic", "cast", "compare", "number", "text_of"]

Value: TypeAlias = Any
"""None, bool, int, float, Decimal, str, datetime; of JSON also a list or a dict."""

_INT = re.compile(r"\s*[+-]?[0-9]{1,30}\s*", re.ASCII)
_INT_RANGE = range(-(2**63), 2**63)
_MAX_EXPONENT = 38
_NUMBERS = (int, float, Decimal)
_BOOLS = {"true": True, "false": False}
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_SUMS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


class Mismatch(Exception):
    """A value of a row is not of the type that the query takes it for."""

    code = "SqlTypesMismatch"


def _is_number(value: Value) -> bool:
    return isinstance(value, _NUMBERS) and not isinstance(value, bool)


def number(value: Value) -> int | float | Decimal:
    """Return a value as a number.

    Raises:
        Mismatch: It is none.
    """
    if _is_number(value):
        return value  # type: ignore[no-any-return]
    if not isinstance(value, str):
        raise Mismatch(f"{_shown(value)} is not a number")
    if _INT.fullmatch(value):
        whole = int(value)
        return whole if whole in _INT_RANGE else float(whole)
    try:
        found = float(value)
    except ValueError:
        found = math.nan
    if not math.isfinite(found) or "_" in value:
        raise Mismatch(f"{_shown(value)} is not a number")
    return found


def _pair(left: Value, right: Value) -> tuple[Any, Any]:
    """Return two values as such of one type."""
    if type(left) is type(right) and not isinstance(left, list | dict):
        return left, right
    for one, other in ((left, right), (right, left)):
        if _is_number(one) and not isinstance(other, bool):
            return _alike(number(left), number(right))
        if isinstance(one, bool) and isinstance(other, str):
            return cast(left, "bool"), cast(right, "bool")
        if isinstance(one, datetime) and isinstance(other, str):
            return cast(left, "timestamp"), cast(right, "timestamp")
    raise Mismatch(f"{_shown(left)} cannot be compared with {_shown(right)}")


def _alike(left: Any, right: Any) -> tuple[Any, Any]:
    """Return two numbers so that Python reckons with them: a double wins."""
    if isinstance(left, float) or isinstance(right, float):
        return _double(left), _double(right)
    return left, right


def _double(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        raise Mismatch(f"{value} is too large for a double") from None


def compare(sign: str, left: Value, right: Value) -> bool | None:
    """Return whether a comparison holds; None beside a null.

    Raises:
        Mismatch: The two cannot be compared.
    """
    if left is None or right is None:
        return None
    return _ORDERS[sign](*_pair(left, right))


def arithmetic(sign: str, left: Value, right: Value) -> Value:
    """Return a sum, difference, product, quotient or remainder; None beside a null.

    Quotients of whole numbers are whole, cut towards zero.

    Raises:
        Mismatch: One is not a number, or the result is none of 64 bits.
    """
    if left is None or right is None:
        return None
    left, right = _alike(number(left), number(right))
    try:
        if sign in _SUMS:
            result = _SUMS[sign](left, right)
        elif isinstance(left, int) and isinstance(right, int):
            quotient = abs(left) // abs(right)
            quotient = quotient if (left < 0) == (right < 0) else -quotient
            result = quotient if sign == "/" else left - quotient * right
        else:
            result = left / right if sign == "/" else math.fmod(left, right)
    except (ArithmeticError, ValueError) as error:
        raise Mismatch(f"{left} {sign} {right} has no result") from error
    return _checked(result)


def _checked(result: Any) -> Any:
    if isinstance(result, int):
        if result not in _INT_RANGE:
            raise Mismatch("an int has more than 64 bits")
    elif not math.isfinite(result):
        raise Mismatch("a double is too large")
    elif isinstance(result, Decimal) and abs(result.adjusted()) > _MAX_EXPONENT:
        raise Mismatch("a decimal has more than 128 bits")
    return result


def cast(value: Value, kind: str) -> Value:
    """Return a value as another type; null stays null.

    Raises:
        Mismatch: It cannot be one.
    """
    if value is None:
        return None
    return _CASTS[kind](value)


def _to_int(value: Value) -> int:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and not _INT.fullmatch(value):
        raise Mismatch(f"{_shown(value)} is not an int")
    result: int = _checked(int(number(value)))
    return result


def _to_double(value: Value) -> float:
    return _double(number(value))


def _to_decimal(value: Value) -> Decimal:
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        found = Decimal("nan")
    if isinstance(value, bool) or not found.is_finite():
        raise Mismatch(f"{_shown(value)} is not a decimal")
    result: Decimal = _checked(found)
    return result


def _to_bool(value: Value) -> bool:
    if isinstance(value, str):
        found = _BOOLS.get(value.strip().lower())
        if found is None:
            raise Mismatch(f"{_shown(value)} is neither true nor false")
        return found
    if isinstance(value, bool) or _is_number(value):
        return bool(value)
    raise Mismatch(f"{_shown(value)} is neither true nor false")


def _to_time(value: Value) -> datetime:
    if isinstance(value, datetime):
        return value
    text = value.strip() if isinstance(value, str) else ""
    try:
        # Python 3.10 knows no Z.
        found = datetime.fromisoformat(text.removesuffix("Z").replace("T", " "))
    except ValueError:
        raise Mismatch(f"{_shown(value)} is not a timestamp") from None
    if found.tzinfo is None:
        return found.replace(tzinfo=timezone.utc)
    return found.astimezone(timezone.utc)


def text_of(value: Value) -> str:
    """Return a value as CSV carries it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return str(value)


def _to_text(value: Value) -> str:
    if isinstance(value, list | dict):
        raise Mismatch(f"{_shown(value)} is not a string")
    return text_of(value)


_CASTS: dict[str, Callable[[Value], Value]] = {
    "int": _to_int,
    "double": _to_double,
    "decimal": _to_decimal,
    "string": _to_text,
    "bool": _to_bool,
    "timestamp": _to_time,
}


def _shown(value: Value) -> str:
    return repr(value)[:60] if isinstance(value, str) else type(value).__name__

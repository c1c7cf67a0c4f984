"""Aggregate functions: each is given every wanted row and has one result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ossc.mock._select._values import Value, arithmetic, cast, compare, number

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["AGGREGATORS", "Aggregator"]


class Aggregator:
    """Base: counts the values that are not null; without an operand, the rows."""

    def __init__(self, operand: Callable[[Any], Value] | None) -> None:
        self._operand = operand
        self._count = 0
        self._value: Value = None
        self._prepared: Value = None

    def prepare(self, row: Any) -> None:
        """Compute the row's value, which may fail without a trace."""
        self._prepared = True if self._operand is None else self._operand(row)

    def commit(self) -> None:
        """Take the prepared value in."""
        if self._prepared is not None:
            self._count += 1
            self.take(self._prepared)

    def take(self, value: Value) -> None:
        """Take a value in that is not null."""

    def result(self) -> Value:
        """Return the result over all rows so far."""
        return self._count


class _Sum(Aggregator):
    def prepare(self, row: Any) -> None:
        super().prepare(row)
        if self._prepared is not None:
            # A sum that has no room is the row's fault, too.
            self._prepared = arithmetic("+", self._value or 0, number(self._prepared))

    def take(self, value: Value) -> None:
        self._value = value

    def result(self) -> Value:
        return self._value


class _Avg(_Sum):
    def result(self) -> Value:
        if self._value is None:
            return None
        return arithmetic("/", cast(self._value, "double"), self._count)


class _Extreme(Aggregator):
    sign = "<"

    def prepare(self, row: Any) -> None:
        super().prepare(row)
        if self._prepared is not None and self._value is not None:
            closer = compare(self.sign, self._prepared, self._value)
            self._prepared = self._prepared if closer else self._value

    def take(self, value: Value) -> None:
        self._value = value

    def result(self) -> Value:
        return self._value


class _Max(_Extreme):
    sign = ">"


AGGREGATORS: dict[str, type[Aggregator]] = {
    "count": Aggregator,
    "sum": _Sum,
    "avg": _Avg,
    "min": _Extreme,
    "max": _Max,
}

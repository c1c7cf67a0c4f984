"""The evaluator: makes of an expression a function from a row to a value.

Logic has three values, as in SQL: what is compared with null is null, and a row for
which the condition is null is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from ossc.mock._select._aggregate import AGGREGATORS, Aggregator
from ossc.mock._select._like import Pattern
from ossc.mock._select._nodes import (
    Aggregate,
    Between,
    Binary,
    Cast,
    Column,
    Expression,
    In,
    IsNull,
    Like,
    Literal,
    Step,
    Unary,
)
from ossc.mock._select._tokens import syntax_error
from ossc.mock._select._values import (
    Mismatch,
    Value,
    arithmetic,
    cast,
    compare,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Columns", "Evaluate", "Evaluator"]

Evaluate: TypeAlias = "Callable[[Any], Value]"

_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})


class Columns(Protocol):
    """How a format's rows are looked into."""

    def column(self, path: tuple[Step, ...]) -> Evaluate:
        """Return what takes a column out of a row."""
        ...


class Evaluator:
    """Compiles the expressions of one query.

    Attributes:
        aggregators: Those of the query, to be given each row.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._within: str | None = None
        self.aggregators: list[Aggregator] = []

    def condition(self, node: Expression) -> Callable[[Any], bool]:
        """Return a function that says whether a row is wanted."""
        evaluate = self.value(node)
        if self.aggregators:
            raise syntax_error("where cannot hold aggregate functions")
        return lambda row: _truth(evaluate(row)) is True

    def value(self, node: Expression) -> Evaluate:
        """Return a function that computes an expression of a row."""
        return _COMPILERS[type(node)](self, node)

    def _literal(self, node: Literal) -> Evaluate:
        value = node.value
        return lambda _row: value

    def _column(self, node: Column) -> Evaluate:
        return self._columns.column(node.path)

    def _unary(self, node: Unary) -> Evaluate:
        operand = self.value(node.operand)
        if node.operator == "-":
            return lambda row: arithmetic("-", 0, operand(row))

        def negate(row: Any) -> bool | None:
            truth = _truth(operand(row))
            return None if truth is None else not truth

        return negate

    def _binary(self, node: Binary) -> Evaluate:
        sign = node.operator
        left, right = self.value(node.left), self.value(node.right)
        if sign in _COMPARISONS:
            return lambda row: compare(sign, left(row), right(row))
        if sign == "||":
            return lambda row: _joined(left(row), right(row))
        if sign in {"and", "or"}:
            return _logic(left, right, decisive=sign == "or")
        return lambda row: arithmetic(sign, left(row), right(row))

    def _between(self, node: Between) -> Evaluate:
        operand, low, high = map(self.value, (node.operand, node.low, node.high))

        def evaluate(row: Any) -> bool | None:
            value = operand(row)
            above = compare(">=", value, low(row))
            below = compare("<=", value, high(row))
            if above is False or below is False:
                return False
            return None if above is None or below is None else True

        return evaluate

    def _in(self, node: In) -> Evaluate:
        operand = self.value(node.operand)
        choices = [self.value(choice) for choice in node.choices]

        def evaluate(row: Any) -> bool | None:
            value = operand(row)
            found = [compare("=", value, choice(row)) for choice in choices]
            if True in found:
                return True
            return None if None in found else False

        return evaluate

    def _is_null(self, node: IsNull) -> Evaluate:
        operand = self.value(node.operand)
        return lambda row: operand(row) is None

    def _cast(self, node: Cast) -> Evaluate:
        operand, kind = self.value(node.operand), node.type
        return lambda row: cast(operand(row), kind)

    def _like(self, node: Like) -> Evaluate:
        operand, pattern = self.value(node.operand), self.value(node.pattern)
        escape = node.escape
        if isinstance(node.pattern, Literal):
            fixed = _pattern(node.pattern.value, escape)
            return lambda row: _matches(fixed, operand(row))
        return lambda row: _matches(_pattern(pattern(row), escape), operand(row))

    def _aggregate(self, node: Aggregate) -> Evaluate:
        if self._within is not None:
            raise syntax_error(f"{node.function} stands within {self._within}")
        self._within = node.function
        operand = None if node.operand is None else self.value(node.operand)
        self._within = None
        aggregator = AGGREGATORS[node.function](operand)
        self.aggregators.append(aggregator)
        return lambda _row: aggregator.result()


_COMPILERS: dict[type, Callable[[Evaluator, Any], Evaluate]] = {
    Literal: Evaluator._literal,
    Column: Evaluator._column,
    Unary: Evaluator._unary,
    Binary: Evaluator._binary,
    Between: Evaluator._between,
    In: Evaluator._in,
    IsNull: Evaluator._is_null,
    Cast: Evaluator._cast,
    Like: Evaluator._like,
    Aggregate: Evaluator._aggregate,
}


def _truth(value: Value) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    found: bool = cast(value, "bool")
    return found


def _logic(left: Evaluate, right: Evaluate, *, decisive: bool) -> Evaluate:
    """Return ``and`` or ``or``: one operand of the decisive truth is enough."""

    def evaluate(row: Any) -> bool | None:
        one = _truth(left(row))
        if one is decisive:
            return decisive
        other = _truth(right(row))
        if other is decisive:
            return decisive
        return None if one is None or other is None else not decisive

    return evaluate


def _joined(left: Value, right: Value) -> str | None:
    if left is None or right is None:
        return None
    if isinstance(left, list | dict) or isinstance(right, list | dict):
        raise Mismatch("|| joins strings")
    return text_of(left) + text_of(right)


def _pattern(value: Value, escape: str | None) -> Pattern | None:
    return None if value is None else Pattern(value, escape)


def _matches(pattern: Pattern | None, value: Value) -> bool | None:
    if pattern is None or value is None:
        return None
    return pattern.matches(cast(value, "string"))

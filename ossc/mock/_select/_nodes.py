"""Nodes: what the parser makes of a SQL text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

__all__ = [
    "AGGREGATES",
    "TYPES",
    "Aggregate",
    "Between",
    "Binary",
    "Cast",
    "Column",
    "Constant",
    "Expression",
    "In",
    "IsNull",
    "Item",
    "Like",
    "Literal",
    "Query",
    "Step",
    "Table",
    "Unary",
]

Constant: TypeAlias = "bool | int | float | str | None"
Step: TypeAlias = "str | int | None"
"""A step of a path: a name, a place in an array, or all places (``[*]``)."""

AGGREGATES = frozenset({"count", "sum", "avg", "min", "max"})
TYPES = frozenset({"int", "double", "decimal", "string", "bool", "timestamp"})


@dataclass(frozen=True)
class Literal:
    """A constant."""

    value: Constant


@dataclass(frozen=True)
class Column:
    """A column of CSV, or a path into JSON."""

    path: tuple[Step, ...]


@dataclass(frozen=True)
class Unary:
    """``-x`` or ``not x``."""

    operator: str
    operand: Expression


@dataclass(frozen=True)
class Binary:
    """Two operands around an operator: logic, comparison, arithmetic, ``||``."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Like:
    """``x like pattern escape e``."""

    operand: Expression
    pattern: Expression
    escape: str | None = None


@dataclass(frozen=True)
class Between:
    """``x between low and high``."""

    operand: Expression
    low: Expression
    high: Expression


@dataclass(frozen=True)
class In:
    """``x in (a, b)``."""

    operand: Expression
    choices: tuple[Expression, ...]


@dataclass(frozen=True)
class IsNull:
    """``x is null``."""

    operand: Expression


@dataclass(frozen=True)
class Cast:
    """``cast(x as type)``."""

    operand: Expression
    type: str


@dataclass(frozen=True)
class Aggregate:
    """``sum(x)`` and its kin; no operand for ``count(*)``."""

    function: str
    operand: Expression | None


Expression: TypeAlias = (
    Literal | Column | Unary | Binary | Like | Between | In | IsNull | Cast | Aggregate
)


@dataclass(frozen=True)
class Item:
    """One column of the result."""

    expression: Expression
    alias: str | None = None


@dataclass(frozen=True)
class Table:
    """Where the rows come from."""

    path: tuple[Step, ...] = ()
    alias: str | None = None


@dataclass(frozen=True)
class Query:
    """A whole query; no items for ``select *``."""

    items: tuple[Item, ...]
    table: Table = Table()
    where: Expression | None = None
    limit: int | None = None

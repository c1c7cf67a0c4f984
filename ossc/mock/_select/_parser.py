"""The parser: from a SQL text to a query, by recursive descent."""

from __future__ import annotations

from ossc.mock._errors import ServiceError
from ossc.mock._select._nodes import (
    AGGREGATES,
    TYPES,
    Aggregate,
    Between,
    Binary,
    Cast,
    Column,
    Constant,
    Expression,
    In,
    IsNull,
    Item,
    Like,
    Literal,
    Query,
    Step,
    Table,
    Unary,
)
from ossc.mock._select._tokens import Kind, Token, syntax_error, tokenize

__all__ = ["MAX_CHOICES", "MAX_COLUMNS", "parse"]

MAX_CHOICES = 1024
MAX_COLUMNS = 1000
_MAX_DEPTH = 48
_MAX_OPERATORS = 400
_MAX_NAME = 1024
_MAX_INT = 2**63 - 1
_RESERVED = frozenset(
    {
        *("select", "from", "where", "limit", "as", "cast"),
        *("and", "or", "not", "true", "false", "null"),
        *("like", "escape", "between", "in", "is"),
    }
)
_COMPARISONS = frozenset({"=", "!=", "<>", "<", "<=", ">", ">="})
_TIERS = (frozenset({"||"}), frozenset({"+", "-"}), frozenset({"*", "/", "%"}))
_CONSTANTS = {"null": None, "true": True, "false": False}
_TYPE_NAMES = {"integer": "int", "boolean": "bool"} | {name: name for name in TYPES}


def parse(text: str) -> Query:
    """Return the query that a text asks.

    Raises:
        ServiceError: SqlSyntaxError, or the code of a limit that it exceeds.
    """
    return _Parser(text).query()


class _Parser:
    """One text on its way to a query."""

    def __init__(self, text: str) -> None:
        self._tokens = list(tokenize(text))
        self._at = 0
        self._depth = 0
        self._operators = 0

    # What comes next.

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._next
        if token.kind is not Kind.END:
            self._at += 1
        return token

    def _is_word(self, word: str) -> bool:
        return self._next.kind is Kind.NAME and self._next.text.lower() == word

    def _skip_word(self, word: str) -> bool:
        found = self._is_word(word)
        self._at += found
        return found

    def _skip_sign(self, sign: str) -> bool:
        found = self._next.kind is Kind.SIGN and self._next.text == sign
        self._at += found
        return found

    def _need_word(self, word: str) -> None:
        if not self._skip_word(word):
            raise syntax_error(f"{word!r} is expected, not {self._next}")

    def _need_sign(self, sign: str) -> None:
        if not self._skip_sign(sign):
            raise syntax_error(f"{sign!r} is expected, not {self._next}")

    # The parts of a query.

    def query(self) -> Query:
        """Return the whole query."""
        self._need_word("select")
        items = () if self._skip_sign("*") else self._items()
        self._need_word("from")
        table = self._table()
        where = self._expression() if self._skip_word("where") else None
        limit = self._whole() if self._skip_word("limit") else None
        self._skip_sign(";")
        if self._next.kind is not Kind.END:
            raise syntax_error(f"nothing is expected at {self._next}")
        return Query(items, table, where, limit)

    def _items(self) -> tuple[Item, ...]:
        items = [self._item()]
        while self._skip_sign(","):
            items.append(self._item())
        if len(items) > MAX_COLUMNS:
            raise syntax_error(f"there are more than {MAX_COLUMNS} columns")
        return tuple(items)

    def _item(self) -> Item:
        return Item(self._expression(), self._alias())

    def _alias(self) -> str | None:
        if self._skip_word("as"):
            return self._name()
        return self._name() if self._names_follow() else None

    def _table(self) -> Table:
        name = self._name()
        if name.lower() != "ossobject":
            raise syntax_error(f"the table is called ossobject, not {name!r}")
        return Table(self._path(), self._alias())

    def _whole(self) -> int:
        token = self._take()
        if token.kind is not Kind.NUMBER or not token.text.isdecimal():
            raise syntax_error(f"a whole number is expected, not {token}")
        return int(token.text[:19])

    # Names and paths.

    def _names_follow(self) -> bool:
        token = self._next
        if token.kind is Kind.QUOTED:
            return True
        return token.kind is Kind.NAME and token.text.lower() not in _RESERVED

    def _name(self) -> str:
        if not self._names_follow():
            raise syntax_error(f"a name is expected, not {self._next}")
        name = self._take().text
        if len(name.encode()) > _MAX_NAME:
            raise ServiceError(
                "SqlExceedsMaxColumnNameLength", "A column's name is too long."
            )
        return name

    def _path(self) -> tuple[Step, ...]:
        """Return the steps behind a name: ``.name``, ``[2]``, ``[*]``."""
        steps: list[Step] = []
        while True:
            if self._skip_sign("."):
                steps.append(self._member())
            elif self._skip_sign("["):
                steps.append(None if self._skip_sign("*") else self._whole())
                self._need_sign("]")
            else:
                return tuple(steps)

    def _member(self) -> str:
        """Return a name behind a dot, where no word is reserved."""
        if self._next.kind is Kind.NAME:
            return self._take().text
        return self._name()

    # Expressions, the weakest operator first.

    def _expression(self) -> Expression:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise syntax_error("it is nested too deeply")
        left = self._conjunction()
        while self._skip_word("or"):
            left = self._joined("or", left, self._conjunction())
        self._depth -= 1
        return left

    def _joined(self, sign: str, left: Expression, right: Expression) -> Expression:
        """Return two operands around an operator; the evaluator goes as deep."""
        self._operators += 1
        if self._operators > _MAX_OPERATORS:
            raise syntax_error(f"there are more than {_MAX_OPERATORS} operators")
        return Binary(sign, left, right)

    def _conjunction(self) -> Expression:
        left = self._negation()
        while self._skip_word("and"):
            left = self._joined("and", left, self._negation())
        return left

    def _negation(self) -> Expression:
        count = 0
        while self._skip_word("not"):
            count += 1
        if count > _MAX_DEPTH:
            raise syntax_error("it is nested too deeply")
        node = self._comparison()
        for _ in range(count):
            node = Unary("not", node)
        return node

    def _comparison(self) -> Expression:
        left = self._tier(0)
        if self._next.kind is Kind.SIGN and self._next.text in _COMPARISONS:
            sign = self._take().text
            sign = "!=" if sign == "<>" else sign
            return self._joined(sign, left, self._tier(0))
        if self._skip_word("is"):
            negated = self._skip_word("not")
            self._need_word("null")
            return _negated(IsNull(left), negated=negated)
        negated = self._skip_word("not")
        if self._skip_word("like"):
            return _negated(self._like(left), negated=negated)
        if self._skip_word("between"):
            low = self._tier(0)
            self._need_word("and")
            return _negated(Between(left, low, self._tier(0)), negated=negated)
        if self._skip_word("in"):
            return _negated(In(left, self._choices()), negated=negated)
        if negated:
            raise syntax_error(
                f"like, between or in is expected after not, not {self._next}"
            )
        return left

    def _like(self, left: Expression) -> Expression:
        pattern = self._tier(0)
        if not self._skip_word("escape"):
            return Like(left, pattern)
        token = self._take()
        if token.kind is not Kind.TEXT or len(token.text) != 1:
            raise ServiceError(
                "SqlInvalidEscapeChar", "The escape of a LIKE must be one character."
            )
        return Like(left, pattern, token.text)

    def _choices(self) -> tuple[Expression, ...]:
        self._need_sign("(")
        choices = [self._expression()]
        while self._skip_sign(","):
            choices.append(self._expression())
        self._need_sign(")")
        if len(choices) > MAX_CHOICES:
            raise ServiceError(
                "SqlExceedsMaxInCount", f"IN takes {MAX_CHOICES} values at most."
            )
        return tuple(choices)

    def _tier(self, tier: int) -> Expression:
        """Return operands joined by operators that bind equally strongly."""
        if tier == len(_TIERS):
            return self._operand()
        left = self._tier(tier + 1)
        while self._next.kind is Kind.SIGN and self._next.text in _TIERS[tier]:
            sign = self._take().text
            left = self._joined(sign, left, self._tier(tier + 1))
        return left

    def _operand(self) -> Expression:
        if self._skip_sign("-"):
            return self._minus()
        if self._skip_sign("("):
            inner = self._expression()
            self._need_sign(")")
            return inner
        if self._is_constant():
            return Literal(_constant(self._take()))
        is_name = self._next.kind is Kind.NAME
        if is_name and self._tokens[self._at + 1][:2] == (Kind.SIGN, "("):
            return self._call(self._take())
        return Column((self._name(), *self._path()))

    def _is_constant(self) -> bool:
        kind, text, _ = self._next
        if kind is Kind.NAME:
            return text.lower() in _CONSTANTS
        return kind in {Kind.NUMBER, Kind.TEXT}

    def _minus(self) -> Expression:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise syntax_error("it is nested too deeply")
        operand = self._operand()
        self._depth -= 1
        if isinstance(operand, Literal) and type(operand.value) in {int, float}:
            return Literal(-operand.value)  # type: ignore[operator]
        return Unary("-", operand)

    def _call(self, name: Token) -> Expression:
        self._need_sign("(")
        function = name.text.lower()
        if function == "cast":
            operand = self._expression()
            self._need_word("as")
            kind = _TYPE_NAMES.get(self._take().text.lower())
            self._need_sign(")")
            if kind is None:
                raise syntax_error("that type is not known")
            return Cast(operand, kind)
        if function not in AGGREGATES:
            raise syntax_error(f"there is no function {name}")
        is_all = function == "count" and self._skip_sign("*")
        inner = None if is_all else self._expression()
        self._need_sign(")")
        return Aggregate(function, inner)


def _negated(node: Expression, *, negated: bool) -> Expression:
    return Unary("not", node) if negated else node


def _constant(token: Token) -> Constant:
    """Return a constant; a whole number of more than 64 bits is a double."""
    text = token.text
    if token.kind is Kind.TEXT:
        return text
    if token.kind is Kind.NAME:
        return _CONSTANTS[text.lower()]
    if text.isdecimal() and int(text) <= _MAX_INT:
        return int(text)
    return float(text)

"""SQL of SelectObject: any query is read as it was written, and no text crashes."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ossc.mock._errors import ServiceError
from ossc.mock._select._like import Pattern
from ossc.mock._select._nodes import (
    AGGREGATES,
    TYPES,
    Aggregate,
    Between,
    Binary,
    Cast,
    Column,
    Expression,
    In,
    IsNull,
    Item,
    Like,
    Literal,
    Query,
    Table,
    Unary,
)
from ossc.mock._select._parser import parse
from ossc.mock._select._plan import Plan
from ossc.mock._select._settings import CsvFormat, JsonFormat, Settings
from ossc.mock._select._source import Source
from ossc.mock._select._window import Window

RESERVED = {
    *("select", "from", "where", "limit", "as", "cast"),
    *("and", "or", "not", "true", "false", "null"),
    *("like", "escape", "between", "in", "is"),
}
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True)
QUOTED = st.text(min_size=1, max_size=5)
MEMBERS = st.one_of(NAMES, st.sampled_from(sorted(RESERVED)), QUOTED)
PATHS = st.lists(st.one_of(MEMBERS, st.integers(0, 99)), max_size=2).map(tuple)
COLUMNS = st.tuples(MEMBERS, PATHS).map(lambda pair: Column((pair[0], *pair[1])))
LITERALS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63) + 1, 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
).map(Literal)
SIGNS = [
    *("or", "and", "=", "!=", "<", "<=", ">", ">="),
    *("||", "+", "-", "*", "/", "%"),
]


def _grow(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    return st.one_of(
        st.builds(Binary, st.sampled_from(SIGNS), inner, inner),
        st.builds(Unary, st.just("not"), inner),
        st.builds(Like, inner, inner, st.one_of(st.none(), st.characters())),
        st.builds(Between, inner, inner, inner),
        st.builds(In, inner, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(IsNull, inner),
        st.builds(Cast, inner, st.sampled_from(sorted(TYPES))),
        st.builds(Aggregate, st.sampled_from(sorted(AGGREGATES)), inner),
        st.just(Aggregate("count", None)),
    )


EXPRESSIONS: st.SearchStrategy[Expression] = st.recursive(
    st.one_of(LITERALS, COLUMNS), _grow, max_leaves=12
)
QUERIES = st.builds(
    Query,
    st.lists(
        st.builds(Item, EXPRESSIONS, st.one_of(st.none(), MEMBERS)), max_size=3
    ).map(tuple),
    st.builds(
        Table,
        st.lists(st.one_of(MEMBERS, st.integers(0, 99), st.none()), max_size=3).map(
            tuple
        ),
        st.one_of(st.none(), MEMBERS),
    ),
    st.one_of(st.none(), EXPRESSIONS),
    st.one_of(st.none(), st.integers(0, 10**18)),
)


def quoted(name: str) -> str:
    """A name as it may always stand."""
    return '"' + name.replace('"', '""') + '"'


def path(steps: tuple[str | int | None, ...]) -> str:
    """What follows a name."""
    written = ""
    for step in steps:
        if isinstance(step, str):
            written += f".{quoted(step)}"
        else:
            written += f"[{'*' if step is None else step}]"
    return written


def literal(value: object) -> str:
    """A constant."""
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "TRUE", False: "false"}[value]
    return repr(value)


def write(node: Expression) -> str:  # noqa: C901, PLR0911 - a case for each kind
    """An expression as SQL, with more parentheses than it needs."""
    match node:
        case Literal(value):
            return literal(value)
        case Column(steps):
            return path(steps).removeprefix(".")
        case Binary(sign, left, right):
            return f"({write(left)}) {sign} ({write(right)})"
        case Unary(_, operand):
            return f"not ({write(operand)})"
        case Like(operand, pattern, escape):
            tail = "" if escape is None else f" escape {literal(escape)}"
            return f"({write(operand)}) like ({write(pattern)}){tail}"
        case Between(operand, low, high):
            return f"({write(operand)}) BETWEEN ({write(low)}) and ({write(high)})"
        case In(operand, choices):
            return f"({write(operand)}) in ({', '.join(map(write, choices))})"
        case IsNull(operand):
            return f"({write(operand)}) is null"
        case Cast(operand, kind):
            return f"cast({write(operand)} as {kind})"
        case Aggregate(function, operand):
            return f"{function}({'*' if operand is None else write(operand)})"


def aliased(text: str, alias: str | None) -> str:
    """Something with another name."""
    return text if alias is None else f"{text} as {quoted(alias)}"


def write_query(query: Query) -> str:
    """A query as SQL."""
    items = [aliased(write(item.expression), item.alias) for item in query.items]
    table = aliased(f"OssObject{path(query.table.path)}", query.table.alias)
    text = f"SELECT {', '.join(items) or '*'} FROM {table}"
    if query.where is not None:
        text += f" WHERE {write(query.where)}"
    return text if query.limit is None else f"{text} LIMIT {query.limit}"


@settings(max_examples=150)
@given(QUERIES)
def test_any_query_is_read_as_it_was_written(query: Query) -> None:
    """Writing a query out and reading it gives the same query."""
    assert parse(write_query(query)) == query


SIGNS_AND_CONSTANTS = [
    *("(", ")", ",", ".", "[", "]", ";", "'"),
    *("'x'", '"y"', "1", "2.5", "_1", "name", "count", "sum", "ossobject"),
]
WORDS = st.sampled_from([*sorted(RESERVED), *SIGNS, *SIGNS_AND_CONSTANTS])


def try_parsing(text: str) -> None:
    """Reads a text that may be a query."""
    with contextlib.suppress(ServiceError):
        assert isinstance(parse(text), Query)


@settings(max_examples=200)
@given(st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=20).map(" ".join)))
def test_no_text_crashes_the_parser(text: str) -> None:
    """Any text is a query or has an error of its own."""
    try_parsing(text)
    try_parsing(f"select {text} from ossobject")
    try_parsing(f"select * from ossobject {text}")


def try_running(sql: str, data: bytes, layout: CsvFormat | JsonFormat) -> None:
    """Runs a query that may fail."""
    wanted = Settings(layout, most_skipped=9)
    with contextlib.suppress(ServiceError):
        source = Source([data], is_gzip=False)
        rows = list(Plan(parse(sql), source, Window(), wanted).rows())
        assert all(isinstance(row, bytes) for row in rows)


JSON = b'{"a":{"b":[{"x":1},{"x":2.5}]},"name":"x"}\n'


@settings(max_examples=100)
@given(EXPRESSIONS)
def test_no_expression_crashes_the_evaluator(node: Expression) -> None:
    """Any expression has a value for a row or an error of its own."""
    text = write(node)
    for sql in (
        f"select {text} from ossobject",
        f"select 1 from ossobject where {text}",
    ):
        try_running(sql, b"1,x,\n", CsvFormat())
        try_running(sql, JSON, JsonFormat())


@settings(max_examples=150)
@given(st.text("ab%_!", max_size=10), st.text("ab%_!", max_size=12))
def test_like_means_what_it_says(pattern: str, text: str) -> None:
    """LIKE agrees with the plainest possible definition."""

    def matches(rest: str, left: str) -> bool:
        if not rest:
            return not left
        if rest[0] == "%":
            return any(matches(rest[1:], left[at:]) for at in range(len(left) + 1))
        if rest[0] == "!" and len(rest) > 1:
            return left[:1] == rest[1] and matches(rest[2:], left[1:])
        return bool(left) and rest[0] in ("_", left[0]) and matches(rest[1:], left[1:])

    if _ends_in_escape(pattern):
        with pytest.raises(ServiceError):
            Pattern(pattern, "!")
    else:
        assert Pattern(pattern, "!").matches(text) is matches(pattern, text)


def _ends_in_escape(pattern: str) -> bool:
    return (len(pattern) - len(pattern.rstrip("!"))) % 2 == 1


def test_like_is_quick() -> None:
    """Many percent signs do not multiply."""
    assert not Pattern("%a" * 50 + "%b").matches("a" * 20_000)

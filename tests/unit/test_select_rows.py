"""Rows of a Select answer: parsed the same however the answer is cut, or refused."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ossc
from ossc._select import _rows
from ossc._select._rows import csv_rows, json_rows


def cut(data: bytes, places: list[int]) -> Iterator[bytes]:
    """The data in pieces."""
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return (data[a:b] for a, b in itertools.pairwise(edges))


def parsed(*pieces: bytes) -> list[list[str]]:
    """The rows of plain CSV."""
    return list(csv_rows(pieces, "\n", ",", '"'))


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (b"", []),
        (b"a,b\n", [["a", "b"]]),
        (b"a,b", [["a", "b"]]),
        (b"\n", [[""]]),
        (b",\n,", [["", ""], ["", ""]]),
        (b'"a\n,""b""",c\n', [['a\n,"b"', "c"]]),
        (b'"",""\n""', [["", ""], [""]]),
        (b'"""",x\n', [['"', "x"]]),
        (b"a\rb\x0bc,d\n", [["a\rb\x0bc", "d"]]),
        ("中,\U0001f600\n".encode(), [["中", "\U0001f600"]]),
    ],
)
def test_csv(data: bytes, rows: list[list[str]]) -> None:
    """Whole or byte by byte, the rows are the same."""
    assert parsed(data) == rows
    assert parsed(*(data[n : n + 1] for n in range(len(data)))) == rows


FIELDS = st.text(st.sampled_from("ab,\"\n\r';中 "), max_size=6)


@settings(max_examples=150)
@given(
    st.lists(st.lists(FIELDS, min_size=1, max_size=4), max_size=6),
    st.lists(st.integers(0, 400), max_size=6),
)
def test_any_csv_in_any_pieces(rows: list[list[str]], places: list[int]) -> None:
    """What Python's own module writes is read back."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    assert parsed(*cut(file.getvalue().encode(), places)) == rows


@settings(max_examples=100)
@given(st.text(st.sampled_from("ab;'|- "), max_size=40), st.integers(0, 40))
def test_other_delimiters(text: str, place: int) -> None:
    """Delimiters of two characters may be cut in two; what was joined is split again."""
    fields = text.split(";")
    rows = [["'" + f.replace("'", "''") + "'" for f in fields]] * 2
    data = "".join(";".join(row) + "|-" for row in rows).encode()
    assert list(csv_rows(cut(data, [place]), "|-", ";", "'")) == [fields] * 2


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner)
    ),
    max_leaves=6,
)


@pytest.mark.parametrize("record", ["\n", "\r\n", ",", "}", "a"])
@settings(max_examples=60)
@given(
    rows=st.lists(VALUES, max_size=5), places=st.lists(st.integers(0, 400), max_size=5)
)
def test_any_json_in_any_pieces(
    record: str, rows: list[Any], places: list[int]
) -> None:
    """Rows are found even where their delimiter stands in them, too."""
    rows = [{"row": row} for row in rows]
    data = "".join(json.dumps(row, ensure_ascii=False) + record for row in rows)
    assert list(json_rows(cut(data.encode(), places), record)) == rows


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'a,"b\n', "not closed"),
        (b'"a"b\n', "follows a closing quote"),
        (b"a,\xff\n", "not UTF-8"),
        ("中".encode()[:2], "not UTF-8"),
    ],
)
def test_wrong_csv(data: bytes, said: str) -> None:
    """The good rows before what is wrong come out first."""
    rows = csv_rows([b"1,2\n" + data[:1], data[1:]], "\n", ",", '"')
    assert next(rows) == ["1", "2"]
    with pytest.raises(ossc.MalformedResponse, match=said):
        list(rows)


@pytest.mark.parametrize(
    ("data", "record", "said"),
    [
        (b"{\n", "\n", "not JSON"),
        (b"{\n}", "\n", "not JSON"),
        (b'{"a"', ",", "last row"),
        (b"[" * 100_000 + b"\n", "\n", "not JSON"),
    ],
)
def test_wrong_json(data: bytes, record: str, said: str) -> None:
    """So with JSON."""
    rows = json_rows([b"{}" + record.encode(), data], record)
    assert next(rows) == {}
    with pytest.raises(ossc.MalformedResponse, match=said):
        list(rows)


def test_endless_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that does not end takes only so much memory."""
    monkeypatch.setattr(_rows, "MAX_ROW", 1000)
    endless = itertools.repeat(b"x" * 100)
    with pytest.raises(ossc.MalformedResponse, match="longer than 1000"):
        next(csv_rows(endless, "\n", ",", '"'))
    with pytest.raises(ossc.MalformedResponse):
        next(json_rows(itertools.repeat(b"[," * 50), ","))

"""How an object is laid out that is asked, and how the answer is to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ossc._names import check_text
from ossc._record import Record
from ossc.errors import ParameterError

if TYPE_CHECKING:
    from typing import Any

__all__ = ["CSVInput", "CSVOutput", "JSONInput", "JSONOutput", "RowSpan"]

RowSpan = tuple[int | None, int | None]

_MAX_ROW = 10**18 - 1


class CSVInput(Record):
    r"""A CSV object to ask.

    Attributes:
        header: What the first row is: `"none"`: data; `"use"`: the names of the columns,
            for use in the query; `"ignore"`: to be left out.
        record_delimiter: What ends a row; one or two ASCII characters.
        field_delimiter: What stands between fields; one ASCII character.
        quote: What fields are wrapped in that hold delimiters.
        comment: Rows that begin with this character are left out; None: there are none.
        line_range: Rows to look at, `(first, last)`, counted from 0, both inclusive and
            header and comments counted; `(10, None)` all from 10, `(None, 10)` the last
            ten. It needs `create_select_object_meta` first, as does `split_range`.
        split_range: Splits to look at, in the same way.
        quoted_record_delimiters: Whether fields in quotes may hold delimiters of rows;
            False allows a `range` of bytes.
        compression: `"none"` or `"gzip"`.

    Example:
        >>> ossc.CSVInput("use", field_delimiter="\t").header
        'use'
    """

    __slots__ = ()

    header: Literal["none", "use", "ignore"] = "none"
    record_delimiter: str = "\n"
    field_delimiter: str = ","
    quote: str = '"'
    comment: str | None = None
    line_range: RowSpan | None = None
    split_range: RowSpan | None = None
    quoted_record_delimiters: bool = True
    compression: Literal["none", "gzip"] = "none"

    def __init__(self, *values: Any, **named: Any) -> None:
        super().__init__(*values, **named)
        _check_choice("header", self.header, ("none", "use", "ignore"))
        _check_delimiter("record_delimiter", self.record_delimiter, 2)
        _check_delimiter("field_delimiter", self.field_delimiter)
        _check_delimiter("quote", self.quote)
        if self.comment is not None:
            _check_delimiter("comment", self.comment)
        _check_ranges(self.line_range, self.split_range, self.compression)


class JSONInput(Record):
    """A JSON object to ask.

    Attributes:
        type: `"LINES"`: a JSON value a line; `"DOCUMENT"`: one value.
        line_range: As in `ossc.CSVInput`; of lines only.
        split_range: As in `ossc.CSVInput`; of lines only.
        numbers_as_strings: Take numbers for strings, which keeps all their digits.
        compression: `"none"` or `"gzip"`.
    """

    __slots__ = ()

    type: Literal["LINES", "DOCUMENT"] = "LINES"
    line_range: RowSpan | None = None
    split_range: RowSpan | None = None
    numbers_as_strings: bool = False
    compression: Literal["none", "gzip"] = "none"

    def __init__(self, *values: Any, **named: Any) -> None:
        super().__init__(*values, **named)
        _check_choice("type", self.type, ("LINES", "DOCUMENT"))
        _check_ranges(self.line_range, self.split_range, self.compression)
        ranged = self.line_range is not None or self.split_range is not None
        if ranged and self.type == "DOCUMENT":
            raise ParameterError("a range of rows goes with JSON of the type LINES")


class CSVOutput(Record):
    """How the answer to a query of CSV is to be.

    Attributes:
        record_delimiter: What ends a row.
        field_delimiter: What stands between fields.
        header: Begin with the names of the columns.
        keep_all_columns: Leave columns that the query does not name empty instead of
            out.
        raw: Send the rows alone, without the frames whose checksums are compared here.
    """

    __slots__ = ()

    record_delimiter: str = "\n"
    field_delimiter: str = ","
    header: bool = False
    keep_all_columns: bool = False
    raw: bool = False

    def __init__(self, *values: Any, **named: Any) -> None:
        super().__init__(*values, **named)
        _check_delimiter("record_delimiter", self.record_delimiter, 2)
        _check_delimiter("field_delimiter", self.field_delimiter)


class JSONOutput(Record):
    """How the answer to a query of JSON is to be.

    Attributes:
        record_delimiter: What ends a row.
        raw: Send the rows alone, without the frames whose checksums are compared here.
    """

    __slots__ = ()

    record_delimiter: str = "\n"
    raw: bool = False

    def __init__(self, *values: Any, **named: Any) -> None:
        super().__init__(*values, **named)
        _check_delimiter("record_delimiter", self.record_delimiter, 2)


def _check_choice(what: str, value: str, choices: tuple[str, ...]) -> None:
    if check_text(what, value) not in choices:
        raise ParameterError(
            f"{what} is {value!r:.30}, not one of {', '.join(choices)}"
        )


def _check_delimiter(what: str, text: str, most: int = 1) -> None:
    if not 1 <= len(check_text(what, text)) <= most or not text.isascii():
        many = "one ASCII character" if most == 1 else f"1 to {most} ASCII characters"
        raise ParameterError(f"{what} must be {many}, not {text!r:.30}")


def _check_ranges(
    lines: RowSpan | None, splits: RowSpan | None, compression: str
) -> None:
    _check_choice("compression", compression, ("none", "gzip"))
    if lines is not None and splits is not None:
        raise ParameterError("line_range and split_range exclude each other")
    span = splits if lines is None else lines
    if span is None:
        return
    if compression == "gzip":
        raise ParameterError(
            "a range of rows goes with objects that are not compressed"
        )
    first, last = span
    ends = [end for end in span if end is not None]
    if not all(isinstance(end, int) for end in ends):
        raise TypeError("the ends of a range of rows must be int or None")
    backwards = first is not None and last is not None and first > last
    if not ends or backwards or not all(0 <= end <= _MAX_ROW for end in ends):
        raise ParameterError(f"{span!r:.60} is no range of rows")

"""CSV: rows out of records, columns out of rows, and rows of the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from ossc.mock._errors import ServiceError
from ossc.mock._select._nodes import Column
from ossc.mock._select._source import invalid_line
from ossc.mock._select._tokens import syntax_error
from ossc.mock._select._values import Mismatch, Value, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ossc.mock._select._evaluate import Evaluate
    from ossc.mock._select._nodes import Query, Step, Table
    from ossc.mock._select._settings import CsvFormat, Settings
    from ossc.mock._select._source import Record
    from ossc.mock._select._window import Window

__all__ = ["CsvTable", "CsvWriter", "fields_of", "kept_columns"]

_MAX_COLUMN = 1000

Row: TypeAlias = "list[str]"


def fields_of(data: bytes, layout: CsvFormat) -> list[str]:
    """Return the fields of a record.

    Raises:
        ServiceError: InvalidCsvLine or InvalidTextEncoding.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        message = "The object is not UTF-8."
        raise ServiceError("InvalidTextEncoding", message) from None
    quote, delimiter = layout.quote.decode(), layout.field.decode()
    if quote not in text:
        return text.split(delimiter)
    fields, at = [], 0
    while at <= len(text):
        field, at = _field(text, at, quote, delimiter)
        fields.append(field)
    return fields


def _field(text: str, at: int, quote: str, delimiter: str) -> tuple[str, int]:
    """Return a field and where the next one begins, past the end behind the last."""
    if not text.startswith(quote, at):
        end = text.find(delimiter, at)
        end = len(text) if end < 0 else end
        return text[at:end], end + 1
    end = text.find(quote, at + 1)
    while text.startswith(quote * 2, end) and end >= 0:
        end = text.find(quote, end + 2)
    if end < 0:
        raise invalid_line("a quote is not closed")
    if end + 1 < len(text) and not text.startswith(delimiter, end + 1):
        raise invalid_line("a text follows a closing quote")
    return text[at + 1 : end].replace(quote * 2, quote), end + 2


class CsvTable:
    """The rows of a CSV object, within a window.

    Attributes:
        header: The names of the columns, where the object has any.
    """

    def __init__(
        self,
        found: Iterator[Record],
        window: Window,
        layout: CsvFormat,
        settings: Settings,
        table: Table,
    ) -> None:
        if table.path:
            message = "Only JSON has a path behind ossobject."
            raise ServiceError("TableRootNodeOnlySupportInJson", message)
        self._records = found
        self._window = window
        self._layout = layout
        self._skips_partial = settings.skip_partial
        self._names = {"ossobject", (table.alias or "ossobject").lower()}
        self.header: Row | None = None
        if layout.header != "none":
            first = next(self._lines(), None)
            self.header = [] if first is None else fields_of(first.data, layout)

    def rows(self) -> Iterator[Row]:
        """Yield the rows of the window."""
        for record in self._lines():
            if self._window.is_past(record):
                return
            if self._window.holds(record):
                yield fields_of(record.data, self._layout)

    def _lines(self) -> Iterator[Record]:
        """Yield what is left of the records that are no comments."""
        comment = self._layout.comment
        for record in self._records:
            if comment is None or not record.data.startswith(comment):
                yield record

    def column(self, path: tuple[Step, ...]) -> Evaluate:
        """Return what takes a column out of a row."""
        index = self.index(path)
        skips_partial = self._skips_partial

        def evaluate(row: Row) -> Value:
            if index < len(row):
                return row[index]
            if skips_partial:
                raise Mismatch(f"the row has no column {index + 1}")
            return None

        return evaluate

    def index(self, path: tuple[Step, ...]) -> int:
        """Return the place of a column, counted from 0."""
        first = path[0]
        if len(path) > 1 and isinstance(first, str) and first.lower() in self._names:
            path = path[1:]
        name = path[0]
        if len(path) > 1 or not isinstance(name, str):
            message = "The columns of CSV are not nested."
            raise ServiceError("NestedColumnNotSupportInCsv", message)
        if self.header is not None and self._layout.header == "use":
            found = _place(self.header, name)
            if found is not None:
                return found
        if name[:1] == "_" and name[1:].isdecimal():
            return _numbered(name)
        raise syntax_error(f"there is no column {name!r}")

    def name(self, column: Column) -> str:
        """Return the name of a column of the result."""
        index = self.index(column.path)
        if self.header is not None and index < len(self.header):
            return self.header[index]
        return f"_{index + 1}"


def _place(header: Row, name: str) -> int | None:
    """Return where a name stands; upper and lower case count only between two."""
    if name in header:
        return header.index(name)
    lower = [each.lower() for each in header]
    return lower.index(name.lower()) if name.lower() in lower else None


def _numbered(name: str) -> int:
    number = int(name[1:6])
    if len(name) > 5 or not 1 <= number <= _MAX_COLUMN:
        message = f"The columns are _1 to _{_MAX_COLUMN}."
        raise ServiceError("SqlInvalidColumnIndex", message)
    return number - 1


class CsvWriter:
    """Writes rows of the answer."""

    def __init__(self, settings: Settings) -> None:
        self._quote = settings.out_quote
        self._field = settings.out_field
        self._record = settings.out_record
        self._special = {self._quote, self._field, *self._record}

    def row(self, values: Sequence[Value]) -> bytes:
        """Return a row with its delimiter."""
        fields = (self._quoted(text_of(value)) for value in values)
        return (self._field.join(fields) + self._record).encode()

    whole = row
    """A row of ``select *``."""

    def _quoted(self, text: str) -> str:
        if self._special.isdisjoint(text):
            return text
        quote = self._quote
        return f"{quote}{text.replace(quote, quote * 2)}{quote}"


def kept_columns(table: CsvTable, query: Query) -> Callable[[Row], list[str]]:
    """Return what blanks the columns of a row that the query does not name.

    Raises:
        ServiceError: The query computes something.
    """
    places = set()
    for item in query.items:
        if not isinstance(item.expression, Column):
            message = "KeepAllColumns goes with plain columns only."
            raise ServiceError("InvalidOSSSelectParameters", message)
        places.add(table.index(item.expression.path))

    def keep(row: Row) -> list[str]:
        return [text if at in places else "" for at, text in enumerate(row)]

    return keep

"""Plans: a query brought together with an object, ready to yield the answer's rows."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from ossc.mock._errors import ServiceError
from ossc.mock._select._csv import CsvTable, CsvWriter, kept_columns
from ossc.mock._select._evaluate import Evaluator
from ossc.mock._select._json import JsonTable, JsonWriter
from ossc.mock._select._nodes import Aggregate, Column
from ossc.mock._select._settings import CsvFormat
from ossc.mock._select._source import records
from ossc.mock._select._tokens import syntax_error
from ossc.mock._select._values import Mismatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ossc.mock._select._nodes import Item, Query
    from ossc.mock._select._settings import Settings
    from ossc.mock._select._source import Source
    from ossc.mock._select._window import Window

__all__ = ["Plan"]


class Plan:
    """A query over an object.

    Raises:
        ServiceError: The query does not fit the object.
    """

    def __init__(
        self, query: Query, source: Source, window: Window, settings: Settings
    ) -> None:
        self._settings = settings
        self._limit = query.limit
        self._skipped = 0
        layout = settings.format
        found = records(source, layout)
        self._table: CsvTable | JsonTable
        self._writer: CsvWriter | JsonWriter
        if isinstance(layout, CsvFormat):
            table = CsvTable(found, window, layout, settings, query.table)
            self._writer = CsvWriter(settings)
            self._table = table
            self._keep = None
            if settings.keep_all_columns and query.items:
                self._keep = kept_columns(table, query)
        else:
            self._table = JsonTable(found, window, layout, settings, query.table)
            self._writer = JsonWriter(settings, self._names(query.items))
            self._keep = None
        self._items = query.items
        evaluator = Evaluator(self._table)
        self._wanted: Callable[[Any], bool] | None = None
        if query.where is not None:
            self._wanted = evaluator.condition(query.where)
        self._columns = [evaluator.value(item.expression) for item in query.items]
        self._aggregators = evaluator.aggregators
        if self._aggregators:
            self._check_aggregates()

    def rows(self) -> Iterator[bytes]:
        """Yield the rows of the answer; b"" for a row that is not wanted.

        Raises:
            ServiceError: The object is not what it is said to be, or more rows than
                allowed do not fit the query.
        """
        if self._settings.header and self._table.header is not None:
            yield self._writer.row(self._header())
        if self._aggregators:
            yield from self._aggregate()
            return
        found = 0
        if self._limit == 0:
            return
        for row in self._table.rows():
            data = self._answer(row)
            yield data
            found += bool(data)
            if found == self._limit:
                return

    def _answer(self, row: Any) -> bytes:
        try:
            if self._wanted is not None and not self._wanted(row):
                return b""
            values = [column(row) for column in self._columns]
        except Mismatch as error:
            self._skip(error)
            return b""
        if self._keep is not None:
            return self._writer.row(self._keep(row))
        if not self._items:
            return self._writer.whole(row)
        return self._writer.row(values)

    def _aggregate(self) -> Iterator[bytes]:
        for row in self._table.rows():
            try:
                if self._wanted is None or self._wanted(row):
                    for aggregator in self._aggregators:
                        aggregator.prepare(row)
                    for aggregator in self._aggregators:
                        aggregator.commit()
            except Mismatch as error:
                self._skip(error)
            yield b""
        if self._limit != 0:
            try:
                yield self._writer.row([column(None) for column in self._columns])
            except Mismatch as error:
                raise ServiceError(error.code, str(error)) from None

    def _skip(self, error: Mismatch) -> None:
        self._skipped += 1
        if self._skipped > self._settings.most_skipped:
            raise ServiceError(error.code, str(error))

    def _check_aggregates(self) -> None:
        for item in self._items:
            if any(isinstance(node, Column) for node in _outside(item.expression)):
                raise syntax_error("columns and aggregate functions cannot be mixed")

    def _header(self) -> list[str]:
        if not self._items:
            return list(self._table.header or [])
        if self._keep is not None:
            return self._keep(list(self._table.header or []))
        return self._names(self._items)

    def _names(self, items: tuple[Item, ...]) -> list[str]:
        return [self._name(item, at) for at, item in enumerate(items, 1)]

    def _name(self, item: Item, at: int) -> str:
        name = item.alias
        if name is None and isinstance(item.expression, Column):
            name = self._table.name(item.expression)
        return f"_{at}" if name is None else name


def _outside(node: Any) -> Iterator[Any]:
    """Yield an expression and those in it that are not within an aggregate."""
    if isinstance(node, tuple):
        for each in node:
            yield from _outside(each)
    elif is_dataclass(node) and not isinstance(node, Aggregate):
        yield node
        for each in fields(node):
            yield from _outside(getattr(node, each.name))

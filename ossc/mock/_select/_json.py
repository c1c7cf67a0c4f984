"""JSON: rows out of documents and lines, values by path, and rows of the answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ossc.mock._errors import ServiceError
from ossc.mock._select._values import Mismatch, Value, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ossc.mock._select._evaluate import Evaluate
    from ossc.mock._select._nodes import Column, Step, Table
    from ossc.mock._select._settings import JsonFormat, Settings
    from ossc.mock._select._source import Record
    from ossc.mock._select._window import Window

__all__ = ["JsonTable", "JsonWriter", "read_json"]


def read_json(data: bytes, layout: JsonFormat) -> Any:
    """Return the value that a document or a line holds.

    Raises:
        ServiceError: InvalidJsonData, InvalidTextEncoding or JsonNodeExceedsMaxDepth.
    """
    number = str if layout.numbers_as_strings else None
    try:
        return json.loads(
            data.decode("utf-8"),
            parse_int=number,
            parse_float=number,
            parse_constant=_no_constant,
        )
    except UnicodeDecodeError:
        message = "The object is not UTF-8."
        raise ServiceError("InvalidTextEncoding", message) from None
    except ValueError as error:
        message = f"The JSON data is invalid: {error}."
        raise ServiceError("InvalidJsonData", message) from None
    except RecursionError:
        message = "The JSON data is nested too deeply."
        raise ServiceError("JsonNodeExceedsMaxDepth", message) from None


def _no_constant(text: str) -> None:
    raise ValueError(f"{text} is no value")


class JsonTable:
    """The rows of a JSON object, within a window."""

    header: None = None

    def __init__(
        self,
        found: Iterator[Record],
        window: Window,
        layout: JsonFormat,
        settings: Settings,
        table: Table,
    ) -> None:
        self._records = found
        self._window = window
        self._layout = layout
        self._skips_partial = settings.skip_partial
        self._table = table

    def rows(self) -> Iterator[Any]:
        """Yield the values at the table's path in each document or line."""
        for value in self._values():
            yield from _at(value, self._table.path)

    def _values(self) -> Iterator[Any]:
        if self._layout.is_document:
            lines = [record.data for record in self._records]
            yield read_json(b"\n".join(lines), self._layout)
            return
        for record in self._records:
            if self._window.is_past(record):
                return
            if self._window.holds(record) and record.data.strip():
                yield read_json(record.data, self._layout)

    def column(self, path: tuple[Step, ...]) -> Evaluate:
        """Return what takes the value at a path out of a row."""
        if None in path:
            message = "[*] can only stand behind ossobject."
            raise ServiceError("WildCardNotAllowed", message)
        steps = self._within(path)
        skips_partial = self._skips_partial

        def evaluate(row: Any) -> Value:
            found = list(_at(row, steps))
            if found:
                return found[0]
            if skips_partial:
                raise Mismatch(f"the row has no {'.'.join(map(str, path))}")
            return None

        return evaluate

    def _within(self, path: tuple[Step, ...]) -> tuple[Step, ...]:
        """Return the path without the table's name."""
        if path[0] == self._table.alias:
            return path[1:]
        if len(path) > 1 and str(path[0]).lower() == "ossobject":
            return path[1:]
        return path

    def name(self, column: Column) -> str | None:
        """Return the name of a column of the result; None where it has none."""
        last = column.path[-1]
        return last if isinstance(last, str) else None


def _at(value: Any, path: tuple[Step, ...]) -> Iterator[Any]:
    """Yield all that is at a path."""
    found: Iterable[Any] = (value,)
    for step in path:
        found = _step(found, step)
    yield from found


def _step(values: Iterable[Any], step: Step) -> Iterator[Any]:
    for value in values:
        if isinstance(step, str):
            if isinstance(value, dict) and step in value:
                yield value[step]
        elif isinstance(value, list):
            yield from value if step is None else value[step : step + 1]


class JsonWriter:
    """Writes rows of the answer.

    Args:
        settings: The request's.
        names: Of the columns.
    """

    def __init__(self, settings: Settings, names: Sequence[str]) -> None:
        self._record = settings.out_record
        self._names = names

    def row(self, values: Sequence[Value]) -> bytes:
        """Return a row with its delimiter."""
        return self.whole(dict(zip(self._names, values, strict=True)))

    def whole(self, value: Any) -> bytes:
        """Return a row of ``select *`` with its delimiter."""
        text = json.dumps(
            value, ensure_ascii=False, separators=(",", ":"), default=text_of
        )
        return (text + self._record).encode("utf-8", "surrogatepass")

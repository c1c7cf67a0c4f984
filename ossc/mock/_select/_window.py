"""Windows: which records of an object a request is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ossc.mock._select._settings import RowRange
    from ossc.mock._select._source import Record

__all__ = ["Meta", "Window"]


@dataclass(frozen=True)
class Meta:
    """What CreateSelectObjectMeta found out about an object.

    Attributes:
        content: What tells whether the object is still the same.
        layout: How the object was read.
        splits: Number of splits.
        rows: Number of rows, header and comments included.
        columns: Number of columns of the first row.
    """

    content: tuple[object, ...]
    layout: tuple[object, ...]
    splits: int
    rows: int
    columns: int


class Window:
    """A range of rows, splits or bytes; all of them by default.

    Args:
        unit: What is counted: ``row``, ``split`` or ``start``.
        first: The first one.
        last: The last one; None for no end.
    """

    def __init__(
        self, unit: str = "row", first: int = 0, last: int | None = None
    ) -> None:
        self._index = ("row", "split", "start").index(unit)
        self._first = first
        self._last = last

    @classmethod
    def of(cls, asked: RowRange, meta: Meta) -> Window:
        """Return the window for a range of lines or splits."""
        unit, total = "row", meta.rows
        if asked.unit == "split":
            unit, total = "split", meta.splits
        if asked.first is None:
            return cls(unit, max(0, total - (asked.last or 0)))
        return cls(unit, asked.first, asked.last)

    def holds(self, record: Record) -> bool:
        """Say whether a record is meant."""
        place: int = record[self._index]  # type: ignore[assignment]
        return place >= self._first and not self.is_past(record)

    def is_past(self, record: Record) -> bool:
        """Say whether this record and all behind it are not meant."""
        place: int = record[self._index]  # type: ignore[assignment]
        return self._last is not None and place > self._last

"""How much memory an item takes that waits between a thread and a task, about."""

from __future__ import annotations

from typing import Any

__all__ = ["weight_of"]

_OF_ANY = 4 << 10


def weight_of(item: Any) -> int:
    """Bytes of a piece of data, of a key's data, or of what is looked at only."""
    if isinstance(item, tuple):  # a key and its data
        return sum(map(weight_of, item))
    data = getattr(getattr(item, "_result", item), "data", item)
    if isinstance(data, bytes | bytearray | memoryview):
        return _OF_ANY + memoryview(data).nbytes
    return _OF_ANY

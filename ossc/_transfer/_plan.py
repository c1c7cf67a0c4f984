"""Part plans: how large the parts of a transfer are and where they lie. No I/O."""

from __future__ import annotations

from collections.abc import Iterator

from ossc._names import check_whole
from ossc.errors import ParameterError

__all__ = [
    "MAX_PART",
    "MAX_PARTS",
    "MAX_SIZE",
    "MIN_PART",
    "Part",
    "check_concurrency",
    "check_part_size",
    "part_size_for",
    "parts_of",
    "stream_part_size",
]

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB

MAX_PARTS = 10_000
MIN_PART = 100 * KIB
MAX_PART = 5 * GIB
MAX_SIZE = MAX_PARTS * MAX_PART

MAX_CONCURRENCY = 1000

# So few parts may stay below the largest size that all 10,000 still hold 48.8 TB.
_GROWING_PARTS = 900


class Part:
    """One part of a transfer.

    Attributes:
        number: Counted from 1.
        offset: Where it begins in the object.
        size: Its bytes; none is empty.
    """

    __slots__ = ("number", "offset", "size")

    def __init__(self, number: int, offset: int, size: int) -> None:
        self.number = number
        self.offset = offset
        self.size = size

    @property
    def last(self) -> int:
        """The position of its last byte, as ranges name it."""
        return self.offset + self.size - 1

    def __repr__(self) -> str:
        return f"Part({self.number}, {self.offset}, {self.size})"


def part_size_for(size: int, wanted: int) -> int:
    """The wanted size of parts, or as many MiB more as 10,000 parts need to hold `size`.

    Raises:
        ParameterError: No 10,000 parts can hold that much.
    """
    if size > MAX_SIZE:
        raise ParameterError(
            f"{size} bytes are more than {MAX_PARTS} parts of {MAX_PART} bytes hold"
        )
    needed = -(-size // MAX_PARTS)
    return wanted if needed <= wanted else -(-needed // MIB) * MIB


def parts_of(size: int, part_size: int, begin: int = 0) -> Iterator[Part]:
    """The parts of so many bytes from `begin` on, in order; none of nothing."""
    for number, offset in enumerate(range(0, size, part_size), start=1):
        yield Part(number, begin + offset, min(part_size, size - offset))


def stream_part_size(number: int, first: int, most: int = MAX_PART) -> int:
    """The size of a part of a stream whose end is not known.

    It doubles so often that 10,000 parts hold 48.8 TB whatever the first part's size is,
    and so seldom that the first gigabytes need little memory.

    Args:
        number: The part, from 1.
        first: The size of the first part.
        most: What no part exceeds.
    """
    doublings = max(1, (-(-MAX_PART // first) - 1).bit_length())
    step = (number - 1) * doublings // _GROWING_PARTS
    return min(first << step if step < doublings else MAX_PART, max(first, most))


def check_part_size(part_size: int | None, default: int, *, least: int = 1) -> int:
    """The size of parts that the caller gave, or the default."""
    if part_size is None:
        return default
    return check_whole("part_size", part_size, MAX_PART, least=least)


def check_concurrency(concurrency: int) -> int:
    """How many parts may be under way at a time."""
    return check_whole("concurrency", concurrency, MAX_CONCURRENCY, least=1)

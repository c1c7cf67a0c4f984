"""Part plans: the limits, at their edges."""

from __future__ import annotations

import pytest

import ossc
from ossc._transfer._plan import (
    GIB,
    MAX_PART,
    MAX_PARTS,
    MAX_SIZE,
    MIB,
    MIN_PART,
    check_concurrency,
    check_part_size,
    part_size_for,
    parts_of,
    stream_part_size,
)


@pytest.mark.parametrize(
    ("size", "wanted", "expected"),
    [
        (0, 8 * MIB, 8 * MIB),
        (8 * MIB * MAX_PARTS, 8 * MIB, 8 * MIB),
        (8 * MIB * MAX_PARTS + 1, 8 * MIB, 9 * MIB),
        (MIN_PART * MAX_PARTS + 1, MIN_PART, MIB),
        (48_800 * 10**9, 8 * MIB, 4654 * MIB),
        (MAX_SIZE, 1, MAX_PART),
    ],
)
def test_part_size_of_a_known_size(size: int, wanted: int, expected: int) -> None:
    """It is what was wished for, unless 10,000 parts would not do."""
    assert part_size_for(size, wanted) == expected
    assert -(-size // expected) <= MAX_PARTS


def test_more_than_an_object_can_hold() -> None:
    """Is refused before anything is sent."""
    with pytest.raises(ossc.ParameterError, match="10000 parts"):
        part_size_for(MAX_SIZE + 1, 8 * MIB)


@pytest.mark.parametrize(
    ("size", "part_size", "expected"),
    [
        (0, 5, []),
        (1, 5, [(1, 0, 1, 0)]),
        (5, 5, [(1, 0, 5, 4)]),
        (11, 5, [(1, 0, 5, 4), (2, 5, 5, 9), (3, 10, 1, 10)]),
    ],
)
def test_parts(
    size: int, part_size: int, expected: list[tuple[int, int, int, int]]
) -> None:
    """They follow one another; only the last is smaller."""
    found = [(p.number, p.offset, p.size, p.last) for p in parts_of(size, part_size)]
    assert found == expected


def test_a_part_tells_what_it_is() -> None:
    """For whoever looks at one."""
    assert [repr(part) for part in parts_of(3, 5)] == ["Part(1, 0, 3)"]


@pytest.mark.parametrize("first", [MIN_PART, MIB, 8 * MIB, 64 * MIB, GIB, MAX_PART])
def test_a_stream_of_any_length_fits(first: int) -> None:
    """10,000 parts of a stream hold 48.8 TB, whatever the first part's size is."""
    sizes = [stream_part_size(number, first) for number in range(1, MAX_PARTS + 1)]
    assert sizes[0] == first
    assert sizes == sorted(sizes)
    assert max(sizes) == MAX_PART
    assert sum(sizes) >= 48_800 * 10**9


def test_the_first_gigabytes_of_a_stream_need_little_memory() -> None:
    """Parts are small as long as there are few."""
    moved, number = 0, 1
    while moved < 2 * GIB:
        moved += stream_part_size(number, 8 * MIB)
        number += 1
    assert stream_part_size(number, 8 * MIB) == 16 * MIB


@pytest.mark.parametrize("most", [MIB, 100 * MIB])
def test_a_limit_bounds_the_parts_of_a_stream(most: int) -> None:
    """No part is larger, unless the first one was meant to be."""
    sizes = {stream_part_size(n, 8 * MIB, most) for n in range(1, MAX_PARTS + 1)}
    assert max(sizes) == max(most, 8 * MIB)


def test_a_part_size_is_checked() -> None:
    """It is a whole number from the least to 5 GiB; None is the default."""
    assert check_part_size(None, 7) == 7
    assert check_part_size(MIN_PART, 7, least=MIN_PART) == MIN_PART
    for wrong in (0, -1, MAX_PART + 1):
        with pytest.raises(ossc.ParameterError, match="part_size"):
            check_part_size(wrong, 7)
    with pytest.raises(ossc.ParameterError, match="part_size"):
        check_part_size(MIN_PART - 1, 7, least=MIN_PART)
    with pytest.raises(TypeError, match="part_size"):
        check_part_size(1.5, 7)  # type: ignore[arg-type]


def test_concurrency_is_checked() -> None:
    """At least one part is under way."""
    assert check_concurrency(1) == 1
    for wrong in (0, -1, 1001):
        with pytest.raises(ossc.ParameterError, match="concurrency"):
            check_concurrency(wrong)

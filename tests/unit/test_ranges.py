"""Byte ranges: what is asked for, and which answers are believed."""

from __future__ import annotations

from typing import Any

import pytest

import ossc
from ossc._ranges import check_answered, range_headers
from ossc._sdk import Answer
from ossc.models import Headers


@pytest.mark.parametrize(
    ("span", "header"),
    [
        ((0, 99), "bytes=0-99"),
        ((0, 0), "bytes=0-0"),
        ((100, None), "bytes=100-"),
        ((None, 100), "bytes=-100"),
        (range(100), "bytes=0-99"),
        (range(5, 6), "bytes=5-5"),
        ("bytes=0-99", "bytes=0-99"),
        ("bytes=100-", "bytes=100-"),
        ("bytes=-100", "bytes=-100"),
        ((2**63 - 1, None), "bytes=9223372036854775807-"),
    ],
)
def test_what_is_asked_for(span: Any, header: str) -> None:
    """Every form becomes HTTP's, and OSS is asked to behave by the standard."""
    assert range_headers(span) == {
        "Range": header,
        "x-oss-range-behavior": "standard",
    }


def test_the_whole_object_needs_no_header() -> None:
    """No range, no header."""
    assert range_headers(None) == {}


@pytest.mark.parametrize(
    "span",
    [
        (None, None),
        (None, 0),
        (-1, 5),
        (0, -1),
        (None, -5),
        (5, 4),
        (0, 2**63),
        range(0),
        range(5, 5),
        range(5, 0),
        range(0, 10, 2),
        range(-5, 5),
        "bytes=-",
        "bytes=9-1",
        "bytes=a-b",
        "bytes=0-9,20-29",
        "bytes=0-9\r\nX: y",
        "bytes=\u0661-\u0662",
        "bytes= 0-9",
        "0-9",
        "",
    ],
    ids=repr,
)
def test_what_is_no_range(span: Any) -> None:
    """Empty, backwards, negative and misspelt ranges are refused."""
    with pytest.raises(ossc.ParameterError):
        range_headers(span)


@pytest.mark.parametrize("span", [5, (1,), (1, 2, 3), (1.5, 2), ("0", "9"), {0, 9}])
def test_what_is_of_another_type(span: Any) -> None:
    """What cannot be a range is a TypeError."""
    with pytest.raises(TypeError):
        range_headers(span)


def answer(status: int, content_range: str | None, length: int = 10) -> Answer:
    """A download's answer."""
    headers = {"Content-Length": str(length)}
    if content_range is not None:
        headers["Content-Range"] = content_range
    return Answer.made(status, Headers(headers))


@pytest.mark.parametrize(
    ("span", "content_range", "received"),
    [
        ((0, 9), "bytes 0-9/100", 10),
        ((90, None), "bytes 90-99/100", 10),
        ((None, 10), "bytes 90-99/100", 10),
        ((None, 1000), "bytes 0-99/100", 100),
        ((95, 200), "bytes 95-99/100", 5),
        (range(10), "bytes 0-9/100", 10),
        ("bytes=0-9", "bytes 0-9/10", 10),
    ],
)
def test_the_range_that_was_asked_for(
    span: Any, content_range: str, received: int
) -> None:
    """It may end with the object, and otherwise is exact."""
    check_answered(span, answer(206, content_range), received)


@pytest.mark.parametrize(
    ("span", "status", "content_range", "received"),
    [
        ((0, 9), 200, None, 100),
        ((0, 9), 206, None, 10),
        ((0, 9), 206, "bytes 0-8/100", 9),
        ((0, 9), 206, "bytes 1-9/100", 9),
        ((0, 9), 206, "bytes 0-9/100", 9),
        ((0, 9), 206, "bytes 0-9/*", 10),
        ((0, 9), 206, "bytes 9-0/100", 10),
        ((0, 9), 206, "bytes 0-9/9", 10),
        ((0, 9), 206, "bytes=0-9/100", 10),
        ((0, 9), 206, "bytes 0-9/100 ", 10),
        ((0, 9), 206, "bytes 0-9/99999999999999999999", 10),
        ((None, 10), 206, "bytes 0-9/100", 10),
        ((90, None), 206, "bytes 90-98/100", 9),
        (None, 206, "bytes 0-9/100", 10),
        (None, 206, None, 10),
        (None, 200, "bytes 0-9/100", 10),
        (None, 204, None, 0),
    ],
)
def test_what_is_not_believed(
    span: Any, status: int, content_range: str | None, received: int
) -> None:
    """Other bytes than were asked for are no success."""
    with pytest.raises(ossc.MalformedResponse):
        check_answered(span, answer(status, content_range), received)


def test_the_whole_object() -> None:
    """A plain 200 is the whole object."""
    check_answered(None, answer(200, None), 10)

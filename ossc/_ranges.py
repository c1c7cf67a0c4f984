"""Byte ranges: how they are asked for, and whether the answer is what was asked."""

from __future__ import annotations

import builtins

from ossc._answers import content_range
from ossc._names import DIGITS, check_whole, consists_of
from ossc._sdk import WHOLE, Answer
from ossc.errors import MalformedResponse, ParameterError

__all__ = ["ByteRange", "bounds", "check_answered", "most_of", "range_headers"]

ByteRange = builtins.range | tuple[int | None, int | None] | str

MAX_POSITION = 2**63 - 1


def range_headers(span: ByteRange | None) -> dict[str, str]:
    """The headers for a range; none for the whole object.

    OSS answers a range outside the object with the whole object unless it is asked to
    behave as the HTTP standard says; it is.

    Raises:
        ParameterError: The range is empty, negative or backwards.
    """
    if span is None:
        return {}
    first, last = bounds(span)
    a = "" if first is None else str(first)
    b = "" if last is None else str(last)
    return {"Range": f"bytes={a}-{b}", "x-oss-range-behavior": "standard"}


def most_of(span: ByteRange | None) -> int | None:
    """How many bytes a range holds at most; None where only the object's end bounds it."""
    if span is None:
        return None
    first, last = bounds(span)
    if first is None or last is None:
        return last
    return last - first + 1


def check_answered(span: ByteRange | None, answer: Answer, received: int) -> None:
    """Compares an answer with what was asked for.

    Raises:
        MalformedResponse: The server sent other bytes than the range asks for, another
            success than a download's, or no length, so that a cut could not be seen.
    """
    if span is None and answer.facts & WHOLE:
        return
    headers = answer.headers
    if answer.status not in (200, 206):
        raise MalformedResponse(f"a download was answered with HTTP {answer.status}")
    if "content-length" not in headers and "transfer-encoding" not in headers:
        raise MalformedResponse("the answer does not tell its length")
    got = content_range(headers)
    if span is None:
        if got is not None or answer.status == 206:
            raise MalformedResponse("the server sent a range that nobody asked for")
        return
    if got is None:
        raise MalformedResponse("the server ignored the range that was asked for")
    first, last = bounds(span)
    begin, end, size = got
    wanted = _absolute(first, last, size)
    if (begin, end) != wanted or received != end - begin + 1:
        raise MalformedResponse(
            f"asked for bytes {wanted[0]}-{wanted[1]}, the server sent {received} bytes "
            f"as {begin}-{end}"
        )


def _absolute(first: int | None, last: int | None, size: int) -> tuple[int, int]:
    if first is None:
        return max(0, size - (last or 0)), size - 1
    return first, size - 1 if last is None else min(last, size - 1)


def bounds(span: ByteRange) -> tuple[int | None, int | None]:
    """First and last position; (None, n) for the last n bytes."""
    if isinstance(span, str):
        a, dash, b = span.removeprefix("bytes=").partition("-")
        if not (span[:6] == "bytes=" and dash and _is_position(a) and _is_position(b)):
            raise ParameterError(f"{span!r:.60} is not a range such as 'bytes=0-99'")
        return _checked(int(a) if a else None, int(b) if b else None)
    if isinstance(span, builtins.range):
        if span.step != 1 or len(span) == 0:
            raise ParameterError(f"{span!r} is empty or has a step other than 1")
        return _checked(span.start, span.stop - 1)
    if not isinstance(span, tuple | list) or len(span) != 2:
        raise TypeError(
            "a range is a (first, last) pair, a range, or the header's text"
        )
    return _checked(*span)


def _is_position(text: str) -> bool:
    """Whether it is a decimal that is not too long, or nothing."""
    return text == "" or consists_of(text, DIGITS, 19)


def _checked(first: int | None, last: int | None) -> tuple[int | None, int | None]:
    for position in (first, last):
        if position is not None:
            check_whole("a position of a range", position, MAX_POSITION)
    if first is None and last is None:
        raise ParameterError("a range needs a first or a last position")
    if first is None and last == 0:
        raise ParameterError("the last 0 bytes are an empty range")
    if first is not None and last is not None and first > last:
        raise ParameterError(f"the range {first}-{last} is backwards")
    return first, last

"""Rows of an answer, parsed from the pieces in which it comes."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Iterator
from typing import Any

from ossc.errors import MalformedResponse

__all__ = ["MAX_ROW", "csv_rows", "json_rows"]

MAX_ROW = 64 * 1024 * 1024


def csv_rows(
    pieces: Iterable[bytes], record: str, field: str, quote: str
) -> Iterator[list[str]]:
    """The fields of each row.

    Args:
        pieces: The answer.
        record: What ends a row.
        field: What stands between fields.
        quote: What fields may be wrapped in, doubled where it stands in one.

    Raises:
        MalformedResponse: A quote is not closed, the text is not UTF-8, or a row is
            longer than any of OSS.
    """
    for line in _lines(pieces, record, quote):
        if quote in line:
            yield _quoted_fields(line, field, quote)
        else:
            yield line.split(field)


def json_rows(pieces: Iterable[bytes], record: str) -> Iterator[Any]:
    """The value of each row.

    Raises:
        MalformedResponse: A row is not JSON, or is longer than any of OSS.
    """
    if any(character >= " " for character in record):
        # JSON may hold such a delimiter, so it does not end a row for certain.
        return _JSONRows(record).rows(pieces)
    return _json_lines(pieces, record)


def _json_lines(pieces: Iterable[bytes], record: str) -> Iterator[Any]:
    for line in _lines(pieces, record):
        if line.strip():
            try:
                yield json.loads(line)
            except (ValueError, RecursionError) as error:
                raise MalformedResponse(f"a row is not JSON: {error}") from None


class _JSONRows:
    """Finds where values end by reading them.

    A value that is not whole yet is read again when twice as much of it is there, so all
    of it is not read more than twice.
    """

    def __init__(self, record: str) -> None:
        self._record = record
        self._decoder = json.JSONDecoder()
        self._buffer = ""
        self._enough = 0

    def rows(self, pieces: Iterable[bytes]) -> Iterator[Any]:
        for text in _decoded(pieces):
            self._buffer += text
            if len(self._buffer) >= self._enough:
                yield from self._take(is_last=False)
            if len(self._buffer) > MAX_ROW:
                raise MalformedResponse(f"a row of the answer is longer than {MAX_ROW}")
        yield from self._take(is_last=True)
        if self._buffer.strip():
            raise MalformedResponse("the last row is not JSON")

    def _take(self, *, is_last: bool) -> Iterator[Any]:
        """The values that are whole, off the buffer."""
        at = 0
        while (found := self._value(at, is_last=is_last)) is not None:
            value, at = found
            yield value
        self._buffer = self._buffer[at:]
        self._enough = 2 * len(self._buffer)

    def _value(self, at: int, *, is_last: bool) -> tuple[Any, int] | None:
        """The value there and where the next one begins; None when it is not whole."""
        while self._buffer[at : at + 1].isspace():
            at += 1
        try:
            value, end = self._decoder.raw_decode(self._buffer, at)
        except (ValueError, RecursionError):
            return None
        follower = self._buffer[end : end + len(self._record)]
        if follower == self._record:
            return value, end + len(self._record)
        if not is_last and self._record.startswith(follower):
            return None
        if is_last and not self._buffer[end:].strip():
            return value, len(self._buffer)
        raise MalformedResponse("something else follows the value of a row")


def _lines(
    pieces: Iterable[bytes], record: str, quote: str | None = None
) -> Iterator[str]:
    """What the delimiters end that stand within no quotes; what is left as the last."""
    buffer, at, looked, is_open = "", 0, 0, False
    for text in _decoded(pieces):
        buffer, at, looked = buffer[at:] + text, 0, looked - at
        while (found := buffer.find(record, looked)) >= 0:
            if quote is not None and buffer.count(quote, looked, found) % 2:
                is_open = not is_open
            looked = found + len(record)
            if not is_open:
                yield buffer[at:found]
                at = looked
        if len(buffer) - at > MAX_ROW:
            raise MalformedResponse(f"a row of the answer is longer than {MAX_ROW}")
    if buffer[at:]:
        yield buffer[at:]


def _decoded(pieces: Iterable[bytes]) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in pieces:
            yield decoder.decode(piece)
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise MalformedResponse("the rows are not UTF-8") from None


def _quoted_fields(line: str, field: str, quote: str) -> list[str]:
    fields, at = [], 0
    while at <= len(line):
        if not line.startswith(quote, at):
            end = line.find(field, at)
            end = len(line) if end < 0 else end
            fields.append(line[at:end])
            at = end + 1
            continue
        end = line.find(quote, at + 1)
        while end >= 0 and line.startswith(quote, end + 1):
            end = line.find(quote, end + 2)
        if end < 0:
            raise MalformedResponse("a quote in a row is not closed")
        if end + 1 < len(line) and not line.startswith(field, end + 1):
            raise MalformedResponse("a text follows a closing quote in a row")
        fields.append(line[at + 1 : end].replace(quote * 2, quote))
        at = end + 2
    return fields

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
    # A delimiter that JSON may hold does not end a row for certain.
    is_certain = all(character < " " for character in record)
    line = ""
    for part in _lines(pieces, record):
        line += part
        if not line.strip():
            line = ""
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            if is_certain or isinstance(error, RecursionError) or len(line) > MAX_ROW:
                raise MalformedResponse(f"a row is not JSON: {error}") from None
            line += record
            continue
        yield value
        line = ""
    if line.strip():
        raise MalformedResponse("the last row is not JSON")


def _lines(
    pieces: Iterable[bytes], record: str, quote: str | None = None
) -> Iterator[str]:
    """What the delimiters end that stand within no quotes; what is left as the last."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    buffer, at, looked, is_open = "", 0, 0, False
    for text in _decoded(decoder, pieces):
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


def _decoded(
    decoder: codecs.IncrementalDecoder, pieces: Iterable[bytes]
) -> Iterator[str]:
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

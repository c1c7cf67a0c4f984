"""Sources: an object's bytes, decompressed, and cut into records with their places."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, NamedTuple

from ossc.mock._errors import ServiceError
from ossc.mock._select._settings import CsvFormat

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ossc.mock._select._settings import JsonFormat

__all__ = ["SPLIT_BYTES", "Record", "Source", "invalid_line", "records"]

SPLIT_BYTES = 256 * 1024
_GZIP_WINDOW = 31
_SLICE_BYTES = 8 * 1024
_MARK = b"\xef\xbb\xbf"


class Record(NamedTuple):
    """One record as it stands in the object, without its delimiter."""

    row: int
    split: int
    start: int
    data: bytes


class Source:
    """The bytes of an object, decompressed where they must be.

    Attributes:
        offset: How much of the stored object has been looked at.
    """

    def __init__(self, pieces: Iterable[bytes], *, is_gzip: bool) -> None:
        self._pieces = pieces
        self._is_gzip = is_gzip
        self.offset = 0

    def __iter__(self) -> Iterator[bytes]:
        """Yield the bytes, piece by piece.

        Raises:
            ServiceError: DecompressFailure.
        """
        if self._is_gzip:
            return self._inflated()
        return self._plain()

    def advance(self, position: int) -> None:
        """Note that all before a position of the plain bytes was looked at."""
        if not self._is_gzip:
            self.offset = position

    def _plain(self) -> Iterator[bytes]:
        yield from self._pieces

    def _inflated(self) -> Iterator[bytes]:
        engine, begun = zlib.decompressobj(_GZIP_WINDOW), False
        for piece in self._pieces:
            for at in range(0, len(piece), _SLICE_BYTES):
                rest = piece[at : at + _SLICE_BYTES]
                while rest:
                    if engine.eof:
                        engine = zlib.decompressobj(_GZIP_WINDOW)
                    begun = True
                    yield _inflate(engine, rest)
                    rest = engine.unused_data
            self.offset += len(piece)
        if begun and not engine.eof:
            raise _broken()


def _inflate(engine: zlib._Decompress, data: bytes) -> bytes:
    try:
        return engine.decompress(data)
    except zlib.error:
        raise _broken() from None


def _broken() -> ServiceError:
    return ServiceError("DecompressFailure", "The object is not sound GZIP data.")


def invalid_line(what: str) -> ServiceError:
    """Return what an object that is no CSV is answered with."""
    return ServiceError("InvalidCsvLine", f"The CSV line is invalid: {what}.")


def records(source: Source, layout: CsvFormat | JsonFormat) -> Iterator[Record]:
    """Yield the records of an object; the last one may lack its delimiter.

    Raises:
        ServiceError: InvalidCsvLine, when the object ends within quotes.
    """
    delimiter, quote = b"\n", None
    if isinstance(layout, CsvFormat):
        delimiter = layout.record
        quote = layout.quote if layout.quoted_records else None
    split = start = begun = 0
    for row, data in enumerate(_lines(source, delimiter, quote)):
        text = data.removeprefix(_MARK) if start == 0 else data
        yield Record(row, split, start, text.removesuffix(delimiter))
        start += len(data)
        if start - begun >= SPLIT_BYTES:
            split, begun = split + 1, start
        source.advance(start)


def _lines(source: Source, delimiter: bytes, quote: bytes | None) -> Iterator[bytes]:
    """Yield the records with their delimiters, none of which stands within quotes."""
    buffer, at, is_open, looked = b"", 0, False, 0
    for piece in source:
        buffer, at, looked = buffer[at:] + piece, 0, looked - at
        while (found := buffer.find(delimiter, looked)) >= 0:
            end = found + len(delimiter)
            if quote is not None and buffer.count(quote, looked, found) % 2:
                is_open = not is_open
            looked = end
            if not is_open:
                yield buffer[at:end]
                at = end
        # A delimiter may be cut in two; quotes behind `looked` are counted with it.
    rest = buffer[at:]
    if quote is not None and buffer.count(quote, looked) % 2:
        is_open = not is_open
    if is_open:
        raise invalid_line("a quote is not closed")
    if rest:
        yield rest

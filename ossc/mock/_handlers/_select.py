"""SelectObject and CreateSelectObjectMeta."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._handlers._intake import receive_small
from ossc.mock._handlers._lookup import find, follow
from ossc.mock._handlers._ranges import byte_range
from ossc.mock._handlers._states import require_readable
from ossc.mock._http import Response, Stream
from ossc.mock._output import Hangup
from ossc.mock._select._answer import framed, plain
from ossc.mock._select._csv import fields_of
from ossc.mock._select._json import read_json
from ossc.mock._select._parser import parse
from ossc.mock._select._plan import Plan
from ossc.mock._select._settings import CsvFormat, Settings, read_meta, read_select
from ossc.mock._select._source import Source, records
from ossc.mock._select._window import Meta, Window
from ossc.mock._select_frames import continuous_frame, csv_meta_frame, json_meta_frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ossc.mock._call import Call
    from ossc.mock._records import ObjectRecord

__all__ = ["create_select_object_meta", "select_object"]

_MAX_DOCUMENT_BYTES = 1024 * 1024
_RAW = "x-oss-select-output-raw"


def select_object(call: Call) -> Response:
    """Send the rows of an object that a query asks for."""
    kind = _kind(call)
    settings = read_select(receive_small(call, _MAX_DOCUMENT_BYTES), kind)
    query = parse(settings.expression)
    with call.store.lock:
        record = _object(call)
        window = _window(call, record, settings)
        pieces = call.store.read(record.segments)
    source = Source(pieces, is_gzip=settings.is_gzip)
    rows = Plan(query, source, window, settings).rows()
    if settings.raw:
        chunks = plain(rows)
    else:
        chunks = framed(rows, lambda: source.offset, checksums=settings.checksums)
    # What fails at once is an ordinary error: the head has not been sent yet.
    first = next(chunks)
    headers = {
        "Content-Type": "application/octet-stream",
        _RAW: "true" if settings.raw else "false",
    }
    stream = Stream(None, _unbroken(chain((first,), chunks)))
    return Response(206, headers, stream)


def _unbroken(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield raw rows; what fails between them can only end the connection."""
    try:
        yield from chunks
    except ServiceError:
        raise Hangup(reset=False) from None


def create_select_object_meta(call: Call) -> Response:
    """Count an object's rows, which makes ranges of them selectable."""
    kind = _kind(call)
    settings = read_meta(receive_small(call, _MAX_DOCUMENT_BYTES), kind)
    with call.store.lock:
        record = _object(call)
        meta = call.bucket.select_meta.get(call.key)
        pieces = call.store.read(record.segments)
    known = meta is not None and _fits(meta, record, settings)
    if meta is None or not known or settings.overwrite:
        meta = _count(record, pieces, settings)
        with call.store.lock:
            call.bucket.select_meta[call.key] = meta
    size = record.size
    if kind == "csv":
        end = csv_meta_frame(size, meta.splits, meta.rows, meta.columns)
    else:
        end = json_meta_frame(size, meta.splits, meta.rows)
    headers = {"Content-Type": "application/octet-stream"}
    return Response(200, headers, continuous_frame(size) + end)


def _kind(call: Call) -> str:
    text = call.request.param("x-oss-process") or ""
    kind = text.partition("/")[0]
    if kind not in {"csv", "json"}:
        raise invalid_argument("The process is not known.", "x-oss-process", text)
    return kind


def _object(call: Call) -> ObjectRecord:
    record = follow(call, find(call))
    require_readable(call, call.bucket, record)
    return record


def _count(record: ObjectRecord, pieces: Iterator[bytes], settings: Settings) -> Meta:
    """Read the whole object, which must be sound."""
    splits = rows = columns = 0
    layout = settings.format
    source = Source(pieces, is_gzip=False)
    for each in records(source, layout):
        if isinstance(layout, CsvFormat):
            columns = columns or len(fields_of(each.data, layout))
        elif each.data.strip():
            read_json(each.data, layout)
        splits, rows = each.split + 1, each.row + 1
    return Meta(_content(record), _layout(settings), splits, rows, columns)


def _content(record: ObjectRecord) -> tuple[object, ...]:
    return record.etag, record.crc64, record.size, record.modified


def _layout(settings: Settings) -> tuple[object, ...]:
    """Return what rows are counted by."""
    layout = settings.format
    if isinstance(layout, CsvFormat):
        return "csv", layout.record, layout.quote
    return ("json",)


def _fits(meta: Meta, record: ObjectRecord, settings: Settings) -> bool:
    return meta.content == _content(record) and meta.layout == _layout(settings)


def _window(call: Call, record: ObjectRecord, settings: Settings) -> Window:
    if settings.range is not None:
        meta = call.bucket.select_meta.get(call.key)
        if meta is None or not _fits(meta, record, settings):
            message = "There is no meta of the object; create it first."
            raise ServiceError("SelectCsvMetaUnavailable", message)
        return Window.of(settings.range, meta)
    header = call.request.header("range")
    chosen = byte_range(header, record.size, standard=True)
    if chosen is None:
        return Window()
    layout = settings.format
    if not isinstance(layout, CsvFormat) or layout.quoted_records or settings.is_gzip:
        message = "A range of bytes needs AllowQuotedRecordDelimiter to be false."
        raise ServiceError("InvalidRange", message, status=400)
    return Window("start", *chosen)

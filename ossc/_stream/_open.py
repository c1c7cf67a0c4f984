"""Opening streams: arguments are checked here, and the first request is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ossc._callbacks import callback_headers
from ossc._names import check_whole, encode_key, version_params
from ossc._option_headers import object_headers
from ossc._ranges import ByteRange
from ossc._stream._data import ObjectData
from ossc._stream._memory import Memory
from ossc._stream._opening import Opening
from ossc._stream._reader import ObjectReader
from ossc._stream._upload import MAX_PART, MIN_PART, Upload
from ossc._stream._writer import ObjectWriter
from ossc.errors import ParameterError

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ossc._sdk import CancelToken
    from ossc._verbs import Verbs
    from ossc.bucket import Bucket
    from ossc.callback import Callback
    from ossc.options import Conditions, ObjectOptions

__all__ = ["open_data", "open_reader", "open_writer"]

FIRST_BLOCK = 256 << 10
READ_AHEAD = 16 << 20
CHUNK = 1 << 20
PART = 8 << 20
CONCURRENCY = 3

_MAX_SIZE = 1 << 40
_MAX_THREADS = 64


def open_reader(
    bucket: Verbs,
    key: str,
    *,
    buffer_size: int = FIRST_BLOCK,
    read_ahead: int = READ_AHEAD,
    cancel: CancelToken | None = None,
    version_id: str | None = None,
    params: Mapping[str, str] | None = None,
    **conditions: Unpack[Conditions],
) -> ObjectReader:
    """A reader; see `Bucket.open`."""
    check_whole("buffer_size", buffer_size, _MAX_SIZE, least=1)
    check_whole("read_ahead", read_ahead, _MAX_SIZE)
    named = version_params(params, version_id)
    opening = Opening(bucket, key, named, conditions, cancel)
    opening.whole(buffer_size)
    return opening.reader(opening.source.info.size, read_ahead)


def open_data(
    bucket: Verbs,
    key: str,
    span: ByteRange | None = None,
    *,
    chunk_size: int = CHUNK,
    read_ahead: int = READ_AHEAD,
    cancel: CancelToken | None = None,
    params: Mapping[str, str] | None = None,
    **conditions: Unpack[Conditions],
) -> ObjectData:
    """An object in chunks; see `Bucket.stream_object`."""
    check_whole("chunk_size", chunk_size, _MAX_SIZE, least=1)
    if span is None:
        reader = open_reader(
            bucket,
            key,
            buffer_size=max(chunk_size, FIRST_BLOCK),
            read_ahead=read_ahead,
            cancel=cancel,
            params=params,
            **conditions,
        )
        return ObjectData(reader, None, chunk_size)
    check_whole("read_ahead", read_ahead, _MAX_SIZE)
    opening = Opening(bucket, key, params, conditions, cancel)
    opening.at(span, max(chunk_size, FIRST_BLOCK))
    begin, end = opening.span_of(span)
    reader = opening.reader(end + 1, read_ahead)
    return ObjectData(reader, (begin, end), chunk_size)


def open_writer(
    bucket: Bucket,
    key: str,
    *,
    part_size: int = PART,
    concurrency: int = CONCURRENCY,
    cancel: CancelToken | None = None,
    callback: Callback | None = None,
    **options: Unpack[ObjectOptions],
) -> ObjectWriter:
    """A writer; see `Bucket.open`."""
    check_whole("part_size", part_size, MAX_PART, least=MIN_PART)
    check_whole("concurrency", concurrency, _MAX_THREADS, least=1)
    if options.get("content_md5") is not None:
        raise ParameterError("content_md5 is of bytes that are not written yet")
    # What cannot be sent is refused now, not when all has been written.
    encode_key(key)
    object_headers(options)
    callback_headers(callback)
    bucket = bucket._ended_by(cancel)
    cancel = bucket._client._cancel
    memory = Memory(bucket._client, cancel, parts=concurrency + 1)
    upload = Upload(
        bucket,
        key,
        options,
        callback=callback,
        concurrency=concurrency,
        memory=memory,
        cancel=cancel,
    )
    return ObjectWriter(upload, part_size)

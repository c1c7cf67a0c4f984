"""Reads the frames in which SelectObject answers, as the pieces of the body come.

A frame's rows are given out only when the whole frame is there and its checksum is right.
What is no frame, too long, cut, or behind the end is a `MalformedResponse`; an end frame
that tells of a failure is the `ServerError` of its code, after all rows before it.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from ossc.errors import MalformedResponse, server_error_class

__all__ = ["FrameReader", "SelectEnd"]

MAX_PAYLOAD = 64 * 1024 * 1024

_VERSION = 1
_DATA = 0x800001
_CONTINUOUS = 0x800004
_END = 0x800005
_CSV_META_END = 0x800006
_JSON_META_END = 0x800007

_HEAD = struct.Struct(">III")
_CHECKSUM = struct.Struct(">I")
_OFFSET = struct.Struct(">Q")

# What stands before the message of an end frame: offset, scanned, status; then of a meta
# answer splits, rows, columns.
_ENDS = {
    _END: struct.Struct(">QQI"),
    _CSV_META_END: struct.Struct(">QQIIQI"),
    _JSON_META_END: struct.Struct(">QQIIQ"),
}


@dataclass(frozen=True, slots=True)
class SelectEnd:
    """What the end frame of a successful answer says.

    Attributes:
        offset: How far into the object the service has come, in bytes.
        scanned: Bytes of the object that were looked at.
        status: The status that the answer turned out to have.
        message: The service's words; usually none.
        splits: Splits of the object, in a meta answer.
        rows: Rows of the object, in a meta answer.
        columns: Columns of a CSV object, in a meta answer.
    """

    offset: int
    scanned: int
    status: int
    message: str = ""
    splits: int = 0
    rows: int = 0
    columns: int = 0


class FrameReader:
    """Takes the body piece by piece; one thread at a time.

    Args:
        most: Bytes that a frame's payload may have.

    Attributes:
        offset: How far into the object the service has come, by the last frame.

    Example:
        >>> reader = FrameReader()
        >>> for piece in body:
        ...     for rows in reader.feed(piece):
        ...         sink.write(rows)
        >>> reader.close().scanned
        100
    """

    __slots__ = ("_buffer", "_end", "_most", "offset")

    def __init__(self, most: int = MAX_PAYLOAD) -> None:
        self._most = min(most, MAX_PAYLOAD)
        self._buffer = bytearray()
        self._end: SelectEnd | None = None
        self.offset = 0

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Takes a piece of the body and gives out the rows that are complete with it.

        Raises:
            MalformedResponse: The bytes are no frames, or a checksum is wrong.
            ServerError: The end frame tells of a failure.
        """
        self._buffer += piece
        return self._rows()

    def close(self) -> SelectEnd:
        """The end frame, at the end of the body.

        Raises:
            MalformedResponse: There was none, or the body goes on behind it.
        """
        if self._end is None:
            raise MalformedResponse("the Select answer stops before its end frame")
        if self._buffer:
            raise MalformedResponse("the Select answer goes on behind its end frame")
        return self._end

    def _rows(self) -> Iterator[bytes]:
        while True:
            frame = self._take()
            if frame is None:
                return
            kind, payload = frame
            rows = self._read(kind, payload)
            if rows:
                yield rows

    def _take(self) -> tuple[int, bytes] | None:
        """The next whole frame off the buffer, None while it is not there yet."""
        if len(self._buffer) < _HEAD.size:
            return None
        if self._end is not None:
            raise MalformedResponse("the Select answer goes on behind its end frame")
        first, size, _ = _HEAD.unpack_from(self._buffer)
        kind = _checked_kind(first)
        if size > self._most:
            raise MalformedResponse(f"a Select frame has {size} bytes")
        end = _HEAD.size + size
        if len(self._buffer) < end + _CHECKSUM.size:
            return None
        payload = bytes(memoryview(self._buffer)[_HEAD.size : end])
        (checksum,) = _CHECKSUM.unpack_from(self._buffer, end)
        if checksum not in (0, zlib.crc32(payload)):
            raise MalformedResponse("the checksum of a Select frame is wrong")
        del self._buffer[: end + _CHECKSUM.size]
        return kind, payload

    def _read(self, kind: int, payload: bytes) -> bytes:
        if kind in _ENDS:
            self._end = _end_of(kind, payload)
            self.offset = self._end.offset
            return b""
        is_short = len(payload) < _OFFSET.size
        if is_short or (kind == _CONTINUOUS and len(payload) != _OFFSET.size):
            raise MalformedResponse(f"a Select frame of {len(payload)} bytes")
        (self.offset,) = _OFFSET.unpack_from(payload)
        return payload[_OFFSET.size :]


def _checked_kind(first: int) -> int:
    version, kind = first >> 24, first & 0xFFFFFF
    if version != _VERSION:
        raise MalformedResponse(f"a Select frame of version {version}")
    if kind not in (_DATA, _CONTINUOUS, *_ENDS):
        raise MalformedResponse(f"a Select frame of the unknown type {kind:#x}")
    return kind


def _end_of(kind: int, payload: bytes) -> SelectEnd:
    fields = _ENDS[kind]
    if len(payload) < fields.size:
        raise MalformedResponse(f"a Select end frame of {len(payload)} bytes")
    message = payload[fields.size :].decode("utf-8", "replace")
    offset, scanned, status, *counts = fields.unpack_from(payload)
    end = SelectEnd(offset, scanned, status, message, *counts)
    if end.status // 100 != 2:
        code, dot, text = message.partition(".")
        raise server_error_class(end.status, code if dot else None)(
            (text if dot else message) or "the query failed",
            status=end.status,
            code=code if dot else None,
        )
    return end

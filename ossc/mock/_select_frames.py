"""Select frames: the framing of SelectObject's answers, writer and reader."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "FrameError",
    "FrameType",
    "Outcome",
    "SelectFailure",
    "continuous_frame",
    "csv_meta_frame",
    "data_frame",
    "end_frame",
    "json_meta_frame",
    "read_frames",
    "split_frames",
]

_VERSION = 1
_HEADER = struct.Struct(">III")
_OK = range(200, 300)


class FrameType(IntEnum):
    """The three type bytes of a frame."""

    DATA = 0x800001
    CONTINUOUS = 0x800004
    END = 0x800005
    CSV_META_END = 0x800006
    JSON_META_END = 0x800007


class FrameError(ValueError):
    """The bytes are not a complete, sound sequence of frames."""


class SelectFailure(Exception):
    """An end frame carried a status that is not a success."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message


@dataclass
class Outcome:
    """What a whole answer amounts to."""

    payload: bytes = b""
    finished: bool = False
    file_offset: int = 0
    status: int = 0
    splits: int = 0
    rows: int = 0
    columns: int = 0
    frames: list[FrameType] = field(default_factory=list)


def _frame(kind: FrameType, payload: bytes, *, checksum: bool = True) -> bytes:
    crc = zlib.crc32(payload) if checksum else 0
    head = _HEADER.pack(_VERSION << 24 | kind, len(payload), 0)
    return head + payload + struct.pack(">I", crc)


def data_frame(offset: int, rows: bytes, *, checksum: bool = True) -> bytes:
    """Return a frame of rows, with how far the object has been scanned."""
    payload = struct.pack(">Q", offset) + rows
    return _frame(FrameType.DATA, payload, checksum=checksum)


def continuous_frame(offset: int, *, checksum: bool = True) -> bytes:
    """Return a frame that only says that the scan goes on."""
    payload = struct.pack(">Q", offset)
    return _frame(FrameType.CONTINUOUS, payload, checksum=checksum)


def end_frame(
    offset: int,
    scanned: int,
    status: int = 200,
    message: str = "",
    *,
    checksum: bool = True,
) -> bytes:
    """Return the last frame of a select; the message is ``Code.Text`` or empty."""
    payload = struct.pack(">QQI", offset, scanned, status) + message.encode()
    return _frame(FrameType.END, payload, checksum=checksum)


def csv_meta_frame(
    offset: int, splits: int, rows: int, columns: int, *, status: int = 200
) -> bytes:
    """Return the last frame of a CSV meta request that scanned up to ``offset``."""
    numbers = (offset, offset, status, splits, rows, columns)
    payload = struct.pack(">QQIIQI", *numbers)
    return _frame(FrameType.CSV_META_END, payload)


def json_meta_frame(offset: int, splits: int, rows: int, *, status: int = 200) -> bytes:
    """Return the last frame of a JSON meta request that scanned up to ``offset``."""
    numbers = (offset, offset, status, splits, rows)
    payload = struct.pack(">QQIIQ", *numbers)
    return _frame(FrameType.JSON_META_END, payload)


def split_frames(data: bytes) -> Iterator[tuple[FrameType, bytes]]:
    """Yield type and payload of each frame.

    Raises:
        FrameError: A frame breaks off, is of an unknown kind, or its checksum differs.
    """
    position = 0
    while position < len(data):
        try:
            word, length, _ = _HEADER.unpack_from(data, position)
            start = position + _HEADER.size
            (checksum,) = struct.unpack_from(">I", data, start + length)
            kind = FrameType(word & 0xFFFFFF)
        except (struct.error, ValueError) as error:
            raise FrameError(str(error)) from error
        payload = data[start : start + length]
        if word >> 24 != _VERSION:
            message = f"unknown frame version {word >> 24}"
            raise FrameError(message)
        if checksum not in {0, zlib.crc32(payload)}:
            message = "a payload checksum differs"
            raise FrameError(message)
        yield kind, payload
        position = start + length + 4


def read_frames(data: bytes) -> Outcome:
    """Return what a whole answer amounts to.

    Raises:
        FrameError: There is no end frame, or a frame is not sound.
        SelectFailure: The end frame tells of a failure.
    """
    return _gather(split_frames(data))


def _gather(frames: Iterable[tuple[FrameType, bytes]]) -> Outcome:
    outcome = Outcome()
    for kind, payload in frames:
        outcome.frames.append(kind)
        try:
            (outcome.file_offset,) = struct.unpack_from(">Q", payload)
            if kind is FrameType.DATA:
                outcome.payload += payload[8:]
            elif kind is not FrameType.CONTINUOUS:
                _finish(outcome, kind, payload)
        except struct.error as error:
            raise FrameError(str(error)) from error
    if not outcome.finished:
        message = "the frames end without an end frame"
        raise FrameError(message)
    return outcome


def _finish(outcome: Outcome, kind: FrameType, payload: bytes) -> None:
    (outcome.status,) = struct.unpack_from(">I", payload, 16)
    text_at = 20
    if kind is not FrameType.END:
        outcome.splits, outcome.rows = struct.unpack_from(">IQ", payload, 20)
        text_at = 32
    if kind is FrameType.CSV_META_END:
        (outcome.columns,) = struct.unpack_from(">I", payload, 32)
        text_at = 36
    if outcome.status not in _OK:
        text = payload[text_at:].decode("utf-8", "replace")
        code, _, message = text.partition(".")
        raise SelectFailure(outcome.status, code, message)
    outcome.finished = True

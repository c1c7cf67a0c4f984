"""Answers: rows gathered into frames, or sent as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ossc.mock._errors import ServiceError
from ossc.mock._select_frames import continuous_frame, data_frame, end_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["CONTINUOUS_BYTES", "FRAME_BYTES", "framed", "plain"]

FRAME_BYTES = 64 * 1024
CONTINUOUS_BYTES = 1024 * 1024
_STATUS = 206


def framed(
    rows: Iterator[bytes], offset: Callable[[], int], *, checksums: bool
) -> Iterator[bytes]:
    """Yield the frames of an answer.

    Rows are sent when there are enough of them, and a frame without any when much was
    scanned in vain. A failure behind the first frame becomes the end frame's status.

    Args:
        rows: The rows; empty ones stand for what was scanned without a result.
        offset: Tells how far the object has been scanned.
        checksums: Whether each frame has one.

    Raises:
        ServiceError: The query failed before there was a frame to send.
    """
    pending, size, told, sent = [], 0, 0, False
    status, message = _STATUS, ""
    try:
        for row in rows:
            pending.append(row)
            size += len(row)
            if size >= FRAME_BYTES or offset() - told >= CONTINUOUS_BYTES:
                told, sent = offset(), True
                yield _frame(told, b"".join(pending), checksums=checksums)
                pending, size = [], 0
    except ServiceError as error:
        if not sent and not size:
            raise
        status, message = error.status, f"{error.code}.{error.message}"
    if size:
        yield data_frame(offset(), b"".join(pending), checksum=checksums)
    end = offset()
    yield end_frame(end, end, status, message, checksum=checksums)


def _frame(offset: int, rows: bytes, *, checksums: bool) -> bytes:
    if rows:
        return data_frame(offset, rows, checksum=checksums)
    return continuous_frame(offset, checksum=checksums)


def plain(rows: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the rows themselves in pieces; a failure breaks them off.

    Raises:
        ServiceError: The query failed.
    """
    pending, size = [], 0
    for row in rows:
        pending.append(row)
        size += len(row)
        if size >= FRAME_BYTES:
            yield b"".join(pending)
            pending, size = [], 0
    yield b"".join(pending)

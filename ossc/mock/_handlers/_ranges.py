"""Byte ranges, with the service's two ways of treating those that do not fit."""

from __future__ import annotations

import re

from ossc.mock._errors import ServiceError

__all__ = ["byte_range"]

_RANGE = re.compile(r"bytes=(\d{0,20})-(\d{0,20})(?:,.*)?", re.ASCII)


def byte_range(
    text: str | None, size: int, *, standard: bool = False
) -> tuple[int, int] | None:
    """Return (first, last) of the range to send, or None for the whole object.

    Args:
        text: The Range header; of several ranges the first counts.
        size: The object's length.
        standard: Whether ``x-oss-range-behavior: standard`` was asked for.

    Raises:
        ServiceError: InvalidRange, in standard behaviour only.
    """
    match = _RANGE.fullmatch((text or "").strip())
    if match is None or not (match[1] or match[2]):
        return None
    if match[1] and match[2] and int(match[1]) > int(match[2]):
        return None
    if not match[1]:
        return _suffix(int(match[2]), size, standard=standard)
    first = int(match[1])
    last = int(match[2]) if match[2] else size - 1
    if first >= size:
        _refuse_outside(size, standard=standard)
        return None
    if last >= size:
        return (first, size - 1) if standard else None
    return first, last


def _suffix(length: int, size: int, *, standard: bool) -> tuple[int, int] | None:
    if not size or not length:
        _refuse_outside(size, standard=standard)
        return None
    if length > size:
        return (0, size - 1) if standard else None
    return size - length, size - 1


def _refuse_outside(size: int, *, standard: bool) -> None:
    if standard:
        headers = {"Content-Range": f"bytes */{size}"}
        raise ServiceError("InvalidRange", headers=headers)

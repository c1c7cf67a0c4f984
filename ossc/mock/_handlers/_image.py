"""What the first bytes of an image tell of it: its format and its size."""

from __future__ import annotations

import struct
from typing import NamedTuple

__all__ = ["ImageFacts", "image_facts"]

_PNG = b"\x89PNG\r\n\x1a\n"
_SIZE_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class ImageFacts(NamedTuple):
    """Format as the service names it, width and height in pixels."""

    format: str
    width: int
    height: int


def image_facts(data: bytes) -> ImageFacts | None:
    """Return the facts of a PNG, JPEG or BMP image, None for anything else."""
    if data.startswith(_PNG) and data[12:16] == b"IHDR" and len(data) >= 24:
        return ImageFacts("png", *struct.unpack_from(">II", data, 16))
    if data.startswith(b"BM") and len(data) >= 26:
        width, height = struct.unpack_from("<ii", data, 18)
        return ImageFacts("bmp", width, abs(height))
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg_facts(data)
    return None


def _jpeg_facts(data: bytes) -> ImageFacts | None:
    """Go from marker to marker up to the frame's header."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker in _SIZE_MARKERS:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return ImageFacts("jpg", width, height)
        at += 2 + length
    return None

"""The variables of a callback's body, and what an image says about itself."""

from __future__ import annotations

import json
import re
import struct
from typing import TYPE_CHECKING

from ossc.mock._blobs import cut, slurp
from ossc.mock._callback_send import Failure
from ossc.mock._encoding import encode_component

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ossc.mock._blobs import Segment

__all__ = ["expand", "image_size", "image_variables", "wants_image"]

_VARIABLE = re.compile(r"\$\{([^${}]+)\}")
_NUMBERS = frozenset({"size", "crc64", "imageInfo.height", "imageInfo.width"})
_SNIFFED_BYTES = 1024 * 1024
_START_OF_FRAME = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


def expand(
    template: str, values: Mapping[str, str | int | None], *, as_json: bool
) -> str:
    """Return a template with each ``${NAME}`` replaced; unknown ones are empty."""

    def replaced(match: re.Match[str]) -> str:
        value = values.get(match[1])
        if not as_json:
            return "" if value is None else encode_component(str(value))
        if value is None:
            return "null"
        if match[1] in _NUMBERS:
            return str(value)
        return json.dumps(str(value), ensure_ascii=False)

    return _VARIABLE.sub(replaced, template)


def wants_image(template: str) -> bool:
    """Say whether a template mentions an image's properties."""
    return any(name.startswith("imageInfo.") for name in _VARIABLE.findall(template))


def image_variables(segments: Sequence[Segment]) -> dict[str, str | int | None]:
    """Return format, width and height of an image; nothing of anything else.

    Raises:
        Failure: The object begins like an image but is broken, or has been
            removed already.
    """
    try:
        found = image_size(slurp(cut(segments, 0, _SNIFFED_BYTES)))
    except (struct.error, OSError):
        message = "Get image info failed."
        raise Failure(message) from None
    if found is None:
        return {}
    kind, width, height = found
    return {
        "imageInfo.format": kind,
        "imageInfo.width": width,
        "imageInfo.height": height,
    }


def image_size(data: bytes) -> tuple[str, int, int] | None:
    """Return (format, width, height) of PNG, JPEG, GIF and BMP data, else None.

    Raises:
        struct.error: The data breaks off.
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return ("png", *struct.unpack_from(">II", data, 16))
    if data.startswith((b"GIF87a", b"GIF89a")):
        return ("gif", *struct.unpack_from("<HH", data, 6))
    if data.startswith(b"BM"):
        width, height = struct.unpack_from("<ii", data, 18)
        return "bmp", width, abs(height)
    if data.startswith(b"\xff\xd8\xff"):
        return ("jpg", *_jpeg_size(data))
    return None


def _jpeg_size(data: bytes) -> tuple[int, int]:
    position = 2
    while True:
        marker, length = struct.unpack_from(">xBH", data, position)
        if marker in _START_OF_FRAME:
            height, width = struct.unpack_from(">HH", data, position + 5)
            return width, height
        position += 2 + length

"""What a reader has at hand, for those who must not wait: no request, no thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ossc._stream._reader import ObjectReader
    from ossc._stream._writer import ObjectWriter

__all__ = ["fits", "line_at_hand", "take_at_hand"]


def take_at_hand(reader: ObjectReader, size: int) -> bytes | None:
    """The next `size` bytes, or None where they have to be fetched."""
    blocks, begin = reader._blocks, reader._position
    block, end = blocks.current, begin + size
    if size > 0 and block.start <= begin and end <= block.stop and end < blocks.mark:
        reader._position = end
        return bytes(block.view[begin - block.start : end - block.start])
    return None


def line_at_hand(reader: ObjectReader) -> bytes | None:
    """The rest of the line, or None where it has to be fetched."""
    block = reader._blocks.current
    start = reader._position - block.start
    end = block.memory.find(b"\n", start) + 1 if start >= 0 else 0
    if 0 < end < reader._blocks.mark - block.start:
        reader._position = block.start + end
        return bytes(block.view[start:end])
    return None


def fits(writer: ObjectWriter, size: int) -> bool:
    """Whether so many bytes can be written without anything being sent."""
    part = writer._part
    return part is not None and len(part.data) + size <= part.room

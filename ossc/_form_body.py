"""`FormBody`: an upload form as `multipart/form-data`, as a browser sends it."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from ossc._names import check_body_size, check_header, check_text, encode_text
from ossc.errors import LocalFileError, ParameterError

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["FormBody", "Readable"]

_PIECE = 64 * 1024
_MAX_NAME_BYTES = 8 * 1024
_MAX_VALUE_BYTES = 2 * 1024 * 1024


@runtime_checkable
class Readable(Protocol):
    """A file that is open for reading in binary."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""
        ...


class FormBody:
    """The body of a form upload: read or iterated over once; the file is not loaded.

    `urllib`, `http.client` and `requests` take it as it is, with its `headers`.

    Attributes:
        content_type: With the boundary.
        size: Bytes of the whole body; None where the file cannot tell its length.
    """

    __slots__ = ("_left", "_pieces", "content_type", "size")

    def __init__(
        self,
        fields: Mapping[str, str],
        file: Buffer | Readable,
        filename: str,
        content_type: str,
    ) -> None:
        boundary = f"ossc-{os.urandom(16).hex()}"
        head = b"".join(_field(boundary, *pair) for pair in fields.items())
        head += _file_head(boundary, filename, content_type)
        tail = f"\r\n--{boundary}--\r\n".encode()
        source, size = _source(file)
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self.size = None if size is None else len(head) + size + len(tail)
        check_body_size(self.size or 0, "a form")
        self._pieces = _joined(head, source, tail)
        self._left = b""

    @property
    def headers(self) -> dict[str, str]:
        """The request's headers: the type, and the length where it is known."""
        known = {} if self.size is None else {"Content-Length": str(self.size)}
        return {"Content-Type": self.content_type, **known}

    @property
    def len(self) -> int:
        """The size under the name that `requests` looks for; not there if unknown."""
        if self.size is None:
            raise AttributeError("the size is not known")
        return self.size

    def __iter__(self) -> Iterator[bytes]:
        """The body in pieces."""
        while piece := self.read(_PIECE):
            yield piece

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes; all that are left without a size; none at the end."""
        if size is None or size < 0:
            pieces = [self._left, *self._pieces]
            self._left = b""
            return b"".join(pieces)
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._left = piece
        taken, self._left = self._left[:size], self._left[size:]
        return taken


def _field(boundary: str, name: str, value: str) -> bytes:
    quoted = encode_text("the name of a field", _quoted(name))
    text = encode_text(f"the field {name:.100}", value)
    if len(quoted) > _MAX_NAME_BYTES or len(text) > _MAX_VALUE_BYTES:
        raise ParameterError(
            f"the field {name:.100} is too long: OSS takes names of {_MAX_NAME_BYTES} "
            f"bytes and values of {_MAX_VALUE_BYTES}"
        )
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="'.encode()
    return head + quoted + b'"\r\n\r\n' + text + b"\r\n"


def _file_head(boundary: str, filename: str, content_type: str) -> bytes:
    check_header("Content-Type", check_text("content_type", content_type))
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; '
        f'filename="{_quoted(check_text("filename", filename))}"\r\n'
        f"Content-Type: {content_type}\r\n\r\n"
    )
    return encode_text("the file's name", head)


def _quoted(text: str) -> str:
    """As browsers write a name between quotes."""
    escapes = {'"': "%22", "\r": "%0D", "\n": "%0A"}
    return "".join(escapes.get(character, character) for character in text)


def _source(file: Buffer | Readable) -> tuple[Iterator[bytes], int | None]:
    """The file's bytes, and how many they are where that can be known."""
    if isinstance(file, str | io.TextIOBase):
        raise TypeError(
            f"the file is bytes, or open in binary, not a {type(file).__name__}"
        )
    if not isinstance(file, Readable):
        view = memoryview(file).cast("B")
        starts = range(0, view.nbytes, _PIECE)
        return (bytes(view[at : at + _PIECE]) for at in starts), view.nbytes
    size = _rest_of(file)
    return _read(file, size), size


def _rest_of(file: object) -> int | None:
    """How many bytes a file has behind its position; None for a stream."""
    seek, tell = getattr(file, "seek", None), getattr(file, "tell", None)
    try:
        if seek is None or tell is None:
            return None
        here = tell()
        end = seek(0, os.SEEK_END)
        seek(here)
    except OSError:
        return None
    if not isinstance(end, int) or not isinstance(here, int):
        return None
    return max(0, end - here)


def _read(file: Readable, size: int | None) -> Iterator[bytes]:
    left = size
    while left is None or left > 0:
        piece = file.read(_PIECE if left is None else min(_PIECE, left))
        if not piece:
            break
        if left is not None:
            left -= len(piece)
        yield piece
    if left:
        raise LocalFileError(f"the file ended {left} bytes before its length")


def _joined(head: bytes, source: Iterator[bytes], tail: bytes) -> Iterator[bytes]:
    yield head
    yield from source
    yield tail

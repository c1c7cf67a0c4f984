"""Forms: multipart/form-data taken apart while it arrives.

The fields before the file are held in memory, within limits; the file's bytes are handed
on as they come. What a browser may not send is refused with the service's errors.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from ossc.mock._encoding import from_wire
from ossc.mock._errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Form", "Part", "boundary_of"]

MAX_NAME_BYTES = 8 * 1024
MAX_VALUE_BYTES = 2 * 1024 * 1024
MAX_FIELDS_BYTES = 8 * 1024 * 1024
_MAX_HEAD_BYTES = MAX_NAME_BYTES + 8 * 1024
_MAX_BOUNDARY = 200
_BLANK_LINE = b"\r\n\r\n"
_TYPE = re.compile(r"multipart/form-data\s*(;.*)?", re.IGNORECASE | re.DOTALL)
# A name, then a value between quotes (a quote in it behind a backslash) or without.
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^";]*))')


def boundary_of(content_type: str) -> bytes:
    """Return the boundary that a form's Content-Type names.

    Raises:
        ServiceError: It is another type, or names none.
    """
    found = _TYPE.fullmatch(content_type.strip())
    if found is None:
        raise ServiceError("RequestIsNotMultiPartContent")
    boundary = _parameters(found[1] or "").get("boundary", "")
    raw = boundary.encode("utf-8", "surrogateescape")
    if not 1 <= len(raw) <= _MAX_BOUNDARY:
        raise ServiceError("MalformedPOSTRequest")
    return raw


def _parameters(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, quoted, plain in _PARAMETER.findall(text):
        value = re.sub(r'\\(["\\])', r"\1", quoted) if quoted else plain.strip()
        found.setdefault(name.lower(), value)
    return found


@dataclass(frozen=True)
class Part:
    """The head of one part of a form."""

    name: str
    filename: str | None
    content_type: str | None


class _Source:
    """The body's bytes, looked at through a small window."""

    def __init__(self, chunks: Iterable[bytes], start: bytes) -> None:
        self._chunks = iter(chunks)
        self._window = start

    def until(self, mark: bytes) -> Iterator[bytes]:
        """Yield what comes before a mark, and go on behind it."""
        while True:
            at = self._window.find(mark)
            if at >= 0:
                before, self._window = self._window[:at], self._window[at + len(mark) :]
                if before:
                    yield before
                return
            sure = len(self._window) - len(mark) + 1
            if sure > 0:
                before, self._window = self._window[:sure], self._window[sure:]
                yield before
            self._more()

    def take(self, size: int) -> bytes:
        """Return so many bytes without going on."""
        while len(self._window) < size:
            self._more()
        return self._window[:size]

    def _more(self) -> None:
        chunk = next(self._chunks, None)
        if chunk is None:
            raise ServiceError("MalformedPOSTRequest")
        self._window += chunk


class Form:
    """One form: ``fields``, then the bytes of the file.

    Args:
        chunks: The request's body.
        boundary: From ``boundary_of``.
    """

    def __init__(self, chunks: Iterable[bytes], boundary: bytes) -> None:
        self._delimiter = b"\r\n--" + boundary
        # The first boundary has no line before it.
        self._source = _Source(chunks, b"\r\n")
        self._held = 0
        self._fields: dict[str, str] = {}

    def fields(self) -> tuple[dict[str, str], Part]:
        """Read up to the file; return the fields by lower-cased name, and its head.

        Of a repeated field the first value counts.

        Raises:
            ServiceError: The form is malformed, too large, or has no file.
        """
        deque(self._source.until(self._delimiter), maxlen=0)
        while (part := self._next_part()) is not None:
            if part.name == "file":
                return self._fields, part
            value = self._value(MAX_VALUE_BYTES)
            self._hold(len(value) + len(part.name))
            self._fields.setdefault(part.name, from_wire(value))
        raise ServiceError("IncorrectNumberOfFilesInPOSTRequest")

    def file(self) -> Iterator[bytes]:
        """Yield the bytes of the file; then look at what is behind it.

        Raises:
            ServiceError: The form is cut, or has a second file.
        """
        yield from self._source.until(self._delimiter)
        while (part := self._next_part()) is not None:
            if part.name == "file":
                raise ServiceError("IncorrectNumberOfFilesInPOSTRequest")
            deque(self._source.until(self._delimiter), maxlen=0)

    def _next_part(self) -> Part | None:
        """Return the head of the part behind a boundary; None behind the last."""
        if self._source.take(2) == b"--":
            return None
        head = b""
        for piece in self._source.until(_BLANK_LINE):
            head += piece
            if len(head) > _MAX_HEAD_BYTES:
                raise ServiceError("FieldItemTooLong")
        padding, line, rest = head.partition(b"\r\n")
        if padding.strip(b" \t") or not line:
            raise ServiceError("MalformedPOSTRequest")
        return _part(from_wire(rest))

    def _value(self, limit: int) -> bytes:
        pieces, size = [], 0
        for piece in self._source.until(self._delimiter):
            size += len(piece)
            if size > limit:
                raise ServiceError("FieldItemTooLong", _VALUE_TOO_LONG)
            pieces.append(piece)
        return b"".join(pieces)

    def _hold(self, size: int) -> None:
        self._held += size
        if self._held > MAX_FIELDS_BYTES:
            raise ServiceError("MaxPOSTPreDataLengthExceededError")


_VALUE_TOO_LONG = "Your value of form field is too long."


def _part(head: str) -> Part:
    headers: dict[str, str] = {}
    for line in head.split("\r\n"):
        name, colon, value = line.partition(":")
        if not colon:
            raise ServiceError("MalformedPOSTRequest")
        headers.setdefault(name.strip().lower(), value.strip())
    kind, _, rest = headers.get("content-disposition", "").partition(";")
    given = _parameters(f";{rest}")
    name = given.get("name", "")
    if kind.strip().lower() != "form-data" or not name:
        raise ServiceError("MalformedPOSTRequest")
    if len(name.encode("utf-8", "surrogateescape")) > MAX_NAME_BYTES:
        raise ServiceError("FieldItemTooLong")
    return Part(name.lower(), _filename(given), headers.get("content-type"))


def _filename(given: dict[str, str]) -> str | None:
    """Return the file's own name, without the folders that some clients put before."""
    extended = given.get("filename*", "")
    if extended[:7].lower() == "utf-8''":
        name = from_wire(unquote_to_bytes(extended[7:]))
    elif "filename" in given:
        name = given["filename"]
    else:
        return None
    return re.split(r"[/\\]", name)[-1]

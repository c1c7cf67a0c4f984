"""Request bodies on their way into the store, and into memory."""

from __future__ import annotations

import base64
import hashlib
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ossc.mock._blobs import Segment
from ossc.mock._encoding import parse_number
from ossc.mock._errors import ServiceError, invalid_argument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ossc.mock._blobs import Blob
    from ossc.mock._call import Call

__all__ = [
    "MAX_BODY_BYTES",
    "Received",
    "check_digest",
    "receive",
    "receive_small",
    "settling",
    "traffic_limit",
]

MAX_BODY_BYTES = 5 * 1024**3
_MD5_BYTES = 16
_TRAFFIC = "x-oss-traffic-limit"
_MIN_TRAFFIC, _MAX_TRAFFIC = 819200, 838860800


@dataclass(frozen=True)
class Received:
    """A body that has arrived whole and agrees with what its headers said."""

    blob: Blob
    md5: bytes
    crc64: int

    @property
    def etag(self) -> str:
        """The upper-case hex MD5."""
        return self.md5.hex().upper()

    @property
    def content_md5(self) -> str:
        """The base64 MD5."""
        return base64.b64encode(self.md5).decode("ascii")

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The body as an object's content."""
        if not self.blob.size:
            return ()
        return (Segment(self.blob, 0, self.blob.size),)


def receive(call: Call) -> Received:
    """Read the request's body into a blob.

    Raises:
        ServiceError: The body is too large or broken off, or a digest differs.
    """
    rate = traffic_limit(call)
    _check_size(int(call.request.header("content-length") or 0))
    writer = call.store.writer()
    try:
        for chunk in call.request.body.chunks():
            writer.write(chunk)
            _check_size(writer.size)
            if rate is not None:
                time.sleep(len(chunk) / rate)
        check_digest(call, writer.md5)
        _check_crc(call, writer.crc64)
    except BaseException:
        writer.discard()
        raise
    return Received(writer.finish(), writer.md5, writer.crc64)


@contextmanager
def settling(call: Call, body: Received) -> Iterator[None]:
    """Hold the store's lock; drop the body if no record mentions it at the end."""
    with call.store.lock:
        try:
            yield
        finally:
            call.store.discard(body.blob)


def _check_size(size: int) -> None:
    if size > MAX_BODY_BYTES:
        raise ServiceError("EntityTooLarge")


def _check_crc(call: Call, crc64: int) -> None:
    expected = call.request.header("x-oss-hash-crc64ecma")
    if expected is not None and expected != str(crc64):
        raise ServiceError("InvalidCRC64")


def receive_small(
    call: Call, limit: int, *, code: str = "MalformedXML", ec: str | None = None
) -> bytes:
    """Read a document of at most ``limit`` bytes; a longer one raises ``code``."""
    pieces, size = [], 0
    for chunk in call.request.body.chunks():
        size += len(chunk)
        if size > limit:
            detail = {"ErrorDetail": f"the body is longer than {limit} bytes"}
            raise ServiceError(code, extra=detail, ec=ec)
        pieces.append(chunk)
    data = b"".join(pieces)
    check_digest(call, hashlib.md5(data).digest())  # noqa: S324
    return data


def check_digest(call: Call, md5: bytes) -> None:
    """Compare with Content-MD5, when that decodes to the length of an MD5."""
    text = call.request.header("content-md5")
    if text is None:
        return
    try:
        sent = base64.b64decode(text, validate=True)
    except ValueError:
        return
    if len(sent) == _MD5_BYTES and sent != md5:
        raise ServiceError("InvalidDigest")


def traffic_limit(call: Call) -> float | None:
    """Return the wanted bytes per second, or None without a limit."""
    in_header, in_query = call.request.header(_TRAFFIC), call.request.param(_TRAFFIC)
    if in_header is not None and in_query is not None:
        message = "x-oss-traffic-limit should be specified only once."
        raise invalid_argument(message, _TRAFFIC, in_header)
    text = in_query if in_header is None else in_header
    if text is None:
        return None
    rate = parse_number(text)
    if rate is None or not _MIN_TRAFFIC <= rate <= _MAX_TRAFFIC:
        message = (
            "x-oss-traffic-limit is invalid, should be specified between "
            "819200(100KB/s) and 838860800(100MB/s)."
        )
        raise invalid_argument(message, _TRAFFIC, text)
    return rate / 8

"""`Partial`: what has come of a download that broke, so that it goes on from there.

The bytes stay where they were going; another attempt asks for the rest with a range, of
the very object that the first bytes are of (`If-Match`). What the caller gets in the end is
the answer of the first attempt with the whole body, whose CRC-64 is compared.
"""

from __future__ import annotations

from ossc._names import merge_headers
from ossc._sdk._library import lib
from ossc.errors import ChecksumMismatch, MalformedResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ossc._sdk._perform import Answer
    from ossc._sdk._request import Call
    from ossc.models import Headers

__all__ = ["Partial", "keep_partial"]


class Partial:
    """A broken download; belongs to its call.

    Attributes:
        status: Of the first answer, like the headers.
        headers: See `status`.
        first: Position in the object of the first byte that was asked for.
        size: How many bytes were asked for.
        done: How many have come.
        crc64: Of these.
    """

    __slots__ = (
        "_asked",
        "_offset",
        "crc64",
        "done",
        "first",
        "headers",
        "size",
        "status",
    )

    def __init__(
        self, call: Call, status: int, headers: Headers, first: int, size: int
    ) -> None:
        self.status = status
        self.headers = headers
        self.first = first
        self.size = size
        self.done = 0
        self.crc64 = 0
        self._offset = call.offset
        self._asked = call.headers

    def add(self, stored: int, crc64: int) -> None:
        """Counts what an attempt brought before it broke."""
        self.crc64 = int(lib.aos_crc64_combine(self.crc64, crc64, stored))
        self.done += stored

    def aim(self, call: Call) -> None:
        """Makes the call ask for the rest, and put it behind what is there."""
        begin, end = self.first + self.done, self.first + self.size - 1
        rest = {
            "Range": f"bytes={begin}-{end}",
            "If-Match": self.headers["etag"],
            "x-oss-range-behavior": "standard",
        }
        call.headers = merge_headers(call.headers, rest)
        call.offset = self._offset + self.done
        call.plain = False

    def join(self, call: Call, answer: Answer) -> Answer:
        """Makes of the answer to the rest the answer to the whole.

        Where it cannot be, another attempt begins at the beginning.

        Raises:
            MalformedResponse: The server sent something else than the rest.
            ChecksumMismatch: The bytes are not those that OSS stored.
        """
        memory = call.into
        call.partial = None
        call.headers = self._asked
        call.offset = self._offset
        if isinstance(memory, bytes):
            call.into = None
        begin, end = self.first + self.done, self.first + self.size - 1
        span = answer.headers.get("content-range", "").partition("/")[0]
        rest = end - begin + 1
        if answer.status != 206 or span != f"bytes {begin}-{end}":
            raise MalformedResponse("the server did not go on where the download broke")
        if answer.stored != rest:
            raise MalformedResponse(
                f"the server sent {answer.stored} bytes as {begin}-{end}"
            )
        self.add(rest, answer.crc64)
        said = self.headers.get("x-oss-hash-crc64ecma")
        if self.status == 200 and said not in (None, str(self.crc64)):
            raise ChecksumMismatch(
                "the CRC-64 of the bytes moved differs from the server's"
            )
        is_ours = isinstance(memory, bytes)
        return type(answer).made(
            self.status,
            self.headers,
            memory if is_ours else b"",
            stored=0 if is_ours else self.size,
            crc64=self.crc64,
        )


def keep_partial(
    call: Call, status: int, headers: Headers, stored: int, crc64: int
) -> None:
    """After a failure: remembers in the call what has come, where that is of use."""
    partial = call.partial
    if partial is not None:
        if status == 206:
            partial.add(stored, crc64)
            partial.aim(call)
        return
    span = _span(status, headers)
    if not stored or span is None or "content-encoding" in headers:
        return
    partial = Partial(call, status, headers, *span)
    partial.add(stored, crc64)
    if partial.done < partial.size:
        call.partial = partial
        partial.aim(call)


def _span(status: int, headers: Headers) -> tuple[int, int] | None:
    """First position and length of an answer's body, where another can go on behind it."""
    length = headers.get("content-length", "")
    if status not in (200, 206) or not headers.get("etag") or not length.isdecimal():
        return None
    if status == 200:
        return 0, int(length)
    first = headers.get("content-range", "").removeprefix("bytes ").partition("-")[0]
    return (int(first), int(length)) if first.isdecimal() else None

"""`Partial`: what has come of a download that broke, so that it goes on from there.

The bytes stay where they were going; another attempt asks for the rest with a range, of
the very object that the first bytes are of (`If-Match`). What the caller gets in the end is
the answer of the first attempt with the whole body, whose CRC-64 is compared.
"""

from __future__ import annotations

import re

from ossc._names import merge_headers
from ossc._sdk._library import lib
from ossc._sdk._perform import KEPT, RESENT
from ossc.errors import ChecksumMismatch, MalformedResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ossc._sdk._perform import Answer
    from ossc._sdk._request import Call
    from ossc.models import Headers

__all__ = ["Partial", "keep_partial"]

_FIRST = re.compile(r"bytes ([0-9]{1,19})-")
_PROCESS = "x-oss-process"
_OF_URLS = (_PROCESS, "x-oss-additional-headers")


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
        "_most",
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
        self._most = call.most

    def add(self, stored: int, crc64: int) -> None:
        """Counts what an attempt brought before it broke."""
        self.crc64 = int(lib.aos_crc64_combine(self.crc64, crc64, stored))
        self.done += stored

    def aim(self, call: Call) -> None:
        """Makes the call ask for the rest, and put it behind what is there."""
        begin, end = self.first + self.done, self.first + self.size - 1
        rest = {"Range": f"bytes={begin}-{end}", "If-Match": self.headers["etag"]}
        if call.url is None:  # whose signature covers no further x-oss- header
            rest["x-oss-range-behavior"] = "standard"
        call.headers = merge_headers(call.headers, rest)
        call.offset = self._offset + self.done
        call.most = self.size - self.done
        call.plain = False

    def check(self, status: int, headers: Headers, stored: int) -> None:
        """Refuses what is not the rest, or not of the object that it was begun with.

        Raises:
            MalformedResponse: The server sent something else than the rest.
        """
        begin, end = self.first + self.done, self.first + self.size - 1
        span = headers.get("content-range", "").partition("/")[0]
        is_rest = status == 206 and span == f"bytes {begin}-{end}"
        other = headers.get("etag") != self.headers["etag"]
        if not is_rest or other or not self.fits(headers, stored):
            raise MalformedResponse(
                "the server did not go on where the download broke",
                status=status,
                request_id=headers.get("x-oss-request-id"),
                headers=headers,
            )

    def fits(self, headers: Headers, stored: int) -> bool:
        """Whether an answer is no longer than the rest, as far as that is known."""
        rest = self.size - self.done
        return headers.get("content-length") in (None, str(rest)) and stored <= rest

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
        call.most = self._most
        call.offset = self._offset
        if isinstance(memory, bytes):
            call.into = None
        rest = self.size - self.done
        self.check(answer.status, answer.headers, answer.stored)
        if answer.stored != rest:
            raise MalformedResponse(
                f"the server sent {answer.stored} of the {rest} bytes that were left",
                status=answer.status,
                request_id=answer.request_id,
                headers=answer.headers,
            )
        self.add(rest, answer.crc64)
        said = self.headers.get("x-oss-hash-crc64ecma")
        if self.status == 200 and said not in (None, str(self.crc64)):
            # The status tells that bytes are where the body was to go.
            raise ChecksumMismatch(
                "the CRC-64 of the bytes moved differs from the server's",
                status=self.status,
                request_id=self.headers.get("x-oss-request-id"),
                headers=self.headers,
            )
        is_ours = isinstance(memory, bytes)
        return type(answer).made(
            self.status,
            self.headers,
            memory if is_ours else b"",
            stored=0 if is_ours else self.size,
            facts=answer.facts & (RESENT | KEPT),
            times=answer.times,
            crc64=self.crc64,
        )


def keep_partial(
    call: Call, status: int, headers: Headers, stored: int, crc64: int
) -> None:
    """After a failure: remembers in the call what has come, where that is of use.

    Raises:
        MalformedResponse: What has come is not what was left of an earlier attempt.
    """
    partial = call.partial
    if partial is not None:
        # A success of another length is one whose bytes had no room.
        if status // 100 == 2 and (stored or not partial.fits(headers, 0)):
            partial.check(status, headers, stored)
            if stored < partial.size - partial.done:
                partial.add(stored, crc64)
                partial.aim(call)
        return
    span = _span(status, headers) if stored else None
    # What the server makes anew for each request has no parts to go on with.
    if span is None or "content-encoding" in headers or _PROCESS in (call.params or ()):
        return
    # Nor has a signed URL that may say which range is asked for.
    if call.url is not None and any(word in call.url for word in _OF_URLS):
        return
    first, size = span
    if stored < size:
        partial = call.partial = Partial(call, status, headers, first, size)
        partial.add(stored, crc64)
        partial.aim(call)


def _span(status: int, headers: Headers) -> tuple[int, int] | None:
    """First position and length of an answer's body, where another can go on behind it."""
    length, etag = headers.get("content-length", ""), headers.get("etag", "")
    if status not in (200, 206) or not length.isdecimal():
        return None
    # One that no request could name is no ETag.
    if not etag or not etag.isprintable():
        return None
    if status == 200:
        return 0, int(length)
    found = _FIRST.match(headers.get("content-range", ""))
    return (int(found[1]), int(length)) if found else None

"""From the headers of an answer to the records of `ossc.models`.

The server's bytes are not trusted: a number that is none, or a date that is none, is a
`MalformedResponse`, never a crash or a made-up value.
"""

from __future__ import annotations

from ossc._dates import parse_http_date, parse_iso
from ossc._names import DIGITS, consists_of
from ossc._sdk import STORED, WHOLE, Answer
from ossc.errors import MalformedResponse
from ossc.models import (
    GetObjectResult,
    Headers,
    ObjectInfo,
    PutObjectResult,
    UploadPartResult,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

__all__ = [
    "check_etag",
    "check_source",
    "check_stored",
    "content_range",
    "crc64_header",
    "etag_header",
    "get_result",
    "iso_time",
    "number",
    "object_info",
    "part_result",
    "put_result",
    "result_fields",
]

_META = "x-oss-meta-"
_MAX = 2**64 - 1


def number(what: str, text: str) -> int:
    """A decimal of the server's: digits only, in 64 bits."""
    # C takes any number of zeros in front, too; `int` does not.
    digits = text.lstrip("0") or text[-1:]
    if not consists_of(digits, DIGITS, 20) or int(digits) > _MAX:
        raise MalformedResponse(f"{what} is {text!r:.60}, not a number")
    return int(digits)


def iso_time(text: str) -> datetime:
    """A time of an XML answer."""
    try:
        return parse_iso(text)
    except ValueError:
        raise MalformedResponse(f"{text!r:.60} is not a time") from None


def crc64_header(headers: Headers) -> int | None:
    """The object's CRC-64, None when the server sent none."""
    text = headers.get("x-oss-hash-crc64ecma")
    return None if text is None else number("x-oss-hash-crc64ecma", text)


def etag_header(headers: Headers) -> str:
    """The ETag without its quotes."""
    return headers.get("etag", "").strip('"')


def content_range(headers: Headers) -> tuple[int, int, int] | None:
    """First and last position and size of `Content-Range`; None without one."""
    text = headers.get("content-range")
    if text is None:
        return None
    unit, _, rest = text.partition(" ")
    span, _, whole = rest.partition("/")
    numbers = (*span.partition("-")[::2], whole)
    if unit != "bytes" or not all(consists_of(each, DIGITS, 19) for each in numbers):
        raise MalformedResponse(f"Content-Range is {text!r:.60}")
    first, last, size = map(int, numbers)
    if not first <= last < size:
        raise MalformedResponse(f"Content-Range is {text!r:.60}")
    return first, last, size


def check_etag(etag: str, whose: str = "the answer") -> None:
    """Refuses an ETag that no other request could name."""
    if not etag:
        raise MalformedResponse(f"{whose} names no ETag")
    if not etag.isprintable():
        raise MalformedResponse(f"the ETag of {whose} is {etag!r:.60}")


def check_source(info: ObjectInfo) -> None:
    """Refuses an object whose ranges could not be asked for one by one."""
    check_etag(info.etag)
    if "content-length" not in info.headers:
        raise MalformedResponse("the answer names no length")


def check_stored(answer: Answer) -> None:
    """Refuses a success that names no ETag: it is a stranger's, such as a portal's."""
    check_etag(etag_header(answer.headers), "the answer to the upload")


def result_fields(answer: Answer) -> dict[str, Any]:
    """What the results of all writes have in common."""
    return {
        "etag": etag_header(answer.headers),
        "crc64": crc64_header(answer.headers),
        "request_id": answer.request_id,
        "version_id": answer.headers.get("x-oss-version-id"),
        "headers": answer.headers,
    }


def _size(answer: Answer) -> int:
    """The object's size; of a chunked answer, whose end is sure, what came."""
    headers = answer.headers
    span = content_range(headers)
    if span is not None:
        return span[2]
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return answer.stored or len(answer.body)
    return number("Content-Length", headers.get("content-length", ""))


def _put_values(_key: None, answer: Answer) -> tuple[Any, ...]:
    headers = answer.headers
    return (
        etag_header(headers),
        crc64_header(headers),
        answer.request_id,
        headers.get("x-oss-version-id"),
        answer.body,
        headers,
    )


def put_result(answer: Answer) -> PutObjectResult:
    """Of PutObject; its body is the application's answer to the callback."""
    if answer.facts & STORED:
        return PutObjectResult._later(_put_values, None, answer)
    check_stored(answer)
    return PutObjectResult(*_put_values(None, answer))


def part_result(number: int, size: int, answer: Answer) -> UploadPartResult:
    """Of UploadPart; the size is the body's, which no answer tells."""
    check_stored(answer)
    return UploadPartResult(
        part_number=number,
        etag=etag_header(answer.headers),
        crc64=crc64_header(answer.headers),
        size=size,
        request_id=answer.request_id,
    )


def _info_values(key: str, answer: Answer) -> tuple[Any, ...]:
    """The values of `ObjectInfo` from the headers of a HEAD or GET."""
    headers = answer.headers
    return (
        key,
        _size(answer),
        etag_header(headers),
        _http_time(headers.get("last-modified", "")),
        headers.get("content-type", ""),
        crc64_header(headers),
        headers.get("x-oss-storage-class", ""),
        headers.get("x-oss-object-type", ""),
        {
            name[len(_META) :]: value
            for name, value in headers.items()
            if name.startswith(_META)
        },
        headers.get("x-oss-version-id"),
        answer.request_id,
        headers,
    )


def object_info(key: str, answer: Answer) -> ObjectInfo:
    """An object's properties from a HEAD, or from a GET whose body went elsewhere."""
    return ObjectInfo(*_info_values(key, answer))


def _get_values(key: str, answer: Answer) -> tuple[Any, ...]:
    span = content_range(answer.headers)
    return *_info_values(key, answer), answer.body, span[:2] if span else None


def get_result(key: str, answer: Answer) -> GetObjectResult:
    """Of a GetObject into memory, which was checked against what was asked for."""
    if answer.facts & WHOLE:
        return GetObjectResult._later(_get_values, key, answer)
    return GetObjectResult(*_get_values(key, answer))


def _http_time(text: str) -> datetime:
    try:
        return parse_http_date(text)
    except ValueError:
        raise MalformedResponse(f"Last-Modified is {text!r:.60}") from None

"""The SDK's functions, by the numbers that C knows them under.

One that needs more than names, headers and a body is a callable that puts it into the C
request and returns the number.
"""

from __future__ import annotations

from ossc._sdk._library import lib
from ossc._sdk._request import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "abort_multipart",
    "append_from_buffer",
    "complete_multipart",
    "get_to_buffer",
    "init_multipart",
    "method_name",
    "method_number",
    "put_from_buffer",
    "put_from_file",
    "send",
    "send_url",
    "upload_part",
]

_METHODS = {
    "GET": lib.HTTP_GET,
    "HEAD": lib.HTTP_HEAD,
    "PUT": lib.HTTP_PUT,
    "POST": lib.HTTP_POST,
    "DELETE": lib.HTTP_DELETE,
    # Of the transport only: no function of the SDK's signs such a request.
    "OPTIONS": lib.OSSI_HTTP_OPTIONS,
}

_NAMES = {number: method for method, number in _METHODS.items()}

# Of the functions that are no generic requests.
_BY_FUNCTION = {
    lib.OSSC_PUT_FROM_BUFFER: "PUT",
    lib.OSSC_PUT_FROM_FILE: "PUT",
    lib.OSSC_GET_TO_BUFFER: "GET",
    lib.OSSC_INIT_MULTIPART: "POST",
    lib.OSSC_COMPLETE_MULTIPART: "POST",
    lib.OSSC_ABORT_MULTIPART: "DELETE",
}

put_from_buffer: int = lib.OSSC_PUT_FROM_BUFFER
"""PutObject of the borrowed body (`oss_do_put_object_from_buffer`)."""

put_from_file: int = lib.OSSC_PUT_FROM_FILE
"""PutObject of a whole local file (`oss_do_put_object_from_file`)."""

get_to_buffer: int = lib.OSSC_GET_TO_BUFFER
"""GetObject into memory (`oss_do_get_object_to_buffer`)."""

init_multipart: int = lib.OSSC_INIT_MULTIPART
"""InitiateMultipartUpload (`oss_init_multipart_upload`)."""

complete_multipart: int = lib.OSSC_COMPLETE_MULTIPART
"""CompleteMultipartUpload with the call's parts."""

abort_multipart: int = lib.OSSC_ABORT_MULTIPART
"""AbortMultipartUpload (`oss_abort_multipart_upload`)."""


def method_number(method: str) -> int:
    """The SDK's number of an HTTP method."""
    return int(_METHODS[method])


def method_name(function: int) -> str:
    """The HTTP method of a function that is a number."""
    if function in _BY_FUNCTION:
        return _BY_FUNCTION[function]
    first = lib.OSSC_SEND if function < lib.OSSC_SEND_URL else lib.OSSC_SEND_URL
    return _NAMES[function - first]


def append_from_buffer(position: int, init_crc: int, *, check_crc: bool) -> Run:
    """AppendObject at a position, its CRC going on from `init_crc` where it is known."""

    def run(request: Any) -> int:
        request.position = position
        request.init_crc = init_crc
        request.without_crc = not check_crc
        return int(lib.OSSC_APPEND_FROM_BUFFER)

    return run


def upload_part(part_number: int) -> Run:
    """UploadPart of the borrowed body (`oss_do_upload_part_from_buffer`)."""

    def run(request: Any) -> int:
        request.part_number = part_number
        return int(lib.OSSC_UPLOAD_PART)

    return run


def send(method: str) -> int:
    """The SDK's generic request, for operations it has no function for."""
    return int(lib.OSSC_SEND) + method_number(method)


def send_url(method: str) -> int:
    """A request by the signed URL of the call; nothing is signed here."""
    return int(lib.OSSC_SEND_URL) + method_number(method)

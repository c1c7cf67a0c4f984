"""The SDK's functions, each as a `Run`: called on a filled C request, gives its status."""

from __future__ import annotations

from typing import Any

from ossc._sdk._library import ffi, lib
from ossc._sdk._request import Run

__all__ = [
    "abort_multipart",
    "append_from_buffer",
    "complete_multipart",
    "get_to_buffer",
    "init_multipart",
    "method_number",
    "put_from_buffer",
    "put_from_file",
    "send",
    "upload_part",
]

_METHODS = {
    "GET": lib.HTTP_GET,
    "HEAD": lib.HTTP_HEAD,
    "PUT": lib.HTTP_PUT,
    "POST": lib.HTTP_POST,
    "DELETE": lib.HTTP_DELETE,
}


def method_number(method: str) -> int:
    """The SDK's number of an HTTP method."""
    return int(_METHODS[method])


def _headers_out(request: Any) -> Any:
    return ffi.addressof(request[0], "answer_headers")


def put_from_buffer(request: Any) -> Any:
    """PutObject of the borrowed body."""
    return lib.oss_do_put_object_from_buffer(
        request.options,
        request.bucket,
        request.key,
        request.body,
        request.headers,
        request.params,
        ffi.NULL,
        _headers_out(request),
        request.answer_body,
    )


def put_from_file(request: Any) -> Any:
    """PutObject of a whole local file."""
    return lib.oss_do_put_object_from_file(
        request.options,
        request.bucket,
        request.key,
        request.path,
        request.headers,
        request.params,
        ffi.NULL,
        _headers_out(request),
        request.answer_body,
    )


def get_to_buffer(request: Any) -> Any:
    """GetObject into the SDK's buffer list."""
    return lib.oss_do_get_object_to_buffer(
        request.options,
        request.bucket,
        request.key,
        request.headers,
        request.params,
        request.answer_body,
        ffi.NULL,
        _headers_out(request),
    )


def append_from_buffer(position: int, init_crc: int, *, check_crc: bool) -> Run:
    """AppendObject at a position, its CRC going on from `init_crc` where it is known."""

    def run(request: Any) -> Any:
        if not check_crc:
            lib.ossc_request_without_crc(request)
        return lib.oss_do_append_object_from_buffer(
            request.options,
            request.bucket,
            request.key,
            position,
            init_crc,
            request.body,
            request.headers,
            request.params,
            ffi.NULL,
            _headers_out(request),
            request.answer_body,
        )

    return run


def init_multipart(request: Any) -> Any:
    """InitiateMultipartUpload; the id comes back in the request."""
    return lib.oss_init_multipart_upload(
        request.options,
        request.bucket,
        request.key,
        request.upload_id,
        request.headers,
        _headers_out(request),
    )


def upload_part(part_number: int) -> Run:
    """UploadPart of the borrowed body."""

    def run(request: Any) -> Any:
        return lib.oss_do_upload_part_from_buffer(
            request.options,
            request.bucket,
            request.key,
            request.upload_id,
            part_number,
            request.body,
            ffi.NULL,
            request.headers,
            request.params,
            _headers_out(request),
            request.answer_body,
        )

    return run


def complete_multipart(request: Any) -> Any:
    """CompleteMultipartUpload with the request's parts."""
    return lib.oss_do_complete_multipart_upload(
        request.options,
        request.bucket,
        request.key,
        request.upload_id,
        request.parts,
        request.headers,
        request.params,
        _headers_out(request),
        request.answer_body,
    )


def abort_multipart(request: Any) -> Any:
    """AbortMultipartUpload."""
    return lib.oss_abort_multipart_upload(
        request.options,
        request.bucket,
        request.key,
        request.upload_id,
        _headers_out(request),
    )


def send(method: str) -> Run:
    """The SDK's generic request, for operations it has no function for."""
    number = method_number(method)
    return lambda request: lib.ossc_request_send(request, number)

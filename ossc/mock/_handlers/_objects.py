"""Objects: put, get, head."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ossc.mock import _callback
from ossc.mock._blobs import cut
from ossc.mock._encoding import http_date
from ossc.mock._errors import ServiceError
from ossc.mock._handlers._conditions import check_conditions
from ossc.mock._handlers._intake import (
    receive,
    settling,
    traffic_limit,
)
from ossc.mock._handlers._lookup import (
    encryption_headers,
    find,
    follow,
    forbid_overwrite,
    version_headers,
    write_headers,
)
from ossc.mock._handlers._process import check_process, processed
from ossc.mock._handlers._properties import properties_of
from ossc.mock._handlers._ranges import byte_range
from ossc.mock._handlers._states import (
    require_readable,
    state_headers,
)
from ossc.mock._http import Response, Stream
from ossc.mock._records import ObjectRecord

if TYPE_CHECKING:
    from ossc.mock._call import Call

__all__ = [
    "get_object",
    "get_object_meta",
    "head_object",
    "put_object",
]

_CONDITIONAL_PUT = (
    "if-modified-since",
    "if-unmodified-since",
    "if-match",
    "if-none-match",
)
_OVERRIDES = (
    "response-content-type",
    "response-content-language",
    "response-expires",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
)
_CRC = "x-oss-hash-crc64ecma"


def put_object(call: Call) -> Response:
    """Store the body as an object, and call back if asked to."""
    for name in _CONDITIONAL_PUT:
        if call.request.header(name) is not None:
            extra = {"Header": name.title()}
            raise ServiceError("NotImplemented", extra=extra)
    properties = properties_of(call)
    plan = _callback.plan_of(call)
    with call.store.lock:
        forbid_overwrite(call)
    body = receive(call)
    record = ObjectRecord(
        call.key,
        body.segments,
        body.etag,
        body.crc64,
        call.now,
        content_md5=body.content_md5,
        properties=properties,
    )
    with settling(call, body):
        forbid_overwrite(call)
        record = call.store.add_object(call.bucket, record)
    headers = {**write_headers(record), **version_headers(call.bucket, record)}
    response = Response(200, headers)
    return _callback.relay(call, plan, record, response)


def get_object(call: Call) -> Response:
    """Send an object or a range of it."""
    process = call.request.param("x-oss-process")
    if process is not None:
        check_process(process)
    if call.caller.anonymous and _overrides(call):
        message = (
            "Request specific response headers cannot be used for anonymous GET "
            "requests."
        )
        raise ServiceError("InvalidRequest", message)
    rate = traffic_limit(call)
    with call.store.lock:
        record, headers = _resolve(call)
        _require_readable(call, record)
        if process is not None:
            return processed(record, process, headers)
        status, segments = 200, record.segments
        chosen = _chosen_range(call, record)
        if chosen is not None:
            first, last = chosen
            status, segments = 206, cut(segments, first, last - first + 1)
            headers["Content-Range"] = f"bytes {first}-{last}/{record.size}"
        length = sum(segment.length for segment in segments)
        stream = Stream(length, call.store.read(segments))
        headers.update(state_headers(call, record))
    headers.update(_overrides(call))
    return Response(status, headers, stream, rate)


def head_object(call: Call) -> Response:
    """Send the headers of an object."""
    with call.store.lock:
        record, headers = _resolve(call)
        headers.update(state_headers(call, record))
    headers["Content-Length"] = str(record.size)
    return Response(200, headers)


def _resolve(call: Call) -> tuple[ObjectRecord, dict[str, str]]:
    """Return the object whose bytes are meant, and its headers."""
    link = find(call)
    record = follow(call, link)
    modified = max(link.modified, record.modified)
    try:
        check_conditions(call.request, record, modified)
    except ServiceError as error:
        raise _with_crc(error, record) from None
    headers = _read_headers(record)
    headers["Last-Modified"] = http_date(modified)
    headers["x-oss-object-type"] = link.type
    headers |= version_headers(call.bucket, link)
    return record, headers


def _require_readable(call: Call, record: ObjectRecord) -> None:
    try:
        require_readable(call, call.bucket, record)
    except ServiceError as error:
        raise _with_crc(error, record) from None


def _with_crc(error: ServiceError, record: ObjectRecord) -> ServiceError:
    error.headers[_CRC] = str(record.crc64)
    return error


def _chosen_range(call: Call, record: ObjectRecord) -> tuple[int, int] | None:
    behaviour = call.request.header("x-oss-range-behavior")
    try:
        return byte_range(
            call.request.header("range"),
            record.size,
            standard=behaviour == "standard",
        )
    except ServiceError as error:
        raise _with_crc(error, record) from None


def _read_headers(record: ObjectRecord) -> dict[str, str]:
    headers = {name.title(): value for name, value in _plain(record).items()}
    headers |= _user(record)
    headers |= {
        "Accept-Ranges": "bytes",
        "ETag": record.quoted_etag,
        "x-oss-storage-class": record.properties.storage_class,
        _CRC: str(record.crc64),
    }
    if record.content_md5 is not None:
        headers["Content-MD5"] = record.content_md5
    if record.type == "Appendable":
        headers["x-oss-next-append-position"] = str(record.size)
    if record.properties.tags:
        headers["x-oss-tagging-count"] = str(len(record.properties.tags))
    return {**headers, **encryption_headers(record)}


def _plain(record: ObjectRecord) -> dict[str, str]:
    kept = record.properties.headers
    return {name: kept[name] for name in kept if not name.startswith("x-oss-")}


def _user(record: ObjectRecord) -> dict[str, str]:
    kept = record.properties.headers
    return {name: kept[name] for name in kept if name.startswith("x-oss-")}


def _overrides(call: Call) -> dict[str, str]:
    values = {name: call.request.param(name) for name in _OVERRIDES}
    return {
        name.removeprefix("response-").title(): value
        for name, value in values.items()
        if value is not None
    }


def get_object_meta(call: Call) -> Response:
    """Send the few headers that need no look at the object's metadata."""
    with call.store.lock:
        record = find(call)
    headers = {
        "ETag": record.quoted_etag,
        "Content-Length": str(record.size),
        "Last-Modified": http_date(record.modified),
    }
    return Response(200, headers | version_headers(call.bucket, record))

"""Objects: put, get, head, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ossc.mock import _callback
from ossc.mock._blobs import cut
from ossc.mock._encoding import encode_component, http_date
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._handlers._conditions import check_conditions
from ossc.mock._handlers._intake import (
    receive,
    receive_small,
    settling,
    traffic_limit,
)
from ossc.mock._handlers._lookup import (
    ARCHIVED,
    encryption_headers,
    find,
    follow,
    forbid_overwrite,
    write_headers,
)
from ossc.mock._handlers._properties import properties_of
from ossc.mock._handlers._ranges import byte_range
from ossc.mock._http import Response, Stream
from ossc.mock._records import ObjectRecord
from ossc.mock._worm import forbid_loss
from ossc.mock._xml import children, document, leaf, node, parse, text_of

if TYPE_CHECKING:
    from ossc.mock._call import Call

__all__ = [
    "delete_multiple_objects",
    "delete_object",
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
_MAX_DELETE_BYTES = 2 * 1024 * 1024
_MAX_DELETE_KEYS = 1000
_MAX_KEY_BYTES = 1023
_DELETE_EC = "0016-00000608"


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
        call.store.put_object(call.bucket, record)
    response = Response(200, write_headers(record))
    return _callback.relay(call, plan, record, response)


def get_object(call: Call) -> Response:
    """Send an object or a range of it."""
    if call.request.param("x-oss-process") is not None:
        message = "Processing of objects is not offered by this server."
        raise invalid_argument(message, "x-oss-process")
    if call.caller.anonymous and _overrides(call):
        message = (
            "Request specific response headers cannot be used for anonymous GET "
            "requests."
        )
        raise ServiceError("InvalidRequest", message)
    rate = traffic_limit(call)
    with call.store.lock:
        record, headers = _resolve(call)
        if record.properties.storage_class in ARCHIVED:
            raise _with_crc(ServiceError("InvalidObjectState"), record)
        status, segments = 200, record.segments
        chosen = _chosen_range(call, record)
        if chosen is not None:
            first, last = chosen
            status, segments = 206, cut(segments, first, last - first + 1)
            headers["Content-Range"] = f"bytes {first}-{last}/{record.size}"
        length = sum(segment.length for segment in segments)
        stream = Stream(length, call.store.read(segments))
    headers.update(_overrides(call))
    return Response(status, headers, stream, rate)


def head_object(call: Call) -> Response:
    """Send the headers of an object."""
    with call.store.lock:
        record, headers = _resolve(call)
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
    return record, headers


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
    return Response(200, headers)


def delete_object(call: Call) -> Response:
    """Remove an object, if it is there."""
    version = call.request.param("versionId")
    if version == "":
        message = "Version id can not be the empty string."
        raise invalid_argument(message, "versionId", version)
    if version in {None, "null"}:
        with call.store.lock:
            forbid_loss(call, call.key)
            call.store.remove_object(call.bucket, call.key)
    return Response(204)


def delete_multiple_objects(call: Call) -> Response:
    """Remove up to 1000 objects that the body names."""
    if call.request.header("content-md5") is None:
        raise ServiceError("MissingArgument", extra={"ArgumentName": "Content-MD5"})
    if call.request.header("content-length") is None:
        raise ServiceError("MissingContentLength")
    data = receive_small(call, _MAX_DELETE_BYTES, ec=_DELETE_EC)
    tree = parse(data, "Delete", ec=_DELETE_EC)
    wanted = [
        (text_of(item, "Key") or "", text_of(item, "VersionId"))
        for item in children(tree, "Object")
    ]
    _check_keys(wanted)
    with call.store.lock:
        for key, _ in wanted:
            forbid_loss(call, key)
        for key, version in wanted:
            if version in {None, "", "null"}:
                call.store.remove_object(call.bucket, key)
    if (text_of(tree, "Quiet") or "").lower() == "true":
        return Response(200)
    encode = _asks_for_encoding(call)
    parts = [leaf("EncodingType", "url")] if encode else []
    for key, version in wanted:
        inner = [leaf("Key", encode_component(key) if encode else key)]
        if version:
            inner.append(leaf("VersionId", version))
        parts.append(node("Deleted", *inner))
    body = document(node("DeleteResult", *parts))
    return Response(200, {"Content-Type": "application/xml"}, body)


def _check_keys(wanted: list[tuple[str, str | None]]) -> None:
    detail = ""
    if not 1 <= len(wanted) <= _MAX_DELETE_KEYS:
        detail = "the number of objects must be between 1 and 1000"
    elif any(not 1 <= len(key.encode()) <= _MAX_KEY_BYTES for key, _ in wanted):
        detail = "a key must have between 1 and 1023 bytes"
    if detail:
        extra = {"ErrorDetail": detail}
        raise ServiceError("MalformedXML", extra=extra, ec=_DELETE_EC)


def _asks_for_encoding(call: Call) -> bool:
    asked = call.request.param("encoding-type") or call.request.header("encoding-type")
    return asked == "url"

"""AppendObject: objects that grow at their end."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from ossc.mock._crc64 import combine
from ossc.mock._encoding import http_date, parse_number
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._handlers._intake import MAX_BODY_BYTES, receive, settling
from ossc.mock._handlers._lookup import encryption_headers, find, version_headers
from ossc.mock._handlers._properties import properties_of
from ossc.mock._handlers._states import refuse_immutable
from ossc.mock._http import Response, drain
from ossc.mock._records import NULL, ObjectRecord
from ossc.mock._retention import has_object_worm

if TYPE_CHECKING:
    from ossc.mock._call import Call
    from ossc.mock._handlers._intake import Received

__all__ = ["append_object", "seal_append_object"]

_NEXT = "x-oss-next-append-position"
_SEALED_EC = "0016-00000513"
_COLD_EC = "0016-00000503"
_COLD = ("ColdArchive", "DeepColdArchive")


def append_object(call: Call) -> Response:
    """Add the body to the end of an Appendable object, or make one."""
    position = _position(call)
    with call.store.lock:
        old = _check(call, position)
    properties = properties_of(call) if old is None else old.properties
    if old is None and properties.storage_class in _COLD:
        message = "An appendable object cannot have this storage class."
        name = "x-oss-storage-class"
        raise invalid_argument(message, name, properties.storage_class, ec=_COLD_EC)
    body = receive(call)
    with settling(call, body):
        old = _check(call, position)
        if old is None:
            record = _first(call, body)
            record = replace(record, properties=properties)
        else:
            record = _longer(call, old, body)
        if record is not old:
            record = call.store.add_object(call.bucket, record)
    headers = {
        "ETag": record.quoted_etag,
        _NEXT: str(record.size),
        "x-oss-hash-crc64ecma": str(record.crc64),
    }
    headers |= version_headers(call.bucket, record)
    return Response(200, {**headers, **encryption_headers(record)})


def _position(call: Call) -> int:
    text = call.request.param("position") or ""
    position = parse_number(text)
    if position is None:
        message = "Position must be a decimal number that is not negative."
        raise invalid_argument(message, "position", text)
    return position


def _check(call: Call, position: int) -> ObjectRecord | None:
    """Return the object to append to, None if there is none yet."""
    if has_object_worm(call.bucket):
        message = "A bucket whose objects have retentions takes no appends."
        raise ServiceError("OperationNotSupported", message)
    record = call.bucket.current(call.key)
    if record is not None and record.type != "Appendable":
        raise ServiceError("ObjectNotAppendable")
    if record is not None and record.sealed is not None:
        message = "The object is sealed."
        raise ServiceError("ObjectNotAppendable", message, ec=_SEALED_EC)
    refuse_immutable(call, record)
    _check_length(position, 0 if record is None else record.size)
    return record


def _check_length(position: int, length: int) -> None:
    if position != length:
        headers = {_NEXT: str(length)}
        raise ServiceError("PositionNotEqualToLength", headers=headers)


def seal_append_object(call: Call) -> Response:
    """Close an Appendable object to further appends; the first time is remembered."""
    drain(call.request.body)
    position = _position(call)
    with call.store.lock:
        record = find(call)
        if record.type != "Appendable":
            raise ServiceError("ObjectNotAppendable")
        _check_length(position, record.size)
        sealed = call.now if record.sealed is None else record.sealed
        if record.sealed is None:
            call.store.put_object(call.bucket, replace(record, sealed=sealed))
    headers = {"ETag": record.quoted_etag, "x-oss-sealed-time": http_date(sealed)}
    return Response(200, headers)


def _first(call: Call, body: Received) -> ObjectRecord:
    return ObjectRecord(
        call.key,
        body.segments,
        _etag(body.crc64, body.blob.size, ""),
        body.crc64,
        call.now,
        type="Appendable",
        version_id=NULL,
    )


def _longer(call: Call, old: ObjectRecord, body: Received) -> ObjectRecord:
    if not body.blob.size:
        return old
    if old.size + body.blob.size > MAX_BODY_BYTES:
        raise ServiceError("EntityTooLarge")
    crc = combine(old.crc64, body.crc64, body.blob.size)
    return replace(
        old,
        segments=old.segments + body.segments,
        etag=_etag(crc, old.size + body.blob.size, old.etag),
        crc64=crc,
        modified=call.now,
    )


def _etag(crc: int, size: int, previous: str) -> str:
    digest = hashlib.md5(f"{previous} {crc} {size}".encode())  # noqa: S324
    return digest.hexdigest()[:24].upper() + "00000000"

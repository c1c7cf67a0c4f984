"""AppendObject: objects that grow at their end."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from ossc.mock._crc64 import combine
from ossc.mock._encoding import parse_number
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._handlers._intake import MAX_BODY_BYTES, receive, settling
from ossc.mock._handlers._lookup import encryption_headers
from ossc.mock._handlers._properties import properties_of
from ossc.mock._http import Response
from ossc.mock._records import ObjectRecord
from ossc.mock._worm import forbid_loss

if TYPE_CHECKING:
    from ossc.mock._call import Call
    from ossc.mock._handlers._intake import Received

__all__ = ["append_object"]

_NEXT = "x-oss-next-append-position"


def append_object(call: Call) -> Response:
    """Add the body to the end of an Appendable object, or make one."""
    position = _position(call)
    with call.store.lock:
        old = _check(call, position)
    properties = properties_of(call) if old is None else old.properties
    body = receive(call)
    with settling(call, body):
        old = _check(call, position)
        if old is None:
            record = _first(call, body)
            record = replace(record, properties=properties)
        else:
            record = _longer(call, old, body)
        if record is not old:
            call.store.put_object(call.bucket, record)
    headers = {
        "ETag": record.quoted_etag,
        _NEXT: str(record.size),
        "x-oss-hash-crc64ecma": str(record.crc64),
    }
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
    record = call.bucket.objects.get(call.key)
    forbid_loss(call, call.key)
    if record is not None and record.type != "Appendable":
        raise ServiceError("ObjectNotAppendable")
    length = 0 if record is None else record.size
    if position != length:
        headers = {_NEXT: str(length)}
        raise ServiceError("PositionNotEqualToLength", headers=headers)
    return record


def _first(call: Call, body: Received) -> ObjectRecord:
    return ObjectRecord(
        call.key,
        body.segments,
        _etag(body.crc64, body.blob.size, ""),
        body.crc64,
        call.now,
        type="Appendable",
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

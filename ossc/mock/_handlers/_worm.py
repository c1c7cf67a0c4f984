"""Retention and legal hold: what keeps an object from being deleted or overwritten."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ossc.mock._encoding import iso_date
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._handlers._intake import receive_small
from ossc.mock._handlers._lookup import find, version_headers
from ossc.mock._handlers._properties import LEGAL_HOLD, RETENTION_MODES, parse_until
from ossc.mock._handlers._states import BYPASS
from ossc.mock._http import Response
from ossc.mock._xml import document, leaf, node, parse, text_of

if TYPE_CHECKING:
    from ossc.mock._call import Call
    from ossc.mock._records import Properties

__all__ = [
    "get_object_legal_hold",
    "get_object_retention",
    "put_object_legal_hold",
    "put_object_retention",
]

_MAX_DOCUMENT_BYTES = 64 * 1024
_XML = {"Content-Type": "application/xml"}


def put_object_retention(call: Call) -> Response:
    """Protect an object until a time; an earlier time is refused."""
    tree = parse(receive_small(call, _MAX_DOCUMENT_BYTES), "Retention")
    mode, text = text_of(tree, "Mode") or "", text_of(tree, "RetainUntilDate") or ""
    until = parse_until(text)
    if mode not in RETENTION_MODES:
        raise _malformed("Mode must be GOVERNANCE or COMPLIANCE")
    if until is None:
        raise _malformed("RetainUntilDate is not an ISO 8601 time in UTC")
    if until <= call.now:
        message = "The retain until date must be in the future."
        raise invalid_argument(message, "RetainUntilDate", text)
    with call.store.lock:
        record = find(call)
        if record.type == "Appendable":
            raise ServiceError("OperationNotSupported")
        if _weakens(call, record.properties, mode, until):
            raise ServiceError("FileImmutable", extra={"Key": record.key})
        properties = replace(record.properties, retention_mode=mode, retain_until=until)
        call.store.put_object(call.bucket, replace(record, properties=properties))
    return Response(200, version_headers(call.bucket, record))


def _weakens(call: Call, now: Properties, mode: str, until: float) -> bool:
    """Whether a new retention protects an object less than the one it has."""
    if now.retain_until is None or now.retain_until <= call.now:
        return False
    bypass = (call.request.header(BYPASS) or "").lower() == "true"
    if now.retention_mode == "GOVERNANCE" and bypass:
        return False
    loosened = now.retention_mode == "COMPLIANCE" and mode == "GOVERNANCE"
    return loosened or until < now.retain_until


def get_object_retention(call: Call) -> Response:
    """Send the retention of an object."""
    with call.store.lock:
        record = find(call)
    properties = record.properties
    if properties.retention_mode is None or properties.retain_until is None:
        raise ServiceError("NoSuchObjectRetention", extra={"Key": call.key})
    body = node(
        "Retention",
        leaf("Mode", properties.retention_mode),
        leaf("RetainUntilDate", iso_date(properties.retain_until)),
    )
    headers = _XML | version_headers(call.bucket, record)
    return Response(200, headers, document(body))


def put_object_legal_hold(call: Call) -> Response:
    """Protect an object until further notice, or end that."""
    tree = parse(receive_small(call, _MAX_DOCUMENT_BYTES), "LegalHold")
    status = text_of(tree, "Status") or ""
    if status not in LEGAL_HOLD:
        raise _malformed("Status must be ON or OFF")
    with call.store.lock:
        record = find(call)
        if record.type == "Appendable":
            raise ServiceError("OperationNotSupported")
        properties = replace(record.properties, legal_hold=status == "ON")
        call.store.put_object(call.bucket, replace(record, properties=properties))
    return Response(200, version_headers(call.bucket, record))


def get_object_legal_hold(call: Call) -> Response:
    """Send whether there is a legal hold on an object."""
    with call.store.lock:
        record = find(call)
    body = node(
        "LegalHold", leaf("Status", "ON" if record.properties.legal_hold else "OFF")
    )
    headers = _XML | version_headers(call.bucket, record)
    return Response(200, headers, document(body))


def _malformed(detail: str) -> ServiceError:
    return ServiceError("MalformedXML", extra={"ErrorDetail": detail})

"""RestoreObject and CleanRestoredObject: archived objects made readable for a time."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from ossc.mock._encoding import parse_number
from ossc.mock._errors import ServiceError
from ossc.mock._handlers._intake import receive_small
from ossc.mock._handlers._lookup import find, version_headers
from ossc.mock._handlers._states import ARCHIVED, restore_state
from ossc.mock._http import Response, drain
from ossc.mock._xml import parse, text_of

if TYPE_CHECKING:
    from ossc.mock._call import Call
    from ossc.mock._records import ObjectRecord

__all__ = ["clean_restored_object", "restore_object"]

_MAX_DOCUMENT_BYTES = 64 * 1024
_MAX_DAYS = {"Archive": 7, "ColdArchive": 365, "DeepColdArchive": 365}
_TIERS = {
    "Archive": ("Standard",),
    "ColdArchive": ("Expedited", "Standard", "Bulk"),
    "DeepColdArchive": ("Expedited", "Standard"),
}
_PRIORITY = "x-oss-object-restore-priority"
_EC = "0016-00000702"


def restore_object(call: Call) -> Response:
    """Begin to restore an object, or keep a restored one readable for longer."""
    days, tier = _wishes(call)
    with call.store.lock:
        record = _find_archived(call)
        kind = record.properties.storage_class
        if not 1 <= days <= _MAX_DAYS[kind]:
            raise _malformed(f"Days must be from 1 to {_MAX_DAYS[kind]} for {kind}")
        if tier not in _TIERS[kind]:
            raise _malformed(f"Tier {tier} is none of {kind}")
        state = restore_state(call, call.bucket, record)
        if state == "ongoing":
            raise ServiceError("RestoreAlreadyInProgress")
        ready = call.now
        if state == "frozen":
            seconds = call.context.restore_seconds
            ready = math.inf if seconds is None else call.now + seconds
        changed = replace(record, restore_ready=ready, restore_days=days)
        call.store.put_object(call.bucket, changed)
    headers = {} if kind == "Archive" else {_PRIORITY: tier}
    headers |= version_headers(call.bucket, record)
    return Response(200 if state == "restored" else 202, headers)


def clean_restored_object(call: Call) -> Response:
    """Freeze a restored object before its time."""
    drain(call.request.body)
    with call.store.lock:
        record = _find_archived(call)
        state = restore_state(call, call.bucket, record)
        if state == "frozen":
            raise ServiceError("ArchiveRestoreFileStale")
        if state == "ongoing":
            raise ServiceError("ArchiveRestoreNotFinished")
        changed = replace(record, restore_ready=None, restore_days=0)
        call.store.put_object(call.bucket, changed)
    return Response(200, version_headers(call.bucket, record))


def _find_archived(call: Call) -> ObjectRecord:
    record = find(call)
    if record.properties.storage_class not in ARCHIVED:
        raise ServiceError("OperationNotSupported", ec=_EC)
    return record


def _wishes(call: Call) -> tuple[int, str]:
    """Return the days and the tier of a request's body."""
    data = receive_small(call, _MAX_DOCUMENT_BYTES)
    if not data.strip():
        return 1, "Standard"
    tree = parse(data, "RestoreRequest")
    days = parse_number(text_of(tree, "Days") or "1")
    if days is None:
        raise _malformed("Days is not a number")
    job = tree.find("JobParameters")
    tier = None if job is None else text_of(job, "Tier")
    return days, tier or "Standard"


def _malformed(detail: str) -> ServiceError:
    return ServiceError("MalformedXML", extra={"ErrorDetail": detail})

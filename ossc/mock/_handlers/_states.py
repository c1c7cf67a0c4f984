"""States that objects are in: archived or restored, sealed, protected.

What a request finds out about them, and what they refuse it. The operations that change
them are in ``_archive``, ``_append`` and ``_worm``.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from ossc.mock._encoding import http_date, iso_date
from ossc.mock._errors import ServiceError
from ossc.mock._records import NULL
from ossc.mock._retention import is_retained

if TYPE_CHECKING:
    from ossc.mock._call import Call
    from ossc.mock._records import Bucket, ObjectRecord, Properties

__all__ = [
    "ARCHIVED",
    "BYPASS",
    "DAY_SECONDS",
    "refuse_immutable",
    "refuse_replacing",
    "require_readable",
    "restore_state",
    "state_headers",
    "worm_headers",
]

ARCHIVED = frozenset({"Archive", "ColdArchive", "DeepColdArchive"})
BYPASS = "x-oss-bypass-governance-retention"
DAY_SECONDS = 86400


def restore_state(call: Call, bucket: Bucket, record: ObjectRecord) -> str:
    """Return ``frozen``, ``ongoing`` or ``restored`` for an archived object.

    A restore that lasts until it is seen is over after the request that saw it.
    """
    ready = record.restore_ready
    if ready is None:
        return "frozen"
    if math.isinf(ready):
        call.store.put_object(bucket, replace(record, restore_ready=call.now))
        return "ongoing"
    if call.now < ready:
        return "ongoing"
    until = ready + record.restore_days * DAY_SECONDS
    return "restored" if call.now < until else "frozen"


def require_readable(call: Call, bucket: Bucket, record: ObjectRecord) -> None:
    """Raise InvalidObjectState for an archived object that is not restored."""
    if record.properties.storage_class not in ARCHIVED:
        return
    if restore_state(call, bucket, record) != "restored":
        raise ServiceError("InvalidObjectState")


def state_headers(call: Call, record: ObjectRecord) -> dict[str, str]:
    """Return the headers by which HEAD and GET tell an object's states."""
    headers = worm_headers(record.properties)
    if record.sealed is not None:
        headers["x-oss-sealed-time"] = http_date(record.sealed)
    if record.properties.storage_class not in ARCHIVED:
        return headers
    state = restore_state(call, call.bucket, record)
    if state == "ongoing":
        headers["x-oss-restore"] = 'ongoing-request="true"'
    elif state == "restored":
        until = (record.restore_ready or 0) + record.restore_days * DAY_SECONDS
        expiry = f'expiry-date="{http_date(until)}"'
        headers["x-oss-restore"] = f'ongoing-request="false", {expiry}'
    return headers


def worm_headers(properties: Properties) -> dict[str, str]:
    """Return the headers that tell what protects an object."""
    headers = {}
    if properties.retention_mode is not None:
        headers["x-oss-object-worm-mode"] = properties.retention_mode
    if properties.retain_until is not None:
        until = iso_date(properties.retain_until)
        headers["x-oss-object-worm-retain-until-date"] = until
    if properties.legal_hold:
        headers["x-oss-object-worm-legal-hold"] = "ON"
    return headers


def refuse_replacing(call: Call, bucket: Bucket, key: str) -> None:
    """Raise FileImmutable if a write would take a protected version's place."""
    if bucket.versioning != "Enabled":
        refuse_immutable(call, bucket.version(key, NULL))


def refuse_immutable(call: Call, record: ObjectRecord | None) -> None:
    """Raise FileImmutable for an object that must not be deleted or overwritten."""
    if record is None:
        return
    properties = record.properties
    until = properties.retain_until
    bypassed = properties.retention_mode == "GOVERNANCE" and (
        (call.request.header(BYPASS) or "").lower() == "true"
    )
    retained = until is not None and call.now < until and not bypassed
    if retained or properties.legal_hold or is_retained(call, record):
        raise ServiceError("FileImmutable", extra={"Key": record.key})

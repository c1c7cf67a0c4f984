"""Whether what is written still goes into a bucket: its capacity and its quota.

OSS's documentation names no error for a bucket that is full; the code here is this
server's own choice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ossc.mock._errors import ServiceError
from ossc.mock._records import NULL

if TYPE_CHECKING:
    from ossc.mock._records import Bucket, ObjectRecord

__all__ = ["GIGABYTE", "check_room", "used_by"]

GIGABYTE = 2**30

# What a bucket keeps them under.
_CAPACITY = "qos"
_QUOTA = "quota"


def used_by(bucket: Bucket) -> int:
    """Return the bytes of all versions of all objects."""
    return sum(
        record.size for kept in bucket.versions.values() for record in kept.values()
    )


def check_room(bucket: Bucket, record: ObjectRecord) -> None:
    """Raise QuotaExceeded if a version that is to be put in makes it too much.

    What makes the bucket no fuller than it is goes in always.
    """
    limit = _limit(bucket)
    if limit is None:
        return
    version_id = record.version_id
    if not version_id and bucket.versioning != "Enabled":
        version_id = NULL
    old = bucket.version(record.key, version_id)
    added = record.size - (0 if old is None else old.size)
    if added > 0 and used_by(bucket) + added > limit:
        raise ServiceError("QuotaExceeded", extra={"BucketName": bucket.name})


def _limit(bucket: Bucket) -> int | None:
    limits = []
    capacity = int(_told(bucket, _CAPACITY, "StorageCapacity") or -1)
    if capacity >= 0:
        limits.append(capacity * GIGABYTE)
    quota = _told(bucket, _QUOTA, "StorageQuota")
    if quota and _told(bucket, _QUOTA, "Mode") != "Warning":
        limits.append(int(quota))
    return min(limits, default=None)


def _told(bucket: Bucket, setting: str, name: str) -> str:
    kept = bucket.settings.get(setting)
    if kept is None:
        return ""
    return ET.fromstring(kept).findtext(name) or ""  # noqa: S314 - our own

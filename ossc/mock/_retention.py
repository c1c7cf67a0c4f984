"""Retention as buckets have it: of all objects, and what new ones have by default."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from ossc.mock._call import Call
    from ossc.mock._records import Bucket, ObjectRecord

__all__ = [
    "DAY",
    "KEY",
    "OBJECT_WORM_KEY",
    "default_retention",
    "has_object_worm",
    "is_retained",
    "policy_of",
]

KEY = "worm"
"""What a bucket keeps its policy under."""
OBJECT_WORM_KEY = "objectWorm"
"""And what it keeps under that its objects can have retentions of their own."""
DAY = 86400


def policy_of(bucket: Bucket, now: float) -> ET.Element | None:
    """Return a bucket's policy; one that nobody locked in a day is none."""
    text = bucket.settings.get(KEY)
    if text is None:
        return None
    tree = ET.fromstring(text)  # noqa: S314 - our own
    begun = float(tree.findtext("Begun") or 0)
    lapsed = tree.findtext("State") == "InProgress" and now >= begun + DAY
    return None if lapsed else tree


def is_retained(call: Call, record: ObjectRecord) -> bool:
    """Whether the bucket's policy has a version stay as it is; under the lock."""
    tree = policy_of(call.bucket, call.now)
    if tree is None or record.is_marker:
        return False
    days = int(tree.findtext("RetentionPeriodInDays") or 0)
    return call.now < record.modified + days * DAY


def has_object_worm(bucket: Bucket) -> bool:
    """Whether the bucket's objects can have retentions of their own."""
    return OBJECT_WORM_KEY in bucket.settings


def default_retention(bucket: Bucket, now: float) -> tuple[str, float] | None:
    """Return mode and end of the retention that a new object has, or None."""
    text = bucket.settings.get(OBJECT_WORM_KEY)
    rule = None if text is None else ET.fromstring(text).find("Rule/DefaultRetention")  # noqa: S314 - our own
    if rule is None:
        return None
    mode, days = rule.findtext("Mode") or "", rule.findtext("Days")
    if days is not None:
        return mode, now + int(days) * DAY
    begun = datetime.fromtimestamp(now, timezone.utc)
    year = begun.year + int(rule.findtext("Years") or 0)
    try:
        end = begun.replace(year=year)
    except ValueError:  # the 29th of February
        end = begun.replace(year=year, day=28) + timedelta(days=1)
    return mode, end.timestamp()

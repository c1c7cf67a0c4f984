"""The retention policy of a bucket: whether an object has to stay as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from ossc.mock._call import Call
    from ossc.mock._records import Bucket, ObjectRecord

__all__ = ["DAY", "KEY", "is_retained", "policy_of"]

KEY = "worm"
"""What a bucket keeps its policy under."""
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

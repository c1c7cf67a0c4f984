"""Retention: whether an object has to stay as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ossc.mock._errors import ServiceError

if TYPE_CHECKING:
    from ossc.mock._call import Call
    from ossc.mock._records import Bucket

__all__ = ["DAY", "KEY", "forbid_loss", "policy_of"]

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


def forbid_loss(call: Call, key: str) -> None:
    """Raise FileImmutable if an object has to stay as it is; under the lock."""
    record = call.bucket.objects.get(key)
    tree = policy_of(call.bucket, call.now)
    if record is None or tree is None:
        return
    days = int(tree.findtext("RetentionPeriodInDays") or 0)
    if call.now < record.modified + days * DAY:
        raise ServiceError("FileImmutable", extra={"Key": key})

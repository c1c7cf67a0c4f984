"""Bucket spaces: what new buckets get of the agentic bucket that they belong to.

Agentic buckets hold no objects, so they are no buckets of the store: each is a JSON object
among its account's settings, with the documents that its spaces are made with.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from ossc.mock._errors import ServiceError
from ossc.mock._names import check_bucket_name
from ossc.mock._xml import text_of

if TYPE_CHECKING:
    from ossc.mock._call import Call
    from ossc.mock._records import Bucket

__all__ = [
    "ENDS",
    "PARENT",
    "PLACE",
    "Template",
    "check_name",
    "keep",
    "make_space",
    "shelf",
    "template_of",
]

PARENT = "agenticBucket"
"""What a space keeps the name of its agentic bucket under."""

PLACE = "agenticBucket/"
ENDS = ("-ab-apsr", "-bs-apsr")
_VERSIONING, _POLICY = "versioning", "policy"

Template = dict[str, Any]


def check_name(call: Call, name: str, end: str) -> None:
    """Check that a name has the account and the region of the request, and its end."""
    check_bucket_name(name)
    place = f"-{call.caller.account}-{call.context.region}{end}"
    prefix = name.removesuffix(place)
    if (
        prefix == name
        or len(prefix) < 3
        or not re.fullmatch("[a-z0-9].*[a-z0-9]", prefix)
    ):
        raise ServiceError("InvalidBucketName", extra={"BucketName": name})


def shelf(call: Call) -> dict[str, str]:
    """Return what is kept for the caller's account."""
    if call.caller.anonymous:
        message = "Anonymous access is forbidden for this operation."
        raise ServiceError("AccessDenied", message)
    return call.store.accounts.setdefault(call.caller.account or "", {})


def template_of(call: Call, name: str | None = None) -> Template:
    """Return an agentic bucket of the caller; the caller holds the lock."""
    wanted = call.bucket_name if name is None else name
    kept = shelf(call).get(PLACE + wanted)
    if kept is None:
        raise ServiceError("AgenticBucketNotFound", extra={"BucketName": wanted})
    template: Template = json.loads(kept)
    return template


def keep(call: Call, template: Template) -> None:
    """Keep the agentic bucket that a request means."""
    shelf(call)[PLACE + call.bucket_name] = json.dumps(template)
    call.store.save_accounts()


def make_space(call: Call, bucket: Bucket) -> None:
    """Give a new bucket what its agentic bucket says, if it is a bucket space.

    The caller holds the lock.

    Raises:
        ServiceError: The name is that of an agentic bucket, or of a space of none; the
            agentic bucket does not exist, or is disabled.
    """
    name, parent = bucket.name, call.request.header("x-oss-agentic-bucket")
    if parent is None:
        if name.endswith(ENDS):
            raise ServiceError("InvalidBucketName", extra={"BucketName": name})
        return
    check_name(call, name, ENDS[1])
    template = template_of(call, parent)
    if template["status"] != "Enabled":
        message = "The agentic bucket is disabled."
        raise ServiceError("StatusConflict", message, extra={"BucketName": parent})
    settings: dict[str, str] = dict(template["settings"])
    versioning = settings.pop(_VERSIONING, None)
    if versioning is not None:
        tree = ET.fromstring(versioning)  # noqa: S314 - our own
        bucket.versioning = text_of(tree, "Status")
    if _POLICY in settings:
        settings[_POLICY] = settings[_POLICY].replace(parent, name)
    bucket.acl = template["acl"]
    bucket.storage_class = template["storage_class"]
    bucket.redundancy = template["redundancy"]
    bucket.settings |= settings | {PARENT: parent}

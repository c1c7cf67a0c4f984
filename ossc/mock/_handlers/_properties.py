"""What request headers say about the object they create, checked."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from ossc.mock._access import OBJECT_ACLS
from ossc.mock._encoding import parse_query, to_wire
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._records import Properties
from ossc.mock._retention import default_retention
from ossc.mock._xml import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ossc.mock._call import Call
    from ossc.mock._records import Bucket

__all__ = [
    "ENCRYPTIONS",
    "LEGAL_HOLD",
    "RETENTION_MODES",
    "STORAGE_CLASSES",
    "check_acl",
    "check_tags",
    "metadata_of",
    "parse_until",
    "properties_of",
    "tags_of_header",
]

STORAGE_CLASSES = ("Standard", "IA", "Archive", "ColdArchive", "DeepColdArchive")
ENCRYPTIONS = ("AES256", "KMS", "SM4")
RETENTION_MODES = ("GOVERNANCE", "COMPLIANCE")
LEGAL_HOLD = ("ON", "OFF")
_WORM = "x-oss-object-worm-"
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z", re.ASCII)
_KEPT = (
    "content-type",
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "expires",
)
_META = "x-oss-meta-"
_META_NAME = re.compile(r"[a-z0-9-]+")
_MAX_META_BYTES = 8 * 1024
_TAG_TEXT = re.compile(r"[\w +\-=.:/]*")
_MAX_TAGS, _MAX_TAG_KEY, _MAX_TAG_VALUE = 10, 128, 256


def properties_of(call: Call) -> Properties:
    """Return the properties that a request asks for.

    Raises:
        ServiceError: One of the headers has a value that is not allowed.
    """
    request = call.request
    acl = request.header("x-oss-object-acl")
    storage_class = request.header("x-oss-storage-class")
    if storage_class not in {None, *STORAGE_CLASSES}:
        message = "The storage class you specified is invalid."
        raise invalid_argument(message, "x-oss-storage-class", storage_class or "")
    encryption = request.header("x-oss-server-side-encryption")
    if encryption not in {None, *ENCRYPTIONS}:
        raise ServiceError("InvalidEncryptionAlgorithmError")
    key_id = request.header("x-oss-server-side-encryption-key-id")
    if encryption is None:
        encryption, key_id = _encryption_of(call.bucket)
    data_encryption = request.header("x-oss-server-side-data-encryption")
    if data_encryption is not None and (data_encryption, encryption) != ("SM4", "KMS"):
        raise ServiceError("InvalidEncryptionAlgorithmError")
    return Properties(
        headers=metadata_of(call),
        acl="default" if acl is None else check_acl(acl),
        storage_class=storage_class or call.bucket.storage_class,
        encryption=encryption,
        encryption_key_id=key_id,
        data_encryption=data_encryption,
        tags=tags_of_header(request.header("x-oss-tagging") or ""),
        **_protection(call),
    )


def _encryption_of(bucket: Bucket) -> tuple[str | None, str | None]:
    """Return how a bucket encrypts what says nothing of it: algorithm and key."""
    kept = bucket.settings.get("encryption")
    if kept is None:
        return None, None
    (rule,) = ET.fromstring(kept)  # noqa: S314 - our own
    return text_of(rule, "SSEAlgorithm"), text_of(rule, "KMSMasterKeyID") or None


def _protection(call: Call) -> dict[str, Any]:
    """Return the fields that say what protects a new object."""
    mode = call.request.header(_WORM + "mode")
    date = call.request.header(_WORM + "retain-until-date")
    hold = call.request.header(_WORM + "legal-hold")
    until = parse_until(date or "")
    if mode not in {None, *RETENTION_MODES}:
        raise invalid_argument("The mode is invalid.", _WORM + "mode", mode or "")
    if (mode is None) != (date is None):
        message = "The retention mode and its date must be given together."
        raise invalid_argument(message, _WORM + "mode", mode or "")
    if date is not None and (until is None or until <= call.now):
        message = "The retain until date must be a time in the future."
        raise invalid_argument(message, _WORM + "retain-until-date", date)
    if hold not in {None, *LEGAL_HOLD}:
        message = "The legal hold must be ON or OFF."
        raise invalid_argument(message, _WORM + "legal-hold", hold or "")
    if mode is None:
        mode, until = default_retention(call.bucket, call.now) or (None, None)
    return {"retention_mode": mode, "retain_until": until, "legal_hold": hold == "ON"}


def parse_until(text: str) -> float | None:
    """Return the Unix seconds of an ISO 8601 time in UTC, None for anything else."""
    if not _ISO.fullmatch(text):
        return None
    stem = text.partition(".")[0].rstrip("Z")
    try:
        return datetime.fromisoformat(f"{stem}+00:00").timestamp()
    except ValueError:
        return None


def check_acl(acl: str) -> str:
    """Return an object's access rule, or raise InvalidArgument."""
    if acl not in OBJECT_ACLS:
        message = "The object acl you specified is invalid."
        raise invalid_argument(message, "x-oss-object-acl", acl)
    return acl


def metadata_of(call: Call) -> dict[str, str]:
    """Return the standard and user headers that are kept with an object."""
    kept = {"content-type": "application/octet-stream"}
    total = 0
    for name, value in call.request.headers:
        if name in _KEPT and value:
            kept[name] = value
        elif name.startswith(_META):
            if not _META_NAME.fullmatch(name[len(_META) :]):
                message = "The name of the user metadata is invalid."
                raise invalid_argument(message, name, value)
            total += len(name) - len(_META) + len(to_wire(value))
            kept[name] = value
    if total > _MAX_META_BYTES:
        message = "The size of user metadata exceeds the limit of 8 KB."
        raise invalid_argument(message, "x-oss-meta")
    return kept


def tags_of_header(text: str) -> dict[str, str]:
    """Return the tags of an ``x-oss-tagging`` header."""
    return check_tags(parse_query(text))


def check_tags(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return tags as a mapping, or raise for repeated, wrong or too many ones."""
    tags: dict[str, str] = {}
    for key, value in pairs:
        if key in tags:
            raise ServiceError("RepeatedTags")
        if not 1 <= len(key) <= _MAX_TAG_KEY or len(value) > _MAX_TAG_VALUE:
            raise ServiceError("InvalidTag")
        if not (_TAG_TEXT.fullmatch(key) and _TAG_TEXT.fullmatch(value)):
            raise ServiceError("InvalidTag")
        tags[key] = value
    if len(tags) > _MAX_TAGS:
        raise ServiceError("InvalidTag", "The object tags num is beyond limit.")
    return tags

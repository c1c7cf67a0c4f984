"""What request headers say about the object they create, checked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ossc.mock._access import OBJECT_ACLS
from ossc.mock._encoding import parse_query, to_wire
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._records import Properties
from ossc.mock._xml import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ossc.mock._call import Call
    from ossc.mock._records import Bucket

__all__ = [
    "ENCRYPTIONS",
    "STORAGE_CLASSES",
    "check_acl",
    "check_tags",
    "metadata_of",
    "properties_of",
    "tags_of_header",
]

STORAGE_CLASSES = ("Standard", "IA", "Archive", "ColdArchive", "DeepColdArchive")
ENCRYPTIONS = ("AES256", "KMS", "SM4")
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
    return Properties(
        headers=metadata_of(call),
        acl="default" if acl is None else check_acl(acl),
        storage_class=storage_class or call.bucket.storage_class,
        encryption=encryption,
        encryption_key_id=key_id,
        tags=tags_of_header(request.header("x-oss-tagging") or ""),
    )


def _encryption_of(bucket: Bucket) -> tuple[str | None, str | None]:
    """Return how a bucket encrypts what says nothing of it: algorithm and key."""
    kept = bucket.settings.get("encryption")
    if kept is None:
        return None, None
    (rule,) = ET.fromstring(kept)  # noqa: S314 - our own
    return text_of(rule, "SSEAlgorithm"), text_of(rule, "KMSMasterKeyID") or None


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

"""Finding stored objects, and the rules that all object operations share."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from ossc.mock._access import authorise
from ossc.mock._encoding import to_wire
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._names import check_bucket_name, check_key
from ossc.mock._worm import forbid_loss

if TYPE_CHECKING:
    from ossc.mock._call import Call
    from ossc.mock._records import Bucket, ObjectRecord

__all__ = [
    "ARCHIVED",
    "copy_source",
    "encryption_headers",
    "find",
    "find_in",
    "follow",
    "forbid_overwrite",
    "write_headers",
]

ARCHIVED = frozenset({"Archive", "ColdArchive", "DeepColdArchive"})


def find(call: Call) -> ObjectRecord:
    """Return the object that a request means, in the version it asks for."""
    return find_in(call.bucket, call.key, call.request.param("versionId"))


def find_in(bucket: Bucket, key: str, version: str | None = None) -> ObjectRecord:
    """Return an object of a bucket.

    Raises:
        ServiceError: NoSuchKey or NoSuchVersion.
    """
    if version is not None:
        _check_version(version)
    record = bucket.objects.get(key)
    if version is not None and (record is None or record.version_id != version):
        extra = {"Key": key, "VersionId": version}
        raise ServiceError("NoSuchVersion", extra=extra)
    if record is None:
        raise ServiceError("NoSuchKey", extra={"Key": key})
    return record


def _check_version(version: str) -> None:
    if not version:
        message = "Version id can not be the empty string."
        raise invalid_argument(message, "versionId", version)


def follow(call: Call, record: ObjectRecord) -> ObjectRecord:
    """Return the object that a symlink leads to, or the object itself."""
    if record.symlink_target is None:
        return record
    target = call.bucket.objects.get(record.symlink_target)
    if target is None:
        extra = {"Key": record.symlink_target}
        raise ServiceError("SymlinkTargetNotExist", extra=extra)
    if target.symlink_target is not None:
        raise ServiceError("InvalidTargetType")
    return target


def forbid_overwrite(call: Call) -> None:
    """Raise FileAlreadyExists if the request asks not to replace what is there.

    What has to stay as it is by the bucket's retention is FileImmutable.
    """
    forbid_loss(call, call.key)
    asked = (call.request.header("x-oss-forbid-overwrite") or "").lower() == "true"
    if asked and call.key in call.bucket.objects:
        raise ServiceError("FileAlreadyExists", extra={"Key": call.key})


def write_headers(record: ObjectRecord) -> dict[str, str]:
    """Return the headers that answer every write of content."""
    headers = {
        "ETag": record.quoted_etag,
        "x-oss-hash-crc64ecma": str(record.crc64),
    }
    if record.content_md5 is not None:
        headers["Content-MD5"] = record.content_md5
    return {**headers, **encryption_headers(record)}


def encryption_headers(record: ObjectRecord) -> dict[str, str]:
    """Return the headers that tell how the object is encrypted."""
    headers = {}
    if record.properties.encryption is not None:
        headers["x-oss-server-side-encryption"] = record.properties.encryption
    if record.properties.encryption_key_id is not None:
        name = "x-oss-server-side-encryption-key-id"
        headers[name] = record.properties.encryption_key_id
    return headers


def copy_source(call: Call) -> tuple[Bucket, ObjectRecord]:
    """Return the bucket and object that ``x-oss-copy-source`` names.

    Raises:
        ServiceError: The header is malformed, or there is no such object.
    """
    text = call.request.header("x-oss-copy-source") or ""
    path, mark, version = text.partition("?versionId=")
    try:
        decoded = unquote_to_bytes(to_wire(path)).decode("utf-8")
    except UnicodeDecodeError:
        raise ServiceError("InvalidObjectName") from None
    name, _, key = decoded.removeprefix("/").partition("/")
    if not name or not key:
        message = (
            "Copy Source must mention the source bucket and key: "
            "/sourcebucket/sourcekey."
        )
        raise invalid_argument(message, "x-oss-copy-source", text)
    check_bucket_name(name)
    check_key(key)
    bucket = call.store.buckets.get(name)
    if bucket is None:
        raise ServiceError("NoSuchBucket", extra={"BucketName": name})
    authorise(call, "GetObject", bucket, key)
    record = find_in(bucket, key, version if mark else None)
    if record.properties.storage_class in ARCHIVED:
        raise ServiceError("InvalidObjectState")
    return bucket, record

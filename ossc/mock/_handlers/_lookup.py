"""Finding stored objects, and the rules that all object operations share."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from ossc.mock._access import authorise
from ossc.mock._encoding import to_wire
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._handlers._states import refuse_replacing, require_readable
from ossc.mock._names import check_bucket_name, check_key
from ossc.mock._overwrite import is_forbidden
from ossc.mock._records import MARKER
from ossc.mock._version_ids import check_version_id

if TYPE_CHECKING:
    from ossc.mock._call import Call
    from ossc.mock._records import Bucket, ObjectRecord

__all__ = [
    "copy_source",
    "encryption_headers",
    "find",
    "find_in",
    "follow",
    "forbid_overwrite",
    "marker_headers",
    "version_headers",
    "write_headers",
]


def find(call: Call) -> ObjectRecord:
    """Return the object that a request means, in the version it asks for."""
    version = call.request.param("versionId")
    record = find_in(call.bucket, call.key, version)
    if not record.is_marker:
        return record
    headers = marker_headers(record)
    if version is None:
        raise ServiceError("NoSuchKey", extra={"Key": call.key}, headers=headers)
    extra = {"Method": call.request.method, "ResourceType": MARKER}
    headers["Allow"] = "DELETE"
    raise ServiceError("MethodNotAllowed", extra=extra, headers=headers)


def find_in(bucket: Bucket, key: str, version: str | None = None) -> ObjectRecord:
    """Return a version of an object, by default the newest; it may be a delete marker.

    Raises:
        ServiceError: NoSuchKey or NoSuchVersion.
    """
    if version is None:
        record = bucket.current(key)
        if record is None:
            raise ServiceError("NoSuchKey", extra={"Key": key})
        return record
    record = bucket.version(key, check_version_id(version))
    if record is None:
        extra = {"Key": key, "VersionId": version}
        raise ServiceError("NoSuchVersion", extra=extra)
    return record


def version_headers(
    bucket: Bucket, record: ObjectRecord, name: str = "x-oss-version-id"
) -> dict[str, str]:
    """Return the header that names a version, if the bucket has or had versions."""
    return {} if bucket.versioning is None else {name: record.version_id}


def marker_headers(marker: ObjectRecord) -> dict[str, str]:
    """Return the headers that tell of a delete marker."""
    return {
        "x-oss-delete-marker": "true",
        "x-oss-version-id": marker.version_id,
    }


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
    """Raise an error if what is there must not be replaced.

    Where versions are kept, or were, nothing can get lost, and the request's own wish
    counts for nothing, nor do rules.

    Raises:
        ServiceError: FileAlreadyExists where the request asks for it or a rule of the
            bucket says so, FileImmutable where the object is protected.
    """
    refuse_replacing(call, call.bucket, call.key)
    if call.bucket.versioning is not None:
        return
    asked = (call.request.header("x-oss-forbid-overwrite") or "").lower() == "true"
    if call.key in call.bucket.objects and (
        asked or is_forbidden(call.bucket, call.key, call.caller.account)
    ):
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
    if record.properties.data_encryption is not None:
        name = "x-oss-server-side-data-encryption"
        headers[name] = record.properties.data_encryption
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
    wanted = version if mark else None
    authorise(call, "GetObject", bucket, key, wanted)
    record = find_in(bucket, key, wanted)
    if record.is_marker:
        headers = marker_headers(record)
        raise ServiceError("NoSuchKey", extra={"Key": key}, headers=headers)
    require_readable(call, bucket, record)
    return bucket, record

"""What a caller may do: the access rules of buckets and objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ossc.mock._errors import ServiceError

if TYPE_CHECKING:
    from ossc.mock._auth import Caller
    from ossc.mock._records import Bucket

__all__ = ["BUCKET_ACLS", "OBJECT_ACLS", "authorise"]

BUCKET_ACLS = ("private", "public-read", "public-read-write")
OBJECT_ACLS = ("default", *BUCKET_ACLS)

_OBJECT_READS = frozenset(
    {"GetObject", "HeadObject", "GetObjectMeta", "GetSymlink", "SelectObject"}
)
_OBJECT_WRITES = frozenset(
    {
        "PutObject",
        "PostObject",
        "AppendObject",
        "CopyObject",
        "DeleteObject",
        "PutSymlink",
        "InitiateMultipartUpload",
        "UploadPart",
        "UploadPartCopy",
        "CompleteMultipartUpload",
        "AbortMultipartUpload",
        "CreateSelectObjectMeta",
    }
)
_BUCKET_READS = frozenset(
    {
        "ListObjects",
        "ListObjectsV2",
        "ListObjectVersions",
        "ListMultipartUploads",
        "ListParts",
        "HeadBucket",
    }
)
_BUCKET_WRITES = frozenset({"DeleteMultipleObjects"})


def authorise(caller: Caller, operation: str, bucket: Bucket, key: str | None) -> None:
    """Raise AccessDenied unless the caller may do the operation."""
    if caller.account == bucket.account:
        return
    acl = bucket.acl
    record = bucket.objects.get(key) if key is not None else None
    if record is not None and record.properties.acl != "default":
        acl = record.properties.acl
    if _allowed(operation, acl, bucket.acl):
        return
    raise _denied(caller, operation)


def _allowed(operation: str, acl: str, bucket_acl: str) -> bool:
    if operation in _OBJECT_READS:
        return acl != "private"
    if operation in _OBJECT_WRITES:
        return acl == "public-read-write"
    if operation in _BUCKET_READS:
        return bucket_acl != "private"
    return operation in _BUCKET_WRITES and bucket_acl == "public-read-write"


def _denied(caller: Caller, operation: str) -> ServiceError:
    if operation in _OBJECT_READS | _OBJECT_WRITES:
        message = "You have no right to access this object because of bucket acl."
        return ServiceError("AccessDenied", message, ec="0003-00000001")
    if caller.anonymous:
        message = "Anonymous user has no right to access this bucket."
    else:
        message = "You have no right to access this bucket."
    return ServiceError("AccessDenied", message)

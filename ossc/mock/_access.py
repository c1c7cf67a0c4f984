"""What a caller may do: the access rules of buckets and objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ossc.mock._errors import ServiceError
from ossc.mock._policy import decision

if TYPE_CHECKING:
    from ossc.mock._auth import Caller
    from ossc.mock._call import Call
    from ossc.mock._http import Request
    from ossc.mock._records import Bucket

__all__ = ["BUCKET_ACLS", "OBJECT_ACLS", "authorise", "blocks_public_access"]

BUCKET_ACLS = ("private", "public-read", "public-read-write")
OBJECT_ACLS = ("default", *BUCKET_ACLS)

_PAYER = "x-oss-request-payer"

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
_OF_VERSIONS = _OBJECT_READS | {"DeleteObject"}
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


def authorise(
    call: Call,
    operation: str,
    bucket: Bucket,
    key: str | None,
    version: str | None = None,
) -> None:
    """Raise AccessDenied unless the caller may do the operation."""
    caller = call.caller
    if caller.account == bucket.account:
        return
    _check_payer(caller, bucket, call.request)
    said = decision(bucket, caller.account, operation, key, call.request)
    if said is False:
        message = "Access denied by bucket policy."
        raise ServiceError("AccessDenied", message)
    if said:
        return
    acl = bucket.acl
    record = bucket.objects.get(key) if key is not None else None
    if key is not None and version and operation in _OF_VERSIONS:
        record = bucket.version(key, version)
    if record is not None and record.properties.acl != "default":
        acl = record.properties.acl
    if not blocks_public_access(call, bucket) and _allowed(operation, acl, bucket.acl):
        return
    raise _denied(caller, operation)


def blocks_public_access(call: Call, bucket: Bucket) -> bool:
    """Whether public access to a bucket is blocked, by itself or by its owner."""
    of_owner = call.store.accounts.get(bucket.account, {})
    places = (bucket.settings, of_owner)
    return any(">true<" in place.get("publicAccessBlock", "") for place in places)


def _check_payer(caller: Caller, bucket: Bucket, request: Request) -> None:
    """Where requesters pay, they have to be known, and to say so."""
    if ">Requester<" not in bucket.settings.get("requestPayment", ""):
        return
    if caller.anonymous:
        message = "Anonymous users cannot access a bucket whose requesters pay."
        raise ServiceError("AccessDenied", message, ec="0003-00000703")
    said = request.header(_PAYER) or request.param(_PAYER)
    if said != "requester":
        message = "Access denied for requester pay bucket."
        raise ServiceError("AccessDenied", message, ec="0003-00000702")


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

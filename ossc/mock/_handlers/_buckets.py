"""Buckets: create, remove, and their access rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ossc.mock._access import BUCKET_ACLS, blocks_public_access
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._handlers._intake import receive_small
from ossc.mock._handlers._listing import owner
from ossc.mock._handlers._properties import STORAGE_CLASSES
from ossc.mock._hierarchy import KEY as HIERARCHY
from ossc.mock._http import Response
from ossc.mock._records import Bucket
from ossc.mock._spaces import make_space
from ossc.mock._xml import document, leaf, node, parse, text_of

if TYPE_CHECKING:
    from ossc.mock._call import Call

__all__ = [
    "acl_answer",
    "delete_bucket",
    "endpoints_of",
    "get_bucket_acl",
    "head_bucket",
    "put_bucket",
    "put_bucket_acl",
]

MAX_BUCKETS = 100
_MAX_DOCUMENT_BYTES = 64 * 1024
_MALFORMED_EC = "0015-00000231"
_XML = {"Content-Type": "application/xml"}


def endpoints_of(region: str) -> tuple[str, str, str]:
    """Render the elements that name a region's endpoints and location."""
    return (
        leaf("ExtranetEndpoint", f"oss-{region}.aliyuncs.com"),
        leaf("IntranetEndpoint", f"oss-{region}-internal.aliyuncs.com"),
        leaf("Location", f"oss-{region}"),
    )


def _check_acl(acl: str) -> str:
    if acl not in BUCKET_ACLS:
        message = "The bucket acl you specified is invalid."
        raise invalid_argument(message, "x-oss-acl", acl)
    return acl


def _allowed_acl(call: Call, bucket: Bucket, acl: str) -> str:
    if _check_acl(acl) != "private" and blocks_public_access(call, bucket):
        message = "Put public bucket acl is not allowed."
        raise ServiceError("AccessDenied", message)
    return acl


def put_bucket(call: Call) -> Response:
    """Create a bucket, or change the access rule of the caller's own one."""
    acl = call.request.header("x-oss-acl")
    if acl is not None:
        _check_acl(acl)
    storage_class, redundancy = _configuration(call)
    with call.store.lock:
        bucket = call.store.buckets.get(call.bucket_name)
        if bucket is None:
            bucket = _new_bucket(call, storage_class or "Standard", redundancy)
        elif bucket.account != call.caller.account:
            raise _taken(bucket, None, ec="0015-00000104")
        elif storage_class not in {None, bucket.storage_class}:
            raise _taken(bucket, "Cannot modify existing bucket's storage class.")
        if acl is not None:
            bucket.acl = _allowed_acl(call, bucket, acl)
        call.store.add_bucket(bucket)
    return Response(200, {"Location": f"/{bucket.name}"})


def _new_bucket(call: Call, storage_class: str, redundancy: str) -> Bucket:
    account = call.caller.account or ""
    owned = [item for item in call.store.buckets.values() if item.account == account]
    if len(owned) >= MAX_BUCKETS:
        raise ServiceError("TooManyBuckets")
    bucket = Bucket(call.bucket_name, account, call.now)
    bucket.storage_class = storage_class
    bucket.redundancy = redundancy
    make_space(call, bucket)
    if (call.request.header("x-oss-hns-status") or "").lower() == "enabled":
        bucket.settings[HIERARCHY] = "Enabled"
    group = call.request.header("x-oss-resource-group-id")
    bucket.resource_group = group or bucket.resource_group
    return bucket


def _taken(bucket: Bucket, message: str | None, *, ec: str | None = None) -> Exception:
    extra = {"BucketName": bucket.name}
    return ServiceError("BucketAlreadyExists", message, extra=extra, ec=ec)


def _configuration(call: Call) -> tuple[str | None, str]:
    """Return the storage class and redundancy of a PutBucket body."""
    data = receive_small(call, _MAX_DOCUMENT_BYTES, ec=_MALFORMED_EC)
    if not data.strip():
        return None, "LRS"
    tree = parse(data, "CreateBucketConfiguration", ec=_MALFORMED_EC)
    storage_class = text_of(tree, "StorageClass") or None
    if storage_class not in {None, *STORAGE_CLASSES}:
        message = "No such bucket storage class exists."
        raise invalid_argument(message, "StorageClass", storage_class or "")
    redundancy = text_of(tree, "DataRedundancyType") or "LRS"
    if redundancy not in {"LRS", "ZRS"}:
        message = "No such data redundancy type exists."
        raise invalid_argument(message, "DataRedundancyType", redundancy)
    return storage_class, redundancy


def delete_bucket(call: Call) -> Response:
    """Remove an empty bucket."""
    with call.store.lock:
        if call.bucket.versions or call.bucket.uploads or call.bucket.channels:
            extra = {"BucketName": call.bucket_name}
            raise ServiceError("BucketNotEmpty", extra=extra)
        call.store.remove_bucket(call.bucket)
    return Response(204)


def head_bucket(call: Call) -> Response:
    """Say that the bucket exists."""
    return Response(200, {"x-oss-bucket-region": call.context.region})


def get_bucket_acl(call: Call) -> Response:
    """Send the bucket's owner and access rule."""
    return acl_answer(call.bucket.account, call.bucket.acl)


def acl_answer(account: str, grant: str) -> Response:
    """Return an access rule as bucket and object operations send it."""
    rules = node("AccessControlList", leaf("Grant", grant))
    body = document(node("AccessControlPolicy", owner(account), rules))
    return Response(200, dict(_XML), body)


def put_bucket_acl(call: Call) -> Response:
    """Set the bucket's access rule."""
    acl = call.request.header("x-oss-acl")
    if acl is None:
        raise ServiceError("MissingArgument", extra={"ArgumentName": "x-oss-acl"})
    with call.store.lock:
        call.store.check_bucket(call.bucket)
        call.bucket.acl = _allowed_acl(call, call.bucket, acl)
        call.store.add_bucket(call.bucket)
    return Response(200)

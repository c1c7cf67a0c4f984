"""What a bucket says about itself: location, info, statistics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ossc.mock._access import blocks_public_access
from ossc.mock._encoding import iso_date
from ossc.mock._handlers._buckets import endpoints_of
from ossc.mock._hierarchy import is_hierarchical
from ossc.mock._http import Response
from ossc.mock._settings import (
    ACCESS_MONITOR,
    ENCRYPTION,
    LOGGING,
    TRANSFER_ACCELERATION,
    Setting,
)
from ossc.mock._spaces import PARENT
from ossc.mock._xml import document, leaf, node

if TYPE_CHECKING:
    from ossc.mock._call import Call
    from ossc.mock._records import Bucket

__all__ = ["get_bucket_info", "get_bucket_location", "get_bucket_stat"]

_CLASSES = {
    "Standard": "Standard",
    "InfrequentAccess": "IA",
    "Archive": "Archive",
    "ColdArchive": "ColdArchive",
    "DeepColdArchive": "DeepColdArchive",
}


def _answer(root: str) -> Response:
    return Response(200, {"Content-Type": "application/xml"}, document(root))


def get_bucket_location(call: Call) -> Response:
    """Send the bucket's location."""
    return _answer(leaf("LocationConstraint", f"oss-{call.context.region}"))


def get_bucket_info(call: Call) -> Response:
    """Send the bucket's settings."""
    bucket = call.bucket
    account = bucket.account
    inner = (
        leaf("AccessMonitor", _text(ACCESS_MONITOR, bucket, "Status") or "Disabled"),
        leaf("CreationDate", iso_date(bucket.created)),
        *endpoints_of(call.context.region),
        leaf("StorageClass", bucket.storage_class),
        leaf("DataRedundancyType", bucket.redundancy),
        leaf("TransferAcceleration", _accelerated(bucket)),
        leaf("CrossRegionReplication", "Disabled"),
        leaf("Name", bucket.name),
        leaf("ResourceGroupId", bucket.resource_group),
        node("Owner", leaf("DisplayName", account), leaf("ID", account)),
        node("AccessControlList", leaf("Grant", bucket.acl)),
        _encryption(bucket),
        *([leaf("Versioning", bucket.versioning)] if bucket.versioning else []),
        _logging(bucket),
        leaf("Comment", ""),
        *[leaf("AgenticBucketName", name) for name in _parents(bucket)],
        leaf("BlockPublicAccess", blocks_public_access(call, bucket)),
        *([leaf("HnsStatus", "Enabled")] if is_hierarchical(bucket) else []),
    )
    return _answer(node("BucketInfo", node("Bucket", *inner)))


def _parents(bucket: Bucket) -> list[str]:
    """Return the agentic bucket of a bucket space; of another bucket, nothing."""
    name = bucket.settings.get(PARENT)
    return [] if name is None else [name]


def _text(setting: Setting, bucket: Bucket, path: str) -> str | None:
    tree = setting.of(bucket)
    return None if tree is None else tree.findtext(path)


def _accelerated(bucket: Bucket) -> str:
    enabled = _text(TRANSFER_ACCELERATION, bucket, "Enabled") == "true"
    return "Enabled" if enabled else "Disabled"


def _encryption(bucket: Bucket) -> str:
    tree = ENCRYPTION.of(bucket)
    if tree is None:
        return node("ServerSideEncryptionRule", leaf("SSEAlgorithm", "None"))
    chosen = [leaf(child.tag, child.text or "") for child in tree[0]]
    return node("ServerSideEncryptionRule", *chosen)


def _logging(bucket: Bucket) -> str:
    target = _text(LOGGING, bucket, "LoggingEnabled/TargetBucket")
    prefix = _text(LOGGING, bucket, "LoggingEnabled/TargetPrefix")
    inner = leaf("LogBucket", target or ""), leaf("LogPrefix", prefix or "")
    return node("BucketPolicy", *inner)


def get_bucket_stat(call: Call) -> Response:
    """Send what the bucket holds, by storage class."""
    with call.store.lock:
        kept = [
            record
            for versions in call.bucket.versions.values()
            for record in versions.values()
        ]
        uploads = list(call.bucket.uploads.values())
    records = [record for record in kept if not record.is_marker]
    dates = [record.modified for record in records]
    parts = [
        leaf("Storage", sum(record.size for record in records)),
        leaf("ObjectCount", len(records)),
        leaf("MultipartUploadCount", len(uploads)),
        leaf("LiveChannelCount", len(call.bucket.channels)),
        leaf("LastModifiedTime", int(max(dates, default=call.bucket.created))),
    ]
    for name, storage_class in _CLASSES.items():
        sizes = [
            record.size
            for record in records
            if record.properties.storage_class == storage_class
        ]
        parts.append(leaf(f"{name}Storage", sum(sizes)))
        if name != "Standard":
            parts.append(leaf(f"{name}RealStorage", sum(sizes)))
        parts.append(leaf(f"{name}ObjectCount", len(sizes)))
    count = sum(len(upload.parts) for upload in uploads)
    parts.append(leaf("MultipartPartCount", count))
    parts.append(leaf("DeleteMarkerCount", len(kept) - len(records)))
    return _answer(node("BucketStat", *parts))

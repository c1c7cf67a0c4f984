"""Hierarchical namespaces: which buckets have one, and what is not for those.

A directory is there while something is in it, or while the record ``PATH/`` is, which
CreateDirectory makes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ossc.mock._errors import ServiceError

if TYPE_CHECKING:
    from ossc.mock._call import Call
    from ossc.mock._records import Bucket

__all__ = ["KEY", "entries_of", "is_directory", "is_hierarchical", "refuse_unsupported"]

KEY = "hns"
"""What such a bucket keeps among its settings."""

_UNSUPPORTED = (
    "BucketWorm",
    "BucketLifecycle",
    "BucketVersioning",
    "ListObjectVersions",
    "BucketReplication",
    "BucketInventory",
    "BucketWebsite",
    "BucketCors",
)


def is_hierarchical(bucket: Bucket) -> bool:
    """Whether the bucket has a hierarchical namespace."""
    return KEY in bucket.settings


def refuse_unsupported(call: Call, operation: str) -> None:
    """Raise OperationNotSupported for what such a bucket does not have."""
    if is_hierarchical(call.bucket) and any(name in operation for name in _UNSUPPORTED):
        message = "The operation is not for buckets with a hierarchical namespace."
        raise ServiceError("OperationNotSupported", message)


def entries_of(bucket: Bucket, path: str) -> list[str]:
    """Return the keys in a directory, its own record among them."""
    start = f"{path}/"
    found = []
    for key in bucket.keys_from(start):
        if not key.startswith(start):
            break
        found.append(key)
    return found


def is_directory(bucket: Bucket, path: str) -> bool:
    """Whether there is a directory; the bucket itself is one."""
    return not path or bool(entries_of(bucket, path))

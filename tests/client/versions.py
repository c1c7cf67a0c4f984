"""What the tests of versions share: a bucket that keeps them."""

from __future__ import annotations

import ossc
from ossc._sdk import Call, functions
from ossc._verbs import done

__all__ = ["facts", "set_versioning"]


def set_versioning(bucket: ossc.Bucket, status: str) -> None:
    """Switch the versioning of a bucket to Enabled or Suspended."""
    root = "VersioningConfiguration"
    body = f"<{root}><Status>{status}</Status></{root}>".encode()
    run, params = functions.send("PUT"), {"versioning": ""}
    call = Call("PutBucketVersioning", run, bucket.name, params=params, body=body)
    bucket._client._perform(call, done)


def facts(bucket: ossc.Bucket, prefix: str = "") -> list[tuple[str, str | None, bool]]:
    """Key, version id and whether it is a marker, of all versions."""
    listed = bucket.list_object_versions(prefix)
    return [(v.key, v.version_id, v.is_delete_marker) for v in listed]

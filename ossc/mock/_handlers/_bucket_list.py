"""The list of an account's buckets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ossc.mock._encoding import iso_date
from ossc.mock._errors import invalid_argument
from ossc.mock._handlers._buckets import endpoints_of
from ossc.mock._handlers._listing import owner
from ossc.mock._handlers._paging import limit_of
from ossc.mock._http import Response
from ossc.mock._settings import tags_of
from ossc.mock._xml import document, leaf, node

if TYPE_CHECKING:
    from ossc.mock._call import Call
    from ossc.mock._records import Bucket

__all__ = ["list_buckets"]

_XML = {"Content-Type": "application/xml"}


def list_buckets(call: Call) -> Response:
    """List the caller's buckets."""
    request = call.request
    prefix, marker = request.param("prefix") or "", request.param("marker") or ""
    if not re.fullmatch(r"[a-z0-9-]*", prefix):
        message = "The prefix is not valid for bucket names."
        raise invalid_argument(message, "prefix", prefix)
    limit = limit_of(request, "max-keys", 100)
    with call.store.lock:
        found = [
            call.store.buckets[name]
            for name in sorted(call.store.buckets)
            if name.startswith(prefix) and name > marker
        ]
    found = [
        item
        for item in found
        if item.account == call.caller.account and _is_wanted(call, item)
    ]
    page, truncated = found[:limit], len(found) > limit
    parts = []
    asked = ("prefix", "marker", "max-keys")
    if truncated or any(request.param(name) is not None for name in asked):
        parts = [
            leaf("Prefix", prefix),
            leaf("Marker", marker),
            leaf("MaxKeys", limit),
            leaf("IsTruncated", truncated),
            leaf("NextMarker", page[-1].name if truncated else ""),
        ]
    parts.append(owner(call.caller.account or ""))
    parts.append(node("Buckets", *(_bucket(call, bucket) for bucket in page)))
    body = document(node("ListAllMyBucketsResult", *parts))
    return Response(200, dict(_XML), body)


def _is_wanted(call: Call, bucket: Bucket) -> bool:
    """Whether a bucket has the tag and is of the resource group that are asked for."""
    request = call.request
    group = request.header("x-oss-resource-group-id")
    key, value = request.param("tag-key"), request.param("tag-value")
    if key is None and value is not None:
        message = "tag-value needs a tag-key."
        raise invalid_argument(message, "tag-value", value)
    if group and group != bucket.resource_group:
        return False
    tags = tags_of(bucket)
    return not key or (key in tags and value in {None, tags[key]})


def _bucket(call: Call, bucket: Bucket) -> str:
    return node(
        "Bucket",
        leaf("CreationDate", iso_date(bucket.created)),
        *endpoints_of(call.context.region),
        leaf("Name", bucket.name),
        leaf("Region", call.context.region),
        leaf("StorageClass", bucket.storage_class),
        leaf("ResourceGroupId", bucket.resource_group),
    )

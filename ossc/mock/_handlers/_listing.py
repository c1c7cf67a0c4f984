"""ListObjects and ListObjectsV2."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from ossc.mock._encoding import iso_date
from ossc.mock._errors import invalid_argument
from ossc.mock._handlers._paging import (
    Page,
    encoder_of,
    limit_of,
    paginate,
    short_param,
)
from ossc.mock._http import Response
from ossc.mock._xml import document, leaf, node

if TYPE_CHECKING:
    from ossc.mock._call import Call
    from ossc.mock._records import ObjectRecord

__all__ = ["list_objects", "list_objects_v2", "owner"]

_DEFAULT_KEYS = 100


def owner(account: str) -> str:
    """Render an account as Owner."""
    return node("Owner", leaf("ID", account), leaf("DisplayName", account))


def list_objects(call: Call) -> Response:
    """List keys after a marker."""
    marker = short_param(call.request, "marker")
    page, records, limit = _page(call, marker)
    encoded = encoder_of(call.request)
    write = encoded or str
    parts = [
        leaf("Name", call.bucket_name),
        leaf("Prefix", write(call.request.param("prefix") or "")),
        leaf("Marker", write(marker)),
        leaf("MaxKeys", limit),
        leaf("Delimiter", write(call.request.param("delimiter") or "")),
    ]
    if encoded:
        parts.append(leaf("EncodingType", "url"))
    parts.append(leaf("IsTruncated", page.truncated))
    if page.truncated:
        parts.append(leaf("NextMarker", write(page.last)))
    parts += _entries(call, page, records, with_owner=True)
    return _answer(parts)


def list_objects_v2(call: Call) -> Response:
    """List keys after a token or a start."""
    token = call.request.param("continuation-token")
    start = short_param(call.request, "start-after")
    page, records, limit = _page(call, _position(token) if token else start)
    encoded = encoder_of(call.request)
    write = encoded or str
    parts = [
        leaf("Name", call.bucket_name),
        leaf("Prefix", write(call.request.param("prefix") or "")),
    ]
    if start:
        parts.append(leaf("StartAfter", write(start)))
    if token:
        parts.append(leaf("ContinuationToken", token))
    parts += [
        leaf("MaxKeys", limit),
        leaf("Delimiter", write(call.request.param("delimiter") or "")),
    ]
    if encoded:
        parts.append(leaf("EncodingType", "url"))
    parts.append(leaf("IsTruncated", page.truncated))
    if page.truncated:
        parts.append(leaf("NextContinuationToken", _token(page.last)))
    wants_owner = (call.request.param("fetch-owner") or "").lower() == "true"
    parts += _entries(call, page, records, with_owner=wants_owner)
    parts.append(leaf("KeyCount", len(page.names) + len(page.prefixes)))
    return _answer(parts)


def _answer(parts: list[str]) -> Response:
    body = document(node("ListBucketResult", *parts))
    return Response(200, {"Content-Type": "application/xml"}, body)


def _page(call: Call, marker: str) -> tuple[Page, list[ObjectRecord], int]:
    limit = limit_of(call.request, "max-keys", _DEFAULT_KEYS, least=0)
    prefix = short_param(call.request, "prefix")
    delimiter = short_param(call.request, "delimiter")
    with call.store.lock:
        page = paginate(
            call.bucket.keys_from(max(prefix, marker)),
            prefix=prefix,
            delimiter=delimiter,
            marker=marker,
            limit=limit,
        )
        records = [call.bucket.objects[name] for name in page.names]
    return page, records, limit


def _entries(
    call: Call, page: Page, records: list[ObjectRecord], *, with_owner: bool
) -> list[str]:
    write = encoder_of(call.request) or str
    tail = [owner(call.bucket.account)] if with_owner else []
    parts = [
        node(
            "Contents",
            leaf("Key", write(record.key)),
            leaf("LastModified", iso_date(record.modified)),
            leaf("ETag", record.quoted_etag),
            leaf("Type", record.type),
            leaf("Size", record.size),
            leaf("StorageClass", record.properties.storage_class),
            *tail,
        )
        for record in records
    ]
    parts += [
        node("CommonPrefixes", leaf("Prefix", write(prefix)))
        for prefix in page.prefixes
    ]
    return parts


def _token(last: str) -> str:
    return base64.urlsafe_b64encode(b"after:" + last.encode()).decode("ascii")


def _position(token: str) -> str:
    try:
        text = base64.urlsafe_b64decode(token.encode()).decode("utf-8")
    except (binascii.Error, ValueError):
        text = ""
    if not text.startswith("after:"):
        message = "The continuation token provided is incorrect."
        raise invalid_argument(message, "continuation-token", token)
    return text.removeprefix("after:")

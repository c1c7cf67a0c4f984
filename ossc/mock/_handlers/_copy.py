"""CopyObject: new objects, and new metadata, from old objects."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from ossc.mock._encoding import iso_date
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._handlers._conditions import check_conditions
from ossc.mock._handlers._intake import MAX_BODY_BYTES
from ossc.mock._handlers._lookup import (
    copy_source,
    encryption_headers,
    forbid_overwrite,
    version_headers,
)
from ossc.mock._handlers._properties import properties_of
from ossc.mock._http import Response, drain
from ossc.mock._xml import document, leaf, node

if TYPE_CHECKING:
    from ossc.mock._call import Call
    from ossc.mock._records import ObjectRecord, Properties

__all__ = ["copy_object"]


def copy_object(call: Call) -> Response:
    """Make an object from another one, or change an object's metadata."""
    drain(call.request.body)
    _directive(call, "x-oss-metadata-directive")
    _directive(call, "x-oss-tagging-directive")
    own = properties_of(call)
    with call.store.lock:
        source_bucket, source = copy_source(call)
        prefix = "x-oss-copy-source-"
        check_conditions(call.request, source, source.modified, prefix)
        if source.size > MAX_BODY_BYTES:
            message = "Source object Length exceeds the maximum allowed size."
            raise ServiceError("EntityTooLarge", message)
        forbid_overwrite(call)
        onto_itself = (
            source_bucket is call.bucket
            and source.key == call.key
            and call.bucket.versioning is None
        )
        record = replace(
            source if onto_itself else _as_normal(call, source),
            key=call.key,
            modified=call.now,
            properties=_properties(call, own, source, onto_itself=onto_itself),
            version_id="",
        )
        record = call.store.add_object(call.bucket, record)
    headers = {
        "Content-Type": "application/xml",
        "ETag": record.quoted_etag,
        "x-oss-hash-crc64ecma": str(record.crc64),
        **encryption_headers(record),
        **version_headers(call.bucket, record),
        **version_headers(source_bucket, source, "x-oss-copy-source-version-id"),
    }
    return Response(200, headers, _result(record))


def _directive(call: Call, name: str) -> str:
    value = (call.request.header(name) or "COPY").upper()
    if value not in {"COPY", "REPLACE"}:
        message = f"The {name} must be COPY or REPLACE."
        raise invalid_argument(message, name, call.request.header(name) or "")
    return value


def _properties(
    call: Call, own: Properties, source: ObjectRecord, *, onto_itself: bool
) -> Properties:
    properties = own
    if _directive(call, "x-oss-metadata-directive") == "COPY" and not onto_itself:
        properties = replace(properties, headers=source.properties.headers)
    if _directive(call, "x-oss-tagging-directive") == "COPY":
        properties = replace(properties, tags=source.properties.tags)
    return properties


def _as_normal(call: Call, source: ObjectRecord) -> ObjectRecord:
    """Return the source as it looks when its bytes are put in one piece."""
    if source.type == "Appendable":
        raise ServiceError("OperationNotSupported")
    source = replace(source, restore_ready=None, restore_days=0)
    if source.type != "Multipart":
        return source
    digest = hashlib.md5()  # noqa: S324
    for piece in call.store.read(source.segments):
        digest.update(piece)
    return replace(
        source,
        type="Normal",
        etag=digest.hexdigest().upper(),
        content_md5=base64.b64encode(digest.digest()).decode("ascii"),
    )


def _result(record: ObjectRecord) -> bytes:
    return document(
        node(
            "CopyObjectResult",
            leaf("ETag", record.quoted_etag),
            leaf("LastModified", iso_date(record.modified)),
        )
    )

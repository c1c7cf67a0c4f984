"""ListParts and ListMultipartUploads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ossc.mock._encoding import iso_date
from ossc.mock._errors import invalid_argument
from ossc.mock._handlers._multipart import upload_of
from ossc.mock._handlers._paging import encoder_of, limit_of, short_param
from ossc.mock._http import Response
from ossc.mock._xml import document, leaf, node

if TYPE_CHECKING:
    from ossc.mock._call import Call
    from ossc.mock._records import Part, Upload

__all__ = ["list_multipart_uploads", "list_parts"]

_DEFAULT = 1000


def list_parts(call: Call) -> Response:
    """List the parts of an upload after a number."""
    limit = limit_of(call.request, "max-parts", _DEFAULT)
    marker = _marker(call)
    encoded = encoder_of(call.request)
    with call.store.lock:
        upload = upload_of(call)
        rest = [upload.parts[n] for n in sorted(upload.parts) if n > marker]
    page = rest[:limit]
    parts = [leaf("EncodingType", "url")] if encoded else []
    parts += [
        leaf("Bucket", call.bucket_name),
        leaf("Key", (encoded or str)(call.key)),
        leaf("UploadId", upload.upload_id),
        leaf("StorageClass", upload.properties.storage_class),
        leaf("PartNumberMarker", marker),
        leaf("NextPartNumberMarker", page[-1].number if page else 0),
        leaf("MaxParts", limit),
        leaf("IsTruncated", len(rest) > limit),
        *(_part(part) for part in page),
    ]
    body = document(node("ListPartsResult", *parts))
    return Response(200, {"Content-Type": "application/xml"}, body)


def _marker(call: Call) -> int:
    text = call.request.param("part-number-marker") or "0"
    if not (text.isascii() and text.isdigit()):
        message = "Argument part-number-marker must be a number."
        raise invalid_argument(message, "part-number-marker", text)
    return int(text)


def _part(part: Part) -> str:
    return node(
        "Part",
        leaf("PartNumber", part.number),
        leaf("LastModified", iso_date(part.modified)),
        leaf("ETag", f'"{part.etag}"'),
        leaf("HashCrc64ecma", part.crc64),
        leaf("Size", part.size),
    )


def list_multipart_uploads(call: Call) -> Response:
    """List a bucket's open uploads, by key and upload id."""
    request = call.request
    limit = limit_of(request, "max-uploads", _DEFAULT)
    names = ("prefix", "delimiter", "key-marker")
    prefix, delimiter, key_marker = (short_param(request, name) for name in names)
    id_marker = request.param("upload-id-marker") or "" if key_marker else ""
    with call.store.lock:
        uploads = sorted(
            call.bucket.uploads.values(), key=lambda item: (item.key, item.upload_id)
        )
    walk = _Walk(prefix, delimiter, key_marker, id_marker, limit)
    for upload in uploads:
        if not walk.visit(upload):
            break
    encoded = encoder_of(request)
    write = encoded or str
    last_key, last_id = walk.last
    parts = [leaf("EncodingType", "url")] if encoded else []
    parts += [
        leaf("Bucket", call.bucket_name),
        leaf("KeyMarker", write(key_marker)),
        leaf("UploadIdMarker", id_marker),
        leaf("NextKeyMarker", write(last_key)),
        leaf("NextUploadIdMarker", last_id),
        leaf("Delimiter", write(delimiter)),
        leaf("Prefix", write(prefix)),
        leaf("MaxUploads", limit),
        leaf("IsTruncated", walk.truncated),
    ]
    for upload in walk.uploads:
        inner = (
            leaf("Key", write(upload.key)),
            leaf("UploadId", upload.upload_id),
            leaf("StorageClass", upload.properties.storage_class),
            leaf("Initiated", iso_date(upload.initiated)),
        )
        parts.append(node("Upload", *inner))
    for name in walk.prefixes:
        parts.append(node("CommonPrefixes", leaf("Prefix", write(name))))
    body = document(node("ListMultipartUploadsResult", *parts))
    return Response(200, {"Content-Type": "application/xml"}, body)


class _Walk:
    """Collects one page of uploads."""

    def __init__(
        self, prefix: str, delimiter: str, key_marker: str, id_marker: str, limit: int
    ) -> None:
        self._prefix = prefix
        self._delimiter = delimiter
        self._key_marker = key_marker
        self._id_marker = id_marker
        self._limit = limit
        self.uploads: list[Upload] = []
        self.prefixes: list[str] = []
        self.last = ("", "")
        self.truncated = False

    def visit(self, upload: Upload) -> bool:
        """Take one upload; return whether to go on."""
        if not upload.key.startswith(self._prefix):
            return True
        end = -1
        if self._delimiter:
            end = upload.key.find(self._delimiter, len(self._prefix))
        folded = upload.key[: end + len(self._delimiter)] if end >= 0 else None
        if self._passed(upload, folded):
            return True
        if len(self.uploads) + len(self.prefixes) >= self._limit:
            self.truncated = True
            return False
        if folded is None:
            self.uploads.append(upload)
            self.last = (upload.key, upload.upload_id)
        else:
            self.prefixes.append(folded)
            self.last = (folded, "")
        return True

    def _passed(self, upload: Upload, folded: str | None) -> bool:
        if folded is not None:
            return folded <= self._key_marker or folded in self.prefixes[-1:]
        if upload.key == self._key_marker and self._id_marker:
            return upload.upload_id <= self._id_marker
        return upload.key <= self._key_marker

"""Multipart uploads: start, parts, completion, end."""

from __future__ import annotations

import hashlib
import secrets
from itertools import pairwise
from typing import TYPE_CHECKING

from ossc.mock import _callback
from ossc.mock._blobs import Segment, cut
from ossc.mock._crc64 import combine_all, crc64
from ossc.mock._encoding import encode_component, iso_date, parse_number
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._handlers._conditions import check_conditions
from ossc.mock._handlers._intake import (
    MAX_BODY_BYTES,
    receive,
    receive_small,
    settling,
)
from ossc.mock._handlers._lookup import (
    copy_source,
    forbid_overwrite,
    version_headers,
    write_headers,
)
from ossc.mock._handlers._properties import properties_of
from ossc.mock._handlers._ranges import byte_range
from ossc.mock._http import Response, drain
from ossc.mock._records import ObjectRecord, Part, Upload
from ossc.mock._xml import children, document, leaf, node, parse, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ossc.mock._call import Call

__all__ = [
    "abort_multipart_upload",
    "complete_multipart_upload",
    "initiate_multipart_upload",
    "upload_of",
    "upload_part",
    "upload_part_copy",
]

MAX_PARTS = 10000
_MAX_DOCUMENT_BYTES = 4 * 1024 * 1024
_MALFORMED_EC = "0042-00000205"
_UNKNOWN_EC = {
    "UploadPart": "0042-00000104",
    "AbortMultipartUpload": "0042-00000002",
    "ListParts": "0042-00000002",
    "UploadPartCopy": "0042-00000311",
}
_XML = "application/xml"


def upload_of(call: Call) -> Upload:
    """Return the open upload that a request means, or raise NoSuchUpload."""
    upload_id = call.request.param("uploadId") or ""
    upload = call.bucket.uploads.get(upload_id)
    if upload is None or upload.key != call.key:
        ec = _UNKNOWN_EC.get(call.route.operation)
        raise ServiceError("NoSuchUpload", extra={"UploadId": upload_id}, ec=ec)
    return upload


def initiate_multipart_upload(call: Call) -> Response:
    """Open an upload; what the headers say belongs to the final object."""
    drain(call.request.body)
    properties = properties_of(call)
    upload = Upload(secrets.token_hex(16).upper(), call.key, call.now, properties)
    with call.store.lock:
        forbid_overwrite(call)
        call.store.add_upload(call.bucket, upload)
    encode = call.request.param("encoding-type") == "url"
    parts = [leaf("EncodingType", "url")] if encode else []
    parts += [
        leaf("Bucket", call.bucket_name),
        leaf("Key", encode_component(call.key) if encode else call.key),
        leaf("UploadId", upload.upload_id),
    ]
    body = document(node("InitiateMultipartUploadResult", *parts))
    return Response(200, {"Content-Type": _XML}, body)


def _part_number(call: Call) -> int:
    text = call.request.param("partNumber") or ""
    number = parse_number(text)
    if number is None or not 1 <= number <= MAX_PARTS:
        message = "Part number must be an integer between 1 and 10000, inclusive."
        raise invalid_argument(message, "partNumber", text)
    return number


def upload_part(call: Call) -> Response:
    """Store the body as a part."""
    number = _part_number(call)
    for name in (
        "x-oss-server-side-encryption",
        "x-oss-server-side-encryption-key-id",
    ):
        if call.request.header(name) is not None:
            message = f"{name} is not allowed on a part."
            raise invalid_argument(message, name)
    with call.store.lock:
        upload_of(call)
    body = receive(call)
    part = Part(number, body.segments, body.etag, body.crc64, call.now)
    with settling(call, body):
        upload = upload_of(call)
        call.store.put_part(call.bucket, upload, part)
    headers = {
        "ETag": f'"{part.etag}"',
        "x-oss-hash-crc64ecma": str(part.crc64),
        "Content-MD5": body.content_md5,
    }
    if upload.properties.encryption is not None:
        headers["x-oss-server-side-encryption"] = upload.properties.encryption
    return Response(200, headers)


def upload_part_copy(call: Call) -> Response:
    """Store a range of another object as a part."""
    drain(call.request.body)
    number = _part_number(call)
    headers = {"Content-Type": _XML}
    with call.store.lock:
        upload = upload_of(call)
        source_bucket, source = copy_source(call)
        prefix = "x-oss-copy-source-"
        check_conditions(call.request, source, source.modified, prefix)
        wanted = call.request.header("x-oss-copy-source-range")
        chosen = byte_range(wanted, source.size)
        segments = source.segments
        if chosen is not None:
            first, last = chosen
            segments = cut(segments, first, last - first + 1)
            headers["Content-Range"] = f"bytes {first}-{last}/{source.size}"
        part = _part_of(call, number, segments)
        call.store.put_part(call.bucket, upload, part)
    headers["ETag"] = f'"{part.etag}"'
    headers |= version_headers(source_bucket, source, "x-oss-copy-source-version-id")
    result = node(
        "CopyPartResult",
        leaf("LastModified", iso_date(part.modified)),
        leaf("ETag", f'"{part.etag}"'),
    )
    return Response(200, headers, document(result))


def _part_of(call: Call, number: int, segments: tuple[Segment, ...]) -> Part:
    if sum(segment.length for segment in segments) > MAX_BODY_BYTES:
        raise ServiceError("EntityTooLarge")
    digest, crc = hashlib.md5(), 0  # noqa: S324
    for piece in call.store.read(segments):
        digest.update(piece)
        crc = crc64(piece, crc)
    return Part(number, segments, digest.hexdigest().upper(), crc, call.now)


def abort_multipart_upload(call: Call) -> Response:
    """Give an upload up."""
    with call.store.lock:
        call.store.remove_upload(call.bucket, upload_of(call))
    return Response(204)


def complete_multipart_upload(call: Call) -> Response:
    """Make the object of an upload's parts, and call back if asked to."""
    plan = _callback.plan_of(call)
    wanted = _wanted_parts(call)
    with call.store.lock:
        forbid_overwrite(call)
        upload = upload_of(call)
        parts = _chosen_parts(upload, wanted)
        _check_sizes(parts, call.context.min_part_size)
        record = ObjectRecord(
            call.key,
            tuple(segment for part in parts for segment in part.segments),
            _etag(parts),
            combine_all((part.crc64, part.size) for part in parts),
            call.now,
            type="Multipart",
            properties=upload.properties,
        )
        record = call.store.add_object(call.bucket, record)
        call.store.remove_upload(call.bucket, upload)
    headers = {**write_headers(record), **version_headers(call.bucket, record)}
    response = Response(200, headers, _completed(call, record))
    response.headers["Content-Type"] = _XML
    return _callback.relay(call, plan, record, response)


def _wanted_parts(call: Call) -> list[tuple[int, str]] | None:
    """Return number and ETag of the listed parts, or None for all of them."""
    everything = (call.request.header("x-oss-complete-all") or "").lower() == "yes"
    data = receive_small(call, _MAX_DOCUMENT_BYTES, ec=_MALFORMED_EC)
    if everything and data:
        message = "Should not speficy both complete all header and http body."
        raise invalid_argument(message, "x-oss-complete-all", ec="0042-00000216")
    if everything:
        return None
    tree = parse(data, "CompleteMultipartUpload", ec=_MALFORMED_EC)
    wanted = []
    for item in children(tree, "Part"):
        number = parse_number((text_of(item, "PartNumber") or "").strip())
        etag = text_of(item, "ETag")
        if etag is None or number is None:
            detail = {"ErrorDetail": "a Part needs PartNumber and ETag"}
            raise ServiceError("MalformedXML", extra=detail, ec=_MALFORMED_EC)
        wanted.append((number, etag.strip().strip('"').upper()))
    if not wanted:
        detail = {"ErrorDetail": "the list of parts is empty"}
        raise ServiceError("MalformedXML", extra=detail, ec=_MALFORMED_EC)
    return wanted


def _chosen_parts(upload: Upload, wanted: list[tuple[int, str]] | None) -> list[Part]:
    if wanted is None:
        if not upload.parts:
            raise ServiceError("InvalidPart")
        return [upload.parts[number] for number in sorted(upload.parts)]
    numbers = [number for number, _ in wanted]
    if any(later <= earlier for earlier, later in pairwise(numbers)):
        raise ServiceError("InvalidPartOrder")
    chosen = []
    for number, etag in wanted:
        part = upload.parts.get(number)
        if part is None or part.etag != etag:
            raise ServiceError("InvalidPart", extra={"PartNumber": str(number)})
        chosen.append(part)
    return chosen


def _check_sizes(parts: Sequence[Part], smallest: int) -> None:
    for part in parts[:-1]:
        if part.size < smallest:
            extra = {
                "MinSizeAllowed": str(smallest),
                "ProposedSize": str(part.size),
                "PartNumber": str(part.number),
                "ETag": f'"{part.etag}"',
            }
            raise ServiceError("EntityTooSmall", extra=extra)


def _etag(parts: Sequence[Part]) -> str:
    raw = b"".join(bytes.fromhex(part.etag) for part in parts)
    digest = hashlib.md5(raw).hexdigest().upper()  # noqa: S324
    return f"{digest}-{len(parts)}"


def _completed(call: Call, record: ObjectRecord) -> bytes:
    encode = call.request.param("encoding-type") == "url"
    parts = [leaf("EncodingType", "url")] if encode else []
    parts += [
        leaf("Location", call.location()),
        leaf("Bucket", call.bucket_name),
        leaf("Key", encode_component(record.key) if encode else record.key),
        leaf("ETag", record.quoted_etag),
    ]
    return document(node("CompleteMultipartUploadResult", *parts))

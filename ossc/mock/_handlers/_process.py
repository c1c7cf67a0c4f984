"""Processing of objects, as far as a server without an image library can be honest.

Offered: ``image/info`` of PNG, JPEG and BMP images, the image operations that leave an
image as it is, and ``sys/saveas`` of what they give. Everything else is refused; nothing
is answered with bytes that were not processed.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING

from ossc.mock._access import authorise
from ossc.mock._blobs import Segment, slurp
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._handlers._image import image_facts
from ossc.mock._handlers._intake import receive_small
from ossc.mock._handlers._lookup import find, follow
from ossc.mock._handlers._states import refuse_replacing, require_readable
from ossc.mock._http import Response
from ossc.mock._names import check_bucket_name, check_key
from ossc.mock._records import ObjectRecord, Properties

if TYPE_CHECKING:
    from ossc.mock._call import Call
    from ossc.mock._records import Bucket

__all__ = ["async_process_object", "check_process", "process_object", "processed"]

_PROCESS = "x-oss-process"
_ASYNC = "x-oss-async-process"
_SAVE_AS = "sys/saveas"
_MAX_DOCUMENT_BYTES = 64 * 1024
_MAX_IMAGE_BYTES = 20 * 1024 * 1024
_JSON = "application/json"
_INFO = "info"
_IDENTITY = frozenset({"auto-orient,0", "format,src"})


def check_process(process: str) -> None:
    """Raise InvalidArgument unless this server can do what is asked for."""
    kind, slash, rest = process.partition("/")
    steps = rest.split("/")
    if kind == "image" and slash:
        if steps == [_INFO] or all(step in _IDENTITY for step in steps):
            return
        message = "This processing of images is not offered by this server."
    else:
        message = "Processing of objects is not offered by this server."
    raise invalid_argument(message, _PROCESS, process)


def processed(record: ObjectRecord, process: str, headers: dict[str, str]) -> Response:
    """Return what GetObject answers with; the headers are the object's."""
    data, content_type = _result(record, process)
    described = "content-md5"  # the object, not what was made of it
    headers = {name: headers[name] for name in headers if name.lower() != described}
    return Response(200, {**headers, "Content-Type": content_type}, data)


def process_object(call: Call) -> Response:
    """Process an object and save the result as another one."""
    facts = _save(call, _asked(call, _PROCESS), _PROCESS)
    return Response(200, {"Content-Type": _JSON}, json.dumps(facts).encode())


def async_process_object(call: Call) -> Response:
    """Process an object and save the result; here that is done before the answer."""
    _save(call, _asked(call, _ASYNC), _ASYNC)
    digest = hashlib.sha256(call.request_id.encode()).hexdigest()
    facts = {
        "EventId": f"{digest[:3].upper()}-{digest[3:30]}",
        "RequestId": call.request_id,
        "TaskId": f"MediaConvert-{digest[:8]}-{digest[8:12]}-{digest[12:16]}",
    }
    return Response(200, {"Content-Type": _JSON}, json.dumps(facts).encode())


def _asked(call: Call, name: str) -> str:
    """Return the processing that the query or the body asks for."""
    body = receive_small(call, _MAX_DOCUMENT_BYTES, code="InvalidArgument")
    text = call.request.param(name)
    if not text:
        begin, _, text = body.decode("utf-8", "replace").partition("=")
        if begin != name:
            text = ""
    if not text:
        raise ServiceError("MissingArgument", extra={"ArgumentName": name})
    return text


def _save(call: Call, text: str, name: str) -> dict[str, object]:
    process, _, target = text.rpartition("|")
    if not process or not target.startswith(f"{_SAVE_AS},"):
        message = "The result of processing must be saved with sys/saveas."
        raise invalid_argument(message, name, text)
    check_process(process)
    bucket_name, key = _target(call, target, name)
    with call.store.lock:
        record = follow(call, find(call))
        require_readable(call, call.bucket, record)
        data, content_type = _result(record, process)
        bucket = call.store.buckets.get(bucket_name)
        if bucket is None:
            raise ServiceError("NoSuchBucket", extra={"BucketName": bucket_name})
        authorise(call, "PutObject", bucket, key)
        refuse_replacing(call, bucket, key)
        saved = _stored(call, bucket, key, data, content_type)
    return {
        "bucket": bucket_name,
        "fileSize": saved.size,
        "object": key,
        "status": "OK",
    }


def _stored(
    call: Call, bucket: Bucket, key: str, data: bytes, content_type: str
) -> ObjectRecord:
    writer = call.store.writer()
    writer.write(data)
    blob = writer.finish()
    segments = (Segment(blob, 0, blob.size),) if blob.size else ()
    record = ObjectRecord(
        key,
        segments,
        writer.md5.hex().upper(),
        writer.crc64,
        call.now,
        content_md5=base64.b64encode(writer.md5).decode("ascii"),
        properties=Properties(
            headers={"content-type": content_type},
            storage_class=bucket.storage_class,
        ),
    )
    try:
        return call.store.add_object(bucket, record)
    except ServiceError:
        call.store.discard(blob)
        raise


def _target(call: Call, stage: str, name: str) -> tuple[str, str]:
    """Return bucket and key of ``sys/saveas,o_KEY,b_BUCKET``, both base64url."""
    found = {"b": call.bucket_name}
    for piece in stage.split(",")[1:]:
        letter, _, encoded = piece.partition("_")
        padded = encoded + "=" * (-len(encoded) % 4)
        try:
            text = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
        except ValueError:
            message = "Input is not base64 decoding."
            raise ServiceError("BadRequest", message) from None
        found[letter] = text
    if "o" not in found:
        raise invalid_argument("sys/saveas needs an object.", name, stage)
    check_bucket_name(found["b"])
    check_key(found["o"])
    return found["b"], found["o"]


def _result(record: ObjectRecord, process: str) -> tuple[bytes, str]:
    """Return the bytes that processing gives, and their type."""
    check_process(process)
    if record.size > _MAX_IMAGE_BYTES:
        raise ServiceError("ImageTooLarge")
    data = slurp(record.segments)
    facts = image_facts(data)
    if facts is None:
        raise ServiceError("BadRequest", "This image format is not supported.")
    if process.partition("/")[2] != _INFO:
        return data, record.properties.headers["content-type"]
    told = {
        "FileSize": len(data),
        "Format": facts.format,
        "FrameCount": 1,
        "ImageHeight": facts.height,
        "ImageWidth": facts.width,
    }
    body = {name: {"value": str(value)} for name, value in told.items()}
    return json.dumps(body).encode(), _JSON

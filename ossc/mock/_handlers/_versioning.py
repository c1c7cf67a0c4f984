"""Whether a bucket keeps versions: PutBucketVersioning and GetBucketVersioning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ossc.mock._errors import ServiceError
from ossc.mock._handlers._intake import receive_small
from ossc.mock._http import Response
from ossc.mock._xml import document, leaf, node, parse, text_of

if TYPE_CHECKING:
    from ossc.mock._call import Call

__all__ = ["get_bucket_versioning", "put_bucket_versioning"]

_ROOT = "VersioningConfiguration"
_MAX_DOCUMENT_BYTES = 64 * 1024
_MALFORMED_EC = "0015-00000231"


def put_bucket_versioning(call: Call) -> Response:
    """Have the bucket keep versions, or keep no more of them."""
    data = receive_small(call, _MAX_DOCUMENT_BYTES, ec=_MALFORMED_EC)
    status = text_of(parse(data, _ROOT, ec=_MALFORMED_EC), "Status")
    if status not in {"Enabled", "Suspended"}:
        detail = {"ErrorDetail": "Status must be Enabled or Suspended"}
        raise ServiceError("MalformedXML", extra=detail, ec=_MALFORMED_EC)
    with call.store.lock:
        call.store.check_bucket(call.bucket)
        call.bucket.versioning = status
        call.store.add_bucket(call.bucket)
    return Response(200)


def get_bucket_versioning(call: Call) -> Response:
    """Send whether the bucket keeps versions; nothing where it never did."""
    status = call.bucket.versioning
    inner = [] if status is None else [leaf("Status", status)]
    body = document(node(_ROOT, *inner))
    return Response(200, {"Content-Type": "application/xml"}, body)

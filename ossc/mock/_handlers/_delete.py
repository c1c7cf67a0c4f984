"""Deleting objects and their versions, one or many."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ossc.mock._encoding import encode_component
from ossc.mock._errors import ServiceError
from ossc.mock._handlers._intake import receive_small
from ossc.mock._handlers._lookup import marker_headers
from ossc.mock._handlers._states import refuse_immutable, refuse_replacing
from ossc.mock._http import Response
from ossc.mock._version_ids import check_version_id
from ossc.mock._xml import children, document, leaf, node, parse, text_of

if TYPE_CHECKING:
    from ossc.mock._call import Call
    from ossc.mock._records import ObjectRecord

__all__ = ["delete_multiple_objects", "delete_object"]

_MAX_BYTES = 2 * 1024 * 1024
_MAX_KEYS = 1000
_MAX_KEY_BYTES = 1023
_EC = "0016-00000608"


class _Wanted(NamedTuple):
    """One object that a request names."""

    key: str
    version: str | None

    def check(self, call: Call) -> None:
        """Raise FileImmutable if what would go is protected."""
        if self.version is None:
            refuse_replacing(call, call.bucket, self.key)
        else:
            refuse_immutable(call, call.bucket.version(self.key, self.version))

    def delete(self, call: Call) -> ObjectRecord | None:
        """Delete it, returning the marker that was set, or the version that went."""
        if self.version is None:
            return call.store.delete_object(call.bucket, self.key, call.now)
        return call.store.remove_object(call.bucket, self.key, self.version)


def delete_object(call: Call) -> Response:
    """Remove a version for good; without one hide the object, or remove it."""
    version = call.request.param("versionId")
    if version is not None:
        check_version_id(version)
    with call.store.lock:
        wanted = _Wanted(call.key, version)
        wanted.check(call)
        changed = wanted.delete(call)
    headers = {}
    if call.bucket.versioning is not None:
        if version is not None:
            headers["x-oss-version-id"] = version
        if changed is not None and changed.is_marker:
            headers |= marker_headers(changed)
    return Response(204, headers)


def delete_multiple_objects(call: Call) -> Response:
    """Delete up to 1000 objects or versions that the body names."""
    if call.request.header("content-md5") is None:
        raise ServiceError("MissingArgument", extra={"ArgumentName": "Content-MD5"})
    if call.request.header("content-length") is None:
        raise ServiceError("MissingContentLength")
    data = receive_small(call, _MAX_BYTES, ec=_EC)
    tree = parse(data, "Delete", ec=_EC)
    wanted = [
        _Wanted(text_of(item, "Key") or "", text_of(item, "VersionId") or None)
        for item in children(tree, "Object")
    ]
    _check(wanted)
    with call.store.lock:
        for item in wanted:
            item.check(call)
        deleted = [(item, item.delete(call)) for item in wanted]
    if (text_of(tree, "Quiet") or "").lower() == "true":
        return Response(200)
    encode = _asks_for_encoding(call)
    parts = [leaf("EncodingType", "url")] if encode else []
    parts += [_deleted(item, changed, encode=encode) for item, changed in deleted]
    body = document(node("DeleteResult", *parts))
    return Response(200, {"Content-Type": "application/xml"}, body)


def _deleted(item: _Wanted, changed: ObjectRecord | None, *, encode: bool) -> str:
    inner = [leaf("Key", encode_component(item.key) if encode else item.key)]
    if item.version is not None:
        inner.append(leaf("VersionId", item.version))
    if changed is not None and changed.is_marker:
        inner.append(leaf("DeleteMarker", "true"))
        inner.append(leaf("DeleteMarkerVersionId", changed.version_id))
    return node("Deleted", *inner)


def _check(wanted: list[_Wanted]) -> None:
    detail = ""
    if not 1 <= len(wanted) <= _MAX_KEYS:
        detail = "the number of objects must be between 1 and 1000"
    elif any(not 1 <= len(item.key.encode()) <= _MAX_KEY_BYTES for item in wanted):
        detail = "a key must have between 1 and 1023 bytes"
    if detail:
        extra = {"ErrorDetail": detail}
        raise ServiceError("MalformedXML", extra=extra, ec=_EC)
    for item in wanted:
        if item.version is not None:
            check_version_id(item.version, "VersionId")


def _asks_for_encoding(call: Call) -> bool:
    asked = call.request.param("encoding-type") or call.request.header("encoding-type")
    return asked == "url"

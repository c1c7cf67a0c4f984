"""Access rules, tags and symlinks of objects."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from ossc.mock._encoding import encode_component, http_date, percent_decode, to_wire
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._handlers._buckets import acl_answer
from ossc.mock._handlers._intake import receive_small
from ossc.mock._handlers._lookup import find, forbid_overwrite, version_headers
from ossc.mock._handlers._properties import check_acl, check_tags, properties_of
from ossc.mock._http import Response, drain
from ossc.mock._records import ObjectRecord
from ossc.mock._xml import children, document, leaf, node, parse, text_of

if TYPE_CHECKING:
    from ossc.mock._call import Call

__all__ = [
    "delete_object_tagging",
    "get_object_acl",
    "get_object_tagging",
    "get_symlink",
    "put_object_acl",
    "put_object_tagging",
    "put_symlink",
]

_MAX_DOCUMENT_BYTES = 64 * 1024
_MAX_TARGET_BYTES = 1023
_TARGET = "x-oss-symlink-target"


def get_object_acl(call: Call) -> Response:
    """Send the object's owner and access rule."""
    with call.store.lock:
        record = find(call)
    answer = acl_answer(call.bucket.account, record.properties.acl)
    answer.headers.update(version_headers(call.bucket, record))
    return answer


def put_object_acl(call: Call) -> Response:
    """Set the object's access rule."""
    drain(call.request.body)
    acl = call.request.header("x-oss-object-acl")
    if acl is None:
        extra = {"ArgumentName": "x-oss-object-acl"}
        raise ServiceError("MissingArgument", extra=extra)
    check_acl(acl)
    with call.store.lock:
        record = find(call)
        changed = replace(record, properties=replace(record.properties, acl=acl))
        call.store.put_object(call.bucket, changed)
    return Response(200, version_headers(call.bucket, record))


def get_object_tagging(call: Call) -> Response:
    """Send the object's tags."""
    with call.store.lock:
        record = find(call)
    inner = (
        node("Tag", leaf("Key", key), leaf("Value", value))
        for key, value in record.properties.tags.items()
    )
    body = document(node("Tagging", node("TagSet", *inner)))
    headers = {"Content-Type": "application/xml"}
    return Response(200, headers | version_headers(call.bucket, record), body)


def put_object_tagging(call: Call) -> Response:
    """Replace the object's tags."""
    tree = parse(receive_small(call, _MAX_DOCUMENT_BYTES), "Tagging")
    tag_set = tree.find("TagSet")
    if tag_set is None:
        detail = {"ErrorDetail": "there is no TagSet"}
        raise ServiceError("MalformedXML", extra=detail)
    pairs = [
        (text_of(tag, "Key") or "", text_of(tag, "Value") or "")
        for tag in children(tag_set, "Tag")
    ]
    return Response(200, _set_tags(call, check_tags(pairs)))


def delete_object_tagging(call: Call) -> Response:
    """Remove the object's tags."""
    return Response(204, _set_tags(call, {}))


def _set_tags(call: Call, tags: dict[str, str]) -> dict[str, str]:
    with call.store.lock:
        record = find(call)
        changed = replace(record, properties=replace(record.properties, tags=tags))
        call.store.put_object(call.bucket, changed)
    return version_headers(call.bucket, record)


def put_symlink(call: Call) -> Response:
    """Make an object that stands for another one."""
    drain(call.request.body)
    text = call.request.header(_TARGET)
    if not text:
        raise ServiceError("MissingArgument", extra={"ArgumentName": _TARGET})
    target = percent_decode(text)
    if len(to_wire(target)) > _MAX_TARGET_BYTES:
        message = "The length of the symlink target must be less than 1024."
        raise invalid_argument(message, _TARGET, text)
    properties = properties_of(call)
    digest = hashlib.md5(to_wire(target)).hexdigest().upper()  # noqa: S324
    record = ObjectRecord(
        call.key,
        (),
        digest,
        0,
        call.now,
        type="Symlink",
        properties=properties,
        symlink_target=target,
    )
    with call.store.lock:
        forbid_overwrite(call)
        record = call.store.put_object(call.bucket, record)
    headers = {"ETag": record.quoted_etag, **version_headers(call.bucket, record)}
    return Response(200, headers)


def get_symlink(call: Call) -> Response:
    """Send where a symlink leads."""
    with call.store.lock:
        record = find(call)
    if record.symlink_target is None:
        raise ServiceError("NotSymlink")
    kept = record.properties.headers
    headers = {name: kept[name] for name in kept if name.startswith("x-oss-meta-")}
    headers |= {
        _TARGET: encode_component(record.symlink_target),
        "ETag": record.quoted_etag,
        "Last-Modified": http_date(record.modified),
        **version_headers(call.bucket, record),
    }
    return Response(200, headers)

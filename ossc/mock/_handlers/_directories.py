"""Directories of hierarchical namespaces: made, renamed, deleted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ossc.mock._access import authorise
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._hierarchy import entries_of, is_directory, is_hierarchical
from ossc.mock._http import Response, drain
from ossc.mock._names import check_key
from ossc.mock._records import ObjectRecord, Properties
from ossc.mock._xml import document, leaf, node

if TYPE_CHECKING:
    from ossc.mock._call import Call

__all__ = ["create_directory", "delete_directory", "rename"]

_SOURCE = "x-oss-rename-source"
_RECURSIVE = "x-oss-delete-recursive"
_AT_ONCE = 1000
_EMPTY_ETAG = "D41D8CD98F00B204E9800998ECF8427E"


def _path(call: Call, text: str) -> str:
    """A path without the slash at its end; under the lock."""
    if not is_hierarchical(call.bucket):
        message = "The bucket has no hierarchical namespace."
        raise ServiceError("OperationNotSupported", message)
    if "//" in text:
        raise ServiceError("InvalidObjectName")
    return text.removesuffix("/")


def create_directory(call: Call) -> Response:
    """Make a directory; one that is there stays as it is."""
    drain(call.request.body)
    with call.store.lock:
        path = _path(call, call.key)
        if path in call.bucket.objects:
            raise ServiceError("FileAlreadyExists", extra={"Key": path})
        if not is_directory(call.bucket, path):
            headers = {"content-type": "application/x-directory"}
            record = ObjectRecord(
                f"{path}/",
                (),
                _EMPTY_ETAG,
                0,
                call.now,
                type="Directory",
                properties=Properties(headers=headers),
            )
            call.store.put_object(call.bucket, record)
    return Response(200)


def rename(call: Call) -> Response:
    """Give an object, or a directory with all that is in it, another name."""
    drain(call.request.body)
    text = call.request.header(_SOURCE)
    if not text:
        raise ServiceError("MissingArgument", extra={"ArgumentName": _SOURCE})
    with call.store.lock:
        target, source = _path(call, call.key), _path(call, unquote(text))
        check_key(source)
        authorise(call, "DeleteObject", call.bucket, source)
        moved = _moved(call, source, target)
        _check_target(call, source, target)
        for old, new in moved.items():
            record = call.bucket.objects[old]
            fresh = replace(record, key=new, version_id="")
            call.store.put_object(call.bucket, fresh)
            call.store.remove_object(call.bucket, old, record.version_id)
    return Response(200)


def _moved(call: Call, source: str, target: str) -> dict[str, str]:
    """The keys that are to be others, and which."""
    if source in call.bucket.objects:
        return {source: target}
    found = entries_of(call.bucket, source)
    if not found:
        raise ServiceError("NoSuchKey", extra={"Key": source})
    return {key: target + key[len(source) :] for key in found}


def _check_target(call: Call, source: str, target: str) -> None:
    if f"{target}/".startswith(f"{source}/"):
        message = "A directory cannot be moved into itself."
        raise invalid_argument(message, _SOURCE, source)
    parent = target.rpartition("/")[0]
    if not is_directory(call.bucket, parent):
        raise ServiceError("NoSuchKey", extra={"Key": parent})
    if target in call.bucket.objects or is_directory(call.bucket, target):
        raise ServiceError("FileAlreadyExists", extra={"Key": target})


def delete_directory(call: Call) -> Response:
    """Delete a directory; with all that is in it, so many at once."""
    drain(call.request.body)
    recursive = (call.request.header(_RECURSIVE) or "").lower() == "true"
    with call.store.lock:
        path = _path(call, call.key)
        found = entries_of(call.bucket, path)
        if not found:
            raise ServiceError("NoSuchKey", extra={"Key": path})
        if not recursive and found != [f"{path}/"]:
            raise ServiceError("DirectoryNotEmpty", extra={"Key": path})
        # The last ones first, so that the directory is there until all are gone.
        gone = found[::-1][:_AT_ONCE]
        for key in gone:
            call.store.remove_object(call.bucket, key)
    more = len(found) > len(gone)
    parts = [leaf("DirectoryName", path), leaf("DeleteNumber", len(gone))]
    if more:
        parts.append(leaf("NextDeleteToken", gone[-1]))
    body = document(node("DeleteDirectoryResult", *parts))
    return Response(200, {"Content-Type": "application/xml"}, body)

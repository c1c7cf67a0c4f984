"""The request table: names the operation that a request asks for.

Rows of one method and level are tried from the top; a row matches when the query
has all its names. The last row of a group names none and takes what is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ossc.mock._errors import ServiceError
from ossc.mock._settings import ACTIONS, SETTINGS, operations, rows_of

if TYPE_CHECKING:
    from ossc.mock._http import Request

__all__ = ["OPERATIONS", "operation_of"]

Row = tuple[tuple[str, ...], str]

_GETTERS = {
    "location": "GetBucketLocation",
    "bucketInfo": "GetBucketInfo",
    "stat": "GetBucketStat",
}


def _rows() -> list[Row]:
    return [((name,), operation) for name, operation in _GETTERS.items()]


def _settings(method: str, level: str = "bucket") -> list[Row]:
    plain = operations(SETTINGS, method, level)
    return [
        *rows_of(ACTIONS, method, level),
        *(((query,), name) for query, name in plain),
    ]


_OTHER_BUCKET_RESOURCES = (
    "accessPoint",
    "accessPointPolicy",
    "cname",
    "inventory",
    "metaQuery",
    "redundancyTransition",
    "replication",
    "replicationLocation",
    "replicationProgress",
    "requesterQosInfo",
    "responseHeader",
    "rtc",
    "style",
    "worm",
    "wormExtend",
    "wormId",
)
_OTHERS: list[Row] = [
    ((name,), f"Unsupported:{name}") for name in _OTHER_BUCKET_RESOURCES
]

_TABLE: dict[tuple[str, str], list[Row]] = {
    ("service", "GET"): [*_settings("GET", "service"), ((), "ListBuckets")],
    ("service", "PUT"): _settings("PUT", "service"),
    ("service", "DELETE"): _settings("DELETE", "service"),
    ("service", "POST"): _settings("POST", "service"),
    ("bucket", "PUT"): [
        *_settings("PUT"),
        *_OTHERS,
        ((), "PutBucket"),
    ],
    ("bucket", "GET"): [
        (("versions",), "ListObjectVersions"),
        (("uploads",), "ListMultipartUploads"),
        (("asyncFetch",), "GetAsyncFetchTask"),
        *_rows(),
        *_settings("GET"),
        (("live",), "ListLiveChannel"),
        *_OTHERS,
        ((), "ListObjects"),
    ],
    ("bucket", "HEAD"): [((), "HeadBucket")],
    ("bucket", "DELETE"): [
        *_settings("DELETE"),
        *_OTHERS,
        ((), "DeleteBucket"),
    ],
    ("bucket", "POST"): [
        (("asyncFetch",), "PutAsyncFetchTask"),
        (("delete",), "DeleteMultipleObjects"),
        *_settings("POST"),
        *_OTHERS,
        ((), "PostObject"),
    ],
    ("object", "PUT"): [
        (("live", "status"), "PutLiveChannelStatus"),
        (("live",), "PutLiveChannel"),
        (("partNumber", "uploadId"), "UploadPart"),
        (("acl",), "PutObjectACL"),
        (("symlink",), "PutSymlink"),
        (("tagging",), "PutObjectTagging"),
        (("retention",), "PutObjectRetention"),
        (("legalHold",), "PutObjectLegalHold"),
        ((), "PutObject"),
    ],
    ("object", "POST"): [
        (("append",), "AppendObject"),
        (("seal",), "SealAppendObject"),
        (("uploads",), "InitiateMultipartUpload"),
        (("uploadId",), "CompleteMultipartUpload"),
        (("restore",), "RestoreObject"),
        (("cleanRestoredObject",), "CleanRestoredObject"),
        (("vod",), "PostVodPlaylist"),
        (("x-oss-delete",), "DeleteDirectory"),
        (("x-oss-dir",), "CreateDirectory"),
        (("x-oss-process",), "ProcessObject"),
        (("x-oss-async-process",), "AsyncProcessObject"),
        (("x-oss-rename",), "Rename"),
    ],
    ("object", "GET"): [
        (("live", "comp"), "GetLiveChannelStat"),
        (("live",), "GetLiveChannelInfo"),
        (("vod",), "GetVodPlaylist"),
        (("acl",), "GetObjectACL"),
        (("symlink",), "GetSymlink"),
        (("tagging",), "GetObjectTagging"),
        (("retention",), "GetObjectRetention"),
        (("legalHold",), "GetObjectLegalHold"),
        (("uploadId",), "ListParts"),
        ((), "GetObject"),
    ],
    ("object", "HEAD"): [(("objectMeta",), "GetObjectMeta"), ((), "HeadObject")],
    ("object", "DELETE"): [
        (("live",), "DeleteLiveChannel"),
        (("uploadId",), "AbortMultipartUpload"),
        (("tagging",), "DeleteObjectTagging"),
        ((), "DeleteObject"),
    ],
    ("service", "OPTIONS"): [((), "OptionObject")],
    ("bucket", "OPTIONS"): [((), "OptionObject")],
    ("object", "OPTIONS"): [((), "OptionObject")],
}

_REFINED = (
    "CopyObject",
    "UploadPartCopy",
    "ListObjectsV2",
    "GetLiveChannelHistory",
    "SelectObject",
    "CreateSelectObjectMeta",
)

OPERATIONS = frozenset(
    operation for rows in _TABLE.values() for _, operation in rows
) | frozenset(_REFINED)
"""Every operation that the table can name."""


def operation_of(request: Request, level: str) -> str:
    """Return the name of the operation.

    Raises:
        ServiceError: MethodNotAllowed, when no row matches.
    """
    for names, operation in _TABLE.get((level, request.method), []):
        if all(_asks(request, name) for name in names):
            return _refine(request, operation)
    extra = {"Method": request.method, "ResourceType": level.capitalize()}
    raise ServiceError("MethodNotAllowed", extra=extra)


def _asks(request: Request, name: str) -> bool:
    """Whether a request has a parameter; one with a value must have this value."""
    name, mark, value = name.partition("=")
    found = request.param(name)
    return found is not None and (not mark or found == value)


def _refine(request: Request, operation: str) -> str:
    """Tell apart the operations that share a row by a header or a value."""
    if request.header("x-oss-copy-source") is not None:
        copies = {"PutObject": "CopyObject", "UploadPart": "UploadPartCopy"}
        return copies.get(operation, operation)
    if operation == "ListObjects" and request.param("list-type") == "2":
        return "ListObjectsV2"
    if operation == "GetLiveChannelStat" and request.param("comp") == "history":
        return "GetLiveChannelHistory"
    if operation == "ProcessObject":
        verb = (request.param("x-oss-process") or "").partition("/")[2]
        named = {"select": "SelectObject", "meta": "CreateSelectObjectMeta"}
        return named.get(verb, operation)
    return operation

"""The options of requests: declared once with their meaning, and turned into headers.

Verbs that create objects take `ObjectOptions` as keyword arguments; verbs that read take
`Conditions`. Headers that are not listed here can be given in `headers`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypedDict, cast
from urllib.parse import quote

from ossc._dates import http_date
from ossc._names import check_mapping, check_text, check_whole, merge_headers
from ossc.errors import ParameterError

__all__ = [
    "ACL",
    "Conditions",
    "CopyOptions",
    "ObjectOptions",
    "StorageClass",
    "condition_headers",
    "copy_headers",
    "object_headers",
]

ACL = Literal["default", "private", "public-read", "public-read-write"]
"""Who may read and write; `"default"` is for objects and means the bucket's."""

StorageClass = Literal["Standard", "IA", "Archive", "ColdArchive", "DeepColdArchive"]
"""How objects are kept, from the quickest to get at to the cheapest."""

MIN_TRAFFIC_LIMIT = 819_200
MAX_TRAFFIC_LIMIT = 838_860_800
_MAX_TAGS = 10
_MAX_METADATA_BYTES = 8 * 1024


class ObjectOptions(TypedDict, total=False):
    """What an object is created with. All are optional.

    Attributes:
        metadata: User metadata, names without `x-oss-meta-`. Names are kept in lower
            case; names and values together hold at most 8 KB.
        content_type: Media type. Default: by the ending of the key or file name.
        cache_control: `Cache-Control` of later downloads.
        content_disposition: `Content-Disposition` of later downloads.
        content_encoding: `Content-Encoding` of the stored bytes.
        content_language: `Content-Language` of the content.
        expires: `Expires` of later downloads; an aware `datetime`, or the header's text.
        storage_class: `"Standard"`, `"IA"`, `"Archive"`, `"ColdArchive"` or
            `"DeepColdArchive"`. Default: the bucket's.
        acl: `"default"` (the bucket's), `"private"`, `"public-read"` or
            `"public-read-write"`.
        tags: At most 10 object tags.
        forbid_overwrite: True: fail with `FileAlreadyExists` if the key exists.
        server_side_encryption: `"AES256"`, `"KMS"` or `"SM4"`.
        sse_key_id: The KMS key, with `server_side_encryption="KMS"`.
        content_md5: MD5 that OSS checks the body against: 16 raw bytes, or their base64.
        traffic_limit: Bits per second, 819,200 to 838,860,800.
        headers: Any other request headers; they win over the options above.
    """

    metadata: Mapping[str, str]
    content_type: str
    cache_control: str
    content_disposition: str
    content_encoding: str
    content_language: str
    expires: datetime | str
    storage_class: StorageClass
    acl: ACL
    tags: Mapping[str, str]
    forbid_overwrite: bool
    server_side_encryption: str
    sse_key_id: str
    content_md5: str | bytes
    traffic_limit: int
    headers: Mapping[str, str]


class Conditions(TypedDict, total=False):
    """When a read is to answer with the object, and how fast. All are optional.

    Attributes:
        if_match: Only if the ETag is this one, else `PreconditionFailed`.
        if_none_match: Only if the ETag is another, else `NotModified`.
        if_modified_since: Only if written later (aware `datetime`), else `NotModified`.
        if_unmodified_since: Only if not written later, else `PreconditionFailed`.
        traffic_limit: Bits per second, 819,200 to 838,860,800.
        headers: Any other request headers; they win over the options above.
    """

    if_match: str
    if_none_match: str
    if_modified_since: datetime
    if_unmodified_since: datetime
    traffic_limit: int
    headers: Mapping[str, str]


class CopyOptions(ObjectOptions, total=False):
    """What a copy is made with: `ObjectOptions` for the target, conditions on the source.

    Giving any of the content headers or `metadata` replaces the source's metadata;
    giving `tags` replaces its tags.

    Attributes:
        if_match: Copy only if the source's ETag is this one.
        if_none_match: Copy only if the source's ETag is another.
        if_modified_since: Copy only if the source was written later.
        if_unmodified_since: Copy only if the source was not written later.
    """

    if_match: str
    if_none_match: str
    if_modified_since: datetime
    if_unmodified_since: datetime


_PLAIN = {
    "content_type": "Content-Type",
    "cache_control": "Cache-Control",
    "content_disposition": "Content-Disposition",
    "content_encoding": "Content-Encoding",
    "content_language": "Content-Language",
    "storage_class": "x-oss-storage-class",
    "acl": "x-oss-object-acl",
    "server_side_encryption": "x-oss-server-side-encryption",
    "sse_key_id": "x-oss-server-side-encryption-key-id",
}

# Options that describe the content: naming one in a copy replaces the source's set.
_METADATA_OPTIONS = (
    "metadata",
    "content_type",
    "cache_control",
    "content_disposition",
    "content_encoding",
    "content_language",
    "expires",
)

_DATES = {
    "if_modified_since": "If-Modified-Since",
    "if_unmodified_since": "If-Unmodified-Since",
}

_TAGS_MATCH = {"if_match": "If-Match", "if_none_match": "If-None-Match"}


def object_headers(options: ObjectOptions) -> dict[str, str]:
    """The request headers of a write."""
    if not options:
        return {}
    _refuse_unknown(options, ObjectOptions)
    return _with_extra(_object_headers(options), options.get("headers"))


def condition_headers(options: Conditions) -> dict[str, str]:
    """The request headers of a read."""
    if not options:
        return {}
    _refuse_unknown(options, Conditions)
    headers = _condition_headers(options, prefix="")
    headers.update(_traffic_limit(options.get("traffic_limit")))
    return _with_extra(headers, options.get("headers"))


def copy_headers(options: CopyOptions) -> dict[str, str]:
    """The request headers of a copy, without its source."""
    _refuse_unknown(options, CopyOptions)
    headers = _object_headers(options)
    headers.update(_condition_headers(options, prefix="x-oss-copy-source-"))
    given: Mapping[str, object] = options
    if any(given.get(name) is not None for name in _METADATA_OPTIONS):
        headers["x-oss-metadata-directive"] = "REPLACE"
    if options.get("tags") is not None:
        headers["x-oss-tagging-directive"] = "Replace"
    return _with_extra(headers, options.get("headers"))


def _date(moment: datetime) -> str:
    if not isinstance(moment, datetime):
        raise TypeError(f"a time must be a datetime, not {type(moment).__name__}")
    if moment.tzinfo is None:
        raise ParameterError("a datetime without a time zone is ambiguous; give it one")
    return http_date(moment)


def _refuse_unknown(options: Mapping[str, object], declared: type) -> None:
    unknown = [name for name in options if name not in declared.__annotations__]
    if unknown:
        raise TypeError(f"unexpected keyword argument {unknown[0]!r}")


def _object_headers(options: ObjectOptions) -> dict[str, str]:
    given: Mapping[str, object] = options
    headers = {
        header: check_text(name, given[name])
        for name, header in _PLAIN.items()
        if given.get(name) is not None
    }
    expires = options.get("expires")
    if expires is not None:
        headers["Expires"] = expires if isinstance(expires, str) else _date(expires)
    if options.get("forbid_overwrite"):
        headers["x-oss-forbid-overwrite"] = "true"
    if options.get("content_md5") is not None:
        headers["Content-MD5"] = _content_md5(options["content_md5"])
    headers.update(_metadata(options.get("metadata")))
    headers.update(_tags(options.get("tags")))
    headers.update(_traffic_limit(options.get("traffic_limit")))
    return headers


def _condition_headers(options: Mapping[str, object], *, prefix: str) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, header in _TAGS_MATCH.items():
        etag = options.get(name)
        if etag is not None:
            headers[prefix + _cased(header, prefix)] = _quoted(check_text(name, etag))
    for name, header in _DATES.items():
        moment = options.get(name)
        if moment is not None:
            date = _date(cast("datetime", moment))
            headers[prefix + _cased(header, prefix)] = date
    return headers


def _cased(header: str, prefix: str) -> str:
    return header.lower() if prefix else header


def _quoted(etag: str) -> str:
    return etag if etag.startswith('"') else f'"{etag}"'


def _metadata(given: Mapping[str, str] | None) -> dict[str, str]:
    metadata = check_mapping("metadata", given)
    if "" in metadata:
        raise ParameterError("user metadata needs a name")
    size = sum(len(name) + len(value.encode()) for name, value in metadata.items())
    if size > _MAX_METADATA_BYTES:
        raise ParameterError(
            f"user metadata holds {size} bytes; the most is {_MAX_METADATA_BYTES}"
        )
    return {f"x-oss-meta-{name.lower()}": value for name, value in metadata.items()}


def _tags(tags: Mapping[str, str] | None) -> dict[str, str]:
    if tags is None:
        return {}
    check_mapping("tags", tags)
    if len(tags) > _MAX_TAGS:
        raise ParameterError(f"{len(tags)} tags were given; the most is {_MAX_TAGS}")
    pairs = (f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in tags.items())
    return {"x-oss-tagging": "&".join(pairs)}


def _content_md5(digest: str | bytes) -> str:
    if isinstance(digest, bytes) and len(digest) == 16:
        return base64.b64encode(digest).decode("ascii")
    if not isinstance(digest, str | bytes):
        raise TypeError(
            f"content_md5 must be bytes or a str, not {type(digest).__name__}"
        )
    try:
        if len(base64.b64decode(digest, validate=True)) == 16:
            return digest if isinstance(digest, str) else digest.decode("ascii")
    except (binascii.Error, ValueError):
        pass
    raise ParameterError("content_md5 is neither 16 raw bytes nor their base64")


def _traffic_limit(limit: int | None) -> dict[str, str]:
    if limit is None:
        return {}
    check_whole("traffic_limit", limit, MAX_TRAFFIC_LIMIT, least=MIN_TRAFFIC_LIMIT)
    return {"x-oss-traffic-limit": str(limit)}


def _with_extra(
    headers: dict[str, str], extra: Mapping[str, str] | None
) -> dict[str, str]:
    return merge_headers(headers, check_mapping("headers", extra))

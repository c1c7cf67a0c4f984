"""The options of requests as headers (see `ossc.options` for what they mean)."""

from __future__ import annotations

from ossc._dates import http_date
from ossc._names import check_mapping, check_text, check_whole, merge_headers
from ossc.errors import ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from ossc.options import Conditions, CopyOptions, ObjectOptions

__all__ = [
    "check_tags",
    "condition_headers",
    "copy_headers",
    "object_headers",
    "traffic_limit_pair",
]

MIN_TRAFFIC_LIMIT = 819_200
MAX_TRAFFIC_LIMIT = 838_860_800
_MAX_TAGS = 10
_MAX_TAG_KEY, _MAX_TAG_VALUE = 128, 256
_MAX_METADATA_BYTES = 8 * 1024

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
    "sse_data_encryption": "x-oss-server-side-data-encryption",
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

_OBJECT = frozenset(
    {
        *_PLAIN,
        "metadata",
        "expires",
        "tags",
        "forbid_overwrite",
        "content_md5",
        "traffic_limit",
        "request_payer",
        "retention_mode",
        "retain_until",
        "legal_hold",
        "headers",
    }
)

_DATES = {
    "if_modified_since": "If-Modified-Since",
    "if_unmodified_since": "If-Unmodified-Since",
}

_TAGS_MATCH = {"if_match": "If-Match", "if_none_match": "If-None-Match"}

_PROTECTION = frozenset({"retention_mode", "retain_until", "legal_hold"})
_SOURCE = frozenset({*_DATES, *_TAGS_MATCH})
_CONDITIONS = _SOURCE | {"traffic_limit", "request_payer", "headers"}
_COPY = _OBJECT | _SOURCE


def object_headers(options: ObjectOptions) -> dict[str, str]:
    """The request headers of a write."""
    if not options:
        return {}
    _refuse_unknown(options, _OBJECT)
    return _with_extra(_object_headers(options), options.get("headers"))


def condition_headers(options: Conditions) -> dict[str, str]:
    """The request headers of a read."""
    if not options:
        return {}
    _refuse_unknown(options, _CONDITIONS)
    headers = _condition_headers(options, prefix="")
    headers.update(traffic_limit_pair(options.get("traffic_limit")))
    headers.update(_request_payer(options.get("request_payer")))
    return _with_extra(headers, options.get("headers"))


def copy_headers(options: CopyOptions) -> dict[str, str]:
    """The request headers of a copy, without its source."""
    _refuse_unknown(options, _COPY)
    headers = _object_headers(options)
    headers.update(_condition_headers(options, prefix="x-oss-copy-source-"))
    given: Mapping[str, object] = options
    if any(given.get(name) is not None for name in _METADATA_OPTIONS):
        headers["x-oss-metadata-directive"] = "REPLACE"
    if options.get("tags") is not None:
        headers["x-oss-tagging-directive"] = "Replace"
    return _with_extra(headers, options.get("headers"))


def _date(moment: object) -> str:
    from datetime import datetime  # noqa: PLC0415 - only dates need it

    if not isinstance(moment, datetime):
        raise TypeError(f"a time must be a datetime, not {type(moment).__name__}")
    if moment.tzinfo is None:
        raise ParameterError("a datetime without a time zone is ambiguous; give it one")
    return http_date(moment)


def _refuse_unknown(options: Mapping[str, object], declared: Collection[str]) -> None:
    unknown = [name for name in options if name not in declared]
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
    headers.update(traffic_limit_pair(options.get("traffic_limit")))
    headers.update(_request_payer(options.get("request_payer")))
    if not _PROTECTION.isdisjoint(options):
        headers.update(_protection(options))
    return headers


def _protection(options: ObjectOptions) -> dict[str, str]:
    """Retention and legal hold."""
    from ossc._object_worm import iso_text  # noqa: PLC0415 - few programs have them

    headers: dict[str, str] = {}
    mode, until = options.get("retention_mode"), options.get("retain_until")
    if mode is not None and until is None:
        raise ParameterError("retention_mode says how, but not until when")
    if until is not None:
        headers["x-oss-object-worm-mode"] = check_text(
            "retention_mode", mode or "COMPLIANCE"
        )
        headers["x-oss-object-worm-retain-until-date"] = iso_text(until)
    if options.get("legal_hold"):
        headers["x-oss-object-worm-legal-hold"] = "ON"
    return headers


def _request_payer(payer: bool | None) -> dict[str, str]:  # noqa: FBT001 - an option
    return {"x-oss-request-payer": "requester"} if payer else {}


def _condition_headers(options: Mapping[str, object], *, prefix: str) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, header in _TAGS_MATCH.items():
        etag = options.get(name)
        if etag is not None:
            headers[prefix + _cased(header, prefix)] = _quoted(check_text(name, etag))
    for name, header in _DATES.items():
        moment = options.get(name)
        if moment is not None:
            headers[prefix + _cased(header, prefix)] = _date(moment)
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
    from urllib.parse import quote  # noqa: PLC0415 - only tags need it

    pairs = (
        f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in check_tags(tags).items()
    )
    return {"x-oss-tagging": "&".join(pairs)}


def check_tags(tags: Mapping[str, str]) -> Mapping[str, str]:
    """Tags as OSS takes them: few enough, and none too long."""
    check_mapping("tags", tags)
    if len(tags) > _MAX_TAGS:
        raise ParameterError(f"{len(tags)} tags were given; the most is {_MAX_TAGS}")
    for key, value in tags.items():
        if not 1 <= len(key) <= _MAX_TAG_KEY or len(value) > _MAX_TAG_VALUE:
            raise ParameterError(
                f"a tag has a key of 1 to {_MAX_TAG_KEY} characters and a value of at "
                f"most {_MAX_TAG_VALUE}; one of {len(key)} and {len(value)} was given"
            )
    return tags


def _content_md5(digest: str | bytes) -> str:
    import base64  # noqa: PLC0415 - few bring a digest

    if isinstance(digest, bytes) and len(digest) == 16:
        return base64.b64encode(digest).decode("ascii")
    if not isinstance(digest, str | bytes):
        raise TypeError(
            f"content_md5 must be bytes or a str, not {type(digest).__name__}"
        )
    try:
        if len(base64.b64decode(digest, validate=True)) == 16:
            return digest if isinstance(digest, str) else digest.decode("ascii")
    except ValueError:
        pass
    raise ParameterError("content_md5 is neither 16 raw bytes nor their base64")


def traffic_limit_pair(limit: int | None) -> dict[str, str]:
    """A limit in bits a second, as a header or as a query parameter of the same name."""
    if limit is None:
        return {}
    check_whole("traffic_limit", limit, MAX_TRAFFIC_LIMIT, least=MIN_TRAFFIC_LIMIT)
    return {"x-oss-traffic-limit": str(limit)}


def _with_extra(
    headers: dict[str, str], extra: Mapping[str, str] | None
) -> dict[str, str]:
    return merge_headers(headers, check_mapping("headers", extra))

"""Objects that are changed by a copy: onto themselves, or to another name.

What CopyObject does not carry over by itself (class, encryption, access rule, and with
REPLACE the metadata) is asked for before and given again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ossc._names import check_text, encode_key, merge_headers
from ossc._option_headers import copy_headers, object_headers
from ossc._put import _copied, copy_source
from ossc._sdk import functions
from ossc._transfer._engine import about
from ossc._verbs import done
from ossc.errors import ChecksumMismatch, ParameterError, PreconditionFailed

if TYPE_CHECKING:
    from ossc._object_changes import ObjectChangeVerbs
    from ossc.models import CopyObjectResult, ObjectInfo

__all__ = ["change", "rename"]

_CONTENT = (
    "content_type",
    "cache_control",
    "content_disposition",
    "content_encoding",
    "content_language",
    "expires",
)
_ENCRYPTION = {
    "server_side_encryption": "x-oss-server-side-encryption",
    "sse_key_id": "x-oss-server-side-encryption-key-id",
    "sse_data_encryption": "x-oss-server-side-data-encryption",
}


def change(
    verbs: ObjectChangeVerbs,
    key: str,
    *,
    metadata: Mapping[str, str | None] | None = None,
    replace: bool = False,
    content: Mapping[str, Any] | None = None,
    storage_class: str | None = None,
    if_match: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> CopyObjectResult:
    """Copies an object onto itself with what is given, and with what it has."""
    wanted = {name.lower(): value for name, value in (metadata or {}).items()}
    check = {name: text for name, text in wanted.items() if text is not None}
    options: dict[str, Any] = dict(content or {})
    if storage_class is not None:
        options["storage_class"] = check_text("storage_class", storage_class)
    given: Any = {**options, "metadata": check, "headers": headers or {}}
    object_headers(given)
    verbs = verbs._running()
    info = _looked_at(verbs, key, if_match)
    kept = {} if replace else dict(info.metadata)
    merged = {
        name: text for name, text in {**kept, **wanted}.items() if text is not None
    }
    options = {**_content_of(info), **_settings_of(verbs, info), **options}
    options = {name: value for name, value in options.items() if value != ""}
    new: Any = {
        **options,
        **_pinned(info),
        "metadata": merged,
        "headers": headers or {},
    }
    source = copy_source(verbs.name, key, info.version_id)
    # Once: a second copy would find the first one's work, and take it for a stranger's.
    result = verbs._object(
        "CopyObject",
        functions.send("PUT"),
        key,
        _copied,
        headers=merge_headers(copy_headers(new), {"x-oss-copy-source": source}),
        once=True,
    )
    _check_copy(verbs, key, info, result)
    return result


def rename(
    verbs: ObjectChangeVerbs, source_key: str, key: str, *, forbid_overwrite: bool
) -> CopyObjectResult:
    """Copies an object to another name and deletes the source."""
    encode_key(key)
    if source_key == key:
        raise ParameterError("the object has that name already", key=key)
    verbs = verbs._running()
    info = _looked_at(verbs, source_key, None)
    options = _settings_of(verbs, info)
    if forbid_overwrite:
        options["forbid_overwrite"] = True
    result = verbs.copy(
        source_key,
        key,
        source_version_id=info.version_id,
        **_pinned(info),
        **options,
    )
    _check_copy(verbs, key, info, result)
    now = verbs.get_object_meta(source_key)
    if (now.etag, now.last_modified) != (info.etag, info.last_modified):
        with about("DeleteObject", verbs.name, source_key):
            raise PreconditionFailed(
                "the source was replaced after it was copied; it was not deleted"
            )
    verbs._object("DeleteObject", functions.send("DELETE"), source_key, done)
    return result


def _looked_at(verbs: ObjectChangeVerbs, key: str, etag: str | None) -> ObjectInfo:
    """The object as it is now.

    Raises:
        ParameterError: It is a symlink, of which a head tells the target's metadata.
    """
    conditions: dict[str, Any] = {} if etag is None else {"if_match": etag}
    info = verbs.head_object(key, **conditions)
    if info.object_type == "Symlink":
        with about("CopyObject", verbs.name, key):
            raise ParameterError(
                "the object is a symlink; put the symlink anew instead"
            )
    return info


def _content_of(info: ObjectInfo) -> dict[str, Any]:
    found = {name: info.headers.get(name.replace("_", "-")) for name in _CONTENT}
    return {name: text for name, text in found.items() if text is not None}


def _settings_of(verbs: ObjectChangeVerbs, info: ObjectInfo) -> dict[str, Any]:
    """Access rule, class and encryption, which no copy takes over."""
    found = {name: info.headers.get(header) for name, header in _ENCRYPTION.items()}
    options: dict[str, Any] = {k: text for k, text in found.items() if text is not None}
    if info.storage_class:
        options["storage_class"] = info.storage_class
    acl = verbs.get_object_acl(info.key, version_id=info.version_id).acl
    if acl != "default":
        options["acl"] = acl
    return options


def _pinned(info: ObjectInfo) -> dict[str, Any]:
    """Conditions that hold only while the object is what was looked at."""
    return {"if_match": info.etag, "if_unmodified_since": info.last_modified}


def _check_copy(
    verbs: ObjectChangeVerbs, key: str, info: ObjectInfo, result: CopyObjectResult
) -> None:
    if None not in (info.crc64, result.crc64) and info.crc64 != result.crc64:
        with about("CopyObject", verbs.name, key):
            raise ChecksumMismatch("the copy holds other bytes than the object had")

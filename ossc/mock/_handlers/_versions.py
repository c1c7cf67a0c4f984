"""ListObjectVersions."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from ossc.mock._encoding import iso_date
from ossc.mock._errors import invalid_argument
from ossc.mock._handlers._listing import owner
from ossc.mock._handlers._paging import encoder_of, fold, limit_of, short_param
from ossc.mock._http import Response
from ossc.mock._version_ids import check_version_id, order_of
from ossc.mock._xml import document, leaf, node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ossc.mock._call import Call
    from ossc.mock._records import Bucket, ObjectRecord

__all__ = ["list_object_versions"]

_DEFAULT = 100


def list_object_versions(call: Call) -> Response:
    """List versions and delete markers: keys ascending, the newest of a key first."""
    request = call.request
    limit = limit_of(request, "max-keys", _DEFAULT)
    names = ("prefix", "delimiter", "key-marker")
    prefix, delimiter, key_marker = (short_param(request, name) for name in names)
    id_marker = _id_marker(call, key_marker)
    with call.store.lock:
        found = _entries(call.bucket, prefix, delimiter, key_marker, id_marker)
        page = list(islice(found, limit + 1))
        latest = {record.key: call.bucket.current(record.key) for record, _ in page}
    truncated, page = len(page) > limit, page[:limit]
    encoded = encoder_of(request)
    write = encoded or str
    parts = [
        leaf("Name", call.bucket_name),
        leaf("Prefix", write(prefix)),
        leaf("KeyMarker", write(key_marker)),
        leaf("VersionIdMarker", id_marker),
        leaf("MaxKeys", limit),
        leaf("Delimiter", write(delimiter)),
    ]
    if encoded:
        parts.append(leaf("EncodingType", "url"))
    parts.append(leaf("IsTruncated", truncated))
    if truncated:
        record, folded = page[-1]
        parts.append(leaf("NextKeyMarker", write(folded or record.key)))
        next_id = "" if folded else record.version_id
        parts.append(leaf("NextVersionIdMarker", next_id))
    account = owner(call.bucket.account)
    parts += [
        _version(record, write, account, latest=record is latest[record.key])
        for record, folded in page
        if folded is None
    ]
    parts += [
        node("CommonPrefixes", leaf("Prefix", write(folded)))
        for _, folded in page
        if folded is not None
    ]
    body = document(node("ListVersionsResult", *parts))
    return Response(200, {"Content-Type": "application/xml"}, body)


def _id_marker(call: Call, key_marker: str) -> str:
    text = call.request.param("version-id-marker") or ""
    if not text:
        return ""
    if not key_marker:
        message = "A version-id marker cannot be specified without a key marker."
        raise invalid_argument(message, "version-id-marker", text)
    return check_version_id(text, "version-id-marker")


def _entries(
    bucket: Bucket, prefix: str, delimiter: str, key_marker: str, id_marker: str
) -> Iterator[tuple[ObjectRecord, str | None]]:
    """Yield what lies behind the markers; a version stands for what it is folded in."""
    last = key_marker
    for key in bucket.version_keys_from(max(prefix, key_marker)):
        if not key.startswith(prefix):
            return
        newest_first = list(reversed(bucket.versions[key].values()))
        entry, folded = fold(key, prefix, delimiter)
        if folded:
            if entry > last:
                last = entry
                yield newest_first[0], entry
        elif key > key_marker:
            yield from ((record, None) for record in newest_first)
        elif id_marker:
            left = _behind(newest_first, id_marker)
            yield from ((record, None) for record in left)


def _behind(newest_first: list[ObjectRecord], marker: str) -> list[ObjectRecord]:
    """Return the versions older than one, which may be gone.

    Where nothing tells how old that was, which is so of ``null``, all are returned:
    better an entry comes twice than that one is missed.
    """
    ids = [record.version_id for record in newest_first]
    if marker in ids:
        return newest_first[ids.index(marker) + 1 :]
    order = order_of(marker)
    return [r for r in newest_first if order is None or r.order < order]


def _version(
    record: ObjectRecord, write: Callable[[str], str], account: str, *, latest: bool
) -> str:
    head = (
        leaf("Key", write(record.key)),
        leaf("VersionId", record.version_id),
        leaf("IsLatest", latest),
        leaf("LastModified", iso_date(record.modified)),
    )
    if record.is_marker:
        return node("DeleteMarker", *head, account)
    return node(
        "Version",
        *head,
        leaf("ETag", record.quoted_etag),
        leaf("Type", record.type),
        leaf("Size", record.size),
        leaf("StorageClass", record.properties.storage_class),
        account,
    )

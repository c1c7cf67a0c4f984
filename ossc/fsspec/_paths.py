"""Paths and entries: what fsspec calls `bucket/key`, and what it is told of each.

A path has no protocol, and no slash at its ends. A key that ends in a slash is the marker
of a folder, and not a file.
"""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ossc.models import BucketSummary, ObjectInfo, ObjectSummary, ObjectVersion

__all__ = [
    "Entries",
    "Entry",
    "ancestors",
    "folder",
    "is_marker",
    "missing",
    "of_bucket",
    "of_head",
    "of_listed",
    "of_version",
    "parent_of",
    "prefix_of",
    "split",
]

Entry = dict[str, Any]

VERSION = "?versionId="


class Entries(list[Entry]):
    """A listing of a folder, in which an entry is found by its name at once."""

    __slots__ = ("_named",)

    def named(self, name: str) -> Entry | None:
        """The entry of that name; of a file and a folder of the same name the file."""
        found: dict[str, Entry] | None = getattr(self, "_named", None)
        if found is None:
            found = {}
            for entry in self:
                if entry["type"] == "file" or entry["name"] not in found:
                    found[entry["name"]] = entry
            self._named = found
        return found.get(name)


def split(path: str, *, versions: bool = False) -> tuple[str, str, str | None]:
    """Bucket, key and version id of a path without a protocol.

    Args:
        path: The path.
        versions: Whether `?versionId=…` at its end names a version, and is not a part
            of the key.
    """
    version = None
    if versions:
        path, _, named = path.partition(VERSION)
        version = named or None
    bucket, _, key = path.partition("/")
    return bucket, key, version


def prefix_of(key: str) -> str:
    """What the keys in a folder begin with."""
    return f"{key}/" if key else ""


def parent_of(path: str) -> str:
    """The folder that a path lies in; `""` for a bucket."""
    return path.rpartition("/")[0]


def ancestors(path: str) -> Iterator[str]:
    """The folders above a path, from the nearest up to the root."""
    while path:
        path = parent_of(path)
        yield path


def is_marker(key: str) -> bool:
    """Whether a key only says that there is a folder."""
    return key.endswith("/")


def missing(path: str) -> FileNotFoundError:
    """What is raised for a path where nothing is."""
    return FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)


def folder(name: str) -> Entry:
    """The entry of a folder, which has no properties."""
    return {"name": name, "size": 0, "type": "directory"}


def of_bucket(bucket: BucketSummary) -> Entry:
    """The entry of a bucket."""
    return {
        **folder(bucket.name),
        "CreationDate": bucket.creation_date,
        "Region": bucket.region,
        "StorageClass": bucket.storage_class,
    }


def _file(
    name: str,
    found: ObjectSummary | ObjectVersion | ObjectInfo,
    version_id: str | None = None,
) -> Entry:
    entry = {
        "name": name,
        "size": found.size,
        "type": "file",
        "ETag": found.etag,
        "LastModified": found.last_modified,
        "StorageClass": found.storage_class,
    }
    if version_id is not None:
        entry["VersionId"] = version_id
    return entry


def of_listed(bucket: str, found: ObjectSummary) -> Entry:
    """The entry of what a list shows: a file, or a folder."""
    name = f"{bucket}/{found.key}"
    if found.is_prefix or is_marker(found.key):
        return folder(name[:-1])
    return _file(name, found)


def of_version(bucket: str, found: ObjectVersion) -> Entry:
    """The entry of one version among all of them, with its id in its name."""
    name = f"{bucket}/{found.key}"
    if found.is_prefix or is_marker(found.key):
        return folder(name[:-1])
    entry = _file(f"{name}{VERSION}{found.version_id}", found, found.version_id)
    return {**entry, "IsLatest": found.is_latest}


def of_head(name: str, info: ObjectInfo) -> Entry:
    """The entry of an object that was looked at by itself, which tells more."""
    return {
        **_file(name, info, info.version_id),
        "ContentType": info.content_type,
        "Metadata": dict(info.metadata),
        "crc64": info.crc64,
    }

"""Records: what the server remembers about buckets, objects, uploads and parts."""

from __future__ import annotations

import bisect
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ossc.mock._blobs import Segment
    from ossc.mock._fetching import FetchTask
    from ossc.mock._live import Channel, Push
    from ossc.mock._select._window import Meta

__all__ = ["MARKER", "NULL", "Bucket", "ObjectRecord", "Part", "Properties", "Upload"]

NULL = "null"
"""The id of what is written while versions are not kept."""

MARKER = "DeleteMarker"
"""The type of the version that hides those below it."""


@dataclass(frozen=True)
class Properties:
    """What a request says about the object it creates."""

    headers: dict[str, str] = field(default_factory=dict)
    """Content-Type and its kin and ``x-oss-meta-*``, lower-case names."""
    acl: str = "default"
    storage_class: str = "Standard"
    encryption: str | None = None
    encryption_key_id: str | None = None
    data_encryption: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    retention_mode: str | None = None
    retain_until: float | None = None
    """Until when nobody may delete or overwrite it, as Unix seconds."""
    legal_hold: bool = False


@dataclass(frozen=True)
class ObjectRecord:
    """One version of an object; replaced as a whole, never changed.

    Without a version id it is a new version, which the store numbers and names.
    """

    key: str
    segments: tuple[Segment, ...]
    etag: str
    crc64: int
    modified: float
    type: str = "Normal"
    content_md5: str | None = None
    properties: Properties = field(default_factory=Properties)
    symlink_target: str | None = None
    version_id: str = ""
    order: int = 0
    """Grows from version to version of a key."""
    sealed: float | None = None
    """When an Appendable object was closed to further appends."""
    restore_ready: float | None = None
    """When its restore is done; infinite: as soon as somebody has looked."""
    restore_days: int = 0

    @property
    def size(self) -> int:
        """The object's length in bytes."""
        return sum(segment.length for segment in self.segments)

    @property
    def quoted_etag(self) -> str:
        """The ETag as headers and XML carry it."""
        return f'"{self.etag}"'

    @property
    def is_marker(self) -> bool:
        """Whether this is a delete marker."""
        return self.type == MARKER


@dataclass(frozen=True)
class Part:
    """One uploaded part."""

    number: int
    segments: tuple[Segment, ...]
    etag: str
    crc64: int
    modified: float

    @property
    def size(self) -> int:
        """The part's length in bytes."""
        return sum(segment.length for segment in self.segments)


@dataclass
class Upload:
    """A multipart upload that has been neither completed nor aborted."""

    upload_id: str
    key: str
    initiated: float
    properties: Properties
    parts: dict[int, Part] = field(default_factory=dict)


@dataclass
class Bucket:
    """A bucket with everything in it."""

    name: str
    account: str
    created: float
    acl: str = "private"
    storage_class: str = "Standard"
    redundancy: str = "LRS"
    resource_group: str = "rg-default"
    versioning: str | None = None
    """``Enabled``, ``Suspended``, or None where it never was."""
    settings: dict[str, str] = field(default_factory=dict)
    """Documents as they are sent, by the query parameter of the setting."""
    versions: dict[str, dict[str, ObjectRecord]] = field(default_factory=dict)
    """All versions and delete markers by key and id, the oldest of a key first."""
    objects: dict[str, ObjectRecord] = field(default_factory=dict)
    """What the keys stand for: their newest versions that are no delete markers."""
    uploads: dict[str, Upload] = field(default_factory=dict)
    fetch_tasks: dict[str, FetchTask] = field(default_factory=dict)
    select_meta: dict[str, Meta] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    pushes: dict[str, Push] = field(default_factory=dict, repr=False)
    _sorted: list[str] | None = field(default=None, repr=False)
    _sorted_all: list[str] | None = field(default=None, repr=False)

    def sorted_keys(self) -> list[str]:
        """Return all keys ascending by their UTF-8 bytes (= by code point)."""
        if self._sorted is None:
            self._sorted = sorted(self.objects)
        return self._sorted

    def keys_from(self, start: str) -> list[str]:
        """Return the keys that are not less than ``start``, ascending."""
        keys = self.sorted_keys()
        return keys[bisect.bisect_left(keys, start) :]

    def version_keys_from(self, start: str) -> list[str]:
        """Return the keys with any version, delete markers included, from ``start``."""
        if self._sorted_all is None:
            self._sorted_all = sorted(self.versions)
        return self._sorted_all[bisect.bisect_left(self._sorted_all, start) :]

    def current(self, key: str) -> ObjectRecord | None:
        """Return the newest version of a key, which may be a delete marker."""
        return next(reversed(self.versions.get(key, {}).values()), None)

    def version(self, key: str, version_id: str) -> ObjectRecord | None:
        """Return a version, which may be a delete marker."""
        return self.versions.get(key, {}).get(version_id)

    def add(self, record: ObjectRecord) -> ObjectRecord | None:
        """Put a version in, returning the one that had its id.

        It stays where that one was if it has its order, else it is the newest.
        """
        if record.key not in self.versions:
            self.versions[record.key] = {}
            self._sorted_all = None
        kept = self.versions[record.key]
        old = kept.get(record.version_id)
        if old is not None and old.order != record.order:
            del kept[record.version_id]
        kept[record.version_id] = record
        self._settle(record.key)
        return old

    def remove(self, key: str, version_id: str = NULL) -> ObjectRecord | None:
        """Take a version out, returning it."""
        kept = self.versions.get(key, {})
        old = kept.pop(version_id, None)
        if old is not None:
            if not kept:
                del self.versions[key]
                self._sorted_all = None
            self._settle(key)
        return old

    def _settle(self, key: str) -> None:
        """Let the key stand for its newest version."""
        newest = self.current(key)
        known = key in self.objects
        if newest is not None and not newest.is_marker:
            self.objects[key] = newest
        elif known:
            del self.objects[key]
        if known != (key in self.objects):
            self._sorted = None

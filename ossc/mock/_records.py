"""Records: what the server remembers about buckets, objects, uploads and parts."""

from __future__ import annotations

import bisect
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ossc.mock._blobs import Segment
    from ossc.mock._live import Channel, Push
    from ossc.mock._select._window import Meta

__all__ = ["Bucket", "ObjectRecord", "Part", "Properties", "Upload"]


@dataclass(frozen=True)
class Properties:
    """What a request says about the object it creates."""

    headers: dict[str, str] = field(default_factory=dict)
    """Content-Type and its kin and ``x-oss-meta-*``, lower-case names."""
    acl: str = "default"
    storage_class: str = "Standard"
    encryption: str | None = None
    encryption_key_id: str | None = None
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ObjectRecord:
    """One stored object; replaced as a whole, never changed."""

    key: str
    segments: tuple[Segment, ...]
    etag: str
    crc64: int
    modified: float
    type: str = "Normal"
    content_md5: str | None = None
    properties: Properties = field(default_factory=Properties)
    symlink_target: str | None = None
    version_id: str = "null"

    @property
    def size(self) -> int:
        """The object's length in bytes."""
        return sum(segment.length for segment in self.segments)

    @property
    def quoted_etag(self) -> str:
        """The ETag as headers and XML carry it."""
        return f'"{self.etag}"'


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
    """``Enabled``, ``Suspended``, or None: never enabled."""
    settings: dict[str, str] = field(default_factory=dict)
    """Documents as they are sent, by the query parameter of the setting."""
    objects: dict[str, ObjectRecord] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    select_meta: dict[str, Meta] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    pushes: dict[str, Push] = field(default_factory=dict, repr=False)
    _sorted: list[str] | None = field(default=None, repr=False)

    def sorted_keys(self) -> list[str]:
        """Return all keys ascending by their UTF-8 bytes (= by code point)."""
        if self._sorted is None:
            self._sorted = sorted(self.objects)
        return self._sorted

    def keys_from(self, start: str) -> list[str]:
        """Return the keys that are not less than ``start``, ascending."""
        keys = self.sorted_keys()
        return keys[bisect.bisect_left(keys, start) :]

    def add(self, record: ObjectRecord) -> ObjectRecord | None:
        """Put an object in, returning what it replaced."""
        old = self.objects.get(record.key)
        self.objects[record.key] = record
        if old is None:
            self._sorted = None
        return old

    def remove(self, key: str) -> ObjectRecord | None:
        """Take an object out, returning it."""
        old = self.objects.pop(key, None)
        if old is not None:
            self._sorted = None
        return old

"""The store against a simple model of versioning, in memory and in a folder."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from ossc.mock._blobs import Segment, slurp
from ossc.mock._folder import FolderBackend
from ossc.mock._records import NULL, Bucket, ObjectRecord
from ossc.mock._store import MemoryBackend, Store

if TYPE_CHECKING:
    from ossc.mock._blobs import Blob

KEYS = st.sampled_from(["a", "b", "b/c"])
CONTENT = st.binary(max_size=3)
PICK = st.integers(0, 20)

Version = tuple[str, bytes | None, str]
"""A version's id, its bytes, None for a delete marker, and a tag."""


class Model:
    """What versioning means, in lists with the newest version first."""

    def __init__(self) -> None:
        self.status: str | None = None
        self.keys: dict[str, list[Version]] = {}

    def write(self, key: str, version_id: str, data: bytes | None) -> None:
        """A new version, which replaces the one of its id."""
        left = [each for each in self.keys.get(key, []) if each[0] != version_id]
        self.keys[key] = [(version_id, data, ""), *left]

    def remove(self, key: str, version_id: str) -> None:
        """A version goes for good."""
        left = [each for each in self.keys.get(key, []) if each[0] != version_id]
        self.keys[key] = left
        if not left:
            del self.keys[key]

    def current(self) -> dict[str, bytes]:
        """What a reader without version ids sees."""
        newest = {key: versions[0] for key, versions in self.keys.items()}
        return {key: data for key, (_, data, _) in newest.items() if data is not None}

    def at(self, pick: int) -> tuple[str, Version] | None:
        """One of all versions, if there is any."""
        every = [(key, v) for key in sorted(self.keys) for v in self.keys[key]]
        return every[pick % len(every)] if every else None


class InMemory(RuleBasedStateMachine):
    """The store does what the model does, and keeps no byte that nobody can read."""

    @initialize()
    def start(self) -> None:
        """One bucket that never kept versions."""
        self.model = Model()
        self.ids: set[str] = set()
        self.now = 0.0
        self.open()
        self.store.add_bucket(Bucket("bucket", "account", 0.0))

    def open(self) -> None:
        """Start the store."""
        self.store = Store(MemoryBackend())

    @property
    def bucket(self) -> Bucket:
        """The bucket."""
        return self.store.buckets["bucket"]

    def put(self, record: ObjectRecord) -> ObjectRecord:
        """Store a record, an id of its own if versions are kept."""
        stored = self.store.put_object(self.bucket, record)
        if self.model.status == "Enabled" and not record.version_id:
            assert stored.version_id not in self.ids | {NULL, ""}
            self.ids.add(stored.version_id)
        elif not record.version_id:
            assert stored.version_id == NULL
        return stored

    def blob(self, data: bytes) -> tuple[Segment, ...]:
        """Bytes for a new record."""
        writer = self.store.writer()
        writer.write(data)
        blob = writer.finish()
        return (Segment(blob, 0, blob.size),) if blob.size else ()

    @rule(status=st.sampled_from(["Enabled", "Suspended"]))
    def configure(self, status: str) -> None:
        """The bucket begins or ceases to keep versions."""
        self.bucket.versioning = self.model.status = status
        self.store.add_bucket(self.bucket)

    @rule(key=KEYS, data=CONTENT)
    def write(self, key: str, data: bytes) -> None:
        """An object is put."""
        self.now += 1
        record = ObjectRecord(key, self.blob(data), "E", 0, self.now)
        self.model.write(key, self.put(record).version_id, data)

    @rule(key=KEYS, data=CONTENT)
    def append(self, key: str, data: bytes) -> None:
        """The newest version grows where it is the null version, or is made so."""
        versions = self.model.keys.get(key)
        if versions is None:
            record = ObjectRecord(key, self.blob(data), "E", 0, 1.0, version_id=NULL)
            self.put(record)
            self.model.write(key, NULL, data)
        elif versions[0][0] == NULL and versions[0][1] is not None:
            old = self.bucket.objects[key]
            self.put(replace(old, segments=old.segments + self.blob(data)))
            versions[0] = (NULL, versions[0][1] + data, versions[0][2])

    @rule(key=KEYS, pick=PICK)
    def copy(self, key: str, pick: int) -> None:
        """Any version is copied to a key, its own included."""
        chosen = self.model.at(pick)
        if chosen is None or chosen[1][1] is None:
            return
        source = self.bucket.version(chosen[0], chosen[1][0])
        assert source is not None
        stored = self.put(replace(source, key=key, version_id="", content_md5=None))
        self.model.write(key, stored.version_id, chosen[1][1])

    @rule(pick=PICK, tag=st.sampled_from("xyz"))
    def settle(self, pick: int, tag: str) -> None:
        """A property of any version changes; it stays where it is."""
        chosen = self.model.at(pick)
        if chosen is None or chosen[1][1] is None:
            return
        key, (version_id, data, _) = chosen
        record = self.bucket.version(key, version_id)
        assert record is not None
        self.put(replace(record, content_md5=tag))
        versions = self.model.keys[key]
        versions[versions.index(chosen[1])] = (version_id, data, tag)

    @rule(key=KEYS)
    def delete(self, key: str) -> None:
        """An object is deleted without a version."""
        marker = self.store.delete_object(self.bucket, key, self.now)
        if self.model.status is None:
            assert marker is None
            if key in self.model.keys:
                self.model.remove(key, NULL)
            return
        assert marker is not None
        assert marker.is_marker
        kept = self.model.status == "Enabled"
        assert (marker.version_id != NULL) is kept
        assert marker.version_id not in self.ids
        if kept:
            self.ids.add(marker.version_id)
        self.model.write(key, marker.version_id, None)

    @rule(pick=PICK)
    def remove(self, pick: int) -> None:
        """Any version goes for good."""
        chosen = self.model.at(pick)
        if chosen is None:
            return
        key, (version_id, data, _) = chosen
        gone = self.store.remove_object(self.bucket, key, version_id)
        assert gone is not None
        assert (gone.version_id, gone.is_marker) == (version_id, data is None)
        self.model.remove(key, version_id)

    @rule(key=KEYS, version_id=st.sampled_from(["unknown", NULL]))
    def remove_nothing(self, key: str, version_id: str) -> None:
        """A version that there is not changes nothing."""
        if version_id in [each[0] for each in self.model.keys.get(key, [])]:
            return
        assert self.store.remove_object(self.bucket, key, version_id) is None

    @invariant()
    def all_versions(self) -> None:
        """Every version is there, in order, with its bytes."""
        found = {
            key: [
                (
                    record.version_id,
                    None if record.is_marker else slurp(record.segments),
                    record.content_md5 or "",
                )
                for record in reversed(kept.values())
            ]
            for key, kept in self.bucket.versions.items()
        }
        assert found == self.model.keys
        assert self.bucket.version_keys_from("") == sorted(self.model.keys)
        assert self.bucket.version_keys_from("b") == sorted(
            key for key in self.model.keys if key >= "b"
        )

    @invariant()
    def current_versions(self) -> None:
        """The objects are the newest versions that are no markers."""
        objects = self.bucket.objects
        found = {key: slurp(record.segments) for key, record in objects.items()}
        assert found == self.model.current()
        assert self.bucket.sorted_keys() == sorted(found)
        for key, versions in self.model.keys.items():
            newest = self.bucket.current(key)
            assert newest is not None
            assert newest.version_id == versions[0][0]

    def blobs(self) -> Counter[Blob]:
        """How often each blob is mentioned."""
        return Counter(
            segment.blob
            for kept in self.bucket.versions.values()
            for record in kept.values()
            for segment in record.segments
        )

    @invariant()
    def blobs_are_counted(self) -> None:
        """Each blob knows how many records mention it."""
        for blob, count in self.blobs().items():
            assert blob.references == count


class InFolder(InMemory):
    """The same, in files, and after restarts."""

    def open(self) -> None:
        """Start the store on a folder."""
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store(FolderBackend(Path(self.folder.name)))

    @precondition(lambda self: self.model.keys)
    @rule()
    def restart(self) -> None:
        """The store begins anew with what it wrote."""
        self.store.close()
        self.store = Store(FolderBackend(Path(self.folder.name)))
        assert self.bucket.versioning == self.model.status

    @invariant()
    def no_file_is_left(self) -> None:
        """The blobs' files are those that records mention."""
        root = Path(self.folder.name)
        assert {path.name for path in (root / "blobs").iterdir()} == {
            blob.name for blob in self.blobs()
        }
        assert list((root / "tmp").iterdir()) == []
        assert len(list(root.glob("buckets/bucket/objects/*.json"))) == sum(
            len(versions) for versions in self.model.keys.values()
        )

    def teardown(self) -> None:
        """Remove the folder."""
        self.store.close()
        self.folder.cleanup()


TestInMemory = InMemory.TestCase
TestInMemory.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
TestInFolder = InFolder.TestCase
TestInFolder.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)

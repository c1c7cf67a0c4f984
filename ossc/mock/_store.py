"""The store: all state of a server, in memory, with a backend that keeps it.

Handlers hold ``lock`` while they look at or change buckets. Every change goes
through a method here, which counts blobs and tells the backend.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ossc.mock._blobs import BlobWriter, read
from ossc.mock._capacity import check_room
from ossc.mock._errors import ServiceError
from ossc.mock._records import MARKER, NULL, ObjectRecord
from ossc.mock._version_ids import new_version_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ossc.mock._blobs import Blob, Segment
    from ossc.mock._forwarding import ForwardedGet
    from ossc.mock._records import Bucket, Part, Upload

__all__ = ["Backend", "MemoryBackend", "Store"]


class Backend(Protocol):
    """Where state goes so that it outlives the process, or does not."""

    def describe(self) -> str:
        """Say in words where the data lives."""
        ...

    def load(self) -> list[Bucket]:
        """Return the buckets of an earlier run, blobs counted."""
        ...

    def load_accounts(self) -> dict[str, dict[str, str]]:
        """Return the accounts' settings of an earlier run."""
        ...

    def save_accounts(self, accounts: dict[str, dict[str, str]]) -> None:
        """Write all accounts' settings."""
        ...

    def directory(self) -> Path:
        """Return the folder for bodies that are being written."""
        ...

    def keep_blob(self, blob: Blob) -> None:
        """Make a finished blob last."""
        ...

    def drop_blob(self, blob: Blob) -> None:
        """Forget a blob that nothing mentions any more."""
        ...

    def save_bucket(self, bucket: Bucket) -> None:
        """Write a bucket's own settings."""
        ...

    def drop_bucket(self, bucket: Bucket) -> None:
        """Forget an empty bucket."""
        ...

    def save_object(self, bucket: Bucket, record: ObjectRecord) -> None:
        """Write a version's record, replacing an older one of its id."""
        ...

    def drop_object(self, bucket: Bucket, record: ObjectRecord) -> None:
        """Forget a version's record."""
        ...

    def save_upload(self, bucket: Bucket, upload: Upload) -> None:
        """Write a new upload, without parts."""
        ...

    def save_part(self, bucket: Bucket, upload: Upload, part: Part) -> None:
        """Write a part's record, replacing an older one."""
        ...

    def drop_upload(self, bucket: Bucket, upload: Upload) -> None:
        """Forget an upload and its parts' records."""
        ...

    def close(self) -> None:
        """Release what the backend holds."""
        ...


class MemoryBackend:
    """Keeps nothing; large bodies go to a temporary folder until close."""

    def __init__(self) -> None:
        self._directory: Path | None = None
        self._lock = threading.Lock()

    def describe(self) -> str:
        """Say in words where the data lives."""
        return "memory (gone when the server ends)"

    def load(self) -> list[Bucket]:
        """Return nothing."""
        return []

    def load_accounts(self) -> dict[str, dict[str, str]]:
        """Return nothing."""
        return {}

    def save_accounts(self, accounts: dict[str, dict[str, str]]) -> None:
        """Do nothing."""

    def directory(self) -> Path:
        """Return a temporary folder, made at the first call."""
        with self._lock:
            if self._directory is None:
                self._directory = Path(tempfile.mkdtemp(prefix="ossc-mock-"))
            return self._directory

    def keep_blob(self, blob: Blob) -> None:
        """Do nothing: the blob already lasts as long as the server."""

    def drop_blob(self, blob: Blob) -> None:
        """Delete the blob's temporary file."""
        if blob.path is not None:
            blob.path.unlink(missing_ok=True)

    def save_bucket(self, bucket: Bucket) -> None:
        """Do nothing."""

    def drop_bucket(self, bucket: Bucket) -> None:
        """Do nothing."""

    def save_object(self, bucket: Bucket, record: ObjectRecord) -> None:
        """Do nothing."""

    def drop_object(self, bucket: Bucket, record: ObjectRecord) -> None:
        """Do nothing."""

    def save_upload(self, bucket: Bucket, upload: Upload) -> None:
        """Do nothing."""

    def save_part(self, bucket: Bucket, upload: Upload, part: Part) -> None:
        """Do nothing."""

    def drop_upload(self, bucket: Bucket, upload: Upload) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Delete the temporary folder."""
        with self._lock:
            if self._directory is not None:
                shutil.rmtree(self._directory, ignore_errors=True)
                self._directory = None


class Store:
    """All buckets of a server. Thread-safe under ``lock``."""

    def __init__(self, backend: Backend) -> None:
        self.lock = threading.RLock()
        self._backend = backend
        self.buckets = {bucket.name: bucket for bucket in backend.load()}
        self.accounts = backend.load_accounts()
        self.forwarded: dict[str, ForwardedGet] = {}
        self._order = max(
            (
                record.order
                for bucket in self.buckets.values()
                for kept in bucket.versions.values()
                for record in kept.values()
            ),
            default=0,
        )

    def describe(self) -> str:
        """Say in words where the data lives."""
        return self._backend.describe()

    def writer(self) -> BlobWriter:
        """Return a writer for a new body."""
        return BlobWriter(self._backend.directory)

    def close(self) -> None:
        """Release what the backend holds."""
        self._backend.close()

    def add_bucket(self, bucket: Bucket) -> None:
        """Put a new bucket in, or save the changed settings of an old one."""
        with self.lock:
            self.buckets[bucket.name] = bucket
            self._backend.save_bucket(bucket)

    def save_accounts(self) -> None:
        """Save the changed settings of accounts."""
        with self.lock:
            self._backend.save_accounts(self.accounts)

    def remove_bucket(self, bucket: Bucket) -> None:
        """Take an empty bucket out."""
        with self.lock:
            del self.buckets[bucket.name]
            self._backend.drop_bucket(bucket)

    def clear(self) -> None:
        """Forget all buckets, whatever holds on to them, and all settings of accounts."""
        with self.lock:
            for bucket in list(self.buckets.values()):
                for upload in list(bucket.uploads.values()):
                    self.remove_upload(bucket, upload)
                for key, kept in list(bucket.versions.items()):
                    for version_id in list(kept):
                        self.remove_object(bucket, key, version_id)
                self.remove_bucket(bucket)
            self.accounts.clear()
            self.save_accounts()
            self.forwarded.clear()

    def check_bucket(self, bucket: Bucket) -> None:
        """Raise NoSuchBucket if a bucket has been removed since it was found."""
        with self.lock:
            if self.buckets.get(bucket.name) is not bucket:
                extra = {"BucketName": bucket.name}
                raise ServiceError("NoSuchBucket", extra=extra)

    def put_object(self, bucket: Bucket, record: ObjectRecord) -> ObjectRecord:
        """Put a version in, returning it as it is stored.

        A record without a version id is new: it becomes the newest version of its
        key, and takes the place of the version ``null`` unless versions are kept.
        A record with one takes the place of that version.
        """
        with self.lock:
            self.check_bucket(bucket)
            if not record.version_id:
                record = self._named(bucket, record)
            elif bucket.version(record.key, record.version_id) is None:
                record = replace(record, order=self._next_order())
            self._hold(record.segments)
            old = bucket.add(record)
            self._backend.save_object(bucket, record)
            if old is not None:
                self._release(old.segments)
            return record

    def add_object(self, bucket: Bucket, record: ObjectRecord) -> ObjectRecord:
        """Put in what somebody writes, returning it as it is stored.

        Raises:
            ServiceError: There is no room for it in the bucket.
        """
        with self.lock:
            check_room(bucket, record)
            return self.put_object(bucket, record)

    def _named(self, bucket: Bucket, record: ObjectRecord) -> ObjectRecord:
        order = self._next_order()
        keeps = bucket.versioning == "Enabled"
        version_id = new_version_id(order) if keeps else NULL
        return replace(record, version_id=version_id, order=order)

    def _next_order(self) -> int:
        self._order += 1
        return self._order

    def delete_object(
        self, bucket: Bucket, key: str, now: float
    ) -> ObjectRecord | None:
        """Do what deleting without a version means: hide the key, or remove it.

        Returns:
            The delete marker, or None in a bucket that never had versions.
        """
        with self.lock:
            if bucket.versioning is None:
                self.remove_object(bucket, key)
                return None
            marker = ObjectRecord(key, (), "", 0, now, type=MARKER)
            return self.put_object(bucket, marker)

    def remove_object(
        self, bucket: Bucket, key: str, version_id: str = NULL
    ) -> ObjectRecord | None:
        """Take a version out for good, returning it."""
        with self.lock:
            self.check_bucket(bucket)
            old = bucket.remove(key, version_id)
            if old is not None:
                self._backend.drop_object(bucket, old)
                self._release(old.segments)
            return old

    def add_upload(self, bucket: Bucket, upload: Upload) -> None:
        """Open a multipart upload."""
        with self.lock:
            self.check_bucket(bucket)
            bucket.uploads[upload.upload_id] = upload
            self._backend.save_upload(bucket, upload)

    def put_part(self, bucket: Bucket, upload: Upload, part: Part) -> None:
        """Put a part in place of whatever has its number."""
        with self.lock:
            self._hold(part.segments)
            old = upload.parts.get(part.number)
            upload.parts[part.number] = part
            self._backend.save_part(bucket, upload, part)
            if old is not None:
                self._release(old.segments)

    def remove_upload(self, bucket: Bucket, upload: Upload) -> None:
        """Close a multipart upload and release its parts."""
        with self.lock:
            del bucket.uploads[upload.upload_id]
            self._backend.drop_upload(bucket, upload)
            for part in upload.parts.values():
                self._release(part.segments)

    def discard(self, blob: Blob) -> None:
        """Drop a finished blob, unless a record mentions it."""
        with self.lock:
            if not blob.references:
                self._backend.drop_blob(blob)

    def read(self, segments: Sequence[Segment]) -> Iterator[bytes]:
        """Return the bytes of segments, safe from being dropped meanwhile.

        The blobs are held from this call until the iterator ends or is closed.
        """
        with self.lock:
            self._hold(segments)
        pieces = self._leased(segments)
        next(pieces)
        return pieces

    def _leased(self, segments: Sequence[Segment]) -> Iterator[bytes]:
        try:
            yield b""
            yield from read(segments)
        finally:
            with self.lock:
                self._release(segments)

    def _hold(self, segments: Iterable[Segment]) -> None:
        for blob, _, _ in segments:
            if not blob.references:
                self._backend.keep_blob(blob)
            blob.references += 1

    def _release(self, segments: Iterable[Segment]) -> None:
        for blob, _, _ in segments:
            blob.references -= 1
            if not blob.references:
                self._backend.drop_blob(blob)

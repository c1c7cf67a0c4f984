"""The folder backend: a server's state in files, so that it survives a restart.

Layout below the root::

    blobs/NAME                       bytes
    tmp/                             bodies on their way in; emptied at start
    accounts.json                    settings of accounts
    buckets/BUCKET/bucket.json
    buckets/BUCKET/objects/SHA256-OF-KEY.json            the version null
    buckets/BUCKET/objects/SHA256-OF-KEY.VERSION-ID.json any other one
    buckets/BUCKET/uploads/ID/upload.json and NUMBER.json for each part

Every file is written beside its place and renamed into it, blobs before the records
that mention them, so that a killed process leaves either the old state or the new
one. Blobs that no record mentions are removed at start.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ossc.mock._blobs import Blob, Segment
from ossc.mock._records import NULL, Bucket, ObjectRecord, Part, Properties, Upload

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["FolderBackend"]


class FolderBackend:
    """Keeps state in files below ``root``; one server at a time."""

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()
        self._blobs = self._root / "blobs"
        self._tmp = self._root / "tmp"
        self._buckets = self._root / "buckets"
        for folder in (self._blobs, self._tmp, self._buckets):
            folder.mkdir(parents=True, exist_ok=True)

    def describe(self) -> str:
        """Say in words where the data lives."""
        return str(self._root)

    def directory(self) -> Path:
        """Return the folder for bodies that are being written."""
        return self._tmp

    def load(self) -> list[Bucket]:
        """Read everything an earlier run left, and sweep up after it."""
        for leftover in self._tmp.iterdir():
            leftover.unlink()
        blobs: dict[str, Blob] = {}
        buckets = [
            self._load_bucket(path.parent, blobs)
            for path in sorted(self._buckets.glob("*/bucket.json"))
        ]
        for path in self._blobs.iterdir():
            if path.name not in blobs:
                path.unlink()
        return buckets

    def _load_bucket(self, folder: Path, blobs: dict[str, Blob]) -> Bucket:
        bucket = Bucket(**_read(folder / "bucket.json"))
        records = []
        for path in folder.glob("objects/*.json"):
            fields = self._load_data(_read(path), blobs)
            fields["properties"] = Properties(**fields["properties"])
            records.append(ObjectRecord(**fields))
        for record in sorted(records, key=lambda record: record.order):
            bucket.add(record)
        for path in folder.glob("uploads/*/upload.json"):
            upload = self._load_upload(path.parent, blobs)
            bucket.uploads[upload.upload_id] = upload
        return bucket

    def _load_upload(self, folder: Path, blobs: dict[str, Blob]) -> Upload:
        fields = _read(folder / "upload.json")
        fields["properties"] = Properties(**fields["properties"])
        upload = Upload(**fields)
        for path in sorted(folder.glob("[0-9]*.json")):
            part = Part(**self._load_data(_read(path), blobs))
            upload.parts[part.number] = part
        return upload

    def _load_data(
        self, fields: dict[str, Any], blobs: dict[str, Blob]
    ) -> dict[str, Any]:
        segments = []
        for name, start, length in fields["segments"]:
            path = self._blobs / name
            if name not in blobs:
                blobs[name] = Blob(name, path.stat().st_size, path=path)
            blobs[name].references += 1
            segments.append(Segment(blobs[name], start, length))
        return {**fields, "segments": tuple(segments)}

    def load_accounts(self) -> dict[str, dict[str, str]]:
        """Read the accounts' settings."""
        path = self._root / "accounts.json"
        return _read(path) if path.exists() else {}

    def save_accounts(self, accounts: dict[str, dict[str, str]]) -> None:
        """Write all accounts' settings."""
        self._write(self._root / "accounts.json", accounts)

    def keep_blob(self, blob: Blob) -> None:
        """Move a blob to its place."""
        place = self._blobs / blob.name
        if blob.path is None:
            source = self._tmp / f"{blob.name}.tmp"
            source.write_bytes(blob.data or b"")
        else:
            source = blob.path
        source.replace(place)
        blob.path, blob.data = place, None

    def drop_blob(self, blob: Blob) -> None:
        """Delete a blob's file."""
        if blob.path is not None:
            blob.path.unlink(missing_ok=True)

    def save_bucket(self, bucket: Bucket) -> None:
        """Write a bucket's own settings."""
        fields = {
            "name": bucket.name,
            "account": bucket.account,
            "created": bucket.created,
            "acl": bucket.acl,
            "storage_class": bucket.storage_class,
            "redundancy": bucket.redundancy,
            "resource_group": bucket.resource_group,
            "versioning": bucket.versioning,
            "settings": bucket.settings,
            "channels": bucket.channels,
        }
        self._write(self._buckets / bucket.name / "bucket.json", fields)

    def drop_bucket(self, bucket: Bucket) -> None:
        """Delete a bucket's folder, its settings first."""
        folder = self._buckets / bucket.name
        (folder / "bucket.json").unlink()
        shutil.rmtree(folder)

    def save_object(self, bucket: Bucket, record: ObjectRecord) -> None:
        """Write a version's record."""
        self._write(self._object_path(bucket, record), _fields(record))

    def drop_object(self, bucket: Bucket, record: ObjectRecord) -> None:
        """Delete a version's record."""
        self._object_path(bucket, record).unlink()

    def _object_path(self, bucket: Bucket, record: ObjectRecord) -> Path:
        name = hashlib.sha256(record.key.encode()).hexdigest()
        if record.version_id != NULL:
            name += f".{record.version_id}"
        return self._buckets / bucket.name / "objects" / f"{name}.json"

    def _upload_path(self, bucket: Bucket, upload: Upload) -> Path:
        return self._buckets / bucket.name / "uploads" / upload.upload_id

    def save_upload(self, bucket: Bucket, upload: Upload) -> None:
        """Write a new upload."""
        fields = {
            "upload_id": upload.upload_id,
            "key": upload.key,
            "initiated": upload.initiated,
            "properties": asdict(upload.properties),
        }
        self._write(self._upload_path(bucket, upload) / "upload.json", fields)

    def save_part(self, bucket: Bucket, upload: Upload, part: Part) -> None:
        """Write a part's record."""
        path = self._upload_path(bucket, upload) / f"{part.number:05d}.json"
        self._write(path, _fields(part))

    def drop_upload(self, bucket: Bucket, upload: Upload) -> None:
        """Delete an upload's records, the one that announces it first."""
        folder = self._upload_path(bucket, upload)
        (folder / "upload.json").unlink()
        shutil.rmtree(folder)

    def close(self) -> None:
        """Do nothing: all is written."""

    def _write(self, path: Path, fields: dict[str, Any]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._tmp / f"{secrets.token_hex(8)}.json"
        draft.write_text(json.dumps(fields), encoding="ascii")
        draft.replace(path)


def _fields(record: ObjectRecord | Part) -> dict[str, Any]:
    fields = {name: getattr(record, name) for name in record.__dataclass_fields__}
    fields["segments"] = [
        [segment.blob.name, segment.start, segment.length]
        for segment in record.segments
    ]
    if isinstance(record, ObjectRecord):
        fields["properties"] = asdict(record.properties)
    return fields


def _read(path: Path) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(path.read_text(encoding="ascii"))
    return fields

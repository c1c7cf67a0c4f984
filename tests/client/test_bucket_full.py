"""A bucket with a limit: what does not go in is refused, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import ossc
import ossc.mock
from ossc.settings import BucketVersioning, StorageCapacity, StorageQuota

PART = 100 * 1024
LIMIT = 3 * PART


@pytest.fixture
def full(bucket: ossc.Bucket) -> ossc.Bucket:
    """A bucket of three parts' size, which has two of them in it."""
    bucket.put_object("there", bytes(2 * PART))
    bucket.storage_quota.put(StorageQuota(storage_quota=LIMIT, mode="Strict"))
    return bucket


def _parts(bucket: ossc.Bucket, _folder: Path) -> None:
    bucket.upload_fileobj("new", [bytes(2 * PART)], part_size=PART)


def _file(bucket: ossc.Bucket, folder: Path) -> None:
    (folder / "file").write_bytes(bytes(2 * PART))
    bucket.put_object_from_file("new", folder / "file")


WRITES: dict[str, Callable[[ossc.Bucket, Path], object]] = {
    "put": lambda b, _: b.put_object("new", bytes(PART + 1)),
    "file": _file,
    "append": lambda b, _: b.append_object("new", bytes(PART + 1), 0),
    "copy": lambda b, _: b.copy_object("there", "new"),
    "parts": _parts,
    "longer": lambda b, _: b.put_object("there", bytes(LIMIT + 1)),
}


@pytest.mark.parametrize("write", WRITES)
def test_too_much(full: ossc.Bucket, tmp_path: Path, write: str) -> None:
    """However it is written; what is there stays, and no upload is left open."""
    with pytest.raises(ossc.ServerError) as caught:
        WRITES[write](full, tmp_path)
    assert (caught.value.code, caught.value.status) == ("QuotaExceeded", 409)
    assert [entry.key for entry in full.list_objects()] == ["there"]
    assert full.head_object("there").size == 2 * PART
    assert not list(full.list_multipart_uploads())


def test_what_goes_in(full: ossc.Bucket) -> None:
    """To the last byte; and what makes it no fuller goes in always."""
    full.put_object("new", bytes(PART))
    with pytest.raises(ossc.ServerError):
        full.put_object("more", b"x")
    full.put_object("more", b"")
    full.put_object("there", bytes(2 * PART))
    full.put_object("there", bytes(PART))
    full.put_object("more", bytes(PART))
    full.put_object_tagging("there", {"a": "b"})
    full.storage_quota.put(StorageQuota(storage_quota=1, mode="Strict"))
    full.put_object("there", bytes(PART - 1))
    full.delete_object("there")
    assert full.storage_quota.get().current_usage == 2 * PART


def test_appends_count_what_they_add(full: ossc.Bucket) -> None:
    """An object that grows is not counted twice."""
    position = 0
    for _ in range(2):
        appended = full.append_object("log", bytes(PART // 2), position)
        position = appended.next_position
    with pytest.raises(ossc.ServerError, match="QuotaExceeded"):
        full.append_object("log", b"x", position)
    assert full.head_object("log").size == PART


def test_versions_count(full: ossc.Bucket) -> None:
    """An object that is overwritten is still there, and takes its room."""
    full.versioning.put(BucketVersioning(status="Enabled"))
    full.put_object("there", bytes(PART))
    with pytest.raises(ossc.ServerError, match="QuotaExceeded"):
        full.put_object("there", b"x")
    full.delete_object("there")
    assert full.storage_quota.get().current_usage == LIMIT


def test_a_warning_stops_nobody(full: ossc.Bucket) -> None:
    """Nor does a quota that is gone."""
    full.storage_quota.put(StorageQuota(storage_quota=LIMIT, mode="Warning"))
    full.put_object("new", bytes(LIMIT))
    full.storage_quota.put(StorageQuota(storage_quota=LIMIT, mode="Strict"))
    with pytest.raises(ossc.ServerError, match="QuotaExceeded"):
        full.put_object("more", b"x")
    full.storage_quota.delete()
    full.put_object("more", b"x")


def test_a_capacity(bucket: ossc.Bucket) -> None:
    """The older setting, in gigabytes; of two limits the smaller one counts."""
    bucket.storage_capacity.put(StorageCapacity(gigabytes=0))
    with pytest.raises(ossc.ServerError, match="QuotaExceeded"):
        bucket.put_object("k", b"x")
    bucket.storage_capacity.put(StorageCapacity(gigabytes=1))
    bucket.put_object("k", b"x")
    bucket.storage_quota.put(StorageQuota(storage_quota=1, mode="Strict"))
    with pytest.raises(ossc.ServerError, match="QuotaExceeded"):
        bucket.put_object("l", b"x")
    bucket.storage_quota.delete()
    bucket.storage_capacity.put(StorageCapacity(gigabytes=-1))
    bucket.put_object("l", b"x")


def test_whoever_arranges_the_test_is_not_held_up(
    server: ossc.mock.Server, full: ossc.Bucket
) -> None:
    """What a test puts there is there, whatever the bucket's limit is."""
    server.put_object(full.name, "arranged", bytes(LIMIT))
    assert full.head_object("arranged").size == LIMIT

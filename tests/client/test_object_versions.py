"""The less usual verbs on objects, in buckets that keep versions."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

import ossc
import ossc.mock

from .versions import set_versioning


@pytest.fixture
def versions(bucket: ossc.Bucket) -> ossc.Bucket:
    """A bucket that keeps versions, of one object two."""
    set_versioning(bucket, "Enabled")
    return bucket


def put(bucket: ossc.Bucket, data: bytes, **options: object) -> str:
    """A new version of the object."""
    version = bucket.put_object("k", data, **options).version_id  # type: ignore[arg-type]
    assert version is not None
    return version


def test_each_version_has_its_own(versions: ossc.Bucket) -> None:
    """Tags, access rule, holds, light head; answers name the version."""
    old, new = put(versions, b"old"), put(versions, b"newer")
    assert versions.get_object_meta("k", version_id=old).size == 3
    assert versions.get_object_meta("k").version_id == new
    assert versions.object_exists("k", version_id=old)
    assert (
        versions.put_object_tagging("k", {"a": "1"}, version_id=old).version_id == old
    )
    assert versions.get_object_tagging("k").tags == {}
    assert versions.get_object_tagging("k", version_id=old).tags == {"a": "1"}
    assert versions.put_object_acl("k", "private", version_id=old).version_id == old
    assert versions.get_object_acl("k").acl == "default"
    assert versions.delete_object_tagging("k").version_id == new
    held = versions.put_object_legal_hold("k", on=True, version_id=old)
    assert held.version_id == old
    assert not versions.get_object_legal_hold("k")
    views = versions.get_ranges("k", [(0, 0), (2, 2)], gap=0, version_id=old)
    assert [bytes(view) for view in views] == [b"o", b"d"]
    link = versions.put_symlink("link", "k").version_id
    assert versions.get_symlink("link", version_id=link).version_id == link


def test_what_is_hidden_does_not_exist(versions: ossc.Bucket) -> None:
    """A delete marker is none; the version below it is there."""
    old = put(versions, b"old")
    versions.delete_object("k")
    assert not versions.object_exists("k")
    assert versions.object_exists("k", version_id=old)
    assert not versions.object_exists("k", version_id="null")


def test_protection_is_of_a_version(versions: ossc.Bucket) -> None:
    """It can be hidden and covered, not deleted; another one can."""
    old = put(versions, b"old", legal_hold=True)
    until = datetime.now(timezone.utc) + timedelta(hours=1)
    new = put(versions, b"new")
    versions.put_object_retention("k", until, version_id=new)
    free = put(versions, b"free")
    versions.delete_object("k")
    for version in (old, new):
        with pytest.raises(ossc.FileImmutable):
            versions.delete_object("k", version_id=version)
    versions.delete_object("k", version_id=free)
    assert versions.get_object("k", version_id=old).data == b"old"
    set_versioning(versions, "Suspended")
    versions.put_object("k", b"null", legal_hold=True)
    with pytest.raises(ossc.FileImmutable):
        versions.put_object("k", b"other")
    with pytest.raises(ossc.FileImmutable):
        versions.delete_object("k")


def test_a_restore_is_of_a_version(versions: ossc.Bucket) -> None:
    """The other one stays frozen, and the order of both as it is."""
    old = put(versions, b"old", storage_class="ColdArchive")
    new = put(versions, b"new", storage_class="ColdArchive")
    assert versions.restore_object("k", version_id=old).version_id == old
    assert versions.get_restore_state("k", version_id=old).is_ongoing
    assert versions.get_object("k", version_id=old).data == b"old"
    assert not versions.get_restore_state("k").is_ongoing
    assert versions.head_object("k").version_id == new
    assert versions.clean_restored_object("k", version_id=old).version_id == old


def test_a_change_is_a_new_version(versions: ossc.Bucket) -> None:
    """With the same bytes; the old one keeps what it had."""
    old = put(versions, b"data", metadata={"a": "1"}, tags={"t": "1"})
    result = versions.update_metadata("k", {"b": "2"})
    assert result.version_id not in (None, old)
    assert versions.head_object("k").metadata == {"a": "1", "b": "2"}
    assert versions.head_object("k", version_id=old).metadata == {"a": "1"}
    assert versions.get_object_tagging("k").tags == {"t": "1"}
    versions.rename_object("k", "other")
    assert not versions.object_exists("k")
    assert versions.get_object("other").data == b"data"
    assert versions.get_object("k", version_id=old).data == b"data"

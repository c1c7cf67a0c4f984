"""Versioning, used by oss2: what it does and sees is what ossc does and sees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import oss2
import oss2.models
import pytest

import ossc

from . import oss2_client, strangers
from .strangers import LOGINS, Login, Server, Untyped

server = pytest.fixture(strangers.run_server, scope="module", name="server")
login = pytest.fixture(params=LOGINS, ids=str, name="login")(strangers.give_login)

KEYS = ["a", "dir/1", "dir/\u4e2d \x01+%", "z"]


@pytest.fixture(name="bucket")
def make_bucket(server: Server, login: Login) -> Untyped:
    """oss2's object for a bucket that keeps versions."""
    bucket = oss2_client.fresh_bucket(server, login)
    config = oss2.models.BucketVersioningConfig()
    assert bucket.get_bucket_versioning().status is None
    config.status = "Enabled"
    bucket.put_bucket_versioning(config)
    assert bucket.get_bucket_versioning().status == "Enabled"
    assert bucket.get_bucket_info().versioning_status == "Enabled"
    return bucket


@pytest.fixture(name="ours")
def make_ours(server: Server, bucket: Untyped) -> Iterator[ossc.Bucket]:
    """The same bucket, through ossc."""
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    with ossc.Client(server.endpoint, region=server.region, credentials=keys) as made:
        yield made.bucket(bucket.bucket_name)


def suspend(bucket: Untyped) -> None:
    """Have the bucket keep no more versions."""
    config = oss2.models.BucketVersioningConfig()
    config.status = "Suspended"
    bucket.put_bucket_versioning(config)


def of_ours(entries: Any) -> list[tuple[Any, ...]]:
    """What ossc says of versions and markers, but for their order."""
    return sorted(
        (
            v.key,
            v.version_id,
            v.is_latest,
            int(v.last_modified.timestamp()),
            v.owner_id,
            v.is_delete_marker,
            v.etag,
            v.size,
            v.object_type,
            v.storage_class,
        )
        for v in entries
    )


def of_theirs(bucket: Untyped, **options: Any) -> list[tuple[Any, ...]]:
    """What oss2 says of them, from all pages."""
    found: list[tuple[Any, ...]] = []
    key_marker = versionid_marker = ""
    while True:
        page = bucket.list_object_versions(
            key_marker=key_marker, versionid_marker=versionid_marker, **options
        )
        for v in (*page.versions, *page.delete_marker):
            marker = v in page.delete_marker
            facts = (v.key, v.versionid, v.is_latest, v.last_modified, v.owner.id)
            rest = ("", 0, "", "")
            if not marker:
                rest = (v.etag, v.size, v.type, v.storage_class)
            found.append((*facts, marker, *rest))
        if not page.is_truncated:
            return sorted(found)
        key_marker = page.next_key_marker
        versionid_marker = page.next_versionid_marker


def test_lists_agree(bucket: Untyped, ours: ossc.Bucket) -> None:
    """Versions, markers and folders are the same, on pages of any size."""
    for key in KEYS:
        bucket.put_object(key, b"1")
        ours.put_object(key, b"22")
    ours.delete_object("a")
    suspend(bucket)
    bucket.put_object("a", b"null")
    bucket.delete_object("z")
    entries = list(ours.list_object_versions())
    assert len(entries) == 2 * len(KEYS) + 3
    for size in (1, 3, 1000):
        assert of_theirs(bucket, max_keys=size) == of_ours(entries)
        paged = ours.list_object_versions(page_size=size)
        assert list(paged) == entries
    page = bucket.list_object_versions(delimiter="/", max_keys=1000)
    folders = [v.key for v in ours.list_object_versions("", "/") if v.is_prefix]
    assert page.common_prefix == folders == ["dir/"]
    assert of_theirs(bucket, prefix="dir/") == of_ours(
        ours.list_object_versions("dir/")
    )


def test_writes_and_reads_agree(bucket: Untyped, ours: ossc.Bucket) -> None:
    """Every answer names the version that the other client sees, too."""
    put = bucket.put_object("k", b"1")
    assert ours.head_object("k").version_id == put.versionid
    mine = ours.put_object("k", b"2")
    assert bucket.head_object("k").versionid == mine.version_id
    params = {"versionId": put.versionid}
    got = bucket.get_object("k", params=params)
    assert (got.read(), got.versionid) == (b"1", put.versionid)
    assert ours.get_object("k", version_id=put.versionid).data == b"1"
    meta = bucket.get_object_meta("k", params=params)
    assert meta.versionid == put.versionid
    copied = bucket.copy_object(bucket.bucket_name, "k", "copy", params=params)
    again = ours.copy_object("k", "copy", source_version_id=put.versionid)
    assert again.etag == copied.etag
    assert bucket.head_object("copy").versionid == again.version_id != copied.versionid
    assert again.source_version_id == put.versionid
    bucket.put_object_tagging("k", oss2.models.Tagging(_rules("a", "1")), params=params)
    assert (
        ours.head_object("k", version_id=put.versionid).headers["x-oss-tagging-count"]
        == "1"
    )
    assert "x-oss-tagging-count" not in ours.head_object("k").headers
    bucket.put_object_acl("k", "public-read", params=params)
    assert bucket.get_object_acl("k", params=params).acl == "public-read"
    assert bucket.get_object_acl("k").acl == "default"
    bucket.put_symlink("k", "link")
    assert bucket.get_symlink("link").versionid == ours.head_object("link").version_id


def _rules(key: str, value: str) -> Untyped:
    rules = oss2.models.TaggingRule()
    rules.add(key, value)
    return rules


def test_deletions_agree(bucket: Untyped, ours: ossc.Bucket) -> None:
    """Markers and versions go the same way, one by one and many at once."""
    versions = [bucket.put_object("k", data).versionid for data in (b"1", b"2", b"3")]
    theirs = bucket.delete_object("k")
    assert theirs.delete_marker is True
    mine = ours.delete_object("k")
    assert mine.delete_marker
    assert mine.delete_marker_version_id != theirs.versionid
    with pytest.raises(oss2.exceptions.NoSuchKey) as missing:
        bucket.get_object("k")
    with pytest.raises(ossc.NoSuchKey) as gone:
        ours.get_object("k")
    assert missing.value.headers["x-oss-version-id"] == gone.value.version_id
    removed = bucket.delete_object("k", params={"versionId": theirs.versionid})
    assert (removed.versionid, removed.delete_marker) == (theirs.versionid, True)
    last = ours.delete_object("k", version_id=mine.delete_marker_version_id)
    assert (last.version_id, last.delete_marker) == (
        mine.delete_marker_version_id,
        True,
    )
    assert ours.get_object("k").data == b"3"
    wanted = oss2.models.BatchDeleteObjectVersionList()
    wanted.append(oss2.models.BatchDeleteObjectVersion("k", versions[0]))
    wanted.append(oss2.models.BatchDeleteObjectVersion("l"))
    result = bucket.delete_object_versions(wanted)
    told = [
        (d.key, d.versionid or None, d.delete_marker, bool(d.delete_marker_versionid))
        for d in result.delete_versions
    ]
    assert told == [("k", versions[0], False, False), ("l", None, True, True)]
    also = ours.delete_objects([("k", versions[1]), "m"])
    assert [
        (d.key, d.version_id, d.delete_marker, bool(d.delete_marker_version_id))
        for d in also
    ] == [("k", versions[1], False, False), ("m", None, True, True)]
    left = {(v.key, v.version_id) for v in ours.list_object_versions()}
    assert left == {
        ("k", versions[2]),
        ("l", result.delete_versions[1].delete_marker_versionid),
        ("m", also[1].delete_marker_version_id),
    }


def test_multipart_and_append(bucket: Untyped, ours: ossc.Bucket) -> None:
    """Completed uploads are versions, appends the null version."""
    first = bucket.put_object("k", b"1" * 10).versionid
    bucket.put_object("k", b"2" * 10)
    upload = bucket.init_multipart_upload("k").upload_id
    part = bucket.upload_part_copy(
        bucket.bucket_name, "k", (0, 9), "k", upload, 1, params={"versionId": first}
    )
    done = bucket.complete_multipart_upload(
        "k", upload, [oss2.models.PartInfo(1, part.etag)]
    )
    assert done.versionid == ours.head_object("k").version_id
    assert ours.get_object("k").data == b"1" * 10
    appended = bucket.append_object("log", 0, b"one")
    assert appended.versionid == "null"
    assert ours.append_object("log", b"two", 3).version_id == "null"
    assert bucket.get_object("log").read() == b"onetwo"

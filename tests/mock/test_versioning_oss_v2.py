"""Versioning, used by alibabacloud-oss-v2: it does and sees what ossc does and sees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import alibabacloud_oss_v2 as oss
import pytest

import ossc

from . import oss_v2_client, strangers
from .oss_v2_client import WORKING_LOGINS, read, service_error
from .strangers import Login, Server, Untyped

server = pytest.fixture(strangers.run_server, scope="module", name="server")
login = pytest.fixture(params=WORKING_LOGINS, ids=str, name="login")(
    strangers.give_login
)

KEYS = ["a", "dir/1", "dir/\u4e2d \x01+%", "z"]


@pytest.fixture(name="client")
def make_client(server: Server, login: Login) -> Untyped:
    """Make the SDK's client for a login."""
    return oss_v2_client.make_client(server, login)


@pytest.fixture(name="bucket")
def make_bucket(server: Server, client: Untyped) -> str:
    """The name of a bucket that keeps versions."""
    name = strangers.new_bucket(server)
    set_status(client, name, "Enabled")
    asked = oss.GetBucketVersioningRequest(bucket=name)
    assert client.get_bucket_versioning(asked).version_status == "Enabled"
    return name


@pytest.fixture(name="ours")
def make_ours(server: Server, bucket: str) -> Iterator[ossc.Bucket]:
    """The same bucket, through ossc."""
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    with ossc.Client(server.endpoint, region=server.region, credentials=keys) as made:
        yield made.bucket(bucket)


def set_status(client: Untyped, bucket: str, status: str) -> None:
    """Switch the bucket's versioning."""
    configuration = oss.VersioningConfiguration(status=status)
    client.put_bucket_versioning(
        oss.PutBucketVersioningRequest(
            bucket=bucket, versioning_configuration=configuration
        )
    )


def put(client: Untyped, bucket: str, key: str, data: bytes) -> Untyped:
    """Put an object."""
    return client.put_object(oss.PutObjectRequest(bucket=bucket, key=key, body=data))


def of_ours(entries: Any) -> list[tuple[Any, ...]]:
    """What ossc says of versions and markers, but for their order."""
    return sorted(
        (
            v.key,
            v.version_id,
            v.is_latest,
            v.last_modified,
            v.owner_id,
            v.is_delete_marker,
            v.etag,
            v.size,
            v.object_type,
            v.storage_class,
        )
        for v in entries
    )


def of_theirs(client: Untyped, **options: Any) -> list[tuple[Any, ...]]:
    """What the SDK says of them, from all pages."""
    found: list[tuple[Any, ...]] = []
    asked = oss.ListObjectVersionsRequest(**options)
    for page in client.list_object_versions_paginator().iter_page(asked):
        found += [
            (
                *(v.key, v.version_id, v.is_latest, v.last_modified, v.owner.id, False),
                *(v.etag.strip('"'), v.size, v.object_type, v.storage_class),
            )
            for v in page.version or []
        ]
        found += [
            (
                *(v.key, v.version_id, v.is_latest, v.last_modified, v.owner.id, True),
                *("", 0, "", ""),
            )
            for v in page.delete_marker or []
        ]
    return sorted(found)


def test_lists_agree(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Versions, markers and folders are the same, on pages of any size."""
    for key in KEYS:
        put(client, bucket, key, b"1")
        ours.put_object(key, b"22")
    ours.delete_object("a")
    set_status(client, bucket, "Suspended")
    put(client, bucket, "a", b"null")
    ours.delete_object("z")
    entries = list(ours.list_object_versions())
    assert len(entries) == 2 * len(KEYS) + 3
    for size in (1, 3, 1000):
        theirs = of_theirs(client, bucket=bucket, max_keys=size)
        assert theirs == of_ours(entries)
        assert list(ours.list_object_versions(page_size=size)) == entries
    page = client.list_object_versions(
        oss.ListObjectVersionsRequest(bucket=bucket, delimiter="/")
    )
    folders = [v.key for v in ours.list_object_versions("", "/") if v.is_prefix]
    assert [each.prefix for each in page.common_prefixes] == folders == ["dir/"]


def test_writes_and_reads_agree(
    client: Untyped, bucket: str, ours: ossc.Bucket
) -> None:
    """Every answer names the version that the other client sees, too."""
    first = put(client, bucket, "k", b"1").version_id
    assert ours.head_object("k").version_id == first
    second = ours.put_object("k", b"2").version_id
    at: dict[str, Any] = {"bucket": bucket, "key": "k"}
    assert client.head_object(oss.HeadObjectRequest(**at)).version_id == second
    got = client.get_object(oss.GetObjectRequest(**at, version_id=first))
    assert (read(got), got.version_id) == (b"1", first)
    meta = client.get_object_meta(oss.GetObjectMetaRequest(**at, version_id=first))
    assert meta.version_id == first
    copied = client.copy_object(
        oss.CopyObjectRequest(
            bucket=bucket, key="copy", source_key="k", source_version_id=first
        )
    )
    again = ours.copy_object("k", "copy", source_version_id=first)
    assert again.source_version_id == copied.source_version_id == first
    assert again.version_id != copied.version_id
    tags = oss.Tagging(tag_set=oss.TagSet(tags=[oss.Tag(key="a", value="1")]))
    tagged = client.put_object_tagging(
        oss.PutObjectTaggingRequest(**at, version_id=first, tagging=tags)
    )
    assert tagged.version_id == first
    old = ours.head_object("k", version_id=first)
    assert old.headers["x-oss-tagging-count"] == "1"
    assert "x-oss-tagging-count" not in ours.head_object("k").headers
    acl = client.put_object_acl(
        oss.PutObjectAclRequest(**at, version_id=first, acl="public-read")
    )
    assert acl.version_id == first
    asked = oss.GetObjectAclRequest(**at, version_id=first)
    assert client.get_object_acl(asked).acl == "public-read"
    linked = client.put_symlink(
        oss.PutSymlinkRequest(bucket=bucket, key="link", symlink_target="k")
    )
    assert linked.version_id == ours.head_object("link").version_id


def test_deletions_agree(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Markers and versions go the same way, one by one and many at once."""
    ids = [put(client, bucket, "k", data).version_id for data in (b"1", b"2", b"3")]
    at: dict[str, Any] = {"bucket": bucket, "key": "k"}
    theirs = client.delete_object(oss.DeleteObjectRequest(**at))
    assert theirs.delete_marker is True
    error = service_error(lambda: client.get_object(oss.GetObjectRequest(**at)))
    assert (error.status_code, error.code) == (404, "NoSuchKey")
    by_id = oss.GetObjectRequest(**at, version_id=theirs.version_id)
    error = service_error(lambda: client.get_object(by_id))
    assert (error.status_code, error.code) == (405, "MethodNotAllowed")
    with pytest.raises(ossc.MethodNotAllowed) as refused:
        ours.get_object("k", version_id=theirs.version_id)
    assert refused.value.is_delete_marker
    removed = client.delete_object(
        oss.DeleteObjectRequest(**at, version_id=theirs.version_id)
    )
    assert (removed.version_id, removed.delete_marker) == (theirs.version_id, True)
    assert ours.get_object("k").data == b"3"
    result = client.delete_multiple_objects(
        oss.DeleteMultipleObjectsRequest(
            bucket=bucket,
            objects=[
                oss.DeleteObject(key="k", version_id=ids[0]),
                oss.DeleteObject(key="l"),
            ],
        )
    )
    told = [
        (d.key, d.version_id, d.delete_marker, bool(d.delete_marker_version_id))
        for d in result.deleted_objects
    ]
    assert told == [("k", ids[0], None, False), ("l", None, True, True)]
    also = ours.delete_objects([("k", ids[1]), "m"])
    assert [
        (d.key, d.version_id, d.delete_marker, bool(d.delete_marker_version_id))
        for d in also
    ] == [("k", ids[1], False, False), ("m", None, True, True)]
    left = {(v.key, v.version_id) for v in ours.list_object_versions()}
    assert left == {
        ("k", ids[2]),
        ("l", result.deleted_objects[1].delete_marker_version_id),
        ("m", also[1].delete_marker_version_id),
    }

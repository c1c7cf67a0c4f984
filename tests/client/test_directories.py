"""Directories, in buckets that have them: made, renamed in one step, deleted."""

from __future__ import annotations

from pathlib import Path

import pytest

import ossc
import ossc.mock
from ossc.mock import faults
from ossc.settings import BucketLifecycle, BucketVersioning, LifecycleRule
from tests.conftest import BUCKET, make_client


@pytest.fixture(name="tree")
def make_tree(client: ossc.Client) -> ossc.Bucket:
    """A bucket with a hierarchical namespace."""
    return client.create_bucket("trees", hierarchical_namespace=True)


def keys(bucket: ossc.Bucket) -> list[str]:
    """What there is."""
    return [each.key for each in bucket.list_objects()]


def test_which_buckets_have_them(tree: ossc.Bucket, bucket: ossc.Bucket) -> None:
    """It is said when they are created, and told."""
    assert tree.info().hns_status == "Enabled"
    assert bucket.info().hns_status is None


def test_made(tree: ossc.Bucket) -> None:
    """A directory is there though nothing is in it; again is no error."""
    tree.create_directory("a")
    tree.create_directory("a/")
    tree.create_directory("a/b/c")
    assert keys(tree) == ["a/", "a/b/c/"]
    assert tree.head_object("a/").content_type == "application/x-directory"
    tree.put_object("file", b"x")
    with pytest.raises(ossc.FileAlreadyExists):
        tree.create_directory("file")


def test_renamed(tree: ossc.Bucket) -> None:
    """Objects, and directories with all that is in them; nothing else moves."""
    tree.create_directory("empty")
    for key in ("d/1", "d/e/2", "dd/3", "d4"):
        tree.put_object(key, key.encode(), metadata={"of": key}, content_type="a/b")
    before = tree.head_object("d/e/2")
    tree.rename("d", "new")
    assert keys(tree) == ["d4", "dd/3", "empty/", "new/1", "new/e/2"]
    assert tree.get_object("new/e/2").data == b"d/e/2"
    after = tree.head_object("new/e/2")
    for name in ("metadata", "content_type", "last_modified", "etag", "crc64"):
        assert getattr(after, name) == getattr(before, name)
    tree.rename("d4", "empty/d4")
    tree.rename("empty/", "full/")
    assert keys(tree) == ["dd/3", "full/", "full/d4", "new/1", "new/e/2"]


def test_names_of_all_kinds(tree: ossc.Bucket) -> None:
    """They come over as they are."""
    for name in ("ä ö", "100%41", "a+b", "q?x=1&y", "日本"):
        tree.put_object(f"{name}/k", b"x")
        tree.rename(name, f"new {name}")
        assert keys(tree) == [f"new {name}/k"]
        tree.delete_object(f"new {name}/k")


def test_bad_renames(tree: ossc.Bucket) -> None:
    """Nothing to rename, nowhere to put it, something in its place, itself."""
    tree.put_object("a/k", b"1")
    tree.put_object("b/k", b"2")
    tree.put_object("file", b"3")
    for source, target, kind in (
        ("nothing", "c", ossc.NoSuchKey),
        ("a", "nowhere/c", ossc.NoSuchKey),
        ("a", "b", ossc.FileAlreadyExists),
        ("a", "file", ossc.FileAlreadyExists),
        ("file", "a", ossc.FileAlreadyExists),
        ("a", "a/c", ossc.InvalidArgument),
        ("a", "a", ossc.InvalidArgument),
    ):
        with pytest.raises(kind):
            tree.rename(source, target)
    assert keys(tree) == ["a/k", "b/k", "file"]


def test_deleted(tree: ossc.Bucket) -> None:
    """Empty ones, or with all that is in them."""
    tree.create_directory("a")
    tree.put_object("a/b/1", b"x")
    with pytest.raises(ossc.ServerError) as caught:
        tree.delete_directory("a")
    assert (caught.value.status, caught.value.code) == (409, "DirectoryNotEmpty")
    found = tree.delete_directory("a", recursive=True)
    assert (found.directory, found.deleted) == ("a", 2)
    tree.create_directory("a")
    assert tree.delete_directory("a/") == ossc.DeleteDirectoryResult("a", 1)
    with pytest.raises(ossc.NoSuchKey):
        tree.delete_directory("a", recursive=True)
    assert keys(tree) == []


def test_many_are_deleted_in_turns(tree: ossc.Bucket, server: ossc.mock.Server) -> None:
    """OSS says where it stopped, and is asked to go on."""
    tree.create_directory("a")
    for number in range(1001):
        server.put_object("trees", f"a/{number:04}", b"")
    server.reset_counts()
    assert tree.delete_directory("a", recursive=True).deleted == 1002
    first, second = (dict(each.headers) for each in server.requests)
    assert "x-oss-delete-token" not in first
    assert second["x-oss-delete-token"]
    assert second["x-oss-delete-recursive"] == "true"
    page = b"<DeleteDirectoryResult><DeleteNumber>1</DeleteNumber>"
    page += b"<NextDeleteToken>t</NextDeleteToken></DeleteDirectoryResult>"
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(page)}\r\n\r\n".encode()
    for _ in range(2):
        server.faults.add(faults.garbage(head + page), method="POST")
    with pytest.raises(ossc.MalformedResponse, match="where it was before"):
        tree.delete_directory("b", recursive=True)


def test_other_buckets_have_none(bucket: ossc.Bucket) -> None:
    """There, slashes are letters like all others."""
    bucket.put_object("a/k", b"x")
    for ask in (
        lambda: bucket.create_directory("b"),
        lambda: bucket.rename("a", "b"),
        lambda: bucket.delete_directory("a", recursive=True),
    ):
        with pytest.raises(ossc.ServerError) as caught:
            ask()
        assert caught.value.code == "OperationNotSupported"


def test_what_they_are_without(tree: ossc.Bucket) -> None:
    """Versions, lifecycles, websites, inventories, copies elsewhere, CORS, retention."""
    versions = BucketVersioning(status="Enabled")
    rules = BucketLifecycle(rules=[LifecycleRule(id="r", expiration_days=1)])
    for ask in (
        lambda: tree.versioning.put(versions),
        lambda: tree.lifecycle.put(rules),
        tree.website.get,
        lambda: list(tree.inventories.list()),
        tree.replication.get,
        tree.cors.get,
        lambda: tree.worm.initiate(days=1),
        lambda: list(tree.list_object_versions()),
    ):
        with pytest.raises(ossc.ServerError, match="hierarchical namespace"):
            ask()
    tree.tagging.delete()
    tree.encryption.delete()


@pytest.mark.parametrize("path", ["", "/a", "a//b", "a//", "/"])
def test_paths_that_are_none(
    tree: ossc.Bucket, server: ossc.mock.Server, path: str
) -> None:
    """They are not sent."""
    server.reset_counts()
    for ask in (
        lambda: tree.create_directory(path),
        lambda: tree.rename(path, "b"),
        lambda: tree.rename("b", path),
        lambda: tree.delete_directory(path),
    ):
        with pytest.raises(ossc.ParameterError):
            ask()
    assert server.requests == []


def test_a_rename_is_sent_once(tree: ossc.Bucket, server: ossc.mock.Server) -> None:
    """What may have been done is not done again."""
    tree.put_object("a/k", b"x")
    server.faults.add(faults.drop_after_store(), method="POST")
    with pytest.raises(ossc.ConnectionLost) as caught:
        tree.rename("a", "b")
    assert caught.value.attempts == 1
    assert keys(tree) == ["b/k"]


def test_they_last(tmp_path: Path) -> None:
    """A bucket has them after the server has begun anew."""
    given = {"key-id": "secret"}
    with ossc.mock.serve(root=tmp_path, credentials=given) as server:
        with make_client(server) as client:
            tree = client.create_bucket("trees", hierarchical_namespace=True)
            tree.put_object("a/k", b"x")
            tree.rename("a", "b")
    with ossc.mock.serve(root=tmp_path, credentials=given) as server:
        with make_client(server) as client:
            tree = client.bucket("trees")
            tree.rename("b", "c")
            assert tree.get_object("c/k").data == b"x"


def test_who_may() -> None:
    """Others need a policy: to delete the source, and to put the target."""
    known = [
        ossc.mock.Credential("mine", "secret", account="1"),
        ossc.mock.Credential("theirs", "secret", account="2"),
    ]
    with ossc.mock.serve(buckets=[BUCKET], credentials=known) as server:
        theirs = ossc.Credentials("theirs", "secret")
        with (
            make_client(server) as client,
            make_client(server, credentials=theirs) as stranger,
        ):
            tree = client.create_bucket("trees", hierarchical_namespace=True)
            tree.put_object("a/k", b"x")
            guest = stranger.bucket("trees")
            with pytest.raises(ossc.AccessDenied):
                guest.rename("a", "b")
            for actions, allowed in ((["oss:PutObject"], False), (["oss:*"], True)):
                tree.policy.put(
                    {
                        "Version": "1",
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Principal": ["2"],
                                "Action": actions,
                                "Resource": ["acs:oss:*:*:trees/*"],
                            }
                        ],
                    }
                )
                if allowed:
                    guest.rename("a", "b")
                else:
                    with pytest.raises(ossc.AccessDenied):
                        guest.rename("a", "b")
            assert keys(tree) == ["b/k"]

"""Lists, properties, the listings that are kept, and what is asked for."""

from __future__ import annotations

from datetime import timezone
from typing import Any
from urllib.request import urlopen

import pytest

import ossc
import ossc.mock
from ossc.fsspec import OSSFileSystem
from ossc.mock import faults
from tests.client.versions import set_versioning

from .systems import ROOT, system_of

FILES = {
    "a": b"1",
    "dir/b": b"22",
    "dir/sub/c": b"333",
    "dir/sub/d": b"",
    "other/e": b"5",
}


@pytest.fixture(autouse=True)
def _files(server: ossc.mock.Server) -> None:
    for key, data in FILES.items():
        server.put_object(ROOT, key, data)
    server.reset_counts()


def names(entries: list[Any]) -> list[tuple[str, str]]:
    """Name and type of each entry."""
    return [
        (entry["name"].removeprefix(f"{ROOT}/"), entry["type"]) for entry in entries
    ]


class TestLists:
    def test_a_folder_a_bucket_and_the_root(self, fs: OSSFileSystem) -> None:
        """Each shows what is right in it."""
        assert fs.ls("") == fs.ls("ossc://")
        assert fs.ls("", detail=False) == [ROOT]
        assert names(fs.ls(ROOT)) == [
            ("a", "file"),
            ("dir", "directory"),
            ("other", "directory"),
        ]
        assert fs.ls(f"oss://{ROOT}/dir/", detail=False) == [
            f"{ROOT}/dir/b",
            f"{ROOT}/dir/sub",
        ]

    def test_a_file_lists_itself(self, fs: OSSFileSystem) -> None:
        """As the command of that name does."""
        (entry,) = fs.ls(f"{ROOT}/a")
        assert (entry["type"], entry["size"]) == ("file", 1)

    @pytest.mark.parametrize(
        "path", [f"{ROOT}/none", "no-such-bucket", "Not A Bucket/x"]
    )
    def test_nothing_is_there(self, fs: OSSFileSystem, path: str) -> None:
        """A file that is not there is the builtin error, whatever the reason."""
        for look in (fs.ls, fs.info):
            with pytest.raises(FileNotFoundError):
                look(path)
        assert not any(look(path) for look in (fs.exists, fs.isdir, fs.isfile))
        assert fs.find(path) == []

    def test_an_empty_folder_has_a_marker(
        self, fs: OSSFileSystem, server: ossc.mock.Server
    ) -> None:
        """A key that ends in a slash is the folder, not a file."""
        server.put_object(ROOT, "empty/", b"")
        assert fs.ls(f"{ROOT}/empty") == []
        assert fs.isdir(f"{ROOT}/empty")
        assert f"{ROOT}/empty" not in fs.find(ROOT)
        assert f"{ROOT}/empty" in fs.find(ROOT, withdirs=True)

    def test_an_empty_bucket(self, fs: OSSFileSystem) -> None:
        """It is there, and has nothing in it."""
        fs.mkdir("emptybucket")
        assert fs.ls("emptybucket") == []
        assert fs.find("emptybucket") == []
        assert fs.info("emptybucket")["type"] == "directory"

    def test_walk(self, fs: OSSFileSystem) -> None:
        """Folder by folder, from the top."""
        found = list(fs.walk(ROOT))
        assert found[0] == (ROOT, ["dir", "other"], ["a"])
        assert (f"{ROOT}/dir/sub", [], ["c", "d"]) in found

    def test_glob(self, fs: OSSFileSystem) -> None:
        """Stars stay in a folder, two of them do not."""
        assert fs.glob(f"{ROOT}/dir/*") == [f"{ROOT}/dir/b", f"{ROOT}/dir/sub"]
        assert fs.glob(f"{ROOT}/**/[cd]") == [f"{ROOT}/dir/sub/c", f"{ROOT}/dir/sub/d"]
        assert fs.glob(f"{ROOT}/none*") == []

    def test_sizes(self, fs: OSSFileSystem) -> None:
        """As a sum, and of each file; with one list."""
        assert fs.du(ROOT) == 7
        assert fs.du(f"{ROOT}/dir", total=False)[f"{ROOT}/dir/sub/c"] == 3
        assert fs.du(f"{ROOT}/dir", maxdepth=1) == 2


class TestFind:
    def test_one_list_shows_all(
        self, fs: OSSFileSystem, server: ossc.mock.Server
    ) -> None:
        """Of any depth; the folders in it are known from then on."""
        assert fs.find(ROOT) == sorted(f"{ROOT}/{key}" for key in FILES)
        assert len(server.requests) == 1
        assert fs.isdir(f"{ROOT}/dir/sub")
        assert fs.ls(f"{ROOT}/dir/sub", detail=False)[0] == f"{ROOT}/dir/sub/c"
        assert fs.info(f"{ROOT}/dir/b")["size"] == 2
        assert len(server.requests) == 1

    def test_folders_and_details(self, fs: OSSFileSystem) -> None:
        """Both on request; a file finds itself."""
        found = fs.find(f"{ROOT}/dir", withdirs=True, detail=True)
        assert {n: e["type"] for n, e in found.items()} == {
            f"{ROOT}/dir": "directory",
            f"{ROOT}/dir/b": "file",
            f"{ROOT}/dir/sub": "directory",
            f"{ROOT}/dir/sub/c": "file",
            f"{ROOT}/dir/sub/d": "file",
        }
        assert fs.find(f"{ROOT}/a") == [f"{ROOT}/a"]

    def test_a_prefix(self, fs: OSSFileSystem) -> None:
        """Narrows the list; it is then not kept as if it were whole."""
        assert fs.find(ROOT, prefix="o") == [f"{ROOT}/other/e"]
        assert fs.exists(f"{ROOT}/a")
        assert len(fs.ls(ROOT)) == 3
        with pytest.raises(ValueError, match="prefix"):
            fs.find(ROOT, prefix="o", maxdepth=1)

    def test_a_failure_is_not_an_empty_folder(
        self, fs: OSSFileSystem, server: ossc.mock.Server
    ) -> None:
        """What is not known is not said to be nothing."""
        for look in (
            lambda: fs.find(ROOT),
            lambda: list(fs.walk(ROOT)),
            lambda: fs.glob(f"{ROOT}/dir/*"),
            lambda: fs.exists(f"{ROOT}/a"),
            lambda: fs.isdir(f"{ROOT}/dir"),
        ):
            server.faults.add(faults.status(403))
            with pytest.raises(PermissionError):
                look()


class TestInfo:
    def test_of_a_file(self, fs: OSSFileSystem) -> None:
        """A file that is looked at by itself tells more than a list."""
        fs.pipe_file(f"{ROOT}/x", b"xyz", content_type="text/x", metadata={"who": "me"})
        info = fs.info(f"{ROOT}/x")
        assert (info["name"], info["type"]) == (f"{ROOT}/x", "file")
        assert info["ContentType"] == "text/x"
        assert info["Metadata"] == {"who": "me"}
        assert info["LastModified"].tzinfo is timezone.utc
        fs.ls(ROOT)
        listed = fs.info(f"{ROOT}/x")
        assert listed.items() <= info.items()

    def test_of_a_folder_and_the_root(self, fs: OSSFileSystem) -> None:
        """They have no properties."""
        assert fs.info(f"{ROOT}/dir/") == {
            "name": f"{ROOT}/dir",
            "size": 0,
            "type": "directory",
        }
        assert fs.info("ossc://")["type"] == "directory"

    def test_checksum(self, fs: OSSFileSystem) -> None:
        """It is the CRC-64 that OSS keeps; of a folder there is none."""
        assert fs.checksum(f"{ROOT}/a") == ossc._sdk.crc64(b"1")
        with pytest.raises(IsADirectoryError):
            fs.checksum(f"{ROOT}/dir")

    def test_times(self, fs: OSSFileSystem, bucket: ossc.Bucket) -> None:
        """Of files and of buckets; objects are made when they are written."""
        assert fs.modified(f"{ROOT}/a") == bucket.head_object("a").last_modified
        assert fs.created(f"{ROOT}/a") == fs.modified(f"{ROOT}/a")
        assert fs.modified(ROOT) == bucket.info().creation_date
        with pytest.raises(IsADirectoryError):
            fs.modified(f"{ROOT}/dir")

    def test_the_key_of_a_file_changes_with_it(self, fs: OSSFileSystem) -> None:
        """And is the same whether a list or a look at the file told of it."""
        before = fs.ukey(f"{ROOT}/a")
        fs.ls(ROOT)
        assert fs.ukey(f"{ROOT}/a") == before
        fs.pipe_file(f"{ROOT}/a", b"2")
        assert fs.ukey(f"{ROOT}/a") != before

    def test_a_signed_url(self, fs: OSSFileSystem) -> None:
        """Anybody can read by it."""
        with urlopen(fs.sign(f"{ROOT}/dir/b", expiration=60)) as answer:
            assert answer.read() == b"22"


class TestKeptListings:
    def test_they_answer(self, fs: OSSFileSystem, server: ossc.mock.Server) -> None:
        """A second look sends nothing."""
        first = fs.ls(f"{ROOT}/dir")
        server.reset_counts()
        assert fs.ls(f"{ROOT}/dir") == first
        assert fs.info(f"{ROOT}/dir/b") == first[0]
        assert server.requests == []
        assert fs.ls(f"{ROOT}/dir", refresh=True) == first
        assert len(server.requests) == 1

    def test_they_do_not_say_that_nothing_is_there(
        self, fs: OSSFileSystem, server: ossc.mock.Server
    ) -> None:
        """What somebody else wrote meanwhile is found."""
        fs.ls(f"{ROOT}/dir")
        server.put_object(ROOT, "dir/new", b"1")
        assert fs.exists(f"{ROOT}/dir/new")

    def test_a_write_forgets_what_is_above(self, fs: OSSFileSystem) -> None:
        """A new file shows in all folders up to the root."""
        assert len(fs.ls(ROOT)) == 3
        fs.ls(f"{ROOT}/dir")
        fs.ls(f"{ROOT}/other")
        fs.pipe_file(f"{ROOT}/dir/deep/er/f", b"1")
        assert fs.isdir(f"{ROOT}/dir/deep")
        assert f"{ROOT}/dir/deep" in fs.ls(f"{ROOT}/dir", detail=False)
        assert set(fs.dircache) == {f"{ROOT}/dir", f"{ROOT}/other"}

    def test_they_can_be_forgotten(self, fs: OSSFileSystem) -> None:
        """One with what is above and below it, or all."""
        fs.find(ROOT)
        fs.invalidate_cache(f"{ROOT}/dir")
        assert set(fs.dircache) == {f"{ROOT}/other"}
        fs.find(ROOT)
        fs.invalidate_cache()
        assert len(fs.dircache) == 0

    def test_a_listing_that_a_write_overtook_is_not_kept(
        self, fs: OSSFileSystem, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It may be older than what was written."""
        real = ossc.Bucket.list_objects

        def slow(bucket: ossc.Bucket, *arguments: Any, **options: Any) -> Any:
            yield from real(bucket, *arguments, **options)
            monkeypatch.undo()
            fs.pipe_file(f"{ROOT}/new", b"1")

        monkeypatch.setattr(ossc.Bucket, "list_objects", slow)
        assert len(fs.ls(ROOT)) == 3
        assert len(fs.ls(ROOT)) == 4

    def test_they_can_be_switched_off(self, server: ossc.mock.Server) -> None:
        """Fsspec's options for them count."""
        fs = system_of(server, use_listings_cache=False)
        for _ in range(2):
            fs.ls(ROOT)
            assert fs.find(f"{ROOT}/dir", withdirs=True)
        assert len(server.requests) == 4

    def test_callers_cannot_spoil_them(self, fs: OSSFileSystem) -> None:
        """A list that was given is the caller's."""
        fs.ls(ROOT).clear()
        fs.info(f"{ROOT}/a")["size"] = 99
        assert len(fs.ls(ROOT)) == 3
        assert fs.size(f"{ROOT}/a") == 1


class TestVersions:
    @pytest.fixture
    def vfs(self, server: ossc.mock.Server, bucket: ossc.Bucket) -> OSSFileSystem:
        """A file system that knows versions, and a file that has two."""
        set_versioning(bucket, "Enabled")
        fs = system_of(server, version_aware=True)
        fs.pipe_file(f"{ROOT}/v/x", b"old")
        fs.pipe_file(f"{ROOT}/v/x", b"new")
        return fs

    def test_paths_name_versions(self, vfs: OSSFileSystem) -> None:
        """All of them are listed, read, signed and removed by their paths."""
        new, old = vfs.ls(f"{ROOT}/v", detail=False, versions=True)
        assert [vfs.cat_file(p) for p in (new, old)] == [b"new", b"old"]
        assert vfs.info(old)["size"] == 3
        assert vfs.info(f"{ROOT}/v/x")["VersionId"] == new.partition("=")[2]
        with urlopen(vfs.sign(old)) as answer:
            assert answer.read() == b"old"
        vfs.rm(new)
        assert vfs.cat_file(f"{ROOT}/v/x") == b"old"
        assert not vfs.exists(new)

    def test_a_file_stays_what_it_was_when_it_was_opened(
        self, vfs: OSSFileSystem
    ) -> None:
        """Read ahead or by blocks."""
        path = f"{ROOT}/v/x"
        files = [vfs.open(path), vfs.open(path, cache_type="bytes")]
        vfs.pipe_file(f"{ROOT}/v/x", b"newest")
        assert [file.read() for file in files] == [b"new", b"new"]
        for file in files:
            file.close()

    def test_what_is_deleted_is_gone(self, vfs: OSSFileSystem) -> None:
        """A marker hides it; its versions can still be had."""
        old = vfs.ls(f"{ROOT}/v", detail=False, versions=True)[1]
        vfs.rm(f"{ROOT}/v/x")
        assert not vfs.exists(f"{ROOT}/v/x")
        assert not vfs.exists(f"{ROOT}/v")
        assert vfs.cat_file(old) == b"old"

    def test_others_do_not_know_of_versions(self, fs: OSSFileSystem) -> None:
        """A question mark is a part of the key."""
        fs.pipe_file(f"{ROOT}/q?versionId=1", b"1")
        assert fs.find(ROOT, prefix="q") == [f"{ROOT}/q?versionId=1"]
        with pytest.raises(ValueError, match="version_aware"):
            fs.ls(ROOT, versions=True)

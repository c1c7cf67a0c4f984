"""Buckets, folders that are none, and the end of files."""

from __future__ import annotations

import errno

import pytest

import ossc
import ossc.mock
from ossc.fsspec import OSSFileSystem
from ossc.mock import faults

from .systems import ROOT

KEYS = ("a", "b1", "b2", "dir/c", "dir/sub/d", "dir/")


@pytest.fixture(autouse=True)
def _files(server: ossc.mock.Server) -> None:
    for key in KEYS:
        server.put_object(ROOT, key, b"1")
    server.reset_counts()


def keys(bucket: ossc.Bucket) -> list[str]:
    """All that there is."""
    return [entry.key for entry in bucket.list_objects()]


class TestRemove:
    def test_a_file(self, fs: OSSFileSystem, bucket: ossc.Bucket) -> None:
        """It is gone, and lists say so."""
        fs.ls(ROOT)
        fs.rm(f"ossc://{ROOT}/a")
        assert not fs.exists(f"{ROOT}/a")
        assert f"{ROOT}/a" not in fs.ls(ROOT, detail=False)
        fs.rm_file(f"{ROOT}/b1")
        assert "b1" not in keys(bucket)

    def test_many_in_one_request(
        self, fs: OSSFileSystem, bucket: ossc.Bucket, server: ossc.mock.Server
    ) -> None:
        """By their names or by a pattern; folders are left alone."""
        fs.rm([f"{ROOT}/a", f"{ROOT}/b*"])
        operations = [request.operation for request in server.requests]
        assert operations.count("DeleteMultipleObjects") == 1
        fs.rm(f"{ROOT}/*/*")
        assert keys(bucket) == ["dir/", "dir/sub/d"]

    def test_a_tree(self, fs: OSSFileSystem, bucket: ossc.Bucket) -> None:
        """With the markers in it."""
        fs.find(ROOT)
        fs.rm(f"{ROOT}/dir/", recursive=True)
        assert keys(bucket) == ["a", "b1", "b2"]
        assert not fs.exists(f"{ROOT}/dir")
        assert not fs.exists(f"{ROOT}/dir/sub")

    def test_a_tree_of_thousands(
        self, fs: OSSFileSystem, bucket: ossc.Bucket, server: ossc.mock.Server
    ) -> None:
        """In as many requests as it takes."""
        for number in range(2001):
            server.put_object(ROOT, f"many/{number}", b"")
        fs.rm(f"{ROOT}/many", recursive=True)
        assert keys(bucket) == sorted(KEYS)

    def test_to_some_depth(self, fs: OSSFileSystem, bucket: ossc.Bucket) -> None:
        """What is deeper stays."""
        fs.rm(f"{ROOT}/dir", recursive=True, maxdepth=1)
        assert keys(bucket) == ["a", "b1", "b2", "dir/", "dir/sub/d"]

    def test_a_bucket(self, fs: OSSFileSystem) -> None:
        """With all that is in it."""
        fs.rm(ROOT, recursive=True)
        assert fs.ls("") == []

    @pytest.mark.parametrize("recursive", [True, False])
    def test_nothing_there(
        self,
        fs: OSSFileSystem,
        bucket: ossc.Bucket,
        recursive: bool,  # noqa: FBT001
    ) -> None:
        """Is an error, and then nothing is deleted at all."""
        for path in ("none", "none*"):
            with pytest.raises(FileNotFoundError):
                fs.rm(f"{ROOT}/{path}", recursive=recursive)
        with pytest.raises(FileNotFoundError):
            fs.rm([f"{ROOT}/a", f"{ROOT}/none"], recursive=recursive)
        assert keys(bucket) == sorted(KEYS)

    def test_a_folder_is_no_file(self, fs: OSSFileSystem, bucket: ossc.Bucket) -> None:
        """It takes `recursive`; there is no way to delete everything by a slip."""
        for path in (f"{ROOT}/dir", ROOT, ""):
            with pytest.raises(IsADirectoryError):
                fs.rm(path)
        with pytest.raises(ossc.ParameterError):
            fs.rm("ossc://", recursive=True)
        assert keys(bucket) == sorted(KEYS)

    def test_a_refusal_comes_out(
        self, fs: OSSFileSystem, server: ossc.mock.Server
    ) -> None:
        """What is still there is not said to be gone."""
        server.faults.add(faults.status(403), operation="DeleteMultipleObjects")
        with pytest.raises(PermissionError):
            fs.rm(f"{ROOT}/b*")


class TestFolders:
    def test_folders_come_with_their_files(
        self, fs: OSSFileSystem, server: ossc.mock.Server
    ) -> None:
        """Making one does nothing, and asks for nothing."""
        fs.mkdir(f"{ROOT}/new/folder")
        fs.makedirs(f"{ROOT}/new/folder", exist_ok=True)
        assert server.requests == []
        assert not fs.exists(f"{ROOT}/new")

    def test_an_empty_folder_is_removed(
        self, fs: OSSFileSystem, server: ossc.mock.Server
    ) -> None:
        """Which is one that has a marker, and nothing else."""
        server.put_object(ROOT, "empty/", b"")
        fs.rmdir(f"{ROOT}/empty")
        assert not fs.exists(f"{ROOT}/empty")
        with pytest.raises(FileNotFoundError):
            fs.rmdir(f"{ROOT}/empty")

    @pytest.mark.parametrize("path", [ROOT, f"{ROOT}/dir", f"{ROOT}/dir/sub"])
    def test_others_are_not(self, fs: OSSFileSystem, path: str) -> None:
        """Folders and buckets alike."""
        with pytest.raises(OSError, match="not empty") as caught:
            fs.rmdir(path)
        assert caught.value.errno == errno.ENOTEMPTY


class TestBuckets:
    def test_made_and_removed(self, fs: OSSFileSystem) -> None:
        """By their own paths."""
        assert fs.ls("", detail=False) == [ROOT]
        fs.mkdir("newbucket", acl="public-read")
        assert fs.ls("", detail=False) == [ROOT, "newbucket"]
        fs.makedirs("newbucket", exist_ok=True)
        for make in (fs.mkdir, fs.makedirs):
            with pytest.raises(FileExistsError):
                make("newbucket")
        fs.rmdir("newbucket")
        assert fs.ls("", detail=False) == [ROOT]
        with pytest.raises(FileNotFoundError):
            fs.rmdir("newbucket")

    def test_never_by_the_way(self, fs: OSSFileSystem) -> None:
        """A misspelt bucket is an error, not a new bucket."""
        fs.makedirs("misspelt/dir", exist_ok=True)
        with pytest.raises(FileNotFoundError):
            fs.pipe_file("misspelt/dir/x", b"1")
        assert fs.ls("", detail=False) == [ROOT]

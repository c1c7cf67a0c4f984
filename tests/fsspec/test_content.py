"""Bytes of files: whole, in ranges, many at once."""

from __future__ import annotations

from typing import Any

import pytest

import ossc
import ossc.mock
from ossc.fsspec import OSSFileSystem, _content
from ossc.mock import faults

from .systems import ROOT, system_of

DATA = bytes(range(256)) * 40


def operations(server: ossc.mock.Server) -> list[str]:
    """What was asked for."""
    return [request.operation for request in server.requests]


class TestCatFile:
    @pytest.mark.parametrize("data", [DATA, b"", b"x"], ids=["long", "empty", "one"])
    @pytest.mark.parametrize("start", [None, 0, 1, 300, 99_999, -1, -300, -99_999])
    @pytest.mark.parametrize("end", [None, 0, 1, 300, 99_999, -1, -300, -99_999])
    def test_ranges_are_slices(
        self, fs: OSSFileSystem, data: bytes, start: int | None, end: int | None
    ) -> None:
        """Whatever is asked for, it is what Python's slice of the bytes is."""
        fs.pipe_file(f"{ROOT}/x", data)
        assert fs.cat_file(f"{ROOT}/x", start, end) == data[start:end]

    @pytest.mark.parametrize("span", [(0, 0), (None, 0), (7, 7), (7, 3), (-1, 0)])
    def test_no_bytes_of_nothing(
        self, fs: OSSFileSystem, span: tuple[int | None, int]
    ) -> None:
        """An empty slice is one of a file, as of every other file system."""
        fs.pipe_file(f"{ROOT}/x", DATA)
        with pytest.raises(FileNotFoundError):
            fs.cat_file(f"{ROOT}/none", *span)
        assert fs.cat_file(f"{ROOT}/x", *span) == b""
        found = fs.cat_ranges([f"{ROOT}/none", f"{ROOT}/x"], *span)
        assert isinstance(found[0], FileNotFoundError)
        assert found[1] == b""

    def test_nothing_there(self, fs: OSSFileSystem) -> None:
        """A file that is not there; a path that can be no file."""
        with pytest.raises(FileNotFoundError):
            fs.cat_file(f"{ROOT}/none", 1, 2)
        for path in ("", ROOT):
            with pytest.raises(ossc.ParameterError):
                fs.cat_file(path)


class TestCat:
    @pytest.fixture(autouse=True)
    def _files(self, server: ossc.mock.Server) -> None:
        for number in range(5):
            server.put_object(ROOT, f"many/{number}", b"%d" % number)
        server.put_object(ROOT, "many/sub/deep", b"deep")
        server.put_object(ROOT, "many/empty/", b"")

    def test_of_one_the_bytes_of_several_a_dictionary(self, fs: OSSFileSystem) -> None:
        """As fsspec has it."""
        assert fs.cat(f"{ROOT}/many/1") == b"1"
        assert fs.cat([f"ossc://{ROOT}/many/1"]) == {f"{ROOT}/many/1": b"1"}
        assert fs.cat(f"{ROOT}/many/[34]") == {
            f"{ROOT}/many/3": b"3",
            f"{ROOT}/many/4": b"4",
        }

    @pytest.mark.parametrize("kept", [True, False])
    def test_folders(self, server: ossc.mock.Server, kept: bool) -> None:  # noqa: FBT001
        """All files in them, with or without the listings that tell of them."""
        fs = system_of(server, use_listings_cache=kept)
        found = fs.cat(f"{ROOT}/many", recursive=True)
        assert len(found) == 6
        assert found[f"{ROOT}/many/sub/deep"] == b"deep"
        assert len(fs.cat(f"{ROOT}/many/*", recursive=True)) == 6
        assert len(fs.cat(f"{ROOT}/many/*")) == 5

    def test_what_fails(self, fs: OSSFileSystem) -> None:
        """Is raised, left out, or returned."""
        paths = [f"{ROOT}/many/1", f"{ROOT}/none"]
        with pytest.raises(FileNotFoundError):
            fs.cat(paths)
        assert fs.cat(paths, on_error="omit") == {f"{ROOT}/many/1": b"1"}
        failed = fs.cat(paths, on_error="return")[f"{ROOT}/none"]
        assert isinstance(failed, ossc.NoSuchKey)
        with pytest.raises(FileNotFoundError):
            fs.cat(f"{ROOT}/none*")

    def test_with_options(self, fs: OSSFileSystem) -> None:
        """They count for each file."""
        paths = [f"{ROOT}/many/sub/deep", f"{ROOT}/many/1"]
        found = fs.cat(paths, start=1, end=3)
        assert [found[path] for path in paths] == [b"ee", b""]


class TestCatRanges:
    def test_near_ranges_are_one_request(
        self, fs: OSSFileSystem, server: ossc.mock.Server
    ) -> None:
        """And far ones are not; results stand in the order that was asked for."""
        fs.pipe({f"{ROOT}/x": DATA, f"{ROOT}/y": DATA[::-1]})
        server.reset_counts()
        paths = [f"{ROOT}/x", f"{ROOT}/y", f"{ROOT}/x", f"{ROOT}/x"]
        starts, ends = [10, 0, 9000, 12], [20, 5, 9010, 30]
        for gap, count in ((None, 2), (100, 3)):
            server.reset_counts()
            found = fs.cat_ranges(paths, starts, ends, max_gap=gap)
            assert found == [
                (DATA, DATA[::-1])[path.endswith("y")][start:end]
                for path, start, end in zip(paths, starts, ends, strict=True)
            ]
            assert operations(server) == ["GetObject"] * count

    def test_any_slice(self, fs: OSSFileSystem) -> None:
        """Open ends, negative ends, and ranges behind the end are slices, too."""
        fs.pipe_file(f"{ROOT}/x", DATA)
        spans = [(None, None), (-5, None), (0, 0), (99_999, 99_999_9), (5, -5), (3, 9)]
        starts, ends = map(list, zip(*spans, strict=True))
        found = fs.cat_ranges([f"{ROOT}/x"] * len(spans), starts, ends)
        assert found == [DATA[start:end] for start, end in spans]
        assert fs.cat_ranges([f"{ROOT}/x"], 1, 3) == [DATA[1:3]]
        assert fs.cat_ranges([f"{ROOT}/x"] * 2, (1, 2), 3) == [DATA[1:3], DATA[2:3]]

    def test_what_fails(self, fs: OSSFileSystem) -> None:
        """Stands in its place, or is raised; the others come."""
        fs.pipe_file(f"{ROOT}/x", DATA)
        paths = [f"{ROOT}/none", f"{ROOT}/x", f"{ROOT}/none"]
        found = fs.cat_ranges(paths, 0, 3)
        assert found[1] == DATA[:3]
        assert [type(each) for each in found[::2]] == [ossc.NoSuchKey] * 2
        with pytest.raises(FileNotFoundError):
            fs.cat_ranges(paths, 0, 3, on_error="raise")

    def test_bad_arguments(self, fs: OSSFileSystem) -> None:
        """Are refused as fsspec does."""
        with pytest.raises(TypeError):
            fs.cat_ranges("x", 0, 1)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="as many"):
            fs.cat_ranges(["x"], [0, 1], [1])


class TestPipe:
    def test_a_file_is_there_at_once_with_its_options(
        self, fs: OSSFileSystem, bucket: ossc.Bucket
    ) -> None:
        """Any buffer will do."""
        fs.pipe_file(f"{ROOT}/x", memoryview(b"abc"), storage_class="IA")
        assert bucket.head_object("x").storage_class == "IA"
        assert fs.cat(f"{ROOT}/x") == b"abc"

    def test_create_does_not_overwrite(self, fs: OSSFileSystem) -> None:
        """Of one, and of many."""
        fs.pipe_file(f"{ROOT}/x", b"1", mode="create")
        with pytest.raises(FileExistsError):
            fs.pipe_file(f"{ROOT}/x", b"2", mode="create")
        with pytest.raises(FileExistsError):
            fs.pipe({f"{ROOT}/x": b"2", f"{ROOT}/y": b"2"}, mode="create")
        assert fs.cat(f"{ROOT}/x") == b"1"

    def test_many(self, fs: OSSFileSystem, server: ossc.mock.Server) -> None:
        """Are there together, and lists show them."""
        assert fs.ls(ROOT) == []
        fs.mkdir("otherbucket")
        files = {f"{ROOT}/many/{n}": b"%d" % n for n in range(50)}
        fs.pipe({**files, "otherbucket/x": b"x"})
        assert fs.cat(f"{ROOT}/many", recursive=True) == files
        assert fs.cat("otherbucket/x") == b"x"

    def test_large_values_go_in_parts(
        self,
        fs: OSSFileSystem,
        server: ossc.mock.Server,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """One by one, and among many."""
        monkeypatch.setattr(_content, "MANAGED", 1 << 20)
        large = bytes(9 << 20)
        fs.pipe({f"{ROOT}/large": large, f"{ROOT}/small": b"1"})
        assert fs.checksum(f"{ROOT}/large") == ossc._sdk.crc64(large)
        assert operations(server).count("UploadPart") == 2

    def test_the_first_failure_comes_out(
        self, fs: OSSFileSystem, server: ossc.mock.Server
    ) -> None:
        """Nothing is lost silently."""
        server.faults.add(faults.status(403), key="b")
        with pytest.raises(PermissionError):
            fs.pipe({f"{ROOT}/a": b"1", f"{ROOT}/b": b"2"})


class TestTouch:
    def test_makes_and_empties(self, fs: OSSFileSystem) -> None:
        """What was in it is gone."""
        fs.touch(f"{ROOT}/x")
        fs.pipe_file(f"{ROOT}/x", b"1")
        fs.touch(f"{ROOT}/x")
        assert fs.cat(f"{ROOT}/x") == b""

    def test_without_truncating(self, fs: OSSFileSystem, bucket: ossc.Bucket) -> None:
        """What is in it stays, and so do its properties."""
        fs.touch(f"{ROOT}/x", truncate=False)
        fs.pipe_file(f"{ROOT}/x", b"1", metadata={"a": "b"})
        fs.touch(f"{ROOT}/x", truncate=False)
        assert fs.cat(f"{ROOT}/x") == b"1"
        assert bucket.head_object("x").metadata == {"a": "b"}

    def test_a_folder_is_no_file(self, fs: OSSFileSystem) -> None:
        """A bucket cannot be touched."""
        with pytest.raises(ossc.ParameterError):
            fs.touch(ROOT)


def test_values_must_be_bytes(fs: Any) -> None:
    """A text is refused, and nothing is stored."""
    with pytest.raises(TypeError):
        fs.pipe_file(f"{ROOT}/x", "text")
    assert not fs.exists(f"{ROOT}/x")

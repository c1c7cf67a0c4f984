"""Files between here and there: several at a time, with progress, without losses."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any

import pytest
from fsspec.callbacks import Callback, DotPrinterCallback

import ossc
import ossc.mock
from ossc.fsspec import OSSFileSystem
from ossc.mock import faults

from .systems import ROOT, system_of

LARGE = bytes(range(256)) * 80_000  # in parts


class Told(Callback):
    """Remembers what it is told, and its branches."""

    def __init__(self) -> None:
        super().__init__()
        self.branches: dict[Any, Told] = {}
        self.values: list[int] = []

    def branched(self, path_1: Any, path_2: Any, **_kwargs: Any) -> Told:
        child = self.branches[path_1] = Told()
        return child

    def call(self, *_arguments: Any, **_kwargs: Any) -> None:
        self.values.append(self.value)


@pytest.fixture
def local(tmp_path: Path) -> Path:
    """A local folder with some files in it."""
    folder = tmp_path / "local"
    (folder / "sub").mkdir(parents=True)
    (folder / "a").write_bytes(b"1")
    (folder / "large").write_bytes(LARGE)
    (folder / "sub" / "b").write_bytes(b"22")
    return folder


class TestPut:
    def test_a_file(
        self, fs: OSSFileSystem, local: Path, server: ossc.mock.Server
    ) -> None:
        """A large one goes in parts, and its callback is told."""
        told = Told()
        fs.put_file(local / "large", f"{ROOT}/large", callback=told, content_type="a/b")
        assert server.get_object(ROOT, "large") == LARGE
        assert "UploadPart" in [request.operation for request in server.requests]
        assert (told.size, told.value) == (len(LARGE), len(LARGE))
        assert fs.info(f"{ROOT}/large")["ContentType"] == "a/b"

    def test_not_over_what_is_there(self, fs: OSSFileSystem, local: Path) -> None:
        """If that is what was asked for."""
        fs.put_file(local / "a", f"{ROOT}/a", mode="create")
        with pytest.raises(FileExistsError):
            fs.put_file(local / "sub" / "b", f"{ROOT}/a", mode="create")
        assert fs.cat(f"{ROOT}/a") == b"1"

    def test_a_tree(self, fs: OSSFileSystem, local: Path) -> None:
        """The callback is told of the files, its branches of their bytes."""
        told = Told()
        fs.put(f"{local}", f"{ROOT}/tree", recursive=True, callback=told)
        assert fs.find(f"{ROOT}/tree") == [
            f"{ROOT}/tree/a",
            f"{ROOT}/tree/large",
            f"{ROOT}/tree/sub/b",
        ]
        assert told.value == told.size == len(told.branches)
        assert told.branches[f"{local}/large"].value == len(LARGE)
        assert told.values == sorted(told.values)

    def test_a_failure_ends_it(
        self, fs: OSSFileSystem, local: Path, server: ossc.mock.Server
    ) -> None:
        """And comes out as it is."""
        server.faults.add(faults.status(403), key="tree/a")
        with pytest.raises(PermissionError):
            fs.put(f"{local}", f"{ROOT}/tree", recursive=True)

    def test_no_such_local_file(self, fs: OSSFileSystem, local: Path) -> None:
        """It is a local error."""
        with pytest.raises(OSError, match="none"):
            fs.put_file(local / "none", f"{ROOT}/x")


class TestGet:
    @pytest.fixture(autouse=True)
    def _files(self, server: ossc.mock.Server) -> None:
        for key, data in {"a": b"1", "large": LARGE, "sub/b": b"22", "e/": b""}.items():
            server.put_object(ROOT, f"tree/{key}", data)

    def test_a_file(self, fs: OSSFileSystem, tmp_path: Path) -> None:
        """Folders are made for it; its callback is told."""
        told = Told()
        fs.get_file(f"{ROOT}/tree/large", tmp_path / "x" / "y", callback=told)
        assert (tmp_path / "x" / "y").read_bytes() == LARGE
        assert (told.size, told.value) == (len(LARGE), len(LARGE))

    @pytest.mark.parametrize("by_name", [True, False])
    def test_into_an_open_file(
        self,
        fs: OSSFileSystem,
        by_name: bool,  # noqa: FBT001
    ) -> None:
        """As it is read; it stays open."""
        told, file = Told(), io.BytesIO()
        if by_name:
            fs.get_file(f"{ROOT}/tree/large", None, outfile=file, callback=told)
        else:
            fs.get_file(f"{ROOT}/tree/large", file, callback=told)
        assert file.getvalue() == LARGE
        assert told.value == told.size == len(LARGE)

    @pytest.mark.parametrize("kept", [True, False])
    def test_a_tree(
        self,
        server: ossc.mock.Server,
        tmp_path: Path,
        kept: bool,  # noqa: FBT001
    ) -> None:
        """With its empty folders, whether listings are kept or not."""
        fs = system_of(server, use_listings_cache=kept)
        told = Told()
        fs.get(f"{ROOT}/tree", f"{tmp_path}/tree", recursive=True, callback=told)
        names = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")}
        assert names == {
            "tree",
            "tree/a",
            "tree/e",
            "tree/large",
            "tree/sub",
            "tree/sub/b",
        }
        assert (tmp_path / "tree" / "large").read_bytes() == LARGE
        assert told.value == told.size
        assert told.branches[f"{ROOT}/tree/large"].value == len(LARGE)

    def test_nothing_there(self, fs: OSSFileSystem, tmp_path: Path) -> None:
        """No local file appears."""
        for path in (f"{ROOT}/none", f"{ROOT}/none*"):
            with pytest.raises(FileNotFoundError):
                fs.get(path, f"{tmp_path}/x")
        assert list(tmp_path.iterdir()) == []

    def test_keys_cannot_lead_out_of_the_folder(
        self, fs: OSSFileSystem, server: ossc.mock.Server, tmp_path: Path
    ) -> None:
        """Whatever they are called."""
        server.put_object(ROOT, "evil/../../../x", b"1")
        with pytest.raises(ValueError, match=r"\.\."):
            fs.get(f"{ROOT}/evil", f"{tmp_path}/deep/evil", recursive=True)
        assert list(tmp_path.rglob("x")) == []

    def test_nor_with_an_fsspec_that_does_not_look(
        self,
        fs: OSSFileSystem,
        server: ossc.mock.Server,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Older ones leave that to others."""
        monkeypatch.setattr(
            "fsspec.spec.check_contained", lambda *_arguments: None, raising=False
        )
        server.put_object(ROOT, "evil/../../../x", b"1")
        server.put_object(ROOT, "good/..x/y..", b"2")
        (tmp_path / "deep").mkdir()
        for local in (f"{tmp_path}/deep/evil", f"{tmp_path}/deep/", f"{tmp_path}/deep"):
            with pytest.raises(ValueError, match="leads out"):
                fs.get(f"{ROOT}/evil", local, recursive=True)
        assert list(tmp_path.rglob("x")) == []
        fs.get(f"{ROOT}/good", f"{tmp_path}/good", recursive=True)
        assert (tmp_path / "good/..x/y..").read_bytes() == b"2"


class TestCopy:
    def test_a_file(self, fs: OSSFileSystem, server: ossc.mock.Server) -> None:
        """On the server, with its properties, into other buckets, too."""
        fs.mkdir("otherbucket")
        fs.pipe_file(f"{ROOT}/a", b"1", content_type="a/b")
        fs.cp_file(f"{ROOT}/a", "otherbucket/dir/a")
        assert fs.info("otherbucket/dir/a")["ContentType"] == "a/b"
        with pytest.raises(shutil.SameFileError):
            fs.cp_file(f"{ROOT}/a", f"ossc://{ROOT}/a")
        with pytest.raises(FileNotFoundError):
            fs.copy(f"{ROOT}/none", f"{ROOT}/x")

    @pytest.mark.parametrize("kept", [True, False])
    def test_a_tree(
        self,
        server: ossc.mock.Server,
        kept: bool,  # noqa: FBT001
    ) -> None:
        """Several at a time."""
        fs = system_of(server, use_listings_cache=kept)
        files = {f"{ROOT}/from/{n}/x": b"%d" % n for n in range(20)}
        fs.pipe(files)
        fs.copy(f"{ROOT}/from", f"{ROOT}/to", recursive=True)
        found = fs.cat(f"{ROOT}/to", recursive=True)
        assert sorted(found.values()) == sorted(files.values())

    def test_what_is_gone(self, fs: OSSFileSystem, server: ossc.mock.Server) -> None:
        """Is left out of a tree, or an error, as it was asked for."""
        fs.pipe({f"{ROOT}/from/a": b"1", f"{ROOT}/from/b": b"2"})
        server.faults.add(faults.status(404, "NoSuchKey"), key="from/a", method="HEAD")
        fs.copy(f"{ROOT}/from", f"{ROOT}/to", recursive=True)
        assert fs.find(f"{ROOT}/to") == [f"{ROOT}/to/b"]
        server.faults.add(faults.status(404, "NoSuchKey"), key="from/a", method="HEAD")
        with pytest.raises(FileNotFoundError):
            fs.copy(f"{ROOT}/from", f"{ROOT}/new", recursive=True, on_error="raise")


class TestMove:
    def test_a_file(self, fs: OSSFileSystem) -> None:
        """It is there no more, and here."""
        fs.pipe_file(f"{ROOT}/a", b"1")
        fs.mv(f"ossc://{ROOT}/a", f"{ROOT}/dir/b")
        assert fs.find(ROOT) == [f"{ROOT}/dir/b"]

    @pytest.mark.parametrize("kept", [True, False])
    def test_a_tree(
        self,
        server: ossc.mock.Server,
        kept: bool,  # noqa: FBT001
    ) -> None:
        """Nothing stays behind, not even markers of folders."""
        fs = system_of(server, use_listings_cache=kept)
        for key in ("from/a", "from/sub/b", "from/", "from/sub/", "fromelse"):
            server.put_object(ROOT, key, b"")
        fs.mv(f"{ROOT}/from", f"{ROOT}/to", recursive=True)
        assert fs.find(ROOT) == [f"{ROOT}/fromelse", f"{ROOT}/to/a", f"{ROOT}/to/sub/b"]
        assert not fs.exists(f"{ROOT}/from")

    def test_a_folder_beside_a_file_of_its_name(
        self, fs: OSSFileSystem, server: ossc.mock.Server
    ) -> None:
        """What was not copied is not deleted."""
        server.put_object(ROOT, "x", b"file")
        server.put_object(ROOT, "x/y", b"in the folder")
        fs.mv(f"{ROOT}/x", f"{ROOT}/to", recursive=True)
        stored = {server.get_object(ROOT, e.partition("/")[2]) for e in fs.find(ROOT)}
        assert stored == {b"file", b"in the folder"}

    @pytest.mark.parametrize(
        ("source", "target", "recursive"),
        [
            ("a", "", False),
            ("a", "a", False),
            ("dir", "dir/sub", True),
            ("dir", "", True),
            ("dir/b", "dir/", False),
        ],
    )
    def test_nothing_is_lost_on_the_way_to_itself(
        self,
        fs: OSSFileSystem,
        source: str,
        target: str,
        recursive: bool,  # noqa: FBT001
    ) -> None:
        """However that is said."""
        files = {f"{ROOT}/a": b"1", f"{ROOT}/dir/b": b"2"}
        fs.pipe(files)
        try:
            fs.mv(f"ossc://{ROOT}/{source}", f"{ROOT}/{target}", recursive=recursive)
        except (shutil.SameFileError, ValueError):
            assert source != target
        assert fs.cat(ROOT, recursive=True) == files

    def test_nothing_is_lost_where_names_repeat(self, fs: OSSFileSystem) -> None:
        """A file that would be written over a file that moves, and be deleted as that."""
        files = {f"{ROOT}/a/a/b": b"1", f"{ROOT}/a/a/a/b": b"2"}
        fs.pipe(files)
        with pytest.raises(ValueError, match="replaced"):
            fs.mv(f"{ROOT}/a/a/", f"ossc://{ROOT}/a/", recursive=True)
        assert fs.cat(ROOT, recursive=True) == files
        fs.rm(f"{ROOT}/a/a/b")
        fs.mv(f"{ROOT}/a/a/", f"{ROOT}/a/", recursive=True)
        assert fs.cat(ROOT, recursive=True) == {f"{ROOT}/a/a/b": b"2"}

    def test_a_marker_with_bytes_in_it_stays(
        self, fs: OSSFileSystem, server: ossc.mock.Server
    ) -> None:
        """It is no file that could be moved, but somebody's bytes nevertheless."""
        for key, data in {"a/b": b"1", "a/c/": b"2", "a/d/": b""}.items():
            server.put_object(ROOT, key, data)
        fs.mv(f"{ROOT}/a", f"{ROOT}/z", recursive=True)
        assert server.get_object(ROOT, "z/b") == b"1"
        assert server.get_object(ROOT, "a/c/") == b"2"
        assert not fs.exists(f"{ROOT}/a/d")
        with pytest.raises(OSError, match="not empty"):
            fs.rmdir(f"{ROOT}/a/c")

    def test_a_failed_copy_deletes_nothing(
        self, fs: OSSFileSystem, server: ossc.mock.Server
    ) -> None:
        """All copies must be there first."""
        files = {f"{ROOT}/from/{name}": b"1" for name in "abc"}
        fs.pipe(files)
        server.faults.add(faults.status(403), key="to/b", method="PUT")
        with pytest.raises(PermissionError):
            fs.mv(f"{ROOT}/from", f"{ROOT}/to", recursive=True)
        assert fs.find(f"{ROOT}/from") == sorted(files)


def test_callbacks_of_fsspec(
    fs: OSSFileSystem, local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Those that it brings work as they are."""
    fs.put(f"{local}", f"{ROOT}/x", True, callback=DotPrinterCallback())
    printed = capsys.readouterr().out
    assert {"#", "."} == set(printed)

"""Files that are open: read ahead or through caches, written all or nothing."""

from __future__ import annotations

import csv
import gc
import importlib
import io
import pickle
import subprocess
import sys
from contextlib import suppress
from typing import Any

import fsspec
import pytest

import ossc
import ossc.mock
from ossc.fsspec import OSSFileSystem, register_oss

from .systems import ROOT, options_of, system_of

LINES = b"".join(b"line %d\n" % number for number in range(100_000))
PATH = f"{ROOT}/lines.txt"


@pytest.fixture(autouse=True)
def _lines(server: ossc.mock.Server) -> None:
    server.put_object(ROOT, "lines.txt", LINES)


@pytest.fixture(params=[None, "bytes", "readahead", "blockcache", "none"])
def cache(request: pytest.FixtureRequest) -> str | None:
    """Ossc's own reading ahead, and caches of fsspec."""
    chosen: str | None = request.param
    return chosen


class TestReading:
    def test_as_a_local_file(self, fs: OSSFileSystem, cache: str | None) -> None:
        """All ways to read give the same bytes."""
        local = io.BytesIO(LINES)
        with fs.open(PATH, cache_type=cache, block_size=100_000) as file:
            assert file.readable()
            assert file.seekable()
            assert not file.writable()
            assert file.size == len(LINES)
            jumps = ((0, 0, 10), (5, 1, 70_000), (-20, 2, 99), (7, 0, 3))
            for there, whence, count in jumps:
                assert file.seek(there, whence) == local.seek(there, whence)
                assert file.read(count) == local.read(count)
                assert file.tell() == file.loc == local.tell()
            assert file.readline() == local.readline()
            room, other = bytearray(1000), bytearray(1000)
            assert file.readinto(room) == local.readinto(other)
            assert room == other
            assert file.read() == local.read()
            assert file.read(1) == b""
        assert file.closed
        with pytest.raises(ValueError, match="closed"):
            file.read(1)

    def test_text(self, fs: OSSFileSystem, cache: str | None) -> None:
        """Lines of text, decoded."""
        with fs.open(PATH, "r", cache_type=cache, encoding="ascii") as file:
            assert sum(1 for _ in file) == 100_000
        assert fs.read_text(PATH) == LINES.decode()

    def test_properties(self, fs: OSSFileSystem, cache: str | None) -> None:
        """What other programs look for on a file of fsspec."""
        with fs.open(PATH, cache_type=cache) as file:
            assert file.fs is fs
            assert file.path == PATH
            assert file.mode == "rb"
            assert file.full_name == f"ossc://{PATH}"
            assert file.info()["ETag"] == file.details["ETag"] == fs.info(PATH)["ETag"]
            assert file.blocksize > 0
            assert PATH in repr(file)

    def test_pickles_by_the_position(
        self, fs: OSSFileSystem, cache: str | None
    ) -> None:
        """Where it is unpickled, reading goes on."""
        with fs.open(PATH, cache_type=cache) as file:
            file.seek(1000)
            with pickle.loads(pickle.dumps(file)) as other:
                assert other.tell() == 1000
                assert other.read(10) == LINES[1000:1010]

    def test_a_file_that_nobody_holds(self, fs: OSSFileSystem) -> None:
        """It lives while it is read, and ends quietly."""
        assert fs.open(PATH).read() == LINES
        gc.collect()

    def test_nothing_there(self, fs: OSSFileSystem, cache: str | None) -> None:
        """Is found when it is opened; so is a folder."""
        with pytest.raises(FileNotFoundError):
            fs.open(f"{ROOT}/none", cache_type=cache)
        fs.touch(f"{ROOT}/dir/x")
        with pytest.raises((FileNotFoundError, IsADirectoryError)):
            fs.open(f"{ROOT}/dir", cache_type=cache)

    def test_an_overwritten_file_is_not_mixed_up(
        self, server: ossc.mock.Server, cache: str | None
    ) -> None:
        """The rest of another object is never the rest of this one."""
        fs = system_of(server, default_block_size=1000)
        options: dict[str, Any] = {"cache_type": cache} if cache else {"read_ahead": 0}
        with fs.open(PATH, **options) as f:
            f.read(10)
            server.put_object(ROOT, "lines.txt", LINES[::-1])
            f.seek(500_000)
            with pytest.raises(ossc.PreconditionFailed):
                f.read(10)

    def test_what_it_knows_at_hand(self, fs: OSSFileSystem) -> None:
        """The stream's own ways to read are there, too."""
        with fs.open(PATH) as file:
            assert LINES.startswith(file.peek(1))
            assert LINES.startswith(file.read1(5))
            assert file.readinto1(bytearray(3)) == 3
            assert file.name == PATH

    def test_blocks_and_heads(self, fs: OSSFileSystem) -> None:
        """Fsspec's helpers on top of files."""
        assert fs.head(PATH, 10) == LINES[:10]
        assert fs.tail(PATH, 10) == LINES[-10:]
        assert fs.read_block(PATH, 3, 20, delimiter=b"\n") == LINES[7:28]

    def test_options_that_there_are_not(self, fs: OSSFileSystem) -> None:
        """A misspelt one is not ignored; nor is a mode."""
        with pytest.raises(TypeError):
            fs.open(PATH, no_such_option=1)
        with pytest.raises(ValueError, match="mode"):
            fs.open(PATH, "r+b")


class TestWriting:
    def test_appears_when_it_is_closed(self, fs: OSSFileSystem) -> None:
        """All at once, in parts where it is large."""
        data = bytes(range(256)) * 1000
        with fs.open(f"{ROOT}/x", "wb", block_size=102_400, content_type="a/b") as file:
            assert file.write(data) == len(data)
            assert file.tell() == file.loc == len(data)
            file.flush()
            assert not fs.exists(f"{ROOT}/x")
        assert fs.cat(f"{ROOT}/x") == data
        assert fs.info(f"{ROOT}/x")["ContentType"] == "a/b"
        assert file.result.etag.endswith("-3")
        with pytest.raises(ValueError, match="closed"):
            file.write(b"1")

    @pytest.mark.parametrize("name", ["x", "x.gz"])
    @pytest.mark.parametrize("mode", ["wb", "w"])
    def test_an_exception_leaves_nothing(
        self, fs: OSSFileSystem, name: str, mode: str
    ) -> None:
        """What was there stays; bytes, text, compressed or not."""
        fs.pipe_file(f"{ROOT}/{name}", b"old")
        file = fs.open(f"{ROOT}/{name}", mode, compression="infer")
        with suppress(KeyError), file:
            file.write(b"new" if mode == "wb" else "new")
            raise KeyError
        assert file.closed
        assert fs.cat(f"{ROOT}/{name}") == b"old"

    @pytest.mark.parametrize("compression", ["gzip", "bz2", "xz", "infer", None])
    def test_text_and_compression(
        self, fs: OSSFileSystem, compression: str | None
    ) -> None:
        """What was written is what is read."""
        options: dict[str, Any] = {"compression": compression, "newline": "\r\n"}
        options["encoding"] = "latin-1"
        with fs.open(f"{ROOT}/x.gz", "w", **options) as file:
            file.write("Zoë\n")
        with fs.open(f"{ROOT}/x.gz", "r", **options) as file:
            assert file.read() == "Zoë\r\n"

    def test_a_compressor_that_fails(
        self, fs: OSSFileSystem, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Half a file does not appear."""
        file = fs.open(f"{ROOT}/x.gz", "wb", compression="gzip")
        file.write(b"1")
        monkeypatch.setattr(file._compressor, "_write_gzip_header", None, raising=False)
        monkeypatch.setattr(type(file._compressor), "close", _fails)
        with pytest.raises(OSError, match="no room"):
            file.close()
        assert not fs.exists(f"{ROOT}/x.gz")

    def test_a_forgotten_file_does_not_appear(self, fs: OSSFileSystem) -> None:
        """It warns instead."""
        for mode, data in (("wb", b"1"), ("w", "1")):
            with pytest.warns(ResourceWarning, match="unclosed"):
                fs.open(f"{ROOT}/x", mode).write(data)
        assert not fs.exists(f"{ROOT}/x")

    def test_not_over_what_is_there(
        self, fs: OSSFileSystem, server: ossc.mock.Server
    ) -> None:
        """Found out at the beginning, and again at the end."""
        with pytest.raises(FileExistsError):
            fs.open(PATH, "xb")
        file = fs.open(f"{ROOT}/x", "x")
        file.write("mine")
        server.put_object(ROOT, "x", b"theirs")
        with pytest.raises(FileExistsError):
            file.close()
        assert fs.cat(f"{ROOT}/x") == b"theirs"

    def test_appending(self, fs: OSSFileSystem, bucket: ossc.Bucket) -> None:
        """To what is there, whose properties stay, or to nothing."""
        bucket.put_object("log", b"1", content_type="a/b", metadata={"who": "me"})
        for path in ("log", "new"):
            with fs.open(f"{ROOT}/{path}", "ab") as file:
                assert file.tell() == (path == "log")
                file.write(b"2")
        info = bucket.head_object("log")
        assert (info.content_type, info.metadata) == ("a/b", {"who": "me"})
        assert fs.cat(f"{ROOT}/log") == b"12"
        assert fs.cat(f"{ROOT}/new") == b"2"

    def test_appending_keeps_all_properties(
        self, fs: OSSFileSystem, bucket: ossc.Bucket
    ) -> None:
        """But those that are given anew."""
        bucket.put_object(
            "log",
            b"1",
            content_encoding="gzip",
            cache_control="no-cache",
            content_disposition="attachment",
            content_language="de",
            expires="Fri, 24 Feb 2034 06:07:48 GMT",
            storage_class="IA",
            tags={"a": "b"},
            server_side_encryption="AES256",
        )
        before = bucket.head_object("log").headers
        with fs.open(f"{ROOT}/log", "ab", cache_control="private") as file:
            file.write(b"2")
        after = bucket.head_object("log").headers
        for name in (
            "content-encoding",
            "content-disposition",
            "content-language",
            "expires",
            "x-oss-storage-class",
            "x-oss-server-side-encryption",
        ):
            assert before[name] == after[name]
        assert after["cache-control"] == "private"
        assert bucket.get_object_tagging("log").tags == {"a": "b"}

    def test_commit_and_discard(self, fs: OSSFileSystem) -> None:
        """Without `autocommit`, closing alone makes nothing appear."""
        first, second = (
            fs.open(f"{ROOT}/{name}", "wb", autocommit=False) for name in "ab"
        )
        for file in (first, second):
            file.write(b"1")
            file.close()
        assert fs.find(ROOT) == [PATH]
        first.commit()
        second.discard()
        assert fs.find(ROOT) == [f"{ROOT}/a", PATH]


def _fails(_self: object) -> None:
    raise OSError("no room")


class TestTransactions:
    def test_all_appear_at_the_end(self, fs: OSSFileSystem, tmp_path: object) -> None:
        """However they were written."""
        with open(f"{tmp_path}/local", "wb") as local:
            local.write(b"put")
        with fs.transaction:
            fs.pipe_file(f"{ROOT}/piped", b"1")
            fs.pipe({f"{ROOT}/one": b"1", f"{ROOT}/two": b"2"})
            fs.put_file(f"{tmp_path}/local", f"{ROOT}/put")
            with fs.open(f"{ROOT}/text", "w") as file:
                file.write("text")
            assert fs.find(ROOT) == [PATH]
        assert len(fs.find(ROOT)) == 6
        assert fs.cat(f"{ROOT}/put") == b"put"

    def test_an_exception_discards_all(self, fs: OSSFileSystem) -> None:
        """Nothing appears, and the next transaction works."""
        with suppress(KeyError), fs.transaction:
            fs.pipe_file(f"{ROOT}/x", b"1")
            raise KeyError
        assert fs.find(ROOT) == [PATH]
        with fs.transaction:
            fs.pipe_file(f"{ROOT}/y", b"1")
        assert fs.exists(f"{ROOT}/y")


class TestThroughFsspec:
    def test_by_url(self, server: ossc.mock.Server) -> None:
        """`fsspec.open` finds the file system by the protocol."""
        options = options_of(server)
        with fsspec.open(f"ossc://{ROOT}/x.csv", "wt", newline="", **options) as file:
            csv.writer(file).writerows([["a", "b"], [1, 2]])
        with fsspec.open(f"ossc://{ROOT}/x.csv", "rt", **options) as file:
            assert list(csv.reader(file)) == [["a", "b"], ["1", "2"]]
        many = fsspec.open_files(f"ossc://{ROOT}/*", **options)
        assert [file.path for file in many] == [PATH, f"{ROOT}/x.csv"]

    def test_oss_is_taken_over_on_request_only(
        self, server: ossc.mock.Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Until then it belongs to another package."""
        code = "import ossc.fsspec, fsspec; print(fsspec.registry.get('oss'))"
        said = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert said.stdout == "None\n"
        known = importlib.import_module("fsspec.registry")._registry
        monkeypatch.setitem(known, "oss", None)  # and so it is undone
        register_oss()
        fs, path = fsspec.url_to_fs(f"oss://{PATH}", **options_of(server))
        assert fs.cat(path) == LINES
        assert fs.unstrip_protocol(path) == f"ossc://{PATH}"

    def test_a_mapper(self, fs: OSSFileSystem) -> None:
        """A bucket as a dictionary."""
        store = fs.get_mapper(f"{ROOT}/store", create=True)
        store["a/b"] = b"1"
        store.setitems({"c": b"2", "d": b"3"})
        assert sorted(store) == ["a/b", "c", "d"]
        assert store.getitems(["c", "d"]) == {"c": b"2", "d": b"3"}
        del store["c"]
        assert "c" not in store
        with pytest.raises(KeyError):
            store["c"]

    def test_a_cached_copy(self, server: ossc.mock.Server, tmp_path: object) -> None:
        """Other file systems stand on this one."""
        url = f"filecache::ossc://{PATH}"
        chain = {
            "ossc": options_of(server),
            "filecache": {"cache_storage": f"{tmp_path}"},
        }
        for _ in range(2):
            with fsspec.open(url, **chain) as file:
                assert file.read() == LINES

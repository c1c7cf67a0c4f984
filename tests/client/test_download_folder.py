"""`download_folder`: objects become trees of files, within the folder and nowhere else."""

from __future__ import annotations

import os
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc import _sdk
from ossc.mock import faults
from tests.conftest import make_client

from .folders import TIME_NS, make_tree, put_all, told, tree
from .raw_server import RawServer, answer
from .transfers import BUCKET, DATA, PART, child, ranges, saved_parts, seen, wait_until

KEYS = {
    "p/a.txt": b"a",
    "p/b/c.csv": b"bc",
    "p/b/d/é x.txt": b"",
    "p/b.d": b"dot",
    "pq": b"other",
}
NAMES = {key[2:]: data for key, data in KEYS.items() if key.startswith("p/")}


@pytest.fixture(autouse=True)
def _objects(server: ossc.mock.Server) -> None:
    put_all(server, KEYS)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder that is not there yet."""
    return tmp_path / "root"


@pytest.mark.parametrize("prefix", ["p", "p/"])
def test_a_tree(bucket: ossc.Bucket, root: Path, prefix: str) -> None:
    """Each object below the prefix is a file, and a result."""
    results = list(bucket.download_folder(prefix, root))
    assert tree(root) == NAMES
    by_key = {result.key: result for result in results}
    assert len(by_key) == len(results) == len(NAMES)
    one = by_key["p/b/c.csv"]
    assert (one.action, one.path, one.size) == ("download", str(root / "b/c.csv"), 2)


def test_the_whole_bucket(bucket: ossc.Bucket, root: Path) -> None:
    """An empty prefix is of all."""
    list(bucket.download_folder("", root))
    assert tree(root) == KEYS


def test_nothing_happens_before_it_is_asked_for(
    server: ossc.mock.Server, bucket: ossc.Bucket, root: Path
) -> None:
    """And what is wrong is told at once."""
    bucket.download_folder("p", root)
    for options in (
        {"skip_same": "x"},
        {"concurrency": 257},
        {"checkpoint": root},
        {"headers": {"a": "\n"}},
    ):
        with pytest.raises(ossc.ParameterError):
            bucket.download_folder("p", root, **options)
    assert not server.requests
    assert not root.exists()


def test_round_trip(bucket: ossc.Bucket, root: Path, tmp_path: Path) -> None:
    """Bytes and times come back to the nanosecond."""
    source = make_tree(tmp_path / "source", NAMES)
    list(bucket.upload_folder(source, "trip"))
    list(bucket.download_folder("trip", root))
    assert tree(root) == tree(source)
    assert {p.stat().st_mtime_ns for p in root.rglob("*") if p.is_file()} == {TIME_NS}


def test_times_of_uploads(bucket: ossc.Bucket, root: Path) -> None:
    """Count where the metadata has none, or nonsense; or nothing is set at all."""
    begun = time.time()
    for number, text in enumerate(["x", "1e5", "9" * 12, "-", "1.", "٣"]):
        bucket.put_object(f"t/{number}", b"", metadata={"mtime": text})
    bucket.put_object("t/early", b"", metadata={"mtime": "-1.5"})
    list(bucket.download_folder("t", root))
    for path in root.iterdir():
        mtime_ns = path.stat().st_mtime_ns
        if path.name == "early":
            assert mtime_ns == -1_500_000_000
        else:
            entry = bucket.head_object(f"t/{path.name}").last_modified
            assert mtime_ns == int(entry.timestamp()) * 10**9
    list(bucket.download_folder("t", root, keep_times=False))
    assert all(path.stat().st_mtime >= begun - 1 for path in root.iterdir())


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"include": "*"}, {"a.txt", "b.d"}),
        ({"include": "**/*.txt", "exclude": "b/**"}, {"a.txt"}),
        ({"min_size": 1, "max_size": 2}, {"a.txt", "b/c.csv"}),
        ({"modified_since": datetime(2000, 1, 1, tzinfo=timezone.utc)}, set(NAMES)),
        ({"modified_before": datetime(2000, 1, 1, tzinfo=timezone.utc)}, set()),
    ],
)
def test_filters(
    bucket: ossc.Bucket, root: Path, wanted: dict[str, Any], expected: set[str]
) -> None:
    """Names, sizes and times; what is not meant has no result."""
    done = told(bucket.download_folder("p", root, **wanted))
    assert set(done) == {f"p/{name}" for name in expected}
    assert set(tree(root)) == expected if root.exists() else not expected


@pytest.mark.parametrize("by", ["time", "crc64"])
def test_what_is_the_same_is_left_out(
    server: ossc.mock.Server, bucket: ossc.Bucket, root: Path, by: Any
) -> None:
    """Whether the time is that of the upload, or of the metadata."""
    bucket.put_object("p/kept", b"k", metadata={"mtime": "5.25"})
    assert set(told(bucket.download_folder("p", root)).values()) == {"download"}
    server.reset_counts()
    again = told(bucket.download_folder("p", root, skip_same=by))
    assert set(again.values()) == {"skip"}
    assert not seen(server, "GetObject")
    (root / "a.txt").write_bytes(b"A")
    (root / "b.d").unlink()
    os.utime(root / "b/c.csv", ns=(1, 1))
    done = told(bucket.download_folder("p", root, skip_same=by))
    expected = {"p/a.txt", "p/b.d"} | ({"p/b/c.csv"} if by == "time" else set())
    assert {key for key in done if done[key] == "download"} == expected
    assert tree(root) == {**NAMES, "kept": b"k"}


def test_a_dry_run(bucket: ossc.Bucket, root: Path) -> None:
    """Tells what would be done, and does not even make the folder."""
    done = told(bucket.download_folder("p", root, dry_run=True, delete_extra=True))
    assert set(done.values()) == {"download"}
    assert not root.exists()
    make_tree(root, {"a.txt": b"?", "extra": b"x"})
    done = told(bucket.download_folder("p", root, dry_run=True, delete_extra=True))
    assert done["p/extra"] == "delete"
    assert tree(root) == {"a.txt": b"?", "extra": b"x"}


def test_extra_files(bucket: ossc.Bucket, root: Path, tmp_path: Path) -> None:
    """They go where that is asked for; links, and what nobody means, stay."""
    outside = make_tree(tmp_path / "outside", {"o": b"outside"})
    make_tree(
        root, {"x": b"", "b/y": b"", "keep.log": b"", ".x.0123456789abcdef.part": b""}
    )
    (root / "link").symlink_to(outside)
    done = told(bucket.download_folder("p", root, exclude="*.log"))
    assert "p/x" not in done
    done = told(bucket.download_folder("p", root, exclude="*.log", delete_extra=True))
    assert {key for key in done if done[key] == "delete"} == {"p/x", "p/b/y"}
    assert set(tree(root)) == {
        *NAMES,
        *("keep.log", ".x.0123456789abcdef.part"),
    }
    assert (root / "link").is_symlink()
    assert tree(outside) == {"o": b"outside"}


HOSTILE = [
    "p/../escaped",
    "p/../../escaped",
    "p/x/../../escaped",
    "p/..",
    "p/./a",
    "p//escaped",
    "p/x//y",
    "p/c:/escaped",
    "p/C:escaped",
    "p/..\\escaped",
    "p/x\\..\\escaped",
    "p/\\escaped",
    "p/nosuch/",
]


@pytest.mark.parametrize("key", HOSTILE)
def test_hostile_keys(
    server: ossc.mock.Server, bucket: ossc.Bucket, root: Path, key: str
) -> None:
    """Nothing is written for them anywhere; they are results with errors."""
    server.put_object(BUCKET, key, b"evil")
    make_tree(root, {"escaped": b"mine"})
    above = set(root.parent.rglob("*"))
    done = told(bucket.download_folder("p", root))
    assert done.pop(key) == "ParameterError"
    assert set(done.values()) == {"download"}
    assert tree(root) == {**NAMES, "escaped": b"mine"}
    names = {path.relative_to(root.parent) for path in root.parent.rglob("*")}
    assert names - {path.relative_to(root.parent) for path in above} == {
        Path("root") / name for name in (*NAMES, "b", "b/d")
    }


def test_a_nul_that_a_server_makes_up(root: Path) -> None:
    """No server of OSS has it in a key, but a server may say so."""
    page = (
        b"<ListBucketResult><EncodingType>url</EncodingType><Contents>"
        b"<Key>p/a%00b</Key><Size>1</Size>"
        b"<LastModified>2020-01-01T00:00:00.000Z</LastModified>"
        b"</Contents></ListBucketResult>"
    )
    with RawServer(answer(page)) as server, server.client() as client:
        (result,) = client.bucket(BUCKET).download_folder("p", root)
    assert isinstance(result.error, ossc.ParameterError)
    assert not root.exists()


def test_links_that_lead_out(
    server: ossc.mock.Server, bucket: ossc.Bucket, root: Path, tmp_path: Path
) -> None:
    """Nothing is written through them, and nothing read; what they stand for is safe."""
    outside = make_tree(tmp_path / "outside", {"c.csv": b"??", "a": b"mine"})
    root.mkdir()
    (root / "b").symlink_to(outside)
    (root / "a.txt").symlink_to(outside / "a")
    (root / "b.d").symlink_to(outside)
    done = told(bucket.download_folder("p", root, skip_same="crc64", delete_extra=True))
    assert done["p/b/c.csv"] == done["p/b/d/é x.txt"] == "LocalFileError"
    assert done["p/a.txt"] == "download"
    assert done["p/b.d"] == "LocalFileError"
    assert tree(outside) == {"c.csv": b"??", "a": b"mine"}
    assert not (root / "a.txt").is_symlink()
    assert (root / "a.txt").read_bytes() == b"a"


def test_the_folder_itself_may_be_a_link(
    bucket: ossc.Bucket, root: Path, tmp_path: Path
) -> None:
    """And so may links within it."""
    real = tmp_path / "real"
    (real / "inner").mkdir(parents=True)
    (real / "b").symlink_to("inner")
    root.symlink_to(real)
    assert set(told(bucket.download_folder("p", root)).values()) == {"download"}
    assert tree(real)["inner/c.csv"] == b"bc"


def test_markers_of_folders(
    server: ossc.mock.Server, bucket: ossc.Bucket, root: Path
) -> None:
    """Are no files, and nothing is told of them, unless there is something in one."""
    put_all(server, {"p/": b"", "p/b/": b"", "p/full/": b"x"})
    done = told(bucket.download_folder("p", root))
    assert set(done) == {f"p/{name}" for name in NAMES} | {"p/full/"}
    assert done["p/full/"] == "ParameterError"


def test_files_and_folders_of_one_name(
    server: ossc.mock.Server, bucket: ossc.Bucket, root: Path
) -> None:
    """There is room for one of them; the other is an error, nothing is lost."""
    put_all(server, {"p/b": b"file"})
    done = told(bucket.download_folder("p", root, concurrency=1))
    assert done["p/b"] == "download"
    assert done["p/b/c.csv"] == "LocalFileError"
    assert done["p/a.txt"] == "download"
    (root / "b").unlink()
    make_tree(root, {"b/z": b"z"})
    assert told(bucket.download_folder("p", root))["p/b"] == "LocalFileError"
    assert (root / "b/z").read_bytes() == b"z"


@pytest.mark.parametrize(
    "fault",
    [faults.cut(0), faults.flip(0), faults.status(403), faults.reset("before")],
    ids=["cut", "flip", "status", "reset"],
)
def test_one_that_fails_does_not_stop_the_others(
    server: ossc.mock.Server, root: Path, fault: faults.Fault
) -> None:
    """Its result has the error, and its file is not there, not in part either."""
    server.faults.add(fault, operation="GetObject")
    with make_client(server, retry=None, max_idle_connections=0) as client:
        results = list(client.bucket(BUCKET).download_folder("p", root, concurrency=1))
    failed = [each for each in results if each.error is not None]
    assert len(failed) == 1
    assert failed[0].error is not None
    assert failed[0].error.key == failed[0].key
    assert tree(root) == {n: d for n, d in NAMES.items() if f"p/{n}" != failed[0].key}


def test_failures_that_pass(
    server: ossc.mock.Server, bucket: ossc.Bucket, root: Path
) -> None:
    """Are tried again."""
    server.faults.add(faults.status(503), operation="GetObject", times=2)
    server.faults.add(faults.cut(1), operation="GetObject")
    assert set(told(bucket.download_folder("p", root)).values()) == {"download"}
    assert tree(root) == NAMES


def test_a_folder_that_cannot_be_made(bucket: ossc.Bucket, tmp_path: Path) -> None:
    """Each file has the error."""
    (tmp_path / "file").write_bytes(b"")
    done = told(bucket.download_folder("p", tmp_path / "file"))
    assert set(done.values()) == {"LocalFileError"}


def test_a_list_that_fails(server: ossc.mock.Server, root: Path) -> None:
    """Is an error of the whole."""
    with make_client(server) as client:
        with pytest.raises(ossc.NoSuchBucket):
            list(client.bucket("nosuchbucket").download_folder("p", root))


def test_large_objects_come_in_parts(
    server: ossc.mock.Server, bucket: ossc.Bucket, root: Path
) -> None:
    """Beside the small ones."""
    put_all(server, {"p/large1": DATA, "p/z/large2": DATA})
    done = told(bucket.download_folder("p", root, part_size=PART, threshold=PART))
    assert set(done.values()) == {"download"}
    assert tree(root) == {**NAMES, "large1": DATA, "z/large2": DATA}
    assert len([each for each in ranges(server) if each]) == 12


def test_a_killed_download_goes_on(
    server: ossc.mock.Server, bucket: ossc.Bucket, root: Path, tmp_path: Path
) -> None:
    """With checkpoints, large objects do; small ones are the same already."""
    put_all(server, {"p/0large": DATA})
    saved = tmp_path / "saved"
    saved.mkdir()
    server.faults.add(faults.header("x-oss-pass", "1"), operation="GetObject", times=3)
    server.faults.add(faults.stall(60.0), operation="GetObject")
    work = f"""
        list(bucket.download_folder(
            "p", path, part_size={PART}, threshold={PART}, checkpoint=checkpoint,
            concurrency=1,
        ))
    """

    def parts_saved() -> bool:
        return any(saved_parts(path) == [1, 2, 3] for path in saved.glob("*.json"))

    with child(server, work, root, saved) as process:
        wait_until(parts_saved)
        process.kill()
    assert [path.suffix for path in root.iterdir()] == [".part"]
    server.reset_counts()
    done = told(
        bucket.download_folder(
            "p",
            root,
            part_size=PART,
            threshold=PART,
            checkpoint=saved,
            delete_extra=True,
        )
    )
    assert set(done.values()) == {"download"}
    assert len([each for each in ranges(server) if each]) == 3
    assert tree(root) == {**NAMES, "0large": DATA}
    assert list(saved.iterdir()) == []


def test_stopping(server: ossc.mock.Server, bucket: ossc.Bucket, root: Path) -> None:
    """Closing the iterator ends what is under way."""
    put_all(server, {f"p/many/{number}": b"x" for number in range(50)})
    server.faults.add(faults.stall(30.0), operation="GetObject", times=3)
    results = bucket.download_folder("p", root)
    next(results)
    begun = time.monotonic()
    results.close()
    assert time.monotonic() - begun < 10
    assert _sdk.live_requests() == 0
    assert not [path for path in root.rglob("*") if path.suffix == ".part"]

"""`upload_folder`: trees of files become objects, all of them or what changed."""

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

from .folders import TIME_NS, make_tree, objects, put_all, told
from .raw_server import RawServer, answer
from .transfers import (
    BUCKET,
    DATA,
    PART,
    child,
    open_uploads,
    part_numbers,
    saved_parts,
    seen,
    wait_until,
)

FILES = {"a.txt": b"a", "b/c.csv": b"bc", "b/d/é x.txt": b"", "b.d": b"dot", "b0": b"0"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with some files."""
    return make_tree(tmp_path / "root", FILES)


def test_a_tree(server: ossc.mock.Server, bucket: ossc.Bucket, root: Path) -> None:
    """Each file is an object below the prefix, and a result."""
    results = list(bucket.upload_folder(root, "to"))
    assert not seen(server, "ListObjectsV2")
    assert objects(server, bucket) == {f"to/{name}": FILES[name] for name in FILES}
    by_key = {result.key: result for result in results}
    assert len(by_key) == len(results) == len(FILES)
    one = by_key["to/b/c.csv"]
    assert (one.action, one.path, one.size) == ("upload", str(root / "b/c.csv"), 2)
    assert one.error is None


@pytest.mark.parametrize("prefix", ["", "to", "to/", "to/b"])
def test_prefixes(
    server: ossc.mock.Server, bucket: ossc.Bucket, root: Path, prefix: str
) -> None:
    """A slash is added where there is none."""
    start = prefix and prefix.rstrip("/") + "/"
    assert set(told(bucket.upload_folder(root, prefix))) == {start + n for n in FILES}


def test_nothing_happens_before_it_is_asked_for(
    server: ossc.mock.Server, bucket: ossc.Bucket, root: Path
) -> None:
    """And what is wrong is told at once."""
    bucket.upload_folder(root)
    wrong: list[dict[str, Any]] = [
        {"skip_same": "size"},
        {"concurrency": 0},
        {"part_size": 1},
        {"threshold": -1},
        {"min_size": -1},
        {"prefix": "/x"},
        {"include": "\0"},
        {"checkpoint": root / "a.txt"},
        {"modified_since": datetime(2020, 1, 1)},  # noqa: DTZ001 - that is the mistake
        {"content_md5": bytes(16)},
        {"storage_class": "\n"},
    ]
    for options in wrong:
        with pytest.raises(ossc.ParameterError):
            bucket.upload_folder(root, **{"prefix": "", **options})
    for kind in ({"prefix": 1}, {"modified_before": 5}, {"include": 5}):
        with pytest.raises(TypeError):
            bucket.upload_folder(root, **{"prefix": "", **kind})  # type: ignore[arg-type]
    assert not server.requests


def test_what_is_no_folder(bucket: ossc.Bucket, root: Path) -> None:
    """Is an error of the whole."""
    for path in (root / "not-there", root / "a.txt"):
        with pytest.raises(ossc.LocalFileError):
            list(bucket.upload_folder(path))


def test_options_are_of_all(bucket: ossc.Bucket, root: Path) -> None:
    """Each object has them; types are by the endings of the keys."""
    for result in bucket.upload_folder(
        root, storage_class="IA", metadata={"by": "zoe"}
    ):
        info = bucket.head_object(result.key)
        assert info.storage_class == "IA"
        assert info.metadata["by"] == "zoe"
    assert bucket.head_object("a.txt").content_type == "text/plain"


def test_times(bucket: ossc.Bucket, root: Path) -> None:
    """They are kept as seconds with a fraction, unless they are not wanted."""
    list(bucket.upload_folder(root))
    assert bucket.head_object("a.txt").metadata == {"mtime": "1577836800.123456789"}
    list(bucket.upload_folder(root, "without", keep_times=False))
    assert bucket.head_object("without/a.txt").metadata == {}
    list(bucket.upload_folder(root, "own", metadata={"mtime": "1"}))
    assert bucket.head_object("own/a.txt").metadata == {"mtime": "1"}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"include": "*"}, {"a.txt", "b.d", "b0"}),
        ({"include": ["**/*.txt", "b0"]}, {"a.txt", "b/d/é x.txt", "b0"}),
        ({"exclude": "b/**"}, {"a.txt", "b.d", "b0"}),
        ({"include": "b/**", "exclude": ["**/*.csv"]}, {"b/d/é x.txt"}),
        ({"min_size": 2}, {"b/c.csv", "b.d"}),
        ({"max_size": 0}, {"b/d/é x.txt"}),
        ({"modified_since": datetime(2020, 1, 1, tzinfo=timezone.utc)}, set(FILES)),
        ({"modified_since": datetime(2020, 1, 2, tzinfo=timezone.utc)}, set()),
        ({"modified_before": datetime(2020, 1, 2, tzinfo=timezone.utc)}, set(FILES)),
        ({"modified_before": datetime(2020, 1, 1, tzinfo=timezone.utc)}, set()),
    ],
)
def test_filters(
    bucket: ossc.Bucket, root: Path, wanted: dict[str, Any], expected: set[str]
) -> None:
    """Names, sizes and times; what is not meant has no result."""
    assert set(told(bucket.upload_folder(root, **wanted))) == expected


def test_folders_that_nobody_means_are_not_read(
    bucket: ossc.Bucket, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An excluded tree costs nothing, whatever is in it."""
    read: list[str] = []
    scandir = os.scandir

    def watched(path: str) -> Any:
        read.append(path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", watched)
    list(bucket.upload_folder(root, exclude="b/**"))
    assert read == [str(root)]


def test_a_dry_run(server: ossc.mock.Server, bucket: ossc.Bucket, root: Path) -> None:
    """Tells the same and does nothing."""
    put_all(server, {"a.txt": b"a", "extra": b"x"})
    options: dict[str, Any] = {"skip_same": "crc64", "delete_extra": True}
    would = told(bucket.upload_folder(root, dry_run=True, **options))
    assert set(objects(server, bucket)) == {"a.txt", "extra"}
    assert told(bucket.upload_folder(root, **options)) == would
    assert would["a.txt"] == "skip"
    assert would["extra"] == "delete"


@pytest.mark.parametrize("by", ["time", "crc64"])
def test_what_is_the_same_is_left_out(
    server: ossc.mock.Server, bucket: ossc.Bucket, root: Path, by: Any
) -> None:
    """The second time only what changed is sent."""
    assert set(told(bucket.upload_folder(root, "p", skip_same=by)).values()) == {
        "upload"
    }
    assert set(told(bucket.upload_folder(root, "p", skip_same=by)).values()) == {"skip"}
    (root / "a.txt").write_bytes(b"A")
    later = time.time_ns() + 5_000_000_000
    os.utime(root / "a.txt", ns=(later, later))
    (root / "b0").write_bytes(b"longer")
    done = told(bucket.upload_folder(root, "p", skip_same=by))
    assert {key for key in done if done[key] == "upload"} == {"p/a.txt", "p/b0"}
    assert bucket.get_object("p/a.txt").data == b"A"


def test_bytes_tell_more_than_times(bucket: ossc.Bucket, root: Path) -> None:
    """An older file of the same size is seen by its CRC-64 only."""
    list(bucket.upload_folder(root))
    make_tree(root, {"a.txt": b"x"}, TIME_NS - 1)
    assert told(bucket.upload_folder(root, skip_same="time"))["a.txt"] == "skip"
    assert told(bucket.upload_folder(root, skip_same="crc64"))["a.txt"] == "upload"


def test_objects_without_a_sum(
    server: ossc.mock.Server, bucket: ossc.Bucket, root: Path
) -> None:
    """Are never known to be the same."""
    list(bucket.upload_folder(root))
    server.faults.add(
        faults.header("x-oss-hash-crc64ecma", "x"), operation="HeadObject"
    )
    done = told(
        bucket.upload_folder(root, include="a.txt", skip_same="crc64", concurrency=1)
    )
    assert done == {"a.txt": "upload"}


def test_extra_objects(
    server: ossc.mock.Server, bucket: ossc.Bucket, root: Path
) -> None:
    """They go where that is asked for; what the patterns do not mean stays."""
    (root / "b/large").write_bytes(bytes(100))
    put_all(server, dict.fromkeys(["p/x", "p/a/y", "p/z.keep", "p/b/large", "q"], b""))
    put_all(server, {"p/": b"", "p/b/": b"", "p/odd//key": b""})
    assert "p/x" not in told(bucket.upload_folder(root, "p"))
    done = told(
        bucket.upload_folder(
            root, "p", exclude="**/*.keep", max_size=10, delete_extra=True
        )
    )
    assert {key for key in done if done[key] == "delete"} == {"p/x", "p/a/y"}
    assert done["p/odd//key"] == "ParameterError"
    kept = {"p/z.keep", "p/b/large", "q", "p/", "p/b/", "p/odd//key"}
    assert set(objects(server, bucket)) == kept | {f"p/{name}" for name in FILES}


def test_nothing_that_may_be_there_is_extra(
    server: ossc.mock.Server, bucket: ossc.Bucket, root: Path
) -> None:
    """Of folders that cannot be read, and behind links, no object is deleted."""
    (root / "link").symlink_to(root / "b")
    (root / "loop").mkdir()
    (root / "loop/again").symlink_to(root / "loop")
    (root / "pipe").unlink(missing_ok=True)
    os.mkfifo(root / "pipe")
    keys = ["link", "link/c.csv", "pipe", "loop/again/x", "loop/x"]
    put_all(server, dict.fromkeys(keys, b""))
    done = told(bucket.upload_folder(root, delete_extra=True))
    assert done["link"] == done["loop/again"] == "skip"
    assert done["pipe"] == "LocalFileError"
    assert {key for key in done if done[key] == "delete"} == {"loop/x"}
    put_all(server, dict.fromkeys(keys, b""))
    done = told(bucket.upload_folder(root, delete_extra=True, follow_symlinks=True))
    assert done["link/c.csv"] == "upload"
    assert done["loop/again"] == "LocalFileError"
    assert {key for key in done if done[key] == "delete"} == {"link", "loop/x"}


def test_nothing_behind_a_broken_link_is_extra(
    server: ossc.mock.Server, bucket: ossc.Bucket, root: Path
) -> None:
    """What it leads to may only be away, as a disk that is not mounted."""
    (root / "disk").symlink_to(root / "away")
    keys = ["disk/a", "disk/b/c", "gone"]
    put_all(server, dict.fromkeys(keys, b""))
    done = told(bucket.upload_folder(root, delete_extra=True, follow_symlinks=True))
    assert done["disk"] == "LocalFileError"
    assert {key for key in done if done[key] == "delete"} == {"gone"}


def test_a_list_out_of_order_deletes_nothing(root: Path) -> None:
    """What seems to be missing may only come later."""
    entry = "<LastModified>2020-01-01T00:00:00.000Z</LastModified><Size>1</Size>"
    pages = [
        f"<ListBucketResult><IsTruncated>{more}</IsTruncated>"
        f"<NextContinuationToken>t</NextContinuationToken>"
        f"<Contents><Key>{key}</Key>{entry}</Contents></ListBucketResult>"
        for key, more in (("x2", "true"), ("x1", "false"))
    ]
    with RawServer(*[answer(page.encode()) for page in pages]) as server:
        with server.client(max_idle_connections=0) as client:
            mirror = client.bucket(BUCKET).upload_folder(
                root, include="x*", delete_extra=True
            )
            with pytest.raises(ossc.MalformedResponse, match="order"):
                list(mirror)
        assert server.connections == 2


def test_links(bucket: ossc.Bucket, root: Path, tmp_path: Path) -> None:
    """Are followed on request only; one that leads nowhere is that file's error."""
    outside = make_tree(tmp_path / "outside", {"o": b"outside"})
    (root / "file").symlink_to(outside / "o")
    (root / "folder").symlink_to(outside)
    (root / "broken").symlink_to(outside / "not-there")
    done = told(bucket.upload_folder(root, "no"))
    assert {key for key in done if done[key] == "skip"} == {
        *("no/file", "no/folder", "no/broken")
    }
    done = told(bucket.upload_folder(root, "yes", follow_symlinks=True))
    assert done["yes/folder/o"] == done["yes/file"] == "upload"
    assert done["yes/broken"] == "LocalFileError"
    assert bucket.get_object("yes/file").data == b"outside"


@pytest.mark.parametrize(
    "name", [b"back\\slash", b"c:drive", b"\xff.txt", b"x" * 200 + b"/" + b"y" * 250]
)
def test_names_that_cannot_be_keys(
    bucket: ossc.Bucket, root: Path, name: bytes
) -> None:
    """Are results with errors; all others go their way."""
    odd = os.path.join(os.fsencode(root), name)
    if b"/" in name:
        odd = os.path.join(os.fsencode(root), b"d" * 200, b"e" * 200, b"f" * 200, name)
        odd = os.path.join(os.path.dirname(odd), b"g" * 200, name[-250:])
    os.makedirs(os.path.dirname(odd), exist_ok=True)
    Path(os.fsdecode(odd)).write_bytes(b"x")
    done = told(bucket.upload_folder(root))
    assert list(done.values()).count("ParameterError") == 1
    assert list(done.values()).count("upload") == len(FILES)


def test_unfinished_downloads_are_left_out(bucket: ossc.Bucket, root: Path) -> None:
    """Their temporary files are nobody's."""
    make_tree(root, {".a.txt.0123456789abcdef.part": b"half"})
    assert set(told(bucket.upload_folder(root))) == set(FILES)


def test_one_that_fails_does_not_stop_the_others(
    server: ossc.mock.Server, root: Path
) -> None:
    """Its result has the error, with all that it knows."""
    server.faults.add(faults.status(403), operation="PutObject")
    with make_client(server, retry=None) as client:
        results = list(client.bucket(BUCKET).upload_folder(root, concurrency=1))
    (failed,) = [each for each in results if each.error is not None]
    assert isinstance(failed.error, ossc.AccessDenied)
    assert failed.error.key == failed.key
    assert len(results) == len(FILES)


def test_failures_that_pass(
    server: ossc.mock.Server, bucket: ossc.Bucket, root: Path
) -> None:
    """Are tried again."""
    server.faults.add(faults.status(503), operation="PutObject", times=2)
    server.faults.add(faults.reset("before"), operation="PutObject")
    assert set(told(bucket.upload_folder(root)).values()) == {"upload"}


def test_deletions_that_fail(server: ossc.mock.Server, root: Path) -> None:
    """Are errors of each."""
    put_all(server, {"x": b"", "y": b""})
    server.faults.add(faults.status(403), operation="DeleteMultipleObjects")
    with make_client(server, retry=None) as client:
        done = told(client.bucket(BUCKET).upload_folder(root, delete_extra=True))
    assert done["x"] == done["y"] == "AccessDenied"


def test_large_files_go_in_parts(
    server: ossc.mock.Server, bucket: ossc.Bucket, root: Path
) -> None:
    """Beside the small ones."""
    make_tree(root, {"large1": DATA, "z/large2": DATA})
    done = told(bucket.upload_folder(root, part_size=PART, threshold=PART))
    assert set(done.values()) == {"upload"}
    assert part_numbers(server) == sorted([1, 2, 3, 4, 5, 6] * 2)
    assert bucket.get_object("z/large2").data == DATA
    assert bucket.head_object("large1").metadata["mtime"] == "1577836800.123456789"


def test_a_killed_upload_goes_on(
    server: ossc.mock.Server, bucket: ossc.Bucket, root: Path, tmp_path: Path
) -> None:
    """With checkpoints, large files do; small ones are the same already."""
    make_tree(root, {"large": DATA})
    saved = tmp_path / "saved"
    saved.mkdir()
    server.faults.add(faults.header("x-oss-pass", "1"), operation="UploadPart", times=3)
    server.faults.add(faults.stall(60.0), operation="UploadPart")
    work = f"""
        list(bucket.upload_folder(
            path, part_size={PART}, threshold={PART}, checkpoint=checkpoint,
            concurrency=1,
        ))
    """

    def parts_saved() -> bool:
        return any(saved_parts(path) == [1, 2, 3] for path in saved.glob("*.json"))

    with child(server, work, root, saved) as process:
        wait_until(parts_saved)
        process.kill()
    assert open_uploads(server) == 1
    server.reset_counts()
    done = told(
        bucket.upload_folder(
            root, part_size=PART, threshold=PART, checkpoint=saved, skip_same="crc64"
        )
    )
    assert done["large"] == "upload"
    assert [number for number in part_numbers(server) if number <= 3] == []
    assert bucket.get_object("large").data == DATA
    assert list(saved.iterdir()) == []
    assert open_uploads(server) == 0


def test_stopping(server: ossc.mock.Server, bucket: ossc.Bucket, root: Path) -> None:
    """Closing the iterator ends what is under way; a token ends all."""
    make_tree(root, {f"many/{number}": b"x" for number in range(50)})
    server.faults.add(faults.stall(30.0), operation="PutObject", times=3)
    results = bucket.upload_folder(root)
    next(results)
    begun = time.monotonic()
    results.close()
    assert time.monotonic() - begun < 10
    assert _sdk.live_requests() == 0
    assert len(seen(server, "PutObject")) < 40
    token = ossc.CancelToken()
    token.cancel()
    with pytest.raises(ossc.Cancelled):
        list(bucket.with_options(cancel=token).upload_folder(root))


def test_a_closed_client(server: ossc.mock.Server, root: Path) -> None:
    """Is no error of a file, but of all."""
    client = make_client(server)
    results = client.bucket(BUCKET).upload_folder(root)
    client.close()
    with pytest.raises(ossc.ClientClosed):
        list(results)

"""`where` of the folder verbs: a function says which files are meant."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

import ossc
import ossc.aio
import ossc.mock
from ossc._folder._times import moment_of

from .folders import TIME_NS, make_tree, objects, put_all, told, tree
from .transfers import BUCKET

FILES = {"a.txt": b"a", "b/c.csv": b"bcd", "b/d.txt": b"", "e.bin": b"12345"}
UTC = timezone.utc


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with some files."""
    return make_tree(tmp_path / "root", FILES)


def test_files_are_shown_with_all_that_is_known(
    bucket: ossc.Bucket, root: Path
) -> None:
    """Name, path, size, time, and what the system says."""
    seen: list[ossc.LocalEntry] = []

    def where(entry: ossc.LocalEntry) -> bool:
        seen.append(entry)
        return entry.size > 2

    done = told(bucket.upload_folder(root, "to", where=where))
    assert done == {"to/b/c.csv": "upload", "to/e.bin": "upload"}
    assert [entry.name for entry in seen] == sorted(FILES)
    for entry in seen:
        assert entry.path == str(root / entry.name)
        assert entry.size == len(FILES[entry.name]) == entry.stat.st_size
        assert entry.stat.st_ino == os.stat(entry.path).st_ino
        assert entry.last_modified == moment_of(TIME_NS)


def test_objects_are_shown_as_listed(
    server: ossc.mock.Server, bucket: ossc.Bucket, root: Path, tmp_path: Path
) -> None:
    """The entries of the list: storage classes among others."""
    for name, data in FILES.items():
        kind: Any = "IA" if name.startswith("b/") else "Standard"
        bucket.put_object(f"p/{name}", data, storage_class=kind)
    seen: list[ossc.ObjectSummary] = []

    def where(entry: ossc.ObjectSummary) -> bool:
        seen.append(entry)
        return entry.storage_class == "IA"

    target = tmp_path / "down"
    done = told(bucket.download_folder("p", target, where=where))
    assert done == {"p/b/c.csv": "download", "p/b/d.txt": "download"}
    assert set(tree(target)) == {"b/c.csv", "b/d.txt"}
    assert seen == list(bucket.list_objects("p/"))


def test_only_what_the_others_mean_is_asked_about(
    server: ossc.mock.Server, bucket: ossc.Bucket, root: Path, tmp_path: Path
) -> None:
    """Patterns, sizes and times come first."""
    asked: list[str] = []

    def where(entry: Any) -> str:
        asked.append(getattr(entry, "name", None) or entry.key)
        return "yes"

    limits: Any = {"include": "**/*.txt", "min_size": 1, "where": where}
    assert told(bucket.upload_folder(root, "p", **limits)) == {"p/a.txt": "upload"}
    put_all(server, {f"p/{name}": data for name, data in FILES.items()})
    target = tmp_path / "down"
    assert told(bucket.download_folder("p", target, **limits)) == {
        "p/a.txt": "download"
    }
    assert asked == ["a.txt", "p/a.txt"]


def test_mirrors_leave_what_is_not_wanted(
    server: ossc.mock.Server, bucket: ossc.Bucket, root: Path
) -> None:
    """Neither side loses a file that the function only does not want."""
    put_all(server, {"p/e.bin": b"old", "p/gone": b""})

    def where(entry: Any) -> bool:
        return bool(entry.size < 3)

    up = told(bucket.upload_folder(root, "p", where=where, delete_extra=True))
    assert up == {"p/a.txt": "upload", "p/b/d.txt": "upload", "p/gone": "delete"}
    assert objects(server, bucket)["p/e.bin"] == b"old"
    (root / "more").write_bytes(b"a file without an object")
    down = told(bucket.download_folder("p", root, where=where, delete_extra=True))
    assert down == {
        "p/a.txt": "download",
        "p/b/d.txt": "download",
        "p/b/c.csv": "delete",
        "p/more": "delete",
    }
    assert (root / "e.bin").read_bytes() == FILES["e.bin"]


def test_links_and_errors_are_not_asked_about(
    bucket: ossc.Bucket, root: Path, tmp_path: Path
) -> None:
    """They are results anyway; a link that is followed is shown as its target."""
    link = root / "link"
    link.symlink_to(root / "e.bin")
    asked: list[ossc.LocalEntry] = []

    def where(entry: ossc.LocalEntry) -> bool:
        asked.append(entry)
        return False

    assert told(bucket.upload_folder(root, where=where)) == {"link": "skip"}
    assert "link" not in [entry.name for entry in asked]
    asked.clear()
    followed = bucket.upload_folder(root, where=where, follow_symlinks=True)
    assert told(followed) == {}
    (entry,) = [entry for entry in asked if entry.name == "link"]
    assert (entry.size, entry.path) == (5, str(link))


def test_what_it_raises_ends_everything(
    server: ossc.mock.Server, bucket: ossc.Bucket, root: Path, tmp_path: Path
) -> None:
    """The very exception comes out of the iterator."""

    def where(_entry: object) -> bool:
        raise LookupError("not today")

    put_all(server, {"p/a": b"1"})
    with pytest.raises(LookupError, match="not today"):
        list(bucket.upload_folder(root, where=where))
    with pytest.raises(LookupError, match="not today"):
        list(bucket.download_folder("p", tmp_path / "down", where=where))


def test_what_is_no_function_is_refused(bucket: ossc.Bucket, root: Path) -> None:
    """At once; and a coroutine, which would always be true, when it is asked."""
    wrong: Any = "*.txt"
    with pytest.raises(TypeError, match="where must be callable, not str"):
        bucket.upload_folder(root, where=wrong)
    with pytest.raises(TypeError, match="where must be callable, not str"):
        bucket.download_folder("", root, where=wrong)

    class Later:
        def __await__(self) -> Any:
            yield

    with pytest.raises(TypeError, match="it gave an awaitable"):
        list(bucket.upload_folder(root, where=lambda _entry: Later()))
    assert list(bucket.list_objects()) == []


async def _both(server: ossc.mock.Server, root: Path, target: Path) -> list[str]:
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    async with ossc.aio.Client(
        server.endpoint, region=server.region, credentials=keys
    ) as client:
        bucket = client.bucket(BUCKET)
        up = bucket.upload_folder(root, where=lambda entry: entry.size == 5)
        told = [f"{each.action} {each.key}" async for each in up]
        down = bucket.download_folder("", target, where=lambda entry: entry.etag)
        return told + [f"{each.action} {each.key}" async for each in down]


def test_the_async_twins_have_it(
    server: ossc.mock.Server, bucket: ossc.Bucket, root: Path, tmp_path: Path
) -> None:
    """The same function, called in the thread that does the work."""
    told = asyncio.run(_both(server, root, tmp_path / "down"))
    assert told == ["upload e.bin", "download e.bin"]


@pytest.mark.parametrize(
    ("mtime_ns", "expected"),
    [
        (0, datetime(1970, 1, 1, tzinfo=UTC)),
        (-1, datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
        (1_577_836_800_123_456_789, datetime(2020, 1, 1, 0, 0, 0, 123_456, tzinfo=UTC)),
        (sys.maxsize * 1000, datetime.max.replace(tzinfo=UTC)),
        (-sys.maxsize * 1000, datetime.min.replace(tzinfo=UTC)),
    ],
)
def test_times_of_files(mtime_ns: int, expected: datetime) -> None:
    """Systems keep times that no calendar has."""
    assert moment_of(mtime_ns) == expected

"""`delete_prefix`, `copy_prefix`, `rename_prefix`: many objects on the server."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc._folder import _prefix
from ossc.mock import faults
from ossc.settings import BucketVersioning
from tests.conftest import make_client

from .folders import objects, put_all
from .raw_server import RawServer, answer
from .transfers import BUCKET, DATA, seen

KEYS = {"a/1": b"one", "a/2.txt": b"two", "a/b/3": b"three", "ab": b"ab", "z": b"z"}


@pytest.fixture(autouse=True)
def _objects(server: ossc.mock.Server) -> None:
    put_all(server, KEYS)


def outcome(items: Iterable[ossc.KeyResult[Any]]) -> dict[str, str]:
    """What became of each key."""
    return {
        item.key: "done" if item.error is None else type(item.error).__name__
        for item in items
    }


def test_delete(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """Keys that begin so, to the letter; nothing before it is asked for."""
    results = bucket.delete_prefix("a/")
    assert not server.requests
    assert [deleted.key for deleted in results] == ["a/1", "a/2.txt", "a/b/3"]
    assert set(objects(server, bucket)) == {"ab", "z"}
    assert list(bucket.delete_prefix("a/")) == []
    assert [deleted.key for deleted in bucket.delete_prefix("a")] == ["ab"]


def test_delete_what_matches(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """The rest stays."""
    assert [d.key for d in bucket.delete_prefix("a/", match="*.txt")] == ["a/2.txt"]
    assert len(objects(server, bucket)) == 4


def test_delete_nothing_by_mistake(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """An empty prefix is refused."""
    with pytest.raises(ossc.ParameterError, match="whole bucket"):
        bucket.delete_prefix("")
    with pytest.raises(TypeError):
        bucket.delete_prefix(None)  # type: ignore[arg-type]
    assert not server.requests


def test_delete_many(
    server: ossc.mock.Server, bucket: ossc.Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In groups; what comes after a failed one is still there for the next call."""
    monkeypatch.setattr(_prefix, "MAX_GROUP", 2)
    server.faults.add(
        faults.header("x-oss-pass", "1"), operation="DeleteMultipleObjects"
    )
    server.faults.add(faults.status(403), operation="DeleteMultipleObjects")
    with make_client(server, retry=None) as client:
        results = client.bucket(BUCKET).delete_prefix("a")
        assert [next(results).key, next(results).key] == ["a/1", "a/2.txt"]
        with pytest.raises(ossc.AccessDenied):
            next(results)
    assert [deleted.key for deleted in bucket.delete_prefix("a")] == ["a/b/3", "ab"]
    assert len(seen(server, "DeleteMultipleObjects")) == 3


def test_delete_versions(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """Markers hide objects; with `versions` nothing is left."""
    bucket.versioning.put(BucketVersioning(status="Enabled"))
    bucket.put_object("a/1", b"newer")
    assert all(deleted.delete_marker for deleted in bucket.delete_prefix("a/"))
    assert len(list(bucket.list_object_versions("a/"))) == 7
    assert len(list(bucket.delete_prefix("a/", versions=True))) == 7
    assert list(bucket.list_object_versions("a/")) == []
    assert len(list(bucket.list_object_versions())) == 2


def test_copy(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """Each object has a copy with the new beginning."""
    results = {item.key: item.result for item in bucket.copy_prefix("a/", "c/d-")}
    assert set(results) == {"a/1", "a/2.txt", "a/b/3"}
    assert results["a/1"].etag == bucket.head_object("c/d-1").etag
    copies = {"c/d-1": b"one", "c/d-2.txt": b"two", "c/d-b/3": b"three"}
    assert objects(server, bucket) == {**KEYS, **copies}


def test_copy_with_options_and_patterns(bucket: ossc.Bucket) -> None:
    """As of single copies."""
    options: dict[str, Any] = {"match": "*.txt", "storage_class": "IA"}
    (item,) = bucket.copy_prefix("a/", "c/", **options)
    assert item.key == "a/2.txt"
    assert bucket.head_object("c/2.txt").storage_class == "IA"


def test_copy_from_another_bucket(
    client: ossc.Client, server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """Prefixes may be the same there, and empty."""
    client.create_bucket("otherbucket")
    other = client.bucket("otherbucket")
    assert len(list(other.copy_prefix("", "", source_bucket=BUCKET))) == len(KEYS)
    assert objects(server, other) == KEYS


@pytest.mark.parametrize(("old", "new"), [("a/", "a/b/"), ("a/b/", "a/"), ("a", "a")])
def test_prefixes_that_overlap(
    server: ossc.mock.Server, bucket: ossc.Bucket, old: str, new: str
) -> None:
    """Copies would be copied, or written over what was not copied yet."""
    for verb in (bucket.copy_prefix, bucket.rename_prefix):
        with pytest.raises(ossc.ParameterError, match="overlap"):
            verb(old, new)
    with pytest.raises(ossc.ParameterError):
        bucket.copy_prefix("a/", "c/", storage_class="\n")  # type: ignore[arg-type]
    assert not server.requests


def test_rename(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """What was copied is deleted."""
    assert set(outcome(bucket.rename_prefix("a/", "c/")).values()) == {"done"}
    assert objects(server, bucket) == {
        "ab": b"ab",
        "z": b"z",
        "c/1": b"one",
        "c/2.txt": b"two",
        "c/b/3": b"three",
    }


@pytest.mark.parametrize("operation", ["HeadObject", "CopyObject", "DeleteObject"])
def test_one_that_fails_stays(server: ossc.mock.Server, operation: str) -> None:
    """It does not stop the others; the same call again does the rest."""
    server.faults.add(faults.status(403), operation=operation)
    with make_client(server, retry=None) as client:
        bucket = client.bucket(BUCKET)
        items = list(bucket.rename_prefix("a/", "c/", concurrency=1))
        done = outcome(items)
        assert done == {"a/1": "AccessDenied", "a/2.txt": "done", "a/b/3": "done"}
        with pytest.raises(ossc.AccessDenied):
            _ = next(item for item in items if item.error is not None).result
        assert bucket.get_object("a/1").data == b"one"
        assert outcome(bucket.rename_prefix("a/", "c/")) == {"a/1": "done"}
        assert set(objects(server, bucket)) == {"c/1", "c/2.txt", "c/b/3", "ab", "z"}


def test_large_objects(
    server: ossc.mock.Server, bucket: ossc.Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wait for each other, not for the small ones."""
    monkeypatch.setattr(_prefix, "LARGE", 1000)
    put_all(server, {f"large/{number}": DATA for number in range(4)})
    assert set(outcome(bucket.copy_prefix("large/", "copies/")).values()) == {"done"}
    assert bucket.get_object("copies/3").data == DATA


def test_a_list_of_other_keys_deletes_nothing(tmp_path: Path) -> None:
    """A server that does not look at the prefix is not believed."""
    entries = "".join(
        f"<Contents><Key>{key}</Key><Size>1</Size>"
        "<LastModified>2020-01-01T00:00:00.000Z</LastModified></Contents>"
        for key in ("a/1", "other")
    )
    page = f"<ListBucketResult><IsTruncated>false</IsTruncated>{entries}"
    reply = answer(f"{page}</ListBucketResult>".encode())
    deletions: list[Callable[[ossc.Bucket], Any]] = [
        lambda bucket: bucket.delete_prefix("a/"),
        lambda bucket: bucket.rename_prefix("a/", "b/"),
        lambda bucket: bucket.upload_folder(tmp_path, "a", delete_extra=True),
    ]
    for delete in deletions:
        with RawServer(reply) as server:
            with server.client(retry=None, max_idle_connections=0) as client:
                with pytest.raises(ossc.MalformedResponse, match="begin as asked"):
                    list(delete(client.bucket(BUCKET)))
            assert {request.line.split()[0] for request in server.received} == {"GET"}

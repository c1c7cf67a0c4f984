"""Lists with `match`: patterns of keys, of which OSS is asked for the beginning."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import ossc
import ossc.mock

from .transfers import BUCKET, seen

KEYS = [
    "a.csv",
    "a.txt",
    "data/1.csv",
    "data/2/3.csv",
    "data/2/x.txt",
    "data/é\x01.csv",
]

LISTS: dict[str, Callable[..., ossc.Listing[ossc.ObjectSummary]]] = {
    "ListObjectsV2": ossc.Bucket.list_objects,
    "ListObjects": ossc.Bucket.list_objects_v1,
}


@pytest.fixture(autouse=True)
def _objects(server: ossc.mock.Server) -> None:
    for key in KEYS:
        server.put_object(BUCKET, key, b"x")


@pytest.mark.parametrize("operation", LISTS)
@pytest.mark.parametrize(
    ("prefix", "match", "asked", "found"),
    [
        ("", "*.csv", "", ["a.csv"]),
        ("", "**/*.csv", "", ["a.csv", "data/1.csv", "data/2/3.csv", "data/é\x01.csv"]),
        ("", "data/?/*", "data/", ["data/2/3.csv", "data/2/x.txt"]),
        ("data/", "*.csv", "data/", ["data/1.csv", "data/é\x01.csv"]),
        ("data/", "2/**", "data/2/", ["data/2/3.csv", "data/2/x.txt"]),
        ("da", "ta/1*", "data/1", ["data/1.csv"]),
        ("", "a.csv", "a.csv", ["a.csv"]),
        ("", "z*", "z", []),
    ],
)
def test_matches(
    server: ossc.mock.Server,
    bucket: ossc.Bucket,
    operation: str,
    prefix: str,
    match: str,
    asked: str,
    found: list[str],
) -> None:
    """The pattern is of what comes behind the prefix; its fixed part is sent."""
    listed = LISTS[operation](bucket, prefix, match=match)
    assert [entry.key for entry in listed] == found
    (request,) = seen(server, operation)
    assert dict(request.query).get("prefix", "") == asked


def test_pages_and_tokens(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """Pages without a match are passed over; a list goes on where it was left."""
    options = {"match": "**/*.csv", "page_size": 1}
    listed = bucket.list_objects(**options)  # type: ignore[arg-type]
    first = [next(listed).key, next(listed).key]
    assert first == ["a.csv", "data/1.csv"]
    rest = bucket.list_objects(resume=listed.token, **options)  # type: ignore[arg-type]
    assert [entry.key for entry in rest] == ["data/2/3.csv", "data/é\x01.csv"]
    assert [entry.key for entry in listed] == ["data/2/3.csv", "data/é\x01.csv"]


def test_versions(bucket: ossc.Bucket) -> None:
    """They are filtered, too."""
    found = bucket.list_object_versions("data/", match="*.csv")
    assert [entry.key for entry in found] == ["data/1.csv", "data/é\x01.csv"]


def test_what_is_refused(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """Before anything is sent."""
    with pytest.raises(ossc.ParameterError, match="delimiter"):
        bucket.list_objects("", "/", match="*")
    with pytest.raises(TypeError):
        bucket.list_objects(match=1)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        bucket.list_objects(1, match="*")  # type: ignore[arg-type]
    assert not server.requests

"""Deleting many objects and versions at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import ossc
import ossc.mock

from .raw_server import BUCKET, RawServer, answer
from .test_listing import ODD
from .versions import facts, set_versioning


@pytest.fixture
def versions(bucket: ossc.Bucket) -> ossc.Bucket:
    """The bucket, which keeps versions."""
    set_versioning(bucket, "Enabled")
    return bucket


def put(bucket: ossc.Bucket, key: str) -> str:
    """Put an object and return its version id."""
    version = bucket.put_object(key, b"data").version_id
    assert version
    return version


def test_keys_pairs_and_entries(versions: ossc.Bucket) -> None:
    """An object is named by its key, one of its versions by a pair or an entry."""
    ids = [put(versions, "k") for _ in range(3)]
    entry = next(v for v in versions.list_object_versions() if v.version_id == ids[0])
    made = versions.delete_objects(["k", ("k", ids[1]), entry, ("new", None)])
    assert [(d.key, d.version_id, d.delete_marker) for d in made] == [
        ("k", None, True),
        ("k", ids[1], False),
        ("k", ids[0], False),
        ("new", None, True),
    ]
    assert facts(versions) == [
        ("k", made[0].delete_marker_version_id, True),
        ("k", ids[2], False),
        ("new", made[3].delete_marker_version_id, True),
    ]


def test_everything_goes(versions: ossc.Bucket, client: ossc.Client) -> None:
    """A list of versions may be given as it is; then the bucket is empty."""
    for key in ODD:
        put(versions, key)
        put(versions, key)
        versions.delete_object(key)
    with pytest.raises(ossc.BucketNotEmpty):
        client.delete_bucket(versions.name)
    gone = versions.delete_objects(versions.list_object_versions(page_size=7))
    assert len(gone) == 3 * len(ODD)
    assert sum(d.delete_marker for d in gone) == len(ODD)
    assert all(d.version_id for d in gone)
    assert facts(versions) == []
    client.delete_bucket(versions.name)


def test_odd_keys_get_markers(versions: ossc.Bucket) -> None:
    """Keys that XML cannot hold are deleted, and told of, like the others."""
    for key in ODD:
        put(versions, key)
    made = versions.delete_objects(ODD)
    assert [d.key for d in made] == ODD
    assert all(d.delete_marker and d.delete_marker_version_id for d in made)
    assert list(versions.list_objects()) == []
    found = facts(versions)
    assert {(d.key, d.delete_marker_version_id, True) for d in made} < set(found)


def test_quiet(versions: ossc.Bucket, server: ossc.mock.Server) -> None:
    """All is done and nothing is said, of more than a thousand, too."""
    version = put(versions, "\x01 odd")
    ids = [("k", put(versions, "k")) for _ in range(5)]
    many = [f"not-there/{number}" for number in range(1000)]
    server.reset_counts()
    assert (
        versions.delete_objects([*ids, ("\x01 odd", version), *many], quiet=True) == []
    )
    assert [request.operation for request in server.requests] == [
        "DeleteMultipleObjects",
        "DeleteObject",
        "DeleteMultipleObjects",
    ]
    assert len(facts(versions, "not-there/")) == 1000
    assert facts(versions, "k") == []


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        (("k",), TypeError),
        (("k", "v", "w"), TypeError),
        (("k", 5), TypeError),
        (("k", ""), ossc.ParameterError),
        ((5, "v"), TypeError),
        (("", "v"), ossc.ParameterError),
        (("/k", None), ossc.ParameterError),
        (["k", "v"], TypeError),
        (ossc.ObjectVersion(key="dir/", is_prefix=True), ossc.ParameterError),
    ],
    ids=repr,
)
def test_what_names_no_object(
    bucket: ossc.Bucket, server: ossc.mock.Server, wrong: Any, kind: type
) -> None:
    """It is refused, and of its thousand none is deleted."""
    with pytest.raises(kind):
        bucket.delete_objects(["k", wrong])
    assert server.requests == []


DELETED = b"<DeleteResult><Deleted><Key>k</Key>%b</Deleted></DeleteResult>"


def asked_of(document: bytes, *wanted: Any) -> Iterator[ossc.DeletedObject]:
    """What comes of an answer."""
    with RawServer(answer(document)) as server, server.client() as client:
        yield from client.bucket(BUCKET).delete_objects(list(wanted))


@pytest.mark.parametrize(
    "inner", [b"", b"<VersionId>other</VersionId>", b"<VersionId/>"]
)
def test_answers_that_tell_of_other_versions(inner: bytes) -> None:
    """An answer that does not tell of the version that was to go is no success."""
    with pytest.raises(ossc.MalformedResponse, match="does not tell"):
        list(asked_of(DELETED % inner, ("k", "mine")))


def test_answers_that_tell_of_the_version() -> None:
    """Key and version are compared, and the marker is told."""
    inner = (
        b"<VersionId>mine</VersionId><DeleteMarker>true</DeleteMarker>"
        b"<DeleteMarkerVersionId>mine</DeleteMarkerVersionId>"
    )
    (told,) = asked_of(DELETED % inner, ("k", "mine"))
    assert told == ossc.DeletedObject("k", True, "mine", "mine")

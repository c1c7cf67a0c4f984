"""Versions through the wrapper: reading them by every verb, and what errors tell."""

from __future__ import annotations

import pickle
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

import ossc
import ossc.mock

from .versions import facts, set_versioning

Read = Callable[[ossc.Bucket, str | None, Path], bytes]


@pytest.fixture
def versions(bucket: ossc.Bucket) -> ossc.Bucket:
    """The bucket, which keeps versions."""
    set_versioning(bucket, "Enabled")
    return bucket


def put(bucket: ossc.Bucket, key: str, data: bytes) -> str:
    """Put an object and return its version id."""
    version = bucket.put_object(key, data).version_id
    assert version
    return version


def _get_to_file(bucket: ossc.Bucket, version: str | None, path: Path) -> bytes:
    bucket.get_object_to_file("k", path, version_id=version)
    return path.read_bytes()


def _into(bucket: ossc.Bucket, version: str | None, _path: Path) -> bytes:
    room = bytearray(100)
    return bytes(room[: bucket.get_object_into("k", room, version_id=version)])


def _download_into(bucket: ossc.Bucket, version: str | None, _path: Path) -> bytes:
    room = bytearray(100)
    return bytes(room[: bucket.download_into("k", room, version_id=version)])


def _download_file(bucket: ossc.Bucket, version: str | None, path: Path) -> bytes:
    bucket.download_file("k", path, version_id=version)
    return path.read_bytes()


def _open(bucket: ossc.Bucket, version: str | None, _path: Path) -> bytes:
    with bucket.open("k", version_id=version) as file:
        return file.read()


def _presigned(bucket: ossc.Bucket, version: str | None, _path: Path) -> bytes:
    url = bucket.presign("GET", "k", version_id=version)
    with urllib.request.urlopen(url) as answer:
        data: bytes = answer.read()
        return data


def _copied(bucket: ossc.Bucket, version: str | None, _path: Path) -> bytes:
    bucket.copy_object("k", "copy", source_version_id=version)
    return bucket.get_object("copy").data


READS: dict[str, Read] = {
    "get": lambda b, v, p: b.get_object("k", version_id=v).data,
    "range": lambda b, v, p: b.get_object("k", (0, None), version_id=v).data,
    "into": _into,
    "to file": _get_to_file,
    "download": _download_file,
    "download into": _download_into,
    "open": _open,
    "stream": lambda b, v, p: b"".join(b.stream_object("k", version_id=v)),
    "stream range": lambda b, v, p: b"".join(
        b.stream_object("k", (0, None), version_id=v)
    ),
    "presigned": _presigned,
    "copy": _copied,
}


@pytest.mark.parametrize("read", READS)
def test_every_read_takes_a_version(
    versions: ossc.Bucket, tmp_path: Path, read: str
) -> None:
    """By its id any version is read; without one, the current one."""
    ids = [put(versions, "k", data) for data in (b"first", b"second", b"third")]
    for version, data in zip(
        [*ids, None], (b"first", b"second", b"third", b"third"), strict=True
    ):
        assert READS[read](versions, version, tmp_path / "file") == data


@pytest.mark.parametrize("read", [name for name in READS if name != "presigned"])
def test_markers_and_unknown_versions(
    versions: ossc.Bucket, tmp_path: Path, read: str
) -> None:
    """A hidden object is missing, a marker cannot be read, an unknown version is not."""
    put(versions, "k", b"data")
    marker = versions.delete_object("k").delete_marker_version_id
    with pytest.raises(ossc.NoSuchKey) as hidden:
        READS[read](versions, None, tmp_path / "file")
    assert hidden.value.is_delete_marker
    assert hidden.value.version_id == marker
    kind = ossc.NoSuchKey if read == "copy" else ossc.MethodNotAllowed
    with pytest.raises(kind) as refused:
        READS[read](versions, marker, tmp_path / "file")
    assert refused.value.is_delete_marker
    assert refused.value.version_id == marker
    with pytest.raises(ossc.NoSuchVersion) as unknown:
        READS[read](versions, "unknown", tmp_path / "file")
    assert isinstance(unknown.value, FileNotFoundError)
    assert not unknown.value.is_delete_marker
    assert unknown.value.version_id is None
    assert not (tmp_path / "file").exists()


def test_heads_of_versions(versions: ossc.Bucket) -> None:
    """A HEAD tells of each version, and of markers by its errors."""
    first = put(versions, "k", b"1")
    second = put(versions, "k", b"22")
    head = versions.head_object("k", version_id=first)
    assert (head.version_id, head.size) == (first, 1)
    assert versions.head_object("k").version_id == second
    marker = versions.delete_object("k").delete_marker_version_id
    with pytest.raises(ossc.NoSuchKey) as hidden:
        versions.head_object("k")
    with pytest.raises(ossc.MethodNotAllowed) as refused:
        versions.head_object("k", version_id=marker)
    for error in (hidden.value, refused.value):
        assert error.is_delete_marker
        assert error.version_id == marker
        again = pickle.loads(pickle.dumps(error))
        assert (again.is_delete_marker, again.version_id) == (True, marker)


def test_results_name_their_versions(versions: ossc.Bucket) -> None:
    """What each verb wrote or read has an id."""
    made = versions.put_object("k", b"1")
    got = versions.get_object("k")
    assert got.version_id == made.version_id is not None
    copied = versions.copy_object("k", "copy")
    assert copied.source_version_id == made.version_id
    assert copied.version_id not in {made.version_id, None}
    in_parts = versions.copy("k", "copy", threshold=0, source_version_id=got.version_id)
    assert in_parts.source_version_id == made.version_id
    upload = versions.init_multipart_upload("k")
    part = versions.upload_part_copy(
        "k", upload, 1, "k", (0, 0), source_version_id=made.version_id
    )
    done = versions.complete_multipart_upload("k", upload, [part])
    assert done.version_id == versions.head_object("k").version_id != made.version_id
    assert versions.append_object("log", b"x", 0).version_id == "null"
    with versions.open("k", "wb") as file:
        file.write(b"written")
    assert file.result.version_id == versions.head_object("k").version_id
    assert len(facts(versions, "k")) == 3


def test_unversioned_buckets(bucket: ossc.Bucket) -> None:
    """Without versions there are no ids; the version null has a name all the same."""
    assert bucket.put_object("k", b"1").version_id is None
    assert bucket.get_object("k").version_id is None
    assert bucket.get_object("k", version_id="null").data == b"1"
    assert bucket.copy_object("k", "l").source_version_id is None
    (listed,) = bucket.list_object_versions("k")
    assert (listed.version_id, listed.is_latest) == ("null", True)
    gone = bucket.delete_object("k")
    assert gone == ossc.DeletedObject("k")
    assert bucket.delete_object("l", version_id="null").version_id == "null"
    assert facts(bucket) == []


def test_what_a_version_says(versions: ossc.Bucket) -> None:
    """Versions have the facts of objects, markers have few."""
    first = put(versions, "k", b"12345")
    versions.append_object("log", b"xy", 0)
    gone = versions.delete_object("k")
    marker, version, log = versions.list_object_versions()
    assert (marker.key, marker.version_id) == ("k", gone.delete_marker_version_id)
    assert (marker.is_delete_marker, marker.is_latest) == (True, True)
    assert (marker.size, marker.etag, marker.storage_class) == (0, "", "")
    assert (version.version_id, version.is_latest) == (first, False)
    assert (version.size, version.object_type) == (5, "Normal")
    assert (log.version_id, log.object_type, log.is_latest) == (
        "null",
        "Appendable",
        True,
    )
    assert version.etag == versions.get_object("k", version_id=first).etag
    assert {v.owner_id for v in (marker, version, log)} == {marker.owner_id} != {None}
    assert marker.last_modified is not None
    assert version.last_modified is not None
    assert marker.last_modified >= version.last_modified
    *_, folder = versions.list_object_versions("", "o")
    assert folder == ossc.ObjectVersion(key="lo", is_prefix=True)


def test_a_download_keeps_to_its_version(versions: ossc.Bucket, tmp_path: Path) -> None:
    """What is written meanwhile does not disturb a download of a version, in parts."""
    data = bytes(range(256)) * 2000
    first = put(versions, "k", data)

    def overwrite(_done: int, _total: int | None) -> None:
        versions.put_object("k", b"new")

    info = versions.download_file(
        "k",
        tmp_path / "file",
        version_id=first,
        part_size=102_400,
        concurrency=1,
        progress=overwrite,
    )
    assert info.version_id == first
    assert (tmp_path / "file").read_bytes() == data
    with versions.open("k", version_id=first, buffer_size=1000) as file:
        file.read(10)
        versions.put_object("k", b"newer")
        assert file.read() == data[10:]


@pytest.mark.parametrize(
    ("version", "kind"),
    [
        ("", ossc.ParameterError),
        ("a\nb", ossc.ParameterError),
        ("\0", ossc.ParameterError),
        ("x" * 1025, ossc.ParameterError),
        ("\ud800", ossc.ParameterError),
        (5, TypeError),
        (b"null", TypeError),
    ],
)
def test_what_is_no_version_id(
    bucket: ossc.Bucket, server: ossc.mock.Server, version: str, kind: type
) -> None:
    """It is refused before anything is sent."""
    calls: list[Callable[[], object]] = [
        lambda: bucket.get_object("k", version_id=version),
        lambda: bucket.head_object("k", version_id=version),
        lambda: bucket.delete_object("k", version_id=version),
        lambda: bucket.delete_objects([("k", version)]),
        lambda: bucket.stream_object("k", version_id=version),
        lambda: bucket.open("k", version_id=version),
        lambda: bucket.presign("GET", "k", version_id=version),
        lambda: bucket.download_file("k", "file", version_id=version),
    ]
    for call in calls:
        with pytest.raises(kind):
            call()
    assert server.requests == []


def test_a_version_is_given_once(bucket: ossc.Bucket) -> None:
    """In `params`, as before, or by itself; not in both."""
    bucket.put_object("k", b"data")
    assert bucket.get_object("k", params={"versionId": "null"}).data == b"data"
    with pytest.raises(ossc.ParameterError, match="twice"):
        bucket.get_object("k", params={"versionId": "null"}, version_id="null")
    gone = bucket.delete_object("k", params={"versionId": "null"})
    assert gone.version_id == "null"


def test_suspended_buckets(versions: ossc.Bucket) -> None:
    """What was kept can be had; new objects replace each other."""
    kept = put(versions, "k", b"kept")
    set_versioning(versions, "Suspended")
    assert put(versions, "k", b"1") == put(versions, "k", b"2") == "null"
    assert facts(versions) == [("k", "null", False), ("k", kept, False)]
    gone = versions.delete_object("k")
    assert (gone.delete_marker, gone.delete_marker_version_id) == (True, "null")
    assert facts(versions) == [("k", "null", True), ("k", kept, False)]
    back = versions.copy_object("k", "k", source_version_id=kept)
    assert back.version_id == "null"
    assert versions.get_object("k").data == b"kept"


def test_an_object_comes_back(versions: ossc.Bucket) -> None:
    """Removing the marker undoes a deletion."""
    put(versions, "k", b"data")
    gone = versions.delete_object("k")
    undone = versions.delete_object("k", version_id=gone.delete_marker_version_id)
    assert undone.delete_marker
    assert undone.version_id == gone.delete_marker_version_id
    assert versions.get_object("k").data == b"data"

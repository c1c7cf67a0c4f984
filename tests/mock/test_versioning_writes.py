"""What writes where versions are kept: copies, multipart uploads, appends; and folders."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

import ossc.mock

from .versioning import Enabled, Suspended, entries, put, set_status
from .wire import BUCKET, Reply, Wire

if TYPE_CHECKING:
    from pathlib import Path

VERSION = "x-oss-version-id"
MARKER = "x-oss-delete-marker"
SOURCE_VERSION = "x-oss-copy-source-version-id"


def error(reply: Reply) -> tuple[int, str | None]:
    """Status and code of an error."""
    return reply.status, reply.code


def copy(
    wire: Wire, source: str, key: str, version: str | None = None, **headers: str
) -> Reply:
    """Copy an object or a version of it."""
    path = f"/{BUCKET}/{source}" + (f"?versionId={version}" if version else "")
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return wire("PUT", key, headers={"x-oss-copy-source": path, **named})


def append(wire: Wire, key: str, position: int, data: bytes) -> Reply:
    """Append to an object."""
    query = {"append": "", "position": str(position)}
    return wire("POST", key, query=query, body=data)


def ids(wire: Wire, key: str) -> list[str]:
    """The version ids of a key, the newest first."""
    found = entries(wire("GET", query={"versions": ""}))
    return [entry.version for entry in found if entry.key == key]


def test_copies_are_versions(wire: Wire) -> None:
    """A copy is a new version; the answer names it, and the source's."""
    set_status(wire, Enabled)
    first, second = put(wire, "k", b"1"), put(wire, "k", b"2")
    reply = copy(wire, "k", "copy")
    assert reply.status == 200
    assert reply.headers[SOURCE_VERSION] == second
    assert reply.headers[VERSION] not in {first, second, "null"}
    reply = copy(wire, "k", "copy", first)
    assert reply.headers[SOURCE_VERSION] == first
    assert wire("GET", "copy").body == b"1"
    assert len(ids(wire, "copy")) == 2


def test_an_old_version_is_brought_back(wire: Wire) -> None:
    """A copy of a version onto its own key makes a new version with its metadata."""
    set_status(wire, Enabled)
    headers = {"x-oss-meta-a": "1", "x-oss-tagging": "t=1"}
    first = wire("PUT", "k", headers=headers, body=b"1").headers[VERSION]
    second = put(wire, "k", b"2")
    reply = copy(wire, "k", "k", first)
    assert ids(wire, "k") == [reply.headers[VERSION], second, first]
    got = wire("GET", "k")
    assert got.body == b"1"
    assert got.headers["x-oss-meta-a"] == "1"
    assert got.headers["x-oss-tagging-count"] == "1"


@pytest.mark.parametrize("by_id", [False, True])
def test_a_marker_is_no_source(wire: Wire, *, by_id: bool) -> None:
    """Neither as the current version, nor by its id; there is no such version either."""
    set_status(wire, Enabled)
    put(wire, "k", b"1")
    marker = wire("DELETE", "k").headers[VERSION]
    reply = copy(wire, "k", "copy", marker if by_id else None)
    assert error(reply) == (404, "NoSuchKey")
    assert reply.headers[MARKER] == "true"
    assert error(copy(wire, "k", "copy", "unknown")) == (404, "NoSuchVersion")
    assert ids(wire, "copy") == []


def test_copies_into_a_suspended_bucket(wire: Wire) -> None:
    """They have the null version."""
    set_status(wire, Enabled)
    version = put(wire, "k", b"1")
    set_status(wire, Suspended)
    reply = copy(wire, "k", "k", version)
    assert (reply.headers[VERSION], reply.headers[SOURCE_VERSION]) == ("null", version)
    assert ids(wire, "k") == ["null", version]


def test_copies_from_another_bucket(server: ossc.mock.Server, wire: Wire) -> None:
    """Each of the two headers is there where its bucket has versions."""
    server.create_bucket("unversioned")
    server.put_object("unversioned", "k", b"data")
    set_status(wire, Enabled)
    source = {"x-oss-copy-source": "/unversioned/k"}
    into = wire("PUT", "copy", headers=source)
    assert VERSION in into.headers
    assert SOURCE_VERSION not in into.headers
    source = {"x-oss-copy-source": f"/{BUCKET}/copy"}
    out = wire("PUT", "back", bucket="unversioned", headers=source)
    assert VERSION not in out.headers
    assert out.headers[SOURCE_VERSION] == into.headers[VERSION]


def test_multipart_uploads(wire: Wire) -> None:
    """A completed upload is a version, and parts are copied of any version."""
    set_status(wire, Enabled)
    first = put(wire, "k", b"first")
    put(wire, "k", b"second")
    upload = wire("POST", "k", query={"uploads": ""}).text("UploadId") or ""
    source = f"/{BUCKET}/k?versionId={first}"
    query = {"partNumber": "1", "uploadId": upload}
    part = wire("PUT", "k", query=query, headers={"x-oss-copy-source": source})
    assert part.headers[SOURCE_VERSION] == first
    assert VERSION not in part.headers
    done = wire(
        "POST",
        "k",
        query={"uploadId": upload},
        headers={"x-oss-complete-all": "yes"},
    )
    assert done.status == 200
    got = wire("GET", "k")
    assert (got.body, got.headers[VERSION]) == (b"first", done.headers[VERSION])
    assert len(ids(wire, "k")) == 3


def test_appending(wire: Wire) -> None:
    """An Appendable object has the null version, and grows as long as it is current."""
    set_status(wire, Enabled)
    for position, data in ((0, b"one "), (4, b"two")):
        reply = append(wire, "log", position, data)
        assert (reply.status, reply.headers[VERSION]) == (200, "null")
    assert ids(wire, "log") == ["null"]
    version = put(wire, "log", b"new")
    assert error(append(wire, "log", 7, b"x")) == (409, "ObjectNotAppendable")
    assert error(append(wire, "log", 3, b"x")) == (409, "ObjectNotAppendable")
    assert wire("GET", "log", query={"versionId": "null"}).body == b"one two"
    wire("DELETE", "log", query={"versionId": version})
    assert append(wire, "log", 7, b"!").headers["x-oss-next-append-position"] == "8"
    wire("DELETE", "log")
    assert error(append(wire, "log", 0, b"x")) == (409, "ObjectNotAppendable")
    refused = copy(wire, "log", "copy", "null")
    assert error(refused) == (400, "OperationNotSupported")


def test_many_at_once(wire: Wire) -> None:
    """Writers and deleters side by side lose nothing, and no two ids are the same."""
    set_status(wire, Enabled)

    def work(number: int) -> list[str]:
        made = [put(wire, "k", b"%d" % number) for _ in range(5)]
        return [*made, wire("DELETE", "k").headers[VERSION]]

    with ThreadPoolExecutor(8) as pool:
        made = [version for several in pool.map(work, range(8)) for version in several]
    assert len(set(made)) == 48
    assert sorted(ids(wire, "k")) == sorted(made)


def test_restart(tmp_path: Path) -> None:
    """All versions are there after a restart, in their order, and new ones on top."""
    keys = {"key-id": "secret"}
    with ossc.mock.serve(root=tmp_path, credentials=keys, buckets=[BUCKET]) as server:
        wire = Wire(server)
        wire("PUT", "k", body=b"null")
        set_status(wire, Enabled)
        made = [put(wire, "k", data) for data in (b"1", b"2")]
        set_status(wire, Suspended)
        put(wire, "k", b"new null")
        wire("DELETE", "gone")
        before = entries(wire("GET", query={"versions": ""}))
    with ossc.mock.serve(root=tmp_path, credentials=keys) as server:
        wire = Wire(server)
        assert entries(wire("GET", query={"versions": ""})) == before
        assert [entry.version for entry in before if entry.key == "k"] == [
            "null",
            made[1],
            made[0],
        ]
        assert wire("GET", query={"versioning": ""}).text("Status") == Suspended
        got = wire("GET", "k", query={"versionId": made[0]})
        assert got.body == b"1"
        set_status(wire, Enabled)
        newest = put(wire, "k", b"newest")
        assert ids(wire, "k")[:2] == [newest, "null"]
        assert wire("GET", "gone").headers[MARKER] == "true"


def test_older_folders(tmp_path: Path) -> None:
    """A folder of a server that knew no versions is read: all are null versions."""
    keys = {"key-id": "secret"}
    with ossc.mock.serve(root=tmp_path, credentials=keys, buckets=[BUCKET]) as server:
        for key in ("a", "b"):
            Wire(server)("PUT", key, body=key.encode())
    settings = tmp_path / "buckets" / BUCKET / "bucket.json"
    records = list((tmp_path / "buckets" / BUCKET / "objects").glob("*.json"))
    assert len(records) == 2
    for path, name in ((settings, "versioning"), *((r, "order") for r in records)):
        fields = json.loads(path.read_text())
        del fields[name]
        path.write_text(json.dumps(fields))
    with ossc.mock.serve(root=tmp_path, credentials=keys) as server:
        wire = Wire(server)
        assert wire("GET", query={"versioning": ""}).text("Status") is None
        set_status(wire, Enabled)
        version = put(wire, "a", b"new")
        assert ids(wire, "a") == [version, "null"]
        assert wire("GET", "a", query={"versionId": "null"}).body == b"a"


def test_storage_is_given_back(tmp_path: Path) -> None:
    """What is overwritten or removed for good takes no room."""
    with ossc.mock.serve(root=tmp_path, buckets=[BUCKET]) as server:
        wire = Wire(server)
        set_status(wire, Suspended)
        for number in range(30):
            put(wire, "k", bytes([number]) * 1000)
            wire("DELETE", "l")
        assert len(list((tmp_path / "blobs").iterdir())) == 1
        assert len(ids(wire, "k") + ids(wire, "l")) == 2
        set_status(wire, Enabled)
        made = [put(wire, "k", bytes([number]) * 1000) for number in range(5)]
        copy(wire, "k", "copy", made[0])
        assert len(list((tmp_path / "blobs").iterdir())) == 6
        for entry in entries(wire("GET", query={"versions": ""})):
            wire("DELETE", entry.key, query={"versionId": entry.version})
        assert list((tmp_path / "blobs").iterdir()) == []
        assert not list((tmp_path / "buckets").rglob("objects/*.json"))

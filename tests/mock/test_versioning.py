"""Versioning over the wire: states, writes, reads, deletions, settings of versions."""

from __future__ import annotations

import base64
import hashlib

import pytest

import ossc.mock

from .versioning import Enabled, Suspended, entries, put, set_status
from .wire import BUCKET, Reply, Wire

VERSION = "x-oss-version-id"
MARKER = "x-oss-delete-marker"
SOURCE_VERSION = "x-oss-copy-source-version-id"


def error(reply: Reply) -> tuple[int, str | None]:
    """Status and code of an error."""
    return reply.status, reply.code


def delete(wire: Wire, key: str, version: str | None = None) -> Reply:
    """Delete an object or a version."""
    query = {} if version is None else {"versionId": version}
    reply = wire("DELETE", key, query=query)
    assert (reply.status, reply.body) == (204, b"")
    return reply


def get(wire: Wire, key: str, version: str | None = None) -> Reply:
    """Get an object or a version."""
    return wire("GET", key, query={} if version is None else {"versionId": version})


def delete_many(wire: Wire, *items: tuple[str, str], quiet: bool = False) -> Reply:
    """Delete several objects or versions."""
    objects = "".join(
        f"<Object><Key>{key}</Key>{version and f'<VersionId>{version}</VersionId>'}"
        "</Object>"
        for key, version in items
    )
    said = str(quiet).lower()
    body = f"<Delete><Quiet>{said}</Quiet>{objects}</Delete>".encode()
    md5 = base64.b64encode(hashlib.md5(body).digest()).decode()
    headers = {"Content-MD5": md5}
    return wire("POST", query={"delete": ""}, headers=headers, body=body)


def status_of(wire: Wire) -> str | None:
    """The bucket's state as it tells it."""
    reply = wire("GET", query={"versioning": ""})
    assert reply.xml.tag == "VersioningConfiguration"
    info = wire("GET", query={"bucketInfo": ""})
    assert info.text("Bucket/Versioning") == reply.text("Status")
    return reply.text("Status")


def test_states(wire: Wire) -> None:
    """A bucket never kept versions, keeps them, or keeps no more of them."""
    assert status_of(wire) is None
    for status in (Enabled, Suspended, Enabled):
        set_status(wire, status)
        assert status_of(wire) == status


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<VersioningConfiguration/>",
        b"<VersioningConfiguration><Status>On</Status></VersioningConfiguration>",
        b"<Other><Status>Enabled</Status></Other>",
    ],
)
def test_bad_states(wire: Wire, body: bytes) -> None:
    """Nothing but the two states can be set."""
    reply = wire("PUT", query={"versioning": ""}, body=body)
    assert error(reply) == (400, "MalformedXML")
    assert status_of(wire) is None


def test_only_the_owner_switches(server: ossc.mock.Server, wire: Wire) -> None:
    """Others may neither switch versioning nor look at it."""
    wire("PUT", query={"acl": ""}, headers={"x-oss-acl": "public-read-write"})
    anonymous = Wire(server, scheme="none")
    for method in ("GET", "PUT"):
        reply = anonymous(method, query={"versioning": ""}, body=b"")
        assert error(reply) == (403, "AccessDenied")


def test_unversioned_buckets_have_no_version_headers(wire: Wire) -> None:
    """Without versioning nothing tells of versions."""
    copied = {"x-oss-copy-source": f"/{BUCKET}/k"}
    replies = [
        wire("PUT", "k", body=b"1"),
        wire("PUT", "copy", headers=copied),
        wire("POST", "log", query={"append": "", "position": "0"}, body=b"x"),
        wire("GET", "k"),
        wire("HEAD", "k"),
        wire("HEAD", "k", query={"objectMeta": ""}),
        wire("GET", "k", query={"tagging": ""}),
        wire("GET", "k", query={"acl": ""}),
        wire("DELETE", "k", query={"versionId": "null"}),
        wire("DELETE", "copy"),
    ]
    assert {reply.status for reply in replies} == {200, 204}
    for reply in replies:
        assert not {VERSION, MARKER, SOURCE_VERSION} & reply.headers.keys()


def test_each_write_is_a_version(wire: Wire) -> None:
    """While versions are kept nothing is overwritten, and ids are unlike each other."""
    wire("PUT", "k", body=b"old")
    set_status(wire, Enabled)
    ids = [put(wire, "k", data) for data in (b"1", b"2", b"2")]
    assert len(set(ids)) == 3
    assert get(wire, "k").headers[VERSION] == ids[-1]
    for version, data in zip(["null", *ids], (b"old", b"1", b"2", b"2"), strict=True):
        got = get(wire, "k", version)
        assert (got.body, got.headers[VERSION]) == (data, version)
        head = wire("HEAD", "k", query={"versionId": version})
        assert (head.status, head.headers[VERSION]) == (200, version)
        meta = wire("HEAD", "k", query={"objectMeta": "", "versionId": version})
        assert meta.headers[VERSION] == version
        assert meta.headers["etag"] == got.headers["etag"]


def test_suspended_buckets_overwrite_the_null_version(wire: Wire) -> None:
    """What was kept stays; what is written then has one version, called null."""
    set_status(wire, Enabled)
    kept = put(wire, "k", b"kept")
    set_status(wire, Suspended)
    assert put(wire, "k", b"1") == "null"
    assert put(wire, "k", b"2") == "null"
    assert get(wire, "k").body == b"2"
    assert get(wire, "k", "null").body == b"2"
    assert get(wire, "k", kept).body == b"kept"
    set_status(wire, Enabled)
    newest = put(wire, "k", b"3")
    assert [get(wire, "k", v).body for v in (newest, "null", kept)] == [
        b"3",
        b"2",
        b"kept",
    ]
    set_status(wire, Suspended)
    assert put(wire, "k", b"4") == "null"
    assert get(wire, "k").body == b"4"
    reply = wire("GET", query={"versions": ""})
    assert [entry.version for entry in entries(reply)] == ["null", newest, kept]


def test_deleting_makes_a_marker(wire: Wire) -> None:
    """The object is gone for those who do not look for versions, each time anew."""
    set_status(wire, Enabled)
    kept = put(wire, "k", b"kept")
    gone = delete(wire, "k")
    assert gone.headers[MARKER] == "true"
    marker = gone.headers[VERSION]
    assert marker not in {kept, "null"}
    for method in ("GET", "HEAD"):
        reply = wire(method, "k")
        assert reply.status == 404
        assert reply.headers[MARKER] == "true"
        assert reply.headers[VERSION] == marker
        document = reply.xml if method == "GET" else reply.head_error
        assert document.findtext("Code") == "NoSuchKey"
    assert wire("GET").texts("Contents/Key") == []
    assert get(wire, "k", kept).body == b"kept"
    again = delete(wire, "k").headers[VERSION]
    assert again not in {kept, marker}
    assert delete(wire, "never").headers[MARKER] == "true"
    assert len(entries(wire("GET", query={"versions": ""}))) == 4


@pytest.mark.parametrize(
    ("method", "resource"),
    [
        ("GET", ""),
        ("GET", "acl"),
        ("GET", "symlink"),
        ("GET", "tagging"),
        ("HEAD", ""),
        ("HEAD", "objectMeta"),
    ],
)
def test_a_marker_cannot_be_read(wire: Wire, method: str, resource: str) -> None:
    """Whoever asks for a marker by its id may only delete it."""
    set_status(wire, Enabled)
    marker = delete(wire, "k").headers[VERSION]
    query = {"versionId": marker} | ({resource: ""} if resource else {})
    reply = wire(method, "k", query=query)
    assert reply.status == 405
    assert reply.headers[MARKER] == "true"
    assert reply.headers[VERSION] == marker
    assert reply.headers["allow"] == "DELETE"
    document = reply.xml if method == "GET" else reply.head_error
    assert document.findtext("Code") == "MethodNotAllowed"
    assert document.findtext("Method") == method
    assert document.findtext("ResourceType") == "DeleteMarker"


def test_deleting_versions(wire: Wire) -> None:
    """They go for good, the next older one takes over, and unknown ones are no error."""
    set_status(wire, Enabled)
    first, second = put(wire, "k", b"1"), put(wire, "k", b"2")
    marker = delete(wire, "k").headers[VERSION]
    gone = delete(wire, "k", marker)
    assert (gone.headers[MARKER], gone.headers[VERSION]) == ("true", marker)
    assert get(wire, "k").body == b"2"
    gone = delete(wire, "k", second)
    assert MARKER not in gone.headers
    assert gone.headers[VERSION] == second
    assert get(wire, "k").body == b"1"
    assert error(get(wire, "k", second)) == (404, "NoSuchVersion")
    assert delete(wire, "k", second).headers[VERSION] == second
    delete(wire, "k", first)
    plain = get(wire, "k")
    assert error(plain) == (404, "NoSuchKey")
    assert MARKER not in plain.headers
    assert entries(wire("GET", query={"versions": ""})) == []


def test_deleting_in_a_suspended_bucket(wire: Wire) -> None:
    """The null version gives way to a null marker, and only it."""
    set_status(wire, Enabled)
    kept = put(wire, "k", b"kept")
    set_status(wire, Suspended)
    put(wire, "k", b"gone")
    for _ in range(2):
        reply = delete(wire, "k")
        assert (reply.headers[MARKER], reply.headers[VERSION]) == ("true", "null")
        found = entries(wire("GET", query={"versions": ""}))
        assert [(e.kind, e.version) for e in found] == [
            ("DeleteMarker", "null"),
            ("Version", kept),
        ]
    assert error(get(wire, "k", "null")) == (405, "MethodNotAllowed")
    delete(wire, "k", "null")
    assert get(wire, "k").body == b"kept"


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ("", "Version id can not be the empty string."),
        ("a b", "Invalid version id specified."),
        ("a<b", "Invalid version id specified."),
        ("é", "Invalid version id specified."),
        ("x" * 1025, "Invalid version id specified."),
    ],
)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_malformed_ids(wire: Wire, method: str, version: str, message: str) -> None:
    """What cannot be a version id is refused and named."""
    wire("PUT", "k", body=b"x")
    set_status(wire, Enabled)
    reply = wire(method, "k", query={"versionId": version})
    assert error(reply) == (400, "InvalidArgument")
    assert reply.text("Message") == message
    assert reply.text("ArgumentName") == "versionId"
    assert get(wire, "k").body == b"x"


def test_deleting_many(wire: Wire) -> None:
    """Each object is answered with what became of it."""
    wire("PUT", "plain", body=b"x")
    plain = delete_many(wire, ("plain", ""), ("other", "null"))
    assert [list(each.itertext()) for each in plain.xml] == [
        ["plain"],
        ["other", "null"],
    ]
    set_status(wire, Enabled)
    version = put(wire, "k", b"x")
    marker = delete(wire, "gone").headers[VERSION]
    reply = delete_many(
        wire, ("k", ""), ("k", version), ("gone", marker), ("k", "unknown")
    )
    found = [{part.tag: part.text for part in each} for each in reply.xml]
    made = found[0].pop("DeleteMarkerVersionId")
    assert made not in {None, version, marker, "null"}
    assert found == [
        {"Key": "k", "DeleteMarker": "true"},
        {"Key": "k", "VersionId": version},
        {
            "Key": "gone",
            "VersionId": marker,
            "DeleteMarker": "true",
            "DeleteMarkerVersionId": marker,
        },
        {"Key": "k", "VersionId": "unknown"},
    ]
    left = entries(wire("GET", query={"versions": ""}))
    assert [(entry.key, entry.version) for entry in left] == [("k", made)]


def test_deleting_many_quietly(wire: Wire) -> None:
    """Nothing is said, all is done; a malformed id among them undoes the request."""
    set_status(wire, Enabled)
    version = put(wire, "k", b"x")
    refused = delete_many(wire, ("k", version), ("k", "a b"))
    assert error(refused) == (400, "InvalidArgument")
    assert get(wire, "k").status == 200
    reply = delete_many(wire, ("k", version), ("l", ""), quiet=True)
    assert (reply.status, reply.body) == (200, b"")
    left = entries(wire("GET", query={"versions": ""}))
    assert [(entry.kind, entry.key) for entry in left] == [("DeleteMarker", "l")]


def test_settings_belong_to_versions(wire: Wire) -> None:
    """Tags and access rules are those of one version, and move it nowhere."""
    set_status(wire, Enabled)
    first, second = put(wire, "k", b"1"), put(wire, "k", b"2")
    body = (
        b"<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>"
    )
    query = {"tagging": "", "versionId": first}
    reply = wire("PUT", "k", query=query, body=body)
    assert (reply.status, reply.headers[VERSION]) == (200, first)
    assert wire("GET", "k", query=query).texts("TagSet/Tag/Key") == ["a"]
    current = wire("GET", "k", query={"tagging": ""})
    assert current.texts("TagSet/Tag/Key") == []
    assert current.headers[VERSION] == second
    acl = {"acl": "", "versionId": first}
    reply = wire("PUT", "k", query=acl, headers={"x-oss-object-acl": "public-read"})
    assert (reply.status, reply.headers[VERSION]) == (200, first)
    assert wire("GET", "k", query=acl).text("AccessControlList/Grant") == "public-read"
    other = wire("GET", "k", query={"acl": ""})
    assert other.text("AccessControlList/Grant") == "default"
    anonymous = Wire(wire.server, scheme="none")
    assert get(anonymous, "k", first).body == b"1"
    assert error(get(anonymous, "k")) == (403, "AccessDenied")
    assert error(get(anonymous, "k", second)) == (403, "AccessDenied")
    wire("PUT", "k", query=acl, headers={"x-oss-object-acl": "public-read-write"})
    version = {"versionId": first}
    assert error(anonymous("PUT", "k", query=version)) == (403, "AccessDenied")
    assert error(anonymous("DELETE", "k")) == (403, "AccessDenied")
    assert wire("DELETE", "k", query=query).headers[VERSION] == first
    found = entries(wire("GET", query={"versions": ""}))
    assert [entry.version for entry in found] == [second, first]
    unknown = {"tagging": "", "versionId": "unknown"}
    assert error(wire("GET", "k", query=unknown)) == (404, "NoSuchVersion")
    assert anonymous("DELETE", "k", query=version).status == 204
    assert error(get(wire, "k", first)) == (404, "NoSuchVersion")


def test_symlinks_have_versions(wire: Wire) -> None:
    """A link's versions lead where each did; the target is the current one."""
    set_status(wire, Enabled)
    put(wire, "a", b"A")
    put(wire, "b", b"B")
    ids = []
    for target in ("a", "b"):
        headers = {"x-oss-symlink-target": target}
        reply = wire("PUT", "link", query={"symlink": ""}, headers=headers)
        ids.append(reply.headers[VERSION])
    query = {"symlink": "", "versionId": ids[0]}
    old = wire("GET", "link", query=query)
    assert (old.headers["x-oss-symlink-target"], old.headers[VERSION]) == ("a", ids[0])
    got = get(wire, "link", ids[0])
    assert (got.body, got.headers[VERSION]) == (b"A", ids[0])
    assert get(wire, "link").body == b"B"
    delete(wire, "b")
    assert error(get(wire, "link")) == (404, "SymlinkTargetNotExist")


def test_overwriting_cannot_be_forbidden(wire: Wire) -> None:
    """Where versions are kept, or were, the header counts for nothing."""
    wire("PUT", "k", body=b"1")
    headers = {"x-oss-forbid-overwrite": "true"}
    assert error(wire("PUT", "k", headers=headers)) == (409, "FileAlreadyExists")
    for status in (Enabled, Suspended):
        set_status(wire, status)
        assert wire("PUT", "k", headers=headers, body=b"2").status == 200


def test_statistics_and_deletion_of_buckets(wire: Wire) -> None:
    """Old versions count, and so do markers: no bucket goes that has either."""
    set_status(wire, Enabled)
    put(wire, "k", b"12345")
    put(wire, "k", b"123")
    delete(wire, "k")
    stat = wire("GET", query={"stat": ""})
    assert stat.text("Storage") == "8"
    assert stat.text("ObjectCount") == "2"
    assert stat.text("DeleteMarkerCount") == "1"
    found = entries(wire("GET", query={"versions": ""}))
    assert len(found) == 3
    for entry in found:
        assert error(wire("DELETE")) == (409, "BucketNotEmpty")
        delete(wire, entry.key, entry.version)
    assert wire("DELETE").status == 204

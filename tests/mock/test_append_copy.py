"""Appendable objects, copies, symlinks, tags and access rules of objects."""

from __future__ import annotations

import hashlib
from urllib.parse import quote

import pytest

import ossc.mock
from ossc.mock._crc64 import crc64_table

from .wire import BUCKET, Reply, Wire

SOURCE = f"/{BUCKET}/src"


def append(wire: Wire, position: object, body: bytes, key: str = "log") -> Reply:
    """Send an AppendObject."""
    query = {"append": "", "position": str(position)}
    return wire("POST", key, query=query, body=body)


def error(reply: Reply) -> tuple[int, str | None]:
    """Status and code of an error."""
    return reply.status, reply.code


def test_append(wire: Wire) -> None:
    """An object grows, and each answer says where it ends."""
    etags = set()
    total = b""
    for piece in (b"one", b"", b"two", b"three"):
        reply = append(wire, len(total), piece)
        total += piece
        assert reply.status == 200
        assert reply.headers["x-oss-next-append-position"] == str(len(total))
        assert reply.headers["x-oss-hash-crc64ecma"] == str(crc64_table(total))
        etags.add(reply.headers["etag"])
    assert len(etags) == 3
    assert all(len(etag) == 34 and etag.endswith('00000000"') for etag in etags)
    got = wire("GET", "log")
    assert got.body == total
    assert got.headers["x-oss-object-type"] == "Appendable"
    assert got.headers["x-oss-next-append-position"] == "11"
    assert "content-md5" not in got.headers


@pytest.mark.parametrize("position", [0, 2, 4])
def test_wrong_position(wire: Wire, position: int) -> None:
    """A wrong position is told the right one."""
    append(wire, 0, b"abc")
    reply = append(wire, position, b"x")
    assert error(reply) == (409, "PositionNotEqualToLength")
    assert reply.text("EC") == "0026-00000016"
    assert reply.headers["x-oss-next-append-position"] == "3"


def test_append_to_nothing(wire: Wire) -> None:
    """The first append must be at 0."""
    assert error(append(wire, 1, b"x")) == (409, "PositionNotEqualToLength")


@pytest.mark.parametrize("position", ["", "-1", "x", "1.0"])
def test_bad_position(wire: Wire, position: str) -> None:
    """A position is a decimal number."""
    assert error(append(wire, position, b"x")) == (400, "InvalidArgument")


def test_append_to_normal(wire: Wire) -> None:
    """A normal object does not grow."""
    wire("PUT", "log", body=b"x")
    assert error(append(wire, 1, b"x")) == (409, "ObjectNotAppendable")


def test_put_over_appendable(wire: Wire) -> None:
    """Putting replaces an appendable object by a normal one."""
    append(wire, 0, b"abc")
    wire("PUT", "log", body=b"x")
    assert wire("HEAD", "log").headers["x-oss-object-type"] == "Normal"


def copy(wire: Wire, headers: dict[str, str] | None = None, key: str = "dst") -> Reply:
    """Send a CopyObject."""
    return wire("PUT", key, headers={"x-oss-copy-source": SOURCE, **(headers or {})})


def test_copy(wire: Wire) -> None:
    """A copy has the bytes and, unless told otherwise, the metadata."""
    source = {"x-oss-meta-a": "1", "Content-Type": "a/b", "x-oss-tagging": "t=1"}
    put = wire("PUT", "src", headers=source, body=b"data")
    reply = copy(wire, {"x-oss-meta-a": "ignored"})
    assert reply.status == 200
    assert reply.text("ETag") == put.headers["etag"] == reply.headers["etag"]
    assert (reply.text("LastModified") or "").endswith(".000Z")
    crc = put.headers["x-oss-hash-crc64ecma"]
    assert reply.headers["x-oss-hash-crc64ecma"] == crc
    got = wire("GET", "dst")
    assert got.body == b"data"
    assert got.headers["x-oss-meta-a"] == "1"
    assert got.headers["content-type"] == "a/b"
    assert got.headers["x-oss-tagging-count"] == "1"


def test_copy_outlives_its_source(wire: Wire) -> None:
    """Bytes that a copy shares stay when the source goes, in files too."""
    data = bytes(2_000_000)
    wire("PUT", "src", body=data)
    copy(wire)
    wire("DELETE", "src")
    assert wire("GET", "dst").body == data


def test_copy_replacing(wire: Wire) -> None:
    """Directives choose whose metadata and tags count."""
    source = {"x-oss-meta-a": "1", "x-oss-tagging": "t=1"}
    wire("PUT", "src", headers=source, body=b"data")
    headers = {
        "x-oss-metadata-directive": "REPLACE",
        "x-oss-meta-b": "2",
        "x-oss-tagging-directive": "Replace",
        "x-oss-tagging": "u=1&v=2",
    }
    assert copy(wire, headers).status == 200
    got = wire("GET", "dst")
    assert "x-oss-meta-a" not in got.headers
    assert got.headers["x-oss-meta-b"] == "2"
    assert got.headers["x-oss-tagging-count"] == "2"


def test_copy_onto_itself(wire: Wire) -> None:
    """Copying a key onto itself changes its metadata, whatever its type."""
    append(wire, 0, b"abc", key="src")
    assert copy(wire, {"x-oss-meta-b": "2"}, key="src").status == 200
    got = wire("GET", "src")
    assert got.headers["x-oss-meta-b"] == "2"
    assert got.headers["x-oss-object-type"] == "Appendable"


def test_copy_of_appendable(wire: Wire) -> None:
    """An appendable object cannot be copied elsewhere."""
    append(wire, 0, b"abc", key="src")
    assert error(copy(wire)) == (400, "OperationNotSupported")


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"x-oss-copy-source": "/"}, 400, "InvalidArgument"),
        ({"x-oss-copy-source": f"/{BUCKET}"}, 400, "InvalidArgument"),
        ({"x-oss-copy-source": f"/{BUCKET}/"}, 400, "InvalidArgument"),
        ({"x-oss-copy-source": "/nobucket/k"}, 404, "NoSuchBucket"),
        ({"x-oss-copy-source": f"/{BUCKET}/missing"}, 404, "NoSuchKey"),
        ({"x-oss-copy-source": SOURCE + "?versionId=x"}, 404, "NoSuchVersion"),
        ({"x-oss-copy-source": f"/{BUCKET}/%ff"}, 400, "InvalidObjectName"),
        ({"x-oss-metadata-directive": "MOVE"}, 400, "InvalidArgument"),
        ({"x-oss-tagging-directive": "MOVE"}, 400, "InvalidArgument"),
        ({"x-oss-copy-source-if-match": "x"}, 412, "PreconditionFailed"),
        (
            {"x-oss-copy-source-if-unmodified-since": "Thu, 01 Jan 1970 00:00:00 GMT"},
            412,
            "PreconditionFailed",
        ),
    ],
)
def test_refused_copies(
    wire: Wire, headers: dict[str, str], status: int, code: str
) -> None:
    """Each thing that is wrong with a copy has its own answer."""
    wire("PUT", "src", body=b"data")
    assert error(copy(wire, headers)) == (status, code)
    assert wire("GET", "dst").status == 404


def test_copy_not_modified(wire: Wire) -> None:
    """The other two conditions answer 304."""
    etag = wire("PUT", "src", body=b"data").headers["etag"]
    assert copy(wire, {"x-oss-copy-source-if-none-match": etag}).status == 304
    later = "Fri, 01 Jan 2100 00:00:00 GMT"
    assert copy(wire, {"x-oss-copy-source-if-modified-since": later}).status == 304


@pytest.mark.parametrize("slash", ["/", "%2F"])
def test_copy_source_is_encoded(wire: Wire, slash: str) -> None:
    """Percent escapes are decoded, a plus is a plus, a version may follow."""
    wire("PUT", "源/a b+c?", body=b"data")
    encoded = quote("源/a b+c?", safe="+").replace("%2F", slash)
    headers = {"x-oss-copy-source": f"/{BUCKET}{slash}{encoded}?versionId=null"}
    assert copy(wire, headers).status == 200


def test_copy_of_archived(wire: Wire) -> None:
    """An archived object cannot be copied."""
    wire("PUT", "src", headers={"x-oss-storage-class": "Archive"}, body=b"data")
    assert error(copy(wire)) == (403, "InvalidObjectState")


def test_copy_forbidding_overwrite(wire: Wire) -> None:
    """A copy may refuse to replace."""
    wire("PUT", "src", body=b"data")
    wire("PUT", "dst", body=b"old")
    reply = copy(wire, {"x-oss-forbid-overwrite": "true"})
    assert error(reply) == (409, "FileAlreadyExists")


def link(wire: Wire, target: str, key: str = "link") -> Reply:
    """Send a PutSymlink."""
    headers = {"x-oss-symlink-target": target}
    return wire("PUT", key, query={"symlink": ""}, headers=headers)


@pytest.mark.parametrize("target", ["dir/目标 x", quote("dir/目标 x", safe="")])
def test_symlink(wire: Wire, target: str) -> None:
    """A link gives its target's bytes; raw and encoded targets mean the same."""
    wire("PUT", "dir/目标 x", headers={"Content-Type": "a/b"}, body=b"data")
    assert link(wire, target).status == 200
    got = wire("GET", "link")
    assert got.body == b"data"
    assert got.headers["x-oss-object-type"] == "Symlink"
    assert got.headers["content-type"] == "a/b"
    etag = hashlib.md5(b"data").hexdigest().upper()
    assert got.headers["etag"] == f'"{etag}"'
    shown = wire("GET", "link", query={"symlink": ""})
    assert (shown.status, shown.body) == (200, b"")
    assert shown.headers["x-oss-symlink-target"] == quote("dir/目标 x", safe="")
    assert wire("HEAD", "link").headers["content-length"] == "4"
    meta = wire("HEAD", "link", query={"objectMeta": ""})
    assert meta.headers["content-length"] == "0"
    wire("DELETE", "link")
    assert wire("GET", "dir/目标 x").status == 200


def test_symlinks_that_lead_nowhere(wire: Wire) -> None:
    """Missing targets and links to links are found out when read."""
    link(wire, "missing")
    assert error(wire("GET", "link")) == (404, "SymlinkTargetNotExist")
    link(wire, "link", key="second")
    assert error(wire("GET", "second")) == (400, "InvalidTargetType")


def test_symlink_errors(wire: Wire) -> None:
    """A link needs a target, and only links can be read as links."""
    reply = wire("PUT", "link", query={"symlink": ""})
    assert error(reply) == (400, "MissingArgument")
    assert error(link(wire, "x" * 1024)) == (400, "InvalidArgument")
    wire("PUT", "k", body=b"x")
    assert error(wire("GET", "k", query={"symlink": ""})) == (400, "NotSymlink")
    assert error(wire("GET", "no", query={"symlink": ""})) == (404, "NoSuchKey")


def test_symlink_is_copied_as_symlink(wire: Wire) -> None:
    """Copying a link makes another link."""
    wire("PUT", "t", body=b"data")
    link(wire, "t", key="src")
    assert copy(wire).status == 200
    shown = wire("GET", "dst", query={"symlink": ""})
    assert shown.headers["x-oss-symlink-target"] == "t"


def tagging(*pairs: tuple[str, str]) -> bytes:
    """A Tagging document."""
    tags = "".join(
        f"<Tag><Key>{key}</Key><Value>{value}</Value></Tag>" for key, value in pairs
    )
    return f"<Tagging><TagSet>{tags}</TagSet></Tagging>".encode()


def test_tagging(wire: Wire) -> None:
    """Tags are put, read and deleted without touching Last-Modified."""
    query = {"tagging": ""}
    wire("PUT", "k", headers={"x-oss-tagging": "a=1&b"}, body=b"x")
    modified = wire("HEAD", "k").headers["last-modified"]
    reply = wire("GET", "k", query=query)
    assert reply.texts("TagSet/Tag/Key") == ["a", "b"]
    assert reply.texts("TagSet/Tag/Value") == ["1", ""]
    put = wire("PUT", "k", query=query, body=tagging(("c d", "+-=._:/")))
    assert put.status == 200
    assert wire("GET", "k", query=query).texts("TagSet/Tag/Key") == ["c d"]
    assert wire("HEAD", "k").headers["last-modified"] == modified
    assert wire("DELETE", "k", query=query).status == 204
    assert wire("GET", "k", query=query).texts("TagSet/Tag") == []
    assert wire("GET", "k", query=query).xml.find("TagSet") is not None
    assert "x-oss-tagging-count" not in wire("HEAD", "k").headers


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (tagging(("a", "1"), ("a", "2")), "RepeatedTags"),
        (tagging(*((f"k{i}", "") for i in range(11))), "InvalidTag"),
        (tagging(("", "1")), "InvalidTag"),
        (tagging(("k" * 129, "1")), "InvalidTag"),
        (tagging(("k", "v" * 257)), "InvalidTag"),
        (tagging(("k", "a!b")), "InvalidTag"),
        (b"<Tagging></Tagging>", "MalformedXML"),
        (b"", "MalformedXML"),
    ],
)
def test_bad_tags(wire: Wire, body: bytes, code: str) -> None:
    """Tags that break the rules are refused."""
    wire("PUT", "k", body=b"x")
    assert error(wire("PUT", "k", query={"tagging": ""}, body=body)) == (400, code)


def test_object_acl(wire: Wire) -> None:
    """The access rule of an object is put and read."""
    query = {"acl": ""}
    wire("PUT", "k", body=b"x")
    reply = wire("GET", "k", query=query)
    assert reply.text("AccessControlList/Grant") == "default"
    assert reply.text("Owner/ID") == reply.text("Owner/DisplayName")
    headers = {"x-oss-object-acl": "public-read"}
    assert wire("PUT", "k", query=query, headers=headers).status == 200
    reply = wire("GET", "k", query=query)
    assert reply.text("AccessControlList/Grant") == "public-read"
    assert error(wire("PUT", "k", query=query)) == (400, "MissingArgument")
    headers = {"x-oss-object-acl": "x"}
    reply = wire("PUT", "k", query=query, headers=headers)
    assert error(reply) == (400, "InvalidArgument")
    assert error(wire("GET", "no", query=query)) == (404, "NoSuchKey")


def test_copy_between_buckets(server: ossc.mock.Server, wire: Wire) -> None:
    """The source may lie in another bucket."""
    server.create_bucket("otherbucket")
    server.put_object("otherbucket", "k", b"data")
    headers = {"x-oss-copy-source": "/otherbucket/k"}
    assert copy(wire, headers).status == 200
    assert server.get_object(BUCKET, "dst") == b"data"

"""The mock server, used by oss2: objects, one at a time.

Every test runs with signature V1 and V4, with a temporary key, and with the bucket in
the path and in the host name.
"""

from __future__ import annotations

import datetime as dt
import io
from email.utils import formatdate
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import oss2
import oss2.models
import pytest

from . import oss2_client, strangers
from .strangers import (
    LOGINS,
    ODD_KEYS,
    Login,
    Server,
    Untyped,
    crc64,
    md5_etag,
    pattern,
    stored,
)

if TYPE_CHECKING:
    from pathlib import Path

server = pytest.fixture(strangers.run_server, scope="module", name="server")
login = pytest.fixture(params=LOGINS, ids=str, name="login")(strangers.give_login)
bucket = pytest.fixture(oss2_client.fresh_bucket, name="bucket")


def test_put_and_get(server: Server, bucket: Untyped) -> None:
    """What was put is stored and comes back, with ETag, CRC, type and metadata."""
    data = pattern(5000)
    headers = {
        "Content-Type": "text/x-odd",
        "Cache-Control": "no-store",
        "x-oss-meta-Author": "me and you",
    }
    put = bucket.put_object("dir/name", data, headers=headers)
    assert put.status == 200
    assert put.etag == md5_etag(data)
    assert put.crc == crc64(data)
    assert len(put.request_id) == 24
    assert stored(server, bucket.bucket_name, "dir/name") == data
    got = bucket.get_object("dir/name")
    assert got.read() == data
    assert got.client_crc == got.server_crc == crc64(data)
    assert got.etag == md5_etag(data)
    assert got.content_length == len(data)
    assert got.content_type == "text/x-odd"
    assert got.object_type == "Normal"
    assert got.headers["Cache-Control"] == "no-store"
    assert got.headers["x-oss-meta-author"] == "me and you"


@pytest.mark.parametrize("key", ODD_KEYS, ids=repr)
def test_odd_keys(server: Server, bucket: Untyped, key: str) -> None:
    """Keys with odd characters are written, read, headed and deleted."""
    data = key.encode()
    assert bucket.put_object(key, data).etag == md5_etag(data)
    assert stored(server, bucket.bucket_name, key) == data
    assert bucket.get_object(key).read() == data
    assert bucket.head_object(key).content_length == len(data)
    assert [item.key for item in bucket.list_objects_v2().object_list] == [key]
    assert bucket.delete_object(key).status == 204
    assert not bucket.object_exists(key)


def test_an_empty_object(server: Server, bucket: Untyped) -> None:
    """No bytes are a good object, too."""
    assert bucket.put_object("empty", b"").crc == 0
    assert bucket.get_object("empty").read() == b""
    assert stored(server, bucket.bucket_name, "empty") == b""


def test_put_from_a_stream_without_length(server: Server, bucket: Untyped) -> None:
    """A generator goes in chunked coding."""
    pieces = [pattern(1000, seed) for seed in range(5)]
    bucket.put_object("chunked", iter(pieces))
    assert stored(server, bucket.bucket_name, "chunked") == b"".join(pieces)


def test_a_reader_is_read_from_where_it_is(server: Server, bucket: Untyped) -> None:
    """A file object that was read in part is sent from its position."""
    stream = io.BytesIO(b"skipped sent")
    stream.seek(8)
    bucket.put_object("k", stream)
    assert stored(server, bucket.bucket_name, "k") == b"sent"


def test_put_and_get_files(bucket: Untyped, tmp_path: Path) -> None:
    """Files go there and back."""
    source, target = tmp_path / "source.html", tmp_path / "target"
    source.write_bytes(pattern(300_000))
    bucket.put_object_from_file("file", str(source))
    assert bucket.head_object("file").content_type == "text/html"
    bucket.get_object_to_file("file", str(target))
    assert target.read_bytes() == source.read_bytes()


@pytest.mark.parametrize(
    ("byte_range", "status", "first", "last"),
    [
        ((0, 99), 206, 0, 99),
        ((500, None), 206, 500, 999),
        ((None, 10), 206, 990, 999),
        ((999, 999), 206, 999, 999),
        ((500, 2000), 200, 0, 999),
        ((1000, None), 200, 0, 999),
        ((None, 2000), 200, 0, 999),
    ],
    ids=str,
)
def test_ranges(
    bucket: Untyped,
    byte_range: tuple[int | None, int | None],
    status: int,
    first: int,
    last: int,
) -> None:
    """A range in the object gives 206; one that leaves it, the whole object."""
    data = pattern(1000)
    bucket.put_object("k", data)
    got = bucket.get_object("k", byte_range=byte_range)
    assert got.status == status
    assert got.read() == data[first : last + 1]
    assert got.server_crc == crc64(data)
    expected = f"bytes {first}-{last}/1000" if status == 206 else None
    assert got.content_range == expected


@pytest.mark.parametrize(
    ("byte_range", "first", "last"),
    [((500, 2000), 500, 999), ((None, 2000), 0, 999), ((1000, None), 0, None)],
    ids=str,
)
def test_standard_ranges(
    bucket: Untyped,
    byte_range: tuple[int | None, int | None],
    first: int,
    last: int | None,
) -> None:
    """With the standard behaviour a range is cut to the object, or refused."""
    data = pattern(1000)
    bucket.put_object("k", data)
    headers = {"x-oss-range-behavior": "standard"}
    if last is None:
        with pytest.raises(oss2.exceptions.ServerError) as caught:
            bucket.get_object("k", byte_range=byte_range, headers=headers)
        assert (caught.value.status, caught.value.code) == (416, "InvalidRange")
    else:
        got = bucket.get_object("k", byte_range=byte_range, headers=headers)
        assert (got.status, got.read()) == (206, data[first : last + 1])


def test_conditions(bucket: Untyped) -> None:
    """ETags and dates let a read through, or stop it with 304 or 412."""
    etag = bucket.put_object("k", b"data").etag
    past = formatdate(0, usegmt=True)
    future = formatdate(4_000_000_000, usegmt=True)
    for headers in (
        {"If-Match": f'"{etag}"'},
        {"If-None-Match": '"0"'},
        {"If-Modified-Since": past},
        {"If-Unmodified-Since": future},
    ):
        assert bucket.get_object("k", headers=headers).read() == b"data"
    for headers in ({"If-None-Match": f'"{etag}"'}, {"If-Modified-Since": future}):
        with pytest.raises(oss2.exceptions.NotModified) as unmodified:
            bucket.get_object("k", headers=headers)
        assert unmodified.value.status == 304
        with pytest.raises(oss2.exceptions.NotModified):
            bucket.head_object("k", headers=headers)
    for headers in ({"If-Match": '"0"'}, {"If-Unmodified-Since": past}):
        with pytest.raises(oss2.exceptions.PreconditionFailed) as failed:
            bucket.get_object("k", headers=headers)
        assert failed.value.status == 412
        assert failed.value.details["Condition"] == next(iter(headers))


def test_response_headers_can_be_overridden(bucket: Untyped) -> None:
    """The response-… parameters replace headers of the answer."""
    bucket.put_object("k", b"data")
    got = bucket.get_object(
        "k",
        params={
            "response-content-type": "a/b; c=d",
            "response-content-disposition": 'attachment; filename="x y"',
        },
    )
    assert got.headers["Content-Type"] == "a/b; c=d"
    assert got.headers["Content-Disposition"] == 'attachment; filename="x y"'


def test_head_and_meta(bucket: Untyped) -> None:
    """HeadObject tells all headers, GetObjectMeta only three."""
    before = dt.datetime.now(dt.timezone.utc).timestamp()
    bucket.put_object("k", b"data", headers={"x-oss-meta-a": "1"})
    head = bucket.head_object("k")
    assert (head.content_length, head.etag) == (4, md5_etag(b"data"))
    assert head.server_crc == crc64(b"data")
    assert head.headers["x-oss-meta-a"] == "1"
    assert abs(head.last_modified - before) < 60
    meta = bucket.get_object_meta("k")
    assert (meta.content_length, meta.etag) == (4, md5_etag(b"data"))
    assert meta.last_modified == head.last_modified
    assert "x-oss-meta-a" not in meta.headers


def test_missing_things_are_told_apart(
    server: Server, login: Login, bucket: Untyped
) -> None:
    """oss2's exceptions have code, EC, request id and the extra elements."""
    with pytest.raises(oss2.exceptions.NoSuchKey) as key:
        bucket.get_object("none")
    assert (key.value.status, key.value.code) == (404, "NoSuchKey")
    assert key.value.ec == "0026-00000001"
    assert key.value.details["Key"] == "none"
    assert key.value.request_id == key.value.details["RequestId"]
    with pytest.raises(oss2.exceptions.NotFound) as head:
        bucket.head_object("none")
    assert head.value.status == 404
    assert head.value.headers["x-oss-ec"] == "0026-00000001"
    with pytest.raises(oss2.exceptions.NoSuchBucket) as absent:
        oss2_client.make_bucket(server, login, "no-such-bucket").get_object("k")
    assert absent.value.details["BucketName"] == "no-such-bucket"
    assert absent.value.ec == "0015-00000101"
    with pytest.raises(oss2.exceptions.NoSuchUpload) as upload:
        bucket.list_parts("k", "0" * 32)
    assert upload.value.code == "NoSuchUpload"


def test_wrong_keys_are_refused(server: Server, login: Login, bucket: Untyped) -> None:
    """A wrong secret, an unknown key and a wrong token have codes of their own."""
    key_id, secret, token = login.keys(server)
    wrong = Login(login.version, virtual_host=login.virtual_host)

    def attempt(key_id: str, secret: str, token: str | None) -> Untyped:
        if token is None:
            kind = oss2.Auth if wrong.version == "v1" else oss2.AuthV4
            auth = kind(key_id, secret)
        else:
            auth = oss2.StsAuth(key_id, secret, token, auth_version=wrong.version)
        bucket.auth = auth
        with pytest.raises(oss2.exceptions.ServerError) as caught:
            bucket.put_object("k", b"data")
        assert caught.value.status == 403
        return caught.value

    error = attempt(key_id, "wrong" + secret, token)
    assert error.code == "SignatureDoesNotMatch"
    assert isinstance(error, oss2.exceptions.SignatureDoesNotMatch)
    assert error.details["OSSAccessKeyId"] == key_id
    assert "StringToSign" in error.details
    assert attempt("unknown", secret, token).code == "InvalidAccessKeyId"
    if token is None:
        assert attempt(key_id, secret, "no token").code == "InvalidSecurityToken"
    else:
        assert attempt(key_id, secret, "other").code == "InvalidSecurityToken"
        assert attempt(key_id, secret, None).code == "InvalidAccessKeyId"


def test_a_wrong_digest_is_refused(bucket: Untyped) -> None:
    """Content-MD5 is compared, and nothing is stored if it differs."""
    headers = {"Content-MD5": oss2.utils.content_md5(b"other")}
    with pytest.raises(oss2.exceptions.InvalidDigest):
        bucket.put_object("k", b"data", headers=headers)
    assert not bucket.object_exists("k")


def test_forbidden_overwriting(bucket: Untyped) -> None:
    """x-oss-forbid-overwrite protects an object that exists."""
    headers = {"x-oss-forbid-overwrite": "true"}
    bucket.put_object("k", b"first", headers=headers)
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        bucket.put_object("k", b"second", headers=headers)
    assert (caught.value.status, caught.value.code) == (409, "FileAlreadyExists")
    assert bucket.get_object("k").read() == b"first"


def test_append(server: Server, bucket: Untyped) -> None:
    """Appending continues position and CRC; a wrong position is a conflict."""
    first = bucket.append_object("log", 0, b"hello ", init_crc=0)
    assert first.next_position == 6
    second = bucket.append_object("log", 6, b"world", init_crc=first.crc)
    assert second.next_position == 11
    assert second.crc == crc64(b"hello world")
    assert stored(server, bucket.bucket_name, "log") == b"hello world"
    assert bucket.head_object("log").object_type == "Appendable"
    with pytest.raises(oss2.exceptions.PositionNotEqualToLength) as caught:
        bucket.append_object("log", 6, b"!")
    assert caught.value.next_position == 11
    assert caught.value.ec == "0026-00000016"
    bucket.put_object("normal", b"x")
    with pytest.raises(oss2.exceptions.ObjectNotAppendable):
        bucket.append_object("normal", 1, b"!")


@pytest.mark.parametrize("key", ODD_KEYS, ids=repr)
def test_copy(server: Server, bucket: Untyped, key: str) -> None:
    """An object of any name is copied with its metadata."""
    headers = {"Content-Type": "a/b", "x-oss-meta-a": "1"}
    etag = bucket.put_object(key, b"data", headers=headers).etag
    copied = bucket.copy_object(bucket.bucket_name, key, "copy of " + key)
    assert copied.etag == etag
    assert stored(server, bucket.bucket_name, "copy of " + key) == b"data"
    head = bucket.head_object("copy of " + key)
    assert (head.content_type, head.headers["x-oss-meta-a"]) == ("a/b", "1")


def test_copy_between_buckets_and_its_conditions(
    server: Server, bucket: Untyped
) -> None:
    """Copies cross buckets, can replace metadata, and can depend on the source."""
    other = strangers.new_bucket(server)
    server_side = oss2_client.make_bucket(server, Login("v4"), other)
    etag = server_side.put_object("source", b"data").etag
    headers = {
        "x-oss-metadata-directive": "REPLACE",
        "x-oss-meta-b": "2",
        "x-oss-copy-source-if-match": f'"{etag}"',
    }
    bucket.copy_object(other, "source", "target", headers=headers)
    head = bucket.head_object("target")
    assert head.headers["x-oss-meta-b"] == "2"
    with pytest.raises(oss2.exceptions.PreconditionFailed):
        bucket.copy_object(
            other, "source", "t", headers={"x-oss-copy-source-if-match": '"0"'}
        )
    with pytest.raises(oss2.exceptions.NotModified):
        bucket.copy_object(
            other, "source", "t", headers={"x-oss-copy-source-if-none-match": etag}
        )
    with pytest.raises(oss2.exceptions.NoSuchKey):
        bucket.copy_object(other, "none", "t")
    bucket.update_object_meta("target", {"x-oss-meta-c": "3"})
    head = bucket.head_object("target")
    assert head.headers["x-oss-meta-c"] == "3"
    assert "x-oss-meta-b" not in head.headers


def test_symlinks(bucket: Untyped) -> None:
    """A symlink is read through, shows its target, and is deleted alone."""
    target = "target \u4e2d+%.txt"
    bucket.put_object(target, b"data", headers={"Content-Type": "a/b"})
    bucket.put_symlink(target, "link", headers={"x-oss-meta-a": "1"})
    link = bucket.get_symlink("link")
    assert link.target_key == target
    assert link.headers["x-oss-meta-a"] == "1"
    got = bucket.get_object("link")
    assert got.read() == b"data"
    assert got.headers["x-oss-object-type"] == "Symlink"
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        bucket.get_symlink(target)
    assert caught.value.code == "NotSymlink"
    bucket.delete_object(target)
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        bucket.get_object("link")
    assert (caught.value.status, caught.value.code) == (404, "SymlinkTargetNotExist")
    bucket.delete_object("link")
    assert not bucket.object_exists("link")


def test_tagging(bucket: Untyped) -> None:
    """Tags are set by header and by request, read, counted and removed."""
    tags = {"key 1": "a+b=c", "k2": "", "k/3": "v:_-.@"[:5]}
    header = urlencode(tags, quote_via=quote)
    bucket.put_object("k", b"data", headers={"x-oss-tagging": header})
    assert bucket.get_object_tagging("k").tag_set.tagging_rule == tags
    assert bucket.head_object("k").headers["x-oss-tagging-count"] == "3"
    rule = oss2.models.TaggingRule()
    rule.add("only", "one")
    bucket.put_object_tagging("k", oss2.models.Tagging(rule))
    assert bucket.get_object_tagging("k").tag_set.tagging_rule == {"only": "one"}
    bucket.copy_object(bucket.bucket_name, "k", "copy")
    assert bucket.get_object_tagging("copy").tag_set.tagging_rule == {"only": "one"}
    assert bucket.delete_object_tagging("k").status == 204
    assert bucket.get_object_tagging("k").tag_set.tagging_rule == {}

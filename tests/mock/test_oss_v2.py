"""The mock server, used by alibabacloud-oss-v2: objects, one at a time.

Every test runs with signature V1 and V4, with a temporary key, and with the bucket in
the path and in the host name.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING

import alibabacloud_oss_v2 as oss
import pytest

from . import oss_v2_client, strangers
from .oss_v2_client import DOT_SEGMENTS, WORKING_LOGINS, read, service_error
from .strangers import (
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
login = pytest.fixture(params=WORKING_LOGINS, ids=str, name="login")(
    strangers.give_login
)
bucket = pytest.fixture(oss_v2_client.fresh_bucket, name="bucket")


@pytest.fixture(name="client")
def make_client(server: Server, login: Login) -> Untyped:
    """Make the SDK's client for a login."""
    return oss_v2_client.make_client(server, login)


def put(
    client: Untyped, bucket: str, key: str, body: object, **options: object
) -> Untyped:
    """Put an object."""
    request = oss.PutObjectRequest(bucket=bucket, key=key, body=body, **options)
    return client.put_object(request)


def get(client: Untyped, bucket: str, key: str, **options: object) -> Untyped:
    """Get an object."""
    return client.get_object(oss.GetObjectRequest(bucket=bucket, key=key, **options))


def head(client: Untyped, bucket: str, key: str, **options: object) -> Untyped:
    """Ask for an object's headers."""
    return client.head_object(oss.HeadObjectRequest(bucket=bucket, key=key, **options))


def test_put_and_get(server: Server, client: Untyped, bucket: str) -> None:
    """What was put is stored and comes back, with ETag, CRC, type and metadata."""
    data = pattern(5000)
    result = put(
        client,
        bucket,
        "dir/name",
        data,
        content_type="text/x-odd",
        cache_control="no-store",
        metadata={"Author": "me and you"},
    )
    assert result.status_code == 200
    assert result.etag == f'"{md5_etag(data)}"'
    assert result.hash_crc64 == str(crc64(data))
    assert len(result.request_id) == 24
    assert stored(server, bucket, "dir/name") == data
    got = get(client, bucket, "dir/name")
    assert got.content_length == len(data)
    assert got.content_type == "text/x-odd"
    assert got.cache_control == "no-store"
    assert got.metadata == {"author": "me and you"}
    assert got.object_type == "Normal"
    assert got.hash_crc64 == str(crc64(data))
    assert read(got) == data


@pytest.mark.parametrize("key", ODD_KEYS, ids=repr)
def test_odd_keys(server: Server, client: Untyped, bucket: str, key: str) -> None:
    """Keys with odd characters are written, read, headed and deleted."""
    data = key.encode()
    if key == DOT_SEGMENTS:
        # The client's fault: its HTTP library drops dot segments after signing.
        error = service_error(lambda: put(client, bucket, key, data))
        assert error.code == "SignatureDoesNotMatch"
        return
    assert put(client, bucket, key, data).etag == f'"{md5_etag(data)}"'
    assert stored(server, bucket, key) == data
    assert read(get(client, bucket, key)) == data
    assert head(client, bucket, key).content_length == len(data)
    assert client.is_object_exist(bucket, key)
    request = oss.DeleteObjectRequest(bucket=bucket, key=key)
    assert client.delete_object(request).status_code == 204
    assert not client.is_object_exist(bucket, key)


@pytest.mark.parametrize("size", [0, 1, 70_000])
def test_bodies_of_all_kinds(
    server: Server, client: Untyped, bucket: str, tmp_path: Path, size: int
) -> None:
    """Bytes, files, and generators without a length arrive whole."""
    data = pattern(size)
    source, target = tmp_path / "source.html", tmp_path / "target"
    source.write_bytes(data)
    put(client, bucket, "bytes", data)
    request = oss.PutObjectRequest(bucket=bucket, key="file.html")
    client.put_object_from_file(request, str(source))
    put(client, bucket, "pieces", (data[at : at + 999] for at in range(0, size, 999)))
    for key in ("bytes", "file.html", "pieces"):
        assert stored(server, bucket, key) == data
    assert head(client, bucket, "file.html").content_type == "text/html"
    request = oss.GetObjectRequest(bucket=bucket, key="bytes")
    client.get_object_to_file(request, str(target))
    assert target.read_bytes() == data


@pytest.mark.parametrize(
    ("header", "status", "ends"),
    [
        ("bytes=0-99", 206, (0, 99)),
        ("bytes=500-", 206, (500, 999)),
        ("bytes=-10", 206, (990, 999)),
        ("bytes=500-2000", 200, (0, 999)),
        ("bytes=1000-", 200, (0, 999)),
        ("bytes=x-", 200, (0, 999)),
    ],
)
def test_ranges(
    client: Untyped, bucket: str, header: str, status: int, ends: tuple[int, int]
) -> None:
    """A range in the object gives 206; one that leaves it, the whole object."""
    first, last = ends
    data = pattern(1000)
    put(client, bucket, "k", data)
    got = get(client, bucket, "k", range_header=header)
    assert got.status_code == status
    expected = f"bytes {first}-{last}/1000" if status == 206 else None
    assert got.content_range == expected
    assert read(got) == data[first : last + 1]


def test_standard_ranges(client: Untyped, bucket: str) -> None:
    """With the standard behaviour a range is cut to the object, or refused."""
    data = pattern(1000)
    put(client, bucket, "k", data)
    got = get(
        client, bucket, "k", range_header="bytes=500-2000", range_behavior="standard"
    )
    assert (got.status_code, read(got)) == (206, data[500:])
    error = service_error(
        lambda: get(
            client, bucket, "k", range_header="bytes=1000-", range_behavior="standard"
        )
    )
    assert (error.status_code, error.code) == (416, "InvalidRange")


def test_conditions(client: Untyped, bucket: str) -> None:
    """ETags and dates let a read through, or stop it with 304 or 412."""
    etag = put(client, bucket, "k", b"data").etag
    past = "Thu, 01 Jan 1970 00:00:00 GMT"
    future = "Thu, 01 Jan 2099 00:00:00 GMT"
    for options in (
        {"if_match": etag},
        {"if_none_match": '"0"'},
        {"if_modified_since": past},
        {"if_unmodified_since": future},
    ):
        assert read(get(client, bucket, "k", **options)) == b"data"
        assert head(client, bucket, "k", **options).status_code == 200
    for status, options in (
        (304, {"if_none_match": etag}),
        (304, {"if_modified_since": future}),
        (412, {"if_match": '"0"'}),
        (412, {"if_unmodified_since": past}),
    ):
        error = service_error(partial(get, client, bucket, "k", **options))
        assert error.status_code == status
        assert (error.code == "PreconditionFailed") == (status == 412)
        error = service_error(partial(head, client, bucket, "k", **options))
        assert error.status_code == status


def test_response_headers_can_be_overridden(client: Untyped, bucket: str) -> None:
    """The response-… parameters replace headers of the answer."""
    put(client, bucket, "k", b"data")
    got = get(
        client,
        bucket,
        "k",
        response_content_type="a/b; c=d",
        response_cache_control="max-age=1",
        response_content_disposition='attachment; filename="x y"',
    )
    assert got.content_type == "a/b; c=d"
    assert got.cache_control == "max-age=1"
    assert got.content_disposition == 'attachment; filename="x y"'


def test_head_and_meta(client: Untyped, bucket: str) -> None:
    """HeadObject tells all headers, GetObjectMeta only three."""
    put(client, bucket, "k", b"data", metadata={"a": "1"})
    all_of_it = head(client, bucket, "k")
    assert all_of_it.metadata == {"a": "1"}
    assert all_of_it.hash_crc64 == str(crc64(b"data"))
    assert all_of_it.storage_class == "Standard"
    age = dt.datetime.now(dt.timezone.utc) - all_of_it.last_modified
    assert abs(age.total_seconds()) < 60
    request = oss.GetObjectMetaRequest(bucket=bucket, key="k")
    meta = client.get_object_meta(request)
    assert (meta.content_length, meta.etag) == (4, f'"{md5_etag(b"data")}"')
    assert meta.last_modified == all_of_it.last_modified
    assert "x-oss-meta-a" not in meta.headers


def test_missing_things_are_told_apart(client: Untyped, bucket: str) -> None:
    """The SDK's error has code, EC, request id and the extra elements."""
    key = service_error(lambda: get(client, bucket, "none"))
    assert (key.status_code, key.code) == (404, "NoSuchKey")
    assert key.ec == "0026-00000001"
    assert key.error_fileds["Key"] == "none"
    assert key.request_id == key.headers["x-oss-request-id"]
    in_header = service_error(lambda: head(client, bucket, "none"))
    assert (in_header.status_code, in_header.code) == (404, "NoSuchKey")
    assert in_header.ec == "0026-00000001"
    absent = service_error(lambda: get(client, "no-such-bucket", "k"))
    assert absent.code == "NoSuchBucket"
    assert absent.error_fileds["BucketName"] == "no-such-bucket"
    assert not client.is_bucket_exist("no-such-bucket")
    assert client.is_bucket_exist(bucket)


def test_wrong_keys_are_refused(server: Server, login: Login, bucket: str) -> None:
    """A wrong secret, an unknown key and a wrong token have codes of their own."""
    key_id, secret, token = login.keys(server)

    def attempt(key_id: str, secret: str, token: str | None) -> Untyped:
        client = oss_v2_client.make_client(server, login, (key_id, secret, token))
        error = service_error(lambda: put(client, bucket, "k", b"data"))
        assert error.status_code == 403
        return error

    error = attempt(key_id, "wrong" + secret, token)
    assert error.code == "SignatureDoesNotMatch"
    assert error.ec == "0002-00000040"
    assert error.error_fileds["OSSAccessKeyId"] == key_id
    assert ("CanonicalRequest" in error.error_fileds) == (login.version == "v4")
    assert attempt("unknown", secret, token).code == "InvalidAccessKeyId"
    if login.version == "v4":
        assert attempt(key_id, secret, "other").code == "InvalidSecurityToken"
    if token is not None:
        assert attempt(key_id, secret, None).code == "InvalidAccessKeyId"


def test_a_wrong_digest_is_refused(client: Untyped, bucket: str) -> None:
    """Content-MD5 is compared, and nothing is stored if it differs."""
    digest = "CY9rzUYh03PK3k6DJie09g=="
    error = service_error(lambda: put(client, bucket, "k", b"data", content_md5=digest))
    assert error.code == "InvalidDigest"
    assert not client.is_object_exist(bucket, "k")


def test_forbidden_overwriting(client: Untyped, bucket: str) -> None:
    """forbid_overwrite protects an object that exists."""
    put(client, bucket, "k", b"first", forbid_overwrite=True)
    error = service_error(
        lambda: put(client, bucket, "k", b"second", forbid_overwrite=True)
    )
    assert (error.status_code, error.code) == (409, "FileAlreadyExists")
    assert read(get(client, bucket, "k")) == b"first"


def test_append(server: Server, client: Untyped, bucket: str) -> None:
    """Appending continues position and CRC; a wrong position is a conflict."""

    def append(key: str, position: int, data: bytes) -> Untyped:
        request = oss.AppendObjectRequest(
            bucket=bucket, key=key, position=position, body=data
        )
        return client.append_object(request)

    assert append("log", 0, b"hello ").next_position == 6
    second = append("log", 6, b"world")
    assert second.next_position == 11
    assert second.hash_crc64 == str(crc64(b"hello world"))
    assert stored(server, bucket, "log") == b"hello world"
    conflict = service_error(lambda: append("log", 6, b"!"))
    assert (conflict.status_code, conflict.code) == (409, "PositionNotEqualToLength")
    assert conflict.headers["x-oss-next-append-position"] == "11"
    put(client, bucket, "normal", b"x")
    error = service_error(lambda: append("normal", 1, b"!"))
    assert error.code == "ObjectNotAppendable"


@pytest.mark.parametrize("key", ODD_KEYS, ids=repr)
def test_copy(server: Server, client: Untyped, bucket: str, key: str) -> None:
    """An object of any name is copied with its metadata."""
    if key == DOT_SEGMENTS:
        # The client cannot write this key (see test_odd_keys), but copy from it.
        server.put_object(bucket, key, b"data")
        expected = None
    else:
        put(client, bucket, key, b"data", metadata={"a": "1"})
        expected = {"a": "1"}
    request = oss.CopyObjectRequest(bucket=bucket, key="copy", source_key=key)
    copied = client.copy_object(request)
    assert copied.etag == f'"{md5_etag(b"data")}"'
    assert stored(server, bucket, "copy") == b"data"
    assert (head(client, bucket, "copy").metadata or None) == expected


def test_copy_between_buckets(server: Server, client: Untyped, bucket: str) -> None:
    """Copies cross buckets, can replace metadata, and can depend on the source."""
    other = strangers.new_bucket(server)
    etag = put(client, other, "source", b"data", metadata={"a": "1"}).etag

    def copy(**options: object) -> Untyped:
        request = oss.CopyObjectRequest(
            bucket=bucket,
            key="target",
            source_bucket=other,
            **({"source_key": "source"} | options),
        )
        return client.copy_object(request)

    copy(metadata_directive="REPLACE", metadata={"b": "2"}, if_match=etag)
    assert head(client, bucket, "target").metadata == {"b": "2"}
    assert service_error(lambda: copy(if_match='"0"')).status_code == 412
    assert service_error(lambda: copy(if_none_match=etag)).status_code == 304
    assert service_error(lambda: copy(source_key="none")).code == "NoSuchKey"


def test_tagging(client: Untyped, bucket: str) -> None:
    """Tags are set by header and by request, read, counted and removed."""

    def tags() -> list[tuple[str, str]]:
        request = oss.GetObjectTaggingRequest(bucket=bucket, key="k")
        found = client.get_object_tagging(request).tag_set.tags or []
        return [(tag.key, tag.value or "") for tag in found]

    put(client, bucket, "k", b"data", tagging="k%201=a%2Bb&k2=")
    assert sorted(tags()) == [("k 1", "a+b"), ("k2", "")]
    assert head(client, bucket, "k").tagging_count == 2
    tag_set = oss.TagSet(tags=[oss.Tag(key="only", value="one")])
    request = oss.PutObjectTaggingRequest(
        bucket=bucket, key="k", tagging=oss.Tagging(tag_set=tag_set)
    )
    client.put_object_tagging(request)
    assert tags() == [("only", "one")]
    request = oss.DeleteObjectTaggingRequest(bucket=bucket, key="k")
    assert client.delete_object_tagging(request).status_code == 204
    assert tags() == []


def test_symlinks(client: Untyped, bucket: str) -> None:
    """A symlink is read through, shows its target, and may lead nowhere."""
    put(client, bucket, "target+%", b"data")
    request = oss.PutSymlinkRequest(
        bucket=bucket, key="link", symlink_target="target%2B%25"
    )
    client.put_symlink(request)
    request = oss.GetSymlinkRequest(bucket=bucket, key="link")
    link = client.get_symlink(request)
    assert link.target == "target%2B%25"
    assert read(get(client, bucket, "link")) == b"data"
    assert head(client, bucket, "link").object_type == "Symlink"
    request = oss.GetSymlinkRequest(bucket=bucket, key="target+%")
    error = service_error(lambda: client.get_symlink(request))
    assert error.code == "NotSymlink"
    client.delete_object(oss.DeleteObjectRequest(bucket=bucket, key="target+%"))
    error = service_error(lambda: get(client, bucket, "link"))
    assert (error.status_code, error.code) == (404, "SymlinkTargetNotExist")


def test_a_token_with_signature_v1(server: Server, bucket: str) -> None:
    """The SDK's fault: it sends the token where the service does not look for it."""
    client = oss_v2_client.make_client(server, Login("v1", temporary=True))
    error = service_error(lambda: put(client, bucket, "k", b"data"))
    assert (error.status_code, error.code) == (403, "InvalidAccessKeyId")
    (request,) = [item for item in server.requests if item.key == "k"][-1:]
    names = {name.lower() for name, _ in request.headers}
    assert "security-token" in names
    assert "x-oss-security-token" not in names

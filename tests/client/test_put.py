"""Put, append and copy, through the wrapper, against a real server."""

from __future__ import annotations

import array
import hashlib
import mmap
import tempfile
from datetime import datetime, timezone
from typing import Any

import numpy as np
import pytest

import ossc
import ossc.mock
from ossc import _sdk

CONTENT = b"More than just cloud."


def test_put_returns_what_oss_says(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """The result has ETag, CRC-64 and request id, and the object is there."""
    result = bucket.put_object("dir/object.txt", CONTENT)
    assert result.etag == hashlib.md5(CONTENT).hexdigest().upper()
    assert result.crc64 == _sdk.crc64(CONTENT)
    assert len(result.request_id) == 24
    assert result.version_id is None
    assert result.callback_response == b""
    assert server.get_object("examplebucket", "dir/object.txt") == CONTENT


def _mmap(data: bytes) -> mmap.mmap:
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        return mmap.mmap(file.fileno(), len(data))


@pytest.mark.parametrize(
    "make",
    [
        bytes,
        bytearray,
        memoryview,
        _mmap,
        lambda data: np.frombuffer(data, dtype=np.uint8).reshape(3, -1),
        lambda data: array.array("B", data),
        lambda data: memoryview(bytearray(b"xx" + data))[2:],
    ],
    ids=["bytes", "bytearray", "memoryview", "mmap", "numpy", "array", "slice"],
)
def test_any_buffer_is_a_body(bucket: ossc.Bucket, make: Any) -> None:
    """Whatever has the buffer protocol is stored byte for byte."""
    data = bytes(range(240)) * 3
    bucket.put_object("k", make(data))
    assert bucket.get_object("k").data == data


def test_an_empty_object_can_be_stored(bucket: ossc.Bucket) -> None:
    """No bytes are an object too."""
    bucket.put_object("empty", b"")
    assert bucket.get_object("empty").data == b""


@pytest.mark.parametrize("wrong", ["text", 5, None, ["a"], object()])
def test_what_is_no_buffer_is_refused(bucket: ossc.Bucket, wrong: Any) -> None:
    """A str is refused with the way out, anything else by its type."""
    with pytest.raises(TypeError, match="bytes-like") as caught:
        bucket.put_object("k", wrong)
    if isinstance(wrong, str):
        assert "encode" in str(caught.value)


def test_a_bytearray_can_be_resized_after_the_call(bucket: ossc.Bucket) -> None:
    """The buffer is borrowed for the call only."""
    data = bytearray(b"x" * 1000)
    bucket.put_object("k", data)
    data.extend(b"more")
    assert len(data) == 1004


def test_all_options_arrive(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """Every documented option is what OSS stores, or what it is asked."""
    bucket.put_object(
        "k",
        CONTENT,
        metadata={"Author": "Zoë", "empty": ""},
        content_type="text/plain; charset=utf-8",
        cache_control="no-cache",
        content_disposition='attachment; filename="a.txt"',
        content_encoding="identity",
        content_language="en",
        expires=datetime(2030, 1, 2, 3, 4, 5, tzinfo=timezone.utc),
        storage_class="IA",
        acl="public-read",
        tags={"a b": "1/2", "c": ""},
        forbid_overwrite=True,
        server_side_encryption="AES256",
        content_md5=hashlib.md5(CONTENT).digest(),
        traffic_limit=819_200,
        headers={"x-oss-meta-extra": "1"},
    )
    info = bucket.head_object("k")
    assert info.metadata == {"author": "Zoë", "empty": "", "extra": "1"}
    assert info.content_type == "text/plain; charset=utf-8"
    assert info.headers["cache-control"] == "no-cache"
    assert info.headers["content-disposition"] == 'attachment; filename="a.txt"'
    assert info.headers["content-encoding"] == "identity"
    assert info.headers["content-language"] == "en"
    assert info.headers["expires"] == "Wed, 02 Jan 2030 03:04:05 GMT"
    assert info.storage_class == "IA"
    assert info.headers["x-oss-server-side-encryption"] == "AES256"
    assert info.headers["x-oss-tagging-count"] == "2"
    sent = {k.lower(): v for k, v in server.requests[0].headers}
    assert sent["x-oss-object-acl"] == "public-read"
    assert sent["x-oss-tagging"] == "a%20b=1%2F2&c="
    assert sent["x-oss-traffic-limit"] == "819200"


def test_the_content_type_is_by_the_keys_ending(bucket: ossc.Bucket) -> None:
    """Without one given, the key's ending tells the type."""
    bucket.put_object("a/page.html", b"")
    bucket.put_object("a/strange", b"")
    assert bucket.head_object("a/page.html").content_type == "text/html"
    assert bucket.head_object("a/strange").content_type == "application/octet-stream"


def test_forbid_overwrite_keeps_what_is_there(bucket: ossc.Bucket) -> None:
    """The second write fails as a FileExistsError and changes nothing."""
    bucket.put_object("k", b"first")
    with pytest.raises(ossc.FileAlreadyExists) as caught:
        bucket.put_object("k", b"second", forbid_overwrite=True)
    assert isinstance(caught.value, FileExistsError)
    assert bucket.get_object("k").data == b"first"


def test_a_wrong_content_md5_stores_nothing(bucket: ossc.Bucket) -> None:
    """OSS refuses bytes that are not those of the digest."""
    with pytest.raises(ossc.ServerError) as caught:
        bucket.put_object("k", CONTENT, content_md5=b"0" * 16)
    assert caught.value.code == "InvalidDigest"
    with pytest.raises(ossc.NoSuchKey):
        bucket.head_object("k")


def test_progress_ends_with_the_size(bucket: ossc.Bucket) -> None:
    """However short the upload, the last call says that all is done."""
    seen: list[tuple[int, int | None]] = []
    bucket.put_object("k", CONTENT, progress=lambda *args: seen.append(args))
    assert seen[-1] == (len(CONTENT), len(CONTENT))


def test_append_goes_on_from_the_position(bucket: ossc.Bucket) -> None:
    """Pieces join, and the CRC-64 of the whole is checked on the way."""
    first = bucket.append_object("log", b"one ", 0)
    assert first.next_position == 4
    second = bucket.append_object(
        "log", b"two", first.next_position, init_crc=first.crc64
    )
    assert second.next_position == 7
    assert second.crc64 == _sdk.crc64(b"one two")
    bucket.append_object("log", b"!", 7)
    assert bucket.get_object("log").data == b"one two!"


def test_append_with_a_wrong_init_crc_is_noticed(bucket: ossc.Bucket) -> None:
    """A CRC-64 that is not the object's makes the append fail."""
    bucket.append_object("log", b"one ", 0)
    with pytest.raises(ossc.ChecksumMismatch):
        bucket.append_object("log", b"two", 4, init_crc=12345)


def test_append_at_a_wrong_position_tells_the_right_one(bucket: ossc.Bucket) -> None:
    """409 carries where the object ends."""
    bucket.append_object("log", b"one", 0)
    with pytest.raises(ossc.PositionNotEqualToLength) as caught:
        bucket.append_object("log", b"two", 1)
    assert caught.value.headers["x-oss-next-append-position"] == "3"
    assert caught.value.ec == "0026-00000016"


def test_only_appendable_objects_are_appended_to(bucket: ossc.Bucket) -> None:
    """A Normal object refuses."""
    bucket.put_object("k", b"x")
    with pytest.raises(ossc.ObjectNotAppendable):
        bucket.append_object("k", b"y", 1)


def test_copy_keeps_or_replaces_metadata(bucket: ossc.Bucket) -> None:
    """Without metadata options the source's are kept, with them replaced."""
    bucket.put_object("a/b ü", CONTENT, metadata={"x": "1"}, content_type="text/css")
    kept = bucket.copy_object("a/b ü", "kept")
    assert kept.etag == hashlib.md5(CONTENT).hexdigest().upper()
    assert kept.last_modified.tzinfo is timezone.utc
    assert bucket.head_object("kept").metadata == {"x": "1"}
    bucket.copy_object("a/b ü", "new", metadata={"y": "2"})
    assert bucket.head_object("new").metadata == {"y": "2"}
    assert bucket.get_object("new").data == CONTENT


def test_copy_between_buckets_and_with_conditions(
    client: ossc.Client, bucket: ossc.Bucket
) -> None:
    """The source may be elsewhere, and be conditional."""
    other = client.create_bucket("another-bucket")
    etag = bucket.put_object("k", CONTENT).etag
    other.copy_object("k", "k2", source_bucket=bucket.name, if_match=etag)
    assert other.get_object("k2").data == CONTENT
    with pytest.raises(ossc.PreconditionFailed):
        other.copy_object("k", "k3", source_bucket=bucket.name, if_match="0" * 32)
    with pytest.raises(ossc.NoSuchKey):
        other.copy_object("missing", "k4", source_bucket=bucket.name)


def test_put_from_file(bucket: ossc.Bucket, tmp_path: Any) -> None:
    """A file is stored whole; its name gives the type."""
    path = tmp_path / "page.html"
    path.write_bytes(CONTENT * 1000)
    seen: list[tuple[int, int | None]] = []
    result = bucket.put_object_from_file(
        "k", path, progress=lambda *args: seen.append(args)
    )
    assert result.crc64 == _sdk.crc64(CONTENT * 1000)
    stored = bucket.get_object("k")
    assert stored.data == CONTENT * 1000
    assert stored.content_type == "text/html"
    assert seen[-1] == (21_000, 21_000)


def test_a_missing_file_is_a_local_error(bucket: ossc.Bucket, tmp_path: Any) -> None:
    """Nothing is sent; the error names the file."""
    path = tmp_path / "missing"
    with pytest.raises(ossc.LocalFileError) as caught:
        bucket.put_object_from_file("k", path)
    assert isinstance(caught.value, OSError)
    assert caught.value.filename == str(path)
    assert caught.value.errno == 2


def test_a_large_object_goes_up_and_down(bucket: ossc.Bucket) -> None:
    """Many pieces of the transport's buffers make one object."""
    data = np.random.default_rng(7).bytes(9_000_001)
    result = bucket.put_object("large", data)
    assert result.crc64 == _sdk.crc64(data)
    assert bucket.get_object("large").data == data

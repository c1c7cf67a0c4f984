"""Copies: what of the source is kept, replaced or asked about."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

import ossc
import ossc.mock

CONTENT = b"The quick brown fox jumps over the lazy dog"

ODD_KEYS = ["a b", "a+b", "100%", "%2F", "q?a=b#c", "é/文件 😀", "x\ny", "back\\slash"]


@pytest.fixture
def source(bucket: ossc.Bucket) -> ossc.PutObjectResult:
    """An object with everything that a copy may keep."""
    return bucket.put_object(
        "source",
        CONTENT,
        metadata={"author": "Zoë"},
        content_type="text/css",
        cache_control="no-cache",
        tags={"a": "1"},
        storage_class="IA",
    )


def test_the_result_is_that_of_the_new_object(
    bucket: ossc.Bucket, source: ossc.PutObjectResult
) -> None:
    """ETag, CRC-64 and time are the copy's."""
    copied = bucket.copy_object("source", "copy")
    info = bucket.head_object("copy")
    assert (copied.etag, copied.crc64) == (source.etag, source.crc64)
    assert (info.etag, info.crc64) == (source.etag, source.crc64)
    assert abs(copied.last_modified - info.last_modified) < timedelta(seconds=1)
    assert copied.version_id is None
    assert len(copied.request_id) == 24


def test_metadata_and_tags_are_kept(
    bucket: ossc.Bucket, source: ossc.PutObjectResult
) -> None:
    """Without options the copy describes itself as the source does."""
    bucket.copy_object("source", "copy")
    info = bucket.head_object("copy")
    assert info.metadata == {"author": "Zoë"}
    assert info.content_type == "text/css"
    assert info.headers["cache-control"] == "no-cache"
    assert info.headers["x-oss-tagging-count"] == "1"
    assert info.storage_class == "Standard"


@pytest.mark.parametrize(
    ("options", "metadata", "content_type"),
    [
        ({"metadata": {"b": "2"}}, {"b": "2"}, "application/octet-stream"),
        ({"metadata": {}}, {}, "application/octet-stream"),
        ({"content_type": "text/html"}, {}, "text/html"),
        ({"cache_control": "max-age=1"}, {}, "application/octet-stream"),
    ],
)
def test_one_metadata_option_replaces_all(
    bucket: ossc.Bucket,
    source: ossc.PutObjectResult,
    options: Any,
    metadata: dict[str, str],
    content_type: str,
) -> None:
    """Naming one says that the source's metadata is not wanted; tags stay."""
    bucket.copy_object("source", "copy", **options)
    info = bucket.head_object("copy")
    assert info.metadata == metadata
    assert info.content_type == content_type
    assert info.headers["x-oss-tagging-count"] == "1"


def test_tags_are_replaced_alone(
    bucket: ossc.Bucket, source: ossc.PutObjectResult, server: ossc.mock.Server
) -> None:
    """New tags leave the metadata alone."""
    bucket.copy_object("source", "copy", tags={"x": "1", "y": "2"})
    info = bucket.head_object("copy")
    assert info.headers["x-oss-tagging-count"] == "2"
    assert info.metadata == {"author": "Zoë"}
    bucket.copy_object("source", "copy", tags={})
    assert "x-oss-tagging-count" not in bucket.head_object("copy").headers


def test_what_is_never_copied_can_be_given(
    bucket: ossc.Bucket, source: ossc.PutObjectResult
) -> None:
    """Class, access rule and encryption are the target's own."""
    bucket.copy_object(
        "source",
        "copy",
        storage_class="Archive",
        acl="public-read",
        server_side_encryption="AES256",
    )
    info = bucket.head_object("copy")
    assert info.storage_class == "Archive"
    assert info.headers["x-oss-server-side-encryption"] == "AES256"
    assert info.metadata == {"author": "Zoë"}


def test_forbid_overwrite(bucket: ossc.Bucket, source: ossc.PutObjectResult) -> None:
    """A copy does not replace what is to be kept."""
    bucket.put_object("copy", b"kept")
    with pytest.raises(ossc.FileAlreadyExists):
        bucket.copy_object("source", "copy", forbid_overwrite=True)
    assert bucket.get_object("copy").data == b"kept"


def test_conditions_on_the_source(
    bucket: ossc.Bucket, source: ossc.PutObjectResult
) -> None:
    """Each condition lets through or refuses as it does for a get."""
    earlier = datetime.now(timezone.utc) - timedelta(days=1)
    later = datetime.now(timezone.utc) + timedelta(days=1)
    bucket.copy_object(
        "source", "copy", if_match=source.etag, if_unmodified_since=later
    )
    bucket.copy_object(
        "source", "copy", if_none_match="0" * 32, if_modified_since=earlier
    )
    with pytest.raises(ossc.PreconditionFailed):
        bucket.copy_object("source", "copy2", if_match="0" * 32)
    with pytest.raises(ossc.PreconditionFailed):
        bucket.copy_object("source", "copy2", if_unmodified_since=earlier)
    with pytest.raises(ossc.NotModified):
        bucket.copy_object("source", "copy2", if_none_match=source.etag)
    with pytest.raises(ossc.NotModified):
        bucket.copy_object("source", "copy2", if_modified_since=later)
    with pytest.raises(ossc.NoSuchKey):
        bucket.head_object("copy2")


@pytest.mark.parametrize("key", ODD_KEYS)
def test_any_key_can_be_source_and_target(bucket: ossc.Bucket, key: str) -> None:
    """The source travels in a header, encoded."""
    bucket.put_object(key, CONTENT)
    bucket.copy_object(key, key + " copy")
    assert bucket.get_object(key + " copy").data == CONTENT


def test_onto_itself_changes_the_metadata(
    bucket: ossc.Bucket, source: ossc.PutObjectResult
) -> None:
    """The way to give an object other metadata."""
    bucket.copy_object("source", "source", metadata={"new": "1"})
    stored = bucket.get_object("source")
    assert stored.metadata == {"new": "1"}
    assert stored.data == CONTENT


def test_errors_name_the_target(bucket: ossc.Bucket) -> None:
    """A missing source is NoSuchKey of the operation on the target."""
    with pytest.raises(ossc.NoSuchKey) as caught:
        bucket.copy_object("missing", "copy")
    error = caught.value
    assert (error.operation, error.bucket, error.key) == (
        "CopyObject",
        bucket.name,
        "copy",
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("", "copy"), "empty"),
        (("/source", "copy"), "must not start"),
        (("source", ""), "empty"),
        (("source", "x" * 1024), "1023"),
    ],
)
def test_illegal_keys(
    bucket: ossc.Bucket,
    server: ossc.mock.Server,
    arguments: tuple[str, str],
    said: str,
) -> None:
    """Source and target are checked alike before anything is sent."""
    with pytest.raises(ossc.ParameterError, match=said):
        bucket.copy_object(*arguments)
    with pytest.raises(ossc.ParameterError, match="3 to 63"):
        bucket.copy_object("source", "copy", source_bucket="x")
    assert server.requests == []


def test_a_version_is_named_in_the_source(
    bucket: ossc.Bucket, source: ossc.PutObjectResult, server: ossc.mock.Server
) -> None:
    """The version's id goes encoded behind the source's key."""
    bucket.copy_object("source", "copy", source_version_id="null")
    sent = dict(server.requests[-1].headers)
    assert sent["x-oss-copy-source"] == "/examplebucket/source?versionId=null"
    assert bucket.get_object("copy").data == CONTENT

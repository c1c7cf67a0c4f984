"""Metadata and class changed in place, and objects that get another name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc import _onto_itself

DATA = b"The quick brown fox"


@pytest.fixture
def rich(bucket: ossc.Bucket) -> ossc.ObjectInfo:
    """An object with everything that may get lost."""
    bucket.put_object(
        "k",
        DATA,
        metadata={"author": "Zoë", "empty": ""},
        content_type="text/css",
        cache_control="no-cache",
        content_disposition="attachment",
        content_encoding="identity",
        content_language="en",
        expires=datetime(2030, 1, 2, 3, 4, 5, tzinfo=timezone.utc),
        storage_class="IA",
        acl="public-read",
        tags={"a": "1"},
        server_side_encryption="KMS",
        sse_key_id="key-1",
        sse_data_encryption="SM4",
    )
    return bucket.head_object("k")


KEPT = (
    *("content-type", "cache-control", "content-disposition", "content-encoding"),
    *("content-language", "expires", "etag", "x-oss-storage-class"),
    *("x-oss-hash-crc64ecma", "x-oss-tagging-count", "x-oss-object-type"),
    *("x-oss-server-side-encryption", "x-oss-server-side-encryption-key-id"),
    *("x-oss-server-side-data-encryption", "content-md5"),
)


def facts(info: ossc.ObjectInfo) -> dict[str, str | None]:
    """What must not change by itself."""
    return {name: info.headers.get(name) for name in KEPT}


def test_nothing_given_changes_nothing(
    bucket: ossc.Bucket, rich: ossc.ObjectInfo
) -> None:
    """All that an object has is given again."""
    result = bucket.update_metadata("k")
    info = bucket.head_object("k")
    assert facts(info) == facts(rich)
    assert None not in facts(info).values()
    assert info.metadata == rich.metadata
    assert (result.etag, result.crc64) == (rich.etag, rich.crc64)
    assert bucket.get_object_acl("k").acl == "public-read"
    assert bucket.get_object_tagging("k").tags == {"a": "1"}
    assert bucket.get_object("k").data == DATA


def test_user_metadata_is_merged_or_replaced(
    bucket: ossc.Bucket, rich: ossc.ObjectInfo
) -> None:
    """Names in any case; None removes one, `replace` all others."""
    bucket.update_metadata("k", {"Empty": None, "Title": "x", "author": "Ö"})
    info = bucket.head_object("k")
    assert info.metadata == {"author": "Ö", "title": "x"}
    assert facts(info) == facts(rich)
    bucket.update_metadata("k", {"only": "1"}, replace=True)
    assert bucket.head_object("k").metadata == {"only": "1"}
    bucket.update_metadata("k", replace=True)
    assert bucket.head_object("k").metadata == {}


def test_content_headers_are_set_and_removed(
    bucket: ossc.Bucket, rich: ossc.ObjectInfo
) -> None:
    """An empty text removes one; the others stay."""
    bucket.update_metadata("k", content_type="text/html", cache_control="", expires="")
    info = bucket.head_object("k")
    assert info.content_type == "text/html"
    changed = {"content-type": "text/html", "cache-control": None, "expires": None}
    assert facts(info) == {**facts(rich), **changed}
    assert info.metadata == rich.metadata


def test_the_class_alone(bucket: ossc.Bucket, rich: ossc.ObjectInfo) -> None:
    """Everything else stays."""
    bucket.set_storage_class("k", "Archive")
    info = bucket.head_object("k")
    assert facts(info) == {**facts(rich), "x-oss-storage-class": "Archive"}
    assert info.metadata == rich.metadata
    with pytest.raises(ossc.InvalidObjectState):
        bucket.set_storage_class("k", "Standard")
    bucket.restore_object("k")
    bucket.get_restore_state("k")
    bucket.set_storage_class("k", "Standard")
    assert bucket.get_object("k").data == DATA


@pytest.mark.parametrize("kind", ["Appendable", "Multipart"])
def test_other_types_keep_theirs(bucket: ossc.Bucket, kind: str) -> None:
    """A change in place makes no Normal object of them."""
    if kind == "Appendable":
        bucket.append_object("k", DATA, 0)
    else:
        upload = bucket.init_multipart_upload("k")
        part = bucket.upload_part("k", upload, 1, DATA)
        bucket.complete_multipart_upload("k", upload, [part])
    etag = bucket.update_metadata("k", {"a": "1"}).etag
    info = bucket.head_object("k")
    assert (info.object_type, info.etag, info.metadata) == (kind, etag, {"a": "1"})
    if kind == "Appendable":
        assert bucket.append_object("k", b"!", len(DATA)).next_position == 20


def between(
    monkeypatch: pytest.MonkeyPatch, act: Callable[[], object], place: str
) -> None:
    """Has something happen right before a step of the change."""
    step = getattr(ossc.Bucket, place)

    def late(self: ossc.Bucket, *args: Any, **options: Any) -> Any:
        monkeypatch.setattr(ossc.Bucket, place, step)
        act()
        return step(self, *args, **options)

    monkeypatch.setattr(ossc.Bucket, place, late)


def test_a_write_in_between_is_not_lost(
    bucket: ossc.Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither other bytes nor, a second later, other metadata."""
    bucket.put_object("k", DATA)
    between(monkeypatch, lambda: bucket.put_object("k", b"new"), "get_object_acl")
    with pytest.raises(ossc.PreconditionFailed):
        bucket.update_metadata("k", {"a": "1"})
    assert bucket.get_object("k").data == b"new"
    assert bucket.head_object("k").metadata == {}


def test_metadata_in_between_is_not_lost() -> None:
    """The copy insists on the time, too, in which an ETag says nothing."""
    now = [1_700_000_000.0]
    with (
        ossc.mock.serve(buckets=["examplebucket"], clock=lambda: now[0]) as server,
        ossc.Client(
            server.endpoint,
            region=server.region,
            credentials=ossc.Credentials(
                server.access_key_id, server.access_key_secret
            ),
        ) as client,
    ):
        bucket = client.bucket("examplebucket")
        bucket.put_object("k", DATA)
        seen = bucket.head_object("k")
        now[0] += 2
        bucket.update_metadata("k", {"first": "1"})
        with pytest.raises(ossc.PreconditionFailed):
            bucket.copy_object("k", "k", metadata={}, **_onto_itself._pinned(seen))
        assert bucket.head_object("k").metadata == {"first": "1"}


def test_a_lost_answer_is_told(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """A second copy would take the first one's work for a stranger's: there is none."""
    bucket.put_object("k", DATA)
    server.faults.add(ossc.mock.faults.drop_after_store(), method="PUT")
    with pytest.raises(ossc.ConnectionLost) as caught:
        bucket.update_metadata("k", {"a": "1"})
    assert "may have acted" in caught.value.gave_up
    assert bucket.head_object("k").metadata == {"a": "1"}
    bucket.update_metadata("k", {"a": "1"})


def test_a_condition_of_the_caller(bucket: ossc.Bucket) -> None:
    """Another ETag ends it before anything is changed."""
    etag = bucket.put_object("k", DATA).etag
    bucket.update_metadata("k", {"a": "1"}, if_match=etag)
    with pytest.raises(ossc.PreconditionFailed):
        bucket.set_storage_class("k", "IA", if_match="0" * 32)
    assert bucket.head_object("k").storage_class == "Standard"


@pytest.mark.parametrize("verb", ["update_metadata", "set_storage_class", "rename"])
def test_symlinks_are_left_alone(bucket: ossc.Bucket, verb: str) -> None:
    """A head of one tells the target's metadata, which is not the link's."""
    bucket.put_object("k", DATA)
    bucket.put_symlink("link", "k")
    calls: dict[str, Callable[[], object]] = {
        "update_metadata": lambda: bucket.update_metadata("link", {"a": "1"}),
        "set_storage_class": lambda: bucket.set_storage_class("link", "IA"),
        "rename": lambda: bucket.rename_object("link", "other"),
    }
    with pytest.raises(ossc.ParameterError, match="symlink") as caught:
        calls[verb]()
    assert caught.value.key == "link"
    assert bucket.get_symlink("link").target == "k"


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"metadata": {"a": 1}}, TypeError),
        ({"metadata": {"": "1"}}, ossc.ParameterError),
        ({"metadata": {"a": "x" * 9000}}, ossc.ParameterError),
        ({"expires": datetime(2030, 1, 1)}, ossc.ParameterError),  # noqa: DTZ001
        ({"content_type": 5}, TypeError),
        ({"headers": ["x"]}, TypeError),
    ],
)
def test_what_cannot_be_set(
    bucket: ossc.Bucket, server: ossc.mock.Server, options: Any, error: Any
) -> None:
    """It is refused before anything is sent."""
    with pytest.raises(error):
        bucket.update_metadata("k", **options)
    assert server.requests == []


def test_a_copy_of_other_bytes_is_noticed(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """The CRC-64 of the copy must be the object's."""
    bucket.put_object("k", DATA)
    bucket.get_object_acl("k")
    wrong = ossc.mock.faults.header("x-oss-hash-crc64ecma", "5")
    server.faults.add(wrong, method="PUT")
    with pytest.raises(ossc.ChecksumMismatch) as caught:
        bucket.update_metadata("k")
    assert caught.value.key == "k"


def test_a_new_name_keeps_everything(
    bucket: ossc.Bucket, rich: ossc.ObjectInfo
) -> None:
    """The object is what it was, under another key only."""
    result = bucket.rename_object("k", "dir/é b")
    info = bucket.head_object("dir/é b")
    assert facts(info) == facts(rich)
    assert (result.etag, info.metadata) == (rich.etag, rich.metadata)
    assert bucket.get_object_acl("dir/é b").acl == "public-read"
    assert bucket.get_object_tagging("dir/é b").tags == {"a": "1"}
    assert not bucket.object_exists("k")


def test_a_new_name_that_is_taken(bucket: ossc.Bucket) -> None:
    """It is replaced, unless that is forbidden; the source stays then."""
    bucket.put_object("k", DATA)
    bucket.put_object("other", b"old")
    with pytest.raises(ossc.FileAlreadyExists):
        bucket.rename_object("k", "other", forbid_overwrite=True)
    assert bucket.get_object("k").data == DATA
    bucket.rename_object("k", "other")
    assert bucket.get_object("other").data == DATA
    with pytest.raises(ossc.ParameterError, match="already"):
        bucket.rename_object("other", "other")


def test_a_source_that_is_written_meanwhile_stays(
    bucket: ossc.Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the copy it is not copied, after it not deleted."""
    bucket.put_object("k", DATA)
    between(monkeypatch, lambda: bucket.put_object("k", b"new"), "copy")
    with pytest.raises(ossc.PreconditionFailed):
        bucket.rename_object("k", "other")
    assert not bucket.object_exists("other")
    between(monkeypatch, lambda: bucket.put_object("k", b"newer"), "get_object_meta")
    with pytest.raises(ossc.PreconditionFailed, match="not deleted") as caught:
        bucket.rename_object("k", "other")
    assert (caught.value.operation, caught.value.key) == ("DeleteObject", "k")
    assert bucket.get_object("k").data == b"newer"
    assert bucket.get_object("other").data == b"new"


def test_a_failed_copy_deletes_nothing(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """The source is there after any failure before the last step."""
    bucket.put_object("k", DATA)
    server.faults.add(ossc.mock.faults.status(403), method="PUT")
    with pytest.raises(ossc.AccessDenied):
        bucket.rename_object("k", "other")
    assert bucket.get_object("k").data == DATA

"""`copy` and `upload_part_copy`: objects of any size, copied on the server."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta, timezone

import pytest

import ossc
import ossc.mock
from ossc import _sdk
from ossc.mock import faults

from .transfers import (
    BUCKET,
    DATA,
    PART,
    PARTS,
    SIZE,
    Recorder,
    fails,
    open_uploads,
    seen,
)

OTHER = "otherbucket"


@pytest.fixture(autouse=True)
def _object(bucket: ossc.Bucket) -> None:
    bucket.put_object(
        "a key/é?",
        DATA,
        content_type="text/x-own",
        cache_control="no-cache",
        content_disposition="inline",
        content_encoding="identity",
        content_language="nl",
        expires="Fri, 24 Feb 2012 06:07:48 GMT",
        metadata={"a": "b"},
        tags={"t u": "1+2", "empty": ""},
    )


@pytest.mark.parametrize("threshold", [0, None], ids=["parts", "one"])
def test_copy(
    server: ossc.mock.Server, bucket: ossc.Bucket, threshold: int | None
) -> None:
    """Bytes, content headers, metadata and tags are the source's."""
    server.reset_counts()
    before = datetime.now(timezone.utc).replace(microsecond=0)
    made = bucket.copy("a key/é?", "k", part_size=PART, threshold=threshold)
    assert server.get_object(BUCKET, "k") == DATA
    old, new = bucket.head_object("a key/é?"), bucket.head_object("k")
    assert new.metadata == {"a": "b"}
    for name in (
        *("content-type", "cache-control", "content-disposition"),
        *("content-encoding", "content-language", "expires", "x-oss-tagging-count"),
    ):
        assert new.headers[name] == old.headers[name], name
    assert (made.etag, made.crc64) == (new.etag, _sdk.crc64(DATA))
    assert before <= made.last_modified <= before + timedelta(minutes=1)
    copied = seen(server, "UploadPartCopy")
    assert len(copied) == (PARTS if threshold == 0 else 0)
    for request in copied:
        headers = dict(request.headers)
        assert headers["x-oss-copy-source-if-match"] == f'"{old.etag}"'


def test_from_another_bucket(
    server: ossc.mock.Server, client: ossc.Client, bucket: ossc.Bucket
) -> None:
    """In parts and whole."""
    other = client.create_bucket(OTHER)
    for threshold in (0, None):
        other.copy(
            "a key/é?", "k", source_bucket=BUCKET, part_size=PART, threshold=threshold
        )
        assert server.get_object(OTHER, "k") == DATA
        other.delete_object("k")


def test_a_version(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """That of a bucket without versions has a name, too."""
    bucket.copy("a key/é?", "k", threshold=0, source_version_id="null")
    assert server.get_object(BUCKET, "k") == DATA
    for request in seen(server, "UploadPartCopy"):
        source = dict(request.headers)["x-oss-copy-source"]
        assert source.endswith("?versionId=null")


@pytest.mark.parametrize("threshold", [0, None], ids=["parts", "one"])
def test_options_replace_what_is_copied(
    bucket: ossc.Bucket, threshold: int | None
) -> None:
    """Metadata as a whole, tags as a whole, as CopyObject does it."""
    bucket.copy(
        "a key/é?", "k", part_size=PART, threshold=threshold, metadata={"c": "d"}
    )
    info = bucket.head_object("k")
    assert info.metadata == {"c": "d"}
    assert "cache-control" not in info.headers
    assert info.headers["x-oss-tagging-count"] == "2"
    bucket.copy("a key/é?", "k", part_size=PART, threshold=threshold, tags={"v": "w"})
    info = bucket.head_object("k")
    assert info.metadata == {"a": "b"}
    assert info.headers["x-oss-tagging-count"] == "1"


@pytest.mark.parametrize("threshold", [0, None], ids=["parts", "one"])
def test_directives_in_headers(bucket: ossc.Bucket, threshold: int | None) -> None:
    """Given as headers they say the same."""
    headers = {"X-OSS-Metadata-Directive": "REPLACE", "x-oss-meta-e": "f"}
    bucket.copy("a key/é?", "k", part_size=PART, threshold=threshold, headers=headers)
    assert bucket.head_object("k").metadata == {"e": "f"}


@pytest.mark.parametrize("threshold", [0, None], ids=["parts", "one"])
def test_conditions(bucket: ossc.Bucket, threshold: int | None) -> None:
    """On the source, whichever way it is copied."""
    etag = bucket.head_object("a key/é?").etag
    hour = timedelta(hours=1)
    now = datetime.now(timezone.utc)
    failing = {"part_size": PART, "threshold": threshold}
    with pytest.raises(ossc.PreconditionFailed):
        bucket.copy("a key/é?", "k", if_match="x", **failing)  # type: ignore[arg-type]
    with pytest.raises(ossc.NotModified):
        bucket.copy("a key/é?", "k", if_none_match=etag, **failing)  # type: ignore[arg-type]
    with pytest.raises(ossc.NotModified):
        bucket.copy("a key/é?", "k", if_modified_since=now + hour, **failing)  # type: ignore[arg-type]
    with pytest.raises(ossc.PreconditionFailed):
        bucket.copy("a key/é?", "k", if_unmodified_since=now - hour, **failing)  # type: ignore[arg-type]
    bucket.copy("a key/é?", "k", if_match=etag, **failing)  # type: ignore[arg-type]
    assert bucket.head_object("k").size == SIZE


@pytest.mark.parametrize("threshold", [0, None], ids=["parts", "one"])
def test_a_missing_source(
    server: ossc.mock.Server, bucket: ossc.Bucket, threshold: int | None
) -> None:
    """Leaves no upload behind."""
    with pytest.raises(ossc.NoSuchKey):
        bucket.copy("missing", "k", threshold=threshold)
    assert open_uploads(server) == 0


def test_forbid_overwrite(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """What is there stays."""
    bucket.put_object("k", b"old")
    with pytest.raises(ossc.FileAlreadyExists):
        bucket.copy("a key/é?", "k", threshold=0, forbid_overwrite=True)
    assert server.get_object(BUCKET, "k") == b"old"


def test_a_source_that_is_replaced_meanwhile(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """Is an error that says so, and the parts are removed."""
    server.faults.add(faults.stall(0.25), operation="UploadPartCopy")

    def progress(_moved: int, _total: int | None) -> None:
        server.put_object(BUCKET, "a key/é?", DATA[::-1])

    with pytest.raises(ossc.PreconditionFailed, match="replaced meanwhile"):
        bucket.copy(
            "a key/é?",
            "k",
            part_size=PART,
            threshold=0,
            concurrency=1,
            progress=progress,
        )
    assert open_uploads(server) == 0


@pytest.mark.parametrize("fault", ["CRC-64", "date"])
def test_what_the_server_says_of_the_copy(
    server: ossc.mock.Server, bucket: ossc.Bucket, fault: str
) -> None:
    """Another CRC-64 is an error; without a date the copy is looked at."""
    name, value = {"CRC-64": ("x-oss-hash-crc64ecma", "5"), "date": ("Date", "x")}[
        fault
    ]
    server.faults.add(faults.header(name, value), operation="CompleteMultipartUpload")
    if fault == "CRC-64":
        with pytest.raises(ossc.ChecksumMismatch):
            bucket.copy("a key/é?", "k", threshold=0)
    else:
        made = bucket.copy("a key/é?", "k", threshold=0)
        assert made.last_modified == bucket.head_object("k").last_modified


@pytest.mark.parametrize("threshold", [0, None], ids=["parts", "one"])
def test_progress(
    server: ossc.mock.Server, bucket: ossc.Bucket, threshold: int | None
) -> None:
    """It counts parts, and ends with everything."""
    recorder = Recorder()
    if threshold == 0:
        server.faults.add(faults.stall(0.25), operation="UploadPartCopy", times=2)
    bucket.copy(
        "a key/é?",
        "k",
        part_size=PART,
        threshold=threshold,
        concurrency=1,
        progress=recorder,
    )
    recorder.check(SIZE, SIZE)


def test_an_exception_in_progress(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """Cancels the copy and comes out, the same object."""
    error = LookupError("x")
    server.faults.add(faults.stall(0.3), operation="UploadPartCopy")
    with pytest.raises(LookupError) as caught:
        bucket.copy("a key/é?", "k", threshold=0, progress=fails(error))
    assert caught.value is error
    assert open_uploads(server) == 0


@pytest.mark.parametrize("threshold", [0, None], ids=["parts", "one"])
def test_cancel(
    server: ossc.mock.Server, bucket: ossc.Bucket, threshold: int | None
) -> None:
    """A token ends a copy that lasts."""
    operation = "UploadPartCopy" if threshold == 0 else "CopyObject"
    server.faults.add(faults.stall(), operation=operation)
    token = ossc.CancelToken()
    timer = threading.Timer(0.1, token.cancel)
    timer.start()
    with pytest.raises(ossc.Cancelled):
        bucket.copy("a key/é?", "k", threshold=threshold, cancel=token)
    timer.join()
    assert open_uploads(server) == 0


def test_a_head_that_tells_too_little(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """Without an ETag the parts could be of different versions."""
    server.faults.add(faults.header("ETag", '""'), operation="HeadObject")
    with pytest.raises(ossc.MalformedResponse):
        bucket.copy("a key/é?", "k")


def test_arguments_that_cannot_be(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """Are refused before anything is sent."""
    server.reset_counts()
    for wrong in (
        {"part_size": 1},
        {"concurrency": 0},
        {"threshold": -1},
        {"content_md5": bytes(16)},
        {"source_bucket": "No"},
    ):
        with pytest.raises(ossc.ParameterError):
            bucket.copy("a key/é?", "k", **wrong)
    with pytest.raises(TypeError):
        bucket.copy("a key/é?", "k", nonsense=1)  # type: ignore[call-arg]
    assert not server.requests


def test_upload_part_copy(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """Parts that are copied and parts that are sent make one object."""
    upload = bucket.init_multipart_upload("k")
    etag = bucket.head_object("a key/é?").etag
    first = bucket.upload_part_copy(
        "k", upload, 1, "a key/é?", (0, PART - 1), if_match=etag
    )
    second = bucket.upload_part("k", upload, 2, b"end")
    assert (first.part_number, first.size) == (1, PART)
    bucket.complete_multipart_upload("k", upload, [first, second])
    assert server.get_object(BUCKET, "k") == DATA[:PART] + b"end"


def test_upload_part_copy_of_what_is_not_there(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """A range outside the source, a source that changed, no source at all."""
    upload = bucket.init_multipart_upload("k")
    with pytest.raises(ossc.MalformedResponse, match="another range"):
        bucket.upload_part_copy("k", upload, 1, "a key/é?", (0, SIZE))
    with pytest.raises(ossc.PreconditionFailed):
        bucket.upload_part_copy("k", upload, 1, "a key/é?", (0, 9), if_match="x")
    with pytest.raises(ossc.NoSuchKey):
        bucket.upload_part_copy("k", upload, 1, "missing", (0, 9))
    with pytest.raises(ossc.ParameterError):
        bucket.upload_part_copy("k", upload, 1, "a key/é?", (9, 0))
    bucket.abort_multipart_upload("k", upload)

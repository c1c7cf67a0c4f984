"""Checkpoints: what a killed or failed transfer has done is not done again."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc.mock import faults
from tests.conftest import make_client

from .application import PlainApplication
from .transfers import (
    BUCKET,
    DATA,
    PART,
    PARTS,
    SIZE,
    Recorder,
    broken_download,
    broken_upload,
    child,
    download,
    fail_after,
    open_uploads,
    part_numbers,
    range_of,
    ranges,
    saved_parts,
    seen,
    upload,
    wait_until,
)

UPLOAD = """
    bucket.upload_file("k", path, part_size=102400, threshold=0, concurrency=1,
                       checkpoint=checkpoint)
"""
DOWNLOAD = """
    bucket.download_file("k", path, part_size=102400, concurrency=1,
                         checkpoint=checkpoint)
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file of several parts, in a folder of its own."""
    folder = tmp_path / "source"
    folder.mkdir()
    made = folder / "file"
    made.write_bytes(DATA)
    return made


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where a download goes, in a folder of its own."""
    folder = tmp_path / "target"
    folder.mkdir()
    return folder / "file"


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """Where the checkpoint goes."""
    return tmp_path / "checkpoint.json"


def test_a_killed_upload(
    server: ossc.mock.Server, bucket: ossc.Bucket, source: Path, saved: Path
) -> None:
    """Another process sends only the parts that are missing."""
    fail_after(server, "UploadPart", 3, faults.stall())
    with child(server, UPLOAD, source, saved) as process:
        wait_until(lambda: saved_parts(saved) == [1, 2, 3])
        wait_until(lambda: not server.faults.unused)
        process.kill()
    server.reset_counts()
    recorder = Recorder()
    upload(bucket, source, saved, progress=recorder)
    recorder.check(SIZE, SIZE)
    assert part_numbers(server) == list(range(4, PARTS + 1))
    assert not seen(server, "InitiateMultipartUpload")
    assert server.get_object(BUCKET, "k") == DATA
    assert open_uploads(server) == 0
    assert not saved.exists()


def test_a_killed_download(
    server: ossc.mock.Server, bucket: ossc.Bucket, target: Path, saved: Path
) -> None:
    """Another process fetches only the parts that are missing."""
    server.put_object(BUCKET, "k", DATA)
    fail_after(server, "GetObject", 3, faults.stall(at=100))
    with child(server, DOWNLOAD, target, saved) as process:
        wait_until(lambda: saved_parts(saved) == [1, 2, 3])
        wait_until(lambda: not server.faults.unused)
        process.kill()
    assert not target.exists()
    server.reset_counts()
    recorder = Recorder()
    download(bucket, target, saved, progress=recorder)
    recorder.check(SIZE, SIZE)
    assert ranges(server) == [range_of(number) for number in range(4, PARTS + 1)]
    assert target.read_bytes() == DATA
    assert os.listdir(target.parent) == [target.name]
    assert not saved.exists()


def test_a_failed_upload(
    server: ossc.mock.Server, bucket: ossc.Bucket, source: Path, saved: Path
) -> None:
    """Keeps its parts, and goes on with them; the callback fires once, at the end."""
    broken_upload(server, source, saved)
    with PlainApplication() as application:
        callback = ossc.Callback(url=application.url, body="size=${size}")
        result = upload(bucket, source, saved, callback=callback)
        assert [body for _, _, body in application.requests] == [b"size=%d" % SIZE]
        assert result.callback_response == application.answer
    assert part_numbers(server) == list(range(4, PARTS + 1))
    assert server.get_object(BUCKET, "k") == DATA
    assert not saved.exists()


def test_a_failed_callback_needs_no_checkpoint(
    bucket: ossc.Bucket, source: Path, saved: Path
) -> None:
    """The object is there; nothing is left to go on with."""
    callback = ossc.Callback(url="http://127.0.0.1:9", body="x")
    with pytest.raises(ossc.CallbackFailed):
        upload(bucket, source, saved, callback=callback)
    assert not saved.exists()


def test_a_failed_download(
    server: ossc.mock.Server, bucket: ossc.Bucket, target: Path, saved: Path
) -> None:
    """Keeps its file, and goes on with it."""
    broken_download(server, target, saved)
    download(bucket, target, saved, concurrency=3)
    assert ranges(server) == [range_of(number) for number in range(4, PARTS + 1)]
    assert target.read_bytes() == DATA
    assert os.listdir(target.parent) == [target.name]
    assert not saved.exists()


def test_a_cancelled_upload_can_be_resumed(
    server: ossc.mock.Server, bucket: ossc.Bucket, source: Path, saved: Path
) -> None:
    """An exception in progress, too, keeps what is done."""
    fail_after(server, "UploadPart", 3, faults.stall())

    def progress(moved: int, _total: int | None) -> None:
        if moved >= 3 * PART:
            raise LookupError

    with pytest.raises(LookupError):
        upload(bucket, source, saved, progress=progress)
    server.reset_counts()
    upload(bucket, source, saved)
    assert part_numbers(server) == list(range(4, PARTS + 1))


@pytest.mark.parametrize(
    "change",
    ["content", "time", "size", "another file", "options", "part size"],
)
def test_an_upload_that_is_not_the_same(
    server: ossc.mock.Server,
    bucket: ossc.Bucket,
    source: Path,
    saved: Path,
    change: str,
) -> None:
    """Begins anew, and the old upload is aborted."""
    broken_upload(server, source, saved)
    data = DATA
    options: dict[str, Any] = {}
    if change == "content":
        data = DATA[::-1]
        source.write_bytes(data)
    elif change == "time":
        os.utime(source, ns=(1, 1))
    elif change == "size":
        data = DATA[:-1]
        os.truncate(source, len(data))
    elif change == "another file":
        times = source.stat()
        source.rename(source.with_name("old"))
        source.write_bytes(data)
        os.utime(source, ns=(times.st_atime_ns, times.st_mtime_ns))
    elif change == "options":
        options = {"metadata": {"a": "b"}}
    else:
        options = {"part_size": PART + 1}
    upload(bucket, source, saved, **options)
    assert len(part_numbers(server)) == PARTS
    assert len(seen(server, "AbortMultipartUpload")) == 1
    assert server.get_object(BUCKET, "k") == data
    assert open_uploads(server) == 0
    assert not saved.exists()


def test_an_upload_that_is_small_now(
    server: ossc.mock.Server, bucket: ossc.Bucket, source: Path, saved: Path
) -> None:
    """What was left of the large one is aborted."""
    broken_upload(server, source, saved)
    source.write_bytes(b"small")
    upload(bucket, source, saved, threshold=None)
    assert server.get_object(BUCKET, "k") == b"small"
    assert open_uploads(server) == 0
    assert not saved.exists()


def test_an_upload_that_is_gone(
    server: ossc.mock.Server, bucket: ossc.Bucket, source: Path, saved: Path
) -> None:
    """Aborted by somebody else: begins anew."""
    broken_upload(server, source, saved)
    upload_id = json.loads(saved.read_bytes())["state"]["upload_id"]
    bucket.abort_multipart_upload("k", upload_id)
    upload(bucket, source, saved)
    assert part_numbers(server) == list(range(1, PARTS + 1))
    assert server.get_object(BUCKET, "k") == DATA


def test_parts_that_the_server_does_not_confirm(
    server: ossc.mock.Server, bucket: ossc.Bucket, source: Path, saved: Path
) -> None:
    """A part that is another one there, or another one here, is sent again."""
    broken_upload(server, source, saved)
    record = json.loads(saved.read_bytes())
    bucket.upload_part("k", record["state"]["upload_id"], 2, DATA[:PART])
    record["state"]["parts"]["3"][1] ^= 1
    record["state"]["parts"]["9"] = record["state"]["parts"]["1"]
    saved.write_text(json.dumps(record))
    server.reset_counts()
    upload(bucket, source, saved)
    assert part_numbers(server) == list(range(2, PARTS + 1))
    assert server.get_object(BUCKET, "k") == DATA


@pytest.mark.parametrize("change", ["object", "part size"])
def test_a_download_that_is_not_the_same(
    server: ossc.mock.Server,
    bucket: ossc.Bucket,
    target: Path,
    saved: Path,
    change: str,
) -> None:
    """Begins anew, and the old temporary file is removed."""
    broken_download(server, target, saved)
    data = DATA
    options: dict[str, Any] = {}
    if change == "object":
        data = DATA[::-1]
        server.put_object(BUCKET, "k", data)
    else:
        options = {"part_size": PART + 1}
    download(bucket, target, saved, **options)
    assert len(ranges(server)) == PARTS
    assert target.read_bytes() == data
    assert os.listdir(target.parent) == [target.name]


def test_an_object_that_is_replaced_meanwhile(
    server: ossc.mock.Server, bucket: ossc.Bucket, target: Path, saved: Path
) -> None:
    """Leaves nothing to go on with."""
    server.put_object(BUCKET, "k", DATA)
    server.faults.add(faults.stall(0.25), operation="GetObject")

    def progress(_moved: int, _total: int | None) -> None:
        server.put_object(BUCKET, "k", DATA[::-1])

    with pytest.raises(ossc.PreconditionFailed):
        download(bucket, target, saved, progress=progress)
    assert not saved.exists()
    assert os.listdir(target.parent) == []


def test_a_flipped_bit_is_not_kept(
    server: ossc.mock.Server, bucket: ossc.Bucket, target: Path, saved: Path
) -> None:
    """A file that failed its check is of no use to anybody."""
    server.put_object(BUCKET, "k", DATA)
    server.faults.add(faults.flip(5), operation="GetObject")
    with pytest.raises(ossc.ChecksumMismatch):
        download(bucket, target, saved)
    assert not saved.exists()
    assert os.listdir(target.parent) == []


def test_a_checkpoint_tells_no_secrets(
    server: ossc.mock.Server, source: Path, saved: Path
) -> None:
    """Neither the keys nor the options are in it, and only the owner may read it."""
    fail_after(server, "UploadPart", 1, faults.status(403))
    with make_client(server, retry=None) as client:
        with pytest.raises(ossc.AccessDenied):
            upload(client.bucket(BUCKET), source, saved, metadata={"a": "confidential"})
    text = saved.read_text()
    for secret in (server.access_key_id, server.access_key_secret, "confidential"):
        assert secret not in text
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert os.listdir(saved.parent).count(saved.name) == 1
    assert not [name for name in os.listdir(saved.parent) if name.endswith(".part")]


def test_a_folder_for_checkpoints(
    server: ossc.mock.Server, bucket: ossc.Bucket, source: Path, tmp_path: Path
) -> None:
    """Each transfer has a file of its own in it."""
    folder = tmp_path / "checkpoints"
    folder.mkdir()
    server.faults.add(faults.status(403), operation="UploadPart", times=2)
    for key in ("a", "b"):
        with pytest.raises(ossc.AccessDenied):
            bucket.upload_file(
                key, source, part_size=SIZE, threshold=0, checkpoint=folder
            )
    assert len(os.listdir(folder)) == 2
    for key in ("a", "b"):
        bucket.upload_file(key, source, part_size=SIZE, threshold=0, checkpoint=folder)
    assert os.listdir(folder) == []
    assert len(seen(server, "InitiateMultipartUpload")) == 2


def test_a_checkpoint_of_another_key_is_left_alone(
    server: ossc.mock.Server, bucket: ossc.Bucket, source: Path, saved: Path
) -> None:
    """Its upload is somebody else's: it is not aborted."""
    broken_upload(server, source, saved)
    bucket.upload_file("other", source, part_size=PART, threshold=0, checkpoint=saved)
    assert open_uploads(server) == 1
    assert not seen(server, "AbortMultipartUpload")


@pytest.mark.parametrize("verb", ["upload", "download"])
def test_a_checkpoint_that_cannot_be_written(
    server: ossc.mock.Server,
    bucket: ossc.Bucket,
    source: Path,
    target: Path,
    verb: str,
) -> None:
    """Is an error that names it, before anything is moved."""
    server.put_object(BUCKET, "k", DATA)
    saved = source.parent / "missing" / "checkpoint"
    move = upload if verb == "upload" else download
    path = source if verb == "upload" else target
    with pytest.raises(ossc.LocalFileError) as caught:
        move(bucket, path, saved)
    assert str(saved) in str(caught.value)
    assert caught.value.errno
    assert open_uploads(server) == 0
    assert not seen(server, "UploadPart")
    assert not seen(server, "GetObject")
    assert os.listdir(target.parent) == []

"""Managed transfers on a network and a server that fail, at every point."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc import _sdk
from ossc._transfer._engine import run_parts
from ossc._transfer._multipart import complete
from ossc.mock import faults
from tests.conftest import make_client

from .transfers import (
    BUCKET,
    DATA,
    PART,
    child,
    open_uploads,
    seen,
    wait_until,
)

FAULTS: dict[str, Callable[[], faults.Fault]] = {
    "status 500": lambda: faults.status(500),
    "status 403": lambda: faults.status(403),
    "reset before": lambda: faults.reset("before"),
    "reset after": lambda: faults.reset("after"),
    "reset in the head": lambda: faults.reset(at=10),
    "cut in the head": lambda: faults.cut(head=20),
    "garbage": lambda: faults.garbage(b"garbage"),
    "no answer": faults.drop_after_store,
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file of several parts."""
    made = tmp_path / "source"
    made.write_bytes(DATA)
    return made


def upload(bucket: ossc.Bucket, source: Path) -> None:
    """An upload in parts, two at a time."""
    bucket.upload_file("k", source, part_size=PART, threshold=0, concurrency=2)


def upload_stream(bucket: ossc.Bucket, source: Path) -> None:
    """The same from a stream."""
    with source.open("rb") as file:
        bucket.upload_fileobj("k", file, part_size=PART, concurrency=2)


def copy(bucket: ossc.Bucket, _source: Path) -> None:
    """The same from an object."""
    bucket.put_object("old", DATA)
    bucket.copy("old", "k", part_size=PART, threshold=0, concurrency=2)


def meet(
    server: ossc.mock.Server, operation: str, nth: int, fault: faults.Fault
) -> None:
    """Lets the n-th request for an operation, from 0, meet a fault."""
    if nth:
        passing = faults.header("x-oss-pass", "1")
        server.faults.add(passing, operation=operation, times=nth)
    server.faults.add(fault, operation=operation)


def nothing_left() -> bool:
    """Whether all threads have ended, and all requests are freed."""
    names = {thread.name for thread in threading.enumerate()}
    return _sdk.live_requests() == 0 and "ossc-transfer" not in names


# The server opened the upload, but could not say so.
LOST = ("reset in the head", "cut in the head", "garbage", "no answer")

WRITES = {"file": upload, "stream": upload_stream, "copy": copy}


@pytest.mark.parametrize("nth", [0, 3], ids=["first", "later"])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("verb", WRITES)
def test_a_part_that_fails(
    server: ossc.mock.Server, source: Path, verb: str, fault: str, nth: int
) -> None:
    """Is the error that comes out; the other parts are removed, no thread is left."""
    operation = "UploadPartCopy" if verb == "copy" else "UploadPart"
    meet(server, operation, nth, FAULTS[fault]())
    with make_client(server, retry=None, max_idle_connections=0) as client:
        with pytest.raises(ossc.OSSError) as caught:
            WRITES[verb](client.bucket(BUCKET), source)
        assert caught.value.operation == operation
        assert (caught.value.bucket, caught.value.key) == (BUCKET, "k")
        assert open_uploads(server) == 0
        assert list(client.bucket(BUCKET).list_objects("k")) == []
    assert nothing_left()


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("verb", WRITES)
@pytest.mark.parametrize(
    "operation", ["InitiateMultipartUpload", "CompleteMultipartUpload"]
)
def test_the_ends_of_an_upload_fail(
    server: ossc.mock.Server, source: Path, operation: str, verb: str, fault: str
) -> None:
    """At the beginning nothing is sent, at the end the parts are removed."""
    server.faults.add(FAULTS[fault](), operation=operation)
    with make_client(server, retry=None, max_idle_connections=0) as client:
        with pytest.raises(ossc.OSSError) as caught:
            WRITES[verb](client.bucket(BUCKET), source)
    assert caught.value.operation == operation
    opened = seen(server, "InitiateMultipartUpload")
    lost = operation.startswith("Init") and fault in LOST
    assert open_uploads(server) == (1 if lost else 0)
    assert len(opened) == 1
    if operation.startswith("Init"):
        assert not seen(server, "UploadPart")
    assert nothing_left()


@pytest.mark.parametrize("nth", [0, 3], ids=["first", "later"])
@pytest.mark.parametrize(
    "fault",
    [*FAULTS, "cut at the first byte", "cut in the middle", "reset in the middle"],
)
@pytest.mark.parametrize("verb", ["file", "buffer"])
def test_a_range_that_fails(
    server: ossc.mock.Server, tmp_path: Path, verb: str, fault: str, nth: int
) -> None:
    """Is the error that comes out; no file is left, and no thread."""
    server.put_object(BUCKET, "k", DATA)
    made = {
        "cut at the first byte": lambda: faults.cut(0),
        "cut in the middle": lambda: faults.cut(PART // 10),
        "reset in the middle": lambda: faults.reset(at=PART // 10),
        **FAULTS,
    }[fault]()
    meet(server, "GetObject", nth, made)
    with make_client(server, retry=None, max_idle_connections=0) as client:
        bucket = client.bucket(BUCKET)
        fetch: Any = bucket.download_into
        target: Any = bytearray(len(DATA))
        if verb == "file":
            fetch, target = bucket.download_file, tmp_path / "t"
        with pytest.raises(ossc.OSSError) as caught:
            fetch("k", target, part_size=PART)
    assert caught.value.operation == "GetObject"
    assert (caught.value.bucket, caught.value.key) == (BUCKET, "k")
    assert os.listdir(tmp_path) == []
    assert nothing_left()


@pytest.mark.parametrize("verb", WRITES)
def test_writes_survive_what_passes(
    server: ossc.mock.Server, bucket: ossc.Bucket, source: Path, verb: str
) -> None:
    """A default client sends a part again that met a failure which may pass."""
    operation = "UploadPartCopy" if verb == "copy" else "UploadPart"
    server.faults.add(
        faults.status(503),
        faults.drop_after_store(),
        faults.status(500),
        operation=operation,
    )
    WRITES[verb](bucket, source)
    assert server.get_object(BUCKET, "k") == DATA


@pytest.mark.parametrize("verb", WRITES)
def test_completed_but_not_told(
    server: ossc.mock.Server, bucket: ossc.Bucket, source: Path, verb: str
) -> None:
    """An answer that got lost is found out about, where requests are tried again."""
    server.faults.add(faults.drop_after_store(), operation="CompleteMultipartUpload")
    WRITES[verb](bucket, source)
    assert server.get_object(BUCKET, "k") == DATA
    assert open_uploads(server) == 0
    assert len(seen(server, "CompleteMultipartUpload")) == 1


@pytest.mark.parametrize("kind", ["still open", "no list", "no head", "other bytes"])
@pytest.mark.parametrize("verb", ["file", "stream"])
def test_not_knowing_whether_it_was_completed(
    server: ossc.mock.Server, source: Path, verb: str, kind: str
) -> None:
    """Where the object cannot be told to be what was sent, it is an error."""
    operation = "CompleteMultipartUpload"
    before = kind == "still open"
    lost = faults.reset("before") if before else faults.drop_after_store()
    server.faults.add(lost, operation=operation)
    if kind == "no list":
        server.faults.add(faults.status(500), operation="ListParts", times=2)
    if kind == "no head":
        server.faults.add(faults.status(500), method="HEAD", times=2)
    if kind == "other bytes":
        server.faults.add(faults.header("x-oss-hash-crc64ecma", "1"), method="HEAD")
    retry = ossc.Retry(attempts=2, backoff=0)
    with make_client(server, retry=retry) as client:
        with pytest.raises(ossc.ConnectionLost) as caught:
            WRITES[verb](client.bucket(BUCKET), source)
    assert caught.value.operation == operation
    assert open_uploads(server) == 0


@pytest.mark.parametrize("verb", ["file", "buffer"])
def test_downloads_survive_what_passes(
    server: ossc.mock.Server, bucket: ossc.Bucket, tmp_path: Path, verb: str
) -> None:
    """A part that was cut is fetched again and written over."""
    server.put_object(BUCKET, "k", DATA)
    server.faults.add(
        faults.cut(PART // 2),
        faults.reset(at=PART // 3),
        faults.status(500),
        operation="GetObject",
    )
    server.faults.add(faults.status(503), operation="HeadObject")
    room = bytearray(len(DATA))
    if verb == "file":
        bucket.download_file("k", tmp_path / "t", part_size=PART)
        room[:] = (tmp_path / "t").read_bytes()
    else:
        bucket.download_into("k", room, part_size=PART)
    assert room == DATA


def test_a_part_that_arrives_damaged(server: ossc.mock.Server, source: Path) -> None:
    """OSS's CRC-64 of the part tells; nothing is made of the parts."""
    fault = faults.header("x-oss-hash-crc64ecma", "5")
    server.faults.add(fault, operation="UploadPart")
    with make_client(server, retry=None) as client:
        with pytest.raises(ossc.ChecksumMismatch):
            upload(client.bucket(BUCKET), source)
    assert open_uploads(server) == 0


def test_an_object_that_is_not_its_parts(
    server: ossc.mock.Server, bucket: ossc.Bucket, source: Path
) -> None:
    """The CRC-64 of the whole is compared, too, even where a callback has failed."""
    fault = faults.header("x-oss-hash-crc64ecma", "5")
    server.faults.add(fault, operation="CompleteMultipartUpload", times=2)
    with pytest.raises(ossc.ChecksumMismatch):
        upload(bucket, source)
    callback = ossc.Callback(url="http://127.0.0.1:9", body="x")
    with pytest.raises(ossc.ChecksumMismatch):
        bucket.upload_file("k", source, part_size=PART, threshold=0, callback=callback)


def test_an_abort_that_fails(server: ossc.mock.Server, source: Path) -> None:
    """Does not hide the first error; where Python can, a note tells of it."""
    server.faults.add(faults.status(403), operation="UploadPart")
    server.faults.add(faults.status(500), operation="AbortMultipartUpload")
    with make_client(server, retry=None) as client:
        with pytest.raises(ossc.AccessDenied) as caught:
            upload(client.bucket(BUCKET), source)
    notes = getattr(caught.value, "__notes__", None)
    if sys.version_info >= (3, 11):
        assert notes is not None
        assert "could not be aborted" in notes[0]
    assert open_uploads(server) == 1


def test_a_client_that_is_closed_meanwhile(
    server: ossc.mock.Server, source: Path
) -> None:
    """The transfer ends with an error in words."""
    server.faults.add(faults.stall(0.3), operation="UploadPart")
    with make_client(server) as client:

        def progress(_moved: int, _total: int | None) -> None:
            client.close()

        with pytest.raises(ossc.ClientClosed):
            client.bucket(BUCKET).upload_file(
                "k",
                source,
                part_size=PART,
                threshold=0,
                concurrency=1,
                progress=progress,
            )
    assert nothing_left()


CALLS = {
    "upload_file": 'bucket.upload_file("k", path, part_size=102400, threshold=0)',
    "upload_fileobj": 'bucket.upload_fileobj("k", open(path, "rb"), part_size=102400)',
    "copy": 'bucket.copy("old", "k", part_size=102400, threshold=0)',
}


@pytest.mark.parametrize("verb", CALLS)
def test_ctrl_c_aborts_the_parts(
    server: ossc.mock.Server, source: Path, verb: str
) -> None:
    """In a stalled upload, within moments."""
    server.put_object(BUCKET, "old", DATA)
    operation = "UploadPartCopy" if verb == "copy" else "UploadPart"
    server.faults.add(faults.stall(), operation=operation)
    with child(server, CALLS[verb], source) as process:
        wait_until(lambda: not server.faults.unused)
        assert open_uploads(server) == 1
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=10)
    assert said.strip() == b"KeyboardInterrupt"
    assert process.returncode == 0
    assert open_uploads(server) == 0


def test_ctrl_c_removes_the_temporary_file(
    server: ossc.mock.Server, tmp_path: Path
) -> None:
    """In a stalled download, within moments; the old file stays."""
    server.put_object(BUCKET, "k", DATA)
    server.faults.add(faults.stall(at=10), operation="GetObject")
    path = tmp_path / "target"
    path.write_bytes(b"old")
    call = 'bucket.download_file("k", path, part_size=102400)'
    with child(server, call, path) as process:
        wait_until(lambda: not server.faults.unused)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=10)
    assert said.strip() == b"KeyboardInterrupt"
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["target"]


MEMORY = """
import resource
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
def move(size):
    bucket.upload_file("k", path, part_size=size, threshold=0)
    bucket.download_file("k", path + ".copy", part_size=size)
move(16 << 20)
before = peak()
move(1 << 20)
move(8 << 20)
print(peak() - before, flush=True)
"""


def test_files_never_pass_through_memory(
    server: ossc.mock.Server, tmp_path: Path
) -> None:
    """64 MiB up and down again, four parts at a time: some hundred KiB."""
    path = tmp_path / "source"
    data = os.urandom(1 << 20) * 64
    path.write_bytes(data)
    with child(server, MEMORY, path) as process:
        said, _ = process.communicate(timeout=60)
    assert server.get_object(BUCKET, "k") == data
    assert path.with_name("source.copy").read_bytes() == data
    assert int(said) < 4 << 20


def test_an_interrupt_while_the_parts_end() -> None:
    """Comes out, but not before the last thread has ended."""
    release, ended = threading.Event(), threading.Event()

    def work(_part: int, stop: ossc.CancelToken) -> None:
        wait_until(lambda: stop.cancelled)
        release.wait(10)
        threading.Event().wait(0.1)  # longer than the interrupt takes to come out
        ended.set()

    def tick() -> None:
        raise LookupError

    def interrupt(_number: int, _frame: object) -> None:
        release.set()
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        with pytest.raises(KeyboardInterrupt) as caught:
            run_parts([1], work, lambda *_: None, concurrency=1, tick=tick)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert isinstance(caught.value.__context__, LookupError)
    assert ended.is_set()


def test_a_thread_that_cannot_start(
    server: ossc.mock.Server,
    bucket: ossc.Bucket,
    source: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The upload fails in the machine's words, and its parts are removed."""
    begin = threading.Thread.start

    def start(thread: threading.Thread) -> None:
        if thread.name == "ossc-transfer":
            raise RuntimeError("can't start new thread")
        begin(thread)

    monkeypatch.setattr(threading.Thread, "start", start)
    with pytest.raises(RuntimeError, match="new thread"):
        upload(bucket, source)
    assert open_uploads(server) == 0


def test_parts_without_a_crc(
    bucket: ossc.Bucket,
) -> None:
    """A server that tells no CRC-64 of a part leaves nothing to compare with."""
    callback = ossc.Callback(url="http://127.0.0.1:9", body="x")
    upload_id = bucket.init_multipart_upload("k").upload_id
    part = bucket.upload_part("k", upload_id, 1, b"data")
    with pytest.raises(ossc.CallbackFailed) as caught:
        complete(
            bucket,
            "k",
            upload_id,
            {1: ossc.UploadPartResult(1, part.etag, None, part.size, "")},
            callback=callback,
            options={},
        )
    assert caught.value.result.crc64 == part.crc64


def test_failures_free_the_callers_buffer(server: ossc.mock.Server) -> None:
    """All parts fail; only the error that came out may hold on to the buffer."""
    server.put_object(BUCKET, "k", DATA)
    server.faults.add(faults.status(403), operation="GetObject", times=6)
    room = bytearray(len(DATA))
    gc.disable()
    try:
        with make_client(server, retry=None) as client:
            with pytest.raises(ossc.AccessDenied):
                client.bucket(BUCKET).download_into(
                    "k", room, part_size=PART, concurrency=6
                )
        server.faults.clear()
        room.append(0)
    finally:
        gc.enable()

"""`download_fileobj`: objects of any size into whatever can be written to."""

from __future__ import annotations

import gzip
import io
import os
import random
import socket
import threading
import zipfile
from pathlib import Path

import pytest

import ossc
import ossc.mock
from ossc import _sdk
from ossc.mock import faults
from tests.conftest import make_client

from .transfers import (
    BUCKET,
    DATA,
    PART,
    PARTS,
    SIZE,
    Recorder,
    range_of,
    ranges,
    seen,
)


@pytest.fixture(autouse=True)
def _object(server: ossc.mock.Server) -> None:
    server.put_object(BUCKET, "k", DATA)


class Odd:
    """Something with `write` that is no file; it keeps what it gets."""

    def __init__(self, answers: object = None) -> None:
        self.pieces: list[bytes] = []
        self.threads: set[int] = set()
        self.answers = answers

    def write(self, data: bytes) -> object:
        self.threads.add(threading.get_ident())
        if callable(self.answers):
            taken = self.answers(len(data))
            self.pieces.append(data[:taken])
            return taken
        self.pieces.append(data)
        return self.answers

    def got(self) -> bytes:
        return b"".join(self.pieces)


class Raw(io.RawIOBase):
    """A raw file whose `write` takes what it likes."""

    def __init__(self, most: int | None) -> None:
        self.data = bytearray()
        self.most = most

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int | None:
        if self.most is None:
            return None
        taken = memoryview(data)[: self.most]  # type: ignore[arg-type]
        self.data += taken
        return len(taken)


def test_in_parts(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """Each range is asked for once, and all are written in their order."""
    target = io.BytesIO(b"before:")
    target.seek(0, io.SEEK_END)
    info = bucket.download_fileobj("k", target, part_size=PART)
    assert target.getvalue() == b"before:" + DATA
    assert (info.key, info.size) == ("k", SIZE)
    assert ranges(server) == [range_of(number) for number in range(1, PARTS + 1)]
    assert {dict(r.headers)["if-match"] for r in seen(server, "GetObject")} == {
        f'"{info.etag}"'
    }


def test_late_parts(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """Later parts wait for an early one."""
    server.faults.add(faults.stall(0.3), operation="GetObject")
    target = Odd()
    bucket.download_fileobj("k", target, part_size=PART, concurrency=4)
    assert target.got() == DATA
    assert target.threads == {threading.get_ident()}


@pytest.mark.parametrize("concurrency", [1, 2, 7])
def test_any_concurrency(bucket: ossc.Bucket, concurrency: int) -> None:
    """Even one at a time."""
    target = io.BytesIO()
    bucket.download_fileobj("k", target, part_size=9_999, concurrency=concurrency)
    assert target.getvalue() == DATA


def test_a_pipe(bucket: ossc.Bucket) -> None:
    """What cannot be sought and takes its time."""
    read_end, write_end = os.pipe()
    got: list[bytes] = []

    def drain() -> None:
        with open(read_end, "rb") as source:
            got.append(source.read())

    thread = threading.Thread(target=drain)
    thread.start()
    with open(write_end, "wb", buffering=0) as target:
        bucket.download_fileobj("k", target, part_size=PART)
    thread.join()
    assert got == [DATA]


def test_a_socket(bucket: ossc.Bucket) -> None:
    """Its file, without a buffer."""
    ours, theirs = socket.socketpair()
    got: list[bytes] = []

    def drain() -> None:
        with theirs, theirs.makefile("rb") as source:
            got.append(source.read())

    thread = threading.Thread(target=drain)
    thread.start()
    with ours, ours.makefile("wb", buffering=0) as target:
        bucket.download_fileobj("k", target, part_size=PART)
        ours.shutdown(socket.SHUT_WR)
    thread.join()
    assert got == [DATA]


def test_members_of_archives(bucket: ossc.Bucket, tmp_path: Path) -> None:
    """ZIP and gzip files are no other."""
    with zipfile.ZipFile(tmp_path / "z", "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("member", "w") as member:
            bucket.download_fileobj("k", member, part_size=PART)
    with zipfile.ZipFile(tmp_path / "z") as archive:
        assert archive.read("member") == DATA
    with gzip.open(tmp_path / "g", "wb") as packed:
        bucket.download_fileobj("k", packed, part_size=PART)
    assert gzip.decompress((tmp_path / "g").read_bytes()) == DATA


def test_files_that_take_less(bucket: ossc.Bucket) -> None:
    """Get the rest in further calls; what says nothing has taken all."""
    raw = Raw(1000)
    bucket.download_fileobj("k", raw, part_size=PART)
    assert raw.data == DATA
    chance = random.Random(1)
    odd = Odd(lambda size: chance.randint(1, size))
    bucket.download_fileobj("k", odd, part_size=PART)
    assert odd.got() == DATA


@pytest.mark.parametrize("answer", [0, -1, SIZE + 1])
def test_impossible_answers(bucket: ossc.Bucket, answer: int) -> None:
    """A `write` that took nothing, or more than all, is an error, no endless loop."""
    with pytest.raises(ValueError, match="it took"):
        bucket.download_fileobj("k", Odd(answer), part_size=PART)


def test_a_file_in_non_blocking_mode(bucket: ossc.Bucket) -> None:
    """Is an error when it is full."""
    with pytest.raises(BlockingIOError):
        bucket.download_fileobj("k", Raw(None), part_size=PART)


def test_what_is_no_file(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """Is refused before anything is sent."""
    with pytest.raises(TypeError, match="write"):
        bucket.download_fileobj("k", b"x")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="text"):
        bucket.download_fileobj("k", io.StringIO())
    assert not server.requests


def test_an_empty_object(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """Writes nothing."""
    server.put_object(BUCKET, "e", b"")
    target = Odd()
    assert bucket.download_fileobj("e", target).size == 0
    assert target.pieces == []


def test_errors_of_the_file(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """Come out as they are; nothing is under way then."""

    class Full(Odd):
        def write(self, data: bytes) -> object:
            raise BrokenPipeError("gone")

    with pytest.raises(BrokenPipeError, match="gone"):
        bucket.download_fileobj("k", Full(), part_size=PART)
    assert _sdk.live_requests() == 0
    assert "ossc-transfer" not in {thread.name for thread in threading.enumerate()}


def test_a_flipped_bit(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """Is found before the last part is written, wherever it is."""
    server.faults.add(faults.flip(5), operation="GetObject")
    target = io.BytesIO()
    with pytest.raises(ossc.ChecksumMismatch):
        bucket.download_fileobj("k", target, part_size=PART)
    assert len(target.getvalue()) == (PARTS - 1) * PART


def test_broken_parts(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """Are asked for again; nothing is written twice."""
    server.faults.add(faults.cut(PART // 2), operation="GetObject", times=2)
    target = io.BytesIO()
    bucket.download_fileobj("k", target, part_size=PART)
    assert target.getvalue() == DATA


def test_a_part_that_fails(server: ossc.mock.Server) -> None:
    """What was written is what comes before it."""
    server.faults.add(faults.header("x-oss-pass", "1"), operation="GetObject", times=2)
    server.faults.add(faults.status(403), operation="GetObject")
    target = io.BytesIO()
    with make_client(server, retry=None) as client:
        with pytest.raises(ossc.AccessDenied) as caught:
            client.bucket(BUCKET).download_fileobj(
                "k", target, part_size=PART, concurrency=1
            )
    assert caught.value.key == "k"
    assert target.getvalue() == DATA[: len(target.getvalue())]
    assert len(target.getvalue()) <= 2 * PART


def test_an_object_that_is_replaced_meanwhile(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """Is an error that says so; two versions are never mixed."""

    class Replacing(Odd):
        def write(self, data: bytes) -> object:
            server.put_object(BUCKET, "k", DATA[::-1])
            return super().write(data)

    target = Replacing()
    with pytest.raises(ossc.PreconditionFailed, match="replaced meanwhile"):
        bucket.download_fileobj("k", target, part_size=PART, concurrency=1)
    assert DATA.startswith(target.got())


def test_conditions_and_versions(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """They count as elsewhere."""
    with pytest.raises(ossc.PreconditionFailed):
        bucket.download_fileobj("k", io.BytesIO(), if_match='"x"')
    with pytest.raises(ossc.NoSuchKey):
        bucket.download_fileobj("not-there", io.BytesIO())


def test_memory_is_bounded(server: ossc.mock.Server) -> None:
    """Parts become smaller where the client's limit asks for it."""
    with make_client(server, max_memory=5 * 50_000) as client:
        bucket = client.bucket(BUCKET)
        target = io.BytesIO()
        bucket.download_fileobj("k", target)
        assert target.getvalue() == DATA
        assert ranges(server)[0] == "bytes=0-49999"
        with pytest.raises(ossc.MemoryLimitExceeded):
            bucket.download_fileobj("k", target, part_size=300_000)
        limit = client._budget._memory
        assert limit is not None
        assert limit.free == limit.most


def test_a_slow_file_holds_the_download_up(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """No more is fetched than there are buffers."""
    concurrency = 2

    class Slow(Odd):
        def write(self, data: bytes) -> object:
            written = len(self.pieces)
            assert len(seen(server, "GetObject")) <= written + concurrency + 1
            return super().write(data)

    target = Slow()
    bucket.download_fileobj("k", target, part_size=9_999, concurrency=concurrency)
    assert target.got() == DATA


def test_progress_and_cancel(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """As of the other downloads."""
    server.faults.add(faults.stall(0.25), operation="GetObject", times=2)
    recorder = Recorder()
    bucket.download_fileobj(
        "k", Odd(), part_size=PART, concurrency=1, progress=recorder
    )
    recorder.check(SIZE, SIZE)
    token = ossc.CancelToken()

    class Cancelling(Odd):
        def write(self, data: bytes) -> object:
            token.cancel()
            return super().write(data)

    with pytest.raises(ossc.Cancelled):
        bucket.download_fileobj(
            "k", Cancelling(), part_size=PART, concurrency=1, cancel=token
        )

"""Downloads into files that are large enough to be written aside, by a thread."""

from __future__ import annotations

import os
import resource
import threading
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

import ossc
import ossc.mock
from ossc.mock import faults
from tests.conftest import BUCKET

SIZE = (33 << 20) + 12_345
DATA = Random(7).randbytes(SIZE)


@pytest.fixture
def large(server: ossc.mock.Server, bucket: ossc.Bucket) -> Iterator[ossc.Bucket]:
    """A bucket with an object that is large enough; no thread stays behind."""
    server.put_object(BUCKET, "k", DATA)
    before = _threads()
    yield bucket
    assert _threads() <= before


def _threads() -> int:
    """How many threads of this process Python knows nothing of."""
    names = {str(thread.native_id) for thread in threading.enumerate()}
    return len(set(os.listdir("/proc/self/task")) - names)


def test_a_large_file(
    large: ossc.Bucket, server: ossc.mock.Server, tmp_path: Path
) -> None:
    """It is written in one thread while it is received in another."""
    path = tmp_path / "file"
    server.faults.add(faults.stall(0.3, at=20 << 20))
    before = _threads()
    most: list[int] = []
    info = large.get_object_to_file(
        "k", path, progress=lambda _done, _all: most.append(_threads())
    )
    assert info.size == SIZE
    assert path.read_bytes() == DATA
    assert os.listdir(tmp_path) == ["file"]
    assert before < max(most, default=0) <= before + 1


def test_a_large_range(large: ossc.Bucket, tmp_path: Path) -> None:
    """A range goes to the file's beginning."""
    path = tmp_path / "file"
    large.get_object_to_file("k", path, (100, SIZE - 101))
    assert path.read_bytes() == DATA[100:-100]


def test_it_goes_on_where_it_broke(
    large: ossc.Bucket, server: ossc.mock.Server, tmp_path: Path
) -> None:
    """What had come before the connection failed is in the file, and is not sent again."""
    path = tmp_path / "file"
    server.faults.add(faults.cut(at=20_000_001))
    server.faults.add(faults.reset(at=5_000_003))
    large.get_object_to_file("k", path)
    assert path.read_bytes() == DATA
    asked = [
        {name.lower(): value for name, value in request.headers}.get("range")
        for request in server.requests
        if request.method == "GET"
    ]
    assert asked[:2] == [None, f"bytes=20000001-{SIZE - 1}"]
    assert len(asked) == 3


def test_a_wrong_bit(
    large: ossc.Bucket, server: ossc.mock.Server, tmp_path: Path
) -> None:
    """The bytes that reach the file are those that were checked."""
    server.faults.add(faults.flip(SIZE - 3))
    with pytest.raises(ossc.ChecksumMismatch):
        large.with_options(retry=None).get_object_to_file("k", tmp_path / "file")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("room", [0, 1 << 20, SIZE - 1])
def test_a_full_disk(large: ossc.Bucket, tmp_path: Path, room: int) -> None:
    """At the beginning, in the middle, with the very last byte."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
    try:
        with pytest.raises(ossc.LocalFileError) as caught:
            large.get_object_to_file("k", tmp_path / "file")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert caught.value.errno == 27
    assert caught.value.filename == str(tmp_path / "file")
    assert os.listdir(tmp_path) == []


def test_cancelled_by_progress(
    large: ossc.Bucket, server: ossc.mock.Server, tmp_path: Path
) -> None:
    """An exception ends it, and with it the thread and the file."""
    server.faults.add(faults.stall(30.0, at=20 << 20))

    def stop(done: int, _all: int | None) -> None:
        if done:
            raise KeyError(done)

    with pytest.raises(KeyError):
        large.get_object_to_file("k", tmp_path / "file", progress=stop)
    assert os.listdir(tmp_path) == []


def test_a_fork_meanwhile(
    large: ossc.Bucket, server: ossc.mock.Server, tmp_path: Path
) -> None:
    """The child's download fails there; the parent's comes whole."""
    path = tmp_path / "file"
    children: list[int] = []
    server.faults.add(faults.stall(0.3, at=20 << 20))

    def fork(_done: int, _all: int | None) -> None:
        if not children:
            children.append(os.fork())

    parent = os.getpid()
    try:
        large.get_object_to_file("k", path, progress=fork)
    except ossc.OSSError:
        if os.getpid() != parent:
            os._exit(0)
        raise
    finally:
        if os.getpid() != parent:
            os._exit(1)
    assert os.waitpid(children[0], 0)[1] == 0
    assert path.read_bytes() == DATA

"""`download_into`: objects of any size into the caller's memory, in parallel."""

from __future__ import annotations

import array
import mmap
import threading
from typing import Any

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


def test_in_parts(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """Each range goes to its place; what is behind the object is not touched."""
    room = bytearray(b"z" * (SIZE + 10))
    assert bucket.download_into("k", room, part_size=PART) == SIZE
    assert room == DATA + b"z" * 10
    assert ranges(server) == [range_of(number) for number in range(1, PARTS + 1)]


def test_any_buffer(bucket: ossc.Bucket) -> None:
    """Whatever is writable and contiguous."""
    words = array.array("Q", bytes(SIZE + 8 - SIZE % 8))
    bucket.download_into("k", words, part_size=PART)
    assert words.tobytes()[:SIZE] == DATA
    with mmap.mmap(-1, SIZE) as pages:
        bucket.download_into("k", pages, part_size=PART)
        assert pages[:] == DATA
    room = bytearray(SIZE + 5)
    bucket.download_into("k", memoryview(room)[5:], part_size=PART)
    assert room[5:] == DATA


def test_an_empty_object(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """Fits into any buffer, even an empty one."""
    server.put_object(BUCKET, "e", b"")
    room = bytearray(b"zz")
    assert bucket.download_into("e", room) == 0
    assert bucket.download_into("e", bytearray()) == 0
    assert room == b"zz"


def test_a_buffer_that_is_too_small(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """Is refused before a byte is fetched."""
    with pytest.raises(ossc.ParameterError, match="do not fit") as caught:
        bucket.download_into("k", bytearray(SIZE - 1))
    assert caught.value.key == "k"
    assert not seen(server, "GetObject")


def test_what_is_no_buffer(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """Is refused before anything is sent."""
    with pytest.raises(TypeError, match="read-only"):
        bucket.download_into("k", bytes(SIZE))
    with pytest.raises(TypeError, match="contiguous"):
        bucket.download_into("k", memoryview(bytearray(SIZE))[::2])
    with pytest.raises(TypeError):
        bucket.download_into("k", "x")  # type: ignore[arg-type]
    assert not server.requests


def test_an_object_that_is_replaced_meanwhile(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """Is an error that says so."""
    server.faults.add(faults.stall(0.25), operation="GetObject")

    def progress(_moved: int, _total: int | None) -> None:
        server.put_object(BUCKET, "k", DATA[::-1])

    with pytest.raises(ossc.PreconditionFailed, match="replaced meanwhile"):
        bucket.download_into(
            "k", bytearray(SIZE), part_size=PART, concurrency=1, progress=progress
        )


def test_a_flipped_bit(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """Is seen in the CRC-64 of all parts together."""
    server.faults.add(faults.flip(5), operation="GetObject")
    with pytest.raises(ossc.ChecksumMismatch):
        bucket.download_into("k", bytearray(SIZE), part_size=PART)


def test_progress(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """It is told in this thread, every 100 ms at most, and once at the end."""
    server.faults.add(faults.stall(0.25), operation="GetObject", times=2)
    recorder = Recorder()
    bucket.download_into(
        "k", bytearray(SIZE), part_size=PART, concurrency=1, progress=recorder
    )
    recorder.check(SIZE, SIZE)


def test_a_failure_frees_the_buffer(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """It can be resized at once: nothing writes into it any more."""
    server.faults.add(faults.stall(0.3), operation="GetObject")
    room = bytearray(SIZE)

    def progress(_moved: int, _total: int | None) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        bucket.download_into("k", room, part_size=PART, progress=progress)
    room.append(0)
    assert len(room) == SIZE + 1
    assert _sdk.live_requests() == 0
    assert not [t for t in threading.enumerate() if t.name == "ossc-transfer"]


def test_cancel(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """A token ends a stalled download soon."""
    server.faults.add(faults.stall(at=10), operation="GetObject")
    token = ossc.CancelToken()
    timer = threading.Timer(0.1, token.cancel)
    timer.start()
    with pytest.raises(ossc.Cancelled):
        bucket.download_into("k", bytearray(SIZE), cancel=token)
    timer.join()


def test_more_than_was_asked_for(server: ossc.mock.Server) -> None:
    """A part never grows into the next one's place."""
    server.faults.add(faults.body(DATA), operation="GetObject")
    with make_client(server, retry=None) as client:
        with pytest.raises(ossc.MalformedResponse):
            client.bucket(BUCKET).download_into("k", bytearray(SIZE), part_size=PART)


@pytest.mark.parametrize(
    ("span", "begin", "end"),
    [
        ((0, None), 0, SIZE),
        ((PART + 5, 3 * PART + 4), PART + 5, 3 * PART + 5),
        (range(7, 8), 7, 8),
        ((None, PART + 1), SIZE - PART - 1, SIZE),
        ((None, SIZE * 2), 0, SIZE),
        (f"bytes=100-{SIZE * 2}", 100, SIZE),
    ],
)
def test_a_range(
    server: ossc.mock.Server, bucket: ossc.Bucket, span: Any, begin: int, end: int
) -> None:
    """It comes in parts, from the buffer's beginning on, and nothing else does."""
    room = bytearray(b"z" * (SIZE + 1))
    assert bucket.download_into("k", room, span, part_size=PART) == end - begin
    assert room == DATA[begin:end] + b"z" * (SIZE + 1 - end + begin)
    starts = [begin + n for n in range(0, end - begin, PART)]
    expected = [f"bytes={at}-{min(at + PART, end) - 1}" for at in starts]
    assert ranges(server) == expected
    matched = {dict(r.headers)["if-match"] for r in seen(server, "GetObject")}
    assert len(matched) == 1


@pytest.mark.parametrize("span", [(SIZE, None), (SIZE + 1, SIZE + 2)])
def test_a_range_that_lies_outside(
    server: ossc.mock.Server, bucket: ossc.Bucket, span: Any
) -> None:
    """As with a get of it, and of an empty object every range does."""
    with pytest.raises(ossc.InvalidRange, match=f"the range {span[0]}-") as caught:
        bucket.download_into("k", bytearray(SIZE), span)
    assert caught.value.key == "k"
    server.put_object(BUCKET, "e", b"")
    with pytest.raises(ossc.InvalidRange, match="the range -5 lies outside"):
        bucket.download_into("e", bytearray(SIZE), (None, 5))
    assert not seen(server, "GetObject")


def test_a_range_that_is_none(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """It is refused before anything is sent; one that is too long after the head."""
    with pytest.raises(ossc.ParameterError, match="backwards"):
        bucket.download_into("k", bytearray(SIZE), (5, 3))
    assert not server.requests
    with pytest.raises(ossc.ParameterError, match="range's 11 bytes do not fit"):
        bucket.download_into("k", bytearray(10), (0, 10))
    assert not seen(server, "GetObject")


def test_what_is_compared_of_a_range(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """One that is the whole object has its checksum; its parts have none."""
    server.faults.add(faults.flip(5), operation="GetObject")
    with pytest.raises(ossc.ChecksumMismatch):
        bucket.download_into("k", bytearray(SIZE), (0, SIZE - 1), part_size=PART)
    with pytest.raises(ossc.PreconditionFailed):
        bucket.download_into("k", bytearray(SIZE), (0, 9), if_match="other")


def test_a_range_of_an_object_that_is_replaced_meanwhile(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """Is an error, too."""
    server.faults.add(faults.stall(0.25), operation="GetObject")

    def progress(_moved: int, total: int | None) -> None:
        assert total == 2 * PART
        server.put_object(BUCKET, "k", DATA[::-1])

    room = bytearray(2 * PART)
    span = (PART, 3 * PART - 1)
    options: Any = {"part_size": PART, "concurrency": 1, "progress": progress}
    with pytest.raises(ossc.PreconditionFailed, match="replaced meanwhile"):
        bucket.download_into("k", room, span, **options)


def test_a_part_of_a_range_that_breaks_goes_on(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """A cut answer is taken up where it ended, at its place in the buffer."""
    server.faults.add(faults.cut(PART // 2), operation="GetObject")
    room = bytearray(2 * PART)
    bucket.download_into("k", room, (10, 2 * PART + 9), part_size=PART)
    assert room == DATA[10 : 2 * PART + 10]

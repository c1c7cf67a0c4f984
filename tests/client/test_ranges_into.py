"""`get_ranges(into=…)`: many ranges of one object into the caller's memory."""

from __future__ import annotations

import array
import random
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc.mock import faults
from tests.conftest import make_client

from .transfers import BUCKET, seen

DATA = random.Random(7).randbytes(200_000)
SPANS: list[Any] = [(0, 9), (100, 199), (50_000, 59_999), (195_000, None), (None, 3)]


@pytest.fixture(autouse=True)
def _object(server: ossc.mock.Server) -> None:
    server.put_object(BUCKET, "k", DATA)


def _expected(span: Any) -> bytes:
    first, last = span
    if first is None:
        return DATA[-last:]
    return DATA[first : None if last is None else last + 1]


@pytest.mark.parametrize("gap", [0, 1000])
def test_each_range_has_its_buffer(
    server: ossc.mock.Server, bucket: ossc.Bucket, gap: int
) -> None:
    """What is returned are views of the buffers, joined requests or not."""
    rooms = [bytearray(b"z" * 10_000) for _ in SPANS]
    views = bucket.get_ranges("k", SPANS, into=rooms, gap=gap)
    assert len(seen(server, "GetObject")) == (5 if gap == 0 else 4)
    for span, room, view in zip(SPANS, rooms, views, strict=True):
        expected = _expected(span)
        assert view == expected
        assert view.obj is room
        assert room == expected + b"z" * (10_000 - len(expected))


def test_slices_of_one_buffer(bucket: ossc.Bucket) -> None:
    """Of any kind, such as an array, whose items are larger than bytes."""
    words = array.array("Q", bytes(4000))
    room = memoryview(words)
    bucket.get_ranges("k", [(500, 2499), (0, 1999)], into=[room[250:], room[:250]])
    assert words.tobytes() == DATA[:2000] + DATA[500:2500]


def test_a_range_that_goes_past_the_end(bucket: ossc.Bucket) -> None:
    """It is cut there; what is behind it in the buffer stays."""
    room = bytearray(b"z" * 100)
    (view,) = bucket.get_ranges("k", [(199_990, 200_089)], into=[room])
    assert view == DATA[-10:]
    assert room[10:] == b"z" * 90


def test_a_broken_answer_goes_on(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """At its place in the buffer."""
    server.faults.add(faults.cut(70_000), operation="GetObject")
    room = bytearray(150_000)
    bucket.get_ranges("k", [(10, 150_009)], into=[room])
    assert room == DATA[10:150_010]


@pytest.mark.parametrize(
    ("spans", "rooms", "error", "said"),
    [
        ([(0, 9)], [], ossc.ParameterError, "0 buffers for 1 ranges"),
        ([], [bytearray(1)], ossc.ParameterError, "1 buffers for 0 ranges"),
        ([(0, 9)], [bytearray(9)], ossc.ParameterError, "does not fit"),
        ([(0, 9)], [bytes(10)], TypeError, "read-only or not contiguous"),
        (
            [(0, 9)],
            [memoryview(bytearray(40))[::2]],
            TypeError,
            "read-only or not contiguous",
        ),
        ([(0, 9)], ["text"], TypeError, "bytes-like"),
    ],
)
def test_what_cannot_hold_them_is_refused(
    server: ossc.mock.Server,
    bucket: ossc.Bucket,
    spans: Any,
    rooms: Any,
    error: type[Exception],
    said: str,
) -> None:
    """Before anything is sent."""
    with pytest.raises(error, match=said):
        bucket.get_ranges("k", spans, into=rooms)
    assert not server.requests


@pytest.mark.parametrize("span", [(100, None), (None, 50)])
@pytest.mark.parametrize("room", [bytearray(10), bytearray()])
def test_an_open_range_that_does_not_fit(
    bucket: ossc.Bucket, span: Any, room: bytearray
) -> None:
    """That is seen by the answer."""
    with pytest.raises(ossc.ParameterError, match="the range does not fit") as caught:
        bucket.get_ranges("k", [span], into=[room])
    assert (caught.value.key, caught.value.method) == ("k", "GET")


def test_more_than_was_asked_for(server: ossc.mock.Server) -> None:
    """It never gets behind the range's place in the buffer."""
    server.faults.add(faults.body(DATA), operation="GetObject")
    room = bytearray(b"z" * 20)
    with make_client(server, retry=None) as client:
        with pytest.raises(ossc.MalformedResponse):
            client.bucket(BUCKET).get_ranges("k", [(0, 9)], into=[room])
    assert room[10:] == b"z" * 10


@pytest.mark.parametrize("spans", [[(0, 9)], [(0, 9), (150_000, 150_009)]], ids=len)
def test_a_failure_frees_the_buffers(
    server: ossc.mock.Server, bucket: ossc.Bucket, spans: Any
) -> None:
    """They can be resized at once."""
    rooms = [bytearray(10) for _ in spans]
    with pytest.raises(ossc.PreconditionFailed):
        bucket.get_ranges("k", spans, into=rooms, if_match="another")
    for room in rooms:
        room.append(0)
    assert [len(room) for room in rooms] == [11] * len(spans)

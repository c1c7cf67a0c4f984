"""Streams do what local files do, whatever is done to them in whatever order."""

from __future__ import annotations

import io
import os
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ossc
import ossc.mock
from tests.client.raw_server import BUCKET, client_of

DATA = b"".join(
    b"line %d %s\n" % (n, b"." * random.Random(n).randrange(200)) for n in range(3000)
)

SIZES = st.integers(-2, 70_000) | st.integers(0, 100) | st.none()
STEPS = st.one_of(
    st.tuples(st.sampled_from(["read", "readline"]), SIZES),
    st.tuples(st.just("readinto"), st.integers(0, 100_000)),
    st.tuples(st.just("readlines"), st.integers(1, 2000)),
    st.tuples(st.just("next")),
    st.tuples(st.just("tell")),
    st.tuples(
        st.just("seek"),
        st.integers(-len(DATA), len(DATA) + 1000),
        st.sampled_from([os.SEEK_SET, os.SEEK_CUR, os.SEEK_END]),
    ),
)


@pytest.fixture(scope="module")
def bucket() -> Iterator[ossc.Bucket]:
    """A bucket with the object `k`, for all examples."""
    with ossc.mock.serve(buckets=[BUCKET]) as server, client_of(server) as client:
        server.put_object(BUCKET, "k", DATA)
        yield client.bucket(BUCKET)


def _do(file: Any, name: str, arguments: tuple[Any, ...]) -> object:
    """What an operation gives, errors included."""
    if name == "next":
        return next(file, None)
    if name == "readinto":
        buffer = bytearray(arguments[0])
        return file.readinto(buffer), buffer
    try:
        return getattr(file, name)(*arguments)
    except OSError as error:
        return error.errno


@given(
    steps=st.lists(STEPS, max_size=12),
    first=st.sampled_from([1, 100, 20_000, 1 << 20]),
    ahead=st.sampled_from([0, 40_000, 1 << 20]),
)
@settings(max_examples=60)
def test_a_reader_is_like_a_file(
    bucket: ossc.Bucket,
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple[Any, ...]],
    first: int,
    ahead: int,
) -> None:
    """Each operation gives what it gives for a local file of the same bytes."""
    path = tmp_path_factory.getbasetemp() / "model"
    if not path.exists():
        path.write_bytes(DATA)
    with (
        path.open("rb") as model,
        bucket.open("k", buffer_size=first, read_ahead=ahead) as file,
    ):
        for name, *arguments in steps:
            expected = _do(model, name, tuple(arguments))
            assert _do(file, name, tuple(arguments)) == expected, name
            assert file.tell() == model.tell()


@given(
    cuts=st.lists(st.integers(0, 300_000), max_size=8),
    kind=st.sampled_from([bytes, bytearray, memoryview]),
    concurrency=st.integers(1, 4),
)
@settings(max_examples=30)
def test_a_writer_is_like_a_buffer(
    bucket: ossc.Bucket,
    cuts: list[int],
    kind: Callable[[bytes], Any],
    concurrency: int,
) -> None:
    """Whatever is written in whatever pieces, the object is all of it in order."""
    model = io.BytesIO()
    with bucket.open("w", "wb", part_size=100 << 10, concurrency=concurrency) as file:
        for size in cuts:
            assert file.write(kind(DATA[:size])) == model.write(DATA[:size])
            assert file.tell() == model.tell()
    assert bucket.get_object("w").data == model.getvalue()


@given(
    span=st.tuples(st.integers(0, len(DATA) - 1), st.integers(0, len(DATA) - 1)),
    size=st.integers(1000, 1 << 20),
)
@settings(max_examples=30)
def test_chunks_joined_are_the_range(
    bucket: ossc.Bucket, span: tuple[int, int], size: int
) -> None:
    """Any range in chunks of any size."""
    first, last = min(span), max(span)
    pieces = list(bucket.stream_object("k", (first, last), chunk_size=size))
    assert b"".join(pieces) == DATA[first : last + 1]

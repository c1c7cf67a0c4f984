"""Part plans and the CRC of parts, for any sizes; what goes up in parts comes down."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ossc
from ossc import _sdk
from ossc._transfer._checkpoint import Checkpoint
from ossc._transfer._plan import (
    MAX_PART,
    MAX_PARTS,
    MAX_SIZE,
    MIN_PART,
    part_size_for,
    parts_of,
    stream_part_size,
)
from ossc._transfer._source import Reader

from .strategies import connected, few, keys, many, texts


@pytest.fixture(scope="module")
def bucket() -> Iterator[ossc.Bucket]:
    """A bucket that all examples share."""
    with connected() as made:
        yield made


@many
@given(st.integers(0, MAX_SIZE), st.integers(1, MAX_PART))
def test_part_sizes(size: int, wanted: int) -> None:
    """10,000 parts of a size that is allowed hold everything."""
    chosen = part_size_for(size, wanted)
    assert wanted <= chosen <= MAX_PART
    assert -(-size // chosen) <= MAX_PARTS


@many
@given(st.integers(0, 2000), st.integers(1, 300))
def test_parts_cover_everything_once(size: int, part_size: int) -> None:
    """They join to the whole, in order, none empty, all but the last equal."""
    parts = list(parts_of(size, part_size))
    positions = [at for p in parts for at in range(p.offset, p.last + 1)]
    assert positions == list(range(size))
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    assert all(part.size == part_size for part in parts[:-1])


@many
@given(st.integers(MIN_PART, MAX_PART), st.integers(1, MAX_PARTS - 1))
def test_parts_of_streams_grow(first: int, number: int) -> None:
    """No part of a stream is smaller than the one before, none is too large."""
    size = stream_part_size(number, first)
    assert first <= size <= stream_part_size(number + 1, first) <= MAX_PART


@many
@given(st.binary(max_size=500), st.integers(1, 200))
def test_crc_of_parts(data: bytes, part_size: int) -> None:
    """The parts' CRC-64 values combine to that of the whole."""
    whole = 0
    for part in parts_of(len(data), part_size):
        piece = data[part.offset : part.last + 1]
        whole = _sdk.crc64_combine(whole, _sdk.crc64(piece), part.size)
    assert whole == _sdk.crc64(data)


@many
@given(st.lists(st.binary(max_size=30), max_size=20), st.integers(1, 50))
def test_a_reader_cuts_any_pieces(pieces: list[bytes], size: int) -> None:
    """Whatever pieces a source gives, buffers are filled to the last byte."""
    reader = Reader(iter(pieces))
    found = b""
    while not reader.ended():
        buffer = bytearray(size)
        count = reader.fill(memoryview(buffer))
        assert count == size or reader.ended()
        found += buffer[:count]
    assert found == b"".join(pieces)


@many
@given(
    st.dictionaries(texts, st.one_of(texts, st.integers(), st.none()), max_size=4),
    keys,
)
def test_checkpoints_come_back(state: dict[str, object], key: str) -> None:
    """What is saved is loaded, for the same place and facts only."""
    with TemporaryDirectory() as folder:
        place = {"kind": "upload", "key": key}
        Checkpoint(folder, place, {"size": 1}).save(state)
        assert Checkpoint(folder, place, {"size": 1}).load() == (state, True)
        assert Checkpoint(folder, place, {"size": 2}).load() == (state, False)
        other = {"kind": "upload", "key": key + "."}
        assert Checkpoint(folder, other, {"size": 1}).load() == ({}, False)


@few
@given(
    st.integers(0, 4 * MIN_PART + 1),
    st.integers(MIN_PART, 2 * MIN_PART),
    st.integers(1, 100_000),
    st.integers(1, 5),
)
def test_round_trip(
    bucket: ossc.Bucket,
    tmp_path_factory: pytest.TempPathFactory,
    size: int,
    part_size: int,
    span: int,
    concurrency: int,
) -> None:
    """Any size in any parts goes up from a file or a stream and comes down the same."""
    data = bytes(range(256)) * (size // 256 + 1)
    data = data[:size]
    folder: Path = tmp_path_factory.mktemp("round")
    source, target = folder / "source", folder / "target"
    source.write_bytes(data)
    bucket.upload_file(
        "k", source, part_size=part_size, threshold=0, concurrency=concurrency
    )
    bucket.download_file("k", target, part_size=max(span, 1000))
    assert target.read_bytes() == data
    bucket.upload_fileobj(
        "k", io.BytesIO(data), part_size=part_size, concurrency=concurrency
    )
    room = bytearray(size)
    assert bucket.download_into("k", room, part_size=max(span, 1000)) == size
    assert room == data

"""Batches of any keys and sizes, in any order, with any failures: as one by one."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ossc
import ossc.mock
from ossc import _chunks
from ossc._batch_rounds import Round, Work
from ossc._crew import Task
from ossc.mock import faults

from .strategies import BUCKET, few, keys, many

SCRATCH = 49_152

sizes = st.one_of(
    st.integers(0, 300),
    st.sampled_from([SCRATCH - 1, SCRATCH, SCRATCH + 1, 100_000, 250_000, 300_000]),
)


@pytest.fixture(scope="module")
def server() -> Iterator[ossc.mock.Server]:
    """One for all examples."""
    with ossc.mock.serve(buckets=[BUCKET]) as running:
        yield running


@pytest.fixture(scope="module")
def bucket(server: ossc.mock.Server) -> Iterator[ossc.Bucket]:
    """A client whose arenas are small, so that they are soon full."""
    access = ossc.Credentials(server.access_key_id, server.access_key_secret)
    with ossc.Client(
        server.endpoint,
        region=server.region,
        credentials=access,
        retry=ossc.Retry(3, backoff=0.0),
        max_memory=6 * 270_000,
    ) as client:
        yield client.bucket(BUCKET)


@few
@given(
    objects=st.dictionaries(keys, sizes, max_size=12),
    missing=st.lists(keys, max_size=4),
    seed=st.integers(0, 1000),
    concurrency=st.integers(1, 12),
    ordered=st.booleans(),
)
def test_what_is_put_is_got(
    bucket: ossc.Bucket,
    objects: dict[str, int],
    missing: list[str],
    seed: int,
    concurrency: int,
    *,
    ordered: bool,
) -> None:
    """Each key has one result: its bytes, or that there are none."""
    options: Any = {"concurrency": concurrency, "ordered": ordered}
    data = {
        key: bytes([index]) * size for index, (key, size) in enumerate(objects.items())
    }
    stored = list(bucket.put_objects(data.items(), **options))
    assert sorted(item.key for item in stored) == sorted(data)
    assert all(item.error is None for item in stored)
    asked = [*data, *data, *missing]
    random.Random(seed).shuffle(asked)
    found = list(bucket.get_objects(iter(asked), **options))
    named = [item.key for item in found]
    assert named == asked if ordered else sorted(named) == sorted(asked)
    for item in found:
        if item.key in data:
            assert item.result.data == data[item.key]
        else:
            assert isinstance(item.error, ossc.NoSuchKey)
            assert item.error.key == item.key
    assert [item.key for item in bucket.delete_objects(asked)] == asked
    assert list(bucket.list_objects()) == []


troubles = st.sampled_from(
    [
        faults.status(503),
        faults.status(500),
        faults.status(403),
        faults.reset("after"),
        faults.cut(at=1),
        faults.cut(head=20),
        faults.flip(),
        faults.drop_after_store(),
    ]
)


@few
@given(
    script=st.lists(st.tuples(st.integers(0, 19), troubles), max_size=10),
    concurrency=st.integers(1, 8),
    ordered=st.booleans(),
)
def test_whatever_goes_wrong(
    server: ossc.mock.Server,
    bucket: ossc.Bucket,
    script: list[tuple[int, faults.Fault]],
    concurrency: int,
    *,
    ordered: bool,
) -> None:
    """A result is the object's bytes or an error that names the key; none is lost."""
    data = {f"k{n}": bytes([n]) * (n * 6000 + 2) for n in range(20)}
    for key, value in data.items():
        server.put_object(BUCKET, key, value)
    for number, fault in script:
        server.faults.add(fault, key=f"k{number}")
    found = list(bucket.get_objects(data, concurrency=concurrency, ordered=ordered))
    server.faults.clear()
    names = [item.key for item in found]
    assert names == [*data] if ordered else sorted(names) == sorted(data)
    troubled = {f"k{number}" for number, _ in script}
    for item in found:
        if item.error is None:
            assert item.result.data == data[item.key]
        else:
            assert item.key in troubled
            assert (item.error.key, item.error.operation) == (item.key, "GetObject")
            assert 1 <= item.error.attempts <= 3


text = st.text(st.characters(codec=None), max_size=30)
candidates = st.one_of(
    keys, text, st.sampled_from(["", "/", "\\", "\0", "\ud800", "x" * 1023, "é" * 512])
)


@many
@given(wanted=st.lists(candidates, max_size=40), first=st.integers(1, 256))
def test_keys_in_chunks(wanted: list[str], first: int) -> None:
    """All of them, in their order; each is encoded, or refused with a reason."""
    chunks = list(_chunks.chunks_of_keys(BUCKET, iter(wanted), first))
    assert [key for chunk in chunks for key in chunk.keys] == wanted
    assert all(len(chunk.keys) <= _chunks.MAX_CHUNK for chunk in chunks)
    for chunk in chunks:
        *raw, end = chunk.block.split(b"\0")
        assert end == b""
        assert len(raw) == len(chunk.keys)
        for index, (key, block) in enumerate(zip(chunk.keys, raw, strict=True)):
            if index in chunk.refused:
                assert block == b""
            else:
                assert block == key.encode() != b""
                assert len(block) <= 1023
                assert key[0] not in "/\\"


class _Plan:
    plain = make = (0, 0)


@many
@given(st.integers(1, 12).flatmap(lambda n: st.permutations(range(n))), st.data())
def test_in_order_whatever_the_order_of_their_ends(
    ends: list[int], data: st.DataObject
) -> None:
    """However the ends are spread over rounds, what is handed on is in the keys' order."""
    chunk = _chunks.Chunk(BUCKET, [f"k{n}" for n in ends], None)
    plan: Any = _Plan()
    work = Work[int](Task(chunk), 0)
    handed: list[int] = []
    results = {n: ossc.KeyResult(f"k{n}", n) for n in ends}
    rest = list(ends)
    while rest:
        count = data.draw(st.integers(1, len(rest)))
        some, rest = rest[:count], rest[count:]
        odd = {n: results[n] for n in some}
        told = Round[int](chunk, some, odd, b"", b"")
        work.sort(plan, told, in_turn=True)
        handed += [told.odd[n].result for n in told.order]
    assert handed == sorted(ends)
    assert (work.held, work.behind) == ({}, [])

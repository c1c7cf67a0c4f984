"""Objects as files to read: what `io` promises, and which requests that costs."""

from __future__ import annotations

import csv
import doctest
import gzip
import importlib
import io
import json
import os
import pickle
import random
import shutil
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc import _sdk
from ossc._budget import Budget
from ossc._stream._source import Block

from .raw_server import BUCKET, client_of

MIB = 1 << 20
DATA = random.Random(1).randbytes(5 * MIB + 12_345)
LINES = b"".join(b"%d,%s\n" % (n, b"x" * (n % 300)) for n in range(5_000)) + b"end"


@pytest.fixture
def big(server: ossc.mock.Server) -> str:
    """The key of an object of several blocks."""
    server.put_object(BUCKET, "big", DATA)
    return "big"


def ranges(server: ossc.mock.Server) -> list[str]:
    """The ranges that were asked for so far."""
    found = [dict(r.headers).get("range", r.method) for r in server.requests]
    return [text.removeprefix("bytes=") for text in found]


def test_it_is_a_file(bucket: ossc.Bucket, big: str) -> None:
    """It has all that a binary file has, and says what it cannot do."""
    with bucket.open(big) as file:
        assert isinstance(file, io.BufferedIOBase)
        assert isinstance(file, ossc.ObjectReader)
        assert (file.readable(), file.seekable(), file.writable()) == (
            True,
            True,
            False,
        )
        assert (file.mode, file.name, file.key) == ("rb", big, big)
        assert (file.size, file.tell(), file.isatty()) == (len(DATA), 0, False)
        assert file.etag == file.info.etag == bucket.head_object(big).etag
        assert repr(file) == f"<ossc.ObjectReader 'big' at 0 of {len(DATA)}>"
        for call in (
            lambda: file.write(b"x"),
            lambda: file.truncate(0),
            file.fileno,
            file.detach,
        ):
            with pytest.raises(io.UnsupportedOperation):
                call()
        with pytest.raises(TypeError, match="pickled"):
            pickle.dumps(file)
    assert repr(file) == "<ossc.ObjectReader 'big' closed>"


def test_a_closed_file(bucket: ossc.Bucket, big: str) -> None:
    """Every use of it is a ValueError; closing again is none."""
    file = bucket.open(big)
    file.read(10)
    file.close()
    file.close()
    assert file.closed
    calls: list[Any] = [
        file.read, file.read1, file.readall, file.readline, file.peek, file.tell,
        file.readable, file.seekable, file.flush, file.isatty, file.__enter__,
        lambda: file.read(0), lambda: file.seek(0), lambda: next(file),
        lambda: file.readinto(bytearray(1)), lambda: file.readinto1(bytearray(1)),
    ]  # fmt: skip
    for call in calls:
        with pytest.raises(ValueError, match="closed"):
            call()


@pytest.mark.parametrize("size", [1, 1000, 65_536, 262_144, 1_000_000, 3 * MIB])
def test_reading_in_order(bucket: ossc.Bucket, big: str, size: int) -> None:
    """Whatever the pieces, they are the object, and only the last one is shorter."""
    data = DATA[: 20_000 if size == 1 else None]
    bucket.put_object("k", data)
    with bucket.open("k") as file:
        pieces = list(iter(lambda: file.read(size), b""))
        assert file.tell() == len(data)
        assert file.read() == file.read(5) == b""
    assert all(len(piece) == size for piece in pieces[:-1])
    assert b"".join(pieces) == data


@pytest.mark.parametrize("read_ahead", [0, 1, 100_000, 16 * MIB])
@pytest.mark.parametrize("first", [1, 1000, MIB, 8 * MIB])
def test_all_at_once(
    bucket: ossc.Bucket, big: str, first: int, read_ahead: int
) -> None:
    """The whole of it comes as one `bytes`, whatever the sizes of the blocks."""
    with bucket.open(big, buffer_size=first, read_ahead=read_ahead) as file:
        assert file.readall() == DATA
    with bucket.open(big, buffer_size=first, read_ahead=read_ahead) as file:
        file.seek(1000)
        assert file.read(None) == DATA[1000:]
    assert _sdk.live_requests() == 0


def test_straight_into_memory(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """What is far larger than a block is fetched into the caller's memory at once."""
    data = DATA * 8
    server.put_object(BUCKET, "k", data)
    buffer = bytearray(len(data) + 10)
    with bucket.open("k") as file:
        assert file.readinto(buffer) == len(data)
        assert buffer[: len(data)] == data
        assert file.tell() == len(data)
        file.seek(-50, os.SEEK_END)
        assert file.read() == data[-50:]
    buffer.append(0)
    assert len(server.requests) < 10


@pytest.mark.parametrize("kind", [bytearray, lambda n: memoryview(bytearray(n))])
def test_readinto(bucket: ossc.Bucket, big: str, kind: Any) -> None:
    """Buffers of any kind are filled as far as there are bytes."""
    buffer = kind(100_000)
    with bucket.open(big) as file:
        assert file.readinto(buffer) == 100_000
        assert buffer == DATA[:100_000]
        assert 0 < file.readinto1(buffer) <= 100_000
        file.seek(-10, os.SEEK_END)
        assert file.readinto(buffer) == 10
        assert bytes(buffer[:10]) == DATA[-10:]
        assert file.readinto(buffer) == file.readinto1(buffer) == 0
        with pytest.raises(TypeError):
            file.readinto(b"read-only")
        with pytest.raises(TypeError):
            file.readinto("text")  # type: ignore[arg-type]


def test_read1_and_peek(bucket: ossc.Bucket, big: str) -> None:
    """They give what is at hand; `peek` leaves the position where it is."""
    with bucket.open(big, buffer_size=1000) as file:
        assert file.peek(1) == DATA[:1000]
        assert file.tell() == 0
        assert file.read1(10) == DATA[:10]
        assert file.read1() == DATA[10:1000]
        assert file.read1(0) == b""
        file.seek(0, os.SEEK_END)
        assert file.peek() == file.read1() == b""


def test_lines(bucket: ossc.Bucket) -> None:
    """Lines are found across blocks."""
    bucket.put_object("k", LINES)
    expected = io.BytesIO(LINES).readlines()
    with bucket.open("k", buffer_size=100) as file:
        assert list(file) == expected
        file.seek(0)
        assert file.readlines(1000) == io.BytesIO(LINES).readlines(1000)
        file.seek(0)
        assert [file.readline(5), file.readline(0), file.readline(-1)] == [
            b"0,\n", b"", b"1,x\n"
        ]  # fmt: skip
        file.seek(5_000)
        line = file.readline(3)
        assert len(line) <= 3
        assert LINES[5_000:].startswith(line)


def test_seeking(bucket: ossc.Bucket, big: str, server: ossc.mock.Server) -> None:
    """Positions are those of a file; going there asks for nothing."""
    with bucket.open(big) as file:
        assert file.seek(100) == 100
        assert file.seek(-10, os.SEEK_CUR) == 90
        assert file.seek(-1, os.SEEK_END) == len(DATA) - 1
        assert file.seek(10**15) == 10**15
        assert file.read(5) == b""
        for place in ((-1,), (-(10**16), os.SEEK_CUR)):
            with pytest.raises(OSError, match="Invalid argument"):
                file.seek(*place)
        with pytest.raises(ValueError, match="whence"):
            file.seek(0, 3)
        for call in (file.seek, file.read, file.readline):
            with pytest.raises(TypeError):
                call("0")  # type: ignore[arg-type]
        assert file.tell() == 10**15
    assert ranges(server) == ["0-262143"]


def test_an_empty_object(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """It has no bytes, and no error."""
    bucket.put_object("empty", b"")
    server.reset_counts()
    with bucket.open("empty") as file:
        assert file.read() == file.readline() == file.peek() == b""
        assert (file.size, list(file), file.readinto(bytearray(5))) == (0, [], 0)
    assert ranges(server) == ["0-262143", "HEAD"]
    assert list(bucket.stream_object("empty")) == []


def test_a_small_object_costs_one_request(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """Opening brings it along."""
    server.put_object(BUCKET, "k", b"hello")
    with bucket.open("k") as file:
        assert (file.read(2), file.read(), file.seek(1), file.read(3)) == (
            b"he", b"llo", 1, b"ell"
        )  # fmt: skip
    assert ranges(server) == ["0-262143"]


def test_blocks_grow_while_read_in_order(
    bucket: ossc.Bucket, big: str, server: ossc.mock.Server
) -> None:
    """Each block is twice the last one, and no byte is fetched twice."""
    with bucket.open(big, buffer_size=100_000, read_ahead=4 * MIB) as file:
        while file.read(10_000):
            pass
    spans = sorted(tuple(map(int, text.split("-"))) for text in ranges(server))
    assert [first for first, _ in spans] == [0, *(last + 1 for _, last in spans[:-1])]
    sizes = [last - first + 1 for first, last in spans]
    assert sizes[:5] == [100_000, 200_000, 400_000, 800_000, 1_600_000]


def test_random_access_fetches_little(
    bucket: ossc.Bucket, big: str, server: ossc.mock.Server
) -> None:
    """A jump costs one small request, and nothing is fetched ahead."""
    places = random.Random(2).sample(range(300_000, len(DATA), 100_000), 10)
    with bucket.open(big) as file:
        for place in places:
            file.seek(place)
            assert file.read(100) == DATA[place : place + 100]
    spans = [tuple(map(int, text.split("-"))) for text in ranges(server)[1:]]
    assert [first for first, _ in spans] == places
    sizes = [last - first + 1 for first, last in spans]
    assert sizes[0] <= 65_536
    assert max(sizes[2:]) <= 16_384


def test_skipping_a_little_uses_what_was_fetched(
    bucket: ossc.Bucket, big: str, server: ossc.mock.Server
) -> None:
    """A short step forward stays within what is fetched ahead already."""
    with bucket.open(big, buffer_size=MIB) as file:
        file.read(MIB)
        file.seek(MIB + 500_000)
        assert file.read(10) == DATA[MIB + 500_000 :][:10]
    assert len({text.split("-")[0] for text in ranges(server)}) == len(ranges(server))


@pytest.mark.parametrize("read_ahead", [0, 16 * MIB])
def test_reading_backwards(bucket: ossc.Bucket, big: str, read_ahead: int) -> None:
    """Works, and does not care what was fetched ahead."""
    with bucket.open(big, read_ahead=read_ahead) as file:
        for place in range(len(DATA) - 700_000, 0, -700_000):
            file.seek(place)
            assert file.read(700_000) == DATA[place : place + 700_000]


def test_conditions_and_parameters(bucket: ossc.Bucket, big: str) -> None:
    """Opening looks at conditions; later requests are for the same object only."""
    etag = bucket.head_object(big).etag
    with bucket.open(big, traffic_limit=838_860_800, read_ahead=0) as file:
        assert file.read(300_000) == DATA[:300_000]
    with bucket.open(big, if_match=etag, headers={"x-a": "b"}) as file:
        assert file.read() == DATA
    with pytest.raises(ossc.PreconditionFailed):
        bucket.open(big, if_match="another")
    with pytest.raises(ossc.NotModified):
        bucket.open(big, if_none_match=etag)
    with bucket.open(big, params={"response-content-type": "a/b"}) as file:
        assert file.info.content_type == "a/b"
    with pytest.raises(ossc.NoSuchKey):
        bucket.open("missing")


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"mode": "r"}, ossc.ParameterError),
        ({"mode": "a+"}, ossc.ParameterError),
        ({"mode": 5}, TypeError),
        ({"buffer_size": 0}, ossc.ParameterError),
        ({"buffer_size": 1.5}, TypeError),
        ({"read_ahead": -1}, ossc.ParameterError),
        ({"part_size": 1 << 20}, TypeError),
        ({"key": ""}, ossc.ParameterError),
        ({"params": 7}, TypeError),
    ],
)
def test_bad_arguments(
    bucket: ossc.Bucket, options: dict[str, Any], error: type, server: ossc.mock.Server
) -> None:
    """Are refused before anything is sent."""
    with pytest.raises(error):
        bucket.open(**{"key": "k", **options})
    assert server.requests == []


class TestStreamObject:
    """`Bucket.stream_object`: an object in chunks."""

    @pytest.mark.parametrize("size", [1000, 100_000, MIB, 10 * MIB])
    def test_chunks(self, bucket: ossc.Bucket, big: str, size: int) -> None:
        """All chunks but the last have the size that was asked for."""
        chunks = bucket.stream_object(big, chunk_size=size)
        assert chunks.info.size == len(DATA)
        assert chunks.content_range is None
        pieces = list(chunks)
        assert chunks.closed
        assert {len(piece) for piece in pieces[:-1]} <= {size}
        assert b"".join(pieces) == DATA
        assert list(chunks) == []

    @pytest.mark.parametrize(
        "span",
        [
            (0, 0), (0, None), (5, 99), (100, None), (None, 7), (None, 3 * MIB),
            (None, 10**9), (4 * MIB, 10**9), "bytes=7-", range(10, 3 * MIB),
        ],
        ids=str,
    )  # fmt: skip
    def test_ranges(self, bucket: ossc.Bucket, big: str, span: Any) -> None:
        """A range is what `get_object` gives for it."""
        whole = bucket.get_object(big, span)
        with bucket.stream_object(big, span, chunk_size=300_000) as chunks:
            assert chunks.content_range == whole.content_range
            assert b"".join(chunks) == whole.data

    def test_a_range_fetches_nothing_else(
        self, bucket: ossc.Bucket, big: str, server: ossc.mock.Server
    ) -> None:
        """Neither before nor behind it."""
        list(bucket.stream_object(big, (1000, 3 * MIB)))
        spans = [tuple(map(int, text.split("-"))) for text in ranges(server)]
        assert min(first for first, _ in spans) == 1000
        assert max(last for _, last in spans) == 3 * MIB

    @pytest.mark.parametrize("span", [(10**9, None), (None, 5)])
    def test_a_range_outside(self, bucket: ossc.Bucket, span: Any) -> None:
        """Is an InvalidRange, also in an empty object."""
        bucket.put_object("empty", b"")
        with pytest.raises(ossc.InvalidRange):
            bucket.stream_object("empty", span)
        with pytest.raises(ossc.InvalidRange):
            bucket.stream_object("empty", (None, 10**9))

    def test_stopping_early(self, bucket: ossc.Bucket, big: str) -> None:
        """Closing ends it."""
        with bucket.stream_object(big, chunk_size=1000) as chunks:
            assert next(chunks) == DATA[:1000]
            assert repr(chunks) == "<ossc.ObjectData 'big'>"
        assert chunks.closed
        assert next(chunks, None) is None
        assert _sdk.live_requests() == 0


class TestCompatibility:
    """The standard library takes it for a file."""

    def test_buffered_and_text(self, bucket: ossc.Bucket) -> None:
        """Wrappers read through it, and close it."""
        bucket.put_object("k", LINES)
        with bucket.open("k") as file, io.BufferedReader(file) as buffered:
            assert buffered.read(10) == LINES[:10]
            buffered.seek(3)
            assert buffered.read() == LINES[3:]
        assert file.closed
        text = "Grüße\r\n" * 50_000
        bucket.put_object("t", text.encode())
        with io.TextIOWrapper(bucket.open("t"), "utf-8") as wrapped:
            assert wrapped.readline() == "Grüße\n"
            wrapped.seek(0)
            assert wrapped.read() == text.replace("\r\n", "\n")

    def test_csv_json_pickle(self, bucket: ossc.Bucket) -> None:
        """Readers of formats."""
        bucket.put_object("k", LINES)
        with io.TextIOWrapper(bucket.open("k"), newline="") as text:
            assert [row[0] for row in csv.reader(text)][:3] == ["0", "1", "2"]
        value = {"a": [1, 2.5, "ü" * 400_000], "b": None}
        bucket.put_object("j", json.dumps(value).encode())
        with bucket.open("j") as file:
            assert json.load(file) == value
        bucket.put_object("p", pickle.dumps([value, DATA]) + pickle.dumps("next"))
        with bucket.open("p", buffer_size=1000) as file:
            assert pickle.load(file) == [value, DATA]
            assert pickle.load(file) == "next"

    @pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
    def test_zip(self, bucket: ossc.Bucket, method: int) -> None:
        """Members are read from the middle of the object."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", method) as archive:
            archive.writestr("a", DATA)
            archive.writestr("b", LINES)
        bucket.put_object("k.zip", packed.getvalue())
        with bucket.open("k.zip") as file, zipfile.ZipFile(file) as archive:
            assert archive.namelist() == ["a", "b"]
            assert archive.read("b") == LINES
            assert archive.testzip() is None
        bucket.put_object("none", b"short")
        with bucket.open("none") as file:
            assert not zipfile.is_zipfile(file)

    @pytest.mark.parametrize("mode", ["r", "r:gz", "r|gz"])
    def test_tar_and_gzip(self, bucket: ossc.Bucket, mode: Any) -> None:
        """In order and in any order."""
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as out:
            for name, data in (("a", LINES), ("b", DATA)):
                member = tarfile.TarInfo(name)
                member.size = len(data)
                out.addfile(member, io.BytesIO(data))
        bucket.put_object("k.tgz", packed.getvalue())
        with bucket.open("k.tgz") as file, tarfile.open(fileobj=file, mode=mode) as tar:
            found = {m.name: tar.extractfile(m).read() for m in tar}  # type: ignore[union-attr]
        assert found == {"a": LINES, "b": DATA}
        with bucket.open("k.tgz") as file, gzip.open(file) as unpacked:
            assert unpacked.read(1) == b"a"

    def test_copying(self, bucket: ossc.Bucket, big: str, tmp_path: Path) -> None:
        """`shutil` copies it into a file."""
        path = tmp_path / "copy"
        with bucket.open(big) as file, path.open("wb") as target:
            shutil.copyfileobj(file, target)
        assert path.read_bytes() == DATA


@pytest.mark.parametrize("limit", [1, 100, 300_000, 4 * MIB])
def test_within_the_budget(server: ossc.mock.Server, big: str, limit: int) -> None:
    """Several readers share what memory the client may have, however little it is."""
    data = DATA[: 500 if limit < 10 else min(300 * limit, 300_000)]
    server.put_object(BUCKET, "k", data)
    with client_of(server, max_memory=limit) as client:
        bucket = client.bucket(BUCKET)
        budget = client._budget._memory
        assert budget is not None
        with bucket.open("k") as one:
            assert one.read(100) == data[:100]
            assert 0 <= budget.free < limit
            if limit > 1000:
                with bucket.open("k") as two:
                    assert two.read() == data
            assert one.read() == data[100:]
        assert budget.free == limit


def test_with_next_to_no_memory_left(server: ossc.mock.Server, big: str) -> None:
    """Blocks are small then, and nothing is fetched ahead."""
    with client_of(server, max_memory=4 * MIB) as client:
        bucket, share = client.bucket(BUCKET), client._budget.memory(4 * MIB - 20_000)
        with bucket.open(big, buffer_size=1000) as file, share:
            file.seek(100_000)
            assert file.read(50_000) == DATA[100_000:150_000]
        assert max(
            int(b) - int(a) for a, b in (text.split("-") for text in ranges(server))
        ) < 20_000  # fmt: skip


def test_memory_that_cannot_be_had() -> None:
    """Its share of the budget is given back."""
    budget = Budget(1 << 62, None)
    limit, share = budget._memory, budget.memory(1 << 61)
    assert limit is not None
    share.__enter__()
    with pytest.raises((MemoryError, OverflowError)):
        Block.allocated(0, 1 << 61, share)
    assert limit.free == 1 << 62


@pytest.mark.parametrize("name", ["_data", "_reader", "_writer"])
def test_examples(bucket: ossc.Bucket, name: str) -> None:
    """The docstrings' examples do what they show."""
    bucket.put_object("greeting.txt", b"hello")
    module = importlib.import_module(f"ossc._stream.{name}")
    result = doctest.testmod(module, extraglobs={"bucket": bucket})
    assert (result.failed, result.attempted > 0) == (0, True)

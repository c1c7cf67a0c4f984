"""Streams by tasks: files to read and to write, and chunks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

import ossc
import ossc.aio
import ossc.mock
from ossc.mock import faults

from .tasks import BUCKET, awaited, client_of, until
from .transfers import PART, open_uploads, seen

LINES = [b"line %d\n" % number for number in range(50_000)]
TEXT = b"".join(LINES)


@awaited
async def test_reading(server: ossc.mock.Server) -> None:
    """As a file is read, seeking included."""
    server.put_object(BUCKET, "k", TEXT)
    async with client_of(server) as client:
        async with client.bucket(BUCKET).open("k", buffer_size=1000) as file:
            assert (file.name, file.key, file.mode) == ("k", "k", "rb")
            assert (file.size, file.info.size) == (len(TEXT), len(TEXT))
            assert file.readable()
            assert file.seekable()
            assert await file.readline() == LINES[0]
            assert await file.readline(3) == b"lin"
            assert await file.read(6) == b"e 1\nli"
            assert await file.peek(2) != b""
            assert (await file.read1(10))[:4] == b"ne 2"
            room = bytearray(100)
            assert await file.seek(0) == 0
            assert await file.readinto(room) == 100
            assert room == TEXT[:100]
            assert await file.readinto1(room) > 0
            assert await file.seek(-4, 2) == len(TEXT) - 4
            assert await file.tell() == len(TEXT) - 4
            assert await file.read() == b"999\n"
            assert await file.read(10) == b""
            await file.seek(0)
            assert (await file.readlines(20))[0] == LINES[0]
            await file.seek(0)
            assert await file.readall() == TEXT
            assert "ossc.aio.ObjectReader 'k'" in repr(file)
            assert not file.closed
        assert file.closed
        with pytest.raises(ValueError, match="closed"):
            await file.read()
        await file.close()


@pytest.mark.parametrize("buffer_size", [1000, 1 << 20])
@awaited
async def test_lines(server: ossc.mock.Server, buffer_size: int) -> None:
    """Each of them, also with those that end in the next block; others get turns."""
    server.put_object(BUCKET, "k", TEXT)
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async with client_of(server) as client:
        counter = asyncio.create_task(count())
        async with client.bucket(BUCKET).open("k", buffer_size=buffer_size) as file:
            assert [line async for line in file] == LINES
        counter.cancel()
    assert turns > 100


@awaited
async def test_two_tasks_and_one_file(server: ossc.mock.Server) -> None:
    """Calls go one after the other."""
    server.put_object(BUCKET, "k", TEXT)
    async with client_of(server) as client:
        async with client.bucket(BUCKET).open("k", buffer_size=1000) as file:
            pieces = await asyncio.gather(*(file.read(30_000) for _ in range(5)))
        assert b"".join(pieces) == TEXT[:150_000]


@awaited
async def test_writing(server: ossc.mock.Server) -> None:
    """Small pieces and large ones, of any kind of buffer."""
    async with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        async with bucket.open("k", "wb", part_size=PART, content_type="a/b") as file:
            assert file.writable()
            assert await file.write(b"a") == 1
            assert await file.write(memoryview(bytes(PART))) == PART
            await file.writelines([b"b", bytearray(b"c")])
            for _ in range(3000):
                await file.write(bytes(100))
            assert await file.tell() == PART + 3 + 300_000
            await file.flush()
            with pytest.raises(TypeError):
                await file.write("text")  # type: ignore[arg-type]
        assert file.result.etag.endswith("-4")
        info = await bucket.head_object("k")
        assert (info.size, info.content_type) == (PART + 3 + 300_000, "a/b")


@awaited
async def test_writing_that_fails(server: ossc.mock.Server) -> None:
    """Nothing appears where the block is left by an error, or after `discard`."""

    async def write(bucket: ossc.aio.Bucket, *, fails: bool) -> None:
        async with bucket.open("k", "wb", part_size=PART) as file:
            await file.write(bytes(3 * PART))
            if fails:
                raise LookupError
            await file.discard()

    async with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        with pytest.raises(LookupError):
            await write(bucket, fails=True)
        await write(bucket, fails=False)
        assert open_uploads(server) == 0
        assert len(seen(server, "AbortMultipartUpload")) == 2
        with pytest.raises(ossc.NoSuchKey):
            await bucket.open("k")
        await bucket.put_object("k", b"")
        with pytest.raises(ossc.FileAlreadyExists):
            async with bucket.open("k", "xb") as file:
                await file.write(b"x")


@awaited
async def test_chunks(server: ossc.mock.Server) -> None:
    """In a block, as they are, or awaited."""
    server.put_object(BUCKET, "k", TEXT)
    async with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        whole = [each async for each in bucket.stream_object("k", chunk_size=10_000)]
        assert b"".join(whole) == TEXT
        assert {len(each) for each in whole[:-1]} == {10_000}
        async with bucket.stream_object("k", (10, 19)) as chunks:
            assert chunks.content_range == (10, 19)
            assert chunks.info.size == len(TEXT)
            assert [each async for each in chunks] == [TEXT[10:20]]
            assert chunks.closed
        chunks = await bucket.stream_object("k", chunk_size=10)
        assert await anext(chunks) == TEXT[:10]
        await chunks.close()
        async for chunk in bucket.stream_object("k", chunk_size=10):
            assert chunk == TEXT[:10]
            break
        with pytest.raises(ossc.NoSuchKey):
            await bucket.stream_object("none")
        with pytest.raises(ossc.ParameterError):
            await bucket.stream_object("k", chunk_size=0)


@awaited
async def test_what_streams_do_not_have(server: ossc.mock.Server) -> None:
    """Neither what files on disks have, nor what a task could not wait for."""
    server.put_object(BUCKET, "k", b"x")
    async with client_of(server) as client:
        file: Any = await client.bucket(BUCKET).open("k")
        for name in ("fileno", "detach", "truncate", "_blocks", "nothing"):
            with pytest.raises(AttributeError):
                getattr(file, name)
        await file.close()


@pytest.mark.parametrize("mode", ["rb", "wb"])
@awaited
async def test_forgotten(server: ossc.mock.Server, mode: Any) -> None:
    """A stream that nobody closed says so, and nothing appears."""
    server.put_object(BUCKET, "k", TEXT)
    async with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        file: Any = await bucket.open("k" if mode == "rb" else "w", mode)
        if mode == "rb":
            await file.read(1000)
        else:
            await file.write(b"x")
        with pytest.warns(ResourceWarning, match="unclosed"):
            del file
        with pytest.raises(ossc.NoSuchKey):
            await bucket.head_object("w")


@pytest.mark.parametrize(
    "call",
    [
        lambda file: file.read(),
        lambda file: file.readline(),
        lambda file: file.seek(0),
    ],
)
@awaited
async def test_after_the_loop_has_waited(
    server: ossc.mock.Server, call: Callable[[Any], Any]
) -> None:
    """A call that waits for another one can be cancelled by itself."""
    server.put_object(BUCKET, "k", TEXT)
    async with client_of(server) as client:
        async with client.bucket(BUCKET).open(
            "k", buffer_size=1000, read_ahead=0
        ) as file:
            server.faults.add(faults.stall(0.3, at=5000))
            first = asyncio.create_task(file.read())
            await until(lambda: not server.faults.unused)
            second = asyncio.ensure_future(call(file))
            await asyncio.sleep(0)
            second.cancel()
            with pytest.raises(asyncio.CancelledError):
                await second
            assert await first == TEXT

"""Transfers by tasks: progress, sources of all sorts, and no lack of threads."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

import ossc
import ossc.aio
import ossc.mock
from ossc import _sdk
from ossc.mock import faults

from .tasks import BUCKET, awaited, client_of, until
from .transfers import DATA, PART, SIZE, open_uploads, seen


@pytest.fixture(autouse=True)
def _no_leak() -> Iterator[None]:
    """However a transfer ends, nothing is left of it."""
    yield
    assert _sdk.live_requests() == 0
    names = {each.name for each in threading.enumerate()}
    assert not {each for each in names if each.startswith("ossc-")}


class Told:
    """Progress that is remembered, and where it was told."""

    def __init__(self, pause: float = 0) -> None:
        self.steps: list[tuple[int, int | None]] = []
        self.threads: set[int] = set()
        self._pause = pause

    def plain(self, moved: int, total: int | None) -> None:
        """A function."""
        self.threads.add(threading.get_ident())
        self.steps.append((moved, total))

    async def awaited(self, moved: int, total: int | None) -> None:
        """A coroutine function."""
        self.plain(moved, total)
        await asyncio.sleep(self._pause)


@pytest.mark.parametrize("how", ["plain", "awaited", "slow"])
@awaited
async def test_progress(server: ossc.mock.Server, tmp_path: Path, how: str) -> None:
    """It is told in the loop's thread, and of the end before the call returns."""
    (tmp_path / "file").write_bytes(DATA)
    async with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        for name in ("put", "upload", "fileobj", "get", "download", "into"):
            if name != "put":
                server.faults.add(faults.stall(0.12), times=1)
            told = Told(0.15 if how == "slow" else 0)
            progress: Any = told.plain if how == "plain" else told.awaited
            calls: dict[str, Any] = {
                "put": lambda: bucket.put_object("k", DATA, progress=progress),  # noqa: B023
                "upload": lambda: bucket.upload_file(
                    "k", tmp_path / "file", part_size=PART, threshold=1,
                    progress=progress,  # noqa: B023
                ),
                "fileobj": lambda: bucket.upload_fileobj(
                    "k", [DATA], part_size=PART, progress=progress  # noqa: B023
                ),
                "get": lambda: bucket.get_object("k", progress=progress),  # noqa: B023
                "download": lambda: bucket.download_file(
                    "k", tmp_path / "down", part_size=PART, progress=progress  # noqa: B023
                ),
                "into": lambda: bucket.download_into(
                    "k", bytearray(SIZE), part_size=PART, progress=progress  # noqa: B023
                ),
            }  # fmt: skip
            await calls[name]()
            assert told.steps[-1] == (SIZE, SIZE), name
            assert told.threads == {threading.get_ident()}
            moved = [step[0] for step in told.steps]
            assert moved == sorted(moved)
    assert (tmp_path / "down").read_bytes() == DATA


@awaited
async def test_progress_that_nobody_can_be_told(server: ossc.mock.Server) -> None:
    """Is noticed before anything is sent."""
    nobody: Any = 5
    async with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        with pytest.raises(TypeError, match="progress must be callable, not int"):
            await bucket.put_object("k", DATA, progress=nobody)
        assert not await bucket.object_exists("k")


@pytest.mark.parametrize("is_awaited", [True, False])
@awaited
async def test_progress_that_fails(
    server: ossc.mock.Server, *, is_awaited: bool
) -> None:
    """Its error ends the transfer and comes out of the call."""

    def fail(_moved: int, _total: int | None) -> None:
        raise LookupError("enough")

    async def fail_later(_moved: int, _total: int | None) -> None:
        await asyncio.sleep(0)
        raise LookupError("enough")

    server.faults.add(faults.stall(0.3), operation="UploadPart")
    server.faults.add(faults.stall(), operation="UploadPart")
    async with client_of(server) as client:
        with pytest.raises(LookupError, match="enough"):
            await client.bucket(BUCKET).upload_fileobj(
                "k",
                [DATA],
                part_size=PART,
                concurrency=2,
                progress=fail_later if is_awaited else fail,
            )
        assert open_uploads(server) == 0


class Readable:
    """A file that is read by tasks."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    async def read(self, size: int = -1) -> bytes:
        """At most so many bytes."""
        await asyncio.sleep(0)
        data, self._data = self._data[:size], self._data[size:]
        return data


async def generated(size: int) -> AsyncIterator[bytes]:
    """The data in pieces."""
    for start in range(0, SIZE, size):
        yield DATA[start : start + size]


async def reused(room: bytearray | memoryview) -> AsyncIterator[Any]:
    """The data in pieces that are all the same memory."""
    for start in range(0, SIZE, len(room)):
        piece = DATA[start : start + len(room)]
        room[: len(piece)] = piece
        yield room if len(piece) == len(room) else piece


@awaited
async def test_sources(server: ossc.mock.Server) -> None:
    """What is asynchronous, and what is not."""
    server.put_object(BUCKET, "other", DATA)
    async with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        for source in (
            generated(1000),
            generated(PART),
            reused(bytearray(1000)),
            reused(memoryview(bytearray(7000))),
            Readable(DATA),
            [DATA],
            iter([DATA]),
            bucket.stream_object("other", chunk_size=70_000),
            await bucket.open("other"),
        ):
            told = Told()
            result = await bucket.upload_fileobj(
                "k", source, part_size=PART, progress=told.plain
            )
            assert result.crc64 == _sdk.crc64(DATA)
            assert told.steps[-1][0] == SIZE
            assert server.get_object(BUCKET, "k") == DATA
            if isinstance(source, ossc.aio.ObjectReader):
                await source.close()
        wrong: Any = generated_texts()
        with pytest.raises(TypeError):
            await bucket.upload_fileobj("k", wrong)


async def generated_texts() -> AsyncIterator[str]:
    """What cannot be uploaded."""
    yield "text"


@awaited
async def test_a_source_that_needs_a_thread(server: ossc.mock.Server) -> None:
    """Uploads of what is read by the same client do not wait for each other."""
    server.put_object(BUCKET, "k", DATA)
    async with client_of(server, max_threads=1) as client:
        bucket = client.bucket(BUCKET)

        async def copy(name: str) -> None:
            source = bucket.stream_object("k", chunk_size=PART)
            await bucket.upload_fileobj(name, source, part_size=PART)

        async def heads() -> AsyncIterator[tuple[str, bytes]]:
            for number in range(10):
                yield f"h{number}", (await bucket.head_object("k")).etag.encode()

        await asyncio.gather(*(copy(f"copy{number}") for number in range(5)))
        stored = [each.error async for each in bucket.put_objects(heads())]
        assert stored == [None] * 10
    assert server.get_object(BUCKET, "copy4") == DATA


@awaited
async def test_a_source_that_fails(server: ossc.mock.Server) -> None:
    """Its error comes out as it is, and no part stays."""

    async def broken() -> AsyncIterator[bytes]:
        async for piece in generated(PART):
            yield piece
        raise LookupError("the source broke")

    async with client_of(server) as client:
        with pytest.raises(LookupError, match="the source broke"):
            await client.bucket(BUCKET).upload_fileobj(
                "k", broken(), part_size=PART, concurrency=1
            )
        assert open_uploads(server) == 0


@pytest.mark.parametrize("is_late", [True, False])
@awaited
async def test_a_source_that_never_comes(
    server: ossc.mock.Server, *, is_late: bool
) -> None:
    """A task that is cancelled waits for neither; the source hears of it."""
    heard: list[type[BaseException]] = []
    waits = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(is_late * 3):
            yield bytes(PART)
        try:
            waits.set()
            await asyncio.sleep(1000)
        except BaseException as error:
            heard.append(type(error))
            raise

    async with client_of(server, max_threads=1) as client:
        upload = client.bucket(BUCKET).upload_fileobj("k", endless(), part_size=PART)
        task = asyncio.create_task(upload)
        await waits.wait()
        if is_late:
            await until(lambda: seen(server, "UploadPart"))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert heard == [asyncio.CancelledError]
        assert open_uploads(server) == 0
        # Before the source was asked at all.
        task = asyncio.create_task(
            client.bucket(BUCKET).upload_fileobj("k", endless(), part_size=PART)
        )
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


@awaited
async def test_a_token_and_a_source(server: ossc.mock.Server) -> None:
    """The caller's token ends the wait for the source's next piece, too."""
    waits, token = asyncio.Event(), ossc.CancelToken()

    async def endless() -> AsyncIterator[bytes]:
        waits.set()
        await asyncio.sleep(1000)
        yield b""

    async with client_of(server) as client:
        task = asyncio.create_task(
            client.bucket(BUCKET).upload_fileobj("k", endless(), cancel=token)
        )
        await waits.wait()
        token.cancel()
        with pytest.raises(ossc.Cancelled):
            await task


@awaited
async def test_checkpoints(server: ossc.mock.Server, tmp_path: Path) -> None:
    """A download that was cancelled goes on where it stopped."""
    server.put_object(BUCKET, "k", DATA)
    server.faults.add(faults.header("x-first", "part"), times=2)
    server.faults.add(faults.stall(), method="GET", times=1)
    async with client_of(server) as client:
        bucket = client.bucket(BUCKET)

        def download() -> Any:
            return bucket.download_file(
                "k",
                tmp_path / "k",
                part_size=PART,
                concurrency=1,
                checkpoint=tmp_path / "k.part",
            )

        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(download(), 0.5)
        assert not (tmp_path / "k").exists()
        await download()
    assert (tmp_path / "k").read_bytes() == DATA

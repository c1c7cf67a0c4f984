"""Tasks that are cancelled: the call ends at once, and before the task goes on."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import ossc
import ossc.aio
import ossc.mock
from ossc import _sdk
from ossc.aio._job import Job
from ossc.mock import faults

from .tasks import BUCKET, awaited, client_of, until
from .transfers import DATA, PART, open_uploads, seen

PROMPT = 0.6

Call = Callable[[ossc.aio.Bucket], Awaitable[Any]]


async def _all(results: ossc.aio.Results[Any]) -> None:
    async for _ in results:
        pass


CALLS: dict[str, Call] = {
    "get": lambda b: b.get_object("k"),
    "put": lambda b: b.put_object("k", bytes(1_000_000)),
    "append": lambda b: b.append_object("log", b"x", 0),
    "list": lambda b: _all(b.list_objects()),
    "batch": lambda b: _all(b.get_objects(["k", "l"])),
    "open": lambda b: b.open("k").__aenter__(),
    "stream": lambda b: b.stream_object("k").__aenter__(),
    "setting": lambda b: b.versioning.get(),
    "info": lambda b: b.info(),
    "upload": lambda b: b.upload_fileobj("k", [bytes(1000)]),
    "download": lambda b: b.download_into("k", bytearray(1_000_000)),
    "copy": lambda b: b.copy("k", "l"),
}


@pytest.fixture(autouse=True)
def _no_leak() -> Iterator[None]:
    """However a call ends, its memory is freed, and no thread is left."""
    yield
    assert _sdk.live_requests() == 0
    names = {each.name for each in threading.enumerate()}
    assert not {each for each in names if each.startswith("ossc-")}


async def cancelled(task: asyncio.Task[Any]) -> float:
    """Cancels a task, and how long that took."""
    start = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    return time.monotonic() - start


@pytest.mark.parametrize("call", CALLS)
@awaited
async def test_before_the_first_byte(server: ossc.mock.Server, call: str) -> None:
    """The request is ended, not repeated, and the client is good for others."""
    server.put_object(BUCKET, "k", bytes(1_000_000))
    server.faults.add(faults.stall(), times=1 + (call == "batch"))
    async with client_of(server, retry=ossc.Retry()) as client:
        bucket = client.bucket(BUCKET)
        task = asyncio.ensure_future(CALLS[call](bucket))
        await until(lambda: not server.faults.unused)
        assert await cancelled(task) < PROMPT
        await bucket.put_object("other", b"data")
    assert len(server.requests) <= 2 + (call == "batch")


@awaited
async def test_in_the_middle_of_a_body(server: ossc.mock.Server) -> None:
    """The caller's buffer is free when the error comes out."""
    server.put_object(BUCKET, "k", bytes(1_000_000))
    server.faults.add(faults.stall(at=300_000))
    room = bytearray(b"\1") * 1_000_000
    async with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        task = asyncio.create_task(bucket.get_object_into("k", room))
        await until(lambda: room[0] == 0)
        assert await cancelled(task) < PROMPT
        room.extend(b"x")  # which Python refuses while somebody has a view of it
    assert 0 < room.count(0) < 1_000_000


@awaited
async def test_before_a_thread_is_free(server: ossc.mock.Server) -> None:
    """A call that waits for its turn is given up at once, with what it held."""
    server.faults.add(faults.stall())
    async with client_of(server, max_threads=1) as client:
        bucket = client.bucket(BUCKET)
        first = asyncio.create_task(bucket.get_object("k"))
        await until(lambda: not server.faults.unused)
        data = bytearray(1000)
        second = asyncio.create_task(bucket.put_object("k", data))
        listing = asyncio.create_task(_all(bucket.list_objects()))
        await asyncio.sleep(0)
        for task in (second, listing):
            start = time.monotonic()
            if task is second:
                assert await cancelled(task) < 0.1
                data.clear()
            else:
                task.cancel()
                await asyncio.sleep(0)
            assert time.monotonic() - start < 0.1
        assert await cancelled(first) < PROMPT
        with pytest.raises(asyncio.CancelledError):
            await listing
    assert {each.operation for each in server.requests} <= {"GetObject"}


@pytest.mark.parametrize("is_file", [True, False])
@awaited
async def test_an_upload_in_parts(
    server: ossc.mock.Server, tmp_path: Path, *, is_file: bool
) -> None:
    """The server hears that it is given up, before the task goes on."""
    server.faults.add(faults.stall(), operation="UploadPart")
    (tmp_path / "file").write_bytes(DATA)
    async with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        if is_file:
            upload = bucket.upload_file(
                "k", tmp_path / "file", part_size=PART, threshold=1
            )
        else:
            upload = bucket.upload_fileobj("k", [DATA], part_size=PART)
        task = asyncio.create_task(upload)
        await until(lambda: not server.faults.unused)
        assert await cancelled(task) < PROMPT
        assert open_uploads(server) == 0
        assert len(seen(server, "AbortMultipartUpload")) == 1


@pytest.mark.parametrize(
    "operation", ["InitiateMultipartUpload", "UploadPart", "CompleteMultipartUpload"]
)
@awaited
async def test_a_writer(server: ossc.mock.Server, operation: str) -> None:
    """At whatever it is: nothing appears, and no part stays."""
    server.faults.add(faults.stall(), operation=operation)
    async with client_of(server) as client:
        bucket = client.bucket(BUCKET)

        async def write() -> None:
            async with bucket.open("k", "wb", part_size=PART, concurrency=1) as file:
                for _ in range(4):
                    await file.write(bytes(PART))

        task = asyncio.create_task(write())
        await until(lambda: not server.faults.unused)
        assert await cancelled(task) < PROMPT
        # What an answer does not tell any more, the server may have done.
        assert open_uploads(server) == (operation == "InitiateMultipartUpload")
        if operation == "UploadPart":
            with pytest.raises(ossc.NoSuchKey):
                await bucket.head_object("k")


@awaited
async def test_a_reader_can_go_on(server: ossc.mock.Server) -> None:
    """A read that took too long leaves the position where it was."""
    data = bytes(range(256)) * 8_000
    server.put_object(BUCKET, "k", data)
    async with client_of(server) as client:
        async with client.bucket(BUCKET).open(
            "k", buffer_size=1000, read_ahead=0
        ) as file:
            assert await file.read(1000) == data[:1000]
            server.faults.add(faults.stall(at=10_000))
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(file.read(), 0.2)
            assert await file.tell() == 1000
            assert await file.read() == data[1000:]


@awaited
async def test_more_than_once(server: ossc.mock.Server) -> None:
    """A task that is cancelled again does not leave its call alone."""
    server.faults.add(faults.stall())
    room = bytearray(10)
    async with client_of(server) as client:
        task = asyncio.create_task(client.bucket(BUCKET).get_object_into("k", room))
        await until(lambda: not server.faults.unused)
        for _ in range(5):
            task.cancel()
            await asyncio.sleep(0)
        with pytest.raises(asyncio.CancelledError):
            await task
        room.clear()


@pytest.mark.parametrize("how", ["view", "argument"])
@awaited
async def test_tokens_of_the_caller(server: ossc.mock.Server, how: str) -> None:
    """They end calls as they do elsewhere, and the task is not cancelled."""
    server.put_object(BUCKET, "k", bytes(1_000_000))
    token = ossc.CancelToken()
    async with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        server.faults.add(faults.stall())
        room = bytearray(1_000_000)
        if how == "view":
            call = bucket.with_options(cancel=token).download_into("k", room)
        else:
            call = bucket.download_into("k", room, cancel=token)
        task = asyncio.create_task(call)
        await until(lambda: not server.faults.unused)
        token.cancel()
        with pytest.raises(ossc.Cancelled):
            await task
        with pytest.raises(ossc.Cancelled):
            await bucket.with_options(cancel=token).head_object("k")
        with pytest.raises(ossc.Cancelled):
            await _all(bucket.with_options(cancel=token).list_objects())
        with pytest.raises(ossc.Cancelled):
            await bucket.open("k", cancel=token)
        await bucket.head_object("k")


@awaited
async def test_a_token_of_many_calls(server: ossc.mock.Server) -> None:
    """It remembers those that are under way, and no others."""
    server.put_object(BUCKET, "k", b"x")
    token = ossc.CancelToken()
    async with client_of(server) as client:
        bucket = client.bucket(BUCKET).with_options(cancel=token)
        for _ in range(5):
            await asyncio.gather(*(bucket.head_object("k") for _ in range(5)))
            await _all(bucket.list_objects())
    assert not token._followers


@awaited
async def test_a_token_and_a_reader(server: ossc.mock.Server) -> None:
    """It ends the reader for good; a task that was cancelled does not."""
    server.put_object(BUCKET, "k", bytes(1_000_000))
    token = ossc.CancelToken()
    async with client_of(server) as client:
        async with client.bucket(BUCKET).open("k", cancel=token) as file:
            await file.read(10)
            token.cancel()
            for _ in range(2):
                with pytest.raises(ossc.Cancelled):
                    await file.read(10)


@awaited
async def test_results_that_nobody_takes(server: ossc.mock.Server) -> None:
    """A stream that is opened when the task has been cancelled is closed."""
    server.put_object(BUCKET, "k", bytes(1_000_000))
    async with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        closed: list[object] = []
        for mode in ("rb", "wb"):
            began, ends = threading.Event(), threading.Event()

            def open_it(
                mode: Any = mode,
                began: threading.Event = began,
                ends: threading.Event = ends,
            ) -> Any:
                began.set()
                ends.wait(10)
                return bucket._sync.open("k", mode)

            def close(stream: Any) -> None:
                stream.close()
                closed.append(stream)

            job = Job(client._pool, _sdk.LinkedToken(), open_it, close)
            job.begin()
            task = asyncio.create_task(job.result())
            await until(began.is_set)
            if mode == "rb":
                task.cancel()
                await asyncio.sleep(0)
                ends.set()
            else:
                ends.set()
                # The job is over, and the task does not know yet.
                time.sleep(0.1)  # noqa: ASYNC251 - the loop must not turn
                task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        assert len(closed) == 2


def test_a_task_that_is_thrown_away(server: ossc.mock.Server) -> None:
    """Its loop is closed while it waits: the call ends all the same."""
    server.faults.add(faults.stall())
    client = client_of(server)
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda _loop, _context: None)
    task = loop.create_task(client.bucket(BUCKET).get_object("k"))
    while server.faults.unused:
        loop.run_until_complete(asyncio.sleep(0.001))
    loop.close()
    del task, loop
    gc.collect()
    start = time.monotonic()
    asyncio.run(client.close())
    assert time.monotonic() - start < PROMPT

"""The async client: closing, views, wrapping; threads, loops and processes."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import ossc
import ossc.aio
import ossc.mock
from ossc.aio._pool import Mailbox, Pool
from ossc.mock import faults

from .raw_server import client_of as sync_client_of
from .tasks import BUCKET, awaited, client_of, until


def threads() -> list[threading.Thread]:
    """Those of async clients that run."""
    return [each for each in threading.enumerate() if each.name == "ossc-aio"]


@awaited
async def test_closing_waits_for_calls(server: ossc.mock.Server) -> None:
    """What is under way ends well, what comes later is refused, no thread is left."""
    server.put_object(BUCKET, "k", b"data")
    server.faults.add(faults.stall(0.3), times=3)
    client = client_of(server, max_threads=2)
    calls = [asyncio.create_task(client.bucket(BUCKET).get_object("k")) for _ in "123"]
    await until(lambda: client._pool.threads == 2)
    await client.close()
    assert client._sync.closed
    assert [each.data for each in await asyncio.gather(*calls)] == [b"data"] * 3
    assert client.closed
    assert not threads()
    await client.close()
    for call in (
        lambda: client.bucket(BUCKET).get_object("k"),
        lambda: client.bucket(BUCKET).open("k"),
        client.bucket(BUCKET).versioning.get,
        lambda: anext(client.bucket(BUCKET).list_objects()),
    ):
        with pytest.raises(ossc.ClientClosed):
            await call()


@awaited
async def test_closing_is_cancelled(server: ossc.mock.Server) -> None:
    """Who is not patient enough has a closed client all the same."""
    server.faults.add(faults.stall())
    client = client_of(server)
    call = asyncio.create_task(client.bucket(BUCKET).get_object("k"))
    await until(lambda: not server.faults.unused)
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(client.close(), 0.1)
    assert client.closed
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await until(lambda: not threads())


@awaited
async def test_closing_with_streams_open(server: ossc.mock.Server) -> None:
    """They can still be closed; what they would have to ask for is refused."""
    server.put_object(BUCKET, "k", bytes(3_000_000))
    async with client_of(server) as client:
        reader = await client.bucket(BUCKET).open("k", buffer_size=1000, read_ahead=0)
        writer = await client.bucket(BUCKET).open("w", "wb")
        await writer.write(b"x")
    with pytest.raises(ossc.ClientClosed):
        await reader.read()
    await reader.close()
    with pytest.raises(ossc.ClientClosed):
        await writer.close()
    await until(lambda: not threads())


def test_forgotten(server: ossc.mock.Server) -> None:
    """A client that nobody closed says so, and its threads end."""

    async def main() -> None:
        client = client_of(server)
        await client.bucket(BUCKET).put_object("k", b"x")
        with pytest.warns(ResourceWarning, match=r"unclosed ossc\.aio\.Client"):
            del client
        await until(lambda: not threads())

    asyncio.run(main())


def test_wrapping(server: ossc.mock.Server) -> None:
    """A client can be used both ways; it stays open."""

    async def main(client: ossc.Client) -> None:
        async with ossc.aio.Client.wrap(client, max_threads=1) as tasks:
            await tasks.bucket(BUCKET).put_object("k", b"data")
        assert tasks.closed

    with sync_client_of(server) as client:
        asyncio.run(main(client))
        asyncio.run(main(client.with_options(timeout=5)))
        assert client.bucket(BUCKET).get_object("k").data == b"data"
        wrong: Any = server
        with pytest.raises(TypeError, match=r"an ossc\.Client"):
            ossc.aio.Client.wrap(wrong)
        with pytest.raises(ossc.ParameterError, match="max_threads"):
            ossc.aio.Client.wrap(client, max_threads=0)


def test_it_is_as_wide_as_its_connections(server: ossc.mock.Server) -> None:
    """Threads that could only wait for a connection are not started."""

    async def main() -> None:
        async with client_of(server, max_connections=3) as client:
            assert client._pool.most == 3
        async with client_of(server) as client:
            assert client._pool.most == 32

    asyncio.run(main())


@awaited
async def test_what_a_client_is_not(server: ossc.mock.Server) -> None:
    """`with` is refused."""
    async with client_of(server) as client:
        with pytest.raises(TypeError, match="async with"), client:
            pass
    with pytest.raises(ossc.ParameterError):
        ossc.aio.Client("ftp://x")


def test_loops_one_after_the_other_and_side_by_side(server: ossc.mock.Server) -> None:
    """One client serves them all."""
    client = client_of(server)
    bucket = client.bucket(BUCKET)

    async def work(name: str) -> None:
        for number in range(20):
            await bucket.put_object(f"{name}{number}", b"x")
            await asyncio.gather(*(bucket.head_object(f"{name}0") for _ in range(3)))

    asyncio.run(work("first"))
    asyncio.run(work("second"))
    loops = [
        threading.Thread(target=asyncio.run, args=(work(f"loop{number}-"),))
        for number in range(3)
    ]
    for each in loops:
        each.start()
    for each in loops:
        each.join()
    asyncio.run(client.close())
    puts = [each for each in server.requests if each.method == "PUT"]
    assert len(puts) == 100


def test_in_a_forked_child(server: ossc.mock.Server) -> None:
    """It has threads and connections of its own."""
    client = client_of(server)

    async def work() -> bytes:
        await client.bucket(BUCKET).put_object("k", b"data")
        return (await client.bucket(BUCKET).get_object("k")).data

    asyncio.run(work())
    child = os.fork()
    if child == 0:
        # The server's threads are the parent's; nothing of pytest may run here.
        code = 1
        try:
            pool = client._pool
            asyncio.run(asyncio.wait_for(work(), 10))
            code = 0 if pool.threads == 1 else 2
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert asyncio.run(work()) == b"data"
    asyncio.run(client.close())


def test_many_loops_in_a_forked_child(server: ossc.mock.Server) -> None:
    """Whichever thread comes first, no call is lost."""
    client = client_of(server, max_threads=3)
    server.put_object(BUCKET, "k", b"data")

    async def work() -> bytes:
        return (await client.bucket(BUCKET).get_object("k")).data

    asyncio.run(work())
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with ThreadPoolExecutor(8) as executor:
                calls = [
                    executor.submit(asyncio.run, asyncio.wait_for(work(), 10))
                    for _ in range(8)
                ]
                code = 0 if all(each.result() == b"data" for each in calls) else 2
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    asyncio.run(client.close())


CTRL_C = """
import asyncio, sys, ossc, ossc.aio

async def main():
    keys = ossc.Credentials("id", "secret")
    async with ossc.aio.Client(sys.argv[1], region="x", credentials=keys) as client:
        print("ready", flush=True)
        await client.bucket("examplebucket").get_object("k")

try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("interrupted")
"""


def test_ctrl_c(server: ossc.mock.Server) -> None:
    """`asyncio.run` cancels the task, and the program ends at once."""
    server.faults.add(faults.stall())
    child = subprocess.Popen(
        [sys.executable, "-c", CTRL_C, server.endpoint],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    while server.faults.unused:
        time.sleep(0.01)
    start = time.monotonic()
    child.send_signal(2)
    assert child.communicate(timeout=20)[0] == "interrupted\n"
    assert time.monotonic() - start < 5
    assert child.returncode == 0


def test_the_end_of_a_program_that_forgets(server: ossc.mock.Server) -> None:
    """Idle threads do not keep it alive."""
    code = f"""
        import asyncio, ossc, ossc.aio
        keys = ossc.Credentials({server.access_key_id!r}, {server.access_key_secret!r})
        client = ossc.aio.Client({server.endpoint!r}, region="cn-hangzhou",
                                 credentials=keys)
        print(asyncio.run(client.bucket("examplebucket").exists()))
    """
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    assert (done.stdout, done.returncode) == ("True\n", 0), done.stderr


def test_threads_end_when_they_are_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    """And new ones start when there is work again."""
    monkeypatch.setattr("ossc.aio._pool._IDLE_S", 0.01)
    monkeypatch.setattr("ossc.aio._pool._SLICE_S", 0.01)
    pool = Pool(2)
    for _ in range(2):
        done = threading.Event()
        pool.submit(done.set)
        assert done.wait(10)
        while pool.threads:
            time.sleep(0.001)
    pool.close()


def test_a_thread_that_cannot_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asked is told; where there is a thread it does the work."""
    pool = Pool(2)
    began, ends = threading.Event(), threading.Event()

    def work() -> None:
        began.set()
        ends.wait(10)

    pool.submit(work)
    assert began.wait(10)

    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    done = threading.Event()
    monkeypatch.setattr(threading.Thread, "start", refuse)
    pool.submit(done.set)
    ends.set()
    assert done.wait(10)
    empty = Pool(1)
    with pytest.raises(RuntimeError, match="can't start"):
        empty.submit(done.set)
    monkeypatch.undo()
    again = threading.Event()
    empty.submit(again.set)
    assert again.wait(10)
    pool.close()
    empty.close()


def test_letters_to_a_loop_that_is_gone() -> None:
    """The thread is told so, and goes on."""
    loop = asyncio.new_event_loop()
    box = Mailbox(loop)
    loop.close()
    assert not box.post(print)
    del loop
    assert not box.post(print)

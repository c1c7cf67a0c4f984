"""Client-side encryption by tasks: the verbs of `EncryptionBucket`, awaited."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

import ossc
import ossc.aio
import ossc.mock
from ossc.aio.crypto import EncryptionBucket
from ossc.crypto import KMSKey, RSAKey
from ossc.mock import faults

from .tasks import BUCKET, awaited, client_of, until
from .test_encryption import DATA, PRIVATE
from .transfers import open_uploads

KEY = RSAKey(PRIVATE)
LINES = [b"line %d\n" % number for number in range(50_000)]


@awaited
async def test_what_is_put_comes_back(server: ossc.mock.Server) -> None:
    """OSS has other bytes; the synchronous bucket reads them as well."""
    async with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        safe = EncryptionBucket(bucket, KEY)
        assert safe.bucket is bucket
        await safe.put_object("k", DATA, metadata={"a": "b"})
        assert (await bucket.get_object("k")).data != DATA
        found = await safe.get_object("k", (0, 9))
        assert (found.data, found.metadata) == (DATA[:10], {"a": "b"})
        assert (await safe.head_object("k")).size == len(DATA)
        sync = ossc.crypto.EncryptionBucket(bucket._sync, KEY)
        assert sync.get_object("k").data == DATA
        text = repr(safe)
        assert text.startswith("ossc.aio.crypto.EncryptionBucket(ossc.aio.Bucket(")
    with pytest.raises(ossc.ClientClosed):
        await safe.get_object("k")


@awaited
async def test_files_and_sources(server: ossc.mock.Server, tmp_path: Path) -> None:
    """In parts, from asynchronous sources, with progress in the loop's thread."""
    path, back, told = tmp_path / "f", tmp_path / "g", []
    data = DATA * 40
    path.write_bytes(data)

    def tell(done: int, total: int | None) -> None:
        assert threading.current_thread() is threading.main_thread()
        told.append((done, total))

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(data), 100_000):
            await asyncio.sleep(0)
            yield data[start : start + 100_000]

    async with client_of(server) as client:
        safe = EncryptionBucket(client.bucket(BUCKET), KEY)
        for threshold in (1, 16 << 20):
            await safe.upload_file(
                "f", path, part_size=102_400, threshold=threshold, progress=tell
            )
            await safe.download_file("f", back, progress=tell)
            assert back.read_bytes() == data
            assert told.pop() == (len(data), len(data))
        await safe.upload_fileobj("g", pieces(), part_size=102_400)
        assert (await safe.get_object("g")).data == data


@awaited
async def test_a_file_to_read(server: ossc.mock.Server) -> None:
    """From any position, by lines, by pieces, and as a source."""
    data = b"".join(LINES)
    async with client_of(server) as client:
        safe = EncryptionBucket(client.bucket(BUCKET), KEY)
        await safe.put_object("k", data)
        async with safe.open("k", read_ahead=0) as file:
            assert isinstance(file, ossc.aio.BufferedReader)
            assert await file.read(10) == data[:10]
            assert await file.seek(400_001) == await file.tell() == 400_001
            assert (await file.peek(1))[:1] == data[400_001:400_002]
            assert await file.read1(1) == data[400_001:400_002]
            room = bytearray(50)
            assert await file.readinto(room) == 50
            assert room == data[400_002:400_052]
            assert await file.readinto1(room) > 0
            assert await file.seek(-7, 2) == len(data) - 7
            assert await file.read() == data[-7:]
            await file.seek(0)
            assert await file.readline() == LINES[0]
            assert await file.readlines(10) == LINES[1:3]
            assert [line async for line in file] == LINES[3:]
            assert file.readable()
            assert file.seekable()
            assert not file.writable()
            assert not file.closed
        assert file.closed
        file = await safe.open("k")
        await client.bucket(BUCKET).upload_fileobj("plain", file)
        await file.close()
        assert server.get_object(BUCKET, "plain") == data


@awaited
async def test_plain_objects(server: ossc.mock.Server) -> None:
    """Where they may be read, they are read as they are."""
    server.put_object(BUCKET, "k", b"one\ntwo\n")
    async with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        with pytest.raises(ossc.DecryptionError):
            await EncryptionBucket(bucket, KEY).open("k")
        safe = EncryptionBucket(bucket, KEY, allow_plain=True)
        assert (await safe.get_object("k")).data == b"one\ntwo\n"
        async with safe.open("k") as file:
            assert [line async for line in file] == [b"one\n", b"two\n"]


@awaited
async def test_keys_that_ask_a_service(server: ossc.mock.Server) -> None:
    """They are asked in a thread: the loop goes on meanwhile."""
    vault: dict[str, str] = {}
    threads = []

    def encrypt(text: str) -> str:
        threads.append(threading.current_thread())
        vault[f"blob {len(vault)}"] = text
        return f"blob {len(vault) - 1}"

    async with client_of(server) as client:
        key = KMSKey(encrypt, vault.__getitem__)
        safe = EncryptionBucket(client.bucket(BUCKET), key)
        await safe.put_object("k", DATA)
        assert (await safe.get_object("k")).data == DATA
    assert threading.main_thread() not in threads


@awaited
async def test_cancelling(server: ossc.mock.Server, tmp_path: Path) -> None:
    """Whatever it is at, a call ends soon, and an upload leaves no parts."""
    path = tmp_path / "f"
    path.write_bytes(bytes(500_000))
    in_parts: Any = {"part_size": 102_400, "threshold": 1}
    async with client_of(server) as client:
        safe = EncryptionBucket(client.bucket(BUCKET), KEY)
        await safe.put_object("k", DATA)
        for operation, call in (
            ("HeadObject", lambda: safe.head_object("k")),
            ("GetObject", lambda: safe.get_object("k")),
            ("GetObject", lambda: safe.download_file("k", tmp_path / "g")),
            ("PutObject", lambda: safe.upload_file("f", path)),
            ("UploadPart", lambda: safe.upload_file("f", path, **in_parts)),
        ):
            server.faults.add(faults.stall(), operation=operation)
            work: Any = call()
            task = asyncio.create_task(work)
            await until(lambda: not server.faults.unused)
            start = time.monotonic()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert time.monotonic() - start < 5
        assert not open_uploads(server)
        assert not (tmp_path / "g").exists()
        assert (await safe.get_object("k")).data == DATA


@awaited
async def test_wrong_arguments(server: ossc.mock.Server) -> None:
    """A bucket of the other kind, and keys that cannot be told apart."""
    async with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        wrong: Any = bucket._sync
        with pytest.raises(TypeError, match=r"must be an ossc\.aio\.Bucket"):
            EncryptionBucket(wrong, KEY)
        with pytest.raises(TypeError, match=r"must be an ossc\.aio\.Bucket"):
            EncryptionBucket(client, KEY)  # type: ignore[arg-type]
        with pytest.raises(ossc.ParameterError, match="same description"):
            EncryptionBucket(bucket, KEY, KEY)


def test_it_is_loaded_when_it_is_asked_for() -> None:
    """As an attribute, too; other names are not there."""
    assert ossc.aio.crypto.EncryptionBucket is EncryptionBucket
    with pytest.raises(AttributeError, match=r"'ossc\.aio' has no attribute 'none'"):
        ossc.aio.none  # noqa: B018

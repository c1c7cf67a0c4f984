"""Signed URLs by tasks: the requests of `ossc.SignedURLs`, awaited."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

import ossc
import ossc.aio
import ossc.mock
from ossc.mock import faults

from .tasks import BUCKET, awaited, client_of, until
from .test_secrets_urls import all_of, secrets_of

CONTENT = b"The quick brown fox jumps over the lazy dog"


@awaited
async def test_the_life_of_an_object(bucket: ossc.Bucket, tmp_path: Path) -> None:
    """It is put, looked at, read in every way, and deleted, without credentials."""
    async with ossc.aio.SignedURLs(retry=None) as urls:
        put = await urls.put(bucket.presign_put("k"), CONTENT)
        assert put.crc64 == bucket.head_object("k").crc64
        assert (await urls.head(bucket.presign_head("k"))).size == len(CONTENT)
        url = bucket.presign_get("k")
        assert (await urls.get(url)).data == CONTENT
        assert (await urls.get(str(url), range=(4, 8))).data == b"quick"
        room = bytearray(50)
        assert await urls.get_into(url=url, buffer=room) == len(CONTENT)
        assert room.startswith(CONTENT)
        assert (await urls.get_to_file(url, tmp_path / "k")).size == len(CONTENT)
        await urls.put_from_file(bucket.presign_put("l"), tmp_path / "k")
        await urls.delete(bucket.presign_delete("k"))
        with pytest.raises(ossc.NoSuchKey):
            await urls.get(url)
        status, _, body = await urls.request("GET", bucket.presign("GET"))
        assert status == 200
        assert b"<Key>l</Key>" in body
        assert repr(urls) == "ossc.aio.SignedURLs()"


@awaited
async def test_a_multipart_upload(bucket: ossc.Bucket) -> None:
    """Parts side by side, and the list of them from an asynchronous source."""
    chunks = [b"a" * 102_400, b"b" * 102_400, b"c"]
    async with ossc.aio.SignedURLs() as urls:
        upload = await urls.init_multipart(bucket.presign_init_multipart("k"))

        async def parts() -> AsyncIterator[ossc.UploadPartResult]:
            each = [
                urls.upload_part(bucket.presign_upload_part("k", upload, number), chunk)
                for number, chunk in enumerate(chunks, 1)
            ]
            for part in await asyncio.gather(*each):
                yield part

        url = bucket.presign_complete_multipart("k", upload)
        await urls.complete_multipart(url, parts())
    assert bucket.get_object("k").data == b"".join(chunks)


@awaited
async def test_progress(bucket: ossc.Bucket) -> None:
    """It is told in the loop's thread, also to a coroutine function."""
    told = []

    async def tell(done: int, total: int | None) -> None:
        await asyncio.sleep(0)
        told.append((done, total))

    async with ossc.aio.SignedURLs() as urls:
        await urls.put(bucket.presign_put("k"), bytes(100_000), progress=tell)
    assert told[-1] == (100_000, 100_000)


@awaited
async def test_with_a_client(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """Its threads and connections are used, and it stays open."""
    bucket.put_object("k", b"data")
    url = bucket.presign_get("k")
    async with client_of(server, max_threads=3) as client:
        async with ossc.aio.SignedURLs(client) as urls:
            got = await asyncio.gather(*(urls.get(url) for _ in range(20)))
            assert {each.data for each in got} == {b"data"}
            assert client._pool.threads <= 3
        assert not client.closed
        assert (await urls.get(url)).data == b"data"
    with pytest.raises(ossc.ClientClosed):
        await urls.get(url)


@awaited
async def test_closing(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """Calls under way end well; later ones are refused."""
    bucket.put_object("k", b"data")
    url = bucket.presign_get("k")
    server.faults.add(faults.stall(0.2))
    urls = ossc.aio.SignedURLs()
    call = asyncio.create_task(urls.get(url))
    await until(lambda: not server.faults.unused)
    await urls.close()
    await urls.close()
    assert (await call).data == b"data"
    with pytest.raises(ossc.ClientClosed):
        await urls.get(url)


@awaited
async def test_cancelling(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """A task that is cancelled ends its request, and the next one is made."""
    bucket.put_object("k", b"data")
    server.faults.add(faults.stall())
    async with ossc.aio.SignedURLs() as urls:
        call = asyncio.create_task(urls.get(bucket.presign_get("k")))
        await until(lambda: not server.faults.unused)
        start = time.monotonic()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert time.monotonic() - start < 2
        assert (await urls.get(bucket.presign_get("k"))).data == b"data"


@awaited
async def test_wrong_arguments(server: ossc.mock.Server) -> None:
    """They are told before anything is made, which would have to be closed."""
    wrong: Any = ossc.ANONYMOUS
    with pytest.raises(TypeError, match=r"must be an ossc\.aio\.Client"):
        ossc.aio.SignedURLs(wrong)
    with pytest.raises(ossc.ParameterError, match="max_threads"):
        ossc.aio.SignedURLs(max_threads=0)
    async with client_of(server) as client:
        for options in ({"timeout": 5}, {"max_threads": 5}):
            with pytest.raises(TypeError, match="options are those"):
                ossc.aio.SignedURLs(client, **options)
    async with ossc.aio.SignedURLs() as urls:
        for bad in (5, None):
            wrong = bad
            with pytest.raises(TypeError):
                await urls.get(wrong)
        with pytest.raises(TypeError):
            await urls.get()  # type: ignore[call-arg]
        with pytest.raises(ossc.ParameterError, match="begins with http"):
            await urls.get("ftp://x")


def test_forgotten() -> None:
    """One that nobody closed says so."""
    urls = ossc.aio.SignedURLs()
    with pytest.warns(ResourceWarning, match="unclosed"):
        del urls


@pytest.mark.parametrize("named", [False, True])
@awaited
async def test_no_traceback_shows_the_signature(
    server: ossc.mock.Server, *, named: bool
) -> None:
    """Neither that of a request that OSS refused, nor that of a lost connection."""
    keys = ossc.Credentials("STS.id", "sts-secret", "temporary/token+with=signs")
    server.add_sts("STS.id", "another secret", "temporary/token+with=signs")
    signs: Any = {"region": server.region, "credentials": keys}
    with ossc.Client(server.endpoint, **signs) as client:
        url = client.bucket(BUCKET).presign_get("k")
    async with ossc.aio.SignedURLs(retry=None) as urls:
        for kind in (ossc.SignatureDoesNotMatch, ossc.MalformedResponse):
            if kind is ossc.MalformedResponse:
                server.faults.add(faults.garbage(b"junk"))
            with pytest.raises(kind) as caught:
                await (urls.get(url=url.url) if named else urls.get(url.url))
            seen = all_of(caught.value)
            assert "x-oss-signature=***" in seen
            for form in secrets_of(url):
                assert form not in seen

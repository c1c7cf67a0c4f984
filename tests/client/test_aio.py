"""`ossc.aio`: it has all that ossc has, and what it awaits is what ossc does."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import importlib
import inspect
import re
import traceback
import weakref
from pathlib import Path
from typing import Any

import pytest

import ossc
import ossc.aio
import ossc.crypto
import ossc.mock
import ossc.settings
import ossc.tables
import ossc.vectors
from ossc.aio import _bridge
from ossc.aio._bridge import Change
from ossc.mock import faults
from tests import aio_stubs

from .tasks import BUCKET, awaited, client_of

SETTINGS = [
    kind
    for kind in (getattr(ossc.settings, name) for name in ossc.settings.__all__)
    if isinstance(kind, type) and issubclass(kind, ossc.settings.AnySetting)
]
VERBS: list[type] = [ossc.Client, ossc.Bucket, *SETTINGS, ossc.SignedURLs]
VERBS += [ossc.crypto.EncryptionBucket]
PRODUCTS: list[type] = [
    kind
    for module in (ossc.tables, ossc.vectors)
    for kind in (getattr(module, name) for name in module.__all__)
    if isinstance(kind, type) and (_bridge.is_owner(kind) or _bridge.is_setting(kind))
]
VERBS += PRODUCTS
STREAMS: list[type] = [ossc.ObjectReader, ossc.ObjectWriter, ossc.ObjectData]
STREAMS += [ossc.SelectResult]
MEMBERS = [
    pytest.param(kind, name, id=f"{kind.__name__}.{name}")
    for kind in VERBS + STREAMS
    for name in (dir(kind) if kind in VERBS else vars(kind))
    if not name.startswith("_")
]


@pytest.mark.parametrize(("kind", "name"), MEMBERS)
def test_everything_has_a_counterpart(kind: type, name: str) -> None:
    """Each public name of a class is there, with the same arguments and docstring."""
    there = inspect.getattr_static(kind, name)
    if kind in STREAMS and not inspect.isroutine(there):
        return  # what a stream knows is handed through
    here = inspect.getattr_static(_bridge.twin_of(kind), name)
    assert isinstance(here, property) != inspect.isfunction(there)
    if inspect.isfunction(there):
        own = [*inspect.signature(here).parameters]
        assert own == [*inspect.signature(there).parameters]
        assert ">>>" not in here.__doc__
        if here.__module__ in _bridge._MODULES:
            assert (there.__doc__ or "").split("\n")[0] in here.__doc__


def test_what_becomes_of_verbs() -> None:
    """Results are awaited, iterators are async ones, and what sends nothing stays."""
    found = {
        name: _bridge.change_of(ossc.Bucket, value)
        for name, value in _bridge.members_of(ossc.Bucket)
        if inspect.isfunction(value)
    }
    for name, change in found.items():
        verb = getattr(ossc.aio.Bucket, name)
        assert inspect.iscoroutinefunction(verb) == (change == Change.CALL)
    assert found["put_object"] == found["upload_file"] == found["exists"] == Change.CALL
    assert found["list_objects"] == found["get_objects"] == Change.ITERATE
    assert found["open"] == found["stream_object"] == Change.OPEN
    assert found["with_options"] == found["presign"] == Change.STAY


def _functions(*kinds: type) -> list[Any]:
    found = {
        value.__qualname__: value
        for kind in kinds
        for _, value in _bridge.members_of(kind)
        if inspect.isfunction(value)
    }
    return [found[name] for name in sorted(found)]


@pytest.mark.parametrize(
    "verb", _functions(*VERBS, *STREAMS), ids=lambda verb: verb.__qualname__
)
def test_what_a_verb_returns_is_known(verb: Any) -> None:
    """Nothing that blocks comes out of a verb but what the bridge knows of."""
    known = [kind.__name__ for kind in _bridge.returned_classes(verb)]
    for name in re.findall(r"[A-Za-z_]\w*\.(\w+)", verb.__annotations__["return"]):
        assert name in known
    names = aio_stubs.Names(set())
    for name in re.findall(r"[A-Za-z_]\w*", verb.__annotations__["return"]):
        line = names.origin(name, verb.__module__)
        found = re.fullmatch(r"from (ossc[\w.]*) import (\w+)", line)
        if found is None or name in known:
            continue
        kind = getattr(importlib.import_module(found[1]), found[2], None)
        for mark in ("close", "__next__", "_client", "_row"):
            assert not hasattr(kind, mark)


def test_only_awaited_verbs_tell_of_their_progress() -> None:
    """An iterator or a stream would have no task to call it in."""
    for kind in (*VERBS, *STREAMS):
        for verb in _functions(kind):
            if "progress" in inspect.signature(verb).parameters:
                assert _bridge.change_of(kind, verb) == Change.CALL


def test_the_stubs_are_up_to_date() -> None:
    """Otherwise: `python -m tests.aio_stubs`."""
    for path, text in aio_stubs.texts():
        assert path.read_text("utf-8") == text


def test_the_names() -> None:
    """The package shows its classes, and a client how it is made."""
    assert {"Bucket", "Client", "ObjectReader", "Results"} <= {*ossc.aio.__all__}
    assert all(hasattr(ossc.aio, name) for name in ossc.aio.__all__)
    made = [*inspect.signature(ossc.aio.Client).parameters]
    assert made == [*inspect.signature(ossc.Client).parameters, "max_threads"]
    made = [*inspect.signature(ossc.aio.SignedURLs).parameters]
    assert made == ["client", "max_threads", "options"]
    made = [*inspect.signature(ossc.aio.crypto.EncryptionBucket).parameters]
    assert made == [*inspect.signature(ossc.crypto.EncryptionBucket).parameters]


@awaited
async def test_first_steps(server: ossc.mock.Server, tmp_path: Path) -> None:
    """Objects, files, buckets, settings."""
    async with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        result = await bucket.put_object("a/b", b"hello", content_type="text/plain")
        assert result.etag == "5D41402ABC4B2A76B9719D911017C592"
        assert (await bucket.get_object("a/b", (0, 1))).data == b"he"
        room = bytearray(5)
        assert await bucket.get_object_into("a/b", room) == 5
        info = await bucket.get_object_to_file("a/b", tmp_path / "file")
        assert (tmp_path / "file").read_bytes() == room == b"hello"
        assert info.content_type == "text/plain"
        await bucket.put_object_from_file("c", tmp_path / "file")
        assert (await bucket.copy_object("c", "d")).etag == result.etag
        assert await bucket.exists()
        assert [each.key async for each in bucket.list_objects()] == ["a/b", "c", "d"]
        deleted = await bucket.delete_objects(["c", "d"])
        assert [each.key for each in deleted] == ["c", "d"]
        answer = await client.invoke("GET", bucket=BUCKET, params={"location": ""})
        assert answer.status == 200


@awaited
async def test_buckets_and_settings(server: ossc.mock.Server) -> None:
    """What a verb makes belongs to the client, not to the call that made it."""
    async with client_of(server) as client:
        bucket = await client.create_bucket("another-bucket")
        assert isinstance(bucket, ossc.aio.Bucket)
        assert bucket._client()._cancel is None
        assert [each.name async for each in client.list_buckets()] == [
            "another-bucket",
            BUCKET,
        ]
        value = ossc.settings.BucketVersioning(status="Enabled")
        await bucket.versioning.put(value)
        assert (await bucket.versioning.get()).status == "Enabled"
        await bucket.acl.put("public-read")
        assert (await bucket.acl.get()).grant == "public-read"
        assert repr(bucket.versioning) == "<BucketVersioning of 'another-bucket'>"
        await bucket.tagging.delete()
        with pytest.raises(AttributeError):
            bucket.versioning = value  # type: ignore[misc, assignment]
        await client.public_access_block.delete()
        assert [each async for each in bucket.inventories.list()] == []
        await bucket.meta_query.open()
        assert isinstance(await bucket.meta_query.get(), ossc.settings.MetaQueryStatus)
        await bucket.meta_query.close()
        await client.delete_bucket("another-bucket")


@awaited
async def test_settings_of_settings(server: ossc.mock.Server) -> None:
    """A setting that has settings gives twins, too."""
    async with client_of(server) as client:
        points = client.bucket(BUCKET).access_points
        await points.create("my-point")
        policy = points.policy("my-point")
        with pytest.raises(ossc.NoSuchConfiguration):
            await policy.get()
        assert inspect.iscoroutinefunction(policy.put)
        found = [each async for each in client.access_points.list()]
        assert [each.access_point_name for each in found] == ["my-point"]
        await policy.delete()


@awaited
async def test_queries(server: ossc.mock.Server) -> None:
    """Pieces, rows, and what the query came to."""
    server.put_object(BUCKET, "a.csv", b"ann,30\nbob,4\n")
    query = "select _1 from ossobject where _2 > 18"
    async with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        async with bucket.select_object("a.csv", query) as found:
            assert [row async for row in found.rows()] == [["ann"]]
            assert found.stats.scanned == 13
        found = await bucket.select_object("a.csv", query)
        assert await found.read() == b"ann\n"
        await found.close()
        got = [each async for each in bucket.select_object("a.csv", query)]
        assert b"".join(got) == b"ann\n"


@awaited
async def test_lists_that_are_taken_up_again(server: ossc.mock.Server) -> None:
    """The token is of the last entry that the reader got, not of what was fetched."""
    for number in range(9):
        server.put_object(BUCKET, f"k{number}", b"")
    async with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        entries = bucket.list_objects()
        assert isinstance(entries, ossc.aio.Listing)
        assert entries.token is None
        for _ in range(3):
            await anext(entries)
        await entries.aclose()
        rest = bucket.list_objects(resume=entries.token)
        assert rest.token == entries.token
        assert [each.key async for each in rest] == [f"k{n}" for n in range(3, 9)]
        versions = [each async for each in bucket.list_object_versions()]
        assert len(versions) == 9


@awaited
async def test_what_stays_as_it_is(server: ossc.mock.Server) -> None:
    """Signing, views, names and properties need no await."""
    async with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        assert bucket.name == BUCKET
        assert client.region == server.region
        assert bucket.presign("GET", "k").startswith(server.endpoint)
        view = client.with_options(timeout=5)
        assert isinstance(view, ossc.aio.Client)
        await view.bucket(BUCKET).put_object("k", b"x")
        await view.close()
        assert not client.closed
        assert (await bucket.with_options(retry=None).get_object("k")).data == b"x"
        assert "ossc.aio.Bucket('examplebucket', ossc.aio.Client(" in repr(bucket)
        with pytest.raises(ossc.ParameterError):
            client.bucket("No")


@awaited
async def test_many_at_once(server: ossc.mock.Server) -> None:
    """200 tasks, in no more threads than are allowed."""
    server.put_object(BUCKET, "k", b"data")
    async with client_of(server, max_threads=5, retry=ossc.Retry()) as client:
        bucket = client.bucket(BUCKET)
        got = await asyncio.gather(*(bucket.get_object("k") for _ in range(200)))
        assert client._pool.threads <= 5
    assert {each.data for each in got} == {b"data"}
    assert len(server.requests) == 200
    assert server.connections <= 5


@awaited
async def test_errors_come_out_as_they_are(server: ossc.mock.Server) -> None:
    """With the caller's line and the verb's in the traceback, and nothing in between."""
    async with client_of(server) as client:
        with pytest.raises(ossc.NoSuchKey) as caught:
            await client.bucket(BUCKET).get_object("none")
        with pytest.raises(TypeError, match="unexpected keyword"):
            await client.bucket(BUCKET).head_object("k", wrong=1)  # type: ignore[call-arg]
        wrong: Any = asyncio.Event()
        with pytest.raises(TypeError, match=r"must be an ossc\.CancelToken"):
            await client.bucket(BUCKET).upload_fileobj("k", [b""], cancel=wrong)
    error = caught.value
    assert (error.operation, error.key, error.status) == ("GetObject", "none", 404)
    names = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
    assert names[0] == "test_errors_come_out_as_they_are"
    assert {"verb", "result", "get_object"} <= {*names}
    assert "_work" not in names
    assert len(names) < 15


class Data(bytearray):
    """Data that weak references can see."""


def test_a_failure_keeps_nothing(server: ossc.mock.Server) -> None:
    """No cycle holds the caller's data once the error is gone."""
    kept: list[weakref.ref[Data]] = []

    async def main() -> None:
        async with client_of(server) as client:
            for name, key in (("not-there", "k"), (BUCKET, "/k")):
                data = Data(b"x" * 1000)
                kept.append(weakref.ref(data))
                with pytest.raises(ossc.OSSError):
                    await client.bucket(name).put_object(key, data)
                del data

    gc.collect()
    gc.disable()
    try:
        asyncio.run(main())
        assert [each() for each in kept] == [None, None]
    finally:
        gc.enable()


VARIABLE: contextvars.ContextVar[str] = contextvars.ContextVar("VARIABLE")


@awaited
async def test_context_variables(server: ossc.mock.Server) -> None:
    """What runs in the thread sees those of the task."""
    seen: list[str] = []

    class Source:
        def read(self, _size: int) -> bytes:
            seen.append(VARIABLE.get())
            return b""

    async def upload(bucket: ossc.aio.Bucket, name: str) -> None:
        VARIABLE.set(name)
        await bucket.upload_fileobj(name, Source())

    async with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        await asyncio.gather(upload(bucket, "a"), upload(bucket, "b"))
    assert {*seen} == {"a", "b"}


@awaited
async def test_retries_and_deadlines(server: ossc.mock.Server) -> None:
    """The client's options count for tasks, too."""
    server.faults.add(faults.status(503), times=2)
    async with client_of(server, retry=ossc.Retry(3, backoff=0)) as client:
        await client.bucket(BUCKET).put_object("k", b"x")
        assert len(server.requests) == 3
        # An attempt may end some milliseconds before the deadline: time for another one.
        server.faults.add(faults.stall(), times=9)
        with pytest.raises(ossc.RequestTimedOut):
            await client.with_options(deadline=0.2).bucket(BUCKET).get_object("k")
        server.faults.clear()

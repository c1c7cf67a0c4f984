"""Vector buckets and tables for tasks: as the clients they are the twins of."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

import ossc
import ossc.aio
import ossc.mock
import ossc.tables
import ossc.vectors
from ossc import _sdk

from .raw_server import BUCKET, RawServer
from .tables import FIELDS
from .vector_buckets import FIELDS as FUSION
from .vector_buckets import vector_client

NEAREST = {"field": "shape", "queryVector": [0, 0], "topK": 1}


@pytest.fixture(autouse=True)
def _no_leak() -> Any:
    """All requests have ended, whatever a task did."""
    yield
    gc.collect()
    assert _sdk.live_requests() == 0


def options_of(server: ossc.mock.Server) -> dict[str, Any]:
    """Of a client of the server; it repeats nothing."""
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    return {"region": server.region, "credentials": keys, "retry": None}


def vectors_of(server: ossc.mock.Server, **options: Any) -> ossc.aio.vectors.Client:
    """A client of the server's vector buckets."""
    usual = {**options_of(server), "account_id": server.account_id}
    return ossc.aio.vectors.Client(server.vectors_endpoint, **{**usual, **options})


def tables_of(server: ossc.mock.Server, **options: Any) -> ossc.aio.tables.Client:
    """A client of the server's tables."""
    return ossc.aio.tables.Client(server.endpoint, **{**options_of(server), **options})


def policy_for(resource: str) -> dict[str, Any]:
    """One that lets another account read."""
    action = "oss:QueryVectors" if "vector" in resource else "oss:GetTable"
    statement = {
        "Effect": "Allow",
        "Principal": ["2000000000000002"],
        "Action": [action],
        "Resource": [resource],
    }
    return {"Version": "1", "Statement": [statement]}


def test_they_are_loaded_when_they_are_asked_for() -> None:
    """Neither by `ossc` nor by `ossc.aio`."""
    code = (
        "import sys, ossc.aio\n"
        "loaded = [m for m in sys.modules if 'tables' in m or 'vectors' in m]\n"
        "assert not [m for m in loaded if m.startswith('ossc')], loaded\n"
        "ossc.aio.vectors.Client, ossc.aio.tables.Table\n"
        "from ossc.aio import *\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_vectors(server: ossc.mock.Server) -> None:
    """Buckets, indexes, vectors, queries."""

    async def source() -> AsyncIterator[tuple[str, list[float]]]:
        for number in range(5):
            await asyncio.sleep(0)
            yield f"k{number}", [number, 1.0]

    async def main() -> None:
        async with vectors_of(server) as client:
            bucket = await client.create_bucket("pictures")
            assert type(bucket) is ossc.aio.vectors.Bucket
            assert (bucket.name, (await bucket.info()).name) == ("pictures",) * 2
            index = await bucket.create_index("one", dimension=2)
            assert type(index) is ossc.aio.vectors.Index
            await index.put_vectors(source())
            listing = index.list_vectors(page_size=2)
            assert (await listing.__anext__()).key == "k0"
            rest = index.list_vectors(resume=listing.token)
            assert [each.key async for each in rest] == ["k1", "k2", "k3", "k4"]
            hits = await index.query_vectors([0, 1], 2)
            assert [hit.key for hit in hits] == ["k0", "k1"]
            got = await index.get_vectors(["k3", "none"])
            assert [each.key for each in got] == ["k3"]
            await index.delete_vectors(key for key in ("k0", "k1"))
            assert len([each async for each in index.list_vectors()]) == 3
            assert [each.name async for each in bucket.list_indexes()] == ["one"]
            assert [each.name async for each in client.list_buckets()] == ["pictures"]
            await bucket.delete_index("one")
            with pytest.raises(ossc.vectors.NoSuchVectorIndex):
                await bucket.index("one").info()
            await client.delete_bucket("pictures")

    asyncio.run(main())


def test_fusion(server: ossc.mock.Server) -> None:
    """An index of several fields; what is found is what the other client finds."""

    async def main() -> list[Any]:
        async with vectors_of(server) as client:
            bucket = await client.create_bucket("pictures")
            index = await bucket.create_fusion_index("goods", FUSION)
            row = {"title": "red cloud", "brand": "north", "price": 1.0, "sold": True}
            fields = {"shape": [0, 0], "colour": [1, 0, 0]}
            await index.put_vectors([ossc.vectors.Vector("a", fields, row)])
            found = index.query_vectors_fusion(
                knn=NEAREST, return_metadata_fields=["brand"]
            )
            return [(hit.key, hit.metadata) async for hit in found]

    assert asyncio.run(main()) == [("a", {"brand": "north"})]
    with vector_client(server) as client:
        index = client.bucket("pictures").index("goods")
        (hit,) = index.query_vectors_fusion(
            knn=NEAREST, return_metadata_fields=["brand"]
        )
    assert (hit.key, hit.metadata) == ("a", {"brand": "north"})


def test_tables(server: ossc.mock.Server) -> None:
    """Table buckets, namespaces, tables."""

    async def main() -> None:
        async with tables_of(server) as client:
            bucket = await client.create_table_bucket("analytics")
            assert type(bucket) is ossc.aio.tables.TableBucket
            assert bucket.arn == (await bucket.get()).arn
            namespace = bucket.namespace("sales")
            await namespace.create()
            table = await namespace.create_table("orders", schema=FIELDS)
            assert type(table) is ossc.aio.tables.Table
            assert table.arn == (await client.get_table(table.arn or "")).table_arn
            renamed = await table.rename("bought")
            assert (await renamed.get()).name == "bought"
            assert [each.name async for each in namespace.list_tables()] == ["bought"]
            assert [each.name async for each in bucket.list_namespaces()] == ["sales"]
            listed = [each.name async for each in client.list_table_buckets()]
            assert listed == ["analytics"]
            with pytest.raises(ossc.tables.Conflict):
                await namespace.delete()
            await renamed.delete()
            await namespace.delete()
            await bucket.delete()
            with pytest.raises(ossc.tables.NotFound):
                await bucket.get()

    asyncio.run(main())


def test_settings(server: ossc.mock.Server) -> None:
    """What is configured is read, written and deleted, of both."""

    async def main() -> None:
        async with vectors_of(server) as client:
            vectors = await client.create_bucket("pictures")
            to = ossc.vectors.Logging(target_bucket=BUCKET, target_prefix="v/")
            await vectors.logging.put(to)
            assert await vectors.logging.get() == to
            await vectors.logging.delete()
            assert (await vectors.logging.get()).target_bucket is None
            policy = policy_for(f"acs:ossvector:*:{client.account_id}:pictures/*")
            await vectors.policy.put(policy)
            assert await vectors.policy.get() == policy
            await vectors.policy.delete()
            with pytest.raises(ossc.NoSuchConfiguration):
                await vectors.policy.get()
        async with tables_of(server) as client:
            bucket = await client.create_table_bucket("analytics")
            namespace = bucket.namespace("sales")
            await namespace.create()
            table = await namespace.create_table("orders", schema=FIELDS)
            assert isinstance(
                await bucket.maintenance.get(), ossc.tables.TableBucketMaintenance
            )
            jobs = await table.maintenance.jobs()
            assert isinstance(jobs, ossc.tables.MaintenanceJobs)
            location = await table.metadata_location.get()
            assert isinstance(location, ossc.tables.MetadataLocation)
            policy = policy_for(bucket.arn)
            await bucket.policy.put(policy)
            assert await bucket.policy.get() == policy
            await bucket.policy.delete()
            with pytest.raises(ossc.tables.NotFound):
                await bucket.policy.get()

    asyncio.run(main())


def test_a_client_is_wrapped(server: ossc.mock.Server) -> None:
    """Closing the twin leaves it open; another product's is refused."""
    with vector_client(server) as client:
        client.create_bucket("pictures")

        async def main() -> None:
            async with ossc.aio.vectors.Client.wrap(client, max_threads=2) as twin:
                assert (await twin.bucket("pictures").info()).name == "pictures"
                with pytest.raises(TypeError, match=r"an ossc.tables.Client can be"):
                    ossc.aio.tables.Client.wrap(client)

        asyncio.run(main())
        assert not client.closed
        with pytest.raises(TypeError, match=r"an ossc.Client can be"):
            ossc.aio.Client.wrap(client)


def test_clients_are_closed(server: ossc.mock.Server) -> None:
    """At the end of the block; views share it, options are the synchronous client's."""

    async def main() -> None:
        async with vectors_of(server, max_connections=3) as client:
            assert client._pool.most == 3
            bucket = await client.create_bucket("pictures")
            view = bucket.with_options(timeout=5)
            assert type(view) is ossc.aio.vectors.Bucket
            assert (await view.info()).name == "pictures"
            assert type(client.with_options(timeout=5)) is ossc.aio.vectors.Client
        assert client.closed
        with pytest.raises(ossc.ClientClosed):
            await bucket.info()

    asyncio.run(main())


def test_what_is_created_is_not_of_the_call_that_made_it(
    server: ossc.mock.Server,
) -> None:
    """Its calls have the options of whose verb made it, and are cancelled on their own."""

    async def main() -> None:
        token = ossc.CancelToken()
        async with vectors_of(server) as client, tables_of(server) as other:
            view = client.with_options(cancel=token)
            bucket = await view.create_bucket("pictures")
            free = await client.create_bucket("others")
            index = await free.with_options(cancel=token).create_index("a", dimension=2)
            tables = await other.with_options(cancel=token).create_table_bucket(
                "analytics"
            )
            token.cancel()
            for call in (bucket.info, index.info, tables.get):
                with pytest.raises(ossc.Cancelled):
                    await call()
            assert (await free.info()).name == "others"

    asyncio.run(main())


def test_a_task_is_cancelled() -> None:
    """Its request ends within 200 ms, whatever verb it is of."""
    keys = ossc.Credentials("a", "b")
    place: dict[str, Any] = {"region": "cn-hangzhou", "credentials": keys}

    async def main(endpoint: str) -> None:
        async with (
            ossc.aio.vectors.Client(endpoint, account_id="10", **place) as vectors,
            ossc.aio.tables.Client(endpoint, account_id="10", **place) as tables,
        ):
            pictures, analytics = vectors.bucket("p12"), tables.table_bucket("a12")
            calls: list[Callable[[], Awaitable[object]]] = [
                pictures.info,
                pictures.policy.get,
                lambda: pictures.index("i1").query_vectors([1.0], 1),
                lambda: pictures.list_indexes().__anext__(),
                analytics.get,
                analytics.policy.get,
                analytics.namespace("s1").table("t1").maintenance.jobs,
                lambda: analytics.list_namespaces().__anext__(),
            ]
            for call in calls:
                task = asyncio.ensure_future(call())
                await asyncio.sleep(0.05)
                begin = time.perf_counter()
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
                assert time.perf_counter() - begin < 0.6

    with RawServer(lambda peer: peer.stall()) as server:
        asyncio.run(main(server.endpoint))


def test_many_tasks(server: ossc.mock.Server) -> None:
    """Of one client, at the same time."""

    async def main() -> None:
        async with vectors_of(server, max_threads=8) as client:
            bucket = await client.create_bucket("pictures")
            index = await bucket.create_index("one", dimension=2)
            await index.put_vectors((f"k{n}", [n, 1.0]) for n in range(40))
            found = await asyncio.gather(
                *(index.query_vectors([n, 1.0], 1) for n in range(40))
            )
            assert [hits[0].key for hits in found] == [f"k{n}" for n in range(40)]

    asyncio.run(main())


def test_their_names(server: ossc.mock.Server) -> None:
    """A twin is shown as what it is, without secrets."""

    async def main() -> None:
        async with (
            vectors_of(server) as client,
            tables_of(server, account_id="12") as tables,
        ):
            assert repr(client).startswith("ossc.aio.vectors.Client('http://")
            assert "ossc.aio.vectors." in repr(client.bucket("p12").index("i1"))
            assert repr(tables).startswith("ossc.aio.tables.Client('http://")
            assert "ossc.aio.tables." in repr(tables.table_bucket("a12"))
            assert server.access_key_secret not in repr(client) + repr(tables)

    asyncio.run(main())
    for kind in (ossc.aio.vectors.Client, ossc.aio.tables.Client):
        assert "max_threads" in (kind.__doc__ or "")
        assert kind.__module__ == f"ossc.aio.{kind.__module__.split('.')[2]}"
    assert (ossc.aio.vectors.Index.__doc__ or "").startswith("`ossc.vectors.Index`")

"""Every verb of vector buckets and tables does for tasks what it does without them."""

from __future__ import annotations

import asyncio
import inspect
import re
import threading
from collections.abc import Callable, Generator
from functools import partial
from types import ModuleType
from typing import Any

import pytest
from typing_extensions import assert_type

import ossc
import ossc.aio
import ossc.mock
import ossc.tables
import ossc.vectors
from ossc.aio import _bridge
from ossc.aio._bridge import Change
from ossc.aio._results import Results
from ossc.aio._verbs import Verbs

from .raw_server import BUCKET
from .tables import FIELDS, client_for
from .test_aio_products import NEAREST, policy_for, tables_of, vectors_of
from .vector_buckets import FIELDS as FUSION
from .vector_buckets import vector_client

# Calls that either kind of client makes; the result of each comes back.
Program = Generator[partial[Any], Any, None]
Log = list[tuple[str, str]]
FAILED = "raised "
# What the programs do that cannot be done, in order; the rest has results.
VECTORS_FAIL = [
    ("PolicySetting.get", "raised NoSuchConfiguration"),
    ("Client.delete_bucket", "raised BucketNotEmpty"),
]
TABLES_FAIL = [
    ("Namespace.create", "raised Conflict"),
    ("PolicySetting.get", "raised NotFound"),
    ("PolicySetting.get", "raised NotFound"),
    ("Namespace.delete", "raised Conflict"),
    ("TableBucket.get", "raised NotFound"),
]


def vectors_program(client: Any) -> Program:
    """All verbs of `ossc.vectors`."""
    bucket = yield partial(client.create_bucket, "pictures")
    index = yield partial(bucket.create_index, "one", dimension=2)
    goods = yield partial(bucket.create_fusion_index, "goods", FUSION)
    for verb in (client.list_buckets, bucket.list_indexes, bucket.info, index.info):
        yield partial(verb)
    yield partial(
        index.put_vectors, [(f"k{n}", [n, 1.0], {"n": f"{n}"}) for n in range(3)]
    )
    yield partial(index.list_vectors, page_size=2)
    yield partial(index.get_vectors, ["k1", "none"])
    yield partial(index.query_vectors, [0.0, 1.0], 2)
    yield partial(index.delete_vectors, ["k0"])
    row = {"title": "red cloud", "brand": "north", "price": 1.0, "sold": True}
    fields = {"shape": [0, 0], "colour": [1, 0, 0]}
    yield partial(goods.put_vectors, [ossc.vectors.Vector("a", fields, row)])
    yield partial(goods.query_vectors_fusion, knn=NEAREST)
    to = ossc.vectors.Logging(target_bucket=BUCKET, target_prefix="v/")
    policy = policy_for(f"acs:ossvector:*:{client.account_id}:pictures/*")
    for setting, value in ((bucket.logging, to), (bucket.policy, policy)):
        yield partial(setting.put, value)
        yield partial(setting.get)
        yield partial(setting.delete)
        yield partial(setting.get)
    yield partial(bucket.delete_index, "one")
    yield partial(client.delete_bucket, "pictures")  # not empty
    yield partial(bucket.delete_index, "goods")
    yield partial(client.delete_bucket, "pictures")


def table_buckets_program(client: Any) -> Program:
    """All verbs of `ossc.tables`."""
    bucket = yield partial(client.create_table_bucket, "analytics")
    namespace = bucket.namespace("sales")
    for verb in (namespace.create, namespace.get, namespace.create, bucket.get):
        yield partial(verb)
    table = yield partial(namespace.create_table, "orders", schema=FIELDS)
    yield partial(client.get_table, table.arn)
    encryption = ossc.tables.EncryptionConfiguration(sse_algorithm="AES256")
    yield partial(bucket.encryption.put, encryption)
    for verb in (bucket.encryption.get, bucket.encryption.delete, table.encryption.get):
        yield partial(verb)
    found = yield partial(bucket.maintenance.get)
    yield partial(bucket.maintenance.put, found.unreferenced_file_removal)
    yield partial(table.maintenance.put, ossc.tables.Compaction(status="disabled"))
    for verb in (table.maintenance.get, table.maintenance.jobs):
        yield partial(verb)
    for owner in (bucket, table):
        yield partial(owner.policy.put, policy_for(owner.arn))
        for verb in (owner.policy.get, owner.policy.delete, owner.policy.get):
            yield partial(verb)
    place = yield partial(table.metadata_location.get)
    location = f"{place.warehouse_location}/metadata/00001-x.metadata.json"
    yield partial(table.metadata_location.put, location, place.version_token)
    table = yield partial(table.rename, "bought")
    for verb in (table.get, client.list_table_buckets, bucket.list_namespaces):
        yield partial(verb)
    for verb in (bucket.list_tables, namespace.list_tables, namespace.delete):
        yield partial(verb)  # the last one: not empty
    for verb in (table.delete, namespace.delete, bucket.delete, bucket.get):
        yield partial(verb)


def name_of(call: partial[Any]) -> str:
    """How the verb of a call is called: `Bucket.info`."""
    verb: Any = call.func
    return f"{type(verb.__self__).__name__}.{verb.__name__}"


def shown(result: Any) -> str:
    """A result without what is another one each time: times, tokens, addresses."""
    text = repr(result).replace("ossc.aio.", "ossc.")
    text = re.sub(r"(127\.0\.0\.1|localhost):\d+", "HOST", text)
    text = re.sub(r"datetime\.datetime\([^()]*(\([^()]*\))?[^()]*\)", "TIME", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z?", "TIME", text)
    return re.sub(
        r"\b[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}\b", "ID", text
    )


def failure(error: ossc.OSSError) -> str:
    """Of which class an error is."""
    return f"{FAILED}{type(error).__name__}"


def by_hand(program: Program) -> Log:
    """Makes the calls of a program with a synchronous client."""
    log: Log = []
    result: Any = None
    while True:
        try:
            call = program.send(result)
        except StopIteration:
            return log
        try:
            result = call()
            listed = [*result] if hasattr(result, "__next__") else result
            log.append((name_of(call), shown(listed)))
        except ossc.OSSError as error:
            result = None
            log.append((name_of(call), failure(error)))


async def by_task(program: Program) -> Log:
    """Makes the calls of a program with a client for tasks."""
    log: Log = []
    result: Any = None
    while True:
        try:
            call = program.send(result)
        except StopIteration:
            return log
        try:
            result = call()
            is_list = isinstance(result, Results)
            assert is_list != inspect.isawaitable(result)
            result = [each async for each in result] if is_list else await result
            log.append((name_of(call), shown(result)))
        except ossc.OSSError as error:
            result = None
            log.append((name_of(call), failure(error)))


def verbs_of(module: ModuleType) -> set[str]:
    """The verbs that send something, of all public classes of a module."""
    return {
        f"{kind.__name__}.{name}"
        for kind in map(module.__dict__.__getitem__, module.__all__)
        if isinstance(kind, type)
        and (_bridge.is_owner(kind) or _bridge.is_setting(kind))
        for name, value in _bridge.members_of(kind)
        if inspect.isfunction(value) and name not in ("close", "with_options")
        if _bridge.change_of(kind, value) in (Change.CALL, Change.ITERATE)
    }


@pytest.mark.parametrize(
    ("module", "program", "plain", "made", "fail"),
    [
        (ossc.vectors, vectors_program, vector_client, vectors_of, VECTORS_FAIL),
        (ossc.tables, table_buckets_program, client_for, tables_of, TABLES_FAIL),
    ],
    ids=["vectors", "tables"],
)
def test_every_verb(
    module: ModuleType,
    program: Callable[[Any], Program],
    plain: Callable[[ossc.mock.Server], Any],
    made: Callable[[ossc.mock.Server], Any],
    fail: Log,
) -> None:
    """The same calls of both kinds of client have the same results and errors."""

    async def main(server: ossc.mock.Server) -> Log:
        async with made(server) as client:
            return await by_task(program(client))

    with ossc.mock.serve(buckets=[BUCKET]) as server, plain(server) as client:
        expected = by_hand(program(client))
    with ossc.mock.serve(buckets=[BUCKET]) as server:
        found = asyncio.run(main(server))
    assert found == expected
    assert {name for name, _ in found} == verbs_of(module)
    assert [each for each in found if each[1].startswith(FAILED)] == fail


def test_whose_twins_have_verbs() -> None:
    """No class of another kind is taken for a client, a bucket or the like by its name."""
    owners = {
        f"{module.__name__}.{name}"
        for module in (ossc, ossc.crypto, ossc.settings, ossc.tables, ossc.vectors)
        for name in module.__all__
        if isinstance(kind := getattr(module, name), type) and _bridge.is_owner(kind)
    }
    assert owners == {
        "ossc.Bucket",
        "ossc.Client",
        "ossc.SignedURLs",
        "ossc.crypto.EncryptionBucket",
        "ossc.tables.Client",
        "ossc.tables.Namespace",
        "ossc.tables.Table",
        "ossc.tables.TableBucket",
        "ossc.vectors.Bucket",
        "ossc.vectors.Client",
        "ossc.vectors.Index",
    }
    for name in owners:
        place, _, kind = name.replace("ossc", "ossc.aio", 1).rpartition(".")
        twin = getattr(ossc.aio, kind) if place == "ossc.aio" else None
        assert issubclass(twin or getattr(getattr(ossc.aio, place[9:]), kind), Verbs)


@pytest.mark.parametrize("which", ["vectors", "tables"])
def test_a_source_of_credentials(server: ossc.mock.Server, which: str) -> None:
    """It is asked in the thread of a call, not in that of the loop."""
    asked: list[int] = []

    def source() -> ossc.Credentials:
        asked.append(threading.get_ident())
        return ossc.Credentials(server.access_key_id, server.access_key_secret)

    async def main() -> None:
        made = vectors_of if which == "vectors" else tables_of
        async with made(server, credentials=source) as client:
            if isinstance(client, ossc.aio.vectors.Client):
                assert [each async for each in client.list_buckets()] == []
            else:
                assert [each async for each in client.list_table_buckets()] == []
        assert asked
        assert threading.get_ident() not in asked

    asyncio.run(main())


def test_type_checkers_know_the_results(server: ossc.mock.Server) -> None:
    """A verb that is not awaited, or an iterator that is, is a mistake of types."""

    async def vectors(client: ossc.aio.vectors.Client) -> None:
        bucket = await client.create_bucket("pictures")
        assert_type(bucket, ossc.aio.vectors.Bucket)
        index = await bucket.create_index("one", dimension=2)
        assert_type(index, ossc.aio.vectors.Index)
        listed = bucket.list_indexes()
        assert_type([each async for each in listed], list[ossc.vectors.IndexInfo])
        hits = await index.query_vectors([0.0, 1.0], 1)
        assert_type(hits, list[ossc.vectors.Hit])
        await bucket.logging.put(ossc.vectors.Logging(target_bucket=BUCKET))
        assert_type(await bucket.logging.get(), ossc.vectors.Logging)
        assert hits == []

    async def tables(client: ossc.aio.tables.Client) -> None:
        bucket = await client.create_table_bucket("analytics")
        assert_type(bucket, ossc.aio.tables.TableBucket)
        assert_type(bucket.namespace("sales"), ossc.aio.tables.Namespace)
        await bucket.namespace("sales").create()
        table = await bucket.namespace("sales").create_table("orders")
        assert_type(table, ossc.aio.tables.Table)
        assert_type(await table.rename("bought"), ossc.aio.tables.Table)
        jobs = await bucket.namespace("sales").table("bought").maintenance.jobs()
        assert_type(jobs, ossc.tables.MaintenanceJobs)
        assert jobs.table_arn == table.arn

    async def main() -> None:
        async with vectors_of(server) as client, tables_of(server) as other:
            assert_type(client, ossc.aio.vectors.Client)
            await vectors(client)
            await tables(other)

    asyncio.run(main())

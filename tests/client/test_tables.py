"""Table buckets, namespaces and tables: made, looked at, renamed, deleted."""

from __future__ import annotations

import errno
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc import tables
from ossc.mock import faults

from . import tables as shared
from .tables import ACCOUNT, FIELDS, client_for

client = shared.tables_client
table_bucket = shared.table_bucket
namespace = shared.namespace
table = shared.table


def test_a_table_from_beginning_to_end(client: tables.Client) -> None:
    """Made from the outside in, and deleted from the inside out."""
    bucket = client.create_table_bucket("analytics")
    assert bucket.arn == f"acs:osstables:cn-hangzhou:{ACCOUNT}:bucket/analytics"
    assert bucket.get().name == bucket.name == "analytics"
    namespace = bucket.namespace("sales")
    namespace.create()
    assert namespace.get().name == namespace.name == "sales"
    table = namespace.create_table("orders", schema=FIELDS)
    info = table.get()
    assert (info.name, info.namespace) == (table.name, table.namespace)
    assert (info.table_arn, info.version_token) == (table.arn, table.version_token)
    assert info.format == "ICEBERG"
    assert info.table_bucket_id == bucket.get().table_bucket_id
    assert info.namespace_id == namespace.get().namespace_id
    assert info.owner_account_id == info.created_by == ACCOUNT
    assert info.created_at is not None
    assert info.created_at.utcoffset() is not None
    assert info.metadata_location is not None
    assert info.metadata_location.startswith(info.warehouse_location)
    for container in (namespace, bucket):
        with pytest.raises(tables.Conflict, match="not empty"):
            container.delete()
    table.delete(info.version_token)
    namespace.delete()
    bucket.delete()
    assert list(client.list_table_buckets()) == []


def test_tables_without_columns(namespace: tables.Namespace) -> None:
    """The program that writes the first metadata makes them."""
    table = namespace.create_table("empty")
    assert table.get().metadata_location is None
    found = table.metadata_location.get()
    assert found.metadata_location is None
    location = f"{found.warehouse_location}/metadata/00000-x.metadata.json"
    table.metadata_location.put(location, found.version_token)
    assert table.get().metadata_location == location


def test_all_that_a_table_can_begin_with(
    server: ossc.mock.Server, namespace: tables.Namespace
) -> None:
    """Columns, partitions, order, properties, encryption."""
    table = namespace.create_table(
        "orders",
        schema=tables.IcebergSchema(fields=FIELDS),
        partition_spec=tables.IcebergPartitionSpec(
            spec_id=0,
            fields=[
                tables.IcebergPartitionField(
                    source_id=2, field_id=1000, name="day", transform="identity"
                )
            ],
        ),
        sort_order=tables.IcebergSortOrder(
            fields=[
                tables.IcebergSortField(
                    source_id=1, direction="asc", null_order="nulls-last"
                )
            ]
        ),
        properties={"owner": "sales"},
        encryption=tables.EncryptionConfiguration(sse_algorithm="AES256"),
    )
    assert table.encryption.get().sse_algorithm == "AES256"
    with pytest.raises(ossc.InvalidArgument, match="sortOrder"):
        namespace.create_table(
            "other",
            schema=FIELDS,
            sort_order=tables.IcebergSortOrder(
                fields=[tables.IcebergSortField(source_id=9, direction="asc")]
            ),
        )


def test_metadata_of_ones_own(namespace: tables.Namespace) -> None:
    """JSON goes out as it is, with what ossc does not know."""
    fields = [{"name": "place", "type": {"type": "struct", "fields": []}}]
    raw = {"iceberg": {"schemaV2": {"fields": fields}}}
    assert namespace.create_table("raw", metadata=raw).get().metadata_location
    with pytest.raises(ossc.InvalidArgument, match="either a schema or a schemaV2"):
        namespace.create_table("neither", metadata={"iceberg": {}})
    known = tables.TableMetadata(
        iceberg=tables.IcebergMetadata(schema=tables.IcebergSchema(fields=FIELDS))
    )
    assert namespace.create_table("known", metadata=known).get().metadata_location
    with pytest.raises(ossc.ParameterError, match="schema, too"):
        namespace.create_table("both", schema=FIELDS, metadata=raw)
    wrong: Any = 5
    with pytest.raises(TypeError, match="a TableMetadata or its JSON, not int"):
        namespace.create_table("wrong", metadata=wrong)


def test_what_exists_already(client: tables.Client, table: tables.Table) -> None:
    """A second one is a conflict."""
    bucket = client.table_bucket(
        f"acs:osstables:cn-hangzhou:{ACCOUNT}:bucket/analytics"
    )
    namespace = bucket.namespace("sales")
    with pytest.raises(tables.Conflict) as caught:
        client.create_table_bucket("analytics")
    assert (caught.value.status, caught.value.code) == (409, "ConflictException")
    assert (caught.value.operation, caught.value.key) == (
        "CreateTableBucket",
        "analytics",
    )
    with pytest.raises(tables.Conflict):
        namespace.create()
    with pytest.raises(tables.Conflict):
        namespace.create_table(table.name)


def test_errors_of_its_own(client: tables.Client) -> None:
    """They are in the tree of all errors, have a number, and travel."""
    client.create_table_bucket("analytics")
    arn = f"acs:osstables:cn-hangzhou:{ACCOUNT}:bucket/nowhere"
    with pytest.raises(tables.Conflict) as conflict:
        client.create_table_bucket("analytics")
    with pytest.raises(tables.NotFound) as missing:
        client.table_bucket(arn).get()
    assert missing.value.errno == errno.ENOENT
    for error in (conflict.value, missing.value):
        assert isinstance(error, ossc.ServerError)
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again)) == (type(error), str(error))


def test_what_does_not_exist(client: tables.Client, table: tables.Table) -> None:
    """Each step of the way is told apart; it is a FileNotFoundError."""
    arn = f"acs:osstables:cn-hangzhou:{ACCOUNT}:bucket/nowhere"
    nowhere = client.table_bucket(arn)
    place = client.table_bucket(arn.replace("nowhere", "analytics"))
    calls: dict[str, list[Callable[[], object]]] = {
        "table bucket": [nowhere.get, nowhere.delete, nowhere.namespace("a").create],
        "namespace": [
            place.namespace("other").get,
            place.namespace("other").delete,
            place.namespace("other").table("orders").get,
            lambda: place.namespace("other").create_table("orders"),
            lambda: list(place.list_tables(namespace="other")),
            lambda: table.rename(namespace="other"),
        ],
        "table": [
            place.namespace("sales").table("other").get,
            place.namespace("sales").table("other").delete,
            place.namespace("sales").table("other").metadata_location.get,
            lambda: client.get_table(f"{table.arn}0"),
        ],
    }
    for what, several in calls.items():
        for call in several:
            with pytest.raises(FileNotFoundError, match=f"specified {what} does"):
                call()


def test_renaming(table_bucket: tables.TableBucket, table: tables.Table) -> None:
    """In its namespace, into another, or both; its ARN stays."""
    table_bucket.namespace("archive").create()
    arn, token = table.arn, table.version_token
    renamed = table.rename("orders_2024")
    assert renamed.get().version_token != token
    assert renamed.version_token is None
    moved = renamed.rename(namespace="archive")
    assert (moved.namespace, moved.name) == ("archive", "orders_2024")
    back = moved.rename("orders", namespace="sales")
    assert back.arn == back.get().table_arn == arn
    with pytest.raises(tables.NotFound):
        moved.get()
    with pytest.raises(tables.Conflict, match="token"):
        back.rename("other", version_token=token)
    fresh = back.get().version_token
    assert back.rename("other", version_token=fresh).get().name == "other"
    table_bucket.namespace("sales").create_table("taken")
    with pytest.raises(tables.Conflict, match="the new name"):
        table_bucket.namespace("sales").table("other").rename("taken")
    with pytest.raises(ossc.ParameterError, match="a name, a namespace, or both"):
        table.rename()


def test_deleting_by_token(table: tables.Table) -> None:
    """Only the state that was looked at is deleted."""
    before = table.metadata_location.get()
    location = f"{before.warehouse_location}/metadata/00001-x.metadata.json"
    table.metadata_location.put(location, before.version_token)
    with pytest.raises(tables.Conflict, match="version token"):
        table.delete(before.version_token)
    table.delete(table.get().version_token)
    with pytest.raises(tables.NotFound):
        table.delete()
    with pytest.raises(ossc.ParameterError, match="version_token is empty"):
        table.delete("")


def test_tables_by_their_arns(client: tables.Client, table: tables.Table) -> None:
    """Whatever they are called now."""
    assert table.arn is not None
    assert client.get_table(table.arn) == table.get()
    renamed = table.rename("other")
    assert client.get_table(table.arn).name == renamed.name
    for text in ("acs:osstables:a:1:bucket/abc", f"{table.arn}/x", "x/table/y", "x"):
        with pytest.raises(ossc.ParameterError, match="ARN"):
            client.get_table(text)


@pytest.mark.parametrize("name", ["oss-x", "aws1", "alibaba", "acs-data", "aliyun9"])
def test_reserved_names(client: tables.Client, name: str) -> None:
    """The service keeps them for itself."""
    with pytest.raises(ossc.InvalidArgument, match="must not begin with") as caught:
        client.create_table_bucket(name)
    assert caught.value.code == "BadRequestException"


@pytest.mark.parametrize(
    "name", ["", "ab", "A-b", "-ab", "ab-", "a_b", "a" * 64, "a.b"]
)
def test_bad_names_of_table_buckets(client: tables.Client, name: str) -> None:
    """They are told before anything is sent."""
    with pytest.raises(ossc.ParameterError, match="a bucket name has"):
        client.create_table_bucket(name)


@pytest.mark.parametrize("name", ["", "A", "_a", "a_", "a-b", "a.b", "a" * 256, "ä"])
def test_bad_names_in_table_buckets(
    table_bucket: tables.TableBucket, name: str
) -> None:
    """Those of namespaces and tables, likewise."""
    with pytest.raises(ossc.ParameterError, match="name of a namespace has"):
        table_bucket.namespace(name)
    with pytest.raises(ossc.ParameterError, match="name of a table has"):
        table_bucket.namespace("sales").table(name)
    long = table_bucket.namespace("a" * 255)
    long.create()
    assert long.create_table("t" * 255).get().name == "t" * 255


def test_too_many_table_buckets(client: tables.Client) -> None:
    """An account has at most ten, whose names have at most 32 characters."""
    with pytest.raises(ossc.InvalidArgument, match="name is not valid"):
        client.create_table_bucket("a" * 33)
    for number in range(10):
        client.create_table_bucket(f"b-{number}")
    with pytest.raises(ossc.InvalidArgument, match="exceeds the limit"):
        client.create_table_bucket("b-10")


def test_table_buckets_by_name(server: ossc.mock.Server) -> None:
    """Where the client knows the account."""
    with client_for(server, account_id=ACCOUNT) as client:
        made = client.create_table_bucket("analytics")
        assert client.table_bucket("analytics").arn == made.arn
        with pytest.raises(ossc.ParameterError, match="a bucket name has"):
            client.table_bucket("A")
    with client_for(server) as client:
        assert client.table_bucket(made.arn).get().name == "analytics"
        with pytest.raises(ossc.ParameterError, match="an account_id"):
            client.table_bucket("analytics")
    for account in ("", "12a", "-1"):
        with pytest.raises(ossc.ParameterError, match="account_id is"):
            client_for(server, account_id=account)


@pytest.mark.parametrize(
    "arn",
    [
        "acs:osstables:cn-hangzhou:1:bucket/",
        "acs:osstables:cn-hangzhou::bucket/abc",
        "acs:osstables:cn-hangzhou:1:bucket/abc/table/x",
        "acs:osstables:cn-hangzhou:1:table/abc",
        "acs:osstables:cn hangzhou:1:bucket/abc",
        "acs:osstables:1:bucket/abc",
        "acs:osstables:cn-hangzhou:1:bucket/abc:d",
    ],
)
def test_bad_arns(client: tables.Client, arn: str) -> None:
    """What is no table bucket's ARN leads nowhere."""
    with pytest.raises(ossc.ParameterError):
        client.table_bucket(arn)


def test_other_regions(client: tables.Client) -> None:
    """A table bucket is in one region only."""
    elsewhere = client.table_bucket(f"acs:osstables:eu-west-1:{ACCOUNT}:bucket/abc")
    with pytest.raises(ossc.InvalidArgument, match="of the region"):
        elsewhere.get()


def test_hosts(server: ossc.mock.Server) -> None:
    """The table bucket and its account are in the host's name, or they are not."""
    endpoint = f"http://oss-tables.localhost:{server.port}"
    sent: list[str | None] = []
    for way in ("virtual", "path", "auto"):
        with client_for(server) as maker:
            arn = f"acs:osstables:cn-hangzhou:{ACCOUNT}:bucket/analytics"
            maker.create_table_bucket("analytics")
        keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
        settings: dict[str, Any] = {"credentials": keys, "addressing": way}
        with tables.Client(endpoint, region="cn-hangzhou", **settings) as client:
            server.reset_counts()
            client.table_bucket(arn).delete()
        sent += [dict(each.headers)["host"] for each in server.requests]
    place = f"oss-tables.localhost:{server.port}"
    own = f"analytics-{ACCOUNT}.{place}"
    assert sent == [own, place, own]


@pytest.mark.parametrize(
    ("endpoint", "in_host"),
    [
        ("http://127.0.0.1:9000", False),
        ("http://localhost", False),
        ("http://localhost:80", False),
        ("http://[::1]:9000", False),
        ("http://[::1]", False),
        ("https://cn-hangzhou.oss-tables.aliyuncs.com", True),
        ("http://oss-tables.localhost:9000", True),
    ],
)
def test_addressing_by_itself(endpoint: str, *, in_host: bool) -> None:
    """Names in front of an address lead nowhere."""
    with tables.Client(endpoint, region="a", credentials=ossc.ANONYMOUS) as client:
        assert client._in_host is in_host
    with pytest.raises(ossc.ParameterError, match="addressing is 'cname'"):
        tables.Client(endpoint, region="a", addressing="cname")  # type: ignore[arg-type]


def test_endpoints_of_regions() -> None:
    """By region and network."""
    for network, place in (("public", "eu-1"), ("internal", "eu-1-internal")):
        with tables.Client(region="eu-1", network=network) as client:  # type: ignore[arg-type]
            assert client.endpoint == f"https://{place}.oss-tables.aliyuncs.com"
            assert client.region == "eu-1"


def test_anonymous_callers(server: ossc.mock.Server) -> None:
    """Nothing is for them."""
    endpoint = f"http://oss-tables.localhost:{server.port}"
    with tables.Client(
        endpoint, region="cn-hangzhou", credentials=ossc.ANONYMOUS
    ) as client:
        with pytest.raises(ossc.AccessDenied, match="not authorized") as caught:
            list(client.list_table_buckets())
    assert caught.value.code == "ForbiddenException"


def test_repetitions(server: ossc.mock.Server, table: tables.Table) -> None:
    """What is read, made or deleted is repeated; what depends on a token is not."""
    server.faults.add(faults.status(503, times=2))
    assert table.get().name == "orders"
    before = table.metadata_location.get()
    location = f"{before.warehouse_location}/metadata/1.metadata.json"
    server.faults.add(
        faults.drop_after_store(), operation="UpdateTableMetadataLocation"
    )
    with pytest.raises(ossc.ConnectionLost) as caught:
        table.metadata_location.put(location, before.version_token)
    assert caught.value.attempts == 1
    # It was done, and somebody who asks sees that.
    assert table.metadata_location.get().metadata_location == location
    server.faults.add(faults.drop_after_store(), operation="RenameTable")
    with pytest.raises(ossc.ConnectionLost, match="may have acted"):
        table.rename("other")


def test_state_that_lasts(tmp_path: Path) -> None:
    """A server with a folder has its table buckets again."""
    keys = {"id": "secret"}
    with ossc.mock.serve(root=tmp_path, credentials=keys) as server:
        with client_for(server) as client:
            bucket = client.create_table_bucket("analytics")
            bucket.namespace("sales").create()
            info = bucket.namespace("sales").create_table("orders").get()
    with ossc.mock.serve(root=tmp_path, credentials=keys) as server:
        with client_for(server) as client:
            again = client.table_bucket(bucket.arn).namespace("sales").table("orders")
            assert again.get() == info


def test_closing(client: tables.Client, table: tables.Table) -> None:
    """Nothing goes out from a closed client; views share its connections."""
    view = client.with_options(timeout=5)
    assert view.get_table(str(table.arn)).name == "orders"
    client.close()
    with pytest.raises(ossc.ClientClosed):
        table.get()
    assert view.closed


def test_views(
    client: tables.Client,
    table_bucket: tables.TableBucket,
    namespace: tables.Namespace,
    table: tables.Table,
) -> None:
    """Calls are made in another way, also those of what a view leads to."""
    assert table_bucket.with_options(timeout=9).get() == table_bucket.get()
    assert namespace.with_options(deadline=9).get() == namespace.get()
    view = table.with_options(timeout=9)
    assert (view.arn, view.version_token) == (table.arn, table.version_token)
    token = ossc.CancelToken()
    token.cancel()
    ended = table_bucket.with_options(cancel=token)
    calls: list[Callable[[], object]] = [
        ended.get,
        ended.policy.get,
        lambda: list(ended.list_namespaces()),
        ended.namespace("sales").get,
        lambda: list(namespace.with_options(cancel=token).list_tables()),
        namespace.with_options(cancel=token).table("orders").maintenance.jobs,
        table.with_options(cancel=token).get,
    ]
    for call in calls:
        with pytest.raises(ossc.Cancelled):
            call()
    assert table.get().name == "orders"
    assert not client.closed


def test_reprs(table_bucket: tables.TableBucket, table: tables.Table) -> None:
    """They say what it is."""
    arn = table_bucket.arn
    assert repr(table_bucket) == f"ossc.tables.TableBucket({arn!r})"
    namespace = table_bucket.namespace("sales")
    assert repr(namespace) == f"ossc.tables.Namespace('sales', {arn!r})"
    assert repr(table) == f"ossc.tables.Table('sales/orders', {arn!r})"
    assert repr(table.policy) == f"<Policy of {table!r}>"
    assert repr(table_bucket._client).startswith("ossc.tables.Client('http://127.")

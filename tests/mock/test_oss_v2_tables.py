"""Tables: what the newer SDK makes and sees, and what ossc does, field by field."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Iterator
from typing import Any

import alibabacloud_oss_v2 as oss
import pytest
import requests
from alibabacloud_oss_v2 import tables as oss_tables
from alibabacloud_oss_v2.credentials import StaticCredentialsProvider
from alibabacloud_oss_v2.tables import models
from alibabacloud_oss_v2.transport import RequestsHttpClient

import ossc
from ossc import tables

from . import strangers
from .oss_v2_client import service_error
from .strangers import REGION, STS, Login, Server, Untyped

LOGINS = [
    Login("v4"),
    Login("v4", temporary=True),
    Login("v4", virtual_host=True),
]
ACCOUNT = "1000000000000001"

server = pytest.fixture(strangers.run_server, scope="module", name="server")
login = pytest.fixture(strangers.give_login, params=LOGINS, ids=str, name="login")
_names = itertools.count(1)


def names(result: Untyped) -> dict[str, Any]:
    """The fields of a result of the SDK's, as far as an answer's body has them."""
    return {name: getattr(result, name) for name in result._attribute_map}


def same(result: Untyped, document: Any) -> None:
    """The SDK has read what ossc has, in each of its fields."""
    for name, value in names(result).items():
        own = getattr(document, {"namespace": "levels"}.get(name, name))
        if isinstance(own, tuple):
            own = list(own)
        if isinstance(own, dt.datetime):
            theirs = value if isinstance(value, dt.datetime) else when(value)
            assert own == theirs, name
        else:
            assert own == value, name


def when(text: str) -> dt.datetime:
    """A time as the service writes it."""
    return dt.datetime.strptime(f"{text}+0000", "%Y-%m-%dT%H:%M:%S.%fZ%z")


@pytest.fixture(name="client")
def make_client(server: Server, login: Login) -> Untyped:
    """Make the SDK's client."""
    place = "oss-tables.localhost" if login.virtual_host else "127.0.0.1"
    session = requests.Session()
    session.mount("http://", strangers.LoopbackAdapter())
    config = oss.config.load_default()
    config.region = REGION
    config.endpoint = f"http://{place}:{strangers.port_of(server)}"
    config.use_path_style = not login.virtual_host
    config.credentials_provider = StaticCredentialsProvider(*login.keys(server))
    config.http_client = RequestsHttpClient(session=session)
    config.retry_max_attempts = 1
    return oss_tables.Client(config)


@pytest.fixture(name="ours")
def make_ours(server: Server, login: Login) -> Iterator[tables.Client]:
    """Make our client with the same keys, addressed in the same way."""
    place = "oss-tables.localhost" if login.virtual_host else "127.0.0.1"
    with tables.Client(
        f"http://{place}:{strangers.port_of(server)}",
        region=REGION,
        credentials=ossc.Credentials(*login.keys(server)),
        account_id=ACCOUNT,
        addressing="virtual" if login.virtual_host else "path",
    ) as made:
        yield made


@pytest.fixture(name="bucket")
def make_bucket(ours: tables.Client) -> Iterator[tables.TableBucket]:
    """Make a table bucket, and leave nothing."""
    made = ours.create_table_bucket(f"tables-{next(_names)}")
    yield made
    for entry in list(made.list_tables()):
        made.namespace(entry.namespace).table(entry.name).delete()
    for each in list(made.list_namespaces()):
        made.namespace(each.name).delete()
    made.delete()


@pytest.fixture(name="table")
def make_table(bucket: tables.TableBucket) -> tables.Table:
    """Make a table with a namespace."""
    bucket.namespace("sales").create()
    return bucket.namespace("sales").create_table("orders")


def named(table: tables.Table, bucket: tables.TableBucket) -> dict[str, Any]:
    """How the SDK names a table."""
    return {
        "table_bucket_arn": bucket.arn,
        "namespace": table.namespace,
        "name": table.name,
    }


def test_table_buckets(client: Untyped, ours: tables.Client) -> None:
    """Those that it makes are ours, and it sees what we see."""
    name = f"theirs-{next(_names)}"
    aes = models.EncryptionConfiguration(sse_algorithm="AES256")
    request = models.CreateTableBucketRequest(name=name, encryption_configuration=aes)
    made = client.create_table_bucket(request)
    assert (made.status_code, made.arn) == (200, ours.table_bucket(name).arn)
    bucket = ours.table_bucket(made.arn)
    assert bucket.encryption.get().sse_algorithm == "AES256"
    with pytest.raises(tables.Conflict):
        ours.create_table_bucket(name)
    error = service_error(lambda: client.create_table_bucket(request))
    assert (error.status_code, error.code) == (409, "ConflictException")
    assert "already exists" in error.message
    get = models.GetTableBucketRequest(table_bucket_arn=made.arn)
    same(client.get_table_bucket(get), bucket.get())
    listed = client.list_table_buckets(models.ListTableBucketsRequest(prefix=name))
    (entry,) = ours.list_table_buckets(name)
    same(listed.table_buckets[0], entry)
    assert listed.continuation_token is None
    delete = models.DeleteTableBucketRequest(table_bucket_arn=made.arn)
    assert client.delete_table_bucket(delete).status_code == 204
    error = service_error(lambda: client.get_table_bucket(get))
    assert (error.status_code, error.code) == (404, "NotFoundException")
    with pytest.raises(tables.NotFound) as caught:
        bucket.get()
    assert (caught.value.code, caught.value.message) == (error.code, error.message)


def test_settings_of_table_buckets(client: Untyped, bucket: tables.TableBucket) -> None:
    """Encryption, maintenance, policies."""
    arn = {"table_bucket_arn": bucket.arn}
    aes = models.EncryptionConfiguration(sse_algorithm="AES256")
    client.put_table_bucket_encryption(
        models.PutTableBucketEncryptionRequest(**arn, encryption_configuration=aes)
    )
    assert bucket.encryption.get().sse_algorithm == "AES256"
    read = models.GetTableBucketEncryptionRequest(**arn)
    found = client.get_table_bucket_encryption(read).encryption_configuration
    assert (found.sse_algorithm, found.kms_key_arn) == ("AES256", "")
    client.delete_table_bucket_encryption(
        models.DeleteTableBucketEncryptionRequest(**arn)
    )
    assert bucket.encryption.get().sse_algorithm is None

    kind = "icebergUnreferencedFileRemoval"
    days = {"unreferencedDays": 7, "nonCurrentDays": 30}
    value = {"status": "disabled", "settings": {kind: days}}
    put = models.PutTableBucketMaintenanceConfigurationRequest
    client.put_table_bucket_maintenance_configuration(
        put(**arn, type=kind, value=value)
    )
    removal = bucket.maintenance.get().unreferenced_file_removal
    assert removal is not None
    assert removal.to_json() == value
    said = client.get_table_bucket_maintenance_configuration(
        models.GetTableBucketMaintenanceConfigurationRequest(**arn)
    )
    assert said.table_bucket_arn == bucket.arn
    assert kind in str(said.configuration)

    get = models.GetTableBucketPolicyRequest(**arn)
    error = service_error(lambda: client.get_table_bucket_policy(get))
    assert (error.status_code, error.code) == (404, "NotFoundException")
    text = json.dumps(policy_for(bucket.arn))
    client.put_table_bucket_policy(
        models.PutTableBucketPolicyRequest(**arn, resource_policy=text)
    )
    assert bucket.policy.get() == policy_for(bucket.arn)
    assert client.get_table_bucket_policy(get).resource_policy == text
    client.delete_table_bucket_policy(models.DeleteTableBucketPolicyRequest(**arn))
    with pytest.raises(tables.NotFound, match="table bucket policy"):
        bucket.policy.get()


def policy_for(arn: str) -> dict[str, Any]:
    """A policy that lets another account look at tables."""
    statement = {
        "Effect": "Allow",
        "Principal": ["2000000000000002"],
        "Action": ["oss:GetTable"],
        "Resource": [arn, f"{arn}/*"],
    }
    return {"Version": "1", "Statement": [statement]}


def test_namespaces(client: Untyped, bucket: tables.TableBucket) -> None:
    """Made, seen, listed page by page, deleted."""
    arn = {"table_bucket_arn": bucket.arn}
    for name in ("one", "two", "three"):
        request = models.CreateNamespaceRequest(**arn, namespace=[name])
        made = client.create_namespace(request)
        assert (made.table_bucket_arn, made.namespace) == (bucket.arn, [name])
    error = service_error(lambda: client.create_namespace(request))
    assert (error.status_code, error.code) == (409, "ConflictException")
    get = models.GetNamespaceRequest(**arn, namespace="one")
    same(client.get_namespace(get), bucket.namespace("one").get())
    pages = client.list_namespaces_paginator(limit=2).iter_page(
        models.ListNamespacesRequest(**arn)
    )
    listed = [each for page in pages for each in page.namespaces]
    for their, our in zip(listed, bucket.list_namespaces(page_size=2), strict=True):
        same(their, our)
    client.delete_namespace(models.DeleteNamespaceRequest(**arn, namespace="one"))
    assert [each.name for each in bucket.list_namespaces()] == ["three", "two"]


def test_tables(client: Untyped, bucket: tables.TableBucket) -> None:
    """Made, seen by name and by ARN, listed, renamed, deleted."""
    arn = {"table_bucket_arn": bucket.arn}
    bucket.namespace("sales").create()
    bucket.namespace("stock").create()
    columns = [
        models.SchemaField(name="id", type="long", required=True),
        models.SchemaField(name="text", type="string"),
    ]
    iceberg = models.IcebergMetadata(schema=models.IcebergSchema(fields=columns))
    request = models.CreateTableRequest(
        **arn,
        namespace="sales",
        name="orders",
        format="ICEBERG",
        metadata=models.TableMetadata(iceberg=iceberg),
    )
    made = client.create_table(request)
    table = bucket.namespace("sales").table("orders")
    info = table.get()
    assert (made.table_arn, made.version_token) == (info.table_arn, info.version_token)
    assert info.metadata_location is not None
    get = models.GetTableRequest(**arn, namespace="sales", name="orders")
    same(client.get_table(get), info)
    by_arn = models.GetTableRequest(table_arn=made.table_arn)
    same(client.get_table(by_arn), info)
    error = service_error(lambda: client.create_table(request))
    assert (error.status_code, error.code) == (409, "ConflictException")
    rename = models.RenameTableRequest(
        **named(table, bucket), new_namespace_name="stock", new_name="goods"
    )
    client.rename_table(rename)
    listed = client.list_tables(models.ListTablesRequest(**arn, namespace="stock"))
    (entry,) = bucket.namespace("stock").list_tables()
    assert (entry.name, entry.table_arn) == ("goods", made.table_arn)
    same(listed.tables[0], entry)
    token = info.version_token
    delete = models.DeleteTableRequest(
        **arn, namespace="stock", name="goods", version_token=token
    )
    error = service_error(lambda: client.delete_table(delete))
    assert (error.status_code, error.code) == (409, "ConflictException")
    delete.version_token = bucket.namespace("stock").table("goods").get().version_token
    assert client.delete_table(delete).status_code == 204
    assert list(bucket.list_tables()) == []


def test_settings_of_tables(
    client: Untyped, bucket: tables.TableBucket, table: tables.Table
) -> None:
    """Encryption, maintenance, policies, and the place of the metadata."""
    place = named(table, bucket)
    encryption = client.get_table_encryption(models.GetTableEncryptionRequest(**place))
    assert encryption.encryption_configuration.sse_algorithm == ""
    assert table.encryption.get().sse_algorithm is None

    kind = "icebergCompaction"
    value = {
        "status": "enabled",
        "settings": {kind: {"targetFileSizeMB": 64, "strategy": "sort"}},
    }
    put = models.PutTableMaintenanceConfigurationRequest
    client.put_table_maintenance_configuration(put(**place, type=kind, value=value))
    compaction = table.maintenance.get().compaction
    assert compaction is not None
    assert compaction.to_json() == value
    said = client.get_table_maintenance_configuration(
        models.GetTableMaintenanceConfigurationRequest(**place)
    )
    assert said.table_arn == table.arn
    status = client.get_table_maintenance_job_status(
        models.GetTableMaintenanceJobStatusRequest(**place, table_arn=table.arn)
    )
    jobs = table.maintenance.jobs(table.arn)
    assert jobs.to_json() == {"tableARN": status.table_arn, "status": status.status}

    text = json.dumps(policy_for(str(table.arn)))
    client.put_table_policy(models.PutTablePolicyRequest(**place, resource_policy=text))
    assert table.policy.get() == policy_for(str(table.arn))
    get = models.GetTablePolicyRequest(**place)
    assert client.get_table_policy(get).resource_policy == text
    client.delete_table_policy(models.DeleteTablePolicyRequest(**place))
    error = service_error(lambda: client.get_table_policy(get))
    assert (error.status_code, error.code) == (404, "NotFoundException")


def test_metadata_locations(
    client: Untyped, bucket: tables.TableBucket, table: tables.Table
) -> None:
    """What one of both puts, the other sees; old tokens are refused."""
    place = named(table, bucket)
    get = models.GetTableMetadataLocationRequest(**place)
    before = client.get_table_metadata_location(get)
    same(before, table.metadata_location.get())
    location = f"{before.warehouse_location}/metadata/00001-a.metadata.json"
    update = models.UpdateTableMetadataLocationRequest(
        **place, version_token=before.version_token, metadata_location=location
    )
    after = client.update_table_metadata_location(update)
    assert (after.name, after.namespace) == ("orders", ["sales"])
    assert after.table_arn == table.arn
    assert after.metadata_location == location
    found = table.metadata_location.get()
    assert (found.version_token, found.metadata_location) == (
        after.version_token,
        location,
    )
    error = service_error(lambda: client.update_table_metadata_location(update))
    assert (error.status_code, error.code) == (409, "ConflictException")
    with pytest.raises(tables.Conflict):
        table.metadata_location.put(location, before.version_token)
    next_one = location.replace("00001", "00002")
    ours = table.metadata_location.put(next_one, found.version_token)
    again = client.get_table_metadata_location(get)
    assert (again.version_token, again.metadata_location) == (
        ours.version_token,
        next_one,
    )


def test_bad_signatures(server: Server) -> None:
    """They are refused, with the text that was signed."""
    keys = ossc.Credentials(STS[0], "another-secret", STS[2])
    with tables.Client(server.endpoint, region=REGION, credentials=keys) as client:
        with pytest.raises(ossc.SignatureDoesNotMatch) as caught:
            client.create_table_bucket("not-mine")
    assert "text" in caught.value.explanation
    for secret in ("another-secret", STS[2]):
        assert secret not in str(caught.value)
        assert secret.encode() not in caught.value.body
    assert b'"SignatureProvided": "***"' in caught.value.body

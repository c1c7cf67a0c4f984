"""What is configured of table buckets and tables: put, got, refused, deleted."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc import tables

from . import tables as shared
from .raw_server import RawServer, answer
from .tables import ACCOUNT, FIELDS, OTHER, client_for

client = shared.tables_client
table_bucket = shared.table_bucket
namespace = shared.namespace
table = shared.table

ARN = f"acs:osstables:cn-hangzhou:{ACCOUNT}:bucket/analytics"
AES = tables.EncryptionConfiguration(sse_algorithm="AES256")


def statement(arn: str, **changes: Any) -> dict[str, Any]:
    """Lets another account look at tables."""
    return {
        "Effect": "Allow",
        "Principal": [OTHER.account],
        "Action": ["oss:GetTable"],
        "Resource": [arn, f"{arn}/*"],
        **changes,
    }


def policy_of(*statements: Any) -> dict[str, Any]:
    """A policy of such statements."""
    return {"Version": "1", "Statement": list(statements)}


def test_encryption(client: tables.Client) -> None:
    """Tables are encrypted as their table bucket said when they were made."""
    bucket = client.create_table_bucket("analytics", encryption=AES)
    assert bucket.encryption.get().sse_algorithm == "AES256"
    namespace = bucket.namespace("sales")
    namespace.create()
    early = namespace.create_table("early")
    bucket.encryption.delete()
    bucket.encryption.delete()
    assert bucket.encryption.get().sse_algorithm is None
    late = namespace.create_table("late")
    assert early.encryption.get().sse_algorithm == "AES256"
    assert late.encryption.get().sse_algorithm is None
    bucket.encryption.put(AES)
    assert bucket.encryption.get() == bucket.encryption.get()
    assert late.encryption.get().sse_algorithm is None


def test_encryption_that_there_is_not(
    client: tables.Client, table_bucket: tables.TableBucket
) -> None:
    """What the service refuses, and what is no encryption at all."""
    for value in (
        tables.EncryptionConfiguration(sse_algorithm="KMS"),
        AES.replace(kms_key_arn="acs:kms:::key/1"),
    ):
        with pytest.raises(ossc.InvalidArgument):
            table_bucket.encryption.put(value)
        with pytest.raises(ossc.InvalidArgument):
            client.create_table_bucket("other", encryption=value)
    wrong: Any = {"sseAlgorithm": "AES256"}
    with pytest.raises(TypeError, match="takes an EncryptionConfiguration, not dict"):
        table_bucket.encryption.put(wrong)
    with pytest.raises(TypeError, match="must be an EncryptionConfiguration"):
        client.create_table_bucket("other", encryption=wrong)
    with pytest.raises(TypeError, match="must be an EncryptionConfiguration"):
        table_bucket.namespace("a").create_table("b", encryption=wrong)


def test_maintenance_of_table_buckets(table_bucket: tables.TableBucket) -> None:
    """New ones have what the service does by itself."""
    found = table_bucket.maintenance.get()
    assert found.table_bucket_arn == table_bucket.arn
    removal = found.unreferenced_file_removal
    assert removal is not None
    assert (removal.unreferenced_days, removal.non_current_days) == (3, 10)
    assert removal.status == "enabled"
    table_bucket.maintenance.put(removal.replace(status="disabled"))
    changed = table_bucket.maintenance.get().unreferenced_file_removal
    assert changed == removal.replace(status="disabled")


def test_maintenance_of_tables(table: tables.Table) -> None:
    """One kind is put at a time; jobs tell how it went."""
    table.maintenance.put(
        tables.SnapshotManagement(
            status="enabled", min_snapshots_to_keep=3, max_snapshot_age_hours=24
        )
    )
    table.maintenance.put(tables.Compaction(status="disabled", strategy="sort"))
    found = table.maintenance.get()
    assert found.table_arn == table.arn
    assert found.compaction is not None
    assert (found.compaction.target_file_size_mb, found.compaction.strategy) == (
        512,
        "sort",
    )
    assert found.snapshot_management is not None
    assert found.snapshot_management.max_snapshot_age_hours == 24
    jobs = table.maintenance.jobs()
    assert jobs.table_arn == table.arn
    assert jobs.compaction == tables.MaintenanceJob(status="Disabled")
    assert jobs.snapshot_management == tables.MaintenanceJob(status="Not_Yet_Run")
    assert jobs.unreferenced_file_removal is not None
    assert table.maintenance.jobs(table.arn) == jobs
    with pytest.raises(ossc.InvalidArgument, match="another table"):
        table.maintenance.jobs("acs:osstables:cn-hangzhou:1:bucket/abc/table/d")


def test_maintenance_as_json(table: tables.Table) -> None:
    """For kinds that ossc has no class for, and what it does not know of a kind."""
    kind = "icebergCompaction"
    value = {
        "status": "enabled",
        "settings": {kind: {"targetFileSizeMB": 64, "strategy": "auto", "new": [1]}},
        "note": "kept",
    }
    table.maintenance.put(value, kind)
    compaction = table.maintenance.get().compaction
    assert compaction is not None
    assert compaction.to_json() == value
    table.maintenance.put(compaction.replace(target_file_size_mb=128))
    again = table.maintenance.get().compaction
    assert again is not None
    value["settings"][kind]["targetFileSizeMB"] = 128  # type: ignore[index]
    assert again.to_json() == value
    assert again != tables.Compaction(status="enabled", target_file_size_mb=128)


@pytest.mark.parametrize(
    "value",
    [
        tables.Compaction(status="enabled", target_file_size_mb=0),
        tables.Compaction(status="enabled", strategy="guess"),
        tables.Compaction(status="on"),  # type: ignore[arg-type]
        tables.SnapshotManagement(status="enabled", max_snapshot_age_hours=2**31),
        tables.UnreferencedFileRemoval(status="enabled"),
    ],
)
def test_bad_maintenance(table: tables.Table, value: tables.Maintenance) -> None:
    """The service says what it does not take."""
    with pytest.raises(ossc.InvalidArgument):
        table.maintenance.put(value)


def test_bad_kinds_of_maintenance(
    table_bucket: tables.TableBucket, table: tables.Table
) -> None:
    """What cannot be sent is told before."""
    with pytest.raises(ossc.InvalidArgument, match="maintenance type"):
        table_bucket.maintenance.put(tables.Compaction(status="enabled"))
    calls: list[tuple[type[Exception], Callable[[], None]]] = [
        (ossc.ParameterError, lambda: table.maintenance.put({})),
        (ossc.ParameterError, lambda: table.maintenance.put({}, "a/b")),
        (TypeError, lambda: table.maintenance.put(5, "a")),  # type: ignore[arg-type]
        (
            TypeError,
            lambda: table.maintenance.put(tables.Maintenance(status="enabled")),
        ),
        (
            ossc.ParameterError,
            lambda: table.maintenance.put(tables.Compaction(status="enabled"), "x"),
        ),
    ]
    for error, call in calls:
        with pytest.raises(error):
            call()


@pytest.mark.parametrize("of", ["table_bucket", "table"])
def test_policies(of: str, request: pytest.FixtureRequest) -> None:
    """Put as a mapping or as text, got as a mapping, deleted."""
    owner = request.getfixturevalue(of)
    with pytest.raises(tables.NotFound, match="policy"):
        owner.policy.get()
    policy = policy_of(statement(owner.arn))
    owner.policy.put(policy)
    assert owner.policy.get() == policy
    owner.policy.put(json.dumps(policy_of(statement(owner.arn, Effect="Deny"))))
    assert owner.policy.get()["Statement"][0]["Effect"] == "Deny"
    owner.policy.delete()
    owner.policy.delete()
    with pytest.raises(tables.NotFound):
        owner.policy.get()


def bad_policies(arn: str) -> list[Any]:
    """What is no policy of what has the ARN."""
    return [
        "{",
        "[]",
        {"Version": "2", "Statement": [statement(arn)]},
        policy_of(),
        policy_of("x"),
        policy_of(statement(arn, Effect="Maybe")),
        policy_of(statement(arn, Action=[])),
        policy_of(statement(arn, Action="s3:Get")),
        policy_of(statement(arn, Resource=["*"])),
        policy_of(statement(arn, Resource=[f"{arn}x"])),
        policy_of(statement(arn, Condition={"Like": {}})),
        policy_of(statement(arn, Condition={"StringLike": "x"})),
        " " * 30_000,
    ]


@pytest.mark.parametrize("index", range(13))
def test_bad_policies(table_bucket: tables.TableBucket, index: int) -> None:
    """The service says why."""
    with pytest.raises(ossc.InvalidArgument, match="policy is not valid"):
        table_bucket.policy.put(bad_policies(table_bucket.arn)[index])


def test_other_accounts() -> None:
    """They may do what policies allow, and nothing else."""
    own = ossc.mock.Credential("own", "own-secret", account=ACCOUNT)
    with ossc.mock.serve(credentials=[own, OTHER]) as server:
        with client_for(server) as mine:
            bucket = mine.create_table_bucket("analytics")
            bucket.namespace("sales").create()
            table = bucket.namespace("sales").create_table("orders", schema=FIELDS)
        keys = ossc.Credentials(OTHER.access_key_id, OTHER.access_key_secret)
        with client_for(server) as mine, client_for(server, credentials=keys) as theirs:
            assert list(theirs.list_table_buckets()) == []
            seen = theirs.table_bucket(bucket.arn)
            orders = seen.namespace("sales").table("orders")
            for call in (seen.get, orders.get, orders.delete):
                with pytest.raises(ossc.AccessDenied, match="not authorized"):
                    call()
            own_bucket = mine.table_bucket(bucket.arn)
            own_bucket.policy.put(policy_of(statement(bucket.arn)))
            assert orders.get().name == "orders"
            assert theirs.get_table(str(table.arn)).name == "orders"
            with pytest.raises(ossc.AccessDenied):
                orders.delete()
            with pytest.raises(ossc.AccessDenied):
                seen.namespace("sales").get()
            own_table = own_bucket.namespace("sales").table("orders")
            own_table.policy.put(policy_of(statement(str(table.arn), Effect="Deny")))
            with pytest.raises(ossc.AccessDenied):
                orders.get()
            assert theirs.create_table_bucket("analytics").arn != bucket.arn


def test_metadata_locations(table: tables.Table) -> None:
    """Each change needs the token of the state that it changes."""
    before = table.metadata_location.get()
    assert before.version_token == table.version_token
    location = f"{before.warehouse_location}/metadata/00001-a.metadata.json"
    after = table.metadata_location.put(location, before.version_token)
    assert after.metadata_location == location
    assert after.version_token != before.version_token
    with pytest.raises(tables.Conflict, match="version token") as caught:
        table.metadata_location.put(location, before.version_token)
    assert caught.value.operation == "UpdateTableMetadataLocation"
    assert caught.value.key == "sales/orders"
    found = table.metadata_location.get()
    assert found.version_token == after.version_token
    info = table.get()
    assert (info.metadata_location, info.version_token) == (
        location,
        after.version_token,
    )
    for bad in ("s3://a/metadata/b.metadata.json", "oss://a/b.json", "x"):
        with pytest.raises(ossc.InvalidArgument, match="metadataLocation"):
            table.metadata_location.put(bad, after.version_token)
    for arguments in (("", "t"), (location, "")):
        with pytest.raises(ossc.ParameterError, match="is empty"):
            table.metadata_location.put(*arguments)


@pytest.mark.parametrize(
    ("call", "body", "words"),
    [
        (lambda t: t.get(), b"", "not JSON"),
        (lambda t: t.get(), b"[]", "not an object"),
        (lambda t: t.get(), b"[" * 99_999, "not JSON"),
        (lambda t: t.get(), b'{"name": "a"}', "lacks namespace"),
        (lambda t: t.get(), b'{"name": 5, "namespace": []}', "name is 5, not a str"),
        (
            lambda t: t.get(),
            b'{"name": "a", "namespace": ["b"], "createdAt": "today"}',
            "'today' is not a time",
        ),
        (lambda t: t.policy.get(), b'{"resourcePolicy": "{"}', "policy is not JSON"),
        (lambda t: t.policy.get(), b'{"resourcePolicy": "[]"}', "not an object"),
        (lambda t: t.policy.get(), b"{}", "not an object"),
        (
            lambda t: t.maintenance.get(),
            b'{"configuration": {"icebergCompaction": []}}',
            "Compaction is not an object",
        ),
        (
            lambda t: t.maintenance.get(),
            b'{"configuration": {"icebergCompaction": {"status": true}}}',
            "status is True",
        ),
        (
            lambda t: t.encryption.get(),
            b'{"encryptionConfiguration": 1}',
            "is not an object",
        ),
        (
            lambda t: t._client.create_table_bucket("abc"),
            b'{"arn": "acs:x"}',
            "names no table bucket",
        ),
        (
            lambda t: t._client.create_table_bucket("abc"),
            b"{}",
            "names no table bucket",
        ),
        (
            lambda t: t._client.table_bucket(ARN).namespace("a").create_table("b"),
            b'{"tableARN": 1}',
            "tableARN is 1",
        ),
    ],
)
def test_hostile_answers(
    call: Callable[[tables.Table], object], body: bytes, words: str
) -> None:
    """What is no answer of the service's is told, and breaks nothing."""
    with RawServer(answer(body)) as server:
        with tables.Client(
            f"http://127.0.0.1:{server.port}",
            region="cn-hangzhou",
            credentials=ossc.Credentials("id", "secret"),
        ) as client:
            table = client.table_bucket(ARN).namespace("sales").table("orders")
            with pytest.raises(ossc.MalformedResponse, match=words):
                call(table)

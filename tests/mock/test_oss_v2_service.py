"""What the newer SDK puts and gets of protection, tables, quotas, boxes, preflights."""

from __future__ import annotations

from collections.abc import Iterator

import alibabacloud_oss_v2 as oss
import pytest
from alibabacloud_oss_v2.types import CaseInsensitiveDict

import ossc
from ossc import settings

from . import oss_v2_client, strangers
from .oss_v2_client import service_error
from .strangers import REGION, Login, Server, Untyped

server = pytest.fixture(strangers.run_server, scope="module", name="server")
bucket = pytest.fixture(oss_v2_client.fresh_bucket, name="bucket")


@pytest.fixture(params=[Login("v1"), Login("v4")], ids=str, name="client")
def make_client(server: Server, request: pytest.FixtureRequest) -> Untyped:
    """Make the SDK's client."""
    return oss_v2_client.make_client(server, request.param)


@pytest.fixture(name="ours")
def make_ours(server: Server, bucket: str) -> Iterator[ossc.Bucket]:
    """Make our object for the same bucket."""
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    with ossc.Client(server.endpoint, region=REGION, credentials=keys) as client:
        yield client.bucket(bucket)


def _operation(method: str, **parts: Untyped) -> Untyped:
    """A request of the SDK's that has no method of its own."""
    headers = CaseInsensitiveDict(parts.pop("headers", {}))
    return oss.OperationInput("Some", method, headers=headers, **parts)


def test_operations_without_a_method(
    client: Untyped, bucket: str, ours: ossc.Bucket
) -> None:
    """Whatever is asked for by hand is answered as `Client.invoke` is."""
    invoke = ours._client.invoke
    place: Untyped = {"bucket": bucket, "key": "dir/a b+c"}
    sent = {"x-oss-meta-a": "1", "Content-Type": "a/b"}
    put = _operation("PUT", **place, headers=dict(sent), body=b"data")
    theirs = client.invoke_operation(put)
    mine = invoke("PUT", **place, headers=sent, body=b"data")
    assert (theirs.status_code, theirs.headers["ETag"]) == (200, mine.headers["etag"])
    wanted = {"response-content-language": "fr"}
    theirs = client.invoke_operation(_operation("GET", **place, parameters=wanted))
    mine = invoke("GET", **place, params=wanted)
    assert theirs.http_response.content == mine.body == b"data"
    for name in ("x-oss-meta-a", "content-type", "content-language", "etag"):
        assert theirs.headers[name] == mine.headers[name]
    listing = {"list-type": "2", "prefix": "dir/", "encoding-type": "url"}
    asked = _operation("GET", bucket=bucket, parameters=listing)
    listed = client.invoke_operation(asked).http_response.content
    assert listed == invoke("GET", bucket=bucket, params=listing).body
    assert b"<Key>dir%2Fa%20b%2Bc</Key>" in listed


def test_what_is_refused_by_hand(
    client: Untyped, bucket: str, ours: ossc.Bucket
) -> None:
    """Status, code, message and the further elements are those that ossc tells."""
    params = {"max-keys": "1001"}
    error = service_error(
        lambda: client.invoke_operation(
            _operation("GET", bucket=bucket, parameters=params)
        )
    )
    with pytest.raises(ossc.InvalidArgument) as caught:
        ours._client.invoke("GET", bucket=bucket, params=params)
    mine = caught.value
    assert (error.status_code, error.code, error.ec) == (400, mine.code, mine.ec or "")
    assert error.message == mine.message
    for name, value in mine.details.items():
        assert error.error_fileds[name] == value
    assert mine.details["ArgumentName"] == "max-keys"


def test_regions(client: Untyped, ours: ossc.Bucket) -> None:
    """The same ones with the same endpoints."""
    names = ("region", "internet_endpoint", "internal_endpoint", "accelerate_endpoint")
    for wanted in ("", "oss-ap-southeast-1"):
        seen = client.describe_regions(oss.DescribeRegionsRequest(regions=wanted))
        mine = ours._client.describe_regions(wanted or None)
        assert [
            [getattr(each, name) for name in names] for each in seen.region_info
        ] == [[getattr(each, name) for name in names] for each in mine]


def test_cloud_boxes(client: Untyped, server: Server, ours: ossc.Bucket) -> None:
    """Each field, and pages."""
    for name in ("cb-1", "cb-2", "cb-3"):
        server.add_cloud_box(name, f"the {name}")
    names = ("id", "name", "region", "control_endpoint", "data_endpoint", "alias")
    mine = list(ours._client.list_cloud_boxes("cb-"))
    seen = client.list_cloud_boxes(oss.ListCloudBoxesRequest(prefix="cb-"))
    assert [[getattr(each, name) for name in names] for each in seen.cloud_boxes] == [
        [getattr(each, name) for name in names] for each in mine
    ]
    assert (seen.prefix, seen.is_truncated) == ("cb-", False)
    assert seen.owner.id
    page = client.list_cloud_boxes(oss.ListCloudBoxesRequest(max_keys=2))
    assert [each.id for each in page.cloud_boxes] == ["cb-1", "cb-2"]
    assert (page.is_truncated, page.next_marker) == (True, "cb-2")
    rest = client.list_cloud_boxes(oss.ListCloudBoxesRequest(marker=page.next_marker))
    assert [each.id for each in rest.cloud_boxes] == ["cb-3"]


def test_overwrite_rules(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Each field of a rule, and what it forbids."""
    rule = oss.OverwriteRule(
        action="forbid",
        prefix="a/",
        suffix=".log",
        principals=oss.OverwritePrincipals(principals=["1", "*"]),
        id="r1",
    )
    config = oss.OverwriteConfiguration(rules=[rule])
    client.put_bucket_overwrite_config(
        oss.PutBucketOverwriteConfigRequest(
            bucket=bucket, overwrite_configuration=config
        )
    )
    assert ours.overwrite_config.get().rules == (
        settings.OverwriteRule(
            id="r1", prefix="a/", suffix=".log", principals=["1", "*"]
        ),
    )
    put = oss.PutObjectRequest(bucket=bucket, key="a/1.log", body=b"1")
    client.put_object(put)
    error = service_error(lambda: client.put_object(put))
    assert (error.status_code, error.code) == (409, "FileAlreadyExists")
    ours.overwrite_config.put(
        settings.BucketOverwriteConfig(rules=[settings.OverwriteRule(id="r2")])
    )
    request = oss.GetBucketOverwriteConfigRequest(bucket=bucket)
    seen = client.get_bucket_overwrite_config(request)
    (other,) = seen.overwrite_configuration.rules
    assert (other.id, other.action) == ("r2", "forbid")
    assert (other.prefix, other.suffix, other.principals) == (None, None, None)
    client.delete_bucket_overwrite_config(
        oss.DeleteBucketOverwriteConfigRequest(bucket=bucket)
    )
    error = service_error(lambda: client.get_bucket_overwrite_config(request))
    assert (error.status_code, error.code) == (404, "NoSuchBucketOverwriteConfig")


def test_quotas(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """What there may be, and is."""
    ours.put_object("k", b"12345")
    quota = oss.QuotaConfiguration(storage_quota=2**33, mode="Warning")
    client.put_bucket_storage_quota(
        oss.PutBucketStorageQuotaRequest(bucket=bucket, quota_configuration=quota)
    )
    mine = ours.storage_quota.get()
    request = oss.GetBucketStorageQuotaRequest(bucket=bucket)
    seen = client.get_bucket_storage_quota(request).quota_configuration
    for name in ("storage_quota", "mode", "current_usage"):
        assert getattr(seen, name) == getattr(mine, name)
    assert (mine.storage_quota, mine.mode, mine.current_usage) == (2**33, "Warning", 5)
    ours.storage_quota.put(mine.replace(mode="Strict"))
    assert client.get_bucket_storage_quota(request).quota_configuration.mode == "Strict"
    client.delete_bucket_storage_quota(
        oss.DeleteBucketStorageQuotaRequest(bucket=bucket)
    )
    with pytest.raises(ossc.NoSuchConfiguration):
        ours.storage_quota.get()


def test_object_worm(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """The default retention, in days and in years."""
    ours.versioning.put(settings.BucketVersioning(status="Enabled"))
    request = oss.GetBucketObjectWormConfigurationRequest(bucket=bucket)
    error = service_error(lambda: client.get_bucket_object_worm_configuration(request))
    assert error.status_code == 404
    retention = oss.ObjectWormConfigurationRuleDefaultRetention(
        mode="COMPLIANCE", days=2
    )
    config = oss.ObjectWormConfiguration(
        object_worm_enabled="Enabled",
        rule=oss.ObjectWormConfigurationRule(default_retention=retention),
    )
    client.put_bucket_object_worm_configuration(
        oss.PutBucketObjectWormConfigurationRequest(
            bucket=bucket, object_worm_configuration=config
        )
    )
    mine = ours.object_worm_configuration.get()
    assert mine == settings.ObjectWormConfiguration(mode="COMPLIANCE", days=2)
    ours.object_worm_configuration.put(mine.replace(days=None, years=1))
    seen = client.get_bucket_object_worm_configuration(request)
    found = seen.object_worm_configuration
    assert found.object_worm_enabled == "Enabled"
    told = found.rule.default_retention
    assert (told.mode, told.days, told.years) == ("COMPLIANCE", None, 1)
    client.put_object(oss.PutObjectRequest(bucket=bucket, key="k", body=b"1"))
    kept = client.get_object_retention(
        oss.GetObjectRetentionRequest(bucket=bucket, key="k")
    )
    assert kept.retention.mode == "COMPLIANCE"
    retained = ours.get_object_retention("k")
    assert retained is not None
    assert kept.retention.retain_until_date.startswith(
        f"{retained.retain_until:%Y-%m-%dT%H:%M:%S}"
    )


def test_metadata_tables(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Each field of both tables."""
    request = oss.GetBucketMetadataConfigurationRequest(bucket=bucket)
    error = service_error(lambda: client.get_bucket_metadata_configuration(request))
    assert error.status_code == 404
    journal = oss.JournalTableConfiguration(
        record_expiration=oss.MetadataTableRecordExpiration(
            expiration="ENABLED", days=9
        ),
        encryption_configuration=oss.MetadataTableEncryptionConfiguration(
            sse_algorithm="oss:kms", kms_key_arn="acs:kms:r:1:key/k"
        ),
    )
    inventory = oss.InventoryTableConfiguration(configuration_state="DISABLED")
    client.create_bucket_metadata_configuration(
        oss.CreateBucketMetadataConfigurationRequest(
            bucket=bucket,
            metadata_configuration=oss.MetadataConfiguration(
                journal_table_configuration=journal,
                inventory_table_configuration=inventory,
            ),
        )
    )
    check_tables(client.get_bucket_metadata_configuration(request), ours)
    client.update_bucket_metadata_inventory_table_configuration(
        oss.UpdateBucketMetadataInventoryTableConfigurationRequest(
            bucket=bucket,
            inventory_table_configuration=oss.InventoryTableConfiguration(
                configuration_state="ENABLED",
                encryption_configuration=oss.MetadataTableEncryptionConfiguration(
                    sse_algorithm="AES256"
                ),
            ),
        )
    )
    client.update_bucket_metadata_journal_table_configuration(
        oss.UpdateBucketMetadataJournalTableConfigurationRequest(
            bucket=bucket,
            journal_table_configuration=oss.JournalTableConfiguration(
                record_expiration=oss.MetadataTableRecordExpiration(
                    expiration="DISABLED"
                )
            ),
        )
    )
    check_tables(client.get_bucket_metadata_configuration(request), ours)
    found = ours.metadata_configuration.get()
    assert found.journal_table is not None
    assert found.inventory_table is not None
    assert found.journal_table.record_expiration == settings.TableExpiration(
        expiration="DISABLED"
    )
    assert found.inventory_table.encryption == settings.TableEncryption(
        sse_algorithm="AES256"
    )
    client.delete_bucket_metadata_configuration(
        oss.DeleteBucketMetadataConfigurationRequest(bucket=bucket)
    )
    with pytest.raises(ossc.NoSuchConfiguration):
        ours.metadata_configuration.get()


def check_tables(seen: Untyped, ours: ossc.Bucket) -> None:
    """Check that ossc is told what the SDK is."""
    mine, theirs = ours.metadata_configuration.get(), seen.metadata_configuration_result
    for name in ("table_bucket_type", "table_bucket_arn", "table_namespace"):
        assert getattr(mine, name) == getattr(theirs.destination_result, name)
        assert getattr(mine, name)
    pairs = (
        (mine.journal_table, theirs.journal_table_configuration_result),
        (mine.inventory_table, theirs.inventory_table_configuration_result),
    )
    for own, other in pairs:
        assert own is not None
        for name in ("table_status", "table_name", "table_arn"):
            assert getattr(own, name) == (getattr(other, name) or "")
        assert (own.encryption is None) == (other.encryption_configuration is None)
        if own.encryption is not None:
            told = other.encryption_configuration
            assert own.encryption.sse_algorithm == told.sse_algorithm
            assert own.encryption.kms_key_arn == told.kms_key_arn
    (journal, other), (inventory, state) = pairs
    assert journal is not None
    assert inventory is not None
    assert journal.record_expiration is not None
    assert journal.record_expiration.expiration == other.record_expiration.expiration
    assert journal.record_expiration.days == other.record_expiration.days
    assert inventory.configuration_state == state.configuration_state


def test_preflights(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Both are told the same, though only one of them signs the question."""
    rule = settings.CorsRule(
        allowed_origins=["https://www.example.com"],
        allowed_methods=["GET", "PUT"],
        allowed_headers=["x-oss-*"],
        expose_headers=["ETag", "x-oss-request-id"],
        max_age_seconds=60,
    )
    ours.cors.put(settings.BucketCors(rules=[rule]))
    page = "https://www.example.com"
    request = oss.OptionObjectRequest(
        bucket=bucket,
        key="k",
        origin=page,
        access_control_request_method="PUT",
        access_control_request_headers="x-oss-acl",
    )
    seen = client.option_object(request)
    mine = ours.option_object("k", origin=page, method="PUT", headers=["x-oss-acl"])
    assert seen.access_control_allow_origin == mine.allow_origin == page
    assert seen.access_control_allow_methods == ", ".join(mine.allow_methods)
    assert seen.access_control_allow_headers == ", ".join(mine.allow_headers)
    assert seen.access_control_expose_headers == ", ".join(mine.expose_headers)
    assert int(seen.access_control_max_age) == mine.max_age_seconds == 60
    request.access_control_request_method = "DELETE"
    error = service_error(lambda: client.option_object(request))
    with pytest.raises(ossc.AccessDenied) as caught:
        ours.option_object("k", origin=page, method="DELETE")
    assert (error.status_code, error.code) == (caught.value.status, caught.value.code)

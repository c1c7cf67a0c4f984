"""Settings of buckets: what the newer SDK puts, ossc gets, and the reverse."""

from __future__ import annotations

from collections.abc import Iterator

import alibabacloud_oss_v2 as oss
import pytest

import ossc
from ossc import settings

from . import oss_v2_client, strangers
from .oss_v2_client import service_error
from .strangers import REGION, Login, Server, Untyped

server = pytest.fixture(strangers.run_server, scope="module", name="server")
bucket = pytest.fixture(oss_v2_client.fresh_bucket, name="bucket")

TLS12 = "ECDHE-ECDSA-AES128-SHA256"
TLS13 = "TLS_AES_128_GCM_SHA256"


@pytest.fixture(name="client")
def make_client(server: Server) -> Untyped:
    """Make the SDK's client."""
    return oss_v2_client.make_client(server, Login("v4"))


@pytest.fixture(name="ours")
def make_ours(server: Server, bucket: str) -> Iterator[ossc.Bucket]:
    """Make our object for the same bucket."""
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    with ossc.Client(server.endpoint, region=REGION, credentials=keys) as client:
        yield client.bucket(bucket)


def test_versioning(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Both see what the other put."""
    config = oss.VersioningConfiguration(status="Enabled")
    client.put_bucket_versioning(
        oss.PutBucketVersioningRequest(bucket=bucket, versioning_configuration=config)
    )
    assert ours.versioning.get() == settings.BucketVersioning(status="Enabled")
    ours.versioning.put(settings.BucketVersioning(status="Suspended"))
    seen = client.get_bucket_versioning(oss.GetBucketVersioningRequest(bucket=bucket))
    assert seen.version_status == "Suspended"


def test_tags(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Tags are put, read and deleted one by one."""
    tags = [oss.Tag(key="a", value="1"), oss.Tag(key="b", value="2")]
    client.put_bucket_tags(
        oss.PutBucketTagsRequest(
            bucket=bucket, tagging=oss.Tagging(tag_set=oss.TagSet(tags=tags))
        )
    )
    assert ours.tagging.get().as_dict() == {"a": "1", "b": "2"}
    ours.tagging.delete("a")
    seen = client.get_bucket_tags(oss.GetBucketTagsRequest(bucket=bucket))
    assert [(tag.key, tag.value) for tag in seen.tagging.tag_set.tags] == [("b", "2")]
    client.delete_bucket_tags(oss.DeleteBucketTagsRequest(bucket=bucket))
    assert ours.tagging.get().tags == ()


def test_encryption(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Algorithm, key and the algorithm of data."""
    get = oss.GetBucketEncryptionRequest(bucket=bucket)
    error = service_error(lambda: client.get_bucket_encryption(get))
    assert (error.status_code, error.code) == (404, "NoSuchServerSideEncryptionRule")
    chosen = oss.ApplyServerSideEncryptionByDefault(
        kms_master_key_id="key", kms_data_encryption="SM4", sse_algorithm="KMS"
    )
    rule = oss.ServerSideEncryptionRule(apply_server_side_encryption_by_default=chosen)
    client.put_bucket_encryption(
        oss.PutBucketEncryptionRequest(bucket=bucket, server_side_encryption_rule=rule)
    )
    got = ours.encryption.get()
    assert (got.sse_algorithm, got.kms_master_key_id) == ("KMS", "key")
    assert got.kms_data_encryption == "SM4"
    ours.encryption.put(got.replace(kms_master_key_id=None))
    seen = client.get_bucket_encryption(get).server_side_encryption_rule
    seen = seen.apply_server_side_encryption_by_default
    assert (seen.sse_algorithm, seen.kms_master_key_id) == ("KMS", None)
    client.delete_bucket_encryption(oss.DeleteBucketEncryptionRequest(bucket=bucket))
    with pytest.raises(ossc.NoSuchConfiguration):
        ours.encryption.get()


def test_logging(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Target, prefix and role; deleted, there are none."""
    enabled = oss.LoggingEnabled(
        target_bucket=bucket, target_prefix="p/", logging_role="role"
    )
    client.put_bucket_logging(
        oss.PutBucketLoggingRequest(
            bucket=bucket,
            bucket_logging_status=oss.BucketLoggingStatus(logging_enabled=enabled),
        )
    )
    assert ours.logging.get() == settings.BucketLogging(
        target_bucket=bucket, target_prefix="p/", logging_role="role"
    )
    ours.logging.put(settings.BucketLogging(target_bucket=bucket))
    get = oss.GetBucketLoggingRequest(bucket=bucket)
    seen = client.get_bucket_logging(get).bucket_logging_status.logging_enabled
    assert (seen.target_bucket, seen.target_prefix) == (bucket, None)
    client.delete_bucket_logging(oss.DeleteBucketLoggingRequest(bucket=bucket))
    assert ours.logging.get() == settings.BucketLogging()


def test_user_defined_log_fields(
    client: Untyped, bucket: str, ours: ossc.Bucket
) -> None:
    """Headers and parameters."""
    fields = oss.UserDefinedLogFieldsConfiguration(
        header_set=oss.LoggingHeaderSet(headers=["h1", "h2"]),
        param_set=oss.LoggingParamSet(parameters=["p"]),
    )
    client.put_user_defined_log_fields_config(
        oss.PutUserDefinedLogFieldsConfigRequest(
            bucket=bucket, user_defined_log_fields_configuration=fields
        )
    )
    got = ours.user_defined_log_fields.get()
    assert (got.headers, got.parameters) == (("h1", "h2"), ("p",))
    ours.user_defined_log_fields.put(got.replace(headers=["h3"]))
    get = oss.GetUserDefinedLogFieldsConfigRequest(bucket=bucket)
    seen = client.get_user_defined_log_fields_config(get)
    seen = seen.user_defined_log_fields_configuration
    assert (seen.header_set.headers, seen.param_set.parameters) == (["h3"], ["p"])
    client.delete_user_defined_log_fields_config(
        oss.DeleteUserDefinedLogFieldsConfigRequest(bucket=bucket)
    )
    with pytest.raises(ossc.NoSuchConfiguration):
        ours.user_defined_log_fields.get()


def test_policy(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """The JSON, and whether it lets everybody in."""
    policy = (
        '{"Version":"1","Statement":[{"Effect":"Allow","Principal":["*"],"Action":'
        f'["oss:GetObject"],"Resource":["acs:oss:*:*:{bucket}/*"]}}]}}'
    )
    client.put_bucket_policy(oss.PutBucketPolicyRequest(bucket=bucket, body=policy))
    assert ours.policy.get()["Statement"][0]["Principal"] == ["*"]
    get = oss.GetBucketPolicyStatusRequest(bucket=bucket)
    status = client.get_bucket_policy_status(get).policy_status
    assert status.is_public is ours.policy.status().is_public is True
    ours.policy.delete()
    error = service_error(
        lambda: client.get_bucket_policy(oss.GetBucketPolicyRequest(bucket=bucket))
    )
    assert (error.status_code, error.code) == (404, "NoSuchBucketPolicy")


def test_request_payment(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """The payer."""
    config = oss.RequestPaymentConfiguration(payer="Requester")
    client.put_bucket_request_payment(
        oss.PutBucketRequestPaymentRequest(
            bucket=bucket, request_payment_configuration=config
        )
    )
    assert ours.request_payment.get().payer == "Requester"
    ours.request_payment.put(settings.RequestPayment(payer="BucketOwner"))
    get = oss.GetBucketRequestPaymentRequest(bucket=bucket)
    seen = client.get_bucket_request_payment(get).request_payment_configuration
    assert seen.payer == "BucketOwner"


def test_resource_group(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """The group's id."""
    config = oss.BucketResourceGroupConfiguration(resource_group_id="rg-1")
    client.put_bucket_resource_group(
        oss.PutBucketResourceGroupRequest(
            bucket=bucket, bucket_resource_group_configuration=config
        )
    )
    assert ours.resource_group.get().resource_group_id == "rg-1"
    ours.resource_group.put(settings.BucketResourceGroup(resource_group_id="rg-2"))
    get = oss.GetBucketResourceGroupRequest(bucket=bucket)
    seen = client.get_bucket_resource_group(get).bucket_resource_group_configuration
    assert seen.resource_group_id == "rg-2"


def test_access_monitor(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """On and off."""
    config = oss.AccessMonitorConfiguration(status="Enabled")
    client.put_bucket_access_monitor(
        oss.PutBucketAccessMonitorRequest(
            bucket=bucket, access_monitor_configuration=config
        )
    )
    assert ours.access_monitor.get().status == "Enabled"
    ours.access_monitor.put(settings.AccessMonitor(status="Disabled"))
    get = oss.GetBucketAccessMonitorRequest(bucket=bucket)
    seen = client.get_bucket_access_monitor(get).access_monitor_configuration
    assert seen.status == "Disabled"


def test_transfer_acceleration(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """On and off."""
    get = oss.GetBucketTransferAccelerationRequest(bucket=bucket)
    error = service_error(lambda: client.get_bucket_transfer_acceleration(get))
    assert error.code == "NoSuchTransferAccelerationConfiguration"
    config = oss.TransferAccelerationConfiguration(enabled=True)
    client.put_bucket_transfer_acceleration(
        oss.PutBucketTransferAccelerationRequest(
            bucket=bucket, transfer_acceleration_configuration=config
        )
    )
    assert ours.transfer_acceleration.get().enabled
    ours.transfer_acceleration.put(settings.TransferAcceleration(enabled=False))
    seen = client.get_bucket_transfer_acceleration(get)
    assert seen.transfer_acceleration_configuration.enabled is False


def test_archive_direct_read(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """On and off."""
    config = oss.ArchiveDirectReadConfiguration(enabled=True)
    client.put_bucket_archive_direct_read(
        oss.PutBucketArchiveDirectReadRequest(
            bucket=bucket, archive_direct_read_configuration=config
        )
    )
    assert ours.archive_direct_read.get().enabled
    ours.archive_direct_read.put(settings.ArchiveDirectRead(enabled=False))
    get = oss.GetBucketArchiveDirectReadRequest(bucket=bucket)
    seen = client.get_bucket_archive_direct_read(get).archive_direct_read_configuration
    assert seen.enabled is False


def test_https_config(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Versions of TLS and ciphers."""
    config = oss.HttpsConfiguration(
        tls=oss.TLS(enable=True, tls_versions=["TLSv1.2", "TLSv1.3"]),
        cipher_suite=oss.CipherSuite(
            enable=True,
            strong_cipher_suite=False,
            custom_cipher_suites=[TLS12],
            tls13_custom_cipher_suites=[TLS13],
        ),
    )
    client.put_bucket_https_config(
        oss.PutBucketHttpsConfigRequest(bucket=bucket, https_configuration=config)
    )
    got = ours.https_config.get()
    suite = settings.CipherSuite(
        enable=True,
        strong_cipher_suite=False,
        custom_cipher_suites=[TLS12],
        tls13_custom_cipher_suites=[TLS13],
    )
    assert (got.enable, got.tls_versions) == (True, ("TLSv1.2", "TLSv1.3"))
    assert got.cipher_suite == suite
    ours.https_config.put(got.replace(cipher_suite=suite.replace(enable=False)))
    get = oss.GetBucketHttpsConfigRequest(bucket=bucket)
    seen = client.get_bucket_https_config(get).https_configuration
    assert seen.tls.tls_versions == ["TLSv1.2", "TLSv1.3"]
    assert seen.cipher_suite.enable is False
    assert seen.cipher_suite.custom_cipher_suites == [TLS12]


def test_public_access_block(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Of the bucket, and of the account."""
    config = oss.PublicAccessBlockConfiguration(block_public_access=True)
    client.put_bucket_public_access_block(
        oss.PutBucketPublicAccessBlockRequest(
            bucket=bucket, public_access_block_configuration=config
        )
    )
    assert ours.public_access_block.get().block_public_access
    ours.public_access_block.delete()
    get = oss.GetBucketPublicAccessBlockRequest(bucket=bucket)
    seen = client.get_bucket_public_access_block(get).public_access_block_configuration
    assert seen.block_public_access is False
    client.put_public_access_block(
        oss.PutPublicAccessBlockRequest(public_access_block_configuration=config)
    )
    account = ours._client.public_access_block
    assert account.get().block_public_access
    change = oss.PutBucketAclRequest(bucket=bucket, acl="public-read")
    error = service_error(lambda: client.put_bucket_acl(change))
    assert (error.status_code, error.code) == (403, "AccessDenied")
    account.delete()
    client.put_bucket_acl(change)
    assert ours.acl.get().grant == "public-read"


def test_public_access_block_as_the_sdk_sees_it(
    client: Untyped, bucket: str, ours: ossc.Bucket
) -> None:
    """What ossc blocks the SDK sees and takes back, of the bucket and of the account."""
    ours.public_access_block.put(settings.PublicAccessBlock(block_public_access=True))
    client.delete_bucket_public_access_block(
        oss.DeleteBucketPublicAccessBlockRequest(bucket=bucket)
    )
    assert not ours.public_access_block.get().block_public_access
    account = ours._client.public_access_block
    for blocked in (True, False):
        account.put(settings.PublicAccessBlock(block_public_access=blocked))
        seen = client.get_public_access_block(oss.GetPublicAccessBlockRequest())
        assert seen.public_access_block_configuration.block_public_access is blocked
    account.put(settings.PublicAccessBlock(block_public_access=True))
    deleted = client.delete_public_access_block(oss.DeletePublicAccessBlockRequest())
    assert deleted.status_code == 204
    assert not account.get().block_public_access


def test_info_and_stat(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Each field that the SDK knows is the same."""
    client.put_object(oss.PutObjectRequest(bucket=bucket, key="k", body=b"data"))
    seen = client.get_bucket_info(oss.GetBucketInfoRequest(bucket=bucket)).bucket_info
    info = ours.info()
    assert (info.owner_id, info.owner_name) == (seen.owner.id, seen.owner.display_name)
    assert info.sse_algorithm == seen.sse_rule.sse_algorithm
    assert info.creation_date == seen.creation_date
    assert info.log_bucket == (seen.bucket_policy.log_bucket or "")
    for name in (
        *("name", "access_monitor", "location", "extranet_endpoint", "acl"),
        *("intranet_endpoint", "data_redundancy_type", "storage_class"),
        *("resource_group_id", "versioning", "transfer_acceleration"),
        *("cross_region_replication", "block_public_access"),
    ):
        assert getattr(info, name) == getattr(seen, name), name
    told = client.get_bucket_stat(oss.GetBucketStatRequest(bucket=bucket))
    stat = ours.stat()
    names = {"multipart_upload_count": "multi_part_upload_count"}
    for name in set(stat._fields) - {"multipart_part_count"}:
        assert getattr(stat, name) == getattr(told, names.get(name, name)), name


def test_create_and_list(client: Untyped, ours: ossc.Bucket) -> None:
    """A bucket of a resource group and class, found by its group."""
    name = f"{ours.name}-zrs"
    client.put_bucket(
        oss.PutBucketRequest(
            bucket=name,
            acl="private",
            resource_group_id="rg-zrs",
            create_bucket_configuration=oss.CreateBucketConfiguration(
                storage_class="IA", data_redundancy_type="ZRS"
            ),
        )
    )
    (found,) = ours._client.list_buckets(resource_group="rg-zrs")
    assert (found.name, found.storage_class) == (name, "IA")
    info = ours._client.bucket(name).info()
    assert (info.data_redundancy_type, info.resource_group_id) == ("ZRS", "rg-zrs")
    again = ours._client.create_bucket(
        name, storage_class="IA", data_redundancy="ZRS", resource_group="rg-zrs"
    )
    assert again.info() == info
    page = client.list_buckets(oss.ListBucketsRequest(resource_group_id="rg-zrs"))
    assert [item.name for item in page.buckets] == [name]
    assert page.buckets[0].resource_group_id == found.resource_group_id
    ours._client.delete_bucket(name)

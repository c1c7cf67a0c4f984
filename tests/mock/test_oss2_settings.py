"""Settings of buckets: what oss2 puts, ossc gets, and the reverse, field by field."""

from __future__ import annotations

import json
from collections.abc import Iterator

import oss2
import pytest
from oss2 import models

import ossc
from ossc import settings

from . import oss2_client, strangers
from .strangers import REGION, Login, Server, Untyped

server = pytest.fixture(strangers.run_server, scope="module", name="server")


@pytest.fixture(params=[Login("v1"), Login("v4")], ids=str, name="login")
def give_login(request: pytest.FixtureRequest) -> Iterator[Login]:
    """Give the signature's version."""
    yield request.param
    strangers.close_adapters()


@pytest.fixture(name="theirs")
def make_theirs(server: Server, login: Login) -> Untyped:
    """Make oss2's object for a new bucket."""
    return oss2_client.fresh_bucket(server, login)


@pytest.fixture(name="ours")
def make_ours(server: Server, theirs: Untyped) -> Iterator[ossc.Bucket]:
    """Make our object for the same bucket."""
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    with ossc.Client(server.endpoint, region=REGION, credentials=keys) as client:
        yield client.bucket(theirs.bucket_name)


def test_versioning(theirs: Untyped, ours: ossc.Bucket) -> None:
    """Both see what the other put, and that there is nothing at first."""
    assert theirs.get_bucket_versioning().status is None
    theirs.put_bucket_versioning(models.BucketVersioningConfig("Enabled"))
    assert ours.versioning.get().status == "Enabled"
    ours.versioning.put(settings.BucketVersioning(status="Suspended"))
    assert theirs.get_bucket_versioning().status == "Suspended"
    assert theirs.get_bucket_info().versioning_status == "Suspended"


def test_tagging(theirs: Untyped, ours: ossc.Bucket) -> None:
    """Tags are put, read and deleted one by one."""
    assert theirs.get_bucket_tagging().tag_set.tagging_rule == {}
    rule = models.TaggingRule()
    rule.add("a", "1")
    rule.add("\u00fc b", "2 /")
    theirs.put_bucket_tagging(models.Tagging(rule))
    assert ours.tagging.get().as_dict() == {"a": "1", "\u00fc b": "2 /"}
    ours.tagging.put(settings.BucketTagging.of({"x": "", "y": "2", "z": "3"}))
    theirs.delete_bucket_tagging({"tagging": "x,y"})
    assert theirs.get_bucket_tagging().tag_set.tagging_rule == {"z": "3"}
    theirs.delete_bucket_tagging()
    assert ours.tagging.get().tags == ()


def test_encryption(theirs: Untyped, ours: ossc.Bucket) -> None:
    """Algorithm, key and the algorithm of data."""
    with pytest.raises(oss2.exceptions.NoSuchServerSideEncryptionRule):
        theirs.get_bucket_encryption()
    rule = models.ServerSideEncryptionRule("KMS", "key", "SM4")
    theirs.put_bucket_encryption(rule)
    got = ours.encryption.get()
    assert got == settings.BucketEncryption(
        sse_algorithm="KMS", kms_master_key_id="key", kms_data_encryption="SM4"
    )
    info = theirs.get_bucket_info().bucket_encryption_rule
    assert (info.sse_algorithm, info.kms_master_keyid) == ("KMS", "key")
    ours.encryption.put(settings.BucketEncryption(sse_algorithm="AES256"))
    seen = theirs.get_bucket_encryption()
    assert (seen.sse_algorithm, seen.kms_master_keyid) == ("AES256", None)
    theirs.delete_bucket_encryption()
    with pytest.raises(ossc.NoSuchConfiguration):
        ours.encryption.get()


def test_logging(theirs: Untyped, ours: ossc.Bucket) -> None:
    """Target and prefix; deleted, there are none."""
    target = theirs.bucket_name
    assert theirs.get_bucket_logging().target_bucket == ""
    theirs.put_bucket_logging(models.BucketLogging(target, "p/"))
    got = ours.logging.get()
    assert (got.target_bucket, got.target_prefix) == (target, "p/")
    ours.logging.put(got.replace(target_prefix="q/"))
    seen = theirs.get_bucket_logging()
    assert (seen.target_bucket, seen.target_prefix) == (target, "q/")
    theirs.delete_bucket_logging()
    assert ours.logging.get().target_bucket is None
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        theirs.put_bucket_logging(models.BucketLogging("nobody-has-it", ""))
    assert caught.value.code == "InvalidTargetBucketForLogging"


def test_policy(theirs: Untyped, ours: ossc.Bucket) -> None:
    """The JSON is the same for both."""
    with pytest.raises(oss2.exceptions.NoSuchBucketPolicy):
        theirs.get_bucket_policy()
    policy = {
        "Version": "1",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": ["*"],
                "Action": ["oss:GetObject"],
                "Resource": [f"acs:oss:*:*:{theirs.bucket_name}/*"],
            }
        ],
    }
    theirs.put_bucket_policy(json.dumps(policy))
    assert ours.policy.get() == policy
    ours.policy.put(policy)
    assert json.loads(theirs.get_bucket_policy().policy) == policy
    theirs.delete_bucket_policy()
    with pytest.raises(ossc.NoSuchConfiguration):
        ours.policy.get()


def test_request_payment(theirs: Untyped, ours: ossc.Bucket) -> None:
    """The payer."""
    assert theirs.get_bucket_request_payment().payer == "BucketOwner"
    theirs.put_bucket_request_payment("Requester")
    assert ours.request_payment.get().payer == "Requester"
    ours.request_payment.put(settings.RequestPayment(payer="BucketOwner"))
    assert theirs.get_bucket_request_payment().payer == "BucketOwner"


def test_storage_capacity(theirs: Untyped, ours: ossc.Bucket) -> None:
    """Gigabytes."""
    assert theirs.get_bucket_storage_capacity().storage_capacity == -1
    theirs.set_bucket_storage_capacity(models.BucketUserQos(100))
    assert ours.storage_capacity.get().gigabytes == 100
    ours.storage_capacity.put(settings.StorageCapacity(gigabytes=7))
    assert theirs.get_bucket_storage_capacity().storage_capacity == 7


def test_transfer_acceleration(theirs: Untyped, ours: ossc.Bucket) -> None:
    """On and off."""
    with pytest.raises(oss2.exceptions.NoSuchTransferAccelerationConfiguration):
        theirs.get_bucket_transfer_acceleration()
    theirs.put_bucket_transfer_acceleration("true")
    assert ours.transfer_acceleration.get().enabled
    assert theirs.get_bucket_info().transfer_acceleration == "Enabled"
    ours.transfer_acceleration.put(settings.TransferAcceleration(enabled=False))
    assert theirs.get_bucket_transfer_acceleration().enabled == "false"


def test_access_monitor(theirs: Untyped, ours: ossc.Bucket) -> None:
    """On and off."""
    theirs.put_bucket_access_monitor("Enabled")
    assert ours.access_monitor.get().status == "Enabled"
    assert theirs.get_bucket_info().access_monitor == "Enabled"
    ours.access_monitor.put(settings.AccessMonitor(status="Disabled"))
    assert theirs.get_bucket_access_monitor().access_monitor.status == "Disabled"


def test_resource_group(theirs: Untyped, ours: ossc.Bucket) -> None:
    """The group's id."""
    theirs.put_bucket_resource_group("rg-1")
    assert ours.resource_group.get().resource_group_id == "rg-1"
    group = settings.BucketResourceGroup(resource_group_id="rg-2")
    ours.resource_group.put(group)
    assert theirs.get_bucket_resource_group().resource_group_id == "rg-2"
    assert theirs.get_bucket_info().resource_group_id == "rg-2"


def test_archive_direct_read(theirs: Untyped, ours: ossc.Bucket) -> None:
    """On and off."""
    assert theirs.get_bucket_archive_direct_read().enabled is False
    theirs.put_bucket_archive_direct_read(True)
    assert ours.archive_direct_read.get().enabled
    ours.archive_direct_read.put(settings.ArchiveDirectRead(enabled=False))
    assert theirs.get_bucket_archive_direct_read().enabled is False


def test_https_config(theirs: Untyped, ours: ossc.Bucket) -> None:
    """Versions of TLS."""
    versions = ["TLSv1.2", "TLSv1.3"]
    theirs.put_bucket_https_config(models.BucketTlsVersion(True, versions))
    got = ours.https_config.get()
    assert got == settings.HttpsConfig(enable=True, tls_versions=versions)
    ours.https_config.put(got.replace(tls_versions=["TLSv1.3"]))
    seen = theirs.get_bucket_https_config()
    assert (seen.tls_enabled, seen.tls_version) == (True, ["TLSv1.3"])


def test_public_access_block(
    server: Server, theirs: Untyped, ours: ossc.Bucket
) -> None:
    """Of the bucket, and of the account."""
    assert theirs.get_bucket_public_access_block().block_public_access is False
    theirs.put_bucket_public_access_block(True)
    assert ours.public_access_block.get().block_public_access
    theirs.delete_bucket_public_access_block()
    assert not ours.public_access_block.get().block_public_access
    options = oss2_client.client_options(server, Login("v4"))
    service = oss2.Service(theirs.auth, **options)
    service.put_public_access_block(True)
    assert service.get_public_access_block().block_public_access is True
    with pytest.raises(oss2.exceptions.AccessDenied):
        theirs.put_bucket_acl("public-read")
    service.delete_public_access_block()
    theirs.put_bucket_acl("public-read")
    assert ours.acl.get().grant == theirs.get_bucket_acl().acl == "public-read"


def test_info_and_stat(theirs: Untyped, ours: ossc.Bucket) -> None:
    """Each field that oss2 knows is the same."""
    theirs.put_object("a", b"12345")
    info, seen = ours.info(), theirs.get_bucket_info()
    assert (info.name, info.acl) == (seen.name, seen.acl.grant)
    assert (info.owner_id, info.owner_name) == (seen.owner.id, seen.owner.display_name)
    assert f"{info.creation_date:%Y-%m-%dT%H:%M:%S}" == seen.creation_date[:19]
    for name in (
        *("storage_class", "extranet_endpoint", "intranet_endpoint", "location"),
        *("data_redundancy_type", "access_monitor", "transfer_acceleration"),
        *("cross_region_replication", "resource_group_id", "comment"),
    ):
        assert (getattr(info, name) or None) == (getattr(seen, name) or None), name
    stat, told = ours.stat(), theirs.get_bucket_stat()
    assert stat.storage == told.storage_size_in_bytes
    assert stat.multipart_upload_count == told.multi_part_upload_count
    for name in set(stat._fields) - {"storage", "multipart_upload_count"}:
        assert getattr(stat, name) == getattr(told, name), name
    assert ours.location() == theirs.get_bucket_location().location


def test_list_buckets(server: Server, theirs: Untyped, ours: ossc.Bucket) -> None:
    """Filtered by a tag."""
    ours.tagging.put(settings.BucketTagging.of({"who": theirs.bucket_name}))
    options = oss2_client.client_options(server, Login("v4"))
    service = oss2.Service(theirs.auth, **options)
    found = service.list_buckets(
        params={"tag-key": "who", "tag-value": theirs.bucket_name}
    )
    assert [item.name for item in found.buckets] == [theirs.bucket_name]
    (mine,) = ours._client.list_buckets(tag=("who", theirs.bucket_name))
    assert mine.name == theirs.bucket_name
    assert mine.resource_group_id == found.buckets[0].resource_group_id

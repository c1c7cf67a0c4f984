"""Agentic buckets and bucket spaces: what the newer SDK makes, and what it gets."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator

import alibabacloud_oss_v2 as oss
import pytest
from alibabacloud_oss_v2 import agentic as theirs
from alibabacloud_oss_v2.agentic import models

import ossc
from ossc import settings
from ossc.settings import AgenticBucket, AgenticBuckets

from . import oss_v2_client, strangers
from .oss_v2_client import service_error
from .strangers import REGION, Login, Server, Untyped

server = pytest.fixture(strangers.run_server, scope="module", name="server")

ACCOUNT = "1000000000000001"
_numbers = itertools.count(1)


@pytest.fixture(name="config", params=["path", "host"])
def make_config(server: Server, request: pytest.FixtureRequest) -> Iterator[Untyped]:
    """What the SDK's clients are made with: buckets in the path, or in the host."""
    login = Login("v4", virtual_host=request.param == "host")
    config = oss_v2_client.make_config(server, login)
    config.account_id = ACCOUNT
    yield config
    strangers.close_adapters()


@pytest.fixture(name="client")
def make_client(config: Untyped) -> Untyped:
    """Make the SDK's client for agentic buckets."""
    return theirs.AgenticBucketClient(config)


@pytest.fixture(name="ours")
def make_ours(server: Server) -> Iterator[AgenticBuckets]:
    """Make ours for the same account."""
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    with ossc.Client(server.endpoint, region=REGION, credentials=keys) as client:
        made = client.agentic_buckets(ACCOUNT)
        yield made
        for each in made.list():
            bucket = made.bucket(each.name.partition("-")[0])
            for space in bucket.spaces():
                own = client.bucket(space.name)
                if own.versioning.get().status is not None:
                    for version in own.list_object_versions():
                        own.delete_object(version.key, version_id=version.version_id)
                for found in own.list_objects():
                    own.delete_object(found.key)
                client.delete_bucket(space.name)
            bucket.set_status("Disabled")
            made.delete(each.name.partition("-")[0])


@pytest.fixture(name="prefix")
def make_prefix() -> str:
    """A prefix of this test's own."""
    return f"agents{next(_numbers)}"


@pytest.fixture(name="bucket")
def make_bucket(client: Untyped, ours: AgenticBuckets, prefix: str) -> AgenticBucket:
    """An agentic bucket that the SDK has made."""
    configuration = models.CreateAgenticBucketConfiguration("IA", "ZRS")
    client.create_agentic_bucket(
        models.CreateAgenticBucketRequest(prefix, configuration)
    )
    return ours.bucket(prefix)


def test_what_it_is(client: Untyped, bucket: AgenticBucket, prefix: str) -> None:
    """Each field."""
    told = client.get_agentic_bucket(
        models.GetAgenticBucketRequest(prefix)
    ).agentic_bucket_info
    got = bucket.info()
    assert got == settings.AgenticBucketInfo(
        name=told.name,
        owner=told.owner,
        region=told.region,
        storage_class="IA",
        data_redundancy_type="ZRS",
        status=told.status,
        bucket_resource_type=told.bucket_resource_type,
        create_time=got.create_time,
        acl=told.acl,
        public_access_block=True,
    )
    assert (told.name, told.owner) == (f"{prefix}-{ACCOUNT}-{REGION}-ab-apsr", ACCOUNT)
    assert (told.status, told.acl, told.public_access_block) == (
        "Enabled",
        "private",
        "true",
    )
    assert (told.versioning, told.bucket_policy) == (None, None)
    # The same again, with all that can be set.
    bucket.encryption.put(
        settings.BucketEncryption(sse_algorithm="KMS", kms_master_key_id="key")
    )
    bucket.versioning.put(settings.BucketVersioning(status="Enabled"))
    policy = policy_for(bucket.name)
    bucket.policy.put(policy)
    told = client.get_agentic_bucket(
        models.GetAgenticBucketRequest(prefix)
    ).agentic_bucket_info
    got = bucket.info()
    rule = told.server_side_encryption_rule.apply_server_side_encryption_by_default
    assert (rule.sse_algorithm, rule.kms_master_key_id) == ("KMS", "key")
    assert (got.sse_algorithm, got.kms_master_key_id) == ("KMS", "key")
    assert told.versioning == got.versioning == "Enabled"
    assert json.loads(told.bucket_policy) == policy
    assert told.bucket_policy == got.bucket_policy


def policy_for(name: str) -> dict[str, object]:
    """A policy that lets another account read."""
    return {
        "Version": "1",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": ["2000000000000002"],
                "Action": ["oss:GetObject"],
                "Resource": [f"acs:oss:*:*:{name}/public/*"],
            }
        ],
    }


def test_lists(
    client: Untyped, ours: AgenticBuckets, bucket: AgenticBucket, prefix: str
) -> None:
    """Of agentic buckets and of their spaces, page by page."""
    ours.create(f"{prefix}z")
    first = client.list_agentic_buckets(models.ListAgenticBucketsRequest(max_keys=1))
    assert (first.region, first.owner, first.is_truncated) == (REGION, ACCOUNT, True)
    (told,) = first.agentic_buckets
    own = list(ours.list())
    assert (told.name, told.storage_class) == (own[0].name, own[0].storage_class)
    assert told.data_redundancy_type == own[0].data_redundancy_type == "ZRS"
    pages = client.list_agentic_buckets_paginator(limit=1).iter_page(
        models.ListAgenticBucketsRequest()
    )
    names = [each.name for page in pages for each in page.agentic_buckets]
    assert names == [each.name for each in own]
    for name in ("one", "two", "toe"):
        bucket.create_space(name)
    spaces = client.list_bucket_spaces(
        models.ListBucketSpacesRequest(prefix, "t", max_keys=1)
    )
    mine = list(bucket.spaces("t"))
    (told,) = spaces.bucket_spaces
    assert (told.name, told.location) == (mine[0].name, mine[0].location)
    assert told.storage_class == mine[0].storage_class == "IA"
    assert (spaces.owner.id, spaces.prefix, spaces.max_keys) == (ACCOUNT, "t", 1)
    assert (spaces.is_truncated, spaces.next_continuation_token) == (True, told.name)
    rest = client.list_bucket_spaces(
        models.ListBucketSpacesRequest(prefix, "t", start_after=told.name)
    )
    assert [each.name for each in rest.bucket_spaces] == [mine[1].name]
    pages = client.list_bucket_spaces_paginator(limit=2).iter_page(
        models.ListBucketSpacesRequest(prefix)
    )
    names = [each.name for page in pages for each in page.bucket_spaces]
    assert names == [each.name for each in bucket.spaces()]


def test_settings(client: Untyped, bucket: AgenticBucket, prefix: str) -> None:
    """Put by one, got by the other, deleted."""
    block = oss.PublicAccessBlockConfiguration(block_public_access=False)
    client.put_agentic_bucket_public_access_block(
        models.PutAgenticBucketPublicAccessBlockRequest(prefix, block)
    )
    assert not bucket.public_access_block.get().block_public_access
    client.put_agentic_bucket_acl(
        models.PutAgenticBucketAclRequest(prefix, "public-read")
    )
    told = client.get_agentic_bucket_acl(models.GetAgenticBucketAclRequest(prefix))
    got = bucket.acl.get()
    assert (told.acl, told.owner.id) == (got.grant, got.owner_id)
    assert got.grant == "public-read"
    bucket.public_access_block.delete()
    block = client.get_agentic_bucket_public_access_block(
        models.GetAgenticBucketPublicAccessBlockRequest(prefix)
    ).public_access_block_configuration
    assert not block.block_public_access
    client.delete_agentic_bucket_public_access_block(
        models.DeleteAgenticBucketPublicAccessBlockRequest(prefix)
    )
    rule = oss.ServerSideEncryptionRule(
        apply_server_side_encryption_by_default=oss.ApplyServerSideEncryptionByDefault(
            sse_algorithm="AES256"
        )
    )
    client.put_agentic_bucket_encryption(
        models.PutAgenticBucketEncryptionRequest(prefix, rule)
    )
    assert bucket.encryption.get().sse_algorithm == "AES256"
    bucket.encryption.delete()
    error = service_error(
        lambda: client.get_agentic_bucket_encryption(
            models.GetAgenticBucketEncryptionRequest(prefix)
        )
    )
    assert error.code == "NoSuchServerSideEncryptionRule"
    client.put_agentic_bucket_versioning(
        models.PutAgenticBucketVersioningRequest(
            prefix, oss.VersioningConfiguration(status="Suspended")
        )
    )
    told = client.get_agentic_bucket_versioning(
        models.GetAgenticBucketVersioningRequest(prefix)
    )
    assert told.version_status == bucket.versioning.get().status == "Suspended"
    policy = policy_for(bucket.name)
    client.put_agentic_bucket_policy(
        models.PutAgenticBucketPolicyRequest(prefix, json.dumps(policy).encode())
    )
    assert bucket.policy.get() == policy
    client.delete_agentic_bucket_policy(models.DeleteAgenticBucketPolicyRequest(prefix))
    with pytest.raises(ossc.NoSuchConfiguration):
        bucket.policy.get()
    quota = oss.QuotaConfiguration(storage_quota=4096, mode="Warning")
    client.put_agentic_bucket_storage_quota(
        models.PutAgenticBucketStorageQuotaRequest(prefix, quota)
    )
    assert bucket.storage_quota.get() == settings.StorageQuota(
        storage_quota=4096, mode="Warning"
    )
    bucket.storage_quota.put(settings.StorageQuota(storage_quota=1))
    quota = client.get_agentic_bucket_storage_quota(
        models.GetAgenticBucketStorageQuotaRequest(prefix)
    ).quota_configuration
    assert (quota.storage_quota, quota.mode) == (1, "Strict")
    client.delete_agentic_bucket_storage_quota(
        models.DeleteAgenticBucketStorageQuotaRequest(prefix)
    )
    with pytest.raises(ossc.ServerError) as caught:
        bucket.storage_quota.get()
    assert caught.value.status == 404


def test_spaces(
    client: Untyped,
    config: Untyped,
    ours: AgenticBuckets,
    bucket: AgenticBucket,
    prefix: str,
) -> None:
    """Made by one, used by the other, and both name them alike."""
    helper = theirs.BucketSpaceHelper(config)
    assert helper.to_bucket_name("notes") == ours.space_name("notes")
    assert client.get_agentic_bucket(
        models.GetAgenticBucketRequest(prefix)
    ).agentic_bucket_info.name == ours.full_name(prefix)
    space = theirs.BucketSpaceClient.create(config)
    space.put_bucket(oss.PutBucketRequest(bucket="notes", agentic_bucket=bucket.name))
    space.put_object(oss.PutObjectRequest(bucket="notes", key="k", body=b"theirs"))
    mine = ours.space("notes")
    assert mine.get_object("k").data == b"theirs"
    mine.put_object("k", b"ours")
    got = space.get_object(oss.GetObjectRequest(bucket="notes", key="k"))
    assert oss_v2_client.read(got) == b"ours"
    told = space.get_bucket_info(oss.GetBucketInfoRequest(bucket="notes")).bucket_info
    assert told.agentic_bucket_name == mine.info().agentic_bucket_name == bucket.name
    assert (told.storage_class, told.data_redundancy_type) == ("IA", "ZRS")


def test_an_end(client: Untyped, bucket: AgenticBucket, prefix: str) -> None:
    """Disabled, emptied, deleted."""
    gone = models.DeleteAgenticBucketRequest(prefix)
    error = service_error(lambda: client.delete_agentic_bucket(gone))
    assert (error.status_code, error.code) == (409, "AgenticBucketNotDisabled")
    status = models.AgenticBucketStatus("Disabled")
    client.put_agentic_bucket_status(
        models.PutAgenticBucketStatusRequest(prefix, status)
    )
    assert bucket.info().status == "Disabled"
    client.delete_agentic_bucket(gone)
    with pytest.raises(ossc.NoSuchBucket) as caught:
        bucket.info()
    error = service_error(
        lambda: client.get_agentic_bucket(models.GetAgenticBucketRequest(prefix))
    )
    assert (error.code, error.status_code) == (caught.value.code, caught.value.status)
    assert error.code == "AgenticBucketNotFound"

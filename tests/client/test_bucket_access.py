"""Who may do what: access rules, policies, blocks; who pays; what a bucket tells."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc.mock import Credential, faults
from ossc.settings import (
    AccessMonitor,
    BucketAcl,
    BucketEncryption,
    BucketLogging,
    BucketResourceGroup,
    BucketTagging,
    BucketVersioning,
    PublicAccessBlock,
    RequestPayment,
    TransferAcceleration,
)
from tests.conftest import BUCKET

OTHER = Credential("stranger", "other-secret", account="2000000000000002")
PAYS = {"x-oss-request-payer": "requester"}


@pytest.fixture
def server() -> Iterator[ossc.mock.Server]:
    """A server that knows two accounts."""
    keys = [Credential("owner", "secret"), OTHER]
    with ossc.mock.serve(buckets=[BUCKET], credentials=keys) as made:
        yield made


@pytest.fixture
def stranger(server: ossc.mock.Server) -> Iterator[ossc.Bucket]:
    """The bucket as somebody else sees it."""
    credentials = ossc.Credentials("stranger", "other-secret")
    with ossc.Client(
        server.endpoint, region=server.region, credentials=credentials
    ) as made:
        yield made.bucket(BUCKET)


@pytest.fixture
def anybody(server: ossc.mock.Server) -> Iterator[ossc.Bucket]:
    """The bucket as it is seen without credentials."""
    with ossc.Client(server.endpoint, credentials=ossc.ANONYMOUS) as made:
        yield made.bucket(BUCKET)


def statement(effect: str = "Allow", **parts: Any) -> dict[str, Any]:
    """A statement of a policy about all objects, for the stranger."""
    return {
        "Effect": effect,
        "Principal": [OTHER.account],
        "Action": ["oss:GetObject"],
        "Resource": [f"acs:oss:*:*:{BUCKET}/*"],
        **parts,
    }


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    """A policy."""
    return {"Version": "1", "Statement": list(statements)}


def test_access_rules(bucket: ossc.Bucket, anybody: ossc.Bucket) -> None:
    """What is put is what counts; what was got can be put."""
    bucket.put_object("k", b"data")
    first = bucket.acl.get()
    assert first.grant == "private"
    assert first.owner_id
    with pytest.raises(ossc.AccessDenied):
        anybody.get_object("k")
    bucket.acl.put("public-read")
    assert bucket.acl.get() == first.replace(grant="public-read")
    assert anybody.get_object("k").data == b"data"
    bucket.acl.put(first)
    with pytest.raises(ossc.AccessDenied):
        anybody.get_object("k")


@pytest.mark.parametrize("rule", ["default", "", "public", 5])
def test_rules_that_there_are_not(
    bucket: ossc.Bucket, server: ossc.mock.Server, rule: Any
) -> None:
    """They are refused before anything is sent."""
    with pytest.raises((ossc.ParameterError, TypeError)):
        bucket.acl.put(rule)
    assert server.requests == []
    assert not hasattr(bucket.acl, "delete")


def test_policies_are_json(bucket: ossc.Bucket) -> None:
    """Put as a mapping or a text, got as a mapping, with whatever is in it."""
    with pytest.raises(ossc.NoSuchConfiguration) as caught:
        bucket.policy.get()
    assert caught.value.code == "NoSuchBucketPolicy"
    with pytest.raises(ossc.NoSuchConfiguration):
        bucket.policy.status()
    made = policy(statement(Sid="né", Tomorrow={"a": [1, None]}))
    bucket.policy.put(made)
    assert bucket.policy.get() == made
    assert not bucket.policy.status().is_public
    made["Statement"][0]["Principal"] = "*"
    bucket.policy.put(json.dumps(made))
    assert bucket.policy.get() == made
    assert bucket.policy.status().is_public
    bucket.policy.delete()
    bucket.policy.delete()
    with pytest.raises(ossc.NoSuchConfiguration):
        bucket.policy.get()


@pytest.mark.parametrize(
    "document",
    [
        "",
        "text",
        "[]",
        "[" * 20000,
        '{"Version":"1"}',
        json.dumps({"Version": "2", "Statement": [statement()]}),
        json.dumps(policy()),
        json.dumps({"Version": "1", "Statement": ["a"]}),
        json.dumps(policy(statement("Perhaps"))),
        json.dumps(policy(statement(Action="s3:GetObject"))),
        json.dumps(policy(statement(Action=[]))),
        json.dumps(policy(statement(Principal=5))),
        json.dumps(policy(statement(Resource="acs:oss:*:*:other-bucket/*"))),
        json.dumps(policy(statement(Condition=[]))),
        json.dumps(policy(statement(Condition={"Perhaps": {}}))),
        json.dumps(policy(statement(Condition={"Bool": {"a": 1}}))),
        json.dumps(policy(statement(Sid="x" * 17000))),
    ],
)
def test_policies_that_are_none(bucket: ossc.Bucket, document: str) -> None:
    """The server says so, and keeps nothing."""
    with pytest.raises(ossc.ServerError) as caught:
        bucket.policy.put(document)
    assert (caught.value.status, caught.value.code) == (400, "InvalidPolicyDocument")
    with pytest.raises(ossc.NoSuchConfiguration):
        bucket.policy.get()


@pytest.mark.parametrize("answer", [b"<xml/>", b"[1]", b"[" * 100000, b"\xff"])
def test_an_answer_that_is_no_policy(
    bucket: ossc.Bucket, server: ossc.mock.Server, answer: bytes
) -> None:
    """It is an error, whatever it is."""
    bucket.policy.put(policy(statement()))
    server.faults.add(faults.body(answer), method="GET")
    with pytest.raises(ossc.MalformedResponse, match="policy"):
        bucket.policy.get()


def test_what_policies_allow(bucket: ossc.Bucket, stranger: ossc.Bucket) -> None:
    """Those who are named, what is named, where it is named."""
    bucket.put_object("public/a", b"data")
    bucket.put_object("secret", b"data")
    inside = f"acs:oss:*:*:{BUCKET}/public/*"
    listing = statement(
        Action="oss:List*",
        Resource=f"acs:oss:*:*:{BUCKET}",
        Condition={"StringLike": {"oss:Prefix": ["public/*"]}},
    )
    bucket.policy.put(policy(statement(Resource=inside), listing))
    assert stranger.get_object("public/a").data == b"data"
    assert stranger.head_object("public/a").size == 4
    assert [o.key for o in stranger.list_objects("public/")] == ["public/a"]
    for refused in (
        lambda: stranger.get_object("secret"),
        lambda: stranger.put_object("public/a", b""),
        lambda: list(stranger.list_objects()),
        stranger.policy.get,
    ):
        with pytest.raises(ossc.AccessDenied):
            refused()
    bucket.policy.put(policy(statement(Principal=["3000000000000003"])))
    with pytest.raises(ossc.AccessDenied):
        stranger.get_object("public/a")


def test_a_denial_is_stronger(
    bucket: ossc.Bucket, stranger: ossc.Bucket, anybody: ossc.Bucket
) -> None:
    """Than what is allowed, and than the access rule; the owner is not kept out."""
    bucket.put_object("a", b"data")
    bucket.put_object("b", b"data")
    bucket.acl.put("public-read-write")
    denied = statement("Deny", Principal="*", Resource=f"acs:oss:*:*:{BUCKET}/a")
    bucket.policy.put(policy(statement(), denied))
    for other in (stranger, anybody):
        with pytest.raises(ossc.AccessDenied, match="policy"):
            other.get_object("a")
        assert other.get_object("b").data == b"data"
        other.put_object("a", b"data")
    assert bucket.get_object("a").data == b"data"


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({}, True),
        ({"IpAddress": {"acs:SourceIp": ["10.0.0.0/8", "127.0.0.0/8"]}}, True),
        ({"IpAddress": {"acs:SourceIp": "10.0.0.1"}}, False),
        ({"IpAddress": {"acs:SourceIp": "no address"}}, False),
        ({"NotIpAddress": {"acs:SourceIp": "10.0.0.0/8"}}, True),
        ({"Bool": {"acs:SecureTransport": "false"}}, True),
        ({"Bool": {"acs:SecureTransport": "True"}}, False),
        ({"StringLike": {"acs:UserAgent": "ossc/*"}}, True),
        ({"StringNotLike": {"acs:UserAgent": "ossc/*"}}, False),
        ({"StringEquals": {"acs:Unknown": "x"}}, False),
        ({"StringNotEquals": {"acs:Unknown": "x"}}, True),
        (
            {
                "Bool": {"acs:SecureTransport": ["false"]},
                "IpAddress": {"acs:SourceIp": ["10.0.0.1"]},
            },
            False,
        ),
    ],
)
def test_conditions_of_policies(
    bucket: ossc.Bucket,
    stranger: ossc.Bucket,
    condition: dict[str, Any],
    holds: bool,  # noqa: FBT001
) -> None:
    """A statement counts where all of its conditions hold."""
    bucket.put_object("a", b"data")
    bucket.policy.put(policy(statement(Condition=condition)))
    if holds:
        assert stranger.get_object("a").data == b"data"
        return
    with pytest.raises(ossc.AccessDenied):
        stranger.get_object("a")


@pytest.mark.parametrize("where", ["bucket", "account"])
def test_public_access_is_blocked(
    bucket: ossc.Bucket, client: ossc.Client, anybody: ossc.Bucket, where: str
) -> None:
    """Whatever rules say; and public rules and policies are refused meanwhile."""
    bucket.put_object("a", b"data")
    bucket.acl.put("public-read")
    setting = bucket.public_access_block
    if where == "account":
        setting = client.public_access_block
    assert not setting.get().block_public_access
    setting.put(PublicAccessBlock(block_public_access=True))
    assert setting.get().block_public_access
    with pytest.raises(ossc.AccessDenied):
        anybody.get_object("a")
    with pytest.raises(ossc.AccessDenied, match="acl"):
        bucket.acl.put("public-read-write")
    with pytest.raises(ossc.AccessDenied, match="policy"):
        bucket.policy.put(policy(statement(Principal="*")))
    bucket.policy.put(policy(statement()))
    bucket.acl.put("private")
    assert bucket.info().block_public_access
    setting.delete()
    bucket.acl.put("public-read")
    assert anybody.get_object("a").data == b"data"


def test_requesters_pay(
    bucket: ossc.Bucket, stranger: ossc.Bucket, anybody: ossc.Bucket
) -> None:
    """Others have to say that they do; the owner need not."""
    bucket.put_object("a", b"data")
    bucket.acl.put("public-read")
    bucket.request_payment.put(RequestPayment(payer="Requester"))
    with pytest.raises(ossc.AccessDenied) as caught:
        stranger.get_object("a")
    assert caught.value.ec == "0003-00000702"
    assert stranger.get_object("a", headers=PAYS).data == b"data"
    with pytest.raises(ossc.AccessDenied) as unknown:
        anybody.get_object("a", headers=PAYS)
    assert unknown.value.ec == "0003-00000703"
    assert bucket.get_object("a").data == b"data"
    bucket.request_payment.put(RequestPayment(payer="BucketOwner"))
    assert anybody.get_object("a").data == b"data"


def test_what_a_bucket_is(client: ossc.Client, server: ossc.mock.Server) -> None:
    """Its properties are those that it was created with and has been given."""
    bucket = client.create_bucket(
        "full-house",
        acl="public-read",
        storage_class="IA",
        data_redundancy="ZRS",
        resource_group="rg-1",
    )
    info = bucket.info()
    assert (info.name, info.acl, info.storage_class) == (
        "full-house",
        "public-read",
        "IA",
    )
    assert (info.data_redundancy_type, info.resource_group_id) == ("ZRS", "rg-1")
    assert info.location == f"oss-{server.region}"
    assert info.extranet_endpoint == f"oss-{server.region}.aliyuncs.com"
    assert info.intranet_endpoint == f"oss-{server.region}-internal.aliyuncs.com"
    assert info.owner_id == bucket.acl.get().owner_id
    age = datetime.now(timezone.utc) - info.creation_date
    assert abs(age.total_seconds()) < 60
    assert (info.versioning, info.sse_algorithm, info.log_bucket) == (None, "None", "")
    assert (info.access_monitor, info.transfer_acceleration) == (
        "Disabled",
        "Disabled",
    )
    bucket.versioning.put(BucketVersioning(status="Suspended"))
    bucket.encryption.put(BucketEncryption(sse_algorithm="KMS", kms_master_key_id="m"))
    bucket.logging.put(BucketLogging(target_bucket=BUCKET, target_prefix="l/"))
    bucket.access_monitor.put(AccessMonitor(status="Enabled"))
    bucket.transfer_acceleration.put(TransferAcceleration(enabled=True))
    bucket.resource_group.put(BucketResourceGroup(resource_group_id="rg-2"))
    info = bucket.info()
    assert (info.versioning, info.sse_algorithm) == ("Suspended", "KMS")
    assert (info.kms_master_key_id, info.log_bucket) == ("m", BUCKET)
    assert (info.log_prefix, info.resource_group_id) == ("l/", "rg-2")
    assert (info.access_monitor, info.transfer_acceleration) == ("Enabled", "Enabled")


def test_what_a_bucket_holds(bucket: ossc.Bucket) -> None:
    """Sizes and numbers, by storage class."""
    bucket.put_object("a", b"12345")
    bucket.put_object("b", b"123", storage_class="IA")
    bucket.init_multipart_upload("c")
    stat = bucket.stat()
    assert (stat.storage, stat.object_count) == (8, 2)
    assert (stat.standard_storage, stat.infrequent_access_storage) == (5, 3)
    assert stat.multipart_upload_count == 1
    assert stat.last_modified_time > 1_700_000_000


def test_where_and_whether_a_bucket_is(
    client: ossc.Client, bucket: ossc.Bucket, stranger: ossc.Bucket
) -> None:
    """One's own, somebody else's, and none; a wrong signature does not tell."""
    assert bucket.location() == "oss-cn-hangzhou"
    assert bucket.exists()
    assert stranger.exists()
    assert not client.bucket("nobody-has-it").exists()
    for verb in ("info", "stat", "location"):
        with pytest.raises(ossc.NoSuchBucket):
            getattr(client.bucket("nobody-has-it"), verb)()
        with pytest.raises(ossc.AccessDenied):
            getattr(stranger, verb)()
    with (
        ossc.Client(
            client.endpoint,
            region=client.region,
            credentials=ossc.Credentials("owner", "wrong"),
        ) as wrong,
        pytest.raises(ossc.SignatureDoesNotMatch),
    ):
        wrong.bucket(BUCKET).exists()


def test_objects_are_encrypted_as_the_bucket_says(bucket: ossc.Bucket) -> None:
    """Unless they say something else."""
    bucket.encryption.put(BucketEncryption(sse_algorithm="KMS", kms_master_key_id="m"))
    bucket.put_object("a", b"1")
    bucket.put_object("b", b"1", server_side_encryption="AES256")
    name = "x-oss-server-side-encryption"
    assert bucket.head_object("a").headers[name] == "KMS"
    assert bucket.head_object("a").headers[f"{name}-key-id"] == "m"
    assert bucket.head_object("b").headers[name] == "AES256"
    assert f"{name}-key-id" not in bucket.head_object("b").headers
    bucket.encryption.delete()
    bucket.put_object("c", b"1")
    assert name not in bucket.head_object("c").headers


def test_lists_of_buckets_are_filtered(client: ossc.Client) -> None:
    """By a tag, with its value or without, and by the resource group."""
    for name, tags in (("one", {"a": "1"}), ("two", {"a": "2"}), ("three", {})):
        made = client.create_bucket(f"b-{name}", resource_group=f"rg-{name}")
        made.tagging.put(BucketTagging.of(tags))

    def names(**options: Any) -> list[str]:
        return [each.name for each in client.list_buckets("b-", **options)]

    assert names() == ["b-one", "b-three", "b-two"]
    assert names(tag="a") == ["b-one", "b-two"]
    assert names(tag=("a", "2")) == ["b-two"]
    assert names(tag=("a", "")) == []
    assert names(tag="b") == []
    assert names(resource_group="rg-three") == ["b-three"]
    assert names(resource_group="rg-three", tag="a") == []
    (only,) = client.list_buckets("b-th")
    assert only.resource_group_id == "rg-three"


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"tag": ""}, ossc.ParameterError),
        ({"tag": ("", "v")}, ossc.ParameterError),
        ({"tag": ("k",)}, TypeError),
        ({"tag": 5}, TypeError),
        ({"tag": ("k", 5)}, TypeError),
        ({"resource_group": 5}, TypeError),
    ],
)
def test_filters_that_are_none(
    client: ossc.Client, options: dict[str, Any], error: type[Exception]
) -> None:
    """They are refused when they are given."""
    with pytest.raises(error):
        client.list_buckets(**options)


def test_models_of_rules_are_typed() -> None:
    """An access rule can be made by itself, too."""
    assert BucketAcl(grant="private").owner_id == ""

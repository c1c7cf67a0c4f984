"""Settings of which a bucket has several: inventories, styles, access points, callers."""

from __future__ import annotations

from typing import Any

import pytest

import ossc
import ossc.mock
from ossc.mock import faults
from ossc.settings import (
    AccessPoints,
    IncrementalInventory,
    Inventory,
    PublicAccessBlock,
    QosConfiguration,
    Tag,
)
from tests.conftest import BUCKET, make_client

TARGET = f"acs:oss:::{BUCKET}"


def inventory(name: str, **more: Any) -> Inventory:
    """A plain one."""
    return Inventory(
        **{
            "id": name,
            "frequency": "Daily",
            "destination_bucket": TARGET,
            "account_id": "1",
            "role_arn": "acs:ram::1:role/r",
            **more,
        }
    )


FULL = inventory(
    "full",
    is_enabled=False,
    frequency="Weekly",
    format="Parquet",
    destination_prefix="lists/",
    kms_key_id="key",
    prefix="a/",
    last_modify_begin=1,
    last_modify_end=2,
    lower_size_bound=3,
    upper_size_bound=4,
    storage_class="IA",
    included_object_versions="All",
    optional_fields=["Size", "ETag"],
    incremental=IncrementalInventory(
        is_enabled=True, frequency=600, optional_fields=["SequenceNumber"]
    ),
)


@pytest.mark.parametrize("signature", ["v4", "v1"])
def test_inventories(server: ossc.mock.Server, signature: str) -> None:
    """Put, got, listed, deleted by their ids."""
    with make_client(server, signature=signature) as client:
        inventories = client.bucket(BUCKET).inventories
        assert list(inventories.list()) == []
        plain = inventory("plain", sse_oss="")
        for each in (plain, FULL):
            inventories.put(each)
            assert inventories.get(each.id) == each
        assert list(inventories.list()) == [FULL, plain]
        with pytest.raises(ossc.ServerError) as caught:
            inventories.put(FULL)
        assert (caught.value.status, caught.value.code) == (
            409,
            "InventoryAlreadyExist",
        )
        inventories.delete("full")
        inventories.delete("full")
        assert list(inventories.list()) == [plain]
        with pytest.raises(ossc.NoSuchConfiguration):
            inventories.get("full")


def test_many_inventories(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """They are fetched page by page; a page that leads to itself is an error."""
    names = [f"i{number:03}" for number in range(205)]
    for name in names:
        bucket.inventories.put(inventory(name))
    assert [each.id for each in bucket.inventories.list()] == names
    page = (
        b"<ListInventoryConfigurationsResult><IsTruncated>true</IsTruncated>"
        b"<NextContinuationToken>x</NextContinuationToken>"
        b"</ListInventoryConfigurationsResult>"
    )
    for _ in range(2):
        server.faults.add(faults.body(page))
    with pytest.raises(ossc.MalformedResponse, match="same as this one"):
        list(bucket.inventories.list())


@pytest.mark.parametrize(
    "wrong",
    [
        {"frequency": "Hourly"},
        {"format": "XML"},
        {"destination_bucket": BUCKET},
        {"destination_bucket": "acs:oss:::nobody-has-it"},
        {"account_id": ""},
        {"included_object_versions": "Some"},
        {"last_modify_begin": -1},
    ],
)
def test_inventories_that_oss_refuses(bucket: ossc.Bucket, wrong: Any) -> None:
    """Nothing is kept of them."""
    with pytest.raises(ossc.ServerError) as caught:
        bucket.inventories.put(inventory("i", **wrong))
    assert caught.value.status == 400
    assert list(bucket.inventories.list()) == []


@pytest.mark.parametrize("signature", ["v4", "v1"])
def test_styles(server: ossc.mock.Server, signature: str) -> None:
    """Made, changed, listed, deleted by their names."""
    with make_client(server, signature=signature) as client:
        styles = client.bucket(BUCKET).styles
        assert list(styles.list()) == []
        styles.put("b", "image/resize,p_50")
        styles.put("a", "video/snapshot,t_1 & <more>", category="video")
        got = styles.get("b")
        assert (got.name, got.content) == ("b", "image/resize,p_50")
        assert (got.category, got.create_time) == ("image", got.last_modify_time)
        assert got.create_time is not None
        assert got.create_time.endswith(" GMT")
        styles.put("b", "image/rotate,90")
        assert [(each.name, each.content) for each in styles.list()] == [
            ("a", "video/snapshot,t_1 & <more>"),
            ("b", "image/rotate,90"),
        ]
        styles.delete("b")
        styles.delete("b")
        with pytest.raises(ossc.NoSuchConfiguration):
            styles.get("b")


def test_styles_that_oss_refuses(bucket: ossc.Bucket) -> None:
    """By their names, contents and categories, and when there are too many."""
    with pytest.raises(ossc.InvalidArgument):
        bucket.styles.put("with space", "x")
    with pytest.raises(ossc.InvalidArgument):
        bucket.styles.put("a", "x", category="sound")
    with pytest.raises(ossc.ServerError, match="MalformedXML"):
        bucket.styles.put("a", "")
    for number in range(50):
        bucket.styles.put(f"s{number}", "x")
    bucket.styles.put("s0", "y")
    with pytest.raises(ossc.ServerError, match="exceeds the limit"):
        bucket.styles.put("s50", "x")


@pytest.mark.parametrize("signature", ["v4", "v1"])
def test_access_points(server: ossc.mock.Server, signature: str) -> None:
    """Made, looked at, listed for the bucket and for the account, deleted."""
    with make_client(server, signature=signature) as client:
        client.create_bucket("other-bucket")
        points = client.bucket(BUCKET).access_points
        first = points.create("ap-1")
        second = points.create("ap-2", vpc_id="vpc-1")
        client.bucket("other-bucket").access_points.create("ap-3")
        got = points.get("ap-1")
        assert (got.access_point_name, got.bucket) == ("ap-1", BUCKET)
        assert (got.alias, got.access_point_arn) == (
            first.alias,
            first.access_point_arn,
        )
        assert (got.network_origin, got.vpc_id, got.status) == (
            "internet",
            None,
            "enable",
        )
        assert got.public_endpoint == f"{got.alias}.oss-cn-hangzhou.aliyuncs.com"
        assert got.block_public_access is False
        assert points.get("ap-2").vpc_id == "vpc-1"
        listed = [(each.access_point_name, each.alias) for each in points.list()]
        assert listed == [("ap-1", first.alias), ("ap-2", second.alias)]
        everywhere = client.access_points.list(page_size=1)
        assert [(each.access_point_name, each.bucket) for each in everywhere] == [
            ("ap-1", BUCKET),
            ("ap-2", BUCKET),
            ("ap-3", "other-bucket"),
        ]
        points.delete("ap-1")
        with pytest.raises(ossc.NoSuchConfiguration):
            points.get("ap-1")
        with pytest.raises(ossc.NoSuchConfiguration):
            points.delete("ap-1")


def test_access_points_that_oss_refuses(bucket: ossc.Bucket) -> None:
    """A name that is taken, or is none."""
    bucket.access_points.create("ap-1")
    with pytest.raises(ossc.ServerError) as caught:
        bucket.access_points.create("ap-1")
    assert caught.value.status == 409
    for name in ("ap", "Ap-1", "-ap-1", "a" * 20):
        with pytest.raises(ossc.InvalidArgument):
            bucket.access_points.create(name)


def test_what_belongs_to_an_access_point(bucket: ossc.Bucket) -> None:
    """A policy, and whether public access is blocked."""
    points: AccessPoints = bucket.access_points
    policy, block = points.policy("ap-1"), points.public_access_block("ap-1")
    for call in (policy.get, policy.delete, block.get, block.delete):
        with pytest.raises(ossc.NoSuchConfiguration, match="NoSuchAccessPoint"):
            call()
    points.create("ap-1")
    with pytest.raises(ossc.NoSuchConfiguration, match="NoSuchAccessPointPolicy"):
        policy.get()
    value = {"Version": "1", "Statement": [{"Effect": "Allow"}]}
    policy.put(value)
    assert policy.get() == value
    policy.put('{"Version": "1", "Statement": []}')
    assert policy.get()["Statement"] == []
    with pytest.raises(ossc.ServerError, match="InvalidPolicyDocument"):
        policy.put("no JSON")
    policy.delete()
    with pytest.raises(ossc.NoSuchConfiguration):
        policy.get()
    assert not block.get().block_public_access
    block.put(PublicAccessBlock(block_public_access=True))
    assert block.get().block_public_access
    assert points.get("ap-1").block_public_access is True
    assert not bucket.public_access_block.get().block_public_access
    block.delete()
    assert not block.get().block_public_access
    with pytest.raises(TypeError, match="takes a PublicAccessBlock"):
        block.put(True)  # type: ignore[arg-type]
    assert repr(policy) == "<AccessPointPolicy of 'ap-1' of 'examplebucket'>"


@pytest.mark.parametrize("signature", ["v4", "v1"])
def test_requesters(server: ossc.mock.Server, signature: str) -> None:
    """How much each caller may move."""
    with make_client(server, signature=signature) as client:
        requesters = client.bucket(BUCKET).requester_qos
        limits = QosConfiguration(
            total_upload_bandwidth=10,
            intranet_upload_bandwidth=-1,
            extranet_upload_bandwidth=1,
            total_download_bandwidth=2,
            intranet_download_bandwidth=3,
            extranet_download_bandwidth=0,
            total_qps=4,
            intranet_qps=5,
            extranet_qps=6,
        )
        requesters.put("266", limits)
        requesters.put("133", QosConfiguration())
        assert requesters.get("266").qos == limits
        found = {each.requester: each.qos for each in requesters.list(page_size=1)}
        assert found == {"133": QosConfiguration(), "266": limits}
        requesters.delete("266")
        requesters.delete("266")
        with pytest.raises(ossc.NoSuchConfiguration):
            requesters.get("266")
        with pytest.raises(ossc.ServerError, match="MalformedXML"):
            requesters.put("1", QosConfiguration(total_qps=-2))


def test_what_has_no_name(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """It is refused before anything is sent."""
    for call in (
        lambda: bucket.inventories.get(""),
        lambda: bucket.styles.put("", "x"),
        lambda: bucket.access_points.create(""),
        lambda: bucket.access_points.policy(""),
        lambda: bucket.requester_qos.delete(""),
        lambda: bucket.replication.progress(""),
        lambda: bucket.cnames.put(""),
        lambda: bucket.redundancy_transitions.get(""),
        lambda: bucket.worm.complete(""),
        lambda: bucket.worm.initiate(days=0),
        lambda: bucket.access_points.list(page_size=0).__next__(),
        lambda: bucket.meta_query.aggregate("{}"),
        lambda: bucket.meta_query.search("{}", page_size=101).__next__(),
    ):
        with pytest.raises(ossc.ParameterError):
            call()
    wrong: Any = Tag(key="k")
    for put in (
        lambda: bucket.inventories.put(wrong),
        lambda: bucket.requester_qos.put("1", wrong),
        lambda: bucket.replication.add(wrong),
        lambda: bucket.cnames.put("a.com", wrong),
        lambda: bucket.meta_query.do(wrong),
        lambda: bucket.callback_policy.put(wrong),
        lambda: bucket.response_header.put(wrong),
    ):
        with pytest.raises(TypeError, match="Tag"):
            put()
    assert server.requests == []

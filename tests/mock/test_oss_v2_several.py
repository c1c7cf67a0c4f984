"""Settings of which there are several: what the newer SDK puts and what it gets."""

from __future__ import annotations

import json
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


def test_inventories(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Each field, and lists."""
    target = oss.InventoryOSSBucketDestination(
        format="CSV",
        account_id="1",
        role_arn="acs:ram::1:role/r",
        bucket=f"acs:oss:::{bucket}",
        prefix="lists/",
        encryption=oss.InventoryEncryption(sse_kms=oss.SSEKMS(key_id="key")),
    )
    config = oss.InventoryConfiguration(
        id="i1",
        is_enabled=True,
        included_object_versions="All",
        destination=oss.InventoryDestination(oss_bucket_destination=target),
        schedule=oss.InventorySchedule(
            frequency="Monthly", day_of_month=3, auto_delete=True
        ),
        filter=oss.InventoryFilter(
            prefix="p/",
            last_modify_begin_time_stamp=1,
            last_modify_end_time_stamp=2,
            lower_size_bound=3,
            upper_size_bound=4,
            storage_class="IA",
        ),
        optional_fields=oss.OptionalFields(fields=["Size"]),
        incremental_inventory=oss.IncrementalInventory(
            is_enabled=True,
            schedule=oss.IncrementInventorySchedule(frequency=600),
            optional_fields=oss.OptionalFields(fields=["SequenceNumber"]),
        ),
    )
    client.put_bucket_inventory(
        oss.PutBucketInventoryRequest(
            bucket=bucket, inventory_id="i1", inventory_configuration=config
        )
    )
    got = ours.inventories.get("i1")
    assert got == settings.Inventory(
        id="i1",
        included_object_versions="All",
        account_id="1",
        role_arn="acs:ram::1:role/r",
        destination_bucket=f"acs:oss:::{bucket}",
        destination_prefix="lists/",
        kms_key_id="key",
        frequency="Monthly",
        day_of_month=3,
        auto_delete=True,
        prefix="p/",
        last_modify_begin=1,
        last_modify_end=2,
        lower_size_bound=3,
        upper_size_bound=4,
        storage_class="IA",
        optional_fields=["Size"],
        incremental=settings.IncrementalInventory(
            is_enabled=True, frequency=600, optional_fields=["SequenceNumber"]
        ),
    )
    ours.inventories.put(got.replace(id="i2"))
    seen = client.get_bucket_inventory(
        oss.GetBucketInventoryRequest(bucket=bucket, inventory_id="i2")
    ).inventory_configuration
    assert (seen.id, seen.is_enabled, seen.filter.prefix) == ("i2", True, "p/")
    there = seen.destination.oss_bucket_destination
    assert (there.bucket, there.encryption.sse_kms.key_id) == (target.bucket, "key")
    assert seen.incremental_inventory.schedule.frequency == 600
    listed = client.list_bucket_inventory(oss.ListBucketInventoryRequest(bucket=bucket))
    listed = listed.list_inventory_configurations_result
    assert [each.id for each in listed.inventory_configurations] == ["i1", "i2"]
    client.delete_bucket_inventory(
        oss.DeleteBucketInventoryRequest(bucket=bucket, inventory_id="i1")
    )
    assert [each.id for each in ours.inventories.list()] == ["i2"]


def test_worm(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Begun by one, locked and made longer by the other."""
    initiated = client.initiate_bucket_worm(
        oss.InitiateBucketWormRequest(
            bucket=bucket,
            initiate_worm_configuration=oss.InitiateWormConfiguration(
                retention_period_in_days=1
            ),
        )
    )
    get = oss.GetBucketWormRequest(bucket=bucket)
    got, seen = ours.worm.get(), client.get_bucket_worm(get).worm_configuration
    assert got.worm_id == seen.worm_id == initiated.worm_id
    assert got.state == seen.state == "InProgress"
    assert got.expiration_date == seen.expiration_date
    client.abort_bucket_worm(oss.AbortBucketWormRequest(bucket=bucket))
    error = service_error(lambda: client.get_bucket_worm(get))
    assert (error.status_code, error.code) == (404, "NoSuchWORMConfiguration")
    worm_id = ours.worm.initiate(days=1)
    client.complete_bucket_worm(
        oss.CompleteBucketWormRequest(bucket=bucket, worm_id=worm_id)
    )
    client.extend_bucket_worm(
        oss.ExtendBucketWormRequest(
            bucket=bucket,
            worm_id=worm_id,
            extend_worm_configuration=oss.ExtendWormConfiguration(
                retention_period_in_days=2
            ),
        )
    )
    got = ours.worm.get()
    assert (got.state, got.retention_period_in_days) == ("Locked", 2)


def test_replication(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Rules, progress, places, promised times."""
    rule = oss.ReplicationRule(
        prefix_set=oss.ReplicationPrefixSet(prefixs=["a", "b"]),
        action="ALL",
        destination=oss.ReplicationDestination(
            bucket="far-away", location="oss-cn-beijing", transfer_type="oss_acc"
        ),
        historical_object_replication="disabled",
        sync_role="role",
        source_selection_criteria=oss.ReplicationSourceSelectionCriteria(
            sse_kms_encrypted_objects=oss.SseKmsEncryptedObjects(status="Enabled")
        ),
        encryption_configuration=oss.ReplicationEncryptionConfiguration(
            replica_kms_key_id="key"
        ),
        rtc=oss.ReplicationTimeControl(status="enabled"),
    )
    # Its result does not tell the id, whatever the header says.
    client.put_bucket_replication(
        oss.PutBucketReplicationRequest(
            bucket=bucket,
            replication_configuration=oss.ReplicationConfiguration(rules=[rule]),
        )
    )
    (got,) = ours.replication.get().rules
    rule_id = got.id
    assert rule_id is not None
    assert got == settings.ReplicationRule(
        id=rule_id,
        prefixes=["a", "b"],
        destination_bucket="far-away",
        destination_location="oss-cn-beijing",
        transfer_type="oss_acc",
        historical_object_replication="disabled",
        sync_role="role",
        sse_kms_encrypted_objects="Enabled",
        replica_kms_key_id="key",
        rtc="enabled",
        status="starting",
    )
    client.put_bucket_rtc(
        oss.PutBucketRtcRequest(
            bucket=bucket,
            rtc_configuration=oss.RtcConfiguration(
                rtc=oss.ReplicationTimeControl(status="disabled"), id=rule_id
            ),
        )
    )
    assert ours.replication.get().rules[0].rtc == "disabled"
    other = ours.replication.add(
        settings.ReplicationRule(
            destination_bucket="other", destination_location="oss-cn-beijing"
        )
    )
    seen = client.get_bucket_replication(oss.GetBucketReplicationRequest(bucket=bucket))
    rules = {each.id: each for each in seen.replication_configuration.rules}
    assert rules[rule_id].prefix_set.prefixs == ["a", "b"]
    assert rules[other].destination.bucket == "other"
    progress = client.get_bucket_replication_progress(
        oss.GetBucketReplicationProgressRequest(bucket=bucket, rule_id=other)
    )
    (told,) = progress.replication_progress.rules
    ours_told = ours.replication.progress(other)
    assert (told.id, told.status) == (other, ours_told.status)
    assert told.progress.historical_object == ours_told.historical_object
    assert told.progress.new_object == ours_told.new_object
    places = client.get_bucket_replication_location(
        oss.GetBucketReplicationLocationRequest(bucket=bucket)
    ).replication_location
    mine = ours.replication.locations()
    assert tuple(places.locations) == mine.locations
    assert tuple(places.locationrtc_constraint.locations) == mine.rtc_locations
    client.delete_bucket_replication(
        oss.DeleteBucketReplicationRequest(
            bucket=bucket, replication_rules=oss.ReplicationRules(ids=[rule_id])
        )
    )
    assert [each.id for each in ours.replication.get().rules] == [other]


def test_domains(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Tokens, domains, certificates."""
    domain = f"{bucket}.example.org"

    def config(**more: Untyped) -> Untyped:
        cname = oss.Cname(domain=domain, **more)
        return oss.BucketCnameConfiguration(cname=cname)

    token = client.create_cname_token(
        oss.CreateCnameTokenRequest(bucket=bucket, bucket_cname_configuration=config())
    ).cname_token
    again = client.get_cname_token(
        oss.GetCnameTokenRequest(bucket=bucket, cname=domain)
    ).cname_token
    got = ours.cnames.get_token(domain)
    for name in ("bucket", "cname", "token", "expire_time"):
        assert getattr(token, name) == getattr(got, name) == getattr(again, name)
    certificate = oss.CertificateConfiguration(cert_id="7-x", force=True)
    client.put_cname(
        oss.PutCnameRequest(
            bucket=bucket,
            bucket_cname_configuration=config(certificate_configuration=certificate),
        )
    )
    (mine,) = ours.cnames.list()
    listed = client.list_cname(oss.ListCnameRequest(bucket=bucket))
    (seen,) = listed.cnames
    assert listed.bucket == bucket
    assert (mine.domain, mine.status) == (seen.domain, seen.status)
    assert mine.is_wild_card == seen.is_wild_card
    assert mine.certificate is not None
    for name in ("type", "cert_id", "status", "creation_date"):
        assert getattr(mine.certificate, name) == getattr(seen.certificate, name)
    ours.cnames.put(domain, settings.Certificate(delete_certificate=True))
    (seen,) = client.list_cname(oss.ListCnameRequest(bucket=bucket)).cnames
    assert seen.certificate is None
    client.delete_cname(
        oss.DeleteCnameRequest(bucket=bucket, bucket_cname_configuration=config())
    )
    assert list(ours.cnames.list()) == []


def test_styles(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Contents, categories, times."""
    client.put_style(
        oss.PutStyleRequest(
            bucket=bucket,
            style_name="a",
            category="video",
            style=oss.StyleContent(content="video/x"),
        )
    )
    ours.styles.put("b", "image/rotate,90")
    listed = client.list_style(oss.ListStyleRequest(bucket=bucket)).style_list.styles
    for got, seen in zip(ours.styles.list(), listed, strict=True):
        for name in got._fields:
            assert getattr(got, name) == getattr(seen, name)
    one = client.get_style(oss.GetStyleRequest(bucket=bucket, style_name="a")).style
    assert (one.content, one.category) == ("video/x", "video")
    client.delete_style(oss.DeleteStyleRequest(bucket=bucket, style_name="a"))
    assert [each.name for each in ours.styles.list()] == ["b"]


def test_access_points(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Made by either; policies and blocks."""
    name = f"v2-{bucket[-8:].strip('-')}"
    vpc = oss.AccessPointVpcConfiguration(vpc_id="vpc-1")
    config = oss.CreateAccessPointConfiguration(
        access_point_name=name, network_origin="vpc", vpc_configuration=vpc
    )
    made = client.create_access_point(
        oss.CreateAccessPointRequest(
            bucket=bucket, create_access_point_configuration=config
        )
    )
    got = ours.access_points.get(name)
    named = {"bucket": bucket, "access_point_name": name}
    seen = client.get_access_point(oss.GetAccessPointRequest(**named))
    assert (made.alias, made.access_point_arn) == (got.alias, got.access_point_arn)
    for field in (
        *("access_point_name", "bucket", "account_id", "network_origin", "alias"),
        *("access_point_arn", "creation_date", "status"),
    ):
        assert getattr(got, field) == getattr(seen, field)
    assert got.vpc_id == seen.vpc_configuration.vpc_id
    assert got.public_endpoint == seen.endpoints.public_endpoint
    listed = client.list_access_points(oss.ListAccessPointsRequest(bucket=bucket))
    assert [each.alias for each in listed.access_points] == [got.alias]
    everywhere = client.list_access_points(oss.ListAccessPointsRequest(max_keys=1000))
    assert name in [each.access_point_name for each in everywhere.access_points]
    policy = {"Version": "1", "Statement": []}
    body = json.dumps(policy)
    client.put_access_point_policy(oss.PutAccessPointPolicyRequest(**named, body=body))
    assert ours.access_points.policy(name).get() == policy
    get = oss.GetAccessPointPolicyRequest(**named)
    assert json.loads(client.get_access_point_policy(get).body) == policy
    client.delete_access_point_policy(oss.DeleteAccessPointPolicyRequest(**named))
    with pytest.raises(ossc.NoSuchConfiguration):
        ours.access_points.policy(name).get()
    error = service_error(lambda: client.get_access_point_policy(get))
    assert error.status_code == 404
    client.put_access_point_public_access_block(
        oss.PutAccessPointPublicAccessBlockRequest(
            **named,
            public_access_block_configuration=oss.PublicAccessBlockConfiguration(
                block_public_access=True
            ),
        )
    )
    assert ours.access_points.public_access_block(name).get().block_public_access
    client.delete_access_point_public_access_block(
        oss.DeleteAccessPointPublicAccessBlockRequest(**named)
    )
    block = client.get_access_point_public_access_block(
        oss.GetAccessPointPublicAccessBlockRequest(**named)
    ).public_access_block_configuration
    assert block.block_public_access is False
    client.delete_access_point(oss.DeleteAccessPointRequest(**named))
    assert list(ours.access_points.list()) == []


def test_redundancy(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Tasks of a bucket and of the account."""
    created = client.create_bucket_data_redundancy_transition(
        oss.CreateBucketDataRedundancyTransitionRequest(
            bucket=bucket, target_redundancy_type="ZRS"
        )
    )
    task_id = created.bucket_data_redundancy_transition.task_id
    got = ours.redundancy_transitions.get(task_id)
    named = {"bucket": bucket, "redundancy_transition_taskid": task_id}
    seen = client.get_bucket_data_redundancy_transition(
        oss.GetBucketDataRedundancyTransitionRequest(**named)
    ).bucket_data_redundancy_transition
    for name in got._fields:
        assert getattr(got, name) == getattr(seen, name)
    listed = client.list_user_data_redundancy_transition(
        oss.ListUserDataRedundancyTransitionRequest(max_keys=1000)
    ).list_bucket_data_redundancy_transition
    tasks = [task.task_id for task in listed.bucket_data_redundancy_transition]
    assert task_id in tasks
    client.delete_bucket_data_redundancy_transition(
        oss.DeleteBucketDataRedundancyTransitionRequest(**named)
    )
    assert list(ours.redundancy_transitions.list()) == []


def test_meta_query(client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """What is found, and what is counted."""
    ours.put_object("a", b"12", metadata={"m": "1"}, content_type="text/plain")
    client.open_meta_query(oss.OpenMetaQueryRequest(bucket=bucket, mode="basic"))
    status = client.get_meta_query_status(oss.GetMetaQueryStatusRequest(bucket=bucket))
    told, got_status = status.meta_query_status, ours.meta_query.get()
    assert (told.state, told.phase) == (got_status.state, got_status.phase)
    assert told.meta_query_mode == got_status.mode
    query = '{"Field": "Size", "Value": "1", "Operation": "gt"}'
    found = client.do_meta_query(
        oss.DoMetaQueryRequest(
            bucket=bucket,
            mode="basic",
            meta_query=oss.MetaQuery(
                max_results=10, query=query, sort="Size", order="asc"
            ),
        )
    )
    (seen,) = found.files.file
    (got,) = ours.meta_query.search(query)
    for name in (
        *("filename", "size", "file_modified_time", "etag", "oss_object_type"),
        *("oss_storage_class", "object_acl", "oss_crc64", "oss_tagging_count"),
        *("content_type", "uri", "image_width"),
    ):
        assert getattr(got, name) == getattr(seen, name)
    assert got.user_meta is not None
    assert [(meta.key, meta.value) for meta in got.user_meta] == [
        (meta.key, meta.value) for meta in seen.oss_user_meta.user_metas
    ]
    wish = oss.MetaQueryAggregations(
        aggregations=[oss.MetaQueryAggregation(field="Size", operation="sum")]
    )
    counted = client.do_meta_query(
        oss.DoMetaQueryRequest(
            bucket=bucket, meta_query=oss.MetaQuery(query=query, aggregations=wish)
        )
    )
    (total,) = counted.aggregations.aggregations
    assert (total.field, total.operation, total.value) == ("Size", "sum", 2.0)
    client.close_meta_query(oss.CloseMetaQueryRequest(bucket=bucket))
    with pytest.raises(ossc.NoSuchConfiguration):
        ours.meta_query.get()

"""Settings of which there are several: what oss2 puts, ossc gets, and the reverse."""

from __future__ import annotations

import base64
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


@pytest.fixture(name="service")
def make_service(server: Server, theirs: Untyped) -> Untyped:
    """Make oss2's object for the account."""
    return oss2.Service(theirs.auth, **oss2_client.client_options(server, Login("v4")))


@pytest.fixture(name="ours")
def make_ours(server: Server, theirs: Untyped) -> Iterator[ossc.Bucket]:
    """Make our object for the same bucket."""
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    with ossc.Client(server.endpoint, region=REGION, credentials=keys) as client:
        yield client.bucket(theirs.bucket_name)


def test_inventories(theirs: Untyped, ours: ossc.Bucket) -> None:
    """Each field, and lists."""
    name = theirs.bucket_name
    plain = models.InventoryConfiguration(
        inventory_id="i1",
        is_enabled=True,
        included_object_versions="All",
        inventory_filter=models.InventoryFilter("p/", 1, 2, 3, 4, "IA"),
        inventory_destination=models.InventoryDestination(
            models.InventoryBucketDestination(
                account_id="1",
                role_arn="acs:ram::1:role/r",
                bucket=name,
                inventory_format="CSV",
                prefix="lists/",
                sse_kms_encryption=models.InventoryServerSideEncryptionKMS("key"),
            )
        ),
        inventory_schedule=models.InventorySchedule("Weekly"),
        optional_fields=["Size", "ETag"],
    )
    theirs.put_bucket_inventory_configuration(plain)
    got = ours.inventories.get("i1")
    assert got == settings.Inventory(
        id="i1",
        included_object_versions="All",
        prefix="p/",
        last_modify_begin=1,
        last_modify_end=2,
        lower_size_bound=3,
        upper_size_bound=4,
        storage_class="IA",
        account_id="1",
        role_arn="acs:ram::1:role/r",
        destination_bucket=f"acs:oss:::{name}",
        destination_prefix="lists/",
        kms_key_id="key",
        frequency="Weekly",
        optional_fields=["Size", "ETag"],
    )
    ours.inventories.put(got.replace(id="i2", kms_key_id=None, sse_oss=""))
    seen = theirs.get_bucket_inventory_configuration("i2")
    target = seen.inventory_destination.bucket_destination
    assert (target.bucket, target.prefix, target.account_id) == (name, "lists/", "1")
    assert target.sse_oss_encryption is not None
    assert target.sse_kms_encryption is None
    assert seen.inventory_schedule.frequency == "Weekly"
    assert seen.optional_fields == ["Size", "ETag"]
    assert int(seen.inventory_filter.upper_size_bound) == 4
    listed = theirs.list_bucket_inventory_configurations()
    assert [each.inventory_id for each in listed.inventory_configurations] == [
        "i1",
        "i2",
    ]
    assert listed.is_truncated is False
    theirs.delete_bucket_inventory_configuration("i1")
    assert [each.id for each in ours.inventories.list()] == ["i2"]
    with pytest.raises(oss2.exceptions.NoSuchInventory):
        theirs.get_bucket_inventory_configuration("i1")


def test_worm(theirs: Untyped, ours: ossc.Bucket) -> None:
    """Begun by one, locked by the other."""
    theirs.put_object("k", b"1")
    worm_id = theirs.init_bucket_worm(1).worm_id
    got, seen = ours.worm.get(), theirs.get_bucket_worm()
    assert (got.worm_id, got.state) == (worm_id, "InProgress")
    assert (seen.worm_id, seen.state) == (worm_id, "InProgress")
    assert f"{got.creation_date:%Y-%m-%dT%H:%M:%S.000Z}" == seen.creation_date
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        theirs.put_object("k", b"2")
    assert (caught.value.status, caught.value.code) == (409, "FileImmutable")
    theirs.abort_bucket_worm()
    with pytest.raises(oss2.exceptions.NoSuchWORMConfiguration):
        theirs.get_bucket_worm()
    worm_id = ours.worm.initiate(days=1)
    theirs.complete_bucket_worm(worm_id)
    theirs.extend_bucket_worm(worm_id, 2)
    seen = theirs.get_bucket_worm()
    assert (seen.state, seen.retention_period_days) == ("Locked", 2)
    ours.worm.extend(worm_id, days=3)
    assert theirs.get_bucket_worm().retention_period_days == 3
    with pytest.raises(oss2.exceptions.WORMConfigurationLocked):
        theirs.abort_bucket_worm()


def test_replication(theirs: Untyped, ours: ossc.Bucket) -> None:
    """Rules, progress, places."""
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        theirs.get_bucket_replication()
    assert caught.value.code == "NoSuchReplicationConfiguration"
    theirs.put_bucket_replication(
        models.ReplicationRule(
            rule_id="r1",
            target_bucket_name="far-away",
            target_bucket_location="oss-cn-beijing",
            target_transfer_type="oss_acc",
            prefix_list=["a", "b"],
            action_list=["PUT", "DELETE"],
            is_enable_historical_object_replication=False,
            sync_role_name="role",
            replica_kms_keyid="key",
            sse_kms_encrypted_objects_status="Enabled",
        )
    )
    (got,) = ours.replication.get().rules
    assert got == settings.ReplicationRule(
        id="r1",
        destination_bucket="far-away",
        destination_location="oss-cn-beijing",
        transfer_type="oss_acc",
        prefixes=["a", "b"],
        action="PUT,DELETE",
        historical_object_replication="disabled",
        sync_role="role",
        replica_kms_key_id="key",
        sse_kms_encrypted_objects="Enabled",
        status="starting",
    )
    ours.replication.add(
        got.replace(id="r2", destination_bucket="other", status=None, prefixes=None)
    )
    first, second = theirs.get_bucket_replication().rule_list
    assert (first.rule_id, first.prefix_list) == ("r1", ["a", "b"])
    assert (second.rule_id, second.target_bucket_name) == ("r2", "other")
    assert second.action_list == ["PUT", "DELETE"]
    assert second.sync_role_name == "role"
    progress = theirs.get_bucket_replication_progress("r1").progress
    told = ours.replication.progress("r1")
    assert (progress.rule_id, progress.status) == (told.id, told.status)
    assert progress.new_object_progress == told.new_object
    places = theirs.get_bucket_replication_location()
    assert tuple(places.location_list) == ours.replication.locations().locations
    fast = {each.location for each in places.location_transfer_type_list}
    types = ours.replication.locations().transfer_types
    assert types is not None
    assert fast == {each.location for each in types}
    theirs.delete_bucket_replication("r1")
    assert [rule.id for rule in ours.replication.get().rules] == ["r2"]


def test_domains(theirs: Untyped, ours: ossc.Bucket) -> None:
    """Tokens, domains, certificates."""
    domain = f"{theirs.bucket_name}.example.com"
    token = theirs.create_bucket_cname_token(domain)
    got = ours.cnames.get_token(domain)
    assert (token.bucket, token.cname, token.token, token.expire_time) == (
        got.bucket,
        got.cname,
        got.token,
        got.expire_time,
    )
    assert theirs.get_bucket_cname_token(domain).token == got.token
    certificate = models.CertInfo(cert_id="7-cn-hangzhou")
    theirs.put_bucket_cname(models.PutBucketCnameRequest(domain, certificate))
    (mine,) = ours.cnames.list()
    listed = theirs.list_bucket_cname()
    (seen,) = listed.cname
    assert listed.bucket == theirs.bucket_name
    assert (mine.domain, mine.status) == (seen.domain, seen.status)
    assert mine.certificate is not None
    for name in ("type", "cert_id", "status", "creation_date", "fingerprint"):
        assert getattr(mine.certificate, name) == getattr(seen.certificate, name)
    change = settings.Certificate(cert_id="8-x", previous_cert_id="7-cn-hangzhou")
    ours.cnames.put(domain, change)
    (seen,) = theirs.list_bucket_cname().cname
    assert seen.certificate.cert_id == "8-x"
    theirs.delete_bucket_cname(domain)
    assert list(ours.cnames.list()) == []


def test_styles(theirs: Untyped, ours: ossc.Bucket) -> None:
    """Contents and times."""
    theirs.put_bucket_style("a", "image/resize,p_50")
    ours.styles.put("b", "image/rotate,90")
    for got, seen in zip(
        ours.styles.list(), theirs.list_bucket_style().styles, strict=True
    ):
        for name in ("name", "content", "create_time", "last_modify_time"):
            assert getattr(got, name) == getattr(seen, name)
    assert theirs.get_bucket_style("b").content == "image/rotate,90"
    theirs.delete_bucket_style("a")
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        theirs.get_bucket_style("a")
    assert (caught.value.status, caught.value.code) == (404, "NoSuchStyle")
    assert [each.name for each in ours.styles.list()] == ["b"]


def test_access_points(theirs: Untyped, service: Untyped, ours: ossc.Bucket) -> None:
    """Made by either; policies and blocks."""
    tail = theirs.bucket_name[-8:].strip("-")
    one, two = f"a1-{tail}", f"a2-{tail}"
    vpc = models.AccessPointVpcConfiguration("vpc-1")
    made = theirs.create_access_point(models.CreateAccessPointRequest(one, "vpc", vpc))
    got, seen = ours.access_points.get(one), theirs.get_access_point(one)
    assert (got.alias, got.access_point_arn) == (made.alias, made.access_point_arn)
    for name in ("access_point_name", "bucket", "account_id", "network_origin"):
        assert getattr(got, name) == getattr(seen, name)
    for name in ("alias", "access_point_arn", "creation_date"):
        assert getattr(got, name) == getattr(seen, name)
    assert (got.vpc_id, got.status) == (seen.vpc.vpc_id, seen.access_point_status)
    assert got.public_endpoint == seen.endpoints.public_endpoint
    assert got.internal_endpoint == seen.endpoints.internal_endpoint
    ours.access_points.create(two)
    listed = theirs.list_bucket_access_points(max_keys=1)
    assert (listed.is_truncated, listed.max_keys) == (True, 1)
    listed = theirs.list_bucket_access_points(
        continuation_token=listed.next_continuation_token
    )
    assert [each.access_point_name for each in listed.access_points] == [two]
    names = [
        each.access_point_name for each in service.list_access_points().access_points
    ]
    assert {one, two} <= set(names)
    policy = {"Version": "1", "Statement": []}
    theirs.put_access_point_policy(one, json.dumps(policy))
    assert ours.access_points.policy(one).get() == policy
    assert json.loads(theirs.get_access_point_policy(one).policy) == policy
    theirs.delete_access_point_policy(one)
    with pytest.raises(ossc.NoSuchConfiguration):
        ours.access_points.policy(one).get()
    theirs.put_access_point_public_access_block(one, True)
    assert ours.access_points.public_access_block(one).get().block_public_access
    seen = theirs.get_access_point(one).public_access_block_configuration
    assert seen.block_public_access is True
    theirs.delete_access_point_public_access_block(one)
    block = theirs.get_access_point_public_access_block(one)
    assert block.block_public_access is False
    for name in (one, two):
        theirs.delete_access_point(name)
    assert list(ours.access_points.list()) == []


def test_redundancy(theirs: Untyped, service: Untyped, ours: ossc.Bucket) -> None:
    """Tasks of a bucket and of the account."""
    task_id = theirs.create_bucket_data_redundancy_transition("ZRS").task_id
    got = ours.redundancy_transitions.get(task_id)
    seen = theirs.get_bucket_data_redundancy_transition(task_id)
    for name in (
        *("bucket", "task_id", "create_time", "start_time", "end_time"),
        *("process_percentage", "estimated_remaining_time"),
    ):
        assert getattr(got, name) == getattr(seen, name)
    assert got.status == seen.transition_status
    listed = theirs.list_bucket_data_redundancy_transition()
    assert [task.task_id for task in listed.data_redundancy_transitions] == [task_id]
    everywhere = service.list_user_data_redundancy_transition()
    tasks = [task.task_id for task in everywhere.data_redundancy_transitions]
    assert task_id in tasks
    theirs.delete_bucket_data_redundancy_transition(task_id)
    assert list(ours.redundancy_transitions.list()) == []


def test_meta_query(theirs: Untyped, ours: ossc.Bucket) -> None:
    """What is found, and what is counted."""
    theirs.put_object("a", b"12", headers={"x-oss-meta-m": "1", "x-oss-tagging": "t=u"})
    theirs.put_object("b", b"123")
    theirs.open_bucket_meta_query()
    status, told = ours.meta_query.get(), theirs.get_bucket_meta_query_status()
    for name in ("state", "phase", "create_time", "update_time"):
        assert getattr(status, name) == getattr(told, name)
    query = '{"Field": "Size", "Value": "1", "Operation": "gt"}'
    wish = models.MetaQuery(max_results=1, query=query, sort="Size", order="asc")
    answer = theirs.do_bucket_meta_query(wish)
    (seen,) = answer.files
    found = list(ours.meta_query.search(query, sort="Size", order="asc"))
    assert [each.filename for each in found] == ["a", "b"]
    got = found[0]
    assert got.filename == seen.file_name
    for name in (
        *("size", "file_modified_time", "oss_object_type", "oss_storage_class"),
        *("object_acl", "etag", "oss_crc64", "oss_tagging_count"),
    ):
        assert getattr(got, name) == getattr(seen, name)
    assert got.tags is not None
    assert got.user_meta is not None
    assert [(tag.key, tag.value) for tag in got.tags] == [("t", "u")]
    assert [(tag.key, tag.value) for tag in seen.oss_tagging] == [("t", "u")]
    assert [(meta.key, meta.value) for meta in got.user_meta] == [
        (meta.key, meta.value) for meta in seen.oss_user_meta
    ]
    wish.next_token = answer.next_token
    assert [each.file_name for each in theirs.do_bucket_meta_query(wish).files] == ["b"]
    wish = models.MetaQuery(
        max_results=1,
        query=query,
        aggregations=[
            models.AggregationsRequest("Size", "sum"),
            models.AggregationsRequest("Size", "group"),
        ],
    )
    total, group = theirs.do_bucket_meta_query(wish).aggregations
    ours_total, ours_group = ours.meta_query.aggregate(
        query, ("Size", "sum"), ("Size", "group")
    )
    assert total.value == ours_total.value == 5.0
    assert ours_group.groups is not None
    assert [(each.value, each.count) for each in group.groups] == [
        (each.value, each.count) for each in ours_group.groups
    ]
    theirs.close_bucket_meta_query()
    with pytest.raises(ossc.NoSuchConfiguration):
        ours.meta_query.get()


def test_callbacks(theirs: Untyped, ours: ossc.Bucket) -> None:
    """Names, callbacks, variables."""
    url = base64.b64encode(b'{"callbackUrl":"http://127.0.0.1/"}').decode()
    names = base64.b64encode(b'{"x:a":"1"}').decode()
    theirs.put_bucket_callback_policy(
        [
            models.CallbackPolicyInfo("one", url, names),
            models.CallbackPolicyInfo("two", url),
        ]
    )
    one, two = ours.callback_policy.get().items
    assert (one.policy_name, one.callback, one.callback_var) == ("one", url, names)
    assert (two.policy_name, two.callback_var) == ("two", "")
    ours.callback_policy.put(settings.BucketCallbackPolicy(items=[one]))
    (seen,) = theirs.get_bucket_callback_policy().callback_policies
    assert (seen.policy_name, seen.callback, seen.callback_var) == ("one", url, names)
    theirs.delete_bucket_callback_policy()
    with pytest.raises(ossc.NoSuchConfiguration):
        ours.callback_policy.get()


def test_requesters(theirs: Untyped, ours: ossc.Bucket) -> None:
    """Each limit."""
    names = {
        "total_upload_bandwidth": "total_upload_bw",
        "intranet_upload_bandwidth": "intranet_upload_bw",
        "extranet_upload_bandwidth": "extranet_upload_bw",
        "total_download_bandwidth": "total_download_bw",
        "intranet_download_bandwidth": "intranet_download_bw",
        "extranet_download_bandwidth": "extranet_download_bw",
        "total_qps": "total_qps",
        "intranet_qps": "intranet_qps",
        "extranet_qps": "extranet_qps",
    }
    limits = models.QoSConfiguration()
    for number, name in enumerate(names.values()):
        setattr(limits, name, number)
    theirs.put_bucket_requester_qos_info("266", limits)
    got = ours.requester_qos.get("266").qos
    assert [getattr(got, name) for name in names] == list(range(9))
    ours.requester_qos.put("133", got.replace(total_qps=-1))
    seen = theirs.get_bucket_requester_qos_info("133")
    assert (seen.requester, seen.qos_configuration.total_qps) == ("133", -1)
    listed = theirs.list_bucket_requester_qos_infos(max_keys=1)
    assert [each.requester for each in listed.requester_qos_info] == ["133"]
    assert (listed.bucket, listed.is_truncated) == (theirs.bucket_name, True)
    theirs.delete_bucket_requester_qos_info("133")
    assert [each.requester for each in ours.requester_qos.list()] == ["266"]

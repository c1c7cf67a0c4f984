"""Pools, limits, regions, forwarded gets: what oss2 puts, ossc gets, and the reverse."""

from __future__ import annotations

from collections.abc import Iterator

import oss2
import pytest
from oss2 import models

import ossc
from ossc.settings import QosConfiguration

from . import oss2_client, strangers
from .strangers import REGION, Login, Server, Untyped

server = pytest.fixture(strangers.run_server, scope="module", name="server")

# oss2's name of each limit, and ours.
LIMITS = {
    f"{net}_{theirs}": f"{net}_{ours}"
    for theirs, ours in (
        ("upload_bw", "upload_bandwidth"),
        ("download_bw", "download_bandwidth"),
        ("qps", "qps"),
    )
    for net in ("total", "intranet", "extranet")
}
FULL = {name: 30 - number for number, name in enumerate(LIMITS) if "total" not in name}
FULL |= {name: 40 for name in LIMITS if "total" in name}


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


@pytest.fixture(name="client")
def make_client(server: Server) -> Iterator[ossc.Client]:
    """Make our client."""
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    with ossc.Client(server.endpoint, region=REGION, credentials=keys) as client:
        yield client


def same_limits(theirs: Untyped, ours: QosConfiguration | None) -> bool:
    """Whether all limits are equal, and said."""
    assert ours is not None
    return all(
        getattr(theirs, name) == getattr(ours, own) for name, own in LIMITS.items()
    )


def test_limits_of_a_bucket(theirs: Untyped, client: ossc.Client) -> None:
    """Each of them, put by one and got by the other."""
    mine = client.bucket(theirs.bucket_name).qos
    theirs.put_bucket_qos_info(models.BucketQosInfo(**FULL))
    assert same_limits(models.BucketQosInfo(**FULL), mine.get())
    assert same_limits(theirs.get_bucket_qos_info(), mine.get())
    mine.put(QosConfiguration(total_qps=7, extranet_upload_bandwidth=0))
    seen = theirs.get_bucket_qos_info()
    assert (seen.total_qps, seen.extranet_upload_bw, seen.intranet_qps) == (7, 0, -1)
    assert same_limits(seen, mine.get())
    theirs.delete_bucket_qos_info()
    assert same_limits(theirs.get_bucket_qos_info(), mine.get())
    assert mine.get().total_qps == -1


def test_limits_of_the_account(service: Untyped, client: ossc.Client) -> None:
    """There are none, and both see that."""
    seen, mine = service.get_user_qos_info(), client.qos.get()
    assert seen.region == mine.region == f"oss-{REGION}"
    assert same_limits(seen, mine)


def test_pools(
    server: Server, service: Untyped, theirs: Untyped, client: ossc.Client
) -> None:
    """Pools, and what is in them."""
    name = f"pool-of-{theirs.bucket_name}"
    names = [theirs.bucket_name, strangers.new_bucket(server)]
    limits = {"TotalUploadBandwidth": 100, "ExtranetQps": 5}
    server.create_resource_pool(name, names, limits)
    mine, seen = client.resource_pools.get(name), service.get_resource_pool_info(name)
    assert (seen.name, seen.owner, seen.region, seen.create_time) == (
        mine.name,
        mine.owner,
        mine.region,
        mine.create_time,
    )
    assert same_limits(seen.qos_configuration, mine.qos)
    assert mine.qos is not None
    assert (mine.qos.total_upload_bandwidth, mine.qos.extranet_qps) == (100, 5)
    listed = service.list_resource_pools()
    assert (listed.region, listed.owner) == (mine.region, mine.owner)
    assert [(each.name, each.create_time) for each in listed.resource_pool] == [
        (each.name, each.create_time) for each in client.resource_pools.list()
    ]
    first = service.list_resource_pool_buckets(name, max_keys=1)
    assert (first.resource_pool, first.is_truncated) == (name, True)
    token = first.next_continuation_token
    last = service.list_resource_pool_buckets(name, token, max_keys=1)
    assert (last.is_truncated, last.continuation_token) == (False, token)
    found = first.resource_pool_buckets + last.resource_pool_buckets
    assert [(each.name, each.join_time) for each in found] == [
        (each.name, each.join_time) for each in client.resource_pools.buckets(name)
    ]
    assert [each.name for each in found] == sorted(names)
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        service.get_resource_pool_info("nothing")
    assert (caught.value.status, caught.value.code) == (404, "NoSuchResourcePool")


def test_callers_of_pools(
    server: Server, service: Untyped, theirs: Untyped, client: ossc.Client
) -> None:
    """What each may have, put by one and got by the other."""
    name = f"callers-of-{theirs.bucket_name}"
    server.create_resource_pool(name)
    mine = client.resource_pools.requester_qos(name)
    wanted = models.QoSConfiguration(**FULL)
    service.put_resource_pool_requester_qos_info("1", name, wanted)
    got, seen = mine.get("1"), service.get_resource_pool_requester_qos_info("1", name)
    assert got.requester == seen.requester == "1"
    assert same_limits(wanted, got.qos)
    assert same_limits(seen.qos_configuration, got.qos)
    mine.put("2", QosConfiguration(total_qps=9))
    listed = service.list_resource_pool_requester_qos_infos(name)
    assert listed.resource_pool == name
    assert [each.requester for each in listed.requester_qos_info] == ["1", "2"]
    for other, own in zip(listed.requester_qos_info, mine.list(), strict=True):
        assert other.requester == own.requester
        assert same_limits(other.qos_configuration, own.qos)
    page = service.list_resource_pool_requester_qos_infos(name, max_keys=1)
    assert (page.is_truncated, page.next_continuation_token) == (True, "1")
    service.delete_resource_pool_requester_qos_info("1", name)
    assert [each.requester for each in mine.list()] == ["2"]
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        service.get_resource_pool_requester_qos_info("1", name)
    assert caught.value.code == "NoSuchRequesterQoSInfo"


def test_regions(service: Untyped, client: ossc.Client) -> None:
    """The same ones with the same endpoints."""
    for wanted in ("", "oss-cn-beijing"):
        seen = service.describe_regions(wanted).regions
        mine = client.describe_regions(wanted or None)
        assert [
            (
                each.region,
                each.internet_endpoint,
                each.internal_endpoint,
                each.accelerate_endpoint,
            )
            for each in seen
        ] == [
            (
                each.region,
                each.internet_endpoint,
                each.internal_endpoint,
                each.accelerate_endpoint,
            )
            for each in mine
        ]
        assert len(mine) == 1 or not wanted
    with pytest.raises(oss2.exceptions.InvalidArgument):
        service.describe_regions("nowhere")


def test_forwarded_gets(server: Server, service: Untyped, client: ossc.Client) -> None:
    """Both answer alike."""
    first, second = server.forward_get(), server.forward_get()
    service.write_get_object_response(
        first.route,
        first.token,
        "404",
        b"gone",
        headers={"x-oss-fwd-header-Content-Type": "text/plain"},
    )
    client.write_get_object_response(
        second.route, second.token, 404, b"gone", headers={"Content-Type": "text/plain"}
    )
    for waiting in (first, second):
        assert (waiting.status, waiting.body) == (404, b"gone")
        assert waiting.headers == {"content-type": "text/plain"}
    with pytest.raises(oss2.exceptions.AccessDenied):
        service.write_get_object_response(first.route, first.token, "200", b"again")


def test_what_must_not_be_overwritten(theirs: Untyped, client: ossc.Client) -> None:
    """A rule that ossc puts is one that oss2 feels."""
    rule = ossc.settings.OverwriteRule(suffix=".log")
    mine = client.bucket(theirs.bucket_name).overwrite_config
    mine.put(ossc.settings.BucketOverwriteConfig(rules=[rule]))
    theirs.put_object("a.log", b"1")
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        theirs.put_object("a.log", b"2")
    assert (caught.value.status, caught.value.code) == (409, "FileAlreadyExists")
    assert theirs.get_object("a.log").read() == b"1"

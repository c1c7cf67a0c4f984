"""What a client asks of OSS as a whole: regions, cloud boxes, pools, forwarded gets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import ossc
import ossc.mock
from ossc.mock import faults
from ossc.settings import QosConfiguration, ResourcePoolRequesterQos
from tests.conftest import BUCKET, make_client

UNLIMITED = dict.fromkeys(
    [
        f"{net}_{way}_bandwidth"
        for way in ("upload", "download")
        for net in ("total", "intranet", "extranet")
    ]
    + [f"{net}_qps" for net in ("total", "intranet", "extranet")],
    -1,
)
POOL = {"TotalUploadBandwidth": 100, "TotalDownloadBandwidth": 200}


@pytest.fixture(params=["v4", "v1"], name="client")
def make_signing(
    server: ossc.mock.Server, request: pytest.FixtureRequest
) -> Iterator[ossc.Client]:
    """A client with either signature."""
    with make_client(server, signature=request.param) as made:
        yield made


def test_regions(client: ossc.Client) -> None:
    """All of them, or one by either of its names."""
    found = client.describe_regions()
    names = [each.region for each in found]
    assert len(names) > 20
    assert names == sorted(set(names))
    assert all(each.accelerate_endpoint for each in found)
    for wanted in ("cn-shanghai", "oss-cn-shanghai"):
        (one,) = client.describe_regions(wanted)
        assert one in found
        assert one.region == "oss-cn-shanghai"
        assert one.internet_endpoint == "oss-cn-shanghai.aliyuncs.com"
        assert one.internal_endpoint == "oss-cn-shanghai-internal.aliyuncs.com"
    with pytest.raises(ossc.InvalidArgument):
        client.describe_regions("nowhere")
    with pytest.raises(ossc.ParameterError):
        client.describe_regions("")


def test_cloud_boxes(client: ossc.Client, server: ossc.mock.Server) -> None:
    """By their ids; the list can be taken up again."""
    assert list(client.list_cloud_boxes()) == []
    for name in ("cb-b", "cb-a", "db-a"):
        server.add_cloud_box(name, f"the {name}")
    boxes = client.list_cloud_boxes()
    first = next(boxes)
    assert (first.id, first.name, first.region) == ("cb-a", "the cb-a", server.region)
    assert first.data_endpoint.startswith("cb-a.")
    assert first.control_endpoint
    assert first.alias is None
    again = client.list_cloud_boxes(resume=boxes.token)
    assert [each.id for each in again] == ["cb-b", "db-a"]
    assert [each.id for each in client.list_cloud_boxes("cb-")] == ["cb-a", "cb-b"]
    with pytest.raises(ossc.ParameterError, match="not one of a list of cloud boxes"):
        client.list_cloud_boxes(resume="buckets:a")
    with pytest.raises(ValueError, match="characters"):
        server.add_cloud_box("a/b")


def test_pages_of_cloud_boxes(client: ossc.Client, server: ossc.mock.Server) -> None:
    """They are fetched page by page."""
    names = [f"cb-{number:04}" for number in range(1001)]
    for name in names:
        server.add_cloud_box(name)
    server.reset_counts()
    assert [each.id for each in client.list_cloud_boxes()] == names
    assert len(server.requests) == 2


def test_limits_of_the_account(client: ossc.Client) -> None:
    """There are none, in this region."""
    found = client.qos.get()
    assert found.region == "oss-cn-hangzhou"
    assert {name: getattr(found, name) for name in UNLIMITED} == UNLIMITED


def test_limits_of_the_account_by_another_name(
    client: ossc.Client, server: ossc.mock.Server
) -> None:
    """What the answer's root is called does not matter."""
    page = "<UserQoSConfiguration><Region>r</Region><TotalQps>7</TotalQps>"
    body = f"{page}</UserQoSConfiguration>".encode()
    server.faults.add(faults.body(body))
    found = client.qos.get()
    assert (found.region, found.total_qps, found.intranet_qps) == ("r", 7, None)


def test_limits_of_a_bucket(client: ossc.Client, server: ossc.mock.Server) -> None:
    """What is not said has no limit; a pool's buckets have no more than the pool."""
    qos = client.bucket(BUCKET).qos
    assert qos.get() == QosConfiguration(**UNLIMITED)
    qos.put(QosConfiguration(total_upload_bandwidth=10, extranet_upload_bandwidth=0))
    wanted = {"total_upload_bandwidth": 10, "extranet_upload_bandwidth": 0}
    assert qos.get() == QosConfiguration(**{**UNLIMITED, **wanted})
    qos.delete()
    assert qos.get() == QosConfiguration(**UNLIMITED)
    with pytest.raises(ossc.InvalidArgument, match="total of 10"):
        qos.put(QosConfiguration(total_qps=10, intranet_qps=11))
    server.create_resource_pool("pool", [BUCKET], POOL)
    qos.put(QosConfiguration(total_download_bandwidth=200))
    for too_much in (
        QosConfiguration(total_upload_bandwidth=101),
        QosConfiguration(extranet_download_bandwidth=201),
    ):
        with pytest.raises(ossc.InvalidArgument):
            qos.put(too_much)
    with pytest.raises(ossc.ServerError) as caught:
        qos.put(QosConfiguration(total_qps=-2))
    assert caught.value.code == "MalformedXML"


def test_resource_pools(client: ossc.Client, server: ossc.mock.Server) -> None:
    """What there is of them, and their buckets."""
    pools = client.resource_pools
    assert list(pools.list()) == []
    server.create_bucket("other-bucket")
    server.create_resource_pool("pool-b", limits=POOL)
    server.create_resource_pool("pool-a", [BUCKET, "other-bucket", "gone-bucket"])
    listed = list(pools.list(page_size=1))
    assert [each.name for each in listed] == ["pool-a", "pool-b"]
    found = pools.get("pool-b")
    assert (found.name, found.create_time) == ("pool-b", listed[1].create_time)
    assert (found.region, found.owner) == ("oss-cn-hangzhou", "1000000000000001")
    assert found.qos is not None
    assert found.qos.total_upload_bandwidth == 100
    assert found.qos.total_qps == -1
    buckets = list(pools.buckets("pool-a", page_size=1))
    assert [each.name for each in buckets] == [BUCKET, "other-bucket"]
    assert all(each.join_time for each in buckets)
    assert list(pools.buckets("pool-b")) == []
    server.create_resource_pool("pool-a", ["other-bucket"])
    assert [each.name for each in pools.buckets("pool-a")] == ["other-bucket"]
    with pytest.raises(ossc.NoSuchConfiguration) as caught:
        pools.get("pool-c")
    assert caught.value.code == "NoSuchResourcePool"
    with pytest.raises(ossc.NoSuchConfiguration):
        list(pools.buckets("pool-c"))


def test_callers_of_a_pool(client: ossc.Client, server: ossc.mock.Server) -> None:
    """Each may have less than the pool, but not too little."""
    server.create_resource_pool("pool", limits=POOL)
    qos = client.resource_pools.requester_qos("pool")
    assert isinstance(qos, ResourcePoolRequesterQos)
    assert repr(qos) == "<ResourcePoolRequesterQoSInfo of 'pool'>"
    limits = QosConfiguration(total_upload_bandwidth=5, total_download_bandwidth=0)
    for name in ("3", "1", "2"):
        qos.put(name, limits)
    assert qos.get("1").qos == limits
    assert [each.requester for each in qos.list(page_size=2)] == ["1", "2", "3"]
    qos.delete("2")
    qos.delete("2")
    assert [each.requester for each in qos.list()] == ["1", "3"]
    with pytest.raises(ossc.NoSuchConfiguration) as caught:
        qos.get("2")
    assert caught.value.code == "NoSuchRequesterQoSInfo"
    for bad in (4, 101):
        with pytest.raises(ossc.InvalidArgument):
            qos.put("1", QosConfiguration(total_upload_bandwidth=bad))
    with pytest.raises(ossc.InvalidArgument, match="requester is invalid"):
        qos.put("no body", limits)
    with pytest.raises(ossc.NoSuchConfiguration):
        client.resource_pools.requester_qos("other").put("1", limits)


def test_pools_of_others(server: ossc.mock.Server) -> None:
    """An account sees its own ones only."""
    keys = [
        ossc.mock.Credential("mine", "secret", account="1"),
        ossc.mock.Credential("theirs", "secret", account="2"),
    ]
    with ossc.mock.serve(credentials=keys, region=server.region) as shared:
        shared.create_resource_pool("pool")
        credentials = ossc.Credentials("theirs", "secret")
        with make_client(shared, credentials=credentials) as stranger:
            assert list(stranger.resource_pools.list()) == []
            with pytest.raises(ossc.NoSuchConfiguration):
                stranger.resource_pools.get("pool")


def test_pools_last(tmp_path: Path) -> None:
    """They are kept on disk with the rest."""
    keys = {"key-id": "secret"}
    with ossc.mock.serve(root=tmp_path, credentials=keys) as server:
        server.create_resource_pool("pool", limits=POOL)
    with ossc.mock.serve(root=tmp_path, credentials=keys) as server:
        with make_client(server) as client:
            assert client.resource_pools.get("pool").name == "pool"


def test_forwarded_gets(client: ossc.Client, server: ossc.mock.Server) -> None:
    """A function's answer comes to the one who waits, once."""
    waiting = server.forward_get()
    client.write_get_object_response(
        waiting.route,
        waiting.token,
        206,
        b"made",
        headers={"Content-Type": "text/plain", "ETag": '"1"'},
    )
    assert (waiting.status, waiting.body) == (206, b"made")
    assert waiting.headers == {"content-type": "text/plain", "etag": '"1"'}
    with pytest.raises(ossc.AccessDenied, match="token"):
        client.write_get_object_response(waiting.route, waiting.token)
    other = server.forward_get()
    client.write_get_object_response(other.route, other.token)
    assert (other.status, other.headers, other.body) == (200, {}, b"")


def test_bad_answers_to_gets(client: ossc.Client, server: ossc.mock.Server) -> None:
    """What OSS would refuse is refused, some of it before anything is sent."""
    waiting = server.forward_get()
    write = client.write_get_object_response
    with pytest.raises(ossc.InvalidArgument, match="header cannot be forwarded"):
        write(waiting.route, waiting.token, headers={"X-Own": "1"})
    with pytest.raises(ossc.InvalidArgument, match="status"):
        write(waiting.route, waiting.token, 100)
    server.reset_counts()
    for route, token, status in (("", "t", 200), ("r", "", 200), ("r", "t", 600)):
        with pytest.raises(ossc.ParameterError):
            write(route, token, status)
    with pytest.raises(TypeError):
        write("r", "t", data="text")  # type: ignore[arg-type]
    assert server.requests == []
    assert waiting.status is None


def test_an_answer_is_written_once(
    client: ossc.Client, server: ossc.mock.Server
) -> None:
    """It is not sent again where OSS may have taken it."""
    waiting = server.forward_get()
    server.faults.add(faults.drop_after_store())
    with pytest.raises(ossc.ConnectionLost) as caught:
        client.write_get_object_response(waiting.route, waiting.token)
    assert caught.value.attempts == 1

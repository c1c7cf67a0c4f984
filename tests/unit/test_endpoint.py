"""Endpoints: how they may be written, and the regions that they tell."""

from __future__ import annotations

from typing import Any

import pytest

import ossc
from ossc._endpoint import (
    check_endpoint,
    cloud_box_of_endpoint,
    endpoint_of_region,
    region_of_endpoint,
)


@pytest.mark.parametrize(
    ("given", "endpoint"),
    [
        ("oss-cn-hangzhou.aliyuncs.com", "https://oss-cn-hangzhou.aliyuncs.com"),
        ("HTTP://Example.COM/", "http://example.com"),
        (" https://example.com ", "https://example.com"),
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
        ("http://[::1]:9000", "http://[::1]:9000"),
        ("[::1]", "https://[::1]"),
        ("localhost:8080", "https://localhost:8080"),
        ("http://a_b.example:65535", "http://a_b.example:65535"),
    ],
)
def test_what_is_an_endpoint(given: str, endpoint: str) -> None:
    """Scheme and host in lower case, TLS unless another scheme is named."""
    assert check_endpoint(given) == endpoint


@pytest.mark.parametrize(
    "given",
    [
        "",
        "http://",
        "ftp://example.com",
        "http://example.com/path",
        "http://example.com?query",
        "http://example.com#fragment",
        "http://user@example.com",
        "http://user:password@example.com",
        "http://example.com:0",
        "http://example.com:65536",
        "http://example.com:x",
        "http://exa mple.com",
        "http://-example.com",
        "http://example.com-",
        "http://[::1",
        "http://[::1]x:80",
        "http://x[::1]:80",
        "http://[1.2.3.4]",
        "http://[::1%25eth0]",
        "http://exam\nple.com",
        "http://example.com:80:80",
        "http://é.example.com",
        "http://a;b",
        "://example.com",
    ],
)
def test_what_is_none(given: str) -> None:
    """Whatever else a URL may have, an endpoint has not; no password is repeated."""
    with pytest.raises(ossc.ParameterError) as caught:
        check_endpoint(given)
    assert "password" not in str(caught.value)


@pytest.mark.parametrize(
    ("endpoint", "region"),
    [
        ("https://oss-cn-hangzhou.aliyuncs.com", "cn-hangzhou"),
        ("https://oss-cn-hangzhou-internal.aliyuncs.com:443", "cn-hangzhou"),
        ("https://cn-hangzhou.oss.aliyuncs.com", "cn-hangzhou"),
        ("https://oss-accelerate.aliyuncs.com", None),
        ("https://oss-accelerate-overseas.aliyuncs.com", None),
        ("https://cb-1a.cn-hangzhou.oss-cloudbox.aliyuncs.com", "cn-hangzhou"),
        ("https://example.com", None),
        ("https://oss-cn-hangzhou.aliyuncs.com.example.com", None),
        ("http://127.0.0.1:9000", None),
    ],
)
def test_regions_by_name(endpoint: str, region: str | None) -> None:
    """OSS's own names tell their region, others none."""
    assert region_of_endpoint(endpoint) == region


@pytest.mark.parametrize(
    ("host", "box"),
    [
        ("cb-1a.cn-hangzhou.oss-cloudbox.aliyuncs.com", "cb-1a"),
        ("cb-1a.cn-hangzhou.oss-cloudbox-control.aliyuncs.com:8080", "cb-1a"),
        ("cb-1a.oss-cloudbox.aliyuncs.com", None),
        ("b.cb-1a.cn-hangzhou.oss-cloudbox.aliyuncs.com", None),
        ("box.cn-hangzhou.oss-cloudbox.aliyuncs.com", None),
        ("cb-1a.cn-hangzhou.oss-cloudbox.example.com", None),
        ("oss-cn-hangzhou.aliyuncs.com", None),
        ("127.0.0.1", None),
    ],
)
def test_cloud_boxes_by_name(host: str, box: str | None) -> None:
    """So do cloud boxes."""
    assert cloud_box_of_endpoint(f"https://{host}") == box


def test_the_endpoint_of_a_region() -> None:
    """It is the public one, over TLS."""
    endpoint = endpoint_of_region("cn-hangzhou")
    assert endpoint == "https://oss-cn-hangzhou.aliyuncs.com"
    assert region_of_endpoint(endpoint) == "cn-hangzhou"


@pytest.mark.parametrize(
    ("network", "host"),
    [
        ("public", "oss-cn-hangzhou.aliyuncs.com"),
        ("internal", "oss-cn-hangzhou-internal.aliyuncs.com"),
        ("dual-stack", "cn-hangzhou.oss.aliyuncs.com"),
        ("accelerate", "oss-accelerate.aliyuncs.com"),
        ("accelerate-overseas", "oss-accelerate-overseas.aliyuncs.com"),
    ],
)
@pytest.mark.parametrize("region", ["cn-hangzhou", "oss-cn-hangzhou"])
def test_networks(
    monkeypatch: pytest.MonkeyPatch, network: Any, host: str, region: str
) -> None:
    """Each has its name; the region stays known, and the environment does not matter."""
    monkeypatch.setenv("OSS_ENDPOINT", "https://wrong.example.com")
    keys = ossc.Credentials("id", "secret")
    with ossc.Client(region=region, network=network, credentials=keys) as client:
        assert client.endpoint == f"https://{host}"
        assert client.region == "cn-hangzhou"


@pytest.mark.parametrize(
    "options",
    [
        {"network": "public"},
        {"network": "intranet", "region": "cn-hangzhou"},
        {"network": 5, "region": "cn-hangzhou"},
        {"network": "", "region": "cn-hangzhou"},
        {"network": "public", "region": "CN"},
        {"network": "public", "region": "oss-"},
        {"network": "public", "region": "cn-hangzhou", "endpoint": "http://h"},
    ],
    ids=str,
)
def test_what_is_no_network(
    monkeypatch: pytest.MonkeyPatch, options: dict[str, Any]
) -> None:
    """It needs a region, and no endpoint beside it."""
    for name in ("OSS_REGION", "OSS_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ossc.ParameterError):
        ossc.Client(**options, credentials=ossc.ANONYMOUS)


@pytest.mark.parametrize("region", ["", "CN", "a b", "a/b", "a.b", "x\n"])
def test_what_is_no_region(region: str) -> None:
    """No host name is made of it."""
    with pytest.raises(ossc.ParameterError):
        endpoint_of_region(region)

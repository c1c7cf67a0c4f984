"""Clients: how they are made, how they address buckets, and how they keep connections."""

from __future__ import annotations

import base64
import gc
import re
import socket
import subprocess
import sys
import warnings
from collections.abc import Callable
from typing import Any

import pytest

import ossc
import ossc.mock

from .raw_server import (
    BUCKET,
    KEY_ID,
    REGION,
    SECRET,
    RawServer,
    Received,
    answer,
    client_of,
    object_answer,
)

ENVIRONMENT = [
    "OSS_ENDPOINT",
    "OSS_REGION",
    "OSS_ACCESS_KEY_ID",
    "OSS_ACCESS_KEY_SECRET",
    "OSS_SESSION_TOKEN",
]

KEYS = ossc.Credentials(KEY_ID, SECRET)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that says nothing of OSS, to be filled."""
    for name in ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_the_environment_makes_a_client(
    server: ossc.mock.Server, environment: pytest.MonkeyPatch
) -> None:
    """Endpoint, region and keys come from OSS_* where they are not given."""
    environment.setenv("OSS_ENDPOINT", server.endpoint)
    environment.setenv("OSS_REGION", server.region)
    environment.setenv("OSS_ACCESS_KEY_ID", server.access_key_id)
    environment.setenv("OSS_ACCESS_KEY_SECRET", server.access_key_secret)
    with ossc.Client() as client:
        client.bucket(BUCKET).put_object("k", b"x")
        assert (client.endpoint, client.region) == (server.endpoint, server.region)


def test_a_token_of_the_environment_is_used(
    server: ossc.mock.Server, environment: pytest.MonkeyPatch
) -> None:
    """Temporary keys come with their token."""
    server.add_sts("STS.id", "sts-secret", "sts-token")
    environment.setenv("OSS_ACCESS_KEY_ID", "STS.id")
    environment.setenv("OSS_ACCESS_KEY_SECRET", "sts-secret")
    environment.setenv("OSS_SESSION_TOKEN", "sts-token")
    with ossc.Client(server.endpoint, region=server.region) as client:
        client.bucket(BUCKET).put_object("k", b"x")
    sent = dict(server.requests[0].headers)
    assert sent["x-oss-security-token"] == "sts-token"


def test_arguments_win_over_the_environment(environment: pytest.MonkeyPatch) -> None:
    """What is given is not looked up."""
    environment.setenv("OSS_ENDPOINT", "http://wrong.example.com")
    environment.setenv("OSS_REGION", "wrong")
    environment.setenv("OSS_ACCESS_KEY_ID", "wrong")
    environment.setenv("OSS_ACCESS_KEY_SECRET", "wrong")
    with RawServer(object_answer()) as server, server.client() as client:
        client.bucket(BUCKET).get_object("k")
        assert client.region == REGION
    assert f"Credential={KEY_ID}/" in server.received[0].headers["authorization"]


@pytest.mark.parametrize(
    ("missing", "says"),
    [
        ("OSS_ACCESS_KEY_ID", "credentials"),
        ("OSS_ACCESS_KEY_SECRET", "credentials"),
        ("OSS_REGION", "region"),
        ("OSS_ENDPOINT", "endpoint"),
    ],
)
def test_what_is_nowhere_is_told(
    environment: pytest.MonkeyPatch, missing: str, says: str
) -> None:
    """The error names what is missing and where it could come from."""
    values = {
        "OSS_ENDPOINT": "http://127.0.0.1:1",
        "OSS_REGION": "" if missing == "OSS_ENDPOINT" else REGION,
        "OSS_ACCESS_KEY_ID": KEY_ID,
        "OSS_ACCESS_KEY_SECRET": SECRET,
    }
    for name, value in values.items():
        environment.setenv(name, "" if name == missing else value)
    with pytest.raises(ossc.ParameterError, match=says):
        ossc.Client()


@pytest.mark.parametrize(
    ("endpoint", "region"),
    [
        ("https://oss-cn-hangzhou.aliyuncs.com", "cn-hangzhou"),
        ("oss-us-west-1-internal.aliyuncs.com", "us-west-1"),
        ("http://cn-shanghai.oss.aliyuncs.com:80", "cn-shanghai"),
    ],
)
def test_the_endpoint_tells_the_region(
    environment: pytest.MonkeyPatch, endpoint: str, region: str
) -> None:
    """OSS's own host names need no region beside them."""
    with ossc.Client(endpoint, credentials=KEYS) as client:
        assert client.region == region


@pytest.mark.parametrize(
    "endpoint", ["http://h.example.com", "oss-accelerate.aliyuncs.com"]
)
def test_other_endpoints_do_not(environment: pytest.MonkeyPatch, endpoint: str) -> None:
    """Signature V4 then asks for the region; V1 and unsigned requests need none."""
    with pytest.raises(ossc.ParameterError, match="region"):
        ossc.Client(endpoint, credentials=KEYS)
    with ossc.Client(endpoint, credentials=KEYS, signature="v1") as client:
        assert client.region == ""
    with ossc.Client(endpoint, credentials=ossc.ANONYMOUS) as client:
        assert client.region == ""


def test_a_region_is_enough(environment: pytest.MonkeyPatch) -> None:
    """Without an endpoint it is the region's public one, over TLS."""
    with ossc.Client(region="cn-beijing", credentials=KEYS) as client:
        assert client.endpoint == "https://oss-cn-beijing.aliyuncs.com"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("h.example.com", "https://h.example.com"),
        ("HTTP://H.example.com:8080/", "http://h.example.com:8080"),
        (" http://127.0.0.1:1 ", "http://127.0.0.1:1"),
        ("http://[::1]:9000", "http://[::1]:9000"),
    ],
)
def test_endpoints_are_tidied(given: str, kept: str) -> None:
    """A scheme is added, the rest is lower case and without a path."""
    with client_of(given) as client:
        assert client.endpoint == kept


def _one_request(
    call: Callable[[ossc.Bucket], object],
    host: str = "127.0.0.1",
    name: str | None = None,
    **options: Any,
) -> tuple[Received, int]:
    """What a call sends, with the port it was sent to."""
    listening = host if host != "::1" else "::1"
    with RawServer(object_answer(), host=listening) as server:
        authority = server.authority if name is None else f"{name}:{server.port}"
        with client_of(f"http://{authority}", **options) as client:
            call(client.bucket(BUCKET))
    return server.received[0], server.port


def _get(bucket: ossc.Bucket) -> object:
    return bucket.get_object("dir/a b")


@pytest.mark.parametrize(
    ("name", "addressing", "host", "path"),
    [
        ("localhost", "auto", f"{BUCKET}.localhost", "/dir/a%20b"),
        ("localhost", "virtual", f"{BUCKET}.localhost", "/dir/a%20b"),
        ("localhost", "path", "localhost", f"/{BUCKET}/dir/a%20b"),
        ("localhost", "cname", "localhost", "/dir/a%20b"),
        ("127.0.0.1", "auto", "127.0.0.1", f"/{BUCKET}/dir/a%20b"),
        ("127.0.0.1", "path", "127.0.0.1", f"/{BUCKET}/dir/a%20b"),
        ("127.0.0.1", "cname", "127.0.0.1", None),
    ],
)
def test_addressing(name: str, addressing: str, host: str, path: str | None) -> None:
    """Where the bucket's name stands: in the host, in the path, or nowhere."""
    if path is None:
        path = f"/{BUCKET}/dir/a%20b"
    request, port = _one_request(_get, name=name, addressing=addressing)
    assert request.line == f"GET {path} HTTP/1.1"
    assert request.headers["host"] == f"{host}:{port}"


def test_an_ipv6_address() -> None:
    """A literal in brackets is addressed by path."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        # A machine without IPv6: the client must then say that it cannot connect.
        with client_of("http://[::1]:1") as client, pytest.raises(ossc.ConnectFailed):
            _get(client.bucket(BUCKET))
        return
    request, port = _one_request(_get, host="::1")
    assert request.line == f"GET /{BUCKET}/dir/a%20b HTTP/1.1"
    assert request.headers["host"] == f"[::1]:{port}"


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (lambda b: list(b._client.list_buckets()), "GET /?max-keys=1000"),
        (lambda b: b._client.delete_bucket(BUCKET), f"DELETE /{BUCKET}/"),
        (lambda b: b.delete_object("\u00e4/\u20ac+%?#"), f"DELETE /{BUCKET}/%C3%A4/"),
        (lambda b: b.delete_object("a/../b"), f"DELETE /{BUCKET}/a/../b"),
        (lambda b: b.delete_object("a//b/"), f"DELETE /{BUCKET}/a//b/"),
    ],
)
def test_request_lines(call: Any, line: str) -> None:
    """Levels and odd keys are written as they must be."""
    seen: list[Received] = []

    def record(bucket: ossc.Bucket) -> None:
        try:
            call(bucket)
        except ossc.MalformedResponse:
            seen.clear()

    request, _ = _one_request(record)
    assert request.line.startswith(line)


@pytest.mark.parametrize(
    ("signature", "pattern"),
    [
        (
            "v4",
            rf"OSS4-HMAC-SHA256 Credential={KEY_ID}/\d{{8}}/{REGION}/oss/.*[0-9a-f]{{64}}",
        ),
        ("v1", rf"OSS {KEY_ID}:[A-Za-z0-9+/]{{27}}="),
    ],
)
def test_signatures(signature: str, pattern: str) -> None:
    """Each request is signed in the way the client was told."""
    request, _ = _one_request(_get, signature=signature)
    assert re.fullmatch(pattern, request.headers["authorization"])
    assert "x-oss-security-token" not in request.headers


@pytest.mark.parametrize("signature", ["v4", "v1"])
def test_a_security_token_is_sent(signature: str) -> None:
    """Temporary keys show their token."""
    keys = ossc.Credentials(KEY_ID, SECRET, "the-token")
    request, _ = _one_request(_get, signature=signature, credentials=keys)
    assert request.headers["x-oss-security-token"] == "the-token"
    assert "authorization" in request.headers


def test_anonymous_requests_are_bare() -> None:
    """Without keys nothing is signed, and no URL can be."""
    request, _ = _one_request(_get, credentials=ossc.ANONYMOUS)
    assert "authorization" not in request.headers
    assert "x-oss-security-token" not in request.headers
    assert repr(ossc.ANONYMOUS) == "ossc.ANONYMOUS"
    with client_of("http://127.0.0.1:1", credentials=ossc.ANONYMOUS) as client:
        with pytest.raises(ossc.ParameterError, match="anonymous"):
            client.bucket(BUCKET).presign("GET", "k")


def test_an_anonymous_client_is_refused_what_is_private(
    server: ossc.mock.Server,
) -> None:
    """A private bucket answers with AccessDenied."""
    with client_of(server, credentials=ossc.ANONYMOUS) as client:
        with pytest.raises(ossc.AccessDenied):
            client.bucket(BUCKET).get_object("k")


@pytest.mark.parametrize("addition", [None, "app/1.0 (test)"])
def test_the_user_agent(addition: str | None) -> None:
    """It names ossc, and the application where it wants to be named."""
    request, _ = _one_request(_get, user_agent=addition)
    expected = f"ossc/{ossc.__version__}" + (f" {addition}" if addition else "")
    assert request.headers["user-agent"] == expected


def test_nothing_asks_to_be_continued() -> None:
    """No Expect header slows an upload down."""
    request, _ = _one_request(lambda b: b.put_object("k", bytes(2_000_000)))
    assert "expect" not in request.headers
    assert request.headers["content-length"] == "2000000"
    assert "transfer-encoding" not in request.headers


@pytest.mark.parametrize("user", ["", "user:pa%20ss@", "user@"])
def test_a_proxy(user: str) -> None:
    """Plain requests go through the proxy whole, with its own authorization."""
    with RawServer(object_answer(b"x")) as proxy:
        url = f"http://{user}{proxy.authority}"
        with client_of("http://oss.example.com", proxy=url) as client:
            assert client.bucket(BUCKET).get_object("k").data == b"x"
    request = proxy.received[0]
    assert request.line == f"GET http://{BUCKET}.oss.example.com/k HTTP/1.1"
    assert request.headers["host"] == f"{BUCKET}.oss.example.com"
    if user == "user:pa%20ss@":
        packed = base64.b64encode(b"user:pa ss").decode()
        assert request.headers["proxy-authorization"] == f"Basic {packed}"
    elif not user:
        assert "proxy-authorization" not in request.headers


def test_a_proxy_that_refuses_the_tunnel() -> None:
    """TLS asks the proxy to connect; its refusal is an OSSError."""
    refusal = answer(b"no", "403 Forbidden")
    with RawServer(refusal) as proxy:
        options = {"proxy": proxy.authority, "verify": False}
        with client_of("https://oss.example.com", **options) as client:
            with pytest.raises(ossc.TransportError):
                client.bucket(BUCKET).get_object("k")
    assert proxy.received[0].line.startswith(f"CONNECT {BUCKET}.oss.example.com:443 ")


def test_a_proxy_that_is_not_there() -> None:
    """Nobody at the proxy's address is a ConnectFailed."""
    with client_of("http://oss.example.com", proxy="127.0.0.1:1") as client:
        with pytest.raises(ossc.ConnectFailed):
            client.bucket(BUCKET).get_object("k")


def test_proxies_of_the_environment_are_not_used(monkeypatch: Any) -> None:
    """Only the argument names a proxy."""
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    request, _ = _one_request(_get)
    assert request.line.startswith(f"GET /{BUCKET}/")


def test_a_forgotten_client_warns() -> None:
    """Not closing is a ResourceWarning; closing is silent."""
    client = client_of("http://127.0.0.1:1")
    with pytest.warns(ResourceWarning, match=r"unclosed ossc\.Client"):
        del client
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        client_of("http://127.0.0.1:1").close()
        with pytest.raises(ossc.ParameterError):
            client_of("http://127.0.0.1:1", proxy="ftp://h:1")
        gc.collect()


def test_reprs_help() -> None:
    """They name endpoint, region and bucket."""
    with client_of("http://127.0.0.1:1") as client:
        assert repr(client) == f"ossc.Client('http://127.0.0.1:1', region='{REGION}')"
        assert repr(client.bucket(BUCKET)) == f"ossc.Bucket('{BUCKET}', {client!r})"
        assert client.bucket(BUCKET).name == BUCKET


def test_credentials_are_copied(server: ossc.mock.Server) -> None:
    """A client's keys are its own; they cannot be changed from outside."""
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    with client_of(server, credentials=keys) as client:
        with pytest.raises(AttributeError):
            keys.access_key_id = "other"  # type: ignore[misc]
        object.__setattr__(keys, "_values", ("other", "other", None))
        assert keys.access_key_id == "other"
        client.bucket(BUCKET).put_object("k", b"x")


def test_buckets_of_a_client(server: ossc.mock.Server) -> None:
    """Buckets are made, listed and deleted."""
    with client_of(server) as client:
        made = client.create_bucket("another", acl="private", storage_class="IA")
        made.put_object("k", b"x")
        assert [b.name for b in client.list_buckets()] == ["another", BUCKET]
        assert [b.name for b in client.list_buckets("a")] == ["another"]
        with pytest.raises(ossc.BucketNotEmpty):
            client.delete_bucket("another")
        made.delete_object("k")
        client.delete_bucket("another")
        with pytest.raises(ossc.NoSuchBucket):
            client.delete_bucket("another")


SCRIPT = """
import ossc, ossc.mock
with ossc.mock.serve(buckets=["examplebucket"]) as server:
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    with ossc.Client(server.endpoint, region=server.region, credentials=keys) as client:
        bucket = client.bucket("examplebucket")
        bucket.put_object("k", b"data")
        assert bucket.get_object("k").data == b"data"
        assert [o.key for o in bucket.list_objects()] == ["k"]
        try:
            bucket.get_object("missing")
        except ossc.NoSuchKey as error:
            assert "NoSuchKey" in str(error)
"""


def test_development_mode_has_nothing_to_say() -> None:
    """`python -X dev -W error` runs clean: no warning, no word on stderr."""
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", SCRIPT],
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_client_at_the_end_of_the_program() -> None:
    """Clients and threads that are still there do not crash the exit."""
    script = SCRIPT + (
        "import threading, warnings\n"
        "warnings.simplefilter('ignore')\n"
        "server = ossc.mock.serve(buckets=['examplebucket'])\n"
        "left = ossc.Client(server.endpoint, region='cn-hangzhou', credentials=keys)\n"
        "work = lambda: left.bucket('examplebucket').head_object('k')\n"
        "server.faults.add(ossc.mock.faults.stall())\n"
        "threading.Thread(target=work, daemon=True).start()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, b"")

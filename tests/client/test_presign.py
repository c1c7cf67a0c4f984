"""Presigned URLs, used by a plain HTTP client that knows nothing of OSS."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

import ossc
import ossc.mock
from ossc.callback import Callback

from .application import PlainApplication

BUCKET = "examplebucket"
CONTENT = b"The quick brown fox jumps over the lazy dog"
TOKEN = "temporary/token+with=signs&more"

ODD_KEYS = [
    "plain.txt",
    "dir/sub dir/name",
    "plus+and%percent%2F%",
    "中文/ümläut/😀.bin",
    "e\u0301 decomposed",
    "a//double//slash",
    "dots/./and/../up",
    "trailing/",
    "quotes'\"<&>",
    "query?a=b&c=d#hash",
    "semi;colon:at@eq=",
    "tilde~bang!(star)*",
    "control\x01\x1f\x7fend",
    "line\r\nfeed\ttab",
]


class Clock:
    """The server's time, which a test may change."""

    def __init__(self) -> None:
        self.offset = 0.0

    def __call__(self) -> float:
        """Tells the time."""
        return time.time() + self.offset


@pytest.fixture
def clock() -> Clock:
    """The time of the test's server."""
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[ossc.mock.Server]:
    """A server with a clock of its own, a temporary key and a domain."""
    with ossc.mock.serve(
        buckets=[BUCKET], clock=clock, cname={"files.example.com": BUCKET}
    ) as running:
        running.add_sts("STS.id", "sts-secret", TOKEN)
        yield running


@pytest.fixture(params=["v1", "v4", "v1-sts", "v4-sts"])
def client(
    request: pytest.FixtureRequest, server: ossc.mock.Server
) -> Iterator[ossc.Client]:
    """A client for each signature, with a long-lived and with a temporary key."""
    signature, _, temporary = request.param.partition("-")
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    if temporary:
        keys = ossc.Credentials("STS.id", "sts-secret", TOKEN)
    with ossc.Client(
        server.endpoint, region=server.region, credentials=keys, signature=signature
    ) as made:
        yield made


@dataclass
class Reply:
    """An answer of the server."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def fetch(
    method: str,
    url: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    port: int | None = None,
) -> Reply:
    """Makes the request that a URL stands for; `port`: where its host really is."""
    parts = urlsplit(url)
    host, real = (parts.hostname, parts.port) if port is None else ("127.0.0.1", port)
    connection = http.client.HTTPConnection(host or "", real, timeout=10)
    try:
        target = f"{parts.path}?{parts.query}"
        sent = {"Host": parts.netloc, **(headers or {})}
        connection.request(method, target, body=body, headers=sent)
        answer = connection.getresponse()
        low = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, low, answer.read())
    finally:
        connection.close()


@pytest.mark.parametrize("key", ODD_KEYS)
def test_a_url_for_each_method(bucket: ossc.Bucket, key: str) -> None:
    """Whatever the key, it is written, read, looked at and deleted through URLs."""
    put = fetch("PUT", bucket.presign("PUT", key), CONTENT)
    assert put.status == 200
    assert bucket.get_object(key).data == CONTENT
    got = fetch("GET", bucket.presign("GET", key))
    assert (got.status, got.body) == (200, CONTENT)
    head = fetch("HEAD", bucket.presign("HEAD", key))
    assert head.headers["content-length"] == str(len(CONTENT))
    assert fetch("DELETE", bucket.presign("DELETE", key)).status == 204
    with pytest.raises(ossc.NoSuchKey):
        bucket.head_object(key)


def test_nothing_is_sent_to_sign(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """A URL is made without the server."""
    bucket.presign("GET", "k")
    assert server.requests == []


def test_headers_are_part_of_the_signature(bucket: ossc.Bucket) -> None:
    """Whoever uses the URL must send them with the same values."""
    headers = {"Content-Type": "text/css", "x-oss-meta-author": "Zoe"}
    url = bucket.presign("PUT", "k", headers=headers)
    assert fetch("PUT", url, CONTENT).status == 403
    changed = {**headers, "x-oss-meta-author": "Eve"}
    refused = fetch("PUT", url, CONTENT, changed)
    assert refused.status == 403
    assert b"<Code>SignatureDoesNotMatch</Code>" in refused.body
    assert fetch("PUT", url, CONTENT, headers).status == 200
    info = bucket.head_object("k")
    assert info.content_type == "text/css"
    assert info.metadata == {"author": "Zoe"}
    more = {**headers, "x-oss-object-acl": "public-read"}
    assert fetch("PUT", url, CONTENT, more).status == 403


def test_a_url_signs_no_date_header(bucket: ossc.Bucket) -> None:
    """The user of a URL sends no header that was not asked for."""
    url = bucket.presign("PUT", "k", headers={"x-oss-meta-a": "1"})
    assert fetch("PUT", url, CONTENT, {"x-oss-meta-a": "1"}).status == 200


def test_parameters_are_part_of_the_url(bucket: ossc.Bucket) -> None:
    """They do their work and cannot be changed."""
    bucket.put_object("k", CONTENT)
    params = {
        "response-content-type": "text/x-odd; a=b",
        "response-content-disposition": 'attachment; filename="é +.txt"',
        "x-oss-traffic-limit": "838860800",
    }
    url = bucket.presign("GET", "k", params=params)
    got = fetch("GET", url)
    assert (got.status, got.body) == (200, CONTENT)
    assert got.headers["content-type"] == "text/x-odd; a=b"
    assert "attachment" in got.headers["content-disposition"]
    assert fetch("GET", url.replace("text%2Fx-odd", "text%2Fhtml")).status == 403


def test_a_parameter_without_a_value(bucket: ossc.Bucket) -> None:
    """A sub-resource's name alone works too."""
    bucket.put_object("k", CONTENT, acl="public-read")
    got = fetch("GET", bucket.presign("GET", "k", params={"acl": ""}))
    assert got.status == 200
    assert b"<Grant>public-read</Grant>" in got.body


def test_appends_through_a_url(bucket: ossc.Bucket) -> None:
    """POST has its uses."""
    params = {"append": "", "position": "0"}
    headers = {"Content-Type": "text/plain"}
    url = bucket.presign("POST", "log", params=params, headers=headers)
    assert fetch("POST", url, b"line", headers).status == 200
    assert bucket.get_object("log").data == b"line"


def test_a_url_is_for_one_method_and_key(bucket: ossc.Bucket) -> None:
    """Another method, key or bucket is refused."""
    bucket.put_object("k", CONTENT)
    url = bucket.presign("GET", "k")
    assert fetch("GET", url).status == 200
    assert fetch("DELETE", url).status == 403
    assert fetch("PUT", url, b"x").status == 403
    assert fetch("GET", url.replace("/k?", "/j?")).status == 403
    assert bucket.get_object("k").data == CONTENT


@pytest.mark.parametrize("life", [60, 60.9, timedelta(minutes=1), 1, 7 * 86_400])
def test_urls_expire(bucket: ossc.Bucket, clock: Clock, life: Any) -> None:
    """A URL is good until its time, and refused behind it."""
    bucket.put_object("k", CONTENT)
    seconds = life.total_seconds() if isinstance(life, timedelta) else int(life)
    url = bucket.presign("GET", "k", life)
    clock.offset = seconds - 1.5
    assert fetch("GET", url).status == 200
    clock.offset = seconds + 2
    late = fetch("GET", url)
    assert late.status == 403
    assert b"Request has expired." in late.body


def test_an_hour_is_the_default(bucket: ossc.Bucket, clock: Clock) -> None:
    """Without a life given, a URL lives for 3,600 seconds."""
    bucket.put_object("k", CONTENT)
    url = bucket.presign("GET", "k")
    clock.offset = 3590
    assert fetch("GET", url).status == 200
    clock.offset = 3610
    assert fetch("GET", url).status == 403


@pytest.mark.parametrize("life", [0, -1, 0.5, 7 * 86_400 + 1, timedelta(days=8)])
def test_lives_have_bounds(bucket: ossc.Bucket, life: Any) -> None:
    """A URL lives from a second to seven days."""
    with pytest.raises(ossc.ParameterError, match="7 days"):
        bucket.presign("GET", "k", life)


@pytest.mark.parametrize("method", ["get", "PATCH", "OPTIONS", "", "GET\r\n"])
def test_methods_that_cannot_be_signed(bucket: ossc.Bucket, method: str) -> None:
    """Only the methods that OSS has."""
    with pytest.raises(ossc.ParameterError, match="method"):
        bucket.presign(method, "k")


def test_arguments_are_checked(bucket: ossc.Bucket) -> None:
    """A URL that OSS would refuse is not made."""
    with pytest.raises(ossc.ParameterError, match="empty"):
        bucket.presign("GET", "")
    with pytest.raises(ossc.ParameterError, match="control character"):
        bucket.presign("GET", "k", headers={"x-oss-meta-a": "b\r\nx: y"})
    with pytest.raises(ossc.ParameterError, match="NUL"):
        bucket.presign("GET", "k", params={"a": "\0"})


def test_the_token_travels_in_the_url(client: ossc.Client, bucket: ossc.Bucket) -> None:
    """Of temporary credentials the token is there, of lasting ones none."""
    query = parse_qs(urlsplit(bucket.presign("GET", "k")).query)
    found = query.get("security-token") or query.get("x-oss-security-token")
    is_temporary = "STS.id" in bucket.presign("GET", "k")
    assert found == ([TOKEN] if is_temporary else None)


def test_the_secret_does_not(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """No URL holds a secret key."""
    url = bucket.presign("GET", "k")
    assert server.access_key_secret not in url
    assert "sts-secret" not in url


def test_a_url_that_calls_back(bucket: ossc.Bucket) -> None:
    """The upload through the URL has the service call the application."""
    with PlainApplication() as app:
        callback = Callback(
            f"{app.url}/done", "o=${object}&u=${x:uid}", variables={"x:uid": "1+2"}
        )
        reply = fetch("PUT", bucket.presign("PUT", "a b", callback=callback), CONTENT)
        path, _, body = app.requests[0]
    assert (reply.status, reply.body) == (200, app.answer)
    assert (path, body) == ("/done", b"o=a%20b&u=1%2B2")
    assert bucket.get_object("a b").data == CONTENT


@pytest.mark.parametrize("addressing", ["virtual", "path", "cname"])
def test_all_ways_to_address(
    client: ossc.Client, server: ossc.mock.Server, addressing: Any
) -> None:
    """The URL names the bucket as the client does, and is accepted so."""
    host = "files.example.com" if addressing == "cname" else "localhost"
    with ossc.Client(
        f"http://{host}:{server.port}",
        region=server.region,
        credentials=client._credentials,
        signature="v4" if client._signs_v4 else "v1",
        addressing=addressing,
    ) as other:
        bucket = other.bucket(BUCKET)
        for key in ("k", "dir/a b/é"):
            url = bucket.presign("PUT", key)
            parts = urlsplit(url)
            named = f"{BUCKET}.{host}" if addressing == "virtual" else host
            assert parts.hostname == named
            assert parts.path.startswith(f"/{BUCKET}/") == (addressing == "path")
            assert fetch("PUT", url, CONTENT, port=server.port).status == 200
    assert server.get_object(BUCKET, "dir/a b/é") == CONTENT


def test_an_anonymous_client_has_nothing_to_sign_with() -> None:
    """It is told so."""
    with (
        ossc.Client("http://127.0.0.1:1", credentials=ossc.ANONYMOUS) as client,
        pytest.raises(ossc.ParameterError, match="anonymous"),
    ):
        client.bucket(BUCKET).presign("GET", "k")


def test_a_closed_client_signs_no_more(client: ossc.Client) -> None:
    """Like every other call."""
    bucket = client.bucket(BUCKET)
    client.close()
    with pytest.raises(ossc.ClientClosed):
        bucket.presign("GET", "k")

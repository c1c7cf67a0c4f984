"""Preflights that the client sends: what browsers would be told."""

from __future__ import annotations

import pytest

import ossc
import ossc.aio
import ossc.mock
from ossc.mock import faults
from ossc.settings import BucketCors, CorsRule
from tests.conftest import BUCKET, make_client

from .tasks import awaited, client_of

PAGE = "https://www.example.com"
RULE = CorsRule(
    allowed_origins=["https://*.example.com"],
    allowed_methods=["GET", "PUT"],
    allowed_headers=["x-oss-*", "content-type"],
    expose_headers=["ETag", "x-oss-request-id"],
    max_age_seconds=600,
)


def test_what_is_allowed(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """All that the rule says; the request is that of a browser, without a signature."""
    bucket.cors.put(BucketCors(rules=[RULE]))
    server.reset_counts()
    names = ["Content-Type", "x-oss-acl"]
    found = bucket.option_object("a b/ü", origin=PAGE, method="PUT", headers=names)
    assert found.allow_origin == PAGE
    assert found.allow_methods == ("GET", "PUT")
    assert found.allow_headers == ("Content-Type", "x-oss-acl")
    assert found.expose_headers == ("ETag", "x-oss-request-id")
    assert found.max_age_seconds == 600
    assert found.headers["access-control-max-age"] == "600"
    (sent,) = server.requests
    assert (sent.method, sent.operation, sent.key) == (
        "OPTIONS",
        "OptionObject",
        "a b/ü",
    )
    assert found.request_id == sent.request_id
    lines = {name.lower(): value for name, value in sent.headers}
    assert lines["origin"] == PAGE
    assert lines["access-control-request-method"] == "PUT"
    assert lines["access-control-request-headers"] == "Content-Type, x-oss-acl"
    assert not {"authorization", "x-oss-security-token", "x-oss-date"} & lines.keys()


@pytest.mark.parametrize("signature", ["v4", "v1"])
def test_the_client_signs_as_before(server: ossc.mock.Server, signature: str) -> None:
    """A preflight takes no keys away from what comes behind it."""
    with make_client(server, signature=signature) as client:
        bucket = client.bucket(BUCKET)
        bucket.cors.put(BucketCors(rules=[RULE]))
        for _ in range(3):
            bucket.option_object("k", origin=PAGE)
            bucket.put_object("k", b"x")
            assert bucket.get_object("k").data == b"x"
    assert server.connections == 1


def test_little_is_allowed(bucket: ossc.Bucket) -> None:
    """What a rule does not say is empty."""
    rule = CorsRule(allowed_origins=["*"], allowed_methods=["GET"])
    bucket.cors.put(BucketCors(rules=[rule]))
    found = bucket.option_object("k", origin=PAGE)
    assert (found.allow_origin, found.allow_methods) == ("*", ("GET",))
    assert (found.allow_headers, found.expose_headers) == ((), ())
    assert found.max_age_seconds is None


def test_what_is_not_allowed(bucket: ossc.Bucket, client: ossc.Client) -> None:
    """No rules, another origin, another method, another header, no bucket."""
    with pytest.raises(ossc.AccessDenied) as caught:
        bucket.option_object("k", origin=PAGE)
    assert caught.value.code == "AccessForbidden"
    assert caught.value.operation == "OptionObject"
    bucket.cors.put(BucketCors(rules=[RULE]))
    with pytest.raises(ossc.AccessDenied):
        bucket.option_object("k", origin="https://example.org")
    with pytest.raises(ossc.AccessDenied):
        bucket.option_object("k", origin=PAGE, method="POST")
    with pytest.raises(ossc.AccessDenied):
        bucket.option_object("k", origin=PAGE, headers="x-own")
    with pytest.raises(ossc.NoSuchBucket):
        client.bucket("nobody-has-it").option_object("k", origin=PAGE)


def test_bad_questions(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """What cannot be asked is not sent."""
    server.reset_counts()
    with pytest.raises(ossc.ParameterError, match="method is 'OPTIONS'"):
        bucket.option_object("k", origin=PAGE, method="OPTIONS")
    with pytest.raises(ossc.ParameterError, match="origin is empty"):
        bucket.option_object("k", origin="")
    with pytest.raises(ossc.ParameterError):
        bucket.option_object("k", origin="a\r\nb: c")
    with pytest.raises(ossc.ParameterError):
        bucket.option_object("", origin=PAGE)
    with pytest.raises(TypeError):
        bucket.option_object("k", origin=PAGE, headers=[1])  # type: ignore[list-item]
    assert server.requests == []


def test_repeated_questions(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """A preflight changes nothing, so a failed one is sent again."""
    bucket.cors.put(BucketCors(rules=[RULE]))
    server.faults.add(faults.status(503), times=2)
    assert bucket.option_object("k", origin=PAGE).allow_methods == ("GET", "PUT")


def test_an_answer_that_says_nothing(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """A server that knows no preflights is not taken for one that allows."""
    plain = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    server.faults.add(faults.garbage(plain))
    with pytest.raises(ossc.MalformedResponse, match="allows no origin"):
        bucket.option_object("k", origin=PAGE)


def test_an_anonymous_client(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """It needs no keys."""
    bucket.cors.put(BucketCors(rules=[RULE]))
    with make_client(server, credentials=ossc.ANONYMOUS) as client:
        found = client.bucket(BUCKET).option_object("k", origin=PAGE)
    assert found.allow_origin == PAGE


@awaited
async def test_asynchronous_questions(server: ossc.mock.Server) -> None:
    """The same for asyncio."""
    async with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        await bucket.cors.put(BucketCors(rules=[RULE]))
        found = await bucket.option_object("k", origin=PAGE)
        assert found.allow_origin == PAGE

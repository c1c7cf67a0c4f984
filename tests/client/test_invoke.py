"""`Client.invoke`: any request, with all that other requests have."""

from __future__ import annotations

import base64
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc.mock import faults
from tests.conftest import BUCKET, make_client


def test_an_answer_as_it_is(client: ossc.Client, server: ossc.mock.Server) -> None:
    """Status, headers, body and request id come back; the query is what was given."""
    answer = client.invoke("GET", bucket=BUCKET, params={"location": ""})
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/xml"
    assert b"<LocationConstraint>oss-cn-hangzhou</LocationConstraint>" in answer.body
    (request,) = server.requests
    assert request.operation == "GetBucketLocation"
    assert answer.request_id == request.request_id
    assert "headers" not in repr(answer)


def test_every_level_and_method(client: ossc.Client) -> None:
    """The service, buckets, objects; with a body or without."""
    put = client.invoke(
        "PUT", bucket=BUCKET, key="dir/k", body="né", headers={"x-oss-meta-a": "1"}
    )
    assert put.headers["etag"]
    head = client.invoke("HEAD", bucket=BUCKET, key="dir/k")
    assert (head.headers["x-oss-meta-a"], head.body) == ("1", b"")
    part = client.invoke(
        "GET", bucket=BUCKET, key="dir/k", headers={"Range": "bytes=1-2"}
    )
    assert (part.status, part.body) == (206, "é".encode())
    listed = client.invoke("get", params={"max-keys": "5"})
    assert f"<Name>{BUCKET}</Name>".encode() in listed.body
    client.invoke(
        "POST",
        bucket=BUCKET,
        key="log",
        params={"append": "", "position": "0"},
        body=bytearray(b"line"),
    )
    assert client.invoke("DELETE", bucket=BUCKET, key="dir/k").status == 204
    assert client.bucket(BUCKET).get_object("log").data == b"line"


@pytest.mark.parametrize("signature", ["v4", "v1"])
def test_sub_resources_are_signed(server: ossc.mock.Server, signature: str) -> None:
    """Those that the server knows, with any value; it ignores other parameters."""
    with make_client(server, signature=signature) as client:
        for params in ({"acl": ""}, {"tagging": "", "something-new": "a b/c+ü"}):
            assert client.invoke("GET", bucket=BUCKET, params=params).status == 200


def test_errors_are_those_of_the_tree(client: ossc.Client) -> None:
    """The class is by the code, and the error says what was asked."""
    with pytest.raises(ossc.NoSuchKey) as caught:
        client.invoke("GET", bucket=BUCKET, key="none", params={"acl": ""})
    error = caught.value
    assert (error.operation, error.bucket, error.key) == ("GET?acl", BUCKET, "none")
    assert error.status == 404
    with pytest.raises(ossc.ServerError) as other:
        client.invoke("PUT", bucket=BUCKET, params={"versioning": ""}, body=b"<x/>")
    assert other.value.code == "MalformedXML"


def test_values_of_parameters_are_not_shown(client: ossc.Client) -> None:
    """They may be secrets."""
    with pytest.raises(ossc.NoSuchBucket) as caught:
        client.invoke("GET", bucket="nobody-has-it", params={"acl": "s3cret"})
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_what_can_be_repeated_is(
    client: ossc.Client, server: ossc.mock.Server, method: str
) -> None:
    """A request that does the same twice goes out again when the server failed."""
    server.put_object(BUCKET, "k", b"old")
    server.faults.add(faults.status(500), method=method)
    body = b"new" if method == "PUT" else None
    answer = client.invoke(method, bucket=BUCKET, key="k", body=body)
    assert answer.status == (204 if method == "DELETE" else 200)
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("method", "more"),
    [
        ("POST", {"params": {"append": "", "position": "0"}}),
        ("PUT", {"headers": {"X-OSS-Callback": "e30="}}),
        ("PUT", {"params": {"callback": "e30="}}),
    ],
)
def test_what_could_do_harm_is_not_repeated(
    client: ossc.Client, server: ossc.mock.Server, method: str, more: dict[str, Any]
) -> None:
    """An unknown POST, or a callback: only where the server cannot have acted."""
    server.faults.add(faults.status(500), method=method)
    with pytest.raises(ossc.ServiceUnavailable) as caught:
        client.invoke(method, bucket=BUCKET, key="k", body=b"x", **more)
    assert caught.value.attempts == 1
    assert "not repeated" in caught.value.gave_up
    assert len(server.requests) == 1


def test_an_upload_whose_callback_failed(client: ossc.Client) -> None:
    """The object is stored; the error has the answer."""
    wish = base64.b64encode(b'{"callbackUrl":"http://127.0.0.1:9","callbackBody":"a"}')
    headers = {"x-oss-callback": wish.decode()}
    with pytest.raises(ossc.CallbackFailed) as caught:
        client.invoke("PUT", bucket=BUCKET, key="k", body=b"x", headers=headers)
    stored = caught.value.result
    assert stored.status == 203
    assert stored.headers["etag"]
    assert stored.request_id == caught.value.request_id
    assert client.bucket(BUCKET).get_object("k").data == b"x"


def test_a_post_that_was_turned_away_is_repeated(
    client: ossc.Client, server: ossc.mock.Server
) -> None:
    """The server says that it did nothing."""
    server.faults.add(faults.status(429), method="POST")
    client.invoke(
        "POST",
        bucket=BUCKET,
        key="k",
        params={"append": "", "position": "0"},
        body=b"x",
    )
    assert len(server.requests) == 2
    assert client.bucket(BUCKET).get_object("k").data == b"x"


@pytest.mark.parametrize(
    ("arguments", "error", "complaint"),
    [
        ({"method": "PATCH"}, ossc.ParameterError, "method is 'PATCH'"),
        ({"method": 1}, TypeError, "method must be a str"),
        ({"key": "k"}, ossc.ParameterError, "needs its bucket"),
        ({"bucket": "X"}, ossc.ParameterError, "bucket name"),
        ({"bucket": BUCKET, "key": "/k"}, ossc.ParameterError, "start with"),
        ({"params": {"a": 1}}, TypeError, "params"),
        ({"params": {"": "a"}}, ossc.ParameterError, "name is empty"),
        ({"headers": {"a\n": "b"}}, ossc.ParameterError, "header"),
        ({"body": b"x"}, ossc.ParameterError, "GET has no body"),
        ({"method": "PUT", "body": 5}, TypeError, "bytes-like"),
    ],
)
def test_wrong_arguments(
    client: ossc.Client,
    server: ossc.mock.Server,
    arguments: dict[str, Any],
    error: type[Exception],
    complaint: str,
) -> None:
    """They are told before anything is sent."""
    with pytest.raises(error, match=complaint):
        client.invoke(**{"method": "GET", **arguments})
    assert server.requests == []

"""What an error tells of its request, and of the document that refused it."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc._endpoint import is_address

from .raw_server import BUCKET, KEY_ID, REGION, SECRET, RawServer, answer, client_of

UPLOAD = "0004B9895DBBB6EC98E36"
TEXT = b"12345"


def _document(inner: str) -> bytes:
    return f"<Error><Code>Wrong</Code><Message>No.</Message>{inner}</Error>".encode()


def _refused(reply: bytes, do: Callable[[ossc.Bucket], object]) -> ossc.ServerError:
    with RawServer(reply) as server, server.client(retry=None) as client:
        with pytest.raises(ossc.ServerError) as caught:
            do(client.bucket(BUCKET))
    return caught.value


def _get(bucket: ossc.Bucket) -> object:
    return bucket.get_object("k")


@pytest.mark.parametrize(
    ("host", "addressing"),
    [
        ("127.0.0.1", "auto"),
        ("localhost", "auto"),
        ("localhost", "virtual"),
        ("localhost", "path"),
        ("localhost", "cname"),
    ],
)
def test_the_endpoint_is_where_the_request_went(host: str, addressing: Any) -> None:
    """It is what the server was called by, however the bucket is addressed."""
    with RawServer(answer(b"", "400 Bad Request")) as server:
        where = f"http://{host}:{server.port}"
        options: Any = {"addressing": addressing, "retry": None}
        with client_of(where, **options) as client:
            with pytest.raises(ossc.ServerError) as caught:
                client.bucket(BUCKET).get_object("k")
            with pytest.raises(ossc.ServerError) as of_service:
                list(client.list_buckets())
        called = [request.headers["host"] for request in server.received]
    assert caught.value.endpoint == f"http://{called[0]}"
    assert of_service.value.endpoint == f"http://{called[1]}" == where


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("127.0.0.1", True),
        ("10.1.2.3:9000", True),
        ("[::1]:80", True),
        ("oss-cn-hangzhou.aliyuncs.com", False),
        ("localhost:80", False),
        ("1.2.3", False),
        ("1.2.3.4.5", False),
        ("256.1.1.1", False),
        ("01.2.3.4", False),
        ("1.2.3.x", False),
    ],
)
def test_what_an_address_is(place: str, expected: bool) -> None:  # noqa: FBT001 - a table
    """Four numbers, or brackets: there a bucket cannot be in the host's name."""
    assert is_address(place) is expected


VERBS: dict[str, Callable[[ossc.Bucket], object]] = {
    "get": _get,
    "head": lambda bucket: bucket.head_object("k"),
    "put": lambda bucket: bucket.put_object("k", TEXT),
    "append": lambda bucket: bucket.append_object("k", TEXT, 0),
    "part": lambda bucket: bucket.upload_part("k", UPLOAD, 1, TEXT),
    "initiate": lambda bucket: bucket.init_multipart_upload("k"),
    "complete": lambda bucket: bucket.complete_multipart_upload(
        "k", UPLOAD, [(1, "A")]
    ),
    "abort": lambda bucket: bucket.abort_multipart_upload("k", UPLOAD),
    "delete": lambda bucket: bucket.delete_object("k"),
    "delete many": lambda bucket: bucket.delete_objects(["k"]),
    "preflight": lambda bucket: bucket.option_object("k", origin="http://a"),
    "batch": lambda bucket: _raise(next(bucket.get_objects(["k"])).error),
}


def _raise(error: ossc.OSSError | None) -> None:
    assert error is not None
    raise error


@pytest.mark.parametrize("verb", VERBS)
def test_the_method_is_that_of_the_request(verb: str) -> None:
    """As it stood in the request's first line, for every way to make one."""
    with RawServer(answer(b"", "400 Bad Request")) as server:
        with server.client(retry=None) as client:
            with pytest.raises(ossc.ServerError) as caught:
                VERBS[verb](client.bucket(BUCKET))
        (request,) = server.received
    assert caught.value.method == request.line.split(" ")[0]
    assert caught.value.endpoint == server.endpoint


def test_a_file_is_put(tmp_path: Path) -> None:
    """The method of what reads a file of its own."""
    path = tmp_path / "file"
    path.write_bytes(TEXT)
    error = _refused(
        answer(b"", "400 Bad Request"),
        lambda bucket: bucket.put_object_from_file("k", path),
    )
    assert error.method == "PUT"


def test_of_a_signed_url_the_host_alone_is_told() -> None:
    """Neither its query, which is its signature, nor a user before the host."""
    with RawServer(answer(b"", "403 Forbidden")) as server:
        url = f"{server.endpoint}/k?Signature=s3cretSignature0000&Expires=1"
        with ossc.SignedURLs(retry=None) as urls:
            with pytest.raises(ossc.AccessDenied) as caught:
                urls.get(url)
    assert (caught.value.endpoint, caught.value.method) == (server.endpoint, "GET")


def test_where_nothing_answers_the_endpoint_is_told() -> None:
    """A failure without an answer says where the request was to go."""
    with RawServer(answer()) as server:
        where = server.endpoint
    with client_of(where, retry=None) as client:
        with pytest.raises(ossc.ConnectFailed) as caught:
            client.bucket(BUCKET).put_object("k", b"")
    assert (caught.value.endpoint, caught.value.method) == (where, "PUT")
    assert caught.value.details == {}


def test_where_no_request_is_made_there_is_no_endpoint() -> None:
    """Signing a URL, and arguments that are refused, are no requests."""
    with client_of("http://127.0.0.1:1", credentials=ossc.ANONYMOUS) as client:
        with pytest.raises(ossc.ParameterError) as caught:
            client.bucket(BUCKET).presign_get("k", 60)
    assert (caught.value.endpoint, caught.value.method) == (None, None)


def test_an_unknown_argument_is_named(server: ossc.mock.Server) -> None:
    """The service says which argument it does not like, and what was in it."""
    with client_of(server) as client:
        with pytest.raises(ossc.InvalidArgument) as caught:
            client.invoke("GET", bucket=BUCKET, params={"max-keys": "1001"})
    details = caught.value.details
    assert details["ArgumentName"] == "max-keys"
    assert details["ArgumentValue"] == "1001"
    twin = pickle.loads(pickle.dumps(caught.value))
    assert (twin.details, twin.endpoint, twin.method) == (
        details,
        server.endpoint,
        "GET",
    )


def test_details_have_what_has_no_attribute() -> None:
    """Other elements are told by their names; those with attributes are not repeated."""
    inner = (
        "<RequestId>R1</RequestId><HostId>h.example.com</HostId><EC>0001-1</EC>"
        "<BucketName>b</BucketName><Endpoint>oss-x.example.com</Endpoint>"
        "<RecommendDoc>https://example.com/?q=0001-1</RecommendDoc><Empty/>"
    )
    error = _refused(answer(_document(inner), "400 Bad Request"), _get)
    assert error.details == {
        "BucketName": "b",
        "Endpoint": "oss-x.example.com",
        "RecommendDoc": "https://example.com/?q=0001-1",
    }
    assert (error.host_id, error.ec) == ("h.example.com", "0001-1")


def test_details_are_bounded() -> None:
    """However much a server tells, an error keeps a little."""
    many = "".join(f"<N{n}>{n}</N{n}>" for n in range(1000))
    inner = f"<Long>{'x' * 60_000}</Long><{'y' * 65}>z</{'y' * 65}>{many}"
    error = _refused(answer(_document(inner), "400 Bad Request"), _get)
    assert len(error.details) == 32
    assert error.details["Long"] == "x" * 1000 + "…"
    assert max(map(len, error.details)) <= 64
    assert error.details["N30"] == "30"


def test_hostile_bytes_are_text() -> None:
    """What XML cannot hold becomes something that can be printed and encoded."""
    inner = b"<Key>a&#0;b\x01c</Key>" + b"<Other>\xef\xbf\xbf</Other>"
    document = b"<Error><Code>Wrong</Code>" + inner + b"</Error>"
    error = _refused(answer(document, "400 Bad Request"), _get)
    assert error.code == "Wrong"
    assert error.details["Key"] == "a\ufffdb\ufffdc"
    assert "".join(error.details.values()).encode()


TOKEN = "s3curity/Token&Of<Test"
ESCAPED = TOKEN.replace("&", "&amp;").replace("<", "&lt;")
QUOTED = {
    "text": _document(f"<Text>x-oss-security-token:{ESCAPED}</Text>"),
    "element": _document(f"<Text>{ESCAPED}</Text>"),
    "references": _document(f"<Text>&#115;{ESCAPED[1:]}</Text>"),
    "message": _document(f"<Message>no {ESCAPED}</Message><Text>x</Text>"),
    "json": json.dumps({"Error": {"Code": "No", "Text": TOKEN}})
    .replace("/", "\\/")
    .encode(),
}


@pytest.mark.parametrize("how", QUOTED)
def test_details_hold_no_secrets(how: str) -> None:
    """A token that the server quotes is hidden there as in the body, however written."""
    token = TOKEN
    reply = answer(QUOTED[how], "403 Forbidden")
    keys = ossc.Credentials(KEY_ID, SECRET, token)
    with RawServer(reply) as server:
        with ossc.Client(
            server.endpoint, region=REGION, credentials=keys, retry=None
        ) as client:
            with pytest.raises(ossc.AccessDenied) as caught:
                client.bucket(BUCKET).get_object("k")
    assert "Text" in caught.value.details
    assert token not in f"{caught.value} {vars(caught.value)}"
    if how != "references":
        assert b"Token" not in caught.value.body

"""Headers that signature V4 covers beside those that it always does."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

import ossc
import ossc.mock
from tests.conftest import make_client

from .raw_server import RawServer, object_answer
from .test_presign import fetch

CONTENT = b"The quick brown fox jumps over the lazy dog"


@pytest.fixture
def client(server: ossc.mock.Server) -> Iterator[ossc.Client]:
    """A client whose signatures cover two more headers where they are there."""
    with make_client(server, additional_headers=("Range", "host")) as made:
        yield made


def listed(server: ossc.mock.Server, index: int = -1) -> str:
    """The additional headers that a request's signature lists."""
    authorization = dict(server.requests[index].headers)["authorization"]
    found = authorization.partition("AdditionalHeaders=")[2]
    return found.partition(",")[0]


def test_every_kind_of_request(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """Whatever function of the SDK makes it, the host is signed, and accepted."""
    bucket.put_object("k", CONTENT)
    assert bucket.get_object("k", range=(4, 8)).data == b"quick"
    assert listed(server) == "host;range"
    room = bytearray(5)
    bucket.get_object_into("k", room, range=(4, 8))
    assert listed(server) == "host;range"
    bucket.head_object("k")
    bucket.append_object("log", b"x", 0)
    upload = bucket.init_multipart_upload("m")
    part = bucket.upload_part("m", upload, 1, b"x")
    list(bucket.list_parts("m", upload))
    bucket.complete_multipart_upload("m", upload, [part])
    bucket.copy_object("k", "c")
    list(bucket.list_objects())
    bucket.delete_objects(["c", "m"])
    bucket.delete_object("k")
    assert all(request.status in (200, 204, 206) for request in server.requests)
    seen = [listed(server, n) for n in range(len(server.requests))]
    assert set(seen) == {"host", "host;range"}


def test_batches(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """Many at once are signed as single ones are."""
    items = [(f"k{n}", CONTENT) for n in range(20)]
    assert all(r.error is None for r in bucket.put_objects(items))
    keys = [key for key, _ in items]
    assert [r.result.data for r in bucket.get_objects(keys)] == [CONTENT] * 20
    assert {listed(server, n) for n in range(40)} == {"host"}


def test_views(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """A view may cover others, or none; it keeps the other options."""
    bucket.put_object("k", CONTENT)
    none = bucket.with_options(additional_headers=())
    none.get_object("k", range=(0, 3))
    assert listed(server) == ""
    other = none.with_options(additional_headers=["if-match", "IF-NONE-MATCH"])
    etag = other.head_object("k").etag
    assert listed(server) == ""
    other.with_options(timeout=9).get_object("k", if_match=etag)
    assert listed(server) == "if-match"
    bucket.get_object("k")
    assert listed(server) == "host"


def test_the_server_checks_them(server: ossc.mock.Server) -> None:
    """A header that was covered and changed on its way is found out."""
    with make_client(server) as client:
        keys = client._credentials
    with (
        RawServer(object_answer(b"abc")) as raw,
        ossc.Client(
            raw.endpoint,
            region=server.region,
            credentials=keys,
            additional_headers=("range",),
        ) as client,
        pytest.raises(ossc.MalformedResponse),
    ):
        client.bucket("examplebucket").get_object("k", range=(0, 2))
    (sent,) = raw.received
    server.put_object("examplebucket", "k", CONTENT)
    headers = {n: text for n, text in sent.headers.items() if n != "host"}
    for change, status in (
        ({}, 206),
        ({"range": "bytes=0-9"}, 403),
        ({"x-other": "1"}, 206),
    ):
        answer = fetch(
            "GET",
            f"{server.endpoint}{sent.line.split()[1]}?",
            headers={**headers, **change},
        )
        assert answer.status == status


def test_names_that_cannot_be_covered(server: ossc.mock.Server) -> None:
    """They are told, as is V1, which has none."""
    for names in (["user-agent"], ["Content-Length"], ["authorization"], ["a b"], [""]):
        with pytest.raises(ossc.ParameterError):
            make_client(server, additional_headers=names)
    with pytest.raises(TypeError, match="several names"):
        make_client(server, additional_headers="host")
    with pytest.raises(ossc.ParameterError, match="V1"):
        make_client(server, additional_headers=["host"], signature="v1")
    with make_client(server, additional_headers=(), signature="v1") as client:
        with pytest.raises(ossc.ParameterError, match="V1"):
            client.bucket("examplebucket").with_options(additional_headers=["host"])
        with pytest.raises(ossc.ParameterError, match="V1"):
            client.bucket("examplebucket").presign(
                "GET", "k", additional_headers=["host"]
            )


@pytest.mark.parametrize("addressing", ["virtual", "path", "cname"])
def test_hosts_of_urls(server: ossc.mock.Server, addressing: str) -> None:
    """The host that is signed is the one that whoever uses the URL will send."""
    with make_client(server) as usual:
        keys = usual._credentials
    with ossc.Client(
        f"http://localhost:{server.port}",
        region=server.region,
        credentials=keys,
        addressing="virtual" if addressing == "cname" else addressing,  # type: ignore[arg-type]
        additional_headers=["host"],
    ) as client:
        url = client.bucket("examplebucket").presign_put("a b")
        assert fetch("PUT", url, CONTENT, port=server.port).status == 200
        other = fetch(
            "PUT", url, CONTENT, {"Host": f"127.0.0.1:{server.port}"}, port=server.port
        )
    assert other.status in (400, 403)
    assert server.get_object("examplebucket", "a b") == CONTENT


def test_urls(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """A URL lists what it covers, and demands it."""
    headers = {"Cache-Control": "no-cache", "x-oss-meta-a": "1", "X-Other": "2"}
    url = bucket.presign(
        "PUT", "k", headers=headers, additional_headers=["cache-control", "absent"]
    )
    query = parse_qs(urlsplit(url).query)
    assert query["x-oss-additional-headers"] == ["cache-control"]
    assert url.signed_headers == {"Cache-Control": "no-cache", "x-oss-meta-a": "1"}
    assert fetch("PUT", url, CONTENT, headers).status == 200
    changed = {**headers, "Cache-Control": "max-age=9"}
    assert fetch("PUT", url, CONTENT, changed).status == 403
    assert fetch("PUT", url, CONTENT, {"x-oss-meta-a": "1"}).status == 403
    with ossc.SignedURLs() as urls:
        urls.put(url, CONTENT)
    usual = bucket.presign_get("k")
    assert parse_qs(urlsplit(usual).query)["x-oss-additional-headers"] == ["host"]
    assert fetch("GET", usual).body == CONTENT
    none = bucket.presign("GET", "k", additional_headers=())
    assert "additional" not in none
    assert fetch("GET", none).body == CONTENT


def test_anonymous_requests_name_nothing(server: ossc.mock.Server) -> None:
    """Without a signature nothing is listed, and the hint is not sent."""
    server.create_bucket("open-bucket", "public-read-write")
    with make_client(
        server, credentials=ossc.ANONYMOUS, additional_headers=["host"]
    ) as client:
        client.bucket("open-bucket").put_object("k", CONTENT)
    names = [name for name, _ in server.requests[-1].headers]
    assert not [name for name in names if "additional" in name]

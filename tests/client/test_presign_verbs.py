"""The verbs that sign URLs of the usual operations, and what a signed URL knows."""

from __future__ import annotations

import copy
import logging
import pickle
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

import ossc
import ossc.mock

from .test_presign import fetch

CONTENT = b"The quick brown fox jumps over the lazy dog"


@pytest.fixture(params=["v1", "v4"])
def client(
    request: pytest.FixtureRequest, server: ossc.mock.Server
) -> Iterator[ossc.Client]:
    """A client for each signature."""
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    with ossc.Client(
        server.endpoint, region=server.region, credentials=keys, signature=request.param
    ) as made:
        yield made


def test_a_url_knows_what_it_is_for(bucket: ossc.Bucket) -> None:
    """Method, headers and time; and it is a text like any other."""
    before = datetime.now(timezone.utc).replace(microsecond=0)
    url = bucket.presign_put(
        "dir/a+b",
        timedelta(minutes=10),
        content_type="text/css",
        metadata={"Author": "Zoe"},
        cache_control="no-cache",
    )
    assert isinstance(url, str)
    assert isinstance(url, ossc.PresignedURL)
    assert url.method == "PUT"
    assert type(url.url) is str
    assert url.url == url == str(url) == f"{url}"
    assert url.signed_headers == {
        "Content-Type": "text/css",
        "x-oss-meta-author": "Zoe",
    }
    assert url.headers == {**url.signed_headers, "Cache-Control": "no-cache"}
    assert 600 <= (url.expiration - before).total_seconds() <= 601
    assert url.expires_at == url.expiration.timestamp()
    assert urlsplit(url).path == "/examplebucket/dir/a%2Bb"


def test_a_url_hides_itself_from_logs(
    bucket: ossc.Bucket, caplog: pytest.LogCaptureFixture
) -> None:
    """Its repr, which `%r` and tracebacks show, has no signature."""
    url = bucket.presign_get("k")
    query = parse_qs(urlsplit(url).query)
    (signature,) = query.get("Signature") or query["x-oss-signature"]
    caplog.set_level(logging.DEBUG)
    logging.getLogger("test").info("signed %r, %s", url, [url])
    for shown in (repr(url), str([url]), caplog.text):
        assert signature not in shown
        assert signature.rstrip("=") not in shown
        assert "=***" in shown
        assert "/examplebucket/k?" in shown


def test_a_url_is_pickled_and_copied_whole(bucket: ossc.Bucket) -> None:
    """With all that it knows."""
    url = bucket.presign_put("k", content_type="a/b")
    for same in (pickle.loads(pickle.dumps(url)), copy.deepcopy(url), copy.copy(url)):
        assert same == url
        assert type(same) is ossc.PresignedURL
        assert same.signed_headers == url.signed_headers
        assert (same.method, same.expires_at) == (url.method, url.expires_at)


def test_reading(bucket: ossc.Bucket) -> None:
    """With overrides of the answer's headers, a limit and a version."""
    bucket.put_object("k", CONTENT)
    url = bucket.presign_get(
        "k",
        version_id="null",
        traffic_limit=838_860_800,
        params={"x-extra": "1"},
        response_content_type="a/b; c=d",
        response_content_language="de",
        response_expires="Fri, 24 Feb 2012 17:00:00 GMT",
        response_cache_control="no-cache",
        response_content_disposition='attachment; filename="a +\u00e9.txt"',
        response_content_encoding="identity",
    )
    got = fetch("GET", url)
    assert (got.status, got.body) == (200, CONTENT)
    assert got.headers["content-type"] == "a/b; c=d"
    assert got.headers["content-language"] == "de"
    assert got.headers["expires"] == "Fri, 24 Feb 2012 17:00:00 GMT"
    assert got.headers["cache-control"] == "no-cache"
    assert got.headers["content-encoding"] == "identity"
    asked = parse_qs(urlsplit(url).query)
    assert asked["response-content-disposition"] == [
        'attachment; filename="a +\u00e9.txt"'
    ]
    assert asked["versionId"] == ["null"]
    gone = fetch("GET", bucket.presign_get("k", version_id="other"))
    assert gone.status == 404
    assert fetch("HEAD", bucket.presign_head("k", version_id="null")).status == 200


def test_processing(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """The process is a signed parameter, its slashes and commas intact."""
    bucket.put_object("k", CONTENT)
    url = bucket.presign_get("k", process="image/resize,w_100/rotate,90")
    answer = fetch("GET", url)
    assert b"<Code>SignatureDoesNotMatch</Code>" not in answer.body
    assert ("x-oss-process", "image/resize,w_100/rotate,90") in server.requests[
        -1
    ].query


def test_the_bucket_and_the_service(
    client: ossc.Client, bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """What is about no object is signed as well."""
    for key in ("a", "dir/b"):
        bucket.put_object(key, b"")
    listed = fetch("GET", bucket.presign("GET", params={"prefix": "dir/"}))
    assert b"<Key>dir/b</Key>" in listed.body
    assert b"<Key>a</Key>" not in listed.body
    assert fetch("HEAD", bucket.presign("HEAD")).status == 200
    info = fetch("GET", bucket.presign("GET", params={"bucketInfo": ""}))
    assert b"<Name>examplebucket</Name>" in info.body
    assert b"<Name>examplebucket</Name>" in fetch("GET", client.presign()).body
    named = fetch("GET", client.presign(params={"prefix": "other"}))
    assert b"<Name>" not in named.body
    other = client.bucket("another-bucket")
    assert fetch("PUT", other.presign("PUT"), b"").status == 200
    assert fetch("DELETE", other.presign("DELETE"), b"").status == 204


def test_arguments(bucket: ossc.Bucket) -> None:
    """What OSS would refuse is not signed."""
    cases: list[Any] = [
        (ossc.ParameterError, lambda: bucket.presign_upload_part("k", "u", 0)),
        (ossc.ParameterError, lambda: bucket.presign_upload_part("k", "u", 10_001)),
        (ossc.ParameterError, lambda: bucket.presign_upload_part("k", "", 1)),
        (TypeError, lambda: bucket.presign_upload_part("k", None, 1)),  # type: ignore[arg-type]
        (ossc.ParameterError, lambda: bucket.presign_append("k", -1)),
        (ossc.ParameterError, lambda: bucket.presign_get("k", traffic_limit=1)),
        (ossc.ParameterError, lambda: bucket.presign_get("/k")),
        (TypeError, lambda: bucket.presign_get("k", content_type="a")),  # type: ignore[call-arg]
        (TypeError, lambda: bucket.presign_get("k", version_id=3)),  # type: ignore[arg-type]
        (TypeError, lambda: bucket.presign_put("k", 60, colour="red")),  # type: ignore[call-arg]
        (TypeError, lambda: bucket.presign("GET", "k", "60")),  # type: ignore[arg-type]
    ]
    for kind, call in cases:
        with pytest.raises(kind):
            call()


def test_a_known_clock_counts(
    client: ossc.Client, bucket: ossc.Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where ours is known to be wrong, URLs and forms are signed by the server's."""
    now = time.time()
    client._shared.clock_offset = 7200.0
    monkeypatch.setattr(time, "time", lambda: now)
    assert bucket.presign_get("k", 60).expires_at == int(now + 7200) + 60
    assert bucket.post_policy("k", 60).expiration.timestamp() == int(now + 7200) + 60

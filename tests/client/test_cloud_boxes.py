"""Cloud boxes: V4 names the box and its product instead of a region."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import alibabacloud_oss_v2
import pytest
from alibabacloud_oss_v2.credentials import StaticCredentialsProvider

import ossc
import ossc.mock

from .raw_server import BUCKET, REGION

BOX = "cb-f8z7yvzgwfkl9q0h3f"
HOST = f"{BOX}.{REGION}.oss-cloudbox.aliyuncs.com"


@pytest.fixture
def box() -> Iterator[ossc.mock.Server]:
    """A cloud box."""
    with ossc.mock.serve(buckets=[BUCKET], cloud_box_id=BOX) as running:
        yield running


def _client(server: ossc.mock.Server, **options: Any) -> ossc.Client:
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    usual = {"endpoint": server.endpoint, "credentials": keys, "retry": None}
    return ossc.Client(**{**usual, **options})


def test_requests(box: ossc.mock.Server) -> None:
    """No region is needed; single requests, batches and lists are signed alike."""
    with _client(box, cloud_box_id=BOX) as client:
        bucket = client.bucket(BUCKET)
        bucket.put_object("k", b"data")
        assert [each.result.data for each in bucket.get_objects(["k"])] == [b"data"]
        assert [each.key for each in bucket.list_objects()] == ["k"]
        assert client.region == ""
    for request in box.requests:
        sent = dict(request.headers)
        assert f"/{BOX}/oss-cloudbox/aliyun_v4_request" in sent["authorization"]


def test_the_name_of_the_endpoint(box: ossc.mock.Server) -> None:
    """It tells the box and its region, as other endpoints tell theirs."""
    options = {"endpoint": f"http://{HOST}", "proxy": box.endpoint}
    with _client(box, **options) as client:
        client.bucket(BUCKET).put_object("k", b"x")
        assert client.region == REGION


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"region": REGION}, "region"),
        ({"cloud_box_id": "cb-another"}, "region"),
        ({"region": BOX}, "product"),
    ],
    ids=["a region", "another", "as a region"],
)
def test_another_place(
    box: ossc.mock.Server, options: dict[str, Any], word: str
) -> None:
    """What was signed for elsewhere is refused, without a misleading hint."""
    with _client(box, **options) as client:
        with pytest.raises(ossc.InvalidArgument, match=f"signing {word}") as caught:
            client.bucket(BUCKET).put_object("k", b"x")
    assert ("Hint" in str(caught.value)) == (options == {"region": REGION})


def test_a_box_is_no_region() -> None:
    """An ordinary server refuses a cloud box's signature."""
    with ossc.mock.serve(buckets=[BUCKET]) as server:
        with _client(server, cloud_box_id=BOX) as client:
            with pytest.raises(ossc.InvalidArgument, match="signing region"):
                client.bucket(BUCKET).get_object("k")


def test_signed_urls_and_forms(box: ossc.mock.Server) -> None:
    """What is signed for others names the box, too."""
    with _client(box, cloud_box_id=BOX) as client:
        bucket = client.bucket(BUCKET)
        bucket.put_object("k", b"data")
        url = bucket.presign_get("k")
        named = parse_qs(urlsplit(url).query)["x-oss-credential"][0]
        assert named.endswith(f"/{BOX}/oss-cloudbox/aliyun_v4_request")
        with urllib.request.urlopen(str(url)) as answer:
            assert answer.read() == b"data"
        form = bucket.post_policy("form.txt", success_action_status=201)
        body = form.encode(b"hello")
        request = urllib.request.Request(form.url, body, body.headers)
        with urllib.request.urlopen(request) as answer:
            assert answer.status == 201
        assert bucket.get_object("form.txt").data == b"hello"


def test_signature_v1_names_no_place(box: ossc.mock.Server) -> None:
    """It is the same everywhere."""
    with _client(box, cloud_box_id=BOX, signature="v1") as client:
        client.bucket(BUCKET).put_object("k", b"x")


def test_another_client_does_the_same(box: ossc.mock.Server) -> None:
    """alibabacloud-oss-v2 signs what this server takes."""
    config = alibabacloud_oss_v2.config.load_default()
    config.cloud_box_id = BOX
    config.region = REGION
    config.endpoint = box.endpoint
    config.credentials_provider = StaticCredentialsProvider(
        box.access_key_id, box.access_key_secret
    )
    stranger = alibabacloud_oss_v2.Client(config)
    request = alibabacloud_oss_v2.PutObjectRequest(BUCKET, "k", body=b"theirs")
    assert stranger.put_object(request).status_code == 200
    with _client(box, cloud_box_id=BOX) as client:
        assert client.bucket(BUCKET).get_object("k").data == b"theirs"

"""Signed URLs between strangers: the vendor's SDKs' in our hands, and ours in theirs."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import alibabacloud_oss_v2 as oss
import oss2
import pytest

import ossc

from . import oss2_client, oss_v2_client, strangers
from .strangers import LOGINS, ODD_KEYS, PART, Login, Server, fetch, pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

server = pytest.fixture(strangers.run_server, scope="module", name="server")
login = pytest.fixture(params=LOGINS[:4], ids=str, name="login")(strangers.give_login)
DATA = pattern(3000)


@pytest.fixture(name="name")
def make_name(server: Server) -> str:
    """The name of a bucket of this test's own."""
    return strangers.new_bucket(server)


@pytest.fixture(name="bucket")
def make_bucket(server: Server, login: Login, name: str) -> Iterator[ossc.Bucket]:
    """Our bucket with the keys of a login."""
    with ossc.Client(
        server.endpoint,
        region=strangers.REGION,
        credentials=ossc.Credentials(*login.keys(server)),
        signature="v1" if login.version == "v1" else "v4",
    ) as client:
        yield client.bucket(name)


@pytest.fixture(name="urls")
def make_urls() -> Iterator[ossc.SignedURLs]:
    """Our requests by URLs."""
    with ossc.SignedURLs(retry=None) as made:
        yield made


@pytest.mark.parametrize("slash_safe", [False, True])
@pytest.mark.parametrize("key", ODD_KEYS, ids=repr)
def test_urls_of_oss2(
    server: Server,
    login: Login,
    name: str,
    urls: ossc.SignedURLs,
    key: str,
    *,
    slash_safe: bool,
) -> None:
    """Whatever the key, we write and read by them."""
    theirs = oss2_client.make_bucket(server, login, name)

    def sign(method: str) -> str:
        return str(theirs.sign_url(method, key, 60, slash_safe=slash_safe))

    urls.put(sign("PUT"), DATA)
    assert urls.get(sign("GET"), range=(10, 19)).data == DATA[10:20]
    assert urls.head(sign("HEAD")).size == len(DATA)
    urls.delete(sign("DELETE"))


def test_signed_headers_of_oss2(
    server: Server, login: Login, name: str, urls: ossc.SignedURLs
) -> None:
    """Headers and parameters that oss2 has signed are sent as they were."""
    theirs = oss2_client.make_bucket(server, login, name)
    headers = {"Content-Type": "a/b", "x-oss-meta-a": "1 +"}
    url = theirs.sign_url("PUT", "k", 60, headers=dict(headers))
    with pytest.raises(ossc.SignatureDoesNotMatch):
        urls.put(url, DATA)
    urls.put(url, DATA, headers=headers)
    params = {"response-content-type": "c/d +"}
    got = urls.get(theirs.sign_url("GET", "k", 60, params=params))
    assert (got.data, got.content_type) == (DATA, "c/d +")
    assert got.metadata == {"a": "1 +"}


@pytest.mark.parametrize("key", ODD_KEYS, ids=repr)
def test_urls_of_v2(
    server: Server, login: Login, name: str, urls: ossc.SignedURLs, key: str
) -> None:
    """The newer SDK's, with the headers that it says have to be sent."""
    theirs = oss_v2_client.make_client(server, login)
    request = oss.PutObjectRequest(bucket=name, key=key, metadata={"a": "1"})
    signed = theirs.presign(request)
    urls.put(signed.url, DATA, headers=dict(signed.signed_headers))
    signed = theirs.presign(oss.GetObjectRequest(bucket=name, key=key))
    got = urls.get(signed.url)
    assert (got.data, got.metadata) == (DATA, {"a": "1"})


def test_a_multipart_upload_by_urls_of_v2(
    server: Server, login: Login, name: str, urls: ossc.SignedURLs
) -> None:
    """Their steps, our requests."""
    theirs = oss_v2_client.make_client(server, login)
    names = {"bucket": name, "key": "dir/k"}
    signed = theirs.presign(oss.InitiateMultipartUploadRequest(**names))
    upload = urls.init_multipart(signed.url, headers=dict(signed.signed_headers))
    assert upload.key == "dir/k"
    names["upload_id"] = upload.upload_id
    parts = [
        urls.upload_part(
            theirs.presign(oss.UploadPartRequest(**names, part_number=number)).url,
            data,
        )
        for number, data in ((1, bytes(PART)), (2, DATA))
    ]
    signed = theirs.presign(oss.CompleteMultipartUploadRequest(**names))
    done = urls.complete_multipart(
        signed.url, parts, headers=dict(signed.signed_headers)
    )
    assert done.etag.endswith("-2")
    assert strangers.stored(server, name, "dir/k") == bytes(PART) + DATA


@pytest.mark.parametrize("key", ODD_KEYS, ids=repr)
def test_our_urls_in_the_hands_of_oss2(
    server: Server, login: Login, name: str, bucket: ossc.Bucket, key: str
) -> None:
    """It puts and gets by them, CRCs compared."""
    if key == oss_v2_client.DOT_SEGMENTS:
        # requests takes dot segments out of a path before it sends it.
        assert fetch("PUT", bucket.presign_put(key), body=DATA).status == 200
        return
    theirs = oss2_client.make_bucket(server, login, name)
    theirs.put_object_with_url(bucket.presign_put(key), DATA)
    got = theirs.get_object_with_url(bucket.presign_get(key))
    assert got.read() == DATA
    assert got.client_crc == got.server_crc
    with pytest.raises(oss2.exceptions.SignatureDoesNotMatch):
        theirs.get_object_with_url(bucket.presign_put(key).url)


@pytest.mark.parametrize("key", ["k", "dir/a b+\u4e2d.txt", "a//b"])
def test_the_same_url(
    server: Server, login: Login, name: str, bucket: ossc.Bucket, key: str
) -> None:
    """Ours and that of the newer SDK say the same, field by field."""
    theirs = oss_v2_client.make_client(server, login)
    signed = theirs.presign(
        oss.GetObjectRequest(bucket=name, key=key, response_content_type="a/b c")
    )
    ours = bucket.presign_get(key, 900, response_content_type="a/b c")
    found, expected = (dict(fields(url)) for url in (ours, signed.url))
    assert found.keys() == expected.keys()
    moving = {"x-oss-date", "x-oss-signature", "Signature", "Expires", "x-oss-expires"}
    for each in found.keys() - moving:
        assert found[each] == expected[each]
    assert path_of(ours) == path_of(signed.url)


def fields(url: str) -> list[tuple[str, str]]:
    """The decoded query of a URL."""
    from urllib.parse import parse_qsl, urlsplit

    return parse_qsl(urlsplit(url).query, keep_blank_values=True)


def path_of(url: str) -> str:
    """The decoded path of a URL."""
    from urllib.parse import unquote, urlsplit

    return unquote(urlsplit(url).path)


def test_additional_headers_of_v2(
    server: Server, name: str, urls: ossc.SignedURLs
) -> None:
    """Both cover further headers with V4, and the server takes both."""
    keys = Login("v4").keys(server)
    with ossc.Client(
        server.endpoint,
        region=strangers.REGION,
        credentials=ossc.Credentials(*keys),
        additional_headers=("host", "cache-control"),
    ) as client:
        bucket = client.bucket(name)
        bucket.put_object("k", DATA, cache_control="no-cache")
        ours = bucket.presign("GET", "k")
        theirs = oss2_client.make_bucket(server, Login("v4"), name)
        assert theirs.get_object_with_url(ours).read() == DATA
        host = {"host": f"127.0.0.1:{strangers.port_of(server)}"}
        signed = theirs.sign_url(
            "GET", "k", 60, headers=dict(host), additional_headers=["host"]
        )
        assert "x-oss-additional-headers=host" in signed
        assert urls.get(signed).data == DATA
    strangers.close_adapters()


def test_downloads_into_their_readers(
    server: Server, login: Login, name: str, bucket: ossc.Bucket
) -> None:
    """Their streaming works on our URLs."""
    bucket.put_object("k", DATA)
    theirs = oss2_client.make_bucket(server, login, name)
    sink = io.BytesIO()
    for chunk in theirs.get_object_with_url(bucket.presign_get("k")):
        sink.write(chunk)
    assert sink.getvalue() == DATA

"""The mock server, used by oss2: signed URLs and upload callbacks."""

from __future__ import annotations

import json
import urllib.request
import xml.etree.ElementTree as ET
from pathlib import Path

import oss2
import oss2.models
import pytest

import ossc

from . import oss2_client, strangers
from .strangers import (
    LOGINS,
    ODD_KEYS,
    PART,
    Application,
    Login,
    Server,
    Untyped,
    callback_of,
    check_called,
    crc64,
    encoded,
    fetch,
    md5_etag,
    pattern,
    stored,
)

server = pytest.fixture(strangers.run_server, scope="module", name="server")
login = pytest.fixture(params=LOGINS, ids=str, name="login")(strangers.give_login)
bucket = pytest.fixture(oss2_client.fresh_bucket, name="bucket")
app = pytest.fixture(strangers.run_application, name="app")


def shown(
    bucket: Untyped, key: str, data: bytes, etag: str, operation: str
) -> dict[str, str]:
    """Return what the callback of an upload is to say."""
    return {
        "bucket": bucket.bucket_name,
        "object": key,
        "etag": etag,
        "size": str(len(data)),
        "type": "text/plain",
        "crc": str(crc64(data)),
        "op": operation,
        "uid": "1&2",
    }


@pytest.mark.parametrize("slash_safe", [False, True])
@pytest.mark.parametrize("key", ODD_KEYS, ids=repr)
def test_presigned_urls(bucket: Untyped, key: str, *, slash_safe: bool) -> None:
    """A plain HTTP client writes and reads through signed URLs."""
    url = bucket.sign_url("PUT", key, 60, slash_safe=slash_safe)
    put = fetch("PUT", url, body=b"data")
    assert put.status == 200
    assert put.headers["etag"] == f'"{md5_etag(b"data")}"'
    url = bucket.sign_url("GET", key, 60, slash_safe=slash_safe)
    assert fetch("GET", url).body == b"data"
    url = bucket.sign_url("HEAD", key, 60, slash_safe=slash_safe)
    assert fetch("HEAD", url).headers["content-length"] == "4"
    url = bucket.sign_url("DELETE", key, 60, slash_safe=slash_safe)
    assert fetch("DELETE", url).status == 204


def test_presigned_urls_hold_for_what_was_signed(bucket: Untyped) -> None:
    """Headers and parameters are part of the signature; other methods are not."""
    headers = {"Content-Type": "a/b", "x-oss-meta-a": "1"}
    url = bucket.sign_url("PUT", "k", 60, headers=dict(headers))
    refused = fetch("PUT", url, body=b"data")
    assert refused.status == 403
    assert b"<Code>SignatureDoesNotMatch</Code>" in refused.body
    assert fetch("PUT", url, headers=headers, body=b"data").status == 200
    assert bucket.head_object("k").headers["x-oss-meta-a"] == "1"
    params = {"response-content-type": "c/d"}
    url = bucket.sign_url("GET", "k", 60, params=params)
    assert fetch("GET", url).headers["content-type"] == "c/d"
    assert fetch("GET", url.replace("c%2Fd", "e%2Ff")).status == 403
    assert fetch("DELETE", url).status == 403


def test_urllib_reads_a_presigned_url(server: Server, login: Login) -> None:
    """The standard library's client is enough for a signed URL."""
    plain = Login(login.version, temporary=login.temporary)
    bucket = oss2_client.make_bucket(server, plain, strangers.new_bucket(server))
    bucket.put_object("dir/a b", b"data")
    url = bucket.sign_url("GET", "dir/a b", 60)
    with urllib.request.urlopen(url, timeout=10) as response:
        assert response.read() == b"data"
        assert response.headers["x-oss-object-type"] == "Normal"


def test_presigned_urls_expire(bucket: Untyped) -> None:
    """After its time a URL is refused."""
    bucket.put_object("k", b"data")
    url = bucket.sign_url("GET", "k", 60)
    assert fetch("GET", url).status == 200
    if "Expires=" in url:
        expired = bucket.sign_url("GET", "k", -60)
        answer = fetch("GET", expired)
        assert b"Request has expired." in answer.body
        assert b"0002-00000069" in answer.body
    else:
        answer = fetch("GET", bucket.sign_url("GET", "k", 604_801))
        assert b"0002-00000232" in answer.body
    assert answer.status in (400, 403)


def test_oss2_uses_its_own_urls(bucket: Untyped) -> None:
    """oss2's functions for signed URLs check CRCs as the others do."""
    data = pattern(3000)
    bucket.put_object_with_url(bucket.sign_url("PUT", "k", 60), data)
    got = bucket.get_object_with_url(bucket.sign_url("GET", "k", 60))
    assert got.read() == data
    assert got.client_crc == got.server_crc


def test_oss2_moves_files_by_urls(
    server: Server, bucket: Untyped, tmp_path: Path
) -> None:
    """A file goes up and comes down by signed URLs."""
    data, name = pattern(PART * 2 + 1), "dir/a b"
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(data)
    typed = {"Content-Type": "a/b", "x-oss-meta-a": "1"}
    url = bucket.sign_url("PUT", name, 60, headers=dict(typed))
    put = bucket.put_object_with_url_from_file(url, str(source), headers=dict(typed))
    assert (put.status, put.etag, put.crc) == (200, md5_etag(data), crc64(data))
    assert stored(server, bucket.bucket_name, name) == data
    url = bucket.sign_url("GET", name, 60)
    got = bucket.get_object_with_url_to_file(url, str(target))
    assert target.read_bytes() == data
    assert (got.content_type, got.headers["x-oss-meta-a"]) == ("a/b", "1")
    ranged = bucket.get_object_with_url_to_file(url, str(target), byte_range=(5, 99))
    assert (ranged.status, target.read_bytes()) == (206, data[5:100])


def test_files_by_urls_as_ossc_moves_them(
    server: Server, login: Login, tmp_path: Path
) -> None:
    """The same URLs, the same file: both clients find the same."""
    plain = Login(login.version, temporary=login.temporary)
    bucket = oss2_client.make_bucket(server, plain, strangers.new_bucket(server))
    source, theirs, ours = (tmp_path / name for name in ("source", "theirs", "ours"))
    source.write_bytes(pattern(PART))
    typed = {"Content-Type": "a/b", "x-oss-meta-a": "1"}
    up = bucket.sign_url("PUT", "k", 60, headers=dict(typed))
    down = bucket.sign_url("GET", "k", 60)
    with ossc.SignedURLs() as urls:
        mine = urls.put_from_file(up, source, headers=typed)
        put = bucket.put_object_with_url_from_file(up, str(source), headers=typed)
        assert (mine.etag, mine.crc64) == (put.etag, put.crc)
        info = urls.get_to_file(down, ours, (5, 99))
        got = bucket.get_object_with_url_to_file(down, str(theirs), byte_range=(5, 99))
    assert ours.read_bytes() == theirs.read_bytes() == pattern(PART)[5:100]
    assert (info.etag, info.content_type) == (got.etag, got.content_type)
    assert info.last_modified.timestamp() == got.last_modified
    assert dict(info.metadata) == {"a": got.headers["x-oss-meta-a"]}


def test_callback_by_header(bucket: Untyped, app: Application) -> None:
    """The application is called, genuinely, and its answer is the upload's."""
    key, data = "dir/\u4e2d a+b", pattern(700)
    headers = {
        "Content-Type": "text/plain",
        "x-oss-callback": encoded(callback_of(app)),
        "x-oss-callback-var": encoded({"x:uid": "1&2"}),
    }
    result = bucket.put_object(key, data, headers=headers)
    assert (result.status, json.loads(result.resp.read())) == (200, {"Status": "OK"})
    assert result.headers["Content-Type"] == "application/json"
    assert result.crc == crc64(data)
    expected = shown(bucket, key, data, result.etag, "PutObject")
    check_called(app, expected)
    assert app.calls[0][1]["x-oss-request-id"] == result.request_id


def test_callback_in_a_presigned_url(bucket: Untyped, app: Application) -> None:
    """The query carries the callback for uploaders without keys."""
    data = b"presigned"
    params = {
        "callback": encoded(callback_of(app)),
        "callback-var": encoded({"x:uid": "1&2"}),
    }
    headers = {"Content-Type": "text/plain"}
    url = bucket.sign_url("PUT", "k", 60, headers=dict(headers), params=params)
    answer = fetch("PUT", url, headers=headers, body=data)
    assert (answer.status, answer.body) == (200, app.answer)
    check_called(app, shown(bucket, "k", data, md5_etag(data), "PutObject"))


def test_callback_of_a_multipart_upload(bucket: Untyped, app: Application) -> None:
    """CompleteMultipartUpload calls back; its XML gives way to the answer."""
    data = pattern(PART + 3)
    headers = {
        "x-oss-callback": encoded(callback_of(app)),
        "x-oss-callback-var": encoded({"x:uid": "1&2"}),
    }
    upload = bucket.init_multipart_upload(
        "k", headers={"Content-Type": "text/plain"} | headers
    ).upload_id
    infos = []
    for number in (1, 2):
        piece = data[(number - 1) * PART : number * PART]
        part = bucket.upload_part("k", upload, number, piece)
        infos.append(
            oss2.models.PartInfo(number, part.etag, len(piece), part_crc=part.crc)
        )
    assert app.calls == []
    result = bucket.complete_multipart_upload("k", upload, infos, headers=headers)
    assert result.resp.read() == app.answer
    operation = "CompleteMultipartUpload"
    check_called(app, shown(bucket, "k", data, result.etag, operation))


def test_a_failed_callback_is_a_203(
    server: Server, bucket: Untyped, app: Application
) -> None:
    """The object is stored and the error told; oss2 takes it for a success."""
    app.status = 502
    headers = {"x-oss-callback": encoded(callback_of(app))}
    result = bucket.put_object("k", b"data", headers=headers)
    # oss2's fault: any status of 2xx passes, so its user has to look at 203.
    assert result.status == 203
    document = ET.fromstring(result.resp.read())
    assert document.findtext("Code") == "CallbackFailed"
    assert document.findtext("Message") == "Error status : 502."
    assert document.findtext("EC") == "0007-00000203"
    assert document.findtext("RequestId") == result.request_id
    assert result.etag == md5_etag(b"data")
    assert stored(server, bucket.bucket_name, "k") == b"data"
    app.status, app.answer = 200, b"no json"
    result = bucket.put_object("k", b"data", headers=headers)
    assert result.status == 203
    assert b"Response body is not valid json format." in result.resp.read()


def test_a_bad_callback_stores_nothing(bucket: Untyped, app: Application) -> None:
    """What cannot be called is refused before the body counts."""
    for value, ec in (
        ("no base64!", "0007-00000002"),
        (encoded({})[:-4] + "W10=", "0007-00000003"),
        (encoded({"callbackBody": "b"}), "0007-00000004"),
        (encoded({"callbackUrl": app.url}), "0007-00000011"),
    ):
        with pytest.raises(oss2.exceptions.InvalidArgument) as caught:
            bucket.put_object("k", b"data", headers={"x-oss-callback": value})
        assert caught.value.ec == ec
        assert caught.value.name == "callback"
    assert not bucket.object_exists("k")
    assert app.calls == []

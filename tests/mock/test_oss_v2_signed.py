"""The mock server, used by alibabacloud-oss-v2: signed URLs and upload callbacks."""

from __future__ import annotations

import datetime as dt
import json
import urllib.request
import xml.etree.ElementTree as ET
from functools import partial

import alibabacloud_oss_v2 as oss
import pytest

from . import oss_v2_client, strangers
from .oss_v2_client import WORKING_LOGINS, service_error
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
bucket = pytest.fixture(oss_v2_client.fresh_bucket, name="bucket")
app = pytest.fixture(strangers.run_application, name="app")


@pytest.fixture(name="client")
def make_client(server: Server, login: Login) -> Untyped:
    """Make the SDK's client for a login."""
    return oss_v2_client.make_client(server, login)


@pytest.fixture(params=WORKING_LOGINS, ids=str)
def sender(server: Server, request: pytest.FixtureRequest) -> Untyped:
    """Make a client that also sends requests, not only signs URLs."""
    return oss_v2_client.make_client(server, request.param)


def shown(
    bucket: str, key: str, data: bytes, etag: str, operation: str
) -> dict[str, str]:
    """Return what the callback of an upload is to say."""
    return {
        "bucket": bucket,
        "object": key,
        "etag": etag.strip('"'),
        "size": str(len(data)),
        "type": "text/plain",
        "crc": str(crc64(data)),
        "op": operation,
        "uid": "1&2",
    }


@pytest.mark.parametrize("key", ODD_KEYS, ids=repr)
def test_presigned_urls(client: Untyped, bucket: str, key: str) -> None:
    """A plain HTTP client writes and reads through signed URLs, dots and all."""
    signed = client.presign(oss.PutObjectRequest(bucket=bucket, key=key))
    put = fetch("PUT", signed.url, headers=dict(signed.signed_headers), body=b"data")
    assert put.status == 200
    assert put.headers["etag"] == f'"{md5_etag(b"data")}"'
    signed = client.presign(oss.GetObjectRequest(bucket=bucket, key=key))
    assert (signed.method, fetch("GET", signed.url).body) == ("GET", b"data")
    signed = client.presign(oss.HeadObjectRequest(bucket=bucket, key=key))
    assert fetch("HEAD", signed.url).headers["content-length"] == "4"


def test_a_presigned_multipart_upload(
    server: Server, client: Untyped, bucket: str
) -> None:
    """Each step of a multipart upload can be done by somebody without keys."""

    def use(request: object, body: bytes = b"") -> strangers.Answer:
        signed = client.presign(request)
        answer = fetch(
            signed.method, signed.url, headers=dict(signed.signed_headers), body=body
        )
        assert answer.status == 200, answer.body
        return answer

    request = oss.InitiateMultipartUploadRequest(bucket=bucket, key="k")
    upload_id = ET.fromstring(use(request).body).findtext("UploadId")
    request = oss.UploadPartRequest(
        bucket=bucket, key="k", upload_id=upload_id, part_number=1
    )
    etag = use(request, b"data").headers["etag"]
    request = oss.CompleteMultipartUploadRequest(
        bucket=bucket, key="k", upload_id=upload_id
    )
    part = f"<Part><PartNumber>1</PartNumber><ETag>{etag}</ETag></Part>"
    document = f"<CompleteMultipartUpload>{part}</CompleteMultipartUpload>"
    use(request, document.encode())
    assert stored(server, bucket, "k") == b"data"


def test_presigned_urls_hold_for_what_was_signed(client: Untyped, bucket: str) -> None:
    """Headers are part of the signature, and have to be sent again."""
    request = oss.PutObjectRequest(
        bucket=bucket, key="k", content_type="a/b", metadata={"a": "1"}
    )
    signed = client.presign(request)
    headers = {name.lower(): v for name, v in signed.signed_headers.items()}
    assert headers == {"content-type": "a/b", "x-oss-meta-a": "1"}
    refused = fetch("PUT", signed.url, body=b"data")
    assert refused.status == 403
    assert b"<Code>SignatureDoesNotMatch</Code>" in refused.body
    assert fetch("PUT", signed.url, headers=headers, body=b"data").status == 200
    assert fetch("DELETE", signed.url, headers=headers).status == 403
    url = client.presign(oss.HeadObjectRequest(bucket=bucket, key="k")).url
    stored_headers = fetch("HEAD", url).headers
    assert stored_headers["content-type"] == "a/b"
    assert stored_headers["x-oss-meta-a"] == "1"


def test_urllib_reads_a_presigned_url(server: Server, login: Login) -> None:
    """The standard library's client is enough for a signed URL."""
    bucket = strangers.new_bucket(server)
    plain = Login(login.version, temporary=login.temporary)
    client = oss_v2_client.make_client(server, plain)
    server.put_object(bucket, "a b", b"data")
    request = oss.GetObjectRequest(
        bucket=bucket, key="a b", response_content_type="c/d"
    )
    url = client.presign(request, expires=dt.timedelta(minutes=1)).url
    with urllib.request.urlopen(url, timeout=10) as response:
        assert response.read() == b"data"
        assert response.headers["Content-Type"] == "c/d"


def test_presigned_urls_expire(client: Untyped, login: Login, bucket: str) -> None:
    """After its time a URL is refused."""
    request = oss.GetObjectRequest(bucket=bucket, key="k")
    moment = dt.datetime.now(dt.timezone.utc) - dt.timedelta(minutes=1)
    answer = fetch("GET", client.presign(request, expiration=moment).url)
    if login.version == "v1":
        assert answer.status == 403
        assert b"Request has expired." in answer.body
    else:
        # A negative lifetime is out of range.
        assert answer.status == 400
        assert b"0002-00000232" in answer.body


def test_callback_by_header(sender: Untyped, bucket: str, app: Application) -> None:
    """The application is called, genuinely, and its answer is the upload's."""
    key, data = "dir/\u4e2d a+b", pattern(700)
    request = oss.PutObjectRequest(
        bucket=bucket,
        key=key,
        body=data,
        content_type="text/plain",
        callback=encoded(callback_of(app)),
        callback_var=encoded({"x:uid": "1&2"}),
    )
    result = sender.put_object(request)
    assert result.status_code == 200
    assert json.loads(result.callback_result) == {"Status": "OK"}
    assert result.hash_crc64 == str(crc64(data))
    check_called(app, shown(bucket, key, data, result.etag, "PutObject"))
    assert app.calls[0][1]["x-oss-request-id"] == result.request_id


def test_callback_in_a_presigned_url(
    client: Untyped, bucket: str, app: Application
) -> None:
    """A signed URL with the callback's headers, which are sent again."""
    data = b"presigned"
    request = oss.PutObjectRequest(
        bucket=bucket,
        key="k",
        content_type="text/plain",
        callback=encoded(callback_of(app)),
        callback_var=encoded({"x:uid": "1&2"}),
    )
    signed = client.presign(request)
    answer = fetch("PUT", signed.url, headers=dict(signed.signed_headers), body=data)
    assert (answer.status, answer.body) == (200, app.answer)
    check_called(app, shown(bucket, "k", data, md5_etag(data), "PutObject"))


def test_callback_in_the_query(client: Untyped, bucket: str, app: Application) -> None:
    """Extra parameters of a request carry the callback in its query."""
    data = b"in the query"
    request = oss.PutObjectRequest(
        bucket=bucket,
        key="k",
        content_type="text/plain",
        parameters={
            "callback": encoded(callback_of(app)),
            "callback-var": encoded({"x:uid": "1&2"}),
        },
    )
    signed = client.presign(request)
    answer = fetch("PUT", signed.url, headers=dict(signed.signed_headers), body=data)
    assert (answer.status, answer.body) == (200, app.answer)
    check_called(app, shown(bucket, "k", data, md5_etag(data), "PutObject"))


def test_callback_of_a_multipart_upload(
    server: Server, sender: Untyped, bucket: str, app: Application
) -> None:
    """CompleteMultipartUpload calls back; its XML gives way to the answer."""
    data = pattern(PART + 3)
    request = oss.InitiateMultipartUploadRequest(
        bucket=bucket, key="k", content_type="text/plain"
    )
    upload_id = sender.initiate_multipart_upload(request).upload_id
    parts = []
    for number in (1, 2):
        piece = data[(number - 1) * PART : number * PART]
        part = oss.UploadPartRequest(
            bucket=bucket, key="k", upload_id=upload_id, part_number=number, body=piece
        )
        etag = sender.upload_part(part).etag
        parts.append(oss.UploadPart(part_number=number, etag=etag))
    assert app.calls == []
    complete = oss.CompleteMultipartUploadRequest(
        bucket=bucket,
        key="k",
        upload_id=upload_id,
        complete_multipart_upload=oss.CompleteMultipartUpload(parts=parts),
        callback=encoded(callback_of(app)),
        callback_var=encoded({"x:uid": "1&2"}),
    )
    result = sender.complete_multipart_upload(complete)
    assert result.callback_result.encode() == app.answer
    assert stored(server, bucket, "k") == data
    operation = "CompleteMultipartUpload"
    check_called(app, shown(bucket, "k", data, result.headers["ETag"], operation))


def test_a_failed_callback_is_a_203(
    server: Server, sender: Untyped, bucket: str, app: Application
) -> None:
    """The object is stored and the error told; the SDK takes it for a success."""
    app.status = 400
    request = oss.PutObjectRequest(
        bucket=bucket, key="k", body=b"data", callback=encoded(callback_of(app))
    )
    result = sender.put_object(request)
    # The SDK's fault: it hands the error document out as the callback's result.
    assert result.status_code == 203
    document = ET.fromstring(result.callback_result)
    assert document.findtext("Code") == "CallbackFailed"
    assert document.findtext("Message") == "Error status : 400."
    assert document.findtext("EC") == "0007-00000203"
    assert result.etag == f'"{md5_etag(b"data")}"'
    assert stored(server, bucket, "k") == b"data"


def test_a_bad_callback_stores_nothing(sender: Untyped, bucket: str) -> None:
    """What cannot be called is refused before the body counts."""
    for document, ec in (
        ({"callbackBody": "b"}, "0007-00000004"),
        ({"callbackUrl": "http://127.0.0.1:1/"}, "0007-00000011"),
    ):
        request = oss.PutObjectRequest(
            bucket=bucket, key="k", body=b"data", callback=encoded(document)
        )
        error = service_error(partial(sender.put_object, request))
        assert (error.status_code, error.code) == (400, "InvalidArgument")
        assert error.ec == ec
        assert error.error_fileds["ArgumentName"] == "callback"
    assert not sender.is_object_exist(bucket, "k")

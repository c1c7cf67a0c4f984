"""Upload callbacks as the uploader sees them, with real applications behind them."""

from __future__ import annotations

import base64
import json
import pickle
import socket
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest

import ossc
import ossc.mock
from ossc import _sdk
from ossc.callback import Callback, CallbackRequest, wsgi
from tests.conftest import make_client

from .application import PlainApplication, serving

BUCKET = "examplebucket"
KEY = "dir/é & 文件.txt"
CONTENT = b"The quick brown fox jumps over the lazy dog"

FORM_TEMPLATE = (
    "bucket=${bucket}&object=${object}&etag=${etag}&size=${size}&type=${mimeType}"
    "&crc=${crc64}&md5=${contentMd5}&op=${operation}&id=${reqId}&ip=${clientIp}"
    "&uid=${x:uid}&none=${x:none}&width=${imageInfo.width}&fixed=1"
)
JSON_TEMPLATE = (
    '{"object":${object},"size":${size},"etag":${etag},"crc":${crc64},'
    '"op":${operation},"uid":${x:uid},"none":${x:none},"width":${imageInfo.width}}'
)
VARIABLES = {"x:uid": 'a&b="é"'}

Upload = Callable[..., Any]


@pytest.fixture
def server() -> Iterator[ossc.mock.Server]:
    """A server that takes small parts."""
    with ossc.mock.serve(buckets=[BUCKET], min_part_size=1) as running:
        yield running


@pytest.fixture
def impatient() -> Iterator[ossc.mock.Server]:
    """A server that waits for applications for a moment only."""
    with ossc.mock.serve(
        buckets=[BUCKET], min_part_size=1, callback_timeout=0.2
    ) as running:
        yield running


@pytest.fixture
def app() -> Iterator[PlainApplication]:
    """An application that answers as a test tells it to."""
    with PlainApplication() as running:
        yield running


def put(bucket: ossc.Bucket, **options: Any) -> ossc.PutObjectResult:
    """Uploads in one request."""
    return bucket.put_object(KEY, CONTENT, content_type="text/plain", **options)


def put_file(bucket: ossc.Bucket, **options: Any) -> ossc.PutObjectResult:
    """Uploads a file, this one, in one request."""
    return bucket.put_object_from_file(KEY, __file__, **options)


def complete(bucket: ossc.Bucket, **options: Any) -> ossc.CompleteMultipartUploadResult:
    """Uploads in two parts; the options are those of the completion."""
    upload = bucket.init_multipart_upload(KEY, content_type="text/plain")
    parts = [
        bucket.upload_part(KEY, upload, 1, CONTENT[:20]),
        bucket.upload_part(KEY, upload, 2, CONTENT[20:]),
    ]
    return bucket.complete_multipart_upload(KEY, upload, parts, **options)


UPLOADS = pytest.mark.parametrize("upload", [put, put_file, complete])


@UPLOADS
def test_the_answer_comes_back(
    bucket: ossc.Bucket, app: PlainApplication, upload: Upload
) -> None:
    """The application's bytes are the result's, beside the facts of the object."""
    app.answer = '{"né":[1,2,3]}'.encode()
    result = upload(bucket, callback=Callback(app.url, "a=${object}"))
    assert result.callback_response == app.answer
    info = bucket.head_object(KEY)
    assert (result.etag, result.crc64) == (info.etag, info.crc64)
    assert len(result.request_id) == 24
    assert len(app.requests) == 1


@pytest.mark.parametrize("answer", [b"{}", b"[]", b'"text"', b"0", b' {"a" : 1}\n'])
def test_any_json_is_an_answer(
    bucket: ossc.Bucket, app: PlainApplication, answer: bytes
) -> None:
    """It is handed on as it is."""
    app.answer = answer
    assert put(bucket, callback=Callback(app.url, "a=b")).callback_response == answer


def test_a_large_answer_comes_whole(bucket: ossc.Bucket, app: PlainApplication) -> None:
    """Megabytes of answer are no less than a few bytes."""
    app.answer = json.dumps(["x" * 100] * 9000).encode()
    result = put(bucket, callback=Callback(app.url, "a=b"))
    assert result.callback_response == app.answer


def test_a_form_says_what_was_stored(
    bucket: ossc.Bucket, app: PlainApplication
) -> None:
    """Every variable of the template has its value, encoded for a form."""
    result = put(bucket, callback=Callback(app.url, FORM_TEMPLATE, variables=VARIABLES))
    path, headers, body = app.requests[0]
    assert path == "/"
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    fields = parse_qs(body.decode(), keep_blank_values=True, strict_parsing=True)
    md5 = result.headers["content-md5"]
    assert {name: values[0] for name, values in fields.items()} == {
        "bucket": BUCKET,
        "object": KEY,
        "etag": result.etag,
        "size": str(len(CONTENT)),
        "type": "text/plain",
        "crc": str(_sdk.crc64(CONTENT)),
        "md5": md5,
        "op": "PutObject",
        "id": result.request_id,
        "ip": "127.0.0.1",
        "uid": VARIABLES["x:uid"],
        "none": "",
        "width": "",
        "fixed": "1",
    }


def test_json_says_what_was_stored(bucket: ossc.Bucket, app: PlainApplication) -> None:
    """The values bring their own quotes, and what is empty is null."""
    callback = Callback(
        app.url, JSON_TEMPLATE, body_type="application/json", variables=VARIABLES
    )
    result = complete(bucket, callback=callback)
    _, headers, body = app.requests[0]
    assert headers["content-type"] == "application/json"
    assert json.loads(body) == {
        "object": KEY,
        "size": len(CONTENT),
        "etag": result.etag,
        "crc": _sdk.crc64(CONTENT),
        "op": "CompleteMultipartUpload",
        "uid": VARIABLES["x:uid"],
        "none": None,
        "width": None,
    }


def test_host_and_path_are_the_callbacks(
    bucket: ossc.Bucket, app: PlainApplication
) -> None:
    """The request goes where the URL says, under the name that `host` says."""
    callback = Callback(f"{app.url}/a%20b?x=%2F&y", "a=b", host="app.example.com")
    put(bucket, callback=callback)
    path, headers, _ = app.requests[0]
    assert path == "/a%20b?x=%2F&y"
    assert headers["host"] == "app.example.com"


@UPLOADS
def test_a_wsgi_application_verifies(
    bucket: ossc.Bucket, server: ossc.mock.Server, upload: Upload
) -> None:
    """`ossc.callback.wsgi` trusts the server's key and answers for the handler."""
    seen: list[CallbackRequest] = []

    def stored(request: CallbackRequest) -> Any:
        seen.append(request)
        return {"stored": request.form()["key"]}

    application = wsgi(stored, allowed_key_urls=[server.callback_key_url])
    with serving(application) as url:
        callback = Callback(f"{url}/done?a=b", "key=${object}&size=${size}")
        result = upload(bucket, callback=callback)
    (request,) = seen
    assert json.loads(result.callback_response) == {"stored": KEY}
    assert (request.path, request.query) == ("/done", "a=b")
    assert request.request_id == result.request_id
    assert request.form()["size"] == str(bucket.head_object(KEY).size)


@UPLOADS
@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [
        (500, b'{"ok":false}', "500"),
        (404, b"{}", "404"),
        (201, b"{}", "201"),
        (301, b"{}", "301"),
        (200, b"no json", "json"),
        (200, b"", "json"),
        (200, b"\xef\xbb\xbf{}", "json"),
    ],
)
def test_a_failed_callback_keeps_the_object(
    bucket: ossc.Bucket,
    app: PlainApplication,
    upload: Upload,
    status: int,
    answer: bytes,
    said: str,
) -> None:
    """CallbackFailed brings the upload's result, which is true of the object."""
    app.status, app.answer = status, answer
    with pytest.raises(ossc.CallbackFailed, match=said) as caught:
        upload(bucket, callback=Callback(app.url, "a=b"))
    error = caught.value
    assert (error.status, error.code) == (203, "CallbackFailed")
    assert (error.bucket, error.key) == (BUCKET, KEY)
    assert error.operation == (
        "CompleteMultipartUpload" if upload is complete else "PutObject"
    )
    info = bucket.head_object(KEY)
    assert (error.result.etag, error.result.crc64) == (info.etag, info.crc64)
    assert error.result.request_id == error.request_id
    assert error.result.callback_response == b""
    wanted = (
        ossc.CompleteMultipartUploadResult
        if upload is complete
        else ossc.PutObjectResult
    )
    assert type(error.result) is wanted
    assert len(app.requests) == 1


def test_a_failed_callback_travels_between_processes(
    bucket: ossc.Bucket, app: PlainApplication
) -> None:
    """The error pickles with its result."""
    app.status = 500
    with pytest.raises(ossc.CallbackFailed) as caught:
        put(bucket, callback=Callback(app.url, "a=b"))
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.result == caught.value.result
    assert again.result.etag == bucket.head_object(KEY).etag
    assert str(again) == str(caught.value)


@UPLOADS
def test_a_silent_application_is_given_up(
    impatient: ossc.mock.Server, app: PlainApplication, upload: Upload
) -> None:
    """The service waits for a limited time; then the callback has failed."""
    app.silent = True
    with make_client(impatient) as client:
        bucket = client.bucket(BUCKET)
        with pytest.raises(ossc.CallbackFailed) as caught:
            upload(bucket, callback=Callback(app.url, "a=b"))
        assert caught.value.ec == "0007-00000202"
        assert caught.value.result.etag == bucket.head_object(KEY).etag


@pytest.fixture
def closed_url() -> Iterator[str]:
    """A URL at which nobody listens."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{holder.getsockname()[1]}/"


def test_nobody_there(bucket: ossc.Bucket, closed_url: str) -> None:
    """No connection is a failed callback like any other."""
    with pytest.raises(ossc.CallbackFailed, match="connect") as caught:
        put(bucket, callback=Callback(closed_url, "a=b"))
    assert caught.value.ec == "0007-00000203"
    assert bucket.get_object(KEY).data == CONTENT


def test_urls_are_tried_in_order(
    bucket: ossc.Bucket, app: PlainApplication, closed_url: str
) -> None:
    """The first that answers well ends it; those before count for nothing."""
    callback = Callback([closed_url, f"{app.url}/two", f"{app.url}/three"], "a=b")
    assert put(bucket, callback=callback).callback_response == app.answer
    assert [path for path, _, _ in app.requests] == ["/two"]


def test_all_urls_fail(
    bucket: ossc.Bucket, app: PlainApplication, closed_url: str
) -> None:
    """The last failure is the one that is told."""
    app.status = 502
    callback = Callback(f"{closed_url};{app.url}/one;{app.url}/two", "a=b")
    with pytest.raises(ossc.CallbackFailed, match="502"):
        put(bucket, callback=callback)
    assert [path for path, _, _ in app.requests] == ["/one", "/two"]


@pytest.mark.parametrize(
    ("callback", "said"),
    [
        ("!", "not base64"),
        (base64.b64encode(b"{").decode(), "not json"),
        (base64.b64encode(b"{}").decode(), "url"),
        (base64.b64encode(b'{"callbackUrl":"http://a"}').decode(), "body is empty"),
    ],
)
def test_a_refused_callback_stores_nothing(
    bucket: ossc.Bucket, app: PlainApplication, callback: str, said: str
) -> None:
    """What OSS finds wrong with the callback itself fails the upload before it."""
    with pytest.raises(ossc.InvalidArgument, match=said):
        put(bucket, headers={"x-oss-callback": callback})
    with pytest.raises(ossc.NoSuchKey):
        bucket.head_object(KEY)
    assert app.requests == []


def test_a_failed_upload_makes_no_callback(
    bucket: ossc.Bucket, app: PlainApplication
) -> None:
    """Only what is stored is told."""
    callback = Callback(app.url, "a=b")
    with pytest.raises(ossc.ServerError):
        put(bucket, callback=callback, content_md5=b"0" * 16)
    bucket.put_object(KEY, b"first")
    with pytest.raises(ossc.FileAlreadyExists):
        put(bucket, callback=callback, forbid_overwrite=True)
    assert app.requests == []


def test_without_a_callback_there_is_no_answer(
    bucket: ossc.Bucket, app: PlainApplication
) -> None:
    """The result then holds no bytes, however the server words its own answer."""
    assert put(bucket).callback_response == b""
    assert complete(bucket).callback_response == b""
    assert app.requests == []


def test_both_signatures_cover_the_callback(
    server: ossc.mock.Server, app: PlainApplication
) -> None:
    """V1 signs the callback's headers as V4 does."""
    for signature in ("v1", "v4"):
        with make_client(server, signature=signature) as client:
            callback = Callback(app.url, "a=${x:uid}", variables=VARIABLES)
            result = put(client.bucket(BUCKET), callback=callback)
            assert result.callback_response == app.answer
    assert len(app.requests) == 2

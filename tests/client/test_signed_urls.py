"""Requests by signed URLs: by programs without credentials, with all the usual care."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc.callback import Callback
from ossc.mock import faults

from .application import PlainApplication
from .raw_server import BUCKET, RawServer, answer, object_answer

CONTENT = b"The quick brown fox jumps over the lazy dog"
TOKEN = "temporary/token+with=signs&more"
ODD = "dir/a b+c%2F/\u4e2d\u6587 \U0001f600.bin"
QUICK = ossc.Retry(backoff=0)


@pytest.fixture(params=["v1", "v4", "v1-sts", "v4-sts"])
def client(
    request: pytest.FixtureRequest, server: ossc.mock.Server
) -> Iterator[ossc.Client]:
    """A client for each signature, with a long-lived and with a temporary key."""
    signature, _, temporary = request.param.partition("-")
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    if temporary:
        server.add_sts("STS.id", "sts-secret", TOKEN)
        keys = ossc.Credentials("STS.id", "sts-secret", TOKEN)
    with ossc.Client(
        server.endpoint, region=server.region, credentials=keys, signature=signature
    ) as made:
        yield made


@pytest.fixture
def urls(monkeypatch: pytest.MonkeyPatch) -> Iterator[ossc.SignedURLs]:
    """Requests of a program that has no credentials and no region."""
    for name in ("OSS_ACCESS_KEY_ID", "OSS_ACCESS_KEY_SECRET", "OSS_REGION"):
        monkeypatch.delenv(name, raising=False)
    with ossc.SignedURLs(retry=QUICK) as made:
        yield made


def test_the_life_of_an_object(
    bucket: ossc.Bucket, urls: ossc.SignedURLs, tmp_path: Path
) -> None:
    """It is put, looked at, read in every way, and deleted."""
    put = urls.put(bucket.presign_put(ODD, content_type="text/css"), CONTENT)
    assert put.crc64 == bucket.head_object(ODD).crc64
    head = urls.head(bucket.presign_head(ODD))
    assert (head.size, head.content_type, head.etag) == (43, "text/css", put.etag)
    assert head.key.endswith(ODD)
    url = bucket.presign_get(ODD)
    got = urls.get(url)
    assert (got.data, got.etag) == (CONTENT, put.etag)
    assert urls.get(url, range=(4, 8)).data == b"quick"
    assert urls.get(url, range=(None, 3)).data == b"dog"
    room = bytearray(50)
    assert urls.get_into(url, room) == 43
    assert room[:43] == CONTENT
    assert urls.get_into(url, room, range(4, 9)) == 5
    assert room[:5] == b"quick"
    assert urls.get_to_file(url, tmp_path / "whole").size == 43
    assert (tmp_path / "whole").read_bytes() == CONTENT
    urls.get_to_file(url, tmp_path / "part", range="bytes=40-")
    assert (tmp_path / "part").read_bytes() == b"dog"
    urls.delete(bucket.presign_delete(ODD))
    with pytest.raises(ossc.NoSuchKey) as caught:
        urls.get(bucket.presign_get(ODD))
    assert caught.value.operation == "GetObject"
    assert caught.value.key.endswith(ODD)  # type: ignore[union-attr]


def test_a_file_is_put(
    bucket: ossc.Bucket, urls: ossc.SignedURLs, tmp_path: Path
) -> None:
    """From the disk, with progress, checked by its CRC-64."""
    data = bytes(range(256)) * 5000
    path = tmp_path / "file"
    path.write_bytes(data)
    told: list[tuple[int, int | None]] = []
    url = bucket.presign_put("k")
    result = urls.put_from_file(url, path, progress=lambda *step: told.append(step))
    assert told[-1] == (len(data), len(data))
    assert bucket.get_object("k").data == data
    assert result.crc64 == bucket.head_object("k").crc64
    for nothing in (tmp_path / "not-there", tmp_path):
        with pytest.raises(ossc.LocalFileError) as caught:
            urls.put_from_file(url, nothing)
        assert caught.value.filename == str(nothing)


def test_an_empty_object(bucket: ossc.Bucket, urls: ossc.SignedURLs) -> None:
    """No bytes are an object, too."""
    assert urls.put(bucket.presign_put("k"), b"").crc64 == 0
    assert urls.get(bucket.presign_get("k")).data == b""


def test_a_multipart_upload(bucket: ossc.Bucket, urls: ossc.SignedURLs) -> None:
    """Each step of it by somebody without credentials."""
    upload = urls.init_multipart(
        bucket.presign_init_multipart(ODD, content_type="text/css")
    )
    assert (upload.bucket, upload.key) == (BUCKET, ODD)
    chunks = [bytes(102_400), b"end"]
    parts = [
        urls.upload_part(bucket.presign_upload_part(ODD, upload, n), chunk)
        for n, chunk in enumerate(chunks, 1)
    ]
    assert [part.part_number for part in parts] == [1, 2]
    status, _, body = urls.request("GET", bucket.presign_list_parts(ODD, upload))
    assert status == 200
    assert body.count(b"<PartNumber>") == 2
    url = bucket.presign_complete_multipart(ODD, upload, forbid_overwrite=True)
    done = urls.complete_multipart(url, reversed(parts))
    assert done.etag.endswith("-2")
    got = bucket.get_object(ODD)
    assert got.data == b"".join(chunks)
    assert got.content_type == "text/css"


def test_a_multipart_upload_is_given_up(
    bucket: ossc.Bucket, urls: ossc.SignedURLs
) -> None:
    """By its URL; its parts are gone behind that."""
    upload = bucket.init_multipart_upload("k")
    url = bucket.presign_upload_part("k", upload, 1)
    urls.upload_part(url, b"x")
    urls.delete(bucket.presign_abort_multipart("k", upload))
    with pytest.raises(ossc.NoSuchUpload):
        urls.upload_part(url, b"x")


def test_other_operations(
    client: ossc.Client, bucket: ossc.Bucket, urls: ossc.SignedURLs
) -> None:
    """Whatever can be signed can be requested."""
    bucket.put_object("k", CONTENT, acl="public-read")
    status, headers, body = urls.request(
        "GET", bucket.presign("GET", "k", params={"acl": ""})
    )
    assert status == 200
    assert headers["content-type"] == "application/xml"
    assert b"<Grant>public-read</Grant>" in body
    params = {"list-type": "2", "prefix": "k", "start-after": "a b+c"}
    _, _, body = urls.request("GET", bucket.presign("GET", params=params))
    assert b"<Key>k</Key>" in body
    _, _, body = urls.request("GET", client.presign("GET"))
    assert f"<Name>{BUCKET}</Name>".encode() in body
    source = {"x-oss-copy-source": f"/{BUCKET}/k"}
    urls.request("PUT", bucket.presign("PUT", "copy", headers=source))
    assert bucket.get_object("copy").data == CONTENT
    _, headers, _ = urls.request("POST", bucket.presign_append("log", 0), b"line")
    assert headers["x-oss-next-append-position"] == "4"
    private = {"x-oss-object-acl": "private"}
    url = bucket.presign("PUT", "k", params={"acl": ""}, headers=private)
    assert urls.request("PUT", url)[0] == 200
    for method in ("PATCH", "get", ""):
        with pytest.raises(ossc.ParameterError, match="method"):
            urls.request(method, url)


def test_plain_urls_bring_no_headers(
    bucket: ossc.Bucket, urls: ossc.SignedURLs
) -> None:
    """Of a URL that came as text the signed headers are the caller's to give."""
    url = bucket.presign_put("k", content_type="text/css", metadata={"a": "1"})
    with pytest.raises(ossc.SignatureDoesNotMatch):
        urls.put(str(url.url), CONTENT)
    urls.put(url.url, CONTENT, headers=url.signed_headers)
    assert bucket.head_object("k").metadata == {"a": "1"}
    more = {**url.headers, "x-oss-meta-b": "2"}
    with pytest.raises(ossc.SignatureDoesNotMatch) as caught:
        urls.put(url, CONTENT, headers=more)
    assert caught.value.explanation == ""  # nobody here knows what was signed


def test_a_url_is_for_its_method(bucket: ossc.Bucket, urls: ossc.SignedURLs) -> None:
    """One of ours is refused at once, any other by OSS."""
    bucket.put_object("k", CONTENT)
    url = bucket.presign_get("k")
    with pytest.raises(ossc.ParameterError, match="signed for GET, not for PUT"):
        urls.put(url, b"x")
    with pytest.raises(ossc.SignatureDoesNotMatch):
        urls.put(url.url, b"x")
    assert bucket.get_object("k").data == CONTENT


def test_a_range_outside(bucket: ossc.Bucket, urls: ossc.SignedURLs) -> None:
    """OSS then sends the whole object; here it is what it is elsewhere."""
    bucket.put_object("k", CONTENT)
    with pytest.raises(ossc.InvalidRange):
        urls.get(bucket.presign_get("k"), range=(100, None))


def test_expired_urls(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """They are refused once: no clock is corrected, nothing is repeated."""
    url = bucket.presign_get("k", 60)
    server.faults.add(faults.clock(3600))
    with ossc.SignedURLs() as urls, pytest.raises(ossc.AccessDenied) as caught:
        urls.get(url)
    assert "expired" in caught.value.message
    assert caught.value.attempts == 1


def test_a_client_lends_its_connections(
    server: ossc.mock.Server, client: ossc.Client, bucket: ossc.Bucket
) -> None:
    """Requests by URLs go through it unsigned, and leave it open."""
    bucket.put_object("k", CONTENT)
    with ossc.SignedURLs(client) as urls:
        assert urls.get(bucket.presign_get("k")).data == CONTENT
    assert server.connections == 1
    assert not any(name == "authorization" for name, _ in server.requests[-1].headers)
    assert not client.closed
    with pytest.raises(TypeError, match="own client"):
        ossc.SignedURLs(client, timeout=3)
    with pytest.raises(TypeError, match="pickled"):
        pickle.dumps(urls)


def test_closed(bucket: ossc.Bucket) -> None:
    """Like a client."""
    urls = ossc.SignedURLs()
    urls.close()
    urls.close()
    with pytest.raises(ossc.ClientClosed):
        urls.get(bucket.presign_get("k"))


def test_threads(bucket: ossc.Bucket, urls: ossc.SignedURLs) -> None:
    """Many at once."""
    bucket.put_object("k", CONTENT)
    url = bucket.presign_get("k")
    seen: list[bytes] = []

    def work() -> None:
        seen.extend(urls.get(url).data for _ in range(20))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [CONTENT] * 80


@pytest.mark.parametrize(
    "url",
    [
        "",
        "k",
        "ftp://host/k",
        "http://",
        "http:///k",
        "http://user:pass-word@host/k",
        "http://host:port/k",
        "http://host/k#Signature=secret-secret",
        "http://host/a b",
        "http://host/a\r\nb",
        "http://host/\u4e2d",
        "http://[::1/k",
        "http://host/" + "k" * 60_000,
    ],
)
def test_bad_urls(urls: ossc.SignedURLs, url: str) -> None:
    """What is no signed URL is refused before anything is sent, and not repeated."""
    with pytest.raises(ossc.ParameterError) as caught:
        urls.get(url)
    assert "pass-word" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_bad_arguments(bucket: ossc.Bucket, urls: ossc.SignedURLs) -> None:
    """Wrong types are told as everywhere."""
    put = bucket.presign_put("k")
    with pytest.raises(TypeError, match="bytes-like"):
        urls.put(put, "text")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="the URL must be a str"):
        urls.get(7)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="read-only"):
        urls.get_into(bucket.presign_get("k"), b"x")
    with pytest.raises(ossc.ParameterError, match="control character"):
        urls.put(put, b"x", headers={"a": "\n"})
    with pytest.raises(ossc.ParameterError, match="not one of a part"):
        urls.upload_part(put, b"x")
    with pytest.raises(ossc.ParameterError, match="without parts"):
        urls.complete_multipart(bucket.presign("POST", "k"), [])
    bucket.put_object("k", CONTENT)
    with pytest.raises(ossc.ParameterError, match="does not fit"):
        urls.get_into(bucket.presign_get("k"), bytearray(3))


def test_what_may_pass_is_repeated(
    server: ossc.mock.Server, bucket: ossc.Bucket, urls: ossc.SignedURLs
) -> None:
    """Reads and writes alike, as they do no harm twice."""
    server.faults.add(faults.status(503), operation="PutObject")
    urls.put(bucket.presign_put("k"), CONTENT)
    server.faults.add(faults.reset("after"), operation="GetObject")
    assert urls.get(bucket.presign_get("k")).data == CONTENT
    server.faults.add(faults.flip(3), operation="GetObject")
    assert urls.get(bucket.presign_get("k")).data == CONTENT


def test_a_broken_download_goes_on(
    server: ossc.mock.Server,
    bucket: ossc.Bucket,
    urls: ossc.SignedURLs,
    tmp_path: Path,
) -> None:
    """From where it broke, with no header that the URL's signature does not allow."""
    data = bytes(range(256)) * 8000
    bucket.put_object("k", data)
    url = bucket.presign_get("k")
    ways: tuple[Callable[[], object], ...] = (
        lambda: urls.get(url).data,
        lambda: urls.get_to_file(url, tmp_path / "f") and (tmp_path / "f").read_bytes(),
    )
    for read in ways:
        server.faults.add(faults.cut(1_000_000), operation="GetObject")
        assert read() == data
        sent = dict(server.requests[-1].headers)
        assert sent["range"].endswith("-2047999")
        assert "x-oss-range-behavior" not in sent


def test_a_signed_range_does_not_go_on(
    server: ossc.mock.Server, bucket: ossc.Bucket, urls: ossc.SignedURLs
) -> None:
    """Where the signature may cover the range, the download begins anew."""
    if not bucket._client._signs_v4:
        with pytest.raises(ossc.ParameterError, match="V1"):
            bucket.presign("GET", "k", additional_headers=["range"])
        return
    data = bytes(range(256)) * 8000
    bucket.put_object("k", data)
    headers = {"Range": "bytes=0-1999999"}
    url = bucket.presign("GET", "k", headers=headers, additional_headers=["range"])
    assert url.signed_headers == headers
    server.faults.add(faults.cut(1_000_000), operation="GetObject")
    assert urls.get(url).data == data[:2_000_000]
    assert dict(server.requests[-1].headers)["range"] == "bytes=0-1999999"


def test_what_may_do_harm_is_not_repeated(
    server: ossc.mock.Server, bucket: ossc.Bucket, urls: ossc.SignedURLs
) -> None:
    """An append, the end of an upload, an upload that calls back."""
    upload = bucket.init_multipart_upload("k")
    part = urls.upload_part(bucket.presign_upload_part("k", upload, 1), b"x")
    end = bucket.presign_complete_multipart("k", upload)
    callback = Callback("http://127.0.0.1:1/", "x")
    calls: dict[str, Callable[[], object]] = {
        "AppendObject": lambda: urls.request(
            "POST", bucket.presign_append("log", 0), b"x"
        ),
        "CompleteMultipartUpload": lambda: urls.complete_multipart(end, [part]),
        "PutObject": lambda: urls.put(bucket.presign_put("k", callback=callback), b"x"),
    }
    for operation, call in calls.items():
        server.faults.add(faults.drop_after_store(), operation=operation)
        with pytest.raises(ossc.ConnectionLost) as caught:
            call()
        assert caught.value.attempts == 1
        assert "may have acted" in caught.value.gave_up


def test_callbacks(bucket: ossc.Bucket, urls: ossc.SignedURLs) -> None:
    """The application's answer comes back, and its failure is told."""
    with PlainApplication() as app:
        callback = Callback(f"{app.url}/done", "o=${object}")
        url = bucket.presign_put("k", callback=callback)
        assert urls.put(url, CONTENT).callback_response == app.answer
        upload = bucket.init_multipart_upload("j")
        part = urls.upload_part(bucket.presign_upload_part("j", upload, 1), b"x")
        end = bucket.presign_complete_multipart("j", upload, callback=callback)
        assert urls.complete_multipart(end, [part]).callback_response == app.answer
        app.status = 500
        with pytest.raises(ossc.CallbackFailed) as caught:
            urls.put(url, CONTENT)
    assert caught.value.result.etag == bucket.head_object("k").etag


def test_bytes_that_differ(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """Uploads are compared with what the server says that it stored."""
    url = bucket.presign_put("k")
    server.faults.add(faults.header("x-oss-hash-crc64ecma", "1"), operation="PutObject")
    with ossc.SignedURLs(retry=None) as urls, pytest.raises(ossc.ChecksumMismatch):
        urls.put(url, CONTENT)


def test_limits_of_memory(bucket: ossc.Bucket) -> None:
    """As a client has them."""
    bucket.put_object("k", bytes(100_000))
    with ossc.SignedURLs(max_memory=50_000) as urls:
        with pytest.raises(ossc.MemoryLimitExceeded):
            urls.get(bucket.presign_get("k"))


def test_content_type_is_not_made_up(
    server: ossc.mock.Server, bucket: ossc.Bucket, urls: ossc.SignedURLs
) -> None:
    """V1 and V4 sign what is sent, so nothing is sent that was not signed."""
    urls.put(bucket.presign_put("page.html"), b"<html>")
    assert "content-type" not in dict(server.requests[-1].headers)
    urls.init_multipart(bucket.presign_init_multipart("page.html"))
    assert "content-type" not in dict(server.requests[-1].headers)


def test_hostile_answers() -> None:
    """What is no answer of OSS's is told as such."""
    answers: dict[bytes, Any] = {
        answer(b"{}"): lambda urls, url: urls.put(url, b"x"),
        answer(b"junk"): lambda urls, url: urls.init_multipart(url),
        object_answer(b"abc", Content_Range="bytes 0-2/9"): (
            lambda urls, url: urls.get(url, range=(1, 2)),
        )[0],
    }
    for raw, call in answers.items():
        with RawServer(raw) as server, ossc.SignedURLs(retry=None) as urls:
            with pytest.raises((ossc.MalformedResponse, ossc.InvalidRange)):
                call(urls, f"{server.endpoint}/k?Signature=abc")
    with RawServer(answer(b"", "302 Found", Location="http://127.0.0.1:1/")) as server:
        with ossc.SignedURLs(retry=None) as urls, pytest.raises(ossc.ServerError):
            urls.get(f"{server.endpoint}/k")
        assert len(server.received) == 1


def test_the_url_arrives_as_it_is(urls: ossc.SignedURLs) -> None:
    """Dots, doubled slashes, escapes and pluses are not touched."""
    path = "/a/../b//%2e/%2F+c%20d?x=a+b%2B&Signature=q%2Fr"
    with RawServer(object_answer(b"abc")) as server:
        assert urls.get(server.endpoint + path).data == b"abc"
        assert server.received[0].line == f"GET {path} HTTP/1.1"
        assert "authorization" not in server.received[0].headers

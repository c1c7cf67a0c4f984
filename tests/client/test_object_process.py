"""Processing of objects, and fetch tasks."""

from __future__ import annotations

import base64
import hashlib
import json
import struct
import threading
import time
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import ossc
import ossc.mock

from .raw_server import RawServer, answer


def png(width: int, height: int) -> bytes:
    """An image of one colour."""

    def chunk(name: bytes, data: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + crc

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + bytes(width)) * height)
    pieces = chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + pieces


JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
    b"\xff\xc0\x00\x0b\x08\x00\x11\x00\x21\x01\x01\x11\0\xff\xd9"
)
BMP = b"BM" + bytes(16) + struct.pack("<ii", 7, -9) + bytes(28)
IMAGE = png(30, 20)


def info_of(data: bytes) -> dict[str, str]:
    """The values of an `image/info` answer."""
    return {name: item["value"] for name, item in json.loads(data).items()}


@pytest.mark.parametrize(
    ("image", "kind", "width", "height"),
    [(IMAGE, "png", 30, 20), (JPEG, "jpg", 33, 17), (BMP, "bmp", 7, 9)],
)
def test_what_an_image_is(
    bucket: ossc.Bucket, image: bytes, kind: str, width: int, height: int
) -> None:
    """The facts come instead of the image, and no checksum is compared."""
    bucket.put_object("k", image)
    got = bucket.get_object("k", process="image/info")
    assert got.content_type == "application/json"
    assert info_of(got.data) == {
        "FileSize": str(len(image)),
        "Format": kind,
        "FrameCount": "1",
        "ImageHeight": str(height),
        "ImageWidth": str(width),
    }


def test_a_processed_object_goes_into_a_file(
    bucket: ossc.Bucket, tmp_path: Path
) -> None:
    """As into memory; other parameters go along."""
    bucket.put_object("k", IMAGE, content_type="image/png")
    target = tmp_path / "info.json"
    bucket.get_object_to_file("k", target, process="image/info", params={"x": "1"})
    assert info_of(target.read_bytes())["ImageWidth"] == "30"
    got = bucket.get_object("k", process="image/auto-orient,0/format,src")
    assert (got.data, got.content_type) == (IMAGE, "image/png")


@pytest.mark.parametrize(
    ("data", "process", "code"),
    [
        (b"no image", "image/info", "BadRequest"),
        (JPEG[:8], "image/info", "BadRequest"),
        (IMAGE, "image/resize,w_10", "InvalidArgument"),
        (IMAGE, "image/", "InvalidArgument"),
        (IMAGE, "video/snapshot,t_1", "InvalidArgument"),
    ],
)
def test_what_cannot_be_processed(
    bucket: ossc.Bucket, data: bytes, process: str, code: str
) -> None:
    """It is an error, never the object as it is."""
    bucket.put_object("k", data)
    with pytest.raises(ossc.ServerError) as caught:
        bucket.get_object("k", process=process)
    assert (caught.value.status, caught.value.code) == (400, code)


def test_the_result_is_saved(bucket: ossc.Bucket, client: ossc.Client) -> None:
    """As another object, in this bucket or in another one."""
    other = client.create_bucket("another-bucket")
    bucket.put_object("k", IMAGE, content_type="image/png")
    saved = bucket.process_object("k", "image/format,src", save_as="dir/ü?+.png")
    assert (saved.bucket, saved.key, saved.size, saved.status) == (
        bucket.name,
        "dir/ü?+.png",
        len(IMAGE),
        "OK",
    )
    got = bucket.get_object("dir/ü?+.png")
    assert (got.data, got.content_type) == (IMAGE, "image/png")
    bucket.process_object("k", "image/info", save_as="k", save_bucket=other.name)
    assert info_of(other.get_object("k").data)["Format"] == "png"
    own = base64.urlsafe_b64encode(b"own").decode()
    result = bucket.process_object("k", f"image/format,src|sys/saveas,o_{own}")
    assert (result.bucket, result.key) == (bucket.name, "own")


def test_processing_in_its_own_time(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """The ids come back; it is never sent twice."""
    bucket.put_object("k", IMAGE)
    begun = bucket.async_process_object("k", "image/info", save_as="facts")
    assert begun.event_id
    assert begun.task_id
    assert begun.process_request_id == begun.request_id
    assert bucket.object_exists("facts")
    server.faults.add(ossc.mock.faults.drop_after_store())
    with pytest.raises(ossc.ConnectionLost) as caught:
        bucket.async_process_object("k", "image/info", save_as="facts")
    assert caught.value.attempts == 1


@pytest.mark.parametrize(
    ("process", "options", "error"),
    [
        ("", {}, ossc.ParameterError),
        (5, {}, TypeError),
        ("image/info", {"save_bucket": "another-bucket"}, ossc.ParameterError),
        ("image/info", {"save_as": "/k"}, ossc.ParameterError),
        ("image/info", {"save_as": "k", "save_bucket": "B"}, ossc.ParameterError),
    ],
)
def test_processing_that_is_not_asked_for_right(
    bucket: ossc.Bucket,
    server: ossc.mock.Server,
    process: Any,
    options: Any,
    error: Any,
) -> None:
    """It is refused before anything is sent."""
    for verb in (bucket.process_object, bucket.async_process_object):
        with pytest.raises(error):
            verb("k", process, **options)
    assert server.requests == []


@pytest.mark.parametrize(
    ("process", "code"),
    [
        ("image/info", "InvalidArgument"),
        ("image/info|sys/saveas", "InvalidArgument"),
        ("image/info|sys/saveas,b_YQ", "InvalidArgument"),
        ("image/info|sys/saveas,o_*", "BadRequest"),
        ("image/info|sys/saveas,o_YQ,b_bm8tc3VjaA", "NoSuchBucket"),
    ],
)
def test_results_that_are_not_saved(
    bucket: ossc.Bucket, process: str, code: str
) -> None:
    """Each mistake is told."""
    bucket.put_object("k", IMAGE)
    with pytest.raises(ossc.ServerError) as caught:
        bucket.process_object("k", process)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "body", [b"[]", b"{", b"[" * 100_000, b'{"fileSize": "many"}', b'{"fileSize": -1}']
)
def test_answers_that_are_not_osss(body: bytes) -> None:
    """They are no results."""
    with RawServer(answer(body)) as server, server.client() as client:
        with pytest.raises(ossc.MalformedResponse):
            client.bucket("examplebucket").process_object("k", "image/info|x")


def test_an_answer_without_facts_is_a_success() -> None:
    """Some kinds of processing tell nothing."""
    with RawServer(answer()) as server, server.client() as client:
        result = client.bucket("examplebucket").process_object("k", "image/info|x")
    assert (result.bucket, result.key, result.size, result.body) == ("", "", None, b"")


class Source(ThreadingHTTPServer):
    """Where objects are fetched from; it waits until it may answer."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.may_answer = threading.Event()
        self.status = 200
        self.hosts: list[str] = []

    @property
    def url(self) -> str:
        """Of what can be fetched."""
        return f"http://127.0.0.1:{self.server_address[1]}/dir/file?a=b"


class _Handler(BaseHTTPRequestHandler):
    server: Source

    def do_GET(self) -> None:
        self.server.may_answer.wait(10)
        self.server.hosts.append(self.headers["Host"])
        self.send_response(self.server.status)
        self.send_header("Content-Type", "text/x-odd")
        self.end_headers()
        self.wfile.write(self.path.encode())

    def log_message(self, *_args: object) -> None:
        """Nothing."""


@pytest.fixture
def source() -> Iterator[Source]:
    """A server to fetch from."""
    with Source() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.may_answer.set()
        running.shutdown()
        thread.join()


def ended(bucket: ossc.Bucket, task_id: str) -> ossc.AsyncFetchTask:
    """The task when it is no longer running."""
    until = time.monotonic() + 10
    while (task := bucket.get_async_fetch_task(task_id)).state == "Running":
        assert time.monotonic() < until
    return task


def test_an_object_is_fetched(bucket: ossc.Bucket, source: Source) -> None:
    """While the source takes its time the task runs; then the object is there."""
    body = b"/dir/file?a=b"
    md5 = base64.b64encode(hashlib.md5(body).digest()).decode()
    task_id = bucket.put_async_fetch_task(
        "k<&>", source.url, host="example.com", content_md5=md5
    )
    task = bucket.get_async_fetch_task(task_id)
    assert (task.task_id, task.state, task.error) == (task_id, "Running", "")
    assert (task.url, task.key, task.host) == (source.url, "k<&>", "example.com")
    assert (task.content_md5, task.callback, task.ignore_same_key) == (md5, "", True)
    source.may_answer.set()
    assert ended(bucket, task_id).state == "Success"
    got = bucket.get_object("k<&>")
    assert (got.data, got.content_type) == (body, "text/x-odd")
    assert source.hosts == ["example.com"]


def test_fetches_that_fail(bucket: ossc.Bucket, source: Source) -> None:
    """Other bytes, an error of the source, nobody there."""
    source.may_answer.set()
    wrong = bucket.put_async_fetch_task("k", source.url, content_md5="AAAA")
    assert "MD5" in ended(bucket, wrong).error
    source.status = 404
    missing = ended(bucket, bucket.put_async_fetch_task("k", source.url))
    assert (missing.state, missing.error) == (
        "Failed",
        "The source answered with HTTP 404.",
    )
    nobody = bucket.put_async_fetch_task("k", "http://127.0.0.1:1/")
    assert ended(bucket, nobody).state == "Failed"
    assert not bucket.object_exists("k")


def test_an_object_that_is_there_already(bucket: ossc.Bucket, source: Source) -> None:
    """It stays unless it may be replaced, also when it came in the meantime."""
    meantime = bucket.put_async_fetch_task("k", source.url)
    bucket.put_object("k", b"mine")
    source.may_answer.set()
    assert ended(bucket, meantime).state == "Failed"
    with pytest.raises(ossc.FileAlreadyExists):
        bucket.put_async_fetch_task("k", source.url)
    assert bucket.get_object("k").data == b"mine"
    replacing = bucket.put_async_fetch_task("k", source.url, overwrite=True)
    assert not ended(bucket, replacing).ignore_same_key
    assert bucket.get_object("k").data != b"mine"


@pytest.mark.parametrize(
    "url", ["", "ftp://127.0.0.1/x", "http://", "http://h:0/", "x"]
)
def test_places_that_are_none(bucket: ossc.Bucket, url: str) -> None:
    """The server says so at once."""
    with pytest.raises(ossc.InvalidArgument):
        bucket.put_async_fetch_task("k", url)


def test_tasks_that_are_none(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """Unknown ids, no id, callbacks that the test server does not make."""
    with pytest.raises(ossc.ServerError) as caught:
        bucket.get_async_fetch_task("none")
    assert caught.value.status == 404
    with pytest.raises(ossc.ParameterError):
        bucket.get_async_fetch_task("")
    with pytest.raises(ossc.ServerError) as lacking:
        bucket.put_async_fetch_task(
            "k", "http://127.0.0.1:1/", callback="e30=", callback_when_failed=True
        )
    assert lacking.value.status == 501
    with pytest.raises(ossc.ParameterError):
        bucket.put_async_fetch_task("/k", "http://127.0.0.1:1/")

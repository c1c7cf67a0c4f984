"""`upload_file`: files of any size, in one request or in parts."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import ossc
import ossc.mock
from ossc import _sdk
from ossc.mock import faults
from tests.conftest import make_client

from .application import PlainApplication
from .transfers import (
    BUCKET,
    DATA,
    PART,
    PARTS,
    SIZE,
    Recorder,
    fails,
    open_uploads,
    part_numbers,
    seen,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file of several parts."""
    made = tmp_path / "source.txt"
    made.write_bytes(DATA)
    return made


def test_in_parts(server: ossc.mock.Server, bucket: ossc.Bucket, path: Path) -> None:
    """Each part goes once, the object is the file, and the result is the object's."""
    result = bucket.upload_file("k", path, part_size=PART, threshold=SIZE)
    assert server.get_object(BUCKET, "k") == DATA
    assert part_numbers(server) == list(range(1, PARTS + 1))
    assert result.etag.endswith(f"-{PARTS}")
    assert result.crc64 == _sdk.crc64(DATA)
    assert result.request_id == seen(server, "CompleteMultipartUpload")[0].request_id
    assert result.callback_response == b""
    assert open_uploads(server) == 0


def test_in_one_request(
    server: ossc.mock.Server, bucket: ossc.Bucket, path: Path
) -> None:
    """A file below the threshold is put."""
    result = bucket.upload_file("k", path, threshold=SIZE + 1, metadata={"a": "b"})
    assert server.get_object(BUCKET, "k") == DATA
    assert [each.operation for each in server.requests] == ["PutObject"]
    assert result.crc64 == _sdk.crc64(DATA)
    assert bucket.head_object("k").metadata == {"a": "b"}


@pytest.mark.skipif(not Path("/proc/version").is_file(), reason="there is no /proc")
@pytest.mark.parametrize("verb", ["upload_file", "put_object_from_file", "by URL"])
def test_a_file_that_only_says_that_it_is_empty(bucket: ossc.Bucket, verb: str) -> None:
    """What cannot be sent by its size is refused, not stored as nothing."""
    with ossc.SignedURLs() as urls:
        by_url = verb == "by URL"
        store = urls.put_from_file if by_url else getattr(bucket, verb)
        with pytest.raises(ossc.LocalFileError, match="0 of"):
            store(bucket.presign_put("k") if by_url else "k", "/proc/version")
    assert not bucket.object_exists("k")


def test_an_empty_file(bucket: ossc.Bucket, path: Path) -> None:
    """Is put whatever the threshold is: no upload has no parts."""
    path.write_bytes(b"")
    bucket.upload_file("k", path, threshold=0)
    assert bucket.head_object("k").size == 0


@pytest.mark.parametrize("threshold", [0, None], ids=["parts", "one"])
def test_options(bucket: ossc.Bucket, path: Path, threshold: int | None) -> None:
    """They belong to the object, however it went; the type is by the key's ending."""
    bucket.upload_file(
        "k.png",
        path,
        part_size=PART,
        threshold=threshold,
        metadata={"a": "b"},
        cache_control="no-cache",
        tags={"t": "1"},
        traffic_limit=838_860_800,
        headers={"x-oss-meta-c": "d"},
    )
    info = bucket.head_object("k.png")
    assert info.metadata == {"a": "b", "c": "d"}
    assert info.content_type == "image/png"
    assert info.headers["cache-control"] == "no-cache"
    assert info.headers["x-oss-tagging-count"] == "1"


def test_the_traffic_limit_is_of_each_part(
    server: ossc.mock.Server, bucket: ossc.Bucket, path: Path
) -> None:
    """Not of the initiation only."""
    limit = 838_860_800
    bucket.upload_file("k", path, part_size=PART, threshold=0, traffic_limit=limit)
    for request in seen(server, "UploadPart"):
        assert dict(request.headers)["x-oss-traffic-limit"] == str(limit)


@pytest.mark.parametrize("threshold", [0, None], ids=["parts", "one"])
def test_forbid_overwrite(
    server: ossc.mock.Server, bucket: ossc.Bucket, path: Path, threshold: int | None
) -> None:
    """What is there stays."""
    bucket.put_object("k", b"old")
    with pytest.raises(ossc.FileAlreadyExists):
        bucket.upload_file("k", path, threshold=threshold, forbid_overwrite=True)
    assert server.get_object(BUCKET, "k") == b"old"


def test_forbid_overwrite_at_the_end(
    server: ossc.mock.Server, bucket: ossc.Bucket, path: Path
) -> None:
    """An object that came meanwhile stays, and the parts go."""

    def progress(_moved: int, _total: int | None) -> None:
        server.put_object(BUCKET, "k", b"new")

    server.faults.add(faults.stall(0.3), operation="UploadPart")
    with pytest.raises(ossc.FileAlreadyExists) as caught:
        bucket.upload_file(
            "k", path, threshold=0, forbid_overwrite=True, progress=progress
        )
    assert caught.value.operation == "CompleteMultipartUpload"
    assert server.get_object(BUCKET, "k") == b"new"
    assert open_uploads(server) == 0


@pytest.mark.parametrize("threshold", [0, None], ids=["parts", "one"])
def test_a_callback_fires_once(
    server: ossc.mock.Server, bucket: ossc.Bucket, path: Path, threshold: int | None
) -> None:
    """For the whole object; its answer is in the result."""
    with PlainApplication() as application:
        callback = ossc.Callback(url=application.url, body="size=${size}")
        result = bucket.upload_file(
            "k", path, part_size=PART, threshold=threshold, callback=callback
        )
        assert result.callback_response == application.answer
        assert [body for _, _, body in application.requests] == [b"size=%d" % SIZE]


@pytest.mark.parametrize("threshold", [0, None], ids=["parts", "one"])
def test_a_callback_that_fails(
    server: ossc.mock.Server, bucket: ossc.Bucket, path: Path, threshold: int | None
) -> None:
    """The object is there, and the error has the upload's result."""
    callback = ossc.Callback(url="http://127.0.0.1:9", body="x")
    with pytest.raises(ossc.CallbackFailed) as caught:
        bucket.upload_file(
            "k", path, part_size=PART, threshold=threshold, callback=callback
        )
    assert isinstance(caught.value.result, ossc.PutObjectResult)
    assert caught.value.result.crc64 == _sdk.crc64(DATA)
    assert server.get_object(BUCKET, "k") == DATA
    assert not seen(server, "AbortMultipartUpload")


@pytest.mark.parametrize("threshold", [0, None], ids=["parts", "one"])
def test_progress(
    server: ossc.mock.Server, bucket: ossc.Bucket, path: Path, threshold: int | None
) -> None:
    """It is told in this thread, every 100 ms at most, and once at the end."""
    server.faults.add(
        faults.stall(0.25), method="PUT", times=2 if threshold == 0 else 1
    )
    recorder = Recorder()
    bucket.upload_file(
        "k",
        path,
        part_size=PART,
        threshold=threshold,
        concurrency=1,
        progress=recorder,
    )
    recorder.check(SIZE, SIZE)
    assert len(recorder.told) >= 2


@pytest.mark.parametrize("error", [LookupError("x"), KeyboardInterrupt()])
def test_an_exception_in_progress(
    server: ossc.mock.Server, bucket: ossc.Bucket, path: Path, error: BaseException
) -> None:
    """Cancels the upload, comes out, the same object, and leaves no parts behind."""
    server.faults.add(faults.stall(0.3), operation="UploadPart")
    with pytest.raises(type(error)) as caught:
        bucket.upload_file(
            "k", path, part_size=PART, threshold=0, progress=fails(error)
        )
    assert caught.value is error
    assert open_uploads(server) == 0
    assert _sdk.live_requests() == 0
    assert not [t for t in threading.enumerate() if t.name == "ossc-transfer"]


@pytest.mark.parametrize("threshold", [0, None], ids=["parts", "one"])
def test_cancel(
    server: ossc.mock.Server, bucket: ossc.Bucket, path: Path, threshold: int | None
) -> None:
    """A token ends a stalled upload soon; the error says what was being done."""
    server.faults.add(faults.stall(), method="PUT")
    token = ossc.CancelToken()
    timer = threading.Timer(0.1, token.cancel)
    timer.start()
    with pytest.raises(ossc.Cancelled) as caught:
        bucket.upload_file("k", path, part_size=PART, threshold=threshold, cancel=token)
    timer.join()
    assert (caught.value.bucket, caught.value.key) == (BUCKET, "k")
    assert open_uploads(server) == 0


def test_a_views_token_cancels_too(
    server: ossc.mock.Server, bucket: ossc.Bucket, path: Path
) -> None:
    """The token of `with_options` ends the parts, and the parts are removed."""
    server.faults.add(faults.stall(), operation="UploadPart")
    token = ossc.CancelToken()
    timer = threading.Timer(0.1, token.cancel)
    timer.start()
    with pytest.raises(ossc.Cancelled):
        bucket.with_options(cancel=token).upload_file("k", path, threshold=0)
    timer.join()
    assert open_uploads(server) == 0


def test_a_token_that_is_cancelled_already(
    server: ossc.mock.Server, bucket: ossc.Bucket, path: Path
) -> None:
    """Nothing is stored."""
    token = ossc.CancelToken()
    token.cancel()
    for threshold in (0, None):
        with pytest.raises(ossc.Cancelled):
            bucket.upload_file("k", path, threshold=threshold, cancel=token)
    assert open_uploads(server) == 0
    assert not list(bucket.list_objects())


@pytest.mark.parametrize(
    "change",
    [
        lambda path: os.truncate(path, SIZE - 1),
        lambda path: os.truncate(path, PART),
        lambda path: os.truncate(path, SIZE + 1),
        lambda path: os.utime(path, ns=(1, 1)),
    ],
    ids=["shorter", "much shorter", "longer", "touched"],
)
@pytest.mark.parametrize("threshold", [0, None], ids=["parts", "one"])
def test_a_file_that_changes(
    server: ossc.mock.Server,
    bucket: ossc.Bucket,
    path: Path,
    change: object,
    threshold: int | None,
) -> None:
    """While it is uploaded: an error that names it, and no object made of parts."""
    assert callable(change)
    server.faults.add(faults.stall(0.3), method="PUT")

    def progress(_moved: int, _total: int | None) -> None:
        change(path)

    with pytest.raises(ossc.LocalFileError) as caught:
        bucket.upload_file(
            "k",
            path,
            part_size=PART,
            threshold=threshold,
            concurrency=1,
            progress=progress,
        )
    assert caught.value.filename == str(path)
    assert (caught.value.bucket, caught.value.key) == (BUCKET, "k")
    assert open_uploads(server) == 0
    assert threshold is None or not list(bucket.list_objects())


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe"])
def test_what_is_no_file(
    server: ossc.mock.Server, bucket: ossc.Bucket, tmp_path: Path, kind: str
) -> None:
    """Is refused before anything is sent."""
    path = tmp_path / "x"
    if kind == "folder":
        path.mkdir()
    if kind == "pipe":
        os.mkfifo(path)
    with pytest.raises(ossc.LocalFileError) as caught:
        bucket.upload_file("k", path)
    assert caught.value.filename == str(path)
    assert caught.value.errno is not None
    assert not server.requests


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"part_size": 1}, ossc.ParameterError),
        ({"concurrency": 0}, ossc.ParameterError),
        ({"threshold": -1}, ossc.ParameterError),
        ({"content_md5": bytes(16)}, ossc.ParameterError),
        ({"nonsense": 1}, TypeError),
        ({"callback": "x"}, TypeError),
    ],
    ids=str,
)
def test_arguments_that_cannot_be(
    server: ossc.mock.Server,
    bucket: ossc.Bucket,
    path: Path,
    options: dict[str, object],
    error: type[Exception],
) -> None:
    """Are refused before anything is sent."""
    with pytest.raises(error):
        bucket.upload_file("k", path, **options)  # type: ignore[arg-type]
    assert not server.requests


def test_many_threads_on_one_client(server: ossc.mock.Server, path: Path) -> None:
    """64 threads upload and download with one client, each with parts of its own."""
    with make_client(server) as client, ThreadPoolExecutor(64) as pool:
        bucket = client.bucket(BUCKET)

        def work(number: int) -> None:
            data = bytes([number]) * (2 * PART + number)
            own = path.with_name(f"source{number}")
            own.write_bytes(data)
            key = f"k{number}"
            bucket.upload_file(key, own, part_size=PART, threshold=0, concurrency=2)
            target = path.with_name(f"target{number}")
            bucket.download_file(key, target, part_size=PART, concurrency=2)
            assert target.read_bytes() == data

        list(pool.map(work, range(64)))
    assert open_uploads(server) == 0
    assert _sdk.live_requests() == 0

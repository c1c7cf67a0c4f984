"""`download_file`: objects of any size into a file, in parallel, all or nothing."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

import ossc
import ossc.mock
from ossc import _sdk
from ossc.mock import faults
from tests.conftest import make_client

from .transfers import (
    BUCKET,
    DATA,
    PART,
    PARTS,
    SIZE,
    Recorder,
    fails,
    range_of,
    ranges,
    seen,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the object is to go, with a file that is there already."""
    target = tmp_path / "target"
    target.write_bytes(b"old")
    return target


@pytest.fixture(autouse=True)
def _object(server: ossc.mock.Server) -> None:
    server.put_object(BUCKET, "k", DATA, content_type="text/x-own", a="b")


def untouched(path: Path) -> bool:
    """Whether the old file is there, and nothing beside it."""
    return path.read_bytes() == b"old" and os.listdir(path.parent) == [path.name]


def test_in_parts(server: ossc.mock.Server, bucket: ossc.Bucket, path: Path) -> None:
    """Each range is fetched once; the properties are the object's."""
    info = bucket.download_file("k", path, part_size=PART)
    assert path.read_bytes() == DATA
    assert ranges(server) == [range_of(number) for number in range(1, PARTS + 1)]
    assert (info.size, info.content_type) == (SIZE, "text/x-own")
    assert info.metadata == {"a": "b"}
    assert info.crc64 == _sdk.crc64(DATA)
    assert os.listdir(path.parent) == [path.name]


@pytest.mark.parametrize("size", [0, 1, PART, PART + 1])
def test_sizes(
    server: ossc.mock.Server, bucket: ossc.Bucket, path: Path, size: int
) -> None:
    """At the edges of a part, and of none."""
    server.put_object(BUCKET, "s", DATA[:size])
    bucket.download_file("s", path, part_size=PART)
    assert path.read_bytes() == DATA[:size]


def test_all_parts_are_of_one_version(
    server: ossc.mock.Server, bucket: ossc.Bucket, path: Path
) -> None:
    """Each part is asked for by the ETag of the first look."""
    info = bucket.download_file(
        "k",
        path,
        part_size=PART,
        traffic_limit=838_860_800,
        headers={"x-oss-request-payer": "requester"},
    )
    for request in seen(server, "GetObject"):
        headers = dict(request.headers)
        assert headers["if-match"] == f'"{info.etag}"'
        assert headers["x-oss-traffic-limit"] == "838860800"
        assert headers["x-oss-request-payer"] == "requester"


def test_an_object_that_is_replaced_meanwhile(
    server: ossc.mock.Server, bucket: ossc.Bucket, path: Path
) -> None:
    """Is an error that says so, and the old file stays."""
    server.faults.add(faults.stall(0.25), operation="GetObject")

    def progress(_moved: int, _total: int | None) -> None:
        server.put_object(BUCKET, "k", DATA[::-1])

    with pytest.raises(ossc.PreconditionFailed, match="replaced meanwhile") as caught:
        bucket.download_file(
            "k", path, part_size=PART, concurrency=1, progress=progress
        )
    assert caught.value.key == "k"
    assert untouched(path)


def test_conditions(bucket: ossc.Bucket, path: Path) -> None:
    """They are those of any read."""
    with pytest.raises(ossc.PreconditionFailed):
        bucket.download_file("k", path, if_match="other")
    etag = bucket.head_object("k").etag
    with pytest.raises(ossc.NotModified):
        bucket.download_file("k", path, if_none_match=etag)
    bucket.download_file("k", path, part_size=PART, if_match=etag, if_none_match="x")
    assert path.read_bytes() == DATA


def test_a_flipped_bit(
    server: ossc.mock.Server, bucket: ossc.Bucket, path: Path
) -> None:
    """Is seen in the CRC-64 of all parts together."""
    server.faults.add(faults.flip(5), operation="GetObject")
    with pytest.raises(ossc.ChecksumMismatch) as caught:
        bucket.download_file("k", path, part_size=PART)
    assert (caught.value.operation, caught.value.key) == ("GetObject", "k")
    assert untouched(path)


@pytest.mark.parametrize("checkpoint", [False, True])
def test_a_missing_object(bucket: ossc.Bucket, path: Path, *, checkpoint: bool) -> None:
    """Nothing is written at all."""
    with pytest.raises(ossc.NoSuchKey):
        bucket.download_file(
            "missing", path, checkpoint=path.parent / "c" if checkpoint else None
        )
    assert untouched(path)


@pytest.mark.parametrize("kind", ["folder", "missing folder", "device"])
def test_targets_that_cannot_be(
    server: ossc.mock.Server, bucket: ossc.Bucket, tmp_path: Path, kind: str
) -> None:
    """Are refused before a byte is fetched."""
    path = {
        "folder": str(tmp_path),
        "missing folder": str(tmp_path / "a" / "b"),
        "device": "/dev/null",
    }[kind]
    with pytest.raises(ossc.LocalFileError) as caught:
        bucket.download_file("k", path)
    assert caught.value.filename == path
    assert caught.value.errno
    assert caught.value.key == "k"
    assert not seen(server, "GetObject")


def test_a_full_disk(bucket: ossc.Bucket, tmp_path: Path) -> None:
    """Errno tells, and the temporary file goes."""
    import resource

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(ossc.LocalFileError) as caught:
            bucket.download_file("k", tmp_path / "target")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert caught.value.errno
    assert os.listdir(tmp_path) == []


def test_progress(server: ossc.mock.Server, bucket: ossc.Bucket, path: Path) -> None:
    """It is told in this thread, every 100 ms at most, and once at the end."""
    server.faults.add(faults.stall(0.25), operation="GetObject", times=2)
    recorder = Recorder()
    bucket.download_file("k", path, part_size=PART, concurrency=1, progress=recorder)
    recorder.check(SIZE, SIZE)
    assert len(recorder.told) > 3


@pytest.mark.parametrize("error", [LookupError("x"), KeyboardInterrupt()])
def test_an_exception_in_progress(
    server: ossc.mock.Server, bucket: ossc.Bucket, path: Path, error: BaseException
) -> None:
    """Cancels the download, comes out, the same object, and leaves no file behind."""
    server.faults.add(faults.stall(0.3), operation="GetObject")
    with pytest.raises(type(error)) as caught:
        bucket.download_file("k", path, part_size=PART, progress=fails(error))
    assert caught.value is error
    assert untouched(path)
    assert _sdk.live_requests() == 0
    assert not [t for t in threading.enumerate() if t.name == "ossc-transfer"]


@pytest.mark.parametrize("view", [False, True])
def test_cancel(
    server: ossc.mock.Server, bucket: ossc.Bucket, path: Path, *, view: bool
) -> None:
    """A token ends a stalled download soon, whichever way it was given."""
    server.faults.add(faults.stall(at=10), operation="GetObject")
    token = ossc.CancelToken()
    timer = threading.Timer(0.1, token.cancel)
    timer.start()
    if view:
        bucket = bucket.with_options(cancel=token)
    with pytest.raises(ossc.Cancelled):
        bucket.download_file("k", path, cancel=None if view else token)
    timer.join()
    assert untouched(path)


@pytest.mark.parametrize(
    "answer",
    [
        faults.header("Content-Range", f"bytes 0-9/{SIZE}"),
        faults.header("Content-Range", f"bytes {PART}-{2 * PART - 1}/{SIZE + 1}"),
        faults.header("ETag", '"other"'),
        faults.body(DATA),
        faults.status(200),
    ],
    ids=["other range", "other size", "other etag", "too long", "error with 200"],
)
def test_answers_that_do_not_fit(
    server: ossc.mock.Server, path: Path, answer: faults.Fault
) -> None:
    """A part that is not the one that was asked for is never taken."""
    server.faults.add(answer, operation="GetObject")
    with make_client(server, retry=None) as client:
        with pytest.raises(ossc.OSSError) as caught:
            client.bucket(BUCKET).download_file("k", path, part_size=PART)
    assert not isinstance(caught.value, ossc.ServerError)
    assert untouched(path)


@pytest.mark.parametrize("name", ["ETag", "Content-Length"])
def test_a_head_that_tells_too_little(
    server: ossc.mock.Server, bucket: ossc.Bucket, path: Path, name: str
) -> None:
    """Without an ETag the parts could be of different versions."""
    value = {"ETag": '""', "Content-Length": "x"}[name]
    server.faults.add(faults.header(name, value), operation="HeadObject")
    with pytest.raises(ossc.OSSError):
        bucket.download_file("k", path)
    assert untouched(path)


def test_arguments_that_cannot_be(
    server: ossc.mock.Server, bucket: ossc.Bucket, path: Path
) -> None:
    """Are refused before anything is sent."""
    for wrong in (
        {"part_size": 0},
        {"concurrency": 0},
        {"params": {"x-oss-process": "image/info"}},
    ):
        with pytest.raises(ossc.ParameterError):
            bucket.download_file("k", path, **wrong)
    with pytest.raises(TypeError):
        bucket.download_file("k", path, nonsense=1)  # type: ignore[call-arg]
    assert not server.requests
    assert untouched(path)

"""Each download, where the connection or the server fails in the midst of its bytes."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import ossc
import ossc.mock
from ossc.mock import faults

from .fault_tables import OLD, SILENCE, nothing_left, safe, warm_up
from .raw_server import BUCKET, client_of
from .transfers import DATA, PART, SIZE

MIDDLE = 70_000  # of the answer, which has a part's bytes or all
LIMIT = 5.0
FAST = ossc.Retry(attempts=3, backoff=0.001, max_backoff=0.002)

FAULTS: dict[str, tuple[Callable[[], faults.Fault], type[ossc.OSSError]]] = {
    "cut": (lambda: faults.cut(MIDDLE), ossc.ShortBody),
    "cut at once": (lambda: faults.cut(0), ossc.ShortBody),
    "reset": (lambda: faults.reset(at=MIDDLE), ossc.ConnectionLost),
    "silence": (lambda: faults.stall(at=MIDDLE), ossc.RequestTimedOut),
    "flip": (lambda: faults.flip(MIDDLE), ossc.ChecksumMismatch),
    "503": (lambda: faults.status(503), ossc.ServiceUnavailable),
    "garbage": (lambda: faults.garbage(b"\0\xff" * 50), ossc.MalformedResponse),
}


def _into(bucket: ossc.Bucket, _folder: Path) -> bytes:
    room = bytearray(SIZE)
    assert bucket.get_object_into("k", room) == SIZE
    return bytes(room)


def _parts_into(bucket: ossc.Bucket, _folder: Path) -> bytes:
    room = bytearray(SIZE)
    bucket.download_into("k", room, part_size=PART, concurrency=2)
    return bytes(room)


def _file(
    get: Callable[[ossc.Bucket, Path], object],
) -> Callable[[ossc.Bucket, Path], bytes]:
    """A download into a file: the old one stays until the new one is whole."""

    def call(bucket: ossc.Bucket, folder: Path) -> bytes:
        path = folder / "target"
        path.write_bytes(OLD)
        try:
            get(bucket, path)
        except ossc.OSSError:
            assert path.read_bytes() == OLD
            raise
        finally:
            assert os.listdir(folder) == ["target"]
        return path.read_bytes()

    return call


def _fileobj(bucket: ossc.Bucket, _folder: Path) -> bytes:
    """After an error the file has a beginning of the object, and not all of it."""
    target = io.BytesIO()
    try:
        bucket.download_fileobj("k", target, part_size=PART, concurrency=2)
    except ossc.OSSError:
        got = target.getvalue()
        assert len(got) < SIZE
        assert len(got) % PART == 0
        raise
    return target.getvalue()


def _stream(bucket: ossc.Bucket, _folder: Path) -> bytes:
    with bucket.open("k", "rb", read_ahead=PART) as file:
        return file.read()


def _batch(bucket: ossc.Bucket, _folder: Path) -> bytes:
    """Others are read, whatever becomes of one."""
    found = {item.key: item for item in bucket.get_objects(["a", "k", "z"])}
    assert found["a"].result.data == OLD
    assert found["z"].result.data == OLD
    return found["k"].result.data


def _by_url(bucket: ossc.Bucket, _folder: Path) -> bytes:
    with ossc.SignedURLs(bucket._client) as urls:
        return urls.get(bucket.presign_get("k")).data


def _into_by_url(bucket: ossc.Bucket, _folder: Path) -> bytes:
    room = bytearray(SIZE)
    with ossc.SignedURLs(bucket._client) as urls:
        assert urls.get_into(bucket.presign_get("k"), room) == SIZE
    return bytes(room)


def _file_by_url(bucket: ossc.Bucket, path: Path) -> object:
    with ossc.SignedURLs(bucket._client) as urls:
        return urls.get_to_file(bucket.presign_get("k"), path)


def _encrypted_stream(bucket: ossc.Bucket, _folder: Path) -> bytes:
    with safe(bucket).open("k", read_ahead=PART) as file:
        return file.read()


DOWNLOADS: dict[str, Callable[[ossc.Bucket, Path], bytes]] = {
    "get_object": lambda b, _: b.get_object("k").data,
    "get_object_into": _into,
    "get_object_to_file": _file(lambda b, p: b.get_object_to_file("k", p)),
    "download_file": _file(
        lambda b, p: b.download_file("k", p, part_size=PART, concurrency=2)
    ),
    "download_into": _parts_into,
    "download_fileobj": _fileobj,
    "open": _stream,
    "get_objects": _batch,
    "url get": _by_url,
    "url get_into": _into_by_url,
    "url get_to_file": _file(_file_by_url),
    "encrypted get_object": lambda b, _: safe(b).get_object("k").data,
    "encrypted download_file": _file(lambda b, p: safe(b).download_file("k", p)),
    "encrypted open": _encrypted_stream,
}
each_download = pytest.mark.parametrize("name", DOWNLOADS)


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    warm_up()


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterator[None]:
    """The server's own fixture begins after this one, and ends before it."""
    with nothing_left():
        yield


def prepare(bucket: ossc.Bucket, name: str) -> None:
    """Stores what a download reads."""
    if name.startswith("encrypted"):
        safe(bucket).put_object("k", DATA)
    else:
        bucket.put_object("k", DATA)
    for key in ("a", "z"):
        bucket.put_object(key, OLD)


@pytest.mark.parametrize("fault", FAULTS)
@each_download
def test_in_the_midst(
    server: ossc.mock.Server, tmp_path: Path, name: str, fault: str
) -> None:
    """The error is the fault's, soon; no half file is left, and it goes on."""
    call, (make, kind) = DOWNLOADS[name], FAULTS[fault]
    # A busy machine is silent, too.
    patience = SILENCE if fault == "silence" else 10.0
    with client_of(server, read_timeout=patience, max_idle_connections=0) as client:
        bucket = client.bucket(BUCKET)
        prepare(bucket, name)
        server.faults.add(make(), operation="GetObject", key="k")
        start = time.monotonic()
        with pytest.raises(kind) as caught:
            call(bucket, tmp_path)
        assert time.monotonic() - start < LIMIT
        assert caught.value.operation == "GetObject"
        assert caught.value.key is not None
        assert caught.value.key.endswith("k")
        assert caught.value.attempts == 1
        assert not server.faults.unused
        assert call(bucket, tmp_path) == DATA


# Ranges have no sum of their own: which of them is wrong cannot be told.
IN_PARTS = {
    "download_file",
    "download_into",
    "download_fileobj",
    "open",
    "encrypted download_file",
    "encrypted open",
}
CASES = [(name, fault) for name in DOWNLOADS for fault in FAULTS if fault != "silence"]
FINAL = [
    (name, fault)
    for name, fault in CASES
    if fault == "garbage" or (fault == "flip" and name in IN_PARTS)
]


@pytest.mark.parametrize(
    ("name", "fault"), [case for case in CASES if case not in FINAL]
)
def test_repeated(
    server: ossc.mock.Server, tmp_path: Path, name: str, fault: str
) -> None:
    """The bytes are right, and each comes once, whatever came of the first attempt."""
    call, (make, _) = DOWNLOADS[name], FAULTS[fault]
    with client_of(server, retry=FAST, max_idle_connections=0) as client:
        bucket = client.bucket(BUCKET)
        prepare(bucket, name)
        server.faults.add(make(), operation="GetObject", key="k")
        assert call(bucket, tmp_path) == DATA


@pytest.mark.parametrize(("name", "fault"), FINAL)
def test_not_repeated(
    server: ossc.mock.Server, tmp_path: Path, name: str, fault: str
) -> None:
    """What cannot be mended by asking again is told at once."""
    call, (make, kind) = DOWNLOADS[name], FAULTS[fault]
    with client_of(server, retry=FAST, max_idle_connections=0) as client:
        bucket = client.bucket(BUCKET)
        prepare(bucket, name)
        server.faults.add(make(), operation="GetObject", key="k")
        with pytest.raises(kind) as caught:
            call(bucket, tmp_path)
        assert caught.value.attempts == 1


@pytest.mark.parametrize("fault", ["cut at once", "503"])
@each_download
def test_again_and_again(
    server: ossc.mock.Server, tmp_path: Path, name: str, fault: str
) -> None:
    """After three attempts it is over, and the error tells of all of them."""
    call, (make, kind) = DOWNLOADS[name], FAULTS[fault]
    with client_of(server, retry=FAST, max_idle_connections=0) as client:
        bucket = client.bucket(BUCKET)
        prepare(bucket, name)
        server.faults.add(make(), operation="GetObject", key="k", times=99)
        with pytest.raises(kind) as caught:
            call(bucket, tmp_path)
        server.faults.clear()
        assert caught.value.attempts == 3
        assert len(caught.value.history) == 2
        assert call(bucket, tmp_path) == DATA

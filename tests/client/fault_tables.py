"""What the tables of faults share: each upload and download, and what must be left.

An upload stores `NEW` as `k`, where `OLD` was; a download reads `DATA` of `k`. Both are
called with a bucket and a folder of the test's own.
"""

from __future__ import annotations

import gc
import io
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import ossc
import ossc.mock
from ossc import _sdk
from ossc.crypto import EncryptionBucket, RSAKey

from .application import PlainApplication
from .raw_server import client_of
from .test_encryption import PRIVATE
from .transfers import BUCKET, DATA, PART

OLD = b"what was there"
SILENCE = 0.3


@dataclass(frozen=True)
class Upload:
    """An upload, the operation whose request has the bytes, and how it is looked at."""

    operation: str
    call: Callable[[ossc.Bucket, Path], object]
    look: Callable[[ossc.Bucket], bytes] = lambda bucket: bucket.get_object("k").data
    new: bytes = DATA
    once: bool = False
    by_url: bool = False


def safe(bucket: ossc.Bucket) -> EncryptionBucket:
    """The bucket with encryption by the client."""
    return EncryptionBucket(bucket, RSAKey(PRIVATE))


def _decrypted(bucket: ossc.Bucket) -> bytes:
    """Where there is an envelope; `OLD` has none."""
    if bucket.head_object("k").metadata:
        return safe(bucket).get_object("k").data
    return bucket.get_object("k").data


def source(folder: Path) -> Path:
    """A file with the bytes to be uploaded."""
    path = folder / "source"
    path.write_bytes(DATA)
    return path


def _fileobj(bucket: ossc.Bucket, _folder: Path) -> object:
    stream = io.BytesIO(DATA)
    return bucket.upload_fileobj("k", stream, part_size=PART, concurrency=2)


def _written(bucket: ossc.Bucket, _folder: Path, part_size: int = PART) -> None:
    with bucket.open("k", "wb", part_size=part_size) as file:
        file.write(DATA)


def _part(bucket: ossc.Bucket, upload: ossc.MultipartUpload) -> ossc.UploadPartResult:
    return bucket.upload_part("k", upload, 1, DATA)


def _part_by_url(
    bucket: ossc.Bucket, upload: ossc.MultipartUpload
) -> ossc.UploadPartResult:
    with ossc.SignedURLs(bucket._client) as urls:
        url = bucket.presign_upload_part("k", upload.upload_id, 1)
        return urls.upload_part(url, DATA)


def _by_hand(
    send: Callable[[ossc.Bucket, ossc.MultipartUpload], ossc.UploadPartResult],
) -> Callable[[ossc.Bucket, Path], object]:
    """An upload in one part; one that fails is not there, and the upload still is."""

    def call(bucket: ossc.Bucket, _folder: Path) -> object:
        upload = bucket.init_multipart_upload("k")
        try:
            part = send(bucket, upload)
        except ossc.OSSError:
            assert list(bucket.list_parts("k", upload)) == []
            bucket.abort_multipart_upload("k", upload)
            raise
        return bucket.complete_multipart_upload("k", upload, [part])

    return call


def _called_back(bucket: ossc.Bucket, _folder: Path) -> None:
    """The application hears of an object that is stored, and of no other."""
    with PlainApplication() as application:
        callback = ossc.Callback(application.url, "key=${object}")
        try:
            bucket.put_object("k", DATA, callback=callback)
        except ossc.OSSError:
            assert application.requests == []
            raise
        assert len(application.requests) == 1


def _put_by_url(bucket: ossc.Bucket, _folder: Path) -> object:
    with ossc.SignedURLs(bucket._client) as urls:
        return urls.put(bucket.presign_put("k"), DATA)


def _file_by_url(bucket: ossc.Bucket, folder: Path) -> object:
    with ossc.SignedURLs(bucket._client) as urls:
        return urls.put_from_file(bucket.presign_put("k"), source(folder))


def _batch(bucket: ossc.Bucket, _folder: Path) -> None:
    """Many are stored, whatever becomes of one."""
    items = [("a", OLD), ("k", DATA), ("z", DATA)]
    stored = {item.key: item for item in bucket.put_objects(items)}
    assert stored["a"].result.crc64 == _sdk.crc64(OLD)
    assert stored["z"].result.crc64 == _sdk.crc64(DATA)
    assert stored["k"].result.crc64 == _sdk.crc64(DATA)


UPLOADS = {
    "put_object": Upload("PutObject", lambda b, _: b.put_object("k", DATA)),
    "put_object_from_file": Upload(
        "PutObject", lambda b, f: b.put_object_from_file("k", source(f))
    ),
    "with a callback": Upload("PutObject", _called_back, once=True),
    "append_object": Upload(
        "AppendObject",
        lambda b, _: b.append_object("k", DATA, len(OLD)),
        new=OLD + DATA,
        once=True,
    ),
    "upload_part": Upload("UploadPart", _by_hand(_part)),
    "upload_file, small": Upload(
        "PutObject", lambda b, f: b.upload_file("k", source(f))
    ),
    "upload_file": Upload(
        "UploadPart",
        lambda b, f: b.upload_file(
            "k", source(f), part_size=PART, threshold=0, concurrency=2
        ),
    ),
    "upload_fileobj": Upload("UploadPart", _fileobj),
    "open": Upload("UploadPart", _written),
    "open, small": Upload("PutObject", lambda b, f: _written(b, f, 1 << 20)),
    "put_objects": Upload("PutObject", _batch),
    "url put": Upload("PutObject", _put_by_url, by_url=True),
    "url put_from_file": Upload("PutObject", _file_by_url, by_url=True),
    "url upload_part": Upload("UploadPart", _by_hand(_part_by_url), by_url=True),
    "encrypted put_object": Upload(
        "PutObject", lambda b, _: safe(b).put_object("k", DATA), _decrypted
    ),
    "encrypted upload_file": Upload(
        "UploadPart",
        lambda b, f: safe(b).upload_file("k", source(f), part_size=PART, threshold=0),
        _decrypted,
    ),
    "encrypted upload_fileobj": Upload(
        "UploadPart",
        lambda b, _: safe(b).upload_fileobj("k", io.BytesIO(DATA), part_size=PART),
        _decrypted,
    ),
}


def prepare(bucket: ossc.Bucket, name: str) -> None:
    """Stores what an upload meets."""
    if name == "append_object":
        bucket.append_object("k", OLD, 0)
    else:
        bucket.put_object("k", OLD)


def open_files() -> int:
    """How many descriptors this process has."""
    return len(os.listdir("/proc/self/fd"))


@contextmanager
def nothing_left() -> Iterator[None]:
    """Looks that a block leaves no descriptor, no thread and no request behind.

    The server is one of the things that the block begins and ends.
    """
    files, threads = open_files(), threading.active_count()
    yield
    for thread in threading.enumerate():
        if thread.name == "ossc-mock":
            thread.join(5)  # its server has forgotten it a moment before it ends
    if _sdk.live_requests() or open_files() > files:
        gc.collect()  # what failed may be held by a cycle of its error
    assert _sdk.live_requests() == 0
    assert threading.active_count() <= threads
    assert open_files() <= files


def warm_up() -> None:
    """Opens what a process opens once, and keeps."""
    with ossc.mock.serve(buckets=[BUCKET]) as server, client_of(server) as client:
        client.bucket(BUCKET).put_object("k", OLD)
        assert client.bucket(BUCKET).get_object("k").data == OLD

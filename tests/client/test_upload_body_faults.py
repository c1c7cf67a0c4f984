"""Each upload, where the connection or the server fails in the midst of its bytes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import ossc
import ossc.mock
from ossc.mock import faults

from .fault_tables import (
    OLD,
    SILENCE,
    UPLOADS,
    Upload,
    nothing_left,
    prepare,
    source,
    warm_up,
)
from .raw_server import BUCKET, client_of
from .transfers import DATA, PART, open_uploads, saved_parts, seen

MIDDLE = 70_000  # of the request, which has a part's bytes or all
LIMIT = 5.0
FAST = ossc.Retry(attempts=3, backoff=0.001, max_backoff=0.002)

Made = Callable[[int], faults.Fault]
FAULTS: dict[str, tuple[Made, type[ossc.OSSError]]] = {
    "reset": (lambda at: faults.reset(received=at), ossc.ConnectionLost),
    "end": (lambda at: faults.cut(received=at), ossc.ConnectionLost),
    "silence": (lambda at: faults.stall(received=at), ossc.RequestTimedOut),
    "403": (lambda at: faults.status(403, received=at), ossc.AccessDenied),
    "503": (lambda at: faults.status(503, received=at), ossc.ServiceUnavailable),
}
TURNED_AWAY: tuple[Made, type[ossc.OSSError]] = (
    lambda at: faults.status(503, "SlowDown", received=at),
    ossc.ServiceUnavailable,
)
PLACES = [
    *[(name, MIDDLE) for name in FAULTS],
    *[("reset", 0), ("end", 1), ("403", 0), ("503", 1)],
]
each_upload = pytest.mark.parametrize("name", UPLOADS)


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    warm_up()


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterator[None]:
    """The server's own fixture begins after this one, and ends before it."""
    with nothing_left():
        yield


def fresh_client(
    server: ossc.mock.Server, fault: str, retry: ossc.Retry | None = None
) -> ossc.Client:
    """Makes a connection for each request: one that was kept, and died, is replaced.

    It waits briefly only where silence is the fault: a busy machine is silent, too.
    """
    patience = SILENCE if fault == "silence" else 10.0
    return client_of(server, retry=retry, read_timeout=patience, max_idle_connections=0)


def check_stored(bucket: ossc.Bucket, upload: Upload, *, new: bool) -> None:
    """The object is the old one or the new one, whole, and says so of itself."""
    assert upload.look(bucket) == (upload.new if new else OLD)


def check_error(error: ossc.OSSError, upload: Upload, attempts: int) -> None:
    """It says what was done to what, and how often."""
    assert error.operation == upload.operation
    assert error.key is not None
    if not upload.by_url:
        assert (error.bucket, error.key) == (BUCKET, "k")
    assert error.attempts == attempts
    assert len(error.history) == attempts - 1


@pytest.mark.parametrize(("fault", "at"), PLACES)
@each_upload
def test_in_the_midst(
    server: ossc.mock.Server, tmp_path: Path, name: str, fault: str, at: int
) -> None:
    """The error is the fault's, soon; the old object stays, no part, and it goes on."""
    upload, (make, kind) = UPLOADS[name], FAULTS[fault]
    with fresh_client(server, fault) as client:
        bucket = client.bucket(BUCKET)
        prepare(bucket, name)
        server.faults.add(make(at), operation=upload.operation, key="k")
        start = time.monotonic()
        with pytest.raises(kind) as caught:
            upload.call(bucket, tmp_path)
        assert time.monotonic() - start < LIMIT
        check_error(caught.value, upload, 1)
        assert not server.faults.unused
        assert open_uploads(server) == 0
        check_stored(bucket, upload, new=False)
        upload.call(bucket, tmp_path)
        check_stored(bucket, upload, new=True)


@pytest.mark.parametrize("fault", ["reset", "end", "503", "throttled"])
@each_upload
def test_repeated(
    server: ossc.mock.Server, tmp_path: Path, name: str, fault: str
) -> None:
    """What may be sent again is, and whole; what may not is not, and says why."""
    upload, (make, kind) = UPLOADS[name], FAULTS.get(fault, TURNED_AWAY)
    with fresh_client(server, fault, FAST) as client:
        bucket = client.bucket(BUCKET)
        prepare(bucket, name)
        server.faults.add(make(MIDDLE), operation=upload.operation, key="k")
        if upload.once and fault != "throttled":
            with pytest.raises(kind) as caught:
                upload.call(bucket, tmp_path)
            check_error(caught.value, upload, 1)
            assert caught.value.gave_up == "not repeated: the server may have acted"
            check_stored(bucket, upload, new=False)
        else:
            upload.call(bucket, tmp_path)
            check_stored(bucket, upload, new=True)
        assert open_uploads(server) == 0


@pytest.mark.parametrize("fault", ["end", "503"])
@each_upload
def test_again_and_again(
    server: ossc.mock.Server, tmp_path: Path, name: str, fault: str
) -> None:
    """After three attempts it is over, and the error tells of all of them."""
    upload, (make, kind) = UPLOADS[name], FAULTS[fault]
    with fresh_client(server, fault, FAST) as client:
        bucket = client.bucket(BUCKET)
        prepare(bucket, name)
        server.faults.add(make(MIDDLE), operation=upload.operation, key="k", times=99)
        with pytest.raises(kind) as caught:
            upload.call(bucket, tmp_path)
        check_error(caught.value, upload, 1 if upload.once else 3)
        server.faults.clear()
        assert open_uploads(server) == 0
        check_stored(bucket, upload, new=False)


BIG = bytes(range(256)) * (24 << 12)  # 24 MiB: more than the system's buffers hold
BIG_UPLOADS: dict[str, tuple[str, Callable[[ossc.Bucket, Path], object]]] = {
    "put_object": ("PutObject", lambda b, _: b.put_object("k", BIG)),
    "put_object_from_file": (
        "PutObject",
        lambda b, f: b.put_object_from_file("k", f),
    ),
    "append_object": ("AppendObject", lambda b, _: b.append_object("k", BIG, 0)),
    "upload_file": (
        "UploadPart",
        lambda b, f: b.upload_file(
            "k", f, part_size=len(BIG), threshold=0, concurrency=1
        ),
    ),
    "upload_fileobj": (
        "UploadPart",
        lambda b, _: b.upload_fileobj(
            "k", [BIG], part_size=len(BIG) // 2, concurrency=1
        ),
    ),
    "put_objects": (
        "PutObject",
        lambda b, _: [item.result for item in b.put_objects([("k", BIG)])],
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", BIG_UPLOADS)
def test_while_the_client_sends(
    server: ossc.mock.Server, tmp_path: Path, name: str, fault: str
) -> None:
    """The rest is not sent first, or waited for; and nothing is stored."""
    make, kind = FAULTS[fault]
    path = tmp_path / "big"
    path.write_bytes(BIG)
    with fresh_client(server, fault) as client:
        bucket = client.bucket(BUCKET)
        server.faults.add(make(1 << 20), operation=BIG_UPLOADS[name][0])
        start = time.monotonic()
        with pytest.raises(kind) as caught:
            BIG_UPLOADS[name][1](bucket, path)
        assert time.monotonic() - start < LIMIT
        assert caught.value.key == "k"
        assert not server.faults.unused
        assert open_uploads(server) == 0
        assert list(bucket.list_objects()) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_an_upload_that_can_be_resumed(
    server: ossc.mock.Server, tmp_path: Path, fault: str
) -> None:
    """Stays open with the parts that came whole; the next call sends the others only."""
    make, kind = FAULTS[fault]
    saved, path = tmp_path / "checkpoint", source(tmp_path)
    options = {"part_size": PART, "threshold": 0, "concurrency": 1}
    passing = faults.header("x-oss-pass", "1")
    server.faults.add(passing, operation="UploadPart", times=2)
    server.faults.add(make(MIDDLE), operation="UploadPart")
    with fresh_client(server, fault) as client:
        bucket = client.bucket(BUCKET)
        with pytest.raises(kind):
            bucket.upload_file("k", path, checkpoint=saved, **options)  # type: ignore[arg-type]
        assert saved_parts(saved) == [1, 2]
        assert open_uploads(server) == 1
        assert list(bucket.list_objects()) == []
        server.reset_counts()
        bucket.upload_file("k", path, checkpoint=saved, **options)  # type: ignore[arg-type]
        assert len(seen(server, "UploadPart")) == 4
        assert bucket.get_object("k").data == DATA
    assert open_uploads(server) == 0


@each_upload
def test_on_a_kept_connection(
    server: ossc.mock.Server, tmp_path: Path, name: str
) -> None:
    """It may have died before: what can be is sent once more, and whole."""
    upload = UPLOADS[name]
    with client_of(server, max_connections=1) as client:
        bucket = client.bucket(BUCKET)
        prepare(bucket, name)
        server.faults.add(faults.reset(received=1), operation=upload.operation, key="k")
        if upload.once:
            with pytest.raises(ossc.ConnectionLost) as caught:
                upload.call(bucket, tmp_path)
            check_error(caught.value, upload, 1)
        else:
            upload.call(bucket, tmp_path)
        assert not server.faults.unused
        assert open_uploads(server) == 0
        check_stored(bucket, upload, new=not upload.once)


def _tag(bucket: ossc.Bucket) -> object:
    return bucket.put_object_tagging("k", {"a": "b" * 100})


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("verb", ["put_object_tagging", "delete_objects", "complete"])
def test_in_the_midst_of_a_document(
    server: ossc.mock.Server, tmp_path: Path, verb: str, fault: str
) -> None:
    """Nothing is done of what a half document asks for."""
    make, kind = FAULTS[fault]
    operations = {
        "put_object_tagging": ("PutObjectTagging", _tag),
        "delete_objects": (
            "DeleteMultipleObjects",
            lambda b: b.delete_objects(["k", "l"]),
        ),
        "complete": (
            "CompleteMultipartUpload",
            lambda b: UPLOADS["upload_file"].call(b, tmp_path),
        ),
    }
    operation, call = operations[verb]
    with fresh_client(server, fault) as client:
        bucket = client.bucket(BUCKET)
        bucket.put_object("k", OLD)
        server.faults.add(make(40), operation=operation)
        with pytest.raises(kind) as caught:
            call(bucket)
        assert not server.faults.unused
        assert caught.value.attempts == 1
        assert open_uploads(server) == 0
        assert bucket.get_object("k").data == OLD
        assert bucket.get_object_tagging("k").tags == {}
        call(bucket)

"""Writers when connections break and programs give up: nothing appears, no part stays."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator

import pytest

import ossc
import ossc.mock
from ossc import _sdk
from ossc._transfer._multipart import joined_crc64
from ossc.mock import faults

from .raw_server import BUCKET, client_of
from .test_stream_write import DATA, PART, operations, uploads


@pytest.fixture
def bucket(server: ossc.mock.Server) -> Iterator[ossc.Bucket]:
    """A bucket; nothing is repeated, and nothing goes on behind the test's back."""
    with client_of(server, retry=None, read_timeout=5) as client:
        yield client.bucket(BUCKET)
    assert _sdk.live_requests() == 0
    assert not [t for t in threading.enumerate() if t.name == "ossc-stream"]


@pytest.mark.parametrize(
    ("fault", "cls"),
    [
        (faults.status(500), ossc.ServiceUnavailable),
        (faults.status(403), ossc.AccessDenied),
        (faults.cut(head=20), ossc.ConnectionLost),
        (faults.garbage(b"\0\xff" * 50), ossc.MalformedResponse),
    ],
    ids=["500", "403", "cut", "garbage"],
)
@pytest.mark.parametrize(
    "operation",
    ["InitiateMultipartUpload", "UploadPart", "CompleteMultipartUpload"],
)
def test_at_each_step(
    bucket: ossc.Bucket,
    server: ossc.mock.Server,
    fault: faults.Fault,
    cls: type[ossc.OSSError],
    operation: str,
) -> None:
    """The error comes out of `write` or of closing; a lost answer is looked for."""
    # Of these the server does what was asked, and its answer gets lost.
    lost = fault.answer is None
    server.faults.add(fault, operation=operation)
    if lost and operation == "CompleteMultipartUpload":
        with bucket.open("w", "wb", part_size=PART) as file:
            file.write(DATA)
        assert server.get_object(BUCKET, "w") == DATA
        return
    with pytest.raises(cls):
        with bucket.open("w", "wb", part_size=PART) as file:
            file.write(DATA)
    assert file.closed
    # An upload whose id never arrived stays open.
    known = not (lost and operation == "InitiateMultipartUpload")
    assert uploads(server) == (0 if known else 1)
    with pytest.raises(ossc.NoSuchKey):
        bucket.head_object("w")


def test_completed_but_not_told(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """An answer that got lost is found out about."""
    for fault in (faults.drop_after_store(), faults.body(b"<x/>")):
        server.faults.add(fault, operation="CompleteMultipartUpload")
        with bucket.open("w", "wb", part_size=PART) as file:
            file.write(DATA)
        assert file.result.crc64 == _sdk.crc64(DATA)
        assert server.get_object(BUCKET, "w") == DATA
        assert uploads(server) == 0


@pytest.mark.parametrize("kind", ["no abort", "no head", "other bytes"])
def test_not_knowing_whether_it_was_completed(
    bucket: ossc.Bucket, server: ossc.mock.Server, kind: str
) -> None:
    """Where the object cannot be told to be what was written, it is an error."""
    script = faults.drop_after_store() if kind != "no abort" else faults.status(500)
    server.faults.add(script, operation="CompleteMultipartUpload")
    if kind == "no abort":
        server.faults.add(faults.status(500), operation="AbortMultipartUpload")
    if kind == "no head":
        server.faults.add(faults.status(500), operation="HeadObject")
    if kind == "other bytes":
        server.faults.add(faults.header("x-oss-hash-crc64ecma", "1"), method="HEAD")
    with pytest.raises((ossc.ConnectionLost, ossc.ServiceUnavailable)):
        with bucket.open("w", "wb", part_size=PART) as file:
            file.write(DATA)
    assert uploads(server) == 0


def test_parts_without_sums(bucket: ossc.Bucket) -> None:
    """What is not known of a part is not known of the object."""
    with bucket.open("w", "wb", part_size=PART) as file:
        upload = file._upload
        upload._stored.append(ossc.UploadPartResult(1, "E", 0, 0, ""))
        assert joined_crc64(upload._stored) == 0
        upload._stored.append(ossc.UploadPartResult(2, "E", None, 1, ""))
        assert joined_crc64(upload._stored) is None


def test_too_many_parts(
    bucket: ossc.Bucket,
    server: ossc.mock.Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An object that would need more than 10,000 parts is given up."""
    monkeypatch.setattr("ossc._stream._writer.MAX_PARTS", 3)
    with bucket.open("fits", "wb", part_size=PART) as file:
        file.write(DATA[: 3 * PART])
    with pytest.raises(ossc.ParameterError, match="larger part_size"):
        with bucket.open("w", "wb", part_size=PART) as file:
            file.write(DATA[: 3 * PART + 1])
    assert server.get_object(BUCKET, "fits") == DATA[: 3 * PART]
    assert uploads(server) == 0


def test_not_told_of_the_call_back(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """With a callback its answer is lost, which is an error."""
    server.faults.add(faults.drop_after_store(), operation="CompleteMultipartUpload")
    callback = ossc.Callback(url="http://127.0.0.1:1", body="x")
    with pytest.raises(ossc.ConnectionLost):
        with bucket.open("w", "wb", part_size=PART, callback=callback) as file:
            file.write(DATA)
    assert uploads(server) == 0


def test_wrong_bytes_stored(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """A part that OSS has other bytes of ends the upload."""
    server.faults.add(
        faults.header("x-oss-hash-crc64ecma", "5"), operation="UploadPart"
    )
    with pytest.raises(ossc.ChecksumMismatch):
        with bucket.open("w", "wb", part_size=PART) as file:
            file.write(DATA)
    assert uploads(server) == 0


def test_after_a_failure(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """Every further call says what happened, and closing does, once."""
    server.faults.add(faults.status(403), operation="UploadPart")
    file = bucket.open("w", "wb", part_size=PART)
    with pytest.raises(ossc.AccessDenied) as first:  # noqa: PT012
        while True:
            file.write(DATA[:PART])
    for call in (lambda: file.write(b""), file.close):
        with pytest.raises(ossc.AccessDenied) as again:
            call()
        assert again.value is first.value
    file.close()
    assert file.closed
    assert uploads(server) == 0


def test_a_failing_abort(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """It is noted with what came first; by itself it is raised."""
    server.faults.add(faults.status(403), operation="AbortMultipartUpload", times=2)
    with pytest.raises(LookupError) as caught:  # noqa: PT012
        with bucket.open("w", "wb", part_size=PART) as file:
            file.write(DATA)
            raise LookupError
    if sys.version_info >= (3, 11):
        assert "could not be aborted" in caught.value.__notes__[0]
    file = bucket.open("w", "wb", part_size=PART)
    file.write(DATA)
    with pytest.raises(ossc.AccessDenied):
        file.discard()
    assert file.closed
    assert uploads(server) == 2


def test_an_upload_that_somebody_aborted(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """Is an error, not an object."""
    with pytest.raises(ossc.NoSuchUpload):  # noqa: PT012
        with bucket.open("w", "wb", part_size=PART) as file:
            file.write(DATA)
            upload = file._upload._upload
            assert upload is not None
            bucket.abort_multipart_upload("w", upload)
    with pytest.raises(ossc.NoSuchKey):
        bucket.head_object("w")


@pytest.mark.parametrize(
    "operation",
    ["InitiateMultipartUpload", "UploadPart", "CompleteMultipartUpload"],
)
def test_the_budget_gets_everything_back(
    server: ossc.mock.Server, operation: str
) -> None:
    """A failed upload keeps no memory of the client's."""
    server.faults.add(faults.status(403), operation=operation)
    with client_of(server, max_memory=1 << 20) as client:
        with pytest.raises(ossc.AccessDenied):
            with client.bucket(BUCKET).open("w", "wb", part_size=PART) as file:
                file.write(DATA)
        limit = client._budget._memory
        assert limit is not None
        assert limit.free == 1 << 20


def test_cancelling(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """A token ends an upload that stalls."""
    server.faults.add(faults.stall(), operation="UploadPart", times=3)
    token = ossc.CancelToken()
    timer = threading.Timer(0.2, token.cancel)

    start = time.monotonic()
    with pytest.raises(ossc.Cancelled):  # noqa: PT012
        with bucket.open("w", "wb", part_size=PART, cancel=token) as file:
            timer.start()
            file.write(DATA)
    assert time.monotonic() - start < 1.5
    timer.join()
    assert uploads(server) == 0
    assert "CompleteMultipartUpload" not in operations(server)

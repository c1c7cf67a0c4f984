"""Each failure that may pass, met by each kind of call: repeated, or told why not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc import _sdk
from ossc.mock import faults

from .raw_server import BUCKET, client_of

DATA = b"0123456789abcdef" * 16
FAST = ossc.Retry(attempts=3, backoff=0.001, max_backoff=0.002)
CALLBACK = ossc.Callback("http://127.0.0.1:1/nobody", "key=${object}")

Verb = Callable[[ossc.Bucket], object]


@pytest.fixture
def bucket(server: ossc.mock.Server) -> Iterator[ossc.Bucket]:
    """A bucket with `k`, of a client that repeats at once and waits for nothing long."""
    server.put_object(BUCKET, "k", DATA)
    with client_of(server, retry=FAST, read_timeout=0.3) as client:
        yield client.bucket(BUCKET)
    assert _sdk.live_requests() == 0


def _into(bucket: ossc.Bucket) -> bytes:
    buffer = bytearray(len(DATA))
    assert bucket.get_object_into("k", buffer) == len(DATA)
    return bytes(buffer)


def _delete(bucket: ossc.Bucket) -> list[ossc.ObjectSummary]:
    bucket.delete_object("k")
    return list(bucket.list_objects())


def _multipart(bucket: ossc.Bucket) -> bytes:
    upload = bucket.init_multipart_upload("big")
    part = bucket.upload_part("big", upload, 1, DATA)
    assert [each.size for each in bucket.list_parts("big", upload)] == [len(DATA)]
    bucket.complete_multipart_upload("big", upload, [part])
    return bucket.get_object("big").data


HARMLESS: dict[str, tuple[str, Verb]] = {
    "get": ("GetObject", lambda b: b.get_object("k").data == DATA),
    "into": ("GetObject", lambda b: _into(b) == DATA),
    "head": ("HeadObject", lambda b: b.head_object("k").size == len(DATA)),
    "put": ("PutObject", lambda b: b.put_object("new", DATA).etag != ""),
    "put a file": ("PutObject", lambda b: b.put_object_from_file("new", __file__)),
    "copy": ("CopyObject", lambda b: b.copy_object("k", "new").etag != ""),
    "list": ("ListObjectsV2", lambda b: [o.key for o in b.list_objects()] == ["k"]),
    "delete": ("DeleteObject", lambda b: _delete(b) == []),
    "initiate": ("InitiateMultipartUpload", lambda b: _multipart(b) == DATA),
    "part": ("UploadPart", lambda b: _multipart(b) == DATA),
    "parts": ("ListParts", lambda b: _multipart(b) == DATA),
    "buckets": (
        "ListBuckets",
        lambda b: [each.name for each in b._client.list_buckets()] == [BUCKET],
    ),
}

PASSING: dict[str, faults.Fault] = {
    "reset before": faults.reset("before"),
    "reset after": faults.reset("after"),
    "reset in the answer": faults.reset(at=20),
    "no answer": faults.drop_after_store(),
    "cut head": faults.cut(head=10),
    "silence": faults.stall(),
    "408": faults.status(408, "RequestTimeout"),
    "429": faults.status(429, "TooManyRequests"),
    "500": faults.status(500, "InternalError"),
    "502": faults.status(502, "BadGateway"),
    "503": faults.status(503, "ServiceUnavailable"),
    "504": faults.status(504, "GatewayTimeout"),
}


def _count(server: ossc.mock.Server, operation: str) -> int:
    return sum(request.operation == operation for request in server.requests)


@pytest.mark.parametrize("fault", PASSING)
@pytest.mark.parametrize("verb", HARMLESS)
def test_what_passes_is_repeated(
    server: ossc.mock.Server, bucket: ossc.Bucket, verb: str, fault: str
) -> None:
    """The caller does not even notice."""
    operation, call = HARMLESS[verb]
    server.faults.add(PASSING[fault], operation=operation)
    assert call(bucket)
    assert _count(server, operation) == 2


@pytest.mark.parametrize("verb", HARMLESS)
def test_what_does_not_pass_is_told(
    server: ossc.mock.Server, bucket: ossc.Bucket, verb: str
) -> None:
    """The last error comes out, and tells of the two before it."""
    operation, call = HARMLESS[verb]
    script = faults.status(503), faults.cut(head=60), faults.status(500)
    server.faults.add(*script, operation=operation)
    with pytest.raises(ossc.ServiceUnavailable) as caught:
        call(bucket)
    error = caught.value
    assert (error.status, error.attempts) == (500, 3)
    assert error.operation == operation
    assert len(error.history) == 2
    assert error.history[0].startswith("ServiceUnavailable: ")
    assert error.history[1].startswith("ConnectionLost: ")
    assert "HTTP 503" in error.history[0]
    assert "after 3 attempts: ServiceUnavailable" in str(error)
    assert error.__context__ is None
    assert _count(server, operation) == 3


@pytest.mark.parametrize("fault", [faults.cut(at=100), faults.flip(at=100)], ids=str)
@pytest.mark.parametrize("verb", ["get", "into"])
def test_a_broken_body_is_read_again(
    server: ossc.mock.Server, bucket: ossc.Bucket, verb: str, fault: faults.Fault
) -> None:
    """Half a body, or a wrong one, is not what the caller gets."""
    server.faults.add(fault)
    operation, call = HARMLESS[verb]
    assert call(bucket)
    assert _count(server, operation) == 2


def test_a_checksum_that_differs_twice_is_final(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """Where the bytes are wrong again, a third time would not help."""
    server.faults.add(faults.flip(), times=2)
    with pytest.raises(ossc.ChecksumMismatch, match="differ a second time") as caught:
        bucket.get_object("k")
    assert caught.value.attempts == 2


def test_an_upload_stored_wrong_is_sent_again(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """It replaces what is there."""
    server.faults.add(faults.header("x-oss-hash-crc64ecma", "1"))
    assert bucket.put_object("new", DATA).crc64 == _sdk.crc64(DATA)
    assert bucket.get_object("new").data == DATA


FINAL: dict[str, tuple[faults.Fault, type[ossc.OSSError]]] = {
    "400": (faults.status(400, "InvalidArgument"), ossc.InvalidArgument),
    "403": (faults.status(403, "AccessDenied"), ossc.AccessDenied),
    "404": (faults.status(404, "NoSuchKey"), ossc.NoSuchKey),
    "409": (faults.status(409, "FileAlreadyExists"), ossc.FileAlreadyExists),
    "501": (faults.status(501, "NotImplemented"), ossc.ServiceUnavailable),
    "garbage": (faults.garbage(b"\x00\xff" * 50), ossc.MalformedResponse),
}


@pytest.mark.parametrize("fault", FINAL)
@pytest.mark.parametrize("verb", HARMLESS)
def test_what_cannot_pass_is_final(
    server: ossc.mock.Server, bucket: ossc.Bucket, verb: str, fault: str
) -> None:
    """One request, one error, as if there were no second attempt."""
    operation, call = HARMLESS[verb]
    script, cls = FINAL[fault]
    server.faults.add(script, operation=operation)
    with pytest.raises(cls) as caught:
        call(bucket)
    error = caught.value
    assert (error.attempts, error.history, error.gave_up) == (1, (), "")
    assert _count(server, operation) == 1


def _complete(bucket: ossc.Bucket) -> object:
    upload = bucket.init_multipart_upload("big")
    part = bucket.upload_part("big", upload, 1, DATA)
    return bucket.complete_multipart_upload("big", upload, [part])


HARMFUL: dict[str, tuple[str, Verb]] = {
    "append": ("AppendObject", lambda b: b.append_object("log", DATA, 0)),
    "callback": ("PutObject", lambda b: b.put_object("c", DATA, callback=CALLBACK)),
    "forbid": ("PutObject", lambda b: b.put_object("f", DATA, forbid_overwrite=True)),
    "forbid copy": (
        "CopyObject",
        lambda b: b.copy_object("k", "f", forbid_overwrite=True),
    ),
    "complete": ("CompleteMultipartUpload", _complete),
}


@pytest.mark.parametrize("fault", [name for name in PASSING if name != "429"])
@pytest.mark.parametrize("verb", HARMFUL)
def test_harm_is_not_risked(
    server: ossc.mock.Server, bucket: ossc.Bucket, verb: str, fault: str
) -> None:
    """The server may have acted: the request goes out once, and the error says why."""
    operation, call = HARMFUL[verb]
    server.faults.add(PASSING[fault], operation=operation)
    with pytest.raises(ossc.OSSError, match="the server may have acted") as caught:
        call(bucket)
    assert caught.value.attempts == 1
    assert _count(server, operation) == 1


@pytest.mark.parametrize(
    "fault",
    [faults.status(429, "TooManyRequests"), faults.status(503, "SlowDown")],
    ids=["429", "throttled"],
)
@pytest.mark.parametrize("verb", HARMFUL)
def test_a_request_that_was_turned_away_is_repeated(
    server: ossc.mock.Server, bucket: ossc.Bucket, verb: str, fault: faults.Fault
) -> None:
    """The server has done nothing, so nothing can be done twice."""
    operation, call = HARMFUL[verb]
    server.faults.add(fault, operation=operation)
    if verb == "callback":
        with pytest.raises(ossc.CallbackFailed) as caught:
            call(bucket)
        assert caught.value.attempts == 2
    else:
        assert call(bucket)
    assert _count(server, operation) == 2


def test_an_append_stored_wrong_is_not_repeated(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """What was appended stays; a second time would double it."""
    server.faults.add(faults.header("x-oss-hash-crc64ecma", "1"))
    with pytest.raises(ossc.ChecksumMismatch):
        bucket.append_object("log", DATA, 0)
    assert bucket.get_object("log").data == DATA


def test_half_a_body_in_a_file_is_not_written_over(
    server: ossc.mock.Server, bucket: ossc.Bucket, tmp_path: Path
) -> None:
    """A call that has put bytes into a file is repeated by who can take them back.

    Downloads of objects go on from there (see test_resume); this is none.
    """
    path = tmp_path / "file"
    with path.open("wb") as file:
        run, fd = _sdk.functions.send("GET"), file.fileno()

        def get(**hook: Any) -> int:
            stored = bucket._object(
                "GetReport", run, "k", lambda answer: answer.stored, fd=fd, **hook
            )
            return int(stored)

        server.faults.add(faults.cut(at=100))
        with pytest.raises(ossc.ShortBody, match="may hold a part") as caught:
            get()
        assert caught.value.attempts == 1
        server.faults.add(faults.status(500))
        assert get() == len(DATA)
        server.faults.add(faults.cut(at=100))
        errors: list[ossc.OSSError] = []
        assert get(before_repeat=errors.append) == len(DATA)
    assert [type(error) for error in errors] == [ossc.ShortBody]
    assert path.read_bytes() == DATA

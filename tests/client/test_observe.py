"""What `on_request` is told: each attempt, once, with what it was and what came of it."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ossc
import ossc.aio
import ossc.mock
from ossc.mock import faults
from tests.conftest import BUCKET, make_client

LARGE = bytes(range(256)) * 80_000


class Seen(list[ossc.RequestRecord]):
    """Remembers the records, and the threads that they came in."""

    def __init__(self) -> None:
        self.threads: set[int] = set()

    def __call__(self, record: ossc.RequestRecord) -> None:
        self.append(record)
        self.threads.add(threading.get_ident())

    def facts(self, *names: str) -> list[tuple[Any, ...]]:
        """Some of the fields of each."""
        return [tuple(getattr(record, name) for name in names) for record in self]


@pytest.fixture
def seen() -> Seen:
    """What is told."""
    return Seen()


@pytest.fixture
def watched(server: ossc.mock.Server, seen: Seen) -> Iterator[ossc.Bucket]:
    """The bucket of a client that tells."""
    retry = ossc.Retry(backoff=0.001, max_backoff=0.001)
    with make_client(server, on_request=seen, retry=retry) as client:
        yield client.bucket(BUCKET)


def test_a_put_and_a_get(watched: ossc.Bucket, seen: Seen) -> None:
    """Who asked for what, how it went, and how much was moved, in this thread."""
    result = watched.put_object("k", b"12345")
    watched.get_object("k")
    put, get = seen
    assert (put.operation, put.bucket, put.key) == ("PutObject", BUCKET, "k")
    assert (put.status, put.error, put.attempt, put.is_last) == (200, None, 1, True)
    assert put.request_id == result.request_id
    assert (put.bytes_sent, put.bytes_received) == (5, 0)
    assert (get.bytes_sent, get.bytes_received) == (0, 5)
    assert all(0 < record.duration < 60 for record in seen)
    assert seen.threads == {threading.get_ident()}


@pytest.mark.parametrize("retries", [0, 1])
def test_timings(
    watched: ossc.Bucket,
    seen: Seen,
    server: ossc.mock.Server,
    tmp_path: Path,
    retries: int,
) -> None:
    """The first request makes a connection, the others find it; all take their time."""
    server.put_object(BUCKET, "k", LARGE)
    for number in range(3):
        server.put_object(BUCKET, f"s{number}", b"small")
    server.faults.add(*[faults.status(503)] * retries)
    watched.get_object("s0")
    server.faults.add(*[faults.cut(at=1_000_000)] * retries)
    watched.get_object("k")
    watched.get_object_to_file("s1", tmp_path / "f")
    watched.put_object("p", b"x" * 100, metadata={"a": "b" * 8000})
    assert not [e for e in watched.get_objects(["s0", "s1", "s2"]) if e.error]
    assert [e.error for e in watched.get_objects(["none"])] != [None]
    assert len(seen) == 8 + 2 * retries
    for record in seen:
        times = record.timings
        assert times is not None
        assert 0 < (times.first_byte or 0) <= times.total <= record.duration + 0.001
        assert times.reused == (times.connect is None)
        assert times.tls is None
    first, *rest = seen
    assert first.timings is not None
    assert not first.timings.reused
    # A connection that was cut is not kept, and a batch may have several.
    assert sum(not r.timings.reused for r in rest if r.timings) <= retries + 3


def test_timings_of_what_cannot_connect(seen: Seen) -> None:
    """There is no first byte."""
    place = "http://127.0.0.1:1"
    with ossc.Client(
        place,
        region="cn-hangzhou",
        credentials=ossc.Credentials("i", "s"),
        retry=None,
        on_request=seen,
    ) as client:
        bucket = client.bucket(BUCKET)
        with pytest.raises(ossc.ConnectFailed):
            bucket.get_object("k")
        (found,) = bucket.get_objects(["k"])
        assert isinstance(found.error, ossc.ConnectFailed)
        assert found.error.timings is not None
    for record in seen:
        assert record.timings is not None
        assert (record.timings.first_byte, record.timings.reused) == (None, False)


def test_a_request_on_no_object(watched: ossc.Bucket, seen: Seen) -> None:
    """Has no key, and perhaps no bucket."""
    list(watched.list_objects())
    list(watched._client.list_buckets())
    assert seen.facts("operation", "bucket", "key") == [
        ("ListObjectsV2", BUCKET, None),
        ("ListBuckets", None, None),
    ]
    assert seen[0].bytes_received > 0


def test_a_refusal(watched: ossc.Bucket, seen: Seen) -> None:
    """Has the class of the error, and the answer's status."""
    with pytest.raises(ossc.NoSuchKey) as caught:
        watched.get_object("none")
    (record,) = seen
    assert (record.status, record.error) == (404, "NoSuchKey")
    assert record.request_id == caught.value.request_id
    assert record.bytes_received == len(caught.value.body)


def test_attempts(watched: ossc.Bucket, seen: Seen, server: ossc.mock.Server) -> None:
    """Each is told; all but the last say that another follows."""
    server.put_object(BUCKET, "k", b"1")
    server.faults.add(faults.status(503), times=2)
    watched.get_object("k")
    server.faults.add(faults.status(503), times=3)
    with pytest.raises(ossc.ServiceUnavailable):
        watched.get_object("k")
    assert seen.facts("attempt", "status", "error", "is_last") == [
        (1, 503, "ServiceUnavailable", False),
        (2, 503, "ServiceUnavailable", False),
        (3, 200, None, True),
        (1, 503, "ServiceUnavailable", False),
        (2, 503, "ServiceUnavailable", False),
        (3, 503, "ServiceUnavailable", True),
    ]


def test_a_download_that_goes_on(
    watched: ossc.Bucket, seen: Seen, server: ossc.mock.Server
) -> None:
    """Bytes are counted once, in the attempt that brought them."""
    server.put_object(BUCKET, "k", LARGE)
    server.faults.add(faults.cut(at=1_000_000))
    assert watched.get_object("k").data == LARGE
    assert seen.facts("error", "bytes_received") == [
        ("ShortBody", 1_000_000),
        (None, len(LARGE) - 1_000_000),
    ]


def test_an_upload_that_breaks(
    watched: ossc.Bucket, seen: Seen, server: ossc.mock.Server
) -> None:
    """What went out before counts as sent; there is no status without an answer."""
    server.faults.add(faults.reset("after"))
    watched.put_object("k", LARGE)
    broken, whole = seen
    assert (broken.status, broken.error) == (None, "ConnectionLost")
    assert 0 < broken.bytes_sent <= len(LARGE) == whole.bytes_sent


def test_what_ends_an_attempt_from_outside(
    watched: ossc.Bucket, seen: Seen, server: ossc.mock.Server
) -> None:
    """An exception of the caller's own is an end, too."""
    server.put_object(BUCKET, "k", LARGE)

    def stop(_done: int, _total: int | None) -> None:
        raise KeyError

    with pytest.raises(KeyError):
        watched.get_object("k", progress=stop)
    assert seen.facts("error", "is_last") == [("KeyError", True)]


def test_what_was_not_sent_is_not_told(
    watched: ossc.Bucket, seen: Seen, server: ossc.mock.Server
) -> None:
    """Refused arguments, closed clients, missing keys."""
    with pytest.raises(ossc.ParameterError):
        watched.get_object("")
    watched._client.close()
    with pytest.raises(ossc.ClientClosed):
        watched.get_object("k")
    keyless = make_client(server, on_request=seen, credentials=dict)
    with keyless, pytest.raises(ossc.CredentialsError):
        keyless.bucket(BUCKET).get_object("k")
    assert seen == []


def test_transfers_tell_of_their_requests(
    watched: ossc.Bucket, seen: Seen, tmp_path: Path
) -> None:
    """From the threads that make them."""
    (tmp_path / "large").write_bytes(LARGE)
    watched.upload_file("large", tmp_path / "large")
    with watched.open("large") as file:
        assert file.read() == LARGE
    operations = [record.operation for record in seen]
    assert operations.count("UploadPart") == 3
    parts = [record for record in seen if record.operation == "UploadPart"]
    assert sum(record.bytes_sent for record in parts) == len(LARGE)
    gets = [record for record in seen if record.operation == "GetObject"]
    assert sum(record.bytes_received for record in gets) == len(LARGE)


class TestBatches:
    @pytest.mark.parametrize("ordered", [True, False])
    def test_each_item_is_told(
        self,
        watched: ossc.Bucket,
        seen: Seen,
        ordered: bool,  # noqa: FBT001
    ) -> None:
        """Like a request of its own, in the thread that takes the results."""
        items = [(f"k{n}", bytes(n)) for n in range(500)]
        list(watched.put_objects(items, ordered=ordered))
        keys = [key for key, _ in items] + ["none"]
        list(watched.get_objects(keys, ordered=ordered))
        puts = [r for r in seen if r.operation == "PutObject"]
        gets = [r for r in seen if r.operation == "GetObject"]
        assert {(r.key, r.bytes_sent) for r in puts} == {(k, len(d)) for k, d in items}
        found = {r.key: r for r in gets}
        assert len(gets) == len(found) == 501
        assert found["k7"].bytes_received == 7
        assert (found["none"].status, found["none"].error) == (404, "NoSuchKey")
        assert all(r.request_id and r.duration >= 0 for r in seen)
        assert seen.threads == {threading.get_ident()}

    def test_attempts(
        self, watched: ossc.Bucket, seen: Seen, server: ossc.mock.Server
    ) -> None:
        """A repeated item is told twice."""
        for key in ("a", "b"):
            server.put_object(BUCKET, key, b"1")
        server.faults.add(faults.status(503), key="a")
        assert [item.error for item in watched.get_objects(["a", "b"])] == [None] * 2
        told = [r for r in seen if r.key == "a"]
        assert [(r.attempt, r.error, r.is_last) for r in told] == [
            (1, "ServiceUnavailable", False),
            (2, None, True),
        ]

    def test_a_large_item_is_told_once(
        self, watched: ossc.Bucket, seen: Seen, server: ossc.mock.Server
    ) -> None:
        """It is read by itself."""
        server.put_object(BUCKET, "large", LARGE)
        (item,) = watched.get_objects(["large"])
        assert item.result.data == LARGE
        assert seen.facts("key", "bytes_received") == [("large", len(LARGE))]


def test_an_observer_that_fails_changes_nothing(
    server: ossc.mock.Server, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged, without secrets."""

    def fail(_record: ossc.RequestRecord) -> None:
        raise ValueError("observer")

    with make_client(server, on_request=fail) as client:
        bucket = client.bucket(BUCKET)
        with caplog.at_level(logging.ERROR, "ossc"):
            bucket.put_object("k", b"1")
            assert next(iter(bucket.get_objects(["k"]))).result.data == b"1"
    assert len(caplog.records) == 2
    assert "ValueError: observer" in caplog.text
    assert server.access_key_secret not in caplog.text


def test_an_interrupt_in_the_observer_comes_out(server: ossc.mock.Server) -> None:
    """Only exceptions are the observer's own affair."""

    def interrupt(_record: ossc.RequestRecord) -> None:
        raise KeyboardInterrupt

    with make_client(server, on_request=interrupt) as client:
        with pytest.raises(KeyboardInterrupt):
            client.bucket(BUCKET).put_object("k", b"1")


def test_views(client: ossc.Client, bucket: ossc.Bucket, seen: Seen) -> None:
    """One can have an observer of its own, or none."""
    other = Seen()
    first = bucket.with_options(on_request=seen)
    first.put_object("k", b"1")
    first.with_options(on_request=other, timeout=5).get_object("k")
    first.with_options(on_request=None).get_object("k")
    bucket.get_object("k")
    assert seen.facts("operation") == [("PutObject",)]
    assert other.facts("operation") == [("GetObject",)]
    with pytest.raises(TypeError, match="callable"):
        client.with_options(on_request=1)  # type: ignore[arg-type]


def test_under_asyncio(server: ossc.mock.Server, seen: Seen) -> None:
    """Calls of `ossc.aio` are told, too."""

    async def run() -> bytes:
        keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
        async with ossc.aio.Client(
            server.endpoint, region=server.region, credentials=keys, on_request=seen
        ) as client:
            bucket = client.bucket(BUCKET)
            await bucket.put_object("k", b"12345")
            await bucket.with_options(on_request=None).get_object("k")
            return (await bucket.get_object("k")).data

    assert asyncio.run(run()) == b"12345"
    assert seen.facts("operation", "bytes_sent", "bytes_received") == [
        ("PutObject", 5, 0),
        ("GetObject", 0, 5),
    ]

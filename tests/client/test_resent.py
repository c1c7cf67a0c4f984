"""What is told of a request that went over a new connection, as a kept one was dead."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ossc
from ossc import _sdk

from .raw_server import BUCKET, Peer, RawServer, answer, keep_alive, object_answer

DATA = b"0123456789abcdef"
CRC = str(_sdk.crc64(DATA))
WHOLE = object_answer(DATA, x_oss_hash_crc64ecma=CRC)
STORED = object_answer(x_oss_hash_crc64ecma=CRC)
LARGE_HEAD = object_answer(DATA, x_oss_meta_a="a" * 9000, x_oss_meta_b="b" * 9000)
MISSING = answer(b"<Error><Code>NoSuchKey</Code></Error>", "404 Not Found")
BUSY = answer(b"<Error><Code>SlowDown</Code></Error>", "503 Busy")

Verb = Callable[[ossc.Bucket, Path], object]


def closes_at(number: int, reply: bytes) -> Callable[[Peer], None]:
    """Answers requests, and closes the connection when it has read the n-th."""

    def handle(peer: Peer) -> None:
        for _ in range(1, number):
            peer.read()
            peer.send(reply)
        peer.read()

    return handle


def of_batch(results: Any) -> object:
    """The only result of a batch."""
    (result,) = results
    return result.result


VERBS: dict[str, tuple[bytes, int, Verb]] = {
    "get": (WHOLE, 0, lambda b, _: b.get_object("k")),
    "get with a large head": (LARGE_HEAD, 0, lambda b, _: b.get_object("k")),
    "get into": (WHOLE, 0, lambda b, _: b.get_object_into("k", bytearray(16))),
    "get to a file": (WHOLE, 0, lambda b, p: b.get_object_to_file("k", p / "f")),
    "put": (STORED, 16, lambda b, _: b.put_object("k", DATA)),
    "batch of gets": (WHOLE, 0, lambda b, _: of_batch(b.get_objects(["k"]))),
    "batch of gets, large head": (
        LARGE_HEAD,
        0,
        lambda b, _: of_batch(b.get_objects(["k"])),
    ),
    "batch of puts": (STORED, 16, lambda b, _: of_batch(b.put_objects([("k", DATA)]))),
}


@pytest.mark.parametrize("name", VERBS)
def test_an_observer_is_told(tmp_path: Path, name: str) -> None:
    """One attempt each, of which the second took a new connection."""
    reply, size, verb = VERBS[name]
    records: list[ossc.RequestRecord] = []
    with RawServer(closes_at(2, reply), keep_alive(reply)) as server:
        with server.client(on_request=records.append) as client:
            for _ in range(3):
                verb(client.bucket(BUCKET), tmp_path)
        assert (server.connections, len(server.received)) == (2, 4)
    assert [record.resent for record in records] == [False, True, False]
    assert {record.attempt for record in records} == {1}
    assert {record.bytes_sent for record in records} == {size}


@pytest.mark.parametrize("name", VERBS)
def test_an_error_tells(tmp_path: Path, name: str) -> None:
    """It is of one attempt, says what became of it, and keeps that when it travels."""
    reply, _, verb = VERBS[name]
    records: list[ossc.RequestRecord] = []
    with RawServer(closes_at(2, reply), keep_alive(MISSING)) as server:
        with server.client(on_request=records.append) as client:
            bucket = client.bucket(BUCKET)
            verb(bucket, tmp_path)
            with pytest.raises(
                ossc.NoSuchKey, match="sent once more on a new"
            ) as caught:
                verb(bucket, tmp_path)
            with pytest.raises(ossc.NoSuchKey) as plain:
                verb(bucket, tmp_path)
    error = caught.value
    assert (error.resent, error.attempts, error.history) == (True, 1, ())
    assert pickle.loads(pickle.dumps(error)).resent
    assert not plain.value.resent
    assert "once more" not in str(plain.value)
    assert [record.resent for record in records] == [False, True, False]


def test_a_history_tells() -> None:
    """A line of it is of one attempt, too."""

    def handle(peer: Peer) -> None:
        for reply in (BUSY, MISSING):
            peer.read()
            peer.send(reply)

    with RawServer(closes_at(2, WHOLE), handle) as server:
        with server.client(retry=ossc.Retry(3, backoff=0.0)) as client:
            bucket = client.bucket(BUCKET)
            bucket.get_object("k")
            with pytest.raises(ossc.NoSuchKey) as caught:
                bucket.get_object("k")
    assert (caught.value.attempts, caught.value.resent) == (2, False)
    (line,) = caught.value.history
    assert "sent once more on a new connection" in line


def test_a_new_connection_that_cannot_be_made() -> None:
    """The kept one was dead, and there is no other: both are told."""
    with RawServer(closes_at(2, WHOLE), lambda peer: peer.reset()) as server:
        with server.client() as client:
            bucket = client.bucket(BUCKET)
            bucket.get_object("k")
            with pytest.raises(ossc.TransportError) as caught:
                bucket.get_object("k")
    assert caught.value.resent

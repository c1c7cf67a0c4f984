"""One deadline for all requests of a call; what it ends leaves nothing behind."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import ossc
import ossc.crypto
import ossc.mock
from ossc._budget import Budget
from ossc._folder import _prefix
from ossc.mock import faults

from .test_encryption import PRIVATE
from .transfers import BUCKET, DATA, PART, PARTS, SIZE, open_uploads, seen

# What each request takes, and what a call may take: one request may, all may not.
SLOW_S = 0.2
DEADLINE_S = 0.5

KEYS = [f"k{number}\x01" for number in range(PARTS)]

Way = Callable[[ossc.Bucket, Path], object]

WAYS: dict[str, Way] = {
    "upload a file": lambda b, path: b.upload_file(
        "new", path / "f", part_size=PART, concurrency=1, threshold=0
    ),
    "upload a stream": lambda b, _: b.upload_fileobj(
        "new", io.BytesIO(DATA), part_size=PART, concurrency=1
    ),
    "upload encrypted": lambda b, path: encrypted(b).upload_file(
        "new", path / "f", part_size=PART, concurrency=1, threshold=0
    ),
    "download encrypted": lambda b, path: encrypted(b).download_file("k", path / "new"),
    "copy": lambda b, _: b.copy("k", "new", part_size=PART, concurrency=1, threshold=0),
    "rename": lambda b, _: b.rename_object("k", "new"),
    "download a file": lambda b, path: b.download_file(
        "k", path / "new", part_size=PART, concurrency=1
    ),
    "download into a stream": lambda b, _: b.download_fileobj(
        "k", io.BytesIO(), part_size=PART, concurrency=1
    ),
    "download into a buffer": lambda b, _: b.download_into(
        "k", bytearray(SIZE), part_size=PART, concurrency=1
    ),
    "ranges": lambda b, _: b.get_ranges(
        "k", [(n * PART, n * PART + 9) for n in range(PARTS)], gap=0, concurrency=1
    ),
    # None of these keys can be said in XML.
    "delete": lambda b, _: b.delete_objects(KEYS),
}


def encrypted(bucket: ossc.Bucket) -> ossc.crypto.EncryptionBucket:
    """The same with a key."""
    key = ossc.crypto.RSAKey(PRIVATE)
    return ossc.crypto.EncryptionBucket(bucket, key, allow_plain=True)


@pytest.fixture
def slow(
    server: ossc.mock.Server, bucket: ossc.Bucket, tmp_path: Path
) -> Iterator[ossc.Bucket]:
    """A bucket that answers late, with an object and a file beside it."""
    server.put_object(BUCKET, "k", DATA)
    (tmp_path / "f").write_bytes(DATA)
    server.faults.add(faults.stall(SLOW_S), times=1000)
    yield bucket
    server.faults.clear()


@pytest.mark.parametrize("way", WAYS)
def test_it_bounds_all_requests_together(
    server: ossc.mock.Server, slow: ossc.Bucket, tmp_path: Path, way: str
) -> None:
    """Each request would be in time, the call is not."""
    start = time.monotonic()
    with pytest.raises(ossc.RequestTimedOut) as caught:
        WAYS[way](slow.with_options(deadline=DEADLINE_S), tmp_path)
    took = time.monotonic() - start
    server.faults.clear()
    assert DEADLINE_S * 0.9 < took < DEADLINE_S + 2 * SLOW_S + 0.3
    assert "deadline" in str(caught.value)
    assert len(server.requests) > 1
    assert open_uploads(server) == 0
    assert not (tmp_path / "new").exists()
    assert list(tmp_path.iterdir()) == [tmp_path / "f"]
    assert not slow.object_exists("new")


@pytest.mark.parametrize("way", WAYS)
def test_what_is_in_time_is_not_hurt(
    slow: ossc.Bucket, tmp_path: Path, way: str
) -> None:
    """The same calls with time enough; the view's next call has all of it again."""
    view = slow.with_options(deadline=30)
    WAYS[way](view, tmp_path)
    assert view._client._ends is None


def test_an_upload_goes_on(
    server: ossc.mock.Server, slow: ossc.Bucket, tmp_path: Path
) -> None:
    """With a checkpoint what was sent in time is not sent again."""

    def go(view: ossc.Bucket) -> None:
        view.upload_file(
            "new",
            tmp_path / "f",
            part_size=PART,
            concurrency=1,
            threshold=0,
            checkpoint=tmp_path / "c",
        )

    with pytest.raises(ossc.RequestTimedOut):
        go(slow.with_options(deadline=DEADLINE_S))
    assert open_uploads(server) == 1
    server.faults.clear()
    go(slow)
    assert slow.get_object("new").data == DATA
    assert len(seen(server, "UploadPart")) <= PARTS + 1


def test_memory_is_not_waited_for_longer(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """Who waits for the memory of others waits no longer than that."""
    view = bucket._client.with_options(deadline=DEADLINE_S)
    view._budget = Budget(4 * PART, None)
    with view._budget.memory(4 * PART):
        start = time.monotonic()
        with pytest.raises(ossc.RequestTimedOut, match="waiting for memory"):
            ossc.Bucket(view, BUCKET).upload_fileobj(
                "k", io.BytesIO(DATA), part_size=PART
            )
        assert DEADLINE_S * 0.9 < time.monotonic() - start < DEADLINE_S + 0.5
    assert server.requests == []


STREAMS: dict[str, Way] = {
    "download encrypted": lambda b, path: encrypted(b).download_file("k", path / "new"),
    "read": lambda b, _: b.open("k").read(1),
    "write": lambda b, _: written(b),
}


def written(bucket: ossc.Bucket) -> None:
    """A writer is closed, whatever becomes of it."""
    with bucket.open("new", "wb") as file:
        file.write(DATA)


@pytest.mark.parametrize("way", STREAMS)
def test_neither_does_a_stream(
    server: ossc.mock.Server, bucket: ossc.Bucket, tmp_path: Path, way: str
) -> None:
    """Memory is waited for as long as a block may take, and asked for again later."""
    server.put_object(BUCKET, "k", DATA)
    view = bucket._client.with_options(deadline=DEADLINE_S)
    view._budget = Budget(4 * PART, None)
    token = ossc.CancelToken()
    # So that it ends at all.
    timer = threading.Timer(20 * DEADLINE_S, token.cancel)
    timer.start()
    with view._budget.memory(4 * PART):
        start = time.monotonic()
        with pytest.raises(ossc.RequestTimedOut, match="waiting for memory"):
            STREAMS[way](ossc.Bucket(view.with_options(cancel=token), BUCKET), tmp_path)
        assert DEADLINE_S * 0.9 < time.monotonic() - start < DEADLINE_S + 0.5
    timer.cancel()
    assert list(tmp_path.iterdir()) == []
    with ossc.Bucket(view, BUCKET).open("k") as file:
        assert file.read() == DATA


def test_a_slow_source_is_not_read_on(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """Of what comes slowly no more is asked for once the deadline has passed."""
    asked: list[float] = []

    def pieces() -> Iterator[bytes]:
        for _ in range(20):
            asked.append(time.monotonic())
            time.sleep(DEADLINE_S / 2)
            yield bytes(PART)

    view = bucket.with_options(deadline=DEADLINE_S)
    start = time.monotonic()
    with pytest.raises(ossc.RequestTimedOut):
        view.upload_fileobj("new", pieces(), part_size=PART, concurrency=8)
    # The piece that is under way when the first part fails, and the one behind it.
    assert len([moment for moment in asked if moment > start + DEADLINE_S]) <= 3
    assert open_uploads(server) == 0


def test_a_view_of_a_call_keeps_its_end(bucket: ossc.Bucket) -> None:
    """Only a deadline of its own begins anew."""
    running = bucket._client.with_options(deadline=9)._running()
    assert running._running() is running
    assert running.with_options(timeout=1)._ends == running._ends is not None
    assert running.with_options(deadline=9)._ends is None
    assert running.with_options(retry=ossc.Retry(deadline=3))._ends is None
    assert bucket._client._running() is bucket._client


@pytest.mark.parametrize("move", ["copy_prefix", "rename_prefix"])
def test_each_object_below_a_prefix_has_its_own(
    server: ossc.mock.Server,
    bucket: ossc.Bucket,
    monkeypatch: pytest.MonkeyPatch,
    move: str,
) -> None:
    """Large ones, which wait for one another, begin it when it is their turn."""
    monkeypatch.setattr(_prefix, "LARGE", 1000)
    for number in range(5):
        server.put_object(BUCKET, f"old/{number}", bytes(1000))
    server.faults.add(faults.stall(SLOW_S), times=1000)
    view = bucket.with_options(deadline=9 * SLOW_S)
    begun = time.monotonic()
    items = list(getattr(view, move)("old/", "new/", concurrency=5))
    assert [item.error for item in items] == [None] * 5
    assert time.monotonic() - begun > 10 * SLOW_S
    server.faults.clear()
    assert len(list(bucket.list_objects("new/"))) == 5

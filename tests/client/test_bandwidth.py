"""`max_bandwidth`: what a client, or a view of it, may move in a second."""

from __future__ import annotations

import io
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

import ossc
import ossc.mock
from ossc._bandwidth import Bandwidth
from tests.conftest import make_client

from .transfers import BUCKET

RATE = 8 << 20
SIZE = 1 << 20
LEAST_S = SIZE / RATE
DATA = bytes(SIZE)


@pytest.fixture
def slow(server: ossc.mock.Server, bucket: ossc.Bucket, tmp_path: Path) -> ossc.Bucket:
    """A bucket with an object, 16 small ones and a file beside it, and a limit."""
    server.put_object(BUCKET, "k", DATA)
    for number in range(16):
        server.put_object(BUCKET, f"s{number}", DATA[: SIZE // 16])
    (tmp_path / "f").write_bytes(DATA)
    return bucket.with_options(max_bandwidth=RATE)


SMALL = [f"s{number}" for number in range(16)]

WAYS: dict[str, Callable[[ossc.Bucket, Path], object]] = {
    "get": lambda b, _: b.get_object("k"),
    "gets": lambda b, _: [b.get_object(key) for key in SMALL],
    "get into": lambda b, _: b.get_object_into("k", bytearray(SIZE)),
    "put": lambda b, _: b.put_object("p", DATA),
    "put a file": lambda b, path: b.put_object_from_file("p", path / "f"),
    "append": lambda b, _: b.append_object("a", DATA, 0),
    "upload": lambda b, path: b.upload_file(
        "p", path / "f", part_size=SIZE // 8, threshold=0
    ),
    "upload a stream": lambda b, _: b.upload_fileobj(
        "p", io.BytesIO(DATA), part_size=SIZE // 8
    ),
    "download": lambda b, path: b.download_file("k", path / "g", part_size=SIZE // 8),
    "download into": lambda b, _: b.download_into(
        "k", bytearray(SIZE), part_size=SIZE // 8
    ),
    "read": lambda b, _: list(b.stream_object("k")),
    "batch of gets": lambda b, _: list(b.get_objects(SMALL)),
    "batch of puts": lambda b, _: list(
        b.put_objects((key, DATA[: SIZE // 16]) for key in SMALL)
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_bodies_take_their_time(
    slow: ossc.Bucket, tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever moves the bytes, it takes as long as they may; each is paid for once."""
    spend, spent = Bandwidth.spend, []
    paid: list[float] = []

    def counted(self: Bandwidth, count: int) -> float:
        spent.append(count)
        paid.append(spend(self, count))
        return paid[-1]

    monkeypatch.setattr(Bandwidth, "spend", counted)
    begun = time.monotonic()
    WAYS[way](slow, tmp_path)
    ended = time.monotonic()
    assert ended >= max(paid)
    assert ended - begun >= LEAST_S * 0.99
    assert SIZE <= sum(spent) <= SIZE * 1.01


def test_the_client_s_limit_is_of_all(server: ossc.mock.Server) -> None:
    """Threads share it, and no view is out of it."""
    server.put_object(BUCKET, "k", DATA)
    with make_client(server, max_bandwidth=2 * RATE) as client:
        views = [
            client.bucket(BUCKET),
            client.with_options(max_bandwidth=None).bucket(BUCKET),
            client.with_options(max_bandwidth=100 * RATE).bucket(BUCKET),
        ]
        threads = [
            threading.Thread(target=view.get_object, args=("k",)) for view in views
        ]
        begun = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert time.monotonic() - begun >= 3 * LEAST_S / 2 * 0.99


def test_a_view_s_limit_is_its_own(bucket: ossc.Bucket, slow: ossc.Bucket) -> None:
    """Other views, and the client itself, do not wait for it; it lasts in its views."""
    slow.with_options(timeout=60).put_object("p", DATA)
    begun = time.monotonic()
    bucket.get_object("k")
    slow.with_options(max_bandwidth=None).get_object("k")
    assert time.monotonic() - begun < LEAST_S


def test_a_large_object_trickles(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """It does not come at once and is waited for then."""
    size = 32 << 20
    server.put_object(BUCKET, "large", bytes(size))
    told: list[int] = []
    bucket.with_options(max_bandwidth=2 * size).get_object(
        "large", progress=lambda done, _total: told.append(done)
    )
    assert told[0] < size
    assert told[-1] == size


def get_twice(bucket: ossc.Bucket) -> None:
    """All of the first may be here before it is paid for."""
    bucket.get_object("k")
    bucket.get_object("k")


def test_waiting_ends_with_a_token(slow: ossc.Bucket) -> None:
    """However long it would have been."""
    token = ossc.CancelToken()
    threading.Timer(0.1, token.cancel).start()
    view = slow.with_options(max_bandwidth=1000, cancel=token)
    begun = time.monotonic()
    with pytest.raises(ossc.Cancelled):
        get_twice(view)
    assert time.monotonic() - begun < 5


def test_waiting_ends_with_the_deadline(slow: ossc.Bucket) -> None:
    """Before a request, and in the middle of it."""
    view = slow.with_options(max_bandwidth=1000, deadline=0.3)
    begun = time.monotonic()
    with suppress(ossc.RequestTimedOut):
        view.get_object("k")
    with pytest.raises(ossc.RequestTimedOut, match="waiting for bandwidth"):
        view.get_object("k")
    assert time.monotonic() - begun < 5


def test_a_stall_is_not_what_the_limit_makes(
    server: ossc.mock.Server, slow: ossc.Bucket
) -> None:
    """Waits that are longer than a server may be silent are no failure of it."""
    with make_client(server, read_timeout=0.2, retry=None) as client:
        view = client.with_options(max_bandwidth=SIZE).bucket(BUCKET)
        assert view.get_object("k").data == DATA
        view.put_object("p", DATA)
    assert slow.get_object("p").data == DATA


@pytest.mark.parametrize("wrong", [0, -1, 1.5, "1", 2**63])
def test_what_is_no_limit(server: ossc.mock.Server, wrong: object) -> None:
    """Is refused."""
    with pytest.raises((ossc.ParameterError, TypeError), match="max_bandwidth"):
        make_client(server, max_bandwidth=wrong)


def test_a_child_process_can_use_it() -> None:
    """Whoever was in the middle of paying when the process forked."""
    limit = Bandwidth(1000)
    with limit._lock:
        child = os.fork()
        if child == 0:
            limit.spend(1)
            os._exit(7)
        _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 7

"""Streams and threads: many at once, none to be had, and after a fork."""

from __future__ import annotations

import gc
import io
import random
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

import ossc
import ossc.mock
from ossc import _sdk

from .raw_server import BUCKET, client_of
from .test_fork import SERVER, Elsewhere, _in_child
from .test_stream_write import PART, uploads

DATA = random.Random(5).randbytes(2_000_000)


@pytest.fixture(autouse=True)
def _no_threads_are_left() -> Iterator[None]:
    """Closed streams have no threads any more."""
    yield
    assert not [t for t in threading.enumerate() if t.name == "ossc-stream"]
    assert _sdk.live_requests() == 0


def test_many_at_once(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """Each thread with streams of its own gets its own bytes."""
    wrong: list[int] = []

    def work(number: int) -> None:
        data = DATA[number * 1000 :]
        with bucket.open(f"k{number}", "wb", part_size=PART) as out:
            for at in range(0, len(data), 70_000):
                out.write(data[at : at + 70_000])
        with bucket.open(f"k{number}", buffer_size=50_000) as file:
            if b"".join(iter(lambda: file.read(30_000), b"")) != data:
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert uploads(server) == 0
    assert server.get_object(BUCKET, "k7") == DATA[7000:]


@pytest.mark.parametrize("limit", [None, 200_000, 1 << 20])
def test_no_thread_to_be_had(
    server: ossc.mock.Server, monkeypatch: pytest.MonkeyPatch, limit: int | None
) -> None:
    """The caller's thread does all of it then, with little memory too."""
    server.put_object(BUCKET, "k", DATA)
    begin = threading.Thread.start

    def start(self: threading.Thread) -> None:
        if self.name == "ossc-stream":
            raise RuntimeError("can't start new thread")
        begin(self)

    monkeypatch.setattr(threading.Thread, "start", start)
    with client_of(server, max_memory=limit) as client:
        bucket = client.bucket(BUCKET)
        with bucket.open("k", buffer_size=50_000) as file:
            assert b"".join(iter(lambda: file.read(30_000), b"")) == DATA
        with bucket.open("w", "wb", part_size=PART) as out:
            out.write(DATA)
    assert server.get_object(BUCKET, "w") == DATA


def test_in_a_daemon_thread(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """The threads behind a stream are no daemons, whatever opened it."""
    server.put_object(BUCKET, "k", DATA)
    kinds: set[bool] = set()

    def work() -> None:
        with bucket.open("k", buffer_size=50_000) as file:
            while file.read(10_000):
                named = [t for t in threading.enumerate() if t.name == "ossc-stream"]
                kinds.update(thread.daemon for thread in named)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join()
    assert kinds == {False}


def test_a_forgotten_reader(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """Warns, and what it fetched ahead ends."""
    server.put_object(BUCKET, "k", DATA)
    file = bucket.open("k", buffer_size=50_000)
    file.read(49_000)
    crew = file._blocks._crew
    with pytest.warns(ResourceWarning, match="'k' at 49000 of"):  # noqa: PT031
        del file
        gc.collect()
    crew.stop(join=True)


def test_no_cycles_are_left(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """Streams are freed at once, without the help of the collector."""
    server.put_object(BUCKET, "k", DATA)

    def use() -> None:
        with bucket.open("k", buffer_size=50_000) as file:
            while file.read(30_000):
                pass
        with bucket.open("w", "wb", part_size=PART) as out:
            out.write(DATA)
        try:
            with bucket.open("k", buffer_size=50_000) as file:
                file.read(49_000)
                server.put_object(BUCKET, "k", DATA[1:])
                file.read()
        except ossc.PreconditionFailed:
            server.put_object(BUCKET, "k", DATA)

    use()
    gc.collect()
    gc.disable()
    try:
        gc.set_debug(gc.DEBUG_SAVEALL)
        use()
        gc.collect()
        kinds = {type(thing).__module__ for thing in gc.garbage}
        assert not [kind for kind in kinds if kind.startswith("ossc._")]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    """A server in a process of its own, whose threads no fork can catch."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, ""],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Elsewhere(process, "")


def test_reading_after_a_fork(elsewhere: Elsewhere) -> None:
    """Parent and child both read on, wherever the fork met the reader."""
    with elsewhere.client() as client:
        bucket = client.bucket(BUCKET)
        bucket.put_object("data", DATA)
        with bucket.open("data", buffer_size=50_000) as file:

            def read() -> None:
                at = file.tell()
                assert file.read() == DATA[at:]
                file.close()

            for count in (10_000, 30_000, 100_000, 500_000):
                file.read(count)
                _in_child(read)
            at = file.tell()
            assert file.read() == DATA[at:]


def test_writing_after_a_fork(elsewhere: Elsewhere) -> None:
    """The upload is the parent's; the child can neither add to it nor end it."""

    def child() -> None:
        for call in (lambda: file.write(b"x"), file.close):
            with pytest.raises(io.UnsupportedOperation, match="process"):
                call()
        assert file.closed

    def leave() -> None:
        with pytest.raises(LookupError):
            with file:
                raise LookupError

    with elsewhere.client() as client:
        bucket = client.bucket(BUCKET)
        with bucket.open("w", "wb", part_size=PART) as file:
            file.write(DATA)
            _in_child(child)
            _in_child(leave)
            _in_child(file.discard)
            file.write(b"end")
        assert bucket.get_object("w").data == DATA + b"end"

"""Streams when connections break, objects change, and programs give up."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc import _sdk
from ossc.mock import faults

from .raw_server import BUCKET, client_of
from .test_stream_write import PART

FIRST = 100_000
DATA = random.Random(4).randbytes(1_500_000)
OPTIONS: dict[str, Any] = {"buffer_size": FIRST, "read_ahead": 1 << 20}


@pytest.fixture
def bucket(server: ossc.mock.Server) -> Iterator[ossc.Bucket]:
    """A bucket with the object `k`; nothing is repeated."""
    server.put_object(BUCKET, "k", DATA)
    with client_of(server, retry=None, read_timeout=5) as client:
        yield client.bucket(BUCKET)
    assert _sdk.live_requests() == 0
    assert not [t for t in threading.enumerate() if t.name == "ossc-stream"]


def _pieces(file: ossc.ObjectReader) -> Iterator[bytes]:
    while piece := file.read(10_000):
        yield piece


FAULTS = [
    (faults.status(500), ossc.ServiceUnavailable),
    (faults.status(403), ossc.AccessDenied),
    (faults.reset(at=1000), ossc.ConnectionLost),
    (faults.cut(at=1000), ossc.ShortBody),
    (faults.cut(head=40), ossc.ConnectionLost),
    (faults.garbage(b"\0\xff" * 50), ossc.MalformedResponse),
    (faults.header("Content-Range", "bytes 7-8/9"), ossc.MalformedResponse),
    (faults.header("Content-Range", "x"), ossc.MalformedResponse),
    (faults.header("Last-Modified", "x"), ossc.MalformedResponse),
]
IDS = [str(number) for number in range(len(FAULTS))]


@pytest.mark.parametrize(("fault", "cls"), FAULTS, ids=IDS)
def test_at_opening(
    bucket: ossc.Bucket,
    server: ossc.mock.Server,
    fault: faults.Fault,
    cls: type[ossc.OSSError],
) -> None:
    """It is not opened then; the next time it is."""
    server.faults.add(fault)
    with pytest.raises(cls) as caught:
        bucket.open("k", **OPTIONS)
    assert (caught.value.operation, caught.value.key) == ("GetObject", "k")
    with bucket.open("k", **OPTIONS) as file:
        assert file.read() == DATA


@pytest.mark.parametrize("read_ahead", [0, 1 << 20])
@pytest.mark.parametrize("at", [1, 2, 3])
@pytest.mark.parametrize(("fault", "cls"), FAULTS, ids=IDS)
def test_between(
    bucket: ossc.Bucket,
    server: ossc.mock.Server,
    fault: faults.Fault,
    cls: type[ossc.OSSError],
    at: int,
    read_ahead: int,
) -> None:
    """What came before is right, and the same read can be made again."""
    got = b""
    caught: list[BaseException] = []
    with bucket.open("k", buffer_size=FIRST, read_ahead=read_ahead) as file:
        blank = faults.header("x-fine", "1")
        server.faults.add(*[blank] * (at - 1), fault)
        while len(got) < len(DATA):
            before = file.tell()
            try:
                got += file.read(30_000)
            except ossc.OSSError as error:
                caught.append(error)
                assert file.tell() == before == len(got)
    assert got == DATA
    assert [isinstance(error, cls) for error in caught] == [True]


def test_retries_are_the_clients(server: ossc.mock.Server) -> None:
    """A client that repeats requests does so for streams, too."""
    server.put_object(BUCKET, "k", DATA)
    quick = ossc.Retry(4, backoff=0.01)
    with client_of(server, retry=quick) as client:
        bucket = client.bucket(BUCKET)
        server.faults.add(faults.reset("before"), faults.status(503), faults.cut(at=9))
        with bucket.open("k", **OPTIONS) as file:
            assert b"".join(_pieces(file)) == DATA
        server.faults.add(faults.status(503), times=2, operation="UploadPart")
        with bucket.open("w", "wb", part_size=PART) as out:
            out.write(DATA)
    assert server.get_object(BUCKET, "w") == DATA


@pytest.mark.parametrize("read_ahead", [0, 1 << 20])
@pytest.mark.parametrize("at", [0, 1])
def test_a_flipped_bit(
    bucket: ossc.Bucket, server: ossc.mock.Server, at: int, read_ahead: int
) -> None:
    """Reading all in order ends with a ChecksumMismatch, and goes on to do so."""
    server.faults.add(*[faults.header("x-fine", "1")] * at, faults.flip(500))
    with bucket.open("k", buffer_size=FIRST, read_ahead=read_ahead) as file:
        with pytest.raises(ossc.ChecksumMismatch) as caught:
            list(_pieces(file))
        assert (caught.value.bucket, caught.value.key) == (BUCKET, "k")
        assert file.tell() < len(DATA)
        with pytest.raises(ossc.ChecksumMismatch):
            file.read()


def test_a_flipped_bit_of_all_at_once(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """So does reading far more than a block at once, and a small object."""
    server.put_object(BUCKET, "large", DATA * 20)
    server.faults.add(faults.header("x-fine", "1"), faults.flip(5))
    with bucket.open("large") as file, pytest.raises(ossc.ChecksumMismatch):
        file.readinto(bytearray(len(DATA) * 20))
    server.put_object(BUCKET, "small", b"hello")
    server.faults.add(faults.flip(1))
    with pytest.raises(ossc.ChecksumMismatch):
        list(bucket.stream_object("small"))


def test_all_at_once_breaks(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """A piece that cannot be fetched ends the others; then it works again."""
    data = DATA * 20
    server.put_object(BUCKET, "large", data)
    blank = faults.header("x-fine", "1")
    server.faults.add(blank, blank, faults.cut(at=99))
    buffer = bytearray(len(data))
    with bucket.open("large") as file:
        with pytest.raises(ossc.ShortBody):
            file.readinto(buffer)
        assert file.tell() == 0
        assert file.readinto(buffer) == len(data)
    assert buffer == data


@pytest.mark.parametrize("read_ahead", [0, 1 << 20])
def test_an_overwritten_object(
    bucket: ossc.Bucket, server: ossc.mock.Server, read_ahead: int
) -> None:
    """Is noticed; bytes of two objects are never mixed."""
    with bucket.open("k", buffer_size=FIRST, read_ahead=read_ahead) as file:
        assert file.read(10) == DATA[:10]
        server.put_object(BUCKET, "k", bytes(len(DATA)))
        assert file.read(100) == DATA[10:110]
        with pytest.raises(ossc.PreconditionFailed, match="was overwritten") as caught:
            file.read()
        assert caught.value.key == "k"
        assert file.seek(0) == 0
        server.put_object(BUCKET, "k", DATA)
        assert file.read() == DATA


def test_a_server_that_ignores_conditions(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """An answer with another ETag is not taken either."""
    with bucket.open("k", **OPTIONS) as file:
        server.faults.add(faults.header("ETag", '"another"'))
        with pytest.raises(ossc.PreconditionFailed, match="was overwritten"):
            file.read()
    server.faults.add(faults.header("ETag", '""'))
    with pytest.raises(ossc.MalformedResponse, match="no ETag"):
        bucket.open("k")


def test_a_server_that_ignores_ranges(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """More bytes than were asked for are refused, and so are fewer."""
    server.faults.add(faults.body(DATA), faults.body(DATA[:50]))
    for _ in range(2):
        with pytest.raises(ossc.MalformedResponse):
            bucket.open("k", **OPTIONS)
    with bucket.open("k", buffer_size=FIRST, read_ahead=0) as file:
        server.faults.add(faults.body(DATA), faults.body(DATA[:50]))
        for _ in range(2):
            with pytest.raises(ossc.MalformedResponse):
                file.read()
        assert file.read() == DATA


def test_a_deleted_object(bucket: ossc.Bucket) -> None:
    """What is not fetched yet is gone."""
    with bucket.open("k", buffer_size=FIRST, read_ahead=0) as file:
        bucket.delete_object("k")
        assert file.read(FIRST) == DATA[:FIRST]
        with pytest.raises(ossc.NoSuchKey):
            file.read(1)


def test_a_closed_client(server: ossc.mock.Server) -> None:
    """Nothing more can be fetched or written; closing the streams works."""
    server.put_object(BUCKET, "k", DATA)
    client = client_of(server)
    bucket = client.bucket(BUCKET)
    file = bucket.open("k", buffer_size=FIRST, read_ahead=0)
    out = bucket.open("w", "wb")
    out.write(b"x")
    client.close()
    assert file.read(FIRST) == DATA[:FIRST]
    with pytest.raises(ossc.ClientClosed):
        file.read(1)
    file.close()
    with pytest.raises(ossc.ClientClosed):
        out.close()
    assert out.closed


def _took(call: Callable[[], object]) -> float:
    start = time.monotonic()
    call()
    return time.monotonic() - start


@pytest.mark.parametrize("read_ahead", [0, 1 << 20])
def test_cancelling_a_reader(
    bucket: ossc.Bucket, server: ossc.mock.Server, read_ahead: int
) -> None:
    """A token ends a read that waits, and all later ones."""
    token = ossc.CancelToken()
    with bucket.open(
        "k", buffer_size=FIRST, read_ahead=read_ahead, cancel=token
    ) as file:
        server.faults.add(faults.stall())
        timer = threading.Timer(0.2, token.cancel)
        timer.start()

        def read() -> None:
            with pytest.raises(ossc.Cancelled):
                file.read()

        assert _took(read) < 1
        timer.join()
        calls: list[Any] = [lambda: file.read(1), file.readline, file.peek, file.read1]
        for call in calls:
            with pytest.raises(ossc.Cancelled):
                call()
    with pytest.raises(ossc.Cancelled):
        bucket.open("k", cancel=token)


def test_the_clients_token(server: ossc.mock.Server) -> None:
    """The token of a view of the client ends streams that were opened through it."""
    server.put_object(BUCKET, "k", DATA)
    token = ossc.CancelToken()
    with client_of(server) as client:
        bucket = client.bucket(BUCKET).with_options(cancel=token)
        with bucket.open("k") as file, pytest.raises(ossc.Cancelled):  # noqa: PT012
            with bucket.open("w", "wb") as out:
                token.cancel()
                with pytest.raises(ossc.Cancelled):
                    file.read()
                out.write(b"x")


def test_closing_during_a_stall(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """What is fetched ahead does not hold up closing."""
    file = bucket.open("k", **OPTIONS)
    server.faults.add(faults.stall(at=10))
    file.read(FIRST - 1)
    while server.faults.unused:
        file.peek()
    assert _took(file.close) < 1


@pytest.mark.parametrize("read_ahead", [0, 1 << 20])
def test_an_interrupted_read(
    bucket: ossc.Bucket, server: ossc.mock.Server, read_ahead: int
) -> None:
    """Ctrl-C ends a read that waits; the next one goes on where it was."""

    def handler(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, handler)
    try:
        with bucket.open("k", buffer_size=FIRST, read_ahead=read_ahead) as file:
            server.faults.add(faults.stall())
            signal.setitimer(signal.ITIMER_REAL, 0.2)

            def read() -> None:
                with pytest.raises(KeyboardInterrupt):
                    list(_pieces(file))

            assert _took(read) < 1
            at = file.tell()
            assert file.read() == DATA[at:]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


PROGRAM = """
import sys, ossc
from resource import RUSAGE_SELF, getrusage
endpoint, key_id, secret, what = sys.argv[1:]
keys = ossc.Credentials(key_id, secret)
client = ossc.Client(endpoint, region="cn-hangzhou", credentials=keys)
bucket = client.bucket("examplebucket")
"""

ENDS = {
    "reader": "f = bucket.open('k', buffer_size=100000); f.read(99999)",
    "writer": "f = bucket.open('w', 'wb', part_size=102400); f.write(bytes(300000))",
}


def _run(server: ossc.mock.Server, text: str) -> subprocess.CompletedProcess[str]:
    keys = (server.access_key_id, server.access_key_secret)
    return subprocess.run(
        [sys.executable, "-X", "dev", "-c", PROGRAM + text, server.endpoint, *keys, ""],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("kind", ["reader", "writer"])
def test_a_program_that_ends(
    bucket: ossc.Bucket, server: ossc.mock.Server, kind: str
) -> None:
    """A stream that was not closed warns, and keeps no program alive."""
    operation = "UploadPart" if kind == "writer" else "GetObject"
    if kind == "reader":
        server.faults.add(faults.header("x-fine", "1"))
    server.faults.add(faults.stall(), operation=operation)
    start = time.monotonic()
    done = _run(server, ENDS[kind])
    assert time.monotonic() - start < 5
    assert done.returncode == 0
    assert f"ResourceWarning: unclosed <ossc.Object{kind.title()}" in done.stderr
    assert "Traceback" not in done.stderr
    server.faults.clear()


THREAD = """
import threading
def work():
    threading.main_thread().join()
    with bucket.open("k", buffer_size=100000) as file:
        data = file.read(10) + b"".join(iter(lambda: file.read(10000), b""))
    with bucket.open("w", "wb", part_size=102400) as file:
        file.write(data)
    client.close()
    print("done", len(data))
threading.Thread(target=work).start()
"""


def test_threads_that_outlive_the_main_thread(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """Streams work on without background threads while a program ends."""
    done = _run(server, THREAD)
    assert (done.stdout, done.stderr) == (f"done {len(DATA)}\n", "")
    assert server.get_object(BUCKET, "w") == DATA


LARGE = """
with bucket.open("large") as file:
    file.read(1)
before = getrusage(RUSAGE_SELF).ru_maxrss
with bucket.open("large", read_ahead=4 << 20) as file:
    count = sum(len(piece) for piece in iter(lambda: file.read(100000), b""))
with bucket.open("w", "wb", part_size=1 << 20) as file:
    for _ in range(64):
        file.write(bytes(1 << 20))
client.close()
print(count, (getrusage(RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_memory_is_bounded(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """64 MiB pass through a few: some blocks of reading, some parts of writing."""
    server.put_object(BUCKET, "large", bytes(64 << 20))
    done = _run(server, LARGE)
    assert done.returncode == 0, done.stderr
    count, mebibytes = map(int, done.stdout.split())
    assert count == 64 << 20
    assert mebibytes < 24

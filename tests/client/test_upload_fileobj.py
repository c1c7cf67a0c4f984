"""`upload_fileobj`: sources that are read once, of any length."""

from __future__ import annotations

import array
import gzip
import io
import os
import socket
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc import _sdk
from ossc.mock import faults
from tests.conftest import make_client

from .application import PlainApplication
from .transfers import (
    BUCKET,
    DATA,
    PART,
    PARTS,
    SIZE,
    Recorder,
    fails,
    open_uploads,
    part_numbers,
    seen,
)

MIB = 1024 * 1024


class Stingy:
    """A readable that gives a little at a time, whatever it is asked for."""

    def __init__(self, data: bytes, most: int) -> None:
        self._file = io.BytesIO(data)
        self._most = most
        self.threads: set[int] = set()

    def read(self, size: int) -> bytes:
        """At most so many bytes."""
        self.threads.add(threading.get_ident())
        return self._file.read(min(size, self._most))


def resized(data: bytes, size: int) -> Iterator[bytearray]:
    """Pieces that are all the same memory, which grows and shrinks between them."""
    memory = bytearray()
    for at in range(0, len(data), size):
        memory += data[at : at + size]
        yield memory
        memory.clear()


class Generous:
    """A readable that gives more than it is asked for."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, _size: int) -> bytes:
        """Everything."""
        data, self._data = self._data, b""
        return data


def pieces(size: int) -> Iterator[bytes]:
    """The data in pieces, some of them empty."""
    for start in range(0, SIZE, size):
        yield b""
        yield DATA[start : start + size]


def reused() -> Iterator[bytearray]:
    """The data in pieces that are one and the same buffer."""
    room = bytearray(1000)
    for start in range(0, SIZE, 1000):
        piece = DATA[start : start + 1000]
        room[: len(piece)] = piece
        yield room if len(piece) == 1000 else bytearray(piece)


SOURCES: dict[str, Callable[[Path], Any]] = {
    "BytesIO": lambda _: io.BytesIO(DATA),
    "short reads": lambda _: Stingy(DATA, 7000),
    "long reads": lambda _: Generous(DATA),
    "pieces of the same memory": lambda _: resized(DATA, 7000),
    "small pieces": lambda _: pieces(999),
    "large pieces": lambda _: pieces(3 * PART + 1),
    "one buffer": lambda _: reused(),
    "a list": lambda _: [DATA[:5], memoryview(DATA)[5:]],
    "bytes": lambda _: DATA,
    "an array": lambda _: [
        array.array("H", DATA[: SIZE // 2 * 2]),
        DATA[SIZE // 2 * 2 :],
    ],
    "a file": lambda path: path.open("rb"),
    "a raw file": lambda path: path.open("rb", buffering=0),
}


@pytest.mark.parametrize("part_size", [PART, None], ids=["parts", "one"])
@pytest.mark.parametrize("kind", SOURCES)
def test_sources(
    server: ossc.mock.Server,
    bucket: ossc.Bucket,
    tmp_path: Path,
    kind: str,
    part_size: int | None,
) -> None:
    """Whatever gives bytes is stored as it came."""
    path = tmp_path / "source"
    path.write_bytes(DATA)
    source = SOURCES[kind](path)
    result = bucket.upload_fileobj("k", source, part_size=part_size)
    if hasattr(source, "close"):
        source.close()
    assert server.get_object(BUCKET, "k") == DATA
    assert result.crc64 == _sdk.crc64(DATA)
    expected = [] if part_size is None else list(range(1, PARTS + 1))
    assert part_numbers(server) == expected
    assert open_uploads(server) == 0


def test_a_pipe(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """What another process or thread writes, as it comes."""
    ours, theirs = socket.socketpair()

    def write() -> None:
        with theirs:
            for piece in pieces(5000):
                theirs.sendall(piece)

    writer = threading.Thread(target=write)
    writer.start()
    with ours, ours.makefile("rb") as source:
        bucket.upload_fileobj("k", source, part_size=PART)
    writer.join()
    assert server.get_object(BUCKET, "k") == DATA


def test_a_decompressor(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """What a `gzip` file gives, not what it holds."""
    with gzip.open(io.BytesIO(gzip.compress(DATA))) as source:
        bucket.upload_fileobj("k", source, part_size=PART)
    assert server.get_object(BUCKET, "k") == DATA


@pytest.mark.parametrize(
    ("size", "operations"),
    [
        (0, ["PutObject"]),
        (1, ["PutObject"]),
        (PART, ["PutObject"]),
        (
            PART + 1,
            [
                *("InitiateMultipartUpload", "UploadPart"),
                *("UploadPart", "CompleteMultipartUpload"),
            ],
        ),
    ],
)
def test_what_fits_into_a_part_goes_in_one_request(
    server: ossc.mock.Server, bucket: ossc.Bucket, size: int, operations: list[str]
) -> None:
    """Even where the part is full to the last byte."""
    bucket.upload_fileobj("k", io.BytesIO(DATA[:size]), part_size=PART)
    assert [each.operation for each in server.requests] == operations
    assert server.get_object(BUCKET, "k") == DATA[:size]


def test_the_source_is_read_in_this_thread(bucket: ossc.Bucket) -> None:
    """Readables need not be thread-safe."""
    source = Stingy(DATA, 5000)
    bucket.upload_fileobj("k", source, part_size=PART)
    assert source.threads == {threading.get_ident()}


@pytest.mark.parametrize("part_size", [PART, None], ids=["parts", "one"])
def test_options_and_callback(
    server: ossc.mock.Server, bucket: ossc.Bucket, part_size: int | None
) -> None:
    """They belong to the object; the callback fires once."""
    with PlainApplication() as application:
        result = bucket.upload_fileobj(
            "k.png",
            io.BytesIO(DATA),
            part_size=part_size,
            metadata={"a": "b"},
            callback=ossc.Callback(url=application.url, body="size=${size}"),
        )
        assert result.callback_response == application.answer
        assert [body for _, _, body in application.requests] == [b"size=%d" % SIZE]
    info = bucket.head_object("k.png")
    assert (info.metadata, info.content_type) == ({"a": "b"}, "image/png")


@pytest.mark.parametrize("size", [None, SIZE], ids=["unknown", "known"])
def test_progress(
    server: ossc.mock.Server, bucket: ossc.Bucket, size: int | None
) -> None:
    """The total is what was announced, and what came at the end."""
    server.faults.add(faults.stall(0.25), operation="UploadPart", times=2)
    recorder = Recorder()
    bucket.upload_fileobj(
        "k", pieces(5000), size=size, part_size=PART, concurrency=1, progress=recorder
    )
    recorder.check(SIZE, size)


@pytest.mark.parametrize("part_size", [PART, None], ids=["parts", "one"])
@pytest.mark.parametrize("size", [SIZE - 1, SIZE + 1])
def test_a_source_of_another_size(
    server: ossc.mock.Server, bucket: ossc.Bucket, size: int, part_size: int | None
) -> None:
    """More or less than was announced is an error, and nothing is stored."""
    with pytest.raises(ossc.ParameterError, match="size was said to be") as caught:
        bucket.upload_fileobj("k", pieces(5000), size=size, part_size=part_size)
    assert (caught.value.bucket, caught.value.key) == (BUCKET, "k")
    assert open_uploads(server) == 0
    assert not list(bucket.list_objects())


@pytest.mark.parametrize("at", [0, 3 * PART])
@pytest.mark.parametrize("error", [LookupError("x"), KeyboardInterrupt()])
def test_a_source_that_fails(
    server: ossc.mock.Server, bucket: ossc.Bucket, at: int, error: BaseException
) -> None:
    """Its exception comes out, the same object, and the parts are removed."""

    def source() -> Iterator[bytes]:
        yield DATA[:at]
        raise error

    with pytest.raises(type(error)) as caught:
        bucket.upload_fileobj("k", source(), part_size=PART)
    assert caught.value is error
    assert open_uploads(server) == 0
    assert not list(bucket.list_objects())


@pytest.mark.parametrize("error", [LookupError("x"), KeyboardInterrupt()])
def test_an_exception_in_progress(
    server: ossc.mock.Server, bucket: ossc.Bucket, error: BaseException
) -> None:
    """Cancels the upload, comes out, and leaves no parts behind."""
    server.faults.add(faults.stall(0.3), operation="UploadPart")
    with pytest.raises(type(error)) as caught:
        bucket.upload_fileobj("k", pieces(5000), part_size=PART, progress=fails(error))
    assert caught.value is error
    assert open_uploads(server) == 0


@pytest.mark.parametrize("part_size", [PART, None], ids=["parts", "one"])
def test_cancel(
    server: ossc.mock.Server, bucket: ossc.Bucket, part_size: int | None
) -> None:
    """A token ends a stalled upload soon."""
    server.faults.add(faults.stall(), method="PUT")
    token = ossc.CancelToken()
    timer = threading.Timer(0.1, token.cancel)
    timer.start()
    with pytest.raises(ossc.Cancelled):
        bucket.upload_fileobj("k", pieces(5000), part_size=part_size, cancel=token)
    timer.join()
    assert open_uploads(server) == 0


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("text", "str"),
        (5, "int is neither"),
        (None, "NoneType is neither"),
        (io.StringIO("text"), "binary mode"),
        (["text"], "binary mode"),
        ([5], "int, not bytes"),
    ],
)
def test_what_is_no_source(
    server: ossc.mock.Server, bucket: ossc.Bucket, source: Any, said: str
) -> None:
    """Is refused in words, and nothing is sent."""
    with pytest.raises(TypeError, match=said):
        bucket.upload_fileobj("k", source)
    assert not server.requests


def test_a_source_without_blocking(bucket: ossc.Bucket) -> None:
    """Nothing now is not the end."""
    read, write = os.pipe()
    os.set_blocking(read, False)
    with open(read, "rb", buffering=0) as source, open(write, "wb"):
        with pytest.raises(BlockingIOError):
            bucket.upload_fileobj("k", source)


def test_arguments_that_cannot_be(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """Are refused before anything is sent."""
    for wrong in ({"part_size": 1}, {"concurrency": 0}, {"size": -1}):
        with pytest.raises(ossc.ParameterError):
            bucket.upload_fileobj("k", [b"x"], **wrong)  # type: ignore[arg-type]
    assert not server.requests


def test_parts_grow(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """After many parts they are larger, and the bytes are still those of the source."""
    data = bytes(PART - 1) + b"x"
    bucket.upload_fileobj("k", (data for _ in range(70)), part_size=PART)
    assert server.get_object(BUCKET, "k") == 70 * data
    sizes = {
        dict(each.headers)["content-length"] for each in seen(server, "UploadPart")
    }
    assert {str(PART), str(2 * PART)} <= sizes


def test_parts_within_a_clients_memory(server: ossc.mock.Server) -> None:
    """The budget bounds how many buffers there are, and how much they grow."""
    data = bytes(PART - 1) + b"x"
    with make_client(server, max_memory=2 * PART) as client:
        bucket = client.bucket(BUCKET)
        bucket.upload_fileobj("k", (data for _ in range(70)), part_size=PART)
        bucket.upload_fileobj("default", (data for _ in range(3)))
        with pytest.raises(ossc.MemoryLimitExceeded):
            bucket.upload_fileobj("large", [b"x"], part_size=2 * PART + 1)
    assert server.get_object(BUCKET, "k") == 70 * data
    sizes = {
        dict(each.headers)["content-length"] for each in seen(server, "UploadPart")
    }
    assert sizes == {str(PART)}


def test_uploads_share_a_clients_memory(server: ossc.mock.Server) -> None:
    """Many at a time that need more than there is wait for one another, none for ever."""
    with make_client(server, max_memory=3 * PART) as client:
        bucket = client.bucket(BUCKET)
        threads = [
            threading.Thread(
                target=bucket.upload_fileobj,
                args=(f"k{number}", pieces(5000)),
                kwargs={"part_size": PART},
            )
            for number in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for number in range(8):
        assert server.get_object(BUCKET, f"k{number}") == DATA


def test_a_stream_of_too_many_parts(
    server: ossc.mock.Server, bucket: ossc.Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where parts may not grow, the last is refused in words, and all are removed."""
    monkeypatch.setattr("ossc._transfer._upload_stream.MAX_PARTS", 3)
    with pytest.raises(ossc.ParameterError, match="more than 3 parts"):
        bucket.upload_fileobj("k", pieces(5000), part_size=PART)
    assert open_uploads(server) == 0


MEMORY = """
    import resource, sys
    import ossc
    endpoint, region, key_id, secret = sys.argv[1:]
    credentials = ossc.Credentials(key_id, secret)
    def peak():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    piece = bytes(65536)
    with ossc.Client(endpoint, region=region, credentials=credentials) as client:
        bucket = client.bucket("examplebucket")
        bucket.upload_fileobj("warm", (piece for _ in range(4)), part_size=102400)
        before = peak()
        bucket.upload_fileobj(
            "k", (piece for _ in range(1024)), part_size=1 << 20, concurrency=3
        )
    print(peak() - before)
"""


def test_memory_is_bounded(server: ossc.mock.Server) -> None:
    """64 MiB in parts of 1 MiB, three at a time, need four buffers and little more."""
    done = subprocess.run(
        [
            *(sys.executable, "-c", textwrap.dedent(MEMORY)),
            *(server.endpoint, server.region),
            *(server.access_key_id, server.access_key_secret),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert bucket_size(server) == 64 * MIB
    assert int(done.stdout) < 10 * MIB


def bucket_size(server: ossc.mock.Server) -> int:
    """The size of the object that was stored."""
    return len(server.get_object(BUCKET, "k"))

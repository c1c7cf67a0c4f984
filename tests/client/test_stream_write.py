"""Objects as files to write: what appears, when, and what never does."""

from __future__ import annotations

import csv
import gc
import gzip
import io
import json
import pickle
import random
import shutil
import tarfile
import threading
import zipfile
from typing import Any, Literal

import pytest

import ossc
import ossc.mock
from ossc import _sdk
from ossc._stream._writer import part_size_at

from .application import PlainApplication
from .raw_server import BUCKET, client_of

KIB = 1 << 10
PART = 100 * KIB
DATA = random.Random(3).randbytes(10 * PART + 1234)


def operations(server: ossc.mock.Server) -> list[str]:
    """What was asked of the server so far."""
    return [str(request.operation) for request in server.requests]


def uploads(server: ossc.mock.Server) -> int:
    """How many multipart uploads are open."""
    store = server._context.store
    with store.lock:
        return len(store.buckets[BUCKET].uploads)


def test_it_is_a_file(bucket: ossc.Bucket) -> None:
    """It has all that a file to write has, and says what it cannot do."""
    with bucket.open("k", "wb") as file:
        assert isinstance(file, io.BufferedIOBase)
        assert isinstance(file, ossc.ObjectWriter)
        assert (file.readable(), file.seekable(), file.writable()) == (
            False,
            False,
            True,
        )
        assert (file.mode, file.name, file.key, file.tell()) == ("wb", "k", "k", 0)
        assert file.write(b"hello") == 5
        assert file.write(memoryview(b" world")) == 6
        assert file.write(bytearray()) == 0
        file.flush()
        assert (file.tell(), file.isatty()) == (11, False)
        assert repr(file) == "<ossc.ObjectWriter 'k' open, 11 bytes>"
        for call in (file.read, file.fileno, file.detach, lambda: file.seek(0)):
            with pytest.raises(io.UnsupportedOperation):
                call()
        with pytest.raises(TypeError, match="pickled"):
            pickle.dumps(file)
        with pytest.raises(TypeError, match="encode"):
            file.write("text")  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="closed"):
            _ = file.result
    assert repr(file) == "<ossc.ObjectWriter 'k' closed, 11 bytes>"
    assert bucket.get_object("k").data == b"hello world"


def test_a_closed_file(bucket: ossc.Bucket) -> None:
    """Every use of it is a ValueError; closing again is none."""
    file = bucket.open("k", "wb")
    file.close()
    file.close()
    file.discard()
    calls: list[Any] = [
        lambda: file.write(b""), file.tell, file.flush, file.writable, file.__enter__,
    ]  # fmt: skip
    for call in calls:
        with pytest.raises(ValueError, match="closed"):
            call()
    assert bucket.get_object("k").data == b""


@pytest.mark.parametrize("size", [0, 1, PART - 1, PART])
def test_what_fits_into_a_part(
    bucket: ossc.Bucket, server: ossc.mock.Server, size: int
) -> None:
    """Goes out in one request, when it is closed."""
    with bucket.open("k", "wb", part_size=PART) as file:
        file.write(DATA[:size])
        assert server.requests == []
    assert operations(server) == ["PutObject"]
    assert bucket.get_object("k").data == DATA[:size]
    assert file.result.etag == bucket.head_object("k").etag


@pytest.mark.parametrize("concurrency", [1, 2, 5])
@pytest.mark.parametrize("step", [1000, PART, 3 * PART + 1, len(DATA)])
def test_in_parts(
    bucket: ossc.Bucket, server: ossc.mock.Server, step: int, concurrency: int
) -> None:
    """However it is cut when written, the object is what was written."""
    with bucket.open("k", "wb", part_size=PART, concurrency=concurrency) as file:
        for at in range(0, len(DATA), step):
            file.write(DATA[at : at + step])
        assert file.tell() == len(DATA)
        with pytest.raises(ossc.NoSuchKey):
            bucket.head_object("k")
    asked = operations(server)
    assert asked.count("UploadPart") == 11
    assert asked.count("CompleteMultipartUpload") == 1
    assert server.get_object(BUCKET, "k") == DATA
    assert file.result.crc64 == _sdk.crc64(DATA)
    assert file.result.etag.endswith("-11")
    assert uploads(server) == 0


def test_the_callers_buffer_may_change(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """What was written is what counts, not what the buffer holds later."""
    buffer = bytearray(DATA)
    with bucket.open("k", "wb", part_size=PART) as file:
        file.write(buffer)
        buffer[:] = bytes(len(buffer))
        buffer.append(0)
    assert server.get_object(BUCKET, "k") == DATA


@pytest.mark.parametrize("size", [10, len(DATA)])
def test_options(bucket: ossc.Bucket, server: ossc.mock.Server, size: int) -> None:
    """Both ways of uploading give the object its properties."""
    with bucket.open(
        "k.json",
        "wb",
        part_size=PART,
        metadata={"a": "b"},
        content_type="application/json",
        storage_class="IA",
        tags={"t": "1"},
        traffic_limit=838_860_800,
        headers={"x-oss-request-payer": "requester"},
    ) as file:
        file.write(DATA[:size])
    info = bucket.head_object("k.json")
    assert (info.metadata, info.storage_class) == ({"a": "b"}, "IA")
    assert info.content_type == "application/json"
    sent = [dict(r.headers) for r in server.requests if r.method == "PUT"]
    assert {headers["x-oss-traffic-limit"] for headers in sent} == {"838860800"}
    assert {headers["x-oss-request-payer"] for headers in sent} == {"requester"}


@pytest.mark.parametrize("size", [10, len(DATA)])
def test_not_overwriting(bucket: ossc.Bucket, size: int) -> None:
    """`xb` fails for a key that exists, and leaves it alone."""
    modes: tuple[Literal["wb"], Literal["xb"]] = ("wb", "xb")
    for mode in modes:
        with bucket.open(mode, mode, part_size=PART) as file:
            file.write(DATA[:size])
        assert bucket.get_object(mode).data == DATA[:size]
    with pytest.raises(FileExistsError):
        with bucket.open("xb", "xb", part_size=PART) as file:
            file.write(DATA[: size + 1])
    assert file.closed
    assert bucket.get_object("xb").data == DATA[:size]


@pytest.mark.parametrize("size", [10, len(DATA)])
def test_a_callback(bucket: ossc.Bucket, size: int) -> None:
    """It comes when the object is there, and its answer is in the result."""
    with PlainApplication() as application:
        callback = ossc.Callback(url=application.url, body="k=${object}")
        with bucket.open("k", "wb", part_size=PART, callback=callback) as file:
            file.write(DATA[:size])
        assert file.result.callback_response == application.answer
    with pytest.raises(ossc.CallbackFailed) as caught:
        with bucket.open("k", "wb", part_size=PART, callback=callback) as file:
            file.write(DATA[: size - 1])
    assert file.closed
    assert file.result is caught.value.result
    assert bucket.get_object("k").data == DATA[: size - 1]


@pytest.mark.parametrize("size", [0, 10, PART + 1, len(DATA)])
@pytest.mark.parametrize("end", ["raise", "discard", "forget"])
def test_nothing_appears(
    bucket: ossc.Bucket, server: ossc.mock.Server, size: int, end: str
) -> None:
    """After an exception, when discarded, when forgotten; and no parts are left."""
    bucket.put_object("k", b"old")
    file = bucket.open("k", "wb", part_size=PART)
    if end == "raise":
        with pytest.raises(LookupError):  # noqa: PT012
            with file:
                file.write(DATA[:size])
                raise LookupError
        assert file.closed
    elif end == "discard":
        with file:
            file.write(DATA[:size])
            file.discard()
    else:
        file.write(DATA[:size])
        with pytest.warns(ResourceWarning, match="unclosed"):  # noqa: PT031
            del file
            gc.collect()
        for thread in threading.enumerate():
            if thread.name == "ossc-stream":
                thread.join()
    assert server.get_object(BUCKET, "k") == b"old"
    assert uploads(server) == 0
    assert "CompleteMultipartUpload" not in operations(server)
    assert _sdk.live_requests() == 0


def test_sizes_of_parts() -> None:
    """They grow so that an object of many terabytes needs fewer than 10,000 parts."""
    position = count = 0
    while position < 13 << 40:
        position += part_size_at(position, 8 << 20)
        count += 1
    assert count < 10_000
    assert part_size_at(0, PART) == part_size_at(PART * 999, PART) == PART


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"part_size": 1000}, ossc.ParameterError),
        ({"part_size": 6 << 30}, ossc.ParameterError),
        ({"part_size": "1"}, TypeError),
        ({"concurrency": 0}, ossc.ParameterError),
        ({"content_md5": bytes(16)}, ossc.ParameterError),
        ({"metadata": {"a": 1}}, TypeError),
        ({"key": "/a"}, ossc.ParameterError),
        ({"callback": 5}, TypeError),
        ({"read_ahead": 5}, TypeError),
    ],
)
def test_bad_arguments(
    bucket: ossc.Bucket, options: dict[str, Any], error: type, server: ossc.mock.Server
) -> None:
    """Are refused when it is opened."""
    with pytest.raises(error):
        bucket.open(**{"key": "k", "mode": "wb", **options})
    assert server.requests == []


@pytest.mark.parametrize("limit", [PART, 300 * KIB, 4 << 20])
def test_within_the_budget(server: ossc.mock.Server, limit: int) -> None:
    """Parts wait for memory of the client's, and give it back."""
    with client_of(server, max_memory=limit) as client:
        budget = client._budget._memory
        assert budget is not None
        with client.bucket(BUCKET).open("k", "wb") as file:
            file.write(DATA)
            assert budget.free < limit
        assert budget.free == limit
        with pytest.raises(LookupError):  # noqa: PT012
            with client.bucket(BUCKET).open("k2", "wb") as file:
                file.write(DATA)
                raise LookupError
        assert budget.free == limit
    assert server.get_object(BUCKET, "k") == DATA


class TestCompatibility:
    """The standard library takes it for a file."""

    def test_text_and_csv(self, bucket: ossc.Bucket) -> None:
        """Through a wrapper, which closes it."""
        with io.TextIOWrapper(bucket.open("k", "wb"), "utf-8", newline="") as text:
            csv.writer(text).writerows([["ä", 1], ["b", 2]])
        assert bucket.get_object("k").data.decode() == "ä,1\r\nb,2\r\n"

    def test_pickle_json_copy(self, bucket: ossc.Bucket) -> None:
        """Whoever only writes."""
        with bucket.open("p", "wb", part_size=PART) as file:
            pickle.dump({"a": DATA}, file)
        assert pickle.loads(bucket.get_object("p").data) == {"a": DATA}
        with bucket.open("j", "wb") as file, io.TextIOWrapper(file) as text:
            json.dump([1, 2], text)
        assert json.loads(bucket.get_object("j").data) == [1, 2]
        with bucket.open("c", "wb", part_size=PART) as file:
            shutil.copyfileobj(io.BytesIO(DATA), file, 70_000)
        assert bucket.get_object("c").data == DATA

    def test_zip_tar_gzip(self, bucket: ossc.Bucket) -> None:
        """Archives that are written in order."""
        with bucket.open("k.zip", "wb") as file, zipfile.ZipFile(file, "w") as packed:
            packed.writestr("a", DATA)
            packed.writestr("b", b"b")
        with zipfile.ZipFile(io.BytesIO(bucket.get_object("k.zip").data)) as archive:
            assert (archive.read("a"), archive.read("b")) == (DATA, b"b")
        with bucket.open("k.tar", "wb", part_size=PART) as file:
            with tarfile.open(fileobj=file, mode="w|gz") as tar:
                member = tarfile.TarInfo("a")
                member.size = len(DATA)
                tar.addfile(member, io.BytesIO(DATA))
        with bucket.open("k.tar") as reader, tarfile.open(fileobj=reader) as tar:
            found = tar.extractfile("a")
            assert found is not None
            assert found.read() == DATA
        with bucket.open("k.gz", "wb") as file, gzip.open(file, "wb") as unpacked:
            unpacked.write(DATA)
        with bucket.open("k.gz") as reader, gzip.open(reader) as unpacked:
            assert unpacked.read() == DATA

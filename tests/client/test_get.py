"""Get and head, through the wrapper, against a real server."""

from __future__ import annotations

import mmap
import os
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ossc
import ossc.mock
from ossc import _sdk
from ossc._verbs import done
from ossc.mock import faults

DATA = bytes(range(256)) * 4


@pytest.fixture
def stored(bucket: ossc.Bucket) -> ossc.Bucket:
    """The bucket with one object `k`."""
    bucket.put_object("k", DATA, metadata={"color": "blue"})
    return bucket


def test_get_tells_everything(stored: ossc.Bucket) -> None:
    """Data and properties come together."""
    got = stored.get_object("k")
    assert got.data == DATA
    assert got.size == len(DATA)
    assert got.crc64 == _sdk.crc64(DATA)
    assert got.content_type == "application/octet-stream"
    assert got.metadata == {"color": "blue"}
    assert got.content_range is None
    assert got.object_type == "Normal"
    age = datetime.now(timezone.utc) - got.last_modified
    assert timedelta(seconds=-5) < age < timedelta(minutes=1)
    assert got.headers["ETAG"] == f'"{got.etag}"'


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        ((0, 99), 0, 99),
        ((100, None), 100, 1023),
        ((None, 24), 1000, 1023),
        ((None, 5000), 0, 1023),
        ((1000, 5000), 1000, 1023),
        (range(10, 20), 10, 19),
        ("bytes=5-5", 5, 5),
    ],
    ids=str,
)
def test_ranges(stored: ossc.Bucket, span: Any, first: int, last: int) -> None:
    """Each way to write a range gives the bytes it means."""
    got = stored.get_object("k", span)
    assert got.data == DATA[first : last + 1]
    assert got.content_range == (first, last)
    assert got.size == len(DATA)


@pytest.mark.parametrize(
    "span",
    [
        (-1, 5),
        (5, 4),
        (None, None),
        (None, 0),
        range(5, 5),
        range(0, 9, 2),
        "0-5",
        "bytes=-",
    ],
    ids=str,
)
def test_impossible_ranges_are_refused(
    stored: ossc.Bucket, server: ossc.mock.Server, span: Any
) -> None:
    """Nothing is sent for a range that is none."""
    before = len(server.requests)
    with pytest.raises(ossc.ParameterError):
        stored.get_object("k", span)
    assert len(server.requests) == before


def test_a_range_outside_the_object_is_an_error(stored: ossc.Bucket) -> None:
    """Not the whole object, as OSS would send by default."""
    with pytest.raises(ossc.InvalidRange):
        stored.get_object("k", (5000, None))


def test_a_server_that_ignores_the_range_is_noticed(
    stored: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """Other bytes than asked for are never handed out as those asked for."""
    server.faults.add(faults.header("Content-Range", "bytes 1-100/1024"))
    with pytest.raises(ossc.MalformedResponse):
        stored.get_object("k", (0, 99))


def test_conditions(stored: ossc.Bucket) -> None:
    """If-Match and its siblings answer with their own exceptions."""
    info = stored.head_object("k")
    assert stored.get_object("k", if_match=info.etag).data == DATA
    with pytest.raises(ossc.NotModified):
        stored.get_object("k", if_none_match=info.etag)
    with pytest.raises(ossc.PreconditionFailed):
        stored.get_object("k", if_match="0" * 32)
    later = info.last_modified + timedelta(hours=1)
    with pytest.raises(ossc.NotModified):
        stored.head_object("k", if_modified_since=later)
    with pytest.raises(ossc.PreconditionFailed):
        stored.head_object("k", if_unmodified_since=info.last_modified - timedelta(1))


def test_overrides(stored: ossc.Bucket) -> None:
    """Query parameters change the answer's headers."""
    got = stored.get_object("k", params={"response-content-type": "text/x-odd"})
    assert got.content_type == "text/x-odd"


@pytest.mark.parametrize("kind", ["bytearray", "memoryview", "mmap", "numpy"])
def test_get_into_the_callers_memory(stored: ossc.Bucket, kind: str) -> None:
    """The bytes arrive in place; what lies behind them is untouched."""
    buffers: dict[str, Any] = {
        "bytearray": bytearray(b"\xaa" * 2000),
        "memoryview": memoryview(bytearray(b"\xaa" * 2000)),
        "mmap": mmap.mmap(-1, 2000),
        "numpy": np.full(2000, 0xAA, dtype=np.uint8),
    }
    buffer = buffers[kind]
    if kind == "mmap":
        buffer[:] = b"\xaa" * 2000
    assert stored.get_object_into("k", buffer) == len(DATA)
    view = memoryview(buffer)
    assert bytes(view[: len(DATA)]) == DATA
    assert bytes(view[len(DATA) :]) == b"\xaa" * (2000 - len(DATA))


def test_get_a_range_into_memory(stored: ossc.Bucket) -> None:
    """A range fills as much as it has."""
    buffer = bytearray(10)
    assert stored.get_object_into("k", buffer, (250, 259)) == 10
    assert buffer == DATA[250:260]


def test_too_small_a_buffer_is_an_error(stored: ossc.Bucket) -> None:
    """The error says what does not fit; no byte goes past the end."""
    memory = bytearray(b"\xaa" * 1100)
    with pytest.raises(ossc.ParameterError, match="100 bytes"):
        stored.get_object_into("k", memoryview(memory)[:100])
    assert memory[100:] == b"\xaa" * 1000


def test_an_error_never_lands_in_the_buffer(bucket: ossc.Bucket) -> None:
    """After a 404 the caller's memory is as it was."""
    buffer = bytearray(b"\xaa" * 4096)
    with pytest.raises(ossc.NoSuchKey):
        bucket.get_object_into("missing", buffer)
    assert buffer == b"\xaa" * 4096


@pytest.mark.parametrize("wrong", [b"constant", "text", None])
def test_a_read_only_buffer_is_refused(stored: ossc.Bucket, wrong: Any) -> None:
    """Constant memory is never written to."""
    with pytest.raises(TypeError):
        stored.get_object_into("k", wrong)


def test_get_to_file(stored: ossc.Bucket, tmp_path: Path) -> None:
    """The file is whole, and nothing else is left in the folder."""
    path = tmp_path / "out.bin"
    info = stored.get_object_to_file("k", path)
    assert path.read_bytes() == DATA
    assert info.size == len(DATA)
    assert os.listdir(tmp_path) == ["out.bin"]


def test_a_failed_download_leaves_the_old_file(
    stored: ossc.Bucket, server: ossc.mock.Server, tmp_path: Path
) -> None:
    """Half a file never appears, and what was there stays."""
    path = tmp_path / "out.bin"
    path.write_bytes(b"old")
    server.faults.add(faults.cut(at=100))
    with pytest.raises(ossc.ShortBody):
        stored.with_options(retry=None).get_object_to_file("k", path)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["out.bin"]


def test_get_to_an_impossible_place(stored: ossc.Bucket, tmp_path: Path) -> None:
    """A folder that is not there, and a folder as the target."""
    with pytest.raises(ossc.LocalFileError) as caught:
        stored.get_object_to_file("k", tmp_path / "no" / "out.bin")
    assert caught.value.errno == 2
    with pytest.raises(ossc.LocalFileError):
        stored.get_object_to_file("k", tmp_path)


def test_a_full_disk_is_told_by_its_errno(stored: ossc.Bucket) -> None:
    """Writing to a device that is always full fails with ENOSPC."""
    from ossc import _temporary

    with _temporary.TemporaryTarget("/tmp/ossc-never") as target:
        full = os.open("/dev/full", os.O_WRONLY)
        os.dup2(full, target.fd)
        os.close(full)
        with pytest.raises(ossc.LocalFileError) as caught:
            stored._object(
                "GetObject", _sdk.functions.send("GET"), "k", done, fd=target.fd
            )
    assert caught.value.errno == 28
    assert not os.path.exists("/tmp/ossc-never")


def test_head_tells_and_missing_is_explained(stored: ossc.Bucket) -> None:
    """A HEAD's error comes out of its header, as whole as that of a GET."""
    assert stored.head_object("k").size == len(DATA)
    with pytest.raises(ossc.NoSuchKey) as caught:
        stored.head_object("missing")
    error = caught.value
    assert (error.status, error.code, error.ec) == (404, "NoSuchKey", "0026-00000001")
    assert error.request_id
    assert error.operation == "HeadObject"
    assert (error.bucket, error.key) == ("examplebucket", "missing")


def test_delete_is_idempotent(stored: ossc.Bucket) -> None:
    """Deleting what is gone is no error."""
    stored.delete_object("k")
    stored.delete_object("k")
    with pytest.raises(ossc.NoSuchKey):
        stored.get_object("k")


def test_an_empty_buffer_holds_an_empty_object_only(stored: ossc.Bucket) -> None:
    """Not one byte fits into no memory."""
    stored.put_object("empty", b"")
    assert stored.get_object_into("empty", bytearray()) == 0
    with pytest.raises(ossc.ParameterError, match="0 bytes"):
        stored.get_object_into("k", bytearray())


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755, 0o4711])
def test_a_file_that_is_replaced_keeps_its_mode(
    stored: ossc.Bucket, tmp_path: Path, mode: int
) -> None:
    """Who could not read what was there cannot read what comes instead."""
    path = tmp_path / "x"
    urls = ossc.SignedURLs()
    gets: list[Callable[[], object]] = [
        lambda: stored.get_object_to_file("k", path),
        lambda: stored.download_file("k", path),
        lambda: urls.get_to_file(stored.presign_get("k"), path),
    ]
    for get in gets:
        path.write_bytes(b"old")
        path.chmod(mode)
        get()
        assert path.read_bytes() == DATA
        assert path.stat().st_mode & 0o7777 == mode & 0o777
    urls.close()

"""`verify_file`: a file and an object are compared without a download."""

from __future__ import annotations

from pathlib import Path

import pytest

import ossc
import ossc.mock
from ossc import _sdk
from ossc._transfer import _verify
from tests.conftest import make_client

from .raw_server import RawServer, object_answer
from .transfers import BUCKET, DATA, PART, SIZE, Recorder, seen


@pytest.fixture
def path(server: ossc.mock.Server, tmp_path: Path) -> Path:
    """A file like the object."""
    server.put_object(BUCKET, "k", DATA)
    made = tmp_path / "f"
    made.write_bytes(DATA)
    return made


def test_the_same(server: ossc.mock.Server, bucket: ossc.Bucket, path: Path) -> None:
    """However the object was uploaded."""
    assert bucket.verify_file("k", path)
    bucket.upload_file("parts", path, part_size=PART, threshold=0)
    assert bucket.verify_file("parts", str(path))
    assert not seen(server, "GetObject")


def test_other_bytes(bucket: ossc.Bucket, path: Path) -> None:
    """One bit will do; a file of another size is not even read."""
    path.write_bytes(DATA[:-1] + bytes([DATA[-1] ^ 1]))
    assert not bucket.verify_file("k", path)
    recorder = Recorder()
    path.write_bytes(DATA[:-1])
    assert not bucket.verify_file("k", path, progress=recorder)
    assert not recorder.told


def test_nothing_is_like_nothing(
    server: ossc.mock.Server, bucket: ossc.Bucket, path: Path
) -> None:
    """Empty files and objects."""
    server.put_object(BUCKET, "e", b"")
    path.write_bytes(b"")
    assert bucket.verify_file("e", path)


def test_errors(bucket: ossc.Bucket, path: Path) -> None:
    """What is not there."""
    with pytest.raises(ossc.NoSuchKey):
        bucket.verify_file("not-there", path)
    with pytest.raises(ossc.LocalFileError):
        bucket.verify_file("k", path.with_name("not-there"))
    with pytest.raises(ossc.LocalFileError):
        bucket.verify_file("k", path.parent)


def test_what_cannot_be_told(path: Path) -> None:
    """An object whose size or CRC-64 nobody says is neither the same nor another."""
    unsummed = object_answer(length=SIZE)
    with RawServer(unsummed, object_answer(length=None)) as server:
        with server.client(max_idle_connections=0) as client:
            bucket = client.bucket(BUCKET)
            with pytest.raises(ossc.MalformedResponse, match="no CRC-64"):
                bucket.verify_file("k", path)
            with pytest.raises(ossc.MalformedResponse, match="Content-Length"):
                bucket.verify_file("k", path)


def test_a_file_that_changes_meanwhile(
    server: ossc.mock.Server, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Is neither the same nor another."""
    summed = _sdk.crc64

    def change(piece: bytes, crc: int) -> int:
        path.write_bytes(DATA)
        return summed(piece, crc)

    monkeypatch.setattr(_verify, "crc64", change)
    with make_client(server) as client:
        with pytest.raises(ossc.LocalFileError, match="while it was compared"):
            client.bucket(BUCKET).verify_file("k", path)


def test_progress_and_cancel(bucket: ossc.Bucket, path: Path) -> None:
    """As of transfers."""
    large = DATA * 40
    path.write_bytes(large)
    bucket.put_object("large", large)
    recorder = Recorder()
    assert bucket.verify_file("large", path, progress=recorder)
    recorder.check(len(large), len(large))
    token = ossc.CancelToken()
    token.cancel()
    with pytest.raises(ossc.Cancelled):
        bucket.verify_file("large", path, cancel=token)

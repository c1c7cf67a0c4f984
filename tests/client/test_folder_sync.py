"""The end of a download: the file has its name, and the folder is synced if it can be."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import ossc

DATA = bytes(range(256)) * 100
NOBODY = 65_534

WAYS: dict[str, Callable[[ossc.Bucket, Path], object]] = {
    "get": lambda b, path: b.get_object_to_file("k", path),
    "download": lambda b, path: b.download_file("k", path),
}


@contextmanager
def _as_nobody() -> Iterator[None]:
    """Without the superuser's right to read everything."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(before)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in which files can be made, but which cannot be read."""
    with tempfile.TemporaryDirectory(prefix="ossc-test-") as name:
        if os.geteuid() == 0:
            os.chown(name, NOBODY, NOBODY)
        os.chmod(name, 0o300)
        yield Path(name)
        os.chmod(name, 0o700)


@pytest.mark.parametrize("way", WAYS)
def test_a_folder_that_may_not_be_read(
    bucket: ossc.Bucket, folder: Path, tmp_path: Path, way: str
) -> None:
    """A file that has its name has been downloaded."""
    bucket.put_object("k", DATA)
    WAYS[way](bucket, tmp_path / "first")  # loads what it needs
    with _as_nobody():
        with pytest.raises(PermissionError):
            os.listdir(folder)
        WAYS[way](bucket, folder / "file")
        assert (folder / "file").read_bytes() == DATA


@pytest.mark.parametrize(
    ("number", "fails"),
    [(errno.EIO, True), (errno.ENOSPC, True), (errno.EINVAL, False)],
)
@pytest.mark.parametrize("way", WAYS)
def test_a_folder_that_cannot_be_synced(
    bucket: ossc.Bucket,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    way: str,
    number: int,
    *,
    fails: bool,
) -> None:
    """A failing disk is told; a file system that has no such thing is not."""
    bucket.put_object("k", DATA)
    sync = os.fsync

    def failing(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(number, os.strerror(number))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", failing)
    if fails:
        with pytest.raises(ossc.LocalFileError) as caught:
            WAYS[way](bucket, tmp_path / "file")
        assert caught.value.errno == number
    else:
        WAYS[way](bucket, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == DATA


def test_a_folder_whose_disk_fails(
    bucket: ossc.Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is told, wherever it is noticed."""
    bucket.put_object("k", DATA)
    begin = os.open

    def failing(path: str, flags: int, mode: int = 0o777) -> int:
        if os.path.isdir(path):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return begin(path, flags, mode)

    monkeypatch.setattr(os, "open", failing)
    with pytest.raises(ossc.LocalFileError) as caught:
        bucket.get_object_to_file("k", tmp_path / "file")
    assert caught.value.errno == errno.EIO

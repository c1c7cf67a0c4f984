"""Checkpoints and temporary files that were damaged, or that somebody has made up."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc.mock import faults

from .transfers import (
    BUCKET,
    DATA,
    PART,
    PARTS,
    SIZE,
    broken_download,
    broken_upload,
    download,
    part_numbers,
    range_of,
    ranges,
    temporary,
    upload,
)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file of several parts, in a folder of its own."""
    folder = tmp_path / "source"
    folder.mkdir()
    made = folder / "file"
    made.write_bytes(DATA)
    return made


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where a download goes, in a folder of its own."""
    folder = tmp_path / "target"
    folder.mkdir()
    return folder / "file"


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """Where the checkpoint goes."""
    return tmp_path / "checkpoint.json"


@pytest.mark.parametrize("damage", ["a byte", "shorter", "gone", "a link", "a pipe"])
def test_a_temporary_file_that_is_damaged(
    server: ossc.mock.Server,
    bucket: ossc.Bucket,
    target: Path,
    saved: Path,
    damage: str,
) -> None:
    """Only what is in it as it came is used; what is no file of ours is left alone."""
    broken_download(server, target, saved)
    path = temporary(target)
    victim = saved.with_name("victim")
    victim.write_bytes(bytes(SIZE))
    if damage == "a byte":
        with path.open("r+b") as file:
            file.seek(PART + 7)
            file.write(b"\xff")
    elif damage == "shorter":
        os.truncate(path, PART)
    else:
        path.unlink()
    if damage == "a link":
        path.symlink_to(victim)
    if damage == "a pipe":
        os.mkfifo(path)
    download(bucket, target, saved)
    missing = [2, 4, 5, 6] if damage == "a byte" else range(1, PARTS + 1)
    assert ranges(server) == [range_of(number) for number in missing]
    assert target.read_bytes() == DATA
    assert victim.read_bytes() == bytes(SIZE)


@pytest.mark.parametrize("name", ["../victim", "victim", "/etc/passwd", 5, None])
@pytest.mark.parametrize("same", [True, False])
def test_a_hostile_name_of_a_temporary_file(
    server: ossc.mock.Server,
    bucket: ossc.Bucket,
    target: Path,
    saved: Path,
    name: object,
    *,
    same: bool,
) -> None:
    """A checkpoint cannot have another file written to or removed."""
    broken_download(server, target, saved)
    victims = [saved.with_name("victim"), target.with_name("victim")]
    for victim in victims:
        victim.write_bytes(bytes(SIZE))
    record = json.loads(saved.read_bytes())
    record["state"]["temporary"] = name
    record["facts"]["size"] += 0 if same else 1
    saved.write_text(json.dumps(record))
    download(bucket, target, saved)
    assert target.read_bytes() == DATA
    assert [victim.read_bytes() for victim in victims] == [bytes(SIZE)] * 2


HOSTILE = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"\xff\xfe",
    b"[" * 100_000,
    b"1" * 10_000,
    b'{"version": 1}',
    b'{"version": 2, "place": {}, "facts": {}, "state": {}}',
    b'{"version": 1, "place": {}, "facts": {}, "state": 5}',
    b" " * (17 * 1024 * 1024),
]


@pytest.mark.parametrize("raw", HOSTILE, ids=lambda raw: repr(raw[:20]))
def test_a_file_that_is_no_checkpoint(
    bucket: ossc.Bucket, source: Path, target: Path, saved: Path, raw: bytes
) -> None:
    """Counts as none."""
    saved.write_bytes(raw)
    upload(bucket, source, saved)
    saved.write_bytes(raw)
    download(bucket, target, saved)
    assert target.read_bytes() == DATA
    assert not saved.exists()


@pytest.mark.parametrize(
    "state",
    [
        {},
        5,
        {"upload_id": 5, "parts": {}},
        {"upload_id": "", "parts": {}},
        {"upload_id": "a\0b", "parts": {}},
        {"upload_id": "A" * 32, "parts": []},
        {"upload_id": None, "parts": {"1": [1, 2]}},
    ],
)
def test_a_state_that_cannot_be(
    server: ossc.mock.Server,
    bucket: ossc.Bucket,
    source: Path,
    saved: Path,
    state: object,
) -> None:
    """The upload begins anew."""
    broken_upload(server, source, saved)
    record = json.loads(saved.read_bytes())
    upload_id = record["state"]["upload_id"]
    record["state"] = state
    saved.write_text(json.dumps(record))
    upload(bucket, source, saved)
    assert part_numbers(server) == list(range(1, PARTS + 1))
    assert server.get_object(BUCKET, "k") == DATA
    bucket.abort_multipart_upload("k", upload_id)


@pytest.mark.parametrize("parts", [{}, {"1": 5, "2": None, "x": [1]}, [1], 5])
def test_parts_that_cannot_be(
    server: ossc.mock.Server, bucket: ossc.Bucket, target: Path, saved: Path, parts: Any
) -> None:
    """The download fetches them again."""
    broken_download(server, target, saved)
    record = json.loads(saved.read_bytes())
    record["state"]["parts"] = parts
    saved.write_text(json.dumps(record))
    download(bucket, target, saved)
    assert len(ranges(server)) == PARTS
    assert target.read_bytes() == DATA


def test_a_checkpoint_that_cannot_be_kept(
    server: ossc.mock.Server, bucket: ossc.Bucket, source: Path, saved: Path
) -> None:
    """Does not hide why the upload failed, and leaves nothing half-written."""
    server.faults.add(faults.stall(0.3), operation="UploadPart")
    error = LookupError("x")

    def progress(_moved: int, _total: int | None) -> None:
        saved.unlink()
        saved.mkdir()
        raise error

    with pytest.raises(LookupError) as caught:
        upload(bucket, source, saved, progress=progress)
    assert caught.value is error
    if sys.version_info >= (3, 11):
        assert "cannot write the checkpoint" in error.__notes__[0]
    assert os.listdir(saved) == []
    assert not [name for name in os.listdir(saved.parent) if name.endswith(".part")]


@pytest.mark.parametrize("name", ["file", "link/file", "../target/file"])
def test_a_checkpoint_that_is_the_file_itself(
    server: ossc.mock.Server, bucket: ossc.Bucket, target: Path, name: str
) -> None:
    """Is refused before anything is written there, or removed."""
    (target.parent / "link").symlink_to(target.parent)
    server.put_object(BUCKET, "k", DATA)
    saved = target.parent / name
    with pytest.raises(ossc.ParameterError, match="the file itself"):
        download(bucket, target, saved)
    target.write_bytes(DATA)
    for move in (upload, download):
        with pytest.raises(ossc.ParameterError, match="the file itself"):
            move(bucket, target, saved)
    assert target.read_bytes() == DATA
    assert not part_numbers(server)

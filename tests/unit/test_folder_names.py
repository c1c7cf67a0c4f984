"""Names of files and keys, and times in metadata: what is kept comes back."""

from __future__ import annotations

import os
from datetime import datetime, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ossc
from ossc._folder import _times
from ossc._folder._paths import Folder, check_below, folder_prefix, is_temporary
from ossc.models import Headers, ObjectInfo

ROOT = os.path.abspath("/nonexistent/root")


def info(mtime: str) -> ObjectInfo:
    """An object with that metadata."""
    moment = datetime(2020, 1, 1, tzinfo=timezone.utc)
    metadata = {"mtime": mtime}
    return ObjectInfo(
        "k", 0, "E", moment, "", None, "", "", metadata, None, "", Headers()
    )


@given(st.text(max_size=40))
def test_no_key_leads_out(name: str) -> None:
    """Whatever a key says, its path is below the folder, or there is none."""
    try:
        path = Folder(ROOT).place(name)
    except ossc.ParameterError:
        return
    assert os.path.abspath(path).startswith(ROOT + "/")
    assert os.path.relpath(path, ROOT) == name
    assert check_below(name) == name


@given(st.lists(st.sampled_from(["..", ".", "a", "", "c:", "\\", "\0"]), min_size=1))
def test_odd_pieces(pieces: list[str]) -> None:
    """Only names that are plain are kept."""
    name = "/".join(pieces)
    plain = set(pieces) <= {"a", "c:"} and pieces[0] != "c:"
    if plain:
        assert Folder(ROOT).place(name) == f"{ROOT}/{name}"
    else:
        with pytest.raises(ossc.ParameterError):
            Folder(ROOT).place(name)


def test_names_that_no_file_system_takes() -> None:
    """Lone surrogates are those of odd bytes, or nothing."""
    with pytest.raises(ossc.ParameterError):
        Folder(ROOT).place("\ud800")


def test_prefixes() -> None:
    """As folders."""
    assert [folder_prefix(p) for p in ("", "a", "a/")] == ["", "a/", "a/"]
    with pytest.raises(ossc.ParameterError):
        folder_prefix("/a")
    with pytest.raises(TypeError):
        folder_prefix(None)  # type: ignore[arg-type]


def test_temporary_names(tmp_path: Path) -> None:
    """Those of unfinished downloads are known."""
    assert is_temporary(".a.txt.0123456789abcdef.part")
    assert not is_temporary("a.0123456789abcdef.part")
    assert not is_temporary(".a.txt.0123456789abcde.part")


@given(st.integers(-(2**61), 2**61))
def test_times_come_back(mtime_ns: int) -> None:
    """To the nanosecond."""
    assert _times.time_of(info(_times.as_text(mtime_ns))) == mtime_ns


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5", 5 * 10**9),
        ("5.25", 5_250_000_000),
        ("-0.5", -500_000_000),
        ("1.1234567899", 1_123_456_789),
        ("", None),
        ("5.", None),
        (".5", None),
        ("1e3", None),
        (" 5", None),
        ("5\n", None),
        ("٣", None),
        ("999999999999", None),
        ("9" * 400, None),
    ],
)
def test_times_of_others(text: str, expected: int | None) -> None:
    """What other tools write is read; nonsense is none."""
    assert _times.time_of(info(text)) == expected


def test_times_that_are_the_same() -> None:
    """As finely as the file system keeps them."""
    assert _times.is_same(1_500_000_000, 1_500_000_000)
    assert _times.is_same(1_500_000_000, 1_000_000_000)
    assert not _times.is_same(1_500_000_000, 1_400_000_000)
    assert not _times.is_same(None, 0)

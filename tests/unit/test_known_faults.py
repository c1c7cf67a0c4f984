"""The table of known faults names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TABLE = (ROOT / "docs/known-faults.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \|.*\| ([^|]*) \|$", TABLE, re.MULTILINE)


def test_every_row_is_there() -> None:
    """23 faults are known."""
    assert [int(number) for number, _ in ROWS] == list(range(1, 24))


@pytest.mark.parametrize(("number", "tests"), ROWS, ids=[n for n, _ in ROWS])
def test_a_row_names_tests_that_exist(number: str, tests: str) -> None:
    """A fault without a test would come back."""
    named = re.findall(r"`([\w.]+)::(\w+)`", tests)
    assert named, number
    for file, name in named:
        found = (ROOT / "tests").rglob(file)
        (path,) = (p for p in found if "build" not in p.parts)
        text = path.read_text(encoding="utf-8")
        form = f'{{"{name}", ' if file.endswith(".c") else f"def {name}("
        assert form in text, f"{file}::{name}"

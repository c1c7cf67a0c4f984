"""Reading the test vectors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "vectors"


def cases(name: str, kind: str | None = None) -> list[Any]:
    """The cases of a file, as parameters with their ids."""
    document = json.loads((FOLDER / f"{name}.json").read_text(encoding="ascii"))
    return [
        pytest.param(case, id=case["id"])
        for case in document["cases"]
        if kind is None or case["kind"] == kind
    ]

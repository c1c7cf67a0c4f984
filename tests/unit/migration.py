"""What `docs/migration.md` says of other clients: its tables, read."""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["rows_under"]

PAGE = Path(__file__).parents[2] / "docs/migration.md"


def rows_under(heading: str) -> list[list[list[str]]]:
    """The rows of all tables under a heading, headings below it included.

    A row is its cells, a cell the names in it that are written as code.
    """
    _, _, behind = PAGE.read_text("utf-8").partition(f"\n## {heading}\n")
    section = re.split(r"^## ", behind, maxsplit=1, flags=re.MULTILINE)[0]
    lines = re.findall(r"^\|(.*)\|\n", section, re.MULTILINE)
    rows = [[re.findall(r"`([^`]+)`", cell) for cell in ln.split("|")] for ln in lines]
    return [row for row in rows if any(row)]

"""The reference is made of the docstrings, and has everything that is public."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import ossc
import ossc.aio.tables
import ossc.aio.vectors
import ossc.settings
import ossc.tables
import ossc.vectors

ROOT = Path(__file__).parents[2]


def test_all_names_are_in_the_reference(tmp_path: Path) -> None:
    """Those that a program can import from `ossc` and its packages."""
    command = [str(ROOT / "scripts" / "reference"), str(tmp_path)]
    environment = {**os.environ, "PYTHON": sys.executable}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    packages = ossc, ossc.settings, ossc.tables, ossc.vectors
    for own in (*packages, ossc.aio.tables, ossc.aio.vectors):
        path = f"{own.__name__.replace('.', '/')}.html"
        page = (tmp_path / path).read_text("utf-8")
        for name in own.__all__:
            # Modules have pages of their own.
            is_module = isinstance(getattr(own, name), ModuleType)
            assert is_module or f'id="{name}"' in page, name
    kinds: tuple[type, ...] = (ossc.Bucket, ossc.Client)
    for kind in kinds:
        for verb in filter(lambda name: name[0] != "_", dir(kind)):
            owner = next(each for each in kind.__mro__ if verb in each.__dict__)
            # Both of these are shown with the package, whose names they are.
            shown = "ossc" if owner is kind else owner.__module__.replace(".", "/")
            page = (tmp_path / f"{shown}.html").read_text("utf-8")
            assert f'id="{owner.__qualname__}.{verb}"' in page, verb

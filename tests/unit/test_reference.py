"""The reference is made of the docstrings, and has everything that is public."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import ossc
import ossc.settings

ROOT = Path(__file__).parents[2]


def test_all_names_are_in_the_reference(tmp_path: Path) -> None:
    """Those that a program can import from `ossc` and `ossc.settings`."""
    command = [sys.executable, "-m", "pdoc", "--no-show-source", "-o", str(tmp_path)]
    modules = ("ossc", "ossc.settings")
    done = subprocess.run(
        [*command, *modules], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    for module, names in (("ossc", ossc.__all__), ("settings", ossc.settings.__all__)):
        path = "ossc.html" if module == "ossc" else f"ossc/{module}.html"
        page = (tmp_path / path).read_text("utf-8")
        own = ossc if module == "ossc" else ossc.settings
        for name in names:
            # Modules have pages of their own.
            is_module = isinstance(getattr(own, name), ModuleType)
            assert is_module or f'id="{name}"' in page, name
    page = (tmp_path / "ossc.html").read_text("utf-8")
    for verb in ("get_object", "upload_file", "lifecycle", "presign_put"):
        assert f'id="Bucket.{verb}"' in page, verb

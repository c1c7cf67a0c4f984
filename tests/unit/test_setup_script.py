"""`scripts/setup` installs when something changed, and only then."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
MADE_OF = ("build_ffi.py", "setup.py", "pyproject.toml", "ossc/_version.py")


class Checkout:
    """A checkout whose virtual environment only writes down what it is asked to do.

    System packages are never installed: `apt-get` fails.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.calls = folder / "calls"
        for name in MADE_OF:
            self.change(name, "first")
        (folder / "csrc").mkdir()
        (folder / "scripts").mkdir()
        shutil.copy(ROOT / "scripts/setup", folder / "scripts/setup")
        self.program(".venv/bin/python", f'echo "$@" >>"{self.calls}"')
        self.program("bin/apt-get", "exit 1")

    def program(self, name: str, line: str) -> None:
        """Writes a shell script of one line."""
        path = self.folder / name
        path.parent.mkdir(parents=True)
        path.write_text(f"#!/bin/sh\n{line}\n", "utf-8")
        path.chmod(0o755)

    def change(self, name: str, text: str) -> None:
        """Writes a file that the build depends on."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")

    def installs(self, extra: str, **environment: str) -> bool:
        """Runs the script; whether it installed the package."""
        self.calls.write_text("", "utf-8")
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("OSSC_") and name != "LD_PRELOAD"
        }
        path = f"{self.folder}/bin:{kept['PATH']}"
        subprocess.run(
            [self.folder / "scripts/setup", extra],
            env={**kept, "PATH": path, "PYTHON": sys.executable, **environment},
            check=True,
            capture_output=True,
        )
        return f"--editable .[{extra}]" in self.calls.read_text("utf-8")


def test_nothing_is_installed_twice(tmp_path: Path) -> None:
    """What the tests need holds what the demo needs."""
    checkout = Checkout(tmp_path)
    assert checkout.installs("test")
    assert not checkout.installs("test")
    assert not checkout.installs("mock")


def test_what_changed_is_installed_again(tmp_path: Path) -> None:
    """Sources, and the way to build; also when the other command built last."""
    checkout = Checkout(tmp_path)
    assert checkout.installs("mock")
    assert checkout.installs("test", OSSC_SDK="official")
    assert checkout.installs("mock")
    checkout.change("csrc/new.c", "")
    assert checkout.installs("mock")
    assert not checkout.installs("mock")

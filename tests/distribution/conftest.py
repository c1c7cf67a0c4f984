"""Builds the distributions once for the tests of this folder, and keeps them.

What was built of the same sources before is taken again, from `build/distributions`.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .commands import ROOT, run

NOT_SOURCES = (
    ".git",
    ".venv",
    ".hypothesis",
    "build",
    "tests",
    "*.so",
    "*.egg-info",
    "__pycache__",
    ".*_cache",
    "_native.c",
)


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources in a folder of their own: no objects, no extension."""
    target = tmp_path_factory.mktemp("checkout") / "ossc"
    shutil.copytree(ROOT, target, ignore=shutil.ignore_patterns(*NOT_SOURCES))
    return target


@pytest.fixture(scope="session")
def kept(checkout: Path) -> Path:
    """The folder for what is built of these very sources with this Python."""
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(path for path in checkout.rglob("*") if path.is_file()):
        digest.update(path.relative_to(checkout).as_posix().encode())
        digest.update(path.read_bytes())
    folder = ROOT / "build/distributions" / digest.hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _once(folder: Path, pattern: str, build: Callable[[Path], None]) -> Path:
    """The one file in the folder, built by `build` if it is not there."""
    if not list(folder.glob(pattern)):
        scratch = folder.with_suffix(".new")
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        build(scratch)
        shutil.rmtree(folder, ignore_errors=True)
        scratch.rename(folder)
    (found,) = folder.glob(pattern)
    return found


@pytest.fixture(scope="session")
def sdist(checkout: Path, kept: Path) -> Path:
    """The source distribution."""

    def build(out: Path) -> None:
        command = [sys.executable, "-m", "build", "--sdist", "--no-isolation"]
        done = run(*command, "--outdir", out, checkout)
        assert done.returncode == 0, done.stdout + done.stderr

    return _once(kept / "sdist", "*.tar.gz", build)


@pytest.fixture(scope="session")
def wheel(sdist: Path, kept: Path) -> Path:
    """The wheel, built from the source distribution alone, without a warning."""

    def build(out: Path) -> None:
        command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--verbose"]
        command += ["--no-build-isolation", "--wheel-dir", str(out), str(sdist)]
        done = run(*command, OSSC_SDK="bundled", OSSC_SANITIZE="")
        assert done.returncode == 0, done.stdout + done.stderr
        assert "warning: " not in done.stdout.replace("BuildBackendWarning: ", "")

    return _once(kept / "wheel", "*.whl", build)


@pytest.fixture(scope="session")
def repaired(wheel: Path, kept: Path) -> Path:
    """The wheel with the libraries it needs inside."""

    def build(out: Path) -> None:
        command = [sys.executable, "-m", "auditwheel", "repair", "--wheel-dir"]
        done = run(*command, out, wheel)
        assert done.returncode == 0, done.stdout + done.stderr

    return _once(kept / "repaired", "*.whl", build)

"""Builds the distributions once for the tests of this folder."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from .commands import ROOT, run


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is committed to be built, in a folder of its own: no objects, no extension."""
    target = tmp_path_factory.mktemp("checkout") / "ossc"
    ignore = shutil.ignore_patterns(
        ".git",
        ".venv",
        "build",
        "*.so",
        "*.egg-info",
        "__pycache__",
        ".*_cache",
        "vectors",
    )
    shutil.copytree(ROOT, target, ignore=ignore)
    return target


@pytest.fixture(scope="session")
def sdist(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution."""
    out = tmp_path_factory.mktemp("sdist")
    done = run(
        sys.executable,
        "-m",
        "build",
        "--sdist",
        "--no-isolation",
        "--outdir",
        out,
        checkout,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (found,) = out.glob("*.tar.gz")
    return found


@pytest.fixture(scope="session")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source distribution alone."""
    out = tmp_path_factory.mktemp("wheel")
    done = run(
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "--verbose",
        "--wheel-dir",
        out,
        sdist,
        OSSC_SDK="bundled",
        OSSC_SANITIZE="",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning: " not in done.stdout.replace("BuildBackendWarning: ", "")
    (found,) = out.glob("*.whl")
    return found

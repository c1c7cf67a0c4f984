"""Builds and runs the C tests: under the sanitizers, and with failing allocations."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent

OUT_OF_MEMORY = sorted(p.stem for p in HERE.glob("test_oom_*.c"))
SANITIZED = sorted({p.stem for p in HERE.glob("test_*.c")} - set(OUT_OF_MEMORY))


@pytest.fixture(scope="session")
def programs() -> Path:
    """Builds all test programs, what is up to date left alone."""
    for sanitize in ("address,undefined", ""):
        done = subprocess.run(
            ["make", "-s", "-j2", f"SANITIZE={sanitize}"],
            cwd=HERE,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "warning" not in done.stderr
    return HERE / "build"


def _run(program: Path) -> None:
    done = subprocess.run(
        [program], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ok" in done.stdout


@pytest.mark.parametrize("name", SANITIZED)
def test_under_the_sanitizers(programs: Path, name: str) -> None:
    """Every check holds, and ASan, UBSan and LeakSanitizer find nothing."""
    _run(programs / "sanitized" / name)


@pytest.mark.parametrize("name", OUT_OF_MEMORY)
def test_with_failing_allocations(programs: Path, name: str) -> None:
    """Whichever allocation fails, nothing crashes and nothing is made up."""
    _run(programs / "plain" / name)

"""The server as a program of its own, for tests with clients that hold the interpreter."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["facts_of", "run_program"]


def facts_of(output: IO[str] | None) -> dict[str, str]:
    """What the program tells of itself when it is ready."""
    assert output is not None
    facts = {}
    for line in output:
        name, gap, value = line.strip().partition("  ")
        if gap:
            facts[name] = value.strip()
        if line.startswith("Stop it"):
            return facts
    message = "the program ended before it was ready"
    raise AssertionError(message)


@contextlib.contextmanager
def run_program(
    *arguments: str, command: tuple[str, ...] = ()
) -> Iterator[dict[str, str]]:
    """Run the server with arguments; what it tells of itself is given."""
    how = command or (sys.executable, "-m", "ossc.mock")
    with subprocess.Popen(
        [*how, "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield facts_of(process.stdout)
        finally:
            process.terminate()
            _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")

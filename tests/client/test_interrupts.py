"""Ctrl-C at any moment ends a call: nothing hangs, and nothing is left behind."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from .interrupts import VERBS

# The others are for whoever changes what threads do; all were tried.
STRIDE = 3


@pytest.mark.parametrize("verb", VERBS)
def test_at_one_step_after_the_other(verb: str) -> None:
    """The call raises it, its threads end, and the client goes on."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.client.interrupts", verb, str(STRIDE)],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-4000:]
    assert int(done.stdout) > 30

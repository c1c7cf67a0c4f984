"""Without its extra the server says what to install."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("missing", ["h11", "cryptography"])
def test_a_missing_package_names_the_extra(missing: str) -> None:
    """The message can be pasted behind a prompt."""
    program = f"import sys; sys.modules[{missing!r}] = None; import ossc.mock"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "pip install 'ossc[mock]'" in done.stderr

"""The names of `ossc.settings`: all are there, and those that can wait are loaded late."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

import ossc.settings
from ossc.settings._homes import HOMES

EAGER = """
import sys
import ossc.settings
print(*(name for name in ossc.settings.__all__ if name in vars(ossc.settings)))
assert "ossc.settings._homes" not in sys.modules
"""


def test_each_name_is_loaded_in_one_way() -> None:
    """At once or when it is asked for; nothing else is in the table."""
    told = subprocess.run(
        [sys.executable, "-c", EAGER], capture_output=True, text=True, check=True
    )
    eager = set(told.stdout.split())
    assert eager.isdisjoint(HOMES)
    assert eager | set(HOMES) == set(ossc.settings.__all__)


@pytest.mark.parametrize("name", sorted(HOMES))
def test_each_name_is_where_the_table_says(name: str) -> None:
    """The module defines it, rather than having it from elsewhere."""
    found = getattr(ossc.settings, name)
    module = import_module(f"ossc.settings.{HOMES[name]}")
    assert found is getattr(module, name)
    assert getattr(found, "__module__", module.__name__) == module.__name__


def test_there_is_nothing_else() -> None:
    """A name that nobody knows is an error, and `dir` tells those that there are."""
    with pytest.raises(AttributeError, match="no attribute 'BucketMood'"):
        ossc.settings.BucketMood  # noqa: B018
    assert set(ossc.settings.__all__) <= set(dir(ossc.settings))

"""Fixtures that tests of the client share."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from ossc import _sdk


@pytest.fixture
def batches_end() -> Iterator[None]:
    """However a batch ends, its memory is freed and its threads are gone."""
    before = threading.active_count()
    yield
    assert _sdk.live_requests() == 0
    assert [t.name for t in threading.enumerate() if "ossc-batch" in t.name] == []
    assert threading.active_count() <= before

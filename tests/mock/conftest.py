"""Fixtures of the mock server's tests: a server, and a client that signs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import ossc.mock

from .wire import BUCKET, Wire

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def server() -> Iterator[ossc.mock.Server]:
    """A server of this test's own with one bucket."""
    with ossc.mock.serve(buckets=[BUCKET]) as running:
        yield running


@pytest.fixture
def wire(server: ossc.mock.Server) -> Wire:
    """A client that signs with V4."""
    return Wire(server)

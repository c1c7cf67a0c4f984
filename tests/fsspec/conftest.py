"""A file system on a server of the test's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import ossc.mock
from ossc.fsspec import OSSFileSystem

from .systems import forget, system_of


@pytest.fixture
def fs(server: ossc.mock.Server) -> Iterator[OSSFileSystem]:
    """A file system on the server."""
    yield system_of(server)
    forget()

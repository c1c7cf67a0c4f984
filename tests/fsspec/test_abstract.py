"""fsspec's own tests of file systems, as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fsspec.tests import abstract

import ossc.mock
from ossc.fsspec import OSSFileSystem

from .systems import ROOT, forget, system_of


@pytest.fixture(scope="module")
def one_server() -> Iterator[ossc.mock.Server]:
    """One server for all of them, which clean up behind themselves."""
    with ossc.mock.serve(buckets=[ROOT]) as server:
        yield server


class Fixtures(abstract.AbstractFixtures):
    @pytest.fixture
    def fs(self, one_server: ossc.mock.Server) -> Iterator[OSSFileSystem]:
        yield system_of(one_server)
        forget()

    @pytest.fixture
    def fs_path(self) -> str:
        return ROOT

    @pytest.fixture
    def fs_join(self) -> Callable[..., str]:
        return lambda *parts: "/".join(parts)

    @pytest.fixture
    def supports_empty_directories(self) -> bool:
        return False


class TestCopy(abstract.AbstractCopyTests, Fixtures):
    pass


class TestGet(abstract.AbstractGetTests, Fixtures):
    pass


class TestPut(abstract.AbstractPutTests, Fixtures):
    pass


class TestOpen(abstract.AbstractOpenTests, Fixtures):
    pass


class TestPipe(abstract.AbstractPipeTests, Fixtures):
    pass

"""Fixtures that every group of tests may use: a server, a client, a bucket."""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterator

import hypothesis
import pytest

import ossc
import ossc.mock

BUCKET = "examplebucket"

# A shell that runs this in the background has it ignore Ctrl-C, which is tested here.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


# How long an example takes says more of the machine than of the code.
hypothesis.settings.register_profile("ossc", deadline=None)
hypothesis.settings.load_profile("ossc")


def pytest_collection_finish() -> None:
    """What was collected stays: no look for garbage, of which tests ask, goes over it."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def server() -> Iterator[ossc.mock.Server]:
    """An OSS server of this test's own; a scripted fault that nothing met fails it."""
    with ossc.mock.serve(buckets=[BUCKET]) as running:
        yield running


@pytest.fixture
def client(server: ossc.mock.Server) -> Iterator[ossc.Client]:
    """A client of the server, with its credentials."""
    with make_client(server) as made:
        yield made


@pytest.fixture
def bucket(client: ossc.Client) -> ossc.Bucket:
    """An empty bucket on the server."""
    return client.bucket(BUCKET)


def make_client(server: ossc.mock.Server, **options: object) -> ossc.Client:
    """A client of the server; options of `ossc.Client` may be given."""
    settings: dict[str, object] = {
        "region": server.region,
        "credentials": ossc.Credentials(server.access_key_id, server.access_key_secret),
        **options,
    }
    return ossc.Client(server.endpoint, **settings)  # type: ignore[arg-type]

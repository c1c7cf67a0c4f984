"""The pytest plugin of ossc: fixtures with a server for tests, a client, a bucket.

It is not in the package, so that pytest does not import all of that when it starts: the
fixtures do when a test uses them. docs/testing.md is about them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    import ossc
    import ossc.mock

__all__ = ["oss_bucket", "oss_client", "oss_server", "oss_server_options"]

_BUCKET = "examplebucket"


@pytest.fixture
def oss_server_options() -> dict[str, Any]:
    """Arguments of `ossc.mock.serve` for `oss_server`; override it to give some."""
    return {}


@pytest.fixture
def oss_server(
    request: pytest.FixtureRequest, oss_server_options: dict[str, Any]
) -> Iterator[ossc.mock.Server]:
    """An OSS server of this test's own; a scripted fault that nothing met fails it."""
    import ossc.mock  # noqa: PLC0415 - only tests that use it pay for it

    failed = request.session.testsfailed
    with ossc.mock.serve(**oss_server_options) as server:
        yield server
        if request.session.testsfailed > failed:
            server.faults.clear()  # the test has said what is wrong


@pytest.fixture
def oss_client(oss_server: ossc.mock.Server) -> Iterator[ossc.Client]:
    """A client of `oss_server`, with its keys; it is closed after the test."""
    import ossc  # noqa: PLC0415 - as above

    keys = ossc.Credentials(oss_server.access_key_id, oss_server.access_key_secret)
    with ossc.Client(
        oss_server.endpoint, region=oss_server.region, credentials=keys
    ) as client:
        yield client


@pytest.fixture
def oss_bucket(oss_server: ossc.mock.Server, oss_client: ossc.Client) -> ossc.Bucket:
    """The empty bucket `examplebucket` on `oss_server`."""
    oss_server.create_bucket(_BUCKET)
    return oss_client.bucket(_BUCKET)

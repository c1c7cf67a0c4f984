"""alibabacloud-oss-v2, the vendor's newer Python SDK, pointed at the mock server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import alibabacloud_oss_v2 as oss
import pytest
import requests
from alibabacloud_oss_v2.credentials import StaticCredentialsProvider
from alibabacloud_oss_v2.transport import RequestsHttpClient

from . import strangers
from .strangers import LOGINS, REGION, Login, Server, Untyped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WORKING_LOGINS = [
    login for login in LOGINS if not (login.version == "v1" and login.temporary)
]
"""All but the one that the SDK gets wrong: with signature V1 it sends a token in an
unsigned `security-token` header, where the service does not look for it."""

DOT_SEGMENTS = "dots/./and/../up"


def make_client(
    server: Server, login: Login, keys: tuple[str, str, str | None] | None = None
) -> Untyped:
    """Make the SDK's client for a login, with its keys or others."""
    return oss.Client(make_config(server, login, keys))


def make_config(
    server: Server, login: Login, keys: tuple[str, str, str | None] | None = None
) -> Untyped:
    """Make what the SDK's clients are made with."""
    endpoint = server.endpoint
    if login.virtual_host:
        endpoint = f"http://localhost:{strangers.port_of(server)}"
    session = requests.Session()
    session.mount("http://", strangers.LoopbackAdapter())
    config = oss.config.load_default()
    config.region = REGION
    config.endpoint = endpoint
    config.signature_version = login.version
    config.credentials_provider = StaticCredentialsProvider(
        *(keys or login.keys(server))
    )
    config.http_client = RequestsHttpClient(session=session)
    # With one attempt its get_object_to_file makes none at all.
    config.retry_max_attempts = 2
    return config


def service_error(call: Callable[[], object]) -> Untyped:
    """Return the service's error that a call of the SDK must end in."""
    with pytest.raises(oss.exceptions.OperationError) as caught:
        call()
    error = caught.value.unwrap()
    assert isinstance(error, oss.exceptions.ServiceError)
    return error


def read(result: Untyped) -> bytes:
    """Read the whole body of a GetObject result."""
    with result.body as body:
        return bytes(body.read())


def fresh_bucket(server: Server) -> Iterator[str]:
    """Create a bucket and give its name; close the clients afterwards."""
    yield strangers.new_bucket(server)
    strangers.close_adapters()

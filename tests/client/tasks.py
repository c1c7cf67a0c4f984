"""What the tests of `ossc.aio` share: tests that are coroutines, and async clients."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec

import ossc
import ossc.aio
import ossc.mock

from .raw_server import BUCKET

__all__ = ["BUCKET", "awaited", "client_of", "until"]

P = ParamSpec("P")

_LONG = 60.0


def awaited(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Makes a test of a coroutine; it has a loop of its own, and a minute."""

    @wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        asyncio.run(asyncio.wait_for(test(*args, **kwargs), _LONG))

    return run


def client_of(server: ossc.mock.Server, **options: Any) -> ossc.aio.Client:
    """An async client of the server; nothing is repeated unless that is asked for."""
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    usual = {"region": server.region, "credentials": keys, "retry": None}
    return ossc.aio.Client(server.endpoint, **{**usual, "read_timeout": 10, **options})


async def until(condition: Callable[[], object]) -> None:
    """Waits until something is so, which another thread brings about."""
    ends = time.monotonic() + _LONG / 2
    while not condition():
        assert time.monotonic() < ends
        await asyncio.sleep(0.001)

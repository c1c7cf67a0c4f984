"""Clients that travel to other processes: what goes, and what is made of it there.

What goes is what a client was made with, and how a view of it makes its calls. What was
not given, such as credentials of the environment, is looked for where the client arrives.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ossc.client import Client
from ossc.errors import ClientClosed

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["MAX_KEPT", "reduced"]

MAX_KEPT = 32

_kept: dict[str, Client] = {}
"""The clients that were made here, by the name of those they were made of."""


def reduced(client: Client) -> tuple[Any, ...]:
    """What a client or a view is pickled as.

    Raises:
        ClientClosed: The client is closed.
        TypeError: The view has a cancel token, which works in one process only.
    """
    if client.closed:
        raise ClientClosed("the client is closed; it cannot be pickled or copied")
    if client._cancel is not None:
        raise TypeError("a client with a cancel token cannot be pickled or copied")
    shared, own = client._shared, client._bandwidths[len(client._common_bandwidth) :]
    if not shared.name:
        shared.name = os.urandom(16).hex()
    wishes = {
        "retry": client._retry,
        "timeout": client._timeout_ms / 1000 or None,
        "deadline": client._deadline,
        "additional_headers": tuple(filter(None, client._additional.split(";"))),
        "on_request": client._on_request,
        "max_bandwidth": own[0].rate if own else None,
    }
    return _rebuilt, (shared.name, type(client), client._arguments(), wishes)


def _rebuilt(
    name: str, kind: type[Client], arguments: dict[str, Any], wishes: Mapping[str, Any]
) -> Client:
    """A view of the client that this process has for all pickles of that name."""
    client = _kept.get(name)
    if client is None:
        client = object.__new__(kind)
        Client.__init__(client, **arguments)
        client._origin = client  # nobody here has to close it, or is warned
        client = _kept.setdefault(name, client)
        client._shared.name = name
        while len(_kept) > MAX_KEPT:
            _kept.pop(next(iter(_kept)), None)
    return client.with_options(**wishes)

"""How clients travel: pickled and copied as what they were made with.

What arrives is a client of its own. Connections, limits and the clock's difference stay
behind, and so do what was not given but found: keys of the environment are looked for
where it arrives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ossc.errors import ClientClosed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ossc.client import Client

__all__ = ["reduced"]


def reduced(client: Client) -> tuple[Callable[..., Client], tuple[Any, ...]]:
    """How `pickle` and `copy` make another one of a client, or of a view.

    Raises:
        ClientClosed: It was closed.
        TypeError: It is a view with a cancel token.
    """
    if client.closed:
        raise ClientClosed("a closed client cannot be pickled or copied")
    origin = client
    while origin._origin is not None:
        origin = origin._origin
    if origin is client:
        return _made, (type(client), _given(client))
    if client._cancel is not None:
        raise TypeError(
            "a view with a cancel token cannot be pickled or copied: the token stays "
            "in its process"
        )
    return _viewed, (origin, _options(client))


def _given(client: Client) -> dict[str, Any]:
    return {
        **client._given(),
        # As they were found: it is the same buckets that are meant.
        "endpoint": client.endpoint,
        "region": client.region or None,
        "network": None,
        # An iterable may be used up.
        "additional_headers": _names(client),
    }


def _options(view: Client) -> dict[str, Any]:
    own = view._bandwidths[len(view._common_bandwidth) :]
    return {
        "retry": view._retry,
        "timeout": view._timeout_ms / 1000 or None,
        "deadline": view._deadline,
        "additional_headers": _names(view),
        "max_bandwidth": own[0].rate if own else None,
        "on_request": view._on_request,
    }


def _names(client: Client) -> tuple[str, ...]:
    return tuple(filter(None, client._additional.split(";")))


def _made(kind: type[Client], given: Mapping[str, Any]) -> Client:
    client = kind(**given)
    client._is_to_be_closed = False
    return client


def _viewed(origin: Client, options: Mapping[str, Any]) -> Client:
    return origin.with_options(**options)

"""Storage options: which there are, by which other names, and the client they make.

fsspec makes an instance of a file system for each thread; instances with the same options
share a client here, so that connections and credentials are not fetched for each.
"""

from __future__ import annotations

import os
import threading
import weakref
from typing import TYPE_CHECKING, Any

from ossc.client import ANONYMOUS, Client
from ossc.credentials import Credentials
from ossc.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["OF_FSSPEC", "SECRET", "SharedClient", "client_arguments"]

OF_FSSPEC = frozenset(
    {
        "asynchronous",
        "listings_expiry_time",
        "loop",
        "max_paths",
        "use_listings_cache",
    }
)
"""Options that fsspec gives, or reads itself."""

SECRET = frozenset({"access_key_secret", "secret", "security_token", "token"})
"""Options that no text of a file system shows."""

_PLAIN = str, int, float, bool, type(None)
_VARIABLES = "OSS_", "ALIBABA_CLOUD_"


def client_arguments(
    *,
    endpoint: str | None,
    region: str | None,
    key: str | None,
    secret: str | None,
    token: str | None,
    anon: bool,
    credentials: object,
    more: Mapping[str, Any],
) -> dict[str, Any]:
    """What `Client` is made with. What is None is left to the environment.

    Raises:
        ParameterError: Options contradict each other, or half of a key is missing.
    """
    keys = [part for part in (key, secret, token) if part is not None]
    if sum((bool(keys), anon, credentials is not None)) > 1:
        raise ParameterError("give a key, credentials or anon, and no two of them")
    if keys and (key is None or secret is None):
        raise ParameterError("half of the credentials: give both key and secret")
    given: dict[str, Any] = {"endpoint": endpoint, "region": region}
    if anon:
        given["credentials"] = ANONYMOUS
    elif key is not None and secret is not None:
        given["credentials"] = Credentials(key, secret, token)
    elif credentials is not None:
        given["credentials"] = credentials
    given = {name: value for name, value in given.items() if value is not None}
    twice = given.keys() & more.keys()
    if twice:
        raise ParameterError(f"{min(twice)} is given twice, also in client_kwargs")
    return {**given, **more}


class SharedClient:
    """A client that is closed when the last file system lets go of it.

    Attributes:
        client: The client.
    """

    __slots__ = ("__weakref__", "client")

    def __init__(self, client: Client) -> None:
        self.client = client
        weakref.finalize(self, client.close)

    @classmethod
    def of(cls, arguments: Mapping[str, Any]) -> SharedClient:
        """The one for these arguments, which another file system may have already."""
        name = _name_of(arguments)
        if name is None:
            return cls(Client(**arguments))
        with _guard.lock:
            found = _shared.get(name)
            if found is None:
                found = _shared[name] = cls(Client(**arguments))
        return found


class _Guard:
    """The lock of `_shared`; a child process has one of its own."""

    def __init__(self) -> None:
        self.renew()
        os.register_at_fork(after_in_child=self.renew)

    def renew(self) -> None:
        """Nobody holds it."""
        self.lock = threading.Lock()


_guard = _Guard()


_shared: weakref.WeakValueDictionary[tuple[object, ...], SharedClient] = (
    weakref.WeakValueDictionary()
)


def _name_of(arguments: Mapping[str, Any]) -> tuple[object, ...] | None:
    """What clients have in common that may be one; None: this one is by itself."""
    parts: list[object] = []
    for name, value in sorted(arguments.items()):
        if name == "credentials":
            if not (value is ANONYMOUS or isinstance(value, Credentials)):
                return None
        elif not isinstance(value, _PLAIN):
            return None
        parts.append((name, type(value).__name__, value))
    # What was not given may have been found there.
    seen = {
        name: text for name, text in os.environ.items() if name.startswith(_VARIABLES)
    }
    return (*parts, *sorted(seen.items()))

"""What the twin of `SignedURLs` is beside its verbs: it has a client, or shares one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ossc._by_url import SignedURLs
from ossc._signed_url import hidden
from ossc.aio._client import ClientBase, check_threads
from ossc.aio._verbs import Verbs

if TYPE_CHECKING:
    from typing_extensions import Self

    from ossc._sdk import CancelToken

__all__ = ["URLsBase", "hide"]


class URLsBase(Verbs):
    """`ossc.SignedURLs` for tasks: makes requests by signed URLs. Thread-safe.

    Use it in an `async with` block or await its `close()`. Errors name the URL's path as
    their `key`; no error, log or traceback shows the URL's signature.

    Args:
        client: An `ossc.aio.Client` whose threads, connections and limits are used, and
            which stays open; default: an own one without credentials.
        max_threads: Of the own client, as of `ossc.aio.Client`.
        **options: Of the own client: `retry`, `timeout`, `proxy`, `verify`, ….

    Raises:
        TypeError: It is no `ossc.aio.Client`, or there are options beside it.
    """

    __slots__ = ("_client_of_tasks", "_is_ours")

    def __init__(
        self,
        client: ClientBase | None = None,
        *,
        max_threads: int | None = None,
        **options: Any,
    ) -> None:
        self._is_ours = client is None
        if client is None:
            check_threads(max_threads)
            self._sync = SignedURLs(**options)
            client = ClientBase._around(self._sync._client, max_threads, owned=True)
        elif not isinstance(client, ClientBase):
            kind = type(client).__name__
            raise TypeError(f"client must be an ossc.aio.Client, not {kind}")
        elif options or max_threads is not None:
            raise TypeError("options are those of an own client; none was wanted")
        else:
            self._sync = SignedURLs(client._sync)
        self._client_of_tasks = client
        self._pool = client._pool

    def _view(self, token: CancelToken) -> SignedURLs:
        return SignedURLs(self._client().with_options(cancel=token))

    async def close(self) -> None:
        """Waits for the calls under way and closes the own client.

        A client that was given stays open.
        """
        if self._is_ours:
            await self._client_of_tasks.close()

    async def __aenter__(self) -> Self:
        """Itself."""
        return self

    async def __aexit__(self, *_exc: object) -> None:
        """Closes the own client."""
        await self.close()


def hide(
    place: int, args: tuple[Any, ...], options: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments with a URL that shows no secrets when it is looked at."""
    if place < len(args):
        args = (*args[:place], hidden(args[place]), *args[place + 1 :])
    elif "url" in options:
        options = {**options, "url": hidden(options["url"])}
    return args, options

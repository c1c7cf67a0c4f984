"""What the async client is beside its verbs: it owns threads, and it is closed."""

from __future__ import annotations

import asyncio
import warnings
from copy import copy
from typing import TYPE_CHECKING, Any, NoReturn

from ossc._names import check_whole
from ossc.aio._pool import Pool, mailbox_of
from ossc.aio._verbs import Verbs
from ossc.client import Client

if TYPE_CHECKING:
    from typing_extensions import Self

    from ossc._product import ProductClient

__all__ = ["ClientBase", "check_threads"]

_THREADS = 32
_MOST_THREADS = 1024


class ClientBase(Verbs):
    """A connection to OSS for tasks. Tasks of any number of loops and threads may use it.

    Each call that is awaited runs in one of the client's threads; the C code in there does
    not hold the interpreter. Use the client in an `async with` block or `await` its
    `close()`. After a fork the child has threads and connections of its own.

    Args:
        *args: As of `ossc.Client`.
        max_threads: Calls that are under way at a time; further ones wait for their turn.
            Default: the client's `max_connections`, or 32.
        **options: As of `ossc.Client`.

    Raises:
        ParameterError: An argument is not usable, or a needed one is nowhere to be found.
    """

    __slots__ = ("_is_view", "_owned")

    _kind: type[Any] = Client

    def __init__(
        self, *args: Any, max_threads: int | None = None, **options: Any
    ) -> None:
        check_threads(max_threads)
        self._settle(self._kind(*args, **options), max_threads, owned=True)

    @classmethod
    def wrap(
        cls, client: Client | ProductClient, *, max_threads: int | None = None
    ) -> Self:
        """An async client that shares the connections and options of one of its kind.

        Closing it leaves the client open, and the client has to be open as long.

        Args:
            client: The client, or a view of one.
            max_threads: As of the class.
        """
        if not isinstance(client, cls._kind):
            kind = type(client).__name__
            wanted = getattr(cls._kind, "_name", "ossc.Client")
            raise TypeError(f"an {wanted} can be wrapped, not {kind}")
        return cls._around(client, max_threads, owned=False)

    @classmethod
    def _around(cls, client: Any, threads: int | None, *, owned: bool) -> Self:
        made = object.__new__(cls)
        made._settle(client, threads, owned=owned)
        return made

    def _settle(self, client: Any, threads: int | None, *, owned: bool) -> None:
        self._sync = client
        self._owned = owned
        most = self._client()._budget.max_connections or _THREADS
        self._pool = Pool(check_threads(threads) or most)
        self._is_view = False

    @classmethod
    def _of(cls, pool: Pool, sync: Any) -> Self:
        made = super()._of(pool, sync)
        made._is_view, made._owned = True, False
        return made

    @property
    def closed(self) -> bool:
        """Whether `close()` was called."""
        return self._pool.closed or self._sync.closed

    async def close(self) -> None:
        """Waits until the calls under way have ended, and closes the connections.

        Calls from now on raise `ClientClosed`; streams that are open can still be closed.
        Calling it again, or on a view, does nothing. To end calls instead of waiting for
        them, cancel their tasks.
        """
        if self._is_view or self._pool.closed:
            return
        self._pool.closed = True
        box, ended = mailbox_of(asyncio.get_running_loop()), asyncio.Event()
        try:
            self._pool.when_empty(lambda: box.post(ended.set))
            await ended.wait()
        finally:
            if self._owned:
                self._sync.close()
            self._pool.close()

    async def __aenter__(self) -> Self:
        """The client itself."""
        return self

    async def __aexit__(self, *_exc: object) -> None:
        """Closes the client."""
        await self.close()

    def __enter__(self) -> NoReturn:
        """Only `async with` waits for the end of what is under way."""
        raise TypeError("use `async with` for an async client")

    def __exit__(self, *_exc: object) -> None:
        """Never called."""

    def __del__(self) -> None:
        """Warns when the client was not closed."""
        if getattr(self, "_is_view", True) or self._pool.closed:
            return
        self._pool.closed = True  # its threads see it; nobody can wait for them here
        if self._owned:
            self._sync.close()
            warnings.warn(
                f"unclosed {self!r}", ResourceWarning, source=self, stacklevel=2
            )

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles and copies as a client with threads and connections of its own."""
        return _made, (type(self), self._sync, self._pool, self._is_view)

    def __copy__(self) -> Self:
        """A client of its own; of a view, another view."""
        pool = self._pool
        if not self._is_view:
            make, given = pool.__reduce__()
            pool = make(*given)
        made: Self = _made(type(self), copy(self._sync), pool, self._is_view)
        return made


def check_threads(threads: int | None) -> int | None:
    """Refuses what `max_threads` cannot be; None is the default's.

    Raises:
        ParameterError: It is too few or too many.
    """
    if threads is None:
        return None
    return check_whole("max_threads", threads, _MOST_THREADS, least=1)


def _made(kind: type[Any], client: Any, pool: Pool, is_view: bool) -> Any:  # noqa: FBT001
    made = object.__new__(kind)
    made._sync, made._pool, made._is_view = client, pool, is_view
    made._owned = not is_view
    return made

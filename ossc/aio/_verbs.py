"""What the twins of clients, buckets and settings have in common: how verbs are awaited."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from ossc._names import check_callable
from ossc._sdk import CancelToken, LinkedToken
from ossc.aio._feed import Feed, feed_of
from ossc.aio._job import Job
from ossc.errors import ClientClosed

if TYPE_CHECKING:
    from typing_extensions import Self

    from ossc.aio._pool import Pool
    from ossc.aio._streams import Stream
    from ossc.client import Client

__all__ = ["Plan", "SettingVerbs", "Verbs"]


class Plan:
    """What is special about a verb, as its signature tells.

    Attributes:
        function: The verb itself.
        cancel: Whether it takes a token.
        progress: Whether it tells of its progress.
        feeds: Names and places of arguments that may be asynchronous iterables.
    """

    __slots__ = ("cancel", "feeds", "function", "is_plain", "progress")

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        cancel: bool,
        progress: bool,
        feeds: Sequence[tuple[str, int]],
    ) -> None:
        self.function = function
        self.cancel = cancel
        self.progress = progress
        self.feeds = feeds
        self.is_plain = not (cancel or progress or feeds)


class Verbs:
    """Base of what has verbs. Thread-safe: tasks of any number of loops may use it."""

    __slots__ = ("_pool", "_sync")

    _sync: Any
    _pool: Pool

    @classmethod
    def _of(cls, pool: Pool, sync: Any) -> Self:
        """The twin of a bucket or a view."""
        made = object.__new__(cls)
        made._pool, made._sync = pool, sync
        return made

    def __repr__(self) -> str:
        """That of what it is the twin of."""
        return re.sub(r"\bossc\.(?=([a-z]+\.)?[A-Z])", "ossc.aio.", repr(self._sync))

    def _client(self) -> Client:
        """The client whose options count."""
        client = self._sync
        while (inner := getattr(client, "_client", None)) is not None:
            client = inner
        found: Client = client
        return found

    def _view(self, token: CancelToken) -> Any:
        """What makes the call, so that the token ends it."""
        return self._sync.with_options(cancel=token)

    def _check_open(self) -> None:
        if self._pool.closed:
            raise ClientClosed("the client is closed")

    def _token(self, plan: Plan, options: Mapping[str, Any]) -> LinkedToken:
        """The token of a call, which the caller's own tokens end, too."""
        given = options.get("cancel") if plan.cancel else None
        if given is not None and not isinstance(given, CancelToken):
            kind = type(given).__name__
            raise TypeError(f"cancel must be an ossc.CancelToken, not {kind}")
        return LinkedToken(self._client()._cancel, given)

    async def _call(
        self, plan: Plan, args: tuple[Any, ...], options: dict[str, Any]
    ) -> Any:
        """A verb that returns a result."""
        self._check_open()
        token = self._token(plan, options)
        if plan.is_plain:
            job = Job(self._pool, token, self._prepared(plan, token, args, options))
            job.begin()
            return await job.result()
        progress = options.get("progress") if plan.progress else None
        if progress is not None:
            check_callable("progress", progress)
            options["progress"] = lambda *news: job.report(*news)  # noqa: PLW0108 - made below
        args, feeds = self._fed(plan, token, args, options)
        job = Job(self._pool, token, self._prepared(plan, token, args, options))
        try:
            for feed in feeds:
                feed.start()
            job.begin()
            return await job.result(progress)
        except GeneratorExit:
            while feeds:
                feeds.pop().abandon()
            raise
        finally:
            for feed in feeds:
                await feed.stop()

    def _iterate(
        self, plan: Plan, args: tuple[Any, ...], options: dict[str, Any]
    ) -> tuple[Pool, LinkedToken, Any, Sequence[Feed]]:
        """A verb that returns an iterator: what its results are made of."""
        self._check_open()
        token = self._token(plan, options)
        args, feeds = self._fed(plan, token, args, options)
        # Nothing is sent before the iterator is asked.
        iterator = self._prepared(plan, token, args, options)()
        return self._pool, token, iterator, feeds

    def _opener(
        self,
        plan: Plan,
        twin_of: Callable[[type], type[Stream]],
        args: tuple[Any, ...],
        options: dict[str, Any],
    ) -> Callable[[], Coroutine[Any, Any, Any]]:
        """A verb that opens a stream: what does so."""

        async def begin() -> Any:
            self._check_open()
            token = self._token(plan, options)
            opened = self._prepared(plan, token, args, dict(options))
            job = Job(self._pool, token, opened, _close)
            job.begin()
            stream = await job.result()
            return twin_of(type(stream))(self._pool, token, stream)

        return begin

    def _prepared(
        self,
        plan: Plan,
        token: LinkedToken,
        args: tuple[Any, ...],
        options: dict[str, Any],
    ) -> Callable[[], Any]:
        """The call, for a thread."""
        if plan.cancel:
            options["cancel"] = token
        return partial(_perform, plan.function, self._view, token, args, options)

    def _fed(
        self,
        plan: Plan,
        token: LinkedToken,
        args: tuple[Any, ...],
        options: dict[str, Any],
    ) -> tuple[tuple[Any, ...], list[Feed]]:
        """The arguments with iterators in the place of asynchronous iterables."""
        feeds = []
        for name, place in plan.feeds:
            given = options.get(name) if name in options else None
            is_placed = place < len(args)
            if is_placed:
                given = args[place]
            feed = feed_of(given, self._pool, token)
            if feed is None:
                continue
            feeds.append(feed)
            if is_placed:
                args = (*args[:place], feed, *args[place + 1 :])
            else:
                options[name] = feed
        return args, feeds


class SettingVerbs(Verbs):
    """Base of the twins of settings: of a bucket, a client, or another setting.

    Args:
        owner: Whose setting it is.
        reach: Gets at the setting of what the owner is the twin of, or of its view.
    """

    __slots__ = ("_owner", "_reach")

    def __init__(self, owner: Verbs, reach: Callable[[Any], Any]) -> None:
        self._owner = owner
        self._reach = reach
        self._pool = owner._pool
        self._sync = reach(owner._sync)

    def _client(self) -> Client:
        return self._owner._client()

    def _view(self, token: CancelToken) -> Any:
        return self._reach(self._owner._view(token))


def _perform(
    function: Callable[..., Any],
    view: Callable[[CancelToken], Any],
    token: LinkedToken,
    args: tuple[Any, ...],
    options: dict[str, Any],
) -> Any:
    return function(view(token), *args, **options)


def _close(stream: Any) -> None:
    """Closes a stream that nobody has got."""
    getattr(stream, "discard", stream.close)()

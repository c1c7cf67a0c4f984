"""`Budget`: what all transfers of a client together may use of memory and connections.

Waiting is in the order of asking, so that a large wish is not passed by small ones for
ever, and in slices, so that Ctrl-C, a cancel token and a deadline end it.
"""

from __future__ import annotations

import os
import time
import weakref
from _thread import get_ident

from ossc.errors import Cancelled, MemoryLimitExceeded, RequestTimedOut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections import deque

    from ossc._sdk import CancelToken

__all__ = ["SLICE_S", "Budget", "Share", "check_going"]

SLICE_S = 0.1
"""No wait is longer without a look at signals, tokens and deadlines."""


def check_going(cancel: CancelToken | None, ends: float | None, awaited: str) -> None:
    """Refuses to wait any longer where nobody wants it.

    Args:
        cancel: The token of who waits.
        ends: The deadline of who waits, on `time.monotonic`'s clock.
        awaited: What is waited for, for the error.

    Raises:
        Cancelled: The token was cancelled.
        RequestTimedOut: The deadline has passed.
    """
    if cancel is not None and cancel.cancelled:
        raise Cancelled(f"cancelled while waiting for {awaited}")
    if ends is not None and time.monotonic() >= ends:
        raise RequestTimedOut(f"the deadline passed while waiting for {awaited}")


class _Limit:
    """So much of something, handed out in the order of asking. Thread-safe."""

    def __init__(self, what: str, most: int) -> None:
        self.what = what
        self.most = most
        self.renew()

    def renew(self) -> None:
        """Everything is free: of a child process, which has one thread."""
        # Imported here: most clients have no limits, and threads cost as much as they.
        from collections import deque  # noqa: PLC0415
        from threading import RLock  # noqa: PLC0415

        from ossc._threads import Bell  # noqa: PLC0415

        self.free = self.most
        self.holders: dict[int, int] = {}
        self.queue: deque[object] = deque()
        # Reentrant: a forgotten stream gives back whenever the collector runs.
        self.lock = RLock()
        self.changed = Bell()
        self.epoch = object()

    def take(
        self, share: Share, cancel: CancelToken | None, ends: float | None
    ) -> None:
        """Waits until the share is free and hands it out."""
        with self.lock:
            if not self.queue and self.free >= share.size:
                self._hand_out(share)
                return
        # Imported here: most never wait.
        from ossc._threads import heard  # noqa: PLC0415

        ticket, changed = object(), None
        try:
            with self.lock:
                self.queue.append(ticket)
            while True:
                with self.lock:
                    if self.queue[0] is ticket and self.free >= share.size:
                        self._hand_out(share)
                        return
                    changed = changed or self.changed.listen()
                check_going(cancel, ends, self.what)
                left = SLICE_S if ends is None else ends - time.monotonic()
                if heard(changed, min(SLICE_S, max(left, 0))):
                    changed = None
        finally:
            with self.lock:
                if ticket in self.queue:
                    self.queue.remove(ticket)
                self.changed.ring()

    def _hand_out(self, share: Share) -> None:
        self.free -= share.size
        share.epoch = self.epoch

    def give_back(self, share: Share) -> None:
        """Takes a share back, unless it was handed out before a fork."""
        with self.lock:
            if share.epoch is self.epoch:
                self.free += share.size
                self.changed.ring()
            share.epoch = None


class Share:
    """A part of a budget while a `with` block lasts; used once."""

    __slots__ = ("_cancel", "_ends", "_limit", "epoch", "size")

    def __init__(
        self,
        limit: _Limit | None,
        size: int,
        cancel: CancelToken | None,
        ends: float | None,
    ) -> None:
        self._limit = limit
        self._cancel = cancel
        self._ends = ends
        self.size = size
        self.epoch: object | None = None

    def __enter__(self) -> None:
        """Waits until the share is free."""
        if self._limit is not None:
            try:
                self._limit.take(self, self._cancel, self._ends)
            except BaseException:
                # Ctrl-C may come between the taking and the block.
                self._limit.give_back(self)
                raise

    def __exit__(self, *_exc: object) -> None:
        """Gives the share back."""
        if self._limit is not None:
            self._limit.give_back(self)


class _Connection(Share):
    """A connection of a thread; a request inside a request's progress is let through.

    It would wait for its own thread otherwise.
    """

    __slots__ = ("_thread",)

    def __enter__(self) -> None:
        """Waits for a free connection, or goes along with the one the thread has."""
        limit = self._limit
        self._thread = get_ident()
        if limit is not None:
            nested = self._thread in limit.holders
            if not nested:
                super().__enter__()
            limit.holders[self._thread] = limit.holders.get(self._thread, 0) + 1

    def __exit__(self, *_exc: object) -> None:
        """Gives the connection back behind the outermost request."""
        limit = self._limit
        if limit is None:
            return
        depth = limit.holders.pop(self._thread, 1) - 1
        if depth:
            limit.holders[self._thread] = depth
        else:
            super().__exit__()


_FREE = Share(None, 0, None, None)
_limits: weakref.WeakSet[_Limit] = weakref.WeakSet()


def _renew_all() -> None:
    for limit in _limits:
        limit.renew()


os.register_at_fork(after_in_child=_renew_all)


class Budget:
    """One client's limits for all of its transfers together. Thread-safe.

    A thread takes memory before a connection, and neither twice: whoever waits for what
    only it can give back waits for ever. After a fork the child has all of it.

    Args:
        max_memory: Bytes of buffers; None: no limit.
        max_connections: Requests at a time; None: no limit.
    """

    __slots__ = ("_connections", "_memory")

    def __init__(self, max_memory: int | None, max_connections: int | None) -> None:
        self._memory = _limit("memory", max_memory)
        self._connections = _limit("a free connection", max_connections)

    @property
    def max_memory(self) -> int | None:
        """Bytes that buffers may have in all, or None."""
        return None if self._memory is None else self._memory.most

    @property
    def max_connections(self) -> int | None:
        """How many requests may be under way at a time, or None."""
        return None if self._connections is None else self._connections.most

    @property
    def is_awaited(self) -> bool:
        """Whether anybody waits for what others have."""
        limits = self._memory, self._connections
        return any(limit is not None and limit.queue for limit in limits)

    def memory(
        self,
        size: int,
        *,
        cancel: CancelToken | None = None,
        ends: float | None = None,
    ) -> Share:
        """So many bytes, for a `with` block that may end in another thread.

        Args:
            size: How many bytes.
            cancel: Ends the wait.
            ends: Ends the wait: a time of `time.monotonic`.

        Raises:
            MemoryLimitExceeded: There are not that many in all; at once.
            Cancelled: On entering: the token was cancelled.
            RequestTimedOut: On entering: the deadline has passed.
        """
        limit = self._memory
        if limit is None:
            return _FREE
        if size > limit.most:
            raise MemoryLimitExceeded(
                f"{size} bytes are needed at once; max_memory is {limit.most}"
            )
        return Share(limit, size, cancel, ends)

    def connection(
        self,
        *,
        count: int = 1,
        cancel: CancelToken | None = None,
        ends: float | None = None,
    ) -> Share:
        """A connection, or some, for a `with` block in one thread.

        Args:
            count: How many; of a smaller limit all there are.
            cancel: As in `memory`.
            ends: As in `memory`.
        """
        limit = self._connections
        if limit is None:
            return _FREE
        return _Connection(limit, min(count, limit.most), cancel, ends)


def _limit(what: str, most: int | None) -> _Limit | None:
    if most is None:
        return None
    limit = _Limit(what, most)
    _limits.add(limit)
    return limit

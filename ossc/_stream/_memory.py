"""The memory of streams: what the client's budget allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ossc.errors import RequestTimedOut

if TYPE_CHECKING:
    from ossc._budget import Share
    from ossc._sdk import CancelToken
    from ossc.client import Client

__all__ = ["Memory"]

# A deadline that has passed: what is not free at once is not waited for.
_AT_ONCE = 0.0


class Memory:
    """A client's budget as one stream asks for it.

    Whoever waits here holds nothing that others could wait for but what threads are about
    to give back by themselves.
    """

    __slots__ = ("_budget", "_cancel", "_client", "_parts")

    def __init__(self, client: Client, cancel: CancelToken | None, parts: int) -> None:
        self._client = client
        self._budget = client._budget
        self._cancel = cancel
        self._parts = parts

    def at_most(self, size: int) -> int:
        """The size, or the part of the budget that one buffer of the stream may have."""
        most = self._budget.max_memory
        return size if most is None else max(1, min(size, most // self._parts))

    def wait_for(self, size: int) -> Share:
        """So many bytes, once they are free.

        Raises:
            Cancelled: The stream's token was used meanwhile.
            RequestTimedOut: The deadline passed meanwhile.
            MemoryLimitExceeded: The budget never has as much.
        """
        ends = self._client._running()._ends
        share = self._budget.memory(size, cancel=self._cancel, ends=ends)
        share.__enter__()
        return share

    def if_free(self, size: int) -> Share | None:
        """So many bytes if they are free now."""
        share = self._budget.memory(size, ends=_AT_ONCE)
        try:
            share.__enter__()
        except RequestTimedOut:
            return None
        return share

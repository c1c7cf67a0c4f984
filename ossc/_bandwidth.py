"""`Bandwidth`: how many bytes a second requests may move, and who waits for that.

What was moved is paid for afterwards: each request stops reading and sending until its
bytes have had their time, and ends no earlier. So the mean is kept, whatever the requests'
sizes. Loaded where there is a limit.
"""

from __future__ import annotations

import os
import time
import weakref
from _thread import allocate_lock

from ossc._budget import SLICE_S, check_going

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ossc._sdk import CancelToken

__all__ = ["Bandwidth", "Meter"]


# Time that nobody used counts for so long: requests have work to do beside moving bytes.
_CREDIT_S = 0.1


class Bandwidth:
    """A limit that requests share. Thread-safe.

    Args:
        rate: Bytes a second.
    """

    __slots__ = ("__weakref__", "_lock", "_paid", "rate")

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._paid: float | None = None
        self._lock = allocate_lock()
        _limits.add(self)

    def renew(self) -> None:
        """Of a child process: no thread of it is in here."""
        self._lock = allocate_lock()

    def spend(self, count: int) -> float:
        """Pays for so many bytes; when, on `time.monotonic`'s clock, they have their time.

        Of nothing: when another request may begin.
        """
        with self._lock:
            now = time.monotonic()
            paid = now if self._paid is None else max(self._paid, now - _CREDIT_S)
            self._paid = paid + count / self.rate
            return self._paid


_limits: weakref.WeakSet[Bandwidth] = weakref.WeakSet()


def _renew_all() -> None:
    for limit in _limits:
        limit.renew()


os.register_at_fork(after_in_child=_renew_all)


class Meter:
    """What one request moves, and its waits for that. One thread at a time.

    Args:
        limits: Each of them is kept.
        cancel: Ends the waits.
        ends: The request's deadline on `time.monotonic`'s clock, which does so, too.
    """

    __slots__ = ("_cancel", "_ends", "_limits", "_seen")

    def __init__(
        self,
        limits: tuple[Bandwidth, ...],
        cancel: CancelToken | None = None,
        ends: float | None = None,
    ) -> None:
        self._limits = limits
        self._cancel = cancel
        self._ends = ends
        self._seen = 0

    def begin(self) -> None:
        """Waits until a request may begin, which has moved nothing yet.

        Raises:
            Cancelled: The token was cancelled.
            RequestTimedOut: The deadline has passed.
        """
        self._seen = 0
        until = self._spend(0)
        while (left := until - time.monotonic()) > 0:
            check_going(self._cancel, self._ends, "bandwidth")
            time.sleep(min(left, SLICE_S))

    def pace(self, moved: int) -> None:
        """Pays for what the request has moved since the last time, and waits for that.

        It ends early with the token or the deadline.

        Args:
            moved: All that it has moved; less than before: it began again.
        """
        count = moved - self._seen if moved >= self._seen else moved
        self._seen = moved
        until = self._spend(count)
        if self._ends is not None:
            until = min(until, self._ends)
        while (left := until - time.monotonic()) > 0:
            if self._cancel is not None and self._cancel.cancelled:
                return
            time.sleep(min(left, SLICE_S))

    def _spend(self, count: int) -> float:
        return max(limit.spend(count) for limit in self._limits)

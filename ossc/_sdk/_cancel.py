"""`CancelToken`: one switch that ends any number of requests from any thread."""

from __future__ import annotations

from weakref import ref

from ossc._sdk._library import ffi

__all__ = ["CancelToken", "LinkedToken"]


class CancelToken:
    """Ends the requests and transfers it was given to. Thread-safe, used once.

    Example:
        >>> token = ossc.CancelToken()
        >>> token.cancelled
        False
        >>> token.cancel()  # from any thread
        >>> token.cancelled
        True
    """

    __slots__ = ("_followers", "flag")

    def __init__(self) -> None:
        self.flag = ffi.new("int *")
        self._followers: dict[int, ref[LinkedToken]] = {}

    def cancel(self) -> None:
        """What uses the token ends with `Cancelled` within 200 ms; later use at once."""
        self.flag[0] = 1
        # Copying locks the dictionary, which also without the interpreter's lock orders
        # this behind the flag: who begins to follow meanwhile sees the one or is in here.
        for follower in self._followers.copy().values():
            token = follower()
            if token is not None:
                token.cancel()

    @property
    def cancelled(self) -> bool:
        """Whether `cancel()` was called."""
        return bool(self.flag[0])

    def __repr__(self) -> str:
        """Whether it was cancelled."""
        return f"<ossc.CancelToken cancelled={self.cancelled}>"


class LinkedToken(CancelToken):
    """A token that others end, too; used again after `rearm`.

    Args:
        leaders: Those that end it; None counts for nothing.
    """

    __slots__ = ("__weakref__", "_leaders")

    def __init__(self, *leaders: CancelToken | None) -> None:
        super().__init__()
        self._leaders = [leader for leader in leaders if leader is not None]
        for leader in self._leaders:
            self._follow(leader)

    def rearm(self) -> None:
        """Takes back a `cancel` of its own; one of a leader stays."""
        self.flag[0] = 0
        # As in `cancel`: no leader is looked at before the flag is seen to be down.
        self._followers.copy()
        if any(leader.cancelled for leader in self._leaders):
            self.cancel()

    def _follow(self, leader: CancelToken) -> None:
        followers, number = leader._followers, id(self)
        followers[number] = ref(self, lambda _gone: followers.pop(number, None))
        # It may have been cancelled while nobody followed.
        if leader.cancelled:
            self.cancel()

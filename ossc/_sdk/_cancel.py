"""`CancelToken`: one switch that ends any number of requests from any thread."""

from __future__ import annotations

from ossc._sdk._library import ffi

__all__ = ["CancelToken"]


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

    __slots__ = ("flag",)

    def __init__(self) -> None:
        self.flag = ffi.new("int *")

    def cancel(self) -> None:
        """What uses the token ends with `Cancelled` within 200 ms; later use at once."""
        self.flag[0] = 1

    @property
    def cancelled(self) -> bool:
        """Whether `cancel()` was called."""
        return bool(self.flag[0])

    def __repr__(self) -> str:
        """Whether it was cancelled."""
        return f"<ossc.CancelToken cancelled={self.cancelled}>"

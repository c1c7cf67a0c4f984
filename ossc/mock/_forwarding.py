"""Gets that wait for the answer of a function, as behind an object FC access point."""

from __future__ import annotations

__all__ = ["FORWARDED_HEADERS", "STATUSES", "ForwardedGet"]

FORWARDED_HEADERS = frozenset(
    {
        "accept-ranges",
        "cache-control",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-range",
        "content-type",
        "etag",
        "expires",
        "last-modified",
    }
)
"""Headers that a function may say of its answer."""

STATUSES = frozenset(range(200, 600))
"""Statuses that it may say."""


class ForwardedGet:
    """A get that somebody has to answer; made by ``Server.forward_get``.

    Attributes:
        route: Where a function's event says that its answer goes.
        token: What it gives to answer with.
        status: Of the answer; None while there is none.
        headers: Of the answer, lower-case names.
        body: Of the answer.
    """

    def __init__(self, route: str, token: str) -> None:
        self.route = route
        self.token = token
        self.status: int | None = None
        self.headers: dict[str, str] = {}
        self.body = b""

    def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        """Take the answer."""
        self.status, self.headers, self.body = status, headers, body

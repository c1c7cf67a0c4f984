"""The records that travel between connections and handlers: Request and Response."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from ossc.mock._encoding import parse_query

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Body", "RecordedRequest", "Request", "Response", "Stream", "drain"]


_AUTHORITY = re.compile(r"https?://[^/?]*", re.IGNORECASE)


class Body(Protocol):
    """A request body that is read once, from the socket."""

    def chunks(self) -> Iterator[bytes]:
        """Yield the body's bytes as they arrive."""
        ...


class Request:
    """One request as received; header names are lower case, all text is decoded."""

    def __init__(
        self,
        method: str,
        target: str,
        headers: list[tuple[str, str]],
        *,
        body: Body,
        client_ip: str,
        secure: bool = False,
    ) -> None:
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.client_ip = client_ip
        self.secure = secure
        path, _, query = _origin_form(target).partition("?")
        self.path = path
        self.query = parse_query(query)
        self._first_headers: dict[str, str] = {}
        for name, value in headers:
            self._first_headers.setdefault(name, value)
        self._first_params: dict[str, str] = {}
        for name, value in self.query:
            self._first_params.setdefault(name, value)

    def header(self, name: str) -> str | None:
        """Return the first value of a header, or None."""
        return self._first_headers.get(name)

    def param(self, name: str) -> str | None:
        """Return the first value of a query parameter, or None."""
        return self._first_params.get(name)

    @property
    def host(self) -> str:
        """The Host header without its port."""
        host = self.header("host") or ""
        if host.startswith("["):
            return host.partition("]")[0] + "]"
        return host.partition(":")[0]


def _origin_form(target: str) -> str:
    start = _AUTHORITY.match(target)
    if start is None:
        return target
    rest = target[start.end() :]
    return rest if rest.startswith("/") else f"/{rest}"


def drain(body: Body) -> None:
    """Read a body to its end and forget it."""
    deque(body.chunks(), maxlen=0)


@dataclass
class Stream:
    """A response body that is produced piece by piece, in chunks without a length."""

    length: int | None
    chunks: Iterator[bytes]


@dataclass
class Response:
    """An answer; common headers are added when it is sent."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | Stream = b""
    bytes_per_second: float | None = None

    @property
    def length(self) -> int | None:
        """The body's size in bytes; None when it is not known beforehand."""
        return self.body.length if isinstance(self.body, Stream) else len(self.body)


@dataclass(frozen=True)
class RecordedRequest:
    """What a test can ask about a request that the server has seen."""

    method: str
    bucket: str | None
    key: str | None
    query: list[tuple[str, str]]
    headers: list[tuple[str, str]]
    operation: str
    status: int | None
    request_id: str

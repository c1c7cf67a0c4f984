"""Small questions to services that hand out credentials, over HTTP, with every bound.

No proxy, no redirect, certificates verified; so much time to connect and for the whole;
so many bytes of an answer. Questions and answers are objects that show none of their
content, for tracebacks and logs show the values of variables.
"""

from __future__ import annotations

import time

from ossc._names import ADDRESS, DIGITS, LETTERS, consists_of
from ossc.errors import CredentialsError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping
    from http.client import HTTPConnection
    from io import BufferedReader
    from typing import Any

    from ossc._credentials._fields import Fields

__all__ = ["Place", "Question", "Reply", "Unanswered", "Unreachable", "ask", "place_of"]

CONNECT_S = 1.0
WHOLE_S = 5.0
MAX_ANSWER = 64 * 1024
_PAUSE_S = 0.2
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class Unanswered(CredentialsError):
    """No whole answer came."""


class Unreachable(Unanswered):
    """Nobody can be connected to."""


class Place:
    """Where a service is: scheme, host, port, and a path with its query."""

    __slots__ = ("host", "path", "port", "tls")

    def __init__(self, host: str, port: int, path: str = "/", *, tls: bool) -> None:
        self.host = host
        self.port = port
        self.path = path
        self.tls = tls

    @property
    def is_local(self) -> bool:
        """Whether the host is this one."""
        return self.host in _LOOPBACK

    def at(self, path: str) -> Place:
        """The same service, another path."""
        return Place(self.host, self.port, path, tls=self.tls)


class Question:
    """A request. It shows nothing of itself."""

    __slots__ = ("body", "headers", "method", "place", "what", "whole_s")

    def __init__(
        self,
        what: str,
        place: Place,
        method: str = "GET",
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        whole_s: float = WHOLE_S,
    ) -> None:
        self.what = what
        self.place = place
        self.method = method
        self.headers = dict(headers or {})
        self.body = body
        self.whole_s = whole_s


class Reply:
    """An answer: its status, and a body that it does not show."""

    __slots__ = ("_body", "_what", "status")

    def __init__(self, what: str, status: int, body: bytes) -> None:
        self._what = what
        self.status = status
        self._body = body

    def text(self) -> str:
        """The body as a text."""
        return self._body.decode("utf-8", "replace").strip()

    def fields(self) -> Fields:
        """The body as a JSON object.

        Raises:
            CredentialsError: It is none.
        """
        from ossc._credentials._fields import parse_json  # noqa: PLC0415 - as below

        return parse_json(self._body, self._what)


def place_of(url: str, what: str) -> Place:
    """The place that a URL names; `https` where it names no scheme.

    Raises:
        CredentialsError: It is no URL of HTTP, or has a user in it.
    """
    scheme, found, rest = url.partition("://")
    if not found:
        scheme, rest = "https", url
    cut = min((rest.find(mark) for mark in "/?#" if mark in rest), default=len(rest))
    path = rest[cut:].partition("#")[0]
    place, _, port = _split(rest[:cut])
    tls = scheme.lower() == "https"
    is_port = not port or (consists_of(port, DIGITS, 5) and 0 < int(port) < 65_536)
    is_path = path.isascii() and path.isprintable() and " " not in path
    if scheme.lower() not in ("http", "https") or not (place and is_port and is_path):
        raise CredentialsError(f"{what}: the address is no URL of HTTP")
    if path[:1] != "/":
        path = f"/{path}"
    return Place(place.lower(), int(port or (443 if tls else 80)), path, tls=tls)


def _split(authority: str) -> tuple[str, str, str]:
    """Host, colon and port; an empty host for what has none or no legal one."""
    if authority[:1] == "[":
        host, closed, rest = authority.partition("]")
        legal = closed and consists_of(host[1:], ADDRESS) and rest[:1] in ("", ":")
        return (host + closed if legal else "", rest[:1], rest[1:])
    host, colon, port = authority.partition(":")
    legal = consists_of(host, LETTERS + DIGITS + "._-", 253) and host[0].isalnum()
    return (host if legal else "", colon, port)


def ask(question: Question, *, again: bool = True) -> Reply:
    """The answer to a question; asked once more where the service is overloaded.

    Args:
        question: What is asked.
        again: Whether to ask once more after a broken connection, 429 or 5xx.

    Raises:
        Unreachable: Nobody can be connected to.
        Unanswered: No whole answer came in time.
        CredentialsError: The answer is too large.
    """
    ends = time.monotonic() + question.whole_s
    reply = None
    try:
        reply = _once(question, ends)
    except Unreachable:
        raise
    except Unanswered:
        if not again or time.monotonic() + _PAUSE_S >= ends:
            raise
    if reply is not None:
        passing = reply.status == 429 or reply.status >= 500
        if not (again and passing) or time.monotonic() + _PAUSE_S >= ends:
            return reply
    time.sleep(_PAUSE_S)
    return _once(question, ends)


def _once(question: Question, ends: float) -> Reply:
    # Imported here, as all of http and ssl: few programs ask such questions.
    from http.client import HTTPException  # noqa: PLC0415

    wire, reply, said = None, None, ""
    try:
        wire = _Wire(_connect(question.place, ends), ends)
    except OSError as error:
        said = _words(error)
    if wire is None:
        raise Unreachable(f"{question.what} cannot be connected to: {said}")
    try:
        wire.secure(question.place)
        reply = _exchange(question, wire)
    except (OSError, HTTPException, ValueError) as error:
        said = _words(error)
    finally:
        wire.sock.close()
    if reply is None:
        raise Unanswered(f"{question.what} gave no answer: {said}")
    if len(reply._body) > MAX_ANSWER:
        raise CredentialsError(f"{question.what}: the answer is too large")
    return reply


def _connect(place: Place, ends: float) -> socket.socket:
    import socket  # noqa: PLC0415 - as above

    left = min(CONNECT_S, ends - time.monotonic())
    if left <= 0:
        raise TimeoutError("timed out")
    host = place.host.strip("[]")
    return socket.create_connection((host, place.port), timeout=left)


class _Wire:
    """A socket whose every operation ends by one time, as `http.client` uses sockets."""

    def __init__(self, sock: socket.socket, ends: float) -> None:
        self.sock = sock
        self._ends = ends

    def secure(self, place: Place) -> None:
        """Speaks TLS from here on, where the place wants it."""
        if not place.tls:
            return
        import ssl  # noqa: PLC0415 - as above

        from ossc._tls import trust_of  # noqa: PLC0415 - as above

        trust = trust_of(True, https=True)
        context = ssl.create_default_context(cafile=trust.ca_file, capath=trust.ca_path)
        name = place.host.strip("[]")
        self.sock = context.wrap_socket(self.limit(), server_hostname=name)

    def limit(self) -> socket.socket:
        """The socket, with the time that is left for its next operation."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self.sock.settimeout(left)
        return self.sock

    def sendall(self, data: bytes) -> None:
        """Sends all of the data."""
        self.limit().sendall(data)

    def makefile(self, *_mode: str) -> BufferedReader:
        """What comes, as a file."""
        import io  # noqa: PLC0415 - as above

        wire = self

        class Reader(io.RawIOBase):
            def readable(self) -> bool:
                return True

            def readinto(self, buffer: Any) -> int:
                return wire.limit().recv_into(buffer)

        return io.BufferedReader(Reader())

    def close(self) -> None:
        """Does nothing: the answer may still be read. Who made the socket closes it."""


def _exchange(question: Question, wire: _Wire) -> Reply:
    from http.client import HTTPConnection  # noqa: PLC0415 - as above

    place = question.place
    connection = HTTPConnection(place.host.strip("[]"), place.port)
    connection.sock = wire
    try:
        headers = {"Host": _authority(place), "Connection": "close", **question.headers}
        connection.request(question.method, place.path, question.body, headers)
        return _received(question.what, connection)
    finally:
        connection.close()


def _received(what: str, connection: HTTPConnection) -> Reply:
    with connection.getresponse() as response:
        body = response.read(MAX_ANSWER + 1)
        length = response.headers.get("Content-Length", "")
        announced = int(length) if consists_of(length, DIGITS, 18) else 0
        if len(body) < min(announced, MAX_ANSWER):
            raise ConnectionResetError("it broke off")
        return Reply(what, response.status, body)


def _authority(place: Place) -> str:
    usual = 443 if place.tls else 80
    return place.host if place.port == usual else f"{place.host}:{place.port}"


def _words(error: Exception) -> str:
    """Why, without what a hostile service may have put into it."""
    if isinstance(error, TimeoutError):
        return "it took too long"
    number = getattr(error, "errno", None)
    reason = getattr(error, "verify_message", None) or getattr(error, "strerror", None)
    if isinstance(number, int) and isinstance(reason, str):
        return f"{reason:.100}"
    return type(error).__name__

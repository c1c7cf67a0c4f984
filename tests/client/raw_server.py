"""A scripted socket server, for answers that no server of HTTP would give.

Each connection is served by a thread of its own that runs a handler: bytes are sent
after a request was read, a function is given the `Peer` and does what it likes. Also
what the tests of this folder share: building answers, and clients of a server.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import ossc
import ossc.mock

KEY_ID = "LTAI5tRawServer"
SECRET = "raw-server-s3cret"
REGION = "cn-hangzhou"
BUCKET = "examplebucket"
MODIFIED = "Fri, 24 Feb 2012 06:07:48 GMT"


@dataclass(slots=True)
class Received:
    """A request as it came in."""

    line: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass(slots=True)
class Peer:
    """The server's side of one connection."""

    sock: socket.socket
    closing: threading.Event
    received: list[Received] = field(default_factory=list)
    _rest: bytes = b""

    def read_head(self) -> Received | None:
        """The next request without its body; None when the client is gone."""
        while b"\r\n\r\n" not in self._rest:
            piece = self.sock.recv(65536)
            if not piece:
                return None
            self._rest += piece
        head, _, self._rest = self._rest.partition(b"\r\n\r\n")
        line, *lines = head.decode("latin-1").split("\r\n")
        pairs = (text.split(":", 1) for text in lines)
        request = Received(line, {n.lower(): v.strip() for n, v in pairs})
        self.received.append(request)
        return request

    def read(self) -> Received | None:
        """The next request whole; None when the client is gone."""
        request = self.read_head()
        if request is not None:
            size = int(request.headers.get("content-length", "0"))
            while len(self._rest) < size:
                piece = self.sock.recv(1 << 20)
                if not piece:
                    return None
                self._rest += piece
            request.body, self._rest = self._rest[:size], self._rest[size:]
        return request

    def send(self, data: bytes) -> None:
        """Sends bytes."""
        self.sock.sendall(data)

    def forever(self, data: bytes) -> None:
        """Sends the same bytes until the client has had enough."""
        while not self.closing.is_set():
            self.sock.sendall(data)

    def stall(self, seconds: float | None = None) -> None:
        """Says nothing for a while, by default until the server is closed."""
        self.closing.wait(seconds)

    def reset(self) -> None:
        """Ends the connection by RST."""
        linger = struct.pack("ii", 1, 0)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.sock.close()


Handler = bytes | Callable[[Peer], None]


class RawServer:
    """Listens on a free port; the n-th connection gets the n-th handler.

    The last handler serves all further connections. A context manager.
    """

    def __init__(
        self,
        *handlers: Handler,
        host: str = "127.0.0.1",
    ) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, 0), family=family)
        self._handlers = handlers
        self._closing = threading.Event()
        self._live: list[tuple[threading.Thread, socket.socket]] = []
        self.port = int(self._listener.getsockname()[1])
        self.authority = (
            f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"
        )
        self.endpoint = f"http://{self.authority}"
        self.received: list[Received] = []
        self.connections = 0
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()

    def __enter__(self) -> RawServer:  # noqa: PYI034 - Self is newer than Python 3.10
        """The running server."""
        return self

    def __exit__(self, *_exc: object) -> None:
        """Ends all connections and threads."""
        self._closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._acceptor.join()
        for thread, sock in self._live:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            thread.join()

    def client(self, **options: Any) -> ossc.Client:
        """A client of this server."""
        return client_of(self.endpoint, **options)

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            index = min(self.connections, len(self._handlers) - 1)
            self.connections += 1
            arguments = (sock, self._handlers[index])
            thread = threading.Thread(target=self._serve, args=arguments, daemon=True)
            self._live.append((thread, sock))
            thread.start()

    def _serve(self, sock: socket.socket, handler: Handler) -> None:
        with contextlib.suppress(OSError):
            peer = Peer(sock, self._closing, self.received)
            if callable(handler):
                handler(peer)
            elif peer.read() is not None:
                peer.send(handler)
        sock.close()


def answer(
    body: bytes = b"",
    status: str = "200 OK",
    *,
    length: int | str | None = -1,
    **headers: str,
) -> bytes:
    """An answer's bytes; `x_oss_meta_a` stands for the header `x-oss-meta-a`.

    Args:
        body: Its body.
        status: Its status and reason.
        length: What Content-Length says; -1: the truth, None: nothing.
        **headers: Its other headers.
    """
    lines = [f"HTTP/1.1 {status}"]
    if length is not None:
        lines.append(f"Content-Length: {len(body) if length == -1 else length}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def object_answer(body: bytes = b"", **headers: Any) -> bytes:
    """The answer to a GET, with all that an object has."""
    usual = {
        "ETag": '"5B3C1A2E053D763E1B002CC607C5A0FE"',
        "Last_Modified": MODIFIED,
        "Content_Type": "text/plain",
        "x_oss_request_id": "5C06A3B67B8B5A3DA422299D",
    }
    return answer(body, **{**usual, **headers})


def keep_alive(reply: bytes) -> Handler:
    """A handler that gives the same answer to every request of a connection."""

    def handle(peer: Peer) -> None:
        while peer.read() is not None:
            peer.send(reply)

    return handle


def client_of(where: str | ossc.mock.Server, **options: Any) -> ossc.Client:
    """A client of an endpoint, or of a mock server with its keys; it repeats nothing."""
    keys = ossc.Credentials(KEY_ID, SECRET)
    endpoint = where if isinstance(where, str) else where.endpoint
    if not isinstance(where, str):
        keys = ossc.Credentials(where.access_key_id, where.access_key_secret)
    usual = {"region": REGION, "credentials": keys, "read_timeout": 10.0, "retry": None}
    return ossc.Client(endpoint, **{**usual, **options})

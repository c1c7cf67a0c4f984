"""An application server that upload callbacks call, with answers in raw bytes."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from types import TracebackType


def answer(
    body: bytes, content_type: str = "application/json", status: int = 200
) -> bytes:
    """A complete HTTP answer."""
    head = (
        f"HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


GOOD = answer(b'{"Status":"OK"}')


@dataclass
class Received:
    """One callback as it arrived."""

    target: str
    headers: dict[str, str]
    body: bytes


class Application:
    """Takes callbacks on a port of its own; a None answer is silence."""

    def __init__(
        self, reply: bytes | None = GOOD, tls: ssl.SSLContext | None = None
    ) -> None:
        self.reply = reply
        self.received: list[Received] = []
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.port}/cb"
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Application:  # noqa: PYI034
        """Start."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self._closing.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            with sock:
                self._serve(sock)

    def _serve(self, sock: socket.socket) -> None:
        if self._tls is not None:
            sock = self._tls.wrap_socket(sock, server_side=True)
        with sock, sock.makefile("rb") as lines:
            first = lines.readline().decode()
            headers = {}
            while line := lines.readline().strip().decode():
                name, _, value = line.partition(": ")
                headers[name.lower()] = value
            body = lines.read(int(headers["content-length"]))
            self.received.append(Received(first.split(" ")[1], headers, body))
            if self.reply is None:
                self._closing.wait(10)
            else:
                sock.sendall(self.reply)

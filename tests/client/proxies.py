"""Proxies of the tests' own: SOCKS5 and HTTP's CONNECT, on sockets of this machine.

Each leads to one place, whatever it is asked for, and keeps what it was asked. They know
users, refuse, say nothing, or talk nonsense, as the tests want.
"""

from __future__ import annotations

import base64
import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable

from .raw_server import Peer, RawServer

USER, PASSWORD = "proxy-user", "pr0xy-s3cret-of-the-test"

_NO_AUTH, _PASSWORD, _NONE = 0, 2, 0xFF


class Socks5(RawServer):
    """A SOCKS5 proxy (RFC 1928, 1929).

    Attributes:
        asked: The targets: a name, or an address, and a port.
        users: User and password of each connection that had some.
    """

    def __init__(
        self,
        target: int,
        *,
        auth: tuple[str, str] | None = None,
        reply: int = 0,
        act: Callable[[Peer], None] | None = None,
    ) -> None:
        self.asked: list[tuple[str, int]] = []
        self.users: list[tuple[str, str]] = []
        self._target = target
        self._auth = auth
        self._reply = reply
        super().__init__(act or self._handle)

    def __enter__(self) -> Socks5:  # noqa: PYI034 - Self is newer than Python 3.10
        """The running proxy."""
        return self

    def url(self, user: str = "", scheme: str = "socks5h") -> str:
        """Its URL."""
        return f"{scheme}://{user}{self.authority}"

    def _handle(self, peer: Peer) -> None:
        sock = peer.sock
        if not self._greet(sock):
            return
        _, command, _, kind = _exactly(sock, 4)
        assert command == 1
        if kind == 3:
            host = _exactly(sock, _exactly(sock, 1)[0]).decode("ascii")
        elif kind == 1:
            host = socket.inet_ntop(socket.AF_INET, _exactly(sock, 4))
        else:
            host = socket.inet_ntop(socket.AF_INET6, _exactly(sock, 16))
        (port,) = struct.unpack(">H", _exactly(sock, 2))
        self.asked.append((host, port))
        sock.sendall(bytes([5, self._reply, 0, 1, 127, 0, 0, 1, 0, 0]))
        if self._reply == 0:
            join(sock, self._target)

    def _greet(self, sock: socket.socket) -> bool:
        version, count = _exactly(sock, 2)
        assert version == 5
        methods = _exactly(sock, count)
        wanted = _NO_AUTH if self._auth is None else _PASSWORD
        if wanted not in methods:
            sock.sendall(bytes([5, _NONE]))
            return False
        sock.sendall(bytes([5, wanted]))
        if self._auth is None:
            return True
        user = _exactly(sock, _exactly(sock, 2)[1]).decode()
        password = _exactly(sock, _exactly(sock, 1)[0]).decode()
        self.users.append((user, password))
        is_known = (user, password) == self._auth
        sock.sendall(bytes([1, 0 if is_known else 1]))
        return is_known


class Connect(RawServer):
    """An HTTP proxy that makes tunnels, over TLS itself where it has a certificate.

    Attributes:
        asked: The targets, as they stand in the requests.
        lines: The first lines of all requests.
    """

    def __init__(
        self,
        target: int,
        *,
        auth: tuple[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.asked: list[str] = []
        self.lines: list[str] = []
        self._target = target
        self._auth = auth
        self._tls = tls
        super().__init__(self._handle)

    def __enter__(self) -> Connect:  # noqa: PYI034 - Self is newer than Python 3.10
        """The running proxy."""
        return self

    def url(self, user: str = "") -> str:
        """Its URL."""
        return f"{'https' if self._tls else 'http'}://{user}{self.authority}"

    def _handle(self, peer: Peer) -> None:
        if self._tls is not None:
            peer.sock = self._tls.wrap_socket(peer.sock, server_side=True)
        with peer.sock:
            self._serve_one(peer)

    def _serve_one(self, peer: Peer) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            piece = peer.sock.recv(65536)
            if not piece:
                return
            head += piece
        line, *lines = head.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        self.lines.append(line)
        headers = dict(each.lower().split(": ", 1) for each in lines)
        if self._auth is not None:
            packed = base64.b64encode(":".join(self._auth).encode()).decode()
            if headers.get("proxy-authorization") != f"basic {packed}".lower():
                peer.send(b"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n")
                return
        method, where, _ = line.split()
        if method == "CONNECT":
            self.asked.append(where)
            peer.send(b"HTTP/1.1 200 Connected\r\n\r\n")
            join(peer.sock, self._target)
        else:
            # A whole URL: on to the server, which takes such, too.
            join(peer.sock, self._target, head)


def join(sock: socket.socket, target: int, first: bytes = b"") -> None:
    """Carries bytes both ways between a socket and a port of this machine."""
    with socket.create_connection(("127.0.0.1", target)) as other:
        other.sendall(first)
        back = threading.Thread(target=_carry, args=(other, sock), daemon=True)
        back.start()
        _carry(sock, other)
        back.join()


def _carry(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    for sock in (source, sink):
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)


def _exactly(sock: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = sock.recv(count - len(data))
        if not piece:
            raise ConnectionResetError
        data += piece
    return data

"""The control port: what tests in other languages tell the server, and ask it.

It is off unless the command line asks for it, and is a port of its own: a path of the
server's port would be a key of buckets that have hosts of their own, would meet the
faults it scripts, and would be open to whoever reaches the server. It speaks JSON. There
is no password: it listens on the loopback, and answers no web page.
"""

from __future__ import annotations

import contextlib
import ipaddress
import json
import socket
import socketserver
import sys
import threading
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from ossc.mock._control_text import fault_text, faults_of, request_text
from ossc.mock._setup import listen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ossc.mock._server import Server

__all__ = ["MAX_BODY_BYTES", "Control"]

MAX_BODY_BYTES = 1024 * 1024
_MOST_DRAINED_BYTES = 16 * 1024 * 1024
_PATIENCE_SECONDS = 10.0
_POLL_SECONDS = 0.1
_FILTERS = ("bucket", "key", "method", "operation")


class Refusal(Exception):
    """A request to the control port that nothing comes of."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Control:
    """A server's control port, in threads of its own. Thread-safe."""

    def __init__(self, server: Server, host: str, port: int) -> None:
        self._listener = _Listener(server, host, port)
        shown = f"[{host}]" if ":" in host else host
        self.endpoint = f"http://{shown}:{self._listener.server_address[1]}"
        self._thread = threading.Thread(
            target=self._listener.serve_forever,
            args=(_POLL_SECONDS,),
            name="ossc-mock-control",
            daemon=True,
        )
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._listener.shutdown()
        self._thread.join()
        self._listener.server_close()


class _Listener(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, server: Server, host: str, port: int) -> None:
        super().__init__((host, port), _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listen(host, port)
        self.server_address = self.socket.getsockname()
        self.server = server
        self.is_local = _is_loopback(host)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let go of a client that went away, or was too slow."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """One request; the connection ends with its answer."""

    server: _Listener
    timeout = _PATIENCE_SECONDS

    def _serve(self) -> None:
        try:
            self._check_origin()
            body = self._body()
            answer = self._carry_out(body)
        except Refusal as refusal:
            self.send_error(refusal.status, str(refusal))
            self._drain()
        else:
            self._send(200, answer)

    do_GET = do_POST = do_DELETE = do_PUT = do_HEAD = _serve  # noqa: N815

    def _check_origin(self) -> None:
        """Refuse what a web page makes a browser send."""
        if self.headers.get("Origin") is not None:
            raise Refusal(403, "the control port is not for web pages")
        host = self.headers.get("Host")
        if self.server.is_local and host is not None and not _is_local_name(host):
            raise Refusal(403, "the Host header names another machine")

    def _body(self) -> str:
        if self.headers.get("Transfer-Encoding") is not None:
            raise Refusal(411, "a body needs a Content-Length")
        announced = self.headers.get("Content-Length", "0")
        if not (announced.isascii() and announced.isdigit()) or len(announced) > 18:
            raise Refusal(400, "the Content-Length is no number")
        if int(announced) > MAX_BODY_BYTES:
            raise Refusal(413, f"a body has at most {MAX_BODY_BYTES} bytes")
        body = self.rfile.read(int(announced))
        if len(body) < int(announced):
            raise Refusal(400, "the body ends early")
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError:
            raise Refusal(400, "the body is not UTF-8") from None

    def _carry_out(self, body: str) -> dict[str, Any]:
        path, _, query = self.path.partition("?")
        verbs = _VERBS.get(path)
        if verbs is None:
            known = ", ".join(sorted(_VERBS))
            raise Refusal(404, f"there is no {path}, but there are {known}")
        verb = verbs.get(self.command)
        if verb is None:
            raise Refusal(405, f"{path} knows {', '.join(sorted(verbs))}")
        asked = parse_qs(query, keep_blank_values=True)
        return verb(self.server.server, body, {n: v[-1] for n, v in asked.items()})

    def _drain(self) -> None:
        """Read what still comes, so that the client gets the answer, not a reset."""
        left = _MOST_DRAINED_BYTES
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            while left > 0 and (piece := self.rfile.read1(65536)):
                left -= len(piece)

    def send_error(
        self, code: int, message: str | None = None, explain: str | None = None
    ) -> None:
        """Send an error in JSON, also where the standard library finds it."""
        self._send(code, {"error": message or explain or "bad request"})

    def _send(self, status: int, answer: dict[str, Any]) -> None:
        body = json.dumps(answer, indent=1).encode("ascii") + b"\n"
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Keep the program's output quiet."""


def _health(server: Server, _body: str, _asked: Mapping[str, str]) -> dict[str, Any]:
    return {"status": "ok", "endpoint": server.endpoint, "region": server.region}


def _state(server: Server, _body: str, _asked: Mapping[str, str]) -> dict[str, Any]:
    return {
        "endpoint": server.endpoint,
        "region": server.region,
        "access_key_id": server.access_key_id,
        "account_id": server.account_id,
        "data": server.data_location,
        "connections": server.connections,
        "requests": len(server.requests),
        "faults": len(server.faults.unused),
        "buckets": _contents(server),
    }


def _contents(server: Server) -> list[dict[str, Any]]:
    store = server.service.context.store
    with store.lock:
        return [
            {
                "name": bucket.name,
                "acl": bucket.acl,
                "versioning": bucket.versioning,
                "objects": len(bucket.objects),
                "bytes": sum(record.size for record in bucket.objects.values()),
                "uploads": len(bucket.uploads),
            }
            for _, bucket in sorted(store.buckets.items())
        ]


def _reset(server: Server, _body: str, _asked: Mapping[str, str]) -> dict[str, Any]:
    server.reset()
    return _state(server, "", {})


def _faults(server: Server, _body: str, _asked: Mapping[str, str]) -> dict[str, Any]:
    return {"faults": [fault_text(fault) for fault in server.faults.unused]}


def _add(server: Server, body: str, asked: Mapping[str, str]) -> dict[str, Any]:
    try:
        script = faults_of(body)
    except (TypeError, ValueError) as error:
        raise Refusal(400, str(error)) from None
    server.faults.add(*script)
    return _faults(server, "", asked)


def _clear(server: Server, _body: str, asked: Mapping[str, str]) -> dict[str, Any]:
    left = _faults(server, "", asked)
    server.faults.clear()
    return left


def _requests(server: Server, _body: str, asked: Mapping[str, str]) -> dict[str, Any]:
    unknown = sorted(set(asked) - set(_FILTERS))
    if unknown:
        raise Refusal(400, f"{', '.join(unknown)}: none of {', '.join(_FILTERS)}")
    found = [
        request_text(request)
        for request in server.requests
        if all(getattr(request, name) == value for name, value in asked.items())
    ]
    return {"requests": found}


def _forget(server: Server, _body: str, _asked: Mapping[str, str]) -> dict[str, Any]:
    server.reset_counts()
    return {"requests": []}


_VERBS: dict[
    str, dict[str, Callable[[Server, str, Mapping[str, str]], dict[str, Any]]]
] = {
    "/faults": {"GET": _faults, "POST": _add, "DELETE": _clear},
    "/health": {"GET": _health},
    "/requests": {"GET": _requests, "DELETE": _forget},
    "/reset": {"POST": _reset},
    "/state": {"GET": _state},
}


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _is_local_name(authority: str) -> bool:
    """Whether a Host header is one of the loopback."""
    try:
        return _is_loopback(urlsplit(f"//{authority}").hostname or "")
    except ValueError:
        return False

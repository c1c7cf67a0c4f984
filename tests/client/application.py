"""An application's server for upload callbacks, on the loopback, for tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server


class QuietHandler(WSGIRequestHandler):
    """Keeps the test's output quiet."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Write nothing."""


@contextmanager
def serving(application: Any) -> Iterator[str]:
    """Runs a WSGI application; gives its URL."""
    listener = make_server("127.0.0.1", 0, application, handler_class=QuietHandler)
    thread = threading.Thread(target=listener.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.server_port}"
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()


class PlainApplication:
    """Answers every callback as it is told to, and keeps what it was sent.

    Attributes:
        status: Of the next answers.
        answer: Body of the next answers.
        content_type: Of the next answers.
        silent: Set to have requests wait; `release` lets them go on.
        requests: Path, headers (lower-case names) and body of each callback.
    """

    def __init__(self) -> None:
        self.status = 200
        self.answer = b'{"ok":true}'
        self.content_type = "application/json"
        self.silent = False
        self.release = threading.Event()
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                owner.requests.append((self.path, headers, body))
                if owner.silent:
                    owner.release.wait(30)
                    return
                self.send_response(owner.status)
                self.send_header("Content-Type", owner.content_type)
                self.send_header("Content-Length", str(len(owner.answer)))
                self.end_headers()
                self.wfile.write(owner.answer)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Write nothing."""

        return Handler

    def __enter__(self) -> PlainApplication:  # noqa: PYI034
        """Starts to answer."""
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        """Lets waiting requests go and ends."""
        self.release.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

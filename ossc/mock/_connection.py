"""One connection: parses requests with h11, has them carried out, sends answers.

h11 only reads here. Responses are written by hand, because scripted faults need to
cut, delay and falsify them at a given byte.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import h11

from ossc.mock._encoding import from_wire
from ossc.mock._error_document import error_response
from ossc.mock._errors import CATALOGUE, ServiceError
from ossc.mock._http import RecordedRequest, Request, Response, drain
from ossc.mock._output import Hangup, Output, response_head
from ossc.mock._service import new_request_id
from ossc.mock._socket_body import Enough, SocketBody

if TYPE_CHECKING:
    import threading

    from ossc.mock._service import Service
    from ossc.mock.faults import Fault, Faults

__all__ = ["Connection", "Host"]

IDLE_SECONDS = 60.0
_RECEIVE_BYTES = 256 * 1024
_MAX_HEAD_BYTES = 64 * 1024
_LINGER_BYTES = 64 * 1024 * 1024
_LINGER_SECONDS = 2.0
_KEEP_ALIVE_BYTES = 1024 * 1024
_DEFAULT_CODES = {
    400: "BadRequest",
    403: "AccessDenied",
    404: "NoSuchKey",
    500: "InternalError",
    503: "ServiceUnavailable",
}


class Host(Protocol):
    """What a connection needs of its server."""

    service: Service
    faults: Faults
    closing: threading.Event
    tls: ssl.SSLContext | None

    def now(self) -> float:
        """Return the server's time."""
        ...

    def record(self, request: RecordedRequest) -> None:
        """Remember a request that is about to be answered."""
        ...


class Connection:
    """Serves one client until it, the server or a fault ends the connection."""

    def __init__(self, host: Host, sock: socket.socket, client_ip: str) -> None:
        self._host = host
        self._sock = sock
        self._client_ip = client_ip
        self._parser = h11.Connection(
            h11.SERVER, max_incomplete_event_size=_MAX_HEAD_BYTES
        )

    def run(self) -> None:
        """Serve requests one after the other, then close."""
        try:
            self._sock.settimeout(IDLE_SECONDS)
            if self._host.tls is not None:
                self._secure(self._host.tls)
            while self._serve_next():
                pass
        except Hangup as hangup:
            if hangup.reset:
                self._arm_reset()
            elif hangup.linger:
                self._linger(None)
        except (ConnectionError, TimeoutError, ssl.SSLError):
            pass  # the client is gone, or does not speak TLS
        finally:
            self._sock.close()

    def _secure(self, tls: ssl.SSLContext) -> None:
        """Shake hands; ``abort`` must find the socket that this waits on."""
        secure = tls.wrap_socket(
            self._sock, server_side=True, do_handshake_on_connect=False
        )
        self._sock = secure
        if self._host.closing.is_set():
            raise Hangup(reset=False)
        secure.do_handshake()

    def abort(self) -> None:
        """End the connection from another thread."""
        # SSLSocket.shutdown would take the TLS state away from the serving thread.
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self._sock, socket.SHUT_RDWR)

    def _arm_reset(self) -> None:
        linger = struct.pack("ii", 1, 0)
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    def receive(self) -> None:
        """Give the parser more bytes, or the end of the stream."""
        self._parser.receive_data(self._sock.recv(_RECEIVE_BYTES))

    def _serve_next(self) -> bool:
        """Serve one request; return whether another one may follow."""
        try:
            event = self._next_head()
        except h11.RemoteProtocolError as error:
            self._refuse(error)
            return False
        if event is None:
            return False
        exchange = _Exchange(self._host, self, self._parser, event)
        keep = exchange.run(self._sock, self._client_ip)
        if not keep or self._host.closing.is_set():
            self._linger(exchange.body)
            return False
        rest, _ = self._parser.trailing_data
        self._parser = h11.Connection(
            h11.SERVER, max_incomplete_event_size=_MAX_HEAD_BYTES
        )
        if rest:
            self._parser.receive_data(rest)
        return True

    def _next_head(self) -> h11.Request | None:
        while True:
            event = self._parser.next_event()
            if event is h11.NEED_DATA:
                try:
                    self.receive()
                except TimeoutError:
                    return None
            elif isinstance(event, h11.Request):
                return event
            else:
                return None

    def _refuse(self, error: h11.RemoteProtocolError) -> None:
        request_id, now = new_request_id(), self._host.now()
        refusal = ServiceError("BadRequest", str(error), status=error.error_status_hint)
        response = error_response(refusal, None, request_id)
        head = response_head(response, request_id, now, 0, keep_alive=False)
        self._sock.sendall(head)
        if isinstance(response.body, bytes):
            self._sock.sendall(response.body)
        self._linger(None)

    def _linger(self, body: SocketBody | None) -> None:
        """Read what the client still sends, so that it gets the answer, not a RST."""
        if body is not None and body.finished:
            return
        with contextlib.suppress(OSError):
            self._drain_rest()

    def _drain_rest(self) -> None:
        self._sock.shutdown(socket.SHUT_WR)
        deadline, left = time.monotonic() + _LINGER_SECONDS, _LINGER_BYTES
        self._sock.settimeout(_LINGER_SECONDS)
        while left > 0 and time.monotonic() < deadline:
            received = len(self._sock.recv(_RECEIVE_BYTES))
            if not received:
                return
            left -= received


class _Exchange:
    """One request and its answer, with the fault that it meets."""

    def __init__(
        self,
        host: Host,
        connection: Connection,
        parser: h11.Connection,
        event: h11.Request,
    ) -> None:
        self._host = host
        self._connection = connection
        self._parser = parser
        self._event = event
        self._request_id = new_request_id()
        self._started = time.monotonic()
        self.body: SocketBody | None = None

    def run(self, sock: socket.socket, client_ip: str) -> bool:
        """Answer the request; return whether the connection may be used again."""
        headers = [(from_wire(n), from_wire(v)) for n, v in self._event.headers]
        announced = next((int(v) for n, v in headers if n == "content-length"), None)
        body = SocketBody(self._connection.receive, self._parser, announced, sock)
        self.body = body
        request = Request(
            self._event.method.decode("ascii"),
            self._event.target.decode("ascii"),
            headers,
            body=body,
            client_ip=client_ip,
            secure=self._host.tls is not None,
        )
        route = self._host.service.route(request)
        address = route.address
        fault = self._host.faults.take(request.method, route.operation, address.key)
        body.meet(fault, self._host.closing)
        now = self._host.now() + (fault.clock_offset or 0)
        status: int | None = None
        try:
            self._before(fault, request)
            response = self._answer(fault, request, now)
            if fault.raw is None and not fault.drop:
                status = response.status
        finally:
            self._host.record(
                RecordedRequest(
                    request.method,
                    address.bucket,
                    address.key,
                    request.query,
                    headers,
                    route.operation,
                    status,
                    self._request_id,
                )
            )
        keep = self._settle(request)
        self._send(sock, response, fault, request, now, keep_alive=keep)
        return keep

    def _before(self, fault: Fault, request: Request) -> None:
        if fault.reset_when == "before":
            raise Hangup(reset=True)
        if fault.reset_when == "after":
            with contextlib.suppress(ServiceError, Enough):
                drain(request.body)
            raise Hangup(reset=True)

    def _answer(self, fault: Fault, request: Request, now: float) -> Response:
        if fault.answer is not None:
            with contextlib.suppress(ServiceError, Enough):
                drain(request.body)
            code = fault.answer.code or _code_for(fault.answer.status)
            error = ServiceError(code, fault.answer.message, status=fault.answer.status)
            return error_response(error, request, self._request_id)
        service = self._host.service
        route = service.route(request)
        return service.handle(request, route, now, self._request_id)

    def _settle(self, request: Request) -> bool:
        """Read a short rest of the body; return whether to keep the connection."""
        assert self.body is not None  # noqa: S101
        if self.body.wanted:
            announced = int(request.header("content-length") or 0)
            chunked = request.header("transfer-encoding") is not None
            if announced <= _KEEP_ALIVE_BYTES and not chunked:
                with contextlib.suppress(ServiceError, Enough):
                    drain(self.body)
        if not self.body.finished or self._event.http_version != b"1.1":
            return False
        options = (request.header("connection") or "").lower()
        return "close" not in [option.strip() for option in options.split(",")]

    def _send(
        self,
        sock: socket.socket,
        response: Response,
        fault: Fault,
        request: Request,
        now: float,
        *,
        keep_alive: bool,
    ) -> None:
        if fault.drop:
            raise Hangup(reset=False)
        if fault.body is not None:
            response = replace(response, body=fault.body)
        spent = int((time.monotonic() - self._started) * 1000)
        head = response_head(
            response,
            self._request_id,
            now,
            spent,
            keep_alive=keep_alive,
            replaced=fault.headers,
        )
        output = Output(sock, fault, self._host.closing, response.bytes_per_second)
        output.send(head, response.body, bodiless=request.method == "HEAD")


def _code_for(status: int) -> str:
    if status in _DEFAULT_CODES:
        return _DEFAULT_CODES[status]
    return next(
        (code for code, (known, _) in CATALOGUE.items() if known == status),
        "InternalError",
    )

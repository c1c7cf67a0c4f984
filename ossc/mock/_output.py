"""What goes out on a socket: the response's head, and its bytes with faults applied."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from ossc.mock._encoding import http_date, to_wire

if TYPE_CHECKING:
    import socket
    import threading
    from collections.abc import Iterator, Mapping

    from ossc.mock._http import Response, Stream
    from ossc.mock.faults import Fault

__all__ = ["Hangup", "Output", "response_head"]

_WITHOUT_LENGTH = {204, 304}
_THROTTLE_BYTES = 16 * 1024
_UNWRITABLE = str.maketrans("", "", "\r\n\0")


class Hangup(Exception):
    """The connection is to be ended now, by RST or by FIN.

    ``linger`` reads what the client still sends, which would make an RST of a FIN.
    """

    def __init__(self, *, reset: bool, linger: bool = False) -> None:
        super().__init__("reset" if reset else "close")
        self.reset = reset
        self.linger = linger


def response_head(
    response: Response,
    request_id: str,
    now: float,
    spent_ms: int,
    *,
    keep_alive: bool,
    replaced: Mapping[str, str] | None = None,
) -> bytes:
    """Return the status line and headers of a response."""
    headers = {
        "Server": "AliyunOSS",
        "Date": http_date(now),
        "Content-Length": str(response.length),
        "Connection": "keep-alive" if keep_alive else "close",
        "x-oss-request-id": request_id,
        "x-oss-server-time": str(spent_ms),
    }
    if response.length is None:
        del headers["Content-Length"]
        headers["Transfer-Encoding"] = "chunked"
    elif response.status in _WITHOUT_LENGTH and not response.length:
        del headers["Content-Length"]
    for name, value in {**response.headers, **(replaced or {})}.items():
        for present in [known for known in headers if known.lower() == name.lower()]:
            del headers[present]
        headers[name] = value
    try:
        reason = HTTPStatus(response.status).phrase
    except ValueError:
        reason = "Unknown"
    lines = [f"HTTP/1.1 {response.status} {reason}"]
    lines += [
        f"{name}: {value.translate(_UNWRITABLE)}" for name, value in headers.items()
    ]
    return to_wire("\r\n".join(lines) + "\r\n\r\n")


def _coded(body: Stream) -> Iterator[bytes]:
    """Return the pieces of a body as they are sent: as chunks without a length."""
    if body.length is not None:
        return body.chunks
    return _chunked(body.chunks)


def _chunked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        if piece:
            yield b"%X\r\n%b\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"


class Output:
    """Sends one response and does to it what its fault says."""

    def __init__(
        self,
        sock: socket.socket,
        fault: Fault,
        closing: threading.Event,
        bytes_per_second: float | None = None,
    ) -> None:
        self._sock = sock
        self._fault = fault
        self._closing = closing
        self._rate = bytes_per_second
        self._position = 0
        self._marks: set[int] = set()
        self._reset_at: int | None = None

    def send(self, head: bytes, body: bytes | Stream, *, bodiless: bool) -> None:
        """Send everything.

        Raises:
            Hangup: The fault ends the connection.
        """
        fault = self._fault
        if fault.stall is not None and fault.stall.at is None:
            self._wait(fault.stall.seconds)
        if fault.raw is not None:
            self._sock.sendall(fault.raw)
            raise Hangup(reset=False)
        self._send_head(head)
        if fault.reset_at is not None:
            self._reset_at = fault.reset_at - len(head)
        stall_at = fault.stall.at if fault.stall is not None else None
        marks = (fault.cut_at, stall_at, self._reset_at)
        self._marks = {mark for mark in marks if mark is not None}
        self._act()
        pieces = [body] if isinstance(body, bytes) else _coded(body)
        if not bodiless:
            for piece in pieces:
                self._send_piece(piece)

    def _send_head(self, head: bytes) -> None:
        fault = self._fault
        if fault.cut_head is not None:
            self._sock.sendall(head[: fault.cut_head])
            raise Hangup(reset=False)
        if fault.reset_at is not None and fault.reset_at < len(head):
            self._sock.sendall(head[: fault.reset_at])
            raise Hangup(reset=True)
        self._sock.sendall(head)

    def _send_piece(self, piece: bytes) -> None:
        flip = self._fault.flip_at
        if flip is not None and 0 <= flip - self._position < len(piece):
            index = flip - self._position
            flipped = bytes([piece[index] ^ 1])
            piece = piece[:index] + flipped + piece[index + 1 :]
        view = memoryview(piece)
        while view:
            step = self._step(len(view))
            self._sock.sendall(view[:step])
            view = view[step:]
            self._position += step
            self._pause(step)
            self._act()

    def _step(self, most: int) -> int:
        ahead = [m - self._position for m in self._marks if m > self._position]
        if self._fault.drip is not None:
            ahead.append(self._fault.drip.chunk)
        if self._rate is not None:
            ahead.append(_THROTTLE_BYTES)
        return min([most, *ahead])

    def _pause(self, sent: int) -> None:
        if self._fault.drip is not None:
            self._wait(self._fault.drip.interval)
        if self._rate is not None:
            self._wait(sent / self._rate)

    def _act(self) -> None:
        """Do what the fault wants at this byte of the body."""
        fault = self._fault
        if fault.stall is not None and fault.stall.at == self._position:
            self._wait(fault.stall.seconds)
        if fault.cut_at == self._position:
            raise Hangup(reset=False)
        if self._reset_at == self._position:
            raise Hangup(reset=True)

    def _wait(self, seconds: float | None) -> None:
        if self._closing.wait(seconds):
            raise Hangup(reset=False)

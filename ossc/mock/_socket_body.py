"""A request's body as it comes from its connection, and what a fault does meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import h11

from ossc.mock._errors import ServiceError
from ossc.mock._fault import Fault
from ossc.mock._output import Hangup

if TYPE_CHECKING:
    import socket
    import threading
    from collections.abc import Callable, Iterator

__all__ = ["Enough", "SocketBody"]


class Enough(Exception):
    """The fault's answer is due, though the body is not read to its end."""


class SocketBody:
    """A request's body, read from the connection as it is asked for."""

    def __init__(
        self,
        receive: Callable[[], None],
        parser: h11.Connection,
        announced: int | None,
        sock: socket.socket,
    ) -> None:
        self._receive = receive
        self._parser = parser
        self._announced = announced
        self._sock = sock
        self._received = 0
        self._fault = Fault()
        self._marks: set[int] = set()
        self._closing: threading.Event | None = None
        self._enough = False
        self.finished = False

    def meet(self, fault: Fault, closing: threading.Event) -> None:
        """Let a fault happen to what is read from now on."""
        self._fault = fault
        self._marks = fault.marks
        self._closing = closing

    def chunks(self) -> Iterator[bytes]:
        """Yield the body's bytes; ask for them first if the client waits to be asked.

        Raises:
            Enough: The fault answers here.
            Hangup: The fault ends the connection.
            ServiceError: The client sends something else than it announced.
        """
        self._act()
        if self.kept_back and not self.finished:
            self._sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        while not self.finished:
            event = self._next_event()
            if isinstance(event, h11.Data):
                yield from self._pass_on(bytes(event.data))
            else:
                self.finished = True
        if self._announced not in {None, self._received}:
            raise ServiceError("IncompleteBody")

    def _pass_on(self, data: bytes) -> Iterator[bytes]:
        """Yield bytes, in pieces that end where the fault is to happen."""
        while data:
            ahead = [mark - self._received for mark in self._marks]
            step = min([len(data), *ahead])
            piece, data = data[:step], data[step:]
            self._received += step
            yield piece
            self._act()

    def _act(self) -> None:
        """Do what the fault wants at this byte of the body, once."""
        if self._received not in self._marks:
            return
        here, fault = self._received, self._fault
        self._marks.discard(here)
        if fault.stall is not None and fault.stall.received == here:
            self._wait(fault.stall.seconds)
        if fault.cut_received == here:
            raise Hangup(reset=False, linger=True)
        if fault.reset_received == here:
            raise Hangup(reset=True)
        if fault.answer is not None and fault.answer.received == here:
            self._enough = True
            raise Enough

    def _wait(self, seconds: float | None) -> None:
        if self._closing is not None and self._closing.wait(seconds):
            raise Hangup(reset=False)

    def _next_event(self) -> object:
        try:
            while True:
                event = self._parser.next_event()
                if event is not h11.NEED_DATA:
                    return event
                self._receive()
        except h11.RemoteProtocolError as error:
            if self._parser.trailing_data[1]:
                raise ServiceError("IncompleteBody") from error
            raise ServiceError("BadRequest", str(error)) from error
        except TimeoutError:
            raise ServiceError("RequestTimeout") from None

    @property
    def kept_back(self) -> bool:
        """Whether the client still waits to be asked for its body."""
        return self._parser.they_are_waiting_for_100_continue

    @property
    def wanted(self) -> bool:
        """Whether a short rest should be read before the answer is sent."""
        return not self.finished and not self._enough and not self.kept_back

"""Faults: scripted misbehaviour of the server, consumed by the requests it meets.

A test adds faults to ``server.faults``; each request takes the first one that
matches it and is still unused. What no request has taken when the server is left is
an error of the test: ``UnusedFault``.

    server.faults.add(faults.status(503, times=2), method="PUT")
    server.faults.add(faults.cut(at=1000) & faults.header("x-oss-tag", "1"))

``&`` joins the effects of two faults into one. ``parse`` reads the same faults from
text, for the command line.

Positions count bytes: ``at`` those of the answer, ``received`` those of the request's
body, which the server has taken in when the fault happens. A body that is shorter
does not meet it.

    server.faults.add(faults.reset(received=1000), operation="UploadPart")
    server.faults.add(faults.status(403, received=0))  # before any of it is read
"""

from __future__ import annotations

import threading
from dataclasses import replace

from ossc.mock._fault import Answer, Drip, Fault, Stall

__all__ = [
    "Answer",
    "Drip",
    "Fault",
    "Faults",
    "Stall",
    "UnusedFault",
    "body",
    "clock",
    "cut",
    "drip",
    "drop_after_store",
    "flip",
    "from_options",
    "garbage",
    "header",
    "parse",
    "reset",
    "stall",
    "status",
]


class UnusedFault(AssertionError):
    """Scripted faults are left that met no request."""


def status(
    status: int,
    code: str | None = None,
    message: str | None = None,
    *,
    received: int | None = None,
    times: int = 1,
) -> Fault:
    """Answer an error instead of carrying the request out.

    Args:
        status: That of the answer.
        code: That of the error; without one the service's usual one for the status.
        message: What the error says.
        received: Answer after so many bytes of the request's body, while the client
            is still sending, and close. Without it all of the body is read first.
        times: How many requests it meets.

    Raises:
        ValueError: The status is not that of a final answer.
    """
    if not 200 <= status <= 599:
        text = f"{status} is not between 200 and 599"
        raise ValueError(text)
    return Fault(answer=Answer(status, code, message, received), times=times)


def reset(
    when: str | None = None,
    *,
    at: int | None = None,
    received: int | None = None,
    times: int = 1,
) -> Fault:
    """Reset the connection (RST, not FIN).

    Args:
        when: ``"before"`` the request's body is read, or ``"after"`` all of it is
            read but before anything is done.
        at: Instead: carry the request out and reset after so many bytes of the
            response, head included.
        received: Instead: after so many bytes of the request's body.
        times: How many requests it meets.

    Raises:
        ValueError: Not exactly one of ``when``, ``at`` and ``received`` is given.
    """
    wrong = when not in {None, "before", "after"}
    if wrong or _given(when, at, received) != 1:
        message = "reset needs when='before' or 'after', or at=N, or received=N"
        raise ValueError(message)
    return Fault(reset_when=when, reset_at=at, reset_received=received, times=times)


def stall(
    seconds: float | None = None,
    *,
    at: int | None = None,
    received: int | None = None,
    times: int = 1,
) -> Fault:
    """Say nothing for a while, before the status line or where it is said.

    Args:
        seconds: How long; without it the silence lasts until the server is closed.
        at: After so many bytes of the response's body.
        received: Instead: read no more of the request's body after so many bytes.
        times: How many requests it meets.

    Raises:
        ValueError: Both ``at`` and ``received`` are given.
    """
    if _given(at, received) > 1:
        message = "stall needs either at=N or received=N, or neither"
        raise ValueError(message)
    return Fault(stall=Stall(seconds, at, received), times=times)


def cut(
    at: int | None = None,
    *,
    head: int | None = None,
    received: int | None = None,
    times: int = 1,
) -> Fault:
    """Close the connection early, though the head announced more.

    Args:
        at: After so many bytes of the body.
        head: Instead: after so many bytes of the response's head.
        received: Instead: after so many bytes of the request's body. What the client
            still sends is read and forgotten: it meets an end (FIN), not a reset.
        times: How many requests it meets.

    Raises:
        ValueError: Not exactly one of ``at``, ``head`` and ``received`` is given.
    """
    if _given(at, head, received) != 1:
        message = "cut needs at=N, head=N or received=N"
        raise ValueError(message)
    return Fault(cut_at=at, cut_head=head, cut_received=received, times=times)


def flip(at: int = 0, *, times: int = 1) -> Fault:
    """Flip the lowest bit of one body byte; all headers stay those of the truth."""
    return Fault(flip_at=at, times=times)


def drip(
    bytes_per_second: float | None = None,
    *,
    chunk: int = 1,
    interval: float | None = None,
    times: int = 1,
) -> Fault:
    """Send the response's body slowly, ``chunk`` bytes at a time.

    Raises:
        ValueError: Not exactly one of ``bytes_per_second`` and ``interval`` is given,
            or a number makes no pace.
    """
    if (bytes_per_second is None) == (interval is None):
        message = "drip needs either bytes_per_second or interval"
        raise ValueError(message)
    slow = bytes_per_second is not None and bytes_per_second <= 0
    if chunk < 1 or slow or (interval or 0) < 0:
        message = "drip needs a positive pace"
        raise ValueError(message)
    pause = interval if interval is not None else chunk / (bytes_per_second or 1)
    return Fault(drip=Drip(chunk, pause), times=times)


def clock(offset: float, *, times: int = 1) -> Fault:
    """Let the server's clock be ``offset`` seconds off."""
    return Fault(clock_offset=offset, times=times)


def garbage(data: bytes, *, times: int = 1) -> Fault:
    """Send raw bytes instead of an answer, then close."""
    return Fault(raw=data, times=times)


def header(name: str, value: str, *, times: int = 1) -> Fault:
    """Carry the request out but add or replace one response header."""
    return Fault(headers={name: value}, times=times)


def body(data: bytes, *, times: int = 1) -> Fault:
    """Carry the request out but replace the response's body."""
    return Fault(body=data, times=times)


def drop_after_store(*, times: int = 1) -> Fault:
    """Carry the request out, then close the connection without an answer."""
    return Fault(drop=True, times=times)


def _given(*places: object) -> int:
    return sum(place is not None for place in places)


class Faults:
    """The script of a server. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._script: list[Fault] = []

    def add(
        self,
        *script: Fault,
        times: int | None = None,
        method: str | None = None,
        operation: str | None = None,
        key: str | None = None,
    ) -> None:
        """Append faults.

        Args:
            *script: Faults, in the order in which requests are to meet them.
            times: Replaces the faults' own number of times.
            method: Only requests with this verb.
            operation: Only requests for this operation, such as ``"PutObject"``.
            key: Only requests for this key.
        """
        with self._lock:
            self._script += [
                replace(
                    fault,
                    times=fault.times if times is None else times,
                    method=method or fault.method,
                    operation=operation or fault.operation,
                    key=key or fault.key,
                )
                for fault in script
            ]

    def take(self, method: str, operation: str, key: str | None) -> Fault:
        """Return and use up the fault that a request meets; a blank one if none."""
        with self._lock:
            for index, fault in enumerate(self._script):
                if fault.matches(method, operation, key):
                    if fault.times > 1:
                        self._script[index] = replace(fault, times=fault.times - 1)
                    else:
                        del self._script[index]
                    return fault
        return Fault()

    def clear(self) -> None:
        """Forget what is left of the script."""
        with self._lock:
            self._script.clear()

    @property
    def unused(self) -> list[Fault]:
        """What has met no request yet."""
        with self._lock:
            return list(self._script)


def parse(text: str) -> Fault:
    """Return the fault of a text such as ``status=503,times=2,method=PUT``.

    The first name is the kind, its value the kind's first argument; the others are
    the constructor's further arguments, ``times``, ``method``, ``operation`` and
    ``key``. In ``header=NAME:VALUE`` a colon stands between name and value.

    Raises:
        ValueError: The text names no fault, or an argument is wrong.
    """
    pairs = [piece.partition("=")[::2] for piece in text.split(",")]
    (kind, value), options = pairs[0], dict(pairs[1:])
    return from_options(kind, value, options)


def from_options(kind: str, value: str, options: dict[str, str]) -> Fault:
    """Return the fault of what ``parse`` takes apart; the values may have commas.

    Raises:
        ValueError: There is no such kind, or an argument is wrong.
    """
    options = dict(options)
    fault = replace(
        _build(kind.strip(), value, options),
        times=int(options.pop("times", "1")),
        method=options.pop("method", None),
        operation=options.pop("operation", None),
        key=options.pop("key", None),
    )
    if options:
        message = f"{kind}: unknown or unfitting {', '.join(sorted(options))}"
        raise ValueError(message)
    return fault


def _build(kind: str, value: str, options: dict[str, str]) -> Fault:
    if kind in {"status", "reset", "stall", "cut"}:
        received = _number(options.pop("received", None))
        return _build_in_bodies(kind, value, options, received)
    if kind == "flip":
        return flip(int(value or 0))
    if kind == "drip":
        interval = options.pop("interval", None)
        return drip(
            float(value) if value else None,
            chunk=int(options.pop("chunk", "1")),
            interval=None if interval is None else float(interval),
        )
    return _build_answer(kind, value)


def _build_in_bodies(
    kind: str, value: str, options: dict[str, str], received: int | None
) -> Fault:
    if kind == "status":
        code, text = options.pop("code", None), options.pop("message", None)
        return status(int(value), code, text, received=received)
    if kind == "reset" and value in {"before", "after"}:
        return reset(value, received=received)
    if kind == "cut":
        head = _number(options.pop("head", None))
        return cut(_number(value), head=head, received=received)
    at = options.pop("at", None)
    if kind == "reset":
        return reset(at=_number(value or at), received=received)
    seconds = float(value) if value else None
    return stall(seconds, at=_number(at), received=received)


def _build_answer(kind: str, value: str) -> Fault:
    if kind == "clock":
        return clock(float(value))
    if kind == "garbage":
        return garbage(_raw(value))
    if kind == "body":
        return body(_raw(value))
    if kind == "header":
        name, _, text = value.partition(":")
        return header(name, text)
    if kind in {"drop", "drop_after_store"}:
        return drop_after_store()
    message = f"there is no fault called {kind!r}"
    raise ValueError(message)


def _number(text: str | None) -> int | None:
    return int(text) if text else None


def _raw(text: str) -> bytes:
    return text.encode("utf-8").decode("unicode_escape").encode("latin-1")

"""Faults: scripted misbehaviour of the server, consumed by the requests it meets.

A test adds faults to ``server.faults``; each request takes the first one that
matches it and is still unused. What no request has taken when the server is left is
an error of the test: ``UnusedFault``.

    server.faults.add(faults.status(503, times=2), method="PUT")
    server.faults.add(faults.cut(at=1000) & faults.header("x-oss-tag", "1"))

``&`` joins the effects of two faults into one. ``parse`` reads the same faults from
text, for the command line.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, fields, replace

__all__ = [
    "Fault",
    "Faults",
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


@dataclass(frozen=True)
class Stall:
    """Silence: for how long (None: until the server is closed) and where.

    ``at`` counts bytes of the response's body; None is before the status line.
    """

    seconds: float | None
    at: int | None


@dataclass(frozen=True)
class Drip:
    """A slow response: so many bytes, then a pause."""

    chunk: int
    interval: float


@dataclass(frozen=True)
class Answer:
    """An error instead of the operation."""

    status: int
    code: str | None
    message: str | None


@dataclass(frozen=True)
class Fault:
    """What is to go wrong, how often and for which requests."""

    answer: Answer | None = None
    reset_when: str | None = None
    reset_at: int | None = None
    stall: Stall | None = None
    cut_at: int | None = None
    cut_head: int | None = None
    flip_at: int | None = None
    drip: Drip | None = None
    clock_offset: float | None = None
    raw: bytes | None = None
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    times: int = 1
    method: str | None = None
    operation: str | None = None
    key: str | None = None

    def __post_init__(self) -> None:
        """Refuse numbers that no request could meet."""
        stalled = None if self.stall is None else self.stall.at
        places = (self.reset_at, self.cut_at, self.cut_head, self.flip_at, stalled)
        if self.times < 1 or any(place is not None and place < 0 for place in places):
            message = "times must be at least 1, and no position negative"
            raise ValueError(message)

    def __and__(self, other: Fault) -> Fault:
        """Return a fault with the effects of both."""
        blank = Fault()
        changed = {
            item.name: getattr(other, item.name)
            for item in fields(other)
            if getattr(other, item.name) != getattr(blank, item.name)
        }
        changed["headers"] = {**self.headers, **other.headers}
        return replace(self, **changed)

    def matches(self, method: str, operation: str, key: str | None) -> bool:
        """Say whether a request is one that this fault waits for."""
        return (
            self.method in {None, method}
            and self.operation in {None, operation}
            and self.key in {None, key}
        )


def status(
    status: int,
    code: str | None = None,
    message: str | None = None,
    *,
    times: int = 1,
) -> Fault:
    """Answer an error instead of carrying the request out.

    Without a code the service's usual one for that status is sent.

    Raises:
        ValueError: The status is not that of a final answer.
    """
    if not 200 <= status <= 599:
        text = f"{status} is not between 200 and 599"
        raise ValueError(text)
    return Fault(answer=Answer(status, code, message), times=times)


def reset(when: str | None = None, *, at: int | None = None, times: int = 1) -> Fault:
    """Reset the connection (RST, not FIN).

    Args:
        when: ``"before"`` the request's body is read, or ``"after"`` all of it is
            read but before anything is done.
        at: Instead: carry the request out and reset after so many bytes of the
            response, head included.
        times: How many requests it meets.

    Raises:
        ValueError: Not exactly one of ``when`` and ``at`` is given.
    """
    if (when in {"before", "after"}) == (at is not None):
        message = "reset needs either when='before' or 'after', or at=N"
        raise ValueError(message)
    return Fault(reset_when=when, reset_at=at, times=times)


def stall(
    seconds: float | None = None, *, at: int | None = None, times: int = 1
) -> Fault:
    """Say nothing for a while, before the status line or after body byte ``at``.

    Without ``seconds`` the silence lasts until the server is closed.
    """
    return Fault(stall=Stall(seconds, at), times=times)


def cut(at: int | None = None, *, head: int | None = None, times: int = 1) -> Fault:
    """Close the connection early, though the head announced more.

    Args:
        at: After so many bytes of the body.
        head: Instead: after so many bytes of the response's head.
        times: How many requests it meets.

    Raises:
        ValueError: Not exactly one of ``at`` and ``head`` is given.
    """
    if (at is None) == (head is None):
        message = "cut needs either at=N or head=N"
        raise ValueError(message)
    return Fault(cut_at=at, cut_head=head, times=times)


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


def _build(kind: str, value: str, options: dict[str, str]) -> Fault:  # noqa: PLR0911
    if kind == "status":
        code, text = options.pop("code", None), options.pop("message", None)
        return status(int(value), code, text)
    if kind == "reset":
        if value in {"before", "after"}:
            return reset(value)
        return reset(at=_number(value or options.pop("at", None)))
    if kind == "stall":
        at = options.pop("at", None)
        return stall(float(value) if value else None, at=_number(at))
    if kind == "cut":
        return cut(_number(value), head=_number(options.pop("head", None)))
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

"""What a scripted fault is: records that say what goes wrong, and where.

``ossc.mock.faults`` makes them and is where users find them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace

__all__ = ["Answer", "Drip", "Fault", "Stall"]


@dataclass(frozen=True)
class Stall:
    """Silence: for how long (None: until the server is closed) and where.

    ``at`` counts bytes of the response's body, ``received`` those of the request's;
    neither is before the status line.
    """

    seconds: float | None
    at: int | None
    received: int | None = None


@dataclass(frozen=True)
class Drip:
    """A slow response: so many bytes, then a pause."""

    chunk: int
    interval: float


@dataclass(frozen=True)
class Answer:
    """An error instead of the operation, after how much of the request's body."""

    status: int
    code: str | None
    message: str | None
    received: int | None = None


@dataclass(frozen=True)
class Fault:
    """What is to go wrong, how often and for which requests."""

    answer: Answer | None = None
    reset_when: str | None = None
    reset_at: int | None = None
    reset_received: int | None = None
    stall: Stall | None = None
    cut_at: int | None = None
    cut_head: int | None = None
    cut_received: int | None = None
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
        negative = any(place is not None and place < 0 for place in places)
        if self.times < 1 or negative or min(self.marks, default=0) < 0:
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

    @property
    def marks(self) -> set[int]:
        """The positions in the request's body at which something happens."""
        places = [self.reset_received, self.cut_received]
        places += [each.received for each in (self.stall, self.answer) if each]
        return {place for place in places if place is not None}

    def matches(self, method: str, operation: str, key: str | None) -> bool:
        """Say whether a request is one that this fault waits for."""
        return (
            self.method in {None, method}
            and self.operation in {None, operation}
            and self.key in {None, key}
        )

"""`Timings`: how long the steps of an attempt took, as errors and observers are told."""

from __future__ import annotations

from ossc._record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Timings"]


class Timings(Record):
    """Seconds that the steps of one attempt at a request took.

    A step is None where it did not come to it, or where there was none: a kept
    connection needs no name and no handshake, plain HTTP no TLS. So the first None of a
    failure is where it got stuck.

    Attributes:
        resolve: Finding the address of the server, or of the proxy.
        connect: Connecting to it. 0 where only the fact is known, as with some versions
            of libcurl when the handshake behind it fails.
        tls: The handshake; through a proxy, with the way through it.
        first_byte: From the attempt's beginning to the first byte of the answer.
        total: The whole attempt.
        reused: Whether a kept connection served.

    Example:
        >>> try:
        ...     bucket.get_object("no such key")
        ... except ossc.ServerError as error:
        ...     assert error.timings.first_byte <= error.timings.total
    """

    __slots__ = ()

    resolve: float | None
    connect: float | None
    tls: float | None
    first_byte: float | None
    total: float
    reused: bool

    @classmethod
    def _of(cls, numbers: tuple[int, ...]) -> Self:
        """Of what C tells: five times in microseconds, and whether it was kept."""
        resolved, connected, secured, first_byte, total, was_kept = numbers
        return cls(
            resolve=_seconds(resolved, 0) if resolved else None,
            connect=_seconds(connected, resolved) if connected else None,
            tls=_seconds(secured, connected) if secured else None,
            first_byte=_seconds(first_byte, 0) if first_byte else None,
            total=_seconds(total, 0),
            reused=bool(was_kept),
        )

    def __str__(self) -> str:
        """The steps in one line."""
        steps = (
            ("DNS", self.resolve),
            ("TCP", self.connect),
            ("TLS", self.tls),
            ("first byte", self.first_byte),
            ("total", self.total),
        )
        told = [f"{name} {_short(time)}" for name, time in steps if time is not None]
        return ", ".join(["kept connection", *told] if self.reused else told)


def _seconds(until: int, since: int) -> float:
    # The system's clock may have been set back meanwhile.
    return max(0, until - since) / 1e6


def _short(seconds: float) -> str:
    if seconds < 0.01:
        return f"{seconds * 1000:.1f} ms"
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"

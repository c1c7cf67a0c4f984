"""`Retry`: how often and how patiently, and which failures may be repeated at all.

The attempts themselves are made in `_attempts`.
"""

from __future__ import annotations

from ossc._names import check_seconds, check_whole
from ossc._sdk import Call
from ossc.errors import (
    ChecksumMismatch,
    ConnectFailed,
    ConnectionLost,
    NameResolutionFailed,
    OSSError,
    ParameterError,
    RequestTimedOut,
    ServerError,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, SupportsIndex

__all__ = [
    "Retry",
    "check_deadline",
    "checked_pause",
    "has_written",
    "is_harmful",
    "is_passing",
    "is_refusal",
    "retry_after",
]

MAX_ATTEMPTS = 100
MAX_SECONDS = 86_400 * 365

_PASSING_STATUS = frozenset({408, 429, 500, 502, 503, 504})
_THROTTLED = frozenset(
    {
        "ActiveRequestLimitExceeded",
        "CpuLimitExceeded",
        "DownloadTrafficRateLimitExceeded",
        "MetaOperationQpsLimitExceeded",
        "QpsLimitExceeded",
        "RequestRateLimitExceeded",
        "SlowDown",
        "Throttling",
        "TooManyRequests",
        "TotalQpsLimitExceeded",
        "UploadTrafficRateLimitExceeded",
    }
)
_PASSING_CODES = _THROTTLED | {"InternalError", "RequestTimeout", "ServiceUnavailable"}


class Retry:
    """How often and how patiently a call is attempted. Immutable.

    Repeated is what may pass: a connection that could not be made, was cut, or took too
    long; a body that ended early; a checksum that differs (once); HTTP 408, 429, 500,
    502, 503, 504 and OSS's codes that mean the same. A wrong clock is corrected once and
    costs an attempt, but no pause. All else is final at once.

    A call whose repetition could do harm is repeated only where the server cannot have
    acted, because the connection was never made or the request was turned away (429, or
    503 with a code of throttling): `append_object`, `complete_multipart_upload`, an
    upload with a callback, and what after an unknown outcome could meet its own work: an
    upload with `forbid_overwrite`, what makes a thing with a name or begins a task, and
    a POST of `Client.invoke`. A repeated
    `init_multipart_upload` may leave a second upload without parts behind, which takes
    no space; `delete_bucket` and `abort_multipart_upload` may find that the first
    attempt had succeeded: the error that says so has the earlier failure in its
    `history`.

    A repeated upload reads its buffer or its file once more, which must not have
    changed; progress begins again.

    A subclass may override `pause`, and with it say how long is waited. Its own
    attributes can be set; they travel along when it is pickled or copied.

    Args:
        attempts: Attempts in all, 1 to 100; 1: none is repeated.
        backoff: Seconds that the first pause lasts at most; each further one may last
            twice as long. How long it does last is random, so that clients that failed
            together do not come back together.
        max_backoff: Seconds that no pause exceeds, not even one that the server asks
            for with `Retry-After`.
        deadline: Seconds that a call may take with all its requests, attempts and
            pauses; None: no limit.

    Raises:
        ParameterError: A number is out of its limits.

    Example:
        >>> retry = ossc.Retry(attempts=5, deadline=30)
        >>> with ossc.Client("http://127.0.0.1:9000", retry=retry) as client:
        ...     data = client.bucket("examplebucket").get_object("greeting.txt").data
        >>> class Steady(ossc.Retry):
        ...     def pause(self, failures, asked=0.0):
        ...         return max(self.backoff, asked)
        >>> Steady(attempts=5, backoff=0.5).pause(4)
        0.5
    """

    __slots__ = ("attempts", "backoff", "deadline", "max_backoff")

    attempts: int
    backoff: float
    max_backoff: float
    deadline: float | None

    def __init__(
        self,
        attempts: int = 3,
        backoff: float = 0.2,
        max_backoff: float = 20.0,
        deadline: float | None = None,
    ) -> None:
        check_whole("attempts", attempts, MAX_ATTEMPTS, least=1)
        _check_pause("backoff", backoff)
        _check_pause("max_backoff", max_backoff)
        check_deadline(deadline)
        values = attempts, backoff, max_backoff, deadline
        for name, value in zip(_FIELDS, values, strict=True):
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        if type(self) is Retry or name in _FIELDS:
            raise AttributeError(f"ossc.Retry is immutable; {name} cannot be set")
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        if type(self) is Retry or name in _FIELDS:
            raise AttributeError(f"ossc.Retry is immutable; {name} cannot be deleted")
        object.__delattr__(self, name)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return bool(self._state() == other._state())

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        pairs = zip(_FIELDS, self._values(), strict=True)
        name = "ossc.Retry" if type(self) is Retry else type(self).__qualname__
        return f"{name}({', '.join(f'{name}={value!r}' for name, value in pairs)})"

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        # The oldest protocols know no slots.
        return super().__reduce_ex__(max(2, int(protocol)))

    def __setstate__(self, state: tuple[dict[str, Any] | None, dict[str, Any]]) -> None:
        for part in state:
            for name, value in (part or {}).items():
                object.__setattr__(self, name, value)

    def _state(self) -> Any:
        """All attributes, a subclass's too."""
        return self.__reduce_ex__(2)[2]

    def _values(self) -> tuple[Any, ...]:
        return self.attempts, self.backoff, self.max_backoff, self.deadline

    def pause(self, failures: int, asked: float = 0.0) -> float:
        """Seconds to wait before the next attempt; a subclass may have others.

        Asked in the thread that makes the request, when it is settled that there may be
        another attempt. What a subclass gives is waited for, whatever `max_backoff` says;
        where the deadline leaves less, the call ends at once. What it raises comes out of
        the call.

        Args:
            failures: How many attempts of the call have failed, 1 or more.
            asked: Seconds that the server asks for with `Retry-After`; 0: it does not.

        Returns:
            A random time of at most `backoff`, doubled with each failure, and no less
            than what the server asks for, all of it within `max_backoff`.
        """
        most = min(self.max_backoff, self.backoff * 2.0 ** (failures - 1))
        return max(_uniform(0.0, most), min(asked, self.max_backoff))


_FIELDS = ("attempts", "backoff", "max_backoff", "deadline")


def is_passing(error: OSSError) -> bool:
    """Whether the failure is of a kind that may be gone at the next attempt."""
    if isinstance(error, ServerError):
        return error.status in _PASSING_STATUS or error.code in _PASSING_CODES
    kinds = ConnectionLost, RequestTimedOut, ChecksumMismatch
    return isinstance(error, kinds) or is_refusal(error)


def is_refusal(error: OSSError) -> bool:
    """Whether the failure may pass and the server cannot have acted on the request."""
    if isinstance(error, ServerError):
        throttled = error.status == 503 and error.code in _THROTTLED
        return error.status == 429 or throttled
    return isinstance(error, NameResolutionFailed | ConnectFailed)


def check_deadline(seconds: float | None) -> float | None:
    """A deadline that is a positive time, or None.

    Raises:
        ParameterError: It is not.
    """
    if seconds is not None and not 0 < check_seconds("deadline", seconds) < MAX_SECONDS:
        raise ParameterError(f"deadline is {seconds} s; it must be a positive time")
    return seconds


def checked_pause(retry: Retry, failures: int, asked: float) -> float:
    """The pause that a policy, which may be the caller's, says.

    Raises:
        ParameterError: It is no time that can be waited for.
    """
    seconds = retry.pause(failures, asked)
    if type(retry) is not Retry:
        _check_pause("the pause of a Retry", seconds)
    return seconds


def _check_pause(name: str, seconds: float) -> None:
    if not 0 <= check_seconds(name, seconds) < MAX_SECONDS:
        raise ParameterError(
            f"{name} is {seconds} s; it goes from 0 to less than {MAX_SECONDS}"
        )


def is_harmful(call: Call) -> bool:
    """Whether sending the request again does harm if the server has acted on it."""
    if call.once:
        return True
    # An initiation with it looks at the key, but makes no object.
    return call.operation != "InitiateMultipartUpload" and any(
        name.lower() == "x-oss-forbid-overwrite" and value.lower() == "true"
        for name, value in call.headers.items()
    )


def has_written(call: Call, error: OSSError) -> bool:
    """Whether a part of a body is in the caller's file, and nobody sees to it there."""
    seen_to = call.partial is not None or call.before_repeat is not None
    if call.fd is None or seen_to or error.status is None:
        return False
    return error.status // 100 == 2


def retry_after(error: OSSError) -> float:
    """Seconds that the server asks for; 0 where it does not."""
    asked = error.headers.get("retry-after", "")
    return float(asked) if asked.isdecimal() and len(asked) < 10 else 0.0


def _uniform(least: float, most: float) -> float:
    # Imported here: it loads OpenSSL, and only failures need it.
    from random import uniform  # noqa: PLC0415

    return uniform(least, most)  # noqa: S311 - nothing secret

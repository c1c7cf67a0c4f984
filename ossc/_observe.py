"""What `on_request` is told: one record for each attempt at a request.

Loaded by the first attempt of a client that has such a function; others do without.
"""

from __future__ import annotations

from ossc._record import Record
from ossc._sdk import KEPT, RESENT
from ossc._timings import Timings
from ossc.errors import OSSError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ossc._sdk import Answer, Call

__all__ = ["RequestRecord", "call_record", "tell"]


class RequestRecord(Record):
    """An attempt at a request that has ended, as `on_request` is told of it.

    Attributes:
        operation: The OSS operation, such as `"PutObject"`.
        bucket: The bucket, or None.
        key: The object's key, or None.
        attempt: Which attempt of the call it was, from 1.
        resent: Whether it took a new connection, after a kept one had turned out dead
            before it brought a byte; what was sent over that one is in no count.
        is_last: False where the call goes on with another attempt.
        status: The HTTP status of the answer; None where none came.
        error: The name of the exception's class, such as `"NoSuchKey"`; None for a
            success.
        request_id: OSS's id of the request; None where none came.
        bytes_sent: Of the request's body; headers do not count, and neither does the
            list of parts that completes an upload.
        bytes_received: Of the answer's body.
        duration: Seconds from the first step of the attempt to its result, without
            pauses and without waiting for a connection's turn.
        timings: How long the steps of the request took; None where it was not made.
    """

    __slots__ = ()

    operation: str
    bucket: str | None
    key: str | None
    attempt: int
    resent: bool
    is_last: bool
    status: int | None
    error: str | None
    request_id: str | None
    bytes_sent: int
    bytes_received: int
    duration: float
    timings: Timings | None


def tell(hook: Callable[[RequestRecord], object] | None, record: RequestRecord) -> None:
    """Calls the function, if there is one; what it raises is logged."""
    if hook is None:
        return
    try:
        hook(record)
    except Exception:
        import logging  # noqa: PLC0415 - only failures are logged

        logging.getLogger("ossc").exception("on_request failed")


def call_record(
    call: Call,
    answer: Answer | None,
    error: BaseException | None,
    *,
    attempt: int,
    is_last: bool,
    duration: float,
    before: int = 0,
) -> RequestRecord:
    """The record of an attempt at a call.

    Args:
        call: The call.
        answer: What came of the attempt, where it was an answer.
        error: Why it failed, if it did.
        attempt: Which attempt it was.
        is_last: Whether there is no other.
        duration: Its seconds.
        before: Bytes of the body that earlier attempts had brought.
    """
    status = request_id = None
    if answer is not None:
        status, request_id = answer.status, answer.request_id
        received = max(0, (answer.stored or len(answer.body)) - before)
        sent = _size(call)
    else:
        sent, received = call.moved or (0, 0)
        status = getattr(error, "status", None)
        request_id = getattr(error, "request_id", None)
        if not received:
            received = len(getattr(error, "body", b""))
    record = object.__new__(RequestRecord)
    # As `Record.__init__` would, which takes its time to look at names.
    values = (
        call.operation,
        call.bucket,
        call.key.decode("utf-8", "replace") if call.key else None,
        attempt,
        _was_resent(answer, error),
        is_last,
        status,
        None if error is None else type(error).__name__,
        request_id or None,
        sent,
        received,
        duration,
        _timings(answer, error),
    )
    object.__setattr__(record, "_values", values)
    return record


def _timings(answer: Answer | None, error: BaseException | None) -> Timings | None:
    if answer is not None:
        return Timings._of((*answer.times, answer.facts & KEPT))
    return error.timings if isinstance(error, OSSError) else None


def _was_resent(answer: Answer | None, error: BaseException | None) -> bool:
    if answer is not None:
        return bool(answer.facts & RESENT)
    return isinstance(error, OSSError) and error.resent


def _size(call: Call) -> int:
    """Bytes of a request's body, all of which were sent."""
    if call.size is not None:
        return call.size
    if call.file is not None:
        return call.file[2]
    return 0 if call.body is None else memoryview(call.body).nbytes

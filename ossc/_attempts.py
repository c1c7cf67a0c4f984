"""The attempts of one call: made, judged, waited between, told of in the error.

A client makes a first attempt by itself where nothing is asked for but the request; what
is here runs when that failed, or when a deadline, a token, a limit of connections or a
corrected clock has to be looked at before each attempt.
"""

from __future__ import annotations

import math
import time

from ossc._budget import SLICE_S, check_going
from ossc._dates import http_date, parse_http_date
from ossc._names import merge_headers
from ossc._retry import (
    Retry,
    checked_pause,
    has_written,
    is_harmful,
    is_passing,
    is_refusal,
    retry_after,
)
from ossc._sdk import Answer, Call, perform
from ossc.errors import (
    ChecksumMismatch,
    CredentialsError,
    InvalidAccessKeyId,
    OSSError,
    RequestTimeTooSkewed,
    SecurityTokenExpired,
    ServerError,
    TransportError,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from ossc._bandwidth import Meter
    from ossc.client import Client
    from ossc.credentials import Credentials

    T = TypeVar("T")

__all__ = ["Attempts", "describe"]

_LINE = 200
_MAX_SKEW_S = 300
# What is left when a request is ended by its deadline: clocks have their grain.
_GRAIN_S = 0.005
_DATES = ("date", "x-oss-date")


class Attempts:
    """The attempts of one call. One thread at a time.

    Attributes:
        keys_renewed: OSS refused the keys, and there are others for the next attempt.
    """

    __slots__ = (
        "_before",
        "_began",
        "_call",
        "_client",
        "_clock_corrected",
        "_dated",
        "_deadline",
        "_ends",
        "_history",
        "_keys",
        "_made",
        "_mismatched",
        "_offset",
        "_pause",
        "_timeout_ms",
        "keys_renewed",
    )

    def __init__(
        self,
        client: Client,
        call: Call,
        made: int = 0,
        keys: Credentials | None = None,
    ) -> None:
        self._client = client
        self._keys = keys
        self.keys_renewed = False
        self._call = call
        self._clock_corrected = False
        self._mismatched = False
        self._dated = call.url is not None or any(
            name.lower() in _DATES for name in call.headers
        )
        self._deadline = client._deadline
        self._ends = client._ends
        if self._deadline is not None and self._ends is None:
            self._ends = time.monotonic() + self._deadline
        if call.cancel is None:
            call.cancel = client._cancel
        self._timeout_ms = call.timeout_ms or client._timeout_ms
        self._history: list[str] = []
        self._made = made
        self._pause = 0.0
        self._offset = 0.0
        self._began: float | None = None
        self._before = 0

    def run(self, read: Callable[[Answer], T]) -> T:
        """Makes attempts until one succeeds or none is left.

        Raises:
            OSSError: The last attempt's error, which tells of the earlier ones.
        """
        while True:
            answer = None
            try:
                self._wait()
                answer = self._send()
                result = read(answer)
            except OSSError as error:
                again = False
                try:
                    again = self.another(error, answer)
                finally:
                    self._tell(answer, error, is_last=not again)
                if not again:
                    raise
            except BaseException as error:
                self._tell(answer, error)
                raise
            else:
                self._tell(answer)
                return result

    def _tell(
        self,
        answer: Answer | None,
        error: BaseException | None = None,
        *,
        is_last: bool = True,
    ) -> None:
        """Tells the client's observer of an attempt that was made."""
        hook, began = self._client._on_request, self._began
        if hook is None or began is None:
            return
        self._began = None
        # Imported here: most programs have no observer.
        from ossc._observe import call_record, tell  # noqa: PLC0415

        duration = time.monotonic() - began
        record = call_record(
            self._call,
            answer,
            error,
            attempt=self._made,
            is_last=is_last,
            before=self._before,
            duration=duration,
        )
        tell(hook, record)

    def another(self, error: OSSError, answer: Answer | None) -> bool:
        """Whether there will be another attempt after this error; if so, prepares it.

        The error learns what it was about, and how often it was tried.

        Args:
            error: What the attempt failed with.
            answer: The answer, where it was the reading of it that failed.
        """
        describe(error, self._call, answer, self._client)
        if (
            isinstance(error, ServerError)
            and error.status in (400, 403)
            # A signed URL was made elsewhere: the client's region is not to blame.
            and self._call.url is None
        ):
            # Imported here: only refusals have hints.
            from ossc._hints import add_hint  # noqa: PLC0415

            add_hint(error, self._client)
        error.attempts = max(1, self._made)
        error.history = tuple(self._history)
        if not self._is_worth_it(error):
            self._log(error, repeated=False)
            return False
        hook = self._call.before_repeat
        if hook is not None:
            hook(error)
        self._history.append(_line(error))
        self._log(error, repeated=True)
        return True

    def _log(self, error: OSSError, *, repeated: bool) -> None:
        """Tells of a failed attempt, and of what follows."""
        # Imported here: only failures are told.
        from ossc._log import DEBUG, about, wanted  # noqa: PLC0415

        log = wanted("ossc.retry" if repeated else "ossc", DEBUG)
        if log is None:
            return
        retry = self._client._retry
        most = retry.attempts if retry is not None else 1
        text = "%s failed, attempt %d of %d: %s; %s"
        follows = self._plan() if repeated else error.gave_up or "not repeated"
        log.debug(text, about(error), error.attempts, most, _line(error), follows)

    def _plan(self) -> str:
        """When the next attempt is made, and where it begins."""
        partial = self._call.partial
        behind = f", going on behind {partial.done} bytes" if partial else ""
        return f"repeated in {self._pause:.3f} s{behind}"

    def _is_worth_it(self, error: OSSError) -> bool:
        retry = self._client._retry
        skew = self._skew_of(error)
        refused = self._keys if skew is None and self._is_of_keys(error) else None
        if skew is None and refused is None and not is_passing(error):
            return False
        if self._left() < _GRAIN_S:
            error.gave_up = f"the deadline of {self._deadline:g} s has passed"
            return False
        if retry is None or self._made >= retry.attempts:
            return False
        if skew is not None:
            self._correct_clock(skew)
            self._pause = 0.0
            return True
        if refused is not None:
            return self._has_others(refused, error)
        return self._may_repeat(error) and self._has_time(retry, error)

    def _correct_clock(self, skew: float) -> None:
        """Further requests of the client are signed with the server's time."""
        # Imported here: hardly a clock is wrong.
        from ossc._log import WARNING, tell  # noqa: PLC0415

        # The header tells whole seconds: less than two are none.
        self._client._shared.clock_offset = skew if abs(skew) > 2 else 0.0
        self._clock_corrected = True
        tell(
            "ossc.retry",
            WARNING,
            "this machine's clock is %.0f s %s that of %s; requests are signed with the "
            "server's time",
            abs(skew),
            "behind" if skew > 0 else "ahead of",
            self._client.endpoint,
        )

    def _is_of_keys(self, error: OSSError) -> bool:
        """Whether OSS refused the keys themselves, and there may be others."""
        if self.keys_renewed or self._client._source is None:
            return False
        return isinstance(error, (InvalidAccessKeyId, SecurityTokenExpired))

    def _has_others(self, refused: Credentials, error: OSSError) -> bool:
        """Whether there are other keys now than those that OSS refused."""
        source = self._client._source
        try:
            if source is None:
                return False
            if source.instead_of(refused, self._call.cancel, self._ends) == refused:
                return False
        except CredentialsError as failure:
            error.gave_up = f"there are no other credentials: {failure.message}"
            return False
        except TransportError as failure:  # the wait for them was ended
            describe(failure, self._call)
            raise
        self.keys_renewed = True
        self._pause = 0.0
        return True

    def _has_time(self, retry: Retry, error: OSSError) -> bool:
        """Whether the deadline allows another attempt; if so, sets the pause before it."""
        self._pause = checked_pause(retry, self._made, retry_after(error))
        if self._left() - self._pause < _GRAIN_S:
            error.gave_up = (
                f"the deadline of {self._deadline:g} s leaves no time for another"
            )
            return False
        self._mismatched |= isinstance(error, ChecksumMismatch)
        return True

    def _may_repeat(self, error: OSSError) -> bool:
        """Whether the request may be sent again after a failure that may pass."""
        if is_refusal(error):
            return True
        if self._mismatched and isinstance(error, ChecksumMismatch):
            error.gave_up = "not repeated: the bytes differ a second time"
        elif is_harmful(self._call):
            error.gave_up = "not repeated: the server may have acted"
        elif has_written(self._call, error):
            error.gave_up = "not repeated: the file may hold a part of the body"
        return not error.gave_up

    def _wait(self) -> None:
        """The pause before an attempt; ends early with the client."""
        until = time.monotonic() + self._pause
        while (left := until - time.monotonic()) > 0 and not self._client.closed:
            check_going(self._call.cancel, self._ends, "another attempt")
            time.sleep(min(left, SLICE_S))

    def _send(self) -> Answer:
        client = self._client
        budget = client._budget
        self._keys = client._keys(self._call.cancel, self._ends)
        if client._bandwidths:
            # Before a connection is held, which others could use meanwhile.
            self._meter().begin()
        with budget.connection(cancel=self._call.cancel, ends=self._ends):
            if self._ends is not None:
                self._call.timeout_ms = self._left_ms(self._ends)
            self._date()
            if not client.closed:
                self._made += 1
            self._call.plain = False  # a token or a limit may have come with the view
            partial, self._call.moved = self._call.partial, None
            self._before = partial.done if partial is not None else 0
            self._began = None if client.closed else time.monotonic()
            # No name for the session: a traceback that somebody keeps would keep it.
            return perform(self._call, client._settings, self._keys, client._session)

    def _meter(self) -> Meter:
        call = self._call
        if call.meter is None:
            # Imported here: few clients have a limit.
            from ossc._bandwidth import Meter  # noqa: PLC0415

            call.meter = Meter(self._client._bandwidths, call.cancel, self._ends)
        return call.meter

    def _left(self) -> float:
        """Seconds until the deadline."""
        return math.inf if self._ends is None else self._ends - time.monotonic()

    def _left_ms(self, ends: float) -> int:
        """Until the deadline, or what an attempt may take if that is less."""
        check_going(None, ends, "an attempt to begin")
        left = max(1, math.ceil((ends - time.monotonic()) * 1000))
        return min(left, self._timeout_ms or left)

    def _date(self) -> None:
        """Signs with the server's time where ours is known to be wrong."""
        before, offset = self._offset, self._client._shared.clock_offset
        if self._dated or not (offset or before):
            return
        from datetime import datetime, timedelta, timezone  # noqa: PLC0415 - seldom

        now = datetime.now(timezone.utc) + timedelta(seconds=offset)
        stamp = {"Date": http_date(now)}
        if self._client._signs_v4:
            stamp = {"x-oss-date": f"{now:%Y%m%dT%H%M%SZ}"}
        self._call.headers = merge_headers(self._call.headers, stamp)
        self._offset = offset

    def _skew_of(self, error: OSSError) -> float | None:
        """Seconds that the server's clock is ahead of ours where that is the failure."""
        if not isinstance(error, ServerError) or error.status != 403 or self._dated:
            return None
        if self._clock_corrected or not self._client._signs:
            return None
        try:
            theirs = parse_http_date(error.headers.get("date", "")).timestamp()
        except (ValueError, OverflowError):
            return None
        skew = theirs - time.time()
        wrong = abs(skew - self._offset)  # other threads may have corrected it since
        told = isinstance(error, RequestTimeTooSkewed) and wrong > 1
        return skew if told or wrong > _MAX_SKEW_S else None


def describe(
    error: OSSError,
    call: Call,
    answer: Answer | None = None,
    client: Client | None = None,
) -> None:
    """Writes into an error what was being done to what, and what the answer said.

    Args:
        error: The error.
        call: What was being done.
        answer: What came of it, where the reading of it failed.
        client: Who made a request of it; None where nobody did.
    """
    error.operation = call.operation
    error.bucket = call.bucket
    error.key = call.key.decode("utf-8", "replace") if call.key else None
    if client is not None:
        # Imported here: programs without an error have no use for it.
        from ossc._whereto import endpoint_of, method_of  # noqa: PLC0415

        error.endpoint, error.method = endpoint_of(call, client), method_of(call)
    if answer is not None:
        error.status = answer.status
        error.request_id = answer.request_id
        error.headers = answer.headers


def _line(error: OSSError) -> str:
    """An error in one line, for the history of those that come after it."""
    said = " ".join(error.message.split())
    facts = (
        f"HTTP {error.status}" if error.status else "",
        f"request id {error.request_id}" if error.request_id else "",
        "sent once more on a new connection" if error.resent else "",
        str(error.timings or ""),
    )
    name = type(error).__name__
    label = f"{name}: {error.code}: " if error.code not in (None, name) else f"{name}: "
    told = "; ".join(fact for fact in facts if fact)
    return f"{label}{said:.{_LINE}}" + (f" ({told})" if told else "")

"""`RefreshingCredentials`: keeps what a source gave, and asks again before it expires.

What may be a source is in `_caller`.
"""

from __future__ import annotations

import os
import time
import weakref
from _thread import LockType, allocate_lock, get_ident
from typing import TYPE_CHECKING, Protocol

from ossc._budget import SLICE_S, check_going
from ossc._credentials._caller import caller_of
from ossc.credentials import Credentials
from ossc.errors import CredentialsError, CredentialsNotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeAlias

    from ossc._sdk import CancelToken

    class _OfAlibabaCloud(Protocol):
        def get_credential(self) -> Any: ...

    class _OfAnSDK(Protocol):
        def get_credentials(self) -> Any: ...

    Given: TypeAlias = "Credentials | tuple[object, ...] | Mapping[str, object]"
    Foreign: TypeAlias = "_OfAlibabaCloud | _OfAnSDK"
    Source: TypeAlias = (
        "Credentials | CredentialsProvider | Callable[[], Given] | Foreign"
    )

__all__ = ["CredentialsProvider", "RefreshingCredentials"]


class CredentialsProvider(Protocol):
    """What gives credentials: anything that can be called without arguments.

    It raises `CredentialsNotFound` where it has none. It is called again before what it
    gave expires (`Credentials.expiration`), or after five minutes where no expiration is
    told.
    """

    def __call__(self) -> Credentials:
        """The credentials as they are now."""
        ...


EARLY_S = 900.0
UNKNOWN_S = 300.0
RETRY_S = 10.0
LEAST_S = 1.0
MISDATED_S = 60.0


class _Kept:
    """Credentials, when to ask for others, and when these are no good any more."""

    __slots__ = ("credentials", "ends", "renew")

    def __init__(self, credentials: Credentials, now: float) -> None:
        self.credentials = credentials
        if credentials.expiration is None:
            self.renew, self.ends = now + UNKNOWN_S, float("inf")
            return
        left = credentials.expiration.timestamp() - now
        if left <= 0:
            # It is this machine's clock that is wrong, or the source: OSS will tell.
            left = MISDATED_S
        self.renew = now + max(LEAST_S, left - min(EARLY_S, left / 4))
        self.ends = now + left


class RefreshingCredentials:
    """The credentials of a source, kept, and renewed before they expire. Thread-safe.

    A client makes one of these by itself of whatever source it is given; make one to
    share it among clients. The source is asked in the thread that needs the credentials,
    by one thread at a time; others go on with those that are still good. Where the source
    fails, they are used while they are good, and it is asked again ten seconds later.
    How long it may take is its own business, and that of the thread which asks it; who
    only waits for that thread waits no longer than his deadline or his token says.
    After a fork the child goes on with what the parent had.

    Args:
        source: `Credentials`, another provider, a callable that returns credentials (as
            `Credentials`, as a tuple or as a mapping), or a credentials client or
            provider of the packages `alibabacloud_credentials`, `oss2` and
            `alibabacloud_oss_v2`.
        clock: Tells the time in Unix seconds.

    Raises:
        TypeError: The source is no such thing.

    Example:
        >>> shared = ossc.RefreshingCredentials(lambda: (key_id, key_secret))
        >>> with ossc.Client("http://127.0.0.1:9000", credentials=shared) as client:
        ...     data = client.bucket("examplebucket").get_object("greeting.txt").data
    """

    __slots__ = (
        "__weakref__",
        "_clock",
        "_error",
        "_holder",
        "_kept",
        "_lock",
        "_quiet",
        "_source",
        "_turn",
    )

    def __init__(
        self, source: Source, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._source = caller_of(source)
        self._clock = clock
        self._kept: _Kept | None = None
        self._error: tuple[type[CredentialsError], str] | None = None
        self._turn = 0
        self._quiet = 0.0
        self.renew_lock()
        _all.add(self)

    @classmethod
    def of(cls, source: Source) -> RefreshingCredentials:
        """The source itself where it is one of these, else one of the source."""
        return source if isinstance(source, cls) else cls(source)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles and copies by the source, which is asked anew."""
        return type(self), (self._source,)

    def renew_lock(self) -> None:
        """Nobody is asking: of a child process, which has one thread."""
        self._lock = allocate_lock()
        self._holder = 0

    def __call__(self) -> Credentials:
        """The credentials.

        Raises:
            CredentialsError: There are none, or they expired and cannot be renewed.
        """
        kept = self._kept
        if kept is not None and self._clock() < kept.renew:
            return kept.credentials
        return self._renewed(None)

    def within(
        self, cancel: CancelToken | None, ends: float | None = None
    ) -> Credentials:
        """The credentials, waiting no longer than asked for while another thread asks.

        Args:
            cancel: Ends the wait.
            ends: When it ends, on `time.monotonic`'s clock.

        Raises:
            CredentialsError: There are none, or they expired and cannot be renewed.
            Cancelled: The token was used.
            RequestTimedOut: The time has come.
        """
        kept = self._kept
        if kept is not None and self._clock() < kept.renew:
            return kept.credentials
        return self._renewed(None, cancel, ends)

    def instead_of(
        self,
        refused: Credentials,
        cancel: CancelToken | None = None,
        ends: float | None = None,
    ) -> Credentials:
        """The credentials after OSS refused these: others, where the source has others.

        Args:
            refused: Those that OSS refused.
            cancel: As in `within`.
            ends: As in `within`.

        Raises:
            CredentialsError: The source fails.
            Cancelled, RequestTimedOut: As in `within`.
        """
        kept = self._kept
        if kept is not None and kept.credentials is not refused:
            return self.within(cancel, ends)
        if kept is not None and self._clock() < self._quiet:
            return kept.credentials
        return self._renewed(refused, cancel, ends)

    def _renewed(
        self,
        refused: Credentials | None,
        cancel: CancelToken | None = None,
        ends: float | None = None,
    ) -> Credentials:
        """Asks the source, unless another thread does and what there is will do."""
        if self._holder == get_ident():
            return self._usable(refused) or _ask_of_itself()
        turn, lock = self._turn, self._lock
        there = self._usable(refused)
        if there is None:
            _wait_for(lock, cancel, ends)
        elif not lock.acquire(blocking=False):
            return there
        try:
            self._holder = get_ident()
            kept, now = self._kept, self._clock()
            if (
                kept is not None
                and now < kept.renew
                and kept.credentials is not refused
            ):
                return kept.credentials
            if self._turn != turn:
                return self._others_outcome(refused)
            return self._fetch(now, refused)
        finally:
            self._holder = 0
            lock.release()

    def _usable(self, refused: Credentials | None) -> Credentials | None:
        """Credentials that are still good."""
        kept = self._kept
        if kept is None or kept.credentials is refused or self._clock() >= kept.ends:
            return None
        return kept.credentials

    def _others_outcome(self, refused: Credentials | None) -> Credentials:
        """What came of another thread's asking while this one waited to ask."""
        there = self._usable(refused)
        if there is not None:
            return there
        if self._error is not None:
            kind, said = self._error
            raise kind(said)
        if self._kept is not None and refused is not None:
            return self._kept.credentials
        return self._fetch(self._clock(), refused)

    def _fetch(self, now: float, refused: Credentials | None) -> Credentials:
        kept = self._kept
        try:
            found = self._source()
        except Exception as error:
            self._error = _kept_error(error)
            there = self._usable(refused)
            if there is None or kept is None:
                raise
            kept.renew = min(now + RETRY_S, kept.ends)
            _log(error)
            return there
        finally:
            self._turn += 1
        self._error = None
        if kept is not None and found == kept.credentials:
            # The same object, by which requests know what they have laid out for C.
            found = kept.credentials
            if found is refused:
                self._quiet = now + RETRY_S
        self._kept = _Kept(found, now)
        return found

    def __repr__(self) -> str:
        """The source's; no secrets."""
        return f"RefreshingCredentials({self._source!r})"


def _wait_for(lock: LockType, cancel: CancelToken | None, ends: float | None) -> None:
    """Acquires the lock of who asks, in slices where something may end the wait."""
    if cancel is None and ends is None:
        lock.acquire()
        return
    while True:
        left = SLICE_S if ends is None else max(0.0, ends - time.monotonic())
        if lock.acquire(timeout=min(SLICE_S, left)):
            return
        check_going(cancel, ends, "the credentials that another thread asks for")


_all: weakref.WeakSet[RefreshingCredentials] = weakref.WeakSet()


def _renew_locks() -> None:
    for each in _all:
        each.renew_lock()


os.register_at_fork(after_in_child=_renew_locks)


def _kept_error(error: Exception) -> tuple[type[CredentialsError], str] | None:
    """What other threads raise that waited for the same; without its traceback."""
    if not isinstance(error, CredentialsError):
        return None
    absent = isinstance(error, CredentialsNotFound)
    return CredentialsNotFound if absent else CredentialsError, error.message


def _ask_of_itself() -> Credentials:
    raise CredentialsError("a source of credentials needs its own credentials")


def _log(error: Exception) -> None:
    from ossc._log import WARNING, tell  # noqa: PLC0415 - only failures are logged

    said = (
        error.message if isinstance(error, CredentialsError) else type(error).__name__
    )
    tell(
        "ossc.credentials",
        WARNING,
        "credentials are not renewed, the old ones are used while they are good: %s",
        said,
    )

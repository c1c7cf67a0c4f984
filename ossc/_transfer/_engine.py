"""The engine of all transfers: threads that move parts while the caller's thread watches.

`run_parts` hands parts to threads; the caller's thread takes what is done, tells the
progress, and sees Ctrl-C and cancel tokens. The first failure ends all the others, and no
thread is left when it comes out.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Generic, TypeVar

from ossc._sdk import CancelToken
from ossc._threads import Thread
from ossc.errors import Cancelled, OSSError

if TYPE_CHECKING:
    from ossc._sdk import Progress

__all__ = ["Watch", "about", "note", "run_parts"]

P = TypeVar("P")
R = TypeVar("R")

SLICE_S = 0.05
_INTERVAL_S = 0.1


class Watch:
    """What the caller's thread looks at meanwhile: the token, and the progress.

    `part` and what it returns may be called in any thread, all else in the caller's.

    Args:
        progress: Called with (bytes moved, total or None), or None.
        total: All bytes, where that is known.
        moved: Bytes that were moved before.
        cancel: Ends the transfer.
    """

    __slots__ = (
        "_active",
        "_cancel",
        "_due",
        "_lock",
        "_moved",
        "_progress",
        "_told",
        "_total",
    )

    def __init__(
        self,
        progress: Progress | None,
        total: int | None,
        *,
        moved: int = 0,
        cancel: CancelToken | None = None,
    ) -> None:
        self._total = total
        self._cancel = cancel
        self._progress = progress
        self._moved = moved
        self._told = moved
        self._active: dict[int, int] = {}
        self._lock = threading.Lock()
        self._due = time.monotonic() + _INTERVAL_S

    def part(self, number: int) -> Progress | None:
        """What the request of a part tells its own progress to; None if nobody asks."""
        if self._progress is None:
            return None

        def count(moved: int, _total: int | None) -> None:
            with self._lock:
                self._active[number] = moved

        return count

    def settle(self, number: int, size: int) -> None:
        """A part is done."""
        with self._lock:
            self._active.pop(number, None)
            self._moved += size

    def tick(self) -> None:
        """Looks at the token, and tells the progress where 100 ms have passed.

        Raises:
            Cancelled: The token was cancelled.
        """
        if self._cancel is not None and self._cancel.cancelled:
            raise Cancelled("the transfer was cancelled")
        if self._progress is not None and time.monotonic() >= self._due:
            with self._lock:
                moved = self._moved + sum(self._active.values())
            # A part that is tried again begins again; nobody need see that.
            self._told = max(self._told, moved)
            self._progress(self._told, self._total)
            self._due = time.monotonic() + _INTERVAL_S

    def finish(self) -> None:
        """Tells the end."""
        if self._progress is not None:
            self._progress(self._moved, self._moved)


def run_parts(
    parts: Iterable[P],
    work: Callable[[P, CancelToken], R],
    done: Callable[[P, R], None],
    *,
    concurrency: int,
    tick: Callable[[], None],
    may_take: Callable[[int], bool] | None = None,
) -> None:
    """Has all parts worked on, several at a time, and waits for the last.

    Args:
        parts: The parts; taken one by one in this thread.
        work: Moves a part, in another thread; ends soon when the token is cancelled.
        done: Gets a part and what its work returned, in this thread.
        concurrency: How many threads there are at most.
        tick: Called in this thread, every 50 ms at the latest; an exception in it ends
            the transfer.
        may_take: Whether a further part may be taken while so many are not done;
            default: while there is one for each thread and one to spare.

    Raises:
        BaseException: What the first part failed with, or what `parts`, `done`, `tick`
            or a signal raised. Before it comes out, all work has ended.
    """
    crew = _Crew(work, concurrency)
    if may_take is None:
        may_take = concurrency.__ge__
    try:
        for part in _taken(parts, crew, done, tick, may_take):
            crew.give(part)
            tick()
        while crew.open:
            crew.collect(done, tick)
    except BaseException:
        crew.stop.cancel()
        raise
    finally:
        # An interrupt may keep any function of ours from beginning; not this.
        crew.given.put(None)
        crew.dismiss()


def _taken(
    parts: Iterable[P],
    crew: _Crew[P, R],
    done: Callable[[P, R], None],
    tick: Callable[[], None],
    may_take: Callable[[int], bool],
) -> Iterator[P]:
    """The parts, each taken when it may be."""
    source = iter(parts)
    while True:
        while crew.open and not may_take(crew.open):
            crew.collect(done, tick)
        # A source that is slow holds up no failure of what it gave before.
        crew.settle(done)
        try:
            part = next(source)
        except StopIteration:
            return
        yield part


class _Crew(Generic[P, R]):
    """The threads of one transfer; started when there is work for them."""

    def __init__(self, work: Callable[[P, CancelToken], R], most: int) -> None:
        self.stop = CancelToken()
        self.open = 0
        self._work = work
        self._most = most
        self._threads: list[Thread] = []
        self.given: queue.SimpleQueue[tuple[P] | None] = queue.SimpleQueue()
        self._ended: queue.SimpleQueue[tuple[P, R] | BaseException] = (
            queue.SimpleQueue()
        )

    def give(self, part: P) -> None:
        """Has a part worked on."""
        self.open += 1
        self.given.put((part,))
        if len(self._threads) < min(self.open, self._most):
            thread = Thread(self._serve, "ossc-transfer", daemon=True)
            self._threads.append(thread)
            thread.begin()

    def collect(self, done: Callable[[P, R], None], tick: Callable[[], None]) -> None:
        """Takes a part that has ended; returns without one after a while."""
        tick()
        try:
            ended = self._ended.get(timeout=SLICE_S)
        except queue.Empty:
            return
        try:
            self._take(ended, done)
        finally:
            del ended

    def settle(self, done: Callable[[P, R], None]) -> None:
        """Takes all parts that have ended, without waiting."""
        while not self._ended.empty():
            self._take(self._ended.get(), done)

    def _take(
        self, ended: tuple[P, R] | BaseException, done: Callable[[P, R], None]
    ) -> None:
        self.open -= 1
        if isinstance(ended, BaseException):
            # A frame that holds the error it raised is a cycle.
            try:
                raise ended
            finally:
                del ended
        done(*ended)

    def dismiss(self) -> None:
        """Waits for the threads' end, whatever interrupts that, and then lets it out."""
        interrupt: BaseException | None = None
        while True:
            try:
                self.given.put(None)
                for thread in self._threads:
                    thread.finish()
                break
            except BaseException as error:  # noqa: BLE001 - raised below
                self.stop.cancel()
                interrupt = error
        # The frames of errors that nobody asked for hold buffers.
        while not self._ended.empty():
            self._ended.get()
        if interrupt is not None:
            try:
                raise interrupt
            finally:
                del interrupt

    def _serve(self) -> None:
        while True:
            given = self.given.get()
            if given is None or self.stop.cancelled:
                self.given.put(None)  # for the next thread
                return
            try:
                result = self._work(given[0], self.stop)
            except BaseException as error:  # noqa: BLE001 - raised in the caller's thread
                self._ended.put(error)
            else:
                self._ended.put((given[0], result))


@contextmanager
def about(operation: str, bucket: str, key: str) -> Iterator[None]:
    """Errors that no request raised say what was being done to what, too."""
    try:
        yield
    except OSSError as error:
        if error.operation is None:
            error.operation, error.bucket, error.key = operation, bucket, key
        raise


def note(error: BaseException, text: str) -> None:
    """Adds a line to an error where Python can (3.11 and later)."""
    add = getattr(error, "add_note", None)
    if add is not None:
        add(text)

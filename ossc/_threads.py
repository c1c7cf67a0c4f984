"""Threads and waits that Ctrl-C cannot break.

A signal's handler may raise between any two steps of the main thread, and most of
`threading` is steps in Python: a `Thread.start` that is left in its midst can keep a lock
without which the new thread never begins, an `Event` or a `Condition` one without which
nobody is woken, and after a `join` that was left a thread counts as ended while it runs.
Here, what another thread needs is never held between two steps: queues and locks in C do
the waiting, and threads are started where no handler runs.
"""

from __future__ import annotations

import _thread
import os
import queue
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Bell", "Thread", "heard"]

_SLICE_S = 0.1


class Thread(threading.Thread):
    """A thread of work: `begin` it once, `finish` as often as something gets in between.

    Args:
        work: What it does; called once, in the thread.
        name: What the thread is called.
        daemon: Whether the program ends without it.
    """

    def __init__(self, work: Callable[[], object], name: str, *, daemon: bool) -> None:
        super().__init__(name=name, daemon=daemon)
        self._work: Callable[[], object] | None = work
        self._is_wanted = True
        self._is_done = False
        self._end: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._pid = os.getpid()

    def begin(self) -> None:
        """Starts it. Where that is interrupted it may begin nevertheless.

        Raises:
            RuntimeError: The system has no more threads.
        """
        outcome: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()
        # Looked up now: gevent may have put its own there.
        _thread.start_new_thread(_start, (self, outcome))
        error = outcome.get()
        # A frame that holds the error it raised is a cycle.
        try:
            if error is not None:
                raise error
        finally:
            del error

    def finish(self) -> None:
        """Waits for its end; what has not begun is not done any more.

        It has not ended where the wait was interrupted, and can be waited for again.
        """
        self._is_wanted = False
        while self.is_at_work:
            heard(self._end, _SLICE_S)
        if self._is_done:
            self.join()  # what `threading` itself has left to do

    @property
    def is_at_work(self) -> bool:
        """Whether it has begun and not ended; in a forked child it is not there."""
        return self.ident is not None and not self._is_done and self._pid == os.getpid()

    def run(self) -> None:
        """Does the work."""
        work, self._work = self._work, None
        try:
            if work is not None and self._is_wanted:
                work()
        finally:
            self._is_done = True
            self._end.put(None)


def _start(thread: Thread, outcome: queue.SimpleQueue[BaseException | None]) -> None:
    try:
        thread.start()
    except BaseException as error:  # noqa: BLE001 - raised where it was asked for
        outcome.put(error)
    else:
        outcome.put(None)


def heard(rung: queue.SimpleQueue[None], seconds: float | None) -> bool:
    """Waits for a bell, so many seconds or for ever; whether it rang."""
    try:
        rung.get(timeout=seconds)
    except queue.Empty:
        return False
    return True


class Bell:
    """Wakes those who wait for a change of what a lock guards.

    `listen` and `ring` are called with the lock held; then whoever listens lets go of it
    and waits until what `listen` returned is `heard`.
    """

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: list[queue.SimpleQueue[None]] = []

    def listen(self) -> queue.SimpleQueue[None]:
        """What gets something with the next `ring`."""
        waiting: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._waiting.append(waiting)
        return waiting

    def ring(self) -> None:
        """Wakes all who listen by now."""
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            each.put(None)

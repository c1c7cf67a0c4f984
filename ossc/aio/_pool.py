"""`Pool`: the threads that do a client's blocking work; `Mailbox`: the way back to a loop.

Threads start when there is work that nobody is free for, and end when they were idle for
some seconds or the pool is closed. They are no daemons, as they are in C with memory that
is borrowed from Python, but idle ones see the end of the program.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from weakref import WeakKeyDictionary, WeakSet, ref

from ossc._threads import Thread
from ossc.errors import ClientClosed

__all__ = ["Mailbox", "Pool", "mailbox_of"]

_SLICE_S = 0.2
_IDLE_S = 5.0

News = Callable[[], object]
Work = Callable[[], "News | None"]


class Pool:
    """At most so many threads, for work of any number of loops. Thread-safe.

    Args:
        most: How many threads.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.closed = False
        self.renew()
        _pools.add(self)

    def __reduce__(self) -> tuple[type[Pool], tuple[int]]:
        """Threads and work stay where they are.

        Raises:
            ClientClosed: It was closed.
        """
        if self.closed:
            raise ClientClosed("a closed client cannot be pickled or copied")
        return type(self), (self.most,)

    def renew(self) -> None:
        """Nothing is under way: the beginning, and that of a forked child."""
        # Reentrant: the collector may end an iterator, or a client, anywhere.
        self._changed = threading.RLock()
        self._work: SimpleQueue[Work | None] = SimpleQueue()
        self._waiting = 0  # work that no thread has taken
        self._free = 0  # threads that wait for work
        self._extra = 0  # threads that wait for a loop
        self._running: set[threading.Thread] = set()
        self._when_empty: list[News] = []

    @property
    def threads(self) -> int:
        """How many threads there are."""
        return len(self._running)

    def submit(self, work: Work) -> None:
        """Has work done by a thread, also after `close`. It must not raise.

        What it returns is called when the thread counts as free again: who hears the
        news and has more work finds a thread for it.
        """
        with self._changed:
            self._waiting += 1
            self._work.put(work)
            self._hire()

    @contextmanager
    def lent(self) -> Iterator[None]:
        """While the block waits for a loop, another thread may work in this one's place.

        What the loop does meanwhile may need a thread.
        """
        with self._changed:
            self._extra += 1
            self._hire()
        try:
            yield
        finally:
            with self._changed:
                self._extra -= 1

    def when_empty(self, call: News) -> None:
        """Calls back once when all work is done, from whatever thread."""
        with self._changed:
            if self._is_busy():
                self._when_empty.append(call)
                return
        call()

    def close(self) -> None:
        """Ends idle threads and waits for them; others end with their work."""
        self.closed = True
        with self._changed:
            threads = list(self._running)
            idle = not self._is_busy()
            for _ in threads:
                self._work.put(None)
        for thread in threads:
            if idle and thread is not threading.current_thread():
                thread.join()

    def _is_busy(self) -> bool:
        return self._waiting > 0 or self._free < len(self._running)

    def _hire(self) -> None:
        if self._waiting <= self._free:
            return
        if len(self._running) >= self.most + self._extra:
            return
        thread = Thread(self._serve, "ossc-aio", daemon=False)
        self._running.add(thread)
        self._free += 1
        try:
            thread.begin()
        except BaseException:
            self._running.discard(thread)
            self._free -= 1
            if not self._running:
                # Nobody will come for it.
                self._work.get_nowait()
                self._waiting -= 1
                raise

    def _serve(self) -> None:
        until = time.monotonic() + _IDLE_S
        while True:
            try:
                work = self._work.get(timeout=_SLICE_S)
            except Empty:
                work = None
            if work is None:
                if self._may_end(until):
                    return
                continue
            with self._changed:
                self._waiting -= 1
                self._free -= 1
            news = work()
            with self._changed:
                self._free += 1
            if news is not None:
                news()
            del work, news  # what they held is free while the thread waits for more
            for call in self._done():
                call()
            until = time.monotonic() + _IDLE_S

    def _done(self) -> list[News]:
        """What to call if the thread was the last one at work."""
        with self._changed:
            if self._is_busy():
                return []
            calls, self._when_empty = self._when_empty, []
        return calls

    def _may_end(self, until: float) -> bool:
        with self._changed:
            if self._waiting:
                return False
            wanted = len(self._running) <= self.most + self._extra and not self.closed
            wanted = wanted and threading.main_thread().is_alive()
            if wanted and time.monotonic() < until:
                return False
            self._running.discard(threading.current_thread())
            self._free -= 1
        return True


_pools: WeakSet[Pool] = WeakSet()


def _renew_all() -> None:
    for pool in _pools:
        pool.renew()


os.register_at_fork(after_in_child=_renew_all)


class Mailbox:
    """Brings calls from threads into a loop, with one wake-up for all that wait."""

    __slots__ = ("_calls", "_is_awaited", "_loop")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = ref(loop)  # the mailbox of a loop must not keep it alive
        self._calls: deque[News] = deque()
        self._is_awaited = False

    def post(self, call: News) -> bool:
        """Has the loop make a call; False where there is no such loop any more."""
        self._calls.append(call)
        if self._is_awaited:
            return True
        self._is_awaited = True
        loop = self._loop()
        try:
            if loop is not None:
                loop.call_soon_threadsafe(self._open)
                return True
        except RuntimeError:
            pass  # it is closed
        self._is_awaited = False
        self._calls.clear()
        return False

    def _open(self) -> None:
        self._is_awaited = False
        calls = self._calls
        while calls:
            calls.popleft()()


_mailboxes: WeakKeyDictionary[asyncio.AbstractEventLoop, Mailbox] = WeakKeyDictionary()


def mailbox_of(loop: asyncio.AbstractEventLoop) -> Mailbox:
    """The mailbox of the loop that runs in this thread."""
    box = _mailboxes.get(loop)
    if box is None:
        box = _mailboxes[loop] = Mailbox(loop)
    return box

"""Background work of a stream: jobs, and the few threads that do them.

A thread lives only while there are jobs, so a stream that nobody closed keeps no process
alive; when the program ends, jobs that are still at it are given up. What the stream
cannot do without is then done in the thread that asks for it.
"""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from ossc._sdk import CancelToken
from ossc._threads import Bell, Thread, heard
from ossc.errors import Cancelled

if TYPE_CHECKING:
    from ossc._sdk import Progress

__all__ = ["Crew", "Job", "check_token", "program_ends"]

Work = Callable[[CancelToken | None, "Progress | None"], None]

# How often a wait looks at the caller's cancel token.
_LOOK_SECONDS = 0.1


def program_ends() -> bool:
    """Whether the interpreter waits for the last threads, or is past that."""
    return sys.is_finalizing() or not threading.main_thread().is_alive()


def check_token(token: CancelToken | None) -> None:
    """Raises `Cancelled` once the token was used."""
    if token is not None and token.cancelled:
        raise Cancelled("the stream was cancelled")


class Job:
    """Something to do in the background, once; its error is kept for who needs it."""

    __slots__ = ("_error", "_given_up", "_token", "_work", "after", "done")

    def __init__(self, work: Work) -> None:
        self._work: Work | None = work
        self._token = CancelToken()
        self._error: BaseException | None = None
        self._given_up = False
        self.after: Callable[[], None] | None = None
        self.done = False

    def cancel(self) -> None:
        """Ends it early, from any thread."""
        self._token.cancel()

    def run(self, token: CancelToken | None) -> None:
        """Does it in the caller's thread; errors are the caller's."""
        if self._work is not None:
            self._work(token, None)
        self._work = None

    def run_behind(self) -> None:
        """Does it in a thread of the crew."""
        try:
            if self._work is not None:
                self._work(self._token, self._watch)
        except BaseException as error:  # noqa: BLE001 - raised where it is needed
            # Without its traceback, whose frames hold the job: nobody may ask for it.
            self._error = error.with_traceback(None)
        if not self._given_up:
            self._work = None

    def settle(self, token: CancelToken | None) -> None:
        """Raises what went wrong; does what was given up because the program ends."""
        error, self._error = self._error, None
        if self._given_up:
            self._given_up = False
            self.run(token)
        elif error is not None:
            # A frame that holds the error it raised is a cycle.
            try:
                raise error
            finally:
                del error

    def _watch(self, _done: int, _total: int | None) -> None:
        if program_ends():
            self._given_up = True
            self._token.cancel()


class Crew:
    """At most so many threads, started when there is work. Thread-safe."""

    __slots__ = ("_done", "_lock", "_most", "_running", "_threads", "_waiting")

    def __init__(self, most: int) -> None:
        # Reentrant: the collector may run a stream's `__del__` anywhere.
        self._lock = threading.RLock()
        self._done = Bell()
        self._most = most
        self._waiting: deque[Job] = deque()
        self._running: set[Job] = set()
        self._threads: set[Thread] = set()

    def submit(self, *jobs: Job) -> None:
        """Has jobs done soon. Where no thread can be started they wait for `need`."""
        with self._lock:
            for job in jobs:
                self._waiting.append(job)
                if len(self._threads) < self._most and not program_ends():
                    self._start()

    def first_done(self, jobs: Collection[Job], token: CancelToken | None) -> Job:
        """Waits for one of the jobs; does one itself if nobody is at any of them.

        Raises:
            Cancelled: The caller's token was used.
            OSSError: What the job raised that was done here.
        """
        seconds = None if token is None else _LOOK_SECONDS
        done = None
        while True:
            with self._lock:
                for job in jobs:
                    if job.done:
                        return job
                if self._running.isdisjoint(jobs):
                    job = next(iter(jobs))
                    if job in self._waiting:
                        self._waiting.remove(job)
                    break
                done = done or self._done.listen()
            check_token(token)
            if heard(done, seconds):
                done = None
        job.run(token)
        job.done = True
        return job

    def need(self, job: Job, token: CancelToken | None) -> None:
        """Returns once the job is done.

        Raises:
            Cancelled: The caller's token was used.
            OSSError: What the job raised.
        """
        self.first_done((job,), token).settle(token)

    def forget(self, job: Job, after: Callable[[], None]) -> None:
        """Gives a job up whose result nobody wants; calls `after` once it is over."""
        job.cancel()
        with self._lock:
            running = job in self._running
            if running:
                job.after = after
            elif job in self._waiting:
                self._waiting.remove(job)
        if not running:
            after()

    def stop(self, *, join: bool) -> None:
        """Gives everything up, and waits for the threads to end."""
        with self._lock:
            self._waiting.clear()
            threads = list(self._threads)
            for job in self._running:
                job.cancel()
        for thread in threads:
            if join and thread is not threading.current_thread():
                thread.finish()
                with self._lock:
                    self._forget_thread(thread)

    def _start(self) -> None:
        # Not a daemon, whatever the caller's thread is: it is in C with borrowed memory.
        thread = Thread(self._serve, "ossc-stream", daemon=False)
        self._threads.add(thread)
        try:
            thread.begin()
        except RuntimeError:
            # No more threads may be started: `need` does the work.
            self._forget_thread(thread)

    def _forget_thread(self, thread: threading.Thread) -> None:
        self._threads = {each for each in self._threads if each is not thread}

    def _serve(self) -> None:
        while True:
            with self._lock:
                if not self._waiting or program_ends():
                    self._forget_thread(threading.current_thread())
                    return
                job = self._waiting.popleft()
                self._running.add(job)
            job.run_behind()
            with self._lock:
                self._running.discard(job)
                job.done = True
                after = job.after
                self._done.ring()
            if after is not None:
                after()
            # The thread may wait for the lock again; what the job held is free by then.
            del job, after

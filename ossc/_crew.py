"""`Crew`: threads that work on chunks while the caller's thread takes the results."""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from ossc._sdk import CancelToken
from ossc.errors import Cancelled, ConnectionLost

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

__all__ = ["SLICE_S", "Crew", "Worker", "check_wanted"]

C = TypeVar("C")
R = TypeVar("R")
C_contra = TypeVar("C_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)

SLICE_S = 0.1
"""No wait is longer without a look at tokens, forks, and the end of the program."""


class Worker(Protocol[C_contra, R_co]):
    """What works on chunks in one thread."""

    def work(self, chunk: C_contra) -> Iterator[R_co]:
        """Works on a chunk; what comes of it, piece by piece."""

    def close(self) -> None:
        """Frees what it works with."""

    def abandon(self) -> None:
        """Lets go of that without a look at it: it is the parent process's."""


def check_wanted(cancel: CancelToken) -> None:
    """Ends the work of a thread that nobody waits for any more.

    Raises:
        Cancelled: It was cancelled, or the program ends.
    """
    # A thread that is no daemon is waited for by an interpreter that ends: an iterator
    # that nobody closed must not keep it alive.
    if sys.is_finalizing() or not threading.main_thread().is_alive():
        cancel.cancel()
    if cancel.cancelled:
        raise Cancelled("the batch was given up")


class _Task(Generic[C, R]):
    """A chunk, and what came of it that was not taken yet.

    Each message is a piece of the result, or an error, or the end: None.
    """

    __slots__ = ("chunk", "messages")

    def __init__(self, chunk: C) -> None:
        self.chunk = chunk
        self.messages: deque[tuple[R | None, BaseException | None]] = deque()


class Crew(Generic[C, R]):
    """Has chunks worked on in threads of its own; a context manager.

    Args:
        size: How many threads.
        hire: Called in each thread for its worker, with the token that ends its work.
        token: The caller's own token; None: it has none.
    """

    def __init__(
        self,
        size: int,
        hire: Callable[[CancelToken], Worker[C, R]],
        token: CancelToken | None,
    ) -> None:
        self._hire = hire
        self._token = token
        self._cancel = CancelToken()
        self._todo: SimpleQueue[_Task[C, R] | None] = SimpleQueue()
        self._told: SimpleQueue[tuple[_Task[C, R], R | None, BaseException | None]] = (
            SimpleQueue()
        )
        # Closed when all threads have ended: their results may lie in a worker's memory.
        self._workers: list[Worker[C, R]] = []
        self._pid = os.getpid()
        # No daemons: they are in C with memory that is borrowed from Python.
        self._threads = [
            threading.Thread(target=self._serve, name=f"ossc-batch-{n}", daemon=False)
            for n in range(size)
        ]

    def __enter__(self) -> Self:
        """Starts the threads."""
        try:
            for thread in self._threads:
                thread.start()
        except BaseException:
            self._dismiss()
            raise
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """Ends what is under way, and waits for the threads."""
        self._dismiss()

    def results(self, chunks: Iterator[C], *, ordered: bool) -> Iterator[R]:
        """What comes of the chunks, in their order or as it comes.

        One chunk more than there are threads is taken ahead.

        Raises:
            Cancelled: The caller's token was used.
            ConnectionLost: The process forked meanwhile; the threads are the parent's.
            BaseException: What the work on a chunk raised; or what `chunks` raised, when
                the work on those before is done.
        """
        pending: deque[_Task[C, R]] = deque()
        wrong: Exception | None = None
        more = True
        while more or pending:
            while more and len(pending) <= len(self._threads):
                try:
                    chunk = next(chunks, None)
                except Exception as error:  # noqa: BLE001 - raised below
                    chunk, wrong = None, error
                more = chunk is not None
                if chunk is not None:
                    pending.append(_Task(chunk))
                    self._todo.put(pending[-1])
            if pending:
                task, result = self._next(pending, ordered=ordered)
                if result is None:
                    pending.remove(task)
                else:
                    yield result
        _raise(wrong)

    def _next(
        self, pending: deque[_Task[C, R]], *, ordered: bool
    ) -> tuple[_Task[C, R], R | None]:
        """The next piece and whose it is; no piece: the work on that one is done."""
        first = pending[0]
        self._look()
        while not (ordered and first.messages):
            try:
                task, result, error = self._told.get(timeout=SLICE_S)
            except Empty:
                self._look()
                continue
            if not ordered:
                _raise(error)
                return task, result
            task.messages.append((result, error))
        result, error = first.messages.popleft()
        _raise(error)
        return first, result

    def _look(self) -> None:
        if self._token is not None and self._token.cancelled:
            raise Cancelled("the batch was cancelled")
        if self._pid != os.getpid():
            raise ConnectionLost("the process forked during the batch")

    def _dismiss(self) -> None:
        """Waits for the threads' end, whatever interrupts that, and then lets it out."""
        self._cancel.cancel()
        for _ in self._threads:
            self._todo.put(None)
        interrupt: BaseException | None = None
        while others := self._others():
            try:
                for thread in others:
                    thread.join()
            except BaseException as error:  # noqa: BLE001, PERF203 - raised below
                interrupt = error
        if threading.current_thread() not in self._threads:
            while self._workers:
                worker = self._workers.pop()
                if self._pid == os.getpid():
                    worker.close()
                else:
                    worker.abandon()
        _raise(interrupt)

    def _others(self) -> list[threading.Thread]:
        """The threads that run, but not this one: the collector may run anywhere."""
        return [
            thread
            for thread in self._threads
            if thread.is_alive() and thread is not threading.current_thread()
        ]

    def _serve(self) -> None:
        worker: Worker[C, R] | None = None
        while (task := self._task()) is not None:
            error: BaseException | None = None
            try:
                if worker is None:
                    worker = self._hire(self._cancel)
                    self._workers.append(worker)
                for result in worker.work(task.chunk):
                    self._told.put((task, result, None))
            except BaseException as raised:  # noqa: BLE001 - it is the caller's
                error = raised
            self._told.put((task, None, error))
            if error is not None:
                return  # the chunk may be half done; the error ends the batch
            del task

    def _task(self) -> _Task[C, R] | None:
        """The next chunk; None: there is none, or nobody wants it."""
        with suppress(Cancelled):
            while True:
                check_wanted(self._cancel)
                with suppress(Empty):
                    return self._todo.get(timeout=SLICE_S)
        return None


def _raise(error: BaseException | None) -> Any:
    # A frame that holds the error it raised is a cycle.
    try:
        if error is not None:
            raise error
    finally:
        del error

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
from ossc._threads import Thread
from ossc.errors import Cancelled, ConnectionLost

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

__all__ = ["SLICE_S", "Crew", "Line", "Task", "Worker", "check_wanted"]

C = TypeVar("C")
R = TypeVar("R")

SLICE_S = 0.1
"""No wait is longer without a look at tokens, forks, and the end of the program."""


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


class Task(Generic[C, R]):
    """A chunk, and what came of it that was not taken yet.

    Each message is a piece of the result, or an error, or the end: None.
    """

    __slots__ = ("chunk", "messages")

    def __init__(self, chunk: C) -> None:
        self.chunk = chunk
        self.messages: deque[tuple[R | None, BaseException | None]] = deque()


class Line(Generic[C, R]):
    """The chunks that wait for a thread, as a worker sees them.

    Attributes:
        is_over: Whether no others will come.
        open: Those that the worker has, the oldest first.
    """

    __slots__ = ("_crew", "open")

    def __init__(self, crew: Crew[C, R]) -> None:
        self._crew = crew
        self.open: list[Task[C, R]] = []

    @property
    def is_over(self) -> bool:
        """Whether none waits, and none will."""
        return self._crew._over and self._crew._todo.empty()

    def take(self) -> Task[C, R] | None:
        """Another one, if one is there."""
        with suppress(Empty):
            task = self._crew._todo.get_nowait()
            if task is not None:
                self.open.append(task)
                return task
            self._crew._todo.put(None)  # the end is the thread's own
        return None


class Worker(Protocol[C, R]):
    """What works on chunks in one thread."""

    def work(
        self, task: Task[C, R], line: Line[C, R]
    ) -> Iterator[tuple[Task[C, R], R | None]]:
        """Works on a chunk, and on others that it takes meanwhile.

        What comes of them, piece by piece; None behind the last piece of each.
        """

    def close(self) -> None:
        """Frees what it works with."""

    def abandon(self) -> None:
        """Lets go of that without a look at it: it is the parent process's."""


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
        self._todo: SimpleQueue[Task[C, R] | None] = SimpleQueue()
        self._told: SimpleQueue[tuple[Task[C, R], R | None, BaseException | None]] = (
            SimpleQueue()
        )
        # Closed when all threads have ended: their results may lie in a worker's memory.
        self._workers: list[Worker[C, R]] = []
        self._over = False
        self._pid = os.getpid()
        # No daemons: they are in C with memory that is borrowed from Python.
        self._threads = [
            Thread(self._serve, f"ossc-batch-{n}", daemon=False) for n in range(size)
        ]

    def __enter__(self) -> Self:
        """Starts the threads."""
        try:
            for thread in self._threads:
                thread.begin()
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

        Two for each thread and one more are taken ahead; and others, but no more than
        four for each thread, while none of those waits for a thread.

        Raises:
            Cancelled: The caller's token was used.
            ConnectionLost: The process forked meanwhile; the threads are the parent's.
            BaseException: What the work on a chunk raised; or what `chunks` raised, when
                the work on those before is done.
        """
        try:
            yield from self._results(chunks, ordered=ordered)
        finally:
            # An interrupt may keep `_dismiss` from beginning; not this.
            self._cancel.flag[0] = 1

    def _results(self, chunks: Iterator[C], *, ordered: bool) -> Iterator[R]:
        pending: deque[Task[C, R]] = deque()
        wrong: Exception | None = None
        while pending or not self._over:
            self._look()
            while not self._over and self._wants(len(pending)):
                wrong = self._put_next(chunks, pending)
            if ordered and pending and pending[0].messages:
                task = pending[0]
                result, error = task.messages.popleft()
            elif pending:
                task, result, error = self._get()
                if ordered:
                    task.messages.append((result, error))
                    continue
            else:
                break
            _raise(error)
            if result is None:
                pending.remove(task)
            else:
                yield result
        _raise(wrong)

    def _put_next(
        self, chunks: Iterator[C], pending: deque[Task[C, R]]
    ) -> Exception | None:
        """Takes a chunk, if there is one; why there is none, unless that is the end."""
        wrong: Exception | None = None
        try:
            chunk = next(chunks, None)
        except Exception as error:  # noqa: BLE001 - raised behind what came before
            chunk, wrong = None, error
        if chunk is None:
            self._over = True
        else:
            pending.append(Task(chunk))
            self._todo.put(pending[-1])
        return wrong

    def _wants(self, pending: int) -> bool:
        """Whether another chunk should be taken, with so many that are not done."""
        threads = len(self._threads)
        return pending <= 2 * threads or (pending < 4 * threads and self._todo.empty())

    def _get(self) -> tuple[Task[C, R], R | None, BaseException | None]:
        """The next message of any thread."""
        while True:
            self._look()
            with suppress(Empty):
                return self._told.get(timeout=SLICE_S)

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
        # The collector may run anywhere: in one of these threads, too.
        me = threading.current_thread()
        interrupt: BaseException | None = None
        while True:
            try:
                for thread in self._threads:
                    if thread is not me:
                        thread.finish()
                break
            except BaseException as error:  # noqa: BLE001 - raised below
                interrupt = error
        if me not in self._threads:
            while self._workers:
                worker = self._workers.pop()
                if self._pid == os.getpid():
                    worker.close()
                else:
                    worker.abandon()
        _raise(interrupt)

    def _serve(self) -> None:
        worker: Worker[C, R] | None = None
        line = Line(self)
        while (task := self._task()) is not None:
            line.open.append(task)
            try:
                if worker is None:
                    worker = self._hire(self._cancel)
                    self._workers.append(worker)
                self._tell(worker.work(task, line), line)
            except BaseException as error:  # noqa: BLE001 - it is the caller's
                # A chunk may be half done: the error ends the batch.
                self._told.put((line.open[0] if line.open else task, None, error))
                return
            del task

    def _tell(
        self, pieces: Iterator[tuple[Task[C, R], R | None]], line: Line[C, R]
    ) -> None:
        for task, piece in pieces:
            if piece is None:
                line.open.remove(task)
            self._told.put((task, piece, None))

    def _task(self) -> Task[C, R] | None:
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

"""Threads that run chunks of a batch while the caller's thread iterates over results."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ossc._sdk import CancelToken

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

__all__ = ["Crew"]

C = TypeVar("C")
R = TypeVar("R")

_SLICE_S = 0.1


class _Task(Generic[C, R]):
    """A chunk and what became of it."""

    __slots__ = ("chunk", "error", "result")

    def __init__(self, chunk: C) -> None:
        self.chunk = chunk
        self.result: R | None = None
        self.error: BaseException | None = None


class Crew(Generic[C, R]):
    """Runs chunks in threads of its own; a context manager.

    Args:
        size: How many threads.
        hire: Called in each thread; gives the function that runs a chunk there, with
            the token that ends it.
        token: The caller's own token; None: it has none.
    """

    def __init__(
        self,
        size: int,
        hire: Callable[[CancelToken], Callable[[C], R]],
        token: CancelToken | None,
    ) -> None:
        self._hire = hire
        self._token = token
        self._cancel = CancelToken()
        self._todo: SimpleQueue[_Task[C, R] | None] = SimpleQueue()
        self._done: SimpleQueue[_Task[C, R]] = SimpleQueue()
        self._threads = [
            threading.Thread(target=self._work, name=f"ossc-batch-{n}", daemon=True)
            for n in range(size)
        ]

    def __enter__(self) -> Self:
        """Starts the threads."""
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """Ends what is under way, unless all is done, and waits for the threads."""
        if error is not None:
            self._cancel.cancel()
        for _ in self._threads:
            self._todo.put(None)
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()

    def results(self, chunks: Iterator[C], *, ordered: bool) -> Iterator[R]:
        """The chunks' results, in the order of the chunks or as they come.

        At most one chunk more than there are threads is taken ahead.
        """
        pending: deque[_Task[C, R]] = deque()
        finished: set[int] = set()
        more = True
        while True:
            while more and len(pending) <= len(self._threads):
                chunk = next(chunks, None)
                more = chunk is not None
                if chunk is not None:
                    task: _Task[C, R] = _Task(chunk)
                    pending.append(task)
                    self._todo.put(task)
            if not pending:
                return
            task = pending[0]
            if not ordered or id(task) not in finished:
                task = self._next()
            if ordered and task is not pending[0]:
                finished.add(id(task))
                continue
            pending.remove(task)
            finished.discard(id(task))
            if task.error is not None:
                raise task.error
            assert task.result is not None
            yield task.result

    def _next(self) -> _Task[C, R]:
        while True:
            try:
                return self._done.get(timeout=_SLICE_S)
            except Empty:
                if self._token is not None and self._token.cancelled:
                    self._cancel.cancel()

    def _work(self) -> None:
        run: Any = None
        while (task := self._todo.get()) is not None:
            try:
                if run is None:
                    run = self._hire(self._cancel)
                task.result = run(task.chunk)
            except BaseException as error:  # noqa: BLE001 - it is the caller's
                task.error = error
            self._done.put(task)

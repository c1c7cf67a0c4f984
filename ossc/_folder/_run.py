"""How tasks are run: in several threads, a result for each, one large file at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Generic, TypeVar

from ossc._crew import SLICE_S, Crew, Line, Task, check_wanted
from ossc._names import check_whole
from ossc._sdk import CancelToken
from ossc.errors import Cancelled, ClientClosed, OSSError

if TYPE_CHECKING:
    from ossc.bucket import Bucket

__all__ = ["OneLarge", "attempt", "check_threads", "run"]

C = TypeVar("C")
R = TypeVar("R")

MAX_THREADS = 256


def check_threads(concurrency: int, bucket: Bucket) -> int:
    """How many threads there are; no more than the client has connections."""
    check_whole("concurrency", concurrency, MAX_THREADS, least=1)
    return min(concurrency, bucket._client._budget.max_connections or concurrency)


def run(
    bucket: Bucket,
    chunks: Iterator[C],
    threads: int,
    work: Callable[[Bucket, C, CancelToken], Iterator[R]],
) -> Generator[R, None, None]:
    """The results of chunks of work, as they come.

    Args:
        bucket: Whose work it is.
        chunks: Taken in this thread, a little ahead.
        threads: How many threads work.
        work: Called in one of them, with a bucket whose requests end when the generator
            is closed, and the token that does that.

    Raises:
        Cancelled: The bucket's token was used.
        BaseException: What `chunks` or `work` raised.
    """

    def hire(cancel: CancelToken) -> _Worker[C, R]:
        return _Worker(bucket, work, cancel)

    with Crew(threads, hire, bucket._client._cancel) as crew:
        yield from crew.results(chunks, ordered=False)


class _Worker(Generic[C, R]):
    """Works in one thread."""

    def __init__(
        self,
        bucket: Bucket,
        work: Callable[[Bucket, C, CancelToken], Iterator[R]],
        cancel: CancelToken,
    ) -> None:
        self._bucket = bucket.with_options(cancel=cancel)
        self._work = work
        self._cancel = cancel

    def work(
        self, task: Task[C, R], _line: Line[C, R]
    ) -> Iterator[tuple[Task[C, R], R | None]]:
        """Works on a chunk."""
        for result in self._work(self._bucket, task.chunk, self._cancel):
            yield task, result
        yield task, None

    def close(self) -> None:
        """There is nothing to free."""

    def abandon(self) -> None:
        """The same."""


def attempt(work: Callable[..., object], *args: object) -> OSSError | None:
    """Calls it; why it failed, which does not end the work on the rest.

    Raises:
        Cancelled, ClientClosed: Nothing else would succeed either.
    """
    try:
        work(*args)
    except (Cancelled, ClientClosed):
        raise
    except OSSError as error:
        return error.with_traceback(None)
    return None


class OneLarge:
    """Lets one thread at a time move a large file, whose parts are parallel anyway."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, cancel: CancelToken) -> Iterator[None]:
        """Waits for it.

        Raises:
            Cancelled: Nobody waits for the result any more.
        """
        while not self._lock.acquire(timeout=SLICE_S):
            check_wanted(cancel)
        try:
            yield
        finally:
            self._lock.release()

"""`Spool`: an answer that arrives in the background and is read meanwhile.

What comes goes into a temporary file without a name, which the C side writes and the
caller's thread reads behind it; so memory holds a piece of the answer, whatever its size.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from typing import TYPE_CHECKING

from ossc._sdk import Answer, CancelToken
from ossc._threads import Thread, heard
from ossc.errors import Cancelled, ConnectionLost, LocalFileError

if TYPE_CHECKING:
    from ossc._sdk import Progress

__all__ = ["PIECE", "Spool"]

PIECE = 256 * 1024

_FIRST_WAIT_S = 0.001
_LAST_WAIT_S = 0.05

Request = Callable[[int, CancelToken, "Progress"], Answer]


class Spool:
    """An answer under way. Read by one thread at a time.

    Args:
        request: Makes the request: it is given the file's descriptor, a token that ends
            it, and a function to be called now and then.
        token: The caller's own token; None: there is none.
    """

    def __init__(self, request: Request, token: CancelToken | None) -> None:
        self._request: Request | None = request
        self._token = token
        self._cancel = CancelToken()
        self._is_over = False
        self._end: SimpleQueue[None] = SimpleQueue()
        # Reentrant: the collector may give a spool up anywhere.
        self._lock = threading.RLock()
        self._is_abandoned = False
        self._answer: Answer | None = None
        self._error: BaseException | None = None
        self._pid = os.getpid()
        self._position = 0
        try:
            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed below
        except OSError as error:
            raise LocalFileError(
                f"cannot make a temporary file: {error.strerror}", errno=error.errno
            ) from error
        # Not a daemon: it is in C with memory that is borrowed from Python.
        self._thread = Thread(self._run, "ossc-select", daemon=False)
        try:
            self._thread.begin()
        except BaseException:
            # It may have begun nevertheless, and writes into the file.
            self.close()
            raise

    def wait(self) -> None:
        """Returns once something has come, or all.

        Raises:
            BaseException: What the request failed with before anything had come.
        """
        seconds = _FIRST_WAIT_S
        while not self._is_over and os.fstat(self._file.fileno()).st_size == 0:
            seconds = self._pause(seconds)
        if os.fstat(self._file.fileno()).st_size == 0:
            self._check_end()

    def pieces(self) -> Iterator[bytes]:
        """What comes, piece by piece, until all has come.

        Raises:
            BaseException: What the request failed with, behind what came before.
        """
        seconds = _FIRST_WAIT_S
        while True:
            # Looked at first: what was written before it is read after it.
            is_over = self._is_over
            piece = os.pread(self._file.fileno(), PIECE, self._position)
            if piece:
                self._position += len(piece)
                seconds = _FIRST_WAIT_S
                yield piece
            elif is_over:
                self._check_end()
                return
            else:
                seconds = self._pause(seconds)

    @property
    def answer(self) -> Answer | None:
        """The answer's head, when all has come."""
        return self._answer

    def abandon(self) -> None:
        """Ends the request and waits for nothing; the file goes with its thread."""
        self._cancel.cancel()
        with self._lock:
            self._is_abandoned = True
            if self._is_over or self._pid != os.getpid():
                self._file.close()

    def close(self) -> None:
        """Ends the request and forgets what came. The second time does nothing."""
        self._cancel.cancel()
        if self._pid == os.getpid():
            self._thread.finish()
        self._file.close()

    def _pause(self, seconds: float) -> float:
        """Waits a little; how long to wait the next time."""
        if self._token is not None and self._token.cancelled:
            self._cancel.cancel()
            raise Cancelled("the query was cancelled")
        if self._pid != os.getpid():
            raise ConnectionLost("the process forked; the answer is its parent's")
        heard(self._end, seconds)
        return min(seconds * 2, _LAST_WAIT_S)

    def _check_end(self) -> None:
        error, self._error = self._error, None
        # A frame that holds the error it raised is a cycle.
        try:
            if error is not None:
                raise error
        finally:
            del error

    def _run(self) -> None:
        request, self._request = self._request, None
        try:
            assert request is not None  # noqa: S101 - it runs once
            self._answer = request(self._file.fileno(), self._cancel, self._watch)
        except BaseException as error:  # noqa: BLE001 - raised where it is needed
            # Without its traceback, whose frames hold the spool.
            self._error = error.with_traceback(None)
        with self._lock:
            self._is_over = True
            if self._is_abandoned:
                self._file.close()
        self._end.put(None)

    def _watch(self, _done: int, _total: int | None) -> None:
        token = self._token
        if token is not None and token.cancelled:
            self._cancel.cancel()
        # A thread that is no daemon is waited for by an interpreter that ends: an answer
        # that nobody closed must not keep it alive.
        if sys.is_finalizing() or not threading.main_thread().is_alive():
            self._cancel.cancel()

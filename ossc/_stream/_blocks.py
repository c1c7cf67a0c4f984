"""The blocks of an object that a reader has at hand, and the fetching of the next ones.

Read in order, blocks double from the first one's size up to a limit, and the next are
fetched in the background. A jump elsewhere begins with a small block again, in the
reader's thread, and nothing is fetched ahead before half of it was read.
"""

from __future__ import annotations

import os
from collections import deque
from functools import partial
from typing import TYPE_CHECKING

from ossc._sdk import crc64_combine
from ossc._stream._crew import Crew, Job, check_token, program_ends
from ossc._stream._memory import Memory
from ossc._stream._source import Block, Piece, Source
from ossc.errors import ChecksumMismatch

if TYPE_CHECKING:
    from ossc._sdk import CancelToken

__all__ = ["MAX_BLOCK", "Blocks"]

MAX_BLOCK = 8 << 20
JUMP_BLOCK = 64 << 10
LEAST_BLOCK = 16 << 10
THREADS = 2
# Past every position: nothing is to be fetched ahead.
_NEVER = 1 << 63

_Fetch = tuple[Block, Job]


class Blocks:
    """The current block, and those that are fetched ahead. One thread at a time.

    Attributes:
        current: The block that was asked for last.
        mark: Position behind which `plan` has something to do.
    """

    __slots__ = (
        "_cancel",
        "_crc64",
        "_crew",
        "_jump",
        "_memory",
        "_opened",
        "_pid",
        "_queue",
        "_read_ahead",
        "_source",
        "_stop",
        "_summed",
        "_window",
        "current",
        "mark",
    )

    def __init__(
        self,
        source: Source,
        first: Block,
        stop: int,
        read_ahead: int,
        memory: Memory,
        cancel: CancelToken | None,
    ) -> None:
        self._source = source
        self._stop = stop
        self._read_ahead = memory.at_most(read_ahead)
        self._memory = memory
        self._cancel = cancel
        self._crew = Crew(THREADS)
        self._pid = os.getpid()
        self._queue: deque[_Fetch] = deque()
        self._window = max(LEAST_BLOCK, first.stop - first.start)
        self._jump = JUMP_BLOCK
        self._crc64 = 0
        self._summed = 0
        self._opened: Block | None = first
        self.current = Block(first.start, first.start, bytearray())
        self.mark = _NEVER

    def at(self, position: int) -> Block:
        """The block that holds a position, fetched if need be.

        Raises:
            OSSError: It cannot be fetched; the next call tries again.
            ChecksumMismatch: All of the object has been read in order, and is not what
                OSS stored.
        """
        current = self.current
        if current.start <= position < current.stop:
            return current
        self._notice_fork()
        check_token(self._cancel)
        following = position == current.stop
        current.release()
        block = self._came_with_opening(position)
        if block is not None:
            following = False
        else:
            block = self._fetched_ahead(position)
            following |= block is not None
        if block is None:
            self._drop()
            block = self._fetch(position, self._next_size(following=following))
        self.current = block
        self._sum(block)
        self.mark = block.start if following else (block.start + block.stop) // 2
        return block

    def plan(self) -> None:
        """Has the next blocks fetched in the background, as far as there is room."""
        self.mark = _NEVER
        if not self._read_ahead or program_ends():
            return
        self._notice_fork()
        start = self._queue[-1][0].stop if self._queue else self.current.stop
        ahead = start - self.current.stop
        while start < self._stop:
            # Two at least, so that there is always one under way.
            window = max(LEAST_BLOCK, min(self._grown(), self._read_ahead // 2))
            size = min(window, self._stop - start)
            if ahead + size > self._read_ahead:
                return
            share = self._memory.if_free(size)
            if share is None:
                return
            self._window = window
            block = Block.allocated(start, size, share)
            job = Job(partial(self._source.load, block))
            self._queue.append((block, job))
            self._crew.submit(job)
            start += size
            ahead += size

    def fetch_into(self, position: int, view: memoryview) -> None:
        """Fetches straight into the caller's memory, in pieces at the same time.

        Raises:
            OSSError: It cannot be fetched.
            ChecksumMismatch: As in `at`.
        """
        self._notice_fork()
        check_token(self._cancel)
        self._drop()
        self._came_with_opening(position)
        self.current.release()
        pieces = [
            Piece(position + at, view[at : at + MAX_BLOCK])
            for at in range(0, len(view), MAX_BLOCK)
        ]
        jobs = [Job(partial(self._source.load, piece)) for piece in pieces]
        if self._read_ahead:
            self._crew.submit(*jobs)
        try:
            for piece, job in zip(pieces, jobs, strict=True):
                self._crew.need(job, self._cancel)
                self._sum(piece)
        except BaseException:
            # What is under way writes into memory that is the caller's again.
            self._crew.stop(join=True)
            raise
        stop = position + len(view)
        self.current = Block(stop, stop, bytearray())
        self.mark = _NEVER

    def is_ahead(self, position: int) -> bool:
        """Whether the position is in a block that came, or is being fetched, already."""
        first = self._opened
        if first is not None and first.start <= position < first.stop:
            return True
        return bool(self._queue) and (
            self._queue[0][0].start <= position < self._queue[-1][0].stop
        )

    def close(self, *, join: bool) -> None:
        """Gives up what is under way, and all memory."""
        if self._pid == os.getpid():
            self._drop()
            self._crew.stop(join=join)
        self._came_with_opening(-1)
        self.current.release()
        self.mark = _NEVER

    def _came_with_opening(self, position: int) -> Block | None:
        """The first block, if the position is in it; else it is let go."""
        first, self._opened = self._opened, None
        if first is None or first.start <= position < first.stop:
            return first
        first.release()
        return None

    def _fetched_ahead(self, position: int) -> Block | None:
        if not self.is_ahead(position):
            return None
        while True:
            block, job = self._queue.popleft()
            if position < block.stop:
                break
            self._crew.forget(job, block.release)
        try:
            self._crew.need(job, self._cancel)
        except BaseException:
            self._crew.forget(job, block.release)
            raise
        return block

    def _fetch(self, position: int, size: int) -> Block:
        """In this thread; a smaller block where memory is short."""
        size = min(size, self._stop - position)
        share = self._memory.if_free(size)
        if share is None:
            size = min(size, self._memory.at_most(LEAST_BLOCK))
            share = self._memory.wait_for(size)
        block = Block.allocated(position, size, share)
        try:
            self._source.load(block, self._cancel, None)
        except BaseException:
            block.release()
            raise
        return block

    def _next_size(self, *, following: bool) -> int:
        if following:
            self._jump = JUMP_BLOCK
            self._window = self._grown()
        else:
            self._window = self._memory.at_most(self._jump)
            self._jump = max(LEAST_BLOCK, self._jump // 2)
        return self._window

    def _grown(self) -> int:
        return self._memory.at_most(min(MAX_BLOCK, self._window * 2))

    def _drop(self) -> None:
        while self._queue:
            block, job = self._queue.popleft()
            self._crew.forget(job, block.release)

    def _sum(self, piece: Piece) -> None:
        """Joins the CRC-64 of what follows each other from the first byte on."""
        info = self._source.info
        if piece.start == self._summed:
            size = piece.stop - piece.start
            self._crc64 = crc64_combine(self._crc64, piece.crc64, size)
            self._summed = piece.stop
        if self._summed == info.size and info.crc64 not in (None, self._crc64):
            self.current.release()
            raise ChecksumMismatch(
                "the CRC-64 of the bytes read differs from that of the object",
                operation="GetObject",
                bucket=self._source.bucket_name,
                key=info.key,
            )

    def _notice_fork(self) -> None:
        """A child has none of its parent's threads, and must not touch their locks."""
        if self._pid != os.getpid():
            self._pid = os.getpid()
            self._queue.clear()
            self._crew = Crew(THREADS)

"""How a batch runs: the worker that has C ask for its keys.

A worker belongs to a thread. It lays a chunk out, lets C fill an arena, hands what came on
in a `Round`, and fills the other arena while that is looked at. The next chunk begins while
the last requests of one are under way. Requests of a chunk whose failure may pass are asked
for again together.
"""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterator
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Generic, TypeVar

from ossc._attempts import Attempts, describe
from ossc._batch import KeyResult
from ossc._batch_rounds import Round, Work, read_round
from ossc._chunks import MAX_CHUNK, Chunk
from ossc._crew import SLICE_S, Crew, check_wanted
from ossc._observe import call_record, tell
from ossc._sdk import CancelToken
from ossc._sdk._batch import (
    ARENAS,
    BATCH_DONE,
    BATCH_ENDED,
    BATCH_FULL,
    BATCH_HUNGRY,
    BATCH_MORE,
    CHUNKS,
    Batch,
    answer_of,
    is_too_large,
    seconds_of,
)
from ossc.errors import Cancelled, ClientClosed, OSSError

if TYPE_CHECKING:
    from ossc._bandwidth import Meter
    from ossc._batch import Plan
    from ossc._crew import Line, Task
    from ossc.credentials import Credentials

__all__ = ["iterate"]

T = TypeVar("T")

if TYPE_CHECKING:
    # What came of a chunk; without a round: all has come.
    Piece = tuple[Task[Chunk, Round[T]], Round[T] | None]

ARENA = 4 << 20
WORKERS = 2
_SLICE_MS = round(SLICE_S * 1000)
_PACE_MS = 10
_STARVING_MS = 5


class BatchWorker(Generic[T]):
    """Has C ask for chunks of keys; one thread.

    Args:
        plan: What they have in common.
        width: Requests at a time.
        arena: Bytes of an arena.
        cancel: Ends the work.
    """

    def __init__(
        self, plan: Plan[T], width: int, arena: int, cancel: CancelToken
    ) -> None:
        self._plan = plan
        self._client = client = plan.verbs._client
        self._cancel = cancel
        self._share = arena
        self._width = width
        self._keys = self._keys_now()
        self._batch = self._new_batch()
        self._texts = plan.call(None).texts()
        self._offset = 0.0
        self._slice_ms = _SLICE_MS
        self._meter: Meter | None = None
        self._moved = 0
        self._works: list[Work[T]] = []  # the oldest first
        if client._bandwidths:
            # Imported here: few clients have a limit.
            from ossc._bandwidth import Meter  # noqa: PLC0415

            self._meter = Meter(client._bandwidths, cancel)
            self._slice_ms = _PACE_MS
        self._free: SimpleQueue[int] = SimpleQueue()
        for number in range(ARENAS):
            self._free.put(number)

    def _keys_now(self) -> Credentials | None:
        """The credentials as they are now; another thread is waited for by a deadline.

        That of an item: none gets its answer while there are no keys.
        """
        client = self._client
        most = client._deadline
        ends = None if most is None else time.monotonic() + most
        try:
            return client._keys(self._cancel, ends)
        except OSSError as error:
            describe(error, self._plan.call(None))
            raise

    def _new_batch(self) -> Batch:
        return self._client._batch(
            self._keys,
            width=self._width,
            most_items=MAX_CHUNK,
            arena_size=self._share,
        )

    def close(self) -> None:
        """Frees the memory; rounds must not be read any more."""
        self._batch.close()

    def abandon(self) -> None:
        """In a forked child: the memory may be in any state, and is left alone."""
        self._batch.abandon()

    def work(
        self, task: Task[Chunk, Round[T]], line: Line[Chunk, Round[T]]
    ) -> Iterator[Piece[T]]:
        """Works on a chunk, and on others that it takes meanwhile.

        Raises:
            Cancelled: The work was given up.
            ClientClosed: The client was closed meanwhile.
        """
        self._sign()
        self._begin(task)
        while self._works:
            self._rest(line)
            arena = self._arena()
            self._check()
            if self._meter is not None:
                self._meter.begin()
                self._moved = 0
            budget = self._client._budget
            with (
                budget.memory(self._share, cancel=self._cancel),
                budget.connection(count=self._width, cancel=self._cancel),
            ):
                yield from self._fill(arena, line)

    def _fill(self, arena: int, line: Line[Chunk, Round[T]]) -> Iterator[Piece[T]]:
        """Until the arena is full, or nothing is left that could be asked for now."""
        self._batch.empty(arena)
        self._take(line)
        goes_on, is_starving = True, False
        while goes_on:
            # Where there was none just now, it is looked again when that is done which
            # is under way, or soon: not behind each item.
            is_more = not (is_starving or line.is_over) and self._takes_more()
            slice_ms = self._slice(is_starving=is_starving)
            code = self._batch.run(self._texts, slice_ms, self._cancel, is_more=is_more)
            pieces = self._told(arena)
            is_laid = False
            if code not in (BATCH_FULL, BATCH_ENDED):
                is_laid = self._wake() | self._take(line)
            goes_on = is_laid or code in (BATCH_MORE, BATCH_HUNGRY)
            is_starving = not is_laid and (is_starving or code == BATCH_HUNGRY)
            if not goes_on:
                self._let_go(pieces, arena)
            elif pieces:
                arena = self._change(pieces, arena)
            if self._meter is not None:
                # First: the batch ends no earlier than its bytes have had their time.
                self._meter.pace(self._moved)
            yield from pieces
            if code != BATCH_DONE:
                check_wanted(self._cancel)
        if code == BATCH_ENDED:
            raise Cancelled("the batch was given up")

    def _slice(self, *, is_starving: bool) -> int:
        """For how many milliseconds C may go on."""
        slice_ms = _STARVING_MS if is_starving else self._slice_ms
        due = min((work.due for work in self._works if work.is_resting), default=None)
        if due is not None:
            slice_ms = min(slice_ms, math.ceil((due - time.monotonic()) * 1000))
        return max(1, slice_ms)

    # --- what is asked for ---

    def _takes_more(self) -> bool:
        """Whether another chunk may begin beside those that are worked on.

        Not where others wait for what this one has, nor where all has to come to its end
        for new keys or a new clock.
        """
        client = self._client
        return (
            len(self._works) < CHUNKS
            and not client.closed
            and client._shared.clock_offset == self._offset
            and not client._budget.is_awaited
            and self._keys_now() is self._keys
        )

    def _take(self, line: Line[Chunk, Round[T]]) -> bool:
        """Lays out more, where that is less than there are connections."""
        is_laid = False
        while sum(work.left for work in self._works) < self._width:
            task = line.take() if self._takes_more() else None
            if task is None:
                break
            self._begin(task)
            is_laid = True
        return is_laid

    def _begin(self, task: Task[Chunk, Round[T]]) -> None:
        """Lays a chunk out."""
        taken = {work.place for work in self._works}
        place = next(n for n in range(CHUNKS) if n not in taken)
        chunk, client = task.chunk, self._client
        count = len(chunk.keys)
        function = self._plan.function
        self._batch.begin(place, function, chunk.block, count, chunk.bodies)
        if client._deadline is not None:
            # A first attempt has no longer than that.
            whole = math.ceil(client._deadline * 1000)
            for index in range(count):
                self._batch.limit(place, index, min(whole, client._timeout_ms or whole))
        self._works.append(Work(task, place))

    def _rest(self, line: Line[Chunk, Round[T]]) -> None:
        """Until there is something to ask for; nothing is under way."""
        while True:
            self._date()
            is_full = sum(work.held_bytes for work in self._works) >= self._share
            # In order, what lies behind the first must be kept while that waits.
            first = self._works[:1] if is_full else self._works
            if self._client.closed or any(work.left for work in first):
                return
            check_wanted(self._cancel)
            if self._wake() or (not is_full and self._take(line)):
                return
            due = min(work.due for work in first if work.is_resting)
            time.sleep(max(0.0, min(due - time.monotonic(), SLICE_S)))

    def _wake(self) -> bool:
        """Lays out what has waited long enough for another attempt."""
        now, is_laid = time.monotonic(), False
        if self._client._shared.clock_offset != self._offset:
            return False  # with the new one, when nothing is under way
        for work in self._works:
            if work.is_resting and work.due <= now:
                self._repeat(work)
                is_laid = True
        return is_laid

    def _repeat(self, work: Work[T]) -> None:
        for index in work.again:
            self._batch.again(work.place, index)
            attempts = work.attempts[index]
            if attempts._ends is not None:
                left_ms = max(1, math.ceil(attempts._left() * 1000))
                left_ms = min(left_ms, attempts._timeout_ms or left_ms)
                self._batch.limit(work.place, index, left_ms)
        work.left = len(work.again)
        work.again.clear()

    def _sign(self) -> None:
        """Signs with the keys as they are now; between chunks, with no arena read."""
        keys = self._keys_now()
        if keys is self._keys:
            return
        arenas = [self._arena() for _ in range(ARENAS)]
        self._batch.close()
        self._keys = keys
        self._batch = self._new_batch()
        for number in arenas:
            self._free.put(number)

    def _arena(self) -> int:
        """An arena that nobody reads."""
        while True:
            check_wanted(self._cancel)
            try:
                return self._free.get(timeout=SLICE_S)
            except Empty:
                continue

    def _check(self) -> None:
        if self._client.closed:
            raise ClientClosed("the client is closed", operation=self._plan.operation)

    def _date(self) -> None:
        """Signs with the server's time where ours is known to be wrong."""
        if self._client._shared.clock_offset != self._offset:
            call = self._plan.call(None)
            attempts = Attempts(self._client, call)
            attempts._date()
            self._offset = self._client._shared.clock_offset
            self._texts = call.texts()

    # --- what has come ---

    def _told(self, arena: int) -> list[Piece[T]]:
        """What the last run settled, and which chunks are done."""
        settled, odd = self._batch.settled(), self._batch.odd()
        pieces: list[Piece[T]] = []
        for work in list(self._works):
            in_turn = not self._plan.ordered or work is self._works[0]
            ends = settled.get(work.place, [])
            if ends or (in_turn and work.behind):
                troubled = odd.get(work.place, [])
                told = self._look(work, arena, ends, troubled, in_turn=in_turn)
                if in_turn and (told.order or told.records):
                    pieces.append((work.task, told))
            if in_turn and work.is_done:
                self._works.remove(work)
                self._batch.forget(work.place)
                pieces.append((work.task, None))
        return pieces

    def _look(
        self,
        work: Work[T],
        arena: int,
        settled: list[int],
        odd: list[int],
        *,
        in_turn: bool,
    ) -> Round[T]:
        """What was settled of one chunk."""
        batch, chunk = self._batch, work.chunk
        rows = batch.rows(work.place, len(chunk.keys))
        told: Round[T] = Round(chunk, settled, {}, rows, batch.arenas[arena])
        work.left -= len(settled)
        for index in odd:
            self._fail(work, told, index)
        if self._client._on_request is not None:
            for index in set(settled).difference(odd):
                attempts = work.attempts.get(index)
                self._record(work, told, index, attempts._made + 1 if attempts else 1)
        if self._meter is not None:
            self._moved += sum(_moved(told, index) for index in settled)
        if work.again:
            told.order = [index for index in settled if index not in work.again]
        if work.is_resting:
            pauses = [work.attempts[index]._pause for index in work.again]
            work.due = time.monotonic() + max(pauses)
        if self._plan.ordered:
            work.sort(self._plan, told, in_turn=in_turn)
        if in_turn:
            told.records, work.records = work.records, []
        return told

    def _change(
        self,
        pieces: list[Piece[T]],
        arena: int,
    ) -> int:
        """Which arena is filled from here on: the other one, if nobody reads it."""
        with suppress(Empty):
            other = self._free.get_nowait()
            if self._batch.empty(other):
                self._let_go(pieces, arena)
                return other
            self._free.put(other)
        return arena

    def _let_go(
        self,
        pieces: list[Piece[T]],
        arena: int,
    ) -> None:
        """Has the arena come back when all of it is read.

        In order, too, only chunks whose turn it is have rounds. So an arena never waits
        for a chunk that waits for the arena.
        """
        last = next((told for _, told in reversed(pieces) if told is not None), None)
        if last is None:
            work = self._works[0]
            last = Round(work.chunk, (), {}, b"", self._batch.arenas[arena])
            pieces.append((work.task, last))
        last.release = partial(self._free.put, arena)

    def _record(
        self,
        work: Work[T],
        told: Round[T],
        index: int,
        attempt: int,
        error: OSSError | None = None,
        *,
        is_last: bool = True,
    ) -> None:
        """Writes an attempt down for the client's observer."""
        record = call_record(
            self._plan.call(work.chunk, index),
            answer_of(told.rows, index, told.arena) if error is None else None,
            error,
            attempt=attempt,
            is_last=is_last,
            duration=seconds_of(told.rows, index),
        )
        work.records.append(record)

    def _fail(self, work: Work[T], told: Round[T], index: int) -> None:
        """A key that failed: it gets another attempt, or its error is its result."""
        chunk, plan = work.chunk, self._plan
        if is_too_large(told.rows, index):
            return
        key = chunk.keys[index]
        refused = chunk.refused.get(index)
        if refused is not None:
            refused.operation, refused.bucket = plan.operation, plan.verbs.name
            refused.key = key
            told.odd[index] = KeyResult(key, None, refused)
            return
        error = self._batch.failure(told.rows, index, told.arena)
        attempts = work.attempts.get(index)
        if attempts is None:
            call = plan.call(chunk, index)
            attempts = Attempts(self._client, call, made=1, keys=self._keys)
            if attempts._ends is not None:
                attempts._ends -= seconds_of(told.rows, index)
        else:
            attempts._made += 1
        attempts._offset = self._offset
        again = attempts.another(error, None)
        if self._client._on_request is not None:
            self._record(work, told, index, attempts._made, error, is_last=not again)
        if again:
            if attempts.keys_renewed:
                # Not in this batch, which signs with the old ones: it is read alone.
                return
            work.attempts[index] = attempts
            work.again.append(index)
        else:
            told.odd[index] = KeyResult(key, None, error)


def _moved(told: Round[T], index: int) -> int:
    """Bytes of bodies that an item sent and was sent."""
    bodies = told.chunk.bodies
    sent = memoryview(bodies[index]).nbytes if bodies is not None else 0
    return sent + told.received(index)


def iterate(
    plan: Plan[T], chunks: Iterator[Chunk], concurrency: int
) -> Generator[KeyResult[T], None, None]:
    """Runs the chunks; the results, as each is asked for."""
    budget = plan.verbs._client._budget
    workers = min(WORKERS, concurrency)
    widths = [
        concurrency // workers + (n < concurrency % workers) for n in range(workers)
    ]
    arena = ARENA
    if budget.max_memory is not None:
        arena = max(1, min(ARENA, budget.max_memory // (ARENAS * (workers + 1))))

    def hire(cancel: CancelToken) -> BatchWorker[T]:
        return BatchWorker(plan, widths.pop(), arena, cancel)

    with Crew(workers, hire, plan.verbs._client._cancel) as crew:
        for told in crew.results(chunks, ordered=plan.ordered):
            for record in told.records:
                tell(plan.verbs._client._on_request, record)
            yield from read_round(plan, told)
            if told.release is not None:
                told.release()

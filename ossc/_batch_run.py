"""How a batch runs: what its keys have in common, and the worker that has C ask for them.

A worker belongs to a thread. It lays a chunk out, lets C fill an arena, hands what came on
as a `Round`, and fills the other arena while that is looked at. Requests whose failure may
pass are asked for again together, in the next arena.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ossc._attempts import Attempts, describe
from ossc._batch import KeyResult
from ossc._chunks import MAX_CHUNK, Chunk
from ossc._crew import SLICE_S, Crew, check_wanted
from ossc._observe import RequestRecord, call_record, tell
from ossc._sdk import Answer, CancelToken
from ossc._sdk._batch import (
    ARENAS,
    BATCH_DONE,
    BATCH_ENDED,
    BATCH_MORE,
    ITEM_DONE,
    ITEM_SIZE,
    Batch,
    answer_of,
    is_too_large,
    read_row,
    seconds_of,
)
from ossc.errors import Cancelled, ClientClosed, OSSError

if TYPE_CHECKING:
    from ossc._bandwidth import Meter
    from ossc._batch import Plan

__all__ = ["iterate"]

T = TypeVar("T")

ARENA = 4 << 20
WORKERS = 2
_SLICE_MS = round(SLICE_S * 1000)
_PACE_MS = 10


class Round(Generic[T]):
    """Results that lie in an arena, to be read in the caller's thread.

    Attributes:
        chunk: Whose keys they are of.
        order: Which.
        odd: Those that are no plain successes, ready.
        rows: What C says of each item.
        arena: The memory their places are in.
        release: Called when all is read and the arena may be filled again; None: there
            is more to come.
        records: What the client's observer is told before that.
    """

    __slots__ = ("arena", "chunk", "odd", "order", "records", "release", "rows")

    def __init__(
        self,
        chunk: Chunk,
        order: Iterable[int],
        odd: dict[int, KeyResult[T]],
        rows: bytes,
        arena: Any,
        release: Callable[[], None] | None,
    ) -> None:
        self.chunk = chunk
        self.order = order
        self.odd = odd
        self.rows = rows
        self.arena = arena
        self.release = release
        self.records: list[RequestRecord] = []


def read_round(plan: Plan[T], told: Round[T]) -> Iterator[KeyResult[T]]:
    """The results of a round, each made when it is asked for."""
    keys, odd, rows, arena = told.chunk.keys, told.odd, told.rows, told.arena
    make, plain = plan.make, plan.plain
    for index in told.order:
        if odd and index in odd:
            yield odd.pop(index)
            continue
        state, status, facts, head, body, head_at, body_at = read_row(
            rows, index * ITEM_SIZE
        )
        if state == ITEM_DONE and status == 200 and facts & plain:
            key, answer = keys[index], arena[head_at : head_at + head]
            result = make(key, answer, arena[body_at : body_at + body])
            yield KeyResult(key, result)
        elif state == ITEM_DONE:
            yield _look_closer(plan, told, index)
        else:
            yield _read_alone(plan, told.chunk, index)


def _look_closer(plan: Plan[T], told: Round[T], index: int) -> KeyResult[T]:
    """A success that is not quite as usual."""
    key = told.chunk.keys[index]
    answer = answer_of(told.rows, index, told.arena)
    try:
        return KeyResult(key, plan.read(key, answer))
    except OSSError as error:
        describe(error, plan.call(told.chunk, index), answer)
        return KeyResult(key, None, error.with_traceback(None))


def _read_alone(plan: Plan[T], chunk: Chunk, index: int) -> KeyResult[T]:
    """An object that is too large for an arena, in the caller's thread."""
    key = chunk.keys[index]

    def read(answer: Answer) -> T:
        return plan.read(key, answer)

    try:
        result = plan.verbs._client._perform(plan.call(chunk, index), read)
    except (Cancelled, ClientClosed):
        raise
    except OSSError as error:
        return KeyResult(key, None, error.with_traceback(None))
    return KeyResult(key, result)


class _Work(Generic[T]):
    """A chunk that is worked on.

    Attributes:
        attempts: Those at the keys that failed.
        again: The keys that wait for another attempt.
        next: Ordered: the first key that was not handed on.
        behind: Ordered: the keys behind it that are settled.
        held: Ordered: results of these.
    """

    __slots__ = ("again", "attempts", "behind", "chunk", "held", "next")

    def __init__(self, chunk: Chunk) -> None:
        self.chunk = chunk
        self.attempts: dict[int, Attempts] = {}
        self.again: list[int] = []
        self.next = 0
        self.behind: set[int] = set()
        self.held: dict[int, KeyResult[T]] = {}


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
        self._keys = client._keys()
        self._batch = self._new_batch()
        self._texts = plan.call(None).texts()
        self._offset = 0.0
        self._slice_ms = _SLICE_MS
        self._meter: Meter | None = None
        self._moved = 0
        if client._bandwidths:
            # Imported here: few clients have a limit.
            from ossc._bandwidth import Meter  # noqa: PLC0415

            self._meter = Meter(client._bandwidths, cancel)
            self._slice_ms = _PACE_MS
        self._free: SimpleQueue[int] = SimpleQueue()
        for number in range(ARENAS):
            self._free.put(number)

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

    def work(self, chunk: Chunk) -> Iterator[Round[T]]:
        """Works on a chunk.

        Raises:
            Cancelled: The work was given up.
            ClientClosed: The client was closed meanwhile.
        """
        self._sign()
        batch, plan, work = self._batch, self._plan, _Work[T](chunk)
        batch.begin(plan.function, chunk.block, len(chunk.keys), chunk.bodies)
        self._limit(chunk)
        code = BATCH_MORE
        while code != BATCH_DONE or work.again:
            self._repeat(work)
            arena = self._arena()
            self._check()
            self._date()
            if self._meter is not None:
                self._meter.begin()
                self._moved = 0
            budget = self._client._budget
            with (
                budget.memory(self._share, cancel=self._cancel),
                budget.connection(count=batch.width, cancel=self._cancel),
            ):
                code = BATCH_MORE
                while code == BATCH_MORE:
                    code = batch.run(self._texts, arena, self._slice_ms, self._cancel)
                    told = self._told(work, arena, is_last=code != BATCH_MORE)
                    yield told
                    self._pace(told)
                    if code != BATCH_DONE:
                        check_wanted(self._cancel)
            if code == BATCH_ENDED:
                raise Cancelled("the batch was given up")
        batch.forget()

    def _pace(self, told: Round[T]) -> None:
        """Waits until what has come or gone has had its time."""
        if self._meter is None:
            return
        bodies, rows = told.chunk.bodies, told.rows
        for index in self._batch.settled():
            sent = memoryview(bodies[index]).nbytes if bodies is not None else 0
            self._moved += sent + read_row(rows, index * ITEM_SIZE)[4]
        self._meter.pace(self._moved)

    def _sign(self) -> None:
        """Signs with the keys as they are now; between chunks, with no arena read."""
        keys = self._client._keys()
        if keys is self._keys:
            return
        arenas = [self._arena() for _ in range(ARENAS)]
        self._batch.close()
        self._keys = keys
        self._batch = self._new_batch()
        for number in arenas:
            self._free.put(number)

    def _limit(self, chunk: Chunk) -> None:
        """With a deadline, a first attempt has no longer than that."""
        client = self._client
        if client._deadline is not None:
            whole = math.ceil(client._deadline * 1000)
            for index in range(len(chunk.keys)):
                self._batch.limit(index, min(whole, client._timeout_ms or whole))

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

    def _told(self, work: _Work[T], arena: int, *, is_last: bool) -> Round[T]:
        """What has come since the last look."""
        batch, chunk = self._batch, work.chunk
        settled, troubled, rows = batch.settled(), batch.odd(), batch.rows()
        release = partial(self._free.put, arena) if is_last else None
        told = Round[T](chunk, settled, {}, rows, batch.arenas[arena], release)
        for index in troubled:
            self._fail(work, told, index)
        if self._client._on_request is not None:
            for index in set(settled).difference(troubled):
                attempts = work.attempts.get(index)
                self._record(told, index, attempts._made + 1 if attempts else 1)
        if work.again:
            settled = [index for index in settled if index not in work.again]
        told.order = settled
        if self._plan.ordered:
            if len(settled) == len(chunk.keys):
                told.order = range(len(settled))
            else:
                self._sort(work, told, settled)
        return told

    def _record(
        self,
        told: Round[T],
        index: int,
        attempt: int,
        error: OSSError | None = None,
        *,
        is_last: bool = True,
    ) -> None:
        """Writes an attempt down for the client's observer."""
        record = call_record(
            self._plan.call(told.chunk, index),
            answer_of(told.rows, index, told.arena) if error is None else None,
            error,
            attempt=attempt,
            is_last=is_last,
            duration=seconds_of(told.rows, index),
        )
        told.records.append(record)

    def _sort(self, work: _Work[T], told: Round[T], settled: list[int]) -> None:
        """Hands on what is next; what lies behind is kept, without the arena."""
        behind, held, begin = work.behind, work.held, work.next
        behind.update(settled)
        held.update(told.odd)
        while work.next in behind:
            behind.remove(work.next)
            work.next += 1
        told.order = range(begin, work.next)
        told.odd = {index: held.pop(index) for index in told.order if index in held}
        early = [
            index
            for index in settled
            if index in behind
            and index not in held
            and not is_too_large(told.rows, index)
        ]
        kept = Round[T](told.chunk, early, {}, told.rows, told.arena, None)
        held.update(zip(early, read_round(self._plan, kept), strict=True))

    def _fail(self, work: _Work[T], told: Round[T], index: int) -> None:
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
        error, took_ms = self._batch.failure(told.rows, index, told.arena)
        attempts = work.attempts.get(index)
        if attempts is None:
            call = plan.call(chunk, index)
            attempts = Attempts(self._client, call, made=1, keys=self._keys)
            if attempts._ends is not None:
                attempts._ends -= took_ms / 1000
        else:
            attempts._made += 1
        attempts._offset = self._offset
        again = attempts.another(error, None)
        if self._client._on_request is not None:
            self._record(told, index, attempts._made, error, is_last=not again)
        if again:
            if attempts.keys_renewed:
                # Not in this batch, which signs with the old ones: it is read alone.
                return
            work.attempts[index] = attempts
            work.again.append(index)
        else:
            told.odd[index] = KeyResult(key, None, error)

    def _repeat(self, work: _Work[T]) -> None:
        """Lays out what failed once more, after the pause that the last of it needs."""
        pauses = [work.attempts[index]._pause for index in work.again]
        until = time.monotonic() + max(pauses, default=0.0)
        while (left := until - time.monotonic()) > 0 and not self._client.closed:
            check_wanted(self._cancel)
            time.sleep(min(left, SLICE_S))
        for index in work.again:
            self._batch.again(index)
            attempts = work.attempts[index]
            if attempts._ends is not None:
                left_ms = max(1, math.ceil(attempts._left() * 1000))
                self._batch.limit(index, min(left_ms, attempts._timeout_ms or left_ms))
        work.again.clear()


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

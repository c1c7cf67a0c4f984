"""What becomes of the chunks of a batch: their results, and where they have come to."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ossc._attempts import describe
from ossc._batch import KeyResult
from ossc._sdk import Answer
from ossc._sdk._batch import (
    ITEM_DONE,
    ITEM_SIZE,
    answer_of,
    is_too_large,
    read_row,
)
from ossc.errors import Cancelled, ClientClosed, OSSError

if TYPE_CHECKING:
    from ossc._attempts import Attempts
    from ossc._batch import Plan
    from ossc._chunks import Chunk
    from ossc._crew import Task
    from ossc._observe import RequestRecord

__all__ = ["Round", "Work", "read_round"]

T = TypeVar("T")


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
        records: What the client's observer is told before.
    """

    __slots__ = ("arena", "chunk", "odd", "order", "records", "release", "rows")

    def __init__(
        self,
        chunk: Chunk,
        order: Iterable[int],
        odd: dict[int, KeyResult[T]],
        rows: bytes,
        arena: Any,
    ) -> None:
        self.chunk = chunk
        self.order = order
        self.odd = odd
        self.rows = rows
        self.arena = arena
        self.release: Callable[[], None] | None = None
        self.records: list[RequestRecord] = []

    def received(self, index: int) -> int:
        """Bytes of an item's body."""
        size: int = read_row(self.rows, index * ITEM_SIZE)[4]
        return size


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
        describe(error, plan.call(told.chunk, index), answer, plan.verbs._client)
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


class Work(Generic[T]):
    """A chunk that is worked on.

    Attributes:
        task: Whose it is, for its messages.
        chunk: The chunk.
        place: Where C has it.
        left: How many of its items C has not settled.
        attempts: Those at the keys that failed.
        again: The keys that wait for another attempt.
        due: When that is made, on `time.monotonic`'s clock, once nothing is left.
        records: What the client's observer is told with the next round.
        next: Ordered: the first key that was not handed on.
        behind: Ordered: the keys behind it that are settled, in their order.
        held: Ordered: results of these.
        held_bytes: How many bytes they have, about.
    """

    __slots__ = (
        "again",
        "attempts",
        "behind",
        "chunk",
        "due",
        "held",
        "held_bytes",
        "left",
        "next",
        "place",
        "records",
        "task",
    )

    def __init__(self, task: Task[Chunk, Round[T]], place: int) -> None:
        self.task = task
        self.chunk = task.chunk
        self.place = place
        self.left = len(self.chunk.keys)
        self.attempts: dict[int, Attempts] = {}
        self.again: list[int] = []
        self.due = 0.0
        self.records: list[RequestRecord] = []
        self.next = 0
        self.behind: list[int] = []
        self.held: dict[int, KeyResult[T]] = {}
        self.held_bytes = 0

    @property
    def is_done(self) -> bool:
        """Whether each of its keys has a result."""
        return self.left == 0 and not self.again

    @property
    def is_resting(self) -> bool:
        """Whether all that is left waits for another attempt."""
        return self.left == 0 and bool(self.again)

    def sort(self, plan: Plan[T], told: Round[T], *, in_turn: bool) -> None:
        """Hands on what is next; what lies behind is kept, without the arena.

        Args:
            plan: What its keys have in common.
            told: What was settled, in the order of the ends; in the order of the keys
                after this.
            in_turn: Whether all chunks before are done.
        """
        held, settled, begin = self.held, told.order, self.next
        held.update(told.odd)
        ready = sorted([*self.behind, *settled])
        count = _unbroken(ready, begin) if in_turn else 0
        self.next, self.behind = begin + count, ready[count:]
        told.order = range(begin, self.next)
        told.odd = {index: held.pop(index) for index in [*held] if index < self.next}
        early = [
            index
            for index in set(settled).intersection(self.behind)
            if index not in held and not is_too_large(told.rows, index)
        ]
        kept: Round[T] = Round(told.chunk, early, {}, told.rows, told.arena)
        held.update(zip(early, read_round(plan, kept), strict=True))
        self.held_bytes += sum(told.received(index) for index in early)
        if not held:
            self.held_bytes = 0


def _unbroken(numbers: list[int], begin: int) -> int:
    """How many of these, which are in order, follow one another from there."""
    gap = bisect_left(range(len(numbers)), 1, key=lambda at: numbers[at] != begin + at)
    return int(gap)

"""`Batch`: many small objects in a few calls into C (see `ossc_batch.h`).

What the items have in common is said once. What became of them are rows of numbers, and
bytes in an arena that the numbers point into; they are cut out where they are wanted.
"""

from __future__ import annotations

from collections.abc import Sequence
from struct import Struct
from typing import TYPE_CHECKING, Any

from ossc._sdk._library import ffi, lib
from ossc._sdk._perform import KEPT, RESENT, Answer
from ossc._sdk._request import Session, Settings, borrow, check_code, keys_for_c
from ossc.errors import OSSError
from ossc.models import Headers

if TYPE_CHECKING:
    from ossc._sdk._cancel import CancelToken
    from ossc.credentials import Credentials

__all__ = [
    "ARENAS",
    "BATCH_DONE",
    "BATCH_ENDED",
    "BATCH_FULL",
    "BATCH_HUNGRY",
    "BATCH_MORE",
    "CHUNKS",
    "ITEM_DONE",
    "ITEM_SIZE",
    "Batch",
    "answer_of",
    "is_too_large",
    "read_row",
    "seconds_of",
]

_ITEM = Struct("=qqqqqqqQqqqqqqqqqqq")
ITEM_SIZE = _ITEM.size
if ffi.sizeof("ossc_item_t") != ITEM_SIZE:
    raise ImportError("the compiled module's records are not those of this version")

read_row = Struct("=qq8xqqq56xqq").unpack_from
"""Of a row at an offset: state, status, facts, size of head and body, and their places."""

ARENAS: int = lib.OSSC_BATCH_ARENAS
CHUNKS: int = lib.OSSC_BATCH_CHUNKS
ITEM_DONE: int = lib.OSSC_ITEM_DONE
_TOO_LARGE: int = lib.OSSC_ITEM_TOO_LARGE
BATCH_DONE: int = lib.OSSC_BATCH_DONE
BATCH_MORE: int = lib.OSSC_BATCH_MORE
BATCH_FULL: int = lib.OSSC_BATCH_FULL
BATCH_ENDED: int = lib.OSSC_BATCH_ENDED
BATCH_HUNGRY: int = lib.OSSC_BATCH_HUNGRY

_of_block = Headers._of_block


class Batch:
    """Owns a C batch; one thread at a time.

    Args:
        settings: As for a request.
        credentials: As for a request.
        session: Whose connections are used.
        width: Requests at a time.
        most_items: Keys in a chunk.
        arena_size: Bytes of each arena for answers.

    Attributes:
        width: See above.
        arenas: Their memory; it must not be read after `close`.
    """

    __slots__ = (
        "_borrowed",
        "_cancel",
        "_credentials",
        "_items",
        "_most_items",
        "_odd",
        "_owner",
        "_pointer",
        "_session",
        "_settled",
        "_texts",
        "arenas",
        "width",
    )

    def __init__(
        self,
        settings: Settings,
        credentials: Credentials | None,
        session: Session,
        *,
        width: int,
        most_items: int,
        arena_size: int,
    ) -> None:
        keys, _texts = keys_for_c(credentials)
        owner = ffi.gc(ffi.new("ossc_batch_t **"), lib.ossc_batch_close)
        check_code(
            lib.ossc_batch_open(
                owner,
                settings.pointer,
                keys,
                session.pointer,
                width,
                most_items,
                arena_size,
            )
        )
        self._owner = owner
        self._pointer = pointer = owner[0]
        self._session = session  # it must outlive what uses its connections
        self._credentials = credentials
        self._most_items = most_items
        self._borrowed: list[list[Any]] = [[] for _ in range(CHUNKS)]
        self._texts: Any = None
        self._cancel: CancelToken | None = None
        self._items = ffi.buffer(pointer.items, CHUNKS * most_items * ITEM_SIZE)
        self._settled = _numbers(pointer.settled, CHUNKS * most_items)
        self._odd = _numbers(pointer.odd, CHUNKS * most_items)
        self.width = width
        self.arenas = [ffi.buffer(pointer.arenas[n], arena_size) for n in range(ARENAS)]

    def close(self) -> None:
        """Frees the batch; what is under way is given up."""
        self._settled.release()
        self._odd.release()
        self.arenas.clear()
        ffi.release(self._owner)
        for place in range(CHUNKS):
            self.forget(place)
        self._texts = self._cancel = None

    def abandon(self) -> None:
        """Leaves the memory to the end of the process."""
        ffi.gc(self._owner, None)

    def begin(
        self,
        place: int,
        function: int,
        block: bytes,
        count: int,
        bodies: Sequence[Any] | None,
    ) -> None:
        """Lays the items of a chunk out; nothing is sent.

        Args:
            place: Which of the `CHUNKS`; all items of the one before are settled.
            function: `functions.get_to_buffer` or `functions.put_from_buffer`.
            block: The keys as UTF-8, a NUL behind each.
            count: How many there are.
            bodies: What to put, as buffers; None for a get.

        Raises:
            TypeError: A body is no contiguous buffer.
        """
        self.forget(place)
        keys = ffi.from_buffer(block)
        views: list[Any] = []
        pointers = sizes = ffi.NULL
        try:
            if bodies is not None:
                views.extend(borrow(body, writable=False) for body in bodies)
                pointers = ffi.new("void *[]", views)
                sizes = ffi.new("size_t[]", [len(view) for view in views])
            place_and_keys = place, function, keys, len(block), count
            check_code(
                lib.ossc_batch_begin(self._pointer, *place_and_keys, pointers, sizes)
            )
        except BaseException:
            views.clear()
            raise
        self._borrowed[place] = [*views, keys, pointers, sizes]
        views.clear()

    def forget(self, place: int) -> None:
        """Lets go of what was borrowed for a chunk, all of which is settled."""
        self._borrowed[place].clear()

    def limit(self, place: int, index: int, timeout_ms: int) -> None:
        """The request for an item of a chunk may take no longer than so."""
        at = place * self._most_items + index
        lib.ossc_batch_limit(self._pointer, at, timeout_ms)

    def again(self, place: int, index: int) -> None:
        """An item of a chunk that is settled waits again."""
        lib.ossc_batch_again(self._pointer, place * self._most_items + index)

    def empty(self, arena: int) -> bool:
        """Answers go into this arena from here on.

        False, and all is as it was, while one is under way into the other.
        """
        return bool(lib.ossc_batch_empty(self._pointer, arena))

    def run(
        self, texts: bytes, slice_ms: int, cancel: CancelToken, *, is_more: bool
    ) -> int:
        """Moves bytes for a while; why it came back, as `BATCH_…`.

        Args:
            texts: What the keys have in common (see `Call.texts`); the same bytes as
                before while requests are under way.
            slice_ms: How long.
            cancel: Ends what is under way.
            is_more: There are more chunks to be laid out.
        """
        borrowed = ffi.from_buffer(texts)
        code = lib.ossc_batch_run(
            self._pointer, borrowed, len(texts), slice_ms, is_more, cancel.flag
        )
        self._texts, self._cancel = borrowed, cancel
        return int(code)

    def settled(self) -> dict[int, list[int]]:
        """What the last run settled of each chunk, in the order of their ends."""
        return self._by_place(self._settled[: self._pointer.settled_count])

    def odd(self) -> dict[int, list[int]]:
        """Those of them that are no successes."""
        return self._by_place(self._odd[: self._pointer.odd_count])

    def _by_place(self, numbers: memoryview) -> dict[int, list[int]]:
        most, found = self._most_items, {}  # type: int, dict[int, list[int]]
        for number in numbers:
            found.setdefault(number // most, []).append(number % most)
        return found

    def rows(self, place: int, count: int) -> bytes:
        """What became of each of the items of a chunk."""
        begin = place * self._most_items
        return bytes(self._items[begin * ITEM_SIZE : (begin + count) * ITEM_SIZE])

    def failure(self, rows: bytes, index: int, arena: Any) -> OSSError:
        """Why an item failed.

        Raises:
            MemoryError: The C side had no memory.
        """
        # Imported here: most programs see no failure at all.
        from ossc._sdk._failures import Outcome, failure_of  # noqa: PLC0415

        row = _ITEM.unpack_from(rows, index * ITEM_SIZE)
        status, code, facts, head, body = row[1:6]
        times, places, (failure, os_error) = row[8:13], row[13:17], row[17:]
        head_at, body_at, reason_at, reason_size = places
        text = arena[reason_at : reason_at + reason_size].decode("utf-8", "replace")
        outcome = Outcome(
            status=status,
            code=code,
            failure=failure,
            error_code="",
            message="",
            reason=text,
            os_error=os_error,
            sink_error=0,
            headers=_of_block(arena[head_at : head_at + head]),
            body=arena[body_at : body_at + body],
            signed=text if status == 403 else "",
        )
        error = failure_of(outcome, self._credentials) or OSSError("the C SDK failed")
        error.resent = bool(facts & RESENT)
        error._times = (*times, facts & KEPT)
        return error


def _numbers(pointer: Any, count: int) -> memoryview:
    return memoryview(ffi.buffer(pointer, count * 8)).cast("B").cast("q")


def is_too_large(rows: bytes, index: int) -> bool:
    """Whether an item's answer fits in no arena."""
    return bool(read_row(rows, index * ITEM_SIZE)[0] == _TOO_LARGE)


def seconds_of(rows: bytes, index: int) -> float:
    """How long an item's request took."""
    took_us: int = _ITEM.unpack_from(rows, index * ITEM_SIZE)[12]
    return max(0, took_us) / 1e6


def answer_of(rows: bytes, index: int, arena: Any) -> Answer:
    """The answer of a success."""
    row = _ITEM.unpack_from(rows, index * ITEM_SIZE)
    head, body, at, body_at = row[4], row[5], row[13], row[14]
    return Answer(row[1:13], arena[at : at + head], arena[body_at : body_at + body])

"""Takes the keys of a batch from their iterable, in chunks for C.

Nothing is taken before it is needed, and a slow iterable is not waited for until a chunk
is full. A key that none can be is that key's failure; anything else that is wrong ends
the batch behind what came before it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from itertools import islice
from operator import length_hint
from typing import TYPE_CHECKING, Any

from ossc._names import encode_key
from ossc._put import as_buffer
from ossc._sdk._guard import OFFICIAL, check_fits
from ossc.errors import ParameterError

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["MAX_CHUNK", "Chunk", "chunks_of_items", "chunks_of_keys"]

MAX_CHUNK = 256
MAX_BYTES = 1 << 22

# Of that many characters a key has at most 1,023 bytes.
_SURELY_SHORT = 255

# Whatever took longer to come is handed on at once.
_PATIENCE_S = 0.01


class Chunk:
    """Some keys, and what to put under them.

    Attributes:
        keys: The keys.
        block: The same as UTF-8, a NUL behind each; nothing for one that is refused.
        bodies: What to put; None for a get.
        refused: Why the key at a place is none.
    """

    __slots__ = ("block", "bodies", "keys", "refused")

    def __init__(self, bucket: str, keys: list[str], bodies: list[Any] | None) -> None:
        self.keys = keys
        self.bodies = bodies
        self.refused: dict[int, ParameterError] = {}
        self.block = _plain_block(keys) or self._checked_block(bucket)

    def _checked_block(self, bucket: str) -> bytes:
        parts = []
        for index, key in enumerate(self.keys):
            try:
                raw = encode_key(key)
                if OFFICIAL:
                    check_fits(bucket, raw, {})
            except ParameterError as error:
                self.refused[index] = error.with_traceback(None)
                raw = b""
            parts.append(raw)
        return b"\0".join([*parts, b""])


def _plain_block(keys: list[str]) -> bytes | None:
    """The keys at one go, where all are surely good."""
    if OFFICIAL or max(map(len, keys)) > _SURELY_SHORT:
        return None
    try:
        block = "\0".join(["", *keys, ""]).encode()
    except (TypeError, UnicodeEncodeError):
        return None
    odd = block.count(b"\0") != len(keys) + 1 or (
        b"\0\0" in block or b"\0/" in block or b"\0\\" in block
    )
    return None if odd else block[1:]


class _Pace:
    """How many are taken at a time: one where they come slowly."""

    def __init__(self) -> None:
        self.step = 1
        self._begin = 0.0

    def begin(self) -> None:
        """Something is about to be taken."""
        self._begin = time.perf_counter()

    def is_slow(self) -> bool:
        """Whether it took long."""
        slow = time.perf_counter() - self._begin > _PATIENCE_S
        self.step = 1 if slow else min(self.step * 2, MAX_CHUNK)
        return slow


def _next_size(source: Iterator[Any], size: int, least: int) -> int:
    """How many keys the chunk behind one of this size has.

    No more than half of what is left, if it is known how much that is: then no thread
    has a long way to go when the other is done.
    """
    size = min(size * 2, MAX_CHUNK)
    half = -(-length_hint(source, size * 2) // 2)
    return min(size, max(half, least * 2))


def chunks_of_keys(bucket: str, keys: Iterable[str], first: int) -> Iterator[Chunk]:
    """Keys in chunks that grow, so that few keys occupy all connections too.

    They become smaller again where it is known how many keys are left.

    Raises:
        TypeError: A key is no text.
        BaseException: Whatever the iterable raises.
    """
    source, pace, most = iter(keys), _Pace(), first
    wrong: Exception | None = None
    while wrong is None:
        taken: list[str] = []
        more = True
        while more and len(taken) < most:
            before = len(taken)
            pace.begin()
            try:
                taken.extend(islice(source, min(pace.step, most - before)))
            except Exception as error:  # noqa: BLE001 - raised behind what came before
                wrong = error
            more = wrong is None and len(taken) > before and not pace.is_slow()
        wrong = _cut_at_stranger(taken) or wrong
        if not taken:
            break
        yield Chunk(bucket, taken, None)
        most = _next_size(source, most, first)
    _raise(wrong)


def _cut_at_stranger(keys: list[str]) -> TypeError | None:
    """Why what is no text is none; it goes, with all behind it."""
    if set(map(type, keys)) <= {str}:
        return None
    for index, key in enumerate(keys):
        if not isinstance(key, str):
            del keys[index:]
            return TypeError(f"an object key must be a str, not {type(key).__name__}")
    return None


def chunks_of_items(
    bucket: str, items: Iterable[tuple[str, Buffer]], first: int
) -> Iterator[Chunk]:
    """Pairs of key and data in chunks that grow, bounded by their bytes, too.

    Raises:
        TypeError: An item is no pair of a text and a buffer.
        BaseException: Whatever the iterable raises.
    """
    source, pace, most = iter(items), _Pace(), first
    wrong: Exception | None = None
    more = True
    while more and wrong is None:
        keys: list[str] = []
        bodies: list[Any] = []
        left = MAX_BYTES
        slow = False
        while more and not slow and wrong is None and len(keys) < most and left > 0:
            pace.begin()
            try:
                item = next(source)
                key, body = _checked(item)
            except StopIteration:
                more = False
            except Exception as error:  # noqa: BLE001 - raised behind what came before
                wrong = error
            else:
                keys.append(key)
                bodies.append(body)
                left -= len(body) if type(body) is bytes else body.nbytes
                slow = pace.is_slow()
        if keys:
            yield Chunk(bucket, keys, bodies)
        most = _next_size(source, most, first)
    _raise(wrong)


def _checked(item: Any) -> tuple[str, Any]:
    if not isinstance(item, tuple) or len(item) != 2:
        raise TypeError("an item is a (key, data) pair")
    key, body = item
    if not isinstance(key, str):
        raise TypeError(f"an object key must be a str, not {type(key).__name__}")
    return key, body if type(body) is bytes else as_buffer(body)


def _raise(error: Exception | None) -> None:
    # A frame that holds the error it raised is a cycle.
    try:
        if error is not None:
            raise error
    finally:
        del error

"""The work of `get_objects` and `put_objects`: many small objects.

The keys go to C in chunks; the interpreter is entered once a chunk, not once an object.
While the results of one chunk are looked at, the next is under way in another thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ossc._answers import get_result, put_result
from ossc._crew import Crew
from ossc._names import check_whole, encode_key
from ossc._put import as_buffer
from ossc._ranges import check_answered
from ossc._sdk import STORED, WHOLE, Answer, Batch, Call, CancelToken, Item, functions
from ossc._verbs import Verbs
from ossc.errors import OSSError

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from ossc.models import GetObjectResult, PutObjectResult

__all__ = ["KeyResult", "get_objects", "put_objects"]

T = TypeVar("T")

MAX_CONCURRENCY = 256
MAX_CHUNK = 256
ARENA = 8 << 20
WORKERS = 2


class KeyResult(Generic[T]):
    """What became of one key of a batch.

    Attributes:
        key: The key.
        error: Why it failed; None for a success.
    """

    __slots__ = ("_result", "error", "key")

    def __init__(
        self, key: str, result: Callable[[], T] | None, error: OSSError | None = None
    ) -> None:
        self.key = key
        self.error = error
        self._result = result

    @property
    def result(self) -> T:
        """What the verb for one object returns.

        Raises:
            OSSError: `error`, where the key failed.
        """
        if self._result is None:
            raise self.error or AssertionError
        return self._result()

    def __repr__(self) -> str:
        """The key and whether it failed."""
        said = "" if self.error is None else f", error={self.error!r}"
        return f"KeyResult(key={self.key!r}{said})"


class _Chunk:
    """Some keys, and what to put under them."""

    __slots__ = ("bodies", "keys", "raw")

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.raw: list[bytes] = []
        self.bodies: list[Any] = []


class _Plan(Generic[T]):
    """What the keys of a batch have in common."""

    def __init__(
        self,
        verbs: Verbs,
        operation: str,
        function: int,
        headers: dict[str, str],
        read: Callable[[str, Answer], T],
        *,
        is_plain: Callable[[Answer], bool],
        puts: bool,
        ordered: bool,
    ) -> None:
        self.verbs = verbs
        self.operation = operation
        self.function = function
        self.headers = headers
        self.read = read
        self.is_plain = is_plain
        self.puts = puts
        self.ordered = ordered

    def hire(
        self, width: int, arena: int, cancel: CancelToken
    ) -> Callable[[_Chunk], list[KeyResult[T]]]:
        """A function that runs chunks, in the thread that calls it."""
        client = self.verbs._client
        batch = client._batch(width=width, most_items=MAX_CHUNK, arena_size=arena)
        texts = self._call(None).texts()
        return lambda chunk: self._run(batch, texts, chunk, cancel)

    def _call(self, key: bytes | None, body: Any = None) -> Call:
        name = self.verbs._name
        return Call(
            self.operation,
            self.function,
            bucket=name,
            key=key,
            headers=self.headers,
            body=body,
        )

    def _run(
        self, batch: Batch, texts: bytes, chunk: _Chunk, cancel: CancelToken
    ) -> list[KeyResult[T]]:
        bodies = chunk.bodies if self.puts else None
        client = self.verbs._client
        with client._budget.connection(count=batch.width, cancel=cancel):
            items = batch.run(
                self.function,
                texts,
                chunk.raw,
                bodies,
                cancel,
                ordered=self.ordered,
            )
        return [self._result(chunk, item, cancel) for item in items]

    def _result(self, chunk: _Chunk, item: Item, cancel: CancelToken) -> KeyResult[T]:
        key = chunk.keys[item.index]
        answer, read = item.answer, self.read
        if answer is not None and self.is_plain(answer):
            return KeyResult(key, lambda: read(key, answer))
        body = chunk.bodies[item.index] if self.puts else None
        call = self._call(chunk.raw[item.index], body)
        call.cancel = cancel
        try:
            result = self._looked_at(key, call, item)
        except OSSError as error:
            return KeyResult(key, None, error)
        return KeyResult(key, lambda: result)

    def _looked_at(self, key: str, call: Call, item: Item) -> T:
        """Of an odd answer, a failure, or a key that the batch left over."""
        client = self.verbs._client

        def read(answer: Answer) -> T:
            return self.read(key, answer)

        if item.error is not None:
            return client._perform_again(call, read, item.error)
        if item.answer is not None:
            return read(item.answer)
        return client._perform(call, read)


def get_objects(
    verbs: Verbs,
    keys: Iterable[str],
    headers: dict[str, str],
    concurrency: int,
    *,
    ordered: bool,
) -> Iterator[KeyResult[GetObjectResult]]:
    """`BatchVerbs.get_objects`, with the headers that all requests have."""
    plan: _Plan[GetObjectResult] = _Plan(
        verbs,
        "GetObject",
        functions.get_to_buffer,
        headers,
        _read_get,
        is_plain=_is_plain_get,
        puts=False,
        ordered=ordered,
    )
    return _iterate(plan, ((key, None) for key in keys), concurrency)


def put_objects(
    verbs: Verbs,
    items: Iterable[tuple[str, Buffer]],
    headers: dict[str, str],
    concurrency: int,
    *,
    ordered: bool,
) -> Iterator[KeyResult[PutObjectResult]]:
    """`BatchVerbs.put_objects`, with the headers that all requests have."""
    plan: _Plan[PutObjectResult] = _Plan(
        verbs,
        "PutObject",
        functions.put_from_buffer,
        headers,
        _read_put,
        is_plain=_is_plain_put,
        puts=True,
        ordered=ordered,
    )
    return _iterate(plan, iter(items), concurrency)


def _read_get(key: str, answer: Answer) -> GetObjectResult:
    check_answered(None, answer, len(answer.body))
    return get_result(key, answer)


def _read_put(_key: str, answer: Answer) -> PutObjectResult:
    return put_result(answer)


def _is_plain_get(answer: Answer) -> bool:
    return bool(answer.facts & WHOLE)


def _is_plain_put(answer: Answer) -> bool:
    return bool(answer.facts & STORED)


def _iterate(
    plan: _Plan[T], pairs: Iterator[Any], concurrency: int
) -> Iterator[KeyResult[T]]:
    check_whole("concurrency", concurrency, MAX_CONCURRENCY, least=1)
    client = plan.verbs._client
    workers = min(WORKERS, concurrency)
    width = -(-concurrency // workers)
    most = client._budget.max_memory
    arena = ARENA if most is None else max(1, min(ARENA, most // (2 * workers + 2)))

    def hire(cancel: CancelToken) -> Callable[[_Chunk], list[KeyResult[T]]]:
        return plan.hire(width, arena, cancel)

    def run() -> Iterator[KeyResult[T]]:
        # Each thread has an arena, and as much again may wait to be looked at.
        with (
            client._budget.memory(min((2 * workers + 1) * arena, most or ARENA * 16)),
            Crew(workers, hire, client._cancel) as crew,
        ):
            for results in crew.results(_chunks(pairs, width), ordered=plan.ordered):
                yield from results

    return run()


def _chunks(pairs: Iterator[Any], first: int) -> Iterator[_Chunk]:
    """Keys in chunks that grow, so that few keys occupy all connections too."""
    most = first
    while True:
        chunk = _Chunk()
        for pair in pairs:
            key, body = _checked(pair)
            chunk.raw.append(encode_key(key))
            chunk.keys.append(key)
            chunk.bodies.append(body)
            if len(chunk.keys) >= most:
                break
        if not chunk.keys:
            return
        yield chunk
        most = min(most * 2, MAX_CHUNK)


def _checked(pair: Any) -> tuple[str, Any]:
    if not isinstance(pair, tuple) or len(pair) != 2:
        raise TypeError("an item is a (key, data) pair")
    key, body = pair
    return key, None if body is None else as_buffer(body)

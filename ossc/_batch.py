"""The work of `get_objects` and `put_objects`: many small objects.

The keys go to C in chunks; the interpreter is entered once a chunk, not once an object.
While the results of one chunk are looked at, the next is under way in another thread. What
runs a batch is in `_batch_run`, which is loaded with the first one.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ossc._answers import get_result, put_result
from ossc._names import check_whole
from ossc._ranges import check_answered
from ossc._sdk import STORED, WHOLE, Answer, Call, functions
from ossc._verbs import Verbs
from ossc.errors import OSSError
from ossc.models import GetObjectResult, PutObjectResult

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from ossc._chunks import Chunk

__all__ = ["KeyResult", "Plan", "get_objects", "put_objects"]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

MAX_CONCURRENCY = 256

# Outcomes of which only this much is asked: status, facts.
_WHOLE = 200, 200, WHOLE, 0, 0, 0, 0
_STORED = 200, 200, STORED, 0, 0, 0, 0


class KeyResult(Generic[T_co]):
    """What became of one key of a batch.

    Attributes:
        key: The key.
        error: Why it failed; None for a success.
    """

    __slots__ = ("_result", "error", "key")

    def __init__(
        self, key: str, result: T_co | None, error: OSSError | None = None
    ) -> None:
        self.key = key
        self._result = result
        self.error = error

    @property
    def result(self) -> T_co:
        """What the verb for one object returns.

        Raises:
            OSSError: `error`, where the key failed.
        """
        if self._result is None:
            raise self.error or OSSError("no result", key=self.key)
        return self._result

    def __repr__(self) -> str:
        """The key, and what became of it."""
        said = f"error={self.error!r}" if self.error else f"result={self._result!r}"
        return f"KeyResult(key={self.key!r}, {said})"


class Plan(Generic[T]):
    """What the keys of a batch have in common.

    Attributes:
        verbs: Whose batch it is.
        operation: The OSS operation, for errors.
        function: The SDK's function.
        headers: Of each request.
        plain: The fact that says that an answer is a plain one.
        make: The result of a plain answer, from the key, the head and the body.
        read: The result of any other.
        ordered: Whether the results come in the order of the keys.
    """

    __slots__ = (
        "function",
        "headers",
        "make",
        "operation",
        "ordered",
        "plain",
        "read",
        "verbs",
    )

    def __init__(
        self,
        verbs: Verbs,
        operation: str,
        function: int,
        headers: dict[str, str],
        plain: int,
        make: Callable[[str, bytes, bytes], T],
        read: Callable[[str, Answer], T],
        *,
        ordered: bool,
    ) -> None:
        self.verbs = verbs
        self.operation = operation
        self.function = function
        self.headers = headers
        self.plain = plain
        self.make = make
        self.read = read
        self.ordered = ordered

    def call(self, chunk: Chunk | None, index: int = 0) -> Call:
        """The request for one of the keys, or without a chunk what all have in common."""
        key = body = None
        if chunk is not None:
            key = chunk.keys[index].encode()
            body = chunk.bodies[index] if chunk.bodies is not None else None
        return Call(
            self.operation,
            self.function,
            bucket=self.verbs.name,
            key=key,
            headers=self.headers,
            body=body,
        )


def get_objects(
    verbs: Verbs,
    keys: Iterable[str],
    headers: dict[str, str],
    concurrency: int,
    *,
    ordered: bool,
) -> Generator[KeyResult[GetObjectResult], None, None]:
    """`BatchVerbs.get_objects`, with the headers that all requests have."""
    plan = Plan(
        verbs,
        "GetObject",
        functions.get_to_buffer,
        headers,
        WHOLE,
        _make_get,
        _read_get,
        ordered=ordered,
    )
    return _iterate(plan, keys, concurrency)


def put_objects(
    verbs: Verbs,
    items: Iterable[tuple[str, Buffer]],
    headers: dict[str, str],
    concurrency: int,
    *,
    ordered: bool,
) -> Generator[KeyResult[PutObjectResult], None, None]:
    """`BatchVerbs.put_objects`, with the headers that all requests have."""
    plan = Plan(
        verbs,
        "PutObject",
        functions.put_from_buffer,
        headers,
        STORED,
        _make_put,
        _read_put,
        ordered=ordered,
    )
    return _iterate(plan, items, concurrency)


def _iterate(
    plan: Plan[T], source: Iterable[Any], concurrency: int
) -> Generator[KeyResult[T], None, None]:
    # Imported here: threads and queues are for batches only.
    from ossc._batch_run import iterate  # noqa: PLC0415
    from ossc._chunks import chunks_of_items, chunks_of_keys  # noqa: PLC0415

    if isinstance(source, str | bytes):
        raise TypeError(f"many are asked for, not one {type(source).__name__}")
    check_whole("concurrency", concurrency, MAX_CONCURRENCY, least=1)
    most = plan.verbs._client._budget.max_connections or concurrency
    concurrency = min(concurrency, most)
    is_put = plan.function == functions.put_from_buffer
    take = chunks_of_items if is_put else chunks_of_keys
    plan.call(None).texts()  # so that options are refused here
    chunks = take(plan.verbs.name, iter(source), -(-concurrency // 2))
    return iterate(plan, chunks, concurrency)


def _make_get(key: str, head: bytes, data: bytes) -> GetObjectResult:
    return get_result(key, Answer(_WHOLE, head, data))


def _read_get(key: str, answer: Answer) -> GetObjectResult:
    check_answered(None, answer, len(answer.body))
    return get_result(key, answer)


def _make_put(_key: str, head: bytes, body: bytes) -> PutObjectResult:
    return put_result(Answer(_STORED, head, body))


def _read_put(_key: str, answer: Answer) -> PutObjectResult:
    return put_result(answer)

"""Verbs for many small objects: `get_objects` and `put_objects`.

The keys go to C in chunks; the interpreter is entered once a chunk, not once an object.
While the results of one chunk are looked at, the next is under way in another thread. What
runs a batch is in `_batch_run`, which is loaded with the first one.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ossc._answers import get_result, put_result
from ossc._names import check_whole
from ossc._ranges import check_answered
from ossc._sdk import Answer, Call, functions
from ossc._sdk._batch import PLAIN_GET, PLAIN_PUT
from ossc._verbs import Verbs
from ossc.errors import OSSError
from ossc.models import GetObjectResult, Headers, PutObjectResult
from ossc.options import condition_headers, object_headers

if TYPE_CHECKING:
    from typing_extensions import Buffer, Unpack

    from ossc._chunks import Chunk
    from ossc.options import Conditions, ObjectOptions

__all__ = ["BatchVerbs", "KeyResult", "Plan"]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

MAX_CONCURRENCY = 256


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
        plain: Which facts are looked at, and how they are in a plain answer.
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
        plain: tuple[int, int],
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


class BatchVerbs(Verbs):
    """Get and put of many objects."""

    __slots__ = ()

    def get_objects(
        self,
        keys: Iterable[str],
        *,
        concurrency: int = 8,
        ordered: bool = True,
        **conditions: Unpack[Conditions],
    ) -> Generator[KeyResult[GetObjectResult], None, None]:
        """Reads many small objects at once (GetObject for each).

        Keys are taken from the iterable some hundred ahead, and answers held in at most
        16 MiB; an object of more than about 4 MiB is read by itself when its turn comes.
        Failures that may pass are repeated as for `get_object`. What the iterable raises
        comes out behind the results of the keys before.

        The requests run in threads of their own until the last result was given, or the
        iterator is closed (`close()`, or it is let go of). The loop over the results may
        make other requests with the same client.

        Args:
            keys: The objects' keys.
            concurrency: Requests at a time, 1 to 256; the client's `max_connections`
                if that is less.
            ordered: True: results in the order of the keys; False: as they come.
            **conditions: See `ossc.Conditions`; they count for each.

        Yields:
            For each key a `KeyResult`: its `result` is that of `get_object`, or raises
            the `error` that is there instead, be it `NoSuchKey` or, where no object can
            have that key, `ParameterError`.

        Raises:
            TypeError: A key is no `str`.
            Cancelled: The client's token was used.
            ClientClosed: The client was closed before the last result.

        Example:
            >>> for item in bucket.get_objects(["greeting.txt", "not-there"]):
            ...     print(item.key, "failed" if item.error else item.result.data)
            greeting.txt b'hello'
            not-there failed
        """
        plan = Plan(
            self,
            "GetObject",
            functions.get_to_buffer,
            condition_headers(conditions),
            PLAIN_GET,
            _make_get,
            _read_get,
            ordered=ordered,
        )
        return _iterate(plan, keys, concurrency)

    def put_objects(
        self,
        items: Iterable[tuple[str, Buffer]],
        *,
        concurrency: int = 8,
        ordered: bool = True,
        **options: Unpack[ObjectOptions],
    ) -> Generator[KeyResult[PutObjectResult], None, None]:
        """Stores many small objects at once (PutObject for each).

        Nothing is stored before the first result is asked for. Items are taken from the
        iterable some hundred or 16 MiB ahead, and failures that may pass are repeated as
        for `put_object`. See `get_objects` for what ends a batch; an object whose result
        was not given by then may be stored or not.

        Args:
            items: Pairs of a key and its data, as for `put_object`. The data must not
                change before its result has come.
            concurrency: As in `get_objects`.
            ordered: True: results in the order of the items; False: as they come.
            **options: See `ossc.ObjectOptions`; they count for each.

        Yields:
            For each item a `KeyResult`: its `result` is that of `put_object`, or raises
            the `error` that is there instead.

        Raises:
            TypeError: An item is no pair of a `str` and a buffer.
            Cancelled, ClientClosed: As in `get_objects`.

        Example:
            >>> items = [("a", b"1"), ("b", b"2")]
            >>> [item.result.etag for item in bucket.put_objects(items)]
            ['C4CA4238A0B923820DCC509A6F75849B', 'C81E728D9D4C2F636F067F89CC14862C']
        """
        plan = Plan(
            self,
            "PutObject",
            functions.put_from_buffer,
            object_headers(options),
            PLAIN_PUT,
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


# As `GetObjectResult._of` and `Record._later` do, in half of their time.
_new, _set = object.__new__, object.__setattr__


def _make_get(key: str, head: bytes, data: bytes) -> GetObjectResult:
    result = _new(GetObjectResult)
    _set(result, "_data", data)
    _set(result, "_fill", partial(_fill_get, key, head, data))
    return result


def _fill_get(key: str, head: bytes, data: bytes) -> tuple[Any, ...]:
    answer = Answer(200, Headers._of_block(head), data, facts=PLAIN_GET[1])
    values: tuple[Any, ...] = get_result(key, answer)._values
    return values


def _read_get(key: str, answer: Answer) -> GetObjectResult:
    check_answered(None, answer, len(answer.body))
    return get_result(key, answer)


def _make_put(_key: str, head: bytes, body: bytes) -> PutObjectResult:
    result = _new(PutObjectResult)
    _set(result, "_fill", partial(_fill_put, head, body))
    return result


def _fill_put(head: bytes, body: bytes) -> tuple[Any, ...]:
    answer = Answer(200, Headers._of_block(head), body, facts=PLAIN_PUT[1])
    values: tuple[Any, ...] = put_result(answer)._values
    return values


def _read_put(_key: str, answer: Answer) -> PutObjectResult:
    return put_result(answer)

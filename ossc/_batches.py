"""Verbs for many small objects; what does the work is loaded by the first use."""

from __future__ import annotations

from ossc._option_headers import condition_headers, object_headers
from ossc._verbs import Verbs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from typing_extensions import Buffer, Unpack

    from ossc._batch import KeyResult
    from ossc.models import GetObjectResult, PutObjectResult
    from ossc.options import Conditions, ObjectOptions

__all__ = ["BatchVerbs"]


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
    ) -> Iterator[KeyResult[GetObjectResult]]:
        """Reads many small objects at once (GetObject for each).

        Keys are taken from the iterable, and results held, some hundred at a time and
        within about 32 MiB; larger objects are read one by one.

        Args:
            keys: The objects' keys.
            concurrency: Requests at a time, 1 to 256.
            ordered: True: results in the order of the keys; False: as they come.
            **conditions: See `ossc.Conditions`; they count for each.

        Yields:
            For each key a `KeyResult`: its `result` is that of `get_object`, or raises
            the `error` that is there instead.

        Raises:
            ParameterError: A key is none.

        Example:
            >>> for item in bucket.get_objects(["greeting.txt", "not-there"]):
            ...     print(item.key, item.result.data if not item.error else "failed")
            greeting.txt b'hello'
            not-there failed
        """
        # Loaded here: a program without batches needs neither them nor threads.
        from ossc import _batch  # noqa: PLC0415

        headers = condition_headers(conditions)
        return _batch.get_objects(self, keys, headers, concurrency, ordered=ordered)

    def put_objects(
        self,
        items: Iterable[tuple[str, Buffer]],
        *,
        concurrency: int = 8,
        ordered: bool = True,
        **options: Unpack[ObjectOptions],
    ) -> Iterator[KeyResult[PutObjectResult]]:
        """Stores many small objects at once (PutObject for each).

        Nothing is stored before the first result is asked for.

        Args:
            items: Pairs of a key and its data, as for `put_object`. Some hundred are
                taken at a time; their data must not change until their results came.
            concurrency: Requests at a time, 1 to 256.
            ordered: True: results in the order of the items; False: as they come.
            **options: See `ossc.ObjectOptions`; they count for each.

        Yields:
            For each item a `KeyResult`: its `result` is that of `put_object`, or raises
            the `error` that is there instead.

        Raises:
            ParameterError: A key is none.
            TypeError: An item is no pair, or its data no buffer.

        Example:
            >>> items = [("a", b"1"), ("b", b"2")]
            >>> [item.result.crc64 for item in bucket.put_objects(items)]
            [3039664240384658157, 7891841930306401753]
        """
        from ossc import _batch  # noqa: PLC0415 - as in `get_objects`

        headers = object_headers(options)
        return _batch.put_objects(self, items, headers, concurrency, ordered=ordered)

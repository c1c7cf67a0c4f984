"""Verbs for many small objects; what does the work is loaded by the first use."""

from __future__ import annotations

from ossc._option_headers import condition_headers, object_headers
from ossc._verbs import Verbs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

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
        from ossc import _batch  # noqa: PLC0415 - as in `get_objects`

        headers = object_headers(options)
        return _batch.put_objects(self, items, headers, concurrency, ordered=ordered)

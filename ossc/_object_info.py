"""Verbs that look at objects: a light head, whether one is there, ranges of one."""

from __future__ import annotations

from ossc._get import GetVerbs
from ossc._object_verbs import ObjectVerbs
from ossc._ranges import ByteRange
from ossc._sdk import Answer
from ossc.errors import NoSuchKey, ServerError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from typing_extensions import Buffer, Unpack

    from ossc._object_results import ObjectMeta, RestoreState
    from ossc.options import Conditions

__all__ = ["ObjectInfoVerbs"]


class ObjectInfoVerbs(ObjectVerbs, GetVerbs):
    """Light heads and many ranges."""

    __slots__ = ()

    def get_object_meta(
        self,
        key: str,
        *,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> ObjectMeta:
        """Size, ETag and time of an object, for less than a head (GetObjectMeta).

        A symlink is not followed.

        Args:
            key: The object's key.
            version_id: Which version; default: the current one.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            NoSuchKey: There is no such object.

        Example:
            >>> bucket.get_object_meta("greeting.txt").size
            5
        """
        from ossc import _object_answers  # noqa: PLC0415 - few programs need it

        def read(answer: Answer) -> ObjectMeta:
            return _object_answers.object_meta(key, answer)

        return self._ask(
            "GetObjectMeta",
            "HEAD",
            key,
            read,
            query={"objectMeta": ""},
            version_id=version_id,
            params=params,
            headers=headers,
        )

    def object_exists(
        self,
        key: str,
        *,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> bool:
        """Whether there is such an object (GetObjectMeta).

        A symlink is there, wherever it leads. A bucket that is not there is an error,
        not a no; so is everything else that leaves the question open.

        Args:
            key: The object's key.
            version_id: Which version; default: the current one.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            NoSuchBucket: The bucket does not exist.
            AccessDenied: The caller may not know.

        Example:
            >>> bucket.object_exists("greeting.txt"), bucket.object_exists("not-there")
            (True, False)
        """
        try:
            self.get_object_meta(
                key, version_id=version_id, params=params, headers=headers
            )
        except NoSuchKey:
            return False
        except ServerError as error:
            if error.code != "NoSuchVersion":
                raise
            return False
        return True

    def get_restore_state(
        self,
        key: str,
        *,
        version_id: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> RestoreState:
        """Whether an archived object can be read by now (HeadObject).

        Args:
            key: The object's key.
            version_id: Which version; default: the current one.
            headers: Further request headers.

        Raises:
            NoSuchKey: There is no such object.

        Example:
            >>> bucket.get_restore_state("greeting.txt").is_readable
            True
        """
        from ossc._object_answers import restore_state  # noqa: PLC0415 - as above

        params = None if version_id is None else {"versionId": version_id}
        return restore_state(
            self.head_object(key, params=params, headers=headers or {})
        )

    def get_ranges(
        self,
        key: str,
        ranges: Iterable[ByteRange],
        *,
        into: Iterable[Buffer] | None = None,
        gap: int = 65_536,
        concurrency: int = 8,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        **conditions: Unpack[Conditions],
    ) -> list[memoryview]:
        """Reads several ranges of one object, near ones together, the rest in parallel.

        All are of the same object: when it is replaced meanwhile, the call fails. Made
        for formats that say where their pieces lie, such as Parquet or ZIP.

        Args:
            key: The object's key.
            ranges: As for `get_object`, in any order; they may overlap.
            into: Writable buffers, one for each range and at least as large, that the
                bytes are to go into; after an error their content is undefined. What is
                a request by itself comes without a copy (see `gap`).
            gap: Ranges with at most so many bytes between them are one request.
            concurrency: Requests at a time; the first goes alone, to learn what the
                object is, unless `if_match` says it.
            version_id: Which version; default: the current one.
            params: Further query parameters.
            **conditions: See `ossc.Conditions`.

        Returns:
            The bytes of each range, in the order of `ranges`, without copies: views of
            what came, or of the buffers. One that goes past the object's end is cut there.

        Raises:
            InvalidRange: A range lies outside the object.
            ParameterError: A range does not fit into its buffer.
            PreconditionFailed: The object was replaced meanwhile.
            NoSuchKey: There is no such object.

        Example:
            >>> views = bucket.get_ranges("greeting.txt", [(0, 1), (3, 4)])
            >>> [bytes(view) for view in views]
            [b'he', b'lo']
        """
        # Loaded here: it has threads, which most programs do without.
        from ossc._many_ranges import get_ranges  # noqa: PLC0415

        wanted = dict(params or {})
        if version_id is not None:
            wanted["versionId"] = version_id
        return get_ranges(self, key, ranges, into, gap, concurrency, wanted, conditions)

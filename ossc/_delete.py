"""The verbs that delete objects: one, or any number."""

from __future__ import annotations

from ossc._names import check_mapping
from ossc._sdk import functions
from ossc._verbs import Verbs, done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ossc.models import DeletedObject

__all__ = ["DeleteVerbs"]


class DeleteVerbs(Verbs):
    """Delete."""

    __slots__ = ()

    def delete_object(
        self,
        key: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Deletes an object (DeleteObject). A key that does not exist is no error.

        Args:
            key: The object's key.
            params: Further query parameters, such as `versionId`.
            headers: Further request headers.
        """
        self._object(
            "DeleteObject",
            functions.send("DELETE"),
            key,
            done,
            params=params or {},
            headers=check_mapping("headers", headers),
        )

    def delete_objects(
        self, keys: Iterable[str], *, headers: Mapping[str, str] | None = None
    ) -> list[DeletedObject]:
        """Deletes any number of objects (DeleteMultipleObjects for each 1,000 of them).

        Keys that do not exist are no error. A key that XML cannot hold, because of a
        control character, is deleted by a request of its own. After an error the objects
        of earlier requests are deleted; the same keys may be given again.

        Args:
            keys: The objects' keys; taken 1,000 at a time.
            headers: Further request headers.

        Returns:
            What OSS says of each key, in the order of the keys.

        Raises:
            ParameterError: No object can have that key; of its 1,000 none is deleted.
            MalformedResponse: The answer does not tell of all keys.

        Example:
            >>> r = bucket.put_object("a", b"1")
            >>> [item.key for item in bucket.delete_objects(["a", "not-there"])]
            ['a', 'not-there']
        """
        if isinstance(keys, str | bytes):
            raise TypeError(f"many keys are asked for, not one {type(keys).__name__}")
        # Loaded here: it reads XML, which few programs need.
        from ossc._delete_many import delete_many  # noqa: PLC0415

        return delete_many(self, keys, check_mapping("headers", headers))

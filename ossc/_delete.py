"""The verbs that delete objects: one, or any number."""

from __future__ import annotations

from ossc._names import check_mapping, version_params
from ossc._sdk import Answer, functions
from ossc._verbs import Verbs
from ossc.models import DeletedObject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ossc._delete_many import Named

__all__ = ["DeleteVerbs"]


class DeleteVerbs(Verbs):
    """Delete."""

    __slots__ = ()

    def delete_object(
        self,
        key: str,
        *,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> DeletedObject:
        """Deletes an object (DeleteObject). A key that does not exist is no error.

        Where the bucket keeps versions they stay, and a delete marker hides them.

        Args:
            key: The object's key.
            version_id: The version, or the delete marker, to remove for good.
            params: Further query parameters.
            headers: Further request headers.

        Returns:
            Which delete marker there is now, or what was removed.

        Example:
            >>> bucket.delete_object("greeting.txt").delete_marker
            False
        """
        query = version_params(params, version_id)

        def read(answer: Answer) -> DeletedObject:
            marker = answer.headers.get("x-oss-delete-marker") == "true"
            named = answer.headers.get("x-oss-version-id") if marker else None
            return DeletedObject(key, marker, named, query.get("versionId"))

        return self._object(
            "DeleteObject",
            functions.send("DELETE"),
            key,
            read,
            params=query,
            headers=check_mapping("headers", headers),
        )

    def delete_objects(
        self,
        keys: Iterable[Named],
        *,
        quiet: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> list[DeletedObject]:
        """Deletes any number of objects (DeleteMultipleObjects for each 1,000 of them).

        Keys that do not exist are no error. A key that XML cannot hold, because of a
        control character, is deleted by a request of its own. After an error the objects
        of earlier requests are deleted; the same keys may be given again.

        Args:
            keys: The objects' keys; where versions are to go for good, pairs of a key
                and a version id, or entries of `list_object_versions`. They are taken
                1,000 at a time.
            quiet: Have OSS say nothing of what is deleted.
            headers: Further request headers.

        Returns:
            What OSS says of each key, in the order of the keys; nothing if `quiet`.

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

        return delete_many(self, keys, check_mapping("headers", headers), quiet=quiet)

"""The verb that deletes an object."""

from __future__ import annotations

from ossc._names import check_mapping
from ossc._sdk import functions
from ossc._verbs import Verbs, done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

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

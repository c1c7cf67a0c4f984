"""The verb that deletes an object."""

from __future__ import annotations

from collections.abc import Mapping

from ossc._sdk import functions
from ossc._verbs import Verbs, done

__all__ = ["DeleteVerbs"]


class DeleteVerbs(Verbs):
    """Delete."""

    __slots__ = ()

    def delete_object(
        self, key: str, *, params: Mapping[str, str] | None = None
    ) -> None:
        """Deletes an object (DeleteObject). A key that does not exist is no error.

        Args:
            key: The object's key.
            params: Further query parameters.
        """
        self._object(
            "DeleteObject", functions.send("DELETE"), key, done, params=params or {}
        )

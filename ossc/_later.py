"""`later`: attributes whose class is loaded when somebody first asks for them.

A bucket has dozens of settings, and most programs look at none of them.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ossc._verbs import Verbs
    from ossc.client import Client

__all__ = ["later"]


class _Later:
    """A setting of a bucket or a client, made by its row in a table."""

    __slots__ = ("_module", "_row")

    def __init__(self, place: str) -> None:
        self._module, _, self._row = place.rpartition(".")

    def __get__(self, owner: Verbs | Client | None, _kind: type | None = None) -> Any:
        """The setting of this owner; of the class, this description."""
        if owner is None:
            return self
        from importlib import import_module  # noqa: PLC0415 - as what it loads

        row = getattr(import_module(f"ossc.settings.{self._module}"), self._row)
        client = getattr(owner, "_client", owner)
        return row.of(client, getattr(owner, "_name", None))

    def __set__(self, owner: object, _value: object) -> None:
        """Settings are put, not assigned."""
        kind = type(owner).__name__
        raise AttributeError(
            f"a setting of a {kind} cannot be assigned; call its put()"
        )


def later(place: str) -> Any:
    """The attribute for a row: its module in `ossc.settings`, a dot, its name."""
    return _Later(place)

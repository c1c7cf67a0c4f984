"""Many files in one call: which they are, and the work on them side by side.

fsspec's own code says which file goes where, with all its rules for folders, patterns and
slashes; it is run with a stand-in that writes down the pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from ossc._transfer._engine import run_parts

if TYPE_CHECKING:
    from ossc._sdk import CancelToken

__all__ = ["Pair", "Pairs", "side_by_side"]

P = TypeVar("P")
R = TypeVar("R")

Pair = tuple[Any, Any, dict[str, Any]]
"""From where, to where, and the options."""


class Pairs:
    """Stands in for a file system where fsspec moves files; writes down what it would do.

    Attributes:
        found: The pairs.
    """

    def __init__(self, fs: Any) -> None:
        self._fs = fs
        self.found: list[Pair] = []

    def __getattr__(self, name: str) -> Any:
        """All else is asked of the file system."""
        return getattr(self._fs, name)

    def _note(self, source: Any, target: Any, **options: Any) -> None:
        options.pop("callback", None)
        self.found.append((source, target, options))

    get_file = put_file = cp_file = _note


def side_by_side(
    work: Callable[[P, CancelToken], R],
    parts: Iterable[P],
    concurrency: int,
    told: Callable[[], object] | None = None,
) -> list[R]:
    """What the work on each part gave, in their order; the first failure ends all.

    Args:
        work: Done in other threads; ends soon when the token is cancelled.
        parts: The parts.
        concurrency: How many are worked on at a time.
        told: Called in this thread for each that is done.
    """
    found: dict[int, R] = {}

    def numbered(part: tuple[int, P], cancel: CancelToken) -> R:
        return work(part[1], cancel)

    def done(part: tuple[int, P], result: R) -> None:
        found[part[0]] = result
        if told is not None:
            told()

    run_parts(
        enumerate(parts),
        numbered,
        done,
        concurrency=concurrency,
        tick=_nothing,
    )
    return [found[index] for index in sorted(found)]


def _nothing() -> None:
    """Nobody asks how far it is."""

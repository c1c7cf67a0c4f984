"""`TokenListing`: lists whose pages are told apart by tokens of OSS's own.

Such a list cannot be taken up behind an entry, only with a page. So the place of an entry
is its page's token and its number there.
"""

from __future__ import annotations

from typing import ClassVar, TypeVar

from ossc._names import DIGITS, consists_of
from ossc._paging import Listing
from ossc.errors import ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ossc._sdk import Call
    from ossc.client import Client

__all__ = ["TokenListing"]

T = TypeVar("T")


class TokenListing(Listing[T]):
    """What these lists have in common; a kind of list reads its pages."""

    __slots__ = ("_asked", "_known", "_taken")

    _width = 2
    _parameter: ClassVar[str] = "nextToken"
    """The query parameter for the next page."""

    def __init__(
        self,
        client: Client,
        ask: Callable[[Mapping[str, str]], Call],
        resume: str | None,
    ) -> None:
        self._asked = ""
        self._taken = 0
        super().__init__(client, ask, resume)
        self._known = 0 if self._resumed is None else int(self._resumed[1])

    def __next__(self) -> T:
        """The next entry; asks for a page where the last one is used up."""
        entry = super().__next__()
        self._taken += 1
        return entry

    def _fetch(self, following: Mapping[str, str]) -> None:
        super()._fetch(following)
        self._asked, self._taken = following.get(self._parameter, ""), 0
        while self._taken < self._known and next(self._page, None) is not None:
            self._taken += 1
        self._known = 0

    def _place_of_token(self, token: str | None) -> tuple[str, ...] | None:
        place = super()._place_of_token(token)
        if place is not None and not consists_of(place[1], DIGITS, 9):
            raise ParameterError(
                f"the token {token!r:.60} is not one of a list of {self._kind}"
            )
        return place

    def _is_below(self, prefix: str, entry: T) -> bool:  # noqa: ARG002
        # Records of every kind, named by whatever field: only the server knows.
        return True

    def _place_of(self, entry: T) -> tuple[str, ...]:
        return (self._asked, str(self._taken)) if entry is self._last else ()

    def _behind(self, place: tuple[str, ...]) -> Mapping[str, str]:
        return {self._parameter: place[0]} if place[0] else {}

    def _ahead(self, token: str) -> Mapping[str, str] | None:
        """What to ask the next page with; None behind the last."""
        return {self._parameter: token} if token else None

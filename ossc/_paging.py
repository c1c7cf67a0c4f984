"""`Listing`: what the list verbs return, an iterator that can be taken up again.

Here is what all lists have in common: fetching page by page, the token, and the guard
against servers that never come to an end. What a kind of list asks and reads is in
`ossc._lists`.
"""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar
from urllib.parse import quote, unquote

from ossc._names import check_text
from ossc._sdk import Answer, Call
from ossc.errors import MalformedResponse, ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Protocol

    from typing_extensions import Self

    class Performer(Protocol):
        """What makes the requests: a client."""

        def _perform(self, call: Call, read: Callable[[Answer], Any]) -> Any: ...


__all__ = ["Listing"]

T = TypeVar("T")


class Listing(Generic[T]):
    """The entries of a list, fetched page by page while iterating.

    One thread at a time. After an error the iterator may be asked again: it goes on with
    the page that it did not get.

    Example:
        >>> entries = bucket.list_objects()
        >>> first = next(entries)
        >>> [entry.key for entry in bucket.list_objects(resume=entries.token)]
        []
    """

    __slots__ = (
        "_ask",
        "_circles",
        "_client",
        "_following",
        "_last",
        "_page",
        "_place",
        "_resumed",
        "_wanted",
    )

    _kind: ClassVar[str]
    """What is listed, in the plural; tokens begin with it."""

    _width: ClassVar[int] = 1
    """How many texts say where an entry stands."""

    def __init__(
        self,
        client: Performer,
        ask: Callable[[Mapping[str, str]], Call],
        resume: str | None = None,
        wanted: Callable[[T], bool] | None = None,
    ) -> None:
        self._client = client
        self._ask = ask
        self._wanted = wanted
        self._circles = _Circles()
        self._page = iter(list[T]())
        self._last: T | None = None
        self._resumed = self._place_of_token(resume)
        self._following: Mapping[str, str] | None = {}
        if self._resumed is not None:
            self._following = self._behind(self._resumed)

    @property
    def token(self) -> str | None:
        """Where the list stands: `resume=token` goes on behind the last entry.

        None where nothing was taken. It is text to keep wherever you like, good for a
        list of the same kind with the same arguments, by any client at any time.
        """
        place = self._resumed if self._last is None else self._place_of(self._last)
        if place is None:
            return None
        return ":".join([self._kind, *(quote(text, safe="") for text in place)])

    def __iter__(self) -> Self:
        """The list itself."""
        return self

    def __next__(self) -> T:
        """The next entry; asks for a page where the last one is used up."""
        entry = next(self._page, None)
        while entry is None:
            if self._following is None:
                raise StopIteration
            self._fetch(self._following)
            entry = next(self._page, None)
        self._last = entry
        return entry

    def __repr__(self) -> str:
        """What is listed, and where it stands."""
        return f"<ossc.Listing of {self._kind}, token={self.token!r}>"

    def _fetch(self, following: Mapping[str, str]) -> None:
        call = self._ask(following)
        entries, ahead = self._client._perform(call, self._read)
        prefix = (call.params or {}).get("prefix", "")
        if prefix and not all(self._is_below(prefix, entry) for entry in entries):
            # Whoever deletes or mirrors what is listed must not take it for that.
            raise MalformedResponse(
                f"the list of {self._kind} has others than those that begin as asked",
                operation=call.operation,
                bucket=call.bucket,
            )
        if ahead is not None and self._circles.closed_by("\0".join(ahead.values())):
            raise MalformedResponse(
                f"the next page of the list of {self._kind} was there before",
                operation=call.operation,
                bucket=call.bucket,
            )
        if self._last is None and self._resumed is not None:
            # The service may show the folder that it is to go on behind once more.
            entries = [e for e in entries if self._place_of(e) != self._resumed]
        if self._wanted is not None:
            entries = [entry for entry in entries if self._wanted(entry)]
        self._page, self._following = iter(entries), ahead

    def _is_below(self, prefix: str, entry: T) -> bool:
        """Whether an entry is one of those that were asked for."""
        return self._place_of(entry)[0].startswith(prefix)

    def _place_of_token(self, token: str | None) -> tuple[str, ...] | None:
        if token is None:
            return None
        kind, *texts = check_text("resume", token).split(":")
        if kind != self._kind or len(texts) != self._width:
            raise ParameterError(
                f"the token {token!r:.60} is not one of a list of {self._kind}"
            )
        return tuple([unquote(text) for text in texts])

    def _read(self, answer: Answer) -> tuple[list[T], Mapping[str, str] | None]:
        """The entries of a page, and what to ask the next with; None at the end."""
        raise NotImplementedError

    def _place_of(self, entry: T) -> tuple[str, ...]:
        """Where an entry stands."""
        raise NotImplementedError

    def _behind(self, place: tuple[str, ...]) -> Mapping[str, str]:
        """What to ask for entries behind a place with."""
        raise NotImplementedError


class _Circles:
    """Notices tokens that come round again, in constant memory (Brent's algorithm)."""

    def __init__(self) -> None:
        self._kept = ""
        self._left = 1
        self._stride = 1

    def closed_by(self, token: str) -> bool:
        """Whether the token is the one that is kept; each is kept twice as long."""
        if token == self._kept:
            return True
        self._left -= 1
        if self._left == 0:
            self._stride *= 2
            self._kept, self._left = token, self._stride
        return False

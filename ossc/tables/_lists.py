"""The lists of table buckets, namespaces and tables.

The service goes on with a page by an opaque token. That of a list here tells the page and
the entry on it, so that a list can be taken up again at any of its entries.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from ossc._paging import Listing
from ossc._sdk import Answer
from ossc.errors import MalformedResponse
from ossc.tables._document import Document, object_of
from ossc.tables._models import NamespaceSummary, TableBucketSummary, TableSummary

__all__ = ["Namespaces", "TableBuckets", "Tables"]

D = TypeVar("D", bound=Document)

_FOLLOWING = "continuationToken"


class _Pages(Listing[D]):
    """A list by continuation tokens."""

    __slots__ = ("_page_token",)
    _width = 2

    _entries: ClassVar[str]
    """The name of a page's entries."""

    _model: ClassVar[type[Document]]
    """Their class."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self._page_token = ""
        super().__init__(*args, **options)

    def _fetch(self, following: Mapping[str, str]) -> None:
        before, self._page_token = self._page_token, following.get(_FOLLOWING, "")
        try:
            super()._fetch(following)
        except BaseException:
            # The last entry that was taken is on the page before.
            self._page_token = before
            raise

    def _read(self, answer: Answer) -> tuple[list[D], Mapping[str, str] | None]:
        page = object_of(answer)
        found, token = page.get(self._entries), page.get(_FOLLOWING) or ""
        found = [] if found is None else found
        if not isinstance(found, list) or not isinstance(token, str):
            raise MalformedResponse(f"the answer is no list of {self._kind}")
        entries: list[Any] = [self._model.from_json(each) for each in found]
        page_token, last = self._resumed or (None, "")
        if self._last is None and self._page_token == page_token:
            # Only the page that the token tells of has what was taken already.
            entries = self._behind_last(entries, last)
        return entries, {_FOLLOWING: token} if token else None

    def _behind_last(self, entries: list[D], last: str) -> list[D]:
        """The entries behind the one of that name."""
        names = [self._name_of(entry) for entry in entries]
        if last in names:
            return entries[names.index(last) + 1 :]
        if names != sorted(names):
            return entries
        # It is gone; those before it were taken, too.
        pairs = zip(names, entries, strict=True)
        return [entry for name, entry in pairs if name > last]

    def _is_below(self, prefix: str, entry: D) -> bool:
        return self._name_of(entry).rpartition("/")[2].startswith(prefix)

    def _place_of(self, entry: D) -> tuple[str, ...]:
        return self._page_token, self._name_of(entry)

    def _behind(self, place: tuple[str, ...]) -> Mapping[str, str]:
        return {_FOLLOWING: place[0]} if place[0] else {}

    def _name_of(self, entry: D) -> str:
        """What is told of an entry by no other."""
        raise NotImplementedError


class TableBuckets(_Pages[TableBucketSummary]):
    """ListTableBuckets."""

    __slots__ = ()
    _kind = "table-buckets"
    _entries = "tableBuckets"
    _model = TableBucketSummary

    def _name_of(self, entry: TableBucketSummary) -> str:
        return entry.name


class Namespaces(_Pages[NamespaceSummary]):
    """ListNamespaces."""

    __slots__ = ()
    _kind = "namespaces"
    _entries = "namespaces"
    _model = NamespaceSummary

    def _name_of(self, entry: NamespaceSummary) -> str:
        return entry.name


class Tables(_Pages[TableSummary]):
    """ListTables."""

    __slots__ = ()
    _kind = "tables"
    _entries = "tables"
    _model = TableSummary

    def _name_of(self, entry: TableSummary) -> str:
        return f"{entry.namespace}/{entry.name}"

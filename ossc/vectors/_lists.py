"""The lists of vector buckets: what each asks for, and how it reads a page.

Buckets and indexes are listed by name, so that a token can name the last entry. Vectors
come in an order that only the service knows: their tokens name a page and how many of its
entries were taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import quote

from ossc._names import DIGITS, check_text, check_whole, consists_of
from ossc._paging import Listing
from ossc._sdk import Answer, Call
from ossc.errors import MalformedResponse, ParameterError
from ossc.vectors._answers import bucket_summary, fusion_hit, index_info, vector
from ossc.vectors._json import a_text, items, named, parse
from ossc.vectors._records import BucketSummary, FusionHit, IndexInfo, Vector

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ossc.vectors._client import Client

__all__ = ["list_buckets", "list_hits", "list_indexes", "list_vectors"]

T = TypeVar("T")

Following = Mapping[str, str] | None

MAX_BUCKETS = 1000
MAX_INDEXES = 500
MAX_VECTORS = 1000
MAX_SEGMENTS = 16


def list_buckets(
    client: Client,
    prefix: str,
    headers: Mapping[str, str],
    page_size: int,
    resume: str | None,
) -> Listing[BucketSummary]:
    """`Client.list_buckets`."""
    params = {"max-keys": str(_size(page_size, MAX_BUCKETS))}
    if check_text("prefix", prefix):
        params["prefix"] = prefix

    def ask(following: Mapping[str, str]) -> Call:
        return client._call(
            "ListVectorBuckets", "GET", params={**params, **following}, headers=headers
        )

    return _Buckets(client, ask, resume)


def list_indexes(
    client: Client, bucket: str, prefix: str, page_size: int, resume: str | None
) -> Listing[IndexInfo]:
    """`Bucket.list_indexes`."""
    document: dict[str, Any] = {"maxResults": _size(page_size, MAX_INDEXES)}
    if check_text("prefix", prefix):
        document["prefix"] = prefix
    ask = _asker(client, "ListVectorIndexes", bucket, None, document)
    return _Indexes(client, ask, resume)


def list_vectors(
    client: Client,
    bucket: str,
    document: dict[str, Any],
    *,
    segment: tuple[int, int] | None,
    page_size: int,
    resume: str | None,
) -> Listing[Vector]:
    """`Index.list_vectors`."""
    document["maxResults"] = _size(page_size, MAX_VECTORS)
    if segment is not None:
        which, count = segment
        check_whole("the number of segments", count, MAX_SEGMENTS, least=1)
        check_whole("the segment", which, count - 1)
        document.update(segmentIndex=which, segmentCount=count)
    ask = _asker(client, "ListVectors", bucket, document["indexName"], document)
    return _Vectors(client, ask, resume)


def list_hits(
    client: Client, bucket: str, document: dict[str, Any], resume: str | None
) -> Listing[FusionHit]:
    """`Index.query_vectors_fusion`."""
    name = document["indexName"]
    ask = _asker(client, "QueryVectorsFusion", bucket, name, document)
    return _Hits(client, ask, resume)


def _size(page_size: int, most: int) -> int:
    return check_whole("page_size", page_size, most, least=1)


def _asker(
    client: Client,
    operation: str,
    bucket: str,
    index: str | None,
    document: Mapping[str, Any],
) -> Callable[[Mapping[str, str]], Call]:
    """What makes the request for a page out of what says which."""
    params = {operation[0].lower() + operation[1:]: ""}

    def ask(following: Mapping[str, str]) -> Call:
        return client._call(
            operation,
            "POST",
            bucket=bucket,
            index=index,
            params=params,
            document={**document, **following},
        )

    return ask


def _next(found: Mapping[str, Any]) -> Following:
    """What asks for the next page; None at the end."""
    token = a_text(found, "nextToken")
    return {"nextToken": token} if token else None


class _Buckets(Listing[BucketSummary]):
    """ListVectorBuckets."""

    __slots__ = ()

    _kind = "vector buckets"

    def _read(self, answer: Answer) -> tuple[list[BucketSummary], Following]:
        found = parse(answer.body)
        found = named(found, "ListAllMyBucketsResult") or found
        # A list of entries, or an element that has it, as in XML.
        listed = found.get("Buckets")
        inside = isinstance(listed, dict)
        entries = items(
            named(found, "Buckets") if inside else found,
            "Bucket" if inside else "Buckets",
            bucket_summary,
        )
        marker = a_text(found, "NextMarker")
        if found.get("IsTruncated") in (True, "true"):
            if not marker:
                raise MalformedResponse("a list goes on, but not where")
            return entries, {"marker": marker}
        return entries, None

    def _place_of(self, entry: BucketSummary) -> tuple[str, ...]:
        return (entry.name,)

    def _behind(self, place: tuple[str, ...]) -> Mapping[str, str]:
        return {"marker": place[0]}


class _Indexes(Listing[IndexInfo]):
    """ListVectorIndexes."""

    __slots__ = ()

    _kind = "vector indexes"

    def _read(self, answer: Answer) -> tuple[list[IndexInfo], Following]:
        found = parse(answer.body)
        return items(found, "indexes", index_info), _next(found)

    def _place_of(self, entry: IndexInfo) -> tuple[str, ...]:
        return (entry.name,)

    def _behind(self, place: tuple[str, ...]) -> Mapping[str, str]:
        return {"nextToken": place[0]}


class _Opaque(Listing[T]):
    """A list in an order that only the service knows."""

    __slots__ = ("_here", "_skipped", "_taken")

    _width = 2

    def __init__(
        self,
        client: Client,
        ask: Callable[[Mapping[str, str]], Call],
        resume: str | None,
    ) -> None:
        self._here = ""
        self._taken = self._skipped = 0
        super().__init__(client, ask, resume)

    @property
    def token(self) -> str | None:
        """Where the list stands; None where nothing was taken."""
        if not self._here and not self._taken:
            return None
        return ":".join([self._kind, quote(self._here, safe=""), str(self._taken)])

    def __next__(self) -> T:
        """The next entry; asks for a page where the last one is used up."""
        entry = super().__next__()
        self._taken += 1
        return entry

    def _place_of_token(self, token: str | None) -> tuple[str, ...] | None:
        place = super()._place_of_token(token)
        if place is not None:
            if not consists_of(place[1], DIGITS, 9):
                raise ParameterError(f"the token {token!r:.60} is broken")
            self._here = place[0]
            self._taken = self._skipped = int(place[1])
        return place

    def _fetch(self, following: Mapping[str, str]) -> None:
        super()._fetch(following)
        # Only now is the page another one.
        if not self._skipped:
            self._taken = 0
        for _ in range(self._skipped):
            next(self._page, None)
        self._skipped = 0
        self._here = following.get("nextToken", "")

    def _place_of(self, entry: T) -> tuple[str, ...]:  # noqa: ARG002 - as of all lists
        return ()

    def _behind(self, place: tuple[str, ...]) -> Mapping[str, str]:
        return {"nextToken": place[0]} if place[0] else {}


class _Vectors(_Opaque[Vector]):
    """ListVectors."""

    __slots__ = ()

    _kind = "vectors"

    def _read(self, answer: Answer) -> tuple[list[Vector], Following]:
        found = parse(answer.body)
        return items(found, "vectors", vector), _next(found)


class _Hits(_Opaque[FusionHit]):
    """QueryVectorsFusion, page by page where it has pages."""

    __slots__ = ()

    _kind = "vector hits"

    def _read(self, answer: Answer) -> tuple[list[FusionHit], Following]:
        found = parse(answer.body)
        return items(found, "vectors", fusion_hit), _next(found)

"""`get_ranges`: many ranges of one object, in as few requests as make sense."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ossc._answers import check_etag, content_range, etag_header
from ossc._get import does_not_fit
from ossc._names import check_mapping, check_whole, merge_headers
from ossc._option_headers import condition_headers
from ossc._ranges import ByteRange, bounds, check_answered, most_of, range_headers
from ossc._sdk import Answer, CancelToken, functions
from ossc._transfer._download import part_conditions
from ossc._transfer._engine import Watch, about, run_parts
from ossc._transfer._plan import check_concurrency
from ossc.errors import (
    InvalidRange,
    LocalFileError,
    MalformedResponse,
    ParameterError,
    PreconditionFailed,
)

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from ossc._object_info import ObjectInfoVerbs
    from ossc.options import Conditions

__all__ = ["Fetch", "get_ranges", "plan"]

MAX_FETCH = 16 * 1024 * 1024
MAX_GAP = 2**63 - 1

Span = tuple[int | None, int | None]


class Fetch:
    """One request, for one range or for several that lie near.

    Attributes:
        span: First and last position, as `get_object` takes them.
        members: Which of the ranges lie in it.
    """

    __slots__ = ("members", "span")

    def __init__(self, span: Span, members: list[int]) -> None:
        self.span = span
        self.members = members

    def __repr__(self) -> str:
        return f"Fetch({self.span}, {self.members})"


class _Piece:
    """What a request brought: bytes, where they begin, and of which object."""

    __slots__ = ("begin", "etag", "size", "view")

    def __init__(self, begin: int, size: int, etag: str, view: memoryview) -> None:
        self.begin = begin
        self.size = size
        self.etag = etag
        self.view = view


def plan(spans: list[Span], gap: int, most: int = MAX_FETCH) -> list[Fetch]:
    """The requests for some ranges, in the order of their positions.

    Args:
        spans: The ranges; those with an open end are requests of their own.
        gap: Ranges with at most so many bytes between them go together.
        most: Nothing is joined to more bytes than this.
    """
    closed = [
        (first, last, index)
        for index, (first, last) in enumerate(spans)
        if first is not None and last is not None
    ]
    fetches: list[Fetch] = []
    for first, last, index in sorted(closed):
        if fetches:
            begin, end = fetches[-1].span
            if begin is not None and end is not None:
                near = first - end - 1 <= gap
                if last <= end or (near and max(last, end) - begin < most):
                    fetches[-1].span = (begin, max(last, end))
                    fetches[-1].members.append(index)
                    continue
        fetches.append(Fetch((first, last), [index]))
    fetches += [
        Fetch(span, [index]) for index, span in enumerate(spans) if None in span
    ]
    return fetches


def get_ranges(
    verbs: ObjectInfoVerbs,
    key: str,
    ranges: Iterable[ByteRange],
    into: Iterable[Buffer] | None,
    gap: int,
    concurrency: int,
    params: Mapping[str, str],
    conditions: Conditions,
) -> list[memoryview]:
    """See `ObjectInfoVerbs.get_ranges`."""
    check_whole("gap", gap, MAX_GAP)
    check_concurrency(concurrency)
    if isinstance(ranges, str | range):
        raise TypeError("several ranges are asked for, not one")
    spans = [bounds(span) for span in ranges]
    rooms = None if into is None else _rooms(into, spans)
    job = _Job(
        verbs._running(), key, check_mapping("params", params), conditions, rooms
    )
    if not spans:
        return []
    fetches = plan(spans, gap)
    with about("GetObject", verbs.name, key):
        job.run(fetches, concurrency)
        views = _views(spans, fetches, job.pieces)
        if rooms is None:
            return list(views)
        return [_put(view, room) for view, room in zip(views, rooms, strict=True)]


def _rooms(into: Iterable[Buffer], spans: list[Span]) -> list[memoryview]:
    """The memory that is given for each range, as bytes.

    Raises:
        TypeError: One is read-only or not contiguous.
        ParameterError: One is too small, or there are more or fewer than ranges.
    """
    rooms = []
    for buffer in into:
        room = memoryview(buffer)
        if room.readonly or not room.c_contiguous:
            raise TypeError("a buffer of into is read-only or not contiguous")
        rooms.append(room.cast("B") if room.nbytes else room)
    if len(rooms) != len(spans):
        raise ParameterError(f"into has {len(rooms)} buffers for {len(spans)} ranges")
    for span, room in zip(spans, rooms, strict=True):
        first, last = span
        if first is not None and last is not None and last - first + 1 > room.nbytes:
            raise ParameterError(
                f"the range {first}-{last} does not fit into the buffer of "
                f"{room.nbytes} bytes"
            )
    return rooms


def _put(view: memoryview, room: memoryview) -> memoryview:
    """The bytes in the caller's memory, where they may be already."""
    if view.obj is not room.obj:
        room[: view.nbytes] = view
    return room[: view.nbytes]


class _Job:
    """The requests of one call, all for the same object.

    Attributes:
        pieces: What came, by the first of the ranges that a request is for.
    """

    def __init__(
        self,
        verbs: ObjectInfoVerbs,
        key: str,
        params: Mapping[str, str],
        conditions: Conditions,
        rooms: Sequence[memoryview] | None,
    ) -> None:
        self._rooms = rooms
        self._verbs = verbs
        self._key = key
        self._params = params
        self._conditions = conditions
        self._first = condition_headers(conditions)
        self._etag = (conditions.get("if_match") or "").strip('"')
        self.pieces: dict[int, _Piece] = {}

    def run(self, fetches: list[Fetch], concurrency: int) -> None:
        """Makes all requests."""
        rest = iter(fetches)
        if not self._etag or len(fetches) == 1:
            fetch = next(rest)
            self._settle(fetch, self._get(fetch, self._first, None))
            if len(fetches) > 1:
                with about("GetObject", self._verbs.name, self._key):
                    check_etag(self._etag)
        pinned = part_conditions(self._conditions, self._etag)
        watch = Watch(None, None, cancel=self._verbs._client._cancel)

        def work(fetch: Fetch, stop: CancelToken) -> _Piece:
            return self._get(fetch, pinned, stop)

        try:
            run_parts(
                rest,
                work,
                self._settle,
                concurrency=concurrency,
                tick=watch.tick,
            )
        except PreconditionFailed as error:
            error.message = f"the object was replaced meanwhile: {error.message}"
            raise

    def _settle(self, fetch: Fetch, piece: _Piece) -> None:
        self._etag = self._etag or piece.etag
        known = next(iter(self.pieces.values()), piece)
        if (piece.size, piece.etag) != (known.size, known.etag):
            raise MalformedResponse("the server sent a part of another object")
        self.pieces[fetch.members[0]] = piece

    def _get(
        self, fetch: Fetch, headers: Mapping[str, str], stop: CancelToken | None
    ) -> _Piece:
        # What is asked for by itself goes where it belongs, without a copy.
        room = None
        most = most_of(fetch.span)
        if self._rooms is not None and len(fetch.members) == 1:
            room = self._rooms[fetch.members[0]][:most]

        def read(answer: Answer) -> _Piece:
            view = memoryview(answer.body)
            if room is not None:
                view = room[: answer.stored]
            check_answered(fetch.span, answer, view.nbytes)
            found = content_range(answer.headers)
            if found is None:
                raise MalformedResponse("the server ignored the range")
            etag = etag_header(answer.headers)
            return _Piece(found[0], found[2], etag, view)

        where: dict[str, Any] = {} if room is None else {"into": room}
        try:
            return self._verbs._object(
                "GetObject",
                functions.get_to_buffer if room is None else functions.send("GET"),
                self._key,
                read,
                headers=merge_headers(headers, range_headers(fetch.span)),
                params=self._params,
                cancel=stop,
                most=most,
                **where,
            )
        except LocalFileError as error:
            if room is None:
                raise
            raise does_not_fit(error, room.nbytes, fetch.span) from None


def _views(
    spans: list[Span], fetches: list[Fetch], pieces: Mapping[int, _Piece]
) -> Iterator[memoryview]:
    """The bytes of each range, out of what its request brought."""
    homes = {
        index: pieces[fetch.members[0]] for fetch in fetches for index in fetch.members
    }
    for index, (first, last) in enumerate(spans):
        piece = homes[index]
        if first is None or last is None:
            yield piece.view
        elif first >= piece.size:
            raise InvalidRange(
                f"the range {first}-{last} lies outside the object of {piece.size} bytes"
            )
        else:
            yield piece.view[first - piece.begin : last + 1 - piece.begin]

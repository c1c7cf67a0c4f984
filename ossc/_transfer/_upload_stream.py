"""`upload_fileobj`: a source that is read once, of a length that nobody need know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ossc._callbacks import callback_headers
from ossc._names import check_whole, merge_headers
from ossc._option_headers import object_headers
from ossc._sdk import CancelToken, functions
from ossc._transfer._engine import Watch, about, run_parts
from ossc._transfer._initiate import initiate
from ossc._transfer._multipart import (
    aborting,
    begun,
    check_options,
    complete,
    part_headers,
    send_part,
)
from ossc._transfer._plan import (
    MAX_PART,
    MAX_PARTS,
    MAX_SIZE,
    MIN_PART,
    check_concurrency,
    check_part_size,
    part_size_for,
    stream_part_size,
)
from ossc._transfer._source import Buffers, Reader
from ossc.errors import ParameterError
from ossc.models import PutObjectResult, UploadPartResult

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from ossc._sdk import Progress
    from ossc._transfer._source import Readable
    from ossc._transfers import TransferVerbs
    from ossc.callback import Callback
    from ossc.options import ObjectOptions

__all__ = ["upload_fileobj"]

PART_SIZE = 8 * 1024 * 1024


def upload_fileobj(
    bucket: TransferVerbs,
    key: str,
    source: Readable | Iterable[Buffer],
    *,
    size: int | None,
    part_size: int | None,
    concurrency: int,
    callback: Callback | None,
    progress: Progress | None,
    cancel: CancelToken | None,
    options: ObjectOptions,
) -> PutObjectResult:
    """See `TransferVerbs.upload_fileobj`."""
    headers = part_headers(check_options(options))
    check_concurrency(concurrency)
    reader = Reader(source)
    bucket = begun(bucket, cancel, progress)
    budget = bucket._client._budget
    plan = _Plan(part_size, size, concurrency, budget.max_memory)
    with (
        about("PutObject", bucket.name, key),
        Buffers(bucket._client, concurrency + 1) as buffers,
    ):
        stream = _Stream(reader, plan, buffers)
        head = stream.first()
        if stream.ended:
            return _put(bucket, key, head, callback, progress, options)
        upload = initiate(bucket, key, options)
        watch = Watch(progress, size, cancel=bucket._client._cancel)
        parts: dict[int, UploadPartResult] = {}

        def work(piece: _Piece, stop: CancelToken) -> UploadPartResult:
            return send_part(
                bucket,
                key,
                upload.upload_id,
                piece.number,
                piece.size,
                body=piece.view(),
                headers=headers,
                progress=watch.part(piece.number),
                cancel=stop,
            )

        def settle(piece: _Piece, result: UploadPartResult) -> None:
            parts[piece.number] = result
            watch.settle(piece.number, piece.size)
            buffers.give(piece.buffer)

        with aborting(bucket, key, upload.upload_id):
            run_parts(
                stream.pieces(head),
                work,
                settle,
                concurrency=concurrency,
                tick=watch.tick,
                may_take=stream.may_take,
            )
            result = complete(
                bucket, key, upload.upload_id, parts, callback=callback, options=options
            )
        watch.finish()
        return result


class _Piece:
    """A part that was read: its number and how much of its buffer it has."""

    __slots__ = ("buffer", "number", "size")

    def __init__(self, number: int, buffer: bytearray, size: int) -> None:
        self.number = number
        self.buffer = buffer
        self.size = size

    def view(self) -> memoryview:
        """Its bytes."""
        return memoryview(self.buffer)[: self.size]


class _Plan:
    """How large each part is, and what the source was said to have."""

    __slots__ = ("_first", "_most", "size")

    def __init__(
        self,
        part_size: int | None,
        size: int | None,
        concurrency: int,
        max_memory: int | None,
    ) -> None:
        default = PART_SIZE
        if max_memory is not None:
            default = max(MIN_PART, min(default, max_memory // (concurrency + 1)))
        first = check_part_size(part_size, default, least=MIN_PART)
        self._most = MAX_PART if max_memory is None else max(first, max_memory // 2)
        self.size = size
        if size is not None:
            check_whole("size", size, MAX_SIZE)
            first = self._most = part_size_for(size, first)
        self._first = first

    def part_size(self, number: int) -> int:
        """The size of a part.

        Raises:
            ParameterError: There are no more parts.
        """
        if number > MAX_PARTS:
            raise ParameterError(
                f"the source has more than {MAX_PARTS} parts of at most {self._most} "
                "bytes hold; give size, or a larger part_size"
            )
        return stream_part_size(number, self._first, self._most)

    def check(self, moved: int, *, ended: bool) -> None:
        """Compares what the source gave with what it was said to have.

        Raises:
            ParameterError: It is more, or less.
        """
        if self.size is None:
            return
        if moved > self.size or (ended and moved < self.size):
            raise ParameterError(
                f"the source gave {moved} bytes{'' if ended else ' or more'}; "
                f"its size was said to be {self.size}"
            )


class _Stream:
    """The source, cut into parts. One thread at a time.

    Attributes:
        ended: Whether the source has no more.
    """

    def __init__(self, reader: Reader, plan: _Plan, buffers: Buffers) -> None:
        self.ended = False
        self._reader = reader
        self._plan = plan
        self._buffers = buffers
        self._number = 0
        self._moved = 0

    def first(self) -> _Piece:
        """The first part; after it, `ended` says whether it is the only one."""
        return self._next()

    def pieces(self, head: _Piece) -> Iterator[_Piece]:
        """All parts, beginning with the one that was read already."""
        yield head
        while not self.ended:
            yield self._next()

    def may_take(self, in_use: int) -> bool:
        """Whether there is a buffer for the next part; the first one has its own."""
        if self._number == 1:
            return True
        buffers = self._buffers
        return in_use < buffers.count and buffers.size == self._next_size()

    def _next_size(self) -> int:
        return self._plan.part_size(self._number + 1)

    def _next(self) -> _Piece:
        size = self._next_size()
        if self._buffers.size != size:
            self._buffers.resize(size)
        buffer = self._buffers.take()
        read = self._reader.fill(memoryview(buffer))
        self._number += 1
        self._moved += read
        self.ended = read < size or self._reader.ended()
        self._plan.check(self._moved, ended=self.ended)
        return _Piece(self._number, buffer, read)


def _put(
    bucket: TransferVerbs,
    key: str,
    piece: _Piece,
    callback: Callback | None,
    progress: Progress | None,
    options: ObjectOptions,
) -> PutObjectResult:
    """What fits into one part, in one request."""
    return bucket._put(
        functions.put_from_buffer,
        key,
        headers=merge_headers(object_headers(options), callback_headers(callback)),
        body=piece.view(),
        size=piece.size,
        progress=progress,
        once=callback is not None,
    )

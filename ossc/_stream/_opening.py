"""The first request of a reader: it tells what the object is, and brings first bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ossc._answers import check_etag, content_range, object_info
from ossc._names import check_mapping, merge_headers
from ossc._option_headers import condition_headers
from ossc._ranges import (
    ByteRange,
    _absolute,
    bounds,
    check_answered,
    range_headers,
)
from ossc._sdk import Answer, functions
from ossc._stream._blocks import Blocks
from ossc._stream._memory import Memory
from ossc._stream._reader import ObjectReader
from ossc._stream._source import Block, Source, too_much
from ossc.errors import InvalidRange, LocalFileError

if TYPE_CHECKING:
    from typing import Any

    from ossc._sdk import CancelToken
    from ossc._verbs import Verbs
    from ossc.models import ObjectInfo
    from ossc.options import Conditions

__all__ = ["Opening"]

# One block is read while two are fetched, and no stream may have all of the memory.
_SHARES = 4


class Opening:
    """An object that is being opened: one of `whole` and `at`, then `reader`."""

    __slots__ = (
        "_bucket",
        "_cancel",
        "_conditions",
        "_first",
        "_key",
        "_memory",
        "_params",
        "source",
    )

    source: Source

    def __init__(
        self,
        bucket: Verbs,
        key: str,
        params: Mapping[str, str] | None,
        conditions: Conditions,
        cancel: CancelToken | None,
    ) -> None:
        self._bucket = bucket._ended_by(cancel)
        self._key = key
        self._params = dict(check_mapping("params", params))
        self._conditions = conditions
        self._cancel = self._bucket._client._cancel
        self._memory = Memory(bucket._client, self._cancel, parts=_SHARES)
        self._first = Block(0, 0, bytearray())

    def whole(self, size: int) -> None:
        """Opens the object with its first `size` bytes."""
        try:
            self.at((0, None), size)
        except InvalidRange:
            # An empty object has no first byte to ask for.
            self._head()

    def at(self, span: ByteRange, size: int) -> None:
        """Opens the object with the first `size` bytes of a range.

        Raises:
            InvalidRange: The range lies outside the object.
        """
        first, last = bounds(span)
        size = self._memory.at_most(size)
        if first is None:
            if last is not None and last > size:
                # Where its last bytes begin is not known before its size is.
                self._head()
                return
        else:
            end = first + size - 1
            last = end if last is None else min(last, end)
        share = self._memory.wait_for(size)
        block = Block.allocated(0, size, share)
        try:
            self._get((first, last), block)
        except BaseException:
            block.release()
            raise
        self._first = block

    def span_of(self, span: ByteRange) -> tuple[int, int]:
        """First and last position of a range in the object that was opened."""
        first, last = bounds(span)
        begin, end = _absolute(first, last, self.source.info.size)
        if end < begin:
            raise InvalidRange(
                "no range lies in an empty object",
                operation="GetObject",
                bucket=self._bucket.name,
                key=self._key,
                status=416,
            )
        return begin, end

    def reader(self, stop: int, read_ahead: int) -> ObjectReader:
        """A reader that fetches nothing from `stop` on."""
        blocks = Blocks(
            self.source, self._first, stop, read_ahead, self._memory, self._cancel
        )
        return ObjectReader(self.source, blocks, self._cancel)

    def _get(self, span: tuple[int | None, int | None], block: Block) -> None:
        def read(answer: Answer) -> ObjectInfo:
            check_answered(span, answer, answer.stored)
            place = content_range(answer.headers)
            if place is not None:
                block.start = place[0]
            block.stop = block.start + answer.stored
            block.crc64 = answer.crc64
            return self._info(answer)

        try:
            info = self._ask("GET", read, range_headers(span), into=block.memory)
        except LocalFileError as error:
            raise too_much(error) from None
        block.shrink()
        self.source = Source(self._bucket, info, self._params, self._conditions)

    def _head(self) -> None:
        info = self._ask("HEAD", self._info, {})
        self.source = Source(self._bucket, info, self._params, self._conditions)

    def _info(self, answer: Answer) -> ObjectInfo:
        info = object_info(self._key, answer)
        check_etag(info.etag)
        return info

    def _ask(
        self, method: str, read: Any, headers: Mapping[str, str], **parts: Any
    ) -> ObjectInfo:
        info: ObjectInfo = self._bucket._object(
            "GetObject" if method == "GET" else "HeadObject",
            functions.send(method),
            self._key,
            read,
            headers=merge_headers(condition_headers(self._conditions), headers),
            params=self._params,
            cancel=self._cancel,
            **parts,
        )
        return info

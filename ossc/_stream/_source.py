"""What a reader reads: one version of an object, fetched in ranges.

The first answer pins the ETag; every later request asks for that one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ossc._answers import object_info
from ossc._names import merge_headers
from ossc._option_headers import condition_headers
from ossc._ranges import check_answered, range_headers
from ossc._sdk import Answer, functions
from ossc.errors import (
    LocalFileError,
    MalformedResponse,
    PreconditionFailed,
)
from ossc.models import ObjectInfo

if TYPE_CHECKING:
    from ossc._budget import Share
    from ossc._sdk import CancelToken, Progress
    from ossc._verbs import Verbs
    from ossc.options import Conditions

__all__ = ["Block", "Piece", "Source", "too_much"]

_GET = functions.send("GET")


class Piece:
    """Bytes `start` to `stop` of an object, for memory that somebody else has."""

    __slots__ = ("crc64", "start", "stop", "view")

    def __init__(self, start: int, view: memoryview) -> None:
        self.start = start
        self.stop = start + len(view)
        self.view = view
        self.crc64 = 0


class Block(Piece):
    """Bytes of an object with the memory that they are in."""

    __slots__ = ("_share", "memory")

    def __init__(
        self, start: int, stop: int, memory: bytearray, share: Share | None = None
    ) -> None:
        super().__init__(start, memoryview(memory))
        self.stop = stop
        self.memory = memory
        self._share = share

    @classmethod
    def allocated(cls, start: int, size: int, share: Share) -> Block:
        """A block to fetch, whose share of the budget is given back if it cannot be."""
        try:
            return cls(start, start + size, bytearray(size), share)
        except BaseException:
            share.__exit__(None, None, None)
            raise

    def shrink(self) -> None:
        """Frees the memory that was not needed."""
        self.view.release()
        del self.memory[self.stop - self.start :]
        self.view = memoryview(self.memory)

    def release(self) -> None:
        """Lets go of the memory; the second time does nothing."""
        self.memory = bytearray()
        self.view = memoryview(self.memory)
        self.start = self.stop
        share, self._share = self._share, None
        if share is not None:
            share.__exit__(None, None, None)


class Source:
    """An object whose ETag is known. Immutable, hence thread-safe."""

    __slots__ = ("_bucket", "_headers", "_params", "info")

    def __init__(
        self,
        bucket: Verbs,
        info: ObjectInfo,
        params: Mapping[str, str],
        conditions: Conditions,
    ) -> None:
        lasting: Conditions = {}
        if "traffic_limit" in conditions:
            lasting["traffic_limit"] = conditions["traffic_limit"]
        if "request_payer" in conditions:
            lasting["request_payer"] = conditions["request_payer"]
        if "headers" in conditions:
            lasting["headers"] = conditions["headers"]
        self._bucket = bucket
        self._params = params
        self._headers = merge_headers(
            condition_headers(lasting), condition_headers({"if_match": info.etag})
        )
        self.info = info

    @property
    def bucket_name(self) -> str:
        """The bucket's name."""
        return self._bucket.name

    def load(
        self, piece: Piece, cancel: CancelToken | None, progress: Progress | None
    ) -> None:
        """Fills the memory of a piece.

        Raises:
            PreconditionFailed: The object was overwritten.
        """
        span = piece.start, piece.stop - 1

        def read(answer: Answer) -> int:
            check_answered(span, answer, answer.stored)
            info = object_info(self.info.key, answer)
            if (info.etag, info.size) != (self.info.etag, self.info.size):
                raise PreconditionFailed("")
            return answer.crc64

        try:
            piece.crc64 = self._bucket._object(
                "GetObject",
                _GET,
                self.info.key,
                read,
                headers=merge_headers(self._headers, range_headers(span)),
                params=self._params,
                into=piece.view,
                cancel=cancel,
                progress=progress,
            )
        except PreconditionFailed as error:
            error.message = "the object was overwritten after it was opened"
            error.args = (error.message,)
            raise
        except LocalFileError as error:
            raise too_much(error) from None


def too_much(error: LocalFileError) -> MalformedResponse:
    """What it means that an answer did not fit into the memory for its range."""
    return MalformedResponse(
        "the server sent more bytes than the range that was asked for",
        operation=error.operation,
        bucket=error.bucket,
        key=error.key,
    )

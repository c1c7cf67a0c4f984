"""`download_fileobj`: ranges of an object, several at a time, written in their order."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from ossc._sdk import CancelToken
from ossc._transfer._download import PART_SIZE, Download, told_of_replacement
from ossc._transfer._engine import Watch, about, run_parts
from ossc._transfer._multipart import begun
from ossc._transfer._plan import Part, check_concurrency
from ossc._transfer._source import Buffers

if TYPE_CHECKING:
    from ossc._sdk import Progress
    from ossc._transfers import TransferVerbs
    from ossc.models import ObjectInfo
    from ossc.options import Conditions

__all__ = ["Writable", "download_fileobj"]


class Writable(Protocol):
    """What has a `write` like that of a file in binary mode."""

    def write(self, data: Any, /) -> Any:
        """Takes bytes; how many, or None for all of them."""


def download_fileobj(
    bucket: TransferVerbs,
    key: str,
    fileobj: Writable,
    *,
    part_size: int | None,
    concurrency: int,
    progress: Progress | None,
    cancel: CancelToken | None,
    params: Mapping[str, str] | None,
    conditions: Conditions,
) -> ObjectInfo:
    """See `FileObjectVerbs.download_fileobj`."""
    target = _Target(fileobj)
    budget = bucket._client._budget
    if part_size is None and budget.max_memory is not None:
        share = budget.max_memory // (check_concurrency(concurrency) + 1)
        part_size = max(1, min(PART_SIZE, share))
    bucket = begun(bucket, cancel, progress)
    job = Download(bucket, key, part_size, concurrency, params, conditions)
    size = job.info.size
    watch = Watch(progress, size, cancel=bucket._client._cancel)
    with (
        about("GetObject", bucket.name, key),
        Buffers(bucket._client, job.concurrency + 1) as buffers,
    ):
        if size:
            buffers.resize(min(size, job.part_size))
            _Ordered(job, target, buffers, watch).run()
        watch.finish()
    return job.info


class _Piece:
    """A part and the buffer that it goes through."""

    __slots__ = ("buffer", "part")

    def __init__(self, part: Part, buffer: bytearray) -> None:
        self.part = part
        self.buffer = buffer

    def view(self) -> memoryview:
        """Where its bytes are."""
        return memoryview(self.buffer)[: self.part.size]


class _Ordered:
    """Parts that come in any order and are written in theirs. One thread at a time."""

    def __init__(
        self, job: Download, target: _Target, buffers: Buffers, watch: Watch
    ) -> None:
        self._job = job
        self._target = target
        self._buffers = buffers
        self._watch = watch
        self._waiting: dict[int, _Piece] = {}
        self._next = 1
        self._left = job.info.size

    def run(self) -> None:
        """Gets and writes all of it.

        Raises:
            ChecksumMismatch: The parts make other bytes than OSS stored.
            PreconditionFailed: The object was replaced meanwhile.
        """
        with told_of_replacement():
            run_parts(
                self._pieces(),
                self._get,
                self._settle,
                concurrency=self._job.concurrency,
                tick=self._watch.tick,
                may_take=self._may_take,
            )

    def _pieces(self) -> Iterator[_Piece]:
        for part in self._job.parts():
            yield _Piece(part, self._buffers.take())

    def _may_take(self, in_use: int) -> bool:
        return in_use + len(self._waiting) < self._buffers.count

    def _get(self, piece: _Piece, stop: CancelToken) -> int:
        progress = self._watch.part(piece.part.number)
        return self._job.get(piece.part, progress, stop, {"into": piece.view()})

    def _settle(self, piece: _Piece, crc: int) -> None:
        part = piece.part
        self._job.crcs[part.number] = crc
        self._watch.settle(part.number, part.size)
        self._waiting[part.number] = piece
        while (found := self._waiting.pop(self._next, None)) is not None:
            self._next += 1
            self._left -= found.part.size
            if not self._left:
                # What is not right never looks whole.
                self._job.check_whole()
            self._target.write(found.view())
            self._buffers.give(found.buffer)


class _Target:
    """Where the bytes are written to.

    Raises:
        TypeError: It cannot be written to, or takes text.
    """

    def __init__(self, fileobj: Writable) -> None:
        write = getattr(fileobj, "write", None)
        if not callable(write):
            kind = type(fileobj).__name__
            raise TypeError(f"a binary file with write(data) is needed, not {kind}")
        if isinstance(fileobj, io.TextIOBase):
            raise TypeError("the file takes text, not bytes; open it in binary mode")
        self._write = write
        # Files may look at the memory while they write only; others may keep it.
        self._is_file = isinstance(fileobj, io.IOBase)
        self._is_raw = isinstance(fileobj, io.RawIOBase)

    def write(self, view: memoryview) -> None:
        """Writes all of it.

        Raises:
            BlockingIOError: The file is in non-blocking mode and takes nothing now.
        """
        while view:
            taken = self._write(view if self._is_file else bytes(view))
            if taken is None and self._is_raw:
                raise BlockingIOError(
                    "the file is in non-blocking mode and takes nothing now"
                )
            if not isinstance(taken, int):
                return
            if not 0 < taken <= len(view):
                raise ValueError(
                    f"write says that it took {taken} of {len(view)} bytes"
                )
            view = view[taken:]

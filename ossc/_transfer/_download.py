"""`download_file` and `download_into`: ranges of an object, several at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ossc._answers import check_source, content_range, etag_header
from ossc._log import DEBUG, tell
from ossc._names import check_mapping, check_path, merge_headers
from ossc._option_headers import condition_headers
from ossc._ranges import ByteRange, _absolute, bounds, check_answered, range_headers
from ossc._sdk import Answer, CancelToken, crc64_combine, functions
from ossc._transfer._checkpoint import Checkpoint, field
from ossc._transfer._engine import Watch, about, run_parts
from ossc._transfer._local import SizedTarget, crc64_of, remove_old
from ossc._transfer._multipart import begun
from ossc._transfer._plan import (
    Part,
    check_concurrency,
    check_part_size,
    part_size_for,
    parts_of,
)
from ossc.errors import (
    ChecksumMismatch,
    InvalidRange,
    LocalFileError,
    MalformedResponse,
    OSSError,
    ParameterError,
    PreconditionFailed,
)
from ossc.options import Conditions

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from ossc._sdk import Progress
    from ossc._transfers import TransferVerbs
    from ossc.models import ObjectInfo

__all__ = [
    "PART_SIZE",
    "Download",
    "download_file",
    "download_into",
    "part_conditions",
    "told_of_replacement",
]

PART_SIZE = 8 * 1024 * 1024


def download_file(
    bucket: TransferVerbs,
    key: str,
    path: str | os.PathLike[str],
    *,
    part_size: int | None,
    concurrency: int,
    checkpoint: str | os.PathLike[str] | None,
    progress: Progress | None,
    cancel: CancelToken | None,
    params: Mapping[str, str] | None,
    conditions: Conditions,
) -> ObjectInfo:
    """See `TransferVerbs.download_file`."""
    bucket = begun(bucket, cancel, progress)
    job = Download(bucket, key, part_size, concurrency, params, conditions)
    size = job.info.size
    with about("GetObject", bucket.name, key):
        saved = None if checkpoint is None else job.checkpoint_at(checkpoint, path)
        state = {} if saved is None else _state(saved, path)
        with SizedTarget(path, size, field(state, "temporary", str)) as target:
            moved = 0
            if target.resumed:
                moved = job.parts_in(target.fd, field(state, "parts", dict))
                text = "the download of %r goes on, %d of %d bytes are there"
                tell("ossc.transfer", DEBUG, text, key, moved, size)
            watch = Watch(progress, size, moved=moved, cancel=bucket._client._cancel)
            if saved is None:
                job.fetch(watch, _into_file(target))
            else:
                job.fetch_and_save(target, watch, saved)
            target.commit()
        if saved is not None:
            saved.remove()
        watch.finish()
    return job.info


def _state(saved: Checkpoint, path: str | os.PathLike[str]) -> dict[str, Any]:
    """What an earlier run left; the file of another version of the object goes."""
    state, is_same = saved.load()
    if is_same:
        return state
    if state:
        text = "the download into %r begins anew: the object has changed"
        tell("ossc.transfer", DEBUG, text, os.fspath(path))
    remove_old(path, field(state, "temporary", str))
    return {}


def download_into(
    bucket: TransferVerbs,
    key: str,
    buffer: Buffer,
    *,
    span: ByteRange | None,
    part_size: int | None,
    concurrency: int,
    progress: Progress | None,
    cancel: CancelToken | None,
    params: Mapping[str, str] | None,
    conditions: Conditions,
) -> int:
    """See `TransferVerbs.download_into`."""
    view = memoryview(buffer)
    if view.readonly:
        raise TypeError("the buffer is read-only")
    if not view.c_contiguous:
        raise TypeError("the buffer is not contiguous")
    if view.nbytes:
        view = view.cast("B")
    limits = None if span is None else bounds(span)
    bucket = begun(bucket, cancel, progress)
    job = Download(bucket, key, part_size, concurrency, params, conditions)
    with about("GetObject", bucket.name, key):
        if limits is not None:
            job.narrow(*limits)
        begin, size = job.begin, job.size
        if size > view.nbytes:
            whose = "object" if span is None else "range"
            raise ParameterError(
                f"the {whose}'s {size} bytes do not fit into the buffer of {view.nbytes}"
            )

        def where(part: Part) -> dict[str, Any]:
            return {"into": view[part.offset - begin : part.last + 1 - begin]}

        watch = Watch(progress, size, cancel=bucket._client._cancel)
        job.fetch(watch, where)
        watch.finish()
    return size


class Download:
    """One download of one version of an object. One thread at a time.

    Attributes:
        info: The object, as a HEAD request found it.
        begin: Where in the object what is wanted begins.
        size: How many bytes are wanted.
        crcs: CRC-64 of the parts that are here, by number.
        concurrency: How many parts may be under way at a time.
        part_size: Bytes of all parts but the last.
    """

    def __init__(
        self,
        bucket: TransferVerbs,
        key: str,
        part_size: int | None,
        concurrency: int,
        params: Mapping[str, str] | None,
        conditions: Conditions,
    ) -> None:
        wanted = check_part_size(part_size, PART_SIZE)
        self.concurrency = check_concurrency(concurrency)
        self._bucket = bucket
        self._key = key
        self._params = check_mapping("params", params)
        if "x-oss-process" in self._params:
            raise ParameterError(
                "what x-oss-process makes of an object has no ranges; use get_object"
            )
        self.info = bucket.head_object(key, params=params, **conditions)
        with about("HeadObject", bucket.name, key):
            check_source(self.info)
        self.begin, self.size = 0, self.info.size
        self._wanted = wanted
        self.part_size = part_size_for(self.size, wanted)
        self._headers = part_conditions(conditions, self.info.etag)
        self.crcs: dict[int, int] = {}

    def narrow(self, first: int | None, last: int | None) -> None:
        """Gets a range alone, which has no checksum unless it is the whole.

        Raises:
            InvalidRange: It lies outside the object.
        """
        begin, end = _absolute(first, last, self.info.size)
        if begin >= self.info.size:
            shown = f"{'' if first is None else first}-{'' if last is None else last}"
            raise InvalidRange(
                f"the range {shown} lies outside the object of {self.info.size} bytes"
            )
        self.begin, self.size = begin, end - begin + 1
        self.part_size = part_size_for(self.size, self._wanted)

    def fetch(
        self,
        watch: Watch,
        where: Callable[[Part], dict[str, Any]],
        tick: Callable[[], None] | None = None,
    ) -> None:
        """Gets the parts that are missing, and checks the whole.

        Args:
            watch: Looks on.
            where: The fields of `Call` that say where a part goes.
            tick: What this thread does meanwhile; default: looking on.

        Raises:
            ChecksumMismatch: The parts make other bytes than OSS stored.
            PreconditionFailed: The object was replaced meanwhile.
        """

        def work(part: Part, stop: CancelToken) -> int:
            return self.get(part, watch.part(part.number), stop, where(part))

        def settle(part: Part, crc: int) -> None:
            self.crcs[part.number] = crc
            watch.settle(part.number, part.size)

        missing = (part for part in self.parts() if part.number not in self.crcs)
        with told_of_replacement():
            run_parts(
                missing,
                work,
                settle,
                concurrency=self.concurrency,
                tick=tick or watch.tick,
            )
        self.check_whole()

    def fetch_and_save(
        self, target: SizedTarget, watch: Watch, saved: Checkpoint
    ) -> None:
        """Gets the missing parts into a file, and keeps a checkpoint meanwhile."""
        known = -1

        def state() -> dict[str, Any]:
            parts = {str(number): crc for number, crc in self.crcs.items()}
            return {"temporary": target.name, "parts": parts}

        def tick() -> None:
            nonlocal known
            watch.tick()
            if len(self.crcs) != known:
                known = len(self.crcs)
                saved.changed = True
            saved.tick(state)

        saved.save(state())
        target.kept = True
        try:
            self.fetch(watch, _into_file(target), tick)
        except (ChecksumMismatch, PreconditionFailed):
            target.kept = False
            saved.remove()
            raise
        except BaseException as error:
            saved.save_after(error, state())
            raise

    def checkpoint_at(
        self, checkpoint: str | os.PathLike[str], path: str | os.PathLike[str]
    ) -> Checkpoint:
        """The checkpoint of this download."""
        place = {
            "kind": "download",
            "endpoint": self._bucket._client.endpoint,
            "bucket": self._bucket.name,
            "key": self._key,
            "path": os.path.abspath(check_path(path)),
        }
        facts: dict[str, Any] = {
            "size": self.info.size,
            "etag": self.info.etag,
            "last_modified": self.info.last_modified.isoformat(),
            "crc64": self.info.crc64,
            "part_size": self.part_size,
        }
        return Checkpoint(checkpoint, place, facts)

    def parts_in(self, fd: int, saved: Mapping[str, Any]) -> int:
        """Takes the parts of an earlier run that are in the file as they came.

        Args:
            fd: The file.
            saved: CRC-64 of parts by number, as a checkpoint has them.

        Returns:
            How many bytes they have.
        """
        for part in self.parts():
            crc = saved.get(str(part.number))
            if crc is not None and crc == crc64_of(fd, part.offset, part.size):
                self.crcs[part.number] = crc
        return sum(part.size for part in self.parts() if part.number in self.crcs)

    def parts(self) -> Iterator[Part]:
        """All parts, in order."""
        return parts_of(self.size, self.part_size, self.begin)

    def get(
        self,
        part: Part,
        progress: Progress | None,
        stop: CancelToken,
        where: dict[str, Any],
    ) -> int:
        """Gets one part and gives its CRC-64; in any thread."""
        try:
            return self._get(part, progress, stop, where)
        except LocalFileError:
            if "into" not in where:
                raise
            raise MalformedResponse("the server sent more than was asked for") from None

    def _get(
        self,
        part: Part,
        progress: Progress | None,
        stop: CancelToken,
        where: dict[str, Any],
    ) -> int:
        span = (part.offset, part.last)

        def read(answer: Answer) -> int:
            check_answered(span, answer, answer.stored)
            found = content_range(answer.headers)
            other = etag_header(answer.headers) not in ("", self.info.etag)
            if other or found is None or found[2] != self.info.size:
                raise MalformedResponse("the server sent a part of another object")
            return answer.crc64

        return self._bucket._object(
            "GetObject",
            functions.send("GET"),
            self._key,
            read,
            headers=merge_headers(self._headers, range_headers(span)),
            params=self._params,
            progress=progress,
            cancel=stop,
            before_repeat=_overwrite,
            most=part.size,
            **where,
        )

    def check_whole(self) -> None:
        """Compares all parts' bytes with what OSS stored, if they are all that it has.

        Raises:
            ChecksumMismatch: They are others.
        """
        if self.size != self.info.size:
            return
        whole = 0
        for part in self.parts():
            whole = crc64_combine(whole, self.crcs[part.number], part.size)
        if self.info.crc64 not in (None, whole):
            raise ChecksumMismatch(
                "the CRC-64 of the bytes received differs from the server's"
            )


@contextmanager
def told_of_replacement() -> Iterator[None]:
    """A condition that fails while parts come means that the object is another now."""
    try:
        yield
    except PreconditionFailed as error:
        error.message = f"the object was replaced meanwhile: {error.message}"
        raise


def _into_file(target: SizedTarget) -> Callable[[Part], dict[str, Any]]:
    return lambda part: {"fd": target.fd, "offset": part.offset}


def _overwrite(_error: OSSError) -> None:
    """A part that is tried again is written over what had come of it."""


def part_conditions(conditions: Conditions, etag: str) -> dict[str, str]:
    """What each part asks for: the same object; the other conditions held already."""
    kept: Conditions = {}
    if "traffic_limit" in conditions:
        kept["traffic_limit"] = conditions["traffic_limit"]
    if "request_payer" in conditions:
        kept["request_payer"] = conditions["request_payer"]
    if "headers" in conditions:
        kept["headers"] = conditions["headers"]
    return merge_headers(condition_headers(kept), {"If-Match": f'"{etag}"'})

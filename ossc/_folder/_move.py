"""How files are moved: whole or in parts, what is kept of them, and what is told."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from ossc._folder._result import FileResult
from ossc._folder._run import OneLarge, check_threads
from ossc._names import check_header, check_path, check_whole
from ossc._sdk import CancelToken
from ossc._transfer._plan import MAX_PART, MIN_PART, check_part_size
from ossc.errors import MalformedResponse, ParameterError

if TYPE_CHECKING:
    from ossc._folder._plan import Task
    from ossc.bucket import Bucket

__all__ = ["Moves", "SkipSame", "check_headers", "check_skip", "has_same_bytes"]

THRESHOLD = 16 << 20

SkipSame = Literal["time", "crc64"]


class Moves:
    """What all files of a folder have in common. Thread-safe.

    Attributes:
        threads: How many work at a time.
        threshold: Files of so many bytes are large.
        keep_times: Whether modification times are kept.
        dry_run: Whether nothing is done at all.
    """

    __slots__ = (
        "_checkpoint",
        "_large",
        "_part_size",
        "dry_run",
        "keep_times",
        "threads",
        "threshold",
    )

    def __init__(
        self,
        bucket: Bucket,
        *,
        concurrency: int,
        part_size: int | None,
        threshold: int | None,
        checkpoint: str | os.PathLike[str] | None,
        keep_times: bool,
        dry_run: bool,
    ) -> None:
        self.threads = check_threads(concurrency, bucket)
        check_part_size(part_size, MIN_PART, least=MIN_PART)
        self._part_size = part_size
        least = THRESHOLD if threshold is None else threshold
        self.threshold = check_whole("threshold", least, MAX_PART)
        if checkpoint is not None and not os.path.isdir(check_path(checkpoint)):
            raise ParameterError(f"{checkpoint!r} is no folder to keep checkpoints in")
        self._checkpoint = checkpoint
        self._large = OneLarge()
        self.keep_times = keep_times
        self.dry_run = dry_run

    @contextmanager
    def room_for(self, size: int, cancel: CancelToken) -> Iterator[dict[str, Any]]:
        """How a file of that size is moved, when it is its turn."""
        if size < self.threshold:
            yield {}
            return
        with self._large.turn(cancel):
            yield {
                "concurrency": self.threads,
                "part_size": self._part_size,
                "checkpoint": self._checkpoint,
            }

    def result(self, task: Task) -> FileResult:
        """What became of a task."""
        return FileResult(task.action, task.key, task.path, task.size, task.error)


def check_headers(headers: Mapping[str, str]) -> None:
    """Refuses at once what each file would be refused for."""
    for name, text in headers.items():
        check_header(name, text)


def has_same_bytes(bucket: Bucket, task: Task) -> bool:
    """Whether a file is known to hold what its object holds."""
    try:
        return bucket.verify_file(task.key, task.path)
    except MalformedResponse:
        return False  # an object from before OSS kept sums


def check_skip(skip_same: SkipSame | None) -> SkipSame | None:
    """By what files and objects are the same."""
    if skip_same not in (None, "time", "crc64"):
        raise ParameterError(f"skip_same is {skip_same!r:.20}, not 'time' or 'crc64'")
    return skip_same

"""`upload_folder`: what is below a folder becomes objects below a prefix."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

from ossc._folder import _times
from ossc._folder._filter import Filter
from ossc._folder._move import Moves, check_headers, check_skip, has_same_bytes
from ossc._folder._paths import Folder, folder_prefix
from ossc._folder._plan import Task, grouped, uploads
from ossc._folder._result import FileResult
from ossc._folder._run import attempt, run
from ossc._folder._scan import Scan
from ossc._names import check_mapping, check_path
from ossc._sdk import CancelToken
from ossc._transfer._multipart import check_options

if TYPE_CHECKING:
    from ossc._folder._move import SkipSame
    from ossc.bucket import Bucket
    from ossc.models import ObjectSummary
    from ossc.options import ObjectOptions

__all__ = ["upload_folder"]


def upload_folder(
    bucket: Bucket,
    path: str | os.PathLike[str],
    prefix: str,
    wanted: Filter,
    moves: Moves,
    *,
    skip_same: SkipSame | None,
    delete_extra: bool,
    follow_symlinks: bool,
    options: ObjectOptions,
) -> Generator[FileResult, None, None]:
    """See `FolderVerbs.upload_folder`."""
    check_headers(check_options(options))
    job = _Uploads(moves, check_skip(skip_same), options)
    root, before = check_path(path), folder_prefix(prefix)
    scan = Scan(root, wanted, follow_symlinks=follow_symlinks)

    def tasks() -> Iterator[list[Task]]:
        entries: Iterator[ObjectSummary] = iter(())
        if skip_same is not None or delete_extra:
            entries = bucket.list_objects(before)
        folder = Folder(root)
        yield from grouped(
            uploads(scan, entries, folder, before, wanted, delete_extra=delete_extra)
        )

    return run(bucket, tasks(), moves.threads, job.work)


class _Uploads:
    """Does the tasks; in any thread."""

    def __init__(
        self, moves: Moves, skip_same: SkipSame | None, options: ObjectOptions
    ) -> None:
        self._moves = moves
        self._skip_same = skip_same
        self._options = options
        self._metadata = check_mapping("metadata", options.get("metadata"))

    def work(
        self, bucket: Bucket, group: list[Task], cancel: CancelToken
    ) -> Iterator[FileResult]:
        """Does tasks of the same kind."""
        if group[0].action == "delete" and group[0].error is None:
            yield from self._delete(bucket, group)
            return
        for task in group:
            if task.error is None and task.action == "upload":
                task.error = attempt(self._do, bucket, task, cancel)
            yield self._moves.result(task)

    def _delete(self, bucket: Bucket, group: list[Task]) -> Iterator[FileResult]:
        error = None
        if not self._moves.dry_run:
            error = attempt(bucket.delete_objects, [task.key for task in group])
        for task in group:
            task.error = error
            yield self._moves.result(task)

    def _do(self, bucket: Bucket, task: Task, cancel: CancelToken) -> None:
        if self._is_same(bucket, task):
            task.action = "skip"
            return
        if self._moves.dry_run:
            return
        options: dict[str, Any] = dict(self._options)
        if self._moves.keep_times:
            text = _times.as_text(task.mtime_ns)
            options["metadata"] = {_times.MTIME: text, **self._metadata}
        with self._moves.room_for(task.size, cancel) as parts:
            bucket.upload_file(
                task.key,
                task.path,
                threshold=self._moves.threshold,
                **parts,
                **options,
            )

    def _is_same(self, bucket: Bucket, task: Task) -> bool:
        entry = task.entry
        if entry is None or self._skip_same is None or entry.size != task.size:
            return False
        if self._skip_same == "crc64":
            return has_same_bytes(bucket, task)
        if entry.last_modified is None:
            return False
        return _times.nanoseconds_of(entry.last_modified) >= task.mtime_ns

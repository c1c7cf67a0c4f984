"""`download_folder`: the objects below a prefix become files below a folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

from ossc._folder import _times
from ossc._folder._filter import Filter
from ossc._folder._move import Moves, check_headers, check_skip, has_same_bytes
from ossc._folder._paths import Folder, folder_prefix
from ossc._folder._plan import Task, downloads, grouped
from ossc._folder._result import FileResult
from ossc._folder._run import attempt, run
from ossc._folder._scan import Scan
from ossc._names import check_path
from ossc._option_headers import condition_headers
from ossc._sdk import CancelToken
from ossc.errors import LocalFileError
from ossc.models import ObjectInfo, ObjectSummary

if TYPE_CHECKING:
    from ossc._folder._move import SkipSame
    from ossc.bucket import Bucket
    from ossc.options import Conditions

__all__ = ["download_folder"]


def download_folder(
    bucket: Bucket,
    prefix: str,
    path: str | os.PathLike[str],
    wanted: Filter,
    moves: Moves,
    *,
    skip_same: SkipSame | None,
    delete_extra: bool,
    conditions: Conditions,
) -> Generator[FileResult, None, None]:
    """See `FolderVerbs.download_folder`."""
    check_headers(condition_headers(conditions))
    check_skip(skip_same)
    root, before = check_path(path), folder_prefix(prefix)

    def tasks() -> Iterator[list[Task]]:
        scan = Scan(root, wanted, follow_symlinks=False) if delete_extra else None
        entries = bucket.list_objects(before)
        yield from grouped(_selected(downloads(entries, scan, folder, before, wanted)))

    def _selected(planned: Iterator[Task]) -> Iterator[Task]:
        for task in planned:
            entry = task.entry
            if entry is None or (
                wanted.takes(task.size, _written(entry)) and wanted.wants_object(entry)
            ):
                yield task

    folder = Folder(root)
    job = _Downloads(moves, folder, skip_same, conditions)
    return run(bucket, tasks(), moves.threads, job.work)


def _written(entry: ObjectSummary) -> int:
    """When an object was written, in nanoseconds."""
    moment = entry.last_modified
    return 0 if moment is None else _times.nanoseconds_of(moment)


class _Downloads:
    """Does the tasks; in any thread."""

    def __init__(
        self,
        moves: Moves,
        folder: Folder,
        skip_same: SkipSame | None,
        conditions: Conditions,
    ) -> None:
        self._moves = moves
        self._folder = folder
        self._skip_same = skip_same
        self._conditions = conditions

    def work(
        self, bucket: Bucket, group: list[Task], cancel: CancelToken
    ) -> Iterator[FileResult]:
        """Does tasks of the same kind."""
        for task in group:
            if task.error is None:
                do = self._delete if task.action == "delete" else self._do
                task.error = attempt(do, bucket, task, cancel)
            yield self._moves.result(task)

    def _delete(self, _bucket: Bucket, task: Task, _cancel: CancelToken) -> None:
        if not self._moves.dry_run:
            try:
                os.unlink(task.path)
            except OSError as error:
                raise LocalFileError(
                    f"cannot remove {task.path!r}: {error.strerror}",
                    errno=error.errno,
                    filename=task.path,
                ) from error

    def _do(self, bucket: Bucket, task: Task, cancel: CancelToken) -> None:
        self._folder.check(task.path)
        if self._is_same(bucket, task):
            task.action = "skip"
            return
        if self._moves.dry_run:
            return
        self._folder.make_room(task.path)
        info = self._get(bucket, task, cancel)
        task.size = info.size
        if self._moves.keep_times:
            _times.restore(task.path, info)

    def _get(self, bucket: Bucket, task: Task, cancel: CancelToken) -> ObjectInfo:
        if task.size < self._moves.threshold:
            return bucket.get_object_to_file(task.key, task.path, **self._conditions)
        with self._moves.room_for(task.size, cancel) as parts:
            return bucket.download_file(
                task.key, task.path, **parts, **self._conditions
            )

    def _is_same(self, bucket: Bucket, task: Task) -> bool:
        if self._skip_same is None or task.entry is None:
            return False
        try:
            found = os.lstat(task.path)
        except OSError:
            return False  # if it is there all the same, the download will tell
        if not stat.S_ISREG(found.st_mode) or found.st_size != task.size:
            return False
        if self._skip_same == "crc64":
            return has_same_bytes(bucket, task)
        if found.st_mtime_ns == _written(task.entry):
            return True
        info = bucket.head_object(task.key, **self._conditions)
        told = _times.time_of(info)
        return info.size == task.size and _times.is_same(told, found.st_mtime_ns)

"""What there is to do: the files of a folder beside the objects below a prefix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ossc._folder._filter import Filter
from ossc._folder._paths import Folder, check_below
from ossc._folder._result import Action
from ossc._folder._scan import LocalFile, Scan
from ossc.errors import MalformedResponse, OSSError, ParameterError
from ossc.models import ObjectSummary

__all__ = ["Task", "downloads", "grouped", "uploads"]

MAX_GROUP = 1000


class Task:
    """One file that something is to be done with.

    Attributes:
        action: What.
        key: The object's key.
        path: The local file.
        size: Its bytes.
        mtime_ns: When the local file was written.
        entry: The object, where there is one.
        error: Why it cannot be done.
    """

    __slots__ = ("action", "entry", "error", "key", "mtime_ns", "path", "size")

    def __init__(self, action: Action, key: str, path: str, size: int = 0) -> None:
        self.action = action
        self.key = key
        self.path = path
        self.size = size
        self.mtime_ns = 0
        self.entry: ObjectSummary | None = None
        self.error: OSSError | None = None


def uploads(
    scan: Scan,
    entries: Iterable[ObjectSummary],
    folder: Folder,
    prefix: str,
    wanted: Filter,
    *,
    delete_extra: bool,
) -> Iterator[Task]:
    """What there is to upload, and of the objects to delete.

    Args:
        scan: The local folder.
        entries: The objects, as listed; none where nobody has to look.
        folder: Says which path an object without a file would have.
        prefix: What all keys begin with.
        wanted: Which files are meant.
        delete_extra: Whether objects without a file are to go.
    """
    for file, entry in _side_by_side(scan.files(), entries, len(prefix)):
        if file is not None:
            task = Task("upload", prefix + file.name, file.path, file.size)
            task.mtime_ns, task.entry, task.error = file.mtime_ns, entry, file.error
            if file.is_link:
                task.action = "skip"
            elif file.error is None and not (
                wanted.takes(file.size, file.mtime_ns) and wanted.wants_file(file)
            ):
                continue
            yield task
        elif entry is not None and delete_extra:
            name = entry.key[len(prefix) :]
            is_known = not name.startswith(tuple(scan.hidden))
            if is_known and not _is_marker(name) and wanted.names(name):
                yield _checked(Task("delete", entry.key, "", entry.size), folder, name)


def downloads(
    entries: Iterable[ObjectSummary],
    scan: Scan | None,
    folder: Folder,
    prefix: str,
    wanted: Filter,
) -> Iterator[Task]:
    """What there is to download, and of the local files to delete.

    Args:
        entries: The objects, as listed.
        scan: The local folder, where files without an object are to go; else None.
        folder: Says which path an object has.
        prefix: What all keys begin with.
        wanted: Which objects are meant.
    """
    files = iter(()) if scan is None else scan.files(may_lack=True)
    for file, entry in _side_by_side(files, entries, len(prefix)):
        if entry is None:
            if file is not None and not file.is_link and file.error is None:
                yield Task("delete", prefix + file.name, file.path, file.size)
            continue
        name = entry.key[len(prefix) :]
        if (_is_marker(name) and not entry.size) or not wanted.names(name):
            continue
        task = Task("download", entry.key, "", entry.size)
        task.entry = entry
        yield _checked(task, folder, name)


def _is_marker(name: str) -> bool:
    """Whether an object only makes folders visible, as consoles create them."""
    return not name or name.endswith("/")


def _checked(task: Task, folder: Folder, name: str) -> Task:
    """The task with its path, or with an error for a name that no file can have."""
    try:
        task.path = folder.place(check_below(name))
    except ParameterError as error:
        task.error = error
    return task


def _side_by_side(
    files: Iterator[LocalFile], entries: Iterable[ObjectSummary], begin: int
) -> Iterator[tuple[LocalFile | None, ObjectSummary | None]]:
    """Files and objects of the same names together; both come in order.

    Raises:
        MalformedResponse: The list of objects is not in order: what seems to be missing
            there may only come later.
    """
    file = next(files, None)
    last: bytes | None = None
    for entry in entries:
        order = entry.key[begin:].encode("utf-8", "surrogatepass")
        if last is not None and order <= last:
            raise MalformedResponse(
                "the list of objects is not in the order of their keys",
                operation="ListObjectsV2",
            )
        last = order
        while file is not None and file.order < order:
            yield file, None
            file = next(files, None)
        if file is not None and file.order == order:
            yield file, entry
            file = next(files, None)
        else:
            yield None, entry
    while file is not None:
        yield file, None
        file = next(files, None)


def grouped(tasks: Iterable[Task]) -> Iterator[list[Task]]:
    """Tasks for one thread: one by one, deletions together."""
    deletions: list[Task] = []
    for task in tasks:
        if task.action != "delete" or task.error is not None:
            yield [task]
            continue
        deletions.append(task)
        if len(deletions) == MAX_GROUP:
            yield deletions
            deletions = []
    if deletions:
        yield deletions

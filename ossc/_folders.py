"""Verbs for whole folders; what does the work is loaded by the first use."""

from __future__ import annotations

import os

from ossc._verbs import Verbs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable
    from datetime import datetime
    from typing import Any

    from typing_extensions import Unpack

    from ossc._folder._move import SkipSame
    from ossc._folder._result import FileResult, LocalEntry
    from ossc.models import ObjectSummary
    from ossc.options import Conditions, ObjectOptions

__all__ = ["FolderVerbs"]


class FolderVerbs(Verbs):
    """Uploads and downloads of folders."""

    __slots__ = ()

    def upload_folder(
        self,
        path: str | os.PathLike[str],
        prefix: str = "",
        *,
        include: str | Iterable[str] | None = None,
        exclude: str | Iterable[str] = (),
        min_size: int = 0,
        max_size: int | None = None,
        modified_since: datetime | None = None,
        modified_before: datetime | None = None,
        where: Callable[[LocalEntry], object] | None = None,
        skip_same: SkipSame | None = None,
        delete_extra: bool = False,
        follow_symlinks: bool = False,
        keep_times: bool = True,
        dry_run: bool = False,
        concurrency: int = 8,
        part_size: int | None = None,
        threshold: int | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
        **options: Unpack[ObjectOptions],
    ) -> Generator[FileResult, None, None]:
        """Uploads what is below a folder, with keys below a prefix; or what changed there.

        Nothing is done before the first result is asked for, and a file that fails is a
        result with an error and does not stop the others. Small files go side by side,
        large ones one after the other, in parts. To stop before the end, `close()` the
        iterator.

        Args:
            path: The folder.
            prefix: What the keys begin with: a name of a folder, whose slash may lack.
            include: Patterns (see `list_objects`) of paths below the folder; only files
                that match one are meant. Default: all.
            exclude: Patterns; files that match one are not meant.
            min_size: Files with fewer bytes are not meant.
            max_size: Files with more bytes are not meant.
            modified_since: Files that were not written since this aware time are not
                meant.
            modified_before: Files that were written at this time or later are not meant.
            where: Called with an `ossc.LocalEntry` for each file that is meant by all
                the others, in turn and in one thread; true: this one is meant. What it
                raises ends everything.
            skip_same: Leave out what is the same: `"time"`: the object has the same size
                and is not older than the file; `"crc64"`: it has the same bytes.
            delete_extra: Delete objects below the prefix that have no file, if the
                patterns mean them. Beside `skip_same` this makes a mirror of the folder.
            follow_symlinks: Take links for what they lead to; else they are skipped.
            keep_times: Keep files' modification times as the user metadata `mtime`.
            dry_run: Only tell what would be done.
            concurrency: How many files, or parts of a large file, are moved at a time.
            part_size: As in `upload_file`, of large files.
            threshold: Files of at least so many bytes are large; default: 16 MiB.
            checkpoint: A folder outside this one, for large files to be gone on with.
            **options: See `ossc.ObjectOptions`; they count for each.

        Yields:
            For each file that is meant what was done, as it comes.

        Raises:
            LocalFileError: The folder cannot be read.
            Cancelled: The client's token was used.
            ClientClosed: The client was closed before the last result.

        Example:
            >>> import os, tempfile
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     with open(os.path.join(folder, "a.txt"), "w") as file:
            ...         size = file.write("hello")
            ...     for done in bucket.upload_folder(folder, "backup"):
            ...         print(done.action, done.key, done.size, done.error)
            upload backup/a.txt 5 None
        """
        # Loaded here, as below: few programs move folders.
        from ossc._folder._filter import Filter  # noqa: PLC0415
        from ossc._folder._move import Moves  # noqa: PLC0415
        from ossc._folder._upload import upload_folder  # noqa: PLC0415

        bucket: Any = self
        return upload_folder(
            bucket,
            path,
            prefix,
            Filter(
                include,
                exclude,
                min_size,
                max_size,
                modified_since,
                modified_before,
                where,
            ),
            Moves(
                bucket,
                concurrency=concurrency,
                part_size=part_size,
                threshold=threshold,
                checkpoint=checkpoint,
                keep_times=keep_times,
                dry_run=dry_run,
            ),
            skip_same=skip_same,
            delete_extra=delete_extra,
            follow_symlinks=follow_symlinks,
            options=options,
        )

    def download_folder(
        self,
        prefix: str,
        path: str | os.PathLike[str],
        *,
        include: str | Iterable[str] | None = None,
        exclude: str | Iterable[str] = (),
        min_size: int = 0,
        max_size: int | None = None,
        modified_since: datetime | None = None,
        modified_before: datetime | None = None,
        where: Callable[[ObjectSummary], object] | None = None,
        skip_same: SkipSame | None = None,
        delete_extra: bool = False,
        keep_times: bool = True,
        dry_run: bool = False,
        concurrency: int = 8,
        part_size: int | None = None,
        threshold: int | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
        **conditions: Unpack[Conditions],
    ) -> Generator[FileResult, None, None]:
        """Downloads the objects below a prefix into a folder; or those that changed.

        It works as `upload_folder` does. Each file appears when it is whole. Nothing is
        written outside the folder: keys with `..`, empty names, backslashes or drive
        letters, and those that a link would lead out of it, are results with errors.

        Args:
            prefix: What the keys begin with: a name of a folder, whose slash may lack.
            path: The folder; it is made where it is not there.
            include: As in `upload_folder`, of keys behind the prefix.
            exclude: As in `upload_folder`.
            min_size: As in `upload_folder`.
            max_size: As in `upload_folder`.
            modified_since: As in `upload_folder`, by when the object was written.
            modified_before: The same.
            where: As in `upload_folder`; called with the entry of the list, an
                `ossc.ObjectSummary`, which has size, time, ETag and storage class.
            skip_same: Leave out what is the same: `"time"`: the file has the same size
                and the object's time, as `keep_times` has set it; `"crc64"`: it has the
                same bytes.
            delete_extra: Delete files below the folder that have no object, if the
                patterns mean them; links and folders stay.
            keep_times: Give files the times that the metadata `mtime` tells, or else
                those at which the objects were written.
            dry_run: Only tell what would be done.
            concurrency: As in `upload_folder`.
            part_size: As in `download_file`, of large objects.
            threshold: Objects of at least so many bytes are large; default: 16 MiB.
            checkpoint: A folder outside this one, for large files to be gone on with.
            **conditions: See `ossc.Conditions`; they count for each.

        Yields:
            For each object that is meant what was done, as it comes.

        Raises:
            NoSuchBucket: The bucket does not exist.
            Cancelled, ClientClosed: As in `upload_folder`.

        Example:
            >>> import os, tempfile
            >>> r = bucket.put_object("backup/greeting.txt", b"hello")
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     for done in bucket.download_folder("backup", folder):
            ...         print(done.action, os.listdir(folder), done.error)
            download ['greeting.txt'] None
        """
        from ossc._folder._download import download_folder  # noqa: PLC0415
        from ossc._folder._filter import Filter  # noqa: PLC0415
        from ossc._folder._move import Moves  # noqa: PLC0415

        bucket: Any = self
        return download_folder(
            bucket,
            prefix,
            path,
            Filter(
                include,
                exclude,
                min_size,
                max_size,
                modified_since,
                modified_before,
                where,
            ),
            Moves(
                bucket,
                concurrency=concurrency,
                part_size=part_size,
                threshold=threshold,
                checkpoint=checkpoint,
                keep_times=keep_times,
                dry_run=dry_run,
            ),
            skip_same=skip_same,
            delete_extra=delete_extra,
            conditions=conditions,
        )

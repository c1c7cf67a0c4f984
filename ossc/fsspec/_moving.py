"""Files between here and there: get, put, copy, move."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from itertools import islice
from typing import TYPE_CHECKING, Any

from fsspec import AbstractFileSystem
from fsspec.callbacks import DEFAULT_CALLBACK
from fsspec.implementations.local import make_path_posix
from fsspec.utils import isfilelike

from ossc.errors import NoSuchKey
from ossc.fsspec._content import Content
from ossc.fsspec._paths import is_marker, prefix_of
from ossc.fsspec._together import Pair, Pairs, side_by_side

if TYPE_CHECKING:
    from ossc._delete_many import Named
    from ossc._sdk import CancelToken, Progress
    from ossc.bucket import Bucket

__all__ = ["Moving", "delete_keys"]


class Moving(Content):
    """Get, put, copy, move; see `OSSFileSystem`."""

    def get_file(
        self,
        rpath: str,
        lpath: Any,
        callback: Any = DEFAULT_CALLBACK,
        outfile: Any = None,
        **options: Any,
    ) -> None:
        """Downloads a file, large ones in parts, side by side.

        A local file appears when all of it is there. Of a folder, a local one is made.

        Args:
            rpath: The path.
            lpath: The local path, or a file that is written to.
            callback: Told of the bytes.
            outfile: A file that is written to.
            **options: As of `Bucket.download_file`.

        Raises:
            FileNotFoundError: Nothing is there.
        """
        if outfile is None and isfilelike(lpath):
            outfile = lpath
        if outfile is not None:
            with self.open(rpath, "rb", **options) as file:
                callback.set_size(file.size)
                while data := file.read1():
                    outfile.write(data)
                    callback.relative_update(len(data))
            return
        if self._is_kept_folder(self._strip_protocol(rpath)):
            os.makedirs(lpath, exist_ok=True)
            return
        bucket, key, version = self._object(rpath)
        os.makedirs(os.path.dirname(os.path.abspath(lpath)), exist_ok=True)
        try:
            bucket.download_file(
                key,
                lpath,
                progress=_progress(callback),
                **{"version_id": version, **options},
            )
        except NoSuchKey:
            if not self.isdir(rpath):
                raise
            os.makedirs(lpath, exist_ok=True)

    def put_file(
        self,
        lpath: Any,
        rpath: str,
        callback: Any = DEFAULT_CALLBACK,
        mode: str = "overwrite",
        **options: Any,
    ) -> None:
        """Uploads a local file, large ones in parts, side by side.

        Args:
            lpath: The local path.
            rpath: The path.
            callback: Told of the bytes.
            mode: `"overwrite"`, or `"create"`: there must be no such file yet.
            **options: As of `Bucket.upload_file`.

        Raises:
            FileExistsError: The mode is `"create"`, and there is such a file.
        """
        if os.path.isdir(lpath):
            self.makedirs(rpath, exist_ok=True)
            return
        if mode == "create":
            options["forbid_overwrite"] = True
        if self._intrans:
            options.pop("cancel", None)
            with open(lpath, "rb") as source, self.open(rpath, "wb", **options) as file:
                shutil.copyfileobj(source, file, self.blocksize)
            return
        bucket, key, _ = self._object(rpath)
        try:
            bucket.upload_file(key, lpath, progress=_progress(callback), **options)
        finally:
            self._changed(rpath)

    def cp_file(self, path1: str, path2: str, **options: Any) -> None:
        """Copies a file within OSS; nothing comes by this machine.

        Args:
            path1: From where; a folder by itself is nothing that could be copied.
            path2: To where, in the same region.
            **options: As of `Bucket.copy`.

        Raises:
            FileNotFoundError: Nothing is there.
            shutil.SameFileError: Both are the same.
        """
        self._copy_one(path1, path2, options)

    def _copy_one(self, path1: str, path2: str, options: dict[str, Any]) -> bool:
        """As `cp_file`; whether there was a file to copy, and not just a folder."""
        path1, path2 = self._strip_protocol(path1), self._strip_protocol(path2)
        if path1 == path2:
            raise shutil.SameFileError(f"{path1!r:.200} is copied onto itself")
        if self._is_kept_folder(path1):
            return False
        source, key, version = self._object(path1)
        target, new, _ = self._object(path2)
        try:
            target.copy(
                key,
                new,
                source_bucket=source.name,
                **{"source_version_id": version, **options},
            )
        except NoSuchKey:
            if not self.isdir(path1):
                raise
            return False
        finally:
            self._changed(path2)
        return True

    def get(
        self,
        rpath: Any,
        lpath: Any,
        recursive: bool = False,  # noqa: FBT001, FBT002 - fsspec's signature
        callback: Any = DEFAULT_CALLBACK,
        maxdepth: int | None = None,
        **options: Any,
    ) -> None:
        """Downloads files, several at a time; see fsspec for what goes where.

        Args:
            rpath: A path, a pattern, or a list of them.
            lpath: A local path, or a list of as many.
            recursive: All files below these folders.
            callback: Told of the files; a branch of it of the bytes of each.
            maxdepth: How deep to go.
            **options: As of `get_file`.

        Raises:
            ValueError: The name of a file leads out of the local folder.
        """
        pairs = Pairs(self)
        AbstractFileSystem.get(pairs, rpath, lpath, recursive, maxdepth=maxdepth)
        if isinstance(lpath, str):
            _check_below(make_path_posix(lpath), pairs.found)
        self._move(pairs.found, self.get_file, callback, options)

    def put(
        self,
        lpath: Any,
        rpath: Any,
        recursive: bool = False,  # noqa: FBT001, FBT002 - fsspec's signature
        callback: Any = DEFAULT_CALLBACK,
        maxdepth: int | None = None,
        **options: Any,
    ) -> None:
        """Uploads files, several at a time; see fsspec for what goes where.

        Args:
            lpath: A local path, a pattern, or a list of them.
            rpath: A path, or a list of as many.
            recursive: All files below these folders.
            callback: Told of the files; a branch of it of the bytes of each.
            maxdepth: How deep to go.
            **options: As of `put_file`.
        """
        pairs = Pairs(self)
        AbstractFileSystem.put(pairs, lpath, rpath, recursive, maxdepth=maxdepth)
        self._move(pairs.found, self.put_file, callback, options)

    def _move(
        self,
        pairs: list[Pair],
        move: Callable[..., None],
        callback: Any,
        options: dict[str, Any],
    ) -> None:
        def work(pair: Pair, cancel: CancelToken) -> None:
            source, target, own = pair
            with callback.branched(source, target) as child:
                move(source, target, callback=child, **options, **own, cancel=cancel)

        callback.set_size(len(pairs))
        side_by_side(work, pairs, self.batch_size, callback.relative_update)

    def copy(
        self,
        path1: Any,
        path2: Any,
        recursive: bool = False,  # noqa: FBT001, FBT002 - fsspec's signature
        maxdepth: int | None = None,
        on_error: str | None = None,
        **options: Any,
    ) -> None:
        """Copies files within OSS, several at a time; see fsspec for what goes where.

        Args:
            path1: A path, a pattern, or a list of them.
            path2: A path, or a list of as many.
            recursive: All files below these folders.
            maxdepth: How deep to go.
            on_error: `"raise"`, or `"ignore"` what is gone; the default of a recursive
                copy.
            **options: As of `cp_file`.
        """
        if on_error is None:
            on_error = "ignore" if recursive else "raise"
        pairs = self._pairs(path1, path2, recursive=recursive, maxdepth=maxdepth)
        self._copy(pairs, on_error, options)

    def _pairs(
        self, path1: Any, path2: Any, *, recursive: bool, maxdepth: int | None
    ) -> list[Pair]:
        pairs = Pairs(self)
        AbstractFileSystem.copy(pairs, path1, path2, recursive, maxdepth, "raise")
        return pairs.found

    def _copy(
        self, pairs: list[Pair], on_error: str, options: dict[str, Any]
    ) -> list[str]:
        """Copies files; which were copied."""

        def work(pair: Pair, cancel: CancelToken) -> bool:
            try:
                return self._copy_one(pair[0], pair[1], {**options, "cancel": cancel})
            except FileNotFoundError:
                if on_error == "raise":
                    raise
            return False

        done = side_by_side(work, pairs, self.batch_size)
        return [pair[0] for pair, copied in zip(pairs, done, strict=True) if copied]

    def mv(
        self,
        path1: Any,
        path2: Any,
        recursive: bool = False,  # noqa: FBT001, FBT002 - fsspec's signature
        maxdepth: int | None = None,
        **options: Any,
    ) -> None:
        """Moves files: copies them, and deletes what was copied when all copies are there.

        Not atomic. A file that appears meanwhile stays where it is.

        Args:
            path1: A path, a pattern, or a list of them.
            path2: A path, or a list of as many.
            recursive: All files below these folders.
            maxdepth: How deep to go.
            **options: As of `cp_file`.

        Raises:
            FileNotFoundError: Nothing is there.
            ValueError: A folder is to be moved into itself, or a file to where another
                of these files is.
            shutil.SameFileError: A file would not move.
        """
        if isinstance(path1, str) and isinstance(path2, str):
            source, target = self._strip_protocol(path1), self._strip_protocol(path2)
            if source == target:
                return
            if recursive and f"{target}/".startswith(f"{source}/"):
                raise ValueError(f"{source!r:.200} cannot be moved into itself")
        pairs = self._pairs(path1, path2, recursive=recursive, maxdepth=maxdepth)
        self._check_apart(pairs)
        self._delete_files(self._copy(pairs, "raise", options))
        if recursive and maxdepth is None:
            self._delete_markers(path1)

    def _check_apart(self, pairs: list[Pair]) -> None:
        """Refuses what would be written over a file first, and then deleted as one."""
        sources = {self._strip_protocol(source) for source, _, _ in pairs}
        for source, target, _ in pairs:
            path = self._strip_protocol(target)
            if path in sources and path != source and self.isfile(path):
                raise ValueError(f"{path!r:.200} is to be moved, and to be replaced")

    def _delete_files(self, paths: Iterable[str]) -> None:
        """Deletes files, a thousand in a request."""
        many: dict[str, list[Named]] = {}
        gone = list(paths)
        for path in gone:
            bucket, key, version = self._split(path)
            named = key if version is None else (key, version)
            many.setdefault(bucket, []).append(named)
        try:
            for name, keys in many.items():
                self.client.bucket(name).delete_objects(keys)
        finally:
            for path in gone:
                self._changed(path)

    def _delete_markers(self, path: Any) -> None:
        """Deletes what says that there are folders, where their files were moved from."""
        for each in path if isinstance(path, list) else [path]:
            if self._is_pattern(each):
                continue
            bucket, key, _ = self._split(each)
            place = self.client.bucket(bucket)
            below = place.list_objects(prefix_of(key))
            # One with something in it is no file here, but neither is it moved.
            delete_keys(
                place, (e.key for e in below if is_marker(e.key) and not e.size)
            )
            self.invalidate_cache(each)


def _check_below(folder: str, pairs: list[Pair]) -> None:
    """Refuses keys such as `dir/../../file`; not every fsspec does."""
    root = os.path.abspath(folder)
    for source, target, _ in pairs:
        path = os.path.abspath(target)
        if os.path.commonpath([root, path]) != root:
            raise ValueError(f"{source!r:.200} leads out of the folder {folder!r:.200}")


def delete_keys(bucket: Bucket, keys: Iterable[str]) -> None:
    """Deletes any number of objects, of which only a thousand are remembered."""
    source = iter(keys)
    while some := list(islice(source, 1000)):
        bucket.delete_objects(some)


def _progress(callback: Any) -> Progress | None:
    """What tells a callback of bytes; None where nobody listens."""
    if callback is DEFAULT_CALLBACK:
        return None
    told: list[int] = []

    def tell(moved: int, total: int | None) -> None:
        if not told:
            told.append(0)
            callback.set_size(total)
        callback.absolute_update(moved)

    return tell

"""What makes and removes folders, buckets and files."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Any

from fsspec.utils import stringify_path

from ossc.errors import BucketNotEmpty
from ossc.fsspec._moving import Moving, delete_keys
from ossc.fsspec._paths import missing, prefix_of
from ossc.fsspec._together import side_by_side

if TYPE_CHECKING:
    from ossc.bucket import Bucket

__all__ = ["Removing"]


class Removing(Moving):
    """Folders, buckets, removal; see `OSSFileSystem`."""

    def mkdir(
        self,
        path: str,
        create_parents: bool = True,  # noqa: ARG002, FBT001, FBT002 - fsspec's signature
        **options: Any,
    ) -> None:
        """Makes a bucket. In a bucket it does nothing: folders come with their files.

        A bucket is made only where its own path is given, not for one below it.

        Args:
            path: The path.
            create_parents: As of fsspec; there is nothing to make above.
            **options: As of `Client.create_bucket`.

        Raises:
            FileExistsError: There is such a bucket.
        """
        bucket, key, _ = self._split(path)
        if key:
            return
        if self.client.bucket(bucket).exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), bucket)
        self.client.create_bucket(bucket, **options)
        self._changed(bucket)

    def makedirs(
        self,
        path: str,
        exist_ok: bool = False,  # noqa: FBT001, FBT002 - fsspec's signature
    ) -> None:
        """As `mkdir`.

        Args:
            path: The path.
            exist_ok: A bucket that is there is no error.
        """
        try:
            self.mkdir(path)
        except FileExistsError:
            if not exist_ok:
                raise

    def rmdir(self, path: str) -> None:
        """Removes an empty bucket, or the marker of an empty folder.

        Raises:
            FileNotFoundError: There is nothing of the kind.
            OSError: It is not empty (`ENOTEMPTY`).
        """
        bucket, key, _ = self._split(path)
        place = self.client.bucket(bucket)
        if not key:
            try:
                self.client.delete_bucket(bucket)
            except BucketNotEmpty as error:
                raise _not_empty(path) from error
        else:
            found = _some(place, prefix_of(key))
            if not found:
                raise missing(path)
            if [e.key for e in found] != [prefix_of(key)] or found[0].size:
                raise _not_empty(path)
            place.delete_object(found[0].key)
        self.invalidate_cache(path)

    def rm_file(self, path: str) -> None:
        """Deletes a file, or a version of one for good. That it is there is not checked.

        Args:
            path: The path.
        """
        bucket, key, version = self._object(path)
        bucket.delete_object(key, version_id=version)
        self._changed(path)

    def _rm(self, path: str) -> None:
        self.rm_file(path)

    def rm(
        self,
        path: Any,
        recursive: bool = False,  # noqa: FBT001, FBT002 - fsspec's signature
        maxdepth: int | None = None,
    ) -> None:
        """Deletes files, a thousand in a request.

        Args:
            path: A path, a pattern, or a list of them.
            recursive: All that is below these folders; of a bucket the bucket, too.
            maxdepth: How deep to go.

        Raises:
            FileNotFoundError: Nothing is there; nothing was deleted.
            IsADirectoryError: A folder is named, without `recursive`.
        """
        given = path if isinstance(path, list) else [path]
        named = [self._strip_protocol(stringify_path(each)) for each in given]
        plain = [each for each in named if not self._is_pattern(each)]
        kinds = self._kinds(plain)
        if not recursive and "directory" in kinds.values():
            first = next(each for each in plain if kinds[each] == "directory")
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), first)
        for pattern in named:
            if pattern not in kinds:
                found = self.glob(pattern, detail=True)
                kinds |= {name: entry["type"] for name, entry in found.items()}
        if not kinds:
            raise missing(str(path))
        files = [each for each, kind in kinds.items() if kind == "file"]
        self._delete_files(files)
        if recursive:
            for each in kinds.keys() - set(files):
                self._delete_tree(each, maxdepth)

    def _kinds(self, paths: list[str]) -> dict[str, str]:
        """What each path is.

        Raises:
            FileNotFoundError: One of them is not there.
        """
        infos = side_by_side(
            lambda path, cancel: str(self.info(path, cancel=cancel)["type"]),
            paths,
            self.batch_size,
        )
        return dict(zip(paths, infos, strict=True))

    def _delete_tree(self, path: str, maxdepth: int | None) -> None:
        if maxdepth is not None:
            self._delete_files(self.find(path, maxdepth=maxdepth))
            return
        bucket, key, _ = self._split(path)
        place = self.client.bucket(bucket)
        below = place.list_objects(prefix_of(key))
        delete_keys(place, (entry.key for entry in below))
        self.invalidate_cache(path)
        if not key:
            self.rmdir(bucket)


def _some(bucket: Bucket, prefix: str) -> list[Any]:
    """The first two entries with a prefix."""
    listed = bucket.list_objects(prefix, page_size=2)
    return [entry for entry, _ in zip(listed, range(2), strict=False)]


def _not_empty(path: str) -> OSError:
    return OSError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY), path)

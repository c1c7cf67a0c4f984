"""Looking: lists, properties, sizes, signed URLs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from fsspec.utils import tokenize

from ossc.errors import (
    MethodNotAllowed,
    NoSuchKey,
    NoSuchVersion,
    ParameterError,
)
from ossc.fsspec._base import Base
from ossc.fsspec._paths import (
    Entries,
    Entry,
    folder,
    is_marker,
    missing,
    of_bucket,
    of_head,
    of_listed,
    of_version,
    parent_of,
    prefix_of,
)

if TYPE_CHECKING:
    from datetime import datetime

    from ossc._sdk import CancelToken
    from ossc.bucket import Bucket

__all__ = ["Looking"]


class Looking(Base):
    """Lists, properties, sizes, signed URLs; see `OSSFileSystem`."""

    def ls(
        self,
        path: str,
        detail: bool = True,  # noqa: FBT001, FBT002 - fsspec's signature
        *,
        refresh: bool = False,
        versions: bool = False,
        **_options: Any,
    ) -> list[Any]:
        """What is in a folder or bucket; of a file itself; of `""` the buckets.

        Args:
            path: The path.
            detail: True: entries as of `info`; False: names.
            refresh: Do not look into the listings that are kept.
            versions: All versions of all files, with their ids in their names; only
                where the file system is `version_aware`.

        Raises:
            FileNotFoundError: Nothing is there.
        """
        path = self._strip_protocol(path)
        entries = None if refresh or versions else self._kept(path)
        if entries is None:
            entries = self._list(path, versions=versions)
        return list(entries) if detail else [entry["name"] for entry in entries]

    def _list(self, path: str, *, versions: bool) -> Entries:
        changes = self._changes
        bucket, key, _ = self._split(path)
        if not bucket:
            return self._keep(path, map(of_bucket, self.client.list_buckets()), changes)
        if versions and not self.version_aware:
            raise ValueError("only a version_aware file system lists versions")
        prefix, place = prefix_of(key), self._bucket(bucket, path)
        if versions:
            found = place.list_object_versions(prefix, "/")
            return Entries(
                of_version(bucket, each)
                for each in found
                if each.key != prefix and not each.is_delete_marker
            )
        listed = list(place.list_objects(prefix, "/"))
        if not listed and key:
            return Entries([self._look(path)])
        entries = (of_listed(bucket, each) for each in listed if each.key != prefix)
        return self._keep(path, entries, changes)

    def _bucket(self, name: str, path: str) -> Bucket:
        """A bucket to look into."""
        try:
            return self.client.bucket(name)
        except ParameterError:
            raise missing(path) from None  # nothing can have that name

    def info(
        self,
        path: str,
        *,
        refresh: bool = False,
        version_id: str | None = None,
        cancel: CancelToken | None = None,
        **_options: Any,
    ) -> Entry:
        """What is known of a path.

        Args:
            path: The path.
            refresh: Do not look into the listings that are kept.
            version_id: Which version of the file.
            cancel: Ends it from any thread.

        Returns:
            `name`, `size` and `type` (`"file"` or `"directory"`). Of a file also `ETag`,
            `LastModified`, `StorageClass`, and `VersionId` where there are versions; of
            one that no listing showed, moreover `ContentType`, `Metadata`, `crc64`.

        Raises:
            FileNotFoundError: Nothing is there.
        """
        path = self._strip_protocol(path)
        if not path:
            return folder(path)
        found = None
        if not refresh and version_id is None:
            found = self._kept_entry(path)
        if self.version_aware and found is not None and found["type"] == "file":
            found = None  # lists do not tell versions
        return (
            dict(found) if found is not None else self._look(path, version_id, cancel)
        )

    def _look(
        self,
        path: str,
        version_id: str | None = None,
        cancel: CancelToken | None = None,
    ) -> Entry:
        """Asks OSS for a path."""
        bucket, key, version = self._split(path)
        place, version = self._bucket(bucket, path), version_id or version
        if cancel is not None:
            place = place.with_options(cancel=cancel)
        if not key:
            if not place.exists():
                raise missing(path)
            return folder(path)
        try:
            return of_head(path, place.head_object(key, version_id=version))
        except (NoSuchKey, NoSuchVersion, MethodNotAllowed, ParameterError) as error:
            reason = error
        if isinstance(reason, NoSuchKey) and version is None:
            below = place.list_objects(prefix_of(key), page_size=1)
            if next(below, None) is not None:
                return folder(path)
        raise missing(path) from reason

    def exists(self, path: str, **options: Any) -> bool:
        """Whether something is there. What leaves the question open is raised."""
        try:
            self.info(path, **options)
        except FileNotFoundError:
            return False
        return True

    def _is(self, kind: str, path: str) -> bool:
        try:
            return bool(self.info(path)["type"] == kind)
        except FileNotFoundError:
            return False

    def isdir(self, path: str) -> bool:
        """Whether it is a folder or a bucket."""
        return self._is("directory", path)

    def isfile(self, path: str) -> bool:
        """Whether it is an object."""
        return self._is("file", path)

    def walk(
        self,
        path: str,
        maxdepth: int | None = None,
        topdown: bool = True,  # noqa: FBT001, FBT002 - fsspec's signature
        on_error: str | Callable[[OSError], object] = "omit",
        **options: Any,
    ) -> Iterator[Any]:
        """Folder by folder; see fsspec. `"omit"` leaves out what is gone, no more."""
        if on_error == "omit":
            on_error = _leave_out
        return super().walk(path, maxdepth, topdown, on_error, **options)  # type: ignore[no-any-return]

    def find(
        self,
        path: str,
        maxdepth: int | None = None,
        withdirs: bool = False,  # noqa: FBT001, FBT002 - fsspec's signature
        detail: bool = False,  # noqa: FBT001, FBT002 - fsspec's signature
        *,
        prefix: str = "",
        **options: Any,
    ) -> Any:
        """All files below a path, by one flat list of a thousand in a request.

        Args:
            path: The folder or bucket.
            maxdepth: How deep to go; folders are then listed one by one.
            withdirs: Folders, too.
            detail: True: a dictionary of entries by name; False: the names.
            prefix: Only what begins so, in the folder.
            **options: For `ls`, where folders are listed one by one.
        """
        path = self._strip_protocol(path)
        if maxdepth is not None or not path:
            if prefix:
                raise ValueError("prefix is for flat lists: no maxdepth, and a bucket")
            return super().find(path, maxdepth, withdirs, detail, **options)
        try:
            found = self._find(path, prefix)
        except FileNotFoundError:
            found = {}
        if not withdirs:
            found = {n: e for n, e in found.items() if e["type"] == "file"}
        names = sorted(found)
        return {name: found[name] for name in names} if detail else names

    def _find(self, path: str, prefix: str) -> dict[str, Entry]:
        changes = self._changes
        bucket, key, _ = self._split(path)
        tree: dict[str, list[Entry]] = {}
        found: dict[str, Entry] = {}

        def add_folder(name: str) -> None:
            if name in tree:
                return
            tree[name] = []
            found.setdefault(name, folder(name))
            if name != path:
                add_folder(parent_of(name))
                tree[parent_of(name)].append(folder(name))

        place = self._bucket(bucket, path)
        for each in place.list_objects(prefix_of(key) + prefix):
            entry = of_listed(bucket, each)
            if is_marker(each.key):
                add_folder(entry["name"])
            else:
                add_folder(parent_of(entry["name"]))
                tree[parent_of(entry["name"])].append(entry)
                found[entry["name"]] = entry  # a file counts before a folder
        if not found and not prefix and key:
            entry = self.info(path)
            return {path: entry} if entry["type"] == "file" else {}
        if not prefix:
            for name, entries in tree.items():
                self._keep(name, entries, changes)
        return found

    def du(
        self,
        path: str,
        total: bool = True,  # noqa: FBT001, FBT002 - fsspec's signature
        maxdepth: int | None = None,
        withdirs: bool = False,  # noqa: FBT001, FBT002 - fsspec's signature
        **options: Any,
    ) -> Any:
        """The sizes of all files below a path: their sum, or each.

        Args:
            path: The path.
            total: True: the sum; False: a dictionary.
            maxdepth: How deep to go.
            withdirs: Folders, too, whose size is 0.
            **options: For `find`.
        """
        found = self.find(path, maxdepth, withdirs, True, **options)
        sizes = {name: entry["size"] for name, entry in found.items()}
        return sum(sizes.values()) if total else sizes

    def checksum(self, path: str) -> int:
        """The CRC-64 of a file's bytes; of a file without one, a number of its ETag.

        Raises:
            FileNotFoundError: Nothing is there.
            IsADirectoryError: It is no file.
        """
        entry = self._file(path)
        if entry["crc64"] is not None:
            return int(entry["crc64"])
        return int(tokenize(entry["ETag"], entry["size"]), 16)

    def ukey(self, path: str) -> str:
        """A text that is another one when the file has changed."""
        entry = self.info(path)
        facts = [str(entry.get(name)) for name in ("name", "ETag", "size", "VersionId")]
        return sha256("\n".join(facts).encode()).hexdigest()

    def modified(self, path: str) -> datetime:
        """When a file was written, or a bucket made.

        Raises:
            FileNotFoundError: Nothing is there.
            IsADirectoryError: It is a folder, which has no time.
        """
        bucket, key, _ = self._split(path)
        if bucket and not key:
            return self._bucket(bucket, path).info().creation_date
        found: datetime = self._file(path)["LastModified"]
        return found

    def created(self, path: str) -> datetime:
        """As `modified`: objects are made anew whenever they are written."""
        return self.modified(path)

    def _file(self, path: str) -> Entry:
        """What OSS says of a file now."""
        entry = self.info(path, refresh=True)
        if entry["type"] != "file":
            raise IsADirectoryError(f"{path!r:.200} is no file")
        return entry

    def sign(
        self,
        path: str,
        expiration: float = 100,
        *,
        method: str = "GET",
        **options: Any,
    ) -> str:
        """A signed URL for a file. Nothing is sent.

        Args:
            path: The path.
            expiration: For how many seconds.
            method: The HTTP method.
            **options: As of `Bucket.presign`.
        """
        bucket, key, version = self._object(path)
        if version is not None:
            options["version_id"] = version
        return bucket.presign(method, key, expires=expiration, **options)


def _leave_out(error: OSError) -> None:
    """A folder that is gone is left out; anything else must not look like that."""
    if not isinstance(error, FileNotFoundError):
        raise error

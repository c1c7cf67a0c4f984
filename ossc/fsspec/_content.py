"""Bytes of files: all of one, ranges of many, many at once."""

from __future__ import annotations

from collections.abc import Iterable
from glob import has_magic
from typing import TYPE_CHECKING, Any

from ossc.errors import InvalidRange
from ossc.fsspec._opening import Opening
from ossc.fsspec._paths import missing
from ossc.fsspec._together import side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from typing_extensions import Buffer

    from ossc._sdk import CancelToken
    from ossc.bucket import Bucket

__all__ = ["Content"]

MANAGED = 64 << 20
"""Values of more bytes go in parts."""

PIECE = 8 << 20
GAP = 65_536


class Content(Opening):
    """Reading and writing; see `OSSFileSystem`."""

    def cat_file(
        self,
        path: str,
        start: int | None = None,
        end: int | None = None,
        *,
        version_id: str | None = None,
        cancel: CancelToken | None = None,
        **options: Any,
    ) -> bytes:
        """The bytes of a file, or those from `start` to before `end`, as of a slice.

        Args:
            path: The path.
            start: The first position; a negative one counts from the end.
            end: Behind the last position; a negative one counts from the end.
            version_id: Which version.
            cancel: Ends it from any thread.
            **options: As of `Bucket.get_object`.

        Raises:
            FileNotFoundError: There is no such file.
        """
        bucket, key, version = self._object(path)
        if cancel is not None:
            bucket = bucket.with_options(cancel=cancel)
        options["version_id"] = version_id or version
        if start is not None and start < 0 and end is None:
            return self._tail(bucket, key, -start, options)
        empty = end is not None and 0 <= end <= (start or 0)
        if (start or 0) < 0 or (end or 0) < 0 or empty:
            # Of no bytes, too: they are those of a file, which may be missing.
            info = bucket.head_object(key, version_id=options["version_id"])
            start, end, _ = slice(start, end).indices(info.size)
            options.setdefault("if_match", info.etag)
        first = start or 0
        if end is not None and end <= first:
            return b""
        if not first and end is None:
            return bucket.get_object(key, **options).data
        span = (first, None if end is None else end - 1)
        try:
            return bucket.get_object(key, span, **options).data
        except InvalidRange:
            return b""  # it begins behind the end

    @staticmethod
    def _tail(bucket: Bucket, key: str, size: int, options: dict[str, Any]) -> bytes:
        """The last bytes, or all where there are fewer."""
        try:
            return bucket.get_object(key, (None, size), **options).data
        except InvalidRange:
            return b""  # an empty file has no last byte

    def cat(
        self,
        path: Any,
        recursive: bool = False,  # noqa: FBT001, FBT002 - fsspec's signature
        on_error: str = "raise",
        **options: Any,
    ) -> Any:
        """The bytes of files: of one, or by path of several, which are read at once.

        Args:
            path: A path, a pattern, or a list of them.
            recursive: All files below these folders.
            on_error: What a failure does: `"raise"`, `"omit"` or `"return"`.
            **options: As of `cat_file`; with any, files are read one request each.
        """
        if isinstance(path, str) and not recursive and not self._is_pattern(path):
            return self.cat_file(path, **options)
        paths = self._files_of(path, recursive=recursive)
        if options or self.version_aware:
            found = self._each_range([(p,) for p in paths], on_error, options)
            told = dict(zip(paths, found, strict=True))
        else:
            told = dict(self._cat_many(paths, on_error))
        if on_error == "omit":
            return {p: r for p, r in told.items() if not isinstance(r, Exception)}
        return {p: told[p] for p in paths}

    def _is_pattern(self, path: str) -> bool:
        """Whether a path stands for others; a version id is no pattern."""
        if self.version_aware and self._split(path)[2] is not None:
            return False
        return bool(has_magic(path))

    def _files_of(self, path: Any, *, recursive: bool) -> list[str]:
        """The files that paths and patterns stand for.

        Raises:
            FileNotFoundError: There are none.
        """
        found: set[str] = set()
        for each in path if isinstance(path, list) else [path]:
            name = self._strip_protocol(each)
            if self._is_pattern(name):
                kinds = {n: e["type"] for n, e in self.glob(name, detail=True).items()}
            else:
                kinds = {name: "directory" if recursive else "file"}
            found.update(name for name, kind in kinds.items() if kind == "file")
            if recursive:
                folders = (name for name, kind in kinds.items() if kind != "file")
                found.update(*map(self.find, folders))
        if not found:
            raise missing(str(path))
        return sorted(found)

    def _is_kept_folder(self, path: str) -> bool:
        entry = self._kept_entry(path)
        return entry is not None and entry["type"] == "directory"

    def _cat_many(
        self, paths: Sequence[str], on_error: str
    ) -> Iterator[tuple[str, bytes | Exception]]:
        """Whole files, hundreds at a time in C."""
        for bucket, keys in self._by_bucket(paths).items():
            items = self.client.bucket(bucket).get_objects(
                keys, concurrency=self.batch_size, ordered=False
            )
            for item in items:
                if item.error is None:
                    yield f"{bucket}/{item.key}", item.result.data
                elif on_error == "raise":
                    raise item.error
                else:
                    yield f"{bucket}/{item.key}", item.error

    def _by_bucket(self, paths: Sequence[str]) -> dict[str, list[str]]:
        """The keys of files, by bucket."""
        found: dict[str, list[str]] = {}
        for path in paths:
            bucket, key, _ = self._object(path)
            found.setdefault(bucket.name, []).append(key)
        return found

    def cat_ranges(
        self,
        paths: list[str],
        starts: Any,
        ends: Any,
        max_gap: int | None = None,
        on_error: str = "return",
        **options: Any,
    ) -> list[Any]:
        """Ranges of files; near ones of a file in one request, all side by side.

        Args:
            paths: The file of each range.
            starts: As `start` of `cat_file`, one for all, or one for each.
            ends: As `end` of `cat_file`.
            max_gap: Ranges of a file with at most so many bytes between them go together;
                default: 64 KiB.
            on_error: `"return"`: a failure stands in the place of the bytes; `"raise"`.
            **options: As of `cat_file`.
        """
        if not isinstance(paths, list):
            raise TypeError("paths must be a list")
        count = len(paths)
        starts = list(starts) if isinstance(starts, Iterable) else [starts] * count
        ends = list(ends) if isinstance(ends, Iterable) else [ends] * count
        if not len(starts) == len(ends) == count:
            raise ValueError("there are not as many starts and ends as paths")
        wanted = list(zip(paths, starts, ends, strict=True))
        near: dict[str, list[int]] = {}
        alone = []
        for index, (path, start, end) in enumerate(wanted):
            if end is not None and (start or 0) >= 0 and end > (start or 0):
                near.setdefault(self._strip_protocol(path), []).append(index)
            else:
                alone.append(index)
        groups = [*near.values(), *([index] for index in alone)]
        gap = GAP if max_gap is None else max_gap

        def work(group: list[int], cancel: CancelToken) -> list[bytes | Exception]:
            spans = [wanted[index] for index in group]
            return self._some_ranges(spans, gap, on_error, options, cancel)

        told: list[Any] = [None] * count
        done = side_by_side(work, groups, self.batch_size)
        for group, results in zip(groups, done, strict=True):
            for index, result in zip(group, results, strict=True):
                told[index] = result
        return told

    def _some_ranges(
        self,
        spans: list[tuple[str, Any, Any]],
        gap: int,
        on_error: str,
        options: Mapping[str, Any],
        cancel: CancelToken,
    ) -> list[bytes | Exception]:
        """Ranges of one file."""
        options = {**options, "cancel": cancel}
        if len(spans) > 1:
            try:
                return self._near_ranges(spans, gap, **options)
            except InvalidRange:
                # One of them begins behind the end, which is no error of a slice.
                return [self._range(span, on_error, options) for span in spans]
            except Exception as error:
                if on_error == "raise":
                    raise
                return [error] * len(spans)
        return [self._range(spans[0], on_error, options)]

    def _near_ranges(
        self,
        spans: list[tuple[str, Any, Any]],
        gap: int,
        *,
        cancel: CancelToken,
        **options: Any,
    ) -> list[bytes | Exception]:
        """Ranges of one file, joined where there is little between them."""
        bucket, key, version = self._object(spans[0][0])
        views = bucket.with_options(cancel=cancel).get_ranges(
            key,
            [range(start or 0, end) for _, start, end in spans],
            gap=gap,
            concurrency=4,
            **{"version_id": version, **options},
        )
        return [bytes(view) for view in views]

    def _range(
        self, span: tuple[Any, ...], on_error: str, options: Mapping[str, Any]
    ) -> bytes | Exception:
        try:
            return self.cat_file(*span, **options)
        except Exception as error:
            if on_error == "raise":
                raise
            return error

    def _each_range(
        self,
        spans: Sequence[tuple[Any, ...]],
        on_error: str,
        options: Mapping[str, Any],
    ) -> list[bytes | Exception]:
        return side_by_side(
            lambda span, cancel: self._range(
                span, on_error, {**options, "cancel": cancel}
            ),
            spans,
            self.batch_size,
        )

    def pipe_file(
        self, path: str, value: Buffer, mode: str = "overwrite", **options: Any
    ) -> None:
        """Makes a file of some bytes; large ones go in parts, side by side.

        Args:
            path: The path.
            value: The bytes.
            mode: `"overwrite"`, or `"create"`: there must be no such file yet.
            **options: As of `Bucket.put_object`, such as `content_type`.

        Raises:
            FileExistsError: The mode is `"create"`, and there is such a file.
        """
        if mode == "create":
            options["forbid_overwrite"] = True
        if self._intrans:
            with self.open(path, "wb", **options) as file:
                file.write(value)
            return
        bucket, key, _ = self._object(path)
        try:
            _put(bucket, key, value, options)
        finally:
            self._changed(path)

    def pipe(self, path: Any, value: Buffer | None = None, **options: Any) -> None:
        """Makes a file of some bytes, or many at once of a dictionary of them.

        Args:
            path: A path, or a dictionary of bytes by path.
            value: The bytes of a single path.
            **options: As of `pipe_file`.

        Raises:
            OSError: What the first file that failed did; others may be there.
        """
        if not isinstance(path, dict):
            self.pipe_file(path, b"" if value is None else value, **options)
            return
        large = self._intrans or any(_size(v) > MANAGED for v in path.values())
        if large or len(path) < 2:
            for each, data in path.items():
                self.pipe_file(each, data, **options)
            return
        if options.pop("mode", "overwrite") == "create":
            options["forbid_overwrite"] = True
        many: dict[str, list[tuple[str, Buffer]]] = {}
        for each, data in path.items():
            bucket, key, _ = self._object(each)
            many.setdefault(bucket.name, []).append((key, data))
        try:
            for name, items in many.items():
                place = self.client.bucket(name)
                for item in place.put_objects(
                    items, concurrency=self.batch_size, ordered=False, **options
                ):
                    if item.error is not None:
                        raise item.error
        finally:
            for each in path:
                self._changed(each)

    def touch(
        self,
        path: str,
        truncate: bool = True,  # noqa: FBT001, FBT002 - fsspec's signature
        **options: Any,
    ) -> None:
        """Makes an empty file.

        Args:
            path: The path.
            truncate: False: a file that is there stays as it is, but for its time.
            **options: As of `Bucket.put_object`.
        """
        bucket, key, _ = self._object(path)
        if truncate or not self.exists(path, refresh=True):
            self.pipe_file(path, b"", **options)
            return
        bucket.update_metadata(key)
        self._changed(path)


def _size(value: Buffer) -> int:
    with memoryview(value) as view:
        return view.nbytes


def _put(bucket: Bucket, key: str, value: Buffer, options: dict[str, Any]) -> None:
    with memoryview(value) as view, view.cast("B") as octets:
        size = len(octets)
        if size <= MANAGED:
            bucket.put_object(key, octets, **options)
        else:
            pieces = (octets[at : at + PIECE] for at in range(0, size, PIECE))
            bucket.upload_fileobj(key, pieces, size=size, **options)

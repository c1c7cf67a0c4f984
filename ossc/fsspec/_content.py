"""Bytes of files: all of one, ranges of many, many at once, and files to open."""

from __future__ import annotations

from collections.abc import Iterable
from glob import has_magic
from typing import TYPE_CHECKING, Any

from fsspec.compression import compr
from fsspec.core import get_compression

from ossc.errors import InvalidRange, NoSuchKey
from ossc.fsspec._files import (
    BlockFile,
    CompressedWriter,
    OSSReadFile,
    OSSWriteFile,
    TextWriter,
)
from ossc.fsspec._looking import Looking
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
MIN_PART = 100 << 10

_TEXT = "encoding", "errors", "newline"


class Content(Looking):
    """Reading and writing; see `OSSFileSystem`."""

    def cat_file(
        self,
        path: str,
        start: int | None = None,
        end: int | None = None,
        *,
        version_id: str | None = None,
        **options: Any,
    ) -> bytes:
        """The bytes of a file, or those from `start` to before `end`, as of a slice.

        Args:
            path: The path.
            start: The first position; a negative one counts from the end.
            end: Behind the last position; a negative one counts from the end.
            version_id: Which version.
            **options: As of `Bucket.get_object`.

        Raises:
            FileNotFoundError: There is no such file.
        """
        bucket, key, version = self._object(path)
        options["version_id"] = version_id or version
        if start is not None and start < 0 and end is None:
            return self._tail(bucket, key, -start, options)
        if (start or 0) < 0 or (end or 0) < 0:
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
        starts = starts if isinstance(starts, list) else [starts] * count
        ends = ends if isinstance(ends, list) else [ends] * count
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
        if len(spans) > 1:
            try:
                bucket, key, version = self._object(spans[0][0])
                views = bucket.with_options(cancel=cancel).get_ranges(
                    key,
                    [range(start or 0, end) for _, start, end in spans],
                    gap=gap,
                    concurrency=4,
                    **{"version_id": version, **options},
                )
            except InvalidRange:
                # One of them begins behind the end, which is no error of a slice.
                return [self._range(span, on_error, options) for span in spans]
            except Exception as error:
                if on_error == "raise":
                    raise
                return [error] * len(spans)
            return [bytes(view) for view in views]
        return [self._range(spans[0], on_error, options)]

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
            lambda span, _cancel: self._range(span, on_error, options),
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
            self.pipe_file(path, value or b"", **options)
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

    def open(
        self,
        path: str,
        mode: str = "rb",
        block_size: int | None = None,
        cache_options: Mapping[str, Any] | None = None,
        compression: str | None = None,
        **options: Any,
    ) -> Any:
        """Opens a file.

        What is written appears when the file is closed, all at once; when an exception
        leaves its `with` block, nothing does.

        Args:
            path: The path.
            mode: `"r"`, `"w"`, `"x"` (the file must not exist) or `"a"`, with `"b"` for
                bytes. Appending writes all of the file anew, by way of this machine.
            block_size: Bytes of the first request of a reader, of each request with a
                cache, or of a part that is written.
            cache_options: For fsspec's caches.
            compression: Such as `"gzip"`, or `"infer"` from the ending of the name.
            **options: `cache_type`: read through this cache of fsspec, and not ahead;
                `encoding`, `errors`, `newline` of text; `autocommit=False`: nothing
                appears before `commit()`; and those of `Bucket.open`.

        Raises:
            FileNotFoundError: There is no such file to read.
            FileExistsError: There is one that must not exist.
        """
        is_text = "b" not in mode
        if "r" in mode or not (is_text or compression):
            return super().open(
                path, mode, block_size, cache_options, compression, **options
            )
        text = {name: options.pop(name) for name in _TEXT if name in options}
        file = super().open(path, f"{mode[0]}b", block_size, cache_options, **options)
        inner: Any = file
        if compression is not None:
            chosen = get_compression(self._strip_protocol(path), compression)
            if chosen is not None:
                inner = CompressedWriter(compr[chosen](file, mode="w"), file)
        return TextWriter(inner, file, **text) if is_text else inner

    def _open(
        self,
        path: str,
        mode: str = "rb",
        block_size: int | None = None,
        autocommit: bool = True,  # noqa: FBT001, FBT002 - fsspec's signature
        cache_options: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> Any:
        size = block_size or self.default_block_size
        cache = options.pop("cache_type", None) or self.default_cache_type
        if mode != "rb":
            return self._open_to_write(path, mode, size, options, autocommit=autocommit)
        if cache is not None or cache_options:
            return BlockFile(
                self, path, size, cache or "readahead", cache_options, options
            )
        options.pop("size", None)
        bucket, key, version = self._readable(path, options.pop("version_id", None))
        if size is not None:
            options.setdefault("buffer_size", size)
        reader = bucket.open(key, version_id=version, **options)
        return OSSReadFile(self, path, reader)

    def _readable(
        self, path: str, version_id: str | None
    ) -> tuple[Bucket, str, str | None]:
        """What is read: with versions that of now, whatever is written meanwhile."""
        bucket, key, version = self._object(path)
        version = version_id or version
        if self.version_aware and version is None:
            version = bucket.head_object(key).version_id
        return bucket, key, version

    def _open_to_write(
        self,
        path: str,
        mode: str,
        size: int | None,
        options: dict[str, Any],
        *,
        autocommit: bool,
    ) -> OSSWriteFile:
        if mode not in ("wb", "xb", "ab"):
            raise ValueError(f"mode is {mode!r:.20}, not one of rb, wb, xb and ab")
        bucket, key, _ = self._object(path)
        if mode == "xb":
            if self.exists(path, refresh=True):
                raise FileExistsError(f"{path!r:.200} is there already")
            options["forbid_overwrite"] = True
        if size is not None:
            options.setdefault("part_size", max(size, MIN_PART))
        old = self._to_append_to(bucket, key, options) if mode == "ab" else ()
        writer = bucket.open(key, "wb", **options)
        try:
            for chunk in old:
                writer.write(chunk)
        except BaseException:
            writer.discard()
            raise
        return OSSWriteFile(self, path, mode, writer, autocommit=autocommit)

    @staticmethod
    def _to_append_to(
        bucket: Bucket, key: str, options: dict[str, Any]
    ) -> Iterable[bytes]:
        """The bytes that are there already; their properties stay what they are."""
        try:
            info = bucket.head_object(key)
        except NoSuchKey:
            return ()
        options.setdefault("content_type", info.content_type)
        options.setdefault("metadata", info.metadata)
        return bucket.stream_object(key, if_match=info.etag)


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

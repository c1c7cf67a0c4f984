"""Opening files, to read and to write."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from fsspec.compression import compr
from fsspec.core import get_compression

from ossc.errors import NoSuchKey
from ossc.fsspec._files import (
    BlockFile,
    CompressedWriter,
    OSSReadFile,
    OSSWriteFile,
    TextWriter,
)
from ossc.fsspec._looking import Looking

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ossc.bucket import Bucket

__all__ = ["Opening"]

MIN_PART = 100 << 10

_TEXT = "encoding", "errors", "newline"

# What stays of a file that is appended to, by the header that tells it.
_KEPT = {
    "content_type": "content-type",
    "cache_control": "cache-control",
    "content_disposition": "content-disposition",
    "content_encoding": "content-encoding",
    "content_language": "content-language",
    "expires": "expires",
    "storage_class": "x-oss-storage-class",
    "server_side_encryption": "x-oss-server-side-encryption",
    "sse_key_id": "x-oss-server-side-encryption-key-id",
    "sse_data_encryption": "x-oss-server-side-data-encryption",
}


class Opening(Looking):
    """Files to read and to write; see `OSSFileSystem`."""

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
        options.setdefault("metadata", info.metadata)
        for name, header in _KEPT.items():
            if header in info.headers:
                options.setdefault(name, info.headers[header])
        if (
            "tags" not in options
            and info.headers.get("x-oss-tagging-count", "0") != "0"
        ):
            options["tags"] = bucket.get_object_tagging(key).tags
        return bucket.stream_object(key, if_match=info.etag)

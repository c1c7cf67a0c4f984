"""Files that are open: ossc's streams with what fsspec's users look for on a file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from fsspec.spec import AbstractBufferedFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from typing_extensions import Buffer

    from ossc._stream import ObjectReader, ObjectWriter
    from ossc.fsspec._paths import Entry

__all__ = [
    "BlockFile",
    "CompressedWriter",
    "OSSReadFile",
    "OSSWriteFile",
    "TextWriter",
]


class OSSReadFile(io.BufferedIOBase):
    """A file that is read ahead (see `ossc.ObjectReader`). One thread at a time.

    It pickles as the path, the version and the position.

    Attributes:
        fs: The file system.
        path: The path.
        mode: `"rb"`.
        blocksize: What programs that read in blocks should read at once.
    """

    mode = "rb"

    def __init__(self, fs: Any, path: str, reader: ObjectReader) -> None:
        self.fs = fs
        self.path = path
        self.blocksize = fs.blocksize
        self._reader = reader

    @property
    def name(self) -> str:
        """The path."""
        return self.path

    @property
    def full_name(self) -> str:
        """The path with its protocol."""
        return str(self.fs.unstrip_protocol(self.path))

    @property
    def size(self) -> int:
        """The file's size."""
        return self._reader.size

    @property
    def loc(self) -> int:
        """The position."""
        return self._reader.tell()

    @property
    def details(self) -> Entry:
        """As of `info`, of what was opened."""
        from ossc.fsspec._paths import of_head  # noqa: PLC0415 - seldom

        return of_head(self.path, self._reader.info)

    def info(self) -> Entry:
        """As of the file system, of what was opened."""
        return self.details

    def readable(self) -> bool:
        """True."""
        return self._reader.readable()

    def seekable(self) -> bool:
        """True."""
        return self._reader.seekable()

    def tell(self) -> int:
        """The position of the next byte."""
        return self._reader.tell()

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Moves to a position; nothing is fetched."""
        return self._reader.seek(offset, whence)

    def read(self, size: int | None = -1, /) -> bytes:
        """Up to `size` bytes; all that are left without one."""
        return self._reader.read(size)

    def read1(self, size: int = -1, /) -> bytes:
        """Bytes that are at hand."""
        return self._reader.read1(size)

    def readinto(self, buffer: Buffer, /) -> int:
        """Fills a buffer."""
        return self._reader.readinto(buffer)

    def readinto1(self, buffer: Buffer, /) -> int:
        """Fills a buffer with what is at hand."""
        return self._reader.readinto1(buffer)

    def readline(self, size: int | None = -1, /) -> bytes:
        """Up to and with the next newline."""
        return self._reader.readline(size)

    def peek(self, size: int = 0, /) -> bytes:
        """Bytes that come next; the position stays."""
        return self._reader.peek(size)

    def close(self) -> None:
        """Ends what is under way in the background."""
        if not self.closed:
            self._reader.close()
            super().close()

    def __repr__(self) -> str:
        """The path."""
        return f"<{type(self).__name__} {self.path!r}>"

    def __reduce__(self) -> tuple[Any, ...]:
        """Opened again where it is unpickled."""
        version = self._reader.info.version_id
        return _reopened, (self.fs, self.path, version, self.tell())


def _reopened(fs: Any, path: str, version_id: str | None, position: int) -> OSSReadFile:
    file: OSSReadFile = fs.open(path, "rb", version_id=version_id)
    file.seek(position)
    return file


class BlockFile(AbstractBufferedFile):
    """A file that is read through one of fsspec's caches, block by block.

    The blocks are of the object that was opened: when it is overwritten, further ones
    fail with `PreconditionFailed`.
    """

    def __init__(
        self,
        fs: Any,
        path: str,
        block_size: int | None,
        cache_type: str,
        cache_options: Mapping[str, Any] | None,
        options: dict[str, Any],
    ) -> None:
        size = options.pop("size", None)
        details = fs.info(path, refresh=True, version_id=options.get("version_id"))
        if details["type"] != "file":
            raise IsADirectoryError(f"{path!r:.200} is no file")
        if fs.version_aware and options.get("version_id") is None:
            options["version_id"] = details.get("VersionId")
        self._details = details
        super().__init__(
            fs,
            path,
            "rb",
            block_size,
            cache_type=cache_type,
            cache_options=dict(cache_options or {}),
            size=size if size is not None else details["size"],
            **options,
        )

    def _fetch_range(self, start: int, end: int) -> bytes:
        options = {"if_match": self._details["ETag"], **self.kwargs}
        data: bytes = self.fs.cat_file(self.path, start, end, **options)
        return data


class OSSWriteFile(io.BufferedIOBase):
    """A file that is written (see `ossc.ObjectWriter`). One thread at a time.

    Attributes:
        fs: The file system.
        path: The path.
        mode: `"wb"`, `"xb"` or `"ab"`.
        autocommit: Whether closing makes the file appear; otherwise `commit` does.
        blocksize: What programs that write in blocks should write at once.
    """

    def __init__(
        self, fs: Any, path: str, mode: str, writer: ObjectWriter, *, autocommit: bool
    ) -> None:
        self.fs = fs
        self.path = path
        self.mode = mode
        self.autocommit = autocommit
        self.blocksize = fs.blocksize
        self._writer = writer
        self._given_up = False

    @property
    def name(self) -> str:
        """The path."""
        return self.path

    @property
    def full_name(self) -> str:
        """The path with its protocol."""
        return str(self.fs.unstrip_protocol(self.path))

    @property
    def result(self) -> Any:
        """What OSS said of the object, after it has appeared."""
        return self._writer.result

    @property
    def loc(self) -> int:
        """How many bytes have been written."""
        return self._writer.tell()

    def writable(self) -> bool:
        """True."""
        return self._writer.writable()

    def tell(self) -> int:
        """How many bytes have been written."""
        return self._writer.tell()

    def write(self, data: Buffer, /) -> int:
        """Takes all of the bytes."""
        if self.closed:
            raise ValueError("I/O operation on a closed file")
        return self._writer.write(data)

    def flush(self) -> None:
        """Does nothing: parts go out when they are full."""

    def give_up(self) -> None:
        """Has `close` discard what was written, instead of making it appear."""
        self._given_up = True

    def close(self) -> None:
        """Makes the file appear, unless that is left to `commit`."""
        if self.closed:
            return
        try:
            if self._given_up:
                self.discard()
            elif self.autocommit:
                self.commit()
        finally:
            super().close()

    def commit(self) -> None:
        """Makes the file appear, all at once."""
        try:
            self._writer.close()
        finally:
            self.fs._changed(self.path)

    def discard(self) -> None:
        """Throws away what was written; what was there before is untouched."""
        self._writer.discard()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes; after an exception nothing appears."""
        if error is not None:
            self.give_up()
        self.close()

    def __del__(self) -> None:
        """The writer warns if it was not closed; nothing appears."""

    def __repr__(self) -> str:
        """The path."""
        return f"<{type(self).__name__} {self.path!r}>"


class TextWriter(io.TextIOWrapper):
    """Text into a file, of which nothing appears when its `with` block fails."""

    def __init__(self, inner: Any, file: OSSWriteFile, **options: Any) -> None:
        super().__init__(inner, **options)
        self._file = file

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes; after an exception nothing appears."""
        if error is not None:
            self._file.give_up()
        self.close()

    def __del__(self) -> None:
        """The writer warns if it was not closed; nothing appears."""


class CompressedWriter(io.BufferedIOBase):
    """Compresses into a file, and closes it, too; compressors leave that to others."""

    def __init__(self, compressor: Any, file: OSSWriteFile) -> None:
        self._compressor = compressor
        self._file = file

    def writable(self) -> bool:
        """True."""
        return not self.closed

    def write(self, data: Buffer, /) -> int:
        """Takes all of the bytes."""
        return int(self._compressor.write(data))

    def close(self) -> None:
        """Writes what the compressor holds back, and closes the file."""
        if self.closed:
            return
        try:
            self._compressor.close()
        except BaseException:
            self._file.give_up()
            raise
        finally:
            super().close()
            self._file.close()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes; after an exception nothing appears."""
        if error is not None:
            self._file.give_up()
        self.close()

    def __del__(self) -> None:
        """The writer warns if it was not closed; nothing appears."""

"""`ObjectWriter`: an object as a binary file to write."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, NoReturn

from ossc._put import as_buffer
from ossc._stream._upload import MAX_PART, MAX_PARTS, Part, Result, Upload
from ossc.errors import CallbackFailed, ParameterError

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Buffer

__all__ = ["ObjectWriter", "part_size_at"]


def part_size_at(position: int, least: int) -> int:
    """The size of the part that begins at a position of the object.

    A thousandth of what comes before it, so that even the largest objects that fit into
    memory part by part need fewer than 10,000 parts.
    """
    return min(MAX_PART, max(least, position // 1000))


class ObjectWriter(io.BufferedIOBase):
    """An object as a binary file to write; made by `Bucket.open`. One thread at a time.

    What is written is copied and goes out part by part in the background while the
    program writes on; an object that fits into one part goes out in one request.
    Nothing appears under the key before `close` has succeeded, and nothing ever does when
    the `with` block is left by an exception, after `discard`, or when the writer is
    forgotten. A wrapper such as `io.TextIOWrapper` closes what it wraps, whatever
    happened: leave its `with` block only after success, or `discard` before.

    Attributes:
        mode: `"wb"`, also for one that must not overwrite.
        key: The object's key.
        name: The object's key, as files have a name.

    Example:
        >>> with bucket.open("report.csv", "wb", content_type="text/csv") as file:
        ...     file.write(b"a,b")
        3
        >>> file.result.etag
        'B345E1DC09F20FDEFDEA469F09167892'
    """

    mode = "wb"

    def __init__(self, upload: Upload, part_size: int) -> None:
        self.key: str = upload.key
        self.name: str = upload.key
        self._part_size = part_size
        self._part: Part | None = None
        self._written = 0
        self._parts = 0
        self._failure: BaseException | None = None
        self._result: Result | None = None
        # The last: what has it can be given up.
        self._upload = upload

    @property
    def result(self) -> Result:
        """What OSS said of the object.

        Raises:
            ValueError: The writer has not been closed with success.
        """
        if self._result is None:
            raise ValueError("there is no result before the writer is closed")
        return self._result

    def writable(self) -> bool:
        """True."""
        self._check_open()
        return True

    def tell(self) -> int:
        """How many bytes have been written."""
        self._check_open()
        return self._written

    def write(self, data: Buffer, /) -> int:
        """Takes all of the bytes, which may be changed afterwards.

        Waits while as many parts are under way as there may be.

        Raises:
            OSSError: A part could not be stored; the upload is given up, and all further
                calls raise the same.
            Cancelled: The token was used; the same.
        """
        self._check_usable()
        with as_buffer(data) as view, view.cast("B") as octets:
            size = len(octets)
            try:
                self._upload.check()
                self._take(octets)
            except BaseException as error:
                self._fail(error)
                raise
        return size

    def flush(self) -> None:
        """Does nothing: what does not fill a part yet stays in memory until `close`."""
        self._check_open()

    def close(self) -> None:
        """Makes the object. The second time does nothing.

        Raises:
            CallbackFailed: The object is there, the callback failed; `result` is there.
            FileAlreadyExists: It was not to be overwritten.
            OSSError: There is no new object.
        """
        if self.closed:
            return
        try:
            self._check_usable()
            self._commit()
        finally:
            self._end()

    def discard(self) -> None:
        """Closes without making the object. On a closed writer it does nothing.

        Raises:
            OSSError: OSS could not be told; parts stay there, invisible.
        """
        if self.closed:
            return
        try:
            if not self._upload.foreign:
                self._upload.discard()
        finally:
            self._end()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes; discards when the block was left by an exception."""
        if error is None:
            self.close()
        elif not self.closed:
            self._fail(error)
            self._end()

    def __del__(self) -> None:
        """Warns when the writer was not closed; nothing appears."""
        upload: Upload | None = getattr(self, "_upload", None)
        if upload is None or self.closed or upload.foreign:
            return
        what = f"unclosed {self!r}"
        if self._failure is None:
            upload.abandon()
        self._end()
        warnings.warn(what, ResourceWarning, source=self, stacklevel=2)

    def __repr__(self) -> str:
        """The key and how much was written."""
        state = "closed" if self.closed else "open"
        return f"<ossc.ObjectWriter {self.key!r} {state}, {self._written} bytes>"

    def __reduce__(self) -> NoReturn:
        """Requests under way stay where they are."""
        raise TypeError("a writer cannot be pickled or copied")

    def _take(self, octets: memoryview) -> None:
        at = 0
        while at < len(octets):
            part = self._part
            if part is not None and len(part.data) >= part.room:
                self._hand_over(part)
                part = None
            if part is None:
                part = self._part = self._begin_part()
            piece = octets[at : at + part.room - len(part.data)]
            part.data += piece
            at += len(piece)
            self._written += len(piece)

    def _begin_part(self) -> Part:
        return self._upload.part(part_size_at(self._written, self._part_size))

    def _hand_over(self, part: Part) -> None:
        if self._parts >= MAX_PARTS - 1:
            raise ParameterError(
                f"the object has {MAX_PARTS} parts; it needs a larger part_size",
                key=self.key,
            )
        self._upload.add(part)
        self._part = None
        self._parts += 1

    def _commit(self) -> None:
        part = self._part
        try:
            if part is None:
                part = self._part = self._begin_part()
            self._result = self._upload.finish(part)
        except CallbackFailed as error:
            self._result = error.result
            raise
        except BaseException as error:
            self._fail(error)
            raise

    def _fail(self, error: BaseException) -> None:
        """Gives the upload up, once."""
        if self._failure is None and not self._upload.foreign:
            self._failure = error
            self._upload.discard_after(error)

    def _end(self) -> None:
        part, self._part = self._part, None
        if part is not None:
            part.release()
        self._failure = None
        super().close()

    def _check_open(self) -> None:
        if self.closed:
            raise ValueError("I/O operation on a closed writer")

    def _check_usable(self) -> None:
        self._check_open()
        if self._upload.foreign:
            raise io.UnsupportedOperation(
                "the writer belongs to the process that opened it"
            )
        if self._failure is not None:
            raise self._failure

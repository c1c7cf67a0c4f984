"""Managed transfers: objects of any size, in parts, several of them at a time.

What moves the parts is in `ossc._transfer`, which loads when it is first used.
"""

from __future__ import annotations

import os

from ossc._get import GetVerbs
from ossc._multipart import MultipartVerbs
from ossc._names import version_params
from ossc._put import PutVerbs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from typing_extensions import Buffer, Unpack

    from ossc._ranges import ByteRange
    from ossc._sdk import CancelToken, Progress
    from ossc._transfer._source import Readable
    from ossc.callback import Callback
    from ossc.models import CopyObjectResult, ObjectInfo, PutObjectResult
    from ossc.options import Conditions, CopyOptions, ObjectOptions

__all__ = ["TransferVerbs"]


class TransferVerbs(PutVerbs, GetVerbs, MultipartVerbs):
    """Uploads, downloads and copies of any size."""

    __slots__ = ()

    def upload_file(
        self,
        key: str,
        path: str | os.PathLike[str],
        *,
        part_size: int | None = None,
        concurrency: int = 4,
        threshold: int | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
        callback: Callback | None = None,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
        **options: Unpack[ObjectOptions],
    ) -> PutObjectResult:
        """Uploads a local file of any size: a large one in parts, in parallel.

        The parts go straight from the file to the network. The CRC-64 of the whole is
        compared with OSS's. When the upload fails, its parts are removed from OSS,
        unless there is a checkpoint to go on from.

        Args:
            key: The object's key.
            path: The local file; it must not change meanwhile.
            part_size: Bytes of a part, 100 KiB to 5 GiB; default: 8 MiB, and more where
                10,000 parts would not hold the file.
            concurrency: How many parts are on their way at a time.
            threshold: Files of at least so many bytes go in parts; default: 16 MiB.
            checkpoint: A file, or a folder to make one in, that keeps what is done: the
                same call resumes the upload after a failure, or after the process was
                killed. Where the file or the options have changed, it begins anew. It
                is removed at the end.
            callback: As in `put_object`; it fires once, for the whole object.
            progress: Called with (bytes sent, total) in this thread, at most every 100
                ms and once at the end; an exception in it ends the upload and comes out
                of this call.
            cancel: Ends the upload from any thread.
            **options: See `ossc.ObjectOptions`. The content type is by the ending of the
                key unless one is given.

        Raises:
            LocalFileError: The file cannot be read, or changed meanwhile.
            CallbackFailed: The object is stored, the callback failed; `result` has the
                upload's result.
            FileAlreadyExists: `forbid_overwrite` and the key exists.
            ChecksumMismatch: OSS stored other bytes than were sent.
            Cancelled: `cancel` was cancelled.

        Example:
            >>> import tempfile
            >>> with tempfile.NamedTemporaryFile() as file:
            ...     size = file.write(bytes(1_000_000))
            ...     file.flush()
            ...     result = bucket.upload_file("zeros.bin", file.name, threshold=500_000)
            >>> result.etag.endswith("-1")
            True
        """
        # Imported here, as below: few programs need it, and it imports more.
        from ossc._transfer._upload_file import upload_file  # noqa: PLC0415

        return upload_file(
            self,
            key,
            path,
            part_size=part_size,
            concurrency=concurrency,
            threshold=threshold,
            checkpoint=checkpoint,
            callback=callback,
            progress=progress,
            cancel=cancel,
            options=options,
        )

    def upload_fileobj(
        self,
        key: str,
        source: Readable | Iterable[Buffer],
        *,
        size: int | None = None,
        part_size: int | None = None,
        concurrency: int = 4,
        callback: Callback | None = None,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
        **options: Unpack[ObjectOptions],
    ) -> PutObjectResult:
        r"""Uploads what can be read or iterated over, whose length need not be known.

        What fits into one part goes in one request, the rest in parts, in parallel. At
        most `concurrency` parts and one more are in memory; of large parts fewer.

        Args:
            key: The object's key.
            source: An object with `read(n)` (a file opened in binary mode, a socket's
                file, a decompressor, …), which may give less than it is asked for, or
                an iterable of bytes-like pieces of any length. It is read in this
                thread only.
            size: How many bytes will come, where that is known: for the progress, and
                for the size of parts. Fewer or more are an error.
            part_size: Bytes of the first parts, 100 KiB to 5 GiB; default: 8 MiB. Later
                parts are larger, so that 10,000 hold 48.8 TB: the size doubles first
                after some 90 parts. A client's `max_memory` bounds it.
            concurrency: How many parts are on their way at a time.
            callback: As in `put_object`; it fires once, for the whole object.
            progress: As in `upload_file`; the total is None unless `size` is given.
            cancel: Ends the upload from any thread.
            **options: See `ossc.ObjectOptions`.

        Raises:
            TypeError: The source gives something other than bytes.
            CallbackFailed, FileAlreadyExists, ChecksumMismatch, Cancelled: As in
                `upload_file`. An error of the source comes out as it is.

        Example:
            >>> lines = (f"line {number}\n".encode() for number in range(1000))
            >>> result = bucket.upload_fileobj("lines.txt", lines)
            >>> bucket.head_object("lines.txt").size
            8890
        """
        from ossc._transfer._upload_stream import upload_fileobj  # noqa: PLC0415

        return upload_fileobj(
            self,
            key,
            source,
            size=size,
            part_size=part_size,
            concurrency=concurrency,
            callback=callback,
            progress=progress,
            cancel=cancel,
            options=options,
        )

    def download_file(
        self,
        key: str,
        path: str | os.PathLike[str],
        *,
        part_size: int | None = None,
        concurrency: int = 4,
        checkpoint: str | os.PathLike[str] | None = None,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        **conditions: Unpack[Conditions],
    ) -> ObjectInfo:
        """Downloads an object into a local file, in parallel, all or nothing.

        The parts go straight from the network into a temporary file in the same folder,
        which is checked, synced and renamed; a file that was there before is replaced
        only by a whole one.

        Args:
            key: The object's key.
            path: The local file.
            part_size: Bytes of a part; default: 8 MiB.
            concurrency: How many parts are on their way at a time.
            checkpoint: A file, or a folder to make one in, that keeps what is done: the
                same call resumes the download after a failure, or after the process was
                killed. What is in the temporary file is checked first; where the object
                has changed, the download begins anew. It is removed at the end.
            progress: Called with (bytes received, total) in this thread, at most every
                100 ms and once at the end; an exception in it ends the download and
                comes out of this call.
            cancel: Ends the download from any thread.
            version_id: Which version of it; default: the current one.
            params: Further query parameters.
            **conditions: See `ossc.Conditions`.

        Raises:
            NoSuchKey: There is no such object.
            LocalFileError: The file cannot be written; `errno` tells why.
            PreconditionFailed: The object was replaced meanwhile, or a condition did not
                hold.
            ChecksumMismatch: The bytes are not those that OSS stored.
            Cancelled: `cancel` was cancelled.

        Example:
            >>> import os, tempfile
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     path = os.path.join(folder, "greeting.txt")
            ...     info = bucket.download_file("greeting.txt", path)
            ...     print(os.path.getsize(path), info.content_type)
            5 text/plain
        """
        from ossc._transfer._download import download_file  # noqa: PLC0415

        return download_file(
            self,
            key,
            path,
            part_size=part_size,
            concurrency=concurrency,
            checkpoint=checkpoint,
            progress=progress,
            cancel=cancel,
            params=version_params(params, version_id),
            conditions=conditions,
        )

    def download_into(
        self,
        key: str,
        buffer: Buffer,
        range: ByteRange | None = None,  # noqa: A002 - the header's name
        *,
        part_size: int | None = None,
        concurrency: int = 4,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        **conditions: Unpack[Conditions],
    ) -> int:
        """Downloads an object into the caller's memory, in parallel, without a copy.

        Args:
            key: The object's key.
            buffer: A writable buffer, at least as large as the object, or as the range:
                `bytearray`, `memoryview`, `mmap`, a NumPy array. After an error its
                content is undefined.
            range: As in `get_object`: a part of the object, which begins where the buffer
                begins. All of it is of one object, as ever; but OSS keeps no checksum
                that a part could be compared with.
            part_size: As in `download_file`.
            concurrency: As in `download_file`.
            progress: As in `download_file`.
            cancel: Ends the download from any thread.
            version_id: Which version of it; default: the current one.
            params: Further query parameters.
            **conditions: See `ossc.Conditions`.

        Returns:
            How many bytes were written: the object's size, or the range's.

        Raises:
            ParameterError: They do not fit into the buffer.
            InvalidRange: The range lies outside the object.
            NoSuchKey, PreconditionFailed, ChecksumMismatch, Cancelled: As in
                `download_file`.

        Example:
            >>> room = bytearray(10)
            >>> bucket.download_into("greeting.txt", room)
            5
            >>> room[:5]
            bytearray(b'hello')
            >>> bucket.download_into("greeting.txt", room, (3, None))
            2
        """
        from ossc._transfer._download import download_into  # noqa: PLC0415

        return download_into(
            self,
            key,
            buffer,
            span=range,
            part_size=part_size,
            concurrency=concurrency,
            progress=progress,
            cancel=cancel,
            params=version_params(params, version_id),
            conditions=conditions,
        )

    def copy(
        self,
        source_key: str,
        key: str,
        *,
        source_bucket: str | None = None,
        source_version_id: str | None = None,
        part_size: int | None = None,
        concurrency: int = 4,
        threshold: int | None = None,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
        **options: Unpack[CopyOptions],
    ) -> CopyObjectResult:
        """Copies an object of any size on the server: a large one in parts, in parallel.

        The copy has the source's metadata and tags, unless others are given. The CRC-64
        of the copy is compared with the source's. When the copy fails, its parts are
        removed.

        Args:
            source_key: What is copied.
            key: What it becomes, in this bucket.
            source_bucket: Where it is; default: this bucket. Same region only.
            source_version_id: Which version of it.
            part_size: Bytes of a part, 100 KiB to 5 GiB; default: 64 MiB, and more where
                10,000 parts would not hold the object.
            concurrency: How many parts are copied at a time.
            threshold: Objects of at least so many bytes go in parts; default: 128 MiB.
            progress: Called with (bytes copied, total), as in `upload_file`.
            cancel: Ends the copy from any thread.
            **options: See `ossc.CopyOptions`, as in `copy_object`.

        Raises:
            NoSuchKey: There is no such source.
            PreconditionFailed: A condition on the source did not hold, or it was
                replaced meanwhile.
            ChecksumMismatch: The copy holds other bytes than the source.
            Cancelled: `cancel` was cancelled.

        Example:
            >>> bucket.copy("greeting.txt", "copy.txt").etag
            '5D41402ABC4B2A76B9719D911017C592'
        """
        from ossc._transfer._copy import copy  # noqa: PLC0415

        return copy(
            self,
            source_key,
            key,
            source_bucket=source_bucket,
            source_version_id=source_version_id,
            part_size=part_size,
            concurrency=concurrency,
            threshold=threshold,
            progress=progress,
            cancel=cancel,
            options=options,
        )

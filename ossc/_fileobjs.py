"""Verbs between objects and open files, and the comparison of a file with an object.

What does the work is in `ossc._transfer`, which loads when it is first used.
"""

from __future__ import annotations

import os

from ossc._names import version_params
from ossc._transfers import TransferVerbs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import Unpack

    from ossc._sdk import CancelToken, Progress
    from ossc._transfer._download_stream import Writable
    from ossc.models import ObjectInfo
    from ossc.options import Conditions

__all__ = ["FileObjectVerbs"]


class FileObjectVerbs(TransferVerbs):
    """Downloads into open files, and comparing."""

    __slots__ = ()

    def download_fileobj(
        self,
        key: str,
        fileobj: Writable,
        *,
        part_size: int | None = None,
        concurrency: int = 4,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        **conditions: Unpack[Conditions],
    ) -> ObjectInfo:
        """Downloads an object into anything that bytes can be written to, in parallel.

        The parts are written in their order, in this thread only, and nothing is ever
        sought: standard output, a pipe, a socket's file, a member of a ZIP file will do.
        At most `concurrency` parts and one more are in memory. After an error the file
        has got a part of the object; it gets the last part only where the CRC-64 of the
        whole is right.

        Args:
            key: The object's key.
            fileobj: An object with `write(data)`, such as a file opened in binary mode.
                It is neither flushed nor closed.
            part_size: Bytes of a part; default: 8 MiB, and less where the client's
                `max_memory` asks for it.
            concurrency: How many parts are on their way at a time.
            progress: As in `download_file`.
            cancel: Ends the download from any thread, unless it waits for `write`.
            version_id: Which version of it; default: the current one.
            params: Further query parameters.
            **conditions: See `ossc.Conditions`.

        Raises:
            TypeError: `fileobj` has no `write`, or takes text.
            MemoryLimitExceeded: `max_memory` has no room for a part.
            NoSuchKey, PreconditionFailed, ChecksumMismatch, Cancelled: As in
                `download_file`. An error of the file comes out as it is.

        Example:
            >>> import io
            >>> target = io.BytesIO()
            >>> bucket.download_fileobj("greeting.txt", target).size
            5
            >>> target.getvalue()
            b'hello'
        """
        # Imported here, as below: few programs need it, and it imports more.
        from ossc._transfer._download_stream import download_fileobj  # noqa: PLC0415

        return download_fileobj(
            self,
            key,
            fileobj,
            part_size=part_size,
            concurrency=concurrency,
            progress=progress,
            cancel=cancel,
            params=version_params(params, version_id),
            conditions=conditions,
        )

    def verify_file(
        self,
        key: str,
        path: str | os.PathLike[str],
        *,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        **conditions: Unpack[Conditions],
    ) -> bool:
        """Whether a local file holds what an object holds; nothing is downloaded.

        The sizes are compared, and where they are the same, the CRC-64 of the file with
        what OSS tells of the object.

        Args:
            key: The object's key.
            path: The local file.
            progress: Called with (bytes of the file that were read, its size) in this
                thread, at most every 100 ms and once at the end.
            cancel: Ends it from any thread.
            version_id: Which version of it; default: the current one.
            params: Further query parameters.
            **conditions: See `ossc.Conditions`.

        Raises:
            NoSuchKey: There is no such object.
            LocalFileError: The file cannot be read, or changed meanwhile.
            MalformedResponse: OSS tells no CRC-64 of the object.
            Cancelled: `cancel` was cancelled.

        Example:
            >>> import tempfile
            >>> with tempfile.NamedTemporaryFile() as file:
            ...     size = file.write(b"hello")
            ...     file.flush()
            ...     bucket.verify_file("greeting.txt", file.name)
            True
        """
        from ossc._transfer._verify import verify_file  # noqa: PLC0415

        return verify_file(
            self,
            key,
            path,
            progress=progress,
            cancel=cancel,
            params=version_params(params, version_id),
            conditions=conditions,
        )

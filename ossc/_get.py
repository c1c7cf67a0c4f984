"""Verbs that read objects: get into bytes, a buffer or a file, and head."""

from __future__ import annotations

import os

from ossc._answers import get_result, object_info
from ossc._names import encode_key, merge_headers, version_params
from ossc._option_headers import condition_headers
from ossc._ranges import ByteRange, check_answered, most_of, range_headers
from ossc._sdk import WHOLE, Answer, Call, functions
from ossc._verbs import Verbs
from ossc.errors import LocalFileError, MalformedResponse, ParameterError
from ossc.models import GetObjectResult, ObjectInfo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import Buffer, Unpack

    from ossc._sdk import Progress
    from ossc.errors import OSSError
    from ossc.options import Conditions

__all__ = ["GetVerbs", "does_not_fit"]


class GetVerbs(Verbs):
    """Get and head."""

    __slots__ = ()

    def get_object(
        self,
        key: str,
        range: ByteRange | None = None,  # noqa: A002 - the header's name
        *,
        version_id: str | None = None,
        progress: Progress | None = None,
        process: str | None = None,
        params: Mapping[str, str] | None = None,
        **conditions: Unpack[Conditions],
    ) -> GetObjectResult:
        """Reads an object, or a range of it, into memory (GetObject).

        Args:
            key: The object's key.
            range: `(first, last)`, both inclusive: `(0, 99)` is the first 100 bytes,
                `(100, None)` all from 100, `(None, 100)` the last 100; or a Python
                `range` such as `range(0, 100)`; or the header's text `"bytes=0-99"`.
            version_id: Which version of it; default: the current one.
            progress: Called with (bytes received, total or None) in this thread, at most
                about ten times a second and once at the end; an exception in it ends the
                download and comes out of this call.
            process: What OSS is to make of the object on its way, such as
                `"image/resize,w_100"`: the result comes instead of it, and no checksum.
            params: Further query parameters, such as `response-content-type`.
            **conditions: See `ossc.Conditions`.

        Raises:
            NoSuchKey: There is no such object, or a delete marker hides it.
            NoSuchVersion: There is no such version.
            MethodNotAllowed: That version is a delete marker.
            InvalidRange: The range lies outside the object.
            ShortBody: The answer was cut.
            ChecksumMismatch: The bytes are not those that OSS stored.

        Example:
            >>> bucket.get_object("greeting.txt").data
            b'hello'
        """
        if process is not None:
            params = {**(params or {}), "x-oss-process": process}

        def read(answer: Answer) -> GetObjectResult:
            if range is not None or not answer.facts & WHOLE:
                check_answered(range, answer, len(answer.body))
            return get_result(key, answer)

        call = Call(
            "GetObject",
            functions.get_to_buffer,
            self._name,
            encode_key(key),
            _headers(range, conditions)
            if conditions or range is not None
            else _NOTHING,
            params if version_id is None else version_params(params, version_id),
            progress=progress,
        )
        if range is not None:
            call.most = most_of(range)
        return self._client._perform(call, read)

    def get_object_into(
        self,
        key: str,
        buffer: Buffer,
        range: ByteRange | None = None,  # noqa: A002 - the header's name
        *,
        version_id: str | None = None,
        progress: Progress | None = None,
        params: Mapping[str, str] | None = None,
        **conditions: Unpack[Conditions],
    ) -> int:
        """Reads an object straight into the caller's memory, without a copy.

        Args:
            key: The object's key.
            buffer: A writable buffer, at least as large as what is read: `bytearray`,
                `memoryview`, `mmap`, a NumPy array. After an error its content is
                undefined, but an error answer is never written into it.
            range: As in `get_object`.
            version_id: As in `get_object`.
            progress: As in `get_object`.
            params: Further query parameters.
            **conditions: See `ossc.Conditions`.

        Returns:
            How many bytes were written.

        Raises:
            ParameterError: The object does not fit into the buffer.
        """
        view = memoryview(buffer)
        if view.readonly:
            raise TypeError("the buffer is read-only")

        def read(answer: Answer) -> int:
            check_answered(range, answer, answer.stored)
            return answer.stored

        try:
            return self._object(
                "GetObject",
                functions.send("GET"),
                key,
                read,
                headers=_headers(range, conditions),
                params=version_params(params, version_id),
                into=view,
                most=most_of(range),
                progress=progress,
            )
        except LocalFileError as error:
            raise does_not_fit(error, view.nbytes, range) from None

    def get_object_to_file(
        self,
        key: str,
        path: str | os.PathLike[str],
        range: ByteRange | None = None,  # noqa: A002 - the header's name
        *,
        version_id: str | None = None,
        progress: Progress | None = None,
        process: str | None = None,
        params: Mapping[str, str] | None = None,
        **conditions: Unpack[Conditions],
    ) -> ObjectInfo:
        """Reads an object into a local file, all or nothing.

        The bytes go into a temporary file in the same folder, which is checked, synced
        and renamed; a file that was there before is replaced only by a whole one.

        Args:
            key: The object's key.
            path: The local file.
            range: As in `get_object`.
            version_id: As in `get_object`.
            progress: As in `get_object`.
            process: What OSS is to make of the object on its way, such as
                `"image/resize,w_100"`: the result comes instead of it, and no checksum.
            params: Further query parameters.
            **conditions: See `ossc.Conditions`.

        Raises:
            LocalFileError: The file cannot be written; `errno` tells why, for example
                `ENOSPC` for a full disk.
        """
        headers = _headers(range, conditions)
        if process is not None:
            params = {**(params or {}), "x-oss-process": process}

        def read(answer: Answer) -> ObjectInfo:
            check_answered(range, answer, answer.stored)
            # What an earlier attempt brought may have been longer.
            os.ftruncate(target.fd, answer.stored)
            return object_info(key, answer)

        # Imported here: gets into memory do without it and what it imports.
        from ossc._temporary import TemporaryTarget  # noqa: PLC0415

        with TemporaryTarget(path) as target:
            info = self._object(
                "GetObject",
                functions.send("GET"),
                key,
                read,
                headers=headers,
                params=version_params(params, version_id),
                fd=target.fd,
                most=most_of(range),
                progress=progress,
                before_repeat=_begin_anew,
            )
            target.commit()
        return info

    def head_object(
        self,
        key: str,
        *,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        **conditions: Unpack[Conditions],
    ) -> ObjectInfo:
        """An object's properties without its bytes (HeadObject).

        Args:
            key: The object's key.
            version_id: As in `get_object`.
            params: Further query parameters.
            **conditions: See `ossc.Conditions`.

        Raises:
            NoSuchKey, NoSuchVersion, MethodNotAllowed: As in `get_object`.
        """
        return self._object(
            "HeadObject",
            functions.send("HEAD"),
            key,
            lambda answer: object_info(key, answer),
            headers=condition_headers(conditions),
            params=version_params(params, version_id),
        )


_NOTHING: dict[str, str] = {}


def does_not_fit(error: LocalFileError, room: int, span: ByteRange | None) -> OSSError:
    """What it means that an answer did not fit into the caller's buffer."""
    most = most_of(span)
    cls: type[OSSError] = ParameterError
    what = "object" if span is None else "range"
    said = f"the {what} does not fit into the buffer of {room} bytes"
    if most is not None and most <= room:
        cls = MalformedResponse
        said = f"the server sent more than the {most} bytes of the range"
    made = cls(said, operation=error.operation, bucket=error.bucket, key=error.key)
    made.endpoint, made.method = error.endpoint, error.method
    return made


def _begin_anew(_error: OSSError) -> None:
    """The temporary file is written over, from its beginning or from where it stopped."""


def _headers(span: ByteRange | None, conditions: Conditions) -> dict[str, str]:
    return merge_headers(condition_headers(conditions), range_headers(span))

"""Verbs that write objects in one request: put, append, copy."""

from __future__ import annotations

import os

from ossc import _xml
from ossc._answers import iso_time, number, put_result, result_fields
from ossc._callbacks import callback_headers
from ossc._names import (
    check_body_size,
    check_bucket,
    check_path,
    check_whole,
    encode_key,
    encode_text,
    merge_headers,
)
from ossc._option_headers import copy_headers, object_headers
from ossc._sdk import Answer, base64_encode, functions
from ossc._verbs import Verbs
from ossc.errors import CallbackFailed, LocalFileError
from ossc.models import (
    AppendObjectResult,
    CopyObjectResult,
    Headers,
    PutObjectResult,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from typing_extensions import Buffer, Unpack

    from ossc._sdk import Progress
    from ossc.callback import Callback
    from ossc.options import CopyOptions, ObjectOptions

__all__ = ["PutVerbs", "as_buffer", "copy_source", "stored_answer"]


_NOTHING: dict[str, str] = {}

MAX_SIZE = 2**63 - 1
MAX_CRC = 2**64 - 1


class PutVerbs(Verbs):
    """Put, append, copy."""

    __slots__ = ()

    def put_object(
        self,
        key: str,
        data: Buffer,
        *,
        callback: Callback | None = None,
        progress: Progress | None = None,
        params: Mapping[str, str] | None = None,
        **options: Unpack[ObjectOptions],
    ) -> PutObjectResult:
        """Stores an object of at most 5 GB in one request (PutObject).

        Args:
            key: 1 to 1,023 bytes of UTF-8, not starting with a slash.
            data: Anything with the buffer protocol (`bytes`, `bytearray`, `memoryview`,
                `mmap`, a NumPy array); it is not copied and must not change meanwhile.
            callback: Has OSS call your application once the object is stored.
            progress: Called with (bytes sent, total) in this thread, at most about ten
                times a second and once at the end; an exception in it ends the upload
                and comes out of this call.
            params: Further query parameters.
            **options: See `ossc.ObjectOptions`.

        Raises:
            TypeError: `data` is a `str`, or no buffer.
            CallbackFailed: The object is stored, the callback failed; `result` has the
                upload's result.
            FileAlreadyExists: `forbid_overwrite` and the key exists.
            ChecksumMismatch: OSS stored other bytes than were sent.

        Example:
            >>> r = bucket.put_object("greeting.txt", b"hello", content_type="text/plain")
            >>> r.etag
            '5D41402ABC4B2A76B9719D911017C592'
        """
        body = data if isinstance(data, bytes) else as_buffer(data)
        headers = _NOTHING
        if options or callback is not None:
            headers = merge_headers(object_headers(options), callback_headers(callback))
        return self._put(
            functions.put_from_buffer,
            key,
            headers=headers,
            params=params,
            body=body,
            progress=progress,
            size=len(body) if isinstance(body, bytes) else body.nbytes,
            once=callback is not None,
        )

    def put_object_from_file(
        self,
        key: str,
        path: str | os.PathLike[str],
        *,
        callback: Callback | None = None,
        progress: Progress | None = None,
        params: Mapping[str, str] | None = None,
        **options: Unpack[ObjectOptions],
    ) -> PutObjectResult:
        """Stores a local file of at most 5 GB in one request (PutObject).

        Args:
            key: The object's key.
            path: The local file.
            callback: As in `put_object`.
            progress: As in `put_object`.
            params: Further query parameters.
            **options: See `ossc.ObjectOptions`. The content type is by the file's name
                unless one is given.

        Raises:
            LocalFileError: The file cannot be read, or shrank meanwhile.
            CallbackFailed, FileAlreadyExists, ChecksumMismatch: As in `put_object`.
        """
        headers = merge_headers(object_headers(options), callback_headers(callback))
        file = check_path(path)
        size = _readable_size(file)
        try:
            return self._put(
                functions.put_from_file,
                key,
                headers=headers,
                params=params,
                path=os.fsencode(file),
                progress=progress,
                size=size,
                once=callback is not None,
            )
        except LocalFileError as error:
            error.filename = file
            raise

    def append_object(
        self,
        key: str,
        data: Buffer,
        position: int,
        *,
        init_crc: int | None = None,
        progress: Progress | None = None,
        **options: Unpack[ObjectOptions],
    ) -> AppendObjectResult:
        """Appends to an Appendable object, which the first append at 0 creates.

        Args:
            key: The object's key.
            data: Anything with the buffer protocol; not copied.
            position: The object's length now, in bytes.
            init_crc: CRC-64 of the object so far, as the last append returned it. With
                it the whole object's CRC-64 is checked; without it (and `position` > 0)
                the piece goes with its MD5, which OSS checks.
            progress: As in `put_object`.
            **options: See `ossc.ObjectOptions`; they count when the object is created.

        Raises:
            PositionNotEqualToLength: The object has another length.
            ObjectNotAppendable: It was not made by an append.
        """
        check_whole("position", position, MAX_SIZE)
        if init_crc is not None:
            check_whole("init_crc", init_crc, MAX_CRC)
        view = as_buffer(data)
        check_body_size(position + view.nbytes, "an appendable object")
        headers = object_headers(options)
        known = init_crc if init_crc is not None else 0
        check = init_crc is not None or position == 0
        if not check:
            headers = merge_headers({"Content-MD5": _md5(view)}, headers)
        return self._object(
            "AppendObject",
            functions.append_from_buffer(position, known, check_crc=check),
            key,
            _appended,
            headers=headers,
            body=view,
            progress=progress,
            size=view.nbytes,
            once=True,
        )

    def copy_object(
        self,
        source_key: str,
        key: str,
        *,
        source_bucket: str | None = None,
        source_version_id: str | None = None,
        **options: Unpack[CopyOptions],
    ) -> CopyObjectResult:
        """Copies an object of at most 5 GB on the server (CopyObject).

        Args:
            source_key: What is copied.
            key: What it becomes, in this bucket.
            source_bucket: Where it is; default: this bucket. Same region only.
            source_version_id: Which version of it.
            **options: See `ossc.CopyOptions`. Without metadata options the source's
                metadata is copied.

        Raises:
            NoSuchKey: There is no such source.
            PreconditionFailed: A condition on the source did not hold.
        """
        source = copy_source(source_bucket or self._name, source_key, source_version_id)
        headers = merge_headers(copy_headers(options), {"x-oss-copy-source": source})
        run = functions.send("PUT")
        return self._object("CopyObject", run, key, _copied, headers=headers)

    def _put(self, run: Any, key: str, *, size: int, **parts: Any) -> PutObjectResult:
        check_body_size(size, "one request", "; use upload_file or upload_fileobj")
        try:
            return self._object("PutObject", run, key, put_result, size=size, **parts)
        except CallbackFailed as error:
            error.result = put_result(stored_answer(error))
            raise


def _appended(answer: Answer) -> AppendObjectResult:
    following = answer.headers.get("x-oss-next-append-position", "")
    return AppendObjectResult(
        next_position=number("x-oss-next-append-position", following),
        **result_fields(answer),
    )


def _copied(answer: Answer) -> CopyObjectResult:
    root = _xml.parse(answer.body, "CopyObjectResult")
    fields = result_fields(answer)
    fields["etag"] = root.get("ETag").strip('"') or fields["etag"]
    return CopyObjectResult(
        last_modified=iso_time(root.get("LastModified")),
        source_version_id=answer.headers.get("x-oss-copy-source-version-id"),
        **fields,
    )


def copy_source(bucket: str, key: str, version_id: str | None) -> str:
    """The `x-oss-copy-source` header."""
    from urllib.parse import quote  # noqa: PLC0415 - gets and puts do without

    text = f"/{check_bucket(bucket)}/{quote(encode_key(key), safe='')}"
    if version_id is not None:
        version = quote(encode_text("the version id", version_id), safe="")
        text += f"?versionId={version}"
    return text


def stored_answer(error: CallbackFailed) -> Answer:
    """What the answer of a failed callback says of the upload, which succeeded."""
    headers = dict(error.headers)
    if error.request_id is not None:
        headers.setdefault("x-oss-request-id", error.request_id)
    return Answer.made(203, Headers(headers))


def as_buffer(data: Buffer) -> memoryview:
    """The data as a view, or a TypeError that helps."""
    if isinstance(data, str):
        raise TypeError(
            "object data must be bytes-like, not str; encode it first, "
            'for example text.encode("utf-8")'
        )
    try:
        return memoryview(data)
    except TypeError:
        raise TypeError(
            f"object data must be bytes-like, not {type(data).__name__}"
        ) from None


def _md5(view: memoryview) -> str:
    # Imported here: it loads OpenSSL, and only few appends need it.
    import hashlib  # noqa: PLC0415

    return base64_encode(hashlib.md5(view, usedforsecurity=False).digest())


def _readable_size(path: str) -> int:
    """The size of a file that can be opened; opening a pipe could last for ever."""
    # Imported here: bytes are put without it and what it imports.
    from ossc._temporary import readable_size, refuse_special  # noqa: PLC0415

    try:
        refuse_special(path)
        with open(path, "rb") as file:
            return readable_size(file.fileno())
    except OSError as error:
        raise LocalFileError(
            f"cannot read {path!r}: {error.strerror}",
            errno=error.errno,
            filename=path,
        ) from error

"""`SignedURLs`: requests by signed URLs, for programs that have no credentials.

They run as all others: the same connections, limits, retries, errors and checks, but that
nothing is signed here.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ossc._answers import content_range, get_result, object_info, put_result
from ossc._by_url_base import calls_back, sent_headers
from ossc._by_url_parts import MultipartByURL
from ossc._get import does_not_fit
from ossc._names import check_body_size, check_path, merge_headers
from ossc._put import as_buffer, stored_answer
from ossc._ranges import check_answered, most_of, range_headers
from ossc._sdk import Answer
from ossc._signed_url import Given, hidden
from ossc._temporary import TemporaryTarget, readable_size, refuse_special
from ossc._verbs import done
from ossc.errors import (
    CallbackFailed,
    InvalidRange,
    LocalFileError,
    MalformedResponse,
    OSSError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeVar

    from typing_extensions import Buffer

    from ossc._ranges import ByteRange
    from ossc._sdk import Progress
    from ossc.models import GetObjectResult, ObjectInfo, PutObjectResult

    T = TypeVar("T")

__all__ = ["SignedURLs"]


class SignedURLs(MultipartByURL):
    """Makes requests by signed URLs. Thread-safe.

    Use it in a `with` block or call `close()`. A `PresignedURL` brings the headers that
    have to be sent with it; of any other URL, also of another SDK's, they are given in
    `headers`. A request by a URL that was signed for another method is refused by OSS
    with `SignatureDoesNotMatch`.

    Errors name the URL's path as their `key`; no error, log or traceback shows the URL's
    signature.

    Args:
        client: Whose connections and limits are used, and which stays open; default: an
            own one without credentials.
        **options: Of the own `Client`: `retry`, `timeout`, `proxy`, `verify`, ….

    Example:
        >>> url = bucket.presign_get("greeting.txt", expires=600)
        >>> with ossc.SignedURLs(timeout=10) as urls:
        ...     urls.get(url).data
        b'hello'
    """

    __slots__ = ()

    def get(
        self,
        url: str,
        range: ByteRange | None = None,  # noqa: A002 - the header's name
        *,
        headers: Mapping[str, str] | None = None,
        progress: Progress | None = None,
    ) -> GetObjectResult:
        """Reads an object, or a range of it, into memory.

        Args:
            url: Signed for `GET`.
            range: As in `Bucket.get_object`.
            headers: Request headers; those that were signed must be there.
            progress: As in `Bucket.get_object`.

        Raises:
            InvalidRange: The range lies outside the object.
            AccessDenied: The URL has expired, or the signature does not fit.
            ChecksumMismatch: The bytes are not those that OSS stored.
        """
        link = url = hidden(url)

        def read(answer: Answer) -> GetObjectResult:
            _check_range(range, answer, len(answer.body))
            return get_result(link.path, answer)

        return self._get(link, range, headers, read, progress=progress)

    def get_into(
        self,
        url: str,
        buffer: Buffer,
        range: ByteRange | None = None,  # noqa: A002 - the header's name
        *,
        headers: Mapping[str, str] | None = None,
        progress: Progress | None = None,
    ) -> int:
        """Reads an object straight into the caller's memory (`Bucket.get_object_into`).

        Returns:
            How many bytes were written.

        Raises:
            ParameterError: The object does not fit into the buffer.
        """
        link = url = hidden(url)
        view = memoryview(buffer)
        if view.readonly:
            raise TypeError("the buffer is read-only")

        def read(answer: Answer) -> int:
            _check_range(range, answer, answer.stored)
            return answer.stored

        try:
            return self._get(link, range, headers, read, into=view, progress=progress)
        except LocalFileError as error:
            if range is not None and error.status == 200:
                raise _outside(error) from None
            raise does_not_fit(error, view.nbytes, range) from None

    def get_to_file(
        self,
        url: str,
        path: str | os.PathLike[str],
        range: ByteRange | None = None,  # noqa: A002 - the header's name
        *,
        headers: Mapping[str, str] | None = None,
        progress: Progress | None = None,
    ) -> ObjectInfo:
        """Reads an object into a local file, all or nothing (`get_object_to_file`).

        Raises:
            LocalFileError: The file cannot be written.
        """
        link = url = hidden(url)

        def read(answer: Answer) -> ObjectInfo:
            _check_range(range, answer, answer.stored)
            # What an earlier attempt brought may have been longer.
            os.ftruncate(target.fd, answer.stored)
            return object_info(link.path, answer)

        with TemporaryTarget(path) as target:
            info = self._get(
                link,
                range,
                headers,
                read,
                fd=target.fd,
                progress=progress,
                before_repeat=_begin_anew,
            )
            target.commit()
        return info

    def head(self, url: str, *, headers: Mapping[str, str] | None = None) -> ObjectInfo:
        """An object's properties; the URL must be signed for `HEAD`."""
        link = url = hidden(url)
        sent = sent_headers("HEAD", link, headers)
        return self._perform(
            "HeadObject",
            "HEAD",
            link,
            lambda answer: object_info(link.path, answer),
            headers=sent,
        )

    def put(
        self,
        url: str,
        data: Buffer,
        *,
        headers: Mapping[str, str] | None = None,
        progress: Progress | None = None,
    ) -> PutObjectResult:
        """Stores an object from memory (`Bucket.put_object`).

        Args:
            url: Signed for `PUT`.
            data: Anything with the buffer protocol; not copied.
            headers: Request headers; those that were signed must be there.
            progress: As in `Bucket.put_object`.

        Raises:
            CallbackFailed: The object is stored, the URL's callback failed.
            ChecksumMismatch: OSS stored other bytes than were sent.
        """
        link = url = hidden(url)
        view = as_buffer(data)
        return self._put(link, headers, body=view, size=view.nbytes, progress=progress)

    def put_from_file(
        self,
        url: str,
        path: str | os.PathLike[str],
        *,
        headers: Mapping[str, str] | None = None,
        progress: Progress | None = None,
    ) -> PutObjectResult:
        """Stores a local file of at most 5 GB (`Bucket.put_object_from_file`).

        Raises:
            LocalFileError: The file cannot be read.
        """
        link = url = hidden(url)
        name = check_path(path)
        try:
            refuse_special(name)
            with open(name, "rb") as file:
                size = readable_size(file.fileno())
                source = file.fileno(), 0, size
                return self._put(
                    link, headers, file=source, size=size, progress=progress
                )
        except LocalFileError as error:
            error.filename = name
            raise
        except OSError as error:
            if isinstance(error, OSSError):
                raise
            raise LocalFileError(
                f"cannot read {name!r}: {error.strerror}",
                errno=error.errno,
                filename=name,
            ) from error

    def delete(self, url: str, *, headers: Mapping[str, str] | None = None) -> None:
        """Deletes what a URL that was signed for `DELETE` names."""
        link = url = hidden(url)
        sent = sent_headers("DELETE", link, headers)
        self._perform("DeleteObject", "DELETE", link, done, headers=sent)

    def _get(
        self,
        link: Given,
        span: ByteRange | None,
        headers: Mapping[str, str] | None,
        read: Callable[[Answer], T],
        **parts: Any,
    ) -> T:
        # Without x-oss-range-behavior: the signature covers no further x-oss- header.
        wanted = {} if span is None else {"Range": range_headers(span)["Range"]}
        sent = merge_headers(sent_headers("GET", link, headers), wanted)
        try:
            return self._perform(
                "GetObject",
                "GET",
                link,
                read,
                headers=sent,
                most=most_of(span),
                **parts,
            )
        except MalformedResponse as error:
            # The whole object instead of the range, and ended early.
            if span is None or error.status != 200:
                raise
            raise _outside(error) from None

    def _put(
        self, link: Given, headers: Mapping[str, str] | None, size: int, **parts: Any
    ) -> PutObjectResult:
        check_body_size(size, "one request")
        sent = sent_headers("PUT", link, headers)
        once = calls_back(link, sent)
        try:
            return self._perform(
                "PutObject",
                "PUT",
                link,
                put_result,
                headers=sent,
                once=once,
                size=size,
                **parts,
            )
        except CallbackFailed as error:
            error.result = put_result(stored_answer(error))
            raise


def _check_range(span: ByteRange | None, answer: Answer, received: int) -> None:
    if span is not None and answer.status == 200:
        raise _outside(answer)
    if span is None and content_range(answer.headers) is not None:
        return  # the caller's own header, or the URL's
    check_answered(span, answer, received)


def _outside(answer: Answer | OSSError) -> InvalidRange:
    """What it means that the whole object came instead of a range of it."""
    return InvalidRange(
        "the range lies outside the object",
        status=answer.status,
        request_id=answer.request_id,
        headers=answer.headers,
    )


def _begin_anew(_error: OSSError) -> None:
    """The temporary file is written over, from its beginning or from where it stopped."""

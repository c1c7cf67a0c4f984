"""`SignedURLs`: requests by signed URLs, for programs that have no credentials.

They run as all others: the same connections, limits, retries, errors and checks, but that
nothing is signed here.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ossc import _xml
from ossc._answers import (
    check_stored,
    content_range,
    crc64_header,
    etag_header,
    get_result,
    object_info,
    put_result,
)
from ossc._multipart import completed_result, part_etag
from ossc._names import check_mapping, check_path, merge_headers
from ossc._put import as_buffer, stored_answer
from ossc._ranges import check_answered, range_headers
from ossc._sdk import Answer, Call, functions
from ossc._signed_url import Given, PresignedURL, checked_url
from ossc._temporary import TemporaryTarget, refuse_special
from ossc._verbs import done
from ossc.errors import (
    CallbackFailed,
    InvalidRange,
    LocalFileError,
    MalformedResponse,
    OSSError,
    ParameterError,
)
from ossc.models import Headers, MultipartUpload, UploadPartResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import NoReturn, TypeVar

    from typing_extensions import Buffer, Self

    from ossc._multipart import AnyPart
    from ossc._ranges import ByteRange
    from ossc._sdk import Progress
    from ossc.client import Client
    from ossc.models import (
        CompleteMultipartUploadResult,
        GetObjectResult,
        ObjectInfo,
        PutObjectResult,
    )

    T = TypeVar("T")

__all__ = ["SignedURLs"]

_CALLBACKS = ("callback", "x-oss-callback")


class SignedURLs:
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

    __slots__ = ("_client", "_is_ours")

    def __init__(self, client: Client | None = None, **options: Any) -> None:
        from ossc.client import ANONYMOUS, Client  # noqa: PLC0415 - it knows of this

        if client is not None and options:
            raise TypeError("options are those of an own client; none was wanted")
        self._is_ours = client is None
        # A name that leads nowhere: each URL brings its own host.
        self._client = client or Client(
            "https://url.invalid", credentials=ANONYMOUS, **options
        )

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
        link = checked_url(url)

        def read(answer: Answer) -> GetObjectResult:
            _check_range(range, answer, len(answer.body))
            return get_result(link.path, answer)

        return self._get(url, link, range, headers, read, progress=progress)

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
        link = checked_url(url)
        view = memoryview(buffer)
        if view.readonly:
            raise TypeError("the buffer is read-only")

        def read(answer: Answer) -> int:
            _check_range(range, answer, answer.stored)
            return answer.stored

        try:
            return self._get(
                url, link, range, headers, read, into=view, progress=progress
            )
        except LocalFileError as error:
            raise ParameterError(
                f"the object does not fit into the buffer of {view.nbytes} bytes",
                operation=error.operation,
                key=error.key,
            ) from None

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
        link = checked_url(url)

        def read(answer: Answer) -> ObjectInfo:
            _check_range(range, answer, answer.stored)
            # What an earlier attempt brought may have been longer.
            os.ftruncate(target.fd, answer.stored)
            return object_info(link.path, answer)

        with TemporaryTarget(path) as target:
            info = self._get(
                url,
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
        link = checked_url(url)
        sent = _sent("HEAD", url, headers)
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
        view = as_buffer(data)
        return self._put(url, headers, body=view, size=view.nbytes, progress=progress)

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
        checked_url(url)
        name = check_path(path)
        try:
            refuse_special(name)
            with open(name, "rb") as file:
                size = os.fstat(file.fileno()).st_size
                source = file.fileno(), 0, size
                return self._put(
                    url, headers, file=source, size=size, progress=progress
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
        link = checked_url(url)
        self._perform(
            "DeleteObject", "DELETE", link, done, headers=_sent("DELETE", url, headers)
        )

    def init_multipart(
        self, url: str, *, headers: Mapping[str, str] | None = None
    ) -> MultipartUpload:
        """Opens a multipart upload; its `bucket` is empty, `key` is the URL's path."""
        link = checked_url(url)

        def read(answer: Answer) -> MultipartUpload:
            root = _xml.parse(answer.body, "InitiateMultipartUploadResult")
            upload_id = root.get("UploadId")
            if not upload_id:
                raise MalformedResponse("the answer names no upload id")
            return MultipartUpload(root.get("Bucket"), root.get("Key"), upload_id)

        sent = _sent("POST", url, headers)
        return self._perform(
            "InitiateMultipartUpload", "POST", link, read, headers=sent, body=b""
        )

    def upload_part(
        self,
        url: str,
        data: Buffer,
        *,
        headers: Mapping[str, str] | None = None,
        progress: Progress | None = None,
    ) -> UploadPartResult:
        """Uploads the part whose number the URL says (`Bucket.upload_part`)."""
        link = checked_url(url)
        number = link.params.get("partNumber", "")
        if not number.isdecimal() or len(number) > 5:
            raise ParameterError("the signed URL is not one of a part")
        view = as_buffer(data)

        def read(answer: Answer) -> UploadPartResult:
            check_stored(answer)
            return UploadPartResult(
                part_number=int(number),
                etag=etag_header(answer.headers),
                crc64=crc64_header(answer.headers),
                size=view.nbytes,
                request_id=answer.request_id,
            )

        return self._perform(
            "UploadPart",
            "PUT",
            link,
            read,
            headers=_sent("PUT", url, headers),
            body=view,
            size=view.nbytes,
            progress=progress,
        )

    def complete_multipart(
        self,
        url: str,
        parts: Iterable[AnyPart],
        *,
        headers: Mapping[str, str] | None = None,
    ) -> CompleteMultipartUploadResult:
        """Makes the object of its parts (`Bucket.complete_multipart_upload`)."""
        link = checked_url(url)
        listed = sorted(map(part_etag, parts), key=lambda part: part.part_number)
        if not listed:
            raise ParameterError("an upload cannot be completed without parts")
        rows = "".join(
            f"<Part><PartNumber>{part.part_number}</PartNumber>"
            f"<ETag>{_xml.escape(part.etag)}</ETag></Part>"
            for part in listed
        )
        body = f"<CompleteMultipartUpload>{rows}</CompleteMultipartUpload>".encode()
        sent = _sent("POST", url, headers)
        is_called = _calls_back(link, sent)

        def read(answer: Answer) -> CompleteMultipartUploadResult:
            return completed_result(answer, called_back=is_called)

        try:
            return self._perform(
                "CompleteMultipartUpload",
                "POST",
                link,
                read,
                headers=sent,
                body=body,
                once=True,
            )
        except CallbackFailed as error:
            error.result = completed_result(stored_answer(error), called_back=True)
            raise

    def request(
        self,
        method: str,
        url: str,
        data: Buffer | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Headers, bytes]:
        """Any other request.

        A `POST` is not repeated where the server may have acted on it.

        Returns:
            The status, which is a success, the headers and the body.
        """
        if method not in ("GET", "PUT", "HEAD", "DELETE", "POST"):
            raise ParameterError(f"cannot make a request of the method {method!r:.20}")
        link = checked_url(url)
        body = None if data is None else as_buffer(data)
        sent = _sent(method, url, headers)
        once = method == "POST" or _calls_back(link, sent)

        def read(answer: Answer) -> tuple[int, Headers, bytes]:
            return answer.status, answer.headers, answer.body

        if body is None and method in ("PUT", "POST"):
            sent = merge_headers({"Content-Length": "0"}, sent)
        return self._perform(
            method, method, link, read, headers=sent, body=body, once=once
        )

    def close(self) -> None:
        """Closes the own client; one that was given stays open."""
        if self._is_ours:
            self._client.close()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_exc: object) -> None:
        """Closes the own client."""
        self.close()

    def __repr__(self) -> str:
        """No URLs."""
        return f"ossc.SignedURLs({'' if self._is_ours else self._client!r})"

    def __reduce__(self) -> NoReturn:
        """Connections stay where they are."""
        raise TypeError("SignedURLs cannot be pickled or copied")

    def _get(
        self,
        url: str,
        link: Given,
        span: ByteRange | None,
        headers: Mapping[str, str] | None,
        read: Callable[[Answer], T],
        **parts: Any,
    ) -> T:
        # Without x-oss-range-behavior: the signature covers no further x-oss- header.
        wanted = {} if span is None else {"Range": range_headers(span)["Range"]}
        sent = merge_headers(_sent("GET", url, headers), wanted)
        return self._perform("GetObject", "GET", link, read, headers=sent, **parts)

    def _put(
        self, url: str, headers: Mapping[str, str] | None, **parts: Any
    ) -> PutObjectResult:
        link = checked_url(url)
        sent = _sent("PUT", url, headers)
        once = _calls_back(link, sent)
        try:
            return self._perform(
                "PutObject", "PUT", link, put_result, headers=sent, once=once, **parts
            )
        except CallbackFailed as error:
            error.result = put_result(stored_answer(error))
            raise

    def _perform(
        self,
        operation: str,
        method: str,
        link: Given,
        read: Callable[[Answer], T],
        **parts: Any,
    ) -> T:
        call = Call(
            operation,
            functions.send_url(method),
            key=link.path.encode("utf-8", "replace"),
            url=link,
            **parts,
        )
        return self._client._perform(call, read)


def _sent(
    method: str, url: str, headers: Mapping[str, str] | None
) -> Mapping[str, str]:
    """The headers that go with a URL."""
    given = check_mapping("headers", headers)
    if not isinstance(url, PresignedURL):
        return given
    if url.method != method:
        raise ParameterError(f"the URL was signed for {url.method}, not for {method}")
    return merge_headers(url.headers, given)


def _calls_back(link: Given, headers: Mapping[str, str]) -> bool:
    """Whether the upload calls an application, so that a repeated one calls it twice."""
    return _CALLBACKS[0] in link.params or any(
        name.lower() == _CALLBACKS[1] for name in headers
    )


def _check_range(span: ByteRange | None, answer: Answer, received: int) -> None:
    if span is not None and answer.status == 200:
        raise InvalidRange(
            "the range lies outside the object",
            status=answer.status,
            request_id=answer.request_id,
            headers=answer.headers,
        )
    if span is None and content_range(answer.headers) is not None:
        return  # the caller's own header, or the URL's
    check_answered(span, answer, received)


def _begin_anew(_error: OSSError) -> None:
    """The temporary file is written over, from its beginning or from where it stopped."""

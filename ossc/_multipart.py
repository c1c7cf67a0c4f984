"""Verbs of multipart uploads: initiate, upload a part, list parts, complete, abort."""

from __future__ import annotations

from ossc import _xml
from ossc._answers import (
    content_range,
    crc64_header,
    etag_header,
    part_result,
    result_fields,
)
from ossc._callbacks import callback_headers
from ossc._names import (
    check_body_size,
    check_mapping,
    check_text,
    check_whole,
    encode_key,
    merge_headers,
)
from ossc._option_headers import object_headers
from ossc._put import as_buffer, copy_source, stored_answer
from ossc._ranges import range_headers
from ossc._sdk import Answer, Call, PartETag, crc64_combine, functions
from ossc._verbs import Verbs, done
from ossc.errors import (
    CallbackFailed,
    ChecksumMismatch,
    MalformedResponse,
    ParameterError,
)
from ossc.models import (
    CompleteMultipartUploadResult,
    MultipartUpload,
    Part,
    UploadPartResult,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from typing_extensions import Buffer, Unpack

    from ossc._paging import Listing
    from ossc._sdk import CancelToken, Progress
    from ossc.callback import Callback
    from ossc.options import ObjectOptions

__all__ = ["AnyPart", "MultipartVerbs", "completed_result", "part_etag"]

MAX_PARTS = 10_000

_PAGE = 1000

AnyUpload = str | MultipartUpload
AnyPart = UploadPartResult | Part | tuple[int, str]


class MultipartVerbs(Verbs):
    """Multipart uploads, one request a call."""

    __slots__ = ()

    def init_multipart_upload(
        self, key: str, **options: Unpack[ObjectOptions]
    ) -> MultipartUpload:
        """Opens a multipart upload (InitiateMultipartUpload).

        Args:
            key: What the object will be called.
            **options: See `ossc.ObjectOptions`; they belong to the final object.

        Example:
            >>> upload = bucket.init_multipart_upload("big.bin")
            >>> part = bucket.upload_part("big.bin", upload, 1, data)
            >>> bucket.complete_multipart_upload("big.bin", upload, [part]).version_id
        """

        def read(answer: Answer) -> MultipartUpload:
            if not answer.upload_id:
                raise MalformedResponse("the answer names no upload id")
            return MultipartUpload(self._name, key, answer.upload_id)

        return self._object(
            "InitiateMultipartUpload",
            functions.init_multipart,
            key,
            read,
            headers=object_headers(options),
        )

    def upload_part(
        self,
        key: str,
        upload: AnyUpload,
        part_number: int,
        data: Buffer,
        *,
        progress: Progress | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> UploadPartResult:
        """Uploads one part (UploadPart). Parts may come in any order, and at once.

        Args:
            key: The object's key.
            upload: The upload, or its id.
            part_number: 1 to 10,000; a number that is there already is replaced.
            data: Anything with the buffer protocol, not copied: 100 KiB to 5 GiB, the
                last part any size.
            progress: As in `put_object`.
            headers: Further request headers.

        Raises:
            NoSuchUpload: There is no such upload any more.
            ChecksumMismatch: OSS stored other bytes than were sent.
        """
        check_whole("the part number", part_number, MAX_PARTS, least=1)
        view = as_buffer(data)
        check_body_size(view.nbytes, "a part")

        return self._object(
            "UploadPart",
            functions.upload_part(part_number),
            key,
            lambda answer: part_result(part_number, view.nbytes, answer),
            upload_id=_id(upload),
            headers=check_mapping("headers", headers),
            body=view,
            progress=progress,
            size=view.nbytes,
        )

    def upload_part_copy(
        self,
        key: str,
        upload: AnyUpload,
        part_number: int,
        source_key: str,
        range: tuple[int, int],  # noqa: A002 - the header's name
        *,
        source_bucket: str | None = None,
        source_version_id: str | None = None,
        if_match: str | None = None,
        headers: Mapping[str, str] | None = None,
        cancel: CancelToken | None = None,
    ) -> UploadPartResult:
        """Makes a part of a range of another object, on the server (UploadPartCopy).

        Args:
            key: The object's key.
            upload: The upload, or its id.
            part_number: 1 to 10,000; a number that is there already is replaced.
            source_key: What the part is copied from.
            range: First and last position in the source, both inclusive.
            source_bucket: Where the source is; default: this bucket. Same region only.
            source_version_id: Which version of it.
            if_match: Copy only if the source's ETag is this one.
            headers: Further request headers.
            cancel: Ends the request from any thread.

        Raises:
            NoSuchKey: There is no such source.
            NoSuchUpload: There is no such upload any more.
            PreconditionFailed: The source has another ETag.
            MalformedResponse: The range lies outside the source.
        """
        check_whole("the part number", part_number, MAX_PARTS, least=1)
        first, last = range
        span = range_headers((first, last))["Range"]
        check_body_size(last - first + 1, "a part")
        source = copy_source(source_bucket or self._name, source_key, source_version_id)
        own = {"x-oss-copy-source": source, "x-oss-copy-source-range": span}
        if if_match is not None:
            own["x-oss-copy-source-if-match"] = f'"{if_match.strip(chr(34))}"'

        def read(answer: Answer) -> UploadPartResult:
            found = content_range(answer.headers)
            if found is None or found[:2] != (first, last):
                raise MalformedResponse("the server copied another range")
            root = _xml.parse(answer.body, "CopyPartResult")
            return UploadPartResult(
                part_number=part_number,
                etag=root.get("ETag").strip('"') or etag_header(answer.headers),
                crc64=crc64_header(answer.headers),
                size=last - first + 1,
                request_id=answer.request_id,
            )

        return self._object(
            "UploadPartCopy",
            functions.send("PUT"),
            key,
            read,
            params={"partNumber": str(part_number), "uploadId": _id(upload)},
            headers=merge_headers(own, check_mapping("headers", headers)),
            cancel=cancel,
        )

    def list_parts(
        self, key: str, upload: AnyUpload, *, resume: str | None = None
    ) -> Listing[Part]:
        """The parts uploaded so far by number, fetched page by page while iterating.

        Args:
            key: The object's key.
            upload: The upload, or its id.
            resume: Goes on behind the part at which an earlier list had this `token`.

        Raises:
            NoSuchUpload: There is no such upload any more.
        """
        from ossc._lists import Parts  # noqa: PLC0415 - uploads do without

        raw, run = encode_key(key), functions.send("GET")
        params = {
            "uploadId": _id(upload),
            "encoding-type": "url",
            "max-parts": str(_PAGE),
        }

        def ask(following: Mapping[str, str]) -> Call:
            return Call(
                "ListParts", run, self._name, raw, params={**params, **following}
            )

        return Parts(self._client, ask, resume)

    def complete_multipart_upload(
        self,
        key: str,
        upload: AnyUpload,
        parts: Iterable[AnyPart],
        *,
        callback: Callback | None = None,
        forbid_overwrite: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> CompleteMultipartUploadResult:
        """Makes the object of the parts (CompleteMultipartUpload).

        Args:
            key: The object's key.
            upload: The upload, or its id.
            parts: Results of `upload_part` or `list_parts`, or (number, ETag) pairs, in
                any order.
            callback: Has OSS call your application once the object is there.
            forbid_overwrite: Fail with `FileAlreadyExists` if the key exists.
            headers: Further request headers.

        Raises:
            CallbackFailed: The object is there, the callback failed; `result` has the
                result.
            NoSuchUpload: There is no such upload any more.
            ChecksumMismatch: The object is there, but its CRC-64 is not that of the
                parts. It is looked at when all parts bring theirs, as the results of
                `upload_part` and `list_parts` do.
        """
        given = list(parts)
        listed = sorted(map(part_etag, given), key=lambda part: part.part_number)
        if not listed:
            raise ParameterError("an upload cannot be completed without parts")
        if len({part.part_number for part in listed}) < len(listed):
            raise ParameterError("a part number is given twice")
        extra = {"x-oss-forbid-overwrite": "true"} if forbid_overwrite else {}
        extra |= callback_headers(callback)

        def read(answer: Answer) -> CompleteMultipartUploadResult:
            result = completed_result(answer, called_back=callback is not None)
            expected = _joined_crc64(given)
            if None not in (expected, result.crc64) and expected != result.crc64:
                raise ChecksumMismatch(
                    "the CRC-64 of the object differs from that of its parts"
                )
            return result

        try:
            return self._object(
                "CompleteMultipartUpload",
                functions.complete_multipart,
                key,
                read,
                upload_id=_id(upload),
                parts=listed,
                params={"encoding-type": "url"},
                headers=merge_headers(extra, check_mapping("headers", headers)),
                once=True,
            )
        except CallbackFailed as error:
            error.result = completed_result(stored_answer(error), called_back=True)
            raise

    def abort_multipart_upload(self, key: str, upload: AnyUpload) -> None:
        """Gives a multipart upload up and frees its parts (AbortMultipartUpload).

        Args:
            key: The object's key.
            upload: The upload, or its id.

        Raises:
            NoSuchUpload: There is no such upload any more.
        """
        self._object(
            "AbortMultipartUpload",
            functions.abort_multipart,
            key,
            done,
            upload_id=_id(upload),
        )


def _id(upload: AnyUpload) -> str:
    text = upload.upload_id if isinstance(upload, MultipartUpload) else upload
    if not check_text("the upload id", text):
        raise ParameterError("the upload id is empty")
    return text


def part_etag(part: AnyPart) -> PartETag:
    """A part to complete an upload with, whatever it is given as."""
    if isinstance(part, UploadPartResult | Part):
        part = part.part_number, part.etag
    if not isinstance(part, tuple) or len(part) != 2:
        raise TypeError("a part is what upload_part returned, or a (number, ETag) pair")
    number_ = check_whole("the part number", part[0], MAX_PARTS, least=1)
    etag = check_text("the ETag of a part", part[1])
    return PartETag(number_, f'"{etag.strip(chr(34))}"')


def _joined_crc64(parts: list[AnyPart]) -> int | None:
    """CRC-64 of the parts joined in the order of their numbers; None if one is unknown."""
    whole = 0
    known = [part for part in parts if not isinstance(part, tuple)]
    if len(known) < len(parts):
        return None
    for part in sorted(known, key=lambda part: part.part_number):
        if part.crc64 is None:
            return None
        whole = crc64_combine(whole, part.crc64, part.size)
    return whole


def completed_result(
    answer: Answer, *, called_back: bool
) -> CompleteMultipartUploadResult:
    """Of CompleteMultipartUpload, whose body a callback's answer replaces."""
    fields = result_fields(answer)
    if not called_back:
        legal = _xml.made_legal(answer.body)
        root = _xml.parse(legal, "CompleteMultipartUploadResult")
        fields["etag"] = fields["etag"] or root.get("ETag").strip('"')
    return CompleteMultipartUploadResult(
        **fields, callback_response=answer.body if called_back else b""
    )

"""Multipart uploads by signed URLs (see `_by_url`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ossc import _xml
from ossc._answers import part_result
from ossc._by_url_base import ByURL, calls_back, sent_headers
from ossc._multipart import completed_result, part_etag
from ossc._names import check_body_size
from ossc._put import as_buffer, stored_answer
from ossc._sdk import Answer
from ossc._signed_url import hidden
from ossc.errors import CallbackFailed, MalformedResponse, ParameterError
from ossc.models import MultipartUpload, UploadPartResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from typing_extensions import Buffer

    from ossc._multipart import AnyPart
    from ossc._sdk import Progress
    from ossc.models import CompleteMultipartUploadResult

__all__ = ["MultipartByURL"]


class MultipartByURL(ByURL):
    """Multipart uploads."""

    __slots__ = ()

    def init_multipart(
        self, url: str, *, headers: Mapping[str, str] | None = None
    ) -> MultipartUpload:
        """Opens a multipart upload (`Bucket.init_multipart_upload`)."""
        link = url = hidden(url)

        def read(answer: Answer) -> MultipartUpload:
            root = _xml.parse(answer.body, "InitiateMultipartUploadResult")
            upload_id = root.get("UploadId")
            if not upload_id:
                raise MalformedResponse("the answer names no upload id")
            return MultipartUpload(root.get("Bucket"), root.get("Key"), upload_id)

        sent = sent_headers("POST", link, headers)
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
        link = url = hidden(url)
        sent = sent_headers("PUT", link, headers)
        number = link.params.get("partNumber", "")
        if not number.isdecimal() or len(number) > 5:
            raise ParameterError("the signed URL is not one of a part")
        view = as_buffer(data)
        check_body_size(view.nbytes, "a part")

        return self._perform(
            "UploadPart",
            "PUT",
            link,
            lambda answer: part_result(int(number), view.nbytes, answer),
            headers=sent,
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
        link = url = hidden(url)
        listed = sorted(map(part_etag, parts), key=lambda part: part.part_number)
        if not listed:
            raise ParameterError("an upload cannot be completed without parts")
        rows = "".join(
            f"<Part><PartNumber>{part.part_number}</PartNumber>"
            f"<ETag>{_xml.escape(part.etag)}</ETag></Part>"
            for part in listed
        )
        body = f"<CompleteMultipartUpload>{rows}</CompleteMultipartUpload>".encode()
        sent = sent_headers("POST", link, headers)
        is_called = calls_back(link, sent)

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

"""What managed uploads and copies have in common: parts, completing, giving up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ossc._answers import part_result
from ossc._log import tell_not_aborted
from ossc._names import check_callable, check_mapping
from ossc._option_headers import object_headers
from ossc._sdk import CancelToken, crc64_combine, functions
from ossc._transfer._engine import note
from ossc._verbs import done
from ossc.errors import (
    CallbackFailed,
    ChecksumMismatch,
    MalformedResponse,
    NoSuchUpload,
    OSSError,
    ParameterError,
    ServiceUnavailable,
    TransportError,
)
from ossc.models import (
    CompleteMultipartUploadResult,
    Headers,
    PutObjectResult,
    UploadPartResult,
)

if TYPE_CHECKING:
    from ossc._get import GetVerbs
    from ossc._sdk import Progress
    from ossc._transfers import TransferVerbs
    from ossc._verbs import Verbs
    from ossc.callback import Callback
    from ossc.options import ObjectOptions

__all__ = [
    "abort",
    "aborting",
    "begun",
    "check_options",
    "complete",
    "completing_headers",
    "is_unclear",
    "joined_crc64",
    "made_of",
    "part_headers",
    "send_abort",
    "send_part",
]

_ABORT_S = 10.0

# The key is looked at when an upload begins, and again when the object is made.
_OF_COMPLETION = "x-oss-forbid-overwrite"

# Headers that each request of a transfer needs, not its first one only.
_OF_ALL = ("x-oss-traffic-limit", "x-oss-request-payer")


def begun(
    bucket: TransferVerbs, cancel: CancelToken | None, progress: Progress | None
) -> TransferVerbs:
    """A transfer's bucket: one deadline runs for its requests, and the token ends them.

    So does the one that the bucket has already. What could not be told of the progress
    has no effect yet.
    """
    check_callable("progress", progress)
    return bucket._ended_by(cancel)._running()


def check_options(options: ObjectOptions) -> dict[str, str]:
    """The headers that an object is created with.

    Raises:
        ParameterError: `content_md5` is given, which is of a single request's body.
    """
    if options.get("content_md5") is not None:
        raise ParameterError(
            "content_md5 is of one request's body; a managed transfer is checked by CRC-64"
        )
    return object_headers(options)


def part_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Those of an object's headers that its parts need too."""
    return {name: text for name, text in headers.items() if name.lower() in _OF_ALL}


def send_part(
    bucket: TransferVerbs, key: str, upload_id: str, number: int, size: int, **body: Any
) -> UploadPartResult:
    """Uploads a part whose body is wherever the fields of `Call` say."""
    return bucket._object(
        "UploadPart",
        functions.upload_part(number),
        key,
        lambda answer: part_result(number, size, answer),
        upload_id=upload_id,
        size=size,
        **body,
    )


def completing_headers(options: ObjectOptions) -> dict[str, str]:
    """The headers given beside the options that completing an upload needs, too."""
    given = check_mapping("headers", options.get("headers"))
    of_completion = {
        name: text for name, text in given.items() if name.lower() == _OF_COMPLETION
    }
    return part_headers(given) | of_completion


def joined_crc64(parts: Sequence[UploadPartResult]) -> int | None:
    """CRC-64 of parts in the order of their numbers; None if one is unknown."""
    whole = 0
    for part in parts:
        if part.crc64 is None:
            return None
        whole = crc64_combine(whole, part.crc64, part.size)
    return whole


def complete(
    bucket: TransferVerbs,
    key: str,
    upload_id: str,
    parts: Mapping[int, UploadPartResult],
    *,
    callback: Callback | None,
    options: ObjectOptions,
    crc64: int | None = None,
) -> PutObjectResult:
    """Makes the object of its parts, and compares its CRC-64 with theirs.

    Where requests are tried again, an answer that got lost is found out about too.

    Args:
        bucket: The bucket.
        key: The object's key.
        upload_id: The upload.
        parts: Its parts, by their numbers.
        callback: Whom OSS calls when it is done.
        options: Of the object.
        crc64: The object's, where those of its parts may be unknown.

    Raises:
        CallbackFailed: The object is there; `result` is a `PutObjectResult`.
        ChecksumMismatch: The object is there, but holds other bytes.
    """
    listed = [parts[number] for number in sorted(parts)]
    headers = completing_headers(options)
    try:
        result = bucket.complete_multipart_upload(
            key,
            upload_id,
            listed,
            callback=callback,
            forbid_overwrite=bool(options.get("forbid_overwrite")),
            headers=headers,
        )
    except CallbackFailed as error:
        error.result = _as_put(error.result)
        expected = joined_crc64(listed)
        if None not in (expected, error.result.crc64) and (
            expected != error.result.crc64
        ):
            raise ChecksumMismatch(
                "the CRC-64 of the object differs from that of its parts"
            ) from error
        raise
    except OSSError as error:
        found = None
        if callback is None and bucket._client._retry is not None:
            known = joined_crc64(listed)
            size = sum(part.size for part in listed)
            whole = size, crc64 if known is None else known
            found = _made_anyway(bucket, key, upload_id, whole, error)
        if found is None:
            raise
        result = found
    return _as_put(result)


def is_unclear(error: OSSError) -> bool:
    """Whether an upload may have been completed nevertheless."""
    return isinstance(
        error, TransportError | MalformedResponse | ServiceUnavailable | NoSuchUpload
    )


def _made_anyway(
    bucket: TransferVerbs,
    key: str,
    upload_id: str,
    whole: tuple[int, int | None],
    error: OSSError,
) -> CompleteMultipartUploadResult | None:
    """The result, if the upload is gone and the object has this size and CRC-64."""
    if not is_unclear(error):
        return None
    try:
        if not isinstance(error, NoSuchUpload):
            next(bucket.list_parts(key, upload_id), None)
            return None
    except NoSuchUpload:
        pass
    except OSSError:
        return None
    return made_of(bucket, key, whole)


def made_of(
    bucket: GetVerbs, key: str, whole: tuple[int, int | None]
) -> CompleteMultipartUploadResult | None:
    """What completing an upload came to, if the object has this size and CRC-64."""
    if whole[1] is None:
        return None
    try:
        info = bucket.head_object(key)
    except OSSError:
        return None
    if (info.size, info.crc64) != whole:
        return None
    return CompleteMultipartUploadResult(
        etag=info.etag,
        crc64=info.crc64,
        request_id=info.request_id,
        version_id=info.version_id,
        headers=Headers(info.headers),
    )


def _as_put(result: CompleteMultipartUploadResult) -> PutObjectResult:
    return PutObjectResult(
        etag=result.etag,
        crc64=result.crc64,
        request_id=result.request_id,
        version_id=result.version_id,
        callback_response=result.callback_response,
        headers=result.headers,
    )


@contextmanager
def aborting(
    bucket: TransferVerbs, key: str, upload_id: str, *, kept: bool = False
) -> Iterator[None]:
    """Gives the upload up when the block fails, unless it is kept to be resumed."""
    try:
        yield
    except CallbackFailed:
        raise  # the upload succeeded
    except BaseException as error:
        if not kept:
            abort(bucket, key, upload_id, error)
        raise


def abort(
    bucket: TransferVerbs, key: str, upload_id: str, error: BaseException | None = None
) -> None:
    """Frees an upload's parts, as far as that succeeds within some seconds.

    Args:
        bucket: The bucket.
        key: The object's key.
        upload_id: The upload.
        error: What it is given up for; it learns why aborting failed, if it did.
    """
    try:
        send_abort(bucket, key, upload_id)
    except NoSuchUpload:
        pass  # it was completed or aborted
    except OSSError as failure:
        if error is not None:
            note(error, f"the upload {upload_id} could not be aborted: {failure}")
        tell_not_aborted(upload_id, key, failure)


def send_abort(bucket: Verbs, key: str, upload_id: str) -> None:
    """Frees an upload's parts within some seconds, whatever else was ended.

    Raises:
        OSSError: That did not succeed.
    """
    client = bucket._client.with_options(cancel=None, deadline=_ABORT_S)
    type(bucket)(client, bucket.name)._object(
        "AbortMultipartUpload",
        functions.abort_multipart,
        key,
        done,
        upload_id=upload_id,
    )

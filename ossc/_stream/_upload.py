"""What a writer uploads: one request, or parts in the background and their completion.

Nothing appears before `finish`; whatever goes wrong, the upload is aborted.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from ossc._answers import part_result
from ossc._callbacks import callback_headers
from ossc._log import tell_not_aborted
from ossc._names import merge_headers
from ossc._option_headers import object_headers
from ossc._sdk import functions
from ossc._stream._crew import Crew, Job, check_token, program_ends
from ossc._stream._memory import Memory
from ossc._threads import Thread
from ossc._transfer._initiate import initiate
from ossc._transfer._multipart import (
    completing_headers,
    is_unclear,
    joined_crc64,
    made_of,
    send_abort,
)
from ossc.errors import (
    CallbackFailed,
    ChecksumMismatch,
    NoSuchUpload,
    OSSError,
)
from ossc.models import (
    CompleteMultipartUploadResult,
    MultipartUpload,
    PutObjectResult,
    UploadPartResult,
)

if TYPE_CHECKING:
    from ossc._budget import Share
    from ossc._sdk import CancelToken, Progress
    from ossc.bucket import Bucket
    from ossc.callback import Callback
    from ossc.options import ObjectOptions

__all__ = ["MAX_PART", "MIN_PART", "Part", "Result", "Upload"]

MIN_PART = 100 << 10
MAX_PART = 5 << 30
MAX_PARTS = 10_000

Result = PutObjectResult | CompleteMultipartUploadResult

# Options that have to be said again with each part.
_OF_PARTS = ("x-oss-traffic-limit", "x-oss-request-payer")


class Part:
    """Bytes on their way, with their share of the client's memory."""

    __slots__ = ("_share", "data", "room")

    def __init__(self, room: int, share: Share) -> None:
        self.data = bytearray()
        self.room = room
        self._share: Share | None = share

    def release(self) -> None:
        """Lets go of the memory; the second time does nothing."""
        self.data = bytearray()
        share, self._share = self._share, None
        if share is not None:
            share.__exit__(None, None, None)


class Upload:
    """An object that is being written. One thread at a time.

    Attributes:
        key: The object's key.
    """

    __slots__ = (
        "_bucket",
        "_callback",
        "_cancel",
        "_concurrency",
        "_count",
        "_crew",
        "_jobs",
        "_memory",
        "_options",
        "_pid",
        "_stored",
        "_upload",
        "key",
    )

    def __init__(
        self,
        bucket: Bucket,
        key: str,
        options: ObjectOptions,
        *,
        callback: Callback | None,
        concurrency: int,
        memory: Memory,
        cancel: CancelToken | None,
    ) -> None:
        self.key = key
        if cancel is not None:
            bucket = bucket.with_options(cancel=cancel)
        self._bucket = bucket
        self._options = options
        self._callback = callback
        self._concurrency = concurrency
        self._memory = memory
        self._cancel = cancel
        self._crew = Crew(concurrency)
        self._jobs: dict[Job, Part] = {}
        self._upload: MultipartUpload | None = None
        self._count = 0
        self._stored: list[UploadPartResult] = []
        self._pid = os.getpid()

    @property
    def foreign(self) -> bool:
        """Whether this is a forked child, which must leave the upload to its parent."""
        return self._pid != os.getpid()

    def check(self) -> None:
        """Raises `Cancelled` once the caller's token was used."""
        check_token(self._cancel)

    def part(self, size: int) -> Part:
        """Memory for a part of that size, or of less where the client has less."""
        size = max(MIN_PART, self._memory.at_most(size))
        share = self._memory.if_free(size)
        while share is None and self._jobs:
            # The upload's own parts may have it all, and no thread to send them.
            self._settle()
            share = self._memory.if_free(size)
        return Part(size, share or self._memory.wait_for(size))

    def add(self, part: Part) -> None:
        """Has a part uploaded in the background, once there is room for it there.

        Raises:
            OSSError: This part or an earlier one could not be stored.
        """
        if self._upload is None:
            self._upload = initiate(self._bucket, self.key, self._options)
        while len(self._jobs) >= self._concurrency:
            self._settle()
        self._count += 1
        job = Job(partial(self._send, self._upload, self._count, part))
        self._jobs[job] = part
        self._crew.submit(job)

    def finish(self, last: Part) -> Result:
        """Makes the object of all parts and the last one.

        Raises:
            OSSError: There is no such object; or, with `CallbackFailed`, there is, and
                with `ChecksumMismatch` there is one of other bytes.
        """
        check_token(self._cancel)
        if self._upload is None:
            return self._put(last)
        if last.data:
            self.add(last)
        while self._jobs:
            self._settle()
        return self._complete(self._upload)

    def discard(self) -> None:
        """Gives all of it up: nothing appears.

        Raises:
            OSSError: OSS could not be told; the parts stay until a rule removes them.
        """
        self._let_go(join=True)
        upload, self._upload = self._upload, None
        if upload is not None:
            try:
                send_abort(self._bucket, self.key, upload.upload_id)
            except NoSuchUpload:
                # It was aborted, or never became known to the server.
                return
            except OSSError as error:
                tell_not_aborted(upload.upload_id, self.key, error)
                raise

    def discard_after(self, error: BaseException) -> None:
        """Gives all of it up because of an error, which learns what else goes wrong."""
        try:
            self.discard()
        except OSSError as another:
            if sys.version_info >= (3, 11):
                error.add_note(f"the upload could not be aborted: {another}")

    def abandon(self) -> None:
        """Gives all of it up without waiting, from wherever the collector runs."""
        self._let_go(join=False)
        if self._upload is not None and not program_ends():
            # Where no thread may be started any more the parts stay with OSS, invisible.
            with suppress(RuntimeError):
                Thread(self._discard_quietly, "ossc-stream", daemon=False).begin()

    def _discard_quietly(self) -> None:
        # Nobody is left to raise it to; that the writer was not closed has been said.
        with suppress(OSSError):
            self.discard()

    def _let_go(self, *, join: bool) -> None:
        jobs, self._jobs = self._jobs, {}
        for job, part in jobs.items():
            self._crew.forget(job, part.release)
        self._crew.stop(join=join)

    def _settle(self) -> None:
        """Waits until a part is stored."""
        job = self._crew.first_done(self._jobs, self._cancel)
        job.settle(self._cancel)
        self._jobs.pop(job).release()

    def _send(
        self,
        upload: MultipartUpload,
        number: int,
        part: Part,
        cancel: CancelToken | None,
        progress: Progress | None,
    ) -> None:
        size = len(part.data)

        stored = self._bucket._object(
            "UploadPart",
            functions.upload_part(number),
            self.key,
            lambda answer: part_result(number, size, answer),
            upload_id=upload.upload_id,
            headers=self._headers_of_parts(),
            body=part.data,
            size=size,
            cancel=cancel,
            progress=progress,
        )
        self._stored.append(stored)
        part.release()

    def _headers_of_parts(self) -> dict[str, str]:
        headers = object_headers(self._options)
        return {
            name: text for name, text in headers.items() if name.lower() in _OF_PARTS
        }

    def _put(self, last: Part) -> PutObjectResult:
        headers = merge_headers(
            object_headers(self._options), callback_headers(self._callback)
        )
        return self._bucket._put(
            functions.put_from_buffer,
            self.key,
            headers=headers,
            body=last.data,
            size=len(last.data),
            cancel=self._cancel,
            once=self._callback is not None,
        )

    def _complete(self, upload: MultipartUpload) -> Result:
        result: Result | None
        try:
            result = self._bucket.complete_multipart_upload(
                self.key,
                upload,
                self._stored,
                callback=self._callback,
                forbid_overwrite=self._options.get("forbid_overwrite", False),
                headers=completing_headers(self._options),
            )
        except (CallbackFailed, ChecksumMismatch):
            # The object is there.
            self._upload = None
            raise
        except OSSError as error:
            # The answer of a callback would be lost: not knowing it is an error.
            result = None
            if self._callback is None and is_unclear(error):
                result = self._completed_anyway(upload)
            if result is None:
                raise
        self._upload = None
        return result

    def _completed_anyway(self, upload: MultipartUpload) -> Result | None:
        """The result, if the upload is gone and the object is what was written."""
        try:
            self._bucket.abort_multipart_upload(self.key, upload)
        except NoSuchUpload:
            self._upload = None
        except OSSError:
            return None
        else:
            self._upload = None
            return None
        parts = sorted(self._stored, key=lambda part: part.part_number)
        whole = sum(part.size for part in parts), joined_crc64(parts)
        return made_of(self._bucket, self.key, whole)

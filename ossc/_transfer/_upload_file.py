"""`upload_file`: a local file of any size, its parts straight from the file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ossc._callbacks import callback_headers
from ossc._log import DEBUG, tell
from ossc._names import check_whole, merge_headers
from ossc._sdk import CancelToken, functions
from ossc._transfer._checkpoint import Checkpoint, digest, field
from ossc._transfer._engine import Watch, about, run_parts
from ossc._transfer._initiate import initiate
from ossc._transfer._local import Source, opened
from ossc._transfer._multipart import (
    abort,
    aborting,
    begun,
    check_options,
    complete,
    part_headers,
    send_part,
)
from ossc._transfer._plan import (
    MAX_PART,
    MIN_PART,
    Part,
    check_concurrency,
    check_part_size,
    part_size_for,
    parts_of,
)
from ossc.errors import CallbackFailed, NoSuchUpload
from ossc.models import PutObjectResult, UploadPartResult

if TYPE_CHECKING:
    from ossc._sdk import Progress
    from ossc._transfers import TransferVerbs
    from ossc.callback import Callback
    from ossc.options import ObjectOptions

__all__ = ["upload_file"]

PART_SIZE = 8 * 1024 * 1024
THRESHOLD = 16 * 1024 * 1024


def upload_file(
    bucket: TransferVerbs,
    key: str,
    path: str | os.PathLike[str],
    *,
    part_size: int | None,
    concurrency: int,
    threshold: int | None,
    checkpoint: str | os.PathLike[str] | None,
    callback: Callback | None,
    progress: Progress | None,
    cancel: CancelToken | None,
    options: ObjectOptions,
) -> PutObjectResult:
    """See `TransferVerbs.upload_file`."""
    headers = check_options(options)
    called = callback_headers(callback)
    wanted = check_part_size(part_size, PART_SIZE, least=MIN_PART)
    check_concurrency(concurrency)
    least = THRESHOLD if threshold is None else threshold
    check_whole("threshold", least, MAX_PART)
    bucket = begun(bucket, cancel, progress)
    with about("PutObject", bucket.name, key), opened(path) as source:
        job = _Upload(bucket, key, source, headers, callback)
        job.progress = progress
        job.part_size = part_size_for(source.size, wanted)
        if checkpoint is not None:
            job.checkpoint = job.checkpoint_at(checkpoint)
        if source.size < max(least, 1):
            return job.in_one(merge_headers(headers, called))
        return job.in_parts(concurrency, options)


class _Upload:
    """One upload of one file. One thread at a time."""

    def __init__(
        self,
        bucket: TransferVerbs,
        key: str,
        source: Source,
        headers: dict[str, str],
        callback: Callback | None,
    ) -> None:
        self.bucket = bucket
        self.key = key
        self.source = source
        self.headers = headers
        self.callback = callback
        self.progress: Progress | None = None
        self.part_size = PART_SIZE
        self.checkpoint: Checkpoint | None = None
        self.upload_id = ""
        self.parts: dict[int, UploadPartResult] = {}

    def in_one(self, headers: dict[str, str]) -> PutObjectResult:
        """The whole file in one request."""
        self._resume(go_on=False)
        source = self.source
        result = self.bucket._put(
            functions.put_from_buffer,
            self.key,
            headers=headers,
            file=(source.fd, 0, source.size),
            size=source.size,
            progress=self.progress,
            once=self.callback is not None,
        )
        source.check()
        return result

    def in_parts(self, concurrency: int, options: ObjectOptions) -> PutObjectResult:
        """The file in parts, going on from a checkpoint if there is one."""
        self._resume(go_on=True)
        self._save()
        if not self.upload_id:
            opened_upload = initiate(self.bucket, self.key, options)
            self.upload_id = opened_upload.upload_id
        moved = sum(part.size for part in self.parts.values())
        if moved:
            text = "the upload of %r goes on, %d of %d bytes are there"
            tell("ossc.transfer", DEBUG, text, self.key, moved, self.source.size)
        token = self.bucket._client._cancel
        watch = Watch(self.progress, self.source.size, moved=moved, cancel=token)
        with aborting(self.bucket, self.key, self.upload_id):
            self._save()
        kept = self.checkpoint is not None
        with aborting(self.bucket, self.key, self.upload_id, kept=kept):
            self._send_all(watch, concurrency)
            self.source.check()
            result = self._complete(options)
        watch.finish()
        return result

    def checkpoint_at(self, path: str | os.PathLike[str]) -> Checkpoint:
        """The checkpoint of this upload."""
        place = {
            "kind": "upload",
            "endpoint": self.bucket._client.endpoint,
            "bucket": self.bucket.name,
            "key": self.key,
            "path": self.source.path,
        }
        facts: dict[str, Any] = {
            **self.source.facts,
            "part_size": self.part_size,
            "headers": digest(self.headers),
        }
        return Checkpoint(path, place, facts)

    def _send_all(self, watch: Watch, concurrency: int) -> None:
        fd = self.source.fd
        headers = part_headers(self.headers)

        def work(part: Part, stop: CancelToken) -> UploadPartResult:
            return send_part(
                self.bucket,
                self.key,
                self.upload_id,
                part.number,
                part.size,
                file=(fd, part.offset, part.size),
                headers=headers,
                progress=watch.part(part.number),
                cancel=stop,
            )

        def settle(part: Part, result: UploadPartResult) -> None:
            self.parts[part.number] = result
            watch.settle(part.number, part.size)
            if self.checkpoint is not None:
                self.checkpoint.changed = True

        def tick() -> None:
            watch.tick()
            if self.checkpoint is not None:
                self.checkpoint.tick(self._state)

        missing = (
            part
            for part in parts_of(self.source.size, self.part_size)
            if part.number not in self.parts
        )
        try:
            run_parts(missing, work, settle, concurrency=concurrency, tick=tick)
        except BaseException as error:
            if self.checkpoint is not None:
                self.checkpoint.save_after(error, self._state())
            raise

    def _complete(self, options: ObjectOptions) -> PutObjectResult:
        try:
            result = complete(
                self.bucket,
                self.key,
                self.upload_id,
                self.parts,
                callback=self.callback,
                options=options,
            )
        except CallbackFailed:
            self._forget()
            raise
        self._forget()
        return result

    def _state(self) -> dict[str, Any]:
        parts = {
            str(number): [part.etag, part.crc64, part.size]
            for number, part in self.parts.items()
        }
        return {"upload_id": self.upload_id, "parts": parts}

    def _save(self) -> None:
        if self.checkpoint is not None:
            self.checkpoint.save(self._state())

    def _forget(self) -> None:
        if self.checkpoint is not None:
            self.checkpoint.remove()

    def _resume(self, *, go_on: bool) -> None:
        """Takes up what a checkpoint left; what cannot be gone on with is aborted."""
        if self.checkpoint is None:
            return
        state, is_same = self.checkpoint.load()
        upload_id = field(state, "upload_id", str)
        if not upload_id or not upload_id.isprintable():
            return
        if not (go_on and is_same):
            text = "the upload of %r begins anew: what its checkpoint is of has changed"
            tell("ossc.transfer", DEBUG, text, self.key)
            abort(self.bucket, self.key, upload_id)
            self.checkpoint.remove()
            return
        saved = field(state, "parts", dict)
        try:
            self.parts = self._confirmed(upload_id, saved)
            self.upload_id = upload_id
        except NoSuchUpload:
            self.checkpoint.remove()

    def _confirmed(
        self, upload_id: str, saved: dict[str, Any]
    ) -> dict[int, UploadPartResult]:
        """The parts that the checkpoint and the server agree on."""
        sizes = {
            part.number: part.size
            for part in parts_of(self.source.size, self.part_size)
        }
        return {
            part.part_number: UploadPartResult(
                part_number=part.part_number,
                etag=part.etag,
                crc64=part.crc64,
                size=part.size,
                request_id="",
            )
            for part in self.bucket.list_parts(self.key, upload_id)
            if part.size == sizes.get(part.part_number)
            and saved.get(str(part.part_number)) == [part.etag, part.crc64, part.size]
        }

"""How managed uploads and copies begin: none is left behind that nobody knows of."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING

from ossc._sdk import CancelToken, LinkedToken
from ossc._transfer._multipart import abort
from ossc.errors import Cancelled

if TYPE_CHECKING:
    from ossc._transfers import TransferVerbs
    from ossc.models import MultipartUpload
    from ossc.options import ObjectOptions

__all__ = ["initiate"]

# Longer than the answer takes, short for whoever waits for the end of what he cancelled.
_ANSWER_S = 0.25


def initiate(
    bucket: TransferVerbs, key: str, options: ObjectOptions
) -> MultipartUpload:
    """Opens an upload; cancelled meanwhile, it waits a moment for the id, and aborts.

    Only the answer tells the id of an upload, which without it stays open.

    Raises:
        Cancelled: The token of the bucket's client was used.
    """
    client = bucket._client
    token = client._cancel
    if token is None or token.cancelled:
        return bucket.init_multipart_upload(key, **options)
    late = _Late(token)
    patient = type(bucket)(client.with_options(cancel=late), bucket.name)
    try:
        upload = patient.init_multipart_upload(key, **options)
    finally:
        late.forget()
    if token.cancelled:
        error = Cancelled(
            "the request was cancelled",
            operation="InitiateMultipartUpload",
            bucket=bucket.name,
            key=key,
        )
        abort(bucket, key, upload.upload_id, error)
        raise error
    return upload


class _Late(LinkedToken):
    """Is cancelled a moment after the token that it follows."""

    __slots__ = ("_timer",)

    def __init__(self, leader: CancelToken) -> None:
        self._timer: threading.Timer | None = None
        super().__init__(leader)

    def cancel(self) -> None:
        """Begins to wait."""
        timer = threading.Timer(_ANSWER_S, partial(CancelToken.cancel, self))
        timer.daemon = True
        self._timer = timer
        try:
            timer.start()
        except RuntimeError:  # no thread can be started any more
            super().cancel()

    def forget(self) -> None:
        """Waits no longer."""
        if self._timer is not None:
            self._timer.cancel()

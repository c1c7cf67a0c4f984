"""Tasks that fetch an object from elsewhere, each in a thread of its own."""

from __future__ import annotations

import base64
import http.client
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ossc.mock._blobs import Segment
from ossc.mock._errors import ServiceError
from ossc.mock._records import ObjectRecord, Properties

if TYPE_CHECKING:
    from collections.abc import Callable

    from ossc.mock._blobs import BlobWriter
    from ossc.mock._records import Bucket
    from ossc.mock._store import Store

__all__ = ["FetchTask", "start_fetch"]

_TIMEOUT_SECONDS = 10
_PIECE_BYTES = 64 * 1024
_MAX_BYTES = 5 * 1024**3
_OK = 200


@dataclass
class FetchTask:
    """A task to fetch an object, and how far it has come."""

    task_id: str
    url: str
    key: str
    host: str = ""
    content_md5: str = ""
    ignore_same_key: bool = True
    state: str = "Running"
    error: str = ""


def start_fetch(
    store: Store, bucket: Bucket, task: FetchTask, check: Callable[[], None], now: float
) -> None:
    """Fetch in a thread; ``check`` raises if the key must not be written any more."""
    thread = threading.Thread(
        target=_run,
        args=(store, bucket, task, check, now),
        name="ossc-mock-fetch",
        daemon=True,
    )
    thread.start()


def _run(
    store: Store, bucket: Bucket, task: FetchTask, check: Callable[[], None], now: float
) -> None:
    writer = store.writer()
    try:
        content_type = _fetch(task, writer)
        digest = base64.b64encode(writer.md5).decode("ascii")
        if task.content_md5 not in {"", digest}:
            _end(store, task, "Failed", "The MD5 of what was fetched differs.")
            return
        blob = writer.finish()
        record = ObjectRecord(
            task.key,
            (Segment(blob, 0, blob.size),) if blob.size else (),
            writer.md5.hex().upper(),
            writer.crc64,
            now,
            content_md5=digest,
            properties=Properties(
                headers={"content-type": content_type},
                storage_class=bucket.storage_class,
            ),
        )
        with store.lock:
            check()
            store.add_object(bucket, record)
            _end(store, task, "Success", "")
    except (OSError, ValueError, http.client.HTTPException, ServiceError) as error:
        writer.discard()
        _end(store, task, "Failed", str(error) or type(error).__name__)


def _fetch(task: FetchTask, writer: BlobWriter) -> str:
    """Read what is at the task's URL; returns its media type."""
    parts = urlsplit(task.url)
    secure = parts.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=_TIMEOUT_SECONDS)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", path, headers={"Host": task.host or parts.netloc})
        answer = connection.getresponse()
        if answer.status != _OK:
            raise ValueError(f"The source answered with HTTP {answer.status}.")
        while piece := answer.read(_PIECE_BYTES):
            writer.write(piece)
            if writer.size > _MAX_BYTES:
                raise ValueError("The source is larger than 5 GB.")
        return answer.headers.get("Content-Type") or "application/octet-stream"
    finally:
        connection.close()


def _end(store: Store, task: FetchTask, state: str, error: str) -> None:
    with store.lock:
        task.state, task.error = state, error

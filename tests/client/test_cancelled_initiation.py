"""An upload that is cancelled while it is being opened does not stay open unknown."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc.mock import faults

from .raw_server import client_of
from .tasks import awaited, until
from .tasks import client_of as async_client_of
from .transfers import BUCKET, DATA, PART, open_uploads, seen, wait_until

LATE_S = 0.15


def _stream(bucket: ossc.Bucket, _folder: Path, cancel: Any) -> None:
    with bucket.open("k", "wb", part_size=PART, cancel=cancel) as file:
        file.write(DATA)


WAYS: dict[str, Callable[[ossc.Bucket, Path, Any], object]] = {
    "file": lambda b, folder, cancel: b.upload_file(
        "k", folder / "file", part_size=PART, threshold=1, cancel=cancel
    ),
    "fileobj": lambda b, _, cancel: b.upload_fileobj(
        "k", [DATA], part_size=PART, cancel=cancel
    ),
    "copy": lambda b, _, cancel: b.copy(
        "source", "k", part_size=PART, threshold=1, cancel=cancel
    ),
    "stream": _stream,
}


@contextmanager
def _cancelling(server: ossc.mock.Server) -> Iterator[ossc.CancelToken]:
    """A token that is used once the server has met its fault."""
    token = ossc.CancelToken()

    def cancel() -> None:
        wait_until(lambda: not server.faults.unused)
        token.cancel()

    thread = threading.Thread(target=cancel)
    thread.start()
    yield token
    thread.join()


@pytest.mark.parametrize("way", WAYS)
def test_an_answer_that_comes_soon_is_waited_for(
    server: ossc.mock.Server, tmp_path: Path, way: str
) -> None:
    """The id is in it, so the upload can be aborted, and is."""
    (tmp_path / "file").write_bytes(DATA)
    server.put_object(BUCKET, "source", DATA)
    server.faults.add(faults.stall(LATE_S), operation="InitiateMultipartUpload")
    with client_of(server) as client, _cancelling(server) as token:
        with pytest.raises(ossc.Cancelled):
            WAYS[way](client.bucket(BUCKET), tmp_path, token)
    assert open_uploads(server) == 0
    assert len(seen(server, "AbortMultipartUpload")) == 1
    assert not seen(server, "UploadPart")


def test_an_answer_that_does_not_come_is_given_up(server: ossc.mock.Server) -> None:
    """The wait has an end."""
    server.faults.add(faults.stall(), operation="InitiateMultipartUpload")
    with client_of(server) as client, _cancelling(server) as token:
        began = time.monotonic()
        with pytest.raises(ossc.Cancelled):
            client.bucket(BUCKET).upload_fileobj(
                "k", [DATA], part_size=PART, cancel=token
            )
        assert time.monotonic() - began < 5


def test_a_failure_is_told_as_it_is(server: ossc.mock.Server) -> None:
    """Where nothing was opened, there is nothing to abort."""
    stalled = faults.stall(LATE_S) & faults.status(403, code="AccessDenied")
    server.faults.add(stalled, operation="InitiateMultipartUpload")
    with client_of(server) as client, _cancelling(server) as token:
        with pytest.raises(ossc.AccessDenied):
            client.bucket(BUCKET).upload_fileobj(
                "k", [DATA], part_size=PART, cancel=token
            )
    assert not seen(server, "AbortMultipartUpload")


@awaited
async def test_a_task(server: ossc.mock.Server) -> None:
    """A task that is cancelled goes on when the upload is aborted."""
    server.faults.add(faults.stall(LATE_S), operation="InitiateMultipartUpload")
    async with async_client_of(server) as client:
        upload = client.bucket(BUCKET).upload_fileobj("k", [DATA], part_size=PART)
        task = asyncio.ensure_future(upload)
        await until(lambda: not server.faults.unused)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert open_uploads(server) == 0
        assert len(seen(server, "AbortMultipartUpload")) == 1

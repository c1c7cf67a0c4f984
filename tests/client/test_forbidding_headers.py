"""`x-oss-forbid-overwrite` among `headers`: looked at when the object is made, too."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ossc
import ossc.mock
from tests.conftest import BUCKET, make_client

PART = 100 * 1024
DATA = bytes(2 * PART + 1)
FORBIDDEN = {"X-Oss-Forbid-Overwrite": "true"}


def _file(bucket: ossc.Bucket, folder: Path, options: Any) -> None:
    path = folder / "file"
    path.write_bytes(DATA)
    bucket.upload_file("k", path, threshold=0, part_size=PART, **options)


def _fileobj(bucket: ossc.Bucket, _folder: Path, options: Any) -> None:
    bucket.upload_fileobj("k", io.BytesIO(DATA), part_size=PART, **options)


def _stream(bucket: ossc.Bucket, _folder: Path, options: Any) -> None:
    with bucket.open("k", "wb", part_size=PART, **options) as stream:
        stream.write(DATA)


def _copy(bucket: ossc.Bucket, _folder: Path, options: Any) -> None:
    bucket.put_object("source", DATA)
    bucket.copy("source", "k", threshold=0, part_size=PART, **options)


WAYS: dict[str, Callable[[ossc.Bucket, Path, Any], None]] = {
    "file": _file,
    "fileobj": _fileobj,
    "stream": _stream,
    "copy": _copy,
}


@pytest.mark.parametrize(
    "options", [{"headers": FORBIDDEN}, {"forbid_overwrite": True}]
)
@pytest.mark.parametrize("way", WAYS)
def test_what_came_meanwhile_stays(
    server: ossc.mock.Server,
    bucket: ossc.Bucket,
    tmp_path: Path,
    way: str,
    options: dict[str, Any],
) -> None:
    """An object that appeared after the upload began is not overwritten."""

    def meddle(record: ossc.RequestRecord) -> None:
        if record.operation == "InitiateMultipartUpload":
            bucket.put_object("k", b"theirs")

    with make_client(server, on_request=meddle) as client:
        with pytest.raises(ossc.FileAlreadyExists) as caught:
            WAYS[way](client.bucket(BUCKET), tmp_path, options)
    assert caught.value.operation == "CompleteMultipartUpload"
    assert bucket.get_object("k").data == b"theirs"
    assert not list(bucket.list_multipart_uploads())

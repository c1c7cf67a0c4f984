"""`verify_file`: a local file beside an object, without the object's bytes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ossc._sdk import CancelToken, crc64
from ossc._transfer._engine import Watch, about
from ossc._transfer._local import Source, opened
from ossc._transfer._multipart import begun
from ossc.errors import MalformedResponse
from ossc.options import Conditions

if TYPE_CHECKING:
    from ossc._sdk import Progress
    from ossc._transfers import TransferVerbs

__all__ = ["verify_file"]

_PIECE = 1 << 20


def verify_file(
    bucket: TransferVerbs,
    key: str,
    path: str | os.PathLike[str],
    *,
    progress: Progress | None,
    cancel: CancelToken | None,
    params: Mapping[str, str] | None,
    conditions: Conditions,
) -> bool:
    """See `FileObjectVerbs.verify_file`."""
    bucket = begun(bucket, cancel, progress)
    with about("HeadObject", bucket.name, key), opened(path) as source:
        info = bucket.head_object(key, params=params, **conditions)
        if info.size != source.size:
            return False
        if info.crc64 is None:
            raise MalformedResponse("OSS tells no CRC-64 of the object")
        watch = Watch(progress, source.size, cancel=bucket._client._cancel)
        is_same = info.crc64 == _crc64_of(source, watch)
        source.check("compared")
        watch.finish()
        return is_same


def _crc64_of(source: Source, watch: Watch) -> int:
    crc = offset = 0
    while piece := os.pread(source.fd, _PIECE, offset):
        crc = crc64(piece, crc)
        offset += len(piece)
        watch.settle(0, len(piece))
        watch.tick()
    return crc

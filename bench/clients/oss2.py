"""oss2: `oss2.Auth` (signature V1), path style, CRC-64 on, one session for all threads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench.clients.base import Client, Settings, load

__all__ = ["make"]

_CHUNK = 512 * 1024


class _OSS2(Client):
    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._oss2 = oss2 = load("oss2")
        auth = oss2.Auth(settings.key_id, settings.key_secret)
        self._bucket: Any = oss2.Bucket(
            auth, settings.endpoint, settings.bucket, enable_crc=True
        )
        self._bucket.get_object = _quoting(self._bucket.get_object)

    def get(self, key: str) -> Any:
        return self._bucket.get_object(key).read()

    def put(self, key: str, data: bytes) -> None:
        self._bucket.put_object(key, data)

    def get_into(self, key: str, buffer: bytearray) -> int:
        result = self._bucket.get_object(key)
        position = 0
        while piece := result.read(_CHUNK):
            buffer[position : position + len(piece)] = piece
            position += len(piece)
        return position

    def get_file(self, key: str, path: str) -> None:
        self._bucket.get_object_to_file(key, path)

    def put_file(self, key: str, path: str) -> None:
        self._bucket.put_object_from_file(key, path)

    def download(self, key: str, path: str) -> None:
        self._oss2.resumable_download(
            self._bucket,
            key,
            path,
            multiget_threshold=0,
            part_size=self.settings.part_size,
            num_threads=self.settings.concurrency,
            store=self._oss2.ResumableDownloadStore(root=self.settings.scratch),
        )

    def upload(self, key: str, path: str) -> None:
        self._oss2.resumable_upload(
            self._bucket,
            key,
            path,
            multipart_threshold=0,
            part_size=self.settings.part_size,
            num_threads=self.settings.concurrency,
            store=self._oss2.ResumableStore(root=self.settings.scratch),
        )

    def crc(self, data: memoryview) -> int:
        sum_ = self._oss2.utils.Crc64()
        sum_.update(data)
        return int(sum_.crc)


def _quoting(get_object: Callable[..., Any]) -> Callable[..., Any]:
    """The same with `If-Match` in quotes: nginx knows tags in quotes only."""

    def get(*args: Any, headers: Any = None, **options: Any) -> Any:
        if headers and "If-Match" in headers:
            headers["If-Match"] = f'"{headers["If-Match"]}"'
        return get_object(*args, headers=headers, **options)

    return get


def make(settings: Settings, variant: str) -> Client:
    """The client; it has no variants."""
    del variant
    return _OSS2(settings)

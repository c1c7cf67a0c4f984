"""ossc, signature V4, CRC-64 on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.clients.base import Client, Settings, load

__all__ = ["make"]


class _OSSC(Client):
    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        ossc = load("ossc")
        self._crc = load("ossc._sdk").crc64
        self._client: Any = ossc.Client(
            settings.endpoint,
            region=settings.region,
            credentials=ossc.Credentials(settings.key_id, settings.key_secret),
        )
        self._bucket: Any = self._client.bucket(settings.bucket)

    def get(self, key: str) -> Any:
        return self._bucket.get_object(key).data

    def put(self, key: str, data: bytes) -> None:
        self._bucket.put_object(key, data)

    def get_into(self, key: str, buffer: bytearray) -> int:
        return int(self._bucket.get_object_into(key, buffer))

    def get_file(self, key: str, path: str) -> None:
        self._bucket.get_object_to_file(key, path)

    def put_file(self, key: str, path: str) -> None:
        self._bucket.put_object_from_file(key, path)

    def download(self, key: str, path: str) -> None:
        self._bucket.download_file(
            key,
            path,
            part_size=self.settings.part_size,
            concurrency=self.settings.concurrency,
        )

    def upload(self, key: str, path: str) -> None:
        self._bucket.upload_file(
            key,
            path,
            part_size=self.settings.part_size,
            concurrency=self.settings.concurrency,
        )

    def get_many(self, keys: Sequence[str]) -> int:
        size = 0
        for item in self._bucket.get_objects(keys, concurrency=self.settings.batch):
            if item.error is not None:
                raise item.error
            size += len(item.result.data)
        return size

    def put_many(self, items: Sequence[tuple[str, bytes]]) -> None:
        for result in self._bucket.put_objects(items, concurrency=self.settings.batch):
            if result.error is not None:
                raise result.error

    def crc(self, data: memoryview) -> int:
        return int(self._crc(data))


def make(settings: Settings, variant: str) -> Client:
    """The client; it has no variants."""
    del variant
    return _OSSC(settings)

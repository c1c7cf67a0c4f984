"""opendal: its `oss` service, path style; it has no CRC-64 to switch on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.clients.base import AsyncBatch, Client, Settings, load

__all__ = ["make"]

_CHUNK = 512 * 1024
_FILE_CHUNK = 2 << 20


class _OpenDAL(Client):
    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._operator: Any = load("opendal").Operator(
            "oss",
            bucket=settings.bucket,
            endpoint=settings.endpoint,
            access_key_id=settings.key_id,
            access_key_secret=settings.key_secret,
            addressing_style="path",
        )

    def get(self, key: str) -> Any:
        return self._operator.read(key)

    def put(self, key: str, data: bytes) -> None:
        self._operator.write(key, data)

    def get_into(self, key: str, buffer: bytearray) -> int:
        position = 0
        view = memoryview(buffer)
        with self._operator.open(key, "rb") as file:
            while count := file.readinto(view[position : position + _CHUNK]):
                position += count
        return position

    def get_file(self, key: str, path: str) -> None:
        self._read_to(path, self._operator.open(key, "rb"), _FILE_CHUNK)

    def put_file(self, key: str, path: str) -> None:
        # Its writers send parts of their own; one stream is what `write` makes.
        with open(path, "rb") as source:
            self._operator.write(key, source.read())

    def download(self, key: str, path: str) -> None:
        size = self.settings.part_size
        reader = self._operator.open(
            key, "rb", chunk=size, concurrent=self.settings.concurrency
        )
        self._read_to(path, reader, size)

    def upload(self, key: str, path: str) -> None:
        size = self.settings.part_size
        writer = self._operator.open(
            key, "wb", chunk=size, concurrent=self.settings.concurrency
        )
        with open(path, "rb") as source, writer as file:
            while piece := source.read(size):
                file.write(piece)

    @staticmethod
    def _read_to(path: str, reader: Any, size: int) -> None:
        with reader as file, open(path, "wb") as target:
            while piece := file.read(size):
                target.write(piece)


class _AsyncOpenDAL(_OpenDAL):
    """Batches by asyncio."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._tasks = AsyncBatch(settings.batch)
        self._async: Any = self._operator.to_async_operator()

    def get_many(self, keys: Sequence[str]) -> int:
        async def get(key: str) -> int:
            return len(await self._async.read(key))

        return self._tasks.run(get, keys)

    def put_many(self, items: Sequence[tuple[str, bytes]]) -> None:
        async def put(item: tuple[str, bytes]) -> int:
            await self._async.write(*item)
            return 0

        self._tasks.run(put, items)


def make(settings: Settings, variant: str) -> Client:
    """The client; `variant` "asyncio" does batches by tasks, else by threads."""
    return (_AsyncOpenDAL if variant == "asyncio" else _OpenDAL)(settings)

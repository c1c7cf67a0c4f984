"""obstore: its `S3Store`, path style, payloads not hashed, as OSS's clients do not."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.clients.base import AsyncBatch, Client, Settings, load

__all__ = ["make"]

_CHUNK = 512 * 1024


class _Obstore(Client):
    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._obstore = load("obstore")
        self._store: Any = load("obstore.store").S3Store(
            settings.bucket,
            endpoint=settings.endpoint,
            region=settings.region,
            access_key_id=settings.key_id,
            secret_access_key=settings.key_secret,
            virtual_hosted_style_request=False,
            unsigned_payload=True,
            client_options={"allow_http": True},
        )

    def get(self, key: str) -> Any:
        return self._obstore.get(self._store, key).bytes()

    def put(self, key: str, data: bytes) -> None:
        self._obstore.put(self._store, key, data, use_multipart=False)

    def get_into(self, key: str, buffer: bytearray) -> int:
        position = 0
        for piece in self._obstore.get(self._store, key).stream(_CHUNK):
            size = len(piece)
            buffer[position : position + size] = piece
            position += size
        return position

    def get_file(self, key: str, path: str) -> None:
        with open(path, "wb") as target:
            target.writelines(self._obstore.get(self._store, key).stream(_CHUNK))

    def put_file(self, key: str, path: str) -> None:
        self._obstore.put(self._store, key, Path(path), use_multipart=False)

    def download(self, key: str, path: str) -> None:
        # It has no such call; its ranges on threads are the nearest to one.
        size = self._obstore.head(self._store, key)["size"]
        step = self.settings.part_size
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)

        def part(start: int) -> int:
            data = self._obstore.get_range(
                self._store, key, start=start, end=min(start + step, size)
            )
            return os.pwrite(fd, data, start)

        try:
            starts = range(0, size, step)
            if sum(self.on_threads(part, starts, self.settings.concurrency)) != size:
                raise OSError("a short write")
        finally:
            os.close(fd)

    def upload(self, key: str, path: str) -> None:
        self._obstore.put(
            self._store,
            key,
            Path(path),
            use_multipart=True,
            chunk_size=self.settings.part_size,
            max_concurrency=self.settings.concurrency,
        )


class _AsyncObstore(_Obstore):
    """Batches by asyncio."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._tasks = AsyncBatch(settings.batch)

    def get_many(self, keys: Sequence[str]) -> int:
        async def get(key: str) -> int:
            answer = await self._obstore.get_async(self._store, key)
            return len(await answer.bytes_async())

        return self._tasks.run(get, keys)

    def put_many(self, items: Sequence[tuple[str, bytes]]) -> None:
        async def put(item: tuple[str, bytes]) -> int:
            await self._obstore.put_async(self._store, *item, use_multipart=False)
            return 0

        self._tasks.run(put, items)


def make(settings: Settings, variant: str) -> Client:
    """The client; `variant` "asyncio" does batches by tasks, else by threads."""
    return (_AsyncObstore if variant == "asyncio" else _Obstore)(settings)

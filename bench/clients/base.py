"""What every client is asked to do, and how a batch is done by threads or by tasks."""

from __future__ import annotations

import asyncio
import hashlib
import importlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

__all__ = ["AsyncBatch", "Client", "Settings", "load"]

# Distribution of each module, for whoever has to install it.
_DISTRIBUTIONS = {
    "alibabacloud_oss_v2": "alibabacloud-oss-v2",
    "ossc": "ossc",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a client is made with.

    Attributes:
        endpoint: `http://127.0.0.1:PORT`.
        bucket: The bucket.
        part_size: Of transfers in parts, in bytes.
        concurrency: Streams of transfers in parts.
        batch: Operations in flight of a batch.
        scratch: A folder for what a client wants to note down.
    """

    endpoint: str
    bucket: str
    part_size: int
    concurrency: int
    batch: int
    scratch: str

    key_id = "benchmarkkeyid"
    key_secret = hashlib.sha256(b"benchmark").hexdigest()
    region = "cn-hangzhou"


class Client(ABC):
    """A client with one connection's worth of settings; blocking calls.

    Whatever fails raises. `get` and its kin give the number of bytes that came.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._threads: ThreadPoolExecutor | None = None

    @abstractmethod
    def get(self, key: str) -> Any:
        """The object's bytes, in whatever the client gives for bytes."""

    @abstractmethod
    def put(self, key: str, data: bytes) -> None:
        """Stores bytes."""

    @abstractmethod
    def get_into(self, key: str, buffer: bytearray) -> int:
        """Reads into the caller's memory."""

    @abstractmethod
    def get_file(self, key: str, path: str) -> None:
        """Reads into a file, in one stream."""

    @abstractmethod
    def put_file(self, key: str, path: str) -> None:
        """Stores a file, in one stream."""

    @abstractmethod
    def download(self, key: str, path: str) -> None:
        """Reads into a file, in parts side by side."""

    @abstractmethod
    def upload(self, key: str, path: str) -> None:
        """Stores a file, in parts side by side."""

    def get_many(self, keys: Sequence[str]) -> int:
        """Reads many objects; the number of bytes."""
        sizes = self.on_threads(
            lambda key: len(self.get(key)), keys, self.settings.batch
        )
        return sum(sizes)

    def put_many(self, items: Sequence[tuple[str, bytes]]) -> None:
        """Stores many objects."""
        for _ in self.on_threads(
            lambda item: self.put(*item), items, self.settings.batch
        ):
            pass

    def crc(self, data: memoryview) -> int:
        """The client's CRC-64."""
        raise NotImplementedError(f"{type(self).__module__} has no CRC-64")

    def on_threads(
        self, call: Callable[[Any], Any], items: Iterable[Any], threads: int
    ) -> Iterator[Any]:
        """The results of calls, made by threads that the client keeps."""
        if self._threads is None:
            self._threads = ThreadPoolExecutor(threads)
        return self._threads.map(call, items)


class AsyncBatch:
    """Runs calls of an asyncio client with so many in flight."""

    def __init__(self, batch: int) -> None:
        self._batch = batch
        self._loop = asyncio.new_event_loop()

    def run(
        self, call: Callable[[Any], Coroutine[Any, Any, int]], items: Iterable[Any]
    ) -> int:
        """The sum of the results."""
        waiting = iter(items)

        async def work() -> int:
            return sum([await call(item) for item in waiting])

        async def all_of_them() -> int:
            return sum(await asyncio.gather(*(work() for _ in range(self._batch))))

        return self._loop.run_until_complete(all_of_them())


def load(name: str) -> Any:
    """A client's module; typed loosely, since not everybody has them installed.

    Raises:
        ImportError: It is not installed; the text says how to.
    """
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        distribution = _DISTRIBUTIONS.get(name.split(".", 1)[0], name)
        raise ImportError(
            f"{distribution} is missing: pip install '.[bench]'"
        ) from error

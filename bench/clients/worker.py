"""The process of one client for one row.

Started with the client's name, its variant and a job in JSON; it then reads numbers of
operations, one a line, and answers each with a line of JSON: what they took. Before the
first it performs the action once, and looks whether it did what it says.
"""

from __future__ import annotations

import filecmp
import gc
import importlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO
from zlib import crc32

from bench.clients.base import Client, Settings

__all__ = ["Job", "main"]

_CHUNK = 1 << 16  # small, so that looking at bytes changes nothing about the allocator

Run = Callable[[int], None]
"""Performs so many operations."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker is to do.

    Attributes:
        action: A method of the client.
        key: The object; of batches the prefix of all.
        size: Its bytes.
        keys: How many objects a batch has.
        small: Key of an object to open a connection with.
        source: File with the object's bytes.
        target: File to write downloads to.
        stored: Folder that the server keeps what is put, or its parts, in.
        piece: Bytes given to a checksum at a time, or of a part.
    """

    action: str
    key: str
    size: int
    keys: int
    small: str
    source: str
    target: str
    stored: str
    piece: int

    def to_json(self) -> str:
        """For a command line."""
        return json.dumps(asdict(self))


def main(name: str, variant: str, settings: str, job: str) -> None:
    """Serves rounds until the input ends; prepares itself when the first is asked for."""
    run: Run | None = None
    start = 0
    for line in sys.stdin:
        if run is None:
            run, start = _ready(name, variant, settings, Job(**json.loads(job)))
        operations = int(line)
        _forget_peak()
        wall, cpu = time.perf_counter(), time.process_time()
        run(operations)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        result = {
            "ops": operations,
            "wall": wall,
            "cpu": cpu,
            "memory": _status("VmHWM") - start,
        }
        print(json.dumps(result), flush=True)


def _ready(name: str, variant: str, settings: str, job: Job) -> tuple[Run, int]:
    """The tried action, and the memory before it was tried: connected, and no more."""
    client: Client = importlib.import_module(f"bench.clients.{name}").make(
        Settings(**json.loads(settings)), variant
    )
    run = _prepare(client, job)
    if job.small:
        client.get(job.small)
    gc.collect()
    start = _status("VmRSS")
    run(1)
    _verify(client, job)
    return run, start


def _prepare(client: Client, job: Job) -> Run:
    """The action as a loop, its data already in memory."""
    if job.action in ("put", "put_many", "get", "get_many", "get_into", "crc"):
        return _in_memory(client, job)
    call = getattr(client, job.action)
    path = job.source if job.action in ("put_file", "upload") else job.target

    def run(operations: int) -> None:
        for _ in range(operations):
            call(job.key, path)

    return run


def _in_memory(client: Client, job: Job) -> Run:
    # A reader's expected bytes are not kept: they would hide its own memory.
    data = _read(job.source) if job.action in ("put", "put_many", "crc") else b""
    makers: dict[str, Callable[[Client, Job, bytes], Run]] = {
        "put": _put,
        "put_many": _put_many,
        "get": _get,
        "get_many": _get_many,
        "get_into": _get_into,
        "crc": _crc,
    }
    return makers[job.action](client, job, data)


def _put(client: Client, job: Job, data: bytes) -> Run:
    def run(operations: int) -> None:
        for _ in range(operations):
            client.put(job.key, data)

    return run


def _put_many(client: Client, job: Job, data: bytes) -> Run:
    keys = _keys(job)

    def run(operations: int) -> None:
        client.put_many([(keys[i % job.keys], data) for i in range(operations)])

    return run


def _get(client: Client, job: Job, data: bytes) -> Run:
    del data

    def run(operations: int) -> None:
        for _ in range(operations):
            _expect(len(client.get(job.key)), job.size)

    return run


def _get_many(client: Client, job: Job, data: bytes) -> Run:
    del data
    keys = _keys(job)

    def run(operations: int) -> None:
        size = client.get_many([keys[i % job.keys] for i in range(operations)])
        _expect(size, operations * job.size)

    return run


def _get_into(client: Client, job: Job, data: bytes) -> Run:
    del data
    buffer = bytearray(b"x") * job.size  # written to, so that it has its pages

    def run(operations: int) -> None:
        for _ in range(operations):
            _expect(client.get_into(job.key, buffer), job.size)

    return run


def _crc(client: Client, job: Job, data: bytes) -> Run:
    # Pieces in cache: the same memory again and again, as received bytes are.
    piece = memoryview(data)[: job.piece]

    def run(operations: int) -> None:
        for _ in range(operations * (job.size // job.piece)):
            client.crc(piece)

    return run


def _keys(job: Job) -> list[str]:
    return [f"{job.key}{number:05d}" for number in range(job.keys)]


def _verify(client: Client, job: Job) -> None:
    """Compares what a transfer brought with what it should be."""
    if job.action in ("get_file", "download"):
        same = filecmp.cmp(job.target, job.source, shallow=False)
    elif job.action in ("put", "put_file", "put_many"):
        made = [os.path.join(job.stored, name) for name in os.listdir(job.stored)]
        same = bool(made) and all(
            filecmp.cmp(path, job.source, shallow=False) for path in made
        )
    elif job.action == "upload":
        same = _are_parts(job)
    elif job.action == "get":
        same = _is_source(client.get(job.key), job)
    elif job.action == "get_into":
        buffer = bytearray(job.size)
        client.get_into(job.key, buffer)
        same = _is_source(buffer, job)
    else:
        same = True
    if not same:
        raise ValueError(f"{job.action}: the bytes are not those of the source")


def _are_parts(job: Job) -> bool:
    """Whether the stored files are the source's pieces, in whatever order they came."""
    parts = []
    for name in os.listdir(job.stored):
        with open(os.path.join(job.stored, name), "rb") as file:
            parts += list(_sums(file, job.piece))
    with open(job.source, "rb") as file:
        return sorted(parts) == sorted(_sums(file, job.piece))


def _sums(file: BinaryIO, piece: int) -> Iterator[tuple[int, int]]:
    """Size and checksum of each piece."""
    size, check = 0, 0
    while chunk := file.read(min(_CHUNK, piece - size)):
        size, check = size + len(chunk), crc32(chunk, check)
        if size == piece:
            yield size, check
            size, check = 0, 0
    if size:
        yield size, check


def _is_source(data: Any, job: Job) -> bool:
    with memoryview(data) as view, open(job.source, "rb") as file:
        for start in range(0, job.size, _CHUNK):
            if view[start : start + _CHUNK] != file.read(_CHUNK):
                return False
        return len(view) == job.size


def _expect(size: int, expected: int) -> None:
    if size != expected:
        raise ValueError(f"{size} bytes came instead of {expected}")


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _status(field: str) -> int:
    """Bytes of a field of this process's status."""
    with open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            name, _, value = line.partition(":")
            if name == field:
                return int(value.split()[0]) * 1024
    raise LookupError(field)


def _forget_peak() -> None:
    """Lets VmHWM begin anew."""
    fd = os.open("/proc/self/clear_refs", os.O_WRONLY)
    try:
        os.write(fd, b"5")
    finally:
        os.close(fd)


if __name__ == "__main__":
    arguments: list[Any] = sys.argv[1:]
    main(*arguments)

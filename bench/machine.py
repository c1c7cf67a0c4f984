"""What the contestants work with: a folder in memory, objects, the floors' program."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench.rows import KEYS, KIB, PART_SIZE
from bench.server import BUCKET, INCOMING, STORED, UPLOAD, SetupError, Stored, serve

__all__ = ["Machine", "many_prefix", "object_key", "prepare", "put_key"]

MEMORY = "/dev/shm"  # noqa: S108 - a file system in memory is what is meant
_SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "floor.c")


@dataclass(frozen=True, slots=True)
class Machine:
    """A running server with its objects.

    Attributes:
        folder: Where all files are; it goes when the benchmark ends.
        floor: The program of the floors.
        port: Where the server listens.
    """

    folder: str
    floor: str
    port: int

    def path(self, key: str) -> str:
        """The file that the server keeps an object in."""
        return os.path.join(self.folder, "objects", BUCKET, key)

    @property
    def stored(self) -> str:
        """The folder that whole objects are put into, each a file of its own."""
        return os.path.join(self.folder, "objects", STORED)

    @property
    def parts(self) -> str:
        """The folder that parts of uploads stay in."""
        return os.path.join(self.folder, INCOMING)

    def forget_stored(self) -> None:
        """Makes room for more PUTs."""
        for folder in (self.stored, self.parts):
            for name in os.listdir(folder):
                os.unlink(os.path.join(folder, name))

    def scratch(self, name: str) -> str:
        """A path for files of a contestant's own."""
        return os.path.join(self.folder, "scratch", name)


def object_key(size: int) -> str:
    """The object of so many bytes that is read."""
    return f"object-{size}"


def put_key(size: int) -> str:
    """The object of so many bytes that is written."""
    return f"put-{size}"


def many_prefix(*, put: bool) -> str:
    """What the keys of a batch begin with."""
    return "put-many/" if put else "get-many/"


@contextmanager
def prepare(sizes: Iterable[int]) -> Iterator[Machine]:
    """Builds, makes the objects and serves them while the block lasts."""
    with tempfile.TemporaryDirectory(prefix="ossc-bench-", dir=MEMORY) as folder:
        for name in ("objects", "scratch", INCOMING, "unused"):
            os.mkdir(os.path.join(folder, name))
        floor = _build(folder)
        objects = os.path.join(folder, "objects", BUCKET)
        os.mkdir(objects)
        os.mkdir(os.path.join(folder, "objects", STORED))
        stored = list(_objects(objects, floor, sorted({KIB, *sizes})))
        with serve(folder, stored) as port:
            yield Machine(folder, floor, port)


def _build(folder: str) -> str:
    program = os.path.join(folder, "floor")
    options = ["-std=c11", "-D_GNU_SOURCE", "-O3", "-pthread"]
    try:
        flags = _output(["pkg-config", "--cflags", "--libs", "libcurl"]).split()
        subprocess.run(["cc", *options, _SOURCE, "-o", program, *flags], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise SetupError(
            f"the floors cannot be built ({error}): "
            "apt-get install gcc pkg-config libcurl4-openssl-dev"
        ) from error
    return program


def _objects(folder: str, floor: str, sizes: list[int]) -> Iterator[Stored]:
    """Writes the files; what the server has to know of each."""
    for size in sizes:
        path = os.path.join(folder, object_key(size))
        with open(path, "wb") as file:
            file.write(hashlib.shake_128(b"ossc").digest(size))
        (*_, crc) = _sums(floor, path, size)
        yield Stored(object_key(size), crc)
        yield Stored(put_key(size), crc)
        if size == KIB:
            yield from _many(folder, path, crc)
    *parts, crc = _sums(floor, path, PART_SIZE)  # of the largest, which is uploaded
    yield Stored(UPLOAD, crc, tuple(parts))


def _many(folder: str, path: str, crc: int) -> Iterator[Stored]:
    yield Stored(many_prefix(put=True), crc)
    yield Stored(many_prefix(put=False), crc)
    os.mkdir(os.path.join(folder, many_prefix(put=False)))
    for number in range(KEYS):
        shutil.copyfile(
            path, os.path.join(folder, f"{many_prefix(put=False)}{number:05d}")
        )


def _sums(floor: str, path: str, piece: int) -> list[int]:
    """CRC-64 of each piece, and of the whole."""
    return [int(line) for line in _output([floor, "crc", path, str(piece)]).split()]


def _output(command: list[str]) -> str:
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout

"""What is measured and what is aimed at, as data.

A row is one action of every client; an aim compares what ossc needs for it with what
another contestant needs in the same round, or with a fixed amount.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = [
    "BATCH",
    "BEST",
    "CONCURRENCY",
    "FIXED",
    "FLOOR",
    "GIB",
    "KEYS",
    "KIB",
    "MIB",
    "OBJECT",
    "PART_SIZE",
    "ROWS",
    "Aim",
    "Measure",
    "Row",
]

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30

PART_SIZE = 8 * MIB
CONCURRENCY = 4
BATCH = 8
"""Connections, threads or tasks of the rows in batch."""
KEYS = 1000
"""Objects of the rows in batch."""

Measure = Literal["cpu", "rate", "memory", "start"]
"""Processor seconds an operation; operations (or bytes) a second; bytes above the start;
seconds a start of the interpreter takes above the bare one's."""

FLOOR, BEST, OBJECT, FIXED = "floor", "best peer", "object", "fixed"


@dataclass(frozen=True, slots=True)
class Aim:
    """What a ratio is to be: of ossc's measure to what it is held against.

    Attributes:
        of: What is compared. A rate is to be at least the limit, all else at most.
        against: FLOOR, BEST, the name of a client, OBJECT (its bytes), or FIXED.
        limit: The ratio's bound.
        amount: What FIXED means, in seconds, bytes or bytes a second.
        words: The amount for readers.
    """

    of: Measure
    against: str
    limit: float
    amount: float = 1.0
    words: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One action that all contestants perform.

    Attributes:
        name: What `--rows` calls it.
        title: What the table calls it; `{size}` stands for the object's.
        action: What the clients' workers call it.
        size: Bytes of an operation's object; 0: no transfer. Large ones shrink in a
            quick run.
        measure: What the row's own ratios are of.
        aims: What is to hold.
        batch: Threads or connections; 0: one stream.
        piece: Bytes given to a checksum at a time.
    """

    name: str
    title: str
    action: str
    size: int
    measure: Measure
    aims: tuple[Aim, ...]
    batch: int = 0
    piece: int = 0


_LARGE = 256 * MIB

_SMALL_AIMS = (
    Aim("cpu", FLOOR, 1.3),
    Aim("cpu", BEST, 0.68),
    Aim("cpu", "oss2", 1 / 15),
)
_BATCH_AIMS = (Aim("rate", FLOOR, 1.0), Aim("rate", BEST, 1.3))
_MIDDLE_AIMS = (Aim("cpu", FLOOR, 1.3), Aim("cpu", BEST, 1.0))
_FILE_AIMS = (
    Aim("rate", BEST, 1.0),
    Aim("memory", FIXED, 1.0, 8 * MIB, "8 MiB"),
)
_PARALLEL_AIMS = (
    Aim("rate", BEST, 1.1),
    Aim("memory", FIXED, 1.0, 16 * MIB, "16 MiB"),
)
_CRC_AIMS = (Aim("rate", FIXED, 1.0, 15e9, "15 GB/s"),)

ROWS = (
    Row("put-1k", "put 1 KiB", "put", KIB, "cpu", _SMALL_AIMS),
    Row("get-1k", "get 1 KiB", "get", KIB, "cpu", _SMALL_AIMS),
    Row("put-many", "put 1 KiB in batch", "put_many", KIB, "rate", _BATCH_AIMS, BATCH),
    Row("get-many", "get 1 KiB in batch", "get_many", KIB, "rate", _BATCH_AIMS, BATCH),
    Row("put-1m", "put 1 MiB", "put", MIB, "cpu", _MIDDLE_AIMS),
    Row("get-1m", "get 1 MiB", "get", MIB, "cpu", _MIDDLE_AIMS),
    Row(
        "get-256m",
        "get {size} into memory",
        "get",
        _LARGE,
        "rate",
        (Aim("rate", BEST, 1.0), Aim("memory", OBJECT, 1.02)),
    ),
    Row(
        "get-into",
        "get {size} into a buffer",
        "get_into",
        _LARGE,
        "rate",
        (Aim("rate", FLOOR, 1.0), Aim("memory", FIXED, 1.0, 4 * MIB, "4 MiB")),
    ),
    Row(
        "put-256m",
        "put {size} from memory",
        "put",
        _LARGE,
        "rate",
        (Aim("rate", BEST, 0.95), Aim("memory", FIXED, 1.0, 4 * MIB, "4 MiB")),
    ),
    Row("put-file", "file up, one stream", "put_file", _LARGE, "rate", _FILE_AIMS),
    Row("get-file", "file down, one stream", "get_file", _LARGE, "rate", _FILE_AIMS),
    Row(
        "upload",
        "file up in 4 streams",
        "upload",
        _LARGE,
        "rate",
        _PARALLEL_AIMS,
        CONCURRENCY,
    ),
    Row(
        "download",
        "file down in 4 streams",
        "download",
        _LARGE,
        "rate",
        _PARALLEL_AIMS,
        CONCURRENCY,
    ),
    Row(
        "crc-pieces",
        "CRC-64 of 64 MiB, in cache",
        "crc",
        64 * MIB,
        "rate",
        _CRC_AIMS,
        piece=256 * KIB,
    ),
    Row(
        "crc-whole",
        "CRC-64 of 64 MiB, whole",
        "crc",
        64 * MIB,
        "rate",
        _CRC_AIMS,
        piece=64 * MIB,
    ),
    Row(
        "import",
        "import",
        "import",
        0,
        "start",
        (Aim("start", FIXED, 1.0, 0.030, "30 ms"),),
    ),
)

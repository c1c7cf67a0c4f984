"""What the tests of folders share: trees of files, and what became of them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import ossc
import ossc.mock

from .transfers import BUCKET

TIME_NS = 1_577_836_800_123_456_789
"""A time long before any test."""


def make_tree(root: Path, files: dict[str, bytes], mtime_ns: int = TIME_NS) -> Path:
    """Makes files below a folder, all of one time."""
    root.mkdir(exist_ok=True)
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, ns=(mtime_ns, mtime_ns))
    return root


def tree(root: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def objects(server: ossc.mock.Server, bucket: ossc.Bucket) -> dict[str, bytes]:
    """All objects."""
    return {
        entry.key: bucket.get_object(entry.key).data for entry in bucket.list_objects()
    }


def put_all(server: ossc.mock.Server, found: dict[str, bytes]) -> None:
    """Makes objects."""
    for key, data in found.items():
        server.put_object(BUCKET, key, data)


def told(results: Iterable[ossc.FileResult]) -> dict[str, str]:
    """What was done by key; errors by their class."""
    return {
        each.key: each.action if each.error is None else type(each.error).__name__
        for each in results
    }

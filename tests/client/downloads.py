"""Downloads to break off: an object, the verbs that read it, and all that they tell."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ossc

SIZE = 200_000
HALF = SIZE // 2
DATA = random.Random(64).randbytes(SIZE)
FAST = ossc.Retry(attempts=5, backoff=0.001, max_backoff=0.002)

# Headers that tell when an answer was made, not of what.
PASSING = {"date", "x-oss-request-id", "x-oss-server-time"}

Got = tuple[bytes, dict[str, object]]
Verb = Callable[..., Got]


def _facts(result: ossc.ObjectInfo) -> dict[str, object]:
    """All that a result says, but for which of the answers said it."""
    names: tuple[str, ...] = result.__match_args__
    facts: dict[str, Any] = {name: getattr(result, name) for name in names}
    headers = facts.pop("headers")
    assert headers.get("x-oss-request-id", "") == facts.pop("request_id")
    kept = {name: text for name, text in headers.items() if name not in PASSING}
    return {**facts, "headers": kept}


def _get(bucket: ossc.Bucket, _folder: Path, **options: Any) -> Got:
    result = bucket.get_object("k", **options)
    assert type(result.data) is bytes
    return result.data, _facts(result)


def _into(bucket: ossc.Bucket, _folder: Path, **options: Any) -> Got:
    buffer = bytearray(b"\xaa" * (SIZE + 7))
    size = bucket.get_object_into("k", buffer, **options)
    assert buffer[size:] == b"\xaa" * (SIZE + 7 - size)
    return bytes(buffer[:size]), {}


def _to_file(bucket: ossc.Bucket, folder: Path, **options: Any) -> Got:
    path = folder / "file"
    info = bucket.get_object_to_file("k", path, **options)
    assert os.listdir(folder) == ["file"]
    return path.read_bytes(), _facts(info)


VERBS: dict[str, Verb] = {"get": _get, "into": _into, "file": _to_file}

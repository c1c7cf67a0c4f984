"""What the tests of managed transfers share: data, requests that were seen, children."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc.mock import faults
from tests.conftest import make_client

BUCKET = "examplebucket"
PART = 102_400
PARTS = 6
SIZE = (PARTS - 1) * PART + 12_345
DATA = bytes(range(251)) * (SIZE // 251 + 1)
DATA = DATA[:SIZE]


def seen(server: ossc.mock.Server, operation: str) -> list[ossc.mock.RecordedRequest]:
    """The requests for an operation so far."""
    return [each for each in server.requests if each.operation == operation]


def part_numbers(server: ossc.mock.Server) -> list[int]:
    """Numbers of the parts that were uploaded, in order."""
    return sorted(
        int(dict(each.query)["partNumber"]) for each in seen(server, "UploadPart")
    )


def ranges(server: ossc.mock.Server) -> list[str]:
    """The ranges that were asked for, in order of their beginning."""
    found = [dict(each.headers).get("range", "") for each in seen(server, "GetObject")]
    return sorted(found, key=lambda text: int(text[6:].partition("-")[0] or 0))


def range_of(number: int) -> str:
    """The range of a part of `DATA`."""
    first = (number - 1) * PART
    return f"bytes={first}-{min(first + PART, SIZE) - 1}"


def open_uploads(server: ossc.mock.Server) -> int:
    """How many multipart uploads were neither completed nor aborted."""
    return len(server._context.store.buckets[BUCKET].uploads)


def wait_until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Waits until something holds that another thread or process does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        threading.Event().wait(0.005)


def saved_parts(path: Path) -> list[int]:
    """Numbers of the parts that a checkpoint holds."""
    try:
        return sorted(map(int, json.loads(path.read_bytes())["state"]["parts"]))
    except FileNotFoundError:
        return []


CHILD = """
    import faulthandler, signal, sys
    import ossc
    # Should it hang, it says where.
    faulthandler.dump_traceback_later(8)
    # A shell that runs the tests in the background has its children ignore it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    endpoint, region, key_id, secret, path, checkpoint = sys.argv[1:]
    credentials = ossc.Credentials(key_id, secret)
    client = ossc.Client(endpoint, region=region, credentials=credentials, retry=None)
    bucket = client.bucket("examplebucket")
    print("ready", flush=True)
    try:
    {work}
    except KeyboardInterrupt:
        print("KeyboardInterrupt", flush=True)
    client.close()
"""


@contextmanager
def child(
    server: ossc.mock.Server, work: str, path: Path, checkpoint: Path | str = ""
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that does a transfer; killed at the end of the block."""
    script = textwrap.dedent(CHILD).format(
        work=textwrap.indent(textwrap.dedent(work), "    ")
    )
    arguments = [
        *(server.endpoint, server.region),
        *(server.access_key_id, server.access_key_secret),
        *(str(path), str(checkpoint)),
    ]
    process = subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        stdout=subprocess.PIPE,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        try:
            yield process
        finally:
            process.kill()


class Recorder:
    """A progress function that keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int | None]] = []
        self.threads: set[int] = set()
        self.times: list[float] = []

    def __call__(self, moved: int, total: int | None) -> None:
        self.told.append((moved, total))
        self.threads.add(threading.get_ident())
        self.times.append(time.monotonic())

    def check(self, total: int, announced: int | None) -> None:
        """It grew, in this thread, not too often, and ended with everything, once."""
        moved = [each for each, _ in self.told]
        assert moved == sorted(moved)
        assert self.told[-1] == (total, total)
        assert {each for _, each in self.told[:-1]} <= {announced}
        assert self.threads == {threading.get_ident()}
        gaps = [b - a for a, b in zip(self.times[:-1], self.times[1:-1], strict=False)]
        assert all(gap >= 0.099 for gap in gaps)


def fails(error: BaseException) -> Any:
    """A progress function that raises."""

    def progress(_moved: int, _total: int | None) -> None:
        raise error

    return progress


def upload(bucket: ossc.Bucket, source: Path, saved: Path, **options: Any) -> Any:
    """An upload that can be resumed."""
    settings = {"part_size": PART, "threshold": 0, "concurrency": 1, **options}
    return bucket.upload_file("k", source, checkpoint=saved, **settings)


def download(bucket: ossc.Bucket, target: Path, saved: Path, **options: Any) -> Any:
    """A download that can be resumed."""
    settings = {"part_size": PART, "concurrency": 1, **options}
    return bucket.download_file("k", target, checkpoint=saved, **settings)


def fail_after(
    server: ossc.mock.Server, operation: str, count: int, fault: faults.Fault
) -> None:
    """Lets so many requests for an operation pass; the next one meets the fault."""
    if count:
        passing = faults.header("x-oss-pass", "1")
        server.faults.add(passing, operation=operation, times=count)
    server.faults.add(fault, operation=operation)


def broken_upload(server: ossc.mock.Server, source: Path, saved: Path) -> None:
    """An upload that fails at its fourth part, and what it leaves."""
    fail_after(server, "UploadPart", 3, faults.status(403))
    with make_client(server, retry=None) as client:
        with pytest.raises(ossc.AccessDenied):
            upload(client.bucket(BUCKET), source, saved)
    assert saved_parts(saved) == [1, 2, 3]
    assert open_uploads(server) == 1
    server.reset_counts()


def broken_download(server: ossc.mock.Server, target: Path, saved: Path) -> None:
    """A download that fails at its fourth part, and what it leaves."""
    server.put_object(BUCKET, "k", DATA)
    fail_after(server, "GetObject", 3, faults.cut(PART // 2))
    with make_client(server, retry=None) as client:
        with pytest.raises(ossc.ShortBody):
            download(client.bucket(BUCKET), target, saved)
    assert saved_parts(saved) == [1, 2, 3]
    assert len(os.listdir(target.parent)) == 1
    assert not target.exists()
    server.reset_counts()


def temporary(target: Path) -> Path:
    """The temporary file of a broken download."""
    (name,) = os.listdir(target.parent)
    return target.parent / name

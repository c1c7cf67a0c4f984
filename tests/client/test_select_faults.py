"""SelectObject when frames are damaged, connections break, and programs give up."""

from __future__ import annotations

import os
import signal
import struct
import subprocess
import sys
import threading
import time
import warnings
import zlib
from collections.abc import Iterator

import pytest

import ossc
import ossc.mock
from ossc import _sdk
from ossc.mock import faults

from .raw_server import BUCKET, client_of

ROWS = b"".join(b"%07d,%s\n" % (n, b"x" * 91) for n in range(20_000))
ALL = "select * from ossobject"
HALF = len(ROWS) // 2


@pytest.fixture
def bucket(server: ossc.mock.Server) -> Iterator[ossc.Bucket]:
    """A bucket with the object `k`; failures are repeated quickly."""
    server.put_object(BUCKET, "k", ROWS)
    retry = ossc.Retry(backoff=0.001)
    with client_of(server, retry=retry, read_timeout=5) as client:
        yield client.bucket(BUCKET)
    assert _sdk.live_requests() == 0
    assert not [t for t in threading.enumerate() if t.name == "ossc-select"]


def frame(kind: int, payload: bytes, *, size: int | None = None) -> bytes:
    """A frame, which may lie about its size."""
    head = struct.pack(
        ">III", 1 << 24 | kind, len(payload) if size is None else size, 0
    )
    return head + payload + struct.pack(">I", zlib.crc32(payload))


GOOD = frame(0x800001, bytes(8) + b"a,b\n")
END = frame(0x800005, struct.pack(">QQI", 4, 4, 206))


def gather(result: ossc.SelectResult, rows: bytearray) -> None:
    """Keeps what comes before a failure."""
    for piece in result:
        rows += piece


HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "no end": GOOD,
    "cut head": GOOD + END[:7],
    "cut payload": GOOD + END[:20],
    "cut checksum": GOOD + END[:-1],
    "wrong checksum": GOOD + END[:-1] + bytes([END[-1] ^ 1]),
    "huge": GOOD + frame(0x800001, bytes(100), size=0xFFFFFFFF),
    "large": GOOD + frame(0x800001, bytes(100), size=(64 << 20) + 1),
    "more than there is": GOOD + frame(0x800001, bytes(100), size=1 << 20),
    "unknown kind": GOOD + frame(0x800009, bytes(8)) + END,
    "other version": GOOD + b"\2" + END[1:],
    "short data": GOOD + frame(0x800001, bytes(7)) + END,
    "short end": GOOD + frame(0x800005, bytes(19)),
    "two ends": GOOD + END + END,
    "tail": GOOD + END + b"x",
    "XML": b"<?xml version='1.0'?><Error><Code>X</Code></Error>",
    "rows": ROWS[:1000],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_frames(
    server: ossc.mock.Server, bucket: ossc.Bucket, name: str
) -> None:
    """What is no sound answer is a `MalformedResponse`, behind the rows before it."""
    body = HOSTILE[name]
    server.faults.add(faults.body(body), operation="SelectObject")
    result = bucket.select_object("k", ALL)
    rows = bytearray()
    with pytest.raises(ossc.MalformedResponse) as caught:
        gather(result, rows)
    assert bytes(rows) == (b"a,b\n" if body.startswith(GOOD) else b"")
    assert result.closed
    assert (caught.value.operation, caught.value.key) == ("SelectObject", "k")
    assert (caught.value.endpoint, caught.value.method) == (server.endpoint, "POST")
    server.faults.add(faults.body(body), operation="CreateSelectObjectMeta")
    with pytest.raises(ossc.MalformedResponse):
        bucket.create_select_object_meta("k")


def test_large_frames_and_small_memory(server: ossc.mock.Server) -> None:
    """No frame is collected that is larger than the client's memory may be."""
    body = frame(0x800001, bytes(100_000)) + END
    server.faults.add(faults.body(body))
    server.put_object(BUCKET, "k", ROWS)
    with client_of(server, max_memory=65_536) as client:
        with pytest.raises(ossc.MalformedResponse, match="100000 bytes"):
            client.bucket(BUCKET).select_object("k", ALL).read()


def test_a_flipped_bit(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """A changed byte in the middle is noticed by its frame's checksum."""
    server.faults.add(faults.flip(HALF))
    with pytest.raises(ossc.MalformedResponse, match="checksum"):
        bucket.select_object("k", ALL).read()


@pytest.mark.parametrize("raw", [False, True])
@pytest.mark.parametrize(
    ("fault", "cls"),
    [
        (faults.cut(at=HALF), ossc.ConnectionLost),
        (faults.reset(at=HALF), ossc.ConnectionLost),
    ],
    ids=["cut", "reset"],
)
def test_a_connection_that_breaks(
    server: ossc.mock.Server,
    bucket: ossc.Bucket,
    fault: faults.Fault,
    cls: type[ossc.OSSError],
    raw: bool,  # noqa: FBT001
) -> None:
    """What had come is given out; then there is the error, and no second request."""
    server.faults.add(fault)
    server.reset_counts()
    result = bucket.select_object("k", ALL, output=ossc.CSVOutput(raw=raw))
    data = bytearray()
    with pytest.raises(cls) as caught:
        gather(result, data)
    assert ROWS.startswith(data)
    assert len(data) > HALF - 200_000
    assert caught.value.gave_up
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "fault",
    [faults.status(503), faults.reset("after"), faults.cut(head=20)],
    ids=["503", "reset", "cut head"],
)
def test_failures_before_the_answer_are_repeated(
    server: ossc.mock.Server, bucket: ossc.Bucket, fault: faults.Fault
) -> None:
    """As long as nothing has come, the query is asked again."""
    server.faults.add(fault, times=2)
    server.reset_counts()
    assert bucket.select_object("k", ALL).read() == ROWS
    assert len(server.requests) == 3


def test_failures_that_stay(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """When no attempt is left, the verb itself raises."""
    server.faults.add(faults.status(500), times=3)
    with pytest.raises(ossc.ServiceUnavailable) as caught:
        bucket.select_object("k", ALL)
    assert caught.value.attempts == 3


def test_frames_instead_of_raw_rows(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """An answer that does not say that its rows are raw is not taken for such."""
    server.faults.add(faults.header("x-oss-select-output-raw", "false"))
    with pytest.raises(ossc.MalformedResponse, match="raw rows were asked for"):
        bucket.select_object("k", ALL, output=ossc.CSVOutput(raw=True)).read()


def test_rows_come_before_the_end(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """While the server still works, what it has sent can be read."""
    server.faults.add(faults.stall(at=HALF))
    with bucket.select_object("k", ALL) as result:
        data = b""
        while len(data) < HALF - 200_000:
            data += next(result)
    assert ROWS.startswith(data)
    assert 0 < result.offset < len(ROWS)


def test_cancelling(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """A token ends a query that waits, its own or that of the view."""
    server.faults.add(faults.stall(at=HALF), times=2)
    token = ossc.CancelToken()
    for view, given in ((bucket, token), (bucket.with_options(cancel=token), None)):
        token.flag[0] = 0
        result = view.select_object("k", ALL, cancel=given)
        timer = threading.Timer(0.2, token.cancel)
        timer.start()
        with pytest.raises(ossc.Cancelled):
            result.read()
        timer.join()
        assert result.closed
    with pytest.raises(ossc.Cancelled):
        bucket.select_object("k", ALL, cancel=token)


def test_deadlines(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """A deadline is for the whole answer."""
    server.faults.add(faults.stall(at=HALF))
    result = bucket.with_options(deadline=0.5).select_object("k", ALL)
    begin = time.monotonic()
    with pytest.raises(ossc.RequestTimedOut):
        result.read()
    assert time.monotonic() - begin < 4


def test_a_closed_client(server: ossc.mock.Server) -> None:
    """A client that is closed asks nothing; what it asked before still comes."""
    server.put_object(BUCKET, "k", ROWS)
    client = client_of(server)
    bucket = client.bucket(BUCKET)
    result = bucket.select_object("k", ALL)
    client.close()
    assert result.read() == ROWS
    with pytest.raises(ossc.ClientClosed):
        bucket.select_object("k", ALL)


def test_a_fork_during_an_answer(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """A child does not wait for an answer that its parent receives."""
    server.faults.add(faults.stall(at=HALF))
    with bucket.select_object("k", ALL) as result:
        with warnings.catch_warnings():
            # Newer Pythons warn of forks beside threads, which is what is tested.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            signal.alarm(20)
            try:
                result.read()
            except ossc.ConnectionLost as error:
                os._exit(0 if "forked" in error.message and result.closed else 1)
            finally:
                os._exit(2)
        _, status = os.waitpid(pid, 0)
        assert os.waitstatus_to_exitcode(status) == 0
        assert len(next(result)) > 0


SCRIPT = """
import ossc
keys = ossc.Credentials{keys!r}
client = ossc.Client({endpoint!r}, region="cn-hangzhou", credentials=keys)
result = client.bucket({bucket!r}).select_object("k", {sql!r})
print(len(next(result)) > 0)
"""


def test_programs_end_with_an_answer_open(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """An answer that nobody reads keeps no program alive."""
    server.faults.add(faults.stall(at=HALF))
    keys = server.access_key_id, server.access_key_secret
    code = SCRIPT.format(endpoint=server.endpoint, keys=keys, bucket=BUCKET, sql=ALL)
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr
    assert bucket.name == BUCKET

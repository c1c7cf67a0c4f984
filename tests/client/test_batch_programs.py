"""Programs that end, fork or are interrupted in the midst of a batch."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import time

import pytest

from .raw_server import KEY_ID, REGION, SECRET, Peer, RawServer, object_answer

CHILD = """
import os, signal, sys, threading, time
import ossc

client = ossc.Client(
    sys.argv[1],
    region="{region}",
    credentials=ossc.Credentials("{key_id}", "{secret}"),
    retry=None,
)
bucket = client.bucket("examplebucket")
keys = ["k%d" % n for n in range(20)]
"""

INTERRUPTED = """
found = []
try:
    print("ready", flush=True)
    for item in bucket.get_objects(keys, ordered=False):
        found.append(item.key)
        if len(found) == 19:
            print("waits", flush=True)
except KeyboardInterrupt:
    begin = time.monotonic()
    alive = [t for t in threading.enumerate() if "ossc-batch" in t.name]
    print("interrupted", len(found), len(alive), ossc._sdk.live_requests(), flush=True)
client.close()
"""

UNFINISHED = """
found = bucket.get_objects(keys)
print(next(found).key, flush=True)
kept = [found]
client.close()
"""

IN_A_THREAD = """
stalled = threading.Event()

def run():
    for item in bucket.get_objects(keys):
        print(item.key, flush=True)
        if item.key == "k12":
            stalled.set()

threading.Thread(target=run, daemon=True).start()
stalled.wait(10)
client.close()
"""

FORKED = """
found = bucket.get_objects(keys, concurrency=2)
next(found)
child = os.fork()
if child == 0:
    try:
        for item in found:
            pass
    except ossc.ConnectionLost as error:
        print("child", error.message, flush=True)
    again = bucket.get_objects(keys[:10])
    print("child", len([i for i in again if not i.error]), flush=True)
    found.close()
    os._exit(0)
print("status", os.waitpid(child, 0)[1], flush=True)
rest = [next(found).key for n in range(12)]
print("parent", len(rest), flush=True)
found.close()
client.close()
"""


def _child(endpoint: str, code: str) -> subprocess.Popen[str]:
    text = CHILD.format(region=REGION, key_id=KEY_ID, secret=SECRET)
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(text + code), endpoint],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _stall_at_k13(peer: Peer) -> None:
    while (request := peer.read()) is not None:
        key = request.line.split()[1].rpartition("/")[2]
        if key == "k13":
            peer.stall()
        peer.send(object_answer(key.encode()))


def test_interrupted_by_the_keyboard() -> None:
    """Ctrl-C while it waits for a stalled server: it ends, threads and all."""
    with RawServer(_stall_at_k13) as server:
        child = _child(server.endpoint, INTERRUPTED)
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        assert child.stdout.readline() == "waits\n"
        start = time.monotonic()
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=20)
        assert time.monotonic() - start < 2
    assert (out, err, child.returncode) == ("interrupted 19 0 0\n", "", 0)


@pytest.mark.parametrize(
    ("code", "said"),
    [(UNFINISHED, ["k0"]), (IN_A_THREAD, [f"k{n}" for n in range(13)])],
    ids=["kept", "in a thread"],
)
def test_the_program_ends_first(code: str, said: list[str]) -> None:
    """An iterator that is still there holds nothing up, and nothing crashes."""
    with RawServer(_stall_at_k13) as server:
        start = time.monotonic()
        child = _child(server.endpoint, code)
        out, err = child.communicate(timeout=20)
        assert time.monotonic() - start < 5
    assert out.split()[: len(said)] == said[: len(out.split())]
    assert (err, child.returncode) == ("", 0)


def test_fork_meanwhile() -> None:
    """The parent goes on; the child is told, and can begin another batch."""
    with RawServer(_stall_at_k13) as server:
        child = _child(server.endpoint, FORKED)
        out, err = child.communicate(timeout=30)
    assert out.splitlines() == [
        "child the process forked during the batch",
        "child 10",
        "status 0",
        "parent 12",
    ]
    assert (err, child.returncode) == ("", 0)

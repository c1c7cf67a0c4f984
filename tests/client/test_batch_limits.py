"""What batches may take: connections, memory, and nothing of either in the end."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading

import pytest

import ossc
import ossc.mock
from ossc._batch_run import ARENA

from .raw_server import BUCKET, Peer, RawServer, client_of, object_answer

pytestmark = pytest.mark.usefixtures("batches_end")


class _Crowd:
    """A handler that counts how many requests it has at a time."""

    def __init__(self, reply: bytes, seconds: float) -> None:
        self._reply = reply
        self._seconds = seconds
        self._lock = threading.Lock()
        self._active = 0
        self.most = 0

    def __call__(self, peer: Peer) -> None:
        while peer.read_head() is not None:
            with self._lock:
                self._active += 1
                self.most = max(self.most, self._active)
            peer.closing.wait(self._seconds)
            with self._lock:
                self._active -= 1
            peer.send(self._reply)


def test_the_limits_of_the_client_are_kept() -> None:
    """Never more requests at a time than that, and all is given back."""
    crowd = _Crowd(object_answer(bytes(60_000)), 0.005)
    limits = {"max_connections": 3, "max_memory": 1_000_000}
    with RawServer(crowd) as server, server.client(**limits) as client:
        keys = [f"k{n}" for n in range(60)]
        found = list(client.bucket(BUCKET).get_objects(keys, concurrency=32))
        budget = client._budget
        assert [item.result.size for item in found] == [60_000] * 60
        assert budget._memory is not None
        assert budget._connections is not None
        assert (budget._memory.free, budget._connections.free) == (1_000_000, 3)
        assert budget._connections.holders == {}
    assert 2 <= crowd.most <= 3


@pytest.mark.parametrize("concurrency", [1, 5, 16])
def test_the_concurrency_is_kept(concurrency: int) -> None:
    """As many requests at a time as were asked for."""
    crowd = _Crowd(object_answer(b"x"), 0.01)
    with RawServer(crowd) as server, server.client() as client:
        keys = [f"k{n}" for n in range(10 * concurrency)]
        found = client.bucket(BUCKET).get_objects(keys, concurrency=concurrency)
        assert len(list(found)) == len(keys)
    assert crowd.most == concurrency


def test_an_answer_above_the_client_s_memory(server: ossc.mock.Server) -> None:
    """Is that key's error, as it is with one get."""
    objects = {"small": bytes(10), "large": bytes(300_000)}
    for key, data in objects.items():
        server.put_object(BUCKET, key, data)
    with client_of(server, max_memory=200_000) as client:
        found = list(client.bucket(BUCKET).get_objects(objects))
    assert found[0].result.data == objects["small"]
    assert isinstance(found[1].error, ossc.MemoryLimitExceeded)
    assert found[1].error.key == "large"


PEAK = """
import os, resource, sys
import ossc

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

with ossc.Client(sys.argv[1], region="cn-hangzhou", credentials=ossc.ANONYMOUS) as c:
    bucket = c.bucket("examplebucket")
    sum(len(i.result.data) for i in bucket.get_objects(["m"] * 20, concurrency=16))
    begin, total = peak(), 0
    for ordered in (True, False):
        for item in bucket.get_objects(["m"] * 600, concurrency=16, ordered=ordered):
            total += len(item.result.data)
    print(total, peak() - begin)
"""


def test_memory_is_bounded() -> None:
    """Many objects of middle size take no more memory than a few arenas."""
    size = 500_000
    reply = object_answer(bytes(size))

    def handle(peer: Peer) -> None:
        while peer.read_head() is not None:
            peer.send(reply)

    with RawServer(handle) as server:
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(PEAK), server.endpoint],
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
    total, grown = (int(word) for word in done.stdout.split())
    assert total == 1200 * size
    assert grown < 6 * ARENA


TURNS = """
import os, sys, ossc

endpoint, region, *pair = sys.argv[1:]
keys = [f"k{n}" for n in range(100)]
credentials = ossc.Credentials(*pair)
with ossc.Client(endpoint, region=region, credentials=credentials) as client:
    bucket = client.bucket("examplebucket")

    def turn(count):
        for _ in range(count):
            for item in bucket.get_objects([*keys, "none"]):
                assert item.error is not None or item.result.size == 20_000
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    turn(5)
    begin = turn(5)
    print(turn(15) - begin, turn(15) - begin)
"""


def test_no_memory_is_lost(server: ossc.mock.Server) -> None:
    """Batch after batch a process stays as large as it was."""
    for number in range(100):
        server.put_object(BUCKET, f"k{number}", bytes(20_000))
    place = server.endpoint, server.region
    pair = server.access_key_id, server.access_key_secret
    done = subprocess.run(
        [sys.executable, "-c", TURNS, *place, *pair],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    once, twice = map(int, done.stdout.split())
    assert once < 4 << 20
    assert twice < 4 << 20

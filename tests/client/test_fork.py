"""After a fork the child makes connections of its own, and the parent keeps its own."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

import ossc
from ossc import _sdk

from .raw_server import BUCKET, client_of

ROUNDS = 5


SERVER = """
import ssl, sys
import ossc.mock
from ossc.mock import faults
context = None
if sys.argv[1]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1])
with ossc.mock.serve(buckets=["examplebucket"], tls=context) as server:
    server.put_object("examplebucket", "k", b"data")
    server.put_object("examplebucket", "slow", b"slow")
    print(server.endpoint, server.access_key_id, server.access_key_secret, flush=True)
    for line in sys.stdin:
        if line.strip() == "slow":
            server.faults.add(faults.stall(0.3), times=3, key="slow")
        print(server.connections, flush=True)
"""


class Elsewhere:
    """A mock server in a process of its own, whose threads no fork can catch."""

    def __init__(self, process: subprocess.Popen[str], ca_file: str) -> None:
        self._process = process
        self._ca_file = ca_file
        assert process.stdout is not None
        self._endpoint, *self._keys = process.stdout.readline().split()

    def client(self) -> ossc.Client:
        """A client of the server."""
        keys = ossc.Credentials(*self._keys)
        verify = self._ca_file or True
        return client_of(self._endpoint, credentials=keys, verify=verify)

    def tell(self, word: str) -> int:
        """Has the server do something, and say how many connections there were."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    @property
    def connections(self) -> int:
        """How many connections have been accepted so far."""
        return self.tell("count")


@pytest.fixture(params=["http", "https"])
def server(request: Any, tmp_path: Path) -> Iterator[Elsewhere]:
    """A server with objects `k` and `slow`, in the clear and over TLS."""
    chain = ca_file = ""
    if request.param == "https":
        authority = trustme.CA()
        chain, ca_file = str(tmp_path / "chain.pem"), str(tmp_path / "ca.pem")
        authority.cert_pem.write_to_path(ca_file)
        certificate = authority.issue_cert("127.0.0.1")
        certificate.private_key_and_cert_chain_pem.write_to_path(chain)
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, chain],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Elsewhere(process, ca_file)


@pytest.fixture
def client(server: Elsewhere) -> Iterator[ossc.Client]:
    """A client that has a connection already."""
    with server.client() as made:
        made.bucket(BUCKET).get_object("k")
        yield made


def _in_child(work: Callable[[], object]) -> None:
    """Runs something in a forked child, which must do it well."""
    with warnings.catch_warnings():
        # Newer Pythons warn of forks beside threads, which is what is tested.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        status = 1
        # Whatever it waits for: it ends.
        signal.alarm(20)
        try:
            work()
            status = 0
        except BaseException:  # noqa: BLE001 - nothing may leave the child
            traceback.print_exc()
        finally:
            os._exit(status)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0


def _works(client: ossc.Client, key: str) -> None:
    bucket = client.bucket(BUCKET)
    for count in range(ROUNDS):
        data = f"{key} {count}".encode() * 1000
        bucket.put_object(key, data)
        assert bucket.get_object(key).data == data
    assert bucket.get_object("k").data == b"data"


def test_both_go_on(server: Elsewhere, client: ossc.Client) -> None:
    """The child's requests take other connections than the parent's."""
    _in_child(lambda: _works(client, "child"))
    assert server.connections == 2
    _works(client, "parent")
    assert server.connections == 2
    assert client.bucket(BUCKET).get_object("child").data == b"child 4" * 1000


def test_at_the_same_time(server: Elsewhere, client: ossc.Client) -> None:
    """Parent and children may ask at once."""
    context = multiprocessing.get_context("fork")
    children = [
        context.Process(target=_works, args=(client, f"child{n}")) for n in range(3)
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        for child in children:
            child.start()
    _works(client, "parent")
    for child in children:
        child.join(20)
        assert child.exitcode == 0
    assert server.connections == 4


def test_generations(server: Elsewhere, client: ossc.Client) -> None:
    """A child's child works too."""

    def child() -> None:
        _works(client, "child")
        _in_child(lambda: _works(client, "grandchild"))
        _works(client, "child")

    _in_child(child)
    _works(client, "parent")
    assert server.connections == 3


def test_a_child_may_close_and_open(server: Elsewhere, client: ossc.Client) -> None:
    """Closing in the child does not end the parent's connection."""

    def child() -> None:
        client.close()
        with server.client() as another:
            _works(another, "child")

    _in_child(child)
    _works(client, "parent")
    assert server.connections == 2


def test_a_client_that_is_dropped_in_the_child(client: ossc.Client) -> None:
    """The collector of the child may free what it inherited."""

    def child() -> None:
        session, client._session = client._session, None
        del session
        gc.collect()

    _in_child(child)
    _works(client, "parent")


def test_a_fork_during_requests(server: Elsewhere, client: ossc.Client) -> None:
    """Requests of other threads at the moment of the fork belong to the parent."""
    server.tell("slow")
    got: list[bytes] = []
    bucket = client.bucket(BUCKET)
    workers = [
        threading.Thread(target=lambda: got.append(bucket.get_object("slow").data))
        for _ in range(3)
    ]
    for worker in workers:
        worker.start()
    for _ in range(3):
        _in_child(lambda: _works(client, "child"))
    for worker in workers:
        worker.join()
    assert got == [b"slow"] * 3
    _works(client, "parent")
    assert _sdk.live_requests() == 0


def test_forks_while_others_connect(server: Elsewhere, client: ossc.Client) -> None:
    """No child waits for a lock that another thread of its parent had taken.

    Handshakes, new handles and signatures go on in three threads all the time; libcurl
    and the TLS library have locks that a fork in their midst would copy as taken.
    """
    done = threading.Event()

    def connect() -> None:
        while not done.is_set():
            with server.client() as other:
                assert other.bucket(BUCKET).get_object("k").data == b"data"

    def child() -> None:
        with server.client() as another:
            assert another.bucket(BUCKET).get_object("k").data == b"data"

    workers = [threading.Thread(target=connect) for _ in range(3)]
    for worker in workers:
        worker.start()
    try:
        for _ in range(25):
            _in_child(child)
    finally:
        done.set()
        for worker in workers:
            worker.join()
    assert _sdk.live_requests() == 0

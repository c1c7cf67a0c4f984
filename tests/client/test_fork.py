"""After a fork the child makes connections of its own, and the parent keeps its own."""

from __future__ import annotations

import gc
import multiprocessing
import os
import ssl
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

import ossc
import ossc.mock
from ossc import _sdk
from ossc.mock import faults

from .raw_server import BUCKET, client_of

ROUNDS = 5


@pytest.fixture(params=["http", "https"])
def server(request: Any, tmp_path: Path) -> Iterator[ossc.mock.Server]:
    """A server with an object, in the clear and over TLS."""
    context = None
    if request.param == "https":
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
    with ossc.mock.serve(buckets=[BUCKET], tls=context) as running:
        running.put_object(BUCKET, "k", b"data")
        yield running


@pytest.fixture
def client(server: ossc.mock.Server, tmp_path: Path) -> Iterator[ossc.Client]:
    """A client that has a connection already."""
    verify = tmp_path / "ca.pem"
    with client_of(server, verify=verify if verify.exists() else True) as made:
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


def test_both_go_on(server: ossc.mock.Server, client: ossc.Client) -> None:
    """The child's requests take other connections than the parent's."""
    _in_child(lambda: _works(client, "child"))
    assert server.connections == 2
    _works(client, "parent")
    assert server.connections == 2
    assert server.get_object(BUCKET, "child") == b"child 4" * 1000


def test_at_the_same_time(server: ossc.mock.Server, client: ossc.Client) -> None:
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


def test_generations(server: ossc.mock.Server, client: ossc.Client) -> None:
    """A child's child works too."""

    def child() -> None:
        _works(client, "child")
        _in_child(lambda: _works(client, "grandchild"))
        _works(client, "child")

    _in_child(child)
    _works(client, "parent")
    assert server.connections == 3


def test_a_child_may_close_and_open(
    server: ossc.mock.Server, client: ossc.Client, tmp_path: Path
) -> None:
    """Closing in the child does not end the parent's connection."""
    verify = tmp_path / "ca.pem"

    def child() -> None:
        client.close()
        with client_of(server, verify=verify if verify.exists() else True) as another:
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


def test_a_fork_during_requests(server: ossc.mock.Server, client: ossc.Client) -> None:
    """Requests of other threads at the moment of the fork belong to the parent."""
    server.faults.add(faults.stall(0.3), times=3, key="slow")
    server.put_object(BUCKET, "slow", b"slow")
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

"""Connections: kept for reuse, given up when broken, closed with the client."""

from __future__ import annotations

import pytest

import ossc
import ossc.mock
from ossc.mock import faults

from .raw_server import (
    BUCKET,
    Peer,
    RawServer,
    client_of,
    keep_alive,
    object_answer,
)


def test_connections_are_kept(server: ossc.mock.Server) -> None:
    """Any number of requests, one after the other, use one connection."""
    with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        for count in range(10):
            bucket.put_object(f"k{count}", b"x")
            bucket.get_object(f"k{count}")
            bucket.head_object(f"k{count}")
            with pytest.raises(ossc.NoSuchKey):
                bucket.get_object("missing")
        list(bucket.list_objects())
    assert server.connections == 1


def test_connections_are_not_kept_when_told_so(server: ossc.mock.Server) -> None:
    """Without room for idle ones each request has its own."""
    with client_of(server, max_idle_connections=0) as client:
        for _ in range(3):
            client.bucket(BUCKET).put_object("k", b"x")
    assert server.connections == 3


def test_a_broken_connection_is_not_kept(server: ossc.mock.Server) -> None:
    """After a cut the next request begins a new one."""
    server.put_object(BUCKET, "k", b"data")
    server.faults.add(faults.cut(at=2))
    with client_of(server) as client:
        with pytest.raises(ossc.ShortBody):
            client.bucket(BUCKET).get_object("k")
        client.bucket(BUCKET).get_object("k")
    assert server.connections == 2


def test_a_server_that_closes_is_obeyed() -> None:
    """`Connection: close` ends the connection, without an error."""
    reply = object_answer(b"x", Connection="close")
    with RawServer(keep_alive(reply)) as server, server.client() as client:
        for _ in range(3):
            assert client.bucket(BUCKET).get_object("k").data == b"x"
    assert server.connections == 3


def test_close_ends_the_idle_connections() -> None:
    """The server sees the end at once."""
    ended: list[bool] = []

    def handle(peer: Peer) -> None:
        while peer.read() is not None:
            peer.send(object_answer(b"x"))
        ended.append(True)

    with RawServer(handle) as server:
        client = server.client()
        client.bucket(BUCKET).get_object("k")
        assert not client.closed
        client.close()
        assert client.closed
        for thread, _ in server._live:
            thread.join(5)
        assert ended == [True]

"""Bytes over TLS: answers that are cut off, garbage behind them, refusals, tunnels."""

from __future__ import annotations

import contextlib
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

import ossc
import ossc.mock

from .raw_server import (
    BUCKET,
    Handler,
    Peer,
    RawServer,
    answer,
    client_of,
    object_answer,
)

LARGE = bytes(range(251)) * 80_000  # 20 MB that no shift leaves alike


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Who signs the servers' certificates."""
    return trustme.CA()


@pytest.fixture(scope="module")
def ca_file(authority: trustme.CA, tmp_path_factory: Any) -> Path:
    """The authority's own certificate."""
    path: Path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture
def context(authority: trustme.CA) -> ssl.SSLContext:
    """What a server for 127.0.0.1 speaks TLS with."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(made)
    return made


@pytest.fixture
def secure(context: ssl.SSLContext) -> Iterator[ossc.mock.Server]:
    """A whole server over TLS."""
    with ossc.mock.serve(buckets=[BUCKET], tls=context) as running:
        yield running


def _over_tls(context: ssl.SSLContext, serve: Callable[[Peer], None]) -> Handler:
    """The same handler over TLS; its end is the socket's, without a goodbye."""

    def handle(peer: Peer) -> None:
        with context.wrap_socket(peer.sock, server_side=True) as sock:
            peer.sock = sock
            serve(peer)

    return handle


def _goodbye(peer: Peer) -> None:
    assert isinstance(peer.sock, ssl.SSLSocket)
    with contextlib.suppress(OSError):
        peer.sock.unwrap().close()


def _https(server: RawServer) -> str:
    return server.endpoint.replace("http", "https")


@pytest.mark.parametrize("end", ["goodbye", "cut"])
def test_a_body_that_ends_with_the_connection(
    context: ssl.SSLContext, ca_file: Path, end: str
) -> None:
    """Nobody could see that it was cut off, so it is refused either way."""

    def serve(peer: Peer) -> None:
        peer.read()
        peer.send(object_answer(b"x" * 30_000, length=None))
        if end == "goodbye":
            _goodbye(peer)

    with RawServer(_over_tls(context, serve)) as server:
        with client_of(_https(server), verify=ca_file) as client:
            bucket = client.bucket(BUCKET)
            with pytest.raises((ossc.MalformedResponse, ossc.TransportError)):
                bucket.get_object("k")


@pytest.mark.parametrize("at", [0, 10, 200, 25_000])
def test_an_answer_that_is_cut_off(
    context: ssl.SSLContext, ca_file: Path, at: int
) -> None:
    """With a goodbye or without, a part is not the whole."""
    ends: list[Callable[[Peer], None]] = [_goodbye, lambda _peer: None, Peer.reset]
    for end in ends:

        def serve(peer: Peer, end: Callable[[Peer], None] = end) -> None:
            peer.read()
            peer.send(object_answer(b"x" * 30_000)[:at])
            end(peer)

        with RawServer(_over_tls(context, serve)) as server:
            with client_of(_https(server), verify=ca_file) as client:
                with pytest.raises(ossc.TransportError):
                    client.bucket(BUCKET).get_object("k")


@pytest.mark.parametrize("size", [1, 20_000, 2_000_000])
def test_garbage_behind_an_answer(
    context: ssl.SSLContext, ca_file: Path, size: int
) -> None:
    """Bytes that TLS has unpacked already are no part of the next answer."""

    def serve(peer: Peer) -> None:
        while peer.read() is not None:
            garbage = answer(b"", status="404 Not Found")
            peer.send(object_answer(b"x" * size) + garbage)

    with RawServer(_over_tls(context, serve)) as server:
        with client_of(_https(server), verify=ca_file) as client:
            for _ in range(3):
                assert client.bucket(BUCKET).get_object("k").data == b"x" * size
        assert server.connections == 3


def test_large_bodies(secure: ossc.mock.Server, ca_file: Path, tmp_path: Path) -> None:
    """Up and down, in memory and in files, one by one and side by side."""
    path = tmp_path / "large"
    path.write_bytes(LARGE)
    with client_of(secure, verify=ca_file) as client:
        bucket = client.bucket(BUCKET)
        bucket.put_object("memory", LARGE)
        bucket.upload_file("file", path)
        bucket.download_file("memory", tmp_path / "copy")
        assert (tmp_path / "copy").read_bytes() == LARGE
        assert bucket.get_object("file").data == LARGE
        keys = [f"small-{i}" for i in range(40)]
        for key in keys:
            bucket.put_object(key, key.encode() * 500)
        for result in bucket.get_objects(keys):
            assert result.result.data == result.key.encode() * 500


def test_an_upload_that_is_refused(context: ssl.SSLContext, ca_file: Path) -> None:
    """The refusal is read although most of the body was not sent."""
    refusal = answer(b"no", status="403 Forbidden")

    def serve(peer: Peer) -> None:
        peer.read_head()
        peer.send(refusal)
        with contextlib.suppress(OSError):
            peer.sock.recv(1)
            peer.stall(0.05)

    with RawServer(_over_tls(context, serve)) as server:
        with client_of(_https(server), verify=ca_file) as client:
            with pytest.raises(ossc.OSSError) as caught:
                client.bucket(BUCKET).put_object("k", LARGE)
    assert caught.value.status == 403


@pytest.mark.parametrize(
    "version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=str
)
def test_a_session_is_resumed(
    context: ssl.SSLContext, ca_file: Path, version: ssl.TLSVersion
) -> None:
    """A new connection to a server that is known takes the short handshake."""
    context.minimum_version = context.maximum_version = version
    reused: list[bool | None] = []

    def serve(peer: Peer) -> None:
        assert isinstance(peer.sock, ssl.SSLSocket)
        reused.append(peer.sock.session_reused)
        peer.read()
        peer.send(object_answer(b"x", Connection="close"))
        _goodbye(peer)

    with RawServer(_over_tls(context, serve)) as server:
        with client_of(_https(server), verify=ca_file) as client:
            for _ in range(3):
                assert client.bucket(BUCKET).get_object("k").data == b"x"
    assert reused == [False, True, True]


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(65536):
            sink.sendall(piece)
        sink.shutdown(socket.SHUT_WR)


def _tunnel(port: int) -> Handler:
    """A proxy that connects to the port, whoever is asked for."""

    def handle(peer: Peer) -> None:
        peer.read_head()
        with socket.create_connection(("127.0.0.1", port)) as upstream:
            peer.send(b"HTTP/1.1 200 Connected\r\nX-Proxy: 1\r\n\r\n")
            back = threading.Thread(target=_pump, args=(upstream, peer.sock))
            back.start()
            _pump(peer.sock, upstream)
            back.join()

    return handle


def test_through_a_tunnel(secure: ossc.mock.Server, ca_file: Path) -> None:
    """A proxy is asked for a tunnel once, and learns nothing of what is in it."""
    port = int(secure.endpoint.rpartition(":")[2])
    with RawServer(_tunnel(port)) as proxy:
        options = {"proxy": f"http://user:pass@{proxy.authority}", "verify": ca_file}
        with client_of(secure, **options) as client:
            bucket = client.bucket(BUCKET)
            bucket.put_object("k", LARGE)
            assert bucket.get_object("k").data == LARGE
            bucket.delete_object("k")
        assert proxy.connections == 1
    (asked,) = proxy.received
    assert asked.line == f"CONNECT 127.0.0.1:{port} HTTP/1.1"
    assert asked.headers["proxy-authorization"] == "Basic dXNlcjpwYXNz"
    assert "authorization" not in asked.headers
    sent = {name.lower() for request in secure.requests for name, _ in request.headers}
    assert "authorization" in sent
    assert "proxy-authorization" not in sent


_UPLOAD = """
import signal, sys, ossc
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
keys = ossc.Credentials("id", "secret")
options = {"region": "cn-hangzhou", "credentials": keys, "verify": False, "retry": None}
with ossc.Client(sys.argv[1], **options) as client:
    for _ in range(3):
        try:
            client.bucket("examplebucket").put_object("k", bytes(8_000_000))
        except ossc.TransportError:
            print("told")
"""


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_broken_pipe_ends_no_process(context: ssl.SSLContext, scheme: str) -> None:
    """Programs that leave SIGPIPE as it is are told by an error, too."""

    def serve(peer: Peer) -> None:
        peer.read_head()
        peer.sock.recv(100_000)

    handler = serve if scheme == "http" else _over_tls(context, serve)
    with RawServer(handler) as server:
        done = subprocess.run(
            [sys.executable, "-c", _UPLOAD, f"{scheme}://{server.authority}"],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode != -signal.SIGPIPE
    assert (done.returncode, done.stdout) == (0, "told\n" * 3), done.stderr

"""`ConnectionOptions`: versions of TLS, certificates of clients, addresses, idle time."""

from __future__ import annotations

import pickle
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

import ossc
import ossc.mock
from ossc import ConnectionOptions

from .raw_server import (
    BUCKET,
    Peer,
    RawServer,
    client_of,
    keep_alive,
    object_answer,
)

PASSWORD = "key-passw0rd-of-the-test"


class Files:
    """An authority, a client's certificate and its key, in files."""

    def __init__(self, folder: Path) -> None:
        self.authority = trustme.CA()
        self.ca = folder / "ca.pem"
        self.authority.cert_pem.write_to_path(str(self.ca))
        mine = self.authority.issue_cert("client@example.com")
        self.both = folder / "both.pem"
        mine.private_key_and_cert_chain_pem.write_to_path(str(self.both))
        self.certificate = folder / "certificate.pem"
        self.certificate.write_bytes(mine.cert_chain_pems[0].bytes())
        self.key = folder / "key.pem"
        mine.private_key_pem.write_to_path(str(self.key))
        self.locked = folder / "locked.pem"
        key = load_pem_private_key(mine.private_key_pem.bytes(), None)
        secret = BestAvailableEncryption(PASSWORD.encode())
        self.locked.write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, secret)
        )
        self.strange = folder / "strange.pem"
        other = trustme.CA().issue_cert("client@example.com")
        other.private_key_and_cert_chain_pem.write_to_path(str(self.strange))

    def context(self) -> ssl.SSLContext:
        """The server's side."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert("127.0.0.1").configure_cert(context)
        return context


@pytest.fixture(scope="module")
def files(tmp_path_factory: Any) -> Files:
    """All that TLS needs."""
    return Files(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def strict(files: Files) -> Iterator[ossc.mock.Server]:
    """A server for clients with a certificate only.

    By TLS 1.2, where it refuses before the request, not after it.
    """
    context = files.context()
    context.verify_mode = ssl.CERT_REQUIRED
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    files.authority.configure_trust(context)
    with ossc.mock.serve(buckets=[BUCKET], tls=context) as running:
        yield running


@pytest.mark.parametrize("lowest", ["1.2", "1.3"])
@pytest.mark.parametrize("spoken", ["1.2", "1.3"])
def test_the_lowest_version_of_tls(files: Files, lowest: Any, spoken: str) -> None:
    """A server that does not speak it is a TLSError."""
    context = files.context()
    version = ssl.TLSVersion.TLSv1_2 if spoken == "1.2" else ssl.TLSVersion.TLSv1_3
    context.minimum_version = context.maximum_version = version
    connection = ConnectionOptions(tls_min_version=lowest)
    with ossc.mock.serve(buckets=[BUCKET], tls=context) as server:
        with client_of(server, verify=files.ca, connection=connection) as client:
            if lowest > spoken:
                with pytest.raises(ossc.TLSError):
                    client.bucket(BUCKET).put_object("k", b"x")
            else:
                client.bucket(BUCKET).put_object("k", b"x")
        assert len(server.requests) == (lowest <= spoken)


def _options(files: Files, kind: str) -> dict[str, Any]:
    pairs: dict[str, Any] = {
        "one file": files.both,
        "two files": (files.certificate, str(files.key)),
        "a locked key": (files.certificate, files.locked),
        "a wrong password": (files.certificate, files.locked),
        "no password": (files.certificate, files.locked),
        "another's key": (files.certificate, files.strange),
        "no key": files.certificate,
        "junk": files.locked,
        "another's": files.strange,
    }
    passwords = {"a locked key": PASSWORD, "a wrong password": f"{PASSWORD}!"}
    given = pairs.get(kind)
    return {"client_certificate": given, "key_password": passwords.get(kind)}


@pytest.mark.parametrize("kind", ["one file", "two files", "a locked key"])
def test_a_clients_certificate(
    files: Files, strict: ossc.mock.Server, kind: str
) -> None:
    """It opens a server that asks for one; connections are kept."""
    connection = ConnectionOptions(**_options(files, kind))
    with client_of(strict, verify=files.ca, connection=connection) as client:
        bucket = client.bucket(BUCKET)
        bucket.put_object("k", b"x" * 300_000)
        assert bucket.get_object("k").data == b"x" * 300_000
    assert strict.connections == 1


@pytest.mark.parametrize(
    "kind",
    [
        *("none", "another's", "another's key", "no key", "junk"),
        *("a wrong password", "no password"),
    ],
)
def test_a_certificate_that_does_not_do(
    files: Files, strict: ossc.mock.Server, kind: str
) -> None:
    """Nothing is sent, nobody is asked at the terminal, no password is told."""
    connection = ConnectionOptions(**_options(files, kind))
    with client_of(strict, verify=files.ca, connection=connection) as client:
        with pytest.raises(ossc.TLSError) as caught:
            client.bucket(BUCKET).put_object("k", b"secret")
    assert PASSWORD not in f"{caught.value!r}{vars(caught.value)}"
    assert strict.requests == []


def test_a_certificate_that_does_not_do_by_tls_1_3(files: Files) -> None:
    """The server says so when the handshake is over for the client.

    What it says can be lost, as it cuts the connection that our request comes in on.
    """
    context = files.context()
    context.verify_mode = ssl.CERT_REQUIRED
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    with ossc.mock.serve(buckets=[BUCKET], tls=context) as server:
        with client_of(server, verify=files.ca) as client:
            for _ in range(5):
                with pytest.raises((ossc.TLSError, ossc.ConnectionLost)) as caught:
                    client.bucket(BUCKET).get_object("k")
                is_told = "alert certificate required" in str(caught.value)
                assert is_told == isinstance(caught.value, ossc.TLSError)
    assert server.requests == []


def test_clients_share_no_connections(files: Files, strict: ossc.mock.Server) -> None:
    """But views of a client do: their options are the same."""
    connection = ConnectionOptions(client_certificate=files.both)
    with client_of(strict, verify=files.ca, connection=connection) as known:
        known.bucket(BUCKET).put_object("k", b"x")
        with client_of(strict, verify=files.ca) as stranger:
            with pytest.raises(ossc.TLSError):
                stranger.bucket(BUCKET).get_object("k")
        known.with_options(timeout=30).bucket(BUCKET).get_object("k")
    assert strict.connections == 2


@pytest.mark.parametrize("wrong", ["certificate", "key", "folder"])
def test_files_that_are_not_there(files: Files, tmp_path: Path, wrong: str) -> None:
    """They are missed at once."""
    missing = tmp_path if wrong == "folder" else tmp_path / "missing.pem"
    pair: Any = (files.certificate, missing) if wrong == "key" else missing
    with pytest.raises(ossc.LocalFileError) as caught:
        client_of(
            "https://127.0.0.1:1", connection=ConnectionOptions(client_certificate=pair)
        )
    assert caught.value.filename == str(missing)


def _addresses(options: ConnectionOptions, host: str = "127.0.0.1") -> set[str]:
    """Where the client's connections come from."""
    seen: set[str] = set()

    def handle(peer: Peer) -> None:
        seen.add(peer.sock.getpeername()[0])
        while peer.read() is not None:
            peer.send(object_answer(b"x"))

    with RawServer(handle, host=host) as server:
        with client_of(server.endpoint, connection=options) as client:
            assert client.bucket(BUCKET).get_object("k").data == b"x"
    return seen


def test_where_connections_begin() -> None:
    """At an address of this machine, or an interface."""
    assert _addresses(ConnectionOptions(source_address="127.0.0.9")) == {"127.0.0.9"}
    names = [name for _, name in socket.if_nameindex() if name.startswith("lo")]
    assert _addresses(ConnectionOptions(source_address=names[0])) == {"127.0.0.1"}


@pytest.mark.parametrize("source", ["192.0.2.77", "nosuchif0", "::1"])
def test_a_beginning_that_there_is_not(source: str) -> None:
    """It is a ConnectFailed."""
    options = ConnectionOptions(source_address=source)
    with pytest.raises(ossc.ConnectFailed):
        _addresses(options)


def test_the_ip_version() -> None:
    """Only addresses of that version are tried."""
    for version, host in (("4", "127.0.0.1"), ("6", "::1"), ("any", "127.0.0.1")):
        assert _addresses(ConnectionOptions(ip_version=version), host) == {host}  # type: ignore[arg-type]
    with pytest.raises(ossc.TransportError):
        _addresses(ConnectionOptions(ip_version="6"), "127.0.0.1")


@pytest.mark.parametrize("seconds", [0.05, 60])
def test_how_long_connections_are_kept(seconds: float) -> None:
    """One that was idle for longer is replaced."""
    with RawServer(keep_alive(object_answer(b"x"))) as server:
        options = ConnectionOptions(max_idle_seconds=seconds, dns_cache_seconds=0)
        with server.client(connection=options) as client:
            client.bucket(BUCKET).get_object("k")
            time.sleep(0.15)
            client.bucket(BUCKET).get_object("k")
    assert server.connections == (2 if seconds < 1 else 1)


@pytest.mark.parametrize(
    "options",
    [
        {"tls_min_version": "1.1"},
        {"ip_version": "5"},
        {"source_address": ""},
        {"source_address": "1.2.3"},
        {"source_address": "a b"},
        {"source_address": "host!127.0.0.1"},
        {"source_address": "an-interface-of-a-long-name"},
        {"max_idle_seconds": 0},
        {"max_idle_seconds": float("nan")},
        {"max_idle_seconds": 1e9},
        {"dns_cache_seconds": -1},
        {"key_password": PASSWORD},
        {"client_certificate": ()},
        {"client_certificate": ("a", "b", "c")},
        {"client_certificate": "a\0"},
    ],
    ids=str,
)
def test_options_that_cannot_be(options: dict[str, Any]) -> None:
    """They are refused when the client is made, without secrets."""
    with pytest.raises(ossc.ParameterError) as caught:
        client_of("http://127.0.0.1:1", connection=ConnectionOptions(**options))
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize(
    "options",
    [
        {"tls_min_version": 1.2},
        {"ip_version": 4},
        {"source_address": 5},
        {"max_idle_seconds": "5"},
        {"dns_cache_seconds": 0.5},
        {"key_password": b"x", "client_certificate": "x"},
        {"client_certificate": 5},
    ],
    ids=str,
)
def test_options_of_wrong_types(options: dict[str, Any]) -> None:
    """A wrong type is a TypeError."""
    with pytest.raises(TypeError):
        client_of("http://127.0.0.1:1", connection=ConnectionOptions(**options))


def test_the_record_keeps_its_secret() -> None:
    """It prints without the password, compares and pickles with it."""
    options = ConnectionOptions(client_certificate="c.pem", key_password=PASSWORD)
    assert PASSWORD not in f"{options!r}{options}"
    assert pickle.loads(pickle.dumps(options)) == options
    assert options != ConnectionOptions(client_certificate="c.pem")
    with pytest.raises(AttributeError):
        options.ip_version = "4"  # type: ignore[misc]

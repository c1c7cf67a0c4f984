"""TLS: whom a client trusts, and what a certificate that is not trusted looks like."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

import ossc
import ossc.mock
from ossc import _sdk
from ossc.mock import faults

from .raw_server import BUCKET, Peer, RawServer, client_of


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Who signs the server's certificate."""
    return trustme.CA()


@pytest.fixture(scope="module")
def ca_file(authority: trustme.CA, tmp_path_factory: Any) -> Path:
    """The authority's own certificate."""
    path: Path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


def _context(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[ossc.mock.Server]:
    """A server with a certificate for 127.0.0.1, and an object."""
    context = _context(authority, "127.0.0.1")
    with ossc.mock.serve(buckets=[BUCKET], tls=context) as running:
        running.put_object(BUCKET, "k", b"data")
        yield running


def test_a_trusted_authority(secure: ossc.mock.Server, ca_file: Path) -> None:
    """`verify` names the authority's file; connections are kept."""
    with client_of(secure, verify=ca_file) as client:
        bucket = client.bucket(BUCKET)
        bucket.put_object("k", b"x" * 1_000_000)
        assert bucket.get_object("k").data == b"x" * 1_000_000
        assert client.endpoint.startswith("https://")
    assert secure.connections == 1


def test_a_folder_of_authorities(
    secure: ossc.mock.Server, ca_file: Path, tmp_path: Path
) -> None:
    """`verify` may be a folder as OpenSSL keeps them."""
    folder = tmp_path / "trusted"
    folder.mkdir()
    asked = ["openssl", "x509", "-hash", "-noout", "-in", str(ca_file)]
    name = subprocess.run(asked, capture_output=True, check=True, text=True).stdout
    (folder / f"{name.strip()}.0").write_bytes(ca_file.read_bytes())
    with client_of(secure, verify=folder) as client:
        assert client.bucket(BUCKET).get_object("k").data == b"data"


@pytest.mark.parametrize("trust", ["the system's", "another"])
def test_an_unknown_authority(
    secure: ossc.mock.Server, trust: str, tmp_path: Path
) -> None:
    """A certificate that nobody vouches for is a TLSError, and nothing is sent."""
    verify: Any = True
    if trust == "another":
        verify = tmp_path / "other.pem"
        trustme.CA().cert_pem.write_to_path(str(verify))
    with client_of(secure, verify=verify) as client:
        with pytest.raises(ossc.TLSError) as caught:
            client.bucket(BUCKET).put_object("k", b"secret")
    assert isinstance(caught.value, ossc.TransportError)
    assert caught.value.status is None
    assert secure.requests == []
    assert _sdk.live_requests() == 0


def test_the_wrong_host_name(authority: trustme.CA, ca_file: Path) -> None:
    """A trusted certificate of somebody else is a TLSError."""
    context = _context(authority, "elsewhere.example.com")
    with ossc.mock.serve(buckets=[BUCKET], tls=context) as server:
        with client_of(server, verify=ca_file) as client:
            with pytest.raises(ossc.TLSError):
                client.bucket(BUCKET).get_object("k")
        assert server.requests == []


def test_no_verification(authority: trustme.CA) -> None:
    """`verify=False` takes any certificate."""
    context = _context(authority, "elsewhere.example.com")
    with ossc.mock.serve(buckets=[BUCKET], tls=context) as server:
        with client_of(server, verify=False) as client:
            client.bucket(BUCKET).put_object("k", b"x")


def test_trust_is_a_clients_own(secure: ossc.mock.Server, ca_file: Path) -> None:
    """A client that trusts all lends its connections to no other client."""
    with client_of(secure, verify=False) as careless, client_of(secure) as careful:
        careless.bucket(BUCKET).get_object("k")
        with pytest.raises(ossc.TLSError):
            careful.bucket(BUCKET).get_object("k")
        careless.bucket(BUCKET).get_object("k")
    with client_of(secure, verify=ca_file) as client:
        client.bucket(BUCKET).get_object("k")


@pytest.mark.parametrize("kind", ["missing", "junk", "empty"])
def test_a_ca_file_that_is_none(
    secure: ossc.mock.Server, kind: str, tmp_path: Path
) -> None:
    """A missing file is told at once, one that holds no certificate when it is used."""
    path = tmp_path / "ca.pem"
    if kind == "missing":
        with pytest.raises(ossc.LocalFileError) as caught:
            client_of(secure, verify=path)
        assert caught.value.filename == str(path)
        return
    path.write_bytes(b"junk" if kind == "junk" else b"")
    with client_of(secure, verify=path) as client, pytest.raises(ossc.TLSError):
        client.bucket(BUCKET).get_object("k")


def test_http_spoken_to_https() -> None:
    """A server that does not speak TLS is a TLSError, not a hang."""

    def handle(peer: Peer) -> None:
        peer.sock.recv(1000)
        peer.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    with RawServer(handle) as server:
        with client_of(server.endpoint.replace("http", "https")) as client:
            with pytest.raises(ossc.TLSError):
                client.bucket(BUCKET).get_object("k")


def test_https_spoken_to_by_http(secure: ossc.mock.Server) -> None:
    """And the other way round is an OSSError."""
    with client_of(secure.endpoint.replace("https", "http")) as client:
        with pytest.raises(ossc.OSSError):
            client.bucket(BUCKET).get_object("k")


def test_a_handshake_that_stalls() -> None:
    """A server that says nothing is given up after the time to connect in."""
    with RawServer(Peer.stall) as server:
        endpoint = server.endpoint.replace("http", "https")
        with client_of(endpoint, connect_timeout=1) as client:
            with pytest.raises(ossc.RequestTimedOut):
                client.bucket(BUCKET).get_object("k")


@pytest.mark.parametrize(
    "fault", [faults.cut(at=2), faults.reset(at=20), faults.flip(1)], ids=str
)
def test_faults_over_tls(
    secure: ossc.mock.Server, ca_file: Path, fault: faults.Fault
) -> None:
    """A cut is a cut, encrypted or not."""
    with client_of(secure, verify=ca_file) as client:
        secure.faults.add(fault)
        with pytest.raises(ossc.OSSError):
            client.bucket(BUCKET).get_object("k")
        assert client.bucket(BUCKET).get_object("k").data == b"data"


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (faults.reset(received=70_000), ossc.ConnectionLost),
        (faults.cut(received=70_000), ossc.ConnectionLost),
        (faults.stall(received=70_000), ossc.RequestTimedOut),
        (faults.status(403, received=70_000), ossc.AccessDenied),
    ],
    ids=["reset", "cut", "stall", "403"],
)
@pytest.mark.parametrize("size", [100_000, 24 << 20], ids=["small", "large"])
def test_faults_of_uploads_over_tls(
    secure: ossc.mock.Server,
    ca_file: Path,
    fault: faults.Fault,
    kind: type[ossc.OSSError],
    size: int,
) -> None:
    """While bytes are sent, too; the object is the old one."""
    with client_of(secure, verify=ca_file, read_timeout=0.5) as client:
        secure.faults.add(fault)
        with pytest.raises(kind):
            client.bucket(BUCKET).put_object("k", bytes(size))
        assert client.bucket(BUCKET).get_object("k").data == b"data"


def test_old_protocols_are_refused(authority: trustme.CA, ca_file: Path) -> None:
    """Nothing below TLS 1.2 is spoken."""
    context = _context(authority, "127.0.0.1")
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.options &= ~ssl.OP_NO_TLSv1_1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1_1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with ossc.mock.serve(buckets=[BUCKET], tls=context) as server:
        with client_of(server, verify=ca_file) as client:
            with pytest.raises(ossc.TLSError):
                client.bucket(BUCKET).get_object("k")


def test_the_environment_names_the_authority(
    secure: ossc.mock.Server, ca_file: Path
) -> None:
    """`SSL_CERT_FILE` is obeyed, as by Python's own ssl."""
    script = (
        "import sys, ossc\n"
        "keys = ossc.Credentials(*sys.argv[2:4])\n"
        "with ossc.Client(sys.argv[1], region='cn-hangzhou', credentials=keys) as c:\n"
        f"    assert c.bucket({BUCKET!r}).get_object('k').data == b'data'\n"
    )
    keys = [secure.access_key_id, secure.access_key_secret]
    subprocess.run(
        [sys.executable, "-c", script, secure.endpoint, *keys],
        check=True,
        timeout=30,
        env={**os.environ, "SSL_CERT_FILE": str(ca_file)},
    )

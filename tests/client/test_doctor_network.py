"""`ossc.doctor` on the way to the server: names, connections, TLS, proxies."""

from __future__ import annotations

import contextlib
import datetime as dt
import select
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

import ossc
import ossc.mock

from .doctors import CLOSED, PROXY_PASSWORD, keys_of, results
from .raw_server import BUCKET, Peer, RawServer, answer


@contextlib.contextmanager
def secure_server(
    folder: Path, name: str = "127.0.0.1", **certificate: Any
) -> Iterator[tuple[ossc.mock.Server, Path]]:
    """A server with TLS, and the file of the authority that has signed for it."""
    authority, ca_file = trustme.CA(), folder / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, **certificate).configure_cert(context)
    with ossc.mock.serve(buckets=[BUCKET], tls=context) as running:
        yield running, ca_file


def test_a_closed_port() -> None:
    """Nothing behind it is tried."""
    diagnosis = ossc.doctor(CLOSED, region="x", credentials=ossc.Credentials("a", "b"))
    assert results(diagnosis) == {"connection": "fail"}
    assert diagnosis["connection"].detail == "127.0.0.1 port 1: Connection refused"
    assert diagnosis["unsigned request"].detail == "an earlier step failed"
    assert str(diagnosis).endswith("\nwrong: connection")


@pytest.mark.parametrize("bucket", [None, BUCKET])
def test_a_name_that_does_not_resolve(bucket: str | None) -> None:
    """The name is told, with the bucket in front of it where it is there."""
    host = f"{'a' * 63}.invalid"
    diagnosis = ossc.doctor(f"http://{host}", bucket=bucket, credentials=ossc.ANONYMOUS)
    assert results(diagnosis) == {"name resolution": "fail"}
    asked = host if bucket is None else f"{bucket}.{host}"
    assert diagnosis["name resolution"].detail.startswith(f"{asked}: ")


def test_a_resolver_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for it longer than for anything else."""
    ended = threading.Event()

    def getaddrinfo(*_arguments: object, **_named: object) -> object:
        return ended.wait(30)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    begin = time.monotonic()
    diagnosis = ossc.doctor(
        "http://name.invalid", credentials=ossc.ANONYMOUS, step_timeout=0.1
    )
    ended.set()
    assert time.monotonic() - begin < 10
    assert (
        diagnosis["name resolution"].detail == "no answer about name.invalid for 0.1 s"
    )


def test_an_address_that_is_not_reached(
    server: ossc.mock.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of two is enough, but worth a look."""
    port = server.port
    found = [
        (socket.AF_INET6, 1, 6, "", ("::1", port, 0, 0)),
        (socket.AF_INET, 1, 6, "", ("127.0.0.1", port)),
    ]
    real = socket.getaddrinfo

    def getaddrinfo(host: str, *rest: Any, **named: Any) -> Any:
        return found if host == "localhost" else real(host, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    diagnosis = ossc.doctor(
        f"http://localhost:{port}", addressing="path", **keys_of(server)
    )
    assert diagnosis["name resolution"].detail.startswith(
        "localhost is ::1, 127.0.0.1 "
    )
    assert diagnosis["connection"].result == "warn"
    assert diagnosis.ok


@pytest.mark.parametrize("kind", ["authority", "name", "expired", "not yet"])
def test_certificates(tmp_path: Path, kind: str) -> None:
    """Which one it is, and why it is not trusted."""
    day = dt.timedelta(days=1)
    now = dt.datetime.now(dt.timezone.utc).replace(tzinfo=None)
    kinds: dict[str, dict[str, Any]] = {
        "authority": {},
        "name": {"name": "elsewhere.example.com"},
        "expired": {"not_before": now - 9 * day, "not_after": now - 2 * day},
        "not yet": {"not_before": now + 2 * day, "not_after": now + 9 * day},
    }
    options = kinds[kind]
    with secure_server(tmp_path, **options) as (server, ca_file):
        if kind == "authority":
            trustme.CA().cert_pem.write_to_path(str(ca_file))
        diagnosis = ossc.doctor(server.endpoint, verify=ca_file, **keys_of(server))
    finding = diagnosis["TLS"]
    assert results(diagnosis) == {"TLS": "fail", "unsigned request": "fail"}
    assert f"certificate for {options.get('name', '127.0.0.1')}, by " in finding.detail
    advice = {
        "authority": "no authority that is trusted here has signed it",
        "name": "the certificate is not for 127.0.0.1",
        "expired": "the certificate is expired, or this machine's clock is wrong",
        "not yet": "the certificate is not yet valid, or",
    }
    assert finding.advice.startswith(advice[kind])
    assert diagnosis["unsigned request"].advice == "see TLS above"
    assert diagnosis["unsigned request"].detail.startswith("TLSError: ")


def test_a_trusted_certificate(tmp_path: Path) -> None:
    """It is shown; one that ends soon, or that nobody looks at, is worth a warning."""
    with secure_server(tmp_path) as (server, ca_file):
        diagnosis = ossc.doctor(server.endpoint, verify=ca_file, **keys_of(server))
        assert results(diagnosis) == {}
        assert diagnosis["TLS"].detail.startswith("TLSv1.3; certificate for 127.0.0.1")
        assert "TLS " in diagnosis["unsigned request"].detail
        careless = ossc.doctor(server.endpoint, verify=False, **keys_of(server))
        assert results(careless) == {"TLS": "warn"}
        assert "certificate for 127.0.0.1" in careless["TLS"].detail
    soon = dt.datetime.now(dt.timezone.utc).replace(tzinfo=None) + dt.timedelta(days=3)
    with secure_server(tmp_path, not_after=soon) as (server, ca_file):
        diagnosis = ossc.doctor(server.endpoint, verify=ca_file, **keys_of(server))
    assert results(diagnosis) == {"TLS": "warn"}
    assert "days" in diagnosis["TLS"].advice


def test_authorities_that_are_none(tmp_path: Path) -> None:
    """The file is what is wrong, not the server."""
    junk = tmp_path / "junk.pem"
    junk.write_bytes(b"junk")
    with secure_server(tmp_path) as (server, _):
        diagnosis = ossc.doctor(server.endpoint, verify=junk, **keys_of(server))
    assert "holds no certificates" in diagnosis["TLS"].detail


def test_http_and_https_mistaken(server: ossc.mock.Server, tmp_path: Path) -> None:
    """Each of the two is recognised where the other one was meant."""
    place = f"127.0.0.1:{server.port}"
    diagnosis = ossc.doctor(f"https://{place}", **keys_of(server))
    assert diagnosis.failures[0].name == "TLS"
    assert f"plain HTTP there: http://{place}" in diagnosis["TLS"].advice
    with secure_server(tmp_path) as (secure, _):
        place = f"127.0.0.1:{secure.port}"
        diagnosis = ossc.doctor(f"http://{place}", **keys_of(secure))
    assert results(diagnosis) == {"unsigned request": "fail"}
    advice = diagnosis["unsigned request"].advice
    assert advice == f"the server speaks TLS there: https://{place}"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_server_that_says_nothing(scheme: str) -> None:
    """It is given up in time, and the step that it is stuck in is told."""
    begin = time.monotonic()
    with RawServer(lambda peer: peer.stall()) as raw:
        diagnosis = ossc.doctor(
            f"{scheme}://{raw.authority}", credentials=ossc.ANONYMOUS, step_timeout=0.8
        )
    assert time.monotonic() - begin < 10
    first = diagnosis.failures[0]
    assert first.name == ("TLS" if scheme == "https" else "unsigned request")
    assert "no handshake within" in first.detail or "RequestTimedOut" in first.detail


@pytest.mark.parametrize(
    "sent", [answer(b"<html>", "404 No", Server="nginx"), b"SSH-2.0-OpenSSH\r\n"]
)
def test_another_server(sent: bytes) -> None:
    """Who is not OSS answers otherwise."""
    with RawServer(sent) as raw:
        diagnosis = ossc.doctor(
            raw.endpoint, credentials=ossc.ANONYMOUS, step_timeout=0.5
        )
    assert results(diagnosis) == {"unsigned request": "fail"}
    finding = diagnosis["unsigned request"]
    assert "nginx" in finding.detail or "not OSS" in finding.advice


def _relay(peer: Peer) -> None:
    """A proxy's tunnel."""
    head = peer.read_head()
    if head is None:
        return  # somebody looked whether the proxy is there
    host, _, port = head.line.split()[1].rpartition(":")
    with socket.create_connection((host, int(port))) as far:
        peer.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        ends = {peer.sock: far, far: peer.sock}
        while not peer.closing.is_set():
            for each in select.select(list(ends), [], [], 0.05)[0]:
                data = each.recv(65536)
                if not data:
                    return
                ends[each].sendall(data)


def test_a_proxy(tmp_path: Path) -> None:
    """Names, connections and handshakes go through it."""
    with secure_server(tmp_path) as (server, ca_file), RawServer(_relay) as proxy:
        diagnosis = ossc.doctor(
            server.endpoint,
            verify=ca_file,
            proxy=f"http://user:{PROXY_PASSWORD}@{proxy.authority}",
            **keys_of(server),
        )
        lines = {each.line.split()[0] for each in proxy.received}
        said = {each.headers["proxy-authorization"] for each in proxy.received}
    assert results(diagnosis) == {}
    assert lines == {"CONNECT"}
    assert len(said) == 1
    detail = f"{proxy.authority}, with a user and a password"
    assert diagnosis["proxy"].detail == detail
    assert PROXY_PASSWORD not in f"{diagnosis} {diagnosis!r}"


@pytest.mark.parametrize("status", ["407 Authentication Required", "403 Forbidden"])
def test_a_proxy_that_refuses(server: ossc.mock.Server, status: str) -> None:
    """A tunnel that is not made, and a request that comes back."""
    said = answer(b"no", status)
    for endpoint in ("https://oss.example.com", "http://oss.example.com"):
        with RawServer(said) as proxy:
            diagnosis = ossc.doctor(endpoint, proxy=proxy.authority, **keys_of(server))
        if endpoint.startswith("https"):
            assert results(diagnosis) == {"connection": "fail"}
            assert f"HTTP/1.1 {status}" in diagnosis["connection"].detail
            wants = "user and a password" in diagnosis["connection"].advice
            assert wants == status.startswith("407")
        else:
            assert results(diagnosis) == {"unsigned request": "fail"}
            assert "in its stead" in diagnosis["unsigned request"].advice


def test_a_proxy_that_is_not_there(server: ossc.mock.Server) -> None:
    """Or hangs up."""
    diagnosis = ossc.doctor(server.endpoint, proxy="127.0.0.1:1", **keys_of(server))
    assert results(diagnosis) == {"connection": "fail"}
    assert diagnosis["connection"].advice == "is there a proxy at 127.0.0.1:1?"
    with RawServer(lambda peer: peer.sock.close()) as proxy:
        diagnosis = ossc.doctor(
            "https://oss.example.com", proxy=proxy.authority, **keys_of(server)
        )
    assert results(diagnosis) == {"connection": "fail"}

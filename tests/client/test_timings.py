"""`error.timings`: which step of a failed attempt took how long, and where it got stuck."""

from __future__ import annotations

import copy
import pickle
import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme

import ossc
import ossc.mock
from ossc.mock import faults
from tests.conftest import make_client

from .raw_server import BUCKET, Peer, RawServer, client_of


def _silent(peer: Peer) -> None:
    peer.read()
    peer.stall()


def _answers_once(peer: Peer) -> None:
    peer.read()
    peer.send(b"HTTP/1.1 204 No Content\r\n\r\n")
    _silent(peer)


def _timings(client: ossc.Client, verb: str = "get_object") -> ossc.Timings:
    with pytest.raises(ossc.OSSError) as caught:
        getattr(client.bucket(BUCKET), verb)("missing")
    timings = caught.value.timings
    assert timings is not None
    return timings


def test_a_made_and_a_kept_connection(client: ossc.Client) -> None:
    """The first failure tells of name and connection, the second that both were there."""
    first, second = _timings(client), _timings(client)
    assert None not in (first.resolve, first.connect, first.first_byte)
    assert (first.tls, first.reused) == (None, False)
    assert (second.resolve, second.connect, second.tls) == (None, None, None)
    assert second.reused
    for each in (first, second):
        assert each.first_byte is not None
        assert 0 < each.first_byte <= each.total < 30
    assert str(second).startswith("kept connection, first byte ")
    assert str(first).startswith("DNS ")


def test_tls(tmp_path: Path) -> None:
    """A handshake is a step of its own, also where it is the one that fails."""
    authority, ca_file = trustme.CA(), tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with ossc.mock.serve(buckets=[BUCKET], tls=context) as server:
        with make_client(server, verify=ca_file) as client:
            timings = _timings(client)
        assert timings.tls is not None
        assert timings.first_byte is not None
        assert 0 < timings.tls < timings.first_byte
        trustme.CA().cert_pem.write_to_path(str(ca_file))
        with make_client(server, verify=ca_file) as client:
            timings = _timings(client)
        assert timings.connect is not None
        assert (timings.tls, timings.first_byte) == (None, None)


def _stuck(*handlers: Any, scheme: str = "http", calls: int = 1) -> ossc.Timings:
    with RawServer(*handlers) as server:
        endpoint = f"{scheme}://{server.authority}"
        with client_of(endpoint, retry=None, timeout=0.3, verify=False) as client:
            for _ in range(calls - 1):
                client.bucket(BUCKET).delete_object("k")
            return _timings(client)


def test_no_answer() -> None:
    """A server that says nothing was reached, and nothing came."""
    timings = _stuck(_silent)
    assert timings.connect is not None
    assert (timings.first_byte, timings.reused) == (None, False)
    assert 0.25 < timings.total < 30
    assert str(timings).endswith(f"total {timings.total * 1000:.0f} ms")


def test_no_answer_on_a_kept_connection() -> None:
    """That it was a kept one shows although no byte came."""
    timings = _stuck(_answers_once, calls=2)
    assert (timings.connect, timings.first_byte, timings.reused) == (None, None, True)


def test_no_handshake() -> None:
    """Who listens and speaks no TLS was connected to."""
    timings = _stuck(lambda peer: peer.stall(), scheme="https")
    assert timings.connect is not None
    assert (timings.tls, timings.first_byte) == (None, None)


def test_no_connection() -> None:
    """A closed port has an address; a name that does not resolve has none."""
    with client_of("http://127.0.0.1:1", retry=None) as client:
        refused = _timings(client)
    assert refused.resolve is not None
    assert (refused.connect, refused.first_byte) == (None, None)
    with client_of(f"http://{'a' * 63}.invalid", retry=None) as client:
        unknown = _timings(client)
    assert (unknown.resolve, unknown.connect) == (None, None)
    assert unknown.total > 0


def test_the_text_of_an_error(server: ossc.mock.Server) -> None:
    """A failure of the transport says its times, and so does each line of a history."""
    # The kept connection's end is made good for by a new one within an attempt.
    server.faults.add(faults.status(503), faults.reset("before", times=3))
    retry = ossc.Retry(3, backoff=0)
    with make_client(server, retry=retry) as client:
        with pytest.raises(ossc.ConnectionLost) as caught:
            client.bucket(BUCKET).get_object("k")
    error = caught.value
    assert f"; {error.timings}; after 3 attempts: " in str(error)
    assert "first byte" in error.history[0]
    assert "first byte" not in error.history[1]
    assert all("total" in line for line in error.history)


def test_an_answer_that_no_request_refused(client: ossc.Client) -> None:
    """What was found wrong before anything was sent has no times."""
    with pytest.raises(ossc.ParameterError) as caught:
        client.bucket(BUCKET).get_object("")
    assert caught.value.timings is None


def test_they_travel(client: ossc.Client) -> None:
    """Times are pickled and copied with their error."""
    with pytest.raises(ossc.NoSuchKey) as caught:
        client.bucket(BUCKET).get_object("missing")
    error = caught.value
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert other.timings == error.timings
    assert pickle.loads(pickle.dumps(error.timings)) == error.timings


def test_a_clock_that_is_set_back(
    client: ossc.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No step takes less than no time."""
    with pytest.raises(ossc.NoSuchKey) as caught:
        client.bucket(BUCKET).get_object("missing")
    monkeypatch.setattr(caught.value, "_times", (5, 3, 0, -7, -9, 0))
    timings = caught.value.timings
    assert timings == ossc.Timings(
        resolve=5e-06, connect=0.0, tls=None, first_byte=0.0, total=0.0, reused=False
    )

"""The role of an ECS instance: the metadata service's two versions, and its absence."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

import ossc

from .raw_server import Handler, Peer, RawServer, Received, answer
from .services import (
    FIRST,
    IMDS_TOKEN,
    Metadata,
    Service,
    bare_environment,
    document,
    parts,
)

ROLES = "/latest/meta-data/ram/security-credentials/"


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    bare_environment(monkeypatch, tmp_path)
    monkeypatch.delenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED")


def of(service: RawServer, **options: Any) -> ossc.ECSRoleCredentials:
    """A source that asks this service."""
    role = options.pop("role", None)
    return ossc.ECSRoleCredentials(role, host=service.authority, **options)


def test_with_a_token() -> None:
    """Version 2: a token first, which the other questions carry; then role and keys."""
    metadata = Metadata()
    with Service(metadata) as service:
        found = of(service)()
        assert parts(found) == FIRST
        assert found.expiration is not None
    assert metadata.asked == [
        "PUT /latest/api/token",
        f"GET {ROLES}",
        f"GET {ROLES}reader",
    ]
    assert "x-aliyun-ecs-metadata-token" not in service.received[0].headers
    for each in service.received[1:]:
        assert each.headers["x-aliyun-ecs-metadata-token"] == IMDS_TOKEN


def test_without_tokens() -> None:
    """Version 1, where the service has no tokens."""
    metadata = Metadata()
    metadata.tokens = False
    with Service(metadata) as service:
        assert parts(of(service)()) == FIRST
    assert "x-aliyun-ecs-metadata-token" not in service.received[1].headers


@pytest.mark.parametrize("by_argument", [True, False])
def test_version_1_can_be_forbidden(
    monkeypatch: pytest.MonkeyPatch, *, by_argument: bool
) -> None:
    """Then a service without tokens is not asked further."""
    metadata = Metadata()
    metadata.tokens = False
    if not by_argument:
        monkeypatch.setenv("ALIBABA_CLOUD_IMDSV1_DISABLED", "True")
    options = {"v1": False} if by_argument else {}
    with Service(metadata) as service:
        with pytest.raises(
            ossc.CredentialsError, match=r"HTTP 404.*version 1"
        ) as caught:
            of(service, **options)()
    assert not isinstance(caught.value, ossc.CredentialsNotFound)
    assert metadata.asked == ["PUT /latest/api/token"]


@pytest.mark.parametrize(
    "token", [b"", b"two words", b"x" * 2000, b"\xff\xfe", b"a\r\nX-Evil: 1"]
)
def test_tokens_that_are_none(token: bytes) -> None:
    """What could not stand in a header is no token."""

    def reply(request: Received) -> bytes | dict[str, Any]:
        return answer(token) if request.line.startswith("PUT") else document()

    with Service(reply) as service:
        assert parts(of(service, role="reader")()) == FIRST
        with pytest.raises(ossc.CredentialsError, match="version 1 is disabled"):
            of(service, role="reader", v1=False)()
    assert all("x-evil" not in each.headers for each in service.received)


def test_a_token_that_never_comes() -> None:
    """As in containers whose network drops it: version 1, after no more than 2 s."""
    metadata = Metadata()
    metadata.tokens = False

    def handle(peer: Peer) -> None:
        request = peer.read()
        assert request is not None
        if request.line.startswith("PUT"):
            peer.stall()
            return
        said = metadata(request)
        peer.send(
            said if isinstance(said, bytes) else answer(json.dumps(said).encode())
        )

    began = time.monotonic()
    with RawServer(handle) as service:
        assert parts(of(service)()) == FIRST
        assert 1.5 < time.monotonic() - began < 4


def test_the_role_may_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the argument, or by the environment; then the service is not asked for it."""
    for variable in (None, "other"):
        metadata = Metadata()
        metadata.role = "named" if variable is None else variable
        with Service(metadata) as service:
            if variable:
                monkeypatch.setenv("ALIBABA_CLOUD_ECS_METADATA", variable)
            role = None if variable else "named"
            assert parts(of(service, role=role)()) == FIRST
        assert metadata.asked[1:] == [f"GET {ROLES}{metadata.role}"]


def test_no_role() -> None:
    """An instance without a role has no credentials; that is no failure."""
    metadata = Metadata()
    metadata.role = None
    with Service(metadata) as service:
        with pytest.raises(ossc.CredentialsNotFound, match="no role"):
            of(service)()
        with pytest.raises(ossc.CredentialsNotFound, match="no role 'reader'"):
            of(service, role="reader")()


def test_no_service() -> None:
    """Where nobody listens there is no metadata service."""
    source = ossc.ECSRoleCredentials(host="127.0.0.1:1")
    with pytest.raises(ossc.CredentialsNotFound, match="cannot be connected to"):
        source()


def test_the_environment_forbids_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is asked."""
    monkeypatch.setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")
    with Service(Metadata()) as service:
        with pytest.raises(ossc.CredentialsNotFound, match="METADATA_DISABLED"):
            of(service)()
    assert service.received == []


def test_proxies_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service answers on the machine's own wire only."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with Service(Metadata()) as service:
        assert parts(of(service)()) == FIRST


def test_a_service_that_is_overloaded() -> None:
    """It is asked once more."""
    metadata, refusals = Metadata(), ["503 Busy", "429 Slow"]

    def reply(request: Received) -> bytes | str | dict[str, Any]:
        if request.line.startswith("GET") and refusals:
            return refusals.pop()
        return metadata(request)

    with Service(reply) as service:
        with pytest.raises(ossc.CredentialsError, match="HTTP 503"):
            of(service)()
        assert parts(of(service)()) == FIRST


def _drip(peer: Peer) -> None:
    """A byte at a time, for ever."""
    peer.read()
    peer.send(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while not peer.closing.wait(0.2):
        peer.send(b"a")


def _endless(peer: Peer) -> None:
    peer.read()
    peer.forever(b"HTTP/1.1 200 OK\r\n\r\n" * 99)


def _headers(peer: Peer) -> None:
    peer.read()
    peer.forever(b"HTTP/1.1 100 Continue\r\n\r\n")


def _reset(peer: Peer) -> None:
    """Asked first, so that it is the answer that is reset, not the connection."""
    assert peer.read() is not None
    peer.reset()


HOSTILE: dict[str, Handler] = {
    "not http": b"hello\r\n\r\n",
    "nothing": lambda peer: peer.sock.close(),
    "reset": _reset,
    "redirect": answer(b"", "302 Found", Location="http://127.0.0.1:1/"),
    "cut": answer(b'{"Code":', length=500),
    "large": answer(b" " * 70_000),
    "endless": _endless,
    "many headers": b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n",
    "long header": b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70_000 + b"\r\n\r\n",
    "bad length": answer(b"{}", length="x"),
    "no json": answer(b"<html>"),
    "list": answer(b"[]"),
    "deep": answer(b"[" * 60_000),
    "empty": answer(b"{}"),
    "refused": answer(b'{"Code": "Forbidden.Role"}'),
    "bad code": answer(b'{"Code": "\\u001b[31m evil"}'),
    "no secret": answer(json.dumps(document(AccessKeySecret="")).encode()),
    "bad secret": answer(json.dumps(document(AccessKeySecret="a\r\nb")).encode()),
    "bad time": answer(json.dumps(document(Expiration="soon")).encode()),
    "numbers": answer(json.dumps(document(AccessKeySecret=[1])).encode()),
    "not utf-8": answer(b'{"Code": "\xff\xfe'),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_answers(kind: str) -> None:
    """Each ends soon, with an error that quotes nothing."""
    began = time.monotonic()
    with RawServer(answer(b"token"), HOSTILE[kind]) as service:
        with pytest.raises(ossc.CredentialsError) as caught:
            of(service, role="reader")()
    assert time.monotonic() - began < 7
    assert not isinstance(caught.value, ossc.CredentialsNotFound)
    for words in ("evil", "hello", "html", FIRST[1], "\n"):
        assert words not in str(caught.value)


@pytest.mark.parametrize("handler", [_drip, _headers])
def test_answers_that_take_for_ever(handler: Callable[[Peer], None]) -> None:
    """The whole of it has a time limit, however little is sent at a time."""
    began = time.monotonic()
    with RawServer(answer(b"token"), handler) as service:
        with pytest.raises(ossc.CredentialsError, match="took too long"):
            of(service, role="reader")()
    assert 4 < time.monotonic() - began < 7


@pytest.mark.parametrize(
    "role", ["../../x", "a b", "", "<html>", "r" * 65, "a?b", "\r\n"]
)
def test_roles_that_are_none(role: str) -> None:
    """Neither what the service says nor what is given goes into a path unchecked."""
    metadata = Metadata()
    metadata.role = role or None
    with Service(metadata) as service:
        with pytest.raises(ossc.CredentialsError):
            of(service)()
    assert len(service.received) == 2
    with pytest.raises(ossc.ParameterError):
        ossc.ECSRoleCredentials(role)


@pytest.mark.parametrize("host", ["", ":80", "h:x", "h:123456"])
def test_hosts_that_are_none(host: str) -> None:
    """They are refused at once."""
    with pytest.raises(ossc.ParameterError):
        ossc.ECSRoleCredentials(host=host)


def test_it_shows_its_role() -> None:
    """And nothing else."""
    assert repr(ossc.ECSRoleCredentials("reader")) == "ECSRoleCredentials('reader')"

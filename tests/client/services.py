"""What the tests of credentials share: services that hand keys out, on real sockets."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import ossc

from .raw_server import Peer, RawServer, Received, answer

if TYPE_CHECKING:
    import pytest

ROLE = "acs:ram::1234567890123456:role/reader"
FIRST = ("STS.first", "first-secret-of-the-test", "first-token-of-the-test")
SECOND = ("STS.second", "second-secret-of-the-test", "second-token-of-the-test")
IMDS_TOKEN = "metadata-token-of-the-test"

VARIABLES = (
    *("OSS_ACCESS_KEY_ID", "OSS_ACCESS_KEY_SECRET", "OSS_SESSION_TOKEN"),
    *("OSS_ENDPOINT", "OSS_REGION", "OSSUTIL_CONFIG_FILE", "OSSUTIL_PROFILE"),
    *(
        f"ALIBABA_CLOUD_{name}"
        for name in (
            "ACCESS_KEY_ID",
            "ACCESS_KEY_SECRET",
            "CLI_PROFILE_DISABLED",
            "CREDENTIALS_FILE",
            "CREDENTIALS_URI",
            "ECS_METADATA",
            "ECS_METADATA_DISABLED",
            "IMDSV1_DISABLED",
            "OIDC_PROVIDER_ARN",
            "OIDC_TOKEN_FILE",
            "PROFILE",
            "ROLE_ARN",
            "ROLE_SESSION_NAME",
            "SECURITY_TOKEN",
            "STS_ENDPOINT",
            "STS_REGION",
            "VPC_ENDPOINT_ENABLED",
        )
    ),
)


def bare_environment(monkeypatch: pytest.MonkeyPatch, home: object) -> None:
    """An environment that names no credentials, and a home without files of tools."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")


def in_an_hour(seconds: float = 3600) -> str:
    """A time to come, as the services write it."""
    then = datetime.now(timezone.utc) + timedelta(seconds=seconds)
    return f"{then:%Y-%m-%dT%H:%M:%SZ}"


def document(keys: tuple[str, str, str] = FIRST, **over: Any) -> dict[str, Any]:
    """Keys as the services write them."""
    usual = {
        "Code": "Success",
        "AccessKeyId": keys[0],
        "AccessKeySecret": keys[1],
        "SecurityToken": keys[2],
        "Expiration": in_an_hour(),
    }
    return {
        name: value for name, value in {**usual, **over}.items() if value is not ...
    }


def parts(credentials: ossc.Credentials) -> tuple[str, str, str | None]:
    """The three texts of credentials."""
    return (
        credentials.access_key_id,
        credentials.access_key_secret,
        credentials.security_token,
    )


class Service(RawServer):
    """Answers each request with what a function makes of it; `bytes` or a status."""

    def __init__(
        self,
        reply: Callable[[Received], bytes | str | dict[str, Any]],
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._reply = reply
        self._context = context
        super().__init__(self._handle)

    def _handle(self, peer: Peer) -> None:
        if self._context is not None:
            peer.sock = self._context.wrap_socket(peer.sock, server_side=True)
        request = peer.read()
        if request is None:
            return
        said = self._reply(request)
        if isinstance(said, dict):
            said = answer(json.dumps(said).encode())
        if isinstance(said, str):
            said = answer(b"", said)
        # Said, or whoever keeps connections may send on one that is being closed.
        peer.send(said.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
        peer.sock.close()


class Metadata:
    """What a metadata service answers.

    Attributes:
        role: The instance's role; None: it has none.
        tokens: Whether it has tokens (version 2).
        keys: What it hands out.
        asked: The methods and paths that were asked for.
    """

    def __init__(self) -> None:
        self.role: str | None = "reader"
        self.tokens = True
        self.keys: dict[str, Any] = document()
        self.asked: list[str] = []

    def __call__(self, request: Received) -> bytes | str | dict[str, Any]:
        """The answer."""
        method, path, _ = request.line.split()
        self.asked.append(f"{method} {path}")
        roles = "/latest/meta-data/ram/security-credentials/"
        if path == "/latest/api/token":
            lives = request.headers.get("x-aliyun-ecs-metadata-token-ttl-seconds", "")
            if not self.tokens or method != "PUT" or not lives.isdecimal():
                return "404 Not Found"
            return answer(IMDS_TOKEN.encode())
        if self.tokens and request.headers.get("x-aliyun-ecs-metadata-token") not in (
            IMDS_TOKEN,
            None,
        ):
            return "401 Unauthorized"
        if path == roles and self.role:
            return answer(self.role.encode())
        if path == f"{roles}{self.role}":
            return self.keys
        return "404 Not Found"


def form(request: Received) -> dict[str, str]:
    """What a request to STS says."""
    return dict(parse_qsl(request.body.decode(), strict_parsing=True))

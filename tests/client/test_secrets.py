"""Secrets stay secret: in no repr, error, traceback, log or warning."""

from __future__ import annotations

import base64
import copy
import logging
import pickle
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

import ossc
import ossc.mock
from ossc.mock import faults

from .raw_server import (
    BUCKET,
    REGION,
    Peer,
    RawServer,
    answer,
    client_of,
    object_answer,
)

SECRET = "S3cretKeyOfTheTest+/=30Chars"
TOKEN = "CAIStokenOfTheTest/with+odd=characters" * 3
PROXY_PASSWORD = "pr0xy-p4ssw0rd"
KEYS = ossc.Credentials("LTAI5tSecretsTest", SECRET, TOKEN)


def _forms(secret: str) -> list[str]:
    raw = secret.encode()
    return [
        secret,
        secret.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D"),
        raw.hex(),
        raw.hex(" ").upper(),
        base64.b64encode(raw).decode()[:-4],
    ]


FORBIDDEN = [form for s in (SECRET, TOKEN, PROXY_PASSWORD) for form in _forms(s)]


def _check(*texts: str) -> None:
    for text in texts:
        for form in FORBIDDEN:
            assert form not in text


def _all_of(error: BaseException) -> str:
    """Everything that can be seen of an exception, by a log or a bug report."""
    assert error.__traceback__ is not None
    # From below the test's own frame, whose variables are the secrets themselves.
    path = error.__traceback__.tb_next
    seen = traceback.TracebackException(type(error), error, path, capture_locals=True)
    parts = [
        repr(error),
        str(error),
        *seen.format(),
        *traceback.format_exception(error),
    ]
    for each in (error, pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):
        parts += [f"{name}={value!r}" for name, value in vars(each).items()]
        parts.append(repr(each.args))
    parts.append(pickle.dumps(error).decode("latin-1"))
    return "\n".join(parts)


@pytest.fixture(autouse=True)
def _nothing_in_logs(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever is logged at any level, and whatever is warned of, holds no secret."""
    caplog.set_level(logging.DEBUG)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        yield
    _check(caplog.text, *(str(warning.message) for warning in warned))


def test_reprs() -> None:
    """No object shows what it was given in confidence."""
    proxy = f"http://user:{PROXY_PASSWORD}@127.0.0.1:1"
    with client_of("http://127.0.0.1:1", credentials=KEYS, proxy=proxy) as client:
        bucket = client.bucket(BUCKET)
        for thing in (KEYS, client, bucket, client._settings, client._session):
            _check(repr(thing), str(thing), f"{thing}")
    assert "LTAI5tSecretsTest" in repr(KEYS)
    assert "security_token=***" in repr(KEYS)
    assert "security_token" not in repr(ossc.Credentials("id", SECRET))


def test_bad_credentials_are_not_quoted() -> None:
    """An error about a secret does not repeat it."""
    for parts in (
        ("id", SECRET + "\n"),
        ("id", "s", TOKEN + "\0"),
        (SECRET + " ", "s"),
    ):
        with pytest.raises(ossc.ParameterError) as caught:
            ossc.Credentials(*parts)
        _check(str(caught.value), repr(caught.value))


@pytest.mark.parametrize(
    "options",
    [
        {"endpoint": f"http://user:{PROXY_PASSWORD}@host"},
        {"endpoint": f"http://user:{PROXY_PASSWORD}@host:port"},
        {"endpoint": f"http://{PROXY_PASSWORD}:{PROXY_PASSWORD}"},
        {"proxy": f"socks4://user:{PROXY_PASSWORD}@host:1"},
        {"proxy": f"socks5://user:{PROXY_PASSWORD}@host"},
        {"proxy": f"http://user:{PROXY_PASSWORD}@host:port"},
    ],
    ids=["user", "port", "no user", "scheme", "no proxy port", "proxy port"],
)
def test_bad_addresses_are_not_quoted(options: dict[str, Any]) -> None:
    """An address with a password in it is refused without repeating it."""
    usual = {"endpoint": "http://127.0.0.1:1", "region": REGION, "credentials": KEYS}
    with pytest.raises(ossc.ParameterError) as caught:
        ossc.Client(**{**usual, **options})
    _check(str(caught.value), repr(caught.value))


def _echo(peer: Peer) -> None:
    """A proxy's page that quotes the whole request."""
    request = peer.read()
    assert request is not None
    lines = [request.line, *(f"{n}: {v}" for n, v in request.headers.items())]
    page = "<html><pre>" + "\r\n".join(lines) + "</pre></html>"
    packed = base64.b64encode(page.encode()).decode()
    peer.send(
        answer(page.encode(), "403 Forbidden", x_oss_err=packed, X_Echo=lines[-1])
    )


ERRORS: dict[str, Any] = {
    "echo": _echo,
    "cut": object_answer(b"abc")[:-1],
    "junk": b"junk",
    "html": answer(b"<html>", "500 Wrong"),
    "late junk": object_answer(b"abc", Last_Modified="junk"),
}

VERBS: dict[str, Callable[[ossc.Bucket], object]] = {
    "get": lambda b: b.get_object("k"),
    "head": lambda b: b.head_object("k"),
    "put": lambda b: b.put_object("k", b"x"),
    "list": lambda b: list(b.list_objects()),
}


@pytest.mark.parametrize("signature", ["v4", "v1"])
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("kind", ERRORS)
def test_errors(kind: str, verb: str, signature: str) -> None:
    """No exception holds the secret, the token, or a signature that still works."""
    options: dict[str, Any] = {"credentials": KEYS, "signature": signature}
    with RawServer(ERRORS[kind]) as server, server.client(**options) as client:
        if (kind, verb) == ("late junk", "put"):
            client.bucket(BUCKET).put_object("k", b"x")
            return
        if verb == "head" and kind == "cut":
            assert client.bucket(BUCKET).head_object("k").size == 3
            return
        with pytest.raises(ossc.OSSError) as caught:
            VERBS[verb](client.bucket(BUCKET))
    sent = server.received[0].headers["authorization"]
    sign = sent.rpartition("=")[2] if signature == "v4" else sent.rpartition(":")[2]
    seen = _all_of(caught.value)
    _check(seen)
    assert len(sign) > 20
    assert sign not in seen


@pytest.mark.parametrize("signature", ["v4", "v1"])
@pytest.mark.parametrize("verb", ["get", "head", "put"])
def test_a_refused_signature(
    server: ossc.mock.Server, verb: str, signature: str
) -> None:
    """OSS quotes what it signed, and the token with it: that is blotted out."""
    server.add_sts(KEYS.access_key_id, "another-secret-than-ours", TOKEN)
    options: dict[str, Any] = {"credentials": KEYS, "signature": signature}
    with client_of(server.endpoint, **options) as client:
        with pytest.raises(ossc.SignatureDoesNotMatch) as caught:
            VERBS[verb](client.bucket(BUCKET))
    error = caught.value
    assert error.code == "SignatureDoesNotMatch"
    assert b"StringToSign" in error.body
    assert b"***" in error.body
    _check(_all_of(error), error.body.decode())


def test_transport_errors(tmp_path: Path) -> None:
    """Where nobody answers, the error names the host and nothing more."""
    proxy = f"http://user:{PROXY_PASSWORD}@127.0.0.1:1"
    for options in ({}, {"proxy": proxy}, {"proxy": "nowhere.invalid:1"}):
        settings: dict[str, Any] = {"credentials": KEYS, **options}
        with client_of("http://127.0.0.1:1", **settings) as client:
            with pytest.raises(ossc.TransportError) as caught:
                client.bucket(BUCKET).get_object_to_file("k", tmp_path / "f")
        _check(_all_of(caught.value))


def test_local_errors(server: ossc.mock.Server, tmp_path: Path) -> None:
    """Errors before and after the request hold no secret either."""
    server.add_sts(KEYS.access_key_id, SECRET, TOKEN)
    server.put_object(BUCKET, "k", b"data")
    server.faults.add(faults.flip(1), key="k")

    def stop(_done: int, _total: int | None) -> None:
        raise ossc.Cancelled("enough")

    with client_of(server.endpoint, credentials=KEYS) as client:
        bucket = client.bucket(BUCKET)
        for call in (
            lambda: bucket.get_object("k"),
            lambda: bucket.get_object(""),
            lambda: bucket.get_object("k", headers={"a": "\0"}),
            lambda: bucket.get_object_into("k", bytearray(1)),
            lambda: bucket.get_object_to_file("k", tmp_path),
            lambda: bucket.get_object("k", progress=stop),
        ):
            with pytest.raises(ossc.OSSError) as caught:
                call()
            _check(_all_of(caught.value))


@pytest.mark.parametrize("signature", ["v4", "v1"])
def test_a_presigned_url_in_an_error(signature: str) -> None:
    """A page that quotes a signed URL does not get its signature into the error."""
    options: dict[str, Any] = {"credentials": KEYS, "signature": signature}
    with client_of("http://127.0.0.1:1", **options) as client:
        url = client.bucket(BUCKET).presign("GET", "k")
    query = parse_qs(urlsplit(url).query)
    name = "x-oss-signature" if signature == "v4" else "Signature"
    page = f"<html>{url.replace('&', '&amp;')}\n{url}</html>".encode()
    with RawServer(answer(page, "403 Forbidden")) as server:
        with server.client(**options) as client, pytest.raises(ossc.AccessDenied) as e:
            client.bucket(BUCKET).get_object("k")
    seen = _all_of(e.value)
    assert query[name][0] not in seen
    assert query[name][0].rstrip("=") not in seen
    _check(seen)


def test_an_unclosed_client_warns_without_secrets() -> None:
    """The warning names the endpoint."""
    client = client_of("http://127.0.0.1:1", credentials=KEYS)
    with pytest.warns(ResourceWarning, match="unclosed") as warned:
        del client
    _check(*(str(warning.message) for warning in warned))

"""Roles from STS: what is asked and signed, over TLS, and what comes of its answers."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import ssl
import traceback
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import trustme

import ossc
from ossc._credentials._sts import sign

from .raw_server import RawServer, Received, answer
from .services import (
    FIRST,
    ROLE,
    SECOND,
    Service,
    bare_environment,
    document,
    form,
    parts,
)

TOKEN = "eyJhbGciOiJSUzI1NiJ9.token-of-a-pod.c2lnbmF0dXJl"
PROVIDER = "acs:ram::1234567890123456:oidc-provider/ack-rrsa-c1"
ANSWER = {"RequestId": "6894B13B", "Credentials": document(Code=...)}


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare_environment(monkeypatch, tmp_path)


def assume(service: RawServer, source: Any = None, **options: Any) -> Any:
    """A source that asks this service for the role."""
    keys = ossc.Credentials("LTAI5tOwner", "owner-secret-of-the-test")
    return ossc.AssumeRoleCredentials(
        source or keys, ROLE, sts_endpoint=service.endpoint, **options
    )


def expected_signature(said: dict[str, str], secret: str) -> str:
    """The signature that STS computes, written from its documentation."""
    pairs = sorted((n, v) for n, v in said.items() if n != "Signature")
    query = "&".join(f"{quote(n, safe='')}={quote(v, safe='')}" for n, v in pairs)
    text = f"POST&{quote('/', safe='')}&{quote(query, safe='')}"
    mac = hmac.new(f"{secret}&".encode(), text.encode(), hashlib.sha1)
    return base64.b64encode(mac.digest()).decode()


def test_the_published_signature() -> None:
    """The example of Alibaba Cloud's documentation of RPC signatures."""
    said = {
        "AccessKeyId": "testid",
        "Action": "DescribeRegions",
        "Format": "XML",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureNonce": "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf",
        "SignatureVersion": "1.0",
        "Timestamp": "2016-02-23T12:46:24Z",
        "Version": "2014-05-26",
    }
    assert sign("GET", said, "testsecret") == "OLeaidS1JvxuMvnyHOwuJ+uX5qY="


def test_a_role_is_assumed() -> None:
    """The request says which role, for how long, and is signed with the owner's keys."""
    with Service(lambda _: ANSWER) as service:
        found = assume(
            service,
            session_name="job@42",
            duration=900,
            policy='{"Version": "1", "Statement": [{"Effect": "Allow *~"}]}',
            external_id="x y&z=ü",
        )()
    assert parts(found) == FIRST
    assert found.expiration is not None
    (request,) = service.received
    assert request.line == "POST / HTTP/1.1"
    said = form(request)
    signature = said.pop("Signature")
    assert signature == expected_signature(said, "owner-secret-of-the-test")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", said.pop("Timestamp"))
    assert len(said.pop("SignatureNonce")) == 32
    assert said == {
        "Action": "AssumeRole",
        "Version": "2015-04-01",
        "Format": "JSON",
        "RoleArn": ROLE,
        "RoleSessionName": "job@42",
        "DurationSeconds": "900",
        "Policy": '{"Version": "1", "Statement": [{"Effect": "Allow *~"}]}',
        "ExternalId": "x y&z=ü",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureVersion": "1.0",
        "AccessKeyId": "LTAI5tOwner",
    }


def test_a_role_by_temporary_keys() -> None:
    """Their token goes along; and they are renewed by themselves."""
    owners = [SECOND, FIRST]
    with Service(lambda _: ANSWER) as service:
        source = assume(service, lambda: owners[0])
        source()
        said = form(service.received[0])
        assert said["SecurityToken"] == SECOND[2]
        signature = said.pop("Signature")
        assert signature == expected_signature(said, SECOND[1])


def test_each_question_is_new() -> None:
    """STS refuses a number that it has seen."""
    with Service(lambda _: ANSWER) as service:
        source = assume(service)
        source()
        source()
    first, second = map(form, service.received)
    assert first["SignatureNonce"] != second["SignatureNonce"]


def pod(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, endpoint: str) -> Path:
    """The environment of a pod; the file with its token."""
    path = tmp_path / "token"
    path.write_text(TOKEN + "\n")
    monkeypatch.setenv("ALIBABA_CLOUD_ROLE_ARN", ROLE)
    monkeypatch.setenv("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", PROVIDER)
    monkeypatch.setenv("ALIBABA_CLOUD_OIDC_TOKEN_FILE", str(path))
    monkeypatch.setenv("ALIBABA_CLOUD_STS_ENDPOINT", endpoint)
    return path


def test_a_pod(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """All of it is in the environment; the request needs no signature."""
    with Service(lambda _: ANSWER) as service:
        path = pod(monkeypatch, tmp_path, service.endpoint)
        monkeypatch.setenv("ALIBABA_CLOUD_ROLE_SESSION_NAME", "pod-7")
        source = ossc.OIDCCredentials()
        assert parts(source()) == FIRST
        path.write_text("another.token")
        source()
    said, again = map(form, service.received)
    assert again["OIDCToken"] == "another.token"
    said.pop("Timestamp")
    assert said == {
        "Action": "AssumeRoleWithOIDC",
        "Version": "2015-04-01",
        "Format": "JSON",
        "RoleArn": ROLE,
        "OIDCProviderArn": PROVIDER,
        "OIDCToken": TOKEN,
        "RoleSessionName": "pod-7",
        "DurationSeconds": "3600",
    }


def test_a_pod_by_arguments(tmp_path: Path) -> None:
    """They do instead of the environment."""
    path = tmp_path / "t"
    path.write_text(TOKEN)
    with Service(lambda _: ANSWER) as service:
        source = ossc.OIDCCredentials(
            ROLE, PROVIDER, path, sts_endpoint=service.endpoint
        )
        assert parts(source()) == FIRST
    assert form(service.received[0])["RoleSessionName"] == "ossc"


@pytest.mark.parametrize(
    "missing", ["ROLE_ARN", "OIDC_PROVIDER_ARN", "OIDC_TOKEN_FILE"]
)
def test_no_pod(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, missing: str) -> None:
    """Where a part is missing this is none."""
    pod(monkeypatch, tmp_path, "http://127.0.0.1:1")
    monkeypatch.setenv(f"ALIBABA_CLOUD_{missing}", "")
    with pytest.raises(ossc.CredentialsNotFound, match=f"{missing} is not set"):
        ossc.OIDCCredentials()()


@pytest.mark.parametrize("content", [b"", b"a b", b"\xff", b"x" * ((1 << 20) + 1)])
def test_files_without_a_token(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes
) -> None:
    """They are a failure, and are not quoted."""
    pod(monkeypatch, tmp_path, "http://127.0.0.1:1").write_bytes(content)
    with pytest.raises(ossc.CredentialsError, match=r"token|too large"):
        ossc.OIDCCredentials()()


def test_a_session_name_that_is_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In the environment it is a failure of the source."""
    pod(monkeypatch, tmp_path, "http://127.0.0.1:1")
    monkeypatch.setenv("ALIBABA_CLOUD_ROLE_SESSION_NAME", "two words")
    with pytest.raises(ossc.CredentialsError, match="session"):
        ossc.OIDCCredentials()()


@pytest.mark.parametrize(
    ("options", "environment", "host"),
    [
        ({}, {}, "sts.aliyuncs.com"),
        ({"sts_region": "cn-beijing"}, {}, "sts.cn-beijing.aliyuncs.com"),
        ({}, {"STS_REGION": "cn-beijing"}, "sts.cn-beijing.aliyuncs.com"),
        (
            {"sts_region": "eu-west-1", "vpc": True},
            {},
            "sts-vpc.eu-west-1.aliyuncs.com",
        ),
        (
            {"sts_region": "eu-west-1"},
            {"VPC_ENDPOINT_ENABLED": "true"},
            "sts-vpc.eu-west-1.aliyuncs.com",
        ),
        ({"sts_endpoint": "sts.example.com"}, {"STS_ENDPOINT": "x"}, "sts.example.com"),
        ({}, {"STS_ENDPOINT": "https://sts.example.com"}, "sts.example.com"),
    ],
)
def test_where_sts_is(
    monkeypatch: pytest.MonkeyPatch,
    options: dict[str, Any],
    environment: dict[str, str],
    host: str,
) -> None:
    """Of the region; always over TLS."""
    for name, value in environment.items():
        monkeypatch.setenv(f"ALIBABA_CLOUD_{name}", value)
    source = ossc.AssumeRoleCredentials(lambda: FIRST, ROLE, **options)
    place = source._role.place()
    assert (place.host, place.port, place.tls) == (host, 443, True)


@pytest.mark.parametrize(
    "options",
    [
        {"sts_endpoint": "http://sts.example.com"},
        {"sts_endpoint": "http://127.0.0.1.example.com"},
        {"sts_endpoint": "ftp://127.0.0.1"},
        {"sts_endpoint": "https://user:pw@host"},
        {"sts_endpoint": "https://host:99999"},
        {"sts_region": "cn beijing"},
        {"sts_region": "x.example.com/"},
        {"session_name": "a"},
        {"session_name": "a b"},
        {"session_name": "a" * 65},
        {"duration": 899},
        {"duration": 43_201},
    ],
    ids=repr,
)
def test_what_sts_would_not_take(options: dict[str, Any]) -> None:
    """It is refused at once; keys do not go over a wire in the clear."""
    with pytest.raises((ossc.ParameterError, ossc.CredentialsError)):
        ossc.AssumeRoleCredentials(lambda: FIRST, ROLE, **options)
    with pytest.raises((ossc.ParameterError, ossc.CredentialsError)):
        ossc.OIDCCredentials(ROLE, **options)


def _quoting(request: Received) -> bytes:
    """A refusal that quotes the whole request, as STS does with what it signed."""
    said = {
        "Code": "SignatureDoesNotMatch",
        "RequestId": "6894B13B",
        "Message": f"Specified signature is not matched: {request.body.decode()}",
    }
    return answer(json.dumps(said).encode(), "400 Bad Request")


def test_a_refusal_is_not_quoted() -> None:
    """The code is told; what the answer quotes is not, nor what the frames hold."""
    with Service(_quoting) as service:
        with pytest.raises(ossc.CredentialsError) as caught:
            assume(service, lambda: SECOND)()
    error = caught.value
    assert (
        str(error) == "STS AssumeRole was refused with HTTP 400 SignatureDoesNotMatch"
    )
    assert error.__traceback__ is not None
    path = error.__traceback__.tb_next
    seen = traceback.TracebackException(type(error), error, path, capture_locals=True)
    text = "".join(seen.format())
    sign_of_one = form(service.received[0])["Signature"]
    for secret in (SECOND[1], SECOND[2], sign_of_one, quote(sign_of_one, safe="")):
        assert secret not in text


def test_a_pods_token_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Not by the frames of a failure either."""
    with Service(_quoting) as service:
        pod(monkeypatch, tmp_path, service.endpoint)
        with pytest.raises(ossc.CredentialsError) as caught:
            ossc.OIDCCredentials()()
    error = caught.value
    assert error.__traceback__ is not None
    path = error.__traceback__.tb_next
    seen = traceback.TracebackException(type(error), error, path, capture_locals=True)
    assert TOKEN not in "".join(seen.format())


@pytest.mark.parametrize(
    "reply",
    [
        {},
        {"Credentials": None},
        {"Credentials": []},
        {"Credentials": document(AccessKeyId="")},
        {"Credentials": document(Expiration="tomorrow")},
        "302 Found",
        "500 Broken",
        answer(b"\xff"),
    ],
    ids=repr,
)
def test_answers_that_are_none(reply: Any) -> None:
    """They are failures."""
    with Service(lambda _: reply) as service:
        with pytest.raises(ossc.CredentialsError) as caught:
            assume(service)()
    assert FIRST[1] not in str(caught.value)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Who signs the certificate of STS."""
    return trustme.CA()


@pytest.mark.parametrize("name", ["127.0.0.1", "sts.example.com"])
@pytest.mark.parametrize("trusted", [True, False])
def test_the_certificate_is_verified(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    authority: trustme.CA,
    name: str,
    *,
    trusted: bool,
) -> None:
    """One of another authority, or of another host, ends it before keys are sent."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    ours = authority if trusted else trustme.CA()
    ours.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    with Service(lambda _: ANSWER, context) as service:
        keys = ossc.Credentials("id", "secret")
        source = ossc.AssumeRoleCredentials(
            keys, ROLE, sts_endpoint=f"https://{service.authority}"
        )
        if trusted and name == "127.0.0.1":
            assert parts(source()) == FIRST
            return
        with pytest.raises(ossc.CredentialsError, match=r"certificate|mismatch"):
            source()
    assert service.received == []


def test_sources_show_no_secrets() -> None:
    """Only the role."""
    source = ossc.AssumeRoleCredentials(lambda: FIRST, ROLE)
    assert repr(source) == f"AssumeRoleCredentials({ROLE!r}, session='ossc')"
    assert repr(ossc.OIDCCredentials(ROLE)) == f"OIDCCredentials(role_arn={ROLE!r})"

"""What a client takes for a source of credentials: callables, objects of other packages."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import alibabacloud_credentials.client as alibabacloud
import alibabacloud_credentials.models as alibabacloud_models
import alibabacloud_oss_v2 as v2
import oss2.credentials
import pytest

import ossc

from .raw_server import BUCKET, RawServer, object_answer
from .services import FIRST, SECOND, Service, document, in_an_hour, parts

ENDS = datetime.now(timezone.utc) + timedelta(hours=1)


@pytest.mark.parametrize(
    "given",
    [
        ossc.Credentials(*FIRST),
        FIRST,
        dict(zip(("access_key_id", "access_key_secret", "security_token"), FIRST)),  # noqa: B905
        document(),
        document(Code=..., Expiration=...),
        v2.credentials.Credentials(*FIRST),
        oss2.credentials.Credentials(*FIRST),
    ],
    ids=["credentials", "tuple", "snake", "camel", "bare", "v2", "oss2"],
)
def test_what_a_callable_may_return(given: Any) -> None:
    """Credentials, a tuple, a mapping, or another package's record."""
    assert parts(ossc.RefreshingCredentials(lambda: given)()) == FIRST


@pytest.mark.parametrize(
    ("given", "expiration"),
    [
        ((*FIRST, ENDS), ENDS),
        ((*FIRST, None), None),
        ((*FIRST, ""), None),
        (document(Expiration="2030-01-02T03:04:05Z"), "2030-01-02T03:04:05"),
        (document(Expiration="2030-01-02T03:04:05.678Z"), "2030-01-02T03:04:05.678"),
        (document(Expiration="2030-01-02T11:04:05+08:00"), "2030-01-02T03:04:05"),
        (document(Expiration=1893553445), "2030-01-02T03:04:05"),
        (document(Expiration="1893553445000"), "2030-01-02T03:04:05"),
    ],
    ids=repr,
)
def test_expirations(given: Any, expiration: Any) -> None:
    """Times as they are written out there."""
    if isinstance(expiration, str):
        expiration = datetime.fromisoformat(f"{expiration}+00:00")
    found = ossc.RefreshingCredentials(lambda: given)().expiration
    if isinstance(expiration, datetime) and expiration.microsecond == 678_000:
        assert found is not None
        found = found.replace(microsecond=678_000)
    assert found == expiration


@pytest.mark.parametrize(
    "given",
    [
        None,
        (),
        ("only",),
        ("id", "s", "t", "e", "more"),
        ("id", ""),
        ("id", None),
        ("id", "s3cret with space"),
        ("id", "s3\ncret"),
        {},
        {"access_key_id": "id"},
        {"access_key_id": ["id"], "access_key_secret": "s3cret"},
        document(Expiration="s3cret"),
        document(Expiration="2030-01-02T03:04:05"),
        document(Expiration="9" * 16),
        document(Expiration="2030-13-02T03:04:05Z"),
        object(),
        5,
    ],
    ids=repr,
)
def test_what_no_credentials_are_made_of(given: Any) -> None:
    """It is an error that quotes nothing."""
    with pytest.raises(ossc.CredentialsError) as caught:
        ossc.RefreshingCredentials(lambda: given)()
    assert "s3cret" not in str(caught.value)


class Broken:
    """A provider of another package that fails with a secret in its words."""

    def get_credential(self) -> None:
        """What is called."""
        raise RuntimeError(f"the service said {FIRST[1]}")


def test_errors_of_other_packages_are_not_quoted() -> None:
    """Their words may hold anything."""
    with pytest.raises(ossc.CredentialsError, match=r"Broken.*RuntimeError") as caught:
        ossc.RefreshingCredentials(Broken())()
    assert FIRST[1] not in repr(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    "source",
    [
        v2.credentials.StaticCredentialsProvider(*FIRST),
        oss2.credentials.StaticCredentialsProvider(*FIRST),
        alibabacloud.Client(
            alibabacloud_models.Config(
                type="sts",
                access_key_id=FIRST[0],
                access_key_secret=FIRST[1],
                security_token=FIRST[2],
            )
        ),
    ],
    ids=["v2", "oss2", "alibabacloud"],
)
def test_providers_of_other_packages(source: Any) -> None:
    """A client takes them as they are, and signs with what they give."""
    with RawServer(object_answer()) as server:
        with server.client(credentials=source) as client:
            client.bucket(BUCKET).get_object("k")
    sent = server.received[0].headers
    assert f"Credential={FIRST[0]}/" in sent["authorization"]
    assert sent["x-oss-security-token"] == FIRST[2]


def test_a_client_of_alibabacloud_credentials_renews() -> None:
    """Its own sources are asked through it."""
    hand_out = [document(FIRST, Expiration=in_an_hour(60)), document(SECOND)]
    with Service(lambda _: hand_out.pop(0)) as service:
        config = alibabacloud_models.Config(
            type="credentials_uri", credentials_uri=f"{service.endpoint}/keys"
        )
        now = [1000.0]
        kept = ossc.RefreshingCredentials(
            alibabacloud.Client(config), clock=lambda: now[0]
        )
        assert parts(kept()) == FIRST
        assert kept().expiration is None
        now[0] += 300
        assert parts(kept()) == SECOND


def test_an_alibabacloud_client_whose_source_fails() -> None:
    """It is a CredentialsError."""
    with Service(lambda _: "403 Forbidden") as service:
        config = alibabacloud_models.Config(
            type="credentials_uri", credentials_uri=f"{service.endpoint}/keys"
        )
        with pytest.raises(ossc.CredentialsError, match="CredentialException"):
            ossc.RefreshingCredentials(alibabacloud.Client(config))()

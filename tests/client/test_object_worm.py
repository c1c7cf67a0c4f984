"""Retention and legal holds: what they allow, and what they refuse."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

import ossc
import ossc.mock
from tests.conftest import BUCKET, make_client

from .raw_server import RawServer, answer

HOUR = timedelta(hours=1)


def soon() -> datetime:
    """A time in an hour, in whole seconds."""
    return datetime.now(timezone.utc).replace(microsecond=0) + HOUR


@pytest.fixture
def held(bucket: ossc.Bucket) -> Iterator[ossc.Bucket]:
    """A bucket with a protected object."""
    bucket.put_object("k", b"data")
    bucket.put_object("other", b"other")
    bucket.put_object_legal_hold("k", on=True)
    return bucket  # type: ignore[return-value]


WRITES: dict[str, Callable[[ossc.Bucket], object]] = {
    "delete": lambda b: b.delete_object("k"),
    "delete many": lambda b: b.delete_objects(["other", "k"]),
    "put": lambda b: b.put_object("k", b"new"),
    "copy": lambda b: b.copy_object("other", "k"),
    "rename onto it": lambda b: b.rename_object("other", "k"),
    "rename it": lambda b: b.rename_object("k", "new"),
    "metadata": lambda b: b.update_metadata("k", {"a": "1"}),
    "class": lambda b: b.set_storage_class("k", "IA"),
    "symlink": lambda b: b.put_symlink("k", "other"),
    "parts": lambda b: b.upload_file("k", __file__, threshold=1),
}


@pytest.mark.parametrize("write", WRITES)
def test_a_held_object_stays(held: ossc.Bucket, write: str) -> None:
    """Nothing deletes or overwrites it, and nothing else is deleted with it."""
    with pytest.raises(ossc.FileImmutable) as caught:
        WRITES[write](held)
    assert isinstance(caught.value, PermissionError)
    assert caught.value.status == 409
    assert held.get_object("k").data == b"data"
    assert held.get_object("other").data == b"other"


def test_what_a_hold_allows(held: ossc.Bucket) -> None:
    """Reads, tags and access rules; and all writes when it has ended."""
    held.put_object_tagging("k", {"a": "1"})
    held.put_object_acl("k", "private")
    assert held.head_object("k").headers["x-oss-object-worm-legal-hold"] == "ON"
    assert held.get_object_legal_hold("k")
    held.put_object_legal_hold("k", on=False)
    assert not held.get_object_legal_hold("k", version_id="null")
    assert "x-oss-object-worm-legal-hold" not in held.head_object("k").headers
    held.put_object("k", b"new")
    held.delete_object("k")


def test_retention_can_only_grow(bucket: ossc.Bucket) -> None:
    """It is told as it was set; an earlier end or a weaker mode is refused."""
    bucket.put_object("k", b"data")
    assert bucket.get_object_retention("k") is None
    until = soon()
    bucket.put_object_retention("k", until)
    found = bucket.get_object_retention("k")
    assert found == ossc.Retention("COMPLIANCE", until)
    info = bucket.head_object("k")
    assert info.headers["x-oss-object-worm-mode"] == "COMPLIANCE"
    told = info.headers["x-oss-object-worm-retain-until-date"]
    assert told == f"{until:%Y-%m-%dT%H:%M:%S}.000Z"
    with pytest.raises(ossc.FileImmutable):
        bucket.put_object_retention("k", until - timedelta(seconds=1))
    with pytest.raises(ossc.FileImmutable):
        bucket.put_object_retention("k", until + HOUR, "GOVERNANCE")
    with pytest.raises(ossc.FileImmutable):
        bucket.put_object_retention("k", until - HOUR / 2, bypass_governance=True)
    bucket.put_object_retention("k", until + HOUR, version_id="null")
    with pytest.raises(ossc.FileImmutable):
        bucket.delete_object("k")


def test_governance_can_be_bypassed(bucket: ossc.Bucket) -> None:
    """By those who say so."""
    bucket.put_object("k", b"data")
    bucket.put_object_retention("k", soon(), "GOVERNANCE")
    with pytest.raises(ossc.FileImmutable):
        bucket.put_object_retention("k", soon() - HOUR / 2)
    bucket.put_object_retention("k", soon() - HOUR / 2, bypass_governance=True)
    bucket.put_object("k2", b"data")
    bucket.put_object_retention("k2", soon(), "GOVERNANCE")
    with pytest.raises(ossc.FileImmutable):
        bucket.delete_object("k2")
    bypass = {"x-oss-bypass-governance-retention": "true"}
    bucket.delete_object("k2", headers=bypass)
    assert not bucket.object_exists("k2")


def test_retention_ends() -> None:
    """Behind its end the object is as any other."""
    now = [time.time()]
    with (
        ossc.mock.serve(buckets=[BUCKET], clock=lambda: now[0]) as server,
        make_client(server) as client,
    ):
        bucket = client.bucket(BUCKET)
        bucket.put_object("k", b"data", retain_until=soon())
        with pytest.raises(ossc.FileImmutable):
            bucket.delete_object("k")
        now[0] += 3601
        bucket.put_object("k", b"new")
        assert bucket.get_object_retention("k") is None


def test_objects_that_are_protected_from_the_start(bucket: ossc.Bucket) -> None:
    """By options of a put, of an upload in parts, of a copy."""
    until = soon()
    bucket.put_object("k", b"data", retain_until=until, retention_mode="GOVERNANCE")
    assert bucket.get_object_retention("k") == ossc.Retention("GOVERNANCE", until)
    bucket.upload_file("parts", __file__, threshold=1, legal_hold=True)
    assert bucket.get_object_legal_hold("parts")
    bucket.copy_object("k", "copy")
    assert bucket.get_object_retention("copy") is None
    bucket.copy_object("k", "copy", retain_until=until)
    assert bucket.get_object_retention("copy") == ossc.Retention("COMPLIANCE", until)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"retention_mode": "COMPLIANCE"}, ossc.ParameterError),
        ({"retain_until": datetime(2100, 1, 1)}, ossc.ParameterError),  # noqa: DTZ001
        ({"retain_until": "2100-01-01T00:00:00.000Z"}, TypeError),
        ({"retain_until": soon(), "retention_mode": 5}, TypeError),
    ],
)
def test_protection_that_is_none(
    bucket: ossc.Bucket, server: ossc.mock.Server, options: Any, error: Any
) -> None:
    """It is refused before anything is sent."""
    with pytest.raises(error):
        bucket.put_object("k", b"", **options)
    assert server.requests == []


def test_times_and_types_that_oss_refuses(bucket: ossc.Bucket) -> None:
    """The past, and Appendable objects."""
    bucket.put_object("k", b"data")
    with pytest.raises(ossc.InvalidArgument):
        bucket.put_object_retention("k", soon() - 2 * HOUR)
    with pytest.raises(ossc.InvalidArgument):
        bucket.put_object("k", b"", retain_until=soon() - 2 * HOUR)
    with pytest.raises(ossc.InvalidArgument):
        bucket.put_object(
            "k", b"", retain_until=soon(), headers={"x-oss-object-worm-mode": "x"}
        )
    with pytest.raises(ossc.InvalidArgument):
        bucket.put_object("k", b"", headers={"x-oss-object-worm-legal-hold": "x"})
    with pytest.raises(ossc.ParameterError):
        bucket.put_object_retention("k", soon(), "SOME")  # type: ignore[arg-type]
    bucket.append_object("log", b"x", 0)
    with pytest.raises(ossc.ServerError) as retained:
        bucket.put_object_retention("log", soon())
    with pytest.raises(ossc.ServerError) as held:
        bucket.put_object_legal_hold("log", on=True)
    assert retained.value.code == held.value.code == "OperationNotSupported"


def test_an_hour_elsewhere_is_an_hour_here(bucket: ossc.Bucket) -> None:
    """Times of any zone are meant in UTC."""
    bucket.put_object("k", b"data")
    until = soon()
    bucket.put_object_retention("k", until.astimezone(timezone(timedelta(hours=8))))
    found = bucket.get_object_retention("k")
    assert found is not None
    assert found.retain_until == until


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (
            "200 OK",
            b"<LegalHold><Status>MAYBE</Status></LegalHold>",
            ossc.MalformedResponse,
        ),
        ("200 OK", b"", ossc.MalformedResponse),
        ("404 Not Found", b"a proxy's page", ossc.ServerError),
        (
            "404 Not Found",
            b"<Error><Code>NoSuchVersion</Code></Error>",
            ossc.ServerError,
        ),
    ],
)
def test_answers_that_leave_it_open(status: str, body: bytes, error: Any) -> None:
    """They are errors, neither yes nor no."""
    with RawServer(answer(body, status), answer(body, status)) as server:
        with server.client() as client:
            bucket = client.bucket(BUCKET)
            with pytest.raises(error):
                bucket.get_object_legal_hold("k")
            with pytest.raises(error):
                bucket.get_object_retention("k")

"""Replication, retention, domains, redundancy, callbacks, hidden headers."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc.settings import (
    BucketCallbackPolicy,
    BucketResponseHeader,
    BucketVersioning,
    CallbackPolicyItem,
    Certificate,
    ReplicationRule,
    ResponseHeaderRule,
)
from tests.conftest import BUCKET, make_client

DAY = timedelta(days=1)


class Time:
    """A server's time, which a test moves on."""

    def __init__(self) -> None:
        self.now = datetime(2024, 5, 1, 12, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(name="time")
def make_time() -> Time:
    """Noon."""
    return Time()


@pytest.fixture(name="old")
def make_old(time: Time) -> Iterator[ossc.Bucket]:
    """A bucket whose server has its own time."""
    with ossc.mock.serve(buckets=[BUCKET], clock=time) as server:
        with make_client(server) as client:
            yield client.bucket(BUCKET)


@pytest.mark.parametrize("signature", ["v4", "v1"])
def test_replication(server: ossc.mock.Server, signature: str) -> None:
    """Rules are added and ended; the server says how far it has come: nowhere."""
    with make_client(server, signature=signature) as client:
        replication = client.bucket(BUCKET).replication
        with pytest.raises(ossc.NoSuchConfiguration):
            replication.get()
        rule = ReplicationRule(
            destination_bucket="far-away",
            destination_location="oss-cn-beijing",
            transfer_type="internal",
            prefixes=["a/", "b/"],
            action="PUT",
            historical_object_replication="disabled",
            sync_role="role",
            replica_kms_key_id="key",
            sse_kms_encrypted_objects="Enabled",
            rtc="enabled",
        )
        rule_id = replication.add(rule)
        (got,) = replication.get().rules
        assert got == rule.replace(id=rule_id, status="starting")
        other = replication.add(
            ReplicationRule(
                id="mine",
                destination_bucket="near",
                destination_location="oss-cn-beijing",
            )
        )
        assert other == "mine"
        assert replication.progress("mine").historical_object == "0"
        progress = replication.progress(rule_id)
        assert (progress.id, progress.prefixes) == (rule_id, ("a/", "b/"))
        assert progress.historical_object is None
        assert progress.new_object
        replication.set_rtc("mine", enabled=True)
        replication.set_rtc(rule_id, enabled=False)
        assert {rule.id: rule.rtc for rule in replication.get().rules} == {
            "mine": "enabled",
            rule_id: "disabled",
        }
        replication.delete(rule_id)
        assert [rule.id for rule in replication.get().rules] == ["mine"]
        for call in (
            lambda: replication.delete(rule_id),
            lambda: replication.progress(rule_id),
            lambda: replication.set_rtc(rule_id, enabled=True),
        ):
            with pytest.raises(ossc.NoSuchConfiguration):
                call()
        where = replication.locations()
        assert "oss-cn-beijing" in where.locations
        assert "oss-cn-hangzhou" not in where.locations
        assert where.transfer_types is not None
        assert where.transfer_types[0].types == ("oss_acc",)
        assert where.rtc_locations is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"destination_location": "moon"},
        {"destination_location": "oss-cn-hangzhou"},
        {"destination_bucket": BUCKET},
        {"action": "LOOK"},
        {"transfer_type": "pigeon"},
        {"sse_kms_encrypted_objects": "Enabled"},
        {"historical_object_replication": "maybe"},
    ],
)
def test_replication_that_oss_refuses(bucket: ossc.Bucket, wrong: Any) -> None:
    """No rule is added."""
    fields = {
        "destination_bucket": "far-away",
        "destination_location": "oss-cn-beijing",
        **wrong,
    }
    with pytest.raises(ossc.ServerError) as caught:
        bucket.replication.add(ReplicationRule(**fields))
    assert caught.value.status == 400
    with pytest.raises(ossc.NoSuchConfiguration):
        bucket.replication.get()


def test_retention(old: ossc.Bucket, time: Time) -> None:
    """Begun, locked, made longer; objects stay as they are for so long."""
    worm = old.worm
    with pytest.raises(ossc.NoSuchConfiguration):
        worm.get()
    old.put_object("before", b"1")
    old.append_object("growing", b"1", 0)
    worm_id = worm.initiate(days=10)
    got = worm.get()
    assert (got.worm_id, got.state) == (worm_id, "InProgress")
    assert got.retention_period_in_days == 10
    assert got.creation_date == time.now
    assert got.expiration_date == "2024-05-02T12:00:00.000Z"
    for call in (
        lambda: worm.initiate(days=1),
        lambda: worm.extend(worm_id, days=11),
        lambda: worm.complete("other"),
    ):
        with pytest.raises(ossc.ServerError):
            call()
    worm.complete(worm_id)
    assert (worm.get().state, worm.get().expiration_date) == ("Locked", None)
    with pytest.raises(ossc.ServerError) as caught:
        worm.abort()
    assert (caught.value.status, caught.value.code) == (
        403,
        "WORMConfigurationLocked",
    )
    old.put_object("new", b"1")
    losses: list[Callable[[], object]] = [
        lambda: old.put_object("before", b"2"),
        lambda: old.delete_object("before"),
        lambda: old.copy_object("new", "before"),
        lambda: old.append_object("growing", b"2", 1),
        lambda: list(old.delete_objects(["new", "before"])),
    ]
    for loss in losses:
        with pytest.raises(ossc.ServerError) as caught:
            loss()
        assert (caught.value.status, caught.value.code) == (409, "FileImmutable")
    assert old.get_object("before").data == b"1"
    with pytest.raises(ossc.InvalidArgument):
        worm.extend(worm_id, days=10)
    worm.extend(worm_id, days=11)
    assert worm.get().retention_period_in_days == 11
    time.now += 11 * DAY - timedelta(seconds=1)
    with pytest.raises(ossc.ServerError):
        old.delete_object("before")
    time.now += timedelta(seconds=1)
    old.put_object("before", b"2")
    old.delete_object("new")
    assert worm.get().state == "Locked"


def test_retention_of_versions(old: ossc.Bucket, time: Time) -> None:
    """Where versions are kept, keys can be hidden and replaced; versions stay."""
    old.versioning.put(BucketVersioning(status="Enabled"))
    first = old.put_object("k", b"1").version_id
    assert first is not None
    old.worm.initiate(days=10)
    old.put_object("k", b"2")
    old.delete_object("k")
    with pytest.raises(ossc.ServerError, match="FileImmutable"):
        old.delete_object("k", version_id=first)
    assert old.get_object("k", version_id=first).data == b"1"
    old.worm.abort()
    old.delete_object("k", version_id=first)


def test_retention_lapses(old: ossc.Bucket, time: Time) -> None:
    """Without a lock it is gone after a day; it can be aborted before."""
    old.put_object("k", b"1")
    worm_id = old.worm.initiate(days=10)
    with pytest.raises(ossc.ServerError, match="FileImmutable"):
        old.delete_object("k")
    time.now += DAY
    with pytest.raises(ossc.NoSuchConfiguration):
        old.worm.get()
    with pytest.raises(ossc.NoSuchConfiguration):
        old.worm.complete(worm_id)
    old.put_object("k", b"2")
    old.worm.initiate(days=10)
    old.worm.abort()
    old.worm.abort()
    old.delete_object("k")


PEM = (
    "-----BEGIN CERTIFICATE-----\n"
    + base64.b64encode(b"certificate").decode()
    + "\n-----END CERTIFICATE-----\n"
)


@pytest.mark.parametrize("signature", ["v4", "v1"])
def test_domains(server: ossc.mock.Server, signature: str) -> None:
    """Shown to be one's own, bound, listed, given up."""
    with make_client(server, signature=signature) as client:
        cnames = client.bucket(BUCKET).cnames
        assert list(cnames.list()) == []
        with pytest.raises(ossc.NoSuchConfiguration):
            cnames.get_token("www.example.com")
        with pytest.raises(ossc.ServerError) as caught:
            cnames.put("www.example.com")
        assert (caught.value.status, caught.value.code) == (
            403,
            "NeedVerifyDomainOwnership",
        )
        token = cnames.create_token("www.example.com")
        assert (token.bucket, token.cname) == (BUCKET, "www.example.com")
        assert token == cnames.get_token("www.example.com")
        assert token == cnames.create_token("www.example.com")
        cnames.put("www.example.com")
        cnames.create_token("*.example.org")
        cnames.put("*.example.org", Certificate(cert_id="7-cn-hangzhou"))
        wild, plain = cnames.list()
        assert (plain.domain, plain.status) == ("www.example.com", "Enabled")
        assert (plain.is_wild_card, plain.certificate) == (False, None)
        assert (wild.domain, wild.is_wild_card) == ("*.example.org", True)
        assert wild.certificate is not None
        assert (wild.certificate.type, wild.certificate.cert_id) == (
            "CAS",
            "7-cn-hangzhou",
        )
        cnames.delete("www.example.com")
        assert [each.domain for each in cnames.list()] == ["*.example.org"]
        for domain in ("", "localhost", "a..b", "a.com/"):
            with pytest.raises((ossc.InvalidArgument, ossc.ParameterError)):
                cnames.create_token(domain)


def test_certificates(bucket: ossc.Bucket) -> None:
    """Given, replaced by whoever knows the old one, taken away. Keys are not shown."""
    given = Certificate(certificate=PEM, private_key="hidden")
    assert "hidden" not in repr(given)
    bucket.cnames.create_token("a.example.com")
    bucket.cnames.put("a.example.com", given)
    (cname,) = bucket.cnames.list()
    assert cname.certificate is not None
    assert cname.certificate.type == "Upload"
    assert cname.certificate.fingerprint is not None
    assert cname.certificate.fingerprint.count(":") == 19
    other = Certificate(cert_id="8-cn-hangzhou")
    with pytest.raises(ossc.InvalidArgument):
        bucket.cnames.put("a.example.com", other)
    known = other.replace(previous_cert_id=cname.certificate.cert_id)
    bucket.cnames.put("a.example.com", known)
    bucket.cnames.put("a.example.com")
    (cname,) = bucket.cnames.list()
    assert cname.certificate is not None
    assert cname.certificate.cert_id == "8-cn-hangzhou"
    bucket.cnames.put("a.example.com", Certificate(cert_id="9-x", force=True))
    bucket.cnames.put("a.example.com", Certificate(delete_certificate=True))
    (cname,) = bucket.cnames.list()
    assert cname.certificate is None
    for wrong in (
        Certificate(),
        Certificate(certificate=PEM),
        Certificate(certificate="text", private_key="k"),
    ):
        with pytest.raises(ossc.ServerError) as caught:
            bucket.cnames.put("a.example.com", wrong)
        assert caught.value.status == 400


def test_a_domain_has_one_bucket(client: ossc.Client, bucket: ossc.Bucket) -> None:
    """Whoever comes second is refused."""
    other = client.create_bucket("other-bucket")
    for each in (bucket, other):
        each.cnames.create_token("a.example.com")
    bucket.cnames.put("a.example.com")
    with pytest.raises(ossc.ServerError) as caught:
        other.cnames.put("a.example.com")
    assert (caught.value.status, caught.value.code) == (409, "CnameAlreadyExists")


def test_tokens_end(old: ossc.Bucket, time: Time) -> None:
    """After three days there is another one."""
    token = old.cnames.create_token("a.example.com")
    assert token.expire_time == "Sat, 04 May 2024 12:00:00 GMT"
    time.now += 3 * DAY
    with pytest.raises(ossc.NoSuchConfiguration):
        old.cnames.get_token("a.example.com")
    assert old.cnames.create_token("a.example.com").token != token.token


@pytest.mark.parametrize("signature", ["v4", "v1"])
def test_redundancy(server: ossc.mock.Server, signature: str) -> None:
    """A task brings the bucket into several zones."""
    with make_client(server, signature=signature) as client:
        tasks = client.bucket(BUCKET).redundancy_transitions
        with pytest.raises(ossc.InvalidArgument):
            tasks.create("LRS")
        with pytest.raises(ossc.InvalidArgument):
            tasks.create("XRS")
        task_id = tasks.create()
        got = tasks.get(task_id)
        assert (got.bucket, got.task_id, got.status) == (BUCKET, task_id, "Finished")
        assert (got.process_percentage, got.estimated_remaining_time) == (100, 0)
        assert client.bucket(BUCKET).info().data_redundancy_type == "ZRS"
        with pytest.raises(ossc.ServerError, match="cannot be changed"):
            tasks.create("ZRS")
        other = client.create_bucket("other-bucket").redundancy_transitions.create()
        assert [task.task_id for task in tasks.list()] == [task_id]
        mine = {
            task.task_id: task.bucket for task in client.redundancy_transitions.list()
        }
        assert mine == {task_id: BUCKET, other: "other-bucket"}
        tasks.delete(task_id)
        for call in (tasks.get, tasks.delete):
            with pytest.raises(ossc.NoSuchConfiguration):
                call(task_id)


@pytest.mark.parametrize("signature", ["v4", "v1"])
def test_callbacks_by_name(server: ossc.mock.Server, signature: str) -> None:
    """They are kept beside the bucket's policy."""
    plain = base64.b64encode(b'{"callbackUrl":"http://127.0.0.1/"}').decode()
    names = base64.b64encode(b'{"x:a":"1"}').decode()
    value = BucketCallbackPolicy(
        items=[
            CallbackPolicyItem(policy_name="one", callback=plain),
            CallbackPolicyItem(policy_name="two", callback=plain, callback_var=names),
        ]
    )
    with make_client(server, signature=signature) as client:
        bucket = client.bucket(BUCKET)
        with pytest.raises(ossc.NoSuchConfiguration):
            bucket.callback_policy.get()
        bucket.callback_policy.put(value)
        assert bucket.callback_policy.get() == value
        with pytest.raises(ossc.NoSuchConfiguration):
            bucket.policy.get()
        bucket.callback_policy.delete()
        with pytest.raises(ossc.NoSuchConfiguration):
            bucket.callback_policy.get()
        for items in (
            [],
            [value.items[0], value.items[0]],
            [CallbackPolicyItem(policy_name="a", callback="no base64")],
            [CallbackPolicyItem(policy_name="a", callback="MQ==")],
        ):
            with pytest.raises(ossc.ServerError) as caught:
                bucket.callback_policy.put(BucketCallbackPolicy(items=items))
            assert caught.value.status == 400


@pytest.mark.parametrize("signature", ["v4", "v1"])
def test_hidden_headers(server: ossc.mock.Server, signature: str) -> None:
    """Answers to the named operations lack them."""
    value = BucketResponseHeader(
        rules=[
            ResponseHeaderRule(
                name="r",
                operations=["GetObject"],
                hide_headers=["Last-Modified", "x-oss-object-type"],
            )
        ]
    )
    with make_client(server, signature=signature) as client:
        bucket = client.bucket(BUCKET)
        bucket.put_object("k", b"1")
        assert "last-modified" in client.invoke("GET", bucket=BUCKET, key="k").headers
        bucket.response_header.put(value)
        assert bucket.response_header.get() == value
        headers = client.invoke("GET", bucket=BUCKET, key="k").headers
        assert not {"last-modified", "x-oss-object-type"} & set(headers)
        assert "etag" in headers
        assert bucket.head_object("k").last_modified
        bucket.response_header.delete()
        assert "last-modified" in client.invoke("GET", bucket=BUCKET, key="k").headers
        with pytest.raises(ossc.NoSuchConfiguration):
            bucket.response_header.get()

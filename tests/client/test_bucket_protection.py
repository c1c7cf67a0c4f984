"""What a bucket lets nobody do: overwrite, shorten retentions, hold more than so much."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc.settings import (
    BucketOverwriteConfig,
    BucketVersioning,
    ObjectWormConfiguration,
    OverwriteRule,
    StorageQuota,
)
from tests.conftest import BUCKET, make_client

ENABLED = BucketVersioning(status="Enabled")
NOW = datetime(2028, 2, 29, 12, tzinfo=timezone.utc)


def forbidding(*rules: OverwriteRule) -> BucketOverwriteConfig:
    """A configuration."""
    return BucketOverwriteConfig(rules=rules)


@pytest.mark.parametrize("signature", ["v4", "v1"])
def test_overwrite_rules(server: ossc.mock.Server, signature: str) -> None:
    """Put, got, deleted; a rule without a name gets one."""
    with make_client(server, signature=signature) as client:
        setting = client.bucket(BUCKET).overwrite_config
        with pytest.raises(ossc.NoSuchConfiguration) as caught:
            setting.get()
        assert caught.value.code == "NoSuchBucketOverwriteConfig"
        full = OverwriteRule(id="r", prefix="a/", suffix=".txt", principals=["1", "2*"])
        setting.put(forbidding(full, OverwriteRule(prefix="b/")))
        first, second = setting.get().rules
        assert first == full
        assert second.id
        assert second.replace(id=None) == OverwriteRule(prefix="b/")
        setting.put(setting.get())
        assert setting.get().rules == (first, second)
        setting.delete()
        setting.delete()
        with pytest.raises(ossc.NoSuchConfiguration):
            setting.get()


@pytest.mark.parametrize(
    "rules",
    [
        [],
        [OverwriteRule(action="allow")],
        [OverwriteRule(prefix="p" * 1024)],
        [OverwriteRule(suffix="s" * 1024)],
        [OverwriteRule(id="r"), OverwriteRule(id="r", prefix="a")],
        [OverwriteRule(prefix=str(number)) for number in range(101)],
    ],
    ids=["none", "action", "prefix", "suffix", "twice", "many"],
)
def test_bad_overwrite_rules(bucket: ossc.Bucket, rules: list[OverwriteRule]) -> None:
    """OSS takes no others than it knows, and not too many."""
    with pytest.raises(ossc.ServerError) as caught:
        bucket.overwrite_config.put(forbidding(*rules))
    assert (caught.value.status, caught.value.code) == (400, "MalformedXML")


def _multipart(bucket: ossc.Bucket, key: str) -> None:
    upload = bucket.init_multipart_upload(key)
    part = bucket.upload_part(key, upload, 1, b"2")
    bucket.complete_multipart_upload(key, upload, [part])


WRITES: dict[str, Callable[[ossc.Bucket, str], object]] = {
    "put": lambda bucket, key: bucket.put_object(key, b"2"),
    "copy": lambda bucket, key: bucket.copy_object("source", key),
    "multipart": _multipart,
    "symlink": lambda bucket, key: bucket.put_symlink(key, "source"),
    "metadata": lambda bucket, key: bucket.update_metadata(key, {"a": "b"}),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_what_is_forbidden(
    bucket: ossc.Bucket, write: Callable[[ossc.Bucket, str], object]
) -> None:
    """Any write over what is there, where all of a rule's conditions are true."""
    rule = OverwriteRule(prefix="logs/", suffix=".log")
    bucket.overwrite_config.put(forbidding(rule))
    bucket.put_object("source", b"source")
    for key in ("logs/a.log", "logs/a.txt", "other/a.log"):
        bucket.put_object(key, b"1")
    with pytest.raises(ossc.FileAlreadyExists):
        write(bucket, "logs/a.log")
    assert bucket.get_object("logs/a.log").data == b"1"
    write(bucket, "logs/a.txt")
    write(bucket, "other/a.log")
    bucket.delete_object("logs/a.log")
    bucket.put_object("logs/a.log", b"2")
    bucket.overwrite_config.delete()
    write(bucket, "logs/a.log")


def test_a_part_of_an_upload_that_lost(bucket: ossc.Bucket) -> None:
    """An object that came meanwhile is not overwritten by an upload's end."""
    bucket.overwrite_config.put(forbidding(OverwriteRule()))
    upload = bucket.init_multipart_upload("k")
    part = bucket.upload_part("k", upload, 1, b"2")
    bucket.put_object("k", b"1")
    with pytest.raises(ossc.FileAlreadyExists):
        bucket.complete_multipart_upload("k", upload, [part])
    assert bucket.get_object("k").data == b"1"


@pytest.mark.parametrize(
    ("principals", "forbidden"),
    [(["1"], True), (["2"], False), (["3", "1"], True), (["*"], True), (["1*"], True)],
)
def test_whom_a_rule_is_about(principals: list[str], *, forbidden: bool) -> None:
    """Accounts as they are, or by patterns."""
    keys = [ossc.mock.Credential("mine", "secret", account="1")]
    with ossc.mock.serve(buckets=[BUCKET], credentials=keys) as server:
        with make_client(server) as client:
            bucket = client.bucket(BUCKET)
            rule = OverwriteRule(principals=principals)
            bucket.overwrite_config.put(forbidding(rule))
            bucket.put_object("k", b"1")
            if forbidden:
                with pytest.raises(ossc.FileAlreadyExists):
                    bucket.put_object("k", b"2")
            else:
                bucket.put_object("k", b"2")


@pytest.mark.parametrize("status", ["Enabled", "Suspended"])
def test_rules_where_there_are_versions(bucket: ossc.Bucket, status: str) -> None:
    """Nothing gets lost there, and rules say nothing."""
    bucket.overwrite_config.put(forbidding(OverwriteRule()))
    bucket.put_object("k", b"1")
    bucket.versioning.put(BucketVersioning.from_xml(ENABLED.to_xml()))
    bucket.versioning.put(ENABLED.replace(status=status))
    bucket.put_object("k", b"2")
    assert bucket.get_object("k").data == b"2"


def test_quota(bucket: ossc.Bucket) -> None:
    """What is there is told, and never put."""
    quota = bucket.storage_quota
    with pytest.raises(ossc.NoSuchConfiguration) as caught:
        quota.get()
    assert caught.value.code == "NoSuchBucketStorageQuota"
    bucket.put_object("k", b"12345")
    quota.put(StorageQuota(storage_quota=2**40, mode="Strict"))
    found = quota.get()
    assert (found.storage_quota, found.mode, found.current_usage) == (
        2**40,
        "Strict",
        5,
    )
    quota.put(found.replace(mode="Warning", current_usage=99))
    assert quota.get() == found.replace(mode="Warning")
    for bad in (0, -1):
        with pytest.raises(ossc.ServerError) as refused:
            quota.put(StorageQuota(storage_quota=bad, mode="Strict"))
        assert refused.value.code == "MalformedXML"
    with pytest.raises(TypeError, match="StorageQuota"):
        quota.put(ENABLED)  # type: ignore[arg-type]
    quota.delete()
    with pytest.raises(ossc.NoSuchConfiguration):
        quota.get()


def test_object_worm_needs_versions(bucket: ossc.Bucket) -> None:
    """They are on before, and stay on; there are no appends any more."""
    setting = bucket.object_worm_configuration
    with pytest.raises(ossc.NoSuchConfiguration) as missing:
        setting.get()
    assert missing.value.code == "NoSuchBucketObjectWormConfiguration"
    with pytest.raises(ossc.ServerError, match="versioning is not enabled"):
        setting.put(ObjectWormConfiguration())
    bucket.versioning.put(ENABLED)
    setting.put(ObjectWormConfiguration())
    assert setting.get() == ObjectWormConfiguration()
    bucket.versioning.put(ENABLED)
    with pytest.raises(ossc.ServerError, match="keeps versions"):
        bucket.versioning.put(ENABLED.replace(status="Suspended"))
    with pytest.raises(ossc.ServerError, match="takes no appends"):
        bucket.append_object("log", b"x", 0)
    with pytest.raises(ossc.ServerError, match="retentions of their own"):
        bucket.worm.initiate(days=1)
    bucket.put_object("k", b"1")
    assert bucket.get_object_retention("k") is None


def test_object_worm_beside_the_buckets_own(bucket: ossc.Bucket) -> None:
    """A bucket has the one kind of retention or the other."""
    bucket.worm.initiate(days=1)
    bucket.versioning.put(ENABLED)
    with pytest.raises(ossc.ServerError, match="policy of its own"):
        bucket.object_worm_configuration.put(ObjectWormConfiguration())


@pytest.mark.parametrize(
    ("period", "until"),
    [
        ({"days": 3}, NOW + timedelta(days=3)),
        ({"years": 4}, NOW.replace(year=2032)),
        ({"years": 1}, datetime(2029, 3, 1, 12, tzinfo=timezone.utc)),
    ],
    ids=str,
)
def test_default_retention(period: dict[str, Any], until: datetime) -> None:
    """New objects have it unless something else is said; older ones do not."""
    with ossc.mock.serve(buckets=[BUCKET], clock=NOW) as server:
        with make_client(server) as client:
            bucket = client.bucket(BUCKET)
            bucket.versioning.put(ENABLED)
            bucket.put_object("old", b"1")
            bucket.object_worm_configuration.put(
                ObjectWormConfiguration(mode="COMPLIANCE", **period)
            )
            bucket.put_object("new", b"1")
            bucket.copy_object("old", "copied")
            upload = bucket.init_multipart_upload("parts")
            part = bucket.upload_part("parts", upload, 1, b"2")
            bucket.complete_multipart_upload("parts", upload, [part])
            for key in ("new", "copied", "parts"):
                found = bucket.get_object_retention(key)
                assert found == ossc.Retention("COMPLIANCE", until)
            own = NOW + timedelta(days=1)
            bucket.put_object("own", b"1", retain_until=own)
            found = bucket.get_object_retention("own")
            assert found == ossc.Retention("COMPLIANCE", own)
            assert bucket.get_object_retention("old") is None
            (version,) = bucket.list_object_versions("new")
            with pytest.raises(ossc.FileImmutable):
                bucket.delete_object("new", version_id=version.version_id)


@pytest.mark.parametrize(
    "wrong",
    [
        {"object_worm_enabled": "Disabled"},
        {"mode": "COMPLIANCE"},
        {"mode": "COMPLIANCE", "days": 1, "years": 1},
        {"mode": "NONE", "days": 1},
        {"days": 1},
        {"mode": "COMPLIANCE", "days": 36501},
        {"mode": "COMPLIANCE", "years": 101},
        {"mode": "GOVERNANCE", "days": 0},
    ],
    ids=str,
)
def test_bad_default_retentions(bucket: ossc.Bucket, wrong: dict[str, object]) -> None:
    """A mode, and days or years."""
    bucket.versioning.put(ENABLED)
    value = ObjectWormConfiguration(**wrong)  # type: ignore[arg-type]
    with pytest.raises(ossc.ServerError) as caught:
        bucket.object_worm_configuration.put(value)
    assert caught.value.code == "MalformedXML"

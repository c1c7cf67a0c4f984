"""Sealing appendable objects, and restoring archived ones."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

import ossc
import ossc.mock
from tests.conftest import BUCKET, make_client

DAY = 86_400


class Clock:
    """The server's clock, which a test moves."""

    def __init__(self) -> None:
        self.now = float(int(time.time()))

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


@pytest.fixture
def slow(clock: Clock) -> Iterator[ossc.Bucket]:
    """A bucket of a server that restores within an hour of its clock."""
    with (
        ossc.mock.serve(buckets=[BUCKET], clock=clock, restore_seconds=3600) as server,
        make_client(server) as client,
    ):
        yield client.bucket(BUCKET)


def test_a_sealed_object_stays_as_it_is(bucket: ossc.Bucket) -> None:
    """Its seal is told by heads and gets, and lets nothing be appended."""
    end = bucket.append_object("log", b"one", 0).next_position
    assert "x-oss-sealed-time" not in bucket.head_object("log").headers
    sealed = bucket.seal_append_object("log", end)
    again = bucket.seal_append_object("log", end)
    assert sealed.sealed_time == again.sealed_time
    assert abs(sealed.sealed_time - datetime.now(timezone.utc)) < timedelta(minutes=1)
    told = sealed.headers["x-oss-sealed-time"]
    assert bucket.head_object("log").headers["x-oss-sealed-time"] == told
    assert bucket.get_object("log").headers["x-oss-sealed-time"] == told
    with pytest.raises(ossc.ObjectNotAppendable) as caught:
        bucket.append_object("log", b"two", end)
    assert caught.value.ec == "0016-00000513"


def test_what_cannot_be_sealed(bucket: ossc.Bucket) -> None:
    """Another length, another type."""
    bucket.append_object("log", b"one", 0)
    with pytest.raises(ossc.PositionNotEqualToLength) as caught:
        bucket.seal_append_object("log", 2)
    assert caught.value.headers["x-oss-next-append-position"] == "3"
    bucket.put_object("k", b"one")
    with pytest.raises(ossc.ObjectNotAppendable):
        bucket.seal_append_object("k", 3)
    with pytest.raises(ossc.ParameterError):
        bucket.seal_append_object("log", -1)


def test_cold_objects_are_not_begun_by_appends(bucket: ossc.Bucket) -> None:
    """Only what is sealed can get as cold."""
    with pytest.raises(ossc.InvalidArgument) as caught:
        bucket.append_object("log", b"", 0, storage_class="ColdArchive")
    assert caught.value.ec == "0016-00000503"


def test_a_restore_is_seen_under_way_once(bucket: ossc.Bucket) -> None:
    """Without a time, it is done when one request has seen it."""
    bucket.put_object("k", b"data", storage_class="Archive")
    with pytest.raises(ossc.InvalidObjectState):
        bucket.get_object("k")
    state = bucket.get_restore_state("k")
    assert (state.is_readable, state.is_ongoing, state.expires) == (False, False, None)
    begun = bucket.restore_object("k", 2)
    assert (begun.is_restored, begun.priority) == (False, None)
    with pytest.raises(ossc.RestoreAlreadyInProgress):
        bucket.restore_object("k", 2)
    state = bucket.get_restore_state("k")
    assert state.is_readable
    assert state.storage_class == "Archive"
    assert bucket.get_object("k").data == b"data"
    assert bucket.restore_object("k", 5).is_restored
    later = bucket.get_restore_state("k")
    assert state.expires is not None
    assert later.expires is not None
    assert timedelta(days=2) < later.expires - state.expires < timedelta(days=4)


def test_a_head_sees_a_restore_under_way(bucket: ossc.Bucket) -> None:
    """The first of them does, the next finds it done."""
    bucket.put_object("k", b"data", storage_class="DeepColdArchive")
    begun = bucket.restore_object("k", tier="Expedited")
    assert begun.priority == "Expedited"
    first, then = bucket.get_restore_state("k"), bucket.get_restore_state("k")
    assert (first.is_ongoing, first.is_readable) == (True, False)
    assert (then.is_ongoing, then.is_readable) == (False, True)


def test_a_restore_takes_its_time_and_ends(slow: ossc.Bucket, clock: Clock) -> None:
    """For an hour it is under way, for a day the object can be read."""
    slow.put_object("k", b"data", storage_class="ColdArchive")
    assert slow.restore_object("k", 1).priority == "Standard"
    clock.now += 3599
    assert slow.get_restore_state("k").is_ongoing
    with pytest.raises(ossc.InvalidObjectState):
        slow.get_object("k")
    with pytest.raises(ossc.ServerError) as early:
        slow.clean_restored_object("k")
    assert (early.value.status, early.value.ec) == (409, "0016-00000719")
    clock.now += 1
    state = slow.get_restore_state("k")
    assert state.expires == datetime.fromtimestamp(clock.now + DAY, timezone.utc)
    assert slow.get_object("k").data == b"data"
    clock.now += DAY
    assert not slow.get_restore_state("k").is_readable
    with pytest.raises(ossc.InvalidObjectState):
        slow.get_object("k")


def test_a_restored_object_can_be_frozen_again(slow: ossc.Bucket, clock: Clock) -> None:
    """Once; then there is nothing to freeze."""
    slow.put_object("k", b"data", storage_class="ColdArchive")
    slow.restore_object("k", 300, tier="Bulk")
    clock.now += 3600
    assert slow.get_object("k").data == b"data"
    slow.clean_restored_object("k")
    with pytest.raises(ossc.InvalidObjectState):
        slow.get_object("k")
    with pytest.raises(ossc.ServerError) as caught:
        slow.clean_restored_object("k")
    assert caught.value.code == "ArchiveRestoreFileStale"


def test_a_restored_object_can_be_copied(bucket: ossc.Bucket) -> None:
    """An archived one cannot; the copy is not archived."""
    bucket.put_object("k", b"data", storage_class="Archive")
    with pytest.raises(ossc.InvalidObjectState):
        bucket.copy_object("k", "copy")
    bucket.restore_object("k")
    bucket.get_restore_state("k")
    bucket.copy_object("k", "copy")
    assert bucket.get_object("copy").data == b"data"


@pytest.mark.parametrize(
    ("storage_class", "days", "tier"),
    [
        ("Archive", 8, None),
        ("Archive", 1, "Bulk"),
        ("DeepColdArchive", 1, "Bulk"),
    ],
)
def test_wishes_that_a_class_does_not_grant(
    bucket: ossc.Bucket, storage_class: Any, days: int, tier: Any
) -> None:
    """OSS says which, and nothing begins."""
    bucket.put_object("k", b"data", storage_class=storage_class)
    with pytest.raises(ossc.ServerError) as caught:
        bucket.restore_object("k", days, tier=tier)
    assert caught.value.code == "MalformedXML"
    assert not bucket.get_restore_state("k").is_ongoing


def test_what_is_not_archived(bucket: ossc.Bucket) -> None:
    """It is readable as it is, and cannot be restored."""
    bucket.put_object("k", b"data", storage_class="IA")
    state = bucket.get_restore_state("k", version_id="null")
    assert (state.storage_class, state.is_readable) == ("IA", True)
    for verb in (bucket.restore_object, bucket.clean_restored_object):
        with pytest.raises(ossc.ServerError) as caught:
            verb("k")
        assert (caught.value.status, caught.value.code) == (
            400,
            "OperationNotSupported",
        )


@pytest.mark.parametrize(("days", "tier"), [(0, None), (366, None), (1, "Fast")])
def test_wishes_that_no_class_grants(
    bucket: ossc.Bucket, server: ossc.mock.Server, days: int, tier: Any
) -> None:
    """They are not sent."""
    with pytest.raises(ossc.ParameterError):
        bucket.restore_object("k", days, tier=tier)
    assert server.requests == []


def test_states_outlive_the_server(tmp_path: Any) -> None:
    """A folder keeps seals, restores and holds."""
    for first in (True, False):
        with (
            ossc.mock.serve(root=tmp_path, buckets=[BUCKET]) as server,
            make_client(server) as client,
        ):
            bucket = client.bucket(BUCKET)
            if first:
                bucket.append_object("log", b"one", 0)
                bucket.seal_append_object("log", 3)
                bucket.put_object("old", b"data", storage_class="Archive")
                bucket.restore_object("old")
                bucket.put_object("held", b"data", legal_hold=True)
                continue
            assert "x-oss-sealed-time" in bucket.head_object("log").headers
            assert bucket.get_restore_state("old").is_ongoing
            assert bucket.get_object_legal_hold("held")

"""The less usual operations on objects: oss2's answers beside ours.

The mock server is asked by both clients; what both make of an answer must agree.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator

import oss2
import oss2.models
import pytest

import ossc
from tests.client.test_object_process import IMAGE, Source, source

from . import oss2_client, strangers
from .strangers import LOGINS, REGION, Login, Server, Untyped

__all__ = ["source"]

server = pytest.fixture(strangers.run_server, scope="module", name="server")
login = pytest.fixture(params=LOGINS, ids=str, name="login")(strangers.give_login)
theirs = pytest.fixture(oss2_client.fresh_bucket, name="theirs")


@pytest.fixture(name="ours")
def make_ours(server: Server, login: Login, theirs: Untyped) -> Iterator[ossc.Bucket]:
    """Our own view of the same bucket, signed in the same way."""
    key_id, secret, token = login.keys(server)
    keys = ossc.Credentials(key_id, secret, token)
    with ossc.Client(
        server.endpoint,
        region=REGION,
        credentials=keys,
        signature="v1" if login.version == "v1" else "v4",
    ) as client:
        yield client.bucket(theirs.bucket_name)


def test_object_meta(theirs: Untyped, ours: ossc.Bucket) -> None:
    """Size, ETag and time; and whether it is there."""
    theirs.put_object("dir/k", b"data")
    result, meta = theirs.get_object_meta("dir/k"), ours.get_object_meta("dir/k")
    assert result.etag == meta.etag
    assert result.content_length == meta.size
    assert result.last_modified == meta.last_modified.timestamp()
    assert theirs.object_exists("dir/k") is ours.object_exists("dir/k") is True
    assert theirs.object_exists("no") is ours.object_exists("no") is False


def test_tagging_and_acl(theirs: Untyped, ours: ossc.Bucket) -> None:
    """What one sets the other reads."""
    theirs.put_object("k", b"data")
    rule = oss2.models.TaggingRule()
    rule.add("a b", "1/2")
    rule.add("c", "")
    theirs.put_object_tagging("k", oss2.models.Tagging(rule))
    assert ours.get_object_tagging("k").tags == {"a b": "1/2", "c": ""}
    ours.put_object_tagging("k", {"d": "e"})
    found = theirs.get_object_tagging("k").tag_set.tagging_rule
    assert found == {"d": "e"}
    theirs.put_object_acl("k", oss2.OBJECT_ACL_PUBLIC_READ)
    assert ours.get_object_acl("k").acl == "public-read"
    ours.put_object_acl("k", "private")
    assert theirs.get_object_acl("k").acl == "private"


def test_symlinks(theirs: Untyped, ours: ossc.Bucket) -> None:
    """Targets are encoded and decoded alike."""
    theirs.put_object("a b/é+", b"data")
    theirs.put_symlink("a b/é+", "link")
    assert ours.get_symlink("link").target == "a b/é+"
    ours.put_symlink("link2", "a b/é+")
    assert theirs.get_symlink("link2").target_key == "a b/é+"
    assert theirs.get_object("link2").read() == b"data"


def test_restore(theirs: Untyped, ours: ossc.Bucket) -> None:
    """202, then 409, then 200, whoever asks."""
    theirs.put_object("k", b"data", headers={"x-oss-storage-class": "Archive"})
    with pytest.raises(oss2.exceptions.ServerError) as frozen:
        theirs.get_object("k")
    assert (frozen.value.status, frozen.value.code) == (403, "InvalidObjectState")
    assert theirs.restore_object("k").status == 202
    with pytest.raises(ossc.RestoreAlreadyInProgress):
        ours.restore_object("k")
    assert theirs.restore_object("k").status == 200
    assert ours.restore_object("k").is_restored
    assert theirs.get_object("k").read() == b"data"
    theirs.put_object("cold", b"data", headers={"x-oss-storage-class": "ColdArchive"})
    job = oss2.models.RestoreJobParameters("Bulk")
    asked = oss2.models.RestoreConfiguration(days=2, job_parameters=job)
    result = theirs.restore_object("cold", input=asked)
    assert result.status == 202
    assert result.headers["x-oss-object-restore-priority"] == "Bulk"
    head = theirs.head_object("cold")
    assert head.headers["x-oss-restore"] == 'ongoing-request="true"'
    assert ours.get_restore_state("cold").is_readable


def test_metadata(theirs: Untyped, ours: ossc.Bucket) -> None:
    """Theirs replaces all of it, ours keeps what is not given."""
    theirs.put_object("k", b"data", headers={"x-oss-meta-a": "1"})
    ours.update_metadata("k", {"b": "2"})
    head = theirs.head_object("k")
    assert head.headers["x-oss-meta-a"] == "1"
    assert head.headers["x-oss-meta-b"] == "2"
    theirs.update_object_meta("k", {"x-oss-meta-c": "3"})
    assert ours.head_object("k").metadata == {"c": "3"}


def test_process(theirs: Untyped, ours: ossc.Bucket) -> None:
    """The same answers, and the same objects behind them."""
    theirs.put_object("k", IMAGE)
    names = [
        base64.urlsafe_b64encode(n).decode() for n in (b"copy", ours.name.encode())
    ]
    process = "image/format,src|sys/saveas,o_{},b_{}".format(*names)
    result = theirs.process_object("k", process)
    saved = ours.process_object("k", "image/format,src", save_as="copy2")
    assert (result.bucket, result.object, result.process_status) == (
        saved.bucket,
        "copy",
        saved.status,
    )
    assert (
        theirs.get_object("copy").read() == theirs.get_object("copy2").read() == IMAGE
    )
    begun = theirs.async_process_object("k", process)
    assert begun.task_id
    assert begun.event_id
    assert begun.async_request_id == begun.request_id
    info = theirs.get_object("k", process="image/info").read()
    assert info == ours.get_object("k", process="image/info").data


def test_fetch_tasks(theirs: Untyped, ours: ossc.Bucket, source: Source) -> None:
    """A task of either is seen by both in all its fields."""
    config = oss2.models.AsyncFetchTaskConfiguration(
        source.url, "k&", host="example.com", ignore_same_key=False
    )
    task_id = theirs.put_async_fetch_task(config).task_id
    result, mine = (
        theirs.get_async_fetch_task(task_id),
        ours.get_async_fetch_task(task_id),
    )
    assert result.task_id == mine.task_id == task_id
    assert result.task_state == mine.state == "Running"
    said = result.task_config
    assert (said.url, said.object_name, said.host) == (mine.url, mine.key, mine.host)
    assert said.ignore_same_key is mine.ignore_same_key is False
    source.may_answer.set()
    until = time.monotonic() + 10
    while theirs.get_async_fetch_task(task_id).task_state == "Running":
        assert time.monotonic() < until
    assert ours.get_async_fetch_task(task_id).state == "Success"
    assert theirs.get_object("k&").read() == b"/dir/file?a=b"
    own = ours.put_async_fetch_task("k2", source.url)
    assert theirs.get_async_fetch_task(own).task_config.object_name == "k2"

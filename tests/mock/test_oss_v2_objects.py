"""The less usual operations on objects: alibabacloud-oss-v2's answers beside ours.

The mock server is asked by both clients; what both make of an answer must agree, field by
field, and so must the requests in what counts.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING
from urllib.parse import quote

import alibabacloud_oss_v2 as oss
import pytest

import ossc
from tests.client.test_object_process import IMAGE

from . import oss_v2_client, strangers
from .oss_v2_client import WORKING_LOGINS, read, service_error
from .strangers import REGION, Login, Server, Untyped

if TYPE_CHECKING:
    from collections.abc import Callable

server = pytest.fixture(strangers.run_server, scope="module", name="server")
login = pytest.fixture(params=WORKING_LOGINS, ids=str, name="login")(
    strangers.give_login
)
bucket = pytest.fixture(oss_v2_client.fresh_bucket, name="bucket")


@pytest.fixture(name="theirs")
def make_client(server: Server, login: Login) -> Untyped:
    """The SDK's client for a login."""
    return oss_v2_client.make_client(server, login)


@pytest.fixture(name="v4")
def make_v4_client(server: Server) -> Untyped:
    """The SDK's client with V4, for what V1 has no agreed sub-resource for."""
    return oss_v2_client.make_client(server, Login("v4"))


@pytest.fixture(name="ours")
def make_ours(server: Server, bucket: str) -> Iterator[ossc.Bucket]:
    """Our own view of the same bucket."""
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    with ossc.Client(server.endpoint, region=REGION, credentials=keys) as client:
        yield client.bucket(bucket)


def put(theirs: Untyped, bucket: str, key: str, body: bytes, **options: object) -> None:
    """Put an object by the SDK."""
    theirs.put_object(
        oss.PutObjectRequest(bucket=bucket, key=key, body=body, **options)
    )


def test_object_meta(theirs: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Size, ETag and time."""
    put(theirs, bucket, "dir/k", b"data")
    result = theirs.get_object_meta(
        oss.GetObjectMetaRequest(bucket=bucket, key="dir/k")
    )
    meta = ours.get_object_meta("dir/k")
    assert result.etag == f'"{meta.etag}"'
    assert result.content_length == meta.size == 4
    assert result.last_modified == meta.last_modified
    assert result.version_id is meta.version_id is None
    assert result.hash_crc64 is meta.crc64 is None
    assert (
        theirs.is_object_exist(bucket, "dir/k") is ours.object_exists("dir/k") is True
    )
    assert theirs.is_object_exist(bucket, "no") is ours.object_exists("no") is False


def test_tagging(theirs: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """What one sets the other reads."""
    put(theirs, bucket, "k", b"data")
    tags = {"a": "1", "b c": "x/y", "e": ""}
    tag_set = oss.TagSet(tags=[oss.Tag(key=k, value=v) for k, v in tags.items()])
    theirs.put_object_tagging(
        oss.PutObjectTaggingRequest(
            bucket=bucket, key="k", tagging=oss.Tagging(tag_set=tag_set)
        )
    )
    assert ours.get_object_tagging("k").tags == tags
    ours.put_object_tagging("k", {"ü": "2"})
    request = oss.GetObjectTaggingRequest(bucket=bucket, key="k")
    (found,) = theirs.get_object_tagging(request).tag_set.tags
    assert (found.key, found.value) == ("ü", "2")
    theirs.delete_object_tagging(oss.DeleteObjectTaggingRequest(bucket=bucket, key="k"))
    assert ours.get_object_tagging("k").tags == {}


def test_acl(theirs: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Rule and owner."""
    put(theirs, bucket, "k", b"data")
    theirs.put_object_acl(
        oss.PutObjectAclRequest(bucket=bucket, key="k", acl="public-read")
    )
    result = theirs.get_object_acl(oss.GetObjectAclRequest(bucket=bucket, key="k"))
    found = ours.get_object_acl("k")
    assert result.acl == found.acl == "public-read"
    assert result.owner.id == found.owner_id
    assert result.owner.display_name == found.owner_name
    ours.put_object_acl("k", "default")
    result = theirs.get_object_acl(oss.GetObjectAclRequest(bucket=bucket, key="k"))
    assert result.acl == "default"


def test_symlink(theirs: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """The target as it is on the wire, which we decode."""
    put(theirs, bucket, "a b/é", b"data")
    ours.put_symlink("link", "a b/é", metadata={"x": "1"})
    result = theirs.get_symlink(oss.GetSymlinkRequest(bucket=bucket, key="link"))
    found = ours.get_symlink("link")
    assert result.target == "a%20b%2F%C3%A9"
    assert found.target == "a b/é"
    assert result.etag == f'"{found.etag}"'
    assert result.metadata == found.metadata == {"x": "1"}
    got = theirs.get_object(oss.GetObjectRequest(bucket=bucket, key="link"))
    assert read(got) == b"data"
    theirs.put_symlink(
        oss.PutSymlinkRequest(
            bucket=bucket, key="link2", symlink_target=quote("a b/é", safe="")
        )
    )
    assert ours.get_symlink("link2").target == "a b/é"


def test_restore(theirs: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Each step is what both see, up to the header of a HEAD."""
    put(theirs, bucket, "k", b"data", storage_class="ColdArchive")
    job = oss.JobParameters(tier="Bulk")
    request = oss.RestoreObjectRequest(
        bucket=bucket,
        key="k",
        restore_request=oss.RestoreRequest(days=2, job_parameters=job),
    )
    result = theirs.restore_object(request)
    assert (result.status_code, result.restore_priority) == (202, "Bulk")
    head = theirs.head_object(oss.HeadObjectRequest(bucket=bucket, key="k"))
    assert head.restore == 'ongoing-request="true"'
    head = theirs.head_object(oss.HeadObjectRequest(bucket=bucket, key="k"))
    state = ours.get_restore_state("k")
    assert state.is_readable
    assert state.expires is not None
    expiry = f'expiry-date="{state.expires:%a, %d %b %Y %H:%M:%S} GMT"'
    assert head.restore == f'ongoing-request="false", {expiry}'
    again = ours.restore_object("k", 2, tier="Bulk")
    result = theirs.restore_object(request)
    assert (result.status_code, result.restore_priority) == (200, again.priority)


def test_refused_restores(theirs: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Codes, statuses and fine codes are the same."""
    put(theirs, bucket, "k", b"data")
    put(theirs, bucket, "old", b"data", storage_class="Archive")

    def both(call: Callable[[], object], own: Callable[[], object]) -> str:
        error = service_error(call)
        with pytest.raises(ossc.ServerError) as caught:
            own()
        mine = caught.value
        assert (error.status_code, error.code, error.message) == (
            mine.status,
            mine.code,
            mine.message,
        )
        assert (error.ec or None) == mine.ec
        return str(error.code)

    def restore(key: str) -> Callable[[], object]:
        request = oss.RestoreObjectRequest(bucket=bucket, key=key)
        return lambda: theirs.restore_object(request)

    code = both(restore("k"), lambda: ours.restore_object("k"))
    assert code == "OperationNotSupported"
    assert both(restore("no"), lambda: ours.restore_object("no")) == "NoSuchKey"
    get = oss.GetObjectRequest(bucket=bucket, key="old")
    code = both(lambda: theirs.get_object(get), lambda: ours.get_object("old"))
    assert code == "InvalidObjectState"


def test_clean_restored(v4: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Frozen again by one, for both."""
    put(v4, bucket, "k", b"data", storage_class="ColdArchive")
    ours.restore_object("k")
    ours.get_restore_state("k")
    request = oss.CleanRestoredObjectRequest(bucket=bucket, key="k")
    assert v4.clean_restored_object(request).status_code == 200
    error = service_error(lambda: v4.clean_restored_object(request))
    with pytest.raises(ossc.ServerError) as caught:
        ours.clean_restored_object("k")
    assert error.code == caught.value.code == "ArchiveRestoreFileStale"
    assert error.ec == caught.value.ec == "0016-00000718"


def test_seal(v4: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """The time of the first seal."""
    ours.append_object("k", b"data", 0)
    request = oss.SealAppendObjectRequest(bucket=bucket, key="k", position=4)
    result = v4.seal_append_object(request)
    mine = ours.seal_append_object("k", 4)
    assert result.sealed_time == f"{mine.sealed_time:%a, %d %b %Y %H:%M:%S} GMT"
    head = v4.head_object(oss.HeadObjectRequest(bucket=bucket, key="k"))
    assert head.sealed_time == result.sealed_time


def test_retention(v4: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Mode and time, set by one and read by the other."""
    put(v4, bucket, "k", b"data")
    until = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(hours=1)
    text = f"{until:%Y-%m-%dT%H:%M:%S}.000Z"
    v4.put_object_retention(
        oss.PutObjectRetentionRequest(
            bucket=bucket,
            key="k",
            retention=oss.Retention(mode="GOVERNANCE", retain_until_date=text),
        )
    )
    assert ours.get_object_retention("k") == ossc.Retention("GOVERNANCE", until)
    ours.put_object_retention("k", until)
    request = oss.GetObjectRetentionRequest(bucket=bucket, key="k")
    found = v4.get_object_retention(request).retention
    assert (found.mode, found.retain_until_date) == ("COMPLIANCE", text)
    head = v4.head_object(oss.HeadObjectRequest(bucket=bucket, key="k"))
    assert head.object_worm_mode == "COMPLIANCE"
    assert head.object_worm_retain_until_date == text
    delete = oss.DeleteObjectRequest(bucket=bucket, key="k")
    error = service_error(lambda: v4.delete_object(delete))
    assert (error.status_code, error.code) == (409, "FileImmutable")


def test_legal_hold(v4: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """On and off."""
    put(v4, bucket, "k", b"data", object_worm_legal_hold="ON")
    assert ours.get_object_legal_hold("k")
    request = oss.GetObjectLegalHoldRequest(bucket=bucket, key="k")
    assert v4.get_object_legal_hold(request).legal_hold.status == "ON"
    ours.put_object_legal_hold("k", on=False)
    assert v4.get_object_legal_hold(request).legal_hold.status == "OFF"
    v4.put_object_legal_hold(
        oss.PutObjectLegalHoldRequest(
            bucket=bucket, key="k", legal_hold=oss.LegalHold(status="ON")
        )
    )
    assert ours.get_object_legal_hold("k")


def test_process(v4: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """The same answer, and the same object behind it."""
    put(v4, bucket, "k", IMAGE)
    process = "image/format,src|sys/saveas,o_Y29weQ,b_" + base64url(bucket)
    request = oss.ProcessObjectRequest(bucket=bucket, key="k", process=process)
    result = v4.process_object(request)
    saved = ours.process_object("k", "image/format,src", save_as="copy")
    assert (result.bucket, result.key) == (saved.bucket, saved.key) == (bucket, "copy")
    assert (result.file_size, result.process_status) == (saved.size, saved.status)
    get = oss.GetObjectRequest(bucket=bucket, key="k", process="image/info")
    info = json.loads(read(v4.get_object(get)))
    assert info == json.loads(ours.get_object("k", process="image/info").data)
    begin = oss.AsyncProcessObjectRequest(bucket=bucket, key="k", process=process)
    begun = v4.async_process_object(begin)
    assert begun.event_id
    assert begun.task_id
    assert begun.process_request_id == begun.request_id


def base64url(text: str) -> str:
    """As names stand in `sys/saveas`."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def test_a_copy_onto_itself(theirs: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """What our change in place leaves, they see."""
    put(
        theirs,
        bucket,
        "k",
        b"data",
        metadata={"a": "1"},
        content_type="text/css",
        storage_class="IA",
        acl="private",
        tagging="t=1",
    )
    ours.update_metadata("k", {"b": "2"}, cache_control="no-cache")
    head = theirs.head_object(oss.HeadObjectRequest(bucket=bucket, key="k"))
    assert head.metadata == {"a": "1", "b": "2"}
    assert (head.content_type, head.cache_control) == ("text/css", "no-cache")
    assert (head.storage_class, head.tagging_count) == ("IA", 1)
    acl = theirs.get_object_acl(oss.GetObjectAclRequest(bucket=bucket, key="k"))
    assert acl.acl == "private"

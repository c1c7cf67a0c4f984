"""Creating, deleting and listing buckets through the wrapper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc import _buckets
from ossc.mock import Credential

STRANGER = Credential("stranger", "other-secret", account="2000000000000002")


@pytest.fixture
def server() -> Iterator[ossc.mock.Server]:
    """A server without buckets that knows two accounts."""
    with ossc.mock.serve(credentials=[Credential("owner", "secret"), STRANGER]) as made:
        yield made


@pytest.fixture
def stranger(server: ossc.mock.Server) -> Iterator[ossc.Client]:
    """A client of the other account."""
    with ossc.Client(
        server.endpoint,
        region=server.region,
        credentials=ossc.Credentials("stranger", "other-secret"),
    ) as made:
        yield made


def names(client: ossc.Client, prefix: str = "") -> list[str]:
    """The names of the caller's buckets."""
    return [summary.name for summary in client.list_buckets(prefix)]


def test_create_use_delete(client: ossc.Client) -> None:
    """A new bucket is there, works and can go."""
    bucket = client.create_bucket("new-bucket")
    assert bucket.name == "new-bucket"
    bucket.put_object("k", b"data")
    assert bucket.get_object("k").data == b"data"
    bucket.delete_object("k")
    client.delete_bucket("new-bucket")
    assert names(client) == []


def test_what_a_summary_says(client: ossc.Client, server: ossc.mock.Server) -> None:
    """Name, region, endpoints, class and an aware time."""
    client.create_bucket("cold", storage_class="Archive")
    client.create_bucket("warm")
    cold, warm = client.list_buckets()
    assert (cold.name, warm.name) == ("cold", "warm")
    assert (cold.storage_class, warm.storage_class) == ("Archive", "Standard")
    assert warm.region == server.region
    assert warm.location == f"oss-{server.region}"
    assert warm.extranet_endpoint == f"oss-{server.region}.aliyuncs.com"
    assert warm.intranet_endpoint == f"oss-{server.region}-internal.aliyuncs.com"
    age = datetime.now(timezone.utc) - warm.creation_date
    assert abs(age.total_seconds()) < 60


def test_one_may_create_a_bucket_again(client: ossc.Client) -> None:
    """One's own bucket is no error, unless its class would have to change."""
    client.create_bucket("mine", storage_class="IA")
    client.create_bucket("mine", storage_class="IA")
    with pytest.raises(ossc.BucketAlreadyExists):
        client.create_bucket("mine", storage_class="Standard")
    assert names(client) == ["mine"]


def test_a_strangers_bucket(client: ossc.Client, stranger: ossc.Client) -> None:
    """Its name is taken, its content is closed, and it is not listed."""
    client.create_bucket("mine").put_object("k", b"data")
    with pytest.raises(ossc.BucketAlreadyExists) as caught:
        stranger.create_bucket("mine")
    assert isinstance(caught.value, FileExistsError)
    assert (caught.value.operation, caught.value.bucket) == ("PutBucket", "mine")
    with pytest.raises(ossc.AccessDenied):
        stranger.bucket("mine").get_object("k")
    with pytest.raises(ossc.AccessDenied):
        list(stranger.bucket("mine").list_objects())
    with pytest.raises(ossc.AccessDenied):
        stranger.delete_bucket("mine")
    assert names(stranger) == []


def test_public_buckets_are_open(client: ossc.Client, stranger: ossc.Client) -> None:
    """The access rule that a bucket is created with, and changed to, holds."""
    client.create_bucket("open", acl="public-read").put_object("k", b"data")
    assert stranger.bucket("open").get_object("k").data == b"data"
    with pytest.raises(ossc.AccessDenied):
        stranger.bucket("open").put_object("k", b"mine")
    client.create_bucket("open", acl="public-read-write")
    stranger.bucket("open").put_object("k", b"changed")
    client.create_bucket("open", acl="private")
    with pytest.raises(ossc.AccessDenied):
        stranger.bucket("open").get_object("k")


def test_anonymous_clients_read_public_buckets(
    client: ossc.Client, server: ossc.mock.Server
) -> None:
    """Without credentials only what is public can be had."""
    client.create_bucket("open", acl="public-read").put_object("k", b"data")
    client.create_bucket("closed").put_object("k", b"data")
    with ossc.Client(server.endpoint, credentials=ossc.ANONYMOUS) as anonymous:
        assert anonymous.bucket("open").get_object("k").data == b"data"
        assert [o.key for o in anonymous.bucket("open").list_objects()] == ["k"]
        with pytest.raises(ossc.AccessDenied):
            anonymous.bucket("closed").get_object("k")
        with pytest.raises(ossc.AccessDenied):
            list(anonymous.list_buckets())
    assert "authorization" not in dict(server.requests[-1].headers)


def test_options_that_oss_refuses(client: ossc.Client) -> None:
    """An unknown class or rule is the service's to refuse."""
    unknown: Any = "unknown"
    for options in ({"acl": unknown}, {"storage_class": unknown}):
        with pytest.raises(ossc.InvalidArgument):
            client.create_bucket("bad-options", **options)
    assert names(client) == []


@pytest.mark.parametrize(
    "name",
    ["", "ab", "a" * 64, "Upper", "under_score", "-a-", "a.b", "é-bucket", "a b"],
)
def test_names_that_no_bucket_has(
    client: ossc.Client, server: ossc.mock.Server, name: str
) -> None:
    """They are refused in words before anything is sent."""
    for call in (client.bucket, client.create_bucket, client.delete_bucket):
        with pytest.raises(ossc.ParameterError, match="3 to 63"):
            call(name)
    assert server.requests == []


def test_only_empty_buckets_can_be_deleted(client: ossc.Client) -> None:
    """Objects and open uploads keep a bucket; without them it goes."""
    bucket = client.create_bucket("full")
    bucket.put_object("k", b"")
    with pytest.raises(ossc.BucketNotEmpty) as caught:
        client.delete_bucket("full")
    assert (caught.value.operation, caught.value.status) == ("DeleteBucket", 409)
    bucket.delete_object("k")
    upload = bucket.init_multipart_upload("k")
    with pytest.raises(ossc.BucketNotEmpty):
        client.delete_bucket("full")
    bucket.abort_multipart_upload("k", upload)
    client.delete_bucket("full")
    with pytest.raises(ossc.NoSuchBucket) as missing:
        client.delete_bucket("full")
    assert isinstance(missing.value, FileNotFoundError)


@pytest.mark.parametrize("page", [1, 2, 3, 6, 7, 8])
def test_list_buckets_goes_through_all_pages(
    client: ossc.Client,
    server: ossc.mock.Server,
    monkeypatch: pytest.MonkeyPatch,
    page: int,
) -> None:
    """However many pages there are, each bucket is listed once, in order."""
    monkeypatch.setattr(_buckets, "_PAGE", str(page))
    made = ["a-1", "a-2", "a-3", "b-1", "b-2", "c-1", "c-2"]
    for name in made:
        server.create_bucket(name)
    assert names(client) == made
    assert len(server.requests) == -(-len(made) // page)
    assert names(client, "b-") == ["b-1", "b-2"]
    assert names(client, "nothing") == []


def test_listing_waits_for_the_first_entry(
    client: ossc.Client, server: ossc.mock.Server
) -> None:
    """Nothing is asked before."""
    server.create_bucket("abc")
    entries = client.list_buckets()
    assert server.requests == []
    assert next(entries).name == "abc"

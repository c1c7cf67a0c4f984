"""Agentic buckets, their spaces, and what the ones give to the others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc.mock import Credential
from ossc.settings import (
    AgenticBucket,
    AgenticBuckets,
    BucketEncryption,
    BucketVersioning,
    PublicAccessBlock,
    StorageQuota,
)
from tests.conftest import BUCKET, make_client

ACCOUNT, OTHER = "1000000000000001", "2000000000000002"


@pytest.fixture
def server() -> Iterator[ossc.mock.Server]:
    """A server that knows two accounts."""
    keys = [
        Credential("owner", "secret"),
        Credential("stranger", "other-secret", account=OTHER),
    ]
    with ossc.mock.serve(buckets=[BUCKET], credentials=keys) as made:
        yield made


@pytest.fixture(name="agentic")
def make_agentic(client: ossc.Client) -> AgenticBuckets:
    """The agentic buckets of the account, of which there are none."""
    return client.agentic_buckets(ACCOUNT)


def new(agentic: AgenticBuckets, prefix: str, **options: Any) -> AgenticBucket:
    """An agentic bucket that was just made."""
    agentic.create(prefix, **options)
    return agentic.bucket(prefix)


def test_names(agentic: AgenticBuckets, server: ossc.mock.Server) -> None:
    """They are made of a prefix, the account and the region."""
    assert agentic.full_name("a-b") == f"a-b-{ACCOUNT}-cn-hangzhou-ab-apsr"
    assert agentic.space_name("a-b") == f"a-b-{ACCOUNT}-cn-hangzhou-bs-apsr"
    assert agentic.bucket("abc").name == agentic.full_name("abc")
    assert agentic.space("abc").name == agentic.space_name("abc")
    assert repr(agentic) == f"<AgenticBuckets of {ACCOUNT!r}>"
    assert "AgenticBucketAcl" in repr(agentic.bucket("abc").acl)
    for prefix in ("", "A", "x" * 60, "a b"):
        with pytest.raises(ossc.ParameterError):
            agentic.create(prefix)
    wrong: Any = "Sleeping"
    with pytest.raises(ossc.ParameterError, match="status"):
        agentic.bucket("abc").set_status(wrong)
    assert server.requests == []


def test_a_client_without_a_region(server: ossc.mock.Server) -> None:
    """It cannot tell the names."""
    keys = ossc.Credentials("owner", "secret")
    with ossc.Client(server.endpoint, credentials=keys, signature="v1") as client:
        with pytest.raises(ossc.ParameterError, match="region"):
            client.agentic_buckets(ACCOUNT).bucket("abc")
        with pytest.raises(ossc.ParameterError, match="account_id"):
            client.agentic_buckets("")


def test_an_agentic_bucket(agentic: AgenticBuckets) -> None:
    """Made, disabled, deleted."""
    made = new(agentic, "agents")
    info = made.info()
    assert (info.name, info.owner, info.region) == (made.name, ACCOUNT, "cn-hangzhou")
    assert (info.storage_class, info.data_redundancy_type) == ("Standard", "LRS")
    assert (info.status, info.acl, info.public_access_block) == (
        "Enabled",
        "private",
        True,
    )
    assert (info.versioning, info.sse_algorithm, info.bucket_policy) == (None,) * 3
    with pytest.raises(ossc.BucketAlreadyExists):
        agentic.create("agents")
    with pytest.raises(ossc.ServerError) as caught:
        agentic.delete("agents")
    assert (caught.value.status, caught.value.code) == (409, "AgenticBucketNotDisabled")
    made.set_status("Disabled")
    assert made.info().status == "Disabled"
    agentic.delete("agents")
    for call in (
        made.info,
        made.acl.get,
        lambda: made.set_status("Enabled"),
        lambda: agentic.delete("agents"),
        lambda: list(made.spaces()),
        lambda: made.create_space("notes"),
    ):
        with pytest.raises(ossc.NoSuchBucket) as missing:
            call()
        assert missing.value.code == "AgenticBucketNotFound"


def test_it_is_no_bucket(client: ossc.Client, agentic: AgenticBuckets) -> None:
    """It holds no objects, and is not among the buckets."""
    made = new(agentic, "agents", storage_class="IA", data_redundancy="ZRS")
    assert (made.info().storage_class, made.info().data_redundancy_type) == (
        "IA",
        "ZRS",
    )
    assert [each.name for each in client.list_buckets()] == [BUCKET]
    with pytest.raises(ossc.NoSuchBucket):
        client.bucket(made.name).put_object("k", b"x")
    for name in (made.name, agentic.space_name("notes")):
        with pytest.raises(ossc.ServerError) as caught:
            client.create_bucket(name)
        assert caught.value.code == "InvalidBucketName"
    wrong: Any = "Archived"
    with pytest.raises(ossc.ServerError):
        agentic.create("others", storage_class=wrong)


def test_lists(client: ossc.Client, agentic: AgenticBuckets) -> None:
    """Taken up again, and at most ten."""
    prefixes = [f"agents{number}" for number in range(10)]
    for prefix in prefixes:
        agentic.create(prefix)
    with pytest.raises(ossc.ServerError) as caught:
        agentic.create("one-more")
    assert caught.value.code == "TooManyBuckets"
    listed = agentic.list()
    first = next(listed)
    names = [first.name, *(each.name for each in agentic.list(resume=listed.token))]
    assert names == [agentic.full_name(prefix) for prefix in prefixes]
    assert first.create_time is not None
    assert first.storage_class == "Standard"
    assert client.agentic_buckets(OTHER).full_name("agents0") not in names


def test_spaces(client: ossc.Client, agentic: AgenticBuckets) -> None:
    """Ordinary buckets, which say whose they are."""
    agents = new(agentic, "agents", storage_class="IA")
    notes = agents.create_space("notes")
    notes.put_object("todo.txt", b"sleep")
    assert agentic.space("notes").get_object("todo.txt").data == b"sleep"
    info = notes.info()
    assert (info.agentic_bucket_name, info.storage_class) == (agents.name, "IA")
    assert client.bucket(BUCKET).info().agentic_bucket_name is None
    for prefix in ("news", "plans"):
        agents.create_space(prefix)
    listed = agents.spaces()
    first = next(listed)
    assert first.name == agentic.space_name("news")
    assert (first.location, first.storage_class) == ("oss-cn-hangzhou", "IA")
    assert first.creation_date is not None
    rest = agents.spaces(resume=listed.token)
    assert [each.name for each in rest] == [
        agentic.space_name("notes"),
        agentic.space_name("plans"),
    ]
    assert [each.name for each in agents.spaces("pl")] == [agentic.space_name("plans")]
    agents.set_status("Disabled")
    with pytest.raises(ossc.ServerError) as caught:
        agents.create_space("late")
    assert caught.value.status == 409
    with pytest.raises(ossc.ServerError) as full:
        agentic.delete("agents")
    assert (full.value.status, full.value.code) == (409, "AgenticBucketNotEmpty")
    notes.delete_object("todo.txt")
    for prefix in ("notes", "news", "plans"):
        client.delete_bucket(agentic.space_name(prefix))
    agentic.delete("agents")


def policy_for(name: str, principal: str = OTHER) -> dict[str, Any]:
    """A policy that lets somebody read."""
    statement = {
        "Effect": "Allow",
        "Principal": [principal],
        "Action": ["oss:GetObject"],
        "Resource": [f"acs:oss:*:*:{name}/public/*"],
    }
    return {"Version": "1", "Statement": [statement]}


def test_spaces_get_what_the_agentic_bucket_says(
    agentic: AgenticBuckets, server: ossc.mock.Server
) -> None:
    """What it says when they are made; later changes are for later ones."""
    agents = new(agentic, "agents")
    before = agents.create_space("before")
    agents.public_access_block.put(PublicAccessBlock(block_public_access=False))
    agents.acl.put("public-read")
    agents.encryption.put(BucketEncryption(sse_algorithm="AES256"))
    agents.versioning.put(BucketVersioning(status="Enabled"))
    agents.policy.put(policy_for(agents.name))
    agents.storage_quota.put(StorageQuota(storage_quota=1000, mode="Warning"))
    after = agents.create_space("after")
    assert before.acl.get().grant == "private"
    assert before.public_access_block.get().block_public_access
    assert before.versioning.get().status is None
    assert after.acl.get().grant == "public-read"
    assert not after.public_access_block.get().block_public_access
    assert after.encryption.get().sse_algorithm == "AES256"
    assert after.versioning.get().status == "Enabled"
    assert after.policy.get() == policy_for(after.name)
    after.put_object("public/k", b"x", acl="private")
    keys = ossc.Credentials("stranger", "other-secret")
    with make_client(server, credentials=keys) as stranger:
        assert stranger.bucket(after.name).get_object("public/k").data == b"x"
    # A space is changed like any bucket, and that does not change the others.
    after.versioning.put(BucketVersioning(status="Suspended"))
    assert agents.versioning.get().status == "Enabled"


def test_quotas_of_spaces(agentic: AgenticBuckets) -> None:
    """What the agentic bucket says when a space is made is what the space holds."""
    agents = new(agentic, "agents")
    before = agents.create_space("before")
    agents.storage_quota.put(StorageQuota(storage_quota=3, mode="Strict"))
    after = agents.create_space("after")
    agents.storage_quota.delete()
    before.put_object("k", b"1234")
    after.put_object("k", b"123")
    with pytest.raises(ossc.ServerError, match="QuotaExceeded"):
        after.put_object("k", b"1234")


def test_settings(agentic: AgenticBuckets) -> None:
    """What there is none of, what is refused, what is deleted."""
    agents = new(agentic, "agents")
    for setting in (agents.encryption, agents.policy):
        with pytest.raises(ossc.NoSuchConfiguration):
            setting.get()
        setting.delete()
    assert agents.versioning.get().status is None
    assert agents.public_access_block.get().block_public_access
    with pytest.raises(ossc.AccessDenied):
        agents.acl.put("public-read")
    with pytest.raises(ossc.AccessDenied):
        agents.policy.put(policy_for(agents.name, "*"))
    with pytest.raises(ossc.ServerError) as caught:
        agents.policy.put(policy_for("another-bucket"))
    assert caught.value.code == "InvalidPolicyDocument"
    with pytest.raises(ossc.ServerError):
        agents.encryption.put(BucketEncryption(sse_algorithm="ROT13"))
    for quota in (0, -1):
        with pytest.raises(ossc.ServerError):
            agents.storage_quota.put(StorageQuota(storage_quota=quota))
    agents.storage_quota.put(StorageQuota(storage_quota=1))
    assert agents.storage_quota.get() == StorageQuota(storage_quota=1, mode="Strict")
    agents.public_access_block.delete()
    assert not agents.public_access_block.get().block_public_access
    wrong: Any = StorageQuota(storage_quota=1)
    with pytest.raises(TypeError):
        agents.versioning.put(wrong)


def test_accounts_keep_to_themselves(
    agentic: AgenticBuckets, server: ossc.mock.Server
) -> None:
    """Nobody makes, sees or uses another's."""
    agents = new(agentic, "agents")
    keys = ossc.Credentials("stranger", "other-secret")
    with make_client(server, credentials=keys) as client:
        theirs = client.agentic_buckets(ACCOUNT)
        with pytest.raises(ossc.NoSuchBucket):
            theirs.bucket("agents").info()
        with pytest.raises(ossc.ServerError) as caught:
            theirs.create("mine")
        assert caught.value.code == "InvalidBucketName"
        with pytest.raises(ossc.ServerError):
            theirs.bucket("agents").create_space("notes")
        assert list(theirs.list()) == []
    with make_client(server, credentials=ossc.ANONYMOUS) as client:
        nobody = client.agentic_buckets(ACCOUNT)
        for call in (nobody.bucket("agents").info, lambda: list(nobody.list())):
            with pytest.raises(ossc.AccessDenied):
                call()
    assert agents.info().status == "Enabled"


def test_any_region_but_the_server_s(server: ossc.mock.Server) -> None:
    """Names of another region are no names here."""
    with make_client(server) as client:
        name = f"agents-{ACCOUNT}-cn-beijing-ab-apsr"
        with pytest.raises(ossc.ServerError) as caught:
            client.invoke("PUT", bucket=name, params={"agenticBucket": ""})
        assert caught.value.code == "InvalidBucketName"
        ours = f"agents-{ACCOUNT}-cn-hangzhou-ab-apsr"
        client.invoke("PUT", bucket=ours, params={"agenticBucket": ""})
        for status in ("Sleeping", "disabled"):
            with pytest.raises(ossc.InvalidArgument):
                client.invoke(
                    "PUT", bucket=ours, params={"agenticBucket": "", "status": status}
                )


def test_they_are_kept(tmp_path: Path) -> None:
    """A server that keeps its data has them when it begins again."""
    keys = {"key": "secret"}
    for begun in (False, True):
        with (
            ossc.mock.serve(root=tmp_path, credentials=keys) as server,
            make_client(
                server, credentials=ossc.Credentials("key", "secret")
            ) as client,
        ):
            agentic = client.agentic_buckets(ACCOUNT)
            if not begun:
                new(agentic, "agents").create_space("notes").put_object("k", b"v")
            (space,) = agentic.bucket("agents").spaces()
            assert client.bucket(space.name).get_object("k").data == b"v"


async def _used(server: ossc.mock.Server) -> None:
    import ossc.aio

    keys = ossc.Credentials("owner", "secret")
    async with ossc.aio.Client(
        server.endpoint, region=server.region, credentials=keys
    ) as client:
        agentic = client.agentic_buckets(ACCOUNT)
        await agentic.create("agents")
        agents = agentic.bucket("agents")
        assert (await agents.info()).status == "Enabled"
        notes = await agentic.bucket("agents").create_space("notes")
        await notes.put_object("k", b"v")
        assert (await agentic.space("notes").get_object("k")).data == b"v"
        bucket = agentic.bucket("agents")
        assert bucket.name == agentic.full_name("agents")
        await bucket.versioning.put(BucketVersioning(status="Enabled"))
        assert (await bucket.versioning.get()).status == "Enabled"
        names = [each.name async for each in bucket.spaces()]
        assert names == [notes.name]
        assert [each.name async for each in agentic.list()] == [bucket.name]
        own = client.bucket(BUCKET)
        await own.datasets.open()
        await own.datasets.create("d")
        datasets = own.datasets.list()
        assert [each.dataset_name async for each in datasets] == ["d"]
        assert datasets.token is not None


def test_tasks(server: ossc.mock.Server) -> None:
    """The twins do the same."""
    import asyncio

    asyncio.run(_used(server))

"""Tags, access rules and symlinks of objects."""

from __future__ import annotations

from typing import Any

import pytest

import ossc
import ossc.mock

TAGS = {"a b": "1/2", "c": "", "Ünï": "x.y:z"}
TEN = {f"k{n}": "v" for n in range(10)}


def test_tags_are_replaced_listed_and_removed(bucket: ossc.Bucket) -> None:
    """What was put is what is there; the object itself does not change."""
    bucket.put_object("k", b"x", tags={"old": "1"})
    before = bucket.get_object_meta("k")
    changed = bucket.put_object_tagging("k", TAGS)
    assert (len(changed.request_id), changed.version_id) == (24, None)
    found = bucket.get_object_tagging("k")
    assert (found.tags, found.version_id) == (TAGS, None)
    assert bucket.head_object("k").headers["x-oss-tagging-count"] == "3"
    bucket.delete_object_tagging("k")
    assert bucket.get_object_tagging("k").tags == {}
    after = bucket.get_object_meta("k")
    assert (after.etag, after.last_modified) == (before.etag, before.last_modified)


def test_tags_that_xml_would_read_otherwise(bucket: ossc.Bucket) -> None:
    """Its own characters are escaped; the server refuses them, as OSS does."""
    bucket.put_object("k", b"x")
    with pytest.raises(ossc.ServerError) as caught:
        bucket.put_object_tagging("k", {"<a>&": "b"})
    assert caught.value.code == "InvalidTag"
    assert bucket.get_object_tagging("k").tags == {}


@pytest.mark.parametrize(
    ("tags", "error"),
    [
        (TEN | {"one": "more"}, ossc.ParameterError),
        ({"": "x"}, ossc.ParameterError),
        ({"k" * 129: "x"}, ossc.ParameterError),
        ({"k": "x" * 257}, ossc.ParameterError),
        ({"k": 1}, TypeError),
        (["k"], TypeError),
    ],
    ids=["eleven", "no key", "long key", "long value", "number", "list"],
)
def test_tags_that_oss_would_refuse(
    bucket: ossc.Bucket, server: ossc.mock.Server, tags: Any, error: Any
) -> None:
    """Neither of the ways to give them sends such."""
    with pytest.raises(error):
        bucket.put_object_tagging("k", tags)
    with pytest.raises(error):
        bucket.put_object("k", b"", tags=tags)
    assert server.requests == []


def test_the_most_tags(bucket: ossc.Bucket) -> None:
    """Ten, with the longest key and the longest value."""
    bucket.put_object("k", b"x")
    bucket.put_object_tagging("k", TEN)
    assert bucket.get_object_tagging("k").tags == TEN
    long = {"k" * 128: "v" * 256}
    bucket.put_object_tagging("k", long)
    assert bucket.get_object_tagging("k").tags == long


@pytest.mark.parametrize(
    "acl", ["default", "private", "public-read", "public-read-write"]
)
def test_access_rules(bucket: ossc.Bucket, acl: Any) -> None:
    """Each can be set, and is told with the owner."""
    bucket.put_object("k", b"x")
    assert bucket.get_object_acl("k").acl == "default"
    bucket.put_object_acl("k", acl, version_id="null")
    found = bucket.get_object_acl("k", version_id="null")
    assert found.acl == acl
    assert found.owner_id == found.owner_name != ""


def test_an_access_rule_works(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """Strangers read what the object's own rule lets them."""
    bucket.put_object("k", b"x")
    with ossc.Client(
        server.endpoint, region=server.region, credentials=ossc.ANONYMOUS
    ) as stranger:
        theirs = stranger.bucket("examplebucket")
        with pytest.raises(ossc.AccessDenied):
            theirs.get_object("k")
        bucket.put_object_acl("k", "public-read")
        assert theirs.get_object("k").data == b"x"


def test_a_rule_that_is_none(bucket: ossc.Bucket) -> None:
    """It is refused here."""
    with pytest.raises(ossc.ParameterError, match="public-read-write"):
        bucket.put_object_acl("k", "secret")  # type: ignore[arg-type]


@pytest.mark.parametrize("target", ["plain", "dir/a b+%2F", "é/文件 😀", "x&y=z"])
def test_symlinks_lead_to_any_key(bucket: ossc.Bucket, target: str) -> None:
    """The target comes back as it was given, and its bytes are read through the link."""
    bucket.put_object(target, b"data", content_type="text/css")
    put = bucket.put_symlink("link", target, metadata={"By": "Zoë"})
    found = bucket.get_symlink("link")
    assert (found.key, found.target, found.etag) == ("link", target, put.etag)
    assert found.metadata == {"by": "Zoë"}
    assert found.last_modified is not None
    got = bucket.get_object("link")
    assert (got.data, got.object_type, got.content_type) == (
        b"data",
        "Symlink",
        "text/css",
    )
    bucket.delete_object("link")
    assert bucket.object_exists(target)


def test_symlinks_that_do_not_lead_on(bucket: ossc.Bucket) -> None:
    """Nothing there, another link, and what is no link at all."""
    bucket.put_symlink("dangling", "nowhere")
    with pytest.raises(ossc.SymlinkTargetNotExist) as missing:
        bucket.get_object("dangling")
    assert isinstance(missing.value, FileNotFoundError)
    bucket.put_symlink("chain", "dangling")
    with pytest.raises(ossc.ServerError) as chain:
        bucket.get_object("chain")
    assert chain.value.code == "InvalidTargetType"
    bucket.put_object("k", b"")
    with pytest.raises(ossc.ServerError) as plain:
        bucket.get_symlink("k")
    assert plain.value.code == "NotSymlink"
    with pytest.raises(ossc.NoSuchKey):
        bucket.get_symlink("missing")
    with pytest.raises(ossc.FileAlreadyExists):
        bucket.put_symlink("k", "nowhere", forbid_overwrite=True)
    with pytest.raises(ossc.ParameterError):
        bucket.put_symlink("link", "/slash")


MISSING = [
    lambda b: b.put_object_tagging("missing", {}),
    lambda b: b.get_object_tagging("missing"),
    lambda b: b.delete_object_tagging("missing"),
    lambda b: b.put_object_acl("missing", "private"),
    lambda b: b.get_object_acl("missing"),
    lambda b: b.get_object_retention("missing"),
    lambda b: b.get_object_legal_hold("missing"),
    lambda b: b.put_object_legal_hold("missing", on=True),
    lambda b: b.restore_object("missing"),
    lambda b: b.clean_restored_object("missing"),
    lambda b: b.seal_append_object("missing", 0),
    lambda b: b.update_metadata("missing"),
    lambda b: b.set_storage_class("missing", "IA"),
    lambda b: b.rename_object("missing", "k"),
    lambda b: b.process_object("missing", "image/info", save_as="k"),
    lambda b: b.async_process_object("missing", "image/info", save_as="k"),
]


@pytest.mark.parametrize("verb", MISSING)
def test_verbs_on_what_is_not_there(bucket: ossc.Bucket, verb: Any) -> None:
    """All say so in the same way, and name the key."""
    with pytest.raises(ossc.NoSuchKey) as caught:
        verb(bucket)
    assert caught.value.key == "missing"


def test_the_callers_headers_and_parameters_go_along(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """Headers win over the verb's, parameters do not take its place."""
    bucket.put_object("k", b"x")
    bucket.put_object_tagging(
        "k", {}, headers={"x-oss-request-payer": "requester"}, params={"x": "1"}
    )
    request = server.requests[-1]
    assert ("tagging", "") in request.query
    assert ("x", "1") in request.query
    assert ("x-oss-request-payer", "requester") in request.headers

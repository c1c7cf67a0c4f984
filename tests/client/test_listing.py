"""Listing objects through the wrapper, against a real server and a model of it."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

import ossc
import ossc.mock

BUCKET = "examplebucket"

PLAIN = ["a", "b/1", "b/2", "b/c/3", "b0", "d/", "d/4", "e"]

ODD = [
    "100%/%2F/%zz",
    "a+b=c&d",
    "back\\slash",
    "control\x01\x02\x1f\x7f",
    "cr\rlf\nand\ttab",
    "dir//double",
    "dots/./and/../up",
    "e\u0301 decomposed",
    "é composed",
    "emoji-😀",
    "<xml>&'\"]]>",
    "space  and end ",
    "ünïcödé/文件",
    "\ufffe\uffff",
    "\ufdd0",
    "\x0b",
]


def fill(server: ossc.mock.Server, keys: list[str]) -> None:
    """Puts an object under each key."""
    for key in keys:
        server.put_object(BUCKET, key, key.encode())


def in_order(keys: list[str]) -> list[str]:
    """As OSS sorts: by the bytes of UTF-8."""
    return sorted(keys, key=str.encode)


def model(
    keys: list[str], prefix: str = "", delimiter: str = "", start_after: str = ""
) -> list[tuple[str, bool]]:
    """What a listing must show: keys, and among them the prefixes, marked as such."""
    found: list[tuple[str, bool]] = []
    for key in in_order(keys):
        if not key.startswith(prefix) or key.encode() <= start_after.encode():
            continue
        head, cut, _ = key[len(prefix) :].partition(delimiter or "\0")
        folds = bool(delimiter and cut)
        entry = (prefix + head + delimiter if folds else key, folds)
        if entry not in found:
            found.append(entry)
    return found


def test_an_empty_bucket(bucket: ossc.Bucket) -> None:
    """Nothing is listed."""
    assert list(bucket.list_objects()) == []
    assert list(bucket.list_objects("a", "/", start_after="b")) == []


def test_what_an_entry_says(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """An object has its facts, a prefix has none."""
    put = bucket.put_object("dir/k", b"12345", storage_class="IA")
    bucket.append_object("log", b"x", 0)
    key, log = bucket.list_objects()
    assert (key.key, key.size, key.etag) == ("dir/k", 5, put.etag)
    assert (key.storage_class, key.object_type) == ("IA", "Normal")
    assert key.last_modified is not None
    assert key.last_modified.tzinfo is timezone.utc
    assert abs((datetime.now(timezone.utc) - key.last_modified).total_seconds()) < 60
    assert key.owner_id is None
    assert not key.is_prefix
    assert (log.object_type, log.storage_class) == ("Appendable", "Standard")
    folder = next(bucket.list_objects(delimiter="/"))
    assert folder == ossc.ObjectSummary(key="dir/", is_prefix=True)


def test_the_owner_is_fetched_on_demand(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """With `fetch_owner` each object tells its account."""
    fill(server, ["a", "b"])
    owners = {entry.owner_id for entry in bucket.list_objects(fetch_owner=True)}
    assert len(owners) == 1
    assert None not in owners
    assert {entry.owner_id for entry in bucket.list_objects()} == {None}


@pytest.mark.parametrize("page_size", [*range(1, len(PLAIN) + 2), 1000])
@pytest.mark.parametrize(
    ("prefix", "delimiter", "start_after"),
    [
        ("", "", ""),
        ("b", "", ""),
        ("b/", "/", ""),
        ("", "/", ""),
        ("", "/", "b/c/3"),
        ("", "", "b/2"),
        ("d/", "/", ""),
        ("", "/4", ""),
        ("", "c", "a"),
        ("x", "/", ""),
        ("", "", "zzz"),
    ],
)
def test_every_page_size_gives_the_same(
    bucket: ossc.Bucket,
    server: ossc.mock.Server,
    page_size: int,
    prefix: str,
    delimiter: str,
    start_after: str,
) -> None:
    """However the pages fall, the entries are those of one page, in order, once."""
    fill(server, PLAIN)
    listed = bucket.list_objects(
        prefix, delimiter, start_after=start_after, page_size=page_size
    )
    entries = [(entry.key, entry.is_prefix) for entry in listed]
    assert entries == model(PLAIN, prefix, delimiter, start_after)
    assert len(server.requests) == max(1, -(-len(entries) // page_size))


@pytest.mark.parametrize("page_size", [1, 2, 3, 1000])
def test_any_key_is_listed_right(
    bucket: ossc.Bucket, server: ossc.mock.Server, page_size: int
) -> None:
    """Characters that XML cannot hold, or a URL means otherwise, come as they are."""
    fill(server, ODD)
    listed = [entry.key for entry in bucket.list_objects(page_size=page_size)]
    assert listed == in_order(ODD)


@pytest.mark.parametrize("key", ODD)
def test_any_text_is_a_prefix_a_delimiter_or_a_start(
    bucket: ossc.Bucket, server: ossc.mock.Server, key: str
) -> None:
    """Odd characters work in the arguments as they do in keys."""
    fill(server, ODD)
    assert key in [entry.key for entry in bucket.list_objects(key[:3])]
    after = [(entry.key, False) for entry in bucket.list_objects(start_after=key)]
    assert after == model(ODD, start_after=key)
    folded = bucket.list_objects(key[:1], key[1:] or key)
    shown = [(entry.key, entry.is_prefix) for entry in folded]
    assert shown == model(ODD, key[:1], key[1:] or key)


def test_pages_are_fetched_when_they_are_needed(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """Nothing is asked before the first entry, and no page before its first entry."""
    fill(server, ["a", "b", "c", "d", "e"])
    entries = bucket.list_objects(page_size=2)
    assert len(server.requests) == 0
    assert [next(entries).key, next(entries).key] == ["a", "b"]
    assert len(server.requests) == 1
    assert next(entries).key == "c"
    assert len(server.requests) == 2


@pytest.mark.parametrize("page_size", [1, 2, 3, 4])
def test_objects_may_go_while_they_are_listed(
    bucket: ossc.Bucket, server: ossc.mock.Server, page_size: int
) -> None:
    """Deleting what was listed loses nothing of what follows."""
    fill(server, ODD)
    seen = []
    for entry in bucket.list_objects(page_size=page_size):
        seen.append(entry.key)
        bucket.delete_object(entry.key)
    assert seen == in_order(ODD)
    assert list(bucket.list_objects()) == []


def test_objects_may_come_while_they_are_listed(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """What is written ahead of the listing is seen, what behind it is not."""
    fill(server, ["b", "d", "f"])
    entries = bucket.list_objects(page_size=1)
    assert next(entries).key == "b"
    fill(server, ["a", "c", "e"])
    assert [entry.key for entry in entries] == ["c", "d", "e", "f"]


def test_the_missing_bucket_is_told_by_the_first_entry(client: ossc.Client) -> None:
    """The error comes when the listing is asked for, and names what it was."""
    entries = client.bucket("missing-bucket").list_objects()
    with pytest.raises(ossc.NoSuchBucket) as caught:
        next(entries)
    assert caught.value.operation == "ListObjectsV2"
    assert caught.value.bucket == "missing-bucket"
    assert caught.value.key is None


@pytest.mark.parametrize("page_size", [0, -1, 1001])
def test_page_sizes_have_bounds(bucket: ossc.Bucket, page_size: int) -> None:
    """The mistake is told by the call, not by the first entry."""
    with pytest.raises(ossc.ParameterError, match="1 to 1000"):
        bucket.list_objects(page_size=page_size)

"""Lists that are left and taken up again, by their tokens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc.mock import faults

from .raw_server import BUCKET, RawServer, answer, keep_alive
from .test_listing import ODD, in_order, model
from .versions import facts, set_versioning

Lister = Callable[..., "ossc.Listing[Any]"]

NESTED = ["a", "b/1", "b/2", "b/c/3", "b0", "d/", "d/4", "e", *ODD]


def fill_parts(bucket: ossc.Bucket) -> ossc.MultipartUpload:
    """An upload with parts."""
    upload = bucket.init_multipart_upload("parts")
    for number in (1, 2, 5, 9, 10_000):
        bucket.upload_part("parts", upload, number, b"x")
    return upload


def _versions(bucket: ossc.Bucket) -> Lister:
    set_versioning(bucket, "Enabled")
    for _ in range(2):
        for key in NESTED:
            bucket.put_object(key, b"x")
    for key in NESTED[::3]:
        bucket.delete_object(key)
    set_versioning(bucket, "Suspended")
    bucket.put_object("a", b"null")
    return bucket.list_object_versions


def _objects(bucket: ossc.Bucket) -> Lister:
    for key in NESTED:
        bucket.put_object(key, b"x")
    return bucket.list_objects


def _objects_v1(bucket: ossc.Bucket) -> Lister:
    _objects(bucket)
    return bucket.list_objects_v1


def _uploads(bucket: ossc.Bucket) -> Lister:
    for key in [*NESTED, *NESTED[:5]]:
        bucket.init_multipart_upload(key)
    return bucket.list_multipart_uploads


def _folders(make: Callable[[ossc.Bucket], Lister]) -> Callable[[ossc.Bucket], Lister]:
    def made(bucket: ossc.Bucket) -> Lister:
        lister = make(bucket)
        return lambda **options: lister("", "/", **options)

    return made


def _parts(bucket: ossc.Bucket) -> Lister:
    upload = fill_parts(bucket)
    return lambda **options: bucket.list_parts("parts", upload, **options)


def _buckets(bucket: ossc.Bucket) -> Lister:
    for number in range(5):
        bucket._client.create_bucket(f"bucket-{number}")
    return bucket._client.list_buckets


LISTS: dict[str, Callable[[ossc.Bucket], Lister]] = {
    "objects": _objects,
    "objects v1": _objects_v1,
    "versions": _versions,
    "uploads": _uploads,
    "objects in folders": _folders(_objects),
    "objects v1 in folders": _folders(_objects_v1),
    "versions in folders": _folders(_versions),
    "uploads in folders": _folders(_uploads),
    "parts": _parts,
    "buckets": _buckets,
}


@pytest.mark.parametrize("kind", LISTS)
def test_every_list_goes_on_behind_any_entry(bucket: ossc.Bucket, kind: str) -> None:
    """What is before a token and what is behind it make up the whole, in order, once."""
    listed = LISTS[kind](bucket)
    every = list(listed())
    assert len(every) >= 5
    entries = listed()
    assert entries.token is None
    for number, entry in enumerate(entries):
        assert entry == every[number]
        token = entries.token
        assert isinstance(token, str)
        assert token.isascii()
        assert token.isprintable()
        rest = listed(resume=token)
        assert rest.token == token
        assert list(rest) == every[number + 1 :]
    assert entries.token == token
    assert list(entries) == []


@pytest.mark.parametrize("kind", [k for k in LISTS if k not in ("parts", "buckets")])
@pytest.mark.parametrize("page_size", [1, 2, 5])
def test_one_entry_at_a_time(bucket: ossc.Bucket, kind: str, page_size: int) -> None:
    """A list that is taken up anew for each entry shows all of them, once."""
    listed = LISTS[kind](bucket)
    every, seen = list(listed()), []
    token: str | None = None
    while True:
        entries = listed(resume=token, page_size=page_size)
        entry = next(entries, None)
        if entry is None:
            break
        seen.append(entry)
        token = entries.token
    assert seen == every


def test_a_list_is_an_iterator(bucket: ossc.Bucket) -> None:
    """It is its own iterator, and says what it is and where it stands."""
    bucket.put_object("a b", b"x")
    entries = bucket.list_objects()
    assert isinstance(entries, ossc.Listing)
    assert iter(entries) is entries
    assert repr(entries) == "<ossc.Listing of objects, token=None>"
    next(entries)
    assert entries.token == "objects:a%20b"
    assert repr(entries) == "<ossc.Listing of objects, token='objects:a%20b'>"
    assert next(entries, None) is None
    assert next(entries, None) is None


def test_tokens_of_both_versions_of_the_list_are_the_same(bucket: ossc.Bucket) -> None:
    """ListObjects goes on where ListObjectsV2 stopped, and the reverse."""
    _objects(bucket)
    for first, second in (
        (bucket.list_objects, bucket.list_objects_v1),
        (bucket.list_objects_v1, bucket.list_objects),
    ):
        entries = first()
        head = [next(entries).key for _ in range(5)]
        rest = [entry.key for entry in second(resume=entries.token)]
        assert head + rest == in_order(NESTED)


@pytest.mark.parametrize("page_size", [1, 3, 1000])
@pytest.mark.parametrize(
    ("prefix", "delimiter", "marker"),
    [
        ("", "", ""),
        ("b", "", ""),
        ("b/", "/", ""),
        ("", "/", "b/c/3"),
        ("", "\x01", ""),
    ],
)
def test_the_older_list(
    bucket: ossc.Bucket, page_size: int, prefix: str, delimiter: str, marker: str
) -> None:
    """ListObjects shows what ListObjectsV2 shows, with owners."""
    _objects(bucket)
    listed = list(
        bucket.list_objects_v1(prefix, delimiter, marker=marker, page_size=page_size)
    )
    shown = [(entry.key, entry.is_prefix) for entry in listed]
    assert shown == model(NESTED, prefix, delimiter, marker)
    assert all(entry.owner_id or entry.is_prefix for entry in listed)
    newer = bucket.list_objects(
        prefix, delimiter, start_after=marker, fetch_owner=True, page_size=page_size
    )
    assert list(newer) == listed


@pytest.mark.parametrize("page_size", [1, 4, 1000])
@pytest.mark.parametrize("key", ODD)
def test_odd_keys_in_all_arguments(
    bucket: ossc.Bucket, key: str, page_size: int
) -> None:
    """Any text is a prefix and a delimiter of versions and of uploads."""
    set_versioning(bucket, "Enabled")
    for each in ODD:
        bucket.put_object(each, b"x")
        bucket.init_multipart_upload(each)
    for listed in (bucket.list_object_versions, bucket.list_multipart_uploads):
        shown = [entry.key for entry in listed(page_size=page_size)]
        assert shown == in_order(ODD)
        folded = listed(key[:1], key[1:] or key, page_size=page_size)
        assert [(entry.key, entry.is_prefix) for entry in folded] == model(
            ODD, key[:1], key[1:] or key
        )


def test_what_an_upload_says(bucket: ossc.Bucket) -> None:
    """An entry is an upload, to be given to the other verbs; a prefix is none."""
    opened = bucket.init_multipart_upload("dir/k", storage_class="IA")
    (entry,) = bucket.list_multipart_uploads("dir/")
    assert (entry.bucket, entry.key, entry.upload_id) == (
        opened.bucket,
        opened.key,
        opened.upload_id,
    )
    assert (entry.storage_class, entry.is_prefix) == ("IA", False)
    assert entry.initiated is not None
    (folder,) = bucket.list_multipart_uploads(delimiter="/")
    assert (folder.key, folder.is_prefix, folder.initiated) == ("dir/", True, None)
    with pytest.raises(ossc.ParameterError, match="empty"):
        bucket.abort_multipart_upload("dir/", folder)
    part = bucket.upload_part("dir/k", entry, 1, b"x")
    bucket.complete_multipart_upload("dir/k", entry, [part])
    assert list(bucket.list_multipart_uploads()) == []


def test_entries_may_go_meanwhile(bucket: ossc.Bucket) -> None:
    """A token holds although its entry and those before it are gone."""
    listed = _versions(bucket)
    every = list(listed())
    entries = listed()
    for number, entry in enumerate(entries):
        bucket.delete_object(entry.key, version_id=entry.version_id)
        rest = listed(resume=entries.token)
        assert [(v.key, v.version_id) for v in rest] == [
            (v.key, v.version_id) for v in every[number + 1 :]
        ]
    assert facts(bucket) == []


def test_new_entries_are_found_behind_the_last(bucket: ossc.Bucket) -> None:
    """The token of a list that came to its end goes on with what is new."""
    bucket.put_object("a", b"x")
    entries = bucket.list_objects()
    list(entries)
    bucket.put_object("b", b"x")
    assert [o.key for o in bucket.list_objects(resume=entries.token)] == ["b"]


def test_a_list_goes_on_after_an_error(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """The page that failed is asked for again, by the same iterator or by its token."""
    for key in "abcd":
        bucket.put_object(key, b"x")
    hasty = bucket.with_options(retry=None)
    entries = hasty.list_objects(page_size=2)
    head = [next(entries).key, next(entries).key]
    server.faults.add(faults.status(503), faults.status(503))
    with pytest.raises(ossc.ServiceUnavailable):
        next(entries)
    with pytest.raises(ossc.ServiceUnavailable):
        next(hasty.list_objects(resume=entries.token))
    assert head + [entry.key for entry in entries] == list("abcd")


@pytest.mark.parametrize(
    "token",
    ["", "objects", "versions:a:b", "objects:a:b", "OBJECTS:a", ":", "a"],
)
def test_tokens_of_other_lists(
    bucket: ossc.Bucket, server: ossc.mock.Server, token: str
) -> None:
    """They are refused by the call, before anything is sent."""
    for listed in (bucket.list_objects, bucket.list_objects_v1):
        with pytest.raises(ossc.ParameterError, match="token"):
            listed(resume=token)
    with pytest.raises(ossc.ParameterError, match="token"):
        bucket.list_multipart_uploads(resume=token)
    with pytest.raises(ossc.ParameterError, match="token"):
        bucket.list_parts("k", "U", resume=token)
    with pytest.raises(ossc.ParameterError, match="token"):
        bucket._client.list_buckets(resume=token)
    assert server.requests == []


def test_tokens_are_text(bucket: ossc.Bucket) -> None:
    """Anything else is a mistake."""
    wrong: Any = 5
    for listed in (bucket.list_objects, bucket.list_object_versions):
        with pytest.raises(TypeError, match="resume must be a str"):
            listed(resume=wrong)


@pytest.mark.parametrize("page_size", [0, 1001])
def test_page_sizes_have_bounds(bucket: ossc.Bucket, page_size: int) -> None:
    """They are those of the service, for all lists."""
    for listed in (
        bucket.list_objects_v1,
        bucket.list_object_versions,
        bucket.list_multipart_uploads,
    ):
        with pytest.raises(ossc.ParameterError, match="1 to 1000"):
            listed(page_size=page_size)


TRUNCATED = b"<IsTruncated>true</IsTruncated>"
ENDLESS: dict[str, tuple[str, bytes, Callable[[ossc.Bucket], ossc.Listing[Any]]]] = {
    "objects v1": (
        "ListBucketResult",
        b"<NextMarker>m</NextMarker>",
        lambda b: b.list_objects_v1(),
    ),
    "versions": (
        "ListVersionsResult",
        b"<NextKeyMarker>k</NextKeyMarker><NextVersionIdMarker>v</NextVersionIdMarker>",
        lambda b: b.list_object_versions(),
    ),
    "uploads": (
        "ListMultipartUploadsResult",
        b"<NextKeyMarker>k</NextKeyMarker>",
        lambda b: b.list_multipart_uploads(),
    ),
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_lists_that_never_end(kind: str) -> None:
    """A page that was there before is an error, and so is one that has no successor."""
    root, following, listed = ENDLESS[kind]
    page = b"<%b>%b%%b</%b>" % (root.encode(), TRUNCATED, root.encode())
    with RawServer(keep_alive(answer(page % following))) as server:
        with server.client() as client:
            with pytest.raises(ossc.MalformedResponse, match="was there before"):
                list(listed(client.bucket(BUCKET)))
        assert len(server.received) == 2
    with RawServer(answer(page % b"")) as server, server.client() as client:
        with pytest.raises(ossc.MalformedResponse, match="names no next page"):
            list(listed(client.bucket(BUCKET)))


def test_a_folder_that_is_shown_once_more() -> None:
    """A service that repeats the folder that a list goes on behind is put up with."""
    document = (
        b"<ListBucketResult><CommonPrefixes><Prefix>d/</Prefix></CommonPrefixes>"
        b"<CommonPrefixes><Prefix>e/</Prefix></CommonPrefixes></ListBucketResult>"
    )
    peer = keep_alive(answer(document))
    with RawServer(peer) as server, server.client() as client:
        bucket = client.bucket(BUCKET)
        entries = bucket.list_objects(delimiter="/")
        assert next(entries).key == "d/"
        rest = bucket.list_objects(delimiter="/", resume=entries.token)
        assert [entry.key for entry in rest] == ["e/"]

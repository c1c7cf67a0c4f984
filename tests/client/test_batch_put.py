"""Many small objects stored and deleted at once: the same results as one by one."""

from __future__ import annotations

import array
import hashlib
import mmap
import os
import subprocess
import sys
import textwrap
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc.mock import faults

from .raw_server import (
    BUCKET,
    Peer,
    RawServer,
    answer,
    client_of,
    keep_alive,
    object_answer,
)

BOTH = pytest.mark.parametrize(
    "ordered", [True, False], ids=["ordered", "as they come"]
)


pytestmark = pytest.mark.usefixtures("batches_end")


@BOTH
def test_each_item_is_stored(
    server: ossc.mock.Server, bucket: ossc.Bucket, *, ordered: bool
) -> None:
    """Of any size, from a list or as they are made; the last of a key counts."""
    sizes = [0, 1, 49_151, 49_152, 49_153, 1 << 20, 5 << 20, *range(2, 400)]
    items = [(f"k{n}", os.urandom(size)) for n, size in enumerate(sizes)]
    found = list(bucket.put_objects(iter(items), concurrency=16, ordered=ordered))
    keys = [item.key for item in found]
    assert keys == [key for key, _ in items] if ordered else len(keys) == len(items)
    etags = {item.key: item.result.etag for item in found}
    for key, data in items:
        assert server.get_object(BUCKET, key) == data
        assert etags[key] == hashlib.md5(data).hexdigest().upper()


def test_the_results_are_those_of_one_put(bucket: ossc.Bucket) -> None:
    """Field by field; and the objects have the same properties."""
    options: list[dict[str, Any]] = [
        {},
        {"content_type": "x/y"},
        {"metadata": {"a": "ö"}, "storage_class": "IA"},
        {"cache_control": "no-cache", "acl": "public-read"},
    ]
    names = ["a.txt", "b.json", "c", "d.tar.gz", "e.txt/f"]
    for option in options:
        items = [(f"many/{name}", name.encode()) for name in names]
        for item, name in zip(bucket.put_objects(items, **option), names, strict=True):
            one = bucket.put_object(f"one/{name}", name.encode(), **option)
            for field in ("etag", "crc64", "version_id", "callback_response"):
                assert getattr(item.result, field) == getattr(one, field)
            assert item.result.request_id == item.result.headers["x-oss-request-id"]
            assert item.result.headers.keys() == one.headers.keys()
            mine = bucket.head_object(item.key)
            other = bucket.head_object(f"one/{name}")
            for field in ("size", "etag", "content_type", "storage_class", "metadata"):
                assert getattr(mine, field) == getattr(other, field), field


def test_the_requests_are_those_of_one_put() -> None:
    """Line and headers, but for what differs from request to request."""
    changing = {"authorization", "date", "x-oss-date"}
    with RawServer(keep_alive(object_answer(b""))) as server, server.client() as client:
        bucket = client.bucket(BUCKET)
        bucket.put_object("k.txt", b"data", metadata={"a": "b"})
        list(bucket.put_objects([("k.txt", b"data")], metadata={"a": "b"}))
        bucket.get_object("a b/ä", if_match="x")
        list(bucket.get_objects(["a b/ä"], if_match="x"))
    for one, many in (server.received[:2], server.received[2:]):
        assert (one.line, one.body) == (many.line, many.body)
        first, second = (
            {n: v for n, v in request.headers.items() if n not in changing}
            for request in (one, many)
        )
        assert first == second


def test_anything_with_a_buffer(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """As for one put; nothing is kept of it afterwards."""
    mapped = mmap.mmap(-1, 5000)
    mapped[:4] = b"mmap"
    data = bytearray(b"bytearray")
    items: list[tuple[str, Any]] = [
        ("bytes", b"bytes"),
        ("bytearray", data),
        ("view", memoryview(b"a view")[2:]),
        ("array", array.array("i", [1, 2, 3])),
        ("mmap", mapped),
        ("empty", memoryview(b"")),
    ]
    assert all(item.error is None for item in bucket.put_objects(items))
    for key, value in items:
        assert server.get_object(BUCKET, key) == bytes(memoryview(value).cast("B"))
    data.append(0)  # it is not borrowed any more
    items.clear()
    del value
    mapped.close()


def test_what_is_no_item_ends_the_batch(bucket: ossc.Bucket) -> None:
    """Behind the results of those before it."""
    wrong: list[tuple[Any, str]] = [
        ("key", "a .key, data. pair"),
        (("k",), "a .key, data. pair"),
        (("k", b"", b""), "a .key, data. pair"),
        ((b"k", b""), "must be a str"),
        (("k", "text"), "not str"),
        (("k", None), "not NoneType"),
        (("k", 5), "not int"),
    ]
    for item, said in wrong:
        items: Any = [("a", b"1"), item, ("b", b"2")]
        found = bucket.put_objects(items)
        assert next(found).result.etag == "C4CA4238A0B923820DCC509A6F75849B"
        with pytest.raises(TypeError, match=said):
            next(found)
    with pytest.raises(ossc.NoSuchKey):
        bucket.head_object("b")
    items = [("a", b"1"), ("b", memoryview(b"1234")[::2])]
    with pytest.raises(TypeError, match="contiguous"):
        list(bucket.put_objects(items))


def test_what_is_no_key_fails_by_itself(bucket: ossc.Bucket) -> None:
    """The others are stored."""
    found = list(bucket.put_objects([("", b"1"), ("k", b"2"), ("a\0", b"3")]))
    assert [type(item.error) for item in found] == [
        ossc.ParameterError,
        type(None),
        ossc.ParameterError,
    ]
    assert [o.key for o in bucket.list_objects()] == ["k"]


def test_forbid_overwrite(bucket: ossc.Bucket) -> None:
    """Each key is looked at."""
    bucket.put_object("there", b"old")
    items = [("there", b"new"), ("not", b"new")]
    found = list(bucket.put_objects(items, forbid_overwrite=True))
    assert isinstance(found[0].error, ossc.FileAlreadyExists)
    assert found[1].error is None
    assert bucket.get_object("there").data == b"old"


def test_an_upload_is_not_repeated_for_its_answer() -> None:
    """However large the head is: the object is stored, and was not there before."""
    head: dict[str, Any] = {f"x_oss_meta_{n}": "v" * 7000 for n in range(30)}
    seen = []

    def handle(peer: Peer) -> None:
        while (request := peer.read()) is not None:
            seen.append(request.line)
            peer.send(object_answer(**head))

    with RawServer(handle) as server, server.client() as client:
        items = [(f"k{n}", b"data") for n in range(40)]
        found = list(client.bucket(BUCKET).put_objects(items, forbid_overwrite=True))
    assert [item.error for item in found] == [None] * 40
    assert found[7].result.headers["x-oss-meta-29"] == "v" * 7000
    assert len(seen) == len(set(seen)) == 40


def test_a_stranger_s_answer() -> None:
    """A success without an ETag is none; the error is the one of a put."""
    reply = answer(b"welcome", x_oss_request_id="5C06A3B67B8B5A3DA422299D")

    def handle(peer: Peer) -> None:
        while peer.read() is not None:
            peer.send(reply)

    with RawServer(handle) as server, server.client() as client:
        bucket = client.bucket(BUCKET)
        (item,) = bucket.put_objects([("k", b"1")])
        with pytest.raises(ossc.MalformedResponse) as caught:
            bucket.put_object("k", b"1")
    assert isinstance(item.error, ossc.MalformedResponse)
    for field in ("operation", "bucket", "key", "status", "request_id", "attempts"):
        assert getattr(item.error, field) == getattr(caught.value, field), field


PEAK = """
import resource, sys
import ossc

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

def items(count):
    for n in range(count):
        yield "k", bytearray(1_000_000)

with ossc.Client(sys.argv[1], region="cn-hangzhou", credentials=ossc.ANONYMOUS) as c:
    bucket = c.bucket("examplebucket")
    for item in bucket.put_objects(items(30)):
        item.result
    begin = peak()
    for item in bucket.put_objects(items(300)):
        item.result
    print(peak() - begin)
"""


def test_memory_is_bounded() -> None:
    """Of items that are made as they are taken, not many are taken ahead."""
    reply = object_answer()

    def handle(peer: Peer) -> None:
        while peer.read() is not None:
            peer.send(reply)

    with RawServer(handle) as server:
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(PEAK), server.endpoint],
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
    assert int(done.stdout) < 24 << 20


def test_delete_any_number(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """A thousand at a time, from any iterable, told in their order."""
    keys = [f"k{n}" for n in range(2500)]
    for key in keys[::100]:
        server.put_object(BUCKET, key, b"")
    server.put_object(BUCKET, "other", b"")
    server.reset_counts()
    deleted = bucket.delete_objects(iter(keys))
    assert [item.key for item in deleted] == keys
    assert not any(item.delete_marker or item.version_id for item in deleted)
    assert [request.method for request in server.requests] == ["POST"] * 3
    assert [o.key for o in bucket.list_objects()] == ["other"]
    assert bucket.delete_objects([]) == []


def test_delete_any_key(bucket: ossc.Bucket) -> None:
    """Those that XML cannot hold, too, and no other instead."""
    keys = ["a\x01b", "\x1f", "a\rb", "a\nb", "a\tb", " ", "<&>'\"]]>", "ключ", "%41"]
    keys += ["\ufffe", "\uffff", "\x7f\x85", "😀", "&amp;", "a+b", "&#65;"]
    others = ["ab", "a b", "A", "a\ufffdb", "&", "a\n", ""]
    for key in [*keys, *others[:-1]]:
        bucket.put_object(key, b"")
    assert [item.key for item in bucket.delete_objects([*keys, keys[0]])] == [
        *keys,
        keys[0],
    ]
    assert {o.key for o in bucket.list_objects()} == {*others[:-1]}


def test_a_thousand_of_the_longest_keys(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """OSS takes at most 2 MB at a time; what is escaped takes more room."""
    keys = [f"{n:03}" + "&" * 1020 for n in range(1000)]
    for key in keys[::100]:
        server.put_object(BUCKET, key, b"")
    server.reset_counts()
    assert [item.key for item in bucket.delete_objects(keys)] == keys
    assert list(bucket.list_objects()) == []
    posts = [request for request in server.requests if request.method == "POST"]
    assert len(posts) == 3


def test_delete_refuses_what_is_no_key(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """Before anything of its thousand is deleted."""
    server.put_object(BUCKET, "k", b"")
    for wrong in ("", "/k", "a\0", "x" * 1024):
        with pytest.raises(ossc.ParameterError):
            bucket.delete_objects(["k", wrong])
    for many in ("k", b"k"):
        with pytest.raises(TypeError, match="not one"):
            bucket.delete_objects(many)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        bucket.delete_objects([b"k"])  # type: ignore[list-item]
    assert server.requests == []


def test_delete_tells_of_versions() -> None:
    """In a versioned bucket a marker stands for the object now."""
    body = (
        b"<DeleteResult><EncodingType>url</EncodingType><Deleted><Key>a%20b</Key>"
        b"<DeleteMarker>true</DeleteMarker>"
        b"<DeleteMarkerVersionId>m1</DeleteMarkerVersionId></Deleted></DeleteResult>"
    )
    alone = answer(status="204 No Content", length=None, x_oss_delete_marker="true")
    alone = alone[:-2] + b"x-oss-version-id: m2\r\n\r\n"
    with RawServer(answer(body), alone) as server, server.client() as client:
        first, second = client.bucket(BUCKET).delete_objects(["a b", "\x01"])
    assert first == ossc.DeletedObject("a b", True, "m1")
    assert second == ossc.DeletedObject("\x01", True, "m2")
    assert server.received[0].headers["content-md5"]


def test_delete_believes_only_what_is_said() -> None:
    """An answer that leaves a key out is none."""
    body = b"<DeleteResult><Deleted><Key>a</Key></Deleted></DeleteResult>"
    with RawServer(answer(body)) as server, server.client() as client:
        with pytest.raises(
            ossc.MalformedResponse, match="does not tell of the key 'b'"
        ):
            client.bucket(BUCKET).delete_objects(["a", "b"])


def test_delete_is_repeated(server: ossc.mock.Server) -> None:
    """After what may pass; and the error of what does not is the service's."""
    retry = ossc.Retry(3, backoff=0.0)
    server.put_object(BUCKET, "k", b"")
    server.faults.add(faults.status(503), operation="DeleteMultipleObjects")
    with client_of(server, retry=retry) as client:
        bucket = client.bucket(BUCKET)
        assert len(bucket.delete_objects(["k", "l"])) == 2
        assert list(bucket.list_objects()) == []
        server.faults.add(faults.status(403), operation="DeleteMultipleObjects")
        with pytest.raises(ossc.AccessDenied) as caught:
            bucket.delete_objects(["k"])
    assert caught.value.operation == "DeleteMultipleObjects"

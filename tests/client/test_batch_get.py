"""Many small objects read at once: the same results as one by one, in little memory."""

from __future__ import annotations

import os
import pickle
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc._batch_run import ARENA

from .raw_server import (
    BUCKET,
    MODIFIED,
    Peer,
    RawServer,
    answer,
    client_of,
    object_answer,
)

SCRATCH = 49_152
BOTH = pytest.mark.parametrize(
    "ordered", [True, False], ids=["ordered", "as they come"]
)


pytestmark = pytest.mark.usefixtures("batches_end")


def _stored(server: ossc.mock.Server, sizes: dict[str, int]) -> dict[str, bytes]:
    """Objects of these sizes, each with other bytes."""
    objects = {key: os.urandom(size) for key, size in sizes.items()}
    for key, data in objects.items():
        server.put_object(BUCKET, key, data)
    return objects


def _keyed(reply: dict[str, bytes]) -> Any:
    """A handler that answers each request by its key, over one connection."""

    def handle(peer: Peer) -> None:
        while (request := peer.read()) is not None:
            key = request.line.split()[1].rpartition("/")[2]
            peer.send(reply[key])

    return handle


@BOTH
@pytest.mark.parametrize("concurrency", [1, 2, 7, 64, 256])
def test_each_key_has_one_result(
    server: ossc.mock.Server, bucket: ossc.Bucket, concurrency: int, *, ordered: bool
) -> None:
    """As many as keys, repeated ones too, and each with its own bytes."""
    objects = _stored(server, {f"k{n}": n for n in range(300)})
    keys = [*objects, "k7", "k7", *objects]
    found = list(bucket.get_objects(keys, concurrency=concurrency, ordered=ordered))
    named = [item.key for item in found]
    assert named == keys if ordered else sorted(named) == sorted(keys)
    assert all(item.result.data == objects[item.key] for item in found)
    assert all(item.error is None for item in found)


def test_ten_thousand_small_keys() -> None:
    """Few chunks of many keys; no key is lost between them."""
    reply = object_answer(b"x")

    def handle(peer: Peer) -> None:
        while peer.read_head() is not None:
            peer.send(reply)

    keys = [f"k{n}" for n in range(10_000)]
    with RawServer(handle) as server, server.client() as client:
        found = client.bucket(BUCKET).get_objects(iter(keys), concurrency=16)
        assert [(item.key, item.result.data) for item in found] == [
            (key, b"x") for key in keys
        ]
        assert server.connections == 16


@BOTH
def test_sizes_around_the_limits(
    server: ossc.mock.Server, bucket: ossc.Bucket, *, ordered: bool
) -> None:
    """Empty, of the scratch memory's size, of the arena's, and larger: all are whole."""
    edges = [
        0,
        1,
        SCRATCH - 1,
        SCRATCH,
        SCRATCH + 1,
        ARENA - 16_384 - 1,
        ARENA - 16_384,
    ]
    edges += [ARENA - 16_383, ARENA - 1, ARENA, ARENA + 1, 2 * ARENA + 5]
    sizes = {f"s{n:02}": size for n, size in enumerate([*edges, *edges[::-1]])}
    sizes |= {f"t{n}": 100 for n in range(50)}
    objects = _stored(server, sizes)
    for keys in (list(objects), sorted(objects, reverse=True)):
        found = {
            item.key: item.result for item in bucket.get_objects(keys, ordered=ordered)
        }
        assert list(found) == keys if ordered else sorted(found) == sorted(keys)
        for key, result in found.items():
            assert result.data == objects[key]
            assert result.size == len(objects[key])


@BOTH
def test_objects_of_middle_size_take_turns(
    server: ossc.mock.Server, bucket: ossc.Bucket, *, ordered: bool
) -> None:
    """Where an arena has no room for all that is asked for, the rest comes in the next."""
    large = {f"l{n}": ARENA * 2 // 3 for n in range(6)}
    objects = _stored(server, {**large, **{f"m{n}": 200_000 for n in range(60)}})
    keys = sorted(objects, key=hash)
    found = list(bucket.get_objects(keys, concurrency=32, ordered=ordered))
    if ordered:
        assert [item.key for item in found] == keys
    assert {item.key: item.result.data for item in found} == objects


def test_the_results_are_those_of_one_get(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """Field by field, whatever an object has."""
    bucket.put_object("a.txt", b"hello", metadata={"a": "b", "c": "ö"})
    bucket.put_object("b.json", b"{}", storage_class="IA", headers={"Expires": "0"})
    bucket.put_object("none", b"", content_type="x/y", content_encoding="utf-8")
    bucket.put_object("large", bytes(ARENA + 7), metadata={"size": "large"})
    bucket.append_object("log", b"line", 0)
    keys = ["a.txt", "b.json", "none", "large", "log"]
    for item in bucket.get_objects(keys):
        one = bucket.get_object(item.key)
        for field in type(one)._fields:
            if field not in ("request_id", "headers"):
                assert getattr(item.result, field) == getattr(one, field), field
        same = {k: v for k, v in item.result.headers.items() if "request-id" not in k}
        assert same.keys() == {k for k in one.headers if "request-id" not in k}
        assert item.result.request_id == item.result.headers["x-oss-request-id"]
        assert item.result is item.result
        assert pickle.loads(pickle.dumps(item.result)) == item.result
    del server


def test_conditions_count_for_each(bucket: ossc.Bucket) -> None:
    """Each object is held against them."""
    same = bucket.put_object("same", b"1").etag
    bucket.put_object("other", b"2")
    found = list(bucket.get_objects(["same", "other"], if_none_match=same))
    assert isinstance(found[0].error, ossc.NotModified)
    assert found[1].result.data == b"2"


def test_any_key(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """Keys of any characters, and as long as they may be."""
    keys = [
        "a b+c%2F",
        "ключ",
        "\x01\x7f\t",
        "a/../b",
        "x" * 1023,
        "é" * 511,
        "😀" * 255,
    ]
    for key in keys:
        server.put_object(BUCKET, key, key.encode())
    for item, key in zip(bucket.get_objects(keys), keys, strict=True):
        assert item.key == key
        if item.error is None:
            assert item.result.data == key.encode()
        else:  # the official SDK has no room for the longest
            assert len(key.encode()) > 600
            with pytest.raises(ossc.ParameterError, match="percent-encoded"):
                bucket.get_object(key)
            assert "percent-encoded" in item.error.message


def test_what_is_no_key_fails_by_itself(bucket: ossc.Bucket) -> None:
    """The others are read; the error is the one of `get_object`, and says which."""
    bucket.put_object("k", b"1")
    wrong = ["", "/k", "\\k", "k\0", "k\ud800", "x" * 1024, "é" * 512]
    keys = ["k", *wrong, "k"]
    found = list(bucket.get_objects(keys))
    assert [item.key for item in found] == keys
    assert found[0].result.data == found[-1].result.data == b"1"
    for item in found[1:-1]:
        with pytest.raises(ossc.ParameterError) as caught:
            bucket.get_object(item.key)
        assert isinstance(item.error, ossc.ParameterError)
        assert item.error.message == caught.value.message
        assert (item.error.operation, item.error.bucket) == ("GetObject", BUCKET)
        assert item.error.key == item.key
        with pytest.raises(ossc.ParameterError):
            _ = item.result


def test_nothing_to_do(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """No keys, no results, and no request."""
    assert list(bucket.get_objects([])) == []
    assert list(bucket.get_objects(iter(()), ordered=False)) == []
    assert list(bucket.put_objects([])) == []
    assert server.requests == []


def test_arguments_are_refused_at_once(bucket: ossc.Bucket) -> None:
    """Before anything is asked for."""
    for wrong in (0, -1, 257):
        with pytest.raises(ossc.ParameterError, match="concurrency"):
            bucket.get_objects(["k"], concurrency=wrong)
    with pytest.raises(TypeError, match="concurrency"):
        bucket.get_objects(["k"], concurrency=1.5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="not one str"):
        bucket.get_objects("key")
    with pytest.raises(TypeError, match="not one bytes"):
        bucket.get_objects(b"key")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="iter"):
        bucket.get_objects(5)  # type: ignore[arg-type]
    with pytest.raises(ossc.ParameterError, match="control character"):
        bucket.get_objects(["k"], if_match="a\nb")


def test_a_key_that_is_no_text_ends_the_batch(bucket: ossc.Bucket) -> None:
    """Behind the results of those before it."""
    bucket.put_object("k", b"1")
    keys: Any = ["k", "k", None, "k"]
    found = bucket.get_objects(keys)
    assert [next(found).result.data, next(found).result.data] == [b"1", b"1"]
    with pytest.raises(TypeError, match="must be a str, not NoneType"):
        next(found)
    with pytest.raises(StopIteration):
        next(found)


@BOTH
@pytest.mark.parametrize("count", [0, 1, 5, 700])
def test_an_iterable_that_fails(
    bucket: ossc.Bucket, count: int, *, ordered: bool
) -> None:
    """What it raises comes out behind the results of the keys before."""
    bucket.put_object("k", b"1")

    def keys() -> Iterator[str]:
        for _ in range(count):
            yield "k"
        raise LookupError("no more")

    found: list[ossc.KeyResult[ossc.GetObjectResult]] = []
    with pytest.raises(LookupError, match="no more"):
        found.extend(bucket.get_objects(keys(), ordered=ordered))
    assert [item.result.data for item in found] == [b"1"] * count


def test_keys_are_taken_when_they_are_needed(bucket: ossc.Bucket) -> None:
    """An endless iterable is no trouble; a slow one is not waited for."""
    bucket.put_object("k", b"1")
    taken = 0

    def keys() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield "k"

    found = bucket.get_objects(keys(), concurrency=2)
    assert taken == 0
    for _ in range(10):
        next(found)
    assert taken < 1500
    found.close()
    gate = threading.Event()

    def slow() -> Iterator[str]:
        for _ in range(4):
            yield "k"
            assert gate.wait(0.02) is False

    assert len(list(bucket.get_objects(slow()))) == 4


def test_as_they_come_is_the_order_of_their_ends() -> None:
    """A slow one does not hold up those that are done."""
    release = threading.Event()

    def handle(peer: Peer) -> None:
        while (request := peer.read()) is not None:
            key = request.line.split()[1].rpartition("/")[2]
            if key == "slow":
                release.wait(10)
            peer.send(object_answer(key.encode()))

    keys = ["slow", *(f"k{n}" for n in range(100))]
    with RawServer(handle) as server, server.client() as client:
        found = client.bucket(BUCKET).get_objects(keys, ordered=False)
        first = [next(found).key for _ in range(100)]
        assert sorted(first) == sorted(keys[1:])
        release.set()
        assert [item.key for item in found] == ["slow"]


def test_in_order_a_slow_one_is_waited_for() -> None:
    """Those behind it are kept meanwhile."""
    release = threading.Event()

    def handle(peer: Peer) -> None:
        while (request := peer.read()) is not None:
            key = request.line.split()[1].rpartition("/")[2]
            if key == "k50":
                release.wait(10)
            peer.send(object_answer(key.encode()))

    keys = [f"k{n}" for n in range(100)]
    with RawServer(handle) as server, server.client() as client:
        found = client.bucket(BUCKET).get_objects(keys, concurrency=4)
        first = [next(found).key for _ in range(50)]
        release.set()
        rest = [(item.key, item.result.data.decode()) for item in found]
    assert first == keys[:50]
    assert rest == [(key, key) for key in keys[50:]]


def test_answers_that_are_not_as_usual() -> None:
    """Unknown length, a large head, odd headers: each is read or refused as by itself."""
    chunked: dict[str, Any] = {"Transfer_Encoding": "chunked", "length": None}
    replies = {
        "plain": object_answer(b"data"),
        "chunked": object_answer(b"4\r\ndata\r\n0\r\n\r\n", **chunked),
        "long": object_answer(
            b"".join(b"ffff\r\n" + bytes(0xFFFF) + b"\r\n" for _ in range(3))
            + b"0\r\n\r\n",
            **chunked,
        ),
        "endless": object_answer(
            b"".join(b"fffff\r\n" + bytes(0xFFFFF) + b"\r\n" for _ in range(6))
            + b"0\r\n\r\n",
            **chunked,
        ),
        "head": object_answer(
            b"data", **{f"x_oss_meta_{n}": "v" * 1000 for n in range(40)}
        ),
        "date": object_answer(b"data", Last_Modified="Wed, 29 Feb 2012 06:07:48 GMT"),
        "bad-date": object_answer(b"data", Last_Modified="yesterday"),
        "bad-crc": object_answer(b"data", x_oss_hash_crc64ecma="many"),
        "range": object_answer(b"data", Content_Range="bytes 0-3/4"),
        "partial": object_answer(b"data", status="206 Partial Content"),
        "no-content": answer(
            status="204 No Content", length=None, Last_Modified=MODIFIED
        ),
        "strange": answer(b"data", status="203 Non-Authoritative Information"),
    }
    with RawServer(_keyed(replies)) as server, server.client() as client:
        bucket = client.bucket(BUCKET)
        for item in bucket.get_objects(replies):
            _compare(item, partial(bucket.get_object, item.key))


def _compare(
    item: ossc.KeyResult[ossc.GetObjectResult],
    get: Callable[[], ossc.GetObjectResult],
) -> None:
    """Holds a key's result against that of one get."""
    if item.error is None:
        assert item.result == get()
        assert item.result.headers == get().headers
        return
    with pytest.raises(type(item.error)) as caught:
        get()
    for field in ("message", "status", "operation", "bucket", "key", "attempts"):
        assert getattr(item.error, field) == getattr(caught.value, field), field
    assert item.error.request_id == caught.value.request_id


def test_nested_use(server: ossc.mock.Server) -> None:
    """The loop over results may use the client, whatever its limits."""
    limits: list[dict[str, Any]] = [
        {},
        {"max_connections": 1},
        {"max_connections": 3, "max_memory": 1 << 20},
    ]
    objects = _stored(server, {f"k{n}": 3000 for n in range(200)})
    for options in limits:
        with client_of(server, **options) as client:
            bucket = client.bucket(BUCKET)
            for item in bucket.get_objects(objects, concurrency=4):
                if item.key.endswith("7"):
                    assert bucket.get_object("k1").data == objects["k1"]
                if item.key.endswith("9"):
                    inner = list(bucket.get_objects(["k2", "k3"], concurrency=4))
                    assert [x.result.data for x in inner] == [
                        objects["k2"],
                        objects["k3"],
                    ]
                assert item.result.data == objects[item.key]


def test_several_batches_at_once(server: ossc.mock.Server, client: ossc.Client) -> None:
    """Each has threads of its own, and the results are not mixed up."""
    objects = _stored(server, {f"k{n}": 2000 + n for n in range(120)})

    def run(turn: int) -> bool:
        found = client.bucket(BUCKET).get_objects(objects, ordered=turn % 2 == 0)
        return {item.key: item.result.data for item in found} == objects

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(run, range(12)))

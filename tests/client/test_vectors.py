"""Vector buckets: the verbs, against the mock server."""

from __future__ import annotations

import json
import pickle
import threading
from array import array
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc import vectors
from ossc.mock import faults
from ossc.vectors import Vector

from .vector_buckets import keys_of, vector_client


@pytest.fixture
def client(server: ossc.mock.Server) -> Iterator[vectors.Client]:
    """A client of the server."""
    with vector_client(server) as made:
        yield made


@pytest.fixture
def bucket(client: vectors.Client) -> vectors.Bucket:
    """An empty vector bucket."""
    return client.create_bucket("pictures")


@pytest.fixture
def index(bucket: vectors.Bucket) -> vectors.Index:
    """An index of colours."""
    made = bucket.create_index(
        "colours", dimension=3, non_filterable_metadata_keys=["note"]
    )
    made.put_vectors(
        [
            ("red", [1.0, 0.0, 0.0], {"kind": "warm", "in": ["flag", "sunset"]}),
            ("orange", [1.0, 0.5, 0.0], {"kind": "warm", "note": "of fruits"}),
            ("blue", [0.0, 0.0, 1.0], {"kind": "cold", "in": ["flag", "sea"]}),
            ("black", [0.0, 0.0, 0.0]),
        ]
    )
    return made


def test_buckets(client: vectors.Client, server: ossc.mock.Server) -> None:
    """They are made, told of, listed and deleted."""
    made = client.create_bucket("one", resource_group="rg-1", tags={"a b": "c&d"})
    assert (made.name, client.bucket("one").name) == ("one", "one")
    sent = dict(server.requests[-1].headers)
    assert sent["x-oss-bucket-tagging"] == "a+b=c%26d"
    info = made.info()
    now = datetime.now(timezone.utc)
    assert info.creation_date is not None
    assert abs((now - info.creation_date).total_seconds()) < 60
    assert info.resource_group_id == "rg-1"
    assert info.location == f"oss-{client.region}"
    assert (
        info.intranet_endpoint == f"{client.region}-internal.oss-vectors.aliyuncs.com"
    )
    with pytest.raises(ossc.BucketAlreadyExists):
        client.create_bucket("one")
    client.create_bucket("two")
    listed = list(client.list_buckets())
    assert [each.name for each in listed] == ["one", "two"]
    assert isinstance(listed[0], vectors.BucketInfo)
    assert listed[0]._values == info._values
    assert [each.name for each in client.list_buckets("t")] == ["two"]
    assert [b.name for b in client.list_buckets(resource_group="rg-1")] == ["one"]
    client.delete_bucket("one")
    with pytest.raises(ossc.NoSuchBucket) as caught:
        made.info()
    assert (caught.value.operation, caught.value.bucket) == ("GetVectorBucket", "one")
    with pytest.raises(ossc.NoSuchBucket):
        client.delete_bucket("one")


def test_lists_of_buckets_are_taken_up_again(client: vectors.Client) -> None:
    """By a token that names the last entry."""
    names = [f"bucket-{number}" for number in range(5)]
    for name in names:
        client.create_bucket(name)
    listing = client.list_buckets(page_size=2)
    assert listing.token is None
    assert [next(listing).name for _ in range(3)] == names[:3]
    rest = client.list_buckets(page_size=2, resume=listing.token)
    assert [each.name for each in rest] == names[3:]
    with pytest.raises(
        ossc.ParameterError, match="not one of a list of vector indexes"
    ):
        client.bucket("b-1").list_indexes(resume=listing.token)


def test_indexes(bucket: vectors.Bucket, client: vectors.Client) -> None:
    """They are made, told of, listed and deleted."""
    made = bucket.create_index(
        "one",
        dimension=7,
        distance_metric="cosine",
        non_filterable_metadata_keys=("note",),
    )
    assert (made.name, made.bucket_name) == ("one", "pictures")
    info = made.info()
    assert (info.name, info.dimension, info.distance_metric) == ("one", 7, "cosine")
    assert info.non_filterable_metadata_keys == ("note",)
    assert (info.data_type, info.status, info.mode) == ("float32", "enable", "")
    assert info.creation_date is not None
    with pytest.raises(vectors.VectorIndexAlreadyExists) as caught:
        bucket.create_index("one", dimension=7)
    assert isinstance(caught.value, FileExistsError)
    assert (caught.value.bucket, caught.value.key) == ("pictures", "one")
    bucket.create_index("another", dimension=1)
    names = ["another", "one"]
    assert [each.name for each in bucket.list_indexes()] == names
    assert list(bucket.list_indexes("on")) == [info]
    listing = bucket.list_indexes(page_size=1)
    next(listing)
    assert [each.name for each in bucket.list_indexes(resume=listing.token)] == ["one"]
    with pytest.raises(ossc.BucketNotEmpty):
        client.delete_bucket("pictures")
    for name in names:
        bucket.delete_index(name)
    with pytest.raises(vectors.NoSuchVectorIndex) as missing:
        made.info()
    assert isinstance(missing.value, FileNotFoundError)
    client.delete_bucket("pictures")
    with pytest.raises(ossc.NoSuchBucket):
        bucket.create_index("one", dimension=1)


def test_vectors_are_put_and_got(index: vectors.Index) -> None:
    """As float32, with their metadata; what is not there is left out."""
    red, blue = index.get_vectors(["red", "nothing", "blue", "red"])
    assert red.key == "red"
    assert red.data == array("f", [1.0, 0.0, 0.0])
    assert red.metadata == {"kind": "warm", "in": ["flag", "sunset"]}
    assert blue.metadata == {"kind": "cold", "in": ["flag", "sea"]}
    (bare,) = index.get_vectors(["red"], return_data=False, return_metadata=False)
    assert bare == Vector("red")
    index.put_vectors([red])  # what was got can be put
    index.put_vectors([("red", [0.25, 0.1, 0.0])])
    (red,) = index.get_vectors(["red"])
    assert red.data == array("f", [0.25, 0.1, 0.0])
    assert red.metadata == {}
    assert pickle.loads(pickle.dumps(red)) == red
    assert hash(red) == hash(Vector("red"))


def test_many_vectors(index: vectors.Index, server: ossc.mock.Server) -> None:
    """They go in as many requests as they need; no key is twice in one of them."""
    server.reset_counts()
    index.put_vectors((f"v{n:04}", [n, n, n]) for n in range(1203))
    assert len(server.requests) == 3
    index.put_vectors([("v0000", [7, 7, 7]), ("x", [1, 1, 1]), ("v0000", [8, 8, 8])])
    assert len(server.requests) == 5
    index.put_vectors([("x", [1, 1, 1]), ("y", [1, 1, 1])], batch_size=1)
    assert len(server.requests) == 7
    index.put_vectors([])
    assert len(server.requests) == 7
    found = index.get_vectors(f"v{n:04}" for n in range(1203))
    assert [v.data[0] for v in found] == [8, *range(1, 1203)]  # type: ignore[index]
    assert len(server.requests) == 7 + 13
    index.delete_vectors(f"v{n:04}" for n in range(1203))
    assert len(server.requests) == 7 + 13 + 3
    assert set(keys_of(index.list_vectors())) == {
        *("red", "orange", "blue", "black", "x", "y")
    }


def test_large_vectors(bucket: vectors.Bucket, server: ossc.mock.Server) -> None:
    """Fewer go in one request, so that it stays of a size."""
    made = bucket.create_index("large", dimension=4096)
    server.reset_counts()
    made.put_vectors((f"v{n}", [0] * 4096) for n in range(123))
    assert len(server.requests) == 2
    assert len(list(made.list_vectors())) == 123


def test_lists_of_vectors(index: vectors.Index) -> None:
    """With what is asked for, in pages, in segments, and by a filter."""
    index.put_vectors((f"v{n:02}", [n, 0, 0], {"n": str(n % 2)}) for n in range(21))
    plain = list(index.list_vectors(page_size=4))
    assert len(plain) == 25
    assert plain[0] == Vector(plain[0].key)
    full = list(index.list_vectors(return_data=True, return_metadata=True))
    assert full == index.get_vectors(keys_of(plain))
    parts = [keys_of(index.list_vectors(segment=(n, 3))) for n in range(3)]
    assert sorted(key for part in parts for key in part) == sorted(keys_of(plain))
    assert all(parts)
    odd = index.list_vectors(filter={"n": {"$eq": "1"}})
    assert len(list(odd)) == 10


@pytest.mark.parametrize("taken", range(10))
def test_lists_of_vectors_are_taken_up_again(index: vectors.Index, taken: int) -> None:
    """At any entry, by a token that names a page and how many were taken of it."""
    index.put_vectors((f"v{n:02}", [n, 0, 0]) for n in range(5))
    everything = keys_of(index.list_vectors())
    listing = index.list_vectors(page_size=3)
    for _ in range(min(taken, 9)):
        next(listing)
    if taken == 9:
        assert list(listing) == []
    token = listing.token
    assert (token is None) == (taken == 0)
    again = index.list_vectors(page_size=3, resume=token)
    assert again.token == token
    assert keys_of(again) == everything[taken:]
    assert list(index.list_vectors(page_size=3, resume=again.token)) == []


def test_broken_tokens(index: vectors.Index) -> None:
    """They are told before anything is sent, or by the server."""
    for token in ("vectors:a", "objects:a:1", "vectors:a:-1", "vectors::x", ""):
        with pytest.raises(ossc.ParameterError):
            index.list_vectors(resume=token)
    with pytest.raises(ossc.InvalidArgument, match="nextToken"):
        next(index.list_vectors(resume="vectors:%21%21:1"))


def test_nearest_neighbours(index: vectors.Index) -> None:
    """The nearest come first, as many as are asked for."""
    hits = index.query_vectors([0.9, 0.3, 0.0], 3)
    assert keys_of(hits) == ["orange", "red", "black"]
    assert [hit.distance for hit in hits] == pytest.approx(
        [0.05**0.5, 0.1**0.5, 0.9**0.5]
    )
    assert hits[0].metadata == {"kind": "warm", "note": "of fruits"}
    assert len(index.query_vectors([0, 0, 0])) == 4
    bare = index.query_vectors(
        [0, 0, 0], 1, return_distance=False, return_metadata=False
    )
    assert bare == [vectors.Hit("black")]


def test_nearest_by_direction(bucket: vectors.Bucket) -> None:
    """Cosine looks at directions only, and zeros have none."""
    made = bucket.create_index("turns", dimension=2, distance_metric="cosine")
    made.put_vectors([("east", [10, 0]), ("north", [0, 0.1]), ("west", [-1, 0])])
    hits = made.query_vectors([1, 0.1])
    assert keys_of(hits) == ["east", "north", "west"]
    assert [round(hit.distance or 0, 3) for hit in hits] == [0.005, 0.9, 1.995]
    for call in (
        lambda: made.query_vectors([0, 0]),
        lambda: made.put_vectors([("z", [0, 0])]),
    ):
        with pytest.raises(ossc.InvalidArgument, match="zeros"):
            call()


FILTERS: list[tuple[dict[str, Any], set[str]]] = [
    ({}, {"red", "orange", "blue", "black"}),
    ({"kind": {"$eq": "warm"}}, {"red", "orange"}),
    ({"in": {"$eq": "sea"}}, {"blue"}),
    ({"kind": {"$ne": "warm"}}, {"blue", "black"}),
    ({"in": {"$in": ["sunset", "sea"]}}, {"red", "blue"}),
    ({"in": {"$nin": ["sunset"]}}, {"orange", "blue", "black"}),
    ({"kind": {"$exists": False}}, {"black"}),
    ({"kind": {"$exists": True, "$ne": "cold"}}, {"red", "orange"}),
    ({"kind": {"$eq": "warm"}, "in": {"$eq": "flag"}}, {"red"}),
    ({"$or": [{"kind": {"$eq": "cold"}}, {"in": {"$eq": "sunset"}}]}, {"red", "blue"}),
    (
        {"$and": [{"in": {"$eq": "flag"}}, {"$or": [{"kind": {"$eq": "cold"}}]}]},
        {"blue"},
    ),
]


@pytest.mark.parametrize(("condition", "expected"), FILTERS)
def test_filters(
    index: vectors.Index, condition: dict[str, Any], expected: set[str]
) -> None:
    """Only what fits is found, however far it is."""
    hits = index.query_vectors([0, 0, 0], 10, filter=condition)
    assert set(keys_of(hits)) == expected


@pytest.mark.parametrize(
    "condition",
    [
        {"note": {"$eq": "x"}},
        {"kind": "warm"},
        {"kind": {}},
        {"kind": {"$gt": "a"}},
        {"kind": {"$eq": 1}},
        {"kind": {"$in": "a"}},
        {"kind": {"$exists": "yes"}},
        {"$and": []},
        {"$and": {"clauses": []}},
        {"$not": {"kind": {"$eq": "a"}}},
        {"$or": ["kind"]},
    ],
)
def test_filters_that_mean_nothing(
    index: vectors.Index, condition: dict[str, Any]
) -> None:
    """The server says so."""
    with pytest.raises(ossc.InvalidArgument) as caught:
        index.query_vectors([0, 0, 0], filter=condition)
    assert caught.value.code == "VectorIndexParameterInvalid"


def test_policy(bucket: vectors.Bucket, client: vectors.Client) -> None:
    """It is put, got and deleted, as a mapping or as JSON."""
    with pytest.raises(ossc.NoSuchConfiguration):
        bucket.policy.get()
    policy: dict[str, Any] = {
        "Version": "1",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": ["2000000000000002"],
                "Action": ["oss:QueryVectors"],
                "Resource": [f"acs:ossvector:*:{client.account_id}:pictures/*"],
            }
        ],
    }
    bucket.policy.put(policy)
    assert bucket.policy.get() == policy
    policy["Statement"][0]["Effect"] = "Deny"
    bucket.policy.put(json.dumps(policy))
    assert bucket.policy.get()["Statement"][0]["Effect"] == "Deny"
    with pytest.raises(ossc.ServerError) as caught:
        bucket.policy.put({"Version": "1", "Statement": []})
    assert caught.value.code == "InvalidPolicyDocument"
    bucket.policy.delete()
    bucket.policy.delete()
    with pytest.raises(ossc.NoSuchConfiguration):
        bucket.policy.get()
    assert repr(bucket.policy) == "<BucketPolicy of 'pictures'>"


def test_logging(bucket: vectors.Bucket) -> None:
    """It is put, got and deleted; the target is a bucket of objects."""
    assert bucket.logging.get() == vectors.Logging()
    wished = vectors.Logging("examplebucket", "logs/", "role")
    bucket.logging.put(wished)
    assert bucket.logging.get() == wished
    bucket.logging.put(vectors.Logging())
    assert bucket.logging.get() == vectors.Logging()
    bucket.logging.put(vectors.Logging("examplebucket"))
    bucket.logging.delete()
    assert bucket.logging.get().target_bucket is None
    with pytest.raises(ossc.ServerError, match="target bucket"):
        bucket.logging.put(vectors.Logging("no-such-bucket"))


def test_views(bucket: vectors.Bucket, index: vectors.Index) -> None:
    """Calls are made in another way, on the same connections."""
    assert index.with_options(timeout=9).info() == index.info()
    assert bucket.with_options(deadline=9).info() == bucket.info()
    token = ossc.CancelToken()
    token.cancel()
    with pytest.raises(ossc.Cancelled) as caught:
        index.with_options(cancel=token).query_vectors([1, 2, 3])
    assert caught.value.operation == "QueryVectors"


def test_observers_are_told(server: ossc.mock.Server) -> None:
    """Of each attempt, with the index."""
    records: list[ossc.RequestRecord] = []
    with vector_client(server, on_request=records.append) as client:
        client.create_bucket("pictures").create_index("one", dimension=1)
    assert [(each.operation, each.bucket, each.key) for each in records] == [
        ("PutVectorBucket", "pictures", None),
        ("PutVectorIndex", "pictures", "one"),
    ]


def test_failures_that_pass(server: ossc.mock.Server) -> None:
    """Are tried again, as elsewhere."""
    with vector_client(server, retry=ossc.Retry(backoff=0.0)) as client:
        index = client.create_bucket("pictures").create_index("one", dimension=1)
        server.faults.add(faults.status(503), operation="PutVectors")
        index.put_vectors([("a", [1])])
        assert keys_of(index.list_vectors()) == ["a"]


def test_threads(index: vectors.Index) -> None:
    """One client serves several."""

    def work(number: int) -> None:
        index.put_vectors([(f"t{number}", [number, 0, 0])])
        found.append(index.query_vectors([number, 0, 0], 1)[0].key)

    found: list[str] = []
    threads = [threading.Thread(target=work, args=(n,)) for n in range(10, 18)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [f"t{n}" for n in range(10, 18)]


def test_what_it_is(client: vectors.Client, index: vectors.Index) -> None:
    """Everything prints as what it is, without secrets."""
    shown = f"ossc.vectors.Client({client.endpoint!r}, region={client.region!r})"
    assert repr(client) == shown
    assert repr(index) == f"ossc.vectors.Index('colours', 'pictures', {shown})"
    assert repr(client.bucket("abc")) == f"ossc.vectors.Bucket('abc', {shown})"
    assert ossc.vectors is vectors

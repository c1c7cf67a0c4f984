"""Vector buckets: what is taken as a vector, and what is refused before it is sent."""

from __future__ import annotations

import json
import math
from array import array
from collections import deque
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

import ossc
import ossc.mock
from ossc import vectors
from ossc.vectors import Vector
from ossc.vectors._json import encode

from .raw_server import KEY_ID, REGION, SECRET, RawServer, answer
from .vector_buckets import vector_client


@pytest.fixture
def index(server: ossc.mock.Server) -> Iterator[vectors.Index]:
    """An empty index of three dimensions."""
    with vector_client(server) as client:
        yield client.create_bucket("pictures").create_index("one", dimension=3)


class Tensor:
    """What packages for tensors have: no buffer, but a list."""

    def tolist(self) -> list[float]:
        """Return the numbers."""
        return [1.0, 2.0, 4.0]


class Scalar:
    """One of those that holds a single number."""

    def tolist(self) -> float:
        """Return the number."""
        return 1.0


SAME: list[Any] = [
    [1, 2, 4],
    (1.0, 2, 4.0),
    array("f", [1, 2, 4]),
    array("d", [1, 2, 4]),
    array("i", [1, 2, 4]),
    memoryview(array("f", [1, 2, 4])),
    memoryview(array("f", [0, 1, 2, 4]))[1:],
    memoryview(array("f", [1, 2, 4]).tobytes()).cast("f"),
    np.array([1, 2, 4], dtype=np.float32),
    np.array([1, 2, 4], dtype=np.float64),
    np.array([1, 2, 4], dtype=np.float16),
    np.array([1, 2, 4], dtype=np.int8),
    np.array([1, 9, 2, 9, 4], dtype=np.float32)[::2],
    [np.float32(1), np.int64(2), np.float64(4)],
    [True + 0, Fraction(2), Decimal(4)],
    deque([1, 2, 4]),
    Tensor(),
]


@pytest.mark.parametrize("values", SAME, ids=lambda v: type(v).__name__)
def test_what_numbers_may_be_in(index: vectors.Index, values: Any) -> None:
    """Sequences and buffers of floats, of this package or that."""
    index.put_vectors([("a", values)])
    (found,) = index.get_vectors(["a"])
    assert found.data == array("f", [1, 2, 4])
    (hit,) = index.query_vectors(values)
    assert hit.distance == 0.0
    assert np.asarray(found.data).dtype == np.float32


@pytest.mark.parametrize(
    ("values", "error", "words"),
    [
        ("123", TypeError, "must be numbers, not str"),
        (b"1234", TypeError, "must be numbers, not bytes"),
        (bytearray(12), TypeError, "a buffer of 'B', not of floats"),
        (memoryview(bytes(12)), TypeError, "a buffer of 'B', not of floats"),
        ({1: 2}, TypeError, "must be"),
        (None, TypeError, "must be numbers, not NoneType"),
        (Scalar(), TypeError, "must be numbers, not Scalar"),
        (7, TypeError, "must be numbers, not int"),
        ({1.0, 2.0}, TypeError, "must be numbers, not set"),
        ([1, "2", 3], TypeError, "holds str"),
        ([1, True, 3], TypeError, "holds bool"),
        ([1, None, 3], TypeError, "holds NoneType"),
        ([1, 1j, 3], TypeError, "holds complex"),
        (np.array(["a"]), TypeError, "holds str|not of floats"),
        (np.float32(1), ValueError, "0 dimensions"),
        (np.array(1.5), ValueError, "0 dimensions"),
        (np.ones((1, 3), dtype=np.float32), ValueError, "2 dimensions"),
        ([], ValueError, "has 0 numbers"),
        ([0.0] * 4097, ValueError, "has 4097 numbers"),
        ([1, math.nan, 3], ValueError, "no float32 can be"),
        ([math.inf, 1, 3], ValueError, "no float32 can be"),
        (array("f", [1, math.nan, 3]), ValueError, "no float32 can be"),
        ([1e39, 1, 3], ValueError, "no float32 can be"),
        ([10**400, 1, 3], ValueError, "no float32 can be"),
    ],
)
def test_what_is_no_vector(
    index: vectors.Index,
    server: ossc.mock.Server,
    values: Any,
    error: type[Exception],
    words: str,
) -> None:
    """It is told what is wrong with which, and nothing is sent."""
    server.reset_counts()
    with pytest.raises(error, match=words):
        index.query_vectors(values)
    with pytest.raises(error):
        index.put_vectors([("ok", [1, 2, 3]), ("bad", values)])
    assert server.requests == []


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ("red", TypeError, "a tuple of key, numbers and metadata, not str"),
        (("red",), TypeError, "a tuple of key"),
        (("red", [1], {}, 1), TypeError, "a tuple of key"),
        (["red", [1]], TypeError, "not list"),
        ({"key": "red", "data": [1]}, TypeError, "not dict"),
        (Vector("red"), TypeError, "'red' must be numbers, not NoneType"),
        ((1, [1]), TypeError, "key must be a str"),
        (("", [1]), ValueError, "has 0 characters"),
        (("k" * 1025, [1]), ValueError, "has 1025 characters"),
        (("\ud800", [1]), ValueError, "not valid Unicode"),
        (("a\0", [1]), ValueError, "NUL"),
        (("a", [1], [1]), TypeError, "metadata of the vector 'a' must be a mapping"),
        (("a", [1], {"b": None}), TypeError, "metadata 'b'"),
        (("a", [1], {"b": [b"x"]}), TypeError, "is bytes"),
        (("a", [1], {1: "x"}), TypeError, "must be a str"),
        (("a", [1], {"b": "x" * 41_000}), ValueError, "more than 40 KB"),
        (("a", {1: [1]}), TypeError, "a vector field must be a str"),
    ],
)
def test_what_cannot_be_put(
    index: vectors.Index, given: Any, error: type[Exception], words: str
) -> None:
    """It is told before anything is sent."""
    with pytest.raises(error, match=words):
        index.put_vectors([given])


def test_names_and_numbers(server: ossc.mock.Server) -> None:
    """What breaks a rule is told before anything is sent."""
    with vector_client(server) as client:
        bucket = client.bucket("abc")
        index = bucket.index("one")
        calls: list[tuple[Any, str]] = [
            (lambda: client.bucket("ab"), "3 to 32"),
            (lambda: client.bucket("a" * 33), "3 to 32"),
            (lambda: client.create_bucket("Abc"), "3 to 32"),
            (lambda: client.delete_bucket("-abc"), "3 to 32"),
            (lambda: bucket.index("a-b"), "1 to 63 letters"),
            (lambda: bucket.index("1a"), "1 to 63 letters"),
            (lambda: bucket.create_index("", dimension=1), "1 to 63 letters"),
            (lambda: bucket.create_index("a", dimension=0), "from 1 to 4096"),
            (lambda: bucket.create_index("a", dimension=4097), "from 1 to 4096"),
            (
                lambda: bucket.create_index("a", dimension=1, distance_metric="l2"),  # type: ignore[arg-type]
                "not one of euclidean, cosine",
            ),
            (
                lambda: bucket.create_index(
                    "a", dimension=1, non_filterable_metadata_keys=["a b"]
                ),
                "underscores",
            ),
            (
                lambda: bucket.create_index(
                    "a", dimension=1, non_filterable_metadata_keys=list("abcdefghijk")
                ),
                "11 keys",
            ),
            (lambda: bucket.list_indexes(page_size=501), "from 1 to 500"),
            (lambda: client.list_buckets(page_size=0), "from 1 to 1000"),
            (lambda: index.list_vectors(page_size=1001), "from 1 to 1000"),
            (lambda: index.list_vectors(segment=(0, 17)), "from 1 to 16"),
            (lambda: index.list_vectors(segment=(2, 2)), "from 0 to 1"),
            (lambda: index.query_vectors([1], 0), "from 1 to 100"),
            (lambda: index.query_vectors([1], 101), "from 1 to 100"),
            (lambda: index.put_vectors([], batch_size=501), "from 1 to 500"),
            (index.query_vectors_fusion, "needs knn"),
            (lambda: index.query_vectors_fusion(query={}, limit=0), "from 1"),
            (lambda: index.query_vectors([1], filter=deep(9)), "deeper than 8"),
            (lambda: index.list_vectors(filter=deep(9)), "deeper than 8"),
            (
                lambda: index.query_vectors([1], filter={"a": {"$eq": "x" * 66_000}}),
                "64 KB",
            ),
            (lambda: index.query_vectors([1], filter={"a": math.nan}), "not JSON"),
        ]
        for call, words in calls:
            with pytest.raises(ossc.ParameterError, match=words):
                call()
    assert server.requests == []


def deep(levels: int) -> dict[str, Any]:
    """A filter of so many conditions in each other."""
    condition: dict[str, Any] = {"a": {"$eq": "b"}}
    for _ in range(levels - 1):
        condition = {"$and": [condition]}
    return condition


def test_deep_filters(index: vectors.Index) -> None:
    """As deep as they may be, they are taken."""
    assert index.query_vectors([1, 2, 3], filter=deep(8)) == []


def test_kinds(server: ossc.mock.Server) -> None:
    """What is of another kind than it has to be."""
    with vector_client(server) as client:
        bucket = client.bucket("abc")
        index = bucket.index("one")
        calls: list[Any] = [
            lambda: index.get_vectors("key"),
            lambda: index.delete_vectors(b"key"),  # type: ignore[arg-type]
            lambda: index.get_vectors([1]),  # type: ignore[list-item]
            lambda: index.query_vectors([1], filter="a"),  # type: ignore[arg-type]
            lambda: bucket.logging.put({"TargetBucket": "x"}),  # type: ignore[arg-type]
            lambda: bucket.logging.put(vectors.Logging(1)),  # type: ignore[arg-type]
            lambda: bucket.create_index(
                "a", dimension=1, non_filterable_metadata_keys="note"
            ),
            lambda: client.create_bucket("abc", resource_group=1),  # type: ignore[arg-type]
            lambda: client.list_buckets(1),  # type: ignore[arg-type]
            lambda: vectors.Client(region="r", account_id=1),  # type: ignore[arg-type]
        ]
        for call in calls:
            with pytest.raises(TypeError):
                call()
    assert server.requests == []
    with pytest.raises(ossc.ParameterError, match="a few digits"):
        vectors.Client(region="cn-hangzhou", account_id="me")


def test_json_of_requests() -> None:
    """Numbers of other packages and mappings are what they stand for."""
    document = {
        "a": np.float32(0.5),
        "b": MappingProxyType({"c": np.array([1.5], dtype=np.float32)}),
        "d": array("f", [2.5]),
    }
    assert json.loads(encode(document)) == {"a": 0.5, "b": {"c": [1.5]}, "d": [2.5]}
    with pytest.raises(TypeError):
        encode({"a": object()})
    nested: dict[str, Any] = {}
    nested["a"] = nested
    with pytest.raises(ossc.ParameterError, match="not JSON"):
        encode(nested)


def asked(reply: bytes, call: Any) -> Any:
    """What a call makes of an answer."""
    with RawServer(answer(reply)) as server:
        endpoint = f"http://oss-vectors.localhost:{server.port}"
        with vectors.Client(
            endpoint,
            region=REGION,
            account_id="42",
            credentials=ossc.Credentials(KEY_ID, SECRET),
            retry=None,
        ) as client:
            return call(client)


READS: dict[str, Any] = {
    "info": lambda c: c.bucket("abc").info(),
    "buckets": lambda c: list(c.list_buckets()),
    "index": lambda c: c.bucket("abc").index("a").info(),
    "indexes": lambda c: list(c.bucket("abc").list_indexes()),
    "get": lambda c: c.bucket("abc").index("a").get_vectors(["k"]),
    "list": lambda c: list(c.bucket("abc").index("a").list_vectors()),
    "query": lambda c: c.bucket("abc").index("a").query_vectors([1]),
    "policy": lambda c: c.bucket("abc").policy.get(),
}

BROKEN = [
    ("info", '{"BucketInfo": {}}'),
    ("info", '{"BucketInfo": []}'),
    ("info", '{"BucketInfo": {"Name": "a", "CreationDate": "yesterday"}}'),
    ("info", '{"BucketInfo": {"Name": 1}}'),
    ("buckets", '{"Buckets": 1}'),
    ("buckets", '{"Buckets": [1]}'),
    ("buckets", '{"Buckets": [], "IsTruncated": true}'),
    ("buckets", '{"ListAllMyBucketsResult": 1}'),
    ("index", '{"index": {"indexName": "a", "dimension": 1.5}}'),
    ("index", '{"index": {"indexName": "a", "dimension": "1"}}'),
    (
        "index",
        '{"index": {"indexName": "a", "metadata": {"nonFilterableMetadataKeys": 1}}}',
    ),
    ("index", "{}"),
    ("indexes", '{"indexes": [{}]}'),
    ("indexes", '{"indexes": [], "nextToken": 1}'),
    ("get", '{"vectors": {}}'),
    ("get", '{"vectors": [{"key": 1}]}'),
    ("get", '{"vectors": [{"key": "k", "data": []}]}'),
    ("get", '{"vectors": [{"key": "k", "data": {"float32": "x"}}]}'),
    ("get", '{"vectors": [{"key": "k", "data": {"float32": [null]}}]}'),
    ("get", '{"vectors": [{"key": "k", "data": {"float32": [%s]}}]}' % ("9" * 400)),
    ("get", '{"vectors": [{"key": "k", "metadata": 1}]}'),
    ("list", '{"vectors": 1}'),
    ("query", '{"vectors": [{"key": "k", "distance": "near"}]}'),
    ("query", '{"vectors": [{"key": "k", "distance": true}]}'),
    ("query", '{"vectors": [{"key": "k", "distance": %s}]}' % ("9" * 400)),
    ("policy", "[]"),
]


@pytest.mark.parametrize(("read", "reply"), BROKEN)
def test_answers_that_are_none(read: str, reply: str) -> None:
    """They are malformed, and say what was asked for."""
    with pytest.raises(ossc.MalformedResponse) as caught:
        asked(reply.encode(), READS[read])
    assert caught.value.bucket == (None if read == "buckets" else "abc")


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize(
    "reply", [b"", b"{", b"<xml/>", b"[" * 99_999, b"\xff", b"null"]
)
def test_answers_that_are_no_json(read: str, reply: bytes) -> None:
    """They are malformed, whatever was asked for."""
    with pytest.raises(ossc.MalformedResponse):
        asked(reply, READS[read])


def test_answers_that_differ() -> None:
    """What some answers have otherwise, and what may be missing, is understood."""
    entry = '{"Name": "a", "Location": "oss-cn-x"}'
    for reply in (
        '{"Buckets": [%s]}',
        '{"Buckets": {"Bucket": [%s]}}',
        '{"ListAllMyBucketsResult": {"Buckets": {"Bucket": [%s]}}}',
    ):
        (found,) = asked((reply % entry).encode(), READS["buckets"])
        assert (found.name, found.region, found.creation_date) == ("a", "cn-x", None)
    bare = asked(b'{"index": {"indexName": "a", "status": null}}', READS["index"])
    assert bare == vectors.IndexInfo("a", None, "", "", "", None)
    info = asked(b'{"BucketInfo": {"Bucket": %s}}' % entry.encode(), READS["info"])
    assert info.location == "oss-cn-x"
    assert asked(b"{}", READS["list"]) == asked(b"{}", READS["query"]) == []
    (hit,) = asked(b'{"vectors": [{"key": "k", "distance": 1}]}', READS["query"])
    assert hit == vectors.Hit("k", 1.0)
    assert asked(b"", lambda c: c.bucket("abc").logging.get()) == vectors.Logging()

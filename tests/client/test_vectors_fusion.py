"""Vector buckets: fusion indexes, against the mock server."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc import vectors
from ossc.vectors import Vector

from .vector_buckets import FIELDS, keys_of, vector_client


@pytest.fixture
def bucket(server: ossc.mock.Server) -> Iterator[vectors.Bucket]:
    """An empty vector bucket."""
    with vector_client(server) as client:
        yield client.create_bucket("pictures")


@pytest.fixture
def goods(bucket: vectors.Bucket) -> vectors.Index:
    """A fusion index."""
    made = bucket.create_fusion_index("goods", FIELDS)
    rows = [
        ("a", [0, 0], [1, 0, 0], "Red cloud shirt", "north", 10.0),
        ("b", [1, 0], [0, 1, 0], "green shirt", "south", 20.5),
        ("c", [5, 5], [0, 0, 1], "blue cloud cloud", "north", 30.0),
    ]
    made.put_vectors(
        [
            Vector(
                key,
                {"shape": shape, "colour": array("f", colour)},
                {"title": title, "brand": brand, "price": price, "sold": key == "a"},
            )
            for key, shape, colour, title, brand, price in rows
        ]
    )
    return made


def test_fusion_indexes(goods: vectors.Index) -> None:
    """They tell their fields, and give back what was put."""
    info = goods.info()
    assert (info.mode, info.dimension, info.distance_metric) == ("fusion", None, "")
    assert list(info.schema) == FIELDS
    (found,) = goods.get_vectors(["b"])
    assert found.data == {
        "shape": array("f", [1, 0]),
        "colour": array("f", [0, 1, 0]),
    }
    assert found.metadata == {
        "title": "green shirt",
        "brand": "south",
        "price": 20.5,
        "sold": False,
    }
    with pytest.raises(ossc.InvalidArgument, match="QueryVectorsFusion"):
        goods.query_vectors([1, 2])


KNN = {"field": "shape", "queryVector": array("f", [0.1, 0.0]), "topK": 2}
CLOUD = {"title": {"$textMatch": "cloud"}}

FUSIONS: list[tuple[dict[str, Any], list[str]]] = [
    ({"knn": KNN}, ["a", "b"]),
    ({"knn": {**KNN, "filter": {"brand": {"$eq": {"value": "north"}}}}}, ["a", "c"]),
    ({"knn": [KNN, {"field": "colour", "queryVector": [0, 0, 1]}]}, ["a", "b", "c"]),
    ({"knn": {"field": "colour", "queryVector": (0, 2, 0), "topK": 1}}, ["b"]),
    ({"query": CLOUD}, ["a", "c"]),
    ({"query": {"title": {"$textMatch": {"value": "green blue"}}}}, ["b", "c"]),
    ({"query": {"price": {"$gte": 20.5}}}, ["b", "c"]),
    ({"query": {"price": {"$lt": 20.5}}}, ["a"]),
    ({"query": {"sold": {"$eq": True}}}, ["a"]),
    ({"query": {"$not": {"sold": {"$eq": True}}}}, ["b", "c"]),
    (
        {"query": {"$and": {"clauses": [CLOUD, {"brand": {"$in": ["north"]}}]}}},
        ["a", "c"],
    ),
    ({"query": CLOUD, "knn": {**KNN, "topK": 3}}, ["a", "c"]),
    ({"query": {}, "sort": [{"price": {"order": "desc"}}]}, ["c", "b", "a"]),
    (
        {
            "query": {},
            "sort": [{"brand": {"order": "asc"}}, {"price": {"order": "desc"}}],
        },
        ["c", "a", "b"],
    ),
    ({"knn": KNN, "sort": [{"_score": {"order": "asc"}}]}, ["b", "a"]),
    (
        {
            "retriever": {
                "rrf": {
                    "retrievers": [
                        {"retriever": {"knn": {**KNN, "topK": 3}}},
                        {"retriever": {"simple": {"query": CLOUD}}, "weight": 9},
                    ]
                }
            }
        },
        ["a", "c", "b"],
    ),
    (
        {
            "retriever": {
                "weight": {
                    "retrievers": [
                        {"retriever": {"knn": KNN}, "normalizer": "minMax"},
                        {
                            "retriever": {"simple": {"query": CLOUD}},
                            "normalizer": "l2",
                            "weight": 0,
                        },
                    ]
                }
            }
        },
        ["a", "b", "c"],
    ),
]


@pytest.mark.parametrize(("asked", "expected"), FUSIONS)
def test_fusion_queries(
    goods: vectors.Index, asked: dict[str, Any], expected: list[str]
) -> None:
    """Vectors, fields, texts, and all of them together."""
    hits = list(goods.query_vectors_fusion(**asked))
    assert keys_of(hits) == expected
    assert all(isinstance(hit.score, float) for hit in hits)


def test_what_fusion_queries_return(goods: vectors.Index) -> None:
    """Metadata, or some of it, or none; queries without neighbours have pages."""
    (hit,) = goods.query_vectors_fusion(
        knn={**KNN, "topK": 1}, return_metadata_fields=["price"]
    )
    assert hit.metadata == {"price": 10.0}
    (hit,) = goods.query_vectors_fusion(knn={**KNN, "topK": 1}, return_metadata=False)
    assert hit.metadata is None
    listing = goods.query_vectors_fusion(query={}, limit=2)
    assert keys_of([next(listing), next(listing)]) == ["a", "b"]
    again = goods.query_vectors_fusion(query={}, limit=2, resume=listing.token)
    assert keys_of(again) == keys_of(listing) == ["c"]
    assert keys_of(goods.query_vectors_fusion(knn={**KNN, "topK": 3}, limit=1)) == ["a"]


@pytest.mark.parametrize(
    "asked",
    [
        {"knn": {"field": "title", "queryVector": [1, 2]}},
        {"knn": {"field": "shape", "queryVector": [1]}},
        {"knn": {"field": "shape"}},
        {"knn": [1]},
        {"knn": {**KNN, "boost": -1}},
        {"knn": {**KNN, "topK": 0}},
        {"query": {"brand": {"$textMatch": "x"}}},
        {"query": {"nothing": {"$eq": 1}}},
        {"query": {"title": {"$near": "x"}}},
        {"query": {}, "sort": [{"nothing": {}}]},
        {"query": {}, "sort": ["price"]},
        {"query": {}, "sort": {"price": {}}},
        {"retriever": {"rrf": 1}},
        {"retriever": {"rrf": {"retrievers": [1]}}},
        {
            "retriever": {
                "rrf": {"retrievers": [{"retriever": {"knn": KNN}, "weight": -1}]}
            }
        },
        {
            "retriever": {
                "weight": {"retrievers": [{"retriever": {"knn": KNN}, "normalizer": 1}]}
            }
        },
        {"retriever": {"rrf": {}}, "knn": KNN},
        {"retriever": {"rrf": {"retrievers": []}}},
        {"retriever": {"other": {}}},
        {"retriever": {}},
        {"retriever": {"weight": {"retrievers": [{"retriever": {"simple": {}}}]}}},
    ],
)
def test_fusion_queries_that_mean_nothing(
    goods: vectors.Index, asked: dict[str, Any]
) -> None:
    """The server says so."""
    with pytest.raises(ossc.InvalidArgument):
        list(goods.query_vectors_fusion(**asked))

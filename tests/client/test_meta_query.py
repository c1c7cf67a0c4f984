"""Searches of a bucket's objects by their metadata."""

from __future__ import annotations

import json
from typing import Any

import pytest

import ossc
from ossc.settings import MetaQuery, MetaQueryAggregation


@pytest.fixture(name="indexed")
def make_indexed(bucket: ossc.Bucket) -> ossc.Bucket:
    """A bucket with an index and some objects."""
    for number, name in enumerate(("a/1", "a/2", "b/1", "b/2", "b/3")):
        bucket.put_object(
            name,
            b"x" * number,
            content_type="text/plain" if number % 2 else "image/png",
            metadata={"n": str(number)},
            storage_class="IA" if number == 4 else "Standard",
        )
    bucket.meta_query.open()
    return bucket


def condition(field: str, operation: str, value: object) -> dict[str, Any]:
    """A condition."""
    return {"Field": field, "Operation": operation, "Value": value}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (condition("Size", "gt", "2"), ["b/2", "b/3"]),
        (condition("Size", "gte", 3), ["b/2", "b/3"]),
        (condition("Size", "lt", "1"), ["a/1"]),
        (condition("Size", "lte", "1"), ["a/1", "a/2"]),
        (condition("Filename", "prefix", "a/"), ["a/1", "a/2"]),
        (condition("Filename", "eq", "b/1"), ["b/1"]),
        (condition("Filename", "match", "/1"), ["a/1", "b/1"]),
        (condition("OSSStorageClass", "eq", "IA"), ["b/3"]),
        (condition("CacheControl", "eq", "none"), []),
        (
            {
                "Operation": "and",
                "SubQueries": [
                    condition("ContentType", "eq", "text/plain"),
                    {
                        "Operation": "not",
                        "SubQueries": [condition("Size", "eq", "1")],
                    },
                ],
            },
            ["b/2"],
        ),
        (
            {
                "Operation": "or",
                "SubQueries": [
                    condition("Size", "eq", "0"),
                    condition("Size", "eq", "4"),
                ],
            },
            ["a/1", "b/3"],
        ),
    ],
)
def test_searches(
    indexed: ossc.Bucket, query: dict[str, Any], found: list[str]
) -> None:
    """Objects are found by what they are, in the order that is asked for."""
    search = indexed.meta_query.search
    names = [each.filename for each in search(query, order="asc")]
    assert names == found
    pages = search(json.dumps(query), sort="Size", order="desc", page_size=1)
    assert [each.filename for each in pages] == found[::-1]


def test_what_is_told_of_an_object(indexed: ossc.Bucket) -> None:
    """All that the server knows."""
    (got,) = indexed.meta_query.search(condition("Filename", "eq", "b/3"))
    info = indexed.head_object("b/3")
    assert (got.size, got.etag.strip('"')) == (4, info.etag)
    assert (got.oss_object_type, got.oss_storage_class) == ("Normal", "IA")
    assert got.oss_crc64 == str(info.crc64)
    assert (got.content_type, got.tags) == ("image/png", None)
    assert got.user_meta is not None
    (meta,) = got.user_meta
    assert (meta.key, meta.value) == ("x-oss-meta-n", "4")
    assert got.image_width is None


def test_aggregations(indexed: ossc.Bucket) -> None:
    """Counted over all that is found."""
    names = ("min", "max", "average", "sum", "count", "distinct", "group")
    everything = condition("Size", "gte", "0")
    found = indexed.meta_query.aggregate(
        everything, *(("Size", name) for name in names[:5])
    )
    assert [each.value for each in found] == [0.0, 4.0, 2.0, 10.0, 5.0]
    distinct, group = indexed.meta_query.aggregate(
        everything, ("OSSStorageClass", "distinct"), ("OSSStorageClass", "group")
    )
    assert (distinct.value, distinct.groups, group.value) == (2.0, None, None)
    assert group.groups is not None
    assert {each.value: each.count for each in group.groups} == {"IA": 1, "Standard": 4}
    nothing = condition("Size", "gt", "99")
    (total,) = indexed.meta_query.aggregate(nothing, ("Size", "max"))
    assert total.value == 0.0


@pytest.mark.parametrize(
    "query",
    [
        "no JSON",
        "[]",
        {},
        {"Operation": "near"},
        {"Operation": "and", "SubQueries": []},
        condition("ImageWidth", "gt", "1"),
        condition("Size", "gt", "many"),
        condition("Filename", "eq", None),
        "[" * 3000,
    ],
)
def test_searches_that_make_no_sense(indexed: ossc.Bucket, query: Any) -> None:
    """They are refused."""
    with pytest.raises(ossc.InvalidArgument, match="query is not valid"):
        list(indexed.meta_query.search(query))


def test_an_index_is_opened_and_closed(bucket: ossc.Bucket) -> None:
    """Without it nothing is found."""
    query = bucket.meta_query
    for call in (query.get, lambda: query.do(MetaQuery(query="{}"))):
        with pytest.raises(ossc.NoSuchConfiguration):
            call()
    with pytest.raises(ossc.ServerError, match="does not search by meaning"):
        query.open(mode="semantic")
    query.open()
    status = query.get()
    assert (status.state, status.phase) == ("Running", "IncrementalScanning")
    assert status.mode == "basic"
    with pytest.raises(ossc.ServerError) as caught:
        query.open(mode="basic")
    assert caught.value.status == 409
    query.close()
    query.close()
    with pytest.raises(ossc.NoSuchConfiguration):
        query.get()


@pytest.mark.parametrize("text", ["nan", "inf", "1e400", "0x1", "1_0", "", "1" * 201])
def test_values_that_are_no_numbers(text: str) -> None:
    """They are no answer."""
    document = (
        "<Aggregation><Field>f</Field><Operation>o</Operation>"
        f"<Value>{text or 'x'}</Value></Aggregation>"
    )
    with pytest.raises(ossc.MalformedResponse, match="not a number"):
        MetaQueryAggregation.from_xml(document.encode())


def test_values_that_are_numbers() -> None:
    """They come back as they were given."""
    for value in (0.0, -1.5, 3, 1e-7, 1e22, 1.7e99):
        made = MetaQueryAggregation(name="f", operation="o", value=value)
        assert MetaQueryAggregation.from_xml(made.to_xml()).value == value
    wrongs: list[Any] = ["1", True]
    for wrong in wrongs:
        with pytest.raises(TypeError, match="must be a float"):
            MetaQueryAggregation(name="f", operation="o", value=wrong)
    for infinite in (float("inf"), float("nan")):
        with pytest.raises(ossc.ParameterError, match="no finite number"):
            MetaQueryAggregation(name="f", operation="o", value=infinite)

"""From the answers of vector buckets to the records that the verbs return."""

from __future__ import annotations

from typing import Any

from ossc._sdk import Answer
from ossc.errors import MalformedResponse
from ossc.vectors._json import (
    a_number,
    a_text,
    a_time,
    floats,
    items,
    named,
    parse,
    texts,
)
from ossc.vectors._records import (
    BucketInfo,
    BucketSummary,
    FusionHit,
    Hit,
    IndexInfo,
    Vector,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "bucket_info",
    "bucket_summary",
    "fusion_hit",
    "hits",
    "index_info",
    "one_index",
    "vector",
    "vectors",
]


def _bucket_fields(found: Mapping[str, Any]) -> tuple[Any, ...]:
    location = a_text(found, "Location")
    return (
        a_text(found, "Name", None),
        a_text(found, "Region") or location.removeprefix("oss-"),
        location,
        a_time(found, "CreationDate"),
        a_text(found, "ExtranetEndpoint"),
        a_text(found, "IntranetEndpoint"),
        a_text(found, "ResourceGroupId"),
    )


def bucket_info(answer: Answer) -> BucketInfo:
    """The answer to GetVectorBucket."""
    found = named(parse(answer.body), "BucketInfo")
    # In XML there is a further element, which some answers have, too.
    return BucketInfo(*_bucket_fields(named(found, "Bucket") or found))


def bucket_summary(found: Mapping[str, Any]) -> BucketSummary:
    """An entry of the answer to ListVectorBuckets."""
    return BucketSummary(*_bucket_fields(found))


def one_index(answer: Answer) -> IndexInfo:
    """The answer to GetVectorIndex."""
    return index_info(named(parse(answer.body), "index"))


def index_info(found: Mapping[str, Any]) -> IndexInfo:
    """An entry of the answer to ListVectorIndexes."""
    dimension = a_number(found, "dimension")
    if dimension is not None and dimension != int(dimension):
        raise MalformedResponse("dimension is not a whole number")
    schema = named(found, "schemaConfiguration")
    return IndexInfo(
        a_text(found, "indexName", None),
        None if dimension is None else int(dimension),
        a_text(found, "distanceMetric"),
        a_text(found, "dataType"),
        a_text(found, "status"),
        a_time(found, "createTime"),
        texts(named(found, "metadata"), "nonFilterableMetadataKeys"),
        a_text(found, "mode"),
        tuple(items(schema, "fields", lambda field: field)),
    )


def vectors(answer: Answer) -> list[Vector]:
    """The answer to GetVectors."""
    return items(parse(answer.body), "vectors", vector)


def vector(found: Mapping[str, Any]) -> Vector:
    """An entry of the answers to GetVectors and ListVectors."""
    data = found.get("data")
    if data is not None:
        fields = {name: floats(value) for name, value in named(found, "data").items()}
        data = fields["float32"] if fields.keys() == {"float32"} else fields
    return Vector(a_text(found, "key", None), data, _metadata(found))


def hits(answer: Answer) -> list[Hit]:
    """The answer to QueryVectors."""
    return items(parse(answer.body), "vectors", _hit)


def _hit(found: Mapping[str, Any]) -> Hit:
    key = a_text(found, "key", None)
    return Hit(key, a_number(found, "distance"), _metadata(found))


def fusion_hit(found: Mapping[str, Any]) -> FusionHit:
    """An entry of the answer to QueryVectorsFusion."""
    key = a_text(found, "key", None)
    return FusionHit(key, a_number(found, "score"), _metadata(found))


def _metadata(found: Mapping[str, Any]) -> dict[str, Any] | None:
    return None if found.get("metadata") is None else named(found, "metadata")

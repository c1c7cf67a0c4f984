"""Vector buckets: vectors with metadata, found again by what is near to them.

A vector bucket has indexes, an index has vectors of one dimension. All of it is told apart
from objects: it has hosts, names and rights of its own, and a client of its own, which
takes the arguments of `ossc.Client` and the account's id.

Example:
    >>> with ossc.vectors.Client(region="cn-hangzhou", account_id=account_id) as client:
    ...     bucket = client.create_bucket("pictures")
    ...     index = bucket.create_index("colours", dimension=3)
    ...     r = index.put_vectors(
    ...         [
    ...             ("red", [1.0, 0.0, 0.0], {"kind": "warm"}),
    ...             ("orange", [1.0, 0.5, 0.0], {"kind": "warm"}),
    ...             ("blue", [0.0, 0.0, 1.0], {"kind": "cold"}),
    ...         ]
    ...     )
    ...     for hit in index.query_vectors([0.9, 0.3, 0.0], top_k=2):
    ...         print(hit.key, round(hit.distance, 2), hit.metadata["kind"])
    orange 0.22 warm
    red 0.32 warm
"""

from __future__ import annotations

from ossc.vectors._bucket import Bucket
from ossc.vectors._client import Client
from ossc.vectors._errors import NoSuchVectorIndex, VectorIndexAlreadyExists
from ossc.vectors._index import Index
from ossc.vectors._records import (
    BucketInfo,
    BucketSummary,
    FusionHit,
    Hit,
    IndexInfo,
    Logging,
    Vector,
)
from ossc.vectors._settings import LoggingSetting, PolicySetting

__all__ = [
    "Bucket",
    "BucketInfo",
    "BucketSummary",
    "Client",
    "FusionHit",
    "Hit",
    "Index",
    "IndexInfo",
    "Logging",
    "LoggingSetting",
    "NoSuchVectorIndex",
    "PolicySetting",
    "Vector",
    "VectorIndexAlreadyExists",
]

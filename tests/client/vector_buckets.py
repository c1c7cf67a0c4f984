"""What the tests of vector buckets share: a client of the mock server, and an index."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any

import ossc
import ossc.mock
import ossc.vectors

FIELDS: list[dict[str, Any]] = [
    {"name": "shape", "type": "vector", "dimension": 2},
    {"name": "colour", "type": "vector", "dimension": 3, "distanceMetric": "cosine"},
    {"name": "title", "type": "string", "text": {"enabled": True}},
    {"name": "brand", "type": "string"},
    {"name": "price", "type": "double"},
    {"name": "sold", "type": "bool"},
]


def vector_client(server: ossc.mock.Server, **options: Any) -> ossc.vectors.Client:
    """A client of the server's vector buckets; it repeats nothing."""
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    usual = {
        "region": server.region,
        "account_id": server.account_id,
        "credentials": keys,
        "retry": None,
    }
    return ossc.vectors.Client(server.vectors_endpoint, **{**usual, **options})


def keys_of(found: Iterable[Any]) -> list[str]:
    """The keys of what was found."""
    return [each.key for each in found]


@contextlib.contextmanager
def example_names(server: ossc.mock.Server) -> Iterator[dict[str, Any]]:
    """What examples take for granted: a client, its account, an index with two vectors."""
    with vector_client(server) as client:
        bucket = client.create_bucket("vectors")
        index = bucket.create_index("index1", dimension=2)
        index.put_vectors([("near", [1, 1], {"kind": "a"}), ("far", [5, 5])])
        names = {"account_id": server.account_id, "vectors": client, "index": index}
        yield names

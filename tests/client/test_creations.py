"""What makes a thing with a name, or begins a task, never meets its own work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc.mock import faults
from tests.conftest import BUCKET, make_client

from .tables import ACCOUNT, FIELDS, client_for
from .test_bucket_several import inventory
from .vector_buckets import vector_client

AGAIN = ossc.Retry(3, backoff=0.0)


class Clients:
    """A client of each product, and what the ways below need; all try again."""

    def __init__(self, server: ossc.mock.Server) -> None:
        self.oss = make_client(server, retry=AGAIN)
        self.bucket = self.oss.bucket(BUCKET)
        self.vectors = vector_client(server, retry=AGAIN)
        self.tables = client_for(server, retry=AGAIN)
        self.vectors.create_bucket("vectors")
        self.table_bucket = self.tables.create_table_bucket("analytics")
        self.table_bucket.namespace("sales").create()
        self.bucket.put_object("old", b"x", storage_class="ColdArchive")

    def close(self) -> None:
        """All of them."""
        for client in (self.oss, self.vectors, self.tables):
            client.close()


@pytest.fixture
def clients(server: ossc.mock.Server) -> Iterator[Clients]:
    """Clients of the test's own server."""
    made = Clients(server)
    yield made
    made.close()


def fusion_index(clients: Clients) -> object:
    """Another kind of index."""
    fields: list[Any] = [{"name": "shape", "type": "vector", "dimension": 2}]
    return clients.vectors.bucket("vectors").create_fusion_index("fused", fields)


WAYS: dict[str, Callable[[Clients], object]] = {
    "inventory": lambda c: c.bucket.inventories.put(inventory("weekly")),
    "access point": lambda c: c.bucket.access_points.create("point"),
    "agentic bucket": lambda c: c.oss.agentic_buckets(ACCOUNT).create("abc"),
    "restore": lambda c: c.bucket.restore_object("old", 2),
    "vector bucket": lambda c: c.vectors.create_bucket("others"),
    "vector index": lambda c: c.vectors.bucket("vectors").create_index(
        "i", dimension=2
    ),
    "fusion index": fusion_index,
    "table bucket": lambda c: c.tables.create_table_bucket("others"),
    "namespace": lambda c: c.table_bucket.namespace("returns").create(),
    "table": lambda c: c.table_bucket.namespace("sales").create_table(
        "orders", schema=FIELDS
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_an_answer_that_is_lost(
    server: ossc.mock.Server, clients: Clients, way: str
) -> None:
    """It is done, the caller is told that nobody knows, and a second call finds it."""
    server.faults.add(faults.drop_after_store())
    before = len(server.requests)
    with pytest.raises(ossc.ConnectionLost) as caught:
        WAYS[way](clients)
    error = caught.value
    assert len(server.requests) - before == 1
    assert (error.attempts, error.history) == (1, ())
    assert error.gave_up == "not repeated: the server may have acted"
    with pytest.raises(ossc.ServerError) as refused:
        WAYS[way](clients)
    assert refused.value.status == 409


@pytest.mark.parametrize("way", WAYS)
def test_a_server_that_turns_it_away(
    server: ossc.mock.Server, clients: Clients, way: str
) -> None:
    """Nothing was done: it is tried again."""
    server.faults.add(faults.status(503, code="SlowDown"))
    WAYS[way](clients)

"""What the tests of tables share: a client, a table bucket, a namespace, a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc import tables

ACCOUNT = "1000000000000001"
OTHER = ossc.mock.Credential("other", "other-secret", account="2000000000000002")
FIELDS = [
    tables.SchemaField(name="id", type="long", required=True),
    tables.SchemaField(name="day", type="date"),
]


def client_for(server: ossc.mock.Server, **options: Any) -> tables.Client:
    """A client of a server, with the server's keys."""
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    return tables.Client(
        server.endpoint, **{"region": server.region, "credentials": keys, **options}
    )


@pytest.fixture(name="client")
def tables_client(server: ossc.mock.Server) -> Iterator[tables.Client]:
    """A client of the test's own server."""
    with client_for(server) as made:
        yield made


@pytest.fixture
def table_bucket(client: tables.Client) -> tables.TableBucket:
    """An empty table bucket."""
    return client.create_table_bucket("analytics")


@pytest.fixture
def namespace(table_bucket: tables.TableBucket) -> tables.Namespace:
    """An empty namespace."""
    made = table_bucket.namespace("sales")
    made.create()
    return made


@pytest.fixture
def table(namespace: tables.Namespace) -> tables.Table:
    """A table with two columns."""
    return namespace.create_table("orders", schema=FIELDS)

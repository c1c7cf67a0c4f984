"""`Server.reset`: back to how the server began, whatever has been stored in it."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import ossc
import ossc.mock
import ossc.tables
import ossc.vectors
from ossc.mock import faults

from .wire import BUCKET, Wire, signed_head

if TYPE_CHECKING:
    from collections.abc import Iterator

BIG = bytes(2_000_000)


@pytest.fixture
def client(server: ossc.mock.Server) -> Iterator[ossc.Client]:
    """A client of the server."""
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    with ossc.Client(
        server.endpoint, region=server.region, credentials=keys, retry=None
    ) as made:
        yield made


def fill(wire: Wire) -> None:
    """Put in what is hard to take out: versions, an upload with a part, a lock."""
    document = (
        b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
    )
    assert wire("PUT", query={"versioning": ""}, body=document).status == 200
    for body in (b"one", BIG):
        assert wire("PUT", "k", body=body).status == 200
    assert wire("DELETE", "k").status == 204
    upload = {
        "uploadId": wire("POST", "mp", query={"uploads": ""}).text("UploadId") or ""
    }
    assert (
        wire("PUT", "mp", query={**upload, "partNumber": "1"}, body=BIG).status == 200
    )
    assert wire("PUT", bucket="bucket-of-the-test").status == 200
    assert (
        wire("PUT", query={"acl": ""}, headers={"x-oss-acl": "public-read"}).status
        == 200
    )


def test_everything_is_as_it_began(server: ossc.mock.Server) -> None:
    """Its own buckets are there, empty and with their defaults; others are not."""
    wire = Wire(server)
    fill(wire)
    server.faults.add(faults.status(503))
    server.reset()
    assert server.requests == []
    assert server.connections == 0
    assert server.faults.unused == []
    assert wire("GET", bucket=None).texts("Buckets/Bucket/Name") == [BUCKET]
    assert wire("GET", query={"versions": ""}).texts("Version/Key") == []
    assert wire("GET", query={"uploads": ""}).texts("Upload/Key") == []
    assert wire("GET", query={"versioning": ""}).text("Status") is None
    assert wire("GET", query={"acl": ""}).text("AccessControlList/Grant") == "private"
    assert wire("PUT", "k", body=b"again").status == 200
    assert server.get_object(BUCKET, "k") == b"again"


def test_a_folder_is_emptied(tmp_path: Path) -> None:
    """Nothing of it comes back with the next server."""
    keys = {"key-id": "secret"}
    with ossc.mock.serve(root=tmp_path, credentials=keys, buckets=[BUCKET]) as server:
        fill(Wire(server))
        server.create_resource_pool("pool")
        server.reset()
        assert list((tmp_path / "blobs").iterdir()) == []
        assert list((tmp_path / "tmp").iterdir()) == []
    with ossc.mock.serve(root=tmp_path, credentials=keys) as server:
        wire = Wire(server)
        assert wire("GET", bucket=None).texts("Buckets/Bucket/Name") == [BUCKET]
        assert wire("GET").texts("Contents/Key") == []
        assert (
            wire("GET", bucket=None, query={"resourcePool": ""}).texts(".//Name") == []
        )


def test_other_products_are_emptied(server: ossc.mock.Server) -> None:
    """So are vector buckets and table buckets."""
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    with (
        ossc.tables.Client(
            server.endpoint, region=server.region, credentials=keys
        ) as tables,
        ossc.vectors.Client(
            server.vectors_endpoint,
            region=server.region,
            credentials=keys,
            account_id=server.account_id,
        ) as vectors,
    ):
        tables.create_table_bucket("analytics")
        vectors.create_bucket("embeddings")
        assert len(list(tables.list_table_buckets())) == 1
        assert len(list(vectors.list_buckets())) == 1
        server.reset()
        assert list(tables.list_table_buckets()) == []
        assert list(vectors.list_buckets()) == []


def test_clients_go_on(server: ossc.mock.Server, client: ossc.Client) -> None:
    """Address, keys and kept connections stay good, temporary keys too."""
    server.add_sts("STS.id", "temporary-secret", "token")
    bucket = client.bucket(BUCKET)
    bucket.put_object("k", b"before", forbid_overwrite=True)
    server.reset()
    bucket.put_object("k", b"after", forbid_overwrite=True)
    assert bucket.get_object("k").data == b"after"
    temporary = Wire(server, key_id="STS.id", secret="temporary-secret", token="token")
    assert temporary("GET", "k").body == b"after"


def test_what_is_under_way_leaves_nothing(server: ossc.mock.Server) -> None:
    """A body that ends after the reset is not stored, nor is an earlier upload."""
    wire = Wire(server)
    begun = wire("POST", "mp", query={"uploads": ""})
    sent = {"Content-Length": "2", "Expect": "100-continue"}
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as sock:
        sock.sendall(signed_head(wire, "PUT", "k", sent))
        assert sock.recv(65536).startswith(b"HTTP/1.1 100 ")  # it has been let in
        server.reset()
        sock.sendall(b"ab")
        assert sock.recv(65536).startswith(b"HTTP/1.1 404 ")
    upload = {"uploadId": begun.text("UploadId") or ""}
    every = {"x-oss-complete-all": "yes"}
    assert wire("POST", "mp", query=upload, headers=every).code == "NoSuchUpload"
    assert wire("GET").texts("Contents/Key") == []

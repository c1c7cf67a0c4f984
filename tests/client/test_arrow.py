"""`ossc.arrow`: lists as streams of record batches."""

from __future__ import annotations

from typing import Any

import pytest

import ossc
import ossc.arrow
import ossc.mock
from ossc.mock import faults
from ossc.settings import BucketVersioning
from tests.conftest import make_client

from .transfers import BUCKET, seen

KEYS = ["a/1", "a/2", "b", "naïve \x01", "z"]


@pytest.fixture(autouse=True)
def _objects(server: ossc.mock.Server) -> None:
    for number, key in enumerate(KEYS):
        server.put_object(BUCKET, key, bytes(number))


def test_columns(bucket: ossc.Bucket) -> None:
    """Each row is an entry, with real types."""
    table = ossc.arrow.record_batches(bucket.list_objects()).read_all()
    entries = list(bucket.list_objects())
    assert set(table.column_names) == set(ossc.ObjectSummary._fields)
    for row, entry in zip(table.to_pylist(), entries, strict=True):
        assert row == {name: getattr(entry, name) for name in table.column_names}
    assert str(table.schema.field("size").type) == "int64"
    assert table.schema.field("last_modified").type.tz == "UTC"
    table.validate(full=True)


def test_versions_and_prefixes(bucket: ossc.Bucket) -> None:
    """Lists of versions have their columns, folded keys no time."""
    bucket.versioning.put(BucketVersioning(status="Enabled"))
    bucket.delete_object("z")
    rows = ossc.arrow.record_batches(bucket.list_object_versions()).read_all()
    assert set(rows.column_names) == set(ossc.ObjectVersion._fields)
    assert rows["is_delete_marker"].to_pylist() == [False] * 4 + [True, False]
    folded = ossc.arrow.record_batches(bucket.list_objects_v1("", "/")).read_all()
    assert folded["key"].to_pylist() == ["a/", "b", "naïve \x01"]
    assert folded["last_modified"][0].as_py() is None


def test_batches(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """They are of the size that is asked for, and fetched when they are read."""
    stream = ossc.arrow.record_batches(bucket.list_objects(page_size=1), batch_size=2)
    assert not server.requests
    assert stream.read_next_batch().num_rows == 2
    assert len(seen(server, "ListObjectsV2")) == 2
    assert [batch.num_rows for batch in stream] == [2, 1]
    empty = ossc.arrow.record_batches(bucket.list_objects("not-there"))
    assert empty.read_all().num_rows == 0


def test_errors(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """Come out of the read; what is no list is refused."""
    server.faults.add(faults.status(403), operation="ListObjectsV2")
    with make_client(server, retry=None) as client:
        stream = ossc.arrow.record_batches(client.bucket(BUCKET).list_objects())
        with pytest.raises(ossc.AccessDenied):
            stream.read_all()
    others: list[Any] = [[], bucket.list_multipart_uploads()]
    for wrong in others:
        with pytest.raises(TypeError, match="list of objects"):
            ossc.arrow.record_batches(wrong)
    with pytest.raises(ossc.ParameterError, match="batch_size"):
        ossc.arrow.record_batches(bucket.list_objects(), batch_size=0)

"""Lists as Arrow: columns for pandas, Polars, DuckDB and whatever else reads them.

It needs `pyarrow` (`pip install 'ossc[arrow]'`), which is imported by the first call.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from ossc._lists import Objects, Versions
from ossc._names import check_whole
from ossc._paging import Listing
from ossc.models import ObjectSummary, ObjectVersion

__all__ = ["record_batches"]

_MOST_ROWS = 1_000_000

_OF_ALL = ["key", "size", "etag", "last_modified", "storage_class", "object_type"]
_COLUMNS: dict[type, list[str]] = {
    Objects: [*_OF_ALL, "is_prefix", "owner_id"],
    Versions: [
        *_OF_ALL,
        *("is_prefix", "owner_id", "version_id", "is_latest", "is_delete_marker"),
    ],
}


def record_batches(
    listing: Listing[ObjectSummary] | Listing[ObjectVersion],
    *,
    batch_size: int = 10_000,
) -> Any:
    """What is left of a list of objects or versions, as a stream of record batches.

    Pages are fetched while the stream is read, in the thread that does so; an error of a
    request comes out of the read. The columns are the entries' attributes.

    Args:
        listing: What `list_objects`, `list_objects_v1` or `list_object_versions` returned.
        batch_size: Rows of each batch but the last.

    Returns:
        A `pyarrow.RecordBatchReader`: `read_all()` makes a table of it, and it can be
        given to whatever reads Arrow streams.

    Raises:
        TypeError: It is no such list.
        ModuleNotFoundError: `pyarrow` is not installed.

    Example:
        >>> import ossc.arrow
        >>> stream = ossc.arrow.record_batches(bucket.list_objects())
        >>> stream.read_all().select(["key", "size"]).to_pylist()
        [{'key': 'greeting.txt', 'size': 5}]
    """
    import pyarrow as pa  # noqa: PLC0415 - an extra

    columns = next(
        (names for kind, names in _COLUMNS.items() if isinstance(listing, kind)), None
    )
    if columns is None:
        raise TypeError(
            f"a list of objects or versions is needed, not {type(listing).__name__}"
        )
    check_whole("batch_size", batch_size, _MOST_ROWS, least=1)
    kinds = {
        "size": pa.int64(),
        "last_modified": pa.timestamp("ms", tz="UTC"),
        "is_prefix": pa.bool_(),
        "is_latest": pa.bool_(),
        "is_delete_marker": pa.bool_(),
    }
    text = pa.string()
    schema = pa.schema([(name, kinds.get(name, text)) for name in columns])

    def batches() -> Iterator[Any]:
        while rows := list(islice(listing, batch_size)):
            arrays = [
                pa.array([getattr(row, field.name) for row in rows], field.type)
                for field in schema
            ]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)

    return pa.RecordBatchReader.from_batches(schema, batches())

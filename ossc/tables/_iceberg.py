"""What a table of Apache Iceberg begins with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ossc.tables._document import Document

__all__ = [
    "IcebergMetadata",
    "IcebergPartitionField",
    "IcebergPartitionSpec",
    "IcebergSchema",
    "IcebergSortField",
    "IcebergSortOrder",
    "SchemaField",
    "TableMetadata",
]


class SchemaField(Document):
    """A column.

    Attributes:
        name: Its name.
        type: `"long"`, `"string"`, `"timestamptz"`, `"decimal(10,2)"`, …
        required: Whether each row has a value.
        id: Its number; unique, and growing from column to column. None: the service
            counts.
    """

    __slots__ = ()

    name: str
    type: str
    required: bool | None = None
    id: int | None = None


class IcebergSchema(Document):
    """The columns of a table."""

    __slots__ = ()

    fields: Sequence[SchemaField]


class IcebergPartitionField(Document):
    """By what a table is partitioned.

    Attributes:
        source_id: The column's number.
        field_id: The partition field's own number.
        name: Its name.
        transform: `"identity"`, `"day"`, `"bucket[16]"`, …
    """

    __slots__ = ()

    source_id: int
    transform: str
    name: str
    field_id: int | None = None


class IcebergPartitionSpec(Document):
    """How a table is partitioned."""

    __slots__ = ()

    fields: Sequence[IcebergPartitionField]
    spec_id: int | None = None


class IcebergSortField(Document):
    """By what the rows of files are sorted.

    Attributes:
        source_id: The column's number.
        direction: `"asc"` or `"desc"`.
        null_order: `"nulls-first"` or `"nulls-last"`.
        transform: Of what is compared; `"identity"`: the values themselves.
    """

    __slots__ = ()

    source_id: int
    direction: str
    null_order: str | None = None
    transform: str | None = None


class IcebergSortOrder(Document):
    """How the rows of files are sorted."""

    __slots__ = ()

    fields: Sequence[IcebergSortField]


class IcebergMetadata(Document, unhashed=("properties",)):
    """What an Iceberg table begins with.

    Attributes:
        schema: Its columns.
        partition_spec: How it is partitioned; None: not at all.
        sort_order: How the rows of its files are sorted; None: not at all.
        properties: Its properties.
    """

    __slots__ = ()

    schema: IcebergSchema | None = None
    partition_spec: IcebergPartitionSpec | None = None
    sort_order: IcebergSortOrder | None = None
    properties: Mapping[str, str] | None = None


class TableMetadata(Document):
    """What a table begins with."""

    __slots__ = ()

    iceberg: IcebergMetadata

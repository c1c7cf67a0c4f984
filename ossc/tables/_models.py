"""What table buckets, namespaces and tables are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ossc.tables._document import Document, field

__all__ = [
    "EncryptionConfiguration",
    "MetadataLocation",
    "NamespaceInfo",
    "NamespaceSummary",
    "TableBucketInfo",
    "TableBucketSummary",
    "TableInfo",
    "TableSummary",
]


class EncryptionConfiguration(Document):
    """How the data of tables is encrypted.

    Attributes:
        sse_algorithm: `"AES256"`; None: it is not.
        kms_key_arn: The key of the key management service; None: none.
    """

    __slots__ = ()

    sse_algorithm: str | None = None
    kms_key_arn: str | None = None


class TableBucketSummary(Document):
    """A table bucket in a list.

    Attributes:
        arn: Its name in all of Alibaba Cloud, by which requests address it.
        name: Its name in its account and region.
        owner_account_id: Whose it is.
        created_at: When it was created.
        table_bucket_id: Its id.
        type: `"customer"`: made by an account's owner.
    """

    __slots__ = ()

    arn: str
    name: str
    owner_account_id: str = ""
    created_at: datetime | None = None
    table_bucket_id: str = ""
    type: str = ""


class TableBucketInfo(TableBucketSummary):
    """What a table bucket is. The attributes are those of `TableBucketSummary`."""

    __slots__ = ()


class NamespaceSummary(Document):
    """A namespace in a list.

    Attributes:
        levels: Its name; today's names have one level.
        namespace_id: Its id.
        owner_account_id: Whose it is.
        created_at: When it was created.
        created_by: Who created it.
    """

    __slots__ = ()

    levels: Sequence[str] = field("namespace")
    namespace_id: str = ""
    owner_account_id: str = ""
    created_at: datetime | None = None
    created_by: str = ""

    @property
    def name(self) -> str:
        """Its name, with dots between levels."""
        return ".".join(self.levels)


class NamespaceInfo(NamespaceSummary):
    """What a namespace is; further attributes are those of `NamespaceSummary`.

    Attributes:
        table_bucket_id: The table bucket that it is in.
    """

    __slots__ = ()

    table_bucket_id: str = ""


class TableSummary(Document):
    """A table in a list.

    Attributes:
        name: Its name in its namespace.
        levels: The namespace's name; today's names have one level.
        table_arn: Its name in all of Alibaba Cloud, which stays when it is renamed.
        type: `"customer"`: made by an account's owner.
        created_at: When it was created.
        modified_at: When it, or what is known of it, was changed.
    """

    __slots__ = ()

    name: str
    levels: Sequence[str] = field("namespace")
    table_arn: str = field("tableARN", default="")
    type: str = ""
    created_at: datetime | None = None
    modified_at: datetime | None = None

    @property
    def namespace(self) -> str:
        """The namespace's name, with dots between levels."""
        return ".".join(self.levels)


class TableInfo(TableSummary):
    """What a table is; further attributes are those of `TableSummary`.

    Attributes:
        format: `"ICEBERG"`.
        version_token: Changes with each change; given with one, it is made only if
            nobody else was faster.
        metadata_location: The `oss://…` of the current metadata file; None: there is none
            yet.
        warehouse_location: The `oss://…` below which the table's files are.
        namespace_id: The namespace's id.
        table_bucket_id: The table bucket's id.
        owner_account_id: Whose it is.
        created_by: Who created it.
        modified_by: Who changed it last.
    """

    __slots__ = ()

    format: str = ""
    version_token: str = ""
    metadata_location: str | None = None
    warehouse_location: str = ""
    namespace_id: str = ""
    table_bucket_id: str = ""
    owner_account_id: str = ""
    created_by: str = ""
    modified_by: str = ""


class MetadataLocation(Document):
    """Where a table's metadata is.

    Attributes:
        version_token: For the next change; see `TableInfo`.
        metadata_location: The `oss://…` of the current metadata file; None: there is none
            yet.
        warehouse_location: The `oss://…` below which the table's files are; empty where
            a change is answered.
    """

    __slots__ = ()

    version_token: str
    metadata_location: str | None = None
    warehouse_location: str = ""

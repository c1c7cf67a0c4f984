"""OSS Tables: table buckets, namespaces and Apache Iceberg tables.

This is the catalogue: which tables there are, what is configured of them, and where the
metadata of each is. Their rows are written and read by Iceberg's own programs.

    with ossc.tables.Client(region="cn-hangzhou") as client:
        bucket = client.create_table_bucket("analytics")
        namespace = bucket.namespace("sales")
        namespace.create()
        table = namespace.create_table("orders", schema=[...])

Loaded by the first program that asks for it.
"""

from ossc.tables._bucket import TableBucket
from ossc.tables._client import Client
from ossc.tables._errors import Conflict, NotFound
from ossc.tables._iceberg import (
    IcebergMetadata,
    IcebergPartitionField,
    IcebergPartitionSpec,
    IcebergSchema,
    IcebergSortField,
    IcebergSortOrder,
    SchemaField,
    TableMetadata,
)
from ossc.tables._maintenance import (
    Compaction,
    Maintenance,
    MaintenanceJob,
    MaintenanceJobs,
    MaintenanceStatus,
    SnapshotManagement,
    TableBucketMaintenance,
    TableMaintenance,
    UnreferencedFileRemoval,
)
from ossc.tables._models import (
    EncryptionConfiguration,
    MetadataLocation,
    NamespaceInfo,
    NamespaceSummary,
    TableBucketInfo,
    TableBucketSummary,
    TableInfo,
    TableSummary,
)
from ossc.tables._namespace import Namespace
from ossc.tables._settings import (
    BucketEncryptionSetting,
    BucketMaintenanceSetting,
    EncryptionSetting,
    MetadataLocationSetting,
    PolicySetting,
    TableMaintenanceSetting,
)
from ossc.tables._table import Table

__all__ = [
    "BucketEncryptionSetting",
    "BucketMaintenanceSetting",
    "Client",
    "Compaction",
    "Conflict",
    "EncryptionConfiguration",
    "EncryptionSetting",
    "IcebergMetadata",
    "IcebergPartitionField",
    "IcebergPartitionSpec",
    "IcebergSchema",
    "IcebergSortField",
    "IcebergSortOrder",
    "Maintenance",
    "MaintenanceJob",
    "MaintenanceJobs",
    "MaintenanceStatus",
    "MetadataLocation",
    "MetadataLocationSetting",
    "Namespace",
    "NamespaceInfo",
    "NamespaceSummary",
    "NotFound",
    "PolicySetting",
    "SchemaField",
    "SnapshotManagement",
    "Table",
    "TableBucket",
    "TableBucketInfo",
    "TableBucketMaintenance",
    "TableBucketSummary",
    "TableInfo",
    "TableMaintenance",
    "TableMaintenanceSetting",
    "TableMetadata",
    "TableSummary",
    "UnreferencedFileRemoval",
]

"""The maintenance of table buckets and tables: what is done, and how it went."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from ossc.tables._document import Document, field

__all__ = [
    "Compaction",
    "Maintenance",
    "MaintenanceJob",
    "MaintenanceJobs",
    "MaintenanceStatus",
    "SnapshotManagement",
    "TableBucketMaintenance",
    "TableMaintenance",
    "UnreferencedFileRemoval",
]

MaintenanceStatus = Literal["enabled", "disabled"]
"""Whether a kind of maintenance is done."""


class Maintenance(Document):
    """A kind of maintenance; its classes say which.

    Attributes:
        status: Whether it is done.
    """

    __slots__ = ()

    _type: ClassVar[str] = ""

    status: MaintenanceStatus


class UnreferencedFileRemoval(Maintenance):
    """Files that no snapshot of a table refers to are deleted.

    Attributes:
        unreferenced_days: Days after which they become non-current versions.
        non_current_days: Days after which those are deleted.
    """

    __slots__ = ()

    _type = "icebergUnreferencedFileRemoval"

    unreferenced_days: int | None = field(
        f"settings/{_type}/unreferencedDays", default=None
    )
    non_current_days: int | None = field(
        f"settings/{_type}/nonCurrentDays", default=None
    )


class Compaction(Maintenance):
    """Small files of a table are put together.

    Attributes:
        target_file_size_mb: How large they become.
        strategy: `"auto"`, …
    """

    __slots__ = ()

    _type = "icebergCompaction"

    target_file_size_mb: int | None = field(
        f"settings/{_type}/targetFileSizeMB", default=None
    )
    strategy: str | None = field(f"settings/{_type}/strategy", default=None)


class SnapshotManagement(Maintenance):
    """Old snapshots of a table are deleted.

    Attributes:
        min_snapshots_to_keep: So many stay, however old.
        max_snapshot_age_hours: Hours after which the others go.
    """

    __slots__ = ()

    _type = "icebergSnapshotManagement"

    min_snapshots_to_keep: int | None = field(
        f"settings/{_type}/minSnapshotsToKeep", default=None
    )
    max_snapshot_age_hours: int | None = field(
        f"settings/{_type}/maxSnapshotAgeHours", default=None
    )


class TableBucketMaintenance(Document):
    """What is maintained in a table bucket.

    Attributes:
        table_bucket_arn: The table bucket.
        unreferenced_file_removal: Files that nothing refers to; None: not said.
    """

    __slots__ = ()

    table_bucket_arn: str = field("tableBucketARN", default="")
    unreferenced_file_removal: UnreferencedFileRemoval | None = field(
        "configuration/icebergUnreferencedFileRemoval", default=None
    )


class TableMaintenance(Document):
    """What is maintained of a table.

    Attributes:
        table_arn: The table.
        compaction: Small files; None: not said.
        snapshot_management: Old snapshots; None: not said.
    """

    __slots__ = ()

    table_arn: str = field("tableARN", default="")
    compaction: Compaction | None = field(
        "configuration/icebergCompaction", default=None
    )
    snapshot_management: SnapshotManagement | None = field(
        "configuration/icebergSnapshotManagement", default=None
    )


class MaintenanceJob(Document):
    """How a kind of maintenance went.

    Attributes:
        status: `"Not_Yet_Run"`, `"Successful"`, `"Failed"` or `"Disabled"`.
        last_run: When it was done last; None: never.
        failure_message: Why it failed; None: it did not.
    """

    __slots__ = ()

    status: str
    last_run: datetime | None = field("lastRunTimestamp", default=None)
    failure_message: str | None = None


class MaintenanceJobs(Document):
    """How the maintenance of a table went.

    Attributes:
        table_arn: The table.
        compaction: Small files.
        snapshot_management: Old snapshots.
        unreferenced_file_removal: Files that nothing refers to.
    """

    __slots__ = ()

    table_arn: str = field("tableARN", default="")
    compaction: MaintenanceJob | None = field("status/icebergCompaction", default=None)
    snapshot_management: MaintenanceJob | None = field(
        "status/icebergSnapshotManagement", default=None
    )
    unreferenced_file_removal: MaintenanceJob | None = field(
        "status/icebergUnreferencedFileRemoval", default=None
    )

"""Settings of how a bucket is served: logs, monitoring, speed, capacity, quota."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ossc._model import Model, field
from ossc.settings._setting import RemovableSetting, Row, Setting

__all__ = [
    "AccessMonitor",
    "ArchiveDirectRead",
    "BucketLogging",
    "StorageCapacity",
    "StorageQuota",
    "StorageQuotaSetting",
    "TransferAcceleration",
    "UserDefinedLogFields",
]


class BucketLogging(Model, root="BucketLoggingStatus"):
    """Where a bucket's access logs go.

    Attributes:
        target_bucket: The bucket that they are written into; None: there are no logs.
        target_prefix: What their keys begin with.
        logging_role: The role that OSS writes them as.
    """

    __slots__ = ()

    target_bucket: str | None = field("LoggingEnabled/TargetBucket", default=None)
    target_prefix: str | None = field("LoggingEnabled/TargetPrefix", default=None)
    logging_role: str | None = field("LoggingEnabled/LoggingRole", default=None)


class UserDefinedLogFields(Model, root="UserDefinedLogFieldsConfiguration"):
    """What real-time logs tell of a request beside what they always tell.

    Attributes:
        headers: Names of request headers.
        parameters: Names of query parameters.
    """

    __slots__ = ()

    headers: Sequence[str] | None = field("HeaderSet/header", default=None)
    parameters: Sequence[str] | None = field("ParamSet/parameter", default=None)


class AccessMonitor(Model, root="AccessMonitorConfiguration"):
    """Whether OSS keeps when an object was last accessed.

    Attributes:
        status: `"Enabled"` or `"Disabled"`.
    """

    __slots__ = ()

    status: Literal["Enabled", "Disabled"]


class TransferAcceleration(Model, root="TransferAccelerationConfiguration"):
    """Whether the bucket can be reached by the endpoints of transfer acceleration."""

    __slots__ = ()

    enabled: bool


class ArchiveDirectRead(Model, root="ArchiveDirectReadConfiguration"):
    """Whether archived objects can be read without being restored before."""

    __slots__ = ()

    enabled: bool


class StorageCapacity(Model, root="BucketUserQos"):
    """How much a bucket may hold.

    Attributes:
        gigabytes: The most; -1: no limit.
    """

    __slots__ = ()

    gigabytes: int = field("StorageCapacity")


class StorageQuota(Model, root="QuotaConfiguration"):
    """How much a bucket may hold, to the byte; `StorageCapacity` is the older setting.

    Attributes:
        storage_quota: The most, in bytes.
        mode: `"Strict"`: OSS refuses what goes beyond it; `"Warning"`: it tells.
        current_usage: Bytes in the bucket when OSS last looked; None: not told. It is
            not put.
    """

    __slots__ = ()

    storage_quota: int
    mode: Literal["Strict", "Warning"] = "Strict"
    current_usage: int | None = None


class StorageQuotaSetting(RemovableSetting[StorageQuota]):
    """How much a bucket may hold, to the byte."""

    __slots__ = ()

    def _written(self, value: StorageQuota) -> bytes:
        if isinstance(value, StorageQuota):
            value = value.replace(current_usage=None)
        return super()._written(value)


LOGGING = Row(RemovableSetting, "BucketLogging", "logging", BucketLogging)
USER_DEFINED_LOG_FIELDS = Row(
    RemovableSetting,
    "UserDefinedLogFieldsConfig",
    "userDefinedLogFieldsConfig",
    UserDefinedLogFields,
)
ACCESS_MONITOR = Row(Setting, "BucketAccessMonitor", "accessmonitor", AccessMonitor)
TRANSFER_ACCELERATION = Row(
    Setting,
    "BucketTransferAcceleration",
    "transferAcceleration",
    TransferAcceleration,
)
ARCHIVE_DIRECT_READ = Row(
    Setting, "BucketArchiveDirectRead", "bucketArchiveDirectRead", ArchiveDirectRead
)
STORAGE_CAPACITY = Row(Setting, "BucketUserQos", "qos", StorageCapacity)
STORAGE_QUOTA = Row(StorageQuotaSetting, "BucketStorageQuota", "quota", StorageQuota)

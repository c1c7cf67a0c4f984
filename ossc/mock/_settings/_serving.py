"""Settings of how a bucket is served: logs, monitoring, speed, capacity, quota."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ossc.mock._capacity import GIGABYTE, used_by
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._schema import (
    choice,
    flag,
    malformed,
    maybe,
    one,
    several,
    shape,
    text,
    whole,
)
from ossc.mock._settings._setting import Setting, rendered, xml_answer
from ossc.mock._xml import leaf, text_of

if TYPE_CHECKING:
    from ossc.mock._call import Call
    from ossc.mock._http import Response

__all__ = [
    "ACCESS_MONITOR",
    "ARCHIVE_DIRECT_READ",
    "LOGGING",
    "STORAGE_CAPACITY",
    "STORAGE_QUOTA",
    "TRANSFER_ACCELERATION",
    "USER_DEFINED_LOG_FIELDS",
]

_MOST = 10**15


def _accept_logging(call: Call, tree: ET.Element) -> None:
    target = tree.findtext("LoggingEnabled/TargetBucket")
    if target is None:
        return
    bucket = call.store.buckets.get(target)
    if bucket is None or bucket.account != call.bucket.account:
        raise ServiceError("InvalidTargetBucketForLogging")


LOGGING = Setting(
    "BucketLogging",
    "logging",
    "BucketLoggingStatus",
    shape(
        {
            "LoggingEnabled": maybe(
                shape(
                    {
                        "TargetBucket": one(text(least=1)),
                        "TargetPrefix": maybe(text(most=32)),
                        "LoggingRole": maybe(text()),
                    }
                )
            )
        }
    ),
    removable=True,
    accept=_accept_logging,
)


def _accept_log_fields(_call: Call, tree: ET.Element) -> None:
    if not (tree.findall("HeaderSet/header") or tree.findall("ParamSet/parameter")):
        raise malformed("there is no header and no parameter")


USER_DEFINED_LOG_FIELDS = Setting(
    "UserDefinedLogFieldsConfig",
    "userDefinedLogFieldsConfig",
    "UserDefinedLogFieldsConfiguration",
    shape(
        {
            "HeaderSet": maybe(shape({"header": several(text(least=1))})),
            "ParamSet": maybe(shape({"parameter": several(text(least=1))})),
        }
    ),
    missing="NoSuchUserDefinedLogFieldsConfig",
    removable=True,
    accept=_accept_log_fields,
)

ACCESS_MONITOR = Setting(
    "BucketAccessMonitor",
    "accessmonitor",
    "AccessMonitorConfiguration",
    shape({"Status": one(choice("Enabled", "Disabled"))}),
    default=leaf("Status", "Disabled"),
)

TRANSFER_ACCELERATION = Setting(
    "BucketTransferAcceleration",
    "transferAcceleration",
    "TransferAccelerationConfiguration",
    shape({"Enabled": one(flag)}),
    missing="NoSuchTransferAccelerationConfiguration",
)

ARCHIVE_DIRECT_READ = Setting(
    "BucketArchiveDirectRead",
    "bucketArchiveDirectRead",
    "ArchiveDirectReadConfiguration",
    shape({"Enabled": one(flag)}),
    default=leaf("Enabled", "false"),
)


def _accept_capacity(call: Call, tree: ET.Element) -> None:
    capacity = int(text_of(tree, "StorageCapacity") or 0)
    if capacity < -1:
        message = "The storage capacity must not be less than -1."
        raise invalid_argument(message, "StorageCapacity", str(capacity))
    if 0 <= capacity * GIGABYTE < used_by(call.bucket):
        message = "The storage capacity is less than what the bucket holds."
        raise invalid_argument(message, "StorageCapacity", str(capacity))


STORAGE_CAPACITY = Setting(
    "BucketUserQos",
    "qos",
    "BucketUserQos",
    shape({"StorageCapacity": one(whole(-_MOST, _MOST))}),
    default=leaf("StorageCapacity", -1),
    accept=_accept_capacity,
)


def _get_quota(call: Call) -> Response:
    """Send the quota, and how much there is."""
    with call.store.lock:
        tree = STORAGE_QUOTA.of(call.bucket)
        used = used_by(call.bucket)
    if tree is None:
        extra = {"BucketName": call.bucket_name}
        raise ServiceError(STORAGE_QUOTA.missing or "", extra=extra)
    ET.SubElement(tree, "CurrentUsage").text = str(used)
    return xml_answer(rendered(tree))


def _accept_quota(_call: Call, tree: ET.Element) -> None:
    # Only answers tell the usage.
    for told in tree.findall("CurrentUsage"):
        tree.remove(told)


STORAGE_QUOTA = Setting(
    "BucketStorageQuota",
    "quota",
    "QuotaConfiguration",
    shape(
        {
            "StorageQuota": one(whole(1, 10**18 - 1)),
            "Mode": one(choice("Strict", "Warning")),
        }
    ),
    missing="NoSuchBucketStorageQuota",
    removable=True,
    accept=_accept_quota,
    get=_get_quota,
)

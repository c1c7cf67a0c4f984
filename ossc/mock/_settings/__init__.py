"""Settings of buckets, a module for each family; the table of all of them is here.

Another setting is a row in its family's module and its name in `SETTINGS`: the router,
the handlers and what is kept on disk follow.
"""

from ossc.mock._settings._access import (
    ACCOUNT_PUBLIC_ACCESS_BLOCK,
    ACL,
    HTTPS_CONFIG,
    POLICY,
    POLICY_STATUS,
    PUBLIC_ACCESS_BLOCK,
    REQUEST_PAYMENT,
    RESOURCE_GROUP,
)
from ossc.mock._settings._data import ENCRYPTION, TAGGING, VERSIONING, tags_of
from ossc.mock._settings._serving import (
    ACCESS_MONITOR,
    ARCHIVE_DIRECT_READ,
    LOGGING,
    STORAGE_CAPACITY,
    TRANSFER_ACCELERATION,
    USER_DEFINED_LOG_FIELDS,
)
from ossc.mock._settings._setting import Setting, handlers, operations

__all__ = [
    "ACCESS_MONITOR",
    "ENCRYPTION",
    "LOGGING",
    "SETTINGS",
    "TRANSFER_ACCELERATION",
    "Setting",
    "handlers",
    "operations",
    "tags_of",
]

SETTINGS: tuple[Setting, ...] = (
    ACCESS_MONITOR,
    ACCOUNT_PUBLIC_ACCESS_BLOCK,
    ACL,
    ARCHIVE_DIRECT_READ,
    ENCRYPTION,
    HTTPS_CONFIG,
    LOGGING,
    POLICY,
    POLICY_STATUS,
    PUBLIC_ACCESS_BLOCK,
    REQUEST_PAYMENT,
    RESOURCE_GROUP,
    STORAGE_CAPACITY,
    TAGGING,
    TRANSFER_ACCELERATION,
    USER_DEFINED_LOG_FIELDS,
    VERSIONING,
)

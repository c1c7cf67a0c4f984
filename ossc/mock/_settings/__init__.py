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
from ossc.mock._settings._access_points import ACCESS_POINTS
from ossc.mock._settings._account import ACCOUNT, CLOUD_BOX
from ossc.mock._settings._action import Action, rows_of
from ossc.mock._settings._agentic import AGENTIC, AGENTIC_OPERATIONS
from ossc.mock._settings._cname import CNAME, bound_bucket
from ossc.mock._settings._cors import CORS, preflight, share
from ossc.mock._settings._data import ENCRYPTION, TAGGING, VERSIONING, tags_of
from ossc.mock._settings._data_pipelines import DATA_PIPELINES
from ossc.mock._settings._datasets import DATASETS
from ossc.mock._settings._inventory import INVENTORY
from ossc.mock._settings._lifecycle import LIFECYCLE
from ossc.mock._settings._meta_query import META_QUERY
from ossc.mock._settings._metadata import METADATA
from ossc.mock._settings._object_worm import OBJECT_WORM
from ossc.mock._settings._overwrite import OVERWRITE_CONFIG
from ossc.mock._settings._qos import (
    BUCKET_QOS,
    POOL,
    POOL_BUCKET,
    RESOURCE_POOLS,
    qos_document,
)
from ossc.mock._settings._redundancy import REDUNDANCY
from ossc.mock._settings._referer import REFERER, check_referer
from ossc.mock._settings._replication import REPLICATION
from ossc.mock._settings._responses import (
    CALLBACK_POLICY,
    REQUESTER_QOS,
    RESPONSE_HEADER,
    hide_headers,
)
from ossc.mock._settings._serving import (
    ACCESS_MONITOR,
    ARCHIVE_DIRECT_READ,
    LOGGING,
    STORAGE_CAPACITY,
    STORAGE_QUOTA,
    TRANSFER_ACCELERATION,
    USER_DEFINED_LOG_FIELDS,
)
from ossc.mock._settings._setting import Setting, handlers, operations
from ossc.mock._settings._style import STYLE
from ossc.mock._settings._website import WEBSITE
from ossc.mock._settings._worm import WORM

__all__ = [
    "ACCESS_MONITOR",
    "ACTIONS",
    "AGENTIC_OPERATIONS",
    "CLOUD_BOX",
    "ENCRYPTION",
    "LOGGING",
    "POOL",
    "POOL_BUCKET",
    "SETTINGS",
    "TRANSFER_ACCELERATION",
    "WEBSITE",
    "Action",
    "Setting",
    "bound_bucket",
    "check_referer",
    "handlers",
    "hide_headers",
    "operations",
    "preflight",
    "qos_document",
    "rows_of",
    "share",
    "tags_of",
]

SETTINGS: tuple[Setting, ...] = (
    ACCESS_MONITOR,
    ACCOUNT_PUBLIC_ACCESS_BLOCK,
    ACL,
    ARCHIVE_DIRECT_READ,
    BUCKET_QOS,
    CORS,
    ENCRYPTION,
    HTTPS_CONFIG,
    LIFECYCLE,
    LOGGING,
    OBJECT_WORM,
    OVERWRITE_CONFIG,
    POLICY,
    POLICY_STATUS,
    PUBLIC_ACCESS_BLOCK,
    REFERER,
    REQUEST_PAYMENT,
    RESOURCE_GROUP,
    RESPONSE_HEADER,
    STORAGE_CAPACITY,
    STORAGE_QUOTA,
    TAGGING,
    TRANSFER_ACCELERATION,
    USER_DEFINED_LOG_FIELDS,
    VERSIONING,
    WEBSITE,
)

ACTIONS: tuple[Action, ...] = (
    *ACCESS_POINTS,
    *ACCOUNT,
    *AGENTIC,
    *CALLBACK_POLICY,
    *CNAME,
    *DATASETS,
    *DATA_PIPELINES,
    *INVENTORY,
    *META_QUERY,
    *METADATA,
    *REDUNDANCY,
    *REPLICATION,
    *REQUESTER_QOS,
    *RESOURCE_POOLS,
    *STYLE,
    *WORM,
)
"""What is done with settings beside getting, putting and deleting them."""

"""Settings of buckets: what they are made of, and the verbs that they have.

`bucket.versioning.get()` returns a `BucketVersioning`, `bucket.tagging.put(…)` takes a
`BucketTagging`, and so on; the attributes of a bucket say which. Loaded by the first
setting that is asked for.

Example:
    >>> from ossc.settings import BucketVersioning
    >>> bucket.versioning.put(BucketVersioning(status="Enabled"))
    >>> bucket.versioning.get().status
    'Enabled'
"""

from __future__ import annotations

from ossc._model import Model
from ossc.settings._setting import AnySetting, ReadSetting, RemovableSetting, Setting
from ossc.settings.access import (
    AclSetting,
    BucketAcl,
    BucketGrant,
    BucketResourceGroup,
    CipherSuite,
    HttpsConfig,
    PolicySetting,
    PolicyStatus,
    PublicAccessBlock,
    RequestPayment,
)
from ossc.settings.data import (
    BucketEncryption,
    BucketTagging,
    BucketVersioning,
    Tag,
    TaggingSetting,
)
from ossc.settings.info import BucketInfo, BucketStat
from ossc.settings.service import (
    AccessMonitor,
    ArchiveDirectRead,
    BucketLogging,
    StorageCapacity,
    TransferAcceleration,
    UserDefinedLogFields,
)

__all__ = [
    "AccessMonitor",
    "AclSetting",
    "AnySetting",
    "ArchiveDirectRead",
    "BucketAcl",
    "BucketEncryption",
    "BucketGrant",
    "BucketInfo",
    "BucketLogging",
    "BucketResourceGroup",
    "BucketStat",
    "BucketTagging",
    "BucketVersioning",
    "CipherSuite",
    "HttpsConfig",
    "Model",
    "PolicySetting",
    "PolicyStatus",
    "PublicAccessBlock",
    "ReadSetting",
    "RemovableSetting",
    "RequestPayment",
    "Setting",
    "StorageCapacity",
    "Tag",
    "TaggingSetting",
    "TransferAcceleration",
    "UserDefinedLogFields",
]

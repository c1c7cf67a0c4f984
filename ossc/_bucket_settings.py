"""A bucket's settings: one attribute for each, on which `get`, `put`, `delete` are called.

What is behind an attribute is a row in a module of `ossc.settings`, which is loaded when
the attribute is first used.
"""

from __future__ import annotations

from ossc._later import later
from ossc._verbs import Verbs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ossc import settings
    from ossc.settings import RemovableSetting, Setting

__all__ = ["BucketSettings"]


class BucketSettings(Verbs):
    """Settings."""

    __slots__ = ()

    access_monitor: Setting[settings.AccessMonitor] = later("service.ACCESS_MONITOR")
    acl: settings.AclSetting = later("access.ACL")
    archive_direct_read: Setting[settings.ArchiveDirectRead] = later(
        "service.ARCHIVE_DIRECT_READ"
    )
    cors: RemovableSetting[settings.BucketCors] = later("web.CORS")
    encryption: RemovableSetting[settings.BucketEncryption] = later("data.ENCRYPTION")
    https_config: Setting[settings.HttpsConfig] = later("access.HTTPS_CONFIG")
    lifecycle: settings.LifecycleSetting = later("lifecycle.LIFECYCLE")
    logging: RemovableSetting[settings.BucketLogging] = later("service.LOGGING")
    policy: settings.PolicySetting = later("access.POLICY")
    public_access_block: RemovableSetting[settings.PublicAccessBlock] = later(
        "access.PUBLIC_ACCESS_BLOCK"
    )
    referer: Setting[settings.BucketReferer] = later("web.REFERER")
    request_payment: Setting[settings.RequestPayment] = later("access.REQUEST_PAYMENT")
    resource_group: Setting[settings.BucketResourceGroup] = later(
        "access.RESOURCE_GROUP"
    )
    storage_capacity: Setting[settings.StorageCapacity] = later(
        "service.STORAGE_CAPACITY"
    )
    tagging: settings.TaggingSetting = later("data.TAGGING")
    transfer_acceleration: Setting[settings.TransferAcceleration] = later(
        "service.TRANSFER_ACCELERATION"
    )
    user_defined_log_fields: RemovableSetting[settings.UserDefinedLogFields] = later(
        "service.USER_DEFINED_LOG_FIELDS"
    )
    versioning: Setting[settings.BucketVersioning] = later("data.VERSIONING")
    website: RemovableSetting[settings.BucketWebsite] = later("website.WEBSITE")

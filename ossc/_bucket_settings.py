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
    access_points: settings.AccessPoints = later("access_points.ACCESS_POINTS")
    acl: settings.AclSetting = later("access.ACL")
    archive_direct_read: Setting[settings.ArchiveDirectRead] = later(
        "service.ARCHIVE_DIRECT_READ"
    )
    callback_policy: settings.CallbackPolicySetting = later("responses.CALLBACK_POLICY")
    cnames: settings.Cnames = later("cname.CNAMES")
    cors: RemovableSetting[settings.BucketCors] = later("web.CORS")
    datasets: settings.Datasets = later("datasets.DATASETS")
    encryption: RemovableSetting[settings.BucketEncryption] = later("data.ENCRYPTION")
    https_config: Setting[settings.HttpsConfig] = later("access.HTTPS_CONFIG")
    inventories: settings.Inventories = later("inventory.INVENTORIES")
    lifecycle: settings.LifecycleSetting = later("lifecycle.LIFECYCLE")
    logging: RemovableSetting[settings.BucketLogging] = later("service.LOGGING")
    meta_query: settings.MetaQueries = later("meta_query.META_QUERY")
    metadata_configuration: settings.MetadataConfigurationSetting = later(
        "metadata.METADATA_CONFIGURATION"
    )
    object_worm_configuration: Setting[settings.ObjectWormConfiguration] = later(
        "worm.OBJECT_WORM"
    )
    overwrite_config: RemovableSetting[settings.BucketOverwriteConfig] = later(
        "overwrite.OVERWRITE_CONFIG"
    )
    policy: settings.PolicySetting = later("access.POLICY")
    public_access_block: RemovableSetting[settings.PublicAccessBlock] = later(
        "access.PUBLIC_ACCESS_BLOCK"
    )
    qos: RemovableSetting[settings.QosConfiguration] = later("qos.BUCKET_QOS")
    redundancy_transitions: settings.RedundancyTransitions = later(
        "redundancy.REDUNDANCY_TRANSITIONS"
    )
    referer: Setting[settings.BucketReferer] = later("web.REFERER")
    replication: settings.Replication = later("replication.REPLICATION")
    request_payment: Setting[settings.RequestPayment] = later("access.REQUEST_PAYMENT")
    requester_qos: settings.RequesterQos = later("responses.REQUESTER_QOS")
    resource_group: Setting[settings.BucketResourceGroup] = later(
        "access.RESOURCE_GROUP"
    )
    response_header: RemovableSetting[settings.BucketResponseHeader] = later(
        "responses.RESPONSE_HEADER"
    )
    storage_capacity: Setting[settings.StorageCapacity] = later(
        "service.STORAGE_CAPACITY"
    )
    storage_quota: settings.StorageQuotaSetting = later("service.STORAGE_QUOTA")
    styles: settings.Styles = later("style.STYLES")
    tagging: settings.TaggingSetting = later("data.TAGGING")
    transfer_acceleration: Setting[settings.TransferAcceleration] = later(
        "service.TRANSFER_ACCELERATION"
    )
    user_defined_log_fields: RemovableSetting[settings.UserDefinedLogFields] = later(
        "service.USER_DEFINED_LOG_FIELDS"
    )
    versioning: Setting[settings.BucketVersioning] = later("data.VERSIONING")
    website: RemovableSetting[settings.BucketWebsite] = later("website.WEBSITE")
    worm: settings.WormSetting = later("worm.WORM")

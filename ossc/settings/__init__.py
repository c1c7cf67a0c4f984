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
    PolicyText,
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
from ossc.settings.info import BucketInfo, BucketStat, CloudBox, RegionInfo
from ossc.settings.service import (
    AccessMonitor,
    ArchiveDirectRead,
    BucketLogging,
    StorageCapacity,
    StorageQuota,
    StorageQuotaSetting,
    TransferAcceleration,
    UserDefinedLogFields,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ossc.settings.access_points import (
        AccessPoint,
        AccessPointBlock,
        AccessPointInfo,
        AccessPointPage,
        AccessPointPolicy,
        AccessPoints,
        AccountAccessPoints,
        NewAccessPoint,
    )
    from ossc.settings.agentic import AgenticBucket, AgenticBuckets
    from ossc.settings.agentic_info import (
        AgenticBucketInfo,
        AgenticBucketSummary,
        BucketSpaceSummary,
    )
    from ossc.settings.cname import (
        Certificate,
        Cname,
        CnameCertificate,
        CnameList,
        Cnames,
        CnameToken,
    )
    from ossc.settings.data_pipelines import (
        DataPipeline,
        DataPipelineDestination,
        DataPipelineEmbedding,
        DataPipelines,
        DataPipelineSource,
        DataPipelineTarget,
    )
    from ossc.settings.dataset_config import (
        Dataset,
        DatasetConfig,
        DatasetIndex,
        DatasetIndexStatus,
        DatasetLabel,
        DatasetNotification,
        DatasetQuery,
        DatasetResult,
        WorkflowParameter,
    )
    from ossc.settings.dataset_files import DatasetFile
    from ossc.settings.datasets import Datasets
    from ossc.settings.inventory import (
        IncrementalInventory,
        Inventories,
        Inventory,
        InventoryPage,
    )
    from ossc.settings.lifecycle import (
        BucketLifecycle,
        LifecycleNot,
        LifecycleRule,
        LifecycleSetting,
        LifecycleTransition,
        NoncurrentTransition,
    )
    from ossc.settings.meta_query import (
        MetaQueries,
        MetaQuery,
        MetaQueryAggregation,
        MetaQueryFile,
        MetaQueryGroup,
        MetaQueryResult,
        MetaQueryStatus,
        MetaQueryWish,
    )
    from ossc.settings.metadata import (
        InventoryTable,
        InventoryTableResult,
        JournalTable,
        JournalTableResult,
        MetadataConfiguration,
        MetadataConfigurationResult,
        MetadataConfigurationSetting,
        TableEncryption,
        TableExpiration,
    )
    from ossc.settings.overwrite import BucketOverwriteConfig, OverwriteRule
    from ossc.settings.qos import (
        ResourcePool,
        ResourcePoolBucket,
        ResourcePoolBucketPage,
        ResourcePoolInfo,
        ResourcePoolPage,
        ResourcePoolRequesterPage,
        ResourcePoolRequesterQos,
        ResourcePools,
        UserQos,
        UserQosSetting,
    )
    from ossc.settings.redundancy import (
        AccountTransitions,
        RedundancyTransition,
        RedundancyTransitionPage,
        RedundancyTransitions,
    )
    from ossc.settings.replication import (
        BucketReplication,
        Replication,
        ReplicationLocations,
        ReplicationProgress,
        ReplicationRule,
        TransferTypes,
    )
    from ossc.settings.responses import (
        BucketCallbackPolicy,
        BucketResponseHeader,
        CallbackPolicyItem,
        CallbackPolicySetting,
        QosConfiguration,
        RequesterQos,
        RequesterQosInfo,
        RequesterQosPage,
        ResponseHeaderRule,
    )
    from ossc.settings.smart_clusters import (
        SmartCluster,
        SmartClusterRule,
        SmartClusters,
    )
    from ossc.settings.style import (
        Style,
        StyleList,
        Styles,
    )
    from ossc.settings.web import (
        BucketCors,
        BucketReferer,
        CorsRule,
    )
    from ossc.settings.website import (
        BucketWebsite,
        MirrorAlternate,
        MirrorAuth,
        MirrorHeaders,
        NamedText,
        RoutingCondition,
        RoutingHeader,
        RoutingRedirect,
        RoutingRule,
    )
    from ossc.settings.worm import (
        BucketWorm,
        ObjectWormConfiguration,
        WormSetting,
    )

__all__ = [
    "AccessMonitor",
    "AccessPoint",
    "AccessPointBlock",
    "AccessPointInfo",
    "AccessPointPage",
    "AccessPointPolicy",
    "AccessPoints",
    "AccountAccessPoints",
    "AccountTransitions",
    "AclSetting",
    "AgenticBucket",
    "AgenticBucketInfo",
    "AgenticBucketSummary",
    "AgenticBuckets",
    "AnySetting",
    "ArchiveDirectRead",
    "BucketAcl",
    "BucketCallbackPolicy",
    "BucketCors",
    "BucketEncryption",
    "BucketGrant",
    "BucketInfo",
    "BucketLifecycle",
    "BucketLogging",
    "BucketOverwriteConfig",
    "BucketReferer",
    "BucketReplication",
    "BucketResourceGroup",
    "BucketResponseHeader",
    "BucketSpaceSummary",
    "BucketStat",
    "BucketTagging",
    "BucketVersioning",
    "BucketWebsite",
    "BucketWorm",
    "CallbackPolicyItem",
    "CallbackPolicySetting",
    "Certificate",
    "CipherSuite",
    "CloudBox",
    "Cname",
    "CnameCertificate",
    "CnameList",
    "CnameToken",
    "Cnames",
    "CorsRule",
    "DataPipeline",
    "DataPipelineDestination",
    "DataPipelineEmbedding",
    "DataPipelineSource",
    "DataPipelineTarget",
    "DataPipelines",
    "Dataset",
    "DatasetConfig",
    "DatasetFile",
    "DatasetIndex",
    "DatasetIndexStatus",
    "DatasetLabel",
    "DatasetNotification",
    "DatasetQuery",
    "DatasetResult",
    "Datasets",
    "HttpsConfig",
    "IncrementalInventory",
    "Inventories",
    "Inventory",
    "InventoryPage",
    "InventoryTable",
    "InventoryTableResult",
    "JournalTable",
    "JournalTableResult",
    "LifecycleNot",
    "LifecycleRule",
    "LifecycleSetting",
    "LifecycleTransition",
    "MetaQueries",
    "MetaQuery",
    "MetaQueryAggregation",
    "MetaQueryFile",
    "MetaQueryGroup",
    "MetaQueryResult",
    "MetaQueryStatus",
    "MetaQueryWish",
    "MetadataConfiguration",
    "MetadataConfigurationResult",
    "MetadataConfigurationSetting",
    "MirrorAlternate",
    "MirrorAuth",
    "MirrorHeaders",
    "Model",
    "NamedText",
    "NewAccessPoint",
    "NoncurrentTransition",
    "ObjectWormConfiguration",
    "OverwriteRule",
    "PolicySetting",
    "PolicyStatus",
    "PolicyText",
    "PublicAccessBlock",
    "QosConfiguration",
    "ReadSetting",
    "RedundancyTransition",
    "RedundancyTransitionPage",
    "RedundancyTransitions",
    "RegionInfo",
    "RemovableSetting",
    "Replication",
    "ReplicationLocations",
    "ReplicationProgress",
    "ReplicationRule",
    "RequestPayment",
    "RequesterQos",
    "RequesterQosInfo",
    "RequesterQosPage",
    "ResourcePool",
    "ResourcePoolBucket",
    "ResourcePoolBucketPage",
    "ResourcePoolInfo",
    "ResourcePoolPage",
    "ResourcePoolRequesterPage",
    "ResourcePoolRequesterQos",
    "ResourcePools",
    "ResponseHeaderRule",
    "RoutingCondition",
    "RoutingHeader",
    "RoutingRedirect",
    "RoutingRule",
    "Setting",
    "SmartCluster",
    "SmartClusterRule",
    "SmartClusters",
    "StorageCapacity",
    "StorageQuota",
    "StorageQuotaSetting",
    "Style",
    "StyleList",
    "Styles",
    "TableEncryption",
    "TableExpiration",
    "Tag",
    "TaggingSetting",
    "TransferAcceleration",
    "TransferTypes",
    "UserDefinedLogFields",
    "UserQos",
    "UserQosSetting",
    "WorkflowParameter",
    "WormSetting",
]


def __getattr__(name: str) -> Any:
    """What only some programs need loads when it is first asked for."""
    from importlib import import_module  # noqa: PLC0415 - as what it loads

    from ossc.settings._homes import HOMES  # noqa: PLC0415 - as above

    if name in HOMES:
        return getattr(import_module(f"ossc.settings.{HOMES[name]}"), name)
    raise AttributeError(f"module 'ossc.settings' has no attribute {name!r}")


def __dir__() -> list[str]:
    """What is there to complete."""
    return sorted({*globals(), *__all__})

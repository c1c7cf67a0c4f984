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
from ossc.settings.info import BucketInfo, BucketStat
from ossc.settings.service import (
    AccessMonitor,
    ArchiveDirectRead,
    BucketLogging,
    StorageCapacity,
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
        StorageQuota,
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
    "MirrorAlternate",
    "MirrorAuth",
    "MirrorHeaders",
    "Model",
    "NamedText",
    "NewAccessPoint",
    "NoncurrentTransition",
    "PolicySetting",
    "PolicyStatus",
    "PolicyText",
    "PublicAccessBlock",
    "QosConfiguration",
    "ReadSetting",
    "RedundancyTransition",
    "RedundancyTransitionPage",
    "RedundancyTransitions",
    "RemovableSetting",
    "Replication",
    "ReplicationLocations",
    "ReplicationProgress",
    "ReplicationRule",
    "RequestPayment",
    "RequesterQos",
    "RequesterQosInfo",
    "RequesterQosPage",
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
    "Style",
    "StyleList",
    "Styles",
    "Tag",
    "TaggingSetting",
    "TransferAcceleration",
    "TransferTypes",
    "UserDefinedLogFields",
    "WorkflowParameter",
    "WormSetting",
]

_LATER = {
    "AccessPoint": "access_points",
    "AccessPointBlock": "access_points",
    "AccessPointInfo": "access_points",
    "AccessPointPage": "access_points",
    "AccessPointPolicy": "access_points",
    "AccessPoints": "access_points",
    "AccountAccessPoints": "access_points",
    "AccountTransitions": "redundancy",
    "AgenticBucket": "agentic",
    "AgenticBucketInfo": "agentic_info",
    "AgenticBucketSummary": "agentic_info",
    "AgenticBuckets": "agentic",
    "BucketCallbackPolicy": "responses",
    "BucketCors": "web",
    "BucketLifecycle": "lifecycle",
    "BucketReferer": "web",
    "BucketReplication": "replication",
    "BucketResponseHeader": "responses",
    "BucketSpaceSummary": "agentic_info",
    "BucketWebsite": "website",
    "BucketWorm": "worm",
    "CallbackPolicyItem": "responses",
    "CallbackPolicySetting": "responses",
    "Certificate": "cname",
    "Cname": "cname",
    "CnameCertificate": "cname",
    "CnameList": "cname",
    "CnameToken": "cname",
    "Cnames": "cname",
    "CorsRule": "web",
    "DataPipeline": "data_pipelines",
    "DataPipelineDestination": "data_pipelines",
    "DataPipelineEmbedding": "data_pipelines",
    "DataPipelineSource": "data_pipelines",
    "DataPipelineTarget": "data_pipelines",
    "DataPipelines": "data_pipelines",
    "Dataset": "dataset_config",
    "DatasetConfig": "dataset_config",
    "DatasetFile": "dataset_files",
    "DatasetIndex": "dataset_config",
    "DatasetIndexStatus": "dataset_config",
    "DatasetLabel": "dataset_config",
    "DatasetNotification": "dataset_config",
    "DatasetQuery": "dataset_config",
    "DatasetResult": "dataset_config",
    "Datasets": "datasets",
    "IncrementalInventory": "inventory",
    "Inventories": "inventory",
    "Inventory": "inventory",
    "InventoryPage": "inventory",
    "LifecycleNot": "lifecycle",
    "LifecycleRule": "lifecycle",
    "LifecycleSetting": "lifecycle",
    "LifecycleTransition": "lifecycle",
    "MetaQueries": "meta_query",
    "MetaQuery": "meta_query",
    "MetaQueryAggregation": "meta_query",
    "MetaQueryFile": "meta_query",
    "MetaQueryGroup": "meta_query",
    "MetaQueryResult": "meta_query",
    "MetaQueryStatus": "meta_query",
    "MetaQueryWish": "meta_query",
    "MirrorAlternate": "website",
    "MirrorAuth": "website",
    "MirrorHeaders": "website",
    "NamedText": "website",
    "NewAccessPoint": "access_points",
    "NoncurrentTransition": "lifecycle",
    "QosConfiguration": "responses",
    "RedundancyTransition": "redundancy",
    "RedundancyTransitionPage": "redundancy",
    "RedundancyTransitions": "redundancy",
    "Replication": "replication",
    "ReplicationLocations": "replication",
    "ReplicationProgress": "replication",
    "ReplicationRule": "replication",
    "RequesterQos": "responses",
    "RequesterQosInfo": "responses",
    "RequesterQosPage": "responses",
    "ResponseHeaderRule": "responses",
    "RoutingCondition": "website",
    "RoutingHeader": "website",
    "RoutingRedirect": "website",
    "RoutingRule": "website",
    "SmartCluster": "smart_clusters",
    "SmartClusterRule": "smart_clusters",
    "SmartClusters": "smart_clusters",
    "StorageQuota": "agentic_info",
    "Style": "style",
    "StyleList": "style",
    "Styles": "style",
    "TransferTypes": "replication",
    "WorkflowParameter": "dataset_config",
    "WormSetting": "worm",
}


def __getattr__(name: str) -> Any:
    """What only some programs need loads when it is first asked for."""
    from importlib import import_module  # noqa: PLC0415 - as what it loads

    if name in _LATER:
        return getattr(import_module(f"ossc.settings.{_LATER[name]}"), name)
    raise AttributeError(f"module 'ossc.settings' has no attribute {name!r}")


def __dir__() -> list[str]:
    """What is there to complete."""
    return sorted({*globals(), *__all__})

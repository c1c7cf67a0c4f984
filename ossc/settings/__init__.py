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

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ossc.settings.lifecycle import (
        BucketLifecycle,
        LifecycleNot,
        LifecycleRule,
        LifecycleSetting,
        LifecycleTransition,
        NoncurrentTransition,
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

__all__ = [
    "AccessMonitor",
    "AclSetting",
    "AnySetting",
    "ArchiveDirectRead",
    "BucketAcl",
    "BucketCors",
    "BucketEncryption",
    "BucketGrant",
    "BucketInfo",
    "BucketLifecycle",
    "BucketLogging",
    "BucketReferer",
    "BucketResourceGroup",
    "BucketStat",
    "BucketTagging",
    "BucketVersioning",
    "BucketWebsite",
    "CipherSuite",
    "CorsRule",
    "HttpsConfig",
    "LifecycleNot",
    "LifecycleRule",
    "LifecycleSetting",
    "LifecycleTransition",
    "MirrorAlternate",
    "MirrorAuth",
    "MirrorHeaders",
    "Model",
    "NamedText",
    "NoncurrentTransition",
    "PolicySetting",
    "PolicyStatus",
    "PublicAccessBlock",
    "ReadSetting",
    "RemovableSetting",
    "RequestPayment",
    "RoutingCondition",
    "RoutingHeader",
    "RoutingRedirect",
    "RoutingRule",
    "Setting",
    "StorageCapacity",
    "Tag",
    "TaggingSetting",
    "TransferAcceleration",
    "UserDefinedLogFields",
]

_LATER = {
    "BucketCors": "web",
    "BucketLifecycle": "lifecycle",
    "BucketReferer": "web",
    "BucketWebsite": "website",
    "CorsRule": "web",
    "LifecycleNot": "lifecycle",
    "LifecycleRule": "lifecycle",
    "LifecycleSetting": "lifecycle",
    "LifecycleTransition": "lifecycle",
    "MirrorAlternate": "website",
    "MirrorAuth": "website",
    "MirrorHeaders": "website",
    "NamedText": "website",
    "NoncurrentTransition": "lifecycle",
    "RoutingCondition": "website",
    "RoutingHeader": "website",
    "RoutingRedirect": "website",
    "RoutingRule": "website",
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

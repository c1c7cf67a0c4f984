"""Whether objects can have retentions of their own, and which one new ones have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ossc.mock._errors import ServiceError
from ossc.mock._handlers._properties import RETENTION_MODES
from ossc.mock._retention import OBJECT_WORM_KEY, policy_of
from ossc.mock._schema import choice, malformed, maybe, one, shape, whole
from ossc.mock._settings._setting import Setting

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

    from ossc.mock._call import Call

__all__ = ["OBJECT_WORM"]

_MOST_DAYS, _MOST_YEARS = 36500, 100


def _accept(call: Call, tree: ET.Element) -> None:
    default = tree.find("Rule/DefaultRetention")
    if default is not None:
        periods = default.findall("Days") + default.findall("Years")
        if len(periods) != 1:
            raise malformed("DefaultRetention has either Days or Years")
    if policy_of(call.bucket, call.now) is not None:
        message = "The bucket has a retention policy of its own."
        raise ServiceError("InvalidWORMConfiguration", message)
    if call.bucket.versioning != "Enabled":
        message = "The bucket's versioning is not enabled."
        raise ServiceError("InvalidWORMConfiguration", message)


OBJECT_WORM = Setting(
    "BucketObjectWormConfiguration",
    OBJECT_WORM_KEY,
    "ObjectWormConfiguration",
    shape(
        {
            "ObjectWormEnabled": one(choice("Enabled")),
            "Rule": maybe(
                shape(
                    {
                        "DefaultRetention": one(
                            shape(
                                {
                                    "Mode": one(choice(*RETENTION_MODES)),
                                    "Days": maybe(whole(1, _MOST_DAYS)),
                                    "Years": maybe(whole(1, _MOST_YEARS)),
                                }
                            )
                        )
                    }
                )
            ),
        }
    ),
    missing="NoSuchBucketObjectWormConfiguration",
    accept=_accept,
)

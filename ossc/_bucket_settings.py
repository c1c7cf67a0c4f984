"""A bucket's settings: one attribute for each, on which `get`, `put`, `delete` are called.

What is behind an attribute is a row in a module of `ossc.settings`, which is loaded when
the attribute is first used.
"""

from __future__ import annotations

from ossc._later import later
from ossc._verbs import Verbs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ossc.settings import (
        BucketEncryption,
        BucketVersioning,
        RemovableSetting,
        Setting,
        TaggingSetting,
    )

__all__ = ["BucketSettings"]


class BucketSettings(Verbs):
    """Settings."""

    __slots__ = ()

    encryption: RemovableSetting[BucketEncryption] = later("data.ENCRYPTION")
    tagging: TaggingSetting = later("data.TAGGING")
    versioning: Setting[BucketVersioning] = later("data.VERSIONING")

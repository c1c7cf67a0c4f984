"""Which objects of a bucket nobody may overwrite."""

from __future__ import annotations

from collections.abc import Sequence

from ossc._model import Model, field
from ossc.settings._setting import RemovableSetting, Row

__all__ = ["BucketOverwriteConfig", "OverwriteRule"]


class OverwriteRule(Model, root="Rule"):
    """Forbids writes over objects that all its conditions are true of.

    Attributes:
        id: Its name, of which there is one in a bucket; None: OSS chooses one.
        action: `"forbid"`, the only one there is.
        prefix: What the keys begin with; None: anything.
        suffix: What the keys end with; None: anything.
        principals: Who may not: accounts, users, roles, as policies write them, `*`
            among them; None: nobody may.
    """

    __slots__ = ()

    id: str | None = field("ID", default=None)
    action: str = "forbid"
    prefix: str | None = None
    suffix: str | None = None
    principals: Sequence[str] | None = field("Principals/Principal", default=None)


class BucketOverwriteConfig(Model, root="OverwriteConfiguration"):
    """Which objects nobody may overwrite. In buckets with versions it says nothing.

    A write that a rule forbids ends in `FileAlreadyExists`.

    Attributes:
        rules: At most 100; one that forbids is enough.
    """

    __slots__ = ()

    rules: Sequence[OverwriteRule] = field("Rule", default=())


OVERWRITE_CONFIG = Row(
    RemovableSetting, "BucketOverwriteConfig", "overwriteConfig", BucketOverwriteConfig
)

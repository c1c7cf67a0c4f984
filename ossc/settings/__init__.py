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
from ossc.settings._setting import ReadSetting, RemovableSetting, Setting
from ossc.settings.data import (
    BucketEncryption,
    BucketTagging,
    BucketVersioning,
    Tag,
    TaggingSetting,
)

__all__ = [
    "BucketEncryption",
    "BucketTagging",
    "BucketVersioning",
    "Model",
    "ReadSetting",
    "RemovableSetting",
    "Setting",
    "Tag",
    "TaggingSetting",
]

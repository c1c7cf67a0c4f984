"""A lifecycle: when objects move to cheaper storage, and when they go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from ossc._model import Model, field
from ossc._verbs import done
from ossc.settings._setting import RemovableSetting, Row
from ossc.settings.data import Tag

__all__ = [
    "BucketLifecycle",
    "LifecycleNot",
    "LifecycleRule",
    "LifecycleSetting",
    "LifecycleTransition",
    "NoncurrentTransition",
]

_OVERLAP = "x-oss-allow-same-action-overlap"


class LifecycleTransition(Model, root="Transition"):
    """When objects move to another storage class. Either `days` or a date.

    Attributes:
        storage_class: `"IA"`, `"Archive"`, `"ColdArchive"`, `"DeepColdArchive"`.
        days: So long after the object was last modified, or last accessed.
        created_before_date: Objects that were last modified before this midnight in UTC.
        is_access_time: Whether days count from the last access; the bucket has to
            monitor accesses.
        return_to_std_when_visit: Whether an access brings the object back to Standard.
        allow_small_file: Whether objects of less than 64 KiB move, too.
    """

    __slots__ = ()

    days: int | None = None
    created_before_date: datetime | None = None
    storage_class: str
    is_access_time: bool | None = None
    return_to_std_when_visit: bool | None = None
    allow_small_file: bool | None = None


class NoncurrentTransition(Model, root="NoncurrentVersionTransition"):
    """When versions that were replaced move to another storage class.

    Attributes:
        noncurrent_days: So long after they were replaced.
        storage_class: As in `LifecycleTransition`, and so are the other fields.
    """

    __slots__ = ()

    noncurrent_days: int
    storage_class: str
    is_access_time: bool | None = None
    return_to_std_when_visit: bool | None = None
    allow_small_file: bool | None = None


class LifecycleNot(Model, root="Not"):
    """Objects that a rule leaves alone.

    Attributes:
        prefix: What their keys begin with; it begins with the rule's prefix itself.
        tag: A tag that they have, too; None: whatever their tags are.
    """

    __slots__ = ()

    prefix: str
    tag: Tag | None = None


class LifecycleRule(Model, root="Rule"):
    """What happens to objects of a prefix. One thing at least has to.

    Attributes:
        id: The rule's name, unlike those of others; OSS makes one up for None.
        prefix: What keys begin with; empty: all objects.
        tags: Tags that objects have to have, all of them.
        status: `"Enabled"` or `"Disabled"`.
        expiration_days: Objects are deleted so long after they were last modified.
        expiration_created_before: Objects that were last modified before this midnight
            in UTC are deleted.
        expiration_date: An older way to say from when on all objects are deleted.
        expired_object_delete_marker: Whether a delete marker goes when it is all that
            is left of its key.
        transitions: When objects move to another storage class.
        abort_multipart_days: Uploads that are not completed so long after they were
            begun are aborted.
        abort_multipart_created_before: Uploads that were begun before this midnight in
            UTC are aborted.
        noncurrent_expiration_days: Versions are deleted so long after they were
            replaced.
        noncurrent_transitions: When those versions move to another storage class.
        object_size_greater_than: Only objects of more bytes.
        object_size_less_than: Only objects of less bytes.
        nots: Objects that are left alone; None: there are none.
        atime_base: When OSS began to count accesses, in Unix seconds; OSS fills it in.
    """

    __slots__ = ()

    id: str | None = field("ID", default=None)
    prefix: str = ""
    status: Literal["Enabled", "Disabled"] = "Enabled"
    tags: Sequence[Tag] = field("Tag", default=())
    object_size_greater_than: int | None = field(
        "Filter/ObjectSizeGreaterThan", default=None
    )
    object_size_less_than: int | None = field("Filter/ObjectSizeLessThan", default=None)
    nots: Sequence[LifecycleNot] | None = field("Filter/Not", default=None)
    expiration_days: int | None = field("Expiration/Days", default=None)
    expiration_created_before: datetime | None = field(
        "Expiration/CreatedBeforeDate", default=None
    )
    expiration_date: datetime | None = field("Expiration/Date", default=None)
    expired_object_delete_marker: bool | None = field(
        "Expiration/ExpiredObjectDeleteMarker", default=None
    )
    transitions: Sequence[LifecycleTransition] = field("Transition", default=())
    abort_multipart_days: int | None = field("AbortMultipartUpload/Days", default=None)
    abort_multipart_created_before: datetime | None = field(
        "AbortMultipartUpload/CreatedBeforeDate", default=None
    )
    noncurrent_expiration_days: int | None = field(
        "NoncurrentVersionExpiration/NoncurrentDays", default=None
    )
    noncurrent_transitions: Sequence[NoncurrentTransition] = field(
        "NoncurrentVersionTransition", default=()
    )
    atime_base: int | None = None


class BucketLifecycle(Model, root="LifecycleConfiguration"):
    """What happens to a bucket's objects in the course of time.

    Attributes:
        rules: At most 1000.
    """

    __slots__ = ()

    rules: Sequence[LifecycleRule] = field("Rule", default=())


class LifecycleSetting(RemovableSetting[BucketLifecycle]):
    """A bucket's lifecycle rules."""

    __slots__ = ()

    def put(
        self, value: BucketLifecycle, *, allow_same_action_overlap: bool = False
    ) -> None:
        """Replaces all rules (PutBucketLifecycle).

        Args:
            value: All rules.
            allow_same_action_overlap: Whether two rules may do the same thing to the
                same objects; OSS refuses that otherwise.

        Raises:
            InvalidArgument, ServerError: OSS refuses the rules.
            NoSuchBucket: The bucket does not exist.
            AccessDenied: The caller may not change them.

        Example:
            >>> from ossc.settings import BucketLifecycle, LifecycleRule
            >>> logs = LifecycleRule(id="logs", prefix="logs/", expiration_days=30)
            >>> bucket.lifecycle.put(BucketLifecycle(rules=[logs]))
            >>> bucket.lifecycle.get().rules[0].expiration_days
            30
        """
        headers = {_OVERLAP: "true"} if allow_same_action_overlap else None
        self._send("PUT", done, body=self._written(value), headers=headers)


LIFECYCLE = Row(LifecycleSetting, "BucketLifecycle", "lifecycle", BucketLifecycle)

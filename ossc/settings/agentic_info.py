"""What OSS says of agentic buckets and of the bucket spaces that belong to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ossc._model import Model, field

__all__ = [
    "AgenticBucketInfo",
    "AgenticBucketPage",
    "AgenticBucketSummary",
    "BucketSpacePage",
    "BucketSpaceSummary",
]

_ENCRYPTION = "ServerSideEncryptionRule/ApplyServerSideEncryptionByDefault"


class AgenticBucketSummary(Model, root="AgenticBucket"):
    """An agentic bucket, as lists tell of it.

    Attributes:
        name: Its full name.
        create_time: When it was made.
    """

    __slots__ = ()

    name: str
    storage_class: str = ""
    data_redundancy_type: str = ""
    create_time: datetime | None = None


class AgenticBucketPage(Model, root="ListAgenticBucketsResult"):
    """A page of a list of agentic buckets."""

    __slots__ = ()

    region: str = ""
    owner: str = ""
    is_truncated: bool = False
    next_continuation_token: str = ""
    buckets: Sequence[AgenticBucketSummary] = field(
        "AgenticBuckets/AgenticBucket", default=()
    )


class AgenticBucketInfo(Model):
    """An agentic bucket: what it is, and what its spaces are made with.

    Attributes:
        name: Its full name.
        owner: The account.
        region: The region's id.
        status: `"Enabled"`, or `"Disabled"`: no more spaces are made.
        bucket_resource_type: What OSS calls it.
        create_time: When it was made.
        acl: The access rule of its spaces.
        public_access_block: Whether public access to them is blocked.
        sse_algorithm: How they are encrypted; None: not by themselves.
        kms_master_key_id: The key of that, with `"KMS"`.
        kms_data_encryption: The algorithm of data, with `"KMS"`.
        versioning: `"Enabled"`, `"Suspended"`, or None: never enabled.
        bucket_policy: Their policy, as JSON; None: they have none.
    """

    __slots__ = ()

    name: str
    owner: str = ""
    region: str = ""
    storage_class: str = ""
    data_redundancy_type: str = ""
    status: str = ""
    bucket_resource_type: str | None = None
    create_time: datetime | None = None
    acl: str = field("ACL", default="")
    public_access_block: bool | None = None
    sse_algorithm: str | None = field(f"{_ENCRYPTION}/SSEAlgorithm", default=None)
    kms_master_key_id: str | None = field(f"{_ENCRYPTION}/KMSMasterKeyID", default=None)
    kms_data_encryption: str | None = field(
        f"{_ENCRYPTION}/KMSDataEncryption", default=None
    )
    versioning: str | None = None
    bucket_policy: str | None = None


class BucketSpaceSummary(Model, root="BucketSpace"):
    """A bucket space, as lists tell of it.

    Attributes:
        name: Its full name, which `Client.bucket` takes.
        location: Region with its prefix: `"oss-cn-hangzhou"`.
        creation_date: When it was made.
    """

    __slots__ = ()

    name: str
    location: str = ""
    creation_date: datetime | None = None
    storage_class: str = ""


class BucketSpacePage(Model, root="ListBucketSpacesResult"):
    """A page of a list of bucket spaces."""

    __slots__ = ()

    is_truncated: bool = False
    next_continuation_token: str = ""
    spaces: Sequence[BucketSpaceSummary] = field("BucketSpaces/BucketSpace", default=())

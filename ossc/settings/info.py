"""What OSS says of a bucket, of regions, and of cloud boxes."""

from __future__ import annotations

from datetime import datetime

from ossc._model import Model, field

__all__ = ["BucketInfo", "BucketStat", "CloudBox", "RegionInfo"]


class BucketInfo(Model):
    """A bucket's properties.

    Attributes:
        name: The bucket's name.
        creation_date: When it was created, UTC.
        location: Region with its prefix: `"oss-cn-hangzhou"`.
        extranet_endpoint: Where the region is reached from anywhere.
        intranet_endpoint: Where it is reached inside Alibaba Cloud.
        storage_class: What objects have by default.
        data_redundancy_type: `"LRS"` or `"ZRS"`.
        acl: The access rule.
        owner_id: The owner's account.
        owner_name: The owner's name.
        resource_group_id: The resource group.
        versioning: `"Enabled"`, `"Suspended"`, or None: never enabled.
        sse_algorithm: How objects are encrypted by default; `"None"`: not at all.
        kms_master_key_id: The key of it, with `"KMS"`.
        kms_data_encryption: The algorithm of data, with `"KMS"`.
        log_bucket: Where access logs go; empty: nowhere.
        log_prefix: What the logs' keys begin with.
        access_monitor: `"Enabled"` or `"Disabled"`.
        transfer_acceleration: `"Enabled"` or `"Disabled"`.
        cross_region_replication: `"Enabled"` or `"Disabled"`.
        block_public_access: Whether public access is blocked; None: OSS did not say.
        comment: A comment.
        agentic_bucket_name: The agentic bucket that a bucket space belongs to; None: it
            is none.
        hns_status: `"Enabled"`: it has directories (a hierarchical namespace); None: not
            told.
    """

    __slots__ = ()

    name: str = field("Bucket/Name")
    creation_date: datetime = field("Bucket/CreationDate")
    location: str = field("Bucket/Location", default="")
    extranet_endpoint: str = field("Bucket/ExtranetEndpoint", default="")
    intranet_endpoint: str = field("Bucket/IntranetEndpoint", default="")
    storage_class: str = field("Bucket/StorageClass", default="")
    data_redundancy_type: str = field("Bucket/DataRedundancyType", default="")
    acl: str = field("Bucket/AccessControlList/Grant", default="")
    owner_id: str = field("Bucket/Owner/ID", default="")
    owner_name: str = field("Bucket/Owner/DisplayName", default="")
    resource_group_id: str = field("Bucket/ResourceGroupId", default="")
    versioning: str | None = field("Bucket/Versioning", default=None)
    sse_algorithm: str = field(
        "Bucket/ServerSideEncryptionRule/SSEAlgorithm", default="None"
    )
    kms_master_key_id: str | None = field(
        "Bucket/ServerSideEncryptionRule/KMSMasterKeyID", default=None
    )
    kms_data_encryption: str | None = field(
        "Bucket/ServerSideEncryptionRule/KMSDataEncryption", default=None
    )
    log_bucket: str = field("Bucket/BucketPolicy/LogBucket", default="")
    log_prefix: str = field("Bucket/BucketPolicy/LogPrefix", default="")
    access_monitor: str = field("Bucket/AccessMonitor", default="Disabled")
    transfer_acceleration: str = field(
        "Bucket/TransferAcceleration", default="Disabled"
    )
    cross_region_replication: str = field(
        "Bucket/CrossRegionReplication", default="Disabled"
    )
    block_public_access: bool | None = field("Bucket/BlockPublicAccess", default=None)
    comment: str = field("Bucket/Comment", default="")
    agentic_bucket_name: str | None = field("Bucket/AgenticBucketName", default=None)
    hns_status: str | None = field("Bucket/HnsStatus", default=None)


class BucketStat(Model):
    """What a bucket holds, as OSS counted it; that may be an hour ago.

    Sizes are in bytes. Those called `real` are of the objects as they are, the others
    count small objects of that class as what is charged for.

    Attributes:
        storage: Of all objects.
        object_count: All objects.
        multipart_upload_count: Uploads that are neither completed nor aborted.
        multipart_part_count: Their parts.
        delete_marker_count: Delete markers.
        live_channel_count: LiveChannels.
        last_modified_time: When it was counted, in Unix seconds.
    """

    __slots__ = ()

    storage: int
    object_count: int
    multipart_upload_count: int = 0
    multipart_part_count: int = 0
    delete_marker_count: int = 0
    live_channel_count: int = 0
    last_modified_time: int = 0
    standard_storage: int = 0
    standard_object_count: int = 0
    infrequent_access_storage: int = 0
    infrequent_access_real_storage: int = 0
    infrequent_access_object_count: int = 0
    archive_storage: int = 0
    archive_real_storage: int = 0
    archive_object_count: int = 0
    cold_archive_storage: int = 0
    cold_archive_real_storage: int = 0
    cold_archive_object_count: int = 0
    deep_cold_archive_storage: int = 0
    deep_cold_archive_real_storage: int = 0
    deep_cold_archive_object_count: int = 0


class RegionInfo(Model):
    """A region and its endpoints.

    Attributes:
        region: Its id as OSS writes it: `"oss-cn-hangzhou"`.
        internet_endpoint: Where it is reached from outside.
        internal_endpoint: Where it is reached from inside the cloud.
        accelerate_endpoint: Where it is reached from far away; None: not told.
    """

    __slots__ = ()

    region: str
    internet_endpoint: str = ""
    internal_endpoint: str = ""
    accelerate_endpoint: str | None = None


class CloudBox(Model):
    """A cloud box of the account.

    Attributes:
        id: Its id, which `Client(cloud_box_id=…)` takes.
        name: Its name.
        region: Where it belongs to.
        control_endpoint: Where it is set up.
        data_endpoint: Where its buckets are.
        alias: What else it is called; None: nothing.
    """

    __slots__ = ()

    id: str = field("ID")
    name: str = ""
    region: str = ""
    control_endpoint: str = ""
    data_endpoint: str = ""
    alias: str | None = None

"""Written by `python -m tests.aio_stubs`; not to be edited."""

import os
from collections.abc import AsyncIterable, Callable, Iterable, Mapping
from datetime import datetime, timedelta
from types import EllipsisType
from typing import Any, Generic, Literal, overload

from typing_extensions import Buffer, Self, Unpack

from ossc import settings
from ossc._arguments import Anonymous, Observer
from ossc._batch import KeyResult
from ossc._connection import ConnectionOptions
from ossc._credentials._refresh import Source
from ossc._delete_many import Named
from ossc._endpoint import Addressing, Network
from ossc._folder._move import SkipSame
from ossc._folder._result import FileResult, LocalEntry
from ossc._invoke import Response
from ossc._live import (
    CreateLiveChannelResult,
    LiveChannel,
    LiveChannelConfiguration,
    LiveChannelStat,
    LiveRecord,
)
from ossc._multipart import AnyPart, AnyUpload
from ossc._object_results import (
    AsyncFetchTask,
    AsyncProcessResult,
    ChangeResult,
    DeleteDirectoryResult,
    ObjectACL,
    ObjectMeta,
    ObjectTagging,
    PreflightResult,
    ProcessResult,
    RestoreResult,
    RestoreState,
    Retention,
    SealResult,
    Symlink,
)
from ossc._paging import T
from ossc._post_form import Condition, PostForm
from ossc._presign import Lifetime
from ossc._ranges import ByteRange
from ossc._retry import Retry
from ossc._sdk import CancelToken, Progress
from ossc._select import CSVInput, CSVOutput, JSONInput, JSONOutput, SelectMeta
from ossc._select._result import SelectStats
from ossc._signed_url import PresignedURL
from ossc._stream._upload import Result
from ossc._transfer._download_stream import Writable
from ossc._transfer._source import Readable
from ossc.aio._by_url import URLsBase
from ossc.aio._client import ClientBase
from ossc.aio._feed import AsyncReadable
from ossc.aio._opening import IterableOpening, Opening
from ossc.aio._results import Results
from ossc.aio._streams import IterableStream, ReaderStream, WriterStream
from ossc.aio._verbs import SettingVerbs, Verbs
from ossc.callback import Callback
from ossc.credentials import Credentials
from ossc.models import (
    AppendObjectResult,
    BucketSummary,
    CompleteMultipartUploadResult,
    CopyObjectResult,
    DeletedObject,
    GetObjectResult,
    Headers,
    MultipartUpload,
    MultipartUploadSummary,
    ObjectInfo,
    ObjectSummary,
    ObjectVersion,
    Part,
    PutObjectResult,
    UploadPartResult,
)
from ossc.options import (
    ACL,
    Conditions,
    CopyOptions,
    DataRedundancy,
    ObjectOptions,
    ResponseOverrides,
    StorageClass,
    UploadOptions,
)
from ossc.settings import BucketInfo, BucketStat, CloudBox, RegionInfo
from ossc.settings._setting import M
from ossc.settings.access import BucketAcl, BucketGrant, PolicyStatus, PublicAccessBlock
from ossc.settings.access_points import AccessPoint, AccessPointInfo, NewAccessPoint
from ossc.settings.agentic_info import (
    AgenticBucketInfo,
    AgenticBucketSummary,
    BucketSpaceSummary,
)
from ossc.settings.cname import Certificate, Cname, CnameToken
from ossc.settings.data import BucketEncryption, BucketTagging, BucketVersioning
from ossc.settings.data_pipelines import DataPipeline
from ossc.settings.dataset_config import (
    Dataset,
    DatasetConfig,
    DatasetIndex,
    DatasetIndexStatus,
    DatasetQuery,
    DatasetResult,
    WorkflowParameter,
)
from ossc.settings.dataset_files import DatasetFile
from ossc.settings.inventory import Inventory
from ossc.settings.lifecycle import BucketLifecycle
from ossc.settings.meta_query import (
    MetaQuery,
    MetaQueryAggregation,
    MetaQueryFile,
    MetaQueryResult,
    MetaQueryStatus,
    Order,
)
from ossc.settings.metadata import (
    InventoryTable,
    JournalTable,
    MetadataConfiguration,
    MetadataConfigurationResult,
)
from ossc.settings.qos import (
    ResourcePool,
    ResourcePoolBucket,
    ResourcePoolInfo,
    UserQos,
)
from ossc.settings.redundancy import RedundancyTransition
from ossc.settings.replication import (
    BucketReplication,
    ReplicationLocations,
    ReplicationProgress,
    ReplicationRule,
)
from ossc.settings.responses import (
    BucketCallbackPolicy,
    QosConfiguration,
    RequesterQosInfo,
)
from ossc.settings.service import StorageQuota
from ossc.settings.smart_clusters import SmartCluster, SmartClusterRule
from ossc.settings.style import Style
from ossc.settings.worm import BucketWorm

__all__ = [
    "Bucket",
    "Client",
    "Listing",
    "ObjectData",
    "ObjectReader",
    "ObjectWriter",
    "SelectResult",
    "SignedURLs",
]

class AnySetting(SettingVerbs):
    """`ossc.AnySetting` for tasks.

    What all settings have. Thread-safe; nothing is kept between calls.
    """

class ActionSettings(AnySetting):
    """`ossc.ActionSettings` for tasks.

    What settings have that are reached by actions.
    """

    async def action(
        self,
        name: str,
        params: Mapping[str, str] | None = None,
        body: bytes | str | None = None,
    ) -> Response:
        """`ossc.ActionSettings.action` for tasks.

        Makes any action, such as one that ossc has no verb for yet.

        It is OSS's DoMetaQueryAction for the datasets of a bucket, DoDataPipelineAction
        for data pipelines. It is sent once: again only where OSS cannot have acted.

        Args:
            name: As OSS calls it: `"listDatasets"`.
            params: Further query parameters.
            body: What is sent with it; a `str` as UTF-8.

        Raises:
            ServerError: OSS answers with an error, as the class of its code.
        """

class AgenticBucket(AnySetting):
    """`ossc.AgenticBucket` for tasks.

    An agentic bucket. Its settings are those that its next spaces are made with.
    """

    @property
    def acl(self) -> AclSetting: ...
    @property
    def encryption(self) -> RemovableSetting[BucketEncryption]: ...
    @property
    def policy(self) -> PolicyText: ...
    @property
    def public_access_block(self) -> RemovableSetting[PublicAccessBlock]: ...
    @property
    def storage_quota(self) -> StorageQuotaSetting: ...
    @property
    def versioning(self) -> Setting[BucketVersioning]: ...
    @property
    def name(self) -> str:
        """The full name."""

    async def info(self) -> AgenticBucketInfo:
        """`ossc.AgenticBucket.info` for tasks.

        What it is, and what its spaces are made with (GetAgenticBucket).

        Raises:
            NoSuchBucket: It does not exist.
        """

    async def set_status(self, status: Literal["Enabled", "Disabled"]) -> None:
        """`ossc.AgenticBucket.set_status` for tasks.

        Says whether spaces are made (PutAgenticBucketStatus).

        Args:
            status: `"Disabled"`: no more are, and it can be deleted; `"Enabled"`.

        Raises:
            NoSuchBucket: It does not exist.
        """

    async def create_space(self, prefix: str) -> Bucket:
        """`ossc.AgenticBucket.create_space` for tasks.

        Makes a bucket space (PutBucket) and returns it as an ordinary bucket.

        Args:
            prefix: 3 lower-case letters, digits and hyphens or more; with what comes
                behind it, 63 at the most.

        Raises:
            NoSuchBucket: There is no such agentic bucket.
            ServerError: It is disabled, or OSS refuses the space.
        """

    def spaces(
        self, prefix: str = "", *, resume: str | None = None
    ) -> Listing[BucketSpaceSummary]:
        """`ossc.AgenticBucket.spaces` for tasks.

        Its bucket spaces by name (ListBucketSpaces), fetched page by page.

        Args:
            prefix: Only names that begin so.
            resume: Goes on behind the space at which an earlier list had this `token`.
        """

class AgenticBuckets(AnySetting):
    """`ossc.AgenticBuckets` for tasks.

    The agentic buckets of an account in the client's region.
    """

    def full_name(self, prefix: str) -> str:
        """`ossc.AgenticBuckets.full_name` for tasks.

        The full name of an agentic bucket. Nothing is sent.
        """

    def space_name(self, prefix: str) -> str:
        """`ossc.AgenticBuckets.space_name` for tasks.

        The full name of a bucket space. Nothing is sent.
        """

    def bucket(self, prefix: str) -> AgenticBucket:
        """`ossc.AgenticBuckets.bucket` for tasks.

        An agentic bucket. Nothing is sent.

        Args:
            prefix: What its name begins with; behind it are account and region.
        """

    def space(self, prefix: str) -> Bucket:
        """`ossc.AgenticBuckets.space` for tasks.

        A bucket space as the ordinary bucket that it is. Nothing is sent.

        Args:
            prefix: What its name begins with; behind it are account and region.
        """

    async def create(
        self,
        prefix: str,
        *,
        storage_class: StorageClass | None = None,
        data_redundancy: DataRedundancy | None = None,
    ) -> None:
        """`ossc.AgenticBuckets.create` for tasks.

        Makes an agentic bucket (CreateAgenticBucket); at most 10 in a region.

        Args:
            prefix: 3 lower-case letters, digits and hyphens or more; with what comes
                behind it, 63 at the most.
            storage_class: What objects of its spaces have by default; `"Standard"`.
            data_redundancy: `"LRS"`, in one zone (the default), or `"ZRS"`, in several.

        Raises:
            BucketAlreadyExists: There is one of that name.
        """

    async def delete(self, prefix: str) -> None:
        """`ossc.AgenticBuckets.delete` for tasks.

        Deletes an agentic bucket that is disabled and has no spaces.

        (DeleteAgenticBucket.)

        Args:
            prefix: What its name begins with.

        Raises:
            NoSuchBucket: It does not exist.
            ServerError: It is enabled, has spaces, or OSS is not ready to delete it.
        """

    def list(self, *, resume: str | None = None) -> Listing[AgenticBucketSummary]:
        """`ossc.AgenticBuckets.list` for tasks.

        The agentic buckets (ListAgenticBuckets), fetched page by page.

        Args:
            resume: Goes on behind the one at which an earlier list had this `token`.
        """

class PolicyText(AnySetting):
    """`ossc.PolicyText` for tasks.

    A policy, which is JSON.
    """

    async def get(self) -> dict[str, Any]:
        """`ossc.PolicyText.get` for tasks.

        The policy (GetBucketPolicy).

        Raises:
            NoSuchConfiguration: There is none.
        """

    async def put(self, policy: Mapping[str, Any] | str) -> None:
        """`ossc.PolicyText.put` for tasks.

        Replaces the policy (PutBucketPolicy).

        Args:
            policy: What `get` returned, changed or not, or its JSON.

        Raises:
            ServerError: OSS refuses it, with the code `InvalidPolicyDocument`.
        """

    async def delete(self) -> None:
        """`ossc.PolicyText.delete` for tasks.

        Deletes the policy (DeleteBucketPolicy). That there is none is no error.
        """

class SeveralSettings(AnySetting):
    """`ossc.SeveralSettings` for tasks.

    What settings have of which there are several.
    """

class _OfOne(AnySetting):
    """`ossc._OfOne` for tasks.

    A setting of one access point.
    """

class AccessPointBlock(_OfOne):
    """`ossc.AccessPointBlock` for tasks.

    Whether public access by an access point is blocked.
    """

    async def get(self) -> PublicAccessBlock:
        """`ossc.AccessPointBlock.get` for tasks.

        Whether it is (GetAccessPointPublicAccessBlock).
        """

    async def put(self, value: PublicAccessBlock) -> None:
        """`ossc.AccessPointBlock.put` for tasks.

        Says whether it is (PutAccessPointPublicAccessBlock).
        """

    async def delete(self) -> None:
        """`ossc.AccessPointBlock.delete` for tasks.

        Unblocks it (DeleteAccessPointPublicAccessBlock).
        """

class AccessPointPolicy(_OfOne):
    """`ossc.AccessPointPolicy` for tasks.

    The policy of an access point, which is JSON.
    """

    async def get(self) -> dict[str, Any]:
        """`ossc.AccessPointPolicy.get` for tasks.

        The policy (GetAccessPointPolicy).

        Raises:
            NoSuchConfiguration: There is none.
        """

    async def put(self, policy: Mapping[str, Any] | str) -> None:
        """`ossc.AccessPointPolicy.put` for tasks.

        Replaces the policy (PutAccessPointPolicy).

        Args:
            policy: What `get` returned, changed or not, or its JSON.
        """

    async def delete(self) -> None:
        """`ossc.AccessPointPolicy.delete` for tasks.

        Deletes the policy (DeleteAccessPointPolicy).
        """

class AccountAccessPoints(SeveralSettings):
    """`ossc.AccountAccessPoints` for tasks.

    The access points of all buckets of an account.
    """

    def list(self, *, page_size: int = 100) -> Results[AccessPointInfo]:
        """`ossc.AccountAccessPoints.list` for tasks.

        All access points by name (ListAccessPoints), fetched page by page.

        Args:
            page_size: How many are fetched at once, 1 to 1000.
        """

class AccountTransitions(SeveralSettings):
    """`ossc.AccountTransitions` for tasks.

    The tasks of all buckets of an account.
    """

    def list(self) -> Results[RedundancyTransition]:
        """`ossc.AccountTransitions.list` for tasks.

        All tasks, fetched page by page.
        """

class Cnames(SeveralSettings):
    """`ossc.Cnames` for tasks.

    The domains that lead to a bucket.
    """

    async def create_token(self, domain: str) -> CnameToken:
        """`ossc.Cnames.create_token` for tasks.

        What to put into the domain's DNS (CreateCnameToken).

        While a token is valid, it is the same one.

        Raises:
            ServerError: There can be no such domain.
        """

    async def get_token(self, domain: str) -> CnameToken:
        """`ossc.Cnames.get_token` for tasks.

        The token of a domain (GetCnameToken).

        Raises:
            NoSuchConfiguration: There is none.
        """

    async def put(self, domain: str, certificate: Certificate | None = None) -> None:
        """`ossc.Cnames.put` for tasks.

        Has a domain lead to the bucket (PutCname).

        Args:
            domain: The domain; below it, in its DNS, is the token.
            certificate: Its certificate; None: it stays as it is.

        Raises:
            ServerError: The domain is not shown to be one's own
                (`NeedVerifyDomainOwnership`), or leads to another bucket.
        """

    async def delete(self, domain: str) -> None:
        """`ossc.Cnames.delete` for tasks.

        Ends that a domain leads to the bucket (DeleteCname).
        """

    def list(self) -> Results[Cname]:
        """`ossc.Cnames.list` for tasks.

        The domains that lead to the bucket (ListCname).
        """

class DataPipelines(ActionSettings):
    """`ossc.DataPipelines` for tasks.

    The account's data pipelines in the region, by their names.
    """

    async def put(self, name: str, pipeline: DataPipeline, *, role: str) -> None:
        """`ossc.DataPipelines.put` for tasks.

        Makes a pipeline (PutDataPipelineConfiguration).

        Args:
            name: At most 64 letters, digits, hyphens and underscores.
            pipeline: What it does.
            role: The role that OSS works as: `"acs:ram::ACCOUNT:role/NAME"`.

        Raises:
            ServerError: There is one of that name, or OSS refuses it.
        """

    async def get(self, name: str) -> DataPipeline:
        """`ossc.DataPipelines.get` for tasks.

        A pipeline (GetDataPipelineConfiguration).

        Raises:
            NoSuchConfiguration: There is none of that name.
        """

    async def delete(self, name: str) -> None:
        """`ossc.DataPipelines.delete` for tasks.

        Deletes a pipeline (DeleteDataPipelineConfiguration). Vectors stay.

        Raises:
            NoSuchConfiguration: There is none of that name.
        """

    async def pause(self, name: str) -> None:
        """`ossc.DataPipelines.pause` for tasks.

        Has a pipeline rest (PauseDataPipeline).

        Raises:
            NoSuchConfiguration: There is none of that name.
            ServerError: It is not at work.
        """

    async def restart(self, name: str) -> None:
        """`ossc.DataPipelines.restart` for tasks.

        Has a pipeline that rests go on (RestartDataPipeline).

        Raises:
            NoSuchConfiguration: There is none of that name.
            ServerError: It does not rest.
        """

    def list(
        self,
        prefix: str = "",
        *,
        input_bucket: str | None = None,
        page_size: int = 100,
        resume: str | None = None,
    ) -> Listing[DataPipeline]:
        """`ossc.DataPipelines.list` for tasks.

        The pipelines by name (ListDataPipelineConfigurations), fetched page by page.

        Args:
            prefix: Only names that begin so.
            input_bucket: Only those that objects of this bucket go into.
            page_size: How many are fetched at once, 1 to 100.
            resume: Goes on behind the pipeline at which an earlier list had this
                `token`.
        """

class DatasetSearches(ActionSettings):
    """`ossc.DatasetSearches` for tasks.

    Searches in the datasets of a bucket.
    """

    def search(
        self,
        name: str,
        query: Mapping[str, Any] | str | None = None,
        *,
        sort: str | None = None,
        order: Order | None = None,
        fields: Iterable[str] | AsyncIterable[str] | None = None,
        page_size: int = 100,
        resume: str | None = None,
    ) -> Listing[DatasetFile]:
        """`ossc.DatasetSearches.search` for tasks.

        The files of a dataset that a search finds (SimpleQuery).

        They are fetched page by page while iterating.

        Args:
            name: The dataset's name.
            query: A condition as in `meta_query.search`; None: all files.
            sort: The field by which they are in order; several, with commas between.
            order: `"asc"`, or `"desc"`, which is OSS's default.
            fields: What is told of each file, such as `["Filename", "Size"]`; None:
                everything.
            page_size: How many are fetched at once, 1 to 100.
            resume: Goes on behind the file at which an earlier search had this `token`.

        Raises:
            NoSuchConfiguration: There is no such dataset.
            InvalidArgument: OSS does not understand the search.
        """

    async def aggregate(
        self, name: str, query: Mapping[str, Any] | str | None, *wishes: tuple[str, str]
    ) -> tuple[MetaQueryAggregation, ...]:
        """`ossc.DatasetSearches.aggregate` for tasks.

        What is counted over the files that a search finds (SimpleQuery).

        Args:
            name: The dataset's name.
            query: As in `search`.
            *wishes: Fields and what is done with each: `("Size", "sum")`.
        """

    async def count(
        self, name: str, query: Mapping[str, Any] | str | None = None
    ) -> int:
        """`ossc.DatasetSearches.count` for tasks.

        How many files of a dataset a search finds (SimpleQuery).

        Args:
            name: The dataset's name.
            query: As in `search`.
        """

    async def semantic_query(
        self,
        name: str,
        text: str,
        *,
        media_types: Iterable[str] | AsyncIterable[str] | None = None,
        query: Mapping[str, Any] | str | None = None,
        fields: Iterable[str] | AsyncIterable[str] | None = None,
        max_results: int | None = None,
    ) -> tuple[DatasetFile, ...]:
        """`ossc.DatasetSearches.semantic_query` for tasks.

        The files of a dataset that a text describes, the best first (SemanticQuery).

        Args:
            name: The dataset's name.
            text: What is looked for, in plain words; at most 1024 characters.
            media_types: Only `"image"`, `"video"`, `"audio"`, `"document"`.
            query: Only files that this condition, as in `search`, lets through.
            fields: What is told of each file; None: everything.
            max_results: How many are wanted at the most; None: as many as OSS likes.

        Raises:
            NoSuchConfiguration: There is no such dataset.
        """

    async def do(
        self, query: DatasetQuery, *, mode: str | None = None
    ) -> DatasetResult:
        """`ossc.DatasetSearches.do` for tasks.

        One page of a search over all of the bucket, as it stands (DoMetaQuery).

        Args:
            query: The search.
            mode: `"basic"` or `"semantic"`.

        Raises:
            NoSuchConfiguration: There is no index.
        """

class Inventories(SeveralSettings):
    """`ossc.Inventories` for tasks.

    A bucket's inventories, by their ids.
    """

    async def get(self, inventory_id: str) -> Inventory:
        """`ossc.Inventories.get` for tasks.

        One inventory (GetBucketInventory).

        Raises:
            NoSuchConfiguration: There is none of that id.
        """

    async def put(self, inventory: Inventory) -> None:
        """`ossc.Inventories.put` for tasks.

        Adds an inventory (PutBucketInventory).

        Raises:
            ServerError: There is one of its id already, with the code
                `InventoryAlreadyExist`, or OSS refuses it for another reason.
        """

    async def delete(self, inventory_id: str) -> None:
        """`ossc.Inventories.delete` for tasks.

        Deletes an inventory (DeleteBucketInventory). That there is none is no error.
        """

    def list(self) -> Results[Inventory]:
        """`ossc.Inventories.list` for tasks.

        All inventories by id (ListBucketInventory), fetched page by page.
        """

class MetaQueries(SeveralSettings):
    """`ossc.MetaQueries` for tasks.

    Searches of a bucket's objects, once it has an index.
    """

    async def open(self, *, mode: str | None = None) -> None:
        """`ossc.MetaQueries.open` for tasks.

        Has OSS make an index of the bucket (OpenMetaQuery).

        Args:
            mode: `"basic"`, which is OSS's default, or `"semantic"`.

        Raises:
            ServerError: There is an index.
        """

    async def get(self) -> MetaQueryStatus:
        """`ossc.MetaQueries.get` for tasks.

        How far OSS has come with the index (GetMetaQueryStatus).

        Raises:
            NoSuchConfiguration: There is none.
        """

    async def close(self) -> None:
        """`ossc.MetaQueries.close` for tasks.

        Has OSS forget the index (CloseMetaQuery).
        """

    async def do(self, query: MetaQuery, *, mode: str | None = None) -> MetaQueryResult:
        """`ossc.MetaQueries.do` for tasks.

        One page of a search as it stands (DoMetaQuery).

        Args:
            query: The search.
            mode: `"basic"` or `"semantic"`.

        Raises:
            NoSuchConfiguration: There is no index.
            ServerError: OSS does not understand the search.
        """

    def search(
        self,
        query: Mapping[str, Any] | str,
        *,
        sort: str | None = None,
        order: Order | None = None,
        page_size: int = 100,
    ) -> Results[MetaQueryFile]:
        """`ossc.MetaQueries.search` for tasks.

        The objects that a search finds (DoMetaQuery), fetched page by page.

        Args:
            query: A condition in OSS's form, or its JSON:
                `{"Field": "Size", "Value": "1048576", "Operation": "gt"}`; conditions
                are joined as `{"Operation": "and", "SubQueries": […]}`.
            sort: The field by which they are in order.
            order: `"asc"`, or `"desc"`, which is OSS's default.
            page_size: How many are fetched at once, 1 to 100.
        """

    async def aggregate(
        self, query: Mapping[str, Any] | str, *wishes: tuple[str, str]
    ) -> tuple[MetaQueryAggregation, ...]:
        """`ossc.MetaQueries.aggregate` for tasks.

        What is counted over the objects that a search finds (DoMetaQuery).

        Args:
            query: As in `search`.
            *wishes: Fields and what is done with each: `("Size", "sum")`.
        """

class PolicySetting(PolicyText):
    """`ossc.PolicySetting` for tasks.

    A bucket's policy, which is JSON.
    """

    async def status(self) -> PolicyStatus:
        """`ossc.PolicySetting.status` for tasks.

        What the policy amounts to (GetBucketPolicyStatus).

        Signature V1 does not know this operation; use V4, the default.
        """

class ReadSetting(AnySetting, Generic[M]):
    """`ossc.ReadSetting` for tasks.

    A setting that can be read.
    """

    async def get(self) -> M:
        """`ossc.ReadSetting.get` for tasks.

        The setting as OSS has it now.

        Raises:
            NoSuchConfiguration: There is none, and OSS has no default for it.
            NoSuchBucket: The bucket does not exist.
            AccessDenied: The caller may not see it.
        """

class Replication(SeveralSettings):
    """`ossc.Replication` for tasks.

    The rules by which a bucket's objects are copied.
    """

    async def get(self) -> BucketReplication:
        """`ossc.Replication.get` for tasks.

        All rules (GetBucketReplication).

        Raises:
            NoSuchConfiguration: There is none.
        """

    async def add(self, rule: ReplicationRule) -> str:
        """`ossc.Replication.add` for tasks.

        Adds a rule (PutBucketReplication) and returns its id.

        Raises:
            ServerError: OSS refuses the rule.
        """

    async def delete(self, rule_id: str) -> None:
        """`ossc.Replication.delete` for tasks.

        Ends a rule (DeleteBucketReplication); what was copied stays.

        Raises:
            NoSuchConfiguration: There is none of that id.
        """

    async def progress(self, rule_id: str) -> ReplicationProgress:
        """`ossc.Replication.progress` for tasks.

        How far OSS has come with a rule (GetBucketReplicationProgress).

        Raises:
            NoSuchConfiguration: There is none of that id.
        """

    async def locations(self) -> ReplicationLocations:
        """`ossc.Replication.locations` for tasks.

        Where objects can be copied to (GetBucketReplicationLocation).
        """

    async def set_rtc(self, rule_id: str, *, enabled: bool) -> None:
        """`ossc.Replication.set_rtc` for tasks.

        Whether OSS promises how long a rule takes (PutBucketRTC).

        Raises:
            NoSuchConfiguration: There is no rule of that id.
        """

class RequesterQos(SeveralSettings):
    """`ossc.RequesterQos` for tasks.

    How much each caller may move, by the caller's id.
    """

    async def get(self, requester: str) -> RequesterQosInfo:
        """`ossc.RequesterQos.get` for tasks.

        How much a caller may move (GetBucketRequesterQoSInfo).

        Raises:
            NoSuchConfiguration: Nothing is said of this caller.
        """

    async def put(self, requester: str, qos: QosConfiguration) -> None:
        """`ossc.RequesterQos.put` for tasks.

        Says how much a caller may move (PutBucketRequesterQoSInfo).
        """

    async def delete(self, requester: str) -> None:
        """`ossc.RequesterQos.delete` for tasks.

        Says nothing of a caller any more (DeleteBucketRequesterQoSInfo).
        """

    def list(self, *, page_size: int = 100) -> Results[RequesterQosInfo]:
        """`ossc.RequesterQos.list` for tasks.

        All callers (ListBucketRequesterQoSInfos), fetched page by page.
        """

class ResourcePools(SeveralSettings):
    """`ossc.ResourcePools` for tasks.

    The account's resource pools in the client's region, which OSS makes on request.
    """

    def list(self, *, page_size: int = 100) -> Results[ResourcePoolInfo]:
        """`ossc.ResourcePools.list` for tasks.

        All pools (ListResourcePools), fetched page by page.

        Args:
            page_size: How many are fetched at once, 1 to 1000.
        """

    async def get(self, name: str) -> ResourcePool:
        """`ossc.ResourcePools.get` for tasks.

        A pool (GetResourcePoolInfo).

        Raises:
            NoSuchConfiguration: There is none of that name.
        """

    def buckets(
        self, name: str, *, page_size: int = 100
    ) -> Results[ResourcePoolBucket]:
        """`ossc.ResourcePools.buckets` for tasks.

        The buckets of a pool (ListResourcePoolBuckets), fetched page by page.

        Args:
            name: The pool's name.
            page_size: How many are fetched at once, 1 to 1000.

        Raises:
            NoSuchConfiguration: There is no pool of that name.
        """

    def requester_qos(self, name: str) -> ResourcePoolRequesterQos:
        """`ossc.ResourcePools.requester_qos` for tasks.

        How much each caller may move of a pool. Nothing is sent.
        """

class SmartClusters(ActionSettings):
    """`ossc.SmartClusters` for tasks.

    The clusters of a dataset. The bucket's index has to route files to datasets.
    """

    async def create(
        self,
        name: str,
        cluster_type: str,
        rules: Iterable[SmartClusterRule] | AsyncIterable[SmartClusterRule],
        *,
        description: str | None = None,
        topic_name: str | None = None,
    ) -> str:
        """`ossc.SmartClusters.create` for tasks.

        Makes a cluster (CreateSmartCluster) and returns its id.

        OSS fills it later, in some minutes.

        Args:
            name: At most 128 characters; another one for each cluster of the dataset.
            cluster_type: `"figure"`: of faces; `"knowledge"`: of meanings.
            rules: What its files have in common.
            description: At most 128 characters about it.
            topic_name: The topic of the message service to tell when it is done.

        Raises:
            NoSuchConfiguration: There is no such dataset.
            ServerError: There is a cluster of that name, or OSS refuses it.
        """

    async def get(self, object_id: str) -> SmartCluster:
        """`ossc.SmartClusters.get` for tasks.

        A cluster (GetSmartCluster).

        Args:
            object_id: Its id.

        Raises:
            NoSuchConfiguration: There is none of that id.
        """

    async def update(
        self,
        object_id: str,
        *,
        name: str | None = None,
        description: str | None = None,
        rules: Iterable[SmartClusterRule]
        | AsyncIterable[SmartClusterRule]
        | None = None,
        topic_name: str | None = None,
    ) -> None:
        """`ossc.SmartClusters.update` for tasks.

        Changes what is given of a cluster (UpdateSmartCluster).

        With other rules OSS makes it anew; until then it has no files.

        Args:
            object_id: Its id.
            name: As in `create`.
            description: As in `create`.
            rules: As in `create`.
            topic_name: As in `create`.

        Raises:
            NoSuchConfiguration: There is none of that id.
            ParameterError: Nothing is given.
        """

    async def delete(self, object_id: str) -> None:
        """`ossc.SmartClusters.delete` for tasks.

        Deletes a cluster (DeleteSmartCluster). The files stay.

        Args:
            object_id: Its id.

        Raises:
            NoSuchConfiguration: There is none of that id.
        """

    def list(
        self,
        *,
        cluster_type: str | None = None,
        rule_types: Iterable[str] | AsyncIterable[str] | None = None,
        page_size: int = 100,
        resume: str | None = None,
    ) -> Listing[SmartCluster]:
        """`ossc.SmartClusters.list` for tasks.

        The dataset's clusters (ListSmartClusters), fetched page by page.

        Args:
            cluster_type: Only clusters of this type.
            rule_types: Only clusters with a rule of one of these types.
            page_size: How many are fetched at once, 1 to 200.
            resume: Goes on behind the cluster at which an earlier list had this `token`.
        """

class Styles(SeveralSettings):
    """`ossc.Styles` for tasks.

    A bucket's styles, by their names.
    """

    async def get(self, name: str) -> Style:
        """`ossc.Styles.get` for tasks.

        A style (GetStyle).

        Raises:
            NoSuchConfiguration: There is none of that name.
        """

    async def put(
        self, name: str, content: str, *, category: str | None = None
    ) -> None:
        """`ossc.Styles.put` for tasks.

        Makes a style, or changes it (PutStyle).

        Args:
            name: 1 to 63 letters, digits, hyphens, underscores and dots.
            content: What is done: `"image/resize,p_50"`.
            category: `"image"`, which is OSS's default, `"document"` or `"video"`.

        Raises:
            ServerError: OSS refuses it.
        """

    async def delete(self, name: str) -> None:
        """`ossc.Styles.delete` for tasks.

        Deletes a style (DeleteStyle). That there is none is no error.
        """

    def list(self) -> Results[Style]:
        """`ossc.Styles.list` for tasks.

        All styles by name (ListStyle).
        """

class AccessPoints(AccountAccessPoints):
    """`ossc.AccessPoints` for tasks.

    A bucket's access points, by their names.
    """

    async def create(self, name: str, *, vpc_id: str | None = None) -> NewAccessPoint:
        """`ossc.AccessPoints.create` for tasks.

        Makes an access point (CreateAccessPoint).

        Args:
            name: 3 to 19 lower-case letters, digits and hyphens.
            vpc_id: The private network that it is for; None: the internet.

        Raises:
            ServerError: There is one of that name, or OSS refuses it.
        """

    async def get(self, name: str) -> AccessPoint:
        """`ossc.AccessPoints.get` for tasks.

        An access point (GetAccessPoint).

        Raises:
            NoSuchConfiguration: There is none of that name.
        """

    async def delete(self, name: str) -> None:
        """`ossc.AccessPoints.delete` for tasks.

        Deletes an access point (DeleteAccessPoint).

        Raises:
            NoSuchConfiguration: There is none of that name.
        """

    def policy(self, name: str) -> AccessPointPolicy:
        """`ossc.AccessPoints.policy` for tasks.

        The policy of an access point. Nothing is sent.
        """

    def public_access_block(self, name: str) -> AccessPointBlock:
        """`ossc.AccessPoints.public_access_block` for tasks.

        Whether public access by an access point is blocked. Nothing is sent.
        """

class AclSetting(ReadSetting[BucketAcl]):
    """`ossc.AclSetting` for tasks.

    A bucket's access rule.
    """

    async def put(self, grant: BucketGrant | BucketAcl) -> None:
        """`ossc.AclSetting.put` for tasks.

        Replaces the access rule (PutBucketAcl).

        Args:
            grant: The rule, or what `get` returned.

        Raises:
            ParameterError: There is no such rule.
            AccessDenied: The caller may not change it, or public access is blocked.
        """

class Datasets(DatasetSearches):
    """`ossc.Datasets` for tasks.

    Datasets of a bucket, and searches in them.
    """

    async def open(
        self,
        index: DatasetIndex | None = None,
        *,
        mode: str = "semantic",
        role: str | None = None,
    ) -> None:
        """`ossc.Datasets.open` for tasks.

        Has OSS make an index of the bucket (OpenMetaQuery).

        Args:
            index: How; what it routes cannot be changed before `close`.
            mode: `"semantic"`, which datasets need, or `"basic"`.
            role: The role that OSS reads as.

        Raises:
            ServerError: There is an index.
        """

    async def status(self) -> DatasetIndexStatus:
        """`ossc.Datasets.status` for tasks.

        How far OSS has come with the index (GetMetaQueryStatus).

        Raises:
            NoSuchConfiguration: There is none.
        """

    async def close(self) -> None:
        """`ossc.Datasets.close` for tasks.

        Has OSS forget the index and all datasets (CloseMetaQuery).
        """

    async def create(
        self,
        name: str,
        *,
        description: str | None = None,
        config: DatasetConfig | None = None,
        workflow_parameters: Iterable[WorkflowParameter]
        | AsyncIterable[WorkflowParameter]
        | None = None,
    ) -> Dataset:
        """`ossc.Datasets.create` for tasks.

        Makes a dataset (CreateDataset).

        Args:
            name: 1 to 128 letters, digits, hyphens and underscores.
            description: At most 256 characters about it.
            config: What OSS is to find out about its files.
            workflow_parameters: Switches of older programs.

        Raises:
            NoSuchConfiguration: The bucket has no index.
            ServerError: There is a dataset of that name, or OSS refuses it.
        """

    async def get(self, name: str, *, statistics: bool = False) -> Dataset:
        """`ossc.Datasets.get` for tasks.

        A dataset (GetDataset).

        Args:
            name: Its name.
            statistics: Whether OSS is to count its files.

        Raises:
            NoSuchConfiguration: There is none of that name.
        """

    async def update(
        self,
        name: str,
        *,
        description: str | None = None,
        config: DatasetConfig | None = None,
        workflow_parameters: Iterable[WorkflowParameter]
        | AsyncIterable[WorkflowParameter]
        | None = None,
    ) -> Dataset:
        """`ossc.Datasets.update` for tasks.

        Changes what is given of a dataset (UpdateDataset).

        It counts for files that are indexed from now on.

        Args:
            name: Its name.
            description: As in `create`.
            config: As in `create`; replaces all of it.
            workflow_parameters: As in `create`.

        Raises:
            NoSuchConfiguration: There is none of that name.
            ParameterError: Nothing is given.
        """

    async def delete(self, name: str) -> None:
        """`ossc.Datasets.delete` for tasks.

        Deletes a dataset that has no files (DeleteDataset).

        The files are taken out with `delete_file_meta`.

        Raises:
            NoSuchConfiguration: There is none of that name.
            ServerError: It has files.
        """

    def list(
        self, prefix: str = "", *, page_size: int = 100, resume: str | None = None
    ) -> Listing[Dataset]:
        """`ossc.Datasets.list` for tasks.

        The bucket's datasets by name (ListDatasets), fetched page by page.

        Args:
            prefix: Only names that begin so.
            page_size: How many are fetched at once, 1 to 200.
            resume: Goes on behind the dataset at which an earlier list had this `token`.
        """

    async def delete_file_meta(self, name: str, key: str) -> None:
        """`ossc.Datasets.delete_file_meta` for tasks.

        Takes a file out of a dataset (DeleteFileMeta). The object stays.

        That it is not in there is no error.

        Args:
            name: The dataset's name.
            key: The object's key.

        Raises:
            NoSuchConfiguration: There is no such dataset.
        """

    def clusters(self, name: str) -> SmartClusters:
        """`ossc.Datasets.clusters` for tasks.

        The clusters of a dataset. Nothing is sent.

        Args:
            name: The dataset's name.
        """

class MetadataConfigurationSetting(ReadSetting[MetadataConfigurationResult]):
    """`ossc.MetadataConfigurationSetting` for tasks.

    The tables that tell of a bucket's objects.
    """

    async def create(self, value: MetadataConfiguration) -> None:
        """`ossc.MetadataConfigurationSetting.create` for tasks.

        Has OSS make the tables (CreateBucketMetadataConfiguration).

        Raises:
            ServerError: The bucket has some, or OSS refuses it.
        """

    async def update_inventory_table(self, value: InventoryTable) -> None:
        """`ossc.MetadataConfigurationSetting.update_inventory_table` for tasks.

        Changes the table of objects.

        The operation is UpdateBucketMetadataInventoryTableConfiguration.

        Raises:
            NoSuchConfiguration: The bucket has no tables.
        """

    async def update_journal_table(self, value: JournalTable) -> None:
        """`ossc.MetadataConfigurationSetting.update_journal_table` for tasks.

        Changes the table of changes (UpdateBucketMetadataJournalTableConfiguration).

        Raises:
            NoSuchConfiguration: The bucket has no tables.
        """

    async def delete(self) -> None:
        """`ossc.MetadataConfigurationSetting.delete` for tasks.

        Ends the tables (DeleteBucketMetadataConfiguration).
        """

class RedundancyTransitions(AccountTransitions):
    """`ossc.RedundancyTransitions` for tasks.

    The tasks of a bucket.
    """

    async def create(self, target: str = "ZRS") -> str:
        """`ossc.RedundancyTransitions.create` for tasks.

        Makes a task (CreateBucketDataRedundancyTransition) and returns its id.

        Args:
            target: `"ZRS"`: several zones.

        Raises:
            ServerError: The bucket is there already, or OSS refuses it.
        """

    async def get(self, task_id: str) -> RedundancyTransition:
        """`ossc.RedundancyTransitions.get` for tasks.

        A task (GetBucketDataRedundancyTransition).

        Raises:
            NoSuchConfiguration: There is none of that id.
        """

    async def delete(self, task_id: str) -> None:
        """`ossc.RedundancyTransitions.delete` for tasks.

        Deletes a task (DeleteBucketDataRedundancyTransition).

        Raises:
            NoSuchConfiguration: There is none of that id.
        """

class ResourcePoolRequesterQos(RequesterQos):
    """`ossc.ResourcePoolRequesterQos` for tasks.

    How much each caller may move of a resource pool, by the caller's id.
    """

    def list(self, *, page_size: int = 100) -> Results[RequesterQosInfo]:
        """`ossc.ResourcePoolRequesterQos.list` for tasks.

        All callers (ListResourcePoolRequesterQoSInfos), fetched page by page.
        """

class Setting(ReadSetting[M]):
    """`ossc.Setting` for tasks.

    A setting that can be read and replaced.
    """

    async def put(self, value: M) -> None:
        """`ossc.Setting.put` for tasks.

        Replaces the setting.

        What `get` returned and `replace` changed loses nothing, not even what this
        version of ossc does not know.

        Args:
            value: All of the setting.

        Raises:
            InvalidArgument, ServerError: OSS refuses the value.
            NoSuchBucket: The bucket does not exist.
            AccessDenied: The caller may not change it.
        """

class UserQosSetting(ReadSetting[UserQos]):
    """`ossc.UserQosSetting` for tasks.

    How much the account's buckets in the client's region may move in all.
    """

class WormSetting(ReadSetting[BucketWorm]):
    """`ossc.WormSetting` for tasks.

    A bucket's retention policy: begun, then locked for good.
    """

    async def initiate(self, *, days: int) -> str:
        """`ossc.WormSetting.initiate` for tasks.

        Begins a policy (InitiateBucketWorm) and returns its id.

        Args:
            days: How long objects stay as they are, from when they were last written:
                1 to 25550.

        Raises:
            ParameterError: OSS has no such time.
            ServerError: There is a policy.
        """

    async def abort(self) -> None:
        """`ossc.WormSetting.abort` for tasks.

        Ends a policy that is not locked (AbortBucketWorm).

        Raises:
            ServerError: It is locked.
        """

    async def complete(self, worm_id: str) -> None:
        """`ossc.WormSetting.complete` for tasks.

        Locks a policy (CompleteBucketWorm). There is no way back.

        Args:
            worm_id: What `initiate` returned.

        Raises:
            NoSuchConfiguration: There is no such policy.
        """

    async def extend(self, worm_id: str, *, days: int) -> None:
        """`ossc.WormSetting.extend` for tasks.

        Makes the time of a locked policy longer (ExtendBucketWorm).

        Args:
            worm_id: What `initiate` returned.
            days: How long objects stay as they are; more than before.

        Raises:
            NoSuchConfiguration: There is no such policy.
            ServerError: It is not locked, or its time would be shorter.
        """

class RemovableSetting(Setting[M]):
    """`ossc.RemovableSetting` for tasks.

    A setting that can be read, replaced and deleted.
    """

    async def delete(self) -> None:
        """`ossc.RemovableSetting.delete` for tasks.

        Deletes the setting. That there is none is no error.

        Raises:
            NoSuchBucket: The bucket does not exist.
            AccessDenied: The caller may not change it.
        """

class CallbackPolicySetting(RemovableSetting[BucketCallbackPolicy]):
    """`ossc.CallbackPolicySetting` for tasks.

    The callbacks that a bucket knows by name.
    """

    async def get(self) -> BucketCallbackPolicy:
        """`ossc.CallbackPolicySetting.get` for tasks.

        The callbacks (GetBucketCallbackPolicy).

        Raises:
            NoSuchConfiguration: There are none.
        """

    async def put(self, value: BucketCallbackPolicy) -> None:
        """`ossc.CallbackPolicySetting.put` for tasks.

        Replaces the callbacks (PutBucketCallbackPolicy).
        """

    async def delete(self) -> None:
        """`ossc.CallbackPolicySetting.delete` for tasks.

        Deletes the callbacks (DeleteBucketCallbackPolicy).
        """

class LifecycleSetting(RemovableSetting[BucketLifecycle]):
    """`ossc.LifecycleSetting` for tasks.

    A bucket's lifecycle rules.
    """

    async def put(
        self, value: BucketLifecycle, *, allow_same_action_overlap: bool = False
    ) -> None:
        """`ossc.LifecycleSetting.put` for tasks.

        Replaces all rules (PutBucketLifecycle).

        Args:
            value: All rules.
            allow_same_action_overlap: Whether two rules may do the same thing to the
                same objects; OSS refuses that otherwise.

        Raises:
            InvalidArgument, ServerError: OSS refuses the rules.
            NoSuchBucket: The bucket does not exist.
            AccessDenied: The caller may not change them.
        """

class StorageQuotaSetting(RemovableSetting[StorageQuota]):
    """`ossc.StorageQuotaSetting` for tasks.

    How much a bucket may hold, to the byte.
    """

class TaggingSetting(RemovableSetting[BucketTagging]):
    """`ossc.TaggingSetting` for tasks.

    A bucket's tags, which can be deleted one by one.
    """

    async def delete(self, *keys: str) -> None:
        """`ossc.TaggingSetting.delete` for tasks.

        Deletes the tags of these keys; without any, all tags.

        Args:
            *keys: Keys of tags; one that the bucket does not have is no error.

        Raises:
            ParameterError: A key is empty or has a comma in it, which OSS takes for
                the end of the key.
            NoSuchBucket: The bucket does not exist.
        """

class Bucket(Verbs):
    """`ossc.Bucket` for tasks.

    A bucket of a client. Thread-safe; made by `Client.bucket`.

    All verbs raise `ClientClosed` after the client is closed, `ParameterError` for what
    OSS would refuse, `TransportError` when no answer came, and `ServerError` when OSS
    answered with an error; each names what else it raises.
    """

    def with_options(
        self,
        *,
        retry: Retry | EllipsisType | None = ...,
        timeout: float | EllipsisType | None = ...,
        deadline: float | EllipsisType | None = ...,
        cancel: CancelToken | EllipsisType | None = ...,
        additional_headers: Iterable[str] | EllipsisType = ...,
        max_bandwidth: int | EllipsisType | None = ...,
        on_request: Observer | EllipsisType | None = ...,
    ) -> Bucket:
        """`ossc.Bucket.with_options` for tasks.

        The same bucket with verbs that are made in another way. Nothing is sent.

        Args:
            retry: Which failures are repeated, how often and how patiently; None: none
                is.
            timeout: Seconds that one attempt may take; None: no limit.
            deadline: Seconds that a call may take with all its requests and attempts;
                None: no limit.
            cancel: Ends the calls that are under way, and all later ones, with
                `Cancelled`; None: no token.
            additional_headers: Names of headers that signature V4 covers too.
            max_bandwidth: Bytes a second that these verbs together may move, within what
                the client may; None: no limit of their own.
            on_request: Called with an `ossc.RequestRecord` for each attempt; None:
                nobody is told.

        What is not given stays as it is; `Client.with_options` says more.
        """

    def get_objects(
        self,
        keys: Iterable[str] | AsyncIterable[str],
        *,
        concurrency: int = 8,
        ordered: bool = True,
        **conditions: Unpack[Conditions],
    ) -> Results[KeyResult[GetObjectResult]]:
        """`ossc.Bucket.get_objects` for tasks.

        Reads many small objects at once (GetObject for each).

        Keys are taken from the iterable some hundred ahead, and answers held in at most
        16 MiB; an object of more than about 4 MiB is read by itself when its turn comes.
        Failures that may pass are repeated as for `get_object`. What the iterable raises
        comes out behind the results of the keys before.

        The requests run in threads of their own until the last result was given, or the
        iterator is closed (`close()`, or it is let go of). The loop over the results may
        make other requests with the same client.

        Args:
            keys: The objects' keys.
            concurrency: Requests at a time, 1 to 256; the client's `max_connections`
                if that is less.
            ordered: True: results in the order of the keys; False: as they come.
            **conditions: See `ossc.Conditions`; they count for each.

        Yields:
            For each key a `KeyResult`: its `result` is that of `get_object`, or raises
            the `error` that is there instead, be it `NoSuchKey` or, where no object can
            have that key, `ParameterError`.

        Raises:
            TypeError: A key is no `str`.
            Cancelled: The client's token was used.
            ClientClosed: The client was closed before the last result.
        """

    def put_objects(
        self,
        items: Iterable[tuple[str, Buffer]] | AsyncIterable[tuple[str, Buffer]],
        *,
        concurrency: int = 8,
        ordered: bool = True,
        **options: Unpack[ObjectOptions],
    ) -> Results[KeyResult[PutObjectResult]]:
        """`ossc.Bucket.put_objects` for tasks.

        Stores many small objects at once (PutObject for each).

        Nothing is stored before the first result is asked for. Items are taken from the
        iterable some hundred or 16 MiB ahead, and failures that may pass are repeated as
        for `put_object`. See `get_objects` for what ends a batch; an object whose result
        was not given by then may be stored or not.

        Args:
            items: Pairs of a key and its data, as for `put_object`. The data must not
                change before its result has come.
            concurrency: As in `get_objects`.
            ordered: True: results in the order of the items; False: as they come.
            **options: See `ossc.ObjectOptions`; they count for each.

        Yields:
            For each item a `KeyResult`: its `result` is that of `put_object`, or raises
            the `error` that is there instead.

        Raises:
            TypeError: An item is no pair of a `str` and a buffer.
            Cancelled, ClientClosed: As in `get_objects`.
        """

    async def update_metadata(
        self,
        key: str,
        metadata: Mapping[str, str | None] | None = None,
        *,
        replace: bool = False,
        content_type: str | None = None,
        cache_control: str | None = None,
        content_disposition: str | None = None,
        content_encoding: str | None = None,
        content_language: str | None = None,
        expires: datetime | str | None = None,
        if_match: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> CopyObjectResult:
        """`ossc.Bucket.update_metadata` for tasks.

        Changes an object's metadata and keeps what is not given, and its bytes.

        OSS has no request for that: the object is headed, its access rule is asked for,
        and it is copied onto itself (CopyObject) with all of its metadata, storage class,
        encryption, access rule and tags. The copy is refused if the object was written
        in between, and its CRC-64 is compared. In a versioned bucket the copy is a new
        version. The object has at most 5 GB.

        Args:
            key: The object's key.
            metadata: User metadata to set; None as a value removes a name.
            replace: True: other user metadata than that is removed.
            content_type: The new media type.
            cache_control: This and the following: the new header; `""` removes it.
            content_disposition: See above.
            content_encoding: See above.
            content_language: See above.
            expires: See above; an aware `datetime`, or the header's text.
            if_match: Only if the object's ETag is this one.
            headers: Further headers of the copy; they win.

        Raises:
            NoSuchKey: There is no such object.
            PreconditionFailed: It was replaced meanwhile, or has another ETag.
            ConnectionLost, RequestTimedOut: The copy's answer got lost; it is not
                repeated by itself, but the call may be made again.
            InvalidObjectState: It is archived and was not restored.
            FileImmutable: It is protected.
            ParameterError: It is a symlink; put it anew.
            ChecksumMismatch: Its bytes are not what they were.
        """

    async def set_storage_class(
        self,
        key: str,
        storage_class: StorageClass,
        *,
        if_match: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> CopyObjectResult:
        """`ossc.Bucket.set_storage_class` for tasks.

        Changes how an object is kept; all else stays as it is.

        It is copied onto itself as by `update_metadata`, which says how that is guarded.

        Args:
            key: The object's key.
            storage_class: `"Standard"`, `"IA"`, `"Archive"`, `"ColdArchive"` or
                `"DeepColdArchive"`.
            if_match: Only if the object's ETag is this one.
            headers: Further headers of the copy; they win.

        Raises:
            NoSuchKey, PreconditionFailed, InvalidObjectState, FileImmutable,
            ParameterError, ChecksumMismatch: As in `update_metadata`.
        """

    async def rename_object(
        self, source_key: str, key: str, *, forbid_overwrite: bool = False
    ) -> CopyObjectResult:
        """`ossc.Bucket.rename_object` for tasks.

        Gives an object another key: copies it, checks the copy, deletes the source.

        OSS renames only in buckets with a hierarchical namespace; this is what is left
        for all others, and it is not atomic. The copy has the source's bytes, metadata,
        tags, access rule, storage class and encryption, and its CRC-64 is compared
        before the source is deleted. If that or anything before it fails, the source is
        still there, and a copy may be there as well: the call can be made again. The
        source is looked at again right before it is deleted; only what is written to it
        in the moment after that is lost. In a versioned bucket the source's versions
        stay, below a delete marker. Any size goes: more than 128 MiB in parts.

        Args:
            source_key: What it is called.
            key: What it is to be called, in this bucket.
            forbid_overwrite: True: fail if there is an object of that name.

        Raises:
            NoSuchKey: There is no such source.
            PreconditionFailed: The source was replaced meanwhile; it stays.
            FileAlreadyExists: `forbid_overwrite` and the new key exists.
            FileImmutable: The source, or what has the new key, is protected.
            ParameterError: Both keys are the same, or the source is a symlink.
        """

    async def get_object_meta(
        self,
        key: str,
        *,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> ObjectMeta:
        """`ossc.Bucket.get_object_meta` for tasks.

        Size, ETag and time of an object, for less than a head (GetObjectMeta).

        A symlink is not followed.

        Args:
            key: The object's key.
            version_id: Which version; default: the current one.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            NoSuchKey: There is no such object.
        """

    async def object_exists(
        self,
        key: str,
        *,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> bool:
        """`ossc.Bucket.object_exists` for tasks.

        Whether there is such an object (GetObjectMeta).

        A symlink is there, wherever it leads. A bucket that is not there is an error,
        not a no; so is everything else that leaves the question open.

        Args:
            key: The object's key.
            version_id: Which version; default: the current one.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            NoSuchBucket: The bucket does not exist.
            AccessDenied: The caller may not know.
        """

    async def get_restore_state(
        self,
        key: str,
        *,
        version_id: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> RestoreState:
        """`ossc.Bucket.get_restore_state` for tasks.

        Whether an archived object can be read by now (HeadObject).

        Args:
            key: The object's key.
            version_id: Which version; default: the current one.
            headers: Further request headers.

        Raises:
            NoSuchKey: There is no such object.
        """

    async def get_ranges(
        self,
        key: str,
        ranges: Iterable[ByteRange] | AsyncIterable[ByteRange],
        *,
        into: Iterable[Buffer] | AsyncIterable[Buffer] | None = None,
        gap: int = 65536,
        concurrency: int = 8,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        **conditions: Unpack[Conditions],
    ) -> list[memoryview]:
        """`ossc.Bucket.get_ranges` for tasks.

        Reads several ranges of one object, near ones together, the rest in parallel.

        All are of the same object: when it is replaced meanwhile, the call fails. Made
        for formats that say where their pieces lie, such as Parquet or ZIP.

        Args:
            key: The object's key.
            ranges: As for `get_object`, in any order; they may overlap.
            into: Writable buffers, one for each range and at least as large, that the
                bytes are to go into; after an error their content is undefined. What is
                a request by itself comes without a copy (see `gap`).
            gap: Ranges with at most so many bytes between them are one request.
            concurrency: Requests at a time; the first goes alone, to learn what the
                object is, unless `if_match` says it.
            version_id: Which version; default: the current one.
            params: Further query parameters.
            **conditions: See `ossc.Conditions`.

        Returns:
            The bytes of each range, in the order of `ranges`, without copies: views of
            what came, or of the buffers. One that goes past the object's end is cut there.

        Raises:
            InvalidRange: A range lies outside the object.
            ParameterError: A range does not fit into its buffer.
            PreconditionFailed: The object was replaced meanwhile.
            NoSuchKey: There is no such object.
        """

    async def put_object_tagging(
        self,
        key: str,
        tags: Mapping[str, str],
        *,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> ChangeResult:
        """`ossc.Bucket.put_object_tagging` for tasks.

        Replaces all tags of an object (PutObjectTagging).

        Args:
            key: The object's key.
            tags: At most 10: keys of 1 to 128 characters, values of at most 256.
            version_id: Which version; default: the current one.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            NoSuchKey: There is no such object.
            ParameterError: Too many tags, or one that is too long.
        """

    async def get_object_tagging(
        self,
        key: str,
        *,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> ObjectTagging:
        """`ossc.Bucket.get_object_tagging` for tasks.

        The tags of an object (GetObjectTagging); none is no error.

        Args:
            key: The object's key.
            version_id: Which version; default: the current one.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            NoSuchKey: There is no such object.
        """

    async def delete_object_tagging(
        self,
        key: str,
        *,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> ChangeResult:
        """`ossc.Bucket.delete_object_tagging` for tasks.

        Removes all tags of an object (DeleteObjectTagging).

        Args:
            key: The object's key.
            version_id: Which version; default: the current one.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            NoSuchKey: There is no such object.
        """

    async def put_object_acl(
        self,
        key: str,
        acl: ACL,
        *,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> ChangeResult:
        """`ossc.Bucket.put_object_acl` for tasks.

        Sets who may read and write an object (PutObjectACL).

        Args:
            key: The object's key.
            acl: `"default"` (the bucket's rule), `"private"`, `"public-read"` or
                `"public-read-write"`.
            version_id: Which version; default: the current one.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            NoSuchKey: There is no such object.
            ParameterError: There is no such rule.
        """

    async def get_object_acl(
        self,
        key: str,
        *,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> ObjectACL:
        """`ossc.Bucket.get_object_acl` for tasks.

        Who may read and write an object, and whose it is (GetObjectACL).

        Args:
            key: The object's key.
            version_id: Which version; default: the current one.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            NoSuchKey: There is no such object.
        """

    async def put_symlink(
        self,
        key: str,
        target: str,
        *,
        params: Mapping[str, str] | None = None,
        **options: Unpack[ObjectOptions],
    ) -> PutObjectResult:
        """`ossc.Bucket.put_symlink` for tasks.

        Makes an object that stands for another one of the bucket (PutSymlink).

        Args:
            key: The link's key.
            target: The key it leads to. There need be no such object yet; it must not be
                a symlink itself when the link is read.
            params: Further query parameters.
            **options: See `ossc.ObjectOptions`: `metadata`, `acl`, `storage_class`,
                `tags` and `forbid_overwrite` are for links.

        Raises:
            FileAlreadyExists: `forbid_overwrite` and the key exists.
        """

    async def get_symlink(
        self,
        key: str,
        *,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Symlink:
        """`ossc.Bucket.get_symlink` for tasks.

        Where a symlink leads (GetSymlink); its target is not looked at.

        Args:
            key: The link's key.
            version_id: Which version; default: the current one.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            NoSuchKey: There is no such link.
            ServerError: The object is none (`code` is `"NotSymlink"`).
        """

    async def seal_append_object(
        self,
        key: str,
        position: int,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> SealResult:
        """`ossc.Bucket.seal_append_object` for tasks.

        Closes an Appendable object to further appends, for ever (SealAppendObject).

        Sealing it again is no error and does not change when it was sealed.

        Args:
            key: The object's key.
            position: The object's length, so that no append is missed.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            PositionNotEqualToLength: The object has another length.
            ObjectNotAppendable: It was not made by an append.
            NoSuchKey: There is no such object.
        """

    async def restore_object(
        self,
        key: str,
        days: int = 1,
        *,
        tier: Literal["Expedited", "Standard", "Bulk"] | None = None,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> RestoreResult:
        """`ossc.Bucket.restore_object` for tasks.

        Has an archived object made readable for some days (RestoreObject).

        It takes minutes to days; `get_restore_state` tells whether it is done. An object
        that is restored already stays readable for longer. A request that was repeated
        because its answer got lost may find the restore under way, which the error says
        as `RestoreAlreadyInProgress`, with the lost answer in its `history`.

        Args:
            key: The object's key.
            days: For how long, once it is restored: at most 7 for Archive, 365 for
                colder classes.
            tier: How quickly, for the classes that are colder than Archive.
            version_id: Which version; default: the current one.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            RestoreAlreadyInProgress: Somebody asked before; that goes on.
            NoSuchKey: There is no such object.
            ServerError: It is not archived (`code` is `"OperationNotSupported"`).
        """

    async def clean_restored_object(
        self,
        key: str,
        *,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> ChangeResult:
        """`ossc.Bucket.clean_restored_object` for tasks.

        Freezes a restored object before its time (CleanRestoredObject).

        Args:
            key: The object's key.
            version_id: Which version; default: the current one.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            NoSuchKey: There is no such object.
            ServerError: It is not restored (`code` is `"ArchiveRestoreFileStale"`), or
                not yet (`"ArchiveRestoreNotFinished"`).
        """

    async def option_object(
        self,
        key: str,
        *,
        origin: str,
        method: str = "GET",
        headers: Iterable[str] | AsyncIterable[str] = ...,
    ) -> PreflightResult:
        """`ossc.Bucket.option_object` for tasks.

        Asks whether a page of another origin may do something (OptionObject).

        That is the preflight of browsers, sent without a signature, as they send it: so
        the rules of `bucket.cors` can be tried without one. The object need not exist.

        Args:
            key: The object's key.
            origin: Whose page: `"https://www.example.com"`.
            method: What it wants to do: `"GET"`, `"PUT"`, `"DELETE"`, `"POST"`,
                `"HEAD"`.
            headers: Names of the headers that it wants to send.

        Raises:
            AccessDenied: No rule allows it; the `code` is `"AccessForbidden"`.
            NoSuchBucket: The bucket does not exist.
        """

    async def create_directory(self, path: str) -> None:
        """`ossc.Bucket.create_directory` for tasks.

        Makes a directory (CreateDirectory); one that is there is no error.

        The bucket must have been created with `hierarchical_namespace=True`.

        Args:
            path: The directory, without a slash at its beginning.

        Raises:
            FileAlreadyExists: There is an object of that name.
            ServerError: The bucket has no hierarchical namespace.
        """

    async def rename(self, source: str, target: str) -> None:
        """`ossc.Bucket.rename` for tasks.

        Gives an object or a directory another name, in one step (Rename).

        All that is in a directory comes along, however much it is. The bucket must have
        been created with `hierarchical_namespace=True`; in others, `rename_object` and
        `rename_prefix` copy and delete. It is sent once: if the answer is lost, look
        which of the names there is.

        Args:
            source: The object or directory.
            target: Its new name, whose directory must be there.

        Raises:
            NoSuchKey: There is no such source, or no directory for the target.
            FileAlreadyExists: There is something of the target's name.
            ServerError: The bucket has no hierarchical namespace.
        """

    async def delete_directory(
        self, path: str, *, recursive: bool = False
    ) -> DeleteDirectoryResult:
        """`ossc.Bucket.delete_directory` for tasks.

        Deletes a directory (DeleteDirectory).

        Args:
            path: The directory.
            recursive: True: with all that is in it, which takes several requests where
                that is much; False: it has to be empty.

        Raises:
            NoSuchKey: There is no such directory.
            ServerError: It is not empty, or the bucket has no hierarchical namespace.
        """

    async def process_object(
        self,
        key: str,
        process: str,
        *,
        save_as: str | None = None,
        save_bucket: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> ProcessResult:
        """`ossc.Bucket.process_object` for tasks.

        Processes an object, and saves the result as another one (ProcessObject).

        To get the result instead of saving it: `get_object(key, process=…)`.

        Args:
            key: The object's key.
            process: What to do, such as `"image/resize,w_100"`.
            save_as: The key of the result. Without it `process` has to end in a
                `sys/saveas` of its own.
            save_bucket: The bucket of the result; default: this one.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            NoSuchKey: There is no such object.
            ServerError: OSS cannot process it so.
        """

    async def async_process_object(
        self,
        key: str,
        process: str,
        *,
        save_as: str | None = None,
        save_bucket: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> AsyncProcessResult:
        """`ossc.Bucket.async_process_object` for tasks.

        Has OSS process an object in its own time (AsyncProcessObject).

        It is not repeated after an unknown outcome: it might be done twice.

        Args:
            key: The object's key.
            process: What to do, such as `"video/convert,f_mp4"`.
            save_as: As in `process_object`.
            save_bucket: As in `process_object`.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            NoSuchKey: There is no such object.
            ServerError: OSS cannot process it so.
        """

    async def put_async_fetch_task(
        self,
        key: str,
        url: str,
        *,
        host: str | None = None,
        content_md5: str | None = None,
        callback: str | None = None,
        callback_when_failed: bool | None = None,
        overwrite: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """`ossc.Bucket.put_async_fetch_task` for tasks.

        Has OSS fetch an object from a URL by itself (PutAsyncFetchTask).

        It is not repeated after an unknown outcome: it might be fetched twice.

        Args:
            key: What the object will be called.
            url: Where it is, with `http` or `https`.
            host: The `Host` to ask with; default: the URL's.
            content_md5: Base64 of the MD5 that it must have.
            callback: Base64 of the callback's JSON, as `x-oss-callback` has it.
            callback_when_failed: Whether the callback is made for a failure, too.
            overwrite: Whether an object that is there already is replaced.
            headers: Further request headers.

        Returns:
            The task's id, for `get_async_fetch_task`.

        Raises:
            ServerError: The key exists and is not to be replaced, or the URL is wrong.
        """

    async def get_async_fetch_task(
        self, task_id: str, *, headers: Mapping[str, str] | None = None
    ) -> AsyncFetchTask:
        """`ossc.Bucket.get_async_fetch_task` for tasks.

        How far OSS has come with a fetch (GetAsyncFetchTask).

        Args:
            task_id: What `put_async_fetch_task` returned.
            headers: Further request headers.

        Raises:
            ServerError: There is no such task.
        """

    async def put_object_retention(
        self,
        key: str,
        retain_until: datetime,
        mode: Literal["COMPLIANCE", "GOVERNANCE"] = "COMPLIANCE",
        *,
        bypass_governance: bool = False,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> ChangeResult:
        """`ossc.Bucket.put_object_retention` for tasks.

        Keeps an object from being deleted or overwritten (PutObjectRetention).

        The bucket must have versions and object-level retention switched on; it is the
        version that is kept.

        Args:
            key: The object's key.
            retain_until: Until when, an aware `datetime`; in compliance mode it can be
                made later, never earlier, by nobody.
            mode: `"COMPLIANCE"`, or `"GOVERNANCE"` where OSS offers that.
            bypass_governance: Change a retention in governance mode, which needs a
                permission of its own.
            version_id: Which version; default: the current one.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            FileImmutable: The object is kept for longer already.
            NoSuchKey: There is no such object.
            ServerError: The object is Appendable, or the bucket does not offer it.
        """

    async def get_object_retention(
        self,
        key: str,
        *,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Retention | None:
        """`ossc.Bucket.get_object_retention` for tasks.

        Until when an object is kept (GetObjectRetention).

        Args:
            key: The object's key.
            version_id: Which version; default: the current one.
            params: Further query parameters.
            headers: Further request headers.

        Returns:
            Its retention, or None where it has none.

        Raises:
            NoSuchKey: There is no such object.
        """

    async def put_object_legal_hold(
        self,
        key: str,
        *,
        on: bool,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> ChangeResult:
        """`ossc.Bucket.put_object_legal_hold` for tasks.

        Keeps an object until further notice, or ends that (PutObjectLegalHold).

        Args:
            key: The object's key.
            on: Whether it is to be kept.
            version_id: Which version; default: the current one.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            NoSuchKey: There is no such object.
        """

    async def get_object_legal_hold(
        self,
        key: str,
        *,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> bool:
        """`ossc.Bucket.get_object_legal_hold` for tasks.

        Whether there is a legal hold on an object (GetObjectLegalHold).

        Args:
            key: The object's key.
            version_id: Which version; default: the current one.
            params: Further query parameters.
            headers: Further request headers.

        Raises:
            NoSuchKey: There is no such object.
        """

    async def download_fileobj(
        self,
        key: str,
        fileobj: Writable,
        *,
        part_size: int | None = None,
        concurrency: int = 4,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        **conditions: Unpack[Conditions],
    ) -> ObjectInfo:
        """`ossc.Bucket.download_fileobj` for tasks.

        Downloads an object into anything that bytes can be written to, in parallel.

        The parts are written in their order, in this thread only, and nothing is ever
        sought: standard output, a pipe, a socket's file, a member of a ZIP file will do.
        At most `concurrency` parts and one more are in memory. After an error the file
        has got a part of the object; it gets the last part only where the CRC-64 of the
        whole is right.

        Args:
            key: The object's key.
            fileobj: An object with `write(data)`, such as a file opened in binary mode.
                It is neither flushed nor closed.
            part_size: Bytes of a part; default: 8 MiB, and less where the client's
                `max_memory` asks for it.
            concurrency: How many parts are on their way at a time.
            progress: As in `download_file`.
            cancel: Ends the download from any thread, unless it waits for `write`.
            version_id: Which version of it; default: the current one.
            params: Further query parameters.
            **conditions: See `ossc.Conditions`.

        Raises:
            TypeError: `fileobj` has no `write`, or takes text.
            MemoryLimitExceeded: `max_memory` has no room for a part.
            NoSuchKey, PreconditionFailed, ChecksumMismatch, Cancelled: As in
                `download_file`. An error of the file comes out as it is.
        """

    async def verify_file(
        self,
        key: str,
        path: str | os.PathLike[str],
        *,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        **conditions: Unpack[Conditions],
    ) -> bool:
        """`ossc.Bucket.verify_file` for tasks.

        Whether a local file holds what an object holds; nothing is downloaded.

        The sizes are compared, and where they are the same, the CRC-64 of the file with
        what OSS tells of the object.

        Args:
            key: The object's key.
            path: The local file.
            progress: Called with (bytes of the file that were read, its size) in this
                thread, at most every 100 ms and once at the end.
            cancel: Ends it from any thread.
            version_id: Which version of it; default: the current one.
            params: Further query parameters.
            **conditions: See `ossc.Conditions`.

        Raises:
            NoSuchKey: There is no such object.
            LocalFileError: The file cannot be read, or changed meanwhile.
            MalformedResponse: OSS tells no CRC-64 of the object.
            Cancelled: `cancel` was cancelled.
        """

    async def upload_file(
        self,
        key: str,
        path: str | os.PathLike[str],
        *,
        part_size: int | None = None,
        concurrency: int = 4,
        threshold: int | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
        callback: Callback | None = None,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
        **options: Unpack[ObjectOptions],
    ) -> PutObjectResult:
        """`ossc.Bucket.upload_file` for tasks.

        Uploads a local file of any size: a large one in parts, in parallel.

        The parts go straight from the file to the network. The CRC-64 of the whole is
        compared with OSS's. When the upload fails, its parts are removed from OSS,
        unless there is a checkpoint to go on from.

        Args:
            key: The object's key.
            path: The local file; it must not change meanwhile.
            part_size: Bytes of a part, 100 KiB to 5 GiB; default: 8 MiB, and more where
                10,000 parts would not hold the file.
            concurrency: How many parts are on their way at a time.
            threshold: Files of at least so many bytes go in parts; default: 16 MiB.
            checkpoint: A file, or a folder to make one in, that keeps what is done: the
                same call resumes the upload after a failure, or after the process was
                killed. Where the file or the options have changed, it begins anew. It
                is removed at the end.
            callback: As in `put_object`; it fires once, for the whole object.
            progress: Called with (bytes sent, total) in this thread, at most every 100
                ms and once at the end; an exception in it ends the upload and comes out
                of this call.
            cancel: Ends the upload from any thread.
            **options: See `ossc.ObjectOptions`. The content type is by the ending of the
                key unless one is given.

        Raises:
            LocalFileError: The file cannot be read, or changed meanwhile.
            CallbackFailed: The object is stored, the callback failed; `result` has the
                upload's result.
            FileAlreadyExists: `forbid_overwrite` and the key exists.
            ChecksumMismatch: OSS stored other bytes than were sent.
            Cancelled: `cancel` was cancelled.
        """

    async def upload_fileobj(
        self,
        key: str,
        source: Readable | AsyncReadable | (Iterable[Buffer] | AsyncIterable[Buffer]),
        *,
        size: int | None = None,
        part_size: int | None = None,
        concurrency: int = 4,
        callback: Callback | None = None,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
        **options: Unpack[ObjectOptions],
    ) -> PutObjectResult:
        """`ossc.Bucket.upload_fileobj` for tasks.

        Uploads what can be read or iterated over, whose length need not be known.

        What fits into one part goes in one request, the rest in parts, in parallel. At
        most `concurrency` parts and one more are in memory; of large parts fewer.

        Args:
            key: The object's key.
            source: An object with `read(n)` (a file opened in binary mode, a socket's
                file, a decompressor, …), which may give less than it is asked for, or
                an iterable of bytes-like pieces of any length. It is read in this
                thread only.
            size: How many bytes will come, where that is known: for the progress, and
                for the size of parts. Fewer or more are an error.
            part_size: Bytes of the first parts, 100 KiB to 5 GiB; default: 8 MiB. Later
                parts are larger, so that 10,000 hold 48.8 TB: the size doubles first
                after some 90 parts. A client's `max_memory` bounds it.
            concurrency: How many parts are on their way at a time.
            callback: As in `put_object`; it fires once, for the whole object.
            progress: As in `upload_file`; the total is None unless `size` is given.
            cancel: Ends the upload from any thread.
            **options: See `ossc.ObjectOptions`.

        Raises:
            TypeError: The source gives something other than bytes.
            CallbackFailed, FileAlreadyExists, ChecksumMismatch, Cancelled: As in
                `upload_file`. An error of the source comes out as it is.
        """

    async def download_file(
        self,
        key: str,
        path: str | os.PathLike[str],
        *,
        part_size: int | None = None,
        concurrency: int = 4,
        checkpoint: str | os.PathLike[str] | None = None,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        **conditions: Unpack[Conditions],
    ) -> ObjectInfo:
        """`ossc.Bucket.download_file` for tasks.

        Downloads an object into a local file, in parallel, all or nothing.

        The parts go straight from the network into a temporary file in the same folder,
        which is checked, synced and renamed; a file that was there before is replaced
        only by a whole one.

        Args:
            key: The object's key.
            path: The local file.
            part_size: Bytes of a part; default: 8 MiB.
            concurrency: How many parts are on their way at a time.
            checkpoint: A file, or a folder to make one in, that keeps what is done: the
                same call resumes the download after a failure, or after the process was
                killed. What is in the temporary file is checked first; where the object
                has changed, the download begins anew. It is removed at the end.
            progress: Called with (bytes received, total) in this thread, at most every
                100 ms and once at the end; an exception in it ends the download and
                comes out of this call.
            cancel: Ends the download from any thread.
            version_id: Which version of it; default: the current one.
            params: Further query parameters.
            **conditions: See `ossc.Conditions`.

        Raises:
            NoSuchKey: There is no such object.
            LocalFileError: The file cannot be written; `errno` tells why.
            PreconditionFailed: The object was replaced meanwhile, or a condition did not
                hold.
            ChecksumMismatch: The bytes are not those that OSS stored.
            Cancelled: `cancel` was cancelled.
        """

    async def download_into(
        self,
        key: str,
        buffer: Buffer,
        range: ByteRange | None = None,
        *,
        part_size: int | None = None,
        concurrency: int = 4,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        **conditions: Unpack[Conditions],
    ) -> int:
        """`ossc.Bucket.download_into` for tasks.

        Downloads an object into the caller's memory, in parallel, without a copy.

        Args:
            key: The object's key.
            buffer: A writable buffer, at least as large as the object, or as the range:
                `bytearray`, `memoryview`, `mmap`, a NumPy array. After an error its
                content is undefined.
            range: As in `get_object`: a part of the object, which begins where the buffer
                begins. All of it is of one object, as ever; but OSS keeps no checksum
                that a part could be compared with.
            part_size: As in `download_file`.
            concurrency: As in `download_file`.
            progress: As in `download_file`.
            cancel: Ends the download from any thread.
            version_id: Which version of it; default: the current one.
            params: Further query parameters.
            **conditions: See `ossc.Conditions`.

        Returns:
            How many bytes were written: the object's size, or the range's.

        Raises:
            ParameterError: They do not fit into the buffer.
            InvalidRange: The range lies outside the object.
            NoSuchKey, PreconditionFailed, ChecksumMismatch, Cancelled: As in
                `download_file`.
        """

    async def copy(
        self,
        source_key: str,
        key: str,
        *,
        source_bucket: str | None = None,
        source_version_id: str | None = None,
        part_size: int | None = None,
        concurrency: int = 4,
        threshold: int | None = None,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
        **options: Unpack[CopyOptions],
    ) -> CopyObjectResult:
        """`ossc.Bucket.copy` for tasks.

        Copies an object of any size on the server: a large one in parts, in parallel.

        The copy has the source's metadata and tags, unless others are given. The CRC-64
        of the copy is compared with the source's. When the copy fails, its parts are
        removed.

        Args:
            source_key: What is copied.
            key: What it becomes, in this bucket.
            source_bucket: Where it is; default: this bucket. Same region only.
            source_version_id: Which version of it.
            part_size: Bytes of a part, 100 KiB to 5 GiB; default: 64 MiB, and more where
                10,000 parts would not hold the object.
            concurrency: How many parts are copied at a time.
            threshold: Objects of at least so many bytes go in parts; default: 128 MiB.
            progress: Called with (bytes copied, total), as in `upload_file`.
            cancel: Ends the copy from any thread.
            **options: See `ossc.CopyOptions`, as in `copy_object`.

        Raises:
            NoSuchKey: There is no such source.
            PreconditionFailed: A condition on the source did not hold, or it was
                replaced meanwhile.
            ChecksumMismatch: The copy holds other bytes than the source.
            Cancelled: `cancel` was cancelled.
        """

    async def put_object(
        self,
        key: str,
        data: Buffer,
        *,
        callback: Callback | None = None,
        progress: Progress | None = None,
        params: Mapping[str, str] | None = None,
        **options: Unpack[ObjectOptions],
    ) -> PutObjectResult:
        """`ossc.Bucket.put_object` for tasks.

        Stores an object of at most 5 GB in one request (PutObject).

        Args:
            key: 1 to 1,023 bytes of UTF-8, not starting with a slash.
            data: Anything with the buffer protocol (`bytes`, `bytearray`, `memoryview`,
                `mmap`, a NumPy array); it is not copied and must not change meanwhile.
            callback: Has OSS call your application once the object is stored.
            progress: Called with (bytes sent, total) in this thread, at most about ten
                times a second and once at the end; an exception in it ends the upload
                and comes out of this call.
            params: Further query parameters.
            **options: See `ossc.ObjectOptions`.

        Raises:
            TypeError: `data` is a `str`, or no buffer.
            CallbackFailed: The object is stored, the callback failed; `result` has the
                upload's result.
            FileAlreadyExists: `forbid_overwrite` and the key exists.
            ChecksumMismatch: OSS stored other bytes than were sent.
        """

    async def put_object_from_file(
        self,
        key: str,
        path: str | os.PathLike[str],
        *,
        callback: Callback | None = None,
        progress: Progress | None = None,
        params: Mapping[str, str] | None = None,
        **options: Unpack[ObjectOptions],
    ) -> PutObjectResult:
        """`ossc.Bucket.put_object_from_file` for tasks.

        Stores a local file of at most 5 GB in one request (PutObject).

        Args:
            key: The object's key.
            path: The local file.
            callback: As in `put_object`.
            progress: As in `put_object`.
            params: Further query parameters.
            **options: See `ossc.ObjectOptions`. The content type is by the file's name
                unless one is given.

        Raises:
            LocalFileError: The file cannot be read, or shrank meanwhile.
            CallbackFailed, FileAlreadyExists, ChecksumMismatch: As in `put_object`.
        """

    async def append_object(
        self,
        key: str,
        data: Buffer,
        position: int,
        *,
        init_crc: int | None = None,
        progress: Progress | None = None,
        **options: Unpack[ObjectOptions],
    ) -> AppendObjectResult:
        """`ossc.Bucket.append_object` for tasks.

        Appends to an Appendable object, which the first append at 0 creates.

        Args:
            key: The object's key.
            data: Anything with the buffer protocol; not copied.
            position: The object's length now, in bytes.
            init_crc: CRC-64 of the object so far, as the last append returned it. With
                it the whole object's CRC-64 is checked; without it (and `position` > 0)
                the piece goes with its MD5, which OSS checks.
            progress: As in `put_object`.
            **options: See `ossc.ObjectOptions`; they count when the object is created.

        Raises:
            PositionNotEqualToLength: The object has another length.
            ObjectNotAppendable: It was not made by an append.
        """

    async def copy_object(
        self,
        source_key: str,
        key: str,
        *,
        source_bucket: str | None = None,
        source_version_id: str | None = None,
        **options: Unpack[CopyOptions],
    ) -> CopyObjectResult:
        """`ossc.Bucket.copy_object` for tasks.

        Copies an object of at most 5 GB on the server (CopyObject).

        Args:
            source_key: What is copied.
            key: What it becomes, in this bucket.
            source_bucket: Where it is; default: this bucket. Same region only.
            source_version_id: Which version of it.
            **options: See `ossc.CopyOptions`. Without metadata options the source's
                metadata is copied.

        Raises:
            NoSuchKey: There is no such source.
            PreconditionFailed: A condition on the source did not hold.
        """

    async def get_object(
        self,
        key: str,
        range: ByteRange | None = None,
        *,
        version_id: str | None = None,
        progress: Progress | None = None,
        process: str | None = None,
        params: Mapping[str, str] | None = None,
        **conditions: Unpack[Conditions],
    ) -> GetObjectResult:
        """`ossc.Bucket.get_object` for tasks.

        Reads an object, or a range of it, into memory (GetObject).

        Args:
            key: The object's key.
            range: `(first, last)`, both inclusive: `(0, 99)` is the first 100 bytes,
                `(100, None)` all from 100, `(None, 100)` the last 100; or a Python
                `range` such as `range(0, 100)`; or the header's text `"bytes=0-99"`.
            version_id: Which version of it; default: the current one.
            progress: Called with (bytes received, total or None) in this thread, at most
                about ten times a second and once at the end; an exception in it ends the
                download and comes out of this call.
            process: What OSS is to make of the object on its way, such as
                `"image/resize,w_100"`: the result comes instead of it, and no checksum.
            params: Further query parameters, such as `response-content-type`.
            **conditions: See `ossc.Conditions`.

        Raises:
            NoSuchKey: There is no such object, or a delete marker hides it.
            NoSuchVersion: There is no such version.
            MethodNotAllowed: That version is a delete marker.
            InvalidRange: The range lies outside the object.
            ShortBody: The answer was cut.
            ChecksumMismatch: The bytes are not those that OSS stored.
        """

    async def get_object_into(
        self,
        key: str,
        buffer: Buffer,
        range: ByteRange | None = None,
        *,
        version_id: str | None = None,
        progress: Progress | None = None,
        params: Mapping[str, str] | None = None,
        **conditions: Unpack[Conditions],
    ) -> int:
        """`ossc.Bucket.get_object_into` for tasks.

        Reads an object straight into the caller's memory, without a copy.

        Args:
            key: The object's key.
            buffer: A writable buffer, at least as large as what is read: `bytearray`,
                `memoryview`, `mmap`, a NumPy array. After an error its content is
                undefined, but an error answer is never written into it.
            range: As in `get_object`.
            version_id: As in `get_object`.
            progress: As in `get_object`.
            params: Further query parameters.
            **conditions: See `ossc.Conditions`.

        Returns:
            How many bytes were written.

        Raises:
            ParameterError: The object does not fit into the buffer.
        """

    async def get_object_to_file(
        self,
        key: str,
        path: str | os.PathLike[str],
        range: ByteRange | None = None,
        *,
        version_id: str | None = None,
        progress: Progress | None = None,
        process: str | None = None,
        params: Mapping[str, str] | None = None,
        **conditions: Unpack[Conditions],
    ) -> ObjectInfo:
        """`ossc.Bucket.get_object_to_file` for tasks.

        Reads an object into a local file, all or nothing.

        The bytes go into a temporary file in the same folder, which is checked, synced
        and renamed; a file that was there before is replaced only by a whole one.

        Args:
            key: The object's key.
            path: The local file.
            range: As in `get_object`.
            version_id: As in `get_object`.
            progress: As in `get_object`.
            process: What OSS is to make of the object on its way, such as
                `"image/resize,w_100"`: the result comes instead of it, and no checksum.
            params: Further query parameters.
            **conditions: See `ossc.Conditions`.

        Raises:
            LocalFileError: The file cannot be written; `errno` tells why, for example
                `ENOSPC` for a full disk.
        """

    async def head_object(
        self,
        key: str,
        *,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        **conditions: Unpack[Conditions],
    ) -> ObjectInfo:
        """`ossc.Bucket.head_object` for tasks.

        An object's properties without its bytes (HeadObject).

        Args:
            key: The object's key.
            version_id: As in `get_object`.
            params: Further query parameters.
            **conditions: See `ossc.Conditions`.

        Raises:
            NoSuchKey, NoSuchVersion, MethodNotAllowed: As in `get_object`.
        """

    async def delete_object(
        self,
        key: str,
        *,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> DeletedObject:
        """`ossc.Bucket.delete_object` for tasks.

        Deletes an object (DeleteObject). A key that does not exist is no error.

        Where the bucket keeps versions they stay, and a delete marker hides them.

        Args:
            key: The object's key.
            version_id: The version, or the delete marker, to remove for good.
            params: Further query parameters.
            headers: Further request headers.

        Returns:
            Which delete marker there is now, or what was removed.
        """

    async def delete_objects(
        self,
        keys: Iterable[Named] | AsyncIterable[Named],
        *,
        quiet: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> list[DeletedObject]:
        """`ossc.Bucket.delete_objects` for tasks.

        Deletes any number of objects (DeleteMultipleObjects for each 1,000 of them).

        Keys that do not exist are no error. A key that XML cannot hold, because of a
        control character, is deleted by a request of its own. After an error the objects
        of earlier requests are deleted; the same keys may be given again.

        Args:
            keys: The objects' keys; where versions are to go for good, pairs of a key
                and a version id, or entries of `list_object_versions`. They are taken
                1,000 at a time.
            quiet: Have OSS say nothing of what is deleted.
            headers: Further request headers.

        Returns:
            What OSS says of each key, in the order of the keys; nothing if `quiet`.

        Raises:
            ParameterError: No object can have that key; of its 1,000 none is deleted.
            MalformedResponse: The answer does not tell of all keys.
        """

    async def init_multipart_upload(
        self, key: str, **options: Unpack[ObjectOptions]
    ) -> MultipartUpload:
        """`ossc.Bucket.init_multipart_upload` for tasks.

        Opens a multipart upload (InitiateMultipartUpload).

        Args:
            key: What the object will be called.
            **options: See `ossc.ObjectOptions`; they belong to the final object.
        """

    async def upload_part(
        self,
        key: str,
        upload: AnyUpload,
        part_number: int,
        data: Buffer,
        *,
        progress: Progress | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> UploadPartResult:
        """`ossc.Bucket.upload_part` for tasks.

        Uploads one part (UploadPart). Parts may come in any order, and at once.

        Args:
            key: The object's key.
            upload: The upload, or its id.
            part_number: 1 to 10,000; a number that is there already is replaced.
            data: Anything with the buffer protocol, not copied: 100 KiB to 5 GiB, the
                last part any size.
            progress: As in `put_object`.
            headers: Further request headers.

        Raises:
            NoSuchUpload: There is no such upload any more.
            ChecksumMismatch: OSS stored other bytes than were sent.
        """

    async def upload_part_copy(
        self,
        key: str,
        upload: AnyUpload,
        part_number: int,
        source_key: str,
        range: tuple[int, int],
        *,
        source_bucket: str | None = None,
        source_version_id: str | None = None,
        if_match: str | None = None,
        headers: Mapping[str, str] | None = None,
        cancel: CancelToken | None = None,
    ) -> UploadPartResult:
        """`ossc.Bucket.upload_part_copy` for tasks.

        Makes a part of a range of another object, on the server (UploadPartCopy).

        Args:
            key: The object's key.
            upload: The upload, or its id.
            part_number: 1 to 10,000; a number that is there already is replaced.
            source_key: What the part is copied from.
            range: First and last position in the source, both inclusive.
            source_bucket: Where the source is; default: this bucket. Same region only.
            source_version_id: Which version of it.
            if_match: Copy only if the source's ETag is this one.
            headers: Further request headers.
            cancel: Ends the request from any thread.

        Raises:
            NoSuchKey: There is no such source.
            NoSuchUpload: There is no such upload any more.
            PreconditionFailed: The source has another ETag.
            MalformedResponse: The range lies outside the source.
        """

    def list_parts(
        self, key: str, upload: AnyUpload, *, resume: str | None = None
    ) -> Listing[Part]:
        """`ossc.Bucket.list_parts` for tasks.

        The parts uploaded so far by number, fetched page by page while iterating.

        Args:
            key: The object's key.
            upload: The upload, or its id.
            resume: Goes on behind the part at which an earlier list had this `token`.

        Raises:
            NoSuchUpload: There is no such upload any more.
        """

    async def complete_multipart_upload(
        self,
        key: str,
        upload: AnyUpload,
        parts: Iterable[AnyPart] | AsyncIterable[AnyPart],
        *,
        callback: Callback | None = None,
        forbid_overwrite: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> CompleteMultipartUploadResult:
        """`ossc.Bucket.complete_multipart_upload` for tasks.

        Makes the object of the parts (CompleteMultipartUpload).

        Args:
            key: The object's key.
            upload: The upload, or its id.
            parts: Results of `upload_part` or `list_parts`, or (number, ETag) pairs, in
                any order.
            callback: Has OSS call your application once the object is there.
            forbid_overwrite: Fail with `FileAlreadyExists` if the key exists.
            headers: Further request headers.

        Raises:
            CallbackFailed: The object is there, the callback failed; `result` has the
                result.
            NoSuchUpload: There is no such upload any more.
            ChecksumMismatch: The object is there, but its CRC-64 is not that of the
                parts. It is looked at when all parts bring theirs, as the results of
                `upload_part` and `list_parts` do.
        """

    async def abort_multipart_upload(self, key: str, upload: AnyUpload) -> None:
        """`ossc.Bucket.abort_multipart_upload` for tasks.

        Gives a multipart upload up and frees its parts (AbortMultipartUpload).

        Args:
            key: The object's key.
            upload: The upload, or its id.

        Raises:
            NoSuchUpload: There is no such upload any more.
        """

    def list_objects(
        self,
        prefix: str = "",
        delimiter: str | None = None,
        *,
        match: str | None = None,
        start_after: str | None = None,
        page_size: int = ...,
        fetch_owner: bool = False,
        resume: str | None = None,
    ) -> Listing[ObjectSummary]:
        """`ossc.Bucket.list_objects` for tasks.

        The bucket's objects in the order of their keys' bytes (ListObjectsV2).

        Pages are fetched while iterating. Any key is listed right, control characters
        included. Of versions only the current ones are listed.

        Args:
            prefix: Only keys that begin so.
            delimiter: Folds keys that share what comes before it, behind the prefix,
                into one entry with `is_prefix`; `"/"` lists like a folder.
            match: Only keys whose rest, behind the prefix, matches this pattern, such as
                `"*.csv"`, `"2024-*/**"`, `"**/part-[0-9]*"`: `*` and `?` stand for no
                slash, `**` for any number of folders. OSS is asked for keys that begin
                as the pattern does; the rest is looked at here. Not with a delimiter.
            start_after: Only keys behind this one.
            page_size: Entries a request, 1 to 1,000.
            fetch_owner: Fill in `owner_id`.
            resume: Goes on behind the entry at which an earlier list had this `token`;
                it counts instead of `start_after`.

        Raises:
            NoSuchBucket: The bucket does not exist.
        """

    def list_objects_v1(
        self,
        prefix: str = "",
        delimiter: str | None = None,
        *,
        match: str | None = None,
        marker: str | None = None,
        page_size: int = ...,
        resume: str | None = None,
    ) -> Listing[ObjectSummary]:
        """`ossc.Bucket.list_objects_v1` for tasks.

        `list_objects` by the older ListObjects, for servers that know no other.

        The entries are the same, with `owner_id`, and so are the tokens.

        Args:
            prefix: As in `list_objects`.
            delimiter: As in `list_objects`.
            match: As in `list_objects`.
            marker: Only keys behind this one.
            page_size: As in `list_objects`.
            resume: As in `list_objects`; it counts instead of `marker`.

        Raises:
            NoSuchBucket: The bucket does not exist.
        """

    def list_object_versions(
        self,
        prefix: str = "",
        delimiter: str | None = None,
        *,
        match: str | None = None,
        page_size: int = ...,
        resume: str | None = None,
    ) -> Listing[ObjectVersion]:
        """`ossc.Bucket.list_object_versions` for tasks.

        All versions and delete markers (ListObjectVersions).

        By the bytes of the keys, and of one key the newest first. In a bucket that never
        kept versions each object has one, whose id is `"null"`.

        Args:
            prefix: As in `list_objects`.
            delimiter: As in `list_objects`.
            match: As in `list_objects`.
            page_size: As in `list_objects`.
            resume: Goes on behind the entry at which an earlier list had this `token`.

        Raises:
            NoSuchBucket: The bucket does not exist.
        """

    def list_multipart_uploads(
        self,
        prefix: str = "",
        delimiter: str | None = None,
        *,
        page_size: int = ...,
        resume: str | None = None,
    ) -> Listing[MultipartUploadSummary]:
        """`ossc.Bucket.list_multipart_uploads` for tasks.

        The open multipart uploads by key and upload id (ListMultipartUploads).

        The entries may be given to the verbs of multipart uploads.

        Args:
            prefix: As in `list_objects`.
            delimiter: As in `list_objects`.
            page_size: As in `list_objects`.
            resume: Goes on behind the entry at which an earlier list had this `token`.

        Raises:
            NoSuchBucket: The bucket does not exist.
        """

    def presign(
        self,
        method: str,
        key: str | None = None,
        expires: Lifetime = 3600,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        version_id: str | None = None,
        callback: Callback | None = None,
        additional_headers: Iterable[str] | None = None,
    ) -> PresignedURL:
        """`ossc.Bucket.presign` for tasks.

        A URL that lets whoever has it make one kind of request, without credentials.

        Nothing is sent. The URL is a secret for as long as it lives. Any operation on a
        bucket or an object can be signed; `presign_get` and its kin know the parameters
        of the usual ones, and `SignedURLs` makes the requests.

        Args:
            method: `"GET"`, `"PUT"`, `"HEAD"`, `"DELETE"` or `"POST"`.
            key: The object's key; None: the bucket.
            expires: How long it is good for: seconds or a `timedelta`; at most 7 days.
            headers: Headers that the user of the URL must send with the same values:
                `Content-Type`, `Content-MD5` and `x-oss-…`.
            params: Query parameters, such as `response-content-disposition`; an empty
                value stands for the name alone (`{"acl": ""}`).
            version_id: Which version the URL is for; default: the current one.
            callback: For `"PUT"`, or the end of a multipart upload: it calls your
                application.
            additional_headers: Names of further headers that signature V4 is to cover:
                those of `headers`, and `"host"`. Default: the client's.

        Returns:
            The URL, which is a `str` with the attributes `method`, `signed_headers` and
            `expiration`.
        """

    def presign_get(
        self,
        key: str,
        expires: Lifetime = 3600,
        *,
        version_id: str | None = None,
        process: str | None = None,
        traffic_limit: int | None = None,
        params: Mapping[str, str] | None = None,
        **response: Unpack[ResponseOverrides],
    ) -> PresignedURL:
        """`ossc.Bucket.presign_get` for tasks.

        A URL to read an object (GetObject).

        Args:
            key: The object's key.
            expires: As in `presign`.
            version_id: Which version; default: the current one.
            process: What is made of the object on its way, such as
                `"image/resize,w_100"` (`x-oss-process`).
            traffic_limit: Bits a second, 819,200 to 838,860,800.
            params: Further query parameters.
            **response: Headers that the answer is to have: `response_content_type`,
                `response_content_disposition` and so on.
        """

    def presign_head(
        self,
        key: str,
        expires: Lifetime = 3600,
        *,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
    ) -> PresignedURL:
        """`ossc.Bucket.presign_head` for tasks.

        A URL to look at an object's properties (HeadObject).
        """

    def presign_put(
        self,
        key: str,
        expires: Lifetime = 3600,
        *,
        callback: Callback | None = None,
        params: Mapping[str, str] | None = None,
        **options: Unpack[UploadOptions],
    ) -> PresignedURL:
        """`ossc.Bucket.presign_put` for tasks.

        A URL to store an object (PutObject).

        Args:
            key: The object's key.
            expires: As in `presign`.
            callback: The upload calls your application.
            params: Further query parameters.
            **options: See `ossc.UploadOptions`. They become `headers` of the URL, which
                its user has to send; what the signature does not cover (see
                `signed_headers`) its user can change.
        """

    def presign_append(
        self,
        key: str,
        position: int,
        expires: Lifetime = 3600,
        **options: Unpack[UploadOptions],
    ) -> PresignedURL:
        """`ossc.Bucket.presign_append` for tasks.

        A URL to append to an object at a position (AppendObject).
        """

    def presign_delete(
        self,
        key: str,
        expires: Lifetime = 3600,
        *,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
    ) -> PresignedURL:
        """`ossc.Bucket.presign_delete` for tasks.

        A URL to delete an object (DeleteObject).
        """

    def presign_init_multipart(
        self, key: str, expires: Lifetime = 3600, **options: Unpack[UploadOptions]
    ) -> PresignedURL:
        """`ossc.Bucket.presign_init_multipart` for tasks.

        A URL to open a multipart upload (InitiateMultipartUpload).
        """

    def presign_upload_part(
        self,
        key: str,
        upload: str | MultipartUpload,
        part_number: int,
        expires: Lifetime = 3600,
        *,
        traffic_limit: int | None = None,
    ) -> PresignedURL:
        """`ossc.Bucket.presign_upload_part` for tasks.

        A URL to upload one part (UploadPart).

        Args:
            key: The object's key.
            upload: The upload, or its id.
            part_number: 1 to 10,000.
            expires: As in `presign`.
            traffic_limit: Bits a second, 819,200 to 838,860,800.
        """

    def presign_list_parts(
        self, key: str, upload: str | MultipartUpload, expires: Lifetime = 3600
    ) -> PresignedURL:
        """`ossc.Bucket.presign_list_parts` for tasks.

        A URL to list the parts uploaded so far (ListParts).
        """

    def presign_complete_multipart(
        self,
        key: str,
        upload: str | MultipartUpload,
        expires: Lifetime = 3600,
        *,
        callback: Callback | None = None,
        content_type: str | None = "application/xml",
        forbid_overwrite: bool = False,
    ) -> PresignedURL:
        """`ossc.Bucket.presign_complete_multipart` for tasks.

        A URL to make the object of its parts (CompleteMultipartUpload).

        Args:
            key: The object's key.
            upload: The upload, or its id.
            expires: As in `presign`.
            callback: The end of the upload calls your application.
            content_type: Of the list of parts that is sent to the URL; None: the one who
                sends it must give none.
            forbid_overwrite: Fail if the key exists.
        """

    def presign_abort_multipart(
        self, key: str, upload: str | MultipartUpload, expires: Lifetime = 3600
    ) -> PresignedURL:
        """`ossc.Bucket.presign_abort_multipart` for tasks.

        A URL to give a multipart upload up (AbortMultipartUpload).
        """

    def post_policy(
        self,
        key: str | None = None,
        expires: timedelta | float = 3600,
        *,
        key_prefix: str | None = None,
        size: tuple[int, int] | None = None,
        success_action_status: int | None = None,
        success_action_redirect: str | None = None,
        callback: Callback | None = None,
        fields: Mapping[str, str] | None = None,
        conditions: Iterable[Condition] = ...,
    ) -> PostForm:
        r"""`ossc.Bucket.post_policy` for tasks.

        A form that lets a browser upload one object, without credentials (PostObject).

        Nothing is sent. The form is a secret for as long as it lives. Its fields, and
        behind them one named `file`, go to its URL as `multipart/form-data`.

        Args:
            key: The object's key; OSS puts the file's name in the place of
                `${filename}`. None: whoever fills the form in adds a field `key`.
            expires: How long it is good for: seconds or a `timedelta`; at most 7 days.
            key_prefix: The key is the file's own name behind this prefix, or another
                that begins so.
            size: The fewest and the most bytes that the file may have.
            success_action_status: 200, 201 (with an XML answer) or 204, the default.
            success_action_redirect: URL that the browser is sent to after the upload.
            callback: The upload calls your application.
            fields: Further fields, such as `{"x-oss-object-acl": "public-read",
                "x-oss-meta-author": "Zoe", "Cache-Control": "no-cache"}`. The policy
                allows no other values of them.
            conditions: Further conditions of the policy, as OSS has them: `{"name":
                "value"}`, `["eq", "$name", "value"]`, `["starts-with", "$name",
                "prefix"]`, `["in", "$name", ["a", "b"]]`, `["not-in", "$name", […]]`.
                In their values `\$` is a dollar.

        Returns:
            The form: `url`, `fields`, `expiration`, `policy`.

        Raises:
            ParameterError: A condition is none, or arguments contradict each other.
        """

    @overload
    def open(
        self,
        key: str,
        mode: Literal["rb"] = "rb",
        *,
        buffer_size: int = ...,
        read_ahead: int = ...,
        cancel: CancelToken | None = None,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        **conditions: Unpack[Conditions],
    ) -> Opening[ObjectReader]:
        """`ossc.Bucket.open` for tasks.

        Opens an object as a binary file.

        Reading begins with one request for the first bytes. Writing uploads in the
        background, and the object appears when the file is closed without an error. For
        text, wrap the file in `io.TextIOWrapper`.

        Args:
            key: The object's key.
            mode: `"rb"` to read, `"wb"` to write, `"xb"` to write what must not exist
                yet (found out when something is sent, at the latest by `close`).
            **options: For reading: `buffer_size`, what the first request fetches;
                `read_ahead`, how many bytes are fetched ahead of the position at most,
                0 for none and no threads; `version_id`, `params` and conditions as in
                `get_object`.
                For writing: `part_size` of a multipart upload, 100 KiB to 5 GiB, which
                grows with very large objects; `concurrency`, how many parts are on their
                way at a time, each in memory; `callback` and options as in `put_object`.
                For both: `cancel`, a token that ends it.

        Raises:
            NoSuchKey: There is no such object to read.
            ParameterError: An argument is not usable; also of what is sent later.
        """

    @overload
    def open(
        self,
        key: str,
        mode: Literal["wb", "xb"],
        *,
        part_size: int = ...,
        concurrency: int = 3,
        cancel: CancelToken | None = None,
        callback: Callback | None = None,
        **options: Unpack[ObjectOptions],
    ) -> Opening[ObjectWriter]:
        """`ossc.Bucket.open` for tasks.

        Opens an object as a binary file.

        Reading begins with one request for the first bytes. Writing uploads in the
        background, and the object appears when the file is closed without an error. For
        text, wrap the file in `io.TextIOWrapper`.

        Args:
            key: The object's key.
            mode: `"rb"` to read, `"wb"` to write, `"xb"` to write what must not exist
                yet (found out when something is sent, at the latest by `close`).
            **options: For reading: `buffer_size`, what the first request fetches;
                `read_ahead`, how many bytes are fetched ahead of the position at most,
                0 for none and no threads; `version_id`, `params` and conditions as in
                `get_object`.
                For writing: `part_size` of a multipart upload, 100 KiB to 5 GiB, which
                grows with very large objects; `concurrency`, how many parts are on their
                way at a time, each in memory; `callback` and options as in `put_object`.
                For both: `cancel`, a token that ends it.

        Raises:
            NoSuchKey: There is no such object to read.
            ParameterError: An argument is not usable; also of what is sent later.
        """

    def stream_object(
        self,
        key: str,
        range: ByteRange | None = None,
        *,
        chunk_size: int = ...,
        read_ahead: int = ...,
        cancel: CancelToken | None = None,
        version_id: str | None = None,
        params: Mapping[str, str] | None = None,
        **conditions: Unpack[Conditions],
    ) -> IterableOpening[ObjectData, bytes]:
        """`ossc.Bucket.stream_object` for tasks.

        Reads an object, or a range of it, chunk by chunk.

        Args:
            key: The object's key.
            range: As in `get_object`.
            chunk_size: Bytes of each chunk but the last.
            read_ahead: How many bytes are fetched ahead at most; 0 for none.
            cancel: Ends it from any thread.
            version_id: As in `get_object`.
            params: Further query parameters.
            **conditions: See `ossc.Conditions`.

        Raises:
            NoSuchKey: There is no such object.
            InvalidRange: The range lies outside the object.
        """

    def select_object(
        self,
        key: str,
        expression: str,
        input: CSVInput | JSONInput | None = None,
        output: CSVOutput | JSONOutput | None = None,
        *,
        range: ByteRange | None = None,
        skip_partial_records: bool = False,
        max_skipped_records: int = 0,
        cancel: CancelToken | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> IterableOpening[SelectResult, bytes]:
        """`ossc.Bucket.select_object` for tasks.

        Has the service look through an object and send what is wanted (SelectObject).

        Returns when the first rows are there; the rest arrives while it is read. A
        failure before that is raised here, a later one where the result is read.

        Args:
            key: The object's key.
            expression: The query, such as
                `"select _1, _3 from ossobject where _2 > 18 limit 10"`. Columns of CSV
                are `_1`, `_2`, … or, with `CSVInput("use")`, the names of the first row;
                those of JSON are paths (`s.a.b[0]`), and so may be the table
                (`ossobject.list[*] s`).
            input: How the object is laid out; without it, as CSV with commas.
            output: How the answer is to be: an `ossc.CSVOutput` for CSV, an
                `ossc.JSONOutput` for JSON.
            range: Only rows that begin within this range of bytes, as in `get_object`;
                of CSV without delimiters in quotes.
            skip_partial_records: Leave out rows that lack a column which the query
                names, instead of taking it for null.
            max_skipped_records: How many rows may be left out, because of that or because
                a value is not of the type that the query takes it for; one more is an
                error.
            cancel: Ends it from another thread.
            headers: Further request headers.

        Raises:
            NoSuchKey: There is no such object.
            ServerError: The query is wrong, or does not fit the object.
        """

    async def create_select_object_meta(
        self,
        key: str,
        input: CSVInput | JSONInput | None = None,
        *,
        overwrite: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> SelectMeta:
        """`ossc.Bucket.create_select_object_meta` for tasks.

        Has the service count an object's rows (CreateSelectObjectMeta).

        It remembers them until the object is overwritten; then ranges of rows and of
        splits can be asked.

        Args:
            key: The object's key.
            input: How the object is laid out; CSV, or JSON of the type `LINES`.
            overwrite: Count anew even if that was done before.
            headers: Further request headers.

        Raises:
            NoSuchKey: There is no such object.
            ServerError: The object is not what it is said to be.
        """

    def upload_folder(
        self,
        path: str | os.PathLike[str],
        prefix: str = "",
        *,
        include: str | (Iterable[str] | AsyncIterable[str]) | None = None,
        exclude: str | (Iterable[str] | AsyncIterable[str]) = ...,
        min_size: int = 0,
        max_size: int | None = None,
        modified_since: datetime | None = None,
        modified_before: datetime | None = None,
        where: Callable[[LocalEntry], object] | None = None,
        skip_same: SkipSame | None = None,
        delete_extra: bool = False,
        follow_symlinks: bool = False,
        keep_times: bool = True,
        dry_run: bool = False,
        concurrency: int = 8,
        part_size: int | None = None,
        threshold: int | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
        **options: Unpack[ObjectOptions],
    ) -> Results[FileResult]:
        """`ossc.Bucket.upload_folder` for tasks.

        Uploads what is below a folder, with keys below a prefix; or what changed there.

        Nothing is done before the first result is asked for, and a file that fails is a
        result with an error and does not stop the others. Small files go side by side,
        large ones one after the other, in parts. To stop before the end, `close()` the
        iterator.

        Args:
            path: The folder.
            prefix: What the keys begin with: a name of a folder, whose slash may lack.
            include: Patterns (see `list_objects`) of paths below the folder; only files
                that match one are meant. Default: all.
            exclude: Patterns; files that match one are not meant.
            min_size: Files with fewer bytes are not meant.
            max_size: Files with more bytes are not meant.
            modified_since: Files that were not written since this aware time are not
                meant.
            modified_before: Files that were written at this time or later are not meant.
            where: Called with an `ossc.LocalEntry` for each file that is meant by all
                the others, in turn and in one thread; true: this one is meant. What it
                raises ends everything.
            skip_same: Leave out what is the same: `"time"`: the object has the same size
                and is not older than the file; `"crc64"`: it has the same bytes.
            delete_extra: Delete objects below the prefix that have no file, if the
                patterns mean them. Beside `skip_same` this makes a mirror of the folder.
            follow_symlinks: Take links for what they lead to; else they are skipped.
            keep_times: Keep files' modification times as the user metadata `mtime`.
            dry_run: Only tell what would be done.
            concurrency: How many files, or parts of a large file, are moved at a time.
            part_size: As in `upload_file`, of large files.
            threshold: Files of at least so many bytes are large; default: 16 MiB.
            checkpoint: A folder outside this one, for large files to be gone on with.
            **options: See `ossc.ObjectOptions`; they count for each.

        Yields:
            For each file that is meant what was done, as it comes.

        Raises:
            LocalFileError: The folder cannot be read.
            Cancelled: The client's token was used.
            ClientClosed: The client was closed before the last result.
        """

    def download_folder(
        self,
        prefix: str,
        path: str | os.PathLike[str],
        *,
        include: str | (Iterable[str] | AsyncIterable[str]) | None = None,
        exclude: str | (Iterable[str] | AsyncIterable[str]) = ...,
        min_size: int = 0,
        max_size: int | None = None,
        modified_since: datetime | None = None,
        modified_before: datetime | None = None,
        where: Callable[[ObjectSummary], object] | None = None,
        skip_same: SkipSame | None = None,
        delete_extra: bool = False,
        keep_times: bool = True,
        dry_run: bool = False,
        concurrency: int = 8,
        part_size: int | None = None,
        threshold: int | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
        **conditions: Unpack[Conditions],
    ) -> Results[FileResult]:
        """`ossc.Bucket.download_folder` for tasks.

        Downloads the objects below a prefix into a folder; or those that changed.

        It works as `upload_folder` does. Each file appears when it is whole. Nothing is
        written outside the folder: keys with `..`, empty names, backslashes or drive
        letters, and those that a link would lead out of it, are results with errors.

        Args:
            prefix: What the keys begin with: a name of a folder, whose slash may lack.
            path: The folder; it is made where it is not there.
            include: As in `upload_folder`, of keys behind the prefix.
            exclude: As in `upload_folder`.
            min_size: As in `upload_folder`.
            max_size: As in `upload_folder`.
            modified_since: As in `upload_folder`, by when the object was written.
            modified_before: The same.
            where: As in `upload_folder`; called with the entry of the list, an
                `ossc.ObjectSummary`, which has size, time, ETag and storage class.
            skip_same: Leave out what is the same: `"time"`: the file has the same size
                and the object's time, as `keep_times` has set it; `"crc64"`: it has the
                same bytes.
            delete_extra: Delete files below the folder that have no object, if the
                patterns mean them; links and folders stay.
            keep_times: Give files the times that the metadata `mtime` tells, or else
                those at which the objects were written.
            dry_run: Only tell what would be done.
            concurrency: As in `upload_folder`.
            part_size: As in `download_file`, of large objects.
            threshold: Objects of at least so many bytes are large; default: 16 MiB.
            checkpoint: A folder outside this one, for large files to be gone on with.
            **conditions: See `ossc.Conditions`; they count for each.

        Yields:
            For each object that is meant what was done, as it comes.

        Raises:
            NoSuchBucket: The bucket does not exist.
            Cancelled, ClientClosed: As in `upload_folder`.
        """

    def delete_prefix(
        self, prefix: str, *, match: str | None = None, versions: bool = False
    ) -> Results[DeletedObject]:
        """`ossc.Bucket.delete_prefix` for tasks.

        Deletes all objects whose keys begin with a prefix, 1,000 in a request.

        Nothing is deleted before the first result is asked for. After an error, or where
        the iterator is left, some are deleted; the same call goes on with the rest.

        Args:
            prefix: What the keys begin with, to the letter: `"a"` is of `"ab"`, too;
                `"a/"` of what is below a folder. Not empty.
            match: As in `list_objects`.
            versions: Delete all versions and delete markers for good; else, where the
                bucket keeps versions, delete markers hide them.

        Yields:
            What OSS says of each, as in `delete_objects`.

        Raises:
            ParameterError: The prefix is empty.
        """

    def copy_prefix(
        self,
        source_prefix: str,
        prefix: str,
        *,
        source_bucket: str | None = None,
        match: str | None = None,
        concurrency: int = 8,
        **options: Unpack[CopyOptions],
    ) -> Results[KeyResult[CopyObjectResult]]:
        """`ossc.Bucket.copy_prefix` for tasks.

        Copies all objects whose keys begin with a prefix, on the server.

        Nothing is done before the first result is asked for; one that fails does not
        stop the others. Each is copied as by `copy`, several at a time.

        Args:
            source_prefix: What the keys begin with, to the letter.
            prefix: What the copies' keys begin with instead, in this bucket.
            source_bucket: Where they are; default: this bucket. Same region only.
            match: As in `list_objects`, of what comes behind the prefix.
            concurrency: How many are copied at a time.
            **options: See `ossc.CopyOptions`; they count for each.

        Yields:
            For each object a `KeyResult` with its own key, as it comes.

        Raises:
            ParameterError: In one bucket, a prefix begins with the other.
        """

    def rename_prefix(
        self,
        source_prefix: str,
        prefix: str,
        *,
        match: str | None = None,
        concurrency: int = 8,
        **options: Unpack[CopyOptions],
    ) -> Results[KeyResult[CopyObjectResult]]:
        """`ossc.Bucket.rename_prefix` for tasks.

        Moves all objects whose keys begin with a prefix: each is copied, then deleted.

        What is written to an object between the two is lost. What fails stays where it
        is; the same call goes on with it.

        Args:
            source_prefix: As in `copy_prefix`.
            prefix: As in `copy_prefix`.
            match: As in `copy_prefix`.
            concurrency: As in `copy_prefix`.
            **options: As in `copy_prefix`.

        Yields:
            For each object a `KeyResult` with the key that it had.

        Raises:
            ParameterError: As in `copy_prefix`.
        """

    async def create_live_channel(
        self, channel: str, configuration: LiveChannelConfiguration | None = None
    ) -> CreateLiveChannelResult:
        """`ossc.Bucket.create_live_channel` for tasks.

        Creates a channel, or sets one up anew (PutLiveChannel).

        Args:
            channel: The channel's name, a key without a slash.
            configuration: How it is set up; without it, enabled, with pieces of 5 s and
                three of them in `playlist.m3u8`.

        Raises:
            ChannelStillLive: Somebody pushes to the channel.
        """

    async def get_live_channel_info(self, channel: str) -> LiveChannelConfiguration:
        """`ossc.Bucket.get_live_channel_info` for tasks.

        How a channel is set up (GetLiveChannelInfo).

        Args:
            channel: The channel's name.

        Raises:
            NoSuchLiveChannel: It does not exist.
        """

    async def get_live_channel_stat(self, channel: str) -> LiveChannelStat:
        """`ossc.Bucket.get_live_channel_stat` for tasks.

        What a channel is doing (GetLiveChannelStat).

        Args:
            channel: The channel's name.

        Raises:
            NoSuchLiveChannel: It does not exist.
        """

    async def get_live_channel_history(self, channel: str) -> tuple[LiveRecord, ...]:
        """`ossc.Bucket.get_live_channel_history` for tasks.

        The last streams that were pushed to a channel (GetLiveChannelHistory).

        Args:
            channel: The channel's name.

        Returns:
            Ten at most.

        Raises:
            NoSuchLiveChannel: It does not exist.
        """

    async def put_live_channel_status(
        self, channel: str, status: Literal["enabled", "disabled"]
    ) -> None:
        """`ossc.Bucket.put_live_channel_status` for tasks.

        Enables or disables a channel (PutLiveChannelStatus).

        Who pushes to a channel that is disabled is disconnected.

        Args:
            channel: The channel's name.
            status: `"enabled"` or `"disabled"`.

        Raises:
            NoSuchLiveChannel: It does not exist.
        """

    async def delete_live_channel(self, channel: str) -> None:
        """`ossc.Bucket.delete_live_channel` for tasks.

        Deletes a channel (DeleteLiveChannel); what it stored stays.

        Args:
            channel: The channel's name.

        Raises:
            NoSuchLiveChannel: It does not exist.
            ChannelStillLive: Somebody pushes to it.
        """

    def list_live_channels(
        self, prefix: str = "", *, page_size: int = ..., resume: str | None = None
    ) -> Listing[LiveChannel]:
        """`ossc.Bucket.list_live_channels` for tasks.

        The bucket's channels by name, fetched page by page (ListLiveChannel).

        Args:
            prefix: Only names that begin so.
            page_size: Entries a request, 1 to 1,000.
            resume: Goes on behind the channel at which an earlier list had this `token`.
        """

    async def post_vod_playlist(
        self,
        channel: str,
        playlist: str,
        start: datetime | float,
        end: datetime | float,
    ) -> None:
        """`ossc.Bucket.post_vod_playlist` for tasks.

        Makes a playlist of what was pushed in a span of time (PostVodPlaylist).

        Args:
            channel: The channel's name.
            playlist: Name of the playlist, an object `channel/playlist` afterwards.
            start: When the span begins: an aware `datetime` or Unix seconds.
            end: When it ends; at most a day later.

        Raises:
            NoSuchLiveChannel: The channel does not exist.
            ServerError: Nothing was pushed then (`InvalidRequest`).
        """

    async def get_vod_playlist(
        self, channel: str, start: datetime | float, end: datetime | float
    ) -> str:
        """`ossc.Bucket.get_vod_playlist` for tasks.

        A playlist of what was pushed in a span of time (GetVodPlaylist).

        Args:
            channel: The channel's name.
            start: When the span begins: an aware `datetime` or Unix seconds.
            end: When it ends; at most a day later.

        Returns:
            The text of an M3U8 file; nothing is stored.

        Raises:
            NoSuchLiveChannel: The channel does not exist.
            ServerError: Nothing was pushed then (`InvalidRequest`).
        """

    def presign_rtmp(
        self,
        channel: str,
        expires: timedelta | float = 3600,
        *,
        playlist: str | None = None,
        params: Mapping[str, str] | None = None,
    ) -> str:
        """`ossc.Bucket.presign_rtmp` for tasks.

        A URL that lets whoever has it push a stream to a channel.

        Nothing is sent. The URL is a secret for as long as it lives; it is signed with
        V1, which is all that RTMP has.

        Args:
            channel: The channel's name.
            expires: How long a push may begin: seconds or a `timedelta`.
            playlist: Name of the playlist instead of the channel's own.
            params: Further parameters to sign.

        Returns:
            The URL; its port, if it has one, is the endpoint's.
        """

    async def info(self) -> BucketInfo:
        """`ossc.Bucket.info` for tasks.

        The bucket's properties (GetBucketInfo).

        Raises:
            NoSuchBucket: It does not exist.
            AccessDenied: It is somebody else's.
        """

    async def stat(self) -> BucketStat:
        """`ossc.Bucket.stat` for tasks.

        What the bucket holds (GetBucketStat).

        Raises:
            NoSuchBucket: It does not exist.
            AccessDenied: It is somebody else's.
        """

    async def location(self) -> str:
        """`ossc.Bucket.location` for tasks.

        Where the bucket is: the region with a prefix (GetBucketLocation).

        Raises:
            NoSuchBucket: It does not exist.
            AccessDenied: It is somebody else's.
        """

    async def exists(self) -> bool:
        """`ossc.Bucket.exists` for tasks.

        Whether there is a bucket of that name, one's own or not (GetBucketAcl).

        Raises:
            AccessDenied: The request is refused for another reason than whose bucket
                it is, such as a wrong signature.
        """

    @property
    def access_monitor(self) -> Setting[settings.AccessMonitor]: ...
    @property
    def access_points(self) -> AccessPoints: ...
    @property
    def acl(self) -> AclSetting: ...
    @property
    def archive_direct_read(self) -> Setting[settings.ArchiveDirectRead]: ...
    @property
    def callback_policy(self) -> CallbackPolicySetting: ...
    @property
    def cnames(self) -> Cnames: ...
    @property
    def cors(self) -> RemovableSetting[settings.BucketCors]: ...
    @property
    def datasets(self) -> Datasets: ...
    @property
    def encryption(self) -> RemovableSetting[settings.BucketEncryption]: ...
    @property
    def https_config(self) -> Setting[settings.HttpsConfig]: ...
    @property
    def inventories(self) -> Inventories: ...
    @property
    def lifecycle(self) -> LifecycleSetting: ...
    @property
    def logging(self) -> RemovableSetting[settings.BucketLogging]: ...
    @property
    def meta_query(self) -> MetaQueries: ...
    @property
    def metadata_configuration(self) -> MetadataConfigurationSetting: ...
    @property
    def object_worm_configuration(
        self,
    ) -> Setting[settings.ObjectWormConfiguration]: ...
    @property
    def overwrite_config(self) -> RemovableSetting[settings.BucketOverwriteConfig]: ...
    @property
    def policy(self) -> PolicySetting: ...
    @property
    def public_access_block(self) -> RemovableSetting[settings.PublicAccessBlock]: ...
    @property
    def qos(self) -> RemovableSetting[settings.QosConfiguration]: ...
    @property
    def redundancy_transitions(self) -> RedundancyTransitions: ...
    @property
    def referer(self) -> Setting[settings.BucketReferer]: ...
    @property
    def replication(self) -> Replication: ...
    @property
    def request_payment(self) -> Setting[settings.RequestPayment]: ...
    @property
    def requester_qos(self) -> RequesterQos: ...
    @property
    def resource_group(self) -> Setting[settings.BucketResourceGroup]: ...
    @property
    def response_header(self) -> RemovableSetting[settings.BucketResponseHeader]: ...
    @property
    def storage_capacity(self) -> Setting[settings.StorageCapacity]: ...
    @property
    def storage_quota(self) -> StorageQuotaSetting: ...
    @property
    def styles(self) -> Styles: ...
    @property
    def tagging(self) -> TaggingSetting: ...
    @property
    def transfer_acceleration(self) -> Setting[settings.TransferAcceleration]: ...
    @property
    def user_defined_log_fields(
        self,
    ) -> RemovableSetting[settings.UserDefinedLogFields]: ...
    @property
    def versioning(self) -> Setting[settings.BucketVersioning]: ...
    @property
    def website(self) -> RemovableSetting[settings.BucketWebsite]: ...
    @property
    def worm(self) -> WormSetting: ...
    @property
    def name(self) -> str:
        """The bucket's name."""

class Client(ClientBase):
    """A connection to OSS for tasks. Tasks of any number of loops and threads may use it.

    Each call that is awaited runs in one of the client's threads; the C code in there does
    not hold the interpreter. Use the client in an `async with` block or `await` its
    `close()`. After a fork the child has threads and connections of its own.

    Args:
        *args: As of `ossc.Client`.
        max_threads: Calls that are under way at a time; further ones wait for their turn.
            Default: the client's `max_connections`, or 32.
        **options: As of `ossc.Client`.

    Raises:
        ParameterError: An argument is not usable, or a needed one is nowhere to be found.
    """

    def __init__(
        self,
        endpoint: str | None = None,
        *,
        region: str | None = None,
        network: Network | None = None,
        credentials: Credentials | Anonymous | Source | None = None,
        signature: Literal["v4", "v1"] = "v4",
        addressing: Addressing = "auto",
        connect_timeout: float = 10.0,
        read_timeout: float = 60.0,
        timeout: float | None = None,
        retry: Retry | None = ...,
        proxy: str | None = None,
        no_proxy: str | Iterable[str] | None = None,
        verify: bool | str | os.PathLike[str] = True,
        connection: ConnectionOptions | None = None,
        max_idle_connections: int = 32,
        max_connections: int | None = None,
        max_memory: int | None = None,
        max_bandwidth: int | None = None,
        user_agent: str | None = None,
        additional_headers: Iterable[str] = ...,
        cloud_box_id: str | None = None,
        on_request: Observer | None = None,
        max_threads: int | None = None,
    ) -> None: ...
    @property
    def endpoint(self) -> str:
        """The endpoint as `scheme://host[:port]`."""

    @property
    def region(self) -> str:
        """The region id; empty when none is known."""

    def bucket(self, name: str) -> Bucket:
        """`ossc.Client.bucket` for tasks.

        The bucket of that name. Nothing is sent.

        Args:
            name: 3 to 63 lower-case letters, digits and hyphens.

        Raises:
            ParameterError: No bucket can have that name.
        """

    def presign(
        self,
        method: str = "GET",
        expires: timedelta | float = 3600,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> PresignedURL:
        """`ossc.Client.presign` for tasks.

        A signed URL for a request on no bucket, such as ListBuckets.

        Args:
            method: The HTTP method.
            expires: Seconds or a `timedelta`; at most 7 days.
            params: Query parameters.
            headers: Headers that the user of the URL must send.
        """

    @property
    def access_points(self) -> AccountAccessPoints: ...
    @property
    def data_pipelines(self) -> DataPipelines: ...
    @property
    def public_access_block(self) -> RemovableSetting[PublicAccessBlock]: ...
    @property
    def qos(self) -> UserQosSetting: ...
    @property
    def redundancy_transitions(self) -> AccountTransitions: ...
    @property
    def resource_pools(self) -> ResourcePools: ...
    async def create_bucket(
        self,
        name: str,
        *,
        acl: ACL | None = None,
        storage_class: StorageClass | None = None,
        data_redundancy: DataRedundancy | None = None,
        resource_group: str | None = None,
        hierarchical_namespace: bool = False,
    ) -> Bucket:
        """`ossc.Client.create_bucket` for tasks.

        Creates a bucket (PutBucket); one's own existing bucket is no error.

        Args:
            name: 3 to 63 lower-case letters, digits and hyphens.
            acl: `"private"` (the default), `"public-read"` or `"public-read-write"`.
            storage_class: What its objects have by default; `"Standard"`.
            data_redundancy: `"LRS"`, in one zone (the default), or `"ZRS"`, in several.
            resource_group: Id of the resource group that it belongs to; the account's
                default one.
            hierarchical_namespace: True: it has directories (`Bucket.rename`), for
                ever, and no versions, lifecycle, replication, inventories or websites.

        Raises:
            BucketAlreadyExists: Somebody else has a bucket of that name, or one's own
                has another storage class.
        """

    async def delete_bucket(self, name: str) -> None:
        """`ossc.Client.delete_bucket` for tasks.

        Deletes an empty bucket.

        Args:
            name: The bucket's name.

        Raises:
            BucketNotEmpty: It holds objects or open uploads.
            NoSuchBucket: It does not exist.
        """

    def list_buckets(
        self,
        prefix: str = "",
        *,
        tag: str | tuple[str, str] | None = None,
        resource_group: str | None = None,
        resume: str | None = None,
    ) -> Listing[BucketSummary]:
        """`ossc.Client.list_buckets` for tasks.

        The caller's buckets by name, fetched page by page while iterating.

        Args:
            prefix: Only names that begin so.
            tag: Only buckets that have a tag of this key; of a pair, with this value.
            resource_group: Only buckets of the resource group of this id.
            resume: Goes on behind the bucket at which an earlier list had this `token`.
        """

    def agentic_buckets(self, account_id: str) -> AgenticBuckets:
        """`ossc.Client.agentic_buckets` for tasks.

        The agentic buckets of an account in the client's region. Nothing is sent.

        Args:
            account_id: The account's number, which is in their names.
        """

    async def invoke(
        self,
        method: str,
        *,
        bucket: str | None = None,
        key: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Buffer | str | None = None,
    ) -> Response:
        """`ossc.Client.invoke` for tasks.

        Makes any request, such as one that ossc has no verb for yet.

        It is signed, repeated and judged like all others: what OSS refuses is raised as
        the class of its code. GET, HEAD, PUT and DELETE are repeated as `Retry` says; a
        POST, and a request with an upload callback, only where the server cannot have
        acted. Signature V4 signs all parameters. Signature V1 signs those that its list
        of sub-resources has; OSS refuses a request with a newer one, and only V4 helps.

        Args:
            method: `"GET"`, `"HEAD"`, `"PUT"`, `"POST"` or `"DELETE"`.
            bucket: The bucket; None: the service as a whole, or the account.
            key: The object's key; None: the bucket as a whole.
            params: Query parameters; one with the value `""` is sent as its name alone:
                `{"lifecycle": ""}`.
            headers: Request headers.
            body: What is sent; a `str` as UTF-8. It is not checked against a CRC-64.

        Raises:
            ParameterError: The method is another, or a key comes without its bucket.
            ServerError: OSS answers with an error, as the class of its code.
            CallbackFailed: The upload succeeded, its callback did not; `result` is the
                `Response`.
        """

    async def describe_regions(self, region: str | None = None) -> list[RegionInfo]:
        """`ossc.Client.describe_regions` for tasks.

        The regions that OSS has, with their endpoints (DescribeRegions).

        Args:
            region: Only this one: `"oss-cn-hangzhou"` or `"cn-hangzhou"`; default: all.

        Raises:
            ServerError: OSS has no such region.
        """

    def list_cloud_boxes(
        self, prefix: str = "", *, resume: str | None = None
    ) -> Listing[CloudBox]:
        """`ossc.Client.list_cloud_boxes` for tasks.

        The account's cloud boxes, fetched page by page while iterating.

        Args:
            prefix: Only those whose ids begin so.
            resume: Goes on behind the one at which an earlier list had this `token`.
        """

    async def write_get_object_response(
        self,
        route: str,
        token: str,
        status: int = 200,
        data: Buffer = b"",
        *,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """`ossc.Client.write_get_object_response` for tasks.

        Answers somebody's GetObject, which OSS forwarded to a function.

        Buckets can be read by access points behind which a function of Function Compute
        makes what the reader gets. The event that the function is called with has the
        route, which is the endpoint to make the client for, and the token.

        Args:
            route: Where the event says that the answer goes.
            token: What the event gives to answer with; good for one answer.
            status: The HTTP status that the reader gets.
            data: The body that the reader gets.
            headers: Headers that the reader gets: `Content-Type`, `Cache-Control`,
                `ETag`, `Last-Modified`, …

        Raises:
            ServerError: OSS knows no such route or token, or takes no such status.
        """

    def with_options(
        self,
        *,
        retry: Retry | EllipsisType | None = ...,
        timeout: float | EllipsisType | None = ...,
        deadline: float | EllipsisType | None = ...,
        cancel: CancelToken | EllipsisType | None = ...,
        additional_headers: Iterable[str] | EllipsisType = ...,
        max_bandwidth: int | EllipsisType | None = ...,
        on_request: Observer | EllipsisType | None = ...,
    ) -> Self:
        """`ossc.Client.with_options` for tasks.

        A view of this client whose calls are made in another way. Nothing is sent.

        It shares the connections, the limits and what is known of the server's clock.
        Closing this client closes it; closing the view does nothing.

        Args:
            retry: As in `Client`. Its deadline counts where it has one and `deadline`
                is not given.
            timeout: Seconds that one attempt may take; None: no limit.
            deadline: Seconds that a call may take with all its requests, attempts,
                pauses and waits; None: no limit. Each page of a list, key of a batch,
                file of a folder and block of a stream is a call.
            cancel: Ends the calls that are under way, and all later ones, with
                `Cancelled`; None: no token.
            additional_headers: As in `Client`, in place of those.
            max_bandwidth: Bytes a second that the view's calls together may move, within
                what the client may; None: no limit of the view's own.
            on_request: As in `Client`, in place of that; None: nobody is told.

        What is not given stays as it is.

        Raises:
            ParameterError: A time is not positive, or a header cannot be signed.
        """

class Listing(Results[T]):
    """`ossc.Listing` for tasks.

    The entries of a list, fetched page by page while iterating.

    One thread at a time. After an error the iterator may be asked again: it goes on with
    the page that it did not get.
    """

    @property
    def token(self) -> str | None:
        """Where the list stands: `resume=token` goes on behind the last entry.

        None where nothing was taken. It is text to keep wherever you like, good for a
        list of the same kind with the same arguments, by any client at any time.
        """

class ObjectData(IterableStream):
    """`ossc.ObjectData` for tasks.

    An object's bytes, chunk by chunk; made by `Bucket.stream_object`.

    An iterator and a context manager, for one thread at a time. Memory holds some blocks
    of the object, never all of it. Iterating to the end closes it, and so does an error;
    to stop before, use a `with` block or `close()`. What is said of `ossc.ObjectReader`
    of overwritten objects and checks holds here too.

    Attributes:
        info: The object's properties.
        content_range: First and last position that will come, both inclusive; None when
            the whole object comes.
    """

    content_range: tuple[int, int] | None
    info: ObjectInfo
    @property
    def closed(self) -> bool:
        """Whether it was closed, iterated to the end, or ended by an error."""

    async def close(self) -> None:
        """`ossc.ObjectData.close` for tasks.

        Gives up what has not come yet. The second time does nothing.
        """

    async def __anext__(self) -> bytes: ...

class ObjectReader(ReaderStream):
    """`ossc.ObjectReader` for tasks.

    An object as a seekable binary file; made by `Bucket.open`. One thread at a time.

    Reading in order fetches the next blocks in the background; a jump elsewhere gives
    those up. `read(n)` and `readinto` return fewer bytes than asked for only at the end.
    The object is the one that was opened: once it is overwritten, what has not been
    fetched yet raises `PreconditionFailed`. When all bytes were read in order their
    CRC-64 is compared with the object's. After an error the position is what it was, so
    the same call can be made again. After a fork both processes can go on reading.

    Attributes:
        mode: `"rb"`.
        info: The object's properties.
    """

    mode: str
    info: ObjectInfo
    @property
    def key(self) -> str:
        """The object's key."""

    @property
    def name(self) -> str:
        """The object's key, as files have a name."""

    @property
    def size(self) -> int:
        """The object's size in bytes."""

    @property
    def etag(self) -> str:
        """The ETag of the object that was opened, without quotes."""

    def readable(self) -> bool:
        """`ossc.ObjectReader.readable` for tasks.

        True.
        """

    def seekable(self) -> bool:
        """`ossc.ObjectReader.seekable` for tasks.

        True.
        """

    async def tell(self) -> int:
        """`ossc.ObjectReader.tell` for tasks.

        The position of the next byte.
        """

    async def seek(self, offset: int, whence: int = ..., /) -> int:
        """`ossc.ObjectReader.seek` for tasks.

        Moves to a position, also past the end; nothing is fetched.

        Args:
            offset: Where to, in bytes.
            whence: From where: 0 the beginning, 1 the position, 2 the end.

        Raises:
            OSError: The position would be negative.
        """

    async def read1(self, size: int = ..., /) -> bytes:
        """`ossc.ObjectReader.read1` for tasks.

        Bytes that are at hand, up to `size`; waits only when there is none.
        """

    async def readall(self) -> bytes:
        """`ossc.ObjectReader.readall` for tasks.

        All that is left.
        """

    async def readinto(self, buffer: Buffer, /) -> int:
        """`ossc.ObjectReader.readinto` for tasks.

        Fills a writable buffer; returns how many bytes there were left for it.
        """

    async def readinto1(self, buffer: Buffer, /) -> int:
        """`ossc.ObjectReader.readinto1` for tasks.

        Like `readinto`, with what is at hand.
        """

    async def peek(self, size: int = 0, /) -> bytes:
        """`ossc.ObjectReader.peek` for tasks.

        Bytes that come next, at least one before the end; the position stays.
        """

    async def close(self) -> None:
        """`ossc.ObjectReader.close` for tasks.

        Ends what is under way in the background. The second time does nothing.
        """

class ObjectWriter(WriterStream):
    """`ossc.ObjectWriter` for tasks.

    An object as a binary file to write; made by `Bucket.open`. One thread at a time.

    What is written is copied and goes out part by part in the background while the
    program writes on; an object that fits into one part goes out in one request.
    Nothing appears under the key before `close` has succeeded, and nothing ever does when
    the `with` block is left by an exception, after `discard`, or when the writer is
    forgotten. A wrapper such as `io.TextIOWrapper` closes what it wraps, whatever
    happened: leave its `with` block only after success, or `discard` before.

    Attributes:
        mode: `"wb"`, also for one that must not overwrite.
        key: The object's key.
        name: The object's key, as files have a name.
    """

    mode: str
    key: str
    name: str
    @property
    def result(self) -> Result:
        """What OSS said of the object.

        Raises:
            ValueError: The writer has not been closed with success.
        """

    def writable(self) -> bool:
        """`ossc.ObjectWriter.writable` for tasks.

        True.
        """

    async def tell(self) -> int:
        """`ossc.ObjectWriter.tell` for tasks.

        How many bytes have been written.
        """

    async def flush(self) -> None:
        """`ossc.ObjectWriter.flush` for tasks.

        Does nothing: what does not fill a part yet stays in memory until `close`.
        """

    async def close(self) -> None:
        """`ossc.ObjectWriter.close` for tasks.

        Makes the object. The second time does nothing.

        Raises:
            CallbackFailed: The object is there, the callback failed; `result` is there.
            FileAlreadyExists: It was not to be overwritten.
            OSSError: There is no new object.
        """

    async def discard(self) -> None:
        """`ossc.ObjectWriter.discard` for tasks.

        Closes without making the object. On a closed writer it does nothing.

        Raises:
            OSSError: OSS could not be told; parts stay there, invisible.
        """

class SelectResult(IterableStream):
    """`ossc.SelectResult` for tasks.

    The rows that a query finds; made by `Bucket.select_object`.

    An iterator over pieces of bytes and a context manager, for one thread at a time.
    Pieces come while the service still looks for more, and may end within a row; each was
    compared with its checksum, but for raw rows. `rows` parses them. Memory holds a piece,
    a temporary file without a name the rest of what has come. Iterating to the end closes
    it, and so does an error; to stop before, use a `with` block or `close()`. After a
    fork the answer is the parent's.

    Attributes:
        key: The object's key.
    """

    key: str
    @property
    def closed(self) -> bool:
        """Whether it was closed, iterated to the end, or ended by an error."""

    @property
    def offset(self) -> int:
        """How far into the object the service has come, as far as it told."""

    @property
    def stats(self) -> SelectStats:
        """What the query came to, when all of the answer was read.

        Raises:
            ValueError: It was not.
        """

    async def read(self) -> bytes:
        """`ossc.SelectResult.read` for tasks.

        All rows that were not read yet, in memory.

        Raises:
            ServerError: The query failed part way.
        """

    def rows(self) -> Results[Any]:
        """`ossc.SelectResult.rows` for tasks.

        The rows, parsed: a list of texts each for CSV, a value each for JSON.

        Values of JSON are dictionaries, unless the query asks for elements of arrays
        that are none. It takes what was not read yet.

        Raises:
            ServerError: The query failed part way; the rows before it come out first.
            MalformedResponse: The answer is damaged.
        """

    async def close(self) -> None:
        """`ossc.SelectResult.close` for tasks.

        Gives up what has not come yet. The second time does nothing.
        """

    async def __anext__(self) -> bytes: ...

class SignedURLs(URLsBase):
    """`ossc.SignedURLs` for tasks: makes requests by signed URLs. Thread-safe.

    Use it in an `async with` block or await its `close()`. Errors name the URL's path as
    their `key`; no error, log or traceback shows the URL's signature.

    Args:
        client: An `ossc.aio.Client` whose threads, connections and limits are used, and
            which stays open; default: an own one without credentials.
        max_threads: Of the own client, as of `ossc.aio.Client`.
        **options: Of the own client: `retry`, `timeout`, `proxy`, `verify`, ….

    Raises:
        TypeError: It is no `ossc.aio.Client`, or there are options beside it.
    """

    def __init__(
        self,
        client: Client | None = None,
        *,
        max_threads: int | None = None,
        **options: Any,
    ) -> None: ...
    async def get(
        self,
        url: str,
        range: ByteRange | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        progress: Progress | None = None,
    ) -> GetObjectResult:
        """`ossc.SignedURLs.get` for tasks.

        Reads an object, or a range of it, into memory.

        Args:
            url: Signed for `GET`.
            range: As in `Bucket.get_object`.
            headers: Request headers; those that were signed must be there.
            progress: As in `Bucket.get_object`.

        Raises:
            InvalidRange: The range lies outside the object.
            AccessDenied: The URL has expired, or the signature does not fit.
            ChecksumMismatch: The bytes are not those that OSS stored.
        """

    async def get_into(
        self,
        url: str,
        buffer: Buffer,
        range: ByteRange | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        progress: Progress | None = None,
    ) -> int:
        """`ossc.SignedURLs.get_into` for tasks.

        Reads an object straight into the caller's memory (`Bucket.get_object_into`).

        Returns:
            How many bytes were written.

        Raises:
            ParameterError: The object does not fit into the buffer.
        """

    async def get_to_file(
        self,
        url: str,
        path: str | os.PathLike[str],
        range: ByteRange | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        progress: Progress | None = None,
    ) -> ObjectInfo:
        """`ossc.SignedURLs.get_to_file` for tasks.

        Reads an object into a local file, all or nothing (`get_object_to_file`).

        Raises:
            LocalFileError: The file cannot be written.
        """

    async def head(
        self, url: str, *, headers: Mapping[str, str] | None = None
    ) -> ObjectInfo:
        """`ossc.SignedURLs.head` for tasks.

        An object's properties; the URL must be signed for `HEAD`.
        """

    async def put(
        self,
        url: str,
        data: Buffer,
        *,
        headers: Mapping[str, str] | None = None,
        progress: Progress | None = None,
    ) -> PutObjectResult:
        """`ossc.SignedURLs.put` for tasks.

        Stores an object from memory (`Bucket.put_object`).

        Args:
            url: Signed for `PUT`.
            data: Anything with the buffer protocol; not copied.
            headers: Request headers; those that were signed must be there.
            progress: As in `Bucket.put_object`.

        Raises:
            CallbackFailed: The object is stored, the URL's callback failed.
            ChecksumMismatch: OSS stored other bytes than were sent.
        """

    async def put_from_file(
        self,
        url: str,
        path: str | os.PathLike[str],
        *,
        headers: Mapping[str, str] | None = None,
        progress: Progress | None = None,
    ) -> PutObjectResult:
        """`ossc.SignedURLs.put_from_file` for tasks.

        Stores a local file of at most 5 GB (`Bucket.put_object_from_file`).

        Raises:
            LocalFileError: The file cannot be read.
        """

    async def delete(
        self, url: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        """`ossc.SignedURLs.delete` for tasks.

        Deletes what a URL that was signed for `DELETE` names.
        """

    async def init_multipart(
        self, url: str, *, headers: Mapping[str, str] | None = None
    ) -> MultipartUpload:
        """`ossc.SignedURLs.init_multipart` for tasks.

        Opens a multipart upload (`Bucket.init_multipart_upload`).
        """

    async def upload_part(
        self,
        url: str,
        data: Buffer,
        *,
        headers: Mapping[str, str] | None = None,
        progress: Progress | None = None,
    ) -> UploadPartResult:
        """`ossc.SignedURLs.upload_part` for tasks.

        Uploads the part whose number the URL says (`Bucket.upload_part`).
        """

    async def complete_multipart(
        self,
        url: str,
        parts: Iterable[AnyPart] | AsyncIterable[AnyPart],
        *,
        headers: Mapping[str, str] | None = None,
    ) -> CompleteMultipartUploadResult:
        """`ossc.SignedURLs.complete_multipart` for tasks.

        Makes the object of its parts (`Bucket.complete_multipart_upload`).
        """

    async def request(
        self,
        method: str,
        url: str,
        data: Buffer | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Headers, bytes]:
        """`ossc.SignedURLs.request` for tasks.

        Any other request.

        A `POST` is not repeated where the server may have acted on it.

        Returns:
            The status, which is a success, the headers and the body.
        """

"""Written by `python -m tests.aio_stubs`; not to be edited."""

from collections.abc import AsyncIterable, Collection, Iterable, Mapping, Sequence
from typing import Any, Literal

from typing_extensions import Self, Unpack

from ossc.aio._client import ClientBase
from ossc.aio._twins import Listing
from ossc.aio._verbs import SettingVerbs, Verbs
from ossc.options import CallOptions, ClientOptions
from ossc.vectors._records import (
    BucketInfo,
    BucketSummary,
    FusionHit,
    Hit,
    IndexInfo,
    Logging,
    Values,
    Vector,
)

__all__ = ["Bucket", "Client", "Index"]

class _Setting(SettingVerbs):
    """`ossc.vectors._Setting` for tasks.

    What the settings have in common. Thread-safe; nothing is kept between calls.
    """

class LoggingSetting(_Setting):
    """`ossc.vectors.LoggingSetting` for tasks.

    Where a vector bucket's access logs go.
    """

    async def get(self) -> Logging:
        """`ossc.vectors.LoggingSetting.get` for tasks.

        Where they go (GetBucketLogging); nowhere: its `target_bucket` is None.
        """

    async def put(self, logging: Logging) -> None:
        """`ossc.vectors.LoggingSetting.put` for tasks.

        Has access logs written (PutBucketLogging).

        Args:
            logging: Where they go; without a `target_bucket`: nowhere.

        Raises:
            ServerError: OSS refuses it, such as for a bucket that does not exist.
        """

    async def delete(self) -> None:
        """`ossc.vectors.LoggingSetting.delete` for tasks.

        Ends the logs (DeleteBucketLogging). That there are none is no error.
        """

class PolicySetting(_Setting):
    """`ossc.vectors.PolicySetting` for tasks.

    A vector bucket's policy: who may do what, as JSON.
    """

    async def get(self) -> dict[str, Any]:
        """`ossc.vectors.PolicySetting.get` for tasks.

        The policy (GetBucketPolicy).

        Raises:
            NoSuchConfiguration: There is none.
        """

    async def put(self, policy: Mapping[str, Any] | str) -> None:
        """`ossc.vectors.PolicySetting.put` for tasks.

        Replaces the policy (PutBucketPolicy).

        Args:
            policy: What `get` returned, changed or not, or its JSON.

        Raises:
            ServerError: OSS refuses it, with the code `InvalidPolicyDocument`.
        """

    async def delete(self) -> None:
        """`ossc.vectors.PolicySetting.delete` for tasks.

        Deletes the policy (DeleteBucketPolicy). That there is none is no error.
        """

class Bucket(Verbs):
    """`ossc.vectors.Bucket` for tasks.

    A vector bucket of a client. Thread-safe; made by `Client.bucket`.

    All verbs raise what those of `ossc.Bucket` raise.
    """

    @property
    def name(self) -> str:
        """The bucket's name."""

    @property
    def policy(self) -> PolicySetting:
        """Who may do what: `get`, `put`, `delete`."""

    @property
    def logging(self) -> LoggingSetting:
        """Where access logs go: `get`, `put`, `delete`."""

    def index(self, name: str) -> Index:
        """`ossc.vectors.Bucket.index` for tasks.

        The index of that name. Nothing is sent.

        Args:
            name: A letter and at most 62 further letters and digits.

        Raises:
            ParameterError: No index can have that name.
        """

    def with_options(self, **options: Unpack[CallOptions]) -> Bucket:
        """`ossc.vectors.Bucket.with_options` for tasks.

        The same bucket with verbs that are made in another way. Nothing is sent.

        Args:
            **options: As those of `ossc.Client.with_options`.
        """

    async def info(self) -> BucketInfo:
        """`ossc.vectors.Bucket.info` for tasks.

        The bucket's properties (GetVectorBucket).

        Raises:
            NoSuchBucket: It does not exist.
        """

    async def create_index(
        self,
        name: str,
        *,
        dimension: int,
        distance_metric: Literal["euclidean", "cosine"] = "euclidean",
        non_filterable_metadata_keys: Iterable[str] | AsyncIterable[str] = ...,
    ) -> Index:
        """`ossc.vectors.Bucket.create_index` for tasks.

        Creates an index (PutVectorIndex).

        In its first half minute, queries may miss some of what is in it.

        Args:
            name: A letter and at most 62 further letters and digits.
            dimension: How many numbers its vectors have, 1 to 4,096.
            distance_metric: `"euclidean"` or `"cosine"`, for which no vector may consist
                of zeros.
            non_filterable_metadata_keys: Names of metadata that no filter will name, at
                most 10.

        Raises:
            VectorIndexAlreadyExists: There is such an index.
            NoSuchBucket: The bucket does not exist.
            ServerError: With the code `VectorBucketIndexExceedLimit`: the bucket has its
                number.
        """

    async def create_fusion_index(
        self,
        name: str,
        fields: Iterable[Mapping[str, Any]] | AsyncIterable[Mapping[str, Any]],
    ) -> Index:
        """`ossc.vectors.Bucket.create_fusion_index` for tasks.

        Creates an index with several fields (PutVectorIndexFusion).

        Its vectors have numbers for each vector field; what stands in the other fields
        is their metadata. It is asked with `Index.query_vectors_fusion`.

        Args:
            name: A letter and at most 62 further letters and digits.
            fields: At most 100, as OSS's reference has them: a vector field is
                `{"name": "text", "type": "vector", "dimension": 768}`, with
                `"distanceMetric"`; others have the type `"string"`, `"double"`, `"bool"`,
                …, a text to search in has `"text": {"enabled": True}`.

        Raises:
            VectorIndexAlreadyExists: There is such an index.
            NoSuchBucket: The bucket does not exist.
            InvalidArgument: OSS does not take the fields.
        """

    async def delete_index(self, name: str) -> None:
        """`ossc.vectors.Bucket.delete_index` for tasks.

        Deletes an index and all that is in it (DeleteVectorIndex).

        Args:
            name: Its name.

        Raises:
            NoSuchVectorIndex: It does not exist.
            NoSuchBucket: The bucket does not exist.
        """

    def list_indexes(
        self, prefix: str = "", *, page_size: int = 500, resume: str | None = None
    ) -> Listing[IndexInfo]:
        """`ossc.vectors.Bucket.list_indexes` for tasks.

        The bucket's indexes by name (ListVectorIndexes), page by page.

        Args:
            prefix: Only names that begin so.
            page_size: Entries a request, 1 to 500.
            resume: Goes on behind the entry at which an earlier list had this `token`.

        Raises:
            NoSuchBucket: The bucket does not exist.
        """

class Client(ClientBase):
    """`ossc.vectors.Client` for tasks.

    A connection to OSS's vector buckets. Thread-safe, as `ossc.Client` is.

    Use it in a `with` block or call `close()`.

    Args:
        endpoint: `"https://cn-hangzhou.oss-vectors.aliyuncs.com"`, …; a name, not an
            address, because buckets are told by names below it. Default: that of the
            region.
        region: Region id such as `"cn-hangzhou"`. Default: `OSS_REGION`, else what the
            endpoint's name tells.
        account_id: The id of the account that the buckets belong to: digits.
        network: Which of the region's endpoints, instead of `endpoint`: `"public"`, or
            `"internal"` inside the cloud.
        **options: See `ossc.options.ClientOptions`; they mean what they mean for
            `ossc.Client`.

    Raises:
        ParameterError: An argument is not usable, or a needed one is nowhere to be found.

    Threads, `max_threads` and closing are as those of `ossc.aio.Client`.
    """

    def __init__(
        self,
        endpoint: str | None = None,
        *,
        region: str | None = None,
        account_id: str,
        network: Literal["public", "internal"] | None = None,
        max_threads: int | None = None,
        **options: Unpack[ClientOptions],
    ) -> None: ...
    @property
    def account_id(self) -> str:
        """The id of the account that the buckets belong to."""

    def bucket(self, name: str) -> Bucket:
        """`ossc.vectors.Client.bucket` for tasks.

        The vector bucket of that name. Nothing is sent.

        Args:
            name: 3 to 32 lower-case letters, digits and hyphens.

        Raises:
            ParameterError: No vector bucket can have that name.
        """

    async def create_bucket(
        self,
        name: str,
        *,
        resource_group: str | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> Bucket:
        """`ossc.vectors.Client.create_bucket` for tasks.

        Creates a vector bucket (PutVectorBucket).

        Args:
            name: 3 to 32 lower-case letters, digits and hyphens; the account's own in
                the region.
            resource_group: Id of the resource group that it belongs to; the account's
                default one.
            tags: Tags of the bucket.

        Raises:
            BucketAlreadyExists: There is such a bucket.
            ServerError: With the code `TooManyBuckets`: the account has its number.
        """

    async def delete_bucket(self, name: str) -> None:
        """`ossc.vectors.Client.delete_bucket` for tasks.

        Deletes a vector bucket without indexes (DeleteVectorBucket).

        Args:
            name: Its name.

        Raises:
            BucketNotEmpty: It has indexes.
            NoSuchBucket: It does not exist.
        """

    def list_buckets(
        self,
        prefix: str = "",
        *,
        resource_group: str | None = None,
        page_size: int = 1000,
        resume: str | None = None,
    ) -> Listing[BucketSummary]:
        """`ossc.vectors.Client.list_buckets` for tasks.

        The account's vector buckets by name (ListVectorBuckets), page by page.

        Args:
            prefix: Only names that begin so.
            resource_group: Only those of this resource group.
            page_size: Entries a request, 1 to 1,000.
            resume: Goes on behind the entry at which an earlier list had this `token`.
        """

    @property
    def endpoint(self) -> str:
        """The endpoint as `scheme://host[:port]`."""

    @property
    def region(self) -> str:
        """The region id."""

    def with_options(self, **options: Unpack[CallOptions]) -> Self:
        """`ossc.vectors.Client.with_options` for tasks.

        A view of this client whose calls are made in another way. Nothing is sent.

        It shares the connections; closing it does nothing.

        Args:
            **options: As those of `ossc.Client.with_options`.
        """

class Index(Verbs):
    """`ossc.vectors.Index` for tasks.

    An index of a vector bucket. Thread-safe; made by `Bucket.index`.

    All verbs raise what those of `ossc.Bucket` raise, `NoSuchVectorIndex` where there is
    no such index, and `NoSuchBucket`.
    """

    @property
    def name(self) -> str:
        """The index's name."""

    @property
    def bucket_name(self) -> str:
        """The bucket's name."""

    def with_options(self, **options: Unpack[CallOptions]) -> Index:
        """`ossc.vectors.Index.with_options` for tasks.

        The same index with verbs that are made in another way. Nothing is sent.

        Args:
            **options: As those of `ossc.Client.with_options`.
        """

    async def info(self) -> IndexInfo:
        """`ossc.vectors.Index.info` for tasks.

        The index's properties (GetVectorIndex).
        """

    async def put_vectors(
        self,
        vectors: Iterable[Vector | tuple[Any, ...]]
        | AsyncIterable[Vector | tuple[Any, ...]],
        *,
        batch_size: int = ...,
    ) -> None:
        """`ossc.vectors.Index.put_vectors` for tasks.

        Stores any number of vectors (PutVectors, as often as they need it).

        A vector whose key is there replaces that one. They can be found a few seconds
        later. After an error those of earlier requests are stored; the same vectors may
        be given again.

        Args:
            vectors: `ossc.vectors.Vector`, or tuples of key, numbers and metadata, which
                may be left out. Numbers are a sequence, or a buffer of floats such as
                `array.array("f")` or a NumPy array of one dimension; for a fusion index
                they are a mapping of its vector fields to such. They are taken as they
                are sent.
            batch_size: Vectors a request, 1 to 500.

        Raises:
            ParameterError: A vector breaks a rule; of its request none is stored.
            InvalidArgument: The index has another dimension.
        """

    async def get_vectors(
        self,
        keys: Iterable[str] | AsyncIterable[str],
        *,
        return_data: bool = True,
        return_metadata: bool = True,
    ) -> list[Vector]:
        """`ossc.vectors.Index.get_vectors` for tasks.

        The vectors of these keys (GetVectors for each 100 of them).

        Args:
            keys: Their keys; those that are not there are left out.
            return_data: Whether to fill in `data`.
            return_metadata: Whether to fill in `metadata`.
        """

    async def delete_vectors(self, keys: Iterable[str] | AsyncIterable[str]) -> None:
        """`ossc.vectors.Index.delete_vectors` for tasks.

        Deletes the vectors of these keys (DeleteVectors for each 500 of them).

        Args:
            keys: Their keys; that one is not there is no error.
        """

    def list_vectors(
        self,
        *,
        return_data: bool = False,
        return_metadata: bool = False,
        filter: Mapping[str, Any] | None = None,
        segment: tuple[int, int] | None = None,
        page_size: int = 500,
        resume: str | None = None,
    ) -> Listing[Vector]:
        """`ossc.vectors.Index.list_vectors` for tasks.

        All vectors, in the service's order (ListVectors), page by page.

        Args:
            return_data: Whether to fill in `data`.
            return_metadata: Whether to fill in `metadata`.
            filter: Only those whose metadata fits, as in `query_vectors`.
            segment: Only a part of them: `(0, 4)` is the first of four, each of which
                may be listed by a thread of its own; there are at most 16.
            page_size: Entries a request, 1 to 1,000.
            resume: Goes on behind the entry at which an earlier list had this `token`.
        """

    async def query_vectors(
        self,
        vector: Values,
        top_k: int = 10,
        *,
        filter: Mapping[str, Any] | None = None,
        return_distance: bool = True,
        return_metadata: bool = True,
    ) -> list[Hit]:
        """`ossc.vectors.Index.query_vectors` for tasks.

        The vectors that are nearest to one, the nearest first (QueryVectors).

        Args:
            vector: Numbers, as in `put_vectors`.
            top_k: How many, 1 to 100.
            filter: Only those whose metadata fits: `{"kind": {"$eq": "warm"}}`; `$ne`,
                `$in`, `$nin`, `$exists`, joined by `$and` and `$or`, at most 8 deep.
            return_distance: Whether to fill in `distance`.
            return_metadata: Whether to fill in `metadata`.

        Raises:
            ParameterError: An argument breaks a rule.
            InvalidArgument: The index has another dimension, or the filter is none.
        """

    def query_vectors_fusion(
        self,
        *,
        knn: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
        query: Mapping[str, Any] | None = None,
        retriever: Mapping[str, Any] | None = None,
        sort: Sequence[Mapping[str, Any]] | None = None,
        limit: int | None = None,
        partition_keys: Collection[str] | None = None,
        return_metadata: bool = True,
        return_metadata_fields: Collection[str] | None = None,
        resume: str | None = None,
    ) -> Listing[FusionHit]:
        """`ossc.vectors.Index.query_vectors_fusion` for tasks.

        What a fusion index finds (QueryVectorsFusion), the best first.

        The conditions are those of OSS's reference; numbers in them may be buffers, as in
        `put_vectors`. What has further pages, which are queries without `knn` and
        `retriever`, is fetched page by page while iterating.

        Args:
            knn: Nearest neighbours of a field, `{"field": "text", "queryVector": […],
                "topK": 10}`, or several of those.
            query: A condition on fields and texts: `{"brand": {"$eq": "x"}}`,
                `{"title": {"$textMatch": "cloud storage"}}`, joined by `$and` and `$or`.
            retriever: Several queries and how they are made one: `{"rrf": …}`,
                `{"weight": …}`; alone, but for `limit` and what is returned.
            sort: The order instead: `[{"price": {"order": "asc"}}]`.
            limit: Entries a page.
            partition_keys: Only those of these partitions.
            return_metadata: Whether to fill in `metadata`.
            return_metadata_fields: Only these fields of it.
            resume: Goes on behind the entry at which an earlier list had this `token`.

        Raises:
            InvalidArgument: OSS does not take a condition.
        """

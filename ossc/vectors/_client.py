"""`Client`: where vector buckets are, and with which keys they are asked."""

from __future__ import annotations

from ossc._names import check_text
from ossc._product import ProductCall, ProductClient, check_account
from ossc._verbs import done
from ossc.vectors._bucket import Bucket
from ossc.vectors._checks import check_name
from ossc.vectors._json import encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Literal, TypeVar

    from typing_extensions import Unpack

    from ossc._paging import Listing
    from ossc._sdk import Answer
    from ossc.options import ClientOptions
    from ossc.vectors._records import BucketSummary

    T = TypeVar("T")

__all__ = ["Client"]

_GROUP = "x-oss-resource-group-id"
_TAGS = "x-oss-bucket-tagging"


class Client(ProductClient):
    """A connection to OSS's vector buckets. Thread-safe, as `ossc.Client` is.

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

    Example:
        >>> with ossc.vectors.Client(region="cn-hangzhou", account_id=account_id) as c:
        ...     [hit.key for hit in c.bucket("vectors").index("index1").list_vectors()]
        ['far', 'near']
    """

    _name = "ossc.vectors.Client"
    _domain = "oss-vectors"

    def __init__(
        self,
        endpoint: str | None = None,
        *,
        region: str | None = None,
        account_id: str,
        network: Literal["public", "internal"] | None = None,
        **options: Unpack[ClientOptions],
    ) -> None:
        self._account = check_account(account_id)
        super().__init__(endpoint, region, network, options)

    @property
    def account_id(self) -> str:
        """The id of the account that the buckets belong to."""
        return self._account

    def bucket(self, name: str) -> Bucket:
        """The vector bucket of that name. Nothing is sent.

        Args:
            name: 3 to 32 lower-case letters, digits and hyphens.

        Raises:
            ParameterError: No vector bucket can have that name.
        """
        return Bucket(self, check_name(name))

    def create_bucket(
        self,
        name: str,
        *,
        resource_group: str | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> Bucket:
        """Creates a vector bucket (PutVectorBucket).

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
        headers = {}
        if resource_group is not None:
            headers[_GROUP] = check_text("resource_group", resource_group)
        if tags:
            # Imported here: few buckets are made.
            from urllib.parse import urlencode  # noqa: PLC0415

            headers[_TAGS] = urlencode(dict(tags))
        bucket = check_name(name)
        self._send(
            "PutVectorBucket", "PUT", done, bucket=bucket, headers=headers, once=True
        )
        return Bucket(self, bucket)

    def delete_bucket(self, name: str) -> None:
        """Deletes a vector bucket without indexes (DeleteVectorBucket).

        Args:
            name: Its name.

        Raises:
            BucketNotEmpty: It has indexes.
            NoSuchBucket: It does not exist.
        """
        self._send("DeleteVectorBucket", "DELETE", done, bucket=check_name(name))

    def list_buckets(
        self,
        prefix: str = "",
        *,
        resource_group: str | None = None,
        page_size: int = 1000,
        resume: str | None = None,
    ) -> Listing[BucketSummary]:
        """The account's vector buckets by name (ListVectorBuckets), page by page.

        Args:
            prefix: Only names that begin so.
            resource_group: Only those of this resource group.
            page_size: Entries a request, 1 to 1,000.
            resume: Goes on behind the entry at which an earlier list had this `token`.

        Example:
            >>> [each.name for each in vectors.list_buckets("vec")]
            ['vectors']
        """
        from ossc.vectors._lists import list_buckets  # noqa: PLC0415 - few list

        headers = {}
        if resource_group is not None:
            headers[_GROUP] = check_text("resource_group", resource_group)
        return list_buckets(self, prefix, headers, page_size, resume)

    def _call(
        self,
        operation: str,
        method: str,
        *,
        bucket: str | None = None,
        index: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        document: Mapping[str, Any] | None = None,
        body: bytes | None = None,
        once: bool = False,
    ) -> ProductCall:
        """A request on vector buckets, or on one of them.

        Args:
            operation: Its name, for errors.
            method: The HTTP method.
            bucket: The bucket; None: all of them.
            index: The index that it is about, for errors.
            params: Query parameters.
            headers: Request headers.
            document: What is sent, to be made JSON of.
            body: What is sent, as it is.
            once: Whether a repetition could do harm.
        """
        if document is not None:
            body = encode(document)
        if body is not None:
            headers = {"Content-Type": "application/json", **(headers or {})}
        owner = f"{self._account}:{bucket}" if bucket else ":"
        return ProductCall(
            operation,
            method,
            f"acs:ossvector:{self.region}:{owner}/",
            host=f"{bucket}-{self._account}" if bucket else None,
            bucket=bucket,
            key=index,
            params=params,
            headers=headers,
            body=body,
            once=once,
        )

    def _send(
        self,
        operation: str,
        method: str,
        read: Callable[[Answer], T],
        **parts: Any,
    ) -> T:
        """Makes a request and reads its answer; the parts are those of `_call`."""
        return self._perform(self._call(operation, method, **parts), read)

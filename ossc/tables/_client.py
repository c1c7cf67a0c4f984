"""`Client`: where requests about tables go, with which keys."""

from __future__ import annotations

from ossc._arguments import one_of
from ossc._product import ProductClient, check_account
from ossc.errors import MalformedResponse, ParameterError
from ossc.tables._arn import BucketARN, bucket_of_table
from ossc.tables._bucket import TableBucket, asker
from ossc.tables._document import object_of
from ossc.tables._models import EncryptionConfiguration
from ossc.tables._resource import call_about
from ossc.tables._table import read_table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    from typing_extensions import Unpack

    from ossc._paging import Listing
    from ossc._sdk import Answer
    from ossc.options import ClientOptions
    from ossc.tables._models import TableBucketSummary, TableInfo

__all__ = ["Client"]

_PAGE = 1000
_ADDRESSING = ("auto", "virtual", "path")


class Client(ProductClient):
    """A connection to OSS Tables. Thread-safe; use it in a `with` block or `close()` it.

    Args:
        endpoint: `"https://cn-hangzhou.oss-tables.aliyuncs.com"`,
            `"http://127.0.0.1:9000"`, …; without a scheme `https` is meant. Default: that
            of the region.
        region: Region id such as `"cn-hangzhou"`. Default: `OSS_REGION`, else what the
            endpoint's name tells.
        network: Which of the region's endpoints, instead of `endpoint`: `"public"`, or
            `"internal"` inside the cloud.
        account_id: Whose table buckets `table_bucket` means where it is given a name.
        addressing: `"virtual"`: the host's name begins with that of the table bucket and
            its account; `"path"`: it does not; `"auto"`: as `"path"` where the endpoint
            is an IP address or `localhost`.
        **options: `credentials`, `timeout`, `retry`, `proxy` and others, as those of
            `ossc.Client`; see `ossc.options.ClientOptions`.

    Raises:
        ParameterError: An argument is not usable, or a needed one is nowhere to be found.

    Example:
        >>> with ossc.tables.Client("http://127.0.0.1:9000") as client:
        ...     bucket = client.create_table_bucket("warehouse")
        ...     bucket.namespace("sales").create()
    """

    _name = "ossc.tables.Client"
    _domain = "oss-tables"
    _product = "osstables"

    def __init__(
        self,
        endpoint: str | None = None,
        *,
        region: str | None = None,
        network: Literal["public", "internal"] | None = None,
        account_id: str | None = None,
        addressing: Literal["auto", "virtual", "path"] = "auto",
        **options: Unpack[ClientOptions],
    ) -> None:
        account = None if account_id is None else check_account(account_id)
        way = one_of("addressing", addressing, _ADDRESSING)
        super().__init__(endpoint, region, network, options)
        self._account = account
        self._in_host = way == "virtual" or (way == "auto" and not self._is_local())

    def _is_local(self) -> bool:
        """Whether names in front of the host's would lead nowhere."""
        host = self.endpoint.partition("://")[2]
        host = host if host.endswith("]") else host.rpartition(":")[0] or host
        return host == "localhost" or not host.strip("0123456789.") or host[0] == "["

    def _host_of(self, arn: BucketARN) -> str | None:
        """What stands before the endpoint in the host's name; None: nothing."""
        return f"{arn.name}-{arn.account}" if self._in_host else None

    def table_bucket(self, bucket: str) -> TableBucket:
        """A table bucket. Nothing is sent.

        Args:
            bucket: Its ARN; or its name, where the client was given an `account_id`.

        Raises:
            ParameterError: No table bucket is called that, or the account is not known.

        Example:
            >>> with ossc.tables.Client(
            ...     "http://127.0.0.1:9000", account_id="1000000000000001"
            ... ) as client:
            ...     client.table_bucket("analytics").arn
            'acs:osstables:cn-hangzhou:1000000000000001:bucket/analytics'
        """
        if isinstance(bucket, str) and bucket.startswith("acs:"):
            return TableBucket(self, BucketARN(bucket))
        if self._account is None:
            raise ParameterError(
                "give the table bucket's ARN, or the client an account_id"
            )
        return TableBucket(self, BucketARN.of(bucket, self.region, self._account))

    def create_table_bucket(
        self, name: str, *, encryption: EncryptionConfiguration | None = None
    ) -> TableBucket:
        """Creates a table bucket (CreateTableBucket).

        Args:
            name: 3 to 32 lower-case letters, digits and hyphens.
            encryption: How its tables are encrypted that say nothing else.

        Returns:
            The table bucket, which knows its ARN.

        Raises:
            Conflict: The account has one of that name in the region already.
            InvalidArgument: The service refuses the name, such as one with `oss` in
                front.
        """
        # The account does not matter here: it is the name that is checked.
        BucketARN.of(name, self.region, "0")
        body: dict[str, Any] = {"name": name}
        if encryption is not None:
            if not isinstance(encryption, EncryptionConfiguration):
                kind = type(encryption).__name__
                raise TypeError(
                    f"encryption must be an EncryptionConfiguration, not {kind}"
                )
            body["encryptionConfiguration"] = encryption.to_json()
        operation, path = "CreateTableBucket", ("buckets",)
        call = call_about(
            self, None, operation, "PUT", path, key=name, body=body, once=True
        )

        def read(answer: Answer) -> TableBucket:
            try:
                return TableBucket(self, BucketARN(object_of(answer).get("arn")))
            except (ParameterError, TypeError):
                raise MalformedResponse("the answer names no table bucket") from None

        return self._perform(call, read)

    def list_table_buckets(
        self, prefix: str = "", *, page_size: int = _PAGE, resume: str | None = None
    ) -> Listing[TableBucketSummary]:
        """The caller's table buckets by name (ListTableBuckets), fetched page by page.

        Args:
            prefix: Only names that begin so.
            page_size: Entries a request, 1 to 1,000.
            resume: Goes on behind the entry at which an earlier list had this `token`.

        Example:
            >>> with ossc.tables.Client("http://127.0.0.1:9000") as client:
            ...     [each.name for each in client.list_table_buckets()]
            ['analytics']
        """
        # Imported here: few programs list them.
        from ossc.tables._lists import TableBuckets  # noqa: PLC0415

        params, size = {"prefix": prefix}, ("maxBuckets", page_size)
        ask = asker(self, None, "ListTableBuckets", ("buckets",), params, size)
        return TableBuckets(self, ask, resume)

    def get_table(self, table_arn: str) -> TableInfo:
        """What the table of an ARN is, whatever its name is now (GetTable).

        Args:
            table_arn: The table's ARN.

        Raises:
            NotFound: It does not exist.
            ParameterError: It is no table's ARN.
        """
        arn = bucket_of_table(table_arn)
        params, path = {"tableArn": table_arn}, ("get-table",)
        call = call_about(self, arn, "GetTable", "GET", path, params=params)
        return self._perform(call, read_table)

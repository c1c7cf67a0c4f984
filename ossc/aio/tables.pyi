"""Written by `python -m tests.aio_stubs`; not to be edited."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from typing_extensions import Self, Unpack

from ossc.aio._client import ClientBase
from ossc.aio._twins import Listing
from ossc.aio._verbs import SettingVerbs, Verbs
from ossc.options import CallOptions, ClientOptions
from ossc.tables._iceberg import (
    IcebergPartitionSpec,
    IcebergSchema,
    IcebergSortOrder,
    SchemaField,
    TableMetadata,
)
from ossc.tables._maintenance import (
    Maintenance,
    MaintenanceJobs,
    TableBucketMaintenance,
    TableMaintenance,
)
from ossc.tables._models import (
    EncryptionConfiguration,
    MetadataLocation,
    NamespaceInfo,
    NamespaceSummary,
    TableBucketInfo,
    TableBucketSummary,
    TableInfo,
    TableSummary,
)

__all__ = ["Client", "Namespace", "Table", "TableBucket"]

class _Setting(SettingVerbs):
    """`ossc.tables._Setting` for tasks.

    Base of the settings.
    """

class EncryptionSetting(_Setting):
    """`ossc.tables.EncryptionSetting` for tasks.

    How a table is encrypted; said when it is created.
    """

    async def get(self) -> EncryptionConfiguration:
        """`ossc.tables.EncryptionSetting.get` for tasks.

        How it is (GetTableEncryption, GetTableBucketEncryption).

        One that does not encrypt has the algorithm None.

        Raises:
            NotFound: What it is of does not exist.
        """

class MetadataLocationSetting(_Setting):
    """`ossc.tables.MetadataLocationSetting` for tasks.

    Where a table's metadata is.
    """

    async def get(self) -> MetadataLocation:
        """`ossc.tables.MetadataLocationSetting.get` for tasks.

        Where it is, and the token to change that with (GetTableMetadataLocation).

        Raises:
            NotFound: The table does not exist.
        """

    async def put(self, location: str, version_token: str) -> MetadataLocation:
        """`ossc.tables.MetadataLocationSetting.put` for tasks.

        Makes another file the table's metadata (UpdateTableMetadataLocation).

        It is not repeated where the service may have acted: that an error is a
        `Conflict` says that somebody else was faster, and after any other failure `get`
        tells how it ended.

        Args:
            location: The `oss://…` of a metadata file of Iceberg.
            version_token: Of the `get` that this change is based on.

        Returns:
            The same with the next token.

        Raises:
            Conflict: The table was changed since; nothing is done.
            NotFound: The table does not exist.
            InvalidArgument: The location is none of the table's.
        """

class PolicySetting(_Setting):
    """`ossc.tables.PolicySetting` for tasks.

    Who may do what with it.
    """

    async def get(self) -> dict[str, Any]:
        """`ossc.tables.PolicySetting.get` for tasks.

        The policy (GetTableBucketPolicy, GetTablePolicy).

        Raises:
            NotFound: There is none, or what it is of does not exist.
        """

    async def put(self, policy: Mapping[str, Any] | str) -> None:
        """`ossc.tables.PolicySetting.put` for tasks.

        Replaces the policy (PutTableBucketPolicy, PutTablePolicy).

        Args:
            policy: What `get` returned, changed or not, or its JSON.

        Raises:
            InvalidArgument: It is no policy.
            NotFound: What it is of does not exist.
        """

    async def delete(self) -> None:
        """`ossc.tables.PolicySetting.delete` for tasks.

        Deletes the policy (DeleteTableBucketPolicy, DeleteTablePolicy).

        Raises:
            NotFound: What it is of does not exist.
        """

class _MaintenanceSetting(_Setting):
    """`ossc.tables._MaintenanceSetting` for tasks.

    What is maintained of it, as the service's own task.
    """

    async def put(
        self, value: Maintenance | Mapping[str, Any], type: str | None = None
    ) -> None:
        """`ossc.tables._MaintenanceSetting.put` for tasks.

        Says how one kind of maintenance is done.

        (PutTableBucketMaintenanceConfiguration, PutTableMaintenanceConfiguration.) What
        `get` returned and `replace` changed loses nothing, not even what this version of
        ossc does not know. The other kinds stay as they are.

        Args:
            value: A `ossc.tables.UnreferencedFileRemoval` of a table bucket, a
                `Compaction` or `SnapshotManagement` of a table; or the JSON of a kind
                that has no class.
            type: The kind's name in the API, with JSON only.

        Raises:
            InvalidArgument: The service does not do that.
            NotFound: What it is of does not exist.
        """

class BucketEncryptionSetting(EncryptionSetting):
    """`ossc.tables.BucketEncryptionSetting` for tasks.

    How the tables are encrypted that say nothing else when they are created.
    """

    async def put(self, value: EncryptionConfiguration) -> None:
        """`ossc.tables.BucketEncryptionSetting.put` for tasks.

        Says how tables will be encrypted (PutTableBucketEncryption).

        Those that are there stay as they are.

        Args:
            value: All of it.

        Raises:
            InvalidArgument: The service has no such encryption.
            NotFound: The table bucket does not exist.
        """

    async def delete(self) -> None:
        """`ossc.tables.BucketEncryptionSetting.delete` for tasks.

        Tables will not be encrypted (DeleteTableBucketEncryption).

        That they were not is no error.

        Raises:
            NotFound: The table bucket does not exist.
        """

class BucketMaintenanceSetting(_MaintenanceSetting):
    """`ossc.tables.BucketMaintenanceSetting` for tasks.

    What is maintained in a table bucket.
    """

    async def get(self) -> TableBucketMaintenance:
        """`ossc.tables.BucketMaintenanceSetting.get` for tasks.

        All that is (GetTableBucketMaintenanceConfiguration).

        Raises:
            NotFound: The table bucket does not exist.
        """

class TableMaintenanceSetting(_MaintenanceSetting):
    """`ossc.tables.TableMaintenanceSetting` for tasks.

    What is maintained of a table.
    """

    async def get(self) -> TableMaintenance:
        """`ossc.tables.TableMaintenanceSetting.get` for tasks.

        All that is (GetTableMaintenanceConfiguration).

        Raises:
            NotFound: The table does not exist.
        """

    async def jobs(self, table_arn: str | None = None) -> MaintenanceJobs:
        """`ossc.tables.TableMaintenanceSetting.jobs` for tasks.

        How it went (GetTableMaintenanceJobStatus).

        Args:
            table_arn: The table's ARN, which the service asks its administrators for.

        Raises:
            NotFound: The table does not exist.
        """

class Client(ClientBase):
    """`ossc.tables.Client` for tasks.

    A connection to OSS Tables. Thread-safe; use it in a `with` block or `close()` it.

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

    Threads, `max_threads` and closing are as those of `ossc.aio.Client`.
    """

    def __init__(
        self,
        endpoint: str | None = None,
        *,
        region: str | None = None,
        network: Literal["public", "internal"] | None = None,
        account_id: str | None = None,
        addressing: Literal["auto", "virtual", "path"] = "auto",
        max_threads: int | None = None,
        **options: Unpack[ClientOptions],
    ) -> None: ...
    def table_bucket(self, bucket: str) -> TableBucket:
        """`ossc.tables.Client.table_bucket` for tasks.

        A table bucket. Nothing is sent.

        Args:
            bucket: Its ARN; or its name, where the client was given an `account_id`.

        Raises:
            ParameterError: No table bucket is called that, or the account is not known.
        """

    async def create_table_bucket(
        self, name: str, *, encryption: EncryptionConfiguration | None = None
    ) -> TableBucket:
        """`ossc.tables.Client.create_table_bucket` for tasks.

        Creates a table bucket (CreateTableBucket).

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

    def list_table_buckets(
        self, prefix: str = "", *, page_size: int = ..., resume: str | None = None
    ) -> Listing[TableBucketSummary]:
        """`ossc.tables.Client.list_table_buckets` for tasks.

        The caller's table buckets by name (ListTableBuckets), fetched page by page.

        Args:
            prefix: Only names that begin so.
            page_size: Entries a request, 1 to 1,000.
            resume: Goes on behind the entry at which an earlier list had this `token`.
        """

    async def get_table(self, table_arn: str) -> TableInfo:
        """`ossc.tables.Client.get_table` for tasks.

        What the table of an ARN is, whatever its name is now (GetTable).

        Args:
            table_arn: The table's ARN.

        Raises:
            NotFound: It does not exist.
            ParameterError: It is no table's ARN.
        """

    @property
    def endpoint(self) -> str:
        """The endpoint as `scheme://host[:port]`."""

    @property
    def region(self) -> str:
        """The region id."""

    def with_options(self, **options: Unpack[CallOptions]) -> Self:
        """`ossc.tables.Client.with_options` for tasks.

        A view of this client whose calls are made in another way. Nothing is sent.

        It shares the connections; closing it does nothing.

        Args:
            **options: As those of `ossc.Client.with_options`.
        """

class Namespace(Verbs):
    """`ossc.tables.Namespace` for tasks.

    A namespace. Thread-safe; made by `TableBucket.namespace`.
    """

    @property
    def name(self) -> str:
        """The namespace's name."""

    async def create(self) -> None:
        """`ossc.tables.Namespace.create` for tasks.

        Creates the namespace (CreateNamespace).

        Raises:
            Conflict: There is one of that name already.
            NotFound: The table bucket does not exist.
            InvalidArgument: The service refuses the name, such as one with `oss` in
                front.
        """

    async def get(self) -> NamespaceInfo:
        """`ossc.tables.Namespace.get` for tasks.

        What it is (GetNamespace).

        Raises:
            NotFound: It does not exist.
        """

    async def delete(self) -> None:
        """`ossc.tables.Namespace.delete` for tasks.

        Deletes the namespace, which has to be empty (DeleteNamespace).

        Raises:
            Conflict: There are tables in it.
            NotFound: It does not exist.
        """

    def table(self, name: str) -> Table:
        """`ossc.tables.Namespace.table` for tasks.

        The table of that name. Nothing is sent.

        Args:
            name: 1 to 255 lower-case letters, digits and underscores.

        Raises:
            ParameterError: No table can have that name.
        """

    async def create_table(
        self,
        name: str,
        *,
        format: str = "ICEBERG",
        schema: IcebergSchema | Sequence[SchemaField] | None = None,
        partition_spec: IcebergPartitionSpec | None = None,
        sort_order: IcebergSortOrder | None = None,
        properties: Mapping[str, str] | None = None,
        metadata: TableMetadata | Mapping[str, Any] | None = None,
        encryption: EncryptionConfiguration | None = None,
    ) -> Table:
        """`ossc.tables.Namespace.create_table` for tasks.

        Creates a table (CreateTable).

        Args:
            name: 1 to 255 lower-case letters, digits and underscores.
            format: Of its files.
            schema: Its columns. Without them the service makes no metadata; the program
                that writes the first does.
            partition_spec: How it is partitioned; None: not at all.
            sort_order: How the rows of its files are sorted; None: not at all.
            properties: Its properties.
            metadata: All of these in one, instead of them; of JSON the service may
                understand more than ossc does.
            encryption: How it is encrypted; None: as the table bucket says.

        Returns:
            The table, with its `arn` and its first `version_token`.

        Raises:
            Conflict: There is one of that name already.
            NotFound: The namespace or the table bucket does not exist.
            InvalidArgument: The service refuses the name or the metadata.
        """

    def list_tables(
        self, prefix: str = "", *, page_size: int = ..., resume: str | None = None
    ) -> Listing[TableSummary]:
        """`ossc.tables.Namespace.list_tables` for tasks.

        The namespace's tables by name (ListTables), fetched page by page.

        Args:
            prefix: Only names that begin so.
            page_size: Entries a request, 1 to 1,000.
            resume: Goes on behind the entry at which an earlier list had this `token`.

        Raises:
            NotFound: The namespace or the table bucket does not exist.
        """

    def with_options(self, **options: Unpack[CallOptions]) -> Self:
        """`ossc.tables.Namespace.with_options` for tasks.

        The same with verbs that are made in another way. Nothing is sent.

        Args:
            **options: As those of `ossc.Client.with_options`.
        """

class Table(Verbs):
    """`ossc.tables.Table` for tasks.

    A table. Thread-safe; made by `Namespace.table` and `Namespace.create_table`.
    """

    @property
    def name(self) -> str:
        """The table's name."""

    @property
    def namespace(self) -> str:
        """The name of its namespace."""

    @property
    def arn(self) -> str | None:
        """The table's ARN, which only its creation tells; else `get` does."""

    @property
    def version_token(self) -> str | None:
        """The token of the table as it was created; the next change makes it old."""

    @property
    def encryption(self) -> EncryptionSetting:
        """How it is encrypted."""

    @property
    def maintenance(self) -> TableMaintenanceSetting:
        """What is maintained of it."""

    @property
    def metadata_location(self) -> MetadataLocationSetting:
        """Where its metadata is."""

    @property
    def policy(self) -> PolicySetting:
        """Who may do what with it."""

    async def get(self) -> TableInfo:
        """`ossc.tables.Table.get` for tasks.

        What it is (GetTable).

        Raises:
            NotFound: It does not exist.
            AccessDenied: The caller may not see it.
        """

    async def delete(self, version_token: str | None = None) -> None:
        """`ossc.tables.Table.delete` for tasks.

        Deletes the table for good, with its data (DeleteTable).

        Args:
            version_token: Of the state that it was looked at in; None: whatever it is.

        Raises:
            Conflict: The token is older than the table; nothing is done.
            NotFound: It does not exist.
            AccessDenied: The caller may not delete it.
        """

    async def rename(
        self,
        name: str | None = None,
        *,
        namespace: str | None = None,
        version_token: str | None = None,
    ) -> Table:
        """`ossc.tables.Table.rename` for tasks.

        Gives the table another name, in its namespace or in another (RenameTable).

        It is not repeated where the service may have acted.

        Args:
            name: The new name; None: the old one.
            namespace: The namespace that it moves to; None: it stays.
            version_token: Of the state that it was looked at in; None: whatever it is.

        Returns:
            The table by its new name; this one leads nowhere any more.

        Raises:
            Conflict: There is such a table already, or the token is older than the table.
            NotFound: The table or the namespace does not exist.
            ParameterError: There is nothing to be changed.
        """

    def with_options(self, **options: Unpack[CallOptions]) -> Self:
        """`ossc.tables.Table.with_options` for tasks.

        The same with verbs that are made in another way. Nothing is sent.

        Args:
            **options: As those of `ossc.Client.with_options`.
        """

class TableBucket(Verbs):
    """`ossc.tables.TableBucket` for tasks.

    A table bucket. Thread-safe; made by `Client.table_bucket`.
    """

    @property
    def name(self) -> str:
        """The table bucket's name."""

    @property
    def arn(self) -> str:
        """Its ARN, by which requests address it."""

    @property
    def encryption(self) -> BucketEncryptionSetting:
        """How tables are encrypted that say nothing else."""

    @property
    def maintenance(self) -> BucketMaintenanceSetting:
        """What is maintained in it."""

    @property
    def policy(self) -> PolicySetting:
        """Who may do what with it."""

    async def get(self) -> TableBucketInfo:
        """`ossc.tables.TableBucket.get` for tasks.

        What it is (GetTableBucket).

        Raises:
            NotFound: It does not exist.
            AccessDenied: The caller may not see it.
        """

    async def delete(self) -> None:
        """`ossc.tables.TableBucket.delete` for tasks.

        Deletes the table bucket, which has to be empty (DeleteTableBucket).

        Raises:
            Conflict: There are namespaces in it.
            NotFound: It does not exist.
        """

    def namespace(self, name: str) -> Namespace:
        """`ossc.tables.TableBucket.namespace` for tasks.

        The namespace of that name. Nothing is sent.

        Args:
            name: 1 to 255 lower-case letters, digits and underscores.

        Raises:
            ParameterError: No namespace can have that name.
        """

    def list_namespaces(
        self, prefix: str = "", *, page_size: int = ..., resume: str | None = None
    ) -> Listing[NamespaceSummary]:
        """`ossc.tables.TableBucket.list_namespaces` for tasks.

        The namespaces by name (ListNamespaces), fetched page by page.

        Args:
            prefix: Only names that begin so.
            page_size: Entries a request, 1 to 1,000.
            resume: Goes on behind the entry at which an earlier list had this `token`.

        Raises:
            NotFound: The table bucket does not exist.
        """

    def list_tables(
        self,
        prefix: str = "",
        *,
        namespace: str | None = None,
        page_size: int = ...,
        resume: str | None = None,
    ) -> Listing[TableSummary]:
        """`ossc.tables.TableBucket.list_tables` for tasks.

        The tables of all namespaces, or of one (ListTables), fetched page by page.

        Args:
            prefix: Only names that begin so.
            namespace: Only tables of this one.
            page_size: Entries a request, 1 to 1,000.
            resume: Goes on behind the entry at which an earlier list had this `token`.

        Raises:
            NotFound: The table bucket or the namespace does not exist.
        """

    def with_options(self, **options: Unpack[CallOptions]) -> Self:
        """`ossc.tables.TableBucket.with_options` for tasks.

        The same with verbs that are made in another way. Nothing is sent.

        Args:
            **options: As those of `ossc.Client.with_options`.
        """

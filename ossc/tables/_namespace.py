"""`Namespace`: what the tables of a table bucket are grouped by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ossc._names import encode_text
from ossc._verbs import done
from ossc.errors import MalformedResponse, ParameterError
from ossc.tables._arn import check_name
from ossc.tables._document import object_of
from ossc.tables._iceberg import IcebergMetadata, IcebergSchema, TableMetadata
from ossc.tables._models import EncryptionConfiguration, NamespaceInfo
from ossc.tables._resource import Resource
from ossc.tables._table import Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ossc._paging import Listing
    from ossc._sdk import Answer
    from ossc.tables._arn import BucketARN
    from ossc.tables._client import Client
    from ossc.tables._iceberg import IcebergPartitionSpec, IcebergSortOrder, SchemaField
    from ossc.tables._models import TableSummary

__all__ = ["Namespace"]

_PAGE = 1000


class Namespace(Resource):
    """A namespace. Thread-safe; made by `TableBucket.namespace`.

    Example:
        >>> namespace = table_bucket.namespace("marketing")
        >>> namespace.create()
        >>> namespace.get().name
        'marketing'
    """

    __slots__ = ("_name",)

    _root = "namespaces"
    _noun = "Namespace"

    def __init__(self, client: Client, arn: BucketARN, name: str) -> None:
        super().__init__(client, arn)
        self._name = check_name("namespace", name)

    def _steps(self) -> tuple[str, ...]:
        return (self._name,)

    @property
    def name(self) -> str:
        """The namespace's name."""
        return self._name

    def create(self) -> None:
        """Creates the namespace (CreateNamespace).

        Raises:
            Conflict: There is one of that name already.
            NotFound: The table bucket does not exist.
            InvalidArgument: The service refuses the name, such as one with `oss` in
                front.
        """
        path = self._root, self._arn.text
        body = {"namespace": [self._name]}
        self._send("CreateNamespace", "PUT", done, path, body=body, once=True)

    def get(self) -> NamespaceInfo:
        """What it is (GetNamespace).

        Raises:
            NotFound: It does not exist.
        """
        return self._ask("GetNamespace", "GET", _read_namespace)

    def delete(self) -> None:
        """Deletes the namespace, which has to be empty (DeleteNamespace).

        Raises:
            Conflict: There are tables in it.
            NotFound: It does not exist.
        """
        self._ask("DeleteNamespace", "DELETE", done)

    def table(self, name: str) -> Table:
        """The table of that name. Nothing is sent.

        Args:
            name: 1 to 255 lower-case letters, digits and underscores.

        Raises:
            ParameterError: No table can have that name.
        """
        return Table(self._client, self._arn, self._name, name)

    def create_table(
        self,
        name: str,
        *,
        format: str = "ICEBERG",  # noqa: A002 - its name in the API
        schema: IcebergSchema | Sequence[SchemaField] | None = None,
        partition_spec: IcebergPartitionSpec | None = None,
        sort_order: IcebergSortOrder | None = None,
        properties: Mapping[str, str] | None = None,
        metadata: TableMetadata | Mapping[str, Any] | None = None,
        encryption: EncryptionConfiguration | None = None,
    ) -> Table:
        """Creates a table (CreateTable).

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

        Example:
            >>> from ossc.tables import SchemaField
            >>> customers = namespace.create_table(
            ...     "customers",
            ...     schema=[
            ...         SchemaField(name="id", type="long", required=True),
            ...         SchemaField(name="name", type="string"),
            ...     ],
            ... )
            >>> customers.get().version_token == customers.version_token
            True
        """
        encode_text("format", format)
        body: dict[str, Any] = {"name": check_name("table", name), "format": format}
        iceberg = IcebergMetadata(
            schema=_schema_of(schema),
            partition_spec=partition_spec,
            sort_order=sort_order,
            properties=properties,
        )
        said = _metadata_of(iceberg, metadata)
        if said is not None:
            body["metadata"] = said
        if encryption is not None:
            body["encryptionConfiguration"] = _encryption_of(encryption)

        def read(answer: Answer) -> Table:
            found = object_of(answer)
            created = _text(found, "tableARN"), _text(found, "versionToken")
            return Table(self._client, self._arn, self._name, name, created)

        path = "tables", self._arn.text, self._name
        return self._send("CreateTable", "PUT", read, path, body=body, once=True)

    def list_tables(
        self, prefix: str = "", *, page_size: int = _PAGE, resume: str | None = None
    ) -> Listing[TableSummary]:
        """The namespace's tables by name (ListTables), fetched page by page.

        Args:
            prefix: Only names that begin so.
            page_size: Entries a request, 1 to 1,000.
            resume: Goes on behind the entry at which an earlier list had this `token`.

        Raises:
            NotFound: The namespace or the table bucket does not exist.

        Example:
            >>> [each.name for each in namespace.list_tables()]
            ['orders']
        """
        bucket = self._client.table_bucket(self._arn.text)
        return bucket.list_tables(
            prefix, namespace=self._name, page_size=page_size, resume=resume
        )

    def __repr__(self) -> str:
        """Its name, and where it is."""
        return f"ossc.tables.Namespace({self._name!r}, {self._arn.text!r})"


def _read_namespace(answer: Answer) -> NamespaceInfo:
    return NamespaceInfo.from_json(object_of(answer))


def _schema_of(
    schema: IcebergSchema | Sequence[SchemaField] | None,
) -> IcebergSchema | None:
    if schema is None or isinstance(schema, IcebergSchema):
        return schema
    return IcebergSchema(fields=schema)


def _metadata_of(
    iceberg: IcebergMetadata, metadata: TableMetadata | Mapping[str, Any] | None
) -> Mapping[str, Any] | None:
    """The JSON of what the table begins with; None: nothing is said."""
    parts = iceberg.to_json()
    if metadata is None:
        return {"iceberg": parts} if parts else None
    if parts:
        raise ParameterError(
            f"metadata has the table's {', '.join(sorted(parts))}, too; give one of both"
        )
    if isinstance(metadata, TableMetadata):
        return metadata.to_json()
    if not isinstance(metadata, Mapping):
        kind = type(metadata).__name__
        raise TypeError(f"metadata must be a TableMetadata or its JSON, not {kind}")
    return dict(metadata)


def _encryption_of(encryption: EncryptionConfiguration) -> dict[str, Any]:
    if not isinstance(encryption, EncryptionConfiguration):
        kind = type(encryption).__name__
        raise TypeError(f"encryption must be an EncryptionConfiguration, not {kind}")
    return encryption.to_json()


def _text(found: Mapping[str, Any], name: str) -> str | None:
    text = found.get(name)
    if text is not None and not isinstance(text, str):
        raise MalformedResponse(f"{name} is {text!r:.60}, not a text")
    return text

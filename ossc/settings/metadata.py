"""Tables in which OSS keeps what objects a bucket has, and what happens to them."""

from __future__ import annotations

from typing import Literal, TypeVar

from ossc._model import Model, field
from ossc._verbs import done
from ossc.settings._setting import ReadSetting, Row

__all__ = [
    "InventoryTable",
    "InventoryTableResult",
    "JournalTable",
    "JournalTableResult",
    "MetadataConfiguration",
    "MetadataConfigurationResult",
    "MetadataConfigurationSetting",
    "TableEncryption",
    "TableExpiration",
]

M = TypeVar("M", bound=Model)

State = Literal["ENABLED", "DISABLED"]


class TableEncryption(Model, root="EncryptionConfiguration"):
    """How a table is encrypted.

    Attributes:
        sse_algorithm: `"AES256"` or `"oss:kms"`.
        kms_key_arn: The key, for `"oss:kms"`.
    """

    __slots__ = ()

    sse_algorithm: str
    kms_key_arn: str | None = None


class TableExpiration(Model, root="RecordExpiration"):
    """Whether records are removed from a table, and when.

    Attributes:
        expiration: `"ENABLED"` or `"DISABLED"`.
        days: After how many days, 7 at least.
    """

    __slots__ = ()

    expiration: State
    days: int | None = None


class JournalTable(Model, root="JournalTableConfiguration"):
    """The table with a record of each change of an object.

    Attributes:
        record_expiration: Whether its records are removed again; None: not said.
        encryption: How it is encrypted; None: OSS chooses.
    """

    __slots__ = ()

    record_expiration: TableExpiration | None = None
    encryption: TableEncryption | None = field("EncryptionConfiguration", default=None)


class InventoryTable(Model, root="InventoryTableConfiguration"):
    """The table with a record of each object.

    Attributes:
        configuration_state: `"ENABLED"` or `"DISABLED"`.
        encryption: How it is encrypted; None: OSS chooses.
    """

    __slots__ = ()

    configuration_state: State
    encryption: TableEncryption | None = field("EncryptionConfiguration", default=None)


class MetadataConfiguration(Model):
    """Which tables a bucket is to have.

    Attributes:
        journal_table: The one of changes; None: there is none.
        inventory_table: The one of objects; None: there is none.
    """

    __slots__ = ()

    journal_table: JournalTable | None = field(
        "JournalTableConfiguration", default=None
    )
    inventory_table: InventoryTable | None = field(
        "InventoryTableConfiguration", default=None
    )


class JournalTableResult(Model, root="JournalTableConfigurationResult"):
    """The table of changes, as it is.

    Attributes:
        table_status: `"CREATING"`, `"BACKFILLING"`, `"ACTIVE"`, `"FAILED"`.
        table_name: Its name.
        table_arn: What policies call it.
        record_expiration: Whether its records are removed again.
        encryption: How it is encrypted.
        error_code: Why it could not be made; None: it was.
        error_message: The same in words.
    """

    __slots__ = ()

    table_status: str = ""
    table_name: str = ""
    table_arn: str = ""
    record_expiration: TableExpiration | None = None
    encryption: TableEncryption | None = field("EncryptionConfiguration", default=None)
    error_code: str | None = field("Error/ErrorCode", default=None)
    error_message: str | None = field("Error/ErrorMessage", default=None)


class InventoryTableResult(Model, root="InventoryTableConfigurationResult"):
    """The table of objects, as it is.

    Attributes:
        configuration_state: `"ENABLED"` or `"DISABLED"`.
        table_status: This and the following are as in `JournalTableResult`.
        table_name: See above.
        table_arn: See above.
        encryption: See above.
        error_code: See above.
        error_message: See above.
    """

    __slots__ = ()

    configuration_state: str = ""
    table_status: str = ""
    table_name: str = ""
    table_arn: str = ""
    encryption: TableEncryption | None = field("EncryptionConfiguration", default=None)
    error_code: str | None = field("Error/ErrorCode", default=None)
    error_message: str | None = field("Error/ErrorMessage", default=None)


class MetadataConfigurationResult(Model, root="GetBucketMetadataConfigurationResult"):
    """Which tables a bucket has, and how they are.

    Attributes:
        table_bucket_type: The kind of the table bucket that they are in: `"oss"`.
        table_bucket_arn: Which one that is.
        table_namespace: Their namespace in it.
        journal_table: The one of changes; None: there is none.
        inventory_table: The one of objects; None: there is none.
    """

    __slots__ = ()

    table_bucket_type: str = field(
        "MetadataConfigurationResult/DestinationResult/TableBucketType", default=""
    )
    table_bucket_arn: str = field(
        "MetadataConfigurationResult/DestinationResult/TableBucketArn", default=""
    )
    table_namespace: str = field(
        "MetadataConfigurationResult/DestinationResult/TableNamespace", default=""
    )
    journal_table: JournalTableResult | None = field(
        "MetadataConfigurationResult/JournalTableConfigurationResult", default=None
    )
    inventory_table: InventoryTableResult | None = field(
        "MetadataConfigurationResult/InventoryTableConfigurationResult", default=None
    )


class MetadataConfigurationSetting(ReadSetting[MetadataConfigurationResult]):
    """The tables that tell of a bucket's objects.

    Example:
        >>> from ossc.settings import InventoryTable, JournalTable, MetadataConfiguration
        >>> tables = bucket.metadata_configuration
        >>> tables.create(MetadataConfiguration(journal_table=JournalTable()))
        >>> tables.get().journal_table.table_name
        'journal'
        >>> tables.update_inventory_table(InventoryTable(configuration_state="ENABLED"))
    """

    __slots__ = ()

    def create(self, value: MetadataConfiguration) -> None:
        """Has OSS make the tables (CreateBucketMetadataConfiguration).

        Raises:
            ServerError: The bucket has some, or OSS refuses it.
        """
        body = _written("create", MetadataConfiguration, value)
        self._send("POST", done, operation=f"Create{self._row.noun}", body=body)

    def update_inventory_table(self, value: InventoryTable) -> None:
        """Changes the table of objects.

        The operation is UpdateBucketMetadataInventoryTableConfiguration.

        Raises:
            NoSuchConfiguration: The bucket has no tables.
        """
        self._update("Inventory", _written("update", InventoryTable, value))

    def update_journal_table(self, value: JournalTable) -> None:
        """Changes the table of changes (UpdateBucketMetadataJournalTableConfiguration).

        Raises:
            NoSuchConfiguration: The bucket has no tables.
        """
        self._update("Journal", _written("update", JournalTable, value))

    def delete(self) -> None:
        """Ends the tables (DeleteBucketMetadataConfiguration)."""
        self._send("DELETE", done)

    def _update(self, table: str, body: bytes) -> None:
        self._send(
            "PUT",
            done,
            operation=f"UpdateBucketMetadata{table}TableConfiguration",
            params={f"metadata{table}Table": ""},
            body=body,
        )


def _written(verb: str, model: type[M], value: M) -> bytes:
    if not isinstance(value, model):
        kind = type(value).__name__
        raise TypeError(f"{verb} takes a {model.__name__}, not {kind}")
    return value.to_xml()


METADATA_CONFIGURATION = Row(
    MetadataConfigurationSetting,
    "BucketMetadataConfiguration",
    "metadataConfiguration",
    MetadataConfigurationResult,
)

"""Inventories: lists of a bucket's objects that OSS writes every day or week."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ossc._model import Model, field
from ossc._verbs import done
from ossc.settings._setting import Row
from ossc.settings._several import SeveralSettings, checked_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["IncrementalInventory", "Inventories", "Inventory", "InventoryPage"]

_ID = "inventoryId"
_INTO = "Destination/OSSBucketDestination"


class IncrementalInventory(Model):
    """Lists of what has changed, between those of all objects.

    Attributes:
        is_enabled: Whether they are written.
        frequency: Seconds between two: 600.
        optional_fields: What they tell of each change.
    """

    __slots__ = ()

    is_enabled: bool
    frequency: int | None = field("Schedule/Frequency", default=None)
    optional_fields: Sequence[str] | None = field("OptionalFields/Field", default=None)


class Inventory(Model, root="InventoryConfiguration"):
    """How a bucket's objects are listed.

    Attributes:
        id: The inventory's name.
        is_enabled: Whether lists are written.
        frequency: `"Daily"`, `"Weekly"`, `"Monthly"`.
        day_of_month: Of monthly lists.
        auto_delete: Whether old lists are deleted.
        destination_bucket: Where to, as `acs:oss:::BUCKET`.
        destination_prefix: What the lists' keys begin with.
        account_id: Whose that bucket is.
        role_arn: The role that OSS writes as.
        format: `"CSV"`, `"Parquet"`, …
        kms_key_id: The key that the lists are encrypted with; None: not so.
        sse_oss: `""`: they are encrypted with OSS's own key; None: not so.
        included_object_versions: `"Current"` or `"All"`.
        optional_fields: What is told of each object: `"Size"`, `"ETag"`, …
        prefix: Only objects whose keys begin so.
        last_modify_begin: Only objects modified since, in Unix seconds.
        last_modify_end: Only objects modified before, in Unix seconds.
        lower_size_bound: Only objects of at least so many bytes.
        upper_size_bound: Only objects of at most so many bytes.
        storage_class: Only objects of it; `"All"`.
        incremental: Lists of changes.
    """

    __slots__ = ()

    id: str
    is_enabled: bool = True
    format: str = field(f"{_INTO}/Format", default="CSV")
    account_id: str = field(f"{_INTO}/AccountId")
    role_arn: str = field(f"{_INTO}/RoleArn")
    destination_bucket: str = field(f"{_INTO}/Bucket")
    destination_prefix: str | None = field(f"{_INTO}/Prefix", default=None)
    kms_key_id: str | None = field(f"{_INTO}/Encryption/SSE-KMS/KeyId", default=None)
    sse_oss: str | None = field(f"{_INTO}/Encryption/SSE-OSS", default=None)
    frequency: str = field("Schedule/Frequency")
    day_of_month: int | None = field("Schedule/DayOfMonth", default=None)
    auto_delete: bool | None = field("Schedule/AutoDelete", default=None)
    prefix: str | None = field("Filter/Prefix", default=None)
    last_modify_begin: int | None = field(
        "Filter/LastModifyBeginTimeStamp", default=None
    )
    last_modify_end: int | None = field("Filter/LastModifyEndTimeStamp", default=None)
    lower_size_bound: int | None = field("Filter/LowerSizeBound", default=None)
    upper_size_bound: int | None = field("Filter/UpperSizeBound", default=None)
    storage_class: str | None = field("Filter/StorageClass", default=None)
    included_object_versions: Literal["Current", "All"] = "Current"
    optional_fields: Sequence[str] | None = field("OptionalFields/Field", default=None)
    incremental: IncrementalInventory | None = field(
        "IncrementalInventory", default=None
    )


class InventoryPage(Model, root="ListInventoryConfigurationsResult"):
    """A page of a list of inventories."""

    __slots__ = ()

    inventories: Sequence[Inventory] = field("InventoryConfiguration", default=())
    is_truncated: bool = False
    next_continuation_token: str = ""


class Inventories(SeveralSettings):
    """A bucket's inventories, by their ids."""

    __slots__ = ()

    def get(self, inventory_id: str) -> Inventory:
        """One inventory (GetBucketInventory).

        Raises:
            NoSuchConfiguration: There is none of that id.
        """
        return self._ask(Inventory, "GetBucketInventory", self._named(inventory_id))

    def put(self, inventory: Inventory) -> None:
        """Adds an inventory (PutBucketInventory).

        Raises:
            ServerError: There is one of its id already, with the code
                `InventoryAlreadyExist`, or OSS refuses it for another reason.

        Example:
            >>> from ossc.settings import Inventory
            >>> bucket.inventories.put(
            ...     Inventory(
            ...         id="weekly",
            ...         frequency="Weekly",
            ...         destination_bucket="acs:oss:::examplebucket",
            ...         account_id="1000000000000001",
            ...         role_arn="acs:ram::1000000000000001:role/AliyunOSSRole",
            ...         optional_fields=["Size", "ETag"],
            ...     )
            ... )
            >>> [each.id for each in bucket.inventories.list()]
            ['weekly']
        """
        if not isinstance(inventory, Inventory):
            raise TypeError(f"put() takes an Inventory, not {type(inventory).__name__}")
        params = self._named(inventory.id)
        body = inventory.to_xml()
        self._send("PUT", done, params=params, body=body, creates=True)

    def delete(self, inventory_id: str) -> None:
        """Deletes an inventory (DeleteBucketInventory). That there is none is no error."""
        self._send("DELETE", done, params=self._named(inventory_id))

    def list(self) -> Iterator[Inventory]:
        """All inventories by id (ListBucketInventory), fetched page by page."""
        pages = self._pages(
            InventoryPage,
            "ListBucketInventory",
            lambda page: page.next_continuation_token if page.is_truncated else "",
        )
        for page in pages:
            yield from page.inventories

    def _named(self, inventory_id: str) -> dict[str, str]:
        return {self._row.query: "", _ID: checked_name("inventory_id", inventory_id)}


INVENTORIES = Row(Inventories, "BucketInventory", "inventory", Inventory)

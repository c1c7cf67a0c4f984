"""What is configured of table buckets and tables: attributes with `get`, `put`, `delete`.

Thread-safe; nothing is kept between calls.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from ossc._names import encode_text
from ossc._product import ProductSetting
from ossc._verbs import done
from ossc.errors import MalformedResponse, ParameterError
from ossc.tables._document import Document, object_of
from ossc.tables._maintenance import (
    Maintenance,
    MaintenanceJobs,
    TableBucketMaintenance,
    TableMaintenance,
)
from ossc.tables._models import EncryptionConfiguration, MetadataLocation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ossc._sdk import Answer
    from ossc.tables._resource import Resource

__all__ = [
    "BucketEncryptionSetting",
    "BucketMaintenanceSetting",
    "EncryptionSetting",
    "MetadataLocationSetting",
    "PolicySetting",
    "TableMaintenanceSetting",
]

T = TypeVar("T")
D = TypeVar("D", bound=Document)

_CONFIGURATION = "encryptionConfiguration"
_MAX_TEXT = 4096


class _Setting(ProductSetting):
    """Base of the settings."""

    __slots__ = ("_of",)

    _step: ClassVar[str]
    """The last step of its path."""

    _name: ClassVar[str]
    """What operations call it, behind what it is of."""

    def __init__(self, of: Resource) -> None:
        self._of = of

    def _send(
        self,
        verb: str,
        method: str,
        read: Callable[[Answer], T],
        *tail: str,
        **parts: Any,
    ) -> T:
        operation = f"{verb}{self._of._noun}{self._name}"
        return self._of._ask(operation, method, read, self._step, *tail, **parts)

    def __repr__(self) -> str:
        """What it is, and of what."""
        return f"<{self._name} of {self._of!r}>"


class EncryptionSetting(_Setting):
    """How a table is encrypted; said when it is created."""

    __slots__ = ()

    _step = "encryption"
    _name = "Encryption"

    def get(self) -> EncryptionConfiguration:
        """How it is (GetTableEncryption, GetTableBucketEncryption).

        One that does not encrypt has the algorithm None.

        Raises:
            NotFound: What it is of does not exist.

        Example:
            >>> table.encryption.get().sse_algorithm is None
            True
        """
        return self._send("Get", "GET", _encryption)


class BucketEncryptionSetting(EncryptionSetting):
    """How the tables are encrypted that say nothing else when they are created."""

    __slots__ = ()

    def put(self, value: EncryptionConfiguration) -> None:
        """Says how tables will be encrypted (PutTableBucketEncryption).

        Those that are there stay as they are.

        Args:
            value: All of it.

        Raises:
            InvalidArgument: The service has no such encryption.
            NotFound: The table bucket does not exist.

        Example:
            >>> from ossc.tables import EncryptionConfiguration
            >>> table_bucket.encryption.put(
            ...     EncryptionConfiguration(sse_algorithm="AES256")
            ... )
            >>> table_bucket.encryption.get().sse_algorithm
            'AES256'
        """
        body = {_CONFIGURATION: _json_of(value, EncryptionConfiguration)}
        self._send("Put", "PUT", done, body=body)

    def delete(self) -> None:
        """Tables will not be encrypted (DeleteTableBucketEncryption).

        That they were not is no error.

        Raises:
            NotFound: The table bucket does not exist.
        """
        self._send("Delete", "DELETE", done)


class PolicySetting(_Setting):
    """Who may do what with it."""

    __slots__ = ()

    _step = "policy"
    _name = "Policy"

    def get(self) -> dict[str, Any]:
        """The policy (GetTableBucketPolicy, GetTablePolicy).

        Raises:
            NotFound: There is none, or what it is of does not exist.
        """
        return self._send("Get", "GET", _policy)

    def put(self, policy: Mapping[str, Any] | str) -> None:
        """Replaces the policy (PutTableBucketPolicy, PutTablePolicy).

        Args:
            policy: What `get` returned, changed or not, or its JSON.

        Raises:
            InvalidArgument: It is no policy.
            NotFound: What it is of does not exist.

        Example:
            >>> table_bucket.policy.put(
            ...     {
            ...         "Version": "1",
            ...         "Statement": [
            ...             {
            ...                 "Effect": "Allow",
            ...                 "Principal": ["2000000000000002"],
            ...                 "Action": ["oss:GetTable"],
            ...                 "Resource": [f"{table_bucket.arn}/*"],
            ...             }
            ...         ],
            ...     }
            ... )
            >>> table_bucket.policy.get()["Version"]
            '1'
        """
        text = policy if isinstance(policy, str) else json.dumps(policy)
        encode_text("policy", text)
        self._send("Put", "PUT", done, body={"resourcePolicy": text})

    def delete(self) -> None:
        """Deletes the policy (DeleteTableBucketPolicy, DeleteTablePolicy).

        Raises:
            NotFound: What it is of does not exist.
        """
        self._send("Delete", "DELETE", done)


class _MaintenanceSetting(_Setting):
    """What is maintained of it, as the service's own task."""

    __slots__ = ()

    _step = "maintenance"
    _name = "MaintenanceConfiguration"

    def put(
        self,
        value: Maintenance | Mapping[str, Any],
        type: str | None = None,  # noqa: A002 - its name in the API
    ) -> None:
        """Says how one kind of maintenance is done.

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
        if isinstance(value, Maintenance):
            if type is not None:
                raise ParameterError("the type is that of the value")
            if not value._type:
                raise TypeError("put() takes a kind of maintenance, not just any")
            kind, document = value._type, value.to_json()
        else:
            kind, document = _named_type(type), dict(_mapping(value))
        self._send("Put", "PUT", done, kind, body={"value": document})


class BucketMaintenanceSetting(_MaintenanceSetting):
    """What is maintained in a table bucket."""

    __slots__ = ()

    def get(self) -> TableBucketMaintenance:
        """All that is (GetTableBucketMaintenanceConfiguration).

        Raises:
            NotFound: The table bucket does not exist.

        Example:
            >>> removal = table_bucket.maintenance.get().unreferenced_file_removal
            >>> table_bucket.maintenance.put(removal.replace(non_current_days=30))
            >>> table_bucket.maintenance.get().unreferenced_file_removal.non_current_days
            30
        """
        return self._send("Get", "GET", _reads(TableBucketMaintenance))


class TableMaintenanceSetting(_MaintenanceSetting):
    """What is maintained of a table."""

    __slots__ = ()

    def get(self) -> TableMaintenance:
        """All that is (GetTableMaintenanceConfiguration).

        Raises:
            NotFound: The table does not exist.

        Example:
            >>> from ossc.tables import SnapshotManagement
            >>> table.maintenance.put(
            ...     SnapshotManagement(status="enabled", min_snapshots_to_keep=3)
            ... )
            >>> table.maintenance.get().snapshot_management.min_snapshots_to_keep
            3
        """
        return self._send("Get", "GET", _reads(TableMaintenance))

    def jobs(self, table_arn: str | None = None) -> MaintenanceJobs:
        """How it went (GetTableMaintenanceJobStatus).

        Args:
            table_arn: The table's ARN, which the service asks its administrators for.

        Raises:
            NotFound: The table does not exist.

        Example:
            >>> table.maintenance.jobs().compaction.status
            'Not_Yet_Run'
        """
        headers = None
        if table_arn is not None:
            encode_text("table_arn", table_arn)
            headers = {"x-oss-table-arn": table_arn}
        return self._of._ask(
            "GetTableMaintenanceJobStatus",
            "GET",
            _reads(MaintenanceJobs),
            "maintenance-job-status",
            headers=headers,
        )


class MetadataLocationSetting(_Setting):
    """Where a table's metadata is."""

    __slots__ = ()

    _step = "metadata-location"
    _name = "MetadataLocation"

    def get(self) -> MetadataLocation:
        """Where it is, and the token to change that with (GetTableMetadataLocation).

        Raises:
            NotFound: The table does not exist.
        """
        return self._send("Get", "GET", _reads(MetadataLocation))

    def put(self, location: str, version_token: str) -> MetadataLocation:
        """Makes another file the table's metadata (UpdateTableMetadataLocation).

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

        Example:
            >>> before = table.metadata_location.get()
            >>> location = f"{before.warehouse_location}/metadata/00001.metadata.json"
            >>> after = table.metadata_location.put(location, before.version_token)
            >>> after.metadata_location == location
            True
        """
        for what, text in (("location", location), ("version_token", version_token)):
            encode_text(what, text)
            if not text:
                raise ParameterError(f"{what} is empty")
        body = {"metadataLocation": location, "versionToken": version_token}
        read = _reads(MetadataLocation)
        return self._send("Update", "PUT", read, body=body, once=True)


def _reads(kind: type[D]) -> Callable[[Answer], D]:
    return lambda answer: kind.from_json(object_of(answer))


def _encryption(answer: Answer) -> EncryptionConfiguration:
    found = object_of(answer).get(_CONFIGURATION)
    return EncryptionConfiguration.from_json({} if found is None else found)


def _policy(answer: Answer) -> dict[str, Any]:
    text = object_of(answer).get("resourcePolicy")
    try:
        found = json.loads(text) if isinstance(text, str) else text
    except (ValueError, RecursionError):
        raise MalformedResponse("the policy is not JSON") from None
    if not isinstance(found, dict):
        raise MalformedResponse("the policy is not an object of JSON")
    return found


def _json_of(value: Document, kind: type[Document]) -> dict[str, Any]:
    if not isinstance(value, kind):
        got = type(value).__name__
        raise TypeError(f"put() takes an {kind.__name__}, not {got}")
    return value.to_json()


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError(
            f"put() takes a kind of maintenance or its JSON, not {type(value).__name__}"
        )
    return value


def _named_type(name: str | None) -> str:
    if name is None:
        raise ParameterError("JSON needs its type")
    encode_text("type", name)
    if not name.isalnum() or len(name) > _MAX_TEXT:
        raise ParameterError(f"{name!r:.60} is no type of maintenance")
    return name

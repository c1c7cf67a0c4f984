"""`Table`: a table of a namespace, with what is configured of it."""

from __future__ import annotations

from ossc._names import encode_text
from ossc._verbs import done
from ossc.errors import ParameterError
from ossc.tables._arn import check_name
from ossc.tables._document import object_of
from ossc.tables._models import TableInfo
from ossc.tables._resource import Resource
from ossc.tables._settings import (
    EncryptionSetting,
    MetadataLocationSetting,
    PolicySetting,
    TableMaintenanceSetting,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ossc._sdk import Answer
    from ossc.tables._arn import BucketARN
    from ossc.tables._client import Client

__all__ = ["Table", "read_table"]


def read_table(answer: Answer) -> TableInfo:
    """What a table is, of the answer that tells it."""
    return TableInfo.from_json(object_of(answer))


class Table(Resource):
    """A table. Thread-safe; made by `Namespace.table` and `Namespace.create_table`.

    Example:
        >>> table = namespace.table("orders")
        >>> table.get().format
        'ICEBERG'
    """

    __slots__ = ("_arn_of_table", "_name", "_namespace", "_token")

    _root = "tables"
    _noun = "Table"

    def __init__(
        self,
        client: Client,
        arn: BucketARN,
        namespace: str,
        name: str,
        created: tuple[str | None, str | None] = (None, None),
    ) -> None:
        super().__init__(client, arn)
        self._namespace = check_name("namespace", namespace)
        self._name = check_name("table", name)
        self._arn_of_table, self._token = created

    def _steps(self) -> tuple[str, ...]:
        return self._namespace, self._name

    @property
    def name(self) -> str:
        """The table's name."""
        return self._name

    @property
    def namespace(self) -> str:
        """The name of its namespace."""
        return self._namespace

    @property
    def arn(self) -> str | None:
        """The table's ARN, which only its creation tells; else `get` does."""
        return self._arn_of_table

    @property
    def version_token(self) -> str | None:
        """The token of the table as it was created; the next change makes it old."""
        return self._token

    @property
    def encryption(self) -> EncryptionSetting:
        """How it is encrypted."""
        return EncryptionSetting(self)

    @property
    def maintenance(self) -> TableMaintenanceSetting:
        """What is maintained of it."""
        return TableMaintenanceSetting(self)

    @property
    def metadata_location(self) -> MetadataLocationSetting:
        """Where its metadata is."""
        return MetadataLocationSetting(self)

    @property
    def policy(self) -> PolicySetting:
        """Who may do what with it."""
        return PolicySetting(self)

    def get(self) -> TableInfo:
        """What it is (GetTable).

        Raises:
            NotFound: It does not exist.
            AccessDenied: The caller may not see it.
        """
        params = {
            "tableBucketARN": self._arn.text,
            "namespace": self._namespace,
            "name": self._name,
        }
        path = ("get-table",)
        return self._send("GetTable", "GET", read_table, path, params=params)

    def delete(self, version_token: str | None = None) -> None:
        """Deletes the table for good, with its data (DeleteTable).

        Args:
            version_token: Of the state that it was looked at in; None: whatever it is.

        Raises:
            Conflict: The token is older than the table; nothing is done.
            NotFound: It does not exist.
            AccessDenied: The caller may not delete it.
        """
        params = _with_token({}, version_token)
        self._ask("DeleteTable", "DELETE", done, params=params)

    def rename(
        self,
        name: str | None = None,
        *,
        namespace: str | None = None,
        version_token: str | None = None,
    ) -> Table:
        """Gives the table another name, in its namespace or in another (RenameTable).

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

        Example:
            >>> table.rename("orders_2024").get().name
            'orders_2024'
        """
        if name is None and namespace is None:
            raise ParameterError("give a name, a namespace, or both")
        body: dict[str, Any] = {}
        if name is not None:
            body["newName"] = check_name("table", name)
        if namespace is not None:
            body["newNamespaceName"] = check_name("namespace", namespace)
        body = _with_token(body, version_token)
        self._ask("RenameTable", "PUT", done, "rename", body=body, once=True)
        place = namespace or self._namespace, name or self._name
        return Table(self._client, self._arn, *place, created=(self.arn, None))

    def __repr__(self) -> str:
        """Its name, and where it is."""
        place = f"{self._namespace}/{self._name}"
        return f"ossc.tables.Table({place!r}, {self._arn.text!r})"


def _with_token(parts: dict[str, str], version_token: str | None) -> dict[str, str]:
    if version_token is None:
        return parts
    encode_text("version_token", version_token)
    if not version_token:
        raise ParameterError("version_token is empty")
    return {**parts, "versionToken": version_token}

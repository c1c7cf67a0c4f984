"""`TableBucket`: what holds namespaces and their tables."""

from __future__ import annotations

from ossc._names import check_text, check_whole
from ossc._verbs import done
from ossc.tables._arn import check_name
from ossc.tables._document import object_of
from ossc.tables._models import TableBucketInfo
from ossc.tables._namespace import Namespace
from ossc.tables._resource import Resource, call_about
from ossc.tables._settings import (
    BucketEncryptionSetting,
    BucketMaintenanceSetting,
    PolicySetting,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ossc._paging import Listing
    from ossc._product import ProductCall
    from ossc._sdk import Answer
    from ossc.tables._arn import BucketARN
    from ossc.tables._client import Client
    from ossc.tables._models import NamespaceSummary, TableSummary

__all__ = ["TableBucket", "asker"]

_PAGE = 1000


def asker(
    client: Client,
    arn: BucketARN | None,
    operation: str,
    path: tuple[str, ...],
    params: Mapping[str, str],
    size: tuple[str, int],
) -> Callable[[Mapping[str, str]], ProductCall]:
    """What makes the request for a page out of the parameters that say which.

    Args:
        client: Whose requests they are.
        arn: The table bucket; None: all are listed.
        operation: The operation.
        path: Its path.
        params: What is asked for; what is empty is not sent.
        size: The name and the value of the parameter for the entries of a page.
    """
    check_whole("page_size", size[1], _PAGE, least=1)
    said = {name: check_text(name, text) for name, text in params.items()}
    asked = {**{n: text for n, text in said.items() if text}, size[0]: str(size[1])}

    def ask(following: Mapping[str, str]) -> ProductCall:
        return call_about(
            client, arn, operation, "GET", path, params={**asked, **following}
        )

    return ask


class TableBucket(Resource):
    """A table bucket. Thread-safe; made by `Client.table_bucket`.

    Example:
        >>> table_bucket.get().name
        'analytics'
    """

    __slots__ = ()

    _root = "buckets"
    _noun = "TableBucket"

    @property
    def name(self) -> str:
        """The table bucket's name."""
        return self._arn.name

    @property
    def arn(self) -> str:
        """Its ARN, by which requests address it."""
        return self._arn.text

    @property
    def encryption(self) -> BucketEncryptionSetting:
        """How tables are encrypted that say nothing else."""
        return BucketEncryptionSetting(self)

    @property
    def maintenance(self) -> BucketMaintenanceSetting:
        """What is maintained in it."""
        return BucketMaintenanceSetting(self)

    @property
    def policy(self) -> PolicySetting:
        """Who may do what with it."""
        return PolicySetting(self)

    def get(self) -> TableBucketInfo:
        """What it is (GetTableBucket).

        Raises:
            NotFound: It does not exist.
            AccessDenied: The caller may not see it.
        """
        return self._ask("GetTableBucket", "GET", _read_bucket)

    def delete(self) -> None:
        """Deletes the table bucket, which has to be empty (DeleteTableBucket).

        Raises:
            Conflict: There are namespaces in it.
            NotFound: It does not exist.
        """
        self._ask("DeleteTableBucket", "DELETE", done)

    def namespace(self, name: str) -> Namespace:
        """The namespace of that name. Nothing is sent.

        Args:
            name: 1 to 255 lower-case letters, digits and underscores.

        Raises:
            ParameterError: No namespace can have that name.
        """
        return Namespace(self._client, self._arn, name)

    def list_namespaces(
        self, prefix: str = "", *, page_size: int = _PAGE, resume: str | None = None
    ) -> Listing[NamespaceSummary]:
        """The namespaces by name (ListNamespaces), fetched page by page.

        Args:
            prefix: Only names that begin so.
            page_size: Entries a request, 1 to 1,000.
            resume: Goes on behind the entry at which an earlier list had this `token`.

        Raises:
            NotFound: The table bucket does not exist.

        Example:
            >>> [each.name for each in table_bucket.list_namespaces()]
            ['sales']
        """
        # Imported here, as below: few programs list them.
        from ossc.tables._lists import Namespaces  # noqa: PLC0415

        path, size = ("namespaces", self.arn), ("maxNamespaces", page_size)
        params = {"prefix": prefix}
        ask = asker(self._client, self._arn, "ListNamespaces", path, params, size)
        return Namespaces(self._client, ask, resume)

    def list_tables(
        self,
        prefix: str = "",
        *,
        namespace: str | None = None,
        page_size: int = _PAGE,
        resume: str | None = None,
    ) -> Listing[TableSummary]:
        """The tables of all namespaces, or of one (ListTables), fetched page by page.

        Args:
            prefix: Only names that begin so.
            namespace: Only tables of this one.
            page_size: Entries a request, 1 to 1,000.
            resume: Goes on behind the entry at which an earlier list had this `token`.

        Raises:
            NotFound: The table bucket or the namespace does not exist.

        Example:
            >>> [(each.namespace, each.name) for each in table_bucket.list_tables()]
            [('sales', 'orders')]
        """
        from ossc.tables._lists import Tables  # noqa: PLC0415

        params = {"prefix": prefix}
        if namespace is not None:
            params["namespace"] = check_name("namespace", namespace)
        path, size = ("tables", self.arn), ("maxTables", page_size)
        ask = asker(self._client, self._arn, "ListTables", path, params, size)
        return Tables(self._client, ask, resume)

    def __repr__(self) -> str:
        """Its ARN."""
        return f"ossc.tables.TableBucket({self.arn!r})"


def _read_bucket(answer: Answer) -> TableBucketInfo:
    return TableBucketInfo.from_json(object_of(answer))

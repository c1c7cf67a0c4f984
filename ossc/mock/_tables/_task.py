"""Task: one operation on table buckets under way, which is all that a handler gets."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from ossc.mock._encoding import parse_number
from ossc.mock._handlers._intake import receive_small
from ossc.mock._http import Response
from ossc.mock._tables._records import Namespace, Table, TableBucket
from ossc.mock._tables._rules import bad_request, conflict, not_found

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ossc.mock._call import Call
    from ossc.mock._tables._records import Catalogue

__all__ = ["Task", "answer", "done"]

_MAX_BYTES = 1024 * 1024
_MAX_PAGE = 1000


def answer(fields: Mapping[str, Any]) -> Response:
    """Return an answer in JSON; what is None is left out."""
    said = {name: value for name, value in fields.items() if value is not None}
    body = json.dumps(said).encode("ascii")
    return Response(200, {"Content-Type": "application/json"}, body)


def done() -> Response:
    """Return the answer that says no more than that it is one."""
    return Response(204)


class Task:
    """One operation under way. The catalogue's lock is held.

    Attributes:
        catalogue: All table buckets.
        call: The request.
        account: The caller's.
        root: The first step of the path.
        steps: Its decoded steps behind the table bucket's ARN.
        body: The request's, as JSON; empty where there is none.
    """

    def __init__(
        self, catalogue: Catalogue, call: Call, path: tuple[str, ...], arn: str | None
    ) -> None:
        self.catalogue = catalogue
        self.call = call
        self.account = call.caller.account or ""
        self.root, self.steps = path[0], path[2:]
        self.body: dict[str, Any] = {}
        self._arn = arn

    def receive(self) -> None:
        """Read the body, before the lock is held."""
        raw = receive_small(self.call, _MAX_BYTES, code="RequestTooLarge")
        if not raw:
            return
        try:
            found = json.loads(raw)
        except (ValueError, RecursionError):
            raise bad_request("The body is not JSON.") from None
        if not isinstance(found, dict):
            raise bad_request("The body is not an object of JSON.")
        self.body = found

    @property
    def now(self) -> float:
        """The server's time."""
        return self.call.now

    @property
    def region(self) -> str:
        """The server's region."""
        return self.call.context.region

    def param(self, name: str) -> str | None:
        """Return a query parameter; an empty one is none."""
        return self.call.request.param(name) or None

    def bucket(self) -> TableBucket:
        """Return the table bucket that is meant."""
        found = self.catalogue.buckets.get(self._arn or "")
        if found is None:
            raise not_found("table bucket")
        return found

    def namespace(self, name: str | None = None) -> Namespace:
        """Return a namespace; that of the path where none is named."""
        found = self.bucket().namespaces.get(self.steps[0] if name is None else name)
        if found is None:
            raise not_found("namespace")
        return found

    def table(self) -> Table:
        """Return the table of the path."""
        found = self.namespace().tables.get(self.steps[1])
        if found is None:
            raise not_found("table")
        return found

    def meant(self, bucket: TableBucket) -> Table | None:
        """Return the table that the request is about, if it is about one."""
        names: tuple[str | None, ...] = ()
        if self.call.route.operation == "GetTable":
            names = self.param("namespace"), self.param("name")
            told = self.param("tableArn")
            for namespace in bucket.namespaces.values():
                for table in namespace.tables.values():
                    if f"{bucket.arn}/table/{table.table_id}" == told:
                        return table
        elif self.root == "tables":
            names = self.steps[:2]
        if len(names) < 2:
            return None
        found = bucket.namespaces.get(names[0] or "")
        return None if found is None else found.tables.get(names[1] or "")

    def arn_of(self, table: Table) -> str:
        """Return a table's ARN."""
        return f"{self.bucket().arn}/table/{table.table_id}"

    def check_token(self, table: Table, token: object) -> None:
        """Refuse a change of another state than the table is in."""
        if token is not None and token != table.token:
            raise conflict("The version token does not match that of the table.")

    def page(
        self,
        found: dict[str, Any],
        parameter: str,
        name: str,
        describe: Callable[[Any], dict[str, Any]],
    ) -> Response:
        """Return a page of what was found, in the order of the keys.

        Args:
            found: Everything, by keys.
            parameter: Says how many entries a page has.
            name: What the entries are called.
            describe: Makes an entry.
        """
        text = self.param(parameter)
        limit = _MAX_PAGE if text is None else parse_number(text)
        if limit is None or not 1 <= limit <= _MAX_PAGE:
            raise bad_request(f"{parameter} must be between 1 and {_MAX_PAGE}.")
        after = _key_of(self.param("continuationToken"))
        keys = [key for key in sorted(found) if after is None or key > after]
        page = keys[:limit]
        token = _token_of(page[-1]) if len(keys) > limit else None
        entries = [describe(found[key]) for key in page]
        return answer({name: entries, "continuationToken": token})


def _token_of(key: str) -> str:
    return base64.urlsafe_b64encode(b"v1:" + key.encode()).decode("ascii")


def _key_of(token: str | None) -> str | None:
    if token is None:
        return None
    try:
        mark, found, key = base64.urlsafe_b64decode(token).decode().partition(":")
    except ValueError:
        found = mark = ""
    if not found or mark != "v1":
        raise bad_request("The continuation token is not valid.")
    return key

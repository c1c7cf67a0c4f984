"""OSS Tables: the catalogue of table buckets, namespaces and Iceberg tables.

No file of a table is there: what metadata locations lead to is not looked at, and the
maintenance that is configured is never done.
"""

from __future__ import annotations

import json
import re
import threading
from typing import TYPE_CHECKING

from ossc.mock._call import Route
from ossc.mock._encoding import decode_path, encode_path
from ossc.mock._errors import ServiceError
from ossc.mock._http import Response
from ossc.mock._names import Address, Signed
from ossc.mock._products import Product, json_error
from ossc.mock._tables import _buckets, _operations
from ossc.mock._tables._policies import is_allowed
from ossc.mock._tables._records import Catalogue
from ossc.mock._tables._rules import bad_request, forbidden
from ossc.mock._tables._task import Task

if TYPE_CHECKING:
    from pathlib import Path

    from ossc.mock._call import Call
    from ossc.mock._http import Request

__all__ = ["Tables"]

_OPERATIONS = {**_buckets.OPERATIONS, **_operations.OPERATIONS}
_ARN = re.compile(r"acs:osstables:([a-z0-9-]+):(\d+):bucket/([a-z0-9-]+)")
_WRITES = ("PUT", "DELETE")


class Tables(Product):
    """The product, with all table buckets. Thread-safe.

    Args:
        region: Where table buckets are.
        folder: Keeps them; None: nothing does.
    """

    label = "oss-tables"
    signed_as = "osstables"

    def __init__(self, region: str, folder: Path | None = None) -> None:
        self._region = region
        self._lock = threading.RLock()
        path = None if folder is None else folder / "tables.json"
        self._catalogue = Catalogue(path)

    def route(self, request: Request, name: str | None) -> Route:
        """Say where a request leads, without raising."""
        try:
            steps = _steps_of(request)
        except UnicodeDecodeError:
            unreadable = bad_request("The path is not UTF-8.")
            address = Address(None, None, None)
            return Route(address, "Unknown", unreadable, unsigned=True, product=self)
        arn = _arn_of(request, steps)
        place = f"acs:osstables:{self._region}::bucket/" if arn is None else arn
        uri = encode_path(f"/{place}/{'/'.join(steps)}")
        found = None if arn is None else _ARN.fullmatch(arn)
        address = Address(
            found[3] if found else None,
            "/".join(steps[2:]) or None,
            None,
            signed=Signed(self.signed_as, uri),
        )
        operation = _operation_of(request.method, steps)
        error: ServiceError | None = None
        if operation is None:
            message = "The specified method is not allowed against this resource."
            error = ServiceError("MethodNotAllowedException", message, status=405)
        elif arn is not None and (found is None or found[1] != self._region):
            error = bad_request("The ARN is not one of a table bucket of the region.")
        elif name is not None and name != (found and f"{found[3]}-{found[2]}"):
            error = bad_request("The host names another table bucket than the path.")
        return Route(address, operation or "Unknown", error, product=self)

    def carry_out(self, call: Call) -> Response:
        """Carry out a request whose signature is right."""
        if call.caller.anonymous:
            raise forbidden()
        steps = _steps_of(call.request)
        arn = _arn_of(call.request, steps)
        task = Task(self._catalogue, call, steps, arn)
        task.receive()
        method, _, handler = _OPERATIONS[call.route.operation]
        with self._lock:
            if arn is not None:
                self._admit(task, arn)
            response = handler(task)
            if method in _WRITES:
                self._catalogue.save()
            return response

    def clear(self) -> None:
        """Forget all table buckets."""
        with self._lock:
            self._catalogue.buckets.clear()
            self._catalogue.save()

    def _admit(self, task: Task, arn: str) -> None:
        """Ask whether the caller may do this to somebody's table bucket."""
        bucket = self._catalogue.buckets.get(arn)
        if bucket is None or bucket.account == task.account:
            return
        request, table = task.call.request, task.meant(bucket)
        resource = bucket.arn if table is None else task.arn_of(table)
        policies = [bucket.policy, None if table is None else table.policy]
        said = [policy for policy in policies if policy is not None]
        operation = task.call.route.operation
        if not is_allowed(said, task.account, operation, resource, request):
            raise forbidden()

    def failure(
        self, error: ServiceError, request: Request, request_id: str
    ) -> Response:
        """Return the answer that carries an error: its code in a header."""
        if not error.code.endswith("Exception"):
            return json_error(error, request, request_id)
        headers = {"Content-Type": "application/json", "x-oss-error-type": error.code}
        body = json.dumps({"message": error.message}).encode("ascii")
        return Response(error.status, headers, body)


def _steps_of(request: Request) -> tuple[str, ...]:
    """The decoded steps of a path; slashes within a step are encoded in the path."""
    return tuple(decode_path(step) for step in request.path.split("/")[1:])


def _arn_of(request: Request, steps: tuple[str, ...]) -> str | None:
    """The ARN of the table bucket that a request is about."""
    if steps[0] == "get-table":
        of_table = (request.param("tableArn") or "").partition("/table/")[0]
        return request.param("tableBucketARN") or of_table
    return steps[1] if len(steps) > 1 else None


def _operation_of(method: str, steps: tuple[str, ...]) -> str | None:
    for operation, (verb, path, _) in _OPERATIONS.items():
        pattern = path.split("/")
        if verb == method and len(pattern) == len(steps):
            pairs = zip(pattern, steps, strict=True)
            if all(wanted in ("*", step) for wanted, step in pairs):
                return operation
    return None

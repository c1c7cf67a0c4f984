"""Vector buckets: an OSS product with hosts of its own.

What is stored is kept in memory, and is for its account only: policies are kept, but let
nobody in. Queries look at every vector, so they find what is
nearest and not only nearly that; scores of fusion queries are this server's own.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ossc.mock._call import Route
from ossc.mock._encoding import encode_path
from ossc.mock._errors import ServiceError
from ossc.mock._names import Address, Signed
from ossc.mock._products import Product
from ossc.mock._vectors import _buckets as buckets
from ossc.mock._vectors import _indexes as indexes
from ossc.mock._vectors import _items as items
from ossc.mock._vectors import _search as search
from ossc.mock._vectors._request import Work

if TYPE_CHECKING:
    from collections.abc import Callable

    from ossc.mock._call import Call
    from ossc.mock._http import Request, Response
    from ossc.mock._vectors._state import VectorBucket

__all__ = ["VectorBuckets"]

_HOST = re.compile(r"(?P<bucket>.+)-(?P<account>\d+)")

_SERVICE: dict[str, tuple[str, Callable[[Work], Response]]] = {
    "GET": ("ListVectorBuckets", buckets.list_vector_buckets),
}
_WHOLE: dict[str, tuple[str, Callable[[Work], Response]]] = {
    "PUT": ("PutVectorBucket", buckets.put_vector_bucket),
    "DELETE": ("DeleteVectorBucket", buckets.delete_vector_bucket),
}
_PARTS: dict[tuple[str, str], tuple[str, Callable[[Work], Response]]] = {
    ("GET", "bucketInfo"): ("GetVectorBucket", buckets.get_vector_bucket),
    ("PUT", "policy"): ("PutBucketPolicy", buckets.put_policy),
    ("GET", "policy"): ("GetBucketPolicy", buckets.get_policy),
    ("DELETE", "policy"): ("DeleteBucketPolicy", buckets.delete_policy),
    ("PUT", "logging"): ("PutBucketLogging", buckets.put_logging),
    ("GET", "logging"): ("GetBucketLogging", buckets.get_logging),
    ("DELETE", "logging"): ("DeleteBucketLogging", buckets.delete_logging),
    ("POST", "putVectorIndex"): ("PutVectorIndex", indexes.put_vector_index),
    ("POST", "putVectorIndexFusion"): (
        "PutVectorIndexFusion",
        indexes.put_vector_index_fusion,
    ),
    ("POST", "getVectorIndex"): ("GetVectorIndex", indexes.get_vector_index),
    ("POST", "listVectorIndexes"): ("ListVectorIndexes", indexes.list_vector_indexes),
    ("POST", "deleteVectorIndex"): ("DeleteVectorIndex", indexes.delete_vector_index),
    ("POST", "putVectors"): ("PutVectors", items.put_vectors),
    ("POST", "getVectors"): ("GetVectors", items.get_vectors),
    ("POST", "listVectors"): ("ListVectors", items.list_vectors),
    ("POST", "deleteVectors"): ("DeleteVectors", items.delete_vectors),
    ("POST", "queryVectors"): ("QueryVectors", search.query_vectors),
    ("POST", "queryVectorsFusion"): (
        "QueryVectorsFusion",
        search.query_vectors_fusion,
    ),
}
_HANDLERS = dict([*_SERVICE.values(), *_WHOLE.values(), *_PARTS.values()])


@dataclass(frozen=True)
class _Address(Address):
    """With the account that the host names."""

    account: str = ""


class VectorBuckets(Product):
    """The vector buckets of a server, by account and name."""

    label = "oss-vectors"

    def __init__(self, region: str) -> None:
        self.region = region
        self._lock = threading.Lock()
        self._buckets: dict[tuple[str, str], VectorBucket] = {}

    def route(self, request: Request, name: str | None) -> Route:
        """Say where a request leads, without raising."""
        bucket = account = ""
        found = None if name is None else _HOST.fullmatch(name)
        error = None
        if found is not None:
            bucket, account = found["bucket"], found["account"]
        elif name is not None:
            bucket, error = name, ServiceError("InvalidVectorBucketName")
        resource = f"acs:ossvector:{self.region}:{account}:{bucket}"
        uri = encode_path(f"/{resource}{request.path}")
        signed = Signed("oss", uri)
        address = _Address(bucket or None, None, None, signed=signed, account=account)
        operation = _operation_of(request, is_bucket=bool(bucket))
        if operation is None:
            error = error or ServiceError("MethodNotAllowed", status=405)
        return Route(address, operation or "Unknown", error, product=self)

    def carry_out(self, call: Call) -> Response:
        """Carry out a request whose signature is right."""
        if call.caller.anonymous:
            raise ServiceError("AccessDenied")
        address, operation = call.route.address, call.route.operation
        owner = address.account if isinstance(address, _Address) else ""
        if address.bucket and owner != call.caller.account:
            message = "The bucket belongs to another account."
            raise ServiceError("AccessDenied", message)
        # Before the lock: it may take as long as the client likes.
        work = Work(call, self._buckets, self.region)
        with self._lock:
            return _HANDLERS[operation](work)

    def clear(self) -> None:
        """Forget all vector buckets."""
        with self._lock:
            self._buckets.clear()


def _operation_of(request: Request, *, is_bucket: bool) -> str | None:
    found: Any
    if request.path != "/":
        return None
    if not is_bucket:
        found = _SERVICE.get(request.method)
        return found[0] if found else None
    named = [name for name, _ in request.query if (request.method, name) in _PARTS]
    if named:
        return _PARTS[request.method, named[0]][0]
    # Signed URLs say more than that.
    plain = all(name.startswith("x-oss-") for name, _ in request.query)
    found = _WHOLE.get(request.method) if plain else None
    return found[0] if found else None

"""Call: one operation under way, which is all that a handler gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ossc.mock._encoding import encode_path
from ossc.mock._errors import ServiceError

if TYPE_CHECKING:
    from ossc.mock._auth import Authenticator, Caller
    from ossc.mock._callback_key import CallbackKey
    from ossc.mock._http import Request
    from ossc.mock._names import Address, HostTable
    from ossc.mock._products import Product, Products
    from ossc.mock._records import Bucket
    from ossc.mock._store import Store

__all__ = ["Call", "Context", "Route"]


@dataclass(frozen=True)
class Context:
    """What all requests to one server share."""

    store: Store
    authenticator: Authenticator
    hosts: HostTable
    region: str
    callback_key: CallbackKey
    callback_timeout: float
    min_part_size: int
    products: Products
    restore_seconds: float | None = None


@dataclass(frozen=True)
class Route:
    """Where a request leads: its address and its operation."""

    address: Address
    operation: str
    error: ServiceError | None = None
    """Set when it leads nowhere."""
    unsigned: bool = False
    """Whether the signature is not looked at, because it could not be checked."""
    product: Product | None = None
    """Whom it leads to; None: OSS itself."""


@dataclass
class Call:
    """One operation under way: what a handler gets."""

    context: Context
    request: Request
    route: Route
    caller: Caller
    now: float
    request_id: str
    found: Bucket | None = None

    @property
    def store(self) -> Store:
        """The server's state."""
        return self.context.store

    @property
    def bucket(self) -> Bucket:
        """The bucket of a bucket- or object-level operation."""
        if self.found is None:
            raise ServiceError("NoSuchBucket")
        return self.found

    @property
    def key(self) -> str:
        """The key of an object-level operation."""
        return self.route.address.key or ""

    @property
    def bucket_name(self) -> str:
        """The bucket's name, whether the bucket exists or not."""
        return self.route.address.bucket or ""

    def location(self) -> str:
        """Return the URL of the object, as Location elements carry it."""
        scheme = "https" if self.request.secure else "http"
        path = encode_path(self.key)
        in_path = self.request.path.startswith("/" + self.bucket_name)
        if self.route.address.endpoint is not None and in_path:
            path = f"{self.bucket_name}/{path}"
        return f"{scheme}://{self.request.header('host') or ''}/{path}"

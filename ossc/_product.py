"""What the clients of OSS's other products have in common: vector buckets, tables.

Their requests are made by the engine of `ossc.Client`. What is special about them:
signature V4 names a product and a resource of its own, and the host's name tells the
bucket together with its account, or no bucket at all.
"""

from __future__ import annotations

from ossc._arguments import resolve_region
from ossc._endpoint import check_endpoint, region_of_endpoint
from ossc._names import DIGITS, LOWER, check_text, consists_of
from ossc._sdk import Call, functions, products_can_be_signed_for
from ossc.client import Client
from ossc.errors import ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeVar

    from typing_extensions import Self, Unpack

    from ossc._sdk import Answer
    from ossc.options import CallOptions

    T = TypeVar("T")

__all__ = ["ProductCall", "ProductClient", "check_account", "endpoint_of_product"]

_RESOURCE = "x-ossc-resource"
_PRODUCT = "x-ossc-product"
_REGION = LOWER + DIGITS + "-"
_NETWORKS = {"public": "", "internal": "-internal"}
_NOT_OURS = ("signature", "addressing", "network", "cloud_box_id")


class ProductCall(Call):
    """A request of another product of OSS's, before it is made.

    Attributes:
        bucket: Whom it is about, for errors; so is `key`.
        host: What stands before the endpoint in the host's name; None: nothing.
        sent_key: The path behind the first slash; None: nothing.
        resource: What V4 signs, not encoded and without its first slash.
        product: What V4's scope names.
    """

    def __init__(
        self,
        operation: str,
        method: str,
        resource: str,
        *,
        product: str = "oss",
        host: str | None = None,
        sent_key: bytes | None = None,
        path_encoded: bool = False,
        bucket: str | None = None,
        key: str | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        once: bool = False,
    ) -> None:
        """Takes the parts of the request.

        Args:
            operation: Its name, for errors.
            method: The HTTP method.
            resource: See the attributes.
            product: Likewise.
            host: Likewise.
            sent_key: Likewise.
            path_encoded: Whether `sent_key` is percent-encoded already.
            bucket: See the attributes.
            key: What in the bucket it is about, for errors.
            headers: Request headers.
            params: Query parameters; an empty value is sent as the name alone.
            body: The body.
            once: Never sent twice where the server may have acted.
        """
        super().__init__(
            operation,
            functions.send(method),
            bucket,
            None if key is None else key.encode("utf-8", "replace"),
            headers or {},
            params,
            body=body,
            size=None if body is None else len(body),
            once=once,
        )
        self.host = host
        self.sent_key = sent_key
        self.resource = resource
        self.product = product
        if path_encoded:
            self.path_encoded = True
            self.plain = False

    def texts(self) -> bytes:
        """Names, headers and parameters in one block (see `ossc_request_run`)."""
        headers = {**self.headers, _RESOURCE: self.resource, _PRODUCT: self.product}
        sent = Call(
            self.operation, self.run, self.host, self.sent_key, headers, self.params
        )
        return sent.texts()


class _Engine(Client):
    """A client of OSS that makes another product's requests."""

    _shown = ""

    def __repr__(self) -> str:
        """Whose it is."""
        return self._shown

    def __reduce__(self) -> tuple[Any, ...]:
        """What its product has set of it travels, too."""
        made, args = super().__reduce__()
        return made, args, {"_scope": self._scope, "_shown": self._shown}


class ProductSetting:
    """Base of what is configured, with `get`, `put`, `delete`."""

    __slots__ = ()


class ProductClient:
    """A client of another product of OSS's. Thread-safe, as `ossc.Client` is."""

    _name: str
    """How the class is called, for texts."""

    _domain: str
    """The label of the product's hosts, behind the region: `"oss-vectors"`."""

    _product: str = "oss"
    """What signature V4 names."""

    def __init__(
        self,
        endpoint: str | None,
        region: str | None,
        network: str | None,
        options: Mapping[str, Any],
    ) -> None:
        if not products_can_be_signed_for():
            raise ParameterError(
                f"the C SDK that is linked cannot sign requests of {self._name}"
            )
        for name in _NOT_OURS:
            if name in options:
                raise TypeError(f"{self._name} takes no argument {name!r}")
        found = resolve_region(region)
        if endpoint is None:
            endpoint = endpoint_of_product(self._domain, found, network or "public")
        elif network is not None:
            raise ParameterError("give either endpoint or network, not both")
        endpoint = check_endpoint(check_text("endpoint", endpoint))
        place = found or region_of_endpoint(endpoint)
        if not place:
            raise ParameterError("no region: give region=…, or set OSS_REGION")
        self._client = _Engine(
            endpoint,
            region=place,
            addressing="virtual",
            **options,
        )
        self._client._scope = place, self._product
        self._client._shown = repr(self)

    @property
    def endpoint(self) -> str:
        """The endpoint as `scheme://host[:port]`."""
        return self._client.endpoint

    @property
    def region(self) -> str:
        """The region id."""
        return self._client.region

    @property
    def closed(self) -> bool:
        """Whether `close()` was called."""
        return self._client.closed

    def with_options(self, **options: Unpack[CallOptions]) -> Self:
        """A view of this client whose calls are made in another way. Nothing is sent.

        It shares the connections; closing it does nothing.

        Args:
            **options: As those of `ossc.Client.with_options`.
        """
        view = object.__new__(type(self))
        view.__dict__.update(self.__dict__)
        view._client = self._client.with_options(**options)
        return view

    def close(self) -> None:
        """Closes the idle connections; further calls raise `ClientClosed`."""
        self._client.close()

    def __enter__(self) -> Self:
        """The client itself."""
        return self

    def __exit__(self, *_exc: object) -> None:
        """Closes the client."""
        self.close()

    def __repr__(self) -> str:
        """Endpoint and region; no secrets."""
        return f"{self._name}({self.endpoint!r}, region={self.region!r})"

    def __copy__(self) -> Self:
        """A client of its own; of a view, another view."""
        # Imported here: few clients are copied.
        from copy import copy  # noqa: PLC0415

        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__)
        made._client = copy(self._client)
        return made

    def _perform(self, call: Call, read: Callable[[Answer], T]) -> T:
        """Makes a request and reads its answer; errors say what was done to what."""
        return self._client._perform(call, read)


def check_account(account_id: str) -> str:
    """An account's id: digits.

    Raises:
        ParameterError: It is none.
    """
    if not consists_of(check_text("account_id", account_id), DIGITS, 32):
        raise ParameterError(f"account_id is {account_id!r:.60}; it is a few digits")
    return account_id


def endpoint_of_product(domain: str, region: str | None, network: str) -> str:
    """The endpoint of a product in a region, over TLS.

    Raises:
        ParameterError: There is no such region or network.
    """
    if not region:
        raise ParameterError("no endpoint: give endpoint=… or region=…")
    if not consists_of(region, _REGION):
        raise ParameterError(f"{region!r:.60} is not a region id")
    if network not in _NETWORKS:
        raise ParameterError(
            f"network is {network!r:.40}, not one of {', '.join(_NETWORKS)}"
        )
    return f"https://{region}{_NETWORKS[network]}.{domain}.aliyuncs.com"

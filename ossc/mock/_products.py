"""OSS's other products, which have hosts, resources and errors of their own.

A product is served beside OSS by the same port. It is told by a label of the host's name,
as in ``bucket-1000000000000001.oss-vectors.localhost``, or by the product that the
signature names.
"""

from __future__ import annotations

import base64
import json
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from ossc.mock._http import Response

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ossc.mock._call import Call, Route
    from ossc.mock._errors import ServiceError
    from ossc.mock._http import Request

__all__ = ["Product", "Products", "json_error"]

_VENDOR = "aliyuncs.com"


class Product(ABC):
    """One of the products, with its state. A subclass says what is done."""

    label: ClassVar[str]
    """Of its host names."""

    signed_as: ClassVar[str] = "oss"
    """What signature V4 names."""

    @abstractmethod
    def route(self, request: Request, name: str | None) -> Route:
        """Say where a request leads, without raising.

        Args:
            request: The request.
            name: What stands before the endpoint in the host's name.
        """

    @abstractmethod
    def carry_out(self, call: Call) -> Response:
        """Carry out a request whose signature is right."""

    @abstractmethod
    def clear(self) -> None:
        """Forget everything that was made."""

    def failure(
        self, error: ServiceError, request: Request, request_id: str
    ) -> Response:
        """Return the answer that carries an error."""
        return json_error(error, request, request_id)


class Products:
    """The products of a server."""

    def __init__(
        self, products: Iterable[Product], region: str, endpoints: Iterable[str]
    ) -> None:
        self._products = tuple(products)
        self._places = {region, f"{region}-internal"}
        self._domains = {_VENDOR, "localhost", *(name.lower() for name in endpoints)}

    def route(self, request: Request) -> Route | None:
        """Say where a request leads; None: to OSS itself."""
        labels = request.host.lower().split(".")
        for product in self._products:
            if product.label in labels:
                at = labels.index(product.label)
                domain = ".".join(labels[at + 1 :])
                if domain in self._domains:
                    return product.route(request, self._name(labels[:at], domain))
            elif product.signed_as != "oss" and _names(request, product.signed_as):
                return product.route(request, None)
        return None

    def clear(self) -> None:
        """Forget everything that was made in any of them."""
        for product in self._products:
            product.clear()

    def _name(self, labels: list[str], domain: str) -> str | None:
        """What stands before the endpoint, which may begin with the region."""
        if labels and (domain == _VENDOR or labels[-1] in self._places):
            labels = labels[:-1]
        return ".".join(labels) or None


def _names(request: Request, product: str) -> bool:
    sent = request.header("authorization") or request.param("x-oss-credential") or ""
    return f"/{product}/aliyun_v4_request" in sent


def json_error(error: ServiceError, request: Request, request_id: str) -> Response:
    """Return the answer that carries an error in JSON, in the header for HEAD."""
    fields = {
        "Code": error.code,
        "Message": error.message,
        "RequestId": request_id,
        "HostId": request.host,
        **error.extra,
    }
    headers = {**error.headers, "Content-Type": "application/json"}
    if error.ec:
        fields["EC"] = headers["x-oss-ec"] = error.ec
    body = json.dumps({"Error": fields}).encode("ascii")
    if request.method == "HEAD":
        headers["x-oss-err"] = base64.b64encode(body).decode("ascii")
        body = b""
    return Response(error.status, headers, body)

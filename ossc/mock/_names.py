"""Names: what a bucket and a key may be called, and whom a host name means."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ossc.mock._encoding import decode_path
from ossc.mock._errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ossc.mock._http import Request

__all__ = [
    "Address",
    "HostTable",
    "Signed",
    "check_bucket_name",
    "check_key",
    "region_of",
]

_BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_VENDOR = re.compile(
    r"(?:(?P<bucket>.+)\.)?(?P<endpoint>"
    r"oss-[a-z0-9-]+\.aliyuncs\.com|[a-z0-9-]+\.oss\.aliyuncs\.com)"
)
_CLOUD_BOX = re.compile(
    r"(?:(?P<bucket>.+)\.)?(?P<endpoint>"
    r"cb-[a-z0-9]+\.[a-z0-9-]+\.oss-cloudbox(?:-control)?\.aliyuncs\.com)"
)
_MAX_KEY_BYTES = 1023


def check_bucket_name(name: str) -> None:
    """Raise InvalidBucketName unless the name follows the rules."""
    if not _BUCKET.fullmatch(name):
        raise ServiceError("InvalidBucketName", extra={"BucketName": name})


def check_key(key: str) -> None:
    """Raise InvalidObjectName unless the key follows the rules."""
    if not key:
        raise ServiceError("InvalidObjectName", "The Object name can not be empty.")
    if len(key.encode("utf-8", "surrogateescape")) > _MAX_KEY_BYTES:
        message = "The Length of Object name must be less than 1024."
        raise ServiceError("InvalidObjectName", message)
    if key[0] in "/\\" or any("\ud800" <= char <= "\udfff" for char in key):
        raise ServiceError("InvalidObjectName")


def region_of(endpoint: str) -> str | None:
    """Return the region a vendor endpoint stands for; None for global ones."""
    label = endpoint.partition(".")[0]
    if endpoint.endswith(".oss.aliyuncs.com"):
        return label
    if not endpoint.endswith(".aliyuncs.com") or label.startswith(
        ("oss-accelerate", "cb-")
    ):
        return None
    return label[len("oss-") :].removesuffix("-internal")


@dataclass(frozen=True)
class Signed:
    """What the signature of a request to another product of OSS's is over.

    Attributes:
        product: What the scope must name.
        uri: The canonical URI.
    """

    product: str
    uri: str


@dataclass(frozen=True)
class Address:
    """Which bucket and key a request means, and by which endpoint it came."""

    bucket: str | None
    key: str | None
    endpoint: str | None
    bare: bool = False
    """Path style with nothing after the bucket, not even a slash."""
    signed: Signed | None = None
    """Of requests to other products."""

    @property
    def level(self) -> str:
        """``service``, ``bucket`` or ``object``."""
        if self.bucket is None:
            return "service"
        return "bucket" if self.key is None else "object"


class HostTable:
    """Decides from Host and path which bucket and key a request means."""

    def __init__(self, endpoints: Iterable[str], cname: Mapping[str, str]) -> None:
        self._endpoints = {"localhost", *(name.lower() for name in endpoints)}
        self._cname = {host.lower(): bucket for host, bucket in cname.items()}

    def resolve(
        self, request: Request, bound: Callable[[str], str | None] = lambda _host: None
    ) -> Address:
        """Return the request's address.

        Args:
            request: The request.
            bound: Tells the bucket of a host that users have bound.

        Raises:
            ServiceError: The path is not UTF-8, or the host is a stranger.
        """
        try:
            path = decode_path(request.path)
        except UnicodeDecodeError:
            raise ServiceError("InvalidObjectName") from None
        if not path.startswith("/"):
            raise ServiceError("BadRequest")
        host = request.host.lower()
        bucket, endpoint = self._split_host(host, bound)
        if bucket is None:
            return _path_style(path[1:], endpoint)
        return Address(bucket, path[1:] or None, endpoint)

    def _split_host(
        self, host: str, bound: Callable[[str], str | None]
    ) -> tuple[str | None, str | None]:
        if host in self._cname:
            return self._cname[host], None
        if _is_ip_literal(host) or host in self._endpoints:
            return None, host
        for endpoint in self._endpoints:
            if host.endswith("." + endpoint):
                return host[: -len(endpoint) - 1], endpoint
        match = _CLOUD_BOX.fullmatch(host) or _VENDOR.fullmatch(host)
        if match is None:
            name = bound(host)
            if name is None:
                raise ServiceError("NonStandardHostForbidden")
            return name, None
        return match["bucket"], match["endpoint"]


def _path_style(rest: str, endpoint: str | None) -> Address:
    if not rest:
        return Address(None, None, endpoint)
    bucket, slash, key = rest.partition("/")
    return Address(bucket, key or None, endpoint, bare=not slash)


def _is_ip_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True

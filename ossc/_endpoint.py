"""Endpoints: what a client may be pointed at, and how buckets are addressed there."""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import urlsplit

from ossc.errors import ParameterError

__all__ = ["Addressing", "check_endpoint", "endpoint_of_region", "region_of_endpoint"]

Addressing = Literal["auto", "virtual", "path", "cname"]

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|[0-9a-fA-F:.]+")
_REGION = re.compile(r"[a-z0-9-]+")
_OSS_HOST = re.compile(
    r"oss-(?P<a>[a-z0-9-]+?)(-internal)?\.aliyuncs\.com|(?P<b>[a-z0-9-]+)\.oss\.aliyuncs\.com"
)


def check_endpoint(endpoint: str) -> str:
    """A legal endpoint as `scheme://host[:port]`; `https` where no scheme is given.

    Raises:
        ParameterError: It is no such thing, or has a user, a path or a query.
    """
    text = endpoint.strip()
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        # Not quoted: it may hold a password.
        raise ParameterError(
            "the endpoint is not a URL, or its port no number"
        ) from None
    host = parts.hostname or ""
    if parts.scheme.lower() not in ("http", "https"):
        raise ParameterError(f"the endpoint's scheme is {parts.scheme!r:.20}")
    if parts.username is not None or parts.password is not None:
        raise ParameterError("the endpoint holds a user name; give credentials instead")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ParameterError("the endpoint has a path or a query; it is a host only")
    if _HOST.fullmatch(host) is None or port == 0:
        raise ParameterError(f"the endpoint {endpoint!r:.100} names no host")
    authority = f"[{host}]" if ":" in host else host
    return f"{parts.scheme.lower()}://{authority}" + (f":{port}" if port else "")


def region_of_endpoint(endpoint: str) -> str | None:
    """The region that one of OSS's own host names tells, else None."""
    found = _OSS_HOST.fullmatch(urlsplit(endpoint).hostname or "")
    if found is None or "accelerate" in found.group(0):
        return None
    return found.group("a") or found.group("b")


def endpoint_of_region(region: str) -> str:
    """The public endpoint of a region, over TLS."""
    if _REGION.fullmatch(region) is None:
        raise ParameterError(f"{region!r:.60} is not a region id")
    return f"https://oss-{region}.aliyuncs.com"

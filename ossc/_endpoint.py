"""Endpoints: what a client may be pointed at, and how buckets are addressed there."""

from __future__ import annotations

from ossc._names import DIGITS, LETTERS, LOWER, consists_of
from ossc.errors import ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    Addressing = Literal["auto", "virtual", "path", "cname"]
    Network = Literal[
        "public", "internal", "dual-stack", "accelerate", "accelerate-overseas"
    ]

__all__ = [
    "check_endpoint",
    "cloud_box_of_endpoint",
    "endpoint_of_region",
    "is_address",
    "region_of_endpoint",
]

_HOST = LETTERS + DIGITS + "._-"
_REGION = LOWER + DIGITS + "-"
MAX_PORT = 65_535
_DOMAIN = ".aliyuncs.com"
_CLOUD_BOXES = (".oss-cloudbox", ".oss-cloudbox-control")
_PRODUCTS = (".oss-vectors", ".oss-tables")
_NETWORKS = {
    "public": "oss-{}",
    "internal": "oss-{}-internal",
    "dual-stack": "{}.oss",
    "accelerate": "oss-accelerate",
    "accelerate-overseas": "oss-accelerate-overseas",
}


def check_endpoint(endpoint: str) -> str:
    """A legal endpoint as `scheme://host[:port]`; `https` where no scheme is given.

    Raises:
        ParameterError: It is no such thing, or has a user, a path or a query.
    """
    scheme, found, rest = endpoint.strip().partition("://")
    if not found:
        scheme, rest = "https", scheme
    if scheme.lower() not in ("http", "https"):
        # Quoted up to a colon: what follows may be a password.
        name = scheme.partition(":")[0]
        raise ParameterError(f"the endpoint's scheme is {name!r:.20}")
    place = rest.removesuffix("/")
    if not {"/", "?", "#"}.isdisjoint(place):
        raise ParameterError("the endpoint has a path or a query; it is a host only")
    if "@" in place:
        raise ParameterError("the endpoint holds a user name; give credentials instead")
    host, port = _parts(place)
    if port and not (consists_of(port, DIGITS, 5) and int(port) <= MAX_PORT):
        raise ParameterError("the endpoint is not a URL, or its port no number")
    if not host or (port and int(port) == 0):
        raise ParameterError(f"the endpoint {endpoint!r:.100} names no host")
    return f"{scheme}://{host}".lower() + (f":{int(port)}" if port else "")


def _parts(place: str) -> tuple[str, str]:
    """The host, empty where it is none, and the port, empty where there is none."""
    if place[:1] == "[":
        host, closed, port = place[1:].partition("]")
        is_host = closed and _is_ipv6(host) and port[:1] in ("", ":")
        return f"[{host}]" if is_host else "", port[1:]
    host, _, port = place.partition(":")
    is_host = consists_of(host, _HOST) and host[0].isalnum() and host[-1].isalnum()
    return host if is_host else "", port


def _is_ipv6(text: str) -> bool:
    # Imported here: only for endpoints that are such an address.
    from ipaddress import IPv6Address  # noqa: PLC0415

    try:
        return IPv6Address(text).scope_id is None
    except ValueError:
        return False


def is_address(place: str) -> bool:
    """Whether the `host[:port]` of a checked endpoint is an address, not a name."""
    host = place.partition(":")[0]
    numbers = host.split(".")
    if len(numbers) != 4:
        return place[:1] == "["
    # As `inet_pton` reads them.
    return all(
        consists_of(number, DIGITS, 3)
        and int(number) <= 255
        and str(int(number)) == number
        for number in numbers
    )


def region_of_endpoint(endpoint: str) -> str | None:
    """The region that one of OSS's own host names tells, else None."""
    host = endpoint.partition("://")[2].partition(":")[0]
    name = host.removesuffix(_DOMAIN)
    if name == host or "accelerate" in name:
        return None
    box, _, named = _cloud_box(name).partition(".")
    if box:
        return named
    if name.endswith(_PRODUCTS):
        region = name.rpartition(".")[0].removesuffix("-internal")
    elif name.endswith(".oss"):
        region = name.removesuffix(".oss")
    elif name.startswith("oss-"):
        region = name.removeprefix("oss-").removesuffix("-internal")
    else:
        return None
    return region if consists_of(region, _REGION) else None


def cloud_box_of_endpoint(endpoint: str) -> str | None:
    """The id of the cloud box that a host name of OSS's tells, else None."""
    host = endpoint.partition("://")[2].partition(":")[0]
    name = host.removesuffix(_DOMAIN)
    return _cloud_box(name).partition(".")[0] or None if name != host else None


def _cloud_box(name: str) -> str:
    """`ID.REGION` of a cloud box's name, which ends in what it is; else empty."""
    for ending in _CLOUD_BOXES:
        place = name.removesuffix(ending)
        box, _, region = place.partition(".")
        if place != name and box.startswith("cb-") and consists_of(region, _REGION):
            return place
    return ""


def endpoint_of_region(region: str, network: Network = "public") -> str:
    """The endpoint of a region in one of OSS's networks, over TLS.

    Raises:
        ParameterError: There is no such region or network.
    """
    if not consists_of(region, _REGION):
        raise ParameterError(f"{region!r:.60} is not a region id")
    if network not in _NETWORKS:
        raise ParameterError(
            f"network is {network!r:.40}, not one of {', '.join(_NETWORKS)}"
        )
    return f"https://{_NETWORKS[network].format(region)}{_DOMAIN}"

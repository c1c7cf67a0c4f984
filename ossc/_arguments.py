"""The arguments of `Client`: checked, or found in the environment where not given."""

from __future__ import annotations

import os

from ossc._endpoint import (
    check_endpoint,
    cloud_box_of_endpoint,
    endpoint_of_region,
)
from ossc._names import (
    DIGITS,
    LETTERS,
    check_callable,
    check_header,
    check_seconds,
    check_text,
    check_whole,
    consists_of,
)
from ossc._sdk import CancelToken, additional_headers_can_be_signed
from ossc._version import __version__
from ossc.credentials import Credentials, credentials_from_environment
from ossc.errors import ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeAlias

    from ossc._bandwidth import Bandwidth
    from ossc._credentials import RefreshingCredentials
    from ossc._credentials._refresh import Source
    from ossc._endpoint import Network
    from ossc._observe import RequestRecord

    Observer: TypeAlias = Callable[[RequestRecord], object]

__all__ = [
    "ADDRESSING",
    "ANONYMOUS",
    "MAX_CONNECTIONS",
    "MAX_MEMORY",
    "Anonymous",
    "bandwidth_of",
    "full_user_agent",
    "header_list",
    "limit_of",
    "milliseconds",
    "observer_of",
    "one_of",
    "resolve_cloud_box",
    "resolve_credentials",
    "resolve_endpoint",
    "resolve_region",
    "token_of",
]

ADDRESSING = ("auto", "virtual", "path", "cname")
MAX_CONNECTIONS = 100_000
MAX_MEMORY = 2**63 - 1
MAX_BANDWIDTH = 2**63 - 1

# Written by the transport, behind the signature.
_NOT_OURS = frozenset(
    {
        "authorization",
        "connection",
        "content-length",
        "expect",
        "proxy-authorization",
        "transfer-encoding",
        "user-agent",
    }
)
_MAX_REGION = 64
_REGION = LETTERS + DIGITS + "-"


class Anonymous:
    """The type of `ANONYMOUS`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ossc.ANONYMOUS"

    def __reduce__(self) -> str:
        """Pickles and copies as the one that there is."""
        return "ANONYMOUS"


ANONYMOUS = Anonymous()
"""Given as credentials: requests are not signed."""


def one_of(name: str, value: str, choices: tuple[str, ...]) -> str:
    """A choice among those that there are."""
    if check_text(name, value) not in choices:
        raise ParameterError(
            f"{name} is {value!r:.40}, not one of {', '.join(choices)}"
        )
    return value


def resolve_region(region: str | None) -> str | None:
    """The region's id, given or of `OSS_REGION`; None when there is none.

    OSS itself tells a bucket's location as `oss-` and the id; that is taken for the id.
    """
    found = region or os.environ.get("OSS_REGION")
    if found and isinstance(found, str):
        found = found.removeprefix("oss-")
    if found and not consists_of(check_text("region", found), _REGION, _MAX_REGION):
        raise ParameterError(f"{found!r:.60} is not a region id")
    return found or None


def resolve_cloud_box(given: str | None, endpoint: str) -> str | None:
    """The cloud box's id, given or of the endpoint's name; None: it is none."""
    if given is None:
        return cloud_box_of_endpoint(endpoint)
    if not consists_of(check_text("cloud_box_id", given), _REGION, _MAX_REGION):
        raise ParameterError(f"{given!r:.60} is not a cloud box's id")
    return given


def full_user_agent(addition: str | None) -> str:
    """The `User-Agent` header, with the caller's addition."""
    name = f"ossc/{__version__}"
    if addition is not None:
        name = f"{name} {check_text('user_agent', addition)}".strip()
    check_header("User-Agent", name)
    return name


def header_list(names: Iterable[str], *, v4: bool) -> str:
    """Names of headers that V4 is to sign too, as C reads them; empty for none."""
    if isinstance(names, str):
        raise TypeError("additional_headers are several names, not one str")
    listed = sorted({check_header(name, "")[0].decode().lower() for name in names})
    if not listed:
        return ""
    if not v4:
        raise ParameterError("signature V1 cannot sign additional headers")
    written = _NOT_OURS.intersection(listed)
    if written:
        raise ParameterError(
            f"{min(written)} cannot be signed: it is written when the request is sent"
        )
    if not additional_headers_can_be_signed():
        raise ParameterError("the C SDK that is linked cannot sign additional headers")
    return ";".join(listed)


def limit_of(name: str, value: int | None, most: int) -> int | None:
    """A limit of at least 1, or None for no limit."""
    return None if value is None else check_whole(name, value, most, least=1)


def bandwidth_of(rate: int | None) -> tuple[Bandwidth, ...]:
    """The limit of so many bytes a second; nothing for no limit."""
    if limit_of("max_bandwidth", rate, MAX_BANDWIDTH) is None:
        return ()
    # Imported here: few clients have one.
    from ossc._bandwidth import Bandwidth  # noqa: PLC0415

    return (Bandwidth(rate or 0),)


def resolve_endpoint(
    endpoint: str | None, region: str | None, network: Network | None = None
) -> str:
    """The endpoint: given, that of the region in a network, or of `OSS_ENDPOINT`."""
    if network is not None:
        if endpoint:
            raise ParameterError("give either endpoint or network, not both")
        if not region:
            raise ParameterError("a network is one of a region: give region=…, too")
        return endpoint_of_region(region, network)
    given = endpoint or os.environ.get("OSS_ENDPOINT")
    if given:
        return check_endpoint(check_text("endpoint", given))
    if region:
        return endpoint_of_region(region)
    raise ParameterError(
        "no endpoint: give endpoint=… or region=…, or set OSS_ENDPOINT"
    )


def resolve_credentials(
    credentials: Credentials | Anonymous | Source | None,
) -> tuple[Credentials | None, RefreshingCredentials | None]:
    """A copy of the keys, given or of the environment, or else what they come from.

    Neither: requests are not signed. Nobody is asked yet.
    """
    if isinstance(credentials, Anonymous):
        return None, None
    found = credentials
    if found is None:
        found = credentials_from_environment()
    if isinstance(found, Credentials):
        return Credentials(
            found.access_key_id,
            found.access_key_secret,
            found.security_token,
            expiration=found.expiration,
        ), None
    # Imported here: most programs have keys at hand.
    from ossc._credentials import (  # noqa: PLC0415
        RefreshingCredentials,
        default_chain,
        is_source,
    )

    if found is None:
        return None, RefreshingCredentials(default_chain())
    if not is_source(found):
        kind = type(found).__name__
        raise TypeError(
            f"credentials must be ossc.Credentials or a source of them, not {kind}"
        )
    return None, RefreshingCredentials.of(found)


def milliseconds(name: str, seconds: float | None) -> int:
    """A positive time for the C side, where 0 is no limit."""
    if seconds is None:
        return 0
    if not 0 < check_seconds(name, seconds) < 86_400 * 365:
        raise ParameterError(f"{name} is {seconds} s; it must be a positive time")
    return max(1, round(seconds * 1000))


def observer_of(hook: Observer | None) -> Observer | None:
    """What is told of requests."""
    check_callable("on_request", hook)
    return hook


def token_of(cancel: CancelToken | None) -> CancelToken | None:
    """What ends requests."""
    if cancel is not None and not isinstance(cancel, CancelToken):
        kind = type(cancel).__name__
        raise TypeError(f"cancel must be an ossc.CancelToken, not {kind}")
    return cancel

"""How a client's arguments become `Settings`, which the C side reads."""

from __future__ import annotations

from ossc._arguments import full_user_agent, milliseconds
from ossc._sdk import Settings
from ossc._tls import trust_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable

    from ossc._connection import ConnectionOptions

__all__ = ["settler"]

# The same wishes have the same settings, by which requests know memory that they can use.
_MAX_KEPT = 16


def settler(
    *,
    endpoint: str,
    region: str,
    cloud_box_id: str | None,
    signature_version: int,
    addressing: str,
    connect_timeout: float,
    read_timeout: float,
    proxy: str | None,
    no_proxy: str | Iterable[str] | None,
    verify: bool | str | os.PathLike[str],
    connection: ConnectionOptions | None,
    max_memory: int | None,
    user_agent: str | None,
) -> Callable[[int, str], Settings]:
    """Checks what never changes of a client.

    Returns:
        A function that makes the settings, of the milliseconds that an attempt may take
        and the additional headers. A function, so that nothing shows the passwords.
    """
    https = endpoint.startswith("https")
    proxy_host = proxy_auth = None
    network: dict[str, str | int] = {}
    if proxy is not None or no_proxy is not None:
        # Imported here, as the next: most programs want neither.
        from ossc._proxy import proxy_of  # noqa: PLC0415

        found = proxy_of(proxy, no_proxy, https=https)
        proxy_host, proxy_auth = found.host, found.auth
        https = https or found.is_tls
        if found.bypass is not None:
            network["no_proxy"] = found.bypass
    if connection is not None:
        from ossc._connection import network_of  # noqa: PLC0415

        network |= network_of(connection)
    dns_cache_s = int(network.pop("dns_cache_s", 60))
    trust = trust_of(verify, https=https)
    agent = full_user_agent(user_agent)
    connect_ms = milliseconds("connect_timeout", connect_timeout)
    stall_ms = milliseconds("read_timeout", read_timeout)

    made: dict[tuple[int, str], Settings] = {}

    def settle(total_ms: int, additional_headers: str) -> Settings:
        wish = total_ms, additional_headers
        settings = made.get(wish)
        if settings is None:
            if len(made) >= _MAX_KEPT:
                made.clear()
            settings = made[wish] = anew(*wish)
        return settings

    def anew(total_ms: int, additional_headers: str) -> Settings:
        return Settings(
            endpoint=endpoint,
            region=region,
            cloud_box_id=cloud_box_id,
            signature_version=signature_version,
            is_cname=addressing == "cname",
            path_style=addressing == "path",
            verify_tls=trust.verify,
            ca_file=trust.ca_file,
            ca_path=trust.ca_path,
            proxy_host=proxy_host,
            proxy_auth=proxy_auth,
            network=network,
            connect_timeout_s=-(-connect_ms // 1000),
            stall_timeout_ms=stall_ms,
            total_timeout_ms=total_ms,
            dns_cache_s=dns_cache_s,
            max_memory=max_memory or 0,
            user_agent=agent,
            additional_headers=additional_headers,
        )

    return settle

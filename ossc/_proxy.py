"""The `proxy` and `no_proxy` arguments of a client, and what the environment says.

No message quotes a proxy's address: it may hold a password, or half of one.
"""

from __future__ import annotations

import os

from ossc._names import ADDRESS, DIGITS, LETTERS, check_text, consists_of
from ossc.errors import ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ENVIRONMENT", "Proxy", "proxy_of"]

ENVIRONMENT = "environment"

# As the C side takes them: without a scheme HTTP is spoken to the proxy.
_SCHEMES = {
    "": "",
    "http": "",
    "https": "https://",
    "socks5": "socks5://",
    "socks5h": "socks5h://",
}
_NAME = LETTERS + DIGITS + "._-"


class Proxy:
    """A proxy, taken apart.

    Attributes:
        host: With its port, and with a scheme where it is not plain HTTP's.
        auth: `user:password`; None: neither.
        bypass: Hosts that it is not for, as the C side takes them; None: there are none.
    """

    __slots__ = ("auth", "bypass", "host")

    def __init__(
        self, host: str | None, auth: str | None = None, bypass: str | None = None
    ) -> None:
        self.host = host
        self.auth = auth
        self.bypass = bypass

    @property
    def is_tls(self) -> bool:
        """Whether TLS is spoken to the proxy itself."""
        return self.host is not None and self.host.startswith("https")


def proxy_of(
    proxy: str | None, no_proxy: str | Iterable[str] | None, *, https: bool
) -> Proxy:
    """The proxy of a client whose endpoint speaks HTTPS or not.

    Raises:
        ParameterError: One of the two cannot be understood.
    """
    bypass = None if no_proxy is None else _bypass(_listed(no_proxy))
    if proxy is None:
        return Proxy(None)
    name = "proxy"
    if proxy == ENVIRONMENT:
        name, proxy = _of_environment(https=https)
        if bypass is None:
            found = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
            # Others take lists of all kinds; what is no host is none that we ask.
            bypass = ",".join(filter(None, map(_entry, _split(found))))
        if not proxy:
            return Proxy(None)
    host, auth = _taken_apart(name, proxy)
    return Proxy(host, auth, bypass or None)


def _of_environment(*, https: bool) -> tuple[str, str]:
    """The variable that counts, and the proxy in it; empty where there is none."""
    names = ["https_proxy", "HTTPS_PROXY"] if https else ["http_proxy"]
    # A web server's scripts find a request's header Proxy under that name.
    if not https and "REQUEST_METHOD" not in os.environ:
        names.append("HTTP_PROXY")
    for name in (*names, "all_proxy", "ALL_PROXY"):
        if os.environ.get(name):
            return name, os.environ[name]
    return "", ""


def _taken_apart(name: str, proxy: str) -> tuple[str, str | None]:
    """Host with port, and user with password, of a proxy's URL."""
    scheme, _, rest = check_text(name, proxy).rpartition("://")
    user, _, host = rest.removesuffix("/").rpartition("@")
    if scheme.lower() not in _SCHEMES or not _is_place(host):
        raise ParameterError(
            f"{name} must be SCHEME://[user:password@]host:port, where SCHEME is "
            "http, https, socks5 or socks5h"
        )
    if "%" in user:
        # Imported here: it costs a good part of what ossc does, and few need it.
        from urllib.parse import unquote  # noqa: PLC0415

        user = unquote(user)
    return _SCHEMES[scheme.lower()] + host, user or None


def _is_place(text: str) -> bool:
    """Whether it is `host:port`, where an IPv6 address stands in brackets."""
    host, _, port = text.rpartition(":")
    if not consists_of(port, DIGITS, 5):
        return False
    return _is_bracketed(host) or consists_of(host, _NAME)


def _is_bracketed(host: str) -> bool:
    return host[:1] == "[" and host[-1:] == "]" and consists_of(host[1:-1], ADDRESS)


def _split(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _listed(no_proxy: str | Iterable[str]) -> list[str]:
    if isinstance(no_proxy, str):
        return _split(no_proxy)
    return [check_text("an entry of no_proxy", each).strip() for each in no_proxy]


def _bypass(entries: list[str]) -> str:
    read = [_entry(each) for each in entries]
    if None in read:
        wrong = entries[read.index(None)]
        raise ParameterError(
            f"no_proxy has {wrong!r:.60}, which is no host, address or network"
        )
    return ",".join(filter(None, read))


def _entry(text: str) -> str | None:
    """An entry as the C side takes it, IPv6 in brackets; None: it is none."""
    if text == "*":
        return text
    name = text.removeprefix("*").removeprefix(".")
    host, slash, bits = name.partition("/")
    if slash:
        host = _bracketed(host)
        is_address = consists_of(host, ADDRESS) or _is_bracketed(host)
        return f"{host}/{bits}" if is_address and _is_number(bits) else None
    name = _bracketed(name)
    if name[:1] == "[":
        host, closed, port = name.partition("]")
        host, colon, port = host + closed, port[:1], port[1:]
    else:
        host, colon, port = name.partition(":")
    if not (_is_bracketed(host) or consists_of(host, _NAME, 253)):
        return None
    if not colon:
        return host
    return f"{host}:{port}" if colon == ":" and _is_number(port) else None


def _bracketed(host: str) -> str:
    """An IPv6 address without a port gets its brackets."""
    return f"[{host}]" if host.count(":") > 1 and host[0] != "[" else host


def _is_number(text: str) -> bool:
    return consists_of(text, DIGITS, 5)

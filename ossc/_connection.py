"""`ConnectionOptions`: how a client's connections are made and how long they are kept.

Loaded by the programs that have wishes of that kind; most have none.
"""

from __future__ import annotations

import os

from ossc._names import (
    ADDRESS,
    check_path,
    check_seconds,
    check_text,
    check_whole,
    consists_of,
)
from ossc._record import Record
from ossc.errors import LocalFileError, ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, TypeAlias

    Path: TypeAlias = str | os.PathLike[str]

__all__ = ["ConnectionOptions", "network_of"]

_IP_VERSIONS = {"any": 0, "4": 4, "6": 6}
_TLS_VERSIONS = {"1.2": 0, "1.3": 13}
_MAX_SECONDS = 86_400
_MAX_NAME = 15


class ConnectionOptions(Record, hidden=("key_password",)):
    """How the connections of a client are made and how long they are kept.

    Attributes:
        tls_min_version: The lowest version of TLS that is spoken: `"1.2"` or `"1.3"`.
        client_certificate: A PEM file with the client's own certificate and its key, or
            a pair of files, certificate and key. Read whenever a connection is made.
        key_password: What the key is encrypted with; never shown.
        ip_version: `"any"`: IPv6 and IPv4 are tried in parallel, as the name has
            addresses; `"4"` or `"6"`: only that one.
        source_address: Where connections begin: an IP address of this machine, or the
            name of a network interface.
        max_idle_seconds: A connection that was idle for longer is not used again.
        dns_cache_seconds: How long the addresses of a name are remembered; 0: not at
            all.

    Example:
        >>> options = ossc.ConnectionOptions(tls_min_version="1.3", max_idle_seconds=30)
        >>> with ossc.Client("http://127.0.0.1:9000", connection=options) as client:
        ...     data = client.bucket("examplebucket").get_object("greeting.txt").data
    """

    __slots__ = ()

    tls_min_version: Literal["1.2", "1.3"] = "1.2"
    client_certificate: Path | tuple[Path, Path] | None = None
    key_password: str | None = None
    ip_version: Literal["any", "4", "6"] = "any"
    source_address: str | None = None
    max_idle_seconds: float = 118.0
    dns_cache_seconds: int = 60


def network_of(options: ConnectionOptions) -> dict[str, str | int]:
    """The options as `Settings` takes them.

    Raises:
        ParameterError: One of them cannot be.
        LocalFileError: A file is not there.
    """
    if not isinstance(options, ConnectionOptions):
        kind = type(options).__name__
        raise TypeError(f"connection must be an ossc.ConnectionOptions, not {kind}")
    idle = check_seconds("max_idle_seconds", options.max_idle_seconds)
    if not 0 < idle <= _MAX_SECONDS:
        raise ParameterError(f"max_idle_seconds is {idle}; it goes up to a day")
    network: dict[str, str | int] = {
        "tls_version": _choice(
            "tls_min_version", options.tls_min_version, _TLS_VERSIONS
        ),
        "ip_version": _choice("ip_version", options.ip_version, _IP_VERSIONS),
        "max_idle_ms": max(1, round(idle * 1000)),
        "dns_cache_s": check_whole(
            "dns_cache_seconds", options.dns_cache_seconds, _MAX_SECONDS
        ),
    }
    if options.source_address is not None:
        network["source"] = _source(options.source_address)
    return network | _certificate(options)


def _choice(name: str, value: str, choices: dict[str, int]) -> int:
    if check_text(name, value) not in choices:
        raise ParameterError(
            f"{name} is {value!r:.40}, not one of {', '.join(choices)}"
        )
    return choices[value]


def _source(text: str) -> str:
    """As libcurl takes it, so that no name is looked up."""
    if consists_of(check_text("source_address", text), ADDRESS) and not text.isalnum():
        from ipaddress import ip_address  # noqa: PLC0415 - few say where to begin

        try:
            return f"host!{ip_address(text)}"
        except ValueError:
            raise ParameterError(f"{text!r:.60} is no IP address") from None
    if not (0 < len(text) <= _MAX_NAME and text.isascii() and text.isprintable()) or (
        not {" ", "/", "!"}.isdisjoint(text)
    ):
        raise ParameterError(
            f"source_address is {text!r:.60}: neither an IP address nor an interface"
        )
    return f"if!{text}"


def _certificate(options: ConnectionOptions) -> dict[str, str | int]:
    given, password = options.client_certificate, options.key_password
    if password is not None:
        check_text("key_password", password)
    if given is None:
        if password is not None:
            raise ParameterError("key_password is for a client_certificate")
        return {}
    paths = given if isinstance(given, tuple) else (given,)
    if not 1 <= len(paths) <= 2:
        raise ParameterError("client_certificate is a file, or a pair: and its key's")
    files: dict[str, str | int] = {}
    for name, path in zip(("certificate", "key"), paths, strict=False):
        files[name] = text = check_path(path)
        if not os.path.isfile(text):
            raise LocalFileError(
                f"client_certificate names {text!r}, which is not a file", filename=text
            )
    return files if password is None else {**files, "key_password": password}

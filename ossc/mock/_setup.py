"""What a server is made of before it runs: clock, credentials, listening socket."""

from __future__ import annotations

import secrets
import socket
import string
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from ossc.mock._auth import Credential
from ossc.mock._records import Properties

if TYPE_CHECKING:
    from ossc.mock._records import Bucket

__all__ = [
    "Clock",
    "Credentials",
    "as_seconds",
    "clock_of",
    "credentials_of",
    "listen",
    "properties_of",
    "wake",
]

Clock = datetime | float | Callable[[], datetime | float] | None
Credentials = Mapping[str, str] | Sequence[Credential] | None

MAX_PORT = 65535
_STANDARD_META = (
    "content_type",
    "cache_control",
    "content_disposition",
    "content_encoding",
    "content_language",
    "expires",
)


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 takes a free one."""
    if not 0 <= port <= MAX_PORT:
        message = f"the port must be between 0 and {MAX_PORT}, not {port}"
        raise ValueError(message)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        message = f"cannot listen on {host} port {port}: {error.strerror}"
        raise OSError(error.errno, message) from error
    return listener


def credentials_of(given: Credentials) -> list[Credential]:
    """Return the credentials that were given, or one that is made up."""
    if given is None:
        letters = string.ascii_letters + string.digits
        key_id = "LTAI" + "".join(secrets.choice(letters) for _ in range(20))
        secret = "".join(secrets.choice(letters) for _ in range(30))
        return [Credential(key_id, secret)]
    if isinstance(given, Mapping):
        known = [Credential(key_id, secret) for key_id, secret in given.items()]
    else:
        known = list(given)
    if not known:
        message = "a server needs at least one credential"
        raise ValueError(message)
    return known


def clock_of(clock: Clock) -> Callable[[], float]:
    """Return a function that tells the server's time as Unix seconds."""
    if clock is None:
        return time.time
    if callable(clock):
        tell = clock
        return lambda: as_seconds(tell())
    fixed = as_seconds(clock)
    return lambda: fixed


def as_seconds(value: datetime | float) -> float:
    """Return Unix seconds; a datetime without a zone is UTC."""
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=timezone.utc)
        return aware.timestamp()
    return float(value)


def wake(listener: socket.socket) -> None:
    """Make a blocked accept return."""
    try:
        listener.shutdown(socket.SHUT_RDWR)
    except OSError:
        address = listener.getsockname()
        with socket.socket(listener.family, socket.SOCK_STREAM) as caller:
            caller.settimeout(1)
            caller.connect_ex(address)


def properties_of(bucket: Bucket, meta: Mapping[str, str]) -> Properties:
    """Return the properties that keyword arguments describe."""
    headers = {"content-type": "application/octet-stream"}
    base = Properties(storage_class=bucket.storage_class)
    for name, value in meta.items():
        if name == "acl":
            base = replace(base, acl=value)
        elif name == "storage_class":
            base = replace(base, storage_class=value)
        else:
            plain = name.replace("_", "-").lower()
            standard = name in _STANDARD_META
            headers[plain if standard else f"x-oss-meta-{plain}"] = value
    return replace(base, headers=headers)

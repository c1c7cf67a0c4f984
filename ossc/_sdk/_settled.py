"""`settled`: what a client's connections are made with, read back for a diagnosis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ossc._record import Record
from ossc._sdk._perform import text_of

if TYPE_CHECKING:
    from ossc._sdk._request import Settings

__all__ = ["Settled", "settled"]


class Settled(Record, hidden=("proxy_auth",)):
    """What a client's connections are made with.

    Attributes:
        proxy_host: Host and port, or empty.
        proxy_auth: User and password; secret.
        ca_file: Authorities that are trusted, or empty.
        ca_path: A folder of them, or empty.
        verify_tls: Whether certificates are checked at all.
    """

    __slots__ = ()

    proxy_host: str
    proxy_auth: str
    ca_file: str
    ca_path: str
    verify_tls: bool


def settled(settings: Settings) -> Settled:
    """What was settled for a client's connections."""
    told = settings.pointer
    return Settled(
        proxy_host=text_of(told.proxy_host),
        proxy_auth=text_of(told.proxy_auth),
        ca_file=text_of(told.ca_file),
        ca_path=text_of(told.ca_path),
        verify_tls=bool(told.verify_tls),
    )

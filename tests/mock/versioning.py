"""What the tests of versioning share: switching it, and reading its lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

if TYPE_CHECKING:
    from .wire import Reply, Wire

__all__ = ["Enabled", "Entry", "Suspended", "entries", "put", "set_status", "walk"]

Enabled = "Enabled"
Suspended = "Suspended"


class Entry(NamedTuple):
    """An entry of ListObjectVersions."""

    kind: str
    key: str
    version: str = ""
    latest: bool = False


def set_status(wire: Wire, status: str) -> None:
    """Switch the bucket's versioning."""
    body = f"<VersioningConfiguration><Status>{status}</Status>"
    body += "</VersioningConfiguration>"
    reply = wire("PUT", query={"versioning": ""}, body=body.encode())
    assert (reply.status, reply.body) == (200, b"")


def put(wire: Wire, key: str, data: bytes = b"x") -> str:
    """Put an object and return its version id."""
    reply = wire("PUT", key, body=data)
    assert reply.status == 200
    return reply.headers["x-oss-version-id"]


def entries(reply: Reply) -> list[Entry]:
    """Return the entries in the order of the document."""
    found = []
    for element in reply.xml:
        if element.tag in {"Version", "DeleteMarker"}:
            found.append(
                Entry(
                    element.tag,
                    unquote(element.findtext("Key") or ""),
                    element.findtext("VersionId") or "",
                    element.findtext("IsLatest") == "true",
                )
            )
        elif element.tag == "CommonPrefixes":
            found.append(Entry(element.tag, unquote(element.findtext("Prefix") or "")))
    return found


def walk(wire: Wire, **query: str) -> list[Entry]:
    """Return the entries of all pages, each page in the order of keys."""
    asked = {"versions": "", "encoding-type": "url", **query}
    found: list[Entry] = []
    while True:
        reply = wire("GET", query=asked)
        assert reply.status == 200, reply.body
        page = entries(reply)
        found += sorted(page, key=lambda entry: entry.key.encode())
        if reply.text("IsTruncated") == "false":
            assert reply.text("NextKeyMarker") is None
            return found
        asked["key-marker"] = unquote(reply.text("NextKeyMarker") or "")
        asked["version-id-marker"] = reply.text("NextVersionIdMarker") or ""

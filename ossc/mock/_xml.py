"""XML: a writer that renders text as it goes, and a reader that trusts nothing.

Rendered elements are plain strings; ``leaf`` escapes its text, ``node`` takes
children that are already rendered.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from ossc.mock._errors import ServiceError

__all__ = ["children", "document", "leaf", "node", "parse", "text_of"]

_SPECIAL = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_MAX_DEPTH = 32


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    if char in _NAMED:
        return _NAMED[char]
    if "\ud800" <= char <= "\udfff":
        return "\ufffd"
    return f"&#{ord(char)};"


def leaf(name: str, value: str | int | bool) -> str:  # noqa: FBT001
    """Render one element with text."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"<{name}>{_SPECIAL.sub(_escape, text)}</{name}>"


def node(name: str, *rendered: str) -> str:
    """Render one element around already rendered children."""
    return f"<{name}>{''.join(rendered)}</{name}>"


def document(root: str) -> bytes:
    """Return a whole document for a rendered root element."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}'.encode()


def parse(data: bytes, root: str, *, ec: str | None = None) -> ET.Element:
    """Read a request document whose root element must be ``root``.

    Raises:
        ServiceError: MalformedXML, with the reason as ``ErrorDetail``.
    """
    if b"<!DOCTYPE" in data:
        raise _malformed("a document type is not allowed", ec)
    try:
        tree = ET.fromstring(data)  # noqa: S314
    except (ET.ParseError, ValueError) as error:
        raise _malformed(str(error), ec) from error
    _strip_namespaces(tree, ec)
    if tree.tag != root:
        raise _malformed(f"the root element must be {root}", ec)
    return tree


def _strip_namespaces(tree: ET.Element, ec: str | None) -> None:
    level = [tree]
    for _ in range(_MAX_DEPTH):
        for element in level:
            element.tag = element.tag.rpartition("}")[2]
        level = [child for element in level for child in element]
        if not level:
            return
    raise _malformed("the document is nested too deeply", ec)


def _malformed(detail: str, ec: str | None) -> ServiceError:
    return ServiceError("MalformedXML", extra={"ErrorDetail": detail}, ec=ec)


def children(tree: ET.Element, name: str) -> list[ET.Element]:
    """Return the direct children of that name."""
    return [child for child in tree if child.tag == name]


def text_of(tree: ET.Element, name: str) -> str | None:
    """Return the text of the first child of that name, or None without one."""
    child = tree.find(name)
    return None if child is None else child.text or ""

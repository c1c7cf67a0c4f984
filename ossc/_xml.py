"""Reads OSS's XML answers with expat, safely.

A DOCTYPE (so every entity), a depth over 32, a text over 64 KiB, more than 200,000
elements or a size over 16 MiB is an error, and so is a root other than the expected one.
The text is UTF-8, whatever encoding it declares. What comes out is a tree of plain
`Element`s, from which the callers pick by path: an element counts only at its own place,
never deeper down.
"""

from __future__ import annotations

from ossc.errors import MalformedResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from typing import NoReturn

__all__ = ["Element", "escape", "made_legal", "parse"]

MAX_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 32
MAX_ELEMENTS = 200_000
MAX_TEXT = 64 * 1024

# What XML 1.0 has no way to say: most control characters, the two noncharacters at the end
# of the first plane, surrogates; and references to anything, to be looked at.
_ILLEGAL = (
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]"
    rb"|&#(?:([0-9]{1,9})|x([0-9A-Fa-f]{1,8}));"
)
_REPLACEMENT = "\ufffd".encode()


class Element:
    """An element: its name, its text, and its children in order."""

    __slots__ = ("children", "name", "text")

    def __init__(self, name: str) -> None:
        self.name = name
        self.text = ""
        self.children: list[Element] = []

    def all(self, name: str) -> list[Element]:
        """The children of that name."""
        return [child for child in self.children if child.name == name]

    def find(self, path: str) -> Element | None:
        """The first element at a path of names below this one (`"Owner/ID"`)."""
        here: Element | None = self
        for name in path.split("/"):
            if here is None:
                return None
            here = next((c for c in here.children if c.name == name), None)
        return here

    def get(self, path: str, default: str = "") -> str:
        """The text at a path, or the default where there is no such element."""
        found = self.find(path)
        return default if found is None else found.text


class _Builder:
    """Takes expat's events and keeps the limits."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self.open: list[Element] = []
        self.count = 0

    def start(self, name: str, _attributes: object) -> None:
        if len(self.open) >= MAX_DEPTH:
            raise MalformedResponse("the XML answer is nested too deeply")
        self.count += 1
        if self.count > MAX_ELEMENTS:
            raise MalformedResponse("the XML answer has too many elements")
        element = Element(name.rpartition(" ")[2])
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def text(self, data: str) -> None:
        element = self.open[-1]
        element.text += data
        if len(element.text) > MAX_TEXT:
            raise MalformedResponse(f"<{element.name:.60}> of the answer is too long")

    def end(self, _name: str) -> None:
        self.open.pop()

    def doctype(self, *_args: object) -> NoReturn:
        raise MalformedResponse("the XML answer has a DOCTYPE, which OSS never sends")


def escape(text: str) -> str:
    """A text as it may stand between tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def made_legal(body: bytes) -> bytes:
    """The body with U+FFFD in place of characters that XML cannot hold.

    For answers that repeat a key as it is, where nothing depends on the key.
    """
    # Imported here: regular expressions are half as much to import as all of ossc.
    import re  # noqa: PLC0415

    return re.sub(_ILLEGAL, _legal, body)


def _legal(found: re.Match[bytes]) -> bytes:
    decimal, hexadecimal = found.groups()
    if decimal is None and hexadecimal is None:
        return _REPLACEMENT
    code = int(decimal) if decimal else int(hexadecimal, 16)
    is_illegal = (
        (code < 0x20 and code not in (0x9, 0xA, 0xD))
        or 0xD800 <= code <= 0xDFFF
        or code in (0xFFFE, 0xFFFF)
    )
    return _REPLACEMENT if is_illegal else found.group()


def parse(body: bytes, root: str | None) -> Element:
    """The tree of an XML body whose root element has the given name; None: any name.

    Raises:
        MalformedResponse: The body is not well-formed XML, has another root, a DOCTYPE,
            or is larger or deeper than any answer of OSS.
    """
    from xml.parsers import expat  # noqa: PLC0415 - gets and puts have no XML

    if len(body) > MAX_BYTES:
        raise MalformedResponse(f"the XML answer has {len(body)} bytes")
    builder = _Builder()
    parser = expat.ParserCreate("UTF-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = builder.doctype
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise MalformedResponse(f"the answer is not well-formed XML: {error}") from None
    found = builder.root
    if found is None or root not in (None, found.name):
        name = "nothing" if found is None else found.name
        raise MalformedResponse(f"the answer is <{name:.60}>, not <{root or '…'}>")
    return found

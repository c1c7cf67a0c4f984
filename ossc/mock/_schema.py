"""What a document must look like: checks of elements, put together to larger ones.

A check takes an element and raises ``MalformedXML`` unless it is as it has to be::

    shape({"Status": one(choice("Enabled", "Suspended")), "Tag": several(TAG, most=20)})

Elements that a shape does not name are let pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias
from xml.etree import ElementTree as ET

from ossc.mock._encoding import to_wire
from ossc.mock._errors import ServiceError
from ossc.mock._xml import children

__all__ = [
    "MALFORMED_EC",
    "Check",
    "Times",
    "choice",
    "date",
    "flag",
    "malformed",
    "maybe",
    "one",
    "several",
    "shape",
    "text",
    "whole",
]

Check: TypeAlias = Callable[[ET.Element], None]

MALFORMED_EC = "0015-00000231"
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")
_WHOLE = re.compile(r"-?\d{1,18}")


@dataclass(frozen=True)
class Times:
    """How often an element may stand somewhere, and what it must be."""

    check: Check
    least: int
    most: int | None
    code: str
    """Of the error for too many; too few are always malformed."""


def malformed(detail: str) -> ServiceError:
    """Return the error of a document that is not as it has to be."""
    return ServiceError("MalformedXML", extra={"ErrorDetail": detail}, ec=MALFORMED_EC)


def one(check: Check) -> Times:
    """Once, not more, not less."""
    return Times(check, 1, 1, "MalformedXML")


def maybe(check: Check) -> Times:
    """Once or not at all."""
    return Times(check, 0, 1, "MalformedXML")


def several(
    check: Check, *, least: int = 0, most: int | None = None, code: str = "MalformedXML"
) -> Times:
    """At least and at most so often; more raises ``code``."""
    return Times(check, least, most, code)


def shape(parts: Mapping[str, Times]) -> Check:
    """An element with these children, in any order."""

    def check(element: ET.Element) -> None:
        for name, times in parts.items():
            found = children(element, name)
            if len(found) < times.least:
                raise malformed(f"{element.tag} lacks {name}")
            if times.most is not None and len(found) > times.most:
                detail = f"{element.tag} has more than {times.most} {name}"
                if times.code == "MalformedXML":
                    raise malformed(detail)
                raise ServiceError(times.code, extra={"ErrorDetail": detail})
            for child in found:
                times.check(child)

    return check


def _value(element: ET.Element) -> str:
    if len(element):
        raise malformed(f"{element.tag} must hold a text")
    return (element.text or "").strip()


def text(*, least: int = 0, most: int | None = None) -> Check:
    """A text of so many bytes in UTF-8."""

    def check(element: ET.Element) -> None:
        size = len(to_wire(_value(element)))
        if size < least:
            raise malformed(f"{element.tag} is empty")
        if most is not None and size > most:
            raise malformed(f"{element.tag} is longer than {most} bytes")

    return check


def choice(*words: str) -> Check:
    """One of these words."""

    def check(element: ET.Element) -> None:
        if _value(element) not in words:
            raise malformed(f"{element.tag} must be one of {', '.join(words)}")

    return check


def whole(least: int, most: int) -> Check:
    """A whole number between two others."""

    def check(element: ET.Element) -> None:
        value = _value(element)
        if not _WHOLE.fullmatch(value) or not least <= int(value) <= most:
            raise malformed(f"{element.tag} must be a number from {least} to {most}")

    return check


def flag(element: ET.Element) -> None:
    """``true`` or ``false`` in any case; kept in lower case."""
    element.text = _value(element).lower()
    choice("true", "false")(element)


def date(element: ET.Element) -> None:
    """A time such as ``2012-02-24T08:43:07.000Z``."""
    if not _DATE.fullmatch(_value(element)):
        raise malformed(f"{element.tag} must be a time in ISO 8601, in UTC")

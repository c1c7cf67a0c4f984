"""Rules of what must not be overwritten; the writes ask ``ossc.mock._overwrite``."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ossc.mock._overwrite import KEY
from ossc.mock._schema import choice, malformed, maybe, one, several, shape, text
from ossc.mock._settings._setting import Setting
from ossc.mock._xml import children, text_of

if TYPE_CHECKING:
    from ossc.mock._call import Call

__all__ = ["OVERWRITE_CONFIG"]

_MAX_RULES, _MAX_BYTES = 100, 1023


def _accept(_call: Call, tree: ET.Element) -> None:
    """Rules have names, of which there is one each; the service makes those up."""
    names = set()
    for rule in children(tree, "Rule"):
        if not text_of(rule, "ID"):
            for nameless in children(rule, "ID"):
                rule.remove(nameless)
            ET.SubElement(rule, "ID").text = str(uuid.uuid4())
        names.add(text_of(rule, "ID"))
    if len(names) < len(tree):
        raise malformed("two rules have the same ID")


OVERWRITE_CONFIG = Setting(
    "BucketOverwriteConfig",
    KEY,
    "OverwriteConfiguration",
    shape(
        {
            "Rule": several(
                shape(
                    {
                        "ID": maybe(text(most=255)),
                        "Action": one(choice("forbid")),
                        "Prefix": maybe(text(most=_MAX_BYTES)),
                        "Suffix": maybe(text(most=_MAX_BYTES)),
                        "Principals": maybe(
                            shape({"Principal": several(text(least=1))})
                        ),
                    }
                ),
                least=1,
                most=_MAX_RULES,
            )
        }
    ),
    missing="NoSuchBucketOverwriteConfig",
    removable=True,
    accept=_accept,
    most_bytes=512 * 1024,
)

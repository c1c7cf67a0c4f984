"""Whether a bucket's rules forbid a write over an object that is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from ossc.mock._records import Bucket

__all__ = ["KEY", "is_forbidden"]

KEY = "overwriteConfig"
"""What a bucket keeps its rules under."""


def is_forbidden(bucket: Bucket, key: str, account: str | None) -> bool:
    """Whether any rule is about this key and this account."""
    kept = bucket.settings.get(KEY)
    rules = [] if kept is None else ET.fromstring(kept).findall("Rule")  # noqa: S314
    return any(_is_about(rule, key, account or "") for rule in rules)


def _is_about(rule: ET.Element, key: str, account: str) -> bool:
    principals = [each.text or "" for each in rule.findall("Principals/Principal")]
    return (
        key.startswith(rule.findtext("Prefix") or "")
        and key.endswith(rule.findtext("Suffix") or "")
        and (not principals or any(_is_like(each, account) for each in principals))
    )


def _is_like(pattern: str, account: str) -> bool:
    expression = ".*".join(map(re.escape, pattern.split("*")))
    return re.fullmatch(expression, account) is not None

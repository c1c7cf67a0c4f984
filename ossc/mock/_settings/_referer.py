"""Referring pages: whose requests a bucket answers, told by the header Referer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ossc.mock._errors import ServiceError
from ossc.mock._schema import flag, maybe, one, several, shape, text
from ossc.mock._settings._setting import Setting
from ossc.mock._xml import leaf, node, text_of

if TYPE_CHECKING:
    from ossc.mock._http import Request
    from ossc.mock._records import Bucket

__all__ = ["REFERER", "check_referer"]

_READS = frozenset({"GetObject", "HeadObject", "GetObjectMeta"})
_PATTERNS = shape({"Referer": several(text())})

REFERER = Setting(
    "BucketReferer",
    "referer",
    "RefererConfiguration",
    shape(
        {
            "AllowEmptyReferer": one(flag),
            "AllowTruncateQueryString": maybe(flag),
            "TruncatePath": maybe(flag),
            "RefererList": maybe(_PATTERNS),
            "RefererBlacklist": maybe(_PATTERNS),
        }
    ),
    default=leaf("AllowEmptyReferer", "true") + node("RefererList"),
    most_bytes=20 * 1024,
)


def check_referer(operation: str, bucket: Bucket, request: Request) -> None:
    """Raise AccessDenied for a page that must not show the bucket's objects.

    Who signs in a header is not a page, and is not asked.
    """
    tree = REFERER.of(bucket)
    if tree is None or operation not in _READS or request.header("authorization"):
        return
    white, black = (
        [found.text for found in tree.findall(f"{name}/Referer") if found.text]
        for name in ("RefererList", "RefererBlacklist")
    )
    if not white and not black:
        return
    referer = request.header("referer") or ""
    if not referer:
        refused = bool(white) and text_of(tree, "AllowEmptyReferer") != "true"
    else:
        if text_of(tree, "TruncatePath") == "true":
            referer = "/".join(referer.split("/")[:3])
        elif text_of(tree, "AllowTruncateQueryString") != "false":
            referer = referer.partition("?")[0]
        refused = _like(black, referer) or bool(white and not _like(white, referer))
    if refused:
        message = "You are denied by bucket referer policy."
        raise ServiceError("AccessDenied", message)


def _like(patterns: list[str], referer: str) -> bool:
    """Whether the URL begins with what a pattern matches: a site means all its pages."""
    wild = {"*": ".*", "?": "."}
    return any(
        re.match(
            "".join(wild.get(char) or re.escape(char) for char in pattern),
            referer,
            re.DOTALL | re.IGNORECASE,
        )
        for pattern in patterns
    )

"""The lifecycle rules of a bucket: checked and kept; the server does not act on them."""

from __future__ import annotations

import secrets
from itertools import combinations
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._schema import (
    choice,
    date,
    flag,
    malformed,
    maybe,
    one,
    several,
    shape,
    text,
    whole,
)
from ossc.mock._settings._setting import Setting
from ossc.mock._xml import children, text_of

if TYPE_CHECKING:
    from ossc.mock._call import Call

__all__ = ["LIFECYCLE"]

_MAX_RULES = 1000
_MAX_ID_BYTES = 255
_MAX_BYTES = 2 * 1024 * 1024
_MAX_DAYS = 2**31 - 1
_CLASSES = ("Standard", "IA", "Archive", "ColdArchive", "DeepColdArchive")
_ACTIONS = (
    "Expiration",
    "Transition",
    "AbortMultipartUpload",
    "NoncurrentVersionExpiration",
    "NoncurrentVersionTransition",
)
_OVERLAP = "x-oss-allow-same-action-overlap"
_DAYS = whole(1, _MAX_DAYS)
_TAG = shape({"Key": one(text(least=1, most=128)), "Value": maybe(text(most=256))})


def _midnight(element: ET.Element) -> None:
    """A time that is midnight in UTC."""
    date(element)
    if not (element.text or "").strip().partition("T")[2].startswith("00:00:00"):
        raise malformed(f"{element.tag} must be midnight in UTC")


_VISITS = {
    "IsAccessTime": maybe(flag),
    "ReturnToStdWhenVisit": maybe(flag),
    "AllowSmallFile": maybe(flag),
    "StorageClass": one(choice(*_CLASSES)),
}
_RULE = shape(
    {
        "ID": maybe(text(most=_MAX_ID_BYTES)),
        "Prefix": one(text(most=1023)),
        "Status": one(choice("Enabled", "Disabled")),
        "Tag": several(_TAG),
        "Filter": maybe(
            shape(
                {
                    "ObjectSizeGreaterThan": maybe(whole(0, 10**15)),
                    "ObjectSizeLessThan": maybe(whole(1, 10**15)),
                    "Not": several(
                        shape({"Prefix": one(text(most=1023)), "Tag": maybe(_TAG)})
                    ),
                }
            )
        ),
        "Expiration": maybe(
            shape(
                {
                    "Days": maybe(_DAYS),
                    "Date": maybe(_midnight),
                    "CreatedBeforeDate": maybe(_midnight),
                    "ExpiredObjectDeleteMarker": maybe(flag),
                }
            )
        ),
        "Transition": several(
            shape(
                {
                    "Days": maybe(_DAYS),
                    "CreatedBeforeDate": maybe(_midnight),
                    **_VISITS,
                }
            )
        ),
        "AbortMultipartUpload": maybe(
            shape({"Days": maybe(_DAYS), "CreatedBeforeDate": maybe(_midnight)})
        ),
        "NoncurrentVersionExpiration": maybe(shape({"NoncurrentDays": one(_DAYS)})),
        "NoncurrentVersionTransition": several(
            shape({"NoncurrentDays": one(_DAYS), **_VISITS})
        ),
        "AtimeBase": maybe(whole(0, 10**12)),
    }
)


def _accept(call: Call, tree: ET.Element) -> None:
    rules = children(tree, "Rule")
    for rule in rules:
        _check_rule(call, rule)
    _name(rules)
    if (call.request.header(_OVERLAP) or "").lower() != "true":
        _check_overlaps(rules)


def _name(rules: list[ET.Element]) -> None:
    """Make names up where there are none; none may be there twice."""
    names = set()
    for rule in rules:
        found = rule.find("ID")
        if found is None:
            found = ET.Element("ID")
            rule.insert(0, found)
        found.text = (found.text or "").strip() or secrets.token_hex(16)
        if found.text in names:
            message = f"Rule ID must be unique; there are two {found.text}."
            raise invalid_argument(message, "ID", found.text)
        names.add(found.text)


def _check_rule(call: Call, rule: ET.Element) -> None:
    actions = [rule.find(name) for name in _ACTIONS]
    if not any(action is not None for action in actions):
        raise malformed("a rule has no action")
    for name in ("Expiration", "AbortMultipartUpload", "Transition"):
        for action in children(rule, name):
            _check_moment(action)
    marker = rule.findtext("Expiration/ExpiredObjectDeleteMarker")
    if marker is not None and children(rule, "Tag"):
        raise malformed("ExpiredObjectDeleteMarker and Tag exclude each other")
    prefix = text_of(rule, "Prefix") or ""
    for each in rule.findall("Filter/Not"):
        _check_not(each, prefix, rule)
    _check_sizes(rule)
    _check_order(rule, "Transition", "Days", rule.findtext("Expiration/Days"))
    gone = rule.findtext("NoncurrentVersionExpiration/NoncurrentDays")
    _check_order(rule, "NoncurrentVersionTransition", "NoncurrentDays", gone)
    _check_visits(call, rule)


def _check_moment(action: ET.Element) -> None:
    """An action has one moment, and says it in one way."""
    ways = ("Days", "Date", "CreatedBeforeDate", "ExpiredObjectDeleteMarker")
    if sum(len(children(action, way)) for way in ways) != 1:
        raise malformed(f"{action.tag} must say when in one way")


def _check_not(each: ET.Element, prefix: str, rule: ET.Element) -> None:
    left_out = text_of(each, "Prefix") or ""
    tag = each.find("Tag")
    if not left_out.startswith(prefix):
        raise malformed("the Prefix of Not must begin with the rule's Prefix")
    if left_out == prefix and (tag is None or _pair(tag) in _tags(rule)):
        raise malformed("Not leaves nothing of the rule")


def _check_sizes(rule: ET.Element) -> None:
    above = rule.findtext("Filter/ObjectSizeGreaterThan")
    below = rule.findtext("Filter/ObjectSizeLessThan")
    if above is not None and below is not None and int(above) >= int(below):
        raise malformed("no object is larger than one size and smaller than the other")


def _check_order(rule: ET.Element, name: str, days: str, end: str | None) -> None:
    """Later moves go to colder classes, and all come before the end."""
    moves = sorted(
        (int(text_of(move, days) or 0), _CLASSES.index(_class_of(move)))
        for move in children(rule, name)
        if move.find(days) is not None
    )
    coldness = [place for _, place in moves]
    if coldness != sorted(set(coldness)):
        raise invalid_argument("Later transitions must go to colder classes.", name)
    if end is not None and any(day >= int(end) for day, _ in moves):
        raise invalid_argument("Expiration must be later than transitions.", name)


def _class_of(move: ET.Element) -> str:
    return (text_of(move, "StorageClass") or "").strip()


def _check_visits(call: Call, rule: ET.Element) -> None:
    """Who counts from the last access needs a bucket that monitors them."""
    by_visit = False
    for name in ("Transition", "NoncurrentVersionTransition"):
        for move in children(rule, name):
            counts = text_of(move, "IsAccessTime") == "true"
            by_visit = by_visit or counts
            if not counts and _class_of(move) == "Standard":
                raise malformed("objects do not move to Standard")
            if not counts and move.find("ReturnToStdWhenVisit") is not None:
                raise malformed("ReturnToStdWhenVisit needs IsAccessTime")
    if not by_visit:
        return
    if ">Enabled<" not in call.bucket.settings.get("accessmonitor", ""):
        message = "Access monitor must be enabled before rules count from accesses."
        raise ServiceError("InvalidRequest", message)
    if rule.find("AtimeBase") is None:
        base = ET.SubElement(rule, "AtimeBase")
        base.text = str(int(call.now))


def _pair(tag: ET.Element) -> tuple[str, str]:
    return text_of(tag, "Key") or "", text_of(tag, "Value") or ""


def _tags(rule: ET.Element) -> set[tuple[str, str]]:
    return {_pair(tag) for tag in children(rule, "Tag")}


def _check_overlaps(rules: list[ET.Element]) -> None:
    """No two rules must do the same to an object."""
    reach = [(text_of(rule, "Prefix") or "", dict(_tags(rule)), rule) for rule in rules]
    reach.sort(key=lambda each: each[0])
    for (prefix, tags, rule), (longer, others, other) in combinations(reach, 2):
        if not longer.startswith(prefix):
            continue
        if any(tags.get(key, value) != value for key, value in others.items()):
            continue
        for action in _ACTIONS:
            if rule.find(action) is not None and other.find(action) is not None:
                names = f"{text_of(rule, 'ID')} and {text_of(other, 'ID')}"
                message = f"Overlap for same action type {action}: {names}."
                raise ServiceError("InvalidRequest", message)


LIFECYCLE = Setting(
    "BucketLifecycle",
    "lifecycle",
    "LifecycleConfiguration",
    shape({"Rule": several(_RULE, least=1, most=_MAX_RULES)}),
    missing="NoSuchLifecycle",
    removable=True,
    accept=_accept,
    most_bytes=_MAX_BYTES,
)

"""Rules of replication: kept, but nothing is copied, and the progress says so."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ossc.mock._encoding import iso_date
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._handlers._intake import receive_small
from ossc.mock._http import Response
from ossc.mock._schema import (
    MALFORMED_EC,
    choice,
    malformed,
    maybe,
    one,
    several,
    shape,
    text,
)
from ossc.mock._settings._action import Action, asked, document_of, kept, named, store
from ossc.mock._settings._setting import rendered, xml_answer
from ossc.mock._xml import leaf, node, parse, text_of

if TYPE_CHECKING:
    from ossc.mock._call import Call

__all__ = ["REPLICATION"]

_QUERY, _MISSING = "replication", "NoSuchReplicationRule"
_MOST = 100
_REGIONS = (
    *("oss-ap-southeast-1", "oss-cn-beijing", "oss-cn-hangzhou", "oss-cn-hongkong"),
    *("oss-cn-shanghai", "oss-cn-shenzhen", "oss-eu-central-1", "oss-us-west-1"),
)
_ACTIONS = {"ALL", "PUT", "DELETE", "ABORT"}
_RULE = shape(
    {
        "ID": maybe(text(least=1, most=64)),
        "PrefixSet": maybe(shape({"Prefix": several(text(most=1023), most=10)})),
        "Action": maybe(text(least=1)),
        "Destination": one(
            shape(
                {
                    "Bucket": one(text(least=1)),
                    "Location": one(text(least=1)),
                    "TransferType": maybe(choice("internal", "oss_acc")),
                }
            )
        ),
        "HistoricalObjectReplication": maybe(choice("enabled", "disabled")),
        "SyncRole": maybe(text(least=1)),
        "SourceSelectionCriteria": maybe(
            shape(
                {
                    "SseKmsEncryptedObjects": one(
                        shape({"Status": one(choice("Enabled", "Disabled"))})
                    )
                }
            )
        ),
        "EncryptionConfiguration": maybe(shape({"ReplicaKmsKeyID": one(text())})),
        "RTC": maybe(shape({"Status": one(choice("enabled", "disabled"))})),
    }
)


def _add(call: Call) -> Response:
    check = shape({"Rule": one(_RULE)})
    rule = document_of(call, "ReplicationConfiguration", check)[0]
    actions = (text_of(rule, "Action") or "ALL").split(",")
    if not set(actions) <= _ACTIONS:
        raise malformed("Action must be ALL, or PUT, DELETE and ABORT")
    if rule.find("SourceSelectionCriteria") is not None and not text_of(
        rule, "SyncRole"
    ):
        raise malformed("objects with keys of KMS need a SyncRole")
    with call.store.lock:
        rules = named(call.bucket, _QUERY)
        _check_target(call, rule, rules)
        rule_id = text_of(rule, "ID") or str(uuid.uuid4())
        if rule_id in rules:
            raise ServiceError("ReplicationRuleAlreadyExists")
        if len(rules) >= _MOST:
            raise ServiceError("TooManyReplicationRules")
        _set(rule, "ID", rule_id)
        _set(rule, "Status", "starting")
        if rule.find("HistoricalObjectReplication") is None:
            _set(rule, "HistoricalObjectReplication", "enabled")
        store(call, _QUERY, rule_id, rendered(rule))
    return Response(200, {"x-oss-replication-rule-id": rule_id})


def _set(tree: ET.Element, name: str, value: str) -> None:
    found = tree.find(name)
    if found is None:
        found = ET.SubElement(tree, name)
    found.text = value


def _check_target(call: Call, rule: ET.Element, rules: dict[str, str]) -> None:
    """Another bucket, which has to be there where this server can see it."""
    bucket = rule.findtext("Destination/Bucket") or ""
    location = rule.findtext("Destination/Location") or ""
    here = f"oss-{call.context.region}"
    if location not in {here, *_REGIONS}:
        raise invalid_argument("There is no such location.", "Location", location)
    is_here = location == here
    if bucket == call.bucket_name or (is_here and bucket not in call.store.buckets):
        raise invalid_argument("The target bucket is not valid.", "Bucket", bucket)
    for other in map(ET.fromstring, rules.values()):
        if other.findtext("Destination/Bucket") == bucket:
            raise ServiceError("BucketReplicationAlreadyExist")


def _get(call: Call) -> Response:
    with call.store.lock:
        rules = named(call.bucket, _QUERY)
    if not rules:
        extra = {"BucketName": call.bucket_name}
        raise ServiceError("NoSuchReplicationConfiguration", extra=extra)
    return xml_answer(node("ReplicationConfiguration", *rules.values()))


def _delete(call: Call) -> Response:
    check = shape({"ID": one(text(least=1))})
    tree = document_of(call, "ReplicationRules", check)
    rule_id = (text_of(tree, "ID") or "").strip()
    with call.store.lock:
        kept(call, _QUERY, rule_id, _MISSING)
        store(call, _QUERY, rule_id, None)
    return Response(200)


def _progress(call: Call) -> Response:
    with call.store.lock:
        rule = ET.fromstring(kept(call, _QUERY, asked(call, "rule-id"), _MISSING))  # noqa: S314 - our own
    progress = ET.SubElement(rule, "Progress")
    if text_of(rule, "HistoricalObjectReplication") == "enabled":
        _set(progress, "HistoricalObject", "0")
    _set(progress, "NewObject", iso_date(call.bucket.created))
    return xml_answer(node("ReplicationProgress", rendered(rule)))


def _locations(call: Call) -> Response:
    here = f"oss-{call.context.region}"
    others = [leaf("Location", name) for name in _REGIONS if name != here]
    fast = [
        node(
            "LocationTransferType",
            leaf("Location", name),
            node("TransferTypes", leaf("Type", "oss_acc")),
        )
        for name in _REGIONS
        if not name.startswith("oss-cn-") and name != here
    ]
    near = [
        leaf("Location", name)
        for name in _REGIONS
        if name.startswith("oss-cn-") and name != here
    ]
    return xml_answer(
        node(
            "ReplicationLocation",
            *others,
            node("LocationTransferTypeConstraint", *fast),
            node("LocationRTCConstraint", *near),
        )
    )


def _rtc(call: Call) -> Response:
    data = receive_small(call, 4096, ec=MALFORMED_EC)
    # The vendor's clients do not agree on the root's name.
    root = "RtcConfiguration" if b"<RtcConfiguration" in data else "ReplicationRule"
    tree = parse(data, root, ec=MALFORMED_EC)
    status = one(shape({"Status": one(choice("enabled", "disabled"))}))
    shape({"RTC": status, "ID": one(text(least=1))})(tree)
    rule_id = (text_of(tree, "ID") or "").strip()
    with call.store.lock:
        rule = ET.fromstring(kept(call, _QUERY, rule_id, _MISSING))  # noqa: S314 - our own
        found = rule.find("RTC")
        if found is None:
            found = ET.SubElement(rule, "RTC")
        _set(found, "Status", (tree.findtext("RTC/Status") or "").strip())
        store(call, _QUERY, rule_id, rendered(rule))
    return Response(200)


REPLICATION = (
    Action("PutBucketReplication", "POST", "replication&comp=add", _add),
    Action("GetBucketReplication", "GET", "replication", _get),
    Action("DeleteBucketReplication", "POST", "replication&comp=delete", _delete),
    Action("GetBucketReplicationProgress", "GET", "replicationProgress", _progress),
    Action("GetBucketReplicationLocation", "GET", "replicationLocation", _locations),
    Action("PutBucketRTC", "PUT", "rtc", _rtc),
)

"""Smart clusters of datasets: checked and kept. Nothing is clustered."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ossc.mock._encoding import iso_date
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._http import Response, drain
from ossc.mock._schema import Check, choice, malformed, maybe, one, several, shape, text
from ossc.mock._settings._action import asked, kept, named, store
from ossc.mock._settings._dataset_store import (
    CLUSTER,
    actions,
    dataset_of,
    index_of,
    named_page,
    route_key,
)
from ossc.mock._settings._json_params import element_param, json_param
from ossc.mock._settings._setting import rendered, xml_answer
from ossc.mock._xml import children, leaf, node, text_of

if TYPE_CHECKING:
    from ossc.mock._call import Call

__all__ = ["SMART_CLUSTERS"]

_MISSING = "SmartClusterNotExist"
_MOST_CHARACTERS, _MOST_PICTURES = 128, 3
_TYPES = {"figure": "face", "knowledge": "keywords"}


def _sensitivity(element: ET.Element) -> None:
    try:
        number = float(element.text or "")
    except ValueError:
        number = -1
    if not 0 <= number <= 1:
        raise malformed("Sensitivity goes from 0 to 1")


_RULES: Check = shape(
    {
        "Rule": several(
            shape(
                {
                    "RuleType": one(choice(*_TYPES.values())),
                    "BaseURIs": several(text(least=1), most=_MOST_PICTURES),
                    "Keywords": several(text(least=1)),
                    "Sensitivity": maybe(_sensitivity),
                }
            ),
            least=1,
        )
    }
)
_TOPIC: Check = shape(
    {"MNS": maybe(shape({"TopicName": one(text(least=1, most=256))}))}
)


def _place(call: Call) -> str:
    """Return what the clusters of the dataset that a request means are kept under."""
    status = index_of(call, semantic=True)
    if route_key(status) is None:
        message = "Clusters need an index that routes objects to datasets."
        raise invalid_argument(message, "RouteRule")
    return f"{CLUSTER}/{dataset_of(call, status)}"


def _given(call: Call) -> dict[str, str]:
    """Return the elements that a request says of a cluster, rendered."""
    found = {}
    for name, tag in (("name", "Name"), ("description", "Description")):
        value = call.request.param(name)
        if value is not None:
            if len(value) > _MOST_CHARACTERS or (tag == "Name" and not value):
                message = f"The {name} has at most {_MOST_CHARACTERS} characters."
                raise invalid_argument(message, name, value)
            found[tag] = leaf(tag, value)
    rules = element_param(call, "rules", "Rules", _RULES)
    if rules is None and json_param(call, "rule") is not None:
        one_rule = element_param(call, "rule", "Rule", shape({}))
        rules = ET.Element("Rules")
        rules.extend([] if one_rule is None else [one_rule])
        _RULES(rules)
    if rules is not None:
        found["Rules"] = rendered(rules)
    topic = element_param(call, "notification", "Notification", _TOPIC)
    if topic is not None:
        found["Notification"] = rendered(topic)
    return found


def _check_rules(call: Call, kind: str, rules: str) -> None:
    """Check that rules fit the type of their cluster, and that pictures are there."""
    for rule in ET.fromstring(rules):  # noqa: S314 - our own
        if text_of(rule, "RuleType") != _TYPES[kind]:
            message = f"A cluster of the type {kind} has rules of {_TYPES[kind]}."
            raise invalid_argument(message, "rules")
        needed = "BaseURIs" if kind == "figure" else "Keywords"
        if not children(rule, needed):
            raise invalid_argument(f"A rule lacks {needed}.", "rules")
        for uri in children(rule, "BaseURIs"):
            start = f"oss://{call.bucket_name}/"
            key = (uri.text or "").removeprefix(start)
            if key == uri.text or key not in call.bucket.objects:
                message = "There is no such picture."
                raise invalid_argument(message, "rules", uri.text or "")


def _check_name(call: Call, place: str, given: dict[str, str], own: str = "") -> None:
    """Check that no other cluster of the dataset has a name."""
    others = named(call.bucket, place)
    others.pop(own, None)
    if "Name" in given and any(given["Name"] in each for each in others.values()):
        raise ServiceError("SmartClusterAlreadyExist")


def _create(call: Call) -> Response:
    drain(call.request.body)
    asked(call, "name")
    kind = asked(call, "clusterType")
    if kind not in _TYPES:
        raise invalid_argument("There is no such type.", "clusterType", kind)
    asked(call, "rules")
    given = _given(call)
    moment = iso_date(call.now)
    object_id = f"cluster-{secrets.token_hex(6)}"
    parts = {
        "ObjectId": leaf("ObjectId", object_id),
        "ClusterType": leaf("ClusterType", kind),
        "CreateTime": leaf("CreateTime", moment),
        "UpdateTime": leaf("UpdateTime", moment),
        **given,
    }
    with call.store.lock:
        place = _place(call)
        _check_rules(call, kind, given["Rules"])
        _check_name(call, place, given)
        store(call, place, object_id, node("SmartCluster", *parts.values()))
    answer = node("CreateSmartClusterResponse", parts["ObjectId"])
    return xml_answer(answer)


def _get(call: Call) -> Response:
    drain(call.request.body)
    with call.store.lock:
        text = kept(call, _place(call), asked(call, "objectId"), _MISSING)
    return xml_answer(node("GetSmartClusterResponse", text))


def _update(call: Call) -> Response:
    drain(call.request.body)
    object_id, given = asked(call, "objectId"), _given(call)
    if not given:
        message = "One of name, description, rules, notification is needed."
        raise invalid_argument(message, "name")
    with call.store.lock:
        place = _place(call)
        tree = ET.fromstring(kept(call, place, object_id, _MISSING))  # noqa: S314
        if "Rules" in given:
            _check_rules(call, text_of(tree, "ClusterType") or "", given["Rules"])
        _check_name(call, place, given, object_id)
        parts = {child.tag: rendered(child) for child in tree} | given
        parts["UpdateTime"] = leaf("UpdateTime", iso_date(call.now))
        store(call, place, object_id, node("SmartCluster", *parts.values()))
    return xml_answer(node("UpdateSmartClusterResponse", parts["ObjectId"]))


def _delete(call: Call) -> Response:
    drain(call.request.body)
    with call.store.lock:
        place, object_id = _place(call), asked(call, "objectId")
        kept(call, place, object_id, _MISSING)
        store(call, place, object_id, None)
    return Response(200)


def _is_wanted(call: Call, text: str) -> bool:
    """Whether a cluster is of the type, and has a rule of a type, that is asked for."""
    tree = ET.fromstring(text)  # noqa: S314 - our own
    kind = call.request.param("clusterType")
    rules = [
        each for each in (call.request.param("ruleTypes") or "").split(",") if each
    ]
    own = {each.text for each in tree.findall("Rules/Rule/RuleType")}
    is_of_type = not kind or text_of(tree, "ClusterType") == kind
    return is_of_type and (not rules or not own.isdisjoint(rules))


def _list(call: Call) -> Response:
    drain(call.request.body)
    with call.store.lock:
        clusters = named(call.bucket, _place(call))
    found = {name: text for name, text in clusters.items() if _is_wanted(call, text)}
    page, following = named_page(call, found, 200)
    parts = [node("SmartClusters", *page), leaf("NextToken", following)]
    return xml_answer(node("ListSmartClustersResponse", *parts))


SMART_CLUSTERS = (
    *actions("CreateSmartCluster", "createSmartCluster", _create),
    *actions("GetSmartCluster", "getSmartCluster", _get),
    *actions("UpdateSmartCluster", "updateSmartCluster", _update),
    *actions("DeleteSmartCluster", "deleteSmartCluster", _delete),
    *actions("ListSmartClusters", "listSmartClusters", _list),
)

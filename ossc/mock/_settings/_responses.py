"""Callbacks kept by name, headers that answers lack, and bandwidths of callers."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING

from ossc.mock._errors import invalid_argument
from ossc.mock._http import Response, drain
from ossc.mock._schema import malformed, maybe, one, several, shape, text, whole
from ossc.mock._settings._action import (
    Action,
    asked,
    document_of,
    kept,
    named,
    page_of,
    store,
)
from ossc.mock._settings._setting import Setting, rendered, xml_answer
from ossc.mock._xml import children, leaf, node, text_of

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

    from ossc.mock._call import Call
    from ossc.mock._records import Bucket

__all__ = [
    "CALLBACK_POLICY",
    "LIMITS",
    "REQUESTER_QOS",
    "RESPONSE_HEADER",
    "hide_headers",
    "requester_of",
]

_KEY = "callbackPolicy"
_ITEM = shape(
    {
        "PolicyName": one(text(least=1, most=64)),
        "Callback": one(text(least=1, most=5 * 1024)),
        "CallbackVar": maybe(text(most=5 * 1024)),
    }
)
_QOS = "requesterQosInfo"
_REQUESTER = "qosRequester"
_UID = re.compile(r"[0-9A-Za-z:/._-]{1,128}")
_LIMIT = maybe(whole(-1, 10**9))
LIMITS = shape(
    {
        **{
            f"{net}{way}Bandwidth": _LIMIT
            for net in ("Total", "Intranet", "Extranet")
            for way in ("Upload", "Download")
        },
        **{f"{net}Qps": _LIMIT for net in ("Total", "Intranet", "Extranet")},
    }
)


def _put_callbacks(call: Call) -> Response:
    check = shape({"PolicyItem": several(_ITEM, least=1, most=20)})
    tree = document_of(call, "BucketCallbackPolicy", check)
    names = [text_of(item, "PolicyName") for item in children(tree, "PolicyItem")]
    if len(set(names)) < len(names):
        raise malformed("two items have the same PolicyName")
    for item in children(tree, "PolicyItem"):
        for name in ("Callback", "CallbackVar"):
            _check_json(name, (text_of(item, name) or "").strip())
    with call.store.lock:
        store(call, _KEY, "", rendered(tree))
    return Response(200)


def _check_json(name: str, value: str) -> None:
    """What headers carry: an object of JSON in base64."""
    if not value:
        return
    try:
        found = json.loads(base64.b64decode(value, validate=True))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise invalid_argument(f"The {name} is not valid.", name, value)


def _get_callbacks(call: Call) -> Response:
    with call.store.lock:
        return xml_answer(kept(call, _KEY, "", "NoSuchCallbackPolicy"))


def _delete_callbacks(call: Call) -> Response:
    drain(call.request.body)
    with call.store.lock:
        store(call, _KEY, "", None)
    return Response(204)


CALLBACK_POLICY = (
    Action("PutBucketCallbackPolicy", "PUT", "policy&comp=callback", _put_callbacks),
    Action("GetBucketCallbackPolicy", "GET", "policy&comp=callback", _get_callbacks),
    Action(
        "DeleteBucketCallbackPolicy",
        "DELETE",
        "policy&comp=callback",
        _delete_callbacks,
    ),
)


RESPONSE_HEADER = Setting(
    "BucketResponseHeader",
    "responseHeader",
    "ResponseHeaderConfiguration",
    shape(
        {
            "Rule": several(
                shape(
                    {
                        "Name": one(text(least=1)),
                        "Filters": one(
                            shape({"Operation": several(text(least=1), least=1)})
                        ),
                        "HideHeaders": one(
                            shape({"Header": several(text(least=1), least=1)})
                        ),
                    }
                ),
                least=1,
                most=10,
            )
        }
    ),
    missing="NoSuchResponseHeaderConfiguration",
    removable=True,
)


def hide_headers(operation: str, bucket: Bucket | None, response: Response) -> None:
    """Take out of an answer what the bucket's rules hide."""
    tree = None if bucket is None else RESPONSE_HEADER.of(bucket)
    for rule in [] if tree is None else children(tree, "Rule"):
        if any(
            operation.lower().startswith((found.text or "").lower())
            for found in rule.findall("Filters/Operation")
        ):
            _hide(rule, response)


def _hide(rule: ET.Element, response: Response) -> None:
    hidden = {(each.text or "").lower() for each in rule.findall("HideHeaders/Header")}
    for name in [name for name in response.headers if name.lower() in hidden]:
        del response.headers[name]


def requester_of(call: Call) -> str:
    """Return the caller whose limits a request means."""
    name = asked(call, _REQUESTER)
    if not _UID.fullmatch(name):
        raise invalid_argument("The requester is invalid.", _REQUESTER, name)
    return name


def _put_qos(call: Call) -> Response:
    name = requester_of(call)
    tree = document_of(call, "QoSConfiguration", LIMITS)
    with call.store.lock:
        store(call, _QOS, name, _info(name, rendered(tree)))
    return Response(200)


def _info(name: str, limits: str) -> str:
    return node("RequesterQoSInfo", leaf("Requester", name), limits)


def _get_qos(call: Call) -> Response:
    with call.store.lock:
        name = asked(call, _REQUESTER)
        return xml_answer(kept(call, _QOS, name, "NoSuchRequesterQoSInfo"))


def _delete_qos(call: Call) -> Response:
    drain(call.request.body)
    with call.store.lock:
        store(call, _QOS, asked(call, _REQUESTER), None)
    return Response(204)


def _list_qos(call: Call) -> Response:
    with call.store.lock:
        parts = page_of(call, named(call.bucket, _QOS))
    bucket = leaf("Bucket", call.bucket_name)
    return xml_answer(node("ListBucketRequesterQoSInfosResult", bucket, *parts))


REQUESTER_QOS = (
    Action("PutBucketRequesterQoSInfo", "PUT", f"{_QOS}&{_REQUESTER}", _put_qos),
    Action("GetBucketRequesterQoSInfo", "GET", f"{_QOS}&{_REQUESTER}", _get_qos),
    Action(
        "DeleteBucketRequesterQoSInfo", "DELETE", f"{_QOS}&{_REQUESTER}", _delete_qos
    ),
    Action("ListBucketRequesterQoSInfos", "GET", _QOS, _list_qos),
)

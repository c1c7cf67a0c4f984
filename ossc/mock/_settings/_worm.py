"""The retention policy of a bucket: begun, and locked within a day or lapsed."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from ossc.mock._encoding import iso_date
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._http import Response, drain
from ossc.mock._retention import DAY, KEY, has_object_worm, policy_of
from ossc.mock._schema import one, shape, whole
from ossc.mock._settings._action import Action, asked, document_of
from ossc.mock._settings._setting import xml_answer
from ossc.mock._xml import leaf, node

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

    from ossc.mock._call import Call

__all__ = ["WORM"]

_MOST_DAYS = 70 * 365
_CHECK = shape({"RetentionPeriodInDays": one(whole(1, _MOST_DAYS))})


def _days(tree: ET.Element) -> int:
    return int(tree.findtext("RetentionPeriodInDays") or 0)


def _found(call: Call, worm_id: str | None = None) -> ET.Element:
    """The bucket's policy; its id has to be this one."""
    tree = policy_of(call.bucket, call.now)
    if tree is None or worm_id not in {None, tree.findtext("WormId")}:
        raise ServiceError(
            "NoSuchWORMConfiguration", extra={"BucketName": call.bucket_name}
        )
    return tree


def _keep(call: Call, worm_id: str, state: str, days: int, begun: float) -> None:
    call.store.check_bucket(call.bucket)
    call.bucket.settings[KEY] = node(
        "WormConfiguration",
        leaf("WormId", worm_id),
        leaf("State", state),
        leaf("RetentionPeriodInDays", days),
        leaf("Begun", repr(begun)),
    )
    call.store.add_bucket(call.bucket)


def _initiate(call: Call) -> Response:
    days = _days(document_of(call, "InitiateWormConfiguration", _CHECK))
    with call.store.lock:
        tree = policy_of(call.bucket, call.now)
        if tree is not None:
            locked = tree.findtext("State") == "Locked"
            code = "WORMConfigurationLocked" if locked else "InvalidWORMConfiguration"
            raise ServiceError(code)
        if has_object_worm(call.bucket):
            message = "The bucket's objects have retentions of their own."
            raise ServiceError("InvalidWORMConfiguration", message)
        worm_id = secrets.token_hex(16).upper()
        _keep(call, worm_id, "InProgress", days, call.now)
    return Response(200, {"x-oss-worm-id": worm_id})


def _abort(call: Call) -> Response:
    drain(call.request.body)
    with call.store.lock:
        tree = policy_of(call.bucket, call.now)
        if tree is not None and tree.findtext("State") == "Locked":
            raise ServiceError("WORMConfigurationLocked")
        if call.bucket.settings.pop(KEY, None) is not None:
            call.store.add_bucket(call.bucket)
    return Response(204)


def _complete(call: Call) -> Response:
    drain(call.request.body)
    worm_id = asked(call, "wormId")
    with call.store.lock:
        tree = _found(call, worm_id)
        begun = float(tree.findtext("Begun") or 0)
        _keep(call, worm_id, "Locked", _days(tree), begun)
    return Response(200)


def _extend(call: Call) -> Response:
    days = _days(document_of(call, "ExtendWormConfiguration", _CHECK))
    worm_id = asked(call, "wormId")
    with call.store.lock:
        tree = _found(call, worm_id)
        if tree.findtext("State") != "Locked":
            raise ServiceError("InvalidWORMConfiguration")
        if days <= _days(tree):
            message = "The retention period can only become longer."
            raise invalid_argument(message, "RetentionPeriodInDays", str(days))
        _keep(call, worm_id, "Locked", days, float(tree.findtext("Begun") or 0))
    return Response(200)


def _get(call: Call) -> Response:
    with call.store.lock:
        tree = _found(call)
    begun = float(tree.findtext("Begun") or 0)
    state = tree.findtext("State") or ""
    parts = [
        leaf("WormId", tree.findtext("WormId") or ""),
        leaf("State", state),
        leaf("RetentionPeriodInDays", _days(tree)),
        leaf("CreationDate", iso_date(begun)),
    ]
    if state == "InProgress":
        parts.append(leaf("ExpirationDate", iso_date(begun + DAY)))
    return xml_answer(node("WormConfiguration", *parts))


WORM = (
    Action("InitiateBucketWorm", "POST", "worm", _initiate),
    Action("AbortBucketWorm", "DELETE", "worm", _abort),
    Action("CompleteBucketWorm", "POST", "wormId", _complete),
    Action("ExtendBucketWorm", "POST", "wormExtend&wormId", _extend),
    Action("GetBucketWorm", "GET", "worm", _get),
)

"""Tasks that bring a bucket into several zones; here they are done at once."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from ossc.mock._encoding import iso_date
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._http import Response, drain
from ossc.mock._settings._action import Action, asked, kept, named, page_of, store
from ossc.mock._settings._setting import xml_answer
from ossc.mock._xml import leaf, node

if TYPE_CHECKING:
    from ossc.mock._call import Call

__all__ = ["REDUNDANCY"]

_QUERY, _MISSING = "redundancyTransition", "NoSuchRedundancyTransitionTask"
_TARGET = "x-oss-target-redundancy-type"
_TASK = "x-oss-redundancy-transition-taskid"
_ROOT = "BucketDataRedundancyTransition"


def _create(call: Call) -> Response:
    drain(call.request.body)
    target = asked(call, _TARGET)
    if target not in {"LRS", "ZRS"}:
        raise invalid_argument("There is no such redundancy type.", _TARGET, target)
    with call.store.lock:
        if call.bucket.redundancy == "ZRS":
            message = "The bucket's redundancy type is ZRS, which cannot be changed."
            raise ServiceError("OperationNotSupported", message)
        if target == call.bucket.redundancy:
            message = "The bucket has that redundancy type."
            raise invalid_argument(message, _TARGET, target)
        task_id = secrets.token_hex(16)
        moment = iso_date(call.now)
        call.bucket.redundancy = target
        parts = [
            leaf("Bucket", call.bucket_name),
            leaf("TaskId", task_id),
            leaf("Status", "Finished"),
            *(leaf(name, moment) for name in ("CreateTime", "StartTime", "EndTime")),
            leaf("ProcessPercentage", 100),
            leaf("EstimatedRemainingTime", 0),
        ]
        store(call, _QUERY, task_id, node(_ROOT, *parts))
    return xml_answer(node(_ROOT, leaf("TaskId", task_id)))


def _get(call: Call) -> Response:
    with call.store.lock:
        return xml_answer(kept(call, _QUERY, asked(call, _TASK), _MISSING))


def _delete(call: Call) -> Response:
    drain(call.request.body)
    task_id = asked(call, _TASK)
    with call.store.lock:
        kept(call, _QUERY, task_id, _MISSING)
        store(call, _QUERY, task_id, None)
    return Response(204)


def _list(call: Call) -> Response:
    """Those of a bucket; without a bucket, those of the caller's account."""
    with call.store.lock:
        buckets = [call.found] if call.found else list(call.store.buckets.values())
        tasks = {
            task_id: task
            for bucket in buckets
            if bucket.account == call.caller.account
            for task_id, task in named(bucket, _QUERY).items()
        }
    parts = page_of(call, {name: tasks[name] for name in sorted(tasks)})
    return xml_answer(node("ListBucketDataRedundancyTransition", *parts))


REDUNDANCY = (
    Action(f"Create{_ROOT}", "POST", _QUERY, _create),
    Action(f"Get{_ROOT}", "GET", f"{_QUERY}&{_TASK}", _get),
    Action(f"Delete{_ROOT}", "DELETE", f"{_QUERY}&{_TASK}", _delete),
    Action(f"List{_ROOT}", "GET", _QUERY, _list),
    Action("ListUserDataRedundancyTransition", "GET", _QUERY, _list, "service"),
)

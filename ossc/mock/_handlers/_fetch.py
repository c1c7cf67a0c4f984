"""Asynchronous fetch tasks: the server fetches an object from a URL by itself."""

from __future__ import annotations

import secrets
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._fetching import FetchTask, start_fetch
from ossc.mock._handlers._intake import receive_small
from ossc.mock._handlers._states import refuse_replacing
from ossc.mock._http import Response
from ossc.mock._names import check_key
from ossc.mock._xml import document, leaf, node, parse, text_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from ossc.mock._call import Call

__all__ = ["get_async_fetch_task", "put_async_fetch_task"]

_MAX_DOCUMENT_BYTES = 64 * 1024
_TASK_ID = "x-oss-task-id"
_XML = {"Content-Type": "application/xml"}


def put_async_fetch_task(call: Call) -> Response:
    """Begin to fetch an object."""
    data = receive_small(call, _MAX_DOCUMENT_BYTES)
    tree = parse(data, "AsyncFetchTaskConfiguration")
    if text_of(tree, "Callback"):
        message = "Callbacks of fetch tasks are not offered by this server."
        raise ServiceError("NotImplemented", message, status=501)
    task = _task(tree)
    with call.store.lock:
        call.store.check_bucket(call.bucket)
        _check_key(call, task)
        call.bucket.fetch_tasks[task.task_id] = task
    start_fetch(
        call.store, call.bucket, task, partial(_check_key, call, task), call.now
    )
    body = document(node("AsyncFetchTaskResult", leaf("TaskId", task.task_id)))
    return Response(200, dict(_XML), body)


def _task(tree: Element) -> FetchTask:
    url, key = text_of(tree, "Url") or "", text_of(tree, "Object") or ""
    check_key(key)
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname)
        is_good = is_good and parts.port != 0
    except ValueError:
        is_good = False
    if not is_good:
        raise invalid_argument("The URL to fetch is invalid.", "Url", url)
    return FetchTask(
        task_id=secrets.token_hex(16).upper(),
        url=url,
        key=key,
        host=text_of(tree, "Host") or "",
        content_md5=text_of(tree, "ContentMD5") or "",
        ignore_same_key=(text_of(tree, "IgnoreSameKey") or "true") == "true",
    )


def _check_key(call: Call, task: FetchTask) -> None:
    """Raise FileAlreadyExists or FileImmutable for a key that must stay as it is."""
    record = call.bucket.objects.get(task.key)
    if record is not None and task.ignore_same_key:
        raise ServiceError("FileAlreadyExists", extra={"Key": task.key})
    refuse_replacing(call, call.bucket, task.key)


def get_async_fetch_task(call: Call) -> Response:
    """Send how far a task has come."""
    task_id = call.request.header(_TASK_ID)
    if not task_id:
        raise ServiceError("MissingArgument", extra={"ArgumentName": _TASK_ID})
    with call.store.lock:
        task = call.bucket.fetch_tasks.get(task_id)
        if task is None:
            raise ServiceError("NoSuchTask", extra={"TaskId": task_id})
        body = document(
            node(
                "AsyncFetchTaskInfo",
                leaf("TaskId", task.task_id),
                leaf("State", task.state),
                leaf("ErrorMsg", task.error),
                node(
                    "TaskInfo",
                    leaf("Url", task.url),
                    leaf("Object", task.key),
                    leaf("Host", task.host),
                    leaf("ContentMD5", task.content_md5),
                    leaf("Callback", ""),
                    leaf("IgnoreSameKey", task.ignore_same_key),
                ),
            )
        )
    return Response(200, dict(_XML), body)

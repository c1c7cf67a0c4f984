"""From answers to the records of `_object_results`; the server's bytes are not trusted."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from ossc import _xml
from ossc._answers import crc64_header, etag_header, iso_time, number
from ossc._dates import parse_http_date
from ossc._object_results import (
    AsyncFetchTask,
    AsyncProcessResult,
    ChangeResult,
    ObjectACL,
    ObjectMeta,
    ObjectTagging,
    ProcessResult,
    RestoreResult,
    RestoreState,
    Retention,
    SealResult,
    Symlink,
)
from ossc._sdk import Answer
from ossc.errors import MalformedResponse
from ossc.models import Headers, ObjectInfo

__all__ = [
    "async_processed",
    "changed",
    "fetch_begun",
    "fetch_task",
    "legal_hold",
    "object_acl",
    "object_meta",
    "object_tagging",
    "processed",
    "restore_state",
    "restored",
    "retention",
    "sealed",
    "symlink",
]

_META = "x-oss-meta-"
_VERSION = "x-oss-version-id"
_ARCHIVED = ("Archive", "ColdArchive", "DeepColdArchive")


def changed(answer: Answer) -> ChangeResult:
    """Of a change that has nothing else to tell."""
    headers = answer.headers
    return ChangeResult(answer.request_id, headers.get(_VERSION), headers)


def object_meta(key: str, answer: Answer) -> ObjectMeta:
    """Of GetObjectMeta."""
    headers = answer.headers
    access = headers.get("x-oss-last-access-time")
    return ObjectMeta(
        key=key,
        size=number("Content-Length", headers.get("content-length", "")),
        etag=etag_header(headers),
        last_modified=_http_time("Last-Modified", headers.get("last-modified", "")),
        crc64=crc64_header(headers),
        last_access_time=(
            None if access is None else _http_time("x-oss-last-access-time", access)
        ),
        version_id=headers.get(_VERSION),
        request_id=answer.request_id,
        headers=headers,
    )


def sealed(answer: Answer) -> SealResult:
    """Of SealAppendObject."""
    name = "x-oss-sealed-time"
    moment = _http_time(name, answer.headers.get(name, ""))
    return SealResult(moment, answer.request_id, answer.headers)


def symlink(key: str, answer: Answer) -> Symlink:
    """Of GetSymlink."""
    headers = answer.headers
    target = headers.get("x-oss-symlink-target")
    if not target:
        raise MalformedResponse("the answer names no target of the symlink")
    modified = headers.get("last-modified")
    return Symlink(
        key=key,
        target=unquote(target),
        etag=etag_header(headers),
        last_modified=None if not modified else _http_time("Last-Modified", modified),
        metadata={
            name[len(_META) :]: value
            for name, value in headers.items()
            if name.startswith(_META)
        },
        version_id=headers.get(_VERSION),
        request_id=answer.request_id,
        headers=headers,
    )


def restored(answer: Answer) -> RestoreResult:
    """Of RestoreObject."""
    headers = answer.headers
    if answer.status not in (200, 202):
        raise MalformedResponse(f"a restore was answered with HTTP {answer.status}")
    return RestoreResult(
        is_restored=answer.status == 200,
        priority=headers.get("x-oss-object-restore-priority"),
        version_id=headers.get(_VERSION),
        request_id=answer.request_id,
        headers=headers,
    )


def restore_state(info: ObjectInfo) -> RestoreState:
    """What the headers of a HEAD say."""
    said = _quoted(info.headers)
    ongoing = said.get("ongoing-request") == "true"
    expiry = said.get("expiry-date")
    expires = None if expiry is None else _http_time("x-oss-restore", expiry)
    archived = info.storage_class in _ARCHIVED
    is_readable = not archived or (bool(said) and not ongoing)
    return RestoreState(info.storage_class, is_readable, ongoing, expires)


def _quoted(headers: Headers) -> dict[str, str]:
    """The pairs of `ongoing-request="false", expiry-date="Sun, 16 Apr 2017 …"`."""
    found: dict[str, str] = {}
    rest = headers.get("x-oss-restore", "")
    while rest:
        name, equals, rest = rest.partition('="')
        value, quote, rest = rest.partition('"')
        if not equals or not quote:
            raise MalformedResponse("x-oss-restore is not as OSS writes it")
        found[name.strip(", ")] = value
    return found


def object_tagging(answer: Answer) -> ObjectTagging:
    """Of GetObjectTagging."""
    root = _xml.parse(answer.body, "Tagging")
    tag_set = root.find("TagSet")
    found = [] if tag_set is None else tag_set.all("Tag")
    return ObjectTagging(
        {tag.get("Key"): tag.get("Value") for tag in found},
        answer.headers.get(_VERSION),
        answer.request_id,
    )


def object_acl(answer: Answer) -> ObjectACL:
    """Of GetObjectACL."""
    root = _xml.parse(answer.body, "AccessControlPolicy")
    grant = root.get("AccessControlList/Grant")
    if not grant:
        raise MalformedResponse("the answer names no access rule")
    return ObjectACL(
        grant,
        root.get("Owner/ID"),
        root.get("Owner/DisplayName"),
        answer.headers.get(_VERSION),
        answer.request_id,
    )


def processed(answer: Answer) -> ProcessResult:
    """Of ProcessObject."""
    facts = _json(answer)
    size = facts.get("fileSize")
    return ProcessResult(
        _text(facts, "bucket"),
        _text(facts, "object"),
        None if size is None else number("fileSize", str(size)),
        _text(facts, "status"),
        answer.request_id,
        answer.body,
    )


def async_processed(answer: Answer) -> AsyncProcessResult:
    """Of AsyncProcessObject."""
    facts = _json(answer)
    return AsyncProcessResult(
        _text(facts, "EventId"),
        _text(facts, "TaskId"),
        _text(facts, "RequestId"),
        answer.request_id,
        answer.body,
    )


def _json(answer: Answer) -> dict[str, Any]:
    if not answer.body:
        return {}
    try:
        facts = json.loads(answer.body)
    except (ValueError, RecursionError):
        raise MalformedResponse("the answer is not JSON") from None
    if not isinstance(facts, dict):
        raise MalformedResponse("the answer is JSON, but no object")
    return facts


def _text(facts: dict[str, Any], name: str) -> str:
    value = facts.get(name)
    return value if isinstance(value, str) else ""


def fetch_begun(answer: Answer) -> str:
    """Of PutAsyncFetchTask: the task's id."""
    task_id = _xml.parse(answer.body, None).get("TaskId")
    if not task_id:
        raise MalformedResponse("the answer names no task")
    return task_id


def fetch_task(answer: Answer) -> AsyncFetchTask:
    """Of GetAsyncFetchTask."""
    root = _xml.parse(answer.body, None)
    state = root.get("State")
    if not state:
        raise MalformedResponse("the answer names no state of the task")
    return AsyncFetchTask(
        task_id=root.get("TaskId"),
        state=state,
        error=root.get("ErrorMsg"),
        url=root.get("TaskInfo/Url"),
        key=root.get("TaskInfo/Object"),
        host=root.get("TaskInfo/Host"),
        content_md5=root.get("TaskInfo/ContentMD5"),
        callback=root.get("TaskInfo/Callback"),
        ignore_same_key=root.get("TaskInfo/IgnoreSameKey", "true") == "true",
        request_id=answer.request_id,
    )


def retention(answer: Answer) -> Retention:
    """Of GetObjectRetention."""
    root = _xml.parse(answer.body, "Retention")
    return Retention(root.get("Mode"), iso_time(root.get("RetainUntilDate")))


def legal_hold(answer: Answer) -> bool:
    """Of GetObjectLegalHold."""
    status = _xml.parse(answer.body, "LegalHold").get("Status")
    if status not in ("ON", "OFF"):
        raise MalformedResponse(f"the legal hold is {status!r:.20}")
    return status == "ON"


def _http_time(name: str, text: str) -> Any:
    try:
        return parse_http_date(text)
    except ValueError:
        raise MalformedResponse(f"{name} is {text!r:.60}") from None

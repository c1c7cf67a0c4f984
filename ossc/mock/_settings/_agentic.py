"""Agentic buckets: what they are made with, their status, their spaces.

What the server keeps of them, and how spaces get what they say, is in `_spaces`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ossc.mock._access import BUCKET_ACLS
from ossc.mock._encoding import iso_date, parse_number
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._handlers._buckets import acl_answer
from ossc.mock._handlers._intake import receive_small
from ossc.mock._handlers._listing import owner
from ossc.mock._http import Response, drain
from ossc.mock._policy import KEY, check_policy, is_public
from ossc.mock._schema import MALFORMED_EC, choice, maybe, one, shape, whole
from ossc.mock._settings._access import PUBLIC_ACCESS_BLOCK
from ossc.mock._settings._action import Action, document_of
from ossc.mock._settings._data import ENCRYPTION, VERSIONING
from ossc.mock._settings._setting import Setting, received, rendered, xml_answer
from ossc.mock._spaces import (
    ENDS,
    PARENT,
    PLACE,
    Template,
    check_name,
    keep,
    shelf,
    template_of,
)
from ossc.mock._xml import leaf, node, parse, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ossc.mock._call import Call
    from ossc.mock._records import Bucket

__all__ = ["AGENTIC", "AGENTIC_OPERATIONS"]

_MOST = 10
_CONFIGURATION = shape(
    {
        "StorageClass": maybe(choice("Standard", "IA", "Archive")),
        "DataRedundancyType": maybe(choice("LRS", "ZRS")),
    }
)
_QUOTA = Setting(
    "BucketStorageQuota",
    "quota",
    "QuotaConfiguration",
    shape(
        {
            "StorageQuota": one(whole(1, 10**18 - 1)),
            "Mode": maybe(choice("Strict", "Warning")),
        }
    ),
    missing="NoSuchBucketStorageQuota",
    removable=True,
)


def _spaces(call: Call, name: str) -> Iterator[Bucket]:
    """Return the spaces of an agentic bucket, by name."""
    for _, bucket in sorted(call.store.buckets.items()):
        if bucket.settings.get(PARENT) == name:
            yield bucket


def _create(call: Call) -> Response:
    data = receive_small(call, 64 * 1024, ec=MALFORMED_EC)
    tree = ET.Element("CreateAgenticBucketConfiguration")
    if data.strip():
        tree = parse(data, tree.tag, ec=MALFORMED_EC)
        _CONFIGURATION(tree)
    check_name(call, call.bucket_name, ENDS[0])
    template = {
        "created": call.now,
        "storage_class": text_of(tree, "StorageClass") or "Standard",
        "redundancy": text_of(tree, "DataRedundancyType") or "LRS",
        "status": "Enabled",
        "acl": "private",
        "settings": {
            PUBLIC_ACCESS_BLOCK.query: node(
                PUBLIC_ACCESS_BLOCK.root, leaf("BlockPublicAccess", value=True)
            )
        },
    }
    with call.store.lock:
        own = shelf(call)
        if PLACE + call.bucket_name in own:
            extra = {"BucketName": call.bucket_name}
            raise ServiceError("BucketAlreadyExists", extra=extra)
        if sum(each.startswith(PLACE) for each in own) >= _MOST:
            raise ServiceError("TooManyBuckets")
        keep(call, template)
    return Response(200)


def _get(call: Call) -> Response:
    drain(call.request.body)
    with call.store.lock:
        template = template_of(call)
    settings = template["settings"]
    parts = [
        leaf("Name", call.bucket_name),
        leaf("Owner", call.caller.account or ""),
        leaf("Region", call.context.region),
        leaf("StorageClass", template["storage_class"]),
        leaf("DataRedundancyType", template["redundancy"]),
        leaf("Status", template["status"]),
        leaf("BucketResourceType", "AgenticBucket"),
        leaf("CreateTime", iso_date(template["created"])),
        leaf("ACL", template["acl"]),
        leaf("PublicAccessBlock", _is_blocked(template)),
        settings.get(ENCRYPTION.query, ""),
    ]
    if VERSIONING.query in settings:
        tree = ET.fromstring(settings[VERSIONING.query])  # noqa: S314 - our own
        parts.append(leaf("Versioning", text_of(tree, "Status") or ""))
    if KEY in settings:
        parts.append(leaf("BucketPolicy", settings[KEY]))
    return xml_answer(node("AgenticBucketInfo", *parts))


def _is_blocked(template: Template) -> bool:
    return ">true<" in template["settings"].get(PUBLIC_ACCESS_BLOCK.query, "")


def _delete(call: Call) -> Response:
    drain(call.request.body)
    extra = {"BucketName": call.bucket_name}
    with call.store.lock:
        if template_of(call)["status"] != "Disabled":
            raise ServiceError("AgenticBucketNotDisabled", extra=extra)
        if any(_spaces(call, call.bucket_name)):
            raise ServiceError("AgenticBucketNotEmpty", extra=extra)
        del shelf(call)[PLACE + call.bucket_name]
        call.store.save_accounts()
    return Response(204)


def _put_status(call: Call) -> Response:
    """Take the status from the parameter, or where that is empty from a document."""
    status = call.request.param("status")
    if status:
        drain(call.request.body)
        if status not in {"Enabled", "Disabled"}:
            raise invalid_argument("There is no such status.", "status", status)
    else:
        check = shape({"Status": one(choice("Enabled", "Disabled"))})
        status = text_of(document_of(call, "AgenticBucketStatus", check), "Status")
    with call.store.lock:
        keep(call, template_of(call) | {"status": (status or "").strip()})
    return Response(200)


def _limit(call: Call) -> int:
    wish = call.request.param("max-keys") or "100"
    size = parse_number(wish)
    if size is None or not 1 <= size <= 1000:
        raise invalid_argument("max-keys is invalid.", "max-keys", wish)
    return size


def _page(call: Call, names: list[str], after: str) -> tuple[list[str], list[str]]:
    """Return the names of a page, and the elements that tell of the next one."""
    size, token = _limit(call), call.request.param("continuation-token")
    left = [name for name in names if name > (token or after)]
    more = len(left) > size
    tail = [leaf("IsTruncated", more)]
    if token:
        tail.append(leaf("ContinuationToken", token))
    if more:
        tail.append(leaf("NextContinuationToken", left[size - 1]))
    return left[:size], tail


def _list(call: Call) -> Response:
    with call.store.lock:
        own = shelf(call)
        kept = {
            place.removeprefix(PLACE): json.loads(text)
            for place, text in sorted(own.items())
            if place.startswith(PLACE)
        }
    names, tail = _page(call, list(kept), "")
    buckets = [
        node(
            "AgenticBucket",
            leaf("Name", name),
            leaf("StorageClass", kept[name]["storage_class"]),
            leaf("DataRedundancyType", kept[name]["redundancy"]),
            leaf("CreateTime", iso_date(kept[name]["created"])),
        )
        for name in names
    ]
    parts = [
        leaf("Region", call.context.region),
        leaf("Owner", call.caller.account or ""),
        *tail,
        node("AgenticBuckets", *buckets),
    ]
    return xml_answer(node("ListAgenticBucketsResult", *parts))


def _list_spaces(call: Call) -> Response:
    prefix = call.request.param("prefix") or ""
    after = call.request.param("start-after") or ""
    with call.store.lock:
        template_of(call)
        found = {
            bucket.name: bucket
            for bucket in _spaces(call, call.bucket_name)
            if bucket.name.startswith(prefix)
        }
    names, tail = _page(call, list(found), after)
    spaces = [
        node(
            "BucketSpace",
            leaf("Name", name),
            leaf("Location", f"oss-{call.context.region}"),
            leaf("CreationDate", iso_date(found[name].created)),
            leaf("StorageClass", found[name].storage_class),
        )
        for name in names
    ]
    parts = [
        owner(call.caller.account or ""),
        leaf("Prefix", prefix),
        leaf("StartAfter", after),
        leaf("MaxKeys", _limit(call)),
        *tail,
        node("BucketSpaces", *spaces),
    ]
    return xml_answer(node("ListBucketSpacesResult", *parts))


def _get_acl(call: Call) -> Response:
    with call.store.lock:
        template = template_of(call)
    return acl_answer(call.caller.account or "", template["acl"])


def _put_acl(call: Call) -> Response:
    drain(call.request.body)
    acl = call.request.header("x-oss-acl") or ""
    if acl not in BUCKET_ACLS:
        message = "The bucket acl you specified is invalid."
        raise invalid_argument(message, "x-oss-acl", acl)
    with call.store.lock:
        template = template_of(call)
        if acl != "private" and _is_blocked(template):
            message = "Put public bucket acl is not allowed."
            raise ServiceError("AccessDenied", message)
        keep(call, template | {"acl": acl})
    return Response(200)


def _get_policy(call: Call) -> Response:
    with call.store.lock:
        kept = template_of(call)["settings"].get(KEY)
    if kept is None:
        raise ServiceError("NoSuchBucketPolicy")
    return Response(200, {"Content-Type": "application/json"}, kept.encode())


def _put_policy(call: Call) -> Response:
    data = receive_small(call, 64 * 1024, code="InvalidPolicyDocument")
    policy = check_policy(data, call.bucket_name)
    with call.store.lock:
        template = template_of(call)
        if _is_blocked(template) and is_public(policy):
            message = "Put public bucket policy is not allowed."
            raise ServiceError("AccessDenied", message)
        template["settings"][KEY] = policy
        keep(call, template)
    return Response(200)


def _putter(row: Setting) -> Callable[[Call], Response]:
    def put(call: Call) -> Response:
        tree = received(row, call)
        if row.accept is not None:
            row.accept(call, tree)
        with call.store.lock:
            template = template_of(call)
            template["settings"][row.query] = rendered(tree)
            keep(call, template)
        return Response(200)

    return put


def _getter(row: Setting) -> Callable[[Call], Response]:
    def get(call: Call) -> Response:
        with call.store.lock:
            kept = template_of(call)["settings"].get(row.query)
        if kept is None and row.missing is not None:
            raise ServiceError(row.missing, extra={"BucketName": call.bucket_name})
        return xml_answer(kept or node(row.root, row.default))

    return get


def _deleter(query: str) -> Callable[[Call], Response]:
    def delete(call: Call) -> Response:
        drain(call.request.body)
        with call.store.lock:
            template = template_of(call)
            template["settings"].pop(query, None)
            keep(call, template)
        return Response(204)

    return delete


def _rows(row: Setting) -> Iterator[Action]:
    """Return the rows of a setting that is kept as a bucket's is."""
    noun = row.noun.replace("Bucket", "AgenticBucket")
    query = f"agenticBucket&{row.query}"
    yield Action(f"Put{noun}", "PUT", query, _putter(row))
    yield Action(f"Get{noun}", "GET", query, _getter(row))
    if row.removable:
        yield Action(f"Delete{noun}", "DELETE", query, _deleter(row.query))


AGENTIC = (
    Action("CreateAgenticBucket", "PUT", "agenticBucket", _create),
    Action("GetAgenticBucket", "GET", "agenticBucket", _get),
    Action("DeleteAgenticBucket", "DELETE", "agenticBucket", _delete),
    Action("ListAgenticBuckets", "GET", "agenticBucket", _list, "service"),
    Action("PutAgenticBucketStatus", "PUT", "agenticBucket&status", _put_status),
    Action("ListBucketSpaces", "GET", "agenticBucket&bucketSpace", _list_spaces),
    Action("PutAgenticBucketAcl", "PUT", "agenticBucket&acl", _put_acl),
    Action("GetAgenticBucketAcl", "GET", "agenticBucket&acl", _get_acl),
    Action("PutAgenticBucketPolicy", "PUT", f"agenticBucket&{KEY}", _put_policy),
    Action("GetAgenticBucketPolicy", "GET", f"agenticBucket&{KEY}", _get_policy),
    Action(
        "DeleteAgenticBucketPolicy", "DELETE", f"agenticBucket&{KEY}", _deleter(KEY)
    ),
    *_rows(ENCRYPTION),
    *_rows(VERSIONING),
    *_rows(PUBLIC_ACCESS_BLOCK),
    *_rows(_QUOTA),
)

AGENTIC_OPERATIONS = frozenset(action.name for action in AGENTIC)
"""Operations on what is no bucket of the store."""

"""Access points: kept with their policies; requests by their aliases are not taken."""

from __future__ import annotations

import json
import re
import secrets
from typing import TYPE_CHECKING

from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._handlers._intake import receive_small
from ossc.mock._http import Response, drain
from ossc.mock._schema import choice, flag, malformed, maybe, one, shape, text
from ossc.mock._settings._action import (
    Action,
    asked,
    document_of,
    kept,
    named,
    page_of,
    store,
)
from ossc.mock._settings._setting import rendered, xml_answer
from ossc.mock._xml import leaf, node, text_of

if TYPE_CHECKING:
    from ossc.mock._call import Call

__all__ = ["ACCESS_POINTS"]

_QUERY, _POLICY, _BLOCK = "accessPoint", "accessPointPolicy", "accessPointBlock"
_HEADER = "x-oss-access-point-name"
_MISSING = "NoSuchAccessPoint"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,17}[a-z0-9]")
_MOST = 100
_MAX_POLICY_BYTES = 16 * 1024
_CHECK = shape(
    {
        "AccessPointName": one(text(least=1)),
        "NetworkOrigin": one(choice("internet", "vpc")),
        "VpcConfiguration": maybe(shape({"VpcId": one(text(least=1))})),
    }
)
_BLOCKED = shape({"BlockPublicAccess": one(flag)})


def _arn(call: Call, name: str) -> str:
    account = call.bucket.account
    return f"acs:oss:{call.context.region}:{account}:accesspoint/{name}"


def _create(call: Call) -> Response:
    tree = document_of(call, "CreateAccessPointConfiguration", _CHECK)
    name = (text_of(tree, "AccessPointName") or "").strip()
    if not _NAME.fullmatch(name) or name.endswith("-ossalias"):
        raise invalid_argument("The name is invalid.", "AccessPointName", name)
    vpc = tree.find("VpcConfiguration")
    if (text_of(tree, "NetworkOrigin") == "vpc") != (vpc is not None):
        raise malformed("VpcConfiguration is for the NetworkOrigin vpc")
    with call.store.lock:
        mine = [
            each
            for bucket in call.store.buckets.values()
            if bucket.account == call.bucket.account
            for each in named(bucket, _QUERY)
        ]
        if name in mine:
            extra = {"AccessPointName": name}
            raise ServiceError("AccessPointAlreadyExists", extra=extra)
        if len(mine) >= _MOST:
            raise ServiceError("TooManyAccessPoints")
        alias = f"{name}-{secrets.token_hex(16)}-ossalias"
        parts = [
            leaf("Bucket", call.bucket_name),
            leaf("AccessPointName", name),
            leaf("Alias", alias),
            leaf("NetworkOrigin", text_of(tree, "NetworkOrigin") or ""),
            *([rendered(vpc)] if vpc is not None else []),
            leaf("Status", "enable"),
            leaf("CreationDate", int(call.now)),
        ]
        store(call, _QUERY, name, node("AccessPoint", *parts))
    made = leaf("AccessPointArn", _arn(call, name)), leaf("Alias", alias)
    return xml_answer(node("CreateAccessPointResult", *made))


def _found(call: Call) -> tuple[str, str]:
    """The access point that a request names, and what is kept of it."""
    name = asked(call, _HEADER)
    return name, kept(call, _QUERY, name, _MISSING)


def _get(call: Call) -> Response:
    with call.store.lock:
        name, text = _found(call)
        blocked = call.bucket.settings.get(f"{_BLOCK}/{name}")
    alias = text.partition("<Alias>")[2].partition("<")[0]
    region = call.context.region
    inner = text.removeprefix("<AccessPoint>").removesuffix("</AccessPoint>")
    parts = [
        inner,
        leaf("AccountId", call.bucket.account),
        leaf("AccessPointArn", _arn(call, name)),
        node(
            "Endpoints",
            leaf("PublicEndpoint", f"{alias}.oss-{region}.aliyuncs.com"),
            leaf("InternalEndpoint", f"{alias}.oss-{region}-internal.aliyuncs.com"),
        ),
        blocked or _unblocked(),
    ]
    return xml_answer(node("GetAccessPointResult", *parts))


def _unblocked() -> str:
    return node("PublicAccessBlockConfiguration", leaf("BlockPublicAccess", "false"))


def _delete(call: Call) -> Response:
    drain(call.request.body)
    with call.store.lock:
        name, _ = _found(call)
        for query in (_POLICY, _BLOCK, _QUERY):
            store(call, query, name, None)
    return Response(204)


def _list(call: Call) -> Response:
    """Those of a bucket; without a bucket, those of the caller's account."""
    with call.store.lock:
        buckets = [call.found] if call.found else list(call.store.buckets.values())
        entries = {
            name: re.sub("<CreationDate>.*</CreationDate>", "", each)
            for bucket in buckets
            if bucket.account == call.caller.account
            for name, each in named(bucket, _QUERY).items()
        }
    entries = {name: entries[name] for name in sorted(entries)}
    *points, tail = _split(page_of(call, entries))
    parts = leaf("AccountId", call.caller.account or ""), leaf("MaxKeys", _size(call))
    listed = node("AccessPoints", *points)
    return xml_answer(node("ListAccessPointsResult", *parts, tail, listed))


def _split(page: list[str]) -> list[str]:
    """The entries of a page, and what comes behind them in one piece."""
    points = [each for each in page if each.startswith("<AccessPoint>")]
    return [*points, "".join(page[len(points) :])]


def _size(call: Call) -> str:
    return call.request.param("max-keys") or "100"


def _put_policy(call: Call) -> Response:
    data = receive_small(call, _MAX_POLICY_BYTES, code="InvalidPolicyDocument")
    with call.store.lock:
        name, _ = _found(call)
        try:
            policy = json.loads(data)
        except (ValueError, RecursionError):
            raise ServiceError("InvalidPolicyDocument") from None
        if not isinstance(policy, dict) or not isinstance(
            policy.get("Statement"), list
        ):
            raise ServiceError("InvalidPolicyDocument")
        store(call, _POLICY, name, data.decode())
    return Response(200)


def _get_policy(call: Call) -> Response:
    with call.store.lock:
        name, _ = _found(call)
        policy = kept(call, _POLICY, name, "NoSuchAccessPointPolicy")
    return Response(200, {"Content-Type": "application/json"}, policy.encode())


def _delete_policy(call: Call) -> Response:
    drain(call.request.body)
    with call.store.lock:
        name, _ = _found(call)
        store(call, _POLICY, name, None)
    return Response(204)


def _put_block(call: Call) -> Response:
    tree = document_of(call, "PublicAccessBlockConfiguration", _BLOCKED)
    with call.store.lock:
        name, _ = _found(call)
        store(call, _BLOCK, name, rendered(tree))
    return Response(200)


def _get_block(call: Call) -> Response:
    with call.store.lock:
        name, _ = _found(call)
        found = call.bucket.settings.get(f"{_BLOCK}/{name}")
    return xml_answer(found or _unblocked())


def _delete_block(call: Call) -> Response:
    drain(call.request.body)
    with call.store.lock:
        name, _ = _found(call)
        store(call, _BLOCK, name, None)
    return Response(204)


_BLOCK_QUERY = f"publicAccessBlock&{_HEADER}"


def _get_or_list(call: Call) -> Response:
    """One request for both: only the header tells them apart."""
    return _get(call) if call.request.header(_HEADER) else _list(call)


ACCESS_POINTS = (
    Action("CreateAccessPoint", "PUT", _QUERY, _create),
    Action("GetAccessPoint", "GET", _QUERY, _get_or_list),
    Action("DeleteAccessPoint", "DELETE", _QUERY, _delete),
    Action("ListAccessPoints", "GET", _QUERY, _list, "service"),
    Action("PutAccessPointPolicy", "PUT", _POLICY, _put_policy),
    Action("GetAccessPointPolicy", "GET", _POLICY, _get_policy),
    Action("DeleteAccessPointPolicy", "DELETE", _POLICY, _delete_policy),
    Action("PutAccessPointPublicAccessBlock", "PUT", _BLOCK_QUERY, _put_block),
    Action("GetAccessPointPublicAccessBlock", "GET", _BLOCK_QUERY, _get_block),
    Action("DeleteAccessPointPublicAccessBlock", "DELETE", _BLOCK_QUERY, _delete_block),
)

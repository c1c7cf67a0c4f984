"""What is asked of the service as a whole: regions, cloud boxes, forwarded gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ossc.mock._encoding import parse_number
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._forwarding import FORWARDED_HEADERS, STATUSES
from ossc.mock._handlers._intake import receive_small
from ossc.mock._handlers._listing import owner
from ossc.mock._handlers._paging import limit_of
from ossc.mock._http import Response
from ossc.mock._settings._action import Action, asked
from ossc.mock._settings._setting import xml_answer
from ossc.mock._xml import leaf, node

if TYPE_CHECKING:
    from ossc.mock._call import Call

__all__ = ["ACCOUNT", "CLOUD_BOX"]

CLOUD_BOX = "cloudBox"
_MAX_ANSWER = 64 * 1024 * 1024
_FORWARD = "x-oss-write-get-object-response"
_PREFIX = "x-oss-fwd-header-"

_REGION_NAMES = """
ap-northeast-1 ap-northeast-2 ap-southeast-1 ap-southeast-3 ap-southeast-5 ap-southeast-6
ap-southeast-7 cn-beijing cn-chengdu cn-fuzhou cn-guangzhou cn-hangzhou cn-heyuan
cn-hongkong cn-huhehaote cn-nanjing cn-qingdao cn-shanghai cn-shenzhen cn-wuhan-lr
cn-wulanchabu cn-zhangjiakou eu-central-1 eu-west-1 me-central-1 me-east-1 us-east-1
us-west-1
"""


def _describe_regions(call: Call) -> Response:
    known = [
        f"oss-{name}" for name in sorted({*_REGION_NAMES.split(), call.context.region})
    ]
    wanted = call.request.param("regions")
    if wanted and wanted not in known:
        message = "The region is not one of this service."
        raise invalid_argument(message, "regions", wanted)
    parts = [
        node(
            "RegionInfo",
            leaf("Region", name),
            leaf("InternetEndpoint", f"{name}.aliyuncs.com"),
            leaf("InternalEndpoint", f"{name}-internal.aliyuncs.com"),
            leaf("AccelerateEndpoint", "oss-accelerate.aliyuncs.com"),
        )
        for name in known
        if wanted in {None, "", name}
    ]
    return xml_answer(node("RegionInfoList", *parts))


def _list_cloud_boxes(call: Call) -> Response:
    request = call.request
    prefix, marker = request.param("prefix") or "", request.param("marker") or ""
    limit = limit_of(request, "max-keys", 100)
    with call.store.lock:
        kept = call.store.accounts.get(call.caller.account or "", {})
        found = [key for key in sorted(kept) if key.startswith(f"{CLOUD_BOX}/{prefix}")]
        after = [key for key in found if key > f"{CLOUD_BOX}/{marker}"]
        page = [kept[key] for key in after[:limit]]
    truncated = len(after) > limit
    last = after[limit - 1].partition("/")[2] if truncated else ""
    parts = [
        leaf("Prefix", prefix),
        leaf("Marker", marker),
        leaf("MaxKeys", limit),
        leaf("IsTruncated", truncated),
        leaf("NextMarker", last),
        owner(call.caller.account or ""),
        node("CloudBoxes", *page),
    ]
    return xml_answer(node("ListCloudBoxResult", *parts))


def _write_response(call: Call) -> Response:
    """Hand a function's answer to the one who waits for it."""
    route, token = (
        asked(call, "x-oss-request-route"),
        asked(call, "x-oss-request-token"),
    )
    text = asked(call, "x-oss-fwd-status")
    status = parse_number(text)
    if status not in STATUSES:
        message = "The status is not one that can be forwarded."
        raise invalid_argument(message, "x-oss-fwd-status", text)
    headers = {}
    for name, value in call.request.headers:
        if name.lower().startswith(_PREFIX):
            bare = name.lower().removeprefix(_PREFIX)
            if bare not in FORWARDED_HEADERS:
                raise invalid_argument("The header cannot be forwarded.", name, value)
            headers[bare] = value
    body = receive_small(call, _MAX_ANSWER, code="EntityTooLarge")
    with call.store.lock:
        waiting = call.store.forwarded.get(token)
        if waiting is None or waiting.route != route:
            message = "The token is not one of a request that waits for its answer."
            raise ServiceError("AccessDenied", message)
        del call.store.forwarded[token]
        waiting.answer(status, headers, body)
    return Response(200)


ACCOUNT = (
    Action("DescribeRegions", "GET", "regions", _describe_regions, "service"),
    Action("ListCloudBoxes", "GET", "cloudboxes", _list_cloud_boxes, "service"),
    Action("WriteGetObjectResponse", "POST", _FORWARD, _write_response, "service"),
)

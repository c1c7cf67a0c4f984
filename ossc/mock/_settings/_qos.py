"""Bandwidths of buckets and accounts, and resource pools; nothing here is slowed down.

Pools are made by ``Server.create_resource_pool``, as OSS's staff makes them, and are kept
with the account: ``resourcePool/NAME``, ``poolBucket/NAME/BUCKET``, ``poolQos/NAME/UID``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._http import Response, drain
from ossc.mock._settings._action import Action, asked, document_of, page_of
from ossc.mock._settings._responses import LIMITS, requester_of
from ossc.mock._settings._setting import Setting, rendered, xml_answer
from ossc.mock._xml import leaf, node, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ossc.mock._call import Call

__all__ = ["BUCKET_QOS", "POOL", "POOL_BUCKET", "RESOURCE_POOLS", "qos_document"]

POOL, POOL_BUCKET, _POOL_QOS = "resourcePool", "poolBucket", "poolQos"
_QUERY, _REQUESTER = "requesterQosInfo", "qosRequester"
_ROOT = "QoSConfiguration"
_NETS = ("Total", "Intranet", "Extranet")
_KINDS = ("UploadBandwidth", "DownloadBandwidth", "Qps")
_NAMES = [f"{net}{way}Bandwidth" for way in ("Upload", "Download") for net in _NETS] + [
    f"{net}Qps" for net in _NETS
]
_UNLIMITED = -1
_LEAST_GBIT = 5


def qos_document(limits: dict[str, int]) -> str:
    """Return limits with those that are not said, which are none."""
    return node(_ROOT, *_all(limits))


def _all(limits: dict[str, int]) -> list[str]:
    return [leaf(name, limits.get(name, _UNLIMITED)) for name in _NAMES]


def _limits_of(tree: ET.Element) -> dict[str, int]:
    found = {name: text_of(tree, name) for name in _NAMES}
    return {name: int(text) for name, text in found.items() if text is not None}


def _check(limits: dict[str, int], ceilings: Iterable[dict[str, int]] = ()) -> None:
    """Raise InvalidArgument where a part is more than the whole that it is of."""
    for whole in (limits, *ceilings):
        for kind in _KINDS:
            most = whole.get(f"Total{kind}", _UNLIMITED)
            for net in _NETS:
                value = limits.get(f"{net}{kind}", _UNLIMITED)
                if most != _UNLIMITED and value > most:
                    message = f"{net}{kind} is more than the total of {most}."
                    raise invalid_argument(message, f"{net}{kind}", str(value))


def _pools_with(call: Call, bucket: str) -> list[dict[str, int]]:
    """The limits of the pools that a bucket is in."""
    shelf = call.store.accounts.get(call.bucket.account, {})
    names = [key.split("/")[1] for key in shelf if _is_of(key, POOL_BUCKET, bucket)]
    return [_pool_limits(shelf[f"{POOL}/{name}"]) for name in names]


def _is_of(key: str, kind: str, last: str) -> bool:
    return key.startswith(f"{kind}/") and key.endswith(f"/{last}")


def _pool_limits(text: str) -> dict[str, int]:
    found = ET.fromstring(text).find(_ROOT)  # noqa: S314 - our own
    return {} if found is None else _limits_of(found)


def _accept_bucket_qos(call: Call, tree: ET.Element) -> None:
    limits = _limits_of(tree)
    _check(limits, _pools_with(call, call.bucket_name))
    # Every limit is told, said or not.
    tree[:] = [ET.fromstring(each) for each in _all(limits)]  # noqa: S314 - our own


BUCKET_QOS = Setting(
    "BucketQoSInfo",
    "qosInfo",
    _ROOT,
    LIMITS,
    default="".join(_all({})),
    removable=True,
    accept=_accept_bucket_qos,
)


def _shelf(call: Call) -> dict[str, str]:
    return call.store.accounts.get(call.caller.account or "", {})


def _user_qos(call: Call) -> Response:
    region = leaf("Region", f"oss-{call.context.region}")
    return xml_answer(node(_ROOT, region, *_all({})))


def _owned(call: Call) -> list[str]:
    return [
        leaf("Region", f"oss-{call.context.region}"),
        leaf("Owner", call.caller.account or ""),
    ]


def _echo(call: Call) -> list[str]:
    token = call.request.param("continuation-token")
    return [leaf("ContinuationToken", token)] if token else []


def _under(shelf: dict[str, str], start: str) -> dict[str, str]:
    """What is kept below a place, by the rest of its name in order."""
    return {
        key.removeprefix(start): shelf[key]
        for key in sorted(shelf)
        if key.startswith(start)
    }


def _list(call: Call) -> Response:
    with call.store.lock:
        pools = _under(_shelf(call), f"{POOL}/")
    entries = {}
    for name, text in pools.items():
        tree = ET.fromstring(text)  # noqa: S314 - our own
        made = leaf("CreateTime", text_of(tree, "CreateTime") or "")
        entries[name] = node("ResourcePool", leaf("Name", name), made)
    parts = [*_owned(call), *_echo(call), *page_of(call, entries)]
    return xml_answer(node("ListResourcePoolsResult", *parts))


def _pool(call: Call) -> tuple[str, str]:
    """The name of the pool that a request means, and what is kept of it."""
    name = asked(call, POOL)
    found = _shelf(call).get(f"{POOL}/{name}")
    if found is None:
        raise ServiceError("NoSuchResourcePool", extra={"ResourcePool": name})
    return name, found


def _get(call: Call) -> Response:
    with call.store.lock:
        _, found = _pool(call)
    inner = found.removeprefix("<ResourcePool>").removesuffix("</ResourcePool>")
    return xml_answer(node("GetResourcePoolInfoResponse", *_owned(call), inner))


def _buckets(call: Call) -> Response:
    with call.store.lock:
        name, _ = _pool(call)
        kept = _under(_shelf(call), f"{POOL_BUCKET}/{name}/")
        entries = {
            each: text for each, text in kept.items() if each in call.store.buckets
        }
    parts = [leaf("ResourcePool", name), *_echo(call), *page_of(call, entries)]
    return xml_answer(node("ListResourcePoolBucketsResult", *parts))


def _put_requester(call: Call) -> Response:
    requester = requester_of(call)
    tree = document_of(call, _ROOT, LIMITS)
    limits = _limits_of(tree)
    for name, value in limits.items():
        if name.endswith("Bandwidth") and 0 < value < _LEAST_GBIT:
            message = f"{name} is less than {_LEAST_GBIT} Gbit/s."
            raise invalid_argument(message, name, str(value))
    with call.store.lock:
        name, found = _pool(call)
        _check(limits, [_pool_limits(found)])
        info = node("RequesterQoSInfo", leaf("Requester", requester), rendered(tree))
        _shelf(call)[f"{_POOL_QOS}/{name}/{requester}"] = info
        call.store.save_accounts()
    return Response(200)


def _get_requester(call: Call) -> Response:
    requester = requester_of(call)
    with call.store.lock:
        name, _ = _pool(call)
        found = _shelf(call).get(f"{_POOL_QOS}/{name}/{requester}")
    if found is None:
        raise ServiceError("NoSuchRequesterQoSInfo", extra={"ResourcePool": name})
    return xml_answer(found)


def _delete_requester(call: Call) -> Response:
    drain(call.request.body)
    requester = requester_of(call)
    with call.store.lock:
        name, _ = _pool(call)
        _shelf(call).pop(f"{_POOL_QOS}/{name}/{requester}", None)
        call.store.save_accounts()
    return Response(204)


def _list_requesters(call: Call) -> Response:
    with call.store.lock:
        name, _ = _pool(call)
        entries = _under(_shelf(call), f"{_POOL_QOS}/{name}/")
    parts = [leaf("ResourcePool", name), *_echo(call), *page_of(call, entries)]
    return xml_answer(node("ListResourcePoolRequesterQoSInfosResult", *parts))


_ONE = f"{_QUERY}&{_REQUESTER}&{POOL}"
_NOUN = "ResourcePoolRequesterQoSInfo"

RESOURCE_POOLS = (
    Action("GetUserQoSInfo", "GET", "qosInfo", _user_qos, "service"),
    Action("ListResourcePools", "GET", POOL, _list, "service"),
    Action("GetResourcePoolInfo", "GET", f"resourcePoolInfo&{POOL}", _get, "service"),
    Action(
        "ListResourcePoolBuckets",
        "GET",
        f"resourcePoolBuckets&{POOL}",
        _buckets,
        "service",
    ),
    Action(f"Put{_NOUN}", "PUT", _ONE, _put_requester, "service"),
    Action(f"Get{_NOUN}", "GET", _ONE, _get_requester, "service"),
    Action(f"Delete{_NOUN}", "DELETE", _ONE, _delete_requester, "service"),
    Action(f"List{_NOUN}s", "GET", f"{_QUERY}&{POOL}", _list_requesters, "service"),
)

"""Inventories: kept, but nothing is listed by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._http import Response, drain
from ossc.mock._schema import choice, flag, maybe, one, several, shape, text, whole
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
from ossc.mock._xml import node, text_of

if TYPE_CHECKING:
    from ossc.mock._call import Call

__all__ = ["INVENTORY"]

_QUERY, _ID, _MISSING = "inventory", "inventoryId", "NoSuchInventory"
_MOST = 1000
_FIELDS = shape({"Field": several(text(least=1))})
_ROOT = "InventoryConfiguration"
_CHECK = shape(
    {
        "Id": one(text(least=1, most=64)),
        "IsEnabled": one(flag),
        "Filter": maybe(
            shape(
                {
                    "Prefix": maybe(text(most=1023)),
                    "LastModifyBeginTimeStamp": maybe(whole(0, 10**12)),
                    "LastModifyEndTimeStamp": maybe(whole(0, 10**12)),
                    "LowerSizeBound": maybe(whole(0, 10**15)),
                    "UpperSizeBound": maybe(whole(0, 10**15)),
                    "StorageClass": maybe(text()),
                }
            )
        ),
        "Destination": one(
            shape(
                {
                    "OSSBucketDestination": one(
                        shape(
                            {
                                "Format": one(choice("CSV", "ORC", "Parquet")),
                                "AccountId": one(text(least=1)),
                                "RoleArn": one(text(least=1)),
                                "Bucket": one(text(least=1)),
                                "Prefix": maybe(text(most=1023)),
                            }
                        )
                    )
                }
            )
        ),
        "Schedule": one(
            shape(
                {
                    "Frequency": one(choice("Daily", "Weekly", "Monthly")),
                    "DayOfMonth": maybe(whole(1, 31)),
                    "AutoDelete": maybe(flag),
                }
            )
        ),
        "IncludedObjectVersions": one(choice("All", "Current")),
        "OptionalFields": maybe(_FIELDS),
        "IncrementalInventory": maybe(
            shape({"IsEnabled": one(flag), "OptionalFields": maybe(_FIELDS)})
        ),
    }
)


def _put(call: Call) -> Response:
    name = asked(call, _ID)
    tree = document_of(call, _ROOT, _CHECK)
    if text_of(tree, "Id") != name:
        raise invalid_argument("inventoryId and Id differ.", _ID, name)
    target = tree.findtext("Destination/OSSBucketDestination/Bucket") or ""
    with call.store.lock:
        bucket = call.store.buckets.get(target.removeprefix("acs:oss:::"))
        if bucket is None or not target.startswith("acs:oss:::"):
            message = "The destination bucket of the inventory does not exist."
            raise invalid_argument(message, "Bucket", target)
        there = named(call.bucket, _QUERY)
        if name in there:
            raise ServiceError("InventoryAlreadyExist")
        if len(there) >= _MOST:
            raise ServiceError("InventoryExceedLimit")
        store(call, _QUERY, name, rendered(tree))
    return Response(200)


def _get(call: Call) -> Response:
    with call.store.lock:
        return xml_answer(kept(call, _QUERY, asked(call, _ID), _MISSING))


def _list(call: Call) -> Response:
    with call.store.lock:
        parts = page_of(call, named(call.bucket, _QUERY))
    return xml_answer(node("ListInventoryConfigurationsResult", *parts))


def _delete(call: Call) -> Response:
    drain(call.request.body)
    with call.store.lock:
        store(call, _QUERY, asked(call, _ID), None)
    return Response(204)


INVENTORY = (
    Action("PutBucketInventory", "PUT", "inventory&inventoryId", _put),
    Action("GetBucketInventory", "GET", "inventory&inventoryId", _get),
    Action("ListBucketInventory", "GET", "inventory", _list),
    Action("DeleteBucketInventory", "DELETE", "inventory&inventoryId", _delete),
)

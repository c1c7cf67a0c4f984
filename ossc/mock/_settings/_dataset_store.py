"""What the server keeps of indexes and datasets, and which objects are in which.

The index is ``metaQuery`` among a bucket's settings, datasets are ``dataset/NAME``,
clusters ``smartCluster/DATASET/ID``, and ``forgotten/DATASET`` is a JSON object of keys
whose metadata was deleted, with the order of the versions that they had then.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ossc.mock._encoding import iso_date, parse_number
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._settings._action import Action, asked, named, store
from ossc.mock._settings._meta_query import HANGERS_ON, KEY
from ossc.mock._settings._search import Facts, facts_of
from ossc.mock._xml import leaf, node, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ossc.mock._call import Call
    from ossc.mock._http import Response
    from ossc.mock._records import Bucket, ObjectRecord

__all__ = [
    "CLUSTER",
    "DATASET",
    "FORGOTTEN",
    "NAME",
    "actions",
    "dataset_of",
    "index_of",
    "known_objects",
    "members_of",
    "named_page",
    "route_key",
    "settle",
]

DATASET, CLUSTER, FORGOTTEN = HANGERS_ON
NAME = re.compile(r"[A-Za-z0-9_-]{1,128}")
_MEDIA = ("image", "video", "audio")


def actions(
    operation: str, action: str, carry_out: Callable[[Call], Response]
) -> tuple[Action, ...]:
    """Return the rows of an action, in both spellings; of all others, if it is empty."""
    query = f"action={action}" if action else "action"
    return tuple(
        Action(operation, "POST", f"{spelling}&{query}", carry_out)
        for spelling in ("metaQuery", "MetaQuery")
    )


def index_of(call: Call, *, semantic: bool = False) -> ET.Element:
    """Return the status of the bucket's index; the caller holds the lock.

    Raises:
        ServiceError: There is none, or it is not the one for datasets.
    """
    kept = call.bucket.settings.get(KEY)
    if kept is None:
        extra = {"BucketName": call.bucket_name}
        raise ServiceError("MetaQueryNotExist", extra=extra)
    status = ET.fromstring(kept)  # noqa: S314 - our own
    if semantic and text_of(status, "MetaQueryMode") != "semantic":
        message = "Datasets need an index of the mode semantic."
        raise invalid_argument(message, "mode", "basic")
    return status


def route_key(status: ET.Element) -> str | None:
    """Return the key of the tag that says which dataset an object is in."""
    return status.findtext("RouteRule/OSSTagKey")


def settle(call: Call, status: ET.Element) -> None:
    """Make the datasets that objects' tags name, where the index says so."""
    key = route_key(status)
    automatic = status.findtext("RouteRule/AutoCreateDataset") or ""
    if key is None or automatic.lower() != "true":
        return
    wanted = {
        record.properties.tags.get(key, "") for record in call.bucket.objects.values()
    }
    for name in sorted(wanted - named(call.bucket, DATASET).keys()):
        if NAME.fullmatch(name):
            moment = iso_date(call.now)
            parts = (
                leaf("DatasetName", name),
                leaf("CreateTime", moment),
                leaf("UpdateTime", moment),
            )
            store(call, DATASET, name, node("Dataset", *parts))


def dataset_of(call: Call, status: ET.Element) -> str:
    """Return the name of the dataset that a request means; it exists."""
    name = asked(call, "datasetName")
    settle(call, status)
    if f"{DATASET}/{name}" not in call.bucket.settings:
        raise ServiceError("DatasetNotExist", extra={"DatasetName": name})
    return name


def known_objects(bucket: Bucket) -> list[tuple[Facts, ObjectRecord]]:
    """Return all objects, and what is known of each."""
    return [(_facts(bucket, record), record) for record in bucket.objects.values()]


def members_of(
    bucket: Bucket, status: ET.Element, dataset: str
) -> list[tuple[Facts, ObjectRecord]]:
    """Return the objects of a dataset: all, where no tag says which are in it."""
    key = route_key(status)
    forgotten = json.loads(bucket.settings.get(f"{FORGOTTEN}/{dataset}", "{}"))
    return [
        (_facts(bucket, record) | {"DatasetName": dataset}, record)
        for record in bucket.objects.values()
        if (key is None or record.properties.tags.get(key) == dataset)
        and record.order > forgotten.get(record.key, -1)
    ]


def _facts(bucket: Bucket, record: ObjectRecord) -> Facts:
    kind = record.properties.headers.get("content-type", "").partition("/")[0]
    more = {
        "URI": f"oss://{bucket.name}/{record.key}",
        "MediaType": kind if kind in _MEDIA else "document",
    }
    return facts_of(record) | more


def named_page(
    call: Call, entries: dict[str, str], most: int, *, least: int = 1
) -> tuple[list[str], str]:
    """Return a page of entries by name, and the token of the next one or ``""``."""
    text = call.request.param("maxResults") or "100"
    size = parse_number(text)
    if size is None or not least <= size <= most:
        raise invalid_argument("maxResults is invalid.", "maxResults", text)
    size = size or 100
    after = call.request.param("nextToken") or ""
    left = [name for name in sorted(entries) if name > after]
    following = left[size - 1] if len(left) > size else ""
    return [entries[name] for name in left[:size]], following

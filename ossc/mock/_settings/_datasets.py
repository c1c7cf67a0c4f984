"""Datasets: groups of a bucket's objects, by a tag or all, that are searched alone.

The index behind them is that of meta queries, opened in its newer way. What OSS would
find out by looking into objects is kept as it is asked for, and not found out.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ossc.mock._encoding import iso_date
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._handlers._intake import receive_small
from ossc.mock._http import Response, drain
from ossc.mock._schema import MALFORMED_EC, choice, maybe, one, several, shape, text
from ossc.mock._settings._action import asked, kept, named, store
from ossc.mock._settings._dataset_search import DATASET_SEARCH
from ossc.mock._settings._dataset_store import (
    CLUSTER,
    DATASET,
    FORGOTTEN,
    NAME,
    actions,
    dataset_of,
    index_of,
    members_of,
    named_page,
    settle,
)
from ossc.mock._settings._json_params import element_param
from ossc.mock._settings._meta_query import KEY, forget
from ossc.mock._settings._setting import rendered, xml_answer
from ossc.mock._settings._smart_clusters import SMART_CLUSTERS
from ossc.mock._xml import children, leaf, node, parse

if TYPE_CHECKING:
    from ossc.mock._call import Call

__all__ = ["DATASETS"]

_SWITCH = choice("True", "False", "true", "false")
_LANGUAGES = (
    *("zh-Hans", "zh-Hant", "en", "ja", "ko", "ar", "cs", "da", "nl", "fr", "de", "id"),
    *("it", "ms", "no", "pl", "pt", "ro", "ru", "es", "sv", "th", "tr"),
)
_ENABLE = maybe(shape({"Enable": maybe(_SWITCH)}))
_LABEL = shape({"Name": one(text(least=1)), "Description": maybe(text())})
_LABELS = {
    "Enable": maybe(_SWITCH),
    "Mode": maybe(text()),
    "Labels": maybe(shape({"Label": several(_LABEL)})),
}
_CAPTION = {"Enable": maybe(_SWITCH), "Prompt": maybe(text())}
_LABELING = {"System": _ENABLE, "UserDefined": maybe(shape(_LABELS))}
_IMAGE = {"Caption": maybe(shape(_CAPTION)), "Label": maybe(shape(_LABELING))}
_VIDEO = {
    "Caption": maybe(shape({**_CAPTION, "PersonReference": _ENABLE})),
    "Label": maybe(shape({**_LABELING, "Highlight": maybe(shape(_LABELS))})),
    "MultiStream": _ENABLE,
}
_INSIGHTS = {
    "Language": maybe(choice(*_LANGUAGES)),
    "Image": maybe(shape(_IMAGE)),
    "Video": maybe(shape(_VIDEO)),
}
_FIGURE = {"AutoGenerate": maybe(_SWITCH), "AutoClustering": maybe(_SWITCH)}
_CONFIG = shape(
    {
        "Insights": maybe(shape(_INSIGHTS)),
        "ReverseImage": maybe(shape({"Image": _ENABLE, "Video": _ENABLE})),
        "SmartCluster": maybe(shape({"Figure": maybe(shape(_FIGURE))})),
    }
)
_WORKFLOW = shape(
    {
        "WorkflowParameter": several(
            shape({"Name": one(text(least=1)), "Value": one(_SWITCH)})
        )
    }
)
_ROUTE = {
    "Type": maybe(text()),
    "AutoCreateDataset": maybe(_SWITCH),
    "OSSTagKey": one(text(least=1, most=128)),
}
_EVENTS = maybe(shape({"IgnoreEvent": several(text(least=1))}))
_OPTIONS = {"IgnoreObjectDelete": maybe(_SWITCH), "IgnoreEvents": _EVENTS}
_INDEX = shape(
    {
        "WorkflowParameters": maybe(_WORKFLOW),
        "Filters": maybe(shape({"Filter": several(text(least=1))})),
        "NotificationAttributes": maybe(shape({})),
        "DatasetConfig": maybe(_CONFIG),
        "IndexOptions": maybe(shape(_OPTIONS)),
        "RouteRule": maybe(shape(_ROUTE)),
    }
)
_ONLY_SEMANTIC = ("RouteRule", "IndexOptions", "DatasetConfig")


def _open(call: Call) -> Response:
    data = receive_small(call, 64 * 1024, ec=MALFORMED_EC)
    mode = call.request.param("mode") or "basic"
    if mode not in {"basic", "semantic"}:
        raise invalid_argument("There is no such mode.", "mode", mode)
    tree = ET.Element("MetaQuery")
    if data.strip():
        tree = parse(data, "MetaQuery", ec=MALFORMED_EC)
        _INDEX(tree)
    for name in _ONLY_SEMANTIC:
        if mode == "basic" and children(tree, name):
            raise invalid_argument(f"{name} needs the mode semantic.", name)
    moment = iso_date(call.now)
    parts = [
        leaf("State", "Running"),
        leaf("Phase", "IncrementalScanning"),
        leaf("CreateTime", moment),
        leaf("UpdateTime", moment),
        leaf("MetaQueryMode", mode),
        *map(rendered, tree),
    ]
    with call.store.lock:
        if KEY in call.bucket.settings:
            raise ServiceError("MetaQueryAlreadyExist")
        call.store.check_bucket(call.bucket)
        call.bucket.settings[KEY] = node("MetaQueryStatus", *parts)
        call.store.add_bucket(call.bucket)
    return Response(200)


def _status(call: Call) -> Response:
    drain(call.request.body)
    with call.store.lock:
        return xml_answer(rendered(index_of(call)))


def _close(call: Call) -> Response:
    drain(call.request.body)
    with call.store.lock:
        forget(call)
    return Response(200)


def _given(call: Call) -> dict[str, str]:
    """Return the elements that a request says of a dataset, rendered."""
    drain(call.request.body)
    found = {}
    description = call.request.param("description")
    if description is not None:
        if len(description) > 256:
            message = "The description is longer than 256 characters."
            raise invalid_argument(message, "description", description)
        found["Description"] = leaf("Description", description)
    workflow = element_param(
        call, "workflowParameters", "WorkflowParameters", _WORKFLOW
    )
    config = element_param(call, "datasetConfig", "DatasetConfig", _CONFIG)
    for tree in (workflow, config):
        if tree is not None:
            found[tree.tag] = rendered(tree)
    return found


def _create(call: Call) -> Response:
    name, given = asked(call, "datasetName"), _given(call)
    if not NAME.fullmatch(name):
        message = "The name of a dataset has letters, digits, hyphens, underscores."
        raise invalid_argument(message, "datasetName", name)
    moment = iso_date(call.now)
    parts = [
        leaf("DatasetName", name),
        leaf("CreateTime", moment),
        leaf("UpdateTime", moment),
        *given.values(),
        leaf("DatasetMaxFileCount", 100_000_000),
        leaf("DatasetMaxEntityCount", 10_000_000_000),
        leaf("DatasetMaxRelationCount", 100_000_000_000),
        leaf("DatasetMaxTotalFileSize", 90_000_000_000_000_000),
    ]
    with call.store.lock:
        settle(call, index_of(call, semantic=True))
        if f"{DATASET}/{name}" in call.bucket.settings:
            raise ServiceError("ResourceAlreadyExists", extra={"DatasetName": name})
        store(call, DATASET, name, node("Dataset", *parts))
        return xml_answer(
            node("CreateDatasetResponse", call.bucket.settings[f"{DATASET}/{name}"])
        )


def _get(call: Call) -> Response:
    drain(call.request.body)
    with call.store.lock:
        status = index_of(call, semantic=True)
        name = dataset_of(call, status)
        tree = ET.fromstring(kept(call, DATASET, name, "DatasetNotExist"))  # noqa: S314
        parts = [rendered(child) for child in tree]
        if (call.request.param("withStatistics") or "").lower() == "true":
            files = members_of(call.bucket, status, name)
            size = sum(record.size for _, record in files)
            parts += [leaf("FileCount", len(files)), leaf("TotalFileSize", size)]
    return xml_answer(node("GetDatasetResponse", node("Dataset", *parts)))


def _update(call: Call) -> Response:
    given = _given(call)
    if not given:
        message = "One of description, workflowParameters, datasetConfig is needed."
        raise invalid_argument(message, "description")
    with call.store.lock:
        name = dataset_of(call, index_of(call, semantic=True))
        tree = ET.fromstring(kept(call, DATASET, name, "DatasetNotExist"))  # noqa: S314
        parts = {child.tag: rendered(child) for child in tree} | given
        parts["UpdateTime"] = leaf("UpdateTime", iso_date(call.now))
        document = node("Dataset", *parts.values())
        store(call, DATASET, name, document)
    return xml_answer(node("UpdateDatasetResponse", document))


def _delete(call: Call) -> Response:
    drain(call.request.body)
    with call.store.lock:
        status = index_of(call, semantic=True)
        name = dataset_of(call, status)
        if members_of(call.bucket, status, name):
            message = "The dataset has files."
            raise ServiceError("StatusConflict", message, extra={"DatasetName": name})
        for cluster in named(call.bucket, f"{CLUSTER}/{name}"):
            store(call, f"{CLUSTER}/{name}", cluster, None)
        store(call, FORGOTTEN, name, None)
        store(call, DATASET, name, None)
    return Response(200)


def _list(call: Call) -> Response:
    drain(call.request.body)
    prefix = call.request.param("prefix") or ""
    with call.store.lock:
        settle(call, index_of(call, semantic=True))
        found = {
            name: text
            for name, text in named(call.bucket, DATASET).items()
            if name.startswith(prefix)
        }
    page, following = named_page(call, found, 200)
    parts = [node("Datasets", *page), leaf("NextToken", following)]
    return xml_answer(node("ListDatasetsResponse", *parts))


def _delete_file_meta(call: Call) -> Response:
    drain(call.request.body)
    uri = asked(call, "uri")
    start = f"oss://{call.bucket_name}/"
    if not uri.startswith(start) or not len(start) < len(uri) <= 1024:
        raise invalid_argument("The uri is invalid.", "uri", uri)
    key = uri.removeprefix(start)
    with call.store.lock:
        name = dataset_of(call, index_of(call, semantic=True))
        record = call.bucket.objects.get(key)
        if record is not None:
            place = f"{FORGOTTEN}/{name}"
            forgotten = json.loads(call.bucket.settings.get(place, "{}"))
            forgotten[key] = record.order
            store(call, FORGOTTEN, name, json.dumps(forgotten))
    return Response(200)


def _unknown(call: Call) -> Response:
    drain(call.request.body)
    action = call.request.param("action") or ""
    raise invalid_argument("There is no such action.", "action", action)


DATASETS = (
    *actions("OpenMetaQueryV2", "openMetaQuery", _open),
    *actions("GetMetaQueryStatusV2", "getMetaQueryStatus", _status),
    *actions("CloseMetaQueryV2", "closeMetaQuery", _close),
    *actions("CreateDataset", "createDataset", _create),
    *actions("GetDataset", "getDataset", _get),
    *actions("UpdateDataset", "updateDataset", _update),
    *actions("DeleteDataset", "deleteDataset", _delete),
    *actions("ListDatasets", "listDatasets", _list),
    *actions("DeleteFileMeta", "deleteFileMeta", _delete_file_meta),
    # Rows of as many parameters are tried in their order.
    *DATASET_SEARCH,
    *SMART_CLUSTERS,
    *actions("DoMetaQueryAction", "", _unknown),
)

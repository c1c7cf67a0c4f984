"""Data pipelines of accounts: checked, kept, paused, restarted. They make no vectors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ossc.mock._encoding import iso_date
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._http import Response, drain
from ossc.mock._schema import choice, flag, maybe, one, several, shape, text
from ossc.mock._settings._action import Action, asked, document_of
from ossc.mock._settings._dataset_store import named_page
from ossc.mock._settings._setting import rendered, xml_answer
from ossc.mock._xml import leaf, node, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ossc.mock._call import Call

__all__ = ["DATA_PIPELINES"]

_PLACE = "dataPipeline/"
_MOST = 1000
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ROLE = re.compile(r"acs:ram::[^:]+:role/.+")
_SOURCE = {
    "InputBucket": one(text(least=1)),
    "InputDataScope": maybe(text(least=1)),
    "IgnoreDelete": maybe(flag),
    "FilterConfiguration": maybe(
        shape({"PrefixSet": several(text()), "ObjectMediaTypes": several(text())})
    ),
}
_EMBEDDING = {"EmbeddingProvider": maybe(text()), "ApiKey": maybe(text())}
_CHECK = shape(
    {
        "DataPipelineDescription": maybe(text()),
        "Sources": several(shape(_SOURCE), least=1),
        "DataPipelineEmbeddingConfiguration": maybe(shape(_EMBEDDING)),
        "Destination": one(shape({"VectorIndexNames": several(text(least=1), most=1)})),
        "DataPipelineError": maybe(shape({"ErrorMode": maybe(text())})),
        "ModelTier": maybe(choice("standard")),
    }
)
_TOLD = ("DataPipelineName", "DataPipelineRole", "Status", "Phase", "CreateTime")


def _shelf(call: Call) -> dict[str, str]:
    return call.store.accounts.setdefault(call.caller.account or "", {})


def _kept(call: Call) -> tuple[str, ET.Element]:
    """Return what a request means: where it is kept, and it; under the lock."""
    name = asked(call, "dataPipelineName")
    found = _shelf(call).get(_PLACE + name)
    if found is None:
        raise ServiceError("NoSuchDataPipeline", extra={"DataPipelineName": name})
    return _PLACE + name, ET.fromstring(found)  # noqa: S314 - our own


def _put(call: Call) -> Response:
    name, role = asked(call, "dataPipelineName"), asked(call, "role")
    if not _NAME.fullmatch(name):
        raise invalid_argument("The name is invalid.", "dataPipelineName", name)
    if not _ROLE.fullmatch(role):
        raise invalid_argument("The role is invalid.", "role", role)
    tree = document_of(call, "DataPipelineConfiguration", _CHECK)
    key = tree.find("DataPipelineEmbeddingConfiguration/ApiKey")
    if key is not None:
        # OSS tells nobody, and the server forgets it at once.
        key.text = "sk-****"
    parts = [
        leaf("DataPipelineName", name),
        leaf("DataPipelineRole", role),
        leaf("Status", "Running"),
        leaf("Phase", "IncrementalScanning"),
        leaf("CreateTime", iso_date(call.now)),
        *(rendered(child) for child in tree if child.tag not in _TOLD),
    ]
    with call.store.lock:
        for source in tree.findall("Sources/InputBucket"):
            bucket = call.store.buckets.get((source.text or "").strip())
            if bucket is None or bucket.account != call.caller.account:
                extra = {"BucketName": source.text or ""}
                raise ServiceError("NoSuchBucket", extra=extra)
        shelf = _shelf(call)
        if _PLACE + name in shelf:
            raise ServiceError("DataPipelineAlreadyExists")
        if sum(each.startswith(_PLACE) for each in shelf) >= _MOST:
            raise invalid_argument("There are too many pipelines.", "dataPipelineName")
        shelf[_PLACE + name] = node("DataPipelineConfiguration", *parts)
        call.store.save_accounts()
    return Response(200)


def _get(call: Call) -> Response:
    drain(call.request.body)
    with call.store.lock:
        return xml_answer(rendered(_kept(call)[1]))


def _delete(call: Call) -> Response:
    drain(call.request.body)
    with call.store.lock:
        del _shelf(call)[_kept(call)[0]]
        call.store.save_accounts()
    return Response(200)


def _list(call: Call) -> Response:
    drain(call.request.body)
    prefix = call.request.param("prefix") or ""
    bucket = call.request.param("inputBucket")
    with call.store.lock:
        shelf = dict(_shelf(call))
    found = {}
    for place, text_ in shelf.items():
        name = place.removeprefix(_PLACE)
        if name != place and name.startswith(prefix):
            tree = ET.fromstring(text_)  # noqa: S314 - our own
            sources = [each.text for each in tree.findall("Sources/InputBucket")]
            if not bucket or bucket in sources:
                found[name] = text_
    page, following = named_page(call, found, 100, least=0)
    parts = [node("DataPipelineConfigurations", *page), leaf("NextToken", following)]
    return xml_answer(node("ListDataPipelineConfigurationsResult", *parts))


def _turn(before: tuple[str, ...], after: str) -> Callable[[Call], Response]:
    """Return what brings a pipeline from one of some states into another."""

    def carry_out(call: Call) -> Response:
        drain(call.request.body)
        with call.store.lock:
            place, tree = _kept(call)
            if text_of(tree, "Status") not in before:
                message = f"The data pipeline is not {' or '.join(before)}."
                raise ServiceError("StatusConflict", message)
            parts = [
                leaf("Status", after) if child.tag == "Status" else rendered(child)
                for child in tree
            ]
            _shelf(call)[place] = node("DataPipelineConfiguration", *parts)
            call.store.save_accounts()
        return Response(200)

    return carry_out


def _unknown(call: Call) -> Response:
    drain(call.request.body)
    action = call.request.param("action") or ""
    raise invalid_argument("There is no such action.", "action", action)


def _row(operation: str, action: str, carry_out: Callable[[Call], Response]) -> Action:
    query = f"action={action}" if action else "action"
    return Action(operation, "POST", f"dataPipeline&{query}", carry_out, "service")


DATA_PIPELINES = (
    _row("PutDataPipelineConfiguration", "putDataPipelineConfiguration", _put),
    _row("GetDataPipelineConfiguration", "getDataPipelineConfiguration", _get),
    _row("DeleteDataPipelineConfiguration", "deleteDataPipelineConfiguration", _delete),
    _row("ListDataPipelineConfigurations", "listDataPipelineConfigurations", _list),
    _row(
        "PauseDataPipeline", "pauseDataPipeline", _turn(("Ready", "Running"), "Paused")
    ),
    _row("RestartDataPipeline", "restartDataPipeline", _turn(("Paused",), "Running")),
    _row("DoDataPipelineAction", "", _unknown),
)

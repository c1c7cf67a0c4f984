"""Indexes: made, told of, listed, deleted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ossc.mock._encoding import iso_date
from ossc.mock._errors import ServiceError
from ossc.mock._vectors._request import answer, bad, nothing, whole
from ossc.mock._vectors._schema import check_schema
from ossc.mock._vectors._state import VectorField, VectorIndex

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ossc.mock._http import Response
    from ossc.mock._vectors._request import Work

__all__ = [
    "delete_vector_index",
    "get_vector_index",
    "list_vector_indexes",
    "put_vector_index",
    "put_vector_index_fusion",
]

MAX_INDEXES = 100
MAX_HIDDEN = 10
MAX_DIMENSION = 4096
_METRICS = ("euclidean", "cosine")
_HIDDEN = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
_KNOWN = {"indexName", "dataType", "dimension", "distanceMetric", "metadata"}


def put_vector_index(work: Work) -> Response:
    """PutVectorIndex."""
    document = work.document()
    name = work.index_name(document)
    _check_known(document, _KNOWN)
    if document.get("dataType", "float32") != "float32":
        message = "dataType must be float32."
        raise bad(message)
    dimension = whole(document, "dimension", 1, MAX_DIMENSION)
    metric = document.get("distanceMetric", "euclidean")
    if metric not in _METRICS:
        message = "distanceMetric must be euclidean or cosine."
        raise bad(message)
    fields = {"float32": VectorField(512 if dimension is None else dimension, metric)}
    hidden = _hidden(document.get("metadata"))
    return _add(work, VectorIndex(name, work.call.now, fields, hidden))


def put_vector_index_fusion(work: Work) -> Response:
    """PutVectorIndexFusion."""
    document = work.document()
    name = work.index_name(document)
    _check_known(document, {"indexName", "mode", "schemaConfiguration"})
    if document.get("mode") != "fusion":
        message = "mode must be fusion."
        raise bad(message)
    schema, fields = check_schema(document.get("schemaConfiguration"))
    return _add(work, VectorIndex(name, work.call.now, fields, schema=schema))


def _check_known(document: Mapping[str, Any], known: set[str]) -> None:
    others = sorted(document.keys() - known)
    if others:
        message = f"{others[0]} is not supported."
        raise bad(message)


def _hidden(metadata: Any) -> tuple[str, ...]:
    if metadata is None:
        return ()
    if not isinstance(metadata, dict):
        message = "metadata must be an object."
        raise bad(message)
    _check_known(metadata, {"nonFilterableMetadataKeys"})
    keys = metadata.get("nonFilterableMetadataKeys", [])
    is_list = isinstance(keys, list) and len(keys) <= MAX_HIDDEN
    if not is_list or not all(
        isinstance(key, str) and _HIDDEN.fullmatch(key) for key in keys
    ):
        message = "nonFilterableMetadataKeys must be at most 10 names."
        raise bad(message)
    return tuple(keys)


def _add(work: Work, index: VectorIndex) -> Response:
    indexes = work.bucket.indexes
    if index.name in indexes:
        message = "The specified vector index already exists."
        code, extra = "VectorBucketIndexAlreadyExist", {"IndexName": index.name}
        raise ServiceError(code, message, status=409, extra=extra)
    if len(indexes) >= MAX_INDEXES:
        message = "The bucket has as many vector indexes as it can have."
        raise ServiceError("VectorBucketIndexExceedLimit", message, status=400)
    indexes[index.name] = index
    return nothing()


def get_vector_index(work: Work) -> Response:
    """GetVectorIndex."""
    return answer({"index": _properties(work, work.index(work.document()))})


def list_vector_indexes(work: Work) -> Response:
    """ListVectorIndexes."""
    document = work.document()
    most = whole(document, "maxResults", 0, 500) or 100
    prefix, behind = (document.get(name) or "" for name in ("prefix", "nextToken"))
    if not isinstance(prefix, str) or not isinstance(behind, str):
        message = "prefix and nextToken must be texts."
        raise bad(message)
    found = [
        index
        for name, index in sorted(work.bucket.indexes.items())
        if name.startswith(prefix) and name > behind
    ]
    shown = found[:most]
    result: dict[str, Any] = {"indexes": [_properties(work, each) for each in shown]}
    if len(found) > most:
        result["nextToken"] = shown[-1].name
    return answer(result)


def delete_vector_index(work: Work) -> Response:
    """DeleteVectorIndex."""
    index = work.index(work.document())
    del work.bucket.indexes[index.name]
    return nothing(204)


def _properties(work: Work, index: VectorIndex) -> dict[str, Any]:
    bucket = work.bucket
    found: dict[str, Any] = {
        "bucketArn": f"acs:ossvector:{work.region}:{bucket.account}:{bucket.name}",
        "indexName": index.name,
        "createTime": iso_date(index.created),
        "status": "enable",
    }
    if index.schema is not None:
        found["mode"] = "fusion"
        found["schemaConfiguration"] = {"fields": index.schema}
        return found
    only = index.vector_fields["float32"]
    found["dataType"] = "float32"
    found["dimension"], found["distanceMetric"] = only.dimension, only.metric
    if index.hidden:
        found["metadata"] = {"nonFilterableMetadataKeys": list(index.hidden)}
    return found

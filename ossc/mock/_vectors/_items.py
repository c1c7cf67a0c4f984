"""Vectors: put, got, listed, deleted."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from array import array
from typing import TYPE_CHECKING, Any

from ossc.mock._vectors._condition import truth_of
from ossc.mock._vectors._request import answer, bad, flag, nothing, numbers, whole
from ossc.mock._vectors._schema import check_value
from ossc.mock._vectors._state import Stored

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ossc.mock._http import Response
    from ossc.mock._vectors._request import Work
    from ossc.mock._vectors._state import VectorIndex

__all__ = ["delete_vectors", "get_vectors", "list_vectors", "page_token", "put_vectors"]

MAX_VECTORS = 500
MAX_KEY = 1024
MAX_SEGMENTS = 16
MAX_METADATA_BYTES = 40 * 1024
MAX_FILTERABLE_BYTES = 2 * 1024
MAX_FILTERABLE = 10


def put_vectors(work: Work) -> Response:
    """PutVectors: all of them, or none."""
    document = work.document()
    index = work.index(document)
    given = document.get("vectors")
    if not isinstance(given, list) or not 1 <= len(given) <= MAX_VECTORS:
        message = f"vectors must be 1 to {MAX_VECTORS}."
        raise bad(message)
    entries: dict[str, Stored] = {}
    for each in given:
        if not isinstance(each, dict):
            message = "a vector must be an object."
            raise bad(message)
        key = _key(each.get("key"))
        if key in entries:
            message = "a key must not be named twice."
            raise bad(message, Key=key)
        entries[key] = _entry(index, each)
    index.entries.update(entries)
    return nothing()


def _key(value: Any) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_KEY:
        message = f"a key must be a text of 1 to {MAX_KEY} characters."
        raise bad(message)
    return value


def _entry(index: VectorIndex, given: Mapping[str, Any]) -> Stored:
    data = given.get("data")
    if not isinstance(data, dict) or data.keys() != index.vector_fields.keys():
        names = ", ".join(index.vector_fields)
        message = f"the data of a vector must have {names}."
        raise bad(message)
    arrays = {
        name: array("f", numbers(data[name], name, field.dimension, field.metric))
        for name, field in index.vector_fields.items()
    }
    return Stored(arrays, _metadata(index, given.get("metadata")))


def _metadata(index: VectorIndex, metadata: Any) -> dict[str, Any]:
    if metadata is None:
        return {}
    if not isinstance(metadata, dict):
        message = "metadata must be an object."
        raise bad(message)
    if len(json.dumps(metadata, ensure_ascii=False)) > MAX_METADATA_BYTES:
        message = "the metadata of a vector has more than 40 KB."
        raise bad(message)
    if index.schema is not None:
        _check_fields(index, metadata)
        return metadata
    for name, value in metadata.items():
        texts = value if isinstance(value, list) else [value]
        if not all(isinstance(text, str) for text in texts):
            message = f"the metadata {name} must be a text or a list of texts."
            raise bad(message)
    found = {name: v for name, v in metadata.items() if name not in index.hidden}
    size = len(json.dumps(found, ensure_ascii=False))
    if len(found) > MAX_FILTERABLE or size > MAX_FILTERABLE_BYTES:
        message = "filterable metadata has at most 10 keys and 2 KB."
        raise bad(message)
    return metadata


def _check_fields(index: VectorIndex, metadata: Mapping[str, Any]) -> None:
    schema = index.schema_by_name
    for name, value in metadata.items():
        field = schema.get(name)
        if field is None or field["type"] == "vector":
            message = f"the index has no field {name} for metadata."
            raise bad(message)
        check_value(field, value)


def _keys(document: Mapping[str, Any]) -> list[str]:
    given = document.get("keys")
    keys = list(dict.fromkeys(map(_key, given))) if isinstance(given, list) else []
    if not 1 <= len(keys) <= MAX_VECTORS:
        message = f"keys must be 1 to {MAX_VECTORS}."
        raise bad(message)
    return keys


def get_vectors(work: Work) -> Response:
    """GetVectors."""
    document = work.document()
    entries = work.index(document).entries
    found = [(key, entries[key]) for key in _keys(document) if key in entries]
    return answer({"vectors": _shown(found, document)})


def _shown(
    found: list[tuple[str, Stored]], document: Mapping[str, Any]
) -> list[dict[str, Any]]:
    with_data, with_metadata = (
        flag(document, "returnData"),
        flag(document, "returnMetadata"),
    )
    shown = []
    for key, entry in found:
        each: dict[str, Any] = {"key": key}
        if with_data:
            each["data"] = {name: list(data) for name, data in entry.data.items()}
        if with_metadata:
            each["metadata"] = entry.metadata
        shown.append(each)
    return shown


def delete_vectors(work: Work) -> Response:
    """DeleteVectors: a key that is not there is no error."""
    document = work.document()
    entries = work.index(document).entries
    for key in _keys(document):
        entries.pop(key, None)
    return nothing(204)


def list_vectors(work: Work) -> Response:
    """ListVectors."""
    document = work.document()
    index = work.index(document)
    most = whole(document, "maxResults", 1, 1000) or 500
    count = whole(document, "segmentCount", 1, MAX_SEGMENTS) or 1
    segment = whole(document, "segmentIndex", 0, count - 1) or 0
    behind = page_token(document)
    fits = None
    if document.get("filter"):
        fits = truth_of(document["filter"], index).holds
    found = [
        (key, entry)
        for key, entry in sorted(index.entries.items())
        if (behind is None or key > behind)
        and zlib.crc32(key.encode("utf-8", "surrogatepass")) % count == segment
        and (fits is None or fits(entry.metadata))
    ]
    result: dict[str, Any] = {"vectors": _shown(found[:most], document)}
    if len(found) > most:
        result["nextToken"] = to_token(found[most - 1][0])
    return answer(result)


def to_token(key: str) -> str:
    """Return the token of the page behind a key."""
    raw = key.encode("utf-8", "surrogatepass")
    return base64.urlsafe_b64encode(raw).decode("ascii")


def page_token(document: Mapping[str, Any]) -> str | None:
    """Return the key behind which a page begins; None: it is the first one."""
    token = document.get("nextToken")
    if token is None or token == "":
        return None
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
        return raw.decode("utf-8", "surrogatepass")
    except (TypeError, binascii.Error, ValueError):
        message = "nextToken is not valid."
        raise bad(message) from None

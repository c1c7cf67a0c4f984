"""Queries: of plain indexes by distance, of fusion indexes by score."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Any

from ossc.mock._vectors._condition import truth_of
from ossc.mock._vectors._items import page_token, to_token
from ossc.mock._vectors._request import answer, bad, flag, numbers, whole
from ossc.mock._vectors._score import (
    Hits,
    distance_from,
    merge,
    neighbours,
    text_scores,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ossc.mock._http import Response
    from ossc.mock._vectors._request import Work
    from ossc.mock._vectors._state import VectorIndex

__all__ = ["query_vectors", "query_vectors_fusion"]

MAX_TOP_K = 100
_DEFAULT_LIMIT = 10
_OF_RETRIEVERS = {
    *("indexName", "limit", "partitionKeys", "retriever"),
    *("returnMetadata", "returnMetadataFields"),
}
_KNOWN = _OF_RETRIEVERS | {"knn", "query", "sort", "nextToken"}


def query_vectors(work: Work) -> Response:
    """QueryVectors."""
    document = work.document()
    index = work.index(document)
    if index.vector_fields.keys() != {"float32"}:
        message = "the index is one for QueryVectorsFusion."
        raise bad(message)
    top_k = whole(document, "topK", 1, MAX_TOP_K)
    given = document.get("queryVector")
    if top_k is None or not isinstance(given, dict) or given.keys() != {"float32"}:
        message = "queryVector and topK are needed."
        raise bad(message)
    field = index.vector_fields["float32"]
    what = "queryVector"
    vector = numbers(given["float32"], what, field.dimension, field.metric)
    distance = distance_from(vector, field.metric)
    fits = None
    if document.get("filter") is not None:
        fits = truth_of(document["filter"], index).holds
    found = heapq.nsmallest(
        top_k,
        (
            (distance(entry.data["float32"]), key)
            for key, entry in index.entries.items()
            if fits is None or fits(entry.metadata)
        ),
    )
    with_distance = flag(document, "returnDistance")
    with_metadata = flag(document, "returnMetadata")
    shown = []
    for how_far, key in found:
        each: dict[str, Any] = {"key": key}
        if with_distance:
            each["distance"] = how_far
        if with_metadata:
            each["metadata"] = index.entries[key].metadata
        shown.append(each)
    return answer({"vectors": shown})


def query_vectors_fusion(work: Work) -> Response:
    """QueryVectorsFusion."""
    document = work.document()
    index = work.index(document)
    if index.schema is None:
        message = "the index is one for QueryVectors."
        raise bad(message)
    known = _OF_RETRIEVERS if "retriever" in document else _KNOWN
    others = sorted(document.keys() - known)
    if others:
        message = f"{others[0]} is not supported here."
        raise bad(message)
    hits = _hits(index, document)
    order = _sorted(index, hits, document.get("sort"))
    return answer(_page(index, hits, order, document))


def _hits(index: VectorIndex, document: Mapping[str, Any]) -> Hits:
    if "retriever" in document:
        return _retrieved(index, document["retriever"], 1)
    query, knn = document.get("query"), document.get("knn")
    if query is None and knn is None:
        message = "knn, query or retriever is needed."
        raise bad(message)
    found = None if query is None else _queried(index, query)
    if knn is None:
        return found or {}
    near: Hits = {}
    for each in knn if isinstance(knn, list) else [knn]:
        for key, score in _near(index, each).items():
            near[key] = near.get(key, 0.0) + score
    if found is None:
        return near
    return {key: score + found[key] for key, score in near.items() if key in found}


def _queried(index: VectorIndex, query: Any) -> Hits:
    condition = truth_of(query, index)
    scores = text_scores(index, condition.words)
    return {
        key: scores[key]
        for key, entry in index.entries.items()
        if condition.holds(entry.metadata)
    }


def _near(index: VectorIndex, knn: Any) -> Hits:
    """The nearest neighbours that a clause asks for."""
    if not isinstance(knn, dict):
        message = "knn must be an object or a list of objects."
        raise bad(message)
    name = str(knn.get("field"))
    field = index.vector_fields.get(name)
    if field is None:
        message = "knn must name a vector field."
        raise bad(message)
    vector = numbers(
        knn.get("queryVector"), "queryVector", field.dimension, field.metric
    )
    top_k = whole(knn, "topK", 1, MAX_TOP_K) or _DEFAULT_LIMIT
    whole(knn, "numCandidates", 1, 10_000)
    boost = knn.get("boost", 1.0)
    if isinstance(boost, bool) or not isinstance(boost, int | float) or boost < 0:
        message = "boost must be a number that is not negative."
        raise bad(message)
    fits = None
    if knn.get("filter") is not None:
        fits = truth_of(knn["filter"], index).holds
    return neighbours(index, name, vector, top_k, boost, fits)


def _retrieved(index: VectorIndex, retriever: Any, depth: int) -> Hits:
    if not isinstance(retriever, dict) or len(retriever) != 1 or depth > 3:
        message = "a retriever is one of simple, knn, rrf and weight."
        raise bad(message)
    ((kind, value),) = retriever.items()
    if kind == "knn":
        return _near(index, value)
    if not isinstance(value, dict):
        message = "a retriever must be an object."
        raise bad(message)
    if kind == "simple":
        return _queried(index, value.get("query"))
    if kind not in {"rrf", "weight"}:
        message = f"{kind} is no retriever."
        raise bad(message)
    parts = value.get("retrievers")
    if not isinstance(parts, list) or not 1 <= len(parts) <= 3:
        message = "there must be 1 to 3 retrievers."
        raise bad(message)
    constant = whole(value, "k", 1, 65_536) or 50
    window = whole(value, "windowSize", 1, 10_000) or 100
    lists = []
    for part in parts:
        if not isinstance(part, dict):
            message = "a part of a retriever must be an object."
            raise bad(message)
        hits = _retrieved(index, part.get("retriever"), depth + 1)
        lists.append((hits, part))
    return merge(kind, lists, constant, window)


def _sorted(index: VectorIndex, hits: Hits, sort: Any) -> list[str]:
    """The keys in the order that is asked for; else the best first."""
    order = sorted(hits, key=lambda key: (-hits[key], key))
    if sort is None:
        return order
    if not isinstance(sort, list):
        message = "sort must be a list."
        raise bad(message)
    for each in reversed(sort):
        if not isinstance(each, dict) or len(each) != 1:
            message = "each entry of sort names one field."
            raise bad(message)
        ((name, how),) = each.items()
        is_score = name in {"_score", "score"}
        known = is_score or name in index.schema_by_name
        direction = how.get("order", "asc") if isinstance(how, dict) else None
        if not known or direction not in {"asc", "desc"}:
            message = f"{name} cannot be sorted by."
            raise bad(message)

        def place(key: str, name: str = name, is_score: bool = is_score) -> Any:  # noqa: FBT001 - bound to this turn
            value = hits[key] if is_score else index.entries[key].metadata.get(name)
            # What has no value stands behind, and kinds do not mix.
            return (value is None, isinstance(value, str), value or 0)

        order.sort(key=place, reverse=direction == "desc")
    return order


def _page(
    index: VectorIndex, hits: Hits, order: list[str], document: Mapping[str, Any]
) -> dict[str, Any]:
    limit = whole(document, "limit", 1, 10_000) or _DEFAULT_LIMIT
    behind = page_token(document)
    is_paged = "retriever" not in document and document.get("knn") is None
    if behind is not None:
        if not is_paged:
            message = "nextToken is for queries without knn and retriever."
            raise bad(message)
        order = order[order.index(behind) + 1 :] if behind in order else []
    shown: dict[str, Any] = {
        "vectors": [_hit(index, key, hits[key], document) for key in order[:limit]]
    }
    if is_paged and len(order) > limit:
        shown["nextToken"] = to_token(order[limit - 1])
    return shown


def _hit(
    index: VectorIndex, key: str, score: float, document: Mapping[str, Any]
) -> dict[str, Any]:
    found: dict[str, Any] = {"key": key, "score": score}
    if flag(document, "returnMetadata"):
        fields = document.get("returnMetadataFields")
        found["metadata"] = {
            name: value
            for name, value in index.entries[key].metadata.items()
            if fields is None or name in fields
        }
    return found

"""How near and how good: distances, and the scores of fusion queries.

The service does not tell its scores' formulas; these order hits as one would expect.
"""

from __future__ import annotations

import heapq
import math
from operator import mul
from typing import TYPE_CHECKING, Any, TypeAlias

from ossc.mock._vectors._condition import tokens
from ossc.mock._vectors._request import bad

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ossc.mock._vectors._state import VectorIndex

__all__ = ["Hits", "distance_from", "merge", "neighbours", "text_scores"]

Hits: TypeAlias = "dict[str, float]"


def distance_from(
    vector: Sequence[float], metric: str
) -> Callable[[Sequence[float]], float]:
    """Return what tells how far another vector is from one."""
    if metric == "euclidean":
        return lambda other: math.dist(vector, other)
    length = math.hypot(*vector)

    def distance(other: Sequence[float]) -> float:
        cosine = math.fsum(map(mul, vector, other)) / (length * math.hypot(*other))
        return 1.0 - max(-1.0, min(1.0, cosine))

    return distance


def neighbours(
    index: VectorIndex,
    name: str,
    vector: Sequence[float],
    top_k: int,
    boost: float,
    fits: Callable[[Mapping[str, Any]], bool] | None,
) -> Hits:
    """Return the nearest neighbours in a field with their scores."""
    metric = index.vector_fields[name].metric
    distance = distance_from(vector, metric)
    found = heapq.nsmallest(
        top_k,
        (
            (distance(entry.data[name]), key)
            for key, entry in index.entries.items()
            if fits is None or fits(entry.metadata)
        ),
    )
    if metric == "cosine":
        return {key: boost * (2.0 - how_far) / 2.0 for how_far, key in found}
    return {key: boost / (1.0 + how_far) for how_far, key in found}


def text_scores(index: VectorIndex, words: list[tuple[str, list[str]]]) -> Hits:
    """Return for each entry how many of the words it has; rare ones count more."""
    scores = dict.fromkeys(index.entries, 0.0)
    for name, wanted in words:
        field = index.schema_by_name[name]
        kept = {
            key: _tokens_of(entry.metadata.get(name, []), field)
            for key, entry in index.entries.items()
        }
        for word in set(wanted):
            having = [key for key, found in kept.items() if word in found]
            for key in having:
                scores[key] += math.log(1.0 + len(kept) / len(having))
    return scores


def _tokens_of(value: Any, field: Mapping[str, Any]) -> set[str]:
    texts = value if isinstance(value, list) else [value]
    return {token for text in texts for token in tokens(str(text), field)}


def merge(
    kind: str,
    lists: Sequence[tuple[Hits, Mapping[str, Any]]],
    constant: int,
    window: int,
) -> Hits:
    """Return several lists of hits as one, by their ranks or by their scores."""
    merged: Hits = {}
    for hits, part in lists:
        weight = part.get("weight", 1.0)
        if (
            isinstance(weight, bool)
            or not isinstance(weight, int | float)
            or weight < 0
        ):
            message = "weight must be a number that is not negative."
            raise bad(message)
        ranked = sorted((-score, key) for key, score in hits.items())
        best = [key for _, key in ranked[:window]]
        scores = [hits[key] for key in best]
        if kind == "rrf":
            scores = [1.0 / (constant + rank) for rank in range(1, len(best) + 1)]
        else:
            scores = _normalised(scores, part.get("normalizer", "none"))
        for key, score in zip(best, scores, strict=True):
            merged[key] = merged.get(key, 0.0) + weight * score
    return merged


def _normalised(scores: list[float], how: Any) -> list[float]:
    if how == "none":
        return scores
    if how == "l2":
        length = math.hypot(*scores)
        return [score / length if length else 0.0 for score in scores]
    if how == "minMax":
        least, most = min(scores, default=0.0), max(scores, default=0.0)
        span = most - least
        return [(score - least) / span if span else 1.0 for score in scores]
    message = "normalizer must be none, minMax or l2."
    raise bad(message)

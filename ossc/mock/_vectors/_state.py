"""What is stored: buckets, their indexes, and the vectors of those."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from array import array

__all__ = ["Stored", "VectorBucket", "VectorField", "VectorIndex"]


@dataclass(frozen=True)
class VectorField:
    """Where a vector of each entry stands; a plain index has one, ``float32``."""

    dimension: int
    metric: str


@dataclass(frozen=True)
class Stored:
    """An entry of an index."""

    data: dict[str, array[float]]
    metadata: dict[str, Any]


@dataclass
class VectorIndex:
    """An index with its entries, by key."""

    name: str
    created: float
    vector_fields: dict[str, VectorField]
    hidden: tuple[str, ...] = ()
    schema: list[dict[str, Any]] | None = None
    """The fields of a fusion index; None: it is a plain one."""
    entries: dict[str, Stored] = field(default_factory=dict)

    @property
    def schema_by_name(self) -> dict[str, dict[str, Any]]:
        """The fields of a fusion index."""
        return {each["name"]: each for each in self.schema or ()}


@dataclass
class VectorBucket:
    """A vector bucket."""

    name: str
    account: str
    created: float
    resource_group_id: str
    tags: str = ""
    policy: str | None = None
    logging: dict[str, Any] | None = None
    indexes: dict[str, VectorIndex] = field(default_factory=dict)

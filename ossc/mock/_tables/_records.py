"""Records: what the server remembers of table buckets, and how they outlive it."""

from __future__ import annotations

import json
import secrets
import time
import uuid
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Catalogue", "Namespace", "Table", "TableBucket", "new_token", "stamp"]


def new_id() -> str:
    """Return an id that nothing else has."""
    return str(uuid.uuid4())


def new_token() -> str:
    """Return a version token that no table ever had."""
    return secrets.token_hex(16)


def stamp(seconds: float) -> str:
    """Format Unix seconds as the service does; the microseconds are always zero."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime(int(seconds)))


@dataclass
class Table:
    """A table."""

    name: str
    created: float
    created_by: str
    modified: float
    modified_by: str
    format: str
    encryption: dict[str, str]
    maintenance: dict[str, dict[str, Any]]
    warehouse: str = ""
    metadata_location: str | None = None
    policy: str | None = None
    table_id: str = field(default_factory=new_id)
    token: str = field(default_factory=new_token)


@dataclass
class Namespace:
    """A namespace with its tables."""

    name: str
    created: float
    created_by: str
    namespace_id: str = field(default_factory=new_id)
    tables: dict[str, Table] = field(default_factory=dict)


@dataclass
class TableBucket:
    """A table bucket with everything in it."""

    name: str
    arn: str
    account: str
    created: float
    encryption: dict[str, str]
    maintenance: dict[str, dict[str, Any]]
    policy: str | None = None
    bucket_id: str = field(default_factory=new_id)
    namespaces: dict[str, Namespace] = field(default_factory=dict)


class Catalogue:
    """All table buckets, by their ARNs. The callers hold a lock.

    Args:
        path: The file that keeps them; None: nothing does.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.buckets: dict[str, TableBucket] = {}
        if path is not None and path.exists():
            for fields in json.loads(path.read_text("ascii")):
                bucket = _loaded(fields)
                self.buckets[bucket.arn] = bucket

    def save(self) -> None:
        """Write all of it, if it is kept."""
        if self._path is None:
            return
        draft = self._path.with_suffix(".draft")
        fields = [asdict(bucket) for bucket in self.buckets.values()]
        draft.write_text(json.dumps(fields), encoding="ascii")
        draft.replace(self._path)


def _loaded(fields: dict[str, Any]) -> TableBucket:
    bucket = TableBucket(**{**fields, "namespaces": {}})
    for name, of_namespace in fields["namespaces"].items():
        namespace = Namespace(**{**of_namespace, "tables": {}})
        bucket.namespaces[name] = namespace
        for table, of_table in of_namespace["tables"].items():
            namespace.tables[table] = Table(**of_table)
    return bucket

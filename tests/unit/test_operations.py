"""Whatever oss2 and alibabacloud-oss-v2 do with buckets and objects, ossc does, too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import alibabacloud_oss_v2
import oss2
import pytest

import ossc

from . import operations

TABLES: dict[type, str] = {
    oss2.Service: operations.OSS2_SERVICE,
    oss2.Bucket: operations.OSS2_BUCKET,
    alibabacloud_oss_v2.Client: operations.OSS_V2_CLIENT,
}


def rows_of(table: str) -> dict[str, str]:
    """The paths of a table by the names of methods."""
    texts = table.split()
    names, paths = texts[::2], texts[1::2]
    assert len(set(names)) == len(names)
    return dict(zip(names, paths, strict=True))


def methods_of(kind: type) -> set[str]:
    """Its public methods."""
    return {
        name for name in dir(kind) if name[0] != "_" and callable(getattr(kind, name))
    }


@pytest.fixture(name="roots")
def make_roots() -> Iterator[dict[str, Any]]:
    """What paths begin with."""
    keys = ossc.Credentials("id", "secret")
    with ossc.Client("http://127.0.0.1:1", region="r", credentials=keys) as client:
        yield {"client": client, "bucket": client.bucket("bucket"), "ossc": ossc}


def at(roots: dict[str, Any], path: str) -> Any:
    """What stands at a path; raises AttributeError where nothing does."""
    first, *others = path.split(".")
    here = roots[first]
    for name in others:
        here = getattr(here, name.removesuffix("()"))
        here = here("name") if name.endswith("()") else here
    return here


@pytest.mark.parametrize("kind", TABLES, ids=lambda kind: f"{kind.__module__}")
def test_every_method_is_known(kind: type) -> None:
    """It has a counterpart, or there is a reason why not; and it is still there."""
    known = set(rows_of(TABLES[kind])) | set(operations.WITHOUT)
    assert methods_of(kind) - known == set()
    assert set(rows_of(TABLES[kind])) - methods_of(kind) == set()


@pytest.mark.parametrize("kind", TABLES, ids=lambda kind: f"{kind.__module__}")
def test_every_counterpart_is_there(kind: type, roots: dict[str, Any]) -> None:
    """Its path leads to something that can be called, or to a group of such things."""
    for name, path in rows_of(TABLES[kind]).items():
        found = at(roots, path)
        is_group = isinstance(found, ossc.settings.AnySetting)
        assert is_group if path in operations.GROUPS else callable(found), name


def test_each_reason_is_of_a_method() -> None:
    """What has no counterpart is something that there is, and has no row."""
    rows = {name for table in TABLES.values() for name in rows_of(table)}
    methods = {name for kind in TABLES for name in methods_of(kind)}
    assert operations.WITHOUT.keys() <= methods - rows
    assert all(operations.WITHOUT.values())


@pytest.mark.parametrize("path", ["bucket.nothing", "bucket.cors.nothing", "ossc.x"])
def test_a_path_that_leads_nowhere_is_noticed(path: str, roots: dict[str, Any]) -> None:
    """So the walk is one that can fail."""
    with pytest.raises(AttributeError):
        at(roots, path)

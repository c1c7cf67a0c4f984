"""Whatever oss2 and alibabacloud-oss-v2 do with buckets and objects, ossc does, too.

`docs/migration.md` says what does it; this holds the page against the installed packages
and against ossc.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from typing import Any

import alibabacloud_oss_v2
import oss2
import pytest

import ossc

from .migration import rows_under

GROUPS = frozenset({"bucket.datasets", "client.data_pipelines"})
"""Paths of groups of verbs, where one method of others does whatever it is told."""


def rows_of(kind: type) -> dict[str, str]:
    """The paths of a kind's table by the names of methods."""
    column = 2 if kind is alibabacloud_oss_v2.Client else 1
    named = [(name, row[0]) for row in rows_under("Every call") for name in row[column]]
    if column == 1:
        is_service = kind is oss2.Service
        named = [row for row in named if row[0].startswith("Service.") == is_service]
    names = [name.removeprefix("Service.") for name, _ in named]
    assert len(set(names)) == len(names)
    return {name: path for name, (_, [path]) in zip(names, named, strict=True)}


def methods_of(kind: type) -> set[str]:
    """Its public methods."""
    return {
        name for name in dir(kind) if name[0] != "_" and callable(getattr(kind, name))
    }


KINDS = [oss2.Service, oss2.Bucket, alibabacloud_oss_v2.Client]


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


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.__module__}")
def test_every_method_is_known(kind: type) -> None:
    """It has a counterpart; and it is still there."""
    assert methods_of(kind) == set(rows_of(kind))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.__module__}")
def test_every_counterpart_is_there(kind: type, roots: dict[str, Any]) -> None:
    """Its path leads to something that can be called, or to a group of such things."""
    for name, path in rows_of(kind).items():
        found = at(roots, path)
        is_group = isinstance(found, ossc.settings.AnySetting)
        assert is_group if path in GROUPS else callable(found), name


@pytest.mark.parametrize("path", ["bucket.nothing", "bucket.cors.nothing", "ossc.x"])
def test_a_path_that_leads_nowhere_is_noticed(path: str, roots: dict[str, Any]) -> None:
    """So the walk is one that can fail."""
    with pytest.raises(AttributeError):
        at(roots, path)


def test_classes_and_functions_are_there(roots: dict[str, Any]) -> None:
    """Each name stands for something in its package."""
    rows = rows_under("Classes and functions")
    assert len(rows) > 20
    for theirs, newer, ours in rows:
        for name in theirs:
            assert pkgutil.resolve_name(f"oss2.{name}") is not None
        for name in newer:
            assert pkgutil.resolve_name(f"alibabacloud_oss_v2.{name}") is not None
        for name in ours:
            assert name.endswith("=") or at(roots, name) is not None


def test_errors_are_there() -> None:
    """Each is an exception of its package; with a code, it is the one that is raised."""
    both = [row for row in rows_under("Errors") if len(row) == 2]
    assert len(both) > 15
    for theirs, ours in both:
        here = getattr(ossc, ours[0])
        for name in theirs:
            there = getattr(oss2.exceptions, name)
            assert issubclass(there, oss2.exceptions.OssError)
            code = getattr(there, "code", "")
            if code:
                assert ossc.errors.server_error_class(there.status, code) is here
    for theirs, newer, ours in (row for row in rows_under("Errors") if len(row) == 3):
        assert all(hasattr(oss2.exceptions, name) for name in theirs)
        assert all(hasattr(alibabacloud_oss_v2.exceptions, name) for name in newer)
        assert all(hasattr(ossc, name) for name in ours if name != "ValueError")

"""Lists of table buckets, namespaces and tables: pages, prefixes, tokens."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc import tables

from . import tables as shared
from .raw_server import REGION, RawServer, answer
from .tables import ACCOUNT

client = shared.tables_client
table_bucket = shared.table_bucket

NAMES = [f"n{number:02}" for number in range(7)]


@pytest.fixture
def several(table_bucket: tables.TableBucket) -> tables.TableBucket:
    """A table bucket with namespaces, each with a table, and one with seven."""
    for name in NAMES:
        table_bucket.namespace(name).create()
        table_bucket.namespace(name).create_table("same")
    for name in NAMES:
        table_bucket.namespace("n03").create_table(name)
    return table_bucket


def test_namespaces(server: ossc.mock.Server, several: tables.TableBucket) -> None:
    """By name, in pages of the wanted size."""
    assert [each.name for each in several.list_namespaces()] == NAMES
    server.reset_counts()
    found = list(several.list_namespaces(page_size=3))
    assert [each.levels for each in found] == [(name,) for name in NAMES]
    assert len(server.requests) == 3
    assert {dict(each.query)["maxNamespaces"] for each in server.requests} == {"3"}
    assert [each.name for each in several.list_namespaces("n06")] == ["n06"]
    assert list(several.list_namespaces("x")) == []


def test_tables(several: tables.TableBucket) -> None:
    """Of one namespace, or of all."""
    everything = [
        (entry.namespace, entry.name) for entry in several.list_tables(page_size=2)
    ]
    assert len(everything) == 14
    assert everything == sorted(everything)
    space = several.namespace("n03")
    assert [each.name for each in space.list_tables()] == [*NAMES, "same"]
    assert [each.name for each in space.list_tables("n", page_size=1)] == NAMES
    assert {each.namespace for each in space.list_tables()} == {"n03"}
    entry = next(space.list_tables("same"))
    assert entry.table_arn == space.table("same").get().table_arn


def test_table_buckets(client: tables.Client) -> None:
    """Those of the account."""
    for name in ("b-1", "b-2", "c-1"):
        client.create_table_bucket(name)
    assert [each.name for each in client.list_table_buckets(page_size=1)] == [
        "b-1",
        "b-2",
        "c-1",
    ]
    entries = client.list_table_buckets(page_size=2)
    next(entries)
    rest = client.list_table_buckets(page_size=2, resume=entries.token)
    assert [each.name for each in rest] == ["b-2", "c-1"]
    entry = next(client.list_table_buckets("c"))
    assert client.table_bucket(entry.arn).get().created_at == entry.created_at


@pytest.mark.parametrize("page_size", [1, 3, 1000])
def test_lists_that_are_taken_up_again(
    several: tables.TableBucket, page_size: int
) -> None:
    """At any entry, in a list with pages of any size."""
    whole = [(each.namespace, each.name) for each in several.list_tables()]
    for stop in range(len(whole) + 1):
        entries = several.list_tables(page_size=page_size)
        taken = [next(entries) for _ in range(stop)]
        token = entries.token
        assert (token is None) == (stop == 0)
        rest = several.list_tables(page_size=page_size, resume=token)
        assert rest.token == token
        both = [(each.namespace, each.name) for each in (*taken, *rest)]
        assert both == whole
        assert rest.token is not None


def test_entries_that_are_gone(several: tables.TableBucket) -> None:
    """A list goes on where its last entry was, though that was deleted."""
    space = several.namespace("n03")
    entries = space.list_tables(page_size=4)
    seen = [next(entries).name for _ in range(2)]
    space.table(seen[-1]).delete()
    rest = [each.name for each in space.list_tables(page_size=4, resume=entries.token)]
    assert seen + rest == [*NAMES, "same"]


def test_random_walks(several: tables.TableBucket) -> None:
    """A list that is broken off again and again is whole in the end."""
    source = random.Random(20240229)
    whole = [(each.namespace, each.name) for each in several.list_tables()]
    found: list[tuple[str, str]] = []
    token: str | None = None
    while len(found) < len(whole):
        entries = several.list_tables(page_size=3, resume=token)
        for _ in range(source.randint(1, 4)):
            entry = next(entries, None)
            if entry is not None:
                found.append((entry.namespace, entry.name))
        token = entries.token
    assert found == whole


@pytest.mark.parametrize("size", [0, 1001])
def test_bad_arguments(several: tables.TableBucket, size: int) -> None:
    """They are told before anything is sent."""
    with pytest.raises(ossc.ParameterError, match="page_size is"):
        several.list_tables(page_size=size)
    for token in ("objects:a", "tables:a", "namespaces:a:b", "x"):
        with pytest.raises(ossc.ParameterError, match="not one of a list of tables"):
            several.list_tables(resume=token)
    with pytest.raises(ossc.InvalidArgument, match="continuation token"):
        next(several.list_tables(resume="tables:no%20token:a%2Fb"))
    wrong: Any = 5
    with pytest.raises(TypeError, match="prefix must be a str"):
        several.list_tables(wrong)


def page(names: list[str], token: str | None = None) -> bytes:
    """A page of a list of namespaces."""
    entries = [{"namespace": [name]} for name in names]
    return answer(
        json.dumps({"namespaces": entries, "continuationToken": token}).encode()
    )


def names_of(*pages: bytes, resume: str | None = None) -> list[str]:
    """What a list of these pages has."""
    arn = f"acs:osstables:{REGION}:{ACCOUNT}:bucket/analytics"
    with RawServer(*pages) as server:
        with tables.Client(
            f"http://127.0.0.1:{server.port}",
            region=REGION,
            credentials=ossc.Credentials("id", "secret"),
            retry=None,
        ) as client:
            bucket = client.table_bucket(arn)
            return [each.name for each in bucket.list_namespaces(resume=resume)]


def test_empty_pages() -> None:
    """They do not end a list; neither does a null."""
    assert names_of(page([], "t"), page(["a"], "u"), page([])) == ["a"]
    assert names_of(answer(b'{"namespaces": null}')) == []
    assert names_of(answer(b"{}")) == []


def test_pages_in_another_order() -> None:
    """Where a page's entry is gone and nothing tells what was before, all are shown."""
    token = "namespaces:t:m"
    assert names_of(page(["z", "a"]), resume=token) == ["z", "a"]
    assert names_of(page(["z", "m", "a"]), resume=token) == ["a"]
    assert names_of(page(["a", "n"]), resume=token) == ["n"]
    assert names_of(page(["a"], "u"), page(["b"]), resume=token) == ["b"]


@pytest.mark.parametrize(
    "body", [b'{"namespaces": {}}', b'{"continuationToken": 5}', b'{"namespaces": [1]}']
)
def test_hostile_pages(body: bytes) -> None:
    """What is no page is told."""
    with pytest.raises(ossc.MalformedResponse):
        names_of(answer(body))


def test_lists_that_go_round_in_circles() -> None:
    """They end in an error, not in an endless loop."""
    with pytest.raises(ossc.MalformedResponse, match="was there before"):
        names_of(*[page(["a"], "same")] * 4)


def test_failures_in_between(several: tables.TableBucket) -> None:
    """An iterator whose page failed may be asked again, and knows where it stands."""
    entries = several.list_namespaces(page_size=2)
    assert [next(entries).name, next(entries).name] == NAMES[:2]
    several._client._client._shared.session, kept = (
        None,
        several._client._client._shared.session,
    )
    with pytest.raises(ossc.ClientClosed):
        next(entries)
    several._client._client._shared.session = kept
    token = entries.token
    assert [each.name for each in entries] == NAMES[2:]
    again = several.list_namespaces(page_size=2, resume=token)
    assert [each.name for each in again] == NAMES[2:]

"""ListObjectVersions: against a model, its elements, its markers, its errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ossc.mock
from ossc.mock._version_ids import new_version_id, order_of

from .versioning import Enabled, Entry, Suspended, entries, put, set_status, walk
from .wire import BUCKET, Wire

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS = st.text(st.sampled_from("ab/é中\U0001f600\x01"), min_size=1, max_size=4).filter(
    lambda key: key[0] != "/"
)


@pytest.fixture(scope="module")
def shared() -> Iterator[ossc.mock.Server]:
    """One server for all examples of a property."""
    with ossc.mock.serve(buckets=[BUCKET]) as running:
        yield running


def fill(wire: Wire, steps: list[tuple[str, str]]) -> list[Entry]:
    """Write and delete anew; return the entries that must be there, as they must be."""
    for entry in walk(wire):
        wire("DELETE", entry.key, query={"versionId": entry.version})
    kept: dict[str, list[Entry]] = {}
    for key, step in steps:
        if step in {Enabled, Suspended}:
            set_status(wire, step)
            continue
        reply = wire(step, key)
        version = reply.headers["x-oss-version-id"]
        kind = "Version" if step == "PUT" else "DeleteMarker"
        left = [entry for entry in kept.get(key, []) if entry.version != version]
        kept[key] = [Entry(kind, key, version), *left]
    return [
        entry._replace(latest=number == 0)
        for key in sorted(kept, key=str.encode)
        for number, entry in enumerate(kept[key])
    ]


def folded(every: list[Entry], prefix: str, delimiter: str) -> list[Entry]:
    """What a listing with these arguments shows of the entries."""
    found: list[Entry] = []
    for entry in every:
        if not entry.key.startswith(prefix):
            continue
        head, cut, _ = entry.key[len(prefix) :].partition(delimiter or "\0")
        if delimiter and cut:
            entry = Entry("CommonPrefixes", prefix + head + delimiter)  # noqa: PLW2901
        if not found or found[-1] != entry:
            found.append(entry)
    return found


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    steps=st.lists(
        st.tuples(KEYS, st.sampled_from(["PUT", "PUT", "DELETE", Enabled, Suspended])),
        max_size=14,
    ),
    prefix=st.sampled_from(["", "a", "a/", "中"]),
    delimiter=st.sampled_from(["", "/", "a"]),
    limit=st.integers(1, 4),
)
def test_pages_make_up_the_whole(
    shared: ossc.mock.Server,
    steps: list[tuple[str, str]],
    prefix: str,
    delimiter: str,
    limit: int,
) -> None:
    """Pages, one after the other, give each entry of the model once, in order."""
    wire = Wire(shared)
    set_status(wire, Enabled)
    every = fill(wire, steps)
    assert walk(wire) == every
    query = {"prefix": prefix, "delimiter": delimiter, "max-keys": str(limit)}
    assert walk(wire, **query) == folded(every, prefix, delimiter)


def test_elements(wire: Wire) -> None:
    """The answer has these elements in this order."""
    wire("PUT", "a", body=b"12345")
    set_status(wire, Enabled)
    first = put(wire, "a", b"1")
    wire("DELETE", "a")
    put(wire, "b c/d")
    put(wire, "c")
    query = {"versions": "", "delimiter": "/", "max-keys": "4"}
    reply = wire("GET", query=query)
    expected = (
        "Name Prefix KeyMarker VersionIdMarker MaxKeys Delimiter IsTruncated "
        "NextKeyMarker NextVersionIdMarker DeleteMarker Version Version CommonPrefixes"
    )
    assert [element.tag for element in reply.xml] == expected.split()
    assert reply.text("NextKeyMarker") == "b c/"
    assert reply.text("NextVersionIdMarker") == ""
    marker, version, null = entries(reply)[:3]
    assert (marker.latest, version.latest, null.latest) == (True, False, False)
    assert (version.version, null.version) == (first, "null")
    inner = [element.tag for element in reply.xml.findall("Version")[1]]
    assert inner == (
        [
            "Key",
            "VersionId",
            "IsLatest",
            "LastModified",
            "ETag",
            "Type",
            "Size",
            "StorageClass",
            "Owner",
        ]
    )
    assert reply.texts("Version/Size") == ["1", "5"]
    of_marker = reply.xml.find("DeleteMarker")
    assert of_marker is not None
    assert [element.tag for element in of_marker] == (
        ["Key", "VersionId", "IsLatest", "LastModified", "Owner"]
    )
    encoded = wire("GET", query={**query, "encoding-type": "url", "key-marker": "a b"})
    assert encoded.text("EncodingType") == "url"
    assert encoded.text("KeyMarker") == "a%20b"
    assert encoded.text("CommonPrefixes/Prefix") == "b%20c%2F"
    assert encoded.text("Delimiter") == "%2F"


def test_unversioned_buckets_have_null_versions(wire: Wire) -> None:
    """Each object is a version there, the latest."""
    wire("PUT", "a")
    wire("PUT", "b")
    assert entries(wire("GET", query={"versions": ""})) == [
        Entry("Version", "a", "null", latest=True),
        Entry("Version", "b", "null", latest=True),
    ]


def test_markers(wire: Wire) -> None:
    """A key marker skips all of the key, with a version marker what is not older."""
    set_status(wire, Enabled)
    ids = [put(wire, "k") for _ in range(3)]
    last = put(wire, "l")

    def after(**markers: str) -> list[str]:
        named = {name.replace("_", "-"): value for name, value in markers.items()}
        reply = wire("GET", query={"versions": "", **named})
        return [entry.version for entry in entries(reply)]

    assert after(key_marker="k") == [last]
    assert after(key_marker="j") == [ids[2], ids[1], ids[0], last]
    assert after(key_marker="k", version_id_marker="") == [last]
    assert after(key_marker="k", version_id_marker=ids[2]) == [ids[1], ids[0], last]
    assert after(key_marker="k", version_id_marker=ids[0]) == [last]
    wire("DELETE", "k", query={"versionId": ids[1]})
    assert after(key_marker="k", version_id_marker=ids[1]) == [ids[0], last]
    assert after(key_marker="k", version_id_marker="null") == [ids[2], ids[0], last]


@pytest.mark.parametrize("limit", ["1", "2", "3"])
def test_versions_may_go_while_they_are_listed(wire: Wire, limit: str) -> None:
    """Whoever removes what each page shows sees everything, once."""
    wire("PUT", "k")
    set_status(wire, Enabled)
    put(wire, "k")
    set_status(wire, Suspended)
    put(wire, "k")
    set_status(wire, Enabled)
    for _ in range(3):
        put(wire, "k")
        wire("DELETE", "l")
    before = walk(wire)
    assert len(before) == 8
    seen: list[Entry] = []
    query = {"versions": "", "max-keys": limit}
    while True:
        reply = wire("GET", query=query)
        for entry in entries(reply):
            seen.append(entry)
            wire("DELETE", entry.key, query={"versionId": entry.version})
        if reply.text("IsTruncated") == "false":
            break
        query["key-marker"] = reply.text("NextKeyMarker") or ""
        query["version-id-marker"] = reply.text("NextVersionIdMarker") or ""
    assert [(e.key, e.version) for e in seen] == [(e.key, e.version) for e in before]
    assert walk(wire) == []


@pytest.mark.parametrize(
    "query",
    [
        {"version-id-marker": "null"},
        {"key-marker": "k", "version-id-marker": "a b"},
        {"max-keys": "0"},
        {"max-keys": "1001"},
        {"prefix": "x" * 1024},
        {"key-marker": "x" * 1024},
        {"encoding-type": "base64"},
    ],
)
def test_bad_parameters(wire: Wire, query: dict[str, str]) -> None:
    """Parameters that are too long, alone, or unknown are refused and named."""
    reply = wire("GET", query={"versions": "", **query})
    assert (reply.status, reply.code) == (400, "InvalidArgument")
    assert reply.text("ArgumentName") in query


def test_public_buckets_show_their_versions(
    server: ossc.mock.Server, wire: Wire
) -> None:
    """Who may list objects may list versions."""
    put_acl = {"x-oss-acl": "public-read"}
    anonymous = Wire(server, scheme="none")
    assert anonymous("GET", query={"versions": ""}).status == 403
    wire("PUT", query={"acl": ""}, headers=put_acl)
    assert anonymous("GET", query={"versions": ""}).status == 200


def test_version_ids() -> None:
    """Ids are unlike each other, carry their order, and sort in another one."""
    orders = [1, 2, 3, 255, 256, 2**40]
    ids = [new_version_id(order) for order in orders]
    assert len(set(ids)) == len(ids)
    assert [order_of(each) for each in ids] == orders
    assert sorted(ids) != ids
    foreign = ("null", "", "CAEQ", "é", "A" * 32, ids[0][:-1], ids[0] + "AAAA")
    assert [order_of(each) for each in foreign] == [None] * len(foreign)

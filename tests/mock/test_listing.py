"""Listings of objects and uploads against a model: a sorted list of keys."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ossc.mock
from ossc.mock._handlers._paging import paginate

from .wire import BUCKET, Reply, Wire

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS = st.text(st.sampled_from("ab/.é中\U0001f600"), min_size=1, max_size=6)


def model(keys: set[str], prefix: str, delimiter: str) -> list[tuple[str, bool]]:
    """All entries of a listing, each with whether it is folded."""
    entries = set()
    for key in keys:
        if key.startswith(prefix):
            rest = key[len(prefix) :]
            if delimiter and delimiter in rest:
                head = rest.split(delimiter)[0]
                entries.add((prefix + head + delimiter, True))
            else:
                entries.add((key, False))
    return sorted(entries, key=lambda entry: entry[0].encode())


@given(
    keys=st.sets(KEYS, max_size=30),
    prefix=st.text("ab/", max_size=2),
    delimiter=st.sampled_from(["", "/", "a", "//", "ab"]),
    limit=st.integers(1, 5),
)
def test_pages_make_up_the_whole(
    keys: set[str], prefix: str, delimiter: str, limit: int
) -> None:
    """Pages, one after the other, give each entry of the model once, in order."""
    expected = model(keys, prefix, delimiter)
    found: list[tuple[str, bool]] = []
    marker = ""
    while True:
        page = paginate(
            sorted(keys),
            prefix=prefix,
            delimiter=delimiter,
            marker=marker,
            limit=limit,
        )
        entries = [(name, False) for name in page.names]
        entries += [(name, True) for name in page.prefixes]
        assert len(entries) <= limit
        found += sorted(entries, key=lambda entry: entry[0].encode())
        if not page.truncated:
            break
        assert len(entries) == limit
        marker = page.last
    assert found == expected


@given(
    keys=st.sets(KEYS, max_size=30),
    delimiter=st.sampled_from(["", "/"]),
    marker=KEYS,
)
def test_any_marker(keys: set[str], delimiter: str, marker: str) -> None:
    """A marker that is no entry skips what lies before it, and what it lies in."""
    page = paginate(
        sorted(keys), prefix="", delimiter=delimiter, marker=marker, limit=1000
    )
    expected = [
        entry
        for entry in model(keys, "", delimiter)
        if entry[0] > marker and not (entry[1] and marker.startswith(entry[0]))
    ]
    assert page.names == [name for name, folded in expected if not folded]
    assert page.prefixes == [name for name, folded in expected if folded]


@pytest.fixture(scope="module")
def shared() -> Iterator[ossc.mock.Server]:
    """One server for all examples of a property."""
    with ossc.mock.serve(buckets=[BUCKET]) as running:
        yield running


def clean(server: ossc.mock.Server, keys: set[str]) -> None:
    """Leave exactly these keys in the bucket."""
    wire = Wire(server)
    while left := wire("GET", query={"encoding-type": "url"}).texts("Contents/Key"):
        for key in left:
            wire("DELETE", unquote(key))
    for key in keys:
        server.put_object(BUCKET, key, b"x")


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    keys=st.sets(KEYS.filter(lambda key: key[0] != "/"), max_size=12),
    delimiter=st.sampled_from(["", "/"]),
    limit=st.integers(1, 4),
    version=st.sampled_from([1, 2]),
)
def test_over_the_wire(
    shared: ossc.mock.Server, keys: set[str], delimiter: str, limit: int, version: int
) -> None:
    """Both list operations, followed to their end, give the model's entries."""
    clean(shared, keys)
    query = {"encoding-type": "url", "max-keys": str(limit), "delimiter": delimiter}
    query |= {"list-type": "2"} if version == 2 else {}
    found: list[str] = []
    while True:
        reply = Wire(shared)("GET", query=query)
        entries = reply.texts("Contents/Key") + reply.texts("CommonPrefixes/Prefix")
        found += sorted(unquote(name) for name in entries)
        if version == 2:
            assert reply.text("KeyCount") == str(len(entries))
        if reply.text("IsTruncated") == "false":
            break
        if version == 2:
            query["continuation-token"] = reply.text("NextContinuationToken") or ""
        else:
            query["marker"] = unquote(reply.text("NextMarker") or "")
    assert found == [name for name, _ in model(keys, "", delimiter)]


def fill(wire: Wire, *keys: str) -> None:
    """Put empty objects."""
    for key in keys:
        wire.server.put_object(BUCKET, key, b"")


def test_v1_elements(wire: Wire) -> None:
    """The first version's answer has these elements in this order."""
    fill(wire, "a/1", "b c", "d")
    query = {"prefix": "", "delimiter": "/", "max-keys": "2", "marker": "A"}
    reply = wire("GET", query=query)
    names = [element.tag for element in reply.xml]
    expected = (
        "Name Prefix Marker MaxKeys Delimiter IsTruncated NextMarker "
        "Contents CommonPrefixes"
    )
    assert names == expected.split()
    assert reply.text("Name") == BUCKET
    assert reply.text("NextMarker") == "b c"
    entry = reply.xml.find("Contents")
    assert entry is not None
    inner = [element.tag for element in entry]
    assert inner == [
        "Key",
        "LastModified",
        "ETag",
        "Type",
        "Size",
        "StorageClass",
        "Owner",
    ]
    assert entry.findtext("ETag") == '"D41D8CD98F00B204E9800998ECF8427E"'
    assert entry.findtext("Type") == "Normal"


def test_v2_elements(wire: Wire) -> None:
    """The second version's answer has these elements; owners only if asked for."""
    fill(wire, "a", "b c", "d")
    query = {"list-type": "2", "start-after": "a", "max-keys": "1"}
    reply = wire("GET", query=query)
    names = [element.tag for element in reply.xml]
    expected = (
        "Name Prefix StartAfter MaxKeys Delimiter IsTruncated NextContinuationToken "
        "Contents KeyCount"
    )
    assert names == expected.split()
    assert reply.text("Contents/Owner") is None
    query |= {
        "continuation-token": reply.text("NextContinuationToken") or "",
        "fetch-owner": "true",
    }
    reply = wire("GET", query=query)
    assert reply.texts("Contents/Key") == ["d"]
    assert reply.text("ContinuationToken") == query["continuation-token"]
    assert reply.text("Contents/Owner/ID")


def test_encoding(wire: Wire) -> None:
    """encoding-type=url encodes every name of the answer."""
    fill(wire, "p q/a b", "p q/d+e/f", "p q/g")
    query = {
        "prefix": "p q/",
        "delimiter": "+",
        "marker": "p q/A",
        "max-keys": "2",
        "encoding-type": "url",
    }
    reply = wire("GET", query=query)
    assert reply.text("EncodingType") == "url"
    assert reply.text("Prefix") == "p%20q%2F"
    assert reply.text("Delimiter") == "%2B"
    assert reply.text("Marker") == "p%20q%2FA"
    assert reply.text("Contents/Key") == "p%20q%2Fa%20b"
    assert reply.text("CommonPrefixes/Prefix") == "p%20q%2Fd%2B"
    assert reply.text("NextMarker") == "p%20q%2Fd%2B"


def test_escaping(wire: Wire) -> None:
    """Without encoding, names are escaped as XML asks for."""
    fill(wire, "<a&b>'\"", "\r")
    assert wire("GET").texts("Contents/Key") == ["\r", "<a&b>'\""]
    fill(wire, "\x01")
    assert b"<Key>&#1;</Key>" in wire("GET").body


@pytest.mark.parametrize("text", ["-1", "1001", "x", "1.5", "٣"])
def test_bad_limits(wire: Wire, text: str) -> None:
    """A page size outside its bounds is named."""
    reply = wire("GET", query={"max-keys": text})
    assert (reply.status, reply.code) == (400, "InvalidArgument")
    assert reply.text("ArgumentName") == "max-keys"
    assert reply.text("ArgumentValue") == text


def test_limits(wire: Wire) -> None:
    """Zero gives nothing, the default is 100, 1000 is the most."""
    fill(wire, *(f"k{i:04d}" for i in range(101)))
    none = wire("GET", query={"max-keys": "0"})
    assert none.texts("Contents") == []
    assert none.text("IsTruncated") == "false"
    page = wire("GET")
    assert len(page.texts("Contents")) == 100
    assert page.text("IsTruncated") == "true"
    assert len(wire("GET", query={"max-keys": "1000"}).texts("Contents")) == 101


@pytest.mark.parametrize(
    "query",
    [
        {"prefix": "x" * 1024},
        {"marker": "x" * 1024},
        {"delimiter": "x" * 1024},
        {"encoding-type": "base64"},
        {"list-type": "2", "start-after": "x" * 1024},
        {"list-type": "2", "continuation-token": "nonsense"},
        {"list-type": "2", "continuation-token": "é"},
    ],
)
def test_bad_parameters(wire: Wire, query: dict[str, str]) -> None:
    """Parameters that are too long or unknown are refused."""
    reply = wire("GET", query=query)
    assert (reply.status, reply.code) == (400, "InvalidArgument")
    assert reply.text("ArgumentName") in query


def initiate(wire: Wire, key: str) -> str:
    """Start an upload and return its id."""
    return wire("POST", key, query={"uploads": ""}).text("UploadId") or ""


def uploads_of(reply: Reply) -> list[tuple[str, str]]:
    """Key and id of each listed upload."""
    keys, ids = reply.texts("Upload/Key"), reply.texts("Upload/UploadId")
    return list(zip(keys, ids, strict=True))


def test_upload_pages(wire: Wire) -> None:
    """Uploads come by key and id; the two markers go on where a page ended."""
    made = [(key, initiate(wire, key)) for key in ("b", "a", "b", "c", "b")]
    found: list[tuple[str, str]] = []
    query = {"uploads": "", "max-uploads": "2"}
    while True:
        reply = wire("GET", query=query)
        found += uploads_of(reply)
        if reply.text("IsTruncated") == "false":
            break
        query["key-marker"] = reply.text("NextKeyMarker") or ""
        query["upload-id-marker"] = reply.text("NextUploadIdMarker") or ""
    assert found == sorted(made)
    after = wire("GET", query={"uploads": "", "key-marker": "b"})
    assert [key for key, _ in uploads_of(after)] == ["c"]
    ignored = wire("GET", query={"uploads": "", "upload-id-marker": "F" * 32})
    assert len(uploads_of(ignored)) == 5


def test_upload_folding(wire: Wire) -> None:
    """Uploads fold at a delimiter and are filtered by prefix."""
    for key in ("d/1", "d/2", "e", "f/1"):
        initiate(wire, key)
    reply = wire("GET", query={"uploads": "", "delimiter": "/"})
    assert reply.texts("CommonPrefixes/Prefix") == ["d/", "f/"]
    assert reply.texts("Upload/Key") == ["e"]
    query = {"uploads": "", "delimiter": "/", "key-marker": "d/", "max-uploads": "1"}
    reply = wire("GET", query=query)
    assert reply.texts("Upload/Key") == ["e"]
    assert reply.text("IsTruncated") == "true"
    reply = wire("GET", query={"uploads": "", "prefix": "d/", "encoding-type": "url"})
    assert reply.texts("Upload/Key") == ["d%2F1", "d%2F2"]
    assert reply.text("Upload/StorageClass") == "Standard"


@pytest.mark.parametrize("text", ["0", "1001", "x"])
def test_bad_upload_limits(wire: Wire, text: str) -> None:
    """A page of uploads has between 1 and 1000."""
    reply = wire("GET", query={"uploads": "", "max-uploads": text})
    assert (reply.status, reply.code) == (400, "InvalidArgument")

"""SelectObject from the client's side: arguments, rows, numbers, ends."""

from __future__ import annotations

import gzip
import pickle
import tempfile
import threading
from collections.abc import Callable
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc import _sdk

from .raw_server import BUCKET, client_of

PEOPLE = 'name,age,city\nann,30,Rome\nbob,4,"New\nYork"\n中,5,東京\n'.encode()
LINES = b'{"a":{"b":[1,2]},"c":"x,y"}\n{"a":null,"c":"}"}\n'
ALL = "select * from ossobject"


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Any:
    """No thread and no request outlives a test."""
    yield
    assert not [t for t in threading.enumerate() if t.name == "ossc-select"]
    assert _sdk.live_requests() == 0


@pytest.fixture(autouse=True)
def _objects(bucket: ossc.Bucket) -> None:
    """Something to ask."""
    bucket.put_object("people", PEOPLE)
    bucket.put_object("lines", LINES)


def test_rows_of_csv(bucket: ossc.Bucket) -> None:
    """Rows are lists of texts, whatever quotes and delimiters are in them."""
    for output in (
        ossc.CSVOutput(),
        ossc.CSVOutput(raw=True),
        ossc.CSVOutput("||", ";"),
    ):
        with bucket.select_object(
            "people", "select city, name from ossobject", ossc.CSVInput("use"), output
        ) as result:
            rows = list(result.rows())
        assert rows == [["Rome", "ann"], ["New\nYork", "bob"], ["東京", "中"]]
        assert result.closed


def test_rows_of_json(bucket: ossc.Bucket) -> None:
    """Rows are dictionaries, or what the elements of an array are."""
    given = ossc.JSONInput()
    for output in (ossc.JSONOutput(), ossc.JSONOutput(",", raw=True), None):
        rows = bucket.select_object("lines", ALL, given, output).rows()
        assert list(rows) == [{"a": {"b": [1, 2]}, "c": "x,y"}, {"a": None, "c": "}"}]
    sql = "select * from ossobject.a.b[*]"
    assert list(bucket.select_object("lines", sql, given).rows()) == [1, 2]
    sql = "select c as see from ossobject where a is null"
    assert list(bucket.select_object("lines", sql, given).rows()) == [{"see": "}"}]


def test_bytes_and_numbers(bucket: ossc.Bucket) -> None:
    """Iterating gives bytes; the numbers are there at the end, not before."""
    result = bucket.select_object("people", ALL)
    assert iter(result) is result
    with pytest.raises(ValueError, match="not read to its end"):
        result.stats  # noqa: B018 - the attribute is what is tested
    assert b"".join(result) == PEOPLE
    assert result.closed
    assert result.offset == len(PEOPLE)
    stats = result.stats
    assert (stats.status, stats.scanned, stats.offset) == (
        206,
        len(PEOPLE),
        len(PEOPLE),
    )
    assert len(stats.request_id) == 24
    assert result.read() == b""
    assert next(result, None) is None
    assert repr(result) == "<ossc.SelectResult of 'people'>"
    with pytest.raises(TypeError, match="ask again"):
        pickle.dumps(result)


def test_raw_numbers(bucket: ossc.Bucket) -> None:
    """Raw rows tell nothing of the scan."""
    result = bucket.select_object("people", ALL, output=ossc.CSVOutput(raw=True))
    assert result.read() == PEOPLE
    assert (result.stats.status, result.stats.scanned) == (206, None)


def test_no_rows(bucket: ossc.Bucket) -> None:
    """Nothing found is nothing, framed or raw."""
    sql = "select * from ossobject where _1 = 'x'"
    for raw in (False, True):
        result = bucket.select_object("people", sql, output=ossc.CSVOutput(raw=raw))
        assert list(result.rows()) == []
        assert result.stats.status == 206


def test_input_and_options(bucket: ossc.Bucket) -> None:
    """What is said of input, output and rows that do not fit reaches the server."""
    bucket.put_object("gz", gzip.compress(PEOPLE))
    given = ossc.CSVInput("ignore", comment="a", compression="gzip")
    result = bucket.select_object("gz", "select _1 from ossobject", given)
    assert result.read().decode() == "bob\n中\n"
    output = ossc.CSVOutput(header=True, keep_all_columns=True)
    use = ossc.CSVInput("use")
    sql = "select age from ossobject limit 1"
    assert bucket.select_object("people", sql, use, output).read() == b",age,\n,30,\n"
    sql = "select _2 + 1 from ossobject"
    skipping = bucket.select_object("people", sql, max_skipped_records=1)
    assert skipping.read() == b"31\n5\n6\n"
    sql = "select _4 from ossobject"
    with pytest.raises(ossc.ServerError) as caught:
        bucket.select_object("people", sql, skip_partial_records=True)
    assert caught.value.code == "SqlTypesMismatch"
    strings = ossc.JSONInput(numbers_as_strings=True)
    sql = "select a.b[0] as n from ossobject limit 1"
    assert bucket.select_object("lines", sql, strings).read() == b'{"n":"1"}\n'


def test_ranges(bucket: ossc.Bucket) -> None:
    """Rows, splits and bytes can be chosen."""
    with pytest.raises(ossc.ServerError) as caught:
        bucket.select_object("people", ALL, ossc.CSVInput(line_range=(1, 1)))
    assert caught.value.code == "SelectCsvMetaUnavailable"
    meta = bucket.create_select_object_meta("people")
    assert (meta.rows, meta.columns, meta.splits, meta.status) == (4, 3, 1, 200)
    assert (meta.offset, meta.scanned) == (len(PEOPLE), len(PEOPLE))
    chosen = [
        (ossc.CSVInput(line_range=(1, 1)), b"ann,30,Rome\n"),
        (ossc.CSVInput(line_range=(None, 1)), "中,5,東京\n".encode()),
        (ossc.CSVInput("use", split_range=(0, None)), PEOPLE[14:]),
    ]
    for given, rows in chosen:
        assert bucket.select_object("people", ALL, given).read() == rows
    given = ossc.CSVInput(quoted_record_delimiters=False)
    sql = "select _1 from ossobject"
    result = bucket.select_object("people", sql, given, range=(1, 20))
    assert result.read() == b"ann\n"
    meta = bucket.create_select_object_meta("lines", ossc.JSONInput())
    assert (meta.rows, meta.columns) == (2, 0)


def test_more_than_memory(server: ossc.mock.Server) -> None:
    """An answer may be larger than all that the client may keep in memory."""
    data = b"".join(b"%07d,%s\n" % (n, b"x" * 91) for n in range(40_000))
    server.put_object(BUCKET, "big", data)
    with client_of(server, max_memory=200_000) as client:
        result = client.bucket(BUCKET).select_object("big", ALL)
        at = 0
        for piece in result:
            assert data.startswith(piece, at)
            at += len(piece)
        assert at == len(data) == result.stats.scanned


def test_closing_early(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """What is closed is over at once, and gives nothing more."""
    server.put_object(BUCKET, "big", b"0123456789\n" * 300_000)
    with bucket.select_object("big", ALL) as result:
        rows = result.rows()
        assert next(rows) == ["0123456789"]
    assert result.closed
    assert next(result, None) is None
    result.close()
    with pytest.raises(ValueError, match="not read"):
        result.stats  # noqa: B018 - the attribute is what is tested


def test_forgetting_it_warns(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """An answer that nobody closes ends with a warning, and waits for nothing."""
    server.put_object(BUCKET, "big", b"0123456789\n" * 300_000)
    result = bucket.select_object("big", ALL)
    (thread,) = (t for t in threading.enumerate() if t.name == "ossc-select")
    with pytest.warns(ResourceWarning, match="unclosed <ossc.SelectResult of 'big'>"):
        del result
    thread.join(10)
    assert not thread.is_alive()


WRONG: dict[str, Callable[[ossc.Bucket], object]] = {
    "key": lambda b: b.select_object("", ALL),
    "no expression": lambda b: b.select_object("k", ""),
    "long expression": lambda b: b.select_object("k", "x" * 16_385),
    "skipped": lambda b: b.select_object("k", ALL, max_skipped_records=-1),
    "header": lambda b: b.select_object("k", ALL, headers={"a b": "c"}),
    "range": lambda b: b.select_object("k", ALL, range=(0, 1)),
    "gzip meta": lambda b: b.create_select_object_meta(
        "k", ossc.CSVInput(compression="gzip")
    ),
    "document meta": lambda b: b.create_select_object_meta(
        "k", ossc.JSONInput("DOCUMENT")
    ),
    "file header": lambda _: ossc.CSVInput("maybe"),
    "record": lambda _: ossc.CSVInput(record_delimiter="abc"),
    "no record": lambda _: ossc.CSVOutput(record_delimiter=""),
    "field": lambda _: ossc.CSVInput(field_delimiter="é"),
    "quote": lambda _: ossc.CSVInput(quote="''"),
    "comment": lambda _: ossc.CSVInput(comment=""),
    "two ranges": lambda _: ossc.CSVInput(line_range=(0, 1), split_range=(0, 1)),
    "backwards": lambda _: ossc.CSVInput(line_range=(2, 1)),
    "no ends": lambda _: ossc.CSVInput(split_range=(None, None)),
    "negative": lambda _: ossc.JSONInput(line_range=(-1, None)),
    "gzip range": lambda _: ossc.JSONInput(line_range=(0, 1), compression="gzip"),
    "compression": lambda _: ossc.JSONInput(compression="zip"),
    "type": lambda _: ossc.JSONInput("TREE"),
    "document range": lambda _: ossc.JSONInput("DOCUMENT", line_range=(0, 1)),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_arguments(
    bucket: ossc.Bucket, server: ossc.mock.Server, name: str
) -> None:
    """What OSS would refuse is refused before anything is sent."""
    server.reset_counts()
    with pytest.raises(ossc.ParameterError):
        WRONG[name](bucket)
    assert server.requests == []


@pytest.mark.parametrize(
    "call",
    [
        lambda b: b.select_object("k", b"select"),
        lambda b: b.select_object("k", ALL, "csv"),
        lambda b: b.select_object("k", ALL, ossc.JSONInput(), ossc.CSVOutput()),
        lambda b: b.select_object("k", ALL, None, ossc.JSONOutput()),
        lambda b: b.create_select_object_meta("k", ossc.CSVOutput()),
        lambda _: ossc.CSVInput(field_delimiter=1),
        lambda _: ossc.CSVInput(line_range=("0", "1")),
    ],
)
def test_wrong_types(bucket: ossc.Bucket, call: Callable[[Any], object]) -> None:
    """What is of another kind altogether is a TypeError."""
    with pytest.raises(TypeError):
        call(bucket)


def test_errors_of_the_server(bucket: ossc.Bucket) -> None:
    """They have their class, and say what was asked of what."""
    with pytest.raises(ossc.NoSuchKey) as missing:
        bucket.select_object("nothing", ALL)
    assert (missing.value.operation, missing.value.key) == ("SelectObject", "nothing")
    with pytest.raises(ossc.NoSuchKey) as missing:
        bucket.create_select_object_meta("nothing")
    assert missing.value.operation == "CreateSelectObjectMeta"
    sql = "select _1, 9 / (_2 - 4) from ossobject"
    result = bucket.select_object("people", sql, ossc.CSVInput("ignore"))
    assert next(result) == b"ann,0\n"
    with pytest.raises(ossc.ServerError) as caught:
        next(result)
    error = caught.value
    assert (error.code, error.status) == ("SqlTypesMismatch", 400)
    assert (error.operation, error.bucket, error.key) == (
        "SelectObject",
        BUCKET,
        "people",
    )
    assert error.request_id
    assert len(error.request_id) == 24
    assert result.closed


def test_no_room_for_the_answer(
    bucket: ossc.Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a place for temporary files there is an error with its number."""
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere/at/all")
    with pytest.raises(ossc.LocalFileError) as caught:
        bucket.select_object("people", ALL)
    assert caught.value.errno

"""The mock server's SelectObject, used by oss2; this project's client agrees with it."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import oss2
import oss2.exceptions
import pytest

import ossc
import ossc.mock

from . import oss2_client, strangers
from .strangers import LOGINS, Server, Untyped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

server = pytest.fixture(strangers.run_server, scope="module", name="server")
login = pytest.fixture(params=LOGINS, ids=str, name="login")(strangers.give_login)
bucket = pytest.fixture(oss2_client.fresh_bucket, name="bucket")

CSV = 'name,city\nann,Rome\nbob,"New\nYork"\n中,東京\n'.encode()
LINES = '{"n":1,"s":"中"}\n{"n":2,"s":"b"}\n'.encode()
DOCUMENT = b'{"list":[' + LINES.replace(b"\n", b",")[:-1] + b"]}"


@pytest.fixture(name="ours")
def make_ours(server: Server, bucket: Untyped) -> Iterator[ossc.Bucket]:
    """This project's view of the same bucket."""
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    with ossc.Client(server.endpoint, region=server.region, credentials=keys) as client:
        yield client.bucket(bucket.bucket_name)


QUERIES: dict[str, tuple[bytes, str, dict[str, object], tuple[object, ...]]] = {
    "csv": (CSV, "select * from ossobject", {}, ()),
    "header": (
        CSV,
        "select city from ossobject where name != 'ann'",
        {"CsvHeaderInfo": "Use"},
        (ossc.CSVInput("use"),),
    ),
    "checked": (
        CSV,
        "select _2 from ossobject",
        {"EnablePayloadCrc": True},
        (),
    ),
    "delimiters": (
        b"#x\na;b|c;d|",
        "select _2, _1 from ossobject",
        {
            "FieldDelimiter": ";",
            "RecordDelimiter": "|",
            "OutputFieldDelimiter": "-",
            "OutputRecordDelimiter": "\r\n",
            "QuoteCharacter": "'",
            "CommentCharacter": "#",
        },
        (
            ossc.CSVInput(
                field_delimiter=";", record_delimiter="|", quote="'", comment="#"
            ),
            ossc.CSVOutput(field_delimiter="-", record_delimiter="\r\n"),
        ),
    ),
    "all columns": (
        CSV,
        "select name from ossobject",
        {"CsvHeaderInfo": "Use", "KeepAllColumns": True, "OutputHeader": True},
        (ossc.CSVInput("use"), ossc.CSVOutput(keep_all_columns=True, header=True)),
    ),
    "raw": (
        CSV,
        "select * from ossobject",
        {"OutputRawData": "true"},
        (None, ossc.CSVOutput(raw=True)),
    ),
    "gzip": (
        gzip.compress(CSV),
        "select count(*) from ossobject",
        {"CompressionType": "GZIP"},
        (ossc.CSVInput(compression="gzip"),),
    ),
    "lines": (
        LINES,
        "select s.n, s.s from ossobject s where s.n > 1",
        {"Json_Type": "LINES", "ParseJsonNumberAsString": True},
        (ossc.JSONInput(numbers_as_strings=True),),
    ),
    "document": (
        DOCUMENT,
        "select * from ossobject.list[*]",
        {"Json_Type": "DOCUMENT", "OutputRecordDelimiter": ","},
        (ossc.JSONInput("DOCUMENT"), ossc.JSONOutput(record_delimiter=",")),
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_queries(bucket: Untyped, ours: ossc.Bucket, name: str) -> None:
    """Both clients get the same rows, and the same numbers at the end."""
    data, sql, theirs, forms = QUERIES[name]
    bucket.put_object("k", data)
    result = bucket.select_object("k", sql, select_params=theirs or None)
    rows = result.read()
    assert rows
    assert result.status == 206
    answer = ours.select_object("k", sql, *forms)  # type: ignore[arg-type]
    assert answer.read() == rows
    assert answer.stats.status == 206
    if name != "raw":
        assert answer.stats.offset == answer.offset == len(data)
        assert answer.stats.scanned == len(data)


def test_progress_and_files(bucket: Untyped, tmp_path: Path) -> None:
    """oss2 is told how far the scan has come, and can write the rows to a file."""
    bucket.put_object("k", CSV)
    told: list[tuple[int, int | None]] = []
    path = tmp_path / "rows"
    bucket.select_object_to_file(
        "k", str(path), "select * from ossobject", lambda *where: told.append(where)
    )
    assert path.read_bytes() == CSV
    assert told[-1][0] == len(CSV)


def test_meta_and_ranges(bucket: Untyped, ours: ossc.Bucket) -> None:
    """Meta that one client made serves the other, and counts the same."""
    bucket.put_object("k", CSV)
    theirs = bucket.create_select_object_meta("k")
    meta = ours.create_select_object_meta("k", overwrite=True)
    assert (theirs.rows, theirs.splits, theirs.select_resp.columns) == (4, 1, 2)
    assert (meta.rows, meta.splits, meta.columns) == (4, 1, 2)
    assert (meta.status, meta.scanned) == (200, len(CSV))
    sql = "select _1 from ossobject"
    for span in ((1, 2), (None, 1), (3, None)):
        params = {"LineRange": span}
        rows = bucket.select_object("k", sql, select_params=params).read()
        given = ossc.CSVInput(line_range=span)
        assert ours.select_object("k", sql, given).read() == rows != b""
    split = {"SplitRange": (0, 0)}
    given = ossc.CSVInput(split_range=(0, 0))
    rows = bucket.select_object("k", sql, select_params=split).read()
    assert ours.select_object("k", sql, given).read() == rows


def test_meta_of_json(bucket: Untyped, ours: ossc.Bucket) -> None:
    """So with lines of JSON; oss2 spells compression in base64."""
    bucket.put_object("k", LINES)
    params = {"Json_Type": "LINES", "CompressionType": "None"}
    theirs = bucket.create_select_object_meta("k", params)
    meta = ours.create_select_object_meta("k", ossc.JSONInput())
    assert (theirs.csv_rows, theirs.csv_splits) == (meta.rows, meta.splits) == (2, 1)
    ranged = {"Json_Type": "LINES", "LineRange": (1, 1)}
    sql = "select * from ossobject"
    rows = bucket.select_object("k", sql, select_params=ranged).read()
    given = ossc.JSONInput(line_range=(1, 1))
    assert ours.select_object("k", sql, given).read() == rows == LINES[-16:]


def test_byte_ranges(bucket: Untyped, ours: ossc.Bucket) -> None:
    """Rows that begin within a range of bytes."""
    bucket.put_object("k", b"aaa\nbbb\nccc\n")
    sql = "select * from ossobject"
    params = {"AllowQuotedRecordDelimiter": False}
    rows = bucket.select_object(
        "k", sql, select_params=params, byte_range=(1, 8)
    ).read()
    given = ossc.CSVInput(quoted_record_delimiters=False)
    answer = ours.select_object("k", sql, given, range=(1, 8))
    assert answer.read() == rows == b"bbb\nccc\n"


@pytest.mark.parametrize(
    ("key", "sql", "status", "code"),
    [
        ("k", "select", 400, "SqlSyntaxError"),
        ("none", "select * from ossobject", 404, "NoSuchKey"),
        ("k", "select * from ossobject.a", 400, "TableRootNodeOnlySupportInJson"),
    ],
)
def test_failures(
    bucket: Untyped, ours: ossc.Bucket, key: str, sql: str, status: int, code: str
) -> None:
    """What fails at once is the same ordinary error for both."""
    bucket.put_object("k", CSV)
    with pytest.raises(oss2.exceptions.ServerError) as theirs:
        bucket.select_object(key, sql)
    assert (theirs.value.status, theirs.value.code) == (status, code)
    with pytest.raises(ossc.ServerError) as caught:
        ours.select_object(key, sql)
    assert (caught.value.status, caught.value.code) == (status, code)
    assert caught.value.message == theirs.value.message


def test_failures_part_way(bucket: Untyped, ours: ossc.Bucket) -> None:
    """What fails behind good rows is told by both, with the code of the end frame."""
    bucket.put_object("k", b"1\nx\n")
    sql = "select _1 + 1 from ossobject"
    with pytest.raises(oss2.exceptions.SelectOperationFailed) as theirs:
        bucket.select_object("k", sql).read()
    assert (theirs.value.status, theirs.value.code) == (400, b"SqlTypesMismatch")
    answer = ours.select_object("k", sql)
    assert next(answer) == b"2\n"
    with pytest.raises(ossc.ServerError) as caught:
        next(answer)
    assert (caught.value.status, caught.value.code) == (400, "SqlTypesMismatch")
    assert caught.value.message.encode() == theirs.value.message

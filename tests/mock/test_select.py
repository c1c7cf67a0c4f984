"""SelectObject and CreateSelectObjectMeta on the wire: documents, frames, rules."""

from __future__ import annotations

import base64
import gzip
import zlib
from typing import TYPE_CHECKING

import pytest

from ossc.mock._select._answer import CONTINUOUS_BYTES, FRAME_BYTES
from ossc.mock._select._source import SPLIT_BYTES
from ossc.mock._select_frames import (
    FrameType,
    Outcome,
    SelectFailure,
    read_frames,
    split_frames,
)

from .wire import BUCKET, Reply, Wire

if TYPE_CHECKING:
    from ossc.mock import Server

PEOPLE = b"name,age\nann,30\nbob,4\n"
GZIP = "<CompressionType>GZIP</CompressionType>"
BIG = b"".join(b"%06d,%s\n" % (n, b"x" * 92) for n in range(20_000))


def b64(text: str) -> str:
    """Base64, as most values are sent."""
    return base64.b64encode(text.encode()).decode()


def request(
    sql: str, given: str = "<CSV/>", output: str = "", options: str = ""
) -> bytes:
    """The document of a query."""
    return (
        f"<SelectRequest><Expression>{b64(sql)}</Expression>"
        f"<InputSerialization>{given}</InputSerialization>"
        f"<OutputSerialization>{output}</OutputSerialization>"
        f"<Options>{options}</Options></SelectRequest>"
    ).encode()


def ask(
    wire: Wire, body: bytes, key: str = "k", process: str = "csv/select", **headers: str
) -> Reply:
    """The answer to a Select request."""
    query = {"x-oss-process": process}
    return wire("POST", key, query=query, body=body, headers=headers)


def select(wire: Wire, sql: str, given: str = "<CSV/>", output: str = "") -> Outcome:
    """What a query finds."""
    reply = ask(wire, request(sql, given, output))
    assert reply.status == 206
    return read_frames(reply.body)


def test_frames(server: Server, wire: Wire) -> None:
    """A small answer is a frame of rows and the end; the head says that it is framed."""
    server.put_object(BUCKET, "k", PEOPLE)
    reply = ask(wire, request("select _1 from ossobject"))
    assert reply.status == 206
    assert reply.headers["x-oss-select-output-raw"] == "false"
    assert reply.headers["transfer-encoding"] == "chunked"
    assert "content-length" not in reply.headers
    outcome = read_frames(reply.body)
    assert outcome.payload == b"name\nann\nbob\n"
    assert outcome.frames == [FrameType.DATA, FrameType.END]
    assert (outcome.file_offset, outcome.status) == (len(PEOPLE), 206)
    assert reply.body.endswith(bytes(4))  # no checksum unless it is asked for


def test_checksums(server: Server, wire: Wire) -> None:
    """Each frame carries the CRC-32 of its payload when that is asked for."""
    server.put_object(BUCKET, "k", PEOPLE)
    output = "<EnablePayloadCrc>TRUE</EnablePayloadCrc>"
    body = ask(wire, request("select * from ossobject", output=output)).body
    size = int.from_bytes(body[4:8], "big")
    crc = int.from_bytes(body[12 + size : 16 + size], "big")
    assert crc == zlib.crc32(body[12 : 12 + size]) != 0
    assert read_frames(body).payload == PEOPLE


def test_raw_rows(server: Server, wire: Wire) -> None:
    """Raw rows come without frames, and not together with checksums."""
    server.put_object(BUCKET, "k", PEOPLE)
    raw = "<OutputRawData>true</OutputRawData>"
    reply = ask(wire, request("select * from ossobject limit 1", output=raw))
    assert (reply.status, reply.body) == (206, b"name,age\n")
    assert reply.headers["x-oss-select-output-raw"] == "true"
    assert ask(wire, request("select * from ossobject limit 0", output=raw)).body == b""
    both = raw + "<EnablePayloadCrc>true</EnablePayloadCrc>"
    reply = ask(wire, request("select * from ossobject", output=both))
    assert reply.code == "InvalidOSSSelectParameters"


def test_large_answers(server: Server, wire: Wire) -> None:
    """Rows are sent in frames as they are found; a scan in vain keeps saying so."""
    server.put_object(BUCKET, "k", BIG)
    reply = ask(wire, request("select * from ossobject"))
    sizes = [
        len(payload)
        for kind, payload in split_frames(reply.body)
        if kind is FrameType.DATA
    ]
    assert len(sizes) >= len(BIG) // (FRAME_BYTES + 200)
    assert max(sizes) < FRAME_BYTES + 200
    assert read_frames(reply.body).payload == BIG
    outcome = select(wire, "select * from ossobject where _1 = '019999'")
    assert outcome.payload == BIG[-100:]
    continuous = outcome.frames.count(FrameType.CONTINUOUS)
    assert continuous == len(BIG) // CONTINUOUS_BYTES > 0


def test_a_limit_ends_the_scan(server: Server, wire: Wire) -> None:
    """What is behind the last row that is wanted is not looked at."""
    server.put_object(BUCKET, "k", BIG)
    outcome = select(wire, "select _1 from ossobject limit 3")
    assert outcome.payload == b"000000\n000001\n000002\n"
    assert outcome.file_offset < 500


def test_a_failure_part_way(server: Server, wire: Wire) -> None:
    """What fails behind rows that were found is told by the end frame."""
    server.put_object(BUCKET, "k", b"1\n2\nx\n3\n")
    sql = "select _1 + 1 from ossobject"
    reply = ask(wire, request(sql))
    assert reply.status == 206
    with pytest.raises(SelectFailure) as caught:
        read_frames(reply.body)
    assert (caught.value.status, caught.value.code) == (400, "SqlTypesMismatch")
    assert next(split_frames(reply.body))[1][8:] == b"2\n3\n"
    options = "<MaxSkippedRecordsAllowed>1</MaxSkippedRecordsAllowed>"
    body = ask(wire, request(sql, options=options)).body
    assert read_frames(body).payload == b"2\n3\n4\n"
    server.put_object(BUCKET, "k", b"x\n1\n")
    assert ask(wire, request(sql)).code == "SqlTypesMismatch"


def test_layouts(server: Server, wire: Wire) -> None:
    """Delimiters, quotes and comments are those of the request."""
    server.put_object(BUCKET, "k", b"#no\r\na;'x;\r\ny'\r\nb;c")
    given = (
        f"<CSV><RecordDelimiter>{b64(chr(13) + chr(10))}</RecordDelimiter>"
        f"<FieldDelimiter>{b64(';')}</FieldDelimiter>"
        f"<QuoteCharacter>{b64(chr(39))}</QuoteCharacter>"
        f"<CommentCharacter>{b64('#')}</CommentCharacter></CSV>"
    )
    output = (
        f"<CSV><RecordDelimiter>{b64('|')}</RecordDelimiter>"
        f"<FieldDelimiter>{b64('-')}</FieldDelimiter></CSV>"
    )
    outcome = select(wire, "select _2, _1 from ossobject", given, output)
    assert outcome.payload == b"x;\r\ny-a|c-b|"
    plain = f"<CSV><FieldDelimiter>{b64('y')}</FieldDelimiter></CSV>"
    assert b"'x;\r\n" in select(wire, "select * from ossobject", given, plain).payload


def test_a_mark_at_the_beginning(server: Server, wire: Wire) -> None:
    """A byte order mark belongs to no column."""
    server.put_object(BUCKET, "k", b"\xef\xbb\xbf" + PEOPLE)
    given = "<CSV><FileHeaderInfo>USE</FileHeaderInfo></CSV>"
    assert select(wire, "select name from ossobject", given).payload == b"ann\nbob\n"


@pytest.mark.parametrize("level", [0, 9])
def test_gzip(server: Server, wire: Wire, level: int) -> None:
    """Compressed objects are read; members may follow each other."""
    half = len(BIG) // 2
    data = gzip.compress(BIG[:half], level) + gzip.compress(BIG[half:], level)
    server.put_object(BUCKET, "k", data)
    given = f"{GZIP}<CSV/>"
    outcome = select(wire, "select count(*) from ossobject", given)
    assert outcome.payload == b"20000\n"
    assert outcome.file_offset == len(data)
    small = gzip.compress(PEOPLE, level)
    for broken in (small[:-9], PEOPLE, small + b"tail"):
        server.put_object(BUCKET, "k", broken)
        reply = ask(wire, request("select count(*) from ossobject", given))
        assert (reply.status, reply.code) == (400, "DecompressFailure")


def test_json(server: Server, wire: Wire) -> None:
    """A document and lines are asked by their own process."""
    server.put_object(BUCKET, "k", b'{"list": [{"a": 1}, {"a": 2}]}')
    sql = "select s.a from ossobject.list[*] s where s.a > 1"
    given = "<JSON><Type>DOCUMENT</Type></JSON>"
    output = f"<JSON><RecordDelimiter>{b64(',')}</RecordDelimiter></JSON>"
    reply = ask(wire, request(sql, given, output), process="json/select")
    assert read_frames(reply.body).payload == b'{"a":2},'
    reply = ask(wire, request(sql, "<JSON/>"), process="json/select")
    assert reply.code == "InvalidJsonType"


def meta(wire: Wire, kind: str = "csv", inner: str = "", rest: str = "") -> Reply:
    """The answer to a meta request."""
    name = kind.capitalize() + "MetaRequest"
    given = f"<InputSerialization><{kind.upper()}>{inner}</{kind.upper()}>"
    body = f"<{name}>{given}</InputSerialization>{rest}</{name}>".encode()
    return ask(wire, body, process=f"{kind}/meta")


def test_meta(server: Server, wire: Wire) -> None:
    """Meta counts rows, columns and splits."""
    server.put_object(BUCKET, "k", BIG)
    reply = meta(wire)
    assert reply.status == 200
    outcome = read_frames(reply.body)
    assert (outcome.rows, outcome.columns) == (20_000, 2)
    assert outcome.splits == -(-len(BIG) // SPLIT_BYTES)
    server.put_object(BUCKET, "k", b'{"a":1}\n{"a":2}')
    outcome = read_frames(meta(wire, "json", "<Type>LINES</Type>").body)
    assert (outcome.rows, outcome.splits, outcome.columns) == (2, 1, 0)
    reply = meta(wire, "json", "<Type>DOCUMENT</Type>")
    assert reply.code == "InvalidJsonType"
    server.put_object(BUCKET, "k", b'a,"b')
    assert meta(wire).code == "InvalidCsvLine"


@pytest.mark.parametrize(
    ("span", "rows"),
    [
        ("line-range=0-1", [0, 1]),
        ("line-range=19998-", [19_998, 19_999]),
        ("line-range=-3", [19_997, 19_998, 19_999]),
        ("line-range=19999-30000", [19_999]),
        ("line-range=30000-", []),
    ],
)
def test_line_ranges(server: Server, wire: Wire, span: str, rows: list[int]) -> None:
    """A range of lines has both its ends; it needs the meta of this very object."""
    server.put_object(BUCKET, "k", BIG)
    body = request("select _1 from ossobject", f"<CSV><Range>{span}</Range></CSV>")
    reply = ask(wire, body)
    assert (reply.status, reply.code) == (400, "SelectCsvMetaUnavailable")
    meta(wire)
    expected = b"".join(b"%06d\n" % row for row in rows)
    assert read_frames(ask(wire, body).body).payload == expected
    server.put_object(BUCKET, "k", PEOPLE)
    assert ask(wire, body).code == "SelectCsvMetaUnavailable"


def test_split_ranges(server: Server, wire: Wire) -> None:
    """Splits together are the object; the header of the first serves all."""
    data = b"id,text\n" + BIG
    server.put_object(BUCKET, "k", data)
    splits = read_frames(meta(wire).body).splits
    assert splits > 2
    found = b""
    for n in range(splits):
        inner = (
            f"<FileHeaderInfo>Use</FileHeaderInfo><Range>split-range={n}-{n}</Range>"
        )
        found += select(
            wire, "select id, text from ossobject", f"<CSV>{inner}</CSV>"
        ).payload
    assert found == BIG
    last = "<CSV><Range>split-range=-1</Range></CSV>"
    assert BIG.endswith(select(wire, "select * from ossobject", last).payload)


def test_byte_ranges(server: Server, wire: Wire) -> None:
    """Of rows without delimiters in quotes, those that begin in a range can be asked."""
    server.put_object(BUCKET, "k", BIG)
    given = "<CSV><AllowQuotedRecordDelimiter>false</AllowQuotedRecordDelimiter></CSV>"
    body = request("select _1 from ossobject", given)
    reply = ask(wire, body, Range="bytes=150-400")
    assert read_frames(reply.body).payload == b"000002\n000003\n000004\n"
    reply = ask(wire, request("select _1 from ossobject"), Range="bytes=150-400")
    assert (reply.status, reply.code) == (400, "InvalidRange")


SQL = "select 1 from ossobject"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "MalformedXML"),
        (b"<CsvMetaRequest/>", "MalformedXML"),
        (b"<SelectRequest/>", "InvalidSqlParameter"),
        (request("") + b" ", "InvalidSqlParameter"),
        (
            request(SQL).replace(b"<Expression>", b"<Expression>!"),
            "InvalidSqlParameter",
        ),
        (request(SQL + " " * 16_384), "InvalidSqlParameter"),
        (request("choose"), "SqlSyntaxError"),
    ],
)
def test_wrong_documents(server: Server, wire: Wire, body: bytes, code: str) -> None:
    """A document that is not as it must be is refused before anything is scanned."""
    server.put_object(BUCKET, "k", PEOPLE)
    reply = ask(wire, body)
    assert (reply.status, reply.code) == (400, code)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("RecordDelimiter", "YWJj", "InvalidInputRecordDelimiter"),
        ("FieldDelimiter", "YWI=", "InvalidInputFieldDelimiter"),
        ("QuoteCharacter", "YWI=", "InvalidInputQuote"),
        ("CommentCharacter", "?", "InvalidCommentCharacter"),
        ("FileHeaderInfo", "Maybe", "InvalidFileHeaderInfo"),
        ("Range", "rows=1-2", "InvalidRange"),
        ("Range", "line-range=-", "InvalidRange"),
        ("Range", "line-range=2-1", "InvalidRange"),
    ],
)
def test_wrong_input(
    server: Server, wire: Wire, name: str, value: str, code: str
) -> None:
    """Each value of the input has its code."""
    server.put_object(BUCKET, "k", PEOPLE)
    reply = ask(wire, request(SQL, f"<CSV><{name}>{value}</{name}></CSV>"))
    assert (reply.status, reply.code) == (400, code)


@pytest.mark.parametrize(
    ("given", "output", "options", "code"),
    [
        (
            "<CompressionType>ZIP</CompressionType>",
            "",
            "",
            "UnsupportedCompressionFormat",
        ),
        (
            f"{GZIP}<CSV><Range>line-range=1-2</Range></CSV>",
            *("", "", "InvalidRange"),
        ),
        (
            "<CSV/>",
            "<CSV><RecordDelimiter>YWJj</RecordDelimiter></CSV>",
            *("", "InvalidOutputRecordDelimiter"),
        ),
        (
            "<CSV/>",
            "<CSV><FieldDelimiter>YWI=</FieldDelimiter></CSV>",
            *("", "InvalidOutputFieldDelimiter"),
        ),
        ("<CSV/>", "<OutputHeader>2</OutputHeader>", "", "MalformedXML"),
        (
            "<CSV/>",
            "<KeepAllColumns>true</KeepAllColumns>",
            *("", "InvalidOSSSelectParameters"),
        ),
        (
            *("<CSV/>", ""),
            "<MaxSkippedRecordsAllowed>-1</MaxSkippedRecordsAllowed>",
            "InvalidMaxSkippedRecordsAllowed",
        ),
    ],
)
def test_wrong_settings(
    server: Server, wire: Wire, given: str, output: str, options: str, code: str
) -> None:
    """So has each value of the rest."""
    server.put_object(BUCKET, "k", PEOPLE)
    reply = ask(wire, request(SQL, given, output, options))
    assert (reply.status, reply.code) == (400, code)


def test_objects_that_cannot_be_asked(server: Server, wire: Wire) -> None:
    """They must be there, not archived, and the process must be known."""
    body = request("select * from ossobject")
    assert (ask(wire, body).status, ask(wire, body).code) == (404, "NoSuchKey")
    wire("PUT", "k", body=b"1\n", headers={"x-oss-storage-class": "Archive"})
    assert ask(wire, body).code == "InvalidObjectState"
    assert ask(wire, body, process="xml/select").code == "InvalidArgument"
    link = {"x-oss-symlink-target": "k"}
    wire("PUT", "link", query={"symlink": ""}, headers=link)
    wire("PUT", "k", body=b"1\n")
    assert read_frames(ask(wire, body, "link").body).payload == b"1\n"


def test_who_may_ask(server: Server) -> None:
    """Who may read an object may ask it; its meta is for those who may write it."""
    server.create_bucket("public", acl="public-read")
    server.put_object("public", "k", b"1\n")
    server.put_object(BUCKET, "k", b"1\n")
    stranger = Wire(server, scheme="none")
    body, query = request("select * from ossobject"), {"x-oss-process": "csv/select"}
    reply = stranger("POST", "k", bucket="public", query=query, body=body)
    assert reply.status == 206
    reply = stranger("POST", "k", query=query, body=body)
    assert (reply.status, reply.code) == (403, "AccessDenied")
    query = {"x-oss-process": "csv/meta"}
    body = b"<CsvMetaRequest/>"
    reply = stranger("POST", "k", bucket="public", query=query, body=body)
    assert (reply.status, reply.code) == (403, "AccessDenied")

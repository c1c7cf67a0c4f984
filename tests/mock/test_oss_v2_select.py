"""The mock server's SelectObject, used by alibabacloud-oss-v2."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import alibabacloud_oss_v2 as oss
import alibabacloud_oss_v2.models as forms
import pytest

import ossc

from . import oss_v2_client, strangers
from .oss_v2_client import WORKING_LOGINS, service_error
from .strangers import Login, Server, Untyped

if TYPE_CHECKING:
    from collections.abc import Iterator

# With signature V1 the SDK leaves `x-oss-process` out of what it signs.
V4_LOGINS = [login for login in WORKING_LOGINS if login.version == "v4"]

server = pytest.fixture(strangers.run_server, scope="module", name="server")
login = pytest.fixture(params=V4_LOGINS, ids=str, name="login")(strangers.give_login)
bucket = pytest.fixture(oss_v2_client.fresh_bucket, name="bucket")

CSV = b"name,city\nann,Rome\nbob,'New;York'\n"
LINES = b'{"n":1}\n{"n":2}\n'


@pytest.fixture(name="client")
def make_client(server: Server, login: Login) -> Untyped:
    """Make the SDK's client for a login."""
    return oss_v2_client.make_client(server, login)


@pytest.fixture(name="ours")
def make_ours(server: Server, bucket: str) -> Iterator[ossc.Bucket]:
    """This project's view of the same bucket."""
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    with ossc.Client(server.endpoint, region=server.region, credentials=keys) as client:
        yield client.bucket(bucket)


def b64(text: str) -> str:
    """Base64, which this SDK leaves to its caller."""
    return base64.b64encode(text.encode()).decode()


def ask(
    client: Untyped, bucket: str, sql: str, kind: str, given: Untyped, output: Untyped
) -> bytes:
    """The rows that a query finds."""
    request = oss.SelectObjectRequest(
        bucket=bucket,
        key="k",
        process=f"{kind}/select",
        select_request=oss.SelectRequest(
            expression=b64(sql),
            input_serialization=forms.InputSerialization(**given),
            output_serialization=forms.OutputSerialization(**output),
            options=forms.SelectRequestOptions(max_skipped_records_allowed=0),
        ),
    )
    with client.select_object(request).body as body:
        return bytes(body.read())


def test_csv(server: Server, client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """Both clients get the same rows, framed with and without checksums, and raw."""
    server.put_object(bucket, "k", CSV)
    sql = "select city, name from ossobject where name != 'carl'"
    given = {
        "csv": forms.CSVInput(
            file_header_info="Use",
            quote_character=b64("'"),
            record_delimiter=b64("\n"),
            allow_quoted_record_delimiter=True,
        )
    }
    written = forms.CSVOutput(field_delimiter=b64(";"), quote_character=b64("'"))
    rows = ours.select_object(
        "k", sql, ossc.CSVInput("use", quote="'"), ossc.CSVOutput(field_delimiter=";")
    ).read()
    assert rows == b"Rome;ann\n'New;York';bob\n"
    for more in ({"enable_payload_crc": True}, {"output_raw_data": True}, {}):
        output = {"csv": written, **more}
        assert ask(client, bucket, sql, "csv", given, output) == rows


def test_json(server: Server, client: Untyped, bucket: str, ours: ossc.Bucket) -> None:
    """So with lines of JSON."""
    server.put_object(bucket, "k", LINES)
    sql = "select n from ossobject where n > 1"
    given = {"json": forms.JSONInput(type="LINES")}
    output = {"json": forms.JSONOutput(record_delimiter=b64(","))}
    rows = ask(client, bucket, sql, "json", given, output)
    written = ossc.JSONOutput(record_delimiter=",")
    answer = ours.select_object("k", sql, ossc.JSONInput(), written)
    assert answer.read() == rows == b'{"n":2},'


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_meta(
    server: Server, client: Untyped, bucket: str, ours: ossc.Bucket, kind: str
) -> None:
    """Both clients read the same numbers."""
    server.put_object(bucket, "k", LINES)
    given = {
        "csv": {"csv": forms.CSVInput()},
        "json": {"json": forms.JSONInput(type="LINES")},
    }
    make = oss.CSVMetaRequest if kind == "csv" else oss.JSONMetaRequest
    request = oss.CreateSelectObjectMetaRequest(
        bucket=bucket,
        key="k",
        process=f"{kind}/meta",
        select_meta_request=make(
            input_serialization=forms.InputSerialization(**given[kind]),
            overwrite_if_exists=True,
        ),
    )
    result = client.create_select_object_meta(request)
    meta = ours.create_select_object_meta(
        "k", ossc.CSVInput() if kind == "csv" else ossc.JSONInput()
    )
    assert (meta.rows, meta.splits, meta.columns, meta.scanned) == (
        result.rows_count,
        result.splits_count,
        result.cols_count,
        result.total_scanned_bytes,
    )
    assert meta.rows == 2


def test_failures(server: Server, client: Untyped, bucket: str) -> None:
    """A query that is none is an ordinary error, with its finer code."""
    server.put_object(bucket, "k", CSV)
    error = service_error(
        lambda: ask(client, bucket, "select", "csv", {"csv": forms.CSVInput()}, {})
    )
    assert (error.status_code, error.code) == (400, "SqlSyntaxError")
    assert error.ec == "0016-00000801"

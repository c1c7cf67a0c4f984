"""Requests about tables that no well-behaved client sends: what the server says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import alibabacloud_oss_v2 as oss
import pytest
import requests
from alibabacloud_oss_v2 import tables as oss_tables
from alibabacloud_oss_v2.credentials import StaticCredentialsProvider
from alibabacloud_oss_v2.transport import RequestsHttpClient
from alibabacloud_oss_v2.types import CaseInsensitiveDict, OperationInput

from . import strangers
from .oss_v2_client import service_error
from .strangers import REGION, Server, Untyped
from .wire import Wire

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCOUNT = "1000000000000001"
ARN = f"acs:osstables:{REGION}:{ACCOUNT}:bucket/analytics"
BUCKET = f"buckets/{quote(ARN, safe='')}"
TABLES = f"tables/{quote(ARN, safe='')}"
COLUMN = {"name": "id", "type": "long"}


class Raw:
    """Sends signed requests of any kind."""

    def __init__(self, server: Server, host: str = "127.0.0.1") -> None:
        session = requests.Session()
        session.mount("http://", strangers.LoopbackAdapter())
        config = oss.config.load_default()
        config.region = REGION
        config.endpoint = f"http://{host}:{strangers.port_of(server)}"
        config.use_path_style = True
        config.credentials_provider = StaticCredentialsProvider(
            server.access_key_id, server.access_key_secret
        )
        config.http_client = RequestsHttpClient(session=session)
        config.retry_max_attempts = 1
        self._client: Untyped = oss_tables.Client(config)

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        arn: str | None = ARN,
        **params: str,
    ) -> Any:
        """Make a request; the JSON of its answer, None where there is none."""
        asked = OperationInput(
            op_name="Any",
            method=method,
            headers=CaseInsensitiveDict({}),
            parameters=params,
            body=body if isinstance(body, bytes | None) else json.dumps(body).encode(),
            bucket=arn,
            key=path,
            op_metadata={"is_bucket_arn": True},
        )
        reply = self._client.invoke_operation(asked).http_response.content
        return json.loads(reply) if reply else None

    def refused(self, method: str, path: str, *args: Any, **params: str) -> str:
        """Make a request that is refused; the status, the code, the message."""
        error = service_error(lambda: self.send(method, path, *args, **params))
        return f"{error.status_code} {error.code}: {error.message}"


@pytest.fixture(name="raw")
def make_raw(server: Server) -> Iterator[Raw]:
    """A client with a table bucket, a namespace and a table."""
    raw = Raw(server)
    assert raw.send("PUT", "buckets", {"name": "analytics"}, None) == {"arn": ARN}
    raw.send("PUT", f"namespaces/{quote(ARN, safe='')}", {"namespace": ["sales"]})
    raw.send("PUT", f"{TABLES}/sales", {"name": "orders", "format": "ICEBERG"})
    yield raw
    strangers.close_adapters()


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"\xff", b"5", b"[" * 99_999], ids=["0", "1", "2", "3", "4"]
)
def test_bodies_that_are_none(raw: Raw, body: bytes) -> None:
    """They are not JSON, or no object."""
    assert "400 BadRequestException: The body is not" in raw.refused(
        "PUT", "buckets", body, None
    )


def test_bodies_that_are_too_long(raw: Raw) -> None:
    """A document has at most a mebibyte."""
    said = raw.refused("PUT", f"{TABLES}/sales", b" " * (2**20 + 1))
    assert said.startswith("400 RequestTooLarge")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", BUCKET),
        ("POST", "buckets"),
        ("GET", "elsewhere"),
        ("GET", f"{TABLES}/sales"),
        ("GET", f"{TABLES}/sales/orders/what"),
        ("DELETE", f"{TABLES}/sales/orders/encryption"),
    ],
)
def test_what_there_is_not(raw: Raw, method: str, path: str) -> None:
    """Paths and methods."""
    arn = ARN if "%" in path else None
    said = raw.refused(method, path, None, arn)
    assert said.startswith("405 MethodNotAllowedException")


def test_arns(raw: Raw) -> None:
    """They must be those of table buckets of the region."""
    for arn in (ARN.replace(REGION, "eu-1"), ARN.replace("osstables", "oss")):
        said = raw.refused("GET", f"buckets/{quote(arn, safe='')}", None, arn)
        assert "400 BadRequestException: The ARN is not one" in said


def test_hosts(server: Server, raw: Raw) -> None:
    """A table bucket's host is for its own requests."""
    own = Raw(server, f"analytics-{ACCOUNT}.oss-tables.localhost")
    assert own.send("GET", BUCKET)["name"] == "analytics"
    other = Raw(server, f"other-{ACCOUNT}.oss-tables.localhost")
    for path, arn in ((BUCKET, ARN), ("buckets", None)):
        assert "The host names another" in other.refused("GET", path, None, arn)


def test_paths_that_are_no_text(wire: Wire, server: Server) -> None:
    """They are refused, whoever asks."""
    reply = requests.get(
        f"{server.endpoint}/buckets/%FF",
        headers={"Host": f"oss-tables.localhost:{strangers.port_of(server)}"},
        timeout=5,
    )
    assert reply.status_code == 400
    assert reply.headers["x-oss-error-type"] == "BadRequestException"
    assert reply.json() == {"message": "The path is not UTF-8."}
    assert server.requests[-1].operation == "Unknown"


def test_names(raw: Raw) -> None:
    """Of whatever type."""
    namespaces = f"namespaces/{quote(ARN, safe='')}"
    for name in (None, 5, "A", ""):
        assert "bucket name" in raw.refused("PUT", "buckets", {"name": name}, None)
        said = raw.refused("PUT", namespaces, {"namespace": [name]})
        assert "namespace name" in said
        said = raw.refused(
            "PUT", f"{TABLES}/sales", {"name": name, "format": "ICEBERG"}
        )
        assert "table name" in said
    for names in (None, [], ["a", "b"], "a"):
        said = raw.refused("PUT", namespaces, {"namespace": names})
        assert "a list of one name" in said
    said = raw.refused("PUT", f"{TABLES}/sales", {"name": "a", "format": "CSV"})
    assert "must be ICEBERG" in said


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        (5, "Iceberg"),
        ({"iceberg": {"schema": {}}}, "must have fields"),
        ({"iceberg": {"schema": {"fields": [5]}}}, "must have a name"),
        ({"iceberg": {"schema": {"fields": [{"name": "a"}]}}}, "type of the field a"),
        (
            {"iceberg": {"schema": {"fields": [{"name": "a", "type": "text"}]}}},
            "type of the field a",
        ),
        (
            {"iceberg": {"schema": {"fields": [{"name": "a", "type": {}}]}}},
            "type of the field a",
        ),
        (
            {"iceberg": {"schema": {"fields": [{**COLUMN, "required": 1}]}}},
            "a boolean",
        ),
        ({"iceberg": {"schema": {"fields": [COLUMN, COLUMN]}}}, "must differ"),
        (
            {
                "iceberg": {
                    "schema": {
                        "fields": [
                            {**COLUMN, "id": 2},
                            {"name": "b", "type": "decimal(9,2)", "id": 1},
                        ]
                    }
                }
            },
            "must grow",
        ),
        (
            {"iceberg": {"schema": {"fields": [COLUMN]}, "partitionSpec": []}},
            "partitionSpec must be",
        ),
    ],
)
def test_metadata(raw: Raw, metadata: object, words: str) -> None:
    """What no table can begin with."""
    body = {"name": "a", "format": "ICEBERG", "metadata": metadata}
    assert words in raw.refused("PUT", f"{TABLES}/sales", body)


def test_encryption(raw: Raw) -> None:
    """There is one algorithm."""
    several: list[object] = [None, 5, {}]
    for found in several:
        said = raw.refused(
            "PUT", f"{BUCKET}/encryption", {"encryptionConfiguration": found}
        )
        assert "must be AES256" in said


def test_maintenance(raw: Raw) -> None:
    """Settings are those of the kind that is put."""
    kind = "icebergCompaction"
    place = f"{TABLES}/sales/orders/maintenance/{kind}"
    for value, words in (
        (None, "is missing"),
        ({"settings": {"other": {}}}, f"those of {kind}"),
        ({"settings": {kind: 5}}, f"those of {kind}"),
        ({"settings": 5}, f"those of {kind}"),
        ({"settings": {kind: {"targetFileSizeMB": True}}}, "an integer"),
        ({"settings": {kind: {"targetFileSizeMB": "64"}}}, "an integer"),
    ):
        assert words in raw.refused("PUT", place, {"value": value})
    raw.send("PUT", place, {"value": {}})


def test_asking_for_tables(raw: Raw) -> None:
    """By name or by ARN, not by both, and not by half of a name."""
    named = {"tableBucketARN": ARN, "namespace": "sales", "name": "orders"}
    arn = raw.send("GET", "get-table", **named)["tableARN"]
    assert raw.send("GET", "get-table", tableArn=arn)["name"] == "orders"
    half = {"tableBucketARN": ARN, "namespace": "sales"}
    assert "must be named" in raw.refused("GET", "get-table", **half)
    both = {**named, "tableArn": arn}
    assert "Either the table's name" in raw.refused("GET", "get-table", **both)


def test_changes(raw: Raw) -> None:
    """They say what is changed, and what they began with."""
    place = f"{TABLES}/sales/orders"
    assert "must be given" in raw.refused("PUT", f"{place}/rename", {})
    location = {"metadataLocation": "oss://a/b.metadata.json"}
    for token in (None, "", 5):
        body = {**location, "versionToken": token}
        said = raw.refused("PUT", f"{place}/metadata-location", body)
        assert "versionToken is missing" in said


def test_pages(raw: Raw) -> None:
    """Sizes and tokens are looked at."""
    for size in ("0", "1001", "x", "-1"):
        said = raw.refused("GET", "buckets", None, None, maxBuckets=size)
        assert "maxBuckets must be between 1 and 1000" in said
    for token in ("x", "AAAA", "djI6YQ==", "ä"):
        said = raw.refused("GET", "buckets", None, None, continuationToken=token)
        assert "continuation token" in said


def test_a_bucket_of_objects_is_not_a_table_bucket(wire: Wire, raw: Raw) -> None:
    """The same names mean different things to different products."""
    assert wire("PUT", bucket="buckets").status == 200
    assert wire("GET", bucket="buckets").xml.tag == "ListBucketResult"
    assert raw.send("GET", "buckets", None, None)["tableBuckets"][0]["arn"] == ARN

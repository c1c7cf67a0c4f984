"""Vector buckets of the server: who may, what is refused, and how much there may be."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

import ossc
from ossc import vectors
from ossc.mock import Credential, serve
from ossc.mock._vectors import _request
from ossc.vectors._json import encode

from .strangers import fetch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ossc._sdk import Answer
    from ossc.mock import Server

OTHER = "2000000000000002"


@pytest.fixture(name="server")
def make_server() -> Iterator[Server]:
    """Make a server that knows two accounts."""
    known = [
        Credential("LTAIone", "secret-one"),
        Credential("LTAItwo", "secret-two", account=OTHER),
    ]
    with serve(credentials=known) as running:
        yield running


def client_of(server: Server, **options: Any) -> vectors.Client:
    """Make a client of the first account."""
    usual = {
        "region": server.region,
        "account_id": server.account_id,
        "credentials": ossc.Credentials("LTAIone", "secret-one"),
        "retry": None,
    }
    return vectors.Client(server.vectors_endpoint, **{**usual, **options})


@pytest.fixture(name="client")
def make_client(server: Server) -> Iterator[vectors.Client]:
    """Make a client of the first account."""
    with client_of(server) as made:
        yield made


@pytest.fixture(name="index")
def make_index(client: vectors.Client) -> vectors.Index:
    """Make an index of two dimensions."""
    return client.create_bucket("pictures").create_index("one", dimension=2)


def body_of(reply: Answer) -> bytes:
    """Return the body of an answer."""
    return reply.body


def send(
    client: vectors.Client, operation: str, document: Any, **parts: Any
) -> dict[str, Any]:
    """Send JSON as it is, past all checks of the client."""
    body = document if isinstance(document, bytes) else encode(document)
    given = {"bucket": "pictures", "body": body, "params": {operation: ""}, **parts}
    call = client._call(operation, given.pop("method", "POST"), **given)
    reply = client._perform(call, body_of)
    found: dict[str, Any] = json.loads(reply) if reply else {}
    return found


def refusal(client: vectors.Client, operation: str, document: Any, **parts: Any) -> str:
    """Return the code and the message of a refusal."""
    with pytest.raises(ossc.ServerError) as caught:
        send(client, operation, document, **parts)
    return f"{caught.value.code}: {caught.value.message}"


def test_other_accounts(server: Server, index: vectors.Index) -> None:
    """They have buckets of their own, and no way to others'."""
    keys = ossc.Credentials("LTAItwo", "secret-two")
    with client_of(server, account_id=OTHER, credentials=keys) as other:
        assert list(other.list_buckets()) == []
        other.create_bucket("pictures")
        assert [each.name for each in other.list_buckets()] == ["pictures"]
        with pytest.raises(vectors.NoSuchVectorIndex):
            other.bucket("pictures").index(index.name).info()
    with client_of(server, credentials=keys) as thief:
        with pytest.raises(ossc.AccessDenied, match="another account"):
            thief.bucket("pictures").info()
    with client_of(server, credentials=ossc.ANONYMOUS) as nobody:
        with pytest.raises(ossc.AccessDenied):
            nobody.bucket("pictures").info()
        with pytest.raises(ossc.AccessDenied):
            list(nobody.list_buckets())


def test_signatures(server: Server) -> None:
    """They are looked at, and explained where they are wrong."""
    keys = ossc.Credentials("LTAIone", "wrong")
    with client_of(server, credentials=keys) as client:
        with pytest.raises(ossc.SignatureDoesNotMatch) as caught:
            client.create_bucket("pictures")
    assert "its access key secret is another one" in caught.value.explanation
    assert "wrong" not in str(caught.value)
    with client_of(server, region="cn-beijing") as client:
        with pytest.raises(ossc.InvalidArgument, match="signing region"):
            client.create_bucket("pictures")


def test_objects_are_elsewhere(server: Server, client: vectors.Client) -> None:
    """Buckets of objects and of vectors know nothing of each other."""
    client.create_bucket("pictures")
    keys = ossc.Credentials("LTAIone", "secret-one")
    with ossc.Client(
        server.endpoint, region=server.region, credentials=keys
    ) as objects:
        assert list(objects.list_buckets()) == []
        objects.create_bucket("pictures")
        assert list(objects.bucket("pictures").list_objects()) == []
    client.delete_bucket("pictures")
    recorded = server.requests[-1]
    assert (recorded.operation, recorded.bucket) == ("DeleteVectorBucket", "pictures")


def test_requests_that_there_are_not(
    client: vectors.Client, index: vectors.Index
) -> None:
    """They are refused, and change nothing."""
    for method, params in (
        ("POST", {}),
        ("GET", {}),
        ("HEAD", {}),
        ("PUT", {"acl": ""}),
        ("DELETE", {"lifecycle": ""}),
        ("POST", {"policy": ""}),
        ("GET", {"putVectors": ""}),
    ):
        with pytest.raises(ossc.MethodNotAllowed):
            send(client, "Nothing", b"", method=method, params=params)
    with pytest.raises(ossc.MethodNotAllowed):
        send(client, "Nothing", b"", method="PUT", params={}, bucket=None)
    assert index.info().name == "one"


def test_names_of_buckets(client: vectors.Client) -> None:
    """They are the service's to judge, too."""
    for name in ("a" * 33, "ab", "a_b", "-abc"):
        code = refusal(client, "", b"", bucket=name, method="PUT", params={})
        assert code.startswith("InvalidVectorBucketName"), name


def test_how_many_there_may_be(client: vectors.Client) -> None:
    """Of buckets and of indexes: a hundred."""
    for number in range(100):
        bucket = client.create_bucket(f"bucket-{number}")
    with pytest.raises(ossc.ServerError) as caught:
        client.create_bucket("one-more")
    assert caught.value.code == "TooManyBuckets"
    for number in range(100):
        bucket.create_index(f"i{number}", dimension=1)
    with pytest.raises(ossc.ServerError) as full:
        bucket.create_index("more", dimension=1)
    assert full.value.code == "VectorBucketIndexExceedLimit"
    with pytest.raises(ossc.InvalidArgument, match="max-keys"):
        send(client, "", b"", method="GET", bucket=None, params={"max-keys": "0"})


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"[" * 99_999, b'{"a": NaN}'])
def test_json_that_is_none(
    client: vectors.Client, index: vectors.Index, body: bytes
) -> None:
    """It is told as such."""
    for operation in ("putVectors", "listVectors", "putVectorIndex", "queryVectors"):
        assert refusal(client, operation, body).startswith("MalformedJson"), operation
    assert index.info().name == "one"


VECTOR = {"key": "k", "data": {"float32": [1, 2]}}

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("putVectorIndex", {"indexName": "a-b"}, "indexName"),
    ("putVectorIndex", {"indexName": 1}, "indexName"),
    ("putVectorIndex", {"indexName": "a", "dimension": 0}, "dimension"),
    ("putVectorIndex", {"indexName": "a", "dimension": 4097}, "dimension"),
    ("putVectorIndex", {"indexName": "a", "dimension": True}, "dimension"),
    ("putVectorIndex", {"indexName": "a", "dataType": "int8"}, "dataType"),
    ("putVectorIndex", {"indexName": "a", "distanceMetric": "l1"}, "distanceMetric"),
    ("putVectorIndex", {"indexName": "a", "metadata": []}, "metadata"),
    ("putVectorIndex", {"indexName": "a", "metadata": {"x": []}}, "x is not"),
    (
        "putVectorIndex",
        {"indexName": "a", "metadata": {"nonFilterableMetadataKeys": ["a b"]}},
        "nonFilterable",
    ),
    ("putVectorIndex", {"indexName": "a", "colour": 1}, "colour is not"),
    ("putVectorIndexFusion", {"indexName": "a"}, "mode"),
    ("putVectors", {"indexName": "one"}, "1 to 500"),
    ("putVectors", {"indexName": "one", "vectors": []}, "1 to 500"),
    ("putVectors", {"indexName": "one", "vectors": [VECTOR] * 501}, "1 to 500"),
    ("putVectors", {"indexName": "one", "vectors": [VECTOR] * 2}, "named twice"),
    ("putVectors", {"indexName": "one", "vectors": [1]}, "an object"),
    ("putVectors", {"indexName": "one", "vectors": [{**VECTOR, "key": ""}]}, "key"),
    ("putVectors", {"indexName": "one", "vectors": [{"key": "k"}]}, "float32"),
    (
        "putVectors",
        {"indexName": "one", "vectors": [{"key": "k", "data": {"float32": [1]}}]},
        "1 numbers, not 2",
    ),
    (
        "putVectors",
        {"indexName": "one", "vectors": [{"key": "k", "data": {"float32": [1, "2"]}}]},
        "must be numbers",
    ),
    (
        "putVectors",
        {"indexName": "one", "vectors": [{"key": "k", "data": {"float32": [1, 1e39]}}]},
        "no float32",
    ),
    (
        "putVectors",
        {"indexName": "one", "vectors": [{**VECTOR, "metadata": {"a": 1}}]},
        "a text or a list",
    ),
    (
        "putVectors",
        {"indexName": "one", "vectors": [{**VECTOR, "metadata": {"a": "x" * 3000}}]},
        "2 KB",
    ),
    (
        "putVectors",
        {
            "indexName": "one",
            "vectors": [{**VECTOR, "metadata": dict.fromkeys("abcdefghijk", "x")}],
        },
        "10 keys",
    ),
    (
        "putVectors",
        {"indexName": "one", "vectors": [{**VECTOR, "metadata": {"a": "x" * 50_000}}]},
        "40 KB",
    ),
    (
        "putVectors",
        {"indexName": "one", "vectors": [{**VECTOR, "metadata": 1}]},
        "object",
    ),
    ("getVectors", {"indexName": "one", "keys": []}, "1 to 500"),
    ("getVectors", {"indexName": "one", "keys": [1]}, "key"),
    ("getVectors", {"indexName": "one", "keys": ["a"], "returnData": 1}, "returnData"),
    ("deleteVectors", {"indexName": "one"}, "1 to 500"),
    ("listVectors", {"indexName": "one", "maxResults": 1001}, "maxResults"),
    ("listVectors", {"indexName": "one", "segmentCount": 17}, "segmentCount"),
    ("listVectors", {"indexName": "one", "segmentIndex": 1}, "segmentIndex"),
    ("listVectors", {"indexName": "one", "nextToken": "\u00fc"}, "nextToken"),
    ("listVectorIndexes", {"maxResults": 501}, "maxResults"),
    ("listVectorIndexes", {"prefix": 1}, "texts"),
    ("queryVectors", {"indexName": "one"}, "are needed"),
    ("queryVectors", {"indexName": "one", "topK": 101}, "topK"),
    (
        "queryVectors",
        {"indexName": "one", "topK": 1, "queryVector": {"float32": [1, None]}},
        "numbers",
    ),
    ("queryVectorsFusion", {"indexName": "one", "query": {}}, "QueryVectors"),
    (
        "listVectors",
        {"indexName": "one", "filter": {str(n): {"$eq": "a"} for n in range(1025)}},
        "more than 1024",
    ),
    ("listVectors", {"indexName": "one", "filter": 1}, "an object"),
]


@pytest.mark.parametrize(("operation", "document", "words"), REFUSED)
def test_what_an_index_does_not_take(
    client: vectors.Client,
    index: vectors.Index,
    operation: str,
    document: dict[str, Any],
    words: str,
) -> None:
    """It is told, and nothing of it is kept."""
    told = refusal(client, operation, document)
    assert told.startswith("VectorIndexParameterInvalid: ")
    assert words in told
    assert list(index.list_vectors()) == []


VECTOR_FIELD = {"name": "v", "type": "vector", "dimension": 2}
TEXT_FIELD = {"name": "a", "type": "string"}
SCHEMAS: list[tuple[Any, str]] = [
    (None, "fields"),
    ({}, "fields"),
    ({"fields": []}, "fields"),
    ({"fields": [1]}, "name of its own"),
    ({"fields": [{"name": "a b", "type": "string"}]}, "name of its own"),
    ({"fields": [VECTOR_FIELD, VECTOR_FIELD]}, "name of its own"),
    ({"fields": [{"name": "a", "type": "string"}]}, "vector fields"),
    ({"fields": [VECTOR_FIELD, {"name": "a", "type": "colour"}]}, "type"),
    ({"fields": [{"name": "v", "type": "vector"}]}, "not complete"),
    ({"fields": [{**VECTOR_FIELD, "distanceMetric": "l1"}]}, "not complete"),
    (
        {"fields": [{**VECTOR_FIELD, "name": f"v{n}"} for n in range(4)]},
        "vector fields",
    ),
    ({"fields": [VECTOR_FIELD, {"name": "a", "type": "bool", "text": {}}]}, "text"),
    (
        {
            "fields": [
                VECTOR_FIELD,
                {"name": "a", "type": "string", "text": {"analyzer": "split"}},
            ]
        },
        "delimiter",
    ),
    (
        {
            "fields": [
                VECTOR_FIELD,
                {"name": "a", "type": "string", "text": {"analyzer": 1}},
            ]
        },
        "text",
    ),
]


@pytest.mark.parametrize(("schema", "words"), SCHEMAS)
def test_schemas_that_there_cannot_be(
    client: vectors.Client, index: vectors.Index, schema: Any, words: str
) -> None:
    """It is told why."""
    document = {"indexName": "f", "mode": "fusion", "schemaConfiguration": schema}
    assert words in refusal(client, "putVectorIndexFusion", document)
    assert [each.name for each in client.bucket("pictures").list_indexes()] == [
        index.name
    ]


def test_fields_of_fusion_indexes(client: vectors.Client) -> None:
    """Take what they are for; texts are cut as it is said."""
    fields: list[dict[str, Any]] = [
        VECTOR_FIELD,
        {"name": "n", "type": "long"},
        {"name": "on", "type": "bool"},
        {
            "name": "tags",
            "type": "string",
            "text": {
                "enabled": True,
                "analyzer": "split",
                "analyzerParameters": {"delimiter": ","},
            },
        },
    ]
    index = client.create_bucket("pictures").create_fusion_index("f", fields)
    for metadata in (
        {"n": 1.5},
        {"n": True},
        {"on": 1},
        {"tags": 1},
        {"x": 1},
        {"v": 1},
    ):
        with pytest.raises(ossc.InvalidArgument):
            index.put_vectors([("a", {"v": [1, 2]}, metadata)])
    with pytest.raises(ossc.InvalidArgument, match="must have v"):
        index.put_vectors([("a", [1, 2])])
    index.put_vectors(
        [
            ("a", {"v": [1, 2]}, {"n": 1, "on": True, "tags": "big red, small"}),
            ("b", {"v": [1, 2]}, {"n": [1, 2], "tags": ["red", "small"]}),
        ]
    )
    for wanted, keys in (("big red", ["a"]), ("small", ["a", "b"]), ("red", ["b"])):
        hits = index.query_vectors_fusion(query={"tags": {"$textMatch": wanted}})
        assert [hit.key for hit in hits] == keys


def test_what_only_other_clients_send(
    server: Server, client: vectors.Client, index: vectors.Index
) -> None:
    """Filters that are too deep, numbers that are too large, hosts without an account."""
    deep: dict[str, Any] = {"a": {"$eq": "b"}}
    for _ in range(8):
        deep = {"$and": [deep]}
    document: dict[str, Any] = {"indexName": "one", "filter": deep}
    assert "deeper than 8" in refusal(client, "listVectors", document)
    huge = (
        b'{"indexName": "one", "vectors": [{"key": "k", "data": {"float32": [1, %s]}}]}'
    )
    assert "no float32" in refusal(client, "putVectors", huge % (b"9" * 400))
    status = {"BucketLoggingStatus": {"LoggingEnabled": {"Nothing": "x"}}}
    told = refusal(client, "logging", status, method="PUT")
    assert told.startswith("MalformedJson")
    host = f"pictures.oss-vectors.localhost:{server.port}"
    reply = fetch("GET", f"http://{host}/?bucketInfo")
    assert json.loads(reply.body)["Error"]["Code"] == "InvalidVectorBucketName"
    reply = fetch("GET", f"http://oss-vectors.localhost:{server.port}/path")
    assert json.loads(reply.body)["Error"]["Code"] == "MethodNotAllowed"
    client.bucket("pictures").create_fusion_index("f", [VECTOR_FIELD])
    document = {"indexName": "f"}
    assert "is needed" in refusal(client, "queryVectorsFusion", document)
    document["knn"] = {"field": "v", "queryVector": [1, 2]}
    document["nextToken"] = "YQ=="
    assert "nextToken" in refusal(client, "queryVectorsFusion", document)
    assert index.info().name == "one"


def test_large_bodies(client: vectors.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are not read to their end."""
    monkeypatch.setattr(_request, "MAX_BODY", 1000)
    told = refusal(client, "putVectors", b" " * 1001)
    assert told.startswith("EntityTooLarge")


def test_digests(client: vectors.Client, index: vectors.Index) -> None:
    """A body that came otherwise than it was sent is refused."""
    headers = {"Content-MD5": "AAAAAAAAAAAAAAAAAAAAAA=="}
    document = {"indexName": "one"}
    told = refusal(client, "getVectorIndex", document, headers=headers)
    assert told.startswith("InvalidDigest")
    assert index.info().name == "one"


def test_signed_urls(client: vectors.Client, index: vectors.Index) -> None:
    """They are good for what they were made for."""
    call = client._call(
        "GetVectorBucket", "GET", bucket="pictures", params={"bucketInfo": ""}
    )
    url = client._client._presign(call, "GET", int(time.time()) + 60)
    assert json.loads(fetch("GET", url).body)["BucketInfo"]["Name"] == "pictures"
    other = url.replace(urlsplit(url).netloc.partition("-")[0], "another", 1)
    assert fetch("GET", other).status == 403
    assert index.name == "one"

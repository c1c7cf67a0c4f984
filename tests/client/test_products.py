"""Requests of OSS's other products: how they are addressed, signed, and refused."""

from __future__ import annotations

import datetime as dt
import json
import pickle
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from alibabacloud_oss_v2.credentials import Credentials as TheirCredentials
from alibabacloud_oss_v2.signer.tables_v4 import TablesSignerV4
from alibabacloud_oss_v2.signer.vectors_v4 import VectorsSignerV4
from alibabacloud_oss_v2.types import HttpRequest, SigningContext

import ossc
from ossc import _product
from ossc._endpoint import region_of_endpoint
from ossc._product import ProductCall, ProductClient, endpoint_of_product
from ossc._sdk import Answer

from .raw_server import KEY_ID, REGION, SECRET, Handler, RawServer, Received, answer

ACCOUNT = "1000000000000001"
ARN = f"acs:osstables:{REGION}:{ACCOUNT}:bucket/demo"
KEYS = ossc.Credentials(KEY_ID, SECRET, "token/with+signs=")


class Vectors(ProductClient):
    """A client of a product that is signed for as OSS is."""

    _name = "tests.Vectors"
    _domain = "oss-vectors"

    def __init__(self, endpoint: str | None = None, **options: Any) -> None:
        usual = {"region": REGION, "network": None, "credentials": KEYS}
        given = {**usual, **options}
        super().__init__(
            endpoint,
            given.pop("region"),
            given.pop("network"),
            {"retry": None, **given},
        )


class Tables(Vectors):
    """A client of a product that has a name of its own."""

    _name = "tests.Tables"
    _domain = "oss-tables"
    _product = "osstables"


def body_of(reply: Answer) -> bytes:
    """The body of an answer."""
    return reply.body


def send(
    kind: type[Vectors], call: ProductCall, **options: Any
) -> tuple[Received, int]:
    """What a call sends, and the port that it goes to."""
    with RawServer(answer(b"{}")) as server:
        with kind(f"http://x.localhost:{server.port}", **options) as client:
            assert client._perform(call, body_of) == b"{}"
    return server.received[0], server.port


def theirs(
    signer: Any, product: str, bucket: str | None, key: str | None, sent: Received
) -> str:
    """The signature of the vendor's newer SDK for what was sent."""
    method, target, _ = sent.line.split(" ")
    request = HttpRequest(method=method, url=f"http://{sent.headers['host']}{target}")
    for name in ("content-type", "x-oss-meta-a"):
        if name in sent.headers:
            request.headers[name] = sent.headers[name]
    context = SigningContext(
        product=product, region=REGION, bucket=bucket, key=key, request=request
    )
    assert KEYS.security_token
    context.credentials = TheirCredentials(KEY_ID, SECRET, KEYS.security_token)
    stamp = f"{sent.headers['x-oss-date']}+0000"
    context.signing_time = dt.datetime.strptime(stamp, "%Y%m%dT%H%M%SZ%z")
    signer.sign(context)
    return str(request.headers["Authorization"])


VECTOR_ROWS: list[tuple[str | None, str | None, Mapping[str, str]]] = [
    ("bucket-1", None, {"putVectors": ""}),
    ("bucket-1", "a b/\u4e2d+~", {"a b": "/+", "x": ""}),
    (None, None, {"prefix": "a", "max-keys": "1"}),
]


@pytest.mark.parametrize(("bucket", "key", "params"), VECTOR_ROWS)
def test_signatures_of_vector_buckets(
    bucket: str | None, key: str | None, params: Mapping[str, str]
) -> None:
    """They are those of another client; the host names bucket and account."""
    account = ACCOUNT if bucket else ""
    call = ProductCall(
        "PutVectors",
        "POST",
        f"acs:ossvector:{REGION}:{account}:{bucket or ''}/{key or ''}",
        host=f"{bucket}-{ACCOUNT}" if bucket else None,
        sent_key=key.encode() if key else None,
        headers={"Content-Type": "application/json", "x-oss-meta-a": "b"},
        params=params,
        body=b"{}",
    )
    sent, port = send(Vectors, call)
    place = f"{bucket}-{ACCOUNT}.x.localhost" if bucket else "x.localhost"
    assert sent.headers["host"] == f"{place}:{port}"
    assert sent.line.split(" ")[1].partition("?")[0] == f"/{quote(key or '')}"
    assert not [name for name in sent.headers if name.startswith("x-ossc")]
    expected = theirs(VectorsSignerV4(ACCOUNT), "oss", bucket, key, sent)
    assert sent.headers["authorization"] == expected


@pytest.mark.parametrize("host", [f"demo-{ACCOUNT}", None])
def test_signatures_of_tables(host: str | None) -> None:
    """The path is sent as it is, and signed decoded, behind the bucket's ARN."""
    path = f"tables/{quote(ARN, safe='')}/ns"
    call = ProductCall(
        "CreateTable",
        "PUT",
        f"{ARN}/tables/{ARN}/ns",
        product="osstables",
        host=host,
        sent_key=path.encode(),
        path_encoded=True,
        headers={"Content-Type": "application/json"},
        body=b"{}",
    )
    sent, port = send(Tables, call)
    place = f"{host}.x.localhost" if host else "x.localhost"
    assert sent.line == f"PUT /{path} HTTP/1.1"
    assert sent.headers["host"] == f"{place}:{port}"
    expected = theirs(TablesSignerV4(), "osstables", ARN, path, sent)
    assert sent.headers["authorization"] == expected


def test_signatures_of_tables_without_a_bucket() -> None:
    """Then the resource names none."""
    resource = f"acs:osstables:{REGION}::bucket//buckets"
    call = ProductCall(
        "ListTableBuckets", "GET", resource, product="osstables", sent_key=b"buckets"
    )
    sent, _ = send(Tables, call)
    assert sent.line == "GET /buckets HTTP/1.1"
    expected = theirs(TablesSignerV4(), "osstables", None, "buckets", sent)
    assert sent.headers["authorization"] == expected


def a_call() -> ProductCall:
    """Any call."""
    return ProductCall(
        "GetVectors", "POST", "acs:r/", host="b-1", bucket="b", key="index", body=b"{}"
    )


def refused(*handlers: Handler, **options: Any) -> ossc.ServerError:
    """The error that a call ends in."""
    with RawServer(*handlers) as server:
        with Vectors(f"http://localhost:{server.port}", **options) as client:
            with pytest.raises(ossc.ServerError) as caught:
                client._perform(a_call(), body_of)
    return caught.value


def test_errors_in_json() -> None:
    """They become what the same errors in XML become, and say what they are about."""
    fields = {
        "Code": "NoSuchBucket",
        "Message": "no",
        "EC": "1",
        "RequestId": "r",
        "n": 1,
    }
    document = json.dumps({"Error": fields}).encode()
    error = refused(answer(document, "404 Not Found"))
    assert isinstance(error, ossc.NoSuchBucket)
    assert (error.message, error.ec, error.request_id) == ("no", "1", "r")
    assert (error.operation, error.bucket, error.key) == ("GetVectors", "b", "index")
    assert "GetVectors b/index" in str(error)


def test_errors_whose_code_is_in_a_header() -> None:
    """The other form that there is."""
    head = "400 Bad Request\r\nx-oss-error-type: BadRequestException"
    error = refused(answer(b'{"message": "\\ud800 no"}', head))
    assert (error.code, error.message) == ("BadRequestException", "? no")


@pytest.mark.parametrize("body", [b"{", b"{}", b'{"Error": []}', b"{" * 99999, b"[]"])
def test_errors_that_are_none(body: bytes) -> None:
    """A body that is no error is quoted."""
    error = refused(answer(body, "409 Conflict"))
    assert (error.status, error.code, error.body) == (409, None, body)


def test_a_refused_signature_is_explained() -> None:
    """By the text that was signed, product and resource with it."""
    texts = {
        "StringToSign": f"OSS4-HMAC-SHA256\nx\n20200101/{REGION}/oss/aliyun_v4_request\nx"
    }
    texts["CanonicalRequest"] = "POST\n/acs%3Aother/\n\n"
    document = {"Error": {"Code": "SignatureDoesNotMatch", "Message": "no", **texts}}
    error = refused(answer(json.dumps(document).encode(), "403 Forbidden"))
    assert isinstance(error, ossc.SignatureDoesNotMatch)
    assert error.explanation == (
        "line 2 of the canonical request is '/acs%3Aother/' for the server "
        "and '/acs%3Ar/' for this client"
    )


def test_repeated_requests_are_signed_alike() -> None:
    """What says how a request is signed is not lost by a failed attempt."""
    busy = answer(b"", "503 Service Unavailable\r\nConnection: close")
    with RawServer(busy, answer(b"{}")) as server:
        endpoint = f"http://localhost:{server.port}"
        with Vectors(endpoint, retry=ossc.Retry(backoff=0.0)) as client:
            client._perform(a_call(), body_of)
    first, second = (request.headers for request in server.received)
    assert first["host"] == second["host"] == f"b-1.localhost:{server.port}"
    assert (
        first["authorization"].split("/")[:5] == second["authorization"].split("/")[:5]
    )


def test_signed_urls() -> None:
    """The engine can sign such a request into a URL, too."""
    with Vectors("http://localhost") as client:
        url = client._client._presign(a_call(), "POST", int(time.time()) + 60)
    parts = urlsplit(url)
    assert (parts.hostname, parts.path) == ("b-1.localhost", "/")
    query = dict(parse_qsl(parts.query))
    assert f"/{REGION}/oss/aliyun_v4_request" in query["x-oss-credential"]
    assert not [name for name in query if name.startswith("x-ossc")]


def test_what_the_linked_sdk_cannot_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that could sign nothing is not made."""
    monkeypatch.setattr(_product, "products_can_be_signed_for", lambda: False)
    with pytest.raises(ossc.ParameterError, match=r"cannot sign requests of tests\.V"):
        Vectors()


def test_endpoints() -> None:
    """They are by region and network, and tell the region."""
    for kind, domain in ((Vectors, "oss-vectors"), (Tables, "oss-tables")):
        for network, place in (("public", REGION), ("internal", f"{REGION}-internal")):
            with kind(network=network) as client:
                assert client.endpoint == f"https://{place}.{domain}.aliyuncs.com"
                assert region_of_endpoint(client.endpoint) == REGION
            with kind(client.endpoint, region=None) as other:
                assert other.region == REGION
    with Vectors("oss.example.com") as client:
        assert client.endpoint == "https://oss.example.com"
    assert region_of_endpoint("https://b.r.oss-vectors.aliyuncs.com") is None


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"region": None}, "no endpoint"),
        ({"endpoint": "example.com", "region": None}, "no region"),
        ({"endpoint": "example.com", "network": "public"}, "not both"),
        ({"network": "elsewhere"}, "not one of"),
        ({"endpoint": "example.com/path"}, "a path"),
    ],
)
def test_bad_arguments(options: dict[str, Any], words: str) -> None:
    """They are told before a client is there."""
    with pytest.raises(ossc.ParameterError, match=words):
        Vectors(**options)


def test_regions_of_endpoints() -> None:
    """What is no region's name makes no endpoint."""
    with pytest.raises(ossc.ParameterError, match="is not a region id"):
        endpoint_of_product("oss-vectors", "a.b", "public")


@pytest.mark.parametrize("name", ["signature", "addressing", "cloud_box_id"])
def test_arguments_that_are_not_for_it(name: str) -> None:
    """What the products have no choice of cannot be given."""
    with pytest.raises(TypeError, match=f"takes no argument '{name}'"):
        Vectors(**{name: "v1"})


def test_views_and_closing() -> None:
    """As those of the client of OSS."""
    with RawServer(answer(b"{}")) as server:
        client = Vectors(f"http://localhost:{server.port}")
        view = client.with_options(timeout=5, deadline=9)
        assert view._perform(a_call(), body_of) == b"{}"
        view.close()
        assert not client.closed
        client.close()
        assert view.closed
    with pytest.raises(ossc.ClientClosed):
        view._perform(a_call(), body_of)
    assert repr(client) == f"tests.Vectors('{client.endpoint}', region='{REGION}')"
    with pytest.raises(ossc.ClientClosed, match="cannot be pickled"):
        pickle.dumps(client)


def test_forgetting_it_warns() -> None:
    """By its own name."""
    client = Vectors()
    with pytest.warns(ResourceWarning, match=r"unclosed tests\.Vectors"):
        del client

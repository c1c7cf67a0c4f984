"""Requests of other products: which host is whose, and whose signature is right."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import alibabacloud_oss_v2 as oss
import pytest
from alibabacloud_oss_v2.credentials import Credentials
from alibabacloud_oss_v2.signer.tables_v4 import TablesSignerV4
from alibabacloud_oss_v2.signer.vectors_v4 import VectorsSignerV4
from alibabacloud_oss_v2.types import HttpRequest, SigningContext

from ossc.mock._auth import Authenticator, Credential
from ossc.mock._call import Call, Route
from ossc.mock._errors import ServiceError
from ossc.mock._http import Request, Response
from ossc.mock._names import Address, Signed
from ossc.mock._products import Product, Products, json_error

if TYPE_CHECKING:
    from collections.abc import Iterator

REGION, ACCOUNT = "cn-hangzhou", "1000000000000001"
NOW = 1_700_000_000
ARN = f"acs:osstables:{REGION}:{ACCOUNT}:bucket/demo"


class Nothing:
    """No body."""

    def chunks(self) -> Iterator[bytes]:
        """Yield nothing."""
        return iter(())


def request_of(
    host: str, target: str = "/", headers: dict[str, str] | None = None
) -> Request:
    """A request as the server reads it."""
    pairs = [("host", host), *(headers or {}).items()]
    return Request("POST", target, pairs, body=Nothing(), client_ip="127.0.0.1")


class Somewhere(Product):
    """A product that is told by its hosts."""

    label = "oss-somewhere"

    def route(self, request: Request, name: str | None) -> Route:
        """Remember the name in the address."""
        return Route(Address(name, None, None), type(self).__name__, product=self)

    def carry_out(self, call: Call) -> Response:
        """Do nothing."""
        raise ServiceError("NotImplemented")

    def clear(self) -> None:
        """Forget nothing: nothing was made."""


class Elsewhere(Somewhere):
    """One that is told by its signature, too."""

    label = "oss-elsewhere"
    signed_as = "osselsewhere"


def signed(signer: Any, product: str, bucket: str | None, key: str | None) -> Request:
    """A request that the vendor's newer SDK has signed."""
    theirs = HttpRequest(method="POST", url=f"http://h/{key or ''}?a=b&c")
    theirs.headers["Content-Type"] = "application/json"
    context = SigningContext(
        product=product, region=REGION, bucket=bucket, key=key, request=theirs
    )
    context.credentials = Credentials("id", "secret")
    context.signing_time = dt.datetime.fromtimestamp(NOW, dt.timezone.utc)
    signer.sign(context)
    headers = {name.lower(): value for name, value in theirs.headers.items()}
    parts = urlsplit(theirs.url)
    return request_of("h", f"{parts.path}?{parts.query}", headers)


def identify(request: Request, product: str, resource: str) -> str | None:
    """The account of the caller."""
    known = Authenticator([Credential("id", "secret", account="42")], REGION)
    uri = quote(f"/{resource}", safe="/~")
    address = Address("b", None, None, signed=Signed(product, uri))
    return known.identify(request, address, NOW).account


def test_signatures_of_another_client() -> None:
    """They are right for what they were made for, and for nothing else."""
    vectors = signed(VectorsSignerV4(ACCOUNT), "oss", "b", None)
    resource = f"acs:ossvector:{REGION}:{ACCOUNT}:b/"
    assert identify(vectors, "oss", resource) == "42"
    with pytest.raises(ServiceError, match="SignatureDoesNotMatch"):
        identify(vectors, "oss", resource + "k")
    with pytest.raises(ServiceError, match="signing product"):
        identify(vectors, "osstables", resource)
    key = f"tables/{quote(ARN, safe='')}/ns"
    tables = signed(TablesSignerV4(), "osstables", ARN, key)
    assert identify(tables, "osstables", f"{ARN}/tables/{ARN}/ns") == "42"
    with pytest.raises(ServiceError, match="signing product"):
        identify(tables, "oss", f"{ARN}/tables/{ARN}/ns")


def test_older_signatures_are_none() -> None:
    """V1 is refused where it stands in a header, and not looked at in parameters."""
    header = {"authorization": "OSS id:AAAA"}
    with pytest.raises(ServiceError, match="Unsupported Authorization Type"):
        identify(request_of("h", headers=header), "oss", "r")
    target = "/?OSSAccessKeyId=id&Expires=4000000000&Signature=AAAA"
    assert identify(request_of("h", target), "oss", "r") is None


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("oss-somewhere.localhost", None),
        ("b-1.oss-somewhere.localhost:80", "b-1"),
        ("b-1.oss-somewhere.example.com", "b-1"),
        (f"{REGION}.OSS-somewhere.localhost", None),
        (f"b-1.{REGION}-internal.oss-somewhere.localhost", "b-1"),
        (f"b-1.{REGION}.oss-somewhere.aliyuncs.com", "b-1"),
        ("eu-central-1.oss-somewhere.aliyuncs.com", None),
    ],
)
def test_hosts(host: str, name: str | None) -> None:
    """The product is told by a label, behind which the domain is one of the server's."""
    products = Products([Elsewhere(), Somewhere()], REGION, ["Example.com"])
    route = products.route(request_of(host))
    assert route is not None
    assert (route.operation, route.address.bucket) == ("Somewhere", name)


@pytest.mark.parametrize(
    "host", ["localhost", "oss-somewhere.example.org", "", "1.2.3.4"]
)
def test_other_hosts(host: str) -> None:
    """They lead to OSS itself, but for a signature that names the product."""
    products = Products([Somewhere(), Elsewhere()], REGION, [])
    assert products.route(request_of(host)) is None
    value = f"OSS4-HMAC-SHA256 Credential=id/20231114/{REGION}/osselsewhere"
    header = {"authorization": f"{value}/aliyun_v4_request,Signature=0"}
    route = products.route(request_of(host, headers=header))
    assert route is not None
    assert route.operation == "Elsewhere"


def test_errors() -> None:
    """They are JSON, which the vendor's newer SDK reads."""
    error = ServiceError("NoSuchBucket", extra={"BucketName": "b"}, ec="0001")
    reply = json_error(error, request_of("h"), "ID")
    assert isinstance(reply.body, bytes)
    their = oss._client._to_service_error_json(_Theirs(reply))
    assert (their.code, their.ec, their.request_id) == ("NoSuchBucket", "0001", "ID")
    assert their.error_fileds["BucketName"] == "b"
    head = Request("HEAD", "/", [], body=Nothing(), client_ip="127.0.0.1")
    assert json_error(error, head, "ID").body == b""


class _Theirs:
    """An answer as the vendor's newer SDK reads it."""

    def __init__(self, reply: Response) -> None:
        self.status_code = reply.status
        self.headers = {"Date": "Tue, 14 Nov 2023 22:13:20 GMT", **reply.headers}
        self.content = reply.body
        self.request = HttpRequest(method="GET", url="http://h/")

    def close(self) -> None:
        """Nothing is open."""

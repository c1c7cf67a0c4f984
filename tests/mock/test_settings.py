"""Settings on the wire: documents that are taken, refused, kept and sent back."""

from __future__ import annotations

import pytest

from ossc.mock import Credential, serve
from ossc.mock._settings import SETTINGS
from ossc.mock._settings._setting import Setting, operations

from .wire import BUCKET, Reply, Wire

PLAIN = {
    "accessmonitor": "<AccessMonitorConfiguration><Status>Enabled</Status>",
    "bucketArchiveDirectRead": "<ArchiveDirectReadConfiguration><Enabled>true</Enabled>",
    "encryption": (
        "<ServerSideEncryptionRule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>KMS"
        "</SSEAlgorithm></ApplyServerSideEncryptionByDefault>"
    ),
    "httpsConfig": (
        "<HttpsConfiguration><TLS><Enable>true</Enable><TLSVersion>TLSv1.3</TLSVersion>"
        "</TLS>"
    ),
    "logging": (
        "<BucketLoggingStatus><LoggingEnabled><TargetBucket>examplebucket</TargetBucket>"
        "<TargetPrefix></TargetPrefix></LoggingEnabled>"
    ),
    "publicAccessBlock": (
        "<PublicAccessBlockConfiguration><BlockPublicAccess>true</BlockPublicAccess>"
    ),
    "qos": "<BucketUserQos><StorageCapacity>5</StorageCapacity>",
    "requestPayment": "<RequestPaymentConfiguration><Payer>Requester</Payer>",
    "resourceGroup": (
        "<BucketResourceGroupConfiguration><ResourceGroupId>rg</ResourceGroupId>"
    ),
    "tagging": "<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet>",
    "transferAcceleration": (
        "<TransferAccelerationConfiguration><Enabled>true</Enabled>"
    ),
    "userDefinedLogFieldsConfig": (
        "<UserDefinedLogFieldsConfiguration><HeaderSet><header>h</header></HeaderSet>"
    ),
    "versioning": "<VersioningConfiguration><Status>Enabled</Status>",
}
"""A document of each, without its end."""

HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'


def whole(query: str) -> str:
    """A document with its end."""
    start = PLAIN[query]
    return f"{start}</{start[1:].partition('>')[0]}>"


def error(reply: Reply) -> tuple[int, str | None]:
    """Status and code of an error."""
    return reply.status, reply.code


@pytest.fixture(name="wire")
def make_wire(wire: Wire) -> Wire:
    """Sign with V4, which has no list of parameters."""
    return Wire(wire.server, scheme="v4")


@pytest.mark.parametrize("query", PLAIN)
def test_a_document_is_kept(wire: Wire, query: str) -> None:
    """It comes back without layout and namespaces; no query is ignored."""
    loose = whole(query).replace("><", ">\n  <")
    loose = loose.replace(">", ' xmlns="http://doc.example.com">', 1)
    reply = wire("PUT", query={query: ""}, body=loose.encode())
    assert (reply.status, reply.body) == (200, b"")
    got = wire("GET", query={query: ""})
    assert got.status == 200
    assert got.headers["content-type"] == "application/xml"
    assert got.body == HEAD + whole(query).encode()


@pytest.mark.parametrize("query", PLAIN)
@pytest.mark.parametrize(
    "body",
    [b"", b"text", b"<Other/>", b"<!DOCTYPE a []><a/>", b" " * 70000],
    ids=["empty", "text", "root", "doctype", "long"],
)
def test_no_document(wire: Wire, query: str, body: bytes) -> None:
    """What is no document of that setting is malformed."""
    reply = wire("PUT", query={query: ""}, body=body)
    assert error(reply) == (400, "MalformedXML")
    assert reply.text("EC") == "0015-00000231"
    assert reply.text("ErrorDetail")


@pytest.mark.parametrize("query", sorted(PLAIN.keys() - {"logging"}))
def test_documents_lack_nothing(wire: Wire, query: str) -> None:
    """The root alone is not enough, nor are elements where a text has to be."""
    root = PLAIN[query][1:].partition(">")[0]
    for inner in ("", "<Else>1</Else>"):
        body = f"<{root}>{inner}</{root}>".encode()
        assert error(wire("PUT", query={query: ""}, body=body)) == (400, "MalformedXML")
    twice = whole(query).replace(f"<{root}>", "").replace(f"</{root}>", "") * 2
    body = f"<{root}>{twice}</{root}>".encode()
    if query != "userDefinedLogFieldsConfig":
        assert error(wire("PUT", query={query: ""}, body=body)) == (400, "MalformedXML")


@pytest.mark.parametrize(
    ("query", "old", "new", "code"),
    [
        ("accessmonitor", "Enabled", "On", "MalformedXML"),
        ("bucketArchiveDirectRead", "true", "yes", "MalformedXML"),
        ("bucketArchiveDirectRead", "true", "<a/>", "MalformedXML"),
        ("encryption", "KMS", "", "MalformedXML"),
        ("encryption", "KMS", "DES", "InvalidEncryptionAlgorithmError"),
        ("httpsConfig", "TLSv1.3", "TLSv2", "MalformedXML"),
        ("logging", "examplebucket", "", "MalformedXML"),
        ("logging", "examplebucket", "none", "InvalidTargetBucketForLogging"),
        ("logging", "Prefix></", "Prefix>" + "p" * 33 + "</", "MalformedXML"),
        ("qos", "5", "five", "MalformedXML"),
        ("qos", "5", "-2", "InvalidArgument"),
        ("requestPayment", "Requester", "Nobody", "MalformedXML"),
        ("tagging", "k", "", "MalformedXML"),
        ("tagging", "k", "x" * 65, "MalformedXML"),
        ("tagging", "<Value>v", "<Value>" + "x" * 129, "MalformedXML"),
        ("tagging", "k", "Aliyun", "InvalidTag"),
        ("versioning", "Enabled", "Disabled", "MalformedXML"),
    ],
)
def test_values_have_their_limits(
    wire: Wire, query: str, old: str, new: str, code: str
) -> None:
    """A wrong value is refused, and what was there stays."""
    wire("PUT", query={query: ""}, body=whole(query).encode())
    before = wire("GET", query={query: ""}).body
    document = whole(query).replace(old, new, 1)
    if old == "k":
        document = whole(query).replace("<Key>k", f"<Key>{new}")
    reply = wire("PUT", query={query: ""}, body=document.encode())
    assert error(reply) == (400, code)
    assert wire("GET", query={query: ""}).body == before


def test_a_capacity_is_not_less_than_what_is_there(wire: Wire) -> None:
    """Zero gigabytes are too few for an object."""
    body = whole("qos").replace("5", "0").encode()
    assert wire("PUT", query={"qos": ""}, body=body).status == 200
    wire.server.put_object(BUCKET, "k", b"x")
    reply = wire("PUT", query={"qos": ""}, body=body)
    assert error(reply) == (400, "InvalidArgument")


def test_a_wrong_digest_changes_nothing(wire: Wire) -> None:
    """Content-MD5 is looked at, as for all documents."""
    reply = wire(
        "PUT",
        query={"versioning": ""},
        body=whole("versioning").encode(),
        headers={"Content-MD5": "1B2M2Y8AsgTpgAmY7PhCfg=="},
    )
    assert error(reply) == (400, "InvalidDigest")
    assert wire("GET", query={"versioning": ""}).text("Status") is None


def test_only_what_can_be_deleted_is(wire: Wire) -> None:
    """The router knows no deleters that OSS does not have."""
    assert wire("DELETE", query={"tagging": ""}).status == 204
    operation = wire.server.requests[-1].operation
    assert operation == "DeleteBucketTags"
    wire("DELETE", query={"versioning": ""})
    assert wire.server.requests[-1].operation == "DeleteBucket"


def test_strangers_do_not_look_at_settings() -> None:
    """Whatever the access rule is, settings are the owner's."""
    keys = [Credential("owner", "secret"), Credential("other", "secret", account="2")]
    with serve(buckets=[BUCKET], credentials=keys) as server:
        wire = Wire(server, scheme="v4")
        wire("PUT", query={"acl": ""}, headers={"x-oss-acl": "public-read-write"})
        other = Wire(server, scheme="v4", key_id="other", secret="secret")
        for row in SETTINGS:
            if row.level == "bucket":
                reply = other("GET", query={row.query: ""})
                assert error(reply) == (403, "AccessDenied"), row.noun


def test_rows_of_settings() -> None:
    """No two share a parameter and a level; each has names that tell what it is."""
    places = [(row.query, row.level) for row in SETTINGS]
    assert len(set(places)) == len(places)
    row = Setting("BucketX", "x", "X", lambda _element: None)
    assert operations((row,), "PUT", "bucket") == [("x", "PutBucketX")]
    assert operations((row,), "DELETE", "bucket") == []
    assert operations((row,), "GET", "service") == []

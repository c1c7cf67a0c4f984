"""Buckets, and the operations that are named but not yet carried out."""

from __future__ import annotations

import pytest

import ossc.mock

from .wire import BUCKET, Reply, Wire


def error(reply: Reply) -> tuple[int, str | None]:
    """Status and code of an error."""
    return reply.status, reply.code


def configuration(**values: str) -> bytes:
    """A CreateBucketConfiguration document."""
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in values.items())
    root = "CreateBucketConfiguration"
    return f"<{root}>{inner}</{root}>".encode()


def test_create_and_delete(wire: Wire) -> None:
    """A bucket is created, found, emptied and deleted."""
    reply = wire("PUT", bucket="newbucket", headers={"x-oss-acl": "public-read"})
    assert (reply.status, reply.body) == (200, b"")
    assert reply.headers["location"] == "/newbucket"
    assert wire("HEAD", bucket="newbucket").status == 200
    acl = wire("GET", bucket="newbucket", query={"acl": ""})
    assert acl.text("AccessControlList/Grant") == "public-read"
    wire("PUT", "k", bucket="newbucket", body=b"x")
    full = wire("DELETE", bucket="newbucket")
    assert error(full) == (409, "BucketNotEmpty")
    assert full.text("BucketName") == "newbucket"
    assert full.text("EC") == "0015-00000301"
    wire("DELETE", "k", bucket="newbucket")
    upload = wire("POST", "k", bucket="newbucket", query={"uploads": ""})
    assert error(wire("DELETE", bucket="newbucket")) == (409, "BucketNotEmpty")
    query = {"uploadId": upload.text("UploadId") or ""}
    wire("DELETE", "k", bucket="newbucket", query=query)
    assert wire("DELETE", bucket="newbucket").status == 204
    head = wire("HEAD", bucket="newbucket")
    assert head.status == 404
    assert head.head_error.findtext("Code") == "NoSuchBucket"


@pytest.mark.parametrize(
    "name", ["ab", "a" * 64, "Upper", "under_score", "-a", "a-", "a.b", "é-bucket"]
)
def test_bad_names(wire: Wire, name: str) -> None:
    """Names that break the rules are refused."""
    assert error(wire("PUT", bucket=name)) == (400, "InvalidBucketName")
    assert error(wire("GET", bucket=name)) == (400, "InvalidBucketName")


def test_create_again(wire: Wire) -> None:
    """One's own bucket may be created again, with the same class."""
    assert wire("PUT", headers={"x-oss-acl": "public-read"}).status == 200
    acl = wire("GET", query={"acl": ""}).text("AccessControlList/Grant")
    assert acl == "public-read"
    assert wire("PUT", body=configuration(StorageClass="Standard")).status == 200
    reply = wire("PUT", body=configuration(StorageClass="IA"))
    assert error(reply) == (409, "BucketAlreadyExists")
    message = "Cannot modify existing bucket's storage class."
    assert reply.text("Message") == message


@pytest.mark.parametrize(
    ("headers", "body", "code"),
    [
        ({"x-oss-acl": "secret"}, b"", "InvalidArgument"),
        ({}, configuration(StorageClass="Cheap"), "InvalidArgument"),
        ({}, configuration(DataRedundancyType="NONE"), "InvalidArgument"),
        ({}, b"<x/>", "MalformedXML"),
        ({}, b"<CreateBucket", "MalformedXML"),
        ({}, b" " * 70000, "MalformedXML"),
    ],
)
def test_refused_creations(
    wire: Wire, headers: dict[str, str], body: bytes, code: str
) -> None:
    """Wrong rules, classes and documents are refused."""
    reply = wire("PUT", bucket="newbucket", headers=headers, body=body)
    assert error(reply) == (400, code)
    assert wire("HEAD", bucket="newbucket").status == 404


def test_too_many(wire: Wire) -> None:
    """An account has at most 100 buckets."""
    for number in range(99):
        wire.server.create_bucket(f"bucket-{number}")
    assert error(wire("PUT", bucket="onemore")) == (400, "TooManyBuckets")


def test_namespaces_are_ignored(wire: Wire) -> None:
    """A document with the old namespace is read like one without."""
    body = configuration(StorageClass="IA").replace(
        b"Configuration>", b'Configuration xmlns="http://doc.example.com">', 1
    )
    assert wire("PUT", bucket="newbucket", body=body).status == 200
    info = wire("GET", bucket="newbucket", query={"bucketInfo": ""})
    assert info.text("Bucket/StorageClass") == "IA"
    wire("PUT", "k", bucket="newbucket", body=b"x")
    head = wire("HEAD", "k", bucket="newbucket")
    assert head.headers["x-oss-storage-class"] == "IA"


def test_acl(wire: Wire) -> None:
    """The access rule is read and set."""
    query = {"acl": ""}
    assert error(wire("PUT", query=query)) == (400, "MissingArgument")
    reply = wire("PUT", query=query, headers={"x-oss-acl": "default"})
    assert error(reply) == (400, "InvalidArgument")
    headers = {"x-oss-acl": "public-read-write"}
    assert wire("PUT", query=query, headers=headers).status == 200
    reply = wire("GET", query=query)
    assert reply.text("AccessControlList/Grant") == "public-read-write"
    assert reply.text("Owner/ID")


def test_info(wire: Wire) -> None:
    """Location and info name the region's endpoints."""
    location = wire("GET", query={"location": ""})
    assert location.xml.tag == "LocationConstraint"
    assert location.xml.text == "oss-cn-hangzhou"
    info = wire("GET", query={"bucketInfo": ""})
    assert info.text("Bucket/Name") == BUCKET
    assert info.text("Bucket/ExtranetEndpoint") == "oss-cn-hangzhou.aliyuncs.com"
    internal = "oss-cn-hangzhou-internal.aliyuncs.com"
    assert info.text("Bucket/IntranetEndpoint") == internal
    assert info.text("Bucket/AccessControlList/Grant") == "private"
    assert info.xml.find("Bucket/Versioning") is None


def test_stat(wire: Wire) -> None:
    """The statistics count objects, bytes, uploads and parts."""
    wire.server.put_object(BUCKET, "a", b"12345")
    wire.server.put_object(BUCKET, "b", b"123", storage_class="IA")
    upload = wire("POST", "k", query={"uploads": ""}).text("UploadId") or ""
    wire("PUT", "k", query={"partNumber": "1", "uploadId": upload}, body=b"x")
    stat = wire("GET", query={"stat": ""})
    expected = {
        "Storage": "8",
        "ObjectCount": "2",
        "MultipartUploadCount": "1",
        "LiveChannelCount": "0",
        "StandardStorage": "5",
        "StandardObjectCount": "1",
        "InfrequentAccessStorage": "3",
        "InfrequentAccessRealStorage": "3",
        "InfrequentAccessObjectCount": "1",
        "ArchiveStorage": "0",
        "MultipartPartCount": "1",
        "DeleteMarkerCount": "0",
    }
    assert {name: stat.text(name) for name in expected} == expected


def test_list_buckets(wire: Wire) -> None:
    """Buckets are listed by name, in pages if asked for."""
    for name in ("aaa", "bbb-1", "bbb-2", "ccc"):
        wire.server.create_bucket(name)
    plain = wire("GET", bucket=None)
    names = ["aaa", "bbb-1", "bbb-2", "ccc", BUCKET]
    assert plain.texts("Buckets/Bucket/Name") == names
    assert plain.text("IsTruncated") is None
    assert plain.text("Owner/ID")
    assert plain.text("Buckets/Bucket/Region") == "cn-hangzhou"
    page = wire("GET", bucket=None, query={"prefix": "bbb", "max-keys": "1"})
    assert page.texts("Buckets/Bucket/Name") == ["bbb-1"]
    assert page.text("IsTruncated") == "true"
    assert page.text("NextMarker") == "bbb-1"
    rest = wire("GET", bucket=None, query={"prefix": "bbb", "marker": "bbb-1"})
    assert rest.texts("Buckets/Bucket/Name") == ["bbb-2"]
    assert rest.text("IsTruncated") == "false"
    bad = wire("GET", bucket=None, query={"prefix": "A"})
    assert error(bad) == (400, "InvalidArgument")
    bad = wire("GET", bucket=None, query={"max-keys": "0"})
    assert error(bad) == (400, "InvalidArgument")


NOT_YET = [
    ("GET", "", "lifecycle", "GetBucketLifecycle"),
    ("PUT", "", "cors", "PutBucketCors"),
    ("DELETE", "", "website", "DeleteBucketWebsite"),
    ("GET", "", "referer", "GetBucketReferer"),
    ("GET", "", "logging", "GetBucketLogging"),
    ("PUT", "", "encryption", "PutBucketEncryption"),
    ("DELETE", "", "policy", "DeleteBucketPolicy"),
    ("GET", "", "tagging", "GetBucketTags"),
    ("GET", "", "qos", "GetBucketUserQos"),
    ("PUT", "", "requestPayment", "PutBucketRequestPayment"),
    ("GET", "", "live", "ListLiveChannel"),
    ("GET", "", "replication", "GetBucketReplication"),
    ("PUT", "", "worm", "Unsupported:worm"),
    ("POST", "k", "restore", "RestoreObject"),
    ("POST", "k", "x-oss-process", "ProcessObject"),
    ("PUT", "k", "live", "PutLiveChannel"),
    ("GET", "k", "vod", "GetVodPlaylist"),
]


@pytest.mark.parametrize(("method", "key", "sub_resource", "operation"), NOT_YET)
def test_named(
    wire: Wire, method: str, key: str, sub_resource: str, operation: str
) -> None:
    """Operations that the server lacks are recognised, and said to be lacking."""
    from ossc.mock._dispatch import HANDLERS

    scheme = Wire(wire.server, scheme="v4")
    reply = scheme(method, key, query={sub_resource: ""})
    assert wire.server.requests[-1].operation == operation
    if operation not in HANDLERS:
        assert error(reply) == (501, "NotImplemented")
        assert operation in (reply.text("Message") or "")


@pytest.mark.parametrize(
    ("method", "bucket", "key", "level"),
    [
        ("PUT", None, "", "Service"),
        ("PATCH", BUCKET, "k", "Object"),
        ("POST", BUCKET, "k", "Object"),
        ("PATCH", BUCKET, "", "Bucket"),
    ],
)
def test_not_allowed(
    wire: Wire, method: str, bucket: str | None, key: str, level: str
) -> None:
    """A combination that means nothing is refused by method and level."""
    reply = wire(method, key, bucket=bucket)
    assert error(reply) == (405, "MethodNotAllowed")
    assert reply.text("Method") == method
    assert reply.text("ResourceType") == level
    assert wire.server.requests[-1].operation == "Unknown"


def test_every_handler_has_a_name() -> None:
    """The table of handlers names only operations that the router knows."""
    from ossc.mock._dispatch import HANDLERS
    from ossc.mock._router import OPERATIONS

    assert HANDLERS.keys() <= OPERATIONS


def test_stopped_server_refuses(server: ossc.mock.Server) -> None:
    """Closing twice is allowed, and afterwards nobody answers."""
    server.close()
    server.close()
    with pytest.raises(OSError, match="refused"):
        Wire(server)("GET")

"""Requests on the service as a whole, and on directories, as they stand on the wire."""

from __future__ import annotations

import pytest

from ossc.mock import Server, serve

from .wire import BUCKET, Wire

FORWARD = {"x-oss-write-get-object-response": ""}


def test_regions_know_the_servers_own() -> None:
    """A region that the service has not got is one where this server is."""
    with serve(region="moon-1") as server:
        reply = Wire(server)("GET", bucket=None, query={"regions": "oss-moon-1"})
    assert reply.texts("RegionInfo/InternetEndpoint") == ["oss-moon-1.aliyuncs.com"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"cloudboxes": "", "max-keys": "0"}, "InvalidArgument"),
        ({"resourcePool": "", "max-keys": "1001"}, "InvalidArgument"),
        ({"regions": "oss-nowhere"}, "InvalidArgument"),
        ({"resourcePoolInfo": "", "resourcePool": ""}, "MissingArgument"),
        ({"requesterQosInfo": "", "resourcePool": "none"}, "NoSuchResourcePool"),
    ],
    ids=str,
)
def test_bad_questions(wire: Wire, query: dict[str, str], code: str) -> None:
    """They are refused with the service's codes."""
    assert wire("GET", bucket=None, query=query).code == code


def test_others_are_not_told(server: Server) -> None:
    """Who does not sign learns nothing of an account."""
    for name in ("regions", "cloudboxes", "resourcePool", "qosInfo"):
        reply = Wire(server, scheme="none")("GET", bucket=None, query={name: ""})
        assert (reply.status, reply.code) == (403, "AccessDenied")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"x-oss-request-route": ""}, "MissingArgument"),
        ({"x-oss-request-token": ""}, "MissingArgument"),
        ({"x-oss-fwd-status": ""}, "MissingArgument"),
        ({"x-oss-fwd-status": "ok"}, "InvalidArgument"),
        ({"x-oss-fwd-status": "199"}, "InvalidArgument"),
        ({"x-oss-fwd-header-Set-Cookie": "a"}, "InvalidArgument"),
        ({"x-oss-request-route": "elsewhere"}, "AccessDenied"),
        ({"x-oss-request-token": "guessed"}, "AccessDenied"),
    ],
    ids=str,
)
def test_answers_that_are_not_taken(
    server: Server, wire: Wire, change: dict[str, str], code: str
) -> None:
    """Whoever waits goes on waiting."""
    waiting = server.forward_get()
    headers = {
        "x-oss-request-route": waiting.route,
        "x-oss-request-token": waiting.token,
        "x-oss-fwd-status": "200",
        **change,
    }
    headers = {name: value for name, value in headers.items() if value}
    reply = wire("POST", bucket=None, query=FORWARD, headers=headers, body=b"x")
    assert reply.code == code
    assert waiting.status is None


def test_a_rename_names_its_source(wire: Wire) -> None:
    """And the source is a path, as the target is."""
    assert wire("PUT", headers={"x-oss-hns-status": "enabled"}).status == 200
    query, given = {"x-oss-rename": ""}, {"x-oss-rename-source": "a"}
    plain = wire("POST", "b", query=query, headers=given)
    assert plain.code == "OperationNotSupported"
    tree = "tree-bucket"
    headers = {"x-oss-hns-status": "enabled"}
    assert wire("PUT", bucket=tree, headers=headers).status == 200
    for source, code in (
        ("", "MissingArgument"),
        ("a//b", "InvalidObjectName"),
        ("/a", "InvalidObjectName"),
        ("a", "NoSuchKey"),
    ):
        given = {"x-oss-rename-source": source} if source else {}
        reply = wire(
            "POST", "b", bucket=tree, query={"x-oss-rename": ""}, headers=given
        )
        assert reply.code == code


def test_a_directory_of_a_removed_tree(wire: Wire) -> None:
    """A bucket with directories in it is not empty."""
    tree = "tree-bucket"
    wire("PUT", bucket=tree, headers={"x-oss-hns-status": "enabled"})
    assert wire("POST", "a", bucket=tree, query={"x-oss-dir": ""}).status == 200
    assert wire("DELETE", bucket=tree).code == "BucketNotEmpty"
    assert wire("POST", "a", bucket=tree, query={"x-oss-delete": ""}).status == 200
    assert wire("DELETE", bucket=tree).status == 204


def test_metadata_tables_are_refused_as_a_whole(wire: Wire) -> None:
    """A document that is none changes nothing."""
    query = {"metadataConfiguration": ""}
    for body in (b"", b"<MetadataConfiguration/>", b"<Other/>"):
        assert wire("POST", query=query, body=body).code == "MalformedXML"
    assert wire("GET", query=query).code == "NoSuchBucketMetadataConfiguration"


def test_a_quota_is_told_with_all_versions(wire: Wire) -> None:
    """What is behind the current versions counts, too."""
    wire("PUT", "k", body=b"123")
    versions = b"<VersioningConfiguration><Status>Enabled</Status>"
    wire("PUT", query={"versioning": ""}, body=versions + b"</VersioningConfiguration>")
    wire("PUT", "k", body=b"12345")
    quota = b"<QuotaConfiguration><StorageQuota>9</StorageQuota><Mode>Strict</Mode>"
    quota += b"<CurrentUsage>1</CurrentUsage></QuotaConfiguration>"
    assert wire("PUT", query={"quota": ""}, body=quota).status == 200
    reply = wire("GET", query={"quota": ""})
    assert reply.texts("CurrentUsage") == ["8"]
    assert BUCKET not in reply.body.decode()

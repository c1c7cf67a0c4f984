"""Bound domains lead to their buckets; what is kept of several settings outlives."""

from __future__ import annotations

from pathlib import Path

from ossc.mock import serve

from .wire import BUCKET, Wire


def domain(name: str) -> bytes:
    """A document."""
    root = "BucketCnameConfiguration"
    return f"<{root}><Cname><Domain>{name}</Domain></Cname></{root}>".encode()


def bind(wire: Wire, name: str) -> None:
    """Have a domain lead to the bucket."""
    for what in ("token", "add"):
        query = {"cname": "", "comp": what}
        assert wire("POST", query=query, body=domain(name)).status == 200


def test_a_domain_leads_to_its_bucket(wire: Wire) -> None:
    """As long as it is bound; a wildcard stands for all below, and no further."""
    wire("PUT", query={"acl": ""}, headers={"x-oss-acl": "public-read"})
    wire("PUT", "k", body=b"1")
    www, wild = {"Host": "www.example.com"}, {"Host": "any.example.org:80"}
    assert wire.send("GET", "/k", www).code == "NonStandardHostForbidden"
    bind(wire, "www.example.com")
    bind(wire, "*.example.org")
    for headers in (www, {"Host": "WWW.example.com"}, wild):
        assert wire.send("GET", "/k", headers).body == b"1"
    for host in ("example.com", "a.www.example.com", "a.b.example.org", "example.org"):
        reply = wire.send("GET", "/k", {"Host": host})
        assert reply.code == "NonStandardHostForbidden"
    query = {"cname": "", "comp": "delete"}
    wire("POST", query=query, body=domain("www.example.com"))
    assert wire.send("GET", "/k", www).code == "NonStandardHostForbidden"


def test_what_is_kept_outlives_the_server(tmp_path: Path) -> None:
    """Domains and styles are there again."""
    style = b"<Style><Content>image/rotate,90</Content></Style>"
    query = {"style": "", "styleName": "s"}
    with serve(buckets=[BUCKET], root=tmp_path) as server:
        wire = Wire(server)
        bind(wire, "www.example.com")
        assert wire("PUT", query=query, body=style).status == 200
    with serve(root=tmp_path) as server:
        wire = Wire(server)
        assert wire("GET", query=query).text("Content") == "image/rotate,90"
        reply = wire.send("GET", "/k", {"Host": "www.example.com"})
        assert reply.code == "AccessDenied"


def test_methods_that_there_are_not(wire: Wire) -> None:
    """They do not fall through to what is done with the bucket as a whole."""
    names = (
        *("accessPoint", "cname", "inventory", "metaQuery", "redundancyTransition"),
        *("replication", "requesterQosInfo", "style", "worm", "wormId", "rtc"),
    )
    for name in names:
        for method in ("PUT", "DELETE"):
            if (method, name) in {("DELETE", "worm"), ("DELETE", "style")}:
                continue
            reply = wire(method, query={name: ""})
            assert reply.status >= 400, (method, name)
            operation = wire.server.requests[-1].operation
            assert operation not in {"PutBucket", "DeleteBucket"}


def test_names_have_to_be_said(wire: Wire) -> None:
    """An empty one is none."""
    for query in (
        {"style": "", "styleName": ""},
        {"inventory": "", "inventoryId": ""},
        {"redundancyTransition": "", "x-oss-redundancy-transition-taskid": ""},
        {"requesterQosInfo": "", "qosRequester": ""},
    ):
        assert wire("GET", query=query).code == "MissingArgument"
    reply = wire("GET", query={"inventory": "", "max-keys": "0"})
    assert reply.code == "InvalidArgument"

"""A bucket as a website: what whoever has no keys sees of it."""

from __future__ import annotations

import pytest

from .wire import Reply, Wire

HOST = "examplebucket.localhost"


def site(inner: str) -> bytes:
    """A document."""
    return f"<WebsiteConfiguration>{inner}</WebsiteConfiguration>".encode()


def index(*, sub_dirs: bool, kind: int = 0) -> str:
    """An index document."""
    return (
        "<IndexDocument><Suffix>index.html</Suffix>"
        f"<SupportSubDir>{str(sub_dirs).lower()}</SupportSubDir><Type>{kind}</Type>"
        "</IndexDocument>"
    )


def rule(number: int, condition: str, redirect: str) -> str:
    """A routing rule."""
    return (
        f"<RoutingRule><RuleNumber>{number}</RuleNumber><Condition>{condition}"
        f"</Condition><Redirect>{redirect}</Redirect></RoutingRule>"
    )


@pytest.fixture(name="wire")
def make_wire(wire: Wire) -> Wire:
    """A public bucket with some pages."""
    wire("PUT", query={"acl": ""}, headers={"x-oss-acl": "public-read"})
    for key in ("index.html", "sub/index.html", "error.html", "page", "new/a b"):
        headers = {"Content-Type": "text/html"}
        assert wire("PUT", key, headers=headers, body=key.encode()).status == 200
    return wire


def put(wire: Wire, *inner: str) -> None:
    """Make the bucket a website."""
    reply = wire("PUT", query={"website": ""}, body=site("".join(inner)))
    assert reply.status == 200, reply.body


def get(wire: Wire, path: str, method: str = "GET", **headers: str) -> Reply:
    """Look at a page by the bucket's own host."""
    return wire.send(method, path, {"Host": HOST, **headers})


def test_the_root_is_its_index(wire: Wire) -> None:
    """For whoever has no keys, and asks for no list."""
    assert get(wire, "/").xml.tag == "ListBucketResult"
    put(wire, index(sub_dirs=False))
    reply = get(wire, "/")
    assert (reply.status, reply.body) == (200, b"index.html")
    assert reply.headers["content-type"] == "text/html"
    assert get(wire, "/", "HEAD").headers["content-length"] == "10"
    assert get(wire, "/?utm=1").body == b"index.html"
    assert get(wire, "/?prefix=s").xml.tag == "ListBucketResult"
    assert wire("GET").xml.tag == "ListBucketResult"
    assert wire.send("GET", "/examplebucket/", {}).body == b"index.html"


@pytest.mark.parametrize(
    ("sub_dirs", "kind", "path", "expected"),
    [
        (False, 0, "/sub/", (200, b"index.html")),
        (True, 0, "/sub/", (200, b"sub/index.html")),
        (True, 0, "/none/", (404, None)),
        (True, 0, "/page", (200, b"page")),
        (True, 0, "/sub", (302, b"")),
        (True, 1, "/sub", (404, None)),
        (True, 2, "/sub", (200, b"sub/index.html")),
        (True, 2, "/none", (404, None)),
        (False, 0, "/sub", (404, None)),
    ],
)
def test_folders(
    wire: Wire,
    *,
    sub_dirs: bool,
    kind: int,
    path: str,
    expected: tuple[int, bytes | None],
) -> None:
    """They have an index of their own where the website says so."""
    put(wire, index(sub_dirs=sub_dirs, kind=kind))
    reply = get(wire, path)
    assert reply.status == expected[0]
    if expected[1] is None:
        assert reply.code == "NoSuchKey"
    else:
        assert reply.body == expected[1]
    if reply.status == 302:
        assert reply.headers["location"] == f"http://{HOST}/sub/"
        reply = wire.send("GET", "/examplebucket/sub", {})
        host = f"127.0.0.1:{wire.server.port}"
        assert reply.headers["location"] == f"http://{host}/examplebucket/sub/"


def test_the_page_of_errors(wire: Wire) -> None:
    """With its own status; for the owner the error is plain."""
    error = "<ErrorDocument><Key>error.html</Key></ErrorDocument>"
    put(wire, index(sub_dirs=False), error)
    reply = get(wire, "/none")
    assert (reply.status, reply.body) == (404, b"error.html")
    assert wire("GET", "none").code == "NoSuchKey"
    put(wire, error.replace("</Key>", "</Key><HttpStatus>200</HttpStatus>"))
    reply = get(wire, "/none")
    assert (reply.status, reply.body) == (200, b"error.html")
    wire("PUT", "page", query={"acl": ""}, headers={"x-oss-object-acl": "private"})
    assert get(wire, "/page").body == b"error.html"
    wire("DELETE", "error.html")
    assert get(wire, "/none").code == "NoSuchKey"
    assert get(wire, "/page").code == "AccessDenied"


def test_private_pages_stay_private(wire: Wire) -> None:
    """A website shows nothing that its access rules do not show."""
    put(wire, index(sub_dirs=True))
    wire("PUT", query={"acl": ""}, headers={"x-oss-acl": "private"})
    assert get(wire, "/").code == "AccessDenied"
    assert get(wire, "/sub").code == "AccessDenied"


@pytest.mark.parametrize(
    ("condition", "redirect", "path", "status", "location"),
    [
        (
            "<KeyPrefixEquals>old/</KeyPrefixEquals>",
            (
                "<RedirectType>External</RedirectType><ReplaceKeyPrefixWith>new/"
                "</ReplaceKeyPrefixWith><HttpRedirectCode>301</HttpRedirectCode>"
            ),
            "/old/a%20b?x=1",
            301,
            f"http://{HOST}/new/a%20b",
        ),
        (
            "<KeyPrefixEquals>old/</KeyPrefixEquals>",
            (
                "<RedirectType>AliCDN</RedirectType><Protocol>https</Protocol><HostName>"
                "example.com</HostName><PassQueryString>true</PassQueryString>"
            ),
            "/old/a?x=1&y=%20",
            302,
            "https://example.com/old/a?x=1&y=%20",
        ),
        (
            "<HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals>",
            (
                "<RedirectType>External</RedirectType><ReplaceKeyWith>p/${key}.html"
                "</ReplaceKeyWith><HttpRedirectCode>307</HttpRedirectCode>"
            ),
            "/none",
            307,
            f"http://{HOST}/p/none.html",
        ),
        (
            (
                "<KeySuffixEquals>.php</KeySuffixEquals><IncludeHeader><Key>X-Who</Key>"
                "<StartsWith>m</StartsWith><EndsWith>e</EndsWith></IncludeHeader>"
            ),
            "<RedirectType>External</RedirectType><HostName>h</HostName>",
            "/a.php",
            302,
            "http://h/a.php",
        ),
    ],
)
def test_rules_lead_elsewhere(
    wire: Wire, condition: str, redirect: str, path: str, status: int, location: str
) -> None:
    """By what the key is, by headers, or where there is an error."""
    routing = rule(5, condition, redirect)
    put(wire, index(sub_dirs=False), f"<RoutingRules>{routing}</RoutingRules>")
    reply = wire.send("GET", path, {"Host": HOST, "X-Who": "me"})
    assert (reply.status, reply.headers["location"]) == (status, location)
    assert get(wire, "/page").body == b"page"


@pytest.mark.parametrize("header", [{}, {"X-Who": "he"}, {"X-Who": "mi"}])
def test_rules_that_do_not_fit(wire: Wire, header: dict[str, str]) -> None:
    """They lead nowhere."""
    condition = (
        "<IncludeHeader><Key>X-Who</Key><StartsWith>m</StartsWith><EndsWith>e"
        "</EndsWith></IncludeHeader>"
    )
    redirect = "<RedirectType>External</RedirectType><HostName>h</HostName>"
    routing = rule(1, condition, redirect)
    put(wire, f"<RoutingRules>{routing}</RoutingRules>")
    assert get(wire, "/page", **header).body == b"page"


def test_rules_have_an_order(wire: Wire) -> None:
    """The lowest number comes first; inside, other objects are answered."""
    inside = (
        "<RedirectType>Internal</RedirectType><ReplaceKeyWith>page</ReplaceKeyWith>"
    )
    outside = "<RedirectType>External</RedirectType><HostName>h</HostName>"
    condition = "<HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals>"
    routing = rule(2, condition, outside) + rule(1, condition, inside)
    put(wire, f"<RoutingRules>{routing}</RoutingRules>")
    reply = get(wire, "/none")
    assert (reply.status, reply.body) == (200, b"page")


def test_rules_do_not_go_round_for_ever(wire: Wire) -> None:
    """After some hops the key counts as it is."""
    inside = "<RedirectType>Internal</RedirectType><ReplaceKeyPrefixWith>r/"
    routing = rule(
        1,
        "<KeyPrefixEquals>r/</KeyPrefixEquals>",
        f"{inside}</ReplaceKeyPrefixWith>",
    )
    put(wire, f"<RoutingRules>{routing}</RoutingRules>")
    assert get(wire, "/r/a").code == "NoSuchKey"


def test_mirrors_are_not_fetched_from(wire: Wire) -> None:
    """The server talks to nobody: there is no such object."""
    mirror = (
        "<RedirectType>Mirror</RedirectType><MirrorURL>http://127.0.0.1:1/</MirrorURL>"
    )
    condition = "<HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals>"
    put(wire, f"<RoutingRules>{rule(1, condition, mirror)}</RoutingRules>")
    assert get(wire, "/none").code == "NoSuchKey"

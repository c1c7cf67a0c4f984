"""Referring pages: who may show a bucket's objects."""

from __future__ import annotations

import time

import pytest

from ossc.mock._xml import leaf, node

from .wire import Wire, presign_v4


def rules(empty: str, white: list[str], black: list[str], **more: str) -> bytes:
    """A document."""
    return node(
        "RefererConfiguration",
        leaf("AllowEmptyReferer", empty),
        *(leaf(name, value) for name, value in more.items()),
        node("RefererList", *(leaf("Referer", each) for each in white)),
        node("RefererBlacklist", *(leaf("Referer", each) for each in black)),
    ).encode()


WHITE = ["http://a.com", "https://*.b.com", "http://c?.com/*"]


@pytest.mark.parametrize(
    ("document", "referer", "taken"),
    [
        (rules("true", WHITE, []), None, True),
        (rules("false", WHITE, []), None, False),
        (rules("false", [], []), None, True),
        (rules("false", WHITE, []), "http://a.com", True),
        (rules("false", WHITE, []), "HTTP://A.com?q=1", True),
        (rules("false", WHITE, []), "http://a.com/page", True),
        (rules("false", WHITE, []), "http://a.com.example.org", True),
        (rules("false", WHITE, []), "http://www.a.com/", False),
        (rules("false", WHITE, []), "http://example.org/http://a.com", False),
        (rules("false", WHITE, [], TruncatePath="true"), "http://a.com/page?q", True),
        (rules("false", ["*.d.com"], []), "http://evil.org?.d.com", False),
        (
            rules("false", ["*.d.com"], [], AllowTruncateQueryString="false"),
            "http://evil.org?.d.com",
            True,
        ),
        (rules("true", WHITE, []), "https://www.b.com", True),
        (rules("true", WHITE, []), "https://b.com", False),
        (rules("true", WHITE, []), "http://c1.com/page", True),
        (rules("true", WHITE, []), "http://evil.org", False),
        (rules("true", [], ["http://evil.org"]), "http://evil.org", False),
        (rules("true", [], ["http://evil.org"]), "http://good.org", True),
        (rules("true", ["*"], ["http://evil.*"]), "http://evil.org", False),
        (rules("true", ["*"], ["http://evil.org"]), "http://evil.org/page", False),
        (rules("false", [], ["http://evil.org"]), None, True),
    ],
)
def test_pages_that_may_show_an_object(
    wire: Wire, document: bytes, referer: str | None, *, taken: bool
) -> None:
    """The black list comes first, then the white one."""
    wire("PUT", "k", body=b"1")
    wire("PUT", "k", query={"acl": ""}, headers={"x-oss-object-acl": "public-read"})
    assert wire("PUT", query={"referer": ""}, body=document).status == 200
    headers = {} if referer is None else {"Referer": referer}
    reply = wire.send("GET", "/examplebucket/k", headers)
    if taken:
        assert (reply.status, reply.body) == (200, b"1")
    else:
        assert (reply.status, reply.code) == (403, "AccessDenied")
        assert reply.text("Message") == "You are denied by bucket referer policy."
    assert wire.send("HEAD", "/examplebucket/k", headers).status == reply.status
    assert wire("GET", "k", headers=headers).status == 200


def test_signed_urls_are_for_pages_too(wire: Wire) -> None:
    """Only who signs in a header is not asked."""
    wire("PUT", "k", body=b"1")
    wire("PUT", query={"referer": ""}, body=rules("false", ["http://a.com"], []))
    url = presign_v4(wire, "GET", "k", time.time(), "60")
    assert wire.send("GET", url, {}).status == 403
    assert wire.send("GET", url, {"Referer": "http://a.com"}).status == 200

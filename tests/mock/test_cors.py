"""Pages of other origins: preflights, and headers on ordinary answers."""

from __future__ import annotations

import pytest

from .wire import Reply, Wire

RULES = b"""<CORSConfiguration>
<CORSRule>
 <AllowedOrigin>https://*.example.com</AllowedOrigin><AllowedOrigin>http://b</AllowedOrigin>
 <AllowedMethod>GET</AllowedMethod><AllowedMethod>PUT</AllowedMethod>
 <AllowedHeader>x-oss-*</AllowedHeader><AllowedHeader>Content-Type</AllowedHeader>
 <ExposeHeader>ETag</ExposeHeader><ExposeHeader>x-oss-request-id</ExposeHeader>
 <MaxAgeSeconds>100</MaxAgeSeconds>
</CORSRule>
<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>HEAD</AllowedMethod></CORSRule>
</CORSConfiguration>"""
PAGE = "https://www.example.com"


@pytest.fixture(name="wire")
def make_wire(wire: Wire) -> Wire:
    """A bucket that has rules."""
    assert wire("PUT", query={"cors": ""}, body=RULES).status == 200
    return wire


def ask(
    wire: Wire, origin: str = "", method: str = "", headers: str = "", path: str = "/k"
) -> Reply:
    """Send a preflight, which nobody signs."""
    named = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": headers,
    }
    sent = {name: value for name, value in named.items() if value}
    return wire.send("OPTIONS", f"/examplebucket{path}", sent)


def shared(reply: Reply) -> dict[str, str]:
    """What an answer says to pages of other origins."""
    return {
        name.removeprefix("access-control-"): value
        for name, value in reply.headers.items()
        if name.startswith("access-control-") or name == "vary"
    }


def test_a_page_asks_first(wire: Wire) -> None:
    """The first rule that fits says what it may."""
    reply = ask(wire, PAGE, "PUT", "Content-Type, X-OSS-Meta-A")
    assert (reply.status, reply.body) == (200, b"")
    assert shared(reply) == {
        "allow-origin": PAGE,
        "allow-methods": "GET, PUT",
        "allow-headers": "Content-Type, X-OSS-Meta-A",
        "expose-headers": "ETag, x-oss-request-id",
        "max-age": "100",
    }
    reply = ask(wire, "null", "HEAD", path="/")
    assert shared(reply) == {"allow-origin": "*", "allow-methods": "HEAD"}


@pytest.mark.parametrize(
    ("origin", "method", "headers"),
    [
        ("https://example.com", "GET", ""),
        ("http://www.example.com", "GET", ""),
        (PAGE, "DELETE", ""),
        (PAGE, "PUT", "Range"),
        (PAGE, "HEAD", "Range"),
        (f"{PAGE}.evil.org", "PUT", ""),
    ],
)
def test_a_page_is_refused(wire: Wire, origin: str, method: str, headers: str) -> None:
    """No rule fits."""
    reply = ask(wire, origin, method, headers)
    assert (reply.status, reply.code) == (403, "AccessForbidden")
    assert shared(reply) == {}


@pytest.mark.parametrize(("origin", "method"), [("", "GET"), (PAGE, ""), ("", "")])
def test_a_preflight_says_who_asks_for_what(
    wire: Wire, origin: str, method: str
) -> None:
    """Without, it is none."""
    reply = ask(wire, origin, method)
    assert (reply.status, reply.code) == (400, "BadRequest")


def test_preflights_where_there_are_no_rules(wire: Wire) -> None:
    """Nothing is allowed."""
    assert wire("DELETE", query={"cors": ""}).status == 204
    reply = ask(wire, PAGE, "GET")
    assert (reply.status, reply.code) == (403, "AccessForbidden")
    sent = {"Origin": PAGE, "Access-Control-Request-Method": "GET"}
    reply = wire.send("OPTIONS", "/no-such-bucket/k", sent)
    assert (reply.status, reply.code) == (404, "NoSuchBucket")
    assert wire.send("OPTIONS", "/", sent).status == 404


def test_ordinary_answers_say_it_too(wire: Wire) -> None:
    """Successes and errors, if the request has an origin that a rule fits."""
    sent = {"Origin": PAGE}
    expected = {
        "allow-origin": PAGE,
        "allow-methods": "GET, PUT",
        "expose-headers": "ETag, x-oss-request-id",
        "max-age": "100",
    }
    assert shared(wire("PUT", "k", headers=sent, body=b"1")) == expected
    assert shared(wire("GET", "k", headers=sent)) == expected
    reply = wire("GET", "none", headers=sent)
    assert (reply.status, shared(reply)) == (404, expected)
    assert wire("HEAD", "k", headers=sent).headers["access-control-allow-origin"] == "*"
    assert shared(wire("GET", "k")) == {}
    assert shared(wire("DELETE", "k", headers=sent)) == {}


def test_answers_may_vary(wire: Wire) -> None:
    """If the bucket says so, all answers do."""
    rules = RULES.replace(b"</CORSC", b"<ResponseVary>true</ResponseVary></CORSC")
    wire("PUT", query={"cors": ""}, body=rules)
    assert shared(wire("GET", "k")) == {"vary": "Origin"}
    assert shared(wire("GET", "k", headers={"Origin": PAGE}))["vary"] == "Origin"

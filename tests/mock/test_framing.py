"""HTTP framing over raw sockets: bodies, heads, pipelines, odd paths."""

from __future__ import annotations

import pytest

import ossc.mock

from .wire import BUCKET, Wire, raw, signed_head, split_replies


def test_length_and_chunked_are_read_as_chunked(
    server: ossc.mock.Server, wire: Wire
) -> None:
    """A request with both framings is read as chunked."""
    headers = {"Content-Length": "5", "Transfer-Encoding": "chunked"}
    head = signed_head(wire, "PUT", "k", headers)
    reply = split_replies(raw(server, head + b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"))[0]
    assert reply.status == 200
    assert server.get_object(BUCKET, "k") == b"hello"


def test_length_and_chunked_must_agree(server: ossc.mock.Server, wire: Wire) -> None:
    """A decoded length that differs from Content-Length stores nothing."""
    headers = {"Content-Length": "6", "Transfer-Encoding": "chunked"}
    head = signed_head(wire, "PUT", "k", headers)
    reply = split_replies(raw(server, head + b"5\r\nhello\r\n0\r\n\r\n"))[0]
    assert (reply.status, reply.code) == (400, "IncompleteBody")
    with pytest.raises(KeyError):
        server.get_object(BUCKET, "k")


def test_chunked_alone(server: ossc.mock.Server, wire: Wire) -> None:
    """Chunked coding needs no length."""
    head = signed_head(wire, "PUT", "k", {"Transfer-Encoding": "chunked"})
    reply = split_replies(raw(server, head + b"3\r\nabc\r\n0\r\n\r\n"))[0]
    assert reply.status == 200
    assert server.get_object(BUCKET, "k") == b"abc"


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_no_length(server: ossc.mock.Server, wire: Wire, method: str) -> None:
    """PUT and POST without any framing are refused."""
    query = {} if method == "PUT" else {"append": "", "position": "0"}
    head = signed_head(wire, method, "k", {}, query=query)
    reply = split_replies(raw(server, head))[0]
    assert (reply.status, reply.code) == (411, "MissingContentLength")


@pytest.mark.parametrize(
    ("framing", "body"),
    [
        ({"Content-Length": "10"}, b"short"),
        ({"Transfer-Encoding": "chunked"}, b"5\r\nhel"),
        ({"Transfer-Encoding": "chunked"}, b"5\r\nhello\r\n"),
    ],
    ids=["length", "inside a chunk", "without the last chunk"],
)
def test_short_body(
    server: ossc.mock.Server, wire: Wire, framing: dict[str, str], body: bytes
) -> None:
    """A body that ends too early is answered, and nothing is stored."""
    head = signed_head(wire, "PUT", "k", framing)
    reply = split_replies(raw(server, head + body))[0]
    assert (reply.status, reply.code) == (400, "IncompleteBody")
    assert reply.headers["connection"] == "close"
    with pytest.raises(KeyError):
        server.get_object(BUCKET, "k")


def test_bad_chunk(server: ossc.mock.Server, wire: Wire) -> None:
    """A chunk size that is no number is refused."""
    head = signed_head(wire, "PUT", "k", {"Transfer-Encoding": "chunked"})
    reply = split_replies(raw(server, head + b"zz\r\nhello\r\n0\r\n\r\n"))[0]
    assert (reply.status, reply.code) == (400, "BadRequest")


def test_expect_continue(server: ossc.mock.Server, wire: Wire) -> None:
    """The interim answer comes before the body is read."""
    headers = {"Content-Length": "3", "Expect": "100-continue"}
    head = signed_head(wire, "PUT", "k", headers)
    answer = raw(server, [head, b"abc"])
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


def test_expect_continue_refused(server: ossc.mock.Server, wire: Wire) -> None:
    """A request that is refused from its head gets no interim answer."""
    headers = {"Content-Length": "3", "Expect": "100-continue"}
    wire.secret = "wrong"
    answer = raw(server, signed_head(wire, "PUT", "k", headers))
    assert answer.startswith(b"HTTP/1.1 403 Forbidden\r\n")
    assert b"Connection: close\r\n" in answer


def test_pipelined(server: ossc.mock.Server, wire: Wire) -> None:
    """Requests that arrive together are answered in order on one connection."""
    put = signed_head(wire, "PUT", "k", {"Content-Length": "5"}) + b"hello"
    get = signed_head(wire, "GET", "k", {})
    missing = signed_head(wire, "GET", "missing", {})
    replies = split_replies(raw(server, put + get + missing + get))
    assert [reply.status for reply in replies] == [200, 200, 404, 200]
    assert replies[3].body == b"hello"
    assert server.connections == 1
    assert len({reply.headers["x-oss-request-id"] for reply in replies}) == 4


def test_unread_body_keeps_the_connection(server: ossc.mock.Server, wire: Wire) -> None:
    """A refused request's body is not taken for the next request."""
    headers = {"Content-Length": "4", "x-oss-object-acl": "nonsense"}
    bad = signed_head(wire, "PUT", "k", headers) + b"GET "
    good = signed_head(wire, "PUT", "k", {"Content-Length": "2"}) + b"ok"
    replies = split_replies(raw(server, bad + good))
    assert [reply.status for reply in replies] == [400, 200]


def test_connection_close(server: ossc.mock.Server, wire: Wire) -> None:
    """A client that asks for it gets its connection closed."""
    server.put_object(BUCKET, "k", b"x")
    head = signed_head(wire, "GET", "k", {"Connection": "close"})
    answer = raw(server, head, half_close=False)
    assert b"Connection: close\r\n" in answer


def test_http_1_0(server: ossc.mock.Server, wire: Wire) -> None:
    """HTTP/1.0 is answered and the connection closed."""
    server.put_object(BUCKET, "k", b"x")
    head = signed_head(wire, "GET", "k", {}).replace(b"HTTP/1.1", b"HTTP/1.0")
    reply = split_replies(raw(server, head, half_close=False))[0]
    assert (reply.status, reply.body) == (200, b"x")


@pytest.mark.parametrize(
    ("request_head", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET /k\xff HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 400),
        ("GET /中 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode(), 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 70000, 431),
    ],
    ids=["line", "octet", "utf-8", "no host", "bad length", "long head"],
)
def test_bad_requests(
    server: ossc.mock.Server, request_head: bytes, status: int
) -> None:
    """What is not HTTP is refused with an error document."""
    reply = split_replies(raw(server, request_head))[0]
    assert (reply.status, reply.code) == (status, "BadRequest")
    assert reply.headers["connection"] == "close"


def test_large_heads_are_accepted(server: ossc.mock.Server, wire: Wire) -> None:
    """A head of 40 KiB is still read."""
    server.put_object(BUCKET, "k", b"x")
    head = signed_head(wire, "GET", "k", {"X-Padding": "a" * 40000})
    assert split_replies(raw(server, head))[0].status == 200


def test_nothing_sent(server: ossc.mock.Server) -> None:
    """A connection without a request is simply closed."""
    assert raw(server, b"") == b""


def test_utf8_header_values(server: ossc.mock.Server, wire: Wire) -> None:
    """Raw UTF-8 in user metadata is signed and given back as it came."""
    headers = {"Content-Length": "0", "x-oss-meta-name": "名字 é"}
    assert split_replies(raw(server, signed_head(wire, "PUT", "k", headers)))[0]
    answer = raw(server, signed_head(wire, "HEAD", "k", {}))
    assert "\r\nx-oss-meta-name: 名字 é\r\n".encode() in answer


@pytest.mark.parametrize(
    "key", ["a//b", "a/./b", "a/../b", "..", ".", "a/..", "a+b", "a%2Fb", "?x", "é/中"]
)
def test_keys_survive(server: ossc.mock.Server, wire: Wire, key: str) -> None:
    """Slashes, dots, pluses and percent signs in keys are left alone."""
    assert wire("PUT", key, body=b"data").status == 200
    assert server.get_object(BUCKET, key) == b"data"
    assert wire("GET", key).body == b"data"


def test_decoded_before_split(server: ossc.mock.Server, wire: Wire) -> None:
    """An encoded slash separates bucket and key like a plain one."""
    path = f"/{BUCKET}%2Fdir%2Fname"
    head = signed_head(wire, "PUT", "dir/name", {"Content-Length": "1"}, path=path)
    assert split_replies(raw(server, head + b"x"))[0].status == 200
    assert server.get_object(BUCKET, "dir/name") == b"x"


def test_absolute_form(server: ossc.mock.Server, wire: Wire) -> None:
    """A target in absolute form means its path."""
    server.put_object(BUCKET, "k", b"x")
    path = f"http://127.0.0.1:{server.port}/{BUCKET}/k"
    reply = split_replies(raw(server, signed_head(wire, "GET", "k", {}, path=path)))[0]
    assert reply.body == b"x"


@pytest.mark.parametrize("path", ["/%ff", "/examplebucket/%ff%fe"])
def test_not_utf8_path(server: ossc.mock.Server, wire: Wire, path: str) -> None:
    """A path that is not UTF-8 names no object."""
    reply = split_replies(raw(server, signed_head(wire, "GET", "x", {}, path=path)))[0]
    assert (reply.status, reply.code) == (400, "InvalidObjectName")


@pytest.mark.parametrize(
    ("host", "bucket"),
    [
        ("examplebucket.localhost", None),
        ("examplebucket.oss-cn-hangzhou.aliyuncs.com", None),
        ("examplebucket.oss-cn-hangzhou-internal.aliyuncs.com", None),
        ("examplebucket.cn-hangzhou.oss.aliyuncs.com", None),
        ("examplebucket.oss-accelerate.aliyuncs.com", None),
        ("EXAMPLEBUCKET.my.endpoint", None),
        ("static.example.com", None),
        ("localhost", BUCKET),
        ("127.0.0.1", BUCKET),
        ("[::1]", BUCKET),
        ("my.endpoint", BUCKET),
        ("oss-cn-hangzhou.aliyuncs.com", BUCKET),
    ],
)
def test_addressing(host: str, bucket: str | None) -> None:
    """Virtual host, path style and CNAME all lead to the object."""
    with ossc.mock.serve(
        buckets=[BUCKET],
        endpoints=["my.endpoint"],
        cname={"static.example.com": BUCKET},
    ) as server:
        server.put_object(BUCKET, "dir/k", b"x")
        path = "/dir/k" if bucket is None else f"/{bucket}/dir/k"
        headers = {"Host": f"{host}:8080"}
        head = signed_head(Wire(server), "GET", "dir/k", headers, path=path)
        reply = split_replies(raw(server, head))[0]
        assert (reply.status, reply.body) == (200, b"x")


def test_strange_host(server: ossc.mock.Server, wire: Wire) -> None:
    """A host that is nobody's is refused."""
    head = signed_head(wire, "GET", "k", {"Host": "example.com"}, path="/k")
    reply = split_replies(raw(server, head))[0]
    assert (reply.status, reply.code) == (403, "NonStandardHostForbidden")


@pytest.mark.parametrize("slash", ["/", ""])
@pytest.mark.parametrize("scheme", ["v1", "v4"])
def test_bucket_without_slash(
    server: ossc.mock.Server, scheme: str, slash: str
) -> None:
    """``/bucket`` may be signed with and without the slash that it lacks."""
    wire = Wire(server, scheme=scheme, bucket_slash=slash)
    head = signed_head(wire, "GET", "", {}, path=f"/{BUCKET}")
    assert split_replies(raw(server, head))[0].status == 200
    assert server.requests[-1].operation == "ListObjects"

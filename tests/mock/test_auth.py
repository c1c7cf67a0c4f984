"""Who is calling: each refusal with its status, code and EC, in the right order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

import ossc.mock

from .wire import (
    BUCKET,
    Reply,
    Wire,
    hmac_sha1,
    http_date,
    presign_v1,
    presign_v4,
    raw,
    signed_head,
    split_replies,
    stamp_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = 1_700_000_000
DAY = "20231114"
STS = ossc.mock.Credential("STS.key", "sts-secret", "token-1", NOW + 60)
OTHER = ossc.mock.Credential("other", "other-secret", account="2000000000000002")
SCOPE = f"owner/{DAY}/cn-hangzhou/oss/aliyun_v4_request"


@pytest.fixture
def server() -> Iterator[ossc.mock.Server]:
    """A server whose clock stands still, with several keys."""
    credentials = [ossc.mock.Credential("owner", "owner-secret"), STS, OTHER]
    with ossc.mock.serve(buckets=[BUCKET], credentials=credentials, clock=NOW) as it:
        it.put_object(BUCKET, "k", b"data")
        yield it


@pytest.fixture
def wire(server: ossc.mock.Server) -> Wire:
    """A client at the server's time."""
    return Wire(server, now=NOW)


def expect(reply: Reply, status: int, code: str, ec: str | None = None) -> None:
    """Check status, code and the finer code, in body and header."""
    assert (reply.status, reply.code) == (status, code)
    assert reply.text("EC") == ec
    assert reply.headers.get("x-oss-ec") == ec
    recommended = reply.text("RecommendDoc")
    wanted = f"https://api.aliyun.com/troubleshoot?q={ec}" if ec else None
    assert recommended == wanted


def v4_header(scope: str = SCOPE, extra: str = ",Signature=00") -> dict[str, str]:
    """Headers of a V4 request with that credential and a wrong signature."""
    return {
        "Authorization": f"OSS4-HMAC-SHA256 Credential={scope}{extra}",
        "x-oss-date": stamp_of(NOW),
        "x-oss-content-sha256": "UNSIGNED-PAYLOAD",
    }


HEADER_CASES = [
    ({"Authorization": "Basic x"}, 400, "InvalidArgument", "0002-00000002"),
    ({"Authorization": "OSS2 x:y"}, 400, "InvalidArgument", "0002-00000002"),
    ({"Authorization": "OSS owner"}, 400, "InvalidArgument", "0002-00000065"),
    ({"Authorization": "OSS owner:"}, 400, "InvalidArgument", "0002-00000065"),
    ({"Authorization": "OSS :x"}, 400, "InvalidArgument", None),
    ({"Authorization": "OSS owner:x"}, 403, "AccessDenied", "0002-00000503"),
    (
        {"Authorization": "OSS owner:x", "Date": "yesterday"},
        403,
        "AccessDenied",
        "0002-00000503",
    ),
    (
        {"Authorization": "OSS owner:x", "Date": http_date(NOW - 901)},
        403,
        "RequestTimeTooSkewed",
        "0002-00000504",
    ),
    (
        {"Authorization": "OSS owner:x", "Date": http_date(NOW + 901)},
        403,
        "RequestTimeTooSkewed",
        "0002-00000504",
    ),
    (
        {
            "Authorization": "OSS owner:x",
            "Date": http_date(NOW),
            "x-oss-date": stamp_of(NOW - 3600),
        },
        403,
        "RequestTimeTooSkewed",
        "0002-00000504",
    ),
    (
        {"Authorization": "OSS nobody:x", "Date": http_date(NOW)},
        403,
        "InvalidAccessKeyId",
        "0002-00000902",
    ),
    (
        {"Authorization": "OSS STS.key:x", "Date": http_date(NOW)},
        403,
        "InvalidAccessKeyId",
        "0002-00000902",
    ),
    (
        {
            "Authorization": "OSS STS.key:x",
            "Date": http_date(NOW),
            "x-oss-security-token": "unknown",
        },
        403,
        "InvalidSecurityToken",
        None,
    ),
    (
        {
            "Authorization": "OSS owner:x",
            "Date": http_date(NOW),
            "x-oss-security-token": "token-1",
        },
        403,
        "AccessKeyIdAndSecurityTokenNotMatch",
        None,
    ),
    (
        {"Authorization": "OSS owner:x", "Date": http_date(NOW - 900)},
        403,
        "SignatureDoesNotMatch",
        "0002-00000040",
    ),
    (v4_header("a/b/c"), 400, "InvalidArgument", "0002-00000213"),
    (v4_header(SCOPE + "x"), 400, "InvalidArgument", "0002-00000213"),
    (v4_header("\u00e9" + SCOPE), 400, "InvalidArgument", "0002-00000206"),
    (
        v4_header(SCOPE.replace(DAY, "2023111")),
        400,
        "InvalidArgument",
        "0002-00000212",
    ),
    (
        v4_header(SCOPE.replace("hangzhou", "beijing")),
        400,
        "InvalidArgument",
        "0002-00000226",
    ),
    (
        {**v4_header(), "x-oss-content-sha256": "0" * 64},
        400,
        "InvalidArgument",
        "0002-00000214",
    ),
    (
        {**v4_header(), "x-oss-date": "20231399T000000Z"},
        403,
        "AccessDenied",
        "0002-00000503",
    ),
    (
        {**v4_header(), "x-oss-date": stamp_of(NOW - 1000)},
        403,
        "RequestTimeTooSkewed",
        "0002-00000504",
    ),
    (
        v4_header(SCOPE.replace(DAY, "20231113")),
        400,
        "InvalidArgument",
        "0002-00000212",
    ),
    (
        v4_header(SCOPE.replace("owner", "nobody")),
        403,
        "InvalidAccessKeyId",
        "0002-00000902",
    ),
    (v4_header(), 403, "SignatureDoesNotMatch", "0002-00000040"),
    (v4_header(extra=""), 403, "SignatureDoesNotMatch", "0002-00000040"),
]


@pytest.mark.parametrize(("headers", "status", "code", "ec"), HEADER_CASES)
def test_refused_headers(
    wire: Wire, headers: dict[str, str], status: int, code: str, ec: str | None
) -> None:
    """Each thing that is wrong with a header signature has its own answer."""
    expect(wire.send("GET", f"/{BUCKET}/k", headers), status, code, ec)


def test_unsupported_type_names_the_header(wire: Wire) -> None:
    """The refused header is shown."""
    reply = wire.send("GET", f"/{BUCKET}/k", {"Authorization": "Basic x"})
    assert reply.text("Message") == "Unsupported Authorization Type"
    assert reply.text("ArgumentName") == "Authorization"
    assert reply.text("ArgumentValue") == "Basic x"


def test_two_authorizations(server: ossc.mock.Server, wire: Wire) -> None:
    """Two Authorization headers are refused."""
    head = signed_head(wire, "GET", "k", {}).replace(
        b"\r\n\r\n", b"\r\nAuthorization: OSS a:b\r\n\r\n"
    )
    expect(split_replies(raw(server, head))[0], 400, "InvalidArgument")


@pytest.mark.parametrize(
    "name",
    ["Signature", "OSSAccessKeyId", "x-oss-signature-version", "x-oss-signature"],
)
def test_header_and_query(wire: Wire, name: str) -> None:
    """A signature in the header and one in the query exclude each other."""
    expect(wire("GET", "k", query={name: "x"}), 400, "InvalidArgument")


def test_skew_tells_the_times(wire: Wire) -> None:
    """The answer to a skewed clock carries what is needed to correct it."""
    headers = {"Authorization": "OSS owner:x", "Date": http_date(NOW - 3600)}
    reply = wire.send("GET", f"/{BUCKET}/k", headers)
    assert reply.text("MaxAllowedSkewMilliseconds") == "900000"
    assert reply.text("RequestTime") == "2023-11-14T21:13:20.000Z"
    assert reply.text("ServerTime") == "2023-11-14T22:13:20.000Z"
    assert reply.headers["date"] == http_date(NOW)


@pytest.mark.parametrize("scheme", ["v1", "v4"])
def test_mismatch_shows_the_text(wire: Wire, scheme: str) -> None:
    """A wrong signature is answered with what the server signed."""
    wire.scheme, wire.secret = scheme, "wrong"
    reply = wire("GET", "k", headers={"x-oss-meta-a": "b"})
    expect(reply, 403, "SignatureDoesNotMatch", "0002-00000040")
    text = reply.text("StringToSign") or ""
    assert reply.text("OSSAccessKeyId") == "owner"
    assert (reply.text("SignatureProvided") or "?") in wire_signature(wire, reply)
    octets = bytes.fromhex((reply.text("StringToSignBytes") or "").replace(" ", ""))
    assert octets.decode() == text
    shown = text if scheme == "v1" else reply.text("CanonicalRequest")
    assert "x-oss-meta-a:b\n" in (shown or "")


def wire_signature(wire: Wire, reply: Reply) -> str:
    """The Authorization header of the last request."""
    assert reply.text("RequestId") == wire.server.requests[-1].request_id
    return dict(wire.server.requests[-1].headers)["authorization"]


@pytest.mark.parametrize("scheme", ["v1", "v4"])
def test_sts(server: ossc.mock.Server, scheme: str) -> None:
    """A temporary key works with its token."""
    wire = Wire(
        server,
        scheme=scheme,
        key_id=STS.access_key_id,
        secret=STS.access_key_secret,
        token=STS.security_token,
        now=NOW,
    )
    assert wire("GET", "k").status == 200


def test_sts_added_later_and_expired(server: ossc.mock.Server) -> None:
    """A key may be added to a running server, and its expiry counts."""
    server.add_sts("STS.late", "secret", "late", NOW - 1)
    wire = Wire(server, key_id="STS.late", secret="secret", token="late", now=NOW)
    expect(wire("GET", "k"), 403, "SecurityTokenExpired")
    server.add_sts("STS.late", "secret", "late", NOW + 1)
    assert wire("GET", "k").status == 200


@pytest.mark.parametrize("scheme", ["v1", "v4"])
def test_date_header(server: ossc.mock.Server, scheme: str) -> None:
    """x-oss-date beats Date in both signatures."""
    wire = Wire(server, scheme=scheme, now=NOW)
    headers = {"Date": http_date(NOW - 7200)} if scheme == "v4" else {}
    assert wire("GET", "k", headers=headers).status == 200


def test_v1_x_oss_date(server: ossc.mock.Server) -> None:
    """V1 signs x-oss-date in place of Date, and as a header."""
    wire = Wire(server, scheme="v1", now=NOW)
    stamp = stamp_of(NOW)
    text = f"GET\n\n\n{stamp}\nx-oss-date:{stamp}\n/{BUCKET}/k"
    signature = hmac_sha1(wire.secret, text)
    headers = {"x-oss-date": stamp, "Authorization": f"OSS owner:{signature}"}
    assert wire.send("GET", f"/{BUCKET}/k", headers).status == 200


@pytest.mark.parametrize("query", [{}, {"response-content-type": "text/x"}])
def test_presigned_v1(wire: Wire, query: dict[str, str]) -> None:
    """A V1 URL works until its last second."""
    path = presign_v1(wire, "GET", "k", NOW, query)
    assert wire.send("GET", path, {}).status == 200


V1_URLS = [
    ("?OSSAccessKeyId=owner", "AccessDenied", None),
    ("?OSSAccessKeyId=owner&Expires=1", "AccessDenied", None),
    ("?Expires=1&Signature=x", "AccessDenied", None),
    ("?OSSAccessKeyId=owner&Expires=x&Signature=x", "AccessDenied", "0002-00000070"),
    ("?OSSAccessKeyId=owner&Expires=-1&Signature=x", "AccessDenied", "0002-00000070"),
    (
        f"?OSSAccessKeyId=owner&Expires={NOW - 1}&Signature=x",
        "AccessDenied",
        "0002-00000069",
    ),
    (
        f"?OSSAccessKeyId=nobody&Expires={NOW}&Signature=x",
        "InvalidAccessKeyId",
        "0002-00000902",
    ),
    (
        f"?OSSAccessKeyId=owner&Expires={NOW}&Signature=x",
        "SignatureDoesNotMatch",
        "0002-00000040",
    ),
]


@pytest.mark.parametrize(("query", "code", "ec"), V1_URLS)
def test_refused_v1_urls(wire: Wire, query: str, code: str, ec: str | None) -> None:
    """Each thing that is wrong with a V1 URL has its own answer."""
    expect(wire.send("GET", f"/{BUCKET}/k{query}", {}), 403, code, ec)


def test_expired_v1_url_tells_the_times(wire: Wire) -> None:
    """The answer says when the URL ended and what time it is."""
    reply = wire.send("GET", presign_v1(wire, "GET", "k", NOW - 5), {})
    assert reply.text("Message") == "Request has expired."
    assert reply.text("Expires") == "2023-11-14T22:13:15.000Z"
    assert reply.text("ServerTime") == "2023-11-14T22:13:20.000Z"


@pytest.mark.parametrize(
    ("start", "lifetime"), [(0, "1"), (-604800, "604800"), (900, "60"), (-60, "60")]
)
def test_presigned_v4(wire: Wire, start: int, lifetime: str) -> None:
    """A V4 URL works from 15 minutes before its start until its last second."""
    path = presign_v4(wire, "GET", "k", NOW + start, lifetime, {"x": "a b+c"})
    assert wire.send("GET", path, {}).status == 200


@pytest.mark.parametrize(
    ("start", "lifetime", "status", "code", "ec"),
    [
        (0, "", 400, "InvalidArgument", "0002-00000215"),
        (0, "0", 400, "InvalidArgument", "0002-00000232"),
        (0, "604801", 400, "InvalidArgument", "0002-00000232"),
        (0, "-1", 400, "InvalidArgument", "0002-00000232"),
        (0, "soon", 400, "InvalidArgument", "0002-00000232"),
        (901, "60", 403, "AccessDenied", "0002-00000235"),
        (-61, "60", 403, "AccessDenied", None),
    ],
)
def test_refused_v4_lifetimes(
    wire: Wire, start: int, lifetime: str, status: int, code: str, ec: str | None
) -> None:
    """A V4 URL outside its time is refused."""
    path = presign_v4(wire, "GET", "k", NOW + start, lifetime)
    expect(wire.send("GET", path, {}), status, code, ec)


@pytest.mark.parametrize(
    ("old", "new", "code", "ec"),
    [
        ("OSS4-HMAC-SHA256", "OSS9", "InvalidArgument", "0002-00000066"),
        ("OSS4-HMAC-SHA256", "OSS2", "InvalidArgument", None),
        (DAY, "2023111", "InvalidArgument", "0002-00000223"),
        (DAY, "20231113", "InvalidArgument", "0002-00000223"),
        ("aliyun_v4", "aliyun_v5", "InvalidArgument", "0002-00000213"),
        ("cn-hangzhou", "cn-beijing", "InvalidArgument", "0002-00000226"),
        ("owner", "nobody", "InvalidAccessKeyId", "0002-00000902"),
        ("oss-signature=", "oss-signature=0", "SignatureDoesNotMatch", "0002-00000040"),
    ],
)
def test_refused_v4_urls(
    wire: Wire, old: str, new: str, code: str, ec: str | None
) -> None:
    """Each thing that is wrong with a V4 URL has its own answer."""
    path = presign_v4(wire, "GET", "k", NOW, "60").replace(old, new, 1)
    status = 400 if code == "InvalidArgument" else 403
    expect(wire.send("GET", path, {}), status, code, ec)


@pytest.mark.parametrize("acl", ["private", "public-read", "public-read-write"])
@pytest.mark.parametrize("object_acl", ["default", "private", "public-read"])
def test_anonymous_reads(wire: Wire, acl: str, object_acl: str) -> None:
    """An object's own rule beats the bucket's; default falls back to it."""
    wire.server.create_bucket(BUCKET, acl)
    wire.server.put_object(BUCKET, "k", b"data", acl=object_acl)
    reply = wire.send("GET", f"/{BUCKET}/k", {})
    rule = acl if object_acl == "default" else object_acl
    if rule == "private":
        expect(reply, 403, "AccessDenied", "0003-00000001")
        message = "You have no right to access this object because of bucket acl."
        assert reply.text("Message") == message
    else:
        assert (reply.status, reply.body) == (200, b"data")


@pytest.mark.parametrize("acl", ["private", "public-read", "public-read-write"])
def test_anonymous_writes(wire: Wire, acl: str) -> None:
    """Only public-read-write lets strangers write and delete."""
    wire.server.create_bucket(BUCKET, acl)
    put = wire.send("PUT", f"/{BUCKET}/new", {"Content-Length": "1"}, b"x")
    delete = wire.send("DELETE", f"/{BUCKET}/k", {})
    allowed = acl == "public-read-write"
    assert (put.status, delete.status) == ((200, 204) if allowed else (403, 403))


@pytest.mark.parametrize(
    ("method", "path", "message"),
    [
        ("GET", "/", "Anonymous access is forbidden for this operation."),
        (
            "GET",
            f"/{BUCKET}/",
            "Anonymous user has no right to access this bucket.",
        ),
        (
            "GET",
            f"/{BUCKET}/?acl",
            "Anonymous user has no right to access this bucket.",
        ),
        ("PUT", "/newbucket/", "Anonymous access is forbidden for this operation."),
    ],
)
def test_anonymous_elsewhere(wire: Wire, method: str, path: str, message: str) -> None:
    """Strangers see neither the service nor a private bucket."""
    reply = wire.send(method, path, {"Content-Length": "0"})
    assert (reply.status, reply.code) == (403, "AccessDenied")
    assert reply.text("Message") == message


def test_anonymous_listing(wire: Wire) -> None:
    """A public bucket may be listed, its settings stay closed."""
    wire.server.create_bucket(BUCKET, "public-read")
    assert wire.send("GET", f"/{BUCKET}/", {}).texts("Contents/Key") == ["k"]
    assert wire.send("GET", f"/{BUCKET}/?acl", {}).status == 403


def test_anonymous_overrides(wire: Wire) -> None:
    """Strangers may not choose response headers."""
    wire.server.create_bucket(BUCKET, "public-read")
    reply = wire.send("GET", f"/{BUCKET}/k?response-expires=x", {})
    expect(reply, 400, "InvalidRequest")


def test_other_account(server: ossc.mock.Server) -> None:
    """Another account's key is a stranger here, and its buckets are its own."""
    other = Wire(server, key_id="other", secret="other-secret", now=NOW)
    assert other("GET", "k").status == 403
    reply = other("GET")
    assert reply.text("Message") == "You have no right to access this bucket."
    taken = other("PUT")
    expect(taken, 409, "BucketAlreadyExists", "0015-00000104")
    assert other("PUT", bucket="otherbucket").status == 200
    assert other("GET", bucket=None).texts("Buckets/Bucket/Name") == ["otherbucket"]


def test_wrong_region(server: ossc.mock.Server, wire: Wire) -> None:
    """A request by way of another region's endpoint is told the right one."""
    headers = {"Host": f"{BUCKET}.oss-cn-beijing.aliyuncs.com"}
    head = signed_head(wire, "GET", "k", headers, path="/k")
    reply = split_replies(raw(server, head))[0]
    expect(reply, 403, "AccessDenied")
    assert reply.text("Bucket") == BUCKET
    assert reply.text("Endpoint") == "oss-cn-hangzhou.aliyuncs.com"
    assert reply.text("HostId") == headers["Host"]


def test_request_ids(wire: Wire) -> None:
    """Every answer has a fresh id, also in its error document."""
    replies = [wire("GET", "missing") for _ in range(3)]
    ids = {reply.headers["x-oss-request-id"] for reply in replies}
    assert len(ids) == 3
    assert all(re.fullmatch("[0-9A-F]{24}", text) for text in ids)
    assert {reply.text("RequestId") for reply in replies} == ids
    assert all(reply.headers["server"] == "AliyunOSS" for reply in replies)
    assert all(reply.headers["x-oss-server-time"].isdigit() for reply in replies)


def test_quoted_key_in_path(wire: Wire) -> None:
    """A presigned URL works with its slashes encoded or not."""
    wire.server.put_object(BUCKET, "a/b", b"x")
    path = presign_v4(wire, "GET", "a/b", NOW, "60")
    assert wire.send("GET", path, {}).status == 200
    encoded = path.replace("a/b", quote("a/b", safe=""))
    assert wire.send("GET", encoded, {}).status == 200

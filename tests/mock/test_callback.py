"""Upload callbacks: refusals, expansion, signature, and what is relayed."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import ssl
import struct
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import MD5
from cryptography.hazmat.primitives.serialization import load_pem_public_key

import ossc.mock
from ossc.mock._crc64 import crc64_table

from .application import GOOD, Application, answer
from .wire import BUCKET, Reply, Wire, presign_v1, presign_v4

if TYPE_CHECKING:
    from collections.abc import Iterator

BASE = {"callbackUrl": "http://127.0.0.1:1/", "callbackBody": "x"}
URL_MESSAGE = "The callback url configuration is invalid."


def b64(value: object) -> str:
    """A document as callbacks carry it."""
    text = value if isinstance(value, str) else json.dumps(value)
    return base64.b64encode(text.encode()).decode()


@pytest.fixture
def application() -> Iterator[Application]:
    """An application that answers well."""
    with Application() as running:
        yield running


def put(wire: Wire, callback: object, variables: object = None) -> Reply:
    """Put an object with a callback."""
    headers = {"x-oss-callback": b64(callback)}
    if variables is not None:
        headers["x-oss-callback-var"] = b64(variables)
    return wire("PUT", "k", headers=headers, body=b"data!")


def many(count: int) -> str:
    """That many URLs."""
    return ";".join(f"http://127.0.0.1:{n + 1}/" for n in range(count))


CHECKS: list[tuple[object, str, str | None]] = [
    ("[1]", "The callback configuration is not json format.", "0007-00000003"),
    ("{", "The callback configuration is not json format.", "0007-00000003"),
    ({"callbackBody": "x"}, URL_MESSAGE, "0007-00000004"),
    ({**BASE, "callbackUrl": ""}, URL_MESSAGE, "0007-00000004"),
    ({**BASE, "callbackUrl": ";"}, URL_MESSAGE, "0007-00000004"),
    ({**BASE, "callbackUrl": 1}, URL_MESSAGE, "0007-00000004"),
    ({**BASE, "callbackUrl": "http://h:port/"}, URL_MESSAGE, "0007-00000004"),
    ({**BASE, "callbackUrl": "http://h:99999/"}, URL_MESSAGE, "0007-00000004"),
    ({**BASE, "callbackUrl": "ftp://h/"}, URL_MESSAGE, "0007-00000004"),
    ({**BASE, "callbackUrl": "http:///x"}, URL_MESSAGE, "0007-00000004"),
    ({**BASE, "callbackUrl": "http://h/é"}, URL_MESSAGE, "0007-00000004"),
    ({**BASE, "callbackUrl": "http://[::1]/"}, URL_MESSAGE, "0007-00000004"),
    (
        {**BASE, "callbackUrl": many(6)},
        "The number of callback url exceed max value.",
        "0007-00000005",
    ),
    (
        {**BASE, "callbackHost": 1},
        "The callback host configuration is invalid.",
        None,
    ),
    (
        {"callbackUrl": "http://h/"},
        "The callback body is empty.",
        "0007-00000011",
    ),
    ({**BASE, "callbackBody": ""}, "The callback body is empty.", "0007-00000011"),
    ({**BASE, "callbackBody": 1}, "The callback body is invalid.", None),
    ({**BASE, "callbackBody": "a=${"}, "The callback body is invalid.", None),
    ({**BASE, "callbackBody": "a=${size"}, "The callback body is invalid.", None),
    ({**BASE, "callbackBody": "a=${}"}, "The callback body is invalid.", None),
    (
        {**BASE, "callbackBodyType": 1},
        "The callback body type configuration is invalid.",
        "0007-00000012",
    ),
    (
        {**BASE, "callbackBodyType": "text/plain"},
        "The body type of callback is not supported.",
        None,
    ),
    ({**BASE, "callbackSNI": "true"}, "The callback sni is invalid.", None),
    (
        {**BASE, "additionalHeaders": {"x-oss-a": "b"}},
        "The additional headers are invalid.",
        "0007-00000026",
    ),
    (
        {**BASE, "additionalHeaders": {"a": 1}},
        "The additional headers are invalid.",
        "0007-00000026",
    ),
    (
        {**BASE, "additionalHeaders": {"a\r\nb": "c"}},
        "The additional headers are invalid.",
        "0007-00000026",
    ),
    (
        {**BASE, "additionalHeaders": ["a"]},
        "The additional headers are invalid.",
        "0007-00000026",
    ),
]


def refused(wire: Wire, reply: Reply, name: str) -> None:
    """Check what all refusals have in common."""
    assert (reply.status, reply.code) == (400, "InvalidArgument")
    assert reply.text("ArgumentName") == name
    with pytest.raises(KeyError):
        wire.server.get_object(BUCKET, "k")


@pytest.mark.parametrize(("callback", "message", "ec"), CHECKS)
def test_refused(wire: Wire, callback: object, message: str, ec: str | None) -> None:
    """Each row of the table has its text, and stores nothing."""
    reply = put(wire, callback)
    refused(wire, reply, "callback")
    assert reply.text("Message") == message
    assert reply.text("EC") == ec
    text = callback if isinstance(callback, str) else json.dumps(callback)
    assert reply.text("ArgumentValue") == text


def test_not_base64(wire: Wire) -> None:
    """What is not base64 is shown as it came."""
    for value in ("{}", "YQ", "e3=="[:3]):
        reply = wire("PUT", "k", headers={"x-oss-callback": value}, body=b"x")
        refused(wire, reply, "callback")
        assert reply.text("EC") == "0007-00000002"
        assert reply.text("ArgumentValue") == value


def test_inner_quotes_not_escaped(wire: Wire) -> None:
    """The classic mistake with JSON templates is told as bad JSON."""
    text = '{"callbackUrl":"http://h/","callbackBody":"{"size":${size}}"}'
    reply = put(wire, text)
    assert reply.text("EC") == "0007-00000003"


def test_too_long(wire: Wire) -> None:
    """Both values have at most 5 KB."""
    reply = put(wire, {**BASE, "callbackBody": "x" * 5000})
    refused(wire, reply, "callback")
    assert reply.text("Message") == "The length of callback exceed max value."
    reply = put(wire, BASE, {"x:a": "x" * 5000})
    refused(wire, reply, "callback-var")
    assert reply.text("EC") == "0007-00000101"
    message = "The length of callback var exceed max value."
    assert reply.text("Message") == message


@pytest.mark.parametrize(
    "variables",
    ["nonsense", "[]", {"x:a": 1}, {"a": "b"}, {"x:A": "b"}, {"x:a": {"b": "c"}}],
)
def test_bad_variables(wire: Wire, variables: object) -> None:
    """Variables are a flat map of strings with lower-case names."""
    reply = put(wire, BASE, variables)
    refused(wire, reply, "callback-var")
    assert reply.text("Message") == "The callback var is not expecten json."
    assert reply.text("EC") == "0007-00000103"


@pytest.mark.parametrize("suffix", ["", "-var"])
def test_both_places(wire: Wire, suffix: str) -> None:
    """Header and query exclude each other."""
    value = b64(BASE)
    headers = {f"x-oss-callback{suffix}": value}
    reply = wire("PUT", "k", query={f"callback{suffix}": value}, headers=headers)
    refused(wire, reply, f"callback{suffix}")
    message = (
        f"Either the callback{suffix} query string parameter or the "
        f"x-oss-callback{suffix} header should be specified, not both."
    )
    assert reply.text("Message") == message
    assert reply.text("EC") == (None if suffix else "0007-00000027")


def verify(server: ossc.mock.Server, application: Application) -> None:
    """Check the signature of the last callback with the server's public key."""
    seen = application.received[-1]
    path, mark, query = seen.target.partition("?")
    text = path + mark + query + "\n" + seen.body.decode()
    public = load_pem_public_key(server.callback_public_key_pem.encode())
    assert isinstance(public, rsa.RSAPublicKey)
    signature = base64.b64decode(seen.headers["authorization"])
    public.verify(signature, text.encode(), padding.PKCS1v15(), MD5())


def test_success(wire: Wire, application: Application) -> None:
    """The application's answer replaces the upload's body."""
    callback = {
        "callbackUrl": application.url + "?id=1&index=2",
        "callbackHost": "your.callback.com",
        "callbackBody": "b=${bucket}&o=${object}&e=${etag}&s=${size}&m=${mimeType}"
        "&c=${crc64}&d=${contentMd5}&v=${vpcId}&i=${clientIp}&r=${reqId}"
        "&p=${operation}&u=${x:uid}&n=${x:none}&q=${nonsense}&h=${imageInfo.height}",
    }
    headers = {
        "x-oss-callback": b64(callback),
        "x-oss-callback-var": b64({"x:uid": "值 &="}),
        "Content-Type": "text/plain",
    }
    reply = wire("PUT", "dir/a b", headers=headers, body=b"data!")
    assert (reply.status, reply.body) == (200, b'{"Status":"OK"}')
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["content-length"] == "15"
    (seen,) = application.received
    etag = hashlib.md5(b"data!").hexdigest().upper()
    assert reply.headers["etag"] == f'"{etag}"'
    identity = reply.headers["x-oss-request-id"]
    md5 = base64.b64encode(bytes.fromhex(etag)).decode()
    assert reply.headers["content-md5"] == md5
    escaped = md5.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
    assert seen.body.decode() == (
        f"b={BUCKET}&o=dir%2Fa%20b&e={etag}&s=5&m=text%2Fplain"
        f"&c={crc64_table(b'data!')}&d={escaped}&v=&i=127.0.0.1&r={identity}"
        "&p=PutObject&u=%E5%80%BC%20%26%3D&n=&q=&h="
    )
    assert seen.target == "/cb?id=1&index=2"
    assert seen.headers["host"] == "your.callback.com"
    assert seen.headers["content-type"] == "application/x-www-form-urlencoded"
    digest = base64.b64encode(hashlib.md5(seen.body).digest()).decode()
    assert seen.headers["content-md5"] == digest
    assert seen.headers["user-agent"] == "aliyun-oss-callback"
    assert seen.headers["x-oss-bucket"] == BUCKET
    assert seen.headers["x-oss-request-id"] == identity
    assert seen.headers["x-oss-tag"] == "CALLBACK"
    assert seen.headers["x-oss-signature-version"] == "1.0"
    key_url = base64.b64decode(seen.headers["x-oss-pub-key-url"]).decode()
    assert key_url == wire.server.callback_key_url
    verify(wire.server, application)


def test_key_is_served(server: ossc.mock.Server, wire: Wire) -> None:
    """The public key can be fetched where the callback says."""
    path = server.callback_key_url.removeprefix(server.endpoint)
    reply = wire.send("GET", path, {})
    assert reply.body.decode() == server.callback_public_key_pem
    assert server.requests[-1].operation == "GetCallbackPublicKey"


def test_json_body(wire: Wire, application: Application) -> None:
    """In a JSON body, numbers are bare, text is quoted and nothing is null."""
    template = (
        '{"s":${size},"c":${crc64},"o":${object},"v":${x:v},"n":${x:n},'
        '"w":${imageInfo.width},"p":${vpcId}}'
    )
    callback = {
        "callbackUrl": application.url,
        "callbackBody": template,
        "callbackBodyType": "application/json",
    }
    reply = put(wire, callback, {"x:v": '"é"'})
    assert reply.status == 200
    (seen,) = application.received
    assert seen.headers["content-type"] == "application/json"
    assert json.loads(seen.body) == {
        "s": 5,
        "c": crc64_table(b"data!"),
        "o": "k",
        "v": '"é"',
        "n": None,
        "w": None,
        "p": None,
    }


PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480)
GIF = b"GIF89a" + struct.pack("<HH", 640, 480)
BMP = b"BM" + bytes(16) + struct.pack("<ii", 640, -480)
JPEG = (
    b"\xff\xd8"
    b"\xff\xe0"
    + struct.pack(">H", 4)
    + b"xx"
    + b"\xff\xc2"
    + struct.pack(">HBHH", 11, 8, 480, 640)
)


@pytest.mark.parametrize(
    ("data", "kind"), [(PNG, "png"), (GIF, "gif"), (BMP, "bmp"), (JPEG, "jpg")]
)
def test_images(wire: Wire, application: Application, data: bytes, kind: str) -> None:
    """An image's size and format are told; a broken image is a failure."""
    names = ("format", "width", "height")
    template = "/".join(f"${{imageInfo.{name}}}" for name in names)
    callback = {"callbackUrl": application.url, "callbackBody": template}
    headers = {"x-oss-callback": b64(callback)}
    assert wire("PUT", "k", headers=headers, body=data).status == 200
    assert application.received[-1].body.decode() == f"{kind}/640/480"
    broken = wire("PUT", "k", headers=headers, body=data[:-2])
    assert (broken.status, broken.code) == (203, "CallbackFailed")
    assert broken.text("Message") == "Get image info failed."


@pytest.mark.parametrize("presign", [presign_v1, presign_v4])
def test_presigned(wire: Wire, application: Application, presign: Any) -> None:
    """A presigned URL carries the callback in its query."""
    import time

    callback = {"callbackUrl": application.url, "callbackBody": "u=${x:uid}"}
    query = {"callback": b64(callback), "callback-var": b64({"x:uid": "7"})}
    now = int(time.time())
    extra = (now + 60, query) if presign is presign_v1 else (now, "60", query)
    path = presign(wire, "PUT", "k", *extra)
    reply = wire.send("PUT", path, {"Content-Length": "1"}, b"x")
    assert (reply.status, reply.body) == (200, b'{"Status":"OK"}')
    assert application.received[-1].body == b"u=7"


def test_completion(wire: Wire, application: Application) -> None:
    """Completing an upload calls back; its parts and its start do not."""
    callback = {
        "callbackUrl": application.url,
        "callbackBody": "${operation} ${size} ${contentMd5}",
    }
    headers = {"x-oss-callback": b64(callback)}
    started = wire("POST", "k", query={"uploads": ""}, headers=headers)
    query = {"uploadId": started.text("UploadId") or ""}
    asked = {**query, "partNumber": "1"}
    wire("PUT", "k", query=asked, headers=headers, body=b"data")
    wire("POST", "log", query={"append": "", "position": "0"}, headers=headers)
    assert application.received == []
    bad = {"x-oss-callback": "?", "x-oss-complete-all": "yes"}
    assert wire("POST", "k", query=query, headers=bad).status == 400
    headers["x-oss-complete-all"] = "yes"
    reply = wire("POST", "k", query=query, headers=headers)
    assert (reply.status, reply.body) == (200, b'{"Status":"OK"}')
    assert reply.headers["content-type"] == "application/json"
    assert application.received[-1].body == b"CompleteMultipartUpload 4 "


def test_failed_upload_calls_nobody(wire: Wire, application: Application) -> None:
    """An upload that fails makes no callback."""
    callback = {"callbackUrl": application.url, "callbackBody": "x"}
    headers = {"x-oss-callback": b64(callback), "x-oss-hash-crc64ecma": "1"}
    assert wire("PUT", "k", headers=headers, body=b"x").status == 400
    assert application.received == []


STATUS = "0007-00000203"
NO_CONNECTION = (
    "Error status : -1.OSS can not connect to your callbackUrl, please check it."
)
NOT_JSON = "Response body is not valid json format."
FAILURES = [
    (answer(b"{}", status=301), "Error status : 301.", STATUS),
    (answer(b"{}", status=201), "Error status : 201.", STATUS),
    (answer(b"{}", status=502), "Error status : 502.", STATUS),
    (answer(b"OK"), NOT_JSON, "0007-00000205"),
    (answer(b""), NOT_JSON, "0007-00000205"),
    (answer(b"\xef\xbb\xbf{}"), NOT_JSON, "0007-00000205"),
    (answer(b"\xff"), NOT_JSON, "0007-00000205"),
    (answer(b"[" * 100000), NOT_JSON, "0007-00000205"),
    (answer(b"<a>", "application/xml"), NOT_JSON, "0007-00000205"),
    (
        b"HTTP/1.1 200 OK\r\n\r\n{}",
        "Error Status : 400.User server missing content-length.",
        None,
    ),
    (
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n{}",
        "Error Status : 400.User server return invalid conent-length value.",
        None,
    ),
    (
        b"HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n{}",
        "Error Status : 400.User server return too long content-length value.",
        None,
    ),
    (
        b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n{}",
        "Error Status : 400.User server return too long content-length value.",
        None,
    ),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", NO_CONNECTION, STATUS),
    (b"SSH-2.0-x\r\n\r\n", NO_CONNECTION, STATUS),
    (b"", NO_CONNECTION, STATUS),
]


@pytest.mark.parametrize(("raw_answer", "message", "ec"), FAILURES)
def test_failures(
    wire: Wire,
    application: Application,
    raw_answer: bytes,
    message: str,
    ec: str | None,
) -> None:
    """A failed callback is 203 with its cause, and the object is stored."""
    application.reply = raw_answer
    reply = put(wire, {"callbackUrl": application.url, "callbackBody": "x"})
    assert (reply.status, reply.code) == (203, "CallbackFailed")
    assert reply.text("Message") == message
    assert reply.text("EC") == ec
    assert reply.headers["content-type"] == "application/xml"
    etag = hashlib.md5(b"data!").hexdigest().upper()
    assert reply.headers["etag"] == f'"{etag}"'
    assert reply.headers["x-oss-hash-crc64ecma"] == str(crc64_table(b"data!"))
    assert wire.server.get_object(BUCKET, "k") == b"data!"


def test_refused_connection(wire: Wire) -> None:
    """A port where nobody listens is a failed callback."""
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    callback = {"callbackUrl": f"http://127.0.0.1:{port}/", "callbackBody": "x"}
    reply = put(wire, callback)
    assert (reply.status, reply.text("Message")) == (203, NO_CONNECTION)


def test_time_limit() -> None:
    """Silence ends at the server's limit."""
    with (
        ossc.mock.serve(buckets=[BUCKET], callback_timeout=0.2) as server,
        Application(None) as silent,
    ):
        callback = {"callbackUrl": silent.url, "callbackBody": "x"}
        reply = put(Wire(server), callback)
    assert (reply.status, reply.text("Message")) == (203, "Cost too long time.")
    assert reply.text("EC") == "0007-00000202"


def test_several_urls(wire: Wire, application: Application) -> None:
    """URLs are tried in order until one answers well."""
    with Application(answer(b"{}", status=500)) as bad:
        urls = f"127.0.0.1:{bad.port};;{application.url};http://127.0.0.1:1/;"
        reply = put(wire, {"callbackUrl": urls, "callbackBody": "x"})
        assert (reply.status, reply.body) == (200, b'{"Status":"OK"}')
        assert bad.received[0].target == "/"
        application.reply = answer(b"{}", status=404)
        urls = f"{bad.url};{application.url}"
        reply = put(wire, {"callbackUrl": urls, "callbackBody": "x"})
    assert reply.text("Message") == "Error status : 404."


def test_xml_answer(wire: Wire, application: Application) -> None:
    """An XML answer is relayed as well."""
    application.reply = answer(b"<ok/>", "application/xml")
    reply = put(wire, {"callbackUrl": application.url, "callbackBody": "x"})
    assert (reply.status, reply.body) == (200, b"<ok/>")
    assert reply.headers["content-type"] == "application/xml"


@pytest.mark.parametrize("sni", [False, True])
def test_https(wire: Wire, *, sni: bool) -> None:
    """Callbacks go over TLS, with the server's name if asked for."""
    names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    context.sni_callback = lambda _sock, name, _context: names.append(name)
    with Application(GOOD, context) as secure:
        callback = {
            "callbackUrl": f"https://localhost:{secure.port}/cb",
            "callbackBody": "x",
            "callbackSNI": sni,
            "additionalHeaders": {"A": "b"},
        }
        assert put(wire, callback).status == 200
        seen = secure.received[-1]
    assert names == (["localhost"] if sni else [None])
    assert seen.headers["host"] == f"localhost:{secure.port}"
    assert seen.headers["a"] == "b"
    assert seen.headers["x-oss-additional-headers"] == "A"

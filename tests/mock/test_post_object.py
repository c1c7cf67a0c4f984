"""PostObject of the mock server: its rules, by forms written out by hand."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from .wire import BUCKET, Reply

if TYPE_CHECKING:
    import ossc.mock

DATA = b"The quick brown fox"
BOUNDARY = "----------9431149156168"
PREAMBLE = f"multipart/form-data; boundary={BOUNDARY}"
Pair = tuple[str, str]


def field(name: str, value: str) -> bytes:
    """One field of a form."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
    return f"{head}{value}\r\n".encode()


def file(
    data: bytes = DATA, name: str = "file", filename: str = "a.txt", kind: str = "a/b"
) -> bytes:
    """The file of a form."""
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; '
        f'filename="{filename}"\r\nContent-Type: {kind}\r\n\r\n'
    )
    return head.encode() + data + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()


def post(
    server: ossc.mock.Server,
    body: bytes,
    bucket: str = BUCKET,
    content_type: str | None = PREAMBLE,
    query: str = "",
    **headers: str,
) -> Reply:
    """Send a form as it is."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if content_type is not None:
        sent["Content-Type"] = content_type
    try:
        connection.request("POST", f"/{bucket}/{query}", body=body, headers=sent)
        response = connection.getresponse()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, names, response.read())
    finally:
        connection.close()


def signed(
    server: ossc.mock.Server, policy: Any, secret: str | None = None
) -> list[Pair]:
    """The fields of a V1 form for a policy."""
    raw = policy if isinstance(policy, bytes) else json.dumps(policy).encode()
    text = base64.b64encode(raw).decode()
    key = (secret or server.access_key_secret).encode()
    mac = hmac.new(key, text.encode(), hashlib.sha1).digest()
    return [
        ("OSSAccessKeyId", server.access_key_id),
        ("policy", text),
        ("Signature", base64.b64encode(mac).decode()),
    ]


def policy(*conditions: Any, life: float = 600) -> dict[str, Any]:
    """A policy document that is good for a while."""
    moment = time.gmtime(time.time() + life)
    text = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", moment)
    return {"expiration": text, "conditions": list(conditions)}


def form(pairs: list[Pair], *files: bytes) -> bytes:
    """A whole form."""
    return b"".join(field(*pair) for pair in pairs) + b"".join(files) + END


def test_an_anonymous_form(server: ossc.mock.Server) -> None:
    """Is taken by a bucket that anybody may write to, and by no other."""
    body = form([("key", "k")], file())
    refused = post(server, body)
    assert (refused.status, refused.code) == (403, "AccessDenied")
    server.create_bucket("open-bucket", "public-read-write")
    assert post(server, body, "open-bucket").status == 204
    assert server.get_object("open-bucket", "k") == DATA
    server.create_bucket("read-bucket", "public-read")
    assert post(server, body, "read-bucket").status == 403


def test_no_such_bucket(server: ossc.mock.Server) -> None:
    """Is told like elsewhere."""
    assert post(server, form([("key", "k")], file()), "nowhere").code == "NoSuchBucket"


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (None, "RequestIsNotMultiPartContent"),
        ("text/plain", "RequestIsNotMultiPartContent"),
        ("multipart/mixed; boundary=x", "RequestIsNotMultiPartContent"),
        ("multipart/form-data", "MalformedPOSTRequest"),
        ("multipart/form-data; boundary=", "MalformedPOSTRequest"),
        ('multipart/form-data; boundary=""', "MalformedPOSTRequest"),
        ("multipart/form-data; boundary=" + "b" * 300, "MalformedPOSTRequest"),
        ("multipart/form-data; boundary=another", "MalformedPOSTRequest"),
    ],
)
def test_types(server: ossc.mock.Server, kind: str | None, code: str) -> None:
    """A form is multipart/form-data with a boundary that it uses."""
    reply = post(server, form([("key", "k")], file()), content_type=kind)
    assert (reply.status, reply.code) == (400, code)


@pytest.mark.parametrize(
    "kind",
    [
        f'Multipart/Form-Data; charset=utf-8; Boundary="{BOUNDARY}"',
        f"multipart/form-data;boundary={BOUNDARY} ",
    ],
)
def test_types_written_otherwise(server: ossc.mock.Server, kind: str) -> None:
    """Quotes, case and further parameters are no matter."""
    server.create_bucket("open-bucket", "public-read-write")
    body = b"preamble\r\n" + form([("key", "k")], file()) + b"epilogue"
    assert post(server, body, "open-bucket", kind).status == 204
    assert server.get_object("open-bucket", "k") == DATA


def test_names_are_read_in_any_case(server: ossc.mock.Server) -> None:
    """Values are not; of a repeated field the first counts, also for the policy."""
    pairs = signed(server, policy({"BUCKET": BUCKET}, ["eq", "$Key", "K"]))
    fields = [(name.upper(), value) for name, value in [("key", "K"), *pairs]]
    body = form([*fields, ("key", "other")], file(name="FILE"))
    assert post(server, body).status == 204
    assert server.get_object(BUCKET, "K") == DATA
    wrong = [("key", "k"), *signed(server, policy(["eq", "$key", "K"]))]
    assert post(server, form(wrong, file())).code == "AccessDenied"
    first = [("key", "other"), ("key", "K"), *pairs]
    assert post(server, form(first, file())).code == "AccessDenied"


def test_signatures_elsewhere_are_ignored(server: ossc.mock.Server) -> None:
    """Of headers and query nothing counts; the ACL's header does, but less."""
    pairs = [("key", "k"), *signed(server, policy())]
    reply = post(
        server,
        form(pairs, file()),
        query="?Signature=x&Expires=1",
        Authorization="OSS nobody:nothing",
        x_oss_object_acl="public-read",
    )
    assert reply.status == 204
    anonymous = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    anonymous.request("GET", f"/{BUCKET}/k")
    assert anonymous.getresponse().status == 200
    anonymous.close()
    both = [*pairs, ("x-oss-object-acl", "private")]
    reply = post(server, form(both, file()), x_oss_object_acl="public-read")
    assert reply.status == 204
    anonymous.request("GET", f"/{BUCKET}/k")
    assert anonymous.getresponse().status == 403
    anonymous.close()


def test_what_is_behind_the_file_is_ignored(server: ossc.mock.Server) -> None:
    """Fields there are none; a second file is one too many, as none is too few."""
    pairs = [("key", "k"), *signed(server, policy(["eq", "$x-oss-meta-a", ""]))]
    late = b"".join(field(*pair) for pair in pairs)
    code = "IncorrectNumberOfFilesInPOSTRequest"
    assert post(server, form(pairs)).code == code
    assert post(server, file() + late + END).code == "InvalidArgument"
    pairs = [("key", "k"), *signed(server, policy())]
    body = form(pairs, file(), field("x-oss-meta-a", "1"))
    assert post(server, body).status == 204
    assert post(server, form(pairs, file(), file(b"other"))).code == code
    assert server.get_object(BUCKET, "k") == DATA


def test_required_fields(server: ossc.mock.Server) -> None:
    """A missing one is named."""
    pairs = dict([("key", "k"), *signed(server, policy())])
    for name in ("key", "policy", "OSSAccessKeyId", "Signature"):
        left = [pair for pair in pairs.items() if pair[0] != name]
        reply = post(server, form(left, file()))
        assert (reply.status, reply.code) == (400, "InvalidArgument")
        assert reply.text("ArgumentName") in (name, name.lower())
        assert "must contain the specified field name" in (reply.text("Message") or "")
    assert reply.text("EC") == "0002-00000703"


def test_keys_nobody_knows(server: ossc.mock.Server) -> None:
    """The codes are those of every other request."""
    pairs = dict(signed(server, policy()))
    pairs["OSSAccessKeyId"] = "nobody"
    body = form([("key", "k"), *pairs.items()], file())
    assert post(server, body).code == "InvalidAccessKeyId"
    other = signed(server, policy(), "another secret")
    reply = post(server, form([("key", "k"), *other], file()))
    assert (reply.status, reply.code) == (403, "SignatureDoesNotMatch")
    assert reply.text("StringToSign") == dict(other)["policy"]


LATE = b'{"expiration":"2099-01-01T00:00:00.000Z"'


@pytest.mark.parametrize(
    "document",
    [
        b"junk",
        b"[]",
        b"{}",
        b'{"conditions":[]}',
        b'{"expiration":"soon","conditions":[]}',
        b'{"expiration":7,"conditions":[]}',
        LATE + b"}",
        LATE + b',"conditions":{}}',
        LATE + b',"conditions":[7]}',
        LATE + b',"conditions":[["eq","$key"]]}',
        LATE + b',"conditions":[["eq","key","k"]]}',
        LATE + b',"conditions":[["is","$key","k"]]}',
        LATE + b',"conditions":[[[],"$key","k"]]}',
        LATE + b',"conditions":[["in","$key","k"]]}',
        LATE + b',"conditions":[["eq","$key",7]]}',
        LATE + b',"conditions":[{"key":7}]}',
        LATE + b',"conditions":[["content-length-range",2,1]]}',
        LATE + b',"conditions":[["content-length-range",-2,1]]}',
        b"[" * 100_000,
    ],
)
def test_bad_policies(server: ossc.mock.Server, document: bytes) -> None:
    """What is signed well may still be no policy."""
    pairs = [("key", "k"), *signed(server, document)]
    reply = post(server, form(pairs, file()))
    assert (reply.status, reply.code) == (400, "InvalidPolicyDocument")


def test_conditions(server: ossc.mock.Server) -> None:
    """All of them must hold; an escaped dollar is one."""
    rows: list[tuple[Any, int]] = [
        (["eq", "$key", "a$b"], 204),
        (["eq", "$key", "a\\$b"], 204),
        (["starts-with", "$key", "a\\$"], 204),
        (["starts-with", "$key", "b"], 403),
        (["starts-with", "$x-oss-meta-none", ""], 204),
        (["in", "$x-oss-meta-a", ["1", "2"]], 204),
        (["in", "$x-oss-meta-a", ["2"]], 403),
        (["not-in", "$x-oss-meta-a", ["2"]], 204),
        (["not-in", "$x-oss-meta-a", ["1"]], 403),
        (["eq", "$content-type", "a/b"], 204),
        ({"bucket": BUCKET}, 204),
        ({"bucket": "other"}, 403),
        (["content-length-range", len(DATA), len(DATA)], 204),
        (["content-length-range", "0", "9"], 400),
        (["content-length-range", len(DATA) + 1, 99], 400),
    ]
    for condition, status in rows:
        pairs = [
            ("key", "a$b"),
            ("x-oss-meta-a", "1"),
            *signed(server, policy(condition)),
        ]
        reply = post(server, form(pairs, file()))
        assert reply.status == status, condition
        if status == 403:
            assert "Policy Condition failed: [" in (reply.text("Message") or "")
    two = policy(["content-length-range", 0, 99], ["content-length-range", 0, 3])
    body = form([("key", "a$b"), *signed(server, two)], file())
    assert post(server, body).code == "EntityTooLarge"
    late = form([("key", "k"), *signed(server, policy(life=-1))], file())
    assert "Policy expired." in (post(server, late).text("Message") or "")


def test_types_of_the_object(server: ossc.mock.Server) -> None:
    """The field of its own wins, then the file's, then the common field."""
    server.create_bucket("open-bucket", "public-read-write")
    rows = [
        ([("x-oss-content-type", "a/1"), ("Content-Type", "a/2")], "a/3", "a/1"),
        ([("Content-Type", "a/2")], "a/3", "a/3"),
        ([("Content-Type", "a/2")], "", "a/2"),
        ([], "", "application/octet-stream"),
    ]
    for pairs, kind, expected in rows:
        body = form([("key", "k"), *pairs], file(kind=kind))
        assert post(server, body, "open-bucket").status == 204
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        connection.request("HEAD", "/open-bucket/k")
        assert connection.getresponse().getheader("content-type") == expected
        connection.close()


def test_refused_properties(server: ossc.mock.Server) -> None:
    """Fields are checked as headers are."""
    server.create_bucket("open-bucket", "public-read-write")
    rows = {
        ("x-oss-object-acl", "anybody"): "InvalidArgument",
        ("x-oss-storage-class", "Warm"): "InvalidArgument",
        ("x-oss-server-side-encryption", "ROT13"): "InvalidEncryptionAlgorithmError",
        ("x-oss-meta-a", "x\r\nSet-Cookie: y"): "InvalidArgument",
        ("Cache-Control", "\x00"): "InvalidArgument",
        ("callback", "?"): "InvalidArgument",
        ("key", "/k"): "InvalidObjectName",
        ("key", "k" * 1024): "InvalidObjectName",
    }
    for pair, code in rows.items():
        body = form([pair, ("key", "k")], file())
        assert post(server, body, "open-bucket").code == code, pair
    body = form([("key", "k"), ("x-oss-forbid-overwrite", "true")], file())
    assert post(server, body, "open-bucket").status == 204
    reply = post(server, body, "open-bucket")
    assert (reply.status, reply.code) == (409, "FileAlreadyExists")


@pytest.mark.parametrize(
    "redirect", ["javascript:alert(1)", "http://x/\r\nSet-Cookie: a=b", "ftp://x", "x"]
)
def test_redirects_to_nowhere(server: ossc.mock.Server, redirect: str) -> None:
    """What is no URL of http does not redirect, let alone write headers."""
    server.create_bucket("open-bucket", "public-read-write")
    body = form([("key", "k"), ("success_action_redirect", redirect)], file())
    reply = post(server, body, "open-bucket")
    assert reply.status == 204
    assert "set-cookie" not in reply.headers

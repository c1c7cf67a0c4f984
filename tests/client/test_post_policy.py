"""Upload forms: made by the client, filled in by browsers of several kinds."""

from __future__ import annotations

import base64
import io
import json
import pickle
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

import ossc
import ossc.mock
from ossc._dates import parse_iso
from ossc._post_form import policy_text, signed_fields
from ossc.callback import Callback
from tests.unit.vectors import case_id, cases

from .application import PlainApplication

BUCKET = "examplebucket"
CONTENT = b"The quick brown fox jumps over the lazy dog"
TOKEN = "temporary/token+with=signs&more"
POLICIES = cases("post_policy")


@pytest.fixture(params=["v1", "v4", "v1-sts", "v4-sts"])
def client(
    request: pytest.FixtureRequest, server: ossc.mock.Server
) -> Iterator[ossc.Client]:
    """A client for each signature, with a long-lived and with a temporary key."""
    signature, _, temporary = request.param.partition("-")
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    if temporary:
        server.add_sts("STS.id", "sts-secret", TOKEN)
        keys = ossc.Credentials("STS.id", "sts-secret", TOKEN)
    with ossc.Client(
        server.endpoint, region=server.region, credentials=keys, signature=signature
    ) as made:
        yield made


def submit(
    form: ossc.PostForm, file: Any = CONTENT, name: str = "fox.txt", **options: Any
) -> tuple[int, dict[str, str], bytes]:
    """Sends a form with urllib, which follows no redirect here."""
    body = form.encode(file, name, **options)
    request = urllib.request.Request(form.url, body, body.headers)
    opener = urllib.request.build_opener(_Still)
    try:
        with opener.open(request, timeout=10) as answer:
            return answer.status, _low(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, _low(error.headers), error.read()


def _low(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


class _Still(urllib.request.HTTPRedirectHandler):
    """Follows no redirect."""

    def redirect_request(self, *_args: Any) -> None:
        """No further request."""


@pytest.mark.parametrize("case", POLICIES, ids=case_id)
def test_published_policies(case: dict[str, Any]) -> None:
    """Signed here, they get the published fields."""
    fields = signed_fields(
        case["policy_text"],
        ossc.Credentials(**case["credentials"]),
        (case["region"], "oss"),
        case["sign_time"],
        v4=case["version"] == "v4",
    )
    assert fields == case["expect"]["form_fields"]


@pytest.mark.parametrize("case", POLICIES, ids=case_id)
def test_published_policies_are_written_alike(case: dict[str, Any]) -> None:
    """The JSON of the same conditions is the published one, byte for byte."""
    document = json.loads(case["policy_text"])
    seconds = parse_iso(document["expiration"]).timestamp()
    assert policy_text(int(seconds), document["conditions"]) == case["policy_text"]


def test_a_form(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """A file goes where the policy says, with what the policy says."""
    form = bucket.post_policy(
        key_prefix="user/eric/",
        size=(1, 100),
        success_action_status=201,
        fields={
            "x-oss-object-acl": "public-read",
            "x-oss-meta-author": "Zo\u00eb $ \\ \u4e2d",
            "Cache-Control": "no-cache",
            "x-oss-storage-class": "IA",
        },
        conditions=[["in", "$content-type", ["text/plain", "image/png"]]],
    )
    assert next(iter(form.fields)) == "key"
    status, headers, body = submit(form, content_type="text/plain")
    assert status == 201, body
    assert b"<Key>user/eric/fox.txt</Key>" in body
    assert b"<Bucket>examplebucket</Bucket>" in body
    location = f"{server.endpoint}/{BUCKET}/user/eric/fox.txt"
    assert headers["location"] == location
    assert location.encode() in body
    info = bucket.head_object("user/eric/fox.txt")
    assert headers["etag"] == f'"{info.etag}"'
    assert headers["x-oss-hash-crc64ecma"] == str(info.crc64)
    assert info.metadata == {"author": "Zo\u00eb $ \\ \u4e2d"}
    assert info.headers["cache-control"] == "no-cache"
    assert (info.content_type, info.storage_class) == ("text/plain", "IA")
    assert server.get_object(BUCKET, "user/eric/fox.txt") == CONTENT
    with urllib.request.urlopen(location, timeout=10) as public:
        assert public.read() == CONTENT


REFUSED: list[tuple[dict[str, Any], dict[str, Any], str, int]] = [
    ({"key": "k"}, {"fields": {"key": "other"}}, "AccessDenied", 403),
    ({"key": "k", "size": (1, 5)}, {}, "EntityTooLarge", 400),
    ({"key": "k", "size": (99, 100)}, {}, "EntityTooSmall", 400),
    ({"key_prefix": "a/"}, {"fields": {"key": "b/x"}}, "AccessDenied", 403),
    (
        {"key": "k", "fields": {"x-oss-meta-a": "1"}},
        {"fields": {"x-oss-meta-a": "2"}},
        "AccessDenied",
        403,
    ),
    (
        {"key": "k", "success_action_status": 201},
        {"fields": {"success_action_status": "200"}},
        "AccessDenied",
        403,
    ),
    (
        {"key": "k", "conditions": [["in", "$content-type", ["image/png"]]]},
        {},
        "AccessDenied",
        403,
    ),
    (
        {"key": "k", "conditions": [["not-in", "$Cache-Control", ["no-cache"]]]},
        {"fields": {"Cache-Control": "no-cache"}},
        "AccessDenied",
        403,
    ),
    (
        {"key": "k", "conditions": [["eq", "$x-oss-meta-b", "1"]]},
        {},
        "AccessDenied",
        403,
    ),
    (
        {"key": "k", "conditions": [{"x-oss-meta-b": "1"}]},
        {"fields": {"x-oss-meta-b": "11"}},
        "AccessDenied",
        403,
    ),
]


@pytest.mark.parametrize(("asked", "sent", "code", "status"), REFUSED)
def test_what_the_policy_does_not_allow(
    bucket: ossc.Bucket,
    asked: dict[str, Any],
    sent: dict[str, Any],
    code: str,
    status: int,
) -> None:
    """Is refused, and nothing is stored."""
    got, _, body = submit(bucket.post_policy(**asked), **sent)
    assert f"<Code>{code}</Code>".encode() in body
    assert got == status
    if code == "AccessDenied":
        assert b"Invalid according to Policy: Policy Condition failed: [" in body
    assert list(bucket.list_objects()) == []


def test_keys(bucket: ossc.Bucket) -> None:
    """One key, the file's name somewhere in it, or whatever is filled in."""
    assert submit(bucket.post_policy("dir/$a b+\u4e2d"))[0] == 204
    assert (
        submit(bucket.post_policy("in/${filename}.bak"), name="\u4e2d +.txt")[0] == 204
    )
    assert submit(bucket.post_policy(key_prefix=""), name="root")[0] == 204
    assert submit(bucket.post_policy(), fields={"key": "any"})[0] == 204
    assert submit(bucket.post_policy(key_prefix="$x/"), name="C:\\dir\\a.txt")[0] == 204
    assert {entry.key for entry in bucket.list_objects()} == {
        "dir/$a b+\u4e2d",
        "in/\u4e2d +.txt.bak",
        "root",
        "any",
        "$x/a.txt",
    }
    with pytest.raises(ossc.ParameterError, match="needs a field key"):
        bucket.post_policy().encode(b"")


def test_times(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """A form dies when its policy does."""
    form = bucket.post_policy("k", timedelta(minutes=1))
    server.faults.add(ossc.mock.faults.clock(120))
    status, _, body = submit(form)
    assert status == 403
    assert b"Invalid according to Policy: Policy expired." in body
    assert submit(form)[0] == 204
    for expires in (0, -1, timedelta(days=8)):
        with pytest.raises(ossc.ParameterError, match="7 days"):
            bucket.post_policy("k", expires)


def test_redirects(bucket: ossc.Bucket) -> None:
    """The browser is sent on, with what was stored."""
    to = "https://app.example.com/done?a=1"
    form = bucket.post_policy("dir/a b", success_action_redirect=to)
    status, headers, body = submit(form)
    assert (status, body) == (303, b"")
    etag = bucket.head_object("dir/a b").etag
    assert headers["location"] == (
        f"{to}&bucket=examplebucket&key=dir%2Fa%20b&etag=%22{etag}%22"
    )


@pytest.mark.parametrize(("asked", "status"), [(None, 204), (200, 200), (204, 204)])
def test_statuses(bucket: ossc.Bucket, asked: Any, status: int) -> None:
    """Without a body, unless 201 is asked for."""
    form = bucket.post_policy("k", success_action_status=asked)
    got, headers, body = submit(form)
    assert (got, body) == (status, b"")
    assert headers["etag"]
    assert headers["location"]


def test_callbacks(bucket: ossc.Bucket, client: ossc.Client) -> None:
    """The application is called, and its answer is the form's; nobody can drop it."""
    with PlainApplication() as app:
        callback = Callback(
            f"{app.url}/done",
            "k=${object}&op=${operation}&s=${size}&u=${x:uid}",
            variables={"x:uid": "1 $"},
        )
        form = bucket.post_policy(
            key_prefix="a/", callback=callback, success_action_status=201
        )
        status, headers, body = submit(form)
        assert (status, body) == (200, app.answer)
        assert headers["etag"]
        path, _, said = app.requests[0]
        assert (path, said) == (
            "/done",
            b"k=a%2Ffox.txt&op=PostObject&s=43&u=1%20%24",
        )
        app.status = 500
        assert submit(form)[0] == 203
        other = base64.b64encode(b'{"callbackUrl":"http://x","callbackBody":"y"}')
        for change in ({"callback": other.decode()}, {"x:uid": "2"}):
            assert submit(form, fields=change)[0] == 403
        assert len(app.requests) == 2


def test_files(bucket: ossc.Bucket, tmp_path: Path) -> None:
    """Bytes of any kind, open files from where they stand, and streams."""
    data = bytes(range(256)) * 2000
    path = tmp_path / "file"
    path.write_bytes(data)
    form = bucket.post_policy("k")
    with path.open("rb") as file:
        file.seek(100)
        assert submit(form, file)[0] == 204
    assert bucket.get_object("k").data == data[100:]
    for made in (bytearray(b"abc"), memoryview(b"abc"), io.BytesIO(b"abc")):
        assert submit(form, made)[0] == 204
        assert bucket.get_object("k").data == b"abc"
    stream = io.BufferedReader(_Unseekable(data))
    body = form.encode(stream)
    assert body.size is None
    assert body.headers == {"Content-Type": body.content_type}
    assert requests.post(form.url, data=body, headers=body.headers, timeout=9).ok
    assert bucket.get_object("k").data == data
    with pytest.raises(TypeError, match="not a str"):
        form.encode("text")  # type: ignore[arg-type]
    with path.open() as text, pytest.raises(TypeError, match="binary"):
        form.encode(text)  # type: ignore[arg-type]


class _Unseekable(io.RawIOBase):
    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._data.readinto(buffer)


def test_a_file_that_shrinks(bucket: ossc.Bucket) -> None:
    """The length was told before: an upload that would be cut is an error."""
    file = io.BytesIO(bytes(1000))
    body = bucket.post_policy("k").encode(file)
    file.truncate(10)
    with pytest.raises(ossc.LocalFileError, match="990 bytes before"):
        body.read()


def test_the_body_in_pieces(bucket: ossc.Bucket) -> None:
    """However it is read, it is the same, as long as it says, and over at its end."""
    form = bucket.post_policy("k")
    data = bytes(range(256)) * 1000
    whole = form.encode(data)
    text = whole.read()
    assert len(text) == whole.size == whole.len
    assert whole.read() == whole.read(5) == b""
    pieces = form.encode(data)
    joined = b""
    while piece := pieces.read(777):
        joined += piece
    boundary, other = (body.content_type.rpartition("=")[2] for body in (whole, pieces))
    assert joined.replace(other.encode(), boundary.encode()) == text
    assert b"".join(form.encode(data)).count(b"\r\n") == text.count(b"\r\n")


def test_requests_fills_it_in_itself(bucket: ossc.Bucket) -> None:
    """A client that knows nothing of us makes its own multipart/form-data."""
    form = bucket.post_policy(key_prefix="r/", success_action_status=200)
    file = {"file": ("a \u4e2d.txt", CONTENT, "text/css")}
    answer = requests.post(form.url, data=dict(form.fields), files=file, timeout=9)
    assert answer.status_code == 200, answer.text
    assert bucket.head_object("r/a \u4e2d.txt").content_type == "text/css"


def test_quoted_names(bucket: ossc.Bucket) -> None:
    """Quotes and ends of lines in names do not break out of their places."""
    form = bucket.post_policy("k")
    body = form.encode(b"x", 'a"\r\nX: y', fields={'x-oss-meta-"\r\n': "1"}).read()
    assert b'filename="a%22%0D%0AX: y"' in body
    assert b"\r\nX: y" not in body
    for name in ("text/plain\r\nX: y", 7):
        with pytest.raises((ossc.ParameterError, TypeError)):
            form.encode(b"", content_type=name)  # type: ignore[arg-type]


def test_secrets(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """A form's repr shows where it goes and for how long, not what it is signed with."""
    form = bucket.post_policy("k")
    shown = repr(form)
    assert form.url in shown
    for name in ("Signature", "x-oss-signature", "policy", "x-oss-security-token"):
        assert form.fields.get(name, "never there") not in shown
    for secret in (server.access_key_secret, "sts-secret"):
        assert secret not in str(dict(form.fields))
        assert base64.b64encode(secret.encode()).decode() not in str(form.fields)
    assert pickle.loads(pickle.dumps(form)) == form


def test_a_changed_signature(bucket: ossc.Bucket) -> None:
    """Is refused, as is another secret's."""
    form = bucket.post_policy("k")
    for name in form.fields.keys() & {"Signature", "x-oss-signature"}:
        status, _, body = submit(form, fields={name: form.fields[name].swapcase()})
        assert status == 403
        assert b"<Code>SignatureDoesNotMatch</Code>" in body
    policy = base64.b64decode(form.fields["policy"])
    wider = base64.b64encode(policy.replace(b'"k"', b'"j"')).decode()
    status, _, body = submit(form, fields={"policy": wider, "key": "j"})
    assert (status, b"SignatureDoesNotMatch" in body) == (403, True)


BAD: list[dict[str, Any]] = [
    {"key": ""},
    {"key": "/k"},
    {"key": "k", "key_prefix": "p"},
    {"key_prefix": "/p"},
    {"key": "k", "size": (2, 1)},
    {"key": "k", "size": (-1, 1)},
    {"key": "k", "size": (0, 6 * 1024**3)},
    {"key": "k", "success_action_status": 302},
    {"key": "k", "success_action_redirect": "javascript:alert(1)"},
    {"key": "k", "success_action_redirect": "http://x/\r\ny"},
    {"key": "k", "fields": {"policy": "x"}},
    {"key": "k", "fields": {"Signature": "x"}},
    {"key": "k", "fields": {"FILE": "x"}},
    {"key": "k", "fields": {"": "x"}},
    {"key": "k", "fields": {"a": "x", "A": "y"}},
    {"key": "k", "fields": {"a": "\ud800"}},
    {"key": "k", "conditions": ["eq"]},
    {"key": "k", "conditions": [["eq", "key", "x"]]},
    {"key": "k", "conditions": [["like", "$key", "x"]]},
    {"key": "k", "conditions": [["eq", "$key"]]},
    {"key": "k", "conditions": [["in", "$key", "x"]]},
    {"key": "k", "conditions": [["in", "$key", [1]]]},
    {"key": "k", "conditions": [{"a": "b", "c": "d"}]},
    {"key": "k", "conditions": [{}]},
    {"key": "k", "conditions": [7]},
    {"key": "k", "conditions": [["content-length-range", 2, 1]]},
    {"key": "k", "conditions": [["content-length-range", "0", 1]]},
]


@pytest.mark.parametrize("options", BAD, ids=str)
def test_bad_arguments(server: ossc.mock.Server, options: dict[str, Any]) -> None:
    """A policy that OSS would refuse, or that contradicts itself, is not signed."""
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    with ossc.Client(server.endpoint, region="cn-hangzhou", credentials=keys) as client:
        with pytest.raises(ossc.ParameterError):
            client.bucket(BUCKET).post_policy(**options)
        with pytest.raises(TypeError):
            client.bucket(BUCKET).post_policy("k", size=5)  # type: ignore[arg-type]


def test_anonymous_and_closed_clients() -> None:
    """Have nothing to sign with."""
    with ossc.Client("http://127.0.0.1:1", credentials=ossc.ANONYMOUS) as client:
        with pytest.raises(ossc.ParameterError, match="anonymous"):
            client.bucket(BUCKET).post_policy("k")
    with pytest.raises(ossc.ClientClosed):
        client.bucket(BUCKET).post_policy("k")


@pytest.mark.parametrize("addressing", ["virtual", "path", "cname"])
def test_where_forms_go(client: ossc.Client, addressing: Any) -> None:
    """To the bucket, as the client addresses it."""
    with ossc.Client(
        "https://files.example.com:8443",
        region="cn-hangzhou",
        credentials=client._credentials,
        signature="v4" if client._signs_v4 else "v1",
        addressing=addressing,
        verify=False,
    ) as other:
        url = other.bucket(BUCKET).post_policy("k").url
    assert (
        url
        == {
            "virtual": "https://examplebucket.files.example.com:8443/",
            "path": "https://files.example.com:8443/examplebucket/",
            "cname": "https://files.example.com:8443/",
        }[addressing]
    )

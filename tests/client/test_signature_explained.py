"""What a refused signature says: the first line that the server signed otherwise."""

from __future__ import annotations

import base64
import pickle
from collections.abc import Callable, Iterator
from typing import Any
from xml.sax.saxutils import escape

import pytest

import ossc
import ossc.mock
from ossc._sdk._explain import explain
from tests.conftest import BUCKET, make_client

from .raw_server import RawServer, answer

CONTENT = b"data"
SECRET = "another-secret-than-the-servers"


@pytest.fixture(params=["v1", "v4"])
def stranger(
    request: pytest.FixtureRequest, server: ossc.mock.Server
) -> Iterator[ossc.Bucket]:
    """A bucket of a client with a wrong secret."""
    keys = ossc.Credentials(server.access_key_id, SECRET)
    with make_client(server, credentials=keys, signature=request.param) as client:
        yield client.bucket(BUCKET)


VERBS: dict[str, Callable[[ossc.Bucket], Any]] = {
    "put": lambda b: b.put_object("a b+\u4e2d", CONTENT, metadata={"a": "b"}),
    "get": lambda b: b.get_object("k", params={"response-content-type": "a/b"}),
    "head": lambda b: b.head_object("k"),
    "list": lambda b: list(b.list_objects("a b", delimiter="/")),
    "init": lambda b: b.init_multipart_upload("k"),
    "append": lambda b: b.append_object("k", CONTENT, 0),
    "batch": lambda b: next(b.get_objects(["k"])).result,
    "batch put": lambda b: next(b.put_objects([("k.html", CONTENT)])).result,
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_wrong_secret(stranger: ossc.Bucket, verb: str) -> None:
    """Both sides signed the same text, whatever was asked: only the secret is left."""
    with pytest.raises(ossc.SignatureDoesNotMatch) as caught:
        VERBS[verb](stranger)
    error = caught.value
    assert error.explanation.startswith("the server signed the same text")
    assert str(error).endswith(error.explanation)
    assert pickle.loads(pickle.dumps(error)).explanation == error.explanation
    assert SECRET not in str(error)
    assert error.code == "SignatureDoesNotMatch"


def test_other_refusals_are_as_ever(server: ossc.mock.Server) -> None:
    """An unknown key id, and a missing right, say what they always did."""
    keys = ossc.Credentials("unknown-key-id", SECRET)
    with make_client(server, credentials=keys) as client:
        with pytest.raises(ossc.InvalidAccessKeyId) as caught:
            client.bucket(BUCKET).get_object("k")
    assert not hasattr(caught.value, "explanation")
    with make_client(server, credentials=ossc.ANONYMOUS) as client:
        with pytest.raises(ossc.AccessDenied) as denied:
            client.bucket(BUCKET).get_object("k")
    assert not isinstance(denied.value, ossc.SignatureDoesNotMatch)


def refusal(**elements: str) -> bytes:
    """The document of a refused signature."""
    inner = "".join(f"<{name}>{escape(t)}</{name}>" for name, t in elements.items())
    return f"<Error><Code>SignatureDoesNotMatch</Code>{inner}</Error>".encode()


def tell(**elements: str) -> Any:
    """A server that refuses every signature and says what it signed."""
    return answer(refusal(**elements), "403 Forbidden")


def explanation_of(raw: Any, verb: str = "get", **options: Any) -> str:
    """What the error says behind a server's answer."""
    settings = {"retry": None, **options}
    with RawServer(raw) as server, server.client(**settings) as client:
        with pytest.raises(ossc.SignatureDoesNotMatch) as caught:
            VERBS[verb](client.bucket(BUCKET))
    return caught.value.explanation


def test_a_header_that_was_changed_on_the_way() -> None:
    """V4: the first line of the canonical request that differs, on both sides."""
    request = "GET\n/examplebucket/k\nresponse-content-type=a%2Fb\nx-oss-evil:1\n\n\nU"
    told = explanation_of(
        tell(CanonicalRequest=request, StringToSign="OSS4-HMAC-SHA256\nnever compared")
    )
    assert told.startswith("line 4 of the canonical request is 'x-oss-evil:1' for the")
    assert "'x-oss-content-sha256:UNSIGNED-PAYLOAD' for this client" in told


def test_a_path_that_was_rewritten() -> None:
    """V1 has the string to sign only."""
    told = explanation_of(tell(StringToSign="GET\n\n\n"), "get", signature="v1")
    assert told.startswith("line 4 of the string to sign is '' for the server and '")
    assert " GMT' for this client" in told


def test_only_the_string_to_sign() -> None:
    """Where V4's canonical request is not told, at least its digest differs."""
    told = explanation_of(tell(StringToSign="OSS4-HMAC-SHA256\n20200101T000000Z\nx\ny"))
    assert told.startswith("line 2 of the string to sign is '20200101T000000Z' for the")


def test_lines_that_are_missing() -> None:
    """One side may have fewer of them."""
    told = explanation_of(
        tell(CanonicalRequest="GET\n/examplebucket/k\nresponse-content-type=a%2Fb")
    )
    assert told == (
        "line 4 of the canonical request is 'x-oss-content-sha256:UNSIGNED-PAYLOAD' for "
        "the client, where that of the server has ended"
    )


@pytest.mark.parametrize(
    "elements",
    [
        {},
        {"StringToSign": ""},
        {"StringToSignBytes": "zz"},
        {"CanonicalRequest": ""},
        {"Message": "no"},
    ],
)
def test_a_server_that_tells_nothing(elements: dict[str, str]) -> None:
    """Then there is nothing to explain."""
    assert explanation_of(tell(**elements)) == ""


def test_bytes_are_believed_before_text() -> None:
    """XML cannot hold every character of a key; the list of bytes can."""
    text = "GET\n\n\nx\n/examplebucket/k"
    told = explanation_of(
        tell(StringToSign="\ufffd", StringToSignBytes=text.encode().hex(" ")),
        signature="v1",
    )
    assert told.startswith("line 4 of the string to sign is 'x' for the server")


def test_a_head_answer() -> None:
    """The document stands in a header."""
    packed = base64.b64encode(refusal(CanonicalRequest="PUT")).decode()
    raw = answer(b"", "403 Forbidden", x_oss_err=packed).replace(
        b"x_oss_err", b"x-oss-err"
    )
    told = explanation_of(raw, "head")
    assert told.startswith("line 1 of the canonical request is 'PUT' for the server")


def test_secrets_are_blotted_out() -> None:
    """Neither our token nor the server's, nor a secret, is in the explanation."""
    token = "CAISsecret-token/with+odd=characters"
    keys = ossc.Credentials("LTAI5tExplained", SECRET, token)
    request = (
        "GET\n/examplebucket/k\nresponse-content-type=a%2Fb\n"
        "x-oss-content-sha256:UNSIGNED-PAYLOAD\n{date}\n"
        f"x-oss-security-token:another-token-of-the-server\n\n{SECRET}\n"
    )

    def reply(peer: Any) -> None:
        got = peer.read()
        date = f"x-oss-date:{got.headers['x-oss-date']}"
        peer.send(tell(CanonicalRequest=request.format(date=date)))

    told = explanation_of(reply, credentials=keys)
    assert told.startswith("line 6 of the canonical request is ")
    assert "x-oss-security-token:***" in told
    assert token not in told
    assert "another-token" not in told


def test_long_lines_are_cut_around_the_difference() -> None:
    """A line of 60,000 characters is not shown whole."""
    ours = "a" * 50_000 + "b" + "c" * 10_000
    theirs = "a" * 50_000 + "X" + "c" * 10_000
    told = explain({"StringToSign": theirs}, ours, lambda raw: raw)
    assert len(told) < 600
    assert "aaX" in told
    assert "aab" in told
    assert told.count("…") == 4


def test_hostile_documents() -> None:
    """Whatever the server says it signed, an error comes out of it."""
    for text in ("\n" * 60_000, "\x85\u2028", "OSS4-HMAC-SHA256\n", "\\'\"", "GET"):
        told = explanation_of(tell(CanonicalRequest=text, StringToSign=text))
        assert len(told) < 900

"""`ossc.callback.verify` and `CallbackRequest`: whose requests are believed."""

from __future__ import annotations

import base64
import doctest
import os
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ossc.callback._verify
from ossc.callback import (
    CallbackFormatError,
    CallbackKeyError,
    CallbackKeyURLError,
    CallbackRequest,
    CallbackSignatureError,
    CallbackUnsignedError,
    CallbackVerificationError,
    verify,
)

from .callback_signer import (
    KEY_URL,
    PUBLIC_PEM,
    Keys,
    cases,
    sign,
    signed_headers,
)

TARGET = "/up%20loaded/%E4%B8%AD?id=1&name=%20+x"
BODY = b"bucket=b&object=dir%2Fa%20b&empty="


def check(
    headers: Any,
    target: str | bytes = TARGET,
    body: bytes = BODY,
    **options: Any,
) -> CallbackRequest:
    """Verify with the vectors' key."""
    options.setdefault("fetch_key", Keys())
    return verify("POST", target, headers, body, **options)


@pytest.mark.parametrize("case", cases("rsa_md5"), ids=lambda case: case["id"])
def test_accepts_the_signatures_of_the_vectors(case: dict[str, Any]) -> None:
    """Each vector's signature is right for its target and body."""
    keys = Keys(case["public_key_pem"])
    headers = {
        "authorization": case["expect"]["authorization"],
        "x-oss-pub-key-url": base64.b64encode(KEY_URL.encode()).decode(),
    }
    request = check(
        headers, case["request_target"], case["body"].encode(), fetch_key=keys
    )
    assert keys.asked == [KEY_URL]
    assert request.body == case["body"].encode()
    path, _, query = case["request_target"].partition("?")
    assert request.query == query
    text = case["expect"]["string_to_sign"]
    assert text.startswith(request.path)
    assert sign(case["request_target"], request.body) == headers["authorization"]
    assert path


SHORT_KEY = """-----BEGIN PUBLIC KEY-----
MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBANCZ+wIDqJypT9+jq2hFN/C9C8fPfD0D
84VYOpsmWAhJVo93pBCbZ86pwBG2l5RTpmEYm0Wz0sEcwVFnvCn8zIECAwEAAQ==
-----END PUBLIC KEY-----
"""
SHORT_SIGNATURE = (
    "RYDeVLrplB+aDnWvzAVh8vvtAgIOgHyZgfpEv4O3pJv5dCiB+hfzHbmX1TOTEVPPGvqYV4Ben8MSFspL"
    "T6WRGQ=="
)


def test_a_short_key_is_good_enough() -> None:
    """Keys of 512 bits are in use for callbacks, so they must not be turned down."""
    headers = signed_headers("/cb?a=1", b"k=v") | {"Authorization": SHORT_SIGNATURE}
    keys = Keys(SHORT_KEY)
    assert check(headers, "/cb?a=1", b"k=v", fetch_key=keys).form() == {"k": "v"}
    with pytest.raises(CallbackSignatureError):
        check(headers, "/cb?a=1", b"k=w", fetch_key=keys)


def test_takes_the_request_apart() -> None:
    """The result has the decoded path, the query, and what the headers say."""
    headers = signed_headers(TARGET, BODY)
    headers["Content-Type"] = "Application/X-WWW-Form-Urlencoded; charset=utf-8"
    request = check(headers)
    assert request.path == "/up loaded/\u4e2d"
    assert request.query == "id=1&name=%20+x"
    assert request.body == BODY
    assert request.content_type == "application/x-www-form-urlencoded"
    assert request.bucket == "examplebucket"
    assert request.request_id == "5C3D9175B6FC201293AD1234"
    assert request.owner == "1234"
    assert request.requester == "5678"
    assert request.key_url == KEY_URL
    assert request.headers["x-oss-tag"] == "CALLBACK"
    assert request.form() == {"bucket": "b", "object": "dir/a b", "empty": ""}


def test_headers_that_are_not_there_are_empty() -> None:
    """Older servers send two headers only; the rest reads as empty text."""
    headers = signed_headers("/", b"")
    few = {name: headers[name] for name in ("Authorization", "x-oss-pub-key-url")}
    request = check(few, "/", b"")
    assert (request.bucket, request.request_id, request.owner) == ("", "", "")
    assert (request.requester, request.content_type) == ("", "")


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_accepts_any_buffer(kind: Any) -> None:
    """Body as bytes, bytearray or memoryview, and target as bytes."""
    request = verify(
        "POST",
        TARGET.encode(),
        list(signed_headers(TARGET, BODY).items()),
        kind(BODY),
        fetch_key=Keys(PUBLIC_PEM.encode()),
    )
    assert request.body == BODY


def test_a_bare_question_mark_is_part_of_the_signature() -> None:
    """`/a?` and `/a` are signed differently, and verified so."""
    assert check(signed_headers("/a?", b""), "/a?", b"").query == ""
    with pytest.raises(CallbackSignatureError):
        check(signed_headers("/a?", b""), "/a", b"")


@given(body=st.binary(max_size=300), data=st.data())
def test_any_body_and_any_header_case(body: bytes, data: st.DataObject) -> None:
    """Bytes are signed as they are, and the case of header names is free."""
    headers = [
        ("".join(data.draw(st.sampled_from((c.lower(), c.upper()))) for c in name), v)
        for name, v in signed_headers("/cb", body).items()
    ]
    request = check(data.draw(st.permutations(headers)), "/cb", body)
    assert request.body == body


@given(body=st.binary(min_size=1, max_size=100), data=st.data())
def test_no_changed_bit_is_accepted(body: bytes, data: st.DataObject) -> None:
    """Changing one bit of the body makes the signature wrong."""
    headers = signed_headers("/cb", body)
    position = data.draw(st.integers(0, len(body) * 8 - 1))
    changed = bytearray(body)
    changed[position // 8] ^= 1 << position % 8
    with pytest.raises(CallbackSignatureError, match="signature is wrong"):
        check(headers, "/cb", bytes(changed))


@pytest.mark.parametrize(
    "target", ["/cb?a=2", "/cb", "/CB?a=1", "/cb?a=1&", "/cb?a=%31"]
)
def test_another_target_is_refused(target: str) -> None:
    """The signature holds for one path and query."""
    with pytest.raises(CallbackSignatureError) as caught:
        check(signed_headers("/cb?a=1", BODY), target)
    assert caught.value.reason == "wrong-signature"
    assert caught.value.http_status == 403


@pytest.mark.parametrize(
    ("target", "body"), [("/cb%3Fa=1", b"x\ny"), ("/cb%3fa=1%0Ax", b"y")]
)
def test_borders_in_the_signed_text_cannot_be_moved(target: str, body: bytes) -> None:
    """A path that decodes to another split of the same signed text is refused."""
    headers = signed_headers("/cb?a=1", b"x\ny")
    with pytest.raises(CallbackFormatError, match="question mark or line feed"):
        check(headers, target, body)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Authorization", None),
        ("Authorization", ""),
        ("Authorization", " "),
        ("x-oss-pub-key-url", None),
        ("x-oss-pub-key-url", ""),
    ],
)
def test_unsigned_requests_are_refused(name: str, value: str | None) -> None:
    """Without signature or key URL nothing is fetched and nothing believed."""
    keys = Keys()
    headers = signed_headers(TARGET, BODY)
    del headers[name]
    if value is not None:
        headers[name] = value
    with pytest.raises(CallbackUnsignedError, match=name.lower()) as caught:
        check(headers, fetch_key=keys)
    assert caught.value.reason == "unsigned"
    assert not keys.asked


@pytest.mark.parametrize("value", ["!", "YQ", "YQ==\u4e2d", "Bearer YQ==", "YQ=="])
def test_what_is_no_signature_is_refused(value: str) -> None:
    """A signature is strict base64, and of the right length."""
    headers = signed_headers(TARGET, BODY) | {"Authorization": value}
    wrong = CallbackSignatureError if value == "YQ==" else CallbackFormatError
    with pytest.raises(wrong):
        check(headers)


def test_a_second_signature_is_refused() -> None:
    """Two headers of one name would let two programs see different requests."""
    pairs = [*signed_headers(TARGET, BODY).items(), ("AUTHORIZATION", "YQ==")]
    with pytest.raises(CallbackFormatError, match="two authorization headers"):
        check(pairs)


@pytest.mark.parametrize("method", ["GET", "PUT", "post", ""])
def test_a_callback_is_a_post(method: str) -> None:
    """The signature does not cover the method, so only POST is taken."""
    with pytest.raises(CallbackFormatError, match="is a POST") as caught:
        verify(method, TARGET, signed_headers(TARGET, BODY), BODY, fetch_key=Keys())
    assert caught.value.http_status == 400


@pytest.mark.parametrize("target", ["", "*", "http://app.example.com/cb", "?a=1"])
def test_a_target_is_a_path(target: str) -> None:
    """Anything but a path is malformed."""
    with pytest.raises(CallbackFormatError, match="target is a path"):
        check(signed_headers(TARGET, BODY), target)


@pytest.mark.parametrize(
    "url",
    [
        "http://gosspublic.alicdn.com.evil.example/key.pem",
        "http://gosspublic.alicdn.com@evil.example/key.pem",
        "http://gosspublic.alicdn.com:80@evil.example/key.pem",
        "http://gosspublic.alicdn.com:8080/key.pem",
        "http://user@gosspublic.alicdn.com/key.pem",
        "http://evil.example/http://gosspublic.alicdn.com/",
        "http://evil.example\\@gosspublic.alicdn.com/key.pem",
        "http://gosspublic.alicdn.com\\.evil.example/key.pem",
        "HTTP://gosspublic.alicdn.com/key.pem",
        "http://GOSSPUBLIC.alicdn.com/key.pem",
        "ftp://gosspublic.alicdn.com/key.pem",
        "file:///etc/passwd",
        "//gosspublic.alicdn.com/key.pem",
        "gosspublic.alicdn.com/key.pem",
        "http://gosspublic.alicdn.com",
        "http://gosspublic.alicdn.com/../key.pem",
        "http://gosspublic.alicdn.com/a/%2E%2e/key.pem",
        "http://gosspublic.alicdn.com/key.pem#part",
        "http://gosspublic.alicdn.com/key.pem\r\nHost: evil.example",
        " http://gosspublic.alicdn.com/key.pem",
        "http://gosspublic.alicdn.com/\u4e2d",
        "http://[::1]/",
        "\x00",
    ],
    ids=repr,
)
def test_foreign_keys_are_refused(url: str) -> None:
    """Only the service's own key counts, however the URL is dressed up."""
    keys = Keys()
    with pytest.raises(CallbackKeyURLError, match="not the service's own") as caught:
        check(signed_headers(TARGET, BODY, key_url=url), fetch_key=keys)
    assert caught.value.reason == "foreign-key"
    assert not keys.asked


@pytest.mark.parametrize(
    ("allowed", "url", "right"),
    [
        (["http://127.0.0.1:8080/k.pem"], "http://127.0.0.1:8080/k.pem", True),
        ("http://127.0.0.1:8080/k.pem", "http://127.0.0.1:8080/k.pem", True),
        (["http://127.0.0.1:8080/k.pem"], "http://127.0.0.1:8080/k.pem.evil", False),
        (["http://127.0.0.1:8080/k.pem"], "http://127.0.0.1:8081/k.pem", False),
        (["http://127.0.0.1:8080"], "http://127.0.0.1:8080/any", True),
        (["http://127.0.0.1:80"], "http://127.0.0.1:8080/any", False),
        (["http://h/keys/"], "http://h/keys/1.pem", True),
        (["http://h/keys/"], "http://h/key", False),
        (["http://h/keys/"], "http://h/keys/../evil", False),
        (["http://other/", "http://h/"], "http://h/k", True),
        ([], KEY_URL, False),
    ],
)
def test_allowed_key_urls(allowed: list[str] | str, url: str, *, right: bool) -> None:
    """A folder admits what is in it, another URL only itself."""
    headers = signed_headers(TARGET, BODY, key_url=url)
    if right:
        assert check(headers, allowed_key_urls=allowed).key_url == url
    else:
        with pytest.raises(CallbackKeyURLError):
            check(headers, allowed_key_urls=allowed)


def test_an_unusable_allowed_url_is_the_callers_mistake() -> None:
    """A prefix that is no URL is reported as such, not as a bad callback."""
    with pytest.raises(ValueError, match="no plain http or https URL") as caught:
        check(signed_headers(TARGET, BODY), allowed_key_urls=["gosspublic"])
    assert not isinstance(caught.value, CallbackVerificationError)


@pytest.mark.parametrize("error", [OSError("down"), KeyError("k"), ValueError("v")])
def test_a_failing_fetcher_is_a_key_error(error: Exception) -> None:
    """Whatever the fetcher raises becomes the cause of one kind of error."""

    def fetch_key(url: str) -> bytes:
        assert url == KEY_URL
        raise error

    with pytest.raises(CallbackKeyError, match="could not be fetched") as caught:
        check(signed_headers(TARGET, BODY), fetch_key=fetch_key)
    assert caught.value.__cause__ is error
    assert caught.value.http_status == 503


@pytest.mark.parametrize("pem", [None, 5, "\ud800"], ids=ascii)
def test_a_fetcher_that_gives_no_key_is_a_key_error(pem: Any) -> None:
    """A cache that answers None, or a number, has no key, nor zero bytes."""
    with pytest.raises(CallbackKeyError, match="could not be fetched") as caught:
        check(signed_headers(TARGET, BODY), fetch_key=lambda _: pem)
    assert caught.value.http_status == 503


def test_a_fetchers_own_verdict_is_kept() -> None:
    """A fetcher may raise the callback errors itself."""
    verdict = CallbackKeyURLError("not this one")

    def fetch_key(url: str) -> bytes:
        assert url == KEY_URL
        raise verdict

    with pytest.raises(CallbackKeyURLError) as caught:
        check(signed_headers(TARGET, BODY), fetch_key=fetch_key)
    assert caught.value is verdict


EC_KEY = """-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEGsjUUW28LgjQsyfsa/Ph8GHp8T+O
FSRgGRiIK+9SHhhpvJKF7yWDEBzjBxZGKqYtZcsrhPLTvTyAvMBoFFk4zA==
-----END PUBLIC KEY-----
"""


@pytest.mark.parametrize("pem", [b"", "no key", PUBLIC_PEM[:80], EC_KEY, b"\x00\xff"])
def test_an_unusable_key_is_a_key_error(pem: bytes | str) -> None:
    """What is no RSA public key in PEM form is reported as such."""
    with pytest.raises(CallbackKeyError, match="cannot be used"):
        check(signed_headers(TARGET, BODY), fetch_key=Keys(pem))


def test_many_threads_may_verify_at_once() -> None:
    """Verification has no state that threads could disturb."""
    headers = signed_headers(TARGET, BODY)
    results: list[str] = []

    def run() -> None:
        results.extend(check(headers).path for _ in range(20))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == ["/up loaded/\u4e2d"] * 80


def test_random_signatures_are_refused() -> None:
    """A signature of the right length that is not ours is wrong."""
    headers = signed_headers(TARGET, BODY)
    for _ in range(20):
        headers["Authorization"] = base64.b64encode(os.urandom(128)).decode()
        with pytest.raises(CallbackSignatureError):
            check(headers)


def test_the_documented_examples_run() -> None:
    """Examples in the docstrings do what they say."""
    result = doctest.testmod(ossc.callback._verify)
    assert (result.attempted, result.failed) == (1, 0)

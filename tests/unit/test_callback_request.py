"""`CallbackRequest`: forms and JSON of verified callbacks."""

from __future__ import annotations

import pytest

from ossc.callback import CallbackFormatError, CallbackRequest, verify

from .callback_signer import Keys, signed_headers


def body_of(body: bytes) -> CallbackRequest:
    """Return the verified request with a body."""
    headers = signed_headers("/", body)
    return verify("POST", "/", headers, body, fetch_key=Keys())


def test_a_form_is_read_with_its_odd_characters() -> None:
    """Raw UTF-8, plus signs and empty fields come out as a form has them."""
    body = "名=%E4%B8%AD%2B&plus=a+b&empty=&twice=1&twice=2&flag".encode()
    assert body_of(body).form() == {
        "名": "中+",
        "plus": "a b",
        "empty": "",
        "twice": "2",
        "flag": "",
    }


def test_json_is_read_exactly() -> None:
    """A CRC-64 is beyond a float's precision and still comes out whole."""
    value = body_of(
        b'{"crc64":18446744073709551615,"o":"\xe4\xb8\xad","v":null}'
    ).json()
    assert value == {"crc64": 18446744073709551615, "o": "\u4e2d", "v": None}


@pytest.mark.parametrize("body", [b"\xff=1", b"a=%FF"])
def test_a_body_that_is_no_form_is_malformed(body: bytes) -> None:
    """A form that is not UTF-8 is refused, not guessed at."""
    with pytest.raises(CallbackFormatError, match="not a form"):
        body_of(body).form()


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_json_is_malformed(body: bytes) -> None:
    """What is not JSON is refused, also when it is nested without end."""
    with pytest.raises(CallbackFormatError, match="not JSON"):
        body_of(body).json()

"""CRC-64, base64, HMAC, POST policies and callbacks against the published vectors."""

from __future__ import annotations

import base64
import functools
import itertools
import json
from typing import Any

import pytest

from ossc import _sdk
from ossc._sdk._library import ffi, lib
from ossc.callback import Callback

from .vectors import Case, Steps, case_id, cases, signing_fields

CRC = cases("crc64", "crc")
COMBINE = cases("crc64", "combine")
PARTS = cases("crc64", "combine_parts")
POLICY = cases("post_policy")
ENCODE = cases("callback", "encode")
DECODE = cases("callback", "decode")
RSA = cases("callback", "rsa_md5")

Results = dict[tuple[str, str], list[bytes]]


def _data(case: Case) -> bytes:
    data = case["data"]
    if "base64" in data:
        return base64.b64decode(data["base64"])
    piece = base64.b64decode(data["repeat_base64"])
    size = int(data["length"])
    return (piece * (size // len(piece) + 1))[:size]


def _policy(case: Case) -> str:
    return base64.b64encode(case["policy_text"].encode()).decode()


@pytest.fixture(scope="module")
def results() -> Results:
    """What the C program computes for all cases."""
    steps = Steps()
    for case in CRC:
        steps.add(case["id"], "crc", 0, _data(case))
    for case in COMBINE:
        steps.add(case["id"], "combine", case["crc1"], case["crc2"], case["len2"])
    for case in POLICY:
        keys = case["credentials"]
        text = case["policy_text"].encode()
        steps.add(case["id"], "base64", text)
        steps.add(case["id"], "hmac", keys["access_key_secret"], _policy(case))
        bare = {**case, "request": {"method": "POST", "bucket": None, "key": None}}
        stamp = case["expect"]["form_fields"].get("x-oss-date", "20240229T235959Z")
        fields = signing_fields(bare, headers=[], query=[])
        steps.add(case["id"], "v4_text", *fields, stamp, _policy(case))
    for case in ENCODE:
        steps.add(case["id"], "base64", case["callback_json"])
    return steps.run()


@pytest.mark.parametrize("case", CRC, ids=case_id)
def test_crc64(results: Results, case: Case) -> None:
    """The CRC-64 is the published one, in one go and in pieces of any size."""
    data, expected = _data(case), int(case["expect"]["decimal"])
    assert expected == int(case["expect"]["hex"], 16)
    assert results[case["id"], "crc"] == [b"0", str(expected).encode()]
    assert _sdk.crc64(data) == expected
    for at in sorted({0, 1, 7, 15, 16, 17, 63, 64, 65, 127, 1000, len(data)}):
        first = min(at, len(data))
        assert _sdk.crc64(data[first:], _sdk.crc64(data[:first])) == expected


@pytest.mark.parametrize("case", COMBINE, ids=case_id)
def test_crc64_combine(results: Results, case: Case) -> None:
    """Two CRC-64 values combine into that of the joined bytes."""
    expected = int(case["expect"]["decimal"])
    assert results[case["id"], "combine"] == [b"0", str(expected).encode()]
    one, two = int(case["crc1"]), int(case["crc2"])
    assert _sdk.crc64_combine(one, two, case["len2"]) == expected


@pytest.mark.parametrize("case", PARTS, ids=case_id)
def test_crc64_of_parts(case: Case) -> None:
    """The values of parts, folded in their order, give the object's."""
    folded = functools.reduce(
        lambda crc, part: _sdk.crc64_combine(crc, int(part["crc"]), part["length"]),
        case["parts"],
        0,
    )
    assert folded == int(case["expect"]["decimal"])


def test_crc64_of_unaligned_memory() -> None:
    """Wherever in memory a buffer begins, its CRC-64 is that of its bytes."""
    data = bytes(itertools.islice(itertools.cycle(range(251)), 4096))
    whole = memoryview(bytearray(data))
    for first, size in itertools.product(range(17), (0, 1, 15, 64, 255, 1024, 4000)):
        piece = whole[first : first + size]
        assert _sdk.crc64(piece) == _table_crc64(bytes(piece))


def _table_crc64(data: bytes) -> int:
    """CRC-64/XZ a bit at a time, from its definition."""
    crc = 2**64 - 1
    for byte in data:
        crc = _table()[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ (2**64 - 1)


@functools.cache
def _table() -> list[int]:
    table = []
    for value in range(256):
        crc = value
        for _ in range(8):
            crc = crc >> 1 ^ (0xC96C5795D7870F42 if crc & 1 else 0)
        table.append(crc)
    return table


@pytest.mark.parametrize("case", POLICY, ids=case_id)
def test_post_policies(results: Results, case: Case) -> None:
    """The policy's base64 and its signature come from the SDK's own primitives."""
    expect = case["expect"]
    policy = expect["policy_base64"]
    assert _sdk.base64_encode(case["policy_text"].encode()) == policy
    code, encoded, decoded = results[case["id"], "base64"]
    assert (code, encoded.decode()) == (b"0", policy)
    assert decoded.decode() == case["policy_text"]
    if case["version"] == "v1":
        mac = results[case["id"], "hmac"][1]
        assert mac == _hmac_sha1(case["credentials"]["access_key_secret"], policy)
        assert base64.b64encode(mac).decode() == expect["signature"]
        assert expect["form_fields"]["Signature"] == expect["signature"]
    else:
        assert results[case["id"], "v4_text"] == [b"0", expect["signature"].encode()]
        assert expect["form_fields"]["x-oss-signature"] == expect["signature"]


def _hmac_sha1(key: str, message: str) -> bytes:
    """The SDK's HMAC-SHA1, through the extension."""
    out = ffi.new("unsigned char[20]")
    raw = message.encode()
    lib.HMAC_SHA1(out, key.encode(), len(key.encode()), raw, len(raw))
    return bytes(ffi.buffer(out))


@pytest.mark.parametrize("case", ENCODE, ids=case_id)
def test_callback_encoding(results: Results, case: Case) -> None:
    """The documents' base64 is the published header, by Python's seam and by C."""
    expect = case["expect"]
    text = case["callback_json"].encode()
    assert _sdk.base64_encode(text) == expect["x-oss-callback"]
    assert results[case["id"], "base64"][1].decode() == expect["x-oss-callback"]
    if case.get("callback_var_json"):
        variables = case["callback_var_json"].encode()
        assert _sdk.base64_encode(variables) == expect["x-oss-callback-var"]


@pytest.mark.parametrize("case", ENCODE, ids=case_id)
def test_callback_builder(case: Case) -> None:
    """A `Callback` of the same content says the same, up to blanks in its JSON."""
    callback = _built(
        json.loads(case["callback_json"]), json.loads(case["callback_var_json"] or "{}")
    )
    headers = callback.headers(_sdk.base64_encode)
    expect = {k: v for k, v in case["expect"].items() if v is not None}
    assert set(headers) == set(expect)
    for name, expected in expect.items():
        assert _decoded(headers[name]) == _decoded(expected)


@pytest.mark.parametrize("case", DECODE, ids=case_id)
def test_callback_decoding(case: Case) -> None:
    """The documentation's example decodes to what the builder would say."""
    expect = case["expect"]
    assert _decoded(case["x-oss-callback"]) == expect["callback"]
    assert _decoded(case["x-oss-callback-var"]) == expect["callback_var"]
    callback = _built(expect["callback"], expect["callback_var"])
    assert json.loads(callback.callback_json()) == expect["callback"]
    assert json.loads(callback.variables_json() or "") == expect["callback_var"]


def _built(document: dict[str, Any], variables: dict[str, str]) -> Callback:
    return Callback(
        document["callbackUrl"],
        document["callbackBody"],
        host=document.get("callbackHost"),
        body_type=document.get("callbackBodyType"),
        sni=document.get("callbackSNI"),
        variables=variables or None,
    )


def _decoded(value: str) -> Any:
    return json.loads(base64.b64decode(value, validate=True))


@pytest.mark.parametrize("case", RSA, ids=case_id)
def test_callback_signatures(case: Case) -> None:
    """The SDK's libcrypto verifies the service's kind of signature, and no other."""
    pem = case["public_key_pem"].encode()
    signature = base64.b64decode(case["expect"]["authorization"])
    text = case["expect"]["string_to_sign"].encode()
    assert _sdk.rsa_md5_verify(pem, signature, text) is True
    assert _sdk.rsa_md5_verify(pem, signature, text + b"x") is False
    assert _sdk.rsa_md5_verify(pem, signature[:-1], text) is False
    assert _sdk.rsa_md5_verify(pem, b"", text) is False
    flipped = bytes([signature[0] ^ 1]) + signature[1:]
    assert _sdk.rsa_md5_verify(pem, flipped, text) is False
    with pytest.raises(ValueError, match="PEM"):
        _sdk.rsa_md5_verify(pem[:100], signature, text)

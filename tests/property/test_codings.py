"""Encodings and checksums in C against those of Python."""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
from urllib.parse import quote

import crcmod
from hypothesis import given, settings
from hypothesis import strategies as st

from ossc import _sdk
from ossc._sdk._library import ffi, lib
from tests.unit.vectors import Steps

from .strategies import many

_CRC64 = crcmod.mkCrcFun(0x142F0E1EBA9EA3693, initCrc=0, xorOut=2**64 - 1, rev=True)


def reference_crc64(data: bytes) -> int:
    """CRC-64/XZ by another implementation."""
    return int(_CRC64(data))


@many
@given(st.binary(max_size=300))
def test_base64(data: bytes) -> None:
    """The SDK's base64 is the standard library's."""
    assert _sdk.base64_encode(data) == base64.b64encode(data).decode()


@many
@given(st.binary(max_size=2000), st.integers(0, 40))
def test_crc64(data: bytes, skipped: int) -> None:
    """The SDK's CRC-64 is that of another implementation, at any address."""
    assert _sdk.crc64(data) == reference_crc64(data)
    view = memoryview(data)[skipped:]
    assert _sdk.crc64(view) == reference_crc64(bytes(view))


@many
@given(st.lists(st.binary(max_size=300), max_size=6))
def test_crc64_of_pieces(pieces: list[bytes]) -> None:
    """Going on from piece to piece, and combining them, give that of the whole."""
    whole = reference_crc64(b"".join(pieces))
    running = functools.reduce(lambda crc, piece: _sdk.crc64(piece, crc), pieces, 0)
    assert running == whole
    combined = functools.reduce(
        lambda crc, piece: _sdk.crc64_combine(crc, _sdk.crc64(piece), len(piece)),
        pieces,
        0,
    )
    assert combined == whole


@many
@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.integers(0, 2**40))
def test_combining_is_associative(one: int, two: int, size: int) -> None:
    """Any split of a length gives the same shift, however long it is."""
    half = size // 2
    stepwise = _sdk.crc64_combine(_sdk.crc64_combine(one, 0, half), two, size - half)
    assert stepwise == _sdk.crc64_combine(one, two, size)
    assert _sdk.crc64_combine(one, 0, 0) == one


@many
@given(st.binary(max_size=200), st.binary(max_size=200))
def test_hmac_sha1(key: bytes, message: bytes) -> None:
    """The SDK's HMAC-SHA1 is the standard library's, for keys of any length."""
    out = ffi.new("unsigned char[20]")
    lib.HMAC_SHA1(out, key, len(key), message, len(message))
    assert bytes(ffi.buffer(out)) == hmac.digest(key, message, "sha1")


@settings(max_examples=5)
@given(st.lists(st.binary(max_size=60), min_size=1, max_size=60))
def test_in_c(texts: list[bytes]) -> None:
    """Under the sanitizers: URL encoding, base64 both ways, and both HMACs."""
    steps = Steps()
    for index, text in enumerate(texts):
        steps.add(f"{index}", "encode", text)
        steps.add(f"{index}", "base64", text)
        steps.add(f"{index}", "hmac", text[::-1], text)
    results = steps.run()
    for index, text in enumerate(texts):
        encoded = results[f"{index}", "encode"]
        assert encoded == [
            b"0",
            quote(text, safe="").encode(),
            quote(text, safe="/").encode(),
        ]
        assert results[f"{index}", "base64"] == [b"0", base64.b64encode(text), text]
        assert results[f"{index}", "hmac"][1:] == [
            hmac.digest(text[::-1], text, hashlib.sha1),
            hmac.digest(text[::-1], text, hashlib.sha256),
        ]

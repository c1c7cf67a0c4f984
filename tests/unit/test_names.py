"""Names: which buckets, keys and texts can be sent, and what is said of others."""

from __future__ import annotations

from typing import Any

import pytest

import ossc
from ossc._names import check_bucket, encode_key, encode_text


@pytest.mark.parametrize("name", ["abc", "a-b", "0a9", "a" * 63, "1-2-3"])
def test_legal_buckets(name: str) -> None:
    """They come back as they are."""
    assert check_bucket(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "ab",
        "a" * 64,
        "-ab",
        "ab-",
        "Abc",
        "a_b",
        "a.b",
        "a b",
        "abc\n",
        "äbc",
        "a/b",
    ],
)
def test_illegal_buckets(name: str) -> None:
    """The error says the rule and shows the name."""
    with pytest.raises(ossc.ParameterError, match="3 to 63") as caught:
        check_bucket(name)
    assert caught.value.bucket == name
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    "key", ["a", "a/", "a//b", "é", "\U0001f600", "\x01", "a\\", " ", "..", "x" * 1023]
)
def test_legal_keys(key: str) -> None:
    """They become their UTF-8."""
    assert encode_key(key) == key.encode()


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("", "empty"),
        ("x" * 1024, "1024 bytes"),
        ("é" * 512, "1024 bytes"),
        ("/a", "must not start"),
        ("\\a", "must not start"),
        ("a\0b", "NUL"),
        ("\ud800", "surrogate"),
    ],
)
def test_illegal_keys(key: str, said: str) -> None:
    """Each rule is told in words."""
    with pytest.raises(ossc.ParameterError, match=said):
        encode_key(key)


@pytest.mark.parametrize("wrong", [None, b"abc", 5, ["a"]])
def test_names_are_text(wrong: Any) -> None:
    """Bytes and other things are a TypeError."""
    for check in (check_bucket, encode_key, lambda text: encode_text("it", text)):
        with pytest.raises(TypeError, match="must be a str"):
            check(wrong)


def test_the_longest_key_that_needs_escapes(server: ossc.mock.Server) -> None:
    """The bundled SDK takes it; before the official one's buffers it is refused.

    Percent-encoded, 1,023 bytes become 3,069, more than the 2,047 that the official C
    SDK has room for.
    """
    key = "é" * 511
    with ossc.Client(
        server.endpoint,
        region=server.region,
        credentials=ossc.Credentials(server.access_key_id, server.access_key_secret),
    ) as client:
        bucket = client.bucket("examplebucket")
        if ossc.sdk_info().provider == "bundled":
            bucket.put_object(key, b"data")
            assert bucket.get_object(key).data == b"data"
            assert [entry.key for entry in bucket.list_objects()] == [key]
            assert key.encode().hex().upper() in bucket.presign("GET", key).replace(
                "%", ""
            )
            bucket.copy_object(key, key + "x")
            bucket.delete_object(key)
            assert [entry.key for entry in bucket.list_objects()] == [key + "x"]
        else:
            for call in (
                lambda: bucket.put_object(key, b"data"),
                lambda: bucket.get_object(key),
                lambda: bucket.presign("GET", key),
            ):
                with pytest.raises(ossc.ParameterError, match="2047"):
                    call()
            assert server.requests == []
            # Exactly as long as there is room for: "/examplebucket/" and 2,032 more.
            fitting = "é" * 338 + "xxxx"
            bucket.put_object(fitting, b"data")
            assert bucket.get_object(fitting).data == b"data"

"""Options of requests: which headers they become, and which are refused."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

import ossc
from ossc._names import check_header
from ossc._option_headers import condition_headers, copy_headers, object_headers

MOMENT = datetime(2030, 1, 2, 3, 4, 5, 678, tzinfo=timezone.utc)
DATE = "Wed, 02 Jan 2030 03:04:05 GMT"
DIGEST = bytes(range(16))


@pytest.mark.parametrize(
    ("options", "headers"),
    [
        ({}, {}),
        ({"content_type": "a/b"}, {"Content-Type": "a/b"}),
        ({"content_type": None, "metadata": None, "tags": None, "expires": None}, {}),
        ({"cache_control": "no-cache"}, {"Cache-Control": "no-cache"}),
        ({"content_disposition": "inline"}, {"Content-Disposition": "inline"}),
        ({"content_encoding": "br"}, {"Content-Encoding": "br"}),
        ({"content_language": "en"}, {"Content-Language": "en"}),
        ({"expires": "0"}, {"Expires": "0"}),
        ({"expires": MOMENT}, {"Expires": DATE}),
        ({"storage_class": "IA"}, {"x-oss-storage-class": "IA"}),
        ({"acl": "private"}, {"x-oss-object-acl": "private"}),
        ({"forbid_overwrite": True}, {"x-oss-forbid-overwrite": "true"}),
        ({"forbid_overwrite": False}, {}),
        (
            {"server_side_encryption": "KMS", "sse_key_id": "k"},
            {
                "x-oss-server-side-encryption": "KMS",
                "x-oss-server-side-encryption-key-id": "k",
            },
        ),
        ({"sse_data_encryption": "SM4"}, {"x-oss-server-side-data-encryption": "SM4"}),
        ({"traffic_limit": 819_200}, {"x-oss-traffic-limit": "819200"}),
        ({"request_payer": True}, {"x-oss-request-payer": "requester"}),
        ({"request_payer": False}, {}),
        (
            {"retain_until": MOMENT},
            {
                "x-oss-object-worm-mode": "COMPLIANCE",
                "x-oss-object-worm-retain-until-date": "2030-01-02T03:04:05.000Z",
            },
        ),
        ({"legal_hold": True}, {"x-oss-object-worm-legal-hold": "ON"}),
        ({"legal_hold": False}, {}),
        (
            {"metadata": {"Author": "Zoë", "x": ""}},
            {"x-oss-meta-author": "Zoë", "x-oss-meta-x": ""},
        ),
        ({"tags": {"a b": "1/2", "é": ""}}, {"x-oss-tagging": "a%20b=1%2F2&%C3%A9="}),
        ({"tags": {}}, {"x-oss-tagging": ""}),
        ({"content_md5": DIGEST}, {"Content-MD5": base64.b64encode(DIGEST).decode()}),
        (
            {"content_md5": base64.b64encode(DIGEST)},
            {"Content-MD5": base64.b64encode(DIGEST).decode()},
        ),
        ({"headers": {"X-Any": "1"}}, {"X-Any": "1"}),
        (
            {"content_type": "a/b", "headers": {"content-type": "c/d"}},
            {"content-type": "c/d"},
        ),
    ],
)
def test_what_an_object_is_created_with(options: Any, headers: dict[str, str]) -> None:
    """Each option is the header that OSS documents."""
    assert object_headers(options) == headers


@pytest.mark.parametrize(
    ("options", "headers"),
    [
        ({"request_payer": True}, {"x-oss-request-payer": "requester"}),
        ({"if_match": "ABC"}, {"If-Match": '"ABC"'}),
        ({"if_none_match": '"ABC"'}, {"If-None-Match": '"ABC"'}),
        ({"if_modified_since": MOMENT}, {"If-Modified-Since": DATE}),
        ({"if_unmodified_since": MOMENT}, {"If-Unmodified-Since": DATE}),
        ({"if_match": None, "if_modified_since": None, "traffic_limit": None}, {}),
        ({"traffic_limit": 838_860_800}, {"x-oss-traffic-limit": "838860800"}),
        ({"headers": {"X-Any": "1"}}, {"X-Any": "1"}),
    ],
)
def test_what_a_read_depends_on(options: Any, headers: dict[str, str]) -> None:
    """Each condition is the header of HTTP; ETags get their quotes."""
    assert condition_headers(options) == headers


@pytest.mark.parametrize(
    ("options", "headers"),
    [
        ({}, {}),
        ({"if_match": "A"}, {"x-oss-copy-source-if-match": '"A"'}),
        ({"if_none_match": "A"}, {"x-oss-copy-source-if-none-match": '"A"'}),
        (
            {"if_modified_since": MOMENT, "if_unmodified_since": MOMENT},
            {
                "x-oss-copy-source-if-modified-since": DATE,
                "x-oss-copy-source-if-unmodified-since": DATE,
            },
        ),
        ({"metadata": {}}, {"x-oss-metadata-directive": "REPLACE"}),
        ({"metadata": None, "content_type": None, "tags": None}, {}),
        (
            {"content_type": "a/b"},
            {"Content-Type": "a/b", "x-oss-metadata-directive": "REPLACE"},
        ),
        (
            {"tags": {"a": "b"}},
            {"x-oss-tagging": "a=b", "x-oss-tagging-directive": "Replace"},
        ),
        ({"storage_class": "IA"}, {"x-oss-storage-class": "IA"}),
        (
            {"content_type": "a/b", "headers": {"X-OSS-Metadata-Directive": "COPY"}},
            {"Content-Type": "a/b", "X-OSS-Metadata-Directive": "COPY"},
        ),
    ],
)
def test_what_a_copy_is_made_with(options: Any, headers: dict[str, str]) -> None:
    """Conditions are on the source; what is given replaces what the source has."""
    assert copy_headers(options) == headers


def test_times_are_sent_in_gmt() -> None:
    """Whatever zone a time is in, its header is in GMT."""
    there = MOMENT.astimezone(timezone(timedelta(hours=-9, minutes=-30)))
    assert object_headers({"expires": there}) == {"Expires": DATE}


@pytest.mark.parametrize(
    ("builder", "declared"),
    [
        (object_headers, ossc.ObjectOptions),
        (condition_headers, ossc.Conditions),
        (copy_headers, ossc.CopyOptions),
    ],
)
def test_known_options(builder: Any, declared: Any) -> None:
    """Every option that is declared is taken, and None is as if it were not given."""
    assert builder(dict.fromkeys(declared.__annotations__)) == {}


@pytest.mark.parametrize("builder", [object_headers, condition_headers, copy_headers])
def test_unknown_options(builder: Any) -> None:
    """A misspelt option is a TypeError, as for any function."""
    with pytest.raises(TypeError, match="'content_typ'"):
        builder({"content_typ": "a/b"})


@pytest.mark.parametrize(
    "options",
    [
        {"expires": datetime(2030, 1, 1)},  # noqa: DTZ001 - what is refused
        {"traffic_limit": 819_199},
        {"traffic_limit": 838_860_801},
        {"traffic_limit": -1},
        {"metadata": {"a": "x" * 8192}},
        {"metadata": {"a": "é" * 4096}},
        {"tags": {str(i): "" for i in range(11)}},
        {"content_md5": b"short"},
        {"content_md5": "not base64!"},
        {"content_md5": base64.b64encode(b"x" * 15).decode()},
        {"content_md5": "é" * 24},
    ],
    ids=str,
)
def test_values_that_oss_would_refuse(options: Any) -> None:
    """They are refused before anything is sent."""
    with pytest.raises(ossc.ParameterError):
        object_headers(options)


@pytest.mark.parametrize(
    "options",
    [
        {"content_type": 5},
        {"content_type": b"a/b"},
        {"metadata": ["a"]},
        {"metadata": {"a": 1}},
        {"tags": "a=b"},
        {"tags": {1: "b"}},
        {"content_md5": 5},
        {"expires": 5},
        {"headers": [("a", "b")]},
        {"headers": {"a": None}},
    ],
    ids=str,
)
def test_values_of_another_type(options: Any) -> None:
    """They are a TypeError."""
    with pytest.raises(TypeError):
        object_headers(options)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("", "x"),
        ("a b", "x"),
        ("a:b", "x"),
        ("é", "x"),
        ("a\r\nb", "x"),
        ("a", "x\r\ny: z"),
        ("a", "x\ny"),
        ("a", "x\0"),
        ("a", "\x7f"),
        ("a", "\ud800"),
    ],
)
def test_headers_that_cannot_be_sent(name: str, value: str) -> None:
    """Names are tokens, and values are one line of valid text."""
    with pytest.raises(ossc.ParameterError):
        check_header(name, value)


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("  x y\t", b"x y"),
        ("é", b"\xc3\xa9"),
        ("", b""),
        ("\u3000x\u00a0", "\u3000x\u00a0".encode()),
        ("a\tb", b"a\tb"),
    ],
)
def test_how_values_are_sent(value: str, sent: bytes) -> None:
    """As UTF-8, without the blanks that HTTP drops, and with all others."""
    assert check_header("x-oss-meta-a", value) == (b"x-oss-meta-a", sent)

"""What comes from outside, bytes or arguments, ends well or in the right error."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ossc
from ossc import _answers, _dates, _xml
from ossc._names import check_header
from ossc._option_headers import copy_headers, object_headers
from ossc.models import Headers

from .strategies import many

DOCUMENT = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Result><Name>b&amp;c</Name>'
    b"<Owner><ID>1</ID></Owner><Item/><!-- c --><Item>&#x41;</Item></Result>"
)


def parsed(body: bytes) -> _xml.Element | None:
    """The tree, or None where the parser refuses the body as it should."""
    try:
        return _xml.parse(body, "Result")
    except ossc.MalformedResponse:
        return None


@many
@given(st.binary(max_size=200))
def test_random_bytes_are_no_xml(body: bytes) -> None:
    """Junk is refused in one way only."""
    assert parsed(body) is None
    parsed(b"<Result>" + body + b"</Result>")


@many
@given(
    st.integers(0, len(DOCUMENT)),
    st.integers(0, 12),
    st.one_of(
        st.binary(max_size=8),
        st.sampled_from([b"<", b"&", b"<!DOCTYPE a>", b"]]>", b"<![CDATA[", b"&#0;"]),
    ),
)
def test_damaged_xml_is_read_or_refused(at: int, cut: int, inserted: bytes) -> None:
    """A document with a place changed gives a tree or a MalformedResponse."""
    body = DOCUMENT[:at] + inserted + DOCUMENT[at + cut :]
    for each in (body, _xml.made_legal(body)):
        root = parsed(each)
        if root is not None:
            assert root.name == "Result"
            assert isinstance(root.get("Name"), str)


@many
@given(st.text(max_size=60))
def test_any_text_can_stand_in_xml(text: str) -> None:
    """Escaped and made legal, a text is read again up to what XML cannot hold."""
    raw = _xml.escape(text).encode("utf-8", "replace")
    root = _xml.parse(_xml.made_legal(b"<a>" + raw + b"</a>"), "a")
    assert len(root.text) == len(text.replace("\r\n", "\n"))


@many
@given(st.text(max_size=30))
def test_numbers_of_the_server(text: str) -> None:
    """Digits are a number, and everything else a MalformedResponse."""
    if text.isascii() and text.isdigit() and len(text) <= 20:
        assert _answers.number("it", text) == int(text)
    else:
        with pytest.raises(ossc.MalformedResponse):
            _answers.number("it", text)


@many
@given(st.from_regex(r"bytes [0-9 *-]{0,8}[-/][0-9]{0,6}/?[0-9]{0,6}"))
def test_content_ranges_of_the_server(text: str) -> None:
    """A range is three consistent numbers, or a MalformedResponse."""
    try:
        span = _answers.content_range(Headers({"Content-Range": text}))
    except ossc.MalformedResponse:
        return
    assert span is not None
    assert 0 <= span[0] <= span[1] < span[2]


moments = st.datetimes(
    min_value=datetime(1000, 1, 1),  # noqa: DTZ001 - the zone is added
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001 - the zone is added
    timezones=st.builds(timezone, st.builds(timedelta, minutes=st.integers(-719, 719))),
)


@many
@given(moments)
def test_times(moment: datetime) -> None:
    """Dates are written and read as the standard library does it, in any zone."""
    whole = moment.replace(microsecond=0)
    text = _dates.http_date(moment)
    assert text == format_datetime(moment.astimezone(timezone.utc), usegmt=True)
    assert _dates.parse_http_date(text) == whole == parsedate_to_datetime(text)
    utc = moment.astimezone(timezone.utc)
    iso = utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc.microsecond // 1000:03}Z"
    read = _dates.parse_iso(iso)
    assert utc - read < timedelta(milliseconds=1)
    assert _dates.parse_iso(iso[:19] + "Z") == utc.replace(microsecond=0)


@many
@given(
    st.one_of(st.text(max_size=40), st.from_regex(r"[A-Z][a-z]{2}, [0-9]{2} Feb .*"))
)
def test_what_is_no_time(text: str) -> None:
    """Any other text is a ValueError."""
    for parse in (_dates.parse_http_date, _dates.parse_iso):
        with pytest.raises(ValueError):
            parse(text)


names_of_options = st.sampled_from(
    [
        "content_type",
        "cache_control",
        "content_disposition",
        "content_encoding",
        "content_language",
        "expires",
        "storage_class",
        "acl",
        "server_side_encryption",
        "sse_key_id",
        "content_md5",
    ]
)
dangerous = st.lists(
    st.one_of(st.characters(), st.sampled_from("\r\n\0\t :")), max_size=12
).map("".join)


@many
@given(
    st.dictionaries(names_of_options, dangerous, max_size=3),
    st.dictionaries(dangerous, dangerous, max_size=2),
    st.dictionaries(dangerous, dangerous, max_size=2),
    st.dictionaries(dangerous, dangerous, max_size=2),
)
def test_no_option_breaks_a_line(
    plain: dict[str, Any],
    metadata: dict[str, str],
    tags: dict[str, str],
    headers: dict[str, str],
) -> None:
    """What passes the checks is header lines without CR, LF or NUL."""
    options: Any = {**plain, "metadata": metadata, "tags": tags, "headers": headers}
    for builder in (object_headers, copy_headers):
        try:
            lines = [check_header(n, v) for n, v in builder(options).items()]
        except ossc.ParameterError:
            continue
        for name, value in lines:
            assert not set(name + value) & set(b"\r\n\0")
            assert name.isascii()
            assert b":" not in name

"""The reader of OSS's XML: what it finds, and what it refuses to believe."""

from __future__ import annotations

import pytest

import ossc
from ossc import _xml

DOCUMENT = b"""<?xml version="1.0" encoding="UTF-8"?>
<Result xmlns="http://doc.oss-cn-hangzhou.aliyuncs.com" a="b">
  <!-- a comment --><?a processing instruction?>
  <Name>b&amp;c&#x41;<![CDATA[<d>]]></Name>
  <Owner><ID>1</ID><Deep><ID>2</ID></Deep></Owner>
  <Item>x</Item><Item/><Item> y </Item>
</Result>"""


def test_what_is_found() -> None:
    """Texts by path, lists by name, whatever the namespace."""
    root = _xml.parse(DOCUMENT, "Result")
    assert root.get("Name") == "b&cA<d>"
    assert root.get("Owner/ID") == "1"
    assert root.get("Owner/Deep/ID") == "2"
    assert [item.text for item in root.all("Item")] == ["x", "", " y "]
    assert root.find("Owner/Missing") is None
    assert root.find("Missing/ID") is None


def test_an_element_counts_at_its_own_place_only() -> None:
    """What stands deeper down is not found above."""
    root = _xml.parse(DOCUMENT, "Result")
    assert root.get("ID") == ""
    assert root.get("Deep", "none") == "none"
    assert root.all("ID") == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "well-formed"),
        (b"text", "well-formed"),
        (b"<Result>", "well-formed"),
        (b"<Result></Other>", "well-formed"),
        (b"<Result/><Result/>", "well-formed"),
        (b"<Result>\xff</Result>", "well-formed"),
        (b"<Result>\x01</Result>", "well-formed"),
        (b"<Result>&unknown;</Result>", "well-formed"),
        (b"<Result>&#1;</Result>", "well-formed"),
        (b"\xef\xbb\xbf\xef\xbb\xbf<Result/>", "well-formed"),
        (b"<Other/>", "<Other>, not <Result>"),
        (b"<result/>", "<result>, not <Result>"),
        (b"<!DOCTYPE Result><Result/>", "DOCTYPE"),
        (b'<!DOCTYPE R [<!ENTITY a "b">]><Result>&a;</Result>', "DOCTYPE"),
        (b"<a>" * 33 + b"</a>" * 33, "deeply"),
        (b"<Result>" + b"x" * 65537 + b"</Result>", "too long"),
        (b"<Result>" + b"x\n" * 40000 + b"</Result>", "too long"),
    ],
    ids=repr,
)
def test_what_is_refused(body: bytes, said: str) -> None:
    """Whatever OSS does not send is a MalformedResponse that says why."""
    with pytest.raises(ossc.MalformedResponse, match=said):
        _xml.parse(body, "Result")


def test_size_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """A larger body than any answer of OSS is not even read."""
    monkeypatch.setattr(_xml, "MAX_BYTES", 20)
    assert _xml.parse(b"<Result>123</Result>", "Result").text == "123"
    with pytest.raises(ossc.MalformedResponse, match="21 bytes"):
        _xml.parse(b"<Result>1234</Result>", "Result")


def test_limits_are_not_reached_by_what_is_right() -> None:
    """The deepest and the longest that are allowed are read."""
    assert _xml.parse(b"<a>" * 32 + b"</a>" * 32, "a").name == "a"
    long = _xml.parse(b"<a>" + b"x" * 65536 + b"</a>", "a")
    assert len(long.text) == 65536


def test_answers_are_utf_8() -> None:
    """A byte-order mark may stand before; what declares another encoding is not one."""
    assert _xml.parse(b"\xef\xbb\xbf<a>\xc3\xa9</a>", "a").text == "é"
    latin = b'<?xml version="1.0" encoding="iso-8859-1"?><a>\xe9</a>'
    with pytest.raises(ossc.MalformedResponse):
        _xml.parse(latin, "a")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"a\x01\x1fb", "a\ufffd\ufffdb"),
        (b"&#1;&#x1f;&#31;&#0;", "\ufffd" * 4),
        (b"&#xFFFE;&#65535;&#xD800;", "\ufffd" * 3),
        (b"\xef\xbf\xbe\xef\xbf\xbf", "\ufffd\ufffd"),
        (b"&#9;&#xA;&#x41;&#x1F600;&lt;\t", "\t\nA\U0001f600<\t"),
    ],
)
def test_what_xml_cannot_hold_is_replaced(body: bytes, text: str) -> None:
    """An answer that repeats such a key can still be read."""
    legal = _xml.made_legal(b"<a>" + body + b"</a>")
    assert _xml.parse(legal, "a").text == text

"""`ossc.callback.Callback`: what it encodes and what it refuses."""

from __future__ import annotations

import base64
import copy
import doctest
import json
import pickle
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ossc.callback
import ossc.callback._builder
from ossc.callback import Callback, CallbackError

from .callback_signer import cases

URL = "http://app.example.com:23450/uploaded"
FIELDS = {
    "callbackUrl": "url",
    "callbackBody": "body",
    "callbackHost": "host",
    "callbackBodyType": "body_type",
    "callbackSNI": "sni",
    "additionalHeaders": "additional_headers",
}


def built_from(callback: dict[str, Any], variables: dict[str, str] | None) -> Callback:
    """Make the builder's object for two decoded documents."""
    arguments = {FIELDS[name]: value for name, value in callback.items()}
    return Callback(variables=variables, **arguments)


def decoded(text: str) -> object:
    """Decode a header value."""
    return json.loads(base64.b64decode(text, validate=True))


@pytest.mark.parametrize("case", cases("encode"), ids=lambda case: case["id"])
def test_encodes_the_documents_of_the_vectors(case: dict[str, Any]) -> None:
    """Headers decode to the documents that the vectors' headers decode to."""
    document = json.loads(case["callback_json"])
    variables = case["callback_var_json"] and json.loads(case["callback_var_json"])
    headers = built_from(document, variables).headers()
    expected = {name: value for name, value in case["expect"].items() if value}
    assert {name: decoded(value) for name, value in headers.items()} == {
        name: decoded(value) for name, value in expected.items()
    }


@pytest.mark.parametrize(
    "name", ["callback-002", "callback-004", "callback-006"], ids=str
)
def test_encodes_compact_vectors_byte_for_byte(name: str) -> None:
    """The compact documents in the usual order are met exactly."""
    case = next(case for case in cases("encode") if case["id"] == name)
    variables = case["callback_var_json"] and json.loads(case["callback_var_json"])
    callback = built_from(json.loads(case["callback_json"]), variables)
    assert callback.callback_json() == case["callback_json"]
    assert callback.variables_json() == case["callback_var_json"]
    expected = {name: value for name, value in case["expect"].items() if value}
    assert callback.headers() == expected


@pytest.mark.parametrize("case", cases("decode"), ids=lambda case: case["id"])
def test_makes_the_documented_objects(case: dict[str, Any]) -> None:
    """The documented header is what the builder makes of its own content."""
    expect = case["expect"]
    headers = built_from(expect["callback"], expect["callback_var"]).headers()
    assert decoded(headers["x-oss-callback"]) == decoded(case["x-oss-callback"])
    assert decoded(headers["x-oss-callback-var"]) == expect["callback_var"]


@pytest.mark.parametrize("case", cases("expand"), ids=lambda case: case["id"])
def test_accepts_the_templates_of_the_vectors(case: dict[str, Any]) -> None:
    """Each documented template is accepted with its type."""
    callback = Callback(
        URL, case["callback_body"], body_type=case["callback_body_type"]
    )
    assert callback.body == case["callback_body"]


def test_headers_query_and_form_use_the_given_encoder() -> None:
    """The caller's base64 function sees the bytes and gives the values."""
    callback = Callback(URL, "a=${x:a}", variables={"x:a": "\u503c"})
    seen: list[bytes] = []

    def encode(data: bytes) -> str:
        seen.append(data)
        return f"encoded{len(seen)}"

    assert callback.headers(encode) == {
        "x-oss-callback": "encoded1",
        "x-oss-callback-var": "encoded2",
    }
    assert callback.query(encode) == {
        "callback": "encoded3",
        "callback-var": "encoded4",
    }
    assert callback.form_fields(encode) == {"callback": "encoded5", "x:a": "\u503c"}
    assert json.loads(seen[0]) == {"callbackUrl": URL, "callbackBody": "a=${x:a}"}
    assert json.loads(seen[1]) == {"x:a": "\u503c"}


def test_without_variables_there_is_no_variables_header() -> None:
    """No variables and an empty mapping are the same: nothing is sent."""
    empty: dict[str, str] = {}
    for variables in (None, empty):
        callback = Callback(URL, "a=1", variables=variables)
        assert callback.variables_json() is None
        assert list(callback.headers()) == ["x-oss-callback"]
        assert list(callback.query()) == ["callback"]
        assert list(callback.form_fields()) == ["callback"]


def test_a_false_sni_is_said_and_none_is_not() -> None:
    """`sni=False` is written as JSON false, None is left out."""
    assert (
        json.loads(Callback(URL, "b", sni=False).callback_json())["callbackSNI"]
        is False
    )
    assert "callbackSNI" not in json.loads(Callback(URL, "b").callback_json())


@pytest.mark.parametrize(
    ("url", "urls"),
    [
        ("http://a/", ("http://a/",)),
        ("a.example:80/x;;https://b/?q=%20;", ("a.example:80/x", "https://b/?q=%20")),
        (
            ["HTTP://a", "", "121.101.166.30/t.php"],
            ("HTTP://a", "121.101.166.30/t.php"),
        ),
        (";".join("abcde"), tuple("abcde")),
        ("http://h/a:b@c", ("http://h/a:b@c",)),
    ],
    ids=["one", "joined", "sequence", "five", "marks in the path"],
)
def test_accepts_urls(url: str | list[str], urls: tuple[str, ...]) -> None:
    """One to five URLs are accepted, and empty pieces do not count."""
    callback = Callback(url, "b")
    assert callback.urls == urls
    assert callback.url == ";".join(urls)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "at least one URL"),
        (";;", "at least one URL"),
        ([], "at least one URL"),
        (";".join("abcdef"), "at most 5 URLs, not 6"),
        ("http://h/\u4e2d", "percent-encoded ASCII"),
        ("http://h/a b", "percent-encoded ASCII"),
        ("http://h/%4", "percent-encoded ASCII"),
        ("http://h/%zz", "percent-encoded ASCII"),
        ("http://h/#part", "percent-encoded ASCII"),
        ("http://h\\evil/", "percent-encoded ASCII"),
        ("ftp://h/", "http or https, not ftp"),
        ("http:///path", "needs a host"),
        ("/path", "needs a host"),
        ("http://:80/", "needs a host"),
        ("http://h:80x/", "port of a callback URL is a number"),
        ("http://h:/", "port of a callback URL is a number"),
        ("http://h:0/", "port of a callback URL is a number"),
        ("http://h:65536/", "port of a callback URL is a number"),
        ("http://[::1]/", "IPv6"),
        ("::1", "needs a host"),
        ("http://fe80::1/", "IPv6"),
        ("http://user@h/", "user name"),
        ("http://-h/", "no host name"),
        ("http://h%41/", "no host name"),
        (["http://h/a;b"], "write %3B"),
        ([b"http://h/"], "is a str, not bytes"),
        ("http://h/?a=1;b=2", "no host name"),
    ],
    ids=str,
)
def test_refuses_urls(url: Any, message: str) -> None:
    """URLs that the service cannot call are refused with the cause."""
    with pytest.raises(CallbackError, match=message):
        Callback(url, "b")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("", "must not be empty"),
        ("a=${object", "not closed"),
        ("a=${", "not closed"),
        ("${a${b}", "not closed"),
        ("a=${}", "no variable name"),
        ("a=${my var}", "no variable name"),
        ("a=\ud800", "not valid Unicode"),
        (None, "is a str, not NoneType"),
        (b"a", "is a str, not bytes"),
    ],
    ids=str,
)
def test_refuses_bodies(body: Any, message: str) -> None:
    """A body template has to be text whose variables are closed."""
    with pytest.raises(CallbackError, match=message):
        Callback(URL, body)


@pytest.mark.parametrize(
    "body", ["plain", "$ {a} $$ }", "${unknown}", "${x:absent}", "\u540d=${object}"]
)
def test_accepts_bodies(body: str) -> None:
    """Dollars alone, unknown names and variables without value are fine."""
    assert json.loads(Callback(URL, body).callback_json())["callbackBody"] == body


@pytest.mark.parametrize(
    "body",
    [
        '{"size":${size},"o":${object},"v":${x:absent}}',
        "[${crc64},${vpcId}]",
        "${object}",
        '{${object}:"a key that is never empty"}',
        "{${x:set}:1}",
        '"just text"',
    ],
)
def test_accepts_json_templates(body: str) -> None:
    """A JSON template is JSON once the service has filled it."""
    callback = Callback(
        URL, body, body_type="application/json", variables={"x:set": "v"}
    )
    assert callback.body == body


@pytest.mark.parametrize(
    "body",
    [
        '{"o":"${object}"}',
        '{"o":${object}',
        "o=${object}",
        '{"n":NaN}',
        '{"dir/${object}":1}',
        "{${vpcId}:1}",
        "{${x:absent}:1}",
        "{${x:empty}:1}",
        "{${size}:1}",
        "[" * 3000,
    ],
    ids=lambda body: str(body)[:20],
)
def test_refuses_json_templates(body: str) -> None:
    """What cannot become JSON, filled or empty, is refused with advice."""
    with pytest.raises(CallbackError, match="does not become JSON"):
        Callback(URL, body, body_type="application/json", variables={"x:empty": ""})


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("body_type", "text/plain", "body type is"),
        ("body_type", "application/JSON", "body type is"),
        ("body_type", 1, "body type is"),
        ("sni", "true", "True or False"),
        ("sni", 1, "True or False"),
        ("host", "", "is a host name"),
        ("host", "a b", "is a host name"),
        ("host", "a\r\nx: y", "is a host name"),
        ("host", 1, "is a str, not int"),
        ("variables", {"uid": "1"}, "is named 'x:'"),
        ("variables", {"x:Uid": "1"}, "is named 'x:'"),
        ("variables", {"x:": "1"}, "is named 'x:'"),
        ("variables", {"x:a b": "1"}, "is named 'x:'"),
        ("variables", {1: "1"}, "is named 'x:'"),
        ("variables", {"x:a": 1}, "is a str, not int"),
        ("variables", {"x:a": "\udc00"}, "not valid Unicode"),
        ("variables", [("x:a", "1")], "is a mapping, not list"),
        ("additional_headers", {"X-OSS-Meta": "1"}, "cannot be named x-oss-"),
        ("additional_headers", {"a b": "1"}, "no header name"),
        ("additional_headers", {"": "1"}, "no header name"),
        ("additional_headers", {"a": "1\r\nb: 2"}, "control characters"),
        ("additional_headers", {"a": 1}, "is a str, not int"),
        ("additional_headers", "a: 1", "is a mapping, not str"),
    ],
    ids=str,
)
def test_refuses_options(option: str, value: object, message: str) -> None:
    """Each option is checked when the callback is made."""
    arguments: dict[str, Any] = {option: value}
    with pytest.raises(CallbackError, match=message):
        Callback(URL, "b", **arguments)


def test_the_longest_documents_fit_and_one_byte_more_does_not() -> None:
    """Each base64 text is at most 5120 bytes long."""
    empty = len(Callback(URL, "b").callback_json()) - 1
    most = 5120 // 4 * 3
    assert len(Callback(URL, "b" * (most - empty)).headers()["x-oss-callback"]) == 5120
    with pytest.raises(CallbackError, match="x-oss-callback is 5124 bytes long"):
        Callback(URL, "b" * (most - empty + 1))
    value = "v" * (most - len('{"x:a":""}'))
    assert Callback(URL, "b", variables={"x:a": value}).variables
    with pytest.raises(CallbackError, match="x-oss-callback-var is 5124 bytes long"):
        Callback(URL, "b", variables={"x:a": value + "v"})


def test_is_immutable_and_keeps_its_own_copies() -> None:
    """Neither assignment nor the caller's dictionary changes a callback."""
    variables = {"x:a": "1"}
    callback = Callback(URL, "b", variables=variables)
    variables["x:a"] = "2"
    assert callback.variables_json() == '{"x:a":"1"}'
    name = "body"
    with pytest.raises(FrozenInstanceError):
        setattr(callback, name, "c")
    assert not hasattr(callback, "__dict__")


def test_equal_callbacks_are_equal_everywhere() -> None:
    """Copies, pickles and replacements compare and hash alike."""
    callback = Callback(
        ["http://a/", "http://b/"],
        "b",
        host="h",
        variables={"x:a": "1"},
        additional_headers={"A": "1"},
    )
    for same in (
        copy.deepcopy(callback),
        pickle.loads(pickle.dumps(callback)),
        replace(callback, url="http://a/;http://b/;"),
    ):
        assert same == callback
        assert hash(same) == hash(callback)
    assert replace(callback, variables=None) != callback


def test_repr_shows_the_shape_but_no_values() -> None:
    """Queries, variables and header values stay out of logs."""
    callback = Callback(
        "http://h/p?token=secret1",
        "a=${x:a}",
        sni=True,
        variables={"x:a": "secret2"},
        additional_headers={"Cookie": "secret3"},
    )
    assert repr(callback) == (
        "Callback(url='http://h/p', body='a=${x:a}', sni=True, "
        "variables=<x:a>, additional_headers=<Cookie>)"
    )


@given(
    body=st.text(min_size=1, max_size=200).filter(
        lambda text: "${" not in text and text.isprintable()
    ),
    variables=st.dictionaries(
        st.from_regex(r"x:[a-z0-9_]{1,20}", fullmatch=True),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=50),
        max_size=5,
    ),
)
def test_documents_round_trip(body: str, variables: dict[str, str]) -> None:
    """Whatever text goes in comes out of the base64 JSON unchanged."""
    headers = Callback(URL, body, variables=variables).headers()
    assert decoded(headers["x-oss-callback"]) == {
        "callbackUrl": URL,
        "callbackBody": body,
    }
    if variables:
        assert decoded(headers["x-oss-callback-var"]) == variables


def test_the_documented_examples_run() -> None:
    """Examples in the docstrings do what they say."""
    for module in (ossc.callback, ossc.callback._builder):
        result = doctest.testmod(module)
        assert result.attempted > 0
        assert result.failed == 0

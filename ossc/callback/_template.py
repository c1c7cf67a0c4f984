"""Checks of the parts of a callback definition: URLs, body template, names.

Pure functions over text that raise `CallbackError`; `_builder` calls
them when a `Callback` is made. Nothing here talks to a network.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, NoReturn

from ossc.callback._errors import _invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "check_body",
    "check_headers",
    "check_host",
    "check_json_body",
    "check_variables",
    "split_urls",
]

MAX_URLS = 5
MAX_PORT = 65535

_URL_TEXT = re.compile(r"(?:[A-Za-z0-9\-._~:/?@!$&'()*+,=]|%[0-9A-Fa-f]{2})+")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*)://")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._\-]*[A-Za-z0-9])?\.?")
_PORT = re.compile(r"[0-9]{1,5}")
_VARIABLE = re.compile(r"\$\{([^${}]*)\}")
_VARIABLE_NAME = re.compile(r"[A-Za-z0-9_.:\-]+")
_CUSTOM_NAME = re.compile(r"x:[a-z0-9_.\-]+")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+\-.^_`|~]+")
_HOST_HEADER = re.compile(r"[A-Za-z0-9._\-]+(?::[0-9]{1,5})?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

_NUMBERS = frozenset({"size", "crc64", "imageInfo.height", "imageInfo.width"})
_ALWAYS_SET = frozenset(
    {
        "bucket",
        "object",
        "etag",
        "size",
        "mimeType",
        "crc64",
        "clientIp",
        "reqId",
        "operation",
    }
)


def split_urls(url: str | Iterable[str]) -> tuple[str, ...]:
    """Take callback URLs apart and check each of them.

    Args:
        url: One text, in which `;` separates URLs, or the URLs one by one.

    Raises:
        CallbackError: A URL is not one that the service can call.
    """
    if isinstance(url, bytes | bytearray) or not isinstance(url, str | Iterable):
        message = f"a callback's URL is a str, or several, not {type(url).__name__}"
        raise _invalid(message)
    pieces = url.split(";") if isinstance(url, str) else _separate(url)
    urls = tuple(piece for piece in pieces if piece)
    if not urls:
        message = "a callback needs at least one URL"
        raise _invalid(message)
    if len(urls) > MAX_URLS:
        message = f"a callback has at most {MAX_URLS} URLs, not {len(urls)}"
        raise _invalid(message)
    for piece in urls:
        _check_url(piece)
    return urls


def _separate(urls: Iterable[str]) -> list[str]:
    pieces = list(urls)
    for piece in pieces:
        if not isinstance(piece, str):
            message = f"a callback URL is a str, not {type(piece).__name__}"
            raise _invalid(message)
        if ";" in piece:
            message = f"';' separates callback URLs; inside one write %3B: {piece!r}"
            raise _invalid(message)
    return pieces


def _check_url(url: str) -> None:
    if not _URL_TEXT.fullmatch(url):
        if "[" in url:
            message = f"callback URLs cannot have IPv6 addresses: {url!r}"
        else:
            message = f"a callback URL must be percent-encoded ASCII: {url!r}"
        raise _invalid(message)
    scheme = _SCHEME.match(url)
    if scheme and scheme[1].lower() not in ("http", "https"):
        message = f"a callback URL is http or https, not {scheme[1]}: {url!r}"
        raise _invalid(message)
    rest = url[scheme.end() :] if scheme else url
    _check_authority(re.split("[/?]", rest, maxsplit=1)[0], url)


def _check_authority(authority: str, url: str) -> None:
    host, colon, port = authority.partition(":")
    if "@" in authority:
        message = f"a callback URL cannot have a user name: {url!r}"
    elif not host:
        message = f"a callback URL needs a host: {url!r}"
    elif ":" in port:
        message = f"callback URLs cannot have IPv6 addresses: {url!r}"
    elif not _HOST.fullmatch(host):
        message = f"this is no host name in a callback URL: {host!r} of {url!r}"
    elif colon and not (_PORT.fullmatch(port) and 0 < int(port) <= MAX_PORT):
        message = f"the port of a callback URL is a number: {port!r} of {url!r}"
    else:
        return
    raise _invalid(message)


def check_host(host: str) -> None:
    """Check the text for the `Host` header of the callback request.

    Raises:
        CallbackError: It is no host name with an optional port.
    """
    if not _HOST_HEADER.fullmatch(host):
        message = f"the callback host is a host name, maybe with a port: {host!r}"
        raise _invalid(message)


def check_body(body: str) -> None:
    """Check that a body template is not empty and closes what it opens.

    Raises:
        CallbackError: It is empty, no valid Unicode, or has a broken variable.
    """
    if not body:
        message = "the callback body must not be empty"
        raise _invalid(message)
    check_unicode(body, "the callback body")
    for name in _VARIABLE.findall(body):
        if not _VARIABLE_NAME.fullmatch(name):
            message = f"this is no variable name in the callback body: ${{{name}}}"
            raise _invalid(message)
    broken = _VARIABLE.sub("", body).find("${")
    if broken >= 0:
        message = "a variable in the callback body is not closed: write ${name}"
        raise _invalid(message)


def check_json_body(body: str, variables: Mapping[str, str]) -> None:
    """Check that a JSON template becomes JSON once its variables have values.

    The service writes numbers bare, text with its quotes, and `null` for what is
    empty, so both the filled and the emptiest form are tried.

    Raises:
        CallbackError: The service would send something that is not JSON.
    """

    def filled(match: re.Match[str]) -> str:
        return "1" if match[1] in _NUMBERS else '"text"'

    def emptiest(match: re.Match[str]) -> str:
        known = match[1] in _ALWAYS_SET or variables.get(match[1])
        return filled(match) if known else "null"

    _try_json(body, filled)
    _try_json(body, emptiest)


def _try_json(body: str, value: Callable[[re.Match[str]], str]) -> None:
    text = _VARIABLE.sub(value, body)
    try:
        json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        message = (
            f"the callback body does not become JSON: {error} in {text!r} "
            "(the service adds the quotes of text itself: write "
            '{"key": ${object}}, and no variable inside quotes)'
        )
        raise _invalid(message) from error


def _no_constant(name: str) -> NoReturn:
    message = f"{name} is not JSON"
    raise ValueError(message)


def check_variables(variables: Mapping[str, str]) -> None:
    """Check names and values of custom variables.

    Raises:
        CallbackError: A name does not fit `x:lower_case`, or a value is no text.
    """
    for name, value in variables.items():
        if not isinstance(name, str) or not _CUSTOM_NAME.fullmatch(name):
            message = (
                "a callback variable is named 'x:' and lower-case letters, digits, "
                f"'_', '-' or '.': {name!r}"
            )
            raise _invalid(message)
        if not isinstance(value, str):
            message = f"the value of {name} is a str, not {type(value).__name__}"
            raise _invalid(message)
        check_unicode(value, f"the value of {name}")


def check_headers(headers: Mapping[str, str]) -> None:
    """Check the extra headers that the callback request is to carry.

    Raises:
        CallbackError: A name is no header name or is the service's own, or a
            value has control characters.
    """
    for name, value in headers.items():
        if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name):
            message = f"this is no header name: {name!r}"
        elif name.lower().startswith("x-oss-"):
            message = f"additional headers cannot be named x-oss-…: {name!r}"
        elif not isinstance(value, str):
            message = f"the value of {name} is a str, not {type(value).__name__}"
        elif _CONTROL.search(value):
            message = f"the value of {name} has control characters"
        else:
            check_unicode(value, f"the value of {name}")
            continue
        raise _invalid(message)


def check_unicode(text: str, what: str) -> None:
    """Check that text can be sent as UTF-8.

    Raises:
        CallbackError: It has half of a surrogate pair.
    """
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        message = f"{what} is not valid Unicode: {error.reason}"
        raise _invalid(message) from error

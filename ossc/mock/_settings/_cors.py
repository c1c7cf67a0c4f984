"""Cross-origin requests: a bucket's rules, preflights, and the headers of answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ossc.mock._errors import ServiceError
from ossc.mock._http import Response
from ossc.mock._schema import (
    choice,
    flag,
    malformed,
    maybe,
    several,
    shape,
    text,
    whole,
)
from ossc.mock._settings._setting import Setting
from ossc.mock._xml import children, text_of

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

    from ossc.mock._call import Call
    from ossc.mock._http import Request
    from ossc.mock._records import Bucket

__all__ = ["CORS", "preflight", "share"]

_MAX_BYTES = 16 * 1024
_MAX_RULES = 10
_METHODS = ("GET", "PUT", "DELETE", "POST", "HEAD")
_METHOD, _HEADERS = "access-control-request-method", "access-control-request-headers"


def _accept(_call: Call, tree: ET.Element) -> None:
    for rule in children(tree, "CORSRule"):
        for name, most in (("AllowedOrigin", 1), ("AllowedHeader", 1)):
            if any(value.count("*") > most for value in _texts(rule, name)):
                raise malformed(f"{name} has more than one *")
        if any("*" in value for value in _texts(rule, "ExposeHeader")):
            raise malformed("ExposeHeader must not have a *")


CORS = Setting(
    "BucketCors",
    "cors",
    "CORSConfiguration",
    shape(
        {
            "CORSRule": several(
                shape(
                    {
                        "AllowedOrigin": several(text(least=1), least=1),
                        "AllowedMethod": several(choice(*_METHODS), least=1),
                        "AllowedHeader": several(text(least=1)),
                        "ExposeHeader": several(text(least=1)),
                        "MaxAgeSeconds": maybe(whole(0, 999_999_999)),
                    }
                ),
                least=1,
                most=_MAX_RULES,
                code="CORSRuleBeyondLimit",
            ),
            "ResponseVary": maybe(flag),
        }
    ),
    missing="NoSuchCORSConfiguration",
    removable=True,
    accept=_accept,
    most_bytes=_MAX_BYTES,
)


def _texts(rule: ET.Element, name: str) -> list[str]:
    return [(child.text or "").strip() for child in children(rule, name)]


def _fits(patterns: list[str], value: str, *, any_case: bool = False) -> bool:
    """Whether a value is like a pattern, in which a * stands for anything."""
    flags = re.DOTALL | (re.IGNORECASE if any_case else 0)
    return any(
        re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), value, flags)
        for pattern in patterns
    )


def preflight(call: Call) -> Response:
    """Say what a page of another origin may do; the first rule that fits counts."""
    origin, method = call.request.header("origin"), call.request.header(_METHOD)
    if not origin or not method:
        message = "Insufficient information. Origin request header needed."
        raise ServiceError("BadRequest", message)
    wanted = _listed(call.request.header(_HEADERS))
    with call.store.lock:
        bucket = call.store.buckets.get(call.bucket_name)
        if bucket is None:
            raise ServiceError("NoSuchBucket", extra={"BucketName": call.bucket_name})
        tree = CORS.of(bucket)
    if tree is None:
        message = "CORSResponse: CORS is not enabled for this bucket."
        raise ServiceError("AccessForbidden", message)
    rule = _rule_for(tree, origin, method, wanted)
    if rule is None:
        raise ServiceError("AccessForbidden")
    headers = _headers(rule, origin)
    if wanted:
        headers["Access-Control-Allow-Headers"] = ", ".join(wanted)
    return Response(200, headers)


def _listed(value: str | None) -> list[str]:
    return [name.strip() for name in (value or "").split(",") if name.strip()]


def _rule_for(
    tree: ET.Element, origin: str, method: str, headers: list[str]
) -> ET.Element | None:
    for rule in children(tree, "CORSRule"):
        allowed = _texts(rule, "AllowedHeader")
        if (
            _fits(_texts(rule, "AllowedOrigin"), origin)
            and method in _texts(rule, "AllowedMethod")
            and all(_fits(allowed, name, any_case=True) for name in headers)
        ):
            return rule
    return None


def _headers(rule: ET.Element, origin: str) -> dict[str, str]:
    anybody = "*" in _texts(rule, "AllowedOrigin")
    headers = {
        "Access-Control-Allow-Origin": "*" if anybody else origin,
        "Access-Control-Allow-Methods": ", ".join(_texts(rule, "AllowedMethod")),
    }
    exposed = _texts(rule, "ExposeHeader")
    if exposed:
        headers["Access-Control-Expose-Headers"] = ", ".join(exposed)
    age = text_of(rule, "MaxAgeSeconds")
    if age is not None:
        headers["Access-Control-Max-Age"] = age
    return headers


def share(request: Request, bucket: Bucket | None, response: Response) -> None:
    """Add what a page of another origin has to know to an ordinary answer."""
    tree = None if bucket is None else CORS.of(bucket)
    if tree is None or request.method == "OPTIONS":
        return
    if text_of(tree, "ResponseVary") == "true":
        response.headers["Vary"] = "Origin"
    origin = request.header("origin")
    rule = None if origin is None else _rule_for(tree, origin, request.method, [])
    if origin is not None and rule is not None:
        response.headers |= _headers(rule, origin)

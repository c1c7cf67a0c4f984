"""Upload callbacks: reading and checking what the client asks for, and relaying.

``plan_of`` runs before the body is stored, ``relay`` after it. Expanding the
template is here; sending is in ``_callback_send``.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ossc.mock._callback_expand import expand, image_variables, wants_image
from ossc.mock._callback_send import Delivery, Failure, deliver
from ossc.mock._encoding import to_wire
from ossc.mock._error_document import error_response
from ossc.mock._errors import ServiceError, invalid_argument

if TYPE_CHECKING:
    from ossc.mock._call import Call
    from ossc.mock._http import Response
    from ossc.mock._records import ObjectRecord

__all__ = ["FORM", "JSON", "Plan", "check_callback", "check_variables", "plan_of"]
__all__ += ["relay"]

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
MAX_BASE64 = 5 * 1024
MAX_URLS = 5
_HEADER, _QUERY = "x-oss-callback", "callback"


@dataclass(frozen=True)
class Plan:
    """A callback that has passed all checks."""

    urls: tuple[str, ...]
    host: str
    template: str
    body_type: str
    sni: bool
    headers: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)


def plan_of(call: Call) -> Plan | None:
    """Return the callback that a request asks for, or None.

    Raises:
        ServiceError: InvalidArgument, for each row of the protocol's table.
    """
    callback = _one_place(call, "", "0007-00000027")
    variables = _one_place(call, "-var", None)
    if callback is None:
        return None
    known = {} if variables is None else check_variables(variables)
    return check_callback(callback, known)


def _one_place(call: Call, suffix: str, ec: str | None) -> str | None:
    header, query = _HEADER + suffix, _QUERY + suffix
    in_header, in_query = call.request.header(header), call.request.param(query)
    if in_header is not None and in_query is not None:
        message = (
            f"Either the {query} query string parameter or the {header} header "
            "should be specified, not both."
        )
        raise invalid_argument(message, query, in_query, ec=ec)
    return in_query if in_header is None else in_header


def check_callback(value: str, variables: dict[str, str]) -> Plan:
    """Return the plan that a base64 callback describes.

    Raises:
        ServiceError: InvalidArgument.
    """
    if len(value) > MAX_BASE64:
        message = "The length of callback exceed max value."
        raise invalid_argument(message, "callback", value)
    text = _decode(value)
    if text is None:
        message = "The callback configuration is not base64 encoded."
        raise invalid_argument(message, "callback", value, ec="0007-00000002")
    fields = _json_object(text)
    if fields is None:
        message = "The callback configuration is not json format."
        raise invalid_argument(message, "callback", text, ec="0007-00000003")
    try:
        return _plan(fields, variables)
    except _Wrong as wrong:
        raise invalid_argument(wrong.message, "callback", text, ec=wrong.ec) from None


class _Wrong(Exception):
    def __init__(self, message: str, ec: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.ec = ec


def _plan(fields: dict[str, Any], variables: dict[str, str]) -> Plan:
    urls = _urls(fields.get("callbackUrl"))
    host = fields.get("callbackHost", "")
    if not isinstance(host, str) or not _is_header_text(host):
        message = "The callback host configuration is invalid."
        raise _Wrong(message)
    template = _template(fields.get("callbackBody"))
    body_type = fields.get("callbackBodyType", FORM)
    if not isinstance(body_type, str):
        message = "The callback body type configuration is invalid."
        raise _Wrong(message, "0007-00000012")
    if body_type not in {FORM, JSON}:
        message = "The body type of callback is not supported."
        raise _Wrong(message)
    sni = fields.get("callbackSNI", False)
    if not isinstance(sni, bool):
        message = "The callback sni is invalid."
        raise _Wrong(message)
    headers = _additional(fields.get("additionalHeaders", {}))
    return Plan(urls, host, template, body_type, sni, headers, variables)


def _urls(value: object) -> tuple[str, ...]:
    if not isinstance(value, str):
        message = "The callback url configuration is invalid."
        raise _Wrong(message, "0007-00000004")
    urls = tuple(piece for piece in value.split(";") if piece)
    if len(urls) > MAX_URLS:
        message = "The number of callback url exceed max value."
        raise _Wrong(message, "0007-00000005")
    completed = tuple(url if "://" in url else f"http://{url}" for url in urls)
    if not urls or not all(_is_url(url) for url in completed):
        message = "The callback url configuration is invalid."
        raise _Wrong(message, "0007-00000004")
    return completed


def _is_url(url: str) -> bool:
    if not re.fullmatch(r"[\x21-\x7e]+", url) or "[" in url:
        return False
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and port != 0


def _is_header_text(text: str) -> bool:
    return re.fullmatch(r"[\x20-\x7e]*", text) is not None


def _template(value: object) -> str:
    if value is None or value == "":
        message = "The callback body is empty."
        raise _Wrong(message, "0007-00000011")
    malformed = re.compile(r"\$\{(?![^${}]+\})")
    if not isinstance(value, str) or malformed.search(value):
        message = "The callback body is invalid."
        raise _Wrong(message)
    return value


def _additional(value: object) -> dict[str, str]:
    bad = _Wrong("The additional headers are invalid.", "0007-00000026")
    if not isinstance(value, dict):
        raise bad
    for name, text in value.items():
        if not isinstance(text, str) or not _is_header_text(text):
            raise bad
        if not re.fullmatch(r"[A-Za-z0-9-]+", name):
            raise bad
        if name.lower().startswith("x-oss-"):
            raise bad
    return value


def check_variables(value: str) -> dict[str, str]:
    """Return the custom variables of a base64 document.

    Raises:
        ServiceError: InvalidArgument.
    """
    if len(value) > MAX_BASE64:
        message = "The length of callback var exceed max value."
        raise invalid_argument(message, "callback-var", value, ec="0007-00000101")
    text = _decode(value)
    fields = None if text is None else _json_object(text)
    if fields is None or not all(
        isinstance(item, str) and name.startswith("x:") and name == name.lower()
        for name, item in fields.items()
    ):
        message = "The callback var is not expecten json."
        shown = value if text is None else text
        raise invalid_argument(message, "callback-var", shown, ec="0007-00000103")
    return fields


def _decode(value: str) -> str | None:
    try:
        return base64.b64decode(value, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None


def _json_object(text: str) -> dict[str, Any] | None:
    try:
        fields = json.loads(text)
        # Half a surrogate pair is legal in JSON, but no text that could be sent.
        json.dumps(fields, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        return None
    return fields if isinstance(fields, dict) else None


def relay(
    call: Call, plan: Plan | None, record: ObjectRecord, response: Response
) -> Response:
    """Call the application and let its answer replace the response's body.

    Args:
        call: The upload.
        plan: What it asked for; None leaves the response alone.
        record: The object, which is stored already.
        response: The upload's own answer.
    """
    if plan is None:
        return response
    try:
        values = _variables(call, plan, record)
        body = expand(plan.template, values, as_json=plan.body_type == JSON)
        answer = deliver(
            Delivery(
                urls=plan.urls,
                host=plan.host,
                sni=plan.sni,
                headers=_headers(call, plan),
                body=to_wire(body),
                key=call.context.callback_key,
                timeout=call.context.callback_timeout,
            )
        )
    except Failure as failure:
        error = ServiceError(
            "CallbackFailed", failure.message, status=203, ec=failure.ec
        )
        refusal = error_response(error, call.request, call.request_id)
        refusal.headers = {**response.headers, **refusal.headers}
        return refusal
    response.status = 200
    response.headers["Content-Type"] = answer.content_type
    response.body = answer.body
    return response


def _variables(
    call: Call, plan: Plan, record: ObjectRecord
) -> dict[str, str | int | None]:
    values: dict[str, str | int | None] = {
        "bucket": call.bucket_name,
        "object": record.key,
        "etag": record.etag,
        "size": record.size,
        "mimeType": record.properties.headers.get("content-type"),
        "crc64": record.crc64,
        "contentMd5": record.content_md5,
        "vpcId": None,
        "clientIp": call.request.client_ip,
        "reqId": call.request_id,
        "operation": call.route.operation,
    }
    if wants_image(plan.template):
        values.update(image_variables(record.segments))
    return {**values, **plan.variables}


def _headers(call: Call, plan: Plan) -> dict[str, str]:
    return {
        **plan.headers,
        "Content-Type": plan.body_type,
        "x-oss-additional-headers": ";".join(sorted(plan.headers)),
        "x-oss-bucket": call.bucket_name,
        "x-oss-owner": call.bucket.account,
        "x-oss-request-id": call.request_id,
        "x-oss-requester": call.caller.account or "",
        "x-oss-signature-version": "1.0",
        "x-oss-tag": "CALLBACK",
    }

"""PostObject: an object from a browser's form."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ossc.mock import _callback
from ossc.mock._access import authorise
from ossc.mock._auth import Caller
from ossc.mock._encoding import encode_component, to_wire
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._form import Form, boundary_of
from ossc.mock._handlers._intake import MAX_BODY_BYTES, Received, settling
from ossc.mock._handlers._lookup import forbid_overwrite, version_headers, write_headers
from ossc.mock._handlers._properties import properties_of
from ossc.mock._http import Request, Response, drain
from ossc.mock._names import check_key
from ossc.mock._post_conditions import check_conditions, check_expiration
from ossc.mock._post_policy import verify_policy
from ossc.mock._records import ObjectRecord
from ossc.mock._xml import document, leaf, node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ossc.mock._call import Call
    from ossc.mock._form import Part
    from ossc.mock._post_conditions import SizeRange

__all__ = ["post_object"]

_ACL = "x-oss-object-acl"
_AS_HEADERS = (
    "cache-control",
    "content-disposition",
    "content-encoding",
    "expires",
    _ACL,
    "x-oss-storage-class",
    "x-oss-server-side-encryption",
    "x-oss-server-side-encryption-key-id",
    "x-oss-forbid-overwrite",
    "x-oss-tagging",
)
_MISSING = "The bucket POST must contain the specified field name."
_URL = re.compile(r"https?://[\x21-\x7e]+")


def post_object(call: Call) -> Response:
    """Store a form's file as an object, and call back if asked to."""
    form = Form(
        _bounded(call),
        boundary_of(call.request.header("content-type") or ""),
    )
    fields, part = form.fields()
    if not fields.get("key"):
        raise invalid_argument(_MISSING, "key")
    key = fields["key"].replace("${filename}", part.filename or "")
    kind = _content_type(fields, part)
    final = {**fields, "bucket": call.bucket_name, "key": key, "content-type": kind}
    caller, sizes = _identify(call, fields, final)
    put = _as_put(call, fields, kind, key, caller)
    check_key(key)
    with call.store.lock:
        authorise(put, "PostObject", call.bucket, key)
        forbid_overwrite(put)
    properties = properties_of(put)
    plan = _plan(fields)
    body = _receive(call, form, sizes)
    record = ObjectRecord(
        key,
        body.segments,
        body.etag,
        body.crc64,
        call.now,
        content_md5=body.content_md5,
        properties=properties,
    )
    with settling(call, body):
        forbid_overwrite(put)
        record = call.store.add_object(call.bucket, record)
    response = _answer(put, fields, record)
    return _callback.relay(put, plan, record, response)


def _bounded(call: Call) -> Iterator[bytes]:
    """The form's bytes, which are no more than those of an object may be."""
    size = 0
    _check_size(int(call.request.header("content-length") or 0), 0, MAX_BODY_BYTES)
    for piece in call.request.body.chunks():
        size += len(piece)
        _check_size(size, 0, MAX_BODY_BYTES)
        yield piece


def _content_type(fields: dict[str, str], part: Part) -> str:
    return (
        fields.get("x-oss-content-type")
        or part.content_type
        or fields.get("content-type", "")
    )


def _identify(
    call: Call, fields: dict[str, str], final: dict[str, str]
) -> tuple[Caller, SizeRange]:
    """Return who sends the form, and the sizes that its policy allows.

    Args:
        call: The request.
        fields: As they were sent.
        final: What the policy's conditions are held against.
    """
    authenticator = call.context.authenticator
    signed = verify_policy(
        fields,
        lambda key_id, token: authenticator.credential(key_id, token, call.now),
        authenticator.wrong_in,
        call.now,
    )
    if signed is None:
        return Caller(None), (0, MAX_BODY_BYTES)
    check_expiration(signed.policy, call.now)
    credential = signed.credential
    sizes = check_conditions(signed.policy, final)
    return Caller(credential.account, credential.access_key_id), sizes


def _as_put(
    call: Call, fields: dict[str, str], kind: str, key: str, caller: Caller
) -> Call:
    """Return the form as the request that would store the same object."""
    request = call.request
    headers = [("host", request.header("host") or "")]
    if kind:
        headers.append(("content-type", kind))
    if _ACL not in fields and request.header(_ACL) is not None:
        headers.append((_ACL, request.header(_ACL) or ""))
    for name, value in fields.items():
        if name in _AS_HEADERS or name.startswith("x-oss-meta-"):
            headers.append((name, value))
    for name, value in headers:
        if re.search(rb"[\x00-\x1f\x7f]", to_wire(value)):
            raise invalid_argument("The value of the field is invalid.", name)
    put = Request(
        request.method,
        request.target,
        headers,
        body=request.body,
        client_ip=request.client_ip,
        secure=request.secure,
    )
    route = replace(call.route, address=replace(call.route.address, key=key))
    return replace(call, request=put, route=route, caller=caller)


def _plan(fields: dict[str, str]) -> _callback.Plan | None:
    if "callback" not in fields:
        return None
    variables = {name: fields[name] for name in fields if name.startswith("x:")}
    return _callback.check_callback(fields["callback"], variables)


def _receive(call: Call, form: Form, sizes: SizeRange) -> Received:
    """Read the file into a blob, and the rest of the form."""
    least, most = sizes
    writer = call.store.writer()
    try:
        for piece in form.file():
            writer.write(piece)
            _check_size(writer.size, 0, most)
        _check_size(writer.size, least, most)
        drain(call.request.body)
    except BaseException:
        writer.discard()
        raise
    return Received(writer.finish(), writer.md5, writer.crc64)


def _check_size(size: int, least: int, most: int) -> None:
    if size > most:
        raise ServiceError("EntityTooLarge")
    if size < least:
        raise ServiceError("EntityTooSmall")


def _answer(put: Call, fields: dict[str, str], record: ObjectRecord) -> Response:
    headers = {**write_headers(record), **version_headers(put.bucket, record)}
    headers["Location"] = put.location()
    redirect = fields.get("success_action_redirect", "")
    if _URL.fullmatch(redirect):
        pairs = {"bucket": put.bucket_name, "key": put.key, "etag": record.quoted_etag}
        query = "&".join(f"{name}={encode_component(v)}" for name, v in pairs.items())
        mark = "&" if "?" in redirect else "?"
        headers["Location"] = f"{redirect}{mark}{query}"
        return Response(303, headers)
    status = fields.get("success_action_status")
    if status == "200":
        return Response(200, headers)
    if status != "201":
        return Response(204, headers)
    body = document(
        node(
            "PostResponse",
            leaf("Bucket", put.bucket_name),
            leaf("ETag", record.quoted_etag),
            leaf("Key", put.key),
            leaf("Location", put.location()),
        )
    )
    return Response(201, {**headers, "Content-Type": "application/xml"}, body)

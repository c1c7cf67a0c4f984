"""How a ``ServiceError`` is told to the client: a document, or headers for HEAD."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from ossc.mock._errors import EC_URL
from ossc.mock._http import Response
from ossc.mock._xml import document, leaf, node

if TYPE_CHECKING:
    from ossc.mock._errors import ServiceError
    from ossc.mock._http import Request

__all__ = ["error_document", "error_response"]

NOT_MODIFIED = 304


def error_response(
    error: ServiceError, request: Request | None, request_id: str
) -> Response:
    """Return the answer that carries an error, in the header for HEAD."""
    headers = dict(error.headers)
    if error.status == NOT_MODIFIED:
        return Response(error.status, headers)
    if error.ec:
        headers["x-oss-ec"] = error.ec
    headers["Content-Type"] = "application/xml"
    host = "" if request is None else request.host
    body = error_document(error, host, request_id)
    if request is not None and request.method == "HEAD":
        headers["x-oss-err"] = base64.b64encode(body).decode("ascii")
        return Response(error.status, headers)
    return Response(error.status, headers, body)


def error_document(error: ServiceError, host: str, request_id: str) -> bytes:
    """Return the XML of an error."""
    parts = [
        leaf("Code", error.code),
        leaf("Message", error.message),
        leaf("RequestId", request_id),
        leaf("HostId", host),
    ]
    parts += [leaf(name, value) for name, value in error.extra.items()]
    if error.ec:
        parts += [leaf("EC", error.ec), leaf("RecommendDoc", EC_URL + error.ec)]
    return document(node("Error", *parts))
